"""What stands in front of Datasette: refuses what would redirect elsewhere or break a page, adds security headers."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from datasette import handle_exception as stock_handler
from datasette import hookimpl
from datasette.views.base import DatasetteError

from harvest.schema import TABLES, VIEWS
from harvest.serve import ADDRESS

# Where rich is installed, Datasette prints the whole stack with all its values for every page not found: 50 ms each,
# and abstracts in the log. The plain traceback of real faults stays.
stock_handler.rich = None

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
TRANSPORT: Final = ("Strict-Transport-Security", "max-age=15552000")
"""Sent over https alone: browsers that came by https stay with it for half a year."""

_HOST = re.compile(r"([A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")
"""A name, an IPv4 or an IPv6 address, and a port (RFC 9110, section 7.2)."""

_PRIVATE = re.compile(r"/-/(?!static/|static-plugins/|metadata(\.json)?$)")
"""Datasette's own tools, which show paths and versions of the machine; the public profile hides all but two."""

_MOST_FACETS: Final = 12
_LARGEST_PAGE: Final = 100
"""Rows of an HTML page of the public profile: one process draws all pages, and 1,000 rows take seconds
in which nobody else is answered."""

_BELOW_A_FILE = re.compile(r"/static/[^/]+/")
"""Our static files lie in one folder; Datasette would look for a file within a file and fail."""
_ROW = re.compile(r"/ketamine/(?P<table>[a-z_]+)/(?P<keys>[^/]+)", re.DOTALL)
_KEYS = {shape.name: len(shape.primary_key) for shape in TABLES}
_LONGEST_NUMBER = 18  # digits that still fit SQLite's integers


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Any) -> Callable[[Application], Application]:
    public = not datasette.setting("default_allow_sql")
    ttl = datasette.setting("default_cache_ttl")
    known_as = os.environ.get(ADDRESS, "")

    def wrap(application: Application) -> Application:
        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await application(scope, receive, send)
                return
            path, query = scope["path"], scope.get("query_string", b"")
            sending = _with_headers(send, scope.get("scheme") == "https", ttl if public else 0)
            problem = host_problem(scope) or header_problem(scope) or path_problem(path) or query_problem(path, query)
            problem = problem or (size_problem(path, query) if public else "")
            if problem:
                await _answer(sending, 400, problem)
            elif is_row_of_no_table(_raw(scope)) or _BELOW_A_FILE.match(path) or (public and _PRIVATE.match(path)):
                await _answer(sending, 404, "There is no such page.")
            else:
                await application(_known_as(known_as, scope) if known_as else scope, receive, sending)

        return guarded

    return wrap


def host_problem(scope: Scope) -> str:
    """Why the host that the request names is refused, or ''. Datasette copies it into absolute addresses as it is.

    >>> host_problem({"headers": [(b"host", b"localhost:8001")]})
    ''
    >>> bool(host_problem({"headers": [(b"host", b"a.example/<b>")]}))
    True
    """
    hosts = [value.decode("latin-1") for name, value in scope.get("headers") or () if name.lower() == b"host"]
    if len(hosts) > 1 or not all(host == "" or _HOST.fullmatch(host) for host in hosts):
        return "The request does not name a host in the usual form."
    return ""


def header_problem(scope: Scope) -> str:
    """Why a cookie or token is refused, or ''. asgi-csrf, which reads them before Datasette does, fails on other letters.

    >>> header_problem({"headers": [(b"cookie", b"a=1")]})
    ''
    """
    read = [value for name, value in scope.get("headers") or () if name.lower() in (b"cookie", b"x-csrftoken")]
    return (
        "" if all(value.isascii() for value in read) else "A cookie or token of this request is not written in ASCII."
    )


def _known_as(address: str, scope: Scope) -> Scope:
    """The request as if it had come to the address the public knows."""
    known = urlsplit(address)
    headers = [(name, value) for name, value in scope.get("headers") or () if name.lower() != b"host"]
    return {**scope, "scheme": known.scheme, "headers": [*headers, (b"host", known.netloc.encode())]}


