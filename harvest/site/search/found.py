"""A question with its filters, and the reports that answer it."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from harvest.search import Fetch, engine, expansion, filters, fts, language
from harvest.search.engine import Hits
from harvest.search.filters import Choice
from harvest.search.index import Index
from harvest.search.language import Query
from harvest.search.tree import EVERYTHING, Node
from harvest.site import web
from harvest.site.search.held import Held, held, in_thread

Pairs = Iterable[tuple[str, str]]
_LONGEST_TITLE: Final = 120


@dataclass(frozen=True)
class Question:
    """What was asked for, read."""

    query: Query
    tree: Node
    """The query's, with names of concepts where it is expanded."""
    filters: Mapping[str, tuple[Choice, ...]]
    sort: str
    """As asked for, or '' for the usual order: relevance where words can rank, else the newest first."""
    expand: bool

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters that ask this again, in one order; the page is not among them."""
        chosen = [(name, choice.value) for name, choices in self.filters.items() for choice in choices]
        shape = [("sort", self.sort), ("expand", "" if self.expand else "off")]
        return [pair for pair in (("q", self.query.text), *chosen, *shape) if pair[1]]

    @property
    def title(self) -> str:
        """In words: ``ketamine; condition: PTSD or Depression``."""
        parts = [self.query.text] if self.query.text else []
        for name, choices in self.filters.items():
            parts.append(f"{'people' if name == 'n' else name}: {' or '.join(choice.label for choice in choices)}")
        title = "; ".join(parts) or "All reports"
        return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"


@dataclass(frozen=True)
class Found:
    """The reports that answer a question."""

    question: Question
    kept: Held = field(repr=False)
    hits: Hits
    """What the words found, before the filters."""
    chosen: Mapping[str, int]
    """Filter -> bitmap of the reports that pass it."""
    rows: int
    """Bitmap of the reports found."""
    numbers: Sequence[int]
    """Row numbers of all reports found, in the order asked for."""

    @property
    def index(self) -> Index:
        return self.kept.index

    @property
    def total(self) -> int:
        return len(self.numbers)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Ids of all reports found, in the order asked for."""
        return tuple(self.index.ids[number] for number in self.numbers)

    @property
    def title(self) -> str:
        """What was asked, in words."""
        return self.question.title

    @property
    def ranked(self) -> bool:
        """Whether words were asked for, so that relevance means something."""
        return any(True for _ in fts.positive(self.question.tree))


async def find(datasette: Any, pairs: Pairs) -> Found:
    """The reports that the parameters of ``/search`` ask for; parameters of other pages are passed over.

    Never an error for any value. Raises `web.TooSlow` when the search takes longer than the site allows.
    """
    kept = await held(datasette)
    question = read(list(pairs), kept.index)
    if datasette.get_database(web.DATABASE).is_mutable:
        return await in_thread(datasette, lambda fetch: answer(question, kept, fetch))
    known: Found | None = kept.answers.get(tuple(question.pairs))
    if known is not None:
        return replace(known, question=question)
    found = await in_thread(datasette, lambda fetch: answer(question, kept, fetch))
    kept.answers[tuple(question.pairs)] = found
    return found


def read(pairs: Sequence[tuple[str, str]], index: Index) -> Question:
    """The question that the parameters ask."""
    given: dict[str, str] = {}
    for name, value in pairs:
        given.setdefault(name, value)
    query = language.parse(given.get("q", ""), index.names)
    expand = given.get("expand", "") != "off"
    sort = given.get("sort", "")
    return Question(
        query, expansion.expand(query.tree, index.names) if expand else query.tree, filters.read(pairs, index),
        sort if sort in engine.SORTS else "", expand,
    )  # fmt: skip


def answer(question: Question, kept: Held, fetch: Fetch) -> Found:
    """Searches, filters, puts in order."""
    index = kept.index
    hits = _hits(question, kept, fetch)
    chosen = {
        name: engine.any_of([choice.node for choice in choices], index, fetch)
        for name, choices in question.filters.items()
    }
    rows = filters.narrowed(hits.rows, chosen)
    numbers = engine.in_order(rows, hits.scores, question.sort or "relevance", index)
    return Found(question, kept, hits, chosen, rows, array("l", numbers))


def _hits(question: Question, kept: Held, fetch: Fetch) -> Hits:
    """What the words find; kept apart from the filters, so that a click on a filter does not search again."""
    tree = question.tree
    if tree == EVERYTHING:
        return Hits(kept.index.everything, None)
    ranked = question.sort in {"", "relevance"}
    known: Hits | None = kept.answers.get((tree, ranked))
    if known is None:
        found = engine.find(tree, kept.index, fetch, kept.leaves) if ranked else None
        known = found or Hits(engine.rows(tree, kept.index, fetch, kept.leaves), None)
        kept.answers[tree, ranked] = known
    return known


def count(tree: Node, filtered: bool, found: Found, fetch: Fetch) -> int:
    """How many reports another tree would find, with the same filters or without."""
    rows = engine.rows(tree, found.index, fetch, found.kept.leaves)
    return (filters.narrowed(rows, found.chosen) if filtered else rows).bit_count()
