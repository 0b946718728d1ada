"""harvest.tagging.matcher: which words name a concept, and exactly where they stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.errors import VocabularyError
from harvest.tagging.matcher import Matcher
from harvest.vocabulary import Concept

Make = Callable[..., Concept]


def words(concept: Concept, text: str) -> list[str]:
    return [text[match.start : match.end] for match in Matcher([concept]).find(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ketamine relieves PAIN.", ["PAIN"]),
        ("pain", ["pain"]),
        ("(pain)", ["pain"]),
        ("painful, painting, Spain", []),
        ("pain-free", ["pain"]),
        ("pain/sleep", ["pain"]),
        ("pains", []),
        ("pa\u00adin", ["pa\u00adin"]),
        ("𝒳 pain 𝒳 pain", ["pain", "pain"]),
    ],
)
def test_synonyms_match_whole_words_in_any_case(concept: Make, text: str, found: list[str]) -> None:
    """Word boundaries on both sides, no plural made up, offsets in code points."""
    assert words(concept(synonyms=["pain"]), text) == found


@pytest.mark.parametrize(
    "text",
    ["treatment-resistant depression", "Treatment resistant Depression", "treatment‑resistant\u2009depression",
     "treatment - resistant  depression", "treatment/resistant depression", "tre\u0301atment-resistant depression"],
)  # fmt: skip
def test_hyphens_spaces_and_accents_do_not_matter(concept: Make, text: str) -> None:
    assert words(concept(synonyms=["treatment-resistant depression"]), f"« {text} »") == [text]


def test_a_star_takes_the_ending_along(concept: Make) -> None:
    it = concept(synonyms=["suicid*", "major depress*"])
    assert words(it, "Suicidality and suicide in major depressive disorder; parasuicide.") == [
        "Suicidality", "suicide", "major depressive",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("TRD", ["TRD"]),
        ("two TRDs were", ["TRDs"]),
        ("trd Trd TRDS TRDx", []),
        ("non-TRD", ["TRD"]),
        ("HAM-D and HAM\u2011D, HAM D, ham-d", ["HAM-D", "HAM\u2011D", "HAM D"]),
    ],
)
def test_acronyms_match_in_their_case_with_a_plural_s(concept: Make, text: str, found: list[str]) -> None:
    assert words(concept(acronyms=["TRD", "HAM-D"]), text) == found


def test_not_phrases_hide_what_lies_inside_them(concept: Make) -> None:
    it = concept(synonyms=["depression"], not_=["respiratory depression", "long-term depress*"])
    text = "Respiratory depression, long-term depression; depression."
    assert [(m.start, text[m.start : m.end]) for m in Matcher([it]).find(text)] == [(46, "depression")]


def test_not_phrases_of_one_concept_do_not_touch_another(concept: Make) -> None:
    other = Concept(id="other", dimension="outcome", label="Other", synonyms=("depression",))
    found = Matcher([concept(synonyms=["depression"], not_=["respiratory depression"]), other]).find(
        "respiratory depression"
    )
    assert [match.concept.id for match in found] == ["other"]


def test_the_longest_match_wins_within_a_concept(concept: Make) -> None:
    it = concept(synonyms=["depression", "major depression", "depression scale score"])
    assert words(it, "major depression") == ["major depression"]
    assert words(it, "major depression scale score") == ["depression scale score"]


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("(S)-ketamine", "(S)-ketamine was given", "(S)-ketamine"),
        ("S(+)-ketamine", "of S(+)-Ketamine.", "S(+)-Ketamine"),
        ("R(-)-ketamine", "R(\u2212)-ketamine", "R(\u2212)-ketamine"),
        ("(2R,6R)-hydroxynorketamine", "and (2R,6R)-hydroxynorketamine;", "(2R,6R)-hydroxynorketamine"),
        ("2R,6R-HNK", "[2R,6R-HNK]", "2R,6R-HNK"),
    ],
)
def test_stereochemical_names_with_brackets(concept: Make, name: str, text: str, found: str) -> None:
    assert words(concept(synonyms=[name]), text) == [found]


def test_a_possessive_s_is_no_enantiomer(concept: Make) -> None:
    it = concept(synonyms=["S-ketamine"])
    assert words(it, "the patient's ketamine and the patients’ S-ketamine") == ["S-ketamine"]


def test_a_word_inside_a_word_is_not_matched(concept: Make) -> None:
    assert words(concept(synonyms=["ketamine"]), "esketamine, norketamine, hydroxynorketamine") == []


def test_rules_tell_synonyms_from_acronyms(concept: Make) -> None:
    found = Matcher([concept(synonyms=["pain"], acronyms=["CRPS"])]).find("CRPS pain")
    assert [match.rule for match in found] == ["acronym", "synonym"]


@pytest.mark.parametrize("phrase", ["*", "  ", "a*b", "pa*n score"])
def test_patterns_that_cannot_match_are_refused(concept: Make, phrase: str) -> None:
    with pytest.raises(VocabularyError, match="condition it"):
        Matcher([concept(synonyms=[phrase])])


def test_an_open_ended_acronym_is_refused(concept: Make) -> None:
    with pytest.raises(VocabularyError, match="TR"):
        Matcher([concept(acronyms=["TR*"])])


def test_nothing_to_find_is_no_error(concept: Make) -> None:
    assert Matcher([]).find("pain") == []
    assert Matcher([concept()]).find("pain") == []
    assert Matcher([concept(synonyms=["pain"])]).find("") == []


@given(
    st.lists(
        st.sampled_from(
            ["pain", "PAIN", "p\u00e1in", "pa\u0301in", " ", "-", " – ", "ß", "\u200b", "x", "𝒳", ".", "'s "]
        )
    )
)
def test_every_match_stands_on_its_words(parts: list[str]) -> None:
    """text[start:end] is the pattern once case, accents and separators are set aside."""
    text = "".join(parts)
    it = Concept(id="it", dimension="condition", label="It", synonyms=("pain", "pain-pain"))
    for match in Matcher([it]).find(text):
        plain = (
            text[match.start : match.end].casefold().replace("\u200b", "").replace("\u0301", "").replace("\u00e1", "a")
        )
        assert plain.replace("–", " ").replace("-", " ").split() in (["pain"], ["pain", "pain"])
