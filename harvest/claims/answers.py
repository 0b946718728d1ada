"""What the reports of a built database answer: rows of the tables of questions, claims and facts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from sqlite_utils import Database

from harvest import database
from harvest.claims import facts, rules
from harvest.claims.model import Claim, Library, Question, Verdict
from harvest.claims.query import Queries
from harvest.claims.rungs import DECIDING
from harvest.claims.why import Counts, combined, explain
from harvest.vocabulary import Vocabulary

Row = dict[str, Any]
_OTHER: Final = ("named", "mechanisms", "settings", "adjuncts", "regimens", "routes", "uses", "kinds", "needs_outcome")


_NAMED: Final = """select distinct f.id, e.dimension, e.concept_id from findings f join evidence e
    on e.report_id = f.report_id and e.field = f.field and e.start >= f.start and e."end" <= f."end" order by 1, 2, 3"""


@dataclass(frozen=True)
class Answer:
    """What the reports answer to one question."""

    question: Question
    verdict: Verdict
    why: str
    counts: Counts
    sql: str
    """Gives the verdict."""
    stances: tuple[tuple[Any, ...], ...] = ()
    """Rows of ``question_reports``, without the question."""


def write(db: Database, library: Library, words: Vocabulary) -> None:
    """Fills the tables of questions, claims and facts; the reports, tags and findings must be there."""
    queries = Queries(words)
    database.insert(db, "finding_concepts", db.execute(_NAMED).fetchall())
    database.insert(db, "facts", database.rows_of("facts", map(_fact_row, library.facts.values())))
    answers = {question.id: answer(db, queries, library, question) for question in library.questions.values()}
    rows = [_question_row(db, queries, answers[one]) for one in answers]
    database.insert(db, "questions", database.rows_of("questions", rows))
    for one in answers.values():
        _write_evidence(db, queries, one)
    database.insert(db, "claims", database.rows_of("claims", (
        _claim_row(db, queries, library, claim, answers) for claim in library.claims.values()
    )))  # fmt: skip
    for name, links in _links(library):
        database.insert(db, name, links)


def answer(db: Database, queries: Queries, library: Library, question: Question) -> Answer:
    """The verdict on a question with its counts, from the database alone."""
    if question.test == "none":
        return Answer(question, "not-checkable", question.because, Counts(), "select 'not-checkable' as verdict")
    if question.test == "facts":
        sql = facts.verdict_sql(queries, question, question.states)
        why = facts.why(library, queries, question, question.states)
        return Answer(question, _verdict(db, sql), why, Counts(), sql)
    stances = tuple(db.execute(queries.stances(question)).fetchall())
    counts = _counts(question, stances)
    return Answer(
        question, _ruled(question, counts), explain(question, counts), counts, queries.verdict(question), stances
    )


def _counts(question: Question, stances: Iterable[tuple[Any, ...]]) -> Counts:
    """The reports on the deciding rung by stance; the same that the question's SQL counts."""
    deciding = DECIDING[question.rung]
    on_rung = Counter(stance for _, rung, stance, *_ in stances if rung in deciding)
    reviews = Counter(stance for _, rung, stance, *_ in stances if rung == "synthesis")
    people = sum(
        participants or 0 for _, rung, stance, participants, *_ in stances if rung in deciding and stance != "silent"
    )
    return Counts(
        on_rung["supports"], on_rung["contradicts"], on_rung["mixed"], on_rung["silent"], people, reviews["supports"],
        reviews["contradicts"],
    )  # fmt: skip


def _ruled(question: Question, counts: Counts) -> Verdict:
    if question.test == "studied":
        return rules.studied_verdict(counts.supports)
    if question.test == "gap":
        return rules.gap_verdict(counts.contradicts)
    return rules.verdict(
        counts.supports,
        counts.contradicts,
        counts.mixed,
        counts.participants,
        counts.reviews_for,
        counts.reviews_against,
    )


