"""Scenarios beside those of the shared differential tool: one module per resource, each with ``run(servers, rng)``."""
