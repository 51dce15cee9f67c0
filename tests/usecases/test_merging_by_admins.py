"""A project may keep merging to its admins."""

import pytest

from rolodesk.domain.access import Permission, allows
from rolodesk.domain.errors import Forbidden
from rolodesk.usecases import contacts, duplicates, merges, projects, sign_in, splits
from rolodesk.usecases.merges import Ask


def restrict(cast, value="admins"):
    projects.update(cast.db, cast.owner.agent, settings={"merging": value})
    return sign_in.agent(cast.db, cast.agent.person, cast.id)


def test_agents_may_neither_merge_nor_take_apart_nor_decide(cast):
    one, other, third = (contacts.create(cast.db, cast.agent.agent, {}).contact.id for _ in range(3))
    done = merges.merge(cast.db, cast.agent.agent, Ask(one, (other,)))
    identity = contacts.get(cast.db, cast.agent.agent, one).identities[0].id
    agent = restrict(cast)

    for refused in (
        lambda: merges.merge(cast.db, agent, Ask(one, (third,))),
        lambda: merges.preview(cast.db, agent, Ask(one, (third,))),
        lambda: merges.undo(cast.db, agent, done.merges[0].id),
        lambda: splits.split(cast.db, agent, one, [identity]),
        lambda: duplicates.dismiss_pair(cast.db, agent, one, third),
    ):
        with pytest.raises(Forbidden):
            refused()
    assert merges.of_contact(cast.db, agent, one)
    contacts.update(cast.db, agent, one, {"city": "Rome"})

    admin = sign_in.agent(cast.db, cast.admin.person, cast.id)
    merges.merge(cast.db, admin, Ask(one, (third,)))


def test_the_setting_is_taken_back(cast):
    restrict(cast)
    agent = restrict(cast, None)
    one, other = (contacts.create(cast.db, agent, {}).contact.id for _ in range(2))
    assert merges.merge(cast.db, agent, Ask(one, (other,))).merges


def test_the_buttons_are_hidden_with_the_permission(cast):
    assert not allows(restrict(cast), Permission.MERGE_CONTACTS)
    assert allows(sign_in.agent(cast.db, cast.admin.person, cast.id), Permission.MERGE_CONTACTS)
