"""Templates to pages: one Jinja environment for each language, and what every template may say."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

import phonenumbers
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER
from markupsafe import Markup, escape
from msgspec import Struct

from rolodesk.domain.access import Person
from rolodesk.domain.json import Json
from rolodesk.domain.profile import Profile
from rolodesk.storage.library import Tag
from rolodesk.web import auth
from rolodesk.web.languages import choose_language, languages, translations
from rolodesk.web.pages import likeness
from rolodesk.web.pages.words import Words, number_in, zone_named

WEB = Path(__file__).parents[1]
THEMES = ("auto", "light", "dark")
FLASH = "rolodesk_flash"
UNDO = "rolodesk_undo"
YEAR = 365 * 24 * 3600

_UNDO = re.compile(r"(merges|duplicates)/[0-9A-Za-z-]{1,80}/(undo|undismiss)")

AnyRequest = Request[Any, Any, Any]
Html = Response[str]


class Undo(Struct, frozen=True):
    """What a notice's button takes back: the address under the project, and which contacts it is about."""

    path: str
    contacts: list[str] = []


def page(
    request: AnyRequest,
    template: str,
    words: Words,
    status: int = 200,
    person: Person | None = None,
    **context: Any,
) -> Html:
    """The template as an answer, with what each of them needs."""
    # A notice is for the page that an answer leads to: in one that fetches itself again, or previews, it would be lost.
    is_led_to = request.method == "GET" and "x-refresh" not in request.headers
    flash = request.cookies.get(FLASH) if is_led_to else None
    text = (
        in_language(words.lang)
        .get_template(template)
        .render(
            {
                "words": words,
                "person": person,
                "csrf": auth.csrf_token(request),
                "brand": auth.settings(request).brand,
                "theme": theme_of(request),
                "path": request.url.path,
                "query": request.url.query,
                "flash": context.pop("flash", None) or (unquote(flash)[:300] if flash else None),
                "undo": None,
                "undo_told": _undo(request) if flash else None,
                "languages": languages(),
                **context,
            }
        )
    )
    headers = {"Cache-Control": "no-store", "Vary": "HX-Request"}
    answer = Response(text, status_code=status, media_type="text/html", headers=headers)
    if flash:
        answer.delete_cookie(FLASH, path="/")
        answer.delete_cookie(UNDO, path="/")
    return answer


def _undo(request: AnyRequest) -> Undo | None:
    """What the notice of this page can take back; the cookie may be anybody's words."""
    kept = parse_qsl(unquote(request.cookies.get(UNDO, ""))[:1000])
    path = dict(kept).get("path", "")
    ids = [value for name, value in kept if name == "with"]
    return Undo(path, ids) if _UNDO.fullmatch(path) else None


def error_page(request: AnyRequest, status: int, title: str, message: str) -> str:
    """What went wrong, in the browser's language as far as our catalogue knows the sentence."""
    words = words_for(request, None, 0)
    said = {"title": words.gettext(title), "message": words.gettext(message), "code": status, "words": words}
    return in_language(words.lang).get_template("error.html").render(said)


def go(path: str, flash: str | None = None, undo: Undo | None = None) -> Response[Any]:
    """On to another page of ours; `flash` is said there once, with a button that takes what was done back."""
    answer = Redirect(path, status_code=HTTP_303_SEE_OTHER)
    kept = urlencode([("path", undo.path), *(("with", one) for one in undo.contacts)]) if undo else None
    for key, value in ((FLASH, flash), (UNDO, kept)):
        if value:
            answer.set_cookie(
                key=key, value=quote(value), path="/", max_age=30, httponly=True, samesite="lax"
            )
    return answer


def is_htmx(request: AnyRequest) -> bool:
    """Whether a part of the page asks, and will take from the answer what it needs."""
    return request.headers.get("hx-request") == "true"


def words_for(request: AnyRequest, person: Person | None, now: int) -> Words:
    """The language of the account, else the browser's; the time zone that the browser has told."""
    language = choose_language(
        person.language if person else None, request.headers.get("accept-language", "")
    )
    return Words(language, zone_named(unquote(request.cookies.get("tz", ""))[:60]), now)


def theme_of(request: AnyRequest) -> str:
    chosen = request.cookies.get("theme", "auto")
    return chosen if chosen in THEMES else "auto"


def origin_of(request: AnyRequest) -> str:
    """Where people reach this installation, without a slash at the end."""
    return (auth.settings(request).public_url or f"{request.url.scheme}://{request.url.netloc}").rstrip("/")


@lru_cache
def in_language(language: str) -> Environment:
    """The templates in one language."""
    found = environment(WEB / "templates")
    found.globals.update(_=gettext_of(translations(language)), icons=static("icons.svg"))
    found.globals["ngettext"] = ngettext_of(translations(language), language)
    return found


