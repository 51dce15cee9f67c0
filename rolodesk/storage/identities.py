"""Identities: browsers, signed-in users and typed-in keys, and which of their tokens are void."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from rolodesk.domain.contact import Identity
from rolodesk.domain.ids import ContactId, ConversationId, IdentityId, ProjectId
from rolodesk.storage.database import ReadTx, Row, WriteTx


def by_key(tx: ReadTx, project_id: ProjectId, key: str, kinds: Sequence[str]) -> Identity | None:
    """The identity that holds the key, the first of `kinds` that has one."""
    rows = tx.all("SELECT * FROM identities WHERE project_id = ? AND key = ?", project_id, key)
    found = {row["kind"]: _identity(row) for row in rows}
    return next((found[kind] for kind in kinds if kind in found), None)


def by_keys(tx: ReadTx, project_id: ProjectId, keys: Sequence[str]) -> dict[tuple[str, str], Identity]:
    """The identities that hold the keys, by kind and key."""
    if not keys:
        return {}
    marks = ", ".join("?" * len(keys))
    rows = tx.all(f"SELECT * FROM identities WHERE project_id = ? AND key IN ({marks})", project_id, *keys)
    return {(row["kind"], row["key"]): _identity(row) for row in rows}


def lock_by_key(tx: WriteTx, project_id: ProjectId, key: str, kinds: Sequence[str]) -> Identity | None:
    """The same, locked: no split moves it until the end. Identities are locked before contacts."""
    rows = tx.all(
        f"SELECT * FROM identities WHERE project_id = ? AND key = ? ORDER BY id{tx.dialect.lock_rows}",
        *(project_id, key),
    )
    found = {row["kind"]: _identity(row) for row in rows}
    return next((found[kind] for kind in kinds if kind in found), None)


def lock(tx: WriteTx, project_id: ProjectId, ids: Sequence[IdentityId]) -> dict[IdentityId, Identity]:
    """Those of the ids that are there, locked in order."""
    if not ids:
        return {}
    marks = ", ".join("?" * len(ids))
    rows = tx.all(
        f"SELECT * FROM identities WHERE project_id = ? AND id IN ({marks}) ORDER BY id{tx.dialect.lock_rows}",
        *(project_id, *ids),
    )
    return {row["id"]: _identity(row) for row in rows}


def get(tx: ReadTx, project_id: ProjectId, identity_id: str) -> Identity | None:
    row = tx.one("SELECT * FROM identities WHERE project_id = ? AND id = ?", project_id, identity_id)
    return _identity(row) if row else None


def by_ids(tx: ReadTx, project_id: ProjectId, ids: Sequence[IdentityId]) -> dict[IdentityId, Identity]:
    """Those of the ids that are there, by id."""
    if not ids:
        return {}
    marks = ", ".join("?" * len(ids))
    rows = tx.all(f"SELECT * FROM identities WHERE project_id = ? AND id IN ({marks})", project_id, *ids)
    return {row["id"]: _identity(row) for row in rows}


def lock_of_conversation(
    tx: WriteTx, project_id: ProjectId, request_id: str
) -> tuple[ConversationId, Identity] | None:
    """Which conversation that is, and the identity that it belongs to, locked: no split moves it until the end."""
    conversation = "(SELECT {column} FROM conversations WHERE project_id = ? AND request_id = ?)"
    row = tx.one(
        f"SELECT i.*, {conversation.format(column='id')} AS conversation_id FROM identities i"
        f" WHERE i.project_id = ? AND i.id = {conversation.format(column='identity_id')}{tx.dialect.lock_rows}",
        *(project_id, request_id, project_id, project_id, request_id),
    )
    return (row["conversation_id"], _identity(row)) if row else None


def add(tx: WriteTx, project_id: ProjectId, identity: Identity) -> bool:
    """Whether it was new: the database decides between two that come at once, the second waiting for the first. A key
    that is banned is blocked from the first."""
    return bool(
        tx.run(
            "INSERT INTO identities (project_id, id, kind, key, contact_id, verified_at, blocked_at, first_seen,"
            " last_seen) VALUES (?, ?, ?, ?, ?, ?,"
            " coalesce(?, (SELECT created_at FROM bans WHERE project_id = ? AND key = ?)), ?, ?)"
            " ON CONFLICT (project_id, kind, key) DO NOTHING",
            *(
                project_id,
                identity.id,
                identity.kind,
                identity.key,
                identity.contact_id,
                identity.verified_at,
            ),
            *(identity.blocked_at, project_id, identity.key, identity.first_seen, identity.last_seen),
        )
    )


def claim(tx: WriteTx, project_id: ProjectId, identity_id: IdentityId, kind: str, at: int) -> None:
    """A typed-in identity becomes the visitor's that has come with its key, now for the first time."""
    tx.run(
        "UPDATE identities SET kind = ?, verified_at = coalesce(verified_at, ?), first_seen = ?"
        " WHERE project_id = ? AND id = ?",
        *(kind, at if kind == "user" else None, at, project_id, identity_id),
    )


