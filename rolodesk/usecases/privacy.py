"""Erasing a person: nothing that was said or known of them stays, but the ids in the events."""

from __future__ import annotations

from rolodesk.domain.access import Agent, Permission, require
from rolodesk.domain.contact import Status
from rolodesk.domain.errors import Conflict, Gone, NotFound
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.ids import ContactId, ProjectId, is_object_id
from rolodesk.storage import contacts, conversations, events, identities, merges, projects
from rolodesk.storage.database import Database, WriteTx, retried
from rolodesk.usecases.clock import now


@retried
def erase(db: Database, actor: Agent, contact_id: str) -> None:
    """Erase a person for good: all contacts merged into one, their identities, conversations, values and notes.

    Tokens of the identities are void from now on. Raises Forbidden, NotFound, Gone the second time, or Conflict
    `contact_merged`: the root is what is erased.
    """
    require(actor, Permission.ERASE_CONTACTS)
    with db.write(actor.project_id) as tx:
        projects.next_number(tx, actor.project_id, "merge")
        root, status = _locked_root(tx, actor.project_id, contact_id)

        at = now()
        for member in contacts.arrows(tx, actor.project_id, root):
            merges.erase(tx, actor.project_id, member)
            for identity in identities.of_contact(tx, actor.project_id, member):
                for conversation_id in conversations.of_identity(tx, actor.project_id, identity.id):
                    conversations.delete(tx, actor.project_id, conversation_id)
                identities.revoke(tx, actor.project_id, identity.key, at)
                identities.delete(tx, actor.project_id, identity.id)
            contacts.erase(tx, actor.project_id, member, at)
        contacts.count(tx, actor.project_id, status, -1)
        tx.purge_text()
        events.record(tx, actor, at, Event(EventName.LEAD_ERASE, root, root))
    db.dialect.purge_log()


def _locked_root(tx: WriteTx, project_id: ProjectId, contact_id: str) -> tuple[ContactId, int]:
    asked = ContactId(contact_id)
    if not is_object_id(contact_id) or (root := contacts.root_of(tx, project_id, asked)) is None:
        raise NotFound()
    owned = identities.of_roots(tx, project_id, [root])[root]
    identities.lock(tx, project_id, [identity.id for identity in owned])
    merges.lock_trees(tx, project_id, [root])
    root, status = contacts.lock(tx, project_id, asked)
    if status == Status.ERASED:
        raise Gone("this person has been erased", "erased")
    if root != asked:
        raise Conflict("this contact has been merged into another", "contact_merged", {"merged_into": root})
    return root, status
