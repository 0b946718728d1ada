"""Studies and relations between reports, each with the rule that found it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from harvest import schema
from harvest.link import Links, ReportLink, Study, StudyReport, link
from harvest.link.titles import named_title
from harvest.merge import merge, precedence
from harvest.record import Author, Link, Record, Trial
from harvest.report import Join

TITLE = "Ketamine gargles before tonsillectomy in opera singers"
NCT = "NCT09999991"


def record(source: str, source_id: str, **fields: Any) -> Record:
    return Record(source, source_id, **{"title": TITLE, **fields})


def pubmed(pmid: str, **fields: Any) -> Record:
    return record("pubmed", pmid, pmid=pmid, **fields)


def entry(number: str = NCT, *more: str, **fields: Any) -> Record:
    return record("clinicaltrials", number, kind="registry-entry", registrations=(number, *more), **fields)


def linked(*records: Record) -> Links:
    return link(merge([(Join(one, "first"),) for one in records], precedence()))


def members(links: Links) -> set[tuple[str, str, str, int]]:
    return {(row.study_id, row.report_id, row.rule, row.certain) for row in links.study_reports}


def relations(links: Links) -> set[tuple[str, str, str]]:
    return {(row.report_id, row.kind, row.target_id) for row in links.report_links}


@pytest.mark.parametrize(
    ("name", "row"), [("studies", Study), ("study_reports", StudyReport), ("report_links", ReportLink)]
)
def test_rows_have_the_columns_of_their_tables(name: str, row: type) -> None:
    """Fields and columns are the same, so nothing is left out on writing."""
    assert tuple(field.name for field in fields(row)) == schema.table(name).column_names


# ------------------------------------------------------------------ studies


def test_registration_makes_the_study() -> None:
    """A registry entry and the reports that state its number are one study, with the registry's facts."""
    trial = Trial(status="COMPLETED", enrolment=40, results_posted=False, conditions=("Tonsillitis",))
    found = linked(entry(trial=trial, url="https://example.org/1"), pubmed("1", registrations=(NCT,)), pubmed("2"))
    assert members(found) == {
        ("nct09999991", "nct-09999991", "registration", 1),
        ("nct09999991", "pmid-1", "registration", 1),
    }
    (study,) = found.studies
    assert (study.registration, study.registry, study.title) == (NCT, "ClinicalTrials.gov", TITLE)
    assert (study.status, study.enrolment, study.results_posted, study.conditions) == (
        "COMPLETED",
        40,
        0,
        ("Tonsillitis",),
    )
    assert (study.reports, study.publications) == (2, 1)


def test_a_number_without_entry_is_a_study_too() -> None:
    """Reports that state a number of a registry that is not harvested belong together; nothing else is known."""
    (study,) = linked(
        pubmed("1", registrations=("ISRCTN12345678",)), pubmed("2", registrations=("ISRCTN12345678",))
    ).studies
    assert (study.id, study.registry, study.title, study.enrolment, study.reports) == (
        "isrctn12345678",
        "ISRCTN",
        "",
        None,
        2,
    )


def test_secondary_numbers_lead_to_the_entry() -> None:
    """A report that states the EudraCT number of a registry entry belongs to that entry's study."""
    found = linked(entry(NCT, "EudraCT-2015-000001-01"), pubmed("1", registrations=("EudraCT-2015-000001-01",)))
    assert {row.study_id for row in found.study_reports} == {"nct09999991"}


def test_reports_of_many_numbers_are_of_no_study() -> None:
    """A review that states more than three numbers is not a report of each trial."""
    numbers = tuple(f"NCT0999999{n}" for n in range(4))
    assert linked(pubmed("1", registrations=numbers)).studies == ()
    assert len(linked(pubmed("1", registrations=numbers[:3])).studies) == 3


def test_references_of_the_registry() -> None:
    """Result and derived references join the study; background literature does not."""
    links = (Link("has-result", "pmid", "1"), Link("has-derived", "pmid", "2"), Link("background", "pmid", "3"))
    found = linked(entry(links=links), pubmed("1"), pubmed("2"), pubmed("3"))
    assert {(row.report_id, row.rule) for row in found.study_reports} == {
        ("nct-09999991", "registration"), ("pmid-1", "registry-result"), ("pmid-2", "registry-derived"),
    }  # fmt: skip
    assert ("pmid-1", "result-of", "nct-09999991") in relations(found)
    assert ("nct-09999991", "background", "pmid-3") in relations(found)


def test_a_lone_report_is_no_study() -> None:
    """Without number and relation there is no study to speak of."""
    assert linked(pubmed("1"), pubmed("2")).studies == ()


# ------------------------------------------------------------------ preprints

PREPRINT: dict[str, Any] = {
    "kind": "preprint",
    "doi": "10.5555/pre",
    "date": "2019",
    "authors": (Author("Okafor N", "Okafor"),),
}


def preprint(**changed: Any) -> Record:
    return record("europepmc", "PPR:PPR1", **{**PREPRINT, **changed})


def article(**changed: Any) -> Record:
    return pubmed("1", **{"date": "2020", "authors": (Author("Ngozi Okafor"),), **changed})


