"""The JSON lines that `--batch` reads and that `--batch` and `--json` print. Their keys are a contract."""

import contextlib
import json
import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from qa_bot.errors import QaBotError, QuestionInvalid
from qa_bot.records import Answer, Article, Lang, Retrieved, Turn

if TYPE_CHECKING:
    from qa_bot.steps import Ask

log = logging.getLogger(__name__)

Row = dict[str, Any]
"""One line, as a JSON object."""


def run_batch(name: str, answer: Callable[[Row, object], Row], tell_error: Callable[[Row, object, str], Row]) -> bool:
    """Answer the lines of a file, or of stdin if it is called `-`, each as soon as it is read and by itself.

    `answer` is given a row and its id, which is its number from 1 if it names none. A row that cannot be
    answered becomes the one of `tell_error`: it must not lose the answers to the others.

    Returns: whether all went well, or only what was asked was wrong.
    Raises: QaBotError if the file cannot be read, or what `answer` raises and every other row would meet, too.
    """
    sound = True
    for number, line in enumerate(_read_lines(name), 1):
        row: Row = {}
        try:
            row = _read_row(line)
            result = answer(row, row.get("id", number))
        except QuestionInvalid as error:
            result = tell_error(row, row.get("id", number), str(error))
        except QaBotError:
            raise
        except Exception as error:
            log.exception("%s, question %d", name, number)
            result = tell_error(row, row.get("id", number), f"This question failed: {type(error).__name__} {error}")
            sound = False
        print_json(result)
    return sound


def read_ask(row: Row) -> "Ask":
    """What a row {question,lang?,history?} asks. Raises: QuestionInvalid."""
    from qa_bot.steps import Ask

    turns = row.get("history") or []
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        raise QuestionInvalid('history: give a list of {"question": …, "answer": …}, the oldest first.')
    history = tuple(Turn(read_text(turn.get("question")), read_text(turn.get("answer", ""))) for turn in turns)
    return Ask(read_text(row.get("question")), _read_lang(row), history)


def read_search(row: Row) -> tuple[str, Lang | None]:
    """What a row {query,lang?} looks for; a row of questions will do. Raises: QuestionInvalid."""
    return read_text(_query(row)), _read_lang(row)


def read_text(given: object) -> str:
    """A question as it came from outside. Raises: QuestionInvalid if it is no text."""
    if not isinstance(given, str):
        raise QuestionInvalid(f"The question is {json.dumps(given)[:60]}, not text. Put it in quotes.")
    broken = next((character for character in given if "\ud800" <= character <= "\udfff"), None)
    if broken:
        raise QuestionInvalid(f"The question holds U+{ord(broken):04X}, which is no character. Type it in UTF-8.")
    return given


def answer_row(answer: Answer, name: object, milliseconds: float, article: Callable[[str], Article]) -> Row:
    """An answer as it is printed.

    A refusal has its reason and suggestions as well; what is no plain answer, what it is instead (`reply`) and its
    suggestions. `note` and `script` stand there only where there is a note, or the answer is in Latin script.
    """
    row: Row = {
        "id": name,
        "question": answer.question,
        "language": answer.language,
        "status": "refused" if answer.refusal else "answered",
        "answer": answer.text,
        "short": answer.short,
        "confidence": round(answer.confidence, 4),
        "quotes": [
            {
                "article_id": quote.article_id,
                "title": article(quote.article_id).title,
                "start": quote.start,
                "end": quote.end,
                "text": quote.text,
            }
            for quote in answer.quotes
        ],
        "ms": round(milliseconds, 1),
    }
    if answer.refusal:
        row["reason"] = answer.refusal.reason
        row["suggestions"] = list(answer.refusal.suggestions)
    elif answer.reply != "answer":
        row["reply"] = answer.reply
        row["suggestions"] = list(answer.suggestions)
    if answer.note:
        row["note"] = answer.note
    if answer.script != "Cyrl":
        row["script"] = answer.script
    return row


def answer_error(row: Row, name: object, reason: str) -> Row:
    """An answer's keys for a row that could not be answered."""
    return {
        "id": name,
        "question": row.get("question"),
        "language": None,
        "status": "error",
        "answer": "",
        "short": "",
        "confidence": 0.0,
        "quotes": [],
        "ms": 0.0,
        "error": reason,
    }


def hits_row(name: object, query: str, found: Sequence[Retrieved]) -> Row:
    """A ranking as it is printed."""
    hits = [
        {
            "article_id": hit.passage.article_id,
            "start": hit.passage.start,
            "end": hit.passage.end,
            "text": hit.passage.text,
            "score": round(hit.score, 6),
            "ranks": hit.ranks,
        }
        for hit in found
    ]
    return {"id": name, "query": query, "hits": hits}


def hits_error(row: Row, name: object, reason: str) -> Row:
    """A ranking's keys for a row that could not be looked up."""
    return {"id": name, "query": _query(row), "hits": [], "status": "error", "error": reason}


def print_json(row: object) -> None:
    """Print one line, at once: who reads a pipe need not wait for the next."""
    print(json.dumps(row, ensure_ascii=False), flush=True)


def _read_lines(name: str) -> Iterator[bytes]:
    """The lines that are not blank, as bytes: each may be damaged by itself."""
    try:
        with contextlib.ExitStack() as stack:
            lines: Iterable[bytes] = sys.stdin.buffer if name == "-" else stack.enter_context(Path(name).open("rb"))
            yield from (line.removeprefix(b"\xef\xbb\xbf") for line in lines if line.strip())
    except OSError as error:
        reason = error.strerror or error
        raise QaBotError(f"{name}: cannot be read ({reason}). Give a file of JSON lines, or - for stdin.") from error


def _read_row(line: bytes) -> Row:
    try:
        row = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise QuestionInvalid(f"Not a line of JSON: {error}. Give one object per line, in UTF-8.") from None
    if not isinstance(row, dict):
        raise QuestionInvalid(f"A JSON {type(row).__name__}, not an object. Give one object per line.")
    return row


def _read_lang(row: Row) -> Lang | None:
    given = row.get("lang")
    if given is not None and given not in get_args(Lang):
        raise QuestionInvalid(f"lang: {json.dumps(given)[:60]} is none of {', '.join(get_args(Lang))}. Leave it out.")
    return cast(Lang | None, given)


def _query(row: Row) -> object:
    return row.get("query", row.get("question"))
