"""A small database of invented reports, and Datasette as `harvest.serve` starts it, without a socket."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from datasette.utils import parse_metadata

from harvest import database, locations, serve
from harvest.schema import DIMENSIONS

Row = dict[str, Any]
ARRAYS = tuple(name for name in DIMENSIONS.values() if name != "designs")

CONCEPTS: dict[str, list[tuple[str, str, str | None]]] = {
    "drugs": [("ketamine", "Ketamine", None), ("esketamine", "Esketamine", "ketamine")],
    "conditions": [
        ("depression", "Depression", None),
        ("treatment-resistant-depression", "Treatment-resistant depression", "depression"),
        ("ptsd", "Post-traumatic stress disorder", None),
        ("chronic-pain", "Chronic pain", None),
    ],
    "outcomes": [
        ("depressive-symptoms", "Depressive symptoms", None),
        ("suicidal-ideation", "Suicidal ideation", None),
        ("dissociation", "Dissociation", None),
        ("adverse-events", "Adverse events", None),
    ],
    "routes": [("intravenous", "Intravenous", None), ("intranasal", "Intranasal", None)],
    "comparators": [("placebo", "Placebo", None), ("midazolam", "Midazolam", None)],
    "designs": [("rct", "Randomised controlled trial", None), ("case-report", "Case report", None)],
    "mechanisms": [("glutamate", "Glutamate", None), ("neuroplasticity", "Neuroplasticity", None)],
    "settings": [("inpatient", "Hospital ward", None), ("home", "At home", None)],
    "adjuncts": [("psychotherapy", "Psychotherapy", None), ("lithium", "Lithium", None)],
    "regimens": [("single-dose", "Single dose", None), ("maintenance", "Maintenance", None)],
    "uses": [("treatment", "Treatment", None), ("anaesthetic", "Anaesthetic", None)],
    "attributes": [("double-blind", "Double-blind", None), ("randomised", "Randomised", None)],
}

MAIN_ABSTRACT = (
    "BACKGROUND: Thirty invented adults with treatment-resistant depression took part.\n"
    "METHODS: One infusion of ketamine 0.5 mg/kg or midazolam.\n"
    "RESULTS: Depressive symptoms fell (p<0.05); O'Brien's scale agreed. Dissociation was brief."
)


DIGEST = (
    "Aim: To see whether ketamine eases an invented pain.\nMethods: Forty adults drew lots: ketamine or saline.\n"
    "Results: Pain did not differ.\nConclusion: The authors see no proof of benefit."
)


def report(id: str, title: str, date: str = "2020-01-01", **fields: Any) -> Row:
    """A row of reports with everything that must not be empty."""
    row: Row = {
        "id": id, "sort_key": f"{date or '0000'}|{id}", "title": title, "date": date or None,
        "year": int(date[:4]) if date else None, "kind": "article",
        "retracted": 0, "concern": 0, "corrected": 0, "abstract_open": 0, "records": 1, "animal": 0,
        "sources": '["pubmed"]', **dict.fromkeys(ARRAYS, "[]"),
    }  # fmt: skip
    if id.startswith("pmid-"):
        row["pmid"] = id.removeprefix("pmid-")
    return row | {name: json.dumps(value) if isinstance(value, list) else value for name, value in fields.items()}


REPORTS = [
    report("pmid-90000001", "Midazolam-controlled ketamine in treatment-resistant depression", "2018-05-14",
           abstract=MAIN_ABSTRACT, abstract_kind="abstract", abstract_source="pubmed", journal="Invented Journal",
           volume="12", issue="3", pages="100-109", authors="Brightwater A; Ó Súilleabháin B", doi="10.5555/inv.1",
           drugs=["ketamine"], conditions=["depression", "treatment-resistant-depression"],
           outcomes=["depressive-symptoms", "dissociation"], routes=["intravenous"], comparators=["midazolam"],
           mechanisms=["glutamate"], settings=["inpatient"], adjuncts=["psychotherapy"], regimens=["single-dose"],
           uses=["treatment"], attributes=["double-blind", "randomised"],
           design="rct", sample_size=30, direction="benefit", registrations="NCT90000001", mesh="Ketamine; Depression",
           keywords="infusion", publication_types="Randomized Controlled Trial", records=3,
           sources=["crossref", "europepmc", "pubmed"]),
    report("nct-90000001", "Ketamine versus midazolam, an invented trial", "2016-02", kind="registry-entry",
           registrations="NCT90000001", conditions=["depression"], drugs=["ketamine"], journal="ClinicalTrials.gov"),
    report("doi-aaaaaaaaaa", "Midazolam-controlled ketamine in treatment-resistant depression", "2017-11-02",
           kind="preprint", doi="10.5555/pre.1", conditions=["depression"], drugs=["ketamine"]),
    report("pmid-90000002", "Suicidal ideation after esketamine: ten invented cases", "2021-03",
           journal="Cases & Notes",
           drugs=["esketamine"], conditions=["depression"], outcomes=["suicidal-ideation"], routes=["intranasal"],
           design="case-report", sample_size=10, direction="mixed"),
    report("pmid-90000003", "Retracted: a ketamine trial that was withdrawn", "2015-06-01", retracted=1,
           retraction_note="stated by crossref, pubmed", conditions=["ptsd"], drugs=["ketamine"]),
    report("pmid-90000004", "Concerned report about ketamine and pain", "2014", concern=1, conditions=["chronic-pain"]),
    report("pmid-90000005", "The same long title of two invented reports.", "2019-01-01", journal="First Journal"),
    report("pmid-90000006", "The same long title of two invented reports", "2019-07-01", journal="Second Journal"),
    report("pmid-90000007", "<b>x</b>", "2013-01-01", journal='"><script>alert(1)</script>',
           url="javascript:alert(1)", doi='10.5555/"><script>', authors="<i>Tag</i> T"),
    report("pmid-90000008", "Kétamine et dépression : étude 日本語 😀 שלום", "2012-04", language="fre",
           original_title="Kétamine et dépression", conditions=["depression"]),
    report("pmid-90000009", "A very long abstract", "2011-09-09", abstract="ketamine infusion word " * 4000),
    report("rec-0123456789", "Untagged, undated and unidentified", "") ,
    report("pmid-90000010", "Ketamine in PTSD and p<0.05 & more", "2022-08-01", conditions=["ptsd"],
           outcomes=["depressive-symptoms"], drugs=["ketamine"], design="rct", sample_size=41),
    report("pmid-90000011", "An expensive marker ⟦ that stands alone", "2009-01-01",
           abstract="a lone ⟧ marker; said of anaesthesia"),
    report("pmid-90000012", "Ketamine and an invented pain", "2010-02-02", abstract=DIGEST, abstract_kind="digest",
           abstract_source="starter", digest=DIGEST, direction="no-difference",
           abstract_rights="CC0-1.0"),
    report("pmid-90000013", "An abstract with its digest beside", "2010-01-01", abstract="OBJECTIVE: Authors' own words.",
           abstract_kind="abstract", abstract_source="pubmed", digest="Aim: Our own words.",
           sections=[{"label": "OBJECTIVE", "category": "OBJECTIVE", "start": 11, "end": 30}]),
    *(report(f"pmid-9000002{n}", f"Invented report number {n} on anaesthesia", f"200{n}-01-01") for n in range(4)),
]  # fmt: skip

STUDIES = [
    {"id": "NCT90000001", "registration": "NCT90000001", "registry": "ClinicalTrials.gov",
     "title": "Ketamine versus midazolam",
     "status": "COMPLETED", "phase": "PHASE2", "study_type": "INTERVENTIONAL", "enrolment": 30, "start_date": "2016-02",
     "completion_date": "2017-03", "results_posted": 1, "conditions": '["Depression <b>bold</b>"]', "reports": 3,
     "publications": 2, "url": "https://clinicaltrials.gov/study/NCT90000001"},
    {"id": "NCT90000002", "registration": "NCT90000002", "title": "Silent invented trial", "status": "COMPLETED",
     "phase": "PHASE3", "completion_date": "2015-01-01", "results_posted": 0, "conditions": '["Pain"]', "reports": 0,
     "publications": 0},
    {"id": "NCT90000003", "registration": "NCT90000003", "title": "Recruiting invented trial", "status": "RECRUITING",
     "completion_date": "2030-01", "reports": 0, "publications": 0},
]  # fmt: skip


def _tags() -> Iterator[tuple[str, str, str, str]]:
    """(dimension, report id, concept id, role): what the reports' arrays say, and one concept merely mentioned."""
    for row in REPORTS:
        for dimension, name in DIMENSIONS.items():
            concepts = [row["design"]] if name == "designs" and row.get("design") else json.loads(row.get(name) or "[]")
            yield from ((dimension, row["id"], concept, "studied") for concept in concepts)
    yield "condition", "pmid-90000002", "chronic-pain", "mentioned"


