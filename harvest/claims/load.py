"""Reads ``data/questions.yml``, ``claims.yml`` and ``facts.yml`` into one `Library`; `harvest.claims.links` checks it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar, get_args, get_type_hints

import yaml

from harvest import locations, record, vocabulary
from harvest.claims import fields, links
from harvest.claims.fields import Reader, made
from harvest.claims.model import (
    Claim,
    Contradiction,
    Expects,
    Fact,
    Kind,
    Library,
    Page,
    Question,
    Rung,
    Scope,
    Test,
)  # fmt: skip
from harvest.errors import ClaimsError
from harvest.vocabulary import Vocabulary

QUESTIONS: Final = "questions.yml"
CLAIMS: Final = "claims.yml"
FACTS: Final = "facts.yml"
_AGAINST_INERT: Final = ("efficacy", "onset", "duration")
"""Kinds of question that ask for more than time and hope would do, unless the file says otherwise."""


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_HasId)


def load(folder: Path | None = None, words: Vocabulary | None = None) -> Library:
    """The questions, claims, facts, pages and contradictions of ``folder`` (``data/``), each in the order of its file.

    ``words``: the vocabulary that concepts are looked up in, to share one that is loaded already.
    Raises `ClaimsError` naming file, entry, field and what to do.
    """
    folder = folder or locations.definitions()
    said = _mapping(folder / CLAIMS)
    library = Library(
        questions=_by_id(QUESTIONS, "question", _listed(QUESTIONS, _read(folder / QUESTIONS)), _question),
        claims=_by_id(CLAIMS, "claim", _listed(f"{CLAIMS}: claims", said["claims"]), _claim),
        facts=_by_id(FACTS, "fact", _listed(FACTS, _read(folder / FACTS)), _fact),
        pages=_by_id(CLAIMS, "page", _listed(f"{CLAIMS}: pages", said["pages"]), _page),
        contradictions=tuple(_by_id(
            CLAIMS, "contradiction", _listed(f"{CLAIMS}: contradictions", said["contradictions"]), _contradiction,
        ).values()),
    )  # fmt: skip
    links.check(library, words or vocabulary.load())
    return library


def _read(path: Path) -> Any:
    if not path.is_file():
        raise ClaimsError(f"{path}: missing; the folder needs {QUESTIONS}, {CLAIMS} and {FACTS}")
    try:
        return yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise ClaimsError(f"{path}: not valid YAML in UTF-8; mend the place named here: {problem}") from problem


def _listed(where: str, found: Any) -> list[Any]:
    if not isinstance(found, list):
        raise ClaimsError(f"{where}: must be a list; begin every entry with '- id: ...'")
    return found


def _mapping(path: Path) -> dict[str, Any]:
    parts = ("pages", "claims", "contradictions")
    found = _read(path)
    if not isinstance(found, Mapping) or set(found) != set(parts):
        raise ClaimsError(f"{path.name}: must have the parts {', '.join(parts)}, each a list, and no other")
    return dict(found)


def _by_id(file: str, noun: str, entries: list[Any], one: Callable[[str, Any], T]) -> dict[str, T]:
    """The entries by id, in file order; errors name ``file``, ``noun`` and id."""
    found: dict[str, T] = {}
    for number, entry in enumerate(entries, 1):
        name = entry.get("id") if isinstance(entry, Mapping) else None
        if not isinstance(name, str) or not name.strip():
            raise ClaimsError(
                f"{file}, {noun} number {number}: missing id; give it one, in quotes if it looks like a number"
            )
        if name in found:
            raise ClaimsError(f"{file}, {noun} {name}: the id is used twice; rename or delete one")
        found[name] = one(f"{file}, {noun} {name}", entry)
    return found


_SCOPE: Final[Mapping[str, Reader]] = {"of": fields.text, "conditions": fields.some_words}
_QUESTION: Final[Mapping[str, Reader]] = {
    "id": fields.text,
    "asks": fields.text,
    "kind": fields.one_of(get_args(Kind)),
    "test": fields.one_of(get_args(Test)),
    "rung": fields.one_of(get_args(Rung)),
    "expects": fields.one_of(get_args(Expects)),
    **dict.fromkeys(links.CONCEPTS, fields.words),
    "needs_outcome": fields.text,
    "comparators": fields.one_of(get_args(get_type_hints(Question)["comparators"])),
    "kinds": fields.some_of(get_args(record.Kind)),
    "window": fields.window,
    "threshold": fields.percentage,
    "scope": lambda where, value: made(Scope, where, value, _SCOPE),
    "facts": fields.words,
    "states": fields.states,
    "because": fields.text,
    "about": fields.text,
}
_CLAIM: Final[Mapping[str, Reader]] = {
    "id": fields.text,
    "page": fields.text,
    "says": fields.text,
    "kinds": fields.some_of(get_args(Kind)),
    "questions": fields.some_words,
    "denies": fields.flag,
    "number": fields.percentage,
    "certainty": fields.text,
    "states": fields.states,
}
_PAGE: Final[Mapping[str, Reader]] = {"id": fields.text, "name": fields.text}
_FACT: Final[Mapping[str, Reader]] = {
    "id": fields.text,
    "date": fields.date,
    "kind": fields.one_of(get_args(get_type_hints(Fact)["kind"])),
    "says": fields.text,
    "values": fields.states,
    "source": fields.text,
    "pmid": fields.text,
    "doi": fields.text,
    "url": fields.text,
}


def _question(where: str, entry: Any) -> Question:
    comparators = entry.get("comparators") or ("inert" if entry.get("kind") in _AGAINST_INERT else "any")
    return made(Question, where, {**entry, "comparators": comparators}, _QUESTION)


def _claim(where: str, entry: Any) -> Claim:
    return made(Claim, where, entry, _CLAIM)


def _page(where: str, entry: Any) -> Page:
    return made(Page, where, entry, _PAGE)


def _fact(where: str, entry: Any) -> Fact:
    return made(Fact, where, entry, _FACT)


def _contradiction(where: str, entry: Any) -> Contradiction:
    return made(Contradiction, where, entry, _CONTRADICTION)


def _sides(where: str, value: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, list) or len(value) < 2:
        raise ClaimsError(f"{where} must be a list of at least two, each with says and claims; found {value!r}")
    return tuple(_side(f"{where}, side {number}", one) for number, one in enumerate(value, 1))


def _side(where: str, value: Any) -> tuple[str, tuple[str, ...]]:
    if not isinstance(value, Mapping) or set(value) != {"says", "claims"}:
        raise ClaimsError(f"{where} must have the fields says and claims, and no other; found {value!r}")
    return fields.text(f"{where}, says,", value["says"]), fields.some_words(f"{where}, claims,", value["claims"])


_CONTRADICTION: Final[Mapping[str, Reader]] = {
    "id": fields.text,
    "says": fields.text,
    "sides": _sides,
    "resolved": fields.text,
}
