import threading
from concurrent.futures import Future
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.errors import ServerBusy
from ui.fair_pool import FairPool

PATIENCE = 20


class Gate:
    """Work that does not end before it is let."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.open = threading.Event()

    def work(self) -> None:
        self.begun.release()
        assert self.open.wait(PATIENCE)


def hold(pool: FairPool, asker: str = "holder") -> tuple[Gate, "Future[None]"]:
    """Keep one thread of a pool busy."""
    gate = Gate()
    done = pool.submit(asker, gate.work)
    assert gate.begun.acquire(timeout=PATIENCE)
    return gate, done


def test_work_is_done_and_its_errors_are_told() -> None:
    pool = FairPool(2, 2)
    assert pool.submit("a", lambda: 7).result(PATIENCE) == 7
    with pytest.raises(ZeroDivisionError):
        pool.submit("a", lambda: 1 // 0).result(PATIENCE)
    assert pool.submit("a", lambda: 8).result(PATIENCE) == 8
    assert pool.close(PATIENCE)


def test_the_flood_of_one_is_not_in_the_way_of_another() -> None:
    pool, order = FairPool(1, 10), list[str]()
    gate, _ = hold(pool)
    flood = [pool.submit("flood", lambda: order.append("flood")) for _ in range(5)]
    one = pool.submit("one", lambda: order.append("one"))
    gate.open.set()
    for done in (*flood, one):
        done.result(PATIENCE)
    assert order.index("one") == 1
    pool.close(PATIENCE)


def test_when_all_places_are_taken_the_next_is_told_when_to_come_again() -> None:
    pool = FairPool(1, 2)
    gate, done = hold(pool)
    waiting = [pool.submit("a", lambda: None) for _ in range(2)]
    assert pool.waiting == 2
    with pytest.raises(ServerBusy, match=r"2 questions are waiting already\. Ask again in \d+ s\.") as told:
        pool.submit("a", lambda: None)
    assert told.value.seconds >= 1
    gate.open.set()
    for future in (done, *waiting):
        future.result(PATIENCE)
    pool.close(PATIENCE)


def test_the_greediest_gives_a_place_up_to_one_who_asks_less() -> None:
    pool = FairPool(1, 3)
    gate, _ = hold(pool)
    flood = [pool.submit("flood", lambda: "flood") for _ in range(3)]
    one = pool.submit("one", lambda: "one")
    with pytest.raises(ServerBusy, match="Others were waiting"):
        flood[-1].result(PATIENCE)
    gate.open.set()
    assert one.result(PATIENCE) == "one"
    assert [done.result(PATIENCE) for done in flood[:2]] == ["flood", "flood"]
    pool.close(PATIENCE)


def test_a_place_that_nobody_waits_at_any_more_is_given_up_first() -> None:
    pool = FairPool(1, 3)
    gate, _ = hold(pool)
    flood = [pool.submit("flood", lambda: "flood") for _ in range(3)]
    assert flood[-1].cancel()
    one = pool.submit("one", lambda: "one")
    gate.open.set()
    assert one.result(PATIENCE) == "one"
    pool.close(PATIENCE)


def test_without_places_only_what_can_begin_is_taken() -> None:
    pool = FairPool(1, 0)
    gate, _ = hold(pool)
    with pytest.raises(ServerBusy):
        pool.submit("one", lambda: None)
    gate.open.set()
    pool.close(PATIENCE)


def test_what_was_given_up_is_not_begun() -> None:
    pool, done = FairPool(1, 2), list[str]()
    gate, _ = hold(pool)
    dropped = pool.submit("a", lambda: done.append("dropped"))
    kept = pool.submit("a", lambda: done.append("kept"))
    assert dropped.cancel()
    gate.open.set()
    kept.result(PATIENCE)
    assert done == ["kept"]
    pool.close(PATIENCE)


def test_closing_waits_for_what_was_asked_and_takes_nothing_more() -> None:
    pool = FairPool(1, 2)
    gate, done = hold(pool)
    waiting = pool.submit("a", lambda: "answered")
    assert not pool.close(0)
    with pytest.raises(ServerBusy, match="being stopped"):
        pool.submit("a", lambda: None)
    gate.open.set()
    assert pool.close(PATIENCE)
    assert (done.result(0), waiting.result(0)) == (None, "answered")
    assert pool.running == 0


@given(st.lists(st.sampled_from("aaab"), max_size=12), st.integers(0, 4))
def test_every_piece_of_work_ends_in_one_way(askers: list[str], places: int) -> None:
    pool = FairPool(1, places)
    gate, _ = hold(pool)
    ends: list[Any] = []
    futures = []
    for number, asker in enumerate(askers):
        try:
            futures.append(pool.submit(asker, lambda number=number: number))  # type: ignore[misc]
        except ServerBusy as busy:
            ends.append(busy)
    assert pool.waiting <= places
    gate.open.set()
    for future in futures:
        ends.append(future.exception(PATIENCE) or future.result())
    assert len(ends) == len(askers)
    assert pool.close(PATIENCE)
