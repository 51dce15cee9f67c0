"""Populations of live-chat contacts that say who is who, to measure how well the same person is found twice.

`python -m bench.people --contacts 100000 --seed 7 --mixture europe --out people.csv --summary`

One person chats from several browsers, and each makes a contact, filled from a form; some contacts are typed in or
imported by the team. Between them stand those who only look the same: households, colleagues, namesakes, shared
mailboxes, numbers that were given to somebody else, and what people type when they do not want to say.

All names are our own lists. A quarter of them, the most frequent apart, is kept for the mixtures that begin with
`gate`, so that what was fitted on the others cannot know them.
"""

from __future__ import annotations

import argparse
import csv
import functools
import gc
import itertools
import random
import re
import unicodedata
import zlib
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct


def _words(text: str, by: str | None = None) -> list[str]:
    return text.split(by)


COLUMNS = _words(
    "fullname firstname lastname email phone company streetAddress city zipcode country customer_number"
    " date_of_birth person"
)
# So many contacts stand between two of one person at the most, give or take: all is made in one pass.
WINDOW = 65_536
HELD_OUT = 4
RECENT = 4_000


class Contact(NamedTuple):
    """A row: what was typed, as it was typed, and the person who it is. A name fills `fullname` or the other two."""

    fullname: str
    firstname: str
    lastname: str
    email: str
    phone: str
    company: str
    street_address: str
    city: str
    zipcode: str
    country: str
    customer_number: str
    date_of_birth: str
    person: int


class Mixture(Struct, frozen=True, kw_only=True):
    """Who chats, and how carefully they type. Rates are shares of 1; in a mapping the rest is "nothing changed"."""

    countries: Mapping[str, float]
    # Of persons: with more than one contact, and then how many have 2, 3, … 8.
    again: float = 0.16
    sizes: Sequence[float] = (60, 20, 10, 5, 2.5, 1.5, 1)
    # What a form asks: n(ame), f(irst name), e(mail), p(hone), c(ompany); and how often a person meets the same one.
    forms: Mapping[str, float]
    same_form: float = 0.75
    imported: float = 0.08
    customer_number: float = 0.03
    split: float = 0.3
    # What differs from how that person is written usually.
    names: Mapping[str, float]
    emails: Mapping[str, float]
    phones: Mapping[str, float]
    addresses: Mapping[str, float]
    # Persons of another script who usually write in it.
    native: float = 0.4
    # Persons who live, or work, with others of the population, and what these share.
    household: float = 0.1
    family_email: float = 0.15
    father_and_son: float = 0.05
    twins: float = 0.03
    colleague: float = 0.1
    role_mailbox: float = 0.1
    switchboard: float = 0.35
    work_email_first: float = 0.5
    # Of persons: named as another of the same city; with the number that was another's.
    namesake: float = 0.01
    recycled: float = 0.003
    # Of contacts: what somebody typed who is somebody else.
    impersonation: float = 0.001
    # Of names: out of the pools that only the gates know.
    held_out: float = 0.0


class Name(NamedTuple):
    """A given name or a surname, in its own script and in the ways that it is written in Latin letters."""

    native: str
    latin: tuple[str, ...]


class Home(NamedTuple):
    """An address; streets and cities in their own script and in Latin letters."""

    country: Country
    street: tuple[str, str]
    number: str
    city: tuple[str, str]
    area: str
    zipcode: str


class City(NamedTuple):
    """A city, its area code, and what its postcodes look like."""

    name: tuple[str, str]
    area: str
    zipcode: str


class Country(NamedTuple):
    """How people of a country are called, reached and addressed."""

    code: str
    calls: str
    trunk: str
    mobiles: tuple[str, ...]
    landline: int
    hosts: tuple[str, ...]
    languages: tuple[str, ...]
    house: tuple[str, ...]
    streets: tuple[tuple[str, str], ...]
    cities: tuple[City, ...]


class Company(NamedTuple):
    """Where colleagues work: its name as it signs, its mail, its switchboard, its office."""

    name: str
    stem: str
    host: str
    switchboard: str
    office: Home
    pattern: str


class Person(Struct):
    """Someone, and how they usually write themselves."""

    number: int
    language: str
    woman: bool
    given: Name
    surname: Name
    second: Name | None
    other_surname: Name | None
    married: Name | None
    born: str
    home: Home
    earlier_home: Home | None
    mobile: str
    other_phone: str
    phone_country: Country
    emails: list[str]
    two_emails: bool
    company: Company | None
    role: str
    customer_number: str
    form: str
    split: bool
    native: bool
    plain: bool
    variant: int
    both_names: bool
    both_surnames: bool
    surname_first: bool
    style: int
    case: str


# The names.

# Exponent and offset of the frequencies of surnames: the commonest has about 1 / (1 + offset) / log(all) of all.
SHAPES = {"es": (1.0, 4), "pt": (1.0, 3), "zh": (1.0, 3), "hu": (1.0, 5), "sv": (1.0, 5), "ar": (1.0, 4)}
SHAPE = (1.0, 20)
# What stands between stem and ending of the rarer surnames.
LINKS = {
    "it": "in er ol ett", "de": "en el er", "fr": "el en ill", "es": "and arr", "pt": "and arr",
    "en": "ing er", "nl": "en er",
    "pl": "an il", "hu": "ad", "sv": "en", "tr": "e", "ru": "ан ер ол", "el": "αν", "ar": "",
}  # fmt: skip
SURNAME_FIRST = {"hu", "ja", "zh"}
DOUBLE = {"es", "pt"}
_RU = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_LATIN_RU = (
    "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch ie y _ e iu ia",
    "a b v g d e yo zh z i y k l m n o p r s t u f h ts ch sh sch _ y _ e yu ya",
    "a b v g d e jo z z i j k l m n o p r s t u f h c ch sh shch _ y _ e ju ja",
)
_EL = "αβγδεζηθικλμνξοπρσςτυφχψω"
_LATIN_EL = (
    "a v g d e z i th i k l m n x o p r s s t y f ch ps o",
    "a v g d e z i th i k l m n ks o p r s s t i f h ps o",
)
_BY_LETTER = {
    "ru": [dict(zip(map(ord, _RU), text.replace("_", "\0").split(), strict=True)) for text in _LATIN_RU],
    "el": [dict(zip(map(ord, _EL), text.split(), strict=True)) for text in _LATIN_EL],
}
_STANDALONE = str.maketrans(
    {"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ı": "i", "æ": "ae", "đ": "d", "\0": ""}
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


@functools.lru_cache(maxsize=200_000)
def plain(text: str, language: str = "") -> str:
    """The text without diacritics; a German writes ue for ü."""
    if language == "de":
        text = text.translate(_UMLAUTS)
    parts = unicodedata.normalize("NFKD", text.translate(_STANDALONE))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _transliterated(text: str, language: str) -> tuple[str, ...]:
    lower = text.lower()
    if language == "el":
        lower = plain(lower).replace("ου", "ou").replace("ευ", "ev").replace("αυ", "av").replace("μπ", "mp")
    ways = (lower.translate(table).replace("\0", "") for table in _BY_LETTER[language])
    return tuple(dict.fromkeys("".join(f"{way[:1].upper()}{way[1:]}") for way in ways))


def _name(text: str, language: str) -> Name:
    if language in RULED:
        return Name(text, _transliterated(text, language))
    if language in PAIRED:
        native, _, latin = text.partition("=")
        return Name(native.replace("_", " ").replace("ـ", ""), tuple(latin.split("/")))
    if language in ("it", "nl"):
        text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
        text = text.replace("vander ", "van der ").replace("vanden ", "van den ").replace("vande ", "van de ")
    return Name(text, (text,))


def _lists(language: str) -> dict[str, str]:
    return LATIN.get(language) or RULED.get(language) or PAIRED[language]


def _mark(text: str) -> int:
    return zlib.crc32(text.encode())


def _joined(first: Name, second: Name, language: str) -> Name:
    if language not in PAIRED:
        return _name(first.native + second.native, language)
    latin = dict.fromkeys(
        a + (b if a.endswith(("-", " ")) else b.lower()) for a in first.latin for b in second.latin
    )
    return Name(f"{first.native}{second.native}", tuple(latin)[:3])


@functools.lru_cache
def names(language: str, kind: str, held_out: bool) -> tuple[tuple[Name, ...], tuple[float, ...]]:
    """The men, women or surnames of a language, the frequent ones first, and their frequencies, added up."""
    words = _lists(language)
    listed = [_name(word, language) for word in dict.fromkeys(words[kind].split())]
    if kind == "surnames":
        stems, endings = (
            [_name(word, language) for word in words[part].split()] for part in ("stems", "endings")
        )
        made = [_joined(stem, ending, language) for stem in stems for ending in endings]
        listed += sorted(made, key=lambda name: _mark(name.native))
        links = [_name(link, language) for link in LINKS.get(language, "").split()]
        made = [
            _joined(_joined(a, link, language), b, language) for a in stems for link in links for b in endings
        ]
        listed += sorted(made, key=lambda name: _mark(name.native))
        slope, offset = SHAPES.get(language, SHAPE)
    else:
        slope, offset = 0.9, 8
        if language == "zh":
            pairs = (_joined(a, b, language) for a in listed for b in listed)
            listed = sorted([*listed, *pairs], key=lambda name: _mark(name.native))
    unique = list({name.native: name for name in listed}.values())
    kept = [
        (name, (rank + 1 + offset) ** -slope)
        for rank, name in enumerate(unique)
        if (rank >= 10 and _mark(name.native) % HELD_OUT == 0) == held_out
    ]
    return tuple(name for name, _ in kept), tuple(itertools.accumulate(weight for _, weight in kept))


@functools.lru_cache
def nicknames(language: str) -> dict[str, tuple[Name, ...]]:
    """The short forms of a given name."""
    found = {}
    for entry in _lists(language)["nicknames"].split():
        name, _, short = entry.partition("=" if language in PAIRED else ":")
        if language in PAIRED:
            natives, latins = (part.split(",") for part in short.split("/"))
            found[name] = tuple(
                Name(natives[i % len(natives)], (latins[i % len(latins)],))
                for i in range(max(len(natives), len(latins)))
            )
        else:
            found[name] = tuple(_name(word, language) for word in short.split(","))
    return found


@functools.lru_cache(maxsize=100_000)
def feminine(name: Name, language: str) -> Name:
    """The surname as a woman bears it, where it differs."""
    text = name.native
    if language == "pl" and text.endswith(("ski", "cki", "dzki")):
        return _name(text[:-1] + "a", language)
    if language == "ru" and text.endswith("ский"):
        return _name(text[:-2] + "ая", language)
    if language == "ru" and text.endswith(("ов", "ев", "ёв", "ин", "ын")):
        return _name(text + "а", language)
    if language == "el" and text.endswith("ος"):
        return _name(text[:-2] + "ου", language)
    if language == "el" and text.endswith(("ης", "ας", "άς", "ής")):
        return _name(text[:-1], language)
    return name


# The places.


def _pair(text: str) -> tuple[str, str]:
    native, _, latin = text.partition("=")
    return native, latin or native


@functools.lru_cache
def country(code: str) -> Country:
    """A country, out of its line in COUNTRIES."""
    calls, trunk, mobiles, landline, hosts, languages, house, streets, cities = COUNTRIES[code]
    return Country(
        code,
        calls,
        trunk,
        tuple(mobiles.split()),
        landline,
        tuple(hosts.split()),
        tuple(languages.split()),
        tuple(house.split("|")),
        tuple(map(_pair, streets.split(";"))),
        tuple(
            City(_pair(name), area, zipcode)
            for name, area, zipcode in (city.split("~") for city in cities.split(";"))
        ),
    )


# What is typed.

JUNK_NAMES = _words(
    "test asdf visitor guest hello ciao hi qwerty xxx anonymous user abc aaa me nobody . - a customer client admin"
    " Test test1 asd hola salut hallo ok no name none"
)
MENS_TITLES = set(_words("Mr Sir M. Herr Pan dhr. Sr. Sig. Dott. D. Bay"))
WOMENS_TITLES = set(_words("Mrs Ms Miss Mme Mlle Frau Pani mevr. Sra. Sig.ra Dott.ssa Dra. Bayan"))
JUNK_PHONES = _words(
    "0000000|0000000|000000000|123456789|123456789|1234567890|0123456789|12345|+39 333 1234567|+39 333 1234567"
    "|333 1234567|111111111|1111111111|999999999|5555555555|555-1234|000",
    "|",
)
JUNK_COMPANIES = ("-", "private", "privato", "privat", "none", "no", "n/a", "me", "freelance", "myself")
JUNK_EMAILS = _words(
    "test@test.com test@test.com a@a.a noemail@example.com no@email.com test@gmail.com asdf@asdf.com none@none.com"
    " a@a.com abc@abc.com xxx@xxx.xx email@email.com user@example.com 123@gmail.com nomail@nomail.com"
)
DISPOSABLE = _words(
    "mailinator.com guerrillamail.com yopmail.com 10minutemail.com trashmail.com tempmail.dev"
)
ROLES = _words("info info info sales support office contact admin billing hello orders booking")
HANDLES = _words(
    "sunny cat star blue happy dark night wolf angel lucky rock moon sweet tiger black dream fire snow king lady crazy"
    " little fox music travel green silver football coffee ocean magic pixel green gamer chef bike juve milan art photo"
)
TRADES = _words(
    "Tecno Euro Alfa Delta Nova Omega Inter Medi Agri Auto Bio Eco Edil Elettro Digi Data Net Soft Web Log Trans Metal"
    " Ferro Plast Vetro Color Aqua Terra Sol Luna Star Prima Uni Multi Global City Nord Sud West East Alpin Mare Orion"
    " Vega Atlas Apex Zenit Vertex Quant Pixel Cloud Blue Green Red Smart Fast Pro Max Opti Vita Sana Derma Denta Opto"
)
WORKS = _words(
    "tech soft service trade group systems lab works media design build house line point plan park tec matic dent med"
    " farm foods wine travel log port parts form print pack steel wood glass energy power solar water air light care"
)
FORMS_OF_LAW = {
    "IT": "S.r.l.|S.p.A.|s.n.c.|di {surname} & C.", "DE": "GmbH|AG|GmbH & Co. KG|e.K.", "AT": "GmbH|KG",
    "FR": "SARL|SAS|SA",
    "ES": "S.L.|S.A.|S.L.U.", "PT": "Lda.|S.A.|Unipessoal Lda.", "BR": "Ltda.|S/A|ME",
    "AR": "S.R.L.|S.A.", "MX": "S.A. de C.V.|S.C.",
    "US": "Inc.|LLC|Corp.|Co.", "GB": "Ltd|Limited|PLC|LLP", "NL": "B.V.|N.V.|VOF",
    "PL": "Sp. z o.o.|S.A.", "HU": "Kft.|Zrt.|Bt.",
    "SE": "AB|HB", "RU": "ООО|АО|OOO", "GR": "A.E.|E.P.E.|SA", "TR": "A.Ş.|Ltd. Şti.", "EG": "Co.|LLC",
    "AE": "LLC|FZE", "JP": "株式会社|K.K.|Co., Ltd.",
    "CN": "Co., Ltd.|有限公司", "IL": "Ltd.|בע\"מ",
}  # fmt: skip
TOP = {
    "GB": "co.uk",
    "US": "com",
    "BR": "com.br",
    "AR": "com.ar",
    "MX": "com.mx",
    "TR": "com.tr",
    "JP": "co.jp",
    "IL": "co.il",
}
NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo",
    "j": "hk", "k": "jl",
    "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe",
    "x": "zc", "y": "tu", "z": "xs",
}  # fmt: skip
HOST_TYPOS = {
    "gmail.com": (
        "gmial.com",
        "gmai.com",
        "gmail.con",
        "gmail.co",
        "gamil.com",
        "gmaill.com",
        "gmail.it",
        "gnail.com",
    ),
    "hotmail.com": ("hotmial.com", "hotmail.con", "hotmal.com", "hotmai.com"),
    "yahoo.com": ("yaho.com", "yahoo.con", "yhaoo.com"),
    "outlook.com": ("outlok.com", "outlook.con", "outloook.com"),
    "icloud.com": ("iclod.com", "icloud.con", "icoud.com"),
}


def typo(text: str, rng: random.Random) -> str:
    """The text with one slip of the finger: two letters swapped, one lost, doubled, or hit beside."""
    if len(text) < 3:
        return text
    at, way = rng.randrange(1, len(text) - 1), rng.random()
    if way < 0.25:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if way < 0.5:
        return text[:at] + text[at + 1 :]
    if way < 0.65:
        return text[:at] + text[at] + text[at:]
    beside = NEIGHBOURS.get(text[at].lower())
    if beside is None:
        return text[:at] + text[at + 1 :]
    return text[:at] + rng.choice(beside) + text[at + 1 :]


class _Rates:
    """One of the named outcomes at the given rates, "" for the rest."""

    def __init__(self, rates: Mapping[str, float]) -> None:
        self._names = [*rates, ""]
        self._sums = list(itertools.accumulate(rates.values()))

    def pick(self, x: float) -> str:
        return self._names[bisect(self._sums, x)]


