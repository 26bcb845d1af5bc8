"""Measures what workers get: completions per second, and what a request costs, beside the floor of the same machine.

Run by hand or by ``make bench``. Contenders are loaded in turn, round by round, and the medians are printed. Every
commit is durable: synchronous FULL on SQLite, synchronous_commit on on PostgreSQL. ``--beside`` names the interpreter
of another checkout, whose version is measured in the same rounds.
"""

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import figures, servers
from bench.figures import Sample, Series

_LOAD = Path(__file__).parent / "bench" / "load.py"
#: Completions per second that the databases are filled for; a load that finds no task any more is an error.
_EXPECTED_MOST = 9_000
_STEPS = 3


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line."""

    seconds: float
    rounds: int
    connections: int
    only: str
    beside: Path | None = None

    @property
    def instances(self) -> int:
        """As many as the fastest contender could use up."""
        return int(_EXPECTED_MOST * self.seconds * (self.rounds + 1) / _STEPS)


@dataclass(frozen=True, slots=True)
class Contender:
    """A running server."""

    series: Series
    port: int
    pid: int
    database_pid: int | None = None

    def measure(self, options: Options, seconds: float) -> Sample:
        """Load it once."""
        before = self._used()
        command = [sys.executable, str(_LOAD), "--port", str(self.port)]
        command += ["--seconds", str(seconds), "--connections", str(options.connections)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{self.series.name}: {done.stderr}")
        server, database = (after - earlier for after, earlier in zip(self._used(), before, strict=True))
        return Sample.of(json.loads(done.stdout), server, database if self.database_pid else None)

    def _used(self) -> tuple[float, float]:
        database = servers.processor_seconds(self.database_pid) if self.database_pid else 0.0
        return servers.processor_seconds(self.pid), database


class Arena:
    """Starts the contenders in a folder that is thrown away, and stops them with the block."""

    def __init__(self, folder: Path, stack: contextlib.ExitStack, options: Options) -> None:
        self._folder = folder
        self._stack = stack
        self._options = options
        self.contenders: list[Contender] = []

    def add(self, series: Series, command: Callable[[int], list[str]], database_pid: int | None = None) -> None:
        """Start a server, unless other contenders were asked for."""
        port = servers.free_port()
        log = self._folder / f"{len(self.contenders)}.log"
        pid = self._stack.enter_context(servers.running(command(port), port, log))
        self.contenders.append(Contender(series, port, pid, database_pid))

    def add_floor(self, name: str, commit: str) -> Series:
        """The same exchange without anything around it."""
        series = Series(name)
        file = self._folder / f"floor-{commit}.db"
        self.add(series, lambda port: servers.floor(file, port, commit, self._options.instances))
        return series

    def add_sqlite(self, series: Series, python: Path, *flags: str) -> None:
        """Taskbridge on a SQLite file of its own."""
        url = f"sqlite:///{self._folder / f'taskbridge{len(self.contenders)}.db'}"
        self._add_taskbridge(series, python, url, None, *flags)

    def add_postgresql(self, series: Series, python: Path, *flags: str) -> None:
        """Taskbridge on a PostgreSQL server of its own."""
        server, pid = self._stack.enter_context(servers.postgresql(self._folder))
        self._add_taskbridge(series, python, servers.new_database(server, "bench"), pid, *flags)

    def _add_taskbridge(self, series: Series, python: Path, url: str, database: int | None, *flags: str) -> None:
        servers.fill(python, url, self._options.instances)
        self.add(series, lambda port: servers.taskbridge(python, url, port, *flags), database)


def prepare(arena: Arena, only: str, beside: Path | None) -> None:
    """Start all contenders, or those on one database; each with its other version, where there is one."""
    arena.add_floor("floor, SQLite, commit per request", "each")
    floor = arena.add_floor("floor, SQLite, commits shared", "together")
    kinds: list[tuple[str, Callable[..., None], tuple[str, ...]]] = []
    if only != "postgresql":
        kinds.append(("SQLite", arena.add_sqlite, ()))
        kinds.append(("SQLite, no access log", arena.add_sqlite, ("--no-access-log",)))
    if only != "sqlite":
        kinds.append(("PostgreSQL", arena.add_postgresql, ()))
    for kind, add, flags in kinds:
        other = None
        if beside is not None:
            other = Series(f"other version, {kind}", floor)
            add(other, beside, *flags)
        add(Series(f"Taskbridge, {kind}", floor, other), Path(sys.executable), *flags)


def run(options: Options) -> str:
    """Measure all contenders; the table."""
    with tempfile.TemporaryDirectory(prefix="tb-") as folder, contextlib.ExitStack() as stack:
        arena = Arena(Path(folder), stack, options)
        prepare(arena, options.only, options.beside)
        for contender in arena.contenders:
            contender.measure(options, options.seconds / 4)  # the first requests find cold caches
        for number in range(options.rounds):
            order = arena.contenders if number % 2 == 0 else arena.contenders[::-1]
            for contender in order:
                contender.series.samples.append(contender.measure(options, options.seconds))
        measured = [contender.series for contender in arena.contenders]
        ratios = [ratio for each in measured if (ratio := each.beside_other())]
        return "\n".join([figures.table(measured), *ratios])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="length of a round of one contender")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; medians are printed")
    parser.add_argument("--connections", type=int, default=16, help="workers, each with a connection of its own")
    parser.add_argument("--only", choices=("sqlite", "postgresql", "all"), default="all", help="one database only")
    parser.add_argument("--beside", type=Path, help="the Python interpreter of another checkout, measured as well")
    given = parser.parse_args()
    options = Options(given.seconds, given.rounds, given.connections, given.only, given.beside)
    print(figures.machine())
    print(figures.versions())
    print(
        f"{options.connections} workers, each in turn 1 fetchAndLock of 10 tasks and 10 completions with 2 variables; "
        f"median of {options.rounds} rounds of {options.seconds:g} s\n",
        flush=True,
    )
    print(run(options))


if __name__ == "__main__":
    main()
