"""Comparisons of single fields of two records: how far titles, authors, pages and kinds agree."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from harvest.dedupe.keys import Keys
from harvest.normalise import is_preprint_server

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
_TELLING_LIST: Final = (
    "not no without protocol rationale reply comment commentary erratum corrigendum correction "
    "retraction update updated revisited editorial letter rebuttal followup addendum part supplement"
)
_TELLING: Final = frozenset(_TELLING_LIST.split())
"""A title that has one of these words more than another names another document."""
_SMALL_LIST: Final = "a an and as at by for from in into of on or the to via with using among between"
_SMALL: Final = frozenset(_SMALL_LIST.split())


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
    if keys.record.source not in _TELLS_KIND and (keys.kind in ("article", "other") or not _supported(keys)):
        return ""
    if keys.kind in ("article", "other"):
        return "journal" if keys.record.source == "crossref" else keys.kind
    return keys.kind


def _supported(keys: Keys) -> bool:
    """OpenAlex calls many an old article without DOI a preprint."""
    return keys.kind != "preprint" or bool(keys.doi or is_preprint_server(keys.record.journal))


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
