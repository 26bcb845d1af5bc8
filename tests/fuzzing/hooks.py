"""What the fuzzer loads into itself: our check of the server's log, the thinning of systematic cases, the counting.

Named to the fuzzer's process by `runs`; nothing else imports it.
"""

import atexit
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import schemathesis
from schemathesis.core.failures import Failure, MalformedJson
from schemathesis.generation.meta import TestPhase
from schemathesis.openapi.checks import MissingContentType

from tests.fuzzing.plan import Plan, Tally
from tests.fuzzing.server_log import ServerLog

PLAN = Plan.of_environment()
TALLY = Tally()
LOG = ServerLog(Path(PLAN.server_log))
_SYSTEMATIC: Counter[str] = Counter()
#: Milliseconds that a long poll may wait; what it does when it waits for longer is tested elsewhere.
_PATIENCE = 50
#: Bytes of a URL beyond which the parser of HTTP gives up, before any document has a say.
_LONGEST_URL = 60_000

atexit.register(lambda: TALLY.write(Path(PLAN.tally)))


@schemathesis.check
def nothing_unforeseen(
    context: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> bool | None:
    """The server has logged no error since the last answer, whatever it answered.

    It logs what nobody foresaw: any exception without a place in a dialect's words. Whether a status of 500 and more is
    listed is the affair of status_code_conformance.
    """
    troubles = LOG.new_troubles()
    assert not troubles, f"the server met what it did not foresee:\n{troubles[0]}"
    return None


@schemathesis.hook
def filter_case(context: schemathesis.HookContext, case: schemathesis.Case[Any]) -> bool:
    """Of the systematic cases, only as many as the plan wants; and nothing that is no HTTP request."""
    if sum(len(quote(str(value))) for value in (case.query or {}).values()) > _LONGEST_URL:
        return False
    if case.meta is None or case.meta.phase.name is not TestPhase.COVERAGE:
        return True
    name = _operation_id(case)
    number = _SYSTEMATIC[name]
    _SYSTEMATIC[name] += 1
    return number < PLAN.head or (number + PLAN.seed) % PLAN.stride == 0


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case[Any], kwargs: dict[str, Any]) -> None:
    """Have no poll wait for long."""
    body = case.body
    wait = body.get("asyncResponseTimeout") if isinstance(body, dict) else None
    if isinstance(body, dict) and isinstance(wait, int | float) and wait > _PATIENCE:
        case.body = {**body, "asyncResponseTimeout": _PATIENCE}


@schemathesis.hook
def filter_failure(
    context: schemathesis.HookContext, failure: Failure, case: schemathesis.Case[Any], response: schemathesis.Response
) -> bool:
    """An empty body is no failure where the document says that there may be none, in words that OpenAPI lacks."""
    if response.content or not isinstance(failure, (MissingContentType, MalformedJson)):
        return True
    return not _body_optional(case, response.status_code)


@schemathesis.hook
def after_call(
    context: schemathesis.HookContext, case: schemathesis.Case[Any], response: schemathesis.Response
) -> None:
    """Count the case, and the answer unless it is one to a method that is not the operation's."""
    TALLY.phases[case.meta.phase.name.value if case.meta else "probes"] += 1
    if case.method.upper() == case.operation.method.upper():
        TALLY.add(_operation_id(case), response.status_code)


def _body_optional(case: schemathesis.Case[Any], status: int) -> bool:
    declared = case.operation.responses.find_by_status_code(status)
    return bool(declared and declared.definition.get("x-taskbridge", {}).get("bodyOptional"))


def _operation_id(case: schemathesis.Case[Any]) -> str:
    return str(case.operation.definition.raw["operationId"])
