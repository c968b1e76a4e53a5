"""Chroma's own core, opened for reading without its Python client, which takes a second to import and a millisecond
a call."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

TENANT = "default_tenant"
DATABASE = "default_database"
FILES = 5  # that each collection held in memory keeps open


class ChromaCore:
    """The collections of a folder, read as Chroma's client reads them. Threads may share it.

    Source: chromadb/api/rust.py of Chroma 1.5. Its makers promise to keep the client, not this: where it has another
    form, it fails with ImportError, AttributeError or TypeError when it is opened, and the client takes its place.
    """

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        """Raises: what Chroma raises, if a collection is not there or the database cannot be read."""
        import resource  # not on Windows

        import chromadb_rust_bindings as rust

        database = rust.SqliteDBConfig(
            hash_type=rust.MigrationHash.MD5,
            migration_mode=rust.MigrationMode.Apply,
            url=str(folder / "chroma.sqlite3"),
        )
        self._core: Any = rust.Bindings(
            allow_reset=False,
            sqlite_db_config=database,
            persist_path=str(folder),
            hnsw_cache_size=resource.getrlimit(resource.RLIMIT_NOFILE)[0] // FILES,
        )
        self._ids: Mapping[str, str] = {
            name: str(self._core.get_collection(name, TENANT, DATABASE).id) for name in names
        }
        self.batch = int(self._core.get_max_batch_size())

    def count(self, name: str) -> int:
        """How many vectors a collection holds."""
        return int(self._core.count(self._ids[name], TENANT, DATABASE))

    def query(self, name: str, vector: npt.NDArray[np.float32], k: int) -> tuple[list[str], list[float]]:
        """The nearest ids of a collection and their distances, nearest first. `vector`: (dim,)."""
        found = self._core.query(
            self._ids[name], None, [vector.tolist()], k, None, None, ["distances"], TENANT, DATABASE
        )
        return found.ids[0], found.distances[0]

    def get(self, name: str, ids: Sequence[str]) -> tuple[list[str], npt.NDArray[np.float32]]:
        """Those ids that are there, and their vectors, (ids, dim)."""
        found = self._core.get(self._ids[name], list(ids), None, None, 0, None, ["embeddings"], TENANT, DATABASE)
        return found.ids, np.asarray(found.embeddings, dtype=np.float32)

    def close(self) -> None:
        """Release the files."""
        self._core = None
