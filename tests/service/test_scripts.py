"""What scripts may take, by the settings; and what is said where that which runs them is not installed."""

import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError

import pytest

from taskbridge.engine.scripts import sandbox
from taskbridge.service import scripts
from taskbridge.service.scripts import ScriptsMissing
from taskbridge.settings import Settings


@pytest.fixture
def fresh() -> Iterator[None]:
    """Nothing that runs scripts is loaded yet; what was loaded before is found again afterwards."""
    sandbox._machine.cache_clear()
    yield
    sandbox._machine.cache_clear()


def test_scripts_are_off_unless_a_setting_says_otherwise() -> None:
    assert not scripts.allowed(Settings()).switched_on


def test_the_settings_say_what_scripts_may_take() -> None:
    allowed = scripts.allowed(Settings(scripts=("javascript",), script_timeout=2.5, script_memory=20_000_000))
    assert allowed.switched_on
    assert allowed.seconds == 2.5


@pytest.mark.usefixtures("fresh")
def test_the_interpreter_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wasmtime", None)
    with pytest.raises(ScriptsMissing, match=r"pip install 'taskbridge-server\[javascript\]'"):
        scripts.allowed(Settings(scripts=("javascript",)))


@pytest.mark.usefixtures("fresh")
def test_its_code_that_is_missing_is_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.distribution", missing)
    with pytest.raises(ScriptsMissing, match=r"--scripts javascript: scripts in JavaScript need further packages"):
        scripts.allowed(Settings(scripts=("javascript",)))
