"""An encoder of a few kilobytes for tests: a text's vector is the mean of its letters' random vectors."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

LETTERS = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюяabcdefghijklmnopqrstuvwxyz0123456789"


def write_tiny_model(folder: Path, seed: int = 0, dim: int = 16) -> str:
    """Write a static model in sentence-transformers' format. Returns: its name for the settings."""
    tokenizer = Tokenizer(models.WordLevel({letter: number for number, letter in enumerate(["?", *LETTERS])}, "?"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    folder.mkdir(parents=True)
    weights = np.random.default_rng(seed).normal(size=(len(LETTERS) + 1, dim)).astype(np.float32)
    save_file({"embedding.weight": weights}, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"))
    kind = "sentence_transformers.models.StaticEmbedding"
    modules = [{"idx": 0, "name": "0", "path": "", "type": kind}]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    return str(folder)
