"""Partial dates as ISO text: ``2018``, ``2018-05`` or ``2018-05-14``. Precision is the length; nothing is invented."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

_MONTHS = {name: number for number, name in enumerate(
    "jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)}  # fmt: skip
_YEAR = re.compile(r"\b(1[5-9][0-9]{2}|20[0-9]{2})\b")


def month_number(text: str) -> int | None:
    """1 to 12 from ``Sep``, ``September``, ``9`` or ``09``; None for seasons and everything else."""
    text = text.strip().lower()
    if text.isdecimal():
        number = int(text[:4])  # Python refuses to read numbers of thousands of digits
        return number if 1 <= number <= 12 and len(text) <= 2 else None
    return _MONTHS.get(text[:3]) if text[:3].isalpha() else None


def partial(year: str | int | None, month: str | int | None = None, day: str | int | None = None) -> str:
    """A partial ISO date from parts; parts that make no sense are left out, '' without a plausible year.

    >>> partial("2018", "May", "31"), partial(2018, "Spring"), partial(2019, 2, 30)
    ('2018-05-31', '2018', '2019-02')
    """
    found = _YEAR.fullmatch(str(year or "").strip())
    if not found:
        return ""
    number = month_number(str(month)) if month else None
    if number is None:
        return found.group()
    try:
        return date(int(found.group()), number, int(str(day))).isoformat()
    except (ValueError, OverflowError):
        return f"{found.group()}-{number:02d}"


def from_parts(parts: Sequence[int | None] | None) -> str:
    """From Crossref's ``date-parts``, one to three numbers, possibly ``[None]``."""
    filled = [part for part in parts or [] if part]
    return partial(*filled[:3]) if filled else ""


def from_medline(text: str) -> str:
    """From PubMed's free ``MedlineDate``: the first year, and its month when one follows directly.

    >>> from_medline("1998 Dec-1999 Jan"), from_medline("2018 May - Jun"), from_medline("1947-1948")
    ('1998-12', '2018-05', '1947')
    """
    year = _YEAR.search(text)
    if not year:
        return ""
    following = re.match(r"\s+([A-Za-z]{3,})", text[year.end() :])
    return partial(year.group(), following.group(1) if following else None)


def from_iso(text: str | None) -> str:
    """The leading part of an ISO date or time stamp that is a valid partial date.

    >>> from_iso("2015-08"), from_iso("2026-02-02T00:00:00Z"), from_iso("2015-13-40")
    ('2015-08', '2026-02-02', '2015')
    """
    found = re.match(r"\s*(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", text or "")
    return partial(*found.groups()) if found else ""


def earliest(*dates: str) -> str:
    """The earliest of the dates; of two that agree, the more precise one."""
    filled = [d for d in dates if d]
    if not filled:
        return ""
    first = min(filled, key=lambda d: (d[:4], d + "-99-99"[len(d) - 10 :] if len(d) < 10 else d))
    return max((d for d in filled if d.startswith(first)), key=len)
