"""harvest.vocabulary: errors that name file, concept and field; and every example of the shipped files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from harvest import locations, vocabulary
from harvest.errors import VocabularyError
from harvest.streams import PUBLISHED_IDS
from harvest.tagging.matcher import Matcher
from harvest.tagging.tags import own_concepts
from harvest.vocabulary import DIMENSIONS, Concept, Vocabulary

FILES = DIMENSIONS | {"populations": "population", "context": "context"}


def shipped() -> list[Concept]:
    folder = locations.definitions() / "vocabulary"
    present = {name: dimension for name, dimension in FILES.items() if (folder / f"{name}.yml").is_file()}
    return [c for name, dimension in present.items() for c in vocabulary.read(folder / f"{name}.yml", dimension)]


CONCEPTS = shipped()
EXAMPLES = [
    pytest.param(
        concept,
        text,
        expected,
        id=f"{concept.dimension}-{concept.id}-{'match' if expected else 'no_match'}-{number}",
    )
    for concept in CONCEPTS
    for texts, expected in ((concept.match, True), (concept.no_match, False))
    for number, text in enumerate(texts)
]


@pytest.mark.parametrize(("concept", "text", "expected"), EXAMPLES)
def test_examples_of_the_shipped_vocabularies(concept: Concept, text: str, expected: bool) -> None:
    """Each ``match`` example names its concept, no ``no_match`` example does; the words come out as they stand."""
    found = Matcher([concept]).find(text)
    assert bool(found) == expected, [text[m.start : m.end] for m in found]


def test_every_concept_of_the_shipped_files_has_examples() -> None:
    bare = [c.id for c in CONCEPTS if (c.synonyms or c.acronyms) and not c.id.startswith("section-")
            and not (c.match and c.no_match)]  # fmt: skip
    assert bare == []


def test_the_published_ids_are_all_there() -> None:
    """The ids of the stream contract exist in the vocabularies."""
    words = vocabulary.load()
    for dimension, ids in PUBLISHED_IDS.items():
        assert set(ids.split()) <= {concept.id for concept in words.of(dimension)}


def test_designs_stand_in_the_order_of_precedence() -> None:
    """The order of the file decides which design wins, so it must not be sorted by accident."""
    ids = [concept.id for concept in vocabulary.load().of("design")]
    for first, second in (("protocol", "randomised-controlled-trial"), ("systematic-review", "narrative-review"),
                          ("animal-study", "randomised-controlled-trial"), ("randomised-controlled-trial", "cohort"),
                          ("cohort", "case-report")):  # fmt: skip
        assert ids.index(first) < ids.index(second)


def test_populations_and_context_do_not_enter_the_tags() -> None:
    assert {concept.dimension for concept in own_concepts()} == {"population", "context"}
    assert {concept.dimension for concept in vocabulary.load().concepts} == set(DIMENSIONS.values())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in DIMENSIONS:
        (tmp_path / f"{name}.yml").write_text(f"- {{id: {name}-one, label: One}}\n", encoding="utf-8")
    return tmp_path


def load_with(folder: Path, drugs: str) -> Vocabulary:
    (folder / "drugs.yml").write_text(drugs, encoding="utf-8")
    return vocabulary.load(folder)


def test_a_small_folder_loads(folder: Path) -> None:
    words = load_with(
        folder, "- {id: a, label: A, mesh: [D1], synonyms: [x]}\n- {id: b, label: B, broader: a, mesh: [D1]}"
    )
    assert [concept.id for concept in words.of("drug")] == ["a", "b"]
    assert [concept.id for concept in words.ancestors(words.get("drug", "b"))] == ["a"]


@pytest.mark.parametrize(
    ("drugs", "message"),
    [
        ("- {id: a", "drugs.yml: not valid YAML"),
        ("id: a", "drugs.yml: must be a list"),
        ("- a", "drugs.yml: every concept needs an id and a label"),
        ("- {id: a}", "drugs.yml: every concept needs an id and a label"),
        ("- {id: 3, label: A}", "drugs.yml: every concept needs an id"),
        ("- {id: a, label: A, synonym: [x]}", "drugs.yml, concept a: unknown field synonym"),
        ("- {id: a, label: A, synonyms: [no]}", "drugs.yml, concept a: synonyms must be a list of words"),
        ("- {id: a, label: A, mesh: ['']}", "drugs.yml, concept a: mesh must be a list of words"),
        ("- {id: a, label: A}\n- {id: a, label: A}", "drug a is defined twice"),
        ("- {id: a, label: A, broader: z}", "drug a: broader 'z' does not exist"),
        ("- {id: a, label: A, broader: b}\n- {id: b, label: B, broader: a}", "goes round in a circle"),
        ("- {id: a, label: A, broader: a}", "goes round in a circle"),
    ],
)
def test_errors_name_file_concept_and_field(folder: Path, drugs: str, message: str) -> None:
    with pytest.raises(VocabularyError, match=message):
        load_with(folder, drugs)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "routes.yml").unlink()
    with pytest.raises(VocabularyError, match=r"routes\.yml: missing"):
        vocabulary.load(folder)


def test_loading_and_compiling_is_quick() -> None:
    """``harvest tag`` must start in under a second; here half of that, in processor time."""
    program = (
        "import time; from harvest import vocabulary; from harvest.tagging import Tagger;"
        "Tagger(vocabulary.load()).tag; print(time.process_time())"
    )
    spent = min(float(subprocess.check_output([sys.executable, "-c", program])) for _ in range(2))
    assert spent < 0.5
