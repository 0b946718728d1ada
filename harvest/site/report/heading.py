"""The head of a report's page: its people, where it was published, and the links to where it can be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harvest.identifiers import address
from harvest.people import names_in
from harvest.site import web

FOLD_AFTER: Final = 12
"""Authors shown at once; the rest are folded away."""

_KINDS: Final = {
    "article": "Article", "preprint": "Preprint (not peer reviewed)", "registry-entry": "Registry entry",
    "conference-abstract": "Conference abstract", "book": "Book or chapter", "notice": "Notice",
}  # fmt: skip
_LANGUAGES: Final = dict(
    pair.split(":")
    for pair in (
        "eng:English chi:Chinese cze:Czech dan:Danish dut:Dutch fin:Finnish fre:French ger:German gre:Greek "
        "heb:Hebrew hun:Hungarian ita:Italian jpn:Japanese kor:Korean nor:Norwegian per:Persian pol:Polish "
        "por:Portuguese rum:Romanian rus:Russian spa:Spanish swe:Swedish tur:Turkish ukr:Ukrainian ara:Arabic "
        "hrv:Croatian srp:Serbian slv:Slovenian slo:Slovak bul:Bulgarian lit:Lithuanian mul:several und:unknown"
    ).split()
)
_READ_AT: Final = {
    "pmid": ("PubMed", re.compile(r"\d{1,9}")),
    "doi": ("DOI", re.compile(r"10\.\d{4,9}/\S+")),
    "pmcid": ("PubMed Central, full text", re.compile(r"PMC\d{1,9}")),
}
"""Scheme -> what its address leads to, and the form without which it gets none."""
_ENTRIES: Final = {
    "ClinicalTrials.gov": (re.compile(r"NCT\d{8}"), "https://clinicaltrials.gov/study/{}"),
    "ISRCTN registry": (re.compile(r"ISRCTN\d{8}"), "https://www.isrctn.com/{}"),
    "ANZCTR": (re.compile(r"ACTRN\d{14}p?"), "https://anzctr.org.au/{}.aspx"),
}


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    orcid: str
    search: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A place outside where the report, or its registration, can be read."""

    name: str
    value: str
    href: str


def people(report: Mapping[str, Any], authors: Iterable[Mapping[str, Any]]) -> list[Person]:
    """The authors in order, each with the search for their reports."""
    named = [(row["name"], row["orcid"] or "") for row in authors]
    # Where the table has none, the line of names is all there is.
    named = named or [(name, "") for name in names_in(report["authors"])]
    return [Person(name, orcid, author_search(name)) for name, orcid in named]


def author_search(name: str) -> str:
    """The search for the reports of one author.

    >>> author_search("Bright A")
    '/search?q=author%3A%22Bright+A%22'
    """
    plain = name.replace('"', " ").strip()
    return web.address("/search", {"q": f'author:"{plain}"'})


def published(report: Mapping[str, Any]) -> str:
    """Date, volume, issue and pages as references give them: ``2018-05-14; 12(3): 100-109``.

    >>> published({"date": "2018", "year": 2018, "volume": "12", "issue": None, "pages": "1-9"})
    '2018; 12: 1-9'
    """
    date = str(report["date"] or report["year"] or "")
    volume = (report["volume"] or "") + (f"({report['issue']})" if report["issue"] else "")
    place = ": ".join(part for part in (volume, report["pages"]) if part)
    return "; ".join(part for part in (date, place) if part)


def kind(report: Mapping[str, Any]) -> str:
    return _KINDS.get(report["kind"]) or str(report["kind"]).replace("-", " ").capitalize()


def language(report: Mapping[str, Any]) -> str:
    """Name of the language; its code where we know no name, '' where none is stated."""
    code = report["language"] or ""
    return _LANGUAGES.get(code, code)


def elsewhere(report: Mapping[str, Any], records: Iterable[Mapping[str, Any]]) -> list[Elsewhere]:
    """Where to read it: PubMed, DOI, PubMed Central, Europe PMC, and the registry entries it names."""
    found = [
        Elsewhere(name, report[scheme], address(scheme, report[scheme]))
        for scheme, (name, form) in _READ_AT.items()
        if form.fullmatch(report[scheme] or "")
    ]
    found += _europe_pmc(report, records)
    return found


def _europe_pmc(report: Mapping[str, Any], records: Iterable[Mapping[str, Any]]) -> list[Elsewhere]:
    ids = [row["source_id"] for row in records if row["source"] == "europepmc"]
    for found in (re.fullmatch(r"([A-Z]{3}):([A-Z0-9]{1,20})", id) for id in ids):
        if found:
            return [Elsewhere("Europe PMC", found[2], f"https://europepmc.org/article/{found[1]}/{found[2]}")]
    if re.fullmatch(r"\d{1,9}", report["pmid"] or ""):
        return [Elsewhere("Europe PMC", report["pmid"], f"https://europepmc.org/article/MED/{report['pmid']}")]
    return []


def registrations(report: Mapping[str, Any], studies: Sequence[Any]) -> list[dict[str, str]]:
    """Registration numbers it states: ``number``, ``here`` (its study), ``registry`` and ``there`` (the entry)."""
    by_number = {one.row["registration"]: one.row for one in studies if one.row["registration"]}
    listed = []
    for number in filter(None, (part.strip() for part in (report["registrations"] or "").split(";"))):
        row = by_number.get(number)
        here = (
            web.row_address("studies", row["id"])
            if row
            else web.address("/ketamine/by_registration", {"registration": number})
        )
        name, there = _entry(number)
        if not there and row and re.match(r"https?://\S+$", row["url"] or ""):
            name, there = row["registry"] or "registry", row["url"]
        listed.append({"number": number, "here": here, "registry": name, "there": there})
    return listed


def _entry(number: str) -> tuple[str, str]:
    for name, (pattern, entry) in _ENTRIES.items():
        if pattern.fullmatch(number):
            return name, entry.format(number)
    return "", ""
