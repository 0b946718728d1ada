"""Parts of the tree as expressions of SQLite's full-text search, which no text can break out of.

https://www.sqlite.org/fts5.html#full_text_query_syntax
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import Stemmer

from harvest.search.tree import And, Named, Node, Or, Text
from harvest.text import fold

_stemmer = Stemmer.Stemmer("porter")
_ENDINGS: Final = ("", *"e s on ion ive ve ng ing al ty ity ic ed ment ent ation".split())
"""What may follow the letters before a star, to find the stem that the index holds instead."""


def expression(text: Text) -> str:
    """One word or phrase.

    >>> expression(Text("treatment resistant", ("title",)))
    '{title} : "treatment resistant"'
    """
    phrase = quoted(text.text)
    if text.prefix:
        phrase = " OR ".join([f"{phrase}*", *map(quoted, _stems(text.text))])
        phrase = f"({phrase})" if " OR " in phrase else phrase
    return f"{{{' '.join(text.columns)}}} : {phrase}" if text.columns else phrase


def quoted(text: str) -> str:
    """The text as one phrase, whatever is in it."""
    return '"' + text.replace('"', '""').replace("\0", " ") + '"'


def together(texts: Iterable[Text]) -> str:
    """All of the words, anywhere in a report."""
    return " AND ".join(expression(text) for text in texts)


def any_of(expressions: Iterable[str]) -> str:
    return " OR ".join(f"({one})" for one in expressions)


def positive(node: Node) -> Iterator[Text]:
    """Every word and phrase that speaks for a report, to be marked where it stands."""
    match node:
        case Text():
            yield node
        case Named():
            yield from node.words
        case And() | Or():
            for part in node.parts:
                yield from positive(part)


def _stems(prefix: str) -> list[str]:
    """The index holds stems, so ``depressi*`` would miss depression, which stands there as "depress"."""
    words = fold(prefix).split()
    if len(words) != 1:
        return []
    stems = {_stemmer.stemWord(words[0] + ending) for ending in _ENDINGS}
    return sorted(stem for stem in stems if words[0].startswith(stem) and 3 <= len(stem) < len(words[0]))
