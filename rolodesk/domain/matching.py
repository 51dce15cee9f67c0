"""How alike two contacts are: each comparison's level in bits, their sum as a probability, and why.

Fellegi and Sunter's score ("A Theory for Record Linkage", 1969): log2(m / u) per comparison, m and u being how often a
level is met among pairs of one person and among pairs of two, with Winkler's adjustment for frequent values. The same
comparisons stand as SQL in rolodesk/batch/settings.py; tests/batch proves the two equal.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence, Set
from math import log2, prod

from msgspec import Struct
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from rolodesk.domain.evidence import Evidence

NULL = 0


class Frequencies(Struct, frozen=True):
    """How many of a project's `contacts` have a word in their name (`word`), a `city`, a `company`, what stands before
    the @ (`local`); rare ones are left out."""

    contacts: int = 0
    counts: dict[str, dict[str, int]] = {}


class Side(Struct, frozen=True):
    """One of the two that are compared: its evidence, what a crowd shares apart, and the frequency of its words."""

    name: str
    words: tuple[str, ...]
    given: str
    surname: str
    roots: tuple[str, ...]
    sound: str
    script: str
    emails: tuple[str, ...]
    mailboxes: tuple[str, ...]
    shared_mailboxes: tuple[str, ...]
    box: str
    locals: tuple[str, ...]
    spelled: tuple[str, ...]
    joined: tuple[str, ...]
    short: tuple[str, ...]
    typos: tuple[str, ...]
    domains: tuple[str, ...]
    phones: tuple[str, ...]
    shared_phones: tuple[str, ...]
    line: str
    tails: tuple[str, ...]
    shared_tails: tuple[str, ...]
    company: str
    street: str
    city: str
    zipcode: str
    country: str
    marks: tuple[str, ...]
    shared_marks: tuple[str, ...]
    mark_names: str
    marks_text: str
    mark_1: str
    mark_2: str
    mark_3: str
    tf_name: float
    tf_given: float
    tf_surname: float
    tf_city: float
    tf_company: float
    tf_local: float


class Level(Struct, frozen=True):
    """One outcome of a comparison. `tf` names the column whose frequency counts, if one does."""

    name: str
    holds: Callable[[Side, Side], bool]
    tf: str | None = None


class Comparison(Struct, frozen=True):
    """Its levels in the order in which they are asked; if none holds, the two differ. `is_null`: it says nothing."""

    name: str
    is_null: Callable[[Side, Side], bool]
    levels: tuple[Level, ...]


class Weight(Struct, frozen=True):
    """What a level weighs: log2(m / u), and with a frequency `tf_weight` * log2(u / frequency) more."""

    m: float
    u: float
    tf_weight: float = 0.0

    @property
    def bits(self) -> float:
        return log2(self.m / self.u)


class Model(Struct, frozen=True):
    """All weights: `levels` by comparison and level, the last one being `different`.

    `prior` is the odds (in bits) that two contacts that meet by a key are one person's, in a project of
    `prior_contacts`; `growth` is what they change by when the project doubles. `calibration` are steps of (bits,
    probability), or empty.
    """

    name: str
    prior: float
    prior_contacts: int
    levels: dict[str, dict[str, Weight]]
    calibration: tuple[tuple[float, float], ...] = ()
    words: dict[str, dict[str, float]] = {}
    growth: float = -1.0


class Reason(Struct, frozen=True):
    """What one comparison adds, in bits."""

    comparison: str
    level: str
    bits: float


class Likeness(Struct, frozen=True):
    """How probably two contacts are one person: starting odds and reasons add up to `bits`."""

    probability: float
    bits: float
    start: float
    reasons: tuple[Reason, ...]


def side(one: Evidence, model: Model, frequencies: Frequencies, crowded: Set[str] = frozenset()) -> Side:
    """The evidence as it is compared; `crowded` are the keys (`kind:value`) that more than a few people share."""
    marks = [mark.partition("=")[0] for mark in one.marks]
    words = tuple(dict.fromkeys(one.name.split()))
    return Side(
        name=one.name,
        words=words,
        given=one.given,
        surname=one.surname,
        roots=one.roots,
        sound=one.sound,
        script=one.script,
        emails=one.emails,
        mailboxes=tuple(box for box in one.mailboxes if f"e:{box}" not in crowded),
        shared_mailboxes=(*one.roles, *(box for box in one.mailboxes if f"e:{box}" in crowded)),
        box=one.mailboxes[0] if one.mailboxes else "",
        locals=one.locals,
        spelled=one.spelled,
        joined=one.joined,
        short=one.short,
        typos=one.typos,
        domains=one.domains,
        phones=tuple(phone for phone in one.phones if f"p:{phone}" not in crowded),
        shared_phones=tuple(phone for phone in one.phones if f"p:{phone}" in crowded),
        line=one.phones[0] if one.phones else "",
        tails=tuple(tail for tail in one.tails if f"t:{tail}" not in crowded),
        shared_tails=tuple(tail for tail in one.tails if f"t:{tail}" in crowded),
        company=one.company,
        street=one.street,
        city=one.city,
        zipcode=one.zipcode,
        country=one.country,
        marks=tuple(mark for mark in one.marks if f"m:{mark}" not in crowded),
        shared_marks=tuple(mark for mark in one.marks if f"m:{mark}" in crowded),
        mark_names=" ".join(marks),
        marks_text=" ".join(one.marks),
        mark_1=one.marks[0] if one.marks else "",
        mark_2=one.marks[1] if len(one.marks) > 1 else "",
        mark_3=one.marks[2] if len(one.marks) > 2 else "",
        tf_name=prod(frequency(model, frequencies, "word", word) for word in words) if words else 0.0,
        tf_given=frequency(model, frequencies, "word", one.given),
        tf_surname=frequency(model, frequencies, "word", one.surname),
        tf_city=frequency(model, frequencies, "city", one.city),
        tf_company=frequency(model, frequencies, "company", one.company),
        tf_local=frequency(model, frequencies, "local", one.locals[0] if one.locals else ""),
    )


TRUST = 500
RARE = 2e-5
RAREST = 1e-12
FEWEST = 10_000


def frequency(model: Model, frequencies: Frequencies, kind: str, word: str) -> float:
    """How large a part of the project's contacts has that word: as counted, leaning on the model's where few are. A
    blank word is no word: of two sides the other counts."""
    if not word:
        return 0.0
    counted = frequencies.counts.get(kind, {}).get(word, 1)
    expected = model.words.get(kind, {}).get(word, RARE)
    return (counted + TRUST * expected) / (frequencies.contacts + TRUST)


def levels(one: Side, other: Side) -> tuple[str, ...]:
    """The level of each comparison, in the order of COMPARISONS; "" where one of the two says nothing."""
    return tuple(level_of(comparison, one, other) for comparison in COMPARISONS)


def level_of(comparison: Comparison, one: Side, other: Side) -> str:
    if comparison.is_null(one, other):
        return ""
    for level in comparison.levels:
        if level.holds(one, other):
            return level.name
    return "different"


def score(model: Model, contacts: int, one: Side, other: Side) -> Likeness:
    """How probably the two are one person, among so many contacts of the project."""
    start = prior(model, contacts)
    reasons = []
    for comparison, level in zip(COMPARISONS, levels(one, other), strict=True):
        if level:
            bits = weigh(model.levels[comparison.name][level], TF.get((comparison.name, level)), one, other)
            reasons.append(Reason(comparison.name, level, bits))
    bits = start + sum(reason.bits for reason in reasons)
    return Likeness(calibrated(model, bits), bits, start, tuple(reasons))


def prior(model: Model, contacts: int) -> float:
    """The starting odds, in bits, for a project of so many contacts; of fewer than the model has seen, as of those."""
    return model.prior + model.growth * log2(max(contacts, FEWEST) / model.prior_contacts)


def weigh(weight: Weight, column: str | None, one: Side, other: Side) -> float:
    """A level's bits for these two."""
    if column is None or not weight.tf_weight:
        return weight.bits
    most = max(getattr(one, f"tf_{column}"), getattr(other, f"tf_{column}"), RAREST)
    return weight.bits + weight.tf_weight * log2(weight.u / most)


