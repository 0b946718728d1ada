"""harvest.tagging.tags: tags, roles, evidence and design of a report."""

from __future__ import annotations

import pickle

import pytest

from harvest import tagging
from harvest.record import Heading, PublicationType
from harvest.report import Report
from harvest.tagging import Fields, MeshHeading, Tagger, Tags, Typed
from harvest.vocabulary import Vocabulary


def report(**fields: object) -> Report:
    return Report(**({"id": "pmid-1", "joins": ()} | fields))  # type: ignore[arg-type]


def roles(tags: Tags) -> dict[str, str]:
    return {tag.concept_id: tag.role for tag in tags.tags}


def text_of(one: Report, field: str) -> str:
    return {
        "title": one.title, "abstract": one.abstract, "mesh": one.mesh_text, "keywords": one.keyword_text,
        "publication_types": one.publication_type_text,
    }[field]  # fmt: skip


FULL = report(
    title="Ketamine for treatment‑resistant depression",
    abstract="BACKGROUND: Pain is common.\nMETHODS: Patients with TRD were randomly assigned. Psychosis was ruled out.",
    mesh=(Heading("Ketamine", "D007649", True), Heading("Pain", "D010146"), Heading("Humans", "D006801")),
    keywords=("depressive disorder", "placebo"),
    publication_types=(
        PublicationType("Journal Article", "D016428"),
        PublicationType("Randomized Controlled Trial", "D016449"),
    ),
)  # fmt: skip


def test_evidence_points_at_the_words_of_its_field(tagger: Tagger) -> None:
    """Each row's stretch is what its rule says: words, heading, keyword or publication type."""
    rows = [(e.concept_id, text_of(FULL, e.field)[e.start : e.end], e.field, e.rule) for e in tagger.tag(FULL).evidence]
    assert rows == [
        ("ketamine", "Ketamine", "title", "synonym"),
        ("ketamine", "Ketamine", "mesh", "mesh"),
        ("depression", "depression", "title", "synonym"),
        ("depression", "TRD", "abstract", "acronym of treatment-resistant-depression"),
        ("depression", "depressive", "keywords", "synonym"),
        ("treatment-resistant-depression", "treatment‑resistant depression", "title", "synonym"),
        ("treatment-resistant-depression", "TRD", "abstract", "acronym"),
        ("pain", "Pain", "abstract", "synonym"),
        ("pain", "Pain", "mesh", "mesh"),
        ("placebo", "placebo", "keywords", "synonym"),
        ("randomised-controlled-trial", "randomly assigned", "abstract", "synonym"),
        (
            "randomised-controlled-trial",
            "Randomized Controlled Trial",
            "publication_types",
            "publication-type",
        ),
    ]


def test_roles_and_mentions(tagger: Tagger) -> None:
    tags = tagger.tag(FULL)
    assert roles(tags) == {
        "ketamine": "studied", "depression": "studied", "treatment-resistant-depression": "studied",
        "pain": "mentioned", "placebo": "studied", "randomised-controlled-trial": "studied",
    }  # fmt: skip
    assert {tag.concept_id: tag.mentions for tag in tags.tags}["depression"] == 2
    assert {(e.concept_id, e.role) for e in tags.evidence} == {(tag.concept_id, tag.role) for tag in tags.tags}


def test_a_denied_condition_is_no_tag(tagger: Tagger) -> None:
    """Excluded people are neither studied nor mentioned; the same word elsewhere still counts."""
    assert "psychosis" not in roles(tagger.tag(FULL))
    once_more = "Patients with psychosis were excluded. Yet psychosis was seen."
    assert roles(tagger.tag(Fields("1", abstract=once_more)))["psychosis"] == "mentioned"


def test_outcomes_are_not_deniable(tagger: Tagger) -> None:
    """A report that saw no adverse events has looked for them."""
    tags = tagger.tag(Fields("1", abstract="RESULTS: All were free of adverse events."))
    assert roles(tags)["adverse-events"] == "studied"


@pytest.mark.parametrize(
    ("fields", "role"),
    [
        (Fields("1", title="Pain after surgery"), "studied"),
        (Fields("1", keywords=("Pain",)), "studied"),
        (Fields("1", mesh=(MeshHeading("Pain", "D010146", True),)), "studied"),
        (Fields("1", mesh=(MeshHeading("Pain", "D010146", False),)), "mentioned"),
        (Fields("1", abstract="Pain is common. Pain hurts."), "studied"),
        (Fields("1", abstract="We aimed to relieve pain."), "studied"),
        (Fields("1", abstract="Pain is common."), "mentioned"),
    ],
)
def test_what_makes_a_concept_studied(tagger: Tagger, fields: Fields, role: str) -> None:
    assert roles(tagger.tag(fields)) == {"pain": role}


