"""What the pages show and do once contacts are merged, in a real browser."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from rolodesk.domain.access import Agent, Visitor
from rolodesk.domain.conversation import Draft
from rolodesk.storage.database import Database
from rolodesk.usecases import clock, contacts, conversations, merges, projects, sign_in
from rolodesk.usecases.merges import Ask
from tests.browser.people import AgentBrowser
from tests.browser.server import Served
from tests.cast import PASSWORD

MARKUP = "<b>Andrea</b> & “Rossi”"


@dataclass
class Shop:
    """A served project with a second way in: what colleagues and visitors do meanwhile."""

    served: Served
    db: Database
    olga: Agent

    def visit(self, name: str, key: str | None = None, email: str | None = None) -> str:
        """Somebody has written in the chat, signed in with a key of the site's or from a browser; the contact."""
        kind = "user" if key else "anonymous"
        claims = {"fullname": name} if key else {}
        visitor = Visitor(self.olga.project_id, kind, key or clock.new_uuid(), claims, 0)
        form = {"userFullname": name, **({"userEmail": email} if email else {})}
        said = Draft(f"Hello from {name}", attributes={"preChatForm": form})
        return conversations.post(self.db, visitor, clock.new_uuid(), said).view.home_id

    def merge(self, winner: str, *losers: str, **more: object) -> list[str]:
        """A colleague has merged them; the merges' ids."""
        return [one.id for one in merges.merge(self.db, self.olga, Ask(winner, losers, **more)).merges]

    def contact(self, contact_id: str) -> contacts.ContactView:
        return contacts.get(self.db, self.olga, contact_id)

    def thread(self, contact_id: str) -> str:
        """The request id of a contact's own conversation."""
        found, _ = conversations.find(self.db, self.olga, conversations.Wanted(roots=(contact_id,)))
        return next(v.conversation.request_id for v in found if v.home_id == contact_id)


@pytest.fixture
def shop(server: Served) -> Iterator[Shop]:
    with server.behind() as (db, olga):
        yield Shop(server, db, sign_in.agent(db, olga, server.project_id))


def merged(page: Page) -> Locator:
    """The section of merged contacts."""
    return page.locator("#merged")


def unmerge(page: Page, name: str) -> None:
    """Take a merge back by way of its preview."""
    merged(page).get_by_role("link", name=f"Unmerge {name}", exact=True).click()
    page.get_by_role("button", name=f"Unmerge {name}", exact=True).click()


def test_a_merge_is_taken_back_through_its_preview(shop: Shop, agent: AgentBrowser) -> None:
    anna, andrea = (
        shop.visit("Anna", email="anna@example.com"),
        shop.visit(MARKUP, email="andrea@example.com"),
    )
    contacts.update(shop.db, shop.olga, andrea, {"company": "Ceramiche"})
    contacts.add_note(shop.db, shop.olga, andrea, "Wants an invoice")
    shop.merge(anna, andrea, choices={"email": {"from": andrea}}, reason="same voice")
    contacts.update(shop.db, shop.olga, anna, {"city": "Bari"})
    page = agent.page

    agent.go(f"contacts/{andrea}")
    expect(page).to_have_url(re.compile(anna))
    expect(page.get_by_text(f"{MARKUP} is part of this contact.")).to_be_visible()
    expect(merged(page)).to_contain_text(MARKUP)
    expect(merged(page)).to_contain_text("Olga Owner")
    expect(merged(page)).to_contain_text("same voice")
    expect(merged(page)).to_contain_text("1 identity · 1 conversation")
    expect(page.locator("#taken-email")).to_have_text(f"chosen from {MARKUP} when merging")

    merged(page).get_by_role("link", name=f"Unmerge {MARKUP}", exact=True).click()
    goes, stays = (page.get_by_role("region", name=name) for name in ("Goes back", "Stays"))
    expect(goes).to_contain_text("1 identity · 1 conversation · 1 note")
    expect(goes).to_contain_text("Email chosen when merging")
    expect(goes).to_contain_text("Ceramiche")
    expect(stays.get_by_role("row", name=re.compile("^Company Ceramiche empty"))).to_be_visible()
    expect(stays.get_by_role("row", name=re.compile("Email andrea@example.com anna@"))).to_be_visible()
    expect(stays).to_contain_text("What the team has changed since stays here: City")
    page.get_by_role("button", name=f"Unmerge {MARKUP}").click()

    expect(page).to_have_url(re.compile(anna))
    expect(page.get_by_label("Email", exact=True)).to_have_value("anna@example.com")
    expect(page.get_by_label("City", exact=True)).to_have_value("Bari")
    merged(page).get_by_text("History").click()
    expect(merged(page)).to_contain_text(f"{MARKUP} was merged into Anna")
    merged(page).get_by_role("link", name=MARKUP).click()
    expect(page.get_by_label("Company", exact=True)).to_have_value("Ceramiche")
    expect(page.get_by_text("Wants an invoice")).to_be_visible()


