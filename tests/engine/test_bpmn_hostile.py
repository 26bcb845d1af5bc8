"""Files from strangers: whatever they hold, the reader gives processes or problems, quickly."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.bpmn_snippets import (
    HEAD,
    element,
    end,
    external,
    flow,
    inclusive,
    mapping,
    model,
    path,
    problems_of,
    start,
    subprocess,
    user,
)

BOMB = (
    '<!DOCTYPE b [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};&a{n - 1};&a{n - 1};">' for n in range(1, 30))
    + "]>"
)


def with_entity(text: str) -> str:
    return (
        HEAD
        + element("process", "p", start() + user("a", name=text) + path("start", "a"), isExecutable="true")
        + "</definitions>"
    )


def test_an_entity_bomb_is_a_problem() -> None:
    assert len(problems_of(BOMB + with_entity("&a29;"))) == 1


def test_a_foreign_file_is_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret", encoding="utf-8")
    content = f'<!DOCTYPE b [<!ENTITY x SYSTEM "{secret.as_uri()}">]>' + with_entity("").replace(
        "</userTask>", "&x;</userTask>"
    )
    found = problems_of(content)
    assert [problem.message for problem in found] == ["a DOCTYPE is not allowed"]
    assert "the secret" not in str(found)


def test_every_doctype_is_refused() -> None:
    [problem] = problems_of("<!DOCTYPE definitions>" + model(start()).decode())
    assert problem.message == "a DOCTYPE is not allowed"


def test_a_file_over_the_limit_is_refused_unread() -> None:
    [problem] = problems_of(b"<" * 5_000_001)
    assert "larger than 5000000 bytes" in problem.message


@pytest.mark.parametrize("content", ["", " ", "no xml", "<a", "<a></b>", "<a/><b/>", "\x00", "<a>&undefined;</a>"])
def test_what_is_no_xml_is_a_problem_with_a_place(content: str) -> None:
    [problem] = problems_of(content)
    assert problem.line >= 1
    assert problem.column >= 1


def test_another_document_is_a_problem() -> None:
    [problem] = problems_of("<html/>")
    assert problem.message == "the root element is 'html' and not 'definitions'"


def test_nesting_beyond_what_xml_parsers_bear_is_a_problem() -> None:
    body = user("a")
    for level in range(300):
        body = start(f"s{level}") + subprocess(f"sub{level}", body)
    assert len(problems_of(model(body))) == 1


def test_parameters_nested_too_deep_are_a_problem() -> None:
    nested = "<camunda:list>" * 100 + "</camunda:list>" * 100
    found = problems_of(model(start(), external("a", mapping({"x": nested}))))
    assert [problem.message for problem in found] == ["parameters are nested deeper than 50 levels"]


def test_many_elements_are_read_in_little_time() -> None:
    names = [f"t{number}" for number in range(4000)]
    tasks = "".join(element("task", name) for name in names)
    began = time.process_time()
    assert problems_of(model(start(), tasks, end(), path("start", *names, "end"))) == []
    assert time.process_time() - began < 20


def test_too_many_inclusive_joins_are_a_problem() -> None:
    names = [f"i{number}" for number in range(1500)]
    gateways = "".join(inclusive(name) for name in names)
    twice = "".join(flow("start", name) for name in names)
    found = problems_of(model(start(), gateways, path("start", *names), twice.replace('id="start-i0"', 'id="again"')))
    assert any("are too many" in problem.message for problem in found)


def test_a_long_expression_is_a_problem() -> None:
    [problem] = problems_of(model(start(), user("a", name="${" + "(" * 20_000 + "}")))
    assert "longer than" in problem.message


def test_a_file_in_an_encoding_that_has_no_columns_still_tells_lines() -> None:
    content = model(start(), "\n", element("callActivity", "c")).decode()
    [problem] = problems_of(f'<?xml version="1.0" encoding="EUC-JP"?>{content}'.encode("euc-jp"))
    assert (problem.line, problem.element_id) == (2, "c")


@settings(max_examples=150)
@given(st.binary(max_size=300))
def test_random_bytes_never_crash_the_reader(content: bytes) -> None:
    assert isinstance(problems_of(content), list)


SOURCE = model(
    start(),
    external("a", mapping({"x": "1"})),
    inclusive("g"),
    end(),
    path("start", "a", "g"),
    flow("g", "end", "${x}"),
).decode()


@settings(max_examples=300)
@given(st.integers(0, len(SOURCE)), st.integers(0, 12), st.text(alphabet='<>/"=&;${}a1: ', max_size=6))
def test_damaged_files_never_crash_the_reader(place: int, length: int, put: str) -> None:
    assert isinstance(problems_of(SOURCE[:place] + put + SOURCE[place + length :]), list)
