"""How a built database stands with questions that a text asks: what the checker and the pages want to know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from harvest.claims import facts, rules
from harvest.claims.answers import certainty_why
from harvest.claims.model import Library, States, Verdict
from harvest.claims.query import Queries
from harvest.claims.why import Counts, explain
from harvest.vocabulary import Vocabulary

Row = dict[str, Any]
Rows = Callable[[str, Mapping[str, Any]], list[Row]]
"""Runs a query with named parameters on ketamine.db and gives its rows."""

_QUESTIONS: Final = """select id, verdict, why, supports, contradicts, mixed, silent, participants, reviews_for,
    reviews_against, scope_verdict, scope_why from questions"""
_HARMS: Final = """
    select f.outcome_id as outcome, o.label, o.broader, f.report_id as report, r.sample_size as participants,
           r.design = 'randomised-controlled-trial' as trial
    from findings f join reports r on r.id = f.report_id join outcomes o on o.id = f.outcome_id
    where f.direction = 'harm' and o.kind = 'harm' and o.id != 'adverse-events' and r.retracted = 0 and r.animal = 0
      and r.design in ('randomised-controlled-trial', 'systematic-review', 'meta-analysis', 'non-randomised-trial')
      and r.id in (select report_id from report_uses where role = 'studied' and use_id = 'treatment')
      and r.id in (select report_id from report_conditions where role = 'studied' and condition_id in ({conditions}))
    group by f.outcome_id, f.report_id order by trial desc, r.sample_size desc, r.id"""
PSYCHIATRIC: Final = (
    "mood-disorder",
    "anxiety",
    "trauma-related-disorder",
    "ocd",
    "suicidality",
    "substance-use-disorder",
)
"""Conditions that a text which names none is taken to speak of."""


@dataclass(frozen=True)
class Stand:
    """A verdict with why, and the reports behind it by their stance on the question, which the statement may deny."""

    verdict: Verdict
    why: str
    counts: Counts = field(default_factory=Counts)
    denies: bool = False


@dataclass(frozen=True)
class Harm:
    """A harm that controlled studies report: ids of the reports, randomised and large ones first, and of the trials."""

    outcome: str
    label: str
    broader: str
    reports: tuple[str, ...]
    trials: frozenset[str]


class Standing:
    """Answers from one built database. Immutable, and cheap to ask: verdicts were worked out by the build."""

    def __init__(self, rows: Rows, library: Library, words: Vocabulary) -> None:
        self._rows = rows
        self._library = library
        self._queries = Queries(words)
        self._held = {row["id"]: row for row in rows(_QUESTIONS, {})}
        # A text says the same again and again.
        self._directions: dict[tuple[Any, ...], Stand] = {}
        self._shares: dict[tuple[str, float], Stand] = {}

    def direction(self, question: str, *, denies: bool = False, states: States | None = None) -> Stand:
        """How the studies stand to the question; turned round for a statement that says no to it."""
        key = (question, denies, *sorted((states or {}).items()))
        if key not in self._directions:
            self._directions[key] = self._direction(question, denies, states or {})
        return self._directions[key]

    def _direction(self, question: str, denies: bool, states: States) -> Stand:
        asked = self._library.questions[question]
        if asked.test == "facts":
            said = facts.states_of(asked, states)
            verdict = self._rows(facts.verdict_sql(self._queries, asked, said), {})[0]["verdict"]
            why = facts.why(self._library, self._queries, asked, said)
            if denies:
                # Who says that it was not approved is right where the facts correct those who say that it was.
                return Stand(rules.opposite(verdict), f"It says no to the question. {why}")
            return Stand(verdict, why)
        row = self._held.get(question)
        if row is None:
            return Stand("not-shown-directly", "This database was built before the question was asked; build it again.")
        counts = _counts(row)
        if denies:
            return Stand(
                rules.opposite(row["verdict"]), f"It says no to the question. {row['why']}", counts, denies=True
            )
        return Stand(row["verdict"], row["why"], counts)

    def number(self, question: str, percent: float) -> Stand | None:
        """How the rates that reports state compare with a percentage; None where the question is about none."""
        asked = self._library.questions[question]
        if asked.test != "rates":
            return None
        if (stand := self._shares.get((question, percent))) is None:
            row = self._rows(self._queries.verdict(asked, percent), {})[0]
            counts = _counts(row)
            stand = self._shares[question, percent] = Stand(row["verdict"], explain(asked, counts, percent), counts)
        return stand

    def certainty(self, stand: Stand, word: str) -> Stand:
        """Whether the studies bear out a word that leaves no doubt."""
        counts = stand.counts
        against = counts.supports if stand.denies else counts.contradicts
        verdict = rules.certain(stand.verdict, against, counts.mixed, counted=counts.counted)
        return Stand(verdict, certainty_why(word, verdict))

    def scope(self, question: str) -> Stand | None:
        """Whether all that the question's words take in was studied; None where that is no issue."""
        row = self._held.get(question)
        return Stand(row["scope_verdict"], row["scope_why"]) if row and row["scope_verdict"] else None

    def harms(self, conditions: Iterable[str]) -> list[Harm]:
        """Harms that controlled studies of people with these conditions report, those of most reports first."""
        named = self._queries.narrower("condition", tuple(conditions) or PSYCHIATRIC)
        marks = ", ".join(f":c{number}" for number in range(len(named)))
        found: dict[str, list[Row]] = {}
        for row in self._rows(_HARMS.format(conditions=marks), {f"c{n}": one for n, one in enumerate(named)}):
            found.setdefault(row["outcome"], []).append(row)
        harms = [
            Harm(outcome, rows[0]["label"], rows[0]["broader"] or "", tuple(row["report"] for row in rows),
                 frozenset(row["report"] for row in rows if row["trial"]))
            for outcome, rows in found.items()
        ]  # fmt: skip
        return sorted(harms, key=lambda harm: (-len(harm.reports), harm.outcome))


def _counts(row: Row) -> Counts:
    return Counts(**{each.name: int(row[each.name]) for each in fields(Counts)})
