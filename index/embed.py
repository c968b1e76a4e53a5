"""The one door to embedding models: the two bundled encoders as one, the static one alone, or any
sentence-transformers model."""

import contextlib
import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from tokenizers import Tokenizer

from index.contextual import CONTEXTUAL_FOLDER, LAYERS, MODELS, ContextualEncoder, unit_rows
from qa_bot.errors import ModelMissing

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

log = logging.getLogger(__name__)

Vectors = npt.NDArray[np.float32]

BUNDLED, STATIC = "bundled", "static"
STATIC_FOLDER = MODELS / "static"
SHARES = (0.5, 0.5)
"""What the static and the contextual cosine count in the joint one."""
BLOCK = 1 << 20  # bytes read from each place of a large weights file for its fingerprint
PLACES = 64  # weights files up to PLACES × BLOCK are hashed whole
PATIENCE = 10.0  # seconds to wait for the hub's first answer
# Models that were trained with prompts but do not declare them; by the last part of the name, so copies on disk count.
# Source: the models' cards. embeddinggemma and Qwen3-Embedding declare theirs, bge-m3 takes none.
_E5 = ("query: ", "passage: ")
PROMPTS = {
    "multilingual-e5-small": _E5,
    "multilingual-e5-base": _E5,
    "multilingual-e5-large": _E5,
    "multilingual-e5-large-instruct": (
        "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ",
        "",
    ),
}


class Encoder(Protocol):
    """Texts in, unit vectors out. Queries and passages are told apart because many models were trained to."""

    @property
    def name(self) -> str:
        """What `open_encoder` was asked for."""
        ...

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes when the vectors may: an index is only searched with the fingerprint it was built with."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions as unit vectors.

        Returns: float32 (len(texts), dim), rows of L2 norm 1; zeros only for a text of which the model knows no token.
        """
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed passages or sentences as unit vectors. Returns: as `embed_queries`."""
        ...


def open_encoder(name: str) -> Encoder:
    """Open the encoder called `bundled` or `static`, or a sentence-transformers model by folder or hub name.

    A folder is read without touching the network; a hub model is taken from the local cache when it is there and
    fetched when it is not. Nothing is printed.

    Raises: ModelMissing if the weights are not on disk and cannot be fetched.
    """
    if name == BUNDLED:
        return _open_joint()
    folder = _find_folder(name)
    if folder is None:
        return _open_hub(name)
    static = _open_static(name, folder)
    if static is not None:
        return static
    try:
        model = _load(str(folder), local=True)
    except (OSError, ValueError, ImportError) as error:
        raise ModelMissing(
            f"{folder} holds no model that sentence-transformers {_version()} can open: {_first_line(error)} "
            "Give a folder written by SentenceTransformer.save."
        ) from error
    return _wrap(name, model, lambda: fingerprint_folder(folder))


@dataclass(frozen=True, slots=True)
class StaticEncoder:
    """A static model: a text's vector is the mean of its tokens' vectors. Needs neither torch nor a second to start."""

    name: str
    dim: int
    fingerprint: str
    tokenizer: Tokenizer = field(repr=False)
    vectors: npt.NDArray[Any] = field(repr=False)  # (tokens, dim), in the precision of the file
    prompts: tuple[str, str] = ("", "")  # put before queries, passages

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.embed_queries`."""
        return self._embed(texts, self.prompts[0])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.embed_passages`."""
        return self._embed(texts, self.prompts[1])

    def _embed(self, texts: Sequence[str], prompt: str) -> Vectors:
        found = np.zeros((len(texts), self.dim), dtype=np.float32)
        encodings = self.tokenizer.encode_batch_fast([prompt + text for text in texts], add_special_tokens=False)
        for row, encoding in enumerate(encodings):
            # One text at a time: only its own rows are ever widened to float32.
            if encoding.ids:
                found[row] = self.vectors[encoding.ids].mean(axis=0, dtype=np.float32)
        return unit_rows(found)


@dataclass(frozen=True, slots=True)
class JointEncoder:
    """The two bundled encoders: vectors side by side, so that the cosine is the weighted mean of theirs."""

    name: str
    dim: int
    fingerprint: str
    static: StaticEncoder = field(repr=False)
    contextual: ContextualEncoder = field(repr=False)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.embed_queries`."""
        return self.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.embed_passages`."""
        parts = (self.static.embed_passages(texts), self.contextual.embed(texts))
        return unit_rows(np.hstack([part * share**0.5 for part, share in zip(parts, SHARES, strict=True)]))


class TransformerEncoder:
    """Any sentence-transformers model, with the prompts it was trained with."""

    def __init__(
        self, name: str, model: "SentenceTransformer", prompts: tuple[str, str], identify: Callable[[], str]
    ) -> None:
        self.name = name
        self.dim: int = model.get_embedding_dimension() or len(model.encode("a", show_progress_bar=False))
        self.prompts = prompts
        self._model = model
        self._identify = identify

    @cached_property
    def fingerprint(self) -> str:
        """See `Encoder.fingerprint`; weights are only hashed when somebody asks."""
        return self._identify()

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.embed_queries`."""
        return self._embed(texts, self.prompts[0])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.embed_passages`."""
        return self._embed(texts, self.prompts[1])

    def _embed(self, texts: Sequence[str], prompt: str) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        # An empty prompt is passed on as such: None would let the model's default prompt in.
        vectors = self._model.encode(list(texts), prompt=prompt, show_progress_bar=False, convert_to_numpy=True)
        return unit_rows(np.asarray(vectors, dtype=np.float32))


