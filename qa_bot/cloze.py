"""Questions made of a Kazakh sentence: a question word in the place of what answers it, all else as it is said.

Kazakh asks in place (Kazakh: A Comprehensive Grammar, R. Muhamedowa 2016, ch. 3): «Көрме 5 мамырда ашылды», «Көрме
қашан ашылды?». Only a sentence that stands for itself is asked of: without pronouns, first person, or another clause.
"""

import re
from collections.abc import Iterator
from typing import Final

from qa_bot.analysis import Sentence, Speaker
from qa_bot.language.entities import Entity
from qa_bot.language.quantities import Quantity
from qa_bot.language.stem import is_listed_stem
from qa_bot.language.suffix import BACK_VOWELS, FRONT_VOWELS, Case
from qa_bot.language.units import find_unit
from qa_bot.language.words import find_words, is_question_word, is_stop_word
from qa_bot.proposal import Proposal, Sort
from qa_bot.wording import render_name

_SHORTEST, _LONGEST = 3, 12  # words of a question that a person would ask
_MOST_COUNTED = 10_000  # from which one asks «қанша», and no longer «неше»

_POINTING: Final = re.compile(
    r"\b(?:ол|он[ыаід]\w*|оған|одан|онымен|олар\w*|бұл|бұғ?а\w*|мұн\w*|бұны\w*|мұндай|бұндай|ондай|осы\w*|сол\w*|сон[ыд]\w*|со[нғ]\w*"
    r"|біз\w*|мен|мені\w*|маған|сіз\w*|өз\w*|аталған|аталмыш|мына\w*|сондай|осындай|екеу\w*|барлығы|бәрі|қалған\w*|біреу\w*|тағы"
    r"|ғана|тек|небәрі|бар болғаны|бар-жоғы)\b"  # only so many: that would give the answer away
)
_FIRST_PERSON: Final = re.compile(r"(?:\w[аеыіуүиө]м[ыі]з\w*|(?<=[нйргқд])[мбп][ыі]з|[ае]м[ыі]н)$")
_OPENING: Final = re.compile(
    r"^(?:сонымен қатар|сондай-ақ|бұған қоса|сонымен бірге|бірақ|алайда|дегенмен|сондықтан|өкінішке орай|енді|қазір|ал"
    r"|негізі|әрине|демек|яғни|мысалы|айта кетейік|еске салсақ|естеріңізге сала кетсек|қазіргі уақытта"
    r"|бұдан бөлек)[\s,]+"
    r"|^[^,]{3,60}(?:айтуынша|сөзінше|пікірінше|мәліметінше|дерегінше|дерегі бойынша|мәліметі бойынша|хабарлауынша), ",
    re.IGNORECASE,
)
_SAID: Final = re.compile(
    r"(?P<verb>\w+)(?P<ending>[ыі]н) (?:айтты|айтып өтті|атап өтті|атап көрсетті|хабарлады|мәлімдеді|жеткізді|ескертті"
    r"|баяндады|растады|еске салды|білдірді|жазды)$"
)
_TO_COME: Final = (("атын", "ады"), ("етін", "еді"), ("йтын", "йды"), ("йтін", "йді"))
_FINITE: Final = re.compile(
    r"(?:[дт][ыі]|(?:[ғқ]ан|(?<!е)[гк]ен)(?<!жатқан)|[ае]д[ыі]|йд[ыі]|[мбп]ек|[мбп]ақ|керек|қажет|бар|тиіс)$"
)
_LAST_UNIT: Final = re.compile(r"(?<=[ыі]) қанша (?:теңге|доллар|еуро|метр|шақырым|километр|гектар|тонна|пайыз)$")
_CASED: Final = re.compile(
    r"(?:[дт][ае]|[ғқ]а|[гк]е|(?<=[ыі])н[ае]|[днт][ае]н|[дтн][ыі]|(?<=[ыі])н|\w[мбп]ен|бүгін|ертең|кеше|биыл|былтыр)$"
)
"""How a word ends that does not belong to the name after it."""
_PLAIN_ENDING: Final = re.compile(r"(?:[ғқ]а|[гк]е|[дтн][ыі]|[дт][ае]|[днт][ае]н|[мбп]ен|[ыі]н?|)$")
_PARTICIPLE: Final = re.compile(r"\s\w+(?:[аеий]т[ыі]н|[ғқ]ан|[гк]ен)\s")
_COUNTED_OFF: Final = ("алғашқы", "соңғы", "бірінші", "екінші", "келесі", "қалған")
_MOTION: Final = re.compile(r"\b(?:кел|бар|кет|ұш|аттан|орал|қайт|сапарла|жүр)\w*(?: бол\w+)?$")
_CASES: Final[tuple[tuple[re.Pattern[str], Case | None], ...]] = (  # by their endings, after a possessive too
    (re.compile(""), None),
    (re.compile("[ндт][ыі]ң"), "genitive"),
    (re.compile("[ғқ]а|[гк]е|н[ае]"), "dative"),
    (re.compile("[ндт][ае]н"), "ablative"),
    (re.compile("[мбп]ен"), "instrumental"),
    (re.compile("н?[дт][ае]"), "locative"),
    (re.compile("[ндт][ыі]|н"), "accusative"),
)
_WHO: Final[dict[Case | None, str]] = {
    None: "кім",
    "genitive": "кімнің",
    "dative": "кімге",
    "ablative": "кімнен",
    "instrumental": "кіммен",
    "accusative": "кімді",
}
_JOINERS: Final = frozenset({"мен", "пен", "бен", "және", "әрі"})
_TO_PLACE: Final = re.compile(  # how a word ends that belongs to the place after it
    r"(?:[ндт][ыі]ң|[дт][ае](?:ғы|гі)|[ғқ]ан|[гк]ен|т[ыі]н|(?<!^жы)лы|лі"
    r"|(?:астана|елорда|қала)сы|(?:ауыл|аудан|облыс)ы)$"
)
_OBJECT: Final = re.compile(r"(?:\b(\w+) )?(\w+)\s$")
_BEFORE_VERB: Final = re.compile(r"(\s(?:.+ )?(\w+) )(\w+)")


