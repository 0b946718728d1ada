"""What an abstract says about one outcome under one treatment against another, all three given as free text.

Each sentence gets a score for how well it names the outcome and the contrast and how much it looks like a result; the
best one about whose outcome `harvest.findings.change` can say something is the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from harvest.findings.change import change
from harvest.findings.groups import Contrast, Sides
from harvest.findings.model import Change
from harvest.findings.polarity import Polarity, guess
from harvest.findings.sections import Section, Sentence, sentences
from harvest.findings.stems import Stem, stems
from harvest.findings.terms import Definition, Phrase, definitions

Direction = Literal["increased", "decreased", "no-difference", "not-stated"]

_PLAN: Final = re.compile(
    r"\b(?:aim(?:ed|s)?|objectives?|purpose|to (?:evaluate|assess|compare|investigate|determine|examine)|"
    r"(?:was|were) (?:assessed|measured|evaluated|recorded|randomi[sz]ed|assigned|allocated|collected|calculated|included|performed)|"
    r"outcomes? (?:measures? |variables? )?(?:was|were|included)|hypothesi[sz]ed|powered|end ?points?|will be|conducted|enrolled|recruited)\b",
    re.IGNORECASE,
)
_RESULT: Final = re.compile(
    r"\bP\s*[<=>]|\d\s?%|\bvs\b|\bversus\b|±|\bCI\b|significan|compared|differ|than\b", re.IGNORECASE
)
_BETWEEN: Final = re.compile(
    r"\bbetween[ -](?:the )?(?:\w+ ){0,2}(?:groups?|arms?|treatments?)\b|\bgroup differences?\b",
    re.IGNORECASE,
)
_CONCLUDES: Final = re.compile(
    r"\b(?:conclu\w+|suggest\w*|in summary|demonstrates? that|these (?:results|findings|data))\b",
    re.IGNORECASE,
)
_BASELINE: Final = re.compile(
    r"\bat baseline\b|\bbaseline (?:characteristics|demographics?|mean|values?|scores?)|\bbefore (?:the )?(?:surgery|treatment|intervention|study)\b",
    re.IGNORECASE,
)
_ANY_OUTCOME: Final = re.compile(
    r"\b(?:any|all|other|measured|these|remaining|either)(?: of)?(?: the)?(?: \w+){0,2} "
    r"(outcomes?(?: measures?| variables?)?|parameters?|variables?|end ?points?|measures?)\b",
    re.IGNORECASE,
)
_SECTIONS: Final[dict[Section, float]] = {
    "background": -0.5, "aim": -0.5, "method": -0.35, "result": 0.15, "conclusion": 0.0, "": 0.0,
}  # fmt: skip
_LOOKS: Final = ((_RESULT, 0.15), (_BETWEEN, 0.1), (_CONCLUDES, -0.1))
_PLANNED: Final = -0.35
_GROUP_NAMED: Final = 0.08
_SAID: Final = 0.2
_AT_START: Final = -0.3
_UNNAMED: Final = 0.3
"""What a sentence about "any of the outcomes" is worth, as share of the outcome's name."""
_LEAST: Final = 0.25


class Question(NamedTuple):
    """The three phrases are free text; the abstract's own words are found best."""

    abstract: str
    intervention: str
    comparator: str
    outcome: str
    title: str = ""


class Answer(NamedTuple):
    """``start`` to ``end``: the sentence in the abstract that states it; both 0 when it is not stated."""

    direction: Direction
    start: int = 0
    end: int = 0


class Candidate(NamedTuple):
    """A sentence with how well it answers, where it names the outcome, and the two sides."""

    score: float
    sentence: Sentence
    place: tuple[int, int]
    sides: Sides


def answer(question: Question) -> Answer:
    """The abstract's statement, with its sentence."""
    best: Answer | None = None
    highest = _LEAST
    polarity = guess(question.outcome)
    for one in candidates(question):
        if one.score + _SAID <= highest:
            break
        said = told(question.abstract, one, polarity)
        if said is None:
            continue
        score = one.score + _SAID + _early(question.abstract, one.sentence, said)
        if score > highest:
            best, highest = Answer(said.value, one.sentence.start, one.sentence.end), score
    return best or Answer("not-stated")


def told(text: str, one: Candidate, polarity: Polarity) -> Change | None:
    """What the candidate says about the outcome."""
    return change(
        text, one.sentence.start, one.sentence.end, outcome=one.place,
        intervention=one.sides.intervention, comparator=one.sides.comparator, polarity=polarity,
    )  # fmt: skip


def _early(text: str, sentence: Sentence, said: Change) -> float:
    """Groups that were alike before treatment tell nothing."""
    alike = said.value == "no-difference" and _BASELINE.search(text, sentence.start, sentence.end) is not None
    return _AT_START if alike else 0.0


def candidates(question: Question) -> list[Candidate]:
    """The sentences that name the outcome, the best first."""
    text = question.abstract
    bounds, words, defined = _read(text)
    short = [*defined, *(one for part in question[1:] for one in definitions(part))]
    phrase = Phrase(question.outcome, words, short)
    contrast = Contrast(question.intervention, question.comparator, question.outcome, text, short)
    found = [
        candidate
        for sentence, inside in zip(bounds, words, strict=True)
        if (candidate := _candidate(text, sentence, inside, phrase, contrast)) is not None
    ]
    return sorted(found, key=lambda one: -one.score)


@lru_cache(maxsize=8)
def _read(text: str) -> tuple[list[Sentence], list[list[Stem]], list[Definition]]:
    """What does not depend on the question: an abstract is often asked several."""
    bounds = sentences(text)
    return bounds, list(_by_sentence(stems(text), bounds)), list(definitions(text))


def _by_sentence(words: Sequence[Stem], bounds: Sequence[Sentence]) -> Iterator[list[Stem]]:
    index = 0
    for sentence in bounds:
        first = index
        while index < len(words) and words[index].start < sentence.end:
            index += 1
        yield list(words[first:index])


def _candidate(
    text: str, sentence: Sentence, words: Sequence[Stem], phrase: Phrase, contrast: Contrast
) -> Candidate | None:
    covered, place = phrase.covered(words), phrase.place(words)
    if covered < _UNNAMED:
        unnamed = _ANY_OUTCOME.search(text, sentence.start, sentence.end)
        if unnamed is not None:
            covered, place = _UNNAMED, unnamed.span(1)
    if place is None:
        return None
    sides = contrast.sides(text, words)
    score = covered + _SECTIONS[sentence.section] + _GROUP_NAMED * (bool(sides.intervention) + bool(sides.comparator))
    score += sum(worth for pattern, worth in _LOOKS if pattern.search(text, sentence.start, sentence.end))
    if sentence.section in ("", "result") and _PLAN.search(text, sentence.start, sentence.end):
        score += _PLANNED
    return Candidate(score, sentence, place, sides)