def fingerprint_folder(folder: Path) -> str:
    """Identity of the files a model is made of: sha256 over names, sizes and content.

    Of a file above 64 MiB, 64 blocks of 1 MiB spread evenly over it are read: training moves all weights, and
    gigabytes need not be read to notice. Cards and other notes do not count.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        counts = path.suffix in {".json", ".safetensors", ".bin", ".model", ".txt", ".onnx"}
        if counts and not any(part.startswith(".") for part in parts) and path.is_file():
            size = path.stat().st_size
            digest.update(f"{'/'.join(parts)}\0{size}\0".encode())
            with path.open("rb") as file:
                if size <= PLACES * BLOCK:
                    digest.update(file.read())
                else:
                    for place in range(PLACES):
                        file.seek((size - BLOCK) * place // (PLACES - 1))
                        digest.update(file.read(BLOCK))
    return f"sha256:{digest.hexdigest()}"


def _find_folder(name: str) -> Path | None:
    """The folder that a name means, or None for a hub name. Raises: ModelMissing if the folder is not there."""
    if name == STATIC:
        return _find_bundled(STATIC_FOLDER, "modules.json")
    folder = Path(name).expanduser()
    if name and folder.is_dir():
        return folder
    if not name or name.startswith((".", "~")) or folder.is_absolute() or name.count("/") > 1:
        raise ModelMissing(
            f"No folder '{name}'. Give the folder of a sentence-transformers model, its hub name (owner/model), "
            f"'{BUNDLED}' or '{STATIC}'."
        )
    return None


def _find_bundled(folder: Path, file: str) -> Path:
    if not (folder / file).is_file():
        raise ModelMissing(
            f"The bundled encoder is not at {folder}. Install the project anew, or name another encoder in "
            "QA_BOT_EMBEDDING_MODEL."
        )
    return folder


def _open_joint() -> JointEncoder:
    static = open_encoder(STATIC)
    assert isinstance(static, StaticEncoder)  # it ships in a form that is read without torch
    contextual = ContextualEncoder(_find_bundled(CONTEXTUAL_FOLDER, LAYERS))
    both = hashlib.sha256(f"{static.fingerprint} {fingerprint_folder(CONTEXTUAL_FOLDER)} {SHARES}".encode())
    return JointEncoder(BUNDLED, static.dim + contextual.dim, f"sha256:{both.hexdigest()}", static, contextual)


def _open_static(name: str, folder: Path) -> StaticEncoder | None:
    """The model in `folder` if it is a static one whose file numpy can read, else None."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        kinds = [module["type"].rpartition(".")[2] for module in modules]
        if kinds not in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"]):
            return None
        files = folder / modules[0]["path"]
        vectors = _read_vectors(files / "model.safetensors")
        tokenizer = Tokenizer.from_file(str(files / "tokenizer.json"))
        declared = _read_prompts(folder / "config_sentence_transformers.json")
    except (FileNotFoundError, SafetensorError, TypeError):
        return None  # another layout (or bfloat16, which numpy lacks): sentence-transformers says what is wrong, if any
    if vectors is None:
        return None
    tokenizer.no_padding()
    prompts = _choose_prompts(name, declared)
    return StaticEncoder(name, vectors.shape[1], fingerprint_folder(folder), tokenizer, vectors, prompts)


