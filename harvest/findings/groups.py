"""Where a text names the two sides of a contrast: by their own words, their short forms, or what groups are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import Final, NamedTuple

from harvest.findings.stems import Stem, stem, stems
from harvest.findings.terms import Definition, content, weight

Span = tuple[int, int]

_CONTROL: Final = re.compile(
    r"\b(?:placebo|controls?|sham|usual|standard|no treatment|untreated|wait\w*|conventional|routine|saline|"
    r"no intervention|without|did not receive|not receiv\w+|vehicle|normal care|no)\b",
    re.IGNORECASE,
)
_CONTROL_STEMS: Final = frozenset(stem(word) for word in "placebo sham untreated saline vehicle".split())
_GROUP_NOUN: Final = r"(?:groups?|arms?|patients|participants|children|women|men|subjects|individuals|students|animals|rats|mice|phase|period|side|eyes?|teeth)"
_TREATED: Final = re.compile(
    rf"\b(?:(?:intervention(?:al)?|experimental|treatment|treated|study|active|test|trial|case|supplement\w*|trained)[ -]{_GROUP_NOUN}|"
    r"(?:the|than|with|in) intervention)\b",
    re.IGNORECASE,
)
_CONTROLS: Final = re.compile(
    rf"\b(?:placebo|controls|sham|usual care|standard (?:of )?care|untreated|(?:conventional|standard|comparison|control|non-?intervention)[ -]{_GROUP_NOUN}|"
    r"(?:the|than|versus|vs\.?|with|to|in|and) control)\b",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(
    r"\b(?:[Gg]roups?|[Aa]rms?|GROUPS?|ARMS?)[ -]([A-Z]{1,3}\d?|\d|I{1,3}|IV|V)\b|\b([A-Z][A-Za-z]?[A-Z0-9+/]{0,5})[ -](?:[Gg]roup|[Aa]rm)s?\b"
)
_LETTER: Final = re.compile(r"\b(?:[A-Z]\d?|\d|I{1,3}|IV|V)\b")
_LABEL_LIST: Final = re.compile(
    r"\b(?:groups?|arms?)[ -]((?:[A-Z]\d?|\d|I{1,3}|IV|V)\b(?:\s*(?:,|;|and|or|&|versus|vs\.?|than|to|,\s*and)\s*(?:[A-Z]\d?|\d|I{1,3}|IV|V)\b)*)",
    re.IGNORECASE,
)
_BRACKETED: Final = re.compile(r"\(([A-Z][\w+/-]{0,9})\)")
_IS_TOLD: Final = re.compile(r"\s*(?:[,:=(]|received|was|were|patients|who|got|given|\w+ed\b)")
"""What follows a group's name where the text tells what the group got."""
_TOLD: Final = 90
"""Code points around the name of a group that may tell what it got."""
_EVERYDAY: Final = frozenset(
    stem(word)
    for word in (
        "mg kg ml mcg min minutes received receive receiving given injected injection performed same except protocol volume instead dose "
        "doses daily oral orally once twice one two three four single group groups arm standard program programme based plus alone "
        "only low high phase period weekly administered administration care usual routine control placebo "
        "conventional new vs versus addition then first second session sessions session before surgery wk hrs consisting including"
    ).split()
)
"""Words that are in many descriptions of treatments and tell no side by themselves."""


class Sides(NamedTuple):
    """Spans of the two sides in a stretch of text."""

    intervention: list[Span]
    comparator: list[Span]


class Naming(NamedTuple):
    """How one side may be named: stems, words as written, a pattern."""

    stems: frozenset[str]
    labels: frozenset[str]
    generic: re.Pattern[str] | None


