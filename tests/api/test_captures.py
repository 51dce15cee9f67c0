"""Answers of a running Tiledesk server, asked again of this one: same status, same keys, same types.

`captures.json` holds one session of that server in its order (of one long list the first item: `cut`),
`deliveries.json` what its webhooks sent meanwhile. Ids are put in the place of the captured ones as the answers bring
them. What is added is no difference; every other difference stands in the one table below.
"""

import base64
import contextlib
import csv
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from rolodesk.domain.ids import ProjectId
from rolodesk.jobs.webhooks import Delivering
from rolodesk.sending.http import Poster
from rolodesk.usecases import delivering
from rolodesk.usecases.delivering import Bodies
from rolodesk.web import webhook_bodies
from tests.api.client import ABSENT, Api, serving
from tests.sending.receiver import Receiver, receiving

HERE = Path(__file__).parent
CAPTURES = json.loads((HERE / "captures.json").read_text())
DELIVERIES = json.loads((HERE / "deliveries.json").read_text())
RECEIVER = "http://receiver.example"
PATIENCE = 20.0
NEVER = "is never told"
PROJECT = next(capture["answer"]["_id"] for capture in CAPTURES if capture["name"] == "013_projects_create")
BODIES = Bodies(
    webhook_bodies.payload, webhook_bodies.subscription, "Rolodesk-Webhooks/1", "https://chat.example"
)
IDS = re.compile(r"http://receiver\.example|[0-9a-f]{24}|[0-9a-f]{8}-[0-9a-f-]{27}")
OF_VISITOR = re.compile(r"by_visitor|_visitor|events_emit")


class ByDesign(NamedTuple):
    """A difference that is meant: in which captures, where, and why. Of several that fit the first counts."""

    captures: str
    where: str
    why: str


# A body that the reference took and we refuse, as it is sent instead.
OTHER_BODY = {"066_leads_create": {"phone": None}}

BY_DESIGN = [
    ByDesign("005", "status is 422 instead of 200", "ours: no password is a wrong input"),
    ByDesign(
        "012|063", "the header www-authenticate", "a browser would ask for a password in the middle of a page"
    ),
    ByDesign("017", "status is 400 instead of 500", "no input gets a 500; the answer of the project guard"),
    ByDesign("039|112|129", "status is 422 instead of 500", "no input gets a 500"),
    ByDesign("066", "sent", "theirs drops a phone, ours takes it and refuses what is no number"),
    ByDesign("067", "status is 409 instead of 200", "ours: lead_id is unique in a project"),
    ByDesign("070", "status is 422 instead of 0", "the reference never answers this"),
    ByDesign("073", "status is 404 instead of 500", "ours: a malformed id is an unknown one"),
    ByDesign("076", "status is 404 instead of 200", "ours: nothing is upserted by an id from a URL"),
    ByDesign("109", "status is 410 instead of 200", "ours: who has been erased is gone"),
    ByDesign(
        "004|112",
        "\\.errors\\[\\]\\.value is missing",
        "the typed value is not sent back; the contract has it optional",
    ),
    ByDesign("038", "the header x-hook-secret|\\.secret", "ours: a secret is shown once"),
    ByDesign("delivery 13 ", "is never told", "067 made no contact here"),
    ByDesign(
        "delivery 16 ", "\\.payload\\.user\\.\\w+ is missing", "a token's claims are not kept with an event"
    ),
    ByDesign("delivery 19 ", "is never told", "ours: nobody but people writes into a conversation"),
    ByDesign(
        "delivery", "the header x-hook-secret|\\.token", "ours: they are off unless a hook asks for them"
    ),
    ByDesign("021", "\\[\\]\\.email is missing", "public: addresses of the team are not for everybody"),
    ByDesign("144", "\\.(publicKey|privateKey) is missing", "ours: jwtSecret only, no RSA keys are kept"),
    ByDesign(
        "04[23]|050",
        ".*\\.lead\\.\\w+ is missing",
        "ours: a visitor is given _id, lead_id, fullname, email, phone of the contact and nothing else",
    ),
    ByDesign(
        "04[23]|050",
        ".*\\.participatingAgents\\[\\]\\.\\w+ is missing",
        "ours: a visitor is given an agent's name, not the address",
    ),
    ByDesign(
        "147|148|149|delivery 18",
        ".*\\.transcript is missing",
        "transcripts are never public; the messages have a route",
    ),
    ByDesign("149", "\\.snapshot\\.agents", "the reference leaves its hidden list of agents in this answer"),
    ByDesign(
        "048",
        "\\.requests has 1",
        "the full text of the reference misses an open conversation; ours finds it",
    ),
    ByDesign("135", "\\.leads has", "ours: of `any` one condition is enough"),
    ByDesign(
        "09[0-9]|10[0-9]|08[6-9]|132|139", "\\.leads misses an item", "067 and 076 made no contact here"
    ),
    ByDesign("098|099", "\\.perPage is", "ours: an unusable limit takes the default"),
]