def _evidence() -> Iterator[Row]:
    words = [("condition", "depression", "abstract", "depression"), ("drug", "ketamine", "title", "ketamine"),
             ("outcome", "dissociation", "abstract", "Dissociation"),
             ("condition", "depression", "mesh", "Depression")]  # fmt: skip
    first = REPORTS[0]
    for number, (dimension, concept, field, text) in enumerate(words, start=1):
        start = first[field].index(text)
        yield {"id": number, "report_id": first["id"], "dimension": dimension, "concept_id": concept, "field": field,
               "start": start, "end": start + len(text), "rule": "phrase", "role": "studied"}  # fmt: skip


def _findings() -> Iterator[Row]:
    first = REPORTS[0]
    start, end = first["abstract"].index("RESULTS"), len(first["abstract"])
    common = {"report_id": first["id"], "field": "abstract", "start": start, "end": end, "rule": "change", "hedged": 0,
              "drug_id": "ketamine", "condition_id": "depression"}  # fmt: skip
    for number, (outcome, direction, change, words) in enumerate(
        [("depressive-symptoms", "benefit", "decreased", "fell"), ("dissociation", "harm", "occurred", "brief")],
        start=1,
    ):
        cue = first["abstract"].index(words)
        yield common | {"id": number, "outcome_id": outcome, "direction": direction, "change": change, "p": "<0.05",
                        "basis": "within-group", "cue_start": cue, "cue_end": cue + len(words)}  # fmt: skip

    of_digest = DIGEST.index("Pain did")
    yield common | {"id": 3, "report_id": "pmid-90000012", "start": of_digest, "end": of_digest + 20, "outcome_id":
                    "adverse-events", "direction": "no-difference", "change": "no-difference", "basis": "between-groups",
                    "cue_start": of_digest + 5, "cue_end": of_digest + 19}  # fmt: skip


