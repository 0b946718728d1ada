"""The site in a real browser: a reader's walk from the home page to the proof, on a desktop and on a phone."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harvest import serve

pytestmark = pytest.mark.browser

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run"]  # fmt: skip
SIZES = {"phone": (360, 740), "desktop": (1280, 900), "wide": (1920, 1080)}
PAGES = ["/", "/ketamine", "/ketamine/reports", "/ketamine/reports?_all=1", "/ketamine/reports/pmid-90000007",
         "/ketamine/reports/pmid-90000009", "/ketamine/search?q=ketamine", "/ketamine/search?q=" + "x" * 300,
         "/ketamine/reference_list", "/ketamine/evidence_text", "/ketamine/studies", "/ketamine/possible_duplicates",
         "/ketamine/runs", "/ketamine/prisma_flow", "/ketamine?sql=select+*+from+reports"]  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def address(database_file: Path) -> Iterator[str]:
    """The site as `harvest serve` starts it, on a port of its own."""
    port = _free_port()
    process = subprocess.Popen(
        serve.command(database_file, port=port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(100):
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(url, timeout=2).close()
            break
        time.sleep(0.1)
    yield url
    process.terminate()
    process.wait()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Visit:
    """A page of one size, and what went wrong on it."""

    def __init__(self, browser: Any, size: str, **options: Any) -> None:
        width, height = SIZES[size]
        self.context = browser.new_context(viewport={"width": width, "height": height}, **options)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in {"error", "warning"} else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self._local(request.url))

    def _local(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "data:")):
            self.complaints.append(f"asks another machine: {url}")

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.fixture(params=["phone", "desktop"])
def visit(browser: Any, request: pytest.FixtureRequest) -> Iterator[Visit]:
    opened = Visit(browser, request.param)
    yield opened
    opened.context.close()


def test_from_the_home_page_to_the_proof(visit: Visit, address: str) -> None:
    """Open, search, follow the best hit, see the words that prove its tags, get a reference; nothing complains."""
    page = visit.page
    page.goto(address)
    page.get_by_role("searchbox").fill("dissociation midazolam")
    page.get_by_role("searchbox").press("Enter")
    assert page.locator("mark").first.inner_text().casefold() in {"dissociation", "midazolam"}
    page.get_by_role("link", name="Midazolam-controlled ketamine").first.click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("Midazolam-controlled")
    assert page.get_by_text("Thirty invented adults").is_visible()
    page.get_by_role("link", name="The words that prove its tags").click()
    assert (
        page.get_by_role("cell", name="Dissociation", exact=True).is_visible()
        or page.get_by_text("Dissociation").count()
    )
    page.go_back()
    page.get_by_role("link", name="A reference ready to quote").click()
    assert page.get_by_text("Invented Journal. 2018;12(3):100-109.").is_visible()
    assert visit.overflow() <= 0 and visit.complaints == []


def test_filters_narrow_and_let_go(visit: Visit, address: str) -> None:
    """Click a tag, then its cross: fewer reports, then all again."""
    page = visit.page
    page.goto(f"{address}/ketamine/reports")
    assert "20" in page.locator(".count").inner_text()
    page.locator("#facet-condition").get_by_role("link", name="Chronic pain").click()
    assert page.locator(".count").inner_text().startswith("1 ")
    page.locator(".chosen a").click()
    assert "20" in page.locator(".count").inner_text()
    assert visit.complaints == []


@pytest.mark.parametrize("size", SIZES)
def test_no_page_is_wider_than_the_window(browser: Any, address: str, size: str) -> None:
    """Every kind of page, with hostile and very long content; no complaint in the console, nothing asked elsewhere."""
    visit = Visit(browser, size)
    for path in PAGES:
        visit.page.goto(address + path)
        assert visit.overflow() <= 0, f"{path} overflows by {visit.overflow()} px at {size}"
    assert visit.complaints == []
    visit.context.close()


def test_keyboard_and_no_script(browser: Any, address: str) -> None:
    """The first tab stop skips to the content; the search works without JavaScript."""
    visit = Visit(browser, "desktop", java_script_enabled=False)
    visit.page.goto(address)
    visit.page.keyboard.press("Tab")
    assert visit.page.locator(":focus").inner_text() == "Skip to content"
    visit.page.get_by_role("searchbox").fill("suicidal")
    visit.page.get_by_role("button", name="Search").click()
    assert visit.page.get_by_role("link", name="Suicidal ideation after esketamine").count() == 1
    visit.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser: Any, address: str, scheme: str) -> None:
    """Contrast of at least 4.5 to 1 for text, quiet text, links and buttons, in both colour schemes ."""
    visit = Visit(browser, "desktop", color_scheme=scheme)
    visit.page.goto(f"{address}/ketamine/search?q=ketamine")
    for selector in ("main p", ".small", "main td a", ".chip", "button", "mark", "footer", ".none", "th"):
        ratio = visit.page.locator(selector).first.evaluate(CONTRAST)
        assert ratio >= 4.5, f"{selector} in {scheme}: {ratio:.2f}"
    visit.context.close()


CONTRAST = """element => {
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  let ground = element;
  const opaque = e => { const c = parse(getComputedStyle(e).backgroundColor); return c.length < 4 || c[3] > 0; };
  while (ground && !opaque(ground)) ground = ground.parentElement;
  const a = light(parse(getComputedStyle(element).color));
  const b = light(parse(getComputedStyle(ground || document.body).backgroundColor));
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""
