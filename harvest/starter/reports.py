"""Reports of the starter set: one gathered record in, its sound bibliographic facts out."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from harvest import identifiers
from harvest.starter.counts import Counts, Facts
from harvest.starter.names import Journals, author
from harvest.text import strip_markup

LATEST_YEAR = 2026

FIELDS = (
    "pmid", "doi", "pmcid", "title", "translated", "authors", "journal", "year", "mesh", "publication_types",
    "registrations", "retracted",
)  # fmt: skip

# Retracted according to PubMed; the record files do not say so.
RETRACTED = {"21557878", "26554325"}
# These name a whole collection of meeting abstracts, not one document.
COLLECTIVE_DOIS = {
    "10.1038/npp.2014.281", "10.1038/npp.2014.282", "10.1038/npp.2015.326", "10.1089/bio.2020.29065.abstracts",
}  # fmt: skip
# This collection was searched in autumn 2023; its higher "PMIDs" stand beside DOIs of 2004 to 2023 that PubMed does
# not hold: numbers of some other database.
PMID_CEILING = {"Ineichen-Group/PsyNamic": 38_200_000}
# First PMID of each year from 2000 on, to the nearest 10,000. Numbers below belong to any year before.
PMID_YEARS = (
    10_610_000, 11_120_000, 11_750_000, 12_500_000, 14_700_000, 15_620_000, 16_380_000, 17_190_000, 18_160_000,
    19_120_000, 20_040_000, 21_190_000, 22_200_000, 23_270_000, 24_370_000, 25_550_000, 26_720_000, 28_030_000,
    29_290_000, 30_590_000, 31_890_000, 33_380_000, 34_970_000, 36_580_000, 38_160_000, 39_740_000, 41_480_000,
)  # fmt: skip

# Headings the list of MeSH 2026 lacks: check tags and places (it holds topical headings only), and headings that
# were renamed since. Identifiers as PubMed gives them; '' where none was read there.
MESH_BESIDE_THE_LIST = {
    "Male": "D008297", "Female": "D005260",
    "Australia": "D001315", "Canada": "D002170", "England": "D004739", "Europe": "D005060", "Japan": "D007564",
    "United States": "D014481", "Brazil": "", "China": "", "Hong Kong": "", "Hungary": "", "Iran": "",
    "New York City": "", "Taiwan": "",
    "Pain, Postoperative": "D010149", "Pain, Intractable": "D010148", "Conscious Sedation": "D016292",
}  # fmt: skip
# Below this share of real headings a list is somebody's keywords, and the hits in it are chance.
MESH_SHARE = 0.75
# Publication types whose identifier was verified (MeSH 2015 file); the others are given by name alone.
PUBLICATION_TYPES = {
    "Randomized Controlled Trial": "D016449", "Controlled Clinical Trial": "D018848", "Clinical Trial": "D016430",
    "Clinical Trial, Phase I": "D017426", "Clinical Trial, Phase II": "D017427", "Clinical Trial, Phase III": "D017428",
    "Clinical Trial, Phase IV": "D017429", "Pragmatic Clinical Trial": "D065007", "Observational Study": "D064888",
    "Multicenter Study": "D016448", "Comparative Study": "D003160", "Meta-Analysis": "D017418", "Review": "D016454",
    "Case Reports": "D002363", "Letter": "D016422", "Editorial": "D016421", "Comment": "D016420",
    "Practice Guideline": "D017065", "Retracted Publication": "D016441", "Retraction of Publication": "D016440",
    "Published Erratum": "D016425", "Systematic Review": "D000078182",
}  # fmt: skip

_FOOTNOTE_MARK = re.compile(r"\s*\(?[†‡✰☆★]\)?$")
_SUMMARISES_OTHERS = re.compile(
    r"review|meta-?analy|overview|guideline|consensus|comment|letter|reply|editorial|erratum|correction",
    re.IGNORECASE,
)


def reports_from(gathered: list[Facts], mesh: dict[str, str], counts: Counts) -> Iterator[Facts]:
    journals = Journals(str(item.get("journal") or "") for item in gathered)
    found: list[Facts] = []
    by_identifier: dict[tuple[str, str], Facts] = {}
    for item in gathered:
        facts = _report(item, mesh, journals, counts)
        reason = _unusable(item, facts)
        if reason:
            counts.left_out[reason] += 1
            continue
        keys = [(scheme, facts[scheme]) for scheme in ("pmid", "doi") if scheme in facts]
        same = next((by_identifier[key] for key in keys if key in by_identifier), None)
        if same is None:
            found.append(facts)
        else:
            counts.left_out["joined with a record of the same PMID or DOI"] += 1
            same.update({name: value for name, value in facts.items() if name not in same})
        by_identifier.update(dict.fromkeys(keys, facts if same is None else same))
    for facts in found:
        yield {name: facts[name] for name in FIELDS if name in facts}


def position(facts: Facts) -> tuple[int, str]:
    """Where a report stands in the files: by PMID, then DOI, those without a PMID last."""
    return int(facts.get("pmid", 10**9)), facts.get("doi", "")


def _unusable(item: Facts, facts: Facts) -> str:
    """Why the record is left out, '' when it is not."""
    if item.get("ketamine_focus") == "mention":
        return "ketamine is only mentioned"
    if facts.get("doi") in COLLECTIVE_DOIS and "pmid" not in facts:
        return "the DOI names a collection of meeting abstracts"
    if "pmid" not in facts and "doi" not in facts:
        return "neither PMID nor DOI"
    return "" if "title" in facts else "no title"


def _report(item: Facts, mesh: dict[str, str], journals: Journals, counts: Counts) -> Facts:
    title, translated = _title(item.get("title"))
    facts: Facts = {
        "pmid": _pmid(item, counts),
        "doi": identifiers.clean_doi(item.get("doi")),
        "pmcid": identifiers.clean_pmcid(item.get("pmcid")),
        "title": title,
        "translated": translated,
        "authors": _authors(item),
        "journal": journals.name(str(item.get("journal") or "")),
        "mesh": _headings(item.get("mesh") or [], mesh, counts),
        "publication_types": _publication_types(item.get("pub_types") or []),
        "registrations": _registrations(item, title),
    }
    facts["year"] = _year(item.get("year"), facts["pmid"], counts)
    facts["retracted"] = facts["pmid"] in RETRACTED or title.casefold().startswith("retracted:")
    return {name: value for name, value in facts.items() if value}


def _pmid(item: Facts, counts: Counts) -> str:
    pmid = identifiers.clean_pmid(item.get("pmid"))
    if pmid and int(pmid) > PMID_CEILING.get(str(item.get("source")), 10**9):
        counts.values_left_out["PMID above its collection's range"] += 1
        return ""
    return pmid


def _title(text: str | None) -> tuple[str, bool]:
    """The title without markup, footnote mark and final full stop; and whether brackets said it is a translation."""
    title = strip_markup(text).replace("\u2010", "-").replace("\u2011", "-")
    title = _FOOTNOTE_MARK.sub("", title)
    translated = title.startswith("[") or (title.endswith("]") and "[" not in title)
    if translated:
        title = title.removeprefix("[").removesuffix(".").removesuffix("]")
    return title.removesuffix(".").strip(), translated


def _year(value: Any, pmid: str, counts: Counts) -> int | None:
    """The year, unless it lies in the future or far from what the PMID allows.

    PMIDs grow with time: a record comes at most two years before its issue. Backfiles come late, so a year may lie
    well before its number's, but since 2011 hardly more than five years.
    """
    if not isinstance(value, int):
        return None
    entered = 1999 + bisect_right(PMID_YEARS, int(pmid)) if pmid else LATEST_YEAR
    earliest = entered - 5 if pmid and entered >= 2011 else 1950
    if not earliest <= value <= min(entered + 2, LATEST_YEAR):
        counts.values_left_out["year that does not fit the PMID"] += 1
        return None
    return value


def _authors(item: Facts) -> list[Facts]:
    found = (author(text, str(item.get("source"))) for entry in item.get("authors") or [] for text in entry.split(";"))
    return [facts for facts in found if facts]


def _headings(texts: list[str], mesh: dict[str, str], counts: Counts) -> list[Facts]:
    """MeSH headings with their identifiers; a list that is mostly something else gives none at all."""
    read = [_heading(text) for text in texts]
    known: dict[str, bool] = {}
    for name, major in read:
        if name in mesh:
            known[name] = known.get(name, False) or major
    if len([name for name, _ in read if name in mesh]) < MESH_SHARE * len([name for name, _ in read if name]):
        counts.values_left_out["list of keywords given as MeSH"] += bool(mesh)
        return []
    facts = ({"name": name, "ui": mesh[name], "major": major} for name, major in known.items())
    return [{key: value for key, value in heading.items() if value} for heading in facts]


def _heading(text: str) -> tuple[str, bool]:
    """Name and major mark of ``*Ketamine/therapeutic use`` (MEDLINE) or ``Ketamine [*therapeutic use]`` (CENTRAL).

    '' for the tail of a string that was cut inside a qualifier ("adverse | effects/blood").
    """
    name = re.split(r"/| \[", text.replace("\u2010", "-"))[0].strip().lstrip("*")
    return ("" if name in {"effects", "therapy"} else name), "*" in text


def _publication_types(names: list[str]) -> list[Facts]:
    """MEDLINE's types; other services' own words for them are lower case and left out."""
    medline = [name for name in dict.fromkeys(names) if name[:1].isupper()]
    return [{"name": n, "ui": PUBLICATION_TYPES[n]} if n in PUBLICATION_TYPES else {"name": n} for n in medline]


def _registrations(item: Facts, title: str) -> list[str]:
    """Numbers the record gives as its own: up to three, and none for titles that speak of other people's trials."""
    own = identifiers.clean_nct(item.get("nct"))
    stated = identifiers.registrations(item.get("abstract") or "")
    if _SUMMARISES_OTHERS.search(title) or len(stated) > 3:
        stated = ()
    return list(identifiers.unique((own, *stated)))