def test_a_narrower_concept_implies_the_broader_with_the_same_evidence(tagger: Tagger) -> None:
    tags = tagger.tag(Fields("1", title="Difficult-to-treat mood disorder"))
    assert roles(tags) == {"depression": "studied", "treatment-resistant-depression": "studied"}
    assert [(e.concept_id, e.start, e.end, e.rule) for e in tags.evidence] == [
        ("depression", 0, 32, "synonym of treatment-resistant-depression"),
        ("treatment-resistant-depression", 0, 32, "synonym"),
    ]


def test_esketamine_does_not_imply_ketamine(tagger: Tagger) -> None:
    assert roles(tagger.tag(Fields("1", title="Esketamine and (S)-ketamine"))) == {"esketamine": "studied"}
    both = tagger.tag(Fields("1", title="Esketamine versus ketamine"))
    assert roles(both) == {"ketamine": "studied", "esketamine": "studied"}


def test_headings_without_identifier_join_by_their_whole_name(tagger: Tagger) -> None:
    """Also turned round ("Pain, Acute"); a heading that merely holds the word is not the concept."""
    tags = tagger.tag(
        Fields("1", mesh=(MeshHeading("Pain, Acute"), MeshHeading("Pain Measurement"), MeshHeading("Pain")))
    )
    assert [(e.concept_id, e.start, e.end, e.rule) for e in tags.evidence] == [
        ("pain", 0, 11, "mesh-name of acute-pain"),
        ("pain", 31, 35, "mesh-name"),
        ("acute-pain", 0, 11, "mesh-name"),
    ]


def test_a_renamed_heading_still_joins_by_its_identifier(tagger: Tagger) -> None:
    tags = tagger.tag(Fields("1", mesh=(MeshHeading("Pain Under Another Name", "D010146"),)))
    assert roles(tags) == {"pain": "mentioned"}
    # A heading with another identifier is not matched by its words.
    assert tagger.tag(Fields("1", mesh=(MeshHeading("Pain", "D999999"),))).tags == ()


RCT = Typed("Randomized Controlled Trial", "D016449")
CHANCE = "People were randomly assigned."


@pytest.mark.parametrize(
    ("fields", "design"),
    [
        (Fields("1", title="A systematic review of trials", abstract=CHANCE), "systematic-review"),
        (Fields("1", title="Study protocol", publication_types=(RCT,)), "protocol"),
        (Fields("1", abstract="Rats were randomly assigned."), "animal-study"),
        (Fields("1", title="Rats", publication_types=(Typed("Randomized Controlled Trial"),)), "animal-study"),
        (Fields("1", publication_types=(Typed("Case Reports"),), abstract="A systematic review."), "case-report"),
        (Fields("1", publication_types=(Typed("Review", "D016454"),)), "narrative-review"),
        (Fields("1", title="Ketamine"), None),
        (Fields("1", kind="registry-entry", abstract=CHANCE), "registry-entry"),
    ],
)  # fmt: skip
def test_one_design_is_picked_by_precedence(tagger: Tagger, fields: Fields, design: str | None) -> None:
    tags = tagger.tag(fields)
    assert tags.design == design
    studied = tags.studied("design")
    assert studied == ([] if design in (None, "registry-entry") else [design])


@pytest.mark.parametrize(
    ("fields", "species", "age", "healthy"),
    [
        (Fields("1", abstract="Male rats were used, as in mice."), "animal", (), False),
        (Fields("1", title="Children in pain"), "human", ("paediatric",), False),
        (Fields("1", abstract="We enrolled older adults with pain."), "human", ("older-adult",), False),
        (Fields("1", abstract="Twelve healthy volunteers were enrolled."), "human", (), True),
        (Fields("1", title="Cultured SH-SY5Y cells", abstract="Cell cultures"), "in-vitro", (), False),
        (Fields("1", title="Ketamine"), None, (), False),
    ],
)
def test_population(tagger: Tagger, fields: Fields, species: str | None, age: tuple[str, ...], healthy: bool) -> None:
    tags = tagger.tag(fields)
    assert tags.population == (species, age, healthy)
    assert tags.animal == (species == "animal")


def test_reports_and_fields_are_both_taken(small: Vocabulary, tagger: Tagger) -> None:
    assert tagger.tag(FULL) == tagging.tag(FULL, small)


def test_tags_survive_pickling(tagger: Tagger) -> None:
    tags = tagger.tag(FULL)
    again = pickle.loads(pickle.dumps(tags))
    assert again == tags
    assert (type(again.tags[0]), type(again.evidence[0])) == (tagging.Tag, tagging.Evidence)
