"""The SQL of questions: which reports bear on one, and what each finding says for or against."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harvest.claims.model import Question, Scope
from harvest.claims.query import Queries

from .conftest import Shelf, finding

Make = Callable[..., Question]


def test_stances_follow_the_findings(shelf: Shelf, depression: Make) -> None:
    """Benefit supports, no difference contradicts, both are mixed, and no finding is silence, not a vote."""
    for_, against, both, silent = (
        shelf.report(findings=[finding(each) for each in said])
        for said in (["benefit"], ["no-difference"], ["benefit", "no-difference"], [])
    )
    assert shelf.stances(depression()) == {
        for_: ("randomised", "supports"), against: ("randomised", "contradicts"),
        both: ("randomised", "mixed"), silent: ("randomised", "silent"),
    }  # fmt: skip
    told = shelf.ask(depression())
    assert (told["supports"], told["contradicts"], told["mixed"], told["silent"]) == (1, 1, 1, 1)
    assert told["participants"] == 120, "the people of the silent report are not counted"


def test_a_worse_symptom_counts_where_it_is_told_plainly(shelf: Shelf, depression: Make) -> None:
    """Of abstracts such sentences are nearly always misread, of digests not; without a comparison they say nothing."""
    worse = [finding("harm")]
    digest = shelf.report(abstract_kind="digest", digest="x", findings=worse)
    abstract = shelf.report(findings=worse)
    alone = shelf.report(abstract_kind="digest", digest="x", findings=[finding("harm", basis="within-group")])
    stances = shelf.stances(depression())
    assert [stances[one][1] for one in (digest, abstract, alone)] == ["contradicts", "silent", "silent"]


def test_getting_better_is_no_evidence_in_a_trial_but_not_getting_better_is(shelf: Shelf, depression: Make) -> None:
    """In a trial only a difference from the control group supports; a change within the group does so elsewhere."""
    before_after = [finding("benefit", basis="within-group")]
    trial = shelf.report(findings=before_after)
    cohort = shelf.report(design="cohort", findings=before_after)
    unmoved = shelf.report(findings=[finding("no-difference", basis="within-group", comparator_id="placebo")])
    failed = shelf.report(findings=[finding("no-difference", basis="stated", change="not-effective")])
    vague = shelf.report(findings=[finding("no-difference", basis="within-group")])
    compared = shelf.report(findings=[finding("no-difference", basis="within-group"), finding("benefit")])
    assert shelf.stances(depression()) == {
        trial: ("randomised", "silent"), cohort: ("observational", "supports"),
        unmoved: ("randomised", "contradicts"), failed: ("randomised", "contradicts"),
        vague: ("randomised", "silent"), compared: ("randomised", "supports"),
    }  # fmt: skip


@pytest.mark.parametrize("comparator", ["ect", "opioid", "antidepressant"])
def test_equal_to_another_treatment_speaks_neither_way(shelf: Shelf, depression: Make, comparator: str) -> None:
    """No difference from a treatment that works is no evidence against ketamine; named or by the report's only comparator."""
    named = shelf.report(findings=[finding("no-difference", comparator_id=comparator)])
    unnamed = shelf.report(comparators=[comparator], findings=[finding("no-difference")])
    against_sham = shelf.report(comparators=[comparator, "placebo"], findings=[finding("no-difference")])
    stances = shelf.stances(depression())
    assert [stances[one][1] for one in (named, unnamed, against_sham)] == ["silent", "silent", "contradicts"]


def test_rungs_of_the_ladder(shelf: Shelf, depression: Make) -> None:
    """Reviews, animals, registry entries and opinion have rungs of their own, and only trials decide."""
    said = [finding("benefit")]
    rungs = {
        shelf.report(design="meta-analysis", findings=said): "synthesis",
        shelf.report(design="animal-study", animal=1, findings=said): "animal",
        shelf.report(design="registry-entry", kind="registry-entry"): "registry",
        shelf.report(design="narrative-review", findings=said): "opinion",
        shelf.report(design="case-series", findings=said): "observational",
        shelf.report(attributes=["secondary-analysis"], findings=said): "secondary",
        shelf.report(design=None, findings=said): "unstated",
        shelf.report(findings=said): "randomised",
    }
    assert {one: rung for one, (rung, _) in shelf.stances(depression()).items()} == rungs
    told = shelf.ask(depression())
    assert (told["supports"], told["reviews_for"], told["verdict"]) == (1, 1, "not-shown-directly")


def test_retracted_reports_notices_and_other_fields_do_not_bear(shelf: Shelf, depression: Make) -> None:
    """What was withdrawn, what is excluded by name, and what only shares the drug counts nowhere."""
    said = [finding("benefit")]
    shelf.report(retracted=1, findings=said)
    shelf.report(kind="notice", findings=said)
    shelf.report(conditions=["ptsd"], findings=said)
    shelf.report(conditions=["depression", "surgery"], findings=said)
    shelf.report(adjuncts=["riluzole"], findings=said)
    assert shelf.stances(depression(without=("surgery",))) == {}


