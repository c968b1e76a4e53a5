"""Writes trained transformers as `index.contextual` reads them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from index.contextual import LAYERS, TOKENIZER, TOKENS

DIM = 384  # of the teacher's states


class Layers(torch.nn.Module):
    """The layers alone, as they are exported: token vectors in, last states out."""

    def __init__(self, layers: torch.nn.Module) -> None:
        super().__init__()
        self.layers = layers

    def forward(self, inputs: torch.Tensor, types: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Last states. Returns: float32 (texts, tokens, dim)."""
        out = self.layers(inputs_embeds=inputs, token_type_ids=types, attention_mask=mask)
        states: torch.Tensor = out.last_hidden_state
        return states


def save_tokens(table: npt.NDArray[np.float32], tokenizer: Tokenizer, folder: Path) -> None:
    """Write the tokenizer and the token vectors (tokens, dim) as `index.contextual` reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / TOKENIZER))
    scale = np.abs(table).max(axis=1) / 127
    rounded = np.round(table / scale[:, None]).astype(np.int8)
    save_file({"tokens": rounded, "scale": scale.astype(np.float16)}, folder / TOKENS)


def save_layers(layers: torch.nn.Module, folder: Path, outputs: Sequence[str] = ("out",)) -> None:
    """Write layers that take `Layers`' inputs as ONNX with 8-bit weights; `outputs` names what they give."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder.mkdir(parents=True, exist_ok=True)
    full = folder / "full.onnx"
    whole = torch.ones(2, 7, dtype=torch.long)
    names = ["inputs", "types", "mask"]
    torch.onnx.export(
        layers.eval().float(),
        (torch.zeros(2, 7, DIM), torch.zeros_like(whole), whole),
        str(full),
        input_names=names,
        output_names=list(outputs),
        dynamic_axes={name: {0: "texts", 1: "tokens"} for name in names} | {name: {0: "texts"} for name in outputs},
        opset_version=17,
        dynamo=False,
    )
    onnx.checker.check_model(str(full))
    quantize_dynamic(full, folder / LAYERS, weight_type=QuantType.QInt8, per_channel=True)
    full.unlink()
