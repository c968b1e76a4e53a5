"""Brings a data folder in line with a set of articles: builds a generation beside the current one, then switches."""

import contextlib
import logging
import secrets
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from index.articles import read_articles
from index.embed import Encoder, open_encoder
from index.generation import (
    CHROMA,
    LEXICAL,
    Manifest,
    check_files,
    delete_unless_held,
    find_current,
    hash_article,
    is_finished,
    list_generations,
    lock_data,
    read_manifest,
    read_texts,
    recipe,
    switch_generation,
    write_manifest,
    write_texts,
)
from index.lexical import LexicalIndex, build_lexical
from index.split import split_article
from index.store import Channel, VectorStore
from index.vectors import OldVectors, add_vectors, measure_spread
from qa_bot.errors import ArticleUnknown, DataFolderUnusable, IndexDamaged, IndexMissing, SettingInvalid
from qa_bot.records import Article
from qa_bot.settings import Settings

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""Called with a step (vectors, terms, check), and how many of how many passages have gone through it."""

SAMPLE = 20
"""Passages that are looked up by their own vector before a generation is served."""

MISSED = 0.1
"""Share of them that may not be found: the search is approximate. A broken index finds hardly any."""

SAME = 0.99
"""Cosine of a vector with itself, less what float32 and Chroma's distance may lose."""

BATCH = 256
"""Passages that are embedded and stored at a time; they and their sentences are all that is in memory as vectors."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build found: counts of articles, passages that are now indexed, and whether anything had to be built."""

    added: int
    changed: int
    removed: int
    unchanged: int
    passages: int
    seconds: float
    built: bool


def build_index(
    paths: Sequence[Path], settings: Settings, progress: Progress | None = None, *, rebuild: bool = False
) -> BuildReport:
    """Bring the data folder in line with exactly these files and folders; anew from nothing if `rebuild`.

    The current generation is served until the new one is finished and checked, and stays if the build fails.

    Raises: ArticleUnreadable, ModelMissing, IndexLocked, DataFolderUnusable.
    """
    started = time.monotonic()
    articles = read_articles(paths)
    with lock_data(settings.data):
        return _build(articles, settings, progress or _say_nothing, started, rebuild=rebuild)


def remove_article(article_id: str, settings: Settings, progress: Progress | None = None) -> BuildReport:
    """Build a generation without one article.

    Raises: ArticleUnknown, IndexMissing, IndexDamaged, and as `build_index`.
    """
    started = time.monotonic()
    if find_current(settings.data) is None:
        raise IndexMissing(f"Nothing is indexed in {settings.data}. Run: qa-bot index PATH")
    with lock_data(settings.data):
        folder = find_current(settings.data)
        assert folder is not None  # nothing ever removes the pointer
        articles, _ = read_texts(folder, read_manifest(folder))
        kept = [article for article in articles if article.id != article_id]
        if len(kept) == len(articles):
            raise ArticleUnknown(f"The index holds no article '{article_id}'. Run: qa-bot articles")
        return _build(kept, settings, progress or _say_nothing, started, rebuild=False)


def _build(
    articles: list[Article], settings: Settings, progress: Progress, started: float, *, rebuild: bool
) -> BuildReport:
    previous = _find_previous(settings.data)
    known = previous.articles if previous else {}
    hashes = {article.id: hash_article(article) for article in articles}
    unchanged = sum(known.get(name) == digest for name, digest in hashes.items())
    added = len(hashes.keys() - known.keys())
    counts = (added, len(hashes) - added - unchanged, len(known.keys() - hashes.keys()), unchanged)
    encoder = open_encoder(settings.embedding_model)
    current = previous and _is_current(previous, encoder, settings)
    if previous and current and list(known.items()) == list(hashes.items()) and not rebuild:
        return BuildReport(*counts, previous.passages, time.monotonic() - started, built=False)

    for half_built in list_generations(settings.data):
        if not is_finished(half_built):
            _discard(half_built, settings.chroma_url)
    folder = settings.data / "generations" / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    try:
        folder.mkdir()
        reusable = previous if current and not rebuild else None
        passages = _write(folder, articles, hashes, encoder, settings, reusable, progress)
        switch_generation(settings.data, folder)
    except BaseException as error:
        _discard(folder, settings.chroma_url)
        if isinstance(error, OSError):
            raise DataFolderUnusable(
                f"The data folder {settings.data} cannot be written ({error.strerror}). "
                "Check the free space and permissions, or give another with --data."
            ) from error
        raise
    keep = {folder.name, previous.generation if previous else ""}
    for old in list_generations(settings.data):
        if old.name not in keep:
            _delete(old, settings)
    return BuildReport(*counts, passages, time.monotonic() - started, built=True)


