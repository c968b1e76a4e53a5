"""index/articles.py: what becomes an article, and what a person is told when a file does not."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import MAX_BYTES, read_articles
from qa_bot.errors import ArticleUnreadable
from qa_bot.records import Article

KAZAKH = "Астанада келіссөз өтті.\nТараптар сауда туралы айтты."


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def read_one(path: Path) -> Article:
    articles = read_articles([path])
    assert len(articles) == 1
    return articles[0]


def complaint(*paths: Path) -> str:
    with pytest.raises(ArticleUnreadable) as caught:
        read_articles(paths)
    return str(caught.value)


def test_front_matter_gives_every_field_and_the_body_is_kept_letter_for_letter(tmp_path: Path) -> None:
    body = "Бірінші  жол.\n\n  Екінші жол — «тырнақшамен»."
    path = write(
        tmp_path,
        "a.md",
        "---\nid: visit\ntitle: 'Сапар: екінші күн'\nagency: Agency\nplace: Астана\nlang: kk\npublished: 2025-12-11\n"
        f"url: https://example.org/a\nedition_of: other\n---\n\n{body}\n\n",
    )
    assert read_one(path) == Article(
        id="visit",
        title="Сапар: екінші күн",
        text=body,
        lang="kk",
        published="2025-12-11",
        url="https://example.org/a",
        agency="Agency",
        place="Астана",
        edition_of="other",
    )


def test_markdown_without_front_matter_takes_title_from_heading_and_id_from_file_name(tmp_path: Path) -> None:
    article = read_one(write(tmp_path, "news-1.md", f"# Келіссөз\n\n{KAZAKH}\n"))
    assert (article.id, article.title, article.text) == ("news-1", "Келіссөз", KAZAKH)


def test_text_file_takes_title_from_first_line(tmp_path: Path) -> None:
    article = read_one(write(tmp_path, "n.txt", f"Келіссөз қорытындысы\n{KAZAKH}"))
    assert (article.title, article.text) == ("Келіссөз қорытындысы", KAZAKH)


def test_single_paragraph_is_all_text_and_its_first_sentence_the_title(tmp_path: Path) -> None:
    text = "Астанада келіссөз өтті. Тараптар сауда туралы айтты."
    article = read_one(write(tmp_path, "n.txt", text))
    assert (article.title, article.text) == ("Астанада келіссөз өтті.", text)


def test_long_first_line_stays_quotable_text(tmp_path: Path) -> None:
    text = "Келіссөз барысында " + "сауда және көлік " * 20 + "талқыланды.\nСоңғы жол."
    article = read_one(write(tmp_path, "n.txt", text))
    assert article.text == text
    assert article.title.endswith("…")
    assert len(article.title) <= 81


def test_front_matter_without_title_takes_it_from_the_heading(tmp_path: Path) -> None:
    article = read_one(write(tmp_path, "n.md", f"---\nplace: Астана\n---\n# Келіссөз\n{KAZAKH}"))
    assert (article.id, article.title, article.text, article.place) == ("n", "Келіссөз", KAZAKH, "Астана")


def test_jsonl_gives_one_article_per_line(tmp_path: Path) -> None:
    lines = [
        {"id": "a", "title": "Т", "text": KAZAKH},
        {"id": "b", "text": "The talks were held in Astana.", "url": "u"},
    ]
    path = write(tmp_path, "n.jsonl", "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n")
    first, second = read_articles([path])
    assert (first.id, first.title, first.lang) == ("a", "Т", "kk")
    assert (second.id, second.title, second.lang, second.url) == ("b", "The talks were held in Astana.", "en", "u")


def test_folder_is_read_recursively_in_sorted_order_without_notes_and_hidden_files(tmp_path: Path) -> None:
    for name in ("b.md", "a/z.txt", "a/y.md", "README.md", "SOURCES.md", "LICENSE", ".hidden.md", ".git/x.md", "p.png"):
        write(tmp_path, name, f"Тақырып\n{KAZAKH}")
    assert [article.id for article in read_articles([tmp_path])] == ["b", "y", "z"]


def test_file_given_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path, "a.md", f"Тақырып\n{KAZAKH}")
    assert len(read_articles([tmp_path, path])) == 1


def test_articles_come_in_the_order_of_the_paths(tmp_path: Path) -> None:
    second = write(tmp_path, "b.md", f"Тақырып\n{KAZAKH}")
    first = write(tmp_path, "c.md", f"Тақырып\n{KAZAKH}")
    assert [article.id for article in read_articles([first, second])] == ["c", "b"]


def test_text_becomes_nfc_without_bom_and_carriage_returns(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "Тақырып\nБірінші й ё.\nЕкінші жол.")
    path = write(tmp_path, "a.txt", "\ufeff" + decomposed.replace("\n", "\r\n"))
    assert read_one(path).text == "Бірінші й ё.\nЕкінші жол."


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_line_of_text_is_kept_as_its_nfc(tmp_path_factory: pytest.TempPathFactory, line: str) -> None:
    path = write(
        tmp_path_factory.mktemp("any"),
        "a.jsonl",
        json.dumps({"id": "a", "title": "т", "text": f"a{line}b", "lang": "kk"}),
    )
    assert read_one(path).text == unicodedata.normalize("NFC", f"a{line}b")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Қасым-Жомарт Тоқаев келіссөз жүргізді.", "kk"),
        ("The President of Iran arrived in Astana on Thursday.", "en"),
        ("The name is written Қасым in Kazakh, the President of Kazakhstan said.", "en"),
        ("NATO мен G20 туралы Астанада айтылды.", "kk"),
    ],
    ids=["kazakh", "english", "english with a kazakh name", "kazakh with abbreviations"],
)
def test_language_is_that_of_most_letters(tmp_path: Path, text: str, lang: str) -> None:
    assert read_one(write(tmp_path, "a.txt", text)).lang == lang


def test_russian_text_is_indexed_as_kazakh_with_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write(tmp_path, "a.txt", "Президент рассказал о торговле и о том, что было на переговорах.")
    assert read_one(path).lang == "kk"
    assert "reads as Russian" in caplog.text


@pytest.mark.parametrize(
    ("name", "content", "facts"),
    [
        ("empty.md", b"", ["no text"]),
        ("blank.txt", b" \n\n", ["no text"]),
        ("only-front.md", "---\ntitle: Т\n---\n", ["no text"]),
        ("binary.txt", b"abc\0def", ["NUL byte at byte 3", "UTF-8"]),
        ("cp1251.txt", "abc Қазақ".encode("cp1251", errors="replace") + "я".encode("cp1251"), ["byte 5", "Re-save"]),
        ("open.md", "---\ntitle: Т\nmore", ["never closed"]),
        ("yaml.md", "---\ntitle: a: b: c\n---\ntext\n", ["not YAML on line 2", "quotes"]),
        ("date.md", "---\npublished: 2025-13-45\n---\ntext\n", ["not YAML"]),
        ("list.md", "---\n- a\n- b\n---\ntext\n", ["`name: value`"]),
        ("number.md", "---\ntitle: 2025\n---\ntext\n", ["title: 2025 is a int", "quotes"]),
        ("lang.md", "---\nlang: ru\n---\ntext\n", ["lang: 'ru' is none of kk, en"]),
        ("id.md", "---\nid: ' '\n---\ntext\n", ["id", "empty or unprintable"]),
        ("bad.jsonl", b'{"id": "a", "text": "t"}\n{"id": \n', ["line 2", "not JSON"]),
        ("array.jsonl", b"[1]\n", ["line 1", "not an object"]),
        ("deep.jsonl", b"[" * 100_000, ["line 1", "not JSON"]),
        ("no-id.jsonl", b'{"title": "t"}\n', ["line 1", "no id and no text"]),
        ("number.jsonl", b'{"id": 7, "text": "t"}\n', ["line 1", "id: 7 is a int"]),
        ("surrogate.jsonl", b'{"id": "a", "text": "t \\ud800"}\n', ["U+D800"]),
        ("nul.jsonl", b'{"id": "a", "text": "t \\u0000"}\n', ["U+0000"]),
        ("empty.jsonl", b"", ["empty"]),
        ("offset.jsonl", b'{"id": "a", "text": "t"}\n\xff\n', ["line 2", "byte 25 is 0xff"]),
        ("report.docx", b"PK", ["'.docx' files cannot be read", ".md"]),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value and len(value) < 20 else "",
)
def test_unreadable_file_is_told_with_path_facts_and_remedy(
    tmp_path: Path, name: str, content: str | bytes, facts: list[str]
) -> None:
    path = write(tmp_path, name, content)
    message = complaint(path)
    assert message.startswith(str(path))
    for fact in facts:
        assert fact in message


def test_aliases_that_multiply_do_not_exhaust_memory(tmp_path: Path) -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12))
    path = write(tmp_path, "bomb.md", f"---\nl0: &l0 [a, a]\n{levels}\ntitle: *l11\n---\ntext\n")
    assert "title: is a list, not text" in complaint(path)


def test_file_beyond_the_limit_is_refused_with_both_sizes(tmp_path: Path) -> None:
    message = complaint(write(tmp_path, "big.txt", b"a" * (MAX_BYTES + 1)))
    assert f"{MAX_BYTES + 1:,}" in message
    assert f"{MAX_BYTES:,}" in message


def test_missing_path_is_named(tmp_path: Path) -> None:
    assert f"{tmp_path / 'gone.md'}: no such file" in complaint(tmp_path / "gone.md")


@pytest.mark.parametrize("name", ["gone.md", "gone.jsonl"])
def test_link_to_a_lost_file_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).symlink_to(tmp_path / "lost")
    assert f"{tmp_path / name}: cannot be read (No such file or directory)" in complaint(tmp_path)


def test_empty_front_matter_is_none(tmp_path: Path) -> None:
    article = read_one(write(tmp_path, "a.md", f"---\n---\nТақырып\n{KAZAKH}"))
    assert (article.id, article.title, article.text) == ("a", "Тақырып", KAZAKH)


def test_folder_without_articles_is_told(tmp_path: Path) -> None:
    assert f"{tmp_path}: no articles found" in complaint(tmp_path)


def test_no_paths_at_all_is_told() -> None:
    assert "no articles found" in complaint()


def test_duplicate_id_names_both_files(tmp_path: Path) -> None:
    first = write(tmp_path, "a/same.md", f"Тақырып\n{KAZAKH}")
    second = write(tmp_path, "b/same.md", f"Тақырып\n{KAZAKH}")
    message = complaint(tmp_path)
    assert str(first) in message
    assert str(second) in message
    assert "'same'" in message


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, "a.md", b"")
    write(tmp_path, "b.txt", b"\xff\xfe")
    write(tmp_path, "c.jsonl", b"{\n[]\n")
    message = complaint(tmp_path, tmp_path / "gone.md")
    assert message.startswith("5 problems")
    for name in ("a.md", "b.txt", "c.jsonl, line 1", "c.jsonl, line 2", "gone.md"):
        assert name in message


def test_seed_articles_are_readable_and_keep_their_body() -> None:
    seeds = Path(__file__).parent.parent / "seeds"
    articles = read_articles([seeds])
    assert articles
    for article in articles:
        file = (seeds / f"{article.id}.md").read_text(encoding="utf-8")
        assert file.rstrip().endswith(article.text)
