"""Writes trained transformers as `index.contextual` reads them, and reads them again to teach them on."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from index.contextual import LAYERS, TOKENIZER, TOKENS

DIM = 384  # of the teacher's states
ROUNDED = "_quantized"  # ends the name of 8-bit weights


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


def autocast() -> torch.autocast:
    """Reckon in bfloat16 if the processor does: twice as fast there, and sixty times as slow elsewhere."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=bool(torch.ops.mkldnn._is_mkldnn_bf16_supported()))


def begin_layers() -> Any:
    """Layers of the teacher's shape, not taught yet, that take token vectors. Returns: a transformers.BertModel."""
    from transformers import BertConfig, BertModel

    shape = BertConfig(
        vocab_size=1,
        hidden_size=DIM,
        num_hidden_layers=6,
        num_attention_heads=12,
        intermediate_size=4 * DIM,
    )
    layers: Any = BertModel(shape, add_pooling_layer=False)
    # Fused attention is the slower one on a CPU when it has to be learnt through.
    layers.set_attn_implementation("eager")
    return layers.eval()  # they see no text often enough to learn it by heart; with dropout they learnt less


def read_layers(file: Path) -> dict[str, torch.Tensor]:
    """The parameters of layers that `save_layers` wrote, by name, as exactly as eight bits hold them."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(file)).graph
    held = {it.name: numpy_helper.to_array(it) for it in graph.initializer}
    users: dict[str, list[Any]] = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)

    def widen(rounded: str) -> torch.Tensor:
        name = rounded.removesuffix(ROUNDED)
        zero = held[f"{name}_zero_point"].astype(np.float32)
        return torch.from_numpy((held[rounded].astype(np.float32) - zero) * held[f"{name}_scale"])

    def find_bias(name: str) -> str:
        """What is added to a product tells whose weights it was made with: these lose their name."""
        node = users[name][0]
        return next(it for it in node.input if it in held) if node.op_type == "Add" else find_bias(node.output[0])

    found = {
        find_bias(node.output[0]).removesuffix("bias") + "weight": widen(node.input[1]).T.contiguous()
        for node in graph.node
        if node.op_type == "MatMulInteger" and node.input[1] in held
    }
    for name, value in held.items():
        if name.endswith(ROUNDED):
            found.setdefault(name.removesuffix(ROUNDED), widen(name))
        elif not name.endswith(("_scale", "_zero_point")):
            found.setdefault(name, torch.from_numpy(value.copy()))
    return found
