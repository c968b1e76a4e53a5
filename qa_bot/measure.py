"""How well the bot answers and refuses, counted over a file of questions."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from qa_bot.errors import QuestionSetUnreadable
from qa_bot.language.keys import key
from qa_bot.language.quantities import find_quantities, same_quantity
from qa_bot.language.scripts import write_latin
from qa_bot.language.words import find_words
from qa_bot.records import Answer, Article, Lang, Turn


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what a right answer has to be.

    `answers` are texts any one of which a right answer holds (none: only the quote counts). `quotes` are
    stretches of the article any one of which a right quote overlaps. Neither is given for a question that the
    articles do not answer.
    """

    id: str
    question: str
    lang: Lang
    answerable: bool
    answers: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    article_id: str | None = None
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question. Only an answered question can have a right answer or a right quote."""

    asked: Asked
    answered: bool
    answer_right: bool
    quote_right: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over the outcomes of one language, or of all."""

    answerable: int
    answered_right: int
    quote_right: int
    wrongly_refused: int
    unanswerable: int
    refused_rightly: int
    wrongly_answered: int


def read_questions(path: Path) -> list[Asked]:
    """Read a question set: one JSON object per line with id, lang, question, answerable, answers, quote.

    Raises: QuestionSetUnreadable, with the line.
    """
    try:
        # Not splitlines: JSON may hold a line separator (U+2028) as it is.
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionSetUnreadable(f"{path}: cannot be read ({error}). Give a UTF-8 file of JSON lines.") from error
    asked = [_parse(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not asked:
        raise QuestionSetUnreadable(f"{path}: holds no question. Give one JSON object per line.")
    return asked


def _parse(path: Path, number: int, line: str) -> Asked:
    try:
        return _make_asked(json.loads(line))
    except (ValueError, KeyError, TypeError) as error:
        raise QuestionSetUnreadable(
            f"{path}:{number}: not a question ({type(error).__name__}: {error}). "
            "Each line needs id, lang, question and answerable."
        ) from error


def _make_asked(row: Any) -> Asked:
    if row["lang"] not in get_args(Lang):
        raise ValueError(f"lang is {row['lang']!r}, none of {', '.join(get_args(Lang))}")
    if not isinstance(row["question"], str) or not isinstance(row["answerable"], bool):
        raise TypeError("question is no text, or answerable neither true nor false")
    return Asked(
        id=str(row["id"]),
        question=row["question"],
        lang=row["lang"],
        answerable=row["answerable"],
        answers=_texts(row, "answers"),
        quotes=((row["quote"],) if row.get("quote") else ()) + _texts(row, "quotes"),
        article_id=row.get("article_id"),
        history=tuple(Turn(turn["question"], turn.get("answer", "")) for turn in row.get("history", ())),
    )


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    given = row.get(name) or []
    # A text is a sequence of texts, too: any answer would hold one of its letters.
    if not isinstance(given, list) or not all(isinstance(text, str) and text.strip() for text in given):
        raise TypeError(f"{name} is no list of texts")
    return tuple(given)


def judge(asked: Asked, answer: Answer, article: Callable[[str], Article]) -> Outcome:
    """Compare an answer with what a right one has to be."""
    answered = answer.refusal is None
    quote_right = answered and (
        not asked.quotes
        or any(_overlaps(quote.start, quote.end, quote.article_id, asked, article) for quote in answer.quotes)
    )
    right = answered and (not asked.answers or any(_holds(answer, text, asked.lang) for text in asked.answers))
    return Outcome(asked, answered, answered and asked.answerable and right, asked.answerable and quote_right)


def _overlaps(start: int, end: int, article_id: str, asked: Asked, article: Callable[[str], Article]) -> bool:
    if asked.article_id is not None and article_id != asked.article_id:
        return False
    text = article(article_id).text
    for wanted in asked.quotes:
        at = text.find(wanted)
        while at >= 0:
            if start < at + len(wanted) and at < end:
                return True
            at = text.find(wanted, at + 1)
    return False


def _holds(answer: Answer, wanted: str, lang: Lang) -> bool:
    """Whether the answer says `wanted`: the same words but for their endings, or the same quantity."""
    said = f"{answer.short} {answer.text}"
    if answer.script == "Latn":
        wanted = write_latin(wanted)
    # "3 billion" is not said by "13 billion", nor "no" by "north"; a Kazakh word may take endings.
    letter = r"" if lang == "kk" else r"(?!\w)"
    if re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(wanted)}{letter}(?![.,]?\d)", said, re.IGNORECASE):
        return True
    amounts = find_quantities(wanted, lang)
    if len(amounts) == 1 and amounts[0].text == wanted:
        return any(same_quantity(amounts[0], other) for other in find_quantities(said, lang))
    stems = [key(word.text, lang) for word in find_words(wanted)]
    in_answer = {key(word.text, lang) for word in find_words(said)}
    return bool(stems) and all(stem in in_answer for stem in stems)


def tally(outcomes: Iterable[Outcome]) -> Tally:
    """Count outcomes."""
    listed = list(outcomes)
    can = [outcome for outcome in listed if outcome.asked.answerable]
    cannot = [outcome for outcome in listed if not outcome.asked.answerable]
    return Tally(
        answerable=len(can),
        answered_right=sum(outcome.answer_right for outcome in can),
        quote_right=sum(outcome.quote_right for outcome in can),
        wrongly_refused=sum(not outcome.answered for outcome in can),
        unanswerable=len(cannot),
        refused_rightly=sum(not outcome.answered for outcome in cannot),
        wrongly_answered=sum(outcome.answered for outcome in cannot),
    )


@dataclass(frozen=True, slots=True)
class RefusalCurve:
    """What the reader's threshold costs and buys in one language.

    At `thresholds[i]`, `refused_rightly[i]` is the share of the unanswerable questions that is refused, and
    `quote_right[i]` the share of the answerable ones that is answered with a right quote. Both shares hold from just
    above `thresholds[i - 1]`. Empty if no such question was asked.
    """

    lang: Lang
    thresholds: tuple[float, ...]
    refused_rightly: tuple[float, ...]
    quote_right: tuple[float, ...]


def draw_refusal_curves(believed: Sequence[tuple[Outcome, float]]) -> list[RefusalCurve]:
    """For each language, how the shares change with the threshold on the confidence.

    `believed`: what comes of each question if the best candidate is believed whatever its confidence, and that
    confidence, from 0 to 1. At a threshold t, what has a confidence of t or more is answered, as by
    `reader.Reading.answers`; what verification does not let through is refused at any threshold.
    Source: the risk and coverage of El-Yaniv and Wiener 2010, "On the Foundations of Noise-free Selective
    Classification", for the questions with an answer and for those without.
    """
    curves = []
    for lang in get_args(Lang):
        asked = [(outcome, sure) for outcome, sure in believed if outcome.asked.lang == lang]
        can = [(outcome.quote_right, sure) for outcome, sure in asked if outcome.asked.answerable]
        cannot = [(outcome.answered, sure) for outcome, sure in asked if not outcome.asked.answerable]
        if not asked:
            continue
        thresholds = sorted({0.0, 1.0, *(sure for _, sure in asked)})
        refused = [sum(not (answered and sure >= t) for answered, sure in cannot) for t in thresholds]
        right = [sum(quote_right and sure >= t for quote_right, sure in can) for t in thresholds]
        curves.append(
            RefusalCurve(
                lang,
                tuple(thresholds),
                tuple(count / len(cannot) for count in refused if cannot),
                tuple(count / len(can) for count in right if can),
            )
        )
    return curves


def tabulate(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The lines of a table: one row a language and one for all, each figure as a count and a share."""
    groups: Mapping[str, list[Outcome]] = {
        **{lang: [o for o in outcomes if o.asked.lang == lang] for lang in ("kk", "en")},
        "all": list(outcomes),
    }
    header = ("language", "answered right", "quote right", "wrongly refused", "refused rightly", "wrongly answered")
    yield " | ".join(f"{name:>16}" for name in header)
    for name, group in groups.items():
        if not group:
            continue
        counts = tally(group)
        cells: list[Any] = [
            _share(counts.answered_right, counts.answerable),
            _share(counts.quote_right, counts.answerable),
            _share(counts.wrongly_refused, counts.answerable),
            _share(counts.refused_rightly, counts.unanswerable),
            _share(counts.wrongly_answered, counts.unanswerable),
        ]
        yield " | ".join(f"{cell:>16}" for cell in (name, *cells))


def _share(count: int, total: int) -> str:
    return f"{count}/{total} {100 * count / total:5.1f}%" if total else "-"
