"""The product's promise, told with three browsers: Chrome and Safari of one visitor, and an agent."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.people import AgentBrowser, VisitorBrowser
from tests.browser.server import Served, served
from tests.databases import Databases

EMAIL = "andrea1@gmail.com"
# Where the README's pictures go, when they are wanted.
PICTURES = os.environ.get("ROLODESK_TEST_PICTURES")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def server(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Served]:
    with databases.lend(request.param) as url, served(url) as running:
        yield running


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(600)
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


@pytest.mark.timeout(300)
def test_two_browsers_of_one_person_are_two_contacts_with_their_own_conversations(
    browser: Browser, server: Served
) -> None:
    agent = AgentBrowser(browser, server)
    agent.sign_in()

    chrome = VisitorBrowser(browser, server)
    chrome.come()
    chrome.begin()
    chrome.fill_form("Andrea", EMAIL)
    chrome.say("Hello, where is my order?")
    picture(chrome.page, "1-visitor")

    # The inbox is open: the conversation comes by itself, and the reply reaches the visitor live.
    agent.page.get_by_role("link", name=re.compile("Hello, where is my order")).first.click()
    agent.reply("It left this morning.")
    chrome.hears("It left this morning.")

    # Andrea comes back later: the form asks nothing again, and a second conversation begins.
    chrome.come_back()
    chrome.begin()
    expect(chrome.page.get_by_label("Full name")).to_have_count(0)
    chrome.say("One more thing: can I change the colour?")

    agent.search(EMAIL)
    expect(agent.rows()).to_have_count(1)
    expect(agent.rows().first).to_contain_text("Andrea")
    expect(agent.rows().first.get_by_role("cell", name="2", exact=True)).to_be_visible()
    expect(agent.page).to_have_url(re.compile("q=andrea1"))
    picture(agent.page, "2-search")

    agent.rows().first.get_by_role("link", name="Andrea").click()
    expect(agent.page.get_by_text("Hello, where is my order?")).to_be_visible()
    expect(agent.page.get_by_text("One more thing: can I change the colour?")).to_be_visible()
    picture(agent.page, "3-contact")

    # While the agent looks at the contact, the same email comes from another browser.
    expect(looks_like(agent.page)).to_have_count(0)
    safari = VisitorBrowser(browser, server)
    safari.come()
    expect(safari.page.get_by_text("Hello, where is my order?")).to_have_count(0)
    safari.begin()
    safari.page.get_by_label("Full name").fill("Andrea")
    safari.page.get_by_label("Email").fill(EMAIL)
    picture(safari.page, "4-second-browser")
    safari.page.get_by_role("button", name="Start chat").click()
    safari.say("I am on my phone now.")
    expect(safari.page.get_by_text("Hello, where is my order?")).to_have_count(0)
    expect(looks_like(agent.page)).to_contain_text("Looks like the same person as Andrea (same email)")
    picture(agent.page, "9-duplicates-banner")
    looks_like(agent.page).get_by_role("link", name="Andrea", exact=True).click()
    expect(conversation(agent.page, "I am on my phone now.")).to_be_visible()
    expect(looks_like(agent.page)).to_contain_text("Looks like the same person as Andrea (same email)")
    agent.go("duplicates")
    expect(agent.page.get_by_role("article")).to_have_count(1)
    expect(agent.page.get_by_role("table")).to_contain_text("same email")
    picture(agent.page, "10-queue")

    agent.search(EMAIL)
    expect(agent.rows()).to_have_count(2)
    picture(agent.page, "5-two-contacts")
    newest = agent.rows().first
    expect(newest.get_by_role("cell", name="1", exact=True)).to_be_visible()
    keys = {user_id(agent, 0), user_id(agent, 1)}
    assert len(keys) == 2

    # One click merges: from now on both browsers' conversations are on one contact.
    agent.go(f"contacts?q={EMAIL}")
    expect(agent.rows()).to_have_count(2)
    for row in agent.rows().all():
        row.get_by_role("checkbox").check()
    agent.page.get_by_role("toolbar").get_by_role("button", name="Merge").click()
    expect(agent.page.get_by_text("come along")).to_be_visible()
    picture(agent.page, "6-merge")
    agent.page.get_by_role("button", name="Merge 1 contact into Andrea").click()
    expect(agent.page.get_by_text("Andrea was merged into Andrea.")).to_be_visible()

    # The Safari visitor writes again, in the chat that was open all the while and in a new one.
    safari.say("Still there?")
    safari.come_back()
    safari.begin()
    safari.say("And something new.")
    agent.search(EMAIL)
    expect(agent.rows()).to_have_count(1)
    expect(agent.rows().first.get_by_role("cell", name="4", exact=True)).to_be_visible()
    agent.rows().first.get_by_role("link", name="Andrea").click()
    chromes = ("Hello, where is my order?", "One more thing: can I change the colour?")
    safaris = ("I am on my phone now.", "And something new.")
    for text in (*chromes, *safaris):
        expect(conversation(agent.page, text)).to_be_visible()
    picture(agent.page, "7-one-contact")

    # Each browser shows its own conversations and nothing else of the person.
    for visitor, own, others in ((chrome, chromes, safaris), (safari, safaris, chromes)):
        visitor.come_back()
        visitor.page.get_by_role("button", name=re.compile("Show all")).or_(
            visitor.page.get_by_role("heading").first
        ).first.click()
        for text in others:
            expect(visitor.page.get_by_text(text)).to_have_count(0)
        expect(visitor.page.get_by_text("Andrea")).to_have_count(0)
        expect(
            visitor.page.get_by_text(re.compile("|".join(map(re.escape, (*own, "Still there?"))))).first
        ).to_be_visible()

    # One click takes it back.
    agent.page.get_by_role("link", name=re.compile("Unmerge")).first.click()
    picture(agent.page, "8-unmerge")
    agent.page.get_by_role("button", name=re.compile("Unmerge Andrea")).click()
    agent.search(EMAIL)
    expect(agent.rows()).to_have_count(2)
    shown = []
    for place in range(2):
        agent.search(EMAIL)
        expect(agent.rows()).to_have_count(2)
        agent.rows().nth(place).get_by_role("link", name="Andrea").click()
        expect(agent.page.locator(".timeline")).to_be_visible()
        agent.page.wait_for_load_state()
        shown.append({text for text in (*chromes, *safaris) if conversation(agent.page, text).count()})
    assert sorted(map(sorted, shown)) == sorted([sorted(chromes), sorted(safaris)])

    # Who was set apart is not proposed again, until something of them changes.
    expect(looks_like(agent.page)).to_have_count(0)
    agent.go("duplicates")
    expect(agent.page.get_by_role("heading", name="No duplicates so far")).to_be_visible()
    agent.search(EMAIL)
    expect(agent.rows()).to_have_count(2)
    agent.rows().first.get_by_role("link", name="Andrea").click()
    phone = agent.page.get_by_label("Phone", exact=True)
    phone.fill("+39 347 5551234")
    phone.press("Enter")
    expect(looks_like(agent.page)).to_contain_text("Looks like the same person as Andrea (same email)")
    for somebody in (chrome, safari, agent):
        somebody.leave()


def user_id(agent: AgentBrowser, row: int) -> str:
    """The user id that a contact's page shows."""
    agent.search(EMAIL)
    expect(agent.rows()).to_have_count(2)
    agent.rows().nth(row).get_by_role("link").first.click()
    shown = agent.page.get_by_text(
        re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$")
    )
    return shown.first.inner_text()


def looks_like(page: Page) -> Locator:
    """The banner on a contact's page that tells who it may be."""
    return page.locator("#looks-like .looks")


def conversation(page: Page, text: str) -> Locator:
    """A conversation on the contact's page, by what it began with."""
    return page.get_by_role("main").get_by_role("link", name=re.compile(re.escape(text)))
