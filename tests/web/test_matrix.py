"""Every route of the application × everybody who may not, and every route × every sort of bad input.

Nothing is answered with 500 or more, and no answer holds a word that its reader must not see.
Run with `-s` to see the figures.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import msgspec
import pytest

from tests.api.client import ABSENT, Api, serving
from tests.api.routes import ROUTES, Route, of_app
from tests.databases import Databases
from tests.web.world import World, anonymous_cookies, cookies, plant

ODD = {
    "number": "12.5",
    "huge number": "9" * 400,
    "large number": "99999999999999999999",
    "negative": "-1",
    "true": "true",
    "null": "null",
    "list": '[1, null, {"a": []}]',
    "operator": '{"$gt": "", "$where": "1"}',
    "empty": '""',
    "spaces": '" \\t\\n "',
    "long": '"' + "x" * 25_000 + '"',
    "NUL": '"a\\u0000b"',
    "lone surrogate": '"\\ud800"',
    "markup": '"<script>alert(1)</script>\\"\'><img src=x onerror=alert(1)>"',
    "unicode": '"\\u202e🙂\\u0301 مرحبا é \\ufffe \\ufeff"',
    "quote": '"\'; DROP TABLE contacts; --"',
}
ALONE = ("large number", "null", "list", "operator", "long", "NUL", "lone surrogate", "markup")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BROKEN = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"1",
    b'"x"',
    b"{}",
    b"\xff\xfe\x00",
    b"[" * 5_000,
    b'{"a":' * 5_000,
    b"NaN",
    b'{"text": "\xff", "fullname": "\xff", "email": "\xff", "name": "\xff"}',
]
OF_LEADS = (
    *(
        "limit",
        "page",
        "after",
        "sort",
        "direction",
        "q",
        "full_text",
        "email",
        "phone",
        "lead_id",
        "company",
    ),
    *("tags", "status", "with_email", "with_fullname", "verified", "blocked", "created_after"),
    *("created_before", "last_seen_after", "last_seen_before", "duplicates", "segment"),
)
OF_REQUESTS = (
    *("limit", "page", "sort", "direction", "full_text", "tags", "status", "lead", "participant", "dept_id"),
    *("priority", "ticket_id", "channel", "rated", "start_date", "end_date", "snap_lead_lead_id"),
    *("snap_lead_email", "requester_email"),
    *("phone", "hasbot", "location", "preflight", "draft", "start_date_time", "end_date_time", "timezone"),
    *("filterRangeField", "workingStatus", "workingStatus[ne]", "workingStatus[in]", "workingStatus[nin]"),
    *("smartAssignment", "duration_op=gt&duration", "abandoned", "caller", "snap_department_routing"),
    *("snap_department_default", "snap_department_id_bot_exists", "no_populate", "no_count"),
)
TYPED = [
    *(
        "",
        "-1",
        "abc",
        "9" * 30,
        "9" * 5_000,
        "²²²²²²²²²²",
        "%00",
        "%ED%A0%80",
        "$gt",
        "'\"`\\",
        "🙂",
        "x" * 3_000,
    ),
    *(
        "01/01/0001",
        "31/12/9999",
        "0001-01-01",
        "9999-12-31T23:59:59-23:59",
        "2026-11-22T10:00:00Z",
        "a,b,1",
        "true",
    ),
    *('"', '"a b" -c', "%", "-", "W1tdLCJ4Il0"),
]
STRANGE_IDS = ("x", "0" * 24, "%00", "%ED%A0%80", quote("🙂"), "'", "..%2f..", "x" * 3_000, "-1")


class Tally:
    """What has been answered, and what should not have been."""

    def __init__(self) -> None:
        self.answers: Counter[int] = Counter()
        self.failures: list[str] = []
        self.leaks: list[str] = []

    def take(self, what: str, answer: httpx.Response, secret: Iterable[str] = ()) -> httpx.Response:
        self.answers[answer.status_code] += 1
        if answer.status_code >= 500:
            self.failures.append(f"{answer.status_code} {what}")
        read = f"{answer.text}\n{answer.headers}"
        self.leaks += [f"{word}: {what}" for word in secret if word in read]
        return answer

    def __str__(self) -> str:
        by_status = ", ".join(f"{status}: {count}" for status, count in sorted(self.answers.items()))
        calls = sum(self.answers.values())
        return f"{calls} calls, {len(self.failures)} of them 500, {len(self.leaks)} leaks ({by_status})"

    def check(self, name: str, record: Any) -> None:
        print(f"\n{name}: {self}")
        record(name, str(self))
        assert not self.failures, "\n".join(sorted(set(self.failures)))
        assert not self.leaks, "\n".join(sorted(set(self.leaks)))


@pytest.fixture
def api(database_url: str) -> Iterator[Api]:
    with serving(database_url) as api:
        yield api


@pytest.fixture
def world(api: Api) -> World:
    return plant(api.db)


@pytest.fixture
def api_on_file(databases: Databases) -> Iterator[Api]:
    """For what has nothing to do with the kind of database."""
    with databases.lend("sqlite") as url, serving(url) as api:
        yield api


def test_the_table_of_routes_is_whole(api_on_file):
    of_api = {path for method, path in of_app(api_on_file.client.app) if is_of_api(path)}
    in_app = {(m, plain(p)) for m, p in of_app(api_on_file.client.app) if p in of_api}

    assert in_app == {(r.method, plain("/api" + re.sub(r"/tag/red$", "/tag/{word}", r.path))) for r in ROUTES}


def is_of_api(path: str) -> bool:
    return path.startswith("/api/") and not path.startswith("/api/docs")


def plain(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def test_who_may_reads_every_planted_word(api, world):
    addresses = [world.filled(route.path) for route in ROUTES if route.method == "GET"]
    read = "".join(api(world.cast.owner, "GET", address).text for address in addresses)

    missing = [word for word in (*world.team, *world.said, *world.of_project) if word not in read]
    assert missing == [world.cast.secret]


def test_nobody_gets_in_who_may_not(api, world, record_property):
    tally, cast = Tally(), world.cast
    everything = [*world.team, *world.said, *world.of_project]
    outsiders: dict[str, tuple[Any, list[str]]] = {
        "anonymous": (None, everything),
        "stranger": (cast.stranger, everything),
        "rival": (cast.rival, everything),
        "other project's visitor": (world.foreign_visitor, everything),
        "forged": ({"Authorization": f"JWT {cast.agent.token[:-4]}AAAA"}, everything),
        "other visitor": (cast.other_visitor, everything),
        "user": (cast.user, everything),
        "visitor": (cast.visitor, [*world.team, *world.of_project]),
        "teammate": (cast.teammate, [*world.team, *world.said]),
        "agent": (cast.agent, [cast.secret]),
    }
    wrong = []
    for name, (who, secret) in outsiders.items():
        for route in ROUTES:
            if route.path == "/auth/signout" or (name == "agent" and route.least not in ("admin", "owner")):
                continue
            path = world.filled(route.path)
            body = ABSENT if route.body is ABSENT else world.body(route.body)
            answer = tally.take(f"{name} {route.name}", api(who, route.method, path, body), secret)
            expected = expected_of(name, route)
            if expected and answer.status_code not in expected:
                wrong.append(
                    f"{name} {route.name}: {answer.status_code} instead of {expected}: {answer.text[:100]}"
                )
            tally.take(f"{name} {route.name} {{", api(who, route.method, path, content=b"{"), secret)
            if name in ("stranger", "rival", "other project's visitor") and route.is_scoped:
                elsewhere = world.filled(route.path, P=cast.other_project.id)
                if "physical" not in path and (route.method, route.path) != ("DELETE", "/projects/{P}"):
                    what = f"{name} {route.name} under the other project"
                    tally.take(what, api(who, route.method, elsewhere, body), secret)

    tally.check("API: those who may not", record_property)
    assert not wrong, "\n".join(wrong)


def expected_of(name: str, route: Route) -> tuple[int, ...]:
    """The statuses that may be answered; none where the route is for that caller."""
    is_visitor = name in ("other visitor", "user", "visitor")
    if route.least == "anyone":
        return ()
    if name in ("anonymous", "forged"):
        return (401,)
    if not route.is_scoped:
        return (401,) if is_visitor or name == "other project's visitor" else (200, 404, 409, 422)
    if name == "other project's visitor":
        return (401,)
    if name in ("stranger", "rival"):
        return (403,)
    if is_visitor and route.least in ("own", "own visitor", "visitor"):
        return (404,) if name != "visitor" and "{request}" in route.path else (200,)
    if name == "teammate" and route.least == "teammate":
        return (200,)
    if name == "teammate" and route.least == "own" and "{request}" not in route.path:
        return (200,)
    return (403,)


def test_no_input_gets_a_500(api, world, record_property):
    tally, cast = Tally(), world.cast
    for route in ROUTES:
        path = world.filled(route.path)
        who = cast.visitor if route.least in ("visitor", "own visitor") else cast.owner
        is_last = route.path in ("/projects/{P}", "/projects/{P}/physical") and route.method == "DELETE"
        if route.body is not ABSENT:
            for content in [*BROKEN, *odd_bodies(world.body(route.body))]:
                tally.take(f"{route.name} {content[:80]!r}", api(who, route.method, path, content=content))
        for name in re.findall(r"\{(\w+)\}", route.path):
            for strange in STRANGE_IDS:
                elsewhere = world.filled(route.path, **{name: strange})
                body = ABSENT if route.body is ABSENT else world.body(route.body)
                tally.take(
                    f"{route.name} with {name} {strange[:30]}", api(who, route.method, elsewhere, body)
                )
        if not is_last and route.path != "/auth/signout":
            body = ABSENT if route.body is ABSENT else world.body(route.body)
            tally.take(f"{route.name}", api(who, route.method, path, body))

    tally.check("API: bad bodies and ids", record_property)


def odd_bodies(body: Any) -> Iterator[bytes]:
    """The body with each odd value in the place of all its values, and some of them in each field alone."""
    for name, odd in ODD.items():
        if isinstance(body, list):
            yield f"[{odd}]".encode()
            continue
        every = (*body, "properties", "attributes", "type")
        yield ("{" + ", ".join(f'"{key}": {odd}' for key in every) + "}").encode()
        for key in body if name in ALONE else ():
            sent = msgspec.json.encode({**body, key: 0}).decode()
            yield sent.replace(f'"{key}":0', f'"{key}":{odd}').encode()
    yield b'{"\\u0000": {"\\u0000": "\\u0000"}, "attributes": {"a\\u0000": "b\\u0000"}}'


def test_no_query_gets_a_500(api, world, record_property):
    tally = Tally()
    lists = {
        "leads": OF_LEADS,
        "leads/{merged}": ("redirect",),
        "requests": OF_REQUESTS,
        "requests/csv": ("full_text", "phone", "sort", "location"),
        "requests/me": ("limit", "page", "status", "full_text", "sort", "start_date=01/01/2026&timezone"),
        "messages": ("limit", "page"),
        "properties": ("limit", "page", "status", "name", "direction"),
        "tags": ("limit", "page", "direction"),
        "events": ("project_user", "name", "limit", "page", "sort", "direction"),
        "segments": ("limit", "page"),
        "campaigns": ("limit", "page"),
        "leads/csv": ("segment", "sort", "page", "full_text"),
        "duplicates": ("kind", "limit", "page"),
        "subscriptions/history": ("page",),
        "requests/{request}/messages": ("limit", "after"),
    }
    for path, names in lists.items():
        for name in names:
            for typed in TYPED:
                sent = typed if typed.startswith("%") and len(typed) > 1 else quote(typed, safe="")
                address = world.filled(f"/{{P}}/{path}?{name}={sent}")
                tally.take(f"{path}?{name}={typed[:40]}", api(world.cast.owner, "GET", address))

    tally.check("API: queries", record_property)


def test_bodies_that_are_too_large_are_refused(api_on_file, record_property):
    api, world, tally = api_on_file, plant(api_on_file.db), Tally()
    huge = b'{"text": "' + b"x" * 1_000_000 + b'"}'
    for route in ROUTES:
        if route.body is ABSENT:
            continue
        for who in (None, world.cast.owner, world.cast.visitor):
            path = world.filled(route.path)
            answer = tally.take(route.name, api(who, route.method, path, content=huge))
            assert answer.status_code == 413, (route.name, answer.status_code, answer.text)
            assert answer.json() == {"err": "Request entity too large", "limit": 500_000}

    tally.check("API: too large", record_property)


# Pages. Their content is tested in tests/browser; here is only that nobody gets in and nothing falls over.

PAGE_IDS = {
    "project_id": "P",
    "contact_id": "lead",
    "merge_id": "merge",
    "split_id": "split",
    "request_id": "request",
    "note_id": "note",
    "member_id": "member",
    "property_id": "property",
    "department_id": "department",
    "agent_group_id": "agent_group",
    "tag_id": "tag",
    "hook_id": "subscription",
    "delivery_id": "delivery",
    "segment_id": "segment",
    "campaign_id": "campaign",
    "invitation_id": "invitation",
    "group_id": "group",
    "run_id": "run",
    "token": "token",
    "mail_id": "mail",
}
FIELDS = (
    *("routing", "group", "member", "hidden", "visible", "enabled", "available", "department", "next"),
    *("by_email", "email_to", "from_name", "reply_to", "show"),
    *("lang", "t.BACK", "identity", "unblock", "id", "active", "zone", "day-1", "merging", "agents_see"),
    *(
        "name",
        "value",
        "text",
        "tag",
        "tags",
        "email",
        "role",
        "field",
        "kind",
        "address",
        "color",
        "label",
        "type",
    ),
    *(
        "status",
        "action",
        "ids",
        "fullname",
        "firstname",
        "lastname",
        "phone",
        "password",
        "language",
        "message",
    ),
    *("target", "names", "more", "enabled"),
    *("with", "back", "anyway", "suggest_at", "merge_at", "languages"),
    *("sure", "client_id", "campaigns"),
    *("participants", "member", "body", "preChatFormJson", "theme", "next", "country", "allowed_origins"),
)


def test_no_page_lets_anybody_in_or_falls_over(api_on_file, record_property):
    api, world, tally = api_on_file, plant(api_on_file.db), Tally()
    cast = world.cast
    everything = [*world.team, *world.said, *(w for w in world.of_project if not w.startswith("qzinvited"))]
    callers: dict[str, tuple[Mapping[str, str], list[str]]] = {
        "anonymous": (anonymous_cookies(cast), everything),
        "stranger": (cookies(cast, cast.stranger.secret), everything),
        "rival": (cookies(cast, cast.rival.secret), everything),
        "visitor": ({**cast.other_visitor.jwt, **anonymous_cookies(cast)}, everything),
        "API token": ({**cast.owner.jwt, **anonymous_cookies(cast)}, everything),
        "no CSRF": ({"Cookie": f"rolodesk_session={cast.stranger.secret}"}, everything),
        "teammate": (cookies(cast, cast.teammate.secret), [*world.team, *world.said]),
        "owner": (cookies(cast, cast.owner.secret), []),
    }
    pages = [(method, path) for method, path in of_app(api.client.app) if is_page(path)]
    for name, (headers, secret) in callers.items():
        for method, path in sorted(pages, key=lambda page: page[1] in ("/signout", "/account/password")):
            for address in page_addresses(world, path):
                for what, form in forms(method, name == "owner"):
                    answer = api.client.request(
                        method, address, headers=headers | FORM, content=form, follow_redirects=False
                    )
                    tally.take(f"{name} {method} {address} {what}", answer, secret)

    tally.check("Pages", record_property)


def is_page(path: str) -> bool:
    return not path.startswith(("/api/", "/static/"))


def page_addresses(world: World, path: str) -> Iterator[str]:
    def chosen(match: re.Match[str]) -> str:
        return world.ids[PAGE_IDS[match[1]]]

    yield re.sub(r"\{(\w+):\w+\}", chosen, path)
    if "{" in path:
        yield re.sub(r"\{(\w+):\w+\}", "x", path)
        yield (
            re.sub(r"/\{(\w+):\w+\}$", "/%00", re.sub(r"\{project_id:\w+\}", world.ids["P"], path))
            .replace("{", "%7B")
            .replace("}", "%7D")
        )


@cache
def forms(method: str, is_odd: bool) -> list[tuple[str, bytes | None]]:
    """Forms in which every field holds the same, with what that is."""
    if method == "GET":
        return [("", None)]
    values = ["<script>", "a\x00b", "x" * 25_000, "-1", "مرحبا 🙂"] if is_odd else ["a"]
    return [
        ("nothing", b""),
        *((value[:20], urlencode(dict.fromkeys(FIELDS, value)).encode()) for value in values),
    ]
