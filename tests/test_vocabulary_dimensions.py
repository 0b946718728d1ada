"""The vocabularies of mechanisms, settings, adjuncts, regimens and uses of ketamine, beside conditions and outcomes."""

from __future__ import annotations

import re

import pytest

from harvest.tagging.matcher import Matcher
from harvest.tagging.roles import adjuncts, uses
from harvest.text import fold
from harvest.vocabulary import Concept, load

FIXED = {
    "mechanism": (
        "nmda-receptor-block glutamate-release ampa-receptor-activation bdnf mtor growth-factors synaptogenesis"
        " dendritic-spines neuroplasticity neurogenesis stress-reversal serotonin dopamine opioid-system gaba"
        " interneuron-disinhibition default-mode-network inflammation kynurenine-pathway hydroxynorketamine-mediated"
        " sigma-receptors hcn1 lateral-habenula gut-microbiota altered-state psychotherapy-receptivity"
        " central-sensitisation"
    ),
    "setting": (
        "inpatient outpatient-clinic ketamine-clinic emergency-department operating-room intensive-care"
        " certified-rems-site home telehealth palliative-care prehospital veterinary monitored trained-staff"
        " self-administration"
    ),
    "adjunct": (
        "psychotherapy cbt mindfulness motivational-enhancement prolonged-exposure ketamine-assisted-psychotherapy"
        " integration holistic-approaches ect tms antidepressant new-antidepressant lithium naltrexone lamotrigine"
        " clonidine magnesium opioid patient-controlled-opioid regional-block"
    ),
    "regimen": (
        "single-dose repeated-doses maintenance induction-phase subanaesthetic-dose continuous-infusion bolus"
        " prolonged-infusion fixed-dose flexible-dose dose-titration dose-finding weekly twice-weekly thrice-weekly"
        " tapering patient-controlled long-term"
    ),
    "use": (
        "treatment psychiatric-treatment addiction-treatment analgesic anaesthetic veterinary-anaesthetic"
        " ect-anaesthetic sedation model-of-psychosis drug-of-abuse probe diagnostic-test"
    ),
}
"""What claims about ketamine speak of, and so must be found: by dimension, the identifiers others count on."""

VOCABULARY = load()
CONCEPTS = [
    pytest.param(concept, id=f"{dimension}-{concept.id}") for dimension in FIXED for concept in VOCABULARY.of(dimension)
]
NOT_TREATED = {"mania", "recreational-drug-use"}
"""Below treated conditions, but rather what ketamine brings about or is."""
SPELLINGS = [("anaesthe", "anesthe"), ("haemo", "hemo"), ("isation", "ization"), ("behaviour", "behavior"), ("tumour", "tumor"),
             ("paediatric", "pediatric"), ("counselling", "counseling"), ("oestr", "estr")]  # fmt: skip


@pytest.mark.parametrize(("dimension", "ids"), FIXED.items())
def test_every_item_that_claims_name_is_a_concept(dimension: str, ids: str) -> None:
    """A claim about one of these must find reports; a renamed id would silently lose them."""
    assert set(ids.split()) - {concept.id for concept in VOCABULARY.of(dimension)} == set()


@pytest.mark.parametrize(
    ("dimension", "narrow", "broad"),
    [
        ("mechanism", "bdnf", "growth-factors"),
        ("mechanism", "synaptogenesis", "neuroplasticity"),
        ("mechanism", "nmda-receptor-block", "glutamate-signalling"),
        ("setting", "operating-room", "perioperative"),
        ("setting", "ketamine-clinic", "outpatient-clinic"),
        ("adjunct", "cbt", "psychotherapy"),
        ("adjunct", "patient-controlled-opioid", "opioid"),
        ("regimen", "prolonged-infusion", "continuous-infusion"),
        ("use", "addiction-treatment", "treatment"),
        ("use", "ect-anaesthetic", "anaesthetic"),
    ],
)
def test_narrower_concepts_imply_broader_ones(dimension: str, narrow: str, broad: str) -> None:
    """Whoever looks for the broad concept finds the narrow one."""
    assert broad in {concept.id for concept in VOCABULARY.ancestors(VOCABULARY.get(dimension, narrow))}


