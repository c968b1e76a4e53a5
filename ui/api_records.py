"""What the API takes and gives, as pydantic models with examples: the OpenAPI document is made from them."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from qa_bot.records import Answer, Article, Lang, Quote, RefusalReason, Reply, Retrieved, Script
from ui.answering import Answered, Step
from ui.feedback import LONGEST_COMMENT, Vote
from ui.words import words_in, write_in

_ID = r"^[A-Za-z0-9_-]{1,64}$"

ConversationId = Annotated[str, StringConstraints(pattern=_ID), Field(description="As an answer gave it.")]

AnswerId = Annotated[str, StringConstraints(pattern=_ID), Field(description="As an answer gave it.")]

_QUOTED: dict[str, Any] = {
    "article_id": "harvest",
    "title": "Биыл астық көп жиналды",
    "agency": "Дала жаңалықтары",
    "url": "https://news.example/harvest",
    "start": 118,
    "end": 175,
    "text": "Биыл елімізде 27 млн тонна астық жиналды, – деді министр.",
    "mark_start": 132,
    "mark_end": 144,
}
_NAMES = {"id": "uQ1vT0mXhZcB", "conversation": "nZ3Qk3v9v0mG0m0dJx1yqv5QmX3tJw2b"}
_ANSWERED: dict[str, Any] = {
    **_NAMES,
    "question": "How much grain was harvested?",
    "language": "en",
    "status": "answered",
    "reply": "answer",
    "answer": "27 million tonnes\nAccording to the minister.",
    "short": "27 million tonnes",
    "context": "According to the minister.",
    "note": None,
    "script": "Cyrl",
    "confidence": 0.91,
    "quotes": [_QUOTED],
    "refusal": None,
    "suggestions": [],
    "ms": 21.4,
}
_REFUSED: dict[str, Any] = {
    **_ANSWERED,
    "question": "Жүгері қанша жиналды?",
    "language": "kk",
    "status": "refused",
    "answer": "Мақалаларда бұл туралы айтылмаған.",
    "short": "",
    "context": None,
    "confidence": 0.12,
    "quotes": [],
    "refusal": {"reason": "not_in_articles", "nearest": _QUOTED, "suggestions": ["Астық қанша жиналды?"]},
    "suggestions": ["Астық қанша жиналды?"],
}
_ARTICLE: dict[str, Any] = {
    "id": "harvest",
    "title": "Биыл астық көп жиналды",
    "lang": "kk",
    "published": "2025-10-02",
    "url": "https://news.example/harvest",
    "agency": "Дала жаңалықтары",
    "place": "Астана",
    "length": 1840,
}


def _examples(*examples: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": list(examples)})


class AskBody(BaseModel):
    """A question."""

    model_config = _examples(
        {"question": "How much grain was harvested?"},
        {"question": "Ал былтыр ше?", "lang": "kk", "conversation": _NAMES["conversation"]},
    )

    question: str = Field(description="What is asked, in Kazakh or English.", min_length=1)
    lang: Lang | None = Field(None, description="The language to answer in, if not the question's own.")
    conversation: ConversationId | None = Field(None, description="The conversation to ask on in.")


class QuoteBody(BaseModel):
    """`text` is exactly the article's `text[start:end]`; offsets count code points."""

    model_config = _examples(_QUOTED)

    article_id: str
    title: str
    agency: str | None
    url: str | None
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str
    mark_start: int = Field(ge=0, description="Where in the article the words that carry the answer begin.")
    mark_end: int = Field(ge=0, description="Where they end; equal to `mark_start` if none are singled out.")


class RefusalBody(BaseModel):
    """Why nothing was answered, and what comes nearest."""

    reason: RefusalReason
    nearest: QuoteBody | None
    suggestions: list[str]


class AnswerBody(BaseModel):
    """An answer with its quotes, or a refusal."""

    model_config = _examples(_ANSWERED, _REFUSED)

    id: str = Field(description="Names this answer, for feedback.")
    conversation: str = Field(description="Send it with the next question.")
    question: str
    language: Lang
    status: Literal["answered", "refused"]
    reply: Reply = Field(description="What this is: an answer, or what is replied to a greeting and the like.")
    answer: str = Field(description="What to show: the short answer, and what is said about it.")
    short: str
    context: str | None
    note: str | None = Field(description="A line about the answer itself.")
    script: Script = Field(description="The letters that Kazakh is written in here.")
    confidence: float = Field(ge=0, le=1)
    quotes: list[QuoteBody]
    refusal: RefusalBody | None
    suggestions: list[str] = Field(description="Questions that can be asked next.")
    ms: float = Field(ge=0)


class StatusEvent(BaseModel):
    """A step begins."""

    step: Step


class TokenEvent(BaseModel):
    """The next piece of the answer's text."""

    text: str


