"""harvest.findings.sieve: what is kept back because it is no result of the treatment."""

from __future__ import annotations

import pytest

from harvest.findings import sieve


def tells(text: str, cue: str, outcome: str, drug: str = "ketamine") -> bool:
    def place(words: str) -> tuple[int, int]:
        return text.index(words), text.index(words) + len(words)

    drugs = [place(drug)] if drug in text else []
    return sieve.tells_result(text, place(cue), place(outcome), drugs, (0, len(text)))


@pytest.mark.parametrize(
    ("text", "cue", "outcome"),
    [
        ("Pain was lower with ketamine.", "lower", "Pain"),
        ("The use of ketamine was associated with lower pain.", "lower", "pain"),
        ("Pain was lower with ketamine, but further research is needed.", "lower", "Pain"),
        ("Nausea was more frequent with ketamine.", "more", "Nausea"),
    ],
)
def test_results_are_let_through(text: str, cue: str, outcome: str) -> None:
    assert tells(text, cue, outcome)


@pytest.mark.parametrize(
    ("text", "cue", "outcome"),
    [
        ("Whether ketamine gives lower pain is unclear.", "lower", "pain"),
        ("Lower pain was associated with age.", "Lower", "pain"),
        ("Higher anxiety at baseline predicted response to ketamine.", "Higher", "anxiety"),
        ("Responders had lower pain than non-responders to ketamine.", "lower", "pain"),
        ("Patients had higher baseline pain scores, as ketamine users do.", "higher", "pain"),
        ("At least one adverse event was told after ketamine.", "least", "adverse event"),
        ("Response was defined as a decreased score after ketamine.", "decreased", "score"),
    ],
)
def test_what_is_no_result_is_kept_back(text: str, cue: str, outcome: str) -> None:
    assert not tells(text, cue, outcome)


@pytest.mark.parametrize(
    ("title", "asserted"),
    [
        ("Ketamine reduces pain after surgery", True),
        ("Ketamine is effective in depression", True),
        ("Effects of ketamine on pain after surgery", False),
        ("Efficacy of ketamine in depression: a trial", False),
        ("Does ketamine reduce pain?", False),
    ],
)
def test_titles_count_when_they_state_something(title: str, asserted: bool) -> None:
    assert sieve.asserts(title) is asserted


@pytest.mark.parametrize(
    ("text", "between"),
    [
        ("Pain was lower in the ketamine group.", True),
        ("Pain was lower than with saline.", True),
        ("Pain decreased after ketamine.", False),
        ("Pain decreased compared with baseline.", False),
    ],
)
def test_groups_or_the_same_people_before(text: str, between: bool) -> None:
    assert sieve.compares_groups(text, [], (0, len(text))) is between


def test_hedges_count_in_their_clause_only() -> None:
    text = "Pain fell; ketamine may help mood."
    assert not sieve.hedged(text, (5, 9), (0, len(text)))
    assert sieve.hedged(text, (24, 28), (0, len(text)))


def test_speed_is_a_value_of_times_only() -> None:
    assert sieve.tells_value("faster", "onset-of-effect")
    assert not sieve.tells_value("rapidly", "depressive-symptoms")
    assert sieve.tells_value("lower", "depressive-symptoms")