def problems(db: Database) -> list[str]:
    """Questions and claims whose rows differ from what their own SQL gives now; none in a sound database.

    Those of questions were worked out by the rule in Python, so this also holds the two wordings of the rule together.
    """
    wrong = []
    for row in list(db.query("select * from questions")):
        now = _first(db, row["verdict_sql"])
        if any(row[name] != value for name, value in now.items()):
            wrong.append(f"question {row['id']}: the verdict")
        if row["scope_sql"] and rules.wide(_first(db, row["scope_sql"])["supporting"]) != row["scope_verdict"]:
            wrong.append(f"question {row['id']}: the scope")
    for row in list(db.query("select * from claims")):
        if _verdict(db, row["verdict_sql"]) != row["verdict"]:
            wrong.append(f"claim {row['id']}: the verdict")
        if row["number_sql"] and _verdict(db, row["number_sql"]) != row["number_verdict"]:
            wrong.append(f"claim {row['id']}: the verdict on its number")
    return wrong


def _first(db: Database, sql: str) -> Row:
    cursor = db.execute(sql)
    names = [column[0] for column in cursor.description]
    return dict(zip(names, cursor.fetchone(), strict=True))


def _verdict(db: Database, sql: str) -> Verdict:
    verdict: Verdict = _first(db, sql)["verdict"]
    return verdict


def _question_row(db: Database, queries: Queries, answered: Answer) -> Row:
    question = answered.question
    low, high = question.window or (None, None)
    searched = question.test not in ("facts", "none")
    lists = {name: json.dumps(getattr(question, name)) for name in ("drugs", "conditions", "without", "outcomes")}
    other = {name: getattr(question, name) for name in _OTHER if getattr(question, name)}
    return lists | _scope(db, queries, question) | {
        "id": question.id, "asks": question.asks, "about": question.about or None, "kind": question.kind,
        "test": question.test, "rung": question.rung,
        "expects": question.expects, "other": json.dumps(other), "comparators": question.comparators,
        "window_from": low, "window_to": high, "threshold": question.threshold, "because": question.because or None,
        "verdict": answered.verdict, "why": answered.why,
        **{each.name: getattr(answered.counts, each.name) for each in fields(Counts)},
        "stances_sql": queries.stances(question) if searched else None, "verdict_sql": answered.sql,
    }  # fmt: skip


def _scope(db: Database, queries: Queries, question: Question) -> Row:
    if question.scope is None:
        return {}
    sql = queries.scope(question)
    supporting = int(_first(db, sql)["supporting"])
    told = f"{supporting or 'No'} supporting {'study' if supporting == 1 else 'studies'} here looked at"
    return {
        "scope_of": question.scope.of, "scope_verdict": rules.wide(supporting), "scope_sql": sql,
        "scope_why": f"{told} {question.scope.of}.",
    }  # fmt: skip


def _write_evidence(db: Database, queries: Queries, answered: Answer) -> None:
    key = answered.question.id
    database.insert(db, "question_reports", ((key, *row) for row in answered.stances))
    if answered.question.test not in ("facts", "none", "studied"):
        found = db.execute(queries.findings(answered.question)).fetchall()
        database.insert(db, "question_findings", ((key, *row) for row in found))


def _claim_row(db: Database, queries: Queries, library: Library, claim: Claim, answers: Mapping[str, Answer]) -> Row:
    asked = [answers[one] for one in claim.questions]
    first = asked[0]
    parts = [_part_sql(queries, one, claim) for one in asked]
    verdicts = [_verdict(db, sql) for sql in parts]
    given = rules.combined(verdicts)
    counts = Counts(*(sum(getattr(one.counts, each.name) for one in asked) for each in fields(Counts)))
    return _number(db, queries, claim, asked) | _certainty(claim, given, counts) | _scope_of(db, claim) | {
        "id": claim.id, "page": claim.page, "page_name": library.pages[claim.page].name, "says": claim.says,
        "kinds": json.dumps(claim.kinds), "denies": int(claim.denies), "number": claim.number,
        "certainty": claim.certainty or None, "states": json.dumps(dict(claim.states), ensure_ascii=False),
        "verdict": given, "why": _claim_why(queries, library, claim, asked, verdicts),
        "supports": first.counts.supports, "contradicts": first.counts.contradicts, "mixed": first.counts.mixed,
        "silent": first.counts.silent, "verdict_sql": combined_sql(parts),
    }  # fmt: skip


def _part_sql(queries: Queries, answered: Answer, claim: Claim) -> str:
    """The verdict of the claim's part that asks this question: one row."""
    question = answered.question
    if question.test == "facts":
        asked = facts.verdict_sql(queries, question, facts.states_of(question, claim.states))
    else:
        asked = f"select verdict from questions where id = '{question.id}'"
    if not claim.denies:
        return asked
    pairs = " ".join(f"when '{one}' then '{rules.opposite(one)}'" for one in rules.WORDS)
    return f"select case verdict {pairs} end as verdict from ({asked})"


