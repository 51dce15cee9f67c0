"""What has been merged into a contact, taking it apart again, and splitting identities off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from markupsafe import Markup, escape
from msgspec import Struct

from rolodesk.domain.contact import FIELDS, Identity
from rolodesk.domain.errors import Conflict, Forbidden, Gone, Invalid, NotFound, RolodeskError
from rolodesk.domain.ids import ContactId
from rolodesk.domain.json import Json
from rolodesk.domain.merging import SIGNED_IN
from rolodesk.domain.profile import Contact, Entry, Profile
from rolodesk.usecases import contacts, find, merges, projects, splits
from rolodesk.usecases.merges import DISTINCT_USERS, Joins, MergeEntry, SplitEntry, UndoPreview
from rolodesk.web.pages import timeline
from rolodesk.web.pages.desk import Desk, Form, problems, sentence
from rolodesk.web.pages.render import Html, go, phone
from rolodesk.web.pages.signin import local

BASE = "/p/{project_id:str}"
OFFERED = 8
DEEPEST = 5
LONG = 80
NEW = "new"
JUST_NOW = 60_000


class Branch(Struct, frozen=True):
    """A standing merge at its place in the tree; `depth` is how far it is indented, `into` what it was merged into if
    that is not the contact on the page."""

    entry: MergeEntry
    depth: int
    into: str | None


class Past(Struct, frozen=True):
    """What is history: a merge that has been taken back, or a split, with who has taken it back and when."""

    at: int
    merge: MergeEntry | None = None
    split: SplitEntry | None = None


class Family(Struct, frozen=True):
    """The contact on a page with all that is merged into it.

    `names` are those of the merged members by id, `reasons` why a merge was made by its id, `by_itself` the ids of
    those that nobody has asked for.
    """

    contact_id: ContactId
    branches: list[Branch]
    past: list[Past]
    names: dict[ContactId, str]
    reasons: dict[str, str | None]
    by_itself: set[str]


def family(joins: Joins) -> Family:
    """The joins of a contact as its page shows them: standing merges as a tree, all else as history."""
    top = joins.view.contact.id
    standing = [entry for entry in joins.merges if entry.merge.undone_at is None]
    below: dict[ContactId, list[MergeEntry]] = {}
    for entry in standing:
        below.setdefault(entry.merge.winner_id, []).append(entry)
    undone = [Past(e.merge.undone_at, merge=e) for e in joins.merges if e.merge.undone_at is not None]
    past = [*undone, *(Past(e.split.undone_at or e.split.at, split=e) for e in joins.splits)]
    return Family(
        top,
        _branches(top, below),
        sorted(past, key=lambda one: one.at, reverse=True),
        {entry.merge.loser_id: entry.loser for entry in standing},
        {entry.merge.id: entry.merge.reason for entry in joins.merges},
        {entry.merge.id for entry in joins.merges if entry.merge.evidence},
    )


def _branches(top: ContactId, below: dict[ContactId, list[MergeEntry]]) -> list[Branch]:
    """In the order of merging, what is merged into a member right under it; a tree may be too deep for recursion.

    The entries come newest first, which is the order in which a stack wants them.
    """
    found: list[Branch] = []
    waiting = [(entry, 0) for entry in below.get(top, ())]
    while waiting:
        entry, depth = waiting.pop()
        found.append(Branch(entry, min(depth, DEEPEST), entry.winner if depth else None))
        waiting += [(one, depth + 1) for one in below.get(entry.merge.loser_id, ())]
    return found


def short(name: str) -> str:
    """A name as a notice has room for it."""
    return name if len(name) <= LONG else f"{name[: LONG - 1]}…"


def refused(desk: Desk, error: RolodeskError) -> str:
    """Why a split, an adoption or an undo was not done, in the reader's language."""
    _ = desk.words.gettext
    said = {
        "nothing_left": _("One identity must stay. To join the whole contact with another, merge the two."),
        "unknown_identity": _("One of these identities is no longer this contact's. Have another look."),
        "self_merge": _("Choose another contact: this one has these identities already."),
        "contact_trashed": _("The contact that you chose is in the trash. Restore it first."),
        "contact_merged": _("This contact has just been merged into another one."),
        "distinct_users": _("These would be two different signed-in users of your site in one contact."),
        "erased": _("This person has been erased."),
        "not_found": _("This contact is no longer here."),
    }
    if error.code in said:
        return said[error.code]
    if isinstance(error, Invalid):
        return next(iter(problems(error, desk.words).values()))
    return sentence(_(error.message))


class Toast(Struct, frozen=True):
    """What is said once of a split that has just been made, with the way to take it back if there is one."""

    text: Markup
    undo: str | None


