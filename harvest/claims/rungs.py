"""The design ladder: on which rung a report stands, as SQL over ``reports r``."""

from __future__ import annotations

from typing import Final

RUNGS: Final = {
    "synthesis": "systematic reviews and meta-analyses", "randomised": "randomised trials",
    "observational": "other studies of people", "secondary": "further analyses of trials",
    "opinion": "narrative reviews, editorials and guidelines", "animal": "studies of animals or cells",
    "registry": "registry entries and protocols", "unstated": "design not stated",
}  # fmt: skip
"""Rung of the design ladder -> its name, highest first."""
DECIDING: Final = {
    "randomised": ("randomised",),
    "human": ("randomised", "observational", "secondary"),
    "any": ("synthesis", "randomised", "observational", "secondary", "animal", "registry", "unstated"),
}  # fmt: skip
"""Value of `harvest.claims.model.Question.rung` -> the rungs whose reports decide."""
NOUNS: Final = {
    "randomised": ("randomised trial", "randomised trials"), "human": ("study of people", "studies of people"),
    "any": ("report", "reports"),
}  # fmt: skip
"""The same value -> what such reports are called, one and several."""

_FURTHER: Final = (
    "predict", "moderator", "moderated by", "mediator", "mediated by", "mediation", "biomarker", "subtype", "subgroup",
    "sex differences", "gender differences", "correlat", "association", "associated with", "secondary analys", "post hoc",
    "post-hoc", "pooled", " versus non", "levels", "number needed", "revisit", "reexplor", "re-explor", "reanaly",
)  # fmt: skip
"""Words of titles of further analyses: they compare kinds of people within a trial rather than its groups."""
_MAIN: Final = ("randomi", "placebo", "trial", "efficacy")
_AFTER_ALL: Final = ("secondary", "post hoc", "post-hoc", "findings from")
"""A title with a word of a main report (`_MAIN`) is one even where the text speaks of a secondary analysis, unless the
title says otherwise itself."""


def _titled(words: tuple[str, ...]) -> str:
    return " or ".join(f"r.title like '%{one}%'" for one in words)


RUNG_SQL: Final = f"""case
      when r.animal = 1 or r.design in ('animal-study', 'in-vitro') then 'animal'
      when r.kind = 'registry-entry' or r.design in ('registry-entry', 'protocol') then 'registry'
      when r.design in ('systematic-review', 'meta-analysis') then 'synthesis'
      when r.design = 'secondary-analysis' then 'secondary'
      when r.attributes like '%"secondary-analysis"%' and not (({_titled(_MAIN)}) and not ({_titled(_AFTER_ALL)})) then 'secondary'
      when r.design = 'randomised-controlled-trial' and ({_titled(_FURTHER)}) then 'secondary'
      when r.design = 'randomised-controlled-trial' then 'randomised'
      when r.design in ('narrative-review', 'editorial', 'guideline') then 'opinion'
      when r.design is null or r.design = 'other' then 'unstated'
      else 'observational' end"""
