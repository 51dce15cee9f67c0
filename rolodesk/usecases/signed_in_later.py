"""A browser that was anonymous and has signed in: its two identities are one person's, and both are proven."""

from __future__ import annotations

from rolodesk.domain.access import System, Visitor
from rolodesk.domain.contact import Identity, Status
from rolodesk.domain.ids import ContactId, ProjectId
from rolodesk.domain.merging import SIGNED_IN, Party, refusals
from rolodesk.storage import identities, merges, projects
from rolodesk.storage.database import Database, ReadTx, WriteTx, retried
from rolodesk.usecases.apart import is_vetoed
from rolodesk.usecases.clock import now
from rolodesk.usecases.contacts import KINDS_OF_VISITOR, claim, existing, make_home, take_claims
from rolodesk.usecases.merges import Ask, join, parties


def join_identities(db: Database, user: Visitor, anonymous: Visitor) -> bool:
    """A browser that has been anonymous has signed in, and has proven both: its anonymous contact joins the user's, and
    each session may read the other's conversations. Whether this was done now.

    Not done if it was taken back before, if somebody holds the two apart, if the anonymous contact has another
    signed-in user already, or if either is blocked or in the trash.
    """
    with db.read() as tx:
        if _spoken(tx, user, anonymous) is None:
            return False
    try:
        return _join_identities(db, user, anonymous)
    except _KeptApart:
        return False


class _KeptApart(Exception):
    """Nothing may join the two by itself: what was written for it, the user's contact say, is not kept."""


def _spoken(tx: ReadTx, user: Visitor, anonymous: Visitor) -> Identity | None:
    """The anonymous identity, if it has ever spoken and is not known to be this user's browser."""
    mine = identities.by_key(tx, anonymous.project_id, anonymous.key, KINDS_OF_VISITOR["anonymous"])
    if mine is None or mine.blocked_at is not None:
        return None
    known = identities.by_key(tx, user.project_id, user.key, KINDS_OF_VISITOR["user"])
    if known is None:
        return mine
    if known.blocked_at is not None or identities.is_known_pair(tx, user.project_id, mine.id, known.id):
        return None
    return mine


@retried
def _join_identities(db: Database, user: Visitor, anonymous: Visitor) -> bool:
    project_id, system = user.project_id, System(user.project_id)
    with db.write(project_id) as tx:
        number = projects.next_number(tx, project_id, "merge")
        mine = _spoken(tx, user, anonymous)
        if mine is None or (theirs := _user_home(tx, user, mine)) is None:
            return False
        locked = identities.lock(tx, project_id, sorted([mine.id, theirs.id]))
        mine, theirs = locked[mine.id], locked[theirs.id]
        roots = [existing(tx, project_id, identity.contact_id).root_id for identity in (theirs, mine)]
        merges.lock_trees(tx, project_id, sorted(set(roots)))
        at = now()
        if theirs.kind == "manual":
            claim(tx, project_id, theirs, "user", roots[0], at)
        if roots[0] == roots[1]:
            if _has_another_user(tx, project_id, roots[0], theirs):
                raise _KeptApart
            return identities.prove(tx, project_id, mine.id, theirs.id, at, None)
        winner, losers = parties(tx, project_id, Ask(roots[0], (roots[1],)))
        if _kept_apart(tx, project_id, winner, losers[0], theirs):
            raise _KeptApart

        made = join(tx, system, winner, losers, {}, SIGNED_IN, number)
        return identities.prove(tx, project_id, mine.id, theirs.id, at, made[0].id)


def _user_home(tx: WriteTx, user: Visitor, mine: Identity) -> Identity | None:
    """The user's identity, made now with its contact if it has not spoken yet; None if the id is somebody else's."""
    project_id = user.project_id
    known = identities.lock_by_key(tx, project_id, user.key, KINDS_OF_VISITOR["user"])
    if known is not None:
        return known
    if identities.by_key(tx, project_id, user.key, ("anonymous", "member")) is not None:
        return None
    # What is there is locked before a new contact is counted, as everybody does it.
    identities.lock(tx, project_id, [mine.id])
    merges.lock_trees(tx, project_id, [existing(tx, project_id, mine.contact_id).root_id])
    made = make_home(tx, user, user.key, "user", now(), {})
    if made is None:
        return identities.lock_by_key(tx, project_id, user.key, KINDS_OF_VISITOR["user"])
    take_claims(tx, user, made, {})
    return made.identity


def _has_another_user(tx: ReadTx, project_id: ProjectId, root: ContactId, user: Identity) -> bool:
    """Whether the contact of both is another signed-in user's too: the team has merged the two users, but whose words
    the anonymous ones are no merge can say."""
    owned = identities.of_roots(tx, project_id, [root])[root]
    return any(i.kind == "user" and i.verified_at is not None and i.id != user.id for i in owned)


def _kept_apart(tx: ReadTx, project_id: ProjectId, winner: Party, loser: Party, user: Identity) -> bool:
    """Whether nothing may join these two by itself."""
    if loser.users - {user.key} or refusals(winner, [loser], allow_users=False):
        return True
    if loser.contact.status == Status.TRASHED:
        return True
    return is_vetoed(tx, project_id, winner.tree, loser.tree)