@pytest.fixture(scope="module")
def found(module_database_url: str) -> dict[str, list[str]]:
    """By capture how its answer differs, by delivery how what has come differs."""
    with (
        receiving() as receiver,
        serving(module_database_url, sign_up="open", webhooks_private=True) as api,
        sending(api),
    ):
        known = {RECEIVER: receiver.url.removesuffix("/hook")}
        answers = {name: list(lines) for name, lines in replayed(api, known)}
        return answers | {
            name_of(n): compared_delivery(sent, receiver, known) for n, sent in enumerate(DELIVERIES)
        }


@pytest.mark.parametrize("name", [capture["name"] for capture in CAPTURES])
def test_the_answer_has_the_shape_of_the_captured_one(found, name):
    assert [line for line in found[name] if by_design(name, line) is None] == []


@pytest.mark.parametrize("name", [f"delivery {n} {sent['path']}" for n, sent in enumerate(DELIVERIES)])
def test_the_webhook_is_told_in_the_shape_of_the_captured_delivery(found, name):
    assert [line for line in found[name] if by_design(name, line) is None] == []


def test_every_difference_in_the_table_is_one(found):
    seen = [by_design(name, line) for name, lines in found.items() for line in lines]

    assert [row for row in BY_DESIGN if row not in seen] == []


@contextlib.contextmanager
def sending(api: Api) -> Iterator[None]:
    job = Delivering(api.db, Poster(private=True), BODIES)
    job.start()
    yield
    job.stop()


def by_design(name: str, line: str) -> ByDesign | None:
    rows = (row for row in BY_DESIGN if re.match(row.captures, name) and re.match(row.where, line))
    return next(rows, None)


