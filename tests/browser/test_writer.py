"""A writer's three main tasks, on a desktop and on a phone: cite chosen reports and take them into a reference manager; quote
a sentence with its source; be told of new reports."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

import bibtexparser
import pytest
import rispy
from lxml import etree

pytestmark = pytest.mark.browser

MAIN = "Midazolam-controlled ketamine in treatment-resistant depression"
NULL = "No effect of ketamine on an invented depression"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_from_two_chosen_results_to_a_reference_manager(size: str, scripts: bool, visit: Callable[..., Any]) -> None:
    """Tick two results, cite them in APA, take them as RIS, BibTeX and CSL-JSON: independent readers find the same fields."""
    reader = visit(size, scripts=scripts)
    page = reader.go("/search?q=depression")
    for title in (MAIN, NULL):
        result = page.locator(".result-list > li").filter(has_text=title).filter(has_text="Invented Journal").first
        result.get_by_role("checkbox").check()
    reader.follow(page.get_by_role("button", name="Cite selected"))
    assert reader.where().startswith("/cite?")
    page.get_by_label("Style", exact=True).first.select_option(label=_apa(page))
    reader.follow(page.get_by_role("button", name="Show"))
    references = page.locator("#references li .reference")
    assert references.count() == 2
    first, second = references.all_inner_texts()
    assert first.startswith("Brightwater") and "(2018)" in first and "https://doi.org/10.5555/inv.1" in first
    assert second.startswith("Nullmann, C. (2023") and "20" in second

    read = rispy.loads(_file(reader, "ris"))
    assert {one["title"] for one in read} == {MAIN, NULL} and {one["doi"] for one in read} == {
        "10.5555/inv.1",
        "10.5555/null.1",
    }
    library = bibtexparser.parse_string(_file(reader, "bib"))
    assert not library.failed_blocks
    assert {entry["doi"] for entry in library.entries} == {"10.5555/inv.1", "10.5555/null.1"}
    items = json.loads(_file(reader, "csljson"))
    assert {item["title"] for item in items} == {MAIN, NULL}
    assert reader.overflow() <= 0


def _apa(page: Any) -> str:
    names: list[str] = page.get_by_label("Style", exact=True).first.locator("option").all_inner_texts()
    return next(name for name in names if "APA" in name)


def _file(reader: Any, extension: str) -> str:
    """A file for a reference manager, from the link on the page."""
    href = reader.page.locator(f"main a[href^='/cite.{extension}']").first.get_attribute("href")
    text: str = reader.fetch(urljoin(reader.page.url, href)).text()
    return text


def test_a_copy_button_copies_the_references(visit: Callable[..., Any]) -> None:
    """With JavaScript, one press puts the reference on the clipboard, as text."""
    reader = visit("desktop")
    reader.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = reader.go("/cite?id=pmid-90000001&style=apa")
    page.get_by_role("button", name=re.compile("Copy")).first.click()
    page.wait_for_timeout(200)
    assert "Brightwater" in page.evaluate("navigator.clipboard.readText()")


def test_one_report_in_every_style(size: str, visit: Callable[..., Any]) -> None:
    """The report page holds its reference in six styles without leaving it, and what Zotero's button reads."""
    reader = visit(size, scripts=False)
    page = reader.go("/ketamine/reports/pmid-90000001")
    told = page.locator("#cite")
    for style in ("APA", "Vancouver", "AMA", "MLA", "Harvard", "Chicago"):
        assert told.locator("summary").filter(has_text=style).count() == 1, f"no {style}"
    assert page.locator("meta[name='citation_doi']").get_attribute("content") == "10.5555/inv.1"
    assert page.locator("meta[name='citation_title']").get_attribute("content") == MAIN


def test_a_sentence_is_quoted_with_its_source_and_its_place(size: str, visit: Callable[..., Any]) -> None:
    """From a finding to its permalink: the words, their reference, their rights, and an address that brings them back."""
    reader = visit(size, scripts=False)
    page = reader.go("/ketamine/reports/pmid-90000030")
    reader.follow(page.locator("#findings").get_by_role("link", name="quote it").first)
    assert reader.where().startswith("/quote/pmid-90000030/abstract/")
    copied = page.locator("#quotation").inner_text()
    assert "Depressive symptoms did not differ between groups." in copied
    assert "Nullmann" in copied and "10.5555/null.1" in copied
    assert page.get_by_text(re.compile("CC.BY")).first.is_visible(), "the rights are not said"
    permalink = page.locator("#permalink a").get_attribute("href")
    assert permalink in copied
    page.goto(permalink)
    assert "Depressive symptoms did not differ" in page.locator("blockquote mark").first.inner_text()
    assert page.get_by_text("The text has changed").count() == 0
    assert reader.overflow() <= 0


def test_words_of_a_digest_are_said_to_be_ours(visit: Callable[..., Any]) -> None:
    """Whoever quotes a digest is told that these are not the authors' words."""
    reader = visit("desktop", scripts=False)
    page = reader.go("/ketamine/reports/pmid-90000012")
    reader.follow(page.locator("#findings").get_by_role("link", name="quote it").first)
    assert page.get_by_text("our digest").first.is_visible() and page.get_by_text("not the authors").first.is_visible()


def test_a_search_can_be_followed_as_a_feed(size: str, visit: Callable[..., Any]) -> None:
    """The feed of a search holds its reports, newest first, with ids that stay and links that lead to them."""
    reader = visit(size, scripts=False)
    page = reader.go("/search?condition=depression&direction=no-difference")
    href = page.locator("main").get_by_role("link", name=re.compile("Atom", re.IGNORECASE)).first.get_attribute("href")
    feed = etree.fromstring(reader.fetch(urljoin(page.url, href)).body())
    entries = feed.findall("a:entry", ATOM)
    assert [entry.findtext("a:title", namespaces=ATOM) for entry in entries] == [NULL]
    ids = [entry.findtext("a:id", namespaces=ATOM) for entry in entries]
    again = etree.fromstring(reader.fetch(urljoin(page.url, href)).body())
    assert ids == [entry.findtext("a:id", namespaces=ATOM) for entry in again.findall("a:entry", ATOM)]
    page.goto(entries[0].find("a:link", ATOM).get("href"))
    assert page.get_by_role("heading", level=1).inner_text() == NULL
    page = reader.go("/feeds")
    links = page.locator("main a[href*='.atom']")
    assert links.count() >= 5
    for link in links.all()[:4]:
        etree.fromstring(reader.fetch(urljoin(page.url, link.get_attribute("href"))).body())
    assert reader.overflow() <= 0