def calibrated(model: Model, bits: float) -> float:
    """The probability of so many bits: as observed where the model is calibrated, else by the odds; between two
    observations on the line that joins them."""
    if not model.calibration:
        return 1 / (1 + 2 ** -max(min(bits, 60.0), -60.0))
    at = [step[0] for step in model.calibration]
    above = bisect_right(at, bits)
    if above == 0:
        return model.calibration[0][1]
    if above == len(at):
        return model.calibration[-1][1]
    (low, p), (high, q) = model.calibration[above - 1], model.calibration[above]
    return p + (q - p) * (bits - low) / (high - low)


# The comparisons.


def _meet(one: Sequence[str], other: Sequence[str]) -> bool:
    return not set(one).isdisjoint(other)


def _same_given(a: Side, b: Side) -> bool:
    return a.given == b.given or _meet(a.roots, b.roots)


def _similar(a: str, b: str, least: float) -> bool:
    return JaroWinkler.similarity(a, b) >= least


def _no_name(a: Side, b: Side) -> bool:
    return not a.name or not b.name


def _same_name(a: Side, b: Side) -> bool:
    return a.name == b.name and len(a.words) > 1


def _nickname(a: Side, b: Side) -> bool:
    return a.surname == b.surname != "" and _meet(a.roots, b.roots)