def seen(
    tx: WriteTx, project_id: ProjectId, identity_id: IdentityId, at: int, new_conversations: int
) -> None:
    """A message has come from it."""
    tx.run(
        "UPDATE identities SET last_seen = ?, conversations = conversations + ? WHERE project_id = ? AND id = ?",
        *(at, new_conversations, project_id, identity_id),
    )


def block(tx: WriteTx, project_id: ProjectId, identity_id: str, at: int | None) -> None:
    """Block it, or let it in again with None."""
    tx.run(
        "UPDATE identities SET blocked_at = ? WHERE project_id = ? AND id = ?", at, project_id, identity_id
    )


def of_contact(tx: ReadTx, project_id: ProjectId, contact_id: ContactId) -> list[Identity]:
    """The identities whose home is that very contact, oldest first."""
    rows = tx.all(
        "SELECT * FROM identities WHERE project_id = ? AND contact_id = ? ORDER BY first_seen, id",
        *(project_id, contact_id),
    )
    return [_identity(row) for row in rows]


def of_roots(
    tx: ReadTx, project_id: ProjectId, roots: Sequence[ContactId]
) -> dict[ContactId, list[Identity]]:
    """All identities of the trees with these roots, oldest first."""
    if not roots:
        return {}
    marks = ", ".join("?" * len(roots))
    # CROSS JOIN: the members first, then what is theirs. Without statistics one database would begin at the other end
    # and read all of the project.
    rows = tx.all(
        f"SELECT i.*, i.contact_id AS root_id FROM identities i WHERE i.project_id = ? AND i.contact_id IN ({marks})"
        " UNION ALL SELECT i.*, c.root_id AS root_id FROM contacts c"
        " CROSS JOIN identities i WHERE i.project_id = c.project_id"
        f" AND i.contact_id = c.id AND c.project_id = ? AND c.merged_into IS NOT NULL AND c.root_id IN ({marks})",
        *(project_id, *roots, project_id, *roots),
    )
    found: dict[ContactId, list[Identity]] = {root: [] for root in roots}
    for row in sorted(rows, key=lambda row: (row["first_seen"], row["id"])):
        if row["root_id"] in found:
            found[row["root_id"]].append(_identity(row))
    return found


def prove(
    tx: WriteTx,
    project_id: ProjectId,
    identity_id: IdentityId,
    user: IdentityId,
    at: int,
    merge_id: str | None,
) -> bool:
    """One browser has held the tokens of both; False if it is known, or was and has been taken back."""
    return bool(
        tx.run(
            "INSERT INTO identity_proofs (project_id, identity_id, user_identity_id, at, merge_id)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (project_id, identity_id, user_identity_id) DO NOTHING",
            *(project_id, identity_id, user, at, merge_id),
        )
    )


def is_known_pair(tx: ReadTx, project_id: ProjectId, identity_id: IdentityId, user: IdentityId) -> bool:
    """Whether the two have been proven to be one browser's, taken back or not."""
    row = tx.one(
        "SELECT at FROM identity_proofs WHERE project_id = ? AND identity_id = ? AND user_identity_id = ?",
        *(project_id, identity_id, user),
    )
    return row is not None


def proven(tx: ReadTx, project_id: ProjectId, ids: Sequence[IdentityId]) -> dict[IdentityId, list[Identity]]:
    """For each identity those that it may read besides itself: one browser has held the tokens of both."""
    if not ids:
        return {}
    marks = ", ".join("?" * len(ids))
    rows = tx.all(
        "SELECT p.identity_id AS mine, i.* FROM identity_proofs p CROSS JOIN identities i"
        " WHERE i.project_id = p.project_id AND i.id = p.user_identity_id AND p.undone_at IS NULL"
        f" AND p.project_id = ? AND p.identity_id IN ({marks})"
        " UNION ALL SELECT p.user_identity_id AS mine, i.* FROM identity_proofs p CROSS JOIN identities i"
        " WHERE i.project_id = p.project_id AND i.id = p.identity_id AND p.undone_at IS NULL"
        f" AND p.project_id = ? AND p.user_identity_id IN ({marks})",
        *(project_id, *ids, project_id, *ids),
    )
    found: dict[IdentityId, list[Identity]] = {}
    for row in rows:
        found.setdefault(row["mine"], []).append(_identity(row))
    return found


