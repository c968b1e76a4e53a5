"""qa_bot/replies.py: courtesies, leads, what else was found, and the asker's letters."""

from dataclasses import replace

import pytest

from qa_bot.language.letters import detect_language
from qa_bot.question import Question, understand
from qa_bot.records import Answer, Article, Courtesy, Lang, Quote
from qa_bot.replies import (
    LISTED,
    address,
    find_topic,
    names_topic,
    note_lead,
    reply_to,
    sort_newest,
    sum_up,
    talk_question,
)
from qa_bot.small_talk import recognise

BRIDGE = Article(
    "bridge",
    "Көпір ашылды",
    "СЕМЕЙ. ДАЛА — Семейде көпір ашылды. Оны әкім ашты.\nҚұны 28 млрд теңге.",
    "kk",
    "2025-09-30",
)
PLANT = Article(
    "plant", "A plant opened", "A desalination plant opened in Atyrau. It cost 5 million dollars.", "en", "2025-10-01"
)
COURTESIES: tuple[Courtesy, ...] = ("greeting", "thanks", "goodbye", "noted", "about", "questions", "articles")


def talk_of(said: str, lang: Lang | None = None) -> Question:
    talk = recognise(said)
    assert talk is not None
    return talk_question(talk, said, lang)


@pytest.mark.parametrize("kind", COURTESIES)
@pytest.mark.parametrize("said", ["Сәлем", "hello"])
def test_a_courtesy_is_worded_in_the_asker_s_language_and_claims_nothing(kind: Courtesy, said: str) -> None:
    question = talk_of(said)
    answer = reply_to(kind, question, [], [])
    assert (answer.reply, answer.language, answer.quotes, answer.refusal) == (kind, question.language, (), None)
    assert answer.text.startswith(answer.short)
    assert detect_language(answer.short) == question.language
    assert not any(character.isdigit() for character in answer.text)


@pytest.mark.parametrize(
    ("said", "count"), [("Сен кімсің?", "Қазір менде 2 мақала бар:"), ("who are you", "I know 2 articles now:")]
)
def test_it_says_what_it_is_and_which_articles_it_knows_the_newest_first(said: str, count: str) -> None:
    answer = reply_to("about", talk_of(said), [BRIDGE, PLANT], ["Кім?"])
    assert answer.text.split("\n")[1:] == [count, "«A plant opened»", "«Көпір ашылды»"]
    assert answer.suggestions == ("Кім?",)


def test_one_article_is_no_articles_in_the_plural() -> None:
    assert reply_to("articles", talk_of("list the articles"), [PLANT], []).short == "I know one article now:"
    assert reply_to("articles", talk_of("мақалалар тізімі"), [PLANT], []).short == "Қазір менде 1 мақала бар:"


def test_of_many_articles_the_newest_are_named_and_the_rest_counted() -> None:
    many = [replace(PLANT, id=str(number), title=f"Plant {number}") for number in range(LISTED + 3)]
    lines = reply_to("articles", talk_of("list the articles"), many, []).text.split("\n")
    assert lines[1] == f"«Plant {LISTED + 2}»"
    assert lines[-1] == "and 3 more"
    assert len(lines) == LISTED + 2


def test_without_articles_or_questions_that_is_said() -> None:
    assert "no articles" in reply_to("about", talk_of("help"), [], []).text
    assert "no question" in reply_to("questions", talk_of("what can I ask"), [], []).text
    assert reply_to("thanks", talk_of("thanks"), [], ["Who?"]).suggestions == ()


def test_articles_without_a_date_come_last_and_of_one_day_the_last_given_first() -> None:
    undated, second = replace(BRIDGE, id="undated", published=None), replace(BRIDGE, id="second")
    assert [article.id for article in sort_newest([undated, BRIDGE, second, PLANT])] == [
        "plant",
        "second",
        "bridge",
        "undated",
    ]


@pytest.mark.parametrize(
    ("topic", "lang", "found"),
    [
        ("the bridge in Semey", "en", "bridge"),
        ("көпір", "kk", "bridge"),
        ("Atyrau", "en", "plant"),
        ("зауыт", "kk", "plant"),
        ("chess tournament", "en", None),
        ("the article", "en", None),
    ],
)
def test_an_article_is_found_by_what_it_is_about_in_either_language(topic: str, lang: Lang, found: str | None) -> None:
    article = find_topic(topic, lang, [BRIDGE, PLANT])
    assert (article.id if article else None) == found
    assert names_topic(topic, lang) is (topic != "the article")


