"""A real browser on the real site: fixtures, and what may be measured there."""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

# The last flags keep Chromium from calling its maker's servers, which no test may reach.
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage",
)  # fmt: skip
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
# Layout shift as Chromium itself counts it (Layout Instability API), from the first paint on.
WATCH_SHIFTS = """
window.layoutShift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.layoutShift += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""
MakeContext = Callable[..., BrowserContext]


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 -- the parent's name
        """A test prints no access log."""


@dataclass(frozen=True)
class LiveServer:
    """The site answering on loopback, in threads of this very process."""

    url: str

    def at(self, path: str) -> str:
        """The address of a path, or of a link out of a mail."""
        return path if path.startswith("http") else self.url + path


@dataclass
class Visit:
    """What one visit cost and left behind."""

    byte_count: int = 0
    urls: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    layout_shift: float = 0.0

    @property
    def request_count(self) -> int:
        """How many requests the browser made."""
        return len(self.urls)

    def foreign_urls(self, own: str) -> list[str]:
        """Requests to anybody but the site."""
        return [url for url in self.urls if urlsplit(url).netloc != urlsplit(own).netloc]


@pytest.fixture(scope="session")
def _server_thread(application: Flask, listening: socket.socket) -> Iterator[LiveServer]:
    host, port = listening.getsockname()
    server = make_server(
        host, port, application, threaded=True, request_handler=_Quiet, fd=listening.fileno()
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield LiveServer(f"http://{host}:{port}")
    server.shutdown()
    thread.join()


@pytest.fixture
def live_server(app: Flask, _server_thread: LiveServer) -> LiveServer:
    """The site, reachable by a browser; the test's clock, outbox and database are the server's."""
    return _server_thread


def chromium_path() -> str:
    """Where Chromium is; CHROMIUM names another place."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.fail("Chromium is not on this machine: `make prerequisites` says what to install.")
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run; each test has a fresh context in it."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def make_context(browser: Browser, live_server: LiveServer) -> Iterator[MakeContext]:
    """Makes fresh visitors: `make_context(locale="ar", viewport=PHONE, color_scheme="dark")`.

    At the end of the test every visitor must have stayed on the site, with nothing refused by the
    content security policy and no error in a script.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def look(request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(live_server.url).netloc:
            faults.append(f"the page asked {request.url}")

    def make(**settings: object) -> BrowserContext:
        chosen = {"locale": "fr-BE", "viewport": DESKTOP, "base_url": live_server.url} | settings
        context = browser.new_context(**chosen)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        context.add_init_script(WATCH_SHIFTS)
        context.on("request", look)
        context.on("weberror", lambda error: faults.append(f"script error: {error.error}"))
        context.on("console", lambda message: _refusal(message.text, faults))
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)


def _refusal(text: str, faults: list[str]) -> None:
    if "Content Security Policy" in text:
        faults.append(text)


@pytest.fixture
def page(make_context: MakeContext) -> Page:
    """A visitor with a French browser on a desk."""
    return make_context().new_page()


@pytest.fixture
def page_without_javascript(make_context: MakeContext) -> Page:
    """The same visitor with JavaScript switched off."""
    return make_context(java_script_enabled=False).new_page()


def press(target: Locator) -> None:
    """Press a button or a link that leads on, and wait until the page it leads to is there.

    A click alone comes back while the browser is still between two pages, where there is nothing to read.
    """
    with target.page.expect_navigation():
        target.click()


def check_accessibility(page: Page) -> None:
    """Raises AssertionError with every violation axe finds on the page as it stands now."""
    found = Axe().run(page)
    lines = [
        f"{each['id']} ({each['impact']}): {each['help']}\n  "
        + "\n  ".join(node["html"][:200] for node in each["nodes"])
        for each in found.response["violations"]
    ]
    assert not lines, f"{page.url}\n" + "\n".join(lines)


def check_fits(page: Page) -> None:
    """Raises AssertionError when the page has to be scrolled sideways (WCAG 2.2, 1.4.10)."""
    wide, room = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= room, f"{page.url} is {wide} px wide in a window of {room} px"


def visit(context: BrowserContext, url: str) -> Visit:
    """Open a page as a first-time visitor and say what it cost, all files included."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    cost = Visit()

    def started(event: dict[str, dict[str, str]]) -> None:
        if not event["request"]["url"].startswith("data:"):
            cost.urls.append(event["request"]["url"])

    def finished(event: dict[str, int]) -> None:
        cost.byte_count += int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", started)
    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(url, wait_until="networkidle")
    # Shifts while the visitor reads on, down to the foot of the page, count too.
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(150)
    cost.layout_shift = float(page.evaluate("window.layoutShift"))
    cost.cookies = [cookie.get("name", "") for cookie in context.cookies()]
    page.close()
    return cost
