"""``/check``: paste a text, read what the studies say of each statement in it.

Nothing that is sent is stored, kept for others, logged or passed on: it comes by POST alone, so that it is in no address;
the answer says ``no-store`` and sets no cookie; no address is ever fetched.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

from datasette.utils.asgi import Response

from harvest.checker.as_json import as_json
from harvest.checker.as_markdown import as_markdown
from harvest.checker.model import Checked
from harvest.errors import BadInput
from harvest.site import web
from harvest.site.checking import work
from harvest.site.checking.example import EXAMPLE
from harvest.site.checking.form import LARGEST, Sent, Unreadable, sent
from harvest.site.checking.shown import context

_PRIVATE: Final = {"cache-control": "no-store", "x-robots-tag": "noindex"}
_EMPTY: Final = "There was no text. Paste one into the box, or choose a file."
_ADDRESS: Final = (
    "This is the address of a page, not its text. This site fetches no pages: open it, copy what it says and paste that "
    "here; or, on your own computer, run harvest check-text with the address after it."
)
_BUSY: Final = "Several texts are being checked at this moment. Your text is still in the box: please send it again."


async def page(datasette: Any, request: Any) -> Response:
    """The form; of a POST the answer."""
    if request.method == "POST":
        return await _answer(datasette, request)
    if request.method not in ("GET", "HEAD"):
        return Response.text("Only GET and POST.", status=405, headers={"allow": "GET, HEAD, POST"})
    text = EXAMPLE if request.args.get("example") else ""
    return await web.page(datasette, request, "check.html", {**_form(text), "example": bool(text)})


async def _answer(datasette: Any, request: Any) -> Response:
    try:
        found = await sent(request.headers, request.receive)
    except Unreadable as problem:
        return await _problem(datasette, request, Sent(), str(problem), problem.status)
    if found.empty or found.only_address:
        return await _problem(datasette, request, found, _EMPTY if found.empty else _ADDRESS, 400)
    try:
        checked = await work.checked(datasette, found)
    except BadInput as problem:
        return await _problem(datasette, request, found, str(problem), 400)
    except work.Busy:
        return await _problem(datasette, request, found, _BUSY, 503)
    if found.format in _FILES:
        return await asyncio.to_thread(_FILES[found.format], checked)
    shown = await context(datasette, checked)
    shown["absolute"] = lambda path: datasette.absolute_url(request, datasette.urls.path(path))
    values = {**_form(work.again(found, checked.document)), **shown}
    text = await datasette.render_template("check.html", values, request=request, view_name="check")
    return Response.html(text, headers=_PRIVATE)


async def _problem(datasette: Any, request: Any, found: Sent, message: str, status: int) -> Response:
    """The form again, with what was pasted and what to do; as JSON or text for those who asked for a file."""
    headers = _PRIVATE | ({"retry-after": "10"} if status == 503 else {})
    if found.format == "json":
        return Response.json({"ok": False, "error": message}, status=status, headers=headers)
    values = {**_form(found.text), "problem": message}
    text = await datasette.render_template("check.html", values, request=request, view_name="check")
    return Response.html(text, status=status, headers=headers)


def _form(text: str) -> dict[str, Any]:
    return {"text": text, "largest": LARGEST}


def _json(checked: Checked) -> Response:
    text = json.dumps(as_json(checked), ensure_ascii=False, indent=2) + "\n"
    return _file(text, "json", "application/json")


def _markdown(checked: Checked) -> Response:
    return _file(as_markdown(checked), "md", "text/markdown")


def _file(text: str, extension: str, media: str) -> Response:
    name = {"content-disposition": f'attachment; filename="checked-text.{extension}"'}
    return Response(text, headers={**_PRIVATE, **name}, content_type=f"{media}; charset=utf-8")


_FILES: Final = {"json": _json, "markdown": _markdown}

ROUTES: Final = ((r"/check$", page),)
