"""What the home page shows: what this copy holds, what its randomised trials concluded, and where to begin."""

from __future__ import annotations

from typing import Any, Final

from harvest.schema import DIMENSIONS
from harvest.search.index import Index
from harvest.site import web
from harvest.site.charts import Bar, Chart, Series
from harvest.site.concept.tallies import CONCLUSIONS, RANDOMISED, Studied
from harvest.site.search.held import held

_COUNTED: Final = {
    "reports": "select count(*) from reports",
    "with_abstract": "select count(*) from reports where abstract <> '' and abstract_kind <> 'digest'",
    "digests": "select count(*) from reports where digest is not null",
    "findings": "select count(*) from findings",
    "records": "select count(*) from records",
    "studies": "select count(*) from studies",
    "evidence": "select count(*) from evidence",
    "unreported": "select count(*) from trials_without_results",
    "retracted": "select count(*) from reports where retracted",
    "claims": "select count(*) from claims",
    "pages": "select count(distinct page) from claims",
    "first_year": "select min(year) from reports",
    "last_year": "select max(year) from reports",
    "harvested": "select max(last_harvest_at) from sources",
    "edition": "select value from about where name = 'edition'",
}
_LISTED: Final = {
    "newest": "select id, title, year, journal, kind from reports where kind <> 'registry-entry' and not retracted "
    "order by sort_key desc limit 5",
    "sources": "select id, title, records from sources where records > 0 order by records desc, id",
}
_MOST_BARS: Final = 10
_MOST_LISTED: Final = {"condition": 12, "outcome": 12, "drug": 6}


async def home(datasette: Any) -> dict[str, Any]:
    """Counts, short lists, the canned questions by audience, and the picture of what trials concluded."""
    queries = datasette.metadata("queries", database=web.DATABASE) or {}
    counts = {
        name: next(iter((await web.first(datasette, sql) or {"": None}).values())) for name, sql in _COUNTED.items()
    }
    lists = {f"{name}_list": await web.rows(datasette, sql) for name, sql in _LISTED.items()}
    # From the search's own index, so that each number is what the page behind it shows.
    index = (await held(datasette)).index
    most = {f"{DIMENSIONS[name]}_list": _most_studied(index, name)[:number] for name, number in _MOST_LISTED.items()}
    return {**counts, **lists, **most, "queries": queries, "chart": _conclusions(index)}


def _most_studied(index: Index, dimension: str) -> list[web.Row]:
    """Concepts of a dimension that reports study, the most studied first: id, label, studied."""
    found = [
        {"id": concept.id, "label": concept.label, "studied": index.studied.get((kind, concept.id), 0).bit_count()}
        for (kind, _), concept in index.names.concepts.items()
        if kind == dimension
    ]
    return sorted((row for row in found if row["studied"]), key=lambda row: (-row["studied"], row["label"]))


def _concluding(index: Index, condition: str) -> dict[str, int]:
    """Direction -> reports of randomised trials on the condition that conclude it; retracted ones are left out."""
    reports = Studied(index, index.studied.get(("condition", condition), 0))
    trials = reports.of("design", RANDOMISED) & ~reports.retracted
    return {direction: (trials & reports.having("direction", direction)).bit_count() for direction in CONCLUSIONS}


def _conclusions(index: Index) -> Chart:
    """Randomised trials by condition and by what they conclude, the most studied conditions."""
    about = {concept.id: concept for (kind, _), concept in index.names.concepts.items() if kind == "condition"}
    numbers = {condition: _concluding(index, condition) for condition in about}
    totals = {condition: total for condition, counts in numbers.items() if (total := sum(counts.values()))}
    # A concept that is almost the same as its largest narrower one would show the same bar twice.
    said = {
        about[c].broader for c, total in totals.items() if total >= 0.8 * totals.get(about[c].broader or "", total + 1)
    }
    chosen = sorted((c for c in totals if c not in said), key=lambda c: (-totals[c], c))[:_MOST_BARS]
    return Chart(
        title="What randomised trials concluded, by condition",
        names=tuple(about[concept].label for concept in chosen),
        series=tuple(
            Series(direction, label, tuple(
                Bar(numbers[concept][direction], web.address("/search", {
                    "condition": concept, "design": RANDOMISED, "direction": direction, "retracted": "no"}))
                for concept in chosen))
            for direction, label in CONCLUSIONS.items()
        ),
        horizontal=True,
        unit="reports of randomised trials",
    )  # fmt: skip
