"""Tables (.csv, .tsv) as PubMed, Europe PMC, Zotero and Rayyan export them, told apart by their column names."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from harvest.dates import partial
from harvest.errors import BadInput
from harvest.formats import Fields, Item, Items, Rejection, every, excerpt, first, values
from harvest.identifiers import clean_doi, clean_nct, clean_pmcid, clean_pmid, registrations, unique
from harvest.record import Kind, PublicationType, Record
from harvest.text import clean, strip_markup

KNOWN = "PubMed, Europe PMC, Zotero or Rayyan"
# Folded column name -> what it holds. One list for all exporters: none uses a name for something else.
_COLUMNS = {
    name: meaning
    for meaning, names in {
        "title": "title|article title",
        "authors": "authors|author|authorstring|author string",
        "journal": "journal/book|publication title|journal|journaltitle|journal title",
        "abbreviation": "journal abbreviation",
        "date": "date|firstpublicationdate|publication date",
        "year": "publication year|year|pubyear",
        "month": "month",
        "day": "day",
        "volume": "volume|journalvolume",
        "issue": "issue",
        "pages": "pages|pageinfo",
        "issn": "issn|journalissn",
        "doi": "doi",
        "pmid": "pmid|pubmed_id|pubmed id",
        "pmcid": "pmcid|pmc_id",
        "abstract": "abstract|abstract note|abstracttext",
        "keywords": "keywords|manual tags|automatic tags",
        "language": "language",
        "publisher": "publisher",
        "url": "url",
        "notes": "extra|notes|call number",
        "type": "item type|pubtype",
        "citation": "citation",
        "database": "source",
        "id": "id|ext_id",
    }.items()
    for name in names.split("|")
}
_BESIDE_THE_TITLE = {"authors", "abstract", "doi", "pmid", "year", "date", "journal"}
_EXPORTERS = {
    "pubmed": {"pmid", "citation", "journal/book"},
    "europepmc": {"authorstring", "journaltitle"},
    "zotero": {"item type", "abstract note"},
    "rayyan": {"key", "pubmed_id"},
}
_KINDS: dict[str, Kind] = {
    "journalarticle": "article", "magazinearticle": "article", "preprint": "preprint",
    "conferencepaper": "conference-abstract",
    "presentation": "conference-abstract", "book": "book", "booksection": "book", "dataset": "dataset",
}  # fmt: skip
_DEBRIS = re.compile(r"#(?:NAME\?|REF!|VALUE!|DIV/0!|NUM!|NULL!|N/A)")  # what a spreadsheet leaves of "-text"
# "Biol Psychiatry. 2000 Feb 15;47(4):351-4. doi: ..."
_CITATION = re.compile(
    r"\. (?P<date>\d{4}(?: [A-Z][a-z]{2}(?:-[A-Z][a-z]{2})?(?: \d{1,2})?)?)"
    r"(?:;(?P<volume>[^():;.]*)(?:\((?P<issue>[^()]*)\))?(?::(?P<pages>[^.:;]+))?)?[.;]"
)


def holds(text: str) -> bool:
    return _dialect(text) is not None


def exporter(text: str) -> str:
    """Who wrote the table, or 'other' for one with understandable column names."""
    found = _dialect(text)
    folded = set(map(_fold, found[1])) if found else set()
    return next((name for name, columns in _EXPORTERS.items() if columns <= folded), "other")


def read(text: str) -> Items:
    """Items are rows. Rows with another number of cells than the header, or with broken quotes, are rejected."""
    found = _dialect(text)
    if found is None:
        raise BadInput(f"no line with column names that are known from {KNOWN}")
    delimiter, header = found
    items: list[Item] = []
    rejected: list[Rejection] = []
    for position, (row, problem) in enumerate(_rows(text, delimiter), start=1):
        reason = problem or _misfit(row, header)
        if reason:
            rejected.append(Rejection(position, reason, excerpt(delimiter.join(row))))
        else:
            items.append(Item(position, _fields(header, row)))
    return Items(tuple(items), tuple(rejected))


def _dialect(text: str) -> tuple[str, list[str]] | None:
    """(delimiter, column names) of the delimiter under which the first line names a title and something beside it."""
    for delimiter in ",;\t":
        try:
            header: list[str] = next(_reader(text, delimiter), [])
        except csv.Error:
            continue
        meanings = {_COLUMNS.get(_fold(name), "") for name in header}
        if "title" in meanings and meanings & _BESIDE_THE_TITLE:
            return delimiter, header
    return None


def _reader(text: str, delimiter: str) -> Any:
    """Rows, the header first, without Excel's ``sep=;`` line; strict, or a lost quote would swallow what follows."""
    return csv.reader(io.StringIO(_body(text), newline=""), delimiter=delimiter, strict=True)


