"""harvest.findings.results and conclusion with the shipped rules, on invented reports."""

from __future__ import annotations

import pytest

from harvest import vocabulary
from harvest.extraction import Extracted, Extractor
from harvest.findings.model import Finding
from harvest.tagging import Fields

METHODS = "METHODS: Forty patients with depression were randomised to ketamine or saline placebo. RESULTS: "


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(vocabulary.load())


def read(
    extractor: Extractor, results: str, *, title: str = "A trial of ketamine in depression", methods: str = METHODS
) -> Extracted:
    return extractor.extract(Fields("x", title, methods + results))


def of(found: Extracted, outcome: str) -> Finding | None:
    return next((one for one in found.findings if one.outcome_id == outcome and one.field == "abstract"), None)


@pytest.mark.parametrize(
    ("results", "outcome", "direction", "basis"),
    [
        (
            "MADRS scores were lower with ketamine than with placebo.",
            "depressive-symptoms",
            "benefit",
            "between-groups",
        ),
        ("MADRS scores were higher with ketamine than with placebo.", "depressive-symptoms", "harm", "between-groups"),
        (
            "MADRS scores were higher with placebo than with ketamine.",
            "depressive-symptoms",
            "benefit",
            "between-groups",
        ),
        ("MADRS scores decreased after ketamine.", "depressive-symptoms", "benefit", "within-group"),
        ("MADRS scores fell rapidly after ketamine.", "depressive-symptoms", "benefit", "within-group"),
        ("Pain decreased dose-dependently after ketamine.", "pain-intensity", "benefit", "within-group"),
        ("MADRS scores decreased significantly in both groups.", "depressive-symptoms", "benefit", "within-group"),
        ("Pain scores did not differ between the groups.", "pain-intensity", "no-difference", "between-groups"),
        ("Remission was more frequent with ketamine than with placebo.", "remission", "benefit", "between-groups"),
        ("Ketamine relieved pain.", "pain-relief", "benefit", "within-group"),
        ("Plasma BDNF increased after ketamine.", "bdnf", "not-applicable", "within-group"),
        ("Nausea was more frequent with ketamine than with placebo.", "nausea", "harm", "between-groups"),
        ("Nausea occurred in 12% of patients given ketamine.", "nausea", "harm", "stated"),
        ("No serious adverse events occurred.", "serious-adverse-events", "none-observed", "stated"),
        ("Ketamine did not lead to vomiting.", "vomiting", "none-observed", "stated"),
    ],
)
def test_directions_follow_the_polarity_of_the_outcome(
    extractor: Extractor, results: str, outcome: str, direction: str, basis: str
) -> None:
    found = of(read(extractor, results), outcome)
    assert found
    assert (found.direction, found.basis) == (direction, basis)


@pytest.mark.parametrize(
    ("results", "outcome"),
    [
        ("Whether ketamine lowers MADRS scores is unclear.", "depressive-symptoms"),
        ("Older patients had lower MADRS scores than younger patients after ketamine.", "depressive-symptoms"),
        ("MADRS scores at baseline were higher with ketamine.", "depressive-symptoms"),
        ("Response was a reduction of at least 50% in MADRS scores.", "depressive-symptoms"),
        ("Higher MADRS scores correlated with age.", "depressive-symptoms"),
        ("None of the reported adverse events required treatment.", "adverse-events"),
        ("Ketamine was well tolerated.", "tolerability"),
        ("Responders had lower pain than non-responders.", "pain-intensity"),
    ],
)
def test_what_is_no_result_gives_no_finding(extractor: Extractor, results: str, outcome: str) -> None:
    found = of(read(extractor, results), outcome)
    assert found is None or (outcome == "adverse-events" and found.direction == "harm")


def test_a_finding_knows_what_it_is_about(extractor: Extractor) -> None:
    found = of(
        read(extractor, "At 24 h, MADRS scores were lower with ketamine than with placebo (p=0.01)."),
        "depressive-symptoms",
    )
    assert found
    assert (found.drug_id, found.comparator_id, found.condition_id) == ("ketamine", "placebo", "depression")
    assert (found.timepoint, found.hours, found.statistics.p) == ("24 h", 24, "=0.01")


def test_p_values_stay_with_their_outcomes(extractor: Extractor) -> None:
    text = "Ketamine reduced MADRS scores (p=0.01) and pain scores (p=0.04) compared with placebo."
    found = read(extractor, text)
    assert {(one.outcome_id, one.statistics.p) for one in found.findings} == {
        ("depressive-symptoms", "=0.01"), ("pain-intensity", "=0.04"),
    }  # fmt: skip


def test_hedges_are_marked(extractor: Extractor) -> None:
    plain, hedged = (of(read(extractor, text), "depressive-symptoms") for text in
                     ("Ketamine reduced depressive symptoms.", "Ketamine may have reduced depressive symptoms."))  # fmt: skip
    assert plain and hedged
    assert (plain.hedged, hedged.hedged) == (False, True)


@pytest.mark.parametrize(
    ("results", "direction"),
    [
        ("MADRS scores fell in both groups. They were lower with ketamine. CONCLUSION: Ketamine is effective in depression.", "benefit"),
        ("CONCLUSION: Ketamine was not superior to placebo in depression.", "no-difference"),
        ("MADRS scores decreased after ketamine. MADRS scores did not differ between ketamine and placebo.", "no-difference"),
        ("CONCLUSION: Ketamine reduced depressive symptoms but increased anxiety.", "mixed"),
        ("Nausea occurred in 12%.", "not-stated"),
    ],
)  # fmt: skip
def test_the_rule_for_a_report(extractor: Extractor, results: str, direction: str) -> None:
    assert read(extractor, results).direction == direction


def test_misuse_is_no_treatment(extractor: Extractor) -> None:
    found = extractor.extract(Fields("x", "Memory in recreational ketamine users", METHODS.replace(
        "patients with depression were randomised to ketamine or saline placebo", "recreational ketamine users were compared with controls"
    ) + "Memory was better in ketamine users."))  # fmt: skip
    assert found.direction == "not-applicable"
    assert not [one for one in found.findings if one.direction == "benefit"]


def test_animals_have_effects_but_neither_benefit_nor_loss(extractor: Extractor) -> None:
    text = "RESULTS: In rats, ketamine increased depressive-like behaviour. Anxiety scores decreased after ketamine."
    found = extractor.extract(Fields("x", "Ketamine in rats", text))
    assert {(one.outcome_id, one.change, one.direction) for one in found.findings} == {
        ("depressive-symptoms", "increased", "not-applicable"), ("anxiety-symptoms", "decreased", "not-applicable"),
    }  # fmt: skip


def test_plans_find_nothing(extractor: Extractor) -> None:
    title = "Ketamine in depression: study protocol for a randomised trial"
    assert not read(extractor, "MADRS scores were lower with ketamine than with placebo.", title=title).findings


def test_a_text_without_sentences_has_no_findings(extractor: Extractor) -> None:
    """Beyond the longest sentence that is read, a stretch is a list that lost its line breaks."""
    assert not read(extractor, "MADRS scores were lower with ketamine than with placebo " * 200, title="").findings
