"""Atom feeds (RFC 4287) of reports: of a search, of a ready-made question, of the rows of a table.

A feed holds the `MOST` newest reports. What a reader's program remembers an entry by (``id``) is a UUID made from the
report's id, so that it stays the same wherever the site is served. The time of an entry is when the report came here, or
else its date of publication, and never the time of asking: the same database gives the same feed.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice
from textwrap import shorten
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl

from datasette.utils.asgi import Response
from feedgenerator import Atom1Feed
from markupsafe import Markup

from harvest.people import names_in
from harvest.site import web
from harvest.site.report.concepts import concepts

MOST: Final = 50
"""Entries of a feed."""
TYPE: Final = "application/atom+xml; charset=utf-8"

_NAMESPACE: Final = uuid.UUID("6d1a3a0e-6d2f-5b0c-9a57-0f7a3f2c9b41")
_STARTER: Final = datetime(2026, 11, 22, tzinfo=UTC)
"""Day of the starter set, for reports that came with it and have no date of their own."""
_DIGEST_LENGTH: Final = 320  # characters
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OF_THE_PAGE: Final = {
    "all",
    "size",
    "page",
    "sort",
    "_labels",
    "_size",
    "_next",
    "_shape",
    "_sort",
    "_sort_desc",
    "_facet",
    "_facet_tag",
}
"""Parameters that do not decide which feed it is."""


class Found(Protocol):
    """What a search found: the ids of all reports, and what was asked, in words."""

    @property
    def ids(self) -> Sequence[str]: ...

    @property
    def title(self) -> str: ...


class _Atom(Atom1Feed):  # type: ignore[misc]
    """With every author of an entry, and without the present time in an empty feed."""

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=_STARTER)

    def add_item_elements(self, handler: Any, item: Any) -> None:
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")


class _Unchanged(Response):  # type: ignore[misc]
    """304, also where Datasette would write 200 over it, as it does for queries."""

    @property
    def status(self) -> int:
        return 304

    @status.setter
    def status(self, _: int) -> None:
        pass


async def search_feed(datasette: Any, request: Any, found: Found) -> Response:
    """The newest reports of a search, for the address ``/search.atom?...``; ``/search?...`` is the page beside it."""
    page = web.address("/search", parse_qsl(request.query_string))
    return await report_feed(datasette, request, found.ids, found.title, page)


async def report_feed(datasette: Any, request: Any, ids: Sequence[str], title: str, page: str) -> Response:
    """The newest of the reports ``ids``; ``page``: local address of the page that shows them to people."""
    entries = await _entries(datasette, await _newest(datasette, ids))

    def absolute(path: str) -> str:
        return clean(datasette.absolute_url(request, datasette.urls.path(path)))

    feed = _Atom(
        title=clean(f"{title} - Ketamine evidence"), link=absolute(page), description=_CAUTION, language="en",
        author_name="Ketamine evidence database", author_link=absolute("/"), feed_url=clean(request.url),
        feed_guid=_urn(_name(request)), feed_copyright="Facts and digests: CC0-1.0. Abstracts are not in this feed.",
    )  # fmt: skip
    for entry in entries:
        feed.add_item(**_item(entry), link=absolute(web.row_address("reports", entry["id"])))
    return _answer(request, feed.writeString("utf-8"))


_CAUTION: Final = (
    "A database of studies, not medical advice. What one report says is not proof; read it, and what others found."
)


def clean(text: str) -> str:
    """Without the characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("", text)


def _urn(name: str) -> str:
    return uuid.uuid5(_NAMESPACE, name).urn


def _name(request: Any) -> str:
    """Which feed this is, wherever it is served and in whatever order its parameters stand."""
    pairs = sorted(pair for pair in parse_qsl(request.query_string) if pair[0] not in _OF_THE_PAGE)
    return f"feed {request.path} {json.dumps(pairs)}"


def _answer(request: Any, text: str) -> Response:
    """The feed, or 304 without it where the reader's program holds the same one."""
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
    if etag in request.headers.get("if-none-match", ""):
        return _Unchanged("", headers={"etag": etag}, content_type=TYPE)
    return Response(text, headers={"etag": etag}, content_type=TYPE)


# ------------------------------------------------------------ which reports


async def _newest(datasette: Any, ids: Sequence[str]) -> list[str]:
    """The `MOST` newest of the reports, the newest first."""
    arrived = await web.kept(datasette, "feeds: arrived", lambda: _arrived(datasette))
    keys = await web.kept(datasette, "feeds: keys", lambda: _keys(datasette))
    wanted = set(ids)
    late = sorted(((moment, id) for id, moment in arrived.items() if id in wanted), reverse=True)[:MOST]
    dated = islice(((key, id) for key, id in keys if id in wanted), MOST)
    newness = {id: key for key, id in dated} | {id: moment for moment, id in late}
    return sorted(newness, key=lambda id: (newness[id], id), reverse=True)[:MOST]


