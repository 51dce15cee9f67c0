"""Campaigns: one message to every contact of a segment, and to whom of a contact it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct, structs

from rolodesk.domain.contact import Identity, clean_text
from rolodesk.domain.conversation import Draft, check_draft
from rolodesk.domain.ids import ContactId, UserId
from rolodesk.domain.segment import Segment

MAX_SUBJECT = 500
# Behind these somebody reads. By a typed-in key nobody has ever come, and a member of the team is no customer.
READERS = ("anonymous", "user", "channel")


class CampaignState(StrEnum):
    """How far a campaign is."""

    GATHERING = "gathering"
    SENDING = "sending"
    DONE = "done"
    STOPPED = "stopped"


class Outcome(StrEnum):
    """What has become of one recipient. A `merged` one has got the message as another contact, which it belongs to."""

    SENT = "sent"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"
    TRASHED = "trashed"
    ERASED = "erased"
    MERGED = "merged"
    FAILED = "failed"


SKIPPED = (Outcome.BLOCKED, Outcome.UNREACHABLE, Outcome.TRASHED, Outcome.ERASED, Outcome.MERGED)


class Campaign(Struct, frozen=True):
    """A message to many. `gathered` is how many recipients are written down, in the order of their ids up to
    `last_contact`, `place` the number of the last one that was dealt with. It is `open` while there is work left, be it
    only to forget the recipients."""

    id: str
    segment: Segment
    draft: Draft
    created_by: UserId
    created_at: int
    updated_at: int
    state: CampaignState = CampaignState.GATHERING
    reason: str | None = None
    open: bool = True
    gathered: int = 0
    last_contact: ContactId = ContactId("")
    place: int = 0
    sent: int = 0
    failed: int = 0
    skipped: Mapping[str, int] = {}
    ended_at: int | None = None

    @property
    def under_way(self) -> bool:
        return self.state in (CampaignState.GATHERING, CampaignState.SENDING)


class Recipient(Struct, frozen=True):
    """A contact that is to get it, by its number in the campaign."""

    number: int
    contact_id: ContactId


def check_mass(draft: Draft) -> Draft:
    """The draft as it can be sent to many: nobody else is brought in. Raises Invalid, TooLarge."""
    check_draft(draft)
    clean_text(draft.subject, "subject", MAX_SUBJECT)
    opening = structs.replace(draft.opening, participants=(), followers=(), waits=True)
    return structs.replace(draft, sender_name=None, email=None, preflight=False, opening=opening)


def addressee(owned: Sequence[Identity]) -> Identity | Outcome:
    """Who of a contact's identities gets it: the one that was there last, of those behind which somebody may read."""
    readers = [identity for identity in owned if identity.kind in READERS]
    free = [identity for identity in readers if identity.blocked_at is None]
    if free:
        return max(free, key=lambda identity: (identity.last_seen, identity.id))
    return Outcome.BLOCKED if readers else Outcome.UNREACHABLE


def dealt_with(campaign: Campaign, outcome: Outcome, at: int) -> Campaign:
    """The campaign after its next recipient."""
    c = structs.replace(campaign, place=campaign.place + 1, updated_at=at)
    if outcome is Outcome.SENT:
        return structs.replace(c, sent=c.sent + 1)
    if outcome is Outcome.FAILED:
        return structs.replace(c, failed=c.failed + 1)
    return structs.replace(c, skipped={**c.skipped, outcome.value: c.skipped.get(outcome.value, 0) + 1})


def ended(campaign: Campaign, state: CampaignState, at: int, reason: str | None = None) -> Campaign:
    """The campaign at its end."""
    return structs.replace(campaign, state=state, reason=reason, ended_at=at, updated_at=at)
