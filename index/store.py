"""The one door to Chroma: the vectors of one generation, embedded in its folder or on a server."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, Self, TypeAlias, cast
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from index.core import ChromaCore
from qa_bot.errors import DataFolderUnusable, IndexDamaged, SettingInvalid

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection

Channel: TypeAlias = Literal["passage", "sentence"]
Vectors: TypeAlias = npt.NDArray[np.float32]

CHANNELS: tuple[Channel, ...] = ("passage", "sentence")
"""One collection each: in a common one, the many sentences would crowd the passages out of the nearest."""

_COMMON: "CreateHNSWConfiguration" = {
    "space": "cosine",  # the default is l2, which ranks alike only for vectors of one length
    "ef_search": 200,  # twice the default; can only be set now, `modify` does not reach an index that is loaded
    "sync_threshold": 100,  # vectors after the last multiple of this are indexed anew whenever a process opens them
}
HNSW: "dict[Channel, CreateHNSWConfiguration]" = {
    # Means of many tokens lie close together: with the defaults (100 and 16) two passages in a hundred of 5,000 were
    # beyond reach, with these two in a thousand. Sentences lie farther apart and are many: the defaults will do.
    "passage": {**_COMMON, "ef_construction": 200, "max_neighbors": 48},
    "sentence": _COMMON,
}


class _Collections(Protocol):
    """Collections of Chroma by name, as `ChromaCore` reads them."""

    @property
    def batch(self) -> int: ...
    def count(self, name: str) -> int: ...
    def query(self, name: str, vector: Vectors, k: int) -> tuple[Sequence[str], Sequence[float]]: ...
    def get(self, name: str, ids: Sequence[str]) -> tuple[Sequence[str], Vectors]: ...
    def close(self) -> None: ...


class _ClientCollections:
    """Collections behind Chroma's client: those that are written to, and those on a server."""

    def __init__(self, client: "Client", names: Sequence[str], find: Callable[["Client", str], "Collection"]) -> None:
        self._client = client
        self.batch = client.get_max_batch_size()
        self._collections = {name: find(client, name) for name in names}

    def add(self, name: str, ids: Sequence[str], vectors: Vectors) -> None:
        for start in range(0, len(ids), self.batch):
            part = slice(start, start + self.batch)
            self._collections[name].add(ids=list(ids[part]), embeddings=vectors[part])

    def count(self, name: str) -> int:
        return int(self._collections[name].count())

    def query(self, name: str, vector: Vectors, k: int) -> tuple[Sequence[str], Sequence[float]]:
        found = self._collections[name].query(query_embeddings=vector[np.newaxis], n_results=k, include=["distances"])
        return found["ids"][0], (found["distances"] or [[]])[0]

    def get(self, name: str, ids: Sequence[str]) -> tuple[Sequence[str], Vectors]:
        found = self._collections[name].get(ids=list(ids), include=["embeddings"])
        return found["ids"], np.asarray(found["embeddings"], dtype=np.float32)

    def close(self) -> None:
        _close(self._client)


