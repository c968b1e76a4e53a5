"""qa_bot/retrieval_set.py: what a set for measuring search looks like, and what is wrong with it."""

import json
from pathlib import Path
from typing import Any

import pytest

from qa_bot.errors import RetrievalSetUnreadable
from qa_bot.retrieval_set import Reference, Sought, read_renderings, read_retrieval_set, write_in_script

ROOT = Path(__file__).parents[1]
TRADE = {"id": "trade", "title": "Сауда", "text": "Сауда айналымы 40 пайызға өсті.", "lang": "kk"}
SNOW = {"id": "snow", "text": "Алматыда қар жауды."}
KAZAKH = {"question": "Сауда қанша өсті?", "relevant": ["trade"]}
ENGLISH = {"id": "en-1", "question": "Where did it snow?", "relevant": ["snow", "trade"], "kind": "place", "lang": "en"}

ANSWER = {"passage_id": "trade", "start": 0, "text": "Сауда"}


def write_lines(path: Path, *rows: object) -> Path:
    texts = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def write_set(folder: Path, *questions: object, passages: tuple[object, ...] = (TRADE, SNOW)) -> Path:
    write_lines(folder / "passages.jsonl", *passages)
    write_lines(folder / "questions.jsonl", *questions)
    return folder


def test_every_field_of_a_question_is_read(tmp_path: Path) -> None:
    assert read_retrieval_set(write_set(tmp_path, KAZAKH, "", ENGLISH)) == [
        Sought("1", "Сауда қанша өсті?", "kk", frozenset({"trade"})),
        Sought("en-1", "Where did it snow?", "en", frozenset({"snow", "trade"}), "place"),
    ]


def test_without_an_id_a_question_is_called_by_its_line(tmp_path: Path) -> None:
    found = read_retrieval_set(write_set(tmp_path, "", ENGLISH | {"id": 7}, "", KAZAKH))
    assert [sought.id for sought in found] == ["7", "4"]


def test_questions_with_answers_in_passages_are_read_as_they_are(tmp_path: Path) -> None:
    answers = [{"passage_id": "trade", "start": 0, "text": "Сауда"}, {"passage_id": "snow"}, {"passage_id": "trade"}]
    (sought,) = read_retrieval_set(write_set(tmp_path, {"question": "Не?", "lang": "kk", "answers": answers}))
    references = (Reference("trade", 0, "Сауда"),)
    assert sought == Sought("1", "Не?", "kk", frozenset({"trade", "snow"}), references=references)
    assert (references[0].start, references[0].end) == (0, 5)


def test_references_are_offsets_in_the_text_as_it_is_given(tmp_path: Path) -> None:
    text = "\n 🏔 Кей жерде қар жауды. "
    answers = [{"passage_id": "snow", "start": 3, "text": " Кей"}, {"passage_id": "snow", "start": 0, "text": text}]
    question = {"question": "Не?", "relevant": ["trade"], "answers": answers}
    (sought,) = read_retrieval_set(write_set(tmp_path, question, passages=(TRADE, SNOW | {"text": text})))
    assert sought.relevant == {"trade"}
    assert sought.references == (Reference("snow", 3, " Кей"), Reference("snow", 0, text))


@pytest.mark.parametrize("answers", [["40 пайыз"], "40 пайыз", [{"passage_id": "trade", "start": None}], None])
def test_answers_without_an_offset_are_no_references(tmp_path: Path, answers: object) -> None:
    (sought,) = read_retrieval_set(write_set(tmp_path, KAZAKH | {"answers": answers}))
    assert sought.references == ()


def test_an_id_is_compared_as_the_index_has_it(tmp_path: Path) -> None:
    passages = (SNOW | {"id": " кеи\u0306 "},)
    (sought,) = read_retrieval_set(write_set(tmp_path, KAZAKH | {"relevant": ["кей"]}, passages=passages))
    assert sought.relevant == {"кей"}


