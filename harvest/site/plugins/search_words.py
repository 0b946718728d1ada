"""Makes ``escape_fts`` safe for any text, on every connection: for the search query and for ``?_search=`` alike.

Datasette's own turns words into quoted phrases, but leaves an error for empty text and for text with a NUL.
"""

from __future__ import annotations

import re
import sqlite3
from typing import Final

from datasette import hookimpl

from harvest.search.fields import has_words

MOST_WORDS: Final = 64
"""More words than anyone types; FTS5 grows slow and then refuses expressions of thousands."""

NOTHING: Final = '"."'
"""A phrase without a single word in it: valid, and matches no row."""

_PARTS = re.compile(r'"([^"]*)"?|(\S+?)(?=[\s"]|$)')
_CURLY = dict.fromkeys(map(ord, "“”„‟«»"), '"')


def safe_query(text: str | None) -> str:
    """An FTS5 query that asks for every word and every quoted phrase of the text; never an error.

    >>> safe_query('p<0.05 “treatment resistant”')
    '"p<0.05" "treatment resistant"'
    >>> safe_query(' ')
    '"."'
    """
    plain = str(text or "").replace("\0", " ").translate(_CURLY)
    phrases = [(phrase or word).strip() for phrase, word in _PARTS.findall(plain)]
    # A phrase of punctuation alone has no token, and FTS5 would let it decide the whole search.
    words = [f'"{phrase}"' for phrase in phrases if has_words(phrase)]
    return " ".join(words[:MOST_WORDS]) or NOTHING


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Last of all plugins, so that it replaces Datasette's function of that name."""
    conn.create_function("escape_fts", 1, safe_query, deterministic=True)
