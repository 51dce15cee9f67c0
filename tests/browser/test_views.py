"""A view is built out of conditions, used, changed and exported in a real browser."""

import csv
import re

import pytest
from playwright.sync_api import expect

from rolodesk.usecases import contacts, sign_in
from tests.browser.people import AgentBrowser
from tests.browser.server import Served

MARKUP = "<img src=x onerror=alert(1)> & “Roma”"


@pytest.fixture
def server(running: Served) -> Served:
    """With three contacts."""
    server = running.with_new_project()
    with server.behind() as (db, person):
        olga = sign_in.agent(db, person, server.project_id)
        for name, city in (("Anna", "Roma"), ("Bea", "Milano"), ("Carl", "Roma")):
            email = f"{name.lower()}@{'acme' if name != 'Carl' else 'beta'}.example"
            contacts.create(db, olga, {"fullname": name, "email": email, "city": city})
    return server


def test_a_view_is_built_used_changed_exported_and_deleted(agent: AgentBrowser) -> None:
    page = agent.page
    agent.go("contacts")
    page.get_by_text("Views", exact=True).click()
    page.get_by_role("link", name="New view").click()
    page.get_by_label("Name", exact=True).fill(MARKUP)
    page.get_by_label("Value").fill("acme")
    expect(page.get_by_text("2 contacts now")).to_be_visible()
    page.get_by_role("button", name="Add condition").click()
    second = page.get_by_role("group", name="Condition 2")
    second.get_by_label("Field").select_option("city")
    second.get_by_label("Comparison").select_option("=")
    second.get_by_label("Value").fill("roma")
    expect(page.get_by_text("1 contact now")).to_be_visible()
    page.get_by_label("Any of these").check()
    expect(page.get_by_text("3 contacts now")).to_be_visible()
    page.get_by_label("All of these").check()
    page.get_by_role("button", name="Save view").last.click()

    expect(agent.rows()).to_have_count(1)
    tab = page.get_by_role("navigation", name="Views").get_by_role("link", name=MARKUP)
    expect(tab).to_have_attribute("aria-current", "page")
    expect(tab).to_contain_text("1")
    with page.expect_download() as begun:
        page.get_by_role("link", name="Export").click()
    with open(begun.value.path(), newline="") as file:
        assert [row["fullname"] for row in csv.DictReader(file, delimiter=";")] == ["Anna"]

    page.get_by_role("link", name="Change view").click()
    page.get_by_role("button", name="Remove condition 1").click()
    expect(page.get_by_role("group", name=re.compile(r"Condition \d"))).to_have_count(1)
    page.get_by_label("Name", exact=True).fill("Rome")
    page.get_by_label("Name", exact=True).press("Enter")
    expect(agent.rows()).to_have_count(2)

    # The sizes come after the page, and stay while somebody searches.
    agent.go("contacts")
    tab = page.get_by_role("navigation", name="Views").get_by_role("link", name="Rome")
    expect(tab).to_contain_text("2")
    page.get_by_role("searchbox").press_sequentially("bea", delay=10)
    expect(agent.rows()).to_have_count(1)
    expect(tab).to_contain_text("2")

    expect(page).to_have_url(re.compile("q=bea"))
    tab.click()
    expect(page.get_by_text("Nobody matches “bea”")).to_be_visible()
    page.get_by_role("link", name="Change view").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete view").click()
    expect(page.get_by_text("View deleted.")).to_be_visible()
    expect(page.get_by_role("navigation", name="Views").get_by_role("link", name="Rome")).to_have_count(0)
