"""Measurements as rows of the table ``accuracy``, and as the file that keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from harvest.evaluate.model import Measurement

_HEAD: Final = """\
# Measured accuracy of what `make build` writes into ketamine.db; made by `harvest evaluate`, not by hand.
# Columns as in the table `accuracy` (described in metadata.yml).
"""


def rows(
    measurements: Iterable[Measurement], sets: Mapping[str, Mapping[str, Any]], rules: str
) -> list[dict[str, Any]]:
    """Rows of the table ``accuracy``, numbered from 1; shares with three decimals."""
    found = []
    for number, one in enumerate(measurements, start=1):
        question, about = one.question, sets.get(one.question.dataset, {})
        shares = {"value": one.value, "ci_low": one.ci_low, "ci_high": one.ci_high,
                  "precision": one.precision, "recall": one.recall, "f1": one.f1}  # fmt: skip
        found.append({
            "id": number, "dimension": question.dimension, "concept_id": question.concept_id,
            "dataset": question.dataset, "about": about.get("title"), "measure": question.measure, "n": one.n, "positives": one.positives,
            **{name: None if share is None else round(share, 3) for name, share in shares.items()},
            "human": about.get("human", {}).get(question.dimension),
            "published": about.get("published", {}).get(question.dimension), "rules": rules,
        })  # fmt: skip
    return found


def write(found: list[dict[str, Any]], path: Path) -> None:
    """One row on a line, so that a change of a figure shows as one changed line."""
    lines = [
        yaml.safe_dump(row, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000) for row in found
    ]
    path.write_text(_HEAD + "".join(f"- {line}" for line in lines), "utf-8")
