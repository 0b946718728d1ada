"""Plain text: its lines and what belongs together, found without changing a character."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from harvest.checker.blocks import Piece, arranged, ends_sentence
from harvest.checker.model import Block

_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_BULLET = "-*+~›•–—◦▪▫‣⁃·●○■□✓✔✅☑➤►▶→»\uf0b7\uf0a7"  # the last two: bullets of a symbol font, in PDFs
MARKER = re.compile(
    rf"(?:[{_BULLET}]\ufe0f?|\(?(?P<number>\d{{1,2}})[.)]|\(?[A-Za-z]\)|[a-h]\.)[ \t\u00a0\u2003]+(?=\S)|[•●▪✓✔✅☑➤►\uf0b7](?=\w)"
)
_HASHES = re.compile(r"(#{1,6})[ \t]+(?=\S)")
_LONGEST_WRAPPED = 100
_SHORTEST_WRAPPED = 50


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that holds letters or figures; ``start`` and ``end`` leave out the spaces around it."""

    left: int
    start: int
    end: int
    gap: bool
    text: str

    @property
    def length(self) -> int:
        return self.end - self.left

    @property
    def small(self) -> bool:
        """It goes on in small letters."""
        return self.text[:1].islower() or (self.text[:1] in "(“" and self.text[1:2].islower())


def blocks_of(text: str, offset: int = 0) -> tuple[Block, ...]:
    """Headings, paragraphs and items of a plain text."""
    return arranged(text, pieces_of(text, offset))


def pieces_of(text: str, offset: int = 0) -> list[Piece]:
    """Lines, with those put together that were wrapped; ``offset`` is added to every position.

    Of an item and of a ``# heading`` the piece begins after its mark.
    """
    lines = list(_lines(text))
    width = _Width(lines)
    pieces: list[Piece] = []
    lists = _Lists()
    first = 0
    while first < len(lines):
        mark = MARKER.match(text, lines[first].start, lines[first].end)
        last = first
        while last + 1 < len(lines) and _goes_on(text, lines, last, first if mark else -1, width):
            last += 1
        pieces.append(_piece(text, lines[first], lines[last], mark, lists, offset))
        first = last + 1
    return pieces


def _piece(text: str, first: _Line, last: _Line, mark: re.Match[str] | None, lists: _Lists, offset: int) -> Piece:
    start, end = first.start, last.end
    if mark:
        group, within = lists.of(first.start - first.left, int(mark["number"] or 0))
        return Piece(mark.end() + offset, end + offset, "item", group=group, within=within, gap=first.gap)
    lists.broken()
    if hashes := _HASHES.match(text, start, end):
        return Piece(hashes.end() + offset, end + offset, "heading", level=len(hashes[1]), gap=first.gap)
    return Piece(start + offset, end + offset, gap=first.gap)


def _lines(text: str) -> Iterator[_Line]:
    """Lines with something to read; rows of dashes and the like count as blank."""
    gap, position = True, 0
    ends = [(match.start(), match.end()) for match in _BREAK.finditer(text)]
    for end, following in [*ends, (len(text), len(text))]:
        raw = text[position:end]
        words = raw.strip()
        if any(letter.isalnum() for letter in words):
            start = position + raw.index(words[0])
            yield _Line(position, start, start + len(words), gap, words)
            gap = False
        else:
            gap = True
        position = following


# ------------------------------------------------------------ wrapped lines


class _Width:
    """How wide the lines around a line run that were wrapped, 0 where none were."""

    def __init__(self, lines: Sequence[_Line]) -> None:
        self._widths = [0] * len(lines)
        # Small letters at the start of a line after a long one: that line was wrapped.
        self._small = [line.small and before.length >= 40 for before, line in pairwise(lines)]
        going_on = sum(not line.gap and line.length <= _LONGEST_WRAPPED for line in lines)
        everywhere = sum(self._small) >= 3 and sum(self._small) * 10 >= going_on * 3
        start = 0
        for position in range(1, len(lines) + 1):
            if position == len(lines) or lines[position].gap or lines[position].length > _LONGEST_WRAPPED:
                self._measure(lines, start, position, everywhere)
                start = position

    def _measure(self, lines: Sequence[_Line], start: int, end: int, everywhere: bool) -> None:
        widest = max(line.length for line in lines[start:end])
        wrapped = everywhere or any(self._small[start : end - 1])
        if wrapped and _SHORTEST_WRAPPED <= widest <= _LONGEST_WRAPPED:
            self._widths[start:end] = [widest] * (end - start)

    def at(self, position: int) -> int:
        return self._widths[position]


def _goes_on(text: str, lines: Sequence[_Line], position: int, item: int, width: _Width) -> bool:
    """Whether the line after ``position`` belongs to it; ``item`` is the line an item began with, -1: it is none."""
    here, after = lines[position], lines[position + 1]
    marked = MARKER.match(text, after.start, after.end) or here.text.startswith("#") or after.text.startswith("#")
    if after.gap or marked or here.text[-1] in ":?":
        return False
    if item >= 0 and after.start - after.left > lines[item].start - lines[item].left:
        return True  # set in below the text of the item
    if after.small and not ends_sentence(here.text) and 40 <= here.length <= 2 * _LONGEST_WRAPPED:
        return True
    widest = width.at(position)
    if not widest or width.at(position + 1) != widest or here.length < 0.6 * widest:
        return False
    word = after.text.split(maxsplit=1)[0]
    return here.length + 1 + len(word) > widest and not (_is_titled(here.text) and not after.small)


def _is_titled(line: str) -> bool:
    """Most long words begin with a capital, and no sentence ends: a heading over the text."""
    long = [word for word in line.split() if len(word) > 3]
    return not ends_sentence(line) and sum(word[0].isupper() for word in long) > 0.7 * len(long)


# ------------------------------------------------------------ lists


class _Lists:
    """Numbers the lists of a text: items set in deeper make a list of their own, 2. goes on after 1. and its paragraph."""

    def __init__(self) -> None:
        self._count = 0
        self._open: list[tuple[int, int]] = []  # (indent, list), the outermost first
        self._number = 0
        self._broken = True

    def broken(self) -> None:
        """A line that is no item stands here."""
        self._broken = True

    def of(self, indent: int, number: int) -> tuple[int, int]:
        """(its list, the list around that or 0) of an item."""
        if self._broken and not (number > 1 and number == self._number + 1):
            self._open = []
        self._broken, self._number = False, number
        while self._open and self._open[-1][0] > indent:
            self._open.pop()
        if not self._open or self._open[-1][0] < indent:
            self._count += 1
            self._open.append((indent, self._count))
        return self._open[-1][1], self._open[-2][1] if len(self._open) > 1 else 0
