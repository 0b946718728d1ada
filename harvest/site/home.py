"""What the home page shows: what this copy holds, what its randomised trials concluded, and where to begin."""

from __future__ import annotations

from typing import Any, Final

from harvest.site import web
from harvest.site.charts import Bar, Chart, Series

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
    "first_year": "select min(year) from reports",
    "last_year": "select max(year) from reports",
    "harvested": "select max(last_harvest_at) from sources",
    "edition": "select value from about where name = 'edition'",
}
_LISTED: Final = {
    "newest": "select id, title, year, journal, kind from reports where kind <> 'registry-entry' and not retracted "
    "order by sort_key desc limit 5",
    "sources": "select id, title, records from sources where records > 0 order by records desc, id",
    "conditions": "select id, label, studied from conditions where studied > 0 order by studied desc, label limit 12",
    "outcomes": "select id, label, studied from outcomes where studied > 0 order by studied desc, label limit 12",
    "drugs": "select id, label, studied from drugs where studied > 0 order by studied desc, label limit 6",
}
TRIAL: Final = "randomised-controlled-trial"
DIRECTIONS: Final = ("benefit", "no-difference", "mixed", "harm", "not-stated")
_MOST_BARS: Final = 10
_BY_CONDITION: Final = f"""
    select conditions.id, conditions.label, conditions.broader, reports.direction, count(*) as number
    from reports
    join report_conditions as tag on tag.report_id = reports.id and tag.role = 'studied'
    join conditions on conditions.id = tag.condition_id
    where reports.design = '{TRIAL}' and not reports.retracted
      and reports.direction in ({", ".join(f"'{direction}'" for direction in DIRECTIONS)})
    group by conditions.id, reports.direction"""  # noqa: S608 (our own words)


async def home(datasette: Any) -> dict[str, Any]:
    """Counts, short lists, the canned questions by audience, and the picture of what trials concluded."""
    queries = datasette.metadata("queries", database=web.DATABASE) or {}
    counts = {
        name: next(iter((await web.first(datasette, sql) or {"": None}).values())) for name, sql in _COUNTED.items()
    }
    lists = {f"{name}_list": await web.rows(datasette, sql) for name, sql in _LISTED.items()}
    return {**counts, **lists, "queries": queries, "chart": await _conclusions(datasette)}


async def _conclusions(datasette: Any) -> Chart:
    """Randomised trials by condition and by what they conclude, the most studied conditions."""
    numbers: dict[str, dict[str, int]] = {}
    about: dict[str, tuple[str, str | None]] = {}
    for row in await web.rows(datasette, _BY_CONDITION):
        numbers.setdefault(row["id"], {})[row["direction"]] = row["number"]
        about[row["id"]] = (row["label"], row["broader"])
    totals = {concept: sum(counts.values()) for concept, counts in numbers.items()}
    # A concept that is almost the same as its largest narrower one would show the same bar twice.
    said = {about[c][1] for c, total in totals.items() if total >= 0.8 * totals.get(about[c][1] or "", total + 1)}
    chosen = sorted((c for c in totals if c not in said), key=lambda c: (-totals[c], c))[:_MOST_BARS]
    return Chart(
        title="What randomised trials concluded, by condition",
        names=tuple(about[concept][0] for concept in chosen),
        series=tuple(
            Series(direction, direction.replace("-", " "), tuple(
                Bar(numbers[concept].get(direction, 0),
                    web.address("/search", {"condition": concept, "design": TRIAL, "direction": direction}))
                for concept in chosen))
            for direction in DIRECTIONS
        ),
        horizontal=True,
        unit="reports of randomised trials",
    )  # fmt: skip
