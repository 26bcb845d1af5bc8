"""Where everything is kept: tables, statements, transactions, migrations. Knows no process rules and no vendor."""
