"""Projects, their team, invitations, properties and tags."""

import threading

import pytest

from rolodesk.domain.access import Role
from rolodesk.domain.errors import Conflict, Forbidden, Invalid, NotFound
from rolodesk.usecases import clock, contacts, departments, projects
from tests.cast import make_person

# Projects.


def test_a_new_project_has_its_owner_and_a_department(db):
    person = make_person(db, "Petra", "P", clock.new_id())
    made = projects.create(db, person, "  Flower shop ")

    assert made.name == "Flower shop"
    ((project, member),) = projects.of_person(db, person)
    assert (project, member.role) == (made, Role.OWNER)
    assert [d.name for d in departments.shown(db, made.id)] == ["Default Department"]


@pytest.mark.parametrize("name", ["", " ", None, 5, "x" * 201, "\x00"])
def test_a_project_needs_a_name(cast, name):
    with pytest.raises(Invalid):
        projects.create(cast.db, cast.owner.person, name)


def test_projects_made_at_once_have_numbers_of_their_own(cast):
    made, failed = [], []

    def create():
        try:
            made.extend(projects.create(cast.db, cast.owner.person, "Shop").number for _ in range(3))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert len(set(made)) == 12


def test_settings_are_merged_and_null_takes_one_away(cast):
    projects.update(cast.db, cast.admin.agent, settings={"country": "it", "a": 1}, widget={"align": "left"})
    changed = projects.update(cast.db, cast.admin.agent, "Bread", {"a": None}, {"lang": "it"}, {"x": 1})

    assert (changed.name, changed.settings, changed.attributes) == ("Bread", {"country": "IT"}, {"x": 1})
    assert changed.widget == {"align": "left", "lang": "it"}
    assert projects.get(cast.db, cast.agent.agent) == changed


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""}, {"settings": {"country": "ITA"}}, {"settings": {"country": 5}},
        {"settings": {"a": "x" * 100_001}}, {"widget": {"wellcomeMsg": "\x00"}},
        {"settings": {"allowed_origins": "x"}}, {"settings": {"allowed_origins": ["x"]}}, {"widget": {"align": "top"}},
        {"widget": {"themeColor": "red"}}, {"widget": {"logoChat": "javascript:x"}},
        {"widget": {"preChatFormJson": {}}}, {"widget": {"preChatFormJson": [{"name": "X"}]}},
    ],
)  # fmt: skip
def test_a_wrong_setting_is_refused(cast, changes):
    with pytest.raises(Invalid):
        projects.update(cast.db, cast.owner.agent, **changes)
    assert projects.get(cast.db, cast.owner.agent).updated_at == cast.project.updated_at


def test_agents_configure_nothing(cast):
    for verb in (
        *(lambda a: projects.update(cast.db, a, "Mine"), lambda a: projects.rotate_secret(cast.db, a)),
        *(
            lambda a: projects.secrets_in_force(cast.db, a),
            lambda a: projects.invite(cast.db, a, "x@x.com", "agent"),
        ),
        *(lambda a: projects.invitations(cast.db, a), lambda a: projects.delete(cast.db, a)),
    ):
        with pytest.raises(Forbidden):
            verb(cast.agent.agent)
    with pytest.raises(Forbidden):
        projects.delete(cast.db, cast.admin.agent)


# Properties and tags.


def test_a_property_is_made_changed_put_away_and_deleted(cast):
    made = projects.create_property(cast.db, cast.agent.agent, " Size ", "size", "number", True)
    assert (made.label, made.name, made.type, made.identifying) == ("Size", "size", "number", True)
    with pytest.raises(Conflict):
        projects.create_property(cast.db, cast.agent.agent, "Other", "size")
    other = projects.create_property(cast.db, cast.agent.agent, "Other", "other")
    with pytest.raises(Conflict):
        projects.update_property(cast.db, cast.agent.agent, other.id, {"name": "size"})

    changed = projects.update_property(
        cast.db, cast.agent.agent, made.id, {"label": "Shoe", "identifying": False}
    )
    assert (changed.label, changed.type, changed.identifying) == ("Shoe", "number", False)
    assert projects.delete_property(cast.db, cast.agent.agent, made.id).status == 1000
    assert [p.name for p in projects.properties(cast.db, cast.agent.agent)] == ["other"]
    assert [p.name for p in projects.properties(cast.db, cast.agent.agent, 1000)] == ["size"]
    with pytest.raises(Forbidden):
        projects.delete_property(cast.db, cast.admin.agent, made.id, for_good=True)
    projects.delete_property(cast.db, cast.owner.agent, made.id, for_good=True)
    with pytest.raises(NotFound):
        projects.get_property(cast.db, cast.agent.agent, made.id)


@pytest.mark.parametrize("name", ["", "Size", "1st", "email", "a b", "x" * 65, None, 5, "é", "a\n"])
def test_a_property_needs_a_plain_name_that_is_no_fields(cast, name):
    with pytest.raises(Invalid):
        projects.create_property(cast.db, cast.agent.agent, "Label", name)


@pytest.mark.parametrize(
    "changes", [{"label": ""}, {"type": "color"}, {"status": 5}, {"status": []}, {"name": "X"}]
)
def test_a_wrong_change_of_a_property_is_refused(cast, changes):
    made = projects.create_property(cast.db, cast.agent.agent, "Size", "size")
    with pytest.raises(Invalid):
        projects.update_property(cast.db, cast.agent.agent, made.id, changes)


def test_a_project_has_at_most_fifty_properties(cast):
    for n in range(50):
        projects.create_property(cast.db, cast.agent.agent, "P", f"p{n}")
    with pytest.raises(Conflict) as full:
        projects.create_property(cast.db, cast.agent.agent, "P", "p50")
    assert full.value.code == "too_many_properties"


def test_a_tag_of_the_library_is_made_once_changed_and_deleted(cast):
    made = projects.create_tag(cast.db, cast.agent.agent, " vip ", "#ff0000")
    assert projects.create_tag(cast.db, cast.agent.agent, "vip", "blue") == made
    other = projects.create_tag(cast.db, cast.agent.agent, "other")
    with pytest.raises(Conflict):
        projects.update_tag(cast.db, cast.agent.agent, other.id, "vip")
    contact = contacts.create(cast.db, cast.agent.agent, {}, tags=["vip"]).contact

    assert projects.update_tag(cast.db, cast.agent.agent, made.id, color="blue").color == "blue"
    projects.delete_tag(cast.db, cast.agent.agent, made.id)
    with pytest.raises(NotFound):
        projects.get_tag(cast.db, cast.agent.agent, made.id)
    assert [tag.tag for tag in projects.tags(cast.db, cast.agent.agent)] == ["other"]
    assert contacts.get(cast.db, cast.agent.agent, contact.id).contact.profile.tags == ("vip",)
    for wrong in ({"tag": ""}, {"tag": "x", "color": "url(x)"}, {"tag": 5}):
        with pytest.raises(Invalid):
            projects.create_tag(cast.db, cast.agent.agent, **wrong)
