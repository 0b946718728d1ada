"""Light, pure repairs of parsed records."""

from __future__ import annotations

from typing import Any

import pytest

from harvest.normalise import is_notice_title, kind_of, normalise
from harvest.record import Author, Record


def record(**fields: Any) -> Record:
    return Record("files", "1", **fields)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Ketamine in lighthouses.", "Ketamine in lighthouses"),
        ("Ketamine in lighthouses?", "Ketamine in lighthouses?"),
        ("To be continued ...", "To be continued ..."),
        ("KETAMINE IN LIGHTHOUSES", "KETAMINE IN LIGHTHOUSES"),
        ("  Ketamine\u00ad  in\nlighthouses. ", "Ketamine in lighthouses"),
    ],
)
def test_title(given: str, kept: str) -> None:
    """The final full stop goes, everything else of a title stays."""
    assert normalise(record(title=given)).title == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [("615-9", "615-9"), ("615\u20139", "615-9"), ("601--619", "601-619"),
     ("N.PAG-N.PAG", ""), ("(no pagination)", ""), ("e12", "e12")],
)  # fmt: skip
def test_pages(given: str, kept: str) -> None:
    """Pages get one sort of dash and lose words for 'none'; they are not expanded."""
    assert normalise(record(pages=given)).pages == kept


def test_identifiers_and_authors() -> None:
    """Identifiers take their one form; authors without a name go."""
    found = normalise(
        record(doi="https://doi.org/10.5555/ABC", pmid="0123", registrations=("nct09999991", "NCT09999991"),
               authors=(Author(""), Author("Okafor N")))
    )  # fmt: skip
    assert (found.doi, found.pmid, found.registrations) == ("10.5555/abc", "123", ("NCT09999991",))
    assert [author.name for author in found.authors] == ["Okafor N"]


def test_normalising_twice_changes_nothing() -> None:
    """What is normal stays as it is."""
    once = normalise(record(title="RETRACTED: Ketamine.", pages="1 \u2013 9", doi="doi:10.5555/X", journal=" bioRxiv "))
    assert normalise(once) == once


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"title": "Ketamine"}, "article"),
        ({"title": "Ketamine", "doi": "10.1101/2020.01.01.900001"}, "preprint"),
        ({"title": "Ketamine", "doi": "10.1101/gad.1234"}, "article"),
        ({"title": "Ketamine", "doi": "10.21203/rs.3.rs-1/v1"}, "preprint"),
        ({"title": "Ketamine", "journal": "medRxiv : the preprint server"}, "preprint"),
        ({"title": "Corrigendum: Ketamine in lighthouses"}, "notice"),
        ({"title": "RETRACTED: Ketamine in lighthouses"}, "article"),
        ({"title": "Corrigendum", "kind": "book"}, "book"),
    ],
)
def test_kind(fields: dict[str, Any], kind: str) -> None:
    """The default kind gives way to what title, DOI or journal say; a stated kind does not."""
    assert kind_of(record(**fields)) == kind


@pytest.mark.parametrize(
    ("title", "notice"),
    [
        ("Correction to: Ketamine in lighthouses", True),
        ("Author Correction: Ketamine in lighthouses", True),
        ("Erratum", True),
        ("'Ketamine in lighthouses': Correction.", True),
        ("Ketamine in lighthouses: Retraction", True),
        ("Expression of concern: Ketamine in lighthouses", True),
        ("Correction of hyponatraemia under ketamine", False),
        ("Retraction of the lower lip under ketamine", False),
        ("Ketamine and error correction", False),
        ("Retracted: Ketamine in lighthouses", False),
    ],
)
def test_notice_titles(title: str, notice: bool) -> None:
    """Titles of notices are told from titles that only use the word."""
    assert is_notice_title(title) is notice


def test_retracted_stamp() -> None:
    """'RETRACTED:' before a title is a statement of its source; 'WITHDRAWN:' (Cochrane: out of date) is not."""
    assert normalise(record(title="RETRACTED ARTICLE: Ketamine in lighthouses")).retracted
    assert not normalise(record(title="WITHDRAWN: Ketamine in lighthouses")).retracted
    assert not normalise(record(title="Retracted lungs under ketamine")).retracted
