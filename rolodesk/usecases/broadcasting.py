"""Sending campaigns, a recipient at a time: each in a transaction of its own, so that nobody gets it twice and nobody
is left out whenever this is killed, and that visitors do not wait."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from rolodesk.domain.access import Agent, Permission, System, allows
from rolodesk.domain.campaign import (
    Campaign,
    CampaignState,
    Outcome,
    addressee,
    dealt_with,
    ended,
)
from rolodesk.domain.contact import Identity, Status
from rolodesk.domain.conversation import Conversation, ConversationStatus, Draft, Message
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.holding import holders, is_open_to
from rolodesk.domain.ids import ContactId, MessageId, ProjectId
from rolodesk.storage import (
    campaigns,
    contacts,
    conversation_lists,
    conversations,
    events,
    identities,
    members,
    projects,
)
from rolodesk.storage.conversation_lists import Wanted
from rolodesk.storage.database import Contention, Database, ReadTx, WriteTx, retried
from rolodesk.storage.projects import Project
from rolodesk.usecases.clock import new_id, now
from rolodesk.usecases.contacts import Home
from rolodesk.usecases.conversations import MAX_LANGUAGE, begin_at, new_request_id, record, short
from rolodesk.usecases.sign_in import agent_of

READ_AT_ONCE = 10_000
WRITTEN_AT_ONCE = 500


def with_work(db: Database) -> list[tuple[ProjectId, str]]:
    """The campaigns that there is something to do for."""
    with db.read() as tx:
        return campaigns.with_work(tx)


def look(db: Database, project_id: ProjectId, campaign_id: str) -> Campaign | None:
    """How far it is; None once there is nothing left to do."""
    with db.read() as tx:
        found = campaigns.get(tx, project_id, campaign_id)
    return found if found is not None and found.open else None


# Who is to get it.


def gather(db: Database, project_id: ProjectId, campaign_id: str) -> None:
    """Write down who belongs to the segment, all as of one moment; a second call goes on where a first was killed."""
    with db.read() as tx:
        found, project = campaigns.get(tx, project_id, campaign_id), projects.get(tx, project_id)
        if found is None or project is None:
            return
        wanted = _everybody(tx, project, found)
    # Once the connection is given back: there may be no other.
    for first in range(0, len(wanted), WRITTEN_AT_ONCE):
        if not _note(db, project_id, campaign_id, wanted[first : first + WRITTEN_AT_ONCE]):
            return
    _begin_sending(db, project_id, campaign_id)


def _everybody(tx: ReadTx, project: Project, campaign: Campaign) -> list[ContactId]:
    """The ids of the segment's contacts that are not written down yet, in order."""
    wanted: list[ContactId] = []
    after = campaign.last_contact
    while page := campaigns.contacts_after(
        tx, project.id, project.number, campaign.segment, after, READ_AT_ONCE
    ):
        wanted += page
        after = page[-1]
    return wanted


@retried
def _note(db: Database, project_id: ProjectId, campaign_id: str, found: Sequence[ContactId]) -> bool:
    """Whether these are written down, by this process or by another that does the same."""
    with db.write(project_id) as tx:
        held = campaigns.lock(tx, project_id, campaign_id)
        if held is None or held.state is not CampaignState.GATHERING:
            return False
        fresh = [contact_id for contact_id in found if contact_id > held.last_contact]
        if fresh:
            campaigns.add_recipients(tx, project_id, campaign_id, held.gathered + 1, fresh)
            more = structs.replace(held, gathered=held.gathered + len(fresh), last_contact=fresh[-1])
            campaigns.write(tx, project_id, structs.replace(more, updated_at=now()))
    return True


@retried
def _begin_sending(db: Database, project_id: ProjectId, campaign_id: str) -> None:
    with db.write(project_id) as tx:
        held = campaigns.lock(tx, project_id, campaign_id)
        if held is not None and held.state is CampaignState.GATHERING:
            begun = structs.replace(held, state=CampaignState.SENDING, updated_at=now())
            campaigns.write(tx, project_id, begun)


# Sending it.


@retried
def deal_with(db: Database, project_id: ProjectId, campaign_id: str, number: int) -> None:
    """Send it to the recipient of that number, or to nobody if another process does, or end it after the last one."""
    with db.write(project_id) as tx:
        held = _at(tx, project_id, campaign_id, number)
        if held is None:
            return
        sender = _sender(tx, project_id, held)
        recipient = campaigns.recipient(tx, project_id, campaign_id, number)
        if sender is None:
            _end(tx, project_id, held, CampaignState.STOPPED, "sender")
        elif recipient is None:
            _end(tx, project_id, held, CampaignState.DONE)
        else:
            outcome = _send(tx, sender, held, recipient.contact_id)
            campaigns.write(tx, project_id, dealt_with(held, outcome, now()))


@retried
def write_off(db: Database, project_id: ProjectId, campaign_id: str, number: int) -> None:
    """It cannot be sent to the recipient of that number."""
    with db.write(project_id) as tx:
        held = _at(tx, project_id, campaign_id, number)
        if held is not None:
            campaigns.write(tx, project_id, dealt_with(held, Outcome.FAILED, now()))


def _at(tx: WriteTx, project_id: ProjectId, campaign_id: str, number: int) -> Campaign | None:
    """The campaign, locked, if that number is the next and nobody else is at it."""
    held = campaigns.lock_if_free(tx, project_id, campaign_id)
    is_next = held is not None and held.state is CampaignState.SENDING and held.place + 1 == number
    return held if is_next else None


