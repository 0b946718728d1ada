"""How an abstract or a digest reads on a page: its labelled parts as paragraphs."""

from __future__ import annotations

import json
from typing import Any, Final

from datasette import hookimpl

DIGEST_LABELS: Final = ("Aim", "Methods", "Results", "Conclusion")


def paragraphs(text: str | None, sections: str | None = None) -> list[tuple[str, str]]:
    """(label, text) of each part; the label is '' where there is none.

    ``sections`` is the column of that name, which knows the parts of an abstract. A digest needs none: its parts are
    lines that begin with one of four labels.

    >>> paragraphs("Aim: To see.\\nMethods: Looked.")
    [('Aim', 'To see.'), ('Methods', 'Looked.')]
    """
    if not text:
        return []
    if sections:
        return [(part["label"], text[part["start"] : part["end"]]) for part in json.loads(sections)]
    return [_labelled(line) for line in text.split("\n") if line.strip()]


def _labelled(line: str) -> tuple[str, str]:
    label, colon, rest = line.partition(": ")
    return (label, rest) if colon and label in DIGEST_LABELS else ("", line)


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Any) -> None:
    env.filters["paragraphs"] = paragraphs