@pytest.mark.parametrize(
    ("question", "lang"),
    [("Сауда қанша өсті?", "kk"), ("Sauda qanşa östı?", "kk"), ("How much did trade grow?", "en")],
)
def test_a_language_that_is_not_given_is_found_out(tmp_path: Path, question: str, lang: str) -> None:
    (sought,) = read_retrieval_set(write_set(tmp_path, {"question": question, "relevant": ["trade"]}))
    assert sought.lang == lang


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("no JSON", "JSONDecodeError"),
        ("[]", "TypeError"),
        ("[" * 100_000, "RecursionError"),
        ({"relevant": ["trade"]}, "KeyError: 'question'"),
        ({"question": " ", "relevant": ["trade"]}, "question is"),
        ({"question": 5, "relevant": ["trade"]}, "question is 5, not text"),
        ({"question": "Не?"}, "KeyError: 'answers'"),
        ({"question": "Не?", "relevant": []}, "relevant is no list"),
        ({"question": "Не?", "relevant": "trade"}, "relevant is no list"),
        ({"question": "Не?", "relevant": [None]}, "the id null"),
        ({"question": "Не?", "relevant": ["rain"]}, "passages.jsonl has no passage 'rain'"),
        ({"question": "Не?", "answers": [{}]}, "KeyError: 'passage_id'"),
        ({"question": "Не?", "answers": [ANSWER | {"start": 1}]}, "'trade' does not hold 'Сауда' at 1"),
        ({"question": "Не?", "answers": [ANSWER | {"start": -31}]}, "start is -31, no offset"),
        ({"question": "Не?", "answers": [ANSWER | {"start": False}]}, "start is false, no offset"),
        ({"question": "Не?", "answers": [ANSWER | {"text": " "}]}, "text is"),
        (KAZAKH | {"answers": [ANSWER | {"passage_id": "rain"}]}, "passages.jsonl has no passage 'rain'"),
        (KAZAKH | {"lang": "fr"}, "lang is 'fr', none of kk, en"),
        (KAZAKH | {"lang": ["kk"]}, "lang is ['kk']"),
        (KAZAKH | {"kind": 3}, "kind is 3, not text"),
        (KAZAKH | {"id": ""}, "the id"),
        (KAZAKH | {"id": "first"}, "the id 'first' is that of an earlier line"),
    ],
    ids=[
        "no JSON", "list", "deep", "no question", "blank question", "question as number", "nothing sought",
        "none relevant", "relevant as text", "null relevant", "unknown passage", "answer nowhere",
        "answer elsewhere", "offset from the end", "offset as truth", "blank answer", "answer in unknown passage",
        "unknown language", "list of languages", "kind as number", "empty id", "id twice",
    ],
)  # fmt: skip
def test_a_wrong_question_is_told_with_its_line(tmp_path: Path, line: object, said: str) -> None:
    folder = write_set(tmp_path, KAZAKH | {"id": "first"}, "", line)
    with pytest.raises(RetrievalSetUnreadable) as caught:
        read_retrieval_set(folder)
    assert str(caught.value).startswith(f"{folder / 'questions.jsonl'}:3: not a question")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "JSONDecodeError"),
        ({"id": "rain"}, "KeyError: 'text'"),
        ({"text": "Жаңбыр."}, "KeyError: 'id'"),
        ({"id": "rain", "text": ""}, "text is"),
        ({"id": ["rain"], "text": "Жаңбыр."}, "the id"),
    ],
    ids=["no JSON", "no text", "no id", "empty text", "id as list"],
)
def test_a_wrong_passage_is_told_with_its_line(tmp_path: Path, line: object, said: str) -> None:
    folder = write_set(tmp_path, KAZAKH, passages=(TRADE, line))
    with pytest.raises(RetrievalSetUnreadable) as caught:
        read_retrieval_set(folder)
    assert str(caught.value).startswith(f"{folder / 'passages.jsonl'}:2: not a passage")
    assert said in str(caught.value)


def test_a_folder_without_passages_is_told(tmp_path: Path) -> None:
    with pytest.raises(RetrievalSetUnreadable, match=r"passages\.jsonl: cannot be read"):
        read_retrieval_set(tmp_path)


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    (write_set(tmp_path, KAZAKH) / "questions.jsonl").write_bytes("Вопрос".encode("cp1251"))
    with pytest.raises(RetrievalSetUnreadable, match=r"questions\.jsonl: cannot be read .*utf-8"):
        read_retrieval_set(tmp_path)


def test_a_set_without_questions_is_told(tmp_path: Path) -> None:
    with pytest.raises(RetrievalSetUnreadable, match="holds no question"):
        read_retrieval_set(write_set(tmp_path, ""))


