"""Merging contacts, taking it back, and splitting identities off."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import get, post
from litestar.params import JSONBody

from rolodesk.domain.contact import Identity
from rolodesk.domain.errors import Stale
from rolodesk.domain.merging import FieldPreview, Notice, Option
from rolodesk.usecases import contacts, merges, splits
from rolodesk.usecases.merges import Ask, MergeEntry, Preview, SplitEntry, Undone, UndoPreview
from rolodesk.usecases.splits import SplitDone
from rolodesk.web import auth, render
from rolodesk.web.api.reading import AnyRequest, IdempotencyKey

WARNINGS = {
    "trashed": "this contact is in the trash",
    "different_names": "these contacts have different names",
    "different_verified_emails": "these contacts have different verified emails",
    "distinct_users": "these are two different signed-in users of your site",
    "blocked": "some of the identities are blocked",
    "undone_before": "somebody has taken these two apart before",
}


class MergeBody(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be merged into the contact of the path. `choices` per field `{from: id, source?}` or `{value}`;
    `expect` the versions that the caller has seen, by id."""

    sources: list[str] = []
    choices: dict[str, Any] = {}
    expect: dict[str, int] = {}
    allow: list[str] = []
    reason: str | None = None

    def ask(self, winner: str) -> Ask:
        """It as the verb takes it."""
        return Ask(winner, tuple(self.sources), self.choices, self.expect, tuple(self.allow), self.reason)


class UndoBody(msgspec.Struct, forbid_unknown_fields=True):
    """`group`: take back all merges of the same call."""

    group: bool = False


class SplitBody(msgspec.Struct, forbid_unknown_fields=True):
    """Identities by their `_id`, and the contact that is to have them; a new one without `into`."""

    identities: list[str] = []
    into: str | None = None
    allow: list[str] = []
    reason: str | None = None


class AdoptBody(msgspec.Struct, forbid_unknown_fields=True):
    """One of a contact's `others`: its field, the member that it is from, and its source."""

    field: str = ""
    origin: str = msgspec.field(name="from", default="")
    source: str = ""


@post("/{project_id:str}/leads/{lead_id:str}/merge", status_code=200, tags=["merging"], sync_to_thread=True)
def merge(
    request: AnyRequest,
    project_id: str,
    lead_id: str,
    data: JSONBody[MergeBody],
    idempotency_key: IdempotencyKey = None,
) -> dict[str, Any]:
    """Merge up to ten contacts into this one, all or none. 409 names why not; 412 brings a fresh preview where somebody
    has changed one of them meanwhile."""
    db, actor, ask = auth.database(request), auth.team(request, project_id), data.ask(lead_id)
    try:
        done = merges.merge(db, actor, ask, idempotency_key)
    except Stale as stale:
        fresh = previewed(merges.preview(db, actor, ask), project_id)
        raise Stale(stale.message, stale.code, {**stale.details, "preview": fresh}) from None
    body = render.lead_view(done.view, project_id)
    body["merges"] = [render.merge(one) for one in done.merges]
    return {**body, "replayed": True} if done.replayed else body


@post(
    "/{project_id:str}/leads/{lead_id:str}/merge/preview",
    status_code=200,
    tags=["merging"],
    sync_to_thread=True,
)
def preview(request: AnyRequest, project_id: str, lead_id: str, data: JSONBody[MergeBody]) -> dict[str, Any]:
    """What that merge would do: whether it may be, each field with its result and why, what comes along."""
    actor = auth.team(request, project_id)
    return previewed(merges.preview(auth.database(request), actor, data.ask(lead_id)), project_id)


def previewed(found: Preview, project_id: str) -> dict[str, Any]:
    return {
        "allowed": not found.refusals,
        "reasons": [
            {"code": r.code, "msg": r.message, "contact": r.contact_id, **r.details} for r in found.refusals
        ],
        "result": render.lead_view(found.kept, project_id) if found.kept else None,
        "fields": [_field(field) for field in found.fields],
        "comes_along": {
            "conversations": found.conversations,
            "messages": found.messages,
            "notes": found.notes,
            "identities": found.identities,
            "contacts": found.contacts,
        },
        "warnings": [_warning(notice) for notice in found.warnings],
        "versions": {v.contact.id: v.contact.version for v in (found.winner, *found.losers)},
    }


def _field(found: FieldPreview) -> dict[str, Any]:
    return {
        "field": found.field,
        "differs": found.differs,
        "united": found.united,
        "result": found.result.value if found.result else None,
        "reason": found.result.reason if found.result else None,
        "options": [_option(option) for option in found.options],
    }


def _option(found: Option) -> dict[str, Any]:
    entry = found.entry
    return {
        "lead": found.contact_id,
        "from": entry.contact_id if entry else None,
        "source": entry.source.value if entry else None,
        "value": entry.value if entry else None,
        "verified": entry.verified if entry else False,
    }


def _warning(found: Notice) -> dict[str, Any]:
    details: dict[str, Any] = dict(found.details)
    if "at" in details:
        details["at"] = render.iso(details["at"])
    return {"code": found.code, "msg": WARNINGS[found.code], "contact": found.contact_id, **details}


