"""Conversations with what is right at each turn, and how many turns the bot gets right when it holds them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa_bot.measure import Asked, judge
from qa_bot.records import Answer, Article, Lang, Turn
from qa_bot.steps import Ask, Steps


@dataclass(frozen=True, slots=True)
class Line:
    """What is asked in one turn. `reply` is the reply or the refusal's reason wanted, if it is no plain answer."""

    asked: Asked
    reply: str | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns that follow each other; each is asked with those before it, as they were really answered."""

    id: str
    lang: Lang
    lines: tuple[Line, ...]


def read_conversations(path: Path) -> list[Conversation]:
    """Read one conversation a line: id, lang, turns of {question, answerable, answers, quotes} or {question, reply}."""
    return [_parse(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def hold_conversation(
    conversation: Conversation, steps: Steps, article: Callable[[str], Article]
) -> list[tuple[Line, Answer, bool]]:
    """Ask turn by turn. Returns: each turn with its answer, and whether its words and its quote were right."""
    history: list[Turn] = []
    held = []
    for line in conversation.lines:
        answer = steps.answer(Ask(line.asked.question, None, tuple(history)))
        held.append((line, answer, _is_right(line, answer, article)))
        history.append(Turn(line.asked.question, answer.text))
    return held


def count_right(held: Sequence[tuple[Line, Answer, bool]]) -> tuple[int, int, int, int]:
    """Count over turns: (right where an answer is wanted, of how many, right refusals and replies, of how many)."""
    told = [right for line, _, right in held if line.asked.answerable]
    kept = [right for line, _, right in held if not line.asked.answerable]
    return sum(told), len(told), sum(kept), len(kept)


def _parse(row: dict[str, object]) -> Conversation:
    lines = []
    for number, turn in enumerate(row["turns"], 1):  # type: ignore[arg-type,var-annotated]
        asked = Asked(
            id=f"{row['id']}-{number}",
            question=turn["question"],
            lang=row["lang"],  # type: ignore[arg-type]
            answerable=turn.get("answerable", False),
            answers=tuple(turn.get("answers", ())),
            quotes=tuple(turn.get("quotes", ())),
        )
        lines.append(Line(asked, turn.get("reply")))
    return Conversation(str(row["id"]), row["lang"], tuple(lines))  # type: ignore[arg-type]


def _is_right(line: Line, answer: Answer, article: Callable[[str], Article]) -> bool:
    if line.reply is not None:
        return line.reply == (answer.refusal.reason if answer.refusal else answer.reply)
    outcome = judge(line.asked, answer, article)
    if not line.asked.answerable:
        return not outcome.answered
    return outcome.answer_right and outcome.quote_right
