"""Language codes: two letters (ISO 639-1) or three to the three letters of ISO 639-2/B, as MEDLINE uses."""

from __future__ import annotations

_TWO_LETTERS = (
    "af:afr sq:alb am:amh ar:ara hy:arm az:aze eu:baq be:bel bn:ben bs:bos bg:bul ca:cat zh:chi hr:hrv cs:cze "
    "da:dan nl:dut en:eng eo:epo et:est fi:fin fr:fre gl:glg ka:geo de:ger el:gre gu:guj he:heb iw:heb hi:hin "
    "hu:hun is:ice id:ind in:ind ga:gle it:ita ja:jpn kk:kaz ko:kor ku:kur ky:kir la:lat lv:lav lt:lit mk:mac "
    "ms:may ml:mal mt:mlt mr:mar mn:mon ne:nep no:nor nb:nor nn:nor fa:per pl:pol pt:por pa:pan ro:rum ru:rus "
    "sr:srp si:sin sk:slo sl:slv es:spa sw:swa sv:swe ta:tam te:tel th:tha bo:tib tr:tur uk:ukr ur:urd uz:uzb "
    "vi:vie cy:wel"
)
# The terminology codes of ISO 639-2/T that differ from the bibliographic ones.
_THREE_LETTERS = (
    "sqi:alb hye:arm eus:baq mya:bur zho:chi ces:cze nld:dut fra:fre kat:geo deu:ger ell:gre isl:ice mkd:mac "
    "msa:may mri:mao fas:per ron:rum slk:slo bod:tib cym:wel"
)

_CODES = dict(pair.split(":") for pair in _TWO_LETTERS.split())
_TERMINOLOGY = dict(pair.split(":") for pair in _THREE_LETTERS.split())
_SHORT = {long: short for short, long in reversed(_CODES.items())}  # of two (he, iw) the first


def three_letters(code: str) -> str:
    """The ISO 639-2/B code, '' when it is not known.

    >>> three_letters("en-US"), three_letters("deu"), three_letters("eng"), three_letters("english")
    ('eng', 'ger', 'eng', '')
    """
    bare = code.strip().lower().replace("_", "-").partition("-")[0]
    if len(bare) == 2:
        return _CODES.get(bare, "")
    return _TERMINOLOGY.get(bare, bare) if len(bare) == 3 and bare.isalpha() else ""


def two_letters(code: str) -> str:
    """The ISO 639-1 code of a language, as addresses and citation software write it; '' when there is none.

    >>> two_letters("eng"), two_letters("deu"), two_letters("und"), two_letters("nor")
    ('en', 'de', '', 'no')
    """
    return _SHORT.get(three_letters(code), "")
