"""Free writing: text that ran together, what is denied and granted in one sentence, numbers of several groups, topics that
the words before lend."""

from __future__ import annotations

import pytest

from harvest.checker import reading
from harvest.checker.find import find
from harvest.checker.model import Found, Statement
from harvest.checker.running import asks, run_on
from harvest.checker.sentences import pieces
from harvest.claims.load import load

LIBRARY = load()


def found(text: str) -> Found:
    return find(reading.read_text(text), LIBRARY)


def asked(text: str) -> dict[str, Statement]:
    return {one.question: one for one in found(text).statements}


# ---------------------------------------------------------------------------- where sentences begin
@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It was made in 1962 In recent years it has come back", ["It was made in 1962", "In recent years it has come back"]),
        ("Ask the team How long does it last It lasts days", ["Ask the team", "How long does it last", "It lasts days"]),
        ("What is Ketamine Ketamine is old", ["What is Ketamine", "Ketamine is old"]),
        ("They feel far away .You may feel sick", ["They feel far away .", "You may feel sick"]),
        ("It helps many people Learn More It is quick", ["It helps many people", "Learn More", "It is quick"]),
        ("A study of The Lancet was cited", ["A study of The Lancet was cited"]),
        ("Read how Ketamine works for us", ["Read how Ketamine works for us"]),
    ],
)  # fmt: skip
def test_text_that_ran_together(text: str, parts: list[str]) -> None:
    """Sentences are told apart where stops were left out, and nothing is moved."""
    assert [text[one.start : one.end] for one in pieces(reading.read_text(text))] == parts


def test_questions_without_their_mark() -> None:
    """A question is known by how it begins; a heading that only begins like one is none."""
    assert asks("Is it safe", 0, 10)
    assert asks("Safe?", 0, 5)
    assert not asks("What becomes possible", 0, 21)
    assert not asks("It is safe", 0, 10)
    assert "safety-overall" not in asked("Ketamine is a medicine. Many people ask about it Is it safe")


def test_a_run_of_capitals_is_quick() -> None:
    """Text of nothing but beginnings is cut in linear time."""
    assert len(list(run_on("helped The best was " * 20_000))) >= 10_000


# ---------------------------------------------------------------------------- vetoes
def test_a_word_of_advertising_silences_its_clause_only() -> None:
    """In a long sentence what is said beside the invitation counts; a short one is silent."""
    long = (
        "Ketamine can relieve depression within hours in people whom years of other care have left without any hope at all, "
        "so call us today to schedule a visit"
    )
    assert "depression-efficacy" in asked(long)
    assert not asked("Ketamine can relieve depression, so call us today.")


def test_questions_are_silent_however_long() -> None:
    """What is asked states nothing."""
    assert not asked(
        "Have you, after so many years in which nothing that anybody tried seemed to be of any use, ever asked whether ketamine "
        "can relieve depression?"
    )


def test_price_lines_state_nothing() -> None:
    """A line of a list of prices is neither a statement nor listed."""
    result = found("We give ketamine.\n\nMood infusion for better mood $450\n")
    assert "mood-efficacy" not in {one.question for one in result.statements}
    assert not any(
        "450" in "We give ketamine.\n\nMood infusion for better mood $450\n"[u.start : u.end] for u in result.unjudged
    )


# ---------------------------------------------------------------------------- yes and no
@pytest.mark.parametrize(
    ("text", "question", "denies"),
    [
        ("Ketamine does not cure depression, but it does relieve symptoms.", "depression-efficacy", False),
        ("Ketamine has never failed to relieve PTSD.", "ptsd-efficacy", False),
        ("There is no clear proof that ketamine helps chronic pain.", "chronic-pain-efficacy", True),
        ("Small studies of ketamine show benefits in OCD.", "ocd-efficacy", False),
        ("With ketamine, the chance of becoming dependent is very small.", "addiction-risk", False),
        ("Ketamine does not relieve OCD.", "ocd-efficacy", True),
        ("A study of ketamine failed to detect an increase in synaptic density.", "mechanism-plasticity", True),
        ("Ketamine is not approved for depression.", "approval-depression", True),
        ("Ketamine doesnt cause nausea.", "side-effect-nausea", True),
        ("Ketamine did not improve sleep in one trial.", "sleep-efficacy", True),
        ("Ketamine does not only improve sleep.", "sleep-efficacy", False),
        ("Ketamine does not work for everyone.", "response-varies", False),
        (
            "Ketamine did not beat placebo in PTSD, although depression scores did improve.",
            "depression-efficacy",
            False,
        ),
        ("Ketamine did not beat placebo in PTSD, although depression scores did improve.", "ptsd-efficacy", True),
        ("Ketamine is a medicine. Will I become addicted to ketamine? Most likely not.", "addiction-risk", False),
    ],
)
def test_what_is_denied_in_the_end(text: str, question: str, denies: bool) -> None:
    """A denial reaches to the end of its clause, not over a "but", and two of them cancel out."""
    assert asked(text)[question].denies is denies