def ask_of_sentence(sentence: Sentence, speaker: Speaker | None) -> Iterator[Proposal]:
    """Ask a Kazakh sentence for its amounts, dates, persons and places."""
    intended = _ask_intended(sentence)
    if intended is not None:
        yield Proposal(intended, "amount", sentence.start)
    for span, sort, word in _find_gaps(sentence):
        if sort == "person" and _SAID.search(sentence.text.rstrip(" .!?")):
            continue
        clause = _cut_clause(sentence, span, speaker)
        if clause is None:
            continue
        start, end, ending = clause
        before, after = sentence.text[start : span[0]], sentence.text[span[1] : end]
        asked = _ask_before_verb(after) if word == "кім" else f"{word}{after}"
        question = _finish(f"{before}{asked}{ending}")
        if question is not None:
            yield Proposal(question, sort, sentence.start)


def _find_gaps(sentence: Sentence) -> Iterator[tuple[tuple[int, int], Sort, str]]:
    """What can be asked for: its place in the sentence, its sort, and the question word that takes it."""
    text = sentence.text
    units = [(quantity.kind, _name_unit(quantity)) for quantity in sentence.quantities]
    for quantity, unit in zip(sentence.quantities, units, strict=True):
        word = _ask_quantity(quantity, text)
        if word and units.count(unit) == 1 and not text[: quantity.start].lower().rstrip().endswith(_COUNTED_OFF):
            yield (quantity.start, quantity.end), "date" if quantity.date is not None else "amount", word
    for mention in _join_titles(sentence):
        start, last = mention[0].start, mention[-1]
        if last.kind == "person" and " " in text[start : last.end]:
            before = text[sentence.dateline_end : start].rstrip(" «—–-")
            word = _WHO.get(_tell_case(last.text), "")
            joined = re.match(r"\s[мбп]ен\b", text[last.end :]) or _PARTICIPLE.match(text[last.end :])
            if word and not joined and (not before or before.endswith(",") or _CASED.search(before.lower())):
                yield (start, last.end), "person", word
        elif len(mention) == 1 and last.kind in {"place", "country"} and start > sentence.dateline_end:
            word = _ask_place(last, text)
            if word:
                yield (start, last.end), "place", word


