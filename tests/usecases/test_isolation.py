"""Nobody reaches what is another's: not a visitor another visitor's, not a team another project's, and not a role what
is above it. Every verb is tried; one that is not listed here fails the last test."""

import inspect

import pytest

from rolodesk.domain.access import Role, System
from rolodesk.domain.conversation import Draft
from rolodesk.domain.errors import BadProject, Forbidden, Invalid, NotFound, RolodeskError, Unauthenticated
from rolodesk.domain.mail import Letter
from rolodesk.storage import mails as stored_mails
from rolodesk.storage.conversation_lists import Wanted
from rolodesk.usecases import (
    agent_groups,
    blocking,
    broadcasting,
    campaigns,
    contacts,
    conversation_files,
    conversations,
    correspondence,
    departments,
    duplicate_runs,
    duplicates,
    emitted,
    exporting,
    find,
    follow,
    invitations,
    labels,
    mails,
    match_policy,
    merges,
    messages,
    projects,
    removal,
    routing,
    segments,
    sign_in,
    splits,
    team,
    webhooks,
)
from rolodesk.usecases.find import Filter, Page
from rolodesk.usecases.mails import Office
from rolodesk.usecases.merges import Ask
from rolodesk.usecases.messages import Post
from tests.cast import filled, new_request_id, new_user, new_visitor, reply, say, user_token

WORD = "Confidential"
OFFICE = Office("https://x.com", "X")