class _Shares(_Rates):
    """One of the named outcomes, by weights."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        total = sum(weights.values())
        super().__init__({name: weight / total for name, weight in weights.items()})
        self._names[-1] = self._names[0]


def population(contacts: int, seed: int, mixture: Mixture) -> Iterator[Contact]:
    """So many contacts, the same for each seed, not in the order of their persons."""
    maker = _Maker(random.Random(seed), mixture)
    rng = random.Random(seed + 1)
    held: list[Contact] = []
    for contact in itertools.islice(maker.contacts(), contacts):
        if len(held) < WINDOW:
            held.append(contact)
        else:
            at = int(rng.random() * WINDOW)
            yield held[at]
            held[at] = contact
    rng.shuffle(held)
    yield from held


class _Maker:
    """Makes persons, alone or in groups, and the contacts that each of them leaves."""

    def __init__(self, rng: random.Random, mixture: Mixture) -> None:
        self.rng, self.mixture = rng, mixture
        self._countries = _Shares(mixture.countries)
        self._sizes = list(itertools.accumulate(mixture.sizes))
        self._forms = _Shares(mixture.forms)
        self._names, self._emails = _Rates(mixture.names), _Rates(mixture.emails)
        self._phones, self._addresses = _Rates(mixture.phones), _Rates(mixture.addresses)
        self._drawn: dict[tuple[str, str, bool], list[Name]] = {}
        self._used: set[str] = set()
        self._recent: list[Person] = []
        self._count = 0

    def contacts(self) -> Iterator[Contact]:
        """Without end."""
        m, random_ = self.mixture, self.rng.random
        houses, offices = m.household / 2.9, m.colleague / 7.5
        alone = 1 - m.household - m.colleague
        total = houses + offices + alone
        while True:
            x = random_() * total
            if x < houses:
                group = self._household()
            elif x < houses + offices:
                group = self._office()
            else:
                group = [self._person(country(self._countries.pick(random_())))]
            for person in group:
                self._remember(person)
                for _ in range(self._size()):
                    yield self._contact(person)

    def _size(self) -> int:
        if self.rng.random() >= self.mixture.again:
            return 1
        return 2 + bisect(self._sizes, self.rng.random() * self._sizes[-1])

    def _remember(self, person: Person) -> None:
        if len(self._recent) < RECENT:
            self._recent.append(person)
        elif self.rng.random() < 0.2:
            self._recent[int(self.rng.random() * RECENT)] = person

    # Persons.

    def _draw(self, language: str, kind: str) -> Name:
        held_out = self.rng.random() < self.mixture.held_out
        left = self._drawn.get((language, kind, held_out))
        if not left:
            pool, sums = names(language, kind, held_out)
            left = self._drawn[language, kind, held_out] = self.rng.choices(pool, cum_weights=sums, k=512)
        return left.pop()

    def _person(self, where: Country) -> Person:
        rng, m = self.rng, self.mixture
        random_ = rng.random
        self._count += 1
        language = where.languages[int(random_() * len(where.languages))]
        woman = random_() < 0.5
        kind = "women" if woman else "men"
        given, surname = self._draw(language, kind), self._draw(language, "surnames")
        home = self._home(where)
        if self._recent and random_() < m.namesake:
            other = self._recent[int(random_() * len(self._recent))]
            language, woman, given, surname = other.language, other.woman, other.given, other.surname
            where = other.home.country
            home = self._home(where, other.home.city)
        elif woman:
            surname = feminine(surname, language)
        double = language in DOUBLE
        scripted = language in RULED or language in PAIRED
        year = int(rng.triangular(1940, 2007, 1984))
        person = Person(
            number=self._count,
            language=language,
            woman=woman,
            given=given,
            surname=surname,
            second=self._second(language, kind, given) if random_() < 0.12 else None,
            other_surname=self._draw(language, "surnames") if double or random_() < 0.04 else None,
            married=self._draw(language, "surnames") if woman and random_() < 0.3 else None,
            born=f"{year}-{int(random_() * 12) + 1:02d}-{int(random_() * 28) + 1:02d}",
            home=home,
            earlier_home=None,
            mobile=self._mobile(where, home),
            other_phone="",
            phone_country=where,
            emails=[],
            two_emails=random_() < 0.55,
            company=None,
            role="",
            customer_number=f"C{int(random_() * 9e6) + 1_000_000}",
            form=self._forms.pick(random_()),
            split=random_() < m.split,
            native=scripted and random_() < m.native,
            plain=random_() < 0.35,
            variant=int(random_() * 3) if random_() < 0.5 else 0,
            both_names=random_() < 0.4,
            both_surnames=random_() < (0.4 if double else 0.5),
            surname_first=language in SURNAME_FIRST and random_() < (0.9 if language == "hu" else 0.5),
            style=int(random_() * 7) if random_() < 0.5 else int(random_() * 2),
            case=("lower" if random_() < 0.75 else "upper") if random_() < 0.12 else "",
        )
        if random_() < m.recycled and self._recent:
            other = self._recent[int(random_() * len(self._recent))]
            person.mobile, person.phone_country = other.mobile, other.phone_country
        person.emails.append(self._email(person))
        if random_() < 0.4:
            person.other_phone = self._mobile(where, home) if random_() < 0.4 else self._landline(home)
        return person

    def _second(self, language: str, kind: str, given: Name) -> Name | None:
        second = self._draw(language, kind)
        return None if second == given else second

    def _household(self) -> list[Person]:
        rng, m = self.rng, self.mixture
        where = country(self._countries.pick(rng.random()))
        head = self._person(where)
        members = [head]
        landline = self._landline(head.home)
        shared = ""
        if rng.random() < m.family_email:
            shared = self._unused("family." + _handle(head.surname, head.variant), rng.choice(where.hosts))
        for at in range(1 + bisect((0.4, 0.7, 0.92), rng.random())):
            members.append(self._relative(members, child=at > 0))
        for member in members:
            member.home = head.home
            member.plain, member.variant = head.plain, head.variant
            if rng.random() < 0.6:
                member.other_phone = landline
            if rng.random() < 0.15:
                member.mobile, member.other_phone = landline, member.mobile
            if shared and rng.random() < 0.6:
                member.emails.insert(0, shared)
        return members

    def _relative(self, members: Sequence[Person], child: bool) -> Person:
        """A partner, or a child of the first two."""
        rng, m, head = self.rng, self.mixture, members[0]
        other = self._person(head.home.country)
        own = rng.random() >= 0.6 and not child
        if other.language != head.language:
            kind = "women" if other.woman else "men"
            other.given, other.surname = (
                self._draw(head.language, kind),
                self._draw(head.language, "surnames"),
            )
            other.second = other.married = None
            other.language, other.native = head.language, head.native
        if not own:
            other.surname, other.other_surname = head.surname, head.other_surname
            if other.woman and not head.woman:
                other.surname = feminine(head.surname, head.language)
        if child:
            head.born = f"{min(int(head.born[:4]), 1982)}{head.born[4:]}"
            other.born = f"{min(2012, int(head.born[:4]) + 20 + int(rng.random() * 18))}{other.born[4:]}"
            if not head.woman and rng.random() < m.father_and_son:
                other.given, other.second, other.woman, other.married = head.given, None, False, None
                other.surname, head.second = head.surname, None
            elif len(members) > 2 and rng.random() < m.twins * 3:
                other.born = members[-1].born
        other.emails = [self._email(other)]
        return other

    def _office(self) -> list[Person]:
        rng, m = self.rng, self.mixture
        random_ = rng.random
        where = country(self._countries.pick(random_()))
        company = self._company(where)
        roles = [f"{rng.choice(ROLES)}@{company.host}" for _ in range(2)]
        staff = []
        for _ in range(min(60, int(2 / (1 - random_()) ** 0.9))):
            person = self._person(where)
            person.company = company
            work = self._work_email(person, company)
            if random_() < m.work_email_first:
                person.emails.insert(0, work)
            else:
                person.emails.insert(1, work)
            if random_() < m.role_mailbox:
                person.role = roles[random_() < 0.3]
                if random_() < 0.5:
                    person.emails.insert(0, person.role)
            x = random_()
            if x < m.switchboard:
                person.other_phone, person.mobile = person.mobile, company.switchboard
            elif x < m.switchboard + 0.2:
                person.other_phone = company.switchboard
            elif x < m.switchboard + 0.35:
                person.other_phone, person.mobile = (
                    person.mobile,
                    company.switchboard[:-2] + f"{int(random_() * 100):02d}",
                )
            if random_() < 0.7:
                person.earlier_home, person.home = person.home, company.office
            person.phone_country = where
            staff.append(person)
        return staff

    def _company(self, where: Country) -> Company:
        rng = self.rng
        owner = self._draw(where.languages[0], "surnames").latin[0]
        x = rng.random()
        if x < 0.45:
            stem = rng.choice(TRADES) + rng.choice(WORKS)
        elif x < 0.75:
            stem = f"{owner} {rng.choice(WORKS).capitalize()}"
        else:
            stem = f"{rng.choice(TRADES)} {owner}"
        law = rng.choice(FORMS_OF_LAW[where.code].split("|")).format(surname=owner)
        top = TOP.get(where.code, where.code.lower()) if rng.random() < 0.7 else "com"
        host = re.sub(r"[^a-z]", "", plain(stem, where.languages[0]).lower()) or "company"
        host = self._unused("", f"{host}.{top}")[1:]
        office = self._home(where)
        pattern = rng.choice(("first.last", "first.last", "flast", "first", "last", "f.last"))
        return Company(f"{stem} {law}", stem, host, self._landline(office), office, pattern)

    def _home(self, where: Country, city_name: tuple[str, str] | None = None) -> Home:
        random_ = self.rng.random
        # The larger cities stand first.
        at = int(random_() * random_() * len(where.cities))
        city = where.cities[at]
        if city_name:
            city = next((each for each in where.cities if each.name == city_name), city)
        number = str(int(random_() ** 2 * 180) + 1)
        if random_() < 0.15:
            number += (random_() < 0.5 and "/A") or "b"
        return Home(
            where,
            where.streets[int(random_() * len(where.streets))],
            number,
            city.name,
            city.area,
            self._filled(city.zipcode),
        )

    def _filled(self, pattern: str) -> str:
        """The pattern with a digit for each #, a letter for each @."""
        random_ = self.rng.random
        form, tens = _template(pattern)
        filled = form % tuple([int(random_() * ten) for ten in tens])
        if "@" in filled:
            filled = "".join("ABDEFGHJLNPQRSTUWXYZ"[int(random_() * 20)] if s == "@" else s for s in filled)
        return filled

    def _mobile(self, where: Country, home: Home) -> str:
        pattern = where.mobiles[int(self.rng.random() * len(where.mobiles))]
        if pattern[0] != "A":
            return self._filled(pattern)
        number = self._filled(home.area + pattern[1:])
        return number if where.code == "BR" else number[:10]

    def _landline(self, home: Home) -> str:
        where, area = home.country, home.area
        ten = 10 ** (where.landline - len(area) - 1)
        return f"{area}{2 * ten + int(self.rng.random() * 7 * ten)}"

    def _email(self, person: Person) -> str:
        random_ = self.rng.random
        given = _handle(person.given, person.variant)
        surname = _handle(person.surname, person.variant)
        x = random_()
        if x < 0.26:
            local = f"{given}.{surname}"
        elif x < 0.36:
            local = given + surname
        elif x < 0.42:
            local = f"{given[0]}.{surname}"
        elif x < 0.50:
            local = given[0] + surname
        elif x < 0.56:
            local = f"{surname}.{given}"
        elif x < 0.68:
            local = f"{given}.{surname}{person.born[2:4]}"
        elif x < 0.76:
            local = f"{given}{person.born[(random_() < 0.5 and 2) or 0 : 4]}"
        elif x < 0.82:
            short = nicknames(person.language).get(person.given.native)
            local = f"{_handle(short[0], 0) if short else given}{int(random_() * 9999)}"
        elif x < 0.88:
            local = f"{given}_{surname}"
        else:
            words = HANDLES[int(random_() * len(HANDLES))], HANDLES[int(random_() * len(HANDLES))]
            local = f"{words[0]}{words[1]}{int(random_() * 999)}"
        hosts = person.home.country.hosts
        return self._unused(local, hosts[int(random_() * len(hosts))])

    def _work_email(self, person: Person, company: Company) -> str:
        given, surname = _handle(person.given, person.variant), _handle(person.surname, person.variant)
        local = {
            "first.last": f"{given}.{surname}", "flast": given[0] + surname, "first": given, "last": surname,
            "f.last": f"{given[0]}.{surname}",
        }[company.pattern]  # fmt: skip
        return self._unused(local, company.host)

    def _unused(self, local: str, host: str) -> str:
        """An address that nobody of this population has yet."""
        email = f"{local}@{host}"
        while email in self._used:
            number = int(self.rng.random() * 999)
            email = (
                f"{local}{number}@{host}"
                if local
                else f"@{host.partition('.')[0]}{number}.{host.partition('.')[2]}"
            )
        self._used.add(email)
        return email

    # Contacts.

    def _contact(self, person: Person) -> Contact:
        random_, m = self.rng.random, self.mixture
        imported = random_() < m.imported
        form = person.form if random_() < m.same_form else self._forms.pick(random_())
        if imported:
            form = "nep" if random_() < 0.5 else "ne" if random_() < 0.6 else "np"
        name = email = phone = company = street = city = zipcode = where = number = born = ""
        first = last = ""
        if "n" in form or "f" in form:
            name, first, last = self._written_name(person, "n" not in form)
        if "e" in form:
            email = self._written_email(person)
        if "p" in form:
            phone = self._written_phone(person)
        if person.company and (imported or "c" in form or random_() < 0.2):
            company = self._written_company(person.company)
        elif "c" in form and random_() < 0.1:
            company = JUNK_COMPANIES[int(random_() * len(JUNK_COMPANIES))]
        if imported and random_() < 0.75:
            street, city, zipcode, where = self._written_home(person)
        elif (imported and random_() < 0.5) or random_() < 0.02:
            city = person.home.city[0 if person.native else 1]
        if random_() < (0.35 if imported else m.customer_number):
            number = person.customer_number
        if imported and random_() < 0.3:
            born = person.born
            if random_() < 0.03:
                born = f"{born[:5]}{int(random_() * 12) + 1:02d}{born[7:]}"
        if email and self._recent and random_() < m.impersonation:
            email = self._recent[int(random_() * len(self._recent))].emails[0]
        return Contact(
            name,
            first,
            last,
            email,
            phone,
            company,
            street,
            city,
            zipcode,
            where,
            number,
            born,
            person.number,
        )

    def _written_name(self, person: Person, only_first: bool) -> tuple[str, str, str]:
        random_ = self.rng.random
        change = self._names.pick(random_())
        if change == "junk":
            junk = JUNK_NAMES[int(random_() * len(JUNK_NAMES))]
            return (junk, "", "") if not person.split else ("", junk, "")
        if change == "local":
            return person.emails[0].partition("@")[0], "", ""
        given, surname, native, variant = person.given, person.surname, person.native, person.variant
        if change == "script":
            if len(given.native) and given.native != given.latin[0]:
                native = not native
            variant += 1
        elif change == "latin":
            variant += 1
        elif change == "nickname":
            known = nicknames(person.language)
            short = known.get(given.native) or known.get(given.native[-1])
            if short:
                given = short[int(random_() * len(short))]
        elif change == "married" and person.married:
            surname = person.married
        first, last = _spelt(given, native, variant), _spelt(surname, native, variant)
        joint = "-" if person.language == "fr" else " "
        if person.second and change != "nickname" and person.both_names != (change == "second"):
            first += ("" if native and person.language in ("zh", "ja") else joint) + _spelt(
                person.second, native, variant
            )
        if person.other_surname and change != "married" and person.both_surnames != (change == "double"):
            other = _spelt(person.other_surname, native, variant)
            last += f" {other}" if person.language in DOUBLE else f"-{other}"
        elif change == "double" and person.other_surname and person.language == "pt":
            last = _spelt(person.other_surname, native, variant)
        elif change == "married" and person.married and random_() < 0.35:
            last = f"{_spelt(person.surname, native, variant)}-{last}"
        if person.plain != (change == "plain") and not native:
            first, last = plain(first, person.language), plain(last, person.language)
        if change == "typo":
            if random_() < 0.5:
                first = typo(first, self.rng)
            else:
                last = typo(last, self.rng)
        elif change == "initial":
            first = first[0] + ("." if random_() < 0.7 else "")
        elif change == "initial_last":
            last = last[0] + ("." if random_() < 0.6 else "")
        elif change == "no_surname" or only_first:
            last = ""
        case = person.case if change != "case" else ("upper", "lower", "")[int(random_() * 3)]
        if case == "upper":
            first, last = first.upper(), last.upper()
        elif case == "lower":
            first, last = first.lower(), last.lower()
        if change == "title":
            titles = _titles(person.language, person.woman)
            first = f"{titles[int(random_() * len(titles))]} {first}" if titles else first
        swapped = (change == "swap") != person.surname_first and bool(last)
        if person.split != (change == "split"):
            return ("", last, first) if change == "swap" and last else ("", first, last)
        if change == "comma" and last:
            return f"{last}, {first}", "", ""
        if native and person.language in ("zh", "ja"):
            return last + (" " if random_() < 0.2 else "") + first, "", ""
        return (f"{last} {first}" if swapped else f"{first} {last}".rstrip()), "", ""

    def _written_email(self, person: Person) -> str:
        random_ = self.rng.random
        change = self._emails.pick(random_())
        email = person.emails[0]
        if not change:
            return email
        if change == "other":
            if person.two_emails and len(person.emails) == 1:
                person.emails.append(self._email(person))
            return person.emails[-1 if len(person.emails) < 3 or random_() < 0.5 else 1]
        if change == "role":
            return person.role or email
        if change == "junk":
            if random_() < 0.25:
                return f"{HANDLES[int(random_() * 40)]}{int(random_() * 99)}@{self.rng.choice(DISPOSABLE)}"
            return JUNK_EMAILS[int(random_() * len(JUNK_EMAILS))]
        local, _, host = email.partition("@")
        if change == "typo":
            return f"{typo(local, self.rng)}@{host}"
        if change == "host":
            return f"{local}@{self.rng.choice(HOST_TYPOS.get(host) or (typo(host, self.rng), host[:-1]))}"
        if change == "tag":
            return f"{local}+{self.rng.choice(('chat', 'shop', 'info', 'web', 'news'))}@{host}"
        if change == "dots":
            return f"{local.replace('.', '') if '.' in local else local[:3] + '.' + local[3:]}@{host}"
        return email.upper() if random_() < 0.3 else email[:1].upper() + email[1:]

    def _written_phone(self, person: Person) -> str:
        random_ = self.rng.random
        change = self._phones.pick(random_())
        number, style = person.mobile, person.style
        if not change:
            return written_phone(person.phone_country, number, style)
        if change == "junk":
            return JUNK_PHONES[int(random_() * len(JUNK_PHONES))]
        if change == "other" and person.other_phone:
            number = person.other_phone
        elif change == "typo":
            at = 3 + int(random_() * (len(number) - 3))
            number = number[:at] + str(int(random_() * 10)) + number[at + 1 :]
        elif change == "style":
            style = int(random_() * 7)
        elif change == "ninth":
            return _ninth(person.phone_country, number, random_())
        return written_phone(person.phone_country, number, style)

    def _written_company(self, company: Company) -> str:
        x, name = self.rng.random(), company.name
        if x < 0.6:
            return name
        bare = company.stem
        if x < 0.85:
            return bare
        if x < 0.92:
            return bare.upper()
        return typo(bare, self.rng) if x < 0.96 else bare.split(" ")[0]

    def _written_home(self, person: Person) -> tuple[str, str, str, str]:
        random_ = self.rng.random
        change = self._addresses.pick(random_())
        if change == "moved" and person.earlier_home is None:
            person.earlier_home = self._home(person.home.country)
        home = (person.earlier_home if change == "moved" else None) or person.home
        which = 0 if person.native else 1
        ways = home.country.house
        street = ways[change == "way"].format(street=home.street[which], number=home.number)
        city = home.city[which]
        if change == "short":
            for long, short in SHORT:
                street = street.replace(long, short)
        elif change == "typo":
            street = typo(street, self.rng)
        elif change == "upper":
            street, city = street.upper(), city.upper()
        elif change == "no_number":
            street = home.street[which]
        return street, city, "" if change == "no_zip" else home.zipcode, home.country.code


SHORT = (
    ("Via ", "V. "), ("Viale ", "V.le "), ("Piazza ", "P.za "), ("straße", "str."), ("Straße", "Str."),
    ("Avenida ", "Av. "),
    ("avenue ", "av. "), ("boulevard ", "bd "), ("Calle ", "C/ "), ("Rua ", "R. "), ("Street", "St"),
    ("Road", "Rd"), (" utca", " u."),
    ("Caddesi", "Cad."), ("straat", "str."), ("rue ", "r. "), (" Ave", " Avenue"), (" St", " Street"),
)  # fmt: skip


@functools.lru_cache
def _titles(language: str, woman: bool) -> tuple[str, ...]:
    wrong = MENS_TITLES if woman else WOMENS_TITLES
    return tuple(title for title in _lists(language).get("titles", "").split() if title not in wrong)


@functools.lru_cache
def _template(pattern: str) -> tuple[str, tuple[int, ...]]:
    """The pattern as a format of numbers, and the size of each."""
    runs = re.findall("#+", pattern)
    return re.sub("#+", lambda run: f"%0{len(run[0])}d", pattern), tuple(10 ** len(run) for run in runs)


def _spelt(name: Name, native: bool, variant: int) -> str:
    return name.native if native else name.latin[variant % len(name.latin)]


@functools.lru_cache(maxsize=200_000)
def _handle(name: Name, variant: int) -> str:
    return re.sub(r"[^a-z]", "", plain(_spelt(name, False, variant)).lower()) or "x"


def written_phone(where: Country, number: str, style: int) -> str:
    """A number as one of seven kinds of people write it."""
    calls, trunk = where.calls, where.trunk
    if where.code == "AR" and style in (0, 2, 4):
        calls = "549" if style != 2 else "54 9"
    if style == 0:
        return f"+{calls}{number}"
    if style == 1:
        return trunk + number
    grouped = f"{number[:3]} {number[3:6]} {number[6:]}"
    if style == 2:
        return f"+{calls} {grouped}"
    if style == 3:
        return trunk + grouped
    if style == 4:
        return f"00{calls}{number}"
    if style == 5:
        return trunk + grouped.replace(" ", "-", 1)
    return f"({trunk}{number[:3]}) {number[3:6]}-{number[6:]}"


def _ninth(where: Country, number: str, x: float) -> str:
    """What Brazil and Argentina write with a ninth digit, without it, or as 15; elsewhere only with blanks."""
    if where.code == "BR" and len(number) == 11:
        bare = number[:2] + number[3:]
        return f"+55 {bare}" if x < 0.5 else bare
    if where.code == "AR":
        area = 2 if number.startswith("11") else 3
        return f"+54 {number}" if x < 0.5 else f"0{number[:area]} 15 {number[area:]}"
    return written_phone(where, number, 2 + int(x * 4))


# The mixtures.

_NAMES = {
    "typo": 0.03, "nickname": 0.06, "initial": 0.025, "initial_last": 0.015, "swap": 0.02, "comma": 0.01,
    "no_surname": 0.08,
    "plain": 0.04, "script": 0.02, "married": 0.015, "double": 0.03, "second": 0.03, "title": 0.015,
    "case": 0.05, "junk": 0.01,
    "local": 0.01, "split": 0.04,
}  # fmt: skip
_EMAILS = {
    "other": 0.17,
    "typo": 0.02,
    "host": 0.012,
    "dots": 0.008,
    "tag": 0.006,
    "upper": 0.02,
    "role": 0.02,
    "junk": 0.01,
}
_PHONES = {"other": 0.12, "style": 0.16, "ninth": 0.05, "typo": 0.015, "junk": 0.01}
_ADDRESSES = {
    "moved": 0.1, "short": 0.12, "typo": 0.05, "upper": 0.04, "no_number": 0.04, "no_zip": 0.08, "way": 0.1,
}  # fmt: skip
_FORMS = {"nep": 43, "ne": 27, "np": 9, "nepc": 4, "e": 6, "n": 3, "f": 3, "p": 2, "fe": 3}

