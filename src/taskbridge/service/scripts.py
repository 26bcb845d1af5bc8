"""Scripts in models: what they may take, by the settings."""

from taskbridge.engine.scripts.running import Allowance
from taskbridge.engine.scripts.sandbox import NotInstalled, Sandbox
from taskbridge.service.errors import ServiceError
from taskbridge.settings import Settings

OFF = Allowance(None, 0)


class ScriptsMissing(ServiceError):
    """A setting asks for scripts, and what runs them is not installed."""


def allowed(settings: Settings) -> Allowance:
    """What scripts may take. What runs them is loaded here, once for a process. Raises ScriptsMissing."""
    if "javascript" not in settings.scripts:
        return OFF
    try:
        return Allowance(Sandbox(settings.script_memory), settings.script_timeout)
    except NotInstalled as error:
        raise ScriptsMissing(f"--scripts javascript: {error}") from error
