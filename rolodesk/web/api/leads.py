"""Contacts, which the API calls leads."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
from litestar import Response, delete, get, patch, post, put
from litestar.params import JSONBody

from rolodesk.domain.contact import FIELDS, email_key, phone_key
from rolodesk.domain.errors import Gone, Invalid, NotFound, Problem
from rolodesk.domain.profile import Contact, sort_name
from rolodesk.usecases import contacts, find, privacy
from rolodesk.usecases.contacts import ContactView
from rolodesk.usecases.find import Filter, Page
from rolodesk.web import auth, render
from rolodesk.web.api.reading import AnyRequest, flag, given, moment, whole

Text = str | None | msgspec.UnsetType


class LeadBody(msgspec.Struct):
    """What is given of a contact; what is absent stays as it is."""

    lead_id: str | None = None
    fullname: Text = msgspec.UNSET
    firstname: Text = msgspec.UNSET
    lastname: Text = msgspec.UNSET
    email: Text = msgspec.UNSET
    phone: Text = msgspec.UNSET
    company: Text = msgspec.UNSET
    note: Text = msgspec.UNSET
    streetAddress: Text = msgspec.UNSET  # noqa: N815 - the API's name
    city: Text = msgspec.UNSET
    region: Text = msgspec.UNSET
    zipcode: Text = msgspec.UNSET
    country: Text = msgspec.UNSET
    emails: list[Any] | None = None
    phones: list[Any] | None = None
    tags: list[str] | None = None
    attributes: dict[str, Any] | None = None
    properties: dict[str, Any] | None = None
    status: int | None = None
    version: int | None = None

    def fields(self) -> dict[str, Any]:
        """The fields that were given."""
        return {name: value for name, value in given(self).items() if name in FIELDS}


class NoteBody(msgspec.Struct):
    """A note."""

    text: str | None = None


@post("/{project_id:str}/leads", status_code=200, tags=["leads"], sync_to_thread=True)
def create(request: AnyRequest, project_id: str, data: JSONBody[LeadBody]) -> dict[str, Any]:
    """Make a contact. A `lead_id` that exists answers 409 with the other's `_id`."""
    made = contacts.create(
        auth.database(request),
        auth.team(request, project_id),
        data.fields(),
        data.properties,
        data.tags or [],
        data.attributes,
        data.lead_id,
        data.emails or [],
        data.phones or [],
    )
    return render.lead_view(made, project_id)


@get("/{project_id:str}/leads", tags=["leads"], sync_to_thread=True)
def listing(
    request: AnyRequest,
    project_id: str,
    limit: str | None = None,
    page: str | None = None,
    after: str | None = None,
    sort: str | None = None,
    direction: str | None = None,
    q: str | None = None,
    full_text: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    lead_id: str | None = None,
    company: str | None = None,
    tags: str | None = None,
    status: str | None = None,
    with_email: str | None = None,
    with_fullname: str | None = None,
    verified: str | None = None,
    blocked: str | None = None,
    duplicates: str | None = None,
    created_after: str | None = None,
    created_before: str | None = None,
    last_seen_after: str | None = None,
    last_seen_before: str | None = None,
) -> dict[str, Any]:
    """A page of contacts, newest first. `q` searches fragments of names, every email and phone, company and user ids;
    `full_text` whole words of name and email; `duplicates=true` shows those that may be there twice; `after` takes the
    `after` of the page before. `q`, `email`, `phone` and `lead_id` look at merged contacts too and answer with the
    contact that they were merged into; where what they found is not what a contact shows first, its `matched` says
    it."""
    actor = auth.team(request, project_id)
    wanted = Filter(
        status=whole(status, 100, least=1, most=10_000),
        email=(email_key(email) or email.strip().lower()) if email else None,
        phone=(phone_key(phone) or phone.strip()) if phone else None,
        lead_id=lead_id,
        company=company,
        tag=tags,
        with_email=bool(with_email),
        with_fullname=bool(with_fullname) and not with_email,
        verified=flag(verified),
        blocked=flag(blocked),
        duplicates=flag(duplicates),
        created_after=moment(created_after, "created_after"),
        created_before=moment(created_before, "created_before"),
        last_seen_after=moment(last_seen_after, "last_seen_after"),
        last_seen_before=moment(last_seen_before, "last_seen_before"),
    )
    if full_text:
        wanted = find.by_words(wanted, full_text)
    size = whole(limit, 40, least=1)
    shown = _page(sort, direction, size, whole(page, 0, most=10**9) * size, after)
    found = find.find(auth.database(request), actor, wanted, shown, q or "")
    body: dict[str, Any] = {
        "perPage": size,
        "count": found.count,
        "leads": [
            render.lead_found(
                contact, project_id, found.identities[contact.id], found.matched.get(contact.id)
            )
            for contact in found.contacts
        ],
    }
    if len(found.contacts) == size:
        body["after"] = _cursor(found.contacts[-1], shown.sort)
    return body


