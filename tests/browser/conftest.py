"""A real Chromium for the tests of pages and widget, through Playwright."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.people import AgentBrowser
from tests.browser.server import PASSWORD, Served, served
from tests.databases import Databases
from tests.web.server import PATIENCE

# How long a page may take for what is expected of it, in milliseconds.
LONGEST = 15_000
FINDER = Path(__file__).parents[2] / "tools/chromium.py"

# The first two are pages of the browser's own, which cost each window more than the page under test does. Of several
# such flags the last one alone counts, so the others are those that Playwright switches off.
SWITCHED_OFF = [
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "SpareRendererForSitePerProcess",
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    "Translate",
]

# The first for root, the others so that the browser asks nothing of the network by itself.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(SWITCHED_OFF)}",
]


@pytest.fixture(scope="session")
def chromium_path() -> str:
    found = subprocess.run([sys.executable, FINDER, "--find"], capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.fail(found.stderr.strip(), pytrace=False)
    return found.stdout.strip()


# Not for the session: Playwright keeps an event loop running in this thread, which other tests could not share.
@pytest.fixture(scope="package")
def browser(chromium_path: str) -> Iterator[Browser]:
    expect.set_options(timeout=LONGEST)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def running(databases: Databases) -> Iterator[Served]:
    """The server of all tests that need none of their own."""
    with databases.lend("sqlite") as url, served(url) as running:
        yield running


@pytest.fixture
def server(running: Served) -> Served:
    """The server that is shared, with a project of the test's own."""
    return running.with_new_project()


@pytest.fixture
def team(server: Served) -> Iterator[httpx.Client]:
    """The owner, over the API of the project."""
    said = httpx.post(
        f"{server.address}/api/auth/signin",
        json={"email": server.email, "password": PASSWORD},
        timeout=PATIENCE,
    ).json()
    with httpx.Client(
        base_url=f"{server.address}/api/{server.project_id}",
        headers={"Authorization": said["token"]},
        timeout=PATIENCE,
    ) as client:
        yield client


@pytest.fixture
def agent(browser: Browser, server: Served) -> Iterator[AgentBrowser]:
    """The owner, signed in."""
    somebody = AgentBrowser(browser, server)
    somebody.sign_in()
    yield somebody
    somebody.leave()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile of its own: nothing in it is shared with another test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(2 * LONGEST)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page; the test fails if a script in it, or in another page of the context, raised an error."""
    errors: list[str] = []
    context.on("weberror", lambda web_error: errors.append(str(web_error.error)))
    yield context.new_page()
    assert not errors
