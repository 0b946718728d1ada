"""Files for reference managers: independent libraries and our own readers read back what was written."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import Any

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from citeproc.source.json import CiteProcJSON
from hypothesis import given, settings
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

from harvest.cite.bibtex import escaped
from harvest.cite.csl import Item, date_parts, item, shown_name, year_of
from harvest.cite.formats import FORMATS, written
from harvest.dedupe import cluster
from harvest.formats import bib, nbib, ris
from harvest.record import Record

Row = dict[str, Any]
READERS = {"ris": ris, "bib": bib, "nbib": nbib}

HOSTILE_TITLES = [
    "TY  - JOUR", "ER  - ", "PMID- 1", "a\nTY  - JOUR\nTI  - b", "a\r\nER  - \r\n\r\nTY  - BOOK", "a\u2028ER  - \u2029b",
    "{", "}", "}}, title={x", "\\", "\\input{x}", "50% off", "$x_1^2$ & #3 ~4", "@article{x,", 'say "x"', "a--b---c",
    "``x''", "?`", "α β 😀 שלום عربى", "\x00\x07\x1b[31mred", "</script><b>", "a;b;c", "x and y", "O'Brien",
]  # fmt: skip


def text_of(items: Iterable[Item], extension: str) -> str:
    return "".join(written(items, extension))


@cache
def latex_reader() -> LatexNodes2Text:
    """pylatexenc, told of two names of braces that it does not know and of a circumflex that it takes for another."""
    context = get_default_latex_context_db()
    names = {"textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^"}
    context.add_context_category("named", macros=[MacroTextSpec(*pair) for pair in names.items()], prepend=True)
    return LatexNodes2Text(latex_context=context, math_mode="text", keep_braced_groups=False)


def decoded(latex: str) -> str:
    return str(latex_reader().latex_to_text(latex))


# ------------------------------------------------------------ read back by independent libraries


def from_rispy(text: str) -> list[Row]:
    return [
        {
            "title": entry["title"], "authors": entry.get("authors", []), "year": entry.get("year", ""),
            "journal": entry.get("secondary_title", ""), "volume": entry.get("volume", ""),
            "issue": entry.get("number", ""), "doi": entry.get("doi", ""), "pmid": entry.get("accession_number", ""),
            "pages": "-".join(filter(None, (entry.get("start_page"), entry.get("end_page")))),
        }
        for entry in rispy.loads(text)
    ]  # fmt: skip


def from_bibtexparser(text: str) -> list[Row]:
    library = bibtexparser.parse_string(text)
    assert not library.failed_blocks
    return [
        {
            "title": decoded(entry.get("title", "").value if "title" in entry.fields_dict else ""),
            "authors": [_bib_name(name) for name in bib._split_names(_field(entry, "author"))],
            "year": _field(entry, "year"),
            "journal": decoded(_field(entry, "journal") or _field(entry, "booktitle")), "volume": _field(entry, "volume"),
            "issue": decoded(_field(entry, "number")), "doi": _field(entry, "doi"), "pmid": _field(entry, "pmid"),
            "pages": decoded(_field(entry, "pages").replace("--", "-")),
        }
        for entry in library.entries
    ]  # fmt: skip


def _field(entry: Any, name: str) -> str:
    return str(entry.fields_dict[name].value) if name in entry.fields_dict else ""


def _bib_name(name: str) -> str:
    return decoded(name)


def from_citeproc(text: str) -> list[Row]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells of variables that it does not know, such as custom
        source = CiteProcJSON(json.loads(text))
    return [
        {
            "title": str(entry.get("title", "")), "authors": [_csl_name(name) for name in entry.get("author", [])],
            "year": str(entry["issued"].year) if "issued" in entry else "",
            "journal": str(entry.get("container_title", "")), "volume": str(entry.get("volume", "")),
            "issue": str(entry.get("issue", "")), "doi": str(entry.get("DOI", "")), "pmid": str(entry.get("PMID", "")),
            "pages": str(entry.get("page", "")),
        }
        for entry in source.values()
    ]  # fmt: skip


def _csl_name(name: Any) -> str:
    given, family, _, _, suffix = name.parts()
    return ", ".join(part for part in (family, given, suffix) if part)


def expected(made: Item, suffix_second: bool = False) -> Row:
    names = [shown_name(name) for name in made.get("author", [])]
    if suffix_second:  # BibTeX writes "Family, Jr, Given"
        names = [", ".join(filter(None, (n.get("literal"), n.get("family"), n.get("suffix"), n.get("given"))))
                 for n in made.get("author", [])]  # fmt: skip
    return {
        "title": made.get("title", ""), "authors": names, "year": year_of(made),
        "journal": made.get("container-title", ""), "volume": made.get("volume", ""), "issue": made.get("issue", ""),
        "doi": made.get("DOI", ""), "pmid": made.get("PMID", ""), "pages": made.get("page", ""),
    }  # fmt: skip


LIBRARIES: list[tuple[str, Callable[[str], list[Row]]]] = [
    ("ris", from_rispy), ("bib", from_bibtexparser), ("csljson", from_citeproc),
]  # fmt: skip


@pytest.mark.parametrize(("extension", "read"), LIBRARIES)
def test_other_libraries_read_the_same_fields(
    extension: str, read: Callable[[str], list[Row]], row: Row, authors: list[Row]
) -> None:
    """Authors, title, year, journal, volume, issue, pages, DOI and PMID of two reports, the abstract's lines included."""
    items = [item(row, authors), item(row | {"id": "x", "pmid": "2", "doi": None, "issue": None}, authors[:1])]
    assert read(text_of(items, extension)) == [expected(made, extension == "bib") for made in items]


