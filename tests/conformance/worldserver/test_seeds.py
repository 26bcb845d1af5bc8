"""The two seeds: every row of their error tables, every filter, the six example URLs, and the advanced one."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from taskbridge.store import project_lists
from taskbridge.store.project_lists import ProjectFilter
from tests.worldserver import Office, WorldServerClient, message

pytestmark = pytest.mark.anyio

SEEDS = Path(__file__).parents[3].parent / "shared" / "seeds"
COMPLETE, LIST = "000_7e04301862041f7a.txt", "001_29da7564d7c42db0.txt"


def seed(name: str) -> str:
    file = SEEDS / name
    if not file.exists():
        pytest.skip("the seeds do not lie beside this checkout")
    return file.read_text()


def rows(name: str) -> list[tuple[str, int]]:
    """The rows of the error table: the text without what the page explains in parentheses, and the status."""
    found = re.findall(
        r"^(?:\| |)(.+?) ?(?:\| |)(\d{3}) (?:Bad|Unauth|Forb|Not|Int)[A-Za-z ]+(?:\|)?$", seed(name), re.M
    )
    return [(re.sub(r" \((?:You|If|It)[^)]*\.\)$", "", text.strip()), int(status)) for text, status in found]


async def completions(office: Office, mona: WorldServerClient) -> dict[str, Any]:
    """How to meet each row of the table of the first seed: a client and the body it sends."""
    first, second = await office.order("a.txt", "b.txt")
    other = await mona.transition(first)
    await mona.complete(first)
    reader = await office.sign_in("reader")
    nobody = WorldServerClient(office.served.app, "unknown")
    return {
        "Not valid JSON body sent": (mona, b"{"),
        "The supplied completion transition is not one of the valid options": (
            mona,
            [{"id": first, "transitionId": other}],
        ),
        "Task Id is not valid": (mona, [{"id": "abc", "transitionId": other}]),
        "Transition Id is not valid": (mona, [{"id": first, "transitionId": "abc"}]),
        "No session token provided or invalid token": (nobody, [{"id": first, "transitionId": other}]),
        "No rights to COMPLETE for resource type TASK": (reader, [{"id": second, "transitionId": other}]),
        "Resource TASK (ID) not found": (mona, [{"id": 1, "transitionId": other}]),
    }


async def test_every_row_of_the_error_table_of_completing(office: Office, mona: WorldServerClient) -> None:
    table = rows(COMPLETE)
    assert len(table) == 7
    met = await completions(office, mona)
    for text, status in table:
        client, body = met.pop(text)
        more = {"content": body} if isinstance(body, bytes) else {"json": body}
        answer = await client.request("POST", "/tasks/complete", **more)
        assert (answer.status_code, message(answer)) == (status, text.replace("ID", "1")), text
    assert not met


async def test_every_row_of_the_error_table_of_listing(office: Office, mona: WorldServerClient) -> None:
    table = rows(LIST)
    assert len(table) == 6
    await office.order("a.txt", "b.txt")
    nobody = WorldServerClient(office.served.app)
    met = {
        "The limit is not valid": (mona, "limit=0"),
        "Sort direction not provided, or invalid": (mona, "sortBy=name&sortDirection=down"),
        "Offset not provided, or invalid": (mona, "offset=-1"),
        "Offset out of range. Collection has only n items": (mona, "offset=3"),
        "No session token provided or invalid token": (nobody, ""),
        "For input string: \\<invalidId>\\": (mona, "ids=1,two"),
    }
    for text, status in table:
        client, query = met.pop(text)
        answer = await client.get(f"/tasks?{query}")
        expected = text.replace("only n", "only 2").replace("\\<invalidId>\\", '"two"')
        assert (answer.status_code, message(answer)) == (status, expected), text
    assert not met


async def test_the_prerequisites_lead_to_a_completed_step(office: Office, mona: WorldServerClient) -> None:
    (number,) = await office.order()
    workflow = (await mona.json(f"/tasks/{number}?token={mona.token}"))["workflow"]["id"]
    steps = (await mona.json(f"/workflows/{workflow}?token={mona.token}"))["steps"]
    here = (await mona.task(number))["currentTaskStep"]["name"]
    (step,) = [step for step in steps if step["name"] == here]
    told = [{"id": number, "transitionId": step["outboundTransitions"][0]["id"], "comment": "Done"}]
    done = await mona.post(f"/tasks/complete?token={mona.token}", told)
    assert (done.status_code, done.json()["status"]) == (200, "OK")
    assert await mona.step(number) == "Review"


def examples() -> list[str]:
    """The example URLs of the list seed as they are written, from the path on."""
    text = seed(LIST)
    return re.findall(r"<ws-port>/ws-api/v2(/tasks\?token=<sessionId>&\S+)", text)


async def test_the_example_urls_work_as_written(office: Office, mona: WorldServerClient) -> None:
    numbers = await office.order("b.txt", "a.txt", "c.txt")
    project = (await office.services.run(lambda unit: project_lists.find(unit.tx, ProjectFilter())))[0].id
    assert len(examples()) == 7
    renamed = {"1081": numbers[0], "1065": numbers[1], "1074": numbers[2], "3346": numbers[0], "3347": numbers[1]}
    for url in examples():
        path = url.replace("<sessionId>", mona.token or "").replace("projectId=3483", f"projectId={project}")
        for written, real in renamed.items():
            path = re.sub(rf"\b{written}\b", str(real), path)
        answer = await mona.json(path)
        expected: Sequence[int] = numbers
        if "3346" in url:
            expected = numbers[:2]
        if "sortBy=name" in url:
            expected = [numbers[1], numbers[0], numbers[2]]
        assert answer["total"] == len(expected), url
        shown = answer["items"]
        if "id" in shown[0]:
            assert [one["id"] for one in shown] == list(expected), url
        assert [set(one) for one in shown] == [keys(url) or set(shown[0])] * len(expected), url
        if "fields=name" in url:
            assert all(one["name"] for one in shown)


def keys(url: str) -> set[str] | None:
    """The members that an example asks for."""
    found = re.search(r"[?&]fields=([^&]*)", url)
    return set(re.sub(r"\(.*?\)+", "", found[1]).split(",")) if found else None


async def test_the_advanced_example_shows_each_layer_and_nothing_else(office: Office, mona: WorldServerClient) -> None:
    await office.order()
    (url,) = [url for url in examples() if "workflow(" in url]
    (task,) = (await mona.json(url.replace("<sessionId>", mona.token or "")))["items"]
    assert set(task) == {"id", "project", "workflow"}
    assert set(task["project"]) == {"id", "name", "targetLocale"}
    assert task["project"]["targetLocale"] == {"id": office.locales["German"], "name": "German (Germany)"}
    assert set(task["workflow"]) == {"steps"}
    assert [step["name"] for step in task["workflow"]["steps"]] == ["Translate", "Review", "Publish"]
    assert all(set(step) == {"id", "name"} for step in task["workflow"]["steps"])


async def test_the_same_logic_applies_to_excluded_fields(office: Office, mona: WorldServerClient) -> None:
    await office.order()
    (whole,) = (await mona.json("/tasks"))["items"]
    (less,) = (await mona.json("/tasks?excludedFields=id,project(id,name),steps(workflowStep(id))"))["items"]
    assert set(whole) - set(less) == {"id"}
    assert set(whole["project"]) - set(less["project"]) == {"id", "name"}
    assert set(whole["steps"][0]["workflowStep"]) - set(less["steps"][0]["workflowStep"]) == {"id"}


async def test_the_filters_that_remain_do_what_they_say(office: Office, mona: WorldServerClient) -> None:
    tina = await office.sign_in("tina")
    first, second = await office.order("a.txt", "b.txt")
    await tina.post("/tasks/claim", [{"id": second}])
    claimed = await tina.json("/tasks?fields=id&view=ASSIGNED_OR_CLAIMED_TASKS")
    assert [one["id"] for one in claimed["items"]] == [first, second]
    replaced = await mona.request("POST", f"/tasks/{first}/asset", files=[("file", ("new.txt", b"More text"))])
    fresh = replaced.json()["response"][0]["response"]
    assert [one["id"] for one in (await mona.json("/tasks?fields=id"))["items"]] == [second, fresh]
    assert (await mona.json("/tasks?fields=id&outdatedTasks=false"))["total"] == 2
    everything = await mona.json("/tasks?fields=id&outdatedTasks=true")
    assert [one["id"] for one in everything["items"]] == [first, second, fresh]
    unknown = await mona.get("/tasks?view=mine")
    assert (unknown.status_code, message(unknown)) == (404, "Resource VIEW (mine) not found")


async def test_a_filter_in_the_query_counts_before_one_in_a_header(office: Office, mona: WorldServerClient) -> None:
    await office.order("a.txt", "b.txt")
    answer = await mona.get("/tasks?limit=2&fields=id", headers={"limit": "1", "fields": "name"})
    assert [set(one) for one in answer.json()["items"]] == [{"id"}, {"id"}]
