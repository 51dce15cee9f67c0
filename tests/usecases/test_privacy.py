"""Erasing a person for good."""

from pathlib import Path

import pytest

from rolodesk.domain.conversation import Draft
from rolodesk.domain.errors import Forbidden, Gone, NotFound, Unauthenticated
from rolodesk.storage.database import Database
from rolodesk.usecases import clock, contacts, conversations, emitted, find, merges, privacy, sign_in, splits
from rolodesk.usecases.merges import Ask
from tests.cast import filled, make_cast, new_request_id, new_user, new_visitor, reply, say, the_contact
from tests.usecases.merged import assert_merging_holds

WORD = "zanzibarrel"


@pytest.fixture
def erased(cast):
    return erase_somebody(cast)


def erase_somebody(cast):
    """A contact with everything that it can have, erased; its id."""
    rid = new_request_id(cast.id)
    form = {"userFullname": f"Vera {WORD}", "userEmail": f"{WORD}@example.com"}
    say(cast, cast.visitor, f"I am {WORD}", rid, attributes={"preChatForm": form})
    reply(cast, rid, f"Hello {WORD}")
    conversations.add_note(cast.db, cast.agent.agent, rid, f"Note on {WORD}")
    conversations.add_tags(cast.db, cast.agent.agent, rid, [WORD])
    contact = the_contact(cast)
    contacts.update(
        cast.db, cast.agent.agent, contact.id, {"company": WORD}, {"plan": WORD}, [WORD], {"k": WORD}
    )
    contacts.add_note(cast.db, cast.agent.agent, contact.id, WORD)
    emitted.emit(cast.db, cast.visitor.visitor, WORD, {"basket": WORD})

    privacy.erase(cast.db, cast.owner.agent, contact.id)
    return contact.id


def test_no_table_holds_a_word_or_the_id_of_an_erased_person(cast, erased):
    with cast.db.read() as tx:
        for table in (
            *("contacts", "contact_values", "contact_points", "contact_notes", "contact_tags", "consents"),
            *("contact_activity", "identities", "conversations", "messages", "participants", "revocations"),
            *("conversation_notes", "conversation_tags", "emitted", "events"),
        ):
            held = [tuple(dict(row).values()) for row in tx.all(f"SELECT * FROM {table}")]
            assert WORD not in str(held), table
            if table != "events":  # ids alone stay there, the visitor's own as who has done it
                assert cast.visitor.key not in str(held), table


def test_no_file_holds_a_word_of_an_erased_person(databases):
    with databases.lend("sqlite") as url:
        db = Database(url, pool_size=1)
        erase_somebody(make_cast(db))
        db.close()

        file = Path(url.removeprefix("sqlite:///"))
        parts = [part for part in (file, file.with_name(f"{file.name}-wal")) if part.exists()]
        assert [part for part in parts if WORD.encode() in part.read_bytes()] == []


def test_the_counts_and_the_lists_forget_an_erased_person(cast, erased):
    assert find.counts(cast.db, cast.agent.agent)[100] == 0
    for text in ("", WORD, f"{WORD}@example.com", cast.visitor.key, erased):
        assert find.find(cast.db, cast.agent.agent, find.Filter(), find.Page(), text).contacts == []
    assert conversations.find(cast.db, cast.agent.agent, conversations.Wanted(statuses=None))[0] == []


def test_an_erased_person_is_gone_for_every_verb(cast, erased):
    for verb in (
        contacts.get,
        contacts.notes,
        contacts.timeline,
        contacts.consents,
        contacts.trash,
        contacts.restore,
    ):
        with pytest.raises(Gone):
            verb(cast.db, cast.owner.agent, erased)
    with pytest.raises(Gone):
        contacts.update(cast.db, cast.owner.agent, erased, {"city": "Roma"})
    with pytest.raises(Gone):
        privacy.erase(cast.db, cast.owner.agent, erased)


def test_the_tokens_of_an_erased_visitor_are_void_and_a_late_message_makes_nothing(cast, erased):
    with pytest.raises(Unauthenticated):
        sign_in.visitor(cast.db, cast.signing, cast.id, cast.visitor.token)
    assert find.find(cast.db, cast.agent.agent, find.Filter(), find.Page()).contacts == []


def test_others_stay_as_they_are(cast):
    say(cast, cast.other_visitor, "I stay")
    stays = the_contact(cast)
    say(cast, cast.visitor, "I go")
    goes = contacts.get(cast.db, cast.agent.agent, find.find(
        cast.db, cast.agent.agent, find.Filter(lead_id=cast.visitor.key), find.Page()
    ).contacts[0].id).contact  # fmt: skip

    privacy.erase(cast.db, cast.owner.agent, goes.id)

    assert the_contact(cast) == stays
    assert len(conversations.find(cast.db, cast.agent.agent, conversations.Wanted())[0]) == 1


@pytest.mark.parametrize("who", ["admin", "agent"])
def test_the_owner_alone_erases(cast, who):
    say(cast, cast.visitor)
    with pytest.raises(Forbidden):
        privacy.erase(cast.db, getattr(cast, who).agent, the_contact(cast).id)


