"""Contacts, which the API calls leads, one at a time."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, delete, get, patch, post, put
from litestar.params import JSONBody

from rolodesk.domain.contact import FIELDS
from rolodesk.domain.errors import Gone, NotFound
from rolodesk.usecases import contacts, privacy
from rolodesk.usecases.contacts import ContactView
from rolodesk.web import auth, render
from rolodesk.web.api.reading import AnyRequest, flag, given

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
    *(create, get_one, update, merge_attributes, put_properties, patch_properties, add_tags, remove_tag),
    *(trash, erase, notes, add_note, delete_note),
]
