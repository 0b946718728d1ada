"""The page of methods: every count is that of its table, what is incomplete is said loudly, rules are told in words."""

from __future__ import annotations

import re
import shutil
import sqlite3
import tomllib
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from harvest.dedupe.match import RULES
from harvest.schema import DIMENSIONS
from harvest.site.pages import methods

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def page(local: Any) -> BeautifulSoup:
    answer = local.get("/methods")
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "lxml")


@pytest.fixture
def changed(local: Any, database_file: Path, tmp_path: Path) -> Any:
    """Serves the database after some statements."""

    def serve(*statements: str, public: bool = False) -> Any:
        path = tmp_path / "ketamine.db"
        shutil.copyfile(database_file, path)
        with sqlite3.connect(path) as db:
            for statement in statements:
                db.execute(statement)
        return type(local)(path, public=public)

    return serve


def _words(site: Any) -> str:
    return " ".join(BeautifulSoup(site.get("/methods").text, "lxml").find("main").get_text(" ").split())


def test_contents_lead_to_every_section(page: BeautifulSoup) -> None:
    """Each heading of the page is in the contents and the other way round; no anchor twice."""
    targets = [a["href"] for a in page.select("nav.toc a")]
    assert targets == [f"#{heading['id']}" for heading in page.select("main section > h2")] and len(targets) >= 15
    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids))


def test_every_number_leads_to_as_many_rows(changed: Any) -> None:
    """Numbers that are links to tables: the filtered table holds that many rows."""
    local = changed("update sources set records = (select count(*) from records where source = sources.id)")
    page = BeautifulSoup(local.get("/methods").text, "lxml")
    followed = 0
    for link in page.select("main a"):
        path, _, query = link["href"].partition("?")
        if re.fullmatch(r"[\d,]+", link.get_text()) and path.startswith("/ketamine/") and path.count("/") == 2:
            behind = local.get(f"{path}.json?{query}&_size=0")
            assert behind.status_code == 200, link["href"]
            assert behind.json()["filtered_table_rows_count"] == int(link.get_text().replace(",", "")), link["href"]
            followed += 1
    assert followed > 4 * len(DIMENSIONS)


def test_counts_of_reports_that_the_search_shows_are_complete(page: BeautifulSoup, local: Any) -> None:
    """Kinds and directions each add up to all reports: none falls through."""
    total = local.get("/ketamine/reports.json?_size=0").json()["filtered_table_rows_count"]
    for section in ("included", "direction", "text"):
        numbers = [int(a.get_text().replace(",", "")) for a in page.select(f"section[aria-labelledby={section}] td a")
                   if re.fullmatch(r"[\d,]+", a.get_text())]  # fmt: skip
        assert sum(numbers) == total, section


def test_numbers_of_reports_are_those_of_the_search_they_lead_to(page: BeautifulSoup, local: Any) -> None:
    """Of kinds and of directions."""
    links = [a for a in page.select("main td a") if a["href"].startswith("/search?")]
    for link in links:
        found = local.get(link["href"].replace("/search?", "/search.json?")).json()
        assert found["total"] == int(link.get_text().replace(",", "")), link["href"]
    assert len(links) >= 5


def test_queries_stand_as_they_were_sent(page: BeautifulSoup) -> None:
    """With the service's own reading of them, escaped."""
    sent = [element.get_text() for element in page.select(".query-as-sent")]
    assert sent == ["ketamine[tiab] <1>", '"ketamine"[Title/Abstract]']
    assert "Announced: not told; arrived: 18" in " ".join(page.get_text(" ").split())


def test_an_incomplete_search_is_said_first(changed: Any, page: BeautifulSoup) -> None:
    """Before any section, with the window, what arrived and what was announced; a complete search has no such box."""
    assert not page.select("main .error")
    site = changed(
        "update windows set status = 'incomplete', expected = 25, message = 'the service <b>stopped</b>'",
        "update runs set status = 'incomplete', expected = 25",
    )
    text = site.get("/methods").text
    assert 0 < text.index("The search is not complete") < text.index('id="short"')
    words = _words(site)
    assert "window 2018 : 18 of 25 records (the service <b>stopped</b>)" in words
    assert "the last run is incomplete, 18 of 25 records" in words
    assert '<strong class="alarm">incomplete</strong>' in text and "<b>stopped" not in text


