"""What the site tells machines: ``/robots.txt`` (RFC 9309), ``/sitemap.xml`` (sitemaps.org) and ``/llms.txt``.

One's own copy asks all crawlers to stay away. The public one lets them read every page and row once, and keeps them out of
the endless combinations of filters, of exports, and of the tables whose rows are shown on the pages of reports anyway.
"""

from __future__ import annotations

import math
from typing import Any, Final
from xml.sax.saxutils import escape

from datasette.utils.asgi import Response

from harvest.cite import EXTENSIONS
from harvest.schema import DIMENSIONS, TABLES, VIEWS
from harvest.site import web

MOST: Final = 10_000
"""Addresses in one part of the sitemap; the format allows 50,000, but a smaller part keeps no visitor waiting."""

PAGES: Final = ("/", "/search", "/map", "/claims", "/check", "/ketamine", "/data", "/schema", "/sql", "/downloads", "/notebook", "/methods",
                "/accuracy", "/flow", "/feeds", "/help")  # fmt: skip
TABLES_OF_PAGES: Final = ("reports", "studies", *DIMENSIONS.values())
"""Tables whose rows have pages worth finding."""
APART: Final = ("claims", "questions")
"""The same, with pages at addresses of their own."""
FORMATS: Final = ("json", "csv", *EXTENSIONS, "atom", "parquet", "db")

_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


async def robots(datasette: Any, request: Any) -> Response:
    """What crawlers may read. Rows and pages yes; filters, exports and searches no."""
    if not web.is_public(datasette):
        return _plain(datasette, "# One's own copy.\nUser-agent: *\nDisallow: /\n")
    kept_out = ["/*?", *(f"/*.{name}$" for name in FORMATS), "/-/", "/quote/", "/cite", "/search.", "/search?",
                *(f"/{web.DATABASE}/{name}/" for name in sorted({shape.name for shape in TABLES} - {*TABLES_OF_PAGES} | {*VIEWS}))]  # fmt: skip
    lines = ["User-agent: *", *(f"Disallow: {datasette.urls.path(path)}" for path in kept_out), "",
             f"Sitemap: {_absolute(datasette, request, '/sitemap.xml')}", ""]  # fmt: skip
    return _plain(datasette, "\n".join(lines))


async def sitemap(datasette: Any, request: Any) -> Response:
    """The list of the parts."""
    _only_public(datasette)
    parts = ["pages-1"]
    for table in (*TABLES_OF_PAGES, *APART):
        number = len(await _keys(datasette, table))
        parts += [f"{table}-{part}" for part in range(1, math.ceil(number / MOST) + 1)]
    paths = [f"/sitemap/{part}.xml" for part in parts]
    return _listed(datasette, request, "sitemapindex", "sitemap", paths)


async def sitemap_part(datasette: Any, request: Any) -> Response:
    """At most `MOST` addresses of pages, or of rows of one table."""
    _only_public(datasette)
    table, part = request.url_vars["table"], int(request.url_vars["part"])
    if table == "pages":
        paths = list(PAGES)
    elif table in {*TABLES_OF_PAGES, *APART}:
        paths = [
            web.row_address(table, key).removeprefix(f"/{web.DATABASE}" if table in APART else "")
            for key in (await _keys(datasette, table))[(part - 1) * MOST : part * MOST]
        ]
    else:
        paths = []
    if not paths or (table == "pages" and part != 1):
        raise web.missing("The sitemap has no such part.")
    return _listed(datasette, request, "urlset", "url", paths)


async def llms(datasette: Any, request: Any) -> Response:
    """What this is and where things are, in plain text (llmstxt.org)."""
    counts = await web.kept(datasette, "robots: counts", lambda: _counts(datasette))
    lines = [
        "# Ketamine evidence database", "",
        "> Public study records on ketamine, esketamine and arketamine, merged into one row per report, tagged with "
        "conditions, outcomes, drugs and designs, each tag with the exact words that prove it. A database of studies, not "
        "medical advice: a tag says what a report is about, never that a treatment works or is safe.", "",
        f"It holds {counts['reports']:,} reports of {counts['studies']:,} studies. When you cite it, cite the reports "
        "themselves. A text marked as digest is this project's own summary, not the authors' words. Retracted reports are "
        "marked; say so when you mention one. Counts of findings are not verdicts.", "",
    ]  # fmt: skip
    for heading, links in _GUIDE.items():
        lines += [f"## {heading}", ""]
        lines += [f"- [{name}]({_absolute(datasette, request, path)}): {about}" for path, name, about in links]
        lines.append("")
    return _plain(datasette, "\n".join(lines))