def path_problem(path: str) -> str:
    """Why the path is refused, or ''. Datasette 0.65 redirects ``/\\host/`` to ``/\\host``, which browsers read as
    another site (issue 2680); browsers also drop tabs and line breaks.

    >>> bool(path_problem("/\\\\example.com/")), path_problem("/ketamine")
    (True, '')
    """
    if path.startswith("//") or "\\" in path or any(ord(character) < 32 or ord(character) == 127 for character in path):
        return "This address holds characters that no page here has."
    return ""


def query_problem(path: str, query: bytes) -> str:
    """Why one of Datasette's own parameters cannot be read, or ''; Datasette would answer with a server error."""
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name in {"_timelimit", "_ttl"} and not _is_number(value):
            return f"{name} must be a number."
        if name == "_next" and not _is_number(value) and path.rpartition("/")[2].partition(".")[0] in VIEWS:
            return "_next must be a number here."
        if (name.startswith("_facet") and value.startswith("{")) or name == "_through":
            problem = _json_problem(name, value)
            if problem:
                return problem
        if name.endswith(("__in", "__notin")) and value.startswith("[") and not isinstance(_json(value), list):
            return f"{name} must be a JSON list or values with commas between them."
    return ""


def size_problem(path: str, query: bytes) -> str:
    """Why the public profile refuses to work so much for one page, or ''. Exports may be large, since they are streamed."""
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    if sum(name.startswith("_facet") and name != "_facet_size" for name, _ in pairs) > _MOST_FACETS:
        return f"At most {_MOST_FACETS} counts on one page."
    sizes = [value for name, value in pairs if name == "_size"]
    if sizes and "." not in path.rpartition("/")[2] and not _fits(sizes[0]):
        return f"At most {_LARGEST_PAGE} rows on one page; add .csv to the address for all rows."
    return ""


def _fits(size: str) -> bool:
    # What is no number, Datasette itself refuses.
    return size != "max" and (not _is_number(size) or int(size) <= _LARGEST_PAGE)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER


def _raw(scope: Scope) -> str:
    """The path as sent, which is what Datasette's routes look at."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.partition(b"?")[0].decode("latin-1")


def is_row_of_no_table(path: str) -> bool:
    """Whether the address names a row by too few or too many keys; Datasette would ask SQLite and fail."""
    found = _ROW.fullmatch(path)
    keys = _KEYS.get(found["table"]) if found else None
    return bool(found and keys and found["keys"].count(",") + 1 != keys)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _json_problem(name: str, value: str) -> str:
    config = _json(value)
    needed = {"table", "column", "value"} if name == "_through" else set()
    if not isinstance(config, dict) or not needed <= config.keys():
        return f"{name} must be a JSON object{' with table, column and value' if needed else ''}."
    if not needed and not isinstance(config.get("column") or config.get("simple"), str):
        return f"{name} must name a column."
    return ""


@hookimpl  # type: ignore[untyped-decorator]
def handle_exception(exception: Exception) -> None:
    """Unknown sort columns and the like are the visitor's mistake (400); Datasette 0.65 calls them its own (500)."""
    if isinstance(exception, DatasetteError) and exception.status == 500:
        exception.status = 400


def _with_headers(send: Send, secure: bool, ttl: int) -> Send:
    """Sends with the security headers; what says nothing of caching may be kept for ``ttl`` seconds."""
    headers = {**HEADERS, **(dict([TRANSPORT]) if secure else {})}

    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message.get("headers", [])}
            wanted = {**headers, **({"Cache-Control": f"max-age={ttl}"} if ttl and message["status"] == 200 else {})}
            added = [(name.encode(), text.encode()) for name, text in wanted.items()
                     if name.lower().encode() not in present]  # fmt: skip
            message = {**message, "headers": [*message.get("headers", []), *added]}
        await send(message)
        if message.get("more_body"):
            # An export is sent row by row without ever pausing; here everyone else gets a turn.
            await asyncio.sleep(0)

    return sending


async def _answer(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{text}\n".encode()})