# What each verb that names something is given of another's; `w` is the world of the fixture below.
CONTACTS = {
    "get": lambda w: (w.contact,),
    "update": lambda w: (w.contact, {"fullname": "Mine"}),
    "add_tags": lambda w: (w.contact, ["mine"]),
    "remove_tag": lambda w: (w.contact, WORD),
    "remove_address": lambda w: (w.contact, "email", "vera@x.com"),
    "adopt": lambda w: (w.contact, "fullname", w.merged, "agent"),
    "trash": lambda w: (w.contact,),
    "restore": lambda w: (w.contact,),
    "add_note": lambda w: (w.contact, "mine"),
    "delete_note": lambda w: (w.contact, w.contact_note),
    "notes": lambda w: (w.contact,),
    "consents": lambda w: (w.contact,),
    "timeline": lambda w: (w.contact,),
}
MERGES = {
    "merge": lambda w: (Ask(w.contact, (w.other,)),),
    "preview": lambda w: (Ask(w.contact, (w.other,)),),
    "undo": lambda w: (w.merge,),
    "undo_preview": lambda w: (w.merge,),
    "of_contact": lambda w: (w.contact,),
}
SPLITS = {
    "split": lambda w: (w.contact, [w.identity]),
    "undo_split": lambda w: (w.split,),
}
DUPLICATES = {
    "group": lambda w: (w.group,),
    "of_contact": lambda w: (w.contact,),
    "merge": lambda w: (w.group,),
    "asked": lambda w: (w.group,),
    "dismiss": lambda w: (w.group,),
    "undismiss": lambda w: (w.dismissed,),
    "dismiss_pair": lambda w: w.pairs[w.group],
    "undismiss_pair": lambda w: w.pairs[w.dismissed],
}
DEPARTMENTS = {
    "get": lambda w: (w.department,),
    "update": lambda w: (w.department, {"name": "Mine"}),
    "delete": lambda w: (w.department,),
}
GROUPS_OF_TEAM = {
    "get": lambda w: (w.agent_group,),
    "update": lambda w: (w.agent_group, {"name": "Mine"}),
    "delete": lambda w: (w.agent_group,),
}
ROUTING = {
    "assign_next": lambda w: (w.thread,),
    "move": lambda w: (w.thread, w.department),
    "join": lambda w: (w.thread, w.speaker),
    "part": lambda w: (w.thread, w.speaker),
    "follow": lambda w: (w.thread, w.member),
    "put_followers": lambda w: (w.thread, []),
    "unfollow": lambda w: (w.thread, w.member),
}
TEAM = {"one": lambda w: (w.member,)}
SEGMENTS = {
    "get": lambda w: (w.segment,),
    "update": lambda w: (w.segment, {"name": "Mine"}),
    "delete": lambda w: (w.segment,),
}
CAMPAIGNS = {
    "reach": lambda w: (w.segment,),
    "create": lambda w: (w.segment, Draft("mine")),
    "get": lambda w: (w.campaign,),
    "stop": lambda w: (w.campaign,),
}
WEBHOOKS = {
    "get": lambda w: (w.hook,),
    "update": lambda w: (w.hook, {"legacy": True}),
    "delete": lambda w: (w.hook,),
    "rotate_secret": lambda w: (w.hook,),
    "test": lambda w: (w.hook, lambda hook: {}),
    "of_hook": lambda w: (w.hook,),
    "send_again": lambda w: (w.hook, w.delivery),
}
RUNS = {"undo_run": lambda w: (w.run,)}
EMITTED = {"get": lambda w: (w.emitted,)}
FOLLOW = {"somebody": lambda w: (w.speaker,)}
CONVERSATIONS = {
    "post": lambda w: (w.thread, Draft("mine", client_id="c9")),
    "open_for": lambda w: (w.thread, Draft("mine"), None),
    "get": lambda w: (w.thread,),
    "messages": lambda w: (w.thread,),
    "latest_messages": lambda w: (w.thread, 5),
    "message": lambda w: (w.thread, w.message),
    "close": lambda w: (w.thread,),
    "reopen": lambda w: (w.thread,),
    "rate": lambda w: (w.thread, 1),
    "seen": lambda w: (w.thread, w.message),
}
OF_TEAM = {
    "assign": lambda w: (w.thread, []),
    "update": lambda w: (w.thread, {"subject": "mine"}),
    "merge_attributes": lambda w: (w.thread, {"mine": 1}),
    "add_note": lambda w: (w.thread, "mine"),
    "delete_note": lambda w: (w.thread, w.thread_note),
    "add_tags": lambda w: (w.thread, ["mine"]),
    "remove_tag": lambda w: (w.thread, w.thread_tag),
    "delete": lambda w: (w.thread,),
    "request_id_of": lambda w: (w.conversation,),
}
MESSAGES = {
    "post_many": lambda w: (w.thread, [Post(Draft("mine"))]),
    "write_to": lambda w: (w.visitor, Draft("mine")),
    "begin_with": lambda w: (w.visitor, None, Draft("mine")),
}
FILES = {"messages_of": lambda w: (w.thread,)}
PROJECTS = {
    "member": lambda w: (w.member,),
    "change_member": lambda w: (w.member, "agent"),
    "remove_member": lambda w: (w.member,),
    "revoke_invitation": lambda w: (w.invitation,),
    "get_property": lambda w: (w.property,),
    "update_property": lambda w: (w.property, {"label": "Mine"}),
    "delete_property": lambda w: (w.property,),
    "get_tag": lambda w: (w.tag,),
    "update_tag": lambda w: (w.tag, "mine"),
    "delete_tag": lambda w: (w.tag,),
}
MAILS = {"again": lambda w: (w.mail,)}
CORRESPONDENCE = {
    "send": lambda w: (OFFICE, "anna@x.com", "mine", "mine", w.thread),
    "send_to_person": lambda w: (OFFICE, w.thread, "mine", "mine"),
}
INVITATIONS = {
    "one": lambda w: (w.invitation,),
    "send": lambda w: (OFFICE, w.invitation, Letter("mine", "mine")),
    "renew": lambda w: (w.invitation,),
    "change_role": lambda w: (w.invitation, "agent"),
}
BLOCKING = {
    "unban": lambda w: (w.ban,),
    "block": lambda w: (w.contact, w.identity),
    "unblock": lambda w: (w.contact, w.identity),
}
LABELS = {"make_default": lambda w: ("IT",), "delete": lambda w: ("IT",)}
# Verbs that name nothing: a list or the making of something, in the actor's own project.
LISTS = {
    contacts: {"create": lambda w: ({"fullname": "Mine"},)},
    conversations: {
        "find": lambda w: (Wanted(statuses=None),),
        "own": lambda w: (Wanted(statuses=None), 50),
        "counts": lambda w: (),
        "form_for": None,
    },
    messages: {"newest": lambda w: (50,)},
    conversation_files: {
        "all_conversations": lambda w: (Wanted(statuses=None),),
        "all_messages": lambda w: (),
    },
    duplicates: {"queue": lambda w: (), "like": lambda w: ({"email": "alike@x.com", "fullname": "A"},)},
    duplicate_runs: {"start_run": lambda w: (), "last_run": lambda w: ()},
    match_policy: {"policy": lambda w: (), "set_policy": lambda w: ({"nightly": False},)},
    emitted: {
        "emit": None,
        "find": lambda w: (None, None, 50),
        "newest": lambda w: (w.emitter,),
    },
    exporting: {"contacts": lambda w: (Filter(), Page(limit=500))},
    blocking: {"blocked": lambda w: (), "ban": lambda w: ("whoever",)},
    labels: {
        "put": lambda w: ("DE", {"a": "b"}),
        "clone": lambda w: ("FR", {"EN": {"a": "b"}}),
        "delete_all": lambda w: (),
    },
    removal: {"remove": None},
    correspondence: {},
    invitations: {},
    mails: {
        "listing": lambda w: (),
        "of_conversation": lambda w: (w.conversation,),
        "about_invitations": lambda w: ([w.invitation],),
        "addresses_of": lambda w: (w.speaking,),
        "notify_admins": None,
    },
    find: {"find": lambda w: (Filter(), Page(limit=500)), "counts": lambda w: ()},
    follow: {"open_conversations": lambda w: (), "newest_contacts": lambda w: (), "own_messages": None},
    departments: {"of_project": lambda w: (), "create": lambda w: ({"name": "Mine"},)},
    agent_groups: {"of_project": lambda w: (), "create": lambda w: ({"name": "Mine"},)},
    team: {"listed": lambda w: ()},
    campaigns: {"listing": lambda w: ()},
    segments: {"listing": lambda w: (), "sizes": lambda w: ([],), "create": lambda w: ("Mine",)},
    projects: {
        "get": lambda w: (),
        "update": lambda w: ("Mine",),
        "rotate_secret": lambda w: (),
        "secrets_in_force": lambda w: (),
        "team": lambda w: (),
        "enlist": lambda w: (f"more-{w.member}@example.com", "agent"),
        "invite": lambda w: (f"new-{w.member}@example.com", "agent"),
        "invitations": lambda w: (),
        "properties": lambda w: (),
        "create_property": lambda w: ("Mine", "mine"),
        "tags": lambda w: (),
        "create_tag": lambda w: ("mine",),
        "delete": lambda w: (),
    },
    webhooks: {
        "create": lambda w: ("http://93.184.216.34/", ["lead.create"]),
        "hooks": lambda w: (),
        "overview": lambda w: (),
        "is_any_off": lambda w: (),
        "history": lambda w: (0,),
    },
}
NAMING = [
    *((contacts, name, given) for name, given in CONTACTS.items()),
    *((merges, name, given) for name, given in MERGES.items()),
    *((splits, name, given) for name, given in SPLITS.items()),
    *((duplicates, name, given) for name, given in DUPLICATES.items()),
    *((duplicate_runs, name, given) for name, given in RUNS.items()),
    *((emitted, name, given) for name, given in EMITTED.items()),
    *((follow, name, given) for name, given in FOLLOW.items()),
    *((departments, name, given) for name, given in DEPARTMENTS.items()),
    *((agent_groups, name, given) for name, given in GROUPS_OF_TEAM.items()),
    *((routing, name, given) for name, given in ROUTING.items()),
    *((team, name, given) for name, given in TEAM.items()),
    *((segments, name, given) for name, given in SEGMENTS.items()),
    *((campaigns, name, given) for name, given in CAMPAIGNS.items()),
    *((conversations, name, given) for name, given in {**CONVERSATIONS, **OF_TEAM}.items()),
    *((messages, name, given) for name, given in MESSAGES.items()),
    *((conversation_files, name, given) for name, given in FILES.items()),
    *((projects, name, given) for name, given in PROJECTS.items()),
    *((webhooks, name, given) for name, given in WEBHOOKS.items()),
    *((mails, name, given) for name, given in MAILS.items()),
    *((correspondence, name, given) for name, given in CORRESPONDENCE.items()),
    *((invitations, name, given) for name, given in INVITATIONS.items()),
    *((blocking, name, given) for name, given in BLOCKING.items()),
    *((labels, name, given) for name, given in LABELS.items()),
]


