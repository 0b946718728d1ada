"""An id once published keeps answering: the page of a former id leads to the report it means now, and a registration number
as registries write it, in capitals, to its study.

Only pages that were not found come by here, so present ids cost nothing.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

from datasette import hookimpl
from datasette.utils import tilde_decode
from datasette.utils.asgi import NotFound, Response

from harvest.site import web
from harvest.site.report.aliases import alias

_REPORT: Final = re.compile(r"/ketamine/reports/(?P<id>[^/.]+)(?P<format>\.json|\.csv)?")
_STUDY: Final = re.compile(r"/ketamine/studies/(?P<id>[^/.]+)(?P<format>\.json|\.csv)?")
GONE: Final = 410


@hookimpl  # type: ignore[untyped-decorator]
def handle_exception(
    datasette: Any, request: Any, exception: Exception
) -> Callable[[], Awaitable[Response | None]] | None:
    """302 to the present id, 410 where no source serves the report any longer; else Datasette's own answer."""
    if not isinstance(exception, NotFound) or web.DATABASE not in datasette.databases:
        return None
    report, study = _REPORT.fullmatch(request.path), _STUDY.fullmatch(request.path)
    if report:
        return _report(datasette, request, report)
    return _study(datasette, request, study) if study else None


def _report(datasette: Any, request: Any, asked: re.Match[str]) -> Callable[[], Awaitable[Response | None]]:

    async def answer() -> Response | None:
        found = await alias(datasette, tilde_decode(asked["id"]))
        if found is None:
            return None
        if found["report_id"] is None:
            return await _gone(datasette, request)
        return _redirect(datasette, request, web.row_address("reports", found["report_id"]) + (asked["format"] or ""))

    return answer


def _study(datasette: Any, request: Any, asked: re.Match[str]) -> Callable[[], Awaitable[Response | None]]:
    async def answer() -> Response | None:
        key = tilde_decode(asked["id"]).lower()
        if not await web.first(datasette, "select id from studies where id = :id and id <> :asked",
                               {"id": key, "asked": tilde_decode(asked["id"])}):  # fmt: skip
            return None
        return _redirect(datasette, request, web.row_address("studies", key) + (asked["format"] or ""))

    return answer


def _redirect(datasette: Any, request: Any, path: str) -> Response:
    query = f"?{request.query_string}" if request.query_string else ""
    return Response.redirect(datasette.urls.path(path) + query)


async def _gone(datasette: Any, request: Any) -> Response:
    message = "This report was here once, but no source serves it any longer."
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": message, "status": GONE}, status=GONE)
    context = {"title": "No longer here", "error": message, "status": GONE}
    return await web.page(datasette, request, "error.html", context, GONE)
