"""Names by their telling word: where they begin and stop."""

import pytest

from qa_bot.language.headed_names import find_abbreviations, find_headed
from qa_bot.language.tokens import find_tokens
from qa_bot.records import Lang


def headed(text: str, lang: Lang) -> list[tuple[str, str]]:
    tokens = find_tokens(text)
    return [(span.kind, text[tokens[span.first].start : span.end]) for span in find_headed(tokens, lang)]


@pytest.mark.parametrize(
    ("text", "lang", "kind", "name"),
    [
        ("Кеше Шығыс Қазақстан облысында болды", "kk", "place", "Шығыс Қазақстан облысында"),
        ("Орхан Йылдырымхан Түркістан қаласына барды", "kk", "place", "Түркістан қаласына"),
        ("біз Қожа Ахмет Ясауи кесенесін көрдік", "kk", "place", "Қожа Ахмет Ясауи кесенесін"),
        ("кеше Санкт-Петербург қаласында", "kk", "place", "Санкт-Петербург қаласында"),
        ("кеше «Самғау Қуат» ұлттық компаниясына", "kk", "organisation", "«Самғау Қуат» ұлттық компаниясына"),
        ("бүгін Азия даму банкі", "kk", "organisation", "Азия даму банкі"),
        ("from the Ministry of Trade and Integration today", "en", "organisation", "Ministry of Trade and Integration"),
        ("the University of Tehran and Almaty", "en", "organisation", "University of Tehran"),
        ("The Kazakh-Italian Business Council met", "en", "organisation", "Kazakh-Italian Business Council"),
        ("the carrier Altai Wings flies", "en", "organisation", "Altai Wings"),
        ("with Georgian Infrastructure Minister Nino", "en", "post", "Infrastructure Minister"),
        ("at the Caspian Sea today", "en", "place", "Caspian Sea"),
    ],
)
def test_name_reaches_from_its_first_capital_to_its_telling_word(text: str, lang: Lang, kind: str, name: str) -> None:
    assert (kind, name) in headed(text, lang)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("ол үлкен қаласында тұрады", "kk"),
        ("Тоқаевтың қаласы", "kk"),
        ("Сонымен қатар деді банкі", "kk"),
        ("the bank said", "en"),
        ("Bank", "en"),
        ("The Bank", "en"),
    ],
)
def test_telling_word_without_a_name_is_none(text: str, lang: Lang) -> None:
    assert headed(text, lang) == []


def test_abbreviation_stands_alone_among_small_letters() -> None:
    tokens = find_tokens("бүгін ЕҚДБ мен ЖІӨ, XX ғасыр, БҰЛ МӘТІН")
    assert [tokens[span.first].text for span in find_abbreviations(tokens, "kk")] == ["ЕҚДБ"]
