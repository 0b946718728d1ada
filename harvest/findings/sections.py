"""Sentences of an abstract as it comes from anywhere: labels may be glued to the first word ("ResultsPain was ...")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

import sentencex

Section = Literal["", "background", "aim", "method", "result", "conclusion"]

_NAMES: Final[dict[Section, str]] = {
    "background": "background|introduction|context|rationale|importance",
    "aim": "objectives?|aims?|purpose|goals?|hypothesis",
    "method": "materials? and methods?|patients and methods?|subjects and methods?|participants and methods?|methods? and materials?|"
              "methods?|design|setting|trial design|study design|participants|interventions?|main outcome measures?|measurements?|"
              "trial registration",
    "result": "results?|findings|main results|outcomes?|key results",
    "conclusion": "conclusions?|interpretation|discussion|significance|implications?",
}  # fmt: skip


def _label(name: str, words: str) -> str:
    titled = "|".join(word[0].upper() + word[1:] for word in words.split("|"))
    return rf"(?P<{name}>(?:{words.upper()})\b|(?:{titled})(?=[\s:.]*[A-Z0-9:.]))"


_LABEL: Final = re.compile(r"\W{0,3}(?:" + "|".join(_label(name, words) for name, words in _NAMES.items()) + ")")
_STOP: Final = re.compile(r"\.(?=\s*[A-Z(\[])")
_NO_END: Final = re.compile(r"(?:\b(?:vs|al|no|sp|spp|ca|approx|fig|dr|st|e\.g|i\.e|resp|cf|[A-Z])|[\s(]\w)$")
_GLUED: Final = re.compile(r"(?<=[\w)])\s(?=(?:Results?|Conclusions?|Methods?|Background|Objectives?)(?::|[A-Z][a-z]))")
_LOOK_BACK: Final = 8


class Sentence(NamedTuple):
    """Code points ``start`` to ``end`` (exclusive), without the blanks around."""

    start: int
    end: int
    section: Section


def sentences(text: str) -> list[Sentence]:
    """All sentences with the section that the last label announced."""
    found: list[Sentence] = []
    section: Section = ""
    starts = sorted(set(_starts(text)))
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        label = _LABEL.match(text, start, end)
        if label is not None:
            section = label.lastgroup or section  # type: ignore[assignment]
        stripped = text[start:end]
        first = start + len(stripped) - len(stripped.lstrip())
        last = start + len(stripped.rstrip())
        if last > first:
            found.append(Sentence(first, last, section))
    return found


def _starts(text: str) -> Iterator[int]:
    """Where sentences begin. sentencex joins what follows an unpaired bracket ("1) placebo"), so it is cut again."""
    yield 0
    yield from (one["start_index"] for one in sentencex.get_sentence_boundaries("en", text))
    for stop in _STOP.finditer(text):
        if not _NO_END.search(text, max(0, stop.start() - _LOOK_BACK), stop.start()):
            yield stop.end()
    yield from (glued.end() for glued in _GLUED.finditer(text))
