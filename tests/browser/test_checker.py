"""A reader with a clinic's page: paste it, read the verdicts, follow one to its question and a study, and come back; and what
is pasted that should not be."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

CLINIC = """\
Welcome to the Invented Clinic

Ketamine relieves depression. It is not addictive, and over 70 % of our patients improve.

Ketamine can help with:

- post-traumatic stress disorder
- chronic pain
"""
HOSTILE = "\"'></textarea></q><script>alert('x9')</script><img src=x onerror=alert(2)>{{31337*31337}} Ketamine relieves depression."
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def reader(size: str, visit: Callable[..., Any]) -> Iterator[Any]:
    """A window of either size with scripts, in which no dialog may open."""
    one = visit(size)
    asked: list[str] = []
    one.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    yield one
    assert asked == []


def paste(reader: Any, text: str) -> Any:
    """Opens the page, pastes the text into the box and sends it."""
    page = reader.go("/check")
    page.get_by_label("Text to check").fill(text)
    reader.follow(page.get_by_role("button", name="Check the text"))
    return page


def said(page: Any) -> str:
    """What stands on the page, in one line."""
    return " ".join(page.locator("main").inner_text().split())


def test_paste_read_follow_to_a_study_and_come_back(size: str, visit: Callable[..., Any]) -> None:
    """Without scripts: from the text to a verdict, its question and a study, in a tab of their own; the answer is still there."""
    reader = visit(size, scripts=False)
    page = paste(reader, CLINIC)
    assert reader.where() == "/check" and "What the studies say of this text" in said(page)
    sentence = page.locator(".said.statement", has_text="Ketamine relieves depression")
    assert sentence.count() == 1
    marker = page.locator(".stretch", has=sentence).locator(".marker").first
    number = marker.inner_text().split()[0]
    marker.click()
    card = page.locator(f"#s{number}")
    assert card.is_visible() and reader.where() == "/check"
    with reader.context.expect_page() as opened:
        card.locator(".asks a").click()
    question = opened.value
    question.wait_for_load_state()
    assert "/questions/depression-efficacy" in question.url and question.locator("h1").count() == 1
    study = question.locator("main a[href*='/ketamine/reports/']:visible").first
    with question.expect_navigation():
        study.click()
    assert "/ketamine/reports/" in question.url
    question.go_back()
    assert "/questions/" in question.url
    question.close()
    assert "What the studies say of this text" in said(page) and reader.overflow() <= 0
    page.locator("#text").scroll_into_view_if_needed()
    assert page.locator("#text").input_value().strip() == CLINIC.strip()


def test_the_form_still_has_the_text_after_back(visit: Callable[..., Any]) -> None:
    """The browser's own memory: nothing is kept by the site."""
    reader = visit("desktop")
    page = paste(reader, CLINIC)
    page.go_back()
    assert reader.where() == "/check" and page.get_by_label("Text to check").input_value().strip() == CLINIC.strip()


def test_the_example_is_one_click_away_and_checked_with_another(reader: Any) -> None:
    """A text of our own fills the box by a link; its answer fits the window."""
    page = reader.go("/check")
    reader.follow(page.get_by_role("link", name="Fill in an example"))
    reader.follow(page.get_by_role("button", name="Check the text"))
    assert page.locator(".card").count() >= 5 and reader.overflow() <= 0


def test_the_answer_can_be_taken_along(visit: Callable[..., Any]) -> None:
    """As JSON whose offsets fit the pasted text, and as Markdown, from buttons on the answer."""
    reader = visit("phone", scripts=False)
    page = paste(reader, CLINIC)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download as JSON").click()
    found = json.loads(Path(taken.value.path()).read_text("utf-8"))
    assert found["statements"] and all(CLINIC[one["start"] : one["end"]] == one["text"] for one in found["statements"])
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download as Markdown").click()
    assert "Ketamine relieves depression" in Path(taken.value.path()).read_text("utf-8")


