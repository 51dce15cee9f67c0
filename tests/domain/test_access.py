import pytest

from rolodesk.domain.access import (
    ROLES,
    Agent,
    Permission,
    Person,
    Role,
    System,
    Visitor,
    actor_kind,
    allows,
    may_grant,
    require,
)
from rolodesk.domain.errors import Forbidden

#        permission, and then teammate, agent, supervisor, admin, owner
TABLE = """
project.view          yes  yes  yes  yes  yes
contacts.view         -    yes  yes  yes  yes
contacts.edit         -    yes  yes  yes  yes
contacts.merge        -    yes  yes  yes  yes
contacts.merge_users  -    -    -    yes  yes
contacts.trash        -    -    -    yes  yes
contacts.erase        -    -    -    -    yes
conversations.view    -    yes  yes  yes  yes
conversations.answer  -    yes  yes  yes  yes
conversations.delete  -    -    -    -    yes
campaigns.send        -    yes  yes  yes  yes
project.export        -    -    -    yes  yes
project.configure     -    -    -    yes  yes
visitors.block        -    -    -    yes  yes
members.manage        -    -    -    yes  yes
project.own           -    -    -    -    yes
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]


def agent(role: Role) -> Agent:
    return Agent("p1", "u1", "m1", role, "Aldo Agent", "aldo@example.com")


@pytest.mark.parametrize(("permission", "answers"), [(Permission(name), answers) for name, *answers in ROWS])
def test_a_role_may_what_the_table_says_and_nothing_else(permission, answers):
    for role, answer in zip(ROLES, answers, strict=True):
        assert allows(agent(role), permission) == (answer == "yes")


def test_the_table_names_every_permission():
    assert {row[0] for row in ROWS} == {permission.value for permission in Permission}


@pytest.mark.parametrize("permission", Permission)
def test_a_visitor_may_nothing_of_the_teams(permission):
    for kind in ("anonymous", "user"):
        assert not allows(Visitor("p1", kind, "k", {}, 0), permission)


@pytest.mark.parametrize("permission", Permission)
def test_the_product_itself_may_everything(permission):
    assert allows(System("p1"), permission)


def test_what_is_not_allowed_is_refused():
    require(agent(Role.ADMIN), Permission.TRASH_CONTACTS)
    with pytest.raises(Forbidden):
        require(agent(Role.SUPERVISOR), Permission.TRASH_CONTACTS)


@pytest.mark.parametrize("role", Role)
def test_only_admins_and_owners_give_roles_and_none_above_their_own(role):
    granted = [given for given in ROLES if may_grant(agent(role), given)]

    assert granted == {Role.ADMIN: list(ROLES[:4]), Role.OWNER: list(ROLES)}.get(role, [])


def test_actors_have_words_and_ids_for_the_events():
    actors = [agent(Role.AGENT), Visitor("p1", "anonymous", "k-1", {}, 0), System("p1")]

    assert [(actor_kind(actor), actor.id) for actor in actors] == [
        *(("agent", "u1"), ("visitor", "k-1"), ("system", "system"))
    ]


def test_only_a_user_of_the_site_is_verified():
    assert Visitor("p1", "user", "k", {}, 0).verified
    assert not Visitor("p1", "anonymous", "k", {}, 0).verified


def test_a_person_without_a_last_name_has_no_blank_in_the_name():
    assert Person("u1", "a@example.com", "Aldo", "").name == "Aldo"
