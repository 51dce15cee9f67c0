"""A project's own model, and what its people's yes and no make of it."""

from itertools import combinations

import msgspec
import pytest
from msgspec import structs

from bench.people import COLUMNS, MIXTURES, population
from rolodesk.batch.evaluate import evidence_of
from rolodesk.batch.link import link
from rolodesk.batch.models import Untrained, shipped
from rolodesk.domain.access import System
from rolodesk.domain.errors import Conflict
from rolodesk.domain.evidence import Rules
from rolodesk.storage import match_models as stored
from rolodesk.storage import runs
from rolodesk.storage.match_models import Decision
from rolodesk.usecases import duplicates, match_models, merges, privacy, training
from rolodesk.usecases.merges import Ask
from tests.usecases.test_duplicates import ALIKE, ANDREA, comes, look, made


def decided(cast) -> dict[frozenset[str], int]:
    with cast.db.read() as tx:
        rows = tx.all("SELECT low_id, high_id, same FROM match_decisions WHERE project_id = ?", cast.id)
    return {frozenset((row["low_id"], row["high_id"])): row["same"] for row in rows}


def model_of(cast):
    with cast.db.read() as tx:
        return match_models.model_of(tx, cast.id)


def the_pair(cast) -> tuple[str, str]:
    pair = comes(cast, **ANDREA), comes(cast, **ANDREA)
    look(cast)
    return pair


# What people say.


def test_a_merge_and_its_undo_are_kept_as_the_last_word(cast):
    first, second = the_pair(cast)
    likeness = duplicates.of_contact(cast.db, cast.agent.agent, first)[0].likeness
    pair = frozenset((first, second))

    merge = merges.merge(cast.db, cast.agent.agent, Ask(first, (second,))).merges[0]
    assert decided(cast) == {pair: 1}
    with cast.db.read() as tx:
        assert stored.said_by(tx, cast.id, "another") == []
        ((bits, same),) = stored.said_by(tx, cast.id, shipped().name)
    assert (bits, same) == (pytest.approx(likeness.bits), True)
    merges.undo(cast.db, cast.agent.agent, merge.id)
    assert decided(cast) == {pair: 0}
    merges.merge(cast.db, cast.agent.agent, Ask(second, (first,)))
    assert decided(cast) == {pair: 1}


def test_of_a_group_that_is_merged_and_of_which_one_is_freed_the_rest_stands(cast):
    first, second, third = (comes(cast, **ANDREA) for _ in range(3))
    look(cast)
    done = merges.merge(cast.db, cast.agent.agent, Ask(first, (second, third))).merges
    assert decided(cast) == {frozenset(pair): 1 for pair in combinations((first, second, third), 2)}

    merges.undo(cast.db, cast.agent.agent, next(one.id for one in done if one.loser_id == third))

    assert decided(cast) == {frozenset((first, second)): 1, frozenset((first, third)): 0}


def test_not_the_same_is_kept_until_it_is_taken_back(cast):
    first, second = the_pair(cast)
    group = duplicates.queue(cast.db, cast.agent.agent).groups[0].id

    duplicates.dismiss(cast.db, cast.agent.agent, group)
    assert decided(cast) == {frozenset((first, second)): 0}
    duplicates.undismiss(cast.db, cast.agent.agent, group)
    assert decided(cast) == {}


def test_who_was_not_suggested_and_what_merges_by_itself_says_nothing(cast):
    one, other = (made(cast, fullname=name) for name in ("Anna Bianchi", "Zoe Quattrocchi"))
    merges.merge(cast.db, cast.agent.agent, Ask(one, (other,)))
    duplicates.set_policy(cast.db, cast.admin.agent, {"merge_alike": True})
    first, second = made(cast, **ALIKE), made(cast, **ALIKE)
    look(cast)
    assert decided(cast) == {}

    (entry,) = merges.of_contact(cast.db, cast.agent.agent, first).merges
    merges.undo(cast.db, cast.agent.agent, entry.merge.id)

    assert decided(cast) == {frozenset((first, second)): 0}
    with cast.db.read() as tx:
        ((bits, same),) = stored.said_by(tx, cast.id, shipped().name)
    assert (bits, same) == (pytest.approx(entry.merge.evidence["bits"]), False)


def test_erasing_a_person_takes_what_was_said_of_them(cast):
    first, second = the_pair(cast)
    duplicates.dismiss_pair(cast.db, cast.agent.agent, first, second)
    assert decided(cast)

    privacy.erase(cast.db, cast.owner.agent, second)

    assert decided(cast) == {}