def _quantities() -> Iterator[Row]:
    first = REPORTS[0]
    for number, (kind, value, unit, words) in enumerate(
        [("sample-size", 30.0, "people", "Thirty"), ("dose", 0.5, "mg/kg", "0.5 mg/kg")], start=1
    ):
        start = first["abstract"].index(words)
        yield {"id": number, "report_id": first["id"], "kind": kind, "value": value, "unit": unit, "stated": words,
               "field": "abstract", "start": start, "end": start + len(words), "rule": "invented"}  # fmt: skip


def _tuples(name: str, rows: list[Any]) -> Any:
    """Rows given by name or in the order of the columns."""
    return database.rows_of(name, rows) if isinstance(rows[0], dict) else rows


QUESTION: Row = {"kind": "efficacy", "test": "findings", "rung": "randomised", "expects": "benefit", "drugs": "[]", "conditions": "[]",
            "without": "[]", "outcomes": "[]", "other": "{}", "comparators": "any", "supports": 0, "contradicts": 0, "mixed": 0,
            "silent": 0, "participants": 0, "reviews_for": 0, "reviews_against": 0,
            "verdict_sql": "select 'invented' as verdict"}  # fmt: skip
QUESTIONS: list[Row] = [
    {"id": "depression-efficacy", "asks": "Does ketamine relieve an invented depression?", "conditions": '["depression"]',
     "without": '["chronic-pain"]', "outcomes": '["depressive-symptoms"]', "verdict": "not-shown-directly", "supports": 1, "contradicts": 1,
     "silent": 1, "participants": 71, "why": "One trial for it, one against it.", "window_from": 0, "window_to": 72,
     "stances_sql": "select report_id, stance from question_reports where question_id = 'depression-efficacy'",
     "verdict_sql": "select verdict from questions where id = 'depression-efficacy'",
     "scope_of": "all of it", "scope_verdict": "not-shown-directly", "scope_why": "No study looked at all of it.",
     "scope_sql": "select 0 as supporting"},
    {"id": "spacing", "asks": "Do intervals lower an invented risk?", "conditions": '["chronic-pain"]', "kind": "safety",
     "outcomes": '["dissociation"]', "other": '{"regimens": ["maintenance"], "needs_outcome": "dissociation"}',
     "verdict": "not-shown-directly", "why": "No randomised trial here reports on it directly.", "stances_sql": "select 1"},
    {"id": "first-trial", "asks": "When was the first invented trial?", "kind": "history", "test": "facts",
     "verdict": "supported", "why": "It was in 2000."},
    {"id": "opinion", "asks": "Is this an opinion?", "kind": "opinion", "test": "none", "verdict": "not-checkable",
     "why": "It is an opinion.", "because": "It is an opinion."},
]  # fmt: skip
CLAIM: Row = {"denies": 0, "states": "{}", "supports": 0, "contradicts": 0, "mixed": 0, "silent": 0,
         "verdict_sql": "select 'invented' as verdict"}  # fmt: skip
