"""Of a web page that is read which a reader sees: nothing of the text is lost, the site around it is left out and named."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.checker.reading import read_bytes
from harvest.errors import BadInput

from .test_reading import SENTENCE, seen, sound


def read(body: str, head: str = "<title>Invented</title>") -> list[tuple[str, str, int]]:
    return seen(read_bytes(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()))


def test_headings_paragraphs_lists_and_their_leads() -> None:
    """Inline elements break no sentence; a lead is the block before a list, of a list in a list its item."""
    body = (
        "<h1>Ketamine</h1><h2>Uses</h2><p>It <b>may</b>\n  help <a href='/x'>people</a>&nbsp;with<!-- note -->:</p>"
        "<ul><li>pain</li><li>moods<ul><li>depression</li></ul></li><li><p>PTSD</p></li></ul><h2>Risks</h2><p>Some.</p>"
    )
    assert read(body) == [
        ("h", "Ketamine", -1), ("h", "Uses", 0), ("p", "It may help people with:", 1), ("i", "pain", 2), ("i", "moods", 2),
        ("i", "depression", 4), ("i", "PTSD", 2), ("h", "Risks", 0), ("p", "Some.", 7),
    ]  # fmt: skip


def test_the_text_shows_its_blocks() -> None:
    """Blank lines between blocks, dashes before items; a script, a style and soft hyphens are not there."""
    page = b"<h1>A</h1><script>x()</script><style>p{}</style><ul><li>keta\xc2\xadmine</li><li>two</li></ul><p>B c</p>"
    document = read_bytes(page, content_type="text/html")
    assert document.text == "A\n\n- ketamine\n- two\n\nB c"
    assert (document.title, document.source, document.notes) == ("A", "html", ())


@pytest.mark.parametrize(
    "hidden",
    ["<template><p>{}</p></template>", "<noscript>{}</noscript>", "<p hidden>{}</p>", "<div style='color:red; display : none'>{}</div>",
     "<textarea>{}</textarea>", "<select><option>{}</option></select>", "<svg><title>{}</title></svg>", "<!-- {} -->",
     "<span class='sr-only'>{}</span>", "<a class='skip-link' href='#m'>{}</a>"],
)  # fmt: skip
def test_what_nobody_sees_is_not_read(hidden: str) -> None:
    """And what stands around it is."""
    assert read(f"<p>Before. {hidden.format('SECRET')} After.</p><p>{SENTENCE}</p>")[0][1].startswith("Before.")
    text = " ".join(one[1] for one in read(f"<div>Before. {hidden.format('SECRET')} After.</div><p>{SENTENCE}</p>"))
    assert "SECRET" not in text and "Before." in text and "After." in text


@pytest.mark.parametrize(
    "folded",
    ["<details><summary>Is it safe?</summary><p>{}</p></details>", "<div class='accordion-body' style='display:none'>{}</div>",
     "<div role='tabpanel' hidden>{}</div>", "<div hidden='until-found'>{}</div>",
     "<button aria-expanded='false'>Is it safe?</button><div class='faq-answer' style='display:none'>{}</div>"],
)  # fmt: skip
def test_what_a_click_opens_is_read(folded: str) -> None:
    """Answers to frequent questions are often folded away."""
    blocks = read(f"<p>{SENTENCE}</p>{folded.format('It is entirely safe.')}")
    assert blocks[-1][1] == "It is entirely safe."
    if "safe?" in folded:
        assert blocks[-1][2] == 1 and blocks[1][:2] == ("h", "Is it safe?")


SITE = {
    "the site's navigation": "<nav><ul><li><a href='/'>Home</a></li><li><a href='/t'>Team</a></li></ul></nav>",
    "a notice on cookies": "<div id='cookie-banner'><p>We use cookies. <button>Accept</button></p></div>",
    "the footer": "<footer><p>12 Invented Road</p></footer>",
    "text that the page hides": "<div hidden>Unseen words</div>",
}


def test_the_site_around_the_text_is_left_out_and_named() -> None:
    """A note lists what was left out; nothing else is gone."""
    page = f"<body>{''.join(SITE.values())}<main><p>{SENTENCE}</p></main></body>".encode()
    document = read_bytes(page, content_type="text/html")
    assert document.text == SENTENCE
    assert document.notes == (
        "Left out of the check: the site's navigation, a notice on cookies, the footer and text that the page hides.",
    )


@pytest.mark.parametrize(
    "kept",
    ["<header><h1>Ketamine heals</h1></header>", "<div class='informed-consent'>Ketamine heals</div>",
     "<article><footer>Ketamine heals</footer></article>", "<aside>Ketamine heals</aside>", "<div class='menu'>Ketamine heals</div>",
     "<p>Ketamine heals</p>", "<nav>Ketamine heals " + SENTENCE * 4, "<figure><img alt='x'><figcaption>Ketamine heals</figcaption></figure>",
     "<blockquote>Ketamine heals</blockquote>", "<form><label>Ketamine heals</label></form>", "Ketamine heals", "<center>Ketamine heals"],
)  # fmt: skip
def test_nothing_else_is_lost(kept: str) -> None:
    """Headers with words in them, consent forms, notes at the side, a navigation that was never closed."""
    blocks = read(f"<p>{SENTENCE}</p>{kept}")
    assert any(one[1].startswith("Ketamine heals") for one in blocks)


def test_a_page_that_is_all_footer_is_read() -> None:
    """What holds most of the text is the text, whatever it is called."""
    assert len(read(f"<footer>{SENTENCE}</footer>" * 3)) == 3
    assert read(f"<p>Hello you.</p><footer class='footer'><p>{SENTENCE}</p></footer>")[1][1] == SENTENCE


def test_tables_definitions_and_cards() -> None:
    """Short rows read across, long cells by themselves; a term heads its definition, a card's heading its text."""
    table = "<table><tr><th>Effect</th><th>Share</th></tr><tr><td>Dizziness</td><td>12 %</td></tr></table>"
    assert [one[1] for one in read(table)] == ["Effect | Share", "Dizziness | 12 %"]
    layout = f"<table><tr><td><p>{SENTENCE}</p></td><td><p>Other.</p></td></tr></table>"
    assert [one[1] for one in read(layout)] == [SENTENCE, "Other."]
    assert read(f"<dl><dt>Onset</dt><dd>{SENTENCE}</dd></dl>") == [("h", "Onset", -1), ("p", SENTENCE, 0)]
    cards = "<ul><li><h3>Pain</h3><p>It helps.</p></li><li><h3>PTSD</h3><p>It may.</p></li></ul>"
    assert read(cards) == [("h", "Pain", -1), ("i", "It helps.", 0), ("h", "PTSD", -1), ("i", "It may.", 2)]


