"""The vocabularies for the terminal, and their examples as a check."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from harvest import vocabulary
from harvest.errors import VocabularyError
from harvest.tagging.matcher import Matcher
from harvest.vocabulary import Concept, Vocabulary


def show(console: Console, dimension: str | None, concept_id: str | None, folder: Path | None) -> bool:
    """Prints what was asked for. False when an example does not match as its concept says."""
    words = vocabulary.load(folder)
    dimensions = tuple(vocabulary.DIMENSIONS.values())
    if dimension and dimension not in dimensions:
        raise VocabularyError(f"no dimension {dimension!r}; there are {', '.join(dimensions)}")
    if dimension and concept_id:
        _show_concept(console, words, dimension, concept_id)
    elif dimension:
        _show_dimension(console, words.of(dimension))
    else:
        return _show_all(console, words, dimensions)
    return True


def _show_all(console: Console, words: Vocabulary, dimensions: tuple[str, ...]) -> bool:
    grid = Table("dimension", "concepts", "phrases", "MeSH", "examples")
    for name in dimensions:
        concepts = words.of(name)
        count = [
            sum(len(getattr(c, part)) for c in concepts)
            for part in ("synonyms", "acronyms", "mesh", "match", "no_match")
        ]
        grid.add_row(name, *(f"{n:,}" for n in (len(concepts), count[0] + count[1], count[2], count[3] + count[4])))
    console.print(grid)
    wrong = list(failing_examples(words))
    for concept, text, expected in wrong:
        console.print(f"{concept.dimension} {concept.id}: {'should' if expected else 'should not'} match: {text}")
    console.print(f"{len(wrong)} examples fail" if wrong else "every example matches as it says")
    return not wrong


def failing_examples(words: Vocabulary) -> Iterator[tuple[Concept, str, bool]]:
    """(concept, example, whether it should match) of every example that does not do as it says."""
    matcher = Matcher(words.concepts)
    for concept in words.concepts:
        for expected, texts in ((True, concept.match), (False, concept.no_match)):
            for text in texts:
                if any(match.concept == concept for match in matcher.find(text)) != expected:
                    yield concept, text, expected


def _show_dimension(console: Console, concepts: tuple[Concept, ...]) -> None:
    grid = Table("id", "label", "broader", "MeSH", "words")
    for concept in concepts:
        grid.add_row(concept.id, concept.label, concept.broader, ", ".join(concept.mesh),
                     ", ".join((*concept.synonyms, *concept.acronyms)))  # fmt: skip
    console.print(grid)


def _show_concept(console: Console, words: Vocabulary, dimension: str, concept_id: str) -> None:
    try:
        concept = words.get(dimension, concept_id)
    except KeyError as problem:
        raise VocabularyError(
            f"no {dimension} {concept_id!r}; 'harvest vocabulary {dimension}' lists them"
        ) from problem
    grid = Table("field", "value", show_header=False)
    for name in ("id", "label", "broader", "definition", "mesh", "synonyms", "acronyms", "not_", "match", "no_match"):
        value = getattr(concept, name)
        grid.add_row(name.rstrip("_"), value if isinstance(value, str) else "\n".join(value))
    console.print(grid)
