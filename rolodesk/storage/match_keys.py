"""What of each contact is compared: its evidence, the keys by which two meet, and who is still to be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct, structs

from rolodesk.domain.contact import Status
from rolodesk.domain.evidence import MAX_HOLDERS, Evidence, Rules
from rolodesk.domain.ids import ContactId, ProjectId
from rolodesk.storage.database import ReadTx, WriteTx
from rolodesk.storage.rows import from_text, object_from_text, to_text

AT_ONCE = 500
KEYS_AT_ONCE = 200
_evidence = msgspec.json.Decoder(Evidence)


class Holder(Struct, frozen=True):
    """A contact that has a key; two with different signatures are likely two people."""

    key: str
    contact_id: ContactId
    signature: str


def rules(tx: ReadTx, project_id: ProjectId) -> Rules:
    """What the project says about its own contacts."""
    rows = tx.all(
        "SELECT p.settings, y.languages, d.name FROM projects p LEFT JOIN match_policy y ON y.project_id = p.id"
        " LEFT JOIN properties d ON d.project_id = p.id AND d.status = 100 AND d.identifying = 1 WHERE p.id = ?"
        " ORDER BY d.name",
        project_id,
    )
    if not rows:
        return Rules()
    country = object_from_text(rows[0]["settings"]).get("country")
    found = Rules(
        country if isinstance(country, str) and country else None,
        tuple(row["name"] for row in rows if row["name"] is not None),
    )
    languages = from_text(rows[0]["languages"])
    return found if languages is None else structs.replace(found, languages=tuple(languages))


def write(
    tx: WriteTx, project_id: ProjectId, contact_id: ContactId, one: Evidence, keys: Sequence[str], at: int
) -> bool:
    """Keep a contact's evidence and keys; whether anything of them is new."""
    text = to_text(one)
    before = tx.one(
        "SELECT evidence FROM match_evidence WHERE project_id = ? AND contact_id = ?", project_id, contact_id
    )
    if before is not None and before["evidence"] == text:
        return False
    tx.run(
        "INSERT INTO match_evidence (project_id, contact_id, evidence, at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (project_id, contact_id) DO UPDATE SET evidence = excluded.evidence, at = excluded.at",
        *(project_id, contact_id, text, at),
    )
    known = of_contact(tx, project_id, contact_id) if before is not None else {}
    gone = [key for key in known if key not in keys]
    if gone:
        marks = ", ".join("?" * len(gone))
        tx.run(
            f"DELETE FROM match_keys WHERE project_id = ? AND contact_id = ? AND key IN ({marks})",
            *(project_id, contact_id, *gone),
        )
    new = [key for key in keys if known.get(key) != one.signature]
    for first in range(0, len(new), KEYS_AT_ONCE):
        part = new[first : first + KEYS_AT_ONCE]
        rows = ", ".join(["(?, ?, ?, ?)"] * len(part))
        tx.run(
            f"INSERT INTO match_keys (project_id, key, contact_id, signature) VALUES {rows}"
            " ON CONFLICT (project_id, key, contact_id) DO UPDATE SET signature = excluded.signature",
            *(value for key in part for value in (project_id, key, contact_id, one.signature)),
        )
    return True


def of_contact(tx: ReadTx, project_id: ProjectId, contact_id: ContactId) -> dict[str, str]:
    """A contact's keys with the signature that stands beside each."""
    rows = tx.all(
        "SELECT key, signature FROM match_keys WHERE project_id = ? AND contact_id = ?",
        project_id,
        contact_id,
    )
    return {row["key"]: row["signature"] for row in rows}


def forget(tx: WriteTx, project_id: ProjectId, contact_id: ContactId) -> bool:
    """Leave nothing of a contact to compare, nor what was found by it; whether there was anything.

    Only what holds the project's lock for suggestions may call it: else one might be written of it meanwhile.
    """
    unmark(tx, project_id, contact_id)
    return bool(
        tx.run("DELETE FROM match_evidence WHERE project_id = ? AND contact_id = ?", project_id, contact_id)
    )


