"""What every dialect stands on: people and their numbers, tokens, ids of steps, comments, documents, who took part."""

import pytest

from taskbridge.clock import ManualClock
from taskbridge.service import access, comments, documents, elements, identity, people, processes, tasks, tokens, uuids
from taskbridge.service.access import Relation
from taskbridge.service.errors import AlreadyThere, NotFound, TokenExpired
from taskbridge.service.identity import Person
from taskbridge.service.people import Changes
from taskbridge.service.unit import Services, Unit
from taskbridge.store import activities, user_task_lists
from taskbridge.store import elements as stored_elements
from taskbridge.store.database import Database
from taskbridge.store.user_task_lists import UserTaskFilter
from tests.bpmn import model
from tests.service.deploying import deployed

ANN = Person("ann", (), admin=False)

pytestmark = pytest.mark.anyio
KIND = "test"


@pytest.fixture
def shared(database: Database, clock: ManualClock) -> Services:
    return Services(database, clock)


async def test_a_person_keeps_number_and_names_when_the_password_changes(shared: Services) -> None:
    def work(unit: Unit) -> None:
        identity.add_user(unit, "ann", "old", groups=["clerks"], first_name="Ann", tenant="acme.com")
        first = identity.person(unit, "ann")
        people.change(unit, "ann", Changes("new", admin=True))
        second = identity.person(unit, "ann")
        assert first is not None
        assert second is not None
        assert (second.number, second.first_name, second.tenant) == (first.number, "Ann", "acme.com")
        assert (first.admin, second.admin, second.groups) == (False, True, ("clerks",))

    await shared.run(work)


async def test_a_token_stands_for_its_user_until_it_ends(shared: Services, clock: ManualClock) -> None:
    def work(unit: Unit) -> tuple[str, str, str]:
        identity.add_user(unit, "ann", "none")
        return (
            tokens.issue(unit, KIND, "ann", 1_000),
            tokens.issue(unit, KIND, "ann", None),
            tokens.issue_base64(unit, KIND, "ann", 1_000),
        )

    short, long, letters = await shared.run(work)
    assert len({short, long, letters}) == 3
    assert letters.isalnum()

    def owners(unit: Unit) -> list[str | None]:
        people = [tokens.owner(unit, kind, token) for kind, token in ((KIND, short), (KIND, long), ("other", long))]
        return [person.name if person else None for person in people]

    assert await shared.run(owners) == ["ann", "ann", None]
    clock.advance(1_000)
    with pytest.raises(TokenExpired):
        await shared.run(lambda unit: tokens.owner(unit, KIND, short))
    assert await shared.run(lambda unit: tokens.revoke(unit, KIND, long))
    assert not await shared.run(lambda unit: tokens.revoke(unit, KIND, long))
    assert await shared.run(lambda unit: tokens.owner(unit, KIND, long)) is None
    clock.advance(2 * 24 * 3600 * 1000)
    await shared.run(lambda unit: tokens.issue(unit, KIND, "ann", 1))
    assert await shared.run(lambda unit: tokens.owner(unit, KIND, short)) is None


async def test_steps_and_transitions_have_ids_both_ways(shared: Services) -> None:
    row = await deployed(shared, model("UserDecision"))
    found = await shared.run(lambda unit: elements.of_definition(unit, row.id))
    process = await shared.run(lambda unit: unit.process(row.id))
    assert set(found.nodes) == set(process.nodes)
    assert set(found.flows) == set(process.flows)
    numbers = [*found.nodes.values(), *found.flows.values()]
    assert len(set(numbers)) == len(numbers)
    name, number = next(iter(found.flows.items()))
    element = await shared.run(lambda unit: elements.find(unit, number))
    assert (element.element_id, element.definition_id, element.kind) == (name, row.id, 2)
    with pytest.raises(NotFound):
        await shared.run(lambda unit: elements.find(unit, row.id))


async def test_a_definition_of_an_older_version_gets_its_ids_when_they_are_asked_for(shared: Services) -> None:
    row = await deployed(shared, model("UserDecision"))

    def forget(unit: Unit) -> None:
        stored_elements.remove(unit.tx, row.id)

    await shared.run(forget)
    found = await shared.run(lambda unit: elements.of_definition(unit, row.id))
    assert found.nodes
    assert await shared.run(lambda unit: elements.of_definition(unit, row.id)) == found


async def test_comments_are_kept_with_author_and_place(shared: Services) -> None:
    row = await deployed(shared, model("UserTask"))

    def work(unit: Unit) -> None:
        instance = processes.start(unit, row)
        task = activities.open_of_instance(unit.tx, instance.id)[0]
        comments.add_to_task(unit, task, "well done")
        comments.add_to_task(unit, task, None)
        comments.add(unit, instance.id, "by the way", kind=comments.REASON)
        assert [(one.text, one.author) for one in comments.of_task(unit, task.id)] == [("well done", "ann")]
        of_instance = comments.of_instances(unit, [instance.id])[instance.id]
        assert [(one.text, one.kind) for one in of_instance] == [("well done", "comment"), ("by the way", "reason")]

    await shared.run(work, "ann")


