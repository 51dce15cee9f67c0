"""The team of a project, and how somebody is invited into it."""

import threading

import pytest

from rolodesk.domain.access import Role
from rolodesk.domain.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from rolodesk.usecases import clock, projects, sign_in
from rolodesk.usecases.sign_in import DAY
from tests.cast import colleague, join, make_person


def invited(cast, email="new@example.com", role="agent", by=None):
    return projects.invite(cast.db, (by or cast.owner).agent, email, role)


def roles(cast):
    return {m.firstname: m.role.value for m in projects.team(cast.db, cast.agent.agent)}


def test_the_last_owner_stays(cast):
    own = cast.owner.agent.member_id
    for verb in (
        lambda: projects.change_member(cast.db, cast.owner.agent, own, "agent"),
        lambda: projects.remove_member(cast.db, cast.owner.agent, own),
    ):
        with pytest.raises(Conflict) as refused:
            verb()
        assert refused.value.code == "last_owner"

    projects.change_member(cast.db, cast.owner.agent, cast.admin.agent.member_id, "owner")
    projects.change_member(cast.db, cast.owner.agent, own, "agent")
    assert roles(cast)["Olivia"] == "agent"


def test_of_two_owners_who_leave_at_once_one_stays(cast):
    projects.change_member(cast.db, cast.owner.agent, cast.admin.agent.member_id, "owner")
    owners = [sign_in.agent(cast.db, who.person, cast.id) for who in (cast.owner, cast.admin)]
    left = []
    start = threading.Barrier(2)

    def leave(owner):
        start.wait()
        try:
            projects.remove_member(cast.db, owner, owner.member_id)
            left.append(owner)
        except Conflict:
            pass

    threads = [threading.Thread(target=leave, args=(owner,)) for owner in owners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(left) == 1


@pytest.mark.parametrize(
    ("by", "whom", "role", "may"),
    [
        ("owner", "agent", "owner", True), ("owner", "admin", "teammate", True), ("admin", "agent", "admin", True),
        ("admin", "agent", "owner", False), ("admin", "owner", "agent", False), ("admin", "admin", "owner", False),
        ("admin", "admin", "agent", True), ("agent", "agent", "admin", False), ("agent", "teammate", "agent", False),
        ("agent", "agent", "teammate", False), ("teammate", "teammate", "agent", False),
    ],
)  # fmt: skip
def test_nobody_is_raised_above_whoever_raises(cast, by, whom, role, may):
    actor, member = getattr(cast, by).agent, getattr(cast, whom).agent
    if may:
        assert projects.change_member(cast.db, actor, member.member_id, role).role == role
    else:
        with pytest.raises(Forbidden):
            projects.change_member(cast.db, actor, member.member_id, role)
        assert sign_in.agent(cast.db, getattr(cast, whom).person, cast.id).role == member.role


def test_everybody_says_whether_they_are_there_and_admins_for_others(cast):
    own = projects.change_member(cast.db, cast.teammate.agent, cast.teammate.agent.member_id, available=False)
    assert not own.available
    assert not projects.change_member(
        cast.db, cast.admin.agent, cast.agent.agent.member_id, available=False
    ).available
    with pytest.raises(Forbidden):
        projects.change_member(cast.db, cast.agent.agent, cast.admin.agent.member_id, available=False)
    assert {m.firstname for m in projects.boot(cast.db, cast.id).available} == {"Olivia", "Ada"}


def test_who_may_be_removed_by_whom(cast):
    for by, whom in ((cast.agent, cast.teammate), (cast.admin, cast.owner)):
        with pytest.raises(Forbidden):
            projects.remove_member(cast.db, by.agent, whom.agent.member_id)
    projects.remove_member(cast.db, cast.admin.agent, cast.agent.agent.member_id)
    projects.remove_member(cast.db, cast.teammate.agent, cast.teammate.agent.member_id)

    assert {m.firstname for m in projects.team(cast.db, cast.owner.agent)} == {"Olivia", "Ada"}
    with pytest.raises(NotFound):
        projects.member(cast.db, cast.owner.agent, cast.agent.agent.member_id)


@pytest.mark.parametrize("role", ["boss", "", 5, [], "OWNER"])
def test_an_unknown_role_is_refused(cast, role):
    with pytest.raises(Invalid):
        projects.change_member(cast.db, cast.owner.agent, cast.agent.agent.member_id, role)
    with pytest.raises(Invalid):
        invited(cast, role=role)


# Invitations.


def test_an_invitation_is_accepted_once_by_the_one_it_is_for(cast):
    person = make_person(cast.db, "Nina", "New", clock.new_id())
    other = make_person(cast.db, "Otto", "Other", clock.new_id())
    token = invited(cast, f" {person.email.upper()} ").token

    project, found, has_account = projects.invitation(cast.db, token)
    assert (project.id, found.email, found.role, has_account) == (cast.id, person.email, Role.AGENT, True)
    with pytest.raises(Forbidden) as refused:
        projects.accept_invitation(cast.db, other, token)
    assert refused.value.code == "not_yours"
    assert projects.accept_invitation(cast.db, person, token) == cast.id
    assert sign_in.agent(cast.db, person, cast.id).role == Role.AGENT
    for again in (person, other):
        with pytest.raises(Gone):
            projects.accept_invitation(cast.db, again, token)
    assert projects.invitations(cast.db, cast.owner.agent) == []


def test_an_invitation_accepted_twice_at_once_makes_one_member(cast):
    person = make_person(cast.db, "Nina", "New", clock.new_id())
    token = invited(cast, person.email).token
    answers = []
    start = threading.Barrier(4)

    def accept():
        start.wait()
        try:
            answers.append(projects.accept_invitation(cast.db, person, token))
        except (Gone, Conflict) as error:
            answers.append(type(error))

    threads = [threading.Thread(target=accept) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers.count(cast.id) == 1
    assert len([m for m in projects.team(cast.db, cast.owner.agent) if m.user_id == person.user_id]) == 1


def test_a_revoked_or_expired_invitation_is_gone(cast, monkeypatch):
    person = make_person(cast.db, "Nina", "New", clock.new_id())
    revoked, expired = invited(cast, person.email), invited(cast, person.email)
    projects.revoke_invitation(cast.db, cast.admin.agent, revoked.invitation.id)
    with pytest.raises(NotFound):
        projects.revoke_invitation(cast.db, cast.admin.agent, revoked.invitation.id)
    assert [i.id for i in projects.invitations(cast.db, cast.owner.agent)] == [expired.invitation.id]

    ahead = clock.now() + 14 * DAY + 1_000
    monkeypatch.setattr(projects, "now", lambda: ahead)
    for gone in (revoked, expired):
        with pytest.raises(Gone):
            projects.invitation(cast.db, gone.token)
        with pytest.raises(Gone):
            projects.accept_invitation(cast.db, person, gone.token)


@pytest.mark.parametrize(
    "token", ["", ".", "..", "x.y.z", "{p}.{i}.", "{p}.{i}.wrong", "{p}..x", "{i}.{p}.x", "{p}.\x00.x", "\ud800",
              "{p}.{i}.é", "{p}.{i}.\ud800"]
)  # fmt: skip
def test_a_link_that_is_none_is_gone(cast, token):
    made = invited(cast)
    tried = token.format(p=cast.id, i=made.invitation.id)
    with pytest.raises((Gone, Invalid)):
        projects.invitation(cast.db, tried)
    with pytest.raises((Gone, Invalid)):
        projects.accept_invitation(cast.db, cast.owner.person, tried)


def test_nobody_is_invited_above_whoever_invites_or_twice(cast):
    with pytest.raises(Forbidden):
        invited(cast, role="owner", by=cast.admin)
    with pytest.raises(Forbidden):
        invited(cast, by=cast.agent)
    with pytest.raises(Conflict) as member:
        invited(cast, cast.agent.person.email)
    assert member.value.code == "already_member"
    for email in ("", "x", None, 5):
        with pytest.raises(Invalid):
            invited(cast, email)


def test_an_older_invitation_takes_no_role_away(cast):
    person = make_person(cast.db, "Nina", "New", clock.new_id())
    low, high = invited(cast, person.email), invited(cast, person.email, "owner")
    projects.accept_invitation(cast.db, person, high.token)

    with pytest.raises(Conflict):
        projects.accept_invitation(cast.db, person, low.token)
    assert sign_in.agent(cast.db, person, cast.id).role == Role.OWNER


def test_somebody_who_has_left_can_be_invited_again(cast):
    projects.remove_member(cast.db, cast.owner.agent, cast.agent.agent.member_id)
    back = join(cast.db, cast.signing, cast.owner, Role.ADMIN, cast.agent.person)

    assert back.agent.role == Role.ADMIN
    assert colleague(cast.db, cast.signing, cast.agent.person, cast.id).agent == back.agent
