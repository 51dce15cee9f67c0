import itertools

import pytest

from rolodesk.domain.profile import sort_name
from rolodesk.storage import contacts, identities, search
from rolodesk.storage.database import Database
from rolodesk.storage.search import COUNT_CAP, SORTS, Filter, Page
from tests.storage.filled import BEGAN, DAY, add_project, fill, named

PROJECT, OTHER = "a" * 24, "b" * 24
SIZE = 230


@pytest.fixture(scope="module")
def project(shared_db):
    other = add_project(shared_db, OTHER, "Butcher")
    fill(shared_db, other, SIZE // 2, seed=8)
    made = add_project(shared_db, PROJECT)
    fill(shared_db, made, SIZE)
    return made


@pytest.fixture
def tx(shared_db, project):
    with shared_db.read() as tx:
        yield tx


def every(tx, project, wanted=None, **page):
    return search.find(tx, project.id, project.number, wanted or Filter(), Page(limit=1_000, **page))


def place(contact, sort):
    value = {
        "createdAt": contact.created_at,
        "updatedAt": contact.updated_at,
        "last_seen": contact.last_seen,
        "email": contact.profile.text("email"),
        "fullname": sort_name(contact.profile),
    }[sort]
    return value, contact.id


def ids(found):
    return [contact.id for contact in found]


# Paging.


@pytest.mark.parametrize(("sort", "descending"), list(itertools.product(SORTS, (True, False))))
@pytest.mark.parametrize("wanted", [Filter(), Filter(status=1000), Filter(any_of=("example",))], ids=named)
def test_pages_by_place_and_by_offset_are_the_whole_list(tx, project, wanted, sort, descending):
    whole = ids(every(tx, project, wanted, sort=sort, descending=descending))
    by_offset, by_place, last = [], [], None
    for offset in range(0, SIZE + 17, 17):
        page = Page(sort, descending, 17, offset)
        by_offset += ids(search.find(tx, project.id, project.number, wanted, page))
    while True:
        found = search.find(tx, project.id, project.number, wanted, Page(sort, descending, 17, 0, last))
        by_place += ids(found)
        if len(found) < 17:
            break
        last = place(found[-1], sort)

    assert len(whole) == len(set(whole)) > 17
    assert by_offset == by_place
    assert sorted(by_offset) == sorted(whole)
    if not wanted.any_of:
        assert by_offset == whole


@pytest.mark.parametrize("sort", SORTS)
def test_a_list_is_in_order_and_turned_round_the_other_way_round(tx, project, sort):
    down, up = every(tx, project, sort=sort), every(tx, project, sort=sort, descending=False)

    keys = [((value or "") if sort == "email" else value, contact_id) for value, contact_id in
            (place(contact, sort) for contact in up)]  # fmt: skip
    assert keys == sorted(keys)
    assert ids(down) == ids(up)[::-1]


# Counting.


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(), Filter(status=1000), Filter(any_of=("anna",)), Filter(any_of=("anna", "hana")),
        Filter(any_of=("example",), none_of=("example1",)), Filter(prefix="a"), Filter(tag="vip"),
        Filter(with_email=True), Filter(with_fullname=True), Filter(identified=True), Filter(identified=False),
        Filter(property=("size", "3")), Filter(created_after=BEGAN + 30 * DAY),
        Filter(last_seen_before=BEGAN + 30 * DAY), Filter(verified=True), Filter(verified=False),
        Filter(blocked=True), Filter(blocked=False), Filter(company="none"), Filter(lead_id="visitor-2-5"),
    ],
    ids=named,
)  # fmt: skip
def test_the_count_is_the_lists_length(tx, project, wanted):
    assert search.count(tx, project.id, project.number, wanted) == len(every(tx, project, wanted))


def test_the_count_of_all_comes_from_the_kept_counter(tx, project):
    assert contacts.counts(tx, project.id) == {100: 207, 1000: 23}
    assert COUNT_CAP == 10_000


# Filters.


def naive(tx, project, condition, status=100):
    return sorted(c.id for c in every(tx, project, Filter(status=status)) if condition(c))


@pytest.mark.parametrize(
    ("wanted", "condition"),
    [
        (Filter(tag="vip"), lambda c: "vip" in c.profile.tags),
        (Filter(with_email=True), lambda c: c.profile.text("email")),
        (Filter(with_fullname=True), lambda c: c.profile.fullname),
        (Filter(identified=False), lambda c: not c.profile.text("email")),
        (Filter(property=("size", "3")), lambda c: c.profile.properties["size"] == 3),
        (Filter(prefix="bj"), lambda c: sort_name(c.profile).startswith("bj")),
        (Filter(created_after=BEGAN + 9 * DAY, created_before=BEGAN + 20 * DAY),
         lambda c: 9 * DAY <= c.created_at - BEGAN < 20 * DAY),
        (Filter(last_seen_after=BEGAN + 50 * DAY), lambda c: c.last_seen >= BEGAN + 50 * DAY),
        (Filter(any_of=("elodie",)), lambda c: "elodie" in f"{c.name} {c.profile.text('email')}".lower()
         or "Élodie" in c.name or "élodie" in (c.profile.text("email") or "")),
        (Filter(any_of=("anna", "fatma"), none_of=("example1",)),
         lambda c: any(n in f"{c.name} {c.profile.text('email')}".lower() for n in ("anna", "fatma"))
         and "example1" not in (c.profile.text("email") or "")),
        (Filter(tag="vip", any_of=("example",)), lambda c: "vip" in c.profile.tags and c.profile.text("email")),
    ],
    ids=named,
)  # fmt: skip
def test_a_filter_finds_just_what_its_words_say(tx, project, wanted, condition):
    for sort in ("createdAt", "last_seen", "fullname"):
        assert sorted(ids(every(tx, project, wanted, sort=sort))) == naive(tx, project, condition)
    assert naive(tx, project, condition)


def test_a_filter_finds_nothing_of_another_project(shared_db, tx, project):
    mine = set(ids(every(tx, project)) + ids(every(tx, project, Filter(status=1000))))

    for wanted in (
        Filter(any_of=("example",)),
        Filter(any_of=("visitor",)),
        Filter(tag="vip"),
        Filter(prefix=""),
    ):
        assert set(ids(every(tx, project, wanted))) <= mine
    for theirs in ("visitor-1-5",):
        assert every(tx, project, Filter(lead_id=theirs)) == []
        assert every(tx, project, Filter(any_of=(theirs,))) == []
    with shared_db.read() as other:
        stranger = search.find(other, OTHER, 1, Filter(), Page(limit=1))[0]
    assert every(tx, project, Filter(contact_id=stranger.id)) == []


def test_verified_and_blocked_are_marks_of_identities(database_url):
    db = Database(database_url)
    project = add_project(db, PROJECT)
    first, second, *_ = fill(db, project, 5)
    with db.write(PROJECT) as tx:
        identities.block(tx, PROJECT, first.id, 5)
        identities.claim(tx, PROJECT, second.id, "user", 6)

    with db.read() as tx:
        assert ids(every(tx, project, Filter(blocked=True))) == [first.id]
        assert first.id not in ids(every(tx, project, Filter(blocked=False)))
        assert ids(every(tx, project, Filter(verified=True))) == [second.id]
        assert ids(every(tx, project, Filter(lead_id=second.lead_id))) == [second.id]
    db.close()
