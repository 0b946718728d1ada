"""Search words of the vocabulary for services that know no truncation."""

from __future__ import annotations

from collections.abc import Iterable

from harvest.vocabulary import Concept


def whole_words(drugs: Iterable[Concept]) -> list[str]:
    """The drugs' search words, each once. A truncated one (``ketamin*``) becomes its stem and the single words among
    the drug's own names that begin with it (``ketamine``, ``ketamina``)."""
    found: dict[str, str] = {}
    for drug in drugs:
        names = (drug.label, *drug.synonyms)
        for word in drug.search:
            stem = word.rstrip("*")
            longer = [n for n in names if n.isalpha() and n.casefold().startswith(stem.casefold())]
            for form in [stem, *(longer if stem != word else ())]:
                found.setdefault(form.casefold(), form)
    return list(found.values())
