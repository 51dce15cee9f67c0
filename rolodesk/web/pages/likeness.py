"""Why two contacts look like one person, as pages say and draw it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate

from babel.numbers import format_decimal, format_percent
from msgspec import Struct

from rolodesk.domain.json import Json
from rolodesk.domain.matching import Likeness, Reason
from rolodesk.web.pages.sentences import COMPARED, REASONS
from rolodesk.web.pages.words import Words

WIDTH = 1000
LEAST = 6.0
# What convinces a reader more than any weight.
PLAIN = (
    ("email", "same"),
    ("email", "mailbox"),
    ("phone", "same"),
    ("identifying", "several"),
    ("identifying", "same"),
)
# How name and address go together, which says nothing by itself.
JOINT = "together"


class Told(Struct, frozen=True):
    """A reason in words: what was found, its weight as text, and whether it speaks `for` or `against`."""

    text: str
    bits: str
    kind: str
    comparison: str


class Bar(Struct, frozen=True):
    """A line of the waterfall: a bar from `x`, `width` wide; `before` and `after` are where it comes from and
    goes to, all out of WIDTH. `kind` is `start`, `for`, `against` or `result`."""

    text: str
    value: str
    kind: str
    x: float
    width: float
    before: float
    after: float


class Waterfall(Struct, frozen=True):
    """Starting odds, each reason in bits, the result; `even` is where the odds are even."""

    bars: list[Bar]
    even: float


def percent(words: Words, probability: float) -> str:
    """As exact as it matters, and never the 100% that nobody can promise."""
    if probability > 0.999:
        return ">" + format_percent(0.999, "#,##0.#%", locale=words.locale)
    shape, digits = ("#,##0.#%", 3) if probability > 0.99 else ("#,##0%", 2)
    cut = int(probability * 10**digits) / 10**digits
    return str(format_percent(cut, shape, locale=words.locale))


def exactly(words: Words, probability: float) -> str:
    """A threshold as it was set."""
    return str(format_percent(probability, "#,##0.###%", locale=words.locale))


def part_done(words: Words, part: float) -> str:
    return str(format_percent(min(1.0, max(0.0, part)), "#,##0%", locale=words.locale))


def reason(words: Words, found: Reason) -> str:
    """What a comparison has found; for an outcome that has no words yet what was compared."""
    text = REASONS.get((found.comparison, found.level)) or COMPARED.get(found.comparison)
    return words.gettext(text) if text else found.comparison


def strongest(words: Words, likeness: Likeness) -> str:
    """The reason that convinces most, in words: an address in common, else what weighs most."""
    plain = [one for one in likeness.reasons if (one.comparison, one.level) in PLAIN and one.bits > 0]
    single = [one for one in likeness.reasons if one.comparison != JOINT]
    found = plain or single or likeness.reasons
    return reason(words, max(found, key=lambda one: one.bits)) if found else ""


def grounds(words: Words, evidence: Mapping[str, Json]) -> str:
    """What a merge by itself went by: how alike, and each level in words, differences too."""
    levels, probability = evidence.get("levels"), evidence.get("probability")
    said = [
        reason(words, Reason(name, str(level), 0.0))
        for name, level in (levels.items() if isinstance(levels, dict) else ())
        if name != JOINT
    ]
    if isinstance(probability, int | float):
        alike = words.gettext("%(percent)s alike", percent=percent(words, float(probability)))
        return f"{alike}: {', '.join(said)}" if said else alike
    return ", ".join(said)


def told(words: Words, likeness: Likeness) -> list[Told]:
    """All reasons, those that say most first."""
    ranked = sorted(likeness.reasons, key=lambda one: -one.bits)
    return [
        Told(reason(words, one), signed(words, one.bits), _side(one.bits), one.comparison) for one in ranked
    ]


def signed(words: Words, bits: float) -> str:
    """A weight with its sign: "+17.8", "−3.1"."""
    rounded = round(bits, 1)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else "±"
    return sign + str(format_decimal(abs(rounded), "#,##0.0", locale=words.locale))


def _side(bits: float) -> str:
    return "for" if bits >= 0 else "against"


def waterfall(words: Words, likeness: Likeness) -> Waterfall:
    """The drawing: what speaks for it goes up from the starting odds, what speaks against it comes down again."""
    ranked = sorted(likeness.reasons, key=lambda one: -one.bits)
    ends = list(accumulate((one.bits for one in ranked), initial=likeness.start))
    low, high = min(0.0, likeness.bits, *ends), max(0.0, likeness.bits, *ends)

    def bar(text: str, value: str, kind: str, before: float, after: float) -> Bar:
        came, went = _place(before, low, high), _place(after, low, high)
        return Bar(text, value, kind, min(came, went), max(LEAST, round(abs(went - came), 1)), came, went)

    start = bar(_odds(words, likeness.start), signed(words, likeness.start), "start", 0.0, likeness.start)
    steps = [
        bar(reason(words, one), signed(words, one.bits), _side(one.bits), before, after)
        for one, before, after in zip(ranked, ends, ends[1:], strict=False)
    ]
    result = bar(words.gettext("Result"), percent(words, likeness.probability), "result", 0.0, likeness.bits)
    return Waterfall([start, *steps, result], _place(0.0, low, high))


def _place(bits: float, low: float, high: float) -> float:
    return round((bits - low) / ((high - low) or 1.0) * WIDTH, 1)


def _odds(words: Words, bits: float) -> str:
    """The odds of two contacts that nothing is known of."""
    if bits >= 0:
        return words.gettext("Starting odds")
    chance = 2 ** min(-bits, 60.0)
    step = 10 ** max(0, len(str(int(chance))) - 2)
    return words.gettext("Starting odds: 1 in %(num)s", num=words.number(round(chance / step) * step))
