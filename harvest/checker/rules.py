"""The rules by which a statement is heard to ask a question, as lines of ``data/statements.yml``.

A rule is a line of terms that must all hold. A term names a feature: a cue (``rapid``), a concept with those narrower
than it (``condition:depression``), the concept alone (``=condition:depression``) or a group. Before the name may stand

- ``-``     the feature, or the pair of near ones, is absent
- ``no:``   it stands denied (``not addictive``); ``any:`` either way; without, it stands as said, but in a rule with ``no:``
            either way, for what stands behind a denied word is within reach of the same "not"
- ``own:``  it stands in the sentence itself; ``lead:`` in what leads it in (label, heading); without, in the sentence
            or, for an item of a list, in what leads it in

``a|b`` is either; ``a~b`` both, with at most six words between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from harvest.errors import VocabularyError

Scope = Literal["", "own", "lead"]
Stand = Literal["said", "denied", "any"]
_SCOPES: Final[Mapping[str, Scope]] = {"own": "own", "lead": "lead"}
_DENIED: Final = re.compile(r"(?:^|[|~:])no:")
_STANDS: Final[Mapping[str, Stand]] = {"no": "denied", "any": "any"}


@dataclass(frozen=True, slots=True)
class Want:
    """One feature as a term wants it; ``bits`` has a bit for each feature that will do."""

    bits: int
    scope: Scope
    stand: Stand


@dataclass(frozen=True, slots=True)
class Term:
    """``near``: of each tuple any one, close to one of the tuple before it (``~``); ``bits``: those of each tuple together."""

    near: tuple[tuple[Want, ...], ...]
    absent: bool
    bits: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """``terms`` in the order written; ``needs``: the bits of each that must be there at all."""

    line: str
    terms: tuple[Term, ...]
    needs: tuple[int, ...]


def compiled(lines: Iterable[str], bits: Callable[[str], int], where: str) -> tuple[Rule, ...]:
    """The rules of the lines. ``bits`` gives those of a feature, 0 for one that is unknown.

    Raises `VocabularyError` naming place, line and term.
    """
    return tuple(_rule(line, bits, where) for line in lines)


def _rule(line: str, bits: Callable[[str], int], where: str) -> Rule:
    stand: Stand = "any" if any(_DENIED.search(word) for word in line.split() if word[0] != "-") else "said"
    terms = tuple(_term(word, bits, f"{where}, rule {line!r}", stand) for word in line.split())
    needs = tuple(need for term in terms if not term.absent for need in term.bits)
    if not needs:
        raise VocabularyError(f"{where}, rule {line!r}: needs a feature that must be there")
    return Rule(line, terms, needs)


def _term(word: str, bits: Callable[[str], int], where: str, stand: Stand) -> Term:
    absent = word.startswith("-")
    near = tuple(
        tuple(_want(name, bits, where, "any" if absent else stand) for name in part.split("|"))
        for part in word.removeprefix("-").split("~")
    )
    return Term(near, absent, tuple(_all(part) for part in near))


def _all(wants: Iterable[Want]) -> int:
    found = 0
    for want in wants:
        found |= want.bits
    return found


def _want(name: str, bits: Callable[[str], int], where: str, stand: Stand) -> Want:
    scope: Scope = ""
    rest = name
    while (prefix := rest.partition(":")[0]) in (*_SCOPES, *_STANDS) and ":" in rest:
        scope = _SCOPES.get(prefix, scope)
        stand = _STANDS.get(prefix, stand)
        rest = rest.partition(":")[2]
    found = bits(rest)
    if not found:
        raise VocabularyError(f"{where}: unknown feature {rest!r}; name a cue, a group or dimension:id of a concept")
    return Want(found, scope, stand)
