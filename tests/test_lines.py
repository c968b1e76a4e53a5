"""ui/lines.py: the keys of the printed lines are a contract, and no line read can take the others with it."""

import io
import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_bot.chain import Ask
from qa_bot.errors import IndexDamaged, QaBotError, QuestionInvalid
from qa_bot.quotes import quote_span, verify
from qa_bot.records import Answer, Article, Citation, Draft, Passage, Refusal, Retrieved, Turn
from ui.lines import (
    Row,
    answer_error,
    answer_row,
    hits_error,
    hits_row,
    print_json,
    read_ask,
    read_search,
    read_text,
    run_batch,
)

TARGET = "сауда айналымын 3 млрд долларға жеткізуге келіскенбіз"
Lookup = Callable[[str], Article]


def answered(visit: Article, article_of: Lookup) -> Answer:
    draft = Draft("3 billion dollars", "3 billion dollars", (Citation(visit.id, TARGET),), 0.87654321)
    return verify(draft, "What is the target?", "en", article_of, Refusal("not_in_articles"))


def echo(row: Row, name: object) -> Row:
    """Answers any question but three."""
    if row["question"] == "broken":
        raise RuntimeError("out of order")
    if row["question"] == "lost":
        raise IndexDamaged("a file is missing")
    if row["question"] == "bad":
        raise QuestionInvalid("no question")
    return {"id": name, "said": row["question"]}


def run(folder: Path, lines: list[bytes], capsys: pytest.CaptureFixture[str]) -> tuple[bool, list[Row]]:
    path = folder / "batch.jsonl"
    path.write_bytes(b"\n".join(lines))
    sound = run_batch(str(path), echo, answer_error)
    return sound, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def dump(**row: object) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode()


def test_an_answer_has_the_keys_of_the_contract_in_their_order(visit: Article, article_of: Lookup) -> None:
    row = answer_row(answered(visit, article_of), "q1", 12.345, article_of)
    start = visit.text.index(TARGET)
    assert list(row) == [
        "id", "question", "language", "status", "answer", "short", "confidence", "quotes", "ms",
    ]  # fmt: skip
    assert row == {
        "id": "q1",
        "question": "What is the target?",
        "language": "en",
        "status": "answered",
        "answer": "3 billion dollars",
        "short": "3 billion dollars",
        "confidence": 0.8765,
        "quotes": [
            {
                "article_id": visit.id,
                "title": visit.title,
                "start": start,
                "end": start + len(TARGET),
                "text": TARGET,
            }
        ],
        "ms": 12.3,
    }


def test_what_is_no_plain_answer_says_what_it_is(article_of: Lookup) -> None:
    courtesy = Answer("hi", "en", "Hello!", "Hello!", (), None, 1.0, "greeting", ("Who won?",))
    row = answer_row(courtesy, 1, 1.0, article_of)
    assert (row["status"], row["quotes"], row["reply"], row["suggestions"]) == (
        "answered",
        [],
        "greeting",
        ["Who won?"],
    )
    plain = Answer("hi", "kk", "x", "x", (), None, 1.0)
    assert not {"reply", "suggestions", "note", "script"} & answer_row(plain, 1, 1.0, article_of).keys()
    noted = answer_row(Answer("hi", "kk", "x", "x", (), None, 1.0, note="Note.", script="Latn"), 1, 1.0, article_of)
    assert (noted["note"], noted["script"]) == ("Note.", "Latn")


def test_a_refusal_has_the_same_keys_with_its_reason_and_suggestions(visit: Article, article_of: Lookup) -> None:
    refusal = Refusal("not_in_articles", quote_span(visit, 0, 10), ("What is the trade target?",))
    row = answer_row(verify(None, "Who won?", "en", article_of, refusal), None, 1.0, article_of)
    assert row.keys() - answer_row(answered(visit, article_of), None, 1.0, article_of).keys() == {
        "reason",
        "suggestions",
    }
    assert (row["status"], row["answer"], row["short"], row["quotes"]) == ("refused", "", "", [])
    assert (row["reason"], row["suggestions"]) == ("not_in_articles", ["What is the trade target?"])


