"""``/sql``: twenty worked queries (``worked.yml``) with their reasons and first rows, to run, copy and change."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from harvest.site import web
from harvest.site.code import highlighted

FILE: Final = Path(__file__).parents[1] / "worked.yml"
SHOWN: Final = 5
LEVELS: Final = {"simple": "First steps", "medium": "Joining and searching", "hard": "Harder questions"}


@dataclass(frozen=True)
class Worked:
    """One query: ``needs`` says what a database must hold for rows to appear, where the starter set alone does not."""

    id: str
    level: str
    question: str
    sql: str
    why: str
    columns: tuple[str, ...]
    caution: str = ""
    needs: str = ""


@dataclass(frozen=True)
class Answer:
    """The first rows, how many there are in all, or the ``problem`` that kept them away."""

    rows: tuple[tuple[Any, ...], ...]
    number: int
    problem: str = ""


@cache
def queries() -> tuple[Worked, ...]:
    """All of worked.yml, in its order."""
    read = yaml.safe_load(FILE.read_text("utf-8"))
    return tuple(Worked(**{**one, "columns": tuple(one["columns"])}) for one in read)


async def answered(datasette: Any, query: Worked) -> Answer:
    """What the served file answers; worked out once."""

    async def work() -> Answer:
        try:
            rows = await web.rows(datasette, query.sql)
        except web.TooSlow as problem:
            return Answer((), 0, str(problem))
        return Answer(tuple(tuple(row.values()) for row in rows[:SHOWN]), len(rows))

    return await web.kept(datasette, f"worked {query.id}", work)


async def worked(datasette: Any, request: Any) -> Any:
    answers = await asyncio.gather(*(answered(datasette, query) for query in queries()))
    told = [(query, answer, highlighted(query.sql, "sql")) for query, answer in zip(queries(), answers, strict=True)]
    levels = [(name, [one for one in told if one[0].level == level]) for level, name in LEVELS.items()]
    context = {"levels": levels, "number": len(told), "shown": SHOWN, "public": web.is_public(datasette)}
    return await web.page(datasette, request, "worked.html", context)


ROUTES = ((r"^/sql$", worked),)
