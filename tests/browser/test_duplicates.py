"""The same person in two browsers, as the team finds it out: the banner, the queue, and what is told while typing."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from rolodesk.domain.access import Agent, System
from rolodesk.domain.conversation import Draft
from rolodesk.storage.database import Database
from rolodesk.usecases import contacts, conversations, duplicates, sign_in
from tests.browser.people import AgentBrowser, VisitorBrowser
from tests.browser.server import Served
from tests.cast import filled, new_request_id, new_visitor

MARKUP = "<img src=x onerror=alert(1)> & “Renée”"


@dataclass
class Shop:
    """A served project with a second way in: what colleagues and visitors do meanwhile."""

    served: Served
    db: Database
    olga: Agent

    def visitor(self, name: str, email: str) -> str:
        """Somebody who has filled the form in the chat; the contact."""
        guest = new_visitor(self.db, sign_in.keys(self.db), self.olga.project_id)
        draft = Draft("Hello", attributes=filled({"userFullname": name, "userEmail": email}))
        posted = conversations.post(self.db, guest.visitor, new_request_id(self.olga.project_id), draft)
        return posted.view.identity.contact_id

    def pair(self, name: str, email: str) -> tuple[str, str]:
        """Two browsers of one person, found to be alike."""
        one, other = self.visitor(name, email), self.visitor(name, email)
        self.look()
        return one, other

    def look(self) -> None:
        while duplicates.look(self.db, System(self.olga.project_id)):
            pass

    def total(self) -> int:
        return duplicates.queue(self.db, self.olga).total


@pytest.fixture
def shop(server: Served) -> Iterator[Shop]:
    with server.behind() as (db, olga):
        yield Shop(server, db, sign_in.agent(db, olga, server.project_id))


def banner(page: Page) -> Locator:
    """Who the contact on the page looks like."""
    return page.locator("#looks-like .looks")


def cards(page: Page) -> Locator:
    return page.locator("#queue").get_by_role("article")


def at(page: Page) -> Locator:
    """The card that the keys are for."""
    return page.locator("#queue .group.at")


def test_the_second_browser_shows_on_both_open_contacts_while_it_writes(
    browser: Browser, shop: Shop, agent: AgentBrowser
) -> None:
    first, second = (VisitorBrowser(browser, shop.served) for _ in range(2))
    for visitor, text in ((first, "Hello from Chrome"), (second, "")):
        visitor.come()
        visitor.begin()
        if text:
            visitor.fill_form("Andrea", "andrea1@gmail.com")
            visitor.say(text)
    agent.search("andrea1@gmail.com")
    agent.rows().first.get_by_role("link", name="Andrea").click()
    expect(agent.page.get_by_text("Live")).to_be_visible()
    expect(banner(agent.page)).to_have_count(0)

    second.fill_form("Andrea", "andrea1@gmail.com")
    second.say("Hello from Safari")
    said = time.monotonic()
    expect(banner(agent.page)).to_have_text(
        re.compile(r"Looks like the same person as Andrea \(same email\)")
    )
    print(f"the banner came {time.monotonic() - said:.2f} s after the message was shown as sent")

    # The other one tells the same, and both how sure it is and why.
    agent.page.get_by_role("link", name="Andrea", exact=True).first.click()
    expect(agent.page.get_by_text("Hello from Safari")).to_be_visible()
    expect(banner(agent.page)).to_contain_text("same email")
    alike = agent.page.locator("#alike")
    expect(alike).to_contain_text("Possible duplicates")
    alike.get_by_text("Why?").click()
    expect(alike.get_by_role("table")).to_contain_text("Starting odds")
    expect(alike.get_by_role("rowheader", name="same email")).to_be_visible()
    for visitor in (first, second):
        visitor.leave()


def test_not_the_same_on_a_contact_is_taken_back_from_the_notice(shop: Shop, agent: AgentBrowser) -> None:
    page = agent.page
    one, other = shop.pair("Andrea Rossi", "andrea@example.org")
    agent.go(f"contacts/{one}")
    banner(page).get_by_role("button", name="Not the same as Andrea Rossi").click()
    expect(page.get_by_text("You will not be asked again.")).to_be_visible()
    expect(banner(page)).to_have_count(0)
    expect(page.get_by_text("Possible duplicates")).to_have_count(0)

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    expect(page).to_have_url(re.compile(one))
    expect(banner(page)).to_contain_text("Looks like the same person as Andrea Rossi")

    banner(page).get_by_role("link", name="Review Andrea Rossi").click()
    page.get_by_role("button", name=re.compile("Merge 1 contact into")).click()
    expect(page.get_by_text("Andrea Rossi was merged into Andrea Rossi.")).to_be_visible()
    expect(banner(page)).to_have_count(0)
    assert (
        contacts.get(shop.db, shop.olga, other).contact.id == contacts.get(shop.db, shop.olga, one).contact.id
    )


def test_what_a_colleague_decides_goes_from_an_open_contact(shop: Shop, agent: AgentBrowser) -> None:
    one, other = shop.pair("Bea Blu", "bea@example.org")
    agent.go(f"contacts/{one}")
    expect(agent.page.get_by_text("Live")).to_be_visible()
    expect(banner(agent.page)).to_be_visible()

    group = duplicates.of_contact(shop.db, shop.olga, other)[0].group_id
    duplicates.dismiss(shop.db, shop.olga, group)
    expect(banner(agent.page)).to_have_count(0)


def test_the_queue_is_worked_through_by_keys(shop: Shop, agent: AgentBrowser) -> None:
    page, keys = agent.page, agent.page.keyboard
    for name in ("Andrea Rossi", "Bea Verdi", "Carla Neri"):
        shop.pair(name, f"{name.split()[0].lower()}.long@example.org")
    agent.go("duplicates")
    expect(cards(page)).to_have_count(3)
    names = [card.locator("strong").first.inner_text() for card in cards(page).all()]
    expect(page.locator("#nav-duplicates")).to_contain_text("3")

    expect(at(page)).to_contain_text(names[0])
    keys.press("j")
    expect(at(page)).to_contain_text(names[1])
    expect(at(page)).to_be_focused()
    keys.press("j")
    keys.press("j")
    expect(at(page)).to_contain_text(names[2])
    keys.press("k")
    expect(at(page)).to_contain_text("2 of 3")

    # Not the same: the card goes, the next one has the focus, and it can be taken back.
    keys.press("d")
    expect(cards(page)).to_have_count(2)
    expect(at(page)).to_contain_text(names[2])
    expect(at(page)).to_be_focused()
    expect(at(page)).to_contain_text("2 of 2")
    expect(page.locator("#queue-count")).to_contain_text("2 to look at")
    keys.press("u")
    expect(cards(page)).to_have_count(3)
    expect(at(page)).to_contain_text(names[1])
    expect(at(page)).to_be_focused()
    assert shop.total() == 3

    # Several times, and back in the order of a stack.
    keys.press("d")
    expect(cards(page)).to_have_count(2)
    keys.press("d")
    expect(cards(page)).to_have_count(1)
    keys.press("u")
    expect(cards(page)).to_have_count(2)
    keys.press("u")
    expect(cards(page)).to_have_count(3)

    # The other one is kept, merged through the preview, and the queue goes on where it was.
    for _ in range(3):
        keys.press("k")
    expect(at(page)).to_contain_text("1 of 3")
    merged, follower = (cards(page).nth(place).locator("strong").first.inner_text() for place in (0, 1))
    before = at(page).get_by_role("radio", checked=True).get_attribute("value")
    keys.press("s")
    expect(at(page).get_by_role("radio", checked=True)).not_to_have_attribute("value", before)
    keys.press("m")
    expect(page.get_by_role("heading", name="Merge contacts")).to_be_visible()
    assert before not in re.search(r"winner=(\w+)", page.url)[1]
    page.get_by_role("button", name=re.compile("Merge 1 contact into")).click()
    expect(page).to_have_url(re.compile("/duplicates$"))
    expect(page.get_by_text(f"{merged} was merged into {merged}.")).to_be_visible()
    expect(cards(page)).to_have_count(2)
    expect(at(page)).to_contain_text(follower)

    # A merge that is taken back is not proposed again.
    keys.press("u")
    expect(page.get_by_text("Taken back.")).to_be_visible()
    shop.look()
    agent.go("duplicates")
    expect(cards(page)).to_have_count(2)
    expect(page.get_by_text(merged)).to_have_count(0)

    # When nothing is left the page says so, and the last answer can still be taken back.
    for left in (1, 0):
        keys.press("d")
        expect(cards(page)).to_have_count(left)
    expect(page.get_by_text("All looked at").or_(page.get_by_text("No duplicates so far"))).to_be_visible()
    keys.press("u")
    expect(cards(page)).to_have_count(1)
    expect(at(page)).to_be_focused()
    keys.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Not the same")


@pytest.mark.parametrize("is_news_first", [True, False])
def test_the_card_taken_back_has_the_focus_whatever_arrives_first(
    shop: Shop, agent: AgentBrowser, is_news_first: bool
) -> None:
    """Answers overtake each other: that to U, the news of it, and the empty page from before."""
    page, keys = agent.page, agent.page.keyboard
    shop.pair("Gina Rossi", "gina.rossi@example.org")
    agent.go("duplicates")
    expect(page.get_by_text("Live")).to_be_visible()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route) if "hx-request" in route.request.headers else route.fallback()

    def next_held() -> Route:
        while not held:
            page.wait_for_timeout(20)
        return held.pop()

    page.route("**/undismiss", hold)
    page.route("**/duplicates", hold)
    keys.press("d")
    empty = next_held()
    keys.press("u")
    taken_back = next_held()
    empty.continue_()
    expect(page.get_by_text("All looked at").or_(page.get_by_text("No duplicates so far"))).to_be_visible()
    answer = taken_back.fetch()
    news = next_held()
    sends = [lambda: news.continue_(), lambda: taken_back.fulfill(response=answer)]
    for send in sends if is_news_first else reversed(sends):
        with page.expect_event("requestfinished"):
            send()
        expect(cards(page)).to_have_count(1)
        expect(at(page)).to_be_focused()
    expect(page.get_by_text("Taken back.")).to_be_visible()


def test_an_unmerged_pair_is_proposed_again_only_once_something_changes(
    shop: Shop, agent: AgentBrowser
) -> None:
    page = agent.page
    one, other = shop.pair("Dora Rossi", "dora.rossi@example.org")
    agent.go("duplicates")
    cards(page).get_by_role("button", name="Merge…").click()
    page.get_by_role("button", name=re.compile("Merge 1 contact into")).click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    shop.look()
    agent.go(f"contacts/{one}")
    expect(page.get_by_role("heading", name="Dora Rossi")).to_be_visible()
    expect(banner(page)).to_have_count(0)

    contacts.update(shop.db, shop.olga, other, {"phone": "+39 347 5551234"})
    shop.look()
    agent.go(f"contacts/{one}")
    expect(banner(page)).to_contain_text("Looks like the same person as Dora Rossi")


def test_what_is_new_waits_behind_a_pill_and_what_is_gone_stays_where_it_is(
    shop: Shop, agent: AgentBrowser
) -> None:
    page = agent.page
    shop.pair("Elsa Rossi", "elsa.rossi@example.org")
    agent.go("duplicates")
    expect(page.get_by_text("Live")).to_be_visible()
    expect(cards(page)).to_have_count(1)

    shop.pair("Fabio Neri", "fabio.neri@example.org")
    pill = page.locator("#pill")
    expect(pill).to_have_text("1 new")
    expect(cards(page)).to_have_count(1)
    pill.click()
    expect(cards(page)).to_have_count(2)
    expect(pill).to_be_hidden()

    queue = duplicates.queue(shop.db, shop.olga)
    gone = next(group for group in queue.groups if group.contacts[0].name == "Elsa Rossi")
    duplicates.dismiss(shop.db, shop.olga, gone.id)
    card = cards(page).filter(has_text="Elsa Rossi")
    expect(card).to_contain_text("Merged or told apart elsewhere meanwhile.")
    expect(card.get_by_role("button", name="Not the same")).to_be_hidden()
    expect(cards(page)).to_have_count(2)
    expect(page.locator("#queue-count")).to_contain_text("1 to look at")


def test_one_of_three_is_told_apart_and_the_others_stay(shop: Shop, agent: AgentBrowser) -> None:
    page = agent.page
    three = [shop.visitor("Gina Rossi", "gina.rossi@example.org") for _ in range(3)]
    shop.look()
    agent.go("duplicates")
    expect(cards(page).get_by_role("radio")).to_have_count(3)
    expect(page.get_by_text("2 more comparisons")).to_be_visible()

    cards(page).get_by_role("button", name="Somebody else").last.click()
    expect(cards(page).get_by_role("radio")).to_have_count(2)
    expect(cards(page)).to_have_count(1)
    expect(at(page)).to_be_focused()
    found = [duplicates.of_contact(shop.db, shop.olga, one) for one in three]
    assert sorted(map(len, found)) == [0, 1, 1]


def test_all_contacts_are_looked_through_with_progress_that_survives_a_reload(
    shop: Shop, agent: AgentBrowser
) -> None:
    page = agent.page
    agent.go("duplicates")
    expect(page.get_by_text("No duplicates so far")).to_be_visible()
    shop.pair("Hilde Rossi", "hilde.rossi@example.org")
    page.get_by_role("button", name="Look for duplicates now").first.click()
    expect(
        page.get_by_role("progressbar").or_(page.get_by_text("Looked through all contacts"))
    ).to_be_visible()
    page.reload()
    # Everything is compared by a process of its own, which takes its time to start on a busy machine.
    expect(page.get_by_text("Looked through all contacts")).to_be_visible(timeout=60_000)
    expect(cards(page)).to_have_count(1)
    agent.go("settings/duplicates")
    expect(page.locator("#last-run")).to_contain_text("Pairs alike")


def test_who_is_here_already_is_told_while_typing(shop: Shop, agent: AgentBrowser) -> None:
    page = agent.page
    shop.visitor("Ida Bianchi", "ida.bianchi@example.org")
    shop.look()
    agent.go("contacts/new")
    page.get_by_label("Full name").fill("Ida Bianchi")
    page.get_by_label("Email").fill("ida.bianchi@example.org")
    told = page.get_by_role("status").filter(has_text="This person may be here already")
    expect(told).to_contain_text("Already used by Ida Bianchi")
    expect(told.get_by_role("link", name="Open")).to_be_visible()
    expect(page.get_by_label("Email")).to_be_focused()

    # It is no hindrance, and is taken back with what was typed.
    page.get_by_label("Email").fill("somebody@else.example")
    page.get_by_label("Full name").fill("Otto Klein")
    expect(told).to_have_count(0)
    page.get_by_label("Full name").fill("Ida Bianchi")
    page.get_by_label("Email").fill("ida.bianchi@example.org")
    expect(told).to_be_visible()
    page.get_by_role("button", name="Create contact").click()
    expect(page.get_by_text("Contact created.")).to_be_visible()
    expect(banner(page)).to_contain_text("Looks like the same person as Ida Bianchi")


def test_the_queue_works_without_scripts_and_shows_names_as_text(
    browser: Browser, shop: Shop, agent: AgentBrowser
) -> None:
    shop.pair(MARKUP, "renee.dupont@example.org")
    shop.pair("W" * 300, "wendy.long@example.org")
    context = browser.new_context(
        storage_state=agent.context.storage_state(),
        java_script_enabled=False,
        viewport={"width": 375, "height": 800},
    )
    page = context.new_page()
    page.goto(f"{shop.served.address}/p/{shop.served.project_id}/duplicates")
    expect(cards(page)).to_have_count(2)
    expect(page.locator("main img")).to_have_count(0)
    expect(page.get_by_text(MARKUP).first).to_be_visible()
    agent.go("duplicates")
    agent.page.set_viewport_size({"width": 375, "height": 800})
    assert agent.page.evaluate("document.documentElement.scrollWidth") <= 375

    card = cards(page).filter(has_text="Renée")
    card.get_by_role("radio", checked=False).check()
    kept = card.get_by_role("radio", checked=True).get_attribute("value")
    card.get_by_role("button", name="Merge…").click()
    assert f"winner={kept}" in page.url
    page.get_by_role("link", name="Back to the duplicates").click()
    card.get_by_role("button", name="Not the same").click()
    expect(cards(page)).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(cards(page)).to_have_count(2)
    context.close()
