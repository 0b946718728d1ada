"""harvest.tagging.roles for drugs, routes and comparators: what the report itself gave, and against what."""

from __future__ import annotations

import pytest

from harvest import vocabulary
from harvest.tagging import Fields, MeshHeading, Tagger


@pytest.fixture(scope="module")
def shipped() -> Tagger:
    return Tagger(vocabulary.load())


def studied(
    tagger: Tagger, dimension: str, abstract: str, title: str = "A report", mesh: tuple[MeshHeading, ...] = ()
) -> set[str]:
    return set(tagger.tag(Fields("r", title, abstract, mesh)).studied(dimension))


# Own work and the work of others


@pytest.mark.parametrize(
    "abstract",
    [
        "BACKGROUND: Intravenous ketamine relieves depression. METHODS: Thirty adults were given oral ketamine.",
        "Studies have shown that intravenous ketamine relieves depression. We gave thirty adults oral ketamine.",
        "Intravenous ketamine is a burden to clinics. Here we report on thirty adults who took oral ketamine.",
        "OBJECTIVE: Intravenous ketamine needs a clinic. We tested oral ketamine. METHODS: Thirty adults took part.",
        "METHODS: Thirty adults took oral ketamine. CONCLUSION: Future trials should test intravenous ketamine.",
        "METHODS: Thirty adults took oral ketamine. RESULTS: It was safer than intravenous ketamine.",
    ],
)
def test_a_route_of_earlier_or_later_work_is_mentioned(shipped: Tagger, abstract: str) -> None:
    """Introduction, outlook and asides do not say how this report gave ketamine."""
    assert studied(shipped, "route", abstract) == {"oral"}


def test_a_background_that_speaks_of_the_report_counts(shipped: Tagger) -> None:
    abstract = "BACKGROUND: Little is known. Here we gave adults intramuscular ketamine. RESULTS: They improved."
    assert studied(shipped, "route", abstract) == {"intramuscular"}


def test_an_abstract_without_labels_counts_from_its_first_own_sentence(shipped: Tagger) -> None:
    """A single place among the methods is enough."""
    abstract = "Pain is common. Twenty adults received a ketamine infusion while they were scanned. Pain fell."
    assert studied(shipped, "route", abstract) == {"intravenous"}


def test_the_only_route_named_is_the_report_s(shipped: Tagger) -> None:
    """Without any other route, the one in the background is taken; with another it is not."""
    known = "BACKGROUND: Intravenous ketamine acts within hours. METHODS: We scanned thirty adults after ketamine."
    assert studied(shipped, "route", known) == {"intravenous"}
    assert studied(shipped, "route", known + " It was given intramuscularly.") == {"intramuscular"}


def test_a_drug_of_earlier_work_is_mentioned_beside_the_report_s_own(shipped: Tagger) -> None:
    abstract = (
        "BACKGROUND: Esketamine is approved. Esketamine is costly. METHODS: Adults were given racemic ketamine."
        " CONCLUSION: Further studies with arketamine are needed."
    )
    assert studied(shipped, "drug", abstract) == {"ketamine"}


def test_a_drug_named_once_among_the_methods_is_studied(shipped: Tagger) -> None:
    abstract = "Ketamine models psychosis. In this study, volunteers had an S-ketamine infusion. Ketamine slowed them."
    assert studied(shipped, "drug", abstract) == {"ketamine", "esketamine"}


# Routes belong to a drug


@pytest.mark.parametrize(
    "words",
    [
        "Ketamine was infused; lorazepam 2 mg, PO, was given to both groups.",
        "A ketamine infusion followed the oral administration of lorazepam.",
        "Patients had oral oxycodone 0.2 mg/kg and then a ketamine infusion.",
        "A ketamine infusion was added; clonidine was given up to 0.6 mg orally each day.",
        "A ketamine infusion was added to a new oral antidepressant.",
        "The ketamine infusion was given under spinal or other block. Adults for epidural anaesthesia were eligible.",
    ],
)
def test_routes_of_other_drugs_are_none_of_ketamine(shipped: Tagger, words: str) -> None:
    assert studied(shipped, "route", "METHODS: " + words) == {"intravenous"}


