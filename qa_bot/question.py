"""What is asked: the language of a question, the kind of answer it wants, and the words it rests on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa_bot.errors import QuestionInvalid
from qa_bot.language.letters import detect_language, restore_kazakh
from qa_bot.language.words import find_words
from qa_bot.records import Kind, Lang, Turn
from qa_bot.terms import Term, find_terms


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was understood.

    `text` is `asked` in Cyrillic if it was typed in Latin-script Kazakh, and joined to the question before it
    if it follows that one up. `kinds` are the kinds of answer that would do, the best first.
    """

    asked: str
    text: str
    language: Lang
    kinds: tuple[Kind, ...]
    terms: tuple[Term, ...]
    by_speaker: bool = False
    negated: bool = False
    follows_up: bool = False


# The first rule that matches tells the kinds; a rule's place is its precedence.
_RULES: dict[Lang, tuple[tuple[str, tuple[Kind, ...]], ...]] = {
    "en": (
        (
            r"\bwhy\b|\bwhat (?:is|was|were|are) the (?:reason|cause)|\bhow come\b|\bwhat for\b|\bfor what reason",
            ("reason",),
        ),
        (r"\bpercent(?:age)?\b|\bper cent\b|%|\bwhat share\b", ("percent",)),
        (
            r"\b(?:by )?how much\b.*\b(?:gr[eo]w|grown|increas\w*|rise|rose|risen|fall|fell|fallen|drop\w*|declin\w*|decreas\w*"
            r"|jump\w*|up|down|chang\w*|growth)\b",
            ("percent", "money", "quantity"),
        ),
        (
            r"\bhow (?:fast|far|strongly|rapidly|quickly)\b.*\b(?:gr[eo]w|grown|increas\w*|rise|rose|risen)\b",
            ("percent", "quantity"),
        ),
        (
            r"\bhow (?:much|many)\b.*\b(?:money|dollars?|tenge|euros?|usd|billions?|millions?|cost|worth|invest\w*|pay|paid|spend|spent)\b",
            ("money",),
        ),
        (r"\bhow (?:long|many (?:days|hours|weeks|months|years))\b", ("duration", "count", "date")),
        (r"\bhow many\b|\b(?:the|what) number of\b|\bhow often\b", ("count", "quantity")),
        (r"\bhow (?:much|large|big|high|tall|long|far|old|great)\b", ("money", "quantity", "count")),
        (
            r"\bwhat time\b|\bwhen\b|\b(?:what|which|on what) (?:date|day|year|month|century)\b|\bsince what\b",
            ("date",),
        ),
        (r"\b(?:which|what) (?:countr(?:y|ies)|states?|nations?)\b", ("place",)),
        (
            r"\bwhere\b|\b(?:which|what) (?:cit(?:y|ies)|places?|buildings?|palace|venue|residence|towns?|regions?|capital)\b",
            ("place",),
        ),
        (
            r"\b(?:which|what) (?:(?:international|regional|other|three|two|four) )*(?:organi[sz]ations?|union|unions|agency|company|companies|bloc|blocs"
            r"|ministry|institutions?|groups?|media|news agency|associations?|formats?)\b",
            ("organisation",),
        ),
        (
            r"\b(?:who|whom|whose)\b|\b(?:which|what) (?:person|leader|president|minister|official|politician)\b|\bname of the\b",
            ("person",),
        ),
        (r"^(?:and |so |but )?(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should)\b", ("yes_no",)),
        (
            r"\b(?:target|goal|volume|turnover|amount|sum|price|cost|value|worth|figure|budget|population|rate|size|level of trade)\b",
            ("money", "percent", "quantity", "statement"),
        ),
        (r"\bgrowth\b", ("percent", "quantity", "statement")),
        (r"^(?:what|who)(?:'s| is| are| was| were) (?:an? |the )?[\w' -]+\?*$", ("definition",)),
        (
            r"\b(?:which|what) (?:sectors?|areas?|fields?|issues?|topics?|problems?|spheres?|kinds?|types?)\b|^(?:list|name)\b",
            ("list",),
        ),
    ),
    "kk": (
        (
            r"\bнеге\b|\bнеліктен\b|\bне үшін\b|\bсебебі (?:не|қандай|неде)\b|\bне себепті\b|\bнеден\b|\bқандай себеп",
            ("reason",),
        ),
        (r"\b(?:қанша|неше|қандай) (?:пайыз|процент)|%|\bпайыз|\bпроцент", ("percent",)),
        (
            r"\b(?:қанша(?:ға|лықты|дан)?|нешеге|қандай деңгейге)\b.*\b(?:өс|арт|көбей|ұлғай|төменде|азай|кемі|қысқар|өзгер)\w*",
            ("percent", "money", "quantity"),
        ),
        (
            r"\b(?:қанша|неше|қандай).*\b(?:доллар|теңге|еуро|рубл|ақша|қаржы|қаражат|инвестиция|сома|млрд|млн|миллиард|миллион)\w*",
            ("money",),
        ),
        (
            r"\b(?:қанша|неше) (?:күн|сағат|апта|ай|жыл|уақыт|минут)\w*\b(?! .*\b(?:туған|болған)\b)",
            ("duration", "count", "date"),
        ),
        (
            r"\b(?:қашан|қай (?:жыл|күн|ай|уақыт|кез|ғасыр|мезгіл)\w*|нешінші (?:жыл|ғасыр|күн)\w*|қандай (?:күн|жыл)\w*)",
            ("date",),
        ),
        (r"\b(?:неше|нешеу|қанша адам|қанша ел|саны қанша)\w*\b", ("count", "quantity")),
        (r"\bқанша\w*\b", ("money", "quantity", "count", "percent")),
        (
            r"\b(?:қай|қандай) (?:халықаралық |аймақтық |өңірлік )*(?:ұйым|одақ|агенттік|компания|министрлік|бірлестік|құрылым|ақпарат құралы|мекеме)\w*",
            ("organisation",),
        ),
        (
            r"\b(?:қайда\w*|қайдан|қай (?:жер|қала|ғимарат|мекен|өңір|облыс|сарай|резиденция|ел|мемлекет|тарап)\w*|қандай (?:ел|мемлекет|қала|жер)\w*"
            r"|қай-қай)",
            ("place",),
        ),
        (r"\b(?:кім\w*|қай (?:президент|басшы|министр|көшбасшы)\w*)", ("person",)),
        (r"\b(?:деген(?:іміз)? не|дегеніміз кім|деген кім|не деген)\b", ("definition",)),
        (r"\b(?:ма|ме|ба|бе|па|пе)\b", ("yes_no",)),
        (
            r"\b(?:мақсат|көлем|айналым|баға|құн|сома|мөлшер|меже|бюджет|халық саны|көрсеткіш)\w*\b.*\b(?:қандай|қалай|нешеу|не)\b",
            ("money", "percent", "quantity", "statement"),
        ),
        (r"\bөсім\w*\b.*\b(?:қандай|қалай)\b", ("percent", "quantity", "statement")),
        (r"\b(?:қандай|қай) (?:сала|мәселе|проблема|бағыт|тақырып|қиындық)\w*", ("list",)),
    ),
}
_COMPILED = {lang: tuple((re.compile(pattern), kinds) for pattern, kinds in rules) for lang, rules in _RULES.items()}
_SAYING = {
    "en": re.compile(
        r"\b(?:said|say|says|told|tell|tells|state[sd]?|stress(?:ed)?|mention(?:ed|s)?|emphasi[sz]ed|announced?|claim(?:ed|s)?"
        r"|note[ds]?|think|thinks|thought|believes?|hopes?|describe[ds]?|call(?:ed|s)?|opinion|view|words|according to)\b"
    ),
    "kk": re.compile(
        r"\b(?:айт\w*|деді|дейді|атап өт\w*|мәлімде\w*|пікір\w*|сөз\w*|үміттен\w*|сана[йғ]\w*|ойлай\w*|баса айт\w*|атады)"
    ),
}
_NEGATION = {
    "en": re.compile(r"\b(?:not|never|no|without)\b|n't\b"),
    "kk": re.compile(r"\b(?:емес|жоқ)\w*|\w{2,}(?:[мбп][ае])(?:ды|ді|ған|ген|й|с|йді|йды|уы|уі)\b"),
}
_FOLLOW_UP = {
    "en": re.compile(
        r"^(?:and|but|so|then|what about|how about|who said (?:that|this|so|it)|why(?: is that| so| not)?\??$|when(?: was that)?\??$"
        r"|where(?: was that)?\??$|how much\??$|what else|anything else|really)\b",
    ),
    "kk": re.compile(
        r"^(?:ал|сонда|онда|сосын|ше\b|тағы|мұны кім|оны кім|бұны кім|неге\??$|неліктен\??$|қашан\??$|қайда\??$|кім\??$|қанша\??$)|\bше\?*$"
    ),
}
_PRONOUN = {
    "en": re.compile(r"\b(?:he|she|it|they|his|her|its|their|him|them|that|this|there|those)\b"),
    "kk": re.compile(r"\b(?:ол|оны|оның|оған|онда|одан|олар\w*|бұл|мұны|бұны|мұның|сол|соны|осы|осыны)\b"),
}


