"""One report from several records: which source wins, what goes together, and ids that never collide."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harvest.errors import BadInput
from harvest.merge import merge, precedence
from harvest.record import Author, Link, Record, Section, Trial
from harvest.report import Join, Report

ORDER = precedence()


def record(source: str, source_id: str = "1", **fields: Any) -> Record:
    return Record(source, source_id, **{"title": "Ketamine in lighthouses", **fields})


def join(*records: Record) -> tuple[Join, ...]:
    return tuple(Join(one, "first" if n == 0 else "doi") for n, one in enumerate(records))


def report(*records: Record) -> Report:
    return merge([join(*records)], ORDER)[0]


def people(*names: str) -> tuple[Author, ...]:
    return tuple(Author(name) for name in names)


# ------------------------------------------------------------------ fields


def test_first_value_by_precedence() -> None:
    """PubMed's fact stands; what it lacks comes from the next source that has it."""
    found = report(
        record("openalex", journal="Lighthouse Med", volume="9", pages="1-2", language="eng"),
        record("pubmed", journal="Lighthouse medicine", volume="", pages=""),
        record("crossref", volume="8", pages="", publisher="Imaginary Press"),
    )
    assert (found.journal, found.volume, found.pages) == ("Lighthouse medicine", "8", "1-2")
    assert (found.publisher, found.language) == ("Imaginary Press", "eng")


def test_the_order_of_records_does_not_matter() -> None:
    """Precedence decides, not the order in which records were joined."""
    records = [record("openalex", volume="9"), record("pubmed", volume="7"), record("crossref", volume="8")]
    one, other = (replace(report(*order), id="", joins=()) for order in (records, records[::-1]))
    assert one == other
    assert one.volume == "7"


def test_abstract_goes_with_its_sections_and_rights() -> None:
    """Sections index their own abstract, so they come from the same record; likewise rights and source."""
    sections = (Section("AIM", "OBJECTIVE", 0, 4),)
    found = report(
        record("crossref", abstract="Much longer text about lamps.", rights="CC BY 4.0", abstract_kind="abstract"),
        record("pubmed", abstract="Text", sections=sections, rights="(c) Imaginary Press", abstract_kind="abstract"),
    )
    assert (found.abstract, found.abstract_source, found.sections) == ("Text", "pubmed", sections)
    assert found.rights == "(c) Imaginary Press"


def test_rights_from_crossref_where_the_abstracts_record_states_none() -> None:
    """Crossref's licence is used when the abstract comes without one."""
    found = report(
        record("pubmed", abstract="Text"), record("crossref", rights="https://creativecommons.org/licenses/by/4.0/")
    )
    assert found.rights.endswith("by/4.0/")
    assert found.abstract_kind == "abstract"


@pytest.mark.parametrize("end", ["...", "\u2026", "(ABSTRACT TRUNCATED AT 250 WORDS)"])
def test_truncated_abstracts_yield_to_longer_ones(end: str) -> None:
    """A cut abstract loses to a whole one, even of a lesser source; not to a shorter one."""
    cut = record("pubmed", abstract=f"Lamps were lit {end}")
    whole = record("openalex", abstract="Lamps were lit every night and watched until the morning came.")
    assert report(cut, whole).abstract_source == "openalex"
    assert report(cut, record("openalex", abstract="Lamps.")).abstract_source == "pubmed"


def test_digest_stands_beside_a_real_abstract() -> None:
    """This project's summary is kept as digest; it is the abstract only where no source has one."""
    digest = record("starter", abstract="Aim: Lamps.", abstract_kind="digest", rights="CC0-1.0",
                    sections=(Section("Aim", "OBJECTIVE", 5, 11),))  # fmt: skip
    alone = report(digest)
    assert (alone.abstract, alone.abstract_kind, alone.digest) == ("Aim: Lamps.", "digest", "Aim: Lamps.")
    beside = report(digest, record("openalex", abstract="Real.", abstract_kind="abstract"))
    assert (beside.abstract, beside.abstract_kind, beside.digest) == ("Real.", "abstract", "Aim: Lamps.")
    assert beside.sections == ()
    assert beside.rights == ""


def test_authors_come_from_one_source() -> None:
    """Lists are not mixed; the longest is not best."""
    found = report(
        record("pubmed", authors=people("A A", "B B")), record("crossref", authors=people("A A", "B B", "C C"))
    )
    assert [author.name for author in found.authors] == ["A A", "B B"]


def test_lists_of_authors_that_were_cut_yield() -> None:
    """MEDLINE listed ten authors at most until 1995; such a list yields to a longer one."""
    ten, twelve = people(*(f"A{n}" for n in range(10))), people(*(f"A{n}" for n in range(12)))
    old = report(record("pubmed", authors=ten, date="1993"), record("crossref", authors=twelve))
    assert len(old.authors) == 12
    new = report(record("pubmed", authors=ten, date="2013"), record("crossref", authors=twelve))
    assert len(new.authors) == 10


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("2018", "2018-05-14", "2018-05-14"), ("2018-05", "2018-05-14", "2018-05-14"),
     ("2018-05", "2018-06-01", "2018-05"), ("2018", "2019-05-14", "2018"), ("2018", "2018-01-01", "2018"),
     ("", "2019", "2019")],
)  # fmt: skip
def test_date(first: str, second: str, expected: str) -> None:
    """A lesser source may make a date more precise, never change it; 1 January stands for 'year known only'."""
    assert report(record("pubmed", date=first), record("openalex", date=second)).date == expected


