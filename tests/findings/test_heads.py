"""harvest.findings.heads: change told by a noun ("reduction in pain"), and what its amount means for the outcome."""

from __future__ import annotations

import pytest

from harvest import vocabulary
from harvest.extraction import Extractor
from harvest.findings import heads
from harvest.findings.words import read
from harvest.tagging import Fields

METHODS = "Methods: 40 adults with depression and pain were randomised to ketamine or placebo.\nResults: "
BENEFIT, HARM, SAME = "benefit", "harm", "no-difference"
PAIN, MOOD, LIFE, MEMORY = "pain-intensity", "depressive-symptoms", "quality-of-life", "learning-and-memory"
MORE = ("greater", "larger", "stronger", "more frequent", "more pronounced", "faster")
LESS = ("smaller", "weaker", "less frequent", "less marked")


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(vocabulary.load())


def directions(extractor: Extractor, sentence: str, outcome: str) -> list[str]:
    """The directions of all findings on the outcome, in order."""
    text = METHODS + sentence[0].upper() + sentence[1:]
    return [one.direction for one in extractor.extract(Fields("x", "", text)).findings if one.outcome_id == outcome]


@pytest.mark.parametrize("amount", [*MORE, *LESS])
@pytest.mark.parametrize(
    ("noun", "outcome", "good"),
    [
        ("reduction in pain", PAIN, True),
        ("decrease in MADRS scores", MOOD, True),
        ("improvement in depressive symptoms", MOOD, True),
        ("relief of pain", PAIN, True),
        ("remission of depression", MOOD, True),
        ("resolution of suicidal ideation", "suicidal-ideation", True),
        ("response on the LSAS", "anxiety-symptoms", True),
        ("reduction in the severity of pain", PAIN, True),
        ("improvement in quality of life", LIFE, True),
        ("increase in memory", MEMORY, True),
        ("decline in memory", MEMORY, False),
        ("worsening of depression", MOOD, False),
        ("increase in anxiety", "anxiety-symptoms", False),
        ("recurrence of suicidal ideation", "suicidal-ideation", False),
        ("reduction in quality of life", LIFE, False),
    ],
)
def test_an_amount_is_said_of_the_noun_whatever_the_order_of_the_groups(
    extractor: Extractor, noun: str, outcome: str, good: bool, amount: str
) -> None:
    """More of a good change is good for the outcome, less of it is bad; and the other way round for bad ones."""
    better, worse = (BENEFIT, HARM) if good == (amount in MORE) else (HARM, BENEFIT)
    for mine, other, expected in (("ketamine", "placebo", better), ("placebo", "ketamine", worse)):
        assert directions(extractor, f"{noun} was {amount} with {mine} than with {other}.", outcome) == [expected]


@pytest.mark.parametrize(
    ("sentence", "outcome", "expected"),
    [
        ("A greater reduction in pain was seen with ketamine than with placebo.", PAIN, [BENEFIT]),
        ("Ketamine gave a smaller reduction in pain than placebo.", PAIN, [HARM]),
        ("Ketamine led to larger reductions in depressive symptoms than placebo.", MOOD, [BENEFIT]),
        ("Greater pain reduction was seen with placebo than with ketamine.", PAIN, [HARM]),
        ("MADRS score reduction was greater with ketamine than with placebo.", MOOD, [BENEFIT]),
        ("Symptom improvement was smaller with ketamine than with placebo.", "global-severity", [HARM]),
        ("Reductions in pain and anxiety were greater with ketamine than with placebo.", PAIN, [BENEFIT]),
        ("Reductions in pain and anxiety were greater with ketamine than with placebo.", "anxiety-symptoms", [BENEFIT]),
        ("Reduction in pain was greater and nausea was lower with ketamine than with placebo.", "nausea", [BENEFIT]),
        ("Reduction in pain occurred less often with ketamine than with placebo.", PAIN, [HARM]),
        ("Reduction in pain was worse with ketamine than with placebo.", PAIN, [HARM]),
        ("Ketamine had a larger effect on pain than placebo.", PAIN, [BENEFIT]),
        ("The effect on pain was smaller with ketamine than with placebo.", PAIN, [HARM]),
        ("The effect on nausea was larger with ketamine than with placebo.", "nausea", []),
        ("The change in MADRS scores was greater with ketamine than with placebo.", MOOD, [BENEFIT]),
        ("Loss of response on the MADRS was less frequent with ketamine than with placebo.", MOOD, [BENEFIT]),
        ("Time to remission of depression was shorter with ketamine than with placebo.", MOOD, [BENEFIT]),
        ("Time to relapse of depression was longer with ketamine than with placebo.", MOOD, [BENEFIT]),
        ("Delayed recovery of memory was less frequent with ketamine than with placebo.", MEMORY, [BENEFIT]),
        ("Ketamine increased response on the HAM-D compared with placebo.", MOOD, [BENEFIT]),
        ("Ketamine reduced recurrence of depression compared with placebo.", MOOD, [BENEFIT]),
        ("Fewer remissions were seen with ketamine than with placebo.", "remission", [HARM]),
        ("More responders were seen with ketamine than with placebo.", "response", [BENEFIT]),
        ("Response was more frequent with ketamine than with placebo.", "response", [BENEFIT]),
        ("Response was less frequent with ketamine than with placebo.", "response", [HARM]),
        ("Antidepressant response was more frequent with ketamine than with placebo.", MOOD, [BENEFIT]),
        ("Antidepressant response was less frequent with ketamine than with placebo.", MOOD, [HARM]),
        ("The fall in MADRS scores was steeper with ketamine than with placebo.", MOOD, [BENEFIT]),
        ("Response was reached by 60% with ketamine and 30% with placebo.", "response", [BENEFIT]),
    ],
)
def test_forms_in_which_a_noun_and_its_amount_come(
    extractor: Extractor, sentence: str, outcome: str, expected: list[str]
) -> None:
    assert directions(extractor, sentence, outcome) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Reduction in pain did not differ between ketamine and placebo.",
        "Reduction in pain was similar with ketamine and placebo.",
        "Similar reduction in pain was seen with ketamine and placebo.",
        "Reduction in pain was not greater with ketamine than with placebo.",
        "No greater reduction in pain was seen with ketamine than with placebo.",
        "Ketamine did not lead to a greater reduction in pain than placebo.",
        "Ketamine was not more effective than placebo in reducing pain.",
        "No difference was found in the reduction of pain between ketamine and placebo.",
        "Reduction in pain was greater with ketamine than with placebo (p = 0.2).",
        "The reduction in pain tended to be greater with ketamine than with placebo (p = 0.08).",
    ],
)
def test_a_denied_or_equal_amount_is_no_difference(extractor: Extractor, sentence: str) -> None:
    assert directions(extractor, sentence, PAIN) == [SAME]


