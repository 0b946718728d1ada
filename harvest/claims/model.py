"""Questions, claims, facts and contradictions, as the files in ``data/`` hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["efficacy", "safety", "onset", "duration", "mechanism", "history", "setting", "opinion"]
Test = Literal["findings", "rates", "studied", "gap", "facts", "none"]
Rung = Literal["randomised", "human", "any"]
Expects = Literal["benefit", "harm", "no-harm", "increased", "decreased", "changed"]
Verdict = Literal[
    "supported", "mostly-supported", "mixed", "mostly-contradicted", "contradicted", "not-shown-directly",
    "not-checkable",
]  # fmt: skip
Stance = Literal["supports", "contradicts", "mixed", "silent"]
States = Mapping[str, str]
"""What is said of a fact, by attribute: ``{"year": "2006", "institution": "yale"}``."""


@dataclass(frozen=True)
class Scope:
    """What the words of a claim take in, and the conditions of which a report must have studied one to speak for that."""

    of: str
    conditions: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One question that claims ask of the reports (``data/questions.yml``).

    The lists of concepts (``conditions`` to ``drugs``) each hold ids of one vocabulary; a report bears on the question
    when it studies one concept of every list that is not empty, and none of ``without`` (conditions).

    about
        What it is about, as a noun phrase that reads well after "the trials that report on": ``ketamine for depression``.
    outcomes
        A finding counts when its outcome is one of these.
    needs_outcome
        The finding's outcome must be this one, whatever the others measure.
    window
        Hours after the dose between which a finding counts; ``None`` for open; no window: any time or none.
    comparators
        ``inert``: only findings against placebo, a sham drug, usual care or a control that is not named; ``any``.
    threshold
        Percentage a claim is usually made with (test ``rates``).
    states
        What a statement that asks this says of the first of ``facts`` unless it says otherwise itself.
    because
        Why no study can answer (test ``none``).
    """

    id: str
    asks: str
    kind: Kind
    test: Test = "findings"
    rung: Rung = "randomised"
    expects: Expects = "benefit"
    drugs: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    """Further conditions a finding may name: a trial of bipolar depression says "depression"."""
    outcomes: tuple[str, ...] = ()
    needs_outcome: str = ""
    comparators: Literal["inert", "any"] = "any"
    mechanisms: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    adjuncts: tuple[str, ...] = ()
    regimens: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    """Kinds of report that count (``registry-entry`` ...); none: all that tell of something done."""
    window: tuple[float | None, float | None] | None = None
    threshold: float | None = None
    scope: Scope | None = None
    facts: tuple[str, ...] = ()
    states: States = field(default_factory=dict)
    because: str = ""
    about: str = ""


@dataclass(frozen=True)
class Page:
    """A page of a clinic that claims were found on."""

    id: str
    name: str


@dataclass(frozen=True)
class Claim:
    """Something a page says about ketamine, in our words (``data/claims.yml``).

    questions
        Ids of the questions it asks, the one that matters most first.
    denies
        It says no to its question ("has no side effects").
    number
        The percentage it states.
    certainty
        The word that leaves no doubt: ``proven``, ``permanent``, ``always`` ...; in our words.
    states
        What it says of a fact (history).
    """

    id: str
    page: str
    says: str
    kinds: tuple[Kind, ...]
    questions: tuple[str, ...]
    denies: bool = False
    number: float | None = None
    certainty: str = ""
    states: States = field(default_factory=dict)


@dataclass(frozen=True)
class Fact:
    """A dated fact with its source (``data/facts.yml``).

    date
        ``1970``, ``1970-02`` or ``1970-02-19``.
    values
        By attribute what the fact says, in the words claims are compared with: year, institution, drug, condition ...
    source
        Name of the source as a reader would look for it; ``pmid``, ``doi`` or ``url`` where there is one.
    """

    id: str
    date: str
    kind: Literal["approval", "first", "scheduling", "warning", "guideline", "origin", "status"]
    says: str
    values: States
    source: str
    pmid: str = ""
    doi: str = ""
    url: str = ""


@dataclass(frozen=True)
class Contradiction:
    """Claims of the pages that cannot all be true, or only with a distinction that none of them makes."""

    id: str
    says: str
    sides: tuple[tuple[str, tuple[str, ...]], ...]
    """(what this side says, ids of its claims)."""
    resolved: str = ""
    """How the sides can be reconciled, where they can."""


@dataclass(frozen=True)
class Library:
    """All of it, checked against one another: every id that is named exists."""

    questions: Mapping[str, Question]
    claims: Mapping[str, Claim]
    facts: Mapping[str, Fact]
    pages: Mapping[str, Page]
    contradictions: tuple[Contradiction, ...]
