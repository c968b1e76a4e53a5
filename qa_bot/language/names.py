"""Names across scripts: Pezeshkian and Пезешкиан are one person.

A name is compared by its key, a rough phonetic form that is the same however the name is spelled; where spelling
conventions differ more (г for h in Тегеран), keys are compared sound by sound.
"""

import re
from functools import cache, lru_cache
from pathlib import Path
from unicodedata import normalize

from qa_bot.language.letters import fold
from qa_bot.language.spelling import spell_from_russian
from qa_bot.language.stem import stem

_TABLE = Path(__file__).with_name("name_spellings.tsv")
_CACHE = 1 << 16

# The key alphabet: a e i o u, plain consonants, w for ш, c for ч, j for ж and дж. Longer spellings come first.
_LATIN_SOUNDS = {
    "shch": "w", "sch": "w", "tch": "c", "dzh": "j", "sh": "w", "ch": "c", "zh": "j", "dj": "j", "kh": "h", "gh": "g",
    "ph": "f", "th": "t", "ck": "k", "cz": "c", "tz": "z", "ts": "z", "ng": "n", "oo": "u", "ou": "u", "ee": "i",
    "gio": "jo", "gia": "ja", "qi": "zi", "ce": "se", "ci": "si", "cy": "si", "c": "k", "q": "k", "w": "v", "x": "ks",
    "y": "i",
}  # fmt: skip
_CYRILLIC_SOUNDS = {
    "нг": "n", "дж": "j", "дз": "z", "цз": "j", "чж": "j", "а": "a", "ә": "a", "б": "b", "в": "v", "г": "g", "ғ": "g",
    "д": "d", "е": "e", "ё": "io", "ж": "j", "з": "z", "и": "i", "й": "i", "к": "k", "қ": "k", "л": "l", "м": "m",
    "н": "n", "ң": "n", "о": "o", "ө": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ұ": "u", "ү": "u",
    "ф": "f", "х": "h", "һ": "h", "ц": "z", "ч": "c", "ш": "w", "щ": "w", "ъ": "", "ы": "i", "і": "i", "ь": "",
    "э": "e", "ю": "iu", "я": "ia",
}  # fmt: skip
_MARKED = str.maketrans(
    {"ş": "sh", "š": "sh", "ç": "ch", "č": "ch", "ž": "zh", "ı": "y", "ø": "o", "ł": "l", "ß": "ss"}
)
_INITIAL = re.compile("^(?:x(?=[iu])|hs)")  # Xi, Hsi: Chinese с
_GLIDE = re.compile("i+(?=[aeou])")  # Tokayev, Aliyev, Pezeshkiyan: a glide that spellings write or drop

_VOWELS = frozenset("aeiou")
_NEAR = {
    frozenset(pair): price
    for price, pairs in {
        0.2: ["gh", "sz", "vf", "ei", "ou", "jz"],
        0.4: ["ao", "ae", "au", "eo", "iu", "oi", "ai", "eu", "gk", "hk", "cw", "vu", "ji", "jc", "jd", "wz", "cz"],
        0.5: ["dt", "bp", "sw", "bv"],
    }.items()
    for pair in pairs
}
"""Price of one sound for another, where spellings of one name differ so; any other pair costs _OTHER."""
_OTHER = 1.6
_EXTRA = {**dict.fromkeys("aeou", 0.5), "i": 0.4, "h": 0.3}
"""Price of a sound that one spelling lacks; a consonant costs _CONSONANT."""
_CONSONANT = 1.1
_OTHER_BEGINNING = 0.3
"""Added when the first sounds are not even near: names are misspelled inside, not at the beginning."""
_GROUPS = {sound: group[0] for group in ("kgh", "td", "pbvf", "szwcj") for sound in group}
_ENOUGH_SHARED = 0.34
"""Names that share fewer of their groups of consonants are told apart without looking closer."""