def test_an_error_has_the_keys_of_an_answer(visit: Article, article_of: Lookup) -> None:
    row = answer_error({"question": "?!"}, 7, "no question")
    assert row.keys() - answer_row(answered(visit, article_of), None, 1.0, article_of).keys() == {"error"}
    assert (row["id"], row["question"], row["status"], row["error"]) == (7, "?!", "error", "no question")
    assert (row["answer"], row["quotes"]) == ("", [])


def test_a_ranking_has_the_keys_of_the_contract() -> None:
    hit = Retrieved(Passage("a", 3, 7, "мәті"), 0.123456789, {"lexical": 1, "sentence": 2})
    assert hits_row("q1", "мәтін", [hit]) == {
        "id": "q1",
        "query": "мәтін",
        "hits": [
            {
                "article_id": "a",
                "start": 3,
                "end": 7,
                "text": "мәті",
                "score": 0.123457,
                "ranks": {"lexical": 1, "sentence": 2},
            }
        ],
    }
    assert hits_error({"query": ""}, 1, "empty") == {
        "id": 1, "query": "", "hits": [], "status": "error", "error": "empty",
    }  # fmt: skip


def test_kazakh_is_printed_as_letters(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"text": "Әңгіме — «өте» жақсы"})
    assert capsys.readouterr().out == '{"text": "Әңгіме — «өте» жақсы"}\n'


def test_a_row_asks_with_language_and_history() -> None:
    row = {
        "question": "And in percent?",
        "lang": "kk",
        "history": [{"question": "By how much?", "answer": "A lot."}, {"question": "Since when?"}],
    }
    turns = (Turn("By how much?", "A lot."), Turn("Since when?", ""))
    assert read_ask(row) == Ask("And in percent?", "kk", turns)
    assert read_ask({"question": "Кім?", "history": None, "lang": None}) == Ask("Кім?")


def test_a_row_of_questions_can_be_looked_up_as_well() -> None:
    assert read_search({"query": "сауда", "lang": "kk"}) == ("сауда", "kk")
    assert read_search({"question": "Кім?"}) == ("Кім?", None)
    assert read_search({"query": "сауда", "question": "Кім?"}) == ("сауда", None)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, "The question is null, not text"),
        ({"question": None}, "The question is null, not text"),
        ({"question": 5}, "The question is 5, not text"),
        ({"question": ["Who?"]}, 'The question is ["Who?"], not text'),
        ({"question": "\ud83d"}, "U+D83D, which is no character"),
        ({"question": "Who?", "lang": "ru"}, 'lang: "ru" is none of kk, en'),
        ({"question": "Who?", "lang": ["kk"]}, 'lang: ["kk"] is none of kk, en'),
        ({"question": "Who?", "history": "before"}, "history: give a list"),
        ({"question": "Who?", "history": {"question": "Who?"}}, "history: give a list"),
        ({"question": "Who?", "history": ["before"]}, "history: give a list"),
        ({"question": "Who?", "history": [{"answer": "He."}]}, "The question is null"),
    ],
)
def test_a_row_that_asks_nothing_is_told(row: Row, said: str) -> None:
    with pytest.raises(QuestionInvalid) as caught:
        read_ask(row)
    assert said in str(caught.value)


def test_half_a_character_is_no_question() -> None:
    assert read_text("\U0001f600 😀") == "😀 😀"
    with pytest.raises(QuestionInvalid, match=r"U\+DCFF"):
        read_text(b"\xff".decode("utf-8", "surrogateescape"))


