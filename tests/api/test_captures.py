"""Answers of a running Tiledesk server, asked again of this one: same status, same keys, same types.

`captures.json` holds one session of that server in its order. Ids are put in the place of the captured ones as the
answers bring them. What is added is no difference; every other difference stands in one of the two tables.
"""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.api.client import ABSENT, Api, serving

CAPTURES = json.loads(Path(__file__).with_name("captures.json").read_text())
IDS = re.compile(r"[0-9a-f]{24}|[0-9a-f]{8}-[0-9a-f-]{27}")
OF_VISITOR = re.compile(r"by_visitor|_visitor")


# Another status, and why.
OTHER_STATUS = {
    "005_auth_signup_nopassword": (422, "ours: no password is a wrong input"),
    "017_projects_get_badid": (400, "no input gets a 500; the answer of the project guard"),
    "067_leads_create_same_lead_id": (409, "ours: lead_id is unique in a project"),
    "070_leads_create_wrong_types": (422, "the reference never answers this"),
    "073_leads_get_badid": (404, "ours: a malformed id is an unknown one"),
    "076_leads_update_missing_upserts": (404, "ours: nothing is upserted by an id from a URL"),
    "112_tags_create_invalid": (422, "no input gets a 500"),
}
# A body that the reference took and we refuse, as it is sent instead.
OTHER_BODY = {
    "066_leads_create": (
        {"phone": None},
        "theirs drops a phone, ours takes it and refuses what is no number",
    ),
}
# Where in an answer something else is said: the names of captures, places in the answer, and why. The first that fits
# both counts.
ACCEPTED = [
    (
        r"004|112",
        r"\.errors\[\]\.value is missing",
        "the typed value is not sent back; the contract has it optional",
    ),
    (r"021", r"\[\]\.email is missing", "public: addresses of the team are not for everybody"),
    (r"144", r"\.(publicKey|privateKey) is missing", "ours: jwtSecret only, no RSA keys are kept"),
    (
        r"04[23]|050",
        r".*\.lead\.\w+ is missing",
        "ours: a visitor is given _id, lead_id, fullname, email, phone of the contact and nothing else",
    ),
    (
        r"050",
        r"\.requests\[\]\.participatingAgents\[\]\.\w+ is missing",
        "ours: a visitor is given an agent's name, not the address",
    ),
    (
        r"04[23]|054",
        r".*\.participa\w+ has 0 items|.*\.assigned_at is missing",
        "no automatic assignment: who answers first takes the conversation",
    ),
    (r"147|148|149", r".*\.transcript is missing", "transcripts are never public; the messages have a route"),
    (r"149", r"\.snapshot\.agents", "the reference leaves its hidden list of agents in this answer"),
    (
        r"048",
        r"\.requests has 1",
        "the full text of the reference misses an open conversation; ours finds it",
    ),
    (r"09[0-9]|10[0-9]|08[6-9]", r"\.leads misses an item", "067 and 076 made no contact here"),
    (r"098|099", r"\.perPage is", "ours: an unusable limit takes the default"),
]


def test_the_captured_session_has_the_same_shapes(database_url):
    with serving(database_url, sign_up="open") as api:
        found = list(differences(api))

    assert "\n".join(found) == ""


def test_every_accepted_difference_is_one(databases):
    with databases.lend("sqlite") as url, serving(url, sign_up="open") as api:
        seen = list(differences(api, accept=False))

    unused = [
        (names, place)
        for names, place, _ in ACCEPTED
        if not any(re.match(names, line) and re.match(place, line.split(": ", 1)[1]) for line in seen)
    ]
    assert not unused, unused


def differences(api: Api, accept: bool = True) -> Iterator[str]:
    """Ask again all that was asked, and tell what is answered differently."""
    known: dict[str, str] = {}
    tokens: dict[str, dict[str, str]] = {"": {}}
    for capture in CAPTURES:
        name = capture["name"]
        path, body = translated([capture["path"], capture["body"]], known)
        if name in OTHER_BODY:
            body |= OTHER_BODY[name][0]
        who = "visitor" if capture["sign_in"] == "JWT" and OF_VISITOR.search(name) else capture["sign_in"]
        answer = api(tokens[who], capture["method"], path, ABSENT if body is None else body)

        expected = OTHER_STATUS.get(name, (capture["status"], ""))[0]
        if answer.status_code != expected:
            yield f"{name}: {answer.status_code} instead of {expected}: {answer.text[:200]}"
        if answer.status_code != capture["status"]:
            continue
        ours = answer.json() if "json" in answer.headers["content-type"] else answer.text
        learn(capture["answer"], ours, known)
        for line in compared(translated(capture["answer"], known), ours, ""):
            if not (accept and is_accepted(name, line)):
                yield f"{name}: {line}"
        remember_tokens(name, ours, tokens)


def is_accepted(name: str, line: str) -> bool:
    return any(re.match(names, name) and re.match(place, line) for names, place, _ in ACCEPTED)


def remember_tokens(name: str, ours: Any, tokens: dict[str, dict[str, str]]) -> None:
    if name.endswith("auth_signin"):
        tokens["JWT"] = {"Authorization": ours["token"]}
        credentials = base64.b64encode(b"owner_d2472c@example.com:Secret123!").decode()
        tokens["Basic"] = {"Authorization": f"Basic {credentials}"}
    if name.endswith("signinAnonymously"):
        tokens["visitor"] = {"Authorization": ours["token"]}


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