class World:
    """A project with something of everything in it."""

    def __init__(self, cast):
        self.cast, db, owner = cast, cast.db, cast.owner.agent
        posted = say(
            cast, cast.visitor, WORD, attributes=filled({"userFullname": WORD, "userEmail": "vera@x.com"})
        )
        self.thread, self.message = posted.view.conversation.request_id, posted.message.id
        self.speaking = posted.view.identity.id
        correspondence.send(db, owner, OFFICE, f"{WORD}@x.com", WORD, WORD, self.thread)
        with db.read() as tx:
            (self.mail,) = [m.id for m in stored_mails.newest(tx, cast.id, None, None, 5)]
        with db.write(cast.id) as tx:
            tx.run("UPDATE mails SET state = 'failed' WHERE project_id = ?", cast.id)
        self.conversation, self.visitor = posted.view.conversation.id, cast.visitor.key
        self.contact = contacts.create(db, owner, {"fullname": WORD}, tags=[WORD]).contact.id
        self.contact_note = contacts.add_note(db, owner, self.contact, WORD).id
        view = conversations.add_note(db, owner, self.thread, WORD)
        self.thread_note = view.notes[0].id
        self.thread_tag = conversations.add_tags(db, owner, self.thread, [WORD]).tags[0].id
        self.member = cast.agent.agent.member_id
        self.invitation = projects.invite(db, owner, "new@example.com", "agent").invitation.id
        self.property = projects.create_property(db, owner, WORD, "confidential").id
        self.tag = projects.create_tag(db, owner, WORD).id
        self.agent_group = agent_groups.create(db, owner, {"name": WORD}).id
        self.department = departments.create(db, owner, {"name": WORD}).id
        self.segment = segments.create(db, owner, WORD).id
        self.campaign = campaigns.create(db, owner, self.segment, Draft(WORD)).id
        broadcasting.gather(db, cast.id, self.campaign)
        joined = [contacts.create(db, owner, {"fullname": f"{WORD} {n}"}) for n in range(2)]
        self.other = contacts.create(db, owner, {"company": WORD}).contact.id
        done = merges.merge(db, owner, Ask(self.contact, tuple(v.contact.id for v in joined), reason=WORD))
        self.merge, self.merged = done.merges[0].id, done.merges[0].loser_id
        self.identity, moved = (view.identities[0].id for view in joined)
        self.split = splits.split(db, owner, self.contact, [moved], self.other, reason=WORD).split.id
        self.pairs = {}
        self.dismissed, self.group = self._alike("different@x.com"), self._alike("alike@x.com")
        duplicates.dismiss(db, owner, self.dismissed)
        self.run = duplicates.start_run(db, owner).id
        told = emitted.emit(db, cast.visitor.visitor, WORD)
        self.emitted, self.emitter = told.emitted.id, told.member_id
        self.speaker = cast.visitor.key
        self.hook = webhooks.create(db, owner, "http://93.184.216.34/", ["lead.create"]).hook.id
        self.delivery = webhooks.test(db, owner, self.hook, lambda hook: {}).id
        self.ban = blocking.ban(db, owner, f"{WORD} banned").id
        reply(cast, self.thread, WORD)

    def _alike(self, email):
        """The group of two contacts with that email."""
        fields = {"fullname": f"{WORD} Rossi", "email": email}
        pair = [contacts.create(self.cast.db, self.cast.owner.agent, fields).contact.id for _ in range(2)]
        while duplicates.look(self.cast.db, System(self.cast.id)):
            pass
        group = duplicates.of_contact(self.cast.db, self.cast.owner.agent, pair[0])[0].group_id
        self.pairs[group] = tuple(pair)
        return group

    def rows(self):
        """All that is in the project, to see that nothing of it has changed."""
        kept = []
        with self.cast.db.read() as tx:
            for table in ("contacts", "contact_values", "contact_notes", "identities", "conversations", "messages",
                          "conversation_notes", "conversation_tags", "participants", "members", "invitations", "tags",
                          "properties", "merges", "splits", "split_identities", "vetoes", "idempotency_keys", "mails",
                          "match_evidence", "match_keys", "suggestions", "duplicate_groups", "duplicate_runs",
                          "match_policy", "match_models", "match_decisions", "bans", "labels", "emitted",
                          "segments", "campaigns", "campaign_recipients", "webhooks", "webhook_deliveries",
                          "departments", "agent_groups", "agent_group_members",
                          "events"):  # fmt: skip
                rows = tx.all(f"SELECT * FROM {table} WHERE project_id = ?", self.cast.id)
                kept.append((table, sorted(map(repr, map(dict, rows)))))
        return kept


