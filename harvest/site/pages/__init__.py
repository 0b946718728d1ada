"""The pages of our own, one module for each kind of page.

A module offers ``ROUTES``, a tuple of (regular expression of the path, ``async def view(datasette, request)``), or
``ROWS``, a dictionary from a table to ``async def more(datasette, key)``, which gives what the page of one row of that
table (template ``row-ketamine-TABLE.html``) shows beside Datasette's own; or both. It is found by itself.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable
from functools import cache
from types import ModuleType
from typing import Any

from harvest.site.web import Route

More = Callable[[Any, str], Awaitable[dict[str, Any]]]


@cache
def _modules() -> tuple[ModuleType, ...]:
    return tuple(importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))


def routes() -> list[Route]:
    """Every address of our own."""
    return [route for module in _modules() for route in getattr(module, "ROUTES", ())]


def rows() -> dict[str, More]:
    """Table -> what its row pages show beside the row."""
    return {table: more for module in _modules() for table, more in getattr(module, "ROWS", {}).items()}
