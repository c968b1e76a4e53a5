"""Whom or what a pronoun stands for: «Ол не деді?», "What did he say?"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from qa_bot.language.entities import Entity, EntityKind, find_entities
from qa_bot.language.letters import detect_language, restore_kazakh
from qa_bot.language.scripts import is_latin
from qa_bot.language.suffix import Case, attach
from qa_bot.question_rules import find_rules, matches, see_letters
from qa_bot.records import Lang

_SORTS: Final = ("person", "place", "thing")
_NAMED: Final[dict[str, tuple[tuple[EntityKind, ...], ...]]] = {
    "person": (("person",), ("post",)),
    "place": (("place", "country"),),
}
_CASED: Final = re.compile(r"(?<=\w{3})(?:[ндт][ыі]ң|[мбп]ен)$")
"""Case endings that no name ends in: Тоқаевтың, Тоқаевпен."""
_SUBJECT: Final = "ол"
_CASE_OF: Final[dict[str, Case]] = {  # in folded letters
    "они": "accusative", "онин": "genitive", "оган": "dative", "одан": "ablative", "онимен": "instrumental",
    "онда": "locative", "сонда": "locative", "мунда": "locative", "бунда": "locative", "осинда": "locative",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Referent:
    """Who is meant by the pronoun at `start:end` of the question, in the pronoun's case."""

    name: str
    start: int
    end: int


def has_pronoun(text: str, language: Lang) -> bool:
    """Whether a question has a word that stands for something said before."""
    return any(matches(f"{sort}_pronoun", language, text) for sort in _SORTS)


def find_referent(text: str, language: Lang, turns: Sequence[tuple[str, Lang, str]]) -> Referent | None:
    """Find the person or place that a pronoun stands for in earlier turns, each (question, its language, answer).

    The latest turn that names one counts: in its answer, else in its question, else as whose words the answer is. A
    person goes before a post. None if the pronoun stands for a thing, or nobody fit was named.
    """
    for sort, kinds in _NAMED.items():
        pronoun = next(find_rules(f"{sort}_pronoun", language, text), None)
        if pronoun is None or (pronoun.group() == _SUBJECT and matches("event", language, text)):
            continue  # «Ол қашан өтті?» asks of an event
        for said in turns[::-1]:
            for wanted in kinds:
                name = next((name for name in _find_names(said, language, wanted)), None)
                if name is not None:
                    case = _CASE_OF.get(see_letters(pronoun.group(), language)) if language == "kk" else None
                    return Referent(attach(name, case) if case else name, pronoun.start(), pronoun.end())
    return None


def read_answer(answer: str) -> list[tuple[str, Lang]]:
    """The lines of an answer and their languages; Kazakh in Latin script becomes Cyrillic. There is at least one."""
    lines: list[tuple[str, Lang]] = []
    for line in answer.split("\n"):
        language: Lang = "en" if detect_language(line) == "en" else "kk"
        lines.append((restore_kazakh(line) if language == "kk" and is_latin(line) else line, language))
    return lines


def _find_names(said: tuple[str, Lang, str], language: Lang, kinds: Sequence[EntityKind]) -> Iterator[str]:
    question, spoken, answer = said
    short, *lines = read_answer(answer)
    for text, lang in (short, (question, spoken), *lines):
        if lang == language:
            names = _join(text, [entity for entity in find_entities(text, lang) if entity.kind in kinds])
            yield from names[-1:]


def _join(text: str, entities: Sequence[Entity]) -> list[str]:
    """The names of a text, those side by side as one."""
    spans: list[tuple[int, int]] = []
    for entity in entities:
        if spans and text[spans[-1][1] : entity.start].strip(" ,") == "":
            spans[-1] = (spans[-1][0], entity.end)
        else:
            spans.append((entity.start, entity.end))
    return [_CASED.sub("", text[start:end]) for start, end in spans]