@pytest.fixture
def world(cast):
    return World(cast)


def test_a_visitor_reaches_nothing_of_another_visitor(cast, world):
    say(cast, cast.other_visitor)
    say(cast, cast.user)
    before = world.rows()

    for other in (cast.other_visitor, cast.user, new_visitor(cast.db, cast.signing, cast.id)):
        for name, given in CONVERSATIONS.items():
            with pytest.raises(NotFound):
                getattr(conversations, name)(cast.db, other.visitor, *given(world))
        for views, _ in (conversations.own(cast.db, other.visitor),
                         follow.open_conversations(cast.db, other.visitor)):  # fmt: skip
            assert all(view.identity.key == other.key for view in views)
        assert WORD not in repr(follow.own_messages(cast.db, other.visitor))
        assert WORD not in repr(conversations.form_for(cast.db, other.visitor))

    assert world.rows() == before


def test_a_visitor_is_no_member_of_the_team(cast, world):
    before = world.rows()
    verbs = [(contacts, CONTACTS), (merges, MERGES), (splits, SPLITS), (conversations, OF_TEAM),
             (projects, PROJECTS), (webhooks, WEBHOOKS), (blocking, BLOCKING), (labels, LABELS),
             (mails, MAILS), (correspondence, CORRESPONDENCE), (invitations, INVITATIONS),
             (duplicates, DUPLICATES), (duplicate_runs, RUNS), (emitted, EMITTED), (follow, FOLLOW),
             (segments, SEGMENTS), (campaigns, CAMPAIGNS),
             (departments, DEPARTMENTS), (agent_groups, GROUPS_OF_TEAM), (routing, ROUTING), (team, TEAM),
             (conversation_files, FILES), *LISTS.items()]  # fmt: skip
    for module, named in verbs:
        for name, given in named.items():
            if given is not None and (module, name) not in {
                (conversations, "own"),
                (follow, "open_conversations"),
            }:
                with pytest.raises(Forbidden):
                    getattr(module, name)(cast.db, cast.visitor.visitor, *given(world))

    assert world.rows() == before


