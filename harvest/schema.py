"""The tables of ketamine.db, in one place. metadata.yml describes every table and column to readers.

A column is ``name: type``; ``*`` after the type means NOT NULL, ``-> table`` a foreign key to that table's
primary key. Tables are created in this order and indexed after they were filled.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True)
class Column:
    name: str
    type: type
    required: bool = False
    references: str = ""


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...] = ()
    unique: tuple[tuple[str, ...], ...] = field(default=())

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


_TYPES = {"text": str, "integer": int, "real": float}


def _table(name: str, primary_key: str, columns: str, indexes: str = "", unique: str = "") -> Table:
    parsed = []
    for line in filter(None, (part.strip() for part in columns.replace("\n", ",").split(","))):
        declaration, _, target = (part.strip() for part in line.partition("->"))
        column, _, kind = (part.strip() for part in declaration.partition(":"))
        parsed.append(Column(column, _TYPES[kind.rstrip("*") or "text"], kind.endswith("*"), target))
    return Table(name, tuple(parsed), tuple(primary_key.split()), _groups(indexes), _groups(unique))


def _groups(text: str) -> tuple[tuple[str, ...], ...]:
    """``a+b c`` as (("a", "b"), ("c",)): the columns of each index."""
    return tuple(tuple(group.split("+")) for group in text.split())


def _concepts(name: str) -> Table:
    oriented = ", kind: text, polarity: text" if name == "outcomes" else ""
    return _table(name, "id", f"""
        id: text*, label: text*, broader: text -> {name}, mesh: text, synonyms: text, definition: text
        reports: integer*, studied: integer*{oriented}""", "broader")  # fmt: skip


def _tags(dimension: str, concepts: str) -> Table:
    # The concept column carries the name of the dimension (condition_id, outcome_id, ...).
    return _table(f"report_{concepts}", f"report_id {dimension}_id", f"""
        report_id: text* -> reports, {dimension}_id: text* -> {concepts}, role: text*, mentions: integer*
        """, f"{dimension}_id+role")  # fmt: skip


DIMENSIONS: Final = {
    "drug": "drugs", "condition": "conditions", "outcome": "outcomes",
    "route": "routes", "comparator": "comparators", "design": "designs",
    "mechanism": "mechanisms", "setting": "settings", "adjunct": "adjuncts",
    "regimen": "regimens", "use": "uses", "attribute": "attributes",
}  # fmt: skip
"""Dimension of a concept -> its table."""

EVIDENCE_FIELDS: Final = ("title", "abstract", "mesh", "keywords", "publication_types")
"""Columns of reports that evidence may point into."""

TABLES: Final = (
    _table("sources", "id", """
        id: text*, title: text*, homepage: text, documentation: text, licence: text, terms: text
        records: integer*, last_harvest_at: text"""),
    _table("runs", "id", """
        id: integer*, source: text* -> sources, mode: text*, status: text*, query: text, translation: text
        started_at: text, finished_at: text, expected: integer, received: integer*, new: integer*
        changed: integer*, unchanged: integer*, gone: integer*, message: text""", "source"),
    _table("windows", "id", """
        id: integer*, run_id: integer* -> runs, key: text*, kind: text*, parameters: text, status: text*
        expected: integer, received: integer*, translation: text, message: text""", "run_id"),
    *(_concepts(name) for name in DIMENSIONS.values()),
    _table("reports", "id", """
        id: text*, sort_key: text*, title: text*, original_title: text, abstract: text, abstract_kind: text
        abstract_source: text, digest: text, sections: text, year: integer, date: text, journal: text, journal_abbreviation: text, issn: text
        volume: text, issue: text, pages: text, publisher: text, authors: text, doi: text, pmid: text, pmcid: text
        registrations: text, kind: text*, language: text, publication_types: text, mesh: text, keywords: text
        design: text -> designs, sample_size: integer, direction: text, retracted: integer*, retraction_note: text
        concern: integer*, corrected: integer*, abstract_rights: text, abstract_open: integer*
        drugs: text*, conditions: text*, outcomes: text*, routes: text*, comparators: text*
        mechanisms: text*, settings: text*, adjuncts: text*, regimens: text*, uses: text*, attributes: text*
        sources: text*, records: integer*, url: text, animal: integer
        """,
        "date year journal kind design doi pmid pmcid retracted year+kind", "sort_key"),
    _table("authors", "report_id position", """
        report_id: text* -> reports, position: integer*, name: text*, family: text, given: text, orcid: text
        collective: integer*""", "name orcid"),
    _table("records", "source source_id", """
        source: text* -> sources, source_id: text*, report_id: text* -> reports, match_rule: text*
        matched_to: text, kind: text*, title: text, doi: text, pmid: text, pmcid: text, url: text, revised: text
        fetched_at: text, hash: text""", "report_id"),
    _table("identifiers", "scheme value report_id", """
        scheme: text*, value: text*, report_id: text* -> reports""", "report_id"),
    _table("aliases", "id", """
        id: text*, report_id: text -> reports, reason: text*""", "report_id"),
    _table("report_links", "id", """
        id: integer*, report_id: text* -> reports, kind: text*, target_id: text -> reports, scheme: text, value: text
        note: text, source: text* -> sources""", "report_id target_id kind"),
    _table("studies", "id", """
        id: text*, registration: text, registry: text, title: text, status: text, phase: text, study_type: text
        allocation: text, masking: text, enrolment: integer, enrolment_type: text, start_date: text
        completion_date: text, results_posted: integer, sponsor: text, conditions: text, interventions: text
        primary_outcomes: text, reports: integer*, publications: integer*, url: text
        """, "status phase"),
    _table("study_reports", "study_id report_id", """
        study_id: text* -> studies, report_id: text* -> reports, rule: text*, certain: integer*""", "report_id"),
    *(_tags(dimension, name) for dimension, name in DIMENSIONS.items()),
    _table("report_mesh", "report_id position", """
        report_id: text* -> reports, position: integer*, ui: text, name: text*, major: integer*""", "ui"),
    _table("evidence", "id", """
        id: integer*, report_id: text* -> reports, dimension: text*, concept_id: text*, field: text*, start: integer*
        end: integer*, rule: text*, role: text*""", "report_id dimension+concept_id"),
    _table("quantities", "id", """
        id: integer*, report_id: text* -> reports, kind: text*, value: real, low: real, high: real, unit: text*
        stated: text*, concept_id: text, field: text*, start: integer*, end: integer*, rule: text*
        """, "report_id kind+value"),
    _table("findings", "id", """
        id: integer*, report_id: text* -> reports, outcome_id: text* -> outcomes, condition_id: text -> conditions
        drug_id: text -> drugs, direction: text*, change: text*, basis: text*, hedged: integer*, comparator_id: text -> comparators
        timepoint: text, hours: real, effect: real, effect_kind: text, ci_low: real, ci_high: real, p: text, n: integer
        rate: real, rate_comparator: real, field: text*, start: integer*, end: integer*, cue_start: integer*
        cue_end: integer*, rule: text*""", "report_id outcome_id+direction condition_id"),
    _table("finding_concepts", "finding_id dimension concept_id", """
        finding_id: integer* -> findings, dimension: text*, concept_id: text*"""),
    _table("facts", "id", """
        id: text*, date: text*, kind: text*, says: text*, attributes: text*, source: text*, pmid: text, doi: text, url: text
        """),
    _table("questions", "id", """
        id: text*, asks: text*, about: text, kind: text*, test: text*, rung: text*, expects: text*, drugs: text*, conditions: text*
        without: text*, outcomes: text*, other: text*, comparators: text*, window_from: real, window_to: real
        threshold: real, because: text, verdict: text*, why: text*, supports: integer*, contradicts: integer*
        mixed: integer*, silent: integer*, participants: integer*, reviews_for: integer*, reviews_against: integer*
        scope_of: text, scope_verdict: text, scope_why: text, stances_sql: text, verdict_sql: text*, scope_sql: text
        """, "kind verdict"),
    _table("question_reports", "question_id report_id", """
        question_id: text* -> questions, report_id: text* -> reports, rung: text*, stance: text*, participants: integer
        agreeing: integer*, disagreeing: integer*, unclear: integer*, rate: real""", "report_id question_id+rung+stance"),
    _table("question_findings", "question_id finding_id", """
        question_id: text* -> questions, finding_id: integer* -> findings, report_id: text* -> reports, says: integer*
        """, "finding_id question_id+report_id"),
    _table("question_facts", "question_id fact_id", """
        question_id: text* -> questions, fact_id: text* -> facts, position: integer*""", "fact_id"),
    _table("claims", "id", """
        id: text*, page: text*, page_name: text*, says: text*, kinds: text*, denies: integer*, number: real, certainty: text
        states: text*, verdict: text*, why: text*, number_verdict: text, number_why: text, certainty_verdict: text
        certainty_why: text, scope_verdict: text, scope_why: text, supports: integer*, contradicts: integer*
        mixed: integer*, silent: integer*, verdict_sql: text*, number_sql: text""", "page verdict"),
    _table("claim_questions", "claim_id question_id", """
        claim_id: text* -> claims, question_id: text* -> questions, position: integer*""", "question_id"),
    _table("contradictions", "id", "id: text*, says: text*, resolved: text"),
    _table("contradiction_sides", "contradiction_id side claim_id", """
        contradiction_id: text* -> contradictions, side: integer*, says: text*, claim_id: text* -> claims""", "claim_id"),
    _table("rejected", "id", """
        id: integer*, source: text* -> sources, source_id: text, reason: text*, stage: text*, rejected_at: text""", "source"),
    _table("flow", "position", """
        position: integer*, stage: text*, label: text*, source: text -> sources, number: integer*, detail: text"""),
    _table("changes", "id", """
        id: integer*, report_id: text*, change: text*, fields: text, title: text""", "report_id change"),
    _table("accuracy", "id", """
        id: integer*, dimension: text*, concept_id: text, dataset: text*, about: text, measure: text*, n: integer*, positives: integer
        value: real*, ci_low: real, ci_high: real, precision: real, recall: real, f1: real, human: text
        published: text, rules: text*"""),
    _table("about", "name", "name: text*, value: text"),
)  # fmt: skip

SEARCH_TABLE: Final = "reports_fts"
SEARCH_COLUMNS: Final = ("title", "abstract", "digest", "mesh", "keywords", "authors")
SEARCH_WEIGHTS: Final = (10.0, 3.0, 3.0, 4.0, 4.0, 2.0)
"""Weights of bm25, in the order of the columns: a word of the title counts most."""
TOKENIZER: Final = "porter unicode61 remove_diacritics 2"

VIEWS: Final = {
    "report_concepts": " union all ".join(
        f"select report_id, '{dimension}' as dimension, {dimension}_id as concept_id, role, mentions "  # noqa: S608
        f"from report_{name}"
        for dimension, name in DIMENSIONS.items()
    ),
    "evidence_text": """
        select evidence.id, evidence.report_id, evidence.dimension, evidence.concept_id, evidence.role, evidence.rule,
               evidence.field, evidence.start, evidence."end",
               substr(case evidence.field
                        when 'title' then reports.title when 'abstract' then reports.abstract
                        when 'mesh' then reports.mesh when 'keywords' then reports.keywords
                        when 'publication_types' then reports.publication_types end,
                      evidence.start + 1, evidence."end" - evidence.start) as text,
               case evidence.field when 'abstract' then reports.abstract_kind else evidence.field end as text_kind
        from evidence join reports on reports.id = evidence.report_id""",
    "finding_text": """
        select findings.id, findings.report_id, findings.outcome_id, findings.direction, findings.change,
               findings.basis, findings.field,
               trim(substr(case findings.field when 'title' then reports.title else reports.abstract end,
                      findings.start + 1, findings."end" - findings.start)) as sentence,
               substr(case findings.field when 'title' then reports.title else reports.abstract end,
                      findings.cue_start + 1, findings.cue_end - findings.cue_start) as words,
               case findings.field when 'abstract' then reports.abstract_kind else findings.field end as text_kind
        from findings join reports on reports.id = findings.report_id""",
    "harms_by_report": """
        select reports.id as report_id, outcomes.id as outcome_id,
               case when reports.abstract is null and reports.abstract_kind is null then 'no abstract'
                    when exists (select 1 from findings where findings.report_id = reports.id
                                 and findings.outcome_id = outcomes.id) then 'finding'
                    else coalesce((select role from report_outcomes where report_outcomes.report_id = reports.id
                                   and report_outcomes.outcome_id = outcomes.id),
                                  case reports.abstract_kind when 'digest' then 'not in our digest'
                                  else 'not mentioned' end) end as status
        from reports, outcomes where outcomes.kind = 'harm'""",
    "report_directions": """
        select report_id, sum(direction = 'benefit') as benefit, sum(direction = 'no-difference') as no_difference,
               sum(direction = 'harm') as harm, sum(direction = 'mixed') as mixed,
               sum(direction = 'none-observed') as none_observed
        from findings group by report_id""",
    "claim_reports": """
        select claim_questions.claim_id, question_reports.question_id, question_reports.report_id, question_reports.stance,
               question_reports.rung, question_reports.participants
        from claim_questions join question_reports on question_reports.question_id = claim_questions.question_id""",
    "trials_without_results": """
        select studies.* from studies
        where studies.registration is not null and studies.results_posted is not 1 and studies.publications = 0""",
}


def table(name: str) -> Table:
    return next(t for t in TABLES if t.name == name)
