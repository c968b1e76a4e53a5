"""qa_bot/conversation.py: follow-ups of each kind made whole, in both languages."""

import pytest

from qa_bot.conversation import is_unclear, tell_follow_up
from qa_bot.question import read_query, understand
from qa_bot.records import Turn
from qa_bot.terms import find_terms

GREW = Turn("By how much did exports to Uzbekistan grow this year?", "12 percent\nAccording to the Minister of Trade.")
BRIDGE = Turn("Семейдегі көпірдің ұзындығы қанша?", "1,2 шақырым")
WON = Turn("Шахмат турнирінде бірінші орынды кім алды?", "Мирас Әлібек")
THANKS = Turn("Рахмет!", "Оқасы жоқ!")


@pytest.mark.parametrize(
    ("asked", "how"),
    [
        ("And last year?", "swap"),
        ("What about imports?", "swap"),
        ("In Aktau?", "swap"),
        ("Ал былтыр ше?", "swap"),
        ("Өскеменде ше?", "swap"),
        ("al byltyr she?", "swap"),
        ("ал Ондирис ше", "swap"),
        ("Why?", "bare"),
        ("When exactly?", "bare"),
        ("Who said that?", "bare"),
        ("How much?", "bare"),
        ("By whom?", "bare"),
        ("Неге?", "bare"),
        ("nege?", "bare"),
        ("Қашан?", "bare"),
        ("Қай жылы?", "bare"),
        ("Мұны кім айтты?", "bare"),
        ("What did he say?", "pronoun"),
        ("Where is she from?", "pronoun"),
        ("How long did it take?", "pronoun"),
        ("Ол не деді?", "pronoun"),
        ("Оны кім ашты?", "pronoun"),
        ("ol ne dedi?", "pronoun"),
        ("And how many dogs went?", "on"),
        ("Ал мақсат қандай?", "on"),
        ("Through which union?", "on"),
        ("Бағасы қанша?", "on"),
        ("Who is the director?", "on"),
        ("At what interest rate?", "on"),
        ("Which cities will the new railway connect?", None),
        ("How much did Kazakhstan export to China last year?", None),
        ("Жаңа теміржол қай қалаларды қосады?", None),
        ("Масуд Пезешкиан Қазақстан туралы не деді?", None),
        ("А в прошлом году?", "swap"),
        ("Почему?", "bare"),
    ],
)
def test_how_a_question_rests_on_the_one_before_it_is_told(asked: str, how: str | None) -> None:
    text, language = read_query(asked)
    assert tell_follow_up(text, language, find_terms(text, language)) == how


@pytest.mark.parametrize(
    ("turns", "asked", "text"),
    [
        ([GREW], "And last year?", "By how much did exports to Uzbekistan grow last year?"),
        ([GREW], "And to China?", "By how much did exports to China grow this year?"),
        ([GREW], "What about imports?", "By how much did imports to Uzbekistan grow this year?"),
        (
            [GREW, Turn("And to China?", "3 percent")],
            "And last year?",
            "By how much did exports to China grow last year?",
        ),
        ([BRIDGE], "Ал Өскемендегі ше?", "Өскемендегі көпірдің ұзындығы қанша?"),
        ([BRIDGE], "Ал ені ше?", "Семейдегі көпірдің ені қанша?"),
        ([BRIDGE, THANKS], "Ал Өскемендегі ше?", "Өскемендегі көпірдің ұзындығы қанша?"),
        ([WON], "Ал екінші ше?", "Шахмат турнирінде екінші орынды кім алды?"),
        (
            [WON, Turn("Ол қай елден?", "Қазақстан")],
            "Ал екінші орынды ше?",
            "Шахмат турнирінде екінші орынды кім алды?",
        ),
        ([WON], "Оны кім жаттықтырады?", "Мирас Әлібекті кім жаттықтырады?"),
        ([WON], "Ол не деді?", "Мирас Әлібек не деді?"),
        ([WON, Turn("Ол нешеде?", "16")], "Оның бапкері кім?", "Мирас Әлібектің бапкері кім?"),
    ],
)
def test_a_follow_up_is_made_whole(turns: list[Turn], asked: str, text: str) -> None:
    question = understand(asked, history=turns)
    assert question.text == text
    assert question.asked == asked


def test_a_swap_asks_for_the_same_kind_of_answer_and_names_no_more_what_it_replaces() -> None:
    question = understand("And last year?", history=[GREW])
    texts = [term.text.lower() for term in question.terms]
    assert question.kinds[0] == "percent"
    assert "last year" in texts
    assert "this year" not in texts


def test_a_new_thing_weighs_more_than_what_was_said_of_the_old() -> None:
    question = understand("What about imports?", history=[GREW])
    roles = {term.text.lower(): term.role for term in question.terms}
    assert roles["imports"] == "content"
    assert "exports" not in roles
    assert roles["uzbekistan"] == "name"


