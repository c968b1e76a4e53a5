"""Questions worth asking of an article, made from its own people, amounts and places, and tried out first."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from qa_bot.analysis import Analysis, Sentence, analyse_article
from qa_bot.language.glossary import Match, translate
from qa_bot.language.quantities import Quantity
from qa_bot.records import Article, Lang
from qa_bot.wording import capitalise, render_name

_PER_ARTICLE = 12  # proposals tried before an article is given up on


def suggest_questions(
    articles: Sequence[Article], lang: Lang, answers: Callable[[str], bool], limit: int = 4
) -> list[str]:
    """Questions in `lang` that the articles answer, the newest article's first.

    `answers` tells whether the bot itself answers a question; one that it does not is never suggested.
    """
    kept: list[str] = []
    newest = sorted(articles, key=lambda article: article.published or "", reverse=True)
    for article in newest:
        for question in list(dict.fromkeys(propose_questions(article, lang)))[:_PER_ARTICLE]:
            if question not in kept and answers(question):
                kept.append(question)
            if len(kept) == limit:
                return kept
    return kept


def propose_questions(article: Article, lang: Lang) -> Iterator[str]:
    """Questions that the article may answer: amounts first, then who is who, then what is said of its topics."""
    analysis = analyse_article(article)
    for sentence in analysis.sentences:
        for quantity in sentence.quantities:
            topic = _topic_before(sentence, quantity, lang)
            if topic:
                yield from _ask_amount(quantity, topic, sentence, lang)
    yield from _ask_people(analysis, lang)
    for sentence in analysis.sentences:
        for topic in _topics(sentence, lang):
            yield f"{capitalise(topic)} туралы не айтылған?" if lang == "kk" else f"What is said about {topic}?"


def _ask_amount(quantity: Quantity, topic: str, sentence: Sentence, lang: Lang) -> Iterator[str]:
    grows = any(stem.startswith(("ос", "арт", "grow", "increas", "rise", "rose", "grew")) for stem in sentence.stems)
    if quantity.kind == "percent" and grows:
        yield f"{capitalise(topic)} қанша пайызға өсті?" if lang == "kk" else f"By what percent did {topic} grow?"
    elif quantity.kind == "money":
        yield f"{capitalise(topic)} қанша болмақ?" if lang == "kk" else f"What amount is named for {topic}?"


def _ask_people(analysis: Analysis, lang: Lang) -> Iterator[str]:
    for sentence in analysis.sentences:
        entities = sorted(sentence.entities, key=lambda entity: entity.start)
        for post, person in pairwise(entities):
            if post.kind == "post" and person.kind == "person" and person.start - post.end <= 1:
                country = next((e for e in entities if e.kind == "country" and 0 <= post.start - e.end <= 1), None)
                start = country.start if country else post.start
                name = render_name(sentence.text[start : post.end], sentence.lang, lang)
                yield f"{capitalise(name)} кім?" if lang == "kk" else f"Who is the {name}?"


def _topic_before(sentence: Sentence, quantity: Quantity, lang: Lang) -> str | None:
    topics = [(match, text) for match, text in _phrases(sentence, lang) if _end(sentence, match) <= quantity.start]
    return topics[-1][1] if topics else None


def _topics(sentence: Sentence, lang: Lang) -> list[str]:
    return [text for _, text in _phrases(sentence, lang)]


def _phrases(sentence: Sentence, lang: Lang) -> list[tuple[Match, str]]:
    """The glossary's phrases of two words and more in a sentence, as they are said in `lang`."""
    texts = [word.text for word in sentence.words]
    found = []
    for match in sorted(translate(texts, sentence.lang), key=lambda match: match.start):
        if match.end - match.start < 2 or not match.senses:
            continue
        across = match.senses[0].text
        if lang == sentence.lang:
            back = translate(across.split(), "kk" if lang == "en" else "en")
            whole = next((m for m in back if m.end - m.start == len(across.split())), None)
            across = whole.senses[0].text if whole else ""
        if across:
            found.append((match, across))
    return found


def _end(sentence: Sentence, match: Match) -> int:
    return sentence.words[match.end - 1].end
