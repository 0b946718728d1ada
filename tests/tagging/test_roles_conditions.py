"""harvest.tagging.roles.conditions with the shipped vocabulary: who was treated, and what is merely spoken of."""

from __future__ import annotations

import pytest

from harvest import vocabulary
from harvest.tagging import Fields, MeshHeading, Tagger


@pytest.fixture(scope="module")
def shipped() -> Tagger:
    return Tagger(vocabulary.load())


WORK = "METHODS: Forty people were randomised to an infusion or saline. RESULTS: Scores were lower with the drug."


def studied(tagger: Tagger, abstract: str, title: str = "An infusion tested") -> list[str]:
    return tagger.tag(Fields("1", title=title, abstract=abstract)).studied("condition")


@pytest.mark.parametrize(
    ("abstract", "condition"),
    [
        (f"OBJECTIVE: To treat patients with chronic pain. {WORK}", "chronic-pain"),
        ("METHODS: Thirty patients with anxiety were enrolled. RESULTS: They slept.", "anxiety"),
        ("METHODS: Thirty anxious patients were enrolled. RESULTS: They slept.", "anxiety"),
        ("METHODS: Thirty adults with pain, nausea or both were enrolled. RESULTS: They slept.", "pain"),
        ("METHODS: We used a mouse model of depression. RESULTS: They swam.", "depression"),
        (f"{WORK} CONCLUSION: It was effective for suicidal ideation.", "suicidality"),
        (f"{WORK} CONCLUSION: Bipolar disorder responded.", "bipolar-disorder"),
        ("METHODS: Depressed patients were enrolled. RESULTS: They slept.", "depression"),
        ("METHODS: Adults with bipolar depression were enrolled. RESULTS: They slept.", "depression"),
        ("METHODS: Men with acute mania were enrolled. RESULTS: They slept.", "bipolar-disorder"),
        ("METHODS: Sixteen healthy volunteers were scanned. RESULTS: They slept.", "healthy-volunteers"),
        ("OBJECTIVE: The aim was to assess pain after a fall. METHODS: We asked. RESULTS: It hurt.", "pain"),
    ],
)
def test_those_treated_or_modelled_are_studied(shipped: Tagger, abstract: str, condition: str) -> None:
    """Grammar names the people, the model, or what something is given for."""
    assert condition in studied(shipped, abstract)


@pytest.mark.parametrize(
    ("abstract", "condition"),
    [
        # measured in people treated for something else
        ("METHODS: The secondary outcome was the intensity of pain. RESULTS: Pain scores fell.", "pain"),
        ("METHODS: We measured sleep, fatigue and anxiety. RESULTS: They slept.", "anxiety"),
        ("METHODS: Sleep was rated. RESULTS: Depressive symptoms were unchanged.", "depression"),
        # known before
        (f"BACKGROUND: Ketamine helps in PTSD. Sleep is another matter. {WORK}", "ptsd"),
        # exclusion, history, company, covariate
        (f"{WORK} Patients with psychosis were excluded.", "psychosis"),
        (
            "METHODS: Adults with migraine and no history of psychosis took part. RESULTS: They slept.",
            "psychosis",
        ),
        ("METHODS: Twelve had a history of bipolar disorder. RESULTS: They slept.", "bipolar-disorder"),
        (f"{WORK} Results did not change after adjusting for depression.", "depression"),
        (f"{WORK} One in five had comorbid OCD.", "ocd"),
        # harms, and what may come
        (f"{WORK} Adverse events were nausea, anxiety and headache.", "anxiety"),
        (f"{WORK} CONCLUSION: Future studies in PTSD are needed.", "ptsd"),
    ],
)
def test_what_is_merely_spoken_of_is_not_studied(shipped: Tagger, abstract: str, condition: str) -> None:
    """Measures, background, exclusions, histories, comorbidities, covariates, harms and outlooks."""
    assert condition not in studied(shipped, abstract)


def test_a_title_settles_it(shipped: Tagger) -> None:
    """What a title names is what the report is about."""
    assert "anxiety" in studied(shipped, WORK, title="Ketamine and anxiety")


def test_a_major_topic_settles_it_and_a_minor_one_does_not(shipped: Tagger) -> None:
    """Indexers mark with an asterisk what a report is about."""
    major = Fields("1", abstract=WORK, mesh=(MeshHeading("Pain", "D010146", major=True),))
    assert "pain" in shipped.tag(major).studied("condition")
    minor = Fields("1", abstract=WORK, mesh=(MeshHeading("Pain", "D010146"),))
    assert "pain" not in shipped.tag(minor).studied("condition")


def test_a_review_is_about_what_it_tells(shipped: Tagger) -> None:
    """Without work of its own, two sentences of what is known are enough."""
    text = "Migraine is common and often disabling. Little is known about ketamine against migraine."
    assert "migraine" in studied(shipped, text)


def test_a_short_form_counts_where_the_text_explains_it(shipped: Tagger) -> None:
    """SI means suicidal ideation behind "suicidal ideation (SI)", and nothing elsewhere."""
    explained = (
        "BACKGROUND: Suicidal ideation (SI) is common. METHODS: Patients with SI were asked. RESULTS: They slept."
    )
    assert "suicidality" in studied(shipped, explained)
    assert "suicidality" not in studied(shipped, explained.replace("Suicidal ideation (SI)", "Illness (SI)"))


def test_an_experiment_in_healthy_people_evokes_symptoms(shipped: Tagger) -> None:
    """Pain that healthy volunteers are given is not treated, however often it is named."""
    text = "METHODS: Pain was given. RESULTS: Pain and drug acted on the brain. The pain was felt. The pain went."
    assert "pain" not in studied(shipped, text, title="Brain networks in healthy volunteers")
    assert "pain" in studied(shipped, text, title="Brain networks")
