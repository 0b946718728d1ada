"""A researcher's three main tasks, on a desktop and on a phone, without JavaScript: find and check a report; go from the map
to the sentences; read what a condition's null results and silent trials are."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

pytestmark = pytest.mark.browser

MAIN = "Midazolam-controlled ketamine in treatment-resistant depression"
NULL = "No effect of ketamine on an invented depression"
SILENT = "A registered trial nobody reported"


def _number(text: str) -> int:
    """The first number of a text."""
    found = re.search(r"\d[\d,]*", text)
    assert found, f"no number in {text!r}"
    return int(found[0].replace(",", ""))


def _query(reader: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(reader.page.url).query)


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_from_a_search_to_the_words_that_prove_it(size: str, scripts: bool, visit: Callable[..., Any]) -> None:
    """Home, a search with operators, a filter by clicking its count, the report, its marked evidence, its study."""
    reader = visit(size, scripts=scripts)
    page = reader.go("/")
    box = page.get_by_role("searchbox").first
    box.fill("depression -esketamine year:2015..")
    reader.follow(box, "Enter")
    assert reader.where().startswith("/search?") and _query(reader)["q"] == ["depression -esketamine year:2015.."]
    assert page.get_by_role("link", name=MAIN).first.is_visible()
    assert page.get_by_role("link", name="Suicidal ideation after esketamine").count() == 0

    _narrow(reader, "comparator", "Midazolam")
    assert _query(reader)["comparator"] == ["midazolam"] and page.get_by_role("link", name=NULL).count() == 0
    reader.follow(page.get_by_role("link", name=MAIN).first)

    assert page.get_by_role("heading", level=1).inner_text() == MAIN
    marked = page.locator("#text .marks a").filter(has_text="Dissociation").first
    assert marked.is_visible(), "the word that proves the tag is not marked in the abstract"
    marked.click()
    assert "#" in page.url, "a marked word leads to what it proves"
    reader.follow(page.locator("#kin").get_by_role("link", name="Ketamine versus midazolam", exact=True))
    assert reader.where() == "/ketamine/studies/NCT90000001"
    assert page.locator("main").get_by_text("an invented trial").first.is_visible()
    assert reader.overflow() <= 0


def _narrow(reader: Any, name: str, label: str) -> int:
    """Clicks a value of a filter, unfolding what is folded away; gives the number that stood beside it."""
    page = reader.page
    group = page.locator(f"#filter-{name}")
    for summary in (page.locator(".narrow-toggle > summary"), page.locator(".more-filters > summary")):
        if not group.is_visible() and summary.is_visible():
            summary.click()
    line = group.locator("li").filter(has_text=label).first
    number = _number(line.locator(".number").inner_text())
    reader.follow(line.get_by_role("link"))
    return number


def test_a_filter_brings_as_many_as_it_says_and_lets_go(size: str, visit: Callable[..., Any]) -> None:
    """Filter after filter, the count beside each is the number of reports behind it; the cross of one brings all back."""
    reader = visit(size, scripts=False)
    page = reader.go("/search?q=ketamine")
    everything = _number(page.locator(".count").first.inner_text())
    for name, label in (("condition", "Depression"), ("direction", "no difference"), ("design", "Randomised")):
        number = _narrow(reader, name, label)
        assert _number(page.locator(".count").first.inner_text()) == number
        assert page.locator(".result-list h3").count() == number
    assert page.locator(".result-list h3").all_inner_texts() == [NULL]
    for _ in range(3):
        reader.follow(page.locator(".chosen .chip").first)
    assert _number(page.locator(".count").first.inner_text()) == everything
    assert reader.overflow() <= 0


def test_what_was_added_to_a_search_is_said_and_can_be_undone(size: str, visit: Callable[..., Any]) -> None:
    """A search says which meanings it added, and searches for the words alone on request; nonsense gets help, not an error."""
    reader = visit(size, scripts=False)
    page = reader.go("/search?q=TRD")
    link = page.get_by_role("link", name="Search only the words as typed")
    assert link.count() == 1, "the added meaning is not said"
    assert page.get_by_role("link", name=MAIN).first.is_visible()
    reader.follow(link)
    assert _query(reader)["expand"] == ["off"] and page.get_by_role("link", name=MAIN).count() == 0
    page = reader.go("/search?q=%28%22zzzz+AND+author%3A")
    assert page.get_by_text(re.compile("No report matches")).is_visible()


def test_from_the_map_to_the_sentences(size: str, visit: Callable[..., Any]) -> None:
    """The map's cell of depression and its symptoms opens the findings behind its number; a filter narrows the map."""
    reader = visit(size, scripts=False)
    page = reader.go("/map?use=any")
    cells = page.locator(
        "main table a[href*='findings_by'][href*='condition=depression'][href*='outcome=depressive-symptoms']"
    )
    assert cells.count() >= 1, "the map has no cell of depression and depressive symptoms"
    number = _number(cells.first.inner_text())
    reader.follow(cells.first)
    rows = page.locator("table.rows-and-columns tbody tr")
    reports = set(rows.locator("td.col-report_id").all_inner_texts())
    assert len(reports) == number == 2
    assert page.get_by_text("Depressive symptoms did not differ between groups.").first.is_visible()
    page = reader.go("/map?use=any&design=randomised-controlled-trial")
    assert _number(cells.first.inner_text()) == 1


def test_null_results_and_silent_trials_of_a_condition(size: str, visit: Callable[..., Any]) -> None:
    """The page of a condition gives null results a list of their own and names registered trials without results."""
    reader = visit(size, scripts=False)
    page = reader.go("/ketamine/conditions")
    reader.follow(page.get_by_role("link", name="Depression", exact=True).first)
    assert reader.where() == "/ketamine/conditions/depression"
    compared = page.locator("section, div").filter(has=page.locator("#compared")).last
    nulls = compared.get_by_role("link", name=NULL)
    assert nulls.first.is_visible()
    assert page.get_by_role("link", name=SILENT).first.is_visible()
    reader.follow(page.get_by_role("link", name=SILENT).first)
    assert reader.where() == "/ketamine/studies/NCT90000004"
    assert page.get_by_text(re.compile("no results|without results|no publication", re.IGNORECASE)).first.is_visible()
    page.go_back(wait_until="load")
    reader.follow(page.get_by_role("link", name=NULL).first)
    assert page.locator("#facts").get_by_text("no difference").first.is_visible()
    assert reader.overflow() <= 0