def holders(tx: ReadTx, project_id: ProjectId, keys: Sequence[str]) -> list[Holder]:
    """Who has these keys, of each key at most one more than may have it."""
    found: list[Holder] = []
    part = (
        "SELECT * FROM (SELECT key, contact_id, signature FROM match_keys WHERE project_id = ? AND key = ? LIMIT ?)"
        " AS part"
    )
    for first in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[first : first + KEYS_AT_ONCE]
        rows = tx.all(
            " UNION ALL ".join([part] * len(some)),
            *(value for key in some for value in (project_id, key, MAX_HOLDERS + 1)),
        )
        found += [Holder(row["key"], row["contact_id"], row["signature"]) for row in rows]
    return found


def evidence(tx: ReadTx, project_id: ProjectId, ids: Sequence[ContactId]) -> dict[ContactId, Evidence]:
    """The evidence of those of the contacts that can be proposed."""
    found: dict[ContactId, Evidence] = {}
    for first in range(0, len(ids), AT_ONCE):
        part = ids[first : first + AT_ONCE]
        marks = ", ".join("?" * len(part))
        rows = tx.all(
            f"SELECT contact_id, evidence FROM match_evidence WHERE project_id = ? AND contact_id IN ({marks})",
            *(project_id, *part),
        )
        found.update((row["contact_id"], _evidence.decode(row["evidence"])) for row in rows)
    return found


def unchanged(
    tx: ReadTx, project_id: ProjectId, ids: Sequence[ContactId], since: int
) -> frozenset[ContactId]:
    """Those of the contacts that can be proposed and whose evidence is no younger than `since`."""
    found: set[ContactId] = set()
    for first in range(0, len(ids), AT_ONCE):
        part = ids[first : first + AT_ONCE]
        marks = ", ".join("?" * len(part))
        rows = tx.all(
            f"SELECT contact_id FROM match_evidence WHERE project_id = ? AND contact_id IN ({marks}) AND at < ?",
            *(project_id, *part, since),
        )
        found.update(row["contact_id"] for row in rows)
    return frozenset(found)


def page(tx: ReadTx, project_id: ProjectId, after: ContactId, limit: int) -> list[tuple[ContactId, Evidence]]:
    """The evidence of the next contacts in id order."""
    rows = tx.all(
        "SELECT contact_id, evidence FROM match_evidence WHERE project_id = ? AND contact_id > ?"
        " ORDER BY contact_id LIMIT ?",
        *(project_id, after, limit),
    )
    return [(row["contact_id"], _evidence.decode(row["evidence"])) for row in rows]


# Who is still to be looked at.


def mark(tx: WriteTx, project_id: ProjectId, contact_id: ContactId, at: int) -> None:
    """This contact's candidates are to be looked for, from now on by what is known of it now."""
    tx.run(
        "INSERT INTO match_pending (project_id, contact_id, at) VALUES (?, ?, ?)"
        " ON CONFLICT (project_id, contact_id) DO UPDATE SET"
        " at = CASE WHEN excluded.at > match_pending.at THEN excluded.at ELSE match_pending.at + 1 END",
        *(project_id, contact_id, at),
    )


def unmark(tx: WriteTx, project_id: ProjectId, contact_id: ContactId, at: int | None = None) -> bool:
    """Whether there was a mark, the one of `at` if that is given."""
    when, args = ("", ()) if at is None else (" AND at = ?", (at,))
    return bool(
        tx.run(
            f"DELETE FROM match_pending WHERE project_id = ? AND contact_id = ?{when}",
            *(project_id, contact_id, *args),
        )
    )


def claim(tx: WriteTx, project_id: ProjectId, contact_id: ContactId, at: int) -> bool:
    """Take away the mark that was seen; False if it is another one's or a later one by now. One that somebody is just
    writing is left to them without waiting: who marks may be waiting for the lock that is held here."""
    seen = tx.one(
        "SELECT at FROM match_pending WHERE project_id = ? AND contact_id = ? AND at = ?"
        f"{tx.dialect.lock_free_rows}",
        *(project_id, contact_id, at),
    )
    return seen is not None and unmark(tx, project_id, contact_id, at)


