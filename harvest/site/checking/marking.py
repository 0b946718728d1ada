"""The checked text as HTML: every character as it was pasted, statements marked in place, a numbered marker after each.

Cutting where statements overlap is `harvest.site.highlight`'s work; here the text is cut into its paragraphs and, within
them, where statements end, so that a marker stands behind its statement.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from harvest.checker.model import Block, Checked, Judged
from harvest.site.claims.words import label
from harvest.site.highlight import Span, marked

SIGNS: Final = {
    "supported": "✓", "mostly-supported": "(✓)", "mixed": "±", "mostly-contradicted": "(✗)", "contradicted": "✗",
    "not-shown-directly": "?", "not-checkable": "–", "": "·",
}  # fmt: skip
"""Verdict -> the sign beside its number, so that colour never speaks alone."""

_VISIBLE: Final = {code: 0x2400 + code for code in range(32) if code not in (9, 10)} | {127: 0x2421}
"""Control characters as Unicode's pictures of them, one for one: browsers would drop or refuse them."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A paragraph, heading or item of the text. ``start`` and ``end`` are its place in the text, ``numbers`` are those (from 1) of the
    statements that begin in it."""

    start: int
    end: int
    kind: str
    html: Markup
    numbers: tuple[int, ...]


def stretches(checked: Checked) -> list[Stretch]:
    """The whole text in order; what lies between the blocks is shown too, unless it is white space alone."""
    text = checked.document.text.translate(_VISIBLE)
    places = list(_places(text, checked.document.blocks))
    begins = [start for start, _, _ in places]
    numbered = list(enumerate(checked.statements, start=1))
    within: list[list[tuple[int, Judged]]] = [[] for _ in places]
    spans: list[list[Span]] = [[] for _ in places]
    for number, judged in numbered:
        home = max(bisect_right(begins, judged.statement.start) - 1, 0)
        if places:
            within[home].append((number, judged))
        for place in _touched(begins, places, judged.statement.start, judged.statement.end):
            spans[place].extend(_spans(judged))
    for unjudged in checked.unjudged:
        for place in _touched(begins, places, unjudged.start, unjudged.end):
            spans[place].append(Span(unjudged.start, unjudged.end, "unjudged", "sentence"))
    return [
        Stretch(start, end, kind, _html(text, start, end, spans[place], within[place]),
                tuple(number for number, _ in within[place]))
        for place, (start, end, kind) in enumerate(places)
    ]  # fmt: skip


def _places(text: str, blocks: Sequence[Block]) -> Iterator[tuple[int, int, str]]:
    """(start, end, kind) of the blocks and of words between them; a mark before a block ("- ") belongs to it."""
    at = 0
    for block in sorted(blocks, key=lambda one: (one.start, one.end)):
        start, end = max(block.start, at), min(block.end, len(text))
        if end > start:
            between = text[at:start]
            if any(map(str.isalnum, between)):
                yield at, start, "paragraph"
            else:
                start -= len(between.lstrip())
            yield start, end, block.kind
            at = end
    if text[at:].strip():
        yield at, len(text), "paragraph"


def _touched(begins: list[int], places: list[tuple[int, int, str]], start: int, end: int) -> Iterator[int]:
    """The places that a stretch of text reaches into."""
    place = max(bisect_right(begins, start) - 1, 0)
    while place < len(places) and places[place][0] < end:
        if places[place][1] > start:
            yield place
        place += 1


def _spans(judged: Judged) -> Iterator[Span]:
    yield Span(judged.statement.start, judged.statement.end, "statement", "sentence")
    for start, end in judged.statement.words:
        yield Span(start, end, "decides", "cue")


def _html(text: str, start: int, end: int, spans: list[Span], statements: list[tuple[int, Judged]]) -> Markup:
    parts, at = [], start
    for stop in sorted({min(max(one.statement.end, start), end) for _, one in statements} | {end}):
        parts.append(marked(text, spans, at, stop))
        parts.append(_markers((n, one) for n, one in statements if min(max(one.statement.end, start), end) == stop))
        at = stop
    return Markup("").join(parts)


def _markers(statements: Iterable[tuple[int, Judged]]) -> Markup:
    return Markup("").join(
        Markup(' <a class="marker {}" id="m{}" href="#s{}" aria-label="{}">{} {}</a>').format(
            one.verdict, number, number, f"Statement {number}: {label(one.verdict) or 'not judged'}", number,
            SIGNS.get(one.verdict, ""),
        )
        for number, one in statements
    )  # fmt: skip


def shown(text: str) -> str:
    """A piece of the text for a line of its own: control characters as their pictures.

    >>> shown("a\\x00b")
    'a␀b'
    """
    return text.translate(_VISIBLE)
