"""RIS: the places where different exporters put the same thing."""

from __future__ import annotations

from pathlib import Path

import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest.formats import ris
from harvest.record import Record

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "files"


def records(name: str) -> list[Record]:
    return [ris.record(item.fields) for item in ris.read((FIXTURES / name).read_text()).items]


def one(**fields: str) -> Record:
    return ris.record({"TY": ["JOUR"], **{tag: [value] for tag, value in fields.items()}})


def test_zotero() -> None:
    """Notes in N1 hold the PMID, DA the full date, a name without comma is a group."""
    article, preprint, registry = records("zotero.ris")
    assert (article.pmid, article.pmcid, article.doi) == (
        "90000101",
        "PMC9000101",
        "10.5555/invented.2031.101",
    )
    assert (article.date, article.pages, article.language) == ("2031-09-01", "101-109", "eng")
    assert [a.name for a in article.authors] == ["Marsh AB", "van der Reed J", "Syrup Study Group"]
    assert [a.collective for a in article.authors] == [False, False, True]
    assert [section.label for section in article.sections] == ["BACKGROUND", "METHODS", "RESULTS"]
    assert (article.journal, article.journal_abbreviation) == ("Journal of Invented Mood", "J Invent Mood")
    assert (preprint.kind, preprint.publisher, preprint.date) == ("preprint", "medRxiv", "2031-02")
    assert (registry.kind, registry.registrations) == ("registry-entry", ("NCT90000001",))


def test_endnote() -> None:
    """Keywords on lines of their own, day and month without year, the PMID as accession number of PubMed."""
    article, endless, poster = records("endnote.ris")
    assert article.keywords == ("Adult", "Depression", "Ketamine")
    assert (article.date, article.pmid, article.issn) == ("2030-05-14", "90000103", "9000-2222")
    assert article.retracted
    assert endless.title == "This one has no end and is followed by another"
    assert poster.kind == "conference-abstract"


def test_europe_pmc() -> None:
    """Abstract in N2 with HTML headings, names in index form, the PMID in the address."""
    (article,) = records("europepmc.ris")
    assert [section.label for section in article.sections] == ["Background", "Results"]
    assert article.abstract.endswith("Scores fell (P<0.001).")
    assert (article.pmid, article.date) == ("90000101", "2031-09")
    assert [a.family for a in article.authors] == ["Marsh", "van der Reed"]


def test_rayyan() -> None:
    """Rayyan's own notes on decisions are no part of the record."""
    (article,) = records("rayyan.ris")
    assert article.pmid == "90000101"
    assert "RAYYAN" not in repr(article)


@pytest.mark.parametrize(
    ("fields", "pmid"),
    [
        ({"AN": "90000101", "DB": "PubMed"}, "90000101"),
        ({"AN": "90000101", "DP": "NLM"}, "90000101"),
        ({"AN": "90000101", "DB": "Embase"}, ""),
        ({"AN": "PMID: 90000101"}, "90000101"),
        ({"M1": "Accession Number: 90000101"}, "90000101"),
        ({"C1": "PMID:90000101\nread twice"}, "90000101"),
        ({"N1": "We compare it with PMID: 90000999"}, ""),
        ({"N1": "PMID: 90000101\nPMID: 90000102"}, ""),
        ({"UR": "https://pubmed.ncbi.nlm.nih.gov/90000101/"}, "90000101"),
        ({"ID": "17"}, ""),
    ],
)
def test_a_pmid_is_taken_only_where_it_is_the_records_own(fields: dict[str, str], pmid: str) -> None:
    """Other databases count differently, and notes may speak of other documents or contradict themselves."""
    assert one(**fields).pmid == pmid


@pytest.mark.parametrize(
    ("stated", "date"),
    [
        ({"PY": "2030"}, "2030"),
        ({"PY": "2030/05/14/Spring"}, "2030-05-14"),
        ({"Y1": "2030///"}, "2030"),
        ({"PY": "2030", "DA": "2030-05"}, "2030-05"),
        ({"PY": "2030", "DA": "2031/05/14"}, "2030"),
        ({"DA": "May 14, 2030"}, "2030-05-14"),
        ({"DA": "14 May 2030"}, "2030-05-14"),
        ({"DA": "2030 May-Jun"}, "2030-05"),
        ({"PY": "in press"}, ""),
    ],
)
def test_dates_keep_their_precision(stated: dict[str, str], date: str) -> None:
    """Nothing is invented, and a contradicting full date does not change the year."""
    assert one(**stated).date == date


def test_rispy_reads_the_same_from_well_formed_files() -> None:
    """On files without defects the library and this reader agree on every repeatable field."""
    text = (FIXTURES / "zotero.ris").read_text().replace("\nMETHODS", " METHODS").replace("\nRESULTS", " RESULTS")
    text = text.replace("\nPMCID", " PMCID")
    theirs = rispy.loads(text)
    ours = [item.fields for item in ris.read(text).items]
    assert [item["title"] for item in theirs] == [fields["TI"][0] for fields in ours]
    assert theirs[0]["authors"] == ours[0]["AU"]
    assert theirs[0]["keywords"] == ours[0]["KW"]
    assert theirs[0]["abstract"] == ours[0]["AB"][0]


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=40).map(
    lambda text: " ".join(text.split())
)


@settings(max_examples=60, deadline=None)
@given(titles=st.lists(WORDS, min_size=1, max_size=4), authors=st.lists(WORDS, max_size=3))
def test_what_rispy_writes_is_read_back(titles: list[str], authors: list[str]) -> None:
    """Any titles and names, written by the library, come back item by item."""
    written = rispy.dumps([{"type_of_reference": "JOUR", "title": t, "authors": authors} for t in titles])
    found = ris.read(written)
    assert not found.rejected
    assert [item.fields["TI"] for item in found.items] == [[title] for title in titles]
    assert all(item.fields.get("AU", []) == authors for item in found.items)
