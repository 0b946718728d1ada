"""Whether what the files of claims name exists, and whether each question has what its test needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from harvest.claims.model import Claim, Library, Question
from harvest.errors import ClaimsError
from harvest.vocabulary import Vocabulary

CONCEPTS: Final = {
    "drugs": "drug", "conditions": "condition", "without": "condition", "named": "condition", "outcomes": "outcome",
    "mechanisms": "mechanism", "settings": "setting", "adjuncts": "adjunct", "regimens": "regimen", "routes": "route",
    "uses": "use",
}  # fmt: skip
"""Lists of a question -> dimension of the concepts they name."""
_NEEDS: Final = {
    "findings": ("outcomes",), "gap": ("outcomes",), "rates": ("outcomes", "threshold"),
    "facts": ("facts",), "none": ("because",),
}  # fmt: skip
"""Test -> fields without which it has nothing to go by."""
_ONLY: Final = {"threshold": "rates", "facts": "facts", "states": "facts", "because": "none"}
"""Field -> the one test that reads it."""


def check(library: Library, words: Vocabulary) -> None:
    """Raises `ClaimsError` for the first id that does not exist or field that does not fit, naming where and what to do."""
    ids = {dimension: {concept.id for concept in words.of(dimension)} for dimension in set(CONCEPTS.values())}
    for question in library.questions.values():
        where = f"questions.yml, question {question.id}"
        _check_concepts(where, question, ids)
        _check_test(where, question)
        _known(f"{where}: facts", question.facts, library.facts, "fact of facts.yml")
    for claim in library.claims.values():
        _check_claim(f"claims.yml, claim {claim.id}", claim, library)
    for contradiction in library.contradictions:
        where = f"claims.yml, contradiction {contradiction.id}: sides"
        for _, claims in contradiction.sides:
            _known(where, claims, library.claims, "claim of claims.yml")


def _check_concepts(where: str, question: Question, ids: Mapping[str, Collection[str]]) -> None:
    for name, dimension in CONCEPTS.items():
        _known(f"{where}: {name}", getattr(question, name), ids[dimension], f"{dimension} of the vocabulary")
    if question.needs_outcome:
        _known(f"{where}: needs_outcome", [question.needs_outcome], ids["outcome"], "outcome of the vocabulary")
    if question.scope:
        _known(f"{where}: scope", question.scope.conditions, ids["condition"], "condition of the vocabulary")


def _check_test(where: str, question: Question) -> None:
    for name in _NEEDS.get(question.test, ()):
        if getattr(question, name) in ((), "", None):
            raise ClaimsError(f"{where}: missing field {name}; the test {question.test} needs it")
    for name, test in _ONLY.items():
        if getattr(question, name) and question.test != test:
            raise ClaimsError(f"{where}: {name} is read by the test {test} only; delete it or write 'test: {test}'")


def _check_claim(where: str, claim: Claim, library: Library) -> None:
    _known(f"{where}: page", [claim.page], library.pages, "page of claims.yml")
    _known(f"{where}: questions", claim.questions, library.questions, "question of questions.yml")
    tests = {library.questions[question].test for question in claim.questions}
    if claim.states and "facts" not in tests:
        raise ClaimsError(
            f"{where}: states is compared with facts, and none of its questions asks for facts; delete it"
        )
    if claim.number is not None and "rates" not in tests:
        raise ClaimsError(f"{where}: number is compared with rates, and none of its questions asks for rates; add one")


def _known(where: str, named: Iterable[str], known: Collection[str], what: str) -> None:
    for one in named:
        if one not in known:
            raise ClaimsError(
                f"{where}: there is no {what} with the id {one!r}; correct the id or add the {what.split()[0]}"
            )