def toast(desk: Desk, joins: Joins, subject: str) -> Toast | None:
    """The toast for the split or the undone merge with that id, unless it was a while ago."""
    _, since = desk.words.gettext, desk.words.now - JUST_NOW
    for one in joins.splits:
        if one.split.id == subject and one.split.undone_at is None and one.split.at > since:
            said = desk.words.ngettext(
                "%(num)s identity now belongs to %(name)s.",
                "%(num)s identities now belong to %(name)s.",
                len(one.split.identities),
                name="%(name)s",
            )
            link = _link(desk, one.split.into_id, one.into)
            return Toast(escape(said) % {"name": link}, subject)
    for other in joins.merges:
        if other.merge.id == subject and (other.merge.undone_at or 0) > since:
            text = escape(_("%(name)s is a contact of its own again."))
            return Toast(text % {"name": _link(desk, other.merge.loser_id, other.loser)}, None)
    return None


def _link(desk: Desk, contact_id: ContactId, name: str) -> Markup:
    return Markup('<a href="{}/contacts/{}"><bdi>{}</bdi></a>').format(desk.root, contact_id, short(name))


# Taking a merge back. What is posted goes to pages/merge.py, together with merging.


@get(BASE + "/merges/{merge_id:str}/undo", sync_to_thread=True)
def unmerge_page(desk: Desk, merge_id: str, group: bool = False, back: str = "") -> Html:
    """What goes back and what stays if this merge is taken back, or with `group` all of its call."""
    preview = merges.undo_preview(desk.db, desk.agent, merge_id, group)
    here = f"{desk.root}/contacts/{preview.kept.contact.id}"
    joins = merges.of_contact(desk.db, desk.agent, preview.kept.contact.id)
    entry = next((one for one in joins.merges if one.merge.id == merge_id), None)
    notes = [note.contact_id for note in contacts.notes(desk.db, desk.agent, preview.kept.contact.id)]
    return desk.page(
        "contacts/unmerge.html",
        preview=preview,
        merge_id=merge_id,
        group=group,
        merge=preview.merge,
        by=entry.by if entry else preview.merge.actor_kind,
        into=_into(preview, entry),
        staying=preview.rest.contact,
        freed=[view.contact for view in preview.freed],
        members=_members(preview),
        notes=sum(1 for contact_id in notes if contact_id in preview.members),
        changes=_changes(preview, desk),
        in_order=_in_order,
        others=_same_call(joins, preview),
        signed_in=any(one.reason == SIGNED_IN for one in preview.merges),
        labels=timeline.labels(desk.words.gettext, projects.properties(desk.db, desk.agent)),
        here=here,
        back=local(back) if back else here,
    )


def _into(preview: UndoPreview, entry: MergeEntry | None) -> str:
    """What the contact was merged into, by the name that it would have alone."""
    if entry is None or preview.merge.winner_id == preview.kept.contact.id:
        return preview.rest.contact.name
    return entry.winner


class Leaving(Struct, frozen=True):
    """One of the contacts that leave, with what goes back with it."""

    id: ContactId
    name: str
    identities: list[Identity]


def _members(preview: UndoPreview) -> list[Leaving]:
    return [
        Leaving(
            contact_id,
            name,
            [identity for identity in preview.identities if identity.contact_id == contact_id],
        )
        for contact_id, name in preview.members.items()
    ]


def _changes(preview: UndoPreview, desk: Desk) -> list[tuple[str, Json, Json]]:
    """Field by field what the kept contact shows now and would then; tags and further addresses too."""
    _ = desk.words.gettext
    before, after = preview.kept.contact.profile, preview.kept_after
    rows = sorted(preview.changes, key=lambda change: _place(change[0]))
    for label, old, new in (
        (_("Tags"), before.tags, after.tags),
        (_("Other emails"), _further(before, "email"), _further(after, "email")),
        (_("Other phones"), _further(before, "phone"), _further(after, "phone")),
    ):
        if sorted(old) != sorted(new):
            rows.append((label, ", ".join(old), ", ".join(new)))
    return rows


def _in_order(profile: Profile) -> list[tuple[str, Entry]]:
    """What a contact shows, in the order of its form; a generated name is none."""
    shown = [(field, entry) for field, entry in profile.values.items() if not entry.generated]
    return sorted(shown, key=lambda pair: _place(pair[0]))


def _place(field: str) -> tuple[int, str]:
    return FIELDS.index(field) if field in FIELDS else len(FIELDS), field


def _further(profile: Profile, kind: str) -> list[str]:
    addresses = profile.emails if kind == "email" else profile.phones
    further = [address.value for address in addresses if not address.primary]
    return [phone(value) for value in further] if kind == "phone" else further


def _same_call(joins: Joins, preview: UndoPreview) -> list[MergeEntry]:
    """The other merges that stand of those that were made together with this one."""
    return [
        entry
        for entry in joins.merges
        if entry.merge.group_id == preview.merge.group_id
        and entry.merge.undone_at is None
        and entry.merge.id not in {one.id for one in preview.merges}
    ]