def test_no_cure_is_no_denial_of_help() -> None:
    """That it is no cure is a matter of how long it lasts."""
    assert set(asked("Ketamine is not a cure for depression.")) == {"duration-permanent"}


def test_what_is_supposed_is_not_denied() -> None:
    """That something else does not help, and that it might not, denies nothing."""
    assert "sleep-efficacy" not in asked("If sleep does not improve, we give ketamine.")
    assert "mood-efficacy" not in asked("Ketamine is given when your mood does not improve with pills.")


def test_a_way_of_giving_it_is_no_other_drug() -> None:
    """After "rapid-dissolve tablets" the text still speaks of ketamine, and nothing is dissolved."""
    text = "Ketamine is a medicine. Rapid-dissolve tablets arrive by mail. It can cause nausea."
    assert "side-effect-nausea" in asked(text)


def test_warnings_of_home_are_not_for_it() -> None:
    """Who warns of taking it at home does not say that it is taken there."""
    statement = asked("Ketamine is a medicine. It should never be taken at home without supervision.")["clinic-only"]
    assert "setting" not in statement.states
    assert not statement.denies


# ---------------------------------------------------------------------------- numbers
def test_each_number_with_its_own_words() -> None:
    """Of two shares in a sentence each question gets the one that stands with its word."""
    text = "With ketamine 65 percent of people with depression respond, and about a third go into remission."
    said = asked(text)
    assert said["remission-rate"].number == pytest.approx(33.3)
    assert said["depression-response-rate"].number == 65
    assert "65 percent" in {text[start:end] for start, end in said["depression-response-rate"].words}


@pytest.mark.parametrize(
    "text",
    [
        "PTSD improved in 67% of patients on ketamine against 20% on midazolam.",
        "PTSD improved in 20% of patients on midazolam and in 67% of patients on ketamine.",
        "PTSD improved in 67% of patients with ketamine vs 20%.",
    ],
)
def test_the_share_of_those_who_got_ketamine(text: str) -> None:
    """Of a comparison the number is that of the drug."""
    assert asked(text)["ptsd-response-rate"].number == 67


def test_a_share_of_another_treatment_is_none() -> None:
    """What share responds to other drugs is not said of ketamine."""
    assert not asked("Ketamine is a medicine. Only 30 % of patients with depression respond to SSRIs.")


def test_a_number_belongs_to_the_condition_spoken_of() -> None:
    """Without a condition of its own a share is that of the heading's, or of the sentence before, or of none."""
    assert "pain-response-rate" in asked(
        "Ketamine for chronic pain\n\nKetamine is quick. About 70 % of patients respond."
    )
    assert "ptsd-response-rate" in asked("Ketamine can relieve PTSD. About 70 % of patients respond to it.")
    alcohol = asked("Ketamine can relieve alcohol use disorder. About 70 % of patients respond to it.")
    assert "depression-response-rate" not in alcohol


# ---------------------------------------------------------------------------- words that leave no doubt
@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Ketamine takes a completely different road, and it relieves depression.", ""),
        ("We never send anybody home, and ketamine relieves depression.", ""),
        ("Our staff is always there, and ketamine relieves depression.", "" ),
        ("Ketamine is proven to relieve depression, and our rooms are warm.", "proven"),
    ],
)  # fmt: skip
def test_certainty_stands_in_the_clause_of_the_claim(text: str, word: str) -> None:
    """A word that leaves no doubt about something else is none."""
    assert asked(text)["depression-efficacy"].certainty == word


# ---------------------------------------------------------------------------- what the words before lend
def test_a_question_lends_its_topic() -> None:
    """All sentences of an answer are about what was asked; alone they would be about nothing."""
    assert asked("Ketamine is a medicine.\n\nIs ketamine addictive?\nAt our doses the risk is low.")["addiction-risk"]
    assert "depression-efficacy" in asked("Ketamine is a medicine. Depression? Ketamine can help.")
    assert "depression-efficacy" not in asked("Ketamine is a medicine. Ketamine can help.")


def test_a_topic_alone_states_nothing() -> None:
    """What only the question says is not said by the answer."""
    assert "addiction-risk" not in asked(
        "Ketamine is a medicine.\n\nIs ketamine addictive?\nWe have given it for a long time."
    )


