"""The reports that bear on a question, by stance, each with the sentences that gave it its stance."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from harvest.claims.rungs import DECIDING, RUNGS
from harvest.site import web
from harvest.site.claims import words
from harvest.site.highlight import Span, marked
from harvest.site.quotes import LONGEST, is_digest, quote_address, rights
from harvest.site.report.concepts import Concepts
from harvest.site.report.facts import hours
from harvest.site.web import Row

ORDERS: Final = {
    "newest": "sort_key desc",
    "largest": "participants is null, participants desc, sort_key desc",
}
"""How studies may be put in order."""
MOST, MOST_OF_OTHERS, MOST_UNFOLDED = 8, 3, 200
"""Studies listed of each stance, of each rung that does not decide, and of a stance that is unfolded."""
_MOST_SENTENCES: Final = 2
_SAYS: Final = {"supports": (1,), "contradicts": (-1,), "mixed": (1, -1, 0), "silent": ()}
"""Stance -> what the findings shown with it say."""

# Numbers within each group decide which are shown, so that a group of a thousand costs no more than one of ten.
_LISTED: Final = """
    with held as (
      select question_reports.*, rung in (select value from json_each(:deciding)) as decides
      from question_reports where question_id = :id
    ),
    placed as (
      select held.*, reports.sort_key, row_number() over (
               partition by decides, case decides when 1 then stance else rung end
               order by decides = 0 and stance = 'silent', {order}) as place
      from held join reports on reports.id = report_id
    )
    select placed.*, title, year, date, journal, reports.kind, design, designs.label as design_label, sample_size,
           retracted, concern, abstract, abstract_kind, abstract_open, abstract_rights, pmid, doi
    from placed join reports on reports.id = report_id left join designs on designs.id = reports.design
    where place <= case when not decides then :others when stance = :unfolded then :all else :most end
    order by decides desc, place"""  # fmt: skip
_SAID: Final = """
    select says, findings.* from question_findings join findings on findings.id = finding_id
    where question_id = :id and question_findings.report_id in (select value from json_each(:reports))
    order by question_findings.report_id, field = 'abstract', start, cue_start"""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a report says: ``shown`` with the deciding words marked, None where its text may not be shown here."""

    shown: Markup | None
    cut: bool
    ours: bool
    """The words are of our digest, not the authors'."""
    field: str
    quote: str
    """Its permalink."""
    says: int
    findings: tuple[tuple[str, str, str], ...]
    """(outcome, direction, time point) read from it."""


@dataclass(frozen=True, slots=True)
class Study:
    """A report with its stance on the question."""

    row: Mapping[str, Any]
    sentences: tuple[Sentence, ...]
    more: int
    """Further sentences on it."""


@dataclass(frozen=True, slots=True)
class Group:
    """Studies under one heading: those with one stance on the deciding rung, or those of another rung."""

    name: str
    title: str
    number: int
    studies: tuple[Study, ...]
    rows: str
    """Address of all of them as a table."""


def order_sql(order: str) -> str:
    """The question for the reports shown, in that order."""
    return _LISTED.format(order=ORDERS[order])


async def listed(datasette: Any, question: Row, order: str, unfolded: str) -> list[Row]:
    """The reports shown, with their text; those that decide first."""
    return await web.rows(datasette, order_sql(order), {
        "id": question["id"], "deciding": json.dumps(DECIDING.get(question["rung"], ())), "unfolded": unfolded,
        "most": MOST, "others": MOST_OF_OTHERS, "all": MOST_UNFOLDED,
    })  # fmt: skip


async def said(datasette: Any, question_id: str, reports: Iterable[str]) -> dict[str, list[Row]]:
    """Report -> its findings that count for the question."""
    found: dict[str, list[Row]] = {}
    for row in await web.rows(datasette, _SAID, {"id": question_id, "reports": json.dumps(list(reports))}):
        found.setdefault(row["report_id"], []).append(row)
    return found


def study(row: Row, findings: Iterable[Row], concepts: Concepts) -> Study:
    """One report with at most two sentences, those that speak for its stance first."""
    wanted = _SAYS.get(row["stance"], ())
    grouped: dict[tuple[str, int, int], list[Row]] = {}
    for finding in findings:
        grouped.setdefault((finding["field"], finding["start"], finding["end"]), []).append(finding)
    sentences = [_sentence(row, same, concepts) for same in grouped.values()]
    sentences.sort(key=lambda one: wanted.index(one.says) if one.says in wanted else len(wanted))
    if row["stance"] == "mixed":
        sentences = _both_ways(sentences)
    plain = {name: value for name, value in row.items() if name != "abstract"}
    return Study(plain, tuple(sentences[:_MOST_SENTENCES]), max(0, len(sentences) - _MOST_SENTENCES))


