"""Sentences of Kazakh and English news text, as spans."""

import re

_ABBREVIATIONS = frozenset(
    [
        "ж",
        "жж",
        "ғ",
        "ғғ",
        "т.б",
        "т.с.с",
        "мыс",
        "б.з.б",
        "б.з",
        "млн",
        "млрд",
        "трлн",
        "мың",
        "обл",
        "ауд",
        "қ",
        "көш",
        "проф",
        "акад",
        "mr",
        "mrs",
        "ms",
        "dr",
        "no",
        "st",
        "prof",
        "gen",
        "gov",
        "sen",
        "rep",
        "vs",
        "e.g",
        "i.e",
        "etc",
        "u.s",
        "u.k",
        "u.n",
    ]
)
_END = re.compile(r"[.!?…]+[»”\"’)\]]*(?=\s+)")
_LAST_TOKEN = re.compile(r"[^\s(«“\"]+$")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Split a text into sentences.

    Returns: spans `(start, end)` in code points, in order, trimmed of white space; everything of the text that is
    not blank lies in exactly one of them. A line break always ends a sentence.
    """
    spans: list[tuple[int, int]] = []
    place = 0
    for line in text.splitlines(keepends=True):
        start = place
        for match in _END.finditer(line):
            if _ends_sentence(line, match):
                spans.append((start, place + match.end()))
                start = place + match.end()
        spans.append((start, place + len(line)))
        place += len(line)
    return [span for span in (_trim(text, *span) for span in spans) if span[0] < span[1]]


def _ends_sentence(line: str, match: re.Match[str]) -> bool:
    following = line[match.end() :].lstrip()
    if not following or following[0].islower() or (following[0] in "-–—" and following[1:].lstrip()[:1].islower()):
        return False
    if match.group()[0] != ".":
        return True
    token = _LAST_TOKEN.search(line[: match.start()])
    word = token.group() if token else ""
    return not (word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper()))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())