def _tell_case(word: str) -> Case | None:
    """The case that a name or noun stands in. None of the nominative, also where that looks like a case (Байден)."""
    ending = word[len(render_name(word, "kk", "kk")) :]
    return next((case for endings, case in _CASES if endings.fullmatch(ending)), None)


def _ask_place(place: Entity, text: str) -> str | None:
    """The question word for a place; None where more is said of it, as in «Данияның Копенгаген қаласында»."""
    before, rest = text[: place.start].lower().split(), text[place.end :].rstrip(" .").split()
    if len(rest) > 2 or any(word.endswith(("уға", "уге")) for word in rest) or (before and _is_of_place(before[-1])):
        return None
    case, moves = _tell_case(place.text), _MOTION.search(" ".join(rest).lower())
    if case == "locative" or (moves and case == "dative"):
        return "қайда"
    return "қайдан" if moves and case == "ablative" else None


def _is_of_place(word: str) -> bool:
    """Whether a word before a place belongs to it: «көрікті Бурабайда», but not «Жарысты Бурабайда»."""
    if word in _JOINERS or is_stop_word(word, "kk"):
        return word in _JOINERS
    return _TO_PLACE.search(word) is not None or (word.endswith(("ты", "ті", "ды", "ді")) and is_listed_stem(word))


def _ask_before_verb(after: str) -> str:
    """«Кім Ақордада елшіні қабылдады» → «Ақордада елшіні кім қабылдады», where the verb is one word for certain."""
    said = _BEFORE_VERB.fullmatch(after)
    if said is None or _tell_case(said[2]) != "accusative":
        return f"кім{after}"
    return f"{said[1].lstrip()}кім {said[3]}"


def _join_titles(sentence: Sentence) -> list[list[Entity]]:
    """Names with what stands directly before them: country, post, person."""
    groups: list[list[Entity]] = []
    for entity in sentence.entities:
        last = groups[-1][-1] if groups else None
        titled = last and last.kind in {"country", "post"} and entity.kind in {"post", "person"}
        if last and titled and sentence.text[last.end : entity.start] == " ":
            groups[-1].append(entity)
        else:
            groups.append([entity])
    return groups


def _name_unit(quantity: Quantity) -> str:
    return re.sub(r"^[\d\s.,]*(?:(?:млрд|млн|трлн|мың|миллиард|миллион|триллион)\s*)*", "", quantity.text).strip()


def _ask_quantity(quantity: Quantity, text: str) -> str | None:
    said = text[quantity.start : quantity.end]
    if not said.startswith(quantity.text):
        return None
    unit, ending = _name_unit(quantity), said[len(quantity.text) :]
    if quantity.kind == "year":
        return f"қай жыл{ending}" if unit == "жыл" and ending in {"ы", "дан", "ға"} else None
    if quantity.kind == "date":
        return "қашан" if ending in {"да", "де", "та", "те"} else None
    exact = quantity.value is not None and quantity.upper is None and not quantity.bound
    if (
        not exact
        or not quantity.text[0].isdigit()
        or not _PLAIN_ENDING.fullmatch(ending)
        or _PARTICIPLE.match(text[quantity.end :])
    ):
        return None
    if quantity.kind in {"money", "percent", "measure", "duration"} and unit not in {"", "%"}:
        known = find_unit(quantity.unit)
        if known is not None and not unit[0].isalpha():  # $, ₸
            unit = known.kazakh
        return f"{'неше' if quantity.unit == 'age' else 'қанша'} {unit}{ending}"
    if quantity.kind == "count" and (unit or not ending):
        asks = "неше" if quantity.value is not None and quantity.value < _MOST_COUNTED else "қанша"
        return f"{asks} {unit}{ending}".strip()
    return None


