"""The concepts of all dimensions with their labels, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harvest.schema import DIMENSIONS
from harvest.site import web


@dataclass(frozen=True, slots=True)
class Concept:
    dimension: str
    id: str
    label: str
    kind: str = ""
    """Of outcomes: benefit, harm, mechanism or measure."""

    @property
    def search(self) -> str:
        """Address of the reports that study it."""
        return web.address("/search", {self.dimension: self.id})


@dataclass(frozen=True)
class Concepts:
    """Looks concepts up; an unknown one answers with its id as words."""

    by_key: Mapping[tuple[str, str], Concept]
    any_of: Mapping[str, Concept]
    """By id alone, for numbers that say what they are of without the dimension."""

    def get(self, dimension: str, id: str) -> Concept:
        return self.by_key.get((dimension, id)) or Concept(dimension, id, id.replace("-", " "))

    def label(self, id: str | None) -> str:
        """The label of an id of any dimension, drugs and comparators first; '' for None."""
        if not id:
            return ""
        found = self.any_of.get(id)
        return found.label if found else id.replace("-", " ")

    @property
    def harms(self) -> list[Concept]:
        return [one for one in self.by_key.values() if one.dimension == "outcome" and one.kind == "harm"]


async def concepts(datasette: Any) -> Concepts:
    """Every concept of this database."""

    async def read() -> Concepts:
        sql = " union all ".join(
            f"select '{dimension}' as dimension, id, label, {'kind' if dimension == 'outcome' else 'null'} as kind from {table}"  # noqa: S608
            for dimension, table in DIMENSIONS.items()
        )
        found = [
            Concept(row["dimension"], row["id"], row["label"], row["kind"] or "")
            for row in await web.rows(datasette, sql)
        ]
        named: dict[str, Concept] = {}
        for dimension in dict.fromkeys(("drug", "comparator", *DIMENSIONS)):
            for one in found:
                if one.dimension == dimension:
                    named.setdefault(one.id, one)
        return Concepts({(one.dimension, one.id): one for one in found}, named)

    return await web.kept(datasette, "concepts of all dimensions", read)
