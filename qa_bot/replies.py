"""What is said around answers: courtesies, which claim nothing of the articles, leads, and what else was found."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from qa_bot.analysis import Sentence, analyse_article
from qa_bot.language.scripts import is_latin, write_latin_but_quotes
from qa_bot.question import Question
from qa_bot.quotes import reply_without_claim
from qa_bot.reader import Reading
from qa_bot.records import Answer, Article, Citation, Courtesy, Draft, Lang, Quote
from qa_bot.small_talk import Talk
from qa_bot.terms import find_terms
from qa_bot.wording import clause

LISTED = 10  # titles named in a reply
SUMMED_UP = 4  # articles of which the lead is told at once
LEAD = 3  # sentences
MORE = 2  # sentences told at a time of what else was found
NEAR = 0.34  # of the question's weight a sentence has to say before it is shown as having to do with it

_SAID: dict[Lang, dict[str, str]] = {
    "kk": {
        "greeting": "Сәлеметсіз бе! Мақалалар бойынша сұрағыңызды қойыңыз.",
        "thanks": "Оқасы жоқ! Тағы сұрағыңыз болса, қойыңыз.",
        "goodbye": "Сау болыңыз!",
        "noted": "Тағы не білгіңіз келеді?",
        "about": (
            "Мен мақалалар бойынша сұрақтарға жауап беремін және әр жауапты мақаладан алынған дәйексөзбен дәлелдеймін."
        ),
        "questions": "Мысалы, мынаны сұрауға болады:",
        "no_questions": "Әзірге ұсынатын сұрағым жоқ.",
        "articles": "Қазір менде {count} мақала бар:",
        "rest": "және тағы {count} мақала",
        "no_articles": "Әзірге бірде-бір мақала жоқ.",
        "lead": "«{title}» мақаласының басы.",
        "russian": "Орысша сұраққа қазақша жауап беремін.",
    },
    "en": {
        "greeting": "Hello! Ask me about the articles.",
        "thanks": "You’re welcome! Ask on if you like.",
        "goodbye": "Goodbye!",
        "noted": "What else would you like to know?",
        "about": "I answer questions about the articles and prove each answer with the article’s exact words.",
        "questions": "You can ask, for example:",
        "no_questions": "I have no question to suggest yet.",
        "articles": "I know {count} articles now:",
        "article": "I know one article now:",
        "rest": "and {count} more",
        "no_articles": "There are no articles yet.",
        "lead": "How «{title}» begins.",
    },
}


def reply_to(kind: Courtesy, question: Question, articles: Sequence[Article], suggestions: Sequence[str]) -> Answer:
    """Reply to small talk. Claims nothing of what the articles say; their titles and number are the index's own."""
    lang = question.answer_in
    said = _SAID[lang]
    lines = [said[kind]] if kind not in {"articles", "questions"} else []
    if kind in {"about", "articles"}:
        lines += _list_articles(articles, lang)
    if kind == "questions":
        lines.append(said["questions" if suggestions else "no_questions"])
    offered = suggestions if kind in {"about", "questions"} else ()
    return reply_without_claim(question.asked, lang, kind, lines, offered)


def _list_articles(articles: Sequence[Article], lang: Lang) -> Iterator[str]:
    said = _SAID[lang]
    if not articles:
        yield said["no_articles"]
        return
    yield said["article" if len(articles) == 1 and lang == "en" else "articles"].format(count=len(articles))
    newest = sort_newest(articles)
    yield from (f"«{article.title}»" for article in newest[:LISTED])
    if len(newest) > LISTED:
        yield said["rest"].format(count=len(newest) - LISTED)


def sort_newest(articles: Sequence[Article]) -> list[Article]:
    """The latest published first; among articles of one day or without a date, the last given."""
    numbered = sorted(enumerate(articles), key=lambda item: (item[1].published or "", item[0]), reverse=True)
    return [article for _, article in numbered]


def find_topic(topic: str, lang: Lang, articles: Sequence[Article]) -> Article | None:
    """The article that says most of a topic, the newest of equals. None if no article says half of it."""
    terms = [term for term in find_terms(topic, lang) if term.role not in {"frame", "vague"}]
    best, most = None, 0.0
    for article in sort_newest(articles):
        units = analyse_article(article).units
        said = sum(max(units.match(term)) for term in terms)
        if said > most:
            best, most = article, said
    return best if terms and 2 * most >= len(terms) else None


