"""How verdicts and the words of a checked text are put to people, in a terminal and in a report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import get_args

from harvest.checker.model import Checked, Judged, Part
from harvest.claims.model import Verdict
from harvest.text import storable

CAUTION = (
    "This comes from a database of studies and the reading of a program, and both can be wrong. It is not medical advice. "
    "A count of studies is not a proof; “not shown directly” means that too few studies held here answer the question, "
    "not that the answer is no."
)
NO_VERDICT = "no verdict"
ORDER = (*get_args(Verdict), "")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_STANCES = (("supports", "for"), ("contradicts", "against"), ("mixed", "mixed"), ("silent", "silent"))


def in_words(verdict: str) -> str:
    """A verdict as people read it.

    >>> in_words("not-shown-directly"), in_words("")
    ('not shown directly', 'no verdict')
    """
    return verdict.replace("-", " ") or NO_VERDICT


def one_line(text: str) -> str:
    """Quoted text on one line, without what could steer a terminal or turn the direction of what follows."""
    return " ".join(_TURNING.sub("", storable(text)).split())


def summary(checked: Checked) -> list[tuple[str, int]]:
    """(verdict, number of statements), best supported first; only verdicts that occur."""
    counts: Counter[str] = Counter(judged.verdict for judged in checked.statements)
    return [(verdict, counts[verdict]) for verdict in ORDER if counts[verdict]]


def counted(number: int, one: str, many: str = "") -> str:
    """
    >>> counted(1, "statement"), counted(1200, "study", "studies")
    ('1 statement', '1,200 studies')
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def reports_behind(counts: Mapping[str, int], participants: int) -> str:
    """The counts as a phrase, '' when no report bears on the question.

    >>> reports_behind({"supports": 4, "contradicts": 1, "mixed": 0, "silent": 2}, 512)
    'Reports: 4 for, 1 against, 2 silent; 512 participants'
    """
    held = [f"{counts[name]:,} {word}" for name, word in _STANCES if counts.get(name)]
    if not held:
        return ""
    return f"Reports: {', '.join(held)}" + (f"; {counted(participants, 'participant')}" if participants else "")


def further_parts(judged: Judged) -> list[Part]:
    """The parts that say more than the verdict of the whole does."""
    return [part for part in judged.parts if (part.verdict, part.why) != (judged.verdict, judged.why)]


def part_named(part: Part, judged: Judged) -> str:
    """What a part is about: "the number (70 %)", "the word “proven”"."""
    said = judged.statement
    if part.name == "number" and said.number is not None:
        return f"the number ({said.number:g} %)"
    if part.name == "certainty" and said.certainty:
        return f"the word “{one_line(said.certainty)}”"
    return f"the {part.name}"
