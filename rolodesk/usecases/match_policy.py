"""How a project wants its duplicates to be found, and what may merge by itself."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from rolodesk.domain.access import Actor, Agent, Permission, require
from rolodesk.domain.errors import Invalid, Problem
from rolodesk.domain.events import Event, EventName
from rolodesk.domain.json import Json
from rolodesk.domain.nicknames import LANGUAGES
from rolodesk.storage import events, runs
from rolodesk.storage.database import Database, retried
from rolodesk.storage.runs import Policy
from rolodesk.usecases.clock import now

LEAST_TO_SUGGEST = 0.1
LEAST_TO_MERGE = 0.999


def policy(db: Database, actor: Actor) -> Policy:
    """What the project has chosen, or the defaults."""
    require(actor, Permission.VIEW_CONTACTS)
    with db.read() as tx:
        return runs.policy(tx, actor.project_id)


@retried
def set_policy(db: Database, actor: Agent, changes: Mapping[str, Json]) -> Policy:
    """Change what is given; `languages` null are all. Raises Invalid, Forbidden."""
    require(actor, Permission.CONFIGURE)
    with db.write(actor.project_id) as tx:
        before = runs.policy(tx, actor.project_id)
        chosen = _checked(before, changes)
        if chosen == before:
            return chosen

        runs.write_policy(tx, actor.project_id, chosen)
        if (chosen.languages, chosen.suggest_at) != (before.languages, before.suggest_at):
            runs.look_again(tx, actor.project_id)
        event = Event(EventName.PROJECT_UPDATE, subject_id=actor.project_id, fields=("duplicates",))
        events.record(tx, actor, now(), event)
    return chosen


def _checked(before: Policy, changes: Mapping[str, Json]) -> Policy:
    problems = [Problem("is no setting of duplicates", name[:80]) for name in changes if name not in FIELDS]
    problems += [
        Problem("must be true or false", name)
        for name in ("merge_alike", "nightly")
        if not isinstance(changes.get(name, False), bool)
    ]
    for name, least in (("suggest_at", LEAST_TO_SUGGEST), ("merge_at", LEAST_TO_MERGE)):
        value = changes.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= 1:
            problems.append(Problem(f"must be a number from {least} to 1", name))
    languages = changes.get("languages")
    if not (languages is None or (isinstance(languages, list) and set(map(str, languages)) <= {*LANGUAGES})):
        problems.append(Problem(f"must be some of {', '.join(LANGUAGES)}, or null for all", "languages"))
    if problems:
        raise Invalid(problems)
    chosen = structs.replace(
        before,
        merge_alike=changes.get("merge_alike", before.merge_alike) is True,
        suggest_at=float(str(changes.get("suggest_at", before.suggest_at))),
        merge_at=float(str(changes.get("merge_at", before.merge_at))),
        nightly=changes.get("nightly", before.nightly) is True,
    )
    if "languages" not in changes:
        return chosen
    if not isinstance(languages, list):
        return structs.replace(chosen, languages=None)
    return structs.replace(chosen, languages=tuple(dict.fromkeys(map(str, languages))))


FIELDS = Policy.__struct_fields__
