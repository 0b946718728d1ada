"""Do two records describe the same document? The named rules, strongest first."""

from __future__ import annotations

from dataclasses import dataclass
from operator import ge
from typing import Final

from rapidfuzz import fuzz

from harvest.dedupe.compare import (
    ADJACENT,
    AGREES,
    CLOSE,
    DIFFERENT,
    DISAGREES,
    FAR,
    PART,
    SAME,
    UNKNOWN,
    begins_with,
    compare_abstracts,
    compare_authors,
    compare_journals,
    compare_pages,
    compare_titles,
    compare_volumes,
    compare_years,
    kinds_conflict,
)
from harvest.dedupe.keys import Keys


@dataclass(frozen=True, slots=True)
class Rule:
    """The least agreement two records need to be joined. 'Least UNKNOWN' means: must not disagree."""

    name: str
    title: int
    authors: int = UNKNOWN
    year: int = UNKNOWN
    journal: int = UNKNOWN
    volume: int = UNKNOWN
    pages: int = UNKNOWN
    abstract: int = UNKNOWN
    distinctive: int = 0
    """How unlikely the title must be to be shared by chance; see `Keys.distinctive`."""
    unique: bool = False
    """Only when the record fits one cluster: two candidates prove neither."""

    @property
    def least(self) -> tuple[int, ...]:
        """In the order in which `similar` compares the fields."""
        return (self.title, self.authors, self.year, self.journal, self.volume, self.pages, self.abstract)


# Strongest first. Disagreement that a rule permits is outweighed by what else it asks for: volumes are often the
# number of a supplement, years differ between electronic and print publication.
RULES: Final = (
    Rule("title-authors-volume-pages", CLOSE, authors=AGREES, year=FAR, journal=DISAGREES, volume=AGREES,
         pages=AGREES),
    Rule("title-authors-pages", CLOSE, authors=AGREES, year=ADJACENT, journal=DISAGREES, volume=DISAGREES,
         pages=AGREES),
    Rule("title-journal-volume-pages", CLOSE, year=ADJACENT, journal=AGREES, volume=AGREES, pages=AGREES),
    Rule("title-journal-pages", SAME, year=ADJACENT, journal=AGREES, pages=AGREES),
    Rule("title-authors-abstract-journal", CLOSE, authors=AGREES, year=ADJACENT, journal=AGREES, abstract=AGREES),
    Rule("title-journal-abstract", SAME, journal=AGREES, year=AGREES, abstract=AGREES),
    Rule("title-authors-journal-volume", CLOSE, authors=AGREES, year=ADJACENT, journal=AGREES, volume=AGREES),
    Rule("title-authors-journal-year", SAME, authors=AGREES, journal=AGREES, year=AGREES),
    Rule("title-authors-year", SAME, authors=AGREES, year=AGREES, distinctive=1),
    Rule("close-title-authors-year", CLOSE, authors=AGREES, year=AGREES, distinctive=2),
    Rule("title-authors-abstract", CLOSE, authors=AGREES, year=ADJACENT, abstract=AGREES, distinctive=2),
    Rule("title-authors-volume-year", SAME, authors=AGREES, journal=DISAGREES, volume=AGREES, year=AGREES,
         distinctive=2),
    Rule("title-authors-volume", SAME, authors=AGREES, year=ADJACENT, volume=AGREES, distinctive=2),
    Rule("main-title-authors-volume-pages", PART, authors=AGREES, year=ADJACENT, volume=AGREES, pages=AGREES),
    Rule("main-title-authors-pages-year", PART, authors=AGREES, pages=AGREES, year=AGREES),
    Rule("main-title-authors-abstract-year", PART, authors=AGREES, abstract=AGREES, year=AGREES),
    Rule("title-abstract-year", SAME, year=AGREES, abstract=AGREES, distinctive=2),
    Rule("title-authors-journal", SAME, authors=AGREES, journal=AGREES, distinctive=2),
    Rule("title-authors", SAME, authors=AGREES, distinctive=2, unique=True),
    Rule("title-pages", SAME, pages=AGREES, distinctive=2, unique=True),
    Rule("title-journal", SAME, journal=AGREES, distinctive=2, unique=True),
    Rule("title-year", SAME, year=AGREES, distinctive=2, unique=True),
    Rule("title-only", SAME, distinctive=2, unique=True),
)  # fmt: skip
RANK: Final = {rule.name: rank for rank, rule in enumerate(RULES)}


def similar(a: Keys, b: Keys) -> Rule | None:
    """The strongest rule by which the two records are one document, or None. Identifiers are not looked at."""
    if kinds_conflict(a, b):
        return None
    title = compare_titles(a, b)
    if title == DIFFERENT:
        return None
    authors, pages = compare_authors(a, b), compare_pages(a, b)
    if DISAGREES in (authors, pages):
        return None
    year, volume, journal = compare_years(a, b), compare_volumes(a, b), compare_journals(a, b)
    abstract = compare_abstracts(a, b)
    distinctive = min(a.distinctive, b.distinctive)
    found = (title, authors, year, journal, volume, pages, abstract)
    for rule in RULES:
        if distinctive >= rule.distinctive and all(map(ge, found, rule.least)):
            return rule
    return None


def same_under_one_identifier(a: Keys, b: Keys, scheme: str) -> bool:
    """Records that share an identifier are one document unless their titles say otherwise.

    Conference abstracts of a supplement share its DOI, and sources attach wrong numbers. Titles may differ by a
    subtitle, capitals or wording; where they differ wholly (a translation), nearly all authors and the page must
    agree. Two agreeing identifiers outweigh the titles.
    """
    if scheme == "registration" or not a.compact or not b.compact or a.compact == b.compact:
        return True  # a registry's entry has a brief and an official title
    if a.record.pmid and a.record.pmid == b.record.pmid and a.doi and a.doi == b.doi:
        return True
    pages = compare_pages(a, b)
    if begins_with(a, b) or max(fuzz.ratio(a.compact, b.compact), fuzz.token_sort_ratio(a.folded, b.folded)) >= 75:
        return scheme != "doi" or pages != DISAGREES
    shared, either = len(a.author_words & b.author_words), len(a.author_words | b.author_words)
    return pages == AGREES and shared >= 0.8 * either > 0
