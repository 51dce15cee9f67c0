"""What visitors and agents do in their browsers."""

import re
from urllib.parse import quote

import httpx
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.server import PASSWORD, Served


class VisitorBrowser:
    """A browser profile of a visitor on the demo page: what one remembers, another does not know."""

    def __init__(self, browser: Browser, server: Served, **options: object) -> None:
        self.server = server
        self.context: BrowserContext = browser.new_context(viewport={"width": 1200, "height": 800}, **options)
        self.context.set_default_timeout(30_000)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def come(self) -> None:
        """Open the site, and the chat on it."""
        self.page.goto(f"{self.server.address}/demo/{self.server.project_id}")
        self.page.get_by_role("button", name="Chat").first.click()

    def come_back(self) -> None:
        """Another day: a new tab of the same browser."""
        self.page.close()
        self.page = self.context.new_page()
        self.come()

    def fill_form(self, name: str, email: str) -> None:
        """Answer the pre-chat form."""
        self.page.get_by_label("Full name").fill(name)
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_role("button", name="Start chat").click()

    def begin(self) -> None:
        """Ask for a new conversation."""
        first = self.page.get_by_role("button", name="Send us a message")
        self.page.get_by_role("button", name="New conversation").or_(first).first.click()

    def say(self, text: str) -> None:
        """Write a message and wait until it is sent."""
        box = self.page.get_by_placeholder("Write a message…").or_(
            self.page.get_by_placeholder("Write to reopen it…")
        )
        box.fill(text)
        box.press("Enter")
        expect(self.page.get_by_role("log").get_by_text(text, exact=True)).to_be_visible()
        expect(self.page.get_by_text("Sent").or_(self.page.get_by_text("Seen")).last).to_be_visible()

    def hears(self, text: str) -> None:
        """Wait for somebody else's message."""
        expect(self.page.get_by_role("log").get_by_text(text, exact=True)).to_be_visible()

    def leave(self) -> None:
        """Close the browser; what it remembers goes with it."""
        assert not self.errors
        self.context.close()


class AgentBrowser:
    """The browser of a member of the team."""

    def __init__(self, browser: Browser, server: Served, **options: object) -> None:
        self.server = server
        self.context: BrowserContext = browser.new_context(viewport={"width": 1440, "height": 900}, **options)
        self.context.set_default_timeout(30_000)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def sign_in(self) -> None:
        """By password, the first time on a server; then by what that browser was given."""
        self.context.add_cookies(self.server.cookies)
        self.go("inbox")
        if "/signin" in self.page.url:
            self.page.get_by_label("Email").fill(self.server.email)
            self.page.get_by_label("Password").fill(PASSWORD)
            self.page.get_by_role("button", name="Sign in").click()
            self.server.cookies[:] = self.context.cookies()
        expect(self.page).to_have_url(re.compile("/inbox"))

    def go(self, place: str) -> None:
        """Open a page of the project."""
        self.page.goto(f"{self.server.address}/p/{self.server.project_id}/{place}")

    def search(self, text: str) -> None:
        """Search contacts, as one types, and wait for the answer to all of it."""
        self.go("contacts")
        self.page.get_by_role("searchbox").press_sequentially(text, delay=10)
        expect(self.page).to_have_url(re.compile(f"[?&]q={re.escape(quote(text, safe=''))}(&|$)"))

    def reply(self, text: str) -> None:
        """Answer in the conversation that is open, and see it there."""
        box = self.page.get_by_placeholder(re.compile("Write to|A note"))
        box.fill(text)
        box.press("Enter")
        expect(self.page.locator("#thread").get_by_text(text, exact=True)).to_be_visible()
        # The news of it may be faster than the answer, after which the next one can be written.
        expect(box).to_have_value("")

    def rows(self) -> Locator:
        """The rows of the list of contacts."""
        return self.page.locator("tbody tr")

    def leave(self) -> None:
        assert not self.errors
        self.context.close()


def conversation_of(team: httpx.Client, text: str) -> str:
    """The request id of the conversation that begins with the text."""
    found = team.get("/requests", params={"status": "all"}).json()["requests"]
    return next(request["request_id"] for request in found if request["first_text"] == text)
