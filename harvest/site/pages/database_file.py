"""``/ketamine.db``: the database itself. Datasette sends it in blocks of 4 kB, each read in a thread: 600 MB took 50 s, and
two readers of it made a page take 40 times as long for everyone else."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from datasette.utils import add_cors_headers
from datasette.utils.asgi import Forbidden, Response

from harvest.site import web
from harvest.site.pages.downloads import Sent


async def file(datasette: Any, request: Any) -> Any:
    """The file as Datasette gives it: the same permissions, name and mark, and 304 for who has it already."""
    await datasette.ensure_permissions(
        request.actor,
        [("view-database-download", web.DATABASE), ("view-database", web.DATABASE), "view-instance"],
    )
    database = datasette.get_database(web.DATABASE)
    if database.is_mutable or not database.path or not datasette.setting("allow_download"):
        raise Forbidden("This database cannot be downloaded")
    headers: dict[str, str] = {}
    if datasette.cors:
        add_cors_headers(headers)
    headers["etag"] = f'"{await asyncio.to_thread(lambda: database.hash)}"'
    if headers["etag"] in (request.headers.get("if-none-match") or ""):
        return Response("", status=304, headers=headers)
    return Sent(Path(database.path), "application/octet-stream", headers)


ROUTES = ((rf"^/{web.DATABASE}\.db$", file),)