_ENGLISH = {
    "а": "a", "ә": "a", "б": "b", "в": "v", "г": "g", "ғ": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z",
    "и": "i", "й": "i", "к": "k", "қ": "k", "л": "l", "м": "m", "н": "n", "ң": "n", "о": "o", "ө": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ұ": "u", "ү": "u", "ф": "f", "х": "kh", "һ": "h", "ц": "ts", "ч": "ch",
    "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "і": "i", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
_ENGLISH_RULES = [
    (re.compile(pattern), english)
    for pattern, english in [
        (r"дж", "j"),
        (r"^е", "ye"),
        (r"(?<=[аәеиоөуұүыіэя])е", "ye"),  # Тоқаев, Әлиев
        (r"(?<=ь)е", "ye"),
        (r"[ыи]й$", "y"),  # Зеленский
        (r"й[ыі]", "i"),  # Смайылов
        (r"й$", "y"),
        (r"кс", "x"),
    ]
]
"""How English-language papers of Kazakhstan write what single letters do not tell."""

_CYRILLIC = {
    "shch": "щ", "sch": "ш", "sh": "ш", "ch": "ч", "zh": "ж", "kh": "х", "gh": "г", "ph": "ф", "th": "т", "ck": "к",
    "ts": "ц", "tz": "ц", "ya": "я", "yu": "ю", "yo": "ё", "iya": "ия", "oo": "у", "ou": "у", "ee": "и", "a": "а",
    "b": "б", "c": "к", "ce": "се", "ci": "си", "d": "д", "e": "е", "f": "ф", "g": "г", "h": "х", "i": "и", "j": "ж",
    "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "q": "қ", "r": "р", "s": "с", "t": "т", "u": "у",
    "v": "в", "w": "в", "x": "кс", "y": "ы", "z": "з",
}  # fmt: skip
_CYRILLIC_RULES = [
    (re.compile(pattern), cyrillic)
    for pattern, cyrillic in [
        (r"(?<=[aeiou])ye", "е"),  # Tokayev, Aliyev
        (r"tzh", "тж"),  # Bakytzhan
        (r"ia$", "ия"),
        (r"^ye", "е"),
        (r"iy?yo", "иё"),
        (r"(?<=[aeou])[iy](?![aeiou])", "й"),
        (r"(?:iy|yy|ij)$|(?<=sk)[iy]$", "ий"),
        (r"iya", "ия"),
        (r"ss(?=[aeiouy])", "с"),  # Kassym
    ]
]
_OTHER_READINGS = [
    ("ж", "дж"),
    ("х", "г"),
    ("х", "һ"),
    ("в", "у"),
    ("нг", "ң"),
    ("к", "с"),
    ("е", "э"),
    ("ы", "и"),
    ("ч", "ш"),
]


@lru_cache(maxsize=_CACHE)
def name_key(word: str) -> str:
    """Give the phonetic skeleton of a name, the same for the usual spellings of it in Latin and Cyrillic letters."""
    lowered = word.lower()
    cyrillic = _spell(re.sub("[^а-яёәғқңөұүһі]", "", lowered), _CYRILLIC_SOUNDS)
    marked = normalize("NFD", lowered.translate(_MARKED))
    latin = _spell(_INITIAL.sub("s", re.sub("[^a-z]", "", marked)), _LATIN_SOUNDS)
    return re.sub(r"(.)\1+", r"\1", _GLIDE.sub("", cyrillic + latin))


@lru_cache(maxsize=_CACHE)
def name_similarity(a: str, b: str, least: float = 0.0) -> float:
    """Tell how alike two names sound. Single names that are less alike than `least` may be given 0.0, which is quicker.

    Returns: from 0 to 1; spellings of one name reach about 0.75, different names seldom 0.6. A Kazakh case ending
    on a Cyrillic name (Пезешкианмен) costs nothing. Names of several words are compared word by word.
    """
    first, second = re.split(r"[\s\-–]+", a.strip()), re.split(r"[\s\-–]+", b.strip())
    if (len(first), first) > (len(second), second):
        first, second = second, first
    if len(second) == 1:
        return max(_compare(x, y, least) for x in _without_ending(a) for y in _without_ending(b))
    scores = [(max(name_similarity(word, other) for other in second), len(word)) for word in first]
    return sum(score * size for score, size in scores) / max(1, sum(size for _, size in scores))


def romanise(text: str) -> str:
    """Write Cyrillic names as English-language papers of Kazakhstan do: Тоқаев Tokayev, Қасым-Жомарт Kassym-Jomart."""
    return re.sub("[а-яёәғқңөұүһі]+", lambda match: _romanise_word(match.group()), text, flags=re.IGNORECASE)


@lru_cache(maxsize=_CACHE)
def cyrillise(name: str) -> list[str]:
    """Write a Latin name in Cyrillic letters. Returns: likely spellings, best first."""
    known = _known_cyrillic().get(name.lower(), ())
    lowered = re.sub("[^a-z' -]", "", normalize("NFD", name.lower().translate(_MARKED)))
    for pattern, cyrillic in _CYRILLIC_RULES:
        lowered = pattern.sub(cyrillic, lowered)
    plain = _spell(lowered, _CYRILLIC)
    native = spell_from_russian(plain)[0][0] if plain.isalpha() else plain
    single = re.sub(r"([бвгдзйклмнпрстфхцчшщ])\1", r"\1", plain)
    others = (plain.replace(letter, other) for letter, other in _OTHER_READINGS if letter in plain)
    return list(dict.fromkeys([*known, *map(_capitalise, [plain, native, single, *others])]))


def _without_ending(name: str) -> tuple[str, ...]:
    bare = stem(name, "kk") if re.search("[а-я]", name.lower()) else name
    return (name, bare) if bare != name.lower() else (name,)


def _compare(a: str, b: str, least: float) -> float:
    """Compare two words by the cheapest way to turn one key into the other (Wagner and Fischer 1974)."""
    first, second = name_key(a), name_key(b)
    if not first or not second:
        return 0.0
    if first == second:
        return 1.0
    ours, theirs = _consonants(first), _consonants(second)
    if len(ours & theirs) < _ENOUGH_SHARED * len(ours | theirs):
        return 0.0
    most = (1.0 - least) * (len(first) + len(second)) / 2
    row = [0.0]
    for sound in second:
        row.append(row[-1] + _EXTRA.get(sound, _CONSONANT))
    for left in first:
        extra = _EXTRA.get(left, _CONSONANT)
        above, row = row, [row[0] + extra]
        for place, right in enumerate(second):
            other = above[place] if left == right else above[place] + _NEAR.get(frozenset((left, right)), _OTHER)
            row.append(min(other, above[place + 1] + extra, row[-1] + _EXTRA.get(right, _CONSONANT)))
        if min(row) > most:
            return 0.0
    beginning = _OTHER_BEGINNING * (_NEAR.get(frozenset((first[0], second[0])), first[0] != second[0]) > 0.4)
    return max(0.0, 1.0 - 2 * (row[-1] + beginning) / (len(first) + len(second)))


@lru_cache(maxsize=_CACHE)
def _consonants(key: str) -> frozenset[str]:
    return frozenset(_GROUPS.get(sound, sound) for sound in key if sound not in _VOWELS)


def _romanise_word(word: str) -> str:
    known = _known_english().get(fold(word))
    if known is None:
        lowered = word.lower()
        for pattern, english in _ENGLISH_RULES:
            lowered = pattern.sub(english, lowered)
        known = _spell(lowered, _ENGLISH)
        known = _capitalise(known) if word[0].isupper() else known
    return known.upper() if word.isupper() and len(word) > 1 else known


def _spell(word: str, signs: dict[str, str]) -> str:
    return _units(tuple(signs)).sub(lambda match: signs[match.group()], word)


@cache
def _units(signs: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(signs, key=len, reverse=True)))


def _capitalise(name: str) -> str:
    return re.sub(r"(?:^|(?<=[\s-]))\w", lambda match: match.group().upper(), name)


@cache
def _known_pairs() -> list[tuple[str, str]]:
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    return [(row[0], row[1]) for row in (line.split("\t") for line in lines if not line.startswith("#"))]


@cache
def _known_english() -> dict[str, str]:
    return {fold(cyrillic): english for cyrillic, english in reversed(_known_pairs())}


@cache
def _known_cyrillic() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for cyrillic, english in _known_pairs():
        found.setdefault(english.lower(), []).append(cyrillic)
    return found
