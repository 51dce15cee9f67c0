"""A message to all of a view, from the list of contacts to the chat of one of them and back into the inbox."""

import pytest
from playwright.sync_api import Browser, expect

from rolodesk.usecases import segments, sign_in
from tests.browser.people import AgentBrowser, VisitorBrowser
from tests.browser.server import Served


@pytest.fixture
def server(running: Served) -> Served:
    """With a view that is everybody's."""
    server = running.with_new_project()
    with server.behind() as (db, olga):
        segments.create(db, sign_in.agent(db, olga, server.project_id), "Regulars")
    return server


def test_everybody_in_a_view_is_written_to_and_who_answers_is_in_the_inbox(
    browser: Browser, server: Served
) -> None:
    visitor, agent = VisitorBrowser(browser, server), AgentBrowser(browser, server)
    agent.sign_in()
    visitor.come()
    visitor.begin()
    visitor.fill_form("Vera", "vera@example.com")
    visitor.say("Hello")
    page = agent.page
    page.get_by_text("Vera").first.click()
    page.get_by_role("button", name="Close", exact=True).first.click()
    expect(visitor.page.get_by_text("How did we do?")).to_be_visible()
    visitor.page.get_by_role("button", name="Back").first.click()

    agent.go("contacts")
    page.get_by_role("link", name="Regulars").first.click()
    page.get_by_role("link", name="Message to all…").click()
    expect(page.get_by_text("1 contact will get it.")).to_be_visible()
    page.get_by_label("Message", exact=True).fill("We open on <b>Sundays</b>")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Please say that you mean it.")).to_be_visible()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("1 of 1")).to_be_visible()
    expect(page.get_by_text("sent", exact=True)).to_be_visible()
    agent.go("inbox")
    expect(page.get_by_text("Sundays")).to_have_count(0)

    visitor.page.get_by_text("We open on <b>Sundays</b>").click()
    visitor.hears("We open on <b>Sundays</b>")
    expect(visitor.page.get_by_text("How did we do?")).to_have_count(0)
    visitor.say("See you there")
    expect(page.get_by_text("See you there").first).to_be_visible()
    visitor.leave()
    agent.leave()
