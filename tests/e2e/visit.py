"""One visitor's window: what it shows, what it asks for, and what the browser complains of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, WebSocket, expect

from tests.e2e.server import Studio

WAIT_MS = 60_000
"""Generous, because other work may share the machine; nothing is asserted about time."""
expect.set_options(timeout=WAIT_MS)
PAGES = {
    "": "Overview",
    "brand_shift": "Brand shift",
    "features": "Features",
    "embeddings": "Embeddings",
    "train": "Train & explain",
    "ensemble": "Ensemble & export",
    "submissions": "Submissions",
    "strategies": "Strategies",
}
"""Name in the address to name in the sidebar."""
# The browser's own scheme for what a page makes itself, such as a chart's picture.
_LOCAL_SCHEMES = {"data", "blob"}
# Streamlit looks for its server at /, then below the page's own address, and the browser notes the miss.
_LOOKED_FOR = re.compile(r"/\w+/_stcore/(health|host-config)$")


@dataclass
class Visit:
    """A page of the studio in the browser.

    Attributes:
        hosts: Every host that the page has asked anything of.
        problems: Errors of the browser's console and errors that a script raised.
    """

    page: Page
    studio: Studio
    hosts: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("request", self._asked)
        self.page.on("websocket", self._connected)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def open(self, name: str = "") -> None:
        """Open a page by its address."""
        self.page.goto(self.studio.url(name))
        self.settled(name)

    def go(self, name: str) -> None:
        """Open a page by its link in the sidebar."""
        self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=PAGES[name]).click()
        self.settled(name)

    def settled(self, name: str) -> None:
        """Wait until the page has said what it is and its script has come to rest."""
        expect(self.main.get_by_text(PAGES[name], exact=True).first).to_be_visible()
        expect(self.main.get_by_role("heading", level=2).first).to_be_visible()
        # Streamlit fetches what draws HTML, and with it the studio's style, when the page first needs it.
        expect(self.sidebar.locator("style")).to_have_count(1)
        self.at_rest()

    def at_rest(self) -> None:
        """Wait until the script has run to its end."""
        app = self.page.get_by_test_id("stApp")
        expect(app).to_have_attribute("data-test-script-state", "notRunning")
        expect(self.page.get_by_test_id("stSpinner")).to_have_count(0)

    @property
    def main(self) -> Locator:
        """The page beside the sidebar."""
        return self.page.get_by_test_id("stMain")

    @property
    def sidebar(self) -> Locator:
        """The sidebar."""
        return self.page.get_by_test_id("stSidebar")

    @property
    def errors(self) -> Locator:
        """Red boxes, wherever they stand."""
        return self.page.get_by_test_id("stAlertContentError").or_(self.page.get_by_test_id("stException"))

    def assert_sound(self) -> None:
        """No error box and no traceback on the page, no complaint in the console, no word to another machine."""
        expect(self.errors).to_have_count(0)
        assert "Traceback" not in self.page.content()
        assert self.problems == []
        assert self.hosts == {self.studio.host}

    def _asked(self, request: Request) -> None:
        self._note(request.url)

    def _connected(self, socket: WebSocket) -> None:
        self._note(socket.url)

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _LOCAL_SCHEMES:
            self.hosts.add(parts.netloc)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _LOOKED_FOR.search(message.location["url"]):
            self.problems.append(f"{message.text} ({message.location['url']})")