def _page(sort: str | None, direction: str | None, limit: int, offset: int, after: str | None) -> Page:
    name = sort or "createdAt"
    if name not in find.SORTS:
        raise Invalid(Problem(f"must be one of {', '.join(find.SORTS)}", "sort", "query"))
    place = _place(after) if after else None
    return Page(name, direction not in ("1", "asc"), limit, 0 if place else offset, place)


def _cursor(last: Contact, sort: str) -> str:
    value = {
        "createdAt": last.created_at,
        "updatedAt": last.updated_at,
        "last_seen": last.last_seen,
        "email": last.profile.text("email"),
        "fullname": sort_name(last.profile),
    }[sort]
    return base64.urlsafe_b64encode(msgspec.json.encode([value, last.id])).decode().rstrip("=")


def _place(after: str) -> tuple[str | int | None, str]:
    try:
        text = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4))
        return msgspec.json.decode(text, type=tuple[str | int | None, str])
    except (ValueError, msgspec.MsgspecError):
        raise Invalid(Problem("is not the `after` of an answer", "after", "query")) from None


@get("/{project_id:str}/leads/{lead_id:str}", tags=["leads"], sync_to_thread=True)
def get_one(
    request: AnyRequest, project_id: str, lead_id: str, redirect: str | None = None
) -> Response[dict[str, Any]]:
    """One contact. A merged one answers with the contact that it was merged into, saying so by `merged_from`,
    `merge_id` and Content-Location; with `redirect=false` 410."""
    view = contacts.get(auth.database(request), auth.team(request, project_id), lead_id)
    if view.merged_from is None:
        return Response(render.lead_view(view, project_id))
    if flag(redirect) is False:
        details: dict[str, Any] = {"merged_into": view.contact.id, "merge_id": view.merge_id}
        raise Gone("this contact has been merged into another", "contact_merged", details)
    location = f"/api/{project_id}/leads/{view.contact.id}"
    return Response(render.lead_view(view, project_id), headers={"Content-Location": location})


@put("/{project_id:str}/leads/{lead_id:str}", status_code=200, tags=["leads"], sync_to_thread=True)
def update(request: AnyRequest, project_id: str, lead_id: str, data: JSONBody[LeadBody]) -> dict[str, Any]:
    """Change what is given; a blank field is cleared. `status` 100 takes a contact out of the trash. With `version`
    nothing is changed if somebody else has changed the contact meanwhile (409)."""
    changed = contacts.update(
        auth.database(request),
        auth.team(request, project_id),
        lead_id,
        data.fields(),
        data.properties,
        data.tags,
        data.attributes,
        status=data.status,
        emails=data.emails or [],
        phones=data.phones or [],
        expect=data.version,
    )
    return render.lead_view(changed, project_id)


@patch(
    "/{project_id:str}/leads/{lead_id:str}/attributes", status_code=200, tags=["leads"], sync_to_thread=True
)
def merge_attributes(
    request: AnyRequest, project_id: str, lead_id: str, data: JSONBody[dict[str, Any]]
) -> dict[str, Any]:
    """Merge keys into the raw attributes, shallowly."""
    changed = contacts.update(
        auth.database(request),
        auth.team(request, project_id),
        lead_id,
        attributes=data,
        merge_attributes=True,
    )
    return render.lead_view(changed, project_id)


@post(
    "/{project_id:str}/leads/{lead_id:str}/properties", status_code=200, tags=["leads"], sync_to_thread=True
)
def put_properties(
    request: AnyRequest, project_id: str, lead_id: str, data: JSONBody[dict[str, Any]]
) -> dict[str, Any]:
    """Set custom fields by name; the others stay."""
    return _properties(request, project_id, lead_id, data)


