"""A question as SQL: which reports bear on it, what their findings say, and the verdict.

The SQL needs nothing but the tables of ketamine.db, so that anybody can run what decided. Ids are slugs of our own
vocabularies and stand in it as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from harvest.claims import weighing
from harvest.claims.model import Question
from harvest.claims.rules import VERDICT_SQL
from harvest.claims.rungs import DECIDING, RUNG_SQL
from harvest.claims.weighing import ADDED, CONTINUED, compares, quoted
from harvest.schema import DIMENSIONS
from harvest.vocabulary import Concept, Vocabulary

_LISTS: Final = {
    "drugs": "drug", "conditions": "condition", "mechanisms": "mechanism", "settings": "setting", "adjuncts": "adjunct",
    "regimens": "regimen", "routes": "route", "uses": "use",
}  # fmt: skip
"""List of a question -> dimension of its concepts."""


class Queries:
    """SQL of questions; knows the vocabulary, because a concept stands for its narrower ones."""

    def __init__(self, words: Vocabulary) -> None:
        self._words = words
        self._narrower: dict[tuple[str, str], list[str]] = {}
        for concept in words.concepts:
            for one in (concept, *words.ancestors(concept)):
                self._narrower.setdefault((one.dimension, one.id), []).append(concept.id)

    def narrower(self, dimension: str, ids: Iterable[str]) -> tuple[str, ...]:
        """The concepts and all narrower ones, sorted."""
        return tuple(sorted({each for one in ids for each in self._narrower[dimension, one]}))

    def knows(self, dimension: str, concept: str) -> bool:
        """Whether the vocabulary has the concept."""
        return (dimension, concept) in self._narrower

    def stances(self, question: Question, threshold: float | None = None) -> str:
        """One row for each report that bears on the question: report_id, rung, stance, participants, agreeing,
        disagreeing, unclear (numbers of findings), rate (percent).

        ``threshold`` takes the place of the question's own percentage.
        """
        if question.test == "studied":
            return f"""with {self._bearing(question)}
select report_id, rung, 'supports' as stance, participants, 0 as agreeing, 0 as disagreeing, 0 as unclear, null as rate
from bearing order by report_id"""
        return f"""with {self._bearing(question)},
{self._counted(question, threshold)},
summed as (
  select report_id, sum(says = 1) as agreeing, sum(says = -1) as disagreeing, sum(says = 0) as unclear, max(rate) as rate
  from counted group by report_id
)
select bearing.report_id, rung,
  case when agreeing > 0 and disagreeing = 0 and unclear = 0 then 'supports'
       when disagreeing > 0 and agreeing = 0 and unclear = 0 then 'contradicts'
       when agreeing + disagreeing + unclear > 0 then 'mixed' else 'silent' end as stance,
  participants, coalesce(agreeing, 0) as agreeing, coalesce(disagreeing, 0) as disagreeing,
  coalesce(unclear, 0) as unclear, rate
