"""A server that dies while somebody chats."""

import time
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.people import VisitorBrowser, conversation_of
from tests.browser.server import Served, served
from tests.databases import Databases
from tests.web.server import PATIENCE


@pytest.fixture
def server(databases: Databases) -> Iterator[Served]:
    """One of its own, to be killed."""
    with databases.lend("sqlite") as url, served(url) as running:
        yield running


def test_a_server_that_is_killed_loses_no_message_and_no_reply(
    browser: Browser, server: Served, team: httpx.Client
) -> None:
    visitor = VisitorBrowser(browser, server)
    visitor.come()
    visitor.begin()
    visitor.fill_form("Vera", "vera@example.com")
    visitor.say("Before the crash")

    server.kill()
    box = visitor.page.get_by_placeholder("Write a message…")
    box.fill("During the crash")
    box.press("Enter")
    expect(visitor.page.get_by_role("log").get_by_text("During the crash")).to_be_visible()
    expect(visitor.page.get_by_text("Reconnecting…")).to_be_visible()

    server.start_again()
    wait_for(server)
    rid = conversation_of(team, "Before the crash")
    team.post(f"/requests/{rid}/messages", json={"text": "We are back"}).raise_for_status()
    visitor.page.set_default_timeout(30_000)
    expect(visitor.page.get_by_role("log").get_by_text("We are back")).to_be_visible(timeout=30_000)
    for _ in range(100):
        texts = [message["text"] for message in team.get(f"/requests/{rid}/messages").json()]
        if "During the crash" in texts:
            break
        time.sleep(0.3)
    assert sorted(texts) == ["Before the crash", "During the crash", "We are back"]
    expect(visitor.page.get_by_text("Reconnecting…")).to_have_count(0)
    visitor.leave()


def wait_for(server: Served) -> None:
    for _ in range(100):
        try:
            httpx.get(f"{server.address}/health", timeout=PATIENCE)
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server does not come back")
