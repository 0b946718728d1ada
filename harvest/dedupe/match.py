"""Do two records describe the same document? Comparisons of single fields, and the named rules made of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from operator import ge
from typing import Final

from rapidfuzz import fuzz

from harvest.dedupe.keys import Keys

SAME, CLOSE, PART, DIFFERENT = 3, 2, 1, 0
"""Agreement of two titles. PART: one is the other without its subtitle."""
AGREES, UNKNOWN, DISAGREES = 1, 0, -1
"""Agreement of two fields; UNKNOWN when a side is missing or the difference tells nothing."""
ADJACENT, FAR = -1, -2
"""Years: one apart (electronic and print publication, or two yearly reports under one title), and further."""

_OPPOSED_HEADS: Final = frozenset({
    ("hyper", "hypo"), ("inter", "intra"), ("pre", "post"), ("de", "in"), ("ab", "ad"), ("endo", "exo"),
    ("macro", "micro"), ("mono", "poly"), ("bi", "uni"), ("up", "down"), ("", "es"), ("", "ar"), ("", "fe"),
    ("", "in"), ("", "un"), ("", "non"), ("", "anti"), ("", "ant"), ("", "nor"), ("", "wo"), ("", "re"), ("", "pre"),
    ("", "post"), ("", "sub"), ("", "dis"), ("", "dys"), ("", "a"), ("ar", "es"), ("ef", "af"), ("ant", ""),
})  # fmt: skip
"""Beginnings that turn a word into another or its opposite: ketamine and esketamine, hyper- and hypotension."""
_TELLING: Final = frozenset(
    ["not", "no", "without", "protocol", "rationale", "reply", "comment", "commentary", "erratum", "corrigendum", "correction", "retraction", "update", "updated", "revisited", "editorial", "letter", "rebuttal", "followup", "addendum", "part", "supplement"]
)
"""A title that has one of these words more than another names another document."""
_SMALL: Final = frozenset(["a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "of", "on", "or", "s", "the", "to", "via", "with", "using", "among", "between"])


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
    distinctive: bool = False
    """Only for titles long enough not to be shared by chance."""
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
    Rule("title-authors-abstract-journal", CLOSE, authors=AGREES, year=ADJACENT, journal=AGREES, abstract=AGREES),
    Rule("title-journal-abstract", SAME, journal=AGREES, year=AGREES, abstract=AGREES),
    Rule("title-authors-journal-volume", CLOSE, authors=AGREES, year=ADJACENT, journal=AGREES, volume=AGREES),
    Rule("title-authors-journal-year", SAME, authors=AGREES, journal=AGREES, year=AGREES),
    Rule("title-authors-year", SAME, authors=AGREES, year=AGREES, distinctive=True),
    Rule("close-title-authors-journal-year", CLOSE, authors=AGREES, journal=AGREES, year=AGREES, distinctive=True),
    Rule("title-authors-abstract", CLOSE, authors=AGREES, year=ADJACENT, abstract=AGREES, distinctive=True),
    Rule("title-authors-volume-year", SAME, authors=AGREES, journal=DISAGREES, volume=AGREES, year=AGREES,
         distinctive=True),
    Rule("main-title-authors-volume-pages", PART, authors=AGREES, year=ADJACENT, volume=AGREES, pages=AGREES),
    Rule("main-title-authors-pages-year", PART, authors=AGREES, pages=AGREES, year=AGREES),
    Rule("main-title-authors-abstract-year", PART, authors=AGREES, abstract=AGREES, year=AGREES),
    Rule("title-abstract-year", SAME, year=AGREES, abstract=AGREES, distinctive=True),
    Rule("title-authors-journal", SAME, authors=AGREES, journal=AGREES, distinctive=True),
    Rule("title-authors", SAME, authors=AGREES, distinctive=True, unique=True),
    Rule("title-pages", SAME, pages=AGREES, distinctive=True, unique=True),
    Rule("title-journal", SAME, journal=AGREES, distinctive=True, unique=True),
    Rule("title-year", SAME, year=AGREES, distinctive=True, unique=True),
    Rule("title-only", SAME, distinctive=True, unique=True),
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
    distinctive = a.distinctive and b.distinctive
    found = (title, authors, year, journal, volume, pages, abstract)
    for rule in RULES:
        if (distinctive or not rule.distinctive) and all(map(ge, found, rule.least)):
            return rule
    return None


def same_under_one_identifier(a: Keys, b: Keys, scheme: str) -> bool:
    """Records that share an identifier are one document unless their titles say otherwise.

    Conference abstracts of a supplement share its DOI, and sources attach wrong numbers. Titles may differ by a
    subtitle, capitals or wording; where they differ wholly (a translation), nearly all authors and the page must
    agree. Two agreeing identifiers outweigh the titles.
    """
    if not a.compact or not b.compact or a.compact == b.compact:
        return True
    if a.record.pmid and a.record.pmid == b.record.pmid and a.doi and a.doi == b.doi:
        return True
    pages = compare_pages(a, b)
    if begins_with(a, b) or max(fuzz.ratio(a.compact, b.compact), fuzz.token_sort_ratio(a.folded, b.folded)) >= 75:
        return scheme != "doi" or pages != DISAGREES
    shared, either = len(a.author_words & b.author_words), len(a.author_words | b.author_words)
    return pages == AGREES and shared >= 0.8 * either > 0


# ------------------------------------------------------------------ fields


def compare_titles(a: Keys, b: Keys) -> int:
    """SAME, CLOSE (spelling), PART (subtitle missing) or DIFFERENT. A missing title is DIFFERENT."""
    if not a.compact or not b.compact or a.marker != b.marker:
        return DIFFERENT
    if a.compact == b.compact:
        return SAME
    if begins_with(a, b, 12):
        return PART
    if a.digits != b.digits:
        return DIFFERENT
    if fuzz.ratio(a.compact, b.compact, score_cutoff=90) or fuzz.token_sort_ratio(a.folded, b.folded, score_cutoff=94):
        return DIFFERENT if _substituted(a.words, b.words) else CLOSE
    return DIFFERENT


def begins_with(a: Keys, b: Keys, letters: int = 8) -> bool:
    """One title is the beginning of the other, at least so many letters; a telling word or number must not follow."""
    short, long = (a, b) if len(a.words) <= len(b.words) else (b, a)
    count = len(short.words)
    if len(short.compact) < letters or len(long.words) == count or long.words[:count] != short.words:
        return False
    rest = long.words[count]
    return not (rest in _TELLING or rest.isdigit() or rest in ("i", "ii", "iii", "iv", "v"))


def _substituted(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Nearly equal titles that differ in a word that matters: mice for rats, S- for R-, 'protocol' added."""
    only_a = [word for word in a if word not in b]
    only_b = [word for word in b if word not in a]
    if "".join(only_a) == "".join(only_b):  # 'non responders' and 'nonresponders'
        return False
    left_b = list(only_b)
    left_a = []
    for word in only_a:
        twin = next((other for other in left_b if _spelling_variant(word, other)), None)
        if twin is None:
            left_a.append(word)
        else:
            left_b.remove(twin)
    if any(word in _TELLING for word in (*left_a, *left_b)):
        return True
    telling_a = [word for word in left_a if word not in _SMALL]
    telling_b = [word for word in left_b if word not in _SMALL]
    return bool(telling_a and telling_b) and "".join(telling_a) != "".join(telling_b)