def gettext_of(catalogue: NullTranslations) -> Callable[..., Markup]:
    """`_` for templates: what it says is markup, what is put into it is escaped. Jinja's own does the same, but
    looks everything up at each call, and a page calls it some hundred times."""
    said: dict[str, Markup] = {}
    plain: dict[str, Markup] = {}

    def gettext(text: str, /, **values: object) -> Markup:
        if not values and text in plain:
            return plain[text]
        if text not in said:
            said[text] = Markup(catalogue.gettext(text))  # noqa: S704 - our own catalogue
        if values:
            return said[text] % values
        return plain.setdefault(text, said[text] % {})

    return gettext


def ngettext_of(catalogue: NullTranslations, language: str) -> Callable[..., Markup]:
    """`ngettext` for templates; the number is written as the language does."""

    def ngettext(one: str, many: str, count: int, /, **values: object) -> Markup:
        said = Markup(catalogue.ngettext(one, many, count))  # noqa: S704 - our own catalogue
        return said % {"num": number_in(language, count), **values}

    return ngettext


def environment(folder: Path) -> Environment:
    """The templates of a folder, in English."""
    found = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    catalogue = NullTranslations()
    found.globals.update(
        _=gettext_of(catalogue), ngettext=ngettext_of(catalogue, "en"), icons=static("icons.svg")
    )
    found.globals.update(static=static, tag_colors=tag_colors, shown_field=shown_field)
    found.globals.update(
        exactly=likeness.exactly,
        grounds=likeness.grounds,
        language_named=language_named,
        part_done=likeness.part_done,
        percent=likeness.percent,
        reasons=likeness.told,
        strongest=likeness.strongest,
        waterfall=likeness.waterfall,
    )
    found.filters.update(
        browser=browser,
        hue=hue,
        initials=initials,
        linkify=linkify,
        phone=phone,
        place=place,
        rich=rich,
        shown=shown,
        slug=slug,
    )
    return found


@lru_cache(maxsize=200)
def static(name: str) -> str:
    """The address of one of our files; it changes with what the file holds."""
    return f"/static/{name}?v={zlib.crc32((WEB / 'static' / name).read_bytes()):08x}"


def shown_field(profile: Profile, field: str) -> str:
    """A field as it stands in its input; blank for a name that nobody has given."""
    entry = profile.values.get(field)
    if entry is None or entry.generated:
        return ""
    return phone(shown(entry.value)) if field == "phone" else shown(entry.value)


def tag_colors(library: Sequence[Tag]) -> dict[str, str]:
    """The colour of each word of the library."""
    return {tag.tag: tag.color for tag in library}


def initials(name: str) -> str:
    """The first letters of the first and the last word; nothing for a name without letters."""
    words = [word for word in re.split(r"[\s@._+#-]+", name) if word and word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


def hue(key: str) -> int:
    """One of eight colours, always the same for the same key."""
    return zlib.crc32(key.encode()) % 8


_LINK = re.compile(r"https?://[^\s<>\"'`]{1,2000}[^\s<>\"'`.,;:!?)\]}]")


def linkify(text: str) -> Markup:
    """Text with its web addresses as links; everything else stays text."""
    parts, at = [], 0
    for match in _LINK.finditer(text):
        address = escape(match.group())
        parts += [
            escape(text[at : match.start()]),
            Markup('<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>').format(
                address, address
            ),
        ]
        at = match.end()
    return Markup("").join([*parts, escape(text[at:])])


def place(address: str) -> str:
    """A web address as short as it still says where: host and path."""
    return re.sub(r"^https?://(www\.)?|[?#].*$|/$", "", address)[:80]


def shown(value: Json) -> str:
    """A value of a contact as text in an input or a line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def rich(value: Json) -> str:
    """Raw metadata as text: a short value as it is, anything nested as JSON."""
    if isinstance(value, dict):
        return ", ".join(
            f"{name}: {'…' if isinstance(part, dict) else shown(part)}" for name, part in value.items()
        )
    return shown(value)


def browser(agent: str) -> str:
    """A browser and its system out of its User-Agent, the text itself if neither is known."""
    names = (
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    )
    systems = (
        ("iPhone", "iOS"), ("iPad", "iPadOS"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    )  # fmt: skip
    found = [next((name for mark, name in known if mark in agent), "") for known in (names, systems)]
    return ", ".join(filter(None, found)) or agent[:60]


@lru_cache(maxsize=4_000)
def phone(number: str) -> str:
    """A number in E.164 with its groups apart; anything else as it is."""
    try:
        return phonenumbers.format_number(
            phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )
    except phonenumbers.NumberParseException:
        return number


def language_named(words: Words, code: str) -> str:
    """A language in the reader's own."""
    name = words.locale.languages.get(code)
    if name:
        return str(name).capitalize()
    return words.gettext("Slavic languages") if code == "slavic" else words.gettext("Other languages")


def slug(field: str) -> str:
    """A field's name as part of an element's id."""
    return re.sub(r"[^A-Za-z0-9_]", "-", field)
