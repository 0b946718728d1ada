"""``/quote/REPORT/FIELD/START-END``: exact characters of a report with their sentence, their rights and their reference.

``?words=`` carries the fingerprint of the words as they were when the link was made, so that a reader is told when
the text has changed since.
"""

from __future__ import annotations

import re
from typing import Any, Final

from datasette.utils import tilde_decode
from datasette.utils.asgi import Response

from harvest.site import web
from harvest.site.quotes import FIELDS, LONGEST, NAMES, is_withheld, quote_address, rights
from harvest.site.report import quoting
from harvest.site.report.aliases import present_id
from harvest.site.report.cited import reference
from harvest.site.report.concepts import concepts

_REPORT: Final = "select * from reports where id = :id"
_HELP: Final = (
    "A quotation's address is /quote/REPORT/FIELD/START-END: the id of a report, one of "
    f"{', '.join(FIELDS)}, and the first and the last character, counted from 0, the last not included."
)


async def quote(datasette: Any, request: Any) -> Response:
    """The page of one quotation; `NotFound` with help where there is no such place."""
    key, field = tilde_decode(request.url_vars["report"]), request.url_vars["field"]
    start, end = int(request.url_vars["start"]), int(request.url_vars["end"])
    report = await web.first(datasette, _REPORT, {"id": key})
    if report is None:
        return await _moved(datasette, request, key)
    if field not in FIELDS:
        raise web.missing(f"Nothing can be quoted from “{field}”. {_HELP}")
    text = report[field]
    withheld = field == "abstract" and is_withheld(report)
    if text is None and not withheld:
        raise web.missing(f"No {NAMES[field]} is held of {key}, so there is nothing to quote. {_HELP}")
    if end <= start or (text is not None and end > len(text)):
        held = f" it has {len(text):,} characters" if text is not None else " the end must come after the start"
        raise web.missing(f"There are no characters {start}-{end} in the {NAMES[field]} of {key}:{held}. {_HELP}")
    return await web.page(
        datasette, request, "quote.html", await _context(datasette, request, report, field, start, end)
    )


async def _moved(datasette: Any, request: Any, key: str) -> Response:
    """A former id leads to the same characters of the report it means now."""
    now = await present_id(datasette, key)
    if now is None:
        raise web.missing(f"There is no report {key} here. {_HELP}")
    place = request.url_vars
    path = f"/quote/{now}/{place['field']}/{place['start']}-{place['end']}"
    return Response.redirect(datasette.urls.path(web.address(path, {"words": request.args.get("words") or ""})))


async def _context(datasette: Any, request: Any, report: web.Row, field: str, start: int, end: int) -> dict[str, Any]:
    known = await concepts(datasette)
    text, its = report[field], rights(report, field)
    found = quoting.quotation(text, start, end, _sections(report, field), its.open) if text is not None else None
    path = quote_address(report["id"], field, start, end, text)
    permalink = str(datasette.absolute_url(request, datasette.urls.path(path)))
    told = await reference(datasette, report)
    copied = quoting.ready_to_copy(found.words, found.cut, its.ours, told, permalink) if found else ""
    return {
        "report": report, "field": field, "field_name": NAMES[field], "start": start, "end": end, "longest": LONGEST,
        "rights": its, "quotation": found, "permalink": permalink, "reference": told, "copied": copied,
        "readings": await quoting.readings(datasette, report["id"], field, start, end, known),
        "sentence": _sentence(report, field, start, end),
        "change": _change(request, report, field, end - start, found),
    }  # fmt: skip


def _sentence(report: web.Row, field: str, start: int, end: int) -> str:
    """The permalink to the whole sentence; '' where it is quoted already, or no text is held."""
    text = report[field]
    if text is None or end - start > LONGEST:
        return ""
    first, last = quoting.sentence(text, start, end, _sections(report, field))
    wider = first <= start and end <= last and last - first > end - start
    return quote_address(report["id"], field, first, last, text) if wider and last - first <= LONGEST else ""


def _sections(report: web.Row, field: str) -> str | None:
    sections: str | None = report["sections"] if field == "abstract" else None
    return sections


def _change(
    request: Any, report: web.Row, field: str, length: int, found: quoting.Quotation | None
) -> dict[str, str] | None:
    """None where the words are those of the link, or it carries no fingerprint; else both, and where the words are."""
    asked = request.args.get("words")
    if not asked or found is None or asked == found.fingerprint:
        return None
    if not re.fullmatch(r"[0-9a-f]{10}", asked):
        return {"then": "", "now": found.fingerprint, "moved": ""}
    at = quoting.moved_to(report[field], length, asked)
    moved = "" if at is None else quote_address(report["id"], field, at, at + length, report[field])
    return {"then": asked, "now": found.fingerprint, "moved": moved}


async def help_page(datasette: Any, request: Any) -> Response:
    """Anything else below /quote: what such an address looks like."""
    raise web.missing(_HELP)


ROUTES: Final = (
    (r"/quote/(?P<report>[^/]+)/(?P<field>[a-z_]+)/(?P<start>\d{1,9})-(?P<end>\d{1,9})$", quote),
    (r"/quote(/.*)?$", help_page),
)