async def test_documents_lie_in_instances_once_per_role(shared: Services) -> None:
    row = await deployed(shared, model("UserTask"))

    def work(unit: Unit) -> None:
        instance = processes.start(unit, row).id
        document = documents.add(unit, "plan.txt", b"hello", mime_type="text/plain", title="Plan")
        assert documents.attach(unit, ANN, instance, document.id) == document
        documents.attach(unit, ANN, instance, document.id, "source")
        with pytest.raises(AlreadyThere):
            documents.attach(unit, ANN, instance, document.id)
        with pytest.raises(NotFound):
            documents.attach(unit, ANN, instance, instance)
        assert (document.size, document.created_by) == (5, "ann")
        assert documents.content(unit, document.id) == b"hello"
        documents.detach(unit, instance, document.id)
        with pytest.raises(NotFound):
            documents.detach(unit, instance, document.id)
        assert access.documents_of(unit, ANN, instance, documents.PLAIN) == []
        assert access.documents_of(unit, ANN, instance, "source") == [document]

    await shared.run(work, "ann")


async def test_what_somebody_is_to_a_task(shared: Services) -> None:
    row = await deployed(shared, model("UserTask"))

    def work(unit: Unit) -> None:
        for name, admin, groups, tenant in (
            ("ann", False, (), None),
            ("ben", False, ("clerks",), None),
            ("root", True, (), None),
            ("else", True, (), "acme.com"),
        ):
            identity.add_user(unit, name, "none", admin=admin, groups=groups, tenant=tenant)
        instance = processes.start(unit, row).id
        task = activities.open_of_instance(unit.tx, instance)[0].id
        tasks.add_link(unit, task, tasks.CANDIDATE, None, "clerks")
        tasks.add_link(unit, task, tasks.CANDIDATE, "ann", None)
        tasks.update(unit, task, {"assignee": "ben", "owner": "root"})
        found = {}
        for name in ("ann", "ben", "root", "else"):
            person = identity.person(unit, name)
            assert person is not None
            found[name] = access.relations(unit, tasks.get(unit, task), person)
        assert found == {
            "ann": {Relation.STARTER, Relation.CANDIDATE_USER},
            "ben": {Relation.ASSIGNEE, Relation.CANDIDATE_GROUP},
            "root": {Relation.ADMIN, Relation.OWNER},
            "else": frozenset(),
        }

    await shared.run(work, "ann")


async def test_who_loses_a_task_or_does_that_of_another_is_remembered(shared: Services) -> None:
    row = await deployed(shared, model("UserTask"))
    instance = (await shared.run(lambda unit: processes.start(unit, row), "ann")).id
    find = UserTaskFilter(instance_ids=[instance])
    task = (await shared.run(lambda unit: user_task_lists.find(unit.tx, find)))[0].id
    for assignee in ("ann", "ben", "cid", "ben", None):
        await shared.run(lambda unit, to=assignee: tasks.assign(unit, task, to), "ann")  # type: ignore[misc]
    await shared.run(lambda unit: tasks.complete(unit, task), "dot")
    links = await shared.run(lambda unit: activities.candidates(unit.tx, instance))
    assert [(link.type, link.user_id) for link in links] == [
        (tasks.PARTICIPANT, "ben"),
        (tasks.PARTICIPANT, "cid"),
        (tasks.PARTICIPANT, "dot"),
    ]
    offered = await shared.run(lambda unit: activities.candidates(unit.tx, task))
    assert [(link.type, link.group_id) for link in offered] == [(tasks.CANDIDATE, "clerks")]
    ended = await shared.run(lambda unit: tasks.find(unit, task))
    assert ended.ended_at is not None
    with pytest.raises(NotFound):
        await shared.run(lambda unit: tasks.get(unit, task))


async def test_only_properties_of_a_task_can_be_set(shared: Services) -> None:
    with pytest.raises(TypeError, match="variables"):
        await shared.run(lambda unit: tasks.update(unit, 1, {"variables": "x"}))
    with pytest.raises(NotFound):
        await shared.run(lambda unit: tasks.update(unit, 1, {"name": "x"}))


@pytest.mark.parametrize("number", [1, 2**48 - 1, 2**48, 2**60 - 1])
def test_an_id_comes_back_from_its_uuid_as_the_kind_it_is(number: int) -> None:
    text = uuids.encode(uuids.Kind.ELEMENT, number)
    assert uuids.decode(text, uuids.Kind.ELEMENT, uuids.Kind.USER) == number
    assert uuids.decode(text, uuids.Kind.USER) == uuids.UNKNOWN
