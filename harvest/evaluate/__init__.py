"""How right the answers are, measured on labelled sets that others made; the sets stay where they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from harvest import accuracy, database, locations, streams
from harvest.errors import BadInput
from harvest.evaluate import figures, others, sets, tags
from harvest.evaluate.model import Measurement
from harvest.evaluate.sets import Row

Say = Callable[[str], None]
_JUDGES: Mapping[
    str, tuple[Callable[[list[dict[str, Any]]], list[dict[str, Any]]], Callable[..., Iterator[Measurement]]]
] = {
    "findings": (streams.findings_all, others.judge_findings),
    "dedupe": (streams.dedupe_all, others.judge_duplicates),
    "dedupe_pairs": (streams.dedupe_all, others.judge_pairs),
}
"""Sets that are not judged by their tags -> who answers, and who judges."""


def evaluate(folders: Sequence[Path], say: Say = lambda _: None) -> list[Measurement]:
    """All measurements of all sets in the folders. Raises `BadInput` naming file and line; unknown sets are named."""
    definitions = sets.definitions()
    found: list[Measurement] = []
    for name, rows in sets.read(folders).items():
        if name not in definitions["sets"] and name not in _JUDGES:
            say(f"{name}: left out, data/evaluation.yml says nothing of it")
            continue
        say(f"{name}: {len(rows):,} rows")
        found += _judge(name, rows, definitions)
    if not found:
        raise BadInput(f"{', '.join(map(str, folders))}: no set that data/evaluation.yml describes")
    return found


def _judge(name: str, rows: Sequence[Row], definitions: Mapping[str, Any]) -> Iterator[Measurement]:
    answer, judge = _JUDGES.get(name, (streams.tag_all, None))
    answers = {answered["id"]: answered for answered in answer([row["input"] for row in rows])}
    if judge:
        return judge(name, rows, answers)
    about = definitions["sets"][name]
    if "only" in about:
        rows = [row for row in rows if row.get(about["only"])]
    return tags.judge(name, rows, answers, definitions)


def as_table(measurements: Sequence[Measurement]) -> Table:
    """The figures to look at."""
    shown = Table(title="Accuracy", title_justify="left")
    for heading in ("set", "of", "concept", "measure", "n", "yes", "precision", "recall", "value", "95 % interval"):
        shown.add_column(heading, justify="left" if heading in ("set", "of", "concept", "measure") else "right")
    for one in measurements:
        question = one.question
        shown.add_row(
            question.dataset, question.dimension, question.concept_id or "", question.measure, f"{one.n:,}",
            "" if one.positives is None else f"{one.positives:,}", _share(one.precision), _share(one.recall),
            _share(one.value), f"{one.ci_low:.3f} to {one.ci_high:.3f}",
        )  # fmt: skip
    return shown


def keep(measurements: Sequence[Measurement], folder: Path) -> Iterator[str]:
    """Writes ``data/accuracy.yml`` and, where the folder has a database, its table ``accuracy``; says what was done."""
    found = figures.rows(measurements, sets.definitions()["sets"], accuracy.rules_version())
    path = locations.definitions() / accuracy.NAME
    figures.write(found, path)
    yield f"{path}: {len(found):,} figures"
    built = database.path_in(folder)
    if built.is_file():
        database.refill(built, "accuracy", found)
        yield f"{built}: table accuracy holds them too"


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
