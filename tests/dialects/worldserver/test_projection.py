"""The grammar of ``fields`` and ``excludedFields``."""

import pytest

from taskbridge.dialects.worldserver.errors import WorldServerError
from taskbridge.dialects.worldserver.projection import Projection, read_projection

SEED = "id,project(id,name,targetLocale(id,name)),workflow(steps(id,name))"


def shown(projection: Projection, *names: str) -> list[str]:
    return [name for name in names if projection.shows(name)]


def test_without_names_the_usual_members_are_shown() -> None:
    projection = read_projection(None, None)
    assert projection.shows("id")
    assert not projection.shows("steps", usual=False)
    assert projection.into("project").shows("name")


def test_fields_are_chosen_on_every_level() -> None:
    projection = read_projection(SEED, None)
    assert shown(projection, "id", "name", "project", "workflow") == ["id", "project", "workflow"]
    project = projection.into("project")
    assert shown(project, "id", "name", "status", "targetLocale") == ["id", "name", "targetLocale"]
    assert shown(project.into("targetLocale"), "id", "name", "encoding") == ["id", "name"]
    assert projection.into("workflow").shows("steps", usual=False)
    assert shown(projection.into("workflow").into("steps"), "id", "name", "type") == ["id", "name"]


def test_a_name_alone_means_the_usual_members_of_its_object() -> None:
    project = read_projection("project", None).into("project")
    assert project.shows("status")
    assert not project.shows("tasks", usual=False)


def test_excluded_fields_leave_out_what_they_name_and_nothing_around_it() -> None:
    projection = read_projection(None, "name,project(name,targetLocale(id))")
    assert shown(projection, "id", "name", "project") == ["id", "project"]
    project = projection.into("project")
    assert shown(project, "id", "name", "targetLocale") == ["id", "targetLocale"]
    assert shown(project.into("targetLocale"), "id", "name") == ["name"]
    assert not projection.shows("steps", usual=False)


def test_fields_count_where_both_are_given() -> None:
    assert shown(read_projection("id", "id"), "id", "name") == ["id"]


def test_a_comma_after_a_parenthesis_may_be_missing() -> None:
    projection = read_projection("id,name,projects(id,name)offset=0", None)
    assert shown(projection, "id", "name", "projects", "status") == ["id", "name", "projects"]
    assert shown(projection.into("projects"), "id", "name", "status") == ["id", "name"]


def test_blanks_and_spare_commas_say_nothing() -> None:
    assert read_projection(" id , project ( id , name ) ,, ", None) == read_projection("id,project(id,name)", None)


def test_what_is_named_twice_is_laid_together() -> None:
    project = read_projection("project(id),project(name,targetLocale(id)),project(targetLocale(name))", None)
    assert shown(project.into("project"), "id", "name", "status") == ["id", "name"]
    assert shown(project.into("project").into("targetLocale"), "id", "name") == ["id", "name"]
    assert read_projection("project(id),project", None).into("project").shows("status")


@pytest.mark.parametrize("text", ["", " ", ",", " , ,"])
def test_fields_that_name_nothing_say_nothing(text: str) -> None:
    for projection in (read_projection(text, None), read_projection(None, text), read_projection(text, text)):
        assert shown(projection, "id", "name") == ["id", "name"]
        assert not projection.shows("steps", usual=False)
    assert shown(read_projection(text, "name"), "id", "name") == ["id"]
    assert shown(read_projection(f"project({text})", None).into("project"), "id", "name") == ["id", "name"]


@pytest.mark.parametrize("text", ["id,(name)", "project(id", "project)id", "a((b))", "(" * 500, "a(" * 13 + ")" * 13])
def test_parentheses_that_do_not_match_are_refused(text: str) -> None:
    with pytest.raises(WorldServerError, match="The fields are not valid"):
        read_projection(text, None)
