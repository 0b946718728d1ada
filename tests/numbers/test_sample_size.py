"""harvest.numbers.sample_size: the total, the arms, and when neither is stated."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest import vocabulary
from harvest.numbers.model import Quantity
from harvest.numbers.sample_size import sample_size
from harvest.tagging import Fields, Tagger

TAGGER = Tagger(vocabulary.load())


def read(abstract: str, title: str = "") -> tuple[Quantity | None, tuple[Quantity, ...]]:
    return sample_size(TAGGER.read(Fields("made-up", title, abstract)))


def total(abstract: str, title: str = "") -> float | None:
    found = read(abstract, title)[0]
    return found.value if found else None


@pytest.mark.parametrize(
    ("abstract", "people"),
    [
        ("We randomised 48 outpatients with low mood to one of two sprays.", 48),
        ("Forty-one consecutive patients were enrolled at a rural clinic.", 41),
        ("A total of 1,204 older adults took part in the survey.", 1204),
        ("In this crossover study of 16 healthy volunteers, scans were taken twice.", 16),
        ("Mood was rated daily in people with depression (N = 37).", 37),
        ("Sixty ASA physical status I and II women scheduled for hysterectomy were studied.", 60),
        ("Of 90 patients, 44 were assigned to ketamine and 46 to saline.", 90),
        ("Number of subjects for this age range: 75", 75),
        ("Thirty patients with neuropathic pain completed the trial.", 30),
    ],
)
def test_the_total_is_read(abstract: str, people: float) -> None:
    """Verbs of letting in, words for a total, and n= tell how many people a study has."""
    assert total(abstract) == people


@pytest.mark.parametrize(
    ("abstract", "people"),
    [
        ("Of 300 people screened, 60 were randomised.", 60),
        ("We assessed 512 patients for eligibility, and 120 were randomly assigned to treatment.", 120),
        ("Eighty patients were randomised and 71 completed the study.", 80),
        ("Eighty patients were randomised. Nausea occurred in 95 of 160 infusions and in 12 patients (15%).", 80),
        ("In 25 of 140 eligible women the drug was refused; 115 women were enrolled.", 115),
        ("BACKGROUND: Depression affects 300 million people. METHODS: Twelve patients received ketamine.", 12),
        ("Two therapists saw each patient. We recruited 22 patients.", 22),
    ],
)  # fmt: skip
def test_the_largest_number_does_not_win(abstract: str, people: float) -> None:
    """Screening, events, completers, the world and the staff are not the people of the study."""
    assert total(abstract) == people


@pytest.mark.parametrize(
    "abstract",
    [
        "",
        "Ketamine 0.5 mg/kg over 40 minutes lowered scores by 12 points on day 3 (95% CI 8 to 16).",
        "We searched 4 databases up to 2021 and found 12 trials.",
        "Adults aged 18 to 65 years will attend 6 visits at 3 centres.",
        "Headache was reported by 14 participants (22%).",
        "The infusion was started by 2 nurses.",
    ],
)
def test_not_stated_is_an_answer(abstract: str) -> None:
    """Doses, ages, days, studies, visits, events and staff are no sample size."""
    assert total(abstract) is None


def test_people_not_studies_in_a_meta_analysis() -> None:
    """The number of studies is not the number of people."""
    assert total("Twelve trials (k = 12 studies, n = 1,042 participants) were pooled.") == 1042


def test_arms_are_summed_when_no_total_is_stated() -> None:
    """All arms together are the total; its evidence goes from the first to the last."""
    abstract = "Twenty patients received ketamine and 22 patients received placebo."
    found, arms = read(abstract)
    assert found is not None
    assert (found.value, found.rule) == (42, "sum of groups")
    assert found.stated == abstract[found.start : found.end]
    assert [arm.value for arm in arms] == [20, 22]


def test_a_stated_total_is_preferred_to_the_sum() -> None:
    """People who were randomised and then lost stay in the total."""
    assert total("We randomised 50 patients to ketamine (n = 23) or placebo (n = 24).") == 50


def test_groups_that_are_compared_are_summed() -> None:
    """Users and those who do not use are both people of the study."""
    assert total("We compared 25 ketamine users, 14 former users and 30 healthy controls on memory tasks.") == 69


def test_a_group_that_equals_the_others_is_not_their_total() -> None:
    """The last of three groups may be as large as the two before it; only an opening count is a total."""
    assert total("51 current users, 49 former users, and 100 healthy controls were recruited.") == 200
    assert total("One hundred women were recruited, 51 in the ketamine group and 49 in the saline group.") == 100


def test_time_points_are_no_groups() -> None:
    """The same people counted at several days are not added up."""
    assert total("Mood was rated at day 1 (n = 40), at day 7 (n = 38), and at day 28 (n = 31).") != 109


def test_size_of_each_group_times_the_groups() -> None:
    """Three groups of 16 are 48 people."""
    assert total("Rats were set aside. Three groups were formed (n = 16 each).") == 48


def test_a_case_report_has_one_person() -> None:
    """The one patient is the sample, and the words that name the patient are the evidence."""
    found, _ = read("A 34-year-old woman was given ketamine for back pain.", "Ketamine in back pain: a case report")
    assert found is not None
    assert (found.value, found.stated) == (1, "A 34-year-old woman")


def test_arms_carry_what_was_given() -> None:
    """The drug or comparator beside the number is the arm's concept, before a bracket and behind a bare number."""
    for abstract in (
        "We randomised 47 adults to ketamine (n = 23) or placebo (n = 24).",
        "We randomised 47 adults: 23 adults received ketamine and 24 adults received placebo.",
    ):
        assert [(arm.value, arm.concept_id) for arm in read(abstract)[1]] == [
            (23, "ketamine"),
            (24, "placebo"),
        ]


@pytest.mark.parametrize(
    "abstract",
    [
        "We recruited 30 adults (18 men, 12 women).",
        "We compared 25 ketamine users and 30 healthy controls on memory tasks.",
    ],
)
def test_sexes_and_groups_of_users_are_no_arms(abstract: str) -> None:
    """An arm is what people were given in a study, not what they are or do."""
    assert read(abstract)[1] == ()


def test_evidence_is_the_text_at_its_place() -> None:
    """Offsets are code points of the field as given, with marks, emoji and right-to-left words before them."""
    title, abstract = (
        "Ketamine in 31 veterans",
        "e\u0301 \U0001f642 שלום. We randomised forty-two adults (N = 42).",
    )
    for found, field in ((read(abstract, title)[0], abstract), (read("", title)[0], title)):
        assert found is not None
        assert field[found.start : found.end] == found.stated


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from("40 (n = 20) of patients were randomised and ( ) 12% ; . ketamine each group women to".split()),
        max_size=40,
    )
)
def test_any_words_give_an_answer_with_true_places(words: list[str]) -> None:
    """No order of words crashes it, and every place holds what is stated."""
    abstract = " ".join(words)
    found, arms = read(abstract)
    for quantity in (*([found] if found else []), *arms):
        assert abstract[quantity.start : quantity.end] == quantity.stated


@pytest.mark.parametrize("text", ["[" * 10**6, "n = 5 " * 150_000, "20 ketamine (n = 10) and " * 40_000])
def test_a_megabyte_takes_seconds_at_most(text: str) -> None:
    """The time does not explode with the length of the text."""
    reading = TAGGER.read(Fields("made-up", "", text))
    start = time.process_time()
    sample_size(reading)
    assert time.process_time() - start < 5
