"""Lists of contacts, which the API calls leads: a page of them as JSON, all of them as a table."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
from litestar import get
from litestar.di import Provide
from litestar.response import Stream

from rolodesk.domain.contact import email_key, phone_key
from rolodesk.domain.errors import Invalid, Problem
from rolodesk.usecases import exporting, find
from rolodesk.usecases.find import Filter, Page
from rolodesk.web import auth, csv, render
from rolodesk.web.api.reading import AnyRequest, flag, moment, whole
from rolodesk.web.contact_table import table

ROWS_A_PAGE = 100_000


def wanted(
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
) -> Filter:
    """What the query asks for, but for `q` and `segment`. Raises Invalid."""
    asked = Filter(
        status=whole(status, 100, least=1, most=10_000),
        email=(email_key(email) or email.strip().lower()) if email and not with_email else None,
        phone=(phone_key(phone) or phone.strip()) if phone else None,
        lead_id=lead_id,
        company=company,
        tag=tags,
        with_email=bool(with_email),
        with_fullname=bool(with_fullname),
        verified=flag(verified),
        blocked=flag(blocked),
        duplicates=flag(duplicates),
        created_after=moment(created_after, "created_after"),
        created_before=moment(created_before, "created_before"),
        last_seen_after=moment(last_seen_after, "last_seen_after"),
        last_seen_before=moment(last_seen_before, "last_seen_before"),
    )
    return find.by_words(asked, full_text) if full_text else asked


filtered = {"wanted": Provide(wanted, sync_to_thread=False)}


@get("/{project_id:str}/leads", tags=["leads"], dependencies=filtered, sync_to_thread=True)
def listing(
    request: AnyRequest,
    project_id: str,
    wanted: Filter,
    limit: str | None = None,
    page: str | None = None,
    after: str | None = None,
    sort: str | None = None,
    direction: str | None = None,
    q: str | None = None,
    segment: str | None = None,
) -> dict[str, Any]:
    """A page of contacts, newest first. `q` searches fragments of names, every email and phone, company and user ids;
    `full_text` whole words of name and email; `segment` is the id of one; `duplicates=true` shows those that may be
    there twice; `after` takes the `after` of the page before. `q`, `email`, `phone` and `lead_id` look at merged
    contacts too and answer with the contact that they were merged into; where what they found is not what a contact
    shows first, its `matched` says it."""
    actor = auth.team(request, project_id)
    size = whole(limit, 40, least=1)
    shown = _page(sort, direction, size, whole(page, 0, most=10**9) * size, after)
    found = find.find(auth.database(request), actor, wanted, shown, q or "", segment or None)
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
        body["after"] = _cursor(find.place(found.contacts[-1], shown.sort))
    return body


@get("/{project_id:str}/leads/csv", tags=["leads"], dependencies=filtered, sync_to_thread=True)
def as_csv(
    request: AnyRequest,
    project_id: str,
    wanted: Filter,
    page: str | None = None,
    sort: str | None = None,
    direction: str | None = None,
    q: str | None = None,
    segment: str | None = None,
) -> Stream:
    """The contacts that the list with the same parameters shows, with all that is known of them, as a table for
    spreadsheets: 100,000 rows a page."""
    actor = auth.team(request, project_id)
    part = _page(sort, direction, ROWS_A_PAGE, whole(page, 0, most=10**6) * ROWS_A_PAGE, None)
    found = exporting.contacts(auth.database(request), actor, wanted, part, q or "", segment or None)
    header, rows = table(found, project_id)
    return csv.answer("contacts.csv", csv.rows_to_csv(header, rows))


def _page(sort: str | None, direction: str | None, limit: int, offset: int, after: str | None) -> Page:
    name = sort or "createdAt"
    if name not in find.SORTS:
        raise Invalid(Problem(f"must be one of {', '.join(find.SORTS)}", "sort", "query"))
    place = _place(after) if after else None
    return Page(name, direction not in ("1", "asc"), limit, 0 if place else offset, place)


def _cursor(place: tuple[str | int | None, str]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def _place(after: str) -> tuple[str | int | None, str]:
    try:
        text = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4))
        return msgspec.json.decode(text, type=tuple[str | int | None, str])
    except (ValueError, msgspec.MsgspecError):
        raise Invalid(Problem("is not the `after` of an answer", "after", "query")) from None


route_handlers: list[Any] = [listing, as_csv]
