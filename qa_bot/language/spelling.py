"""Kazakh words that were typed without Kazakh letters, spelled with them again.

Each sign that was typed stands for a few letters; of all the words that may have been meant, those whose letters
follow one another as in Kazakh are kept (`letter_counts.tsv`, letter n-grams with stupid backoff, Brants et al. 2007).
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from heapq import nlargest
from pathlib import Path
from typing import Literal, TypeAlias

Alphabet: TypeAlias = Literal["2021", "2018", "chat"]
"""The Latin alphabets of Kazakh: decreed in 2021 (ä ğ ı ñ ö ş ū ü), in 2018 (á ǵ ı ń ó ú ý), and everyday typing."""

_COUNTS = Path(__file__).with_name("letter_counts.tsv")
_LETTERS_BEFORE = 3
_BACKOFF = math.log(0.4)
"""Brants et al. 2007, "Large Language Models in Machine Translation", section 4."""
_UNSEEN = math.log(1e-6)
_BEAM = 24

_RUSSIAN = {
    "к": "кқ",
    "г": "гғ",
    "н": "нң",
    "о": "оө",
    "у": "уұү",
    "и": "иі",
    "ы": "ыі",
    "а": "аә",
    "х": "хһ",
    "э": "эә",
}

_COMMON = {
    "b": "б", "c": "с ц к", "ch": "ч ш", "d": "д", "e": "е э", "f": "ф", "h": "х һ", "j": "ж", "l": "л", "m": "м",
    "p": "п", "q": "қ", "r": "р", "s": "с", "sh": "ш", "shch": "щ", "t": "т", "ts": "ц", "v": "в", "w": "у", "z": "з",
    "x": "х кс", "zh": "ж", "kh": "х", "gh": "ғ", "ng": "ң нг", "ya": "я", "yu": "ю", "yo": "ё йо", "ye": "е",
    "ia": "я иа", "ıa": "я", "iu": "ю", "ıý": "ю", "io": "ё", "ıo": "ё", "ii": "ий и", "iy": "ий и", "yi": "и",
    "yy": "ый и", "ä": "ә", "á": "ә", "ç": "ч", "ğ": "ғ", "ǵ": "ғ", "í": "и й", "ñ": "ң", "ń": "ң", "ö": "ө",
    "ó": "ө", "ş": "ш", "ü": "ү", "ú": "ү", "ū": "ұ", "ý": "у", "a'": "ә", "c'": "ч", "g'": "ғ", "i'": "и й",
    "n'": "ң", "o'": "ө", "s'": "ш", "u'": "ү", "y'": "у",
}  # fmt: skip
_SIGNS: Mapping[Alphabet, Mapping[str, str]] = {
    "chat": _COMMON
    | {"a": "а ә", "g": "г ғ", "i": "і и й ы", "ı": "ы і и й", "k": "к қ", "n": "н ң", "o": "о ө", "u": "у ұ ү"}
    | {"y": "ы й і и"},
    "2021": _COMMON
    | {"a": "а", "g": "г", "i": "и й і", "ı": "і ы", "k": "к", "n": "н", "o": "о", "u": "у ұ", "y": "ы й", "şş": "щ"},
    "2018": _COMMON
    | {"a": "а", "g": "г", "i": "і и", "ı": "и й", "k": "к", "n": "н", "o": "о", "u": "ұ у", "y": "ы й"},
}
_LONGEST_SIGN = 4


def spell_from_russian(word: str) -> list[tuple[str, float]]:
    """Give the Kazakh words that a word typed with Russian letters may stand for.

    Returns: words in lower case, best first, each with its likeness to Kazakh: the mean natural logarithm of the
    chance of a letter, about -2 for a Kazakh word and below -3 for most words of other languages.
    """
    return _rank(
        [[(place + 1, letter) for letter in _RUSSIAN.get(sign, sign)] for place, sign in enumerate(word.lower())]
    )


def spell_from_latin(word: str, alphabet: Alphabet) -> list[tuple[str, float]]:
    """Give the Kazakh words that a word typed with Latin letters may stand for. Returns: as `spell_from_russian`."""
    # Lower-casing gives İ, the capital of i in the alphabet of 2021, a dot of its own that is no letter.
    lowered, signs = word.replace("İ", "i").lower(), _SIGNS[alphabet]
    return _rank(
        [
            [
                (place + size, letters)
                for size in range(1, min(_LONGEST_SIGN, len(lowered) - place) + 1)
                for letters in signs.get(lowered[place : place + size], "").split()
            ]
            or [(place + 1, lowered[place])]
            for place in range(len(lowered))
        ]
    )


def _rank(steps: Sequence[Sequence[tuple[int, str]]]) -> list[tuple[str, float]]:
    """Find the likeliest ways through a word. `steps[place]`: where each reading of what stands there ends, and it."""
    ways: list[list[tuple[float, str]]] = [[] for _ in range(len(steps) + 1)]
    ways[0] = [(0.0, "_")]
    for place, readings in enumerate(steps):
        for score, said in nlargest(_BEAM, ways[place]):
            for end, letters in readings:
                ways[end].append((score + _likelihood(said, letters), said + letters))
    finished: dict[str, float] = {}
    for score, said in ways[-1]:
        word = said[1:]
        finished[word] = max(finished.get(word, -math.inf), (score + _likelihood(said, "_")) / (len(word) + 1))
    return nlargest(_BEAM, finished.items(), key=lambda item: item[1])


def _likelihood(said: str, letters: str) -> float:
    """Give the logarithm of the chance that `letters` come after `said`."""
    counts, total = _letter_counts(), 0.0
    for letter in letters:
        context, price = said[-_LETTERS_BEFORE:], 0.0
        while True:
            following = counts.get(context)
            if following and letter in following:
                total += price + following[letter]
                break
            if not context:
                total += price + _UNSEEN
                break
            context, price = context[1:], price + _BACKOFF
        said += letter
    return total


@cache
def _letter_counts() -> dict[str, dict[str, float]]:
    """Read the table. Returns: letters before → letter after → logarithm of its share among all that come after."""
    found: dict[str, dict[str, float]] = {}
    for line in _COUNTS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        context, following = line.split("\t")
        counts = {item[0]: int(item[1:]) for item in following.split()}
        whole = math.log(sum(counts.values()))
        found[context] = {letter: math.log(count) - whole for letter, count in counts.items()}
    return found
