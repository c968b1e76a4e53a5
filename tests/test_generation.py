"""index/generation.py: a generation is whole or it is not served, and only one process builds."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.generation import (
    ARTICLES,
    FORMAT,
    MANIFEST,
    PASSAGES,
    check_files,
    delete_unless_held,
    find_current,
    hash_article,
    hold_current,
    is_finished,
    list_generations,
    lock_data,
    read_manifest,
    read_texts,
    switch_generation,
    write_manifest,
    write_texts,
)
from index.split import split_article
from qa_bot.errors import DataFolderUnusable, IndexDamaged, IndexLocked, IndexMissing
from qa_bot.records import Article

ARTICLE = Article("a", "Сауда", "Сауда өсті.\n\u2028Екінші  жол — «тырнақша», \x85 \U0001f600.", published="2025-12-11")


def make_generation(data: Path, name: str = "20250101T000000-aaaaaa") -> Path:
    folder = data / "generations" / name
    folder.mkdir(parents=True)
    write_texts(folder, [ARTICLE], {"a": split_article(ARTICLE)})
    (folder / "chroma").mkdir()
    (folder / "chroma" / "chroma.sqlite3").write_bytes(b"12345")
    write_manifest(
        folder,
        created="2025-01-01T00:00:00+00:00",
        recipe="r",
        encoder="bundled",
        fingerprint="f",
        dim=8,
        spread=0.1,
        vectors="",
        articles={"a": hash_article(ARTICLE)},
        passages=1,
        sentences=2,
    )
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    switch_generation(tmp_path, make_generation(tmp_path))
    return tmp_path


def test_texts_come_back_letter_for_letter(data: Path) -> None:
    with_lock = hold_current(data)
    articles, rows = read_texts(with_lock.folder, with_lock.manifest)
    with_lock.release()
    assert articles == [ARTICLE]
    assert rows.tolist() == [[0, passage.start, passage.end] for passage in split_article(ARTICLE)]


def test_no_articles_come_back_as_none(tmp_path: Path) -> None:
    write_texts(tmp_path, [], {})
    assert (tmp_path / ARTICLES).read_bytes() == b""
    assert np.load(tmp_path / PASSAGES).shape == (0, 3)


@pytest.mark.parametrize("field", ["id", "title", "text", "lang", "published", "url", "agency", "place", "edition_of"])
def test_hash_changes_with_every_field(field: str) -> None:
    other = Article(**{**{name: getattr(ARTICLE, name) for name in ARTICLE.__slots__}, field: "en"})
    assert hash_article(other) != hash_article(ARTICLE)


def test_nothing_indexed_is_told_with_the_command_to_run(tmp_path: Path) -> None:
    assert find_current(tmp_path / "none") is None
    with pytest.raises(IndexMissing, match=r"Nothing is indexed in .*none\. Run: qa-bot index PATH"):
        hold_current(tmp_path / "none")


def test_file_in_place_of_the_data_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(DataFolderUnusable, match=r"data cannot be used.*--data"):
        hold_current(tmp_path / "data")
    with pytest.raises(DataFolderUnusable, match=r"data cannot be used.*--data"), lock_data(tmp_path / "data"):
        pass


@pytest.mark.parametrize("pointer", ["", "gone", "../elsewhere", "."])
def test_pointer_that_leads_nowhere_is_damage(data: Path, pointer: str) -> None:
    (data / "CURRENT").write_text(pointer)
    with pytest.raises(IndexDamaged, match="Run: qa-bot index --rebuild PATH"):
        hold_current(data)


def test_pointer_that_is_no_text_is_told(data: Path) -> None:
    (data / "CURRENT").write_bytes(b"\xff\xfe")
    with pytest.raises(DataFolderUnusable):
        hold_current(data)


@pytest.mark.parametrize("name", [ARTICLES, PASSAGES, "chroma/chroma.sqlite3", MANIFEST])
@pytest.mark.parametrize("harm", ["missing", "cut", "empty"])
def test_harmed_file_is_damage(data: Path, name: str, harm: str) -> None:
    path = list_generations(data)[0] / name
    if harm == "missing":
        path.unlink()
    else:
        os.truncate(path, 0 if harm == "empty" else path.stat().st_size - 1)
    with pytest.raises(IndexDamaged, match="Run: qa-bot index --rebuild PATH"):
        hold_current(data)


def test_text_altered_without_changing_its_size_is_damage(data: Path) -> None:
    held = hold_current(data)
    path = held.folder / ARTICLES
    path.write_bytes(path.read_bytes().replace("өсті".encode(), "түсті".encode()[2:]))
    check_files(held.folder, held.manifest)
    with pytest.raises(IndexDamaged, match="was altered"):
        read_texts(held.folder, held.manifest)
    held.release()


def test_database_that_a_newer_chroma_has_migrated_is_no_damage(data: Path) -> None:
    with (list_generations(data)[0] / "chroma" / "chroma.sqlite3").open("ab") as file:
        file.write(b"more")
    hold_current(data).release()


@pytest.mark.parametrize(
    "change", [{"format": FORMAT + 1}, {"format": None}, {"unknown": 1}], ids=["newer", "none", "unknown field"]
)
def test_manifest_of_another_format_is_damage(data: Path, change: dict[str, object]) -> None:
    path = list_generations(data)[0] / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(IndexDamaged, match="Run: qa-bot index --rebuild PATH"):
        read_manifest(path.parent)


def test_manifest_marks_a_finished_generation(data: Path) -> None:
    half_built = data / "generations" / "half"
    half_built.mkdir()
    assert [is_finished(folder) for folder in list_generations(data)] == [True, False]


def test_generation_that_is_read_is_not_deleted(data: Path) -> None:
    held = hold_current(data)
    assert not delete_unless_held(held.folder)
    assert held.folder.is_dir()
    held.release()
    assert delete_unless_held(held.folder)
    assert not held.folder.exists()


def test_two_readers_hold_a_generation_at_once(data: Path) -> None:
    first, second = hold_current(data), hold_current(data)
    first.release()
    assert not delete_unless_held(second.folder)
    second.release()


def test_failed_opening_holds_nothing(data: Path) -> None:
    folder = list_generations(data)[0]
    (folder / PASSAGES).unlink()
    with pytest.raises(IndexDamaged):
        hold_current(data)
    assert delete_unless_held(folder)


def test_reader_moves_on_when_its_generation_is_switched_away(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between reading the pointer and locking, a build switches and deletes what the pointer led to."""
    newer = make_generation(data, "20250102T000000-bbbbbb")
    opened = os.open

    def switch_first(path: Path, *args: int) -> int:
        monkeypatch.setattr(os, "open", opened)
        switch_generation(data, newer)
        assert delete_unless_held(path)
        return opened(path, *args)

    monkeypatch.setattr(os, "open", switch_first)
    held = hold_current(data)
    assert held.folder == newer
    held.release()


def test_second_builder_is_told_who_builds(tmp_path: Path) -> None:
    with (
        lock_data(tmp_path),
        pytest.raises(IndexLocked, match=rf"Another process \({os.getpid()}\) is indexing in .*try again"),
        lock_data(tmp_path),
    ):
        pass
    with lock_data(tmp_path):
        pass


def test_lock_of_a_killed_builder_is_free(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from index.generation import lock_data\n"
        "with lock_data(Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False, cwd=Path(__file__).parents[1])
    assert (tmp_path / "LOCK").exists()
    with lock_data(tmp_path):
        pass
