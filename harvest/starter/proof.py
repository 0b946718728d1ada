"""What is proved of every digest: its facts, its length, its numbers and its words, against record and abstract."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from harvest import instruments
from harvest.numbers import words as number_words
from harvest.starter.counts import Facts
from harvest.starter.digests import FACTS, FIELDS, NEEDED, PARTS, Original, lacking
from harvest.tagging.matcher import Matcher
from harvest.vocabulary import Vocabulary

SHORTEST, LONGEST = 60, 120
"""Words of a digest, its four parts together."""
RUN: Final = 8
"""Words in a row that a digest must not share with its abstract ..."""
ORDINARY: Final = 4
"""... if more of them than this are ordinary, that is, neither names nor statistics."""

_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:[.,·]\d+)?|(?<![\w.])[.·]\d+")
_DECIMAL_COMMA: Final = re.compile(r"(?<![\d.,])\d+,\d+(?![\d.,]*\d)")
_COUNTED: Final = {"once": "1", "single": "1", "twice": "2", "double": "2", "both": "2", "half": "0.5"}
"""What an abstract may call a number by another word; a digest may then give the number."""
_ROMAN: Final = re.compile(r"\b(?:phase|type|bipolar)\s(i{1,3}|iv)\b", re.IGNORECASE)
_ROMANS: Final = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_NAMED: Final = frozenset({"drug", "condition", "comparator", "adjunct", "instrument"})
_STATISTICS: Final = frozenset(
    "p n m sd se sem ci or rr hr smd md wmd nnt nnh d g r f t z q i2 df vs versus mean median iqr interval confidence "
    "odds risk hazard ratio standard standardized standardised difference hedges cohen mg kg g ml min minute minutes h "
    "hour hours day days week weeks month months year years percent total score scores item scale inventory "
    "questionnaire".split()
)


def problems(digest: Facts, original: Original | None, names: Names) -> Iterator[str]:
    """What is wrong with a digest, a line each; none when all is proved."""
    if unknown := sorted(set(digest) - set(FIELDS)):
        yield f"unknown fields {', '.join(unknown)}"
    if missing := lacking(digest, NEEDED):
        yield f"lacks {', '.join(missing)}"
        return
    if original is None:
        yield "its report is not among the records with an abstract"
        return
    yield from _facts(digest, original)
    text = whole(digest)
    length = len(text.split())
    if not SHORTEST <= length <= LONGEST:
        yield f"{length} words; {SHORTEST} to {LONGEST} are wanted"
    for part in PARTS:
        if not digest[part].endswith((".", "?")):
            yield f"{part} does not end with a full stop"
    if strange := sorted(numbers(text) - numbers(original.abstract, generous=True)):
        yield f"numbers that the abstract does not hold: {', '.join(strange)}"
    for run in names.copied(text, original.abstract):
        yield f"words of the abstract: {run!r}"


def whole(digest: Facts) -> str:
    """The four parts as one text, a line each."""
    return "\n".join(str(digest[part]) for part in PARTS)


def numbers(text: str, *, generous: bool = False) -> set[str]:
    """All numbers of a text in one spelling (``0.50`` and ``·5`` are ``0.5``), also those in words and in names.

    With ``generous``, also what the text may be read as: ``twice`` as 2, ``phase III`` as 3, ``1,5`` as 1.5.
    """
    found = {_plain(match[0]) for match in _NUMBER.finditer(text)}
    found |= {_plain(f"{number.value:.10f}") for number in number_words.numbers(text)}
    if generous:
        found |= {_plain(match[0].replace(",", ".")) for match in _DECIMAL_COMMA.finditer(text)}
        found |= {value for word, value in _COUNTED.items() if re.search(rf"\b{word}\b", text, re.IGNORECASE)}
        found |= {_ROMANS[match[1].lower()] for match in _ROMAN.finditer(text)}
    return found


def _plain(number: str) -> str:
    """``1,234.50`` -> ``1234.5``; a comma before one or two digits is a decimal point."""
    number = number.replace("·", ".")
    if re.fullmatch(r"\d+,\d{1,2}", number):
        number = number.replace(",", ".")
    return f"{Decimal(number.replace(',', '')).normalize():f}"


def _facts(digest: Facts, original: Original) -> Iterator[str]:
    for name in FACTS:
        if digest.get(name) != original.facts.get(name):
            yield f"{name} is {digest.get(name)!r}, the record has {original.facts.get(name)!r}"
    if digest["abstract_sha256"] != original.sha256:
        yield "abstract_sha256 is of another text: the abstract has changed since, or never was this one"


class Names:
    """The words that nobody can say otherwise: names of drugs, scales and conditions, as the vocabulary knows them."""

    def __init__(self, words: Vocabulary) -> None:
        scales = [scale.concept for scale in instruments.load().values()]
        self._matcher = Matcher([c for c in (*words.concepts, *scales) if c.dimension in _NAMED])

    def copied(self, text: str, abstract: str) -> Iterator[str]:
        """Each run of `RUN` or more words of ``text`` that ``abstract`` holds too, if more than `ORDINARY` are ordinary."""
        ours = _words(text)
        named = self._named(text, ours)
        for start, end in _shared([word for _, word in ours], [word for _, word in _words(abstract)]):
            if named[start:end].count(False) > ORDINARY:
                at, last = ours[end - 1]
                yield text[ours[start][0] : at + len(last)]

    def _named(self, text: str, words: list[tuple[int, str]]) -> list[bool]:
        spans = [(start, end) for start, end, _, _ in self._matcher.spans(text)]
        return [
            word[0].isdigit() or word in _STATISTICS or any(start <= at < end for start, end in spans)
            for at, word in words
        ]


def _words(text: str) -> list[tuple[int, str]]:
    return [(match.start(), match[0].lower()) for match in _WORD.finditer(text)]


def _shared(ours: list[str], theirs: list[str]) -> Iterator[tuple[int, int]]:
    """Start and end of each stretch of ``ours`` whose every `RUN` words in a row stand in ``theirs`` as well."""
    held = {tuple(theirs[at : at + RUN]) for at in range(len(theirs) - RUN + 1)}
    start = -1
    for at in range(len(ours) - RUN + 2):
        if at <= len(ours) - RUN and tuple(ours[at : at + RUN]) in held:
            start = at if start < 0 else start
        elif start >= 0:
            yield start, at + RUN - 1
            start = -1