def _read_vectors(file: Path) -> npt.NDArray[Any] | None:
    """The token vectors as sentence-transformers names them; None if the file holds something else."""
    with safe_open(str(file), framework="numpy") as weights:
        if list(weights.keys()) != ["embedding.weight"]:
            return None
        vectors: npt.NDArray[Any] = weights.get_tensor("embedding.weight")
    return vectors if vectors.ndim == 2 and vectors.dtype.kind == "f" else None


def _read_prompts(file: Path) -> dict[str, str | None]:
    declared = json.loads(file.read_text(encoding="utf-8")).get("prompts") if file.is_file() else None
    return declared or {}


def _choose_prompts(name: str, declared: Mapping[str, str | None]) -> tuple[str, str]:
    """What goes before queries and before passages: what the model declares, else what its card asks for."""
    query = declared.get("query") or ""
    passage = declared.get("passage") or declared.get("document") or ""
    return (query, passage) if query or passage else PROMPTS.get(Path(name).name, ("", ""))


def _open_hub(name: str) -> Encoder:
    """A hub model, from the cache if it is there whole, else fetched."""
    import httpx

    folder = _cached_folder(name)
    static = _open_static(name, folder) if folder else None
    if static:
        return static
    model = None
    try:
        if folder:
            with contextlib.suppress(OSError, ValueError):  # a download that broke off left a part of it
                model = _load(name, local=True)
        if model is None:
            model = _fetch(name)
    except (OSError, ValueError, ImportError, httpx.HTTPError) as error:
        raise ModelMissing(
            f"The encoder '{name}' is not on disk and could not be fetched: {_first_line(error)} Fetch it once where "
            f"the network is open (hf download {name}), give the path of a folder that holds it, or set "
            f"QA_BOT_EMBEDDING_MODEL={BUNDLED}."
        ) from error
    fetched = _cached_folder(name)
    return _wrap(name, model, lambda: f"hub:{name}@{fetched.name}" if fetched else f"hub:{name}")


def _fetch(name: str) -> "SentenceTransformer":
    from huggingface_hub import HfApi, constants

    if constants.HF_HUB_OFFLINE:
        raise OSError("HF_HUB_OFFLINE is set.")
    # Asked once first: loading would ask for each file again and again for a minute before it gave up.
    HfApi().model_info(name, timeout=PATIENCE)
    log.info("fetching the encoder %s", name)
    return _load(name, local=False)


def _cached_folder(name: str) -> Path | None:
    """Where the hub's cache keeps the model's current revision; the folder is named after the commit."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    with contextlib.suppress(HFValidationError):
        for file in ("modules.json", "config.json"):
            hit = try_to_load_from_cache(name, file, cache_dir=os.environ.get("SENTENCE_TRANSFORMERS_HOME"))
            if isinstance(hit, str):
                return Path(hit).parent
    return None


def _load(name: str, *, local: bool) -> "SentenceTransformer":
    with _quietly():
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(name, local_files_only=local)


def _wrap(name: str, model: "SentenceTransformer", identify: Callable[[], str]) -> TransformerEncoder:
    return TransformerEncoder(name, model, _choose_prompts(name, model.prompts), identify)


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Neither progress bars nor notes from the libraries while a model loads."""
    import huggingface_hub.utils
    import transformers.utils.logging

    hub: Any = huggingface_hub.utils
    notes: Any = transformers.utils.logging
    levels = [(library, library.get_verbosity()) for library in (hub.logging, notes)]
    loading_bars, download_bars = notes.is_progress_bar_enabled(), not hub.are_progress_bars_disabled()
    for library, _ in levels:
        library.set_verbosity(logging.ERROR)
    notes.disable_progress_bar()
    hub.disable_progress_bars()
    try:
        yield
    finally:
        for library, level in levels:
            library.set_verbosity(level)
        if loading_bars:
            notes.enable_progress_bar()
        if download_bars:
            hub.enable_progress_bars()


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".") + "."


def _version() -> str:
    from importlib.metadata import version

    return version("sentence-transformers")