def understand(asked: str, lang: Lang | None = None, history: Sequence[Turn] = (), limit: int = 1000) -> Question:
    """Understand one question; `lang` overrides what its letters tell.

    Raises: QuestionInvalid if there is nothing to answer, or more than `limit` characters.
    """
    asked = " ".join(asked.split())
    if len(asked) > limit:
        raise QuestionInvalid(f"The question has {len(asked):,} characters; at most {limit:,} are read. Shorten it.")
    if not asked:
        raise QuestionInvalid("The question is empty. Type one, such as: What is the trade target?")
    if not any(character.isalnum() for character in asked):
        raise QuestionInvalid("The question has no letter and no digit. Ask it in words, in Kazakh or English.")
    text, language = read_query(asked, lang)
    kinds, terms = find_kinds(text, language), find_terms(text, language)
    follows_up = bool(history) and _follows_up(text, language, terms)
    if follows_up:
        before = understand(history[-1].question, None, history[:-1], limit=10 * limit)
        text, kinds, terms = _resolve(text, language, kinds, terms, before)
    folded = text.lower()
    return Question(
        asked=asked,
        text=text,
        language=language,
        kinds=kinds,
        terms=terms,
        by_speaker=bool(_SAYING[language].search(folded)),
        negated=bool(_NEGATION[language].search(folded)),
        follows_up=follows_up,
    )