def test_a_window_that_a_later_run_completed_is_no_longer_open(changed: Any) -> None:
    """The same slice of the same source, fetched whole afterwards."""
    site = changed(
        "update windows set status = 'open'",
        "insert into runs (id, source, mode, status, received, new, changed, unchanged, gone) "
        "values (2, 'pubmed', 'full', 'complete', 3, 0, 0, 3, 0)",
        "insert into windows (id, run_id, key, kind, status, received) values (2, 2, '2018', 'created', 'complete', 3)",
    )
    assert "The search is not complete" not in site.get("/methods").text


def test_every_rule_is_told_in_words() -> None:
    """Each rule of likeness in words of its own: no two sentences are the same, and each field it asks for is named."""
    told = {rule.name: methods.rule_in_words(rule) for rule in RULES}
    assert len(set(told.values())) == len(RULES)
    for rule in RULES:
        for field in ("authors", "journal", "volume", "pages", "abstract"):
            assert (field in told[rule.name]) == (getattr(rule, field) == 1), rule.name
        assert ("no other report fits" in told[rule.name]) == rule.unique


def test_rules_that_joined_records_are_explained(changed: Any) -> None:
    """By identifier and by likeness; the sentence stands beside the count."""
    site = changed("update records set match_rule = 'doi' where source_id = 'pmid-90000001'",
                   "update records set match_rule = 'title-only' where source_id = 'pmid-90000002'")  # fmt: skip
    words = _words(site)
    assert "doi Both name the same DOI. 1" in words
    assert "title only The same title, of words that few titles share; and no other report fits. 1" in words


def test_a_public_copy_says_what_it_withholds(changed: Any) -> None:
    """Abstracts that were read and may not be shown are counted apart, and the count leads to them."""
    site = changed("update reports set abstract = null where id = 'pmid-90000001'",
                   "update about set value = 'public' where name = 'edition'", public=True)  # fmt: skip
    words = _words(site)
    assert "An abstract that was read but may not be shown in this copy 1" in words
    assert "shows the text of an abstract only where an open licence is recorded" in words
    found = site.get(f"{methods.TEXTS['withheld'][1].replace('reports?', 'reports.json?')}&_shape=array&_col=id").json()
    assert [row["id"] for row in found] == ["pmid-90000001"]


def test_rejections_and_changes_are_counted_with_their_links(page: BeautifulSoup, local: Any) -> None:
    """By reason; by kind of change."""
    words = " ".join(page.get_text(" ").split())
    assert "parse no <title> 1" in words and "1 changed , 1 removed" in words
    assert local.get("/ketamine/what_changed?change=removed").status_code == 200


def test_how_to_cite_is_read_from_the_file(page: BeautifulSoup, tmp_path: Path) -> None:
    """Title, version and date are those of CITATION.cff, which comes along in a wheel; without it the page still stands."""
    facts = methods.citation()
    box = page.select_one("section[aria-labelledby=cite] .message").get_text()
    assert facts["title"] in box and f"Version {facts['version']}" in box and str(facts["date-released"]) in box
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    carried = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert carried[methods.CITATION] == f"harvest/data/{methods.CITATION}"
    (tmp_path / "data").mkdir()
    assert methods.citation(tmp_path / "data") == {}


def test_a_copy_of_the_starter_set_alone_says_that_nothing_was_searched(changed: Any) -> None:
    """No runs, no records: sentences instead of empty tables."""
    words = _words(
        changed("delete from windows", "delete from runs", "delete from records", "update sources set records = 0")
    )
    assert "No service was asked for this copy" in words and "Nothing was searched for this copy yet" in words


def test_the_page_is_for_everyone(local: Any) -> None:
    """One heading, one main landmark, no script and no style of its own; linked from every page."""
    text = local.get("/methods").text
    assert text.count("<h1") == 1 and text.count("<main") == 1 and "<script" not in text and " style=" not in text
    assert 'href="/methods"' in local.get("/ketamine").text
