"""What is not in the articles cannot become an answer, whoever claims it."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.quotes import is_supported, verify
from qa_bot.records import Answer, Article, Citation, Draft, Lang, Refusal

ROOT = Path(__file__).parents[1]
REFUSAL = Refusal("not_in_articles")
TARGET = "Біз өткен кездесуімізде сауда айналымын 3 млрд долларға жеткізуге келіскенбіз"
GROWTH = "Сонымен қатар Иран президенті Қазақстанмен арадағы тауар айналымы биыл 40 пайызға өскенін атап өтті."
Lookup = Callable[[str], Article]


def check(draft: Draft | None, article_of: Lookup, language: Lang = "en") -> Answer:
    return verify(draft, "What is the trade target?", language, article_of, REFUSAL)


def claim(short: str, *quotes: str, text: str = "") -> Draft:
    citations = tuple(Citation("iran-president-visit", quote) for quote in quotes)
    return Draft(short=short, text=text or short, citations=citations, confidence=0.9)


def test_a_supported_claim_becomes_an_answer_with_exact_offsets(visit: Article, article_of: Lookup) -> None:
    answer = check(claim("3 billion dollars", TARGET), article_of)
    assert answer.refusal is None
    assert answer.short == "3 billion dollars"
    (quote,) = answer.quotes
    assert quote.text == TARGET == visit.text[quote.start : quote.end]


def test_no_claim_is_a_refusal(article_of: Lookup) -> None:
    assert check(None, article_of).refusal is REFUSAL


@pytest.mark.parametrize(
    "quote",
    [
        "Біз сауда айналымын 5 млрд долларға жеткіземіз",
        TARGET.replace("3", "4"),
        TARGET.upper(),
        TARGET.replace(" ", "  "),
        "",
        "   ",
    ],
    ids=["invented", "one digit altered", "other case", "other spacing", "empty", "blank"],
)
def test_a_quote_absent_from_the_article_is_refused(quote: str, article_of: Lookup) -> None:
    answer = check(claim("3 billion dollars", quote), article_of)
    assert answer.refusal is REFUSAL
    assert answer.quotes == ()
    assert answer.text == answer.short == ""


def test_of_several_quotes_only_those_in_the_article_survive(article_of: Lookup) -> None:
    answer = check(claim("3 billion dollars", "Ойдан шығарылған сөз.", TARGET), article_of)
    assert [quote.text for quote in answer.quotes] == [TARGET]


def test_a_wrong_offset_is_put_right_by_the_text(visit: Article, article_of: Lookup) -> None:
    draft = Draft("3 billion dollars", "3 billion dollars", (Citation(visit.id, TARGET, 0),), 0.9)
    (quote,) = check(draft, article_of).quotes
    assert quote.start == visit.text.index(TARGET)


def test_marked_words_outside_the_quote_are_not_marked(visit: Article, article_of: Lookup) -> None:
    draft = Draft("3 billion dollars", "3 billion dollars", (Citation(visit.id, TARGET, None, (0, 5)),), 0.9)
    (quote,) = check(draft, article_of).quotes
    assert quote.mark_start == quote.mark_end == quote.start


@pytest.mark.parametrize("short", ["5 billion dollars", "30 percent", "3 million dollars", "in 2019"])
def test_a_number_that_no_quote_holds_is_refused(short: str, article_of: Lookup) -> None:
    assert check(claim(short, TARGET), article_of).refusal is REFUSAL


def test_a_line_with_an_unsupported_name_is_left_out(article_of: Lookup) -> None:
    draft = claim("3 billion dollars", TARGET, text="3 billion dollars\nSaid by Vladimir Putin in Moscow.")
    assert check(draft, article_of).text == "3 billion dollars"


@pytest.mark.parametrize(
    ("text", "lang", "quote", "supported"),
    [
        ("3 billion dollars", "en", TARGET, True),
        ("three billion dollars", "en", TARGET, True),
        ("3 млрд доллар", "kk", TARGET, True),
        ("4 billion dollars", "en", TARGET, False),
        ("40 percent", "en", GROWTH, True),
        ("40 пайыз", "kk", GROWTH, True),
        ("40 dollars", "en", GROWTH, False),
        ("President of Iran", "en", GROWTH, True),
        ("according to the President of Iran", "en", GROWTH, True),
        ("according to the President of Turkmenistan", "en", GROWTH, False),
        ("said in Tashkent", "en", GROWTH, False),
        ("Tashkent", "en", GROWTH, False),
        ("Ташкент", "kk", GROWTH, False),
        ("Masoud Pezeshkian", "en", "деді Масуд Пезешкиан.", True),
        ("Масуд Пезешкиан", "kk", "деді Масуд Пезешкианға.", True),
        ("Kassym-Jomart Tokayev", "en", "деді Масуд Пезешкиан.", False),
        ("EAEU, SCO", "en", "ЕАЭО, ШЫҰ, ИЫҰ аясындағы", True),
        ("EAEU, NATO", "en", "ЕАЭО, ШЫҰ, ИЫҰ аясындағы", False),
        ("Yes", "en", GROWTH, True),
        ("Иә", "kk", GROWTH, True),
    ],
)
def test_numbers_and_names_have_to_stand_in_a_quote(text: str, lang: Lang, quote: str, supported: bool) -> None:
    assert is_supported(text, lang, [(quote, "kk")]) is supported


@pytest.mark.parametrize(
    ("text", "lang", "quote", "quoted_in", "supported"),
    [
        ("300 Russian students came.", "en", "300 Iranian students came.", "en", False),
        ("300 Russian students came.", "en", "300 ресейлік студент келді.", "kk", True),
        ("Three Russian students came.", "en", "300 және 3 ресейлік студент келді.", "kk", True),
        ("-15 degrees", "en", "15 градус", "kk", False),
        ("-15 degrees", "en", "-15 градус", "kk", True),
        ("1465", "en", "It was founded in 1465.", "en", True),
        ("1465", "en", "1465 жылы құрылды.", "kk", True),
        ("5 and 7 May", "en", "It is held between 5 and 7 May.", "en", True),
        ("4", "en", "4 million people came.", "en", False),
        ("9", "kk", "9,10,11.05 күндері", "kk", False),
        ("сағат 9-да", "kk", "Кітапхана сағат 9-да ашылады.", "kk", True),
        ("9:00", "en", "Кітапхана сағат 9-да ашылады.", "kk", True),
        ("«4» percent", "en", "14 percent", "en", False),
        ("«4» people", "en", "4 million people came.", "en", False),
        ("«4 percent» more", "en", "It was 4 percent.", "en", True),
    ],
)
def test_what_stands_within_a_quantity_is_checked_too(
    text: str, lang: Lang, quote: str, quoted_in: Lang, supported: bool
) -> None:
    assert is_supported(text, lang, [(quote, quoted_in)]) is supported


@pytest.mark.parametrize(
    ("text", "lang", "quote", "quoted_in", "supported"),
    [
        ("Thousands of people fled", "en", "5 people fled", "en", False),
        ("мыңдаған адам", "kk", "5 адам қашты", "kk", False),
        ("Thousands of people fled", "en", "мыңдаған адам қашты", "kk", True),
        ("Tens of thousands of people", "en", "он мыңдаған адам", "kk", True),
        ("Tens of thousands of people", "en", "мыңдаған адам", "kk", False),
        ("он мыңдаған адам", "kk", "tens of thousands of people", "en", True),
    ],
)
def test_an_indefinite_amount_has_to_stand_in_a_quote(
    text: str, lang: Lang, quote: str, quoted_in: Lang, supported: bool
) -> None:
    assert is_supported(text, lang, [(quote, quoted_in)]) is supported


@pytest.mark.parametrize(
    ("name", "lang", "quoted", "quoted_in", "supported"),
    [
        ("Niger", "en", "Нигерияда", "kk", False),
        ("Niger", "en", "Нигерде", "kk", True),
        ("Latvia", "en", "Литвада", "kk", False),
        ("Austria", "en", "Australia", "en", False),
        ("Tehran", "en", "Tirana", "en", False),
        ("Tehran", "en", "Тиранада", "kk", False),
        ("Tehran", "en", "Тегеранда", "kk", True),
        ("Kustanay", "en", "Қостанайда", "kk", True),
        ("Turkestan", "en", "Түркістанда", "kk", True),
        ("Kapchagay", "en", "Қапчағайда", "kk", True),
        ("Маратов", "kk", "Муратов", "kk", False),
        ("Марат", "kk", "Маратов", "kk", False),
        ("Каримов", "kk", "Каримова", "kk", False),
        ("Karimov", "en", "Каримова", "kk", False),
        ("Karimov", "en", "Каримованы", "kk", False),
        ("Karimova", "en", "Каримовты", "kk", False),
        ("Karimova", "en", "Каримованы", "kk", True),
        ("Karimov", "en", "Каримовпен", "kk", True),
        ("Пезешкиан", "kk", "Пезешкианмен", "kk", True),
        ("Тоқаев", "kk", "Tokayev's", "en", True),
        ("Iran's", "en", "Iran", "en", True),
    ],
)
def test_only_the_same_name_proves_a_name(name: str, lang: Lang, quoted: str, quoted_in: Lang, supported: bool) -> None:
    assert is_supported(f"said {name}", lang, [(f"so {quoted} said", quoted_in)]) is supported


@given(data=st.data())
def test_whatever_is_cited_each_quote_equals_its_slice(data: st.DataObject, visit: Article) -> None:
    start = data.draw(st.integers(0, len(visit.text)))
    end = data.draw(st.integers(start, len(visit.text)))
    altered = data.draw(st.sampled_from(["", "x", "ә"]))
    cited = visit.text[start:end] + altered
    draft = Draft("so", "so", (Citation(visit.id, cited, data.draw(st.none() | st.integers(-5, 5000))),), 0.9)
    for quote in verify(draft, "?", "en", {visit.id: visit}.__getitem__, REFUSAL).quotes:
        assert quote.text == visit.text[quote.start : quote.end]
        assert visit.text[quote.start : quote.end] == cited


def test_only_quotes_py_makes_quotes_and_answers() -> None:
    makers = set()
    for path in [*ROOT.glob("qa_bot/**/*.py"), *ROOT.glob("index/**/*.py"), *ROOT.glob("ui/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"Quote", "Answer"}:
                makers.add(path.relative_to(ROOT).as_posix())
    assert makers == {"qa_bot/quotes.py"}


def test_words_cited_from_a_quote_need_no_looking_up(article_of: Lookup) -> None:
    answer = check(claim(f"«{GROWTH[:60]}»", GROWTH), article_of)
    assert answer.refusal is None


def test_words_in_quotation_marks_that_no_quote_holds_are_looked_up(article_of: Lookup) -> None:
    assert check(claim("«Ташкентте 70 пайызға өсті»", GROWTH), article_of).refusal is REFUSAL
