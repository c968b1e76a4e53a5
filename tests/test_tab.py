from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.records import Answer, Quote, Refusal
from qa_bot.settings import Settings
from ui.conversations import HISTORY
from ui.tab import (
    REMEMBERED,
    Conversation,
    Exchange,
    Place,
    Shown,
    WaitingRoom,
    list_quotes,
    new_id,
    point_at,
    turn_to,
)


def quote(article_id: str, start: int) -> Quote:
    return Quote(article_id, start, start + 5, "abcde", start, start)


def answer(*quotes: Quote, text: str = "Yes.") -> Answer:
    return Answer("?", "en", text, text, quotes, None, 0.9)


class Clock:
    """Minutes that pass when told to."""

    now = 0.0

    def __call__(self) -> float:
        return 60 * self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def room(clock: Clock) -> WaitingRoom:
    return WaitingRoom(Settings(conversations=3, conversation_minutes=10), clock)


def test_a_conversation_passes_its_latest_exchanges_on() -> None:
    conversation = Conversation(exchanges=tuple(Exchange(f"Q{i}", answer(text=f"A{i}")) for i in range(HISTORY + 2)))
    assert [turn.question for turn in conversation.history] == [f"Q{i}" for i in range(2, HISTORY + 2)]
    assert conversation.history[-1].answer == f"A{HISTORY + 1}"


def test_a_long_conversation_keeps_its_latest_exchanges() -> None:
    conversation = Conversation(pending="Newest?")
    for i in range(REMEMBERED + 1):
        conversation = conversation.add(Exchange(f"{i}", answer()), None)
    assert len(conversation.exchanges) == REMEMBERED
    assert (conversation.exchanges[0].question, conversation.exchanges[-1].question) == ("1", str(REMEMBERED))
    assert conversation.pending == ""


def test_a_vote_changes_its_answer_and_no_other() -> None:
    first, second = Exchange("1", answer()), Exchange("2", answer())
    judged = Conversation(exchanges=(first, second)).judge(second.id, "down")
    assert judged.exchanges == (first, replace(second, vote="down"))
    assert judged.find(second.id) == judged.exchanges[1]
    assert judged.find("another") is None


def test_ids_differ() -> None:
    assert len({new_id() for _ in range(100)} | {Exchange("", answer()).id for _ in range(100)}) == 200


def test_an_answer_points_at_each_of_its_quotes_once() -> None:
    shown = point_at(answer(quote("a", 10), quote("b", 0), quote("a", 10)))
    assert shown == Shown((Place("a", 10, 15), Place("b", 0, 5)))
    assert point_at(answer()) is None


def test_a_refusal_points_at_what_comes_nearest() -> None:
    nearest = quote("a", 3)
    refused = Answer("?", "en", "", "", (), Refusal("not_in_articles", nearest), 0.1)
    assert list_quotes(refused) == (nearest,)
    assert point_at(refused) == Shown((Place("a", 3, 8),))
    assert point_at(replace(refused, refusal=Refusal("no_articles"))) is None


def test_the_place_in_view_is_marked_first_and_only_its_own_article_is() -> None:
    shown = Shown((Place("a", 10, 15), Place("b", 0, 5), Place("a", 1, 3)), at=2)
    assert shown.spans == ((1, 3), (10, 15))
    assert Shown((Place("a"),)).spans == ()


def test_a_place_is_shown_among_the_quotes_of_the_latest_answer_that_has_it() -> None:
    old, new = answer(quote("a", 1), quote("a", 9)), answer(quote("b", 2), quote("a", 9))
    conversation = Conversation(exchanges=(Exchange("1", old), Exchange("2", new)))
    assert turn_to(Place("a", 9, 14), conversation) == Shown((Place("b", 2, 7), Place("a", 9, 14)), 1)
    assert turn_to(Place("a", 1, 6), conversation).places == (Place("a", 1, 6), Place("a", 9, 14))
    assert turn_to(Place("c", 1, 6), conversation) == Shown((Place("c", 1, 6),))


def test_a_conversation_that_waited_goes_on_under_an_id_of_its_own(room: WaitingRoom) -> None:
    conversation = Conversation("one", (Exchange("1", answer()),), pending="lost")
    room.keep(conversation)
    first, second = room.call("one"), room.call("one")
    assert first is not None
    assert second is not None
    assert first == replace(conversation, id=first.id, pending="")
    # A duplicated tab has the same id: from here on the two are apart.
    assert len({"one", first.id, second.id}) == 3


def test_an_unknown_conversation_is_none(room: WaitingRoom) -> None:
    assert room.call("one") is None
    room.keep(Conversation("one"))
    room.forget("one")
    room.forget("two")
    assert room.call("one") is None


def test_nobody_waits_longer_than_the_settings_say(room: WaitingRoom, clock: Clock) -> None:
    room.keep(Conversation("one"))
    clock.now = 9
    room.keep(Conversation("two"))
    clock.now = 11
    assert room.call("one") is None
    assert room.call("two") is not None
    room.keep(Conversation("three"))
    assert len(room) == 2


@given(st.lists(st.sampled_from("abcdef"), max_size=30))
def test_no_more_wait_than_the_settings_say(names: list[str]) -> None:
    room = WaitingRoom(Settings(conversations=3))
    for name in names:
        room.keep(Conversation(name))
    latest = list(dict.fromkeys(reversed(names)))[:3]
    assert [name for name in "abcdef" if room.call(name)] == sorted(latest)