class Contrast:
    """The two sides as the text names them."""

    def __init__(
        self, intervention: str, comparator: str, outcome: str, text: str, short: Sequence[Definition]
    ) -> None:
        taken = {one.stem for one in content(outcome)}
        one, other = _own(intervention, short), _own(comparator, short)
        controlled = _control_like(comparator)
        reverse = _control_like(intervention) and not controlled
        mine, its = (one - other) - taken, (other - one) - taken
        if controlled:
            mine, its = one - taken, _controls(comparator)
        if reverse:
            mine, its = _controls(intervention), other - taken
        first, second = _labels(intervention, mine, its, text), _labels(comparator, its, mine, text)
        generic = (_CONTROLS, _TREATED) if reverse else (_TREATED, _CONTROLS)
        self.intervention = Naming(frozenset(mine), first - second - _words(comparator), generic[0])
        self.comparator = Naming(frozenset(its), second - first - _words(intervention), generic[1])

    def sides(self, text: str, sentence: Sequence[Stem]) -> Sides:
        """Where the sentence, whose stems these are, names the sides."""
        return Sides(_found(self.intervention, text, sentence), _found(self.comparator, text, sentence))


def _words(phrase: str) -> set[str]:
    return {one.word for one in stems(_LABEL.sub(" ", phrase)) if len(one.word) > 1}


def _control_like(phrase: str) -> bool:
    found = _CONTROL.search(phrase)
    return found is not None and len(stems(phrase[: found.start()])) <= 3


def _controls(phrase: str) -> set[str]:
    return {one.stem for one in stems(phrase)} & _CONTROL_STEMS


def _own(phrase: str, short: Sequence[Definition]) -> set[str]:
    """The telling stems of a phrase with the short forms that stand for them."""
    every = {one.stem for one in content(phrase)}
    own = {one for one in every if weight(one) == 1.0 and len(one) > 1 and one not in _EVERYDAY}
    for definition in short:
        long = [one for one in definition.long if weight(one) == 1.0 and one not in _EVERYDAY]
        if long and sum(one in own for one in long) >= 0.75 * len(long):
            own.add(stem(definition.short))
        elif stem(definition.short) in own:
            own.update(long)
    return own


def _labels(phrase: str, own: set[str], other: set[str], text: str) -> frozenset[str]:
    """What the group is called: "group A", "the K group"; from the phrase, or from where the text tells who got what."""
    found = {match[1] or match[2] for match in _LABEL.finditer(phrase)} | set(_BRACKETED.findall(phrase))
    for label, told in _tellings(text):
        words = {one.stem for one in stems(told)}
        if len(words & own) > len(words & other):
            found.add(label)
    return frozenset(found)


@lru_cache(maxsize=8)
def _tellings(text: str) -> list[tuple[str, str]]:
    """Names of groups with the words that tell what each got: "ketamine 1 mg (group K)", "group K received ketamine"."""
    found = []
    behind = 0
    marks = list(_LABEL.finditer(text))
    for mark, following in zip_longest(marks, marks[1:]):
        ahead = min(following.start() if following else len(text), mark.end() + _TOLD)
        if text[max(0, mark.start() - 1) : mark.start()] in {"(", "["}:
            found.append((mark[1] or mark[2], text[max(behind, mark.start() - _TOLD) : mark.start()]))
        elif _IS_TOLD.match(text, mark.end(), ahead):
            found.append((mark[1] or mark[2], text[mark.end() : ahead]))
        behind = mark.end()
    return found


def _labelled(labels: frozenset[str], text: str, begin: int, end: int) -> Iterator[Span]:
    """Letters and numbers count only as names of groups: "groups A, C and D", "the K group"."""
    for match in _LABEL_LIST.finditer(text, begin, end):
        for label in _LETTER.finditer(text, match.start(1), match.end(1)):
            if label[0] in labels:
                yield label.span()
    for match in _LABEL.finditer(text, begin, end):
        if match[2] in labels:
            yield match.span(2)


def _found(naming: Naming, text: str, sentence: Sequence[Stem]) -> list[Span]:
    if not sentence:
        return []
    begin, end = sentence[0].start, sentence[-1].end
    long = {label for label in naming.labels if len(label) > 1 and not label.isdigit()}
    spans = [(one.start, one.end) for one in sentence if one.stem in naming.stems or one.word in long]
    if len(long) < len(naming.labels):
        spans += _labelled(naming.labels - long, text, begin, end)
    if naming.generic is not None:
        spans += [match.span() for match in naming.generic.finditer(text, begin, end)]
    return sorted(set(spans))