_GUIDE: Final = {
    "Finding reports": (
        ("/search", "Search", "parameters q, condition, outcome, drug, design, direction, year=2015..2020, n=100.., "
         "retracted=no, sort=newest; add .json, .csv, .ris or .atom to the path for data"),
        ("/ketamine/conditions", "Conditions", "ids to use as condition="),
        ("/ketamine/outcomes", "Outcomes", "ids to use as outcome="),
        ("/ketamine/designs", "Designs", "ids to use as design="),
        ("/map", "Evidence map", "condition by outcome, number and direction of findings"),
    ),
    "What is said, and whether it holds": (
        ("/check", "Check a text", "for people: paste a text and see its statements beside the studies; nothing pasted is kept"),
        ("/claims", "Claims", "claims of clinics' pages with their verdicts, parameters kind, condition, verdict, page; add .json "
         "or .csv to the path; /claims/001-13.json is one with every study for and against; not shown directly means just that"),
    ),
    "Reading one report": (
        ("/ketamine/reports", "Reports", "one row each; /ketamine/reports/pmid-31234567 is the page of one, with .json as data"),
        ("/ketamine/evidence_for", "Evidence", "the exact words behind the tags of a report or concept"),
        ("/ketamine/findings_for", "Findings", "what sentences say of an outcome, with the sentence"),
    ),
    "Judging it": (
        ("/methods", "Methods", "what was searched, how records are merged, tagged and read"),
        ("/accuracy", "Accuracy", "how often tags, numbers and findings are right, measured on labelled sets"),
        ("/flow", "Flow", "how many records were identified, merged and kept"),
    ),
    "Taking the data": (
        ("/cite", "Cite", "references in the usual styles for reports id=... or any search's parameters"),
        ("/downloads", "Downloads", "the whole database; better than reading pages one by one"),
        ("/schema", "Schema", "every table and column"),
        ("/feeds", "Feeds", "Atom feeds of new reports"),
    ),
}  # fmt: skip


async def _counts(datasette: Any) -> web.Row:
    sql = "select (select count(*) from reports) as reports, (select count(*) from studies) as studies"
    return await web.first(datasette, sql) or {}


async def _keys(datasette: Any, table: str) -> list[str]:
    """The keys of the table's rows in order, of concepts only those that some report carries."""
    used = " where reports > 0" if table in DIMENSIONS.values() else ""

    async def ask() -> list[str]:
        return [row["id"] for row in await web.rows(datasette, f"select id from {table}{used} order by id")]  # noqa: S608

    return await web.kept(datasette, f"robots: keys of {table}", ask)


def _only_public(datasette: Any) -> None:
    if not web.is_public(datasette):
        raise web.missing("One's own copy has no sitemap; 'harvest serve --public' has one.")


def _listed(datasette: Any, request: Any, root: str, item: str, paths: list[str]) -> Response:
    """The addresses as a sitemap, or as a list of sitemaps."""
    # Joining strings, since a tree of 10,000 elements would hold up every other visitor for a second.
    site = _absolute(datasette, request, "/").removesuffix("/")
    places = (f"<{item}><loc>{escape(site + path)}</loc></{item}>" for path in paths)
    text = f'<?xml version="1.0" encoding="utf-8"?>\n<{root} xmlns="{_NAMESPACE}">\n{"".join(places)}\n</{root}>\n'
    return Response(text, headers=_caching(datasette), content_type="application/xml; charset=utf-8")


def _plain(datasette: Any, text: str) -> Response:
    return Response(text, headers=_caching(datasette), content_type="text/plain; charset=utf-8")


def _caching(datasette: Any) -> dict[str, str]:
    return {"cache-control": f"max-age={datasette.setting('default_cache_ttl')}"}


def _absolute(datasette: Any, request: Any, path: str) -> str:
    """With the host that `harvest.site.plugins.guard` has let through."""
    return str(datasette.absolute_url(request, datasette.urls.path(path)))


ROUTES: Final = (
    (r"^/robots\.txt$", robots),
    (r"^/sitemap\.xml$", sitemap),
    (r"^/sitemap/(?P<table>[a-z]+)-(?P<part>[1-9][0-9]{0,4})\.xml$", sitemap_part),
    (r"^/llms\.txt$", llms),
)
