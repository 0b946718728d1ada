"""Deduplication: written cases, what may never join, independence of order, and the emulator's truth."""

from __future__ import annotations

import json
import random
import sys
from collections import defaultdict
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from harvest.dedupe import cluster, cluster_labels, record_from_stream
from harvest.dedupe.keys import base_doi, fold_title, journal_forms, page_key, volume_key
from harvest.errors import BadInput
from harvest.normalise import normalise
from harvest.record import Author, Record
from harvest.sources import Payload, dump
from harvest.sources import load as load_sources

CASES = json.loads((Path(__file__).parent / "cases" / "dedupe.json").read_text(encoding="utf-8"))
SHARED = Path(__file__).resolve().parents[2] / "shared"

TITLE = "Intranasal ketamine for procedural distress in young zookeepers"


def record(source: str, source_id: str, **fields: Any) -> Record:
    return Record(source, source_id, **{"title": TITLE, **fields})


def clusters(*records: Record) -> set[frozenset[str]]:
    return {frozenset(join.record.source_id for join in joins) for joins in cluster(records)}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_written_case(case: dict[str, Any]) -> None:
    """Each written pair gets its verdict, whichever of the two comes first."""
    a, b = (record_from_stream({"id": name, **case[name]}) for name in "ab")
    for pair in ([a, b], [b, a]):
        labels = cluster_labels(pair)
        assert (labels[0] == labels[1]) == (case["verdict"] == "duplicate"), case["note"]


def test_case_ids_are_unique() -> None:
    """Every written case can be named."""
    assert len({case["id"] for case in CASES}) == len(CASES)


# ------------------------------------------------------------------ conflicts


def test_a_third_record_never_bridges_two_pmids() -> None:
    """A bare record that fits two reports of one title joins neither and does not make them one."""
    found = clusters(
        record("pubmed", "1", pmid="1", date="2018"),
        record("pubmed", "2", pmid="2", date="2018"),
        record("openalex", "W1", date="2018"),
    )
    assert found == {frozenset("1"), frozenset("2"), frozenset({"W1"})}


def test_a_chain_of_identifiers_never_bridges_two_pmids() -> None:
    """One source's wrong DOI does not merge two reports that have their own PMIDs."""
    found = clusters(
        record("pubmed", "1", pmid="1", doi="10.5555/a"),
        record("pubmed", "2", pmid="2", doi="10.5555/b"),
        record("openalex", "W1", pmid="1", doi="10.5555/b"),
    )
    assert not any({"1", "2"} <= group for group in found)


def test_two_dois_join_only_under_one_pmid_and_title() -> None:
    """The same PMID and the same title outweigh a second DOI; another title does not."""
    one = record("pubmed", "1", pmid="1", doi="10.5555/a")
    assert len(clusters(one, record("europepmc", "MED:1", pmid="1", doi="10.5555/b"))) == 1
    other = record("europepmc", "MED:1", pmid="1", doi="10.5555/b", title="Snow blindness in penguins")
    assert len(clusters(one, other)) == 2


@pytest.mark.parametrize(
    ("kind", "source"),
    [("preprint", "europepmc"), ("notice", "europepmc"), ("registry-entry", "clinicaltrials"), ("book", "crossref"),
     ("conference-abstract", "europepmc")],
)  # fmt: skip
def test_other_kinds_stay_apart(kind: Any, source: str) -> None:
    """Same title, authors and year, but another kind of document: two reports."""
    authors = (Author("Okafor N", "Okafor", "Ngozi"),)
    article = record("pubmed", "1", pmid="1", authors=authors, date="2018")
    other = record(source, "x", kind=kind, authors=authors, date="2018", registrations=("NCT09999991",))
    assert len(clusters(article, other)) == 2


def test_sources_without_kinds_join_the_notice() -> None:
    """OpenAlex calls notices articles; the DOI settles it."""
    title = f"Erratum: {TITLE}"
    found = clusters(
        record("pubmed", "1", pmid="1", doi="10.5555/e", title=title, kind="notice"),
        record("openalex", "W1", doi="10.5555/e", title=title),
    )
    assert len(found) == 1


