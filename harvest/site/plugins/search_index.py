"""Reads the index of the search when the site starts, and then the pages that are slow when first asked for, in the
background: the first visitor finds them ready."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from datasette import hookimpl

from harvest.site import web
from harvest.site.search import held

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

_FIRST: Final = ("/", "/search?q=ketamine", "/map", "/sql", "/methods", "/accuracy")
_LARGEST: Final = """
    select '/ketamine/reports/' || id as path from reports where id = (select max(id) from reports)
    union all select '/cite?id=' || max(id) from reports
    union all select '/ketamine/conditions/' || id from (select id from conditions order by studied desc limit 2)
    union all select '/ketamine/outcomes/' || id from (select id from outcomes order by studied desc limit 2)
    union all select '/ketamine/outcomes/' || id
              from (select id from outcomes where kind = 'harm' order by studied desc limit 1)
    union all select '/ketamine/drugs/' || id from (select id from drugs order by studied desc limit 1)"""
"""Some report, and the concepts with most reports, whose pages count longest."""


@hookimpl  # type: ignore[untyped-decorator]
def startup(datasette: Any) -> None:
    if _is_fixed(datasette):
        held.prepare(datasette)


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Any) -> Callable[[Application], Application]:
    """Once the server answers, asks for the slow pages as a visitor would: on 30,000 reports the first map took 1.8 s of
    the processor, the first list of worked queries 1.7 s, the first page of a frequent harm 0.7 s."""

    def wrap(application: Application) -> Application:
        visits: list[asyncio.Task[None]] = []

        async def starting(scope: dict[str, Any], receive: Any, send: Any) -> None:
            async def sending(message: dict[str, Any]) -> None:
                await send(message)
                if message["type"] == "lifespan.startup.complete" and _is_fixed(datasette):
                    visits.append(asyncio.create_task(_visit(datasette)))
                elif message["type"] == "lifespan.shutdown.complete":
                    for task in visits:
                        task.cancel()

            await application(scope, receive, sending if scope["type"] == "lifespan" else send)

        return starting

    return wrap


def _is_fixed(datasette: Any) -> bool:
    return web.DATABASE in datasette.databases and not datasette.get_database(web.DATABASE).is_mutable


async def _visit(datasette: Any) -> None:
    database = datasette.get_database(web.DATABASE)
    # The home page names the file's hash, which Datasette would work out while nobody is answered.
    await asyncio.to_thread(lambda: database.hash)
    await held.held(datasette)
    largest = [row["path"] for row in await web.rows(datasette, _LARGEST)]
    for path in (*_FIRST, *largest):
        await datasette.client.get(datasette.urls.path(path))
