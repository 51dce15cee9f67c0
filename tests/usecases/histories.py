"""A project that lives through anything, each verb written into the book too: what random histories are made of."""

import random
import re
from contextlib import nullcontext
from typing import Any

import pytest
from msgspec import structs

from rolodesk.domain.access import Agent, Person, Visitor
from rolodesk.domain.contact import Source
from rolodesk.domain.conversation import Draft
from rolodesk.domain.errors import Conflict, Forbidden, Gone, Invalid
from rolodesk.domain.profile import Choice, Profile
from rolodesk.storage import identities
from rolodesk.storage.database import Database
from rolodesk.usecases import (
    clock,
    contacts,
    conversations,
    merges,
    privacy,
    projects,
    sign_in,
    signed_in_later,
    splits,
)
from rolodesk.usecases.merges import Ask
from tests.cast import filled
from tests.usecases.book import NORMAL, TRASHED, Book

ANSWERS = {
    "userFullname": "fullname",
    "userEmail": "email",
    "userPhone": "phone",
    "size": "properties.size",
    "likes": "properties.likes",
}
FORM = [{"name": name, "type": "text", "label": name} for name in ANSWERS]
FIELDS = ("fullname", "email", "phone", "company", "properties.size")
TAGS = ("red", "green", "blue")
USERS = ("user-one", "user-two", "user-three")
# What several people say, so that it meets; everything else is a word of its own.
SHARED = {
    "email": ["office@x.com", "family@x.com"],
    "phone": ["+39061000001", "+39061000002"],
    "likes": ["tea", "rum"],
}
# What histories are about comes most often.
VERBS = (
    *("merge", "merge", "merge", "merge", "undo", "undo", "undo", "sign_in", "sign_in"),
    *("split", "split", "split", "split", "undo_split", "undo_split", "undo_split"),
    *("begin", "begin", "write", "reply", "speak_for", "sign_out", "block", "create"),
    *("edit", "edit", "edit", "adopt", "adopt", "retag", "relist", "add_address", "take_address_off"),
    *("add_note", "delete_note", "trash_or_restore", "trash_or_restore", "erase"),
)
# Every row that a merge and its undo may not change.
KEPT = (
    *("identities", "conversations", "messages", "participants", "contact_notes", "conversation_notes"),
    *("contact_tags", "contact_points", "contact_values", "consents", "contact_counts", "identity_proofs"),
    "contacts",
)


