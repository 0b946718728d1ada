"""One quotation: the characters asked for, in the sentence they stand in, and everything that was read from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import sentencex
from markupsafe import Markup

from harvest.site import web
from harvest.site.highlight import Span, marked, parts
from harvest.site.quotes import LONGEST, fingerprint
from harvest.site.report import rules
from harvest.site.report.concepts import Concepts
from harvest.site.report.facts import KINDS, amount

_PLACE: Final = """from {} where report_id = :report and field = :field and start < :end and "end" > :start"""
_EVIDENCE: Final = 'select dimension, concept_id, role, rule, start, "end" ' + _PLACE.format("evidence")
_QUANTITIES: Final = "select * " + _PLACE.format("quantities")
_FINDINGS: Final = "select * " + _PLACE.format("findings")
_LONGEST_SEARCHED: Final = 20_000
"""Characters of a text in which words that have moved are looked for."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """``words``: what is quoted, cut to ``LONGEST`` where it must be; ``shown``: the sentence with them marked."""

    words: str
    shown: Markup
    cut: bool
    fingerprint: str
    """Of the words in full."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Something read from these words: ``what`` (condition, finding ...), ``says``, ``why`` and where more is."""

    what: str
    says: str
    why: str
    href: str


def quotation(text: str, start: int, end: int, sections: str | None, may_be_long: bool) -> Quotation:
    """The characters from ``start`` to ``end`` (within the text) in their sentence.

    Where the text is under no open licence, no more than `LONGEST` characters are shown, context included.
    """
    words = text[start:end]
    stop = end if may_be_long or end - start <= LONGEST else _last_space(text, start, start + LONGEST)
    cut = stop < end
    first, last = (start, stop) if cut else sentence(text, start, end, sections)
    if last - first > max(LONGEST, stop - start):
        room = max(0, LONGEST - (stop - start)) // 2
        first, last = max(first, start - room), min(last, stop + room)
    shown = marked(text, [Span(start, stop, "quoted", "cue")], first, last)
    return Quotation(text[start:stop], shown, cut, fingerprint(words))


def _last_space(text: str, start: int, end: int) -> int:
    """Where the last word that fits ends."""
    space = text.rfind(" ", start, end)
    return space if space > start else end


def sentence(text: str, start: int, end: int, sections: str | None) -> tuple[int, int]:
    """The sentence, or sentences, that hold the characters; never beyond their paragraphs.

    >>> sentence("It rose. Pain fell. It ended.", 9, 13, None)
    (9, 19)
    """
    edges = sorted({0, len(text), *_edges(text, start, end, sections)})
    first = max(edge for edge in edges if edge <= start)
    last = min(edge for edge in edges if edge >= end)
    held = text[first:last]
    return first + len(held) - len(held.lstrip()), first + len(held.rstrip())


def _edges(text: str, start: int, end: int, sections: str | None) -> Iterator[int]:
    for part in parts(text, sections):
        yield from (part.start, part.end)
        if part.start < end and part.end > start:
            found = sentencex.get_sentence_boundaries("en", text[part.start : part.end])
            yield from (part.start + one["start_index"] for one in found)


def moved_to(text: str, length: int, wanted: str) -> int | None:
    """Where words of that length and fingerprint stand in the text now; None where they do not, or it is too long."""
    if not 0 < length <= len(text) <= _LONGEST_SEARCHED:
        return None
    return next((at for at in range(len(text) - length + 1) if fingerprint(text[at : at + length]) == wanted), None)


async def readings(
    datasette: Any, report_id: str, field: str, start: int, end: int, concepts: Concepts
) -> list[Reading]:
    """What was read from these characters, or from a stretch that shares some with them, each once."""
    place = {"report": report_id, "field": field, "start": start, "end": end}
    found = [
        *_of_evidence(await web.rows(datasette, _EVIDENCE, place), concepts),
        *_of_numbers(await web.rows(datasette, _QUANTITIES, place), concepts),
        *_of_findings(await web.rows(datasette, _FINDINGS, place), concepts),
    ]
    return list(dict.fromkeys(found))


def _of_evidence(rows: Iterable[Mapping[str, Any]], concepts: Concepts) -> Iterator[Reading]:
    for row in rows:
        concept = concepts.get(row["dimension"], row["concept_id"])
        yield Reading(row["dimension"], f"{concept.label}, {row['role']}", rules.evidence(row["rule"], concepts),
                      concept.search)  # fmt: skip


def _of_numbers(rows: Iterable[Mapping[str, Any]], concepts: Concepts) -> Iterator[Reading]:
    for row in rows:
        of = concepts.label(row["concept_id"])
        yield Reading("number", f"{KINDS[row['kind']]}: {amount(row)}{f' ({of})' if of else ''}",
                      f"rule “{row['rule']}”", "")  # fmt: skip


def _of_findings(rows: Iterable[Mapping[str, Any]], concepts: Concepts) -> Iterator[Reading]:
    for row in rows:
        outcome = concepts.get("outcome", row["outcome_id"])
        rows_of = web.address("/ketamine/findings_by", {"outcome": outcome.id, "direction": row["direction"]})
        yield Reading("finding", f"{outcome.label}: {row['direction'].replace('-', ' ')}",
                      f"rule “{row['rule']}”, {row['basis'].replace('-', ' ')}", rows_of)  # fmt: skip


def ready_to_copy(words: str, cut: bool, ours: bool, reference: str, permalink: str) -> str:
    """The quotation with its reference and permalink, as one text. Our own words never pass for the authors'."""
    quoted = f"“{' '.join(words.split())}{' […]' if cut else ''}”"
    whose = "Summary in the words of the Ketamine evidence database (CC0), not the authors’, of: " if ours else ""
    return f"{quoted} {whose}{reference} {permalink}"
