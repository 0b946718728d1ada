"""A verdict as sentences that a journalist could print as they stand, never stronger than the verdict.

Each test of a question and each verdict has its own form. A sentence counts reports and says what they found; it says
what the database is, and never that something is shown beyond doubt or what anybody should do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from harvest.claims.asked import AGAINST, Asked, Marks, order
from harvest.claims.model import Verdict
from harvest.claims.rules import FEWEST, FEWEST_FIRM, FEWEST_PEOPLE, MOSTLY, WORDS

NAME: Final = "the Ketamine evidence database"
ONLY: Final = "The database does not hold every study, and a count of studies does not tell how large an effect is."
"""Belongs to every sentence that counts."""

_MONTHS: Final = "January February March April May June July August September October November December".split()


def held(last_harvest: str | None, version: str | None = None) -> str:
    """Where the studies are held, with its date; ``last_harvest``: ISO time, None for the starter set alone.

    >>> held("2026-11-22T01:20:22Z")
    'held in the Ketamine evidence database (as of 22 November 2026)'
    >>> held(None, "0.1.0")
    'held in the Ketamine evidence database (starter set of version 0.1.0)'
    """
    return f"held in {NAME} ({as_of(last_harvest, version)})"


def as_of(last_harvest: str | None, version: str | None = None) -> str:
    """How new the database is."""
    if last_harvest:
        day = date.fromisoformat(last_harvest[:10])
        return f"as of {day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"starter set of version {version}" if version else "starter set alone"


_SMALL: Final[Mapping[int, str]] = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}


def question(given: Asked, where: str, *, bare: bool = False) -> str:
    """One or two sentences on a question that reports answer, or that nothing could.

    where
        What `held` gives; "held there" where a sentence before has told it.
    bare
        Without words of the verdict, which stand before it already.
    """
    if given.test == "none":
        return given.because if bare else f"No study held here could settle {given.about}. {given.because}"
    if given.test == "studied":
        return _studied(given, where)
    if given.test == "gap":
        return _gap(given, where)
    if not given.counted:
        told = f"No {given.noun[0]} {where} states a result on {given.about}."
    else:
        told = _few(given, where) if given.counted < FEWEST else _counted(given, where, bare)
    return told + _silent(given)


def _few(given: Asked, where: str) -> str:
    """The sentence on too few reports to call anything shown."""
    n, stances = given.counted, [one for one in order(given) if given.of(one)]
    if n == 1:
        found = f"states a result on {given.about}, and it {given.alone(stances[0])}{_mark(given, stances[0])}"
    else:
        found = f"state a result on {given.about}: {_parts(given)}"
    named = f"Only {_SMALL.get(n, n)} {given.noun[n > 1]} {where} {found}{_people(given)}"
    return f"{named}. Fewer than {_SMALL.get(FEWEST, FEWEST)} are not enough to call it shown."


def _counted(given: Asked, where: str, bare: bool) -> str:
    """The sentence on enough reports that have a stance."""
    that = f"{given.noun[1]} {where} that report on {given.about}"
    if given.verdict == "mixed":
        return _mixed(given, where, that, bare)
    n, first = given.counted, order(given)[0]
    k = given.of(first)
    if k == n:
        return f"{_all(given, n)} {that} {_all_found(given)}{_mark(given, first)}{_people(given)}.{_held_back(given)}"
    if 2 * k <= n:
        return f"Of the {n} {that}, {_parts(given)}{_people(given)}."
    most = "Nearly all" if given.verdict in ("supported", "contradicted") else "Most"
    found = f"{given.alone(first)}{_mark(given, first)}; {_parts(given, leaving=first)}"
    return f"{most} {that}, {k} of {n}, {found}{_people(given)}."


def _mixed(given: Asked, where: str, that: str, bare: bool) -> str:
    """Reports that disagree; or that lean to a side, where the reviews do not lean the same way."""
    n = given.counted
    share = (given.of("supports") + given.of("mixed") / 2) / n
    reviewed = ""
    if not 100 - MOSTLY < 100 * share < MOSTLY:
        leaning = f"{given.reviews[0]} towards it, {given.reviews[1]} away from it"
        reviewed = f", but the systematic reviews held there do not lean the same way ({leaning})"
    found = f"{_parts(given)}{_people(given)}{reviewed}."
    if bare:
        return f"Of the {n} {that}, {found}"
    if reviewed:
        return f"The evidence on {given.about} is mixed: of the {n} {given.noun[1]} {where} that report on it, {found}"
    disagree = "disagree" if given.of("supports") and given.of("contradicts") else "give no clear answer"
    return f"{_capital(given.noun[1])} {where} {disagree} on {given.about}: of {n}, {found}"


def _parts(given: Asked, leaving: str = "") -> str:
    """ "35 found ketamine better, 13 did not and 5 pointed both ways", with marks of citation; ``leaving`` out a stance
    that was told before."""
    told: list[str] = []
    for stance in order(given):
        if given.of(stance) and stance != leaving:
            said = given.after(stance) if told or leaving else given.alone(stance)
            number = "each" if given.of(stance) == given.counted else f"{given.of(stance):,}"
            told.append(f"{number} {said}{_mark(given, stance)}")
    return listed(told)


def _all(given: Asked, n: int) -> str:
    if given.test == "rates" and given.verdict in AGAINST:
        return f"None of the {n}"
    return f"All {n}"


def _all_found(given: Asked) -> str:
    none = given.test == "rates" and given.verdict in AGAINST
    return given.said["supports"] if none else given.alone(order(given)[0])


def _held_back(given: Asked) -> str:
    """What holds an answer back on which all agree."""
    if given.counted < FEWEST_FIRM:
        return f" {_SMALL.get(given.counted, str(given.counted)).capitalize()} studies are few."
    if given.participants < FEWEST_PEOPLE:
        return f" As far as stated, they had fewer than {FEWEST_PEOPLE} participants together."
    return ""


def _gap(given: Asked, where: str) -> str:
    (one, many), n = given.noun, given.of("contradicts")
    marked = f"{_mark(given, 'contradicts')}{_people(given)}"
    if n == 0:
        return f"No {one} {where} states a result on {given.about}, so it is still open.{_silent(given)}"
    if given.verdict == "contradicted":
        return (
            f"By now {n} {many} {where} state a result on {given.about}{marked}; what they found is another question."
        )
    number = {1: f"Only one {one} {where} states", 2: f"Only two {many} {where} state"}.get(
        n, f"Only {n} {many} {where} state"
    )
    still = "still" if given.verdict == "supported" else "in part"
    return f"{number} a result on {given.about}{marked}, so it is {still} open.{_silent(given)}"


def _studied(given: Asked, where: str) -> str:
    (one, many), n = given.noun, given.of("supports")
    if not n:
        return f"No {one} {where} looks at {given.about}."
    there = f"There are {n:,} {many} {where} that look" if n > 1 else f"There is only one {one} {where} that looks"
    people = "" if given.entries else _people(given)
    return (
        f"{there} at {given.about}{_mark(given, 'supports')}{people}. That tells what was studied, not what was found."
    )


def _silent(given: Asked) -> str:
    """Reports that study it without a result that counts."""
    n, result = given.of("silent"), "figure" if given.test == "rates" else "result"
    if not n:
        return ""
    if given.counted:
        return (
            f" Another {f'{n:,} look' if n > 1 else 'one looks'} at it, with no such {result} in the text held there."
        )
    return f" The {f'{n:,} that look at it have' if n > 1 else 'one that looks at it has'} no such {result} in the text held there."


def _people(given: Asked) -> str:
    if not given.participants:
        return ""
    return f" ({given.participants:,} {'person' if given.participants == 1 else 'people'}, as far as stated)"


def _mark(given: Asked, stance: str) -> str:
    mark = given.cited.get(stance, "")
    return f" {mark}" if mark else ""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


# ------------------------------------------------------------ facts


def fact(row: Mapping[str, Any], cited: Marks) -> str:
    """A dated fact as it stands on file, with its source: the mark of citation, else its name."""
    mark = cited.get(row["id"]) or f"(source: {row['source']})"
    return f"{row['says'].strip().rstrip('.')} {mark}."


def facts(about: str, rows: Sequence[Mapping[str, Any]], cited: Marks) -> str:
    """What is on record about it."""
    if not rows:
        return f"No dated fact with a source is held here about {about}."
    return f"On record about {about}: {' '.join(fact(row, cited) for row in rows)}"


# ------------------------------------------------------------ claims


def claim(says: str, verdict: Verdict, sentence: str, *, counted: bool = True) -> str:
    """The verdict on a claim of one question, with the question's sentence; ``counted``: which counts reports.

    >>> claim("It helps.", "mostly-supported", "Most trials, 3 of 4, found a benefit.")
    'The claim “It helps” is mostly supported: most trials, 3 of 4, found a benefit.'
    """
    if counted:
        return f"{claim_head(says, verdict)}: {sentence[:1].lower()}{sentence[1:]}"
    return f"{claim_head(says, verdict)}. {sentence}"


def claim_head(says: str, verdict: Verdict) -> str:
    """The verdict on a claim, without a stop.

    >>> claim_head("It helps.", "mixed")
    'The evidence on the claim “It helps” is mixed'
    """
    named = f"the claim “{says.strip().rstrip('.')}”"
    if verdict == "mixed":
        return f"The evidence on {named} is mixed"
    return _capital(
        f"{named} {'cannot be checked against studies' if verdict == 'not-checkable' else 'is ' + WORDS[verdict]}"
    )


def several(says: str, verdict: Verdict) -> str:
    """The verdict on a claim of several questions, whose sentences follow."""
    return f"{claim_head(says, verdict)}, taken as a whole; it says several things."


def certainty(word: str, verdict: Verdict | None) -> str:
    """Whether a claim's word that leaves no doubt is borne out; '' where there is nothing to say."""
    if verdict in (None, "supported", "not-checkable"):
        return ""
    return f"The word “{word}” goes further than the studies held there do."


def scope(of: str, verdict: Verdict | None) -> str:
    """Whether all that the words take in was studied; '' where that is no issue."""
    least, firm = (_SMALL.get(one, str(one)).capitalize() for one in (FEWEST, FEWEST_FIRM))
    number = {
        "supported": f"{firm} or more", "mostly-supported": f"{least} or more", "not-shown-directly": f"Fewer than {least.lower()}",
    }.get(verdict or "")  # fmt: skip
    return f"{number} of the studies in favour looked at {of}." if number else ""


def listed(words: Sequence[str]) -> str:
    """Parts with commas and an "and"; semicolons where a part has a comma of its own."""
    mark = ";" if any(", " in word.partition("[")[0].partition("(")[0] for word in words) else ","
    last = f"{mark if mark == ';' else ''} and "
    return last.join([f"{mark} ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