@pytest.fixture
def originals(tmp_path: Path) -> list[Sought]:
    return read_retrieval_set(write_set(tmp_path, KAZAKH, ENGLISH))


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("en.tsv", ("# by id", "", "1\tHow much did trade grow?")),
        ("en.jsonl", ({"id": 1, "question": "How much did trade grow?"},)),
        ("en.jsonl", ({"id": "1", "question": "How much did trade grow?", "lang": "en"},)),
    ],
    ids=["columns", "JSON", "JSON with a language"],
)
def test_a_wording_is_asked_beside_its_original(
    tmp_path: Path, originals: list[Sought], name: str, lines: tuple[object, ...]
) -> None:
    asked = read_renderings(write_lines(tmp_path / name, *lines), originals)
    assert asked == [originals[0], Sought("1", "How much did trade grow?", "en", frozenset({"trade"}))]
    assert [sought.group for sought in asked] == ["kk", "en"]


def test_a_wording_keeps_the_references_of_its_original(tmp_path: Path) -> None:
    folder = write_set(tmp_path, {"question": "Не өсті?", "answers": [ANSWER]})
    path = write_lines(tmp_path / "en.tsv", "1\tWhat grew?")
    original, wording = read_renderings(path, read_retrieval_set(folder))
    assert wording.references == original.references == (Reference("trade", 0, "Сауда"),)
    assert write_in_script(original, "latin").references == original.references


def test_a_wording_in_the_language_of_its_original_is_told_apart(tmp_path: Path, originals: list[Sought]) -> None:
    path = write_lines(tmp_path / "same.tsv", "en-1\tWhich city saw snow?")
    assert [sought.group for sought in read_renderings(path, originals)] == ["en", "en rendered"]
    assert {sought.kind for sought in read_renderings(path, originals)} == {"place"}


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("en.tsv", "1 How much?", "the set has no question '1 How much?'"),
        ("en.tsv", "9\tHow much?", "the set has no question '9'"),
        ("en.tsv", "1\t ", "question is"),
        ("en.tsv", "\tHow much?", "the id"),
        ("en.tsv", "en-1\tWhere?", "the id 'en-1' is that of an earlier line"),
        ("en.jsonl", {"question": "How much?"}, "KeyError: 'id'"),
        ("en.jsonl", "# by id", "JSONDecodeError"),
    ],
    ids=["no tab", "unknown", "no question", "no id", "twice", "JSON without id", "comment in JSON"],
)
def test_a_wrong_wording_is_told_with_its_line(
    tmp_path: Path, originals: list[Sought], name: str, line: object, said: str
) -> None:
    first: Any = (
        "en-1\tWhere did snow fall?" if name == "en.tsv" else {"id": "en-1", "question": "Where did snow fall?"}
    )
    path = write_lines(tmp_path / name, first, line)
    with pytest.raises(RetrievalSetUnreadable) as caught:
        read_renderings(path, originals)
    assert str(caught.value).startswith(f"{path}:2: not a wording")
    assert said in str(caught.value)


def test_a_file_without_wordings_is_told(tmp_path: Path, originals: list[Sought]) -> None:
    with pytest.raises(RetrievalSetUnreadable, match="holds no question"):
        read_renderings(write_lines(tmp_path / "en.tsv", "# none yet"), originals)


def test_only_kazakh_questions_are_spelled_in_another_script(originals: list[Sought]) -> None:
    kazakh, english = originals
    latin = write_in_script(kazakh, "latin")
    assert (latin.question, latin.group) == ("Sauda qanşa östı?", "kk latin")
    assert write_in_script(kazakh, "russian").question == "Сауда канша ости?"
    assert write_in_script(english, "latin") is english


def test_the_english_renderings_are_each_of_one_question() -> None:
    path = ROOT / "tests" / "questions" / "kazqad_en.tsv"
    originals = [Sought(str(number), "Не?", "kk", frozenset({"1"})) for number in range(1, 462)]
    asked = read_renderings(path, originals)[1::2]
    assert len(asked) >= 200
    assert {sought.lang for sought in asked} == {"en"}
    assert path.read_text(encoding="utf-8").startswith("# Own English renderings of questions of KazQAD validation")
