"""Custom events: emitting them, and reading those of the last hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from rolodesk.domain.access import Agent, Permission, Visitor, require
from rolodesk.domain.contact import Identity, is_text
from rolodesk.domain.emitted import TERM, Emitted, check_attributes, check_name, member_of
from rolodesk.domain.errors import Forbidden, NotFound, Unauthenticated
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.ids import ContactId, IdentityId, ProjectId
from rolodesk.domain.json import Json
from rolodesk.storage import emitted, events, identities, members
from rolodesk.storage.database import Database, ReadTx, WriteTx, retried
from rolodesk.storage.emitted import Wanted
from rolodesk.storage.members import Member
from rolodesk.usecases.clock import new_id, now
from rolodesk.usecases.contacts import KINDS_OF_VISITOR

NEWEST = 20


class EmittedView(Struct, frozen=True):
    """A custom event with who has emitted it: a member of the team (None once it has left), or a visitor, known or as
    it would be."""

    emitted: Emitted
    who: Identity | Member | None

    @property
    def member_id(self) -> str:
        return self.who.id if self.who else self.emitted.member_id


@retried
def emit(db: Database, actor: Visitor | Agent, name: Json, attributes: Json = None) -> EmittedView:
    """Tell what somebody has done; what is older than an hour is forgotten meanwhile. A visitor that has not spoken yet
    stays unknown by this. Raises Invalid, TooLarge."""
    named, given = check_name(name), check_attributes(attributes)
    if isinstance(actor, Agent):
        require(actor, Permission.VIEW_PROJECT)
    with db.write(actor.project_id) as tx:
        identity = _held(tx, actor) if isinstance(actor, Visitor) else None
        made = _made(actor, named, given)

        emitted.drop(tx, actor.project_id, made.at - TERM)
        emitted.add(tx, actor.project_id, made)
        # Of the identity alone: a contact's history is not for what its browser does on every page.
        event = Event(EventName.EVENT_EMIT, identity_id=identity.id if identity else None, subject_id=made.id)
        events.record(tx, actor, made.at, event)
        return views(tx, actor.project_id, [made])[0]


def _held(tx: WriteTx, visitor: Visitor) -> Identity | None:
    """The visitor's identity, if it has one, locked. Raises Unauthenticated to one erased, Forbidden to one blocked
    after its token was read."""
    found = identities.lock_by_key(tx, visitor.project_id, visitor.key, KINDS_OF_VISITOR[visitor.kind])
    void = identities.revoked_before(tx, visitor.project_id, visitor.key)
    if void and void >= visitor.issued_at:
        raise Unauthenticated()
    if found is not None and found.blocked_at is not None:
        raise Forbidden("this visitor is blocked", "blocked")
    return found


def _made(actor: Visitor | Agent, name: str, attributes: dict[str, Json] | None) -> Emitted:
    if isinstance(actor, Agent):
        return Emitted(new_id(), name, attributes, actor.member_id, "agent", actor.user_id, now())
    member_id = member_of(actor.project_id, actor.key)
    return Emitted(new_id(), name, attributes, member_id, actor.kind, actor.key, now())


def forget_old(db: Database) -> int:
    """Forget in every project what is older than an hour; how much that was."""
    before, count = now() - TERM, 0
    with db.read() as tx:
        found = emitted.projects_with_old(tx, before)
    for project_id in found:
        while (dropped := _drop(db, project_id, before)) > 0:
            count += dropped
    return count


@retried
def _drop(db: Database, project_id: ProjectId, before: int) -> int:
    with db.write(project_id) as tx:
        return emitted.drop(tx, project_id, before)


def find(
    db: Database, actor: Agent, member_id: str | None, name: str | None, limit: int, offset: int = 0,
    descending: bool = True,
) -> tuple[list[EmittedView], int]:  # fmt: skip
    """One page of the last hour's custom events and how many there are (counted up to 10,001), of a membership or with
    a name if given."""
    require(actor, Permission.VIEW_CONTACTS)
    if not is_text(member_id or "") or not is_text(name or ""):
        return [], 0
    with db.read() as tx:
        wanted = _wanted(tx, actor.project_id, member_id, name)
        found = emitted.find(tx, actor.project_id, wanted, limit, offset, descending)
        return views(tx, actor.project_id, found), emitted.count(tx, actor.project_id, wanted)


def get(db: Database, actor: Agent, emitted_id: str) -> EmittedView:
    """One custom event of the last hour. Raises NotFound."""
    require(actor, Permission.VIEW_CONTACTS)
    with db.read() as tx:
        known = emitted.by_ids(tx, actor.project_id, [emitted_id] if is_text(emitted_id) else [])
        found = [one for one in known.values() if one.at > now() - TERM]
        if not found:
            raise NotFound()
        return views(tx, actor.project_id, found)[0]


def newest(
    db: Database, actor: Agent, member_id: str, name: str | None = None
) -> tuple[list[EmittedView], int]:
    """What a live list of a membership's custom events begins with, newest first, and the event that it is true as
    of."""
    require(actor, Permission.VIEW_CONTACTS)
    with db.read() as tx:
        number = events.last(tx, actor.project_id)
        found = emitted.find(tx, actor.project_id, _wanted(tx, actor.project_id, member_id, name), NEWEST)
        return views(tx, actor.project_id, found), number


def _wanted(tx: ReadTx, project_id: ProjectId, member_id: str | None, name: str | None) -> Wanted:
    """The id of an identity means what it has emitted, also before it spoke."""
    identity = identities.get(tx, project_id, member_id) if member_id else None
    if identity is not None:
        member_id = member_of(project_id, identity.key)
    return Wanted(now() - TERM, member_id, name)


def views(tx: ReadTx, project_id: ProjectId, found: Sequence[Emitted]) -> list[EmittedView]:
    """Each with who has emitted it, as that is known now."""
    known = identities.by_keys(tx, project_id, sorted({one.key for one in found if one.kind != "agent"}))
    ids = {one.member_id for one in found if one.kind == "agent"}
    team = {member_id: members.get(tx, project_id, member_id) for member_id in ids}
    return [
        EmittedView(one, team[one.member_id] if one.kind == "agent" else _visitor(known, one))
        for one in found
    ]


def _visitor(known: Mapping[tuple[str, str], Identity], one: Emitted) -> Identity:
    """The visitor's identity; of one that has not spoken what it would be: there is no such identity, and no
    contact."""
    held = [known[kind, one.key] for kind in KINDS_OF_VISITOR[one.kind] if (kind, one.key) in known]
    if held:
        return held[0]
    return Identity(IdentityId(one.member_id), one.kind, one.key, ContactId(""), None, None, one.at, one.at)
