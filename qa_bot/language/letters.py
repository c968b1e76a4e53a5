"""Letters: Kazakh ones folded to those of a Russian keyboard, the language of a question, Latin-script Kazakh."""

import re
from collections.abc import Collection
from typing import Literal

KAZAKH_LETTERS = frozenset("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
"""The letters that Kazakh Cyrillic has and Russian lacks."""

_FOLDED = str.maketrans("қғңөұүһіәё", "кгноуухиае")
_FOLDED_YERU = str.maketrans("қғңөұүһіыәё", "кгноуухииае")

_RUSSIAN_WORDS = frozenset(
    [
        "в",
        "на",
        "и",
        "с",
        "о",
        "по",
        "для",
        "как",
        "что",
        "кто",
        "где",
        "когда",
        "сколько",
        "почему",
        "какой",
        "какая",
        "какие",
        "какова",
        "каков",
        "ли",
        "из",
        "от",
        "был",
        "была",
        "были",
        "это",
        "об",
        "чем",
        "какую",
    ]
)
_KAZAKH_LATIN_WORDS = frozenset(
    [
        "qansha",
        "kansha",
        "qanday",
        "kanday",
        "qandai",
        "kandai",
        "kim",
        "ne",
        "qashan",
        "kashan",
        "qay",
        "qai",
        "kai",
        "qayda",
        "qaida",
        "kaida",
        "nege",
        "degen",
        "men",
        "turaly",
        "ushin",
        "boyynsha",
        "boldy",
        "qalai",
        "neshe",
    ]
)
_LATIN = {
    "shch": "щ", "sh": "ш", "ch": "ш", "zh": "ж", "kh": "х", "ts": "ц", "gh": "ғ", "ya": "я", "yu": "ю", "yo": "ё",
    "a": "а", "ä": "ә", "á": "ә", "b": "б", "c": "ц", "d": "д", "e": "е", "f": "ф", "g": "г", "ğ": "ғ", "ǵ": "ғ",
    "h": "х", "i": "і", "ı": "ы", "í": "и", "j": "ж", "k": "к", "l": "л", "m": "м", "n": "н", "ñ": "ң", "ń": "ң",
    "o": "о", "ö": "ө", "ó": "ө", "p": "п", "q": "қ", "r": "р", "s": "с", "ş": "ш", "t": "т", "u": "у", "ū": "ұ",
    "ü": "ү", "ú": "ү", "v": "в", "w": "у", "x": "х", "y": "ы", "ý": "у", "z": "з",
}  # fmt: skip
_LATIN_UNIT = re.compile("|".join(sorted(_LATIN, key=len, reverse=True)))


def fold(text: str) -> str:
    """Lower the case and give each Kazakh letter its nearest Russian one (қ к, ғ г, ң н, ө о, ұ ү у, һ х, і ы и, ә а)."""
    return text.lower().translate(_FOLDED_YERU)


def detect_language(text: str) -> Literal["kk", "en", "ru"]:
    """Tell the language of a question. Latin-script Kazakh counts as "kk"."""
    if KAZAKH_LETTERS & set(text):
        return "kk"
    words = re.findall(r"[^\W\d_]+", text.lower())
    if re.search("[а-яё]", text.lower()):
        return "ru" if any(word in _RUSSIAN_WORDS for word in words) else "kk"
    return "kk" if any(word in _KAZAKH_LATIN_WORDS for word in words) else "en"


def restore_kazakh(text: str, vocabulary: Collection[str] | None = None) -> str:
    """Write Latin-script Kazakh in Cyrillic; other text is returned as it is."""
    del vocabulary
    if detect_language(text) != "kk" or not re.search("[a-z]", text.lower()):
        return text
    return _LATIN_UNIT.sub(lambda match: _LATIN[match.group()], text.lower())
