"""The words a question rests on, each with the forms it may take in a Kazakh and in an English text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import sqrt
from pathlib import Path
from typing import Literal, TypeAlias

from qa_bot.language.glossary import Match, translate
from qa_bot.language.keys import key, keys
from qa_bot.language.quantities import Quantity, find_quantities
from qa_bot.language.words import find_words, is_question_word, is_stop_word
from qa_bot.records import Lang
from qa_bot.seats import find_country, in_kazakh

Role: TypeAlias = Literal["content", "action", "name", "number", "time", "frame", "vague"]
"""What a term does in its question.

content: what is asked about. action: what it does, which can be said in more ways than what it is. name, number,
time: a constraint that the answer has to meet. frame: says that somebody says something. vague: holds the place of
the answer (`figure`, `kind`) or says next to nothing.
"""

LANGS: tuple[Lang, Lang] = ("kk", "en")
_IDLE = 2  # the two sides of a talk are in every sentence of it
SEAT = 0.8  # a country said by its seat of government
SYNONYM = 0.75  # a word of the same language reached over the glossary and back may have changed its sense


@dataclass(frozen=True, slots=True)
class Form:
    """One way to say a term: the folded stems of its words, and how well it says it, up to 1."""

    stems: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of a question. `parts` are the terms of a phrase's words, for texts that use only some."""

    text: str
    role: Role
    forms: dict[Lang, tuple[Form, ...]]
    quantity: Quantity | None = None
    parts: tuple["Term", ...] = ()


_ROLES = Path(__file__).with_name("term_roles.tsv")


@lru_cache(maxsize=2)
def _listed(lang: Lang) -> tuple[frozenset[str], frozenset[str], dict[str, tuple[tuple[str, ...], ...]]]:
    """(frame stems, vague stems, time name → its phrases as stems), from `term_roles.tsv`."""
    stems: dict[str, set[str]] = {"frame": set(), "vague": set()}
    times: dict[str, tuple[tuple[str, ...], ...]] = {}
    for line in _ROLES.read_text(encoding="utf-8").splitlines():
        role, of, words, *phrases = line.split("\t")
        if of != lang:
            continue
        if role == "time":
            times[words] = tuple(keys(phrase, lang) for phrase in phrases[0].split(";"))
        else:
            stems[role].update(key(word, lang) for word in words.split())
    return frozenset(stems["frame"]), frozenset(stems["vague"]), times


def find_terms(text: str, language: Lang) -> tuple[Term, ...]:
    """Find the terms of a question, in order. Function and question words are none."""
    words = find_words(text)
    texts = [word.text for word in words]
    stems = [key(word, language) for word in texts]
    terms: dict[int, Term] = {}
    taken: set[int] = set()

    def take(start: int, end: int, term: Term) -> None:
        terms[start] = term
        taken.update(range(start, end))

    for name, phrases in _listed(language)[2].items():
        for phrase in phrases:
            for start in range(len(stems) - len(phrase) + 1):
                span = range(start, start + len(phrase))
                if tuple(stems[start : span.stop]) == phrase and taken.isdisjoint(span):
                    take(start, span.stop, _time_term(name, " ".join(texts[start : span.stop])))
    for quantity in find_quantities(text, language):
        inside = [i for i, word in enumerate(words) if quantity.start <= word.start < quantity.end]
        given = not _is_idle_count(quantity) and not is_asked_for(text, quantity, language)
        if inside and taken.isdisjoint(inside) and given:
            take(inside[0], inside[-1] + 1, _number_term(quantity, language))
    matches = [
        match
        for match in translate(texts, language)
        if match.senses and not any(is_question_word(word, language) for word in texts[match.start : match.end])
    ]
    for match in matches:
        span = range(match.start, match.end)
        bounds = (texts[match.start], texts[match.end - 1])
        if taken.isdisjoint(span) and not (len(span) == 1 and _is_function_word(bounds[0], language)):
            take(match.start, match.end, _phrase_term(texts, match, matches, language))
    for i, word in enumerate(texts):
        if i not in taken and not _is_function_word(word, language):
            take(i, i + 1, _word_term(word, (), language))
    for i, term in terms.items():
        country = find_country(term.text, texts[:i], language)
        if country and not term.parts:
            terms[i] = _stand_for(term, country)
    for i in range(1, len(texts)):
        # "how fast", "how deep": the answer is the measure, and does not say the word again.
        if texts[i - 1].lower() == "how" and i in terms and not terms[i].parts:
            terms[i] = replace(terms[i], role="vague")
    return tuple(terms[start] for start in sorted(terms))


def _stand_for(term: Term, country: str) -> Term:
    """The term that is said by its country's name, too: Tehran by Iran's."""
    names: dict[Lang, tuple[str, ...]] = {"en": (country,), "kk": in_kazakh(country)}
    forms = {
        lang: _best((*term.forms[lang], *(Form(keys(name, lang), SEAT) for name in names[lang]))) for lang in LANGS
    }
    return replace(term, forms=forms)


