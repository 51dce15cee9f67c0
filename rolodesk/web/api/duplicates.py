"""Contacts that may be one person's: the queue, why, and what the team says to it."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import get, post, put
from litestar.params import JSONBody

from rolodesk.domain.errors import Stale
from rolodesk.domain.matching import Likeness, Reason
from rolodesk.usecases import duplicates, merges
from rolodesk.usecases.duplicates import Group, Policy, Run
from rolodesk.web import auth, render
from rolodesk.web.api.merges import previewed
from rolodesk.web.api.reading import AnyRequest, IdempotencyKey, whole

# What a comparison and its level say; of a level that is not here its own name is said.
TEXTS = {
    "name": {
        "same": "same name",
        "nickname": "nickname of the same name",
        "two_words": "two words of the name in common",
        "initial": "same surname and initial",
        "misspelt": "name spelt alike",
        "crossed": "first and last name swapped",
        "initials": "same initials",
        "given_alone": "same first name",
        "surname_alone": "same surname",
        "other_script": "name in another script",
        "family": "same surname, another first name",
        "namesake": "same first name, another surname",
        "some_word": "a word of the name in common",
        "different": "different name",
    },
    "email": {
        "same": "same email",
        "mailbox": "same mailbox",
        "shared": "an email that several people share",
        "local": "same name in the email, another provider",
        "typo": "email one letter off",
        "domain": "same email domain",
        "different": "different email",
    },
    "phone": {
        "same": "same phone",
        "shared": "a phone that several people share",
        "digit": "phone one digit off",
        "tail": "same last digits of the phone",
        "different": "different phone",
    },
    "place": {
        "street": "same address",
        "near_street": "address spelt alike",
        "zipcode": "same postcode",
        "city": "same city",
        "near_city": "city spelt alike",
        "different": "different place",
    },
    "company": {
        "same": "same company",
        "similar": "company spelt alike",
        "different": "different company",
    },
    "identifying": {
        "several": "several identifying properties in common",
        "same": "same identifying property",
        "one_of": "one identifying property in common, another not",
        "near": "identifying property spelt alike",
        "shared": "an identifying property that several people share",
        "nothing_common": "no identifying property in common",
        "different": "different identifying property",
    },
    "spelled": {
        "name": "the email spells the name",
        "short": "the email spells initial and surname",
    },
}


class DismissBody(msgspec.Struct, forbid_unknown_fields=True):
    """`leads`: only the pairs of these; of one alone its pairs with all others. `undo` takes it back."""

    leads: list[str] | None = None
    undo: bool = False


class PairBody(msgspec.Struct, forbid_unknown_fields=True):
    """`undo` takes it back."""

    undo: bool = False


class GroupMergeBody(msgspec.Struct, forbid_unknown_fields=True):
    """`winner` is the contact that is kept, the proposed one without; the rest as in a merge of leads."""

    winner: str | None = None
    choices: dict[str, Any] = {}
    expect: dict[str, int] = {}
    reason: str | None = None


@get("/{project_id:str}/duplicates", tags=["duplicates"], sync_to_thread=True)
def queue(
    request: AnyRequest,
    project_id: str,
    kind: str | None = None,
    limit: str | None = None,
    page: str | None = None,
) -> dict[str, Any]:
    """Groups of contacts that may be one person's, best first. `kind` is the comparison that must speak for it, as
    `email`; the first lead of a group is the one that one would keep."""
    db, actor = auth.database(request), auth.team(request, project_id)
    size = whole(limit, 20, least=1, most=100)
    found = duplicates.queue(db, actor, kind or None, size, whole(page, 0, most=10**6) * size)
    run = duplicates.last_run(db, actor)
    return {
        "perPage": size,
        "count": found.total,
        "duplicates": [_group(group, project_id) for group in found.groups],
        "run": _run(run) if run else None,
    }


def _group(found: Group, project_id: str) -> dict[str, Any]:
    return {
        "_id": found.id,
        "probability": found.probability,
        "kinds": list(found.kinds),
        "leads": [render.lead(contact, project_id) for contact in found.contacts],
        "pairs": [{"lead": pair.low, "other": pair.high, **_likeness(pair.likeness)} for pair in found.pairs],
    }


def _likeness(found: Likeness) -> dict[str, Any]:
    return {
        "probability": found.probability,
        "bits": round(found.bits, 2),
        "start": round(found.start, 2),
        "reasons": [_reason(reason) for reason in found.reasons],
    }


def _reason(found: Reason) -> dict[str, Any]:
    said = TEXTS.get(found.comparison, {}).get(
        found.level, f"{found.comparison}: {found.level.replace('_', ' ')}"
    )
    bits = round(found.bits, 2)
    return {"comparison": found.comparison, "level": found.level, "bits": bits, "text": said}


def _run(found: Run) -> dict[str, Any]:
    return {
        "_id": found.id,
        "state": found.state,
        "step": found.step,
        "done": found.done,
        "leads": found.contacts,
        "found": found.found,
        "merged": found.merged,
        "asked_by": found.asked_by,
        "asked_at": render.iso(found.asked_at),
        "started_at": render.iso_or_none(found.started_at),
        "ended_at": render.iso_or_none(found.ended_at),
        "error": found.error,
    }


@get("/{project_id:str}/leads/{lead_id:str}/duplicates", tags=["duplicates"], sync_to_thread=True)
def of_lead(request: AnyRequest, project_id: str, lead_id: str) -> dict[str, Any]:
    """Who may be the same person as a contact, most alike first."""
    found = duplicates.of_contact(auth.database(request), auth.team(request, project_id), lead_id)
    return {
        "duplicates": [
            {
                "lead": render.lead(one.contact, project_id),
                "group": one.group_id,
                **_likeness(one.likeness),
            }
            for one in found
        ]
    }


@post(
    "/{project_id:str}/duplicates/{group_id:str}/dismiss",
    status_code=200,
    tags=["duplicates"],
    sync_to_thread=True,
)
def dismiss(
    request: AnyRequest, project_id: str, group_id: str, data: JSONBody[DismissBody | None] = None
) -> dict[str, bool]:
    """ "Not the same": these are not suggested again until something of them changes; with `undo` they are at once."""
    db, actor = auth.database(request), auth.team(request, project_id)
    said = data or DismissBody()
    if said.undo:
        duplicates.undismiss(db, actor, group_id, said.leads)
    else:
        duplicates.dismiss(db, actor, group_id, said.leads)
    return {"success": True}


@post(
    "/{project_id:str}/leads/{lead_id:str}/duplicates/{other_id:str}/dismiss",
    status_code=200,
    tags=["duplicates"],
    sync_to_thread=True,
)
def dismiss_pair(
    request: AnyRequest,
    project_id: str,
    lead_id: str,
    other_id: str,
    data: JSONBody[PairBody | None] = None,
) -> dict[str, bool]:
    """ "Not the same" of two contacts, also where they stand in no group."""
    db, actor = auth.database(request), auth.team(request, project_id)
    if data is not None and data.undo:
        duplicates.undismiss_pair(db, actor, lead_id, other_id)
    else:
        duplicates.dismiss_pair(db, actor, lead_id, other_id)
    return {"success": True}


@post(
    "/{project_id:str}/duplicates/{group_id:str}/merge",
    status_code=200,
    tags=["duplicates"],
    sync_to_thread=True,
)
def merge(
    request: AnyRequest,
    project_id: str,
    group_id: str,
    data: JSONBody[GroupMergeBody | None] = None,
    idempotency_key: IdempotencyKey = None,
) -> dict[str, Any]:
    """Merge a whole group; answers as a merge of leads does."""
    db, actor, said = auth.database(request), auth.team(request, project_id), data or GroupMergeBody()
    wanted = (group_id, said.winner, said.choices, said.expect, said.reason)
    try:
        done = duplicates.merge(db, actor, *wanted, idempotency_key)
    except Stale as stale:
        fresh = previewed(merges.preview(db, actor, duplicates.asked(db, actor, *wanted)), project_id)
        raise Stale(stale.message, stale.code, {**stale.details, "preview": fresh}) from None
    body = render.lead_view(done.view, project_id)
    body["merges"] = [render.merge(one) for one in done.merges]
    return {**body, "replayed": True} if done.replayed else body


@get("/{project_id:str}/duplicates/run", tags=["duplicates"], sync_to_thread=True)
def last_run(request: AnyRequest, project_id: str) -> dict[str, Any]:
    """The newest run over all contacts, as far as it is."""
    found = duplicates.last_run(auth.database(request), auth.team(request, project_id))
    return {"run": _run(found) if found else None}


@post("/{project_id:str}/duplicates/run", status_code=200, tags=["duplicates"], sync_to_thread=True)
def start_run(request: AnyRequest, project_id: str) -> dict[str, Any]:
    """Compare all contacts with each other (admin); the run that is under way if there is one."""
    return {"run": _run(duplicates.start_run(auth.database(request), auth.team(request, project_id)))}


@post(
    "/{project_id:str}/duplicates/runs/{run_id:str}/undo",
    status_code=200,
    tags=["duplicates"],
    sync_to_thread=True,
)
def undo_run(request: AnyRequest, project_id: str, run_id: str) -> dict[str, Any]:
    """Take back all that a run has merged by itself (admin)."""
    undone = duplicates.undo_run(auth.database(request), auth.team(request, project_id), run_id)
    return {"success": True, "undone": undone}


@get("/{project_id:str}/duplicates/policy", tags=["duplicates"], sync_to_thread=True)
def policy(request: AnyRequest, project_id: str) -> dict[str, Any]:
    """What is suggested and what merges by itself."""
    return _policy(duplicates.policy(auth.database(request), auth.team(request, project_id)))


@put("/{project_id:str}/duplicates/policy", status_code=200, tags=["duplicates"], sync_to_thread=True)
def set_policy(request: AnyRequest, project_id: str, data: JSONBody[dict[str, Any]]) -> dict[str, Any]:
    """Change what is given of the policy (admin)."""
    return _policy(duplicates.set_policy(auth.database(request), auth.team(request, project_id), data))


def _policy(found: Policy) -> dict[str, Any]:
    return {
        "merge_alike": found.merge_alike,
        "suggest_at": found.suggest_at,
        "merge_at": found.merge_at,
        "nightly": found.nightly,
        "languages": None if found.languages is None else list(found.languages),
    }


route_handlers: list[Any] = [
    *(queue, of_lead, dismiss, dismiss_pair, merge, last_run, start_run, undo_run, policy, set_policy),
]
