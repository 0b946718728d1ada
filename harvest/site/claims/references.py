"""The references of a box for writers: reports and sources of facts in one list, and the marks that name them in a text."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup, escape

from harvest.cite import select
from harvest.cite.in_text import in_text
from harvest.cite.marked import link
from harvest.cite.styles import Reference, Style, reference
from harvest.claims.choosing import named, numbered
from harvest.site import exports, web
from harvest.site.claims.question import fact_link
from harvest.site.web import Row

_FACT: Final = "fact:"
"""Before the id of a fact whose source is no report here, among ids of reports."""


@dataclass(frozen=True, slots=True)
class Cited:
    """One line of the list. ``report``: its id; '' for a source of a fact that is no report here."""

    reference: Reference
    report: str
    name: str
    """How the text names it; '' where it numbers."""
    retracted: bool = False
    concern: bool = False


@dataclass(frozen=True, slots=True)
class References:
    """The list in its order, and the lines by key."""

    style: Style
    by_key: Mapping[str, Cited]
    keys: tuple[str, ...]

    def mark(self, keys: Iterable[str], *, all_of_them: bool) -> str:
        """The mark that names these in the text; '' for none."""
        if self.style.numeric:
            return numbered((self.keys.index(key) + 1 for key in keys), all_of_them=all_of_them)
        return named(filter(None, (self.by_key[key].name for key in keys)), all_of_them=all_of_them)

    @property
    def lines(self) -> tuple[Cited, ...]:
        return tuple(self.by_key[key] for key in self.keys)


async def references(datasette: Any, keys: Sequence[str], facts: Mapping[str, Row], style: Style) -> References:
    """The references of ``keys`` in the order they are cited, or by author; ``facts``: key -> fact that is no report."""
    ids = [key for key in keys if key not in facts]
    found = {key: _of_fact(facts[key]) for key in keys if key in facts}
    async for item in exports.items(datasette, ids, whole=False):
        warned = item.get("custom", {})
        found[item["id"]] = Cited(
            reference(item, style.id), item["id"], in_text(item, style.id), bool(warned.get("retracted")),
            bool(warned.get("concern")),
        )  # fmt: skip
        await asyncio.sleep(0)  # a reference takes some milliseconds the first time; others are answered in between
    if style.numeric:
        return References(style, found, tuple(key for key in keys if key in found))
    by_author = [row["id"] for row in await web.rows(datasette, select.SORTED, {"ids": json.dumps(ids)})]
    return References(style, found, (*by_author, *(key for key in keys if key in facts)))


async def keys_of_facts(datasette: Any, facts: Iterable[Row]) -> dict[str, str]:
    """Id of a fact -> its key: the report that is its source, where that is held here."""
    listed = list(facts)
    numbers = {one["id"]: str(one["pmid"] or one["doi"] or "") for one in listed}
    rows = await web.rows(datasette, select.LOOKUP, {"wanted": select.wanted(filter(None, numbers.values()))})
    reports = {row["word"]: row["id"] for row in rows}
    return {one["id"]: reports.get(numbers[one["id"]], _FACT + one["id"]) for one in listed}


def _of_fact(fact: Row) -> Cited:
    """The source of a fact, as it is named there, with its number or address."""
    href, number = fact_link(fact), f"PMID {fact['pmid']}. " if fact["pmid"] else ""
    source = f"{fact['source'].rstrip('.')}. {number}"
    return Cited(
        Reference(f"{source}{href}".strip(), Markup("{}{}").format(escape(source), link(href, href) if href else "")),
        "",
        "",
    )
