"""The bundled transformers: 8-bit layers run by ONNX Runtime over one table of 8-bit token vectors; no torch.

The encoder turns a text into a vector; the judge reads a question and a sentence together and tells whether the
sentence answers.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import repeat
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt
from safetensors import safe_open
from tokenizers import Encoding, Tokenizer

from qa_bot.records import Mark

MODELS: Final = Path(__file__).parent / "models"
CONTEXTUAL_FOLDER: Final = MODELS / "contextual"
JUDGE_FOLDER: Final = MODELS / "judge"
LAYERS, TOKENS, TOKENIZER = "layers.onnx", "tokens.safetensors", "tokenizer.json"

UNKNOWN: Final = "[UNK]"
LONGEST_MARK: Final = 24  # tokens of an answer
REMEMBERED_PAIRS: Final = 256
LONGEST: Final = 128  # tokens read of one text, or of a question and a sentence; the layers were taught on fewer

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TokenTable:
    """The tokenizer, and a vector for each of its tokens: rows of int8, times a scale each."""

    tokenizer: Tokenizer
    rows: npt.NDArray[np.int8] = field(repr=False)  # (tokens, dim)
    scale: Floats = field(repr=False)  # (tokens,)

    def look_up(self, ids: npt.NDArray[np.int64]) -> Floats:
        """Vectors of token numbers. Returns: float32 (*ids.shape, dim)."""
        vectors: Floats = self.rows[ids] * self.scale[ids][..., None]
        return vectors


@cache
def open_tokens(folder: Path) -> TokenTable:
    """Read a token table; the encoder and the judge share it. Raises: FileNotFoundError."""
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.enable_truncation(LONGEST, strategy="longest_first")
    with safe_open(str(folder / TOKENS), framework="numpy") as file:
        return TokenTable(tokenizer, file.get_tensor("tokens"), file.get_tensor("scale").astype(np.float32))


class _Layers:
    """Transformer layers in a file, over a token table."""

    def __init__(self, file: Path, tokens: TokenTable) -> None:
        import onnxruntime

        options: Any = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = 1  # a text is too little work to share: two threads took as long as one
        self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        self._tokens = tokens

    def run(self, encoding: Encoding) -> list[Floats]:
        """Put one text, or a pair of texts, through the layers. Returns: all that comes out, without the batch's axis.

        One at a time: 8-bit layers round all that they are given together alike, so a text's neighbours would show in
        its vector; and nothing is spent on padding.
        """
        ids = np.array([encoding.ids])
        given = {
            "inputs": self._tokens.look_up(ids),
            "types": np.array([encoding.type_ids]),
            "mask": np.ones_like(ids),
        }
        return [cast(Floats, out[0]) for out in self._session.run(None, given)]


def _log_softmax(logits: Floats) -> Floats:
    shifted = logits - logits.max()
    found: Floats = shifted - np.log(np.exp(shifted).sum())
    return found


def unit_rows(vectors: Floats) -> Floats:
    """Scale the rows to L2 norm 1; rows of zeros stay. Works in place. Returns: `vectors`."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    np.divide(vectors, norms, out=vectors, where=norms > 0)
    return vectors


class ContextualEncoder:
    """Texts in, unit vectors out: the mean of the last states of a text's tokens."""

    def __init__(self, folder: Path = CONTEXTUAL_FOLDER) -> None:
        self._tokens = open_tokens(folder)
        self._layers = _Layers(folder / LAYERS, self._tokens)
        self.dim: int = self._tokens.rows.shape[1]

    def embed(self, texts: Sequence[str]) -> Floats:
        """Embed texts.

        Returns: float32 (len(texts), dim), rows of L2 norm 1; zeros for a text of which no token is known.
        """
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        unknown = self._tokens.tokenizer.token_to_id(UNKNOWN)
        encodings = self._tokens.tokenizer.encode_batch(list(texts))
        rows = [n for n, encoding in enumerate(encodings) if any(number != unknown for number in encoding.ids[1:-1])]
        for row, (states,) in zip(rows, _hands().map(self._layers.run, [encodings[row] for row in rows]), strict=True):
            vectors[row] = states.mean(axis=0)
        return unit_rows(vectors)


class Judge:
    """Reads a question and a sentence together, each sentence with what follows it to tell what it speaks of."""

    def __init__(self, tokens: Path = CONTEXTUAL_FOLDER, layers: Path = JUDGE_FOLDER) -> None:
        self._tokens = open_tokens(tokens)
        self._layers = _Layers(layers / LAYERS, self._tokens)
        # What was judged best is marked next: one run tells both.
        self._read = lru_cache(maxsize=REMEMBERED_PAIRS)(self._read_pair)

    def _read_pair(self, question: str, text: str) -> tuple[Encoding, float, Floats]:
        encoding = self._tokens.tokenizer.encode(question, text)
        odds, ends = self._layers.run(encoding)
        return encoding, float(odds), ends

    def judge(self, question: str, sentences: Sequence[str]) -> list[float]:
        """Log-odds that each sentence answers the question."""
        return [odds for _, odds, _ in _hands().map(self._read, repeat(question), sentences)]

    def mark(self, question: str, text: str, end: int) -> Mark | None:
        """Find where the answer stands before the place `end` of a text, in whole words.

        Returns: None if no token of the text that is read stands there.
        """
        encoding, _, ends = self._read(question, text)
        kinds_and_places = enumerate(zip(encoding.type_ids, encoding.offsets, strict=True))
        own = [number for number, (kind, (_, stop)) in kinds_and_places if kind and 0 < stop <= end]
        if not own:
            return None
        begins, closes = (_log_softmax(ends[own, side]) for side in (0, 1))
        scores = begins[:, None] + closes[None, :]
        far = np.arange(len(own))[None, :] - np.arange(len(own))[:, None]
        scores[(far < 0) | (far >= LONGEST_MARK)] = -np.inf
        first, last = np.unravel_index(int(scores.argmax()), scores.shape)
        start, stop = encoding.offsets[own[first]][0], encoding.offsets[own[last]][1]
        while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
            start -= 1
        while stop < end and text[stop].isalnum() and text[stop - 1].isalnum():
            stop += 1
        return Mark(start, stop, float(np.exp(scores.max())))


@cache
def _hands() -> ThreadPoolExecutor:
    """A thread per core. Texts that wait for one are read in the order in which they came, whoever sent them."""
    return ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="transformer")
