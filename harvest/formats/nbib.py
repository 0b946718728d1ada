"""PubMed's own text format (.nbib, "PubMed format"): MEDLINE fields by tag.

The tags are described at https://www.nlm.nih.gov/bsd/mms/medlineelements.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from harvest.dates import earliest
from harvest.formats import Fields, Item, Items, Rejection, every, excerpt, first, tagged, values
from harvest.identifiers import clean_doi, clean_pmcid, clean_pmid, registrations, unique
from harvest.people import group, person
from harvest.pubmed_links import kind_of
from harvest.record import Author, Heading, Kind, Link, LinkKind, PublicationType, Record
from harvest.text import clean

_LINKS: dict[str, tuple[LinkKind, ...]] = {
    "CIN": ("commented-on-by",), "CON": ("comments-on",),
    "EIN": ("corrected-by",), "EFR": ("corrects",),
    "ECI": ("concern-raised-by",), "ECF": ("raises-concern-about",),
    "RIN": ("retracted-by",), "ROF": ("retracts",),
    "UIN": ("updated-by",), "UOF": ("updates",),
    "RPI": ("republished-as",), "RPF": ("republishes",),
    "CRI": ("corrected-by", "republished-as"), "CRF": ("corrects", "republishes"),
    "RRI": ("retracted-by", "republished-as"), "RRF": ("retracts", "republishes"),
}  # fmt: skip
_TARGET_PMID = re.compile(r"\bPMID:\s*(\d{1,8})")
_NOTE_IDS = re.compile(r"\s*(?:\bdoi:\s*\S+|\bPMID:\s*\d+\.?)")


def read(text: str) -> Items:
    """Items begin at a PMID line; an empty line ends one. What lacks that line is rejected; it may be empty, as our own
    exports write it for reports that PubMed does not hold.
    """
    items: list[Item] = []
    rejected: list[Rejection] = []
    for position, block in enumerate(tagged.blocks(text, "PMID", "", blank_ends=True), start=1):
        if clean_pmid(first(block.fields, "PMID")) or (
            block.fields.get("PMID") == [""] and first(block.fields, "TI", "BTI")
        ):
            unwrapped = {tag: [" ".join(v.split("\n")) for v in vs] for tag, vs in block.fields.items()}
            items.append(Item(position, unwrapped))
        else:
            reason = f"the record at line {block.line} has no PMID; export it again"
            rejected.append(Rejection(position, reason, excerpt(block.text)))
    return Items(tuple(items), tuple(rejected))


def record(fields: Fields) -> Record:
    """The record of one item, without source and source id. Sections keep the labels, MeSH names have no numbers."""
    title = values.title(first(fields, "TI"))
    original = values.title(first(fields, "TT"))
    abstract, sections = values.abstract(first(fields, "AB") or first(fields, "OAB"))
    types = tuple(PublicationType(clean(name)) for name in every(fields, "PT"))
    names = {kind.name.casefold() for kind in types}
    in_book = first(fields, "BTI", "CTI")
    kind: Kind = "book" if in_book else kind_of(types)
    links = tuple(dict.fromkeys(_links(fields, kind)))
    pmid = clean_pmid(first(fields, "PMID"))
    return Record(
        source="",
        source_id="",
        title=title or original or values.title(in_book),
        kind=kind,
        original_title=original,
        abstract=abstract,
        abstract_kind="abstract" if abstract else "",
        sections=sections,
        rights=clean(first(fields, "CI")),
        authors=_authors(fields),
        date=earliest(values.date_of(first(fields, "DP")), _day(first(fields, "DEP"))),
        journal=clean(first(fields, "JT")) or (values.title(in_book) if title else ""),
        journal_abbreviation=clean(first(fields, "TA")),
        issn=_issn(every(fields, "IS")),
        volume=clean(first(fields, "VI")),
        issue=clean(first(fields, "IP")),
        pages=values.pages(first(fields, "PG") or _numbered(fields, "pii", "LID")),
        publisher=clean(first(fields, "PB")),
        language=";".join(unique(clean(code).lower() for code in every(fields, "LA"))),
        pmid=pmid,
        pmcid=clean_pmcid(first(fields, "PMC")),
        doi=clean_doi(_numbered(fields, "doi", "LID", "AID")),
        registrations=unique((*registrations(*every(fields, "SI")), *registrations(title, abstract))),
        mesh=tuple(map(_heading, every(fields, "MH"))),
        substances=tuple(Heading(name) for name in unique(map(_substance, every(fields, "RN", "NM")))),
        keywords=unique(clean(word).lstrip("*") for word in every(fields, "OT")),
        publication_types=types,
        links=links,
        retracted="retracted publication" in names or any(link.kind == "retracted-by" for link in links),
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid else "",
        revised=_revised(fields),
    )


def _authors(fields: Fields) -> tuple[Author, ...]:
    """People, then groups. Without as many full names (FAU) as short ones (AU) the short ones alone are used."""
    full, short = every(fields, "FAU"), every(fields, "AU")
    people: tuple[Author, ...]
    if len(full) == len(short):
        people = tuple(_person(name, brief) for name, brief in zip(full, short, strict=True))
    else:
        people = values.authors(short or full)
    return (*people, *(group(name) for name in every(fields, "CN"))) or values.authors(every(fields, "FED", "ED"))


def _person(full: str, brief: str) -> Author:
    """``Berman, Robert M`` with ``Berman RM``: shown as the second, taken apart as the first."""
    family, comma, given = full.partition(",")
    made = person(family, given)
    return Author(clean(brief), made.family, made.given) if comma else Author(clean(brief), made.family)


def _numbered(fields: Fields, scheme: str, *tags: str) -> str:
    """The identifier that is marked ``[doi]`` or ``[pii]``."""
    mark = f"[{scheme}]"
    return next((v.removesuffix(mark).strip() for v in every(fields, *tags) if v.endswith(mark)), "")


def _issn(stated: list[str]) -> str:
    """The linking ISSN, else the first."""
    chosen = next((issn for issn in stated if "(Linking)" in issn), next(iter(stated), ""))
    return chosen.partition(" ")[0]


def _heading(text: str) -> Heading:
    """``*Depressive Disorder/drug therapy``: the descriptor, major when it or a qualifier has a star."""
    return Heading(clean(text.partition("/")[0].lstrip("*")), "", "*" in text)


def _substance(text: str) -> str:
    """The name in ``690G0D6V8H (Ketamine)``."""
    found = re.fullmatch(r"\S+ \((.*)\)", text)
    return clean(found.group(1) if found else text).lstrip("*")


def _links(fields: Fields, kind: Kind) -> Iterator[Link]:
    for tag, kinds in _LINKS.items():
        for stated in every(fields, tag):
            pmid = _TARGET_PMID.search(stated)
            doi = "" if pmid else clean_doi(stated)
            scheme, value = ("pmid", clean_pmid(pmid.group(1))) if pmid else ("doi" if doi else "", doi)
            for name in kinds:
                note = clean(_NOTE_IDS.sub("", stated))
                yield Link(_with_preprints(name, kind, note), scheme, value, note)


def _with_preprints(name: LinkKind, kind: Kind, note: str) -> LinkKind:
    """PubMed states preprint and article as versions of one another."""
    if name == "updated-by" and kind == "preprint":
        return "preprint-of"
    if name == "updates" and kind != "preprint" and values.on_preprint_server(note):
        return "has-preprint"
    return name


def _day(text: str) -> str:
    """``20180514`` as a date."""
    return values.date_of(f"{text[:4]}/{text[4:6]}/{text[6:8]}") if re.match(r"\d{8}", text) else ""


def _revised(fields: Fields) -> str:
    """The later of last revision and creation, as for PubMed's XML."""
    days = (_day(first(fields, "LR")), values.date_of(first(fields, "CRDT").partition(" ")[0]))
    return max((day for day in days if len(day) == len("2018-05-14")), default="")
