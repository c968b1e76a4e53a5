"""Sets for measuring search: a folder of passages and of questions that name the passages which answer them.

    FOLDER/passages.jsonl    {"id", "title"?, "text", "lang"?} per line, as `qa-bot index` reads articles
    FOLDER/questions.jsonl   {"id"?, "question", "relevant": [passage id, …], "lang"?, "kind"?} per line

A question without an id has its line's number as one, from 1. Instead of `relevant` it may have `answers` as KazQAD
does: [{"passage_id": …, "start"?, "text"?}, …]. Those with a start, in code points of the passage's text as the file
has it, tell where an answer stands; reading is measured by them. Other wordings of the questions, such as translations,
come in a file of their own, by id.
"""

import contextlib
import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast, get_args

from qa_bot.errors import RetrievalSetUnreadable
from qa_bot.language.letters import detect_language
from qa_bot.language.scripts import write_latin, write_russian
from qa_bot.records import Lang

PASSAGES = "passages.jsonl"
QUESTIONS = "questions.jsonl"

Script: TypeAlias = Literal["latin", "russian"]

WRITE: Mapping[Script, Callable[[str], str]] = {"latin": write_latin, "russian": write_russian}


@dataclass(frozen=True, slots=True)
class Reference:
    """Words of an article that answer: `text` stands in it at `start`, in code points."""

    article_id: str
    start: int
    text: str

    @property
    def end(self) -> int:
        """The offset after the last code point."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Sought:
    """A question, and the ids of the articles that answer it: any passage of one of them is what was sought.

    `variant` tells wordings apart that are of one language, such as "latin". `references` are where the answers stand
    in the texts as the set has them; none if it does not say.
    """

    id: str
    question: str
    lang: Lang
    relevant: frozenset[str]
    kind: str | None = None
    variant: str = ""
    references: tuple[Reference, ...] = ()

    @property
    def group(self) -> str:
        """The questions it is counted with: "kk", or "kk latin"."""
        return f"{self.lang} {self.variant}".strip()


def read_retrieval_set(folder: Path) -> list[Sought]:
    """Read the questions of a set, and check that its passages hold what they seek.

    Raises: RetrievalSetUnreadable, with the file and line.
    """
    texts: dict[str, str] = {}
    path = folder / PASSAGES
    for number, line in _read_lines(path):
        with _told(path, number, "a passage", "id and text"):
            row = json.loads(line)
            _take_text(row, "text")
            texts[_take_id(row["id"])] = row["text"]
    path = folder / QUESTIONS
    found: dict[str, Sought] = {}
    for number, line in _read_lines(path):
        with _told(path, number, "a question", "question and relevant, a list of passage ids"):
            sought = _make_sought(json.loads(line), number)
            for name in sorted(sought.relevant.union(one.article_id for one in sought.references) - texts.keys()):
                raise ValueError(f"{PASSAGES} has no passage '{name}'")
            for one in sought.references:
                if not texts[one.article_id].startswith(one.text, one.start):
                    raise ValueError(f"the passage '{one.article_id}' does not hold '{one.text}' at {one.start}")
            _add(sought, found)
    return _some(path, found)


def read_renderings(path: Path, originals: Sequence[Sought]) -> list[Sought]:
    """Read other wordings of questions: a .jsonl of {"id", "question", "lang"?}, or lines of id, tab, question.

    In the latter, lines that begin with # are skipped.
    Returns: the wordings, each after its original, so that both are asked; originals that have none are left out. A
    wording in the language of its original has the variant "rendered".
    Raises: RetrievalSetUnreadable, with the line; also if a wording is of no question of the set.
    """
    read = json.loads if path.suffix.lower() == ".jsonl" else _read_columns
    by_id = {original.id: original for original in originals}
    found: dict[str, Sought] = {}
    for number, line in _read_lines(path):
        if read is _read_columns and line.startswith("#"):
            continue
        with _told(path, number, "a wording", "the id of a question and a question (in a .tsv with a tab between)"):
            row = read(line)
            name = _take_id(row["id"])
            if name not in by_id:
                raise ValueError(f"the set has no question '{name}'")
            question, lang = _take_question(row)
            variant = "rendered" if lang == by_id[name].lang else ""
            _add(replace(by_id[name], question=question, lang=lang, variant=variant), found)
    return [sought for rendering in _some(path, found) for sought in (by_id[rendering.id], rendering)]


def write_in_script(sought: Sought, script: Script) -> Sought:
    """Spell a Kazakh question in Latin script, or with Russian letters; others stay as they are."""
    if sought.lang != "kk":
        return sought
    return replace(sought, question=WRITE[script](sought.question), variant=f"{sought.variant} {script}".strip())


def _read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1."""
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:  # JSON may hold a line separator as it is
            yield from ((number, line) for number, line in enumerate(file, 1) if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise RetrievalSetUnreadable(f"{path}: cannot be read ({error}). Give a file in UTF-8.") from error


@contextlib.contextmanager
def _told(path: Path, number: int, what: str, shape: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RetrievalSetUnreadable(
            f"{path}:{number}: not {what} ({type(error).__name__}: {error}). Each line needs {shape}."
        ) from error


def _read_columns(line: str) -> dict[str, str]:
    name, _, question = line.partition("\t")
    return {"id": name, "question": question}


def _make_sought(row: Any, number: int) -> Sought:
    question, lang = _take_question(row)
    named = row["relevant"] if "relevant" in row else [answer["passage_id"] for answer in row["answers"]]
    if not isinstance(named, list) or not named:
        raise ValueError("relevant is no list of passage ids, or an empty one")
    return Sought(
        id=_take_id(row["id"]) if "id" in row else str(number),
        question=question,
        lang=lang,
        relevant=frozenset(map(_take_id, named)),
        kind=_take_text(row, "kind") if row.get("kind") is not None else None,
        references=tuple(
            _make_reference(answer)
            for answer in row.get("answers") or ()
            if isinstance(answer, dict) and answer.get("start") is not None
        ),
    )


def _make_reference(answer: Mapping[str, Any]) -> Reference:
    start = answer["start"]
    if type(start) is not int or start < 0:  # true and false are numbers, too
        raise TypeError(f"start is {json.dumps(start)[:60]}, no offset")
    _take_text(answer, "text")
    return Reference(_take_id(answer["passage_id"]), start, answer["text"])


def _take_question(row: Any) -> tuple[str, Lang]:
    question = _take_text(row, "question")
    given = row.get("lang")
    if given is None:
        return question, "en" if detect_language(question) == "en" else "kk"
    if given not in get_args(Lang):
        raise ValueError(f"lang is {given!r}, none of {', '.join(get_args(Lang))}")
    return question, cast(Lang, given)


def _take_text(row: Any, name: str) -> str:
    value = row[name]
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"{name} is {json.dumps(value)[:60]}, not text")
    return value.strip()


def _take_id(value: object) -> str:
    """An id as the index has it (`index.articles`). A question's may be a number."""
    if not isinstance(value, str | int) or not str(value).strip():
        raise TypeError(f"the id {json.dumps(value)[:60]} is no short text")
    return unicodedata.normalize("NFC", str(value)).strip()


def _add(sought: Sought, found: dict[str, Sought]) -> None:
    if found.setdefault(sought.id, sought) is not sought:
        raise ValueError(f"the id '{sought.id}' is that of an earlier line")


def _some(path: Path, found: Mapping[str, Sought]) -> list[Sought]:
    if not found:
        raise RetrievalSetUnreadable(f"{path}: holds no question. Give one a line.")
    return list(found.values())
