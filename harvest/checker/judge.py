"""Puts beside each statement of a text what the studies say, and names the harms that the text leaves out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from harvest.checker.model import Checked, Document, Found, Judged, Omission, Part, Statement
from harvest.claims.model import Library
from harvest.claims.standing import Harm, Standing
from harvest.vocabulary import Vocabulary

NO_DATABASE: Final = "No database is at hand: run 'harvest build' for verdicts and omissions."
NOT_ABOUT: Final = "The text does not name ketamine, so nothing that it says was checked."
_COUNTED: Final = ("findings", "rates")
"""Tests of questions whose answer a word like "proven" speaks of."""
_STANCES: Final = ("supports", "contradicts", "mixed", "silent")


def judge(document: Document, found: Found, library: Library, words: Vocabulary, standing: Standing | None) -> Checked:
    """The statements with their verdicts; without ``standing`` the statements alone."""
    claims: dict[str, list[str]] = {}
    for claim in library.claims.values():
        for question in claim.questions:
            claims.setdefault(question, []).append(claim.id)
    judged = tuple(
        _judged(document, one, library, tuple(claims.get(one.question, ())), standing) for one in found.statements
    )
    told = {NO_DATABASE: standing is None, NOT_ABOUT: not found.about_ketamine}
    notes = (*document.notes, *(note for note, holds in told.items() if holds))
    read = found.about_ketamine and document.language in ("en", "und")  # of a text nobody read nothing is missing
    omissions = tuple(_omissions(found, words, standing)) if standing and read else ()
    return Checked(document, judged, found.unjudged, omissions, notes)


def _judged(
    document: Document, statement: Statement, library: Library, claims: tuple[str, ...], standing: Standing | None
) -> Judged:
    text, asks = document.text[statement.start : statement.end], library.questions[statement.question].asks
    if standing is None:
        return Judged(statement, text, asks, claims, "", "")
    stand = standing.direction(statement.question, denies=statement.denies, states=statement.states)
    parts = [Part("direction", stand.verdict, stand.why)]
    if statement.number is not None and (number := standing.number(statement.question, statement.number)):
        stand = number
        parts = [Part("number", number.verdict, number.why)]
    if statement.certainty and library.questions[statement.question].test in _COUNTED:
        certain = standing.certainty(stand, statement.certainty)
        parts.append(Part("certainty", certain.verdict, certain.why))
    if scope := standing.scope(statement.question):
        parts.append(Part("scope", scope.verdict, scope.why))
    counts = {name: getattr(stand.counts, name) for name in _STANCES}
    return Judged(
        statement, text, asks, claims, stand.verdict, stand.why, tuple(parts), counts, stand.counts.participants
    )


def _omissions(found: Found, words: Vocabulary, standing: Standing) -> Iterable[Omission]:
    """Harms that neither the text nor a wider word of it names: "nausea" leaves vomiting out, "vomiting" not nausea."""
    told = set(found.harms)
    for harm in _merged(standing.harms(_wider(found.conditions, words)), words):
        concept = words.get("outcome", harm.outcome)
        line = {harm.outcome, *(above.id for above in words.ancestors(concept))} - {"adverse-events"}
        narrower = {
            one.id for one in words.of("outcome") if harm.outcome in {above.id for above in words.ancestors(one)}
        }
        if not told & (line | narrower):
            yield Omission(harm.outcome, harm.label, harm.reports, len(harm.trials))


def _wider(conditions: Iterable[str], words: Vocabulary) -> list[str]:
    """Severe depression shares its harms with depression; pain after surgery does not share those of chronic pain."""
    named = [words.get("condition", one) for one in conditions]
    return [one.broader if one.broader and one.broader != "pain" else one.id for one in named]


def _merged(harms: Iterable[Harm], words: Vocabulary) -> list[Harm]:
    """A harm stands for its narrower ones: one line for blood pressure and raised blood pressure."""
    by_id: dict[str, Harm] = {harm.outcome: harm for harm in harms}
    merged: dict[str, list[Harm]] = {}
    for harm in by_id.values():
        above = [one.id for one in words.ancestors(words.get("outcome", harm.outcome)) if one.id in by_id]
        merged.setdefault(above[-1] if above else harm.outcome, []).append(harm)
    return sorted((_together(by_id[top], parts) for top, parts in merged.items()), key=_most_reported)


def _together(top: Harm, parts: list[Harm]) -> Harm:
    reports = tuple(dict.fromkeys(report for part in (top, *parts) for report in part.reports))
    return Harm(top.outcome, top.label, top.broader, reports, top.trials.union(*(part.trials for part in parts)))


def _most_reported(harm: Harm) -> tuple[int, str]:
    return -len(harm.reports), harm.outcome
