"""harvest.instruments: the shipped file, its examples, and errors that name file, instrument and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvest import instruments, vocabulary
from harvest.errors import VocabularyError
from harvest.instruments import Criterion, Instrument
from harvest.tagging import Fields, Tagger
from harvest.tagging.matcher import Matcher

SHIPPED = instruments.load()
EXAMPLES = [
    pytest.param(scale, text, expected, id=f"{scale.id}-{'match' if expected else 'no_match'}-{number}")
    for scale in SHIPPED.values()
    for texts, expected in ((scale.concept.match, True), (scale.concept.no_match, False))
    for number, text in enumerate(texts)
]


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger(vocabulary.load())


@pytest.mark.parametrize(("scale", "text", "expected"), EXAMPLES)
def test_examples_of_the_shipped_file(scale: Instrument, text: str, expected: bool) -> None:
    """Each ``match`` example means its instrument, no ``no_match`` example does."""
    found = Matcher([scale.concept]).find(text)
    assert any(scale.meant(text, one.start, one.end) for one in found) == expected


def test_every_instrument_is_complete() -> None:
    """About eighty instruments, each with words, examples, and an outcome of the vocabulary."""
    assert len(SHIPPED) >= 80
    known = {outcome.id for outcome in vocabulary.load().of("outcome")}
    assert [scale.id for scale in SHIPPED.values() if not known.issuperset(scale.outcomes)] == []
    bare = [scale.id for scale in SHIPPED.values() if not (scale.concept.match and scale.concept.no_match)]
    assert bare == []


def test_no_instrument_is_named_by_the_outcome_itself() -> None:
    """A name stands once: an acronym of an instrument is no acronym of an outcome."""
    names = {word for scale in SHIPPED.values() for word in scale.concept.acronyms}
    assert not names & {word for outcome in vocabulary.load().of("outcome") for word in outcome.acronyms}


@pytest.mark.parametrize(
    ("scale", "outcome", "better"),
    [
        ("madrs", "depressive-symptoms", "lower"),
        ("caps-5", "ptsd-symptoms", "lower"),
        ("y-bocs", "ocd-symptoms", "lower"),
        ("cadss", "dissociation", "lower"),
        ("pain-nrs", "pain-intensity", "lower"),
        ("moca", "cognition", "higher"),
        ("q-les-q", "quality-of-life", "higher"),
        ("gaf", "functioning", "higher"),
    ],
)
def test_outcome_and_good_direction(scale: str, outcome: str, better: str) -> None:
    """What others rely on: the outcome an instrument measures and which way is better."""
    assert (SHIPPED[scale].outcome, SHIPPED[scale].better) == (outcome, better)


def test_response_and_remission_rules_are_data() -> None:
    """The usual rule comes first and says where it is from."""
    assert SHIPPED["madrs"].response[0] == Criterion("verified", change_percent=50)
    assert SHIPPED["madrs"].remission[0] == Criterion("standard use", at_most=10)
    assert SHIPPED["y-bocs"].response[0] == Criterion("verified", change_percent=35)
    assert SHIPPED["pcl-5"].response[0].change_points == 10


@pytest.mark.parametrize(
    ("text", "outcome", "named"),
    [
        ("The MADRS fell at 24 h.", "depressive-symptoms", "MADRS"),
        ("The Montgomery–Åsberg Depression Rating Scale fell.", "depressive-symptoms", "Montgomery–Åsberg Depression Rating Scale"),
        ("Pain was rated on the NRS.", "pain-intensity", "NRS"),
        ("CADSS peaked early.", "dissociation", "CADSS"),
    ],
)  # fmt: skip
def test_a_named_instrument_is_a_place_of_its_outcome(tagger: Tagger, text: str, outcome: str, named: str) -> None:
    """The place has the rule ``instrument <id>``, the words as they stand, and hides shorter words of the outcome."""
    places = [
        place for place in tagger.read(Fields("1", abstract=text)).abstract.places if place.key == ("outcome", outcome)
    ]
    scales = [place for place in places if instruments.of_rule(place.rule)]
    assert [text[place.start : place.end] for place in scales] == [named]
    assert SHIPPED[instruments.of_rule(scales[0].rule)].outcome == outcome
    assert not [p for p in places if p not in scales and p.start < scales[0].end and scales[0].start < p.end]


def test_an_ambiguous_name_needs_its_neighbour(tagger: Tagger) -> None:
    """SSI is a suicide scale beside suicidal thoughts, and an infection elsewhere."""
    surgical = tagger.tag(Fields("1", abstract="SSI was less common after surgery."))
    assert "suicidal-ideation" not in surgical.studied("outcome")
    mental = tagger.read(Fields("1", abstract="Suicidal thoughts were rated by the SSI."))
    assert "instrument ssi" in {place.rule for place in mental.abstract.places}


def test_a_scale_with_subscales_names_both_outcomes(tagger: Tagger) -> None:
    """The HADS measures anxiety and depression."""
    studied = tagger.tag(Fields("1", abstract="The HADS for anxiety and depression was filled in.")).studied("outcome")
    assert {"anxiety-symptoms", "depressive-symptoms"} <= set(studied)


def test_instruments_are_no_tags(tagger: Tagger) -> None:
    """They show in the rule of the evidence, not as a dimension; narrower outcomes pass them on."""
    tags = tagger.tag(Fields("1", title="SHAPS and MADRS after ketamine"))
    assert "instrument" not in {tag.dimension for tag in tags.tags}
    rules = {row.rule for row in tags.evidence if row.concept_id == "depressive-symptoms"}
    assert rules == {"instrument madrs", "instrument shaps of anhedonia"}


def test_of_rule() -> None:
    """The id stands in the rule, also where a broader outcome inherited the place."""
    rules = ("instrument madrs", "instrument shaps of anhedonia", "synonym", "acronym of anhedonia")
    assert [instruments.of_rule(rule) for rule in rules] == ["madrs", "shaps", "", ""]


GOOD = "- {id: a, label: A, outcome: pain, better: lower, synonyms: [a scale]"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id: a", "instruments.yml: must be a list"),
        ("- a", "every concept needs an id and a label"),
        ("- {id: a, label: A, better: lower}", "instrument a: outcome must be the id"),
        ("- {id: a, label: A, outcome: pain}", "instrument a: better must be lower or higher"),
        ("- {id: a, label: A, outcome: pain, better: more}", "instrument a: better must be lower or higher"),
        (f"{GOOD}, scale: 3}}", "concept a: unknown field scale"),
        (f"{GOOD}, near: pain}}", "instrument a: near must be a list of words"),
        (f"{GOOD}, also: [3]}}", "instrument a: also must be a list of words"),
        (f"{GOOD}, response: {{change_percent: 50}}}}", "instrument a: response must be a list of rules"),
        (
            f"{GOOD}, response: [{{source: verified}}]}}",
            "instrument a: response: every rule needs one number",
        ),
        (f"{GOOD}, response: [{{at_most: half, source: verified}}]}}", "every rule needs one number"),
        (
            f"{GOOD}, response: [{{at_most: 3, at_least: 1, source: verified}}]}}",
            "every rule needs one number",
        ),
        (
            f"{GOOD}, remission: [{{at_most: 3}}]}}",
            "instrument a: remission: source must be verified or standard use",
        ),
        (f"{GOOD}}}\n{GOOD}}}", "instrument a is defined twice"),
    ],
)
def test_errors_name_file_instrument_and_field(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "instruments.yml").write_text(text, encoding="utf-8")
    with pytest.raises(VocabularyError, match=message):
        instruments.load(tmp_path)


def test_an_instrument_without_its_outcome_names_nothing() -> None:
    """A vocabulary without the outcome can still be used with the shipped instruments."""
    reading = Tagger(vocabulary.Vocabulary(())).read(Fields("1", abstract="The MADRS fell."))
    assert [place for place in reading.abstract.places if place.key[0] == "outcome"] == []


def test_a_small_vocabulary_needs_no_instruments(tmp_path: Path) -> None:
    assert instruments.load(tmp_path) == {}
