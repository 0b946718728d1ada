"""``/notebook``: the notebook of the export to read; ``/notebook.ipynb``: the file itself."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import Response

from harvest.export import notebook as exported
from harvest.site import web
from harvest.site.code import highlighted, rendered


async def notebook(datasette: Any, request: Any) -> Any:
    cells = [
        (cell.kind, rendered(cell.text) if cell.kind == "markdown" else highlighted(cell.text, "python"))
        for cell in exported.CELLS
    ]
    return await web.page(datasette, request, "notebook.html", {"cells": cells})


async def file(datasette: Any, request: Any) -> Response:
    headers = {"content-disposition": 'attachment; filename="ketamine.ipynb"'}
    return Response(exported.written(), headers=headers, content_type="application/x-ipynb+json; charset=utf-8")


ROUTES = ((r"^/notebook$", notebook), (r"^/notebook\.ipynb$", file))