def _both_ways(sentences: list[Sentence]) -> list[Sentence]:
    """One for and one against first."""
    first = [next((one for one in sentences if one.says == says), None) for says in (1, -1)]
    shown = [one for one in first if one is not None]
    return shown + [one for one in sentences if one not in shown]


def _sentence(report: Row, same: list[Row], concepts: Concepts) -> Sentence:
    field, start, end = same[0]["field"], same[0]["start"], same[0]["end"]
    text = report.get(field)
    stop, cut = end, False
    if text and end - start > LONGEST and not rights(report, field).open:
        stop, cut = start + LONGEST, True
    cues = [Span(one["cue_start"], one["cue_end"], one["direction"], "cue") for one in same]
    said_of = ((concepts.get("outcome", one["outcome_id"]).label, one["direction"], _when(one)) for one in same)
    return Sentence(
        marked(text, cues, start, stop) if text else None, cut, is_digest(report, field), field,
        quote_address(report["report_id"], field, start, end, text), same[0]["says"], tuple(dict.fromkeys(said_of)),
    )  # fmt: skip


def _when(finding: Row) -> str:
    return finding["timepoint"] or (hours(finding["hours"]) if finding["hours"] is not None else "")


def groups(question: Row, rows: Iterable[Row], findings: Mapping[str, list[Row]], ladder: Iterable[Row],
           concepts: Concepts) -> tuple[list[Group], list[Group]]:  # fmt: skip
    """(studies on the deciding rung by stance, those of each other rung)."""
    decided: dict[str, list[Study]] = {}
    others: dict[str, list[Study]] = {}
    for row in rows:
        one = study(row, findings.get(row["report_id"], ()), concepts)
        (decided if row["decides"] else others).setdefault(row["stance"] if row["decides"] else row["rung"], []).append(
            one
        )
    steps = list(ladder)
    of_stance = [
        Group(stance, words.heading(stance, question["test"]), number, tuple(decided.get(stance, ())),
              rows_address(question["id"], stance=stance))
        for stance in words.STANCES
        if (number := sum(step[stance] for step in steps if step["decides"])) or stance in _EQUAL_ROOM.get(question["test"], ())
    ]  # fmt: skip
    of_rung = [
        Group(step["rung"], step["name"], step["reports"], tuple(others.get(step["rung"], ())), step["href"])
        for step in steps
        if not step["decides"]
    ]
    return of_stance, of_rung


_EQUAL_ROOM: Final = {"findings": ("supports", "contradicts"), "rates": ("supports", "contradicts")}
"""Stances that have their heading even without a study."""


def ladder(question: Row, counts: Iterable[Row]) -> list[Row]:
    """The rungs that have reports, from the top: how many take which stance, with how many participants."""
    found: dict[str, dict[str, Row]] = {}
    for row in counts:
        found.setdefault(row["rung"], {})[row["stance"]] = row
    deciding = DECIDING.get(question["rung"], ())
    steps = [*(rung for rung in RUNGS if rung in found), *(rung for rung in found if rung not in RUNGS)]
    return [_step(question["id"], rung, rung in deciding, found[rung]) for rung in steps]


def _step(question_id: str, rung: str, decides: bool, found: Mapping[str, Row]) -> Row:
    cells = {stance: found[stance]["reports"] if stance in found else 0 for stance in words.STANCES}
    return {
        "rung": rung, "name": RUNGS.get(rung, rung.replace("-", " ")), "decides": decides, **cells,
        "people": {stance: found[stance]["participants"] or 0 for stance in found},
        "reports": sum(cells.values()), "href": rows_address(question_id, rung=rung),
        "hrefs": {stance: rows_address(question_id, rung=rung, stance=stance) for stance in words.STANCES},
    }  # fmt: skip


def rows_address(question_id: str, **more: str) -> str:
    """The rows of ``question_reports`` that a number counts."""
    return web.address(f"/{web.DATABASE}/question_reports", {"question_id": question_id, **more})
