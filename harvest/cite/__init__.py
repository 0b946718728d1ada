"""Reports as references: one neutral form (CSL-JSON), six text styles, the files of reference managers, meta tags.

Everything here is pure: rows of ``reports`` and ``authors`` go in, text and plain data come out.
"""

from typing import Final

STYLE_NAMES: Final = ("vancouver", "apa", "ama", "mla", "harvard", "chicago")
EXTENSIONS: Final = ("ris", "bib", "csljson", "nbib")
"""For menus that must not wait for the citation processor to load."""
