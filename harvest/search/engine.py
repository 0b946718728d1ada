"""Finds and ranks: bitmaps for what a report is, BM25 of SQLite's full-text search for what it says."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from harvest.schema import SEARCH_TABLE, SEARCH_WEIGHTS
from harvest.search import Fetch, bitmaps, fts
from harvest.search.index import Index
from harvest.search.tree import And, Flag, Identifier, Journal, Named, Node, Not, Or, Range, Tagged, Text, Value

SORTS: Final = ("relevance", "newest", "oldest", "largest")
TITLED: Final = 1.5
STUDIED: Final = 1.0
MENTIONED: Final = 0.4
"""What a tag adds to the score, as parts of the weight of a word that is as rare: first where its proof stands in the title,
then where the report studies the concept, or only mentions it."""
_LEAST_WEIGHT: Final = 1e-6
"""Of a word that more than half of all reports have, as in SQLite."""
_TITLE_ONLY: Final = (1.0, *[0.0] * (len(SEARCH_WEIGHTS) - 1))
_BM25: Final = " + ".join(
    f"bm25({SEARCH_TABLE}, {', '.join(map(str, weights))})" for weights in (SEARCH_WEIGHTS, _TITLE_ONLY)
)
"""BM25 saturates: five times in the abstract weighs as much as once in the title, so the title speaks a second time."""
_RANKED: Final = f"select rowid, {_BM25} from {SEARCH_TABLE} where {SEARCH_TABLE} match ?"  # noqa: S608
_UNRANKED: Final = f"select rowid from {SEARCH_TABLE} where {SEARCH_TABLE} match ?"  # noqa: S608
_UNRANKED_KEY: Final = "\0"
"""Before an expression in the kept leaves; no expression begins so."""
_IDENTIFIED: Final = "select report_id from identifiers where scheme = ? and value = ?"
_ALIAS: Final = "select report_id from aliases where id = ? and report_id is not null"


@dataclass(frozen=True)
class Leaf:
    """Reports that a full-text expression matches, and how well: the lower the score the better.

    Where no ranks were asked for, numbers and scores are empty. Its length is a measure of the memory it takes.
    """

    rows: int
    numbers: array[int]
    scores: array[float]

    def __len__(self) -> int:
        return len(self.numbers) + 1000


class Leaves(Protocol):
    """Keeps leaves by their expression; may forget them. A dictionary does."""

    def get(self, expression: str, /) -> Leaf | None: ...

    def __setitem__(self, expression: str, leaf: Leaf, /) -> None: ...


@dataclass(frozen=True)
class Hits:
    """The reports found as a bitmap; ``scores`` by row number, None where nothing was asked that could rank them."""

    rows: int
    scores: array[float] | None


@dataclass
class _Search:
    index: Index
    fetch: Fetch
    leaves: Leaves
    ranked: list[Leaf] = field(default_factory=list)
    tags: list[tuple[int, float]] = field(default_factory=list)
    """(reports, what the tag adds to their score)."""


def find(tree: Node, index: Index, fetch: Fetch, leaves: Leaves) -> Hits:
    """All reports that the tree asks for. ``leaves`` keeps what full-text search found, for the next question."""
    search = _Search(index, fetch, leaves)
    rows = _rows(tree, search, speaks_for=True)
    return Hits(rows, _scores(search, rows) if search.ranked else None)


def rows(tree: Node, index: Index, fetch: Fetch, leaves: Leaves) -> int:
    """Bitmap of the reports, without their ranks: a fifth of the time for common words."""
    return _rows(tree, _Search(index, fetch, leaves), speaks_for=False)


def in_order(rows: int, scores: array[float] | None, sort: str, index: Index) -> list[int]:
    """Row numbers, best first; between equals the newer report. Without scores, relevance is newest."""
    if sort != "relevance" or scores is None:
        return index.orders["newest" if sort == "relevance" else sort].of(rows, index.size)
    numbers = index.orders["newest"].of(rows, index.size)
    numbers.sort(key=scores.__getitem__)
    return numbers


def _scores(search: _Search, rows: int) -> array[float]:
    total = array("d", bytes(8 * search.index.size))
    for leaf in search.ranked:
        for number, score in zip(leaf.numbers, leaf.scores, strict=True):
            total[number] += score
    for tagged, weight in search.tags:
        for number in bitmaps.numbers(tagged & rows):
            total[number] -= weight
    return total


# ------------------------------------------------------------ which reports


def _rows(node: Node, search: _Search, speaks_for: bool) -> int:
    """Bitmap of the reports; ``speaks_for``: whether words found here make a report rank higher."""
    match node:
        case Text():
            return _text(fts.expression(node), search, speaks_for)
        case Named():
            return _named(node, search, speaks_for)
        case And():
            return _all(node, search, speaks_for)
        case Or():
            return _any(node, search, speaks_for)
        case Not():
            return search.index.everything & ~_rows(node.part, search, False)
        case Identifier():
            return _identified(node, search)
        case _:
            return _having(node, search.index)


def _having(node: Tagged | Range | Value | Flag | Journal, index: Index) -> int:
    match node:
        case Tagged():
            return index.studied.get((node.dimension, node.concept), 0)
        case Range():
            return index.within(node.field, node.low, node.high)
        case Value():
            return index.values[node.field].get(node.value, 0)
        case Flag():
            return index.flags[node.name]
        case Journal():
            return _journal(node, index)


def _all(node: And, search: _Search, speaks_for: bool) -> int:
    """Plain words are asked for in one go; then part after part, until nothing is left."""
    texts = [part for part in node.parts if isinstance(part, Text)]
    rows = search.index.everything
    if texts:
        rows &= _text(fts.together(texts), search, speaks_for)
    for part in node.parts:
        if rows and not isinstance(part, Text):
            rows &= _rows(part, search, speaks_for)
    return rows


def _any(node: Or, search: _Search, speaks_for: bool) -> int:
    texts = [part for part in node.parts if isinstance(part, Text)]
    rows = _text(fts.any_of(map(fts.expression, texts)), search, speaks_for) if texts else 0
    return rows | bitmaps.union(_rows(part, search, speaks_for) for part in node.parts if not isinstance(part, Text))


def _text(expression: str, search: _Search, speaks_for: bool) -> int:
    known = search.leaves.get(expression)
    if known is None and not speaks_for:
        return _unranked(expression, search)
    leaf = known or _leaf(expression, search)
    if speaks_for:
        search.ranked.append(leaf)
    return leaf.rows


def _leaf(expression: str, search: _Search) -> Leaf:
    pairs = search.fetch(_RANKED, (expression,))
    numbers = array("l", [pair[0] for pair in pairs])
    found = Leaf(bitmaps.of(numbers, search.index.size), numbers, array("d", [pair[1] for pair in pairs]))
    search.leaves[expression] = found
    return found


def _unranked(expression: str, search: _Search) -> int:
    key = f"{_UNRANKED_KEY}{expression}"
    known = search.leaves.get(key)
    if known is None:
        numbers = (number for (number,) in search.fetch(_UNRANKED, (expression,)))
        known = search.leaves[key] = Leaf(bitmaps.of(numbers, search.index.size), array("l"), array("d"))
    return known.rows


def _named(node: Named, search: _Search, speaks_for: bool) -> int:
    """Reports with the words or with a tag of the concept; a report that studies it ranks above one that mentions it."""
    index = search.index
    words = _text(fts.together(node.words), search, speaks_for)
    tagged = bitmaps.union(index.tagged.get(key, 0) for key in node.concepts)
    if speaks_for:
        studied, titled = (
            bitmaps.union(of.get(key, 0) for key in node.concepts) for of in (index.studied, index.titled)
        )
        weight = rarity((words | tagged).bit_count(), len(index.ids))
        search.tags += [(titled, TITLED * weight), (studied, STUDIED * weight), (tagged & ~studied, MENTIONED * weight)]
    return words | tagged


def rarity(having: int, of: int) -> float:
    """How much a word or tag tells that ``having`` of so many reports have: BM25's inverse document frequency."""
    return max(math.log((of - having + 0.5) / (having + 0.5)), _LEAST_WEIGHT) if having else _LEAST_WEIGHT