def _find_previous(data: Path) -> Manifest | None:
    """The current generation's manifest, if its files are all there: a damaged one is built anew from nothing."""
    try:
        folder = find_current(data)
        if folder is None:
            return None
        manifest = read_manifest(folder)
        check_files(folder, manifest)
    except IndexDamaged as error:
        log.warning("%s It is built anew.", error)
        return None
    return manifest


def _is_current(manifest: Manifest, encoder: Encoder, settings: Settings) -> bool:
    """Tell whether the vectors of a generation are those that a build would make now."""
    made = (manifest.recipe, manifest.encoder, manifest.fingerprint, manifest.vectors)
    return made == (recipe(), settings.embedding_model, encoder.fingerprint, settings.chroma_url)


def _write(
    folder: Path,
    articles: list[Article],
    hashes: dict[str, str],
    encoder: Encoder,
    settings: Settings,
    previous: Manifest | None,
    progress: Progress,
) -> int:
    """Fill a generation's folder. Returns: the number of passages."""
    passages = {article.id: split_article(article) for article in articles}
    write_texts(folder, articles, passages)
    placed = [(article, place, it) for article in articles for place, it in enumerate(passages[article.id])]
    sentences = 0
    with contextlib.ExitStack() as stack:
        old = OldVectors.open(folder.parent / previous.generation, previous) if previous else None
        if old:
            stack.enter_context(old.store)
        store = stack.enter_context(VectorStore.create(folder / CHROMA, settings.chroma_url, folder.name))
        for start in range(0, len(placed), BATCH):
            batch = placed[start : start + BATCH]
            sentences += add_vectors(store, start, batch, hashes, encoder, old)
            progress("vectors", start + len(batch), len(placed))
        spread = measure_spread(store, placed)
    build_lexical(folder / LEXICAL, [(article.title, passage.text, article.lang) for article, _, passage in placed])
    progress("terms", len(placed), len(placed))
    _check(folder, settings.chroma_url, len(placed), sentences)
    write_manifest(
        folder,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        recipe=recipe(),
        encoder=settings.embedding_model,
        fingerprint=encoder.fingerprint,
        dim=encoder.dim,
        spread=spread,
        vectors=settings.chroma_url,
        articles=hashes,
        passages=len(placed),
        sentences=sentences,
    )
    progress("check", len(placed), len(placed))
    return len(placed)


def _check(folder: Path, url: str, passages: int, sentences: int) -> None:
    """Open what was written as a reader does, and look some of it up. Raises: IndexDamaged if it is not as written."""
    LexicalIndex(folder / LEXICAL, passages).score("a", "en")
    with VectorStore.open(folder / CHROMA, url, folder.name) as store:
        counts = (store.count("passage"), store.count("sentence"))
        if counts != (passages, sentences):
            raise IndexDamaged(f"Chroma holds {counts} vectors of {(passages, sentences)}. Run the command again.")
        numbers = range(0, passages, max(1, passages // SAMPLE))
        names: dict[Channel, list[str]] = {
            "passage": [str(number) for number in numbers],
            "sentence": [f"{number}.0" for number in numbers],
        }
        for channel, sample in names.items():
            vectors = [vector for vector in store.get(channel, sample).values() if vector.any()]
            nearest = [store.find_nearest(channel, vector, 1) for vector in vectors]
            lost = sum(not found or found[0][1] < SAME for found in nearest)
            if lost > len(vectors) * MISSED:
                raise IndexDamaged(
                    f"Chroma does not find {lost} of {len(vectors)} {channel} vectors by themselves. "
                    "Run the command again."
                )


def _delete(folder: Path, settings: Settings) -> None:
    """Delete an old generation, unless a process still reads it: then a later build will."""
    url = read_manifest(folder).vectors if is_finished(folder) else settings.chroma_url
    if not delete_unless_held(folder):
        log.info("%s is still being read; it is deleted later", folder)
        return
    if url:
        _drop_collections(folder, url)


def _discard(folder: Path, url: str) -> None:
    """Leave nothing of a generation that was not finished."""
    shutil.rmtree(folder, ignore_errors=True)
    if url:
        _drop_collections(folder, url)


def _drop_collections(folder: Path, url: str) -> None:
    try:
        VectorStore.drop(url, folder.name)
    except (IndexDamaged, SettingInvalid) as error:
        log.warning("The vectors of %s stay on the server: %s", folder.name, error)


def _say_nothing(step: str, done: int, total: int) -> None:
    """The progress of a caller that asks for none."""