@pytest.mark.parametrize(
    ("words", "route"),
    [
        ("We gave intravenous subanaesthetic ketamine.", "intravenous"),
        ("Each patient received ketamine 2.0 mg/kg im once.", "intramuscular"),
        ("Six weekly subcutaneous ketamine infusions were given.", "subcutaneous"),
        (
            "Ketamine 0.1 to 2 mg/kg was injected intramuscularly; each infusion was a week apart.",
            "intramuscular",
        ),
        ("Ketamine was raised to a target plasma concentration of 100 ng/ml.", "intravenous"),
        ("The wound infiltration with ketamine lasted.", "topical"),
        ("Adults used Spravato twice a week.", "intranasal"),
        ("Epidural ketamine was added to bupivacaine.", "epidural"),
    ],
)
def test_routes_of_ketamine(shipped: Tagger, words: str, route: str) -> None:
    """A mere infusion is intravenous, unless the report infuses by another route."""
    assert studied(shipped, "route", "METHODS: " + words) - {"local-infiltration"} == {route}


def test_an_interview_is_no_route(shipped: Tagger) -> None:
    assert studied(shipped, "route", "METHODS: Depression was told by the M.I.N.I. before ketamine.") == set()


# Comparators


@pytest.mark.parametrize(
    ("words", "comparator"),
    [
        ("Adults received ketamine 0.5 mg/kg or midazolam 0.045 mg/kg.", "midazolam"),
        ("Ketamine was compared with intravenous midazolam.", "midazolam"),
        ("A single dose of midazolam (active placebo) was the other infusion.", "midazolam"),
        ("Pain fell more after ketamine than morphine.", "opioid"),
        ("Children had ketamine versus intranasal fentanyl.", "opioid"),
        ("The control group (sufentanil 2 mg) had more pain than the ketamine group.", "opioid"),
        ("We compare the effect of ketamine to ECT.", "ect"),
        ("Ketamine is an alternative to electroconvulsive therapy in this trial.", "ect"),
        ("Ketamine was tested against quetiapine.", "antidepressant"),
        ("Ketamine was compared with treatment as usual.", "usual-care"),
        ("Patients on the waiting list group had no drug.", "usual-care"),
        ("Forty adults were given ketamine or propofol.", "anaesthetic-control"),
        ("Groups had ketamine versus dexmedetomidine.", "alpha-2-agonist-control"),
        ("Ketamine or ketorolac was infused.", "non-opioid-analgesic-control"),
        ("People had ketamine or normal saline.", "placebo"),
        ("Ketamine 0.5 mg/kg versus 0.2 mg/kg was tested.", "other-dose"),
        ("A comparator-controlled crossover design is used.", "active-placebo"),
    ],
)
def test_what_ketamine_is_compared_with(shipped: Tagger, words: str, comparator: str) -> None:
    assert comparator in studied(shipped, "comparator", "METHODS: " + words)


@pytest.mark.parametrize(
    "words",
    [
        "Midazolam attenuates the effects of ketamine on perception.",
        "Children were premedicated with midazolam and then had ketamine.",
        "Ketamine was given with morphine after surgery.",
        "Ketamine reduced morphine consumption at 24 hours.",
        "Ketamine was the anaesthetic for ECT in all patients.",
        "Ketamine- or diazepam-induced sleep was timed.",
        "Ketamine was infused as a supplement to conventional antidepressants.",
        "Esketamine was part of their standard of care management.",
        "They had failed more than three oral antidepressants before ketamine.",
        "Ketamine was infused; all had patient-controlled analgesia with i.v. morphine.",
        "Dissociation under ketamine was dose-dependent.",
        "After initial pain control with oral oxycodone they had ketamine.",
        "Ketamine was diluted in normal saline.",
    ],
)
def test_what_is_given_beside_ketamine_is_no_comparator(shipped: Tagger, words: str) -> None:
    assert studied(shipped, "comparator", "METHODS: " + words) == set()


@pytest.mark.parametrize(
    "words",
    [
        "Adults had esketamine or placebo in addition to comprehensive standard of care.",
        "Adults had regular opioids plus ketamine, or opioids plus placebo.",
        "Esketamine plus an oral antidepressant was compared with an oral antidepressant plus placebo nasal spray.",
        "Adults had esketamine plus a new antidepressant, or an antidepressant (active comparator) plus placebo.",
    ],
)
def test_what_all_arms_get_is_no_comparator(shipped: Tagger, words: str) -> None:
    """A placebo on top of the same treatment is the contrast."""
    assert studied(shipped, "comparator", "METHODS: " + words) == {"placebo"}


