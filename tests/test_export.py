import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qa_bot.records import Answer, Article, Quote, Refusal
from tests.pages import Page
from ui.export import escape_markdown, write_markdown
from ui.tab import Exchange
from ui.words import ENGLISH, KAZAKH

HOSTILE = (
    """<script>x</script> **b** _i_ `c` [l](javascript:x) ![i](http://x) &lt; ~~s~~ | $x$ #a <http://a.b> \\ 1. a"""
)

READER = MarkdownIt("commonmark").enable(["strikethrough", "table"])

# Text of several lines, as an article has it: no line breaks but the usual, no other control characters.
texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=60)
blocks = st.lists(texts, min_size=1, max_size=4).map("\n".join)


def squeeze(text: str) -> str:
    """Text without the differences that no reader sees."""
    return " ".join(text.split())


def show(markdown: str) -> Page:
    return Page(re.sub(r"<(br|hr)\s*/?>", "", READER.render(markdown)))


def quote(article: Article, start: int, end: int, mark: tuple[int, int] | None = None) -> Quote:
    return Quote(article.id, start, end, article.text[start:end], *(mark or (start, start)))


@given(blocks, blocks, texts, st.tuples(st.integers(0, 60), st.integers(0, 60)))
def test_every_text_reads_as_it_was_written(text: str, said: str, question: str, mark: tuple[int, int]) -> None:
    article = Article("a", "t", text)
    low, high = sorted(min(offset, len(text)) for offset in mark)
    answer = Answer("?", "en", said, "", (quote(article, 0, len(text), (low, high)),), None, 0.9)
    read = show(write_markdown([Exchange(question, answer)], {}, ENGLISH))
    assert squeeze(read.texts["h2"][0]) == squeeze(question)
    assert squeeze(read.texts["blockquote"][0]) == squeeze(f"«{text}»")
    lines = [squeeze(line) for line in said.split("\n") if line.strip()]
    assert [squeeze(shown) for shown in read.texts["p"][: len(lines)]] == lines
    assert not {"a", "img", "code", "script", "em", "s"} & set(read.tags)


@given(texts)
def test_escaped_text_says_the_same(text: str) -> None:
    shown = show(f"x {escape_markdown(text)}")
    assert squeeze(shown.texts["p"][0]) == squeeze(f"x {text}")


def test_an_answer_is_written_from_top_to_bottom(visit: Article) -> None:
    words = "сауда айналымын 3 млрд долларға жеткізуге"
    start = visit.text.index(words)
    mark = visit.text.index("3 млрд", start)
    answer = Answer(
        "?",
        "en",
        "3 billion\nSaid by him.",
        "3 billion",
        (quote(visit, start, start + len(words), (mark, mark + 6)),),
        None,
        0.9,
    )
    written = write_markdown([Exchange("What is\nit?", answer)], {visit.id: visit}, KAZAKH)
    assert written.split("\n\n") == [
        f"# {KAZAKH.title}",
        "## What is it?",
        "**3 billion**",
        "Said by him.",
        f"> «сауда айналымын **3 млрд** долларға жеткізуге»\n>\n> — Kazinform — {visit.title}",
        f"## {KAZAKH.sources}",
        f"- {visit.title} (Kazinform · Астана)\n",
    ]


def test_a_refusal_is_written_with_what_comes_nearest(visit: Article) -> None:
    nearest = quote(visit, 0, 6)
    refused = Answer("Who?", "en", "", "", (), Refusal("not_in_articles", nearest), 0.1)
    written = write_markdown([Exchange("Who?", refused)], {visit.id: visit}, KAZAKH)
    assert f"**{ENGLISH.refusals['not_in_articles']}**\n\n{ENGLISH.nearest}\n\n> «АСТАНА»" in written
    alone = Answer("Who?", "kk", "", "", (), Refusal("no_articles"), 0.1)
    assert write_markdown([Exchange("Кім?", alone)], {}, KAZAKH).endswith(f"**{KAZAKH.refusals['no_articles']}**\n")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/x?y=1", True),
        ("javascript:alert(1)", False),
        ("https://a.example/ <b>", False),
        (None, False),
    ],
)
def test_only_a_web_address_becomes_a_link(url: str | None, shown: bool) -> None:
    article = Article("a", HOSTILE, HOSTILE, url=url, agency=HOSTILE)
    answer = Answer("?", "en", HOSTILE, HOSTILE, (quote(article, 0, len(HOSTILE)),), None, 0.9)
    read = show(write_markdown([Exchange(HOSTILE, answer)], {"a": article}, ENGLISH))
    assert read.values("href") == ([url] if shown else [])
    assert not {"script", "img", "code", "em"} & set(read.tags)


def test_each_source_is_listed_once() -> None:
    first, second = Article("a", "First", "Text."), Article("b", "Second", "Text.")
    answer = Answer("?", "en", "x", "x", (quote(first, 0, 4), quote(second, 0, 4), quote(first, 0, 5)), None, 0.9)
    written = write_markdown([Exchange("?", answer)] * 2, {"a": first, "b": second}, ENGLISH)
    assert written.endswith("\n\n- First\n- Second\n")
