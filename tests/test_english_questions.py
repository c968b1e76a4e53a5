"""qa_bot/english_questions.py: what is asked in English of Kazakh and of English sentences."""

import pytest

from qa_bot.analysis import analyse_article
from qa_bot.english_questions import ask_of_english, ask_of_kazakh, name_topics
from qa_bot.records import Article, Lang


def sentences(text: str, lang: Lang):  # type: ignore[no-untyped-def]
    return analyse_article(Article("a", "Title", text, lang)).sentences


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Тауар айналымы биыл 40 пайызға өсті.", "By what percent did trade turnover grow?"),
        ("Тауар айналымы 7 пайызға азайды.", "By what percent did trade turnover fall?"),
        ("Сауда айналымын 3 млрд долларға жеткізуге келістік.", "What is the target for trade turnover?"),
        ("Тауар айналымы 120 млн долларға жетті.", "What did trade turnover reach?"),
        ("Құрылысқа 4,5 млрд теңге жұмсалды.", "How much was spent on construction?"),
        ("Құрылысқа 28 млрд теңге бөлінген.", "How much money was set aside for construction?"),
        ("Сапар соңында 6 құжатқа қол қойылды.", "How many documents were signed?"),
        ("Келіссөз Ақордада өтті.", "Where were the talks held?"),
        ("Келесі форум Астанада өтеді.", "Where was the forum held?"),
    ],
)
def test_a_kazakh_sentence_is_asked_for_its_amounts_and_places(text: str, question: str) -> None:
    assert question in [proposal.question for s in sentences(text, "kk") for proposal in ask_of_kazakh(s)]


@pytest.mark.parametrize(
    "text",
    [
        "Республикалық бюджеттен 28 млрд теңге бөлінген.",
        "Ол 40 пайызға өсті.",
        "Асханада 90 адам отыр.",
        "Астана өсті.",
    ],
    ids=["where the money comes from", "a pronoun", "another kind of amount", "no amount"],
)
def test_what_no_template_fits_is_not_asked(text: str) -> None:
    assert [proposal for s in sentences(text, "kk") for proposal in ask_of_kazakh(s)] == []


def test_topics_are_nouns_that_the_glossary_knows() -> None:
    found = [
        topic
        for s in sentences("Ауаның ластануы азайып, Дүниежүзілік банк қаржы бөлді.", "kk")
        for topic in name_topics(s)
    ]
    assert found == ["air pollution", "the World Bank"]
    for text in ("Екі ел келісті.", "Миллион тонна бидай.", "Мемлекет басшысы келді.", "Қолға алып жатыр."):
        assert [topic for s in sentences(text, "kk") for topic in name_topics(s)] == []


@pytest.mark.parametrize(
    ("text", "sort", "question"),
    [
        ("The plants will employ 240 people.", "amount", "How many people will the plants employ?"),
        ("Construction in Atyrau starts in March 2026 and will take 30 months.", "date",
         "When does construction in Atyrau start?"),
        ("“The Well” will open in Kazakhstan’s cinemas on 20 November.", "date", "When will “The Well” open?"),
        ("The jury was chaired by the Japanese director Kenji Mori.", "person", "Who chaired the jury?"),
        ("The bridge cost 5 million dollars.", "amount", "How much did the bridge cost?"),
        ("The film was shot in the Zhambyl region.", "place", "Where was the film shot?"),
        ("The Islamic Development Bank is lending 180 million dollars.", "amount",
         "How much is the Islamic Development Bank lending?"),
        ("Kazakhstan will build two plants.", "amount", "How many plants will Kazakhstan build?"),
    ],
)  # fmt: skip
def test_an_english_sentence_is_turned_round(text: str, sort: str, question: str) -> None:
    asked = [(proposal.sort, proposal.question) for s in sentences(text, "en") for proposal in ask_of_english(s)]
    assert (sort, question) in asked


@pytest.mark.parametrize(
    "text", ["It will employ 240 people.", "He said so.", "They were glad.", "Its price cost 5 dollars."]
)
def test_an_english_sentence_that_does_not_stand_for_itself_is_not_asked(text: str) -> None:
    assert [proposal for s in sentences(text, "en") for proposal in ask_of_english(s)] == []
