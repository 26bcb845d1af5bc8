"""The floor of the benchmark: the same exchange with nothing around it, on a bare ASGI function and hand-written SQL.

Run by ``benchmark.py`` as a program. It knows one process of three steps, checks nothing a benchmark does not need, and
is as fast as Python, uvicorn and SQLite are together; WAL with synchronous FULL, as Taskbridge.
"""

import argparse
import asyncio
import gc
import sqlite3
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import orjson
import uvicorn

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Answer = tuple[int, bytes]
Work = Callable[[sqlite3.Cursor], Answer]

STEPS = 3
_SCHEMA = """
PRAGMA journal_mode = WAL;
CREATE TABLE instance (id INTEGER PRIMARY KEY, variables TEXT, state INTEGER NOT NULL, ended_at INTEGER);
CREATE TABLE task (
  id INTEGER PRIMARY KEY, instance_id INTEGER NOT NULL, step INTEGER NOT NULL, topic TEXT NOT NULL,
  priority INTEGER NOT NULL, created_at INTEGER NOT NULL, ended_at INTEGER, worker TEXT, lock_until INTEGER);
CREATE INDEX task_free ON task (topic, created_at, id) WHERE ended_at IS NULL AND lock_until IS NULL;
CREATE INDEX task_locked ON task (topic, lock_until) WHERE ended_at IS NULL AND lock_until IS NOT NULL;
"""
_CANDIDATES = (
    "SELECT t.id, t.instance_id, t.step, t.topic, t.priority, t.created_at, i.variables"
    " FROM task t JOIN instance i ON i.id = t.instance_id WHERE t.topic = ? AND t.ended_at IS NULL AND "
)
_FREE = _CANDIDATES + "t.lock_until IS NULL ORDER BY t.created_at, t.id LIMIT ?"
_EXPIRED = _CANDIDATES + "t.lock_until <= ? ORDER BY t.created_at, t.id LIMIT ?"
_LOCK = "UPDATE task SET worker = ?, lock_until = ? WHERE id = ?"
_TASK = (
    "SELECT t.instance_id, t.step, t.topic, t.worker, i.variables"
    " FROM task t JOIN instance i ON i.id = t.instance_id WHERE t.id = ? AND t.ended_at IS NULL"
)
_END = "UPDATE task SET ended_at = ? WHERE id = ?"
_NEXT = "INSERT INTO task (instance_id, step, topic, priority, created_at) VALUES (?, ?, ?, 0, ?)"
_GO_ON = "UPDATE instance SET variables = ? WHERE id = ?"
_FINISH = "UPDATE instance SET variables = ?, state = 2, ended_at = ? WHERE id = ?"


def fetch_and_lock(cursor: sqlite3.Cursor, body: dict[str, Any]) -> Answer:
    """Lock tasks of one topic for a worker."""
    topic, worker, most = body["topics"][0], body["workerId"], body["maxTasks"]
    now = time.time_ns() // 1_000_000
    name, until = topic["topicName"], now + topic["lockDuration"]
    rows = cursor.execute(_FREE, (name, most)).fetchall()
    if len(rows) < most:
        rows += cursor.execute(_EXPIRED, (name, now, most - len(rows))).fetchall()
    cursor.executemany(_LOCK, [(worker, until, row[0]) for row in rows])
    return 200, orjson.dumps([_view(row, worker, until) for row in rows])


def _view(row: tuple[Any, ...], worker: str, until: int) -> dict[str, Any]:
    number, instance, step, topic, priority, created, variables = row
    return {
        "activityId": f"step{step}",
        "activityInstanceId": f"step{step}:{number}",
        "errorMessage": None,
        "errorDetails": None,
        "executionId": str(number),
        "id": str(number),
        "lockExpirationTime": _date(until),
        "createTime": _date(created),
        "processDefinitionId": "bench:1:1",
        "processDefinitionKey": "bench",
        "processDefinitionVersionTag": None,
        "processInstanceId": str(instance),
        "retries": None,
        "suspended": False,
        "workerId": worker,
        "tenantId": None,
        "topicName": topic,
        "priority": priority,
        "businessKey": None,
        "extensionProperties": {},
        "variables": orjson.loads(variables),
    }