def replayed(api: Api, known: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Ask again all that was asked, in its order, and tell what is answered differently."""
    tokens: dict[str, dict[str, str]] = {"": {}}
    for capture in CAPTURES:
        name, lines = capture["name"], []
        if name in ("108_leads_delete_physical", "150_subscriptions_update"):
            # What has been erased, or was for a hook that has gone, is not told any more.
            wait_until_all_is_told(api)
        path, body = translated([capture["path"], capture["body"]], known)
        if name in OTHER_BODY:
            body |= OTHER_BODY[name]
            lines.append("sent another body")
        who = "visitor" if capture["sign_in"] == "JWT" and OF_VISITOR.search(name) else capture["sign_in"]
        answer = api(tokens[who], capture["method"], path, ABSENT if body is None else body)
        lines += differences(capture, answer, known)
        if answer.status_code == 200:
            remember_tokens(name, answer, tokens)
        # At once, so that what is sent of a thing is how it stood then.
        while PROJECT in known and delivering.plan(api.db, ProjectId(known[PROJECT]), BODIES)[0]:
            pass
        yield name, lines


def wait_until_all_is_told(api: Api) -> None:
    until = time.monotonic() + PATIENCE
    while waiting(api) and time.monotonic() < until:
        time.sleep(0.01)


def waiting(api: Api) -> bool:
    with api.db.read() as tx:
        return tx.one("SELECT id FROM webhook_deliveries WHERE state = 'waiting'") is not None


def name_of(n: int) -> str:
    return f"delivery {n} {DELIVERIES[n]['path']}"


def compared_delivery(sent: dict[str, Any], receiver: Receiver, known: dict[str, str]) -> list[str]:
    """How the delivery of the same thing differs; of several with the same event the most alike."""
    subject = known.get(sent["body"]["payload"]["_id"])
    alike = [
        got for got in receiver.got if got.path == sent["path"] and got.body["payload"].get("_id") == subject
    ]
    found = [
        [
            *(f"the header {header} is missing" for header in sent["headers"] if header not in got.headers),
            *compared(translated(sent["body"], known), got.body, ""),
        ]
        for got in alike
    ]
    return min(found, key=len, default=[NEVER])


def differences(capture: dict[str, Any], answer: httpx.Response, known: dict[str, str]) -> Iterator[str]:
    if answer.status_code != capture["status"]:
        yield f"status is {answer.status_code} instead of {capture['status']}: {answer.text[:200]}"
        return
    for header in capture.get("headers", ()):
        if header not in answer.headers:
            yield f"the header {header} is missing"
    if "csv" in answer.headers["content-type"]:
        yield from compared_columns(capture["answer"], answer.text)
        return
    ours = answer.json() if "json" in answer.headers["content-type"] else answer.text
    if "cut" in capture:
        ours = ours[: len(capture["answer"])]
    learn(capture["answer"], ours, known)
    yield from compared(translated(capture["answer"], known), ours, "")


def compared_columns(theirs: str, ours: str) -> Iterator[str]:
    """The columns of a file by their names, and that every line has as many cells as there are columns."""
    columns, *lines = list(csv.reader(ours.splitlines(), delimiter=";"))
    for column in theirs.splitlines()[0].split(";"):
        if column not in columns:
            yield f"column {column} is missing"
    if any(len(line) != len(columns) for line in lines):
        yield "a line has not as many cells as there are columns"


def remember_tokens(name: str, answer: httpx.Response, tokens: dict[str, dict[str, str]]) -> None:
    if name.endswith("auth_signin"):
        tokens["JWT"] = {"Authorization": answer.json()["token"]}
        credentials = base64.b64encode(b"owner_d2472c@example.com:Secret123!").decode()
        tokens["Basic"] = {"Authorization": f"Basic {credentials}"}
    if name.endswith("signinAnonymously"):
        tokens["visitor"] = {"Authorization": answer.json()["token"]}


def translated(value: Any, known: dict[str, str]) -> Any:
    text = IDS.sub(lambda match: known.get(match[0], match[0]), json.dumps(value))
    return json.loads(text)


def learn(theirs: Any, ours: Any, known: dict[str, str]) -> None:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in theirs.keys() & ours.keys():
            learn(theirs[key], ours[key], known)
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours) == 1:
        learn(theirs[0], ours[0], known)
    elif isinstance(theirs, str) and isinstance(ours, str) and IDS.fullmatch(theirs):
        known.setdefault(theirs, ours)


def compared(theirs: Any, ours: Any, place: str) -> Iterator[str]:
    if kind(theirs) != kind(ours):
        yield f"{place} is {kind(ours)} {json.dumps(ours)[:60]} instead of {kind(theirs)} {json.dumps(theirs)[:60]}"
    elif isinstance(theirs, dict):
        for key, value in theirs.items():
            if key not in ours:
                yield f"{place}.{key} is missing ({json.dumps(value)[:60]})"
            else:
                yield from compared(value, ours[key], f"{place}.{key}")
    elif isinstance(theirs, list):
        yield from compared_items(theirs, ours, place)


def compared_items(theirs: list[Any], ours: list[Any], place: str) -> Iterator[str]:
    """Items by their `_id` where they have one that is known, else in their order."""
    by_id = {item["_id"]: item for item in ours if isinstance(item, dict) and "_id" in item}
    known = [by_id.pop(item.get("_id"), None) if isinstance(item, dict) else None for item in theirs]
    if any(known):
        others = iter(by_id.values())
        for item, same in zip(theirs, known, strict=True):
            other = same or next(others, None)
            yield from compared(item, other, f"{place}[]") if other else [f"{place} misses an item"]
    elif len(theirs) != len(ours):
        yield f"{place} has {len(ours)} items instead of {len(theirs)}"
    else:
        for one, other in zip(theirs, ours, strict=True):
            yield from compared(one, other, f"{place}[]")


def kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return {dict: "object", list: "array", str: "text", int: "number", float: "number"}.get(
        type(value), "null"
    )