def end_proofs(
    tx: WriteTx,
    project_id: ProjectId,
    ids: Sequence[IdentityId],
    others: Sequence[IdentityId],
    at: int,
    by: str,
) -> int:
    """Take back what joins one of `ids` to one of `others`: they are different people's. How many there were."""
    apart = set(others)
    ended = 0
    for identity_id, known in proven(tx, project_id, ids).items():
        for other in known:
            if other.id in apart:
                ended += tx.run(
                    "UPDATE identity_proofs SET undone_at = ?, undone_by = ? WHERE project_id = ? AND undone_at IS NULL"
                    " AND ((identity_id = ? AND user_identity_id = ?) OR (identity_id = ? AND user_identity_id = ?))",
                    *(at, by, project_id, identity_id, other.id, other.id, identity_id),
                )
    return ended


def delete(tx: WriteTx, project_id: ProjectId, identity_id: IdentityId) -> None:
    """The identity for good; its conversations must have gone before."""
    for column in ("identity_id", "user_identity_id"):
        tx.run(f"DELETE FROM identity_proofs WHERE project_id = ? AND {column} = ?", project_id, identity_id)
    tx.run("DELETE FROM split_identities WHERE project_id = ? AND identity_id = ?", project_id, identity_id)
    tx.run("DELETE FROM identities WHERE project_id = ? AND id = ?", project_id, identity_id)


def revoke(tx: WriteTx, project_id: ProjectId, key: str, before: int) -> None:
    """Tokens of that key issued up to `before` (milliseconds) are void."""
    tx.run(
        "INSERT INTO revocations (project_id, key, before) VALUES (?, ?, ?)"
        " ON CONFLICT (project_id, key) DO UPDATE SET before = excluded.before",
        *(project_id, _mark(key), before),
    )


def revoked_before(tx: ReadTx, project_id: ProjectId, key: str) -> int:
    """Up to when issued tokens of that key are void, 0 if none is."""
    row = tx.one("SELECT before FROM revocations WHERE project_id = ? AND key = ?", project_id, _mark(key))
    return row["before"] if row else 0


def gone(tx: ReadTx, project_id: ProjectId, found: Sequence[Identity]) -> set[IdentityId]:
    """The browsers among them that have signed out and that nobody has proven to be: nobody reads there any more."""
    by_mark = {_mark(identity.key): identity.id for identity in found if identity.kind == "anonymous"}
    if not by_mark:
        return set()
    marks = ", ".join("?" * len(by_mark))
    rows = tx.all(
        f"SELECT key FROM revocations WHERE project_id = ? AND key IN ({marks})", project_id, *by_mark
    )
    left = [by_mark[row["key"]] for row in rows]
    return set(left) - proven(tx, project_id, left).keys()


def void_before(tx: ReadTx, project_id: ProjectId, key: str) -> tuple[int, bool]:
    """The same, and whether the key is banned: in one statement, since every call of a visitor asks for both."""
    row = tx.one(
        "SELECT (SELECT before FROM revocations WHERE project_id = ? AND key = ?) AS before,"
        " (SELECT count(*) FROM bans WHERE project_id = ? AND key = ?) AS bans",
        *(project_id, _mark(key), project_id, key),
    )
    return ((row["before"] or 0), row["bans"] > 0) if row else (0, False)


def _mark(key: str) -> str:
    """A key as it is kept here: of somebody who has been erased not even the id is to stay."""
    return hashlib.sha256(key.encode()).hexdigest()


def use_ticket(tx: WriteTx, project_id: ProjectId, ticket: str, at: int, forget_before: int) -> bool:
    """Whether a one-time ticket is used for the first time; used ones of before `forget_before` are forgotten."""
    tx.run(
        "DELETE FROM revocations WHERE project_id = ? AND key >= 'ticket:' AND key < 'ticket;' AND before < ?",
        *(project_id, forget_before),
    )
    return bool(
        tx.run(
            "INSERT INTO revocations (project_id, key, before) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            *(project_id, f"ticket:{ticket}", at),
        )
    )


def _identity(row: Row) -> Identity:
    return Identity(
        *(row["id"], row["kind"], row["key"], row["contact_id"], row["verified_at"], row["blocked_at"]),
        *(row["first_seen"], row["last_seen"], row["conversations"]),
    )
