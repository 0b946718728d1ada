"""Cuts the blocks of a document into the pieces that can each make a statement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import sentencex

from harvest.checker.model import Block, Document
from harvest.checker.running import run_on

_LONGEST: Final = 1200
"""Code points; what runs on for longer without a stop is cut at a space, so that no text takes long."""
_LOOK_BACK: Final = 8
_STOP: Final = re.compile(r"[.!?…。！？।]\S{0,3}\s|\n\s*\n")
_GLUED: Final = re.compile(r"(?<=[a-z)\]”\"])[.!?](?=[A-Z][a-z’']+[ ,])")
"""A stop whose space was lost: ``days.Patients``."""
_BULLET: Final = re.compile(r"(?:^|(?<=\s))(?:[•●▪◦‣∙➤►✓✔✅☑·❖]|[*~›–—-](?=\s))\s*")
_INNER_BULLET: Final = re.compile(r"(?<=\s)[•●▪◦‣➤►✓✔✅☑❖](?=\s?\S)")
_NUMBERING: Final = re.compile(r"^\s*(?:\(?\d{1,2}[.)]|[a-z][.)])\s+")
_LABEL: Final = re.compile(r"^([^\s:.!?][^:.!?\n]{1,70}?)(?:\s?[:–—]|\s-)\s+(?=\S)")
"""The label of ``Rapid relief: ketamine works within hours``."""
_LABEL_WORDS: Final = 5
_HEAD_WORDS: Final = 4
_SAYS: Final = re.compile(
    r"\b(?:is|are|was|were|be|can|may|will|has|have|had|does|do|did|it|its|we|you|they|i|this|that|no|not|never|yes|absolutely|sometimes|"
    r"often|maybe|ketamine|esketamine|spravato|treatments?|infusions?|therapy|works?|helps?|safe\w*|effective|varies|vary|fast|rapid|n['’]t|"
    r"hi|hello|dear|welcome|today|now|dr|mr|mrs|ms|st)\b",
    re.IGNORECASE,
)
"""What makes a few words a sentence, or an answer."""
_ABBREVIATION: Final = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|St|vs|e\.g|i\.e|approx|Inc|U\.S|No)\.$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, an item of a list or a heading: ``text[start:end]`` of the document.

    kind
        ``item`` also for what follows a bullet inside a paragraph.
    label
        (start, end) of the words before the colon of ``Label: sentence``. They are the beginning of the first sentence of
        the block and are passed to its others.
    leads
        (start, end) of the heading or sentence that leads it in, nearest first, up to the heading above all.
    block
        Index of its block.
    """

    start: int
    end: int
    kind: str
    block: int
    leads: tuple[tuple[int, int], ...] = ()
    label: tuple[int, int] | None = None


def pieces(document: Document) -> list[Piece]:
    """All pieces by start."""
    found: list[Piece] = []
    spans: list[list[tuple[int, int]]] = [[] for _ in document.blocks]
    for index, block in enumerate(document.blocks):
        for piece in _of_block(document, index, block, spans):
            spans[index].append((piece.start, piece.end))
            found.append(piece)
    return found


def _of_block(document: Document, index: int, block: Block, spans: list[list[tuple[int, int]]]) -> Iterator[Piece]:
    text = document.text
    leads = _leads(document, block, spans)
    if block.kind == "heading":
        start, end = trimmed(text, block.start, block.end)
        if start < end:
            yield Piece(start, end, "heading", index, leads)
        return
    bounds = [block.start, *(cut.start() for cut in _INNER_BULLET.finditer(text, block.start, block.end)), block.end]
    inner: tuple[tuple[int, int], ...] = ()
    for part, (first, last) in enumerate(pairwise(bounds)):
        kind = "item" if part else block.kind
        made = list(_sentences(text, first, last, kind, index, (*inner, *leads)))
        yield from made
        if not part and made:
            inner = ((made[-1].start, made[-1].end),)


def _leads(document: Document, block: Block, spans: list[list[tuple[int, int]]]) -> tuple[tuple[int, int], ...]:
    """What leads the block in: of a paragraph its last sentence, of a heading all of it."""
    leads: list[tuple[int, int]] = []
    at, seen = block.under, 0
    while 0 <= at < len(spans) and seen < 6:
        if spans[at]:
            leads.append(spans[at][-1])
        at, seen = document.blocks[at].under, seen + 1
    return tuple(leads)


def _sentences(
    text: str, first: int, last: int, kind: str, index: int, leads: tuple[tuple[int, int], ...]
) -> Iterator[Piece]:
    start, end = trimmed(text, first, last)
    if start >= end:
        return
    found = _LABEL.match(text[start : min(end, start + 90)])
    label = (start, start + found.end(1)) if found and len(found[1].split()) <= _LABEL_WORDS else None
    cuts = [trimmed(text, *cut) for cut in _cuts(text, start, end)]
    cuts = [(begin, stop) for begin, stop in cuts if begin < stop]
    if len(cuts) > 1 and _heads(text, *cuts[0], *cuts[1]):
        yield Piece(*cuts[0], "heading", index, leads)
        leads, cuts, label = (cuts[0], *leads), cuts[1:], None
    for begin, stop in cuts:
        yield Piece(begin, stop, kind, index, leads, label)


def _heads(text: str, start: int, end: int, after: int, stop: int) -> bool:
    """Whether a paragraph begins with words that head it: ``Alcohol. A team found ...``."""
    words = text[start:end]
    short = len(words.split()) <= _HEAD_WORDS < text.count(" ", after, stop)
    return short and words.endswith(".") and not _SAYS.search(words)


def _cuts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    held = text[start:end]
    starts = {0}
    for one in sentencex.get_sentence_boundaries("en", held) if _STOP.search(held) else ():
        at = int(one["start_index"])
        if not _ABBREVIATION.search(held[max(0, at - _LOOK_BACK) : at].rstrip()):
            starts.add(at)
    starts.update(glued.end() for glued in _GLUED.finditer(held))
    starts.update(run_on(held))
    edges = [*sorted(starts), len(held)]
    for begin, stop in pairwise(edges):
        yield from _short(text, start + begin, start + stop)


def _short(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST:
        space = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        cut = space if space > start else start + _LONGEST
        yield start, cut
        start = cut
    yield start, end


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without white space at its ends and without a bullet or number before it."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    for mark in (_BULLET, _NUMBERING):
        found = mark.match(text[start : min(end, start + 12)])
        if found and start + found.end() < end:
            start += found.end()
    return start, end