def test_nested_merges_are_taken_back_in_any_order(shop: Shop, agent: AgentBrowser) -> None:
    first, second, third, fourth = (
        shop.visit(name) for name in ("Nora One", "Nora Two", "Nora Three", "Nora Four")
    )
    shop.merge(third, fourth)
    shop.merge(second, third)
    shop.merge(first, second)
    page = agent.page
    agent.go(f"contacts/{first}")

    rows = merged(page).get_by_role("listitem").filter(has_text="Nora")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("merged into Nora Two")
    expect(rows.nth(0)).to_contain_text("3 identities · 3 conversations in all")
    expect(page.locator("#timeline")).to_contain_text("came with Nora Four")

    # From the middle: what was merged into it goes along.
    merged(page).get_by_role("link", name="Unmerge Nora Three").click()
    expect(page.get_by_role("region", name="Goes back")).to_contain_text("Nora Four 1 identity")
    page.get_by_role("button", name="Unmerge Nora Three").click()
    expect(rows).to_have_count(1)
    agent.go(f"contacts/{third}")
    expect(merged(page)).to_contain_text("Nora Four")
    unmerge(page, "Nora Four")
    agent.go(f"contacts/{first}")
    unmerge(page, "Nora Two")
    expect(merged(page)).to_contain_text("Nothing is merged into this contact at present.")
    assert all(shop.contact(one).contact.conversations == 1 for one in (first, second, third, fourth))


def test_identities_are_split_off_and_the_toast_takes_it_back(shop: Shop, agent: AgentBrowser) -> None:
    anna, andrea, bea = shop.visit("Anna"), shop.visit("Andrea"), shop.visit("Bea")
    shop.merge(anna, andrea, bea)
    wrong = [i for i in shop.contact(anna).identities if i.contact_id != andrea]
    page = agent.page
    agent.go(f"contacts/{anna}")

    for identity in wrong:
        page.locator(f"#pick-{identity.id}").check()
    page.get_by_role("button", name="Split off…").click()
    page.get_by_role("button", name="Split off 2 identities").click()
    toast = page.locator(".notice")
    expect(toast).to_contain_text("2 identities now belong to")
    assert len(shop.contact(anna).identities) == 1
    new = shop.contact(toast.get_by_role("link").get_attribute("href").split("/")[-1])
    assert {i.id for i in new.identities} == {i.id for i in wrong}

    toast.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The split has been taken back.")).to_be_visible()
    assert len(shop.contact(anna).identities) == 3
    merged(page).get_by_text("History").click()
    expect(merged(page)).to_contain_text("2 identities of")
    expect(merged(page)).to_contain_text("taken back")

    # Just what one merge has brought: that is its undo, and the page says so before.
    (theirs,) = (i for i in shop.contact(anna).identities if i.contact_id == bea)
    agent.go(f"contacts/{anna}/split")
    page.locator(f"input[value='{theirs.id}']").check()
    expect(page.get_by_text("These are just what came with Bea")).to_be_visible()
    page.get_by_role("button", name="Split off 1 identity").click()
    expect(page.get_by_text("Bea is a contact of its own again.")).to_be_visible()
    assert shop.contact(bea).contact.id == bea