def combined_sql(parts: list[str]) -> str:
    """The verdict of a claim from those of its parts; the rule is `harvest.claims.rules.combined`."""
    if len(parts) == 1:
        return parts[0]
    united = "\n  union all\n".join(f"  select verdict from ({one})" for one in parts)
    return f"""with parts as (
{united}
),
checkable as (select verdict from parts where verdict != 'not-checkable')
select case
    when count(*) = 0 then 'not-checkable'
    when count(distinct verdict) = 1 then max(verdict)
    when sum(verdict in ('supported', 'mostly-supported')) = count(*) then 'mostly-supported'
    when sum(verdict in ('contradicted', 'mostly-contradicted')) = count(*) then 'mostly-contradicted'
    else 'mixed' end as verdict
from checkable"""


def _claim_why(queries: Queries, library: Library, claim: Claim, asked: list[Answer], verdicts: list[Verdict]) -> str:
    if len(asked) > 1:
        return combined(list(zip((one.question.asks for one in asked), verdicts, strict=True)), rules.WORDS)
    first = asked[0]
    if first.question.test == "facts":
        return facts.why(library, queries, first.question, facts.states_of(first.question, claim.states))
    return f"It says no to the question. {first.why}" if claim.denies else first.why


def _number(db: Database, queries: Queries, claim: Claim, asked: list[Answer]) -> Row:
    """The verdict on the claim's percentage, by the rates that reports state."""
    rated = next((one.question for one in asked if one.question.test == "rates"), None)
    if claim.number is None or rated is None:
        return {}
    sql = queries.verdict(rated, claim.number)
    row = _first(db, sql)
    counts = Counts(**{each.name: int(row[each.name]) for each in fields(Counts)})
    return {
        "number_verdict": row["verdict"], "number_sql": sql, "number_why": explain(rated, counts, claim.number)
    }  # fmt: skip


def _certainty(claim: Claim, given: Verdict, counts: Counts) -> Row:
    if not claim.certainty:
        return {}
    against = counts.supports if claim.denies else counts.contradicts
    verdict = rules.certain(given, against, counts.mixed, counted=counts.counted)
    return {"certainty_verdict": verdict, "certainty_why": certainty_why(claim.certainty, verdict)}


def certainty_why(word: str, verdict: Verdict) -> str:
    """Whether the word is too strong, in a sentence."""
    if verdict == "supported":
        return f"No study that counts speaks against it; even so, “{word}” is a stronger word than this database uses."
    if verdict == "not-checkable":
        return f"“{word}” is advice or opinion, nothing that a study could bear out."
    if verdict == "not-shown-directly":
        return f"“{word}” is too strong: it is not shown directly."
    return f"“{word}” is too strong: too few studies bear it out, or not all do."


def _scope_of(db: Database, claim: Claim) -> Row:
    marks = ", ".join("?" * len(claim.questions))
    row = db.execute(
        f"select scope_verdict, scope_why from questions where scope_verdict is not null and id in ({marks})",
        list(claim.questions),
    ).fetchone()
    return {"scope_verdict": row[0], "scope_why": row[1]} if row else {}


def _fact_row(fact: Any) -> Row:
    return {
        "id": fact.id, "date": fact.date, "kind": fact.kind, "says": fact.says,
        "attributes": json.dumps(dict(sorted(fact.values.items())), ensure_ascii=False), "source": fact.source,
        "pmid": fact.pmid or None, "doi": fact.doi or None, "url": fact.url or None,
    }  # fmt: skip


def _links(library: Library) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """(table, rows) of what hangs together."""
    yield (
        "question_facts",
        [(one.id, fact, position) for one in library.questions.values() for position, fact in enumerate(one.facts, 1)],
    )
    yield (
        "claim_questions",
        [
            (one.id, asked, position)
            for one in library.claims.values()
            for position, asked in enumerate(one.questions, 1)
        ],
    )
    yield "contradictions", [(one.id, one.says, one.resolved or None) for one in library.contradictions]
    yield "contradiction_sides", [
        (one.id, number, says, claim)
        for one in library.contradictions for number, (says, claims) in enumerate(one.sides, 1) for claim in claims
    ]  # fmt: skip
