"""Uses of ketamine, treatments beside it and mechanisms: which words count, and as what. With the shipped vocabulary."""

from __future__ import annotations

import pytest

from harvest import vocabulary
from harvest.tagging import Fields, MeshHeading, Tagger, Tags

AIM = "We studied forty people. "


@pytest.fixture(scope="module")
def shipped() -> Tagger:
    return Tagger(vocabulary.load())


def read(tagger: Tagger, title: str = "", abstract: str = "", **more: tuple[str, ...]) -> Tags:
    return tagger.tag(Fields("1", title, abstract, **more))  # type: ignore[arg-type]


def named(tags: Tags, dimension: str) -> dict[str, str]:
    return {tag.concept_id: tag.role for tag in tags.tags if tag.dimension == dimension}


@pytest.mark.parametrize(
    ("title", "uses"),
    [
        ("Ketamine for treatment-resistant depression", {"treatment", "psychiatric-treatment"}),
        ("Post-traumatic stress disorder treated with repeated ketamine", {"treatment", "psychiatric-treatment"}),
        ("Antidepressant effects of (R)-ketamine in mice", {"treatment", "psychiatric-treatment"}),
        ("Esketamine in people with alcohol use disorder",
         {"treatment", "psychiatric-treatment", "addiction-treatment"}),
        ("Ketamine reduces neuropathic pain after amputation", {"treatment", "analgesic"}),
        ("Sleep stages of rats anaesthetised with ketamine and xylazine", {"anaesthetic", "veterinary-anaesthetic"}),
        ("Ketamine anesthesia for electroconvulsive therapy", {"anaesthetic", "ect-anaesthetic"}),
        ("Procedural sedation of children with ketamine", {"sedation"}),
        ("The ketamine model of schizophrenia in volunteers", {"model-of-psychosis"}),
        ("Memory of ketamine users in one city", {"drug-of-abuse"}),
        ("Reward in the scanner: a ketamine challenge", {"probe"}),
        ("Determination of ketamine in hair", {"analyte"}),
    ],
)  # fmt: skip
def test_the_use_is_told_by_words_about_ketamine(title: str, uses: set[str], shipped: Tagger) -> None:
    """Each use has its own words; one does not bring another with it."""
    assert set(read(shipped, title).studied("use")) == uses


@pytest.mark.parametrize(
    "title",
    [
        "Ketamine after spinal anaesthesia",
        "Rats anaesthetised with isoflurane, later given ketamine",
        "The dissociative anaesthetic ketamine and the retina",
        "Subanaesthetic ketamine and gait",
        "Anaesthesia in old age. Ketamine was not among the drugs",
    ],
)
def test_anaesthesia_by_other_means_is_no_use_of_ketamine(title: str, shipped: Tagger) -> None:
    """Words for anaesthesia that speak of another drug, or name the class of ketamine, do not count."""
    assert "anaesthetic" not in named(read(shipped, title), "use")


def test_an_anaesthetised_animal_is_not_treated(shipped: Tagger) -> None:
    """What rats were anaesthetised with tells anaesthetic use alone."""
    text = "METHODS: Rats were anaesthetised with ketamine (80 mg/kg) and xylazine. RESULTS: Bladder pressure rose."
    tags = read(shipped, "Bladder pressure of the rat", text)
    assert set(tags.studied("use")) == {"anaesthetic", "veterinary-anaesthetic"}


def test_one_report_may_show_several_uses(shipped: Tagger) -> None:
    """A report on misuse among people treated has both."""
    tags = read(shipped, "Misuse of ketamine among people given ketamine for depression")
    assert {"drug-of-abuse", "psychiatric-treatment"} <= set(tags.studied("use"))


def test_the_words_of_a_use_are_its_evidence(shipped: Tagger) -> None:
    """Evidence of a use that a condition tells spans drug and condition, as they stand."""
    title = "Oral ketamine for depression"
    tags = read(shipped, title)
    (found,) = [e for e in tags.evidence if e.concept_id == "psychiatric-treatment"]
    assert (title[found.start : found.end], found.rule) == ("ketamine for depression", "drug for condition")


def test_a_use_in_the_background_is_mentioned(shipped: Tagger) -> None:
    """What ketamine is elsewhere used as is not what it is in this report."""
    text = "BACKGROUND: Ketamine is a party drug. METHODS: Ketamine was infused in 20 adults with depression."
    uses = named(read(shipped, "", text), "use")
    assert (uses["drug-of-abuse"], uses["psychiatric-treatment"]) == ("mentioned", "studied")


def test_an_excluded_use_is_no_tag(shipped: Tagger) -> None:
    """Exclusion criteria tell nothing about the use."""
    assert "drug-of-abuse" not in named(
        read(shipped, "", AIM + "Exclusion criteria were recreational use of ketamine."), "use"
    )


