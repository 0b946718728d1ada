"""A row of the database as CSL-JSON: everything that is known, nothing that is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harvest.cite.csl import OWN_WORDS, item

Row = dict[str, Any]


def test_everything_that_is_known_is_there(row: Row, authors: list[Row]) -> None:
    """Names in parts, the group as a whole, pages in full, the date as far as it is known."""
    made = item(row, authors)
    assert made["type"] == "article-journal" and made["title"] == "Invented ketamine for an invented sadness: a trial"
    assert made["author"] == [
        {"family": "Brightwater", "given": "Robin M", "suffix": "Jr"},
        {"family": "van Ooster", "given": "J"},
        {"family": "Ó Súilleabháin", "given": "Brían"},
        {"family": "Solonimo"},
        {"literal": "Invented Ketamine Study Group"},
    ]
    assert made["issued"] == {"date-parts": [[2018, 5, 14]]} and made["page"] == "100-109"
    numbers = ("DOI", "PMID", "PMCID", "ISSN", "volume", "issue", "language", "publisher", "container-title")
    assert [made[name] for name in numbers] == [
        "10.5555/inv.1", "90000001", "PMC9000001", "1234-5678", "12", "3", "en", "Invented Press",
        "Journal of invented psychiatry",
    ]  # fmt: skip
    assert made["keyword"] == "infusion; sadness; Ketamine; Humans"
    assert "Trial registration: NCT90000001" in made["note"]


def test_no_value_has_more_than_one_line(row: Row, authors: list[Row]) -> None:
    """Line breaks would open new lines in the files of reference managers; notes alone are several."""
    made = item(row, authors)
    assert "\n" not in json.dumps({name: value for name, value in made.items() if name != "note"}, ensure_ascii=False)
    assert made["abstract"].startswith("AIM: To invent. RESULTS: Sadness fell. TY - JOUR")


def test_a_digest_is_a_note_and_never_the_abstract(row: Row) -> None:
    """Where the text of a report is our digest, the file holds no abstract, and the note says whose words it holds."""
    made = item(row | {"abstract": row["digest"], "abstract_kind": "digest"})
    assert "abstract" not in made
    assert f"{OWN_WORDS}Aim: To see. Results: It fell." in made["note"].split("\n")


def test_a_withheld_abstract_is_simply_absent(row: Row) -> None:
    """A public copy holds no text; neither does the file."""
    assert "abstract" not in item(row | {"abstract": None})


@pytest.mark.parametrize(
    ("kind", "change", "type_", "expected"),
    [
        ("preprint", {"journal": "medRxiv"}, "article", {"genre": "Preprint", "publisher": "medRxiv"}),
        ("preprint", {"journal": "Res Sq [Preprint]"}, "article", {"publisher": "Res Sq"}),
        ("registry-entry", {}, "webpage", {"container-title": "ClinicalTrials.gov", "number": "NCT90000001"}),
        ("conference-abstract", {}, "paper-conference", {"container-title": "Journal of invented psychiatry"}),
        ("book", {}, "chapter", {"container-title": "Journal of invented psychiatry"}),
        ("book", {"journal": None}, "book", {"publisher": "Invented Press"}),
        ("notice", {}, "article-journal", {}),
        ("dataset", {}, "dataset", {}),
        ("other", {}, "document", {}),
    ],
)
def test_every_kind_has_its_type(kind: str, change: Row, type_: str, expected: Row, row: Row) -> None:
    """And stands where it was published: a preprint's server is no journal, a registry entry has its number."""
    made = item(row | {"kind": kind} | change)
    assert made["type"] == type_ and expected.items() <= made.items()


def test_retraction_and_concern_are_said(row: Row) -> None:
    """In the keywords, which every reference manager shows, and in the note; never by changing the title."""
    made = item(row | {"retracted": 1, "retraction_note": "Stated by PubMed.", "concern": 1})
    assert (
        made["keyword"].startswith("Retracted Publication; ")
        and "Retracted publication. Stated by PubMed." in made["note"]
    )
    assert "expression of concern" in made["note"] and "etracted" not in made["title"]
    assert "etracted" not in json.dumps(item(row))


def test_nothing_known_is_nothing_said() -> None:
    """A row of an id alone gives an item; no date, name or place is invented."""
    assert item({"id": "rec-0123456789"}) == {"id": "rec-0123456789", "type": "document"}


def test_names_come_from_the_column_where_there_are_no_rows_of_authors(row: Row) -> None:
    """An older or smaller database may hold the names in one column only; initials are put apart."""
    assert item(row)["author"] == [{"family": "Brightwater", "given": "R. M."}, {"literal": "Group"}]


@pytest.mark.parametrize(
    ("url", "doi", "pmid", "expected"),
    [
        ("javascript:alert(1)", "10.5555/<x>", "1", "https://doi.org/10.5555/%3Cx%3E"),
        ('https://a.example/"><b>', None, "1", "https://pubmed.ncbi.nlm.nih.gov/1/"),
        (None, None, None, None),
        ("https://a.example/x?y=1&z", None, None, "https://a.example/x?y=1&z"),
    ],
)
def test_addresses_are_of_the_web_or_absent(
    url: str | None, doi: str | None, pmid: str | None, expected: str | None
) -> None:
    """What is no http address is never handed on."""
    assert item({"id": "x", "url": url, "doi": doi, "pmid": pmid}).get("URL") == expected
