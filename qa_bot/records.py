"""The vocabulary of the project: what an article, a passage, a claim and a proven answer are.

Every offset here is counted in Unicode code points of `Article.text`, start inclusive, end exclusive.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Lang: TypeAlias = Literal["kk", "en"]

Kind: TypeAlias = Literal[
    "person",
    "organisation",
    "place",
    "date",
    "money",
    "percent",
    "count",
    "quantity",
    "duration",
    "reason",
    "list",
    "yes_no",
    "definition",
    "statement",
]
"""What an answer to a question has to be."""

RefusalReason: TypeAlias = Literal[
    "not_in_articles", "no_articles", "not_a_question", "unsupported_claim", "unclear", "nothing_more"
]
"""unclear: a follow-up ("Why?") with nothing before it; nothing_more: all that was found has been shown."""

Courtesy: TypeAlias = Literal["greeting", "thanks", "goodbye", "noted", "about", "questions", "articles"]
"""What is replied without claiming anything of the articles; `articles` lists their titles, `questions` offers some."""

Reply: TypeAlias = Literal["answer", "summary", "more"] | Courtesy
"""What an answer is: one to a question, the lead of articles, what else was found for the last question, a courtesy."""

Script: TypeAlias = Literal["Cyrl", "Latn"]
"""The letters that Kazakh is written in (ISO 15924)."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read: `text` is NFC and never changes afterwards."""

    id: str
    title: str
    text: str
    lang: Lang = "kk"
    published: str | None = None
    url: str | None = None
    agency: str | None = None
    place: str | None = None
    edition_of: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of an article: `text == article.text[start:end]`."""

    article_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a model takes the answer to stand in a text, from `start` to `end`, and how likely that is."""

    start: int
    end: int
    probability: float


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A passage found for a query: its fused score and its rank, from 1, in each channel that found it."""

    passage: Passage
    score: float
    ranks: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Citation:
    """A claim that `text` stands in an article, at `start` if the claimant knows where.

    `mark` bounds the words that carry the answer, as offsets in the article.
    """

    article_id: str
    text: str
    start: int | None = None
    mark: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reader or a model claims. Nothing shows a Draft to a person; see `quotes.verify`."""

    short: str
    text: str
    citations: tuple[Citation, ...]
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Quote:
    """A verified quotation: `text == article.text[start:end]`. Made only by `quotes.verify`.

    `mark_start:mark_end` are the offsets in the article of the words that carry the answer;
    both equal `start` when no words are singled out.
    """

    article_id: str
    start: int
    end: int
    text: str
    mark_start: int
    mark_end: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was answered, the nearest sentence that the articles do hold, and what can be asked."""

    reason: RefusalReason
    nearest: Quote | None = None
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown to a person: verified quotes and a text that they support, a refusal, or a courtesy.

    `confidence` is between 0 and 1; `quotes` is empty exactly when `refusal` is set or `reply` is a courtesy.
    `suggestions` are questions that a courtesy offers. `note` is a line about the answer itself, such as which
    article a summary is of. In `script` are `text`, `short` and `note`; what they put in «» stays as it is quoted.
    """

    question: str
    language: Lang
    text: str
    short: str
    quotes: tuple[Quote, ...]
    refusal: Refusal | None
    confidence: float
    reply: Reply = "answer"
    suggestions: tuple[str, ...] = ()
    note: str = ""
    script: Script = "Cyrl"


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of the conversation, as the asker saw it.

    `place` is where its first quote stands: the article's id and the offset. Whoever does not know it leaves it out;
    it is then found again from the question.
    """

    question: str
    answer: str
    place: tuple[str, int] | None = None