def test_a_concept_stands_for_its_narrower_ones(shelf: Shelf, depression: Make) -> None:
    """Reports on treatment-resistant depression bear on depression; a finding on another condition of theirs does not."""
    narrow = shelf.report(conditions=["treatment-resistant-depression"], findings=[finding("benefit")])
    other = shelf.report(
        conditions=["depression", "ptsd"], findings=[finding("benefit", outcome_id="response", condition_id="ptsd")]
    )
    stances = shelf.stances(depression())
    assert stances[narrow][1] == "supports"
    assert stances[other][1] == "silent"


def test_windows_take_only_findings_with_a_time_in_them(shelf: Shelf, depression: Make) -> None:
    """A finding without a time is no evidence on how soon or how long."""
    early, late, untimed = (shelf.report(findings=[finding("benefit", hours=hours)]) for hours in (24, 400, None))
    stances = shelf.stances(depression(window=(0.0, 72.0)))
    assert [stances[one][1] for one in (early, late, untimed)] == ["supports", "silent", "silent"]
    assert shelf.stances(depression(window=(72.0, None)))[late][1] == "supports"


def test_rates_are_held_against_the_number_of_the_claim(shelf: Shelf, depression: Make) -> None:
    """60 % supports "half of the patients" and contradicts "over 70 %"; without a percentage a report is silent."""
    question = depression(test="rates", outcomes=("response",), comparators="any", threshold=70.0)
    for rate in (60, 55, 58, 61, 52):
        shelf.report(outcomes=["response"], findings=[finding("benefit", outcome_id="response", rate=rate)])
    shelf.report(outcomes=["response"], findings=[finding("benefit", outcome_id="response")])
    assert (shelf.ask(question)["verdict"], shelf.ask(question)["silent"]) == ("mostly-contradicted", 1)
    assert shelf.ask(question, 50)["verdict"] == "mostly-supported", "five trials, but of 200 people only"


def test_relapse_rates_are_no_share_of_those_helped(shelf: Shelf, depression: Make) -> None:
    """One sentence's percentage of relapse is not taken for one of response."""
    question = depression(test="rates", outcomes=("response",), comparators="any", threshold=70.0)
    both = {"rate": 30, "start": 0, "end": 18, "cue_start": 0, "cue_end": 7}
    one = shelf.report(
        findings=[finding("benefit", outcome_id="response") | both, finding("harm", outcome_id="relapse") | both]
    )
    assert one not in shelf.stances(question), "it states no response rate, and is tagged with none"


def test_harm_and_its_absence(shelf: Shelf, depression: Make) -> None:
    """That a harm was not seen, or wore off, does not show that there is none; that it was no more frequent than with a
    sham speaks against it."""
    said = {"outcome_id": "dizziness", "basis": "stated"}
    harm = shelf.report(outcomes=["dizziness"], findings=[finding("harm", change="occurred", **said)])
    none = shelf.report(outcomes=["dizziness"], findings=[finding("none-observed", **said)])
    equal = shelf.report(
        outcomes=["dizziness"], findings=[finding("no-difference", outcome_id="dizziness", comparator_id="placebo")]
    )
    asked = {"outcomes": ("dizziness",), "comparators": "any", "conditions": ()}
    told = {one: stance for one, (_, stance) in shelf.stances(depression(expects="harm", **asked)).items()}
    assert told == {harm: "supports", none: "silent", equal: "contradicts"}
    told = {one: stance for one, (_, stance) in shelf.stances(depression(expects="no-harm", **asked)).items()}
    assert told == {harm: "contradicts", none: "supports", equal: "supports"}


def test_what_is_unknown_is_unknown_until_trials_answer(shelf: Shelf, depression: Make) -> None:
    """Fewer than three trials with a finding leave a gap, ten close it."""
    question = depression(test="gap", comparators="any")
    verdicts = []
    for _ in range(10):
        verdicts.append(shelf.ask(question)["verdict"])
        shelf.report(findings=[finding("benefit")])
    assert verdicts == ["supported"] * 3 + ["mixed"] * 7
    assert shelf.ask(question)["verdict"] == "contradicted"


def test_what_is_done_counts_reports_not_findings(shelf: Shelf, depression: Make) -> None:
    """That a route is in use is shown by three studies that use it; a registry entry is none of them."""
    question = depression(test="studied", rung="human", conditions=(), outcomes=(), routes=("intravenous",))
    assert shelf.ask(question)["verdict"] == "not-shown-directly"
    for design in ("cohort", "randomised-controlled-trial", "case-report"):
        shelf.report(design=design, routes=["intravenous"])
    shelf.report(design="registry-entry", kind="registry-entry", routes=["intravenous"])
    assert (shelf.ask(question)["verdict"], shelf.ask(question)["supports"]) == ("supported", 3)


