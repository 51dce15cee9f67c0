"""What of each contact is compared, kept beside its profile in the same transaction."""

from __future__ import annotations

from rolodesk.domain.contact import Status
from rolodesk.domain.evidence import Evidence, Rules, evidence, facts, keys
from rolodesk.domain.ids import ContactId, ProjectId
from rolodesk.domain.profile import Contact, Profile
from rolodesk.storage import contacts, duplicates, match_keys, runs
from rolodesk.storage.database import Database, ReadTx, WriteTx, retried
from rolodesk.usecases.clock import now
from rolodesk.usecases.groups import regroup

MARKS_AT_ONCE = 500


def keep(tx: WriteTx, project_id: ProjectId, contact_id: ContactId, profile: Profile, at: int) -> None:
    """Keep what is compared of a contact that stands for itself, and let somebody look for its duplicates.

    Also where the evidence is the same: any change lifts what holds it and another one apart.
    """
    renew(tx, project_id, contact_id, profile, match_keys.rules(tx, project_id), at)
    match_keys.mark(tx, project_id, contact_id, at)


def renew(
    tx: WriteTx, project_id: ProjectId, contact_id: ContactId, profile: Profile, rules: Rules, at: int
) -> None:
    """Keep what is compared of a contact by these rules."""
    one = evidence(facts(profile, rules), rules)
    match_keys.write(tx, project_id, contact_id, one, keys(one), at)


def forget(tx: WriteTx, project_id: ProjectId, contact_id: ContactId, at: int) -> None:
    """A contact is merged, trashed or erased: nothing of it is compared any more, and what was found by it goes."""
    duplicates.lock(tx, project_id)
    before = duplicates.of_contacts(tx, project_id, [contact_id])
    if match_keys.forget(tx, project_id, contact_id) and before:
        regroup(tx, project_id, before, at)


def is_proposed(contact: Contact | None) -> bool:
    """Whether a contact can be proposed as somebody's duplicate: it stands for itself and is not in the trash."""
    return contact is not None and contact.merged_into is None and contact.status == Status.NORMAL


def afresh(tx: ReadTx, project_id: ProjectId, contact: Contact) -> Evidence:
    """What the profile and the project's rules make of a contact now."""
    rules = match_keys.rules(tx, project_id)
    return evidence(facts(contact.profile, rules), rules)


@retried
def catch_up(db: Database, project_id: ProjectId, contact_id: ContactId) -> None:
    """Bring a contact's evidence to the project's rules of today."""
    with db.write(project_id) as tx:
        contacts.lock(tx, project_id, contact_id)
        contact = contacts.get(tx, project_id, contact_id)
        if contact is not None and is_proposed(contact):
            renew(tx, project_id, contact_id, contact.profile, match_keys.rules(tx, project_id), now())


@retried
def mark_more(db: Database, project_id: ProjectId) -> bool:
    """Mark the next contacts of a project in which everything is to be looked at again; whether there may be more."""
    with db.write(project_id) as tx:
        after = runs.marked(tx, project_id)
        if after is None:
            return False
        last = match_keys.mark_next(tx, project_id, after, now(), MARKS_AT_ONCE)
        runs.look_again(tx, project_id, last)
        return last is not None
