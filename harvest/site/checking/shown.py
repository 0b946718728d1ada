"""What the answer page shows of a checked text: cards of statements, counts by verdict, omissions with their reports."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from harvest.checker.as_json import all_notes
from harvest.checker.model import Checked, Judged, Omission
from harvest.checker.words import further_parts, part_named, reports_behind
from harvest.site import web
from harvest.site.charts import Bar, Chart, Series
from harvest.site.checking.marking import SIGNS, Stretch, shown, stretches
from harvest.site.claims.words import LABELS, MEANINGS, label

_MOST_REPORTS: Final = 5
"""Reports of an omission that are named on the page; all are behind one link."""
_MOST_SHOWN, _MOST_STRETCHES = 300, 3000
_MOST_CITED: Final = 200
_MOST_CLAIMS: Final = 6
_NO_DATABASE: Final = "Not judged"
_MEANS: Final = {
    **MEANINGS,
    "supported": "Nearly all studies that put it to the test, or dated facts, agree with it.",
    "mixed": "Studies, or parts of it, point both ways. Whoever states it without saying so says too much.",
    "contradicted": "Nearly all studies that put it to the test found otherwise, or dated facts say otherwise.",
    "": "No database of studies with verdicts was at hand.",
}
"""Verdict -> what it means, of statements that studies or dated facts answer."""


@dataclass(frozen=True)
class Part:
    """One part of a statement: ``name`` for people, its verdict (slug), words and sign of it, why."""

    name: str
    verdict: str
    words: str
    sign: str
    why: str


@dataclass(frozen=True)
class Card:
    """What stands beside a statement. ``address`` is that of its question; ``quote`` is empty beside a text of one sentence
    and from the second statement of a sentence on; ``like`` is an earlier card (0: none) that says all the same."""

    number: int
    verdict: str
    words: str
    sign: str
    quote: str
    asks: str
    denies: bool
    address: str
    why: str
    parts: tuple[Part, ...]
    counts: str
    claims: tuple[str, ...]
    more_claims: int
    like: int = 0

    @property
    def said(self) -> tuple[object, ...]:
        return self.address, self.denies, self.verdict, self.why, self.parts


@dataclass(frozen=True)
class Count:
    """A verdict with how many statements have it, what it means, and where the first of them is."""

    verdict: str
    words: str
    sign: str
    means: str
    number: int
    first: int


@dataclass(frozen=True)
class Missing:
    """A harm that the text leaves out. ``named`` are rows of reports (id, title, year, sample_size), trials before others."""

    label: str
    trials: int
    number: int
    named: tuple[web.Row, ...]
    address: str


async def context(datasette: Any, checked: Checked) -> dict[str, Any]:
    """What ``_check_answer.html`` needs."""
    counts = _counts(checked.statements)
    found, whole = await asyncio.to_thread(_with_cards, checked)
    return {
        "checked": checked,
        "counts": counts,
        "chart": _chart(counts),
        "stretches": found,
        "whole": whole,
        "unjudged": [
            (shown(checked.document.text[one.start : one.end]), one.why) for one in checked.unjudged[:_MOST_SHOWN]
        ],
        "omissions": await _omissions(datasette, checked.omissions),
        "notes": all_notes(checked),
        "lang": checked.document.language if _foreign(checked.document.language) else "",
    }


def _foreign(language: str) -> bool:
    """Whether the text is in a language that is known and is not English; the code is safe as an attribute."""
    return language not in ("en", "und") and language.isascii() and language.isalpha() and len(language) <= 3


def _with_cards(checked: Checked) -> tuple[list[tuple[Stretch, list[Card]]], bool]:
    """Every stretch of the text with what stands beside it, and whether that is the whole text: nobody reads more than
    `_MOST_SHOWN` cards, and drawing them would hold up every other visitor."""
    first: dict[object, int] = {}
    found: list[tuple[Stretch, list[Card]]] = []
    number = 0
    for stretch in stretches(checked):
        if number >= _MOST_SHOWN or len(found) >= _MOST_STRETCHES:
            return found, False
        judged = [checked.statements[number - 1] for number in stretch.numbers]
        places = [(one.statement.start, one.statement.end) for one in judged]
        cards: list[Card] = []
        for number, one, place in zip(stretch.numbers, judged, places, strict=True):
            quoted = len(set(places)) > 1 and place not in places[: len(cards)]
            card = _card(number, one, quoted)
            cards.append(replace(card, like=first.get(card.said, 0)))
            first.setdefault(card.said, number)
        found.append((stretch, cards))
    return found, True


def _card(number: int, judged: Judged, quoted: bool) -> Card:
    parts = tuple(
        Part(
            _capitalised(shown(part_named(part, judged))),
            part.verdict,
            label(part.verdict),
            SIGNS.get(part.verdict, ""),
            part.why,
        )
        for part in further_parts(judged)
    )
    return Card(
        number, judged.verdict, label(judged.verdict) or _NO_DATABASE, SIGNS.get(judged.verdict, ""),
        shown(" ".join(judged.text.split())) if quoted else "", judged.asks, judged.statement.denies,
        web.address(f"/questions/{judged.statement.question}"), judged.why, parts, reports_behind(judged.counts, judged.participants),
        judged.claims[:_MOST_CLAIMS], max(len(judged.claims) - _MOST_CLAIMS, 0),
    )  # fmt: skip


def _capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]


def _counts(statements: Sequence[Judged]) -> list[Count]:
    numbers: Counter[str] = Counter(judged.verdict for judged in statements)
    return [
        Count(verdict, words, SIGNS[verdict], _MEANS[verdict],
              numbers[verdict], next(n for n, one in enumerate(statements, start=1) if one.verdict == verdict))
        for verdict, words in (*LABELS.items(), ("", _NO_DATABASE))
        if numbers[verdict]
    ]  # fmt: skip


def _chart(counts: Iterable[Count]) -> Chart:
    """A bar for each verdict that occurs, which leads to its first statement."""
    found = list(counts)
    series = tuple(
        Series(one.verdict or "unjudged", one.words,
               tuple(Bar(one.number if other is one else 0, f"#s{one.first}") for other in found))
        for one in found
    )  # fmt: skip
    return Chart("Statements by verdict", tuple(one.words for one in found), series, horizontal=True, unit="statements")


async def _omissions(datasette: Any, omissions: Sequence[Omission]) -> list[Missing]:
    ids = sorted({id for one in omissions for id in one.reports[:_MOST_REPORTS]})
    sql = "select id, title, year, sample_size from reports where id in (select value from json_each(:ids))"
    reports = {row["id"]: row for row in await web.rows(datasette, sql, {"ids": json.dumps(ids)})} if ids else {}
    return [
        Missing(one.label, one.trials, len(one.reports),
                tuple(reports[id] for id in one.reports[:_MOST_REPORTS] if id in reports),
                web.address("/cite", [("id", id) for id in one.reports[:_MOST_CITED]]))
        for one in omissions
    ]  # fmt: skip