CLAIMS: list[Row] = [
    {"id": "a-1", "page": "a", "page_name": "An invented clinic", "says": "It is proven to help 70 % of the depressed.",
     "kinds": '["efficacy"]', "number": 70.0, "certainty": "proven", "verdict": "mixed", "why": "Two things at once.",
     "number_verdict": "contradicted", "number_why": "Of 2 trials none gives 70 %.", "number_sql": "select 70 as number",
     "certainty_verdict": "contradicted", "certainty_why": "“proven” is too strong.", "scope_verdict": "not-shown-directly",
     "scope_why": "No study looked at all of it.", "supports": 1, "contradicts": 1, "silent": 1},
    {"id": "a-2", "page": "a", "page_name": "An invented clinic", "says": "The first trial was in 2006.", "kinds": '["history"]',
     "verdict": "contradicted", "why": "Not right: year (2000, not 2006).", "states": '{"year": "2006"}'},
    {"id": "b-1", "page": "b", "page_name": "b_1.txt", "says": "Intervals lower the invented risk.", "kinds": '["safety"]',
     "verdict": "not-shown-directly", "why": "No randomised trial here reports on it directly."},
    {"id": "b-2", "page": "b", "page_name": "b_1.txt", "says": "It is wonderful.", "kinds": '["opinion"]',
     "verdict": "not-checkable", "why": "It is an opinion."},
    {"id": "b-3", "page": "b", "page_name": "b_1.txt", "says": 'It <b>never</b> helps, "they" say.', "kinds": '["efficacy"]',
     "denies": 1, "verdict": "mixed", "why": "It says no to the question.", "supports": 1, "contradicts": 1, "silent": 1},
]  # fmt: skip
ASKED = {"a-1": ["depression-efficacy", "spacing"], "a-2": ["first-trial"], "b-1": ["spacing"], "b-2": ["opinion"],
         "b-3": ["depression-efficacy"]}  # fmt: skip
STANCES = [
    ("pmid-90000001", "randomised", "supports", 30, 1, 0, 0, 67.5), ("pmid-90000010", "randomised", "contradicts", 41, 0, 1, 0, None),
    ("pmid-90000013", "randomised", "silent", None, 0, 0, 0, None), ("pmid-90000012", "observational", "contradicts", 40, 0, 1, 0, None),
    ("pmid-90000002", "observational", "supports", 10, 1, 0, 0, None), ("nct-90000001", "registry", "silent", 30, 0, 0, 0, None),
]  # fmt: skip


def _fill_claims(put: Callable[[str, Any], int]) -> None:
    """Claims of two invented pages: one of several parts, one of history, one nobody has shown, an opinion, a denial."""
    put("facts", [
        {"id": "first", "date": "2000-02", "kind": "first", "says": "The first invented trial was in 2000.", "source": "Brightwater 2000",
         "attributes": '{"year": "2000"}', "pmid": "90000001"},
        {"id": "second", "date": "2006", "kind": "status", "says": "Another followed.", "source": "Nobody's page",
         "attributes": "{}", "url": "javascript:alert(1)"}])  # fmt: skip
    put("questions", [QUESTION | row for row in QUESTIONS])
    put("question_reports", [("depression-efficacy", *row) for row in STANCES])
    put(
        "question_findings",
        [("depression-efficacy", 1, "pmid-90000001", 1), ("depression-efficacy", 3, "pmid-90000012", -1)],
    )
    put("question_facts", [("first-trial", "first", 1), ("first-trial", "second", 2)])
    put("claims", [CLAIM | row for row in CLAIMS])
    put("claim_questions", [(id, asked, place) for id, each in ASKED.items() for place, asked in enumerate(each, 1)])
    put("contradictions", [("help", "One page says it helps, one that it never does.", None),
                           ("when", "They do not agree on the first trial.", "By looking it up.")])  # fmt: skip
    put("contradiction_sides", [("help", 1, "It helps.", "a-1"), ("help", 2, "It never helps.", "b-3"),
                                ("when", 1, "In 2006.", "a-2"), ("when", 2, "It is wonderful.", "b-2")])  # fmt: skip


