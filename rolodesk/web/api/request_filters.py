"""What a list of conversations is asked for: the query parameters of the reference, as conditions and a page."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from litestar.di import Provide
from litestar.params import QueryParameter
from msgspec import Struct, structs

from rolodesk.domain.contact import email_key
from rolodesk.domain.conversation import ConversationStatus
from rolodesk.domain.errors import Invalid, Problem
from rolodesk.domain.ids import ContactId, UserId
from rolodesk.storage.conversation_lists import Wanted
from rolodesk.web.api.reading import flag, whole

OPEN = (100, 200, 300)
SORTS = {
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "closed_at": "closed_at",
    "assigned_at": "assigned_at",
    "first_response_at": "first_response_at",
    "duration": "duration",
    "waiting_time": "waiting",
    "rating": "rating",
    "ticket_id": "ticket",
    "status": "status",
}
TIMES = {
    name: SORTS[name] for name in ("createdAt", "updatedAt", "closed_at", "assigned_at", "first_response_at")
}
MAX_PAGE, DEFAULT_PAGE = 100, 40
# The years that every clock of ours can count with.
FIRST_YEAR, LAST_YEAR = 1900, 9998
_MOMENT = re.compile(
    r"(?:(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})|(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2}))"
    r"(?:,? +(?P<time>\d{1,2}:\d{2}(?::\d{2})?))?"
)
Text: TypeAlias = str | None
NotWorking: TypeAlias = Annotated[str | None, QueryParameter(name="workingStatus[ne]")]
WorkingIn: TypeAlias = Annotated[
    str | None, QueryParameter(name="workingStatus[in]", description="With commas.")
]
WorkingNotIn: TypeAlias = Annotated[
    str | None, QueryParameter(name="workingStatus[nin]", description="With commas.")
]


class Listing(Struct, frozen=True):
    """Which page of a list, in which order and in which form."""

    size: int
    offset: int
    sort: str
    descending: bool
    with_count: bool
    populated: bool

    def asked(self) -> tuple[int, int, str, bool, bool]:
        """The page as the verbs take it."""
        return self.size, self.offset, self.sort, self.descending, self.with_count


def listing(
    limit: Text = None,
    page: Text = None,
    sort: Text = None,
    direction: Text = None,
    no_populate: Text = None,
    no_count: Text = None,
) -> Listing:
    """`limit` is 40, and so it is for more than 100; `page` counts from 0; `direction` 1 is the oldest first.
    Raises Invalid for an unknown `sort`."""
    size = whole(limit, DEFAULT_PAGE, least=1, most=10**9)
    size = size if size <= MAX_PAGE else DEFAULT_PAGE
    return Listing(
        size,
        whole(page, 0, most=10**9) * size,
        _known(SORTS, sort or "createdAt", "sort"),
        direction != "1",
        no_count != "true",
        no_populate != "true",
    )


def place(
    dept_id: Text = None,
    participant: Text = None,
    hasbot: Text = None,
    tags: Text = None,
    location: Text = None,
    ticket_id: Text = None,
    channel: Text = None,
    snap_department_routing: Text = None,
    snap_department_default: Text = None,
    snap_department_id_bot: Text = None,
    snap_department_id_bot_exists: Text = None,
) -> Wanted:
    """What both a visitor and the team may ask for. There are no bots: who asks for theirs finds nothing."""
    bots = flag(hasbot) is True or bool(snap_department_id_bot) or flag(snap_department_id_bot_exists) is True
    return Wanted(
        department=dept_id or None,
        participant=UserId(participant) if participant else None,
        tag=tags or None,
        location=location or None,
        ticket=whole(ticket_id, -1, most=10**9) if ticket_id else None,
        channel=channel if channel and channel not in ("online", "offline") else None,
        offline={"online": False, "offline": True}.get(channel or ""),
        routing=snap_department_routing or None,
        default_department=flag(snap_department_default),
        nothing=bots,
    )


def dates(
    start_date: Text = None,
    end_date: Text = None,
    start_date_time: Text = None,
    end_date_time: Text = None,
    timezone: Text = None,
    filterRangeField: Text = None,  # noqa: N803 - the API's name
) -> Wanted:
    """Days as DD/MM/YYYY, with a time if one likes: from the beginning of the first to the end of the last, in the
    time zone (Europe/Rome). Raises Invalid."""
    began, ended = (start_date, end_date) if start_date or end_date else (start_date_time, end_date_time)
    if not began and not ended:
        return Wanted()
    zone = _zone(timezone or "Europe/Rome")
    return Wanted(
        during=_known(TIMES, filterRangeField or "createdAt", "filterRangeField"),
        since=_moment(began, zone, "start_date", False),
        before=_moment(ended, zone, "end_date", True),
    )


def team(
    place: Wanted,
    dates: Wanted,
    lead: Text = None,
    status: Text = None,
    snap_lead_lead_id: Text = None,
    snap_lead_email: Text = None,
    requester_email: Text = None,
    full_text: Text = None,
    phone: Text = None,
    preflight: Text = None,
    draft: Text = None,
    priority: Text = None,
    working: Annotated[str | None, QueryParameter(name="workingStatus")] = None,
    working_ne: NotWorking = None,
    working_in: WorkingIn = None,
    working_nin: WorkingNotIn = None,
    smartAssignment: Text = None,  # noqa: N803 - the API's name
    duration: Text = None,
    duration_op: Text = None,
    abandoned: Text = None,
    rated: Text = None,
    caller: Text = None,
    called: Text = None,
    call_id: Text = None,
) -> Wanted:
    """What the team may ask for; `lead`, `snap_lead_…` and `requester_email` mean all conversations of that contact and
    of those merged with it. There is no telephony: who asks for calls finds nothing."""
    digits = re.sub(r"\D", "", phone or "")
    minutes = whole(duration, -1, most=10**9) * 60_000 if duration else -1
    return structs.replace(
        place,
        during=dates.during,
        since=dates.since,
        before=dates.before,
        statuses=statuses(status),
        roots=(ContactId(lead),) if lead else None,
        lead_id=snap_lead_lead_id or None,
        emails=tuple(email_key(e) or e.strip().lower() for e in (snap_lead_email, requester_email) if e),
        text=full_text or None,
        phone=digits or None,
        preflight=preflight == "true",
        draft=flag(draft),
        priority=priority or None,
        working_in=_words(working) or _words(working_in),
        working_not=(*_words(working_ne), *_words(working_nin)),
        smart_assignment=flag(smartAssignment),
        least_duration=minutes if minutes >= 0 and duration_op == "gt" else None,
        most_duration=minutes if minutes >= 0 and duration_op == "lt" else None,
        abandoned=True if abandoned == "true" else None,
        rated=flag(rated),
        nothing=place.nothing or bool(caller or called or call_id),
    )


def own(
    place: Wanted, dates: Wanted, status: Text = None, full_text: Text = None, preflight: Text = None
) -> Wanted:
    """What one may ask for of one's own: nothing of what a visitor is not shown decides."""
    return structs.replace(
        place,
        during=dates.during,
        since=dates.since,
        before=dates.before,
        statuses=statuses(status),
        said=full_text or None,
        preflight=preflight == "true",
    )