def _initial(a: Side, b: Side) -> bool:
    return a.surname == b.surname != "" and 1 in (len(a.given), len(b.given)) and a.given[:1] == b.given[:1]


def _two_words(a: Side, b: Side) -> bool:
    return len(set(a.words) & set(b.words)) > 1


def _misspelt(a: Side, b: Side) -> bool:
    if len(a.words) < 2 or len(b.words) < 2:
        return False
    if a.sound == b.sound:
        return True
    if DamerauLevenshtein.distance(a.name, b.name) <= 2 and min(len(a.name), len(b.name)) >= 9:
        return True
    near_given = _similar(a.given, b.given, 0.88) or _meet(a.roots, b.roots)
    return near_given and _similar(a.surname, b.surname, 0.88)


def _crossed(a: Side, b: Side) -> bool:
    return len(a.words) > 1 and len(b.words) > 1 and (
        _similar(a.given, b.surname, 0.9) and _similar(a.surname, b.given, 0.9)
    )  # fmt: skip


def _initials(a: Side, b: Side) -> bool:
    return a.surname != "" != b.surname and 1 in (len(a.given), len(b.given), len(a.surname), len(b.surname)) and (
        a.given[:1] == b.given[:1] and a.surname[:1] == b.surname[:1]
    )  # fmt: skip


def _given_alone(a: Side, b: Side) -> bool:
    return 1 in (len(a.words), len(b.words)) and (_same_given(a, b) or _similar(a.given, b.given, 0.92))


def _surname_alone(a: Side, b: Side) -> bool:
    return 1 in (len(a.words), len(b.words)) and _meet(a.words, b.words)


def _family(a: Side, b: Side) -> bool:
    return a.surname == b.surname != ""


def _namesake(a: Side, b: Side) -> bool:
    return _same_given(a, b)


def _other_script(a: Side, b: Side) -> bool:
    return a.script != b.script


def _some_word(a: Side, b: Side) -> bool:
    return _meet(a.words, b.words)


NAME = Comparison(
    "name",
    _no_name,
    (
        Level("same", _same_name, "name"),
        Level("nickname", _nickname, "surname"),
        Level("two_words", _two_words, "surname"),
        Level("initial", _initial, "surname"),
        Level("misspelt", _misspelt, "name"),
        Level("crossed", _crossed, "name"),
        Level("initials", _initials),
        Level("given_alone", _given_alone, "given"),
        Level("surname_alone", _surname_alone, "surname"),
        Level("other_script", _other_script),
        Level("family", _family, "surname"),
        Level("namesake", _namesake, "given"),
        Level("some_word", _some_word),
    ),
)


def _any_email(side: Side) -> bool:
    return bool(side.emails or side.shared_mailboxes)


def _no_email(a: Side, b: Side) -> bool:
    return not _any_email(a) or not _any_email(b)


def _same_handle(a: Side, b: Side) -> bool:
    # What anybody of that name might be called says less than what somebody has thought of.
    named = any(_meet(x.locals, (*y.joined, *y.short)) for x in (a, b) for y in (a, b))
    return _meet(a.locals, b.locals) and not named


