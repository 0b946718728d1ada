"""Questions of history, answered from dated facts: what is said beside what is so.

A statement is right when one of its question's facts agrees in all that is said; else the first fact corrects it.
Positions of guidelines may differ: where one agrees and another does not, the verdict is mixed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from harvest.claims.model import Fact, Library, Question, States
from harvest.claims.query import Queries
from harvest.claims.weighing import quoted

_TOLD: Final = ("year", "decade", "institution", "drug", "condition")
"""Attributes worth saying that they are right; the others are settled by asking the question."""


@dataclass(frozen=True)
class Compared:
    """What is said of a fact, as (attribute, said, so); what the fact does not tell is left out."""

    right: tuple[tuple[str, str, str], ...]
    wrong: tuple[tuple[str, str, str], ...]


def states_of(question: Question, said: States) -> States:
    """What a claim or statement says of a question's facts: what asking it takes for granted, and its own words over that."""
    taken = {name: value for name, value in question.states.items() if name != "decade" or "year" not in said}
    return {**taken, **said}


def verdict_sql(queries: Queries, question: Question, states: States) -> str:
    """One row with the verdict: compares what is said with the attributes of each of the question's facts."""
    said = json.dumps(dict(sorted(states.items())), ensure_ascii=False).replace("'", "''")
    near = "".join(
        f" or (said.key = 'condition' and so.value in ({quoted(queries.narrower('condition', [condition]))}))"
        for condition in [states.get("condition", "")] if queries.knows("condition", condition)
    )  # fmt: skip
    differ = (
        f"when exists (select 1 from compared where right = {len(states)}) and exists (select 1 from compared where right < told) "
        "then 'mixed'\n            " if "position" in states else ""
    )  # fmt: skip
    return f"""with compared as (
  select facts.id = '{question.facts[0]}' as first, sum(so.value = said.value{near}) as right, count(*) as told
  from facts, json_each('{said}') as said, json_each(facts.attributes) as so
  where facts.id in ({quoted(question.facts)}) and so.key = said.key group by facts.id
)
select case {differ}when exists (select 1 from compared where right = {len(states)}) then 'supported'
            when exists (select 1 from compared where first and right < told) then 'contradicted'
            else 'not-shown-directly' end as verdict"""


def why(library: Library, queries: Queries, question: Question, states: States) -> str:
    """What is right, what is not, and the fact that decides with its source."""
    facts = [library.facts[one] for one in question.facts]
    compared = [(compare(queries, states, fact), fact) for fact in facts]
    if "position" in states:
        return " ".join(f"{fact.says} Source: {fact.source}." for fact in facts)
    found, fact = next((each for each in compared if len(each[0].right) == len(states)), compared[0])
    told = []
    if said := [f"the {_plain(name)} ({_plain(so)})" for name, _, so in found.right if name in _TOLD]:
        told += [f"Right: {', '.join(said)}."] if found.wrong else []
    if found.wrong:
        wrong = (f"the {_plain(name)} is {_plain(so)}, not {_plain(said)}" for name, said, so in found.wrong)
        told.append(f"Not right: {', and '.join(wrong)}.")
    return " ".join([*told, fact.says, f"Source: {fact.source}."])


def compare(queries: Queries, states: States, fact: Fact) -> Compared:
    """What is said beside what is so."""
    both = [(name, said, fact.values[name]) for name, said in sorted(states.items()) if name in fact.values]
    right = [each for each in both if _agrees(queries, *each)]
    return Compared(tuple(right), tuple(each for each in both if each not in right))


def _agrees(queries: Queries, name: str, said: str, so: str) -> bool:
    """A fact about a narrower condition bears out what is said of the wider one."""
    if name == "condition" and queries.knows("condition", said):
        return so in queries.narrower("condition", [said])
    return said == so


def _plain(word: str) -> str:
    return word.replace("-", " ")
