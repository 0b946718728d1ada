"""The condition and outcome vocabularies themselves: `data/vocabulary/conditions.yml` and `outcomes.yml`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest

from harvest.tagging.matcher import Matcher
from harvest.text import fold
from harvest.vocabulary import DIMENSIONS, Concept, load

FIXED = {
    "condition": [
        "depression",
        "treatment-resistant-depression",
        "bipolar-disorder",
        "anxiety",
        "ptsd",
        "ocd",
        "pain",
        "chronic-pain",
        "acute-pain",
        "migraine",
        "suicidality",
        "alcohol-use-disorder",
        "substance-use-disorder",
        "cognitive-impairment",
        "psychosis",
        "anaesthesia",
        "ketamine-misuse",
        "healthy-volunteers",
        "eating-disorder",
        "dementia",
        "palliative-care",
    ],
    "outcome": [
        "depressive-symptoms",
        "suicidal-ideation",
        "anxiety-symptoms",
        "ptsd-symptoms",
        "ocd-symptoms",
        "pain-intensity",
        "response",
        "remission",
        "relapse",
        "cognition",
        "dissociation",
        "psychotomimetic-effects",
        "cardiovascular-effects",
        "adverse-events",
        "urinary-effects",
        "abuse-liability",
        "quality-of-life",
        "functioning",
        "opioid-consumption",
        "abstinence",
        "neuroimaging",
        "biomarkers",
        "electrophysiology",
        "pharmacokinetics",
        "sleep",
        "mortality",
    ],
}
"""Identifiers that other parts of the project and the evaluation count on."""

VOCABULARY = load()
MATCHER = Matcher(VOCABULARY.concepts)
CONCEPTS = [
    pytest.param(concept, id=f"{dimension}-{concept.id}") for dimension in FIXED for concept in VOCABULARY.of(dimension)
]


def _covers(phrase: str, other: str) -> bool:
    """Whether the words of the ``not`` phrase, somewhere in ``other``, take in all of ``other``."""
    words = re.escape(fold(phrase.removesuffix("*")))
    ending = r"\w*" if phrase.endswith("*") else ""
    return re.fullmatch(words + ending, fold(other.removesuffix("*"))) is not None


def _words(concept: Concept) -> Iterator[tuple[str, str]]:
    for synonym in concept.synonyms:
        yield "synonym", fold(synonym)
    for acronym in concept.acronyms:
        yield "acronym", acronym


@pytest.mark.parametrize(("dimension", "concept_id"), [(d, i) for d, ids in FIXED.items() for i in ids])
def test_fixed_ids_exist(dimension: str, concept_id: str) -> None:
    """The identifiers that mappings and evaluation sets name stay."""
    assert VOCABULARY.get(dimension, concept_id).label


@pytest.mark.parametrize(
    ("narrow", "broad"),
    [
        ("treatment-resistant-depression", "depression"),
        ("perinatal-depression", "depression"),
        ("chronic-pain", "pain"),
        ("postoperative-pain", "acute-pain"),
        ("migraine", "pain"),
        ("alcohol-use-disorder", "substance-use-disorder"),
        ("bipolar-depression", "bipolar-disorder"),
    ],
)
def test_narrower_conditions_imply_broader_ones(narrow: str, broad: str) -> None:
    """Whoever looks for the broad condition finds the narrow one."""
    ancestors = VOCABULARY.ancestors(VOCABULARY.get("condition", narrow))
    assert broad in {concept.id for concept in ancestors}


def test_misuse_of_ketamine_is_no_treated_addiction() -> None:
    """Ketamine as the drug misused and ketamine as treatment of addiction are two tags."""
    assert not VOCABULARY.get("condition", "ketamine-misuse").broader


@pytest.mark.parametrize("concept", CONCEPTS)
def test_identifiers_are_well_formed(concept: Concept) -> None:
    """Ids are lower-case words joined by hyphens; MeSH identifiers are descriptors or supplementary concepts."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", concept.id)
    assert [ui for ui in concept.mesh if not re.fullmatch(r"D\d{6,9}|C\d+", ui)] == []
    assert len(set(concept.mesh)) == len(concept.mesh)


@pytest.mark.parametrize("dimension", FIXED)
def test_a_mesh_identifier_stands_for_one_concept_of_a_dimension(dimension: str) -> None:
    """A heading must not tag two concepts of the same kind; the broader one follows by itself."""
    seen = [ui for concept in VOCABULARY.of(dimension) for ui in concept.mesh]
    assert sorted({ui for ui in seen if seen.count(ui) > 1}) == []