_EUROPE = {
    "IT": 20, "DE": 15, "AT": 4, "FR": 13, "ES": 11, "PT": 5, "GB": 10, "NL": 6, "PL": 6, "HU": 4,
    "SE": 4, "GR": 1.5, "RU": 0.5,
}  # fmt: skip


def _times(rates: Mapping[str, float], by: float, **others: float) -> dict[str, float]:
    return {name: rate * by for name, rate in rates.items()} | others


MIXTURES: dict[str, Mixture] = {
    "europe": Mixture(
        countries=_EUROPE, forms=_FORMS, names=_NAMES, emails=_EMAILS, phones=_PHONES, addresses=_ADDRESSES
    ),
    "world": Mixture(
        countries={
            "US": 16, "GB": 6, "IT": 6, "DE": 6, "FR": 4, "ES": 3, "BR": 6, "MX": 4, "RU": 10, "GR": 4,
            "TR": 5, "EG": 6, "AE": 5,
            "JP": 9, "CN": 9, "IL": 5, "PL": 2, "HU": 1,
        },
        forms=_FORMS,
        names=_NAMES | {"script": 0.09, "latin": 0.04},
        emails=_EMAILS,
        phones=_PHONES,
        addresses=_ADDRESSES,
        native=0.5,
    ),
    "latin": Mixture(
        countries={"BR": 34, "MX": 20, "AR": 16, "ES": 20, "PT": 10},
        forms={"nep": 46, "ne": 22, "np": 14, "e": 5, "n": 3, "f": 4, "p": 3, "fe": 3},
        names=_NAMES | {"double": 0.11, "second": 0.06, "nickname": 0.07},
        emails=_EMAILS,
        phones=_PHONES | {"ninth": 0.14, "style": 0.2},
        addresses=_ADDRESSES,
        namesake=0.015,
    ),
    "shop": Mixture(
        countries={"IT": 30, "DE": 20, "FR": 14, "ES": 10, "GB": 10, "US": 10, "PL": 3, "NL": 3},
        again=0.18,
        forms={"nep": 62, "ne": 16, "np": 10, "e": 5, "p": 2, "n": 3, "f": 2},
        imported=0.2,
        customer_number=0.08,
        names=_NAMES,
        emails=_EMAILS | {"other": 0.12},
        phones=_PHONES,
        addresses=_ADDRESSES,
        household=0.38,
        family_email=0.25,
        colleague=0.02,
        recycled=0.006,
    ),
    "business": Mixture(
        countries=_EUROPE | {"US": 15, "IT": 16},
        again=0.18,
        forms={"nepc": 30, "nec": 20, "ne": 15, "nep": 14, "np": 5, "e": 8, "n": 4, "f": 2, "fe": 2},
        imported=0.18,
        names=_NAMES | {"title": 0.04, "initial": 0.05},
        emails=_EMAILS | {"other": 0.15, "role": 0.08},
        phones=_PHONES | {"other": 0.2},
        addresses=_ADDRESSES,
        household=0.02,
        colleague=0.75,
        role_mailbox=0.18,
        switchboard=0.45,
        work_email_first=0.8,
    ),
    "messy": Mixture(
        countries=_EUROPE | {"US": 12, "BR": 8, "MX": 5, "TR": 5, "RU": 6, "EG": 3},
        again=0.17,
        forms={"nep": 26, "ne": 28, "np": 12, "e": 11, "n": 7, "f": 6, "p": 4, "fe": 6},
        same_form=0.7,
        imported=0.03,
        names=_times(_NAMES, 1.5, typo=0.1, junk=0.04, local=0.03),
        emails=_times(_EMAILS, 1.1, typo=0.05, host=0.03, junk=0.04),
        phones=_times(_PHONES, 1.1, typo=0.05, junk=0.05),
        addresses=_times(_ADDRESSES, 1.3),
        namesake=0.015,
        recycled=0.008,
        impersonation=0.003,
    ),
    # For the last word only: nothing is to be fitted to these two.
    "gate_consumer": Mixture(
        countries={"IT": 18, "DE": 14, "FR": 12, "ES": 12, "US": 12, "GB": 8, "BR": 8, "PL": 6, "HU": 4,
        "RU": 3, "NL": 3},
        again=0.15,
        sizes=(55, 22, 11, 6, 3, 2, 1),
        forms={"nep": 45, "ne": 24, "np": 12, "e": 6, "n": 4, "f": 4, "p": 2, "fe": 3},
        same_form=0.75,
        imported=0.12,
        customer_number=0.04,
        split=0.4,
        names=_times(_NAMES, 1.15, nickname=0.08, typo=0.04),
        emails=_EMAILS | {"other": 0.15, "typo": 0.03, "host": 0.015},
        phones=_PHONES | {"style": 0.25, "other": 0.14},
        addresses=_times(_ADDRESSES, 1.1),
        household=0.28,
        family_email=0.2,
        father_and_son=0.08,
        colleague=0.05,
        namesake=0.02,
        recycled=0.005,
        impersonation=0.002,
        held_out=0.5,
    ),
    "gate_business": Mixture(
        countries={"DE": 20, "IT": 14, "FR": 10, "GB": 14, "US": 14, "ES": 8, "NL": 8, "PL": 6, "SE": 6},
        again=0.16,
        sizes=(62, 20, 9, 4, 2.5, 1.5, 1),
        forms={"nepc": 26, "nec": 24, "ne": 14, "nep": 12, "np": 6, "e": 10, "n": 3, "f": 3, "fe": 2},
        same_form=0.75,
        imported=0.22,
        split=0.45,
        names=_times(_NAMES, 1.1, title=0.05, initial=0.06),
        emails=_EMAILS | {"other": 0.18, "role": 0.1, "typo": 0.025},
        phones=_PHONES | {"other": 0.24, "style": 0.15},
        addresses=_times(_ADDRESSES, 1.2),
        household=0.04,
        colleague=0.65,
        role_mailbox=0.25,
        switchboard=0.5,
        work_email_first=0.7,
        namesake=0.015,
        impersonation=0.0015,
        held_out=0.5,
    ),
}  # fmt: skip


# The command.


def write(contacts: Iterable[Contact], file: Path) -> None:
    """The contacts as CSV, with a heading."""
    with file.open("w", encoding="utf-8", newline="") as to:
        writer = csv.writer(to)
        writer.writerow(COLUMNS)
        writer.writerows(contacts)


class Summary(NamedTuple):
    """How many, and what the pairs of one person share, as typed."""

    contacts: int
    persons: int
    repeated: float
    pairs: int
    equal_email: float
    equal_phone: float
    equal_neither: float


def summary(contacts: Iterable[Contact]) -> Summary:
    """Counts; `repeated` is the share of contacts whose person has more than one."""
    people: dict[int, list[Contact]] = {}
    for contact in contacts:
        people.setdefault(contact.person, []).append(contact)
    found: Counter[str] = Counter()
    repeated = 0
    for known in people.values():
        repeated += len(known) if len(known) > 1 else 0
        for one, other in itertools.combinations(known, 2):
            email = bool(one.email) and one.email == other.email
            phone = bool(one.phone) and one.phone == other.phone
            found.update({"pairs": 1, "email": email, "phone": phone, "neither": not (email or phone)})
    total, pairs = sum(map(len, people.values())), found["pairs"]
    shares = (found[name] / max(1, pairs) for name in ("email", "phone", "neither"))
    return Summary(total, len(people), repeated / max(1, total), pairs, *shares)


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(prog="python -m bench.people", description=__doc__.split("\n")[0])
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--mixture", choices=MIXTURES, default="europe")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--summary", action="store_true", help="of what was made")
    options = parser.parse_args()
    gc.disable()  # Nothing here refers to itself, and there is a lot of it.
    made: Iterable[Contact] = population(options.contacts, options.seed, MIXTURES[options.mixture])
    if options.summary:
        made = list(made)
    if options.out:
        write(made, options.out)
    if options.summary:
        told = summary(made)
        print(
            f"{options.mixture}: {told.contacts:,} contacts of {told.persons:,} persons,"
            f" {told.repeated:.1%} of a person with more; {told.pairs:,} true pairs: equal email"
            f" {told.equal_email:.1%}, phone {told.equal_phone:.1%}, neither {told.equal_neither:.1%}"
        )


# The lists: the most frequent first.

