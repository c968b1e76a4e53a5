import pytest

from qa_bot.analysis import analyse_article
from qa_bot.question import understand
from qa_bot.records import Article, Lang
from qa_bot.span import Span
from qa_bot.spans import find_spans


def find(text: str, asked: str, lang: Lang = "kk", position: int = 0) -> tuple[Span, ...]:
    """The answers to a question in one sentence of a text."""
    analysis = analyse_article(Article("made", "", text, lang))
    question = understand(asked)
    matched = [analysis.units.match(term)[position] for term in question.terms]
    return find_spans(question, analysis, analysis.sentences[position], matched)


def best(text: str, asked: str, lang: Lang = "kk", position: int = 0) -> str | None:
    spans = find(text, asked, lang, position)
    return spans[0].text if spans else None


COSTS = "Зауытқа 5 млрд теңге жұмсалды, оның 40 пайызы несие."
GAMES = "Жарысқа 350 спортшы мен 40 төреші қатысты."
GUESTS = "Жиынға Өзбекстан президенті Шавкат Мирзиёев пен Түркия президенті Режеп Тайип Ердоған қатысты."
VISIT = "Министр Асқар Омаров елші Иван Петровты қабылдады."
SPEECH = "Түркия президенті Режеп Тайип Ердоған Алматыда сөз сөйледі."
SUPPORT = "Жобаны ЮНЕСКО, БҰҰ және ДДСҰ қолдады."
GROWTH = "Экспорт биыл екі есе өсті."


@pytest.mark.parametrize(
    ("text", "lang", "asked", "answer"),
    [
        (COSTS, "kk", "Зауытқа қанша теңге жұмсалды?", "5 млрд теңге"),
        (COSTS, "kk", "How much money was spent on the factory?", "5 млрд теңге"),
        (COSTS, "kk", "Зауыт шығынының қанша пайызы несие?", "40 пайызы"),
        (COSTS, "kk", "What percentage of the cost is a loan?", "40 пайызы"),
        (GAMES, "kk", "Жарысқа қанша спортшы қатысты?", "350 спортшы"),
        (GAMES, "kk", "How many judges took part?", "40"),
        ("The plant employs 350 workers and 40 engineers.", "en", "How many engineers does the plant employ?", "40"),
        ("The plant employs 350 workers and 40 engineers.", "en", "Зауытта қанша жұмысшы бар?", "350 workers"),
    ],
)
def test_an_amount_is_of_the_kind_and_of_the_thing_that_was_asked_for(
    text: str, lang: Lang, asked: str, answer: str
) -> None:
    assert best(text, asked, lang) == answer


def test_an_amount_that_the_question_gives_is_not_its_answer() -> None:
    text = "Бюджет 3 млрд доллар, шығын 2 млрд доллар."
    asked = "Бюджет 3 млрд доллар болса, шығын қанша доллар?"
    assert [span.text for span in find(text, asked)] == ["2 млрд доллар"]


def test_a_sentence_without_such_words_has_no_answer() -> None:
    assert find("Қалада қар жауды.", "Қанша доллар жұмсалды?") == ()
    assert find("Қалада қар жауды.", "Who spent it?") == ()


@pytest.mark.parametrize("asked", ["Шавкат Мирзиёев кім?", "Who is Shavkat Mirziyoyev?"])
def test_who_somebody_is_is_told_by_the_post(asked: str) -> None:
    assert best(GUESTS, asked) == "Өзбекстан президенті"


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("Who is the president of Uzbekistan?", "Шавкат Мирзиёев"),
        ("Өзбекстан президенті кім?", "Шавкат Мирзиёев"),
        ("Who is the president of Türkiye?", "Режеп Тайип Ердоған"),
        ("Түркия президенті кім?", "Режеп Тайип Ердоған"),
    ],
)
def test_who_holds_a_post_is_the_person_beside_it_and_nobody_else(asked: str, answer: str) -> None:
    assert [span.text for span in find(GUESTS, asked)] == [answer]