# What both lists are asked for besides.
SHARED = {
    "listing": Provide(listing, sync_to_thread=False),
    "place": Provide(place, sync_to_thread=False),
    "dates": Provide(dates, sync_to_thread=False),
}


def statuses(text: str | None) -> tuple[int, ...] | None:
    """`all`, or numbers with commas; the open ones for anything else."""
    if text == "all":
        return None
    named = [part.strip() for part in (text or "").split(",")]
    chosen = tuple(int(part) for part in named if part.isdecimal() and len(part) < 9)
    return tuple(s for s in chosen if s in tuple(ConversationStatus)) if chosen else OPEN


def _known(names: dict[str, str], name: str, param: str) -> str:
    if name not in names:
        raise Invalid(Problem(f"must be one of {', '.join(names)}", param, "query"))
    return names[name]


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())[:20]


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(Problem("must be a time zone like Europe/Rome", "timezone", "query")) from None


def _moment(text: str | None, zone: ZoneInfo, param: str, is_end: bool) -> int | None:
    """Milliseconds of a day's beginning, or for an end of the next day's; of a time as it stands, or just after it."""
    if not text:
        return None
    found = _MOMENT.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError(text)
        parts = (found["year"] or found["y"], found["month"] or found["m"], found["day"] or found["d"])
        year, month, monthday = map(int, parts)
        day = datetime(year, month, monthday, tzinfo=zone)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError(text)
        if found["time"]:
            hour, minute, *second = map(int, found["time"].split(":"))
            at = day.replace(hour=hour, minute=minute, second=second[0] if second else 0)
            return round(at.timestamp() * 1000) + is_end
    except ValueError:
        problem = Problem(
            "must be a day like 31/12/2026, or with a time like 31/12/2026 23:59", param, "query"
        )
        raise Invalid(problem) from None
    return round((day + timedelta(days=int(is_end))).timestamp() * 1000)
