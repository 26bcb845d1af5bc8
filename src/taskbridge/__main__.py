"""The entry of the ``taskbridge`` command and of ``python -m taskbridge``.

It is small, and loads everything else inside, so that Ctrl-C is quiet from the first moment on.
"""

import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

#: What shells show for a program that was ended by SIGINT.
_INTERRUPTED = 130


def run() -> NoReturn:
    """Run the command that the arguments ask for, and end the process with its exit status."""
    try:
        sys.unraisablehook = _unraisable
        from taskbridge.cli import program  # noqa: PLC0415 - see above

        status = program.run()
    except KeyboardInterrupt:
        status = _INTERRUPTED
    # Whatever is still to be cleaned up must not print a traceback when somebody presses Ctrl-C once more.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(_flushed(status))


def _flushed(status: int) -> int:
    """The exit status, once everything is written; 1 where that fails, for which Python would print a traceback."""
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except BrokenPipeError:
        _give_up_output()
        return status or 1
    except OSError as error:
        _give_up_output()
        print(f"taskbridge: the output cannot be written: {error.strerror}", file=sys.stderr)
        return status or 1
    return status


def _give_up_output() -> None:
    """Have the rest of the output written to nowhere; Python flushes it once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _unraisable(error: "UnraisableHookArgs") -> None:
    """Ctrl-C in a place where Python cannot raise it, such as a callback of the import system."""
    if isinstance(error.exc_value, KeyboardInterrupt):
        os._exit(_INTERRUPTED)
    sys.__unraisablehook__(error)


if __name__ == "__main__":
    run()
