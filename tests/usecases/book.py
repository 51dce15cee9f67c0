"""What a project should hold by the design, kept in plain dicts: what random histories compare a database with.

Nothing here is taken from the code. "When" is the order in which things were done, `at` the time on the clock, which
may stand still meanwhile. What an identity says is kept with the identity: a split takes it along by itself.
"""

import itertools
from collections.abc import Iterable
from typing import Any

from rolodesk.domain.contact import Point, Source, Value
from rolodesk.domain.profile import Choice, Member, Profile
from tests.domain import model

NORMAL, TRASHED = 100, 1000
LISTS = ("tag", "properties.likes")
KINDS = {"anonymous": ("anonymous", "manual"), "user": ("user", "manual")}


class Book:
    def __init__(self) -> None:
        self.orders = itertools.count(1)
        self.at = 0
        self.contacts: dict[str, dict[str, Any]] = {}
        self.erased: set[str] = set()
        self.identities: dict[str, dict[str, Any]] = {}
        self.talks: dict[str, dict[str, Any]] = {}
        self.merges: dict[str, dict[str, Any]] = {}
        self.splits: dict[str, dict[str, Any]] = {}
        # Pairs of identities that one browser has held the tokens of, and whether that still counts.
        self.proofs: dict[frozenset[str], bool] = {}
        self.vetoes: dict[frozenset[str], int] = {}
        # Who may be given a word; nobody but the team if it is in here for no identity.
        self.words: dict[str, set[str]] = {}

    def when(self) -> int:
        return next(self.orders)

    # Who is where.

    def root(self, contact_id: str) -> str:
        while (into := self.contacts[contact_id]["into"]) is not None:
            contact_id = into
        return contact_id

    def roots(self) -> list[str]:
        return sorted(c for c, card in self.contacts.items() if card["into"] is None)

    def children(self, contact_id: str) -> list[str]:
        """What is merged into a contact itself, in order of merging."""
        merged = [c for c, card in self.contacts.items() if card["into"] == contact_id]
        return sorted(merged, key=lambda c: self.merges[self.contacts[c]["merge"]]["when"])

    def tree(self, contact_id: str) -> list[str]:
        """A contact before what is merged into it, that in order of merging."""
        return [contact_id, *(c for child in self.children(contact_id) for c in self.tree(child))]

    def living(self, contact_id: str) -> list[str]:
        return [i for i, who in self.identities.items() if who["home"] == contact_id]

    def people(self, contact_id: str) -> list[str]:
        """All identities of a contact's tree."""
        return [i for member in self.tree(contact_id) for i in self.living(member)]

    def users(self, identities: Iterable[str]) -> set[str]:
        """The verified users of the site among them."""
        return {
            self.identities[i]["key"]
            for i in identities
            if self.identities[i]["kind"] == "user" and self.identities[i]["verified"]
        }

    def known(self, kind: str, key: str) -> str | None:
        """The identity that a visitor of that kind speaks as, if it is there."""
        for kept in KINDS[kind]:
            for identity_id, who in self.identities.items():
                if (who["kind"], who["key"]) == (kept, key):
                    return identity_id
        return None

    def readable(self, identity_id: str) -> set[str]:
        """The identities whose words that one's session may be given."""
        return {identity_id}.union(
            *(pair for pair, holds in self.proofs.items() if holds and identity_id in pair)
        )

    # What is known of a contact.

    def member(self, contact_id: str) -> Member:
        """The contact as the rules of profiles take it."""
        card = self.contacts[contact_id]
        said = [*card["rows"], *(row for i in self.living(contact_id) for row in self.identities[i]["rows"])]
        values = [
            Value(f"{n:06}", contact_id, r["field"], r["item"], r["value"], r["source"], "x", r["when"],
                  basis_id=r["basis"], generated=r["generated"], verified=r["verified"], adopts=r["adopts"])
            for n, r in enumerate(said)
        ]  # fmt: skip
        points = [
            Point(str(n), contact_id, p["kind"], p["value"], p["value"].lower(), Source.AGENT, "x", p["when"],
                  verified_at=1 if p["verified"] else None, basis_id=p["basis"])
            for n, p in enumerate(self.standing_points(contact_id))
        ]  # fmt: skip
        points += [
            Point("off", contact_id, kind, value, value, Source.AGENT, "x", when, removed_at=when)
            for (kind, value), when in card["off"].items()
        ]
        arrows = [(child, self.merges[self.contacts[child]["merge"]]) for child in self.children(contact_id)]
        for _, merge in arrows:
            # An address that was typed when merging is one of the contact's while the merge stands.
            points += [
                Point(
                    "typed", contact_id, c.field, str(c.value), str(c.value).lower(), Source.AGENT, "x", c.at
                )
                for c in merge["choices"]
                if c.field in ("email", "phone")
                and c.from_id is None
                and c.value is not None
                and c.at > card["off"].get((c.field, str(c.value)), 0)
            ]
        return Member(
            contact_id,
            tuple(values),
            tuple(points),
            choices=tuple(choice for _, merge in arrows for choice in merge["choices"]),
            children=tuple(self.member(child) for child, _ in arrows),
            joined_at=self.merges[card["merge"]]["when"] if card["into"] else 0,
        )

    def extent(self, root: str) -> list[Any]:
        """How much is known of a tree: as long as it is the same, nothing new has been said."""
        known: list[Any] = []
        for member in self.tree(root):
            card, people = self.contacts[member], sorted(self.living(member))
            known += [
                member,
                card["merge"],
                len(card["rows"]),
                len(card["points"]),
                sorted(card["off"].items()),
            ]
            known += [(i, len(self.identities[i]["rows"]), len(self.identities[i]["points"])) for i in people]
        return known

    def points(self, contact_id: str) -> list[dict[str, Any]]:
        said = [p for i in self.living(contact_id) for p in self.identities[i]["points"]]
        return [*self.contacts[contact_id]["points"], *said]

    def standing_points(self, contact_id: str) -> list[dict[str, Any]]:
        """The contact's own addresses that the team has not taken off it since."""
        off = self.contacts[contact_id]["off"]
        return [p for p in self.points(contact_id) if p["when"] > off.get((p["kind"], p["value"]), 0)]

    def activity(self, members: Iterable[str]) -> tuple[int, int, int | None, int]:
        """Conversations, messages, first seen, last activity of these contacts together."""
        homes = set(members)
        talks = [t for t in self.talks.values() if self.identities[t["identity"]]["home"] in homes]
        seen = [who["seen"] for who in self.identities.values() if who["home"] in homes and who["seen"]]
        last = []
        for home in homes:
            mine = [t["last"] for t in talks if self.identities[t["identity"]]["home"] == home]
            last.append(max(mine) if mine else self.contacts[home]["created"])
        return len(talks), sum(t["messages"] for t in talks), min(seen, default=None), max(last)

    # How contacts come to be.

    def add_contact(self, contact_id: str, lead_id: str) -> None:
        self.contacts[contact_id] = {
            "lead_id": lead_id, "status": NORMAL, "into": None, "merge": None, "rows": [], "points": [], "off": {},
            "notes": set(), "created": self.at,
        }  # fmt: skip

    def add_identity(self, identity_id: str, kind: str, key: str, home: str) -> None:
        self.identities[identity_id] = {
            "kind": kind, "key": key, "home": home, "blocked": False, "verified": kind == "user",
            "seen": None if kind == "manual" else self.at, "rows": [], "points": [],
        }  # fmt: skip
        self.words.setdefault(key, set()).add(identity_id)

    def speaks(self, identity_id: str, kind: str) -> None:
        """Somebody has come with an identity's key: one that was typed in is the visitor's from now on."""
        who = self.identities[identity_id]
        if who["kind"] == "manual":
            who |= {"kind": kind, "verified": kind == "user", "seen": who["seen"] or self.at}

    def may_be_made(self, lead_id: str) -> bool:
        return all(card["lead_id"] != lead_id for card in self.contacts.values()) and all(
            (who["kind"], who["key"]) != ("manual", lead_id) for who in self.identities.values()
        )

    # What is said.

    def claim(self, identity_id: str, said: dict[str, Any], source: Source) -> None:
        """What a visitor's form or token says of it; not what it says once more and nobody otherwise since."""
        who = self.identities[identity_id]
        home = who["home"]
        for field, value in said.items():
            generated = field == "generated"
            name = "fullname" if generated else field
            for item, content in [(i, True) for i in value] if isinstance(value, list) else [("", value)]:
                rows = [
                    (row["when"], identity, row["value"])
                    for identity in self.living(home)
                    for row in self.identities[identity]["rows"]
                    if (row["field"], row["item"], row["source"]) == (name, item, source)
                ]
                if rows and (generated or max(rows)[1:] == (identity_id, content)):
                    continue
                who["rows"].append(
                    self._row(
                        name, content, source, item, generated=generated, verified=source is Source.TOKEN
                    )
                )
                self.told(item or content, identity_id)
                if name in ("email", "phone"):
                    self._address(home, who["points"], name, content, source is Source.TOKEN)

    def told(self, content: Any, *owners: str) -> None:
        """A word has been said; `owners` may be given it."""
        if isinstance(content, str):
            self.words.setdefault(content, set()).update(owners)

    def _row(self, field: str, value: Any, source: Source, item: str = "", **more: Any) -> dict[str, Any]:
        row = {"basis": None, "adopts": None, "generated": False, "verified": False}
        row |= {"field": field, "item": item, "value": value, "source": source, **more}
        return row | {"when": self.when(), "at": self.at}

    def _address(
        self,
        home: str,
        own: list[dict[str, Any]],
        kind: str,
        value: str,
        verified: bool,
        basis: str | None = None,
    ) -> None:
        """An address is remembered once for whoever has said it."""
        standing = [p for p in self.standing_points(home) if any(p is mine for mine in own)]
        same = [
            p for p in standing if (p["kind"], p["value"]) == (kind, value) and p["basis"] in (None, basis)
        ]
        if not same:
            point = {"kind": kind, "value": value, "verified": verified, "basis": basis}
            own.append(point | {"when": self.when(), "at": self.at})
        elif verified:
            same[0]["verified"] = True

    # What the team does with a contact that stands for itself.

    def edit(self, root: str, fields: dict[str, Any], seen: Profile) -> None:
        """Type or clear fields. `seen` is what the profile told of the origin of its other values."""
        card = self.contacts[root]
        before = self.member(root)
        for field, value in fields.items():
            self.told(value)
            if field in LISTS:
                self.set_items(root, field, value)
                continue
            shown = model.shown(before, field)
            if shown is not None and shown.blank:
                shown = None
            if shown is not None and (shown.value, shown.source) == (value, Source.AGENT):
                continue
            if shown is None and value is None and field not in seen.others:
                continue
            basis = self._basis(before, field, value, shown, seen)
            card["rows"].append(self._row(field, value, Source.AGENT, basis=basis))
            if field in ("email", "phone") and value is not None:
                self._address(root, card["points"], field, value, False, basis)

    def _basis(
        self, before: Member, field: str, value: Any, shown: model.Claim | None, seen: Profile
    ) -> str | None:
        """The member whose value is being edited or taken over; of one that was made of another's, that other."""
        other = next((e for e in seen.others.get(field, ()) if e.value == value), None)
        if other is not None:
            origin, deeper = other.contact_id, other.basis_id
        elif shown is not None and shown.value == value:
            origin, deeper = shown.contact, shown.basis
        elif field in ("email", "phone") and (
            same := [p for p in model.points(before, field) if p.value == value]
        ):
            found = min(same, key=lambda p: (p.verified_at is None, p.at))
            origin, deeper = found.contact_id, found.basis_id
        elif shown is not None:
            origin, deeper = shown.contact, shown.basis
        else:
            return None
        return deeper or (origin if origin != before.contact_id else None)

    def adopt(self, root: str, field: str, origin: str, source: Source, seen: Profile) -> None:
        """Show one of the other values. One that the contact's own team had typed is typed once more."""
        entry = next(e for e in seen.others[field] if (e.contact_id, e.source) == (origin, source))
        if (origin, source) == (root, Source.AGENT):
            row = self._row(field, entry.value, Source.AGENT, basis=entry.basis_id)
        else:
            row = self._row(field, None, Source.AGENT, basis=origin, adopts=source)
        self.contacts[root]["rows"].append(row)

    def set_items(self, root: str, field: str, wanted: list[str]) -> None:
        """Let a list, or the tags, be just these."""
        present = model.items(self.member(root), field)
        rows = self.contacts[root]["rows"]
        rows += [self._row(field, True, Source.AGENT, item) for item in wanted if item not in present]
        rows += [self._row(field, False, Source.AGENT, item) for item in present if item not in wanted]
        for item in wanted:
            self.told(item)

    def add_address(self, root: str, kind: str, value: str) -> None:
        self.told(value)
        if all(p.value != value for p in model.points(self.member(root), kind)):
            self._address(root, self.contacts[root]["points"], kind, value, False)

    def take_off(self, root: str, kind: str, value: str, primary: bool, seen: Profile) -> None:
        """Take an address off, and clear the field if it was shown there."""
        self.contacts[root]["off"][kind, value] = self.when()
        if primary:
            self.edit(root, {kind: None}, seen)

    # Messages.

    def begin(self, request_id: str, identity_id: str, word: str) -> None:
        self.talks[request_id] = {"identity": identity_id, "messages": 0, "last": 0, "words": []}
        self.message(request_id, word)

    def message(self, request_id: str, word: str) -> None:
        """A message takes its contact out of the trash, unless the identity is blocked."""
        talk = self.talks[request_id]
        talk["messages"] += 1
        talk["last"] = self.at
        talk["words"].append(word)
        self.told(word, talk["identity"])
        who = self.identities[talk["identity"]]
        if not who["blocked"]:
            self.contacts[self.root(who["home"])]["status"] = NORMAL

    # Merging.

    def refusals(self, winner: str, sources: list[str], allow: bool) -> set[str]:
        """The codes with which a merge may be refused, none if it is done."""
        found = set()
        if self.contacts[winner]["into"] is not None:
            found.add("contact_merged")
        if self.contacts[winner]["status"] == TRASHED:
            found.add("contact_trashed")
        # Whose a merged contact is, its root says.
        users = self.users(self.people(winner)) if self.contacts[winner]["into"] is None else set()
        for loser in sources:
            into = self.contacts[loser]["into"]
            if into == winner:
                continue
            if into is not None:
                found.add("contact_merged")
                continue
            theirs = self.users(self.people(loser))
            if users and theirs - users and not allow:
                found.add("distinct_users")
            users |= theirs
        return found

    def choice(self, field: str, origin: str, parties: list[str]) -> Choice | None:
        """A choice of a member's value; of a party what it shows, wherever that is from. None if there is nothing."""
        if origin not in parties:
            word = model.word(self.member(origin), field)
            return None if word is None or word.blank else Choice(field, 0, origin)
        shown = model.shown(self.member(origin), field)
        if shown is None or shown.blank:
            return None
        return Choice(field, 0, shown.contact, source=None if shown.source is Source.AGENT else shown.source)

    def merge(
        self, merge_id: str, group: str, winner: str, loser: str, choices: list[Choice], actor: str = "agent"
    ) -> None:
        when = self.when()
        made = [Choice(c.field, when, c.from_id, c.value, c.source) for c in choices]
        self.merges[merge_id] = {
            "group": group, "winner": winner, "loser": loser, "choices": made, "when": when, "undone": False,
            "actor": actor,
        }  # fmt: skip
        self.contacts[loser] |= {"into": winner, "merge": merge_id}

    def undo(self, merge_id: str) -> None:
        merge = self.merges[merge_id]
        if merge["undone"]:
            return
        root = self.root(merge["loser"])
        merge["undone"] = True
        self.contacts[merge["loser"]] |= {"into": None, "merge": None}
        self._set_apart(root, merge["loser"])
        self.vetoes[frozenset((merge["winner"], merge["loser"]))] = self.at

    def _set_apart(self, one: str, other: str) -> None:
        """What was proven across two trees that are set apart counts no more, nor ever again."""
        here, there = set(self.people(one)), set(self.people(other))
        for pair in self.proofs:
            if pair & here and pair & there:
                self.proofs[pair] = False

    # Splitting.

    def arrow_of(self, root: str, identities: set[str]) -> str | None:
        """The outermost merge that has brought just these identities."""
        for member in self.tree(root)[1:]:
            if set(self.people(member)) == identities:
                return str(self.contacts[member]["merge"])
        return None

    def split_refusals(self, root: str, identities: set[str], into: str | None, allow: bool) -> set[str]:
        found = set()
        if identities == set(self.people(root)):
            found.add("nothing_left")
        if into is not None:
            if self.contacts[into]["into"] is not None:
                found.add("contact_merged")
            elif into == root:
                found.add("self_merge")
            elif self.contacts[into]["status"] == TRASHED:
                found.add("contact_trashed")
            else:
                there = self.users(self.people(into))
                if there and self.users(identities) - there and not allow:
                    found.add("distinct_users")
        return found

    def split(self, split_id: str, root: str, identities: list[str], into: str, made: bool) -> None:
        """`into` is there already, also one that is made for it."""
        self.splits[split_id] = {
            "from": root, "into": into, "made": made, "undone": False, "when": self.when(),
            "homes": {i: self.identities[i]["home"] for i in identities},
        }  # fmt: skip
        for identity_id in identities:
            self.identities[identity_id]["home"] = into
        self._set_apart(root, into)
        self.vetoes[frozenset((root, into))] = self.at

    def homes_after(self, split_id: str) -> set[str]:
        """The contacts that the undo of a split has to do with."""
        split = self.splits[split_id]
        found, undone = {split["from"], split["into"]}, split["undone"]
        split["undone"] = True
        if not undone:
            found |= {self._home_by_splits(i) for i in split["homes"] if i in self.identities}
        split["undone"] = undone
        return found

    def undo_split(self, split_id: str) -> bool:
        """Whether a contact that was made for it is left with nothing, and so is merged into where its people are."""
        split = self.splits[split_id]
        if split["undone"]:
            return False
        split["undone"] = True
        for identity_id in split["homes"]:
            if identity_id in self.identities:
                self.identities[identity_id]["home"] = self._home_by_splits(identity_id)
        for pair in self.proofs:
            if len({self.root(self.identities[i]["home"]) for i in pair}) > 1:
                self.proofs[pair] = False
        into, root = split["into"], self.root(split["from"])
        stands_alone = self.contacts[into]["into"] is None and self.tree(into) == [into]
        if not (split["made"] and stands_alone and root != into and not self.living(into)):
            return False
        return not self.refusals(root, [into], True)

    def _home_by_splits(self, identity_id: str) -> str:
        """Where the latest split that stands has put it, else where it was before the first."""
        mine = sorted((s for s in self.splits.values() if identity_id in s["homes"]), key=lambda s: s["when"])
        standing = [s["into"] for s in mine if not s["undone"]]
        return str(standing[-1] if standing else mine[0]["homes"][identity_id])

    # The same browser.

    def may_join(self, anonymous: str, user_key: str) -> bool:
        """Whether somebody who was this identity and signs in as that user is joined by the product, or proven."""
        mine = self.known("anonymous", anonymous)
        if mine is None or self.identities[mine]["blocked"]:
            return False
        theirs = self.known("user", user_key)
        root = self.root(self.identities[mine]["home"])
        if self.users(self.people(root)) - {user_key}:
            return False
        if theirs is not None:
            if self.identities[theirs]["blocked"] or frozenset((mine, theirs)) in self.proofs:
                return False
            if self.root(self.identities[theirs]["home"]) == root:
                return True
        if self.contacts[root]["status"] == TRASHED:
            return False
        if theirs is None:
            # A contact that has yet to be made is held apart from nobody.
            return all(who["key"] != user_key for who in self.identities.values())
        winner = self.root(self.identities[theirs]["home"])
        return self.contacts[winner]["status"] != TRASHED and not self.held_apart(winner, root)

    def held_apart(self, one: str, other: str) -> bool:
        """Whether a person has set two trees apart and nothing new is known of their members since."""
        here, there = self.tree(one), self.tree(other)
        said = [at for pair, at in self.vetoes.items() if pair & {*here} and pair & {*there}]
        return bool(said) and max(self.changed(member) for member in (*here, *there)) <= max(said)

    def changed(self, contact_id: str) -> int:
        """When something new has last been said of a contact itself."""
        said = [*self.contacts[contact_id]["rows"], *self.points(contact_id)]
        said += [row for i in self.living(contact_id) for row in self.identities[i]["rows"]]
        return max((known["at"] for known in said), default=0)

    def prove(self, one: str, other: str) -> None:
        self.proofs[frozenset((one, other))] = True

    # Erasing.

    def erase(self, root: str, keys: Iterable[str]) -> None:
        """All of a tree goes. Who is still called by the key of one who has been erased gets another one."""
        gone = set(self.tree(root))
        people = set(self.people(root))
        for contact_id in gone:
            del self.contacts[contact_id]
        for identity_id in people:
            del self.identities[identity_id]
        for card in self.contacts.values():
            if card["lead_id"] in keys:
                card["lead_id"] = None
        self.erased |= gone
        self.talks = {r: t for r, t in self.talks.items() if t["identity"] not in people}
        self.proofs = {pair: holds for pair, holds in self.proofs.items() if not pair & people}
        self.vetoes = {pair: at for pair, at in self.vetoes.items() if not pair & gone}