def test_another_projects_owner_finds_nobody(cast):
    say(cast, cast.visitor)
    for contact_id in (the_contact(cast).id, "0" * 24, "zzz"):
        with pytest.raises(NotFound):
            privacy.erase(cast.db, cast.rival.agent, contact_id)


TABLES = (
    *(
        "contacts",
        "contact_values",
        "contact_points",
        "contact_notes",
        "contact_tags",
        "consents",
        "identities",
    ),
    *("conversations", "messages", "merges", "splits", "identity_proofs", "vetoes", "idempotency_keys"),
)


def holders(cast, word):
    """The tables of the project in which the word stands."""
    with cast.db.read() as tx:
        rows = {t: tx.all(f"SELECT * FROM {t} WHERE project_id = ?", cast.id) for t in TABLES}
    return [t for t, found in rows.items() if any(word in str(dict(row)) for row in found)]


def somebody(cast, guest):
    form = {"userFullname": WORD, "userEmail": f"{WORD}@example.com"}
    return say(cast, guest, WORD, attributes=filled(form)).view.home_id


def test_a_message_whose_visitor_is_erased_while_it_is_on_its_way_makes_nobody(cast):
    rid = new_request_id(cast.id)
    say(cast, cast.visitor, "First", rid)
    let_in = sign_in.visitor(cast.db, cast.signing, cast.id, cast.visitor.token)
    privacy.erase(cast.db, cast.owner.agent, the_contact(cast).id)

    with pytest.raises(Unauthenticated):
        conversations.post(cast.db, let_in, rid, Draft("Late"))
    assert find.find(cast.db, cast.agent.agent, find.Filter(), find.Page()).contacts == []


def test_what_was_taken_off_while_merged_goes_with_whom_it_was_taken_from(cast):
    kept, gone = say(cast, cast.visitor).view.home_id, somebody(cast, cast.other_visitor)
    team = cast.agent.agent
    contacts.update(cast.db, team, gone, {}, {"likes": [f"{WORD}-cake"]}, tags=[f"{WORD}-tag"])
    merge = merges.merge(cast.db, team, Ask(kept, (gone,))).merges[0]
    contacts.remove_address(cast.db, team, kept, "email", f"{WORD}@example.com")
    contacts.remove_tag(cast.db, team, kept, f"{WORD}-tag")
    contacts.update(cast.db, team, kept, {}, {"likes": ["bread"]})
    merges.undo(cast.db, team, merge.id)

    privacy.erase(cast.db, cast.owner.agent, gone)

    assert holders(cast, WORD) == []
    assert contacts.get(cast.db, team, kept).contact.profile.properties == {"likes": ["bread"]}
    assert_merging_holds(cast.db, cast.id)


def test_what_others_still_bring_stays_taken_off(cast):
    kept, gone = say(cast, cast.visitor).view.home_id, somebody(cast, cast.other_visitor)
    other = somebody(cast, new_visitor(cast.db, cast.signing, cast.id))
    done = merges.merge(cast.db, cast.agent.agent, Ask(kept, (gone, other)))
    contacts.remove_address(cast.db, cast.agent.agent, kept, "email", f"{WORD}@example.com")
    merges.undo(cast.db, cast.agent.agent, done.merges[0].id)

    privacy.erase(cast.db, cast.owner.agent, gone)

    assert contacts.get(cast.db, cast.agent.agent, kept).contact.profile.emails == ()
    assert_merging_holds(cast.db, cast.id)


def test_the_words_of_a_call_go_with_each_of_whom_it_was_about(cast):
    kept, gone = say(cast, cast.visitor).view.home_id, say(cast, cast.other_visitor).view.home_id
    other = say(cast, cast.user).view.home_id
    ask = Ask(kept, (gone, other), {"company": {"value": WORD}}, reason=WORD)
    merge = merges.merge(cast.db, cast.agent.agent, ask).merges[0]
    merges.undo(cast.db, cast.agent.agent, merge.id, group=True)

    privacy.erase(cast.db, cast.owner.agent, gone)

    assert holders(cast, WORD) == []


def test_a_contact_is_no_more_called_by_an_erased_person_who_was_split_off(cast, monkeypatch):
    kept = somebody(cast, cast.user)
    gone = say(cast, cast.visitor).view.home_id
    merges.merge(cast.db, cast.agent.agent, Ask(kept, (gone,)))
    owned = contacts.get(cast.db, cast.agent.agent, kept).identities
    ugo = next(identity for identity in owned if identity.key == cast.user.key)
    apart = splits.split(cast.db, cast.agent.agent, kept, [ugo.id]).into.contact

    privacy.erase(cast.db, cast.owner.agent, apart.id)

    assert holders(cast, WORD) == []
    assert holders(cast, cast.user.key) == []
    assert_merging_holds(cast.db, cast.id)
    later = clock.now() + 2_000
    monkeypatch.setattr(sign_in, "now", lambda: later)
    again = new_user(
        cast.db, cast.signing, cast.id, cast.secret, cast.user.key, iat=None, exp=later // 1000 + 86_400
    )
    assert say(cast, again, "Somebody new").view.home_id not in (kept, apart.id)