def _typed_wrong(a: Side, b: Side) -> bool:
    return _meet(a.typos, b.typos) and DamerauLevenshtein.distance(a.box, b.box) <= 2


EMAIL = Comparison(
    "email",
    _no_email,
    (
        Level("same", lambda a, b: _meet(a.emails, b.emails) and _meet(a.mailboxes, b.mailboxes)),
        Level("mailbox", lambda a, b: _meet(a.mailboxes, b.mailboxes)),
        Level("shared", lambda a, b: _meet(a.shared_mailboxes, b.shared_mailboxes)),
        Level("handle", _same_handle, "local"),
        Level("local", lambda a, b: _meet(a.locals, b.locals), "local"),
        Level("typo", _typed_wrong),
        Level("domain", lambda a, b: _meet(a.domains, b.domains)),
    ),
)


def _spells(a: Side, b: Side) -> bool:
    return _meet(a.spelled, b.joined) or _meet(a.joined, b.spelled)


def _spells_short(a: Side, b: Side) -> bool:
    return _meet(a.spelled, b.short) or _meet(a.short, b.spelled)


def _nothing_spelled(a: Side, b: Side) -> bool:
    # Where the addresses are the same, or both names known, that one spells the name of the other adds nothing.
    return _meet(a.mailboxes, b.mailboxes) or not (_spells(a, b) or _spells_short(a, b))


SPELLED = Comparison(
    "spelled",
    _nothing_spelled,
    (
        Level("unnamed", lambda a, b: _spells(a, b) and _no_name(a, b), "name"),
        Level("unnamed_short", lambda a, b: _spells_short(a, b) and _no_name(a, b), "surname"),
        Level("name", _spells, "name"),
        Level("short", _spells_short, "surname"),
    ),
)


def _any_phone(side: Side) -> bool:
    return bool(side.phones or side.shared_phones)


def _digit_off(a: Side, b: Side) -> bool:
    return (
        len(a.line) == len(b.line) and a.line != b.line and DamerauLevenshtein.distance(a.line, b.line) == 1
    )


PHONE = Comparison(
    "phone",
    lambda a, b: not _any_phone(a) or not _any_phone(b),
    (
        Level("same", lambda a, b: _meet(a.phones, b.phones)),
        Level(
            "shared",
            lambda a, b: _meet(a.shared_phones, b.shared_phones) or _meet(a.shared_tails, b.shared_tails),
        ),
        Level("tail", lambda a, b: _meet(a.tails, b.tails)),
        Level("digit", _digit_off),
    ),
)


def _no_place(a: Side, b: Side) -> bool:
    return not ((a.zipcode and b.zipcode) or (a.city and b.city))


def _same_zip(a: Side, b: Side) -> bool:
    return a.zipcode == b.zipcode != ""


def _same_street(a: Side, b: Side) -> bool:
    return a.street == b.street != "" and (_same_zip(a, b) or a.city == b.city)


def _near_street(a: Side, b: Side) -> bool:
    return (
        a.street != "" != b.street
        and (_same_zip(a, b) or a.city == b.city)
        and _similar(a.street, b.street, 0.9)
    )


def _same_home(a: Side, b: Side) -> bool:
    return _same_street(a, b) or _near_street(a, b)


PLACE = Comparison(
    "place",
    _no_place,
    (
        Level("street", _same_street),
        Level("near_street", _near_street),
        Level("zipcode", _same_zip),
        Level("city", lambda a, b: a.city == b.city != "", "city"),
        Level("near_city", lambda a, b: a.city != "" != b.city and _similar(a.city, b.city, 0.9)),
    ),
)
COMPANY = Comparison(
    "company",
    lambda a, b: not a.company or not b.company,
    (
        Level("same", lambda a, b: a.company == b.company, "company"),
        Level("similar", lambda a, b: _similar(a.company, b.company, 0.9)),
    ),
)


def _no_marks(a: Side, b: Side) -> bool:
    return not a.mark_names or not b.mark_names


def _common(a: Side, b: Side) -> int:
    return len(set(a.marks) & set(b.marks))


def _conflict(a: Side, b: Side) -> bool:
    return a.mark_names == b.mark_names and a.marks_text != b.marks_text


