"""The pre-chat form: its definition, what it still asks of a visitor, and what its answers become."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from rolodesk.domain.contact import FIELDS, PROPERTY, PROPERTY_NAME
from rolodesk.domain.errors import Invalid, Problem
from rolodesk.domain.json import Json, is_blank

TYPES = ("text", "textarea", "checkbox", "static", "select")
BUILT_IN = {
    "userFullname": "fullname",
    "userEmail": "email",
    "userPhone": "phone",
    "userLastname": "lastname",
}
FIRST_MESSAGE = "firstMessage"
MAX_ENTRIES = 50

DEFAULT_FORM: list[Json] = [
    {
        "name": "userFullname",
        "type": "text",
        "mandatory": True,
        "label": {"default": "Full name", "en": "Full name", "it": "Nome e cognome", "de": "Name", "fr": "Nom complet",
                  "es": "Nombre completo", "pt": "Nome completo"},
    },
    {
        "name": "userEmail",
        "type": "text",
        "mandatory": True,
        "regex": r"^[^\s@]+@[^\s@]+\.[^\s@]+$",
        "label": {"default": "Email", "en": "Email", "it": "Email", "de": "E-Mail", "fr": "E-mail", "es": "Email",
                  "pt": "E-mail"},
        "errorLabel": {"default": "Write an address like name@example.com",
                       "it": "Scrivi un indirizzo come nome@example.com"},
    },
]  # fmt: skip


class Consent(Struct, frozen=True):
    """What a visitor ticked, or left alone, and the text it read."""

    name: str
    text: str
    agreed: bool


class Answers(Struct, frozen=True):
    """A form's answers sorted by where they go: contact fields and properties, consents, the conversation."""

    values: dict[str, Json]
    consents: tuple[Consent, ...]
    asked: tuple[str, ...]


def target(name: str) -> str | None:
    """The contact field or property (`properties.x`) that an entry of that name fills, None if it fills none."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    if name == FIRST_MESSAGE or not PROPERTY_NAME.fullmatch(name) or name in FIELDS:
        return None
    return PROPERTY + name


def check_definition(definition: Json, param: str = "preChatFormJson") -> list[Json]:
    """The definition if it can be shown. Raises Invalid naming every entry that can't."""
    if not isinstance(definition, list):
        raise Invalid(Problem("must be a list", param))
    if len(definition) > MAX_ENTRIES:
        raise Invalid(Problem(f"has more than {MAX_ENTRIES} entries", param))
    problems = [
        Problem(message, f"{param}[{at}]")
        for at, entry in enumerate(definition)
        for message in _entry_problems(entry)
    ]
    names = [
        entry.get("name") for entry in definition if isinstance(entry, dict) and entry.get("type") != "static"
    ]
    problems += [
        Problem(f"the name {name} stands twice", param)
        for name in set(map(str, names))
        if names.count(name) > 1
    ]
    if problems:
        raise Invalid(problems)
    return definition


def _entry_problems(entry: Json) -> list[str]:
    if not isinstance(entry, dict):
        return ["must be an object"]
    if entry.get("type", "text") not in TYPES:
        return [f"type must be one of {', '.join(TYPES)}"]
    if entry.get("type") == "static":
        return []
    problems = []
    name = entry.get("name")
    if not isinstance(name, str) or not (name in BUILT_IN or name == FIRST_MESSAGE or target(name)):
        problems.append("name must be userFullname, userLastname, userEmail, userPhone, firstMessage or letters, "
                        "digits and _ beginning with a small letter, and no field's name")  # fmt: skip
    if not _is_label(entry.get("label")):
        problems.append("label must be a text or texts by language")
    if entry.get("type") == "select" and not _options(entry):
        problems.append("a select needs options")
    if isinstance(entry.get("regex"), str) and not _compiles(str(entry["regex"])):
        problems.append("regex is not a regular expression")
    return problems


def _is_label(label: Json) -> bool:
    if isinstance(label, dict):
        return bool(label) and all(isinstance(text, str) and len(text) <= 2_000 for text in label.values())
    return isinstance(label, str) and 0 < len(label) <= 2_000


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return len(pattern) <= 500


def _options(entry: Mapping[str, Json]) -> list[Json]:
    options = entry.get("options")
    return options if isinstance(options, list) else []


def still_asked(definition: Sequence[Json], known: Collection[str]) -> list[Json]:
    """The entries to show to a visitor of whom the fields in `known` are known by its own claims and token.

    A static text or a consent that may be left alone is no reason for a form.
    """
    kept: list[Json] = [
        entry
        for entry in definition
        if isinstance(entry, dict)
        and (entry.get("type") == "static" or not _is_known(str(entry.get("name")), known))
    ]
    return kept if any(isinstance(entry, dict) and _is_asking(entry) for entry in kept) else []


def _is_asking(entry: Mapping[str, Json]) -> bool:
    if entry.get("type") == "checkbox":
        return entry.get("mandatory") is True
    return entry.get("type") != "static"


def _is_known(name: str, known: Collection[str]) -> bool:
    field = target(name)
    if field == "fullname" and {"firstname", "lastname"} & set(known):
        return True
    return field is not None and field in known


def read_answers(definition: Sequence[Json], attributes: Mapping[str, Json]) -> Answers:
    """The answers that a first message brings. Never raises: what is not in the definition is left where it is."""
    given = attributes.get("preChatForm")
    answers: dict[str, Json] = dict(given) if isinstance(given, dict) else {}
    for name in BUILT_IN:
        if name in attributes and is_blank(answers.get(name)):
            answers[name] = attributes[name]
    entries = {
        str(entry["name"]): entry for entry in definition if isinstance(entry, dict) and "name" in entry
    }
    values: dict[str, Json] = {}
    consents = []
    for name, answer in answers.items():
        field = target(name)
        if field is None or not (name in entries or name in BUILT_IN):
            continue
        entry = entries.get(name, {})
        if entry.get("type") == "checkbox":
            consents.append(Consent(name, label_text(entry.get("label")), answer is True))
            values[field] = answer is True
        elif isinstance(answer, str | int | float) and not is_blank(answer):
            values[field] = answer
    return Answers(values, tuple(consents), tuple(entries))


def label_text(label: Json, language: str = "default") -> str:
    """The label in that language, else the default one, else any."""
    if isinstance(label, dict):
        text = label.get(language) or label.get("default") or next(iter(label.values()), "")
        return str(text)
    return str(label or "")
