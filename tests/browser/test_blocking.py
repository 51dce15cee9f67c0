"""Blocking a visitor, and a project's own words, as the visitor sees them."""

import re

from playwright.sync_api import Browser, expect

from tests.browser.people import AgentBrowser, VisitorBrowser
from tests.browser.server import Served

BLOCKED = "You can no longer write here."


def test_a_visitor_who_is_blocked_is_told_and_may_write_again_later(browser: Browser, server: Served) -> None:
    visitor, agent = VisitorBrowser(browser, server), AgentBrowser(browser, server)
    visitor.come()
    visitor.begin()
    visitor.fill_form("Vera", "vera@example.com")
    visitor.say("Something rude")

    agent.sign_in()
    agent.go("contacts")
    agent.page.get_by_role("link", name="Vera").first.click()
    agent.page.once("dialog", lambda dialog: dialog.accept())
    agent.page.get_by_role("button", name=re.compile("^Block ")).click()
    expect(agent.page.get_by_text("1 of 1 identities blocked")).to_be_visible()
    expect(agent.page.get_by_text("Olga Owner blocked an identity")).to_be_visible()

    # The open chat is told at once, without a try to write.
    expect(visitor.page.get_by_text(BLOCKED)).to_be_visible(timeout=20_000)
    expect(visitor.page.get_by_placeholder("Write a message…")).to_be_hidden()
    visitor.come_back()
    expect(visitor.page.get_by_text(BLOCKED)).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Send us a message")).to_be_hidden()

    agent.page.get_by_role("button", name=re.compile("in again$")).click()
    expect(agent.page.get_by_text("1 of 1 identities blocked")).to_have_count(0)
    visitor.come_back()
    visitor.page.get_by_text("Something rude").first.click()
    visitor.say("Sorry about that")
    visitor.leave()
    agent.leave()


def test_a_projects_own_words_are_shown_in_the_visitors_language_and_as_text(
    browser: Browser, server: Served
) -> None:
    agent = AgentBrowser(browser, server)
    agent.sign_in()
    agent.go("settings/texts?lang=EN")
    own = "Tell us <b>everything</b>…"
    agent.page.locator("#t-LABEL_PLACEHOLDER").fill(own)
    agent.page.locator("#t-WELCOME_TITLE").fill("<img src=x onerror=alert(1)>")
    agent.page.get_by_role("button", name="Save", exact=True).click()
    expect(agent.page.get_by_text("Saved.")).to_be_visible()
    agent.leave()

    visitor = VisitorBrowser(browser, server)
    visitor.come()
    expect(visitor.page.get_by_role("heading", name="<img src=x onerror=alert(1)>")).to_be_visible()
    visitor.begin()
    visitor.fill_form("Vera", "vera@example.com")
    expect(visitor.page.get_by_placeholder(own)).to_be_visible()
    visitor.leave()
