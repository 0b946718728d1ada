"""Doses: how much, of which drug, in a unit that cannot be mistaken.

Micrograms become milligrams in decimal arithmetic and the words as written are kept, so that ``500 mcg/kg`` and
``0.5 mg/kg`` are equal and ``0.5 mcg/kg`` is a thousandth of them. Concentrations (``ng/mL``, ``mg/dL``) are no doses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from harvest.numbers.amounts import Amount, Element, amounts
from harvest.numbers.drug_names import OTHER, Drugs
from harvest.numbers.model import Quantity
from harvest.tagging.passage import Passage
from harvest.tagging.tags import Reading

OTHER_DRUG: Final = "dose of other drug"
"""Rule of doses that are not of a drug in the vocabulary."""

# "kg-1", "kg(-1)", "kg⁻¹", "kg^-1", "kg(-)(1)", "kg( - 1)": the exponent of a divisor, as sources spoil it.
_EXPONENT: Final = r"(?:\s?\^?(?:\(\s?[-−–‐‑]\s?\)\s?\(?[1¹]\)|\(\s?[-−–‐‑]\s?[1¹]\s?\)|[-−–‐‑]\s?[1¹])(?!\d)|⁻¹)"
_DIVISOR: Final = (
    r"(?:kg|Kg|KG|kilograms?|kilos?|hours?|hrs?|h|minutes?|min|days?|d|weeks?|wk|sec|s|m2|m²|m\(2\)|"
    r"doses?|spray|sessions?|inject(?:ion)?s?|infusions?|mls?|mL|ML|millilit[er]{2}s?|litres?|liters?|l|L|dl|dL|cc|g|mg|"
    r"cm3|mm3|side|body ?weight)"
)
_PER: Final = re.compile(
    rf"\s?(?:/|\bper\b)\s?\(?\s?(?P<count>\d{{1,3}}\s?)?(?P<slash>{_DIVISOR})(?![A-Za-z])(?:{_EXPONENT})?"
    rf"|(?:\s?[·∙⋅•.×*x]\s?|\s)?(?P<power>kg|Kg|h|hr|min|day|d|ml|mL|L)(?:{_EXPONENT})"
    r"|(?<=kg)\s?[·∙⋅.*/-]\s?(?P<inner>h|hr|min)\)"
    r"|[·∙⋅•.](?P<bare>kg|Kg|h|hr|min)(?![A-Za-z])"
    r"|\s(?P<lost>kg)(?=[\s),;.]|$)"
    r"|\s(?P<each>daily|a day)\b"
)
_WEIGHT: Final = re.compile(r"\s?(?:of\s)?(?:body\s?-?weight|BW|bw)\b")
_TIMES: Final = {"h": "h", "m": "min", "d": "day", "w": "week", "s": "s"}
_IGNORED: Final = ("dose", "spray", "session", "inject", "infusion", "side")
_TWICE: Final = re.compile(r"\s?(?:-|‐|–|—|−|to)\s?\Z")
_SIGNED: Final = re.compile(r"(?:\A|[\s(\[,])[-−–‐]\Z")
"""A difference between amounts: "-177 mg"."""
_SERIES: Final = re.compile(r"\s?,?\s?(?:and|or|,|/|vs\.?|versus)\s?")
_TO_MG: Final = {"mg": (1, 1), "mcg": (1, 1000), "g": (1000, 1)}
# Grams are doses of a drug that people take for themselves; otherwise "5 g" is a tissue, a needle or a weight.
_GRAMS: Final = re.compile(r"\s?(?:/|per|a)\s?(?:d|day|week|session)\b|\sdaily|\s(?:of\s)?ketamine")


class Unit(NamedTuple):
    """A normalised unit, and where its words end."""

    name: str
    end: int


def doses(reading: Reading) -> list[Quantity]:
    """All doses of title and abstract, by place. ``concept_id`` is the drug; of drugs that the vocabulary does not hold
    it is empty and the rule is `OTHER_DRUG`. Of a series each number is a row of its own, whose words run from that
    number to the unit. Units: ``mg``, ``mg/kg``, ``mg/kg/h``, ``mg/kg/min``, ``mg/h``, ``mg/day``, ``mg/70 kg`` ..."""
    found = []
    for passage in (reading.title, reading.abstract):
        drugs = Drugs(passage, reading.title)
        for elements, unit, mass in _joined(passage.text):
            if _SIGNED.search(passage.text, max(elements[-1].start - 2, 0), elements[-1].start) is None:
                found += [_quantity(passage, drugs, element, unit, mass) for element in elements]
    return _with_drug_of_series(found, reading)


def _with_drug_of_series(found: list[Quantity], reading: Reading) -> list[Quantity]:
    """ "0.2 mg/kg, 0.25 mg/kg or 0.3 mg/kg esketamine": the drug behind the last is that of all."""
    answer: list[Quantity] = []
    for one in reversed(found):
        text = reading.title.text if one.field == "title" else reading.abstract.text
        if answer and _in_series(text, one, answer[-1]):
            one = one._replace(concept_id=answer[-1].concept_id, rule=answer[-1].rule)
        answer.append(one)
    return answer[::-1]


def _in_series(text: str, one: Quantity, later: Quantity) -> bool:
    if one.field != later.field or one.rule.endswith(("beside", "after")) or not later.rule.endswith("after"):
        return False
    return _SERIES.fullmatch(text, one.end, later.start) is not None if one.end <= later.start else False


def _joined(text: str) -> Iterator[tuple[list[Element], Unit, str]]:
    """Elements with their unit. "0.2 mg/kg to 0.5 mg/kg" is one range."""
    held: tuple[list[Element], Unit, str] | None = None
    for amount in amounts(text):
        unit = _unit(text, amount)
        if unit is None:
            continue
        elements = list(amount.elements)
        if held and held[1].name == unit.name and held[2] == amount.unit and _one_range(text, held, elements):
            last, first = held[0].pop(), elements.pop(0)
            elements.insert(0, Element(last.start, first.end, None, last.value, first.value))
            elements = [*held[0], *elements]
        elif held:
            yield held
        held = (elements, unit, amount.unit)
    if held:
        yield held


def _one_range(text: str, held: tuple[list[Element], Unit, str], elements: list[Element]) -> bool:
    last, first = held[0][-1], elements[0]
    if last.value is None or first.value is None or last.value >= first.value or first.start - held[1].end > 4:
        return False
    return _TWICE.match(text, held[1].end, first.start) is not None


def _unit(text: str, amount: Amount) -> Unit | None:
    """The unit with all it is divided by; None for times, concentrations and bare numbers."""
    if amount.unit not in _TO_MG or (amount.unit == "g" and _GRAMS.match(text, amount.end) is None):
        return None
    if text.startswith("%", amount.end):
        return None
    weight = time = ""
    end = amount.end
    while match := _PER.match(text, end):
        divisor = next(match[name] for name in ("slash", "power", "bare", "inner", "lost", "each") if match[name])
        count = int(match["count"] or 1)
        kind = _kind(divisor)
        if kind is None or (kind == "weight" and weight) or (kind == "time" and time):
            return None
        if kind == "weight":
            weight = _per_weight(divisor, count)
        elif kind == "time" and not _is_duration(divisor, count):
            time = "/day" if count == 24 else "/" + _TIMES["d" if divisor in ("daily", "a day") else divisor[0].lower()]
        elif kind == "time":
            break  # "mg/kg/40 min": given over 40 minutes
        end = match.end()
        if match["slash"] and "(" in match.group() and text.startswith(")", end):
            end += 1
        if of_weight := _WEIGHT.match(text, end):
            end = of_weight.end()
    return Unit(f"mg{weight}{time}", end)


def _kind(divisor: str) -> str | None:
    """``weight``, ``time``, ``single`` (per dose) or None: a concentration."""
    word = divisor.lower()
    if word.startswith(("k", "body")) or word in ("m2", "m²", "m(2)"):
        return "weight"
    if word.startswith(_IGNORED):
        return "single"
    if word in ("daily", "a day") or re.fullmatch(r"h|hrs?|hours?|min|minutes?|d|days?|weeks?|wk|s|sec", word):
        return "time"
    return None


def _per_weight(divisor: str, count: int) -> str:
    if divisor.lower().startswith("m"):
        return "/m2"
    return "/kg" if count == 1 else f"/{count} kg"


def _is_duration(divisor: str, count: int) -> bool:
    return count != 1 and not (count == 24 and divisor.startswith("h"))


def _quantity(passage: Passage, drugs: Drugs, element: Element, unit: Unit, mass: str) -> Quantity:
    owner = drugs.of(element.start, unit.end)
    value, low, high = element.scaled(*_TO_MG[mass])
    rule = OTHER_DRUG if owner.concept_id == OTHER else f"dose, drug {owner.how}"
    stated = passage.text[element.start : unit.end]
    return Quantity(
        "dose",
        passage.field,
        element.start,
        unit.end,
        value,
        low,
        high,
        unit.name,
        stated,
        owner.concept_id,
        rule,
    )
