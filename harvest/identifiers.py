"""Identifiers in one form each. Every function gives the clean value, or '' when there is none to be had."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

_DOI = re.compile(r"10\.\d{4,9}/[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_DOI_TAIL = ".,;:\"'>]}"

# Registries by the form of their numbers: name in tables -> pattern in running text.
REGISTRIES: dict[str, re.Pattern[str]] = {
    "ClinicalTrials.gov": re.compile(r"\bNCT[ -]?(\d{8})\b", re.IGNORECASE),
    "ISRCTN": re.compile(r"\bISRCTN[ -]?(\d{8})\b", re.IGNORECASE),
    "EudraCT": re.compile(r"\b(20\d{2}-\d{6}-\d{2})\b"),
    "ANZCTR": re.compile(r"\bACTRN[ -]?(126\d{11})\b", re.IGNORECASE),
    "ChiCTR": re.compile(r"\bChiCTR[ -]?((?:[A-Z]{2,4}-?)?\d{8,10})\b", re.IGNORECASE),
    "DRKS": re.compile(r"\bDRKS[ -]?(\d{8})\b", re.IGNORECASE),
    "CTRI": re.compile(r"\b(CTRI/\d{4}/\d{2,3}/\d{6})\b", re.IGNORECASE),
    "IRCT": re.compile(r"\bIRCT[ -]?(\d{11,14}N\d{1,2})\b", re.IGNORECASE),
    "UMIN": re.compile(r"\bUMIN[ -]?(\d{9})\b", re.IGNORECASE),
    "JapicCTI": re.compile(r"\bJapicCTI[ -]?(\d{6})\b", re.IGNORECASE),
    "PACTR": re.compile(r"\bPACTR[ -]?(20\d{13})\b", re.IGNORECASE),
    "KCT": re.compile(r"\bKCT[ -]?(\d{7})\b", re.IGNORECASE),
    "TCTR": re.compile(r"\bTCTR[ -]?(20\d{9})\b", re.IGNORECASE),
    "NTR": re.compile(r"\bNTR[ -]?(\d{3,5})\b"),
}
_PROMISING = re.compile(r"[0-9]{6,}|NTR")
_PREFIX = {
    "ClinicalTrials.gov": "NCT", "ISRCTN": "ISRCTN", "EudraCT": "EudraCT-", "ANZCTR": "ACTRN",
    "ChiCTR": "ChiCTR", "DRKS": "DRKS", "IRCT": "IRCT", "UMIN": "UMIN", "JapicCTI": "JapicCTI-",
    "PACTR": "PACTR", "KCT": "KCT", "TCTR": "TCTR", "NTR": "NTR",
}  # fmt: skip


_SERVICES = {
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/{}/",
    "pmcid": "https://pmc.ncbi.nlm.nih.gov/articles/{}/",
    "doi": "https://doi.org/{}",
    "orcid": "https://orcid.org/{}",
    "issn": "https://portal.issn.org/resource/ISSN/{}",
    "nct": "https://clinicaltrials.gov/study/{}",
}


def address(scheme: str, value: str) -> str:
    """Where the service that issued an identifier shows it, '' for an unknown scheme or no value; characters that
    addresses must not hold are escaped.

    >>> address("doi", "10.1002/a(2000)1:1<114::aid>3.0.co;2-4")
    'https://doi.org/10.1002/a(2000)1:1%3C114::aid%3E3.0.co%3B2-4'
    >>> address("pmid", "10686270"), address("rec", "1")
    ('https://pubmed.ncbi.nlm.nih.gov/10686270/', '')
    """
    return _SERVICES[scheme].format(quote(value, safe="/:().-_")) if value and scheme in _SERVICES else ""


def clean_doi(text: str | None) -> str:
    """Resolver and ``doi:`` stripped, percent-escapes undone once, lower case (DOIs ignore case).

    >>> clean_doi("https://doi.org/10.1016/S0006-3223(99)00230-9.")
    '10.1016/s0006-3223(99)00230-9'
    """
    if not text:
        return ""
    found = _DOI.search(unquote(text.strip()))
    if not found:
        return ""
    doi = found.group().rstrip(_DOI_TAIL)
    while doi.endswith(")") and doi.count(")") > doi.count("("):  # a bracket of the sentence, not of the DOI
        doi = doi[:-1].rstrip(_DOI_TAIL)
    return doi.lower()


def clean_pmid(text: str | int | None) -> str:
    """Digits only, without leading zeros; from a bare number or a PubMed address.

    >>> clean_pmid("https://pubmed.ncbi.nlm.nih.gov/10686270/")
    '10686270'
    """
    found = re.fullmatch(r"(?:.*pubmed\D*/|pmid:?\s*|MED:)?0*([1-9]\d{0,8})/?", str(text or "").strip(), re.IGNORECASE)
    return found.group(1) if found else ""


def clean_pmcid(text: str | int | None) -> str:
    """``PMC`` and digits; also from an address or bare digits.

    >>> clean_pmcid("https://www.ncbi.nlm.nih.gov/pmc/articles/3799067")
    'PMC3799067'
    """
    found = re.search(r"(?:^|PMC|/articles/)0*([1-9]\d{0,8})/?$", str(text or "").strip(), re.IGNORECASE)
    return f"PMC{found.group(1)}" if found else ""


def clean_nct(text: str | None) -> str:
    """``NCT`` and eight digits, upper case."""
    found = re.fullmatch(r"NCT\d{8}", (text or "").strip(), re.IGNORECASE)
    return found.group().upper() if found else ""


def clean_orcid(text: str | None) -> str:
    found = re.search(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])", (text or "").upper())
    return "-".join(found.groups()) if found else ""


def registrations(*texts: str) -> tuple[str, ...]:
    """All trial registration numbers in the texts, normalised, in order of appearance by registry.

    >>> registrations("registered (NCT 01234567; isrctn12345678)")
    ('NCT01234567', 'ISRCTN12345678')
    """
    found: dict[str, None] = {}
    # A number of a registry holds six digits in a row or begins with NTR; looking only around such places takes a tenth
    # of the time that fourteen patterns take over whole abstracts.
    places = "\n".join(
        text[max(0, place.start() - 24) : place.end() + 24] for text in texts for place in _PROMISING.finditer(text)
    )
    for registry, pattern in REGISTRIES.items() if places else ():
        for match in pattern.finditer(places):
            found[_PREFIX.get(registry, "") + match.group(1).upper()] = None
    return tuple(found)


def registry_of(number: str) -> str:
    """Name of the registry that issued ``number``, or '' when the form is unknown."""
    bare = number.removeprefix("EudraCT-")
    return next((name for name, pattern in REGISTRIES.items() if pattern.fullmatch(bare)), "")


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """Non-empty values, first appearance first."""
    return tuple(dict.fromkeys(value for value in values if value))