LATIN: dict[str, dict[str, str]] = {
    "it": {
        "men": "Andrea Marco Giuseppe Francesco Luca Alessandro Matteo Antonio Giovanni Roberto Stefano"
        " Davide Paolo Mario Lorenzo Simone Fabio Riccardo Federico Luigi Michele Daniele Claudio"
        " Massimo Vincenzo Salvatore Gabriele Domenico Nicola Pietro Leonardo Tommaso Alberto Giorgio"
        " Enrico Carlo Angelo Filippo Maurizio Emanuele Giacomo Edoardo Raffaele Cristian Franco Sergio"
        " Diego Bruno Pasquale Alessio Valerio Gianluca Gianni Mirko Samuele Mattia Christian Jacopo"
        " Dario Ivan Manuel Umberto Renato Walter Ettore Guido Nicolò Rocco Gaetano Ugo Cesare Fabrizio"
        " Mauro Piero Silvio Tiziano Vito Aldo Agostino Amedeo Armando Arturo Augusto Biagio Carmelo"
        " Corrado Dino Donato Elia Elio Emilio Ernesto Eugenio Ezio Flavio Fulvio Gerardo Gino Graziano"
        " Ignazio Ivano Leandro Livio Luciano Marcello Martino Nino Omar Oscar Osvaldo Ottavio Remo",
        "women": "Giulia Maria Anna Francesca Sara Laura Chiara Valentina Alessandra Silvia Elena Paola"
        " Martina Sofia Federica Giorgia Elisa Roberta Monica Barbara Cristina Alice Simona Daniela"
        " Claudia Ilaria Michela Stefania Patrizia Rosa Angela Giovanna Teresa Lucia Carmela Caterina"
        " Antonella Rita Emma Aurora Ginevra Beatrice Greta Camilla Arianna Irene Eleonora Serena Marta"
        " Veronica Debora Manuela Lorenza Raffaella Gabriella Luisa Rossella Sabrina Tiziana Nadia"
        " Marina Donatella Loredana Mariangela Noemi Viola Nicole Gaia Rebecca Erica Vanessa Pamela"
        " Katia Ornella Mirella Graziella Luciana Franca Pina Assunta Concetta Immacolata Filomena Ada"
        " Adele Agnese Alba Amalia Bianca Bruna Carla Cecilia Clara Costanza Dora Edda Elvira Emanuela"
        " Enrica Ester Eva Fabiola Fiorella Flavia Gemma Ida Ines Isabella Lara Lidia Liliana Linda",
        "surnames": "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo"
        " Conti DeLuca Mancini Costa Giordano Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani"
        " Rinaldi Caruso Ferrara Galli Martini Leone Longo Gentile Martinelli Vitale Lombardo Serra"
        " Coppola DeSantis D'Angelo Marchetti Parisi Villa Conte Ferraro Ferri Fabbri Bianco Marini"
        " Grasso Valentini Messina Sala DeAngelis Gatti Pellegrini Palumbo Sanna Farina Rizzi Monti"
        " Cattaneo Morelli Amato Silvestri Mazza Testa Grassi Pellegrino Carbone Giuliani Benedetti"
        " Barone Rossetti Caputo Montanari Guerra Palmieri Bernardi Martino Fiore DeRosa Ferretti"
        " Bellini Basile Riva Donati Piras Vitali Battaglia Sartori Neri Costantini Milani Pagano"
        " Ruggiero Sorrentino D'Amico Orlando Negri Mantovani Zanetti Bassi Fumagalli Crippa Brambilla",
        "stems": "Ross Bell Ferr Mont Cas Bald Bert Gal Mar Pell Band Bon Cal Camp Cant Capp Carl Cast"
        " Cav Cer Chiar Cocc Cor Cris Fabr Fant Fior Frat Gar Gius Gran Lamb Lup Magn Mal Manc Mart Mas"
        " Mazz Merl Min Mor Nard Nic Olv Pac Pal Panz Parm Pasqu Pav Per Petr Piv Poll Quar Rav Rig Rob"
        " Sal Sant Sav Scal Simon Spin Tass Tom Torn Tur Vac Val Ver Vig Vol Zamb Zan Zerb",
        "endings": "ini etti elli oni ato aro ucci acci ani ino one ello etto iero isi ari otti azzi"
        " uzzo era anti ardi ussi ola ese igli",
        "nicknames": "Giuseppe:Beppe,Pino,Peppe Francesco:Franco,Ciccio,Checco Alessandro:Ale,Sandro"
        " Antonio:Tonino,Toni Giovanni:Gianni,Vanni Roberto:Robi Stefano:Ste Davide:Dade"
        " Lorenzo:Enzo,Renzo Federico:Fede Luigi:Gigi,Gino Michele:Miki Daniele:Dani"
        " Vincenzo:Enzo,Cenzo Salvatore:Totò,Turi Domenico:Mimmo Nicola:Nico Pietro:Piero Leonardo:Leo"
        " Tommaso:Tommy,Maso Giorgio:Giò Filippo:Pippo Raffaele:Lello Pasquale:Lino Gaetano:Tano"
        " Riccardo:Ricky Gabriele:Lele Giacomo:Jack Edoardo:Edo Francesca:Franca,Fra"
        " Alessandra:Ale,Sandra Valentina:Vale Maria:Mari,Mariuccia Anna:Annina Giulia:Giuli"
        " Caterina:Cate,Rina Antonella:Anto Elisabetta:Betta Giovanna:Gio,Vanna Teresa:Resi"
        " Stefania:Stefi Federica:Fede Michela:Miki Roberta:Roby Concetta:Tina Immacolata:Imma"
        " Filomena:Mena Margherita:Rita Eleonora:Ele,Nora Beatrice:Bea Emanuele:Manu Emanuela:Manu"
        " Camilla:Milla Gabriella:Gabri Daniela:Dani Cristina:Cri Rebecca:Becky",
        "titles": "Dott. Dott.ssa Ing. Avv. Sig. Sig.ra Prof. Geom. Arch.",
    },
    "de": {
        "men": "Thomas Michael Andreas Peter Stefan Christian Hans Martin Klaus Wolfgang Jürgen Daniel"
        " Alexander Markus Matthias Sebastian Frank Uwe Jan Bernd Tobias Florian Johannes Werner"
        " Manfred Dieter Ralf Jörg Philipp Felix Lukas Maximilian Paul Leon Jonas Tim Niklas Simon"
        " David Benjamin Marcel Dennis Patrick Sven Oliver Robert Georg Josef Karl Franz Heinz Günter"
        " Helmut Gerhard Rainer Dirk Carsten Holger Jens Torsten Olaf Kai Lars Björn Rolf Horst Walter"
        " Herbert Kurt Ernst Friedrich Wilhelm Otto Moritz Fabian Jakob Anton Emil Konrad Leopold"
        " Valentin Vinzenz Xaver Alois Anselm Armin Arne Artur August Axel Benno Burkhard Christoph"
        " Clemens Detlef Eberhard Eckhard Edgar Egon Elmar Erich Erik Erwin Eugen Ewald Ferdinand Gero"
        " Gottfried Gregor Hannes Harald Hartmut Heiko Heiner Hendrik Henning Hermann Hubert Ingo"
        " Joachim",
        "women": "Anna Maria Sabine Susanne Petra Andrea Claudia Birgit Monika Karin Ursula Stefanie"
        " Julia Katharina Nicole Martina Christine Barbara Gabriele Angelika Heike Silke Anja Katrin"
        " Kerstin Sandra Melanie Christina Daniela Tanja Sonja Brigitte Renate Helga Ingrid Elisabeth"
        " Jutta Ute Laura Lea Lena Sarah Hannah Sophie Marie Emma Mia Johanna Charlotte Franziska"
        " Vanessa Jana Nina Eva Vera Margarete Hildegard Gertrud Ilse Gisela Erika Christa Doris Marion"
        " Cornelia Regina Bettina Beate Astrid Antje Dagmar Edith Elke Ella Frieda Friederike Gudrun"
        " Hanna Hedwig Heidi Helene Ida Inge Irene Irmgard Isabel Judith Käthe Lieselotte Lilli Lisa"
        " Luise Magdalena Mareike Marlene Mathilda Miriam Nadine Nora Rosemarie Ruth",
        "surnames": "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer"
        " Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann"
        " Hartmann Lange Schmitt Werner Schmitz Krause Meier Lehmann Schmid Schulze Maier Köhler"
        " Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn"
        " Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke"
        " Albrecht Schuster Simon Ludwig Böhm Winter Kraus Martin Schumacher Krämer Vogt Stein Jäger"
        " Otto Sommer Groß Seidel Heinrich Brandt Haas Schreiber Graf Schulte Dietrich Ziegler Kuhn"
        " Kühn Pohl Engel Horn Busch Bergmann Thomas Voigt Sauer Arnold Wolff Pfeiffer Gruber Pichler"
        " Steiner Moser",
        "stems": "Ober Nieder Berg Wald Stein Linden Eich Buch Birken Rosen Sonnen Kirch Brunn Bach"
        " Mühl Haber Korn Grün Schwarz Weiß Roth Alt Neu Lang Kurz Breit Hoch Tief Acker Feld Wiesen"
        " Moos Kalten Warm Adel Gott Sieg Wein Reb Holz Eisen Gold Silber Kupfer Hammer Reit Hirsch"
        " Hasen Vogel Falken Adler Kranich Öster Wester Süder Leiten Riedl Grill Hasl Pfaffen Mönch Vor"
        " Hinter Seiden Königs Kaisers Diet Wolfs Bären",
        "endings": "mann meyer meier bauer hofer berger müller stein feld bach hammer huber egger ner"
        " wald tal berg dorf er gruber reiter lechner moser baum hauser rieder wirth fels schmid kamp",
        "nicknames": "Thomas:Tom,Tommy Michael:Micha,Michi,Mike Andreas:Andi,Andy Stefan:Steff"
        " Christian:Chris,Christl Johannes:Hans,Jo,Hannes Wolfgang:Wolfi Alexander:Alex,Sascha"
        " Matthias:Matze,Hias Sebastian:Basti,Wastl Tobias:Tobi Florian:Flo Josef:Sepp,Jupp"
        " Georg:Schorsch Franz:Franzl Maximilian:Max Benjamin:Ben,Benni Manfred:Manni Günter:Günni"
        " Joachim:Jochen,Achim Heinrich:Heinz,Heini Friedrich:Fritz Wilhelm:Willi Karl:Kalle"
        " Ludwig:Lutz Philipp:Flip Markus:Max Christoph:Chris,Toffi Rudolf:Rudi Daniel:Dani"
        " Robert:Robby Katharina:Kathi,Käthe,Kati Elisabeth:Lisa,Sissi,Elli,Liesl"
        " Margarete:Grete,Gretel Susanne:Susi,Sanne Ursula:Uschi,Ulla Gabriele:Gabi"
        " Barbara:Babsi,Bärbel Stefanie:Steffi Christine:Christl,Tine Brigitte:Gitti"
        " Magdalena:Leni,Lena Johanna:Hanna Franziska:Franzi Angelika:Geli Monika:Moni"
        " Alexandra:Alex,Sandra Hildegard:Hilde Rosemarie:Rosi Charlotte:Lotte Friederike:Rike"
        " Renate:Reni Julia:Jule Sophie:Fifi",
        "titles": "Dr. Prof. Herr Frau Dipl.-Ing. Mag. Dr.med.",
    },
    "fr": {
        "men": "Jean Pierre Michel Philippe Alain Nicolas Christophe Patrick Daniel Laurent Bernard"
        " Frédéric Julien Stéphane David Olivier Thomas Éric Sébastien Alexandre Pascal Thierry"
        " François Guillaume Antoine Maxime Vincent Jérôme Gérard Louis Lucas Hugo Gabriel Arthur Jules"
        " Paul Mathieu Benjamin Romain Clément Quentin Valentin Adrien Bruno Marc Luc Gilles Hervé"
        " Didier Serge Yves René André Jacques Claude Roger Marcel Henri Robert Raymond Georges"
        " Emmanuel Benoît Fabien Cédric Anthony Kévin Jérémy Mickaël Arnaud Franck Denis Dominique Yann"
        " Loïc Gaël Théo Nathan Enzo Léo Raphaël Tristan Simon Baptiste Bastien Aurélien Xavier Rémi"
        " Régis Roland Sylvain Ludovic Lionel Jonathan Joël Gaspard Fabrice Étienne Édouard Damien"
        " Cyril",
        "women": "Marie Nathalie Isabelle Sylvie Catherine Françoise Valérie Christine Stéphanie"
        " Sandrine Sophie Céline Monique Julie Aurélie Camille Laura Léa Manon Chloé Emma Sarah Anne"
        " Martine Véronique Brigitte Nicole Jacqueline Michèle Chantal Caroline Émilie Virginie Karine"
        " Laetitia Élodie Audrey Mélanie Pauline Marion Charlotte Claire Hélène Delphine Corinne"
        " Patricia Dominique Agnès Annie Danielle Denise Simone Jeanne Louise Alice Lucie Juliette Inès"
        " Jade Zoé Margaux Mathilde Clara Anaïs Amandine Vanessa Jessica Fanny Florence Laurence"
        " Béatrice Élisabeth Geneviève Odile Solange Suzanne Thérèse Viviane Yvette Yvonne Adèle"
        " Apolline Aline Armelle Bénédicte Bérengère Cécile Clémence Colette Constance Édith Éléonore"
        " Estelle",
        "surnames": "Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon"
        " Michel Lefebvre Leroy Roux David Bertrand Morel Fournier Girard Bonnet Dupont Lambert"
        " Fontaine Rousseau Vincent Muller Lefèvre Faure André Mercier Blanc Guérin Boyer Garnier"
        " Chevalier François Legrand Gauthier Garcia Perrin Robin Clément Morin Nicolas Henry Roussel"
        " Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noël Meyer Dufour Meunier"
        " Brun Blanchard Giraud Joly Rivière Lucas Brunet Gaillard Barbier Arnaud Martinez Gérard Roche"
        " Renard Schmitt Roy Leroux Colin Vidal Caron Picard Roger Fabre Aubert Lemoine Renaud Dumas"
        " Lacroix Olivier Philippe Bourgeois Pierre Benoît Rey Leclerc Payet Rolland Leclercq Guillaume"
        " Lecomte",
        "stems": "Bert Gir Mor Cham Dub Font Gaill Lam Mont Pell Ren Rich Roch Barb Baud Bell Ber Bour"
        " Brun Cal Carp Cast Char Chev Clav Cour Dam Del Duf Esc Fav Fer Fleur Gar Gaut Gob Gran Guill"
        " Hard Jac Jol Lab Lav Lev Mall Marc Maur Merc Mign Nav Pap Pasc Perr Pich Poir Pont Poul Rab"
        " Ramb Rav Roub Sab Sauv Tav Thib Vall Verd Viv",
        "endings": "ard aud ault eau et in ier on ot el ert ois and ival anger ineau oux elle ac as ouin",
        "nicknames": "Alexandre:Alex Nicolas:Nico Christophe:Chris Frédéric:Fred Stéphane:Steph"
        " Sébastien:Seb Thomas:Tom Guillaume:Guigui Antoine:Toine Maxime:Max Benjamin:Ben Philippe:Phil"
        " Vincent:Vince Emmanuel:Manu Jérôme:Jé Matthieu:Mat Mathieu:Mat Laurent:Lolo Daniel:Dany"
        " Gabriel:Gaby François:Fanfan Jacques:Jacquot Mickaël:Mika Anthony:Tony Olivier:Oli"
        " Jean:Jeannot Pierre:Pierrot Michel:Mimi Raphaël:Raf Bernard:Nanard Catherine:Cathy,Cath"
        " Isabelle:Isa Véronique:Véro Stéphanie:Steph Valérie:Val Françoise:Fanchon"
        " Christine:Chris,Kiki Élisabeth:Babeth,Zabeth Sandrine:Sandy Caroline:Caro Émilie:Mimi"
        " Laetitia:Laeti Delphine:Del Marguerite:Margot Jacqueline:Jacquie Nathalie:Nath Patricia:Pat"
        " Mathilde:Mat Amandine:Mandy Dominique:Dom Béatrice:Béa Florence:Flo Virginie:Vivi"
        " Aurélie:Lili Geneviève:Ginette Suzanne:Suzy",
        "titles": "M. Mme Mlle Dr Me",
    },
    "es": {
        "men": "Antonio José Manuel Francisco David Juan Javier Daniel Carlos Jesús Alejandro Miguel"
        " Rafael Pablo Pedro Ángel Sergio Fernando Jorge Luis Alberto Álvaro Diego Adrián Raúl Iván"
        " Ramón Rubén Óscar Andrés Enrique Joaquín Santiago Vicente Eduardo Víctor Mario Roberto Jaime"
        " Marcos Ignacio Alfonso Salvador Hugo Ricardo Emilio Guillermo Gabriel Julián Julio Gonzalo"
        " Tomás Agustín José Mateo Leonardo Emiliano Sebastián Nicolás Matías Martín Lautaro Facundo"
        " Thiago Benjamín Felipe Gustavo Hernán Ezequiel Maximiliano Rodrigo Esteban Héctor Arturo"
        " Armando Alfredo Ernesto Gerardo Rogelio Lorenzo Mariano Félix Gregorio Cristian César Domingo"
        " Bernardo Braulio Claudio Darío Efraín Eugenio Fabián Germán Homero Isidro Leandro Lisandro"
        " Norberto",
        "women": "María Carmen Ana Isabel Laura Cristina Marta Josefa Dolores Lucía Antonia Pilar Elena"
        " Sara Paula Raquel Rosa Mercedes Beatriz Teresa Julia Silvia Patricia Irene Montserrat Andrea"
        " Rocío Mónica Alba Ángela Sonia Alicia Sandra Susana Marina Yolanda Natalia Margarita Eva"
        " Inmaculada Claudia Noelia Encarnación Verónica Nuria Carolina Guadalupe Juana Gabriela"
        " Daniela Valentina Camila Sofía Martina Victoria Ximena Fernanda Alejandra Adriana Leticia"
        " Lorena Luz Esperanza Consuelo Rosario Concepción Milagros Florencia Micaela Agustina"
        " Antonella Graciela Liliana Estela Norma Araceli Araceli Amparo Aurora Begoña Belén Blanca"
        " Catalina Celia Clara Débora Diana Elsa Emilia Esther Eugenia Fátima Gloria Graciela Inés"
        " Jimena Josefina",
        "surnames": "García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín"
        " Jiménez Hernández Ruiz Díaz Moreno Muñoz Álvarez Romero Gutiérrez Alonso Navarro Torres"
        " Domínguez Ramos Vázquez Ramírez Gil Serrano Molina Blanco Morales Suárez Ortega Castro"
        " Delgado Ortiz Marín Rubio Núñez Medina Sanz Castillo Iglesias Cortés Garrido Santos Guerrero"
        " Lozano Cano Cruz Méndez Flores Prieto Herrera Peña León Márquez Cabrera Gallego Calvo Vidal"
        " Campos Reyes Vega Fuentes Carrasco Diez Aguilar Caballero Nieto Santana Vargas Pascual"
        " Giménez Herrero Hidalgo Montero Lorenzo Santiago Benítez Durán Ibáñez Arias Mora Ferrer"
        " Carmona Vicente Rojas Soto Crespo Román Pastor Velasco Parra Sáez Moya Bravo Rivera Gallardo"
        " Soler Acosta Sosa",
        "stems": "Agui Alm Ara Arr Bar Bel Ben Ber Bor Bust Cab Cal Cam Can Car Cas Cer Cob Cor Ech"
        " Elor Esc Esp Est Fal Fer Gal Gar Goi Gor Gur Her Hin Ibar Iri Lar Leg Liz Lum Mad Mal Man Mar"
        " Med Mel Men Mon Mor Nav Oll Ord Ort Oter Pal Pan Par Ped Pin Por Quin Reb Rio Rob Sal San Seg"
        " Sor Tol Tor Uri Val Ver Vil Zab Zub",
        "endings": "rero ado ales ano ares arte eda egui eña era ero eta ez iaga ido illo ina iño ola"
        " ona osa oza uela ubio ueta iz andia azo",
        "nicknames": "José:Pepe,Chepe Francisco:Paco,Pancho,Curro,Fran Manuel:Manolo,Lolo"
        " Jesús:Chus,Suso Antonio:Toño,Toni Alejandro:Álex,Jandro Ignacio:Nacho Enrique:Quique,Kike"
        " Javier:Javi Rafael:Rafa Fernando:Nando,Fer Eduardo:Edu,Lalo Guillermo:Guille,Memo"
        " Santiago:Santi,Chago Daniel:Dani Alberto:Beto,Tito Roberto:Beto Sebastián:Seba,Sebas"
        " Nicolás:Nico Matías:Mati Gonzalo:Gonza Joaquín:Quino,Joaco Vicente:Chente Sergio:Checo"
        " Miguel:Migue Salvador:Chava Gabriel:Gabo Gustavo:Gus,Tavo Juan:Juancho Pedro:Perico"
        " Luis:Lucho Carlos:Charly Ricardo:Ricky Maximiliano:Maxi Ezequiel:Eze Facundo:Facu"
        " Cristian:Cris Felipe:Pipe María:Mari,Maru Dolores:Lola Josefa:Pepa,Fina Isabel:Isa,Chabela"
        " Rosario:Charo Concepción:Concha,Conchita Mercedes:Merche Teresa:Tere,Maite"
        " Guadalupe:Lupe,Lupita Pilar:Pili Beatriz:Bea Cristina:Cris Encarnación:Encarna"
        " Inmaculada:Inma Consuelo:Chelo Margarita:Marga Alejandra:Ale Gabriela:Gabi Verónica:Vero"
        " Montserrat:Montse Carolina:Caro Josefina:Pepita Florencia:Flor Valentina:Vale Patricia:Patri"
        " Elena:Nena Milagros:Mili",
        "titles": "Sr. Sra. Dr. Dra. Lic. Ing. D.",
    },
    "pt": {
        "men": "José João Antônio Francisco Carlos Paulo Pedro Lucas Luiz Marcos Luís Gabriel Rafael"
        " Daniel Marcelo Bruno Eduardo Felipe Raimundo Rodrigo Manoel Mateus André Fernando Fábio"
        " Leonardo Gustavo Guilherme Leandro Tiago Anderson Ricardo Márcio Jorge Sebastião Alexandre"
        " Roberto Edson Diego Vitor Sérgio Cláudio Matheus Thiago Geraldo Adriano Luciano Júlio Renato"
        " Alex Vinícius Rogério Samuel Ronaldo Mário Flávio Igor Douglas Davi Manuel Jeferson Cícero"
        " Miguel Caio Henrique Rui Nuno Gonçalo Duarte Vasco Afonso Joaquim Américo Artur Bernardo"
        " Caetano Celso Cristiano Damião Danilo Dinis Edmundo Emanuel Everton Fausto Filipe Gil Hélder"
        " Hélio",
        "women": "Maria Ana Francisca Antônia Adriana Juliana Márcia Fernanda Patrícia Aline Sandra"
        " Camila Amanda Bruna Jéssica Letícia Júlia Luciana Vanessa Mariana Gabriela Vera Vitória"
        " Larissa Cláudia Beatriz Luana Rita Sônia Renata Eliane Josefa Simone Natália Cristiane Carla"
        " Débora Rosângela Jaqueline Rosa Daniela Aparecida Marlene Terezinha Raimunda Andréia Fabiana"
        " Lúcia Raquel Angela Rafaela Joana Luzia Elaine Daniele Regina Daiane Alessandra Isabela"
        " Bianca Sofia Inês Matilde Leonor Carolina Catarina Marta Filipa Sara Cátia Susana Helena"
        " Teresa Isabel Margarida Alice Amélia Arlete Benedita Carmem Célia Cecília Conceição Denise"
        " Edna Eduarda",
        "surnames": "Silva Santos Oliveira Souza Rodrigues Ferreira Alves Pereira Lima Gomes Costa"
        " Ribeiro Martins Carvalho Almeida Lopes Soares Fernandes Vieira Barbosa Rocha Dias Nascimento"
        " Andrade Moreira Nunes Marques Machado Mendes Freitas Cardoso Ramos Gonçalves Santana Teixeira"
        " Sousa Pinto Araújo Cavalcanti Monteiro Moura Correia Melo Barros Campos Batista Reis Castro"
        " Azevedo Fonseca Cunha Borges Pires Antunes Tavares Coelho Cruz Henriques Neves Figueiredo"
        " Magalhães Matos Macedo Duarte Simões Miranda Amaral Guimarães Faria Brito Leite Nogueira"
        " Siqueira Sampaio Farias Xavier Peixoto Bezerra Moraes Queiroz Aguiar Viana Braga Medeiros"
        " Paiva",
        "stems": "Alb Alm Am Aze Bar Bel Ber Bor Bran Cab Cal Cam Car Cas Cav Cer Cou Dam Esp Fal Fer"
        " Fig Fon Frag Gal Gou Gra Guer Jar Lac Lam Lei Lob Lou Mac Mal Man Mar Med Mei Mes Mon Mor Mou"
        " Nor Oli Pac Pai Pal Par Ped Per Pin Por Pra Que Reb Rib Roc Sal Sar Seq Ser Sil Tav Tei Tor"
        " Val Vas Ver Vil",
        "endings": "eira eiro ado al ares ela elo ena enha ezes ial ido ilho inha inho ira ita onte osa"
        " oso ote ueira ugal unha urão ães",
        "nicknames": "José:Zé,Zeca Francisco:Chico,Kiko Antônio:Toninho,Tonho João:Joca,Jão"
        " Carlos:Cacá,Carlinhos Luiz:Lula,Luizinho Eduardo:Edu,Dudu Rafael:Rafa Gabriel:Biel,Gabi"
        " Daniel:Dani Roberto:Beto Alexandre:Xande,Alex Fernando:Nando Leonardo:Léo Gustavo:Guga"
        " Guilherme:Gui Felipe:Lipe Rodrigo:Digo Ricardo:Rick,Cadu Henrique:Rick Sebastião:Tião"
        " Joaquim:Quim Manuel:Manel,Neco Vinícius:Vini Bernardo:Beni Tiago:Ti Thiago:Thi Paulo:Paulinho"
        " Pedro:Pedrinho Marcelo:Celo Ronaldo:Naldo Cristiano:Cris Geraldo:Gera Matheus:Teteu"
        " Maria:Mariazinha,Mia Ana:Aninha Francisca:Chica,Chiquinha Fernanda:Nanda,Fê Patrícia:Pati"
        " Juliana:Ju Gabriela:Gabi Beatriz:Bia Mariana:Mari Aparecida:Cida Luciana:Lu Natália:Nat"
        " Isabela:Isa,Bela Letícia:Lê Carolina:Carol Catarina:Cati Josefa:Zefa Terezinha:Tetê"
        " Rafaela:Rafa Daniela:Dani Margarida:Guida Vitória:Vivi Camila:Mila Cristiane:Cris"
        " Conceição:São Alessandra:Lê Amélia:Memé",
        "titles": "Sr. Sra. Dr. Dra. Eng.",
    },
    "en": {
        "men": "James John Robert Michael William David Richard Thomas Joseph Charles Christopher"
        " Daniel Matthew Anthony Mark Donald Steven Paul Andrew Joshua Kenneth Kevin Brian George"
        " Timothy Ronald Edward Jason Jeffrey Ryan Jacob Gary Nicholas Eric Jonathan Stephen Larry"
        " Justin Scott Brandon Benjamin Samuel Gregory Alexander Patrick Frank Raymond Jack Dennis"
        " Jerry Tyler Aaron Jose Adam Nathan Henry Douglas Zachary Peter Kyle Noah Ethan Jeremy Walter"
        " Christian Keith Roger Terry Austin Sean Gerald Carl Harold Dylan Arthur Lawrence Jordan Jesse"
        " Bryan Billy Bruce Gabriel Joe Logan Alan Juan Albert Willie Elijah Wayne Randy Vincent Mason"
        " Roy Ralph Oliver Harry Oscar Alfie Freddie Theo Callum Rhys Owen Declan Liam Connor Angus"
        " Duncan Malcolm Nigel Clive Graham Trevor Barry Derek Geoffrey Colin Stuart Simon Neil Ian"
        " Darren Craig Lee Gareth Dean Dominic Rupert",
        "women": "Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy"
        " Betty Sandra Margaret Ashley Kimberly Emily Donna Michelle Carol Amanda Melissa Deborah"
        " Stephanie Dorothy Rebecca Sharon Laura Cynthia Amy Kathleen Angela Shirley Brenda Emma Anna"
        " Pamela Nicole Samantha Katherine Christine Helen Debra Rachel Carolyn Janet Maria Catherine"
        " Heather Diane Olivia Julie Joyce Victoria Ruth Virginia Lauren Kelly Christina Joan Evelyn"
        " Judith Andrea Hannah Megan Cheryl Jacqueline Martha Madison Teresa Gloria Sara Janice Ann"
        " Kathryn Abigail Sophia Frances Jean Alice Judy Isabella Julia Grace Amber Denise Danielle"
        " Marilyn Charlotte Amelia Isla Poppy Freya Imogen Harriet Georgina Philippa Fiona Gillian"
        " Hilary Lesley Lorraine Maureen Tracey Wendy Yvonne Beverley Bronwen Caitlin Ciara Siobhan"
        " Niamh Orla Aoife Eilidh Moira Morag Sheila Shona",
        "surnames": "Smith Johnson Williams Brown Jones Davis Miller Wilson Moore Taylor Anderson"
        " Thomas Jackson White Harris Martin Thompson Robinson Clark Lewis Lee Walker Hall Allen Young"
        " King Wright Scott Green Baker Adams Nelson Hill Campbell Mitchell Roberts Carter Phillips"
        " Evans Turner Parker Collins Edwards Stewart Morris Murphy Cook Rogers Morgan Cooper Peterson"
        " Reed Bailey Bell Kelly Howard Ward Cox Richardson Wood Watson Brooks Bennett Gray James"
        " Hughes Price Myers Long Foster Sanders Ross Powell Sullivan Russell Jenkins Perry Butler"
        " Barnes Fisher Patel Khan Singh Davies Hussain Begum Ali Ahmed Shah Mason Hunt Palmer Webb"
        " Rose Stone Knight Mills O'Brien O'Connor Byrne Ryan Walsh Doyle McCarthy Gallagher Kennedy"
        " MacDonald Reid Murray Fraser Graham Duncan Paterson",
        "stems": "Ash Bar Beck Black Brad Brook Bur Chad Chat Chester Clay Cold Crom Cul Dal Den Dun"
        " East Elm Fair Farn Fen Gar Glen Gold Gran Green Had Hal Har Hart Hath Hay Hazel Hol Hop Hunt"
        " Kirk Lang Law Leigh Lin Lock Long Mar May Mel Mid Mill Nor North Oak Old Pem Pen Pres Rad Red"
        " Rock Rush Sand Sel Shel Short Stan Strat Sun Sut Thorn Tin Under Wal War Wen West Whit Win"
        " Wood",
        "endings": "ton ford ley well wood worth field bury by ham ridge brook den burn croft combe man"
        " more dale gate land shaw stead wick hurst house er son",
        "nicknames": "James:Jim,Jimmy,Jamie John:Jack,Johnny Robert:Bob,Rob,Bobby,Robbie"
        " Michael:Mike,Mick,Mickey William:Bill,Will,Billy,Liam David:Dave,Davy Richard:Dick,Rick,Rich"
        " Thomas:Tom,Tommy Joseph:Joe,Joey Charles:Charlie,Chuck Christopher:Chris,Kit Daniel:Dan,Danny"
        " Matthew:Matt Anthony:Tony Steven:Steve Andrew:Andy,Drew Joshua:Josh Kenneth:Ken,Kenny"
        " Timothy:Tim Ronald:Ron Edward:Ed,Ted,Eddie,Ned Jeffrey:Jeff Nicholas:Nick Jonathan:Jon"
        " Stephen:Steve Benjamin:Ben Samuel:Sam Gregory:Greg Alexander:Alex,Sandy,Xander"
        " Patrick:Pat,Paddy Raymond:Ray Nathan:Nate Henry:Harry,Hank Douglas:Doug Zachary:Zach"
        " Peter:Pete Gerald:Gerry Lawrence:Larry Arthur:Art Albert:Al,Bert Geoffrey:Geoff"
        " Frederick:Fred Leonard:Len Donald:Don Philip:Phil Vincent:Vince Walter:Walt Francis:Frank"
        " Theodore:Ted Oliver:Ollie Mary:Molly,Polly Patricia:Pat,Trish,Patty Jennifer:Jen,Jenny"
        " Elizabeth:Liz,Beth,Betty,Lizzie,Eliza Barbara:Barb Susan:Sue,Susie Jessica:Jess Sarah:Sally"
        " Margaret:Maggie,Peggy,Meg Kimberly:Kim Emily:Em Amanda:Mandy Melissa:Mel Deborah:Debbie,Deb"
        " Stephanie:Steph Dorothy:Dot,Dolly Rebecca:Becky,Becca Cynthia:Cindy Kathleen:Kathy Pamela:Pam"
        " Samantha:Sam Katherine:Kate,Kathy,Katie,Kit Christine:Chris,Tina Catherine:Cathy,Kate"
        " Victoria:Vicky,Tori Virginia:Ginny Jacqueline:Jackie Teresa:Terry,Tess Abigail:Abby"
        " Frances:Fran Charlotte:Lottie,Charlie Philippa:Pippa Harriet:Hattie Isabella:Bella,Izzy"
        " Judith:Judy Angela:Angie Danielle:Dani Gillian:Jill Alexandra:Alex,Sandra",
        "titles": "Mr Mrs Ms Dr Prof. Miss Sir",
    },
    "nl": {
        "men": "Jan Johannes Peter Hendrik Cornelis Pieter Willem Gerrit Jeroen Mark Martijn Dennis Bas"
        " Erik Rob Marcel Tim Thomas Daan Sem Lucas Levi Finn Bram Luuk Jesse Ruben Stijn Thijs Lars"
        " Niels Sander Maarten Wouter Joost Koen Frank Hans Henk Kees Piet Wim Theo Ad Arie Bart Ben"
        " Bert Dirk Edwin Evert Floris Frits Geert Guus Harm Hugo Jaap Jacob Jasper Jelle Joris Jurgen"
        " Karel Klaas Leendert Leo Lodewijk Maurits Menno Michiel Nico Olaf Patrick Paul Ramon Reinier"
        " Remco René Richard Roel Ronald Rutger Sjoerd Stefan Sven Teun Tom Victor Vincent Wessel",
        "women": "Maria Johanna Anna Cornelia Elisabeth Catharina Petra Monique Ingrid Linda Esther"
        " Marjolein Sandra Saskia Wilma Marieke Anouk Emma Julia Sophie Lotte Fleur Sanne Iris Eva Lisa"
        " Femke Noor Tess Roos Anne Inge Els Ans Greetje Grietje Hanneke Hilde Ilse Ineke Janneke Joke"
        " Judith Karin Kim Laura Lieke Loes Maaike Manon Margriet Marjan Marleen Marloes Mieke Mirjam"
        " Nicole Nienke Patricia Renate Rianne Rita Simone Suzanne Tamara Thea Tineke Trudy Vera"
        " Willemijn Wendy Yvonne Yvette Aagje Bianca Carla Daphne Dorien Eline Ellen Floor Geertruida"
        " Gerda",
        "surnames": "deJong Jansen deVries vandenBerg vanDijk Bakker Janssen Visser Smit Meijer deBoer"
        " Mulder deGroot Bos Vos Peters Hendriks vanLeeuwen Dekker Brouwer deWit Dijkstra Smits deGraaf"
        " vanderMeer vanderLinden Kok Jacobs deHaan Vermeulen vandenHeuvel vanderVeen vandenBroek"
        " deBruijn deBruin vanderHeijden Schouten vanBeek Willems vanVliet vandeVen Hoekstra Maas"
        " Verhoeven Koster vanDam vanderWal Prins Blom Huisman Peeters deJonge Kuipers vanVeen Post"
        " Kuiper Veenstra Kramer vandenBrink Scholten vanWijk Postma Martens Vink deRuiter Timmermans"
        " Groen Gerritsen Jonker vanLoon Boer vanderVelde Willemsen Smeets deLange deVos vanDongen"
        " Schipper deKoning",
        "stems": "Aal Berg Bloem Boer Bom Bosch Brand Brug Dal Dijk Door Duin Eik Els Gras Groen Haag"
        " Ham Heem Heide Hoek Hof Hoog Kamp Kerk Klei Koop Kort Kreek Laan Land Lang Leeuw Lind Loo"
        " Meer Molen Nieuw Noord Oost Oud Ploeg Polder Riet Rijn Rood Rose Schaap Slag Smal Steen Stoop"
        " Tuin Veen Veld Ven Vliet Vogel Water Weide West Wild Wind Wolf Zand Zee Zuid",
        "endings": "stra ma man huis inga kamp berg veld hof meijer horst hout mans sen broek dam burg"
        " drecht wijk ink ers bosch land",
        "nicknames": "Johannes:Jan,Hans,Joop Hendrik:Henk,Rik Cornelis:Kees,Cor Willem:Wim,Pim"
        " Pieter:Piet,Peter Gerrit:Ger Jacob:Jaap,Koos Martijn:Tijn Thomas:Tom Maarten:Mart Lodewijk:Lo"
        " Leendert:Leen Nicolaas:Klaas,Nico Johanna:Joke,Hanneke,Annie Elisabeth:Els,Lies,Betty"
        " Cornelia:Corrie,Nel Catharina:Trijn,Toos,Karin Margriet:Griet Geertruida:Truus,Geertje"
        " Maria:Ria,Mieke,Marie Wilhelmina:Mien,Willy Petra:Pé Suzanne:Suus",
        "titles": "dhr. mevr. drs. ir. dr.",
    },
    "pl": {
        "men": "Jan Andrzej Piotr Krzysztof Stanisław Tomasz Paweł Józef Marcin Marek Michał Grzegorz"
        " Jerzy Tadeusz Adam Łukasz Zbigniew Ryszard Dariusz Henryk Mariusz Kazimierz Wojciech Robert"
        " Mateusz Marian Rafał Jacek Janusz Mirosław Maciej Sławomir Jarosław Kamil Wiesław Roman"
        " Władysław Jakub Artur Zdzisław Edward Mieczysław Damian Dawid Przemysław Sebastian Czesław"
        " Leszek Daniel Waldemar Bartosz Filip Antoni Szymon Aleksander Franciszek Mikołaj Wiktor Leon"
        " Oskar Hubert Igor Norbert Patryk Radosław Bogdan Bolesław Bronisław Cezary Dominik Eryk",
        "women": "Anna Maria Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Elżbieta Magdalena"
        " Joanna Zofia Monika Teresa Danuta Jadwiga Janina Irena Halina Jolanta Beata Aleksandra Marta"
        " Dorota Marianna Grażyna Justyna Stanisława Renata Urszula Iwona Alicja Paulina Karolina"
        " Bożena Natalia Sylwia Wiesława Agata Aneta Izabela Ewelina Marzena Genowefa Patrycja Helena"
        " Wiktoria Julia Zuzanna Maja Lena Hanna Oliwia Amelia Weronika Kinga Dominika Kamila Edyta"
        " Wanda Lucyna Wioletta Honorata Jagoda Kalina Klaudia Lidia Ludwika Łucja Marlena Martyna"
        " Milena Nina",
        "surnames": "Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński"
        " Szymański Woźniak Dąbrowski Kozłowski Jankowski Mazur Wojciechowski Kwiatkowski Krawczyk"
        " Kaczmarek Piotrowski Grabowski Zając Pawłowski Michalski Król Wieczorek Jabłoński Wróbel"
        " Nowakowski Majewski Olszewski Stępień Malinowski Jaworski Adamczyk Dudek Nowicki Pawlak"
        " Górski Witkowski Walczak Sikora Baran Rutkowski Michalak Szewczyk Ostrowski Tomaszewski"
        " Pietrzak Zalewski Wróblewski Marciniak Jasiński Zawadzki Bąk Jakubowski Sadowski Duda"
        " Włodarczyk Wilk Chmielewski Borkowski Sokołowski Szczepański Sawicki Kucharski Lis"
        " Maciejewski Kubiak Kalinowski Mazurek Wysocki Kołodziej",
        "stems": "Adam Bart Biel Bog Bor Brzez Buk Chrz Cich Czar Czer Dęb Dob Dom Droz Fil Gaw Głow"
        " Gołę Gór Grab Grzyb Jab Jagieł Jan Jas Jaw Kal Kam Karp Kos Kot Kras Krzy Kuch Kwiat Lasz"
        " Lesz Lip Luk Łoz Mak Mal Mich Miel Mod Mros Nied Now Ol Orł Osin Ost Past Paw Piąt Pod Pol"
        " Rad Rog Rom Rud Ryb Sad Sam Sie Skib Sob Sok Stan Staw Świd Szaf Tom Topol Urb Wal Was Więc"
        " Wil Wit Woj Wol Zab Zaw Ziel Żuk",
        "endings": "owski ewski iński czyk czak iak ecki icki ik ek owicz ewicz asik ała uch ński ocki",
        "nicknames": "Andrzej:Jędrek Piotr:Piotrek Krzysztof:Krzysiek,Krzyś Stanisław:Staszek,Stach"
        " Tomasz:Tomek Józef:Józek Marcin:Marcinek Michał:Misiek Grzegorz:Grzesiek Jerzy:Jurek"
        " Tadeusz:Tadek Łukasz:Łuki Zbigniew:Zbyszek Ryszard:Rysiek Dariusz:Darek Henryk:Heniek"
        " Mariusz:Mario Wojciech:Wojtek Jakub:Kuba Sławomir:Sławek Jarosław:Jarek Maciej:Maciek"
        " Aleksander:Olek Bartosz:Bartek Franciszek:Franek Mikołaj:Miki Przemysław:Przemek"
        " Jan:Janek,Jaś Paweł:Pawełek Anna:Ania,Anka Maria:Marysia Katarzyna:Kasia,Kaśka"
        " Małgorzata:Gosia,Małgosia Agnieszka:Aga Barbara:Basia Ewa:Ewka Krystyna:Krysia Elżbieta:Ela"
        " Magdalena:Magda Joanna:Asia Zofia:Zosia Teresa:Renia Danuta:Danka Aleksandra:Ola"
        " Dorota:Dorotka Justyna:Justa Urszula:Ula Alicja:Ala Zuzanna:Zuzia Wiktoria:Wika Izabela:Iza"
        " Natalia:Natka Karolina:Karola Hanna:Hania Jadwiga:Jadzia",
        "titles": "Pan Pani mgr dr inż.",
    },
    "hu": {
        "men": "László István József János Zoltán Sándor Gábor Ferenc Attila Péter Tamás Zsolt Tibor"
        " András Csaba Imre Lajos György Balázs Gyula Mihály Károly Róbert Béla Dávid Dániel Ádám"
        " Krisztián Miklós Norbert Bence Máté Levente Márk Richárd Gergő Roland Szabolcs Viktor Pál"
        " Antal Bálint Zsombor Dominik Kristóf Marcell Milán Olivér Botond Barnabás Áron Kornél Kálmán"
        " Dezső Ernő Géza Jenő Ottó Rezső Vilmos Ákos Albert Árpád Benedek Dénes Elemér Endre Ervin"
        " Ferdinánd Frigyes Gáspár Gellért Gergely Győző Henrik Hunor Ignác Iván Jácint Jakab Kelemen"
        " Kende Koppány Kristóf Lénárd Lóránt Lőrinc Marcell Márton Mátyás Medárd Nándor Nimród Noel"
        " Oszkár Ödön Örs Patrik Rajmund Rókus Rudolf Salamon Samu Simon Szilárd Szilveszter Tivadar"
        " Tódor Vajk Valentin Vazul Vendel Vince Zalán Zénó Zsigmond",
        "women": "Mária Erzsébet Katalin Ilona Éva Anna Zsuzsanna Margit Judit Ágnes Julianna Andrea"
        " Ildikó Erika Krisztina Irén Magdolna Mónika Edit Gabriella Szilvia Anita Anikó Viktória Márta"
        " Rozália Tímea Piroska Ibolya Klára Tünde Dóra Zsófia Veronika Gizella Csilla Terézia Nikolett"
        " Melinda Réka Adrienn Beáta Alexandra Marianna Bernadett Eszter Petra Hanna Luca Boglárka Nóra"
        " Lili Emma Orsolya Vivien Kinga Fanni Bianka Dorottya Aranka Borbála Csenge Adél Ágota Alíz"
        " Amália Amanda Angéla Antónia Auróra Barbara Brigitta Cecília Diána Dalma Dominika Dorina"
        " Edina Elvira Emese Emília Enikő Etelka Evelin Felícia Flóra Franciska Georgina Gertrúd Gitta"
        " Gréta Hajnalka Hedvig Helga Henrietta Ida Ilka Irma Izabella Janka Jolán Júlia Karolina"
        " Katinka Laura Léna Lídia Lilla Linda Liza Lujza Maja Margaréta Matild Mira Natália Noémi Olga"
        " Olívia Panna Patrícia Pálma Regina Renáta Rita Róza Sára Sarolta Stefánia Szonja Teodóra"
        " Tekla Tamara Vanda Vilma Virág Xénia Zita Zsanett",
        "surnames": "Nagy Kovács Tóth Szabó Horváth Varga Kiss Molnár Németh Farkas Balogh Papp Takács"
        " Juhász Lakatos Mészáros Oláh Simon Rácz Fekete Szilágyi Török Fehér Balázs Gál Kis Szűcs"
        " Kocsis Orsós Pintér Fodor Szalai Sipos Magyar Lukács Gulyás Biró Király László Katona Jakab"
        " Balog Bogdán Boros Fazekas Kelemen Antal Somogyi Váradi Fülöp Orosz Vincze Hegedűs Deák Pap"
        " Veres Bálint Budai Pál Szőke Illés Vass Lengyel Bognár Vörös Fábián Bodnár Szűts Sándor",
        "stems": "Alm Bal Bán Bar Ben Bod Bor Cseh Csik Cson Dob Dorn Erd Fül Gal Gyön Hal Hatv Hev"
        " Jász Kal Kár Kem Ker Kom Kör Lár Lip Mak Med Mik Mis Nád Nyár Óvár Pál Pan Per Pil Rad Sár"
        " Sim Som Sop Sur Szab Szat Szeg Szék Szem Tar Tem Tisz Tol Ung Vám Vár Vas Vér Zal Zem Zsol",
        "endings": "osi ányi i ási édi ai ady falvi házi szegi völgyi ossy pataki hegyi halmi laki vári"
        " ka kó ics",
        "nicknames": "László:Laci István:Pista,Isti József:Józsi,Jocó János:Jani Zoltán:Zoli"
        " Sándor:Sanyi Gábor:Gabi Ferenc:Feri Attila:Ati Péter:Peti Tamás:Tomi András:Andris,Bandi"
        " Imre:Imi Lajos:Lali György:Gyuri Balázs:Bali Mihály:Misi Károly:Karcsi Róbert:Robi"
        " Dániel:Dani Miklós:Miki Krisztián:Krisz Dávid:Dave Gergő:Geri Mária:Mari,Marika"
        " Erzsébet:Erzsi,Zsóka Katalin:Kati,Kata Ilona:Ica Éva:Évi Zsuzsanna:Zsuzsa,Zsuzsi Ágnes:Ági"
        " Judit:Jutka Julianna:Juli Andrea:Andi Krisztina:Kriszti Magdolna:Magdi Gabriella:Gabi"
        " Viktória:Viki Zsófia:Zsófi Eszter:Eszti Dorottya:Dorka Borbála:Bori Veronika:Vera"
        " Terézia:Teri Alexandra:Szandi",
        "titles": "Dr. Ifj. Id.",
    },
    "sv": {
        "men": "Lars Karl Mikael Johan Anders Per Erik Peter Jan Nils Daniel Fredrik Andreas Hans"
        " Stefan Mats Magnus Bengt Olof Alexander Henrik Marcus Martin Bo Thomas Björn Jonas Mattias"
        " Viktor Oskar Emil Leif Patrik Sven Filip Gustav Simon Kjell Ulf Christer Robert Håkan Tommy"
        " Göran Jakob Anton William Lucas Elias Hugo Axel Ludvig Isak Arvid Åke Rolf Sten Stig Kent"
        " Roger Joakim Jörgen Niklas Tobias Torbjörn Urban Rune Søren Jens Morten Lasse Kristian Rasmus",
        "women": "Anna Eva Maria Karin Kristina Lena Sara Emma Kerstin Marie Ingrid Elin Malin Jenny"
        " Hanna Birgitta Linda Johanna Ulla Monica Annika Susanne Elisabeth Helena Katarina Camilla"
        " Sofia Åsa Therese Linnéa Inger Julia Jessica Gunilla Ida Caroline Ann Barbro Siv Ingela Frida"
        " Josefin Matilda Amanda Ebba Alice Wilma Maja Astrid Elsa Ella Agnes Märta Gudrun Gun Britt"
        " Berit Pernilla Petra Pia Sandra Sigrid Sif Solveig Stina Tove Ulrika Viktoria Ylva",
        "surnames": "Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson"
        " Gustafsson Pettersson Jonsson Jansson Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson"
        " Olofsson Lindström Lindqvist Lindgren Berg Axelsson Bergström Lundberg Lind Lundgren"
        " Lundqvist Mattsson Berglund Fredriksson Sandberg Henriksson Forsberg Sjöberg Wallin Engström"
        " Eklund Danielsson Lundin Håkansson Björk Bergman Gunnarsson Holm Wikström Samuelsson Isaksson"
        " Fransson Bergqvist Nyström Holmberg Arvidsson Löfgren Söderberg Nyberg Blomqvist Claesson"
        " Nordström Mårtensson Hansen Jensen Nielsen Olsen Pedersen Larsen Kristiansen Christensen"
        " Rasmussen Sørensen",
        "stems": "Ahl Alm Ax Berg Björk Blom Borg Dal Ed Ek Eng Fager Fall Flod Fors Grön Gyllen Häg"
        " Hag Hed Hell Hjort Holm Jung Käll Kling Kron Lager Lar Lilj Lind Ljung Löf Lund Malm Mo Mån"
        " Nord Ny Palm Rosen Ryd Sand Sil Sjö Skog Söder Stål Sten Ström Strand Sund Svan Tall Thor"
        " Törn Vall Vester Vik Wahl Wall West Wik Åker Åst Öst Öhr",
        "endings": "berg ström qvist lund gren man stedt dahl holm ell én in blad mark bäck strand wall"
        " fors vik ros löf",
        "nicknames": "Lars:Lasse Karl:Kalle Mikael:Micke Johan:Jojje Anders:Ante Per:Pelle Erik:Jerker"
        " Jan:Janne Nils:Nisse Daniel:Danne Fredrik:Fredde Hans:Hasse Stefan:Steffe Bengt:Benke"
        " Olof:Olle Alexander:Alex Magnus:Mange Thomas:Tompa Björn:Nalle Mattias:Matte Viktor:Vicke"
        " Gustav:Gurra Henrik:Henke Patrik:Putte Robert:Robban Anna:Annie Kristina:Stina,Kicki"
        " Elisabeth:Lisa,Bettan Birgitta:Gittan,Birgit Katarina:Kattis,Kajsa Margareta:Greta"
        " Johanna:Hanna Caroline:Carro Therese:Tessan Monica:Mona Susanne:Sussi Jessica:Jessan"
        " Viktoria:Vickan",
        "titles": "Dr.",
    },
    "tr": {
        "men": "Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim İsmail Osman Yusuf Murat Ömer Ramazan"
        " Halil Süleyman Abdullah Mahmut Recep Salih Fatih Kadir Emre Hakan Adem Kemal Yaşar Bekir Musa"
        " Metin Orhan Cemal Burak Serkan Volkan Onur Tolga Barış Can Deniz Ege Furkan Gökhan Kaan Kerem"
        " Levent Oğuz Özgür Selim Sinan Tarık Tuncay Uğur Umut Yiğit Alper Arda Atilla Aykut Batuhan"
        " Bora Cem Cengiz Cihan Çağlar Doruk Engin Ercan Erdem Erhan Erkan Erol Ersin Ferhat Fikret"
        " Gürkan Haluk Hamza Harun İlker İlhan Koray Mert Mesut Muhammed Mücahit Nihat Okan Ozan Ömür"
        " Rıza Sabri Savaş Sedat Semih Serdar Şükrü Taner Tayfun Turgut Ufuk Ümit Yasin Yavuz Zafer"
        " Zeki",
        "women": "Fatma Ayşe Emine Hatice Zeynep Elif Meryem Şerife Zehra Sultan Hanife Merve Havva"
        " Zeliha Esra Fadime Özlem Hacer Yasemin Hülya Cemile Sevim Gülsüm Leyla Büşra Kübra Derya"
        " Dilek Aslı Aylin Bahar Ceren Defne Ebru Ece Eda Esin Filiz Gamze Gizem Gül Hande İrem Melek"
        " Melis Nazlı Nur Pınar Seda Selin Sevgi Sibel Şule Tuğba Tülay Yeşim Yıldız Aliye Arzu Asuman"
        " Aysel Aysun Azra Begüm Belgin Berna Beyza Canan Cansu Çiğdem Demet Didem Duygu Emel Evrim"
        " Feride Fulya Funda Gonca Gönül Gülay Gülşen Gülten Hale Handan Hazal İlknur İpek Jale Kadriye"
        " Lale Mehtap Meltem Meral Mine Mukaddes Müge Nalan Nermin Neslihan Nevin Nilgün Nilüfer Nurcan"
        " Oya Özge Perihan Rabia Saadet Saliha Seher Selma Sema Serap Songül Suna Şebnem Şeyma Tuba"
        " Türkan Ümran Vildan Zerrin Zuhal",
        "surnames": "Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan"
        " Kılıç Aslan Çetin Kara Koç Kurt Özkan Şimşek Polat Korkmaz Özcan Çakır Erdoğan Can Yavuz Acar"
        " Şen Aktaş Güler Yalçın Güneş Bozkurt Bulut Keskin Ünal Turan Gül Özer Işık Kaplan Avcı Sarı"
        " Tekin Taş Köse Yüksel Ateş Aksoy Uçar Karaca Duman Coşkun Toprak Çiftçi Tunç",
        "stems": "Ak Kara Boz Gök Demir Altın Taş Öz Er Bay Gün Ay Yıl Kur Kaya Kılıç Koç Tok Uz Uç Yav"
        " Yeş Bal Bel Can Cev Çak Çam Çel Dağ Del Din Dur Ece Elm Gür Güz İn Kan Kes Kıv Kor Kut Mer Ok"
        " Or Pol Sar Sav Sev Soy Tan Tek Tem Tu Tür Ulu Ün",
        "endings": "oğlu taş kaya er alp türk can demir han gil dağ su tepe bulut soy al maz kan çı lar gün",
        "nicknames": "Mehmet:Memo İbrahim:İbo Mustafa:Mıstık Süleyman:Sülo Abdullah:Apo Hasan:Haso"
        " Zeynep:Zeyno Fatma:Fatoş Ayşe:Ayşegül Emine:Emiş Hatice:Hatçe Burak:Buri Serkan:Serko",
        "titles": "Dr. Bay Bayan",
    },
}

