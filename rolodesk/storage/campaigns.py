"""Campaigns with their recipients, and how many of a segment one would reach."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rolodesk.domain.campaign import READERS, Campaign, CampaignState, Recipient
from rolodesk.domain.conversation import Draft
from rolodesk.domain.ids import ContactId, IdentityId, ProjectId
from rolodesk.domain.segment import Segment
from rolodesk.storage import search
from rolodesk.storage.database import ReadTx, Row, WriteTx
from rolodesk.storage.rows import from_text, to_text
from rolodesk.storage.search import COUNT_CAP, Filter, Page

FORGOTTEN_AT_ONCE = 1_000
_segment = msgspec.json.Decoder(Segment)
_draft = msgspec.json.Decoder(Draft)


def add(tx: WriteTx, project_id: ProjectId, campaign: Campaign) -> bool:
    """Whether it was new: the same client_id twice is one campaign."""
    c = campaign
    return bool(
        tx.run(
            "INSERT INTO campaigns (project_id, id, client_id, segment, draft, state, created_by, created_at,"
            " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            *(project_id, c.id, c.draft.client_id, to_text(c.segment), to_text(c.draft), c.state.value),
            *(c.created_by, c.created_at, c.updated_at),
        )
    )


def get(tx: ReadTx, project_id: ProjectId, campaign_id: str) -> Campaign | None:
    row = tx.one("SELECT * FROM campaigns WHERE project_id = ? AND id = ?", project_id, campaign_id)
    return _campaign(row) if row else None


def by_client_id(tx: ReadTx, project_id: ProjectId, client_id: str) -> Campaign | None:
    row = tx.one("SELECT * FROM campaigns WHERE project_id = ? AND client_id = ?", project_id, client_id)
    return _campaign(row) if row else None


def lock(tx: WriteTx, project_id: ProjectId, campaign_id: str) -> Campaign | None:
    """The campaign, locked. Campaigns are locked before all else."""
    row = tx.one(
        f"SELECT * FROM campaigns WHERE project_id = ? AND id = ?{tx.dialect.lock_rows}",
        *(project_id, campaign_id),
    )
    return _campaign(row) if row else None


def lock_if_free(tx: WriteTx, project_id: ProjectId, campaign_id: str) -> Campaign | None:
    """The same; None too while another process has it."""
    row = tx.one(
        f"SELECT * FROM campaigns WHERE project_id = ? AND id = ?{tx.dialect.lock_free_rows}",
        *(project_id, campaign_id),
    )
    return _campaign(row) if row else None


def newest(tx: ReadTx, project_id: ProjectId, limit: int, offset: int = 0) -> list[Campaign]:
    """One page, newest first."""
    rows = tx.all(
        "SELECT * FROM campaigns WHERE project_id = ? ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?",
        *(project_id, limit, offset),
    )
    return [_campaign(row) for row in rows]


def count(tx: ReadTx, project_id: ProjectId) -> int:
    """How many there are, counted up to COUNT_CAP + 1."""
    row = tx.one(
        "SELECT count(*) AS n FROM (SELECT 1 FROM campaigns WHERE project_id = ? LIMIT ?) AS part",
        *(project_id, COUNT_CAP + 1),
    )
    return row["n"] if row else 0


def count_under_way(tx: ReadTx, project_id: ProjectId) -> int:
    """How many are not at their end."""
    row = tx.one(
        "SELECT count(*) AS n FROM campaigns WHERE project_id = ? AND open = 1 AND state IN (?, ?)",
        *(project_id, CampaignState.GATHERING.value, CampaignState.SENDING.value),
    )
    return row["n"] if row else 0


def write(tx: WriteTx, project_id: ProjectId, campaign: Campaign) -> None:
    """Write how far a locked campaign is."""
    c = campaign
    tx.run(
        "UPDATE campaigns SET state = ?, reason = ?, open = ?, gathered = ?, last_contact = ?, place = ?, sent = ?,"
        " failed = ?, skipped = ?, updated_at = ?, ended_at = ? WHERE project_id = ? AND id = ?",
        *(c.state.value, c.reason, int(c.open), c.gathered, c.last_contact, c.place, c.sent, c.failed),
        *(to_text(c.skipped), c.updated_at, c.ended_at, project_id, c.id),
    )


def with_work(tx: ReadTx) -> list[tuple[ProjectId, str]]:
    """The campaigns of all projects that there is something to do for, the oldest first."""
    rows = tx.all(
        "SELECT c.project_id, c.id FROM campaigns c JOIN projects p ON p.id = c.project_id AND p.status = 100"
        " WHERE c.open = 1 ORDER BY c.created_at, c.id"
    )
    return [(ProjectId(row["project_id"]), row["id"]) for row in rows]


# Recipients


def add_recipients(
    tx: WriteTx, project_id: ProjectId, campaign_id: str, first: int, contacts: Sequence[ContactId]
) -> None:
    """Write down the next recipients, numbered from `first` on."""
    args = [
        arg for number, one in enumerate(contacts, first) for arg in (project_id, campaign_id, number, one)
    ]
    rows = ", ".join(["(?, ?, ?, ?)"] * len(contacts))
    tx.run(
        f"INSERT INTO campaign_recipients (project_id, campaign_id, number, contact_id) VALUES {rows}", *args
    )


def recipient(tx: ReadTx, project_id: ProjectId, campaign_id: str, number: int) -> Recipient | None:
    row = tx.one(
        "SELECT contact_id FROM campaign_recipients WHERE project_id = ? AND campaign_id = ? AND number = ?",
        *(project_id, campaign_id, number),
    )
    return Recipient(number, row["contact_id"]) if row else None


def mark_reached(
    tx: WriteTx, project_id: ProjectId, campaign_id: str, number: int, identity_id: IdentityId
) -> None:
    """The recipient has got it by that identity. Raises Unique if this one has got it before."""
    tx.run(
        "UPDATE campaign_recipients SET identity_id = ? WHERE project_id = ? AND campaign_id = ? AND number = ?",
        *(identity_id, project_id, campaign_id, number),
    )


def has_reached(
    tx: ReadTx, project_id: ProjectId, campaign_id: str, identities: Sequence[IdentityId]
) -> bool:
    """Whether one of the identities has got it."""
    marks = ", ".join("?" * len(identities))
    row = tx.one(
        "SELECT 1 AS found FROM campaign_recipients WHERE project_id = ? AND campaign_id = ?"
        f" AND identity_id IN ({marks}) LIMIT 1",
        *(project_id, campaign_id, *identities),
    )
    return row is not None


def forget_recipients(tx: WriteTx, project_id: ProjectId, campaign_id: str) -> int:
    """Forget up to FORGOTTEN_AT_ONCE of them; how many."""
    return tx.run(
        "DELETE FROM campaign_recipients WHERE project_id = ? AND campaign_id = ? AND number IN"
        " (SELECT number FROM campaign_recipients WHERE project_id = ? AND campaign_id = ? ORDER BY number LIMIT ?)",
        *(project_id, campaign_id, project_id, campaign_id, FORGOTTEN_AT_ONCE),
    )


# Who of a segment


def contacts_after(
    tx: ReadTx, project_id: ProjectId, project_number: int, segment: Segment, after: ContactId, limit: int
) -> list[ContactId]:
    """The ids of the segment's contacts after an id, in order."""
    source, conditions, args = search.where(tx, project_id, project_number, Filter(segment=segment), Page())
    rows = tx.all(
        f"SELECT c.id FROM {source} WHERE {' AND '.join(conditions)} AND c.id > ? ORDER BY c.id LIMIT ?",
        *(*args, after, limit),
    )
    return [ContactId(row["id"]) for row in rows]


