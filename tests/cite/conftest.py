"""Invented reports, as rows of the tables: one with everything, and what is odd about others."""

from __future__ import annotations

from typing import Any

import pytest

Row = dict[str, Any]

ROW: Row = {
    "id": "pmid-90000001", "kind": "article", "title": "Invented ketamine for an invented sadness: a trial.",
    "original_title": None, "date": "2018-05-14", "year": 2018, "journal": "Journal of invented psychiatry",
    "issn": "1234-5678", "volume": "12", "issue": "3", "pages": "100-9", "publisher": "Invented Press",
    "doi": "10.5555/inv.1", "pmid": "90000001", "pmcid": "PMC9000001", "registrations": "NCT90000001",
    "language": "eng", "url": "https://pubmed.ncbi.nlm.nih.gov/90000001/", "retracted": 0, "concern": 0,
    "abstract": "AIM: To invent.\nRESULTS: Sadness fell.\nTY  - JOUR\nTI  - Another\nER  - ", "abstract_kind": "abstract",
    "keywords": "infusion; sadness", "mesh": "Ketamine; Humans", "publication_types": "Randomized Controlled Trial",
    "digest": "Aim: To see.\nResults: It fell.", "authors": "Brightwater RM; Group",
}  # fmt: skip

AUTHORS: list[Row] = [
    {"name": "Brightwater RM Jr", "family": "Brightwater", "given": "Robin M", "collective": 0},
    {"name": "van Ooster J", "family": "van Ooster", "given": "J", "collective": 0},
    {"name": "Ó Súilleabháin B", "family": "Ó Súilleabháin", "given": "Brían", "collective": 0},
    {"name": "Solonimo", "family": None, "given": None, "collective": 0},
    {"name": "Invented Ketamine Study Group", "family": None, "given": None, "collective": 1},
]


@pytest.fixture
def row() -> Row:
    return dict(ROW)


@pytest.fixture
def authors() -> list[Row]:
    return [dict(author) for author in AUTHORS]
