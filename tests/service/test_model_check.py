"""Checks of models before they are deployed: verdicts, kinds of problems, and files that are none."""

import os
from pathlib import Path

import pytest

from taskbridge.engine.bpmn_xml import MAX_BYTES
from taskbridge.engine.problem_kinds import Kind
from taskbridge.kinds import Handling
from taskbridge.service.model_check import Checked, KindCount, Verdict, check, check_files, kinds, verdicts
from tests.bpmn import around, definitions

JAVA = around('<serviceTask id="step" camunda:class="org.acme.Pay"/>')
LISTENER = '<extensionElements><camunda:taskListener event="create" class="x.Y"/></extensionElements>'
LISTENED = around(f'<userTask id="step">{LISTENER}</userTask>')
PLAIN = around('<userTask id="step"/>')
BOTH = Handling.WORKERS | Handling.WITHOUT_JAVA_LISTENERS


def test_a_file_that_runs_as_it_is_needs_nothing() -> None:
    assert check("f", PLAIN) == Checked("f", Verdict.AS_IT_IS)


def test_a_file_that_runs_with_a_setting_says_which_and_why() -> None:
    found = check("f", JAVA)
    assert (found.verdict, found.needed) == (Verdict.WITH_SETTINGS, Handling.WORKERS)
    [problem] = found.problems
    assert (problem.kind, problem.element_id, problem.line) == (Kind.JAVA_CLASS, "step", 4)
    assert [work.topic for work in found.workers] == ["org.acme.Pay"]
    found = check("f", LISTENED)
    assert (found.verdict, found.needed) == (Verdict.WITH_SETTINGS, Handling.WITHOUT_JAVA_LISTENERS)
    assert len(found.left_out) == 1


def test_what_stands_in_the_way_of_a_file_is_all_named() -> None:
    found = check("f", JAVA.replace(b"<endEvent", b'<userTask id="u" surprise="1"/><endEvent'))
    assert found.verdict is Verdict.REFUSED
    assert [(one.kind, one.remedy) for one in found.problems] == [
        (Kind.JAVA_CLASS, Handling.WORKERS),
        (Kind.ATTRIBUTE, Handling.PLAIN),
    ]


NOT_READ = {
    "no XML": b"PK\x03\x04 whatever",
    "nothing": b"",
    "a DOCTYPE": b'<!DOCTYPE definitions [<!ENTITY a "b">]>' + PLAIN.partition(b"?>")[2],
    "an encoding that is none": PLAIN.replace(b"UTF-8", b"UTF-88"),
    "another encoding than it says": PLAIN.replace(b'id="end"', b'id="end" name="\xff"'),
    "something else": b"<html/>",
    "too deep": b"<a>" * 1000 + b"</a>" * 1000,
}


@pytest.mark.parametrize("content", NOT_READ.values(), ids=NOT_READ.keys())
def test_a_file_that_cannot_be_read_is_refused_as_such(content: bytes) -> None:
    found = check("f", content)
    assert found.verdict is Verdict.REFUSED
    assert {problem.kind for problem in found.problems} == {Kind.FILE}


def test_other_encodings_are_read() -> None:
    for encoding in ("utf-16", "iso-8859-1"):
        written = PLAIN.decode().replace("UTF-8", encoding).encode(encoding)
        assert check("f", written).verdict is Verdict.AS_IT_IS


def test_a_file_without_a_process_has_nothing_that_could_run() -> None:
    decision = b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
    idle = PLAIN.replace(b'isExecutable="true"', b'isExecutable="false"')
    assert {check("f", content).verdict for content in (decision, idle)} == {Verdict.NO_PROCESS}


def test_files_that_are_none_are_named(tmp_path: Path) -> None:
    (tmp_path / "large.bpmn").write_bytes(b" " * (MAX_BYTES + 1))
    os.mkfifo(tmp_path / "pipe.bpmn")
    names = ("large.bpmn", "pipe.bpmn", "gone.bpmn", ".")
    found = check_files((name, tmp_path / name) for name in names)
    assert [(one.name, one.verdict) for one in found] == [(name, Verdict.REFUSED) for name in names]
    assert {problem.kind for one in found for problem in one.problems} == {Kind.FILE}


def test_called_processes_that_are_in_no_file_are_noted(tmp_path: Path) -> None:
    calling = definitions("""<process id="caller" isExecutable="true"><startEvent id="s"/>
<callActivity id="own" calledElement="P"/>
<callActivity id="other" calledElement="elsewhere"/>
<callActivity id="open" calledElement="${which}"/></process>""")
    (tmp_path / "a.bpmn").write_bytes(calling)
    (tmp_path / "b.bpmn").write_bytes(JAVA)
    found = check_files((name, tmp_path / name) for name in ("a.bpmn", "b.bpmn"))
    text = "the called process 'elsewhere' is in none of the files"
    assert [(note.message, note.element_id, note.line) for note in found[0].notes] == [(text, "other", 5)]
    assert found[1].notes == ()


def test_a_process_that_is_in_several_files_is_noted_in_each(tmp_path: Path) -> None:
    idle = PLAIN.replace(b'isExecutable="true"', b'isExecutable="false"')
    for name, content in (("a.bpmn", PLAIN), ("b.bpmn", JAVA), ("idle.bpmn", idle)):
        (tmp_path / name).write_bytes(content)
    names = ("a.bpmn", "b.bpmn", "idle.bpmn", "a.bpmn")
    found = check_files((name, tmp_path / name) for name in names)
    said = "the process 'P' is in {} too: one deployment cannot have both"
    noted = [[note.message for note in one.notes] for one in found]
    assert noted == [[said.format("b.bpmn")], [said.format("a.bpmn")], [], [said.format("b.bpmn")]]


def test_kinds_are_counted_by_places_and_files() -> None:
    two = around('<serviceTask id="step" camunda:class="a"/><serviceTask id="x" camunda:class="b"/>')
    mixed = around(f'<userTask id="step">{LISTENER}</userTask><serviceTask id="x" camunda:class="b"/>')
    checked = [check("f", content) for content in (PLAIN, JAVA, two, mixed)]
    assert kinds(checked) == [
        KindCount(Kind.JAVA_CLASS, Handling.WORKERS, places=4, files=3, only_reason=2),
        KindCount(Kind.LISTENER, Handling.WITHOUT_JAVA_LISTENERS, places=1, files=1, only_reason=0),
    ]
    assert verdicts(checked) == {
        Verdict.AS_IT_IS: 1,
        Verdict.WITH_SETTINGS: 3,
        Verdict.REFUSED: 0,
        Verdict.NO_PROCESS: 0,
    }
    assert checked[3].needed == BOTH
