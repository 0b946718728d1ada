"""What to try where nothing was found: a word that was meant, a word or a filter to leave out, with what that would find."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from rapidfuzz import fuzz, process

from harvest.search import Fetch
from harvest.search.names import Names
from harvest.search.tree import And, Node, Not, Or, Text
from harvest.search.wording import in_words, typed
from harvest.text import fold

_ALIKE: Final = 75
_MOST: Final = 5
_MOST_TRIED: Final = 8
"""Words that are looked at one by one: who pastes a page of text gets no such hints, and nobody waits for them."""
_WORD = re.compile(r"[a-z]{4,}")


@dataclass(frozen=True)
class Words:
    """Words that occur: folded -> as it is written, and how often."""

    written: dict[str, str]
    counts: Counter[str]


def known_words(fetch: Fetch, names: Names) -> Words:
    """Words of titles, of the vocabulary, and family names of authors."""
    counts: Counter[str] = Counter()
    for (title,) in fetch("select title from reports", ()):
        counts.update(_WORD.findall(fold(title)))
    written = {word: word for word, number in counts.items() if number > 1}
    for (family,) in fetch("select distinct coalesce(family, name) from authors", ()):
        written.setdefault(fold(family), family)
    for concept in names.concepts.values():
        # "depress*" is no word anyone means.
        for phrase in filter(lambda phrase: not phrase.endswith("*"), (concept.label, *concept.synonyms)):
            written.setdefault(fold(phrase), phrase.lower())
    written.pop("", None)
    return Words(written, counts)


def meant(word: str, words: Words) -> str:
    """The known word that looks most like this one, '' when it is known itself or nothing is near."""
    asked = fold(word)
    if len(asked) < 4 or asked in words.written:
        return ""
    near = process.extract(asked, words.written.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=_MOST)
    best = max(near, key=lambda found: (round(found[1] / 5), words.counts[found[0]]), default=None)
    return words.written[best[0]] if best else ""


@dataclass(frozen=True)
class Hint:
    """Another question, and how many reports it finds."""

    kind: str
    """``meant``, ``any`` (of the words) or ``without``."""
    label: str
    query: str
    count: int
    filtered: bool = True
    """Whether the filters still hold; where they left nothing, what was meant is offered without them."""


Count = Callable[[Node, bool], int]
"""How many reports a tree finds, with the filters or without."""


def hints(tree: Node, count: Count, words: Callable[[], Words]) -> list[Hint]:
    """Questions near this one that find something."""
    found: dict[Hint, None] = {}
    for kind, label, other in _near(tree, count, words):
        filtered = bool(count(other, True)) or kind != "meant"
        number = count(other, filtered)
        if number:
            found[Hint(kind, label, typed(other), number, filtered)] = None
    return list(found)[:_MOST]


def _near(tree: Node, count: Count, words: Callable[[], Words]) -> Iterator[tuple[str, str, Node]]:
    corrected = tree
    for text in islice(_texts(tree), _MOST_TRIED):
        if not text.quoted and not count(text, False):
            better = meant(text.text, words())
            if better:
                corrected = _replaced(corrected, text, Text(better, text.columns, False, " " in better))
    if corrected != tree:
        yield "meant", typed(corrected), corrected
    parts = tree.parts if isinstance(tree, And) and len(tree.parts) <= _MOST_TRIED else ()
    for part in parts:
        rest = tuple(one for one in parts if one != part)
        if rest and not isinstance(part, Not):
            yield "without", in_words(part), And(rest) if len(rest) > 1 else rest[0]
    plain = [part for part in parts if isinstance(part, Text)]
    if len(plain) > 1:
        others = tuple(part for part in parts if part not in plain)
        yield "any", " OR ".join(map(in_words, plain)), And((*others, Or(tuple(plain)))) if others else Or(tuple(plain))


def _texts(node: Node) -> Iterator[Text]:
    match node:
        case Text():
            yield node
        case And() | Or():
            for part in node.parts:
                yield from _texts(part)


def _replaced(node: Node, old: Text, new: Text) -> Node:
    match node:
        case Text():
            return new if node == old else node
        case And():
            return And(tuple(_replaced(part, old, new) for part in node.parts))
        case Or():
            return Or(tuple(_replaced(part, old, new) for part in node.parts))
        case _:
            return node
