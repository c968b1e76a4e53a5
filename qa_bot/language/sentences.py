"""Sentences of Kazakh and English news text, as spans.

A full stop ends a sentence unless it belongs to an abbreviation, an initial, a list number or a dateline; a following
lower-case word, with or without a dash or a quotation mark before it, goes on with the sentence (`Сөз! – деді ол.`).
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from qa_bot.language.words import find_words, is_question_word, is_stop_word

_TABLE = Path(__file__).with_name("abbreviations.tsv")

_CLOSERS = r"(?:[»”\"’')\]]|\s[»”]|\[\d{1,3}\])*"
_END = re.compile(rf"(?P<mark>[.!?…]+){_CLOSERS}(?=\s)")
_GLUED_END = re.compile(r"(?<=[а-яәғқңөұүһі]{3})[.!?…]+[»”]?(?=[А-ЯӘҒҚҢӨҰҮҺІ][а-яәғқңөұүһі])")
"""`айтты.Бұл`: the blank after a full stop forgotten; in Cyrillic only, unlike addresses and file names."""
_OPENERS = " \t\u00a0«“„\"'‘(["
_DASHES = "-–—−"

_AHEAD = 60
"""Characters read after a mark; enough for a dash, a quotation mark and a word."""
_BEHIND = 80
"""Characters read before a mark; enough for initials or an abbreviation and the word before it."""
_TAIL = re.compile(r"[^\W\d_](?:[\w’'\-]|\.\s?(?=[^\W\d_](?:\b|\.)))*$|[^\W_]+$")
_LIST_NUMBER = re.compile(r"[\s•*\-–—(]*(?:\d{1,3}|[IVXІХ]{1,5}|[a-zа-я])(?:\.\d{1,3})*")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Split a text into sentences.

    Returns: spans `(start, end)` in code points, in order, trimmed of white space; everything of the text that is
    not blank lies in exactly one of them. A line break always ends a sentence; a dateline (`АСТАНА. KAZINFORM — …`)
    and an attribution (`… , - деді ол.`) stay with their sentence.
    """
    spans: list[tuple[int, int]] = []
    place = 0
    for line in text.splitlines(keepends=True):
        start = 0
        for end in [*_find_ends(line), len(line)]:
            piece = line[start:end]
            if piece.strip():
                first = place + start + len(piece) - len(piece.lstrip())
                spans.append((first, first + len(piece.strip())))
            start = end
        place += len(line)
    return spans


def _find_ends(line: str) -> Iterator[int]:
    """Find where the sentences of a line end, but for the last one."""
    glued = {match.end() for match in _GLUED_END.finditer(line)}
    ends = {match.end(): match for match in _END.finditer(line)}
    start = 0
    for end in sorted(glued | ends.keys()):
        if end in glued or _ends_sentence(line, start, ends[end]):
            yield end
            start = end


def _ends_sentence(line: str, start: int, match: re.Match[str]) -> bool:
    """Tell whether the mark found ends the sentence that began at `start`."""
    following = line[match.end() : match.end() + _AHEAD].lstrip()
    opened = following.lstrip(_DASHES).lstrip(_OPENERS)
    if not following or following[0] in ",;:)»”.…" or opened[:1].islower():
        return False
    if match["mark"] != ".":
        return True
    said = line[start : match.start()]
    if _is_dateline(line, start, said) or _LIST_NUMBER.fullmatch(said):
        return False
    if match.end() > match.end("mark"):
        return True  # a quotation mark or bracket closes after the full stop
    said = said[-_BEHIND:]
    tail = _TAIL.search(said)
    return tail is None or _ends_after(tail.group(), said[: tail.start()], opened)


def _ends_after(word: str, before: str, following: str) -> bool:
    """Tell whether a full stop after `word` ends the sentence, given the text on its left and on its right."""
    short = re.sub(r"\s", "", word.lower())
    opener = next(iter(find_words(following)), None)
    opens = opener is not None and any(
        is_stop_word(opener.text, lang) or is_question_word(opener.text, lang) for lang in ("kk", "en")
    )
    kinds = _abbreviations()
    if short == "no":
        return not following[:1].isdigit()
    if _is_initial(word):
        named = find_words(before)
        return opens or bool(named and named[-1].text.lower() in kinds["lettered"])
    if short in kinds["either"]:
        return opens
    return short in kinds["last"] or short not in kinds["before"]


def _is_initial(word: str) -> bool:
    """Tell whether a word before a full stop is the first letter of a name: Қ, Қ.К, Ж.-К, Дж."""
    last = re.split(r"[.\-\s]+", word)[-1]
    return last[:1].isupper() and (len(last) == 1 or last.lower() in _abbreviations()["initial"])


def _is_dateline(line: str, start: int, said: str) -> bool:
    """Tell whether `said`, up to a full stop, is the place and agency that open a report.

    Capitals only, at the beginning of a line (АСТАНА. KAZINFORM), or anything short between those and a dash.
    """
    if start or not any(letter.isupper() for letter in said):
        return False
    if said.upper() == said and len(find_words(said)) <= 4:
        return True
    head = re.split(r"[.,]", said, maxsplit=1)[0]
    dash = re.search(rf"\s[{_DASHES}]+\s", line[:90])
    return len(head) > 2 and head.upper() == head and dash is not None and len(said) < dash.start()


@cache
def _abbreviations() -> dict[str, frozenset[str]]:
    found: dict[str, list[str]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, words = line.split("\t")
            found.setdefault(kind, []).extend(words.split())
    return {kind: frozenset(words) for kind, words in found.items()}
