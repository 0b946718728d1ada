"""RIS, as PubMed, Europe PMC, Zotero, Rayyan, EndNote and publishers write it.

The tags: https://en.wikipedia.org/wiki/RIS_(file_format). Exporters differ in which tag holds the journal, the
abstract or the PMID, so every field is looked for in all the places where one of them puts it.
"""

from __future__ import annotations

import re

from harvest.formats import Fields, Item, Items, Rejection, every, excerpt, first, tagged, values
from harvest.identifiers import clean_doi, clean_pmcid, clean_pmid, registrations, unique
from harvest.record import Kind, Record
from harvest.text import clean, strip_markup

_KINDS: dict[str, Kind] = {
    "ABST": "conference-abstract", "CONF": "conference-abstract", "CPAPER": "conference-abstract",
    "SLIDE": "conference-abstract", "BOOK": "book", "CHAP": "book", "EBOOK": "book", "ECHAP": "book",
    "EDBOOK": "book", "SER": "book", "DATA": "dataset", "DBASE": "dataset", "AGGR": "dataset",
    "JOUR": "article", "EJOUR": "article", "JFULL": "article", "MGZN": "article", "INPR": "article",
}  # fmt: skip
_NOTES = (
    "N1",
    "M1",
    "M2",
    "C1",
    "C2",
    "C3",
    "C4",
    "C5",
    "C6",
    "C7",
    "C8",
    "U1",
    "U2",
    "U3",
    "U4",
    "U5",
    "RN",
)
_ADDRESSES = ("UR", "L1", "L2", "LK")
_PUBMED = re.compile(r"pubmed|medline|europe ?pmc|\bnlm\b", re.I)


def holds(text: str) -> bool:
    return tagged.holds(text, "TY")


def read(text: str) -> Items:
    """Items from TY to ER. A last item without ER was cut off and is rejected, as is one that has no TY."""
    items: list[Item] = []
    rejected: list[Rejection] = []
    for position, block in enumerate(tagged.blocks(text, "TY", "ER", blank_ends=False), start=1):
        if not block.ended:
            why = f"the file ends inside the record that begins at line {block.line} (no 'ER  -'); export it again"
        elif block.tags[0] != "TY":
            why = f"the record at line {block.line} does not begin with 'TY  -'"
        else:
            items.append(Item(position, block.fields))
            continue
        rejected.append(Rejection(position, why, excerpt(block.text)))
    return Items(tuple(items), tuple(rejected))


def record(fields: Fields) -> Record:
    """The record of one item, without source and source id."""
    title = values.title(first(fields, "TI", "T1", "CT", "BT"))
    abstract, sections = values.abstract(first(fields, "AB", "N2"))
    journal = strip_markup(first(fields, "T2", "JF", "JO", "BT", "JA", "J2"))
    publisher = clean(first(fields, "PB"))
    nct = values.nct_in_address(*every(fields, *_ADDRESSES))
    kind = values.kind_of(_KINDS.get(first(fields, "TY"), "other"), nct, journal, publisher, first(fields, "DB"))
    return Record(
        source="",
        source_id="",
        title=title,
        kind=kind,
        original_title=values.title(first(fields, "TT")),
        abstract=abstract,
        abstract_kind=values.abstract_kind(abstract, kind),
        sections=sections,
        authors=values.authors([n for text in every(fields, "AU") or every(fields, "A1") for n in text.split("\n")]),
        date=_date(fields),
        journal="" if kind in ("preprint", "registry-entry") else journal,
        journal_abbreviation=_abbreviation(fields, journal),
        issn=_issn(first(fields, "SN")),
        volume=clean(first(fields, "VL")),
        issue=clean(first(fields, "IS")),
        pages=values.pages(first(fields, "SP"), first(fields, "EP")),
        publisher=publisher or (journal if kind == "preprint" else ""),
        language=values.language(first(fields, "LA")),
        pmid=_pmid(fields),
        pmcid=_pmcid(fields),
        doi=_doi(fields),
        registrations=unique((nct, *registrations(title, abstract))),
        keywords=unique(clean(word).lstrip("*") for text in every(fields, "KW") for word in re.split(r"[\n;]", text)),
        retracted=values.says_retracted(title),
        url=clean(first(fields, "UR").partition("\n")[0].partition(";http")[0]),
    )


def _date(fields: Fields) -> str:
    """The finest date of the stated year. DA may hold month and day only (EndNote), so the year is put before it."""
    years = [values.date_of(text) for text in every(fields, "PY", "Y1")]
    full = values.date_of(first(fields, "DA"))
    if not full and years and years[0]:
        full = values.date_of(f"{first(fields, 'DA')} {years[0][:4]}")
    return values.finest(*years, full)


def _abbreviation(fields: Fields, journal: str) -> str:
    stated = (clean(text) for text in every(fields, "J2", "JA", "JO"))
    return next((text for text in stated if text != journal), "")


def _issn(text: str) -> str:
    """The first ISSN; ``1873-2402 (Electronic)\\n0006-3223 (Linking)`` has two, an ISBN none."""
    found = re.search(r"\b(\d{4})-?(\d{3}[\dXx])\b(?!-?\d)", text)
    return f"{found.group(1)}-{found.group(2).upper()}" if found else ""


def _doi(fields: Fields) -> str:
    stated = [*every(fields, "DO", "DI"), *every(fields, "M3"), *every(fields, "UR", "L3", "ID")]
    return next(filter(None, map(clean_doi, stated)), "")


def _pmid(fields: Fields) -> str:
    """From notes and addresses; from the accession number or id when the named database counts in PMIDs."""
    noted = values.pmid_in(*every(fields, "AN", "ID", *_NOTES, *_ADDRESSES))
    if noted or not _PUBMED.search(" ".join(every(fields, "DB", "DP"))):
        return noted
    return next(filter(None, map(clean_pmid, every(fields, "AN", "ID"))), "")


def _pmcid(fields: Fields) -> str:
    bare = (text for text in every(fields, "C2", "PMC", "U2") if re.fullmatch(r"\s*PMC\d+\s*", text))
    return clean_pmcid(next(bare, "")) or values.pmcid_in(*every(fields, "AN", *_NOTES, *_ADDRESSES))