def test_a_bare_question_asks_another_thing_of_the_same() -> None:
    question = understand("Why?", history=[GREW])
    roles = {term.text.lower(): term.role for term in question.terms}
    assert question.kinds == ("reason",)
    assert roles["exports"] == "content"
    assert understand("Қашан?", history=[BRIDGE]).kinds == ("date",)
    asked_for = next(term for term in understand("Қашан?", history=[BRIDGE]).terms if term.text == "ұзындығы")
    assert asked_for.role == "vague"


def test_who_said_that_is_asked_of_the_words_of_the_answer() -> None:
    question = understand("Who said that?", history=[GREW])
    assert question.wants_speaker
    assert any(term.quantity is not None and term.text.startswith("12") for term in question.terms)


def test_beside_words_of_its_own_a_referent_only_tilts_the_search() -> None:
    question = understand("Оны кім жаттықтырады?", history=[WON])
    assert {term.role for term in question.terms if term.text.startswith(("Мирас", "Әлібек"))} == {"vague"}
    alone = understand("Ол не деді?", history=[WON])
    assert {term.role for term in alone.terms if term.text.startswith(("Мирас", "Әлібек"))} == {"name"}


def test_a_pronoun_for_a_thing_takes_the_topic_over() -> None:
    question = understand("How long did it take?", history=[Turn("Where was the film shot?", "Zhambyl")])
    assert [term.text for term in question.terms if term.role == "content"] == ["film"]
    assert question.kinds == ("duration", "quantity")


def test_a_follow_up_in_the_other_language_takes_the_terms_over() -> None:
    question = understand("And last year?", history=[Turn("Тауар айналымы биыл қанша пайызға өсті?", "40 пайыз")])
    texts = [term.text for term in question.terms]
    assert question.language == "en"
    assert "last year" in texts
    assert "биыл" not in texts
    assert "Тауар айналымы" in texts
    said = understand("Who said that?", history=[Turn("Тауар айналымы қанша өсті?", "40 пайыз")])
    assert all(term.text != "40 пайыз" for term in said.terms)


def test_a_new_question_that_says_enough_takes_nothing_over() -> None:
    question = understand("And how many rescue dogs flew to Kutaisi?", history=[GREW])
    assert question.text == "And how many rescue dogs flew to Kutaisi?"
    shorter = understand("And the budget, how large is it?", history=[GREW])
    assert "exports" in [term.text for term in shorter.terms if term.role == "vague"]


def test_who_said_it_is_asked_beside_the_topic() -> None:
    said = Turn("Who said that?", "Minister of Trade Arman Shakkaliyev")
    assert (
        understand("And last year?", history=[GREW, said]).text
        == "By how much did exports to Uzbekistan grow last year?"
    )
    assert understand("What did he say?", history=[GREW, said]).text.endswith("Arman Shakkaliyev say?")


def test_a_complete_question_is_not_polluted_by_earlier_turns() -> None:
    alone = understand("Which cities will the new railway connect?")
    after = understand("Which cities will the new railway connect?", history=[GREW])
    assert (after.text, after.kinds, after.terms, after.follows_up) == (alone.text, alone.kinds, alone.terms, None)


def test_small_talk_in_between_is_no_topic() -> None:
    assert understand("Ал былтыр ше?", history=[THANKS]).unclear
    assert understand("Неге?", history=[BRIDGE, THANKS]).follows_up == "bare"


@pytest.mark.parametrize(
    "asked",
    [
        "Why?", "And last year?", "Who said that?", "What did he say?", "What about Iran?", "When?", "How much?",
        "Неге?", "Ал былтыр ше?", "Мұны кім айтты?", "Ол не деді?", "Ал Иранда ше?", "Қашан?", "nege?",
        "al byltyr she?", "Почему?", "А в прошлом году?",
    ],
)  # fmt: skip
def test_without_a_turn_before_it_a_follow_up_is_unclear(asked: str) -> None:
    question = understand(asked)
    assert question.unclear
    assert question.follows_up is None


@pytest.mark.parametrize(
    "asked",
    [
        "Why did trade grow?", "What did he say about banks?", "Who said that trade grew?", "Иран", "exports",
        "Тауар айналымы", "Ол мәселе қашан шешілмек?", "And who won the elections in Moldova?", "What is said?",
        "Ал тауар айналымы қанша пайызға өсті?",
    ],
)  # fmt: skip
def test_what_can_be_looked_up_is_not_unclear(asked: str) -> None:
    text, language = read_query(asked)
    assert not is_unclear(text, language, find_terms(text, language))


def test_a_conversation_of_any_length_is_understood_from_its_last_turns() -> None:
    long = [GREW] * 500
    assert understand("And last year?", history=long) == understand("And last year?", history=long[:6])