def _sender(tx: ReadTx, project_id: ProjectId, campaign: Campaign) -> Agent | None:
    """Who has asked for it, as long as they may."""
    project = projects.get(tx, project_id)
    member = members.of_user(tx, project_id, campaign.created_by)
    if project is None or member is None:
        return None
    agent = agent_of(project, member)
    return agent if allows(agent, Permission.SEND_CAMPAIGNS) else None


def _end(
    tx: WriteTx, project_id: ProjectId, held: Campaign, state: CampaignState, reason: str | None = None
) -> None:
    at = now()
    campaigns.write(tx, project_id, ended(held, state, at, reason))
    name = EventName.CAMPAIGN_DONE if state is CampaignState.DONE else EventName.CAMPAIGN_STOP
    event = Event(name, subject_id=held.id, fields=(reason,) if reason else ())
    events.record(tx, System(project_id), at, event)


def _send(tx: WriteTx, sender: Agent, campaign: Campaign, contact_id: ContactId) -> Outcome:
    """Send it to one of the contact's identities and to no other. Whoever is merged, split, blocked or erased at this
    moment is waited for."""
    project_id = sender.project_id
    chosen = _addressee(tx, project_id, contact_id)
    if isinstance(chosen, Outcome):
        return chosen
    held = identities.lock(tx, project_id, [chosen.id]).get(chosen.id)
    if held is None:
        return Outcome.ERASED
    root, status = contacts.lock(tx, project_id, held.contact_id)
    if status != Status.NORMAL:
        return Outcome.TRASHED if status == Status.TRASHED else Outcome.ERASED
    owned = identities.of_roots(tx, project_id, [root])[root]
    still = addressee(_there(tx, project_id, owned))
    is_same = not isinstance(still, Outcome) and still.id == held.id
    if not is_same or contacts.root_of(tx, project_id, contact_id) != root:
        raise Contention("the contact has just become another")
    if campaigns.has_reached(tx, project_id, campaign.id, [identity.id for identity in owned]):
        return Outcome.MERGED

    _write_to(tx, sender, Home(held, held.contact_id, root, made=False), campaign.draft)
    campaigns.mark_reached(tx, project_id, campaign.id, campaign.place + 1, held.id)
    return Outcome.SENT


def _addressee(tx: ReadTx, project_id: ProjectId, contact_id: ContactId) -> Identity | Outcome:
    root = contacts.root_of(tx, project_id, contact_id)
    if root is None or contacts.is_erased(tx, project_id, root):
        return Outcome.ERASED
    return addressee(_there(tx, project_id, identities.of_roots(tx, project_id, [root])[root]))


def _there(tx: ReadTx, project_id: ProjectId, owned: Sequence[Identity]) -> list[Identity]:
    gone = identities.gone(tx, project_id, owned)
    return [identity for identity in owned if identity.id not in gone]


def _write_to(tx: WriteTx, sender: Agent, home: Home, draft: Draft) -> None:
    """Into the newest open conversation of the identity that the sender may see, or into a new one."""
    wanted = Wanted(identities=(home.identity.id,))
    newest = next(iter(conversation_lists.find(tx, sender.project_id, sender, wanted, 1)), None)
    before = conversations.lock(tx, sender.project_id, newest.id) if newest else None
    if before is None or before.closed or not is_open_to(sender, holders(before, home.identity)):
        begun = begin_at(tx, sender, home, new_request_id(sender.project_id), draft)
        before = _put_by(tx, sender, home, begun)
    _say(tx, sender, home, before, draft)


def _put_by(tx: WriteTx, sender: Agent, home: Home, begun: Conversation) -> Conversation:
    """A new conversation of which nothing is to be done until the person answers: it is closed, so that it fills no
    inbox and counts in nobody's load, and its answer comes to the sender first."""
    at = begun.created_at
    conversations.add_participant(tx, sender.project_id, begun.id, sender.user_id, sender.id, at)
    conversations.count_as_open(tx, sender.project_id, begun.id, False)
    record(tx, sender, at, EventName.REQUEST_ASSIGN, home, begun.id, subject=sender.user_id)
    return structs.replace(
        begun,
        status=ConversationStatus.CLOSED,
        participants=(sender.user_id,),
        waiting_since=None,
        first_response_at=at,
        assigned_at=at,
        closed_at=at,
        closed_by=sender.id,
    )


def _say(tx: WriteTx, sender: Agent, home: Home, before: Conversation, draft: Draft) -> None:
    """A message that answers nothing: who waits goes on waiting, and whose conversation it is stays as it is."""
    at = now()
    message = Message(
        *(
            MessageId(new_id()),
            before.messages + 1,
            "agent",
            sender.id,
            sender.name,
            draft.type,
            draft.text,
            at,
        ),
        attributes=draft.attributes,
        metadata=draft.metadata,
        language=short(draft.language, MAX_LANGUAGE),
    )
    has_read = before.team_seen == before.messages
    after = structs.replace(
        before,
        messages=message.number,
        last_message=message,
        team_seen=message.number if has_read else before.team_seen,
        updated_at=at,
    )
    conversations.add_message(tx, sender.project_id, after, message)
    contacts.touch(tx, sender.project_id, home.contact_id, home.root_id, at, by_visitor=False)
    record(tx, sender, at, EventName.MESSAGE_CREATE, home, before.id, subject=message.id)


# Afterwards.


@retried
def forget(db: Database, project_id: ProjectId, campaign_id: str) -> None:
    """Forget some recipients of a campaign that has ended; after the last there is nothing left to do."""
    with db.write(project_id) as tx:
        held = campaigns.lock(tx, project_id, campaign_id)
        if (
            held is not None
            and not held.under_way
            and not campaigns.forget_recipients(tx, project_id, held.id)
        ):
            campaigns.write(tx, project_id, structs.replace(held, open=False))
