"""A generation: one immutable folder that holds everything built from one set of articles, and the pointer to it.

DATA/CURRENT                  the id of the generation that is served; replaced in one step
DATA/LOCK                     held by the one process that builds
DATA/generations/<id>/        articles.jsonl  passages.npy  lexical/  chroma/  manifest.json (written last)
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import qa_bot.language
from qa_bot.errors import DataFolderUnusable, IndexDamaged, IndexLocked, IndexMissing
from qa_bot.records import Article, Passage

FORMAT = 1
"""Raise it whenever files are laid out or computed in another way: generations of another format are built anew."""

ARTICLES = "articles.jsonl"
PASSAGES = "passages.npy"
LEXICAL = "lexical"
CHROMA = "chroma"
MANIFEST = "manifest.json"

_REBUILD = "Run: qa-bot index --rebuild PATH"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built from and with."""

    format: int
    generation: str
    created: str  # ISO 8601, UTC
    recipe: str
    encoder: str
    fingerprint: str
    dim: int
    spread: float  # see `index.vectors.measure_spread`
    vectors: str  # address of the Chroma server; empty if the vectors are in the folder
    articles: dict[str, str]  # id → content hash, in the order given
    passages: int
    sentences: int
    sizes: dict[str, int]  # every file but this one → bytes
    digest: str  # of the articles and passages, on which the exactness of quotes rests


@dataclass(frozen=True, slots=True)
class Generation:
    """A finished generation that is held open: while `lock` is, no build deletes its folder."""

    folder: Path
    manifest: Manifest
    lock: int  # file descriptor

    def release(self) -> None:
        """Let go of the folder. Only once."""
        os.close(self.lock)


@cache
def recipe() -> str:
    """Identity of the code and tables that decide where passages end and which terms they hold.

    An index made by another recipe still works, though less well; `qa-bot index` makes it anew.
    """
    here, language = Path(__file__).parent, Path(qa_bot.language.__file__).parent
    files = [here / name for name in ("split.py", "lexical.py", "vectors.py")]
    files += [language / name for name in ("letters.py", "sentences.py", "stem.py", "words.py")]
    files += sorted(language.glob("*.tsv"))
    return _digest(*(path.read_bytes() for path in files))


def hash_article(article: Article) -> str:
    """Identity of an article's content: sha256 over all its fields."""
    return hashlib.sha256(json.dumps(asdict(article), ensure_ascii=False).encode("utf-8")).hexdigest()


def find_current(data: Path) -> Path | None:
    """The folder that CURRENT points to, or None if nothing was ever indexed.

    Raises: IndexDamaged if the pointer leads nowhere; DataFolderUnusable if it cannot be read.
    """
    try:
        name = (data / "CURRENT").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(data, error) from error
    folder = data / "generations" / name
    if not name or Path(name).name != name or not folder.is_dir():
        raise IndexDamaged(f"{data / 'CURRENT'} points to the generation '{name}', which is not there. {_REBUILD}")
    return folder


def hold_current(data: Path) -> Generation:
    """Open the current generation for reading.

    Raises: IndexMissing if nothing was indexed; IndexDamaged if files are missing or altered; DataFolderUnusable.
    """
    for _ in range(3):  # a build may switch away from a folder and delete it between two steps of ours
        folder = find_current(data)
        if folder is None:
            raise IndexMissing(f"Nothing is indexed in {data}. Run: qa-bot index PATH")
        try:
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise _unusable(data, error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_SH)
            if find_current(data) == folder:
                manifest = read_manifest(folder)
                check_files(folder, manifest)
                return Generation(folder, manifest, lock)
        except BaseException:
            os.close(lock)
            raise
        os.close(lock)
    raise IndexLocked(f"{data} is being rebuilt over and over. Try again when the builds are done.")


def read_manifest(folder: Path) -> Manifest:
    """Raises: IndexDamaged if there is none or it is of another format."""
    try:
        read = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if read["format"] != FORMAT:
            raise IndexDamaged(f"{folder} has format {read['format']}, this version reads {FORMAT}. {_REBUILD}")
        return Manifest(**read)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexDamaged(f"{folder / MANIFEST} cannot be read ({error}). {_REBUILD}") from error


