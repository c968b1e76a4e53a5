import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.language.keys import key, keys
from qa_bot.records import Lang
from qa_bot.terms import LANGS, Term, find_terms, is_asked_for


def find_term(text: str, lang: Lang, wanted: str) -> Term:
    return next(term for term in find_terms(text, lang) if term.text == wanted)


def stems_of(term: Term, lang: Lang) -> set[tuple[str, ...]]:
    return {form.stems for form in term.forms[lang]}


@pytest.mark.parametrize(
    ("text", "lang", "wanted", "role"),
    [
        ("How was the trade turnover discussed?", "en", "trade turnover", "content"),
        ("Сауда айналымы туралы не дейді?", "kk", "Сауда айналымы", "content"),
        ("Who is Pezeshkian?", "en", "Pezeshkian", "name"),
        ("What did the US ask for?", "en", "US", "name"),
        ("Тоқаевпен кім кездесті?", "kk", "Тоқаевпен", "name"),
        ("Who agreed?", "en", "agreed", "action"),
        ("Тауар айналымы өсті ме?", "kk", "өсті", "action"),
        ("What costs 3 billion dollars?", "en", "3 billion dollars", "number"),
        ("Келісім 2025 жылы жасалды ма?", "kk", "2025 жыл", "number"),
        ("How much did exports grow last year?", "en", "last year", "time"),
        ("Экспорт биыл қанша өсті?", "kk", "биыл", "time"),
        ("What did the minister say?", "en", "say", "frame"),
        ("Министр не айтты?", "kk", "айтты", "frame"),
        ("Which figure was given?", "en", "figure", "vague"),
        ("Қандай мөлшер аталды?", "kk", "мөлшер", "vague"),
        ("How deep is the lake?", "en", "deep", "vague"),
    ],
)
def test_a_term_has_the_role_it_plays_in_its_question(text: str, lang: Lang, wanted: str, role: str) -> None:
    assert find_term(text, lang, wanted).role == role


@pytest.mark.parametrize(
    ("text", "lang"), [("Who is it?", "en"), ("Бұл не?", "kk"), ("What was that?", "en"), ("", "en"), ("?!", "kk")]
)
def test_function_and_question_words_are_no_terms(text: str, lang: Lang) -> None:
    assert find_terms(text, lang) == ()


def test_a_question_word_is_in_no_phrase() -> None:
    # «қанша пайыз» and «қай салада» are entries or near them; what is asked for narrows nothing down.
    for text in ("Тауар айналымы қанша пайызға өсті?", "Екі ел қай салада келісті?"):
        assert not any({"қанша", "қай"} & set(term.text.lower().split()) for term in find_terms(text, "kk"))


def test_a_phrase_is_one_term_and_keeps_its_words_as_parts() -> None:
    phrase = find_term("Which international organisations joined?", "en", "international organisations")
    assert [part.text for part in phrase.parts] == ["international", "organisations"]
    assert not any(term.text == "organisations" for term in find_terms("Which international organisations?", "en"))


def test_terms_stand_in_the_order_of_the_question() -> None:
    terms = find_terms("Did Tokayev discuss trade turnover with Iran this year?", "en")
    assert [term.text for term in terms] == ["Tokayev", "discuss", "trade turnover", "Iran", "this year"]


@pytest.mark.parametrize(
    ("text", "source", "wanted", "target", "said"),
    [
        ("What is the trade turnover?", "en", "trade turnover", "kk", "тауар айналымы"),
        ("Тауар айналымы қанша?", "kk", "Тауар айналымы", "en", "trade turnover"),
        ("Where is Kazakhstan?", "en", "Kazakhstan", "kk", "Қазақстан"),
        ("Қазақстанда не болды?", "kk", "Қазақстанда", "en", "Kazakhstan"),
        ("Экспорт биыл өсті ме?", "kk", "биыл", "en", "this year"),
        ("How much last year?", "en", "last year", "kk", "былтыр"),
        ("How much last year?", "en", "last year", "kk", "өткен жылы"),
        ("Who agreed?", "en", "agreed", "kk", "келісті"),
    ],
)
def test_a_term_has_forms_in_the_other_language(text: str, source: Lang, wanted: str, target: Lang, said: str) -> None:
    assert keys(said, target) in stems_of(find_term(text, source, wanted), target)


def test_a_term_says_itself_in_full_and_nothing_better() -> None:
    for lang, text in (("en", "Who agreed on the trade turnover?"), ("kk", "Тауар айналымы туралы кім келісті?")):
        language: Lang = "en" if lang == "en" else "kk"
        for term in find_terms(text, language):
            assert term.forms[language][0].stems == keys(term.text, language)
            assert term.forms[language][0].weight == 1.0


def test_an_unknown_name_keeps_its_own_letters_in_both_languages() -> None:
    name = find_term("Who is Smithson?", "en", "Smithson")
    assert stems_of(name, "kk") == stems_of(name, "en") == {("smithson",)}


def test_a_given_amount_is_a_number_with_its_value() -> None:
    term = find_term("What costs 3 billion dollars?", "en", "3 billion dollars")
    assert term.quantity is not None
    assert term.quantity.value == 3_000_000_000
    assert term.quantity.kind == "money"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("How many billion dollars will be spent?", "en"),
        ("Қанша миллиард доллар жұмсалады?", "kk"),
        ("Неше миллион теңге бөлінді?", "kk"),
    ],
)
def test_an_amount_that_is_asked_for_is_not_given(text: str, lang: Lang) -> None:
    assert not any(term.role == "number" for term in find_terms(text, lang))


@pytest.mark.parametrize(
    ("text", "lang"),
    [("Did both sides agree?", "en"), ("Екі ел келісті ме?", "kk"), ("What did the two countries agree on?", "en")],
)
def test_the_two_sides_of_a_talk_narrow_nothing_down(text: str, lang: Lang) -> None:
    assert not any(term.role == "number" for term in find_terms(text, lang))


def test_an_amount_in_digits_is_given_whatever_stands_before_it() -> None:
    quantity = find_term("What costs 3 billion dollars?", "en", "3 billion dollars").quantity
    assert quantity is not None
    assert not is_asked_for("How many 3 billion dollars", quantity, "en")


def test_words_are_compared_without_their_endings() -> None:
    assert key("Қазақстанның", "kk") == key("Қазақстанмен", "kk") == key("қазақстан", "kk")
    assert key("organisations", "en") == key("organisation", "en")


WORDS = [
    "who",
    "қанша",
    "trade",
    "айналымы",
    "3 billion",
    "доллар",
    "биыл",
    "last year",
    "Tokayev",
    "WHO",
    "пайыз,",
    "how",
]


@given(
    st.lists(
        st.sampled_from(WORDS),
        max_size=12,
    ),
    st.sampled_from(LANGS),
)
def test_every_form_weighs_up_to_one_and_says_something(words: list[str], lang: Lang) -> None:
    for term in find_terms(" ".join(words), lang):
        for of in LANGS:
            assert all(0.0 < form.weight <= 1.0 and form.stems for form in term.forms[of])
