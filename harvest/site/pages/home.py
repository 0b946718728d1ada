"""``/``: the home page.

Datasette's own asks the database four questions about every table before it shows anything, 270 in all, one after the
other; with fifty readers each waits seconds for its turn. Ours needs none of the answers. ``/.json`` stays Datasette's.
"""

from __future__ import annotations

from typing import Any, Final

from harvest.site import web


async def home(datasette: Any, request: Any) -> Any:
    """What it shows beside the metadata comes from `harvest.site.home`, by way of the template's variables."""
    return await web.page(datasette, request, "index.html", {"metadata": datasette.metadata()})


ROUTES: Final = ((r"^/$", home),)
