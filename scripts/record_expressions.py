"""Evaluates the table of expressions on a server that speaks Camunda's API, and writes or compares what it answers.

Usage: record_expressions.py URL [--write]. URL is the base of the API, such as http://127.0.0.1:8080/engine-rest.
Without --write the answers are compared with the recorded ones, and the command exits with 1 when any row differs.
Every expression is the output parameter of a task in a process of its own; a hundred of them stand in a file.
"""

import argparse
import sys
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.engine.expression_table import (
    RECORDED,
    VARIABLES,
    Row,
    agrees,
    expressions,
    model,
    of_error,
    of_variable,
    recorded,
    refused,
)

_TOGETHER = 100


def evaluate(client: httpx.Client, table: Sequence[str]) -> Iterator[Row]:
    """Evaluate expressions on the server, in order."""
    for at in range(0, len(table), _TOGETHER):
        yield from _together(client, table[at : at + _TOGETHER])


def _together(client: httpx.Client, table: Sequence[str]) -> Iterator[Row]:
    keys = {f"p{uuid.uuid4().hex}": expression for expression in table}
    files = {"data": ("table.bpmn", model(keys).encode(), "application/xml")}
    deployed = client.post("/deployment/create", data={"deployment-name": "table"}, files=files)
    if deployed.status_code == 200:
        yield from (_started(client, key, expression) for key, expression in keys.items())
        client.delete(f"/deployment/{deployed.json()['id']}", params={"cascade": True})
    elif len(table) == 1:
        yield refused(table[0])
    else:
        middle = len(table) // 2
        yield from _together(client, table[:middle])
        yield from _together(client, table[middle:])


def _started(client: httpx.Client, key: str, expression: str) -> Row:
    body = {"variables": VARIABLES, "withVariablesInReturn": True}
    answer = client.post(f"/process-definition/key/{key}/start", json=body)
    if answer.status_code != 200:
        return of_error(expression, answer.json()["message"] or "null")
    return of_variable(expression, answer.json()["variables"]["result"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--write", action="store_true", help="write the answers instead of comparing them")
    given = parser.parse_args()
    with httpx.Client(base_url=given.url, timeout=120) as client:
        rows = list(evaluate(client, expressions()))
    if given.write:
        RECORDED.write_text("".join(f"{row.line()}\n" for row in rows), encoding="utf-8")
        print(f"{len(rows)} rows written")
        return 0
    known = {row.expression: row for row in recorded()}
    differing = [(known[row.expression], row) for row in rows if not agrees(known[row.expression], row)]
    for theirs, ours in differing:
        print(f"{theirs.expression}\n  recorded {theirs.outcome} {theirs.value}")
        print(f"  here     {ours.outcome} {ours.value}")
    print(f"{len(rows) - len(differing)} of {len(rows)} agree, {len(differing)} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
