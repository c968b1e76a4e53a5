"""Names in text: the table tells what is found in whole sentences."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.language.entities import Entity, find_entities
from qa_bot.records import Lang

TABLE = Path(__file__).parent / "tables" / "entities.tsv"
PIECES = ["Иран", "президенті", "Масуд Пезешкиан", "ЕАЭО", "-ның", "мен", "«", "»", "Каспий теңізі", ". ", "Bank"]


def read_rows() -> list[tuple[Lang, str, list[str]]]:
    lines = (line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    rows = (line.split("\t") for line in lines)
    return [("kk" if lang == "kk" else "en", text, names.split("|") if names else []) for lang, text, names in rows]


@pytest.mark.parametrize(("lang", "text", "names"), read_rows())
def test_names_of_a_sentence_are_found_with_their_kinds(lang: Lang, text: str, names: list[str]) -> None:
    assert [f"{entity.kind}:{entity.text}" for entity in find_entities(text, lang)] == names


def test_offsets_are_those_of_the_text() -> None:
    text = "Бүгін Иран президенті келді"
    assert find_entities(text, "kk") == [
        Entity("country", "Иран", 6, 10),
        Entity("post", "президенті", 11, 21),
    ]


def test_name_does_not_run_over_the_end_of_a_sentence() -> None:
    names = [entity.text for entity in find_entities("АСТАНА. KAZINFORM — Иран келісті.", "kk")]
    assert names == ["АСТАНА", "KAZINFORM", "Иран"]


def test_ending_behind_a_hyphen_is_no_part_of_the_name() -> None:
    assert [entity.text for entity in find_entities("ЕАЭО-ның жиыны", "kk")] == ["ЕАЭО"]
    assert [entity.text for entity in find_entities("Iran’s trade", "en")] == ["Iran"]


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from(["kk", "en"]))
def test_names_are_the_text_at_their_offsets_in_order_without_overlap(pieces: list[str], lang: Lang) -> None:
    text = " ".join(pieces)
    last = 0
    for entity in find_entities(text, lang):
        assert entity.text == text[entity.start : entity.end]
        assert last <= entity.start < entity.end
        last = entity.end
