"""Kazakh case and plural endings: the right one of up to six variants for a word, a number or an abbreviation.

The variant follows from two things (Қазақ грамматикасы, Астана 2002, on vowel harmony and on assimilation;
N. Washington, Kazakh morphophonology): the last vowel of the word chooses between back and front endings, the last
sound chooses the consonant that the ending begins with. Digits, signs and abbreviations take the ending of the word
that is read aloud, after a hyphen: 40-қа (қырық), 40%-ға (пайыз), ЕАЭО-ның.
"""

import re
from functools import cache
from typing import Final, Literal, TypeAlias

Case: TypeAlias = Literal["genitive", "dative", "accusative", "locative", "ablative", "instrumental", "plural"]
CASES: Final[tuple[Case, ...]] = ("genitive", "dative", "accusative", "locative", "ablative", "instrumental")

BACK_VOWELS: Final = frozenset("аоұыяё")
FRONT_VOWELS: Final = frozenset("әөүіеэ")
GLIDES: Final = frozenset("уиюй")  # carry no harmony of their own; endings treat them as sonorants
NASALS: Final = frozenset("мнң")
DEVOICED: Final = frozenset("бвгд")  # written voiced, spoken voiceless at the end of a loan word: клуб-тың
VOICELESS: Final = frozenset("пфкқтсшщчцхһ") | DEVOICED

# Last sound → what the ending begins with. Keys: v vowel, n nasal, l л, r other sonorant, z з or ж, t voiceless.
_ONSETS: Final[dict[Case, dict[str, str]]] = {
    "genitive": {"v": "н", "n": "н", "l": "д", "r": "д", "z": "д", "t": "т"},
    "dative": {"v": "ғ", "n": "ғ", "l": "ғ", "r": "ғ", "z": "ғ", "t": "қ"},
    "accusative": {"v": "н", "n": "д", "l": "д", "r": "д", "z": "д", "t": "т"},
    "locative": {"v": "д", "n": "д", "l": "д", "r": "д", "z": "д", "t": "т"},
    "ablative": {"v": "д", "n": "н", "l": "д", "r": "д", "z": "д", "t": "т"},
    "instrumental": {"v": "м", "n": "м", "l": "м", "r": "м", "z": "б", "t": "п"},
    "plural": {"v": "л", "n": "д", "l": "д", "r": "л", "z": "д", "t": "т"},
}
_RIMES: Final[dict[Case, tuple[str, str]]] = {  # (after a back vowel, after a front vowel)
    "genitive": ("ың", "ің"),
    "dative": ("а", "е"),
    "accusative": ("ы", "і"),
    "locative": ("а", "е"),
    "ablative": ("ан", "ен"),
    "instrumental": ("ен", "ен"),
    "plural": ("ар", "ер"),
}
# After the possessive of the third person (президент-і, республика-сы) the case endings are other ones.
_AFTER_POSSESSIVE: Final[dict[Case, tuple[str, str]]] = {
    "genitive": ("ның", "нің"),
    "dative": ("на", "не"),
    "accusative": ("н", "н"),
    "locative": ("нда", "нде"),
    "ablative": ("нан", "нен"),
    "instrumental": ("мен", "мен"),
}

_POSSESSED: Final = {"орын": "орны", "кәсіпорын": "кәсіпорны", "халық": "халқы"}

