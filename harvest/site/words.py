"""Numbers, slugs and lists as people say them; templates have `counted` and `plain` as filters."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int | None, word: str, many: str = "") -> str:
    """A number with its word.

    >>> counted(1, "report"), counted(2234, "report"), counted(0, "study", "studies")
    ('1 report', '2,234 reports', '0 studies')
    """
    return f"{number or 0:,} {word if number == 1 else many or word + 's'}"


def plain(slug: str | None) -> str:
    """A slug as words: ``no-difference`` becomes ``no difference``."""
    return (slug or "").replace("-", " ")


def listed(words: Sequence[str]) -> str:
    """The words with commas and an "and".

    >>> listed(["title", "authors", "year"]), listed(["title"])
    ('title, authors and year', 'title')
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
