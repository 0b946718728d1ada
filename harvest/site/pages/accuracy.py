"""``/accuracy``: how right the tags, numbers and findings are, from the table ``accuracy``, the worst ones first.

Each concept has an anchor ``#DIMENSION-CONCEPT`` (``/accuracy#condition-ptsd``), for the pages of concepts to link to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from harvest.schema import DIMENSIONS
from harvest.site import web
from harvest.site.report.concepts import concepts

LOWER_BOUND: Final = "precision is a lower bound"
"""A set whose description says so leaves out labels that are right."""
MEASURED: Final = {
    "condition": "Conditions", "outcome": "Outcomes", "drug": "Drugs", "design": "Designs", "route": "Routes",
    "comparator": "Comparators", "sample-size": "Number of people", "direction": "Direction of a report",
    "finding": "Findings", "duplicate": "Duplicates", "species": "People or animals", "age": "Age of the people",
    "named-condition": "Conditions named anywhere",
}  # fmt: skip
"""What can be measured, in the order of the page; anything else follows."""
_MEANING: Final = {
    "sample-size": "Whether the number of people is the one that the labels give.",
    "direction": "Whether a report says a direction at all, and which one.",
    "finding": "Whether the result for a named comparison and outcome is read rightly, and from the right sentence.",
    "duplicate": "Whether records of the same report are joined, and no others.",
    "species": "Whether a report is told to be about people, animals or cells.",
    "age": "Whether a report is told to be about children.",
    "named-condition": "Whether a condition that is named anywhere is found, studied or not.",
}  # fmt: skip
_ALL_OF: Final = "All of it"
_SAME: Final = {("design", "rct"): "randomised-controlled-trial"}
"""Classes that labelled sets name otherwise than the vocabulary."""


@dataclass(frozen=True)
class Group:
    """All figures on one concept, the worst first. ``anchor`` is its place on the page, ``href`` its own page."""

    dimension: str
    anchor: str
    label: str
    href: str
    figures: tuple[web.Row, ...]

    @property
    def worst(self) -> float:
        return float(self.figures[0]["value"])


def groups(rows: Iterable[web.Row], labels: dict[tuple[str, str], str]) -> list[Group]:
    """By dimension, then by the worst value; so that no weak figure hides behind a good one."""

    def key(row: web.Row) -> tuple[int, str, str]:
        concept = (row["dimension"], row["concept_id"] or "")
        return (
            _place(row["dimension"]),
            row["dimension"],
            concept[1] if concept in labels else _SAME.get(concept, concept[1]),
        )

    found = []
    for (_, dimension, concept), figures in groupby(sorted(rows, key=key), key):
        known = (dimension, concept) in labels
        found.append(Group(
            dimension, f"{dimension}-{concept or 'all'}", labels.get((dimension, concept)) or _named(concept),
            web.row_address(DIMENSIONS[dimension], concept) if known else "",
            tuple(_told(row) for row in sorted(figures, key=lambda row: (row["value"], row["id"]))),
        ))  # fmt: skip
    return sorted(found, key=lambda group: (_place(group.dimension), group.dimension, group.worst, group.label))


def _place(dimension: str) -> int:
    return list(MEASURED).index(dimension) if dimension in MEASURED else len(MEASURED)


def _named(concept: str) -> str:
    return concept.replace("-", " ").capitalize() or _ALL_OF


def _told(row: web.Row) -> web.Row:
    """The row with what it means in plain words."""
    words = [words for words in (_right_of_tagged(row), _found_of_labelled(row)) if words]
    return row | {"words": "; ".join(words) or f"of 100, about {_of_100(row['value'])} right"}


def _right_of_tagged(row: web.Row) -> str:
    if row["precision"] is None:
        return ""
    at_least = LOWER_BOUND in (row["about"] or "")
    return f"of 100 tagged, {'at least' if at_least else 'about'} {_of_100(row['precision'])} right"


def _found_of_labelled(row: web.Row) -> str:
    return "" if row["recall"] is None else f"of 100 it should find, about {_of_100(row['recall'])} found"


def _of_100(share: float) -> int:
    # 100 of 100 is said only where nothing at all was wrong.
    return 99 if 0.99 <= share < 1 else round(100 * share)


def examples(shown: Sequence[Group]) -> list[web.Row]:
    """For the opening words: the most labelled concept of the dimensions that people ask for, and the weakest of all.

    Only figures with a precision that is no lower bound, and with 20 labelled reports or more.
    """
    fit = [
        row | {"label": group.label, "anchor": group.anchor, "of_100": _of_100(row["precision"])}
        for group in shown
        for row in group.figures
        if group.dimension in DIMENSIONS and row["precision"] is not None and (row["positives"] or 0) >= 20
        and LOWER_BOUND not in (row["about"] or "")
    ]  # fmt: skip
    best: list[web.Row] = []
    for dimension in ("condition", "outcome", "design"):
        of_it = [row for row in fit if row["dimension"] == dimension]
        best += sorted(of_it, key=lambda row: (-row["positives"], row["id"]))[:1]
    weakest = min(fit, key=lambda row: row["precision"], default=None)
    return best + ([weakest] if weakest and weakest not in best else [])


async def _shown(datasette: Any) -> list[Group]:
    rows = await web.rows(datasette, "select * from accuracy order by id")
    return groups(rows, {key: one.label for key, one in (await concepts(datasette)).by_key.items()})


async def unmeasured(datasette: Any) -> list[web.Row]:
    """Each dimension of tags with its concepts that reports carry and that no labelled set has measured."""
    rows = await web.rows(datasette, "select distinct dimension, concept_id from accuracy where concept_id is not null")
    measured = {(row["dimension"], row["concept_id"]) for row in rows}
    measured |= {(dimension, same) for (dimension, name), same in _SAME.items() if (dimension, name) in measured}
    found = []
    for dimension, table in DIMENSIONS.items():
        sql = f"select id, label from {table} where reports > 0 order by reports desc, label"  # noqa: S608
        used = await web.rows(datasette, sql)
        concepts = [row for row in used if (dimension, row["id"]) not in measured]
        found.append({"dimension": dimension, "table": table, "concepts": concepts, "used": len(used)})
    return found


async def _about(datasette: Any) -> web.Row:
    """How many figures, from which sets, and whether they were measured with the rules of this build."""
    sets = await web.rows(
        datasette,
        """select dataset, about, count(*) as figures, max(n) as judged from accuracy
           group by dataset, about order by dataset""",
    )
    versions = await web.rows(datasette, "select distinct rules from accuracy order by rules")
    built = await web.first(datasette, "select value from about where name = 'rules'")
    return {"sets": sets, "measured_with": [row["rules"] for row in versions], "built_with": built and built["value"]}


def narrowed(shown: Sequence[Group], dimension: str, below: float | None) -> list[Group]:
    """Those of one dimension, and with a figure below so much."""
    found = []
    for group in shown:
        kept = tuple(row for row in group.figures if below is None or row["value"] < below)
        if kept and dimension in ("", group.dimension):
            found.append(Group(group.dimension, group.anchor, group.label, group.href, kept))
    return found


def share(text: str) -> float | None:
    """A number from 0 to 1 as people write it, ``.8``, ``0,8`` or ``80 %``; None for anything else.

    >>> share(".8"), share("80 %"), share("many"), share("nan")
    (0.8, 0.8, None, None)
    """
    plain = text.strip().replace(",", ".").rstrip("%").strip()
    if not plain or len(plain) > 8 or not set(plain) <= set("0123456789."):
        return None
    try:
        number = float(plain)
    except ValueError:
        return None
    return number / 100 if number > 1 else number


async def accuracy(datasette: Any, request: Any) -> Any:
    shown = await web.kept(datasette, "accuracy: groups", lambda: _shown(datasette))
    about = await web.kept(datasette, "accuracy: about", lambda: _about(datasette))
    missing = await web.kept(datasette, "accuracy: unmeasured", lambda: unmeasured(datasette))
    dimension, asked = request.args.get("dimension") or "", request.args.get("below") or ""
    below = share(asked)
    chosen = narrowed(shown, dimension, below)
    return await web.page(datasette, request, "accuracy.html", {
        "chapters": [(name, list(found)) for name, found in groupby(chosen, lambda group: group.dimension)],
        "figures": sum(len(group.figures) for group in shown), "chosen": sum(len(group.figures) for group in chosen),
        "dimensions": list(dict.fromkeys(group.dimension for group in shown)), "names": MEASURED, "meaning": _MEANING,
        "dimension": dimension, "asked": asked, "below": below, "unmeasured": missing, "examples": examples(shown), **about,
    })  # fmt: skip


ROUTES: Final[tuple[tuple[str, Callable[..., Any]], ...]] = ((r"^/accuracy$", accuracy),)