def reach(tx: ReadTx, project_id: ProjectId, project_number: int, segment: Segment) -> dict[str, int]:
    """How many of the segment's contacts would be `sent` to, are `blocked` or `unreachable`, as
    `domain.campaign.addressee` decides. COUNT_CAP + 1 contacts are looked at, at the most."""
    source, conditions, args = search.where(tx, project_id, project_number, Filter(segment=segment), Page())
    kinds = ", ".join(f"'{kind}'" for kind in READERS)
    own = f"SELECT 1 FROM identities i WHERE i.project_id = ? AND i.contact_id = c.id AND i.kind IN ({kinds})"
    merged = (
        "SELECT 1 FROM contacts h CROSS JOIN identities i WHERE h.project_id = ? AND h.root_id = c.id"
        " AND h.merged_into IS NOT NULL AND i.project_id = h.project_id AND i.contact_id = h.id"
        f" AND i.kind IN ({kinds})"
    )
    free = " AND i.blocked_at IS NULL"
    rows = tx.all(
        "SELECT outcome, count(*) AS n FROM (SELECT CASE"
        f" WHEN EXISTS ({own}{free}) OR EXISTS ({merged}{free}) THEN 'sent'"
        f" WHEN EXISTS ({own}) OR EXISTS ({merged}) THEN 'blocked' ELSE 'unreachable' END AS outcome"
        f" FROM {source} WHERE {' AND '.join(conditions)} LIMIT ?) AS found GROUP BY outcome",
        *(*[project_id] * 4, *args, COUNT_CAP + 1),
    )
    return {row["outcome"]: row["n"] for row in rows}


def _campaign(row: Row) -> Campaign:
    return Campaign(
        *(row["id"], _segment.decode(row["segment"]), _draft.decode(row["draft"]), row["created_by"]),
        *(row["created_at"], row["updated_at"], CampaignState(row["state"]), row["reason"]),
        open=bool(row["open"]),
        gathered=row["gathered"],
        last_contact=row["last_contact"],
        place=row["place"],
        sent=row["sent"],
        failed=row["failed"],
        skipped=from_text(row["skipped"]),
        ended_at=row["ended_at"],
    )
