"""From a text to what holds of it: one call for the command line and the site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from harvest.checker.model import Checked, Document

if TYPE_CHECKING:
    from harvest.claims.model import Library
    from harvest.vocabulary import Vocabulary

Rows = Callable[[str, Mapping[str, Any]], list[dict[str, Any]]]


def check(document: Document, rows: Rows | None) -> Checked:
    """The statements of the document, how the studies stand with them, and the harms it leaves out.

    ``rows`` runs SQL on a built database and gives rows; None: statements without verdicts, and a note that says so.
    """
    from harvest.checker.find import find
    from harvest.checker.judge import judge
    from harvest.claims.standing import Standing

    words, library = _definitions()
    standing = Standing(rows, library, words) if rows else None
    return judge(document, find(document, library), library, words, standing)


@cache
def _definitions() -> tuple[Vocabulary, Library]:
    """Vocabulary and claims, read once per process: a site checks many texts."""
    from harvest.checker.lexicon import words
    from harvest.claims.load import load

    return words(), load(words=words())
