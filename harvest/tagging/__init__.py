"""Tags and their evidence: which concepts a report studies, and the words that say so."""

from harvest.tagging.model import Evidence, Fields, MeshHeading, Population, Tag, Tags, Typed, fields_of
from harvest.tagging.tags import Tagger, tag

__all__ = [
    "Evidence",
    "Fields",
    "MeshHeading",
    "Population",
    "Tag",
    "Tagger",
    "Tags",
    "Typed",
    "fields_of",
    "tag",
]