@pytest.mark.parametrize("asked", ["Who is the president of Hungary?", "Мажарстан президенті кім?"])
def test_the_president_of_another_country_is_no_answer(asked: str) -> None:
    assert find(GUESTS, asked) == ()


def test_whom_takes_the_accusative_and_who_the_nominative() -> None:
    assert best(VISIT, "Кімді қабылдады?") == "Иван Петровты"
    assert best(VISIT, "Кім қабылдады?") == "Асқар Омаров"


def test_the_names_of_a_question_are_not_its_answer() -> None:
    assert [span.text for span in find(VISIT, "Омаров кімді қабылдады?")] == ["Иван Петровты"]
    assert [span.text for span in find(VISIT, "Иван Петровты кім қабылдады?")] == ["Асқар Омаров"]


@pytest.mark.parametrize("asked", ["Жобаны қандай ұйымдар қолдады?", "Which organisations supported the project?"])
def test_enumerated_organisations_are_one_answer(asked: str) -> None:
    (span,) = find(SUPPORT, asked)
    assert span.text == "ЮНЕСКО, БҰҰ және ДДСҰ"
    assert [entity.text for entity in span.entities] == ["ЮНЕСКО", "БҰҰ", "ДДСҰ"]


def test_where_several_are_asked_for_one_fits_less() -> None:
    (several,) = find(SUPPORT, "Жобаны қандай ұйымдар қолдады?")
    (one,) = find("Жобаны ЮНЕСКО қолдады.", "Жобаны қандай ұйымдар қолдады?")
    assert one.fit < several.fit


@pytest.mark.parametrize("asked", ["Ердоған қайда сөз сөйледі?", "Where did Erdogan speak?"])
def test_where_is_the_place_and_not_the_country_of_a_post(asked: str) -> None:
    assert [span.text for span in find(SPEECH, asked)] == ["Алматыда"]


@pytest.mark.parametrize("asked", ["Иран қай елмен келіссөз жүргізді?", "Which country did Iran hold talks with?"])
def test_which_country_is_a_country_and_no_city(asked: str) -> None:
    assert [span.text for span in find("Иран мен Түркия Бакуде келіссөз жүргізді.", asked)] == ["Түркия"]


@pytest.mark.parametrize("asked", ["Экспорт қашан өсті?", "When did exports grow?"])
def test_when_may_be_told_without_a_date(asked: str) -> None:
    assert best(GROWTH, asked) == "биыл"


@pytest.mark.parametrize("asked", ["Экспорт қай жылы өсті?", "In what year did exports grow?"])
def test_where_a_year_is_asked_for_this_year_is_none(asked: str) -> None:
    assert find(GROWTH, asked) == ()
    assert best("Экспорт 2024 жылы екі есе өсті.", asked) == "2024 жылы"


def test_who_said_it_is_the_speaker_even_if_named_in_a_later_sentence() -> None:
    text = "— Экспорт өседі. Импорт азаяды, - деді Асқар Омаров."
    (span,) = find(text, "Экспорт өседі деп кім айтты?")
    assert span.text == "Асқар Омаров"
    first = analyse_article(Article("made", "", text, "kk")).sentences[0]
    assert span.start >= len(first.text)
    assert text[first.start + span.start : first.start + span.end] == span.text


@pytest.mark.parametrize("text", [COSTS, GAMES, GUESTS, VISIT, SPEECH, SUPPORT, GROWTH])
@pytest.mark.parametrize("asked", ["Who?", "Қайда болды?", "How many people came?", "Қашан?", "How much money?"])
def test_every_answer_is_a_stretch_of_its_sentence(text: str, asked: str) -> None:
    for span in find(text, asked):
        assert span.text == text[span.start : span.end]
        assert 0.0 <= span.fit <= 1.0
        assert 0.0 <= span.near <= 1.0
