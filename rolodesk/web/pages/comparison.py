"""Contacts beside each other on the merge page: what its form says, a row for each field, and the warnings."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from msgspec import Struct, structs

from rolodesk.domain.contact import PROPERTY, Source
from rolodesk.domain.json import Json
from rolodesk.domain.merging import FieldPreview
from rolodesk.domain.profile import Contact, Entry
from rolodesk.usecases.merges import DISTINCT_USERS, Preview
from rolodesk.web.pages.desk import Form

MOST = 10
MOST_BACK = 300
OWN = "own"
KINDS = {"email": "email", "phone": "tel", "note": "textarea"}


class Asked(Struct, frozen=True):
    """What the page's form says. `picks` are by field the contact whose value somebody has picked otherwise than the
    rules had, or OWN for the one in `typed`; `expect` the versions that the form was made from. `back` is where to go
    on to, if not to the kept contact."""

    winner: str
    losers: tuple[str, ...]
    picks: dict[str, str] = {}
    typed: dict[str, str] = {}
    expect: dict[str, int] = {}
    every: bool = False
    allow: bool = False
    reason: str = ""
    back: str = ""

    @property
    def query(self) -> str:
        ids = [("winner", self.winner), *(("with", loser) for loser in self.losers)]
        return urlencode([*ids, *([("back", self.back)] if self.back else [])])

    def keeping(self, winner: str) -> Asked:
        """The same with another one kept."""
        if winner not in self.losers:
            return self
        losers = (self.winner, *(loser for loser in self.losers if loser != winner))
        return structs.replace(self, winner=winner, losers=losers)

    def replacing(self, merged: str, root: str) -> Asked:
        """The same with the contact that a merged one belongs to."""
        ids = dict.fromkeys(root if one == merged else one for one in (self.winner, *self.losers))
        return structs.replace(self, winner=next(iter(ids)), losers=tuple(ids)[1:])

    def without(self, left: str) -> Asked:
        """The same with one of them left out."""
        return structs.replace(self, losers=tuple(loser for loser in self.losers if loser != left))


class Cell(Struct, frozen=True):
    """What one of the contacts shows for a field; `by_rule` marks the one that the rules take."""

    contact: Contact
    entry: Entry | None
    checked: bool
    by_rule: bool


class Row(Struct, frozen=True):
    """A field of the contacts beside each other. `reason` is why the rules take theirs, `typed` an own value."""

    field: str
    label: str
    kind: str
    found: FieldPreview
    result: Entry | None
    cells: list[Cell]
    rule: str
    reason: str
    chosen: bool
    own: bool
    typed: str


class Caution(Struct, frozen=True):
    """The warnings of a code: the contacts that they are about, all that they name, and the first one's details."""

    code: str
    names: list[str]
    values: list[str]
    details: dict[str, Json]


def asked_by(form: Form) -> Asked:
    """What was sent; its buttons may ask for another one to be kept, or for one to be left out."""
    texts = form.texts()

    def named(prefix: str) -> dict[str, str]:
        return {name.removeprefix(prefix): text for name, text in texts.items() if name.startswith(prefix)}

    winner = form.get("winner")
    losers = tuple(one for one in dict.fromkeys(form.all("with")) if one != winner)[: MOST - 1]
    versions = {one: int(text) for one, text in named("version.").items() if text.isdecimal()}
    rules = named("rule.")
    asked = Asked(
        winner,
        losers,
        {field: pick for field, pick in named("pick.").items() if pick != rules.get(field)},
        named("own."),
        {one: version for one, version in versions.items() if one in (winner, *losers)},
        "every" in form,
        form.get("allow") == DISTINCT_USERS,
        form.get("reason"),
        form.get("back")[:MOST_BACK],
    )
    return asked.keeping(form.get("keep")).without(form.get("leave"))


def choices_of(asked: Asked, plain: Preview) -> dict[str, Json]:
    """What was picked otherwise than the rules pick. Who has nothing is picked to leave the field empty."""
    choices: dict[str, Json] = {}
    for found in plain.fields:
        pick = asked.picks.get(found.field)
        if pick == OWN and not found.united:
            choices[found.field] = {"value": asked.typed.get(found.field, "")}
        elif pick != by_rule(found) and not found.united:
            for option in found.options:
                if option.contact_id == pick:
                    choices[found.field] = {"from": pick} if option.entry else {"value": None}
    return choices


def by_rule(found: FieldPreview) -> str:
    """The contact whose value the rules take, or one that has none if the field stays empty."""
    result = found.result
    if result is None:
        holders = [option for option in found.options if option.entry is None]
    else:
        said = [option for option in found.options if option.entry is not None]
        holders = [option for option in said if option.entry and option.entry.id == result.id]
        holders = holders or [
            option for option in said if option.entry and option.entry.value == result.value
        ]
    return (holders or found.options)[0].contact_id


def rows(
    asked: Asked, plain: Preview, shown: Preview, labels: Mapping[str, str], kinds: Mapping[str, str]
) -> list[Row]:
    """A row for each field. `plain` is what the rules alone would make, `shown` what comes of the choices; `kinds` are
    the types of properties."""
    results = {found.field: found.result for found in shown.fields}
    called = {view.contact.id: view.contact for view in (plain.winner, *plain.losers)}
    made = []
    for found in plain.fields:
        field, rule = found.field, by_rule(found)
        picked = asked.picks.get(field, rule)
        if picked != OWN and picked not in called:
            picked = rule
        options = found.options if found.differs else found.options[:1]
        made.append(
            Row(
                field,
                labels.get(field) or field.removeprefix(PROPERTY),
                KINDS.get(field) or kinds.get(field, "text"),
                found,
                results.get(field),
                [
                    Cell(called[one.contact_id], one.entry, one.contact_id == picked, one.contact_id == rule)
                    for one in options
                ],
                rule,
                _reason(found, rule),
                picked != rule,
                picked == OWN,
                asked.typed.get(field, ""),
            )
        )
    return made


def _reason(found: FieldPreview, rule: str) -> str:
    """The code of the reason as the page words it: some say more here than in `fold`."""
    result = found.result
    if result is None:
        return "cleared"
    if sum(1 for option in found.options if option.entry is not None) == 1:
        return "only"
    if result.reason == "source":
        return f"source_{result.source.value}"
    others = [option.entry for option in found.options if option.contact_id != rule and option.entry]
    if result.reason == "edited" and any(entry.source is Source.AGENT for entry in others):
        # The team has typed both; it is the kept contact's word that counts.
        return "kept"
    if result.reason in ("order", "own"):
        return "kept" if rule == found.options[0].contact_id else "order"
    return result.reason


def cautions(plain: Preview) -> list[Caution]:
    """The warnings, one of a code."""
    names = {view.contact.id: view.contact.name for view in plain.losers}
    found: dict[str, Caution] = {}
    for warning in plain.warnings:
        known = found.get(warning.code, Caution(warning.code, [], [], warning.details))
        name = _quoted(names.get(warning.contact_id, ""))
        values = [
            str(one) for listed in warning.details.values() if isinstance(listed, list) for one in listed
        ]
        if warning.code == "different_names":
            values = [_quoted(value) for value in values]
        found[warning.code] = structs.replace(
            known, names=[*known.names, name], values=list(dict.fromkeys([*known.values, *values]))
        )
    return list(found.values())


def _quoted(name: str) -> str:
    return f"“{name if len(name) <= 60 else name[:59] + '…'}”"
