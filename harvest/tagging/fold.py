"""Text as the matcher compares it, with the way back to the code points of the original.

Case, diacritics, ligatures, dashes, slashes, apostrophes and kinds of white space make no difference to a match,
but the evidence must point at the words as they were written. So every folded character knows where it came from.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from typing import Literal, NamedTuple

_SPACES = re.compile(" {2,}")
_SEPARATORS = frozenset("/'`´\"«»‘’‚‛“”„‟′‵＇／⁄∕−")
"""Read as a space, beside all dashes (Unicode category Pd) and white space."""


class _Step(NamedTuple):
    """A change of length: from folded index ``breaks[i]`` on, the text before the change stands ``shifts[i]`` later."""

    breaks: list[int]
    shifts: list[int]

    def back(self, index: int) -> int:
        at = bisect_right(self.breaks, index) - 1
        return index + self.shifts[at] if at >= 0 else index


class Folded(NamedTuple):
    """Folded text, and the changes of length that lead back to the original, the last one first."""

    text: str
    steps: tuple[_Step, ...] = ()

    def start(self, index: int) -> int:
        """Where in the original the folded character ``index`` stands."""
        for step in self.steps:
            index = step.back(index)
        return index

    def end(self, index: int, original: str) -> int:
        """End (exclusive) in the original of what ends before ``index``, the last letter's accents included."""
        if not self.steps:
            return index
        end = self.start(index - 1) + 1
        while end < len(original) and unicodedata.combining(original[end]):
            end += 1
        return end


class _Table(dict[str, str]):
    """Character -> its folded form, worked out when first met; ``uneven`` holds those that fold to none or several."""

    def __init__(self) -> None:
        self.uneven: set[str] = set()

    def __missing__(self, character: str) -> str:
        self[character] = folded = _fold_character(character)
        if len(folded) != 1:
            self.uneven.add(character)
        return folded


def _fold_character(character: str) -> str:
    category = unicodedata.category(character)
    if character in _SEPARATORS or category == "Pd" or character.isspace():
        return " "
    if category in ("Cf", "Mn", "Me"):  # soft hyphens, zero-width characters, combining marks
        return ""
    decomposition = unicodedata.decomposition(character)
    if decomposition.startswith("<super>"):  # a reference mark behind a word is not part of the word
        return " "
    # Ligatures, full-width letters and subscripts (HAM-D₁₇) are letters and digits; other symbols stay as they are.
    form: Literal["NFKD", "NFD"] = "NFKD" if character.isalnum() else "NFD"
    decomposed = unicodedata.normalize(form, unicodedata.normalize(form, character).casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


_TABLE = _Table()
_ASCII = {code: _fold_character(chr(code)) for code in range(128)}
_ASCII_SPACES = [chr(code) for code, folded in _ASCII.items() if folded == " " and code != ord(" ")]
_FOREIGN = re.compile(r"[^\x00-\x7f]")


def fold(text: str) -> Folded:
    """The folded text; runs of spaces become one.

    >>> fold("(S)-Ketamine\\u2009–\\u2009naïve").text
    '(s) ketamine naive'
    """
    steps: tuple[_Step, ...] = ()
    if text.isascii():
        folded = text.translate(_ASCII)
    else:
        folded = _FOREIGN.sub(_fold_match, text).lower()
        for separator in _ASCII_SPACES:
            folded = folded.replace(separator, " ")
        if len(folded) != len(text) or not _TABLE.uneven.isdisjoint(text):
            steps = (_uneven(text),)
    if "  " in folded:
        folded, step = _collapse(folded)
        steps = (step, *steps)
    return Folded(folded, steps)


def fold_keeping_case(text: str) -> str:
    """For acronyms: separators as spaces, letters as written.

    >>> fold_keeping_case("HAM\u2011D")
    'HAM D'
    """
    return "".join(" " if _TABLE[character] == " " else character for character in text)


def _fold_match(found: re.Match[str]) -> str:
    return _TABLE[found.group()]


def _uneven(text: str) -> _Step:
    """The step of the characters that fold to none or several."""
    breaks: list[int] = []
    shifts: list[int] = []
    shift = 0
    for index, character in enumerate(text):
        if character in _TABLE.uneven:
            at = index - shift
            length = len(_TABLE[character])
            # Every further folded character comes from the same place; after none at all the text has moved up.
            for extra in range(1, length):
                breaks.append(at + extra)
                shifts.append(shift - extra)
            shift += 1 - length
            if not length:
                breaks.append(at)
                shifts.append(shift)
    return _Step(breaks, shifts)


def _collapse(folded: str) -> tuple[str, _Step]:
    """Runs of spaces as one."""
    pieces: list[str] = []
    breaks: list[int] = []
    shifts: list[int] = []
    at = shift = 0
    for run in _SPACES.finditer(folded):
        start, end = run.span()
        pieces.append(folded[at : start + 1])
        breaks.append(start + 1 - shift)
        shift += end - start - 1
        shifts.append(shift)
        at = end
    pieces.append(folded[at:])
    return "".join(pieces), _Step(breaks, shifts)
