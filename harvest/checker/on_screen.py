"""A checked text in a terminal: verdicts in colours, lines wrapped to its width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

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

_COLOURS = {
    "supported": "bold green", "mostly-supported": "green", "mixed": "yellow", "mostly-contradicted": "red",
    "contradicted": "bold red", "not-shown-directly": "bold magenta", "not-checkable": "dim", "": "dim",
}  # fmt: skip
_MOST_REPORTS = 3
Words = tuple[str, str]
"""Words and their style."""
Paragraph = tuple[int, Sequence[Words]]
"""Indent and content; no content: a blank line."""
_BLANK: Paragraph = (0, ())


def show(checked: Checked, console: Console) -> None:
    """Prints the statements in the order of the text, omissions, what was not judged, and the caution.

    Quoted text is printed as it is: neither rich's mark-up nor control characters in it do anything.
    """
    # Wrapped here and printed at once: rich takes a millisecond for each call, and there may be thousands of lines.
    width = console.width
    lines = [line for paragraph in _paragraphs(checked) for line in _wrapped(paragraph, width)]
    if console.color_system:
        whole = Text("\n").join(Text.assemble(*line) for line in lines)
        console.print(whole, no_wrap=True, overflow="ignore", crop=False)
    else:
        console.file.write("".join("".join(words for words, _ in line) + "\n" for line in lines))


def _wrapped(paragraph: Paragraph, width: int) -> Iterator[list[Words]]:
    """Lines of a paragraph; a word that is longer than a line is left whole."""
    indent, content = paragraph
    runs: list[Words] = [(" " * indent, "")]  # of this line
    used = indent
    for words, style in content:
        pending: list[str] = []
        for word in words.split(" "):
            if used > indent and used + 1 + len(word) > width:
                yield [*runs, (" ".join(pending), style)]
                runs, pending, used = [(" " * indent, "")], [], indent
            elif used > indent and not pending:
                runs.append((" ", ""))
            used += len(word) + (used > indent)
            pending.append(word)
        runs.append((" ".join(pending), style))
    yield runs


def _paragraphs(checked: Checked) -> Iterator[Paragraph]:
    for (_, _, text), group in groupby(checked.statements, _place):
        yield 0, [(f"“{one_line(text)}”", "italic")]
        for judged in group:
            yield from _judged(judged)
        yield _BLANK
    if checked.omissions:
        yield 0, [("Harms that controlled studies report and the text does not mention", "bold")]
        yield from (_omission(omission) for omission in checked.omissions)
        yield _BLANK
    if checked.unjudged:
        yield 0, [("Could not be judged", "bold")]
        for one in checked.unjudged:
            quoted = one_line(checked.document.text[one.start : one.end])
            yield 2, [(f"“{quoted}”", "italic"), (one_line(one.why), "dim")]
        yield _BLANK
    yield _figures(checked)
    for note in all_notes(checked):
        yield 0, [(f"Note: {one_line(note)}", "")]
    yield 0, [(CAUTION, "dim")]


def _place(judged: Judged) -> tuple[int, int, str]:
    return judged.statement.start, judged.statement.end, judged.text


def _judged(judged: Judged) -> Iterator[Paragraph]:
    no = " (the text says no)" if judged.statement.denies else ""
    yield 2, [_verdict(judged.verdict), (f" {judged.asks}{no}", "")]
    if judged.why:
        yield 4, [(judged.why, "")]
    for part in further_parts(judged):
        yield 4, [(f"{part_named(part, judged)}:", ""), _verdict(part.verdict, "."), (part.why, "")]
    if behind := reports_behind(judged.counts, judged.participants):
        yield 4, [(behind, "dim")]


def _verdict(verdict: str, stop: str = "") -> Words:
    return in_words(verdict) + stop, _COLOURS.get(verdict, "")


def _omission(one: Omission) -> Paragraph:
    shown = ", ".join(one.reports[:_MOST_REPORTS])
    more = ", …" if len(one.reports) > _MOST_REPORTS else ""
    trials = f", {one.trials:,} randomised" if one.trials else ""
    return 2, [(f"{one.label}:", "bold"), (f"{counted(len(one.reports), 'report')}{trials} ({shown}{more})", "")]


def _figures(checked: Checked) -> Paragraph:
    if not checked.statements:
        return 0, [("No statement was found that a question on file answers.", "bold")]
    held = summary(checked)
    words: list[Words] = [(f"{counted(len(checked.statements), 'statement')}:", "bold")]
    for position, (verdict, number) in enumerate(held, start=1):
        words += [(str(number), ""), _verdict(verdict, "." if position == len(held) else ",")]
    return 0, words
