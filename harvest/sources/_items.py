"""Reaching into JSON items whose parts may be absent, null or of another type than documented."""

from __future__ import annotations

from typing import Any

from harvest.errors import BadInput
from harvest.sources import Payload
from harvest.text import storable


def item_of(payload: Payload) -> dict[str, Any]:
    """The JSON object of a payload. Raises `BadInput` when it holds anything else."""
    try:
        item = payload.json()
    except (ValueError, RecursionError) as problem:
        raise BadInput(
            f"{payload.source} {payload.source_id}: not JSON that can be read ({problem}); fetch it again"
        ) from problem
    if not isinstance(item, dict):
        raise BadInput(f"{payload.source} {payload.source_id}: not a JSON object; fetch it again")
    return item


def reach(item: Any, *path: str) -> Any:
    """What stands at the end of the path, None when any part of it is missing.

    >>> reach({"a": {"b": 1}}, "a", "b"), reach({"a": None}, "a", "b")
    (1, None)
    """
    for name in path:
        if not isinstance(item, dict):
            return None
        item = item.get(name)
    return item


def string(item: Any, *path: str) -> str:
    """The text or number at the path as text, '' for anything else.

    >>> string({"volume": 47}, "volume"), string({"volume": None}, "volume")
    ('47', '')
    """
    value = reach(item, *path)
    if isinstance(value, str):
        return storable(value).strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def first_string(item: Any, *path: str) -> str:
    """The first non-empty text of the list at the path (or the text, where the list is none)."""
    return next(iter(strings(item, *path)), "")


def strings(item: Any, *path: str) -> list[str]:
    """The non-empty texts of the list at the path; a bare text counts as a list of one."""
    value = reach(item, *path)
    values = value if isinstance(value, list) else [value]
    return [text for text in (string(value) for value in values if isinstance(value, str)) if text]


def objects(item: Any, *path: str) -> list[dict[str, Any]]:
    """The objects of the list at the path; anything else in it is passed over."""
    value = reach(item, *path)
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []
