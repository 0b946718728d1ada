"""harvest.findings.question: an abstract asked about one outcome and one contrast."""

from __future__ import annotations

import io
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest import streams
from harvest.findings.question import Question, answer

ABSTRACT = (
    "BACKGROUND: Pain after surgery is common. METHODS: Eighty adults were randomised to ketamine 0.5 mg/kg (group K, "
    "n = 40) or saline (group S, n = 40). Pain was assessed with the visual analogue scale (VAS), and length of stay was "
    "recorded. RESULTS: At baseline, VAS scores were similar. VAS scores at 24 h were lower in group K than in group S (P = "
    "0.01). Morphine use was 12 mg in group K and 24 mg in group S (P < 0.001). Nausea did not differ between groups. "
    "Hallucinations were more frequent in group K. CONCLUSIONS: Ketamine eases pain after surgery."
)


def ask(
    outcome: str, intervention: str = "ketamine", comparator: str = "saline", abstract: str = ABSTRACT
) -> tuple[str, str]:
    found = answer(Question(abstract, intervention, comparator, outcome))
    return found.direction, abstract[found.start : found.end]


@pytest.mark.parametrize(
    ("outcome", "direction", "evidence"),
    [
        ("pain scores on the visual analog scale at 24 h", "decreased", "VAS scores at 24 h were lower"),
        ("morphine consumption", "decreased", "Morphine use was 12 mg"),
        ("nausea", "no-difference", "Nausea did not differ"),
        ("hallucination", "increased", "Hallucinations were more frequent"),
    ],
)
def test_the_sentence_about_the_outcome_answers(outcome: str, direction: str, evidence: str) -> None:
    """Stems, short forms and the names of groups lead to it; what was planned or alike at baseline does not."""
    found, sentence = ask(outcome)
    assert found == direction
    assert sentence.startswith(evidence)


def test_the_contrast_may_be_asked_the_other_way_round() -> None:
    """The same sentence, the opposite value."""
    assert ask("morphine use", "saline", "ketamine")[0] == "increased"
    assert ask("hallucinations", "saline", "ketamine")[0] == "decreased"


@pytest.mark.parametrize("outcome", ["length of stay", "mortality", ""])
def test_what_is_not_stated_is_not_guessed(outcome: str) -> None:
    """Measured but not reported, never mentioned, or not asked for."""
    assert answer(Question(ABSTRACT, "ketamine", "saline", outcome)) == ("not-stated", 0, 0)


def test_an_empty_abstract_states_nothing() -> None:
    assert answer(Question("", "ketamine", "saline", "pain")).direction == "not-stated"


def test_sentences_about_any_of_the_outcomes_answer_for_those_not_named() -> None:
    """ "No difference in any of the outcomes"."""
    text = "We measured mood. There were no significant differences between groups in any of the outcome measures."
    assert ask("mood", abstract=text)[0] == "no-difference"


def test_labels_glued_to_the_first_word_do_not_join_sentences() -> None:
    """Abstracts without blanks behind labels are common in exports."""
    text = "MethodsWe gave ketamine or placebo.ResultsSleep was longer with ketamine.ConclusionKetamine is safe."
    assert ask("sleep", comparator="placebo", abstract=text) == (
        "increased",
        "ResultsSleep was longer with ketamine.",
    )


def test_an_unpaired_bracket_does_not_join_sentences() -> None:
    """ "1) ketamine" makes the library take all that follows for one sentence."""
    text = "Groups were 1) ketamine and 2) placebo. Sleep was longer with ketamine. Pain was lower with ketamine."
    assert ask("pain", comparator="placebo", abstract=text)[1] == "Pain was lower with ketamine."


def test_undefined_initials_are_met() -> None:
    """ROM is "range of motion" also where the text does not say so."""
    assert ask("range of motion", abstract="ROM was greater with ketamine than with saline.")[0] == "increased"


def test_british_and_american_spelling_meet() -> None:
    assert ask("haemoglobin", abstract="Hemoglobin was lower with ketamine than with saline.")[0] == "decreased"


def test_the_stream_answers_each_line_in_order_and_names_bad_ones() -> None:
    """As evaluation and users expect it: id, direction, start, end; exit status 1 when a line was invalid."""
    line = {
        "id": 7,
        "title": "",
        "abstract": ABSTRACT,
        "intervention": "ketamine",
        "comparator": "saline",
        "outcome": "nausea",
    }
    out, err = io.StringIO(), io.StringIO()
    lines = [json.dumps(line), '{"id": 8, "outcome": 3}', json.dumps({"id": 9})]
    assert streams.findings_stream(lines, out, err) == 1
    first, second = map(json.loads, out.getvalue().splitlines())
    assert first["direction"] == "no-difference"
    assert ABSTRACT[first["start"] : first["end"]] == "Nausea did not differ between groups."
    assert second == {"id": 9, "direction": "not-stated", "start": 0, "end": 0}
    assert "line 2: outcome must be a string" in err.getvalue()
    assert streams.findings_all([line]) == [first]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300), st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_no_question_crashes(abstract: str, intervention: str, comparator: str, outcome: str) -> None:
    """The evidence always lies within the abstract, and the answer is the same when asked again."""
    question = Question(abstract, intervention, comparator, outcome)
    found = answer(question)
    assert (
        (found.start, found.end) == (0, 0)
        if found.direction == "not-stated"
        else 0 <= found.start < found.end <= len(abstract)
    )
    assert answer(question) == found


@pytest.mark.parametrize("piece", ["(", "pain (", "pain lower ", "[ ", "Group A ", "A", "pain. "])
def test_a_long_abstract_is_read_in_time(piece: str) -> None:
    """A fifth of a megabyte of anything takes seconds at most."""
    begun = time.process_time()
    answer(Question(piece * (200_000 // len(piece)), "ketamine", "placebo", "pain"))
    assert time.process_time() - begun < 5