def _journal(node: Journal, index: Index) -> int:
    wanted = f" {node.text}" if node.prefix else f" {node.text} "
    return bitmaps.union(rows for name, rows in index.journals if wanted in name)


def _identified(node: Identifier, search: _Search) -> int:
    index = search.index
    if node.scheme == "registration":
        return index.registrations.get(node.value.upper(), 0)
    if node.scheme == "id":
        ids = [node.value, *(id for (id,) in search.fetch(_ALIAS, (node.value,)))]
    else:
        ids = [id for (id,) in search.fetch(_IDENTIFIED, (node.scheme, node.value))]
    return bitmaps.of((index.numbers[id] for id in ids if id in index.numbers), index.size)


def any_of(nodes: Sequence[Node], index: Index, fetch: Fetch) -> int:
    """Bitmap of the reports that answer any of the nodes, which hold no words to be searched."""
    search = _Search(index, fetch, {})
    return bitmaps.union(_rows(node, search, False) for node in nodes)


def added(named: Named, found: int, index: Index, leaves: Leaves) -> int:
    """How many of the reports ``found`` have the concept's tag and not the words themselves."""
    words = fts.together(named.words)
    leaf = leaves.get(words) or leaves.get(f"{_UNRANKED_KEY}{words}")
    tagged = bitmaps.union(index.tagged.get(key, 0) for key in named.concepts)
    return (found & tagged & ~leaf.rows).bit_count() if leaf else 0