def _near_mark(a: Side, b: Side) -> bool:
    # Of the same property, both long enough for one wrong or two swapped letters to be an accident.
    return any(
        one != other and min(len(one), len(other)) >= 6 and DamerauLevenshtein.distance(one, other) == 1
        for one, other in ((a.mark_1, b.mark_1), (a.mark_2, b.mark_2), (a.mark_3, b.mark_3))
    )


IDENTIFYING = Comparison(
    "identifying",
    _no_marks,
    (
        Level("several", lambda a, b: _common(a, b) > 1),
        Level("same", lambda a, b: _common(a, b) == 1 and not _conflict(a, b)),
        Level("one_near", lambda a, b: _common(a, b) == 1 and _near_mark(a, b)),
        Level("one_of", lambda a, b: _common(a, b) == 1),
        Level("near", _near_mark),
        Level("shared", lambda a, b: _meet(a.shared_marks, b.shared_marks)),
        Level("nothing_common", lambda a, b: a.mark_names != b.mark_names),
    ),
)


def _same_email(a: Side, b: Side) -> bool:
    return _meet(a.mailboxes, b.mailboxes) or _typed_wrong(a, b)


def _same_phone(a: Side, b: Side) -> bool:
    return _meet(a.phones, b.phones) or _meet(a.tails, b.tails)


def _same_local(a: Side, b: Side) -> bool:
    return _meet(a.locals, b.locals)


def _crowd(a: Side, b: Side) -> bool:
    return (
        _meet(a.shared_mailboxes, b.shared_mailboxes)
        or _meet(a.shared_phones, b.shared_phones)
        or _meet(a.shared_tails, b.shared_tails)
    )


def _agree(a: Side, b: Side) -> bool:
    return any(level.holds(a, b) for level in NAME.levels[:7])


def _agree_in_part(a: Side, b: Side) -> bool:
    return _given_alone(a, b) or _surname_alone(a, b)


def _nothing_together(a: Side, b: Side) -> bool:
    met = _same_email(a, b) or _same_phone(a, b) or _same_local(a, b) or _crowd(a, b)
    return _no_name(a, b) or not (met or ((_meet(a.domains, b.domains) or _same_home(a, b)) and _agree(a, b)))


# What a name and an address say together is another thing than the sum of both: relatives share a line, colleagues a
# mailbox, and who uses somebody else's email gives another name.
TOGETHER = Comparison(
    "together",
    _nothing_together,
    (
        Level("email_phone", lambda a, b: _same_email(a, b) and _same_phone(a, b)),
        Level("email_name", lambda a, b: _same_email(a, b) and _agree(a, b)),
        Level("email_part", lambda a, b: _same_email(a, b) and _agree_in_part(a, b)),
        Level("email_family", lambda a, b: _same_email(a, b) and _family(a, b)),
        Level("email_namesake", lambda a, b: _same_email(a, b) and _namesake(a, b)),
        Level("email_other", _same_email),
        Level("phone_name", lambda a, b: _same_phone(a, b) and _agree(a, b)),
        Level("phone_part", lambda a, b: _same_phone(a, b) and _agree_in_part(a, b)),
        Level("phone_family", lambda a, b: _same_phone(a, b) and _family(a, b)),
        Level("phone_namesake", lambda a, b: _same_phone(a, b) and _namesake(a, b)),
        Level("phone_other", _same_phone),
        Level("local_name", lambda a, b: _same_local(a, b) and _agree(a, b)),
        Level("local_part", lambda a, b: _same_local(a, b) and _agree_in_part(a, b)),
        Level("local_other", _same_local),
        Level("crowd_name", lambda a, b: _crowd(a, b) and _agree(a, b)),
        Level("crowd_part", lambda a, b: _crowd(a, b) and _agree_in_part(a, b)),
        Level("crowd_other", _crowd),
        Level("home_name", lambda a, b: _same_home(a, b) and _agree(a, b)),
        Level("domain_name", _agree),
    ),
)
COMPARISONS: tuple[Comparison, ...] = (NAME, EMAIL, SPELLED, PHONE, TOGETHER, PLACE, COMPANY, IDENTIFYING)
TF: Mapping[tuple[str, str], str] = {
    (comparison.name, level.name): level.tf
    for comparison in COMPARISONS
    for level in comparison.levels
    if level.tf is not None
}
