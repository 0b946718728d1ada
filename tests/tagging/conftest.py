"""A small vocabulary of the tests' own, so that they hold whatever the shipped files say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from harvest import vocabulary
from harvest.tagging import Tagger
from harvest.vocabulary import Concept, Vocabulary

SMALL = {
    "drugs": """
- {id: ketamine, label: Ketamine, mesh: [D007649], synonyms: [ketamine], not: [S-ketamine, (S)-ketamine]}
- {id: esketamine, label: Esketamine, mesh: [C000629870], synonyms: [esketamine, S-ketamine, (S)-ketamine]}
""",
    "conditions": """
- {id: depression, label: Depression, mesh: [D003863], synonyms: [depression, depressive]}
- id: treatment-resistant-depression
  label: Treatment-resistant depression
  broader: depression
  mesh: [D061218]
  synonyms: [treatment-resistant depress*, difficult-to-treat mood disorder]
  acronyms: [TRD]
- {id: psychosis, label: Psychosis, synonyms: [psychosis, schizophreni*]}
- {id: pain, label: Pain, mesh: [D010146], synonyms: [pain]}
- {id: acute-pain, label: Acute pain, broader: pain, synonyms: [acute pain, postoperative pain]}
""",
    "outcomes": """
- {id: adverse-events, label: Adverse events, synonyms: [adverse event*]}
- {id: pain-intensity, label: Pain intensity, synonyms: [pain score*]}
""",
    "routes": "- {id: intravenous, label: Intravenous, synonyms: [intravenous*], acronyms: [IV], not: [DSM-IV]}",
    "comparators": "- {id: placebo, label: Placebo, synonyms: [placebo]}",
    "designs": """
- {id: registry-entry, label: Registry entry}
- {id: protocol, label: Protocol, synonyms: [study protocol]}
- {id: systematic-review, label: Systematic review, mesh: [D000078182], synonyms: [systematic review]}
- {id: animal-study, label: Animal study, synonyms: [rats, mice]}
- {id: randomised-controlled-trial, label: RCT, mesh: [D016449], synonyms: [randomly assigned]}
- {id: case-report, label: Case report, mesh: [D002363], synonyms: [case report]}
- {id: narrative-review, label: Narrative review, mesh: [D016454], synonyms: [this review]}
""",
    "mechanisms": "- {id: bdnf, label: BDNF, synonyms: [neurotrophic factor]}",
    "settings": "- {id: inpatient, label: Inpatient, synonyms: [hospital ward]}",
    "adjuncts": "- {id: psychotherapy, label: Psychotherapy, synonyms: [psychotherapy]}",
    "regimens": "- {id: single-dose, label: Single dose, synonyms: [single dose]}",
    "uses": "- {id: anaesthetic, label: Anaesthetic, synonyms: [anaesthetised]}",
    "attributes": "- {id: double-blind, label: Double-blind, synonyms: [double-blind]}",
}


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vocabulary")
    for name, text in SMALL.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def small(small_folder: Path) -> Vocabulary:
    return vocabulary.load(small_folder)


@pytest.fixture(scope="session")
def tagger(small: Vocabulary) -> Tagger:
    return Tagger(small)


@pytest.fixture
def concept() -> object:
    def make(*, synonyms: Sequence[str] = (), acronyms: Sequence[str] = (), not_: Sequence[str] = ()) -> Concept:
        return Concept(
            id="it", dimension="condition", label="It",
            synonyms=tuple(synonyms), acronyms=tuple(acronyms), not_=tuple(not_),
        )  # fmt: skip

    return make