# Written in another script. Russian and Greek are put into Latin letters by rule, in more than one way.
RULED: dict[str, dict[str, str]] = {
    "ru": {
        "men": "Александр Сергей Дмитрий Андрей Алексей Владимир Максим Евгений Иван Михаил Николай"
        " Артём Павел Роман Антон Игорь Виктор Денис Юрий Олег Илья Кирилл Никита Вадим Константин"
        " Руслан Валерий Виталий Егор Станислав Вячеслав Анатолий Борис Василий Геннадий Георгий"
        " Григорий Даниил Леонид Матвей Пётр Степан Тимофей Тимур Фёдор Эдуард Яков Ярослав Аркадий"
        " Арсений Богдан Валентин Владислав Всеволод Глеб Захар Лев Марк Семён Святослав Филипп Юлиан"
        " Герман Демьян Давид Ефим Игнат Иннокентий Клим Лука Макар Мирон Назар Остап Платон Прохор"
        " Радик Ренат Ринат Родион Савелий Тихон Трофим Фома Эмиль Эрик Алан Альберт Артур Аскар Ильдар"
        " Камиль Марат Мурат Рамиль Рафаэль Роберт Рустам Шамиль Юсуф Марсель Мстислав Ростислав"
        " Рудольф Терентий Феликс",
        "women": "Елена Татьяна Наталья Ольга Ирина Анна Светлана Мария Екатерина Марина Юлия Анастасия"
        " Людмила Галина Валентина Нина Надежда Любовь Александра Виктория Дарья Ксения Полина Алина"
        " Евгения Оксана Вера Лариса Тамара Лидия Алла Инна Кристина Софья Варвара Вероника Жанна"
        " Зинаида Зоя Карина Лилия Маргарита Милана Раиса Римма Снежана Тамила Ульяна Элина Эльвира Яна"
        " Ангелина Антонина Арина Василиса Диана Елизавета Злата Клавдия Мира Агата Аделина Аида Айгуль"
        " Альбина Амина Анжела Анжелика Аделаида Богдана Валерия Виолетта Владислава Гульнара Диляра"
        " Дина Ева Илона Камилла Кира Лейла Лиана Майя Марианна Мария Марта Мирослава Нелли Нонна Олеся"
        " Пелагея Регина Рената Роза Розалия Руслана Сабина Стефания Таисия Тамила Фаина Эвелина Эмма"
        " Юлиана Ярослава",
        "surnames": "Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров"
        " Морозов Волков Алексеев Лебедев Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев"
        " Макаров Никитин Захаров Зайцев Соловьёв Борисов Яковлев Григорьев Романов Воробьёв Сергеев"
        " Кузьмин Фролов Александров Дмитриев Королёв Гусев Киселёв Ильин Максимов Поляков Сорокин"
        " Виноградов Ковалёв Белов Медведев Антонов Тарасов Жуков Баранов Филиппов Комаров Давыдов"
        " Беляев Герасимов Богданов Осипов Сидоров Матвеев Титов Марков Миронов Крылов Куликов Карпов"
        " Власов Мельников Денисов Гаврилов Тихонов Казаков Афанасьев Данилов Савельев Тимофеев Фомин"
        " Чернов Абрамов Шевченко",
        "stems": "Агап Бел Бер Бог Бор Бул Быч Вар Вас Вес Вор Гал Гер Гол Гор Гром Гур Дем Дор Дуб Ел"
        " Ерм Жар Жил Зим Зол Ив Игн Кал Кам Кар Клим Кол Кон Кор Крас Куз Лап Лис Лук Мак Мал Мар Мед"
        " Мир Мос Мур Наз Неч Ник Ор Ост Пан Пер Пол Прох Рог Род Руд Ряб Сав Сем Сер Сит Скор Стар Сух"
        " Тар Тер Тол Троф Уст Фад Хар Хом Цвет Чер Шап Шир Щер Юд Яс",
        "endings": "ов ин ский ёв кин ников енко анов ушкин ицын ченко овский чук ков шин еев атов унов",
        "nicknames": "Александр:Саша,Шура,Саня Сергей:Серёжа,Серый Дмитрий:Дима,Митя Алексей:Лёша,Алёша"
        " Владимир:Вова,Володя Максим:Макс Евгений:Женя Иван:Ваня Михаил:Миша Николай:Коля Павел:Паша"
        " Роман:Рома Антон:Тоша Игорь:Гоша Виктор:Витя Юрий:Юра Константин:Костя Валерий:Валера"
        " Виталий:Виталик Станислав:Стас Вячеслав:Слава Анатолий:Толя Борис:Боря Василий:Вася"
        " Геннадий:Гена Георгий:Гоша,Жора Григорий:Гриша Даниил:Даня Леонид:Лёня Пётр:Петя Степан:Стёпа"
        " Фёдор:Федя Эдуард:Эдик Ярослав:Слава Владислав:Влад Семён:Сёма Елена:Лена Татьяна:Таня"
        " Наталья:Наташа Ольга:Оля Ирина:Ира Анна:Аня Светлана:Света Мария:Маша Екатерина:Катя Юлия:Юля"
        " Анастасия:Настя Людмила:Люда,Мила Галина:Галя Надежда:Надя Любовь:Люба Александра:Саша,Шура"
        " Виктория:Вика Дарья:Даша Ксения:Ксюша Полина:Поля Евгения:Женя Лариса:Лара Лидия:Лида"
        " Маргарита:Рита Елизавета:Лиза Вероника:Ника Софья:Соня Варвара:Варя",
    },
    "el": {
        "men": "Γεώργιος Ιωάννης Κωνσταντίνος Δημήτριος Νικόλαος Παναγιώτης Βασίλειος Χρήστος Αθανάσιος"
        " Ευάγγελος Σπυρίδων Μιχαήλ Ηλίας Σωτήριος Αναστάσιος Αντώνιος Εμμανουήλ Θεόδωρος Στέφανος"
        " Απόστολος Πέτρος Ανδρέας Αλέξανδρος Χαράλαμπος Γρηγόριος Στυλιανός Σταύρος Φώτιος Ευστάθιος"
        " Λάμπρος Άγγελος Παύλος Θωμάς Μάριος Λεωνίδας Φίλιππος Οδυσσέας Στέλιος Ευθύμιος Σάββας Μάρκος"
        " Λουκάς Ματθαίος Κυριάκος Ραφαήλ Γαβριήλ Ιάσων Αχιλλέας Αριστείδης Αριστοτέλης Σωκράτης"
        " Περικλής Θεμιστοκλής Ορέστης Μενέλαος Ηρακλής Θεοφάνης Νεκτάριος Ισίδωρος Παντελής Παρασκευάς"
        " Πολύκαρπος Προκόπιος Σεραφείμ Τιμόθεος Τηλέμαχος Φίλιππος Ζήσης Ζαχαρίας Επαμεινώνδας Ερμής"
        " Διονύσιος Δαμιανός Βλάσιος Βύρων Αλκιβιάδης Αυγουστίνος Αρσένιος Ιάκωβος Ιγνάτιος Ιορδάνης"
        " Κλεάνθης Κοσμάς",
        "women": "Μαρία Ελένη Αικατερίνη Βασιλική Σοφία Αγγελική Γεωργία Δήμητρα Κωνσταντίνα Παρασκευή"
        " Ιωάννα Άννα Ευαγγελία Χριστίνα Παναγιώτα Αναστασία Ειρήνη Φωτεινή Αλεξάνδρα Δέσποινα Ευγενία"
        " Στυλιανή Αθανασία Ευαγγελία Χρυσούλα Καλλιόπη Σταυρούλα Θεοδώρα Μαργαρίτα Ζωή Όλγα Νίκη"
        " Ελευθερία Λαμπρινή Ουρανία Αφροδίτη Αθηνά Κυριακή Ευτυχία Στέλλα Ανδριάνα Ανθή Αντωνία Αργυρώ"
        " Άρτεμις Ασημίνα Βαρβάρα Βικτώρια Γαρυφαλλιά Δανάη Δάφνη Διονυσία Ελισάβετ Ελπίδα Ερμιόνη"
        " Ευδοκία Ευφροσύνη Ζαφειρία Ζωίτσα Θάλεια Θέκλα Θεοφανία Θωμαή Ιουλία Ίρις Ισμήνη Καλυψώ"
        " Κασσιανή Κλειώ Κλεοπάτρα Λουκία Λυδία Μάρθα Μαριάννα Μαρίνα Ματίνα Μελίνα Μυρτώ Νεφέλη"
        " Ξανθίππη Παναγιώτα Πηνελόπη Ραφαηλία Ρεβέκκα Ρόδη Σεβαστή Σμαράγδα Στυλιανή Τερψιχόρη Φανή"
        " Φιλιώ Χαρίκλεια Χρυσάνθη",
        "surnames": "Παπαδόπουλος Παππάς Καραγιάννης Βλάχος Ιωάννου Οικονόμου Παπαγεωργίου Μακρής"
        " Κωνσταντινίδης Δημόπουλος Παπαδάκης Γεωργίου Νικολάου Χατζής Παπανικολάου Αντωνίου Αλεξίου"
        " Βασιλείου Αθανασίου Σαμαράς Γιαννόπουλος Αγγελόπουλος Παναγιωτόπουλος Δημητρίου Κωστόπουλος"
        " Μιχαηλίδης Αναγνώστου Θεοδωρίδης Σταυρόπουλος Καραμανλής Ράπτης Λάμπρου Χριστοδούλου"
        " Παπακωνσταντίνου Μαυρίδης Πετρίδης Κυριακίδης Ζαχαρίου Σωτηρίου Φωτόπουλος Ζέρβας Κόκκινος"
        " Κατσαρός",
        "stems": "Αγγελ Αθανασ Αλεξ Αναστασ Ανδρ Αντων Αποστολ Βασιλ Γεωργ Γιανν Γρηγορ Δημητρ Ευαγγελ"
        " Ζαχαρ Ηλ Θεοδωρ Ιωανν Καλ Καρ Κατσ Κοντ Κυριακ Κων Κωστ Λαζαρ Λαμπρ Μαυρ Μιχαλ Νικολ Ξεν"
        " Παναγιωτ Παπ Παυλ Πετρ Ραφτ Σαββ Σιδηρ Σπυρ Σταθ Σταυρ Στεφαν Σωτηρ Τσακ Φιλιππ Φωτ Χαραλαμπ"
        " Χατζ Χριστ Χρον Ψαρρ",
        "endings": "όπουλος ίδης άκης άδης έας ίου ίτης άς ούλης άτος αίος ιάδης",
        "nicknames": "Γεώργιος:Γιώργος Ιωάννης:Γιάννης Κωνσταντίνος:Κώστας,Ντίνος"
        " Δημήτριος:Δημήτρης,Μήτσος Νικόλαος:Νίκος Παναγιώτης:Πάνος,Τάκης Βασίλειος:Βασίλης,Βάσος"
        " Αθανάσιος:Θανάσης,Νάσος Ευάγγελος:Βαγγέλης Σπυρίδων:Σπύρος Μιχαήλ:Μιχάλης Σωτήριος:Σωτήρης"
        " Αναστάσιος:Τάσος Αντώνιος:Αντώνης Εμμανουήλ:Μανώλης Θεόδωρος:Θοδωρής Απόστολος:Τόλης"
        " Χαράλαμπος:Μπάμπης,Χάρης Στυλιανός:Στέλιος Αικατερίνη:Κατερίνα Βασιλική:Βάσω"
        " Κωνσταντίνα:Ντίνα Παρασκευή:Βούλα Παναγιώτα:Γιώτα Ευαγγελία:Λίτσα,Εύα Ελένη:Λένα"
        " Αναστασία:Νατάσα Σταυρούλα:Βούλα Αγγελική:Κική Γεωργία:Γωγώ",
    },
}

