"""data/vocabulary/outcomes.yml: every benefit and harm people ask about is there, with its good direction."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvest import vocabulary
from harvest.errors import VocabularyError
from harvest.tagging.matcher import Matcher

OUTCOMES = {concept.id: concept for concept in vocabulary.load().of("outcome")}


def test_every_outcome_says_what_it_is() -> None:
    """A kind for each; benefits have a good direction, mechanisms have none."""
    assert [one.id for one in OUTCOMES.values() if not one.kind] == []
    assert [one.id for one in OUTCOMES.values() if one.kind == "benefit" and one.polarity == "none"] == []
    assert [one.id for one in OUTCOMES.values() if one.kind == "mechanism" and one.polarity != "none"] == []


@pytest.mark.parametrize(
    ("outcome", "kind", "polarity"),
    [
        ("depressive-symptoms", "benefit", "lower"),
        ("antidepressant-effect", "benefit", "higher"),
        ("remission", "benefit", "higher"),
        ("pain-intensity", "benefit", "lower"),
        ("pain-relief", "benefit", "higher"),
        ("time-to-relapse", "benefit", "higher"),
        ("adverse-events", "harm", "lower"),
        ("biomarkers", "mechanism", "none"),
    ],
)
def test_polarity(outcome: str, kind: str, polarity: str) -> None:
    """What findings are oriented by; relief and severity of one thing are two concepts with opposite directions."""
    assert (OUTCOMES[outcome].kind, OUTCOMES[outcome].polarity) == (kind, polarity)


BENEFITS = """Mood improved mood | outlook positive outlook | well-being well-being rose | quality-of-life quality of life |
motivation motivation returned | functioning daily functioning | relationships relationship satisfaction |
thought-patterns rumination | learning-and-memory verbal learning | medication-use deprescribing |
therapy-breakthrough emotional breakthrough | onset-of-effect speed of response | durability durable effects |
maintenance maintenance infusions | lasting-cure permanent improvement | suicide-deaths completed suicides |
response responders | remission remitters | suicidal-ideation suicidal thoughts | pain-relief pain relief |
global-severity symptom severity"""
HARMS = """dizziness dizzy | nausea nausea | vomiting vomited | confusion disorientation | dissociation out-of-body |
hallucinations hallucinations | altered-state dream-like | dependence ketamine dependence | misuse risk of misuse |
self-administration-harm unsupervised use | long-term-safety long-term safety | tolerability well tolerated |
raised-blood-pressure hypertension | heart-rate heart rate | tachycardia tachycardia | sedation sedation |
somnolence drowsiness | respiratory-depression respiratory depression | urinary-effects urinary urgency |
cystitis cystitis | liver-effects liver enzymes | mania-switch hypomania | psychosis-induction induced psychosis |
worsening-of-illness worsening of depression | worsening-of-suicidality treatment-emergent suicidal ideation |
headache headaches | visual-disturbance blurred vision | cognitive-harm memory impairment | driving driving ability |
pregnancy-exposure prenatal exposure | lactation-exposure breast milk | overdose overdose | mortality deaths |
drug-interactions drug-drug interactions | unblinding-and-expectancy functional unblinding"""
NAMED = [one.strip().split(" ", 1) for listed in (BENEFITS, HARMS) for one in listed.replace("\n", " ").split("|")]


@pytest.mark.parametrize(("outcome", "words"), NAMED, ids=[one[0] for one in NAMED])
def test_what_people_ask_about_has_its_own_concept(outcome: str, words: str) -> None:
    """Benefits and harms named, or left out, by clinic pages: each found by its words."""
    assert Matcher([OUTCOMES[outcome.lower()]]).find(words)


@pytest.mark.parametrize(
    ("narrow", "broad"),
    [
        ("nausea", "adverse-events"),
        ("raised-blood-pressure", "cardiovascular-effects"),
        ("cystitis", "urinary-effects"),
        ("misuse", "abuse-liability"),
        ("suicide-deaths", "mortality"),
        ("cognitive-harm", "cognition"),
    ],
)
def test_narrower_outcomes_imply_the_published_ones(narrow: str, broad: str) -> None:
    words = vocabulary.load()
    assert broad in {concept.id for concept in words.ancestors(words.get("outcome", narrow))}


@pytest.mark.parametrize(("field", "value"), [("polarity", "down"), ("kind", "good")])
def test_wrong_direction_or_kind_is_named(tmp_path: Path, field: str, value: str) -> None:
    path = tmp_path / "outcomes.yml"
    path.write_text(f"- {{id: a, label: A, {field}: {value}}}", encoding="utf-8")
    with pytest.raises(VocabularyError, match=f"concept a: {field} must be one of"):
        list(vocabulary.read(path, "outcome"))
