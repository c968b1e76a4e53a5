"""Names across scripts: Pezeshkian and Пезешкиан are one person."""

import re

_SOUNDS = {
    "shch": "s", "sch": "s", "sh": "s", "ch": "c", "zh": "j", "dzh": "j", "kh": "h", "gh": "g", "ph": "f", "ck": "k",
    "щ": "s", "ш": "s", "ч": "c", "ж": "j", "х": "h", "һ": "h", "ц": "c", "ф": "f", "қ": "k", "к": "k", "q": "k",
    "ғ": "g", "г": "g", "з": "z", "с": "s", "ң": "n", "н": "n", "м": "m", "л": "l", "р": "r", "т": "t", "д": "d",
    "п": "p", "б": "b", "в": "v", "w": "v", "а": "a", "ә": "a", "я": "a", "о": "o", "ө": "o", "ё": "o", "у": "u",
    "ұ": "u", "ү": "u", "ю": "u", "е": "e", "э": "e", "и": "i", "й": "i", "ы": "i", "і": "i", "y": "i", "x": "ks",
    "ь": "", "ъ": "",
}  # fmt: skip
_SOUND = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_LATIN_LETTERS = {
    "а": "a", "ә": "a", "б": "b", "в": "v", "г": "g", "ғ": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z",
    "и": "i", "й": "y", "к": "k", "қ": "k", "л": "l", "м": "m", "н": "n", "ң": "n", "о": "o", "ө": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ұ": "u", "ү": "u", "ф": "f", "х": "kh", "һ": "h", "ц": "ts", "ч": "ch",
    "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "і": "i", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
_CYRILLIC = {
    "sh": "ш", "ch": "ч", "zh": "ж", "kh": "х", "ya": "я", "yu": "ю", "yo": "ё", "ye": "е", "a": "а", "b": "б",
    "c": "к", "d": "д", "e": "е", "f": "ф", "g": "г", "h": "х", "i": "и", "j": "ж", "k": "к", "l": "л", "m": "м",
    "n": "н", "o": "о", "p": "п", "q": "қ", "r": "р", "s": "с", "t": "т", "u": "у", "v": "в", "w": "у", "x": "кс",
    "y": "ы", "z": "з",
}  # fmt: skip
_CYRILLIC_UNIT = re.compile("|".join(sorted(_CYRILLIC, key=len, reverse=True)))


def name_key(word: str) -> str:
    """Give the phonetic skeleton of a name, the same for its Latin and Cyrillic spellings."""
    lowered = re.sub("[^a-zа-яёәғқңөұүһі]", "", word.lower())
    sounds = _SOUND.sub(lambda match: _SOUNDS[match.group()], lowered)
    return re.sub(r"(.)\1+", r"\1", re.sub("i(?=[aeou])|(?<=[aeo])i", "", sounds))


def name_similarity(a: str, b: str) -> float:
    """Tell how alike two names sound, from 0 to 1; Kazakh case endings on either side cost little."""
    first, second = sorted((name_key(a), name_key(b)), key=len)
    if not first:
        return 0.0
    grams = [{key[i : i + 2] for i in range(len(key) - 1)} or {key} for key in (first, second[: len(first) + 1])]
    return len(grams[0] & grams[1]) / max(len(grams[0]), len(grams[1]))


def romanise(text: str) -> str:
    """Write a Cyrillic name in Latin letters."""
    return "".join(_cased(letter, _LATIN_LETTERS.get(letter.lower(), letter)) for letter in text)


def cyrillise(name: str) -> list[str]:
    """Write a Latin name in Cyrillic. Returns: likely spellings, best first."""
    lowered = _CYRILLIC_UNIT.sub(lambda match: _CYRILLIC[match.group()], name.lower())
    return [lowered[:1].upper() + lowered[1:]]


def _cased(letter: str, latin: str) -> str:
    return latin.capitalize() if letter.isupper() else latin
