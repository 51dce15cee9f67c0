"""The cast of the tests: a team, an agent of another project who must see nothing, visitors, a signed-in user."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from unittest import mock

import argon2
import jwt

from rolodesk.domain.access import Agent, Person, Role, Visitor
from rolodesk.domain.conversation import Draft
from rolodesk.domain.profile import Contact
from rolodesk.storage.database import Database
from rolodesk.storage.projects import Project
from rolodesk.usecases import clock, conversations, find, projects, sign_in
from rolodesk.usecases.conversations import Posted
from rolodesk.usecases.sign_in import Keys

PASSWORD = "correct horse battery"
# What a password costs is tested elsewhere. A hash names its own cost, so these are cheap to check too.
CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True)
class Colleague:
    """A member of a team. `token` goes after `JWT `, `secret` into the cookie of the pages."""

    person: Person
    agent: Agent
    token: str
    secret: str

    @property
    def jwt(self) -> dict[str, str]:
        return {"Authorization": f"JWT {self.token}"}

    @property
    def basic(self) -> dict[str, str]:
        encoded = base64.b64encode(f"{self.person.email}:{PASSWORD}".encode()).decode()
        return {"Authorization": f"Basic {encoded}"}


@dataclass(frozen=True)
class Guest:
    """A visitor or a signed-in user of the site, with its token."""

    visitor: Visitor
    token: str

    @property
    def key(self) -> str:
        return self.visitor.key

    @property
    def jwt(self) -> dict[str, str]:
        return {"Authorization": f"JWT {self.token}"}


@dataclass(frozen=True)
class Cast:
    """Olivia owns the project; Ada is an admin and Aldo an agent of it, Tara a teammate. Vera and Viktor are
    visitors; Ugo is a user whom the site has signed in with a token. `secret` is the project's.

    Rita owns another project and Sergio is an agent of it: they must see nothing of the first one.
    Nobody has said a word yet, so there is no contact.
    """

    db: Database
    signing: Keys
    project: Project
    other_project: Project
    secret: str
    owner: Colleague
    admin: Colleague
    agent: Colleague
    teammate: Colleague
    rival: Colleague
    stranger: Colleague
    visitor: Guest
    other_visitor: Guest
    user: Guest

    @property
    def id(self) -> str:
        return self.project.id


def make_cast(db: Database) -> Cast:
    """The whole cast, in a migrated database that may hold others already (their emails differ by project)."""
    signing = sign_in.keys(db)
    mark = clock.new_id()[-12:]
    with mock.patch.object(sign_in, "_hasher", CHEAP):
        olivia = make_person(db, "Olivia", "Owner", mark)
        rita = make_person(db, "Rita", "Rival", mark)
        project = projects.create(db, olivia, "Bakery")
        other_project = projects.create(db, rita, "Butcher")
        owner, rival = (
            colleague(db, signing, olivia, project.id),
            colleague(db, signing, rita, other_project.id),
        )
        admin = join(db, signing, owner, Role.ADMIN, make_person(db, "Ada", "Admin", mark))
        agent = join(db, signing, owner, Role.AGENT, make_person(db, "Aldo", "Agent", mark))
        teammate = join(db, signing, owner, Role.TEAMMATE, make_person(db, "Tara", "Teammate", mark))
        stranger = join(db, signing, rival, Role.AGENT, make_person(db, "Sergio", "Stranger", mark))
    secret = projects.rotate_secret(db, owner.agent)
    return Cast(
        db=db,
        signing=signing,
        project=project,
        other_project=other_project,
        secret=secret,
        owner=owner,
        admin=admin,
        agent=agent,
        teammate=teammate,
        rival=rival,
        stranger=stranger,
        visitor=new_visitor(db, signing, project.id),
        other_visitor=new_visitor(db, signing, project.id),
        user=new_user(db, signing, project.id, secret, "ugo-1", firstname="Ugo", email="ugo@example.com"),
    )


def make_person(db: Database, firstname: str, lastname: str, mark: str = "") -> Person:
    """Somebody with an account and PASSWORD, in no project."""
    with mock.patch.object(sign_in, "_hasher", CHEAP):
        email = f"{firstname.lower()}{mark and '.'}{mark}@example.com"
        return sign_in.person_of(sign_in.sign_up(db, email, PASSWORD, firstname, lastname))


def join(db: Database, signing: Keys, host: Colleague, role: Role, person: Person) -> Colleague:
    """The person as a member of the host's project, by way of an invitation."""
    invitation = projects.invite(db, host.agent, person.email, role.value)
    projects.accept_invitation(db, person, invitation.token)
    return colleague(db, signing, person, host.agent.project_id)


def colleague(db: Database, signing: Keys, person: Person, project_id: str) -> Colleague:
    """A member of the project, signed in."""
    account = sign_in.account(db, person.email)
    assert account
    signed_in = sign_in.begin_session(db, account, "api")
    agent = sign_in.agent(db, signed_in.person, project_id)
    return Colleague(signed_in.person, agent, sign_in.team_token(signing, signed_in), signed_in.secret)


def new_visitor(db: Database, signing: Keys, project_id: str, **given: Any) -> Guest:
    """A browser that has opened the widget for the first time."""
    token = sign_in.sign_in_anonymously(db, signing, project_id, given).token
    return Guest(sign_in.visitor(db, signing, project_id, token), token)


def new_user(db: Database, signing: Keys, project_id: str, secret: str, key: Any, **claims: Any) -> Guest:
    """A user whom the customer's site has signed in."""
    token = user_token(project_id, secret, key, **claims)
    return Guest(sign_in.visitor(db, signing, project_id, token), token)


def user_token(project_id: str, secret: str, key: Any, *, age: int = 0, **claims: Any) -> str:
    """What a customer's site signs for its user `key`, `age` seconds ago. A claim of None is left out."""
    at = clock.now() // 1000 - age
    whole = {"_id": key, "aud": project_id, "sub": "userexternal", "iat": at, "exp": at + 3600, **claims}
    return jwt.encode({k: v for k, v in whole.items() if v is not None}, secret, "HS256")


def say(cast: Cast, guest: Guest, text: str = "Hello", request_id: str | None = None, **more: Any) -> Posted:
    """Post a message; without a `request_id` it begins a conversation."""
    name = request_id or new_request_id(cast.id)
    return conversations.post(cast.db, guest.visitor, name, Draft(text, **more))


def reply(cast: Cast, request_id: str, text: str = "How can I help?", by: Colleague | None = None) -> Posted:
    """A message of the team, Aldo's unless told."""
    return conversations.post(cast.db, (by or cast.agent).agent, request_id, Draft(text))


def away(cast: Cast, *who: Colleague) -> None:
    """These are not available, or nobody of the team: then new conversations wait unassigned."""
    for one in who or (cast.owner, cast.admin, cast.agent):
        projects.change_member(cast.db, one.agent, one.agent.member_id, available=False)


def everybody(cast: Cast) -> list[Contact]:
    """The contacts of the project that a list shows."""
    return find.find(cast.db, cast.agent.agent, find.Filter(), find.Page()).contacts


def the_contact(cast: Cast) -> Contact:
    """The project's only contact."""
    (contact,) = everybody(cast)
    return contact


def new_request_id(project_id: str) -> str:
    """A new conversation's id, as a widget makes it."""
    return f"support-group-{project_id}-{clock.new_uuid().replace('-', '')}"


def filled(form: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a first message that brings a form's answers."""
    return {"preChatForm": dict(form)}
