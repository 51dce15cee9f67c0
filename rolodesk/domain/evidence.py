"""What of a contact tells who somebody is, in a comparable form, and the keys by which two contacts meet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from anyascii import anyascii
from msgspec import Struct

from rolodesk.domain.contact import PROPERTY, email_key, phone_key
from rolodesk.domain.json import Json
from rolodesk.domain.nicknames import LANGUAGES, nickname_groups
from rolodesk.domain.profile import Profile
from rolodesk.domain.words import (
    DISPOSABLE,
    FAMILIES,
    FREE,
    JUNK_LOCALS,
    JUNK_NAMES,
    LEGAL_FORMS,
    NO_DOTS,
    PARTICLES,
    ROLES,
    SAME_DOMAIN,
    SOUNDS,
    STREETS,
    TITLES,
)

MAX_ADDRESSES = 10
MAX_KEY = 120
CROWD = 4
# The kinds of keys of what one person has: an address, a number, a mark.
CROWDABLE = ("e", "p", "t", "m")
OWN = tuple(f"{kind}:" for kind in CROWDABLE)
# A key that more have says nothing: of what one person has, and of what many may be called.
MAX_HOLDERS = 50
MAX_NAMESAKES = 20
TAIL = 9


class Rules(Struct, frozen=True):
    """What a project says about its own contacts: its country (two letters, for phones), which properties identify a
    person, and in which languages its people have nicknames."""

    country: str | None = None
    identifying: tuple[str, ...] = ()
    languages: tuple[str, ...] = LANGUAGES


class Facts(Struct, frozen=True):
    """What is known of somebody, as it stands in the fields. `names` are (first name, last name, full name)."""

    names: tuple[tuple[str, str, str], ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    company: str = ""
    street: str = ""
    city: str = ""
    zipcode: str = ""
    country: str = ""
    identifying: tuple[tuple[str, str], ...] = ()


class Evidence(Struct, frozen=True, array_like=True):
    """A contact as it is compared: lower case, Latin letters, no accents; blank where nothing is known.

    `name` is all words of the name in alphabetical order, `given` and `surname` the first and the last; `roots` are the
    groups of nicknames that the given name is in, `sound` how the words sound, `script` what it was written in if its
    vowels or its reading are lost (`abjad`, `han`). `signature` tells people who share an address apart: two initials.
    `spelled` are the letters of addresses, `joined` and `short` how a name would be written in one; `tails` the last
    digits of phones. `marks` are the identifying properties, `name=value`.
    """

    name: str = ""
    given: str = ""
    surname: str = ""
    roots: tuple[str, ...] = ()
    sound: str = ""
    script: str = ""
    signature: str = ""
    emails: tuple[str, ...] = ()
    mailboxes: tuple[str, ...] = ()
    locals: tuple[str, ...] = ()
    spelled: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    typos: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    company: str = ""
    street: str = ""
    city: str = ""
    zipcode: str = ""
    country: str = ""
    marks: tuple[str, ...] = ()


def facts(profile: Profile, rules: Rules) -> Facts:
    """What a profile says of the person, its shown name first; addresses in their normalised form."""
    entries = profile.values
    names = [(profile.text("firstname") or "", profile.text("lastname") or "", profile.fullname or "")]
    if (full := entries.get("fullname")) is not None and full.generated and profile.fullname == full.value:
        names = []
    marks = [
        (name, str(value))
        for name in rules.identifying
        if (value := profile.properties.get(name)) is not None
    ]
    return Facts(
        tuple(names),
        tuple(point.key for point in profile.emails if point.key)[:MAX_ADDRESSES],
        tuple(p for point in profile.phones if (p := point.key or digits(point.value)))[:MAX_ADDRESSES],
        *_five(lambda field: profile.text(field) or ""),
        tuple(marks),
    )


def _five(text: Callable[[str], str]) -> tuple[str, str, str, str, str]:
    return text("company"), text("streetAddress"), text("city"), text("zipcode"), text("country")


def typed(fields: Mapping[str, Json], rules: Rules) -> Facts:
    """What somebody has typed into fields (`properties.` before a property's name); what is no address is left out."""

    def text(field: str) -> str:
        value = fields.get(field)
        return value.strip() if isinstance(value, str) else ""

    email, phone = email_of(text("email")), phone_of(text("phone"), rules.country)
    marks = [
        (name, str(value))
        for name in rules.identifying
        if (value := fields.get(PROPERTY + name)) not in (None, "")
    ]
    return Facts(
        ((text("firstname"), text("lastname"), text("fullname")),),
        (email,) if email else (),
        (phone,) if phone else (),
        *_five(text),
        tuple(marks),
    )


_FIRST_WORD = re.compile(r"([a-z]+)[._-]")
_PLAIN_EMAIL = re.compile(
    r"[a-z0-9][a-z0-9_%+'-]*(\.[a-z0-9_%+'-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}"
)


def email_of(text: str) -> str | None:
    """`email_key`, without its thoroughness where an address is plain."""
    plain = text.strip().lower()
    if len(plain) < 64 and _PLAIN_EMAIL.fullmatch(plain) and "--" not in plain:
        return plain
    return email_key(text) if text else None


def phone_of(text: str, country: str | None) -> str | None:
    """The number in E.164, or its digits if nobody knows of which country it is."""
    if not text:
        return None
    return phone_key(text, country) or digits(text)


def digits(text: str) -> str | None:
    """The digits of a number that could not be read, without the noughts before it."""
    found = re.sub(r"[^0-9]", "", text).lstrip("0")
    return found if 7 <= len(found) <= 15 else None


def evidence(known: Facts, rules: Rules) -> Evidence:
    """The comparable form of what is known. Junk (`test@test.com`, `0000000`, `asdf`) is nothing known."""
    given, surname, words, script = _name(known.names)
    name = " ".join(sorted(words))
    personal = [email for email in known.emails if not is_role(email) and not is_junk_email(email)]
    roles = tuple(e for e in known.emails if is_role(e) and not is_junk_email(e))
    split = [email.rpartition("@")[::2] for email in personal]
    mailboxes = tuple(dict.fromkeys(mailbox(local, domain) for local, domain in split))
    phones = [same_line(phone) for phone in known.phones if not is_junk_phone(phone)]
    return Evidence(
        name=name,
        given=given,
        surname=surname,
        roots=_roots(given, rules.languages),
        sound=" ".join(sorted(sound(word) for word in words)),
        script=script,
        signature="".join(sorted({given[:1], surname[:1]})) if words else "",
        emails=tuple(personal),
        mailboxes=mailboxes,
        locals=tuple(dict.fromkeys(found for box in mailboxes if len(found := _letters(box)) >= 6)),
        spelled=tuple(dict.fromkeys(spelled for box in mailboxes if len(spelled := _spelled(box)) >= 6)),
        joined=tuple(dict.fromkeys((given + surname, surname + given, "".join(words)))) if surname else (),
        short=tuple(dict.fromkeys((given[:1] + surname, surname + given[:1]))) if len(surname) > 4 else (),
        typos=tuple(dict.fromkeys(filter(None, (_typo(box) for box in mailboxes)))),
        domains=tuple(dict.fromkeys(e.rpartition("@")[2] for e in known.emails if _is_own_domain(e))),
        roles=roles,
        phones=tuple(dict.fromkeys(phones)),
        tails=tuple(dict.fromkeys(phone[-TAIL:] for phone in phones)),
        company=_company(known.company),
        street=_street(known.street),
        city=plain(known.city),
        zipcode=_alphanumeric(known.zipcode),
        country=_alphanumeric(known.country)[:20],
        marks=tuple(
            f"{name}={found}" for name, value in known.identifying if (found := _alphanumeric(value))
        ),
    )


def keys(one: Evidence) -> tuple[str, ...]:
    """The keys of a contact, `kind:value`: two contacts that share one are compared."""
    found = [f"e:{email}" for email in (*one.mailboxes, *one.roles)]
    found += [f"p:{phone}" for phone in one.phones]
    found += [f"t:{tail}" for tail in one.tails]
    found += [f"m:{mark}" for mark in one.marks]
    found += [f"l:{local}" for local in one.locals]
    found += [f"c:{name}" for name in (*one.spelled, *one.joined, *one.short)]
    found += [f"y:{typo}" for typo in one.typos]
    if " " in one.name:
        sounds = one.sound
        root = one.roots[0] if one.roots else one.given
        found += [f"n:{one.name}", f"s:{sounds}"]
        if one.roots:
            found += [f"r:{root} {one.surname}" for root in one.roots]
        near = [place for place in (one.city, one.zipcode, one.company, *one.domains) if place]
        for place in near:
            found += [
                f"np:{sounds}|{place}",
                f"si:{one.surname}|{one.given[:1]}|{place}",
                f"gp:{root}|{place}",
            ]
        if one.street and one.zipcode:
            found.append(f"a:{one.street}|{one.zipcode}")
    elif one.name:
        found += [f"np:{one.sound}|{place}" for place in (one.city, one.zipcode, one.company) if place]
    return tuple(dict.fromkeys(key[:MAX_KEY] for key in found))


def most_holders(key: str) -> int:
    """From how many holders on a key is no evidence."""
    return MAX_HOLDERS if key.startswith(OWN) else MAX_NAMESAKES


# Words.


@lru_cache(maxsize=200_000)
def plain(text: str) -> str:
    """Lower case, Latin letters and digits, no accents, single spaces."""
    if not text.isascii():
        text = anyascii(unicodedata.normalize("NFKC", text))
    return " ".join(re.findall(r"[a-z0-9]+", text.lower().replace("'", "").replace(".", " ")))


def _alphanumeric(text: str) -> str:
    return plain(text).replace(" ", "")


@lru_cache(maxsize=100_000)
def _company(text: str) -> str:
    words = plain(text).split()
    return " ".join([word for word in words if word not in LEGAL_FORMS and len(word) > 1] or words)


@lru_cache(maxsize=100_000)
def _street(text: str) -> str:
    return " ".join(
        sorted(STREETS.get(word, word) for word in plain(text).split() if word not in ("n", "no", "nr"))
    )


def _name(names: Iterable[tuple[str, str, str]]) -> tuple[str, str, list[str], str]:
    """Given name, surname, all words, and the script if it is not Latin, of the first name that is one."""
    for first, last, full in names:
        given, surname, words = _parted(first, last, full)
        if words:
            return given, surname, words, _script(first + last + full)
    return "", "", [], ""


@lru_cache(maxsize=200_000)
def _parted(first: str, last: str, full: str) -> tuple[str, str, list[str]]:
    if "@" in full or "@" in first:
        return "", "", []
    if not (first and last) and (comma := full.partition(","))[2].strip():
        first, last, full = comma[2], comma[0], ""
    givens, surnames = _words(first), _words(last)
    if givens and surnames:
        words = givens + surnames
    else:
        words = _words(full) or givens or surnames
        givens, surnames = words[:1], words[1:]
    words = [word for word in words if word not in PARTICLES] or words
    surnames = [word for word in surnames if word not in PARTICLES] or surnames
    if not words or any(word.isdigit() for word in words):
        return "", "", []
    if all(word in JUNK_NAMES or (not re.search(r"[aeiouy]", word) and len(word) > 3) for word in words):
        return "", "", []
    if len(set(words)) == 1 and len(words) > 1:
        words, surnames = words[:1], []
    return givens[0] if givens else "", surnames[-1] if surnames else "", words


def _words(text: str) -> list[str]:
    if not text:
        return []
    if not text.isascii() and any(char >= "\u2e80" for char in text):
        # No spaces between the parts of a name; the transliteration begins each syllable with a capital letter.
        text = _spaced(text)
    return [word for word in plain(text).split() if word not in TITLES]


def _spaced(text: str) -> str:
    """A Chinese, Japanese or Korean name written without a space: the family name is its first sign."""
    parts = text.split()
    if (
        len(parts) == 1
        and 2 <= len(parts[0]) <= 4
        and all("\u4e00" <= c <= "\u9fff" or c >= "\uac00" for c in text)
    ):
        return f"{text[1:]} {text[0]}"
    return text


def _script(text: str) -> str:
    if text.isascii():
        return ""
    for char in text:
        code = ord(char)
        if 0x0590 <= code <= 0x08FF:
            return "abjad"
        if code >= 0x2E80:
            return "han"
    return ""


@lru_cache(maxsize=50_000)
def _roots(given: str, languages: Sequence[str]) -> tuple[str, ...]:
    return nickname_groups(tuple(languages)).get(given, ())


@lru_cache(maxsize=200_000)
def sound(word: str) -> str:
    """About how a name sounds in any language of Latin letters: first letter, then consonants, alike ones as one."""
    for spelled, heard in SOUNDS:
        if spelled in word:
            word = word.replace(spelled, heard)
    rest = re.sub(r"[aeiouh]", "", word[1:])
    return re.sub(r"(.)\1+", r"\1", word[:1] + rest)


# Addresses.


def mailbox(local: str, domain: str) -> str:
    """The mailbox that an address reaches: what its provider ignores is taken out."""
    domain = SAME_DOMAIN.get(domain, domain)
    if domain in FREE and "+" in local[1:]:
        local = local[: local.index("+", 1)]
    if domain in NO_DOTS:
        local = local.replace(".", "")
    return f"{local}@{domain}"


def is_role(email: str) -> bool:
    """Whether it is the mailbox of a function (info, sales) or a family and not of a person."""
    local = email.partition("@")[0]
    first = _FIRST_WORD.match(local)
    return re.sub(r"[^a-z]", "", local) in ROLES or bool(first and first[1] in FAMILIES)


def is_junk_email(email: str) -> bool:
    """Whether nobody's: a disposable domain, or what is typed to get past a form."""
    local, _, domain = email.rpartition("@")
    return domain in DISPOSABLE or local in JUNK_LOCALS or len(set(local)) == 1


def is_junk_phone(phone: str) -> bool:
    """Whether an E.164 number is one that nobody has: one digit repeated, or digits counted up or down."""
    digits = phone.lstrip("+")
    tail = digits[-7:]
    return (
        len(digits) < 7
        or len(set(tail)) == 1
        or tail in "01234567890123456789"
        or tail in "98765432109876543210"
    )


def same_line(phone: str) -> str:
    """One form for numbers that are written in two: with and without the mobile nine of Brazil and Argentina, and
    Mexico's old one."""
    if phone.startswith("+55") and len(phone) == 14 and phone[5] == "9":
        return phone[:5] + phone[6:]
    if phone.startswith("+549") and len(phone) == 14:
        return "+54" + phone[4:]
    if phone.startswith("+521") and len(phone) == 14:
        return "+52" + phone[4:]
    return phone


def _is_own_domain(email: str) -> bool:
    domain = email.rpartition("@")[2]
    return domain not in FREE and domain not in DISPOSABLE


def _letters(box: str) -> str:
    local = box.rpartition("@")[0]
    return "" if re.sub(r"[^a-z]", "", local) in ROLES else re.sub(r"[._-]", "", local)


def _spelled(box: str) -> str:
    return re.sub(r"[^a-z]", "", box.rpartition("@")[0])


def _typo(box: str) -> str:
    """What stays of an address when one letter in the middle is mistyped: digits, domain, two letters at each end."""
    local, _, domain = box.rpartition("@")
    if len(local) < 5:
        return ""
    letters = re.sub(r"[^a-z]", "", local)
    return f"{re.sub(r'[^0-9]', '', local)}|{domain}|{letters[:2]}{letters[-2:]}"
