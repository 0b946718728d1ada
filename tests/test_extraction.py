"""harvest.extraction with the shipped rules: no text breaks it, every place is exact, order does not matter."""

from __future__ import annotations

import pickle
import random
import time
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest import vocabulary
from harvest.extraction import Extracted, Extractor, extract_reports
from harvest.tagging import Fields
from harvest.vocabulary import Vocabulary

TRIAL = Fields(
    "t1",
    "Ketamine infusion for treatment-resistant depression: a randomised, placebo-controlled trial",
    "BACKGROUND: Depression often resists treatment. METHODS: Forty-two adults with treatment-resistant depression were "
    "randomly assigned to intravenous ketamine 0.5 mg/kg over 40 minutes or saline placebo. Patients with psychosis "
    "were excluded. RESULTS: At 24 h, MADRS scores were significantly lower with ketamine than with placebo (mean "
    "difference -7.9, 95% CI -12.1 to -3.7, p<0.001). Dizziness occurred in 24% of patients given ketamine. Quality of "
    "life did not differ between the groups. CONCLUSION: Ketamine reduced depressive symptoms.",
)


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return vocabulary.load()


@pytest.fixture(scope="module")
def extractor(words: Vocabulary) -> Extractor:
    return Extractor(words)


def places_are_exact(fields: Fields, found: Extracted) -> bool:
    """Whether every offset lies in its text, and every quoted word stands there."""
    texts = {"title": fields.title, "abstract": fields.abstract}
    spans = chain(
        ((e.field, e.start, e.end) for e in found.tags.evidence if e.field in texts),
        ((q.field, q.start, q.end) for q in found.quantities),
        ((f.field, f.start, f.end) for f in found.findings),
    )
    return (
        all(0 <= start < end <= len(texts[field]) for field, start, end in spans)
        and all(texts[q.field][q.start : q.end] == q.stated for q in found.quantities)
        and all(f.start <= f.cue_start < f.cue_end <= f.end for f in found.findings)
    )


def test_a_trial_is_read_whole(extractor: Extractor) -> None:
    found = extractor.extract(TRIAL)
    assert found.tags.design == "randomised-controlled-trial"
    assert (found.sample_size, found.direction) == (42, "benefit")
    assert {(q.value, q.unit) for q in found.quantities if q.kind == "dose"} == {(0.5, "mg/kg")}
    assert {q.value for q in found.quantities if q.kind == "infusion-duration"} == {40}
    [madrs] = [f for f in found.findings if f.outcome_id == "depressive-symptoms" and f.hours == 24]
    assert (madrs.direction, madrs.change, madrs.basis, madrs.comparator_id) == (
        "benefit", "decreased", "between-groups", "placebo",
    )  # fmt: skip
    assert madrs.statistics[:5] == (-7.9, "MD", -12.1, -3.7, "<0.001")
    [dizzy] = [f for f in found.findings if f.outcome_id == "dizziness"]
    assert (dizzy.direction, dizzy.change, dizzy.statistics.rate) == ("harm", "occurred", 24)
    [life] = [f for f in found.findings if f.outcome_id == "quality-of-life"]
    assert life.direction == "no-difference"
    assert "psychosis" not in found.tags.studied("condition")
    assert places_are_exact(TRIAL, found)


@pytest.mark.parametrize("mark", ["e\u0301", "👩‍⚕️", "שלום עולם", "\u202eketamine\u202c", "ﬁ"])
def test_strange_letters_shift_nothing(extractor: Extractor, mark: str) -> None:
    """What is found behind them is the same, as many characters later."""
    before = f"{mark} {mark}. "
    moved = TRIAL._replace(abstract=before + TRIAL.abstract)
    plain, found = extractor.extract(TRIAL), extractor.extract(moved)
    assert places_are_exact(moved, found)
    assert [q.stated for q in found.quantities if q.kind != "age"] == [
        q.stated for q in plain.quantities if q.kind != "age"
    ]
    assert [(f.outcome_id, f.cue_start) for f in found.findings if f.field == "abstract"] == [
        (f.outcome_id, f.cue_start + len(before)) for f in plain.findings if f.field == "abstract"
    ]


PIECES = [
    "ketamine", "esketamine", "placebo", "MADRS", "pain", "n=", "95% CI", "(", ")", "[", "]", "%", "mg/kg", "0.5", "1,234",
    "patients", "randomized", "to", "was lower", "no", "not", ".", ";", ":", "\n", "-", "−", "±", "p<0.05", "vs", "twenty",
    "hundred", "RESULTS:", "Conclusion", "and", "days", "h", "½", "é", "👍", "\u0301", "\u200f", "שלום", "I²", "٣", "²",
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=80).map(" ".join),
                  st.lists(st.sampled_from(PIECES), max_size=80).map("".join))  # fmt: skip


@given(title=TEXTS, abstract=TEXTS)
@settings(max_examples=300)
def test_no_text_breaks_it_and_all_places_are_exact(extractor: Extractor, title: str, abstract: str) -> None:
    fields = Fields("x", title, abstract)
    found = extractor.extract(fields)
    assert places_are_exact(fields, found)
    assert extractor.extract(fields) == found


@pytest.mark.parametrize(
    "piece", ["(", "[", ")(", "1", "1 ", "1,", "n=1 ", "0.5 mg/kg ", "ketamine ", "no ", "RESULTS: ", ". ", "a.", "-", "%", "vs ",
              "\u0301", "twenty ", "and ", "patients ", "95% CI 1 to ", "pain was lower than ", "p<0.05 ", "(n = 12) "],
)  # fmt: skip
def test_a_megabyte_of_anything_does_not_hang_it(extractor: Extractor, piece: str) -> None:
    """Linear work: a megabyte takes some seconds at most, where a pattern that backtracks would take hours."""
    fields = Fields("x", "", piece * (1_000_000 // len(piece)))
    started = time.process_time()
    extractor.extract(fields)
    assert time.process_time() - started < 30


def test_the_order_of_a_batch_changes_nothing(words: Vocabulary, extractor: Extractor) -> None:
    batch = [Fields(c.id, c.label, " ".join((*c.match, *c.no_match))) for c in words.concepts[:150]]
    shuffled = random.Random(3).sample(batch, len(batch))
    found = {one.tags.id: one for one in extract_reports(shuffled, words)}
    assert [found[fields.id] for fields in batch] == list(extract_reports(batch, words))
    assert [found[fields.id] for fields in batch] == [extractor.extract(fields) for fields in batch]


def test_what_was_read_survives_pickling(extractor: Extractor) -> None:
    found = extractor.extract(TRIAL)
    again = pickle.loads(pickle.dumps(found))
    assert again == found
    assert [type(f.statistics) for f in again.findings] == [type(f.statistics) for f in found.findings]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Ketamine for depression: study protocol", "abstract": "Adults with depression will be randomised to "
         "ketamine or placebo. Ketamine will reduce depressive symptoms."},
        {"title": "Ketamine in rats", "abstract": "RESULTS: In rats ketamine decreased depressive-like behaviour."},
        {"title": "Ketamine in healthy volunteers", "abstract": "METHODS: Healthy volunteers received ketamine. "
         "RESULTS: Ketamine improved mood and reduced pain."},
    ],
)  # fmt: skip
def test_plans_animals_and_volunteers_have_no_benefit(extractor: Extractor, change: dict[str, str]) -> None:
    found = extractor.extract(Fields("x", **change))
    assert found.direction == "not-applicable"
    assert not [f for f in found.findings if f.direction == "benefit"]
