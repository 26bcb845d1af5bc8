"""The product's own API: handlers named after the operations of openapi/taskbridge.yaml, for whoever watches the server."""