# As it is written = the ways in which people write it in Latin letters; a joint _ is a blank.
PAIRED: dict[str, dict[str, str]] = {
    "ar": {
        "men": "محمد=Mohamed/Muhammad/Mohammed/Mohammad أحمد=Ahmed/Ahmad محمود=Mahmoud/Mahmud"
        " مصطفى=Mustafa/Mostafa علي=Ali/Aly حسن=Hassan/Hasan حسين=Hussein/Hussain/Husain عمر=Omar/Umar"
        " خالد=Khaled/Khalid يوسف=Youssef/Yousef/Yusuf إبراهيم=Ibrahim/Ebrahim"
        " عبدالله=Abdullah/Abdallah عبدالرحمن=Abdulrahman/Abdelrahman كريم=Karim/Kareem"
        " طارق=Tarek/Tariq سامي=Sami/Samy وليد=Waleed/Walid ياسر=Yasser/Yaser هشام=Hisham/Hesham"
        " ماجد=Majed/Majid فيصل=Faisal/Faysal سعيد=Saeed/Said رامي=Rami/Ramy زياد=Ziad/Ziyad"
        " بلال=Bilal/Belal حمزة=Hamza/Hamzah جمال=Gamal/Jamal عادل=Adel/Adil أنس=Anas سيف=Saif/Seif"
        " شريف=Sherif/Shareef نبيل=Nabil/Nabeel فادي=Fadi/Fady منير=Mounir/Munir رشيد=Rashid/Rachid"
        " صلاح=Salah/Saleh عماد=Emad/Imad أيمن=Ayman/Aiman باسم=Bassem/Basim عصام=Essam/Issam"
        " سمير=Samir/Sameer نادر=Nader/Nadir تامر=Tamer باسل=Basel/Bassel هاني=Hani/Hany"
        " جهاد=Jihad/Gehad حاتم=Hatem/Hatim راشد=Rashed/Rashid سلطان=Sultan فهد=Fahd/Fahad"
        " بدر=Badr/Bader تركي=Turki نواف=Nawaf مشعل=Meshal/Mishal ناصر=Nasser/Nasir غسان=Ghassan"
        " مروان=Marwan رضا=Reda/Rida ربيع=Rabih/Rabie شادي=Shadi/Shady سليم=Salim/Selim عامر=Amer/Amir"
        " عزيز=Aziz غازي=Ghazi فارس=Fares/Faris قيس=Qais/Kais لؤي=Louay/Luay مالك=Malek/Malik"
        " مجدي=Magdy/Majdi مهند=Mohannad/Muhannad نزار=Nizar وائل=Wael يحيى=Yahya/Yehia"
        " يونس=Younes/Yunus زكريا=Zakaria/Zakariya حكيم=Hakim سفيان=Soufiane/Sufyan عثمان=Othman/Osman"
        " أسامة=Osama/Usama معاذ=Moaz/Muath صابر=Saber/Sabir",
        "women": "فاطمة=Fatima/Fatma/Fatimah مريم=Mariam/Maryam عائشة=Aisha/Aicha/Ayesha نور=Nour/Noor"
        " سارة=Sara/Sarah زينب=Zeinab/Zainab هدى=Huda/Hoda منى=Mona/Muna ليلى=Layla/Leila سلمى=Salma"
        " أمل=Amal إيمان=Iman/Eman ياسمين=Yasmin/Yasmine/Jasmin رانيا=Rania/Raniya دينا=Dina"
        " خديجة=Khadija/Khadijah نادية=Nadia/Nadya هبة=Heba/Hiba رنا=Rana سميرة=Samira/Sameera"
        " لينا=Lina/Leena ريم=Reem/Rim سمر=Samar شيماء=Shaimaa/Shayma أسماء=Asmaa/Asma نهى=Noha/Nuha"
        " ندى=Nada هالة=Hala رحاب=Rehab/Rihab وفاء=Wafaa/Wafa جميلة=Jamila/Gamila كوثر=Kawthar/Kaouthar"
        " حنان=Hanan/Hanane سعاد=Souad/Suad نجلاء=Naglaa/Najla رباب=Rabab سهام=Siham/Seham سوسن=Sawsan"
        " سناء=Sanaa/Sana شيرين=Sherine/Shirin صفاء=Safaa/Safa عبير=Abeer/Abir غادة=Ghada فرح=Farah"
        " فدوى=Fadwa كريمة=Karima لمياء=Lamia/Lamya لبنى=Lubna/Loubna ماجدة=Magda/Majida مها=Maha"
        " ميساء=Maysa/Maissa نجوى=Nagwa/Najwa نورا=Noura/Nora هند=Hind/Hend وردة=Warda يسرى=Yusra/Yosra"
        " إسراء=Esraa/Israa آية=Aya أميرة=Amira/Ameera بسمة=Basma بشرى=Bushra/Bouchra جنى=Jana"
        " حليمة=Halima/Haleema دعاء=Doaa/Dua رغد=Raghad روان=Rawan رشا=Rasha زهرة=Zahra/Zohra"
        " سلوى=Salwa عزة=Azza علياء=Alya/Alia غزل=Ghazal لطيفة=Latifa/Lateefa ملك=Malak منال=Manal"
        " نعيمة=Naima/Naeema",
        "surnames": "محمد=Mohamed/Mohammed أحمد=Ahmed/Ahmad علي=Ali حسن=Hassan/Hasan إبراهيم=Ibrahim"
        " محمود=Mahmoud خليل=Khalil صالح=Saleh/Salih عثمان=Othman/Osman السيد=Elsayed/Al-Sayed/El-Sayed"
        " المصري=Elmasry/Al-Masri خوري=Khoury/Khouri حداد=Haddad نجار=Najjar/Naggar"
        " منصور=Mansour/Mansoor الشريف=El-Sherif/Al-Sharif عبدالله=Abdullah سليمان=Soliman/Suleiman"
        " حمدان=Hamdan يونس=Younes/Yunus الهاشمي=Al-Hashimi/Hashemi القحطاني=Al-Qahtani/Alqahtani"
        " العتيبي=Al-Otaibi/Alotaibi الغامدي=Al-Ghamdi/Alghamdi الحربي=Al-Harbi/Alharbi"
        " الشمري=Al-Shammari/Alshammari الدوسري=Al-Dosari/Aldosari المطيري=Al-Mutairi"
        " الزهراني=Al-Zahrani/Alzahrani العمري=Al-Omari/Elomari بن_علي=Benali/Ben-Ali بوعزيز=Bouaziz"
        " العلوي=Alaoui/El-Alaoui بناني=Bennani الإدريسي=Idrissi/El-Idrissi التازي=Tazi"
        " حجازي=Hegazy/Hijazi شاهين=Shaheen/Shahin عوض=Awad فرج=Farag/Faraj جابر=Gaber/Jaber"
        " ناصر=Nasser/Nasir قاسم=Kassem/Qasim راشد=Rashed/Rashid",
        "stems": "الـ=Al-/El- أبو=Abu/Abou بن=Ben/Bin عبدالـ=Abdul/Abdel بو=Bou/Bu آل=Al",
        "endings": "كريم=Karim/Kareem رحيم=Rahim هادي=Hadi/Hady نعيم=Naim راوي=Rawi سعدي=Saadi"
        " بغدادي=Baghdadi حلبي=Halabi/Halaby مغربي=Maghribi تونسي=Tounsi/Tunisi"
        " طرابلسي=Trabelsi/Tarabulsi دمشقي=Dimashqi شامي=Shami/Chami خطيب=Khatib/Khateeb قاضي=Qadi/Kadi"
        " حكيم=Hakim/Hakeem صباغ=Sabbagh خياط=Khayat/Khayyat بيطار=Bitar عطار=Attar حلاق=Hallak"
        " طحان=Tahhan صايغ=Sayegh دباغ=Dabbagh قرشي=Qurashi/Korashi تميمي=Tamimi زيد=Zeid/Zaid"
        " ناصري=Nasiri/Naciri فاسي=Fassi/Fasi جزار=Jazzar/Gazzar حسيني=Husseini/Hussaini"
        " جندي=Jundi/Gendy رفاعي=Rifai/Refaey",
        "nicknames": "محمد=حمودة,ميدو/Hamouda,Mido أحمد=حمادة/Hamada إبراهيم=برهوم/Hima مصطفى=درش/Darsh"
        " محمود=حوده/Hoda يوسف=جو/Joe عبدالله=عبود/Aboud عبدالرحمن=عبده/Abdo فاطمة=بطة,فطوم/Fatoum,Tota"
        " مريم=مريومة/Maro سارة=سوسو/Soso زينب=زوزو/Zouzou خديجة=خدوج/Khadouj",
    },
    "he": {
        "men": "דוד=David/Dawid משה=Moshe/Moishe יוסף=Yosef/Joseph יעקב=Yaakov/Jacob"
        " אברהם=Avraham/Abraham יצחק=Yitzhak/Itzhak/Isaac דניאל=Daniel מיכאל=Michael/Mikhael"
        " אריאל=Ariel איתי=Itai/Itay נועם=Noam אורי=Uri/Ori עומר=Omer יונתן=Yonatan/Jonathan"
        " איתן=Eitan/Eytan גיא=Guy רועי=Roi/Roy/Roee אלון=Alon אמיר=Amir ניר=Nir עידו=Ido/Iddo"
        " שלמה=Shlomo/Solomon חיים=Haim/Chaim שמעון=Shimon/Simon אליהו=Eliyahu/Elijah"
        " בנימין=Binyamin/Benjamin עמית=Amit יובל=Yuval גיל=Gil רן=Ran טל=Tal ליאור=Lior אסף=Asaf/Assaf"
        " עוז=Oz ערן=Eran צבי=Zvi/Tzvi יהודה=Yehuda/Juda שמואל=Shmuel/Samuel אהרון=Aharon/Aaron"
        " רפאל=Rafael/Raphael גבריאל=Gabriel נתן=Natan/Nathan ראובן=Reuven/Ruben ברוך=Baruch/Barukh"
        " אלעזר=Elazar מרדכי=Mordechai/Mordehai מנחם=Menachem/Menahem זאב=Zeev/Ze'ev"
        " יהושע=Yehoshua/Joshua נחמן=Nachman עמוס=Amos יואב=Yoav יוחאי=Yohai/Yochai ירון=Yaron"
        " אבנר=Avner אורן=Oren ארז=Erez אילן=Ilan בועז=Boaz ברק=Barak גדי=Gadi דן=Dan דרור=Dror"
        " הראל=Harel זיו=Ziv חגי=Hagai/Haggai ינון=Yinon ישי=Yishai/Ishay ליאם=Liam מתן=Matan נדב=Nadav"
        " סהר=Sahar עופר=Ofer עמיחי=Amichai פלג=Peleg צחי=Tzahi/Tsahi רז=Raz שגיא=Sagi שחר=Shahar"
        " תומר=Tomer",
        "women": "שרה=Sarah/Sara רחל=Rachel/Rahel מרים=Miriam אסתר=Esther/Ester חנה=Hannah/Chana"
        " נועה=Noa/Noah מיכל=Michal תמר=Tamar יעל=Yael/Yaell מאיה=Maya שירה=Shira טליה=Talia/Talya"
        " אביגיל=Avigail/Abigail אדל=Adel רבקה=Rivka/Rebecca לאה=Leah/Lea ענת=Anat אורלי=Orly/Orli"
        " גלית=Galit דנה=Dana הילה=Hila ליאת=Liat מור=Mor נטע=Neta סיגל=Sigal עדי=Adi ענבל=Inbal"
        " קרן=Keren רוני=Roni שני=Shani שלומית=Shlomit אורית=Orit אילנה=Ilana איילת=Ayelet אלה=Ella"
        " אפרת=Efrat ברכה=Bracha/Brakha גאולה=Geula גילה=Gila דבורה=Dvora/Deborah דליה=Dalia/Dalya"
        " הדס=Hadas הדר=Hadar ורד=Vered זהבה=Zehava חווה=Hava/Chava טובה=Tova יהודית=Yehudit/Judith"
        " יפעת=Yifat כרמל=Carmel ליהי=Lihi לימור=Limor ליאור=Lior מאיה=Maya מיטל=Meital מירב=Merav"
        " נגה=Noga נורית=Nurit נעמה=Naama נעמי=Naomi/Noemi סיון=Sivan סמדר=Smadar עינת=Einat עירית=Irit"
        " פנינה=Pnina צילה=Tzila/Tsila רונית=Ronit רות=Ruth/Rut שולמית=Shulamit שושנה=Shoshana"
        " שלי=Shelly שמחה=Simcha תהילה=Tehila תקווה=Tikva",
        "surnames": "כהן=Cohen/Kohen לוי=Levi/Levy מזרחי=Mizrahi/Mizrachi פרץ=Peretz/Perez"
        " ביטון=Biton/Bitton דהן=Dahan אברהם=Avraham פרידמן=Friedman/Fridman מלכה=Malka"
        " אזולאי=Azoulay/Azulai כץ=Katz/Kats יוסף=Yosef דוד=David עמר=Amar אוחיון=Ohayon"
        " חדד=Hadad/Haddad גבאי=Gabay/Gabai בן_דוד=Ben-David/Bendavid אדרי=Edri/Adri לוין=Levin/Lewin"
        " טל=Tal קליין=Klein חן=Chen/Hen שפירא=Shapira/Shapiro חזן=Hazan/Chazan משה=Moshe"
        " אשכנזי=Ashkenazi אוחנה=Ohana סגל=Segal סויסה=Suissa/Swissa יצחק=Yitzhak רוזן=Rosen"
        " גולדברג=Goldberg ברק=Barak נחום=Nahum/Nachum אלון=Alon שרון=Sharon רוזנברג=Rosenberg"
        " הורוביץ=Horowitz/Horovitz וייס=Weiss/Weis שוורץ=Schwartz/Shvarts",
        "stems": "בן_=Ben- בר_=Bar- גולד=Gold רוזן=Rosen וייס=Weiss/Weis גרין=Green/Grin"
        " זילבר=Zilber/Silber פרל=Perl הר=Har אבן=Even שטיין=Stein",
        "endings": "ארי=Ari שלום=Shalom ציון=Zion נון=Nun חיים=Haim/Chaim ברג=berg שטיין=stein"
        " מן=man/mann בלום=blum/bloom פלד=feld אל=el צור=Tsur/Zur עמי=Ami נר=ner בוים=boim/baum טל=Tal"
        " און=On גל=Gal יאיר=Yair עזרא=Ezra שושן=Shoshan אליעזר=Eliezer",
        "nicknames": "יוסף=יוסי/Yossi משה=מושיק/Moshik דוד=דודי,דודו/Dudi,Dudu אברהם=אבי/Avi"
        " יעקב=קובי,יענקלה/Kobi יצחק=איציק/Itzik מיכאל=מיקי/Miki דניאל=דני/Dani יונתן=יוני/Yoni"
        " שמעון=שימי/Shimi אליהו=אלי/Eli בנימין=בני,ביבי/Beni,Bibi שלמה=שלומי/Shlomi חנה=חני/Hani"
        " אסתר=אסתי/Esti רבקה=ריקי/Riki רחל=רחלי/Racheli מרים=מירי/Miri תמר=תמי/Tami שרה=שרי/Sari",
    },
    "ja": {
        "men": "大翔=Hiroto 蓮=Ren 翔太=Shota 健太=Kenta 拓也=Takuya 大輔=Daisuke 健一=Kenichi"
        " 誠=Makoto 隆=Takashi 浩=Hiroshi 直樹=Naoki 和也=Kazuya 哲也=Tetsuya 達也=Tatsuya 翼=Tsubasa"
        " 悠斗=Yuto/Yuuto 陽太=Yota/Youta 大和=Yamato 海斗=Kaito 颯太=Sota/Souta 亮=Ryo/Ryou 純=Jun"
        " 勇気=Yuki/Yuuki 一郎=Ichiro/Ichirou 次郎=Jiro/Jirou 太郎=Taro/Tarou 修=Osamu 茂=Shigeru"
        " 進=Susumu 博=Hiroshi 正=Tadashi 勝=Masaru 清=Kiyoshi 稔=Minoru 学=Manabu 剛=Tsuyoshi"
        " 聡=Satoshi 慎一=Shinichi 裕太=Yuta/Yuuta 涼太=Ryota/Ryouta 雄大=Yudai/Yuudai 光=Hikaru"
        " 智也=Tomoya 秀樹=Hideki 優斗=Yuto/Yuuto 蒼=Ao 湊=Minato 樹=Itsuki 悠真=Yuma/Yuuma 颯=Hayate"
        " 朝陽=Asahi 陸=Riku 空=Sora 涼介=Ryosuke/Ryousuke 俊介=Shunsuke 大樹=Daiki 裕介=Yusuke/Yuusuke"
        " 真一=Shinichi 英樹=Hideki 雅也=Masaya 正樹=Masaki 昭=Akira 豊=Yutaka 孝=Takashi 弘=Hiroshi"
        " 武=Takeshi 明=Akira 治=Osamu 実=Minoru 昇=Noboru 三郎=Saburo/Saburou 義雄=Yoshio 和夫=Kazuo"
        " 幸男=Yukio 健二=Kenji 浩二=Koji/Kouji 隆之=Takayuki 貴之=Takayuki 康平=Kohei/Kouhei 航=Wataru"
        " 圭=Kei 岳=Gaku 恭平=Kyohei/Kyouhei 力=Riki",
        "women": "陽菜=Hina 結衣=Yui 美咲=Misaki さくら=Sakura 葵=Aoi 凛=Rin 花子=Hanako 恵子=Keiko"
        " 裕子=Yuko/Yuuko 由美子=Yumiko 陽子=Yoko/Youko 明美=Akemi 直美=Naomi 久美子=Kumiko 智子=Tomoko"
        " 真由美=Mayumi 愛=Ai 彩=Aya 舞=Mai 千尋=Chihiro 七海=Nanami 美優=Miyu/Miyuu 莉子=Riko"
        " 優奈=Yuna/Yuuna 和子=Kazuko 幸子=Sachiko 洋子=Yoko/Youko 京子=Kyoko/Kyouko 節子=Setsuko"
        " 弘子=Hiroko 悦子=Etsuko 純子=Junko 典子=Noriko 麻衣=Mai 香織=Kaori 恵=Megumi 瞳=Hitomi"
        " 楓=Kaede 遥=Haruka 桃子=Momoko 琴音=Kotone 美穂=Miho 奈々=Nana 沙織=Saori 友美=Tomomi"
        " 心春=Koharu 芽依=Mei 紬=Tsumugi 澪=Mio 咲良=Sakura 心結=Miyu 杏=Anzu 詩=Uta 美月=Mizuki"
        " 彩花=Ayaka 優花=Yuka/Yuuka 里奈=Rina 佳奈=Kana 絵里=Eri 由紀=Yuki 美紀=Miki 亜美=Ami"
        " 春香=Haruka 夏美=Natsumi 千春=Chiharu 千夏=Chinatsu 美由紀=Miyuki 真理子=Mariko 文子=Fumiko"
        " 光子=Mitsuko 良子=Yoshiko/Ryoko 芳子=Yoshiko 静子=Shizuko 敏子=Toshiko 富美子=Fumiko"
        " 貴子=Takako 理恵=Rie 奈緒=Nao 早紀=Saki 綾=Aya 梓=Azusa 忍=Shinobu 歩=Ayumi 泉=Izumi 梢=Kozue",
        "surnames": "佐藤=Sato/Satou/Satoh 鈴木=Suzuki 高橋=Takahashi 田中=Tanaka 伊藤=Ito/Itou/Itoh"
        " 渡辺=Watanabe 山本=Yamamoto 中村=Nakamura 小林=Kobayashi 加藤=Kato/Katou 吉田=Yoshida"
        " 山田=Yamada 佐々木=Sasaki 山口=Yamaguchi 松本=Matsumoto 井上=Inoue 木村=Kimura 林=Hayashi"
        " 斎藤=Saito/Saitou 清水=Shimizu 山崎=Yamazaki 森=Mori 池田=Ikeda 橋本=Hashimoto 阿部=Abe"
        " 石川=Ishikawa 山下=Yamashita 中島=Nakajima/Nakashima 石井=Ishii 小川=Ogawa 前田=Maeda"
        " 岡田=Okada 長谷川=Hasegawa 藤田=Fujita 後藤=Goto/Gotou 近藤=Kondo/Kondou 村上=Murakami"
        " 遠藤=Endo/Endou 青木=Aoki 坂本=Sakamoto 斉藤=Saito/Saitou 福田=Fukuda 太田=Ota/Oota"
        " 西村=Nishimura 藤井=Fujii 金子=Kaneko 藤原=Fujiwara 岡本=Okamoto 三浦=Miura 中野=Nakano"
        " 原田=Harada 松田=Matsuda 竹内=Takeuchi 小野=Ono 田村=Tamura 中山=Nakayama 和田=Wada"
        " 石田=Ishida 森田=Morita 上田=Ueda 原=Hara 内田=Uchida 柴田=Shibata",
        "stems": "山=Yama 川=Kawa 田=Ta 中=Naka 大=O/Oo 小=Ko 高=Taka 松=Matsu 竹=Take 梅=Ume 石=Ishi"
        " 岩=Iwa 森=Mori 林=Hayashi 上=Ue 下=Shimo 西=Nishi 東=Higashi 北=Kita 南=Minami 青=Ao 赤=Aka"
        " 黒=Kuro 白=Shira 金=Kane 長=Naga 広=Hiro 福=Fuku 吉=Yoshi 平=Hira 藤=Fuji 桜=Sakura 菊=Kiku"
        " 古=Furu 新=Ara",
        "endings": "田=da 山=yama 川=kawa 村=mura 本=moto 井=i 口=guchi 島=shima 野=no 原=hara 崎=zaki"
        " 沢=zawa 谷=tani 木=ki 橋=bashi 内=uchi 尾=o 岡=oka 浦=ura 塚=zuka 瀬=se 水=mizu 城=shiro"
        " 宮=miya 岸=kishi 根=ne 部=be 松=matsu 倉=kura 越=koshi",
        "nicknames": "健太=ケン/Ken 健一=ケン/Ken 大輔=ダイ/Dai 拓也=タク/Taku 太郎=タロ/Taro"
        " 由美子=ユミ/Yumi 久美子=クミ/Kumi 真由美=マユ/Mayu 智子=トモ/Tomo 美咲=ミサ/Misa"
        " 直樹=ナオ/Nao 和也=カズ/Kazu 千尋=チヒロ/Chi 裕子=ユウ/Yu 香織=カオ/Kao 花子=ハナ/Hana",
    },
    "zh": {
        "men": "伟=Wei 强=Qiang 磊=Lei 军=Jun 洋=Yang 勇=Yong 杰=Jie 涛=Tao 超=Chao 明=Ming 刚=Gang"
        " 平=Ping 辉=Hui 鹏=Peng 华=Hua 飞=Fei 鑫=Xin 波=Bo 斌=Bin 宇=Yu 浩=Hao 凯=Kai 健=Jian 俊=Jun"
        " 帆=Fan 建=Jian 国=Guo 志=Zhi 文=Wen 博=Bo 天=Tian 龙=Long 海=Hai 峰=Feng 林=Lin 子=Zi 泽=Ze"
        " 晨=Chen 瑞=Rui 轩=Xuan",
        "women": "芳=Fang 娜=Na 秀=Xiu 英=Ying 敏=Min 静=Jing 丽=Li 艳=Yan 娟=Juan 霞=Xia 红=Hong"
        " 玲=Ling 燕=Yan 丹=Dan 萍=Ping 婷=Ting 雪=Xue 梅=Mei 琳=Lin 欣=Xin 怡=Yi 佳=Jia 慧=Hui 莹=Ying"
        " 倩=Qian 颖=Ying 洁=Jie 云=Yun 兰=Lan 月=Yue 梦=Meng 雨=Yu 思=Si 诗=Shi 涵=Han 语=Yu 婉=Wan"
        " 晓=Xiao 嘉=Jia 琪=Qi",
        "surnames": "王=Wang/Wong 李=Li/Lee 张=Zhang/Cheung 刘=Liu/Lau 陈=Chen/Chan 杨=Yang/Yeung"
        " 黄=Huang/Wong 赵=Zhao/Chiu 吴=Wu/Ng 周=Zhou/Chow 徐=Xu/Hsu 孙=Sun 马=Ma 朱=Zhu/Chu 胡=Hu/Wu"
        " 郭=Guo/Kwok 何=He/Ho 林=Lin/Lam 高=Gao/Ko 罗=Luo/Law 郑=Zheng/Cheng 梁=Liang/Leung 谢=Xie/Tse"
        " 宋=Song 唐=Tang 许=Xu/Hui 韩=Han 冯=Feng/Fung 邓=Deng/Tang 曹=Cao/Tso 彭=Peng/Pang"
        " 曾=Zeng/Tsang 肖=Xiao 田=Tian 董=Dong/Tung 袁=Yuan/Yuen 潘=Pan/Poon 于=Yu 蒋=Jiang/Chiang"
        " 蔡=Cai/Tsai 余=Yu/Yue 杜=Du/To 叶=Ye/Yip 程=Cheng 苏=Su/So 魏=Wei/Ngai 吕=Lü/Lui 丁=Ding/Ting"
        " 任=Ren/Yam 沈=Shen/Sum 姚=Yao/Yiu 卢=Lu/Lo 姜=Jiang 崔=Cui 钟=Zhong/Chung 谭=Tan/Tam"
        " 陆=Lu/Luk 汪=Wang 范=Fan 金=Jin 石=Shi/Shek 廖=Liao/Liu 贾=Jia 夏=Xia/Ha 韦=Wei 付=Fu"
        " 方=Fang/Fong 白=Bai/Pak 邹=Zou 孟=Meng 熊=Xiong 秦=Qin 邱=Qiu/Yau 江=Jiang/Kong 尹=Yin 薛=Xue"
        " 闫=Yan 段=Duan 雷=Lei/Lui 侯=Hou/Hau 龙=Long 史=Shi 陶=Tao 黎=Li/Lai 贺=He 顾=Gu 毛=Mao"
        " 郝=Hao 龚=Gong 邵=Shao 万=Wan 钱=Qian 严=Yan/Yim",
        "stems": "欧=Ou/Au 司=Si/Szeto 上=Shang 诸=Zhu 东=Dong 西=Xi 南=Nan 公=Gong 皇=Huang 令=Ling",
        "endings": "阳=yang 马=ma 徒=tu 官=guan 葛=ge 方=fang 门=men 孙=sun 甫=fu 狐=hu 宫=gong 郭=guo",
        "nicknames": "伟=阿伟,小伟/Wei,Wayne 杰=阿杰,小杰/Jack,Jay 明=阿明,小明/Ming,Mike"
        " 丽=丽丽,小丽/Lily 静=静静,小静/Jenny 强=阿强,小强/John 敏=敏敏/Mindy 海=阿海/Harry"
        " 洋=洋洋/Young 雪=小雪/Snow 婷=婷婷/Tina 华=阿华/Henry 勇=阿勇/Leo 燕=小燕,燕子/Yvonne"
        " 梅=小梅/May 佳=佳佳/Jessie 欣=欣欣/Cindy",
    },
}

