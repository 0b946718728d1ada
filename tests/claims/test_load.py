"""harvest.claims.load: the shipped questions, claims and facts, and errors that say where, what and what to do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from harvest import locations, vocabulary
from harvest.claims import load
from harvest.claims.model import Library, Question, Scope
from harvest.errors import ClaimsError, HarvestError
from harvest.vocabulary import Concept, Vocabulary

SHIPPED_PAGES = {"000": 17, "001": 41, "002": 15, "003": 15, "004": 16}
ABSOLUTE = re.compile(r"proven|overwhelmingly|always|permanent|ensure|only|shut down")
"""The words that leave no doubt, as claims.yml gives them."""


@pytest.fixture(scope="module")
def shipped() -> Library:
    return load.load()


# ------------------------------------------------------------------------------------------------ the shipped files


def test_all_claims_of_the_pages_are_there(shipped: Library) -> None:
    """104 claims on five pages, numbered without a gap."""
    assert dict(Counter(claim.page for claim in shipped.claims.values())) == SHIPPED_PAGES
    numbered = [f"{page}-{number:02}" for page, count in SHIPPED_PAGES.items() for number in range(1, count + 1)]
    assert list(shipped.claims) == numbered
    assert len(numbered) == 104


@pytest.mark.shared
def test_the_ids_are_those_of_the_inventory(shipped: Library, shared: Path) -> None:
    """Every claim of the inventory beside the project is on file under its id, and no other is."""
    inventory = (shared / "reference" / "claims.md").read_text("utf-8")
    assert set(re.findall(r"^\| (\d{3}-\d{2}) \|", inventory, flags=re.MULTILINE)) == set(shipped.claims)
    assert {page.name for page in shipped.pages.values()} == {path.name for path in (shared / "seeds").iterdir()}


@pytest.mark.shared
def test_claims_are_in_our_own_words(shipped: Library, shared: Path) -> None:
    """No claim shares a run of seven words with a page or with the inventory; names of illnesses alone may be as long."""
    sources = [*(shared / "seeds").iterdir(), shared / "reference" / "claims.md"]
    taken = {run for path in sources for run in runs(path.read_text("utf-8"))}
    ours = [claim.says for claim in shipped.claims.values()]
    ours += [words for one in shipped.contradictions for words in (one.says, one.resolved, *(s for s, _ in one.sides))]
    assert [run for says in ours for run in runs(says) if run in taken] == []


def runs(text: str, length: int = 7) -> list[tuple[str, ...]]:
    found = re.findall(r"[a-z0-9']+", text.casefold().replace("’", "'"))
    return [tuple(found[start : start + length]) for start in range(len(found) - length + 1)]


def test_claims_are_short_sentences_each_of_its_own(shipped: Library) -> None:
    """A reader lays a claim beside a page: one sentence, under 140 characters, and no two alike."""
    for claim in shipped.claims.values():
        assert re.fullmatch(r"[A-Z][^.!?]*\.", claim.says), claim
        assert len(claim.says) <= 140, claim.id
    assert len({claim.says for claim in shipped.claims.values()}) == len(shipped.claims)


def test_opinions_ask_what_no_study_can_answer(shipped: Library) -> None:
    """A claim is an opinion when its question is one, and only then; an opinion asks what nothing answers."""
    for claim in shipped.claims.values():
        kinds = {shipped.questions[one].kind for one in claim.questions}
        assert (claim.kinds == ("opinion",)) == (kinds == {"opinion"}), claim.id
    assert all(one.test == "none" for one in shipped.questions.values() if one.kind == "opinion")


def test_the_first_question_is_of_a_kind_the_claim_has(shipped: Library) -> None:
    """What matters most in a claim is of its first kinds: no claim on history leads with a question of effect."""
    near = {"efficacy": {"onset", "duration", "mechanism", "opinion"}, "safety": {"setting"}, "history": {"setting"}}
    for claim in shipped.claims.values():
        kind = shipped.questions[claim.questions[0]].kind
        assert any(kind == one or kind in near.get(one, ()) for one in claim.kinds), claim.id


def test_numbers_and_certainty_stand_where_the_pages_have_them(shipped: Library) -> None:
    """Two claims state a percentage; nine leave no doubt, in words the pages use for it."""
    claims = shipped.claims.values()
    assert {claim.id: claim.number for claim in claims if claim.number is not None} == {"001-13": 70, "001-15": 78}
    sure = {claim.id for claim in claims if claim.certainty}
    assert sure == set("000-08 000-11 000-14 001-06 001-32 003-04 003-14 004-08 004-15".split())
    assert all(ABSOLUTE.fullmatch(claim.certainty) for claim in claims if claim.certainty)


def test_a_claim_on_several_conditions_asks_for_each(shipped: Library) -> None:
    """So that what holds for depression does not speak for pain."""
    asked = {claim.id: set(claim.questions) for claim in shipped.claims.values()}
    assert asked["001-03"] == {"depression-efficacy", "anxiety-efficacy", "ptsd-efficacy", "suicidality-efficacy"}
    assert {"severe-depression-efficacy", "chronic-pain-efficacy", "safety-overall"} <= asked["003-01"]
    assert "safety-overall" in asked["000-14"] & asked["001-28"]


def test_what_claims_say_of_facts_can_be_compared(shipped: Library) -> None:
    """Every attribute a claim states is one that the deciding fact, the first of a question, speaks of."""
    for claim in shipped.claims.values():
        assert set(claim.states) <= set(deciding(shipped, claim.id)), claim.id


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [
        ("001-37", {"year", "condition"}),
        ("003-08", {"drug"}),
        ("001-02", {"found-by"}),
        ("001-05", {"developed-for"}),
        ("001-07", {"action"}),
        ("000-10", set()),
        ("001-01", set()),
        ("001-36", set()),
        ("003-06", set()),
    ],
)
def test_the_facts_correct_what_is_wrong_and_no_more(shipped: Library, claim: str, wrong: set[str]) -> None:
    """The study of 2006 was of 2000 and of depression; what was approved in 2019 is esketamine; 1970 is right."""
    said = shipped.claims[claim].states
    assert {name for name in said if deciding(shipped, claim)[name] != said[name]} == wrong


def deciding(library: Library, claim: str) -> dict[str, str]:
    """What the facts say that decide about a claim: the first of every question that asks for facts."""
    asked = [library.questions[one] for one in library.claims[claim].questions]
    return {name: so for one in asked if one.facts for name, so in library.facts[one.facts[0]].values.items()}


def test_there_are_seven_contradictions(shipped: Library) -> None:
    """Each has two sides or more, of different pages, and no claim on two sides."""
    assert len(shipped.contradictions) == 7
    for one in shipped.contradictions:
        named = [claim for _, claims in one.sides for claim in claims]
        assert len(named) == len(set(named)), one.id
        assert len({shipped.claims[claim].page for claim in named}) > 1, one.id


def test_benefits_are_compared_with_a_control_unless_said_otherwise(shipped: Library) -> None:
    """Efficacy, onset and duration ask for more than a placebo does; harms and mechanisms take any comparison."""
    assert shipped.questions["ptsd-efficacy"].comparators == "inert"
    assert shipped.questions["onset-depression"].comparators == "inert"
    assert shipped.questions["duration-two-weeks"].comparators == "inert"
    assert shipped.questions["side-effect-dizziness"].comparators == "any"
    assert shipped.questions["safety-anaesthesia"].comparators == "any"


# ------------------------------------------------------------------------------------------------ small files


QUESTIONS = """
- {id: helps, asks: Does it help?, kind: efficacy, conditions: [depression], outcomes: [mood], window: [0, 72]}
- {id: share, asks: How many?, kind: efficacy, test: rates, outcomes: [mood], threshold: 70, comparators: any}
- {id: approved, asks: Is it approved?, kind: history, test: facts, facts: [approval], states: {drug: ketamine}}
- {id: wide, asks: For all?, kind: onset, outcomes: [mood], scope: {of: all of them, conditions: [depression]}}
- {id: wish, asks: A wish?, kind: opinion, test: none, because: A wish.}
"""
CLAIMS = """
pages:
  - {id: '000', name: a.txt}
