"""The widget on somebody's site, against a real server."""

import http.server
import threading
import time

import httpx
import jwt
from playwright.sync_api import Browser, expect

from tests.browser.people import VisitorBrowser, conversation_of
from tests.browser.server import Served

CSP = "default-src 'none'; script-src {server}; connect-src {server} {socket}; img-src 'self' data:"
PAGE = """<!doctype html><html lang="{lang}" dir="{dir}"><title>A shop</title>
<h1>A shop</h1><script async src="{server}/widget.js" data-project="{project}"></script></html>"""


def test_a_user_of_the_site_is_one_contact_from_every_browser_and_is_asked_for_nothing(
    browser: Browser, server: Served, team: httpx.Client
) -> None:
    secret = team.post("/keys/generate").json()["jwtSecret"]
    claims = {"_id": "customer-7", "firstname": "Ugo", "lastname": "Utente", "email": "ugo@example.com"}
    token = jwt.encode({**claims, "aud": server.project_id, "iat": int(time.time())}, secret, "HS256")
    first, second = VisitorBrowser(browser, server), VisitorBrowser(browser, server)
    for visitor in (first, second):
        visitor.page.goto(f"{server.address}/demo/{server.project_id}")
        expect(visitor.page.get_by_role("button", name="Chat").first).to_be_visible()
        visitor.page.evaluate("token => Rolodesk.signIn(token)", token)

    first.page.get_by_role("button", name="Chat").first.click()
    first.begin()
    first.say("Hello from my desk")
    second.page.get_by_role("button", name="Chat").first.click()
    second.page.get_by_text("Hello from my desk").first.click()
    second.say("And from my phone")
    first.hears("And from my phone")

    leads = team.get("/leads").json()["leads"]
    assert [(lead["fullname"], lead["email"], lead["conversations"]) for lead in leads] == [
        ("Ugo Utente", "ugo@example.com", 1)
    ]
    assert leads[0]["identities"][0]["verified"]
    for visitor in (first, second):
        visitor.leave()


def test_who_signs_in_later_takes_its_chat_along_until_the_team_takes_it_back(
    browser: Browser, server: Served, team: httpx.Client
) -> None:
    secret = team.post("/keys/generate").json()["jwtSecret"]
    claims = {"_id": "customer-7", "firstname": "Ugo", "aud": server.project_id, "iat": int(time.time())}
    token = jwt.encode(claims, secret, "HS256")
    home, phone = VisitorBrowser(browser, server), VisitorBrowser(browser, server)
    home.come()
    home.begin()
    home.fill_form("Andrea", "andrea@example.com")
    home.say("Asked before signing in")

    home.page.evaluate("token => Rolodesk.signIn(token)", token)
    home.page.get_by_text("Asked before signing in").first.click()
    home.say("And asked after it")
    phone.page.goto(f"{server.address}/demo/{server.project_id}")
    expect(phone.page.get_by_role("button", name="Chat").first).to_be_visible()
    phone.page.evaluate("token => Rolodesk.signIn(token)", token)
    phone.page.get_by_role("button", name="Chat").first.click()
    phone.page.get_by_text("And asked after it").first.click()
    phone.hears("Asked before signing in")
    answer = {"text": "Both of you hear this"}
    thread = conversation_of(team, "Asked before signing in")
    assert team.post(f"/requests/{thread}/messages", json=answer).status_code == 200
    for visitor in (home, phone):
        visitor.hears("Both of you hear this")

    (lead,) = team.get("/leads").json()["leads"]
    assert [identity["kind"] for identity in lead["identities"]] == ["anonymous", "user"]
    (merge,) = team.get(f"/leads/{lead['_id']}/merges").json()["merges"]
    assert team.post(f"/merges/{merge['_id']}/undo").status_code == 200
    assert team.get("/leads").json()["count"] == 2
    phone.come_back()
    expect(phone.page.get_by_role("button", name="Send us a message")).to_be_visible()
    expect(phone.page.get_by_text("asked after it")).to_have_count(0)
    for visitor in (home, phone):
        visitor.leave()


def test_the_chat_works_on_a_page_with_a_strict_policy_and_leaves_the_page_alone(
    browser: Browser, server: Served, team: httpx.Client
) -> None:
    with site(server) as address:
        visitor = VisitorBrowser(browser, server)
        before = len(team.get("/leads").json()["leads"])
        visitor.page.goto(address)
        visitor.page.get_by_role("button", name="Chat").first.click()
        visitor.begin()
        visitor.fill_form("<b>Béa</b> & 'co'", "bea@example.com")
        visitor.say("<img src=x onerror=alert(1)> 👋")

        assert visitor.page.evaluate("document.cookie") == ""
        assert visitor.context.cookies() == []
        leads = team.get("/leads").json()["leads"]
        assert len(leads) == before + 1
        assert leads[0]["fullname"] == "<b>Béa</b> & 'co'"
        visitor.leave()


class site:  # noqa: N801 - a context manager in a test's words
    """Another site, on a port of its own, with a strict Content-Security-Policy."""

    def __init__(self, server: Served, lang: str = "en", direction: str = "ltr") -> None:
        body = PAGE.format(
            server=server.address, project=server.project_id, lang=lang, dir=direction
        ).encode()
        policy = CSP.format(server=server.address, socket=server.address.replace("http", "ws"))

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        threading.Thread(target=self.web.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.web.server_port}/"

    def __exit__(self, *_: object) -> None:
        self.web.shutdown()
        self.web.server_close()