# Country: code of calls, trunk, mobile numbers (A is the area code, # a digit), digits of a landline, hosts of mail,
# languages, house and street in two ways, streets, and cities as name~area code~postcode (@ is a letter).
COUNTRIES: dict[str, tuple[str, str, str, int, str, str, str, str, str]] = {
    "IT": (
        "39",
        "",
        "320####### 328####### 329####### 333####### 335####### 338####### 339####### 340#######"
        " 347####### 348####### 349####### 366####### 380####### 389####### 392#######",
        10,
        "gmail.com gmail.com gmail.com libero.it libero.it hotmail.it virgilio.it yahoo.it tiscali.it"
        " alice.it icloud.com outlook.it",
        "it it it it it it it it it it it it it it it ar en el zh es",
        "{street} {number}|{street}, {number}",
        "Via Roma;Via Garibaldi;Corso Italia;Via Mazzini;Via Dante;Viale Europa;Via Verdi;Piazza Cavour"
        ";Via Marconi;Via Matteotti;Via Manzoni;Via dei Mille;Via della Libertà;Via Galileo Galilei"
        ";Via San Francesco;Via Carducci;Via Leopardi;Via Nazionale;Viale Trieste;Via Kennedy",
        "Roma~06~001##;Milano~02~201##;Napoli~081~801##;Torino~011~101##;Palermo~091~901##"
        ";Genova~010~161##;Bologna~051~401##;Firenze~055~501##;Bari~080~701##;Catania~095~951##"
        ";Venezia~041~301##;Verona~045~371##;Lecce~0832~731##;Trento~0461~381##;Perugia~075~061##"
        ";Cagliari~070~091##",
    ),
    "DE": (
        "49",
        "0",
        "151######## 157######## 160####### 162####### 170####### 171####### 172####### 173#######"
        " 175####### 176######## 179#######",
        10,
        "gmail.com gmail.com gmx.de gmx.de web.de web.de t-online.de t-online.de outlook.de freenet.de"
        " icloud.com posteo.de",
        "de de de de de de de de de de de de de de tr tr pl ru ar it",
        "{street} {number}|{street} {number}",
        "Hauptstraße;Schulstraße;Gartenstraße;Bahnhofstraße;Dorfstraße;Bergstraße;Birkenweg"
        ";Lindenstraße;Kirchstraße;Waldstraße;Ringstraße;Goethestraße;Schillerstraße;Mozartstraße"
        ";Am Markt;Rosenweg;Wiesenweg;Feldstraße;Amselweg;Jahnstraße",
        "Berlin~30~10###;Hamburg~40~20###;München~89~80###;Köln~221~50###;Frankfurt am Main~69~60###"
        ";Stuttgart~711~70###;Düsseldorf~211~40###;Leipzig~341~04###;Dresden~351~01###"
        ";Hannover~511~30###;Nürnberg~911~90###;Bremen~421~28###;Freiburg~761~79###;Münster~251~48###",
    ),
    "AT": (
        "43",
        "0",
        "660####### 664####### 676####### 699########",
        10,
        "gmail.com gmx.at gmx.at aon.at outlook.com icloud.com",
        "de de de de de de de de de de de de hu tr pl it",
        "{street} {number}|{street} {number}",
        "Hauptstraße;Bahnhofstraße;Kirchengasse;Schulgasse;Mariahilfer Straße;Landstraße;Feldgasse"
        ";Lindengasse;Wiener Straße;Ringstraße",
        "Wien~1~1##0;Graz~316~80##;Linz~732~40##;Salzburg~662~50##;Innsbruck~512~60##;Klagenfurt~463~90##",
    ),
    "FR": (
        "33",
        "0",
        "6######## 6######## 6######## 75####### 76####### 77#######",
        9,
        "gmail.com gmail.com orange.fr orange.fr free.fr hotmail.fr sfr.fr laposte.net yahoo.fr outlook.fr",
        "fr fr fr fr fr fr fr fr fr fr fr fr fr fr ar ar pt it es fr",
        "{number} {street}|{number}, {street}",
        "rue de la République;rue Victor Hugo;avenue Jean Jaurès;rue Pasteur;place de la Mairie"
        ";rue des Écoles;rue du Moulin;boulevard Gambetta;rue de l'Église;rue des Lilas"
        ";avenue de la Gare;rue Jules Ferry;rue Voltaire;chemin des Vignes;rue Émile Zola"
        ";allée des Tilleuls",
        "Paris~1~750##;Marseille~4~130##;Lyon~4~690##;Toulouse~5~310##;Nice~4~060##;Nantes~2~440##"
        ";Strasbourg~3~670##;Bordeaux~5~330##;Lille~3~590##;Rennes~2~350##;Grenoble~4~380##"
        ";Dijon~3~210##",
    ),
    "ES": (
        "34",
        "",
        "6######## 6######## 71#######",
        9,
        "gmail.com gmail.com hotmail.com hotmail.es yahoo.es outlook.es telefonica.net icloud.com",
        "es es es es es es es es es es es es es es es es ar en pt it",
        "{street}, {number}|{street} {number}",
        "Calle Mayor;Calle Real;Avenida de la Constitución;Calle San José;Plaza de España"
        ";Calle del Carmen;Paseo del Prado;Calle Cervantes;Calle Nueva;Calle de la Paz"
        ";Avenida de Andalucía;Calle Colón;Ronda de Toledo;Calle Goya;Calle Velázquez;Calle Santa Ana",
        "Madrid~91~280##;Barcelona~93~080##;Valencia~96~460##;Sevilla~95~410##;Zaragoza~976~500##"
        ";Málaga~952~290##;Murcia~968~300##;Bilbao~944~480##;Alicante~965~030##;Córdoba~957~140##"
        ";Valladolid~983~470##;Vigo~986~362##",
    ),
    "PT": (
        "351",
        "",
        "91####### 92####### 93####### 96#######",
        9,
        "gmail.com gmail.com sapo.pt hotmail.com outlook.pt live.com.pt",
        "pt pt pt pt pt pt pt pt pt pt pt pt pt pt pt en fr es pt pt",
        "{street} {number}|{street}, n.º {number}",
        "Rua da Liberdade;Avenida da República;Rua 25 de Abril;Rua de Santa Catarina;Rua do Comércio"
        ";Largo da Igreja;Rua Direita;Rua Camões;Avenida dos Aliados;Rua das Flores;Travessa do Carmo"
        ";Rua Almeida Garrett",
        "Lisboa~21~1###-###;Porto~22~4###-###;Braga~253~47##-###;Coimbra~239~30##-###;Faro~289~80##-###"
        ";Setúbal~265~29##-###;Aveiro~234~38##-###",
    ),
    "BR": (
        "55",
        "0",
        "A9########",
        10,
        "gmail.com gmail.com gmail.com hotmail.com hotmail.com uol.com.br bol.com.br terra.com.br"
        " yahoo.com.br outlook.com",
        "pt pt pt pt pt pt pt pt pt pt pt pt pt pt pt pt it ja de pt",
        "{street}, {number}|{street} {number}",
        "Rua das Flores;Avenida Brasil;Rua São José;Rua Sete de Setembro;Avenida Paulista"
        ";Rua Quinze de Novembro;Rua Tiradentes;Rua Santos Dumont;Avenida Getúlio Vargas"
        ";Rua Dom Pedro II;Rua Bahia;Rua Amazonas;Rua Santa Rita;Avenida Atlântica;Rua da Paz",
        "São Paulo~11~0####-###;Rio de Janeiro~21~2####-###;Belo Horizonte~31~30###-###"
        ";Salvador~71~40###-###;Brasília~61~70###-###;Fortaleza~85~60###-###;Curitiba~41~80###-###"
        ";Recife~81~50###-###;Porto Alegre~51~90###-###;Manaus~92~69###-###;Goiânia~62~74###-###"
        ";Campinas~19~13###-###",
    ),
    "AR": (
        "54",
        "0",
        "A########",
        10,
        "gmail.com gmail.com hotmail.com hotmail.com.ar yahoo.com.ar live.com.ar outlook.com fibertel.com.ar",
        "es es es es es es es es es es es es es it it it de es es es",
        "{street} {number}|{street} Nº {number}",
        "Av. Rivadavia;Calle San Martín;Av. Belgrano;Calle Sarmiento;Av. Corrientes;Calle Mitre"
        ";Calle 9 de Julio;Av. Santa Fe;Calle Moreno;Calle Urquiza;Av. Libertador;Calle Lavalle"
        ";Calle Alsina",
        "Buenos Aires~11~C1###@@@;Córdoba~351~X50##@@@;Rosario~341~S20##@@@;Mendoza~261~M55##@@@"
        ";La Plata~221~B19##@@@;Salta~387~A44##@@@;Mar del Plata~223~B76##@@@",
    ),
    "MX": (
        "52",
        "",
        "A########",
        10,
        "gmail.com gmail.com gmail.com hotmail.com hotmail.com yahoo.com.mx outlook.com prodigy.net.mx"
        " live.com.mx",
        "es es es es es es es es es es es es es es es es es es es en",
        "{street} {number}|{street} #{number}",
        "Av. Insurgentes Sur;Calle Hidalgo;Calle Benito Juárez;Av. Reforma;Calle Morelos"
        ";Calle 5 de Mayo;Calle Allende;Av. Revolución;Calle Zaragoza;Calle Madero;Av. Universidad"
        ";Calle Guerrero;Calle Pino Suárez",
        "Ciudad de México~55~0####;Guadalajara~33~44###;Monterrey~81~64###;Puebla~222~72###"
        ";Tijuana~664~22###;León~477~37###;Mérida~999~97###;Querétaro~442~76###",
    ),
    "US": (
        "1",
        "",
        "A2###### A3###### A4###### A5###### A6###### A7###### A8######",
        10,
        "gmail.com gmail.com gmail.com gmail.com yahoo.com yahoo.com hotmail.com aol.com icloud.com"
        " outlook.com comcast.net",
        "en en en en en en en en en en en en en es es es zh de it ar",
        "{number} {street}|{number} {street}",
        "Main St;Oak Ave;Maple Dr;2nd St;Park Ave;Washington St;Cedar Ln;Elm St;Lake View Dr;Hill Rd"
        ";Pine St;Sunset Blvd;Church St;River Rd;Highland Ave;4th Ave",
        "New York~212~100##;Los Angeles~213~900##;Chicago~312~606##;Houston~713~770##;Phoenix~602~850##"
        ";Philadelphia~215~191##;San Diego~619~921##;Dallas~214~752##;Seattle~206~981##"
        ";Boston~617~021##;Denver~303~802##;Miami~305~331##;Atlanta~404~303##;Portland~503~972##",
    ),
    "GB": (
        "44",
        "0",
        "74######## 75######## 77######## 78######## 79########",
        10,
        "gmail.com gmail.com gmail.com hotmail.co.uk yahoo.co.uk btinternet.com outlook.com icloud.com"
        " sky.com live.co.uk",
        "en en en en en en en en en en en en en en en en ar pl it zh",
        "{number} {street}|{number}, {street}",
        "High Street;Station Road;Church Lane;Victoria Road;Green Lane;Manor Road;Park Road;Queens Road"
        ";The Avenue;Mill Lane;Kings Road;London Road;York Road;Chapel Street;Albert Road;Grange Road",
        "London~20~SW# #@@;Birmingham~121~B## #@@;Manchester~161~M## #@@;Leeds~113~LS# #@@"
        ";Glasgow~141~G## #@@;Liverpool~151~L## #@@;Bristol~117~BS# #@@;Edinburgh~131~EH# #@@"
        ";Cardiff~29~CF## #@@;Sheffield~114~S## #@@",
    ),
    "NL": (
        "31",
        "0",
        "61####### 62####### 63####### 64####### 65#######",
        9,
        "gmail.com gmail.com hotmail.nl hotmail.com ziggo.nl kpnmail.nl planet.nl outlook.com xs4all.nl",
        "nl nl nl nl nl nl nl nl nl nl nl nl nl nl nl tr ar pl de en",
        "{street} {number}|{street} {number}",
        "Kerkstraat;Dorpsstraat;Hoofdstraat;Molenweg;Schoolstraat;Julianastraat;Wilhelminastraat"
        ";Beatrixlaan;Stationsweg;Nieuwstraat;Parklaan;Beukenlaan",
        "Amsterdam~20~10## @@;Rotterdam~10~30## @@;Den Haag~70~25## @@;Utrecht~30~35## @@"
        ";Eindhoven~40~56## @@;Groningen~50~97## @@;Breda~76~48## @@",
    ),
    "PL": (
        "48",
        "",
        "50####### 51####### 53####### 60####### 66####### 69####### 72####### 78####### 79####### 88#######",
        9,
        "gmail.com gmail.com gmail.com wp.pl wp.pl o2.pl onet.pl interia.pl outlook.com op.pl",
        "pl pl pl pl pl pl pl pl pl pl pl pl pl pl pl pl pl ru ru de",
        "ul. {street} {number}|{street} {number}",
        "Polna;Leśna;Słoneczna;Krótka;Szkolna;Ogrodowa;Lipowa;Brzozowa;Łąkowa;Kwiatowa;Mickiewicza"
        ";Kościuszki;Piłsudskiego;3 Maja;Sienkiewicza",
        "Warszawa~22~00-###;Kraków~12~30-###;Łódź~42~90-###;Wrocław~71~50-###;Poznań~61~60-###"
        ";Gdańsk~58~80-###;Lublin~81~20-###;Katowice~32~40-###",
    ),
    "HU": (
        "36",
        "06",
        "20####### 30####### 70#######",
        8,
        "gmail.com gmail.com freemail.hu freemail.hu citromail.hu hotmail.com t-online.hu",
        "hu hu hu hu hu hu hu hu hu hu hu hu hu hu hu hu hu hu de hu",
        "{street} {number}.|{street} {number}",
        "Petőfi Sándor utca;Kossuth Lajos utca;Rákóczi út;Ady Endre utca;Arany János utca;Fő utca"
        ";Dózsa György út;Béke utca;Szabadság tér;Jókai utca",
        "Budapest~1~1##0;Debrecen~52~40##;Szeged~62~67##;Miskolc~46~35##;Pécs~72~76##;Győr~96~90##",
    ),
    "SE": (
        "46",
        "0",
        "70####### 72####### 73####### 76#######",
        9,
        "gmail.com gmail.com hotmail.com telia.com outlook.com live.se icloud.com bredband.net",
        "sv sv sv sv sv sv sv sv sv sv sv sv sv sv sv ar ar pl tr de",
        "{street} {number}|{street} {number}",
        "Storgatan;Kungsgatan;Drottninggatan;Skolgatan;Parkvägen;Björkvägen;Kyrkogatan;Skogsvägen"
        ";Ringvägen;Villavägen;Nygatan",
        "Stockholm~8~11# ##;Göteborg~31~41# ##;Malmö~40~21# ##;Uppsala~18~75# ##;Lund~46~22# ##"
        ";Linköping~13~58# ##",
    ),
    "RU": (
        "7",
        "8",
        "903####### 905####### 910####### 916####### 921####### 926####### 950####### 961####### 985#######",
        10,
        "mail.ru mail.ru mail.ru yandex.ru yandex.ru gmail.com gmail.com bk.ru rambler.ru list.ru",
        "ru ru ru ru ru ru ru ru ru ru ru ru ru ru ru ru ru ru tr de",
        "ул. {street}, д. {number}|{street} {number}",
        "Ленина=Lenina;Советская=Sovetskaya;Мира=Mira;Пушкина=Pushkina;Гагарина=Gagarina"
        ";Школьная=Shkolnaya;Садовая=Sadovaya;Лесная=Lesnaya;Набережная=Naberezhnaya;Победы=Pobedy"
        ";Кирова=Kirova;Чехова=Chekhova",
        "Москва=Moscow~495~10####;Санкт-Петербург=Saint Petersburg~812~19####"
        ";Новосибирск=Novosibirsk~383~63####;Екатеринбург=Yekaterinburg~343~62####"
        ";Казань=Kazan~843~42####;Самара=Samara~846~44####",
    ),
    "GR": (
        "30",
        "",
        "693####### 694####### 697####### 698#######",
        10,
        "gmail.com gmail.com gmail.com yahoo.gr hotmail.gr hotmail.com otenet.gr",
        "el el el el el el el el el el el el el el el el el el en ru",
        "{street} {number}|{street} {number}",
        "Ερμού=Ermou;Πανεπιστημίου=Panepistimiou;Βενιζέλου=Venizelou;Τσιμισκή=Tsimiski"
        ";Πατησίων=Patision;Κολοκοτρώνη=Kolokotroni;Αθηνάς=Athinas;Κηφισίας=Kifisias",
        "Αθήνα=Athens~21~10# ##;Θεσσαλονίκη=Thessaloniki~231~54# ##;Πάτρα=Patra~261~26# ##"
        ";Ηράκλειο=Heraklion~281~71# ##;Λάρισα=Larisa~241~41# ##",
    ),
    "TR": (
        "90",
        "0",
        "530####### 532####### 535####### 541####### 542####### 505####### 552#######",
        10,
        "gmail.com gmail.com gmail.com hotmail.com hotmail.com yahoo.com outlook.com mynet.com",
        "tr tr tr tr tr tr tr tr tr tr tr tr tr tr tr tr tr tr tr ar",
        "{street} No: {number}|{street} {number}",
        "Atatürk Caddesi;Cumhuriyet Caddesi;İstiklal Caddesi;İnönü Caddesi;Gazi Bulvarı;Lale Sokak"
        ";Gül Sokak;Barış Caddesi;Fatih Sokak;Bağdat Caddesi",
        "İstanbul~212~34###;Ankara~312~06###;İzmir~232~35###;Bursa~224~16###;Antalya~242~07###"
        ";Adana~322~01###",
    ),
    "EG": (
        "20",
        "0",
        "10######## 11######## 12######## 15########",
        9,
        "gmail.com gmail.com gmail.com yahoo.com yahoo.com hotmail.com outlook.com",
        "ar ar ar ar ar ar ar ar ar ar ar ar ar ar ar ar ar ar ar el",
        "{number} {street}|{street} {number}",
        "شارع التحرير=Tahrir Street;شارع رمسيس=Ramses Street;شارع الهرم=El Haram Street"
        ";شارع النصر=El Nasr Street;شارع الجامعة=Gamaa Street;شارع الثورة=Thawra Street",
        "القاهرة=Cairo~2~11###;الإسكندرية=Alexandria~3~21###;الجيزة=Giza~2~12###;أسيوط=Assiut~88~71###"
        ";المنصورة=Mansoura~50~35###",
    ),
    "AE": (
        "971",
        "0",
        "50####### 52####### 54####### 55####### 56#######",
        8,
        "gmail.com gmail.com hotmail.com yahoo.com outlook.com icloud.com",
        "ar ar ar ar ar ar en en en en ru zh it fr de es",
        "{street}, {number}|{number} {street}",
        "شارع الشيخ زايد=Sheikh Zayed Road;شارع الوصل=Al Wasl Road;شارع الكورنيش=Corniche Road"
        ";شارع الرقة=Al Rigga Street;شارع حمدان=Hamdan Street",
        "دبي=Dubai~4~#####;أبوظبي=Abu Dhabi~2~#####;الشارقة=Sharjah~6~#####",
    ),
    "JP": (
        "81",
        "0",
        "801####### 804####### 805####### 901####### 905####### 908####### 702#######",
        9,
        "gmail.com gmail.com yahoo.co.jp yahoo.co.jp docomo.ne.jp ezweb.ne.jp icloud.com outlook.jp",
        "ja ja ja ja ja ja ja ja ja ja ja ja ja ja ja ja ja ja zh en",
        "{street}{number}|{street} {number}",
        "本町=Honcho ;中央=Chuo ;栄町=Sakaecho ;緑町=Midoricho ;桜丘=Sakuragaoka ;大手町=Otemachi "
        ";新町=Shinmachi ;東町=Higashicho ",
        "東京=Tokyo~3~1##-####;大阪=Osaka~6~5##-####;横浜=Yokohama~45~2##-####"
        ";名古屋=Nagoya~52~4##-####;札幌=Sapporo~11~0##-####;福岡=Fukuoka~92~8##-####"
        ";京都=Kyoto~75~6##-####",
    ),
    "CN": (
        "86",
        "0",
        "131######## 135######## 136######## 138######## 139######## 150######## 158########"
        " 186######## 187######## 188########",
        10,
        "qq.com qq.com qq.com 163.com 163.com 126.com sina.com foxmail.com gmail.com outlook.com",
        "zh zh zh zh zh zh zh zh zh zh zh zh zh zh zh zh zh zh zh zh",
        "{street}{number}号|{street}{number}",
        "人民路=Renmin Road ;中山路=Zhongshan Road ;解放路=Jiefang Road ;建设路=Jianshe Road "
        ";和平路=Heping Road ;新华路=Xinhua Road ;南京路=Nanjing Road ;北京路=Beijing Road ",
        "北京=Beijing~10~10####;上海=Shanghai~21~20####;广州=Guangzhou~20~51####"
        ";深圳=Shenzhen~755~51####;成都=Chengdu~28~61####;杭州=Hangzhou~571~31####;武汉=Wuhan~27~43####",
    ),
    "IL": (
        "972",
        "0",
        "50####### 52####### 54#######",
        8,
        "gmail.com gmail.com gmail.com walla.co.il hotmail.com yahoo.com netvision.net.il",
        "he he he he he he he he he he he he he ru ru ru ar ar en fr",
        "{street} {number}|{street} {number}",
        "הרצל=Herzl;דיזנגוף=Dizengoff;אלנבי=Allenby;בן יהודה=Ben Yehuda;ויצמן=Weizmann"
        ";רוטשילד=Rothschild;ז'בוטינסקי=Jabotinsky;ביאליק=Bialik",
        "תל אביב=Tel Aviv~3~6#####;ירושלים=Jerusalem~2~9#####;חיפה=Haifa~4~3#####"
        ";באר שבע=Beersheba~8~8#####;נתניה=Netanya~9~4#####",
    ),
}


if __name__ == "__main__":
    main()
