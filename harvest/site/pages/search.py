"""``/search``: words, filters, counts beside every filter; and the same as JSON, CSV, feed and for reference managers."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl

from datasette.utils.asgi import Response

from harvest.cite import EXTENSIONS
from harvest.search import filters
from harvest.site import exports, feeds, web
from harvest.site.search import context, held, table
from harvest.site.search.found import Found, find
from harvest.site.search.links import Links

_MOST_AT_ONCE: Final = 200
_TOO_SLOW: Final = 400


async def page(datasette: Any, request: Any) -> Response:
    """The page for people."""
    pairs = _pairs(request)
    try:
        found = await find(datasette, pairs)
        shown = await _shown(datasette, found, pairs)
    except web.TooSlow as problem:
        return await web.page(datasette, request, "error.html", {"status": _TOO_SLOW, "title": "Too slow", "error": str(problem)},
                              status=_TOO_SLOW)  # fmt: skip
    links = Links(found.question, _all_of(pairs), datasette.urls.path)
    return await web.page(datasette, request, "search.html", {"search": context.for_template(shown, links)})


async def as_format(datasette: Any, request: Any) -> Any:
    """The same search in another format; all results, except in JSON, which goes page by page."""
    extension, pairs = request.url_vars["format"], _pairs(request)
    try:
        found = await find(datasette, pairs)
        if extension == "json":
            return await _json(datasette, request, found, pairs)
    except web.TooSlow as problem:
        return Response.json({"error": str(problem)}, status=_TOO_SLOW)
    if extension == "csv":
        return table.stream(datasette, request, found)
    if extension == "atom":
        return await feeds.search_feed(datasette, request, found)
    return exports.response(datasette, found.ids, extension, "search")


async def _json(datasette: Any, request: Any, found: Found, pairs: list[tuple[str, str]]) -> Response:
    size = min(max(_number(pairs, "size", context.PAGE_SIZE), 1), _MOST_AT_ONCE)
    everything = [("page", value) for name, value in pairs if name == "page"]
    everything += [("all", name) for name in (*filters.NAMES, context.YEARS)]
    shown = await _shown(datasette, found, everything, size)
    told = context.to_json(shown, Links(found.question, (), datasette.urls.path))

    def at(number: int) -> str | None:
        if not 1 <= number <= shown.last:
            return None
        sized = [("size", str(size))] if size != context.PAGE_SIZE else []
        address = web.address("/search.json", [*found.question.pairs, *sized, ("page", str(number))])
        return str(datasette.absolute_url(request, datasette.urls.path(address)))

    told |= {"next": at(shown.number + 1), "previous": at(shown.number - 1)}
    return Response.json(told, headers={"access-control-allow-origin": "*"})


async def _shown(
    datasette: Any, found: Found, pairs: list[tuple[str, str]], size: int = context.PAGE_SIZE
) -> context.Page:
    number = _number(pairs, "page", 1)
    return await held.in_thread(datasette, lambda fetch: context.page(found, fetch, number, _all_of(pairs), size))


def _pairs(request: Any) -> list[tuple[str, str]]:
    return parse_qsl(request.query_string, keep_blank_values=True)


def _all_of(pairs: list[tuple[str, str]]) -> list[str]:
    """The filters of which all values are asked for."""
    offered = {*filters.NAMES, context.YEARS}
    return [value for value in dict.fromkeys(value for name, value in pairs if name == "all") if value in offered]


def _number(pairs: list[tuple[str, str]], name: str, otherwise: int) -> int:
    return web.number(next((value for key, value in pairs if key == name), ""), otherwise)


ROUTES: Final = (
    (r"/search$", page),
    (rf"/search\.(?P<format>json|csv|atom|{'|'.join(EXTENSIONS)})$", as_format),
)