class VectorStore:
    """The vectors of one generation by id. Threads may share it."""

    def __init__(self, collections: _Collections, where: str, generation: str) -> None:
        self._collections = collections
        self._where = where
        self._generation = generation

    @classmethod
    def create(cls, folder: Path, url: str, generation: str) -> Self:
        """Make empty collections for a new generation: in `folder`, or on the server if `url` is not empty."""
        settings = {_name(generation, channel): HNSW[channel] for channel in CHANNELS}

        def make(client: "Client", name: str) -> "Collection":
            return client.create_collection(name, configuration={"hnsw": settings[name]}, embedding_function=None)

        where = url or str(folder)
        with _faults_told(where):
            return cls(_open_with_client(folder, url, list(settings), make), where, generation)

    @classmethod
    def open(cls, folder: Path, url: str, generation: str) -> Self:
        """Open the collections of a finished generation.

        Raises: IndexDamaged if they are not there; SettingInvalid if no server answers at `url`.
        """
        names = [_name(generation, channel) for channel in CHANNELS]

        def find(client: "Client", name: str) -> "Collection":
            return client.get_collection(name, embedding_function=None)

        where = url or str(folder)
        with _faults_told(where):
            if not url:
                # Another version of Chroma may have another core.
                with contextlib.suppress(ImportError, AttributeError, TypeError):
                    return cls(ChromaCore(folder, names), where, generation)
            return cls(_open_with_client(folder, url, names, find), where, generation)

    @classmethod
    def drop(cls, url: str, generation: str) -> None:
        """Delete the collections of a generation from a server, those that are there.

        Raises: IndexDamaged or SettingInvalid if the server does not do so.
        """
        from chromadb.errors import NotFoundError

        with _faults_told(url):
            client = _connect(Path(), url)
            try:
                for channel in CHANNELS:
                    with contextlib.suppress(NotFoundError):
                        client.delete_collection(_name(generation, channel))
            finally:
                _close(client)

    def add(self, channel: Channel, ids: Sequence[str], vectors: Vectors) -> None:
        """Add vectors under new ids, to collections made by `create`. `vectors`: (len(ids), dim)."""
        assert isinstance(self._collections, _ClientCollections), "only what was created is added to"
        self._collections.add(_name(self._generation, channel), ids, vectors)

    def count(self, channel: Channel) -> int:
        """How many vectors a channel holds."""
        return self._collections.count(_name(self._generation, channel))

    def find_nearest(self, channel: Channel, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The `k` nearest ids of a channel with their cosine, nearest first. `vector`: (dim,)."""
        if k < 1:
            return []
        with _faults_told(self._where):
            ids, distances = self._collections.query(_name(self._generation, channel), vector, k)
        return [(name, 1.0 - float(far)) for name, far in zip(ids, distances, strict=True)]

    def get(self, channel: Channel, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those ids that are there."""
        found: dict[str, Vectors] = {}
        size = self._collections.batch
        with _faults_told(self._where):
            for start in range(0, len(ids), size):
                found.update(
                    zip(
                        *self._collections.get(_name(self._generation, channel), ids[start : start + size]), strict=True
                    )
                )
        return found

    def close(self) -> None:
        """Release the files or the connection."""
        self._collections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _name(generation: str, channel: Channel) -> str:
    return f"{generation}-{channel}"


def _open_with_client(
    folder: Path, url: str, names: Sequence[str], find: Callable[["Client", str], "Collection"]
) -> _ClientCollections:
    client = _connect(folder, url)
    try:
        return _ClientCollections(client, names, find)
    except BaseException:
        _close(client)
        raise


def _close(client: "Client") -> None:
    client.close()
    for part in (client, client._admin_client):
        session = getattr(getattr(part, "_server", None), "_session", None)
        if session is not None:  # the clients of a server leave their connections open
            session.close()


def _connect(folder: Path, url: str) -> "Client":
    import chromadb
    from chromadb.config import Settings

    quiet = Settings(anonymized_telemetry=False)
    if not url:
        return cast("Client", chromadb.PersistentClient(folder, settings=quiet))
    try:
        address = urlsplit(url)
        port = address.port
    except ValueError:  # a port that is no number
        raise _not_an_address(url) from None
    if address.scheme not in {"http", "https"} or not address.hostname:
        raise _not_an_address(url)
    secure = address.scheme == "https"
    try:
        client = chromadb.HttpClient(address.hostname, port or (443 if secure else 80), ssl=secure, settings=quiet)
    except ValueError as error:  # what chromadb makes of a refused connection
        raise _no_answer(url, error) from error
    return cast("Client", client)


@contextlib.contextmanager
def _faults_told(where: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        from chromadb.errors import ChromaError  # takes a second to import
        from httpx import HTTPError

        if isinstance(error, HTTPError):
            raise _no_answer(where, error) from error
        if not isinstance(error, ChromaError):
            raise
        if "readonly" in str(error):
            raise DataFolderUnusable(
                f"Chroma cannot open {where}: it writes there even to read ({error}). Make the data folder writable, "
                "or keep the vectors on a server with QA_BOT_CHROMA_URL."
            ) from error
        raise IndexDamaged(
            f"The vectors in {where} cannot be used: {error}. Run: qa-bot index --rebuild PATH"
        ) from error


def _not_an_address(url: str) -> SettingInvalid:
    return SettingInvalid(f"QA_BOT_CHROMA_URL: '{url}' is no address. Write it like http://127.0.0.1:8000.")


def _no_answer(url: str, error: Exception) -> SettingInvalid:
    return SettingInvalid(
        f"QA_BOT_CHROMA_URL: no Chroma server answers at {url} ({error}). Start one, or leave the setting empty."
    )
