"""Kazakh Cyrillic as people type it without its letters: in Latin script, or with Russian letters only."""

import re

_LATIN = {
    "а": "a", "ә": "ä", "б": "b", "в": "v", "г": "g", "ғ": "ğ", "д": "d", "е": "e", "ж": "j", "з": "z", "и": "i",
    "й": "i", "к": "k", "қ": "q", "л": "l", "м": "m", "н": "n", "ң": "ñ", "о": "o", "ө": "ö", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ұ": "ū", "ү": "ü", "ф": "f", "х": "h", "һ": "h", "ш": "ş", "ы": "y", "і": "ı",
    # Letters of Russian loans, for which that alphabet has none of its own.
    "ё": "io", "ц": "ts", "ч": "ch", "щ": "şş", "ъ": "", "ь": "", "э": "e", "ю": "iu", "я": "ia",
}  # fmt: skip
"""The alphabet of 31 letters that the government of Kazakhstan presented in January 2021."""

_RUSSIAN = dict(zip("әғқңөұүһі", "агкноуухи", strict=True))


def write_latin(text: str) -> str:
    """Write Kazakh in the Latin alphabet of 2021: «Иранға қанша?» becomes "İranğa qanşa?".

    Whatever is no Cyrillic letter stays as it is. Of a letter that becomes two, the first takes the capital.
    """
    return text.translate(_TO_LATIN)


def write_latin_but_quotes(text: str) -> str:
    """The same, but for what stands in «»: a quotation keeps the letters of its source."""
    written, depth = [], 0
    for piece in re.split("([«»])", text):
        depth += piece == "«"
        written.append(piece if depth else write_latin(piece))
        depth = max(0, depth - (piece == "»"))
    return "".join(written)


def is_latin(text: str) -> bool:
    """Whether most letters of a text are Latin ones."""
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum(letter < "\u0370" for letter in letters) > len(letters)  # in Unicode they stand before Greek ones


def write_russian(text: str) -> str:
    """Write Kazakh with the letters of a Russian keyboard: «қанша өсті» becomes «канша ости»."""
    return text.translate(_TO_RUSSIAN)


def _capitalise(letters: str) -> str:
    return letters[:1].replace("i", "İ").upper() + letters[1:]  # the alphabet tells İ (и) from I (і)


_TO_LATIN = str.maketrans(_LATIN | {letter.upper(): _capitalise(latin) for letter, latin in _LATIN.items()})
_TO_RUSSIAN = str.maketrans(_RUSSIAN | {letter.upper(): plain.upper() for letter, plain in _RUSSIAN.items()})