def pending(tx: ReadTx, project_id: ProjectId, limit: int) -> list[tuple[ContactId, int]]:
    """The contacts that were marked last, newest first, with the mark: who comes now does not wait for a backlog."""
    rows = tx.all(
        "SELECT contact_id, at FROM match_pending WHERE project_id = ? ORDER BY at DESC, contact_id DESC LIMIT ?",
        *(project_id, limit),
    )
    return [(row["contact_id"], row["at"]) for row in rows]


def pending_after(
    tx: ReadTx, project_id: ProjectId, after: ContactId, limit: int
) -> list[tuple[ContactId, int]]:
    """The next marked contacts in id order, with the mark."""
    rows = tx.all(
        "SELECT contact_id, at FROM match_pending WHERE project_id = ? AND contact_id > ?"
        " ORDER BY contact_id LIMIT ?",
        *(project_id, after, limit),
    )
    return [(row["contact_id"], row["at"]) for row in rows]


def count_pending(tx: ReadTx, project_id: ProjectId) -> int:
    """How many contacts are marked."""
    row = tx.one("SELECT count(*) AS n FROM match_pending WHERE project_id = ?", project_id)
    return row["n"] if row else 0


def are_pending(tx: ReadTx, project_id: ProjectId, many: int) -> bool:
    """Whether more contacts than that are marked."""
    row = tx.one(
        "SELECT at FROM match_pending WHERE project_id = ? ORDER BY contact_id LIMIT 1 OFFSET ?",
        project_id,
        many,
    )
    return row is not None


def mark_next(tx: WriteTx, project_id: ProjectId, after: str, at: int, limit: int) -> ContactId | None:
    """Mark the next contacts in id order that can be proposed; the last of them, None if there was none."""
    rows = tx.all(
        "SELECT id FROM contacts WHERE project_id = ? AND id > ? AND status = ? AND merged_into IS NULL"
        " ORDER BY id LIMIT ?",
        *(project_id, after, Status.NORMAL.value, limit),
    )
    for row in rows:
        mark(tx, project_id, row["id"], at)
    return rows[-1]["id"] if rows else None


# How frequent words are.


def frequencies(
    tx: ReadTx, project_id: ProjectId, words: Iterable[tuple[str, str]]
) -> dict[str, dict[str, int]]:
    """By kind how many contacts had these words (kind, word) when they were last counted."""
    by_kind: dict[str, set[str]] = {}
    for kind, word in words:
        by_kind.setdefault(kind, set()).add(word)
    found: dict[str, dict[str, int]] = {kind: {} for kind in by_kind}
    parts: list[str] = []
    args: list[object] = []
    for kind, wanted in by_kind.items():
        marks = ", ".join("?" * len(wanted))
        parts.append(
            f"SELECT kind, word, count FROM match_words WHERE project_id = ? AND kind = ? AND word IN ({marks})"
        )
        args += (project_id, kind, *sorted(wanted))
    for row in tx.all(" UNION ALL ".join(parts), *args) if parts else ():
        found[row["kind"]][row["word"]] = row["count"]
    return found


def write_words(tx: WriteTx, project_id: ProjectId, counts: Sequence[tuple[str, str, int]]) -> None:
    """Keep how many contacts have these words (kind, word, count)."""
    for first in range(0, len(counts), KEYS_AT_ONCE):
        part = counts[first : first + KEYS_AT_ONCE]
        rows = ", ".join(["(?, ?, ?, ?)"] * len(part))
        tx.run(
            f"INSERT INTO match_words (project_id, kind, word, count) VALUES {rows}"
            " ON CONFLICT (project_id, kind, word) DO UPDATE SET count = excluded.count",
            *(value for counted in part for value in (project_id, *counted)),
        )


def words(tx: ReadTx, project_id: ProjectId) -> list[tuple[str, str]]:
    """All words that are kept, with their kinds."""
    rows = tx.all("SELECT kind, word FROM match_words WHERE project_id = ?", project_id)
    return [(row["kind"], row["word"]) for row in rows]


def forget_word(tx: WriteTx, project_id: ProjectId, kind: str, word: str) -> None:
    """Hardly a contact has it any more."""
    tx.run("DELETE FROM match_words WHERE project_id = ? AND kind = ? AND word = ?", project_id, kind, word)
