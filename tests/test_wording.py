import pytest

from qa_bot.analysis import analyse_article
from qa_bot.features import FEATURES, Candidate
from qa_bot.question import understand
from qa_bot.records import Article, Draft, Lang
from qa_bot.spans import find_spans
from qa_bot.wording import render_name, word_answer


def word(
    text: str, asked: str, *, lang: Lang = "kk", answer_in: Lang | None = None, unsaid: float = 0.0, position: int = 0
) -> Draft:
    """The claim that one sentence of a text answers a question of which it leaves `unsaid` out."""
    analysis = analyse_article(Article("made", "", text, lang))
    question = understand(asked, lang=answer_in)
    sentence = analysis.sentences[position]
    matched = tuple(analysis.units.match(term)[position] for term in question.terms)
    features = tuple(unsaid if name == "heaviest_uncovered" else 0.0 for name in FEATURES)
    spans = find_spans(question, analysis, sentence, matched)
    return word_answer(question, Candidate(analysis, sentence, spans, features), [], 0.9)


COSTS = "Зауытқа 5 млрд теңге жұмсалды."
ROAD = "— Қазақстан жол салады, - деді министр Асқар Омаров."


@pytest.mark.parametrize(
    ("text", "asked", "answer_in", "short"),
    [
        (COSTS, "Зауытқа қанша теңге жұмсалды?", None, "5 млрд теңге"),
        (COSTS, "Зауытқа қанша теңге жұмсалды?", "en", "5 billion tenge"),
        (COSTS, "How much money was spent on the factory?", None, "5 billion tenge"),
        ("Айналым 3 млрд долларға жетті.", "How many dollars did turnover reach?", None, "3 billion dollars"),
        ("Айналым 3 млрд долларға жетті.", "Айналым қанша долларға жетті?", None, "3 млрд доллар"),
    ],
)
def test_an_amount_is_told_in_the_language_of_the_answer(
    text: str, asked: str, answer_in: Lang | None, short: str
) -> None:
    assert word(text, asked, answer_in=answer_in).short == short


def test_an_amount_of_an_english_article_is_told_in_kazakh() -> None:
    said = word("Turnover reached 3 billion dollars.", "Айналым қанша долларға жетті?", lang="en")
    assert said.short == "3 млрд доллар"


@pytest.mark.parametrize(
    ("text", "asked", "short"),
    [
        ("Таразда жаңа зауыт ашылды.", "Where was the factory opened?", "Taraz"),
        ("Таразда жаңа зауыт ашылды.", "Зауыт қайда ашылды?", "Тараз"),
        ("Министр Асқар Омаров елші Иван Петровты қабылдады.", "Омаров кімді қабылдады?", "Иван Петров"),
        ("Жобаны ЮНЕСКО, БҰҰ және ДДСҰ қолдады.", "Which organisations supported it?", "UNESCO, UN, WHO"),
    ],
)
def test_a_name_is_told_in_the_language_of_the_question_without_its_ending(text: str, asked: str, short: str) -> None:
    assert word(text, asked).short == short


@pytest.mark.parametrize(
    ("said", "nominative", "english"),
    [
        ("Пезешкианды", "Пезешкиан", "Pezeshkian"),
        ("Масуд Пезешкианмен", "Масуд Пезешкиан", "Masoud Pezeshkian"),
        ("Тоқаевтың", "Тоқаев", "Tokayev"),
        ("Олжас Бектеновтен", "Олжас Бектенов", "Olzhas Bektenov"),
        ("Айданаға", "Айдана", "Aidana"),
        ("Иранның", "Иран", "Iran"),
        ("Ирандағы", "Иран", "Iran"),
        ("Өзбекстанның", "Өзбекстан", "Uzbekistan"),
        ("Ресейден", "Ресей", "Russia"),
        ("Қытайға", "Қытай", "China"),
        ("Түркия", "Түркия", None),
        ("Алматыда", "Алматы", "Almaty"),
        ("Астанадан", "Астана", "Astana"),
        ("Душанбеде", "Душанбе", "Dushanbe"),
        ("Бішкек", "Бішкек", "Bishkek"),
        ("Еуразиялық экономикалық одақтың", "Еуразиялық экономикалық одақ", "Eurasian Economic Union"),
        ("Иран президентінің", "Иран президенті", "President of Iran"),
        ("Мемлекет басшысы", "Мемлекет басшысы", "head of state"),
        ("Мемлекет басшысының", "Мемлекет басшысы", "head of state"),
        ("Сыртқы істер министріне", "Сыртқы істер министрі", "foreign minister"),
        ("Қазақстаннан", "Қазақстан", "Kazakhstan"),
        ("ЕАЭО-дан", "ЕАЭО", "EAEU"),
        ("Пак Чжи Унды", "Пак Чжи Ун", None),
        ("Әлиевке", "Әлиев", None),
        ("Фредерик Куктің", "Фредерик Кук", None),
        ("Гүлнәр Серікқызын", "Гүлнәр Серікқызы", None),
        ("Мұхтар Тілеубердіге", "Мұхтар Тілеуберді", None),
        ("жаңа зауытты", "жаңа зауыт", None),
        ("ректорын", "ректоры", None),
    ],
)
def test_a_kazakh_name_is_told_in_the_nominative_and_in_english(
    said: str, nominative: str, english: str | None
) -> None:
    assert render_name(said, "kk", "kk") == nominative
    if english is not None:
        assert render_name(said, "kk", "en") == english


