"""Texts of the widget by language and key: which may be set, and which are shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from rolodesk.domain.contact import is_text
from rolodesk.domain.errors import Invalid, Problem
from rolodesk.domain.json import Json

Text: TypeAlias = str | list[str]
Texts: TypeAlias = dict[str, Text]
BuiltIn: TypeAlias = Mapping[str, Texts]

FALLBACK = "EN"
LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,2}")
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,99}")
MAX_LANGUAGES = 100
MAX_KEYS = 1_000
MAX_TEXT = 5_000
MAX_WORDS = 50
MAX_SIZE = 200_000


def clean_language(given: Json, param: str = "lang") -> str:
    """A language's code, as IT or pt-BR. Raises Invalid."""
    if not isinstance(given, str) or not LANGUAGE.fullmatch(given):
        raise Invalid(Problem("must be a language's code, as IT or pt-BR", param))
    return given


def clean_texts(given: Json) -> Texts:
    """Texts by key; a text may be a list of words, as the days of the week. Raises Invalid, naming what is wrong."""
    if not isinstance(given, dict):
        raise Invalid(Problem("must be texts by key", "data"))
    if len(given) > MAX_KEYS:
        raise Invalid(Problem(f"has more than {MAX_KEYS} texts", "data"))
    problems = [
        Problem(why, f"data.{key[:100]}") for key, text in given.items() if (why := _wrong(key, text))
    ]
    if problems:
        raise Invalid(problems[:20])
    texts = {key: _normal(text) for key, text in given.items()}
    if sum(len(key) + len(str(text)) for key, text in texts.items()) > MAX_SIZE:
        raise Invalid(Problem(f"is larger than {MAX_SIZE} characters", "data"))
    return texts


def _wrong(key: str, text: Json) -> str | None:
    if not KEY.fullmatch(key):
        return "a key is letters, digits and _, beginning with a letter"
    words = text if isinstance(text, list) else [text]
    if len(words) > MAX_WORDS:
        return f"has more than {MAX_WORDS} words"
    for word in words:
        if not isinstance(word, str):
            return "must be a text"
        if not is_text(word):
            return "holds characters that are no text"
        if len(word) > MAX_TEXT:
            return f"is longer than {MAX_TEXT} characters"
    return None


def _normal(text: Json) -> Text:
    return [str(word) for word in text] if isinstance(text, list) else str(text)


def chosen(languages: Iterable[tuple[str, bool]], wanted: str) -> str | None:
    """Of a project's languages, each with whether it is the default, the one whose texts are shown to who reads
    `wanted`: that, the default, English; None for the built-in ones."""
    known = list(languages)
    for lang, _ in known:
        if lang.upper() == wanted.upper():
            return lang
    for lang, is_default in known:
        if is_default:
            return lang
    return next((lang for lang, _ in known if lang.upper() == FALLBACK), None)


def built_in_of(built_in: BuiltIn, wanted: str) -> tuple[str, Texts]:
    """The built-in texts of a language, English where there are none, with the language that they are in."""
    for lang in (wanted.upper(), re.split("[-_]", wanted.upper())[0]):
        if lang in built_in:
            return lang, dict(built_in[lang])
    return FALLBACK, dict(built_in.get(FALLBACK, {}))
