"""References ready to copy or to download: of chosen reports, of a pasted list of numbers, or of a search.

``/cite?id=..&id=..``, ``/cite?ids=a, b, c`` (ids, PMIDs, DOIs) or ``/cite?<the parameters of /search>``, each with ``style=``
and ``page=``. The same with ``.txt`` gives the text of the page, with ``.ris .bib .csljson .nbib`` everything as a file.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from datasette.utils.asgi import Response
from datasette.views.base import DatasetteError

from harvest.cite import csl, select
from harvest.cite.csl import Item
from harvest.cite.formats import FORMATS
from harvest.cite.styles import DEFAULT, STYLES, Reference, Style, listed, reference
from harvest.site import exports, web
from harvest.site.search.found import find

PAGE: Final = 50
MOST_WORDS: Final = 2000
"""Numbers that one address may name; a longer list does not fit into an address."""
_OWN: Final = {"style", "page"}
_CHOOSING: Final = {"id", "ids"}

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Selection:
    """The reports to cite.

    title
        What they are, in words.
    missing
        What was asked for and is not here.
    pairs
        The parameters that ask for them, without style and page; none when nothing was asked.
    """

    ids: tuple[str, ...] = ()
    title: str = ""
    missing: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    search: bool = False


@dataclass(frozen=True)
class Line:
    """One reference on the page, with what must be said beside it."""

    id: str
    reference: Reference
    retracted: bool
    concern: bool


async def selection(datasette: Any, pairs: Pairs) -> Selection:
    """What the parameters of an address ask for."""
    asked = tuple(
        (name, value) for name, value in pairs if name not in _OWN and not name.startswith("_") and value.strip()
    )
    named = [value for name, value in asked if name in _CHOOSING]
    if named:
        texts = list(dict.fromkeys(word for text in named for word in select.words(text)))[:MOST_WORDS]
        found = await web.rows(datasette, select.LOOKUP, {"wanted": select.wanted(texts)})
        ids, missing = select.chosen(texts, found)
        kept = tuple((name, value) for name, value in asked if name in _CHOOSING)
        return Selection(tuple(ids), "chosen reports", tuple(missing), kept)
    if not asked:
        return Selection()
    try:
        hits = await find(datasette, list(asked))
    except web.TooSlow as problem:
        raise DatasetteError(str(problem), status=400) from problem
    return Selection(tuple(hits.ids), hits.title, (), asked, search=True)


async def ordered(datasette: Any, chosen: Selection, style: Style) -> tuple[str, ...]:
    """The ids as the style lists them: numbered styles as they were asked for, the others by author."""
    if style.numeric or len(chosen.ids) < 2:
        return chosen.ids

    async def work() -> tuple[str, ...]:
        found = await web.rows(datasette, select.SORTED, {"ids": json.dumps(chosen.ids)})
        return tuple(row["id"] for row in found)

    return await web.kept(datasette, f"cited by author {json.dumps(chosen.pairs)}", work)


async def lines(datasette: Any, ids: Sequence[str], style: Style) -> list[Line]:
    """The references of the reports, in their order."""
    found = []
    async for item in exports.items(datasette, ids, whole=False):
        found.append(_line(item, style))
        await asyncio.sleep(0)  # a reference takes some milliseconds the first time; others are answered in between
    return found


def _line(item: Item, style: Style) -> Line:
    warned = item.get("custom", {})
    made = reference(item, style.id)
    return Line(item["id"], made, bool(warned.get("retracted")), bool(warned.get("concern")))


# ------------------------------------------------------------ pages


async def page(datasette: Any, request: Any) -> Response:
    """The list of references, or the form to ask for one."""
    pairs = parse_qsl(request.query_string, keep_blank_values=True)
    chosen, style, number = await selection(datasette, pairs), _style(pairs), _number(pairs)
    ids = await ordered(datasette, chosen, style)
    pages = max(1, -(-len(ids) // PAGE))
    number = min(number, pages)
    shown = await lines(datasette, ids[(number - 1) * PAGE : number * PAGE], style)
    context = {
        "selection": chosen, "style": style, "styles": list(STYLES.values()), "lines": shown, "total": len(ids),
        "first": (number - 1) * PAGE + 1, "number": number, "pages": pages, "downloads": downloads(chosen.pairs),
        "text": web.address("/cite.txt", [*chosen.pairs, ("style", style.id), ("page", number if number > 1 else "")]),
        "search": web.address("/search", chosen.pairs) if chosen.search else "",
        "earlier": _turned(chosen, style, number - 1) if number > 1 else "",
        "later": _turned(chosen, style, number + 1) if number < pages else "",
        "pasted": "\n".join(value for name, value in chosen.pairs if name in _CHOOSING),
    }  # fmt: skip
    return await web.page(datasette, request, "cite.html", context)


def _turned(chosen: Selection, style: Style, number: int) -> str:
    return web.address("/cite", [*chosen.pairs, ("style", style.id), ("page", number)])


async def text(datasette: Any, request: Any) -> Response:
    """The references of the page as plain text, numbered where the style numbers them."""
    pairs = parse_qsl(request.query_string, keep_blank_values=True)
    chosen, style, number = await selection(datasette, pairs), _style(pairs), _number(pairs)
    ids = await ordered(datasette, chosen, style)
    first = (number - 1) * PAGE
    shown = await lines(datasette, ids[first : first + PAGE], style)
    numbered = (
        f"{position}. {line.reference.text}" if style.numeric else line.reference.text
        for position, line in enumerate(shown, start=first + 1)
    )  # fmt: skip
    return Response.text("".join(f"{line}\n" for line in numbered))


async def file(datasette: Any, request: Any) -> Response:
    """Everything that was asked for, as a file for a reference manager."""
    chosen = await selection(datasette, parse_qsl(request.query_string, keep_blank_values=True))
    return exports.response(datasette, chosen.ids, request.url_vars["extension"])


def downloads(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    """The files that can be had, with their addresses."""
    return [
        {"label": found.label, "reader": found.reader, "address": web.address(f"/cite.{found.extension}", pairs)}
        for found in FORMATS.values()
    ]


async def how_to_cite(report: web.Row, authors: Sequence[web.Row]) -> dict[str, Any]:
    """What ``_cite.html`` shows as ``cite``: one report in every style, and its files."""
    cited, report_id = csl.item({name: report[name] for name in csl.BRIEF}, authors), report["id"]
    made = []
    for style in STYLES.values():
        made.append((style, _line(cited, style)))
        await asyncio.sleep(0)  # 2 ms each the first time; others are answered in between
    return {
        "id": report_id, "retracted": made[0][1].retracted, "concern": made[0][1].concern,
        "styles": [{"id": style.id, "name": style.name, "text": line.reference.text, "html": line.reference.html}
                   for style, line in made],
        "downloads": downloads([("id", report_id)]), "address": web.address("/cite", {"id": report_id}),
    }  # fmt: skip


def _style(pairs: Pairs) -> Style:
    return listed(next((value for name, value in pairs if name == "style"), DEFAULT))


def _number(pairs: Pairs) -> int:
    return max(1, web.number(next((value for name, value in pairs if name == "page"), "")))


ROUTES: Final = (
    (r"/cite$", page),
    (r"/cite\.txt$", text),
    (rf"/cite\.(?P<extension>{'|'.join(FORMATS)})$", file),
)