class ArticleLine(BaseModel):
    """An article without its text."""

    model_config = _examples(_ARTICLE)

    id: str
    title: str
    lang: Lang
    published: str | None
    url: str | None
    agency: str | None
    place: str | None
    length: int = Field(ge=0, description="Code points of its text.")


class ArticleBody(ArticleLine):
    """An article. `text` never changes while the generation is the same."""

    model_config = _examples({**_ARTICLE, "text": "Биыл елімізде 27 млн тонна астық жиналды…"})

    text: str


class ArticlesBody(BaseModel):
    """All articles, in the order in which they were given."""

    generation: str
    articles: list[ArticleLine]


class SuggestionsBody(BaseModel):
    """Questions that the bot answers itself."""

    model_config = _examples({"lang": "kk", "questions": ["Астық қанша жиналды?"]})

    lang: Lang
    questions: list[str]


class FeedbackBody(BaseModel):
    """What an answer was worth."""

    model_config = _examples({**_NAMES, "vote": "down", "comment": "Сан басқа жылдікі."})

    conversation: ConversationId
    id: AnswerId
    vote: Vote
    comment: str | None = Field(None, max_length=LONGEST_COMMENT)


class HitBody(BaseModel):
    """A passage found: exactly the article's `text[start:end]`."""

    article_id: str
    title: str
    url: str | None
    start: int
    end: int
    text: str
    score: float


class FaultBody(BaseModel):
    """One field that is not as it should be."""

    field: str
    message: str


class ProblemBody(BaseModel):
    """Problem details (RFC 9457)."""

    model_config = _examples(
        {
            "type": "/api/docs#busy",
            "title": "The bot is busy",
            "status": 503,
            "detail": "64 questions are waiting already. Ask again in 2 s.",
            "action": "Wait for as long as Retry-After says, then ask again.",
        }
    )

    type: str
    title: str
    status: int
    detail: str
    action: str
    errors: list[FaultBody] | None = None


def answer_body(answered: Answered, conversation: str) -> AnswerBody:
    """An answer as the API gives it."""
    answer = answered.answer
    refusal = answer.refusal
    told = None
    if refusal:
        nearest = quote_body(refusal.nearest, answered.sources) if refusal.nearest else None
        told = RefusalBody(reason=refusal.reason, nearest=nearest, suggestions=list(refusal.suggestions))
    return AnswerBody(
        id=answered.id,
        conversation=conversation,
        question=answer.question,
        language=answer.language,
        status="refused" if refusal else "answered",
        reply=answer.reply,
        answer=say_answer(answer),
        short=answer.short,
        context=_context(answer),
        note=answer.note or None,
        script=answer.script,
        confidence=round(answer.confidence, 4),
        quotes=[quote_body(quote, answered.sources) for quote in answer.quotes],
        refusal=told,
        suggestions=list(refusal.suggestions if refusal else answer.suggestions),
        ms=round(answered.milliseconds, 1),
    )


def say_answer(answer: Answer) -> str:
    """What to show of an answer; a refusal's sentence is the interface's."""
    if answer.refusal and not answer.text:
        return write_in(answer.script, words_in(answer.language).refusals[answer.refusal.reason])
    return answer.text


def quote_body(quote: Quote, articles: Mapping[str, Article]) -> QuoteBody:
    """A quote with its source."""
    article = articles[quote.article_id]
    return QuoteBody(
        article_id=quote.article_id,
        title=article.title,
        agency=article.agency,
        url=show_url(article),
        start=quote.start,
        end=quote.end,
        text=quote.text,
        mark_start=quote.mark_start,
        mark_end=quote.mark_end,
    )


def hit_body(hit: Retrieved, articles: Mapping[str, Article]) -> HitBody:
    """A passage with its source."""
    passage = hit.passage
    article = articles[passage.article_id]
    return HitBody(
        article_id=article.id,
        title=article.title,
        url=show_url(article),
        start=passage.start,
        end=passage.end,
        text=passage.text,
        score=round(hit.score, 6),
    )


def article_line(article: Article) -> ArticleLine:
    """An article as it is listed."""
    return ArticleLine(**_line(article))


def article_body(article: Article) -> ArticleBody:
    """An article with its text."""
    return ArticleBody(**_line(article), text=article.text)


def show_url(article: Article) -> str | None:
    """An article's address, if a browser may follow it: `javascript:` and the like are addresses, too."""
    return article.url if article.url and re.match(r"https?://", article.url) else None


def _line(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "lang": article.lang,
        "published": article.published,
        "url": show_url(article),
        "agency": article.agency,
        "place": article.place,
        "length": len(article.text),
    }


def _context(answer: Answer) -> str | None:
    lines = [line for line in answer.text.split("\n") if line.strip() and line != answer.short]
    return "\n".join(lines) or None