_UNITS: Final = ("нөл", "бір", "екі", "үш", "төрт", "бес", "алты", "жеті", "сегіз", "тоғыз")
_TENS: Final = ("", "он", "жиырма", "отыз", "қырық", "елу", "алпыс", "жетпіс", "сексен", "тоқсан")
_POWERS: Final = (
    (12, "триллион"),
    (9, "миллиард"),
    (6, "миллион"),
    (3, "мың"),
    (2, "жүз"),
)
_READ_AS: Final = {  # signs and shortened units that are read as the full word
    "%": "пайыз",
    "$": "доллар",
    "€": "еуро",
    "₸": "теңге",
    "£": "фунт",
    "°": "градус",
    "мың": "мың",
    "млн": "миллион",
    "млрд": "миллиард",
    "трлн": "триллион",
    "км": "километр",
    "м": "метр",
    "см": "сантиметр",
    "мм": "миллиметр",
    "кг": "килограмм",
    "г": "грамм",
    "га": "гектар",
    "т": "тонна",
    "л": "литр",
    "кВт": "киловатт",
    "МВт": "мегаватт",
    "ГВт": "гигаватт",
}
_LETTER_NAMES: Final = {  # the last letter of an abbreviation that is spelled out letter by letter
    "б": "бэ", "в": "вэ", "г": "гэ", "ғ": "ға", "д": "дэ", "ж": "жэ", "з": "зэ", "к": "ка", "қ": "қа", "л": "эл",
    "м": "эм", "н": "эн", "п": "пэ", "р": "эр", "с": "эс", "т": "тэ", "ф": "эф", "х": "ха", "ц": "цэ", "ч": "че",
    "ш": "ша",
}  # fmt: skip
_ABBREVIATIONS: Final = {  # custom has settled these otherwise than the letters suggest: by the full name's last word
    "ҚР": "Республикасы",
    "ҚХР": "Республикасы",
    "ТМД": "Достастығы",
    "ҰҚК": "Комитеті",
    "ЖШС": "Серіктестігі",
    "ТЖМ": "Министрлігі",
}
# Loan words whose harmony does not follow from their letters (custom of the Kazakh press).
_FRONT_LOANS: Final = frozenset({"париж", "баку", "мадрид", "тбилиси", "путин", "ким", "рим", "бали", "дели", "рубль"})
_BACK_LOANS: Final[frozenset[str]] = frozenset()

_NUMBER_AT_END: Final = re.compile(r"\d[\d \u00a0.,]*$")
_LAST_WORD: Final = re.compile(r"[^\W\d_]+$")


def attach(word_or_number: str, case: Case) -> str:
    """Give the word, number or abbreviation with the Kazakh ending of the case (or of the plural).

    A phrase takes the ending on its last word; one that ends in a possessive (Иран президенті) takes the endings that
    follow a possessive. Text that ends in neither a letter, a digit nor a known sign is returned as it came.
    """
    text = word_or_number.rstrip()
    if not text:
        return text
    if number := _NUMBER_AT_END.search(text):
        return f"{text}-{_ending(read_last_word(number.group()), case)}"
    if text[-1] in _READ_AS and not text[-1].isalpha():
        return f"{text}-{_ending(_READ_AS[text[-1]], case)}"
    last = _LAST_WORD.search(text)
    if last is None:
        return f"{text}{_ending(inner.group(), case)}" if (inner := re.search(r"[^\W\d_]+(?=[»”\"’]$)", text)) else text
    word = last.group()
    if word in _READ_AS and (word.lower() != word or len(word) <= 4) and word not in {"мың"}:
        return f"{text}-{_ending(_READ_AS[word], case)}"
    if len(word) > 1 and word.isupper():
        return f"{text}-{_ending(_read_abbreviation(word), case)}"
    if _is_possessed(text, word) and case in _AFTER_POSSESSIVE:
        return text + _AFTER_POSSESSIVE[case][not _is_back(word.lower())]
    if word.lower().endswith("ск"):  # a cluster that Kazakh cannot end a stem with: Минск, Минскіге
        return f"{text}і{_ending(word.lower() + 'і', case)}"
    return text + _ending(word.lower(), case)


@cache
def noun_forms(noun: str, *, possessed: bool = False) -> dict[str, str]:
    """Give every form of a noun in lower case → the letters that end it after the bare noun.

    Plural, possessive of the third person, the six cases, -лық, -дай and -дағы, and what combines of them:
    пайыз → пайызға, пайыздан, пайызы, пайызының, пайыздық… Where the stem itself changes (мектеп, мектебі), the
    letters count from the changed one. `possessed`: the noun is in the possessive already, so only cases follow.
    """
    if possessed:
        return {form: form[len(noun) :] for form in _possessed_cases(noun)}
    forms = []
    for stem in (noun, noun + _ending(noun, "plural")):
        back = _is_back(stem)
        forms += [stem, *(stem + _ending(stem, case) for case in CASES)]
        forms += [stem + tail + ("ғы" if back else "гі") for tail in ("", _ending(stem, "locative"))]
        forms += _possessed_cases(_POSSESSED.get(stem) or possess(stem))
    sound = _last_sound(noun)
    similative = "тай" if sound == "t" else "дай"
    adjectives = (f"{'л' if sound in 'vr' else 'т' if sound == 't' else 'д'}ық", similative, f"{similative}ы")
    front = str.maketrans("ықа", "іке")
    forms += [noun + (tail if _is_back(noun) else tail.translate(front)) for tail in adjectives]
    found = {form: form[len(noun) :] for form in forms}
    if noun[-1] == noun[-2:-1] and sound != "v":  # мегаватт + тық: мегаваттық; балл + ды: балды
        found |= {form: form[len(noun) - 1 :] for form in noun_forms(noun[:-1]) if len(form) > len(noun)}
    return found


