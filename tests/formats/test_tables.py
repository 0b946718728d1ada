"""Tables: columns of four exporters, separators, quotes."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvest.errors import BadInput
from harvest.formats import tables, values
from harvest.record import Record

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "files"


def records(name: str) -> list[Record]:
    text = (FIXTURES / name).read_text(encoding="utf-8-sig")
    return [tables.record(item.fields) for item in tables.read(text).items]


def test_pubmed() -> None:
    """Date, volume, issue and pages stand in the citation; the last of the authors is a group."""
    article, short = records("pubmed.csv")
    assert (article.date, article.volume, article.issue, article.pages) == ("2031-09-04", "12", "3", "101-9")
    assert [(a.name, a.collective) for a in article.authors] == [
        ("Marsh AB", False), ("van der Reed J", False), ("Syrup Study Group", True),
    ]  # fmt: skip
    assert article.pmcid == "PMC9000101"
    assert (short.date, short.authors[0].name) == ("2030", "Hill C")


def test_europe_pmc() -> None:
    """The id of source MED is a PMID, source PPR is a preprint; the abstract spans lines and has HTML headings."""
    article, preprint = records("europepmc.csv")
    assert (article.pmid, article.issn, article.pages) == ("90000101", "9000-1111", "101-109")
    assert article.abstract == "Background: Sorrow was invented."
    assert [kind.name for kind in article.publication_types] == [
        "randomized controlled trial",
        "journal article",
    ]
    assert (preprint.kind, preprint.pmid) == ("preprint", "")


def test_zotero() -> None:
    """The PMID stands in Extra; one in somebody's note is another document's; spreadsheet debris is no abstract."""
    article, preprint, _ = records("zotero.csv")
    assert (article.pmid, article.pmcid, article.date) == ("90000101", "PMC9000101", "2031-09-04")
    assert article.keywords == ("sorrow", "syrup", "Ketamine")
    assert [section.label for section in article.sections] == ["BACKGROUND", "RESULTS"]
    assert (preprint.kind, preprint.pmid, preprint.abstract) == ("preprint", "", "")


def test_rayyan() -> None:
    """Authors joined by and, date in three columns, PMID and PMCID in their own."""
    article, other = records("rayyan.csv")
    assert [a.family for a in article.authors] == ["Marsh", "van der Reed"]
    assert (article.date, article.pmid, article.pmcid) == ("2031-09-04", "90000101", "PMC9000101")
    assert (other.date, other.pmid) == ("2030", "")


def test_rows_that_do_not_fit_are_rejected_and_the_others_stay() -> None:
    """Too few cells, too many, and quotes in the middle of a text."""
    text = 'title,year\nOne,2030\nTwo\nThree,2030,x\n"Fo"ur",2030\n\nFive,2031\n'
    found = tables.read(text)
    assert [item.fields["title"] for item in found.items] == [["One"], ["Five"]]
    assert [item.position for item in found.rejected] == [2, 3, 4]


def test_a_lost_quote_does_not_swallow_the_rest_in_silence() -> None:
    """A text that is opened and never closed is reported as such."""
    found = tables.read('title,year\nOne,2030\n"Two,2030\nThree,2030\n')
    assert len(found.items) == 1
    assert "quotes" in found.rejected[0].reason


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators_are_found_by_the_column_names(separator: str) -> None:
    """Comma, semicolon and tab; Excel's ``sep=`` line is passed over."""
    text = "\n".join(separator.join(row) for row in (["Title", "Authors", "Year"], ["Sorrow", "Hill C", "2030"]))
    for lead in ("", f"sep={separator}\n"):
        (item,) = tables.read(lead + text).items
        assert item.fields == {"Title": ["Sorrow"], "Authors": ["Hill C"], "Year": ["2030"]}


def test_without_column_names_there_is_no_table() -> None:
    """Data in the first line are not taken for names."""
    with pytest.raises(BadInput, match="column names"):
        tables.read("90000101,Sorrow,2030\n")


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Marsh AB, Hill C.", ["Marsh AB", "Hill C"]),
        ("Marsh AB, Care and Cure Group.", ["Marsh AB", "Care and Cure Group"]),
        ("Marsh, Ada B.; Hill, C.", ["Marsh, Ada B.", "Hill, C."]),
        ("Marsh, Ada and Hill, C.", ["Marsh, Ada", "Hill, C."]),
        ("van der Reed, Jo Ann", ["van der Reed, Jo Ann"]),
        ("Berman, R. M.", ["Berman, R. M."]),
        ("Ada Marsh, Jo Reed", ["Ada Marsh", "Jo Reed"]),
        ("", []),
    ],
)
def test_names_in_one_cell(cell: str, names: list[str]) -> None:
    """However they are joined, no name is torn apart."""
    assert values.names_in(cell) == names
