"""Rows to the JSON objects of Camunda 7, a module per resource. Called by the handlers; they know no transaction."""
