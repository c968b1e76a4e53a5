"""Kazakh case and plural endings: the right one of up to six variants for a word, a number or an abbreviation.

The variant follows from two things (Қазақ грамматикасы, Астана 2002, on vowel harmony and on assimilation;
N. Washington, Kazakh morphophonology): the last vowel of the word chooses between back and front endings, the last
sound chooses the consonant that the ending begins with. Digits, signs and abbreviations take the ending of the word
that is read aloud, after a hyphen: 40-қа (қырық), 40%-ға (пайыз), ЕАЭО-ның.
"""

import re
from functools import cache
from typing import Final, Literal, TypeAlias

from qa_bot.language.stem import is_listed_stem

Case: TypeAlias = Literal["genitive", "dative", "accusative", "locative", "ablative", "instrumental", "plural"]
CASES: Final[tuple[Case, ...]] = ("genitive", "dative", "accusative", "locative", "ablative", "instrumental")

BACK_VOWELS: Final = frozenset("аоұыяё")
FRONT_VOWELS: Final = frozenset("әөүіеэ")
_VOWELS: Final = BACK_VOWELS | FRONT_VOWELS | frozenset("иую")
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
_SIGNS: Final = {"%": "пайыз", "$": "доллар", "€": "еуро", "₸": "теңге", "£": "фунт", "°": "градус"}
_SHORT_UNITS: Final = {  # read as the full word
    "млн": "миллион", "млрд": "миллиард", "трлн": "триллион", "км": "километр", "м": "метр", "см": "сантиметр",
    "мм": "миллиметр", "кг": "килограмм", "г": "грамм", "га": "гектар", "т": "тонна", "л": "литр",
    "сағ": "сағат", "кВт": "киловатт", "МВт": "мегаватт", "ГВт": "гигаватт",
}  # fmt: skip
# An abbreviation that cannot be read as a word is spelled out; the press treats most as ending in a back vowel
# (ТМД-ның, ФТБ-ға), but not those whose last letter's name ends in a consonant, nor М and К (министрлігі, комитеті).
_LETTER_NAMES: Final = {"л": "эл", "н": "эн", "р": "эр", "с": "эс", "м": "ме", "к": "ке"}
_ABBREVIATIONS: Final = {"АҚШ": "ақш", "ҚР": "Республикасы", "ҚХР": "Республикасы", "ЖШС": "Серіктестігі"}

# Loan words and names whose harmony does not follow from their letters (custom of the Kazakh press).
_FRONT_LOANS: Final = frozenset({"баку", "банк", "парк", "йорк", "хрущев"})
_BACK_LOANS: Final = frozenset({"жетісу", "медаль", "ми", "боинг", "тарих", "мұхит"})
_SURNAME_ENDINGS: Final = ("ев", "ов")
_FRONT_ENDINGS: Final = ("ль", "сь", "рь", "ть", "бург")  # Израильге, Беларусьтің, рубльге, Петербургте

_HARDENED: Final = {"ғ": "қ", "г": "к", "б": "п"}  # as a stem ends where no vowel follows: одағы, одақ
_FROM_LATIN: Final = str.maketrans("aeiouybcdfghjklmnpqrstvwxz", "аеиоуыбсдфгхжклмнпқрстввсз")  # by sound, to choose by
VERBAL_NAMES: Final = ("берді", "келді", "гелді", "балды")
"""How surnames end that only look possessed or in a case: Мұхтар Тілеуберді."""
_AGENT: Final = re.compile("[^аәеёиоөұүыі]ш[ыі]$")  # қатысушы, жұмысшы: no stem ends so, to be possessed
_STILL_POSSESSED: Final = ("ұлы", "басы", "жүзі", "қарасы")  # though listed as stems: Құнанбайұлын, отбасына
_CLOSING: Final = frozenset('»”"’')

_NUMBER_AT_END: Final = re.compile(r"\d[\d \u00a0.,]*$")
_LAST_WORD: Final = re.compile(r"[^\W\d_]+$")


