"""Prints the path of a Chromium for the browser tests, after installing one if none is found.

With --find it installs nothing. Looked at in this order: ROLODESK_TEST_CHROMIUM, Playwright's own, PATH.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
APT_OPTIONS = ["-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]
ADVICE = "error: no Chromium for the browser tests; install one, or set ROLODESK_TEST_CHROMIUM to its path"
ASK = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def main() -> int:
    path = find()
    if not path and "--find" not in sys.argv[1:]:
        path = install()
    if not path:
        print(ADVICE, file=sys.stderr)
        return 1

    print(path)
    return 0


def find() -> str | None:
    given = os.environ.get("ROLODESK_TEST_CHROMIUM")
    if given:
        return shutil.which(given)
    return _of_playwright() or next(filter(None, map(shutil.which, NAMES)), None)


def install() -> str | None:
    if os.environ.get("ROLODESK_TEST_CHROMIUM"):
        return None

    print("Installing a Chromium for the browser tests", file=sys.stderr)
    if _succeeds([sys.executable, "-m", "playwright", "install", "chromium"], seconds=600):
        return find()

    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if shutil.which("apt-get") and all(
        _succeeds([*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *words], seconds=900)
        for words in (["update"], ["install", *APT_OPTIONS, "chromium"])
    ):
        return find()
    return None


def _of_playwright() -> str | None:
    # In a process of its own: Playwright's driver leaves threads behind.
    asked = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=False)
    return shutil.which(asked.stdout.strip()) if asked.returncode == 0 else None


def _succeeds(command: Iterable[str], *, seconds: int) -> bool:
    try:
        done = subprocess.run(list(command), capture_output=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
