"""Verdicts in a built database: worked out by SQL that anybody can run again, for all questions and claims."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlite_utils import Database

from harvest import build as building
from harvest import check, database
from harvest.claims import answers, facts, rules
from harvest.claims.load import load
from harvest.claims.model import Library
from harvest.claims.query import Queries
from harvest.claims.standing import Standing
from harvest.errors import CheckFailed
from harvest.vocabulary import Vocabulary

from .conftest import Shelf, finding


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The starter set, built."""
    folder = tmp_path_factory.mktemp("starter")
    building.build(folder)
    db = Database(sqlite3.connect(database.path_in(folder)))
    yield db
    db.close()


@pytest.fixture(scope="module")
def library(words: Vocabulary) -> Library:
    return load(words=words)


def test_every_verdict_is_what_the_sql_on_its_page_gives(starter: Database) -> None:
    """All questions and claims, recomputed from the reports, tags and findings alone: verdicts, counts and stances."""
    assert starter["questions"].count > 100
    assert starter["claims"].count == 104
    for row in list(starter.query("select * from questions")):
        now = next(iter(starter.query(row["verdict_sql"])))
        assert {name: row[name] for name in now} == now, row["id"]
        if row["stances_sql"]:
            held = starter.execute(
                "select report_id, rung, stance, participants, agreeing, disagreeing, unclear, rate "
                "from question_reports where question_id = ? order by report_id", [row["id"]],
            ).fetchall()  # fmt: skip
            assert held == starter.execute(row["stances_sql"]).fetchall(), row["id"]
    for row in list(starter.query("select * from claims")):
        assert starter.execute(row["verdict_sql"]).fetchone()[0] == row["verdict"], row["id"]
        if row["number_sql"]:
            assert starter.execute(row["number_sql"]).fetchone()[0] == row["number_verdict"], row["id"]
    assert answers.problems(starter) == []


def test_stances_are_those_of_the_findings_listed(starter: Database) -> None:
    """The evidence rows of a report add up to its stance; a silent report has none."""
    wrong = starter.execute("""
        select question_reports.question_id, question_reports.report_id from question_reports
        join questions on questions.id = question_id and questions.test not in ('studied')
        left join (select question_id, report_id, sum(says = 1) as agreeing, sum(says = -1) as disagreeing
                   from question_findings group by 1, 2) as counted using (question_id, report_id)
        where question_reports.agreeing != coalesce(counted.agreeing, 0)
           or question_reports.disagreeing != coalesce(counted.disagreeing, 0)
           or (stance = 'silent') != (counted.agreeing is null)""").fetchall()
    assert wrong == []


def test_a_tampered_verdict_is_noticed(starter: Database) -> None:
    """A verdict that its own SQL does not give stops a build."""
    starter.execute("begin")
    starter.execute("update questions set verdict = 'supported' where id = 'ptsd-efficacy'")
    try:
        with pytest.raises(CheckFailed, match="question ptsd-efficacy: the verdict"):
            check.CHECKS["claims"](starter)
    finally:
        starter.execute("rollback")


RISKIEST = {
    "001-19": "mixed",  # PTSD
    "001-22": "not-shown-directly",  # chronic pain
    "001-39": "not-shown-directly",  # two weeks after one dose
    "003-04": "not-shown-directly",  # permanent
    "001-37": "contradicted",  # the "Yale study of 2006"
    "003-08": "contradicted",  # "approved in 2019"
    "001-05": "contradicted",  # made for animals
    "001-35": "not-shown-directly",  # spacing against addiction
    "000-01": "not-checkable",
}


@pytest.mark.parametrize(("claim", "verdict"), RISKIEST.items())
def test_the_riskiest_claims_come_out_as_the_evidence_has_it(starter: Database, claim: str, verdict: str) -> None:
    """On the starter set; a change of these is news and wants a reason."""
    assert starter["claims"].get(claim)["verdict"] == verdict


def test_numbers_and_strong_words_are_judged_apart(starter: Database) -> None:
    """More than 70 % is not what controlled trials report, and "proven" is too strong for safety."""
    assert starter["claims"].get("001-13")["number_verdict"] == "contradicted"
    proven = starter["claims"].get("000-14")
    assert proven["certainty_verdict"] == "contradicted"
    assert "too strong" in proven["certainty_why"]
    assert starter["claims"].get("001-18")["scope_verdict"] == "not-shown-directly"


def test_a_correction_names_what_is_wrong_and_its_source(starter: Database) -> None:
    """The reader learns the right year and the right drug."""
    yale, approval = (starter["claims"].get(one)["why"] for one in ("001-37", "003-08"))
    assert "the year is 2000, not 2006" in yale
    assert "the drug is esketamine, not ketamine" in approval
    assert "Source: " in yale
    assert "Source: " in approval


def test_opinions_are_kept_and_not_judged(starter: Database) -> None:
    """Every opinion of the pages is there, marked as not checkable, with a reason."""
    rows = list(starter.query("select verdict, why from claims where kinds like '%opinion%'"))
    assert len(rows) >= 5
    assert {row["verdict"] for row in rows} == {"not-checkable"}
    assert all(row["why"] for row in rows)


def test_contradictions_among_the_pages_lead_to_their_claims(starter: Database) -> None:
    """Seven of them, each with two sides or more."""
    sides = starter.execute(
        "select contradiction_id, count(distinct side) from contradiction_sides group by 1"
    ).fetchall()
    assert len(sides) == 7
    assert all(number >= 2 for _, number in sides)