def test_a_file_is_checked_instead_of_the_box(reader: Any, tmp_path: Path) -> None:
    """A saved page: what its reader sees is checked, its scripts are not."""
    saved = tmp_path / "clinic.html"
    saved.write_text(
        "<html><body><script>alert(3)</script><p>Ketamine relieves <i>depression</i>.</p></body></html>", "utf-8"
    )
    page = reader.go("/check")
    page.get_by_label("Or a file").set_input_files(saved)
    reader.follow(page.get_by_role("button", name="Check the text"))
    assert (
        "Ketamine relieves depression" in page.locator(".checked").inner_text()
        and "alert" not in page.locator(".checked").inner_text()
    )


def test_markup_and_scripts_are_shown_as_text(reader: Any) -> None:
    """Nothing runs, nothing is loaded, every character is shown."""
    page = paste(reader, HOSTILE)
    shown = page.locator(".checked").inner_text()
    assert "<script>alert('x9')</script>" in shown and "{{31337*31337}}" in shown
    assert page.locator("#text").input_value() == HOSTILE and page.locator("main script, main img").count() == 0


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", "There was no text"),
        (" \n ", "There was no text"),
        ("https://clinic.example/ketamine", "This site fetches no pages"),
        ("x " * 600_000, "part by part"),
    ],
    ids=["nothing", "blanks", "an address", "more than 1 MB"],
)
def test_what_cannot_be_checked_is_answered_politely(text: str, answer: str, visit: Callable[..., Any]) -> None:
    """With a page that says what to do, and the form to go on."""
    reader = visit("desktop")
    page = paste(reader, text)
    assert answer in said(page) and page.get_by_role("button", name="Check the text").is_visible()
    assert page.get_by_role("alert").count() == 1


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            "Ketamin hilft vielen Menschen mit einer Depression, und die Wirkung ist nach wenigen Stunden zu spüren. "
            * 5,
            "German",
        ),
        ("The garden is open on Sundays. Tea is served from three to five in the afternoon. " * 5, "ketamine"),
        ("ketamine " * 100_000, "The text, statement by statement"),
    ],
    ids=["another language", "not about ketamine", "0.9 MB of one word"],
)
def test_odd_texts_are_answered_too(text: str, answer: str, visit: Callable[..., Any]) -> None:
    """The answer says what is odd about them."""
    reader = visit("desktop")
    page = paste(reader, text)
    assert "What the studies say of this text" in page.locator("h1").inner_text()
    assert answer in page.locator("main").text_content()


def test_the_answer_breaks_no_rule_of_level_a_or_aa(visit: Callable[..., Any]) -> None:
    """In light and dark, on a phone and on a desktop; also the page that says what went wrong."""
    base = pytest.importorskip("axe_playwright_python.base", reason="axe_playwright_python is not installed")
    reader = visit("desktop")
    broken = []
    for text in (CLINIC + HOSTILE, ""):
        page = paste(reader, text)
        page.evaluate(base.AXE_FILE_PATH.read_text("utf-8"))
        for size in ("phone", "desktop"):
            reader.resize(size)
            assert reader.overflow() <= 0
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                only = {"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"]}
                found = page.evaluate("only => axe.run(document, only)", only)
                broken += [
                    (size, scheme, rule["id"], [node["target"] for node in rule["nodes"][:3]])
                    for rule in found["violations"]
                ]
    assert broken == []


def test_the_answer_prints_black_on_white_with_addresses(visit: Callable[..., Any]) -> None:
    """Also from a dark screen; the form stays behind, the address of each question is written out."""
    reader = visit("desktop", scheme="dark")
    page = paste(reader, CLINIC)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).color") == "rgb(0, 0, 0)"
    assert not page.locator("#text").is_visible() and page.locator(".card").first.is_visible()
    written = page.evaluate("getComputedStyle(document.querySelector('.asks a'), '::after').content")
    assert "/questions/" in written and "http" in written