@pytest.mark.parametrize(
    "name",
    [
        "Байден", "Джо Байден", "Тілеуберді", "Қайрат Сатыбалды", "Дәулет Аманкелді", "Айгерім Сұлтан", "Арыстан",
        "Бибігүл Дастан", "Болат Сүлеймен", "Рауф Мамедзаде", "Кэндзи Морита", "Хонда", "Моника", "Нарын", "Канада",
        "Карачи порты", "Түркия үкіметі", "жаңа фабрика", "ұлттық команда", "негізгі бағыты", "алтын қор",
    ],
)  # fmt: skip
def test_a_name_that_only_looks_like_a_case_is_told_whole(name: str) -> None:
    assert render_name(name, "kk", "kk") == name


@pytest.mark.parametrize(
    ("said", "kazakh"), [("Iran", "Иран"), ("EAEU", "ЕАЭО"), ("President of Iran", "Иран президенті")]
)
def test_a_known_english_name_is_told_in_kazakh(said: str, kazakh: str) -> None:
    assert render_name(said, "en", "kk") == kazakh
    assert render_name(said, "en", "en") == said


@pytest.mark.parametrize(
    ("speaker", "genitive", "english"),
    [
        ("Иран президенті", "Иран президентінің айтуынша.", "According to the President of Iran."),
        ("Масуд Пезешкиан", "Масуд Пезешкианның айтуынша.", "According to Masoud Pezeshkian."),
        ("Асқар Омаров", "Асқар Омаровтың айтуынша.", "According to Askar Omarov."),
        ("Айдана Серікқызы", "Айдана Серікқызының айтуынша.", None),
        ("Мемлекет басшысы", "Мемлекет басшысының айтуынша.", None),
    ],
)
def test_an_answer_is_put_down_to_who_said_it(speaker: str, genitive: str, english: str | None) -> None:
    text = f"— Зауытқа 5 млрд теңге жұмсалды, - деді {speaker}."
    asked = "Зауытқа қанша теңге жұмсалды?"
    assert word(text, asked).text.split("\n") == ["5 млрд теңге", genitive]
    if english is not None:
        assert word(text, asked, answer_in="en").text.split("\n") == ["5 billion tenge", english]


def test_a_speaker_named_in_another_sentence_is_cited_too() -> None:
    text = "— Зауытқа 5 млрд теңге жұмсалды. Ол биыл ашылады, - деді Асқар Омаров."
    draft = word(text, "Зауытқа қанша теңге жұмсалды?")
    assert draft.text.endswith("Асқар Омаровтың айтуынша.")
    assert [citation.text for citation in draft.citations[1:]] == ["Асқар Омаров"]
    assert all(c.start is not None and text[c.start : c.start + len(c.text)] == c.text for c in draft.citations)


def test_what_nobody_is_said_to_have_said_is_put_down_to_nobody() -> None:
    draft = word(COSTS, "Зауытқа қанша теңге жұмсалды?")
    assert draft.text == draft.short


@pytest.mark.parametrize(
    "asked", ["Қазақстан жол салады деп кім айтты?", "Who said that Kazakhstan will build a road?"]
)
def test_where_the_speaker_is_the_answer_it_is_not_repeated(asked: str) -> None:
    draft = word(ROAD, asked)
    assert "Омаров" in draft.short or "Omarov" in draft.short
    assert draft.text == draft.short


def test_the_words_that_answer_are_marked_in_the_article() -> None:
    text = f"Қалада қар жауды. {COSTS}"
    mark = word(text, "Зауытқа қанша теңге жұмсалды?", position=1).citations[0].mark
    assert mark is not None
    assert text[slice(*mark)] == "5 млрд теңге"


@pytest.mark.parametrize(
    ("text", "asked", "short"),
    [
        ("Шекара ашық.", "Шекара ашық па?", "Иә"),
        ("Шекара ашық.", "Is the border open?", "Yes"),
        ("Байланыс үзілген емес.", "Байланыс үзілді ме?", "Жоқ"),
        ("Байланыс үзілген емес.", "Were the relations broken off?", "No"),
    ],
)
def test_yes_or_no_where_nothing_is_left_unsaid(text: str, asked: str, short: str) -> None:
    assert word(text, asked).short == short


@pytest.mark.parametrize("asked", ["Шекара ашық па?", "Is the border open?"])
def test_where_something_of_weight_is_unsaid_the_sentence_is_quoted_and_not_agreed_to(asked: str) -> None:
    assert word("Шекара ашық.", asked, unsaid=1.0).short == "«Шекара ашық»"


def test_a_whole_sentence_is_told_without_its_dash_and_attribution() -> None:
    draft = word(ROAD, "What did the minister say about roads?")
    assert draft.short == "«Қазақстан жол салады»"
