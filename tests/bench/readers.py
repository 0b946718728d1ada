"""What readers ask for: addresses and searches made from what a database holds, the same for the same seed."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

COMMON: Final = "ketamine depression pain treatment anaesthesia esketamine patients infusion placebo".split()
"""Words that find thousands of reports."""
WORDS: Final = (
    "bladder cystitis suicidal relapse remission dissociation midazolam NMDA glutamate rats mice children emergency opioid "
    "PTSD TRD OCD bipolar alcohol cocaine headache migraine fibromyalgia hydroxynorketamine neuropathic postpartum adolescents "
    "electroconvulsive sedation propofol intranasal oral anhedonia sleep cognition BDNF inflammation veterans delirium asthma"
).split()
PHRASES: Final = (
    "treatment resistant depression", "suicidal ideation", "double blind", "0.5 mg/kg", "rapid acting", "quality of life",
    "status epilepticus", "single infusion", "relapse prevention",
)  # fmt: skip
SORTS: Final = ("newest", "oldest", "largest")
Parameters = list[tuple[str, str]]


@dataclass(frozen=True)
class Held:
    """Names that the database holds, most frequent first where that matters."""

    reports: tuple[str, ...]
    studies: tuple[str, ...]
    authors: tuple[str, ...]
    journals: tuple[str, ...]
    conditions: tuple[str, ...]
    outcomes: tuple[str, ...]
    drugs: tuple[str, ...]
    designs: tuple[str, ...]


def held(database: Path) -> Held:
    """Names to ask for, read from the file itself."""
    with sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True) as db:

        def column(sql: str) -> tuple[str, ...]:
            return tuple(str(row[0]) for row in db.execute(sql))

        def concepts(name: str, most: int) -> tuple[str, ...]:
            return column(f"select id from {name} where studied > 0 order by studied desc limit {most}")

        return Held(
            column("select id from reports order by id"),
            column("select id from studies where reports > 0 order by id"),
            column("select distinct family from authors where family <> '' order by family limit 2000"),
            column("select journal from reports where journal <> '' group by 1 order by count(*) desc limit 100"),
            concepts("conditions", 60), concepts("outcomes", 60), concepts("drugs", 10), concepts("designs", 20),
        )  # fmt: skip


class Readers:
    """Makes the addresses of each kind of page; each call gives another one."""

    def __init__(self, names: Held, seed: int = 1) -> None:
        self.names, self.random = names, random.Random(seed)

    def home(self) -> str:
        return "/"

    def report(self) -> str:
        return f"/ketamine/reports/{self.random.choice(self.names.reports)}"

    def study(self) -> str:
        return f"/ketamine/studies/{self.random.choice(self.names.studies)}"

    def concept(self) -> str:
        table = self.random.choice(("conditions", "outcomes", "drugs", "designs"))
        return f"/ketamine/{table}/{self.random.choice(getattr(self.names, table))}"

    def map(self) -> str:
        chosen: dict[str, str] = {}
        if self.random.random() < 0.6:
            chosen["design"] = self.random.choice(self.names.designs[:6])
        if self.random.random() < 0.4:
            chosen["drug"] = self.random.choice(self.names.drugs[:4])
        return _address("/map", list(chosen.items()))

    def cite(self) -> str:
        style = self.random.choice(("apa", "vancouver", "ama", "mla", "harvard", "chicago"))
        ids = self.random.sample(self.names.reports, self.random.randint(1, 5))
        return _address("/cite", [*(("id", one) for one in ids), ("style", style)])

    def search(self) -> str:
        return self.searched()[1]

    def searched(self) -> tuple[str, str]:
        """(kind of search, its address): words, phrases, fields, filters, orders and pages, all kinds equally often."""
        made = self._kinds()
        kind = self.random.choice(list(made))
        return kind, _address("/search", made[kind]())

    def _kinds(self) -> dict[str, Callable[[], Parameters]]:
        pick, word, filters = self.random.choice, self._word, self._filters
        return {
            "one common word": lambda: [("q", pick(COMMON))],
            "one word": lambda: [("q", pick(WORDS))],
            "two words": lambda: [("q", f"{word()} {word()}")],
            "four words": lambda: [("q", " ".join(word() for _ in range(4)))],
            "phrase": lambda: [("q", f'"{pick(PHRASES)}" {word()}')],
            "prefix": lambda: [("q", f"{word()[:5]}* {word()}")],
            "operators": lambda: [("q", f"({word()} OR {word()}) -{word()}")],
            "author": lambda: [("q", f'author:"{pick(self.names.authors or ("Smith",))}"')],
            "fields": lambda: [
                ("q", f"title:{word()} year:{self.random.randint(2000, 2020)}.. n:>{pick((20, 50, 100))}")
            ],
            "concepts": lambda: [("q", f"condition:{pick(self.names.conditions)} outcome:{pick(self.names.outcomes)}")],
            "words and filters": lambda: [("q", word()), *filters(2)],
            "filters only": lambda: filters(3),
            "other order": lambda: [("q", word()), ("sort", pick(SORTS))],
            "later page": lambda: [("q", word()), ("page", str(self.random.randint(2, 9)))],
            "only as typed": lambda: [("q", f"{word()} {word()}"), ("expand", "off")],
        }

    def _word(self) -> str:
        return self.random.choice(WORDS if self.random.random() < 0.7 else COMMON)

    def _filters(self, most: int) -> Parameters:
        pick = self.random.choice
        available = [
            ("condition", pick(self.names.conditions)), ("outcome", pick(self.names.outcomes)),
            ("drug", pick(self.names.drugs)), ("design", pick(self.names.designs)), ("route", "intravenous"),
            ("comparator", pick(("placebo", "midazolam"))), ("direction", pick(("benefit", "no-difference", "harm"))),
            ("year", pick(("2015..", "2010..2019", "2021", "none"))), ("n", pick(("100..", "20..49"))),
            ("kind", pick(("article", "registry-entry"))), ("retracted", "no"),
        ]  # fmt: skip
        return self.random.sample(available, self.random.randint(1, most))


def _address(path: str, parameters: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(parameters)}" if parameters else path
