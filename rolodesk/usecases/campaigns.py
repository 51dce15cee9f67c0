"""Campaigns, as the team sees them: whom one would reach, asking for one, how far it is, stopping it."""

from __future__ import annotations

from msgspec import Struct

from rolodesk.domain.access import Agent, Permission, require
from rolodesk.domain.campaign import SKIPPED, Campaign, CampaignState, Outcome, check_mass, ended
from rolodesk.domain.conversation import Draft
from rolodesk.domain.errors import BadProject, Conflict, NotFound
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.ids import is_object_id
from rolodesk.domain.segment import ACTIVE, Segment
from rolodesk.storage import accounts, campaigns, events, projects, segments
from rolodesk.storage.accounts import User
from rolodesk.storage.database import Database, ReadTx, retried
from rolodesk.usecases.clock import new_id, now

MOST_UNDER_WAY = 5


class Reach(Struct, frozen=True):
    """How many of a segment's contacts would get a message, and how many would not and why. Up to COUNT_CAP + 1
    contacts are counted."""

    segment: Segment
    counts: dict[str, int]

    @property
    def recipients(self) -> int:
        return self.counts.get(Outcome.SENT, 0)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


class CampaignView(Struct, frozen=True):
    """A campaign with who has asked for it, as far as they are known."""

    campaign: Campaign
    by: User | None

    @property
    def skipped(self) -> int:
        return sum(self.campaign.skipped.get(reason, 0) for reason in SKIPPED)


def reach(db: Database, actor: Agent, segment_id: str) -> Reach:
    """Whom a campaign to that segment would reach now. Raises Forbidden, NotFound."""
    require(actor, Permission.SEND_CAMPAIGNS)
    with db.read() as tx:
        segment = _segment(tx, actor, segment_id)
        project = projects.get(tx, actor.project_id)
        if project is None:
            raise BadProject(f"Project not found with id: {actor.project_id}")
        return Reach(segment, campaigns.reach(tx, project.id, project.number, segment))


def _segment(tx: ReadTx, actor: Agent, segment_id: str) -> Segment:
    """A segment that is not deleted: nobody sees any more whom a deleted one holds."""
    found = segments.get(tx, actor.project_id, segment_id) if is_object_id(segment_id) else None
    if found is None or found.status != ACTIVE:
        raise NotFound("Error segment not found", "segment_not_found")
    return found


@retried
def create(db: Database, actor: Agent, segment_id: str, draft: Draft) -> Campaign:
    """Have a message sent to every contact of a segment, beginning soon. The same `client_id` twice is one campaign.

    Raises Forbidden, NotFound, Invalid, TooLarge, Conflict `too_many_campaigns`, `client_id_taken` for another message.
    """
    require(actor, Permission.SEND_CAMPAIGNS)
    cleaned, at = check_mass(draft), now()
    with db.write(actor.project_id) as tx:
        segment = _segment(tx, actor, segment_id)
        if cleaned.client_id and (found := campaigns.by_client_id(tx, actor.project_id, cleaned.client_id)):
            return _same(found, segment, cleaned)
        if campaigns.count_under_way(tx, actor.project_id) >= MOST_UNDER_WAY:
            raise Conflict(f"{MOST_UNDER_WAY} campaigns are under way already", "too_many_campaigns")

        made = Campaign(new_id(), segment, cleaned, actor.user_id, at, at)
        if campaigns.add(tx, actor.project_id, made):
            events.record(tx, actor, at, Event(EventName.CAMPAIGN_CREATE, subject_id=made.id))
            return made
        # Asked for by another call with this client_id, which has just been waited for.
        known = campaigns.by_client_id(tx, actor.project_id, cleaned.client_id or "")
        return _same(known, segment, cleaned) if known else made


def _same(found: Campaign, segment: Segment, draft: Draft) -> Campaign:
    """What is known by a client_id, if it is what is asked for now. Else nobody would get that, and nobody know."""
    if (found.segment.id, found.draft.type, found.draft.text) != (segment.id, draft.type, draft.text):
        raise Conflict("another message has been sent with this client_id", "client_id_taken")
    return found


def listing(db: Database, actor: Agent, limit: int = 40, offset: int = 0) -> tuple[list[CampaignView], int]:
    """One page of the project's campaigns, newest first, and how many there are (counted up to 10,001)."""
    require(actor, Permission.VIEW_CONVERSATIONS)
    with db.read() as tx:
        found = campaigns.newest(tx, actor.project_id, limit, offset)
        people = accounts.users_by_id(tx, list(dict.fromkeys(one.created_by for one in found)))
        views = [CampaignView(one, people.get(one.created_by)) for one in found]
        return views, campaigns.count(tx, actor.project_id)


def get(db: Database, actor: Agent, campaign_id: str) -> CampaignView:
    """One campaign. Raises NotFound, Forbidden."""
    require(actor, Permission.VIEW_CONVERSATIONS)
    with db.read() as tx:
        found = campaigns.get(tx, actor.project_id, campaign_id) if is_object_id(campaign_id) else None
        if found is None:
            raise NotFound()
        return CampaignView(found, accounts.users_by_id(tx, [found.created_by]).get(found.created_by))


@retried
def stop(db: Database, actor: Agent, campaign_id: str) -> Campaign:
    """Send no more of it; what has been sent stays. One that has ended answers as it stands. Any agent may, whoever has
    asked for it. Raises NotFound, Forbidden."""
    require(actor, Permission.ANSWER)
    with db.write(actor.project_id) as tx:
        found = campaigns.lock(tx, actor.project_id, campaign_id) if is_object_id(campaign_id) else None
        if found is None:
            raise NotFound()
        if not found.under_way:
            return found

        at = now()
        stopped = ended(found, CampaignState.STOPPED, at, "by_hand")
        campaigns.write(tx, actor.project_id, stopped)
        events.record(tx, actor, at, Event(EventName.CAMPAIGN_STOP, subject_id=found.id, fields=("by_hand",)))
        return stopped
