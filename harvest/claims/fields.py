"""Entries of the YAML files made into dataclasses, field by field; every error says where it stands and what to write.

A reader takes the place of a field ("claims.yml, claim 001-13: number") and what stands there, and gives the field's
value or raises `ClaimsError`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any, Final, TypeVar

from harvest.errors import ClaimsError

Reader = Callable[[str, Any], Any]
T = TypeVar("T")

_DATE: Final = re.compile(r"[12][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")


def made(of: Callable[..., T], where: str, entry: Any, readers: Mapping[str, Reader]) -> T:
    """One ``of`` (a dataclass) from a mapping of its fields; a field left empty in the file counts as left out.

    Raises `ClaimsError` for what is no mapping, for unknown and missing fields, and whatever ``readers`` raise.
    """
    if not isinstance(entry, Mapping):
        raise ClaimsError(f"{where}: must be written as fields and values; found {entry!r}")
    if unknown := [str(name) for name in entry if name not in readers]:
        raise ClaimsError(f"{where}: unknown field {', '.join(unknown)}; write one of {', '.join(readers)}")
    given = {name: value for name, value in entry.items() if value is not None}
    if missing := [name for name in _needed(of) if name not in given]:
        raise ClaimsError(f"{where}: missing field {', '.join(missing)}; add it with a value")
    return of(**{name: readers[name](f"{where}: {name}", value) for name, value in given.items()})


def _needed(of: Any) -> list[str]:
    return [one.name for one in fields(of) if one.default is MISSING and one.default_factory is MISSING]


def text(where: str, value: Any) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ClaimsError(f"{where} must be a text; put {value!r} in quotes if it is meant, else write one")
    return value.strip()


def words(where: str, value: Any) -> tuple[str, ...]:
    """A list of texts, each named once; a text alone is a list of one."""
    listed = value if isinstance(value, list) else [value]
    found = tuple(text(f"{where}, item {number},", one) for number, one in enumerate(listed, 1))
    if twice := [one for number, one in enumerate(found) if one in found[:number]]:
        raise ClaimsError(f"{where} names {twice[0]} twice; delete one")
    return found


def some_words(where: str, value: Any) -> tuple[str, ...]:
    """As `words`, and at least one."""
    if not (found := words(where, value)):
        raise ClaimsError(f"{where} must name at least one")
    return found


def one_of(choices: tuple[str, ...]) -> Reader:
    """A reader of one of ``choices``."""

    def read(where: str, value: Any) -> str:
        if value not in choices:
            raise ClaimsError(f"{where} must be one of {', '.join(choices)}; found {value!r}")
        return str(value)

    return read


def some_of(choices: tuple[str, ...]) -> Reader:
    """A reader of one or several of ``choices``."""
    each = one_of(choices)
    return lambda where, value: tuple(each(where, one) for one in some_words(where, value))


def flag(where: str, value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ClaimsError(f"{where} must be true or false; found {value!r}")
    return value


def percentage(where: str, value: Any) -> float:
    """A number from 0 to 100."""
    if not _is_number(value) or not 0 <= value <= 100:
        raise ClaimsError(f"{where} must be a percentage, a number from 0 to 100 without the sign; found {value!r}")
    return float(value)


def window(where: str, value: Any) -> tuple[float | None, float | None]:
    """Two numbers of hours, the second not below the first; null stands for open."""
    if not isinstance(value, list) or len(value) != 2 or not all(one is None or _is_number(one) for one in value):
        raise ClaimsError(
            f"{where} must be two numbers of hours, null for open: [0, 72] or [660, null]; found {value!r}"
        )
    start, end = (None if one is None else float(one) for one in value)
    if min(start or 0, end or 0) < 0:
        raise ClaimsError(f"{where} must not begin or end before the dose, at hour 0; found {value!r}")
    if start is not None and end is not None and start > end:
        raise ClaimsError(f"{where} ends before it begins; write the smaller number first; found {value!r}")
    return start, end


def states(where: str, value: Any) -> dict[str, str]:
    """Attributes with what is said of them, both texts."""
    if not isinstance(value, Mapping):
        raise ClaimsError(f"{where} must be attributes and texts, such as {{year: '1970'}}; found {value!r}")
    return {text(f"{where}, the attribute,", name): text(f"{where}, {name},", said) for name, said in value.items()}


def date(where: str, value: Any) -> str:
    """``1970``, ``1970-02`` or ``1970-02-19``."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ClaimsError(
            f"{where} must be in quotes and of the form '1970', '1970-02' or '1970-02-19'; found {value!r}"
        )
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
