"""The reader's language: translations, and dates, numbers and durations as people of that language write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, dates, numbers

from rolodesk.web.languages import translations

DAY = 86_400_000
STEPS = ((60_000, "minute"), (3_600_000, "hour"), (DAY, "day"))


class Words:
    """Everything that depends on the language and the time zone of whoever reads the page."""

    def __init__(self, language: str, zone: tzinfo, now: int) -> None:
        self.lang = language
        self.zone = zone
        self.now = now
        self._translations = translations(language)

    @cached_property
    def locale(self) -> Locale:
        return Locale.parse(self.lang, sep="-")

    @property
    def dir(self) -> str:
        return "rtl" if self.locale.text_direction == "rtl" else "ltr"

    def gettext(self, text: str, /, **values: object) -> str:
        said = self._translations.gettext(text) if text else ""
        return said % values if values else said

    def ngettext(self, one: str, many: str, count: int, /, **values: object) -> str:
        return self._translations.ngettext(one, many, count) % {"num": self.number(count), **values}

    def number(self, value: float) -> str:
        return number_in(self.lang, value)

    def count(self, value: int, cap: int) -> str:
        """A count that says when it has stopped: "10,000+"."""
        return f"{self.number(cap)}+" if value > cap else self.number(value)

    def ago(self, at: int) -> str:
        """How long ago, as short as it can be said; a date for what is older than a week."""
        passed = self.now - at
        if passed < 60_000:
            return self.gettext("now")
        return self.day(at) if passed > 7 * DAY else self.span(at)

    def span(self, at: int) -> str:
        """How long it is since then, in its largest unit."""
        return _duration(self.lang, *self._since(at))

    def passed(self, at: int) -> str:
        """How long ago, as a sentence says it: "2 minutes ago"."""
        if self.now - at < 60_000:
            return self.gettext("just now")
        return _ago(self.lang, *self._since(at))

    def _since(self, at: int) -> tuple[str, int]:
        passed = max(60_000, self.now - at)
        size, unit = max((step for step in STEPS if step[0] <= passed), key=lambda step: step[0])
        return unit, passed // size

    def day(self, at: int) -> str:
        """A date without its year if that is the present one."""
        then, this_year = self.local(at), self.local(self.now).year
        return _date(self.lang, "MMMd" if then.year == this_year else "yMMMd", then.date())

    def day_name(self, at: int) -> str:
        """Today, yesterday, or the date with its weekday."""
        then, today = self.local(at).date(), self.local(self.now).date()
        passed = (today - then).days
        if passed in (0, 1):
            return self.gettext("Today") if passed == 0 else self.gettext("Yesterday")
        return _date(self.lang, "MMMEd" if then.year == today.year else "yMMMEd", then)

    def clock(self, at: int) -> str:
        then = self.local(at)
        return _time(self.lang, then.hour, then.minute)

    def moment(self, at: int) -> str:
        """Date and time in full, for a title."""
        return str(dates.format_datetime(self.local(at), "medium", locale=self.locale))

    def iso(self, at: int) -> str:
        return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")

    def local(self, at: int) -> datetime:
        return datetime.fromtimestamp(at / 1000, self.zone)

    def day_start(self, text: str, days: int = 0) -> int | None:
        """The beginning of a day written as 2026-11-22 in the reader's zone, so many days later; None if it is none."""
        try:
            day = datetime.fromisoformat(text[:10]).replace(tzinfo=self.zone)
            return int((day + timedelta(days=days)).timestamp() * 1000)
        except (ValueError, OverflowError):
            return None

    def country(self, code: str) -> str:
        return str(self.locale.territories.get(code, code))

    @cached_property
    def countries(self) -> list[tuple[str, str]]:
        """Codes and names of countries, by name."""
        names = self.locale.territories.items()
        found = [(code, name) for code, name in names if len(code) == 2 and code not in _NO_COUNTRY]
        return sorted(found, key=lambda pair: pair[1])


_NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@lru_cache(maxsize=600)
def zone_named(name: str) -> tzinfo:
    """A time zone by its name, UTC for none that we know."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


@lru_cache(maxsize=4_000)
def _duration(language: str, unit: str, count: int) -> str:
    span: Mapping[str, int] = {f"{unit}s": count}
    return str(
        dates.format_timedelta(
            timedelta(**span), format="narrow", threshold=1, locale=Locale.parse(language, sep="-")
        )
    )


@lru_cache(maxsize=4_000)
def _ago(language: str, unit: str, count: int) -> str:
    passed: Mapping[str, int] = {f"{unit}s": count}
    locale = Locale.parse(language, sep="-")
    return str(dates.format_timedelta(-timedelta(**passed), add_direction=True, threshold=1, locale=locale))


@lru_cache(maxsize=4_000)
def number_in(language: str, value: float) -> str:
    """A number as the language writes it."""
    return str(numbers.format_decimal(value, locale=Locale.parse(language, sep="-")))


@lru_cache(maxsize=4_000)
def _date(language: str, skeleton: str, day: date) -> str:
    return str(dates.format_skeleton(skeleton, day, locale=Locale.parse(language, sep="-")))


@lru_cache(maxsize=4_000)
def _time(language: str, hour: int, minute: int) -> str:
    return str(dates.format_time(time(hour, minute), "short", locale=Locale.parse(language, sep="-")))
