"""In which language a text is written, by its commonest words or its script; only English can be checked.

Of the libraries that tell languages apart, one is a hundred megabytes, one takes most of a second to start, one downloads
what it needs. Here only "English or not" matters, and for that the small words suffice: they make 35 to 50 % of running text.
"""

from __future__ import annotations

import re
from itertools import islice

_SAMPLE = 4000  # words
_FEWEST = 4  # small words seen, else it cannot be told
_WORDS = {
    "en": "the of and to in is for that with are as this be can or it on by have your not from you has an may was which",
    "de": "der die und das ist nicht mit von zu den für auf ein eine sich auch dem werden wird bei als oder kann des im",
    "fr": "le les et des est une dans que pour qui du sur pas par avec sont ce cette ou peut au aux été plus vous",
    "es": "el los que y las del una por con para es se como más pero su al está puede son ha lo este esta también",
    "it": "il che di è della per una con sono non gli del nel anche dei più alla può questo questa essere le come",
    "pt": "que não uma os dos com para é da em do as por mais das pode são ao como também tem foi pela você",
    "nl": "de het een van en dat niet met zijn op voor ook aan wordt bij naar deze kan uit worden heeft u maar er",
    "sv": "och att det som en på är för med av till den inte har kan eller ett om vid från också",
    "da": "og at det som en på er for med af til den ikke har kan eller et om ved fra også",
    "no": "og at det som en på er for med av til den ikke har kan eller et om ved fra også",
    "fi": "ja on ei se että oli kuin mutta tai myös ovat voi sen joka sekä hän niin kun",
    "pl": "i w nie na się z do to że jest po jak od oraz przez dla lub może są które",
    "cs": "a v se na je že s z do o ve pro jako nebo jsou může ale také při po",
    "ro": "și în de la cu este pe nu un care din sau pentru sunt mai poate fi prin",
    "hu": "a az és hogy nem is egy van meg de csak vagy ez már kell lehet mint",
    "tr": "ve bir bu için ile da de olarak çok daha gibi en olan veya değil var",
    "id": "yang dan di dari untuk dengan pada ini itu adalah tidak dalam atau dapat juga oleh",
    "vi": "và của là có trong được cho không các với những một người để này khi",
}
_SMALL = {code: frozenset(words.split()) for code, words in _WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = (
    ("ja", "[\u3040-\u30ff]"), ("ko", "[\uac00-\ud7a3]"), ("zh", "[\u4e00-\u9fff]"), ("uk", "[іїєґІЇЄҐ]"), ("ru", "[\u0400-\u04ff]"),
    ("el", "[\u0370-\u03ff]"), ("he", "[\u0590-\u05ff]"), ("fa", "[پچژگ]"), ("ar", "[\u0600-\u06ff]"), ("hi", "[\u0900-\u097f]"),
    ("th", "[\u0e00-\u0e7f]"),
)  # fmt: skip
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
# Letters that settle it between languages of one script are few: a twentieth of the script suffices.
_TELLING = {"ja": "zh", "uk": "ru", "fa": "ar"}
NAMES = {
    "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese", "nl": "Dutch", "sv": "Swedish",
    "da": "Danish", "no": "Norwegian", "fi": "Finnish", "pl": "Polish", "cs": "Czech", "ro": "Romanian", "hu": "Hungarian",
    "tr": "Turkish", "id": "Indonesian", "vi": "Vietnamese", "ja": "Japanese", "ko": "Korean", "zh": "Chinese",
    "uk": "Ukrainian", "ru": "Russian", "el": "Greek", "he": "Hebrew", "fa": "Persian", "ar": "Arabic", "hi": "Hindi",
    "th": "Thai",
}  # fmt: skip


def language_of(text: str) -> str:
    """ISO 639-1 code of the language most of the text is in; ``und`` where there is too little to tell.

    >>> language_of("The medicine is given to people with depression, and it may help them.")
    'en'
    >>> language_of("Das Mittel wird bei Depressionen gegeben und kann auch den Schlaf stören.")
    'de'
    >>> language_of("Ketamine NYC")
    'und'
    """
    return _by_script(text[:40_000]) or _by_words(text)


def _by_script(text: str) -> str:
    """The language of a script other than the Latin one, '' where that prevails."""
    counts = {code: len(re.findall(letters, text)) for code, letters in _SCRIPTS}
    if max(counts.values()) < 10:
        return ""
    for special, general in _TELLING.items():
        if counts[special] * 20 >= counts[general]:
            counts[special] += counts[general]
    code = max(counts, key=lambda one: counts[one])
    # A word of Chinese has two letters, one of English five.
    weight = 3 if code in ("zh", "ja", "ko") else 1
    return code if counts[code] * weight > len(_LATIN.findall(text)) else ""


def _by_words(text: str) -> str:
    words = [match.group().lower() for match in islice(_WORD.finditer(text), _SAMPLE)]
    counts = {code: sum(word in small for word in words) for code, small in _SMALL.items()}
    code = max(counts, key=lambda one: counts[one])  # of equals the first: English
    enough = counts[code] >= _FEWEST and counts[code] * 12 >= len(words)
    return code if enough else "und"
