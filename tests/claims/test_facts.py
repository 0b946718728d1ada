"""The dated facts themselves, `data/facts.yml`, and whether they can answer the questions that name them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, get_args, get_type_hints
from urllib.parse import urlsplit

import pytest
import yaml

from harvest import locations, vocabulary
from harvest.claims.model import Fact

FACTS: Final[list[dict[str, Any]]] = yaml.safe_load((locations.definitions() / "facts.yml").read_text("utf-8"))
BY_ID: Final = {fact["id"]: fact for fact in FACTS}
QUESTIONS: Final[list[dict[str, Any]]] = [
    question
    for question in yaml.safe_load((locations.definitions() / "questions.yml").read_text("utf-8"))
    if question.get("test") == "facts"
]
ATTRIBUTES: Final = {
    "year", "decade", "institution", "drug", "condition", "use", "position", "schedule", "setting", "developed-for",
    "replaced", "found-by", "span", "action",
}  # fmt: skip
WORDS: Final = {
    "drug": {"ketamine", "esketamine", "arketamine"},
    "use": {"anaesthetic", "antidepressant"},
    "position": {"recommended", "not-recommended", "cautious"},
    "setting": {"supervised"},
    "developed-for": {"people", "animals"},
    "found-by": {"hypothesis", "chance"},
    "span": {"decades"},
}
"""Attribute -> the only words it takes, so that a claim compared with it cannot miss by its spelling."""
IN_CAPITALS: Final = re.compile(r"\b(?:III|NMDA)\b")

each_fact = pytest.mark.parametrize("fact", FACTS, ids=lambda fact: str(fact.get("id")))
each_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question["id"]))


def differs(states: Mapping[str, str], fact: str) -> set[str]:
    """Attributes in which a fact says something else than ``states``."""
    values = BY_ID[fact]["values"]
    return {name for name, said in states.items() if name in values and values[name] != said}


def test_ids_are_unique_slugs() -> None:
    ids = [fact["id"] for fact in FACTS]
    assert [one for one in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", one)] == []
    assert len(ids) == len(set(ids))


@each_fact
def test_a_fact_has_the_fields_of_the_dataclass_and_all_are_texts(fact: dict[str, Any]) -> None:
    hints = set(get_type_hints(Fact))
    assert set(fact) <= hints
    assert {"id", "date", "kind", "says", "values", "source"} <= set(fact)
    assert all(
        isinstance(value, str) and value.strip() == value != "" for name, value in fact.items() if name != "values"
    )
    assert all(isinstance(value, str) and value.strip() == value != "" for value in fact["values"].values())


@each_fact
def test_a_fact_names_its_source_in_words(fact: dict[str, Any]) -> None:
    assert len(fact["source"].split()) >= 4, "too short for a reader to look it up"
    assert "://" not in fact["source"] and not re.search(r"\b10\.\d{4,}/", fact["source"]), "addresses have own fields"


@each_fact
def test_a_date_exists_and_is_not_in_the_future(fact: dict[str, Any]) -> None:
    found = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", fact["date"])
    assert found
    year, month, day = (int(part or 1) for part in found.groups())
    assert date(1956, 1, 1) < date(year, month, day) <= date.today()


@each_fact
def test_year_and_decade_are_those_of_the_date(fact: dict[str, Any]) -> None:
    year = fact["date"][:4]
    assert fact["values"]["year"] == year
    assert fact["values"]["decade"] == f"{year[:3]}0s"


@each_fact
def test_kind_is_one_of_the_model(fact: dict[str, Any]) -> None:
    assert fact["kind"] in get_args(get_type_hints(Fact)["kind"])


@each_fact
def test_values_use_known_attributes_and_their_words(fact: dict[str, Any]) -> None:
    assert set(fact["values"]) <= ATTRIBUTES
    for name, value in fact["values"].items():
        assert value in WORDS.get(name, {value}), f"{name} does not take {value!r}"
        rest = IN_CAPITALS.sub("", value)
        assert rest == rest.lower(), f"{name}: {value!r} must be in small letters"


def test_conditions_exist_in_the_vocabulary() -> None:
    known = {concept.id for concept in vocabulary.load().of("condition")}
    assert {fact["values"]["condition"] for fact in FACTS if "condition" in fact["values"]} - known == set()


@each_fact
def test_identifiers_have_their_shape(fact: dict[str, Any]) -> None:
    if "pmid" in fact:
        assert re.fullmatch(r"[1-9]\d{3,7}", fact["pmid"])
    if "doi" in fact:
        assert re.fullmatch(r"10\.\d{4,9}/[^\s\"<>]*[^\s\"<>.,;]", fact["doi"])


@each_fact
def test_an_address_is_https_and_names_nobody(fact: dict[str, Any]) -> None:
    if "url" in fact:
        parts = urlsplit(fact["url"])
        assert parts.scheme == "https" and parts.hostname and "." in parts.hostname
        assert not parts.username and not parts.password and not parts.port and " " not in fact["url"]


@each_fact
def test_no_e_mail_address_stands_anywhere(fact: dict[str, Any]) -> None:
    assert not re.search(r"[\w.+-]+@[\w-]+\.\w", yaml.safe_dump(fact))


@each_fact
def test_a_fact_is_a_few_plain_sentences(fact: dict[str, Any]) -> None:
    assert fact["says"].endswith(".") and 60 <= len(fact["says"]) <= 320
    assert not re.search(
        r"\b(?:proven|cure[sd]?|breakthrough|miracle|safe and effective)\b", fact["says"], re.IGNORECASE
    )


@each_fact
def test_the_text_bears_out_what_is_compared(fact: dict[str, Any]) -> None:
    """A reader must find drug and year of the comparison in the sentence that is shown for it."""
    said = f"{fact['says']} {fact['source']}".lower()
    assert re.search(rf"\b{fact['values']['drug']}\b", said)
    assert fact["values"]["year"] in said


def test_first_without_proof_is_said_to_be_the_first_we_know_of() -> None:
    for fact in FACTS:
        if fact["kind"] == "first":
            assert re.search(r"\b(?:first|earliest)\b", fact["says"]), fact["id"]
    unsure = ("first-bipolar-trial", "first-ocd-trial", "first-ptsd-trial", "first-ketamine-psychotherapy")
    assert [name for name in unsure if "that we know of" not in BY_ID[name]["says"]] == []


@each_question
def test_every_fact_that_a_question_names_exists(question: dict[str, Any]) -> None:
    assert [name for name in question["facts"] if name not in BY_ID] == []


@each_question
def test_the_deciding_fact_can_be_compared_with_what_is_asked(question: dict[str, Any]) -> None:
    """Every attribute of ``states`` stands in the first fact, else a claim would meet nothing to be compared with."""
    assert set(question["states"]) - set(BY_ID[question["facts"][0]]["values"]) == set()


@pytest.mark.parametrize(
    ("question", "states", "wrong"),
    [
        ("first-antidepressant-trial", {"year": "2006", "institution": "yale", "condition": "anxiety"}, {"year", "condition"}),
        ("first-antidepressant-trial", {"year": "2006", "institution": "yale", "condition": "ptsd"}, {"year", "condition"}),
        ("first-antidepressant-trial", {"year": "2000", "institution": "yale", "condition": "depression"}, set()),
        ("first-antidepressant-trial", {"decade": "2000s"}, set()),
        ("approval-depression", {"year": "2019", "drug": "ketamine"}, {"drug"}),
        ("approval-depression", {"year": "2019", "drug": "esketamine"}, set()),
        ("antidepressant-status", {"drug": "ketamine", "use": "antidepressant"}, {"use"}),
        ("origin", {"developed-for": "animals"}, {"developed-for"}),
        ("us-approval", {"year": "1970", "use": "anaesthetic"}, set()),
        ("anaesthetic-use", {"decade": "1970s"}, set()),
        ("first-human-use", {"decade": "1960s"}, set()),
        ("mechanism-mimics", {"action": "imitates neurotransmitters"}, {"action"}),
        ("discovery", {"found-by": "chance"}, {"found-by"}),
        ("guideline-position", {"position": "recommended"}, {"position"}),
    ],
)  # fmt: skip
def test_what_pages_say_of_history_is_corrected(question: str, states: dict[str, str], wrong: set[str]) -> None:
    deciding = next(one for one in QUESTIONS if one["id"] == question)["facts"][0]
    assert set(states) <= set(BY_ID[deciding]["values"])
    assert differs(states, deciding) == wrong


def test_the_trial_of_2006_is_not_from_yale_and_not_of_anxiety() -> None:
    """The second half of the correction: what the page may have meant, and what that trial was of."""
    assert differs({"year": "2006", "institution": "yale", "condition": "anxiety"}, "nimh-trial-2006") == {
        "institution",
        "condition",
    }


def test_no_fact_lets_ketamine_itself_be_approved_for_an_illness_of_the_mind() -> None:
    approved = [fact["values"] for fact in FACTS if fact["kind"] == "approval"]
    assert {values["use"] for values in approved if values["drug"] == "ketamine"} == {"anaesthetic"}
    assert {values["drug"] for values in approved if values["use"] == "antidepressant"} == {"esketamine"}
