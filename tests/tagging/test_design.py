"""harvest.tagging.design with the shipped vocabularies: which design a report gets, and the words that decided it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from harvest import vocabulary
from harvest.tagging import Fields, Tagger, Tags, Typed
from harvest.tagging.matcher import Matcher
from harvest.vocabulary import Concept

FOLDER = Path(__file__).resolve().parents[2] / "data" / "vocabulary"
DATA = [
    *vocabulary.read(FOLDER / "designs.yml", "design"),
    *vocabulary.read(FOLDER / "attributes.yml", "attribute"),
    *vocabulary.read(FOLDER / "design_cues.yml", "context"),
    *vocabulary.read(FOLDER / "populations.yml", "population"),
]
WORDS = Matcher(DATA)


@pytest.fixture(scope="module")
def shipped() -> Tagger:
    return Tagger(vocabulary.load())


def tagged(tagger: Tagger, abstract: str = "", title: str = "", types: str = "") -> Tags:
    typed = tuple(Typed(name) for name in types.split("; ") if name)
    return tagger.tag(Fields("1", title=title, abstract=abstract, publication_types=typed))


def deciding(tags: Tags, title: str, abstract: str) -> set[str]:
    texts = {"title": title, "abstract": abstract}
    return {
        texts[e.field][e.start : e.end]
        for e in tags.evidence
        if e.dimension == "design" and e.role == "studied" and e.field in texts
    }


@pytest.mark.parametrize("concept", DATA, ids=lambda concept: f"{concept.dimension}-{concept.id}")
def test_examples_hold(concept: Concept) -> None:
    """The example sentences name the concept, the near misses do not."""

    def named(sentence: str) -> bool:
        return any(match.concept is concept for match in WORDS.find(sentence))

    assert [sentence for sentence in concept.match if not named(sentence)] == []
    assert [sentence for sentence in concept.no_match if named(sentence)] == []


RANDOM = "Forty patients were randomly assigned to ketamine or midazolam. Scores fell in both groups (p = 0.04)."


@pytest.mark.parametrize(
    ("abstract", "design"),
    [
        (RANDOM, "randomised-controlled-trial"),
        # Blinding and placebo in patients is a controlled trial by any reading ...
        (
            "In a double-blind study forty patients with pain got ketamine or placebo.",
            "randomised-controlled-trial",
        ),
        # ... in volunteers it is an experiment, and random assignment is not stated.
        (
            "In a double-blind, placebo-controlled study twelve healthy volunteers were scanned.",
            "non-randomised-trial",
        ),
        (
            "In a randomised, double-blind study twelve healthy volunteers were scanned.",
            "randomised-controlled-trial",
        ),
        # Wanted and cited trials are not the report's own.
        ("We reviewed the charts of 60 patients. Randomised trials are needed.", "cohort"),
        ("A recent randomised trial was negative. We retrospectively studied 60 patients.", "cohort"),
        ("Of 30 patients, all improved. A limitation is the lack of a double-blind control group.", None),
        ("Patients were randomly selected for an online survey.", "cross-sectional"),
        ("RCTs are scarce; this cross-sectional study asked 200 clinicians.", "cross-sectional"),
    ],
)
def test_a_trial_is_the_reports_own(shipped: Tagger, abstract: str, design: str | None) -> None:
    """Random assignment counts where the report itself did it, not where it is cited, wanted or about sampling."""
    assert tagged(shipped, abstract).design == design


@pytest.mark.parametrize(
    ("title", "abstract", "design"),
    [
        ("Sleep and ketamine", "Data from three double-blind, placebo-controlled trials were used.", "secondary-analysis"),
        ("Sleep and ketamine", "Patients in a randomised trial were scanned before treatment.", "secondary-analysis"),
        ("Sleep", "The purpose of this secondary analysis was to compare sleep in a randomised trial.", "secondary-analysis"),
        ("Baseline sleep predicts the response to ketamine", "Patients had a placebo-controlled trial.", "secondary-analysis"),
        # A trial that adds a post hoc analysis stays a trial; so does one named in the title.
        ("Sleep", f"{RANDOM} A post hoc analysis showed better sleep.", "randomised-controlled-trial"),
        ("A randomised trial of ketamine", "A post hoc analysis of this trial is told.", "randomised-controlled-trial"),
        ("Ketamine in pain: results from a randomised trial", RANDOM, "randomised-controlled-trial"),
    ],
)  # fmt: skip
def test_work_on_the_data_of_another_trial_is_told_apart(
    shipped: Tagger, title: str, abstract: str, design: str
) -> None:
    assert tagged(shipped, abstract, title).design == design


@pytest.mark.parametrize(
    ("title", "abstract", "design"),
    [
        ("Effect of a practice guideline: a randomised trial", RANDOM, "randomised-controlled-trial"),
        ("Practice guideline on ketamine", "We give recommendations.", "guideline"),
        ("A pilot trial of ketamine", RANDOM, "randomised-controlled-trial"),
        ("An open-label trial of ketamine", "Randomisation was not possible.", "non-randomised-trial"),
    ],
)
def test_randomised_is_the_more_telling_word(shipped: Tagger, title: str, abstract: str, design: str) -> None:
    assert tagged(shipped, abstract, title).design == design


@pytest.mark.parametrize(
    ("abstract", "design"),
    [
        ("Adults will be randomised to ketamine or midazolam.", "protocol"),
        ("Participants will visit the clinic. The trial will last a year.", "protocol"),
        (
            "The aim of this study is to test repeated doses of ketamine in adults with depression.",
            "protocol",
        ),
        # One "will" that enrols nobody, and an aim with results, are no plan.
        (f"{RANDOM} Patients will need more doses.", "randomised-controlled-trial"),
        (f"The aim of this study is to test repeated doses. {RANDOM}", "randomised-controlled-trial"),
    ],
)
def test_a_plan_is_told_in_the_future_or_without_results(shipped: Tagger, abstract: str, design: str) -> None:
    assert tagged(shipped, abstract).design == design


@pytest.mark.parametrize(
    ("title", "abstract", "design"),
    [
        ("Ketamine cystitis: a case report", "A woman had pain for years.", "case-report"),
        ("Ketamine and the bladder", "The patient was given water. She had pain. She was discharged.", "case-report"),
        ("A case report", "The woman left a double-blind trial and later took part in a randomised trial.", "case-report"),
        ("Ketamine in three patients with complex pain", "All improved.", "case-series"),
        # Twenty people are no single patient.
        ("Bladder", "Twenty patients were seen retrospectively. In a patient she was seen, he had pain.", "cohort"),
    ],
)  # fmt: skip
def test_cases(shipped: Tagger, title: str, abstract: str, design: str) -> None:
    assert tagged(shipped, abstract, title).design == design


REVIEW = (
    "Depression is one of the great burdens of our time. Ketamine has emerged as a rapid remedy in recent years. Evidence "
    "suggests that glutamate is important. Clinicians should be aware of its risks. Future research must help them."
)


def test_a_review_that_does_not_say_so(shipped: Tagger) -> None:
    """No work of its own, and the voice of reviews: the wording is the evidence."""
    tags = tagged(shipped, REVIEW, "Ketamine today")
    assert tags.design == "narrative-review"
    assert {"has emerged", "Evidence suggests", "Clinicians"} <= deciding(tags, "Ketamine today", REVIEW)
    assert {e.rule for e in tags.evidence if e.dimension == "design"} == {"wording"}


@pytest.mark.parametrize(
    "own",
    [
        "We measured blood pressure. It was increased (p < 0.001). Sixty patients completed the study.",
        "Twelve rats were treated. Rats were observed for days. Levels were measured in rats.",
    ],
)
def test_work_of_ones_own_is_no_review(shipped: Tagger, own: str) -> None:
    assert tagged(shipped, f"{REVIEW} {own}").design != "narrative-review"


def test_implications_are_discussed_in_every_report(shipped: Tagger) -> None:
    """A loose word of reviews counts only where no own work is told."""
    abstract = "We measured pain in 90 patients. It was reduced (p = 0.01). Implications are discussed."
    assert tagged(shipped, abstract).design is None


def test_a_review_of_animal_work_is_a_review(shipped: Tagger) -> None:
    abstract = "This article reviews rodent work. In mice and rats, glutamate rises. Mice and rats swim longer."
    assert tagged(shipped, abstract).design == "narrative-review"
    assert tagged(shipped, "Mice were given ketamine. The mice swam longer.").design == "animal-study"


@pytest.mark.parametrize(
    ("abstract", "design"),
    [
        ("We searched PubMed and Embase. Twelve studies were included.", "systematic-review"),
        ("The meta-analysis gave a larger effect in the six trials.", "meta-analysis"),
        ("Both experiments were joined in a meta-analysis of 30 patients.", None),
    ],
)
def test_a_synthesis_gathers_studies(shipped: Tagger, abstract: str, design: str | None) -> None:
    assert tagged(shipped, abstract).design == design


def test_gerbils_are_animals_without_a_design_word(shipped: Tagger) -> None:
    """The subject is evidence of the design where ``designs.yml`` lacks its word."""
    abstract = "Gerbils were given ketamine. Gerbils slept longer."
    tags = tagged(shipped, abstract)
    assert tags.design == "animal-study"
    assert deciding(tags, "", abstract) == {"Gerbils"}


@pytest.mark.parametrize(
    ("types", "design"),
    [
        ("Journal Article; Randomized Controlled Trial", "randomised-controlled-trial"),
        ("Case Reports; Journal Article", "case-report"),
        ("Systematic Review; Review", "systematic-review"),
        ("Clinical Trial, Phase I", "non-randomised-trial"),
        ("Practice Guideline", "guideline"),
        ("Editorial", "editorial"),
        ("Journal Article", None),
    ],
)
def test_publication_types_are_heard(shipped: Tagger, types: str, design: str | None) -> None:
    """Also where title and abstract say nothing, and against a mere mention in the abstract."""
    assert tagged(shipped, types=types).design == design
    assert tagged(shipped, "Open-label use is common.", types=types).design in {
        design,
        "non-randomised-trial",
    }


def test_every_design_has_the_words_that_decided_it(shipped: Tagger) -> None:
    """Offsets point into the text also behind characters of two code points."""
    abstract = "e\u0301 \U0001f600 Data from two double-blind, placebo-controlled trials were used."
    tags = tagged(shipped, abstract)
    assert tags.design == "secondary-analysis"
    assert deciding(tags, "", abstract) == {"Data from", "double-blind"}


@pytest.mark.parametrize(
    ("abstract", "attributes"),
    [
        (RANDOM, {"randomised"}),
        (
            "METHODS: A multicentre, double-blind crossover study.",
            {"multicentre", "double-blind", "crossover"},
        ),
        (
            "We retrospectively studied 60 patients. Randomised, double-blind trials are needed.",
            {"retrospective"},
        ),
        (
            "A recent placebo-controlled trial was negative. We did an open-label pilot study.",
            {"open-label", "pilot"},
        ),
    ],
)
def test_attributes_are_those_of_the_study_itself(shipped: Tagger, abstract: str, attributes: set[str]) -> None:
    """Attributes of wanted and cited trials are merely mentioned."""
    assert set(tagged(shipped, abstract).studied("attribute")) == attributes


def test_attributes_in_a_review_are_those_of_its_trials(shipped: Tagger) -> None:
    tags = tagged(shipped, "METHODS: Double-blind trials were included.", "An umbrella review and meta-analysis")
    assert tags.studied("attribute") == ["umbrella-review"]


def test_publication_types_give_attributes(shipped: Tagger) -> None:
    assert tagged(shipped, types="Multicenter Study").studied("attribute") == ["multicentre"]


@pytest.mark.parametrize("piece", ["(", "1,", "was ", "7 a ", "the patient was ", "aaaa", "we -"])
def test_long_nonsense_is_answered(shipped: Tagger, piece: str) -> None:
    """Patterns must not run away on text that is none."""
    begun = time.process_time()
    tagged(shipped, piece * (100_000 // len(piece)))
    assert time.process_time() - begun < 3