def test_line_breaks_make_lines_and_bold_lines_headings() -> None:
    """As old pages are made: no lists, only breaks and bullets."""
    blocks = read(
        f"<p>It treats:<br>• pain<br/>• PTSD</p><p><strong>Is it safe</strong></p><div>{SENTENCE}<br><br>Yes.</div>"
    )
    assert blocks == [
        ("p", "It treats:", -1), ("i", "pain", 0), ("i", "PTSD", 0), ("h", "Is it safe", -1), ("p", SENTENCE, 3), ("p", "Yes.", 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [(b"<p>A b c.</p>", "page.HTML", "html"), (b"<p>A</p><p>b</p><p>c</p>", "", "html"), (b"<!-- x --><!DOCTYPE html><p>A", "", "html"),
     (b"Less < more > less, p<0.05 and x<b>y", "", "text"), (b"<p>A</p><p>b</p><p>c</p>", "page.txt", "text")],
)  # fmt: skip
def test_html_is_told_from_text(data: bytes, name: str, kind: str) -> None:
    """By what it is called, and by what it holds."""
    assert read_bytes(data, name=name).source == kind


PARTS = [
    "<div>", "</div>", "<p>", "</p>", "<ul>", "<li>", "</ul>", "<table><tr><td>", "</table>", "<nav>", "<b>", "</b>", "<br>", "<h2>",
    "</h3>", "<footer>", "<header>", "<a href=x>", "<div hidden>", "text here", "More. ", "&lt;", "&#0;", "&bogus;", "<!--", "-->", "<",
    "<script>", "</script>", "\0", "\u202e", "\ud800", "- x", "<pre>\na\n", "<td>", "<![CDATA[", "<?x y?>", "<main>", "<dt>", "é",
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=40))
def test_any_markup_gives_sound_blocks_or_a_message(parts: list[str]) -> None:
    """Unclosed, wrongly nested, cut."""
    try:
        document = read_bytes("".join(parts).encode("utf-8", "surrogatepass"), content_type="text/html")
    except BadInput:
        return
    sound(document)
    assert len(document.blocks) > 0


@pytest.mark.parametrize("deep", ["<div>", "<b>", "<ul><li>", "<table><tr><td>", "<nav><a>"])
def test_nesting_without_end_is_refused(deep: str) -> None:
    """Quickly, and with a message; a thousand deep is read."""
    with pytest.raises(BadInput, match="nested"):
        read_bytes(f"<html>{deep * 100_000}text".encode())
    if deep == "<div>":
        assert read(f"{deep * 1000}{SENTENCE}")[0][1] == SENTENCE


def test_a_large_page_is_read_in_no_time() -> None:
    """200 kB in less than 0.3 s (measured 0.06 s)."""
    part = f"<section class='a b'><div><h2><span>How</span></h2><p>{SENTENCE} <a href='x'>more</a></p><ul><li>{SENTENCE}</li></ul></div></section>"
    page = f"<html><body><main>{part * (200_000 // len(part))}</main></body></html>".encode()
    spent = []
    for _ in range(3):
        started = time.perf_counter()
        read_bytes(page)
        spent.append(time.perf_counter() - started)
    assert min(spent) < 0.3