def is_asked_for(text: str, quantity: Quantity, language: Lang) -> bool:
    """Whether an amount is not given but asked for: «неше миллиард», "how many billion"."""
    before = find_words(text[: quantity.start])
    asks = bool(before) and (is_question_word(before[-1].text, language) or before[-1].text.lower() in {"many", "much"})
    return asks and not any(character.isdigit() for character in quantity.text)


def _is_idle_count(quantity: Quantity) -> bool:
    """«екі ел», "both sides", "one of": such a count narrows nothing down."""
    narrows = quantity.kind in {"money", "percent", "date", "year", "time"}
    return not narrows and quantity.value is not None and quantity.value <= _IDLE


def _is_function_word(word: str, language: Lang) -> bool:
    if word.lower().rstrip("s'’") in {"what", "who", "where", "when", "how"}:  # who's, what's, typed without its mark
        return True
    if word.isupper() and len(word) > 1:  # US, WHO, IT, ОЛ: an abbreviation, unless all of the question shouts
        return False
    return is_stop_word(word, language) or is_question_word(word, language) or word.lower() in {"s", "t", "ші", "шы"}


def _time_term(name: str, text: str) -> Term:
    forms = {lang: tuple(Form(phrase, 1.0) for phrase in _listed(lang)[2].get(name, ())) for lang in LANGS}
    return Term(text, "time", forms)


def _number_term(quantity: Quantity, language: Lang) -> Term:
    form = Form(keys(quantity.text, language), 1.0)
    return Term(quantity.text, "number", dict.fromkeys(LANGS, (form,)), quantity)


def _phrase_term(texts: list[str], match: Match, matches: list[Match], language: Lang) -> Term:
    if match.end - match.start == 1:
        return _word_term(texts[match.start], _senses(match), language)
    parts = []
    for i in range(match.start, match.end):
        if not _is_function_word(texts[i], language):
            alone = next((other for other in matches if other.start == i and other.end == i + 1), None)
            parts.append(_word_term(texts[i], _senses(alone) if alone else (), language))
    whole = _word_term(" ".join(texts[match.start : match.end]), _senses(match), language)
    if all(part.role in {"frame", "vague"} for part in parts) and whole.role in {"content", "action"}:
        whole = Term(whole.text, "vague", whole.forms)
    return Term(whole.text, whole.role, whole.forms, None, tuple(parts))


def _senses(match: Match) -> tuple[tuple[str, float], ...]:
    # A rarer sense that the text does say is better evidence than its place in the glossary's row tells.
    return tuple((sense.text, sqrt(sense.weight)) for sense in match.senses)


def _word_term(text: str, senses: tuple[tuple[str, float], ...], language: Lang) -> Term:
    other: Lang = "en" if language == "kk" else "kk"
    own = keys(text, language)
    across = _best(Form(keys(sense, other), weight) for sense, weight in senses)
    alike = _best(
        Form(keys(back.text, language), SYNONYM * weight * sqrt(back.weight))
        for sense, weight in senses
        for match in translate([word.text for word in find_words(sense)], other)
        if match.end - match.start == len(find_words(sense))
        for back in match.senses
    )
    forms = {
        language: (Form(own, 1.0), *(form for form in alike if form.stems != own)),
        other: across or (Form(own, 1.0),),
    }
    return Term(text, _role(text, own, senses, language), forms)


def _best(forms: Iterable[Form]) -> tuple[Form, ...]:
    found: dict[tuple[str, ...], float] = {}
    for form in forms:
        if form.stems:
            found[form.stems] = max(found.get(form.stems, 0.0), form.weight)
    return tuple(Form(stems, weight) for stems, weight in sorted(found.items(), key=lambda item: -item[1]))


def _role(text: str, own: tuple[str, ...], senses: tuple[tuple[str, float], ...], language: Lang) -> Role:
    frame, vague, _ = _listed(language)
    if len(own) == 1 and own[0] in frame:
        return "frame"
    if len(own) == 1 and own[0] in vague:
        return "vague"
    if any(character.isdigit() for character in text):
        return "number"
    if senses and senses[0][0][:1].isupper():
        return "name"
    if not senses and text[:1].isupper():
        return "name"
    return "action" if _is_verb(text, senses, language) else "content"


# Finite forms, participles and converbs (Kazakh: A Comprehensive Grammar, R. Muhamedowa 2016, ch. 10 to 12).
_VERB_ENDING = re.compile(
    r"(?:[дт][ыі]|[ғқ]ан|[гк]ен|[аеиый]ды|[аеиый]ді|[мбп][ае]к|[мбп]ақ|[ыі]п|[мбп][ае]й|[ғгқк]ан[ыі]?|[ғгқк]ен[ыі]?|у[ғғ]?[ае]?|уге|уға"
    r"|[аеиый]т[ыі]н|[ыі]л[дғ][ыіа]н?)$"
)
_INFINITIVE = re.compile(r"[^уаеоыі\s]{1}у$|[аеиыі]ту$|ю$")


def _is_verb(text: str, senses: tuple[tuple[str, float], ...], language: Lang) -> bool:
    if language == "kk":
        return " " not in text and _VERB_ENDING.search(text.lower()) is not None
    return bool(senses) and _INFINITIVE.search(senses[0][0]) is not None
