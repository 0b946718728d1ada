"""A checked text as a report in Markdown, to be read, sent and put into an article's notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from harvest.checker.as_json import all_notes
from harvest.checker.model import Checked, Judged, Omission
from harvest.checker.words import (
    CAUTION,
    counted,
    further_parts,
    in_words,
    one_line,
    part_named,
    reports_behind,
    summary,
)

_MOST_REPORTS = 5
_MARKS = re.compile(r"([\\`*_{}\[\]#|~!$^=])")
_AT_START = re.compile(r"^([-+:]|\d{1,9}(?=[.)]))")
_ADDRESS = re.compile(r"(https?|ftp)(:)|(www)(\.)|(\w)(@)(?=[\w-]+\.\w)", re.I)


def as_markdown(checked: Checked) -> str:
    """The report: figures, statements in the order of the text with verdict and why, omissions, what was not judged."""
    return "\n".join(_lines(checked)).rstrip() + "\n"


def escaped(text: str) -> str:
    """Text that Markdown and HTML show as it is: no mark-up, no tags, no links made of addresses.

    >>> escaped("<b>100 *safe*</b>")
    '&lt;b&gt;100 \\\\*safe\\\\*&lt;/b&gt;'
    """
    text = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _AT_START.sub(
        lambda mark: mark[0] + "\\" if mark[0].isdigit() else "\\" + mark[0], _MARKS.sub(r"\\\1", text)
    )
    text = re.sub(r"^(\d+)\\(?=[.)])", r"\1\\", text)
    return _ADDRESS.sub(_unlinked, text)


def _unlinked(match: re.Match[str]) -> str:
    before, mark = (part for part in match.groups() if part)
    return f"{before}&#{ord(mark)};"


def _lines(checked: Checked) -> Iterator[str]:
    title = checked.document.title
    yield f"# What the studies say: {escaped(title)}" if title.strip() else "# What the studies say"
    yield ""
    yield from _figures(checked)
    for note in all_notes(checked):
        yield f"> **Note:** {escaped(note)}"
        yield ""
    yield "## Statements, in the order of the text"
    yield ""
    if not checked.statements:
        yield "No statement was found that a question on file answers."
        yield ""
    for (text, _, _), group in groupby(checked.statements, _place):
        yield from _quote(text)
        for judged in group:
            yield from _judged(judged)
        yield ""
    yield from _omissions(checked)
    yield from _unjudged(checked)
    yield "---"
    yield ""
    yield f"*{CAUTION}*"


def _place(judged: Judged) -> tuple[str, int, int]:
    return judged.text, judged.statement.start, judged.statement.end


def _figures(checked: Checked) -> Iterator[str]:
    yield f"**{counted(len(checked.statements), 'statement')}** that can be checked."
    yield ""
    if checked.statements:
        yield "| verdict | statements |"
        yield "|---|---:|"
        yield from (f"| {in_words(verdict)} | {number} |" for verdict, number in summary(checked))
        yield ""
    more = []
    if checked.omissions:
        more.append(f"{counted(len(checked.omissions), 'harm')} not mentioned")
    if checked.unjudged:
        more.append(f"{counted(len(checked.unjudged), 'sentence')} that could not be judged")
    if more:
        yield f"Besides: {'; '.join(more)}."
        yield ""


def _quote(text: str) -> Iterator[str]:
    yield f"> {escaped(text)}"
    yield ""


def _judged(judged: Judged) -> Iterator[str]:
    no = " The text says no." if judged.statement.denies else ""
    yield f"- **{in_words(judged.verdict).capitalize()}.** {escaped(judged.asks)}{no}"
    if judged.why:
        yield f"  {escaped(judged.why)}"
    for part in further_parts(judged):
        yield f"  - {escaped(part_named(part, judged))}: **{in_words(part.verdict)}**. {escaped(part.why)}"
    if behind := reports_behind(judged.counts, judged.participants):
        yield f"  - {behind}"
    if judged.claims:
        yield f"  - Claims on file that ask the same: {', '.join(f'`{one}`' for one in judged.claims)}"


def _omissions(checked: Checked) -> Iterator[str]:
    if not checked.omissions:
        return
    yield "## What the text leaves out"
    yield ""
    yield "Harms that controlled studies of the same conditions report and the text does not mention:"
    yield ""
    for one in checked.omissions:
        yield f"- **{escaped(one.label)}**: {_reports(one)}"
    yield ""


def _reports(one: Omission) -> str:
    trials = f", {one.trials:,} of them randomised" if one.trials else ""
    return f"{counted(len(one.reports), 'report')}{trials}: {_listed(one.reports)}"


def _listed(reports: Sequence[str]) -> str:
    shown = ", ".join(f"`{report}`" for report in reports[:_MOST_REPORTS])
    rest = len(reports) - _MOST_REPORTS
    return f"{shown} and {rest:,} more" if rest > 0 else shown


def _unjudged(checked: Checked) -> Iterator[str]:
    if not checked.unjudged:
        return
    yield "## What could not be judged"
    yield ""
    for one in checked.unjudged:
        yield f"- “{escaped(checked.document.text[one.start : one.end])}”: {escaped(one.why)}"
    yield ""
