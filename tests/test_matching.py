import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.analysis import analyse_article
from qa_bot.matching import PARTS, PREFIX, SAME_NAME, SLIP, Units
from qa_bot.records import Article, Lang
from qa_bot.terms import Form, Term, find_terms


def match(text: str, lang: Lang, asked: str, asked_lang: Lang) -> list[float]:
    """How well each sentence of `text` says the only term of `asked`."""
    (term,) = find_terms(asked, asked_lang)
    analysis = analyse_article(Article("made", "", text, lang))
    return analysis.units.match(term)[: len(analysis.sentences)]


def make_term(*stems: str, weight: float = 1.0) -> Term:
    form = Form(stems, weight)
    return Term(" ".join(stems), "content", {"kk": (form,), "en": (form, form)})


def test_the_same_word_in_another_case_is_an_exact_match() -> None:
    assert match("Қаржы министрлігі есеп берді. Қар жауды.", "kk", "министрліктің", "kk") == [1.0, 0.0]


def test_one_stem_that_begins_another_is_a_weaker_match() -> None:
    units = Units("en", [["organis"], ["organisation"], ["organism"], ["car"]], [()] * 4, [()] * 4)
    assert units.match(make_term("organis")) == [1.0, 0.0, PREFIX, 0.0]


def test_a_short_stem_begins_nothing() -> None:
    units = Units("en", [["carpet"], ["car"]], [()] * 2, [()] * 2)
    assert units.match(make_term("car")) == [0.0, 1.0]


def test_a_slip_of_the_pen_is_forgiven() -> None:
    assert match("Халықаралық форум өтті. Қар жауды.", "kk", "фарум", "kk") == [SLIP, 0.0]


def test_a_slip_is_looked_for_only_where_the_word_as_typed_is_nowhere() -> None:
    units = Units("en", [["border"], ["burder"]], [()] * 2, [()] * 2)
    assert units.match(make_term("border")) == [1.0, 0.0]


def test_a_form_counts_for_as_much_as_it_says_the_term() -> None:
    units = Units("en", [["turnov"]], [()], [()])
    assert units.match(make_term("turnov", weight=0.6)) == [0.6]


def test_a_phrase_in_part_is_less_than_the_whole_phrase_and_more_than_none() -> None:
    whole, part, none = match(
        "Алматыда халықаралық форум өтті. Кеше халықаралық сапар басталды. Қар жауды.", "kk", "халықаралық форум", "kk"
    )
    assert whole == 1.0
    assert 0.0 < part < 0.75
    assert none == 0.0


def test_a_phrase_whose_words_are_all_there_is_nearly_said() -> None:
    said, in_part = match("Сауда айналымы өсті. Тауар өсті.", "kk", "trade turnover", "en")
    assert said >= PARTS
    assert in_part < 0.5


@pytest.mark.parametrize(
    ("text", "lang", "name", "asked_lang"),
    [
        ("Масуд Пезешкиан келді. Қасым-Жомарт Тоқаев қарсы алды.", "kk", "Pezeshkian", "en"),
        ("Масуд Пезешкиан келді. Қасым-Жомарт Тоқаев қарсы алды.", "kk", "Pezeshkiyan", "en"),
        ("Masoud Pezeshkian arrived. Kassym-Jomart Tokayev met him.", "en", "Пезешкианмен", "kk"),
        ("Иванға хат келді. Қасым-Жомарт Тоқаев жауап берді.", "kk", "Ivan", "en"),
    ],
)
def test_a_name_is_known_in_the_other_script(text: str, lang: Lang, name: str, asked_lang: Lang) -> None:
    named, other = match(text, lang, name, asked_lang)
    assert named >= SAME_NAME
    assert other < 0.5


@pytest.mark.parametrize(
    ("asked", "lang"), [("Өзбекстанмен", "kk"), ("Uzbekistan", "en"), ("Түрікменстан", "kk"), ("Turkmenistan", "en")]
)
def test_a_country_is_not_another_that_sounds_like_it(asked: str, lang: Lang) -> None:
    said = "Қазақстан Тәжікстанмен сауданы арттырды. Өзбекстан мен Түрікменстан жол салды."
    assert match(said, "kk", asked, lang) == [0.0, 1.0]


def test_a_name_is_looked_for_among_words_with_a_capital_only() -> None:
    name = Term("Pezeshkian", "name", {"kk": (Form(("pezeshkian",), 1.0),), "en": ()})
    units = Units("kk", [["пезешкиан"], ["пезешкиан"]], [["Пезешкиан"], []], [()] * 2)
    named, lower = units.match(name)
    assert named >= SAME_NAME
    assert lower == 0.0


@pytest.mark.parametrize(
    ("text", "lang", "amount", "asked_lang"),
    [
        ("Айналым 3 млрд долларға жетті. Тағы 4 млрд доллар бөлінді.", "kk", "3 billion dollars", "en"),
        ("Айналым үш миллиард долларға жетті. Тағы 4 млрд доллар бөлінді.", "kk", "3 млрд доллар", "kk"),
        ("Turnover reached $3 billion. Another $4 billion was spent.", "en", "3 млрд доллар", "kk"),
        ("Айналым 40 пайызға өсті. Импорт 14 пайызға өсті.", "kk", "40%", "en"),
    ],
)
def test_an_amount_is_the_same_in_any_writing_and_another_is_not(
    text: str, lang: Lang, amount: str, asked_lang: Lang
) -> None:
    same, other = match(text, lang, amount, asked_lang)
    assert same == 1.0
    assert other < 1.0


def test_this_year_is_not_last_year() -> None:
    assert match("Экспорт биыл өсті. Импорт былтыр өсті.", "kk", "this year", "en") == [1.0, 0.0]


def test_no_units_have_no_values() -> None:
    assert Units("kk", [], [], []).match(make_term("сауда")) == []


KAZAKH = [
    "сауда айналымы",
    "Пезешкианмен",
    "3 млрд долларға",
    "биыл",
    "халықаралық форум",
    "өсті",
    "Иранның",
    "40 пайыз",
]
ENGLISH = ["trade turnover", "Pezeshkian", "3 billion dollars", "this year", "international forums", "grew", "Iran"]


@given(
    st.lists(st.lists(st.sampled_from(KAZAKH), min_size=1, max_size=8), min_size=1, max_size=5),
    st.lists(st.sampled_from(ENGLISH), min_size=1, max_size=6),
)
def test_a_match_is_a_value_from_nought_to_one_for_every_unit(said: list[list[str]], asked: list[str]) -> None:
    text = ". ".join(" ".join(words).capitalize() for words in said)
    analysis = analyse_article(Article("made", "", text, "kk"))
    for term in find_terms(" ".join(asked), "en"):
        values = analysis.units.match(term)
        assert len(values) == 2 * len(analysis.sentences) + 1
        assert all(0.0 <= value <= 1.0 for value in values)
