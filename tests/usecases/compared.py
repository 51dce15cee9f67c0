"""What must hold of a project's suggestions once everybody has been looked at, told from rows and scored afresh."""

from itertools import combinations

from rolodesk.domain.access import System
from rolodesk.domain.grouping import groups
from rolodesk.storage import duplicates, match_keys, runs
from rolodesk.storage.database import Database
from rolodesk.usecases import candidates
from rolodesk.usecases.apart import among
from rolodesk.usecases.looking import look


def assert_suggestions_hold(db: Database, project_id: str) -> None:
    """Just those are suggested who are alike and not held apart, and the groups are made of them."""
    while look(db, System(project_id)):
        pass
    with db.read() as tx:
        everybody = match_keys.page(tx, project_id, "", 10_000)
        least = runs.policy(tx, project_id).suggest_at
        apart = among(tx, project_id, [contact_id for contact_id, _ in everybody])
        alike = {}
        for contact_id, one in everybody:
            for found in candidates.find(tx, project_id, one, contact_id):
                pair = (min(contact_id, found.contact_id), max(contact_id, found.contact_id))
                if found.likeness.probability >= least and pair not in apart:
                    alike[pair] = found.likeness.probability
        kept = duplicates.page(tx, project_id, ("", ""), 10_000)
        known = duplicates.all_groups(tx, project_id)

    assert {one.pair for one in kept} == set(alike)
    members: dict[str, set[str]] = {}
    for one in kept:
        if one.group_id is not None:
            members.setdefault(one.group_id, set()).update(one.pair)
    wanted = groups([(one.low, one.high, one.probability) for one in kept], apart)
    assert sorted(map(sorted, members.values())) == sorted(map(sorted, wanted))
    assert {group_id: group.size for group_id, group in known.items()} == {
        group_id: len(inside) for group_id, inside in members.items()
    }
    for inside in members.values():
        assert not apart & set(combinations(sorted(inside), 2))