@patch(
    "/{project_id:str}/leads/{lead_id:str}/properties", status_code=200, tags=["leads"], sync_to_thread=True
)
def patch_properties(
    request: AnyRequest, project_id: str, lead_id: str, data: JSONBody[dict[str, Any]]
) -> dict[str, Any]:
    """Set custom fields by name; the others stay."""
    return _properties(request, project_id, lead_id, data)


def _properties(
    request: AnyRequest, project_id: str, lead_id: str, data: JSONBody[dict[str, Any]]
) -> dict[str, Any]:
    changed = contacts.update(
        auth.database(request), auth.team(request, project_id), lead_id, properties=data
    )
    return render.lead_view(changed, project_id)


@put("/{project_id:str}/leads/{lead_id:str}/tag", status_code=200, tags=["leads"], sync_to_thread=True)
def add_tags(
    request: AnyRequest, project_id: str, lead_id: str, data: JSONBody[list[str]]
) -> Response[dict[str, Any]]:
    """Add tags: a list of words."""
    actor = auth.team(request, project_id)
    if not data:
        return Response({"success": False, "message": "No tag specified"}, status_code=400)
    try:
        return Response(_shown(contacts.add_tags(auth.database(request), actor, lead_id, data), project_id))
    except NotFound:
        return _no_lead(lead_id)


@delete(
    "/{project_id:str}/leads/{lead_id:str}/tag/{tag:str}",
    status_code=200,
    tags=["leads"],
    sync_to_thread=True,
)
def remove_tag(request: AnyRequest, project_id: str, lead_id: str, tag: str) -> Response[dict[str, Any]]:
    """Remove a tag by its word."""
    actor = auth.team(request, project_id)
    try:
        return Response(_shown(contacts.remove_tag(auth.database(request), actor, lead_id, tag), project_id))
    except NotFound:
        return _no_lead(lead_id)


def _shown(view: ContactView, project_id: str) -> dict[str, Any]:
    return render.lead_view(view, project_id)


def _no_lead(lead_id: str) -> Response[dict[str, Any]]:
    return Response({"success": False, "error": f"Lead not found with id {lead_id}"}, status_code=404)


@delete("/{project_id:str}/leads/{lead_id:str}", status_code=200, tags=["leads"], sync_to_thread=True)
def trash(request: AnyRequest, project_id: str, lead_id: str) -> dict[str, Any]:
    """Put a contact into the trash (admin)."""
    return render.lead_view(
        contacts.trash(auth.database(request), auth.team(request, project_id), lead_id), project_id
    )


@delete(
    "/{project_id:str}/leads/{lead_id:str}/physical", status_code=200, tags=["leads"], sync_to_thread=True
)
def erase(request: AnyRequest, project_id: str, lead_id: str) -> dict[str, int]:
    """Erase a person for good, with all that was said (owner). 409 for a merged contact, 410 the second time."""
    privacy.erase(auth.database(request), auth.team(request, project_id), lead_id)
    return {"n": 1, "ok": 1, "deletedCount": 1}


@get("/{project_id:str}/leads/{lead_id:str}/notes", tags=["leads"], sync_to_thread=True)
def notes(request: AnyRequest, project_id: str, lead_id: str) -> list[dict[str, Any]]:
    """The team's notes on a contact, newest first."""
    found = contacts.notes(auth.database(request), auth.team(request, project_id), lead_id)
    return [render.contact_note(note) for note in found]


@post("/{project_id:str}/leads/{lead_id:str}/notes", status_code=200, tags=["leads"], sync_to_thread=True)
def add_note(request: AnyRequest, project_id: str, lead_id: str, data: JSONBody[NoteBody]) -> dict[str, Any]:
    """Write a note on a contact."""
    note = contacts.add_note(auth.database(request), auth.team(request, project_id), lead_id, data.text)
    return render.contact_note(note)


@delete(
    "/{project_id:str}/leads/{lead_id:str}/notes/{note_id:str}",
    status_code=200,
    tags=["leads"],
    sync_to_thread=True,
)
def delete_note(request: AnyRequest, project_id: str, lead_id: str, note_id: str) -> dict[str, bool]:
    """Take a note away."""
    contacts.delete_note(auth.database(request), auth.team(request, project_id), lead_id, note_id)
    return {"success": True}


route_handlers: list[Any] = [
    *(
        create,
        listing,
        get_one,
        update,
        merge_attributes,
        put_properties,
        patch_properties,
        add_tags,
        remove_tag,
    ),
    *(trash, erase, notes, add_note, delete_note),
]
