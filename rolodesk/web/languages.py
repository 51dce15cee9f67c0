"""The languages that there are catalogues for, and which of them somebody reads."""

from __future__ import annotations

from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.support import Translations

LOCALES = Path(__file__).parent / "locales"


@lru_cache
def languages() -> dict[str, str]:
    """The languages that there are catalogues for, with their own names; English is the source."""
    found = ["en", *sorted(path.parent.parent.name for path in LOCALES.glob("*/LC_MESSAGES/messages.po"))]
    return {
        code: str(Locale.parse(code, sep="-").get_display_name(code)).capitalize()
        for code in dict.fromkeys(found)
    }


def choose_language(wanted: str | None, accepted: str) -> str:
    """The language of the account if there is a catalogue of it, else the first of Accept-Language that has one."""
    known = languages()
    if wanted in known:
        return str(wanted)
    ranked = sorted(
        (_quality(part) for part in accepted.split(",")[:20] if part.strip()), key=lambda pair: -pair[1]
    )
    for tag, _ in ranked:
        for code in (tag, tag.split("-")[0]):
            if code in known:
                return code
    return "en"


def _quality(part: str) -> tuple[str, float]:
    tag, _, weight = part.strip().partition(";q=")
    try:
        return tag.strip(), float(weight or 1)
    except ValueError:
        return tag.strip(), 0.0


@lru_cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; English stands in the code."""
    try:
        return Translations.load(LOCALES, [language.replace("-", "_")])
    except (OSError, UnknownLocaleError):
        return NullTranslations()
