"""qa_bot/follow_up.py: only what gives what is asked for now, or says what is new, answers a follow-up."""

from dataclasses import replace

import pytest

from qa_bot.analysis import analyse_article
from qa_bot.features import FEATURES, Candidate
from qa_bot.follow_up import read_follow_up, read_same
from qa_bot.question import understand
from qa_bot.reader import Ranked, Reading
from qa_bot.records import Article, Turn

ARTICLE = Article("forum", "Форум", "Форум Алматыда өтті. Оған 90 адам келді. Келесі форум 2026 жылы болады.", "kk")
HISTORY = [Turn("Форумға неше адам келді?", "90 адам")]


def rank(**features: dict[int, float]) -> Reading:
    """A reading of the article's sentences, the first the best; `features` give the values sentence by sentence."""
    analysis = analyse_article(ARTICLE)
    ranked = []
    for place, sentence in enumerate(analysis.sentences):
        values = tuple(features.get(name, {}).get(place, 0.0) for name in FEATURES)
        ranked.append(Ranked(Candidate(analysis, sentence, (), values), 0.9 - 0.3 * place))
    return Reading(tuple(ranked), 0.6, 0.5)


def first(reading: Reading) -> str:
    return reading.ranked[0].candidate.sentence.text


SECOND = analyse_article(ARTICLE).sentences[1]


def test_the_sentence_of_the_last_answer_is_meant_if_it_gives_what_is_asked_for() -> None:
    reading = replace(rank(kind_found={0: 1.0, 1: 1.0}), confidence=0.2)
    read = read_same(understand("Қайда?", history=HISTORY), reading, ("forum", SECOND.start))
    assert first(read) == SECOND.text
    assert read.answers


def test_else_only_a_sentence_counts_that_gives_it_and_comes_near() -> None:
    asked = understand("Қайда?", history=HISTORY)
    near = read_same(asked, rank(kind_found={1: 1.0}), ("forum", 0))
    assert first(near) == SECOND.text
    assert near.confidence == 0.6
    far = read_same(asked, rank(kind_found={2: 1.0}), ("forum", 0))
    assert far.confidence == 0.0
    assert read_same(asked, rank(), ("forum", 0)).confidence == 0.0
    assert read_same(asked, rank(kind_found={0: 1.0}), None).confidence == 0.6


def test_why_wants_a_reason_beside_what_is_to_be_explained() -> None:
    asked = understand("Неге?", history=HISTORY)
    assert read_same(asked, rank(kind_found={0: 1.0}), ("forum", 0)).confidence == 0.0
    assert first(read_same(asked, rank(reason_found={1: 1.0}), ("forum", 0))) == SECOND.text
    assert read_same(asked, rank(reason_found={2: 1.0}), ("forum", 0)).confidence == 0.0
    assert read_same(asked, rank(reason_found={1: 1.0}), ("another", 0)).confidence == 0.0


def test_who_said_it_is_told_by_the_sentence_that_was_shown() -> None:
    said = Article("said", "Форум", "Форум өтті.\n— Жақсы болды, - деді Асқар Омаров.\nҚар жауды.", "kk")
    analysis = analyse_article(said)
    ranked = tuple(
        Ranked(Candidate(analysis, sentence, (), (0.0,) * len(FEATURES)), 0.9 - 0.3 * place)
        for place, sentence in enumerate(analysis.sentences)
    )
    reading = Reading(ranked, 0.2, 0.5)
    asked = understand("Мұны кім айтты?", history=HISTORY)
    spoken = analysis.sentences[1]
    assert first(read_same(asked, reading, ("said", spoken.start))) == spoken.text
    assert read_same(asked, reading, ("said", spoken.start)).answers
    assert read_same(asked, replace(reading, confidence=0.9), ("said", 0)).confidence == 0.0
    assert read_same(asked, reading, None) is reading
    assert read_same(asked, reading, ("another", 0)) is reading


@pytest.mark.parametrize("asked", ["Қандай?", "Which one?"])
def test_what_leaves_the_kind_of_answer_open_is_read_as_it_is(asked: str) -> None:
    reading = rank()
    question = replace(understand(asked, history=HISTORY), kinds=("statement",))
    assert read_same(question, reading, ("forum", 0)) is reading


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("Ал Алматыда ше?", 0),
        ("Ал 2026 жылы ше?", 2),
        ("Ал Астанада ше?", None),
        ("Ал былтыр ше?", None),
        ("And in Almaty?", 0),
        ("And last year?", None),
    ],
)
def test_a_swap_is_answered_only_by_a_sentence_that_says_what_is_new(asked: str, sentence: int | None) -> None:
    question = understand(asked, history=HISTORY)
    assert question.anew
    texts = [sentence.text for sentence in analyse_article(ARTICLE).sentences]
    # All three sentences are one paragraph, and each is understood with the one before it.
    read = read_follow_up(question, replace(rank(), confidence=0.6), None)
    said = [item.candidate.sentence.text for item in read.ranked]
    assert (texts[sentence] in said) if sentence is not None else said == []
    assert (read.confidence == 0.0) is (sentence in {2, None})


def test_a_thing_may_be_said_in_other_words_in_the_other_language() -> None:
    question = understand("And volunteers?", history=[Turn("How many guests came to the forum?", "90")])
    reading = rank()
    assert question.anew
    assert read_follow_up(question, reading, None) == reading


def test_a_follow_up_that_says_more_is_read_as_it_is() -> None:
    reading = rank()
    question = understand("Ол не деді?", history=HISTORY)
    assert read_follow_up(question, reading, None) is reading
    assert read_follow_up(understand("Неге?", history=HISTORY), reading, ("forum", 0)).confidence == 0.0


def test_an_amount_asked_on_wants_an_amount() -> None:
    asked = understand("Бағасы қанша?", history=HISTORY)
    assert (asked.follows_up, asked.kinds[0]) == ("on", "money")
    assert read_follow_up(asked, rank(), None).confidence == 0.0
    assert first(read_follow_up(asked, rank(kind_found={1: 1.0}), None)) == SECOND.text
    stated = understand("Ал қандай мәселе бар?", history=HISTORY)
    reading = rank()
    assert stated.follows_up == "on"
    assert read_follow_up(stated, reading, None) is reading
