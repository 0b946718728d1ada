"""What a finding says to a question, as SQL over ``findings f`` of the reports ``bearing b``.

Only columns that a copy for publication keeps are looked at: tags, evidence and findings, never the text of an abstract.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from harvest.claims.model import Question

INERT: Final = ("placebo", "active-placebo", "midazolam", "benzodiazepine-control", "usual-care", "none")
"""Comparators against which a lack of difference speaks against a treatment; equal to ECT or an opioid does not."""
ADDED: Final = ("riluzole", "lamotrigine", "d-cycloserine", "rapamycin", "naltrexone", "brain-stimulation")
"""Adjuncts that trials add to ketamine by lot: what differs there between the groups is not ketamine."""
CONTINUED: Final = ("lithium", "mood-stabiliser")
"""Adjuncts that both groups may have beside ketamine; where the title names one, it is what the trial is about."""

_GOOD_AND_BAD: Final = {
    "benefit": (("benefit",), ("no-difference", "harm")),
    "harm": (("harm",), ("no-difference", "benefit")),
    "no-harm": (("none-observed", "no-difference", "benefit"), ("harm",)),
}
"""What a question expects -> directions of findings that speak for and against it."""
_CHANGES: Final = {
    "increased": (("increased",), ("decreased", "no-difference")),
    "decreased": (("decreased",), ("increased", "no-difference")),
    "changed": (("increased", "decreased"), ("no-difference",)),
}
"""As above for the change of a value that is neither good nor bad."""


def quoted(ids: Iterable[str]) -> str:
    """Ids as a list in SQL."""
    return ", ".join(f"'{one}'" for one in ids)


def compares(question: Question) -> bool:
    """Whether it asks for an effect against a control treatment."""
    return question.comparators == "inert" and question.test == "findings"


def says(question: Question, relapse: Iterable[str], threshold: float | None) -> str:
    """1 for, -1 against, 0 unclear, null: does not count; ``relapse``: outcomes whose rates are no share of those helped."""
    if question.test == "rates":
        least = (question.threshold or 0) if threshold is None else threshold
        return (
            f"case when f.rate is null or f.change = 'mixed' or exists (select 1 from findings o where o.report_id = f.report_id "
            f"and o.field = f.field and o.start = f.start and o.outcome_id in ({quoted(relapse)})) then null "
            f"when f.rate >= {least:g} then 1 else -1 end"
        )
    if question.test == "gap":
        return "-1"
    if question.expects in _GOOD_AND_BAD:
        column, (good, bad) = "f.direction", _GOOD_AND_BAD[question.expects]
    else:
        column, (good, bad) = "f.change", _CHANGES[question.expects]
    return (
        f"case when {column} in ({quoted(good)}) then 1 when {column} in ({quoted(bad)}){_and_against(question)} then -1 "
        f"when {column} = 'mixed' then 0 end"
    )


def _and_against(question: Question) -> str:
    """What a finding must be besides, to speak against."""
    if question.expects == "harm":
        # That an effect wore off, was not seen in a few people or was rarer than with ECT does not show that there is none.
        return f" and f.basis = 'between-groups' and {sham()} and not {_names_other()}"
    if question.expects == "benefit" and compares(question):
        # A symptom that "rose" in a treatment trial is nearly always a misread sentence of an abstract; digests are plainer.
        return " and (f.direction != 'harm' or (f.basis = 'between-groups' and b.abstract_kind is 'digest'))"
    return ""


def counts(question: Question) -> str:
    """Which judged findings count in a question that compares: a condition to be added, '' for others.

    Only a difference from the others shows an effect: people get better by themselves, too. That nothing changed speaks
    against one where the sentence names a sham or says that the treatment did not work, unless the report also compares.
    """
    if not compares(question):
        return ""
    return (
        "\n    and (rung not in ('randomised', 'synthesis') or basis = 'between-groups' "
        "or (rung = 'randomised' and says = -1 and not any_compared and (change = 'not-effective' or sham)))"
    )


def fits(question: Question, *, painful: bool) -> list[str]:
    """Conditions on a finding of a question that compares: against no active treatment, and about ketamine itself.

    ``painful``: the question is about pain, where an opioid is a treatment; elsewhere it may be the sham.
    """
    inert = quoted(INERT)
    opioid = "" if painful else " or (f.comparator_id = 'opioid' and b.comparators like '%\"active-placebo\"%')"
    named = f"exists (select 1 from json_each(b.comparators) where value in ({inert}))"
    return [
        f"(f.comparator_id in ({inert}){opioid} or (f.comparator_id is null and (b.comparators = '[]' or {named})))",
        f"(not {_names_other()} or {_names('drug')})",
        f"not {_names('adjunct', ADDED)}",
        # Two routes, two doses or two schedules of ketamine that do equally well say nothing of ketamine against a sham.
        f"(f.direction = 'benefit' or f.comparator_id is not null or (b.comparators != '[]' and not {_names('regimen')} "
        "and (select count(*) from finding_concepts c where c.finding_id = f.id and c.dimension = 'route') < 2 "
        "and (select count(distinct e.concept_id) from evidence e where e.report_id = f.report_id and e.field = 'title' "
        "and e.dimension = 'route') < 2))",
    ]


def sham() -> str:
    """Whether the finding is against a sham, by its comparator or by a word of its sentence."""
    return f"(coalesce(f.comparator_id in ({quoted(INERT)}), 0) or {_names('comparator', INERT)})"


def _names_other() -> str:
    return (
        "exists (select 1 from finding_concepts c where c.finding_id = f.id and c.dimension = 'comparator' "
        f"and c.concept_id not in ({quoted(INERT)}))"
    )


def _names(dimension: str, ids: Iterable[str] = ()) -> str:
    which = f" and c.concept_id in ({quoted(ids)})" if ids else ""
    return f"exists (select 1 from finding_concepts c where c.finding_id = f.id and c.dimension = '{dimension}'{which})"