@pytest.mark.parametrize(
    ("sentence", "outcome", "expected"),
    [
        ("Suicidal ideation had remitted in 80% with ketamine and in 33% with placebo.", "suicidal-ideation", BENEFIT),
        ("Suicidal ideation had resolved in 33% with ketamine and in 80% with placebo.", "suicidal-ideation", HARM),
        ("Pain fell by 3.2 points with ketamine and by 1.2 points with placebo.", PAIN, BENEFIT),
        ("Pain fell by 1.2 points with ketamine and by 3.2 points with placebo.", PAIN, HARM),
        ("Reduction in pain was 1.2 points with ketamine and 3.2 points with placebo.", PAIN, HARM),
        ("Remission of depression was reached by 60% with ketamine and 20% with placebo.", MOOD, BENEFIT),
    ],
)
def test_figures_of_a_change_are_not_figures_of_the_value(
    extractor: Extractor, sentence: str, outcome: str, expected: str
) -> None:
    assert directions(extractor, sentence, outcome) == [expected]


@pytest.mark.parametrize(
    ("sentence", "outcome", "expected"),
    [
        ("Ketamine improves functioning and relieves depression.", "functioning", [BENEFIT]),
        ("Ketamine improves functioning and relieves depression.", MOOD, [BENEFIT]),
        (
            "Suppression of cytokines may contribute to the antidepressant effect of ketamine.",
            "antidepressant-effect",
            [],
        ),
        ("Reduction of inflammation was accompanied by depressive symptoms.", MOOD, []),
        ("Ketamine gave pain relief and less nausea than placebo.", PAIN, [BENEFIT]),
        ("Six patients remitted and seven showed a clinical response to ketamine.", "response", []),
        ("Kynurenine decreased more in responders to ketamine than in others.", "response", []),
    ],
)
def test_a_word_of_change_governs_its_own_object_only(
    extractor: Extractor, sentence: str, outcome: str, expected: list[str]
) -> None:
    assert directions(extractor, sentence, outcome) == expected


def test_a_clause_whose_subject_is_left_out_gives_a_second_finding(extractor: Extractor) -> None:
    text = (
        "Depression scores did not differ between ketamine and placebo at day 7, but were lower with ketamine at 24 h."
    )
    assert directions(extractor, text, MOOD) == [SAME, BENEFIT]
    text = "Pain was lower with ketamine than with placebo at 2 h but did not differ at 24 h."
    assert directions(extractor, text, PAIN) == [BENEFIT, SAME]
    other = "Pain scores and nausea did not differ between ketamine and placebo, but were lower with ketamine at 24 h."
    assert directions(extractor, other, PAIN) == [SAME], "two subjects: which one is left out is not said"


@pytest.mark.parametrize(
    ("sentence", "outcome", "expected"),
    [
        ("Reduction in pain was greater.", "pain", ("Reduction", "D", 1)),
        ("Response on the scale was greater.", "scale", ("Response", "G", 1)),
        ("Time to relapse of depression was longer.", "depression", ("relapse", "B", -1)),
        ("Pain score reduction was greater.", "Pain", ("reduction", "D", 1)),
        ("Response in patients with pain was greater.", "pain", None),
        ("Reduction in anxiety predicted pain.", "pain", None),
        ("Pain increase with ketamine.", "Pain", None),
        ("Pain was lower.", "Pain", None),
    ],
)
def test_the_noun_an_outcome_hangs_on(sentence: str, outcome: str, expected: tuple[str, str, int] | None) -> None:
    """Behind an "of" or "in", or right behind the outcome; not people, and not across a verb."""
    line = read(sentence, 0)
    at = line.at(sentence.index(outcome))
    found = heads.head(line, (at, at + 1))
    told = found and (sentence[line.tokens[found.first].start : line.tokens[found.first].end], found.sense, found.turns)
    assert told == expected