def test_a_drug_tested_against_placebo_under_ketamine_is_no_comparator_of_it(shipped: Tagger) -> None:
    """Lamotrigine and its like are tested; ketamine is what all get."""
    words = "METHODS: Adults took riluzole or matched placebo before a ketamine infusion."
    assert studied(shipped, "comparator", words) == {"placebo"}


@pytest.mark.parametrize(
    "words",
    [
        "Adults had ketamine or placebo (midazolam). The placebo group improved less.",
        "Adults had ketamine or midazolam as placebo.",
        "In this placebo-controlled trial adults had ketamine or midazolam.",
    ],
)
def test_a_placebo_that_is_midazolam_is_midazolam(shipped: Tagger, words: str) -> None:
    assert studied(shipped, "comparator", "METHODS: " + words) == {"midazolam"}


def test_what_did_not_act_was_compared_all_the_same(shipped: Tagger) -> None:
    """ "But not saline" says what saline did, not that there was none."""
    words = "RESULTS: Ketamine, but not saline, reduced pain."
    assert studied(shipped, "comparator", words) == {"placebo"}


def test_saline_beside_midazolam_stays_a_placebo(shipped: Tagger) -> None:
    words = "METHODS: Adults had ketamine, midazolam or saline in this placebo-controlled crossover trial."
    assert studied(shipped, "comparator", words) >= {"placebo", "midazolam"}


@pytest.mark.parametrize(
    "words",
    [
        "METHODS: A chart review. LIMITATIONS: It is a single practice without placebo control.",
        "METHODS: An open-label study. LIMITATIONS: Lack of blinding and of a placebo arm limits it.",
        "RESULTS: Mood improved. LIMITATIONS: The absence of any placebo group limits what can be said.",
        "BACKGROUND: Placebo-controlled trials exist. METHODS: This is an open-label single-arm study of ketamine.",
        "METHODS: We treated one man. CONCLUSION: Placebo-controlled trials are needed.",
    ],
)
def test_a_lacking_comparator_is_none(shipped: Tagger, words: str) -> None:
    """What is missing, or what others did or should do, is no comparator of the report."""
    assert studied(shipped, "comparator", words) <= {"none"}


def test_no_comparator_is_an_answer_with_words(shipped: Tagger) -> None:
    """``none`` needs its own words, and gives way to any comparator the report has."""
    assert studied(shipped, "comparator", "METHODS: An open-label study of ketamine.") == {"none"}
    assert studied(shipped, "comparator", "METHODS: An open-label trial of ketamine versus ECT.") == {"ect"}
    assert studied(shipped, "comparator", "METHODS: Adults had ketamine.") == set()


def test_doses_named_in_passing_give_way_to_a_placebo(shipped: Tagger) -> None:
    """A placebo-controlled dose-finding trial compares with placebo, unless doses are set against each other."""
    vague = "METHODS: A placebo-controlled dose-finding trial of ketamine."
    assert studied(shipped, "comparator", vague) == {"placebo"}
    assert studied(shipped, "comparator", vague.replace("placebo-controlled ", "")) == {"other-dose"}
    explicit = vague + " Different doses were compared."
    assert studied(shipped, "comparator", explicit) == {"placebo", "other-dose"}


def test_narrower_controls_are_answered_by_the_active_control(shipped: Tagger) -> None:
    """Streams publish fixed ids: propofol as control is an active control there."""
    assert "active-placebo" in studied(shipped, "comparator", "METHODS: Adults had ketamine or propofol.")
    assert "active-placebo" not in studied(shipped, "comparator", "METHODS: Adults had ketamine under propofol.")


def test_many_brackets_and_repeats_return(shipped: Tagger) -> None:
    """No pattern searches a long text again and again."""
    for body in ("(" * 200_000, "ketamine or midazolam " * 500, "many a, " * 20_000):
        assert shipped.tag(Fields("r", "Ketamine", f"Ketamine or midazolam {body} placebo iv")).tags
