"""A question with its verdict and counts, and what its reports are called and found, as sentences need them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from harvest.claims.model import Stance, Verdict
from harvest.claims.rungs import NOUNS

Marks = Mapping[str, str]
"""Stance, or id of a fact -> the mark of citation that stands behind it, such as ``[1–3]``."""
AGAINST: Final = ("contradicted", "mostly-contradicted")
_ENTRIES: Final = ("registry entry", "registry entries")
_HARM, _NO_HARM = "found this harm", "found none, or no more than in a comparison group"
_FOUND: Final = {
    "benefit": ("found a benefit", "found none"),
    "harm": (_HARM, _NO_HARM),
    "no-harm": (_NO_HARM, "found harm"),
    "increased": ("found an increase", "found a decrease or no change"),
    "decreased": ("found a decrease", "found an increase or no change"),
    "changed": ("found a change", "found none"),
}
"""What a question expects -> what reports for and against it found."""
_BETTER: Final = ("found ketamine better than a control treatment", "did not")
_NOT_BETTER: Final = "did not find ketamine better than a control treatment"
_BOTH: Final = "pointed both ways"


@dataclass(frozen=True)
class Asked:
    """A question with its verdict and counts, as sentences need them.

    percent
        The percentage that rates are compared with.
    number
        Reports on the deciding rung by stance.
    cited
        Marks of citation by stance.
    """

    about: str
    test: str
    verdict: Verdict
    rung: str = "randomised"
    expects: str = "benefit"
    inert: bool = False
    percent: float = 0
    because: str = ""
    entries: bool = False
    number: Mapping[Stance, int] = field(default_factory=dict)
    participants: int = 0
    reviews: tuple[int, int] = (0, 0)
    """Systematic reviews and meta-analyses (for, against)."""
    cited: Marks = field(default_factory=dict)

    @property
    def noun(self) -> tuple[str, str]:
        """What its reports are called, one and several."""
        return _ENTRIES if self.entries else NOUNS.get(self.rung, NOUNS["any"])

    @property
    def said(self) -> Mapping[Stance, str]:
        """What the reports of each stance found."""
        if self.test == "rates":
            share = self.share
            return {
                "supports": f"gave {share} or more",
                "contradicts": "gave less",
                "mixed": f"gave figures on both sides of {share}",
            }
        good, bad = _BETTER if self.expects == "benefit" and self.inert else _FOUND[self.expects]
        return {"supports": good, "contradicts": bad, "mixed": _BOTH}

    def alone(self, stance: Stance) -> str:
        """What reports of that stance found, where nothing before it tells what a "did not" means."""
        if stance != "contradicts":
            return self.said[stance]
        if self.test == "rates":
            return f"gave less than {self.share}"
        return {_BETTER[1]: _NOT_BETTER, _FOUND["benefit"][1]: "found no benefit"}.get(
            self.said[stance], self.said[stance]
        )

    def after(self, stance: Stance) -> str:
        """The same, after the sentence has told what others found."""
        return "did" if self.said[stance] == _BETTER[0] else self.said[stance]

    @property
    def share(self) -> str:
        """The percentage; its sign stays on the same line."""
        return f"{self.percent:g}\u00a0%"

    def of(self, stance: Stance) -> int:
        return self.number.get(stance, 0)

    @property
    def counted(self) -> int:
        return sum(self.of(stance) for stance in ("supports", "contradicts", "mixed"))


def asked(row: Mapping[str, Any], cited: Marks | None = None, percent: float | None = None) -> Asked:
    """From a row of ``questions``; ``percent`` takes the place of the question's own."""
    return Asked(
        about=row.get("about") or f"the question “{row['asks']}”", test=row["test"], verdict=row["verdict"], rung=row["rung"],
        expects=row["expects"], inert=(row["comparators"], row["rung"]) == ("inert", "randomised"), because=row["because"] or "",
        percent=percent if percent is not None else row["threshold"] or 0, entries='"kinds": ["registry-entry"]' in (row["other"] or ""),
        number={"supports": row["supports"], "contradicts": row["contradicts"], "mixed": row["mixed"], "silent": row["silent"]},
        participants=row["participants"] or 0, reviews=(row["reviews_for"], row["reviews_against"]), cited=cited or {},
    )  # fmt: skip


def order(question: Asked) -> tuple[Stance, ...]:
    """The stances in the order in which the sentence names them, and so in which citations are numbered."""
    if question.test == "gap":
        return ("contradicts",)
    if question.verdict in AGAINST:
        return ("contradicts", "supports", "mixed")
    return ("supports", "contradicts", "mixed")
