"""index/store.py: what is put into Chroma comes out of it, embedded or from a server."""

import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.store import VectorStore
from qa_bot.errors import DataFolderUnusable, IndexDamaged, SettingInvalid
from tests.chroma_server import serve_chroma


def rows(count: int, dim: int = 8) -> np.ndarray:
    vectors = np.random.default_rng(1).normal(size=(count, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_vectors_are_found_by_cosine_after_reopening(tmp_path: Path) -> None:
    vectors = rows(30)
    with VectorStore.create(tmp_path, "", "gen-1") as store:
        store.add("passage", [str(number) for number in range(30)], vectors)
        store.add("sentence", ["0.0"], vectors[:1])
    with VectorStore.open(tmp_path, "", "gen-1") as store:
        assert (store.count("passage"), store.count("sentence")) == (30, 1)
        found = store.find_nearest("passage", vectors[3], 5)
        expected = vectors @ vectors[3]
        assert [name for name, _ in found] == [str(number) for number in np.argsort(-expected)[:5]]
        assert [cosine for _, cosine in found] == pytest.approx(sorted(expected)[::-1][:5], abs=1e-5)
        assert store.find_nearest("sentence", vectors[0], 1)[0][0] == "0.0"


def test_stored_vectors_are_given_back(tmp_path: Path) -> None:
    vectors = rows(3)
    with VectorStore.create(tmp_path, "", "gen-1") as store:
        store.add("passage", ["a", "b", "c"], vectors)
        found = store.get("passage", ["c", "a", "unknown"])
        assert set(found) == {"a", "c"}
        assert found["c"] == pytest.approx(vectors[2], abs=1e-6)


def test_more_vectors_than_chroma_takes_at_once_are_added(tmp_path: Path) -> None:
    with VectorStore.create(tmp_path, "", "gen-1") as store:
        store.add("passage", [str(number) for number in range(6000)], rows(6000, 2))
        assert store.count("passage") == 6000
        assert len(store.get("passage", [str(number) for number in range(6000)])) == 6000


def test_vector_of_a_text_without_known_tokens_is_stored_and_far_from_all(tmp_path: Path) -> None:
    with VectorStore.create(tmp_path, "", "gen-1") as store:
        store.add("passage", ["zero", "one"], np.array([[0, 0], [1, 0]], dtype=np.float32))
        assert store.find_nearest("passage", np.array([1, 0], dtype=np.float32), 2) == [("one", 1.0), ("zero", 0.0)]


@pytest.mark.parametrize("k", [0, -1])
def test_nothing_is_found_when_nothing_is_asked_for(tmp_path: Path, k: int) -> None:
    with VectorStore.create(tmp_path, "", "gen-1") as store:
        assert store.find_nearest("passage", rows(1)[0], k) == []


def test_generation_that_is_not_there_is_damage(tmp_path: Path) -> None:
    VectorStore.create(tmp_path, "", "gen-1").close()
    with pytest.raises(IndexDamaged, match=r"gen-2.*Run: qa-bot index --rebuild PATH"):
        VectorStore.open(tmp_path, "", "gen-2")


def test_altered_database_is_damage(tmp_path: Path) -> None:
    VectorStore.create(tmp_path, "", "gen-1").close()
    (tmp_path / "chroma.sqlite3").write_bytes(b"not a database" * 1000)
    with pytest.raises(IndexDamaged, match=str(tmp_path)):
        VectorStore.open(tmp_path, "", "gen-1")


def test_folder_that_chroma_may_not_write_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated, for an administrator may write everywhere."""
    from chromadb.errors import InternalError

    def refuse(*_: object) -> None:
        raise InternalError("error returned from database: (code: 8) attempt to write a readonly database")

    monkeypatch.setattr("index.store.ChromaCore", refuse)
    with pytest.raises(DataFolderUnusable, match="writes there even to read"):
        VectorStore.open(tmp_path, "", "gen-1")


@pytest.mark.parametrize("fault", [ImportError, AttributeError, TypeError])
def test_client_reads_where_the_core_of_chroma_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    vectors = rows(30)
    with VectorStore.create(tmp_path, "", "gen-1") as store:
        store.add("passage", [str(number) for number in range(30)], vectors)
    with VectorStore.open(tmp_path, "", "gen-1") as by_core:
        nearest, held = by_core.find_nearest("passage", vectors[3], 30), by_core.get("passage", ["7", "no"])

    def refuse(*_: object) -> None:
        raise fault("as in a later version")

    monkeypatch.setattr("index.store.ChromaCore", refuse)
    with VectorStore.open(tmp_path, "", "gen-1") as by_client:
        assert by_client.find_nearest("passage", vectors[3], 30) == nearest
        assert by_client.get("passage", ["7", "no"])["7"] == pytest.approx(held["7"])
        assert by_client.count("passage") == 30


def test_reading_imports_nothing_of_chromas_client(tmp_path: Path) -> None:
    with VectorStore.create(tmp_path, "", "gen-1") as store:
        store.add("passage", ["a"], rows(1))
    script = (
        "import sys; from pathlib import Path; from index.store import VectorStore; "
        f"store = VectorStore.open(Path({str(tmp_path)!r}), '', 'gen-1'); "
        "print(list(store.get('passage', ['a'])), 'chromadb' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["['a']", "False"]


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host:1", "http://", "http://host:port"])
def test_malformed_address_of_a_server_is_told(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingInvalid, match=r"QA_BOT_CHROMA_URL: '.*' is no address"):
        VectorStore.open(tmp_path, url, "gen-1")


def test_silent_server_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # never listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SettingInvalid, match=f"no Chroma server answers at {url}"):
            VectorStore.create(tmp_path, url, "gen-1")


def test_server_keeps_generations_apart_until_they_are_dropped(tmp_path: Path) -> None:
    vectors = rows(4)
    with serve_chroma(tmp_path / "server") as address:
        for generation in ("gen-1", "gen-2"):
            with VectorStore.create(tmp_path / "unused", address, generation) as store:
                store.add("passage", [generation], vectors[:1])
        with VectorStore.open(tmp_path / "unused", address, "gen-1") as store:
            assert store.find_nearest("passage", vectors[0], 5) == [("gen-1", pytest.approx(1.0, abs=1e-5))]
        VectorStore.drop(address, "gen-1")
        VectorStore.drop(address, "gen-1")
        with pytest.raises(IndexDamaged):
            VectorStore.open(tmp_path / "unused", address, "gen-1")
        VectorStore.open(tmp_path / "unused", address, "gen-2").close()
    assert not (tmp_path / "unused").exists()


def test_server_that_goes_away_is_told(tmp_path: Path) -> None:
    with serve_chroma(tmp_path / "server") as address:
        store = VectorStore.create(tmp_path, address, "gen-1")
    with pytest.raises(SettingInvalid, match=f"no Chroma server answers at {address}"):
        store.find_nearest("passage", rows(1)[0], 1)
    store.close()
