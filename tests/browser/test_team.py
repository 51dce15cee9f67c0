"""What the team does with contacts, the team itself and the form, in a real browser."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.people import AgentBrowser, VisitorBrowser
from tests.browser.server import Served

MARKUP = "<img src=x onerror=alert(1)> & “Renée”"


def edit(page: Page, label: str, value: str) -> None:
    """Change a field where it stands."""
    field = page.get_by_label(label, exact=True).first
    field.fill(value)
    field.press("Enter")


def test_a_contact_is_made_by_hand_edited_in_place_trashed_and_restored(agent: AgentBrowser) -> None:
    page = agent.page
    agent.go("contacts/new")
    page.get_by_label("Full name").fill(MARKUP)
    page.get_by_label("Email").fill("renee@ceramiche")
    page.get_by_label("Company").fill("Ceramiche")
    page.get_by_label("Tags").fill("vip, b2b")
    page.get_by_role("button", name="Create contact").click()

    # A mistake is said beside its field, and nothing typed is lost.
    expect(page.get_by_label("Email")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Full name")).to_have_value(MARKUP)
    page.get_by_label("Email").fill("renee@example.com")
    page.get_by_label("Phone").fill("+39 06 1234567")
    page.get_by_role("button", name="Create contact").click()
    expect(page.get_by_role("heading", name=MARKUP)).to_be_visible()
    url = page.url

    edit(page, "Company", "Ceramiche Srl")
    expect(page.get_by_label("Company", exact=True)).to_have_attribute("data-saved", "Ceramiche Srl")
    edit(page, "Email", "wrong")
    expect(page.get_by_label("Email", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Email", exact=True)).to_have_value("wrong")
    page.get_by_label("Email", exact=True).press("Escape")
    edit(page, "Email", "renee@ceramiche.example")
    expect(page.get_by_label("Other emails")).to_contain_text("renee@example.com")

    page.reload()
    expect(page.get_by_label("Company", exact=True)).to_have_value("Ceramiche Srl")
    expect(page.get_by_text("Ceramiche Srl").first).to_be_visible()
    expect(page.locator(".tag", has_text="vip")).to_be_visible()

    # The old address finds it, and the list says why.
    agent.search("renee@example.com")
    expect(agent.rows()).to_have_count(1)
    expect(agent.rows().first).to_contain_text("renee@example.com")

    page.goto(url)
    page.get_by_role("button", name="Move to trash").click()
    agent.go("contacts")
    expect(page.get_by_text("No contacts yet")).to_be_visible()
    page.goto(url)
    page.get_by_role("button", name="Restore").click()
    agent.go("contacts")
    expect(agent.rows()).to_have_count(1)


def test_a_colleague_joins_by_a_copied_link_and_sees_no_settings(
    browser: Browser, server: Served, agent: AgentBrowser
) -> None:
    page = agent.page
    agent.go("settings/team")
    page.get_by_label("Email", exact=True).fill("aldo@example.com")
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("#link").inner_text()

    context = browser.new_context()
    theirs = context.new_page()
    theirs.goto(link)
    theirs.get_by_label("First name").fill("Aldo")
    theirs.get_by_label("Last name").fill("Agent")
    theirs.get_by_label("Choose a password").fill("a good password")
    theirs.get_by_role("button", name="Join").click()
    expect(theirs).to_have_url(re.compile("/inbox"))
    answer = theirs.request.get(f"{server.address}/p/{server.project_id}/settings/users")
    assert answer.status == 403

    used = browser.new_context().new_page()
    used.goto(link)
    expect(used.get_by_text(re.compile("used|withdrawn"))).to_be_visible()
    for one in (context, used.context):
        one.close()
    page.reload()
    expect(page.get_by_text("aldo@example.com").first).to_be_visible()


def test_the_form_that_the_team_builds_is_asked_in_the_chat_and_fills_the_contact(
    browser: Browser, server: Served, agent: AgentBrowser
) -> None:
    page = agent.page
    agent.go("settings/form")
    page.get_by_label("Kind of entry").select_option("text")
    page.get_by_role("button", name="Add entry").click()
    entry = page.locator(".entry").nth(2)
    entry.locator("input[name='label-default-2']").fill("Order number")
    entry.locator("input[name='name-2']").fill("order_number")
    page.get_by_role("button", name="Save the form").click()
    expect(page.get_by_text("not saved yet")).to_have_count(0)

    visitor = VisitorBrowser(browser, server)
    visitor.come()
    visitor.begin()
    visitor.page.get_by_label("Order number").fill("A-1042")
    visitor.fill_form("Vera", "vera@example.com")
    visitor.say("About my order")
    visitor.leave()

    agent.search("order_number:A-1042")
    expect(agent.rows()).to_have_count(1)
    agent.rows().first.get_by_role("link").first.click()
    expect(page.get_by_label("Order number", exact=True)).to_have_value("A-1042")