def test_a_lead_is_the_first_sentences_paragraph_by_paragraph() -> None:
    draft = sum_up([BRIDGE])
    assert draft is not None
    assert [citation.text for citation in draft.citations] == BRIDGE.text.split("\n")
    assert all(BRIDGE.text[c.start :].startswith(c.text) for c in draft.citations)
    assert draft.short == "«Семейде көпір ашылды»"


def test_of_several_articles_each_gives_its_first_sentence() -> None:
    draft = sum_up([BRIDGE, PLANT])
    assert draft is not None
    assert [(citation.article_id, citation.start) for citation in draft.citations] == [("bridge", 0), ("plant", 0)]
    assert draft.text.split("\n") == ["«Семейде көпір ашылды»", "«A desalination plant opened in Atyrau»"]


def test_a_lead_goes_on_until_the_article_ends() -> None:
    longer = Article("longer", "", "Көпір ашылды. Ол ұзын. Ол берік. Құны 28 млрд теңге.", "kk")
    later = sum_up([longer], told=1)
    assert later is not None
    assert [citation.text for citation in later.citations] == ["Құны 28 млрд теңге."]
    assert sum_up([longer], told=2) is None
    assert sum_up([]) is None


def test_of_several_articles_no_sentence_is_left_out_between_two_tellings() -> None:
    articles = [
        Article("one", "", "Көпір ашылды. Ол ұзын. Ол берік.", "kk"),
        Article("two", "", "Зауыт салынды. Ол үлкен. Ол жаңа.", "kk"),
    ]
    told = [sum_up(articles, told) for told in range(4)]
    texts = [[citation.text for citation in draft.citations] if draft else None for draft in told]
    assert texts == [["Көпір ашылды.", "Зауыт салынды."], ["Ол ұзын.", "Ол үлкен."], ["Ол берік.", "Ол жаңа."], None]


def answered(text: str, language: Lang = "kk", note: str = "") -> Answer:
    quotes = (Quote("bridge", 0, 5, "СЕМЕЙ", 0, 0),)
    return Answer("?", language, text, text.split("\n", maxsplit=1)[0], quotes, None, 0.9, note=note)


def test_the_lead_of_one_article_says_whose_it_is() -> None:
    titles = {"bridge": BRIDGE, "plant": PLANT}.__getitem__
    assert note_lead(answered("x"), titles).note == "«Көпір ашылды» мақаласының басы."
    assert note_lead(answered("x", "en"), titles).note == "How «Көпір ашылды» begins."
    both = answered("x")
    both = replace(both, quotes=(*both.quotes, Quote("plant", 0, 1, "A", 0, 0)))
    assert note_lead(both, titles).note == ""


def test_whoever_asks_in_latin_script_is_answered_in_it_but_for_the_quotations() -> None:
    question = understand("Kopirdin quny qansha?")
    answer = address(answered("28 млрд теңге\n«Құны 28 млрд теңге» деді ол.", note="«Көпір» мақаласы."), question)
    assert answer.short == "28 mlrd teñge"
    assert answer.text == "28 mlrd teñge\n«Құны 28 млрд теңге» dedı ol."
    assert answer.note == "«Көпір» maqalasy."
    assert answer.script == "Latn"
    assert answer.quotes == answered("x").quotes


@pytest.mark.parametrize("lang", ["kk", "en"])
def test_whoever_names_the_language_gets_it_in_its_usual_letters(lang: Lang) -> None:
    answer = answered("28 млрд теңге", lang)
    assert address(answer, understand("Kopirdin quny qansha?", lang)) == answer


def test_a_russian_question_is_answered_in_kazakh_and_told_so() -> None:
    question = understand("Сколько стоит мост?")
    assert (question.language, question.russian) == ("kk", True)
    assert address(answered("28 млрд теңге"), question).note == "Орысша сұраққа қазақша жауап беремін."
    assert address(answered("x", note="Басы."), question).note == "Басы. Орысша сұраққа қазақша жауап беремін."
    assert address(answered("28 billion tenge", "en"), understand("Сколько стоит мост?", "en")).note == ""


@pytest.mark.parametrize(
    ("said", "script", "russian"),
    [("Сәлем", "Cyrl", False), ("salem", "Latn", False), ("hello", "Cyrl", False), ("Привет", "Cyrl", True)],
)
def test_small_talk_is_replied_to_in_the_letters_it_was_typed_in(said: str, script: str, russian: bool) -> None:
    question = talk_of(said)
    assert (question.script, question.russian) == (script, russian)
    assert talk_of(said, "kk").script == "Cyrl"
