"""Cuts the blocks of a document into the pieces that can each make a statement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import sentencex

from harvest.checker.model import Block, Document

_LONGEST: Final = 1200
"""Code points; what runs on for longer without a stop is cut at a space, so that no text takes long."""
_LOOK_BACK: Final = 8
_STOP: Final = re.compile(r"[.!?…。！？।]\S{0,3}\s|\n\s*\n")
_GLUED: Final = re.compile(r"(?<=[a-z)\]”\"])[.!?](?=[A-Z][a-z’']+[ ,])")
"""A stop whose space was lost: ``days.Patients``."""
_BULLET: Final = re.compile(r"(?:^|(?<=\s))(?:[•●▪◦‣∙➤►✓✔✅☑·❖]|[*–—-](?=\s))\s*")
_INNER_BULLET: Final = re.compile(r"(?<=\s)[•●▪◦‣➤►✓✔✅☑❖](?=\s?\S)")
_NUMBERING: Final = re.compile(r"^\s*(?:\(?\d{1,2}[.)]|[a-z][.)])\s+")
_LABEL: Final = re.compile(r"^([^\s:.!?][^:.!?\n]{1,70}?)(?:\s?[:–—]|\s-)\s+(?=\S)")
"""The label of ``Rapid relief: ketamine works within hours``."""
_LABEL_WORDS: Final = 5
_ABBREVIATION: Final = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|St|vs|e\.g|i\.e|approx|Inc|U\.S|No)\.$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, an item of a list or a heading: ``text[start:end]`` of the document.

    kind
        ``item`` also for what follows a bullet inside a paragraph.
    label
        (start, end) of the words before the colon of ``Label: sentence``; they lie before ``start`` of none but the
        first sentence of the block and pass to all its sentences.
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
    for begin, stop in _cuts(text, start, end):
        begin, stop = trimmed(text, begin, stop)
        if begin < stop:
            yield Piece(begin, stop, kind, index, leads, label)


def _cuts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    held = text[start:end]
    starts = {0}
    for one in sentencex.get_sentence_boundaries("en", held) if _STOP.search(held) else ():
        at = int(one["start_index"])
        if not _ABBREVIATION.search(held[max(0, at - _LOOK_BACK) : at].rstrip()):
            starts.add(at)
    starts.update(glued.end() for glued in _GLUED.finditer(held))
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
