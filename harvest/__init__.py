"""The ketamine evidence database: harvest, deduplicate, tag and publish study abstracts.

The walk, in the order in which data flows (``build.py`` shows it on one screen)::

    sources -> archive (raw.db) -> parse > normalise > dedupe > merge > link > tag -> database (ketamine.db)
"""

__version__ = "0.1.0"