def test_registry_entries_join_on_their_own_number_only() -> None:
    """A shared secondary number names the sponsor's programme, not one entry."""

    def entry(source: str, source_id: str, *numbers: str, title: str = TITLE) -> Record:
        return record(source, source_id, kind="registry-entry", registrations=numbers, title=title)

    found = clusters(
        entry("clinicaltrials", "NCT09999991", "NCT09999991", "EudraCT-2015-000001-01"),
        entry("clinicaltrials", "NCT09999992", "NCT09999992", "EudraCT-2015-000001-01"),
        entry("starter", "nct:NCT09999991", "NCT09999991", title="Zookeepers"),
    )
    assert found == {frozenset({"NCT09999991", "nct:NCT09999991"}), frozenset({"NCT09999992"})}


def test_a_bare_record_prefers_its_own_kind() -> None:
    """A bare title that fits a preprint and its article goes to the article, which is what it calls itself."""
    found = clusters(
        record("pubmed", "1", pmid="1"),
        record("europepmc", "PPR:1", kind="preprint", doi="10.21203/rs.3.rs-1/v1"),
        record("openalex", "W1"),
    )
    assert found == {frozenset({"1", "W1"}), frozenset({"PPR:1"})}


# ------------------------------------------------------------------ what comes out


def test_joins_name_rule_and_partner() -> None:
    """The first record starts the report; each other names its rule and the record it was matched to."""
    joins = cluster(
        [record("openalex", "W1", doi="10.5555/a"), record("crossref", "10.5555/a", doi="10.5555/a"),
         record("pubmed", "1", pmid="1", doi="10.5555/a")]
    )[0]  # fmt: skip
    assert [(j.record.source, j.rule) for j in joins] == [("pubmed", "first"), ("crossref", "doi"), ("openalex", "doi")]
    keys = {j.record.key for j in joins}
    assert joins[0].matched_to is None
    assert all(j.matched_to in keys for j in joins[1:])


def test_every_record_once() -> None:
    """No record is lost or doubled, identical ones included."""
    same = record("files", "7")
    found = cluster([same, same, record("files", "8", title="")])
    assert sorted(join.record.source_id for joins in found for join in joins) == ["7", "7", "8"]


def test_order_of_records_does_not_matter() -> None:
    """Shuffled input gives the same clusters, joins and labels."""
    records = [record_from_stream({"id": f"{case['id']}-{n}", **case[n]}) for case in CASES for n in "ab"]
    expected = cluster(records)
    labels = dict(zip([r.source_id for r in records], cluster_labels(records), strict=True))
    for seed in range(3):
        shuffled = random.Random(seed).sample(records, len(records))
        assert cluster(shuffled) == expected
        assert dict(zip([r.source_id for r in shuffled], cluster_labels(shuffled), strict=True)) == labels


def test_labels_tell_clusters_apart_when_ids_do_not() -> None:
    """Two records under one id that are two documents get two labels."""
    records = [record("a", "1", title="Snow blindness in penguins"), record("b", "1")]
    assert len(set(cluster_labels(records))) == 2


def test_nothing_in_nothing_out() -> None:
    """No records, no clusters."""
    assert cluster([]) == []
    assert cluster_labels([]) == []


# ------------------------------------------------------------------ keys


def test_comparing_keys() -> None:
    """Fields become what they are compared by; the stored record stays as it was."""
    assert fold_title("\N{GREEK CAPITAL LETTER MU}-XRF") == fold_title("\N{MICRO SIGN} XRF") == "mu xrf"
    assert fold_title("CO<sub>2</sub> &amp; <i>S</i>-ketamine’s") == "co2 s ketamines"
    assert page_key("S353-S354") == ("s", "353")
    assert page_key("pp. 12-15") == ("", "12")
    assert page_key("[no pages]") == ("", "")
    assert volume_key("Vol. 07", "2001") == "7"
    assert volume_key("2001", "2001") == ""
    assert base_doi("10.5555/abc.v3") == "10.5555/abc"
    assert base_doi("10.5555/abc/full") == "10.5555/abc"
    assert ("pain",) in journal_forms("Pain (Amsterdam)")


