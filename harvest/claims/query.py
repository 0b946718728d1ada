"""A question as SQL: which reports bear on it, what their findings say, and the verdict.

The SQL needs nothing but the tables of ketamine.db, so that anybody can run what decided. Ids are slugs of our own
vocabularies and stand in it as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from harvest.claims.model import Question
from harvest.claims.rules import VERDICT_SQL
from harvest.schema import DIMENSIONS
from harvest.vocabulary import Concept, Vocabulary

RUNGS: Final = {
    "synthesis": "systematic reviews and meta-analyses", "randomised": "randomised trials",
    "observational": "other studies of people", "secondary": "further analyses of trials",
    "opinion": "narrative reviews, editorials and guidelines", "animal": "studies of animals or cells",
    "registry": "registry entries and protocols", "unstated": "design not stated",
}  # fmt: skip
"""Rung of the design ladder -> its name, highest first."""
DECIDING: Final = {
    "randomised": ("randomised",),
    "human": ("randomised", "observational", "secondary"),
    "any": ("synthesis", "randomised", "observational", "secondary", "animal", "registry", "unstated"),
}  # fmt: skip
"""Value of `Question.rung` -> the rungs whose reports decide."""
INERT: Final = ("placebo", "active-placebo", "midazolam", "benzodiazepine-control", "usual-care", "none")
"""Comparators against which a lack of difference speaks against a treatment; equal to ECT or an opioid does not."""

ADDED: Final = ("riluzole", "lamotrigine", "d-cycloserine", "rapamycin", "naltrexone", "brain-stimulation")
"""Adjuncts that trials add to ketamine by lot: what differs there between the groups is not ketamine."""
CONTINUED: Final = ("lithium", "mood-stabiliser")
"""Adjuncts that both groups may have beside ketamine; where the title names one, it is what the trial is about."""
FURTHER: Final = (
    "predict", "moderat", "mediat", "biomarker", "subtype", "subgroup", "sex differences", "gender differences", "correlat",
    "association", "associated with", "secondary analys", "post hoc", "post-hoc", "pooled", " versus non", "levels",
)  # fmt: skip
"""Words of titles of further analyses: they compare kinds of people within a trial rather than its groups."""

_RUNG: Final = """case
      when r.animal = 1 or r.design in ('animal-study', 'in-vitro') then 'animal'
      when r.kind = 'registry-entry' or r.design in ('registry-entry', 'protocol') then 'registry'
      when r.design in ('systematic-review', 'meta-analysis') then 'synthesis'
      when r.design = 'secondary-analysis' or r.attributes like '%"secondary-analysis"%' then 'secondary'
      when r.design = 'randomised-controlled-trial' and ({further}) then 'secondary'
      when r.design = 'randomised-controlled-trial' then 'randomised'
      when r.design in ('narrative-review', 'editorial', 'guideline') then 'opinion'
      when r.design is null or r.design = 'other' then 'unstated'
      else 'observational' end"""
_GOOD_AND_BAD: Final = {
    "benefit": (("benefit",), ("no-difference", "harm")),
    "harm": (("harm",), ("none-observed", "no-difference", "benefit")),
    "no-harm": (("none-observed", "no-difference", "benefit"), ("harm",)),
}
"""What a question expects -> directions of findings that speak for and against it."""
_CHANGES: Final = {
    "increased": (("increased",), ("decreased", "no-difference")),
    "decreased": (("decreased",), ("increased", "no-difference")),
    "changed": (("increased", "decreased"), ("no-difference",)),
}
"""As above for the change of a value that is neither good nor bad."""
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
        """One row: the number of supporting reports on the deciding rung that studied what the scope takes in."""
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
        if _compares(question):
            met += [] if question.uses else [self._studied("use", ("treatment",))]
            met += [] if question.adjuncts else ["not " + self._studied("adjunct", ADDED), self._no_adjunct_in_title()]
        kinds = f"r.kind in ({quoted(question.kinds)})" if question.kinds else "r.kind != 'notice'"
        conditions = "\n    and ".join(filter(None, (kinds, "r.retracted = 0", *met)))
        return f"""bearing as (
  select r.id as report_id, r.sample_size as participants, r.comparators,
    {_rung()} as rung
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
        words = " or ".join(f"r.title like '%{one}%'" for one in ADDED if "-" not in one)
        return (
            f"not ({words} or exists (select 1 from evidence e where e.report_id = r.id and e.dimension = 'adjunct' "
            f"and e.field = 'title' and e.concept_id in ({named})))"
        )

    def _counted(self, question: Question, threshold: float | None = None) -> str:
        """The findings that count, with what they say."""
        says = _says(question, threshold)
        # In a comparison only a difference from the others shows an effect: people get better by themselves, too. That
        # nothing changed speaks against one however it was measured, unless the report also compares.
        rule = (
            "\n    and (rung not in ('randomised', 'synthesis') or basis = 'between-groups' or (says < 1 and not any_compared))"
            if _compares(question) else ""
        )  # fmt: skip
        return f"""judged as (
  select f.id as finding_id, f.report_id, b.rung, f.basis, f.rate, {says} as says,
    max(f.basis = 'between-groups') over (partition by f.report_id) as any_compared
  from findings f join bearing b on b.report_id = f.report_id
  where {self._matching(question)}
),
counted as (
  select finding_id, report_id, says, rate from judged
  where says is not null{rule}
)"""

    def _matching(self, question: Question) -> str:
        outcomes = (question.needs_outcome,) if question.needs_outcome else question.outcomes
        parts = [f"f.outcome_id in ({quoted(self.narrower('outcome', outcomes))})"]
        if question.conditions:
            near = quoted(self._near(question.conditions))
            parts.append(f"(f.condition_id is null or f.condition_id in ({near}))")
        if question.drugs:
            parts.append(f"f.drug_id in ({quoted(self.narrower('drug', question.drugs))})")
        if question.window:
            low, high = question.window
            parts += [f"f.hours >= {low:g}"] if low is not None else []
            parts += [f"f.hours <= {high:g}"] if high is not None else []
        if _compares(question):
            parts += _against_inert()
        return "\n    and ".join(parts)

    def _near(self, ids: Iterable[str]) -> tuple[str, ...]:
        """The conditions, their narrower and their broader ones: a trial of PTSD that says "trauma" means its own people."""
        broader = (above.id for one in ids for above in self._words.ancestors(self._condition(one)))
        return tuple(sorted({*self.narrower("condition", ids), *broader}))

    def _condition(self, concept_id: str) -> Concept:
        return self._words.get("condition", concept_id)

    def _studies_outcome(self, question: Question) -> str:
        return self._studied("outcome", question.outcomes).replace("r.id", "bearing.report_id", 1) or "1"


def _says(question: Question, threshold: float | None) -> str:
    """SQL: 1 for, -1 against, 0 unclear, null: does not count."""
    if question.test == "rates":
        least = (question.threshold or 0) if threshold is None else threshold
        return f"case when f.rate is null then null when f.rate >= {least:g} then 1 else -1 end"
    if question.test == "gap":
        return "-1"
    if question.expects in _GOOD_AND_BAD:
        column, (good, bad) = "f.direction", _GOOD_AND_BAD[question.expects]
    else:
        column, (good, bad) = "f.change", _CHANGES[question.expects]
    return (
        f"case when {column} in ({quoted(good)}) then 1 when {column} in ({quoted(bad)}) then -1 "
        f"when {column} = 'mixed' then 0 end"
    )


def _rung() -> str:
    return _RUNG.format(further=" or ".join(f"r.title like '%{words}%'" for words in FURTHER))


def _compares(question: Question) -> bool:
    """Whether it asks for an effect against a control treatment."""
    return question.comparators == "inert" and question.test == "findings"


def _against_inert() -> list[str]:
    """SQL: the finding compares with no active treatment, neither by its comparator nor by the words of its sentence."""
    inert = quoted(INERT)
    within = 'e.report_id = f.report_id and e.field = f.field and e.start >= f.start and e."end" <= f."end"'
    other = f"exists (select 1 from evidence e where {within} and e.dimension = 'comparator' and e.concept_id not in ({inert}))"
    drug = f"exists (select 1 from evidence e where {within} and e.dimension = 'drug')"
    return [
        f"(f.comparator_id in ({inert}) or (f.comparator_id is null and (b.comparators = '[]' or exists "
        f"(select 1 from json_each(b.comparators) where value in ({inert})))))",
        f"(not {other} or {drug})",
    ]


def quoted(ids: Iterable[str]) -> str:
    """Ids as a list in SQL."""
    return ", ".join(f"'{one}'" for one in ids)


def _indented(sql: str) -> str:
    return "\n".join("  " + line for line in sql.splitlines())
