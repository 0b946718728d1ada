"""The statistics that a sentence states, kept apart for each comparison it makes.

What is read (effects, confidence intervals, p values, rates, numbers of people) is put in order of place, and what
belongs to one comparison is gathered: a second value of the same kind, or words between, begin another comparison.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from harvest.numbers.model import Statistics
from harvest.numbers.rates import rates

_SIGN: Final = r"(?:[-−–‐‑]\s?|minus\s|\+)?"
_DIGITS: Final = r"(?:\d+,\d+(?![\d.])|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.·∙]\d+)?|[.·]\d+)"
_NUMBER: Final = _SIGN + _DIGITS
_OF: Final = (
    r"(?:\s(?:for|of)\s[A-Za-z][\w\s-]{0,40}?(?=\s(?:was|were|is)\s|\s?[=:]))?"
    r"(?:\s?(?:[(\[](?:9[059]\s?%\s?)?[A-Za-z][^()\[\]]{0,28}[)\]]|['’]s\b))?[\]),]?[\s:,=]*(?:(?:was|were|of|is|estimate|estimated at)\s)?[=≈~(\[]?\s?"
)
_NAMES: Final = {
    "SMD": r"SMDs?|[sS]tandardi[sz]ed (?:weighted )?mean difference|SMDs",
    "MD": r"W?MDs?|LSMDs?|[mM]ean (?:between-group |group |treatment )?differences?|[dD]ifference (?:of|in|between) "
    r"(?:the )?(?:least[- ]squares? |LS )?means?|(?:least[- ]squares?|LS) mean (?:treatment )?differences?|"
    r"[tT]reatment differences?|[bB]etween-group differences?|ΔLSM",
    "OR": r"a?ORs?|AOR|(?:adjusted )?[oO]dds ratios?|Odds Ratio",
    "RR": r"a?RRs?|[rR]isk ratios?|[rR]elative risks?|Risk Ratio|Relative Risk",
    "HR": r"a?HRs?|[hH]azard ratios?|Hazard Ratio",
    "NNT": r"NNTs?|[nN]umbers?[ -]needed[ -]to[ -]treat",
    "NNH": r"NNHs?|[nN]umbers?[ -]needed[ -]to[ -]harm",
    "d": r"Cohen['’´`]?s?['’]?[ -]d[sz]?|d(?=\s?=)|ds?(?=\s?=)",
    "g": r"Hedges?['’´`]?s?['’]?[ -]g|g(?=\s?=\s?[-−–]?[0-9.])",
    "beta": r"β|[bB]eta(?! ?band)|b(?=\s?=)",
    "eta2": r"partial eta[- ]squared|[eE]ta[- ]squared|ηp?\s?\(?[2²]\)?p?|η\s?p\s?[2²]|ηp²",
    "": r"[eE]ffect[ -]sizes?(?: d)?|ESs?(?=\s?[=:])",
}
_KINDS: Final = {f"k{index}": kind for index, kind in enumerate(_NAMES)}
_EFFECT: Final = re.compile(
    r"(?<![\w-])(?:" + "|".join(f"(?P<{group}>{_NAMES[kind]})" for group, kind in _KINDS.items()) + r")(?![A-Za-z])"
    rf"{_OF}(?P<value>{_NUMBER})(?!\s?%|\d|\s?(?:bpm|beats|patients|participants|studies))"
)
_BEGINNINGS: Final = (
    """SMD Standardi standardi MD WMD LSMD Mean mean Difference difference Least least LS Treatment treatment Between between ΔLSM
    OR aOR AOR Adjusted adjusted Odds odds RR aRR Risk risk Relative relative HR aHR Hazard hazard NNT Number number NNH
    Cohen Hedge β Beta beta partial Eta eta η Effect effect ES""".split()
    + [f"{name}{blank}=" for name in ("d", "ds", "g", "b") for blank in ("", " ")]
)
_FINDER: Final = AhoCorasick(_BEGINNINGS, matchkind=MatchKind.LeftmostLongest)
_LEVEL: Final = r"(?:(?:9[059](?:\.\d)?|80)\s?%\s?-?\s?)"
_INTERVAL: Final = re.compile(
    rf"(?:{_LEVEL}(?:CIs?|C\.I\.|CrIs?|CLs?|[cC]onfidence (?:[iI]ntervals?|limits)|[cC]redible intervals?|PI\b)|\bCI\s?9[059]\s?%|"
    r"\bCI(?=[\])]?[:,=\s\[(]*[-−–]?\d)|\b[cC]onfidence [iI]ntervals?)"
    rf"(?:\s?[(\[](?:95\s?%\s?)?C[rR]?Is?[)\]])?(?:\s?CI\b)?[\]),]?[\s:;=,]*(?:(?:of|was|is|from|between|ranging from)\s)?[(\[]?\s?"
    rf"(?P<low>{_NUMBER})\s?%?(?:\s?(?:to|and|~|;|,|\.\.|−|–|—|‐|‑|-)\s?)(?P<high>{_NUMBER})"
)
# "g = 0.5 [0.2-0.8]": an interval without its name, told by holding the effect.
_BARE_INTERVAL: Final = re.compile(
    rf"[\s,;]{{0,2}}[(\[]\s?(?P<low>{_NUMBER})\s?(?:to|;|,|−|–|—|‐|‑|-)\s?(?P<high>{_NUMBER})\s?[)\]]"
)
_NEAR_EFFECT: Final = re.compile(
    rf"(?<![\w.,·\-–−‐])(?P<value>{_NUMBER})\s?(?:points?|mg|min|minutes?|h|hours?|days?|weeks?|mm|mm\s?Hg|beats per minute|bpm|pp)?\s?[,;(\[]{{1,2}}\s?[(\[]?\s?\Z"
)
_SPREAD: Final = re.compile(r"(?:\b(?:SE|SD|SEM|IQR)\s?[=:,]?|\b(?:vs\.?|versus|and)|±|\+/-)\s?\Z")
_DIFFERENCE: Final = re.compile(r"(?<!risk )(?<!rate )\bdifference(?![^.]*\bRD\b)", re.I)
_P: Final = re.compile(
    r"[pP](?<![A-Za-z][pP])(?:['’]?s|S)?(?:\s?-?\s?[vV]alues?)?(?:\s?[(\[][A-Za-z ]{1,12}[)\]]|[-_ ]?(?:adj|corr|FDR|FWE|interaction|trend|"
    r"for (?:trend|interaction)|adjusted|corrected|uncorrected|unc|bonf))?[\]),.]?\s?"
    r"(?P<sign>[<>=≤≥≈﹤＜＝]\s?[=<]?|(?:was|were|of|is)\s(?:less than\s|<\s?|=\s?)?|less than\s|:\s?)\s?"
    r"(?P<value>(?:0\s?)?[.·,]\s?\d+|[01](?:[.·]\d+)?|\d+(?:[.·]\d+)?(?=\s?(?:[×x*]\s?10|[eE]-|\s?10)))"
    r"(?P<power>\s?[×x*]\s?10\s?(?:\(\s?[-−–]\s?\d+\s?\)|[-−–^]+\s?\d+|⁻[⁰¹²³⁴-⁹]+)|[eE][-−]\d+)?(?!\d|\s?%)"
)
_THRESHOLD: Final = re.compile(
    r"[)\]]?,?\s?(?:\(?two-sided\)?\s)?(?:(?:was|were|is|will be|being)\s)?(?:considered|regarded|deemed|defined|set|taken|denot|indicat|"
    r"as (?:statistically )?significan|level)"
)
_PEOPLE: Final = re.compile(r"[nN](?<![A-Za-z\d-][nN])\s?=\s?(?P<n>\d{1,3}(?:[, ]\d{3})+|\d+)(?!\d|\s?[./%])")
# "5 studies, 662 participants": what a pooled estimate rests on.
_POOLED: Final = re.compile(
    r"(?:studies|trials|RCTs?|study|trial)\s?[,;]\s?(?:[nN]\s?=\s?)?(?P<n>\d{1,3}(?:,\d{3})+|\d+)"
    r"\s(?:participants|patients|subjects|women|people|adults|children)"
)
_FIGURE: Final = re.compile(r"\d")
_MANTISSA: Final = re.compile(r"\s+")


class Piece(NamedTuple):
    """One thing read: the fields of `Statistics` that it fills."""

    start: int
    end: int
    values: dict[str, Any]

    @property
    def is_rate(self) -> bool:
        return "rate" in self.values


class Placed(NamedTuple):
    """The statistics of one comparison, and the words of ``text`` that hold them all."""

    start: int
    end: int
    statistics: Statistics


def statistics(text: str, start: int = 0, end: int | None = None) -> list[Placed]:
    """The statistics of the sentence at ``start`` to ``end``, one for each comparison, by place; offsets into ``text``."""
    end = len(text) if end is None else end
    if _FIGURE.search(text, start, end) is None:
        return []
    pieces = sorted(
        [
            *_effects(text, start, end),
            *_ps(text, start, end),
            *_people(text, start, end),
            *_rates(text, start, end),
        ],
        key=_first,
    )
    groups = [group for group in _grouped(text, pieces) if any(set(piece.values) - {"n"} for piece in group)]
    return list(_answers(text, groups))


def nearest(found: Sequence[Placed], offset: int) -> Placed | None:
    """The statistics whose words are nearest to ``offset``; of two equally near the later. None where there are none."""
    return min(reversed(found), key=lambda one: max(one.start - offset, offset - one.end, 0), default=None)


def _first(piece: Piece) -> tuple[int, int]:
    return piece.start, -piece.end


def number(words: str) -> float:
    """The value of a number as written: ``−1.3``, ``0·03``, ``0,8``, ``1,234``, ``minus 2``."""
    digits = words.strip()
    negative = digits.startswith(("-", "−", "–", "‐", "‑", "minus"))
    digits = digits.removeprefix("minus").lstrip("-−–‐‑+ ").replace("·", ".").replace("∙", ".")
    if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", digits):
        digits = digits.replace(",", "")
    value = float(digits.replace(",", "."))
    return -value if negative and value else value


@lru_cache(maxsize=8)
def _all_anchors(text: str) -> tuple[int, ...]:
    return tuple(start for _, start, _ in _FINDER.find_matches_as_indexes(text))


def _anchors(text: str, start: int, end: int) -> tuple[int, ...]:
    """Where names of effects may begin."""
    places = _all_anchors(text)
    return places[bisect_left(places, start) : bisect_left(places, end)]


def _effects(text: str, start: int, end: int) -> Iterator[Piece]:
    last = start
    for at in _anchors(text, start, end):
        match = _EFFECT.match(text, at, end) if at >= last else None
        if match is None:
            continue
        last = match.end()
        kind = _KINDS[match.lastgroup or ""] if match.lastgroup in _KINDS else _kind(match)
        value = number(match["value"])
        if kind == "HR" and (value > 20 or not re.search(r"[.·,]", match["value"])):
            continue  # a heart rate
        yield Piece(match.start(), match.end(), {"effect": value, "effect_kind": kind or None})
        if (bare := _BARE_INTERVAL.match(text, match.end(), end)) and number(bare["low"]) <= value <= number(
            bare["high"]
        ):
            yield Piece(bare.start(), bare.end(), {"ci_low": number(bare["low"]), "ci_high": number(bare["high"])})
    yield from _intervals(text, start, end)


def _kind(match: re.Match[str]) -> str:
    return next(kind for group, kind in _KINDS.items() if match[group])


def _intervals(text: str, start: int, end: int) -> Iterator[Piece]:
    """Confidence intervals, with the number that stands before the bracket: "−4.0 points (95% CI −6.3 to −1.6)"."""
    if not any(text.find(word, start, end) >= 0 for word in ("CI", "C.I", "Cr", "onfidence")):
        return
    for match in _INTERVAL.finditer(text, start, end):
        low, high = number(match["low"]), number(match["high"])
        if low > high and high < 0 <= low:
            continue
        if low > high and abs(low) < abs(high) and high < 0:  # "0.2-0.8" never; "-0.2 to -0.8" is turned
            low, high = high, low
        if low > high:
            low, high = min(low, high), max(low, high)
        before = _NEAR_EFFECT.search(text, max(start, match.start() - 24), match.start())
        if before and not _SPREAD.search(text, max(start, before.start() - 8), before.start()):
            named = _DIFFERENCE.search(text, max(start, before.start() - 70), before.start())
            values: dict[str, Any] = {
                "effect": number(before["value"]),
                "effect_kind": "MD" if named else None,
            }
            yield Piece(before.start(), before.end("value"), values)
        yield Piece(match.start(), match.end(), {"ci_low": low, "ci_high": high})


def _ps(text: str, start: int, end: int) -> Iterator[Piece]:
    for match in _P.finditer(text, start, end):
        if _THRESHOLD.match(text, match.end()):
            continue
        sign = _sign(match["sign"])
        power = _MANTISSA.sub("", match["power"] or "")
        yield Piece(match.start(), match.end(), {"p": sign + _MANTISSA.sub("", match["value"]) + power})


def _sign(words: str) -> str:
    """One sign: "= <" and "less than" are ``<``; "<=" and "=<" are ``≤``."""
    if "≤" in words or "=<" in words or "<=" in words:
        return "≤"
    if "less than" in words or any(less in words for less in "<﹤＜"):
        return "<"
    return next((sign for sign in ">≥≈" if sign in words), "=")


def _people(text: str, start: int, end: int) -> Iterator[Piece]:
    for pattern in (_PEOPLE, _POOLED) if _pooled(text, start, end) else (_PEOPLE,):
        for match in pattern.finditer(text, start, end):
            yield Piece(match.start(), match.end(), {"n": int(re.sub(r"\D", "", match["n"]))})


def _pooled(text: str, start: int, end: int) -> bool:
    return any(text.find(word, start, end) >= 0 for word in ("stud", "trial", "RCT"))


def _rates(text: str, start: int, end: int) -> Iterator[Piece]:
    for rate in rates(text, start, end):
        values: dict[str, Any] = {"rate": rate.first}
        if rate.second is not None:
            values["rate_comparator"] = rate.second
        yield Piece(rate.start, rate.end, values)


def _grouped(text: str, pieces: Sequence[Piece]) -> list[list[Piece]]:
    groups: list[list[Piece]] = []
    known: set[str] = set()  # what the last group states already; numbers of people may be several
    last = -1
    for piece in pieces:
        if piece.start < last:
            continue  # inside the words of the one before
        if groups and known.isdisjoint(piece.values) and _belongs(text, groups[-1][-1], piece):
            groups[-1].append(piece)
        else:
            groups.append([piece])
            known = set()
        known |= piece.values.keys() - {"n"}
        last = piece.end
    return groups


def _belongs(text: str, before: Piece, piece: Piece) -> bool:
    """Whether a piece speaks of the same comparison as the one before it."""
    gap = text[before.end : piece.start]
    words = len(re.findall(r"[A-Za-z]{2,}", gap))
    if before.is_rate or "n" in before.values:
        return len(gap) <= 120 and not _ANOTHER.search(gap)
    if re.search(r"[)\]]\s?[,;]?\s?\w", gap) and words > 1:
        return False
    return words <= (3 if re.search(r"[,;]", gap) else 6) and not _ANOTHER.search(gap)


_ANOTHER: Final = re.compile(r"[)\]%][,;]?\s(?:and|but|while|whereas|although|however)\b|;\s(?:\w+\s){4}|\.\s[A-Z]")


def _answers(text: str, groups: Sequence[Sequence[Piece]]) -> Iterator[Placed]:
    """One answer for each group. "MD −1.2; effect size 0.7; P = .008": the p is that of both, which say the same thing."""
    later: Placed | None = None
    answers = []
    for group in reversed(groups):
        placed = _placed(group)
        if later and _share_p(text, placed, later):
            placed = placed._replace(statistics=placed.statistics._replace(p=later.statistics.p))
        answers.append(placed)
        later = placed
    yield from reversed(answers)


def _share_p(text: str, placed: Placed, later: Placed) -> bool:
    both = placed.statistics.effect is not None and later.statistics.effect is not None
    return both and placed.statistics.p is None and _SAME_BRACKET.fullmatch(text, placed.end, later.start) is not None


_SAME_BRACKET: Final = re.compile(r"\]?[\s,;]{1,3}")


def _placed(group: Sequence[Piece]) -> Placed:
    filled: dict[str, Any] = {}
    for piece in group:
        filled.update(piece.values)
    if sum("n" in piece.values for piece in group) > 1:
        filled["n"] = None  # those of the arms: no single number is that of the comparison
    return Placed(group[0].start, max(piece.end for piece in group), Statistics(**filled))