@pytest.mark.parametrize("title", HOSTILE_TITLES)
@pytest.mark.parametrize(("extension", "read"), LIBRARIES)
def test_hostile_fields_stay_within_their_record(
    extension: str, read: Callable[[str], list[Row]], title: str, row: Row
) -> None:
    """In title, abstract, journal, keywords and names: still two records, and the words come back."""
    hostile = row | {"title": f"a {title} b", "abstract": title, "journal": title, "keywords": title, "authors": None}
    items = [item(hostile, [{"name": title, "collective": 1}]), item(row | {"id": "second"})]
    found = read(text_of(items, extension))
    assert len(found) == 2 and found[1]["title"] == items[1]["title"]
    assert found[0]["title"] == items[0]["title"] and found[0]["journal"] == items[0].get("container-title", "")
    assert len(found[0]["authors"]) == 1


WORDS = st.text(max_size=60) | st.sampled_from(HOSTILE_TITLES)


@settings(max_examples=40)
@given(title=WORDS, abstract=WORDS, journal=WORDS, family=WORDS, given_=WORDS, keywords=WORDS, digest=WORDS)
def test_no_text_breaks_a_file(family: str, given_: str, **texts: str) -> None:
    """For any text: as many records as reports, in every format, and titles read back."""
    people = [{"name": family, "family": family, "given": given_, "collective": 0}] if family.strip() else []
    items = [item({"id": f"rec-{n}", "kind": "article", "pmid": "7", "year": 2020, **texts}, people) for n in range(2)]
    for extension, read in LIBRARIES:
        assert [
            entry["title"] for entry in read(text_of([i | {"title": i.get("title", "-")} for i in items], extension))
        ] == [made.get("title", "-") for made in items]
    assert text_of(items, "nbib").count("PMID- 7\n") == 2


