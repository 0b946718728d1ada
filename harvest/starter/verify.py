"""Proves the digests against the abstracts they were written from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from harvest import vocabulary
from harvest.extraction import Extractor
from harvest.starter.agreement import Comparison, Rate, compare, rates
from harvest.starter.digests import NEEDED, lacking, name_of, originals, read
from harvest.starter.proof import Names, problems


@dataclass(frozen=True)
class Outcome:
    """What came of proving a file of digests."""

    digests: int
    problems: tuple[str, ...]
    """A line each, beginning with the report."""
    comparisons: tuple[Comparison, ...]

    @property
    def rates(self) -> tuple[Rate, ...]:
        return tuple(rates(self.comparisons))

    @property
    def differences(self) -> tuple[str, ...]:
        """What extraction reads otherwise in a digest than in its abstract, a line each."""
        return tuple(
            f"{row.report}: {row.aspect} {_joined(row.digest)} in the digest, {_joined(row.abstract)} in the abstract"
            for row in self.comparisons
            if not row.equal
        )


def verify(digests: Path, records: Path) -> Outcome:
    """Every digest of the file against its record; ``records`` is the file of gathered records, or its folder.

    Raises `BadInput` when one of the files cannot be read.
    """
    held, known = read(digests), originals(records)
    words = vocabulary.load()
    names, extractor = Names(words), Extractor(words)
    found: list[str] = []
    comparisons: list[Comparison] = []
    seen: set[str] = set()
    for digest in held:
        name = name_of(digest)
        original = known.get(name)
        found += [f"{name}: {problem}" for problem in problems(digest, original, names)]
        if name in seen:
            found.append(f"{name}: has more than one digest")
        seen.add(name)
        if original is not None and not lacking(digest, NEEDED):
            comparisons += compare(digest, original, extractor)
    return Outcome(len(held), tuple(found), tuple(comparisons))


def _joined(values: frozenset[str]) -> str:
    return " + ".join(sorted(values)) or "nothing"