def say_much(cast, count: int, model: str) -> None:
    """So many decisions, of which at b bits b in ten are yes."""
    people = [made(cast, fullname=f"Person {n}") for n in range(56)]
    pairs = list(combinations(sorted(people), 2))[:count]
    assert len(pairs) == count
    said = [Decision(pair, n // 10 % 10 < n % 10, float(n % 10), model) for n, pair in enumerate(pairs)]
    with cast.db.write(cast.id) as tx:
        stored.decide(tx, cast.id, said, 1)


def test_from_1500_decisions_on_the_next_run_goes_by_them(cast):
    say_much(cast, 1_500, shipped().name)

    duplicates.run_now(cast.db, System(cast.id))

    steps = dict(model_of(cast).calibration)
    assert model_of(cast).name == shipped().name
    assert [round(steps[float(bits)], 2) for bits in range(1, 10)] == [n / 10 for n in range(1, 10)]
    assert steps[min(steps)] <= 0.01
    assert model_of(cast).levels == shipped().levels
    assert model_of(cast) is model_of(cast)
    with cast.db.read() as tx:
        at = stored.learnt_at(tx, cast.id)
    duplicates.run_now(cast.db, System(cast.id))
    with cast.db.read() as tx:
        assert stored.learnt_at(tx, cast.id) == at


@pytest.mark.parametrize(("count", "model"), [(1_499, "people-1"), (1_500, "another")])
def test_fewer_and_those_by_another_model_change_nothing(cast, count, model):
    say_much(cast, count, shipped().name if model == "people-1" else model)

    duplicates.run_now(cast.db, System(cast.id))

    assert model_of(cast) is shipped()


# A model of its own.


def stricter(by: float = 0.02):
    """The shipped model, by which a same email says little."""
    levels = {name: dict(found) for name, found in shipped().levels.items()}
    for level, weight in levels["email"].items():
        levels["email"][level] = structs.replace(weight, m=weight.m * by)
    return structs.replace(shipped(), name="learnt", levels=levels)


def test_a_model_of_its_own_is_used_by_looking_and_by_runs_until_it_goes_back(cast):
    first, _ = the_pair(cast)
    before = duplicates.of_contact(cast.db, cast.agent.agent, first)[0].likeness

    match_models.use(cast.db, System(cast.id), stricter())

    now = duplicates.of_contact(cast.db, cast.agent.agent, first)[0].likeness
    assert now.bits < before.bits - 5
    with cast.db.read() as tx:
        assert runs.marked(tx, cast.id) == ""
    seen = []
    duplicates.run_now(
        cast.db,
        System(cast.id),
        linker=lambda rows, model, *rest: seen.append(model) or link(rows, model, *rest),
    )
    assert seen == [model_of(cast)]
    assert seen[0].name.startswith("learnt-")
    assert match_models.go_back(cast.db, System(cast.id))
    assert not match_models.go_back(cast.db, System(cast.id))
    assert model_of(cast) is shipped()
    look(cast)
    again = duplicates.of_contact(cast.db, cast.agent.agent, first)[0].likeness
    # A run has counted the words meanwhile.
    assert again.bits == pytest.approx(before.bits, abs=0.1)


def test_a_model_that_lacks_a_weight_is_refused_and_one_of_an_older_release_not_used(cast):
    lacking = structs.replace(shipped(), levels={**shipped().levels, "email": {}})
    with pytest.raises(Untrained):
        match_models.use(cast.db, System(cast.id), lacking)
    match_models.use(cast.db, System(cast.id), stricter())
    with cast.db.write(cast.id) as tx:
        text = msgspec.json.encode(lacking).decode()
        stored.write(tx, cast.id, structs.replace(stored.get(tx, cast.id), model=text))

    assert model_of(cast) is shipped()


# Learning.


def test_a_project_with_few_contacts_cannot_teach_a_model(cast):
    made(cast, fullname="Andrea Rossi")

    with pytest.raises(Conflict) as refused:
        training.train(cast.db, System(cast.id), lambda step, done: None)

    assert "2,000 contacts" in refused.value.message


def test_a_model_is_learnt_in_silence(cast, monkeypatch, capfd):
    people = [
        (f"{n:024}", evidence_of(dict(zip(COLUMNS, one, strict=True)), Rules("IT")))
        for n, one in enumerate(population(400, 3, MIXTURES["europe"]))
    ]
    monkeypatch.setattr(training, "FEWEST", 400)
    monkeypatch.setattr(training, "_rows", lambda db, system: iter(people))

    found = training.train(cast.db, System(cast.id), lambda step, done: None)

    assert found.contacts == 400
    assert found.common <= min(found.shipped.pairs, found.learnt.pairs)
    assert found.shipped.pairs >= found.shipped.groups > 0
    assert capfd.readouterr() == ("", "")
    match_models.use(cast.db, System(cast.id), found.model)
    assert model_of(cast).levels == found.model.levels