@lru_cache(maxsize=100_000)
def _spelling_variant(a: str, b: str) -> bool:
    """Two spellings of one word, not two words of opposite meaning that look alike."""
    if fuzz.ratio(a, b) < 75:
        return False
    common = 0
    while common < min(len(a), len(b)) and a[-1 - common] == b[-1 - common]:
        common += 1
    heads = tuple(sorted((a[: len(a) - common], b[: len(b) - common])))
    return heads not in _OPPOSED_HEADS and (heads[1], heads[0]) not in _OPPOSED_HEADS


def compare_authors(a: Keys, b: Keys) -> int:
    """AGREES when the first authors share a name and half of the shorter list is in the longer."""
    if not a.authors or not b.authors:
        return UNKNOWN
    shared = len(a.author_words & b.author_words) / min(len(a.author_words), len(b.author_words))
    first = a.authors[0] & b.authors[0] or _near_names(a.first_author, b.first_author)
    if first:
        return AGREES if shared >= 0.3 or min(len(a.authors), len(b.authors)) == 1 else UNKNOWN
    if shared >= 0.6 and min(len(a.authors), len(b.authors)) > 1:
        return AGREES
    return DISAGREES if shared < 0.3 else UNKNOWN


def _near_names(a: str, b: str) -> bool:
    """``moehrle`` and ``mohrle``: transliterated or mistyped."""
    return len(a) > 3 and len(b) > 3 and fuzz.ratio(a, b) >= 80


