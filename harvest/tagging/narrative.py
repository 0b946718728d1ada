"""Narrative reviews that do not say so: abstracts that report no work of their own and speak of what is known.

Grammar, not vocabulary, therefore patterns in code. Asked only where no word of the report names another design.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

_NUMBER: Final = (
    r"(?:\d[\d,]{0,9}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|sixteen|eighteen|twenty|thirty"
    r"|forty|fifty|sixty|seventy|eighty|ninety)"
)
_TENS: Final = r"(?:ten|eleven|twelve|fifteen|sixteen|eighteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_PEOPLE: Final = (
    r"(?:patients|subjects|participants|volunteers|men|women|children|adults|cases|rats|mice|individuals|people"
    r"|adolescents|infants|persons|veterans|students|users|families|respondents|samples|specimens)"
)
_DID: Final = (
    r"(?:found|examined|investigated|measured|compared|analy[sz]ed?|assess(?:ed)?|studied|tested|used|recruited"
    r"|observed?|report(?:ed)?|demonstrated?|show(?:ed)?|identified|performed|conducted|developed|aimed|evaluated?"
    r"|explored|determined?|sought|hypothesi[sz]ed|applied|treated|collected|present(?:ed)?|surveyed|interviewed)"
)
_DONE: Final = (
    r"(?:measured|assessed|examined|investigated|analy[sz]ed|compared|recruited|enrolled|administered|treated"
    r"|randomi[sz]ed|evaluated|performed|obtained|recorded|collected|observed|found|detected|given|studied|used"
    r"|determined|tested|induced|conducted|carried out|interviewed|correlated|increased|decreased|reduced|higher"
    r"|lower|seen|associated|significantly|asked|selected|included|divided|estimated|calculated|diagnosed|followed"
    r"|exposed|invited|completed|implanted|operated|monitored|identified)"
)
_RESULTS: Final = (
    r"p\s?[<=>≤]\s?0?[.·]\d{1,9}|n\s?=\s?\d{1,9}|95\s?%\s?(?:ci|confidence)|odds ratio|hazard ratio|or\s?[=:]\s?\d{1,9}"
    r"|significant(?:ly)? (?:increas|decreas|reduc|high|low|great|more|less|differ|improv|correlat|associat)[a-z]{0,9}"
    rf"|we (?:have |also |first |then )?{_DID}"
    rf"|(?:was|were) (?:\w+ly |also |then |not )?{_DONE}"
    r"|showed|revealed|exhibited|underwent|completed|participated|occurred|did not|inhibited|attenuated|failed"
)
_OWN: Final = re.compile(
    rf"±|\b(?:{_RESULTS}|{_NUMBER}(?:[- ]\w+){{0,3}} {_PEOPLE}"
    r"|(?:this|present|current|our) (?:\w+ )?(?:study|trial|experiment|results|findings|data|investigation|cohort"
    r"|sample|cases?|patients?|survey|model|method|approach|tool|questionnaire)"
    r"|questionnaire|interviews?|focus groups?)(?!\w)"
)
"""Signs of work of one's own: counted people, statistics, what was done and seen. For text in lower case."""
_SEEN: Final = re.compile(rf"±|\b(?:{_RESULTS})(?!\w)")
_GATHERED: Final = re.compile(
    r"\b(?:studies|trials|articles|publications|papers|RCTs|searche[sd]|databases?|systematic|literature|heterogeneity"
    r"|random[- ]effects|MEDLINE|EMBASE|PubMed|PRISMA)\b",
    re.IGNORECASE,
)
_VOICE: Final = re.compile(
    r"\b(?:(?:this|the present|the|our) (?:\w+ )?(?:article|paper|chapter|essay|column|commentary|contribution)"
    r"|(?:has|have) (?:also |now |long |recently |consistently |increasingly |traditionally |thus |not )?"
    r"(?:been|become|emerged|led|shown|revealed|suggested|focused|contributed|implicated|challenged|provided"
    r"|demonstrated|increased|improved)"
    r"|(?:evidence|studies|data|research|findings|literature|trials|reports|experts|authors?)"
    r" (?:\w+ )?(?:suggests?|indicates?|shows?|supports?|points?|argues?|demonstrates?|remains?|exists?|is|are|on)"
    r"|I (?:argue|suggest|propose|discuss|describe|outline|review)"
    r"|we (?:discuss|argue|propose|outline|summari[sz]e|highlight|suggest|consider|focus|believe|conclude|need|must)"
    r"|(?:should|must|may|might|can|could|will need to|needs? to) (?:also |not |therefore |now )?(?:be|have|help|lead)"
    r"|(?:is|are) (?:a|an|the|one of|often|commonly|frequently|usually|generally|now|still|increasingly|thought"
    r"|believed|known|considered|characteri[sz]ed|important|essential|critical|crucial|necessary|needed|likely"
    r"|effective|recommended|discussed|reviewed|described|presented|emphasi[sz]ed|stressed|outlined|proposed)"
    r"|(?:includes?|remains?|requires?|involves?|represents?|plays?|depends?|contributes?|offers?|provides?|causes?)"
    r"|(?:in recent years|in the past|past (?:two |few )?decades?|in the last|over the (?:last|past)|nowadays|to date"
    r"|so far|recent advances|future (?:research|directions|studies)|treatment of choice|first[- ]line|clinicians"
    r"|physicians|a growing body|controversial|pathophysiology|mechanisms? of|management of|approach(?:es)? to)"
    r")(?!\w)",
    re.IGNORECASE,
)
"""Signs of telling what is known, what should be done, or what the text is about."""
RULE: Final = "wording"
"""Rule of evidence that is a way of speaking, not a word of the vocabulary."""
_COUNTED: Final = re.compile(rf"\b(?:[1-9]\d{{1,6}}|{_TENS})(?:[- ]\w+){{0,3}} {_PEOPLE}\b", re.IGNORECASE)
_SPARSE: Final = 0.2
_DENSE: Final = 0.6
_LEAST_LENGTH: Final = 200


def own_work(text: str, sentences: int) -> bool:
    """Whether the text reports work of its own: more than one sign of it in five sentences."""
    most = int(_SPARSE * max(1, sentences))
    return next(islice(_OWN.finditer(text.lower()), most, None), None) is not None


def counted(text: str) -> bool:
    """Whether a group of ten or more is counted: "forty-two patients", "130 adult volunteers"."""
    return _COUNTED.search(text) is not None


def gathered(text: str) -> bool:
    """Whether the text speaks of studies gathered from the literature."""
    return _GATHERED.search(text) is not None


def done(text: str) -> bool:
    """Whether the text tells what was done and seen."""
    return _SEEN.search(text.lower()) is not None


def voice(text: str) -> Iterator[tuple[int, int]]:
    """Where the text speaks as reviews do: start and end, in code points."""
    return (match.span() for match in _VOICE.finditer(text))


def spans(text: str, sentences: int) -> list[tuple[int, int]]:
    """The words that make an abstract a narrative review; empty where it is none.

    A review reports no work of its own (at most one sign in five sentences) and speaks as reviews do (about once in
    two sentences). Abstracts of a line or two are left alone.
    """
    if len(text) < _LEAST_LENGTH or own_work(text, sentences):
        return []
    found = list(voice(text))
    return found if len(found) >= max(2, _DENSE * sentences) else []
