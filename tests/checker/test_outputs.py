"""What comes out of a check: an object for programs, a report for people, a page for a terminal; quoted text does nothing."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

from harvest.checker.as_json import as_json
from harvest.checker.as_markdown import as_markdown, escaped
from harvest.checker.model import Checked, Document
from harvest.checker.on_screen import show
from harvest.checker.words import CAUTION

from .made import TEXT, checked


def rendered(markdown: str) -> str:
    """As the most liberal programs show it: tags of HTML let through, tables and lines through words known."""
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)


def on_screen(value: Checked, width: int = 80, colour: bool = False) -> str:
    out = io.StringIO()
    console = Console(
        file=out, width=width, highlight=False, force_terminal=colour, color_system="standard" if colour else None
    )
    show(value, console)
    return out.getvalue()


# ------------------------------------------------------------ JSON


def test_json_has_the_promised_shape() -> None:
    """Every key, in the order of the text; offsets cut the statement's words from ``text``."""
    value = as_json(checked())
    assert list(value) == ["statements", "unjudged", "omissions", "source", "title", "language", "text", "notes"]
    first = value["statements"][0]
    assert list(first) == [
        "text", "start", "end", "claims", "question", "asks", "kind", "verdict", "why", "denies", "number", "certainty", "states",
        "parts", "counts", "participants",
    ]  # fmt: skip
    assert (first["claims"], first["number"], first["certainty"], first["states"]) == (
        ["a-1", "b-2"],
        70.0,
        "proven",
        {"drug": "ketamine"},
    )
    assert first["parts"][1] == {"name": "number", "verdict": "contradicted", "why": "Trials give 20 to 40 %."}
    assert (first["counts"]["supports"], first["participants"]) == (4, 1512)
    for one in (*value["statements"], *value["unjudged"]):
        assert value["text"][one["start"] : one["end"]] == one["text"]
    assert value["omissions"][1] == {
        "outcome": "sedation",
        "label": "Sedation",
        "trials": 0,
        "reports": ["nct-00000001"],
    }
    assert value["text"] == TEXT and value["notes"] == ["One note."]


def test_json_without_a_database_says_so() -> None:
    """Empty verdicts and no omissions, and both the note of the reading and that of the check."""
    value = as_json(checked(database=False))
    assert {one["verdict"] for one in value["statements"]} == {""}
    assert value["omissions"] == [] and value["notes"] == ["One note.", "No database is at hand."]


def test_json_can_always_be_written_as_utf_8() -> None:
    """Halves of surrogate pairs become U+FFFD, one for one, so offsets hold; everything else stays."""
    text = TEXT.replace("people", "pe\ud800\0e").replace("Dr.", "D\u202e.")
    value = as_json(checked(text))
    whole = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8"))
    assert whole == value and whole["text"] == text.replace("\ud800", "\ufffd")
    assert whole["statements"][0]["text"] == whole["text"][: whole["statements"][0]["end"]]


# ------------------------------------------------------------ Markdown


def test_the_report_has_its_parts_in_order() -> None:
    """Figures, statements, omissions with report ids, what was not judged, and the caution at the end."""
    report = as_markdown(checked())
    places = [
        report.index(part)
        for part in (
            "# What the studies say: A page", "**3 statements**", "| supported | 1 |", "| mixed | 1 |", "**Note:** One note.",
            "## Statements", "> Ketamine is proven", "**Mixed.** Does ketamine help?", "the number (70 %): **contradicted**",
            "the word “proven”: **contradicted**", "Reports: 4 for, 1 against, 2 silent; 1,512 participants", "`a-1`, `b-2`",
            "**Supported.** Is it sure?", "> It is not addictive", "**Not shown directly.** Is ketamine addictive? The text says no.",
            "## What the text leaves out", "**Nausea**: 25 reports, 7 of them randomised: `pmid-100`", "and 20 more", "`nct-00000001`",
            "## What could not be judged", "It asks none", "not medical advice",
        )
    ]  # fmt: skip
    assert places == sorted(places)
    assert "the direction" not in report, "that is the verdict itself"
    assert report.count("> Ketamine is proven") == 1, "a sentence with two questions is quoted once"


