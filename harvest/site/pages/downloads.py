"""``/downloads``: the files that `harvest export` wrote beside the served database, and each of them.

Only names that the export's own list states are served, so no address reaches another file.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from datasette.utils.asgi import Response, asgi_send_file

from harvest.export import FOLDER
from harvest.export.package import CLOSED, OWN, PACKAGE, SUMS, notice, sha256
from harvest.site import web

_BLOCK: Final = 1 << 18
_TYPES: Final = {
    "zip": "application/zip", "gz": "application/gzip", "parquet": "application/vnd.apache.parquet",
    "ipynb": "application/x-ipynb+json; charset=utf-8", "json": "application/json; charset=utf-8",
}  # fmt: skip


@dataclass(frozen=True)
class Download:
    name: str
    purpose: str
    bytes: int
    rows: int | None
    sha256: str


@dataclass(frozen=True)
class Downloads:
    """An export: ``current`` says whether it was made of the database that is served."""

    folder: Path
    files: tuple[Download, ...]
    database_sha256: str
    current: bool

    def of(self, name: str) -> Download | None:
        return next((file for file in self.files if file.name == name), None)


class Sent:
    """An answer that streams a file of known length, to be kept by the reader for as long as its hash is the same."""

    def __init__(self, path: Path, content_type: str, headers: dict[str, str]) -> None:
        self._path, self._type, self._headers = path, content_type, headers

    async def asgi_send(self, send: Any) -> None:
        await asgi_send_file(send, str(self._path), self._path.name, self._type, _BLOCK, dict(self._headers))


async def found(datasette: Any) -> Downloads | None:
    """The export beside the served database, or None where there is none that can be read.

    Nor where the export holds abstracts that the served copy, made for publication, withholds.
    """
    database = Path(datasette.get_database(web.DATABASE).path)
    folder = database.parent / FOLDER
    try:
        package = json.loads((folder / PACKAGE).read_text("utf-8"))
        edition, _ = await _rights(datasette)
        if package["made_by"] != OWN or (edition == "public" and package["edition"] != "public"):
            return None
        files = [_listed(folder, resource) for resource in package["resources"]]
        made_of = package["database"]
        stated = str(made_of["hash"]).removeprefix("sha256:")
        current = await _is_of(datasette, database, made_of, stated)
        files += [Download(name, purpose, (folder / name).stat().st_size, None, "") for name, purpose in _LISTS.items()]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return Downloads(folder, tuple(files), stated, current)


async def _rights(datasette: Any) -> tuple[str, int]:
    """Edition of the served copy, and how many abstracts without an open licence it holds."""

    async def work() -> tuple[str, int]:
        row = await web.first(datasette, f"select ({CLOSED}), (select value from about where name = 'edition')")  # noqa: S608
        closed, edition = (row or {"closed": 0, "edition": None}).values()
        return edition or "local", closed

    return await web.kept(datasette, "edition", work)


_LISTS: Final = {
    PACKAGE: "The list of these files for machines, with columns, sizes and hashes (Data Package)",
    SUMS: "Checksums of all files and of ketamine.db",
}


def _listed(folder: Path, resource: dict[str, Any]) -> Download:
    name = str(resource["path"])
    if Path(name).name != name:
        raise ValueError(f"{name} is no file name")
    digest = str(resource["hash"]).removeprefix("sha256:")
    return Download(name, resource["description"], (folder / name).stat().st_size, resource.get("rows"), digest)


async def _is_of(datasette: Any, database: Path, made_of: dict[str, Any], stated: str) -> bool:
    """Whether the export was made of the served file: the same size, and the same time of change or else the same hash."""
    now = database.stat()
    if now.st_size != made_of["bytes"]:
        return False
    if now.st_mtime_ns == made_of["modified_ns"]:
        return True
    digest = await web.kept(datasette, f"sha256 {now.st_mtime_ns}", lambda: asyncio.to_thread(sha256, database))
    return digest == stated


async def downloads(datasette: Any, request: Any) -> Any:
    path = Path(datasette.get_database(web.DATABASE).path)
    edition, closed = await _rights(datasette)
    context = {
        "export": await found(datasette), "database_bytes": path.stat().st_size, "public": web.is_public(datasette),
        "notice": notice(edition, closed), "closed": closed if edition != "public" else 0,
    }  # fmt: skip
    return await web.page(datasette, request, "downloads.html", context)


async def one(datasette: Any, request: Any) -> Any:
    export = await found(datasette)
    file = export.of(request.url_vars["name"]) if export else None
    if export is None or file is None:
        raise web.missing("There is no such file to download. /downloads lists those there are.")
    mark = f'"{file.sha256 or f"{(export.folder / file.name).stat().st_mtime_ns:x}"}"'
    headers = {"etag": mark, "cache-control": "no-cache"}
    if mark in (request.headers.get("if-none-match") or ""):
        return Response("", status=304, headers=headers)
    ending = file.name.rpartition(".")[2]
    return Sent(export.folder / file.name, _TYPES.get(ending, "text/plain; charset=utf-8"), headers)


ROUTES = ((r"^/downloads$", downloads), (r"^/downloads/(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,99})$", one))
