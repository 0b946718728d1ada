"""Pieces of a text become blocks: which short line is a heading, which an item of a list, and what leads it in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from harvest.checker.model import Block

_HEADING_LENGTH = 90
_HEADING_WORDS = 14
_LOWEST = 7  # level of a heading of which it is not known: below those that say theirs
_ENDS = (".", "!", ";", ",", "…", "。")
_CLOSING = "\"'”’»)]*_ "
# A short line that opens with one of these before a paragraph is the next heading, no further item of the list above it.
_OPENS_HEADING = re.compile(
    r"(?:how|what|why|when|where|who|which|is|are|can|does|do|will|should|about|our|your)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A line, or lines that belong together, of which the kind may still be open ('').

    level
        Of a heading, 1 to 6; 0 when it is not known.
    group
        Number of the list that an item belongs to; ``within`` that of the list around it, 0: none.
    gap
        A blank line stands before it.
    """

    start: int
    end: int
    kind: Literal["", "heading", "paragraph", "item"] = ""
    level: int = 0
    group: int = 0
    within: int = 0
    gap: bool = True


def arranged(text: str, pieces: Sequence[Piece]) -> tuple[Block, ...]:
    """Blocks in order of the text, each with what it stands ``under``."""
    return _led_in(_decided(text, pieces))


def ends_sentence(line: str) -> bool:
    """Whether a line ends as a sentence does; a colon ends none.

    >>> ends_sentence("It helps.”"), ends_sentence("Does it help?"), ends_sentence("It helps with:")
    (True, True, False)
    """
    return line.rstrip(_CLOSING).endswith((*_ENDS, "?"))


# ------------------------------------------------------------ kinds


def _decided(text: str, pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, each with a kind."""
    short = [not piece.kind and _is_short(text[piece.start : piece.end]) for piece in pieces]
    plain = [one and text[piece.end - 1] not in ":?" for one, piece in zip(short, pieces, strict=True)]
    heads = _before_something(pieces, short)
    runs = _runs(pieces, plain)
    done: list[Piece] = []
    group = max((piece.group for piece in pieces), default=0)
    position = 0
    while position < len(pieces):
        piece = pieces[position]
        count = _unmarked_items(text, pieces, runs, done, position)
        if count:
            group += 1
            done += (replace(one, kind="item", group=group) for one in pieces[position : position + count])
        elif not piece.kind:
            done.append(replace(piece, kind="heading" if heads[position] else "paragraph"))
        else:
            done.append(piece)
        position += count or 1
    return [_lead_of_list(text, pieces, done, index) for index in range(len(done))]


def _lead_of_list(text: str, pieces: Sequence[Piece], done: Sequence[Piece], index: int) -> Piece:
    """ "It helps with:" heads its list and not what follows the list: no heading of a section, unless marked as one."""
    piece = done[index]
    leads = index + 1 < len(done) and done[index + 1].kind == "item" and text[piece.end - 1] == ":"
    return replace(piece, kind="paragraph") if leads and not pieces[index].kind and piece.kind == "heading" else piece


def _is_short(line: str) -> bool:
    line = line.rstrip(_CLOSING)
    return (
        len(line) <= _HEADING_LENGTH and "\n" not in line and not line.endswith(_ENDS)
        and len(line.split()) <= _HEADING_WORDS
    )  # fmt: skip


def _before_something(pieces: Sequence[Piece], short: Sequence[bool]) -> list[bool]:
    """Which short lines head something: a paragraph, a list, or another heading that does."""
    heads = [False] * len(pieces)
    for position in range(len(pieces) - 2, -1, -1):
        after = position + 1
        heads[position] = short[position] and (not short[after] or heads[after])
    return heads


def _runs(pieces: Sequence[Piece], plain: Sequence[bool]) -> list[int]:
    """For each piece where the run of short lines ends that begins with it, all with a blank line before them or all
    without; what stands before the first does not matter. Itself where it is no short line."""
    even = list(range(len(pieces) + 1))  # the same, with what stands before the first
    runs = list(range(len(pieces)))
    for position in range(len(pieces) - 1, -1, -1):
        if plain[position]:
            after = position + 1
            follows = after < len(pieces) and plain[after]
            runs[position] = even[after] if follows else after
            even[position] = even[after] if follows and pieces[after].gap == pieces[position].gap else after
    return runs


def _unmarked_items(
    text: str, pieces: Sequence[Piece], runs: Sequence[int], done: Sequence[Piece], position: int
) -> int:
    """How many short lines from here on are items of a list without bullets, 0: none.

    Those that a line with a colon leads in; or two and more that stand close together below a short line.
    """
    end = runs[position]
    if end == position or not done or done[-1].kind == "item":
        return 0
    if text[done[-1].end - 1] != ":":
        close = end - position > 1 and not pieces[position + 1].gap
        apart = pieces[position].gap and (end == len(pieces) or pieces[end].gap)
        if not (close and done[-1].kind == "heading" and end - position >= (2 if apart else 3)):
            return 0
    heads_next = end < len(pieces) and not pieces[end].kind
    if heads_next and end - position > 1 and _OPENS_HEADING.match(text, pieces[end - 1].start):
        end -= 1
    return end - position


# ------------------------------------------------------------ leads


def _led_in(pieces: Sequence[Piece]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    leads: dict[int, int] = {}
    headings: list[tuple[int, int]] = []  # (level, index), the outermost first
    for index, piece in enumerate(pieces):
        above = headings[-1][1] if headings else -1
        if piece.kind == "heading":
            level = piece.level or _LOWEST
            while headings and headings[-1][0] >= level:
                headings.pop()
            above = headings[-1][1] if headings else -1
            headings.append((level, index))
        elif piece.kind == "item":
            headed = index > 0 and pieces[index - 1].kind == "heading"  # a list whose items have headings of their own
            if headed or piece.group not in leads:
                leads[piece.group] = _lead(pieces, index, above)
            above = leads[piece.group]
        blocks.append(Block(piece.start, piece.end, piece.kind or "paragraph", above))
    return tuple(blocks)


def _lead(pieces: Sequence[Piece], index: int, above: int) -> int:
    """What leads in the list that begins here: the block right before it, of a list in a list the item around it."""
    before = pieces[index - 1] if index else None
    if before and (before.kind != "item" or before.group == pieces[index].within):
        return index - 1
    return above