def test_stated_preprint() -> None:
    """A stated pair is one study, and the relation stands on both sides."""
    found = linked(preprint(links=(Link("preprint-of", "pmid", "1"),)), article(title="Another title altogether"))
    preprint_id = next(row.report_id for row in found.study_reports if row.report_id != "pmid-1")
    assert members(found) == {
        ("study-pmid-1", "pmid-1", "stated-preprint", 1),
        ("study-pmid-1", preprint_id, "stated-preprint", 1),
    }
    assert relations(found) == {(preprint_id, "preprint-of", "pmid-1"), ("pmid-1", "has-preprint", preprint_id)}


def test_europepmcs_own_name_of_a_preprint_is_resolved() -> None:
    """Europe PMC names the target by its own id in the note."""
    found = linked(
        preprint(title="Other words"), article(links=(Link("has-preprint", note="PPR:PPR1; Imaginary server"),))
    )
    assert [row.certain for row in found.study_reports] == [1, 1]


def test_preprint_by_title_is_not_certain() -> None:
    """Same title, same first author, within three years: a pair, marked as inferred."""
    found = linked(preprint(), article())
    assert {(row.rule, row.certain) for row in found.study_reports} == {("preprint-title", 0)}
    assert {row.note for row in found.report_links} == {"inferred: preprint-title"}


@pytest.mark.parametrize(
    "changed",
    [{"date": "2024"}, {"date": "2016"}, {"authors": (Author("Sato K"),)}, {"authors": ()}, {"title": "Other words"}],
)
def test_no_preprint_by_title(changed: dict[str, Any]) -> None:
    """Too late, too early, other people, nobody or another title: no pair."""
    assert linked(preprint(), article(**changed)).studies == ()


def test_preprint_joins_the_articles_study() -> None:
    """A pair of which one is registered makes no second study."""
    found = linked(preprint(), article(registrations=(NCT,)))
    assert [study.id for study in found.studies] == ["nct09999991"]
    assert found.studies[0].reports == 2


# ------------------------------------------------------------------ notices


def test_relations_stand_on_both_sides_once() -> None:
    """Stated on both sides by one source it is still one relation each way."""
    found = linked(
        pubmed("1", links=(Link("retracted-by", "pmid", "2", "a note"),)),
        pubmed("2", kind="notice", title="Retraction", links=(Link("retracts", "pmid", "1"),)),
    )
    assert [(r.id, r.report_id, r.kind, r.target_id, r.source) for r in found.report_links] == [
        (1, "pmid-1", "retracted-by", "pmid-2", "pubmed"), (2, "pmid-2", "retracts", "pmid-1", "pubmed"),
    ]  # fmt: skip


def test_targets_that_are_not_held_keep_their_words() -> None:
    """A relation to a document that is not held is kept with its identifier or description."""
    links = (Link("corrected-by", "pmid", "99"), Link("commented-on-by", note="Imaginary J 2020;1:2"))
    found = linked(pubmed("1", links=links)).report_links
    assert {(row.target_id, row.value, row.note) for row in found} == {("", "99", ""), ("", "", "Imaginary J 2020;1:2")}


def test_a_statement_about_itself_is_no_relation() -> None:
    """Crossref's update of itself marks the record and relates it to nothing."""
    assert (
        linked(
            record("crossref", "10.5555/a", doi="10.5555/a", links=(Link("retracted-by", "doi", "10.5555/a"),))
        ).report_links
        == ()
    )


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        (f"Retraction: {TITLE}", "retracts"),
        (f"Retraction notice to \u201c{TITLE}\u201d [Imag J 12 (2016) 101-109]", "retracts"),
        (f"Correction to: {TITLE}", "corrects"),
        (f"Author Correction: {TITLE}", "corrects"),
        (f"'{TITLE}': Erratum", "corrects"),
        (f"{TITLE}: Corrigendum.", "corrects"),
        (f"Expression of Concern: {TITLE}", "raises-concern-about"),
    ],
)
def test_notice_by_title(title: str, kind: str) -> None:
    """A notice without stated target is tied to the one report its title names, marked as inferred."""
    found = linked(pubmed("1", journal="Imag J"), pubmed("2", kind="notice", title=title, journal="Imag J"))
    assert ("pmid-2", kind, "pmid-1") in relations(found)
    assert {row.note for row in found.report_links} == {"inferred: notice-title"}
    assert found.studies == ()


def test_no_notice_by_title() -> None:
    """Another journal, an earlier year, or two reports of that title: no relation."""
    notice = pubmed("2", kind="notice", title=f"Erratum: {TITLE}", journal="Imag J", date="2018")
    assert linked(pubmed("1", journal="Other Review"), notice).report_links == ()
    assert linked(pubmed("1", date="2019"), notice).report_links == ()
    assert linked(pubmed("1"), pubmed("3"), notice).report_links == ()


def test_named_title_of_a_bare_notice() -> None:
    """A notice that names nothing names nothing."""
    assert named_title("Erratum") is None
    assert named_title(TITLE) is None


def test_links_do_not_depend_on_the_order_of_reports() -> None:
    """The same reports give the same rows."""
    records = [entry(links=(Link("has-result", "pmid", "1"),)), article(registrations=(NCT,)), preprint()]
    assert linked(*records) == linked(*records[::-1])
