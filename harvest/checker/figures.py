"""Which of the percentages of a sentence a statement states: the one that stands with its own words, of ketamine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from harvest.checker.hearing import Heard
from harvest.checker.lexicon import Lexicon
from harvest.checker.marks import Mark, clauses
from harvest.claims.model import Library, Question

_AGAINST: Final = re.compile(
    r"\b(?:vs\.?|versus|compared (?:to|with)|against|than|as opposed to|rather than|whereas|while|and only|but only)\s[^%.;]{0,30}$",
    re.IGNORECASE,
)
_CONTROLS: Final = re.compile(
    r"[^%.;]{0,30}?\b(?:placebo|midazolam|controls?\b|comparison|saline|sham|dummy|usual care|the other)", re.IGNORECASE
)
_NOT_BY_THEN: Final = re.compile(
    r"\b(?:who|tried|trying|fail\w*|despite|after|not|n['’]t|resist\w*|when|where|without|than)\b", re.IGNORECASE
)
_REACH: Final = 60
_APART: Final = 200
"""What a stop or comma between a number and a word counts, in characters."""


def number(heard: Heard, question: Question, words: Sequence[Mark], lexicon: Lexicon) -> Mark | None:
    """The percentage of a question about how many, None where each of them is said of something else.

    Of "70 % respond, and a third reach remission" the question of response gets 70, that of remission 33.3; of
    "67 % against 20 % on midazolam" the first.
    """
    percent, remits = lexicon.bits["percent"], lexicon.bits["remits"]
    percents = [mark for mark in heard.marks if mark.bits & percent and mark.start >= heard.start]
    ours = [one for at, one in enumerate(percents) if not _of_others(heard, percents, at, lexicon)]
    if not ours:
        return None
    own = [mark for mark in words if mark.start >= heard.start and not mark.bits & percent]
    telling = [mark for mark in own if mark.bits & lexicon.bits["benefit"]] or own or ours
    rivals = [] if any(mark.bits & remits for mark in telling) else [m for m in heard.marks if m.bits & remits]
    edges = [start for start, _ in clauses(heard.text, heard.start, heard.end)]
    free = [one for one in ours if not rivals or _apart(one, telling, edges) <= _apart(one, rivals, edges)]
    return min(free or ours, key=lambda one: _apart(one, telling, edges))


def parts_with_shares(heard: Heard, lexicon: Lexicon) -> list[Heard]:
    """A sentence with several percentages cut between them, each part to be asked by itself; none where no clause ends
    between two."""
    percents = [mark for mark in heard.marks if mark.bits & lexicon.bits["percent"] and mark.start >= heard.start]
    if len(percents) < 2:
        return []
    edges = [start for start, _ in clauses(heard.text, heard.start, heard.end)]
    cuts = [max(between) for one, other in pairwise(percents)
            if (between := [edge for edge in edges if one.end <= edge <= other.start])]  # fmt: skip
    return [
        replace(heard, marks=[mark for mark in heard.marks if begin <= mark.start < stop])
        for begin, stop in pairwise([heard.start, *cuts, heard.end])
        if cuts
    ]


def _apart(one: Mark, others: Sequence[Mark], edges: Sequence[int]) -> int:
    """How far the nearest of the others stands, in characters."""

    def between(other: Mark) -> int:
        first, last = sorted((one, other), key=lambda mark: mark.start)
        return max(0, last.start - first.end) + _APART * sum(first.start < edge <= last.start for edge in edges)

    return min(between(other) for other in others)


def _of_others(heard: Heard, percents: Sequence[Mark], at: int, lexicon: Lexicon) -> bool:
    """Whether it is the share of those who got something else."""
    here, text = percents[at], heard.text
    after = percents[at + 1].start if at + 1 < len(percents) else heard.end
    after = min(after, here.end + _REACH)
    before = percents[at - 1].end if at else heard.start
    behind = [mark for mark in heard.marks if here.end <= mark.start < after]
    drug = next((mark.start for mark in behind if mark.bits & lexicon.bits["drug-named"]), after)
    if _CONTROLS.match(text, here.end, drug):
        return True
    if drug < after:
        return False
    if at and _AGAINST.search(text, max(before, here.start - 40), here.start):
        return True
    other = next((mark for mark in behind if mark.bits & lexicon.bits["other-treatment"]), None)
    stop = next((end for _, end in clauses(text, here.end, after)), after)
    return other is not None and other.start < stop and not _NOT_BY_THEN.search(text, here.end, other.start)


def with_condition(
    question: Question, own: frozenset[str], around: Sequence[frozenset[str]], library: Library, lexicon: Lexicon
) -> Question | None:
    """The question of how many for the condition spoken of; None where no question is about that one.

    own
        Conditions that the sentence names; without any it speaks of those of ``around``, nearest first.
    """
    named = next((some for some in (own, *around) if some), frozenset())
    if own or not named or not question.conditions or lexicon.akin(named, question.conditions):
        return question
    others = (
        one
        for one in library.questions.values()
        if one.test == "rates" and one.conditions and one.kind == question.kind
    )
    return next((one for one in others if lexicon.akin(named, one.conditions)), None)