def fill(db: Any, reports: list[Row] = REPORTS) -> None:
    """Everything the site shows, into an empty database of the right shape."""

    def put(name: str, rows: Any) -> None:
        database.insert(db, name, database.rows_of(name, rows))

    tags = list(_tags())
    put(
        "sources",
        [
            {
                "id": name,
                "title": name.capitalize(),
                "records": 5,
                "homepage": "https://example.org/",
                "last_harvest_at": "2026-01-01T00:00:00Z",
            }
            for name in ("pubmed", "europepmc", "crossref")
        ],
    )
    put(
        "runs",
        [
            {
                "id": 1,
                "source": "pubmed",
                "mode": "full",
                "status": "complete",
                "query": "ketamine[tiab] <1>",
                "translation": '"ketamine"[Title/Abstract]',
                "received": 18,
                "new": 18,
                "changed": 0,
                "unchanged": 0,
                "gone": 0,
                "started_at": "2026-01-01T00:00:00Z",
            }
        ],
    )
    put(
        "windows",
        [{"id": 1, "run_id": 1, "key": "2018", "kind": "created", "status": "complete", "received": 18}],
    )
    for dimension, name in DIMENSIONS.items():
        counts = [concept for kind, _, concept, role in tags if kind == dimension]
        put(
            name,
            [
                {
                    "id": id,
                    "label": label,
                    "broader": broader,
                    "reports": counts.count(id),
                    "studied": counts.count(id),
                    "kind": "harm" if id in ("dissociation", "adverse-events") else "benefit",
                    "polarity": "lower",
                }
                for id, label, broader in CONCEPTS[name]
            ],
        )
    put("reports", reports)
    for dimension, name in DIMENSIONS.items():
        put(
            f"report_{name}",
            [
                {"report_id": report_id, f"{dimension}_id": concept, "role": role, "mentions": 1}
                for kind, report_id, concept, role in tags
                if kind == dimension
            ],
        )
    put("findings", _findings())
    put("quantities", _quantities())
    put(
        "authors",
        [
            {
                "report_id": "pmid-90000001",
                "position": 1,
                "name": "Brightwater A",
                "family": "Brightwater",
                "orcid": "0000-0001-2345-6789",
                "collective": 0,
            }
        ],
    )
    put(
        "records",
        [
            {
                "source": "pubmed",
                "source_id": row["id"],
                "report_id": row["id"],
                "match_rule": "first",
                "kind": row["kind"],
            }
            for row in reports
        ],
    )
    put(
        "identifiers",
        [
            {"scheme": scheme, "value": row[scheme], "report_id": row["id"]}
            for row in reports
            for scheme in ("pmid", "doi")
            if row.get(scheme)
        ],
    )
    put("aliases", [{"id": "doi-bbbbbbbbbb", "report_id": "pmid-90000001", "reason": "other identifier"}])
    put("studies", STUDIES)
    put(
        "study_reports",
        [
            {"study_id": "NCT90000001", "report_id": id, "rule": "registration", "certain": 1}
            for id in ("pmid-90000001", "nct-90000001")
        ],
    )
    put("evidence", _evidence())
    put(
        "rejected",
        [{"id": 1, "source": "pubmed", "source_id": "1", "reason": "no <title>", "stage": "parse"}],
    )
    put(
        "flow",
        [
            {
                "position": 1,
                "stage": "identified",
                "label": "Payloads identified",
                "source": "pubmed",
                "number": 21,
            },
            {"position": 2, "stage": "reports", "label": "Reports", "number": 20},
        ],
    )
    put(
        "changes",
        [
            {"id": 1, "report_id": "pmid-90000002", "change": "changed", "fields": "title", "title": "Old"},
            {"id": 2, "report_id": "pmid-1", "change": "removed", "title": "Gone report"},
        ],
    )
    put("about", [{"name": "edition", "value": "local"}])  # fmt: skip
    _fill_claims(lambda name, rows: database.insert(db, name, _tuples(name, rows)))


