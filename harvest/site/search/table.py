"""All results as CSV, sent piece by piece."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

from datasette.utils.asgi import AsgiStream

from harvest.site import web
from harvest.site.search import listing
from harvest.site.search.found import Found
from harvest.site.search.held import in_thread

_AT_ONCE: Final = 1000
COLUMNS: Final = ("report_id", *listing.COLUMNS[1:], "page")
"""As in ``/search.json``; lists have semicolons between their values, ``page`` is the report's page here."""


def stream(datasette: Any, request: Any, found: Found) -> AsgiStream:
    """The answer with every report found, in the order asked for."""

    async def send(writer: Any) -> None:
        await writer.write(_lines([COLUMNS]))
        for start in range(0, found.total, _AT_ONCE):
            numbers = found.numbers[start : start + _AT_ONCE]
            rows = await in_thread(datasette, partial(listing.read, numbers))
            told = (_cells(rows[number], datasette, request) for number in numbers if number in rows)
            await writer.write(_lines(told))

    headers = {"content-disposition": 'attachment; filename="search.csv"', "access-control-allow-origin": "*"}
    return AsgiStream(send, headers=headers, content_type="text/csv; charset=utf-8")


def _cells(row: Mapping[str, Any], datasette: Any, request: Any) -> list[Any]:
    page = datasette.absolute_url(request, datasette.urls.path(web.row_address("reports", row["id"])))
    values = [row[name] for name in listing.COLUMNS]
    return [*("; ".join(value) if isinstance(value, list) else value for value in values), page]


def _lines(rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
