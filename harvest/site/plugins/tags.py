"""Tags of reports as facets and filters that stay fast on 30,000 reports.

``?_facet_tag=condition`` counts the conditions of the rows shown, ``?_condition=depression`` keeps the reports that
study it; both work on the table reports, in HTML, JSON and CSV. Datasette's own array facet reads the JSON of
every row and times out at that size.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl
from datasette.database import QueryInterrupted
from datasette.facets import Facet
from datasette.filters import FilterArguments

from harvest.schema import DIMENSIONS

REPORTS = "reports"


class TagFacet(Facet):  # type: ignore[misc]
    type = "tag"

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        """(facets, names of those that took too long), in the form Datasette's table page expects."""
        found: list[dict[str, Any]] = []
        too_slow: list[str] = []
        if self.table != REPORTS:
            return found, too_slow
        asked: dict[str, bool] = {}
        for chosen in self.get_configs():
            dimension = chosen["config"].get("simple")
            if isinstance(dimension, str) and dimension in DIMENSIONS:
                asked.setdefault(dimension, chosen["source"] != "metadata")
        for dimension, hideable in asked.items():
            try:
                found.append(await self._count(dimension, hideable))
            except QueryInterrupted:
                too_slow.append(dimension)
        return found, too_slow

    async def _count(self, dimension: str, hideable: bool) -> dict[str, Any]:
        size = self.get_facet_size()
        rows = (
            await self.ds.execute(
                self.database, self._sql(dimension, size + 1), self.params, truncate=False,
                custom_time_limit=self.ds.setting("facet_time_limit_ms"),
            )
        ).rows  # fmt: skip
        return {
            "name": dimension,
            "type": self.type,
            "hideable": hideable,
            "toggle_url": self._url(without(self.request, "_facet_tag", dimension)),
            "results": [self._value(dimension, row) for row in rows[:size]],
            "truncated": len(rows) > size,
        }

    def _sql(self, dimension: str, limit: int) -> str:
        concepts, column = DIMENSIONS[dimension], f"{dimension}_id"
        # Without a filter every tag counts, and the index alone answers.
        matching = f"and report_id in (select id from ({self.sql}))"  # noqa: S608 (Datasette's own statement)
        filtered = matching if " where " in self.sql.lower() else ""
        return f"""
            select concepts.id as value, concepts.label as label, counted.number as count
            from (select {column} as concept, count(*) as number from report_{concepts}
                  where role = 'studied' {filtered}
                  group by {column}) as counted
            join {concepts} as concepts on concepts.id = counted.concept
            order by counted.number desc, concepts.label limit {limit}
            """  # noqa: S608 (names from our own list of dimensions)

    def _value(self, dimension: str, row: Any) -> dict[str, Any]:
        selected = row["value"] in self.request.args.getlist(f"_{dimension}")
        change = without if selected else with_added
        return {
            "value": row["value"],
            "label": row["label"],
            "count": row["count"],
            "selected": selected,
            "toggle_url": self._url(change(self.request, f"_{dimension}", row["value"])),
        }

    def _url(self, path: str) -> str:
        return str(self.ds.absolute_url(self.request, self.ds.urls.path(path)))


def with_added(request: Any, name: str, value: str) -> str:
    """The first page of the same address with one more parameter."""
    return _address(request, [*_pairs(request), (name, value)])


def without(request: Any, name: str, value: str) -> str:
    """The first page of the same address without this parameter."""
    return _address(request, [pair for pair in _pairs(request) if pair != (name, value)])


def _pairs(request: Any) -> list[tuple[str, str]]:
    # Another filter means other pages; the place in the old ones is of no use.
    pairs = parse_qsl(request.query_string, keep_blank_values=True)
    return [(name, value) for name, value in pairs if name != "_next"]


def _address(request: Any, pairs: list[tuple[str, str]]) -> str:
    return str(request.path) + ("?" + urlencode(pairs) if pairs else "")


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(table: str | None, request: Any, datasette: Any) -> dict[str, Any]:
    """``chosen_tags``: the tags the rows are filtered by, each with the address that lets go of it; ``more_facets``:
    the dimensions that are not counted on this page, each with the address of the page that counts it too."""
    if table != REPORTS or request is None:
        return {}
    shown = {*_usual(datasette), *request.args.getlist("_facet_tag")}
    return {
        "more_facets": [
            {"dimension": dimension,
             "address": datasette.urls.path(with_added(request, "_facet_tag", dimension) + "#facets")}
            for dimension in DIMENSIONS
            if dimension not in shown
        ],
        "chosen_tags": [
            {"dimension": dimension, "concept": concept,
             "address": datasette.urls.path(without(request, f"_{dimension}", concept))}
            for dimension in DIMENSIONS
            for concept in filter(None, request.args.getlist(f"_{dimension}"))
        ]
    }  # fmt: skip


def _usual(datasette: Any) -> set[str]:
    """The dimensions that metadata.yml has counted on every page of reports."""
    facets = datasette.metadata("facets", database="ketamine", table=REPORTS) or []
    return {facet["tag"] for facet in facets if isinstance(facet, dict) and "tag" in facet}


@hookimpl  # type: ignore[untyped-decorator]
def register_facet_classes() -> list[type[Facet]]:
    return [TagFacet]


@hookimpl  # type: ignore[untyped-decorator]
def filters_from_request(request: Any, table: str) -> FilterArguments | None:
    """Reports that study every concept asked for, as their columns conditions, outcomes, ... say."""
    if table != REPORTS:
        return None
    clauses, parameters, descriptions = [], {}, []
    for dimension, concepts in DIMENSIONS.items():
        for number, concept in enumerate(filter(None, request.args.getlist(f"_{dimension}"))):
            name = f"tag_{dimension}_{number}"
            clauses.append(
                f"id in (select report_id from report_{concepts} where {dimension}_id = :{name} and role = 'studied')"  # noqa: S608
            )
            parameters[name] = concept
            descriptions.append(f'{dimension} is "{concept}"')
    return FilterArguments(clauses, parameters, descriptions) if clauses else None
