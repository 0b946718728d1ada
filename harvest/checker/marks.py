"""Where features stand in a text, whose clause they stand in, and whether they are denied there."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from harvest.checker.amounts import Amount, amounts
from harvest.checker.lexicon import Lexicon

_CLAUSE: Final = re.compile(
    r"[,;:()—]|\s[-–]\s|\b(?:while|whereas|although|though|but|however|unlike|compared|because|than)\b", re.IGNORECASE
)
_CONTRAST: Final = re.compile(
    r"[\s,;:(—–-]*(?:unlike|in contrast (?:to|with)|compared (?:to|with)|as opposed to|whereas|while|whilst|although|"
    r"though|rather than|instead of|than|contrary to|different from)\b",
    re.IGNORECASE,
)
_ATTACHED: Final = re.compile(
    r"[\s,;:(—–-]*(?:which|that|who|whose|where|whom|and|or|such|like|including|often|typically|usually|sometimes|taking|"
    r"requiring|e\.g|\)|$)",
    re.IGNORECASE,
)
_DENIAL: Final = re.compile(
    r"\b(?:not?|never|without|neither|nor|none|cannot|nothing|hardly|rarely|free (?:of|from)|lack(?:s|ing)?(?! of (?:energy|sleep|appetite|coordination|motivation|pleasure|interest))|absence of|"
    r"avoid(?:s|ing)?|eliminat(?:es|ing)|unlikely to|fail(?:s|ed|ing)? to|did little to|zero|non|\w{2,6}n['’]t|(?:does|do|is|are|did|has|have|was|were|would|could|should|ca|wo)nt)\b",
    re.IGNORECASE,
)
_NO_DENIAL: Final = re.compile(
    r"(?:not|\w+n['’]t)\s(?:only|just|merely|simply|to mention|necessarily|surprising\w*|yet|uncommon\w*|unusual\w*|alone"
    r"|because)\b|no (?:doubt|wonder|longer|matter|question|surprise|stranger)\b|nothing (?:but|short)\b|never before\b"
    r"|fail\w* to (?:show|detect|find|demonstrate|replicate|confirm|separate|beat|outperform)\b",
    re.IGNORECASE,
)
_NOT_FAILED: Final = re.compile(
    r"(?:never|not|n['’]t|seldom|rarely)\s(?:once\s|yet\s)?fail(?:s|ed)?\sto$", re.IGNORECASE
)
_STOPS_DENIAL: Final = re.compile(
    r"[;:.()?!—–]|\b(?:but|so|yet|still|if|when|until|unless|because|it|this|they|you|we|ketamine|patients"
    r"|and (?:is|are|can|has|will|may|in|some))\b",
    re.IGNORECASE,
)
_ACROSS_LISTS: Final = re.compile(r"no|not|without|free|neither|nor|cannot|.*n['’]t", re.IGNORECASE)
"""``No nausea, dizziness or headache`` denies all three; other words deny what stands next to them."""
_OF_PROOF: Final = re.compile(
    r"\s(?:\w+\s){0,2}(?:evidence|proof|indication|sign|reason|data|stud(?:y|ies)|trials?)\b", re.IGNORECASE
)
_STOPS_PROOF: Final = re.compile(r"[;:.()?!—–]|\b(?:but|yet|still|if|when|until|unless|because)\b", re.IGNORECASE)
_RISK_OF: Final = re.compile(
    r"\b(?:risk|chance|likelihood|danger|odds|potential|probability)s?\s(?:of|for)\b[^,;.:]{0,40}$", re.IGNORECASE
)
_IS_SMALL: Final = re.compile(
    r"[^,;.:]{0,30}?\b(?:is|are|was|remains?|seems?|appears?|appears to be)\s(?:(?:very|quite|so|still|considered|thought to be|"
    r"\w+ly)\s)*(?:small|low|minimal|negligible|rare|remote|slim|tiny|nil|unlikely|minuscule|next to nothing|close to zero)\b",
    re.IGNORECASE,
)
_PROMISES: Final = re.compile(
    r"\bwhat (?:becomes possible|becomes of|improves|changes|gets better|(?:you|people|patients|clients|guests) (?:may |might |can |often )?"
    r"(?:find|notice|gain|tell us|report|say)|is possible|may shift|shifts)|\b(?:you|clients|patients|people|guests|members) (?:may|might|can|often|tend to)"
    r" (?:find|notice|discover|gain|enjoy|look forward to)\b|\bbenefits?\b|\b(?:gains|good things)\b",
    re.IGNORECASE,
)
_NO_PROMISE: Final = re.compile(
    r"\b(?:risks?|side|effects|adverse|safety|during|insurance|warning|downsides?)\b", re.IGNORECASE
)
_BEFORE: Final = 90
_WORDS_BEFORE: Final = 6
_WORDS_BEFORE_PROOF: Final = 14
"""``No evidence that a short course of treatment hurts the liver`` reaches further than a plain denial."""


class Mark(NamedTuple):
    """``text[start:end]`` has the features of ``bits``; ``value`` of an amount."""

    start: int
    end: int
    bits: int
    value: float = 0.0


@dataclass(frozen=True)
class Marked:
    """All marks of a text by start, and what is needed to look them up."""

    text: str
    marks: tuple[Mark, ...]
    starts: tuple[int, ...]
    bits: Mapping[str, int]

    def within(self, start: int, end: int) -> Sequence[Mark]:
        """Those that lie inside the stretch."""
        found = self.marks[bisect_left(self.starts, start) : bisect_left(self.starts, end)]
        return [mark for mark in found if mark.end <= end]


def marked(text: str, lexicon: Lexicon) -> Marked:
    """The text with all its marks."""
    spans = _outermost(lexicon.matcher.spans(text), lexicon)
    marks = [Mark(start, end, lexicon.features[index]) for start, end, index, _ in spans]
    marks = _beside_routes(marks, lexicon)
    marks += [_amount(amount, lexicon.bits) for amount in amounts(text)]
    marks.sort(key=lambda mark: mark[:3])
    return Marked(text, tuple(marks), tuple(mark.start for mark in marks), lexicon.bits)


def features_of(marks: Iterable[Mark]) -> int:
    """The bits of all features that the marks have together."""
    found = 0
    for mark in marks:
        found |= mark.bits
    return found


def _beside_routes(marks: Sequence[Mark], lexicon: Lexicon) -> list[Mark]:
    """Without what words for ways of giving it seem to say: ``rapid-dissolve tablets`` dissolve nothing and are no other drug."""
    apart = lexicon.bits["other-treatment"] | lexicon.bits["benefit"]
    ways = 0
    for route in lexicon.vocabulary.of("route"):
        ways |= lexicon.bits[f"route:{route.id}"]
    routes = [mark for mark in marks if mark.bits & ways]
    starts = [mark.start for mark in routes]

    def covered(mark: Mark) -> bool:
        at = bisect_right(starts, mark.start) - 1
        return at >= 0 and mark.end <= routes[at].end and mark.end - mark.start < routes[at].end - routes[at].start

    return [mark for mark in marks if not mark.bits & apart or mark.bits & ways or not covered(mark)]


def _amount(amount: Amount, bits: Mapping[str, int]) -> Mark:
    return Mark(amount.start, amount.end, bits[amount.feature], amount.value)


def _outermost(spans: Sequence[tuple[int, int, int, str]], lexicon: Lexicon) -> list[tuple[int, int, int, str]]:
    """Without what lies inside a longer match of the same dimension: ``bipolar depression`` is no ``depression``."""
    kept: list[tuple[int, int, int, str]] = []
    reach: dict[str, tuple[int, int]] = {}
    for span in sorted(spans, key=lambda one: (one[0], -one[1])):
        concept = lexicon.concepts[span[2]]
        start, end = reach.get(concept.dimension, (-1, -1))
        if concept.dimension != "cue" and span[1] <= end and (span[0], span[1]) != (start, end):
            continue
        if span[1] > end:
            reach[concept.dimension] = span[:2]
        kept.append(span)
    return kept


def ours(held: Marked, start: int, end: int) -> list[Mark]:
    """The marks of a sentence without those of clauses that speak of another treatment.

    Of "Unlike antidepressants, which can take weeks, ketamine works within hours" the weeks are left out.
    """
    marks = held.within(start, end)
    other, drug, kept = held.bits["other-treatment"], held.bits["drug-named"], held.bits["resistant"]
    drug |= held.bits["under-treatment"]
    stays = held.bits["kept-in-contrast"]
    if not any(mark.bits & other for mark in marks):
        return list(marks)
    found: list[Mark] = []
    foreign = contrasted = False
    for begin, stop in clauses(held.text, start, end):
        inside = [mark for mark in marks if begin <= mark.start < stop]
        bits = features_of(inside)
        contrast = bool(_CONTRAST.match(held.text, begin, stop))
        first = next((mark.start for mark in inside if mark.bits & other), stop)
        if bits & (drug | kept):
            foreign = contrasted = False
        elif bits & other and contrast:
            foreign = contrasted = True
        elif bits & other and _leads(held.text, begin, first) and (begin == start or held.text[begin] not in ",("):
            foreign, contrasted = True, False
        elif foreign and contrasted and not _ATTACHED.match(held.text, begin, stop):
            foreign = contrasted = False
        found += [mark for mark in inside if not foreign or mark.bits & stays]
    return found


def promised(held: Marked, start: int, end: int) -> list[Mark]:
    """The mark of a benefit for a heading that promises some without the word: ``What becomes possible``."""
    found = _PROMISES.search(held.text, start, min(end, start + 160))
    if found is None or _NO_PROMISE.search(held.text, start, min(end, start + 160)):
        return []
    return [Mark(*found.span(), held.bits["helps"] | held.bits["improves"])]


def clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """(start, end) of each clause of a sentence."""
    edges = [start, *(cut.start() for cut in _CLAUSE.finditer(text, start, end) if cut.start() > start), end]
    return list(pairwise(edges))


def _leads(text: str, begin: int, first: int) -> bool:
    """Whether at most three words stand before it in its clause."""
    return first - begin < 40 and len(text[begin:first].split()) <= 3


def denied(text: str, start: int, at: int) -> bool:
    """Whether what stands at ``at`` in the sentence that begins at ``start`` is denied there.

    >>> denied("It is not addictive.", 0, 10)
    True
    >>> denied("It is not only safe.", 0, 15)
    False
    """
    first = max(start, at - _BEFORE)
    found = None
    for found in _DENIAL.finditer(text, first, at):  # noqa: B007 - the last one is wanted
        pass
    if found is None or _NO_DENIAL.match(text, found.start()) or _NOT_FAILED.search(text, start, found.end()):
        return False
    between = text[found.end() : at]
    if "," in between and not _ACROSS_LISTS.match(found.group()):
        return False
    if _OF_PROOF.match(between):
        return len(between.split()) <= _WORDS_BEFORE_PROOF and not _STOPS_PROOF.search(between)
    return len(between.split()) <= _WORDS_BEFORE and not _STOPS_DENIAL.search(between)


def small_risk(text: str, start: int, mark: Mark, end: int) -> bool:
    """Whether the sentence says that there is next to no risk of it: ``The chance of becoming dependent is very small``."""
    before = max(start, mark.start - _BEFORE)
    return bool(_RISK_OF.search(text, before, mark.end) and _IS_SMALL.match(text, mark.end, end))
