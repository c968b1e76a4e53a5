"""The one door to Chroma: the vectors of one generation, embedded in its folder or on a server."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self, TypeAlias, cast
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

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


class VectorStore:
    """The vectors of one generation by id. Threads may share it."""

    def __init__(self, client: "Client", where: str, generation: str) -> None:
        self._client = client
        self._where = where
        self._generation = generation
        self._collections: dict[Channel, Collection] = {}

    @classmethod
    def create(cls, folder: Path, url: str, generation: str) -> Self:
        """Make empty collections for a new generation: in `folder`, or on the server if `url` is not empty."""

        def make(client: "Client", name: str, channel: Channel) -> "Collection":
            return client.create_collection(name, configuration={"hnsw": HNSW[channel]}, embedding_function=None)

        return cls._connect_to(folder, url, generation, make)

    @classmethod
    def open(cls, folder: Path, url: str, generation: str) -> Self:
        """Open the collections of a finished generation.

        Raises: IndexDamaged if they are not there; SettingInvalid if no server answers at `url`.
        """

        def find(client: "Client", name: str, _: Channel) -> "Collection":
            return client.get_collection(name, embedding_function=None)

        return cls._connect_to(folder, url, generation, find)

    @classmethod
    def _connect_to(
        cls, folder: Path, url: str, generation: str, collection: Callable[["Client", str, Channel], "Collection"]
    ) -> Self:
        where = url or str(folder)
        with _faults_told(where):
            store = cls(_connect(folder, url), where, generation)
            try:
                for channel in CHANNELS:
                    store._collections[channel] = collection(store._client, store._name(channel), channel)
            except BaseException:
                store.close()
                raise
        return store

    @classmethod
    def drop(cls, url: str, generation: str) -> None:
        """Delete the collections of a generation from a server, those that are there.

        Raises: IndexDamaged or SettingInvalid if the server does not do so.
        """
        from chromadb.errors import NotFoundError

        with _faults_told(url), cls(_connect(Path(), url), url, generation) as store:
            for channel in CHANNELS:
                with contextlib.suppress(NotFoundError):
                    store._client.delete_collection(store._name(channel))

    def add(self, channel: Channel, ids: Sequence[str], vectors: Vectors) -> None:
        """Add vectors under new ids. `vectors`: (len(ids), dim)."""
        size = self._client.get_max_batch_size()
        for start in range(0, len(ids), size):
            self._collections[channel].add(
                ids=list(ids[start : start + size]), embeddings=vectors[start : start + size]
            )

    def count(self, channel: Channel) -> int:
        """How many vectors a channel holds."""
        return int(self._collections[channel].count())

    def find_nearest(self, channel: Channel, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The `k` nearest ids of a channel with their cosine, nearest first. `vector`: (dim,)."""
        if k < 1:
            return []
        with _faults_told(self._where):
            found = self._collections[channel].query(
                query_embeddings=vector[np.newaxis], n_results=k, include=["distances"]
            )
        return [
            (name, 1.0 - float(far)) for name, far in zip(found["ids"][0], (found["distances"] or [[]])[0], strict=True)
        ]

    def get(self, channel: Channel, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those ids that are there."""
        found: dict[str, Vectors] = {}
        size = self._client.get_max_batch_size()
        with _faults_told(self._where):
            for start in range(0, len(ids), size):
                part = self._collections[channel].get(ids=list(ids[start : start + size]), include=["embeddings"])
                found.update(zip(part["ids"], np.asarray(part["embeddings"], dtype=np.float32), strict=True))
        return found

    def close(self) -> None:
        """Release the files or the connection."""
        self._client.close()
        for client in (self._client, self._client._admin_client):
            session = getattr(getattr(client, "_server", None), "_session", None)
            if session is not None:  # the clients of a server leave their connections open
                session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _name(self, channel: Channel) -> str:
        return f"{self._generation}-{channel}"


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
    from chromadb.errors import ChromaError
    from httpx import HTTPError

    try:
        yield
    except ChromaError as error:
        if "readonly" in str(error):
            raise DataFolderUnusable(
                f"Chroma cannot open {where}: it writes there even to read ({error}). Make the data folder writable, "
                "or keep the vectors on a server with QA_BOT_CHROMA_URL."
            ) from error
        raise IndexDamaged(
            f"The vectors in {where} cannot be used: {error}. Run: qa-bot index --rebuild PATH"
        ) from error
    except HTTPError as error:
        raise _no_answer(where, error) from error


def _not_an_address(url: str) -> SettingInvalid:
    return SettingInvalid(f"QA_BOT_CHROMA_URL: '{url}' is no address. Write it like http://127.0.0.1:8000.")


def _no_answer(url: str, error: Exception) -> SettingInvalid:
    return SettingInvalid(
        f"QA_BOT_CHROMA_URL: no Chroma server answers at {url} ({error}). Start one, or leave the setting empty."
    )
