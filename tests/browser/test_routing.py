"""Departments, groups and who is there, as the team sets them up in a browser."""

import httpx
from playwright.sync_api import expect

from tests.browser.people import AgentBrowser
from tests.browser.server import Served
from tests.cast import new_request_id
from tests.web.server import PATIENCE


def ask(server: Served, text: str) -> None:
    """A visitor's first message."""
    signed_in = httpx.post(
        f"{server.address}/api/auth/signinAnonymously",
        json={"id_project": server.project_id, "firstname": "Vera"},
        timeout=PATIENCE,
    )
    posted = httpx.post(
        f"{server.address}/api/{server.project_id}/requests/{new_request_id(server.project_id)}/messages",
        json={"text": text},
        headers={"Authorization": signed_in.json()["token"]},
        timeout=PATIENCE,
    )
    assert posted.json()["request"]["status"] == 200


def test_departments_and_groups_are_set_up_and_a_conversation_moves(
    server: Served, agent: AgentBrowser
) -> None:
    page = agent.page
    agent.go("settings/groups")
    page.get_by_label("Name").fill("Night shift")
    page.get_by_label("Olga Owner").check()
    page.get_by_role("button", name="Add group").click()
    expect(page.get_by_role("heading", name="Night shift")).to_be_visible()

    agent.go("settings/departments")
    new = page.locator("#d-new")
    new.get_by_label("Name").fill("Ovens")
    new.get_by_label("New conversations").select_option("assigned")
    new.get_by_label("Night shift").check()
    new.get_by_role("button", name="Add department").click()
    made = page.locator("form.part", has=page.get_by_role("heading", name="Ovens"))
    expect(made.get_by_label("Night shift")).to_be_checked()
    made.get_by_role("button", name="Make it the default one").click()
    made = page.locator("form.part", has=page.get_by_role("heading", name="Ovens"))
    expect(made.get_by_text("default", exact=True)).to_be_visible()
    old = page.locator("form.part", has=page.get_by_role("heading", name="Default Department"))
    old.get_by_label("Hide it from visitors").check()
    old.get_by_role("button", name="Save").click()
    expect(page.get_by_text("hidden", exact=True)).to_be_visible()

    # A group that is used is kept, and why is said.
    agent.go("settings/groups")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("form", has=page.get_by_role("heading", name="Night shift")).get_by_role(
        "button", name="Delete"
    ).click()
    expect(page.get_by_text("A department hands its conversations to this group.")).to_be_visible()

    ask(server, "Is the oven hot?")
    agent.go("inbox?view=mine")
    page.get_by_text("Is the oven hot?").first.click()
    expect(page.get_by_label("Assigned to")).to_contain_text("Olga Owner (you)")
    expect(page.get_by_label("Department")).to_have_value(
        page.get_by_label("Department").locator("option", has_text="Ovens").get_attribute("value") or ""
    )

    # Away: what moves now waits for somebody.
    page.locator("summary.me").click()
    page.get_by_role("button", name="Away").click()
    expect(page.get_by_text("You are away: new conversations go to others.")).to_be_visible()
    page.get_by_label("Department").select_option(label="Default Department")
    expect(page.locator("#assign")).to_have_value("")
    expect(page.get_by_label("Department")).not_to_have_value("")
    expect(page.locator("#nav-inbox .count")).to_have_text("1")
