"""What goes out: rows to the entries of Alfresco's JSON (contract 4). Plain functions, called by the handlers."""
