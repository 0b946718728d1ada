"""PubMed's text format: every field that a record needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvest.formats import nbib
from harvest.record import Record

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "files"


@pytest.fixture(scope="module")
def syrup() -> Record:
    return nbib.record(nbib.read((FIXTURES / "pubmed.nbib").read_text()).items[0].fields)


def test_wrapped_lines_are_joined(syrup: Record) -> None:
    """A value goes on in lines that begin with blanks."""
    assert syrup.title.endswith("with a title that needs a second line")


def test_identifiers_come_from_their_own_tags(syrup: Record) -> None:
    """DOI from LID or AID marked [doi], the linking ISSN, registries but not data sets from SI."""
    assert (syrup.pmid, syrup.pmcid, syrup.doi) == ("90000101", "PMC9000101", "10.5555/invented.2031.101")
    assert syrup.issn == "9000-1111"
    assert syrup.registrations == ("NCT90000001",)


def test_authors_keep_full_names_and_groups(syrup: Record) -> None:
    """FAU gives the given name, AU the form shown, CN the group."""
    assert [(a.name, a.family, a.given, a.collective) for a in syrup.authors] == [
        ("Marsh AB", "Marsh", "Ada B", False),
        ("van der Reed J", "van der Reed", "Jo", False),
        ("Syrup Study Group", "", "", True),
    ]


def test_labels_in_capitals_make_sections(syrup: Record) -> None:
    """``INV: Scale`` inside a sentence is no label; offsets give each section's text."""
    assert [section.label for section in syrup.sections] == [
        "BACKGROUND",
        "METHODS",
        "RESULTS",
        "CONCLUSIONS",
    ]
    results = syrup.sections[2]
    assert syrup.abstract[results.start : results.end] == "Scores fell by 5 points (P<0.001)."


def test_the_earlier_publication_date_counts(syrup: Record) -> None:
    """Electronic in July, printed in September; the last revision drives increments."""
    assert (syrup.date, syrup.revised) == ("2031-07-14", "2033-04-05")


def test_mesh_is_major_by_descriptor_or_qualifier(syrup: Record) -> None:
    """``Ketamine/*administration`` is as major as ``*Depressive Disorder``."""
    assert [(h.name, h.major) for h in syrup.mesh] == [
        ("Adult", False), ("Depressive Disorder", True), ("Ketamine", True),
    ]  # fmt: skip
    assert [h.name for h in syrup.substances] == ["Syrups", "Ketamine"]
    assert syrup.keywords == ("sorrow", "syrup")


def test_statements_about_other_reports_become_links(syrup: Record) -> None:
    """By PMID, else DOI, else words; an update of a preprint is a preprint link."""
    assert [(link.kind, link.scheme, link.value) for link in syrup.links] == [
        ("commented-on-by", "pmid", "90000104"),
        ("corrected-by", "", ""),
        ("has-preprint", "doi", "10.5555/preprint.90000001"),
    ]
    assert "PMID" not in syrup.links[0].note


def test_translated_title_and_retraction() -> None:
    """Brackets go, the vernacular title stays beside it; the retraction is stated twice and linked."""
    found = nbib.read((FIXTURES / "pubmed.nbib").read_text())
    record = nbib.record(found.items[1].fields)
    assert (record.title, record.original_title) == ("Sorrow without a syrup", "Trauer ohne Sirup")
    assert (record.date, record.language, record.retracted) == ("2029", "ger", True)
    assert record.links[0].value == "90000105"
    assert "line 71" in found.rejected[0].reason


@pytest.mark.parametrize(
    ("tag", "kinds"),
    [("RIN", ["retracted-by"]), ("ECI", ["concern-raised-by"]), ("CRI", ["corrected-by", "republished-as"]),
     ("ROF", ["retracts"]), ("UIN", ["updated-by"]), ("SPIN", [])],
)  # fmt: skip
def test_each_tag_has_its_relation(tag: str, kinds: list[str]) -> None:
    """The same relations as in PubMed's XML; summaries for patients are none."""
    record = nbib.record({"PMID": ["1"], tag: ["J Invent. 2031;1:1. PMID: 2"]})
    assert [link.kind for link in record.links] == kinds


def test_publication_types_decide_the_kind() -> None:
    """Notices, preprints and meeting abstracts are no articles; a book has a book title."""
    kinds = {
        name: nbib.record({"PMID": ["1"], "PT": [name]}).kind
        for name in ("Journal Article", "Preprint", "Published Erratum", "Meeting Abstract")
    }
    assert list(kinds.values()) == ["article", "preprint", "notice", "conference-abstract"]
    assert nbib.record({"PMID": ["1"], "BTI": ["Sorrows"]}).kind == "book"