def _date(moment: int) -> str:
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(moment / 1000))}.{moment % 1000:03d}+0000"


def complete(cursor: sqlite3.Cursor, number: int, body: dict[str, Any]) -> Answer:
    """End a task and enter the next step, or end the instance."""
    row = cursor.execute(_TASK, (number,)).fetchone()
    if row is None:
        return 404, b"{}"
    instance, step, topic, worker, text = row
    if worker != body["workerId"]:
        return 400, b"{}"
    now = time.time_ns() // 1_000_000
    variables = orjson.loads(text)
    for name, given in body["variables"].items():
        variables[name] = {"type": given["type"], "value": given["value"], "valueInfo": {}}
    document = orjson.dumps(variables).decode()
    cursor.execute(_END, (now, number))
    if step < STEPS:
        cursor.execute(_GO_ON, (document, instance))
        cursor.execute(_NEXT, (instance, step + 1, topic, now))
    else:
        cursor.execute(_FINISH, (document, now, instance))
    return 204, b""


class CommitEach:
    """A transaction per request."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._cursor = connection.cursor()

    async def run(self, work: Work) -> Answer:
        """Run the work; its answer once it is committed."""
        self._cursor.execute("BEGIN IMMEDIATE")
        answer = work(self._cursor)
        self._cursor.execute("COMMIT")
        return answer


class CommitTogether:
    """Requests that wait at the same moment share a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._cursor = connection.cursor()
        self._waiting: list[tuple[Work, asyncio.Future[Answer]]] = []

    async def run(self, work: Work) -> Answer:
        """Run the work; its answer once it is committed."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._flush)
        self._waiting.append((work, future))
        return await future

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._cursor.execute("BEGIN IMMEDIATE")
        answers = [(work(self._cursor), future) for work, future in waiting]
        self._cursor.execute("COMMIT")
        for answer, future in answers:
            future.set_result(answer)


class App:
    """The two requests that the load sends."""

    def __init__(self, commits: CommitEach | CommitTogether) -> None:
        self._commits = commits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        message = await receive()
        content = message.get("body", b"")
        while message.get("more_body"):
            message = await receive()
            content += message.get("body", b"")
        body = orjson.loads(content)
        path: str = scope["path"]
        if path.endswith("/fetchAndLock"):
            status, answer = await self._commits.run(lambda cursor: fetch_and_lock(cursor, body))
        else:
            number = int(path.split("/")[3])
            status, answer = await self._commits.run(lambda cursor: complete(cursor, number, body))
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers if answer else []})
        await send({"type": "http.response.body", "body": answer})


def open_database(file: Path, topic: str, instances: int) -> sqlite3.Connection:
    """A new database with that many instances waiting at their first step."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.executescript(_SCHEMA)
    connection.execute("PRAGMA synchronous = FULL")
    variables = orjson.dumps(
        {
            "orderNumber": {"type": "String", "value": "A-4711", "valueInfo": {}},
            "amount": {"type": "Integer", "value": 150, "valueInfo": {}},
        }
    ).decode()
    now = time.time_ns() // 1_000_000
    connection.execute("BEGIN")
    numbers = range(1, instances + 1)
    connection.executemany("INSERT INTO instance VALUES (?, ?, 0, NULL)", [(each, variables) for each in numbers])
    connection.executemany(_NEXT, [(each, 1, topic, now) for each in numbers])
    connection.execute("COMMIT")
    return connection


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--instances", type=int, required=True)
    parser.add_argument("--topic", default="bench")
    parser.add_argument("--commit", choices=("each", "together"), required=True)
    given = parser.parse_args()
    connection = open_database(given.file, given.topic, given.instances)
    commits = CommitEach(connection) if given.commit == "each" else CommitTogether(connection)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)
    uvicorn.run(
        App(commits),
        port=given.port,
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
    )


if __name__ == "__main__":
    main()
