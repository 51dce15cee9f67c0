"""Where conversations go: what a department may say of it, and whom it may be said of."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from rolodesk.domain.errors import Invalid, Problem
from rolodesk.domain.json import Json

MAX_GROUPS = 50
MAX_TAGS = 50


class Routing(StrEnum):
    """How a department's conversations find somebody: the next available agent gets them, or they wait for one."""

    ASSIGNED = "assigned"
    POOLED = "pooled"
    UNASSIGNED = "unassigned"


class Share(Struct, frozen=True):
    """A group that a department's conversations go to; `percentage` is kept as it was given."""

    group_id: str
    percentage: float = 100


def check_routing(routing: Json) -> str:
    """One of the routings. Raises Invalid."""
    if routing not in tuple(Routing):
        raise Invalid(Problem(f"must be one of {', '.join(Routing)}", "routing"))
    return str(routing)


def check_shares(groups: Json) -> tuple[Share, ...]:
    """The groups of `[{group_id, percentage}]`, each once. Raises Invalid."""
    if not isinstance(groups, list) or len(groups) > MAX_GROUPS:
        raise Invalid(Problem(f"must be a list of at most {MAX_GROUPS} groups", "groups"))
    shares: dict[str, Share] = {}
    for group in groups:
        group_id = group.get("group_id") if isinstance(group, dict) else None
        percentage = group.get("percentage", 100) if isinstance(group, dict) else None
        if not isinstance(group_id, str) or isinstance(percentage, bool):
            raise Invalid(Problem("each needs a group_id and a percentage", "groups"))
        if not isinstance(percentage, int | float) or not 0 <= percentage <= 100:
            raise Invalid(Problem("percentage must be a number from 0 to 100", "groups"))
        shares[group_id] = Share(group_id, percentage)
    return tuple(shares.values())


def check_department_tags(tags: Json) -> list[Json]:
    """A department's tags as they were given. Raises Invalid."""
    if not isinstance(tags, list) or len(tags) > MAX_TAGS or len(str(tags)) > 10_000:
        raise Invalid(Problem(f"must be a list of at most {MAX_TAGS} tags", "tags"))
    return list(tags)


def check_limit(limit: Json, param: str) -> int | None:
    """How many conversations somebody serves at once; null or a negative number is no limit. Raises Invalid."""
    if limit is None:
        return None
    if isinstance(limit, bool) or not isinstance(limit, int) or limit > 100_000:
        raise Invalid(Problem("must be a whole number", param))
    return limit if limit >= 0 else None


def check_no_bots(ids: Sequence[str]) -> None:
    """Raise Invalid for the id of a bot: only people take part here."""
    if any(one.startswith("bot_") for one in ids):
        raise Invalid(Problem("there are no bots here", "member"))
