"""Reads .md, .txt and .jsonl files into Articles. Text becomes NFC here, once, and nowhere else."""

import json
import logging
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import get_args

import yaml

from qa_bot.errors import ArticleUnreadable
from qa_bot.language.letters import detect_language
from qa_bot.language.sentences import split_sentences
from qa_bot.records import Article, Lang

log = logging.getLogger(__name__)

READABLE = (".md", ".txt", ".jsonl")
NOT_ARTICLES = frozenset({"readme.md", "sources.md", "license.md", "license.txt", "changelog.md"})
"""Names of files that tell about a folder of articles and are none of them."""

MAX_BYTES = 10_000_000
"""Largest file, or line of a .jsonl, that is taken for one article: about two thousand printed pages."""

MAX_TITLE = 200
"""A longer first line is a paragraph that must stay quotable, not a title. In characters."""

MADE_UP_TITLE = 80
"""Length in characters to which a first sentence is cut when it has to serve as the title."""

FIELDS = ("id", "title", "text", "agency", "place", "lang", "published", "url", "edition_of")

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_LEADING_BLANK_LINES = re.compile(r"\A(?:[^\S\n]*\n)+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]+")


@dataclass(slots=True)
class _Reading:
    """What one call has met so far: the articles by id with the place each came from, and everything wrong."""

    articles: dict[str, tuple[Article, str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def add(self, article: Article, source: str) -> None:
        known = self.articles.setdefault(article.id, (article, source))
        if known[1] != source:
            self.problems.append(
                f"{source}: the id '{article.id}' is already that of {known[1]}. Give one of the two another id."
            )


def read_articles(paths: Sequence[Path]) -> list[Article]:
    """Read files and folders (recursively, in sorted order) into articles, in the order given.

    Raises: ArticleUnreadable, one for everything that is wrong in all files, each with its path, line and remedy.
    """
    reading = _Reading()
    for path in _find_files(paths, reading.problems):
        if path.suffix.lower() == ".jsonl":
            _read_lines(path, reading)
            continue
        try:
            reading.add(_read_document(path), str(path))
        except ArticleUnreadable as error:
            reading.problems.append(f"{path}: {error}")
    if not reading.articles and not reading.problems:
        where = ", ".join(str(path) for path in paths) or "an empty list of paths"
        reading.problems.append(f"{where}: no articles found. Give files or folders of {', '.join(READABLE)}.")
    if reading.problems:
        raise ArticleUnreadable(_tell(reading.problems))
    return [article for article, _ in reading.articles.values()]


def _tell(problems: Sequence[str]) -> str:
    if len(problems) == 1:
        return problems[0]
    return "\n  ".join([f"{len(problems)} problems; nothing was indexed:", *problems])


def _find_files(paths: Sequence[Path], problems: list[str]) -> list[Path]:
    found: dict[Path, Path] = {}  # a file named twice, or by its folder as well, is read once
    for path in paths:
        if path.is_dir():
            for file in _walk(path, problems):
                found.setdefault(file.resolve(), file)
        elif not path.exists():
            problems.append(f"{path}: no such file or folder. Check the spelling of the path.")
        elif path.suffix.lower() not in READABLE:
            problems.append(f"{path}: '{path.suffix}' files cannot be read. Save it as {' or '.join(READABLE)}.")
        else:
            found.setdefault(path.resolve(), path)
    return list(found.values())


def _walk(folder: Path, problems: list[str]) -> Iterator[Path]:
    def note(error: OSError) -> None:
        problems.append(f"{error.filename}: the folder cannot be read ({error.strerror}). Check its permissions.")

    for directory, folders, names in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(directory) / name
            if name.startswith(".") or name.lower() in NOT_ARTICLES:
                continue
            if file.suffix.lower() in READABLE:
                yield file
            else:
                log.info("%s: left out, not one of %s", file, ", ".join(READABLE))


def _read_document(path: Path) -> Article:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ArticleUnreadable(
                f"{path.stat().st_size:,} bytes are more than {MAX_BYTES:,}. Split it into articles, or into a .jsonl."
            )
        text = _decode(path.read_bytes())
    except OSError as error:
        raise ArticleUnreadable(f"cannot be read ({error.strerror}). Check that it is a file you may open.") from None
    values: dict[str, str] = {}
    if path.suffix.lower() == ".md" and text.startswith("---\n"):
        values, text = _read_front_matter(text)
    text = _strip_blank_lines(text)
    if "title" not in values and (title_line := _find_title_line(text)):
        values["title"] = title_line.lstrip("#").strip() if path.suffix.lower() == ".md" else title_line.strip()
        text = _strip_blank_lines(text[len(title_line) :])
    return _make_article({"id": path.stem, **values, "text": text})


def _read_lines(path: Path, reading: _Reading) -> None:
    place = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                source = f"{path}, line {number}"
                try:
                    text = _decode(line, place)
                    if text.strip():
                        reading.add(_make_article(_read_json(text)), source)
                except ArticleUnreadable as error:
                    reading.problems.append(f"{source}: {error}")
                place += len(line)
    except OSError as error:
        reading.problems.append(f"{path}: cannot be read ({error.strerror}). Check that it is a file you may open.")
    if not place:
        reading.problems.append(f"{path}: the file is empty. Fill it or leave it out.")


def _decode(data: bytes, place: int = 0) -> str:
    if len(data) > MAX_BYTES:
        raise ArticleUnreadable(f"{len(data):,} bytes are more than {MAX_BYTES:,}. Split it into several articles.")
    if b"\0" in data:
        raise ArticleUnreadable(
            f"a NUL byte at byte {place + data.index(0)}: this is no text file. Save the article as UTF-8 text."
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ArticleUnreadable(
            f"not UTF-8: byte {place + error.start} is 0x{data[error.start]:02x}. Re-save the file as UTF-8."
        ) from None
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _read_front_matter(text: str) -> tuple[dict[str, str], str]:
    match = _FRONT_MATTER.match(text)
    if not match:
        raise ArticleUnreadable("the front matter opened by --- on line 1 is never closed. End it with a line of ---.")
    try:
        read = yaml.safe_load(match.group(1))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" on line {mark.line + 2}" if mark else ""
        reason = getattr(error, "problem", None) or str(error)
        raise ArticleUnreadable(
            f"the front matter is not YAML{where}: {reason}. Put values that hold ':' or '#' in quotes."
        ) from None
    if read is None:
        return {}, text[match.end() :]
    if not isinstance(read, dict):
        raise ArticleUnreadable("the front matter is not a list of `name: value` lines. Write it as such.")
    return _take_fields(read), text[match.end() :]


def _read_json(line: str) -> dict[str, str]:
    try:
        read = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ArticleUnreadable(f"not JSON: {error}. Write one object per line.") from None
    if not isinstance(read, dict):
        raise ArticleUnreadable(f"a JSON {type(read).__name__}, not an object. Write one object per line.")
    values = _take_fields(read)
    missing = [name for name in ("id", "text") if name not in values]
    if missing:
        raise ArticleUnreadable(f"no {' and no '.join(missing)}. Each line needs at least an id and a text.")
    return values


def _take_fields(read: Mapping[object, object]) -> dict[str, str]:
    values = {}
    for name in FIELDS:
        value = read.get(name)
        if isinstance(value, date):  # YAML reads 2025-12-11 as a date, which is what its author meant to write
            value = value.isoformat()
        if value is None:
            continue
        if not isinstance(value, str):
            shown = f" {value}" if isinstance(value, int | float) else ""  # a list may be endless: YAML has aliases
            raise ArticleUnreadable(f"{name}:{shown} is a {type(value).__name__}, not text. Put it in quotes.")
        values[name] = value
    return values


def _make_article(values: Mapping[str, str]) -> Article:
    normal = {name: unicodedata.normalize("NFC", value) for name, value in values.items()}
    for name, value in normal.items():
        broken = next((char for char in value if char == "\0" or "\ud800" <= char <= "\udfff"), None)
        if broken:
            raise ArticleUnreadable(f"{name}: holds U+{ord(broken):04X}, which is no character. Remove it.")
    text = _strip_blank_lines(normal["text"].replace("\r\n", "\n").replace("\r", "\n"))
    if not text:
        raise ArticleUnreadable("there is no text in it. Fill it or leave it out.")
    title = " ".join(normal.get("title", "").split()) or _make_up_title(text)
    article_id = normal["id"].strip()
    if not article_id or not article_id.isprintable():
        raise ArticleUnreadable(f"the id {article_id!r} is empty or unprintable. Give it a short plain id.")
    optional = {name: normal.get(name, "").strip() or None for name in ("published", "url", "agency", "place")}
    return Article(
        article_id,
        title,
        text,
        _take_language(normal.get("lang"), f"{title}\n{text}"),
        **optional,
        edition_of=normal.get("edition_of", "").strip() or None,
    )


def _take_language(given: str | None, text: str) -> Lang:
    if given is not None:
        for lang in get_args(Lang):
            if given.strip().lower() == lang:
                return "kk" if lang == "kk" else "en"
        raise ArticleUnreadable(f"lang: '{given}' is none of {', '.join(get_args(Lang))}. Correct it or leave it out.")
    # A Kazakh name in Cyrillic does not make an English article Kazakh, nor NATO a Kazakh one English.
    latin, cyrillic = _LATIN.findall(text), _CYRILLIC.findall(text)
    written = latin if sum(map(len, latin)) > sum(map(len, cyrillic)) else cyrillic
    found = detect_language(" ".join(written))
    if found == "ru":
        log.warning("'%.60s' reads as Russian; it is indexed as Kazakh", text)
        return "kk"
    return found


def _find_title_line(text: str) -> str | None:
    """The first line, if it is one of a title's length and leaves a text when taken away."""
    line, _, rest = text.partition("\n")
    return line if len(line) <= MAX_TITLE and rest.strip() else None


def _make_up_title(text: str) -> str:
    spans = split_sentences(text)
    title = " ".join((text[slice(*spans[0])] if spans else text).lstrip("#").split())
    if len(title) <= MADE_UP_TITLE:
        return title
    return title[:MADE_UP_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:-–—") + "…"


def _strip_blank_lines(text: str) -> str:
    return _LEADING_BLANK_LINES.sub("", text.rstrip())
