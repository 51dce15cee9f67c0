"""What people say of those who were suggested to them, kept so that probabilities can be set by it."""

from __future__ import annotations

from collections.abc import Sequence

from rolodesk.domain.access import Agent, TeamActor
from rolodesk.domain.ids import ContactId
from rolodesk.domain.merging import Merge
from rolodesk.storage import duplicates, match_models, merges
from rolodesk.storage.database import WriteTx
from rolodesk.storage.duplicates import Both, Suggestion
from rolodesk.storage.match_models import Decision
from rolodesk.usecases.match_models import model_of


def merged(tx: WriteTx, actor: TeamActor, ids: Sequence[ContactId], at: int) -> None:
    """Somebody merges these. What merges by itself says nothing of whether the model is right."""
    if not isinstance(actor, Agent):
        return
    inside = set(ids)
    match_models.agree_after_all(tx, actor.project_id, ids, at)
    found = [one for one in duplicates.of_contacts(tx, actor.project_id, ids) if inside.issuperset(one.pair)]
    _decide(tx, actor, found, True, at)


def called_different(tx: WriteTx, actor: Agent, found: Sequence[Suggestion], at: int) -> None:
    """Somebody says of these suggestions that they are wrong."""
    _decide(tx, actor, found, False, at)


def _decide(tx: WriteTx, actor: Agent, found: Sequence[Suggestion], same: bool, at: int) -> None:
    if found:
        name = model_of(tx, actor.project_id).name
        said = [Decision(one.pair, same, one.bits, name) for one in found]
        match_models.decide(tx, actor.project_id, said, at)


def unmerged(tx: WriteTx, actor: TeamActor, one: Merge, at: int) -> None:
    """Somebody takes a merge back that was suggested, or that was made by itself."""
    if not isinstance(actor, Agent):
        return
    pair = _pair(one.winner_id, one.loser_id)
    if not match_models.differ_after_all(tx, actor.project_id, pair, at):
        match_models.decide(tx, actor.project_id, _by_itself(pair, one), at)
    # Whether it is the same as the others that were merged with it, nobody has said then.
    others = {merge.loser_id for merge in merges.of_group(tx, actor.project_id, one.group_id)}
    rest = [_pair(one.loser_id, other) for other in sorted(others - {one.loser_id})]
    match_models.forget(tx, actor.project_id, rest, same=True)


def _by_itself(pair: Both, one: Merge) -> list[Decision]:
    grounds = one.evidence or {}
    bits, model = grounds.get("bits"), grounds.get("model")
    if isinstance(bits, int | float) and isinstance(model, str):
        return [Decision(pair, False, float(bits), model)]
    return []


def _pair(one: ContactId, other: ContactId) -> Both:
    return (one, other) if one < other else (other, one)