async def _keys(datasette: Any) -> list[tuple[str, str]]:
    """(sort key, id) of every report, the newest first: a search may find all of them."""
    found = await web.rows(datasette, "select sort_key from reports order by sort_key desc")
    return [(row["sort_key"], row["sort_key"].partition("|")[2]) for row in found]


async def _arrived(datasette: Any) -> dict[str, str]:
    """Report -> when it came, for the reports that came after the first whole harvest.

    They are new here even where they were published long ago: sources list many reports late. All that the first
    harvest or the starter set brought is as new as its date of publication.
    """
    found = await web.rows(
        datasette,
        """select report_id, min(fetched_at) as moment from records group by report_id
           having count(fetched_at) = count(*) and moment > (
             select max(finished) from (select min(finished_at) as finished from runs
                                        where mode = 'full' and status = 'complete' group by source))""",
    )
    return {row["report_id"]: row["moment"] for row in found}


async def _entries(datasette: Any, ids: Sequence[str]) -> list[web.Row]:
    """What is told of each report, in the order of ``ids``."""
    found = await web.rows(
        datasette,
        """select reports.id, title, date, authors, kind, journal, year, designs.label as design, sample_size, direction,
                  conditions, digest, retracted, concern,
                  (select min(nullif(fetched_at, '')) from records where records.report_id = reports.id) as fetched
           from json_each(:ids) as wanted join reports on reports.id = wanted.value
           left join designs on designs.id = reports.design
           order by wanted.key""",
        {"ids": json.dumps(list(ids))},
    )
    known = await concepts(datasette)
    return [
        row | {"conditions": [known.get("condition", id).label for id in json.loads(row["conditions"])]}
        for row in found
    ]


# ------------------------------------------------------------ what is told of each


def _item(entry: web.Row) -> dict[str, Any]:
    published, fetched = moment(entry["date"]), moment(entry["fetched"])
    updated = fetched or published or _STARTER
    return {
        "title": clean(_titled(entry)),
        "unique_id": _urn(f"report {entry['id']}"),
        "description": clean(str(_summary(entry))),
        "authors": [clean(name) for name in names_in(entry["authors"])],
        "categories": [clean(label) for label in entry["conditions"]],
        # A registered trial may start in the future; nothing is published after it was updated.
        "pubdate": min(published, updated) if published else None,
        "updateddate": updated,
    }


def _titled(entry: web.Row) -> str:
    if entry["retracted"]:
        return f"RETRACTED: {entry['title']}"
    return f"Expression of concern: {entry['title']}" if entry["concern"] else str(entry["title"])


def _summary(entry: web.Row) -> Markup:
    """HTML: what kind of study, how many people, what it says it found, about what; then the beginning of our digest."""
    people = f"{entry['sample_size']:,} people" if entry["sample_size"] else "number of people not stated"
    source = ", ".join(str(part) for part in (entry["journal"], entry["year"]) if part)
    parts = [source, entry["design"] or entry["kind"].replace("-", " "), people, _found(entry["direction"]),
             "studies " + ", ".join(entry["conditions"]) if entry["conditions"] else ""]  # fmt: skip
    text = Markup("<p>{}.</p>").format("; ".join(filter(None, parts)))
    if entry["retracted"]:
        text = Markup("<p><strong>{}</strong></p>").format("This report was retracted; do not rely on it.") + text
    if entry["digest"]:
        text += Markup("<p>Our digest, not the authors' words: {}</p>").format(
            shorten(entry["digest"], _DIGEST_LENGTH, placeholder=" …")
        )
    return text


def _found(direction: str | None) -> str:
    """What the report says it found, in words."""
    if direction is None:
        return "no text held that states a result"
    return {
        "not-stated": "states no direction of its result", "not-applicable": "a direction does not apply",
    }.get(direction, f"says it found: {direction.replace('-', ' ')}")  # fmt: skip


def moment(text: str | None) -> datetime | None:
    """A date or time as the database holds it; what is missing of a date is taken as its first month or day.

    >>> moment("2020-05").isoformat(), moment("0000"), moment("2026-01-01T00:00:00Z").isoformat()
    ('2020-05-01T00:00:00+00:00', None, '2026-01-01T00:00:00+00:00')
    """
    if not text:
        return None
    whole = text + "-01" * (2 - text.count("-")) if re.fullmatch(r"\d{4}(-\d{2})?", text) else text
    try:
        found = datetime.fromisoformat(whole)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def ids_of(rows: Iterable[Any], column: str) -> list[str]:
    """The report ids of rows as Datasette gives them, each once; with labels, a cell is its value and its label."""
    cells = (row[column] for row in rows)
    values = (cell["value"] if isinstance(cell, dict) else cell for cell in cells)
    return list(dict.fromkeys(str(value) for value in values if value))
