"""The interpreter of JavaScript: QuickJS-NG, as WebAssembly, in Wasmtime. The one module that knows these packages.

Every evaluation has an instance with a memory of its own, which is gone afterwards. Nothing is reachable from inside
but the standard input and output of the instance, which are the two ends of ``answer``; what WebAssembly imports beside
that is refused. Time is bounded by Wasmtime itself, whatever the script does, and so is memory.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from taskbridge.engine.scripts.errors import OutOfStack, OutOfTime, Stopped

#: What an installation needs to run scripts.
EXTRA = "taskbridge-server[javascript]"
_DISTRIBUTION = "qjs-wasi-reactor.wasm"
_FILE = "qjs-wasi-reactor.wasm"
_WASI = "wasi_snapshot_preview1"
#: Seconds between two looks at the time.
_TICK = 0.005
#: Bytes of a thread's stack, of 8 MB usually, that a script may use: some 2,000 calls of functions.
_STACK = 2 * 1024 * 1024
#: What Wasmtime says of more. The interpreter cannot see the end of its stack here: no script catches this error.
_STACK_OVERFLOW = ("call stack exhausted", "out of bounds memory access")
#: What it says of a script that has had its time.
_INTERRUPTED = "wasm trap: interrupt"
#: Codes of WASI.
_DONE, _NO_FILE, _NO_FUNCTION = 0, 8, 52


class NotInstalled(Exception):
    """The packages that run scripts are missing."""

    def __init__(self) -> None:
        super().__init__(f"scripts in JavaScript need further packages: pip install '{EXTRA}'")


class Sandbox:
    """Runs scripts; shared by threads. ``memory`` is how many bytes an evaluation may have."""

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._machine = _machine()

    def run(self, answer: Callable[[bytes], bytes], *, now: int, seconds: float) -> None:
        """Run the prelude, with ``answer`` at the other end of its requests, for some seconds at most.

        ``now`` is the moment that the script sees, in epoch milliseconds. Raises OutOfTime, OutOfStack, Stopped.
        """
        self._machine.run(_Evaluation(answer, now, self._memory), self._memory, seconds)


class _Evaluation:
    """One evaluation: what goes in and out of its instance. ``most`` is how many bytes it may write in all.

    ``failure`` is why it was ended from here: Wasmtime does not keep errors of several threads apart.
    """

    def __init__(self, answer: Callable[[bytes], bytes], now: int, most: int) -> None:
        self._answer = answer
        self._began = now * 1_000_000 - time.monotonic_ns()
        self._line = bytearray()
        self._answers = bytearray()
        self._left = most
        self.failure: BaseException | None = None

    def moment(self) -> int:
        """The moment in epoch nanoseconds."""
        return self._began + time.monotonic_ns()

    def write(self, data: bytes) -> None:
        """Take what it writes; every line is answered."""
        self._left -= len(data)
        if self._left < 0:
            self.end("it hands over more than it may have of memory")
        self._line += data
        while b"\n" in data and (end := self._line.find(b"\n")) >= 0:
            line = bytes(self._line[:end])
            del self._line[: end + 1]
            try:
                self._answers += self._answer(line) + b"\n"
            except BaseException as error:
                self.failure = error
                raise

    def end(self, reason: str) -> None:
        """End the instance; raises Stopped."""
        self.failure = Stopped(reason)
        raise self.failure

    def read(self, most: int) -> bytes:
        """Give what it may read by now."""
        given = bytes(self._answers[:most])
        del self._answers[:most]
        return given


class _Machine:
    """Wasmtime with the compiled interpreter, which every instance begins from."""

    def __init__(self, code: Path) -> None:
        import wasmtime  # noqa: PLC0415 - an optional dependency

        config = wasmtime.Config()
        config.epoch_interruption = True
        config.max_wasm_stack = _STACK
        with suppress(wasmtime.WasmtimeError):  # where there is no place for it
            config.cache = True  # of compiled code, in the folder that the system has for such: seconds are saved
        self._wasmtime = wasmtime
        self._engine = wasmtime.Engine(config)
        module = wasmtime.Module.from_file(self._engine, str(code))
        linker = wasmtime.Linker(self._engine)
        self._here = threading.local()  # the evaluation that runs in this thread
        for wanted in module.imports:
            if not isinstance(wanted.type, wasmtime.FuncType):
                raise TypeError(f"the interpreter imports {wanted.name}, which is no function")
            linker.define_func(
                _WASI, str(wanted.name), wanted.type, self._function(str(wanted.name)), access_caller=True
            )
        self._start = linker.instantiate_pre(module)
        self._ticks = _Ticks(self._engine.increment_epoch)
        self._arguments = [b"qjs", b"--std", b"-e", files(__package__).joinpath("prelude.js").read_bytes()]

    def run(self, evaluation: _Evaluation, memory: int, seconds: float) -> None:
        """Run the prelude in a new instance. Raises OutOfTime, OutOfStack, Stopped, and what ``answer`` raises."""
        store = self._wasmtime.Store(self._engine)
        store.set_limits(memory_size=memory, instances=1, memories=1)
        before = getattr(self._here, "evaluation", None)
        self._here.evaluation = evaluation
        try:
            with self._ticks.running():
                store.set_epoch_deadline(int(seconds / _TICK) + 1)
                self._enter(store)
        except Exception as error:  # whatever Wasmtime hands over: it may be what another thread has raised
            if evaluation.failure is not None:
                raise evaluation.failure from None
            raise _stopped(str(error)) from error
        finally:
            self._here.evaluation = before
            store.close()

    def _enter(self, store: Any) -> None:  # noqa: ANN401 - the package is optional, and so are its types
        exports: Any = self._start.instantiate(store).exports(store)
        exports["_initialize"](store)
        memory, allocate = exports["memory"], exports["malloc"]
        places = []
        for argument in self._arguments:
            place = allocate(store, len(argument) + 1)
            memory.write(store, argument + b"\0", place)
            places.append(place)
        table = allocate(store, 4 * len(places))
        memory.write(store, b"".join(place.to_bytes(4, "little") for place in places), table)
        exports["qjs_init_argv"](store, len(places), table)

    def _function(self, name: str) -> Callable[..., object]:
        """What stands for a function of WASI."""
        own: dict[str, Callable[..., object]] = {"fd_read": self._fd_read, "fd_write": self._fd_write}
        own |= {"clock_time_get": self._clock, "proc_exit": self._exit, **_SIMPLE}
        return own.get(name, lambda *_given: _NO_FUNCTION)

    def _fd_write(self, caller: Any, number: int, parts: int, count: int, written: int) -> int:  # noqa: ANN401
        memory = caller["memory"]
        data = b"".join(bytes(memory.read(caller, at, at + size)) for at, size in _parts(caller, memory, parts, count))
        if number == 1:
            self._here.evaluation.write(data)
        memory.write(caller, len(data).to_bytes(4, "little"), written)
        return _DONE

    def _fd_read(self, caller: Any, number: int, parts: int, count: int, taken: int) -> int:  # noqa: ANN401
        memory, total = caller["memory"], 0
        for at, size in _parts(caller, memory, parts, count):
            data = self._here.evaluation.read(size) if number == 0 else b""
            memory.write(caller, data, at)
            total += len(data)
        memory.write(caller, total.to_bytes(4, "little"), taken)
        return _DONE

    def _clock(self, caller: Any, _clock: int, _precision: int, place: int) -> int:  # noqa: ANN401
        caller["memory"].write(caller, self._here.evaluation.moment().to_bytes(8, "little"), place)
        return _DONE

    def _exit(self, _caller: Any, _status: int) -> None:  # noqa: ANN401
        self._here.evaluation.end("it asks to be ended")


def _parts(caller: Any, memory: Any, place: int, count: int) -> Iterator[tuple[int, int]]:  # noqa: ANN401
    """The pieces of memory that a list of WASI names: where each is, and its length."""
    table = bytes(memory.read(caller, place, place + 8 * count))
    for start in range(0, len(table), 8):
        yield int.from_bytes(table[start : start + 4], "little"), int.from_bytes(table[start + 4 : start + 8], "little")


def _stopped(text: str) -> Stopped:
    """Why an instance was ended, by what Wasmtime says of it."""
    if _INTERRUPTED in text:
        return OutOfTime(text)
    if any(said in text for said in _STACK_OVERFLOW):
        return OutOfStack(text)
    return Stopped(text.partition("\n")[0])


def _nothing_there(caller: Any, count: int, size: int) -> int:  # noqa: ANN401
    for place in (count, size):
        caller["memory"].write(caller, bytes(4), place)
    return _DONE


def _kind_of_file(caller: Any, number: int, place: int) -> int:  # noqa: ANN401
    if number > 2:
        return _NO_FILE
    caller["memory"].write(caller, bytes(24), place)
    return _DONE


_SIMPLE: dict[str, Callable[..., object]] = {
    "environ_sizes_get": _nothing_there,
    "environ_get": lambda *_given: _DONE,
    "fd_fdstat_get": _kind_of_file,
    "fd_prestat_get": lambda *_given: _NO_FILE,
    "fd_close": lambda *_given: _DONE,
}


class _Ticks:
    """Counts the time while something runs."""

    def __init__(self, tick: Callable[[], None]) -> None:
        self._tick = tick
        self._number = 0
        self._change = threading.Condition()
        threading.Thread(target=self._count, name="taskbridge-script-time", daemon=True).start()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count as long as the block lasts."""
        with self._change:
            self._number += 1
            self._change.notify()
        try:
            yield
        finally:
            with self._change:
                self._number -= 1

    def _count(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._number > 0)
            began = time.monotonic()
            time.sleep(_TICK)
            for _ in range(max(1, int((time.monotonic() - began) / _TICK))):  # it may have slept too long
                self._tick()


@cache
def _machine() -> _Machine:
    """The one of this process: to compile the interpreter takes seconds. Raises NotInstalled."""
    from importlib.metadata import PackageNotFoundError, distribution  # noqa: PLC0415 - only where scripts run

    try:
        code = Path(str(distribution(_DISTRIBUTION).locate_file(f"qjs-wasi-reactor/{_FILE}")))
        return _Machine(code)
    except (ImportError, PackageNotFoundError, FileNotFoundError) as error:
        raise NotInstalled from error
