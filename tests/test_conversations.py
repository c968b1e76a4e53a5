import threading

from hypothesis import given
from hypothesis import strategies as st

from qa_bot.records import Answer, Quote, Turn
from ui.conversations import HISTORY, VOTABLE, Conversations, hash_conversation, turn_of


def test_a_conversation_is_remembered_under_an_id_of_its_own() -> None:
    kept = Conversations(10, 60)
    first = kept.remember(None, "1", Turn("Кім?", "Ол."))
    other = kept.remember(None, "1", Turn("Who?", "He."))
    assert first != other
    assert len(first) == 32
    assert kept.remember(first, "2", Turn("Қайда?", "Мұнда.")) == first
    assert [turn.question for turn in kept.history(first)] == ["Кім?", "Қайда?"]
    assert [turn.question for turn in kept.history(other)] == ["Who?"]


def test_an_unknown_id_has_no_past_and_is_not_taken_on() -> None:
    kept = Conversations(10, 60)
    assert kept.history("mine") == ()
    assert kept.history(None) == ()
    assert kept.remember("mine", "1", Turn("Кім?", "Ол.")) != "mine"


def test_only_the_latest_turns_are_a_conversations_past_and_can_be_voted_on() -> None:
    kept = Conversations(10, 60)
    name = kept.remember(None, "0", Turn("0", ""))
    for number in range(1, VOTABLE + 5):
        kept.remember(name, str(number), Turn(str(number), ""))
    assert [turn.question for turn in kept.history(name)] == [str(n) for n in range(VOTABLE + 5)][-HISTORY:]
    assert kept.find_turn(name, "4") is None
    assert kept.find_turn(name, "5") == Turn("5", "")
    assert kept.find_turn("another", "5") is None


def test_an_idle_conversation_is_forgotten_and_a_used_one_is_not() -> None:
    now = 0.0
    kept = Conversations(10, 60, lambda: now)
    idle, used = (kept.remember(None, "1", Turn(q, "")) for q in ("idle", "used"))
    now = 50.0
    assert kept.history(used)
    now = 100.0
    assert kept.history(idle) == ()
    assert kept.history(used)
    assert len(kept) == 1


def test_of_too_many_the_one_idle_longest_is_forgotten() -> None:
    kept = Conversations(2, 60)
    first, second = (kept.remember(None, "1", Turn(q, "")) for q in "ab")
    kept.history(first)
    third = kept.remember(None, "1", Turn("c", ""))
    assert [bool(kept.history(name)) for name in (first, second, third)] == [True, False, True]


def test_what_is_forgotten_is_gone() -> None:
    kept = Conversations(2, 60)
    name = kept.remember(None, "1", Turn("a", ""))
    kept.forget(name)
    kept.forget(name)
    assert kept.history(name) == ()


def test_the_place_of_the_first_quote_is_remembered_with_a_turn() -> None:
    quotes = (Quote("a", 5, 9, "сөз.", 5, 5), Quote("b", 1, 2, "x", 1, 1))
    assert turn_of("Не?", Answer("Не?", "kk", "сөз", "сөз", quotes, None, 1.0)).place == ("a", 5)
    assert turn_of("Не?", Answer("Не?", "kk", "", "", (), None, 1.0)).place is None


def test_the_name_in_files_does_not_tell_the_id() -> None:
    name = Conversations(2, 60).remember(None, "1", Turn("a", ""))
    assert hash_conversation(name) == hash_conversation(name)
    assert hash_conversation(name) not in name
    assert len(hash_conversation(name)) == 16


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(0, 50)), max_size=40))
def test_never_more_are_kept_than_allowed_and_none_shares_turns(asked: list[tuple[int, float]]) -> None:
    now = 0.0
    kept = Conversations(3, 60, lambda: now)
    names: dict[int, str] = {}
    for number, (person, wait) in enumerate(asked):
        now += wait
        assert {turn.question for turn in kept.history(names.get(person))} <= {f"{person}"}
        names[person] = kept.remember(names.get(person), str(number), Turn(f"{person}", ""))
        assert len(kept) <= 3
    assert len(set(names.values())) == len(names)


def test_threads_may_ask_at_once() -> None:
    kept = Conversations(50, 60)

    def _talk(person: str) -> None:
        name = None
        for number in range(100):
            name = kept.remember(name, str(number), Turn(person, ""))
            assert {turn.question for turn in kept.history(name)} == {person}

    threads = [threading.Thread(target=_talk, args=(person,)) for person in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) == 4
