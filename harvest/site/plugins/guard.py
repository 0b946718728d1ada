"""What stands in front of Datasette: refuses what would redirect elsewhere or break a page, adds security headers."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qsl

from datasette import hookimpl

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
_PRIVATE = re.compile(r"/-/(databases|threads|plugins|actor|config)(\.json)?/?$")
"""Pages that show paths and versions of the machine; the public profile hides them."""

_LONGEST_NUMBER = 18  # digits that still fit SQLite's integers


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Any) -> Callable[[Application], Application]:
    public = not datasette.setting("default_allow_sql")

    def wrap(application: Application) -> Application:
        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await application(scope, receive, send)
                return
            problem = path_problem(scope["path"]) or query_problem(scope.get("query_string", b""))
            if problem:
                await _answer(_with_headers(send), 400, problem)
            elif public and _PRIVATE.match(scope["path"]):
                await _answer(_with_headers(send), 404, "There is no such page.")
            else:
                await application(scope, receive, _with_headers(send))

        return guarded

    return wrap


def path_problem(path: str) -> str:
    """Why the path is refused, or ''. Datasette 0.65 redirects ``/\\host/`` to ``/\\host``, which browsers read as
    another site (issue 2680); browsers also drop tabs and line breaks.

    >>> bool(path_problem("/\\\\example.com/")), path_problem("/ketamine")
    (True, '')
    """
    if (
        path.startswith("//")
        or "\\" in path
        or any(ord(character) < 32 or ord(character) == 127 for character in path)
    ):
        return "This address holds characters that no page here has."
    return ""


def query_problem(query: bytes) -> str:
    """Why Datasette's own parameters cannot be what they must be, or ''; it would answer them with an error page."""
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name == "_timelimit" and not (
            value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER
        ):
            return "_timelimit must be a number of milliseconds."
        if (name.startswith("_facet") and value.startswith("{")) or name == "_through":
            problem = _json_problem(name, value)
            if problem:
                return problem
    return ""


def _json_problem(name: str, value: str) -> str:
    try:
        config = json.loads(value)
    except (ValueError, RecursionError):
        return f"{name} is not valid JSON."
    needed = {"table", "column", "value"} if name == "_through" else set()
    if not isinstance(config, dict) or not needed <= config.keys():
        return f"{name} must be a JSON object{' with table, column and value' if needed else ''}."
    if not needed and not isinstance(config.get("column") or config.get("simple"), str):
        return f"{name} must name a column."
    return ""


def _with_headers(send: Send) -> Send:
    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message.get("headers", [])}
            added = [(name.encode(), text.encode()) for name, text in HEADERS.items()
                     if name.lower().encode() not in present]  # fmt: skip
            message = {**message, "headers": [*message.get("headers", []), *added]}
        await send(message)

    return sending


async def _answer(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{text}\n".encode()})