@cache
def noun_endings() -> frozenset[str]:
    """Every ending that some noun takes. For recognising names whose harmony the press is not agreed on."""
    samples = ("қала", "кеме", "адам", "өлең", "мал", "ел", "қар", "жер", "қыз", "сөз", "ат", "кент")
    return frozenset(ending for noun in samples for ending in noun_forms(noun).values())


def _possessed_cases(possessed: str) -> list[str]:
    back = _is_back(possessed)
    cases = [possessed + endings[not back] for endings in _AFTER_POSSESSIVE.values()]
    return [possessed, *cases, possessed + ("ндағы" if back else "ндегі")]


def possess(noun: str) -> str:
    """Give the noun in the possessive of the third person: мектебі, тоннасы."""
    sound, back = _last_sound(noun), _is_back(noun)
    if sound == "v":
        return noun + ("сы" if back else "сі")
    softened = {"қ": "ғ", "к": "г", "п": "б"}.get(noun[-1])
    return (noun[:-1] + softened if softened else noun.rstrip("ь")) + ("ы" if back else "і")


def read_last_word(number: str) -> str:
    """Give the word that the reading aloud of a number in digits ends with: "40" → "қырық", "1,5" → "бес"."""
    digits = re.sub(r"\D", "", number)
    trimmed = digits.rstrip("0")
    if not trimmed:
        return _UNITS[0]
    zeros = len(digits) - len(trimmed)
    if zeros == 0:
        return _UNITS[int(digits[-1])]
    if zeros == 1:
        return _TENS[int(trimmed[-1])]
    return next(name for power, name in _POWERS if zeros >= power)


def _ending(word: str, case: Case) -> str:
    word = word.lower()
    back = _is_back(word)
    onset = _ONSETS[case][_last_sound(word)]
    if case == "dative" and not back:
        onset = {"ғ": "г", "қ": "к"}[onset]
    return onset + _RIMES[case][not back]


def _last_sound(word: str) -> str:
    last = word.rstrip("ьъ")[-1]
    if last in BACK_VOWELS or last in FRONT_VOWELS:
        return "v"
    if last in NASALS:
        return "n"
    if last in VOICELESS:
        return "t"
    if last in "зж":
        return "z"
    return "l" if last == "л" else "r"


def _is_back(word: str) -> bool:
    if word in _FRONT_LOANS:
        return False
    if word in _BACK_LOANS:
        return True
    if word.endswith(("нк", "рк", "нг")):
        return False
    if word.endswith(("ев", "ева", "ов", "ова")):  # the surname's own vowels decide: Тоқаевтың, Бектеновтің
        word = word[:-2] if word.endswith("в") else "а"
    for letter in reversed(word):
        if letter in BACK_VOWELS:
            return True
        if letter in FRONT_VOWELS:
            return False
    return not any(letter in "ию" for letter in word)


def _read_abbreviation(word: str) -> str:
    if word in _ABBREVIATIONS:
        return _ABBREVIATIONS[word]
    lower = word.lower()
    if any(letter in BACK_VOWELS or letter in FRONT_VOWELS or letter in "уию" for letter in lower):
        return lower
    return _LETTER_NAMES.get(lower[-1], lower)


def _is_possessed(text: str, word: str) -> bool:
    return " " in text and word[-1] in "ыі" and word.lower() not in _UNITS
