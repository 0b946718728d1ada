"""Marking stretches of text: overlapping, nested, out of range, hostile; the text itself is never changed."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as parser

from harvest.site.highlight import KINDS, Part, Span, marked, parts

WORDS = st.text(alphabet="ab <>&\"'\n😀é⟦", max_size=60)
SPANS = st.lists(
    st.builds(
        Span, st.integers(-5, 70), st.integers(-5, 70), st.sampled_from(KINDS), st.sampled_from(["word", "cue", "sentence"]),
        st.sampled_from(["", 'a "note" <b>']), st.sampled_from(["", "#x"]),
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=60)
@given(WORDS, SPANS, st.integers(-3, 70), st.integers(-3, 70))
def test_marking_keeps_every_character_and_is_well_formed(text: str, spans: list[Span], start: int, end: int) -> None:
    """Whatever the spans, what a reader sees is the text between the offsets, and every element is closed in order."""
    shown = str(marked(text, spans, start, end, "a"))
    # Letters around it, since the parser drops white space at the edges.
    seen = parser.fragment_fromstring(f"<div>x{shown}x</div>").text_content()
    assert seen == f"x{text[max(start, 0) : max(end, 0)]}x"
    open_elements: list[str] = []
    for slash, name in re.findall(r"<(/?)(\w+)[^>]*>", shown):
        assert not slash or open_elements.pop() == name
        if not slash:
            open_elements.append(name)
    assert not open_elements
    ids = re.findall(r'\sid="([^"]+)"', shown)
    assert len(ids) == len(set(ids))


@settings(max_examples=60)
@given(WORDS, SPANS)
def test_no_link_is_inside_another(text: str, spans: list[Span]) -> None:
    """Browsers would tear nested links apart."""
    tree = parser.fragment_fromstring(str(marked(text, spans)), create_parent="div")
    assert not tree.xpath("//a//a")


def test_each_stretch_has_the_classes_of_all_its_dimensions() -> None:
    """Two evidences that cross: the shared part carries both lines and leads to the shorter one."""
    spans = [Span(0, 17, "condition", note="C", href="#c"), Span(10, 22, "outcome", note="O", href="#o")]
    tree = parser.fragment_fromstring(str(marked("resistant depressed mood", spans)), create_parent="div")
    found = [
        (a.text_content(), {n.get("class") for n in a.iter()}, a.get("href"), a.get("title")) for a in tree.iter("a")
    ]
    assert found == [
        ("resistant ", {"w d condition"}, "#c", "C"),
        ("depress", {"w d condition", "d outcome"}, "#o", "C; O"),
        ("ed mo", {"w d outcome"}, "#o", "O"),
    ]


def test_offsets_are_code_points() -> None:
    """An emoji is one character, whatever UTF-16 says."""
    assert ">pain<" in marked("😀😀 pain", [Span(3, 7, "outcome", href="#x")])


def test_words_that_begin_get_an_id_to_come_back_to() -> None:
    """One for each place where evidence starts, in the part that is shown; sentences have their own."""
    shown = marked("Pain fell. Pain rose.", [Span(0, 10, "benefit", "sentence"), Span(0, 4, "outcome"), Span(11, 15, "outcome")],
                   prefix="a")  # fmt: skip
    assert re.findall(r'id="([^"]+)"', shown) == ["as0", "a0", "a11"]


def test_sections_are_paragraphs_and_nothing_between_them_is_lost() -> None:
    """The label before a section is its label and not repeated; other words between sections are shown."""
    text = "AIM: To see. Also funded by nobody. RESULTS: Fell. End"
    sections = '[{"label": "AIM", "start": 5, "end": 12}, {"label": "RESULTS", "start": 45, "end": 50}]'
    found = [(part.label, text[part.start : part.end].strip()) for part in parts(text, sections)]
    assert found == [("AIM", "To see."), ("", "Also funded by nobody. RESULTS:"), ("RESULTS", "Fell."), ("", "End")]


def test_text_without_sections_is_told_line_by_line() -> None:
    """The labels of our digests are known; other words before a colon stay where they are."""
    assert parts("Aim: To see.\n\nNote: all.") == [Part("Aim", 5, 12), Part("", 14, 24)]
    assert parts(None) == [] and parts("") == []
