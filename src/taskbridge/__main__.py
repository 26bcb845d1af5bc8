"""The entry of the ``taskbridge`` command and of ``python -m taskbridge``.

It is small, and loads everything else inside, so that Ctrl-C is quiet from the first moment on.
"""

import errno
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

#: What shells show for a program that was ended by SIGINT.
_INTERRUPTED = 130
#: What writing to stdout fails with when its reader has gone away, and when the disk is full.
_UNWRITABLE = (errno.EPIPE, errno.ENOSPC)


def run() -> NoReturn:
    """Run the command that the arguments ask for, and end the process with its exit status."""
    try:
        sys.unraisablehook = _unraisable
        from taskbridge.cli import program  # noqa: PLC0415 - see above

        status = program.run()
    except KeyboardInterrupt:
        status = _INTERRUPTED
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        status = _without_output(error)
    # Whatever is still to be cleaned up must not print a traceback when somebody presses Ctrl-C once more.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(_flushed(status))


def _flushed(status: int) -> int:
    """The exit status, once everything is written; 1 where that fails, for which Python would print a traceback."""
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except OSError as error:
        return status or _without_output(error)
    return status


def _without_output(error: OSError) -> int:
    """Have the rest of the output go nowhere, which Python writes when it ends, and say so where somebody reads it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if error.errno != errno.EPIPE:
        print(f"taskbridge: the output cannot be written: {error.strerror}", file=sys.stderr)
    return 1


def _unraisable(error: "UnraisableHookArgs") -> None:
    """Ctrl-C in a place where Python cannot raise it, such as a callback of the import system."""
    if isinstance(error.exc_value, KeyboardInterrupt):
        os._exit(_INTERRUPTED)
    sys.__unraisablehook__(error)


if __name__ == "__main__":
    run()