class History:
    """A team, three browsers, three users of the site. Each verb takes what chance gives and does nothing where there
    is nobody to do it with."""

    def __init__(self, db: Database, person: Person, at: int) -> None:
        self.db, self.at = db, at
        self.project = projects.create(db, person, "History").id
        self.team: Agent = sign_in.agent(db, person, self.project)
        projects.update(db, self.team, widget={"preChatFormJson": FORM})
        projects.create_property(db, self.team, "Size", "size")
        projects.create_property(db, self.team, "Likes", "likes", "list")
        self.book = Book()
        self.book.at = at
        self.words = 0
        self.visitors = [self.browser() for _ in range(3)] + [self.user(key) for key in USERS]

    def tick(self, milliseconds: int) -> None:
        self.at += milliseconds
        self.book.at = self.at

    # What is said, and by whom.

    def word(self) -> str:
        """A word that nobody has said before."""
        self.words += 1
        return f"w{self.words}q"

    def browser(self) -> Visitor:
        key = clock.new_uuid()
        return Visitor(
            self.project, "anonymous", key, {"firstname": f"guest#{key[:4]}", "generated": True}, 0
        )

    def user(self, key: str) -> Visitor:
        return Visitor(self.project, "user", key, {"firstname": self.word(), "email": f"{key}@x.com"}, 0)

    def visitor(self, place: int) -> Visitor:
        """With a token that is newer than all that has been erased."""
        return structs.replace(self.visitors[place], issued_at=self.at + 1)

    def content(self, field: str, chance: random.Random) -> str:
        """Something to say of a field: now and then what others say too."""
        if field in SHARED and chance.randrange(3) == 0:
            return chance.choice(SHARED[field])
        word = self.word()
        if field == "email":
            return f"{word}@x.com"
        return f"+3906{2_000_000 + self.words}" if field == "phone" else word

    def some(self, of: Any, chance: random.Random) -> list[Any]:
        bits = chance.randrange(1 << len(of))
        return [one for n, one in enumerate(of) if bits >> n & 1]

    def any_root(self, chance: random.Random) -> str:
        return chance.choice(self.book.roots())

    def grown(self, chance: random.Random) -> str:
        """A contact that stands for itself, mostly the one that most is merged into."""
        if chance.randrange(3) == 0:
            return self.any_root(chance)
        return max(self.book.roots(), key=lambda root: len(self.book.tree(root)))

    def anybody(self, chance: random.Random) -> str:
        """Any contact, merged ones too."""
        return chance.choice(sorted(self.book.contacts))

    def profile(self, contact_id: str) -> Profile:
        return contacts.get(self.db, self.team, contact_id).contact.profile

    # Visitors.

    def begin(self, chance: random.Random, place: int | None = None) -> None:
        """A visitor begins a conversation, with answers to the form."""
        visitor = self.visitor(chance.randrange(6) if place is None else place)
        book, word = self.book, self.word()
        said = {name: self.content(ANSWERS[name], chance) for name in self.some([*ANSWERS], chance)}
        if "likes" in said:
            said["likes"] = ",".join(SHARED["likes"][: 1 + chance.randrange(2)])
        known = book.known(visitor.kind, visitor.key)
        name, draft = f"r-{word}", Draft(word, attributes=filled(said))

        if known is not None and book.identities[known]["blocked"]:
            with pytest.raises(Forbidden):
                conversations.post(self.db, visitor, name, draft)
            return
        posted = conversations.post(self.db, visitor, name, draft)

        identity = posted.view.identity.id
        if known is None:
            book.add_contact(posted.view.home_id, visitor.key)
            book.add_identity(identity, visitor.kind, visitor.key, posted.view.home_id)
        else:
            assert identity == known
            book.speaks(identity, visitor.kind)
        self._claim(identity, visitor, said)
        book.begin(name, identity, word)

    def _claim(self, identity: str, visitor: Visitor, answers: dict[str, str]) -> None:
        typed: dict[str, Any] = {ANSWERS[name]: answer for name, answer in answers.items()}
        if "likes" in answers:
            typed["properties.likes"] = answers["likes"].split(",")
        if visitor.kind == "user":
            self.book.claim(identity, visitor.claims, Source.TOKEN)
        elif "fullname" not in typed:
            typed["generated"] = visitor.claims["firstname"]
        self.book.claim(identity, typed, Source.VISITOR)

    def write(self, chance: random.Random) -> None:
        """A visitor, or one whose browser has proven to be the same, writes again."""
        if not self.book.talks:
            return
        name, word = chance.choice(sorted(self.book.talks)), self.word()
        owner = self.book.talks[name]["identity"]
        writer = self.book.identities[chance.choice(sorted(self.book.readable(owner)))]
        if writer["kind"] == "manual":
            return
        visitor = Visitor(self.project, writer["kind"], writer["key"], {}, self.at + 1)

        if self.book.identities[owner]["blocked"]:
            with pytest.raises(Forbidden):
                conversations.post(self.db, visitor, name, Draft(word))
            return
        conversations.post(self.db, visitor, name, Draft(word))

        self.book.message(name, word)

    def reply(self, chance: random.Random) -> None:
        if not self.book.talks:
            return
        name, word = chance.choice(sorted(self.book.talks)), self.word()

        conversations.post(self.db, self.team, name, Draft(word))

        self.book.message(name, word)

    def speak_for(self, chance: random.Random) -> None:
        """The team begins a conversation in the name of somebody whom it has typed in."""
        book, word = self.book, self.word()
        keys = sorted(who["key"] for who in book.identities.values() if who["kind"] == "manual")
        if not keys:
            return
        key = chance.choice(keys)
        identity = book.known("user", key) or book.known("anonymous", key)
        assert identity is not None

        conversations.post(self.db, self.team, f"r-{word}", Draft(word), sender=key)

        who = book.identities[identity]
        who["seen"] = who["seen"] or self.at
        book.begin(f"r-{word}", identity, word)

    def sign_out(self, chance: random.Random) -> None:
        """The next one at that browser is somebody new."""
        self.visitors[chance.randrange(3)] = self.browser()

    def sign_in(self, chance: random.Random) -> None:
        """A browser that was anonymous holds the token of a user too."""
        book, mine, theirs = (
            self.book,
            self.visitor(chance.randrange(3)),
            self.visitor(3 + chance.randrange(3)),
        )
        wanted = book.may_join(mine.key, theirs.key)
        before = book.known("user", theirs.key)

        done = signed_in_later.join_identities(self.db, theirs, mine)

        assert done is wanted, (done, wanted, book.vetoes, self.at)
        if not done:
            return
        anonymous = book.known("anonymous", mine.key)
        assert anonymous is not None
        with self.db.read() as tx:
            identity = identities.by_key(tx, self.project, theirs.key, ("user",))
        assert identity is not None
        if before is None:
            book.add_contact(identity.contact_id, theirs.key)
            book.add_identity(identity.id, "user", theirs.key, identity.contact_id)
            self._claim(identity.id, theirs, {})
        else:
            book.speaks(identity.id, "user")
        winner = book.root(book.identities[identity.id]["home"])
        loser = book.root(book.identities[anonymous]["home"])
        if winner != loser:
            merge = self._arrow(loser)
            assert (merge.actor_kind, merge.winner_id) == ("system", winner)
            book.merge(merge.id, merge.group_id, winner, loser, [])
        book.prove(anonymous, identity.id)

    def _arrow(self, loser: str) -> Any:
        found = merges.of_contact(self.db, self.team, loser).merges
        (one,) = [m.merge for m in found if m.merge.loser_id == loser and m.merge.undone_at is None]
        return one

    def block(self, chance: random.Random) -> None:
        """Block an identity, or let it in again."""
        if not self.book.identities:
            return
        identity = chance.choice(sorted(self.book.identities))
        who = self.book.identities[identity]
        who["blocked"] = not who["blocked"]
        with self.db.write(self.project) as tx:
            identities.block(tx, self.project, identity, self.at if who["blocked"] else None)

    # The team.

    def create(self, chance: random.Random) -> None:
        """A contact made by hand; now and then for a user who has not come yet."""
        typed = {field: self.content(field, chance) for field in self.some(FIELDS, chance)}
        tags = self.some(TAGS, chance)
        lead_id = chance.choice((None, None, None, *USERS))
        is_free = lead_id is None or self.book.may_be_made(lead_id)

        with nullcontext() if is_free else pytest.raises(Conflict, match="lead_id"):
            view = contacts.create(self.db, self.team, *_fields(typed), tags, lead_id=lead_id)
        if not is_free:
            return
        made, (identity,) = view.contact, view.identities
        self.book.add_contact(made.id, made.lead_id)
        self.book.add_identity(identity.id, "manual", made.lead_id, made.id)
        self.book.edit(made.id, typed, Profile())
        self.book.set_items(made.id, "tag", tags)

    def edit(self, chance: random.Random) -> None:
        """Type a new value, one of the other values or addresses, or the same once more; or clear the field."""
        contact_id, field = self.grown(chance), chance.choice(FIELDS)
        seen = self.profile(contact_id)
        known = [e.value for e in (*seen.others.get(field, ()), *filter(None, [seen.values.get(field)]))]
        known += [a.value for a in {"email": seen.emails, "phone": seen.phones}.get(field, ())]
        how, value = chance.randrange(6), None
        if how in (1, 2) and known:
            value = chance.choice(known)
        elif how:
            value = self.content(field, chance)

        contacts.update(self.db, self.team, contact_id, *_fields({field: value}))

        self.book.edit(contact_id, {field: value}, seen)

    def adopt(self, chance: random.Random) -> None:
        """Show one of the other values."""
        contact_id = self.grown(chance)
        seen = self.profile(contact_id)
        others = [(field, entry) for field, entries in seen.others.items() for entry in entries]
        if not others:
            return
        field, entry = chance.choice(others)

        contacts.adopt(self.db, self.team, contact_id, field, entry.contact_id, entry.source.value)

        self.book.adopt(contact_id, field, entry.contact_id, entry.source, seen)

    def retag(self, chance: random.Random) -> None:
        contact_id, tags = self.grown(chance), self.some(TAGS, chance)

        contacts.update(self.db, self.team, contact_id, tags=tags)

        self.book.set_items(contact_id, "tag", tags)

    def relist(self, chance: random.Random) -> None:
        contact_id, likes = self.grown(chance), self.some(SHARED["likes"], chance)

        contacts.update(self.db, self.team, contact_id, properties={"likes": likes})

        self.book.set_items(contact_id, "properties.likes", likes)

    def add_address(self, chance: random.Random) -> None:
        contact_id, kind = self.grown(chance), chance.choice(("email", "phone"))
        value = self.content(kind, chance)

        contacts.update(self.db, self.team, contact_id, **{f"{kind}s": [value]})

        self.book.add_address(contact_id, kind, value)

    def take_address_off(self, chance: random.Random) -> None:
        contact_id = self.grown(chance)
        seen = self.profile(contact_id)
        listed = [("email", a) for a in seen.emails] + [("phone", a) for a in seen.phones]
        if not listed:
            return
        kind, address = chance.choice(listed)

        contacts.remove_address(self.db, self.team, contact_id, kind, address.value)

        self.book.take_off(contact_id, kind, address.value, address.primary, seen)

    def add_note(self, chance: random.Random) -> None:
        contact_id, word = self.grown(chance), self.word()

        contacts.add_note(self.db, self.team, contact_id, word)

        self.book.words.setdefault(word, set())
        self.book.contacts[contact_id]["notes"].add(word)

    def delete_note(self, chance: random.Random) -> None:
        contact_id = self.grown(chance)
        found = contacts.notes(self.db, self.team, contact_id)
        if not found:
            return
        note = chance.choice(found)

        contacts.delete_note(self.db, self.team, contact_id, note.id)

        self.book.contacts[note.contact_id]["notes"].remove(note.text)

    def trash_or_restore(self, chance: random.Random) -> None:
        contact_id = self.any_root(chance)
        card = self.book.contacts[contact_id]
        verb = contacts.restore if card["status"] == TRASHED else contacts.trash

        verb(self.db, self.team, contact_id)

        card["status"] = NORMAL + TRASHED - card["status"]

    def erase(self, chance: random.Random) -> None:
        """The browser starts anew; a user may come again."""
        if chance.randrange(2):
            return
        contact_id = self.any_root(chance)
        keys = [self.book.identities[i]["key"] for i in self.book.people(contact_id)]

        privacy.erase(self.db, self.team, contact_id)

        self.book.erase(contact_id, keys)
        for place, visitor in enumerate(self.visitors[:3]):
            if visitor.key in keys:
                self.visitors[place] = self.browser()

    # Merging.

    def _choices(self, winner: str, losers: list[str], chance: random.Random) -> Any:
        """Choices as the API takes them and as the book does."""
        asked, kept = {}, []
        members = [m for contact_id in (winner, *losers) for m in self.book.tree(contact_id)]
        for field in self.some(FIELDS, chance) if chance.randrange(2) else ():
            if chance.randrange(3) == 0:
                value = self.content(field, chance) if chance.randrange(3) else None
                self.book.told(value)
                asked[field] = {"value": value}
                kept.append(Choice(field, 0, None, value))
                continue
            origin = chance.choice(members)
            choice = self.book.choice(field, origin, [winner, *losers])
            if choice is not None:
                asked[field] = {"from": origin}
                kept.append(choice)
        return asked, kept

    def merge(self, chance: random.Random) -> None:
        """Merge some into one, with choices, as the preview has said; now and then take it back at once."""
        book = self.book
        top = self.anybody(chance) if chance.randrange(8) == 0 else self.grown(chance)
        others = sorted(book.contacts) if chance.randrange(6) == 0 else book.roots()
        others = [contact_id for contact_id in others if contact_id != top]
        if not others:
            return
        losers = [*dict.fromkeys(chance.choice(others) for _ in range(1 + chance.randrange(2)))]
        allow = chance.randrange(2) == 0
        refused = book.refusals(top, losers, allow)
        new = [c for c in losers if book.contacts[c]["into"] != top]
        choices, kept = self._choices(top, new, chance) if not refused else ({}, [])
        ask = Ask(top, tuple(losers), choices, {}, *_allowed(allow))
        before = self.rows() if chance.randrange(4) == 0 else None
        shown = merges.preview(self.db, self.team, ask)

        if refused:
            with pytest.raises(Conflict) as refusal:
                merges.merge(self.db, self.team, ask)
            assert refusal.value.code in refused
            assert {r.code for r in shown.refusals} == refused, (shown.refusals, refused)
            return
        done = merges.merge(self.db, self.team, ask)

        assert shown.refusals == []
        assert {m.loser_id for m in done.merges} == {*losers}
        made = [m for m in done.merges if m.loser_id in new]
        assert _plain(shown.result) == _plain(done.view.contact.profile)
        for one in made:
            book.merge(one.id, one.group_id, top, one.loser_id, kept)
        if before is not None and made:
            merges.undo(self.db, self.team, made[0].id, group=True)
            for one in reversed(made):
                book.undo(one.id)
            assert self.rows() == before

    def rows(self) -> dict[str, list[str]]:
        """Every row of KEPT, but for versions and when it was written."""
        found = {}
        with self.db.read() as tx:
            for table in KEPT:
                rows = tx.all(f"SELECT * FROM {table} WHERE project_id = ?", self.project)
                found[table] = sorted(
                    repr({name: row[name] for name in row.keys() if name not in ("version", "updated_at")})  # noqa: SIM118
                    for row in rows
                    if table != "contact_counts" or row["count"]
                )
        return found

    def undo(self, chance: random.Random) -> None:
        """Take a merge back, or all of its call, in any order; what its preview says is what happens."""
        book, group = self.book, chance.randrange(3) == 0
        standing = [m for m, merge in book.merges.items() if not merge["undone"]]
        among = standing if standing and chance.randrange(6) else [*book.merges]
        if not among:
            return
        merge_id = chance.choice(among)
        merge = book.merges[merge_id]
        if {merge["winner"], merge["loser"]} & book.erased:
            with pytest.raises(Gone):
                merges.undo(self.db, self.team, merge_id, group=group)
            return
        of_group = [m for m, one in book.merges.items() if one["group"] == merge["group"]]
        wanted = [m for m in (of_group if group else [merge_id]) if not book.merges[m]["undone"]]
        shown = merges.undo_preview(self.db, self.team, merge_id, group=group)

        undone = merges.undo(self.db, self.team, merge_id, group=group)

        assert undone.already_undone is shown.already_undone is (not wanted)
        for one in reversed(wanted):
            book.undo(one)
        if wanted:
            assert shown.kept_after == self.profile(shown.kept.contact.id)
            assert {view.contact.id: view.contact.profile for view in shown.freed} == {
                book.merges[one]["loser"]: self.profile(book.merges[one]["loser"]) for one in wanted
            }

    def split(self, chance: random.Random) -> None:
        """Give some identities a new contact, or a given one."""
        book = self.book
        shared = [root for root in book.roots() if len(book.people(root)) > 1]
        if not shared:
            return
        contact_id = chance.choice(shared)
        people = sorted(book.people(contact_id))
        moved = self.some(people, chance) or people[:1]
        if len(moved) == len(people) and chance.randrange(6):
            moved = moved[1:]
        target = self.anybody(chance) if chance.randrange(3) == 0 else None
        allow = chance.randrange(2) == 0
        merge_id = book.arrow_of(contact_id, {*moved}) if target is None else None
        refused = set() if merge_id else book.split_refusals(contact_id, {*moved}, target, allow)
        if refused:
            with pytest.raises((Conflict, Invalid)) as refusal:
                splits.split(self.db, self.team, contact_id, moved, target, *_allowed(allow))
            assert refusal.value.code in refused
            return

        done = splits.split(self.db, self.team, contact_id, moved, target, *_allowed(allow))

        if merge_id is not None:
            assert [m.id for m in done.undone] == [merge_id]
            assert done.split is None
            book.undo(merge_id)
            return
        home = done.into.contact
        assert done.split is not None
        assert target in (None, home.id)
        if target is None:
            book.add_contact(home.id, home.lead_id)
        book.split(done.split.id, contact_id, moved, home.id, target is None)

    def undo_split(self, chance: random.Random) -> None:
        """Take a split back, in any order."""
        book = self.book
        if not book.splits:
            return
        split_id = chance.choice([*book.splits])
        if book.homes_after(split_id) & book.erased:
            with pytest.raises(Gone):
                splits.undo_split(self.db, self.team, split_id)
            return

        splits.undo_split(self.db, self.team, split_id)

        split = book.splits[split_id]
        if book.undo_split(split_id):
            merge = self._arrow(split["into"])
            assert merge.reason == splits.SPLIT_UNDONE
            book.merge(merge.id, merge.group_id, book.root(split["from"]), split["into"], [])


def _fields(typed: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fields and properties apart."""
    fields = {field: value for field, value in typed.items() if field != "properties.size"}
    return fields, {"size": typed["properties.size"]} if "properties.size" in typed else {}


def _allowed(allow: bool) -> tuple[tuple[str, ...], str | None]:
    return (("distinct_users",), "they are one") if allow else ((), None)


def _plain(profile: Profile) -> str:
    """A profile as text, without the ids of merges that a preview cannot know: those of what was typed with them."""
    return re.sub(r"(reason='chosen', verified=\w+, generated=\w+, id=)'\w*'", r"\1''", repr(profile))