def test_lines_are_answered_in_order_with_their_ids(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    named = [dump(id="a", question="1"), dump(question="2"), dump(id=None, question="3"), dump(id=0, question="4")]
    sound, rows = run(tmp_path, [named[0], b"", named[1], b"  \r", *named[2:]], capsys)
    assert sound
    assert rows == [{"id": name, "said": said} for name, said in [("a", "1"), (2, "2"), (None, "3"), (0, "4")]]


@pytest.mark.parametrize(
    ("bad", "name", "said"),
    [
        (b"not json", 2, "Not a line of JSON"),
        (b'{"question": "cut off', 2, "Not a line of JSON"),
        (b"[1, 2]", 2, "A JSON list, not an object"),
        (b"null", 2, "A JSON NoneType, not an object"),
        ('{"id": 9, "question": "Вопрос"}'.encode("cp1251"), 2, "Not a line of JSON"),
        (b"\xff\xfe\x00", 2, "Not a line of JSON"),
        (b"[" * 100_000, 2, "Not a line of JSON"),
        (dump(id="x", question="bad"), "x", "no question"),
    ],
    ids=["no JSON", "cut off", "list", "null", "cp1251", "bytes", "endlessly nested", "refused by the chain"],
)
def test_a_bad_line_does_not_lose_the_others(
    bad: bytes, name: object, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound, rows = run(tmp_path, [dump(id="a", question="1"), bad, dump(id="c", question="3")], capsys)
    assert sound
    assert [row["id"] for row in rows] == ["a", name, "c"]
    assert rows[0]["said"] == "1"
    assert rows[2]["said"] == "3"
    assert rows[1]["status"] == "error"
    assert said in rows[1]["error"]


def test_a_fault_of_the_program_loses_one_line_and_is_logged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="ui.lines"):
        sound, rows = run(tmp_path, [dump(question=text) for text in ("1", "broken", "3")], capsys)
    assert not sound
    assert [row.get("said") for row in rows] == ["1", None, "3"]
    assert rows[1]["error"] == "This question failed: RuntimeError out of order"
    assert "question 2" in caplog.text
    assert "Traceback" in caplog.text


def test_a_fault_that_every_line_would_meet_ends_the_batch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(IndexDamaged):
        run(tmp_path, [dump(question=text) for text in ("1", "lost", "3")], capsys)
    assert capsys.readouterr().out == '{"id": 1, "said": "1"}\n'


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, rows = run(tmp_path, [b"\xef\xbb\xbf" + dump(id="a", question="1")], capsys)
    assert rows == [{"id": "a", "said": "1"}]


def test_standard_input_is_read_as_utf8_in_any_locale(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = io.TextIOWrapper(io.BytesIO(dump(question="Қанша?")), encoding="latin-1")
    monkeypatch.setattr(sys, "stdin", given)
    assert run_batch("-", echo, answer_error)
    assert json.loads(capsys.readouterr().out)["said"] == "Қанша?"


@pytest.mark.parametrize("name", ["nowhere.jsonl", "."], ids=["missing", "folder"])
def test_a_batch_that_cannot_be_read_is_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(QaBotError, match=r"cannot be read \(.+\)\. Give a file of JSON lines, or - for stdin"):
        run_batch(str(tmp_path / name), echo, answer_error)


def test_an_empty_batch_prints_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, [], capsys) == (True, [])


@settings(deadline=None)
@given(
    lines=st.lists(
        st.binary(max_size=40)
        | st.fixed_dictionaries(
            {"question": st.none() | st.text('aқ1\ud83d😀\u2028\n"', max_size=9)}, optional={"id": st.integers()}
        ).map(lambda row: json.dumps(row).encode()),
        max_size=6,
    )
)
def test_whatever_is_read_each_line_is_answered_once(
    lines: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("batch") / "batch.jsonl"
    path.write_bytes(b"\n".join(lines))

    def tell(row: Row, _: object) -> Row:
        ask = read_ask(row)
        return {"question": ask.question}

    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", printed)
        assert run_batch(str(path), tell, answer_error)
    expected = [line for line in b"\n".join(lines).split(b"\n") if line.strip()]
    assert len([json.loads(line) for line in printed.getvalue().split("\n") if line]) == len(expected)