# ------------------------------------------------------------------ stream


@pytest.mark.parametrize(
    "row",
    [{}, {"id": ""}, {"id": "1", "title": ["a"]}, {"id": "1", "authors": 5}, {"id": "1", "authors": [1]},
     {"id": "1", "year": True}],
)  # fmt: skip
def test_rows_that_are_no_record(row: dict[str, Any]) -> None:
    """A row without id or with a field of the wrong type is refused by name."""
    with pytest.raises(BadInput):
        record_from_stream(row)


def test_rows_with_gaps_and_numbers() -> None:
    """Missing, null and numeric fields are read."""
    found = record_from_stream(
        {
            "id": 7,
            "title": None,
            "year": 2016.0,
            "pmid": 123.0,
            "volume": 3,
            "authors": "Okafor, N.; Sato K",
            "doi": None,
        }
    )
    assert (found.source_id, found.title, found.date, found.pmid, found.volume) == ("7", "", "2016", "123", "3")
    assert [(a.name, a.family) for a in found.authors] == [("Okafor, N.", "Okafor"), ("Sato K", "")]


# ------------------------------------------------------------------ scale and truth


def test_ten_thousand_records_of_one_title_stay_quick() -> None:
    """A block as large as the input is not compared pair by pair."""
    records = [record("files", str(n), title="Editorial", pages=str(n), volume="1") for n in range(10_000)]
    started = process_time()
    assert len(cluster(records)) == 10_000
    assert process_time() - started < 5


@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "upstream").is_dir(), reason="../shared/upstream is not there")
@pytest.mark.parametrize("epoch", [3])
def test_emulators_truth(epoch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over all five services' real records: pairwise precision at least 0.995 and recall at least 0.98."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.syspath_prepend(str(SHARED / "upstream"))
    from emulator.corpus import Calendar, read_lines  # type: ignore[import-not-found]
    from emulator.pubmed_xml import render_article  # type: ignore[import-not-found]

    calendar = Calendar.load(epoch)
    bodies = {
        "pubmed": lambda line: render_article(line, calendar).encode(),
        "europepmc": lambda line: dump(line["record"]),
        "openalex": lambda line: dump(line["work"]),
        "crossref": lambda line: dump(line["item"]),
    }
    records, truth = [], {}
    for source, body in bodies.items():
        parse = load_sources()[source].parse
        for line in read_lines(source, calendar):
            payload = Payload(
                source, line.get("id") or line["pmid"], body(line), "xml" if source == "pubmed" else "json"
            )
            records.append(normalise(parse(payload)))
            truth[records[-1].key] = line["cluster"]
    gold, found = defaultdict(list), defaultdict(list)
    for number, joins in enumerate(cluster(records)):
        for join in joins:
            gold[truth[join.record.key]].append(join.record.key)
            found[number].append(join.record.key)
    expected, got = pairs_of(gold), pairs_of(found)
    assert len(expected & got) / len(got) >= 0.995
    assert len(expected & got) / len(expected) >= 0.98


def pairs_of(groups: dict[Any, list[tuple[str, str]]]) -> set[tuple[Any, ...]]:
    return {pair for group in groups.values() for pair in combinations(sorted(group), 2)}


def test_replacing_a_source_id_changes_nothing_else() -> None:
    """Labels follow ids; membership does not depend on what a source calls its records."""
    a, b = record("files", "a", doi="10.5555/a"), record("crossref", "b", doi="10.5555/a")
    assert len(clusters(a, b)) == len(clusters(replace(a, source_id="z"), b)) == 1