@pytest.mark.parametrize("concept", CONCEPTS)
def test_concepts_carry_examples(concept: Concept) -> None:
    """Two sentences that name the concept, and two near misses (one where it has no false friend)."""
    assert len(concept.match) >= 2
    assert len(concept.no_match) >= 1
    assert not set(concept.match) & set(concept.no_match)


@pytest.mark.parametrize("concept", CONCEPTS)
def test_examples_hold(concept: Concept) -> None:
    """The example sentences name the concept, the near misses do not."""

    def named(sentence: str) -> bool:
        return any(match.concept is concept for match in MATCHER.find(sentence))

    assert [sentence for sentence in concept.match if not named(sentence)] == []
    assert [sentence for sentence in concept.no_match if named(sentence)] == []


@pytest.mark.parametrize("concept", CONCEPTS)
def test_phrases_can_match(concept: Concept) -> None:
    """Stars stand only at the end, acronyms carry none, no phrase is empty, doubled or hidden by its own ``not``."""
    phrases = [*concept.synonyms, *concept.not_]
    assert concept.synonyms
    assert [p for p in phrases if "*" in p[:-1] or not fold(p) or p != p.strip().lower()] == []
    assert [a for a in concept.acronyms if "*" in a or not re.search(r"[A-Z].*[A-Za-z0-9]", a)] == []
    assert len({fold(s) + "*" * s.endswith("*") for s in concept.synonyms}) == len(concept.synonyms)
    assert len(set(concept.not_)) == len(concept.not_)
    hidden = [(s, n) for s in concept.synonyms for n in concept.not_ if _covers(n, s)]
    assert hidden == []


@pytest.mark.parametrize("concept", CONCEPTS)
def test_every_not_phrase_hides_something(concept: Concept) -> None:
    """A ``not`` phrase without a word of the concept in it would do nothing."""
    bare = Matcher([replace(concept, not_=())])
    assert [phrase for phrase in concept.not_ if not any(map(bare.find, _written(concept, phrase)))] == []


def _written(concept: Concept, phrase: str) -> Iterator[str]:
    """Ways the phrase may stand in a text: acronyms in their case, a starred last word with the concept's endings."""
    cased = {fold(acronym): acronym for acronym in concept.acronyms}
    words = [cased.get(word, word) for word in fold(phrase.removesuffix("*")).split()]
    yield " ".join(words)
    if phrase.endswith("*"):
        known = {word for synonym in concept.synonyms for word in fold(synonym.removesuffix("*")).split()}
        yield from (" ".join([*words[:-1], word]) for word in known if word.startswith(words[-1]))


@pytest.mark.parametrize("dimension", sorted({*DIMENSIONS.values()} - {"drug"}))
def test_no_word_stands_for_two_concepts(dimension: str) -> None:
    """Within a dimension a phrase has one concept; its broader ones follow by themselves. Drugs share "ketamine"."""
    clashes = [
        (one.id, other.id, sorted(shared))
        for one, other in combinations(VOCABULARY.of(dimension), 2)
        if (shared := set(_words(one)) & set(_words(other)))
    ]
    assert clashes == []


@pytest.mark.parametrize(
    "acronym",
    ["SSI", "SDS", "NRS", "VAS", "PCL", "CAPS", "SI", "BIS", "ERP", "AUC", "PCA", "SAD", "AD", "BD", "AN"],
)
def test_ambiguous_acronyms_do_not_stand_alone(acronym: str) -> None:
    """SSI is surgical site infection too, CAPS are capsules: such acronyms need a neighbour."""
    assert [c.id for d in FIXED for c in VOCABULARY.of(d) if acronym in c.acronyms] == []


@pytest.mark.parametrize("spelling", [("anaesthe", "anesthe"), ("haemo", "hemo"), ("isation", "ization")])
def test_both_spellings_are_listed(spelling: tuple[str, str]) -> None:
    """A phrase in British spelling has its American twin, and none is missing from the pair."""
    british, american = spelling
    missing = []
    for concept in (c for dimension in FIXED for c in VOCABULARY.of(dimension)):
        phrases = set(concept.synonyms)
        missing += [p for p in phrases if british in p and p.replace(british, american) not in phrases]
    assert missing == []