from bearing left join summed on summed.report_id = bearing.report_id
where agreeing is not null or {self._studies_outcome(question)}
order by bearing.report_id"""

    def findings(self, question: Question) -> str:
        """finding_id, report_id and says (1 for, -1 against, 0 unclear) of every finding that counts."""
        return f"""with {self._bearing(question)},
{self._counted(question)}
select finding_id, report_id, says from counted order by finding_id"""

    def verdict(self, question: Question, threshold: float | None = None) -> str:
        """One row: verdict, supports, contradicts, mixed, silent, participants, reviews_for, reviews_against."""
        deciding = f"rung in ({quoted(DECIDING[question.rung])})"

        def number(stance: str, where: str = deciding) -> str:
            return f"coalesce(sum(stance = '{stance}' and {where}), 0)"

        return f"""with stances as (
{_indented(self.stances(question, threshold))}
),
counts as (
  select {number("supports")} as supports,
         {number("contradicts")} as contradicts,
         {number("mixed")} as mixed,
         {number("silent")} as silent,
         coalesce(sum(case when {deciding} and stance != 'silent' then participants end), 0) as participants,
         {number("supports", "rung = 'synthesis'")} as reviews_for,
         {number("contradicts", "rung = 'synthesis'")} as reviews_against
  from stances
)
select {VERDICT_SQL[question.test]} as verdict, * from counts"""

    def scope(self, question: Question) -> str:
        """One row: the number of supporting reports on the deciding rung that studied one of the scope's conditions."""
        conditions = quoted(self.narrower("condition", question.scope.conditions if question.scope else ()))
        return f"""with stances as (
{_indented(self.stances(question))}
)
select count(*) as supporting from stances
where stance = 'supports' and rung in ({quoted(DECIDING[question.rung])})
  and report_id in (select report_id from report_conditions where role = 'studied' and condition_id in ({conditions}))"""

    def _bearing(self, question: Question) -> str:
        met = [self._studied(dimension, getattr(question, name)) for name, dimension in _LISTS.items()]
        if question.test == "studied" and question.outcomes:
            met.append(self._studied("outcome", question.outcomes))
        if question.without:
            met.append("not " + self._studied("condition", question.without))
        if compares(question):
            met += [] if question.uses else [self._studied("use", ("treatment",))]
            met += [] if question.adjuncts else ["not " + self._studied("adjunct", ADDED), self._no_adjunct_in_title()]
        kinds = f"r.kind in ({quoted(question.kinds)})" if question.kinds else "r.kind != 'notice'"
        conditions = "\n    and ".join(filter(None, (kinds, "r.retracted = 0", *met)))
        return f"""bearing as (
  select r.id as report_id, r.sample_size as participants, r.comparators, r.abstract_kind,
    {RUNG_SQL} as rung
  from reports r
  where {conditions}
)"""

    def _studied(self, dimension: str, ids: tuple[str, ...]) -> str:
        if not ids:
            return ""
        return (
            f"r.id in (select report_id from report_{DIMENSIONS[dimension]} where role = 'studied' "
            f"and {dimension}_id in ({quoted(self.narrower(dimension, ids))}))"
        )

    def _no_adjunct_in_title(self) -> str:
        named = quoted(self.narrower("adjunct", (*ADDED, *CONTINUED)))
        words = " or ".join(f"r.title like '%{one}%'" for one in ADDED if one != "brain-stimulation")
        return (
            f"not ({words} or exists (select 1 from evidence e where e.report_id = r.id and e.dimension = 'adjunct' "
            f"and e.field = 'title' and e.concept_id in ({named})))"
        )

    def _counted(self, question: Question, threshold: float | None = None) -> str:
        """The findings that count, with what they say."""
        said = weighing.says(question, self.narrower("outcome", ("relapse",)), threshold)
        return f"""judged as (
  select f.id as finding_id, f.report_id, b.rung, f.basis, f.change, f.rate, {said} as says,
    {weighing.sham() if compares(question) else 0} as sham,
    max(f.basis = 'between-groups') over (partition by f.report_id) as any_compared
  from findings f join bearing b on b.report_id = f.report_id
  where {self._matching(question)}
),
counted as (
  select finding_id, report_id, says, rate from judged
  where says is not null{weighing.counts(question)}
)"""

    def _matching(self, question: Question) -> str:
        outcomes = self._measured((question.needs_outcome,) if question.needs_outcome else question.outcomes)
        parts = [f"f.outcome_id in ({outcomes})"]
        if question.conditions:
            near = quoted(self._near((*question.conditions, *question.named)))
            parts.append(f"(f.condition_id is null or f.condition_id in ({near}))")
        if question.drugs:
            parts.append(f"f.drug_id in ({quoted(self.narrower('drug', question.drugs))})")
        if question.window:
            parts.append(_timed(question, outcomes))
        if compares(question):
            painful = set(question.conditions) & set(self.narrower("condition", ("pain", "headache-disorder")))
            parts += weighing.fits(question, painful=bool(painful))
        return "\n    and ".join(parts)

    def _measured(self, outcomes: tuple[str, ...]) -> str:
        """The outcomes with their narrower ones; how much pain is bearable is not how much there is."""
        apart = {"pain-threshold"} - set(outcomes)
        return quoted(one for one in self.narrower("outcome", outcomes) if one not in apart)

    def _near(self, ids: Iterable[str]) -> tuple[str, ...]:
        """The conditions, their narrower and their broader ones: a trial of PTSD that says "trauma" means its own people."""
        broader = (above.id for one in ids for above in self._words.ancestors(self._condition(one)))
        return tuple(sorted({*self.narrower("condition", ids), *broader}))

    def _condition(self, concept_id: str) -> Concept:
        return self._words.get("condition", concept_id)

    def _studies_outcome(self, question: Question) -> str:
        return self._studied("outcome", question.outcomes).replace("r.id", "bearing.report_id", 1) or "1"


def _timed(question: Question, outcomes: str) -> str:
    """Within the window. A trial that found an effect early and then says, without a time, that there was no difference
    does not speak for a quick effect alone."""
    low, high = question.window or (None, None)

    def within(row: str) -> str:
        return " and ".join(
            ([f"{row}.hours >= {low:g}"] if low is not None else [])
            + ([f"{row}.hours <= {high:g}"] if high is not None else [])
        )  # fmt: skip

    if question.kind != "onset":
        return within("f")
    return (
        f"({within('f')} or (f.hours is null and f.direction = 'no-difference' and f.basis = 'between-groups' "
        f"and exists (select 1 from findings w where w.report_id = f.report_id and w.outcome_id in ({outcomes}) and {within('w')})))"
    )


def _indented(sql: str) -> str:
    return "\n".join("  " + line for line in sql.splitlines())
