"""A project with words planted everywhere that nobody outside may ever read."""

import hashlib
import hmac
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rolodesk.domain.access import System
from rolodesk.domain.conversation import Draft
from rolodesk.storage.database import Database
from rolodesk.usecases import (
    agent_groups,
    blocking,
    campaigns,
    contacts,
    conversations,
    departments,
    duplicates,
    emitted,
    labels,
    mails,
    merges,
    projects,
    segments,
    splits,
    webhooks,
)
from rolodesk.usecases.merges import Ask
from tests.cast import Cast, Guest, make_cast, new_request_id, new_visitor, reply, say


@dataclass
class World:
    """The cast with a conversation of Vera's. Of the words `team` are the team's, `said` are Vera's."""

    cast: Cast
    foreign_visitor: Guest
    ids: dict[str, str]
    team: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    of_project: list[str] = field(default_factory=list)

    def filled(self, text: str, **other: str) -> str:
        for name, value in {**self.ids, **other}.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def body(self, body: Any) -> Any:
        return json.loads(self.filled(json.dumps(body), client=f"c{next(_numbers)}"))


_numbers = itertools.count(1)


def plant(db: Database) -> World:
    """Make it."""
    cast = make_cast(db)
    world = World(cast, new_visitor(db, cast.signing, cast.other_project.id), {})

    def word(listed: list[str], name: str) -> str:
        listed.append(f"qz{name}{next(_numbers)}")
        return listed[-1]

    team, said, owner = world.team, world.said, cast.owner.agent
    settings = {"setting": word(world.of_project, "setting"), "country": "IT"}
    projects.update(
        db, owner, settings=settings, attributes={"a": word(world.of_project, "projectattribute")}
    )
    prop = projects.create_property(db, owner, word(team, "label"), word(team, "property"), "text")
    tag = projects.create_tag(db, owner, word(team, "librarytag"), "#112233")
    asked = {"field": "company", "operator": "=", "value": word(team, "segmentvalue")}
    segment = segments.create(db, owner, word(team, "segment"), "all", [asked])
    campaign = campaigns.create(db, owner, segment.id, Draft(word(team, "campaign")))
    invitation = projects.invite(db, owner, f"{word(world.of_project, 'invited')}@example.com", "agent")
    department = departments.create(db, owner, {"name": word(team, "department"), "status": 0})
    agent_group = agent_groups.create(db, owner, {"name": word(team, "agentgroup")})
    form = {"fullname": word(said, "name"), "plan": word(said, "answer")}
    posted = say(
        cast,
        cast.visitor,
        word(said, "text"),
        attributes={"userEmail": f"{word(said, 'email')}@example.com", "preChatForm": form},
        subject=word(said, "subject"),
    )
    rid = posted.view.conversation.request_id
    conversations.rate(db, cast.visitor.visitor, rid, 4, word(said, "rating"))
    answer = reply(cast, rid, word(said, "answered"))
    lead = posted.view.identity.contact_id
    changes = {"company": word(team, "company"), "note": word(team, "note"), "city": word(team, "city")}
    more = {"attributes": {"k": word(team, "attribute")}, "tags": [word(team, "tag")]}
    contacts.update(db, owner, lead, changes, {prop.name: word(team, "value")}, **more)
    note = contacts.add_note(db, owner, lead, word(team, "contactnote"))
    source = contacts.create(
        db, owner, {"fullname": word(team, "other"), "email": f"{word(team, 'mail')}@example.com"}
    )
    joined = [contacts.create(db, owner, {"company": word(team, "joined")}) for _ in range(2)]
    ids = [view.contact.id for view in joined]
    merged = merges.merge(db, owner, Ask(lead, tuple(ids), reason=word(team, "mergereason")))
    kept, moved = (view.identities[0].id for view in joined)
    why = word(team, "splitreason")
    parted = splits.split(db, owner, lead, [moved], source.contact.id, reason=why)
    noted = conversations.add_note(db, owner, rid, word(team, "conversationnote"))
    tagged = conversations.add_tags(db, owner, rid, [{"tag": word(team, "conversationtag")}])
    alike = {"fullname": f"{word(team, 'twice')} Rossi", "email": f"{word(team, 'twicemail')}@example.com"}
    twin, twice = (contacts.create(db, owner, alike).contact.id for _ in range(2))
    while duplicates.look(db, System(cast.id)):
        pass
    told = {"basket": word(said, "eventattribute")}
    told_of = emitted.emit(db, cast.visitor.visitor, word(said, "eventname"), told)
    banned = blocking.ban(db, owner, word(team, "banned"))
    labels.put(db, owner, "IT", {"BACK": "Via"})
    foreign = conversations.post(
        db, world.foreign_visitor.visitor, new_request_id(cast.other_project.id), Draft("Elsewhere")
    )
    hook = webhooks.create(
        db, owner, f"http://93.184.216.34/{word(world.of_project, 'target')}", ["message.create"]
    ).hook
    delivery = webhooks.test(db, owner, hook.id, lambda hook: {"_id": hook.id})
    world.of_project += [cast.secret, *(who.person.email for who in (cast.owner, cast.admin, cast.agent))]
    mails.notify_admins(db, System(cast.id), word([], "mail"), word([], "mail"))
    world.ids = {
        "mail": mails.listing(db, owner).mails[0].id,
        "P": cast.id,
        "lead": lead,
        "source": source.contact.id,
        "merged": ids[0],
        "merge": merged.merges[0].id,
        "split": parted.split.id,
        "identity": kept,
        "note": note.id,
        "twin": twin,
        "twice": twice,
        "group": duplicates.of_contact(db, owner, twice)[0].group_id or "",
        "run": duplicates.run_now(db, System(cast.id)).id,
        "request": rid,
        "conversation": posted.view.conversation.id,
        "visitor": cast.visitor.key,
        "message": answer.message.id,
        "request_note": noted.notes[0].id,
        "request_tag": tagged.tags[0].id,
        "department": department.id,
        "agent_group": agent_group.id,
        "property": prop.id,
        "tag": tag.id,
        "subscription": hook.id,
        "delivery": delivery.id,
        "segment": segment.id,
        "campaign": campaign.id,
        "event": told_of.emitted.id,
        "member": cast.admin.agent.member_id,
        "agent": cast.agent.person.user_id,
        "invitation": invitation.invitation.id,
        "token": invitation.token,
        "reset": "none",
        "ban": banned.id,
        "lang": "IT",
        "foreign_request": foreign.view.conversation.request_id,
    }
    return world


def cookies(cast: Cast, secret: str) -> Mapping[str, str]:
    """The headers of a page's form as the browser of that session sends it."""
    csrf = hmac.new(cast.signing.csrf, secret.encode(), hashlib.sha256).hexdigest()
    return {"Cookie": f"rolodesk_session={secret}", "X-CSRF-Token": csrf}


def anonymous_cookies(cast: Cast) -> Mapping[str, str]:
    """The same of a browser that has not signed in."""
    return {"X-CSRF-Token": cookies(cast, "")["X-CSRF-Token"]}
