"""Every kind of page: accessible by axe's rules, never wider than the window, quiet in the console, usable by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.browser

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OF_COLOUR = ["color-contrast", "link-in-text-block"]
"""The rules that a colour scheme can break; all others are the same in the light and in the dark."""

STOCK = {
    "home": "/",
    "database": "/ketamine",
    "table with facets": "/ketamine/reports",
    "table, filtered": "/ketamine/reports?_condition=depression&_search=ketamine&year__gt=2010",
    "table, all columns": "/ketamine/reports?_all=1&_sort=id&id__gte=pmid-90000007&_size=6",
    "table without facets": "/ketamine/identifiers",
    "table of studies": "/ketamine/studies",
    "table, empty": "/ketamine/reports?_condition=nothing",
    "view": "/ketamine/evidence_text",
    "row": "/ketamine/runs/1",
    "canned query": "/ketamine/reference_list",
    "canned query without rows": "/ketamine/by_registration?registration=nothing",
    "canned query, hostile": "/ketamine/search?q=" + "x" * 300,
    "query of one's own": "/ketamine?sql=select+*+from+reports+where+id+%3E%3D+%27pmid-90000007%27+order+by+id+limit+6",
    "query with an error": "/ketamine?sql=selec+1",
    "not found": "/ketamine/reports/nothing",
    "no such table": "/ketamine/nothing",
    "flow as rows": "/ketamine/prisma_flow",
}
OURS = {
    "search, empty": "/search",
    "search": "/search?q=ketamine",
    "search, filtered": "/search?q=ketamine&condition=depression&year=2010..2022&retracted=no&sort=newest",
    "search, nothing found": "/search?q=zzzzzz",
    "search, hostile": "/search?q=" + "x" * 300,
    "help": "/help",
    "map": "/map",
    "map, filtered": "/map?design=rct",
    "claims": "/claims",
    "claims, hostile": "/claims?page=" + "x" * 300,
    "claim of several parts": "/claims/a-1",
    "claim of facts": "/claims/a-2",
    "claim not shown": "/claims/b-1",
    "claim that is an opinion": "/claims/b-2",
    "question": "/questions/depression-efficacy",
    "findings of a cell": "/ketamine/findings_by?condition=depression",
    "report": "/ketamine/reports/pmid-90000001",
    "report, retracted": "/ketamine/reports/pmid-90000003",
    "report, hostile": "/ketamine/reports/pmid-90000007",
    "report, long": "/ketamine/reports/pmid-90000009",
    "report, digest": "/ketamine/reports/pmid-90000012",
    "report, bare": "/ketamine/reports/rec-0123456789",
    "study": "/ketamine/studies/NCT90000001",
    "study without results": "/ketamine/studies/NCT90000002",
    "condition": "/ketamine/conditions/depression",
    "condition without reports": "/ketamine/conditions/ptsd",
    "outcome": "/ketamine/outcomes/dissociation",
    "drug": "/ketamine/drugs/ketamine",
    "design": "/ketamine/designs/rct",
    "cite": "/cite?id=pmid-90000001&id=pmid-90000002&style=apa",
    "cite a search": "/cite?q=ketamine&style=vancouver",
    "cite nothing": "/cite",
    "check a text": "/check",
    "quote": "/quote/pmid-90000001/abstract/12-30",
    "feeds": "/feeds",
    "data": "/data",
    "schema": "/schema",
    "worked queries": "/sql",
    "downloads": "/downloads",
    "notebook": "/notebook",
    "flow": "/flow",
    "methods": "/methods",
    "accuracy": "/accuracy",
}
PAGES = STOCK | OURS
SKIP = "Skip to content"
STATUS = {"not found": 404, "no such table": 404, "query with an error": 400}


@pytest.fixture(scope="module")
def axe() -> str:
    """The script of axe-core."""
    module = pytest.importorskip("axe_playwright_python.base", reason="axe_playwright_python is not installed")
    return str(module.AXE_FILE_PATH.read_text("utf-8"))


@pytest.fixture(scope="module")
def reused(open_window: Callable[..., Any]) -> Any:
    """One window, used again and again: opening windows takes longer than looking through them."""
    return open_window("desktop")


@pytest.fixture
def reader(reused: Any) -> Iterator[Any]:
    """The window; nothing may go wrong in it while a test looks through it."""
    reused.complaints.clear()
    reused.resize("desktop")
    yield reused
    assert reused.complaints == []


def _violations(page: Any, only: dict[str, Any]) -> list[str]:
    """A line for each element that breaks a rule: rule, element, what axe says of it."""
    found = page.evaluate("only => axe.run(document, {runOnly: only, resultTypes: ['violations']})", only)
    return [
        f"{rule['id']} ({rule['impact']}): {' '.join(map(str, node['target']))}: "
        + " ".join(node["failureSummary"].split())[:250]
        for rule in found["violations"]
        for node in rule["nodes"][:4]
    ]


MOST_SECTIONS = {"schema": 5, "worked queries": 5}
"""These pages have dozens of sections that are alike, and axe takes a second for each."""
_THINNED = """most => {
  const alike = [...document.querySelectorAll('main section')];
  alike.slice(most).filter(e => !alike.slice(0, most).some(kept => e.contains(kept))).forEach(e => e.remove());
}"""


@pytest.mark.parametrize("name", PAGES)
def test_no_page_breaks_a_rule_of_level_a_or_aa(name: str, reader: Any, axe: str) -> None:
    """In light and dark, on a phone and on a desktop; all rules in the light, those of colour again in the dark."""
    page = reader.go(PAGES[name], STATUS.get(name, 200))
    page.evaluate(_THINNED, MOST_SECTIONS.get(name, 1000))
    page.evaluate(axe)
    broken = []
    for size in ("phone", "desktop"):
        reader.resize(size)
        for scheme, only in (
            ("light", {"type": "tag", "values": LEVELS}),
            ("dark", {"type": "rule", "values": OF_COLOUR}),
        ):
            page.emulate_media(color_scheme=scheme)
            broken += [f"{size}, {scheme}: {line}" for line in _violations(page, only)]
    page.emulate_media(color_scheme="light")
    assert not broken, "\n".join([PAGES[name], *broken])


def test_axe_would_say_so(reader: Any, axe: str) -> None:
    """The walk above can fail: a page with a faint word and a field without a name breaks two rules."""
    page = reader.go("/ketamine")
    page.evaluate(axe)
    page.evaluate("document.querySelector('main').innerHTML = '<input type=text><p class=faint>faint</p>'")
    page.evaluate("document.querySelector('.faint').style.color = '#eee'")
    broken = "\n".join(_violations(page, {"type": "tag", "values": LEVELS}))
    assert "label (critical)" in broken and "color-contrast" in broken


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_the_window(name: str, reader: Any) -> None:
    """At 360, 1280 and 1920 px, with hostile and very long content; no complaint in the console, nothing asked elsewhere."""
    reader.go(PAGES[name], STATUS.get(name, 200))
    for size in ("phone", "desktop", "wide"):
        reader.resize(size)
        assert reader.overflow() <= 0, f"{PAGES[name]} overflows by {reader.overflow()} px at {size}: {_wide(reader)}"


def _wide(reader: Any) -> Any:
    """The elements that reach beyond the window, to find the fault."""
    return reader.page.evaluate(
        """() => [...document.querySelectorAll('body *')]
          .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
          .slice(-4).map(e => e.tagName + '.' + e.className)"""
    )


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_by_keyboard(name: str, reader: Any) -> None:
    """The first stop skips to the content; from there every stop comes in the order of the page and wears a ring."""
    page = reader.go(PAGES[name], STATUS.get(name, 200))
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == SKIP
    page.keyboard.press("Enter")
    for _ in range(6):
        page.keyboard.press("Tab")
        stop = page.evaluate(_FOCUS)
        if stop is None or stop["what"] == SKIP:
            break  # the end of a short page
        assert stop["ring"], f"no visible focus on {stop['what']}"
        assert stop["inside"] or stop["later"], f"{stop['what']} comes before the content"


_FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e);
  const main = document.querySelector('main');
  return {
    what: (e.textContent || e.name || e.tagName).trim().slice(0, 40),
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    inside: main.contains(e),
    later: Boolean(main.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING),
  };
}"""


def test_filters_and_results_of_a_search_are_within_reach(reader: Any) -> None:
    """By keyboard alone: from the skip link over the form to the filters, past them in one step, and into the results."""
    page = reader.go("/search?q=ketamine")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    stops = []
    for _ in range(12):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(_FOCUS)["what"])
        if stops[-1] == "Skip the filters":
            break
    assert "q" in stops[:3] and stops[-1] == "Skip the filters", stops
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.result-list') !== null"), page.evaluate(_FOCUS)["what"]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.closest('aside') !== null"), page.evaluate(_FOCUS)["what"]
