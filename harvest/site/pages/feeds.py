"""``/feeds``: feeds ready to follow, and how to make one's own of any search."""

from __future__ import annotations

from typing import Any, Final

from harvest.site import web
from harvest.site.concept.tallies import RANDOMISED

Parameters = dict[str, str] | list[tuple[str, str]]

READY: Final[tuple[tuple[str, Parameters], ...]] = (
    ("New randomised trials", {"design": RANDOMISED}),
    ("New randomised trials in PTSD", {"design": RANDOMISED, "condition": "ptsd"}),
    ("New results of no difference in depression", {"condition": "depression", "direction": "no-difference"}),
    ("New reports of harm", {"direction": "harm"}),
    ("New reviews and meta-analyses", [("design", "systematic-review"), ("design", "meta-analysis")]),
    ("Retracted reports", {"retracted": "yes"}),
    ("Newly registered trials", {"kind": "registry-entry"}),
    ("New preprints", {"kind": "preprint"}),
    ("Everything new", {}),
)  # fmt: skip
"""Name of a feed and the parameters of its search."""

QUESTIONS: Final = (
    ("Studies told in our own words", "digests"),
    ("What changed since the last build", "what_changed"),
    ("Retractions and expressions of concern", "retracted"),
)
"""Feeds of canned queries: name, query."""

_MENUS: Final = {
    "condition": "select id, label from conditions where reports > 0 order by label",
    "design": "select id, label from designs where reports > 0 order by label",
    "drug": "select id, label from drugs where reports > 0 order by label",
}
_DIRECTIONS: Final = ("benefit", "no-difference", "harm", "mixed")


def pair(parameters: Parameters) -> dict[str, str]:
    """The addresses of a search and of its feed."""
    return {"page": web.address("/search", parameters), "feed": web.address("/search.atom", parameters)}


async def _lists(datasette: Any) -> web.Row:
    """The conditions that reports study, the most frequent first, and the menus of the form."""
    conditions = await web.rows(
        datasette, "select id, label from conditions where studied > 0 order by studied desc, label"
    )
    menus = {name: await web.rows(datasette, sql) for name, sql in _MENUS.items()}
    return {"conditions": [row | pair({"condition": row["id"]}) for row in conditions], "menus": menus}


async def feeds(datasette: Any, request: Any) -> Any:
    lists = await web.kept(datasette, "feeds: lists", lambda: _lists(datasette))
    ready = [{"label": label, **pair(parameters)} for label, parameters in READY]
    ready += [{"label": label, "page": f"/{web.DATABASE}/{name}", "feed": f"/{web.DATABASE}/{name}.atom"}
              for label, name in QUESTIONS]  # fmt: skip
    return await web.page(datasette, request, "feeds.html", {**lists, "ready": ready, "directions": _DIRECTIONS})


ROUTES: Final = ((r"^/feeds$", feeds),)