@given(st.text(max_size=80))
def test_latex_escapes_are_undone_by_a_latex_reader(text: str) -> None:
    """What LaTeX reserves comes back as it was; spaces aside, which LaTeX reads as one."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    assert decoded(escaped(plain)) == plain


# ------------------------------------------------------------ read back by our own readers


@pytest.mark.parametrize("extension", READERS)
def test_our_readers_read_everything_back(extension: str, row: Row, authors: list[Row]) -> None:
    """Every identifier, name and text; dates to the day; and the record is a duplicate of the others."""
    made = item(row, authors)
    record = _records(text_of([made], extension), extension)[0]
    stated = (
        record.title,
        record.pmid,
        record.doi,
        record.pmcid,
        record.volume,
        record.issue,
        record.pages,
        record.date,
    )
    assert stated == (
        "Invented ketamine for an invented sadness: a trial", "90000001", "10.5555/inv.1", "PMC9000001", "12", "3",
        "100-109", "2018-05-14",
    )  # fmt: skip
    assert record.journal == row["journal"] and record.issn == "1234-5678" and record.kind == "article"
    assert " ".join(record.abstract.split()) == made["abstract"]
    assert sorted(author.family or author.name for author in record.authors) == sorted(
        ["Brightwater", "van Ooster", "Ó Súilleabháin", "Solonimo", "Invented Ketamine Study Group"]
    )


@pytest.mark.parametrize("change", [{}, {"pmid": None}, {"doi": None, "pmid": None, "pmcid": None, "url": None}])
def test_all_files_of_a_report_are_found_to_be_one_report(change: Row, row: Row, authors: list[Row]) -> None:
    """With all its numbers, with some, and with none but volume and pages."""
    made = item(row | {"registrations": None} | change, authors)
    records = [record for extension in READERS for record in _records(text_of([made], extension), extension)]
    named = [_named(record, f"files-{n}") for n, record in enumerate(records)]
    assert len(named) == 3 and len(cluster(named)) == 1


@pytest.mark.parametrize("extension", READERS)
def test_a_retracted_report_stays_one_where_the_format_can_say_so(extension: str, row: Row) -> None:
    """NBIB has a publication type for it; RIS and BibTeX say it in the keywords."""
    text = text_of([item(row | {"retracted": 1})], extension)
    assert "Retracted Publication" in text
    assert extension != "nbib" or _records(text, extension)[0].retracted


def _records(text: str, extension: str) -> list[Record]:
    found = READERS[extension].read(text)
    assert not found.rejected
    return [READERS[extension].record(one.fields) for one in found.items]


def _named(record: Record, name: str) -> Record:
    return replace(record, source="files", source_id=name)


# ------------------------------------------------------------ files


def test_keys_of_bibtex_are_short_and_unique(row: Row, authors: list[Row]) -> None:
    """Author and year; letters for the second and later ones, also when the key with a letter is taken already."""
    items = [item(row, authors)] * 3
    items += [
        item(row, [{"name": "x", "family": "Brightwater2018", "given": "b"}]),
        item({"id": "a", "title": "The Pain"}),
    ]
    items += [item(row | {"authors": "Ørsted-Ñandú K"}), item({"id": "b"})]
    text = text_of(items * 9, "bib")
    keys = [line.partition("{")[2].rstrip(",") for line in text.splitlines() if line.startswith("@")]
    assert keys[:3] == ["brightwater2018", "brightwater2018b", "brightwater2018c"]
    assert keys[4] == "painnd" and keys[6] == "reportnd" and len(set(keys)) == len(keys) == 63


def test_types_of_entries(row: Row) -> None:
    """Each kind as the format calls it."""
    kinds = ("article", "preprint", "registry-entry", "conference-abstract", "book", "dataset", "notice")
    items = [item(row | {"kind": kind}) for kind in kinds]
    bib_types = [line.partition("{")[0] for line in text_of(items, "bib").splitlines() if line.startswith("@")]
    assert bib_types == ["@article", "@misc", "@misc", "@inproceedings", "@incollection", "@dataset", "@article"]
    ris_types = [line[6:] for line in text_of(items, "ris").splitlines() if line.startswith("TY")]
    assert ris_types == ["JOUR", "UNPB", "ELEC", "ABST", "CHAP", "DATA", "JOUR"]


@pytest.mark.parametrize("extension", FORMATS)
def test_no_reports_make_a_valid_file(extension: str) -> None:
    """An empty file, or an empty list."""
    assert text_of([], extension).split() in ([], ["[", "]"])


def test_dates_are_as_precise_as_they_are_known(row: Row) -> None:
    """Year; year and month; the day."""
    for date, tags in (
        ("2018", ("PY  - 2018",)),
        ("2018-05", ("DA  - 2018/05//",)),
        ("2018-05-14", ("DA  - 2018/05/14/",)),
    ):
        made = item(row | {"date": date})
        assert all(tag in text_of([made], "ris") for tag in tags) and len(date_parts(made)) == date.count("-") + 1
    assert "PY" not in text_of([item(row | {"date": None, "year": None})], "ris")


def test_bibtexparsers_own_decoding_agrees(row: Row) -> None:
    """The middleware that others use, on text with the usual reserved characters."""
    made = item(row | {"title": "50% of A_b & C#1 ~ $5 -- x"})
    library = bibtexparser.parse_string(text_of([made], "bib"), append_middleware=[LatexDecodingMiddleware()])
    assert library.entries[0].fields_dict["title"].value == made["title"]
