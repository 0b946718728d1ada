"""harvest.tagging.roles.outcomes: an outcome is studied where the report measured it or reports on it."""

from __future__ import annotations

import time

import pytest

from harvest import vocabulary
from harvest.tagging import Fields, MeshHeading, Tagger


@pytest.fixture(scope="module")
def words() -> Tagger:
    return Tagger(vocabulary.load())


def studied(words: Tagger, abstract: str, title: str = "") -> set[str]:
    return set(words.tag(Fields("1", title=title, abstract=abstract)).studied("outcome"))


def mentioned(words: Tagger, abstract: str) -> set[str]:
    return {tag.concept_id for tag in words.tag(Fields("1", abstract=abstract)).tags if tag.role == "mentioned"}


@pytest.mark.parametrize(
    ("abstract", "outcome"),
    [
        ("Forty adults were randomised. Quality of life rose in both groups.", "quality-of-life"),
        ("RESULTS: Relapse was later after ketamine. Side effects did not differ.", "adverse-events"),
        ("We treated nine people. No adverse events occurred.", "adverse-events"),
        ("Volunteers had a scan. Sleep was shorter that night.", "sleep"),
        ("METHODS: Cognition will be tested at four weeks.", "cognition"),
        ("CONCLUSIONS: Larger trials should confirm the gain in quality of life.", "quality-of-life"),
    ],
)
def test_a_single_report_is_enough(words: Tagger, abstract: str, outcome: str) -> None:
    """One sentence about the report's own work makes an outcome studied, whatever its section."""
    assert outcome in studied(words, abstract)


@pytest.mark.parametrize(
    ("abstract", "outcome"),
    [
        ("BACKGROUND: The illness lowers quality of life. METHODS: We gave ketamine. RESULTS: Pain scores fell.", "quality-of-life"),
        ("RESULTS: Pain scores fell. CONCLUSIONS: Future studies should assess quality of life.", "quality-of-life"),
        ("RESULTS: Pain scores fell. CONCLUSIONS: The effect on sleep remains unknown.", "sleep"),
        ("RESULTS: Pain scores fell. Quality of life was assessed at baseline.", "quality-of-life"),
        ("RESULTS: Pain scores fell. The most common adverse events were nausea, insomnia and anxiety.", "anxiety-symptoms"),
        ("RESULTS: Pain scores fell. Some felt nausea or mild anxiety.", "anxiety-symptoms"),
        ("RESULTS: Pain scores fell. No deaths were reported.", "mortality"),
    ],
)  # fmt: skip
def test_what_others_found_or_should_look_at_is_only_mentioned(words: Tagger, abstract: str, outcome: str) -> None:
    """Background, outlook, state at baseline, lists of adverse events, a death in passing."""
    assert outcome in mentioned(words, abstract)
    assert "pain-intensity" in studied(words, abstract)


def test_a_list_of_adverse_events_is_one_of_harms(words: Tagger) -> None:
    """What the list names stays studied as a harm."""
    found = studied(words, "We gave ketamine. Adverse events were nausea, headache and anxiety.")
    assert {"adverse-events", "nausea", "headache"} <= found


@pytest.mark.parametrize(
    "abstract",
    [
        "RESULTS: Mortality was 4 % in both groups.",
        "RESULTS: Two people died at home. Both deaths were by suicide.",
    ],
)
def test_mortality_as_such_or_several_times(words: Tagger, abstract: str) -> None:
    """Its own term, or deaths spoken of in several sentences, are more than passing."""
    assert "mortality" in studied(words, abstract)


@pytest.mark.parametrize(("times", "expected"), [(1, False), (2, True)])
def test_response_in_passing(words: Tagger, times: int, expected: bool) -> None:
    """ "Treatment response" once may be a manner of speaking; rates and responders are not."""
    abstract = "We gave ketamine. " + "Age changed the treatment response. " * times
    assert ("response" in studied(words, abstract)) == expected
    assert "response" in studied(words, "We gave ketamine. Half were responders.")


def test_people_with_insufficient_response_are_no_outcome(words: Tagger) -> None:
    """Failed treatment before the study describes who took part."""
    assert "response" not in studied(words, "We treated adults with an inadequate response to two drugs.")


def test_titles_and_major_topics_are_studied(words: Tagger) -> None:
    """The strongest places need no sentence."""
    assert "sleep" in studied(words, "", title="Sleep after esketamine")
    heading = MeshHeading("Quality of Life", "D011788", major=True)
    assert "quality-of-life" in words.tag(Fields("1", title="Ketamine", mesh=(heading,))).studied("outcome")


def test_the_question_asked_is_studied(words: Tagger) -> None:
    """ "Unknown" in the aim is what the report wants to know."""
    aim = "OBJECTIVE: Whether ketamine changes sleep is unknown. METHODS: We gave ketamine. RESULTS: It did."
    assert "sleep" in studied(words, aim)


@pytest.mark.parametrize(
    "abstract",
    [
        "Adverse events " + "(" * 200_000 + " pain",
        "Further research is needed on " + "insomnia " * 20_000,
        "Further " + "more " * 50_000 + "pain scores.",
        "We gave ketamine: " + "insomnia, nausea " * 10_000,
    ],
)
def test_hostile_texts_end(words: Tagger, abstract: str) -> None:
    """The time grows with the length of a sentence, not with its square."""
    begun = time.process_time()
    words.tag(Fields("1", abstract=abstract))
    assert time.process_time() - begun < 3
