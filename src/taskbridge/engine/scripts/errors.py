"""What can go wrong with a script. Raised by this package, met by elements, services and dialects."""

from taskbridge.engine.errors import EngineError


class ScriptError(EngineError):
    """A script cannot be evaluated; the text is the vendor's, with the reason at its end."""


class ScriptsOff(ScriptError):
    """A script in a language that this server does not run, in a process that was deployed when it did."""


class MissingScript(EngineError):
    """The file that a script stands in was not deployed with the model."""

    def __init__(self, path: str) -> None:
        super().__init__(f"ENGINE-09024 Unable to find resource at path {path}")


class BpmnErrorThrown(EngineError):
    """A script throws a BPMN error on purpose; the text is the vendor's where no element may do so."""

    def __init__(self, code: str, message: str | None) -> None:
        super().__init__("null" if message is None else f"{message} (errorCode='{code}')")
        self.code = code
        self.message = message


class Stopped(Exception):
    """An evaluation was ended by a limit, or by the interpreter; the text says which. For this package alone."""


class OutOfStack(Stopped):
    """Its calls are nested too deep."""


class OutOfTime(Stopped):
    """It took longer than it may."""