def _body(text: str) -> str:
    return re.sub(r"\A\s*sep=.\n", "", text).lstrip("\n")


def _rows(text: str, delimiter: str) -> Iterator[tuple[list[str], str]]:
    """(cells, '' or what is wrong) of every row that is not blank, without the header."""
    rows = _reader(text, delimiter)
    next(rows, None)
    lines = _body(text).split("\n")
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as problem:
            why = f"the quotes around its texts do not match, or the file was cut off ({problem})"
            yield lines[rows.line_num - 1 : rows.line_num], why
            continue
        if any(cell.strip() for cell in row):
            yield row, ""


def _misfit(row: list[str], header: list[str]) -> str:
    if len(row) == len(header):
        return ""
    return f"the row has {len(row)} cells, the header has {len(header)}: a quote or a separator is wrong"


def _fold(name: str) -> str:
    return " ".join(name.replace("\ufeff", "").split()).casefold()


def _fields(header: list[str], row: list[str]) -> Fields:
    fields: Fields = {}
    for name, cell in zip(header, row, strict=True):
        if cell.strip():
            fields.setdefault(name.strip(), []).append(cell.strip())
    return fields


# ------------------------------------------------------------ record


def record(fields: Fields) -> Record:
    """The record of one row, without source and source id."""
    cells = _by_meaning(fields)
    cited = _CITATION.search(first(cells, "citation"))
    title = values.title(first(cells, "title"))
    abstract, sections = values.abstract(first(cells, "abstract"))
    journal, publisher = strip_markup(first(cells, "journal")), clean(first(cells, "publisher"))
    url, database = clean(first(cells, "url")), first(cells, "database").upper()
    nct = values.nct_in_address(url) or clean_nct(first(cells, "id"))
    kind = "preprint" if database == "PPR" else values.kind_of(_stated_kind(cells), nct, journal, publisher)
    return Record(
        source="",
        source_id="",
        title=title,
        kind=kind,
        abstract=abstract,
        abstract_kind=values.abstract_kind(abstract, kind),
        sections=sections,
        authors=values.authors([name for text in every(cells, "authors") for name in values.names_in(text)]),
        date=_date(cells, cited),
        journal="" if kind in ("preprint", "registry-entry") else journal,
        journal_abbreviation=clean(first(cells, "abbreviation")),
        issn=clean(re.split(r"[;,]", first(cells, "issn"))[0]),
        volume=clean(first(cells, "volume")) or _cited(cited, "volume"),
        issue=clean(first(cells, "issue")) or _cited(cited, "issue"),
        pages=values.pages(first(cells, "pages") or _cited(cited, "pages")),
        publisher=publisher or (journal if kind == "preprint" else ""),
        language=values.language(first(cells, "language")),
        pmid=_pmid(cells, database),
        pmcid=clean_pmcid(first(cells, "pmcid")) or values.pmcid_in(url, *every(cells, "notes")),
        doi=clean_doi(first(cells, "doi")) or clean_doi(url),
        registrations=unique((nct, *registrations(title, abstract))),
        keywords=unique(clean(word) for text in every(cells, "keywords") for word in re.split(r"[;,\n]", text)),
        publication_types=_types(cells, database),
        retracted=values.says_retracted(title),
        url=url,
    )


def _by_meaning(fields: Fields) -> Fields:
    cells: Fields = {}
    for name, found in fields.items():
        meaning = _COLUMNS.get(_fold(name))
        if meaning:
            cells.setdefault(meaning, []).extend(cell for cell in found if not _DEBRIS.fullmatch(cell))
    return cells


def _stated_kind(cells: Fields) -> Kind:
    """Zotero's item type; tables without one list articles."""
    stated = first(cells, "type").casefold()
    if not stated or first(cells, "database"):  # Europe PMC's pubType speaks of the study, not of the document
        return "article"
    return _KINDS.get(stated, "other")


def _types(cells: Fields, database: str) -> tuple[PublicationType, ...]:
    stated = re.split(r"[;,]", first(cells, "type")) if database else []
    return tuple(PublicationType(name) for name in unique(map(clean, stated)))


def _pmid(cells: Fields, database: str) -> str:
    own = first(cells, "id") if database == "MED" else ""
    return clean_pmid(first(cells, "pmid") or own) or values.pmid_in(first(cells, "url"), *every(cells, "notes"))


def _date(cells: Fields, cited: re.Match[str] | None) -> str:
    year = first(cells, "year")
    from_parts = partial(year, first(cells, "month"), first(cells, "day"))
    return values.finest(
        from_parts or values.date_of(year),
        values.date_of(_cited(cited, "date")),
        values.date_of(first(cells, "date")),
    )


def _cited(cited: re.Match[str] | None, part: str) -> str:
    return clean(cited.group(part)) if cited else ""