# Splitting off.


@get(BASE + "/contacts/{contact_id:str}/split", sync_to_thread=True)
def split_page(
    desk: Desk, contact_id: str, identity: list[str] | None = None, to: str = NEW, q: str = "", into: str = ""
) -> Response[Any]:
    view = contacts.get(desk.db, desk.agent, contact_id)
    if view.merged_from:
        return go(f"{desk.root}/contacts/{view.contact.id}")
    return _split_page(desk, view.contact, identity or [], to, q, into)


def _split_page(
    desk: Desk, contact: Contact, chosen: Sequence[str], to: str, q: str, into: str, status: int = 200,
    wrong: str = "", ask_reason: bool = False, reason: str = "",
) -> Html:  # fmt: skip
    """Which identities, and where to; `wrong` says why it could not be done."""
    desk.require("contacts.merge")
    joins = merges.of_contact(desk.db, desk.agent, contact.id)
    ours = family(joins)
    owned = joins.view.identities
    ticked = [one for one in owned if one.id in chosen]
    return desk.page(
        "contacts/split.html",
        status,
        contact=contact,
        here=f"{desk.root}/contacts/{contact.id}",
        identities=owned,
        chosen=[one.id for one in ticked],
        conversations=sum(one.conversations for one in ticked),
        is_all=len(ticked) == len(owned),
        undoes=_undoes(ours, ticked) if to == NEW else None,
        family=ours,
        to=to if to in (NEW, "other") else NEW,
        q=q,
        into=into,
        offered=_offered(desk, contact.id, q, into),
        wrong=wrong,
        ask_reason=ask_reason,
        reason=reason,
    )


def _undoes(ours: Family, chosen: Sequence[Identity]) -> MergeEntry | None:
    """The merge that has brought just these identities: splitting them off takes it back."""
    wanted = {identity.id for identity in chosen}
    matching = (b.entry for b in ours.branches if {i.id for i in b.entry.identities} == wanted)
    return next(matching, None) if wanted else None


def _offered(desk: Desk, contact_id: ContactId, q: str, into: str) -> list[Contact]:
    """The contacts that the search finds, with the one that is chosen already."""
    text = (q.strip() or into)[:300]
    if not text:
        return []
    found = find.find(desk.db, desk.agent, find.Filter(), find.Page(limit=OFFERED + 1), text).contacts
    return [contact for contact in found if contact.id != contact_id][:OFFERED]


@post(BASE + "/contacts/{contact_id:str}/split", sync_to_thread=True)
def split(desk: Desk, contact_id: str, form: Form) -> Response[Any]:
    """Give the chosen identities a contact of their own or another one."""
    chosen, to, into = form.all("identity"), form.get("to", NEW), form.get("into")
    allowed = form.get("allow") == DISTINCT_USERS
    here = f"{desk.root}/contacts/{contact_id}"
    if not chosen or (to == "other" and not into):
        wrong = desk.words.gettext("Choose at least one identity.")
        if chosen:
            wrong = desk.words.gettext("Choose the contact that is to have them.")
        return _again(desk, contact_id, form, wrong)
    try:
        done = splits.split(
            desk.db,
            desk.agent,
            contact_id,
            chosen,
            into if to == "other" else None,
            [DISTINCT_USERS] if allowed else (),
            form.get("reason") or None,
        )
    except (Invalid, Conflict, NotFound, Gone, Forbidden) as error:
        return _again(desk, contact_id, form, refused(desk, error), error.code == DISTINCT_USERS or allowed)
    return go(f"{here}?split={done.split.id if done.split else done.undone[0].id}")


def _again(desk: Desk, contact_id: str, form: Form, wrong: str, ask_reason: bool = False) -> Response[Any]:
    """The page with what was chosen, and why it was not done."""
    view = contacts.get(desk.db, desk.agent, contact_id)
    if view.merged_from:
        return go(f"{desk.root}/contacts/{view.contact.id}", wrong)
    return _split_page(
        desk, view.contact, form.all("identity"), form.get("to", NEW), form.get("q"), form.get("into"), 422,
        wrong, ask_reason and desk.may("contacts.merge_users"), form.get("reason"),
    )  # fmt: skip


@post(BASE + "/splits/{split_id:str}/undo", sync_to_thread=True)
def undo_split(desk: Desk, split_id: str, form: Form) -> Response[Any]:
    """Give split identities their homes back."""
    done = splits.undo_split(desk.db, desk.agent, split_id)
    said = desk.words.gettext("The split has been taken back.")
    return go(local(form.get("back") or f"{desk.root}/contacts/{done.kept.contact.id}"), said)


routes = [unmerge_page, split_page, split, undo_split]
