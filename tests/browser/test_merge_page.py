"""Merging in a real browser: every way into it, the choices, the live result, and taking it back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from rolodesk.domain.access import Agent
from rolodesk.domain.conversation import Draft
from rolodesk.storage.database import Database
from rolodesk.usecases import contacts, conversations, projects, sign_in
from tests.browser.people import AgentBrowser
from tests.browser.server import Served
from tests.cast import filled, make_person, new_request_id, new_user, new_visitor

MARKUP = "<img src=x onerror=alert(1)> & “Renée”"


@dataclass
class Shop:
    """A running server with a way to its database, where contacts are made faster than by hand."""

    server: Served
    db: Database
    owner: Agent

    def visitor(self, name: str, email: str, conversations_of: int = 1) -> str:
        """Somebody who has filled the form in the chat."""
        signing, project_id = sign_in.keys(self.db), self.owner.project_id
        guest = new_visitor(self.db, signing, project_id)
        said = filled({"userFullname": name, "userEmail": email})
        for _ in range(conversations_of):
            draft = Draft("Hello", attributes=said)
            posted = conversations.post(self.db, guest.visitor, new_request_id(project_id), draft)
        return posted.view.identity.contact_id

    def user(self, key: str) -> str:
        """A user whom the site has signed in."""
        signing, project_id = sign_in.keys(self.db), self.owner.project_id
        secret = projects.rotate_secret(self.db, self.owner)
        user = new_user(self.db, signing, project_id, secret, key, firstname=key.title())
        posted = conversations.post(self.db, user.visitor, new_request_id(project_id), Draft("Hello"))
        return posted.view.identity.contact_id

    def made(self, **fields: str) -> str:
        """Somebody whom the team has typed in."""
        return contacts.create(self.db, self.owner, fields).contact.id

    def name(self, contact_id: str) -> str:
        return contacts.get(self.db, self.owner, contact_id).contact.name


@pytest.fixture
def shop(server: Served) -> Iterator[Shop]:
    with server.behind() as (db, olga):
        yield Shop(server, db, sign_in.agent(db, olga, server.project_id))


def side(page: Page, which: str) -> Locator:
    """The card of who is kept, or of who is merged into it."""
    return page.get_by_role("region", name=re.compile(f"^{which}:"))


def result(page: Page, field: str) -> Locator:
    return page.locator(f"#result [data-field='{field}']")


def test_two_selected_rows_are_merged_the_other_way_round_with_a_choice(
    agent: AgentBrowser, shop: Shop
) -> None:
    page = agent.page
    kept = shop.visitor("Andrea", "andrea1@gmail.com", 2)
    shop.visitor("Andrea Rossi", "andrea.rossi@example.com")
    agent.go("contacts?q=andrea")
    expect(agent.rows()).to_have_count(2)
    agent.rows().first.get_by_role("checkbox").check()
    merge = page.get_by_role("toolbar").get_by_role("button", name="Merge")
    expect(merge).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("m")
    expect(page.get_by_text("Choose two to ten contacts to merge.")).to_be_visible()
    agent.rows().nth(1).get_by_role("checkbox").check()
    page.keyboard.press("m")

    # Who has said more is kept, until somebody wants it the other way round.
    expect(side(page, "Kept")).to_contain_text("2 conversations")
    expect(result(page, "fullname")).to_contain_text("Andrea")
    page.get_by_role("button", name="Swap").click()
    expect(side(page, "Kept")).to_contain_text("Andrea Rossi")
    expect(result(page, "fullname")).to_have_text(re.compile(r"Andrea Rossi\s*$"))
    expect(page).to_have_url(re.compile(f"with={kept}"))
    expect(page.get_by_text("2 conversations, 1 identity come along.")).to_be_visible()
    page.get_by_role("group", name="Email").get_by_role("radio", name="andrea1@gmail.com").check()
    expect(result(page, "email")).to_contain_text("andrea1@gmail.com your choice")
    expect(result(page, "email")).to_contain_text("also andrea.rossi@example.com")
    page.get_by_role("button", name="Merge 1 contact into Andrea Rossi").click()

    expect(page.get_by_text("Andrea was merged into Andrea Rossi.")).to_be_visible()
    expect(page.get_by_label("Email", exact=True)).to_have_value("andrea1@gmail.com")
    expect(page.get_by_label("Full name", exact=True)).to_have_value("Andrea Rossi")
    agent.go("contacts?q=andrea")
    expect(agent.rows()).to_have_count(1)


def test_the_toast_takes_all_merges_of_the_call_back(agent: AgentBrowser, shop: Shop) -> None:
    page = agent.page
    ids = [shop.made(fullname=f"Bianca {place}") for place in ("Roma", "Milano", "Torino", "Bari")]
    agent.go(f"contacts/merge?winner={ids[0]}&with={ids[1]}&with={ids[2]}&with={ids[3]}")
    page.get_by_role("button", name="Leave out Bianca Bari").click()
    expect(page.get_by_role("button", name="Merge 3 contacts into Bianca Roma")).to_be_hidden()
    expect(page.get_by_role("button", name="Merge 2 contacts into Bianca Roma")).to_be_visible()
    page.get_by_role("button", name="Keep Bianca Milano instead").click()
    expect(side(page, "Kept")).to_contain_text("Bianca Milano")
    page.get_by_role("button", name="Merge 2 contacts into Bianca Milano").click()
    expect(page.get_by_text("2 contacts were merged into Bianca Milano.")).to_be_visible()

    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_text("Taken back.")).to_be_visible()
    agent.go("contacts?q=bianca")
    expect(agent.rows()).to_have_count(4)


def test_the_result_follows_what_is_picked_and_typed(agent: AgentBrowser, shop: Shop) -> None:
    page = agent.page
    one = shop.made(fullname="Carla", company="Forno", city="Bologna")
    other = shop.made(company="Forno", city="Modena", phone="+39 06 1234567", email="carla@example.com")
    agent.go(f"contacts/merge?winner={one}&with={other}")
    city, email = page.get_by_role("group", name="City"), page.get_by_role("group", name="Email")
    expect(city.get_by_role("radio", name="Bologna")).to_be_checked()
    expect(city.get_by_text("of the kept contact")).to_be_visible()
    expect(page.get_by_role("group", name="Phone").get_by_text("only value")).to_be_visible()
    expect(page.get_by_role("group", name="Company")).to_have_count(0)
    page.get_by_label("Show all fields").check()
    expect(page.get_by_role("group", name="Company").get_by_text("Forno")).to_be_visible()

    # By the keyboard alone; what has changed is said.
    city.get_by_role("radio", name="Bologna").focus()
    page.keyboard.press("ArrowDown")
    expect(result(page, "city")).to_contain_text("Modena")
    expect(page.locator("#said")).to_contain_text("City: Modena")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("Ferrara")
    expect(result(page, "city")).to_contain_text("Ferrara your choice")

    for kept in ("carla@example.com", "Carla"):
        page.get_by_role("button", name="Swap").click()
        expect(side(page, "Kept")).to_contain_text(kept)
        expect(result(page, "city")).to_contain_text("Ferrara your choice")

    # A mistake is said beside its field, and merges nothing.
    email.get_by_text("Another value").click()
    page.keyboard.type("carla@")
    expect(email.get_by_text("This is not an email address.")).to_be_visible()
    page.get_by_role("button", name="Merge 1 contact").click()
    expect(page.get_by_text("Not merged yet")).to_be_visible()
    expect(page.get_by_label("Another value for City")).to_have_value("Ferrara")
    email.get_by_role("radio", name="carla@example.com").check()
    expect(email.get_by_text("This is not an email address.")).to_be_hidden()
    page.get_by_role("group", name="Phone").get_by_role("radio", name="empty").check()
    expect(result(page, "phone")).to_contain_text("empty")
    page.get_by_role("button", name="Merge 1 contact").click()

    expect(page.get_by_label("City", exact=True)).to_have_value("Ferrara")
    expect(page.get_by_label("Phone", exact=True)).to_have_value("")
    expect(page.get_by_label("Email", exact=True)).to_have_value("carla@example.com")


def test_a_new_contact_with_an_email_in_use_is_merged_with_it_and_nothing_typed_is_lost(
    agent: AgentBrowser, shop: Shop
) -> None:
    page = agent.page
    shop.visitor("Dora", "dora@example.com")
    agent.go("contacts/new")
    page.get_by_label("Email").fill("DORA@example.com")
    page.get_by_label("Company").fill("Vetri")

    clash = page.get_by_role("status").filter(has_text="This person may be here already")
    expect(clash).to_contain_text("Already used by Dora (dora@example.com)")
    expect(clash.get_by_role("link", name="Open")).to_be_visible()
    expect(page.get_by_label("Company")).to_have_value("Vetri")
    with page.expect_response("**/contacts/new/alike"):
        page.get_by_label("Company").fill("Vetri d’arte")
    expect(page.locator("#alike-typed.htmx-request")).to_have_count(0)
    clash.get_by_role("button", name="Merge with it").click()

    expect(side(page, "Kept")).to_contain_text("Dora")
    expect(result(page, "company")).to_contain_text("Vetri d’arte")
    page.get_by_role("button", name="Merge 1 contact into Dora").click()
    expect(page.get_by_label("Company", exact=True)).to_have_value("Vetri d’arte")

    agent.go("contacts/new?q=dora@example.com")
    page.get_by_role("button", name="Create contact").click()
    expect(page.get_by_role("alertdialog")).to_contain_text("Already used by Dora")
    page.get_by_role("button", name="Create anyway").click()
    expect(page.get_by_text("Contact created.")).to_be_visible()


def test_the_other_contact_is_searched_from_a_contact(agent: AgentBrowser, shop: Shop) -> None:
    page = agent.page
    one = shop.visitor("Elsa", "elsa@example.com")
    shop.visitor("Elsa Verdi", "elsa@example.com")
    shop.visitor("Egon", "egon@example.com")
    agent.go(f"contacts/{one}")
    expect(page.get_by_role("link", name="Merge…")).to_be_visible()
    page.keyboard.press("m")

    # Who has the same email is offered before anything is typed; itself never is.
    offered = page.locator("#found li")
    expect(offered).to_have_count(1)
    expect(offered).to_contain_text("Elsa Verdi")
    page.get_by_role("searchbox").fill("eg")
    expect(offered).to_contain_text("Egon")
    page.get_by_role("searchbox").fill(one)
    expect(page.get_by_text("Nobody else matches")).to_be_visible()
    page.get_by_role("searchbox").fill("verdi")
    offered.get_by_role("link", name="Elsa Verdi").click()

    expect(side(page, "Kept")).to_have_attribute("aria-label", "Kept: Elsa")
    expect(page.get_by_text("The names are different: “Elsa”, “Elsa Verdi”.")).to_be_visible()


def test_a_page_that_is_too_old_is_shown_anew_with_what_was_picked(agent: AgentBrowser, shop: Shop) -> None:
    page = agent.page
    one, other = shop.made(fullname="Fabia", city="Pisa"), shop.made(fullname="Fabia Neri", city="Lucca")
    agent.go(f"contacts/merge?winner={one}&with={other}")
    page.get_by_role("group", name="City").get_by_role("radio", name="Lucca").check()
    contacts.update(shop.db, shop.owner, other, {"fullname": "Fabia Gialli"})
    page.get_by_role("button", name="Merge 1 contact into Fabia").click()

    expect(page.get_by_text("Somebody has changed this contact meanwhile, look again.")).to_be_visible()
    expect(side(page, "Merged into it")).to_contain_text("Fabia Gialli")
    expect(page.get_by_role("group", name="City").get_by_role("radio", name="Lucca")).to_be_checked()
    page.get_by_role("button", name="Merge 1 contact into Fabia").click()
    expect(page.get_by_text("Fabia Gialli was merged into Fabia.")).to_be_visible()

    # Who is merged already leads to what it belongs to.
    third = shop.made(fullname="Gaia")
    agent.go(f"contacts/merge?winner={other}&with={third}")
    expect(page.get_by_text("Fabia Gialli has been merged into Fabia.")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Merge"))).to_have_count(0)
    page.get_by_role("link", name="Take Fabia instead").click()
    expect(side(page, "Kept")).to_contain_text("Fabia")
    expect(page.get_by_role("button", name="Merge 1 contact into Fabia")).to_be_visible()


def test_two_signed_in_users_are_merged_by_an_admin_who_says_why(agent: AgentBrowser, shop: Shop) -> None:
    page = agent.page
    one, other = shop.user("ugo"), shop.user("ulla")
    agent.go(f"contacts/merge?winner={one}&with={other}")
    expect(page.get_by_text("another signed-in user of your site")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Merge"))).to_have_count(0)

    page.get_by_label("These are one person").check()
    page.get_by_role("button", name="Merge 1 contact into Ugo").click()
    expect(page.get_by_text("Say why these are one person.")).to_be_visible()
    page.get_by_label("How do you know?").fill("Both told me at the counter")
    page.get_by_role("button", name="Merge 1 contact into Ugo").click()

    expect(page.get_by_text("Ulla was merged into Ugo.")).to_be_visible()


def test_a_part_that_is_fetched_leaves_the_notice_to_the_next_page(agent: AgentBrowser, shop: Shop) -> None:
    page = agent.page
    one, other = shop.made(fullname="Iris", city="Pisa"), shop.made(fullname="Ivo", city="Lucca")
    agent.go(f"contacts/merge?winner={one}&with={other}")
    agent.context.add_cookies(
        [{"name": "rolodesk_flash", "value": "Said%20once.", "url": shop.server.address}]
    )
    page.get_by_role("radio", name="Lucca").check()
    expect(result(page, "city")).to_contain_text("Lucca your choice")
    agent.go("contacts")
    expect(page.get_by_text("Said once.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Said once.")).to_have_count(0)


def test_markup_in_names_stays_text_without_scripts_too(
    browser: Browser, agent: AgentBrowser, shop: Shop
) -> None:
    one, other = shop.made(fullname=MARKUP, city="<b>Pisa</b>"), shop.made(fullname="Hilde", city="Lucca")
    state = agent.context.storage_state()
    context: BrowserContext = browser.new_context(storage_state=state, java_script_enabled=False)
    for page in (agent.page, context.new_page()):
        page.goto(
            f"{shop.server.address}/p/{shop.server.project_id}/contacts/merge?winner={one}&with={other}"
        )
        expect(side(page, "Kept")).to_contain_text(MARKUP)
        expect(result(page, "city")).to_contain_text("<b>Pisa</b>")
        expect(page.locator("main img, main b")).to_have_count(0)

    page.get_by_role("radio", name="Lucca").check()
    page.get_by_role("button", name="Update result").last.click()
    expect(result(page, "city")).to_contain_text("Lucca your choice")
    page.get_by_role("button", name="Merge 1 contact into").click()
    expect(page.get_by_text(f"Hilde was merged into {MARKUP}.")).to_be_visible()
    expect(page.locator("main img")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    context.close()


def test_an_agent_of_another_project_finds_none_of_it(browser: Browser, shop: Shop) -> None:
    one, other = shop.made(fullname="Ida"), shop.made(fullname="Ivo")
    rita = make_person(shop.db, "Rita", "Rival")
    elsewhere = projects.create(shop.db, rita, "Butcher")
    secret = sign_in.begin_session(shop.db, sign_in.account(shop.db, rita.email), "page").secret
    context = browser.new_context()
    context.add_cookies([{"name": "rolodesk_session", "value": secret, "url": shop.server.address}])
    page = context.new_page()

    for path in (f"contacts/merge?winner={one}&with={other}", f"contacts/{one}/merge"):
        answer = page.goto(f"{shop.server.address}/p/{elsewhere.id}/{path}")
        assert answer.status == 404
        assert page.request.get(f"{shop.server.address}/p/{shop.server.project_id}/{path}").status == 403
    page.goto(f"{shop.server.address}/p/{elsewhere.id}/contacts/new")
    csrf = page.locator("meta[name=csrf]").get_attribute("content")
    form = {"csrf": csrf, "winner": one, "with": other}
    for path in ("contacts/merge", "contacts/merge/preview"):
        sent = page.request.post(f"{shop.server.address}/p/{elsewhere.id}/{path}", form=form)
        assert sent.status == 404
    assert {shop.name(one), shop.name(other)} == {"Ida", "Ivo"}
    context.close()