@pytest.mark.parametrize("role", [Role.OWNER, Role.AGENT])
def test_a_team_reaches_nothing_of_another_project(cast, world, role):
    stranger = {Role.OWNER: cast.rival, Role.AGENT: cast.stranger}[role].agent
    say_there = new_visitor(cast.db, cast.signing, cast.other_project.id)
    conversations.post(cast.db, say_there.visitor, "their-own", Draft("Hello"))
    before = world.rows()

    for module, name, given in NAMING:
        # In its own project a request id that is not known there begins a conversation.
        if name not in ("post", "open_for"):
            with pytest.raises((NotFound, Forbidden)):
                getattr(module, name)(cast.db, stranger, *given(world))
    for module, named in LISTS.items():
        for name, given in named.items():
            if given is not None and name != "delete":
                assert WORD not in repr(allowed(getattr(module, name), cast.db, stranger, *given(world)))
    with pytest.raises(NotFound):
        conversations.post(cast.db, stranger, "new", Draft("x"), sender=cast.visitor.key)
    conversations.post(cast.db, stranger, world.thread, Draft("another conversation of the same name"))

    assert world.rows() == before


def allowed(verb, *args):
    try:
        return verb(*args)
    except RolodeskError as refused:
        return refused


def test_a_visitor_of_another_project_reaches_nothing_of_this_one(cast, world):
    there = new_visitor(cast.db, cast.signing, cast.other_project.id)
    say_secret = projects.rotate_secret(cast.db, cast.rival.agent)
    same_key = new_user(cast.db, cast.signing, cast.other_project.id, say_secret, cast.visitor.key)
    before = world.rows()

    for other in (there, same_key):
        for name, given in CONVERSATIONS.items():
            if name not in ("post", "open_for"):
                with pytest.raises(NotFound):
                    getattr(conversations, name)(cast.db, other.visitor, *given(world))
        assert conversations.own(cast.db, other.visitor) == ([], 0)
        for token in (other.token,):
            with pytest.raises(Unauthenticated):
                sign_in.visitor(cast.db, cast.signing, cast.id, token)

    assert world.rows() == before


