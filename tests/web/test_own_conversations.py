"""A project that keeps conversations to their agents (`settings.agents_see` is `own`): every route of the API, every
list by every filter, and every page, asked by an agent for a colleague's conversation. No word of it comes back, it
answers as one that is unknown, and nothing of it is changed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from rolodesk.domain.access import Role
from rolodesk.usecases import conversations, correspondence, projects
from rolodesk.usecases.mails import Office
from tests.api.client import ABSENT, Api, serving
from tests.api.routes import ROUTES, of_app
from tests.api.test_emails import MAIL_ON
from tests.cast import Colleague, join, make_person
from tests.databases import Databases
from tests.web.test_matrix import FIELDS, is_page, page_addresses
from tests.web.world import World, cookies, plant

OFFICE = Office("https://x.com", "X")
# Of the planted words those that stand in the conversation alone; what its visitor says of itself is the contact's.
OF_CONVERSATION = ("qztext", "qzsubject", "qzrating", "qzanswered", "qzconversation", "qzmailed", "qzkept")


@dataclass
class Kept:
    """The world with Nora, an agent who takes part in nothing of it."""

    api: Api
    world: World
    nora: Colleague
    words: list[str]

    @property
    def request(self) -> str:
        return self.world.ids["request"]

    def rows(self) -> list[tuple[str, list[str]]]:
        """All that belongs to the conversation, to see that nothing of it has changed."""
        mine, found = self.world.ids["conversation"], []
        with self.world.cast.db.read() as tx:
            for table in ("messages", "participants", "conversation_notes", "conversation_tags", "mails"):
                rows = tx.all(f"SELECT * FROM {table} WHERE conversation_id = ?", mine)
                found.append((table, sorted(map(repr, map(dict, rows)))))
            found.append(
                ("conversations", [repr(dict(tx.one("SELECT * FROM conversations WHERE id = ?", mine)))])
            )
        return found


def keep(api: Api) -> Kept:
    """Make it."""
    world = plant(api.db)
    cast, rid = world.cast, world.ids["request"]
    owner = cast.owner.agent
    conversations.merge_attributes(api.db, owner, rid, {"k": "qzkeptattribute"})
    correspondence.send(api.db, owner, OFFICE, "anna@example.com", "qzmailedtext", "qzmailedsubject", rid)
    projects.update(api.db, owner, settings={"agents_see": "own"})
    nora = join(api.db, cast.signing, cast.owner, Role.AGENT, make_person(api.db, "Nora", "New"))
    words = [word for word in (*world.team, *world.said) if word.startswith(OF_CONVERSATION)]
    return Kept(api, world, nora, [*words, "qzkeptattribute", "qzmailedtext", "qzmailedsubject"])


@pytest.fixture
def kept(database_url: str) -> Iterator[Kept]:
    with serving(database_url, **MAIL_ON) as api:
        yield keep(api)


@pytest.fixture
def kept_on_file(databases: Databases) -> Iterator[Kept]:
    with databases.lend("sqlite") as url, serving(url, **MAIL_ON) as api:
        yield keep(api)


def test_no_route_tells_or_changes_a_colleagues_conversation(kept):
    api, world, before = kept.api, kept.world, kept.rows()
    told, wrong, tried = [], [], []
    for route in ROUTES:
        if route.path == "/auth/signout" or (route.method, route.path) == ("DELETE", "/users"):
            continue
        body = ABSENT if route.body is ABSENT else world.body(route.body)
        answer = api(kept.nora, route.method, world.filled(route.path), body)
        told += [f"{word}: {route.name}" for word in kept.words if word in f"{answer.text}{answer.headers}"]
        about_it = "{request}" in route.path or route.path == "/{P}/emails/internal/send"
        if about_it and route.least not in ("own visitor", "owner"):
            nobodys = f"unknown-{len(tried)}"
            unknown = api(kept.nora, route.method, world.filled(route.path, request=nobodys), body)
            # An answer may say what it was asked for.
            shown = answer.text.replace(world.ids["request"], nobodys)
            tried.append(route.name)
            # Into what is unknown an agent may write: so a conversation begins.
            if route.name != "POST /{P}/requests/{request}/messages":
                assert (answer.status_code, shown) == (unknown.status_code, unknown.text), route.name
            if answer.status_code != 404:
                wrong.append(f"{route.name}: {answer.status_code} {answer.text[:100]}")
        if route.method != "GET":
            assert kept.rows() == before, route.name

    assert len(tried) > 25
    assert not told, "\n".join(told)
    assert not wrong, "\n".join(wrong)


def test_no_list_tells_of_it_or_counts_it(kept):
    cast, rid = kept.world.cast, kept.request
    aldo = cast.agent.person.user_id
    filters: list[dict[str, Any]] = [
        *({"full_text": word} for word in kept.words),
        {"participant": aldo},
        *({"tags": word} for word in kept.words),
        {},
        {"status": "all"},
        {"preflight": "true", "status": "all"},
        {"lead": kept.world.ids["lead"], "status": "all"},
        {"snap_lead_lead_id": cast.visitor.key},
        {"requester_email": "x@example.com"},
        {"ticket_id": "1"},
        {"rated": "true"},
        {"dept_id": conversations.get(kept.api.db, cast.owner.agent, rid).conversation.department_id},
        {"priority": "medium"},
        {"channel": "chat21"},
        {"sort": "rating"},
        {"sort": "updatedAt", "direction": "1"},
    ]
    seen_by_owner = 0
    for asked in filters:
        for address in ("requests", "requests/me"):
            found = kept.api.ok(kept.nora, "GET", f"/{cast.id}/{address}", **asked)
            assert (found["requests"], found["count"]) == ([], 0), asked
        seen_by_owner += kept.api.ok(cast.owner, "GET", f"/{cast.id}/requests", **asked)["count"]
    assert seen_by_owner >= len(kept.words)
    assert kept.api.ok(kept.nora, "GET", f"/{cast.id}/requests/count") == {
        "unassigned": 0, "assigned": 0, "bot_assigned": 0,
    }  # fmt: skip


def test_whose_it_is_and_who_answers_for_the_project_read_every_word(kept):
    cast = kept.world.cast
    routes = ("requests/{request}", "requests/{request}/messages", "requests?status=all")
    for who in (cast.agent, cast.admin, cast.owner):
        read = "".join(kept.api(who, "GET", kept.world.filled(f"/{{P}}/{route}")).text for route in routes)
        page = kept.api.client.get(f"/p/{cast.id}/inbox/{kept.request}", headers=cookies(cast, who.secret))
        assert page.status_code == 200
        assert [word for word in kept.words if word not in read + page.text] == []


def test_the_setting_is_one_of_two_words(kept_on_file):
    api, cast = kept_on_file.api, kept_on_file.world.cast
    for wrong in ("mine", 1, ["own"]):
        answer = api(cast.owner, "PUT", f"/projects/{cast.id}", {"settings": {"agents_see": wrong}})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["param"] == "settings.agents_see"
    assert api(kept_on_file.nora, "PUT", f"/projects/{cast.id}", {"settings": {}}).status_code == 403
    assert api.ok(cast.owner, "GET", f"/projects/{cast.id}")["settings"]["agents_see"] == "own"
    taken_back = api.ok(cast.owner, "PATCH", f"/projects/{cast.id}", {"settings": {"agents_see": None}})
    assert "agents_see" not in taken_back["settings"]
    assert api(kept_on_file.nora, "GET", f"/{cast.id}/requests/{kept_on_file.request}").status_code == 200


def test_no_page_tells_or_changes_it(kept_on_file):
    kept, told, wrong = kept_on_file, [], []
    world, client = kept.world, kept.api.client
    headers, before = cookies(world.cast, kept.nora.secret), kept.rows()
    pages = [(method, path) for method, path in of_app(client.app) if is_page(path)]
    for method, path in sorted(pages):
        if path in ("/signout", "/account/password") or not path.startswith("/p/"):
            continue
        address = next(page_addresses(world, path))
        for form in [None] if method == "GET" else [{}, dict.fromkeys(FIELDS, "a")]:
            for more in ({}, {"HX-Request": "true"}, {"X-Refresh": "1"}) if method == "GET" else ({},):
                answer = client.request(
                    method, address, headers={**headers, **more}, data=form, follow_redirects=False
                )
                said = f"{answer.text}{answer.headers}"
                told += [f"{word}: {method} {path}" for word in kept.words if word in said]
                if "/inbox/" in path and answer.status_code not in (303, 404):
                    wrong.append(f"{method} {path}: {answer.status_code}")
                if method == "GET" and kept.request in said and path.endswith("{contact_id:str}"):
                    wrong.append(f"{path} leads to it")
        if method != "GET":
            assert kept.rows() == before, path
    for word in kept.words:
        for query in (f"contacts?q={quote(word)}", f"inbox?view=all&q={quote(word)}"):
            answer = client.get(f"/p/{world.cast.id}/{query}", headers=headers)
            assert not re.search(r'data-row="[0-9a-f]+', answer.text), query

    assert not told, "\n".join(told)
    assert not wrong, "\n".join(wrong)
