"""The only way from a claim to an answer: what a draft says has to stand in the articles, exactly.

Pure: no index, no model, no clock.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from qa_bot.language.glossary import NameKind, gazetteer, render, translate
from qa_bot.language.letters import fold
from qa_bot.language.names import name_key, name_similarity
from qa_bot.language.number_words import find_indefinite
from qa_bot.language.quantities import Quantity, bears_out, find_quantities
from qa_bot.language.stem import stem
from qa_bot.language.suffix import noun_endings
from qa_bot.language.tokens import find_tokens
from qa_bot.language.words import Word, find_words, is_question_word, is_stop_word
from qa_bot.records import Answer, Article, Citation, Courtesy, Draft, Lang, Quote, Refusal

_CITED = re.compile(r"«(.+)»", re.DOTALL)
_LATIN = re.compile("[a-zà-ɏ]", re.IGNORECASE)
_FEMININE = re.compile("(?:[oe]v|in|sk)a$")  # the end of a name_key: Karimova, Зеленская
_PLACES: tuple[NameKind, ...] = ("country", "place")
SAME_NAME = 0.72  # name_similarity of one name in two scripts; different names of the seed stay below 0.5
SAME_PLACE = 0.9  # the same where the glossary knows one as a place: Kustanay and Қостанай reach 0.97


def verify(
    draft: Draft | None, question: str, language: Lang, article: Callable[[str], Article], refusal: Refusal
) -> Answer:
    """Turn a claim into an answer that its quotes support, or into the given refusal.

    Citations that are not in their article letter for letter are dropped. Sentences of the text that name a
    number, date or name found in no surviving quote are dropped too; if the short answer is such a one, or no
    quote survives, the answer is the refusal.
    """
    if draft is None:
        return _refuse(question, language, refusal, 0.0)
    quotes = tuple(quote for citation in draft.citations if (quote := _locate(citation, article)) is not None)
    if not quotes:
        return _refuse(question, language, refusal, draft.confidence)
    texts = [(quote.text, article(quote.article_id).lang) for quote in quotes]
    if not is_supported(draft.short, language, texts):
        return _refuse(question, language, refusal, draft.confidence)
    lines = [line for line in draft.text.split("\n") if is_supported(line, language, texts)]
    return Answer(
        question=question,
        language=language,
        text="\n".join(lines) or draft.short,
        short=draft.short,
        quotes=quotes,
        refusal=None,
        confidence=draft.confidence,
    )


def quote_span(article: Article, start: int, end: int) -> Quote:
    """Quote a stretch of an article whose bounds are known, with no words singled out."""
    return Quote(article.id, start, end, article.text[start:end], start, start)


def reply_without_claim(
    question: str, language: Lang, kind: Courtesy, lines: Sequence[str], suggestions: Sequence[str] = ()
) -> Answer:
    """Make an answer of small talk: `lines` say nothing of what the articles tell, so there is nothing to quote."""
    return Answer(
        question=question,
        language=language,
        text="\n".join(lines),
        short=lines[0],
        quotes=(),
        refusal=None,
        confidence=1.0,
        reply=kind,
        suggestions=tuple(suggestions),
    )


def _refuse(question: str, language: Lang, refusal: Refusal, confidence: float) -> Answer:
    return Answer(
        question=question,
        language=language,
        text="",
        short="",
        quotes=(),
        refusal=refusal,
        confidence=confidence,
    )


def _locate(citation: Citation, article: Callable[[str], Article]) -> Quote | None:
    source = article(citation.article_id)
    if not citation.text.strip():
        return None
    start = citation.start
    if start is None or source.text[start : start + len(citation.text)] != citation.text:
        start = source.text.find(citation.text)
    if start < 0:
        return None
    mark_start, mark_end = citation.mark or (start, start)
    end = start + len(citation.text)
    if not start <= mark_start <= mark_end <= end:
        mark_start = mark_end = start
    return Quote(source.id, start, end, citation.text, mark_start, mark_end)


def is_supported(claim: str, language: Lang, quotes: Sequence[tuple[str, Lang]]) -> bool:
    """Whether every number, date and name in `claim` stands in one of the quotes, given as (text, language).

    A claim that stands in a quote letter for letter, and what it puts in «» that does, needs no looking up by words.
    """
    if _is_verbatim(claim.strip(), quotes):
        return True
    claim = _CITED.sub(lambda cited: "" if _is_verbatim(cited[1], quotes) else cited[0], claim)
    told = {amount for text, lang in quotes for amount in find_indefinite(find_tokens(text), lang)}
    if not told.issuperset(find_indefinite(find_tokens(claim), language)):
        return False
    quantities = [found for text, lang in quotes for found in find_quantities(text, lang)]
    claimed = find_quantities(claim, language)
    if not all(_stands(quantity, quantities) for quantity in claimed):
        return False
    words = [word for word in find_words(claim) if not any(_covers(quantity, word) for quantity in claimed)]
    quoted = [(word.text, lang) for text, lang in quotes for word in find_words(text)]
    exact = {fold(text) for text, _ in quoted}
    stems = {fold(stem(text, lang)) for text, lang in quoted}
    for word in words:
        if word.text[0].isdigit():
            if fold(word.text) not in exact:
                return False
        elif _is_name(word, claim, language) and not _name_stands(word.text, words, language, exact, stems, quoted):
            return False
    return True


def _stands(quantity: Quantity, quoted: Iterable[Quantity]) -> bool:
    return any(bears_out(other, quantity) for other in quoted)


def _is_verbatim(piece: str, quotes: Sequence[tuple[str, Lang]]) -> bool:
    """Whether the piece stands in a quote in whole words and numbers, with no quantity cut in two."""
    whole = re.compile(rf"(?<!\d[.,])(?:\b|(?=\W)){re.escape(piece)}(?:\b|(?<=\W))(?![.,]\d)")
    for text, lang in quotes:
        spans = [(found.start, found.end) for found in find_quantities(text, lang)]
        for start, end in (match.span() for match in whole.finditer(text)):
            stop = end + text.startswith(".", end)  # a shortened month takes in its point, and with it the sentence's
            if not any(first < start < last or first < end <= stop < last for first, last in spans):
                return True
    return False


def _covers(quantity: Quantity, word: Word) -> bool:
    """Whether comparing the quantity compares the word: not a name in a count (300 Russian students)."""
    named = quantity.kind == "count" and word.start > quantity.start and word.text[0].isupper()
    return quantity.start <= word.start < quantity.end and not named


def _is_name(word: Word, claim: str, language: Lang) -> bool:
    """A capital letter makes a name, but at the start of a sentence only if the word is no everyday one."""
    if not word.text[0].isupper() or is_stop_word(word.text, language) or is_question_word(word.text, language):
        return False
    before = claim[: word.start].rstrip(" «\"“'(—–-")
    if before and before[-1] not in ".!?:\n":
        return True
    senses = [sense.text for match in translate([word.text], language) for sense in match.senses]
    return not senses or senses[0][0].isupper()


def _name_stands(
    name: str,
    words: Sequence[Word],
    language: Lang,
    exact: set[str],
    stems: set[str],
    quoted: Sequence[tuple[str, Lang]],
) -> bool:
    if fold(name) in exact or fold(stem(name, language)) in stems:
        return True
    placed = _is_place(name, language)
    if any(_is_same_name(name, text, lang, placed=placed) for text, lang in quoted if text[0].isupper()):
        return True
    texts = [word.text for word in words]
    at = texts.index(name)
    for match in translate(texts, language):
        if match.start <= at < match.end:
            other: Lang = "en" if language == "kk" else "kk"
            for sense in match.senses:
                if all(fold(stem(part.text, other)) in stems for part in find_words(sense.text)):
                    return True
    return False


def _is_same_name(name: str, other: str, lang: Lang, *, placed: bool) -> bool:
    """Whether `other`, of a quote in `lang`, is the name with an ending or in the other script.

    `placed`: the name is a place that the glossary knows. Two such places are told apart by it: Niger only sounds like
    Нигерия.
    """
    if bool(_LATIN.match(name)) == bool(_LATIN.match(other)):
        shorter, longer = sorted((fold(name), fold(other)), key=len)
        return longer.startswith(shorter) and longer[len(shorter) :] in _folded_endings()
    other_placed = _is_place(other, lang)
    if placed and other_placed:
        return False
    least = SAME_PLACE if placed or other_placed else SAME_NAME
    return name_similarity(name, other, least) >= least and _is_feminine(name) == _is_feminine(other)


@cache
def _folded_endings() -> frozenset[str]:
    return frozenset(map(fold, noun_endings()))


def _is_feminine(name: str) -> bool:
    return any(_FEMININE.search(name_key(form)) for form in {name, name if _LATIN.match(name) else stem(name, "kk")})


def _is_place(name: str, lang: Lang) -> bool:
    other: Lang = "en" if lang == "kk" else "kk"
    said = render(name, other)
    return said is not None and any(said in gazetteer(kind, other) for kind in _PLACES)