def names_topic(topic: str, lang: Lang) -> bool:
    """Whether words that may name an article do: «the article» names none."""
    return any(term.role not in {"frame", "vague"} for term in find_terms(topic, lang))


def sum_up(articles: Sequence[Article], told: int = 0) -> Draft | None:
    """Claim the first sentences of articles, or those after what was told `told` times; None if there are no more."""
    citations: list[Citation] = []
    lines: list[str] = []
    lead = LEAD if len(articles) == 1 else 1
    for article in articles:
        sentences = analyse_article(article).sentences[told * lead : (told + 1) * lead]
        citations += _cite_paragraphs(article, sentences)
        lines += [f"«{clause(sentence.text[sentence.dateline_end :])}»" for sentence in sentences[:1]]
    if not citations:
        return None
    return Draft(lines[0], "\n".join(lines), tuple(citations), 1.0)


def _cite_paragraphs(article: Article, sentences: Sequence[Sentence]) -> Iterator[Citation]:
    """One citation for the sentences of a paragraph, which stand side by side."""
    for paragraph in dict.fromkeys(sentence.paragraph for sentence in sentences):
        inside = [sentence for sentence in sentences if sentence.paragraph == paragraph]
        start, end = inside[0].start, inside[-1].end
        yield Citation(article.id, article.text[start:end], start)


def read_on(reading: Reading, shown: Collection[Quote], skipped: int) -> Draft | None:
    """Claim what else was found for a question; None if there is no more.

    First come the sentences that have to do with the question, the best first, then those around its answer. `shown`
    are the answer's quotes, `skipped` how many sentences were told of beside them.
    """
    found = [ranked.candidate for ranked in reading.ranked if ranked.candidate.feature("covered") >= NEAR]
    related = [candidate.sentence for candidate in found]
    if shown and reading.ranked:
        best = reading.ranked[0].candidate
        around = [s for s in best.analysis.sentences if s.paragraph >= best.sentence.paragraph]
        related += sorted(around, key=lambda sentence: sentence.paragraph != best.sentence.paragraph)
    left = [s for s in dict.fromkeys(related) if not any(_overlap(s, quote) for quote in shown)][skipped:]
    if not left:
        return None
    lines = [f"«{clause(sentence.text)}»" for sentence in left[:MORE]]
    citations = [Citation(sentence.article_id, sentence.text, sentence.start) for sentence in left[:MORE]]
    return Draft(lines[0], "\n".join(lines), tuple(citations), reading.confidence)


def _overlap(sentence: Sentence, quote: Quote) -> bool:
    return sentence.article_id == quote.article_id and quote.start < sentence.end and sentence.start < quote.end


def note_lead(answer: Answer, article: Callable[[str], Article]) -> Answer:
    """Say which article a lead is of, where it is of one."""
    of = {quote.article_id for quote in answer.quotes}
    note = _SAID[answer.language]["lead"].format(title=article(of.pop()).title) if len(of) == 1 else ""
    return replace(answer, note=note)


def address(answer: Answer, question: Question) -> Answer:
    """Put a verified answer into the asker's letters, and tell whoever asks in Russian that the answer is in Kazakh.

    The only place where an answer changes after it was verified: no word is added to what it claims, and what stands
    in «» stays as it is in the article.
    """
    if question.russian and answer.language == "kk":
        note = " ".join(filter(None, (answer.note, _SAID["kk"]["russian"])))
        answer = replace(answer, note=note)
    if question.script == "Latn" and answer.language == "kk":
        text, short, note = map(write_latin_but_quotes, (answer.text, answer.short, answer.note))
        answer = replace(answer, text=text, short=short, note=note, script="Latn")
    return answer


def talk_question(talk: Talk, asked: str, lang: Lang | None) -> Question:
    """Small talk as the steps pass it on: nothing is to be looked up."""
    language: Lang = "en" if talk.language == "en" else "kk"
    return Question(
        asked=asked,
        text=asked,
        language=language,
        answer_in=lang or language,
        kinds=("statement",),
        terms=(),
        script="Latn" if language == "kk" and lang is None and is_latin(asked) else "Cyrl",
        russian=talk.language == "ru",
    )