def write_manifest(folder: Path, **facts: Any) -> None:
    """Finish a generation: measure its files, and put everything on the disk before the manifest says it is there."""
    sizes = {str(path.relative_to(folder)): path.stat().st_size for path in _files(folder)}
    digest = _digest(*((folder / name).read_bytes() for name in (ARTICLES, PASSAGES)))
    manifest = Manifest(format=FORMAT, generation=folder.name, sizes=sizes, digest=digest, **facts)
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1), encoding="utf-8")
    for path in (*_files(folder), *(path for path in folder.rglob("*") if path.is_dir()), folder, folder.parent):
        _sync(path)


def check_files(folder: Path, manifest: Manifest) -> None:
    """Compare the sizes of a generation's files with its manifest.

    Chroma itself does not notice most losses: with half its files gone it answers, wrongly.

    Raises: IndexDamaged.
    """
    for name, size in manifest.sizes.items():
        path = folder / name
        found = path.stat().st_size if path.is_file() else None
        grown = path.suffix == ".sqlite3" and found is not None and found > size  # as a newer Chroma migrates it
        if found != size and not grown:
            state = "is missing" if found is None else f"has {found:,} bytes, not {size:,}"
            raise IndexDamaged(f"{path} {state}. {_REBUILD}")


def write_texts(folder: Path, articles: Iterable[Article], passages: Mapping[str, list[Passage]]) -> None:
    """Write articles, and passages as rows of article number, start and end."""
    rows: list[tuple[int, int, int]] = []
    with (folder / ARTICLES).open("w", encoding="utf-8", newline="\n") as file:
        for number, article in enumerate(articles):
            file.write(json.dumps(asdict(article), ensure_ascii=False) + "\n")
            rows.extend((number, passage.start, passage.end) for passage in passages[article.id])
    np.save(folder / PASSAGES, np.array(rows, dtype=np.int32).reshape(-1, 3), allow_pickle=False)


def read_texts(folder: Path, manifest: Manifest) -> tuple[list[Article], npt.NDArray[np.int32]]:
    """Read what `write_texts` wrote.

    Returns: the articles in order, and the passages as int32 (passages, 3): article number, start, end.
    Raises: IndexDamaged if a byte of either is another than when they were written.
    """
    try:
        texts, rows = ((folder / name).read_bytes() for name in (ARTICLES, PASSAGES))
    except OSError as error:
        raise IndexDamaged(f"{error.filename} cannot be read ({error.strerror}). {_REBUILD}") from error
    if _digest(texts, rows) != manifest.digest:
        raise IndexDamaged(f"{folder / ARTICLES} or {PASSAGES} was altered after it was indexed. {_REBUILD}")
    articles = [Article(**json.loads(line)) for line in texts.splitlines()]
    return articles, np.load(BytesIO(rows), allow_pickle=False)


def switch_generation(data: Path, folder: Path) -> None:
    """Make a finished generation the current one, in one step that a power cut cannot halve."""
    new = data / "CURRENT.new"
    new.write_text(folder.name + "\n", encoding="utf-8")
    _sync(new)
    new.replace(data / "CURRENT")
    _sync(data)


def list_generations(data: Path) -> list[Path]:
    """The folders of all generations, finished or not."""
    return sorted(path for path in (data / "generations").iterdir() if path.is_dir())


def is_finished(folder: Path) -> bool:
    """Tell whether a build got to its end here; a killed one leaves no manifest."""
    return (folder / MANIFEST).exists()


def delete_unless_held(folder: Path) -> bool:
    """Delete a generation's folder if no process reads it. Returns: whether it is gone."""
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


@contextlib.contextmanager
def lock_data(data: Path) -> Iterator[None]:
    """Be the only process that builds in a data folder, which is made if it is not there.

    Raises: IndexLocked if another process is; DataFolderUnusable if the folder cannot be made or written.
    """
    try:
        (data / "generations").mkdir(parents=True, exist_ok=True)
        lock = os.open(data / "LOCK", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise _unusable(data, error) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(lock, 20).decode("ascii", errors="replace").strip() or "unknown"
            raise IndexLocked(
                f"Another process ({holder}) is indexing in {data}. Wait until it is done, then try again."
            ) from None
        os.ftruncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode("ascii"))
        yield
    finally:
        os.close(lock)


def _unusable(data: Path, error: OSError | UnicodeDecodeError) -> DataFolderUnusable:
    reason = getattr(error, "strerror", None) or str(error)
    return DataFolderUnusable(
        f"The data folder {data} cannot be used ({reason}). Give another with --data, or correct its permissions."
    )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)


def _digest(*contents: bytes) -> str:
    digest = hashlib.sha256()
    for content in contents:
        digest.update(content)
    return digest.hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
