"""What people thought of an answer: one JSON line each, appended to `feedback.jsonl` in the data folder."""

import datetime
import json
import os
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from qa_bot.errors import DataFolderUnusable
from qa_bot.settings import Settings

Vote: TypeAlias = Literal["up", "down"]

FILE: Final = "feedback.jsonl"

LONGEST_COMMENT: Final = 500
"""Characters of a comment that are kept."""

LARGEST: Final = 64 * 2**20
"""Bytes from which the file takes no more lines: anybody may vote, and nobody may fill the disk."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """A vote on one answer. `question` and `answer` are written down only where the settings ask for it."""

    conversation: str
    id: str
    vote: Vote
    comment: str = ""
    question: str = ""
    answer: str = ""


def drop_halves(text: str) -> str:
    """A text without halves of characters, which a browser can send and nothing can send back."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def keep_feedback(settings: Settings, feedback: Feedback) -> None:
    """Append one line: {at, conversation, id, vote, comment?, question?, answer?}.

    The line is written in one piece, so that threads and processes may write to the same file.
    Raises: DataFolderUnusable if it cannot be written, or the file has grown to `LARGEST`.
    """
    row = {
        "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "conversation": feedback.conversation,
        "id": feedback.id,
        "vote": feedback.vote,
    }
    comment = drop_halves(feedback.comment).strip()[:LONGEST_COMMENT]
    if comment:
        row["comment"] = comment
    if settings.log_questions:
        row |= {"question": feedback.question, "answer": feedback.answer}
    line = drop_halves(json.dumps(row, ensure_ascii=False)).encode() + b"\n"
    path = settings.data / FILE
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            if os.fstat(opened).st_size + len(line) > LARGEST:
                raise DataFolderUnusable(f"{path} has grown to {LARGEST // 2**20} MB. Move it away to keep more votes.")
            os.write(opened, line)
        finally:
            os.close(opened)
    except OSError as error:
        raise DataFolderUnusable(f"{path} cannot be written: {error.strerror}.") from error
