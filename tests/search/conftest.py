"""Twelve invented reports in a database of the right shape, with a vocabulary that has synonyms."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from harvest import database
from harvest.schema import DIMENSIONS
from harvest.search import engine, expansion, index, language
from harvest.search.index import Index

CONCEPTS = {
    "conditions": [
        ("depression", "Depression", None, "depression; depressive; depressed; melancholi*"),
        ("treatment-resistant-depression", "Treatment-resistant depression", "depression",
         "treatment resistant depress*; resistant depression; TRD"),
        ("ptsd", "Post-traumatic stress disorder", None, "post traumatic stress disorder*; PTSD"),
        ("pain", "Pain", None, "pain; painful; neuralgia*; abdominal pain"),
        ("anaesthesia", "Anaesthesia", None, "anaesthesia; anesthesia"),
    ],
    "outcomes": [("suicidal-ideation", "Suicidal ideation", None, "suicidal ideation*; suicidal thought*"),
                 ("dissociation", "Dissociation", None, "dissociation; dissociative")],
    "drugs": [("ketamine", "Ketamine", None, "ketamine; Ketalar; (±)-ketamine"),
              ("esketamine", "Esketamine", "ketamine", "esketamine; Spravato; (S)-ketamine; (+)-ketamine")],
    "designs": [("randomised-controlled-trial", "Randomised controlled trial", None, "randomised; RCT"),
                ("case-report", "Case report", None, "case report")],
    "routes": [("intravenous", "Intravenous", None, "intravenous; infusion; IV"),
               ("intranasal", "Intranasal", None, "intranasal; nasal spray*; IN")],
    "comparators": [("midazolam", "Midazolam", None, "midazolam"), ("opioid", "Opioid", None, "opioid; morphine")],
    "uses": [("treatment", "Treatment", None, "treatment of")],
}  # fmt: skip

_PLAIN = {
    "kind": "article", "retracted": 0, "concern": 0, "corrected": 0, "abstract_open": 0, "records": 1, "animal": 0,
    "sources": ["pubmed"], **{name: [] for name in DIMENSIONS.values() if name != "designs"},
}  # fmt: skip


def _report(number: int, title: str, date: str = "", **fields: Any) -> dict[str, Any]:
    id = fields.pop("id", f"pmid-{number}")
    row = _PLAIN | {"id": id, "title": title, "date": date or None, "sort_key": f"{date or '0000'}|{id}",
                    "year": int(date[:4]) if date else None, "pmid": str(number)} | fields  # fmt: skip
    return {name: json.dumps(value) if isinstance(value, list) else value for name, value in row.items()}


REPORTS = [
    _report(1, "Ketamine infusions in treatment-resistant depression", "2015-03-01", abstract="Forty people; midazolam was "
            "the control. Suicidal ideation fell.", abstract_kind="abstract", authors="Ash A; Beech B", journal="Invented "
            "Journal of Psychiatry", design="randomised-controlled-trial", sample_size=40, direction="benefit",
            doi="10.5555/inv(1)", registrations="NCT90000001", mesh="Depressive Disorder", keywords="infusion",
            conditions=["depression", "treatment-resistant-depression"], drugs=["ketamine"], routes=["intravenous"],
            outcomes=["suicidal-ideation"], comparators=["midazolam"], sources=["pubmed", "europepmc"]),
    _report(2, "TRD and a nasal spray: the second invented study", "2018", abstract="We gave esketamine.",
            abstract_kind="abstract", sample_size=101, design="randomised-controlled-trial", direction="no-difference",
            conditions=["depression", "treatment-resistant-depression"], drugs=["esketamine"], routes=["intranasal"],
            authors="Cedar C", journal="Pain and Psychiatry Letters"),
    _report(3, "A man with melancholia", "2020-06", abstract="His low mood did not respond to two drugs.",
            abstract_kind="abstract", design="case-report", sample_size=1, conditions=["depression"],
            authors="Ash A", direction="mixed"),
    _report(4, "Morphine against neuralgia", "2016", conditions=["pain"], comparators=["opioid"], sample_size=100,
            journal="Pain", mesh="Suicide; Neuralgia", keywords="suicide"),
    _report(5, "Anesthesia with S(+)-ketamine for surgery", "2021-01-01", conditions=["anaesthesia"], drugs=["esketamine"],
            kind="preprint", sources=["crossref"]),
    _report(6, "Anaesthesia again: rats and mice", "2004", conditions=["anaesthesia"], drugs=["ketamine"], animal=1),
    _report(7, "Withdrawn ketamine trial", "2012", retracted=1, conditions=["ptsd"], drugs=["ketamine"], sample_size=30),
    _report(8, "A trial under concern", "2013", concern=1, corrected=1),
    _report(9, "Registered trial of ketamine in PTSD", "2014-05", id="nct-90000001", pmid=None, kind="registry-entry",
            registrations="NCT90000001; ISRCTN90000002", conditions=["ptsd"], drugs=["ketamine"], sample_size=60),
    _report(10, "Told in our words", "2019", abstract="Aim: To see.\nResults: Pain eased.", abstract_kind="digest",
            digest="Aim: To see.\nResults: Pain eased.", conditions=["pain"], direction="benefit"),
    _report(11, "Undated, about O'Brien's 0.5 mg/kg and p<0.05", abstract="Dépression; l’étude de 2016.",
            abstract_kind="abstract", abstract_open=1),
    _report(12, "Depression is only mentioned here", "2016-07-01"),
]  # fmt: skip
MENTIONED = [("condition", "pmid-12", "depression"), ("condition", "pmid-3", "treatment-resistant-depression")]


def _rows(db: Any, name: str, rows: list[dict[str, Any]]) -> None:
    database.insert(db, name, database.rows_of(name, rows))


def fill(db: Any) -> None:
    """All of it."""
    for dimension, name in DIMENSIONS.items():
        _rows(db, name, [{"id": id, "label": label, "broader": broader, "synonyms": synonyms, "reports": 1, "studied": 1}
                         for id, label, broader, synonyms in CONCEPTS.get(name, [])])  # fmt: skip
        studied = [(row["id"], concept) for row in REPORTS
                   for concept in ([row["design"]] if name == "designs" and row.get("design") else
                                   json.loads(row.get(name) or "[]"))]  # fmt: skip
        tags = [(*tag, "studied") for tag in studied]
        tags += [(report, concept, "mentioned") for kind, report, concept in MENTIONED if kind == dimension]
        _rows(db, f"report_{name}", [{"report_id": report, f"{dimension}_id": concept, "role": role, "mentions": 1}
                                     for report, concept, role in tags])  # fmt: skip
    _rows(
        db,
        "sources",
        [{"id": name, "title": name.capitalize(), "records": 1} for name in ("pubmed", "europepmc", "crossref")],
    )
    _rows(db, "reports", REPORTS)
    _rows(db, "authors", [{"report_id": "pmid-1", "position": 1, "name": "Ash A", "family": "Ash", "collective": 0},
                          {"report_id": "pmid-2", "position": 1, "name": "Cedar C", "family": "Cedar", "collective": 0}])  # fmt: skip
    _rows(db, "identifiers", [{"scheme": scheme, "value": row[scheme], "report_id": row["id"]}
                              for row in REPORTS for scheme in ("pmid", "doi") if row.get(scheme)])  # fmt: skip
    _rows(db, "aliases", [{"id": "doi-aaaaaaaaaa", "report_id": "pmid-1", "reason": "other identifier"}])
    _rows(db, "studies", [{"id": "NCT90000001", "registration": "NCT90000001", "reports": 3, "publications": 2}])
    _rows(
        db, "study_reports", [{"study_id": "NCT90000001", "report_id": "pmid-7", "rule": "registration", "certain": 1}]
    )
    _rows(db, "findings", [{"id": 1, "report_id": "pmid-1", "outcome_id": "suicidal-ideation", "direction": "benefit",
                            "change": "decreased", "basis": "within-group", "hedged": 0, "field": "abstract", "start": 44,
                            "end": 67, "cue_start": 62, "cue_end": 66, "rule": "change"}])  # fmt: skip
    _rows(db, "evidence", list(_evidence()))


def _evidence() -> Any:
    texts = {row["id"]: row for row in REPORTS}
    proofs = [("pmid-2", "condition", "treatment-resistant-depression", "title", "TRD"),
              ("pmid-3", "condition", "depression", "title", "melancholia"),
              ("pmid-1", "condition", "treatment-resistant-depression", "title", "treatment-resistant depression"),
              ("pmid-3", "condition", "treatment-resistant-depression", "abstract", "did not respond to two drugs")]  # fmt: skip
    for number, (report, dimension, concept, place, words) in enumerate(proofs, start=1):
        start = texts[report][place].index(words)
        yield {"id": number, "report_id": report, "dimension": dimension, "concept_id": concept, "field": place,
               "start": start, "end": start + len(words), "rule": "phrase", "role": "studied"}  # fmt: skip


@dataclass
class Library:
    """The invented reports, searched without a site."""

    path: Path
    index: Index
    fetch: Callable[[str, Sequence[Any]], list[Any]]
    leaves: dict[str, Any] = field(default_factory=dict)

    def search(self, text: str, sort: str = "relevance", expand: bool = False) -> list[str]:
        """Ids in order."""
        tree = language.parse(text, self.index.names).tree
        if expand:
            tree = expansion.expand(tree, self.index.names)
        hits = engine.find(tree, self.index, self.fetch, self.leaves)
        return [self.index.ids[number] for number in engine.in_order(hits.rows, hits.scores, sort, self.index)]


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    path = tmp_path_factory.mktemp("search") / "ketamine.db"
    with database.building(path) as db:
        fill(db)
        database.finish(db)
    connection = sqlite3.connect(path, check_same_thread=False)

    def fetch(sql: str, values: Sequence[Any]) -> list[Any]:
        return connection.execute(sql, values).fetchall()

    return Library(path, index.build(fetch), fetch)
