"""A checked text as one object, for programs."""

from __future__ import annotations

import re
from typing import Any

from harvest.checker.model import Checked, Judged

_HALF = re.compile("[\ud800-\udfff]")


def as_json(checked: Checked) -> dict[str, Any]:
    """What `harvest check-text --format json` writes: ``statements``, ``unjudged`` and ``omissions``, in order of the text.

    ``start`` and ``end`` count the code points of ``text``, the text that was checked. It is what was handed in, character
    for character, but for halves of surrogate pairs, which UTF-8 cannot write: each is U+FFFD.
    """
    document = checked.document
    return {
        "statements": [_statement(judged) for judged in checked.statements],
        "unjudged": [
            {"text": whole(document.text[one.start : one.end]), "start": one.start, "end": one.end, "why": one.why}
            for one in checked.unjudged
        ],
        "omissions": [
            {"outcome": one.outcome, "label": one.label, "trials": one.trials, "reports": list(one.reports)}
            for one in checked.omissions
        ],
        "source": document.source,
        "title": whole(document.title),
        "language": document.language,
        "text": whole(document.text),
        "notes": all_notes(checked),
    }


def _statement(judged: Judged) -> dict[str, Any]:
    said = judged.statement
    return {
        "text": whole(judged.text),
        "start": said.start,
        "end": said.end,
        "claims": list(judged.claims),
        "question": said.question,
        "asks": judged.asks,
        "kind": said.kind,
        "verdict": judged.verdict,
        "why": judged.why,
        "denies": said.denies,
        "number": said.number,
        "certainty": whole(said.certainty),
        "states": dict(said.states),
        "parts": [{"name": part.name, "verdict": part.verdict, "why": part.why} for part in judged.parts],
        "counts": dict(judged.counts),
        "participants": judged.participants,
    }


def all_notes(checked: Checked) -> list[str]:
    """How the text was read and how it was checked, each thing once."""
    return list(dict.fromkeys((*checked.document.notes, *checked.notes)))


def whole(text: str) -> str:
    """The text with U+FFFD for halves of surrogate pairs, as long as before.

    >>> whole("a\\ud800b")
    'a\ufffdb'
    """
    return _HALF.sub("\ufffd", text)
