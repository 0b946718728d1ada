"""What a run of the starter set counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

Facts = dict[str, Any]
"""One line of a starter file: field -> value, empty fields left out."""


@dataclass
class Counts:
    """What was written and, by reason, what was left out (whole records, or single values)."""

    reports: int = 0
    trials: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    values_left_out: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        """A line per figure."""
        lines = [f"{self.reports} reports and {self.trials} trials written"]
        lines += [f"left out: {number} x {reason}" for reason, number in sorted(self.left_out.items())]
        lines += [f"value left out: {number} x {reason}" for reason, number in sorted(self.values_left_out.items())]
        return "\n".join(lines)