def test_the_report_shows_quotes_as_they_are() -> None:
    """Neither tags nor mark-up of the quoted text do anything."""
    shown = rendered(as_markdown(checked()))
    assert "&lt;b&gt;It heals *everything*&lt;/b&gt;, says Dr. Foo." in shown
    assert "<b>" not in shown and shown.count("<table>") == 1


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](http://example.org/x.png)", "# Heading", "- item", "1. one", "12) a",
     "> deeper", "***", "```code```", "| a | b |", "~~gone~~", "http://example.org www.example.org me@example.org", "a\\*b",
     "&lt;b&gt; &copy;", "<!-- -->", "line\n\n# break", "+ x", "= =", "--- a", "\x1b[31mred\x07", "\u202eturned", "    code", "$x$ ^y^",
     ": term", "[^1]: note", "_a_ __b__", "<https://example.org>", "a|b"],
)  # fmt: skip
def test_hostile_quotes_are_escaped(text: str) -> None:
    """A quote is one paragraph in its blockquote, with the very words."""
    from html import escape

    shown = rendered(f"> {escaped(text)}\n")
    words = " ".join(text.replace("\x1b", " ").replace("\x07", " ").replace("\u202e", "").split())
    expected = f"<blockquote>\n<p>{escape(words)}</p>\n</blockquote>\n"
    assert shown.replace("&quot;", '"') == expected.replace("&quot;", '"').replace("&#x27;", "'")


@given(st.text(st.characters(), min_size=1).filter(lambda text: any(letter.isalnum() for letter in text)))
def test_any_text_can_be_quoted(text: str) -> None:
    """It makes one paragraph without an element in it, and the report is UTF-8."""
    shown = rendered(f"> {escaped(text)}\n")
    inner = shown.removeprefix("<blockquote>\n<p>").removesuffix("</p>\n</blockquote>\n")
    assert len(inner) < len(shown) and "<" not in inner
    as_markdown(checked(f"{text.strip()}x\n{text}.")).encode("utf-8")


def test_a_text_without_statements_has_a_report() -> None:
    """Which says so."""
    nothing = Checked(Document("Hello.", (), "text"), (), (), (), ("It does not speak of ketamine.",))
    report = as_markdown(nothing)
    assert "**0 statements**" in report and "No statement was found" in report and CAUTION in report
    assert "It does not speak of ketamine." in report
    assert "0 statements that can be checked was found" not in on_screen(nothing)
    assert "No statement" in on_screen(nothing)


def test_without_a_database_there_is_no_verdict() -> None:
    """Neither in the report nor on the screen."""
    assert "**No verdict.** Does ketamine help?" in as_markdown(checked(database=False))
    assert "no verdict  Does ketamine help?" in on_screen(checked(database=False))


# ------------------------------------------------------------ terminal


def test_the_screen_shows_all_and_wraps() -> None:
    """Statements, parts, omissions, what was not judged, figures, notes, caution; no line wider than the terminal."""
    out = on_screen(checked(), width=60)
    flat = " ".join(out.split())
    for part in ("mixed Does ketamine help?", "the number (70 %): contradicted. Trials give 20 to 40 %.", "7 randomised",
                 "(the text says no)", "Could not be judged", "3 statements: 1 supported, 1 mixed, 1 not shown directly.",
                 "Note: One note.", "not medical advice"):  # fmt: skip
        assert part in flat, part
    assert max(map(len, out.splitlines())) <= 60


def test_the_screen_colours_verdicts_and_nothing_else() -> None:
    """Colours where there is a terminal; rich's mark-up and escape sequences in the text stay text."""
    hostile = "[red]Ketamine[/red] is \x1b[2Jproven\ud800.\nIt is not [bold]sold[/bold]. Rest."
    out = on_screen(checked(hostile), colour=True)
    assert "\x1b[33mmixed" in out and "\x1b[1;32msupported" in out
    assert "[red]Ketamine[/red]" in out and "\x1b[2J" not in out
    assert "\x1b" not in on_screen(checked(hostile))


def test_a_title_with_mark_up_stays_a_title() -> None:
    """The heading of the report has one line."""
    value = checked()
    value = replace(value, document=replace(value.document, title="A\n# <i>B</i>"))
    assert as_markdown(value).startswith("# What the studies say: A \\# &lt;i&gt;B&lt;/i&gt;\n\n")
