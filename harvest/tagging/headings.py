"""Names of MeSH headings, for records that give no identifiers."""

from __future__ import annotations

from pathlib import Path

import yaml

from harvest import locations
from harvest.errors import VocabularyError


def identifiers(folder: Path | None = None) -> dict[str, str]:
    """Case-folded name of a heading -> its identifier, from ``data/vocabulary/mesh_names.yml``.

    Holds the headings that the vocabularies join, under their present and earlier names. Raises `VocabularyError`.
    """
    path = (folder or locations.definitions() / "vocabulary") / "mesh_names.yml"
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        names = yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506  # the safe loader, written in C
    except FileNotFoundError as problem:
        raise VocabularyError(f"{path}: missing; it names the MeSH headings of the vocabularies") from problem
    except yaml.YAMLError as problem:
        raise VocabularyError(f"{path}: not valid YAML: {problem}") from problem
    found: dict[str, str] = {}
    for ui, forms in names.items() if isinstance(names, dict) else [("", None)]:
        if not isinstance(forms, list) or not all(isinstance(form, str) for form in forms):
            raise VocabularyError(f"{path}: {ui or 'the file'}: must be `D000000: [name, earlier name]`")
        found |= {form.casefold(): ui for form in forms}
    return found
