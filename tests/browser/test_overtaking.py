"""Answers that overtake each other: what is shown in the end is what is true, and nothing typed is lost."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from rolodesk.domain.access import Agent, Visitor
from rolodesk.domain.conversation import Draft
from rolodesk.storage.database import Database
from rolodesk.usecases import clock, contacts, conversations, merges, sign_in
from rolodesk.usecases.merges import Ask
from tests.browser.people import AgentBrowser, VisitorBrowser
from tests.browser.server import Served


@dataclass
class Shop:
    """A served project with a second way in: what colleagues and visitors do meanwhile."""

    served: Served
    db: Database
    olga: Agent

    def made(self, **fields: str) -> str:
        return contacts.create(self.db, self.olga, fields).contact.id

    def value(self, contact_id: str, name: str) -> str | None:
        return contacts.get(self.db, self.olga, contact_id).contact.profile.text(name)


@pytest.fixture
def shop(server: Served) -> Iterator[Shop]:
    with server.behind() as (db, olga):
        yield Shop(server, db, sign_in.agent(db, olga, server.project_id))


@dataclass
class Held:
    """Requests of a page that wait to be let go, in whatever order."""

    page: Page
    wanted: Callable[[Request], bool]
    waiting: list[Route] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.route("**/*", self._hold)

    def _hold(self, route: Route) -> None:
        if self.wanted(route.request):
            self.waiting.append(route)
        else:
            route.fallback()

    def next(self) -> Route:
        """The next one that is asked."""
        for _ in range(750):
            if self.waiting:
                return self.waiting.pop(0)
            self.page.wait_for_timeout(20)
        raise AssertionError("nothing was asked")

    def stop(self) -> None:
        """From now on nothing waits."""
        self.wanted = lambda request: False


def posts(*paths: str) -> Callable[[Request], bool]:
    return lambda request: request.method == "POST" and request.url.split("?")[0].endswith(paths)


def is_refresh(request: Request) -> bool:
    """Whether the page fetches itself again, which no part of it has asked."""
    return "x-refresh" in request.headers and "hx-request" not in request.headers


def let(page: Page, route: Route) -> None:
    """Let a request go, and wait until its answer is in the page."""
    with page.expect_event("requestfinished", lambda request: request == route.request):
        route.continue_()


def test_a_page_that_was_fetched_before_an_answer_does_not_undo_it(shop: Shop, agent: AgentBrowser) -> None:
    page, anna = agent.page, shop.made(fullname="Anna")
    agent.go(f"contacts/{anna}")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    page.wait_for_load_state("networkidle")
    held = Held(page, is_refresh)
    contacts.add_note(shop.db, shop.olga, anna, "Wants an invoice")
    fetched = held.next()
    before = fetched.fetch()
    shown = page.get_by_role("navigation", name="Show").locator("[aria-current]")
    page.get_by_role("link", name="Notes", exact=True).click()
    expect(shown).to_have_text("Notes")
    expect(page.locator("#timeline")).to_contain_text("Wants an invoice")

    page.evaluate(
        "addEventListener('refreshed', () => (document.documentElement.dataset.told = 'yes'), true)"
    )
    held.stop()
    fetched.fulfill(response=before)
    expect(page.locator("html")).to_have_attribute("data-told", "yes")
    expect(shown).to_have_text("Notes")


def test_an_answer_to_what_is_sent_takes_neither_news_nor_what_is_typed_on(
    shop: Shop, agent: AgentBrowser
) -> None:
    page = agent.page
    visitor = Visitor(shop.olga.project_id, "anonymous", clock.new_uuid(), {}, 0)
    thread = clock.new_uuid()
    conversations.post(shop.db, visitor, thread, Draft("Hello"))
    agent.go(f"inbox/{thread}")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    held = Held(page, posts("/messages"))
    box = page.get_by_label("Message", exact=True)
    box.fill("Good morning")
    box.press("Enter")
    sent = held.next()
    answer = sent.fetch()
    box.press_sequentially(" and welcome")
    box.press("Enter")
    conversations.post(shop.db, visitor, thread, Draft("Are you there?"))
    lines = page.locator("#lines")
    expect(lines).to_contain_text("Are you there?")

    sent.fulfill(response=answer)
    second = held.next()
    expect(box).to_have_value(" and welcome")
    expect(box).to_be_focused()
    expect(lines).to_contain_text("Good morning")
    expect(lines).to_contain_text("Are you there?")
    box.press_sequentially(" back")
    let(page, second)
    expect(lines.get_by_text("and welcome", exact=True)).to_be_visible()
    expect(box).to_have_value(" back")
    expect(box).to_be_focused()


def test_a_field_that_is_changed_again_while_it_is_saved_is_saved_again(
    shop: Shop, agent: AgentBrowser
) -> None:
    page, anna = agent.page, shop.made(fullname="Anna", email="anna@example.com")
    agent.go(f"contacts/{anna}")
    held = Held(page, posts("/field"))
    company, more = page.get_by_label("Company"), page.get_by_label("Add another email")
    company.fill("Forno")
    company.press("Enter")
    first = held.next()
    company.fill("Forno Rossi")
    company.press("Tab")
    more.press_sequentially("anna@forno.example")
    let(page, first)
    second = held.next()
    expect(more).to_have_value("anna@forno.example")
    let(page, second)
    expect(company).to_have_value("Forno Rossi")
    expect(more).to_have_value("anna@forno.example")
    assert shop.value(anna, "company") == "Forno Rossi"

    # What did not get through is tried again when it is asked for.
    company.fill("Forno Bianchi")
    company.press("Enter")
    held.next().abort()
    expect(page.get_by_text("The server cannot be reached.")).to_be_visible()
    held.stop()
    with page.expect_response(re.compile("/field$")):
        company.press("Enter")
    assert shop.value(anna, "company") == "Forno Bianchi"


def test_what_is_refused_is_sent_once_and_what_is_selected_stays_so(shop: Shop, agent: AgentBrowser) -> None:
    page, anna = agent.page, shop.made(fullname="Anna", email="anna@example.com")
    agent.go(f"contacts/{anna}")
    held = Held(page, posts("/field"))
    email = page.get_by_label("Email", exact=True)
    email.fill("anna at home")
    email.press("Enter")
    let(page, held.next())
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(email).to_be_focused()
    page.wait_for_timeout(500)
    email.press("Tab")
    page.wait_for_timeout(500)
    assert not held.waiting
    expect(page.locator("#f-email")).to_have_class("place dirty")
    email.press("Enter")
    let(page, held.next())

    # An answer comes between selecting and typing: what is selected is replaced all the same.
    about = page.get_by_label("About")
    about.fill("Bakes bread")
    about.press("Enter")
    under_way = held.next()
    about.select_text()
    let(page, under_way)
    expect(about).to_have_attribute("data-saved", "Bakes bread")
    page.keyboard.insert_text("Bakes cakes")
    expect(about).to_have_value("Bakes cakes")


def test_the_list_is_what_was_asked_for_last(shop: Shop, agent: AgentBrowser) -> None:
    page = agent.page
    for name in ("Anna", "Bea", "Carla"):
        shop.made(fullname=name)
    agent.go("contacts")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    held = Held(page, lambda request: "sort=fullname" in request.url or "q=" in request.url)
    page.get_by_role("columnheader", name="Name").get_by_role("link").click()
    by_name = held.next()
    page.get_by_role("searchbox").press_sequentially("bea")
    searched = held.next()
    answer = searched.fetch()
    shop.made(fullname="Dora")
    pill = page.locator("#pill")
    expect(pill).to_have_text("1 new contact")
    searched.fulfill(response=answer)
    expect(agent.rows()).to_have_count(1)
    by_name.continue_()
    page.wait_for_timeout(300)
    expect(agent.rows()).to_have_count(1)
    expect(page).to_have_url(re.compile("q=bea"))

    # Who came while the list was fetched is still told of, and comes into the list as it is now.
    expect(pill).to_have_text("1 new contact")


def test_what_is_built_out_of_several_choices_is_of_all_of_them(shop: Shop, agent: AgentBrowser) -> None:
    page = agent.page
    shop.made(fullname="Anna", city="Roma")
    agent.go("views/new")
    held = Held(page, posts("/views/new"))
    page.get_by_label("Field").select_option("createdAt")
    redrawn = held.next()
    page.get_by_label("Name", exact=True).fill("The new ones")
    page.get_by_label("Value").fill("2026-01-01")
    page.wait_for_timeout(700)
    held.stop()
    let(page, redrawn)
    expect(page.get_by_label("Comparison").locator("option", has_text="is before")).to_have_count(1)
    expect(page.get_by_label("Value")).to_have_attribute("type", "date")
    expect(page.get_by_label("Value")).to_have_value("2026-01-01")
    expect(page.get_by_label("Name", exact=True)).to_have_value("The new ones")
    expect(page.get_by_text("0 contacts now")).to_be_visible()

    # Two buttons of a preview: the second is of a page that is about to go.
    one, two, three = (shop.made(fullname=f"Bianca {place}") for place in ("Roma", "Milano", "Torino"))
    agent.go(f"contacts/merge?winner={one}&with={two}&with={three}")
    held = Held(page, posts("/preview"))
    page.get_by_role("button", name="Keep Bianca Milano instead").click()
    keeping = held.next()
    page.get_by_role("button", name="Leave out Bianca Torino").click()
    let(page, keeping)
    kept = page.get_by_role("region", name=re.compile("^Kept:"))
    expect(kept).to_contain_text("Bianca Milano")
    page.wait_for_timeout(100)
    assert not held.waiting
    assert f"winner={two}" in page.url
    assert f"with={three}" in page.url


def test_a_form_that_is_clicked_twice_makes_one_contact(shop: Shop, agent: AgentBrowser) -> None:
    page = agent.page
    agent.go("contacts/new")
    held = Held(page, posts("/contacts/new"))
    page.get_by_label("Full name").fill("Otto")
    place = page.get_by_role("button", name="Create contact").last.bounding_box()
    assert place
    page.mouse.click(place["x"] + 5, place["y"] + 5)
    first = held.next()
    page.mouse.click(place["x"] + 5, place["y"] + 5)
    page.wait_for_timeout(200)
    assert not held.waiting
    first.continue_()
    expect(page.get_by_text("Contact created.")).to_be_visible()
    agent.go("contacts")
    expect(agent.rows()).to_have_count(1)


def test_who_is_picked_while_a_search_goes_on_stays_picked(shop: Shop, agent: AgentBrowser) -> None:
    page, anna = agent.page, shop.made(fullname="Anna")
    for name in ("Bea Rossi", "Carla Rossi"):
        shop.made(fullname=name)
    visitor = Visitor(shop.olga.project_id, "anonymous", clock.new_uuid(), {}, 0)
    other = conversations.post(shop.db, visitor, clock.new_uuid(), Draft("Hello")).view.home_id
    merges.merge(shop.db, shop.olga, Ask(anna, [other]))
    agent.go(f"contacts/{anna}/split")
    page.get_by_label("Another contact").check()
    held = Held(page, lambda request: "q=" in request.url and "hx-request" in request.headers)
    page.get_by_label("Search contacts").fill("Ross")
    let(page, held.next())
    page.get_by_label("Search contacts").press_sequentially("i")
    later = held.next()
    page.get_by_label("Carla Rossi").check()
    let(page, later)
    expect(page.locator("#q")).to_have_value("Rossi")
    expect(page.get_by_label("Carla Rossi")).to_be_checked()
    expect(page.get_by_label("Bea Rossi")).not_to_be_checked()


def test_who_asks_for_a_conversation_before_it_is_signed_in_gets_the_form(
    browser: Browser, server: Served
) -> None:
    visitor = VisitorBrowser(browser, server)
    held = Held(visitor.page, posts("/auth/signinAnonymously"))
    visitor.come()
    signing_in = held.next()
    visitor.begin()
    let(visitor.page, signing_in)
    visitor.fill_form("Vera", "vera@example.com")
    visitor.say("Good morning")
    visitor.leave()