@pytest.fixture(scope="session")
def database_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("site") / "ketamine.db"
    with database.building(path) as db:
        fill(db)
        database.finish(db)
    return path


class Site:
    """Datasette with our plugins, templates and settings; `get` answers like a browser that follows no redirect."""

    def __init__(self, file: Path, public: bool = False) -> None:
        site = locations.site()
        self.metadata = parse_metadata(locations.metadata_file().read_text("utf-8"))
        self.datasette = Datasette(
            [], immutables=[str(file)], metadata=self.metadata, settings=serve.settings(public),
            plugins_dir=str(site / "plugins"), template_dir=str(site / "templates"),
            static_mounts=[("static", str(site / "static"))],
        )  # fmt: skip
        self._loop = asyncio.new_event_loop()

    def get(self, path: str, **options: Any) -> Any:
        return self._loop.run_until_complete(self.datasette.client.get(path, **options))

    def raw(self, path: bytes, query: bytes = b"") -> tuple[int, dict[str, str], str]:
        """As `get` for paths that a well-behaved client would tidy up first: status, headers, body."""
        return self._loop.run_until_complete(self._raw(path, query))

    async def _raw(self, path: bytes, query: bytes) -> tuple[int, dict[str, str], str]:
        from urllib.parse import unquote_to_bytes

        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.datasette.invoke_startup()
        decoded = unquote_to_bytes(path).decode("utf-8", "replace")
        await self.datasette.app()(
            {"type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": decoded,
             "raw_path": path, "query_string": query, "headers": [(b"host", b"localhost")]}, receive, send,
        )  # fmt: skip
        headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
        return (
            sent[0]["status"],
            headers,
            b"".join(m.get("body", b"") for m in sent[1:]).decode("utf-8", "replace"),
        )


def _many(number: int) -> Iterator[Row]:
    """Reports of two years only, so that almost every value of year, date and journal is shared."""
    for n in range(number):
        tags = {name: [CONCEPTS[name][n % len(CONCEPTS[name])][0]] for name in ARRAYS}
        yield report(f"pmid-{10_000_000 + n * 7919 % 1_000_003}", f"Invented report {n}", f"20{18 + n % 2}-01-01",
                     journal="Equal", design="rct" if n % 3 else "case-report", **tags)  # fmt: skip


def _large_file(path: Path, number: int) -> Path:
    rows = list(_many(number))
    with database.building(path) as db:
        for name in DIMENSIONS.values():
            database.insert(db, name, database.rows_of(name, (
                {"id": id, "label": label, "broader": broader, "reports": 1, "studied": 1}
                for id, label, broader in CONCEPTS[name])))  # fmt: skip
        database.insert(db, "reports", database.rows_of("reports", rows))
        for name in DIMENSIONS.values():
            database.insert(db, f"report_{name}", (
                (row["id"], concept[0], "studied", 1) for n, row in enumerate(rows)
                for concept in CONCEPTS[name] if n % 5 or concept is CONCEPTS[name][0]))  # fmt: skip
        database.finish(db)
    return path


@pytest.fixture(scope="session")
def large_site(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Site]:
    """Makes a public site of so many reports; each carries one to four concepts of every dimension.

    A file is made once for each number and must not be changed; every call gives a site of its own.
    """
    files: dict[int, Path] = {}

    def make(number: int) -> Site:
        if number not in files:
            files[number] = _large_file(tmp_path_factory.mktemp("large") / "ketamine.db", number)
        return Site(files[number], public=True)

    return make


@pytest.fixture(scope="session")
def local(database_file: Path) -> Site:
    return Site(database_file)


@pytest.fixture(scope="session")
def public(database_file: Path) -> Site:
    return Site(database_file, public=True)


@pytest.fixture
def changed(database_file: Path, tmp_path: Path) -> Callable[[str], Site]:
    """A site of the same reports after some SQL."""

    def make(sql: str) -> Site:
        path = tmp_path / "ketamine.db"
        path.write_bytes(database_file.read_bytes())
        copy = sqlite3.connect(path)
        copy.executescript(sql)
        copy.close()
        return Site(path, public=True)

    return make


def words(element: Any) -> str:
    """What a reader sees of an element of lxml, in one line."""
    return " ".join(element.text_content().split())