def _cut_clause(sentence: Sentence, span: tuple[int, int], speaker: Speaker | None) -> tuple[int, int, str] | None:
    """The clause that a question can be made of, as offsets in the sentence, and what is to end it instead.

    None where the sentence does not stand for itself.
    """
    text = sentence.text
    start, end = sentence.dateline_end, len(text.rstrip(" .!?…»"))
    start += len(text[start:]) - len(text[start:].lstrip("—–- «"))
    attributed = re.search(r",?\s*[—–-]\s*(?:деп\s|деді|дейді)", text)
    if attributed:
        end = attributed.start()
    opening = _OPENING.match(text[start:end])
    while opening:
        start += opening.end()
        opening = _OPENING.match(text[start:end])
    ending = ""
    said = _SAID.search(text[start:end])
    if said:
        end = start + said.end("verb")
        future = next(((old, new) for old, new in _TO_COME if said["verb"].endswith(old)), None)
        if future:
            end, ending = end - len(future[0]), future[1]
        if speaker is not None and sentence.start <= speaker.start < sentence.end:
            if speaker.start > sentence.start + start + 1 or span[0] < speaker.end - sentence.start:
                return None
            start = speaker.end - sentence.start + 1
    comma = text.rfind(", ", start, span[0])
    if comma >= 0:
        if not _FINITE.search(text[start:comma]):
            return None
        start = comma + 2
        opening = _OPENING.match(text[start:end])
        start += opening.end() if opening else 0
    comma = text.find(", ", span[1], end)
    if comma >= 0:
        if ending or not _FINITE.search(text[span[1] : comma]):
            return None
        end = comma
    return (start, end, ending) if start <= span[0] and span[1] <= end else None


def _finish(text: str) -> str | None:
    """A question that a person would ask, or None."""
    question = re.sub(r"\s*[—–]\s*(?=(?:қанша|неше|кім)\b)", " ", text)
    # «бағасы қанша теңге» is asked without the unit, where nothing follows.
    question = _LAST_UNIT.sub(" қанша", question).strip(" ,:")
    words = [word.text.lower() for word in find_words(question)]
    lowered = question.lower()
    if not _SHORTEST <= len(words) <= _LONGEST or any(mark in question for mark in '«»"“”():;—–\n'):
        return None
    if sum(is_question_word(word, "kk") for word in words) > 1:
        return None
    if _POINTING.search(lowered) or any(_FIRST_PERSON.search(word) for word in words):
        return None
    if lowered.startswith(("қанша ", "неше ")) or not (_FINITE.search(lowered) or words[-1] in {"қанша", "кім"}):
        return None
    return f"{question[0].upper()}{question[1:]}?"


def _ask_intended(sentence: Sentence) -> str | None:
    """«… сауда көлемін 300 млн долларға жеткізуді көздейміз»: Сауда көлемін қанша долларға жеткізбек?"""
    for quantity in sentence.quantities:
        said, unit = sentence.text[quantity.start : quantity.end], _name_unit(quantity)
        if quantity.kind != "money" or not said.startswith(quantity.text) or not re.search(r"[ғқ]а$|[гк]е$", said):
            continue
        after = re.match(r"\s(\w+у)(?:ге|ға|ді|ды)?\b", sentence.text[quantity.end :])
        before = _OBJECT.search(sentence.text[: quantity.start])
        if after and before and unit.isalpha() and _tell_case(before[2]) == "accusative":
            object_ = before[0].strip()
            counted = any(before.start() < other.end <= quantity.start for other in sentence.quantities)  # үш жылда
            if counted or _POINTING.search(object_.lower()) or (before[1] and is_stop_word(before[1], "kk")):
                continue
            unit += said[len(quantity.text) :]
            return f"{object_[0].upper()}{object_[1:]} қанша {unit} {_intend(after[1][:-1])}?"
    return None


def _intend(stem: str) -> str:
    """The form of a verb that tells an intention: жеткіз-бек, жаса-мақ, арт-пақ."""
    vowel = next((letter for letter in reversed(stem) if letter in BACK_VOWELS | FRONT_VOWELS), "е")
    last = stem[-1]
    onset = "м" if last in "аеіыоөуүұәирлй" else "б" if last in "зжмнң" else "п"
    return f"{stem}{onset}{'ақ' if vowel in BACK_VOWELS else 'ек'}"
