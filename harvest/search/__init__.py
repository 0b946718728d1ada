"""The search: a language that reads any text, expansion through the vocabulary, an index in memory, and the engine.

``scanner``, ``fields`` and ``language`` read what was typed into a tree (``tree``, in words by ``wording``); ``names`` knows
what the concepts are called and ``expansion`` lets a word that names a concept find the reports tagged with it; ``index`` holds
who has which tag, year or journal (``bitmaps``); ``engine`` finds and ranks, with full-text search (``fts``) for the words;
``filters`` narrows down and counts; ``snippets`` shows the words that matched; ``hints`` says what to try where nothing was found.
Nothing here opens the database: who calls gives a `Fetch`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Fetch = Callable[[str, Sequence[Any]], Sequence[Any]]
"""``fetch(sql, values)`` gives all rows, which unpack like tuples."""
