"""The starter set as a source: payloads and records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harvest.errors import BadInput
from harvest.record import Author, Heading, PublicationType
from harvest.sources import Payload, load
from harvest.sources.starter import ABOUT, parse, payloads

Facts = dict[str, Any]
REPORT: Facts = {
    "pmid": "123", "doi": "10.9999/x", "pmcid": "PMC7", "title": "Ketamine for goats",
    "authors": [{"name": "Gruff B", "family": "Gruff", "given": "B"}, {"name": "Goat Group", "collective": True}],
    "journal": "J Goat", "year": 2019, "mesh": [{"name": "Goats", "ui": "D006041", "major": True}],
    "publication_types": [{"name": "Journal Article"}], "registrations": ["NCT01234567"], "retracted": True,
}  # fmt: skip
DIGEST: Facts = {"pmid": "123", "title": "Ketamine for goats", "aim": "To see.", "methods": "Looked.",
                 "results": "Saw.", "conclusion": "Seen.", "abstract_sha256": "0" * 64}  # fmt: skip


def payload(facts: Facts) -> Payload:
    return Payload("starter", "x", json.dumps(facts).encode(), "json")


def write(folder: Path, **files: list[Facts]) -> Path:
    for name, lines in files.items():
        text = "".join(json.dumps(facts) + "\n" for facts in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder


def test_it_is_found_as_a_source_that_fetches_nothing() -> None:
    """The source is among the sources and has no fetch."""
    module = load()["starter"]
    assert module.ABOUT is ABOUT and not hasattr(module, "fetch")


def test_a_report_becomes_a_record() -> None:
    """Every fact arrives in its field; there is no abstract."""
    record = parse(payload(REPORT))
    assert (record.key, record.kind, record.year) == (("starter", "pmid:123"), "article", 2019)
    assert dict(record.identifiers()) == {"pmid": "123", "pmcid": "PMC7", "doi": "10.9999/x"}
    assert record.authors == (Author("Gruff B", "Gruff", "B"), Author("Goat Group", collective=True))
    assert record.mesh == (Heading("Goats", "D006041", True),)
    assert record.publication_types == (PublicationType("Journal Article"),)
    assert record.registrations == ("NCT01234567",) and record.retracted
    assert (record.abstract, record.abstract_kind, record.rights) == ("", "", "")
    assert record.url == "https://pubmed.ncbi.nlm.nih.gov/123/"


def test_without_a_pmid_the_doi_names_the_record() -> None:
    """Source id and address are made from the DOI; a missing year is no date."""
    record = parse(payload({"doi": "10.9999/x", "title": "T"}))
    assert (record.source_id, record.url, record.date) == ("doi:10.9999/x", "https://doi.org/10.9999/x", "")


def test_a_trial_becomes_a_registry_entry() -> None:
    """A trial is identified by its number, and its facts stand in the trial."""
    facts = {"nct": "NCT01234567", "brief_title": "Goats", "official_title": "Long", "study_type": "INTERVENTIONAL",
             "enrolment": 0, "start_date": "2012-03", "completion_date": "2013", "conditions": ["Insomnia"],
             "interventions": ["hay"]}  # fmt: skip
    record = parse(payload(facts))
    assert (record.key, record.kind) == (("starter", "nct:NCT01234567"), "registry-entry")
    assert list(record.identifiers()) == [("registration", "NCT01234567")]
    assert (record.title, record.date) == ("Goats", "2012-03")
    assert record.url == "https://clinicaltrials.gov/study/NCT01234567"
    assert record.trial is not None and record.trial.enrolment == 0
    assert (record.trial.conditions, record.trial.interventions) == (("Insomnia",), ("hay",))
    assert parse(payload({"nct": "NCT01234567", "official_title": "Long"})).title == "Long"


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"doi": "10.1101/2023.04.28.23289210"}, "preprint"),
        ({"doi": "10.1101/lm.1234"}, "article"),
        ({"doi": "10.21203/rs.3.rs-1/v1"}, "preprint"),
        ({"doi": "10.1007/978-981-15-2902-3_11"}, "book"),
        ({"title": "'Ketamine for goats': Corrigendum"}, "notice"),
        ({"title": "Correction to: Ketamine for goats"}, "notice"),
        ({"title": 'Erratum to "Ketamine for goats"'}, "notice"),
        ({"title": "Retraction: Ketamine for goats"}, "notice"),
        ({"title": "Correction of anaemia in goats"}, "article"),
        ({"title": "Ketamine for goats: error correction"}, "article"),
        ({"publication_types": [{"name": "Published Erratum", "ui": "D016425"}]}, "notice"),
    ],
)
def test_kinds_follow_from_types_titles_and_doi(changes: Facts, kind: str) -> None:
    """Preprint servers, books and notices are told from articles."""
    assert parse(payload(REPORT | changes)).kind == kind


def test_a_digest_is_laid_beside_its_report(tmp_path: Path) -> None:
    """The digest becomes an abstract of kind digest, with sections whose offsets hold their text."""
    found = list(payloads(write(tmp_path, reports=[REPORT], trials=[], digests=[DIGEST])))
    record = parse(found[0])
    assert len(found) == 1 and record.journal == "J Goat"
    assert record.abstract == "Aim: To see.\nMethods: Looked.\nResults: Saw.\nConclusion: Seen."
    assert (record.abstract_kind, record.rights) == ("digest", "CC0-1.0")
    assert [(s.label, s.category) for s in record.sections] == [
        ("Aim", "OBJECTIVE"), ("Methods", "METHODS"), ("Results", "RESULTS"), ("Conclusion", "CONCLUSIONS"),
    ]  # fmt: skip
    assert [record.abstract[s.start : s.end] for s in record.sections] == [
        "To see.",
        "Looked.",
        "Saw.",
        "Seen.",
    ]


def test_a_digest_of_an_unlisted_report_stands_alone(tmp_path: Path) -> None:
    """A digest whose report the set does not hold brings its own facts."""
    lone = {
        "doi": "10.9999/y",
        "title": "Ketamine for sheep",
        "authors": ["Baa B"],
        "year": 2020,
        "aim": "To see.",
    }
    found = [parse(p) for p in payloads(write(tmp_path, reports=[REPORT], digests=[lone]))]
    assert [record.source_id for record in found] == ["pmid:123", "doi:10.9999/y"]
    assert (found[1].abstract, found[1].authors, found[1].year) == ("Aim: To see.", (Author("Baa B"),), 2020)
    assert found[0].abstract == ""


@pytest.mark.parametrize("body", [b"not json", b"[]", b'{"title": "no identifier"}', b'{"pmid": 12}'])
def test_a_payload_that_is_no_such_thing_is_refused(body: bytes) -> None:
    """Anything but an object with an identifier is bad input, named."""
    with pytest.raises(BadInput, match="starter x"):
        parse(Payload("starter", "x", body, "json"))


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    """The message names file and line."""
    (tmp_path / "reports.jsonl").write_text(json.dumps(REPORT) + "\n{broken\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"reports\.jsonl, line 2"):
        list(payloads(tmp_path))


def test_every_line_of_the_shipped_set_parses() -> None:
    """Every payload becomes a record under its own id, none twice, each with title and address."""
    found = list(payloads())
    records = [parse(p) for p in found]
    assert len(records) >= 1650
    assert [record.source_id for record in records] == [p.source_id for p in found]
    assert len({record.key for record in records}) == len(records)
    assert all(record.title and record.url for record in records)
    assert {record.abstract_kind for record in records} <= {"", "digest"}
    assert {"notice", "preprint", "registry-entry", "article"} <= {record.kind for record in records}
