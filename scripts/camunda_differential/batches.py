"""Batches: listed, counted, deleted."""

import random

from compare_camunda import Servers

DECLARED: list[tuple[str, str, str]] = []


def run(servers: Servers, rng: random.Random) -> None:
    """One batch that fails, looked at and deleted."""
    servers.begin("batches: one that fails")
    unknown = f"nosuch-{rng.randrange(1000)}"
    servers("POST", "/external-task/retries-async", json={"retries": 3, "externalTaskIds": [unknown]}, keep={"B": "id"})
    servers("GET", "/batch/<B>")
    servers("GET", "/batch", params={"batchId": "<B>"})
    servers("DELETE", "/batch/<B>")
    servers("GET", "/batch/<B>")
