"""Filters and functions that every template of the site may use."""

from __future__ import annotations

from typing import Any

from datasette import hookimpl

from harvest.site import web


def counted(number: int | None, word: str, many: str = "") -> str:
    """A number with its word.

    >>> counted(1, "report"), counted(2234, "report"), counted(0, "study", "studies")
    ('1 report', '2,234 reports', '0 studies')
    """
    return f"{number or 0:,} {word if number == 1 else many or word + 's'}"


def plain(slug: str | None) -> str:
    """A slug as words: ``no-difference`` becomes ``no difference``."""
    return (slug or "").replace("-", " ")


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Any) -> None:
    env.filters["counted"] = counted
    env.filters["plain"] = plain
    env.globals["address"] = web.address
    env.globals["row_address"] = web.row_address
