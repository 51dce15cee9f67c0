"""What the tests of merging over the API share."""

from typing import Any

from tests.api.client import Api, Caller
from tests.cast import Cast, Guest, filled, say

GHOST = "5badfe5d553d1844ad654072"


def lead(api: Api, cast: Cast, **fields: Any) -> str:
    """The id of a contact that Aldo has typed in."""
    made: str = api.ok(cast.agent, "POST", f"/{cast.id}/leads", fields)["_id"]
    return made


def spoken(cast: Cast, guest: Guest, **form: str) -> str:
    """The id of the contact that a visitor's message has made, with the form's answers."""
    return say(cast, guest, attributes=filled(form)).view.home_id


def get(api: Api, cast: Cast, lead_id: str) -> Any:
    return api.ok(cast.agent, "GET", f"/{cast.id}/leads/{lead_id}")


def listed(api: Api, cast: Cast, **query: Any) -> list[str]:
    """The ids of the contacts that the list shows."""
    return [found["_id"] for found in api.ok(cast.agent, "GET", f"/{cast.id}/leads", **query)["leads"]]


def merge(api: Api, cast: Cast, winner: str, *losers: str, who: Caller | None = None, **more: Any) -> Any:
    """The answer to a merge that must be done, Aldo's unless told."""
    body = {"sources": list(losers), **more}
    return api.ok(who or cast.agent, "POST", f"/{cast.id}/leads/{winner}/merge", body)


def undo(api: Api, cast: Cast, merge_id: str, **body: Any) -> Any:
    return api.ok(cast.agent, "POST", f"/{cast.id}/merges/{merge_id}/undo", body)


def refusal(answer: Any) -> tuple[int, Any]:
    """Status and code."""
    return answer.status_code, answer.json().get("code")


def params(answer: Any) -> set[str]:
    """What is named as wrong."""
    assert answer.status_code == 422, answer.text
    return {problem["param"] for problem in answer.json()["errors"]}


def lasting(found: Any) -> Any:
    """A contact but for what counts its changes."""
    return {name: value for name, value in found.items() if name not in ("version", "updatedAt")}