def test_a_split_that_may_not_be_says_why(shop: Shop, agent: AgentBrowser) -> None:
    anna, phone = shop.visit("Anna", key="anna-17"), shop.visit("Anna at her phone")
    bruno = shop.visit("Bruno", key="bruno-4", email="bruno@example.com")
    shop.merge(phone, anna)
    page = agent.page
    agent.go(f"contacts/{phone}/split")

    boxes = page.get_by_role("group", name="Which identities").get_by_role("checkbox")
    page.get_by_role("button", name="Split off").click()
    expect(page.get_by_role("alert")).to_have_text("Choose at least one identity.")
    boxes.nth(0).check()
    boxes.nth(1).check()
    expect(page.get_by_text("One identity must stay.")).to_be_visible()
    expect(page.get_by_role("button", name="Split off 2 identities")).to_be_disabled()

    (signed,) = (i for i in shop.contact(phone).identities if i.kind == "user")
    for box in (boxes.nth(0), boxes.nth(1)):
        box.set_checked(box.input_value() == signed.id)
    page.get_by_label("Another contact").check()
    page.get_by_role("searchbox", name="Search contacts").fill("bruno")
    page.get_by_role("radiogroup", name="Contacts found").get_by_role("radio").check()
    page.get_by_role("button", name="Split off 1 identity").click()
    expect(page.get_by_role("alert")).to_contain_text("two different signed-in users")
    assert len(shop.contact(phone).identities) == 2

    # An admin may, and says why.
    page.get_by_label("They are one person. Put them together all the same.").check()
    page.get_by_label("Why are these one person?").fill("Two accounts of Anna's")
    page.get_by_role("button", name="Split off 1 identity").click()
    expect(page.locator(".notice")).to_contain_text("1 identity now belongs to Bruno")
    assert {i.key for i in shop.contact(bruno).identities} == {"anna-17", "bruno-4"}


def test_another_value_is_taken_over_and_leaves_with_its_contact(shop: Shop, agent: AgentBrowser) -> None:
    anna, andrea = (
        shop.visit("Anna", email="anna@example.com"),
        shop.visit("Andrea", email="andrea@example.com"),
    )
    shop.merge(anna, andrea)
    page = agent.page
    agent.go(f"contacts/{anna}")
    others = page.locator("#others")
    expect(others).to_contain_text(re.compile("andrea@example.com\\s*from Andrea, typed by the visitor"))

    others.get_by_role("button", name="Use andrea@example.com for Email").click()
    expect(page.get_by_text("Email is now “andrea@example.com”.")).to_be_visible()
    expect(page.get_by_label("Email", exact=True)).to_have_value("andrea@example.com")
    expect(page.locator("#taken-email")).to_have_text("taken over from Andrea")
    expect(others.get_by_role("button", name="Use anna@example.com for Email")).to_be_visible()

    merged(page).get_by_role("link", name="Unmerge Andrea").click()
    expect(page.get_by_role("region", name="Goes back")).to_contain_text("Email taken over from its values")
    page.get_by_role("button", name="Unmerge Andrea").click()
    expect(page.get_by_label("Email", exact=True)).to_have_value("anna@example.com")
    expect(page.locator("#taken-email")).to_be_hidden()


def test_the_timeline_tells_merges_in_sentences_with_both_names(shop: Shop, agent: AgentBrowser) -> None:
    anna, andrea, bea = shop.visit("Anna"), shop.visit("Andrea"), shop.visit("Bea")
    merges.undo(shop.db, shop.olga, shop.merge(anna, bea)[0])
    shop.merge(anna, andrea)
    page = agent.page
    agent.go(f"contacts/{anna}")
    timeline = page.locator("#timeline")

    expect(timeline).to_contain_text("Olga Owner merged Andrea into Anna")
    expect(timeline).to_contain_text("Olga Owner unmerged Bea from Anna")
    expect(timeline.get_by_role("link", name="Andrea", exact=True)).to_have_count(0)
    page.get_by_role("navigation", name="Show").get_by_role("link", name="Merges").click()
    expect(timeline.locator(".change")).to_have_count(3)
    timeline.get_by_role("link", name="Bea").first.click()
    expect(page.get_by_role("heading", name="Bea")).to_be_visible()
    expect(page.locator("#timeline")).to_contain_text("Olga Owner merged Bea into Anna")


def test_the_composer_says_to_whom_the_answer_goes(shop: Shop, agent: AgentBrowser) -> None:
    browser_, signed = shop.visit("Anna"), shop.visit("Anna", key="anna-17")
    alone, joined = shop.thread(browser_), shop.thread(signed)
    page = agent.page
    agent.go(f"inbox/{alone}")
    recipient = page.locator("#recipient")
    expect(page.get_by_placeholder(re.compile("Write to Anna"))).to_be_visible()
    expect(recipient).to_be_hidden()

    # It is told of a merge meanwhile, without losing what is typed.
    page.get_by_placeholder(re.compile("Write to")).fill("Half a sentence")
    shop.merge(signed, browser_)
    expect(recipient).to_have_text("Your answer goes to the browser of Anna, seen just now")
    expect(page.get_by_placeholder(re.compile("Write to"))).to_have_value("Half a sentence")
    card = page.get_by_role("complementary", name="Contact card")
    card.get_by_role("link", name=re.compile("Hello from Anna")).click()
    expect(page).to_have_url(re.compile(joined))
    expect(recipient).to_have_text("Your answer goes to the signed-in user anna-17, seen just now")
    page.get_by_role("radiogroup", name="What to write").get_by_text("Note").click()
    expect(recipient).to_be_hidden()


