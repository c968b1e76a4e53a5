import json
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.errors import DataFolderUnusable
from qa_bot.settings import Settings
from ui import feedback as module
from ui.feedback import FILE, LONGEST_COMMENT, Feedback, drop_halves, keep_feedback


def read_rows(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / FILE).read_text(encoding="utf-8").split("\n")[:-1]]


def test_a_vote_is_one_line_with_its_word(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "new")
    keep_feedback(settings, Feedback("c", "1", "down", " Сан дұрыс емес ", "Қанша?", "3 млрд"))
    keep_feedback(settings, Feedback("c", "2", "up"))
    first, second = read_rows(tmp_path / "new")
    assert first.pop("at").endswith("+00:00")
    assert first == {"conversation": "c", "id": "1", "vote": "down", "comment": "Сан дұрыс емес"}
    assert second.keys() == {"at", "conversation", "id", "vote"}


def test_what_was_asked_is_kept_only_if_the_settings_say_so(tmp_path: Path) -> None:
    keep_feedback(Settings(data=tmp_path, log_questions=True), Feedback("c", "1", "up", "", "Қанша?", "3 млрд"))
    row = read_rows(tmp_path)[0]
    assert (row["question"], row["answer"]) == ("Қанша?", "3 млрд")


@given(st.text(st.characters(exclude_categories=[]), max_size=2 * LONGEST_COMMENT))
def test_no_comment_ends_its_line_or_grows_beyond_its_length(
    tmp_path_factory: pytest.TempPathFactory, comment: str
) -> None:
    folder = tmp_path_factory.mktemp("data")
    keep_feedback(Settings(data=folder), Feedback("c", "1", "up", comment))
    (row,) = read_rows(folder)
    assert row.get("comment", "") == drop_halves(comment).strip()[:LONGEST_COMMENT]


@pytest.mark.parametrize(("text", "whole"), [("a\ud800б", "aб"), ("\udc00\ud83d", ""), ("\ud83d\ude00!", "😀!")])
def test_halves_of_characters_are_dropped_and_two_that_meet_are_one(text: str, whole: str) -> None:
    assert drop_halves(text) == whole


def test_votes_of_many_threads_do_not_mix(tmp_path: Path) -> None:
    def _vote(name: str) -> None:
        for number in range(50):
            keep_feedback(Settings(data=tmp_path), Feedback(name, str(number), "up", name * 20))

    threads = [threading.Thread(target=_vote, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = read_rows(tmp_path)
    assert len(rows) == 200
    assert all(row["comment"] == row["conversation"] * 20 for row in rows)


def test_a_full_file_takes_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_feedback(Settings(data=tmp_path), Feedback("c", "1", "up"))
    monkeypatch.setattr(module, "LARGEST", (tmp_path / FILE).stat().st_size + 10)
    with pytest.raises(DataFolderUnusable, match="Move it away"):
        keep_feedback(Settings(data=tmp_path), Feedback("c", "2", "up"))
    assert len(read_rows(tmp_path)) == 1


def test_a_data_folder_that_is_a_file_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    with pytest.raises(DataFolderUnusable, match="cannot be written"):
        keep_feedback(Settings(data=tmp_path / "data"), Feedback("c", "1", "up"))


@pytest.mark.skipif(os.name != "posix", reason="other systems have other rights")
def test_only_the_owner_may_read_what_people_said(tmp_path: Path) -> None:
    keep_feedback(Settings(data=tmp_path), Feedback("c", "1", "up"))
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
