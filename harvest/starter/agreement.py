"""How far extraction reads the same out of a digest as out of the abstract it was written from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from harvest.extraction import Extracted, Extractor
from harvest.sources.starter import abstract_of
from harvest.starter.counts import Facts
from harvest.starter.digests import Original, name_of
from harvest.tagging import Fields

Values = frozenset[str]

DIMENSIONS: Final = ("drug", "condition", "outcome", "comparator", "route")
"""Dimensions whose studied concepts are compared; the design has a comparison of its own."""


class Comparison(NamedTuple):
    """What was read of one aspect in the digest and in the abstract of one report."""

    report: str
    aspect: str
    digest: Values
    abstract: Values

    @property
    def equal(self) -> bool:
        return self.digest == self.abstract


@dataclass(frozen=True)
class Rate:
    """How often an aspect was read equally, and how the concepts of both sides overlap."""

    aspect: str
    reports: int
    equal: int
    shared: int
    in_digests: int
    in_abstracts: int

    def __str__(self) -> str:
        share = f"{self.aspect}: {self.equal} of {self.reports} equal ({self.equal / self.reports:.1%})"
        if self.aspect not in DIMENSIONS:
            return share
        return f"{share}; {self.shared} shared of {self.in_digests} in digests and {self.in_abstracts} in abstracts"


def compare(digest: Facts, original: Original, extractor: Extractor) -> Iterator[Comparison]:
    """Each aspect of one report; both texts are read with the report's title and without its headings."""
    name, title = name_of(digest), original.facts["title"]
    ours = extractor.extract(Fields(name, title, abstract_of(digest)[0]))
    theirs = extractor.extract(Fields(name, title, original.abstract))
    for aspect, values in _ASPECTS.items():
        yield Comparison(name, aspect, values(ours), values(theirs))


def rates(comparisons: Iterable[Comparison]) -> Iterator[Rate]:
    """A rate for each aspect, in the order of the aspects."""
    held = list(comparisons)
    for aspect in _ASPECTS:
        rows = [row for row in held if row.aspect == aspect]
        if rows:
            yield Rate(
                aspect,
                reports=len(rows),
                equal=sum(row.equal for row in rows),
                shared=sum(len(row.digest & row.abstract) for row in rows),
                in_digests=sum(len(row.digest) for row in rows),
                in_abstracts=sum(len(row.abstract) for row in rows),
            )


def _studied(dimension: str) -> Callable[[Extracted], Values]:
    return lambda extracted: frozenset(extracted.tags.studied(dimension))


_ASPECTS: Final[Mapping[str, Callable[[Extracted], Values]]] = {
    "design": lambda extracted: frozenset({extracted.tags.design or "not stated"}),
    "sample size": lambda extracted: frozenset({str(extracted.sample_size or "not stated")}),
    "direction": lambda extracted: frozenset({extracted.direction}),
    **{dimension: _studied(dimension) for dimension in DIMENSIONS},
}
