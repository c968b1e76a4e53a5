import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.build import build_index
from qa_bot.errors import IndexDamaged, IndexMissing
from qa_bot.records import Answer, Refusal, Turn
from qa_bot.settings import Settings
from qa_bot.steps import Ask, Trace
from ui.shelf import (
    REMEMBERED,
    Edition,
    Memory,
    Shelf,
    ShelfArticles,
    ShelfSuggestions,
    name_trace,
    open_shelf,
    try_refresh,
)

ANSWER = Answer("?", "en", "", "", (), Refusal("not_in_articles"), 0.0)


class Press:
    """Publishes editions one after the other and knows which were closed."""

    def __init__(self) -> None:
        self.current = "1"
        self.closed: list[str] = []
        self.broken = False

    def open(self) -> Edition:
        if self.broken:
            raise IndexDamaged("torn")
        name = self.current
        steps: Any = None
        return Edition(name, 0.0, steps, {}, lambda *_: [], {"kk": (name,)}, lambda: self.closed.append(name))


@pytest.fixture
def press() -> Press:
    return Press()


@pytest.fixture
def shelf(press: Press) -> Shelf:
    return Shelf(press.open, lambda: press.current)


def test_nothing_happens_while_the_generation_is_the_same(press: Press, shelf: Shelf) -> None:
    assert try_refresh(shelf) == "same"
    press.current = None  # type: ignore[assignment]  # as when the data folder was taken away
    assert try_refresh(shelf) == "same"
    assert press.closed == []


def test_a_new_generation_takes_the_place_of_the_one_before(press: Press, shelf: Shelf) -> None:
    press.current = "2"
    assert try_refresh(shelf) == "switched"
    assert shelf.edition.generation == "2"
    assert press.closed == ["1"]
    shelf.close()
    assert press.closed == ["1", "2"]


def test_an_edition_stays_open_for_those_who_read_it(press: Press, shelf: Shelf) -> None:
    with shelf.lease() as first, shelf.lease() as again:
        assert first is again
        press.current = "2"
        shelf.refresh()
        assert press.closed == []
        with shelf.lease() as second:
            assert (first.generation, second.generation) == ("1", "2")
        assert press.closed == []
    assert press.closed == ["1"]


def test_one_that_cannot_be_opened_leaves_the_one_before(
    press: Press, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    press.current, press.broken = "2", True
    assert try_refresh(shelf) == "failed"
    assert shelf.edition.generation == "1"
    assert "torn" in caplog.text
    press.broken = False
    assert try_refresh(shelf) == "switched"


def test_every_edition_is_closed_once_however_threads_read(press: Press, shelf: Shelf) -> None:
    stop = threading.Event()

    def _read() -> None:
        while not stop.is_set():
            with shelf.lease() as edition:
                assert edition.generation not in press.closed

    readers = [threading.Thread(target=_read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(2, 40):
        press.current = str(number)
        shelf.refresh()
    stop.set()
    for reader in readers:
        reader.join()
    assert sorted(press.closed, key=int) == [str(number) for number in range(1, 39)]


def test_what_shows_articles_and_suggestions_changes_with_the_shelf(press: Press, shelf: Shelf) -> None:
    articles, suggestions = ShelfArticles(shelf), ShelfSuggestions(shelf)
    assert (dict(articles), len(articles), len(suggestions), list(suggestions)) == ({}, 0, 1, ["kk"])
    press.current = "2"
    shelf.refresh()
    assert suggestions["kk"] == ("2",)
    with pytest.raises(KeyError):
        articles["nobody"]


def test_a_memory_forgets_what_was_not_asked_for_the_longest() -> None:
    memory = Memory(2)
    for key in "ab":
        memory.put(key, ANSWER)
    assert memory.get("a") is ANSWER
    memory.put("c", ANSWER)
    assert [memory.get(key) for key in "abc"] == [ANSWER, None, ANSWER]
    assert REMEMBERED > 2


def test_only_a_question_that_leans_on_its_past_is_another_with_it(small_shelf: Shelf) -> None:
    understand: Callable[[Ask], Trace] = small_shelf.edition.steps.understand
    past = (Turn("What is the trade target?", "3 billion dollars"),)
    whole, short = "Who is the President of Iran?", "Why?"
    assert name_trace(understand(Ask(whole))) == name_trace(understand(Ask(whole, None, past)))
    assert name_trace(understand(Ask(short))) != name_trace(understand(Ask(short, None, past)))
    assert name_trace(understand(Ask(whole))) != name_trace(understand(Ask(whole, "kk")))
    assert name_trace(understand(Ask("Continue", None, past))) != name_trace(understand(Ask("Continue")))


def test_a_real_index_is_taken_up_while_it_is_served(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "a.md").write_text("---\nid: a\ntitle: Алма\n---\nАлма 500 теңге болды.\n", encoding="utf-8")
    with pytest.raises(IndexMissing):
        open_shelf(settings)
    build_index([seeds], settings)
    shelf = open_shelf(settings)
    before = shelf.edition
    assert before.created > 1.6e9
    assert before.search("алма", None, 5)[0].passage.article_id == "a"
    (seeds / "b.md").write_text("---\nid: b\ntitle: Алмұрт\n---\nАлмұрт 700 теңге болды.\n", encoding="utf-8")
    build_index([seeds], settings)
    assert list(shelf.edition.articles) == ["a"]
    assert try_refresh(shelf) == "switched"
    assert list(shelf.edition.articles) == ["a", "b"]
    assert shelf.edition.search("алмұрт", "kk", 5)[0].passage.article_id == "b"
    shelf.close()
    shutil.rmtree(settings.data)


def test_an_index_that_cannot_be_tried_out_is_closed_again(small_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[bool] = []

    def _fail(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr("qa_bot.steps.Steps.suggest", _fail)
    monkeypatch.setattr("index.retriever.Index.close", lambda _: closed.append(True))
    with pytest.raises(RuntimeError):
        open_shelf(Settings(data=small_data))
    assert closed == [True]
