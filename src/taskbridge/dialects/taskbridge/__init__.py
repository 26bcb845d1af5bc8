"""The product's own API, health and metrics for operators; described in openapi/taskbridge.yaml."""
