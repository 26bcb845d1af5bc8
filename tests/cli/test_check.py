"""``taskbridge check``: what it prints in each form, the folders it looks through, and its exit status."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.bpmn import around, definitions
from tests.cli.command import assert_told_in_one_line, run, told

PLAIN = around('<userTask id="step"/>', "plain")
JAVA = around('<serviceTask id="step" camunda:class="org.acme.Pay"/>', "java")
WRONG = around('<userTask id="step" surprise="1"/><callActivity id="call" calledElement="gone"/>', "wrong")
TEXT = """\
models/deep/java.bpmn20.xml: runs with settings: delegates=workers
  4:1: Java class: Unsupported attribute 'camunda:class' of serviceTask 'step' (delegates=workers)
models/plain.bpmn: runs as it is

2 files: 1 run as it is, 1 run with settings, 0 do not run, 0 have no executable process

kind        places  files  only reason in  setting that helps
Java class  1       1      1               delegates=workers
"""


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder with a model that runs, and one below it that runs with a setting."""
    folder = tmp_path / "models"
    (folder / "deep").mkdir(parents=True)
    (folder / "plain.bpmn").write_bytes(PLAIN)
    (folder / "deep" / "java.bpmn20.xml").write_bytes(JAVA)
    (folder / "deep" / "notes.txt").write_text("no model")
    return folder


def test_a_folder_is_looked_through(tmp_path: Path, models: Path) -> None:
    assert told(run(tmp_path, "check", models.name)) == TEXT


def test_what_stands_in_the_way_makes_the_command_fail(tmp_path: Path, models: Path) -> None:
    (models / "wrong.bpmn").write_bytes(WRONG)
    done = run(tmp_path, "check", "models", "--format", "text")
    assert done.returncode == 1
    assert "models/wrong.bpmn: does not run\n  4:1: other attribute: Unsupported attribute 'surprise'" in done.stdout
    assert "note: the called process 'gone' is in none of the files" in done.stdout
    assert "3 files: 1 run as it is, 1 run with settings, 1 do not run" in done.stdout


def test_json_has_the_files_and_the_summary(tmp_path: Path, models: Path) -> None:
    found = json.loads(told(run(tmp_path, "check", "models", "--format", "json")))
    java, plain = found["files"]
    assert java == {
        "file": "models/deep/java.bpmn20.xml",
        "verdict": "runs with settings",
        "settings": {"delegates": "workers"},
        "problems": [
            {
                "elementId": "step",
                "line": 4,
                "column": 1,
                "kind": "Java class",
                "message": "Unsupported attribute 'camunda:class' of serviceTask 'step'",
                "setting": "delegates=workers",
            }
        ],
        "workers": [{"elementId": "step", "line": 4, "column": 1, "kind": "Java class", "topicName": "org.acme.Pay"}],
        "ignoredListeners": [],
        "notes": [],
    }
    assert (plain["verdict"], plain["problems"]) == ("runs as it is", [])
    assert found["summary"]["files"] == 2
    assert found["summary"]["kinds"] == [
        {"kind": "Java class", "setting": "delegates=workers", "places": 1, "files": 1, "onlyReasonIn": 1}
    ]


def test_csv_has_a_line_for_each_problem(tmp_path: Path, models: Path) -> None:
    (models / "wrong.bpmn").write_bytes(WRONG)
    done = run(tmp_path, "check", "models", env={"TASKBRIDGE_FORMAT": "csv"})
    assert done.returncode == 1
    java, plain, *wrong = csv.DictReader(io.StringIO(done.stdout))
    assert (java["settings"], java["kind"], java["line"]) == ("delegates=workers", "Java class", "4")
    assert plain == dict.fromkeys(plain, "") | {"file": "models/plain.bpmn", "verdict": "runs as it is"}
    assert {row["file"] for row in wrong} == {"models/wrong.bpmn"}
    assert [row["kind"] for row in wrong if row["kind"] == "called process"] == ["called process"]


def test_files_that_are_no_models_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04")
    (tmp_path / "risk.dmn").write_bytes(b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>')
    done = run(tmp_path, "check", "a.zip", "risk.dmn")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("a.zip: does not run\n  1:1: unreadable file: ")
    assert "risk.dmn: has no executable process\n" in done.stdout


def test_a_name_that_is_no_text_is_shown_all_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "a\udcff.bpmn").write_bytes(PLAIN)
    assert told(run(tmp_path, "check", "models", "--format", "json")).count("models/a?.bpmn") == 1


def test_what_is_typed_wrongly_is_told_in_a_line(tmp_path: Path, models: Path) -> None:
    refused = run(tmp_path, "check", "models", "--format", "yaml")
    assert_told_in_one_line(refused, "--format: must be text, json, csv, not yaml", status=2)
    assert_told_in_one_line(run(tmp_path, "check", "gone.bpmn"), "does not exist", status=2)
    (models / "empty").mkdir()
    assert_told_in_one_line(run(tmp_path, "check", "models/empty"), "no .bpmn or .bpmn20.xml file is in models/empty")


def test_models_are_deployed_with_the_settings_that_the_check_names(tmp_path: Path, database: str) -> None:
    listener = '<extensionElements><camunda:taskListener event="create" class="x.Y"/></extensionElements>'
    steps = definitions(
        '<process id="P" isExecutable="true"><startEvent id="s"/><sequenceFlow id="a" sourceRef="s" targetRef="b"/>\n'
        '<serviceTask id="b" camunda:class="org.acme.Pay"/><sequenceFlow id="c" sourceRef="b" targetRef="d"/>\n'
        f'<userTask id="d">{listener}</userTask></process>'
    )
    (tmp_path / "p.bpmn").write_bytes(steps)
    deploy = ("deploy", "p.bpmn", "--database-url", database)
    refused = run(tmp_path, *deploy)
    assert refused.returncode == 1
    assert "(the setting delegates=workers leaves it to workers)" in refused.stderr
    assert "(the setting java-listeners=ignore leaves it out)" in refused.stderr
    done = run(tmp_path, *deploy, "--delegates", "workers", env={"TASKBRIDGE_JAVA_LISTENERS": "ignore"})
    assert told(done).splitlines() == [
        "p.bpmn: P version 1",
        "p.bpmn:4:1: Java class is left to workers of org.acme.Pay",
        "p.bpmn:5:37: Left out taskListener for create of userTask 'd': class 'x.Y'",
    ]
    wrong = run(tmp_path, *deploy, "--delegates", "some")
    assert_told_in_one_line(wrong, "--delegates: must be 'refuse' or 'workers', not some", status=2)
