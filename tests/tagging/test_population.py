"""harvest.tagging.population with the shipped words: species, age and health of those studied."""

from __future__ import annotations

import pytest

from harvest import vocabulary
from harvest.tagging import Fields, MeshHeading, Tagger


@pytest.fixture(scope="module")
def shipped() -> Tagger:
    return Tagger(vocabulary.load())


@pytest.mark.parametrize(
    ("title", "abstract", "species"),
    [
        ("", "Forty patients were enrolled.", "human"),
        ("", "Ten depressed subjects were scanned.", "human"),
        ("", "A girl aged nine was sedated.", "human"),
        ("", "Male rats were given ketamine.", "animal"),
        # The sick at the start and the end of a report on animals are not who was studied.
        ("", "Depression troubles many people. Mice were given ketamine. The mice swam. They may help patients.", "animal"),
        ("", "BACKGROUND: Patients suffer.\nMETHODS: Mice were used.\nRESULTS: Mice swam.\nCONCLUSION: People may gain.", "animal"),
        # Human cells are no people.
        ("Human glioma cells under ketamine", "Cell lines of patients were cultured. The cells were transfected.", "in-vitro"),
        ("", "Slices of guinea pigs were used. Guinea pigs were young.", "animal"),
        # Blots and knockdown in mice are work on mice.
        ("", "Mice were given ketamine. Western blots showed overexpression. The cells were counted.", "animal"),
        # One word on cells is not the subject.
        ("", "Blood was incubated.", None),
        ("Ketamine", "", None),
        ("Ketamine in humans and rats", "Ten volunteers and ten rats were scanned.", "human"),
    ],
)  # fmt: skip
def test_species(shipped: Tagger, title: str, abstract: str, species: str | None) -> None:
    assert shipped.tag(Fields("1", title=title, abstract=abstract)).population.species == species


def test_headings_of_species_are_heard(shipped: Tagger) -> None:
    """MeSH check tags decide where the text says nothing."""
    mesh = (MeshHeading("Rats", "D051381"), MeshHeading("Animals", "D000818"))
    assert shipped.tag(Fields("1", title="Ketamine", mesh=mesh)).population.species == "animal"
    assert shipped.tag(Fields("1", mesh=(MeshHeading("Humans", "D006801"),))).population.species == "human"


@pytest.mark.parametrize(
    ("abstract", "age"),
    [
        ("We enrolled adolescents with depression.", ("paediatric",)),
        ("We enrolled a woman with young children.", ()),
        ("The neonatal umbilical cord was clamped in all parturients who were enrolled.", ("adult",)),
        ("Participants were recruited from youth centres.", ()),
        ("We enrolled older adults with depression.", ("older-adult",)),
    ],
)
def test_age(shipped: Tagger, abstract: str, age: tuple[str, ...]) -> None:
    """Children around a patient are not who was studied."""
    assert shipped.tag(Fields("1", abstract=abstract)).population.age == age


def test_healthy(shipped: Tagger) -> None:
    assert shipped.tag(Fields("1", abstract="Twelve healthy volunteers were scanned.")).population.healthy
    assert not shipped.tag(Fields("1", abstract="Patients and healthy controls were scanned.")).population.healthy