@pytest.mark.parametrize(
    ("question", "said", "verdict"),
    [
        ("approval-depression", {}, "contradicted"),
        ("approval-depression", {"drug": "esketamine", "condition": "depression"}, "supported"),
        ("approval-depression", {"drug": "ketamine", "year": "2019"}, "contradicted"),
        ("research-institutions", {"institution": "harvard"}, "supported"),
        ("research-institutions", {"institution": "oxford"}, "contradicted"),
        ("guideline-position", {}, "mixed"),
        ("first-human-use", {"decade": "1970s"}, "contradicted"),
    ],
)
def test_what_is_said_of_a_fact(
    starter: Database, library: Library, words: Vocabulary, question: str, said: dict[str, str], verdict: str
) -> None:
    """One fact that agrees in everything is enough, a narrower condition bears out the wider, and guidelines may differ."""
    queries, asked = Queries(words), library.questions[question]
    states = facts.states_of(asked, said)
    assert starter.execute(facts.verdict_sql(queries, asked, states)).fetchone()[0] == verdict
    assert "Source: " in facts.why(library, queries, asked, states)


def test_standing_turns_a_denial_round(starter: Database, library: Library, words: Vocabulary) -> None:
    """ "Does not cause nausea" is contradicted where nausea is shown."""
    standing = Standing(lambda sql, parameters: list(starter.query(sql, dict(parameters))), library, words)
    said, denied = (standing.direction("side-effect-nausea", denies=denies) for denies in (False, True))
    assert denied.verdict == rules.opposite(said.verdict) != said.verdict
    assert denied.counts == said.counts


def test_standing_holds_any_percentage_against_the_rates(
    starter: Database, library: Library, words: Vocabulary
) -> None:
    """The lower the number, the more trials reach it; a question about no rate has no number."""
    standing = Standing(lambda sql, parameters: list(starter.query(sql, dict(parameters))), library, words)
    counts = [standing.number("trd-response-rate", percent) for percent in (1, 50, 99)]
    reached = [one.counts.supports for one in counts if one]
    assert reached == sorted(reached, reverse=True)
    assert reached[0] > reached[-1] == 0
    assert standing.number("ptsd-efficacy", 70) is None


def test_harms_of_the_named_conditions(shelf: Shelf, library: Library, words: Vocabulary) -> None:
    """Only controlled studies of people with the conditions count; trials are told apart, large ones first."""
    harm = finding("harm", outcome_id="raised-blood-pressure", basis="stated", change="occurred")
    small, large = (shelf.report(n=n, findings=[harm]) for n in (20, 200))
    shelf.report(design="case-report", findings=[harm])
    shelf.report(conditions=["ptsd"], findings=[harm])
    standing = Standing(lambda sql, parameters: list(shelf.db.query(sql, dict(parameters))), library, words)
    (only,) = standing.harms(["depression"])
    assert (only.outcome, only.reports, only.trials) == ("raised-blood-pressure", (large, small), {large, small})


def test_a_database_without_any_report_calls_nothing_shown(shelf: Shelf, library: Library, words: Vocabulary) -> None:
    """With nothing held, findings show nothing, gaps are open and facts still answer."""
    answers.write(shelf.db, library, words)
    verdicts = dict(shelf.db.execute("select id, verdict from questions").fetchall())
    assert verdicts["depression-efficacy"] == verdicts["routes-in-use"] == "not-shown-directly"
    assert verdicts["long-term-safety"] == "supported"
    assert verdicts["us-approval"] == "supported"
    assert json.loads(shelf.db["facts"].get("first-human-use")["attributes"])["decade"] == "1960s"


def test_a_question_asked_both_ways_needs_no_second_rule(shelf: Shelf, library: Library, words: Vocabulary) -> None:
    """A claim that denies its question gets the opposite verdict, by SQL as well."""
    for _ in range(5):
        shelf.report(n=60, findings=[finding("benefit")])
    claim = replace(library.claims["001-17"], id="x-01", denies=True)
    of_facts = replace(library.claims["003-08"], id="x-02", denies=True)
    claims = {"x-01": claim, "x-02": of_facts, "001-17": library.claims["001-17"]}
    answers.write(shelf.db, replace(library, claims=claims, contradictions=()), words)
    told = dict(shelf.db.execute("select id, verdict from claims").fetchall())
    assert told == {"001-17": "supported", "x-01": "contradicted", "x-02": "supported"}
    assert answers.problems(shelf.db) == []


@pytest.mark.parametrize(("helped", "verdict"), [(0, "supported"), (1, "contradicted")])
def test_a_strong_word_in_a_denial_is_borne_out_by_those_against(
    shelf: Shelf, library: Library, words: Vocabulary, helped: int, verdict: str
) -> None:
    """ "Proven not to help" goes by the trials that found no help, in claims and in texts; one that helped undoes it."""
    for direction in ("no-difference",) * 12 + ("benefit",) * helped:
        shelf.report(n=60, findings=[finding(direction)])
    claim = replace(library.claims["001-17"], id="x-01", denies=True, certainty="proven")
    answers.write(shelf.db, replace(library, claims={"x-01": claim}, contradictions=()), words)
    row = shelf.db["claims"].get("x-01")
    assert (row["verdict"], row["certainty_verdict"]) == ("supported", verdict)
    standing = Standing(lambda sql, parameters: list(shelf.db.query(sql, dict(parameters))), library, words)
    stand = standing.direction(claim.questions[0], denies=True)
    assert standing.certainty(stand, "proven").verdict == verdict