def read_query(asked: str, lang: Lang | None = None) -> tuple[str, Lang]:
    """The words of a search as they are looked up, and their language; Latin-script Kazakh becomes Cyrillic."""
    language: Lang = lang or ("en" if detect_language(asked) == "en" else "kk")
    return (restore_kazakh(asked) if language == "kk" else asked), language


def find_kinds(text: str, language: Lang) -> tuple[Kind, ...]:
    """The kinds of answer that would do, the best first; `("statement",)` if nothing tells."""
    lowered = text.lower().strip()
    for pattern, kinds in _COMPILED[language]:
        if pattern.search(lowered):
            return kinds
    return ("statement",)


def is_negated(text: str, language: Lang) -> bool:
    """Whether a sentence denies something."""
    return bool(_NEGATION[language].search(text.lower()))


def _follows_up(text: str, language: Lang, terms: Sequence[Term]) -> bool:
    lowered = text.lower().strip()
    content = [term for term in terms if term.role in {"content", "name"}]
    if _FOLLOW_UP[language].search(lowered):
        return len(content) <= 3
    has_name = any(term.role == "name" for term in terms)
    return bool(_PRONOUN[language].search(lowered)) and not has_name and len(content) <= 3


def _resolve(
    text: str, language: Lang, kinds: tuple[Kind, ...], terms: tuple[Term, ...], before: Question
) -> tuple[str, tuple[Kind, ...], tuple[Term, ...]]:
    """Join a follow-up to the question before it: what it says anew replaces what it stands for there."""
    anew = {term.role for term in terms if term.role in {"time", "number", "name"}}
    inherited = tuple(term for term in before.terms if term.role not in anew)
    if before.language != language:
        inherited = tuple(term for term in inherited if term.role != "frame")
    own = {term.text.lower() for term in terms}
    inherited = tuple(term for term in inherited if term.text.lower() not in own)
    joined = " ".join([text, *(term.text for term in inherited)])
    asks_anew = kinds != ("statement",) or len(find_words(text)) > 4
    return joined, kinds if asks_anew else before.kinds, terms + inherited
