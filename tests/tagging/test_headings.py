"""harvest.tagging.headings: names of MeSH headings lead to their identifiers."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvest import vocabulary
from harvest.errors import VocabularyError
from harvest.tagging import Fields, MeshHeading, Tagger, headings
from harvest.tagging.tags import own_concepts
from harvest.vocabulary import Vocabulary


def test_present_and_earlier_names_lead_to_one_identifier() -> None:
    names = headings.identifiers()
    assert names["postoperative pain"] == names["pain, postoperative"] == "D010149"
    assert names["ketamine"] == "D007649"


def test_every_named_identifier_is_used_by_a_vocabulary() -> None:
    """A name nobody joins on is a leftover or a slip of a digit."""
    used = {ui for concept in (*vocabulary.load().concepts, *own_concepts()) for ui in concept.mesh}
    assert set(headings.identifiers().values()) <= used


def test_a_heading_by_name_tags_as_its_identifier_does(small: Vocabulary) -> None:
    tagger = Tagger(small)
    name = MeshHeading("Depressive Disorder, Treatment-Resistant")
    by_name = tagger.tag(Fields("1", mesh=(name,)))
    by_ui = tagger.tag(Fields("1", mesh=(name._replace(ui="D061218"),)))
    assert by_name.tags == by_ui.tags != ()
    assert {e.rule.split()[0] for e in by_name.evidence} == {"mesh-name"}
    assert {e.rule.split()[0] for e in by_ui.evidence} == {"mesh"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "missing"),
        ("D1: [", "not valid YAML"),
        ("- D1", "the file"),
        ("D1: Pain", "D1: must be"),
        ("D1: [3]", "D1: must be"),
    ],
)
def test_errors_name_the_file(tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / "mesh_names.yml").write_text(text, encoding="utf-8")
    with pytest.raises(VocabularyError, match=rf"mesh_names\.yml: .*{message}"):
        headings.identifiers(tmp_path)