def test_titles_in_capitals_yield() -> None:
    """A title in capitals is used only where there is no other."""
    loud = record("pubmed", title="KETAMINE IN LIGHTHOUSES")
    assert report(loud, record("openalex")).title == "Ketamine in lighthouses"
    assert report(loud).title == "KETAMINE IN LIGHTHOUSES"


def test_trial_and_registrations() -> None:
    """The registry describes the trial; registration numbers are united, the best source's first."""
    found = report(
        record("starter", kind="registry-entry", trial=Trial(enrolment=9), registrations=("NCT09999991",)),
        record("clinicaltrials", kind="registry-entry", trial=Trial(enrolment=10), registrations=("NCT09999991", "X1")),
    )
    assert found.trial == Trial(enrolment=10)
    assert found.registrations == ("NCT09999991", "X1")


# ------------------------------------------------------------------ retractions


def test_retraction_per_source() -> None:
    """Each source that says so is named, whether by flag or by link; corrections and concerns set no retraction."""
    found = report(
        record("openalex", retracted=True),
        record("pubmed", links=(Link("retracted-by", "pmid", "2"),)),
        record("europepmc", links=(Link("corrected-by", "pmid", "3"), Link("concern-raised-by", "pmid", "4"))),
    )
    assert (found.retracted_by, found.corrected_by, found.concern_by) == (
        ("pubmed", "openalex"),
        ("europepmc",),
        ("europepmc",),
    )
    only_corrected = report(record("pubmed", links=(Link("corrected-by", "pmid", "3"),)))
    assert only_corrected.retracted_by == ()


def test_retraction_told_by_the_notice_only() -> None:
    """A notice that names what it retracts marks that report, with the notice's source."""
    notice = join(
        record("crossref", "10.5555/n", kind="notice", doi="10.5555/n", links=(Link("retracts", "doi", "10.5555/a"),))
    )
    reports = merge([join(record("pubmed", doi="10.5555/a", pmid="1")), notice], ORDER)
    assert {r.pmid: r.retracted_by for r in reports} == {"1": ("crossref",), "": ()}


def test_links_keep_their_source_once() -> None:
    """The same link of two sources is two statements; doubled by one source it is one."""
    stated = Link("corrected-by", "pmid", "3")
    found = report(record("pubmed", links=(stated, stated)), record("europepmc", links=(stated,)))
    assert [(one.link, one.source) for one in found.links] == [(stated, "pubmed"), (stated, "europepmc")]


# ------------------------------------------------------------------ ids


def test_ids_and_aliases() -> None:
    """The best identifier makes the id, all others lead to the report."""
    found = report(record("pubmed", "7", pmid="7", doi="10.5555/a"), record("crossref", "10.5555/b", doi="10.5555/b"))
    assert found.id == "pmid-7"
    assert len(found.aliases) == 2
    assert all(alias.startswith("doi-") for alias in found.aliases)


def test_no_two_reports_share_an_id() -> None:
    """Abstracts that share a DOI, a wrong PMID, records without identifiers: ids and aliases are one report's each."""
    clusters = [
        join(record("pubmed", "7", pmid="7", doi="10.5555/s")),
        join(record("openalex", "W1", pmid="7", doi="10.5555/p")),
        join(record("crossref", "10.5555/p", doi="10.5555/p")),
        join(record("files", "a", doi="10.5555/s")),
        join(record("files", "b", doi="10.5555/s")),
        join(record("files", "c")),
        join(record("files", "d")),
    ]
    for order in (clusters, clusters[::-1]):
        reports = merge(order, ORDER)
        names = [name for one in reports for name in (one.id, *one.aliases)]
        assert len(names) == len(set(names))
        owner = {one.records[0].source_id: one.id for one in reports}
        assert owner["7"] == "pmid-7"
        assert owner["10.5555/p"].startswith("doi-")
        assert owner["W1"].startswith("rec-")


# ------------------------------------------------------------------ precedence.yml


def test_shipped_precedence_names_every_source() -> None:
    """Every field's order covers all sources."""
    assert all(sorted(order) == sorted(ORDER.default) for order in ORDER.fields.values())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("fields: {}", "default"),
        ("default: pubmed", "default"),
        ("default: [pubmed, pubmed]", "twice"),
        ("default: [pubmed]\nfields: {colour: [pubmed]}", "colour"),
        ("default: [pubmed]\nfields: {title: [medline]}", "medline"),
        ("default: [pubmed]\nfields: [title]", "fields"),
        ("default: [pubmed]\nextra: 1", "nothing else"),
        ("default: [", "cannot be read"),
    ],
)
def test_wrong_precedence_files(tmp_path: Path, text: str, names: str) -> None:
    """A wrong file is refused with the file's name and what is wrong."""
    place = tmp_path / "precedence.yml"
    place.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=names) as caught:
        precedence(place)
    assert str(place) in str(caught.value)