def compare_years(a: Keys, b: Keys) -> int:
    """AGREES, UNKNOWN, ADJACENT or FAR."""
    if a.year is None or b.year is None:
        return UNKNOWN
    apart = abs(a.year - b.year)
    return AGREES if apart == 0 else ADJACENT if apart == 1 else FAR


def compare_volumes(a: Keys, b: Keys) -> int:
    if not a.volume or not b.volume:
        return UNKNOWN
    return AGREES if a.volume == b.volume else DISAGREES


def compare_pages(a: Keys, b: Keys) -> int:
    """First pages. An electronic number (``e331``) against a printed page tells nothing."""
    (letters_a, digits_a), (letters_b, digits_b) = a.page, b.page
    if not digits_a or not digits_b:
        return UNKNOWN
    if digits_a == digits_b:
        return AGREES
    return UNKNOWN if ("e" in (letters_a, letters_b)) and letters_a != letters_b else DISAGREES


def compare_journals(a: Keys, b: Keys) -> int:
    """Names agree when one abbreviates the other, word by word."""
    if not a.journals or not b.journals:
        return UNKNOWN
    return AGREES if same_journal(a.journals, b.journals) else DISAGREES


@lru_cache(maxsize=200_000)
def same_journal(a: tuple[tuple[str, ...], ...], b: tuple[tuple[str, ...], ...]) -> bool:
    return any(_abbreviates(x, y) or _abbreviates(y, x) for x in a for y in b)


def _abbreviates(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """``j psychiatr pract`` for ``journal psychiatric practice``; also initials (``pnas``)."""
    if len(short) == len(long):
        return all(_abbreviated_word(x, y) for x, y in zip(short, long, strict=True))
    return len(short) == 1 and len(long) > 2 and short[0] == "".join(word[0] for word in long)


def _abbreviated_word(short: str, long: str) -> bool:
    """Cut off (``psychiatr``) or contracted with its last letter kept (``natl``)."""
    if long.startswith(short):
        return True
    if not short or short[0] != long[0] or short[-1] != long[-1]:
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)


def compare_abstracts(a: Keys, b: Keys) -> int:
    """Beginnings of the abstracts: nearly equal, clearly different, or neither."""
    if not a.abstract or not b.abstract:
        return UNKNOWN
    length = min(len(a.abstract), len(b.abstract))
    alike = fuzz.ratio(a.abstract[:length], b.abstract[:length])
    return AGREES if alike >= 80 else DISAGREES if alike < 45 else UNKNOWN


# ------------------------------------------------------------------ kinds

_TELLS_KIND: Final = frozenset({"pubmed", "europepmc", "crossref", "clinicaltrials"})
"""Sources whose ``article`` is a statement; for all others it is the default."""


def firm_kind(keys: Keys) -> str:
    """The kind as far as the source can tell; '' for the default of sources that do not distinguish.

    Crossref's journal articles include notices and conference abstracts; its preprints are told apart: ``journal``.
    """
    if keys.kind in ("article", "other"):
        if keys.record.source not in _TELLS_KIND:
            return ""
        return "journal" if keys.record.source == "crossref" else keys.kind
    return keys.kind


def kinds_conflict(a: Keys, b: Keys) -> bool:
    """A preprint is never the article, a notice never what it is about, a registry entry never anything else."""
    return firm_kinds_conflict(firm_kind(a), firm_kind(b))


@lru_cache(maxsize=1000)
def firm_kinds_conflict(a: str, b: str) -> bool:
    if a == b:
        return False
    if "registry-entry" in (a, b) or "dataset" in (a, b):
        return True
    if "journal" in (a, b):
        return bool({a, b} & {"preprint", "book"})
    return bool(a and b) and "other" not in (a, b)