@get("/{project_id:str}/leads/{lead_id:str}/merges", tags=["merging"], sync_to_thread=True)
def of_lead(request: AnyRequest, project_id: str, lead_id: str) -> dict[str, Any]:
    """All merges and splits of a contact and of what is merged into it, newest first, undone ones too."""
    found = merges.of_contact(auth.database(request), auth.team(request, project_id), lead_id)
    return {
        "merges": [_entry(entry) for entry in found.merges],
        "splits": [_split_entry(entry) for entry in found.splits],
    }


def _entry(found: MergeEntry) -> dict[str, Any]:
    names = {"winner_name": found.winner, "loser_name": found.loser, "actor_name": found.by}
    return {**render.merge(found.merge), **names, **_brought(found.identities, found.conversations)}


def _split_entry(found: SplitEntry) -> dict[str, Any]:
    names = {"from_name": found.origin, "into_name": found.into, "actor_name": found.by}
    return {**render.split(found.split), **names}


def _brought(identities: list[Identity], conversations: int) -> dict[str, Any]:
    return {"identities": [render.identity(i) for i in identities], "conversations": conversations}


@post("/{project_id:str}/merges/{merge_id:str}/undo", status_code=200, tags=["merging"], sync_to_thread=True)
def undo(
    request: AnyRequest, project_id: str, merge_id: str, data: JSONBody[UndoBody | None] = None
) -> dict[str, Any]:
    """Take a merge back, with `group` all of its call: at any time, in any order."""
    group = data is not None and data.group
    done = merges.undo(auth.database(request), auth.team(request, project_id), merge_id, group)
    return {"success": True, **_undone(done, project_id)}


def _undone(done: Undone | UndoPreview, project_id: str) -> dict[str, Any]:
    kept = done.kept if isinstance(done, Undone) else done.rest
    return {
        "already_undone": done.already_undone,
        "merges": [render.merge(one) for one in done.merges],
        "lead": render.lead_view(kept, project_id),
        "leads": [render.lead_view(view, project_id) for view in done.freed],
    }


@post(
    "/{project_id:str}/merges/{merge_id:str}/undo/preview",
    status_code=200,
    tags=["merging"],
    sync_to_thread=True,
)
def preview_undo(
    request: AnyRequest, project_id: str, merge_id: str, data: JSONBody[UndoBody | None] = None
) -> dict[str, Any]:
    """What that undo would do: the contacts as they would stand, what goes back, and what stays."""
    group = data is not None and data.group
    found = merges.undo_preview(auth.database(request), auth.team(request, project_id), merge_id, group)
    return {
        **_undone(found, project_id),
        "changes": [{"field": f, "before": old, "after": new} for f, old, new in found.changes],
        "goes_back": {
            "contacts": [{"_id": member, "name": name} for member, name in found.members.items()],
            **_brought(found.identities, found.conversations),
            "fields": [{"field": field, "kind": kind} for field, kind in found.leaving_edits],
        },
        "stays": {"fields": found.staying_edits, "notes": found.staying_notes},
    }


@post("/{project_id:str}/leads/{lead_id:str}/split", status_code=200, tags=["merging"], sync_to_thread=True)
def split(
    request: AnyRequest,
    project_id: str,
    lead_id: str,
    data: JSONBody[SplitBody],
    idempotency_key: IdempotencyKey = None,
) -> dict[str, Any]:
    """Give identities, with all that they have said, a contact of their own or another one. Where they are just what a
    merge has brought, it is that merge's undo, and the answer has `merges` instead of `split`."""
    db, actor = auth.database(request), auth.team(request, project_id)
    done = splits.split(
        db, actor, lead_id, data.identities, data.into, data.allow, data.reason, idempotency_key
    )
    body = {**render.lead_view(done.kept, project_id), **_split(done, project_id)}
    return {**body, "replayed": True} if done.replayed else body


def _split(done: SplitDone, project_id: str) -> dict[str, Any]:
    into = {"into": render.lead_view(done.into, project_id)}
    if done.split is not None:
        return {**into, "split": render.split(done.split)}
    return {**into, "merges": [render.merge(one) for one in done.undone]}


@post("/{project_id:str}/splits/{split_id:str}/undo", status_code=200, tags=["merging"], sync_to_thread=True)
def undo_split(request: AnyRequest, project_id: str, split_id: str) -> dict[str, Any]:
    """Give split identities their homes back, at any time, in any order."""
    done = splits.undo_split(auth.database(request), auth.team(request, project_id), split_id)
    kept = render.lead_view(done.kept, project_id)
    return {"success": True, "already_undone": done.replayed, "lead": kept, **_split(done, project_id)}


@post("/{project_id:str}/leads/{lead_id:str}/adopt", status_code=200, tags=["merging"], sync_to_thread=True)
def adopt(request: AnyRequest, project_id: str, lead_id: str, data: JSONBody[AdoptBody]) -> dict[str, Any]:
    """Show one of a contact's `others` instead. It goes again when the member that it is from leaves."""
    db, actor = auth.database(request), auth.team(request, project_id)
    view = contacts.adopt(db, actor, lead_id, data.field, data.origin, data.source)
    return render.lead_view(view, project_id)


route_handlers: list[Any] = [merge, preview, of_lead, undo, preview_undo, split, undo_split, adopt]
