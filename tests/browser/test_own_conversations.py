"""An agent who sees its own conversations alone: what the pages show, and what goes when it is handed over or taken."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from rolodesk.domain.access import Role
from rolodesk.storage.database import Database
from rolodesk.usecases import conversations, projects
from tests.browser.people import AgentBrowser
from tests.browser.server import Served
from tests.cast import Cast, away, join, make_cast, make_person, new_visitor, reply, say
from tests.web.server import Server

PICTURES = os.environ.get("ROLODESK_TEST_PICTURES")


@pytest.fixture
def cast(databases) -> Iterator[Cast]:
    """Nobody is given anything in turn, and Nora sees her own alone."""
    with databases.lend("sqlite") as url:
        db = Database(url, pool_size=2)
        cast = make_cast(db)
        away(cast)
        yield cast
        db.close()


@pytest.fixture
def nora(cast: Cast, browser: Browser) -> Iterator[AgentBrowser]:
    person = make_person(cast.db, "Nora", "New")
    away(cast, join(cast.db, cast.signing, cast.owner, Role.AGENT, person))
    projects.update(cast.db, cast.owner.agent, settings={"agents_see": "own"})
    with Server(cast.db.url) as server:
        hers = AgentBrowser(browser, Served(server, cast.id, person.email))
        hers.sign_in()
        yield hers
        hers.leave()


def begin(cast: Cast, text: str, *people: str, **given: str) -> str:
    visitor = new_visitor(cast.db, cast.signing, cast.id, **given)
    rid = say(cast, visitor, text).view.conversation.request_id
    conversations.assign(cast.db, cast.owner.agent, rid, people)
    return rid


def picture(agent: AgentBrowser, name: str) -> None:
    if PICTURES:
        for width, height in ((1440, 900), (375, 800)):
            agent.page.set_viewport_size({"width": width, "height": height})
            agent.page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png")
        agent.page.set_viewport_size({"width": 1440, "height": 900})


def test_the_pages_show_ones_own_and_count_the_others(cast: Cast, nora: AgentBrowser) -> None:
    page, me = nora.page, nora_id(cast)
    olivia = cast.owner.person.user_id
    visitor = new_visitor(cast.db, cast.signing, cast.id, firstname="Vera", lastname="Verdi")
    first = say(cast, visitor, "Where is my cup?").view
    conversations.assign(cast.db, cast.owner.agent, first.conversation.request_id, [me])
    for text in ("A secret about the vase", "Another secret"):
        rid = say(cast, visitor, text).view.conversation.request_id
        conversations.assign(cast.db, cast.owner.agent, rid, [olivia])
    begin(cast, "Does anybody hear me?", firstname="Walter")
    hidden = begin(cast, "A third secret", olivia, firstname="Xaver")

    nora.go("inbox?view=all")
    expect(page.locator("#talk-list > li")).to_have_count(2)
    expect(page.locator("#inbox-views")).to_contain_text("All2")
    expect(page.locator("#inbox-views")).to_contain_text("Unassigned1")
    expect(page.get_by_text("Yours, and those that wait")).to_be_visible()
    picture(nora, "inbox")

    page.get_by_text("Where is my cup?").click()
    expect(page.locator("#talk-others")).to_contain_text("2 conversations of colleagues")
    expect(page.locator("#talk-others li")).to_have_count(0)
    picture(nora, "thread")

    nora.go(f"contacts/{first.home_id}")
    expect(page.locator("#timeline")).to_contain_text("2 conversations of colleagues")
    expect(page.locator("#timeline a.talk")).to_have_count(1)
    expect(page.get_by_text("secret")).to_have_count(0)
    picture(nora, "contact")

    page.goto(f"{nora.server.address}/p/{cast.id}/inbox/{hidden}")
    expect(page.get_by_role("heading")).to_have_text("Not found")
    picture(nora, "unknown")


def nora_id(cast: Cast) -> str:
    return next(m.user_id for m in projects.team(cast.db, cast.owner.agent) if m.firstname == "Nora")


def test_what_is_handed_over_or_taken_leaves_the_screen(cast: Cast, nora: AgentBrowser) -> None:
    page, me = nora.page, nora_id(cast)
    mine, waiting = begin(cast, "Mine", me), begin(cast, "Who takes me?")
    nora.go(f"inbox/{mine}?view=mine")
    page.get_by_label("Assigned to").select_option(label="Olivia Owner")
    expect(page).to_have_url(re.compile(r"/inbox\?view=mine$"))
    expect(page.get_by_text("Handed over: this conversation is a colleague's now.")).to_be_visible()
    expect(page.locator("#talk-list")).to_contain_text("Nothing is waiting for you")

    nora.go(f"inbox/{waiting}?view=all")
    expect(page.locator("#lines")).to_contain_text("Who takes me?")
    expect(page.locator("#live")).to_have_attribute("data-state", "on")
    reply(cast, waiting, "I do", by=cast.owner)
    expect(page).to_have_url(re.compile(r"/inbox\?view=all$"))
    expect(page.get_by_text("This conversation is a colleague's now.")).to_be_visible()
    expect(page.get_by_text("Who takes me?")).to_have_count(0)

    conversations.assign(cast.db, cast.owner.agent, waiting, [me])
    expect(page.locator("#talk-list")).to_contain_text("I do")


def test_an_owner_chooses_what_agents_see(cast: Cast, browser: Browser) -> None:
    with Server(cast.db.url) as server:
        owner = AgentBrowser(browser, Served(server, cast.id, cast.owner.person.email))
        owner.sign_in()
        owner.go("settings")
        owner.page.get_by_label("Which conversations agents see").select_option("own")
        picture(owner, "settings")
        owner.page.get_by_role("button", name="Save").click()
        expect(owner.page.get_by_label("Which conversations agents see")).to_have_value("own")
        owner.go("inbox")
        expect(owner.page.get_by_text("Yours, and those that wait")).to_have_count(0)
        owner.leave()
    assert projects.get(cast.db, cast.owner.agent).settings["agents_see"] == "own"