def test_words_that_head_a_paragraph() -> None:
    """They make no statement, and what follows is about them."""
    text = "Ketamine is a medicine.\n\nNMDA blockade. Ketamine acts on the brain in several ways that are known by now."
    assert not any(text[one.start : one.end] == "NMDA blockade." for one in found(text).statements)
    assert "ocd-efficacy" in asked(
        "Ketamine is a medicine.\n\nOCD. In one small trial ketamine helped most of those who took part."
    )


def test_benefits_under_a_heading() -> None:
    """Under a heading that promises something an outcome needs no verb."""
    text = "Ketamine is a medicine.\n\nWhat becomes possible\n~ a better quality of life\n~ motivation and zest\n"
    assert {"quality-of-life-efficacy", "motivation-efficacy"} <= set(asked(text))
    assert "motivation-efficacy" not in asked(text.replace("What becomes possible", "Our values"))


# ---------------------------------------------------------------------------- the general and the specific
@pytest.mark.parametrize(
    "text",
    [
        "Ketamine works for ADHD.",
        "Ketamine is more effective than acupuncture or TMS.",
        "Ketamine is effective for PTSD.",
    ],
)
def test_the_general_question_is_the_last(text: str) -> None:
    """Mental illness as a whole is not asked about beside a condition, nor in a comparison with a treatment that is named."""
    assert "psychiatric-efficacy" not in asked(text)
    assert "psychiatric-efficacy" in asked("Ketamine is an effective treatment.")


# ---------------------------------------------------------------------------- harms, and what is not judged
@pytest.mark.parametrize(
    ("text", "told", "untold"),
    [
        ("Ketamine can be habit-forming.", {"dependence", "abuse-liability"}, set()),
        ("Ketamine is given here. We monitor your blood pressure throughout.", set(), {"blood-pressure"}),
        ("Ketamine can raise your blood pressure, so we monitor it.", {"blood-pressure"}, set()),
        ("With ketamine headaches and brain fog clear.", set(), {"headache"}),
        ("Ketamine is given with ondansetron for nausea.", set(), {"nausea"}),
        ("Ketamine may cause nausea and headache.", {"nausea", "headache"}, set()),
        ("Ketamine brings relief from headache and fewer side effects.", set(), {"headache"}),
    ],
)
def test_what_discloses_a_harm(text: str, told: set[str], untold: set[str]) -> None:
    """Care and benefits tell nobody of a harm."""
    harms = set(found(text).harms)
    assert told <= harms
    assert not untold & harms


def test_what_is_not_judged_is_told() -> None:
    """Sentences on care and comparisons that ask no question are listed, with a reason that is true whatever is on file."""
    text = "Ketamine is a medicine. Anyone with a fever should look elsewhere until ketamine can be given."
    result = found(text)
    assert result.statements or result.unjudged
    assert all(one.why.endswith("matched it to no question on file") for one in result.unjudged)


# ---------------------------------------------------------------------------- history
def test_a_later_study_is_not_the_first() -> None:
    """A year far from an event, without a word that dates the event, is that of something else."""
    later = asked("Ketamine is a medicine. In 2020 a study of ketamine at Stanford showed that it relieves depression.")
    assert "depression-efficacy" in later
    assert "first-antidepressant-trial" not in later
    assert "first-antidepressant-trial" in asked("In 2006 a Yale study showed that ketamine relieves depression.")


def test_a_guideline_on_something_else_is_not_compared() -> None:
    """Guidelines on file speak of mood and trauma; one on pain is not compared with them."""
    assert "guideline-position" not in asked("Ketamine is a medicine. The guideline recommends ketamine for CRPS.")
    assert asked("Ketamine is a medicine. The guideline advises against ketamine for PTSD.")[
        "guideline-position"
    ].denies


def test_the_spray_that_was_approved() -> None:
    """The approved nasal spray is esketamine, also where it is not named."""
    said = asked("Ketamine is a medicine. In 2019 a nasal spray of ketamine was approved for depression.")
    assert said["approval-depression"].states["drug"] == "esketamine"


def test_what_did_not_help_before_denies_nothing_of_ketamine() -> None:
    """People whom something else did not help are who it is about."""
    said = asked("For people with depression that two medicines did not help, ketamine brings relief within hours.")
    assert not any(one.denies for one in said.values())
    assert "trd-efficacy" in said
    assert asked("Studies show that ketamine did not help people with depression.")["depression-efficacy"].denies


def test_how_long_an_effect_lasts_is_not_how_long_a_session_takes() -> None:
    """Of "treatment lasts" the words before decide."""
    page = "Ketamine is given in our clinic. {}"
    assert "duration-two-weeks" in asked(page.format("The effect of a single treatment lasts up to two weeks."))
    assert "duration-two-weeks" not in asked(page.format("A treatment lasts about an hour."))
