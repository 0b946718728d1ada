"""What stands after a colon: ``year:2015..``, ``condition:TRD``, ``n:>100``, ``is:retracted``; None where it cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from harvest import identifiers
from harvest.report import ID
from harvest.schema import DIMENSIONS
from harvest.search.names import Names
from harvest.search.tree import FLAGS, IS, Flag, Identifier, Journal, Node, Not, Range, Tagged, Text, Value
from harvest.text import fold

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "title": ("title",), "abstract": ("abstract", "digest"), "mesh": ("mesh",), "keyword": ("keywords",),
    "author": ("authors",),
}  # fmt: skip
"""Field -> columns of the full-text index. Our digest stands where there is no abstract, so both are asked."""

_SYNONYMS: Final = {
    "ti": "title", "ab": "abstract", "au": "author", "authors": "author", "keywords": "keyword", "kw": "keyword",
    "jo": "journal", "date": "year", "years": "year", "size": "n", "participants": "n", "people": "n", "type": "kind",
    "sources": "source", "registration": "nct", "trial": "nct", "registry": "nct", "pmc": "pmcid",
    **{concepts: dimension for dimension, concepts in DIMENSIONS.items()},
}  # fmt: skip
_IDENTIFIERS: Final = ("pmid", "doi", "nct", "pmcid", "id")
_VALUES: Final = ("kind", "source", "direction")
_HAS: Final = {name for name in FLAGS if not name.startswith("no-")} - IS
_FLAG_NAMES: Final = {
    "abstracts": "abstract", "digests": "digest", "finding": "findings", "nct": "registration", "concerns": "concern",
    "retraction": "retracted",
}  # fmt: skip
_YES: Final = {"yes", "true", "1", "y"}
_NO: Final = {"no", "false", "0", "n"}

NAMES: Final = frozenset(
    {*COLUMNS, *_SYNONYMS, *_IDENTIFIERS, *_VALUES, *DIMENSIONS, "journal", "year", "n", "is", "has", "retracted"}
)
"""Every word that is a field before a colon."""


def plain_name(field: str) -> str:
    """The one name of the field: ``authors`` is ``author``."""
    return _SYNONYMS.get(field, field)


def read(field: str, value: str, quoted: bool, names: Names) -> Node | None:
    """The part of the tree that ``field:value`` means; None where the value cannot be read."""
    field = plain_name(field)
    if field in COLUMNS:
        return words(value, quoted, COLUMNS[field])
    if field in DIMENSIONS:
        concept = names.resolve(field, value)
        return Tagged(field, concept, names.label(field, concept)) if concept else None
    if field in _IDENTIFIERS:
        return identifier(field, value)
    if field in _VALUES:
        return value_of(field, value, names)
    return _READERS[field](value)


def words(text: str, quoted: bool, columns: tuple[str, ...] = (), prefix: bool = False) -> Text | None:
    """Words to be looked for, None where there is no letter or digit in them."""
    bare = text.strip().rstrip("*") if not text.endswith("\\*") else text
    prefix = prefix or text.rstrip().endswith("*")
    shown = bare if quoted else bare.strip(".,;:!?'’…*+~^")
    return Text(" ".join(shown.split()), columns, prefix, quoted) if has_words(shown) else None


def has_words(text: str) -> bool:
    """Whether the full-text index would see a word in it."""
    return any(character.isalnum() for character in text)


def value_of(field: str, value: str, names: Names) -> Node | None:
    """One of the values that occur, or the only one that begins so: ``kind:registry`` is a registry entry."""
    slug = "-".join(fold(value).split())
    known = names.values.get(field, ())
    if slug not in known:
        begun = [one for one in known if slug and one.startswith(slug)]
        slug = begun[0] if len(begun) == 1 else ""
    return Value(field, slug) if slug else None


def journal(value: str) -> Node | None:
    return Journal(fold(value), value.rstrip().endswith("*")) if fold(value) else None


# ------------------------------------------------------------ numbers

_NUMBER = r"[0-9]{1,9}"
_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        rf"=?(?P<exactly>{_NUMBER})",
        rf"(?P<low>{_NUMBER})?\.\.\.?(?P<high>{_NUMBER})?",
        rf"(?P<low>{_NUMBER})[-–—](?P<high>{_NUMBER})",
        rf"(?P<low>{_NUMBER})[+–-]",
        rf"(?:>=|=>|≥)(?P<low>{_NUMBER})",
        rf"(?:<=|=<|≤)(?P<high>{_NUMBER})",
        rf">(?P<above>{_NUMBER})",
        rf"<(?P<below>{_NUMBER})",
    )
)


def span(field: str, value: str) -> Range | None:
    """``2015``, ``2015..2020``, ``2015..``, ``..2020``, ``2015-2020``, ``>100``, ``>=50``, ``<20``, ``100+`` as a range.

    >>> span("n", ">100")
    Range(field='n', low=101, high=None)
    """
    bare = value.replace(",", "").replace(" ", "")
    found = next((match for form in _FORMS if (match := form.fullmatch(bare))), None)
    given = {name: int(digits) for name, digits in found.groupdict().items() if digits} if found else {}
    if not given:
        return None
    low = given.get("exactly", given.get("low", given["above"] + 1 if "above" in given else None))
    high = given.get("exactly", given.get("high", given["below"] - 1 if "below" in given else None))
    return Range(field, low, high)


# ------------------------------------------------------------ what a report is or has


def is_flag(value: str) -> Node | None:
    name = _FLAG_NAMES.get(fold(value), fold(value))
    return Flag(name) if name in IS else None


def has_flag(value: str) -> Node | None:
    name = _FLAG_NAMES.get(fold(value), fold(value))
    return Flag(name) if name in _HAS else None


def retracted(value: str) -> Node | None:
    answer = fold(value)
    if answer in _YES:
        return Flag("retracted")
    return Not(Flag("retracted")) if answer in _NO else None


_READERS: Final[dict[str, Callable[[str], Node | None]]] = {
    "journal": journal,
    "year": lambda value: span("year", value),
    "n": lambda value: span("n", value),
    "is": is_flag,
    "has": has_flag,
    "retracted": retracted,
}

# ------------------------------------------------------------ identifiers

_BARE_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/)?10\.\d{4,9}/\S+", re.IGNORECASE)
_PUBMED = re.compile(
    r"https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/\d+/?", re.IGNORECASE
)
_BARE_PMID = re.compile(r"[1-9]\d{6,8}")


def identifier(scheme: str, value: str) -> Node | None:
    """The identifier in its clean form; None when it has not the form of one."""
    readers: dict[str, Callable[[str], str]] = {
        "pmid": identifiers.clean_pmid, "doi": identifiers.clean_doi, "pmcid": identifiers.clean_pmcid,
        "nct": registration, "id": lambda text: text.strip().lower(),
    }  # fmt: skip
    clean = readers[scheme](value)
    return Identifier("registration" if scheme == "nct" else scheme, clean) if clean else None


def registration(text: str) -> str:
    """A registration number as the reports have it; one of an unknown registry as it was typed."""
    known = identifiers.registrations(text)
    return known[0] if known else (text.strip().upper() if re.search(r"\d{4}", text) else "")


def bare_identifier(word: str) -> Node | None:
    """A word that can be nothing but an identifier; a number of seven to nine digits is taken as PubMed's."""
    if _BARE_DOI.fullmatch(word):
        return identifier("doi", word)
    if _PUBMED.fullmatch(word) or _BARE_PMID.fullmatch(word):
        return identifier("pmid", word.rpartition("pubmed/")[2].strip("/").rpartition("/")[2])
    if re.fullmatch(r"PMC\d{4,9}", word, re.IGNORECASE):
        return identifier("pmcid", word)
    if ID.fullmatch(word.lower()):
        return identifier("id", word)
    numbers = identifiers.registrations(word)
    # "NTR2019" within a longer word is no registration.
    return identifier("nct", word) if numbers and len(fold(word).replace(" ", "")) <= len(numbers[0]) + 8 else None