@pytest.mark.parametrize(
    ("text", "adjunct"),
    [
        ("Ketamine was combined with propofol.", "propofol"),
        ("Ketofol was used for sedation with ketamine.", "propofol"),
        ("Ketamine was added to morphine after surgery.", "opioid"),
        ("Esketamine plus a newly initiated oral antidepressant was given.", "new-antidepressant"),
        ("Ketamine infusions were followed by lithium.", "lithium"),
        ("Ketamine was the anaesthetic for electroconvulsive therapy.", "ect"),
        ("Patients had cognitive behavioural therapy after ketamine.", "cbt"),
        ("Bupivacaine with ketamine was injected.", "local-anaesthetic"),
    ],
)
def test_treatments_joined_to_ketamine_are_adjuncts(text: str, adjunct: str, shipped: Tagger) -> None:
    """Words that join make an adjunct, in either order."""
    assert adjunct in read(shipped, "", AIM + text).studied("adjunct")


@pytest.mark.parametrize(
    ("text", "adjunct"),
    [
        ("Ketamine was compared with propofol.", "propofol"),
        ("Patients received ketamine or midazolam.", "benzodiazepine"),
        ("Ketamine versus electroconvulsive therapy was the question.", "ect"),
        ("Morphine use was recorded. Ketamine was given later.", "opioid"),
        ("Ketamine was given after a washout of antidepressants.", "antidepressant"),
        ("Ketamine was more effective than psychotherapy.", "psychotherapy"),
    ],
)
def test_treatments_compared_with_ketamine_are_not(text: str, adjunct: str, shipped: Tagger) -> None:
    """A comparator, an outcome or a failed treatment is no adjunct."""
    assert adjunct not in named(read(shipped, "", AIM + text), "adjunct")


def test_a_heading_of_a_drug_alone_is_no_adjunct(shipped: Tagger) -> None:
    """Among the headings propofol may be the comparator; where the text joins it to ketamine it counts."""
    heading = (MeshHeading("Propofol", "D015742"),)
    assert named(read(shipped, "Ketamine in children", mesh=heading), "adjunct") == {}  # type: ignore[arg-type]
    joined = read(shipped, "Ketamine combined with propofol in children", mesh=heading)  # type: ignore[arg-type]
    assert {e.field for e in joined.evidence if e.dimension == "adjunct"} == {"title", "mesh"}


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("The NMDA receptor antagonist ketamine in depression", "mentioned"),
        ("Ketamine, a non-competitive NMDA receptor antagonist, in depression", "mentioned"),
        ("NMDA receptor antagonists such as ketamine in depression", "mentioned"),
        ("Block of NMDA receptors explains the effect of ketamine", "studied"),
        ("Ketamine acts without NMDA receptor inhibition", "studied"),
    ],
)
def test_an_epithet_is_no_mechanism_studied(title: str, role: str, shipped: Tagger) -> None:
    """Words that merely introduce ketamine do not make a report one about the receptor."""
    assert named(read(shipped, title), "mechanism")["nmda-receptor-block"] == role


def test_people_in_a_study_are_no_inpatients(shipped: Tagger) -> None:
    """A hyphen makes no difference to the words, so "in patients" must not be read as "in-patients"."""
    assert named(read(shipped, "Ketamine in patients with depression"), "setting") == {}
    assert "inpatient" in named(read(shipped, "Ketamine in hospitalised people with depression"), "setting")


def test_the_regimen_of_another_treatment_is_none_of_ketamine(shipped: Tagger) -> None:
    """Words far from any name of ketamine speak of something else."""
    text = (
        "Fluoxetine was given twice daily. "
        + "The mice were weighed and watched. " * 12
        + "Ketamine was infused once a week."
    )
    assert set(named(read(shipped, "", AIM + text), "regimen")) == {"weekly"}


def test_background_settings_and_regimens_are_mentioned(shipped: Tagger) -> None:
    """Where and how ketamine was given elsewhere is not where and how it was given here."""
    text = "BACKGROUND: A single dose is often given in the emergency department. METHODS: Twice-weekly infusions of ketamine at home."
    tags = read(shipped, "", text)
    assert named(tags, "setting") == {"emergency-department": "mentioned", "home": "studied"}
    assert named(tags, "regimen")["single-dose"] == "mentioned"
    assert named(tags, "regimen")["twice-weekly"] == "studied"


@pytest.mark.parametrize("character", ["(", "a", " ", "ketamine and ", "ketamine for "])
def test_long_texts_do_not_stall(character: str, shipped: Tagger) -> None:
    """Patterns that look around a place are bounded."""
    text = "Ketamine with propofol " * 300 + character * (60_000 // len(character)) + " for depression"
    assert read(shipped, "", text).id == "1"
