"""qa_bot/small_talk.py: what is no question, in both languages, any script and with slips; and what only looks so."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.records import Courtesy
from qa_bot.small_talk import drop_courtesies, recognise

QUESTIONS = Path(__file__).with_name("questions")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (
            "greeting",
            "Сәлем|Сәлеметсіз бе?|Сәлеметсіңдер ме|салем|salem|Sälem!|салеметсиз бе|Ассалаумағалейкум|qaiyrly tań",
        ),
        (
            "greeting",
            "Қайырлы таң!|қалайсың?|Сәлем, қалайсыз?|hi|Hello!|hey there|helo|Good morning|How are you?|hi all",
        ),
        ("greeting", "Привет|Здравствуйте!|Добрый день"),
        (
            "thanks",
            "Рахмет!|Көп рахмет|raqmet|рахмт|Сізге үлкен рахмет|Жауабыңызға рахмет!|thanks|Thank you very much!",
        ),
        ("thanks", "thnaks|Thanks a lot|many thanks for your help|ok, thanks|Спасибо большое"),
        ("goodbye", "Сау болыңыз!|Көріскенше|sau bol|bye|Goodbye!|See you later|Thanks, bye|До свидания"),
        ("noted", "Жақсы|түсінікті|Иә|Керемет!|ok|I see.|Great|Понятно"),
        ("about", "Сен кімсің?|сіз кімсіз|sen kimsin|Не істей аласың?|атың кім|көмек|Өзің туралы айтшы|сен ботсың ба"),
        (
            "about",
            "Who are you?|What can you do?|what's your name|help|Hi, what can you do?|How does this work?|Кто ты?",
        ),
        (
            "questions",
            "Не сұрауға болады?|не сұрай аламын|ne surauga bolady|Қандай сұрақ қоюға болады?|Что можно спросить?",
        ),
        ("questions", "What can I ask?|what should i ask you|Suggest some questions|give me example questions please"),
        (
            "articles",
            "Мақалалар тізімі|Қандай мақалалар бар?|maqalalardy korset|list the articles|Which articles do you know?",
        ),
        ("articles", "Show me all the articles|Какие статьи есть?"),
        (
            "summary",
            "Мақаланы қысқаша айт|Мақала не туралы?|maqala ne turaly|Қысқаша мазмұны|Бұл мақалада не айтылған?",
        ),
        (
            "summary",
            "Summarise the article|summarize it|What is the article about?|what are these articles about|tl;dr",
        ),
        ("summary", "Sumarise the article|О чём статья?"),
        (
            "more",
            "Тағы айт|тағы|Толығырақ|tagy ait|Жалғастыр|Тағы не айтылған?|show me more|More details please|what else",
        ),
        ("more", "Tell me more|go on|Ещё"),
    ],
)
def test_small_talk_and_commands_are_recognised(kind: Courtesy, said: str) -> None:
    for utterance in said.split("|"):
        talk = recognise(utterance)
        assert talk is not None, utterance
        assert talk.kind == kind, utterance


@pytest.mark.parametrize(
    "question",
    [
        "Thank you for what did the president say?",
        "Who are you meeting?",
        "Who are the ministers?",
        "Ол кімге рахмет айтты?",
        "Президент кімге алғыс айтты?",
        "What did the presidents greet each other with?",
        "What can the plant do?",
        "What can I ask the minister for?",
        "Tell me more about the trade target",
        "What else did he say?",
        "What do you know about Iran?",
        "Which articles of the treaty were signed?",
        "What is the article of the law about trade?",
        "Мақалада президент не айтқан?",
        "Мақала кім туралы?",
        "Сен кімсің деп кім сұрады?",
        "Сәлем жолдаған кім?",
        "Тағы қандай елдер қатысты?",
        "Тағы кім келді?",
        "Көмек кімге берілді?",
        "Қандай сұрақ қойылды?",
        "Hi-tech park?",
        "no visas",
        "Good neighbours",
        "Кто сказал спасибо?",
        "?",
        "",
    ],
)
def test_what_asks_for_something_of_the_articles_is_no_small_talk(question: str) -> None:
    assert recognise(question) is None
    assert drop_courtesies(question) == question


def test_no_question_of_the_question_sets_is_taken_for_small_talk() -> None:
    asked = [
        json.loads(line)["question"]
        for path in sorted(QUESTIONS.rglob("*.jsonl"))
        if path.parent.name != "conversations"
        for line in path.read_text(encoding="utf-8").splitlines()
        if '"question"' in line
    ]
    assert len(asked) > 900
    assert [question for question in asked if recognise(question) or drop_courtesies(question) != question] == []


@pytest.mark.parametrize(
    ("said", "topic", "several"),
    [
        ("Summarise the article about the bridge in Semey", "the article about the bridge in Semey", False),
        ("What is the article about the bridge about?", "the bridge", False),
        ("Көпір туралы мақаланы қысқаша айтып бер", "Көпір", False),
        ("kopir turaly maqalany qysqasha aityp ber", "көпір", False),
        ("What are these articles about?", "", True),
        ("Мақалалар не туралы?", "", True),
        ("Мақала не туралы?", "", False),
    ],
)
def test_a_command_may_name_an_article_or_speak_of_several(said: str, topic: str, several: bool) -> None:
    talk = recognise(said)
    assert talk is not None
    assert (talk.kind, talk.topic, talk.several) == ("summary", topic, several)


@pytest.mark.parametrize(
    ("said", "language"),
    [("Сәлем", "kk"), ("salem", "kk"), ("hello", "en"), ("Привет", "ru"), ("raqmet", "kk"), ("спасибо", "ru")],
)
def test_the_language_of_small_talk_is_told(said: str, language: str) -> None:
    talk = recognise(said)
    assert talk is not None
    assert talk.language == language


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("Сәлем! Кітапхана қашан ашылды?", "Кітапхана қашан ашылды?"),
        ("Сәлеметсіз бе, сауда айналымы қанша?", "сауда айналымы қанша?"),
        ("Сәлеметсіз бе сауда айналымы қанша өсті", "сауда айналымы қанша өсті"),
        ("Hi, who won?", "who won?"),
        ("hello who is the president", "who is the president"),
        ("Thanks! And last year?", "And last year?"),
        ("Жақсы, ал былтыр ше?", "ал былтыр ше?"),
        ("ok so who won the prize?", "ok so who won the prize?"),
        ("Who is the president? Thanks!", "Who is the president?"),
        ("Кім жеңді? Рахмет.", "Кім жеңді?"),
        ("Hi there! Who won? Thank you!", "Who won?"),
        ("Сәлем кімге айтылды?", "Сәлем кімге айтылды?"),
        ("Рахмет кімге айтылды, қашан?", "Рахмет кімге айтылды, қашан?"),
        ("Hi-tech, who builds it?", "Hi-tech, who builds it?"),
    ],
)
def test_a_question_is_freed_of_its_courtesies(said: str, question: str) -> None:
    assert drop_courtesies(said) == question


@given(st.text(max_size=60))
def test_any_text_may_be_said_and_what_is_left_of_it_stands_in_it(said: str) -> None:
    assert drop_courtesies(said) in said
    recognise(said)