def test_scope_counts_supporting_trials_of_the_very_condition(shelf: Shelf, depression: Make) -> None:
    """Anxious feelings of depressed people do not show anything about anxiety disorders."""
    eased = [finding("benefit", outcome_id="anxiety-symptoms")]
    shelf.report(conditions=["anxiety", "depression"], outcomes=["anxiety-symptoms"], findings=eased)
    question = depression(
        conditions=("anxiety",), outcomes=("anxiety-symptoms",), scope=Scope("anxiety disorders", ("panic-disorder",))
    )
    sql = Queries(shelf.words).scope(question)
    assert shelf.db.execute(sql).fetchone()[0] == 0
    shelf.report(conditions=["panic-disorder"], outcomes=["anxiety-symptoms"], findings=eased)
    assert shelf.db.execute(sql).fetchone()[0] == 1


def test_the_findings_listed_are_those_that_decided(shelf: Shelf, depression: Make) -> None:
    """Each row of evidence says which way it counts, and nothing else is listed."""
    shelf.report(findings=[finding("benefit"), finding("no-difference"), finding("benefit", basis="within-group")])
    rows = shelf.db.execute(Queries(shelf.words).findings(depression())).fetchall()
    assert rows == [(1, "pmid-1", 1), (2, "pmid-1", -1)]


@pytest.mark.parametrize(
    ("title", "rung"),
    [
        ("Ketamine for resistant depression: an invented trial", "randomised"),
        ("Sex differences in the response to ketamine", "secondary"),
        ("Baseline sleep predicts who gains from ketamine", "secondary"),
    ],
)
def test_titles_of_further_analyses_take_a_report_off_the_deciding_rung(
    shelf: Shelf, depression: Make, title: str, rung: str
) -> None:
    """Women and men who do equally well are no evidence that ketamine does nothing."""
    one = shelf.report(title=title, findings=[finding("no-difference")])
    assert shelf.stances(depression())[one] == (rung, "contradicts")


def test_trials_of_something_added_to_ketamine_do_not_bear_on_ketamine(shelf: Shelf, depression: Make) -> None:
    """Named in the title, by word or by tag, the addition is what was drawn by lot; a question about it sees them."""
    by_word = shelf.report(title="Add-on riluzole after ketamine, invented", findings=[finding("no-difference")])
    by_tag = shelf.report(
        title="Lithium after ketamine, invented", adjuncts=["lithium"], findings=[finding("no-difference")]
    )
    shelf.db.execute(
        "insert into evidence values (1, ?, 'adjunct', 'lithium', 'title', 0, 7, 'synonym', 'studied')", [by_tag]
    )
    kept_on = shelf.report(title="Ketamine in bipolar depression, invented", adjuncts=["lithium"], findings=[finding()])
    assert set(shelf.stances(depression())) == {kept_on}
    assert by_word not in shelf.stances(depression())
    assert by_tag in shelf.stances(depression(adjuncts=("lithium",)))


def test_an_early_effect_and_a_later_null_without_a_time_are_both_told(shelf: Shelf, depression: Make) -> None:
    """In questions of onset a null without a time counts beside a finding in the window, never by itself."""
    question = depression(kind="onset", window=(0.0, 72.0))
    both = shelf.report(findings=[finding("benefit", hours=24), finding("no-difference")])
    untimed = shelf.report(findings=[finding("no-difference")])
    stances = shelf.stances(question)
    assert [stances[one][1] for one in (both, untimed)] == ["mixed", "silent"]


def test_two_ways_to_give_ketamine_that_do_equally_well_say_nothing_of_a_sham(shelf: Shelf, depression: Make) -> None:
    """No comparator anywhere, or a regimen named in the sentence: the contrast is within ketamine."""
    alone = shelf.report(comparators=[], findings=[finding("no-difference")])
    doses = shelf.report(findings=[finding("no-difference")])
    shelf.name(2, "regimen", "low-dose")
    stances = shelf.stances(depression())
    assert [stances[one][1] for one in (alone, doses)] == ["silent", "silent"]


def test_an_opioid_can_be_the_sham_outside_pain(shelf: Shelf, depression: Make) -> None:
    """Fentanyl as active placebo in a trial of mood counts, morphine against pain does not."""
    said = [finding("benefit", comparator_id="opioid")]
    mood = shelf.report(comparators=["opioid", "active-placebo"], findings=said)
    assert shelf.stances(depression())[mood][1] == "supports"
    pain = {"conditions": ["chronic-pain"], "outcomes": ["pain-intensity"]}
    ache = shelf.report(
        comparators=["opioid", "active-placebo"], findings=[said[0] | {"outcome_id": "pain-intensity"}], **pain
    )
    assert shelf.stances(depression(conditions=("chronic-pain",), outcomes=("pain-intensity",)))[ache][1] == "silent"


def test_a_finding_may_name_a_condition_beside_the_question(shelf: Shelf, depression: Make) -> None:
    """A trial of bipolar depression that says "depression" means its own people."""
    one = shelf.report(conditions=["bipolar-depression"], findings=[finding("benefit", condition_id="depression")])
    asked = depression(conditions=("bipolar-depression",))
    assert shelf.stances(asked)[one][1] == "silent"
    assert shelf.stances(depression(conditions=("bipolar-depression",), named=("depression",)))[one][1] == "supports"
