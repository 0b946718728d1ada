"""What tagging reads of a report and what it answers: plain tuples, cheap to send between processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import starmap
from typing import Final, Literal, NamedTuple

from harvest.report import Report

Role = Literal["studied", "mentioned"]
Species = Literal["human", "animal", "in-vitro"]


class MeshHeading(NamedTuple):
    name: str
    ui: str = ""
    major: bool = False


class Typed(NamedTuple):
    """A publication type."""

    name: str
    ui: str = ""


class Fields(NamedTuple):
    """The parts of a report that are read for tags."""

    id: str
    title: str = ""
    abstract: str = ""
    mesh: tuple[MeshHeading, ...] = ()
    keywords: tuple[str, ...] = ()
    publication_types: tuple[Typed, ...] = ()
    kind: str = "article"


class Evidence(NamedTuple):
    """Where a tag stands: code points ``start`` to ``end`` (exclusive) of ``field``, a column of reports.

    rule
        ``synonym`` or ``acronym`` (words of the text), ``mesh`` and ``publication-type`` (joined by identifier),
        ``mesh-name`` and ``publication-type-name`` (by the whole name, where the source gives no identifier).
        ``synonym of treatment-resistant-depression`` on depression: the words name that narrower concept.
        ``instrument madrs`` on an outcome: the words name a scale that measures it.
    role
        Role of the tag this row is evidence of.
    """

    dimension: str
    concept_id: str
    field: str
    start: int
    end: int
    rule: str
    role: Role


class Tag(NamedTuple):
    """A concept of a report; ``mentions`` counts its places in title and abstract."""

    dimension: str
    concept_id: str
    role: Role
    mentions: int


class Population(NamedTuple):
    """Who or what was studied; None, () and False mean that the report does not say."""

    species: Species | None = None
    age: tuple[str, ...] = ()
    """Of ``paediatric``, ``adult``, ``older-adult``."""
    healthy: bool = False


NOBODY: Final = Population()


@dataclass(frozen=True, slots=True)
class Tags:
    """All tags of one report, with the evidence of each."""

    id: str
    tags: tuple[Tag, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    design: str | None = None
    """The one design of the report: the studied concept of dimension ``design``; None when no words tell."""
    population: Population = NOBODY

    def studied(self, dimension: str) -> list[str]:
        """Ids of the concepts of one dimension that the report studies, in vocabulary order."""
        return [t.concept_id for t in self.tags if t.dimension == dimension and t.role == "studied"]

    @property
    def animal(self) -> bool:
        """The report is about living animals."""
        return self.population.species == "animal"

    def __reduce__(self) -> tuple[Callable[..., Tags], tuple[object, ...]]:
        # Rows travel between processes as bare tuples: four times as fast as pickling each row with its class.
        rows = tuple(map(tuple, self.tags)), tuple(map(tuple, self.evidence))
        rest = self.design, tuple(self.population)
        return _restored, (self.id, *rows, *rest)


def _restored(
    report_id: str,
    tags: Iterable[tuple[str, str, Role, int]],
    evidence: Iterable[tuple[str, str, str, int, int, str, Role]],
    design: str | None,
    population: tuple[Species | None, tuple[str, ...], bool],
) -> Tags:
    return Tags(
        report_id, tuple(starmap(Tag, tags)), tuple(starmap(Evidence, evidence)), design, Population(*population)
    )  # fmt: skip


def fields_of(report: Report) -> Fields:
    """What tagging needs of a report, without its records."""
    return Fields(
        id=report.id, title=report.title, abstract=report.abstract, keywords=report.keywords, kind=report.kind,
        mesh=tuple(MeshHeading(h.name, h.ui, h.major) for h in report.mesh),
        publication_types=tuple(Typed(t.name, t.ui) for t in report.publication_types),
    )  # fmt: skip


def joined(names: Iterable[str]) -> str:
    """Names as one line, as `Report.mesh_text` and its fellows join them; evidence points into it."""
    return "; ".join(names)