def test_a_page_follows_a_contact_that_is_merged_elsewhere(shop: Shop, agent: AgentBrowser) -> None:
    anna, andrea, bea = shop.visit("Anna"), shop.visit("Andrea"), shop.visit("Bea")
    page = agent.page
    agent.go(f"contacts/{andrea}")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()

    (arrow,) = shop.merge(anna, andrea)
    expect(page).to_have_url(re.compile(anna))
    expect(page.get_by_text("Andrea is part of this contact.")).to_be_visible()
    expect(merged(page)).to_contain_text("Andrea")

    # The kept one sees it come and go without being loaded anew.
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    merges.undo(shop.db, shop.olga, arrow)
    expect(page.locator("#contact-head")).not_to_contain_text("merged contact")
    shop.merge(anna, bea)
    expect(page.locator("#contact-head")).to_contain_text("1 merged contact")

    # What is being typed is not thrown away.
    agent.go(f"contacts/{andrea}")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    page.get_by_label("Write a note").fill("Half a note")
    shop.merge(anna, andrea)
    expect(page.get_by_text("This contact has just been merged into another one.")).to_be_visible()
    expect(page.get_by_label("Write a note")).to_have_value("Half a note")
    page.get_by_role("link", name="Go there").click()
    expect(page).to_have_url(re.compile(anna))


def test_the_list_lets_a_merged_contact_go_and_brings_it_back(shop: Shop, agent: AgentBrowser) -> None:
    anna, andrea = shop.visit("Anna"), shop.visit("Andrea")
    agent.go("contacts")
    expect(agent.rows()).to_have_count(2)
    expect(agent.page.get_by_text("Live", exact=True)).to_be_visible()

    (arrow,) = shop.merge(anna, andrea)
    expect(agent.rows()).to_have_count(1)
    merges.undo(shop.db, shop.olga, arrow)
    agent.page.get_by_role("button", name="1 new contact").click()
    expect(agent.rows()).to_have_count(2)


def test_the_audit_tells_admins_what_was_changed_and_takes_merges_back(
    browser: Browser, shop: Shop, agent: AgentBrowser
) -> None:
    anna, andrea = shop.visit("Anna"), shop.visit("Andrea")
    shop.merge(anna, andrea)
    projects.create_tag(shop.db, shop.olga, "vip", "#123456")
    page = agent.page
    agent.go("settings")
    page.get_by_role("link", name="Audit").click()
    lines = page.locator(".audit > li:not(.day)")
    expect(lines.first).to_contain_text("Olga Owner added the tag vip")
    page.get_by_role("navigation", name="Show").get_by_role("link", name="Merges").click()
    expect(lines).to_have_count(1)
    expect(lines.first).to_contain_text("Olga Owner merged Andrea into Anna")

    page.get_by_role("link", name="Unmerge Andrea").click()
    page.get_by_role("button", name="Unmerge Andrea").click()
    expect(page).to_have_url(re.compile(r"/settings/audit\?kind=merges"))
    expect(lines.first).to_contain_text("Olga Owner unmerged Andrea from Anna")
    expect(lines.nth(1)).to_contain_text("taken back")

    issued = projects.invite(shop.db, shop.olga, "anders@example.com", "agent")
    theirs = browser.new_context().new_page()
    theirs.goto(f"{shop.served.address}/invite/{issued.token}")
    theirs.get_by_label("First name").fill("Aldo")
    theirs.get_by_label("Last name").fill("Agent")
    theirs.get_by_label("Choose a password").fill(PASSWORD)
    theirs.get_by_role("button", name="Join").click()
    expect(theirs).to_have_url(re.compile("/inbox"))
    theirs.goto(f"{shop.served.address}/p/{shop.served.project_id}/settings/team")
    expect(theirs.get_by_role("link", name="Audit")).to_have_count(0)
    answer = theirs.request.get(f"{shop.served.address}/p/{shop.served.project_id}/settings/audit")
    assert answer.status == 403
    theirs.context.close()