def test_abuse_of_ketamine_is_no_treatment_with_it() -> None:
    """Ketamine as treatment and ketamine as the drug abused are two uses that share nothing."""
    for use in ("drug-of-abuse", "model-of-psychosis", "anaesthetic"):
        assert not VOCABULARY.get("use", use).broader


@pytest.mark.parametrize("concept", CONCEPTS)
def test_concepts_are_well_formed(concept: Concept) -> None:
    """Ids are slugs, identifiers of MeSH have its form, synonyms are lower case, no phrase is empty or doubled."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", concept.id)
    assert [ui for ui in concept.mesh if not re.fullmatch(r"D\d{6,9}", ui)] == []
    phrases = [*concept.synonyms, *concept.not_]
    assert concept.synonyms
    assert [p for p in phrases if "*" in p[:-1] or not fold(p) or p.rstrip("* ") != p.rstrip("* ").lower()] == []
    assert len({fold(s) + "*" * s.endswith("*") for s in concept.synonyms}) == len(concept.synonyms)
    assert len(set(concept.not_)) == len(concept.not_)


@pytest.mark.parametrize("concept", CONCEPTS)
def test_concepts_carry_examples(concept: Concept) -> None:
    """Two sentences that name the concept, and a near miss."""
    assert len(concept.match) >= 2
    assert len(concept.no_match) >= 1


def test_the_examples_hold_in_company() -> None:
    """The examples hold with all concepts in one matcher too, as they are used."""
    matcher = Matcher(VOCABULARY.concepts)
    wrong = [
        (concept.id, text)
        for dimension in FIXED
        for concept in VOCABULARY.of(dimension)
        for texts, expected in ((concept.match, True), (concept.no_match, False))
        for text in texts
        if any(match.concept is concept for match in matcher.find(text)) != expected
    ]
    assert wrong == []


@pytest.mark.parametrize("dimension", FIXED)
def test_a_mesh_identifier_stands_for_one_concept_of_a_dimension(dimension: str) -> None:
    """A heading must not tag two concepts of the same kind; the broader one follows by itself."""
    seen = [ui for concept in VOCABULARY.of(dimension) for ui in concept.mesh]
    assert sorted({ui for ui in seen if seen.count(ui) > 1}) == []


@pytest.mark.parametrize(("british", "american"), SPELLINGS)
def test_both_spellings_are_listed(british: str, american: str) -> None:
    """A phrase in British spelling has its American twin, in what names a concept and in what hides it."""
    missing = [
        (concept.id, phrase)
        for dimension in FIXED
        for concept in VOCABULARY.of(dimension)
        for phrases in (set(concept.synonyms), set(concept.not_))
        for phrase in phrases
        if british in phrase and phrase.replace(british, american) not in phrases
    ]
    assert missing == []


def test_psychotherapies_count_wherever_they_are_named() -> None:
    """The list in the code holds psychotherapy and everything below it."""
    below = {
        concept.id
        for concept in VOCABULARY.of("adjunct")
        if "psychotherapy" in {concept.id, *(wider.id for wider in VOCABULARY.ancestors(concept))}
    }
    assert below == adjuncts.FREE - {"music", "virtual-reality"}
    assert {concept.id for concept in VOCABULARY.of("adjunct")} >= adjuncts.FREE


@pytest.mark.parametrize(
    ("use", "root"),
    [
        ("psychiatric-treatment", "depression"),
        ("psychiatric-treatment", "bipolar-disorder"),
        ("psychiatric-treatment", "trauma-related-disorder"),
        ("addiction-treatment", "substance-use-disorder"),
        ("analgesic", "pain"),
    ],
)
def test_every_illness_below_a_treated_one_is_treated_alike(use: str, root: str) -> None:
    """A narrower condition added to the vocabulary must get its use too."""
    below = {
        concept.id
        for concept in VOCABULARY.of("condition")
        if root in {concept.id, *(wider.id for wider in VOCABULARY.ancestors(concept))}
    }
    assert below - uses.TREATED[use] - NOT_TREATED == set()


def test_uses_name_conditions_and_uses_that_exist() -> None:
    """A renamed condition or use would silently tell nothing."""
    conditions = {concept.id for concept in VOCABULARY.of("condition")}
    named = {concept.id for concept in VOCABULARY.of("use")}
    assert {one for group in uses.TREATED.values() for one in group} | set(uses.NAMED) <= conditions
    assert set(uses.TREATED) | set(uses.NAMED.values()) <= named
