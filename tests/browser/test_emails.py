"""Answering somebody who has left: the answer is in the chat and in the mailbox, and what fails is told where it was
written."""

import contextlib
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from rolodesk.storage.database import Database
from tests.browser.people import AgentBrowser, VisitorBrowser
from tests.browser.server import Served, served
from tests.mailbox import Mailbox, body, mailbox


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture
def server(databases, tmp_path, box) -> Iterator[Served]:
    brand = tmp_path / "brand.toml"
    brand.write_text('name = "Hearth"\nsender = "Hearth & Clay <desk@example.org>"')
    with databases.lend("sqlite") as url, served(url, smtp_url=box.url, brand=brand) as server:
        yield server


def leave(server: Served) -> None:
    """Some minutes pass."""
    with contextlib.closing(Database(server.server.database, pool_size=1)) as db, db.write(None) as tx:
        tx.run("UPDATE identities SET last_seen = last_seen - 600000")


def test_an_answer_reaches_somebody_who_has_left(browser, server, box):
    box.rules["anna@example.com"] = ["250 taken", "550 no such user", "250 taken"]
    anna, olga = VisitorBrowser(browser, server), AgentBrowser(browser, server)
    anna.come()
    anna.begin()
    anna.fill_form("Anna Bianchi", "anna@example.com")
    anna.say("Is my cup ready?")
    olga.sign_in()
    olga.page.get_by_text("Is my cup ready?").first.click()
    by_email = olga.page.get_by_label("Also send by email to anna@example.com")
    expect(by_email).not_to_be_checked()
    anna.leave()
    leave(server)
    olga.page.reload()
    expect(by_email).to_be_checked()

    box_of_olga = olga.page.get_by_placeholder(re.compile("Write to"))
    box_of_olga.fill("It is.\n<b>Come</b> on Friday")
    box_of_olga.press("Enter")

    expect(olga.page.get_by_text("Sent by email to anna@example.com")).to_be_visible()
    expect(box_of_olga).to_have_value("")
    (mail,) = box.wait(1)
    assert body(mail).startswith("It is.\n<b>Come</b> on Friday\n\n-- \nOlga Owner\n")
    assert mail["Reply-To"] == server.email
    olga.reply("And another thing")
    expect(
        olga.page.get_by_text("could not be delivered by email to anna@example.com: 550 no such user")
    ).to_be_visible()
    olga.page.get_by_role("button", name="Try again").click()
    expect(olga.page.get_by_text("Sent by email to anna@example.com")).to_have_count(2)
    box.wait(2)
    by_email.uncheck()
    olga.reply("Only in the chat")
    expect(by_email).not_to_be_checked()
    assert len(box.mails) == 2
    olga.leave()
