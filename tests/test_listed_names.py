"""Listed names: found in all their case forms, and not where a word only looks like one."""

import pytest

from qa_bot.language.listed_names import find_listed, name_parts
from qa_bot.language.tokens import find_tokens
from qa_bot.records import Lang


def find(text: str, lang: Lang) -> set[tuple[str, str]]:
    tokens = find_tokens(text)
    return {(span.kind, text[tokens[span.first].start : span.end]) for span in find_listed(tokens, lang)}


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("Иранның", "country", "Иранның"),
        ("Қазақстандағы", "country", "Қазақстандағы"),
        ("Иран Ислам Республикасына", "country", "Иран Ислам Республикасына"),
        ("Дүниежүзілік банктің", "organisation", "Дүниежүзілік банктің"),
        ("ЕАЭО-ның", "organisation", "ЕАЭО"),
        ("Пезешкианмен", "person", "Пезешкианмен"),
        ("Қасым-Жомарт Тоқаевқа", "person", "Қасым-Жомарт Тоқаевқа"),
        ("сыртқы істер министрінің", "post", "сыртқы істер министрінің"),
    ],
)
def test_kazakh_name_is_found_in_its_cases(text: str, kind: str, name: str) -> None:
    assert (kind, name) in find(text, "kk")


@pytest.mark.parametrize("text", ["иранның", "ирандық", "Ирандық", "иранист", "хабар келді", "біз", "бас"])
def test_adjective_or_everyday_word_is_no_name(text: str) -> None:
    assert find(text, "kk") == set()


def test_capitals_of_an_abbreviation_are_needed() -> None:
    assert ("country", "US") in find("the US and us", "en")
    assert not any(name == "us" for _, name in find("the US and us", "en"))


def test_english_name_ends_before_its_possessive() -> None:
    assert ("country", "Iran") in find("Iran’s", "en")


def test_post_of_a_country_is_left_to_post_and_country() -> None:
    assert find("President of Iran", "en") == {("post", "President"), ("country", "Iran")}


def test_parts_of_names_are_given_names_and_surnames() -> None:
    assert {"масуд", "пезешкиан"} <= name_parts("kk")
