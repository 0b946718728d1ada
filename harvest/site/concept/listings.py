"""Short lists of reports: the newest, the largest trials, those that found a benefit beside those that found none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from harvest.site import web
from harvest.site.concept.tallies import PUBLISHED, RANDOMISED, REVIEWS, About, Studied
from harvest.site.web import Row

LENGTH: Final = 6
"""How many reports every list shows: null results get as much room as benefits."""


@dataclass(frozen=True)
class Choice:
    """Which reports a list shows, before their titles are read."""

    heading: str
    ids: tuple[str, ...]
    total: int
    more: str
    empty: str
    kind: str = ""
    """Direction that colours the list, or ''."""
    all_of: str = ""
    """What the link to all is called; '' for their number and the heading."""


@dataclass(frozen=True)
class Listing:
    """A list as the page shows it."""

    heading: str
    reports: tuple[Row, ...]
    total: int
    more: str
    """Address of all of them."""
    empty: str
    """What to say, and to do, where there is none."""
    kind: str
    all_of: str


def chosen(
    reports: Studied, rows: int, order: str, heading: str, more: str, empty: str, kind: str = "", all_of: str = ""
) -> Choice:
    """The first of ``rows`` in an order of the search; ``more`` is the address of all."""
    return Choice(heading, reports.ids(rows, order, LENGTH), rows.bit_count(), more, empty, kind, all_of)


def by_conclusion(about: About, reports: Studied) -> list[Choice]:
    """Reports that found a benefit, no difference, harm: in this order, equally long, the newest first."""
    told = (
        ("benefit", "Reports that found a benefit", "No report held here states a benefit."),
        ("no-difference", "Reports that found no difference",
         "No report held here states that there was no difference. Such results are published less often, so this "
         "does not show that there were none."),
        ("harm", "Reports that found harm",
         "No report held here states harm as its main result. Single unwanted effects are counted by outcome."),
    )  # fmt: skip
    return [
        chosen(reports, reports.having("direction", direction) & ~reports.retracted, "newest", heading,
               about.search(direction=direction, retracted="no", sort="newest"), empty, direction)
        for direction, heading, empty in told
    ]  # fmt: skip


def usual(about: About, reports: Studied) -> list[Choice]:
    """The largest randomised trials, the newest reports, the newest reviews; of a design, its largest and newest."""
    own = about.dimension == "design"
    trials = about.search(**({} if own else {"design": RANDOMISED}), n="1..", retracted="no", sort="largest")
    sized = reports.sized & ~reports.retracted
    return [
        chosen(reports, sized if own else sized & reports.of("design", RANDOMISED), "largest",
               "Largest of its reports" if own else "Largest randomised trials", trials,
               "None of the reports held here states how many people took part."),
        chosen(reports, reports.having("kind", *PUBLISHED), "newest", "Newest reports",
               about.search(kind=PUBLISHED, sort="newest"), "No published report yet; a new harvest may bring some."),
        *([] if own else [
            chosen(reports, reports.of("design", *REVIEWS), "newest", "Systematic reviews and meta-analyses",
                   about.search(design=REVIEWS, sort="newest"), "No systematic review or meta-analysis is held here.")]),
    ]  # fmt: skip


async def filled(datasette: Any, choices: Iterable[Choice]) -> list[Listing]:
    """The lists with what is shown of each report."""
    choices = list(choices)
    known = await details(datasette, {report for choice in choices for report in choice.ids})
    return [
        Listing(choice.heading, tuple(known[report] for report in choice.ids), choice.total, choice.more, choice.empty,
                choice.kind, choice.all_of)
        for choice in choices
    ]  # fmt: skip


async def details(datasette: Any, ids: Iterable[str]) -> dict[str, Row]:
    """Report id -> what a list shows of it."""
    wanted = {f"id{place}": report for place, report in enumerate(sorted(set(ids)))}
    if not wanted:
        return {}
    sql = f"""
        select reports.id, title, year, date, journal, kind, design, designs.label as design_label, sample_size,
               direction, retracted, concern
        from reports left join designs on designs.id = reports.design
        where reports.id in ({", ".join(f":{name}" for name in wanted)})"""  # noqa: S608 (placeholders)
    return {row["id"]: row for row in await web.rows(datasette, sql, wanted)}
