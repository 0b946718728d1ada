"""The rule by which counts of reports become a verdict, once in Python and once as SQL; a test holds them together.

Written out for readers on ``/methods``: only reports on the deciding rung of the design ladder count, each once, and
nothing is weighted. Reviews tell again what trials told, so they never add to the trials; but where they lean the
other way, the verdict is no better than "mixed".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from harvest.claims.model import Test, Verdict

FEWEST: Final = 3
"""Reports with a stance below which nothing is called shown; also how many make something done, and a gap less open."""
FEWEST_FIRM: Final = 5
FEWEST_PEOPLE: Final = 300
"""A verdict without "mostly" needs this many reports and participants."""
MOSTLY, FIRMLY = 70, 90
"""Share for, per cent (a mixed report is half for, half against), from which a claim is mostly supported, and supported."""
GAP_CLOSED: Final = 10
"""Reports that answer a question from which it is no gap any more; below `FEWEST` it is one."""

WORDS: Final[Mapping[Verdict, str]] = {
    "supported": "supported", "mostly-supported": "mostly supported", "mixed": "mixed",
    "mostly-contradicted": "mostly contradicted", "contradicted": "contradicted",
    "not-shown-directly": "not shown directly", "not-checkable": "not checkable",
}  # fmt: skip
"""Verdict -> what people read."""
_OPPOSITE: Final[Mapping[Verdict, Verdict]] = {
    "supported": "contradicted", "mostly-supported": "mostly-contradicted",
    "mostly-contradicted": "mostly-supported", "contradicted": "supported",
}  # fmt: skip
_FOR: Final = ("supported", "mostly-supported")
_AGAINST: Final = ("contradicted", "mostly-contradicted")


def verdict(
    supports: int, contradicts: int, mixed: int, participants: int, reviews_for: int = 0, reviews_against: int = 0
) -> Verdict:
    """The verdict on a question that findings or rates decide.

    supports, contradicts, mixed
        Reports on the deciding rung with that stance.
    participants
        People in them, as far as the reports say.
    reviews_for, reviews_against
        Systematic reviews and meta-analyses with that stance.
    """
    counted = supports + contradicts + mixed
    if counted < FEWEST:
        return "not-shown-directly"
    share = 50 * (2 * supports + mixed)  # per cent of `counted`, kept whole: 1 - 0.9 is less than 0.1
    firm = counted >= FEWEST_FIRM and participants >= FEWEST_PEOPLE
    if share >= MOSTLY * counted and reviews_against <= reviews_for:
        return "supported" if firm and share >= FIRMLY * counted else "mostly-supported"
    if share <= (100 - MOSTLY) * counted and reviews_for <= reviews_against:
        return "contradicted" if firm and share <= (100 - FIRMLY) * counted else "mostly-contradicted"
    return "mixed"


def gap_verdict(answering: int) -> Verdict:
    """Whether something is still unknown, by the number of reports on the deciding rung that answer it."""
    if answering < FEWEST:
        return "supported"
    return "mixed" if answering < GAP_CLOSED else "contradicted"


def studied_verdict(reports: int) -> Verdict:
    """Whether something is done or studied at all."""
    if reports >= FEWEST:
        return "supported"
    return "mostly-supported" if reports else "not-shown-directly"


_COUNTED = "(supports + contradicts + mixed)"
_SHARE = "50 * (2 * supports + mixed)"
_FIRM = f"{_COUNTED} >= {FEWEST_FIRM} and participants >= {FEWEST_PEOPLE}"
_FINDINGS_SQL: Final = f"""case
    when {_COUNTED} < {FEWEST} then 'not-shown-directly'
    when {_SHARE} >= {MOSTLY} * {_COUNTED} and reviews_against <= reviews_for and {_SHARE} >= {FIRMLY} * {_COUNTED} and {_FIRM} then 'supported'
    when {_SHARE} >= {MOSTLY} * {_COUNTED} and reviews_against <= reviews_for then 'mostly-supported'
    when {_SHARE} <= {100 - MOSTLY} * {_COUNTED} and reviews_for <= reviews_against and {_SHARE} <= {100 - FIRMLY} * {_COUNTED} and {_FIRM} then 'contradicted'
    when {_SHARE} <= {100 - MOSTLY} * {_COUNTED} and reviews_for <= reviews_against then 'mostly-contradicted'
    else 'mixed' end"""

VERDICT_SQL: Final[Mapping[Test, str]] = {
    "findings": _FINDINGS_SQL,
    "rates": _FINDINGS_SQL,
    "studied": f"case when supports >= {FEWEST} then 'supported' when supports > 0 then 'mostly-supported' "
               "else 'not-shown-directly' end",
    "gap": f"case when contradicts < {FEWEST} then 'supported' when contradicts < {GAP_CLOSED} then 'mixed' "
           "else 'contradicted' end",
}  # fmt: skip
"""The same rules over the columns supports, contradicts, mixed, participants, reviews_for and reviews_against."""


def opposite(given: Verdict) -> Verdict:
    """The verdict on the same claim said the other way round; what is mixed or not shown stays so."""
    return _OPPOSITE.get(given, given)


def combined(parts: Sequence[Verdict]) -> Verdict:
    """The verdict on a claim that asks several questions: the weaker word where all are on one side, else mixed.

    What cannot be checked is left out, unless there is nothing else.
    """
    checkable = [one for one in parts if one != "not-checkable"]
    if not checkable:
        return "not-checkable"
    if len(set(checkable)) == 1:
        return checkable[0]
    for side in (_FOR, _AGAINST):
        if all(one in side for one in checkable):
            return side[1]
    return "mixed"


def certain(main: Verdict, against: int, mixed: int, *, counted: int) -> Verdict:
    """Whether the studies bear out a word that leaves no doubt ("proven", "always") for a claim with this verdict.

    ``against``: reports that speak against the claim, which are those that support the question where it says no to it.
    What no study was ``counted`` for, such as the advice of an authority, no study bears out.
    """
    if main in _FOR and not counted:
        return "not-checkable"
    if main in ("not-shown-directly", "not-checkable"):
        return main
    return "supported" if main == "supported" and not against and not mixed else "contradicted"


def wide(supporting: int) -> Verdict:
    """Whether a claim's scope is shown, by the supporting reports on the deciding rung that studied one of the scope's conditions."""
    if supporting < FEWEST:
        return "not-shown-directly"
    return "supported" if supporting >= FEWEST_FIRM else "mostly-supported"
