"""The only way from a claim to an answer: what a draft says has to stand in the articles, exactly.

Pure: no index, no model, no clock.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from qa_bot.language.glossary import translate
from qa_bot.language.letters import fold
from qa_bot.language.names import name_similarity
from qa_bot.language.quantities import Quantity, bears_out, find_quantities
from qa_bot.language.stem import stem
from qa_bot.language.words import Word, find_words, is_question_word, is_stop_word
from qa_bot.records import Answer, Article, Citation, Courtesy, Draft, Lang, Quote, Refusal

_CITED = re.compile(r"«(.+)»", re.DOTALL)
SAME_NAME = 0.72  # name_similarity of one name in two scripts; different names of the seed stay below 0.5


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

    What the claim puts in «» needs no looking up word by word if it stands in a quote letter for letter.
    """
    claim = _CITED.sub(lambda cited: "" if any(cited[1] in text for text, _ in quotes) else cited[0], claim)
    quantities = [found for text, lang in quotes for found in find_quantities(text, lang)]
    claimed = find_quantities(claim, language)
    if not all(_stands(quantity, quantities) for quantity in claimed):
        return False
    words = [word for word in find_words(claim) if not _inside(word, claimed)]
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


def _inside(word: Word, quantities: Iterable[Quantity]) -> bool:
    return any(quantity.start <= word.start < quantity.end for quantity in quantities)


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
    if any(name_similarity(name, text, SAME_NAME) >= SAME_NAME for text, _ in quoted if text[0].isupper()):
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