def test_a_stranger_is_no_member_and_a_project_that_is_none_is_bad(cast):
    for stranger in (cast.stranger, cast.rival):
        with pytest.raises(Forbidden) as refused:
            sign_in.agent(cast.db, stranger.person, cast.id)
        assert refused.value.code == "not_a_member"
    for nothing in ("x", "", "f" * 24, "F" * 24, "a\x00", "\ud800"):
        with pytest.raises(BadProject):
            sign_in.agent(cast.db, cast.owner.person, nothing)
        with pytest.raises(BadProject):
            sign_in.visitor(cast.db, cast.signing, nothing, cast.visitor.token)
        with pytest.raises(BadProject):
            projects.boot(cast.db, nothing)


def test_a_deleted_project_is_gone_for_everybody(cast, world):
    projects.delete(cast.db, cast.owner.agent)

    with pytest.raises(BadProject):
        sign_in.agent(cast.db, cast.owner.person, cast.id)
    for token in (cast.visitor.token, user_token(cast.id, cast.secret, "ugo-1")):
        with pytest.raises(BadProject):
            sign_in.visitor(cast.db, cast.signing, cast.id, token)
    with pytest.raises(NotFound):
        sign_in.sign_in_anonymously(cast.db, cast.signing, cast.id, {})
    assert projects.of_person(cast.db, cast.owner.person) == []
    assert find.find(cast.db, cast.owner.agent, Filter(), Page()).contacts == []


def test_a_teammate_reaches_neither_contacts_nor_conversations(cast, world):
    before = world.rows()
    for module, name, given in NAMING:
        if (module, name) not in {(projects, "member"), (team, "one")}:
            with pytest.raises((Forbidden, NotFound)):
                getattr(module, name)(cast.db, cast.teammate.agent, *given(world))

    assert world.rows() == before


def test_what_the_widget_is_told_of_a_project_is_for_anybody(cast):
    projects.update(
        cast.db, cast.owner.agent, settings={"hidden": WORD}, widget={"themeColor": "#123456", "odd": WORD}
    )

    told = projects.boot(cast.db, cast.id)
    assert told.project.widget == {"themeColor": "#123456"}
    assert [d.name for d in departments.shown(cast.db, cast.id)] == ["Default Department"]


@pytest.mark.parametrize("odd", ["", "x", "f" * 24, "a\x00", "\ud800", "'; --", "x" * 10_000])
def test_ids_of_any_shape_are_not_found_or_refused(cast, world, odd):
    odd_world = object.__new__(World)
    for name in ("hook", "delivery", "thread", "message", "contact", "contact_note", "thread_note",
    "thread_tag", "member", "invitation",
                 "property", "tag", "other", "merge", "merged", "identity", "split", "group", "dismissed",
                 "run", "ban", "conversation", "visitor", "emitted", "speaker", "segment", "campaign", "department",
                 "agent_group", "mail"):  # fmt: skip
        setattr(odd_world, name, odd)
    odd_world.pairs = {odd: (odd, odd)}
    for module, name, given in NAMING:
        if name not in ("post", "open_for"):
            with pytest.raises((NotFound, Invalid)):
                getattr(module, name)(cast.db, cast.owner.agent, *given(odd_world))
    with pytest.raises((NotFound, Invalid)):
        conversations.post(
            cast.db, cast.owner.agent, new_request_id(cast.id), Draft("x"), sender=odd or "none"
        )


def test_every_verb_is_tried_here():
    tried = {(module.__name__, name) for module, name, _ in NAMING}
    tried |= {(module.__name__, name) for module, named in LISTS.items() for name in named}
    verbs = set()
    for module in (
        *(
            agent_groups,
            contacts,
            conversations,
            departments,
            duplicate_runs,
            duplicates,
            emitted,
            exporting,
            find,
        ),
        *(follow, match_policy, routing, segments, team),
        *(blocking, campaigns, labels, removal),
        *(mails, correspondence, invitations),
        *(merges, messages, conversation_files, projects, splits, webhooks),
    ):
        for name, verb in vars(module).items():
            if inspect.isfunction(verb) and verb.__module__ == module.__name__ and not name.startswith("_"):
                first = list(inspect.signature(verb).parameters)[:2]
                if first == ["db", "actor"]:
                    verbs.add((module.__name__, name))

    assert verbs == tried