def attach(word_or_number: str, case: Case) -> str:
    """Give the word, number or abbreviation with the Kazakh ending of the case (or of the plural).

    A phrase takes the ending on its last word; one that ends in a possessive (Иран президенті) takes the endings that
    follow a possessive; a name in quotation marks takes it inside them. Text that ends in neither a letter, a digit
    nor a known sign is returned as it came.
    """
    text = word_or_number.rstrip()
    if text[-1:] in _CLOSING and len(text) > 1:
        return attach(text[:-1], case) + text[-1]
    if number := _NUMBER_AT_END.search(text):
        return f"{text}-{_ending(read_last_word(number.group()), case)}"
    if text[-1:] in _SIGNS:
        return f"{text}-{_ending(_SIGNS[text[-1]], case)}"
    last = _LAST_WORD.search(text)
    if last is None:
        return text
    word, lower = last.group(), last.group().lower()
    if word in _SHORT_UNITS:
        return f"{text}-{_ending(_SHORT_UNITS[word], case)}"
    if word.isascii():
        return f"{text}-{_ending(lower.translate(_FROM_LATIN), case)}"
    if word.isupper():
        return f"{text}-{_ending(_read_abbreviation(word), case)}"
    if " " in text and _is_possessed(lower):
        return _attach_to_possessed(text, case)
    if lower.endswith("ск"):  # a cluster that Kazakh cannot end a stem with: Минск, Минскіге
        return f"{text}і{_ending(lower + 'і', case)}"
    return text + _ending(lower, case)


def _is_possessed(word: str) -> bool:
    """Whether the last word of a phrase is in the possessive: «Иран президенті», but not «200 жылқы»."""
    if word[-1] not in "ыі" or word.endswith(VERBAL_NAMES):
        return False
    return word.endswith(_STILL_POSSESSED) or not (_AGENT.search(word) or is_listed_stem(word))


def _attach_to_possessed(text: str, case: Case) -> str:
    """Give a phrase in the possessive its ending; the plural goes in before the possessive: президент-тер-і."""
    back = _is_back(_LAST_WORD.findall(text)[-1].lower())
    if case != "plural":
        return text + _AFTER_POSSESSIVE[case][not back]
    stem = text[:-2] if text[-2] == "с" and text[-3] in _VOWELS else text[:-1]
    stem = stem[:-1] + _HARDENED.get(stem[-1], stem[-1])
    return attach(stem, "plural") + ("ы" if back else "і")


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
    """Tell whether a word in lower case takes endings with back vowels: its last vowel decides.

    и counts as front (Маминнің, тарифке) unless қ or ғ stands before it, у before a consonant as back (минутқа); у at
    the end and beside a vowel leaves it to the vowel before (келісуге, Ақтауға). A surname in -ев or -ов follows
    what stands before that (Тоқаевқа, Әуезовке).
    """
    if word in _FRONT_LOANS or word in _BACK_LOANS:
        return word in _BACK_LOANS
    if word.endswith(_FRONT_ENDINGS):
        return False
    if word.endswith(_SURNAME_ENDINGS):
        front = FRONT_VOWELS | frozenset("иё" if word.endswith("ев") else "ё")
        return next((letter not in front for letter in word[-3::-1] if letter in _VOWELS), True)
    for at in range(len(word) - 1, -1, -1):
        letter = word[at]
        if letter in BACK_VOWELS or letter in FRONT_VOWELS:
            return letter in BACK_VOWELS
        if letter == "и":
            return at > 0 and word[at - 1] in "қғ"
        if letter in "ую" and at + 1 < len(word) and not _touches_vowel(word, at):
            return True
    return True


def _touches_vowel(word: str, at: int) -> bool:
    return word[at + 1] in _VOWELS or (at > 0 and word[at - 1] in _VOWELS)


def _read_abbreviation(word: str) -> str:
    """Give a word that takes the endings which the abbreviation takes."""
    lower = word.lower()
    if word in _ABBREVIATIONS:
        return _ABBREVIATIONS[word].lower()
    if lower[-1] in _VOWELS or (lower[-2:-1] and lower[-2] in _VOWELS and lower[-1] not in "кфбвд"):
        return lower
    readable = len(lower) > 3 and lower[-2] in _VOWELS
    return lower if readable else _LETTER_NAMES.get(lower[-1], "а")
