"""All that a report says, with the places where it says it: tags, numbers, findings and what it concludes."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice, starmap
from pathlib import Path
from typing import Any, Final, Literal

from harvest.findings import conclusion, results
from harvest.findings.model import Finding
from harvest.numbers import quantities
from harvest.numbers.model import Quantity, Statistics
from harvest.report import Report
from harvest.tagging import Fields, Tagger, Tags, fields_of
from harvest.vocabulary import Vocabulary
from harvest.workers import Spread

Direction = Literal["benefit", "no-difference", "harm", "mixed", "not-stated", "not-applicable"]
_CHUNK: Final = 1000


@dataclass(frozen=True, slots=True)
class Extracted:
    """What was read of one report.

    direction
        What the report says about ketamine as a treatment; the rule is in `harvest.findings.conclusion`.
    """

    tags: Tags
    quantities: tuple[Quantity, ...] = ()
    findings: tuple[Finding, ...] = ()
    direction: Direction = "not-stated"

    @property
    def sample_size(self) -> int | None:
        """People enrolled or analysed; None: not stated."""
        for quantity in self.quantities:
            if quantity.kind == "sample-size" and quantity.value is not None:
                return int(quantity.value)
        return None

    def __reduce__(self) -> tuple[Callable[..., Extracted], tuple[object, ...]]:
        # Rows travel between processes as bare tuples: four times as fast as pickling each row with its class.
        findings = tuple((*f[:_STATISTICS], tuple(f.statistics), *f[_STATISTICS + 1 :]) for f in self.findings)
        return _restored, (self.tags, tuple(map(tuple, self.quantities)), findings, self.direction)


_STATISTICS: Final = Finding._fields.index("statistics")


def _restored(
    tags: Tags, numbers: Iterable[tuple[Any, ...]], findings: Iterable[tuple[Any, ...]], direction: Direction
) -> Extracted:
    restored = (
        Finding._make((*row[:_STATISTICS], Statistics(*row[_STATISTICS]), *row[_STATISTICS + 1 :])) for row in findings
    )
    return Extracted(tags, tuple(starmap(Quantity, numbers)), tuple(restored), direction)


class Extractor:
    """A compiled vocabulary with all that is read by it."""

    def __init__(self, words: Vocabulary, folder: Path | None = None) -> None:
        self._tagger = Tagger(words, folder)
        self._results = results.Results(words)

    def extract(self, report: Report | Fields) -> Extracted:
        reading = self._tagger.read(report)
        numbers = quantities(reading)
        findings = self._results.findings(reading, numbers)
        return Extracted(
            reading.tags, numbers, findings, conclusion.direction(reading, findings, self._results.wanted(reading))
        )


def extract_reports(
    reports: Iterable[Report | Fields], words: Vocabulary, folder: Path | None = None, *, spread: Spread = map
) -> Iterator[Extracted]:
    """What every report says, in order; ``spread`` may share the work out (`harvest.workers`)."""
    fields = (fields_of(one) if isinstance(one, Report) else one for one in reports)
    for extracted in spread(partial(_chunk, words, folder), _chunks(fields)):
        yield from extracted


def _chunks(fields: Iterator[Fields]) -> Iterator[list[Fields]]:
    while chunk := list(islice(fields, _CHUNK)):
        yield chunk


def _chunk(words: Vocabulary, folder: Path | None, chunk: list[Fields]) -> list[Extracted]:
    extractor = _extractor(pickle.dumps((words, folder)))
    return [extractor.extract(fields) for fields in chunk]


@lru_cache(maxsize=1)
def _extractor(arguments: bytes) -> Extractor:
    """A worker meets the same vocabulary with each chunk and compiles it once; a vocabulary cannot be hashed itself."""
    return Extractor(*pickle.loads(arguments))  # noqa: S301 (our own, made a line above)