claims:
  - {id: 000-01, page: '000', says: It helps., kinds: [efficacy, onset], questions: [helps, wide], certainty: always}
  - {id: 000-02, page: '000', says: It helps 70., kinds: efficacy, questions: [share], number: 70}
  - {id: 000-03, page: '000', says: It is not approved., kinds: history, questions: approved, denies: true,
     states: {year: '2019'}}
contradictions:
  - {id: two, says: Both., sides: [{says: A., claims: [000-01]}, {says: B., claims: [000-02, 000-03]}]}
"""
FACTS = """
- {id: approval, date: 1970-02, kind: approval, says: Approved., values: {year: '1970'}, source: A register, pmid: '1'}
"""
FILES = {"questions.yml": QUESTIONS, "claims.yml": CLAIMS, "facts.yml": FACTS}
WORDS = Vocabulary((Concept("depression", "condition", "Depression"), Concept("mood", "outcome", "Mood")))

Loader = Callable[..., Library]


@pytest.fixture
def small(tmp_path: Path) -> Loader:
    """Loads the small files; ``small("claims.yml", "old", "new")`` with one place of them written otherwise."""

    def read(name: str = "", old: str = "", new: str = "") -> Library:
        for file, content in FILES.items():
            assert file != name or content.count(old) >= 1
            (tmp_path / file).write_text(content.replace(old, new, 1) if file == name else content, "utf-8")
        return load.load(tmp_path, WORDS)

    return read


def test_a_small_library_loads(small: Loader) -> None:
    """Fields come out as the dataclasses have them; what is left out has its default; one word may stand for a list."""
    library = small()
    assert library.questions["helps"] == Question(
        id="helps", asks="Does it help?", kind="efficacy", conditions=("depression",), outcomes=("mood",),
        comparators="inert", window=(0.0, 72.0),
    )  # fmt: skip
    assert library.questions["wide"].scope == Scope(of="all of them", conditions=("depression",))
    assert library.claims["000-02"].number == 70.0
    assert (library.claims["000-03"].questions, library.claims["000-03"].denies) == (("approved",), True)
    assert library.facts["approval"].values == {"year": "1970"}
    assert library.contradictions[0].sides == (("A.", ("000-01",)), ("B.", ("000-02", "000-03")))


def test_comparators_depend_on_the_kind(small: Loader) -> None:
    """Questions of effect are against an inert control, all others against any, unless the file says otherwise."""
    questions = small().questions
    assert [questions[one].comparators for one in ("helps", "wide", "share", "approved")] == [
        "inert",
        "inert",
        "any",
        "any",
    ]


@pytest.mark.parametrize("window", ["[660, null]", "[null, 72]", "[0, 0]"])
def test_windows_may_be_open(small: Loader, window: str) -> None:
    """null leaves an end open."""
    assert small("questions.yml", "[0, 72]", window).questions["helps"].window is not None


QUESTION_ERRORS = [
    ("{id: helps,", "{", r"question number 1: missing id; give it one"),
    ("id: share", "id: helps", r"question helps: the id is used twice; rename or delete one"),
    (" asks: Does it help?,", "", r"question helps: missing field asks; add it"),
    ("asks: Does it help?", "asks: ", r"question helps: missing field asks; add it"),
    ("asks: Does it help?", "asks: 3", r"question helps: asks must be a text; put 3 in quotes"),
    ("asks: Does it help?", "asks: ' '", r"question helps: asks must be a text"),
    (
        "asks: Does it help?",
        "askes: Does it help?",
        r"question helps: unknown field askes; write one of id, asks, kind",
    ),
    ("kind: efficacy", "kind: effect", r"question helps: kind must be one of efficacy, safety, .*; found 'effect'"),
    ("kind: efficacy", "kind: [efficacy]", r"question helps: kind must be one of"),
    ("test: rates", "test: rate", r"question share: test must be one of findings, rates, .*; found 'rate'"),
    ("comparators: any", "comparators: all", r"question share: comparators must be one of inert, any; found 'all'"),
    ("kind: efficacy,", "kind: efficacy, rung: cohort,", r"question helps: rung must be one of randomised, human, any"),
    (
        "kind: efficacy,",
        "kind: efficacy, expects: good,",
        r"question helps: expects must be one of benefit, harm, no-harm",
    ),
    ("kind: efficacy,", "kind: efficacy, kinds: [trial],", r"question helps: kinds must be one of article, .*'trial'"),
    (
        "[depression]",
        "[sadness]",
        r"helps: conditions: there is no condition of the vocabulary with the id 'sadness'; correct",
    ),
    (
        "[depression]",
        "[mood]",
        r"question helps: conditions: there is no condition of the vocabulary with the id 'mood'",
    ),
    (
        "outcomes: [mood]",
        "outcomes: [moods]",
        r"question helps: outcomes: there is no outcome of the vocabulary .*'moods'",
    ),
    ("outcomes: [mood]", "without: [mood]", r"question helps: without: there is no condition"),
    ("outcomes: [mood]", "routes: [oral]", r"question helps: routes: there is no route"),
    ("outcomes: [mood]", "outcomes: [mood], needs_outcome: no such", r"helps: needs_outcome: there is no outcome"),
    ("outcomes: [mood]", "outcomes: [mood, mood]", r"question helps: outcomes names mood twice; delete one"),
    ("outcomes: [mood]", "outcomes: [3]", r"question helps: outcomes, item 1, must be a text; put 3 in quotes"),
    ("outcomes: [mood]", "outcomes: []", r"question helps: missing field outcomes; the test findings needs it"),
    ("conditions: [depression]}", "conditions: [grief]}", r"question wide: scope: there is no condition"),
    ("of: all of them, ", "", r"question wide: scope: missing field of"),
    (
        "{of: all of them, conditions: [depression]}",
        "all",
        r"question wide: scope: must be written as fields and values",
    ),
    ("conditions: [depression]}", "conditions: []}", r"question wide: scope: conditions must name at least one"),
    ("[0, 72]", "[72, 0]", r"question helps: window ends before it begins"),
    ("[0, 72]", "[-1, 72]", r"question helps: window must not begin or end before the dose"),
    ("[0, 72]", "[0]", r"question helps: window must be two numbers of hours, null for open"),
    ("[0, 72]", "72", r"question helps: window must be two numbers of hours"),
    ("[0, 72]", "[0, yes]", r"question helps: window must be two numbers of hours"),
    ("threshold: 70", "threshold: 101", r"question share: threshold must be a percentage, a number from 0 to 100"),
    ("threshold: 70", "threshold: 70 %", r"question share: threshold must be a percentage"),
    ("threshold: 70, ", "", r"question share: missing field threshold; the test rates needs it"),
    ("facts: [approval]", "facts: [opening]", r"question approved: facts: there is no fact of facts.yml .*'opening'"),
    ("facts: [approval], ", "", r"question approved: missing field facts; the test facts needs it"),
    ("{drug: ketamine}", "{drug: 3}", r"question approved: states, drug, must be a text; put 3 in quotes"),
    ("{drug: ketamine}", "[ketamine]", r"question approved: states must be attributes and texts"),
    (", because: A wish.", "", r"question wish: missing field because; the test none needs it"),
    (
        "test: none",
        "test: studied",
        r"question wish: because is read by the test none only; delete it or write 'test: none'",
    ),
]
CLAIM_ERRORS = [
    ("id: 000-02", "id: 000-01", r"claim 000-01: the id is used twice"),
    ("id: 000-02", "id: 2", r"claim number 2: missing id; give it one, in quotes"),
    ("questions: [helps, wide]", "questions: [helps, hurts]", r"claim 000-01: questions: there is no question of questions.yml"),
    ("questions: [helps, wide]", "questions: []", r"claim 000-01: questions must name at least one"),
    (", questions: [helps, wide]", "", r"claim 000-01: missing field questions"),
    ("page: '000'", "page: '009'", r"claim 000-01: page: there is no page of claims.yml with the id '009'"),
    ("page: '000'", "page: 000", r"claim 000-01: page must be a text; put 0 in quotes"),
    ("[efficacy, onset]", "[efficacy, speed]", r"claim 000-01: kinds must be one of efficacy, .*; found 'speed'"),
    ("number: 70", "number: 700", r"claim 000-02: number must be a percentage"),
    ("number: 70", "number: true", r"claim 000-02: number must be a percentage"),
    ("certainty: always", "number: 3", r"claim 000-01: number is compared with rates, and none of its questions asks for rates"),
    ("certainty: always", "states: {year: '1'}", r"claim 000-01: states is compared with facts, and none"),
    ("certainty: always", "sure: always", r"claim 000-01: unknown field sure; write one of id, page, says"),
    ("denies: true", "denies: 1", r"claim 000-03: denies must be true or false; found 1"),
    ("{year: '2019'}", "{year: 2019}", r"claim 000-03: states, year, must be a text; put 2019 in quotes"),
    ("name: a.txt", "title: a.txt", r"claims.yml, page 000: unknown field title"),
    ("claims: [000-02, 000-03]", "claims: [000-02, 000-09]", r"contradiction two: sides: there is no claim of claims.yml .*'000-09'"),
    (", {says: B., claims: [000-02, 000-03]}", "", r"contradiction two: sides must be a list of at least two"),
    ("{says: A., claims: [000-01]}", "{says: A.}", r"contradiction two: sides, side 1 must have the fields says and claims"),
    ("{says: A., claims: [000-01]}", "A", r"contradiction two: sides, side 1 must have the fields says and claims"),
    ("claims: [000-01]", "claims: []", r"contradiction two: sides, side 1, claims, must name at least one"),
    ("pages:", "sites:", r"claims.yml: must have the parts pages, claims, contradictions"),
    ("pages:\n  - {id: '000', name: a.txt}", "pages: 3", r"claims.yml: pages: must be a list; begin every entry with '- id"),
    ("pages:", "pages: [", r"claims.yml: not valid YAML in UTF-8; mend the place named here"),
]  # fmt: skip
FACT_ERRORS = [
    ("date: 1970-02,", "date: 1970-13,", r"fact approval: date must be in quotes and of the form '1970'"),
    ("date: 1970-02,", "date: 1970-02-19,", r"fact approval: date must be in quotes"),
    ("date: 1970-02,", "date: 1970,", r"fact approval: date must be in quotes"),
    ("kind: approval", "kind: law", r"fact approval: kind must be one of approval, first, .*; found 'law'"),
    ("{year: '1970'}", "{year: 1970}", r"fact approval: values, year, must be a text; put 1970 in quotes"),
    ("source: A register, ", "", r"facts.yml, fact approval: missing field source"),
    ("pmid: '1'", "pmid: 1", r"fact approval: pmid must be a text; put 1 in quotes"),
    ("- {", "{", r"facts.yml: must be a list; begin every entry with '- id"),
    ("{id: approval, ", "approval\n- {", r"fact number 1: missing id"),
]
ERRORS = [
    pytest.param(name, *case, id=f"{name.removesuffix('.yml')}-{number}")
    for name, cases in zip(FILES, (QUESTION_ERRORS, CLAIM_ERRORS, FACT_ERRORS), strict=True)
    for number, case in enumerate(cases)
]


@pytest.mark.parametrize(("name", "old", "new", "message"), ERRORS)
def test_errors_say_where_what_and_what_to_do(small: Loader, name: str, old: str, new: str, message: str) -> None:
    """Each mistake is refused by a message that names the file, the entry and the field."""
    with pytest.raises(ClaimsError, match=message) as problem:
        small(name, old, new)
    assert name in str(problem.value)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(small: Loader, tmp_path: Path, name: str) -> None:
    """And what the folder needs."""
    small()
    (tmp_path / name).unlink()
    with pytest.raises(
        ClaimsError, match=rf"{name}: missing; the folder needs questions\.yml, claims\.yml and facts\.yml"
    ):
        load.load(tmp_path, WORDS)


def test_a_file_that_is_no_utf8_is_named(small: Loader, tmp_path: Path) -> None:
    """An editor may save in another encoding."""
    small()
    (tmp_path / "facts.yml").write_bytes(FACTS.replace("A register", "Ärzte").encode("latin-1"))
    with pytest.raises(ClaimsError, match=r"facts\.yml: not valid YAML in UTF-8"):
        load.load(tmp_path, WORDS)


def test_the_command_line_can_show_these_errors() -> None:
    """All that people may see descend from one root."""
    assert issubclass(ClaimsError, HarvestError)


def test_the_vocabulary_is_loaded_where_none_is_given(tmp_path: Path) -> None:
    """The concepts of the shipped vocabulary are known without being handed over."""
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, "utf-8")
    shipped_words = {(concept.dimension, concept.id) for concept in vocabulary.load().concepts}
    assert {("condition", "depression"), ("outcome", "mood")} <= shipped_words
    assert load.load(tmp_path).questions["helps"].conditions == ("depression",)


def test_the_shipped_files_have_no_field_twice() -> None:
    """YAML keeps the last of two fields of one name and says nothing; here it is told."""
    for name in FILES:
        yaml.load((locations.definitions() / name).read_text("utf-8"), Loader=Strict)


class Strict(yaml.SafeLoader):
    """Refuses a mapping that names one field twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        names = [self.construct_object(name, deep=True) for name, _ in node.value]
        assert len(names) == len(set(names)), f"{node.start_mark}: a field stands twice: {names}"
        return super().construct_mapping(node, deep)
