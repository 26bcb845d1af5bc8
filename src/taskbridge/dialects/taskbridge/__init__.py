"""The product's own API, for whoever watches the server; described in openapi/taskbridge.yaml."""
