"""The door to embedding models: static folders, transformer folders, hub names."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from index import embed
from index.contextual import ContextualEncoder
from index.embed import StaticEncoder, TransformerEncoder, fingerprint_folder, open_encoder
from qa_bot.errors import ModelMissing

WORDS = ["президент", "ел", "келді", "president", "country", "came", "trade", "сауда"]
TEXTS = ["Президент келді", "the president came", "trade trade trade", "сауда", "neither known", ""]


def write_static(folder: Path, dtype: str = "float32", normalize: bool = True, prompts: dict[str, str] | None = None):
    """A static model in sentence-transformers' own format; returns the model that wrote it, in float32."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    numbers = {"<unk>": 0} | {word: number for number, word in enumerate(WORDS, 1)}
    tokenizer = Tokenizer(models.WordLevel(numbers, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    weights = np.random.default_rng(5).normal(size=(len(numbers), 12)).astype(dtype)
    modules = [StaticEmbedding(tokenizer, embedding_weights=weights)] + [Normalize()] * normalize
    model = SentenceTransformer(modules=modules, prompts=prompts, device="cpu")
    model.save(str(folder), create_model_card=False)
    return model.float()


def write_transformer(folder: Path, prompts: dict[str, str] | None = None):
    """A tiny BERT with random weights, saved by sentence-transformers; returns the model that wrote it."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    letters = sorted({letter for word in WORDS for letter in word} | set("query:pasge"))
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{letter}" for letter in letters)]
    tokenizer = Tokenizer(models.WordPiece({piece: number for number, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    torch.manual_seed(3)
    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    raw = folder.with_name(folder.name + "-raw")
    BertModel(BertConfig(vocab_size=len(pieces), max_position_embeddings=64, **shape)).save_pretrained(raw)
    special = {"unk_token": "[UNK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(raw)
    model = SentenceTransformer(modules=[Transformer(str(raw)), Pooling(16)], prompts=prompts, device="cpu")
    model.save(str(folder), create_model_card=False)
    return model


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("something tried to reach the network")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize("dtype", ["float32", "float16"])
@pytest.mark.parametrize("normalize", [True, False])
def test_static_folder_gives_the_numbers_of_sentence_transformers(tmp_path: Path, dtype: str, normalize: bool) -> None:
    reference = write_static(tmp_path / "model", dtype, normalize).encode(TEXTS, normalize_embeddings=True)
    encoder = open_encoder(str(tmp_path / "model"))
    assert isinstance(encoder, StaticEncoder)
    assert encoder.vectors.dtype == dtype
    for embedded in (encoder.embed_queries(TEXTS), encoder.embed_passages(TEXTS)):
        assert embedded.dtype == np.float32
        np.testing.assert_allclose(embedded, reference, atol=1e-5)


@pytest.mark.usefixtures("no_network")
def test_static_encoder_gives_the_numbers_of_sentence_transformers() -> None:
    from sentence_transformers import SentenceTransformer

    texts = ["Иран президенті Қазақстанға келді.", "The Iranian president came to Kazakhstan.", "40%", "…"]
    reference = SentenceTransformer(str(embed.STATIC_FOLDER), device="cpu", local_files_only=True).float()
    encoder = open_encoder("static")
    assert encoder.name == "static"
    np.testing.assert_allclose(encoder.embed_passages(texts), reference.encode(texts), atol=1e-5)


@pytest.mark.parametrize("name", ["bundled", "static"])
def test_bundled_encoder_puts_a_translation_nearest(name: str) -> None:
    kazakh = ["Екі ел арасындағы сауда көлемі артты.", "Кеше қатты жаңбыр жауды.", "Оқушылар мектепке барды."]
    english = ["Trade between the two countries has grown.", "It rained heavily yesterday.", "Pupils went to school."]
    encoder = open_encoder(name)
    scores = encoder.embed_queries(english) @ encoder.embed_passages(kazakh).T
    assert scores.argmax(axis=1).tolist() == [0, 1, 2]


def test_bundled_encoder_needs_no_torch() -> None:
    program = (
        "import sys; from index.embed import open_encoder; open_encoder('bundled').embed_queries(['Иран']); "
        "print([name for name in ('torch', 'transformers', 'sentence_transformers') if name in sys.modules])"
    )
    root = Path(embed.__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_bundled_cosine_is_the_mean_of_the_two_encoders() -> None:
    both, static, contextual = open_encoder("bundled"), open_encoder("static"), ContextualEncoder()
    assert both.dim == static.dim + contextual.dim
    texts = ["Екі ел арасындағы сауда көлемі артты.", "Trade has grown."]
    means = [(v @ v.T)[0, 1] for v in (static.embed_passages(texts), contextual.embed(texts))]
    assert (both.embed_queries(texts) @ both.embed_passages(texts).T)[0, 1] == pytest.approx(sum(means) / 2, abs=1e-5)


def test_bundled_fingerprint_is_neither_encoders_own() -> None:
    prints = {open_encoder("bundled").fingerprint, open_encoder("static").fingerprint}
    assert len(prints) == 2
    assert open_encoder("bundled").fingerprint in prints


def test_bundled_encoders_stay_small() -> None:
    folders = (embed.STATIC_FOLDER, embed.CONTEXTUAL_FOLDER)
    sizes = [path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert sum(sizes) <= 60_000_000


@pytest.mark.parametrize("name", ["bundled", "static"])
@settings(deadline=None, max_examples=30)
@given(texts=st.lists(st.text(max_size=60), max_size=4))
def test_rows_are_unit_or_zero_and_do_not_depend_on_their_neighbours(name: str, texts: list[str]) -> None:
    encoder = open_encoder(name)
    together = encoder.embed_passages(texts)
    assert together.shape == (len(texts), encoder.dim)
    norms = np.linalg.norm(together, axis=1)
    assert np.all((np.abs(norms - 1) < 1e-5) | (norms == 0))
    for row, text in enumerate(texts):
        np.testing.assert_array_equal(encoder.embed_passages([text])[0], together[row])


def test_text_without_a_token_is_a_row_of_zeros(tmp_path: Path) -> None:
    write_static(tmp_path / "model")
    encoder = open_encoder(str(tmp_path / "model"))
    assert not encoder.embed_queries(["", "  "]).any()
    assert encoder.embed_queries([]).shape == (0, 12)


def test_static_model_puts_its_declared_prompts_first(tmp_path: Path) -> None:
    model = write_static(tmp_path / "model", prompts={"query": "president ", "document": "trade "})
    encoder = open_encoder(str(tmp_path / "model"))
    np.testing.assert_allclose(encoder.embed_queries(["ел"]), model.encode_query(["ел"]), atol=1e-5)
    np.testing.assert_allclose(encoder.embed_passages(["ел"]), model.encode_document(["ел"]), atol=1e-5)
    assert not np.allclose(encoder.embed_queries(["ел"]), encoder.embed_passages(["ел"]))


def test_bfloat16_static_folder_goes_through_sentence_transformers(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    reference = write_static(tmp_path / "model").encode(TEXTS[:4])
    weights = tmp_path / "model" / "model.safetensors"
    save_file({name: tensor.to(torch.bfloat16) for name, tensor in load_file(weights).items()}, weights)
    encoder = open_encoder(str(tmp_path / "model"))
    assert isinstance(encoder, TransformerEncoder)
    np.testing.assert_allclose(encoder.embed_passages(TEXTS[:4]), reference, atol=0.02)


@pytest.mark.usefixtures("no_network")
def test_transformer_folder_gives_unit_rows_and_no_noise(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    model = write_transformer(tmp_path / "model")
    capfd.readouterr()
    encoder = open_encoder(str(tmp_path / "model"))
    embedded = encoder.embed_passages(TEXTS)
    assert capfd.readouterr() == ("", "")
    assert isinstance(encoder, TransformerEncoder)
    assert (encoder.dim, embedded.shape, embedded.dtype) == (16, (len(TEXTS), 16), np.float32)
    np.testing.assert_allclose(np.linalg.norm(embedded, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(embedded, model.encode(TEXTS, normalize_embeddings=True), atol=1e-5)
    np.testing.assert_array_equal(encoder.embed_queries(TEXTS), embedded)
    assert encoder.embed_queries([]).shape == (0, 16)


@pytest.mark.parametrize("passage_key", ["passage", "document"])
def test_transformer_puts_its_declared_prompts_first(tmp_path: Path, passage_key: str) -> None:
    model = write_transformer(tmp_path / "model", prompts={"query": "query: ", passage_key: "ел: "})
    encoder = open_encoder(str(tmp_path / "model"))
    asked = model.encode(["сауда"], prompt="query: ", normalize_embeddings=True)
    told = model.encode(["сауда"], prompt="ел: ", normalize_embeddings=True)
    np.testing.assert_allclose(encoder.embed_queries(["сауда"]), asked, atol=1e-5)
    np.testing.assert_allclose(encoder.embed_passages(["сауда"]), told, atol=1e-5)


def test_copy_of_e5_on_disk_gets_the_prompts_of_its_card(tmp_path: Path) -> None:
    write_transformer(tmp_path / "multilingual-e5-small")
    encoder = open_encoder(str(tmp_path / "multilingual-e5-small"))
    assert isinstance(encoder, TransformerEncoder)
    assert encoder.prompts == ("query: ", "passage: ")


def test_fingerprint_follows_the_weights_and_not_the_card(tmp_path: Path) -> None:
    write_static(tmp_path / "model")
    before = open_encoder(str(tmp_path / "model")).fingerprint
    (tmp_path / "model" / "README.md").write_text("a card")
    assert open_encoder(str(tmp_path / "model")).fingerprint == before
    weights = tmp_path / "model" / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert open_encoder(str(tmp_path / "model")).fingerprint != before


def test_fingerprint_of_a_large_file_sees_both_ends_and_the_middle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embed, "BLOCK", 4)
    monkeypatch.setattr(embed, "PLACES", 3)
    seen = set()
    for changed in (None, 0, 50, 99):
        content = bytearray(100)
        if changed is not None:
            content[changed] = 1
        (tmp_path / "model.safetensors").write_bytes(content)
        seen.add(fingerprint_folder(tmp_path))
    assert len(seen) == 4


def test_transformer_fingerprint_is_that_of_its_folder(tmp_path: Path) -> None:
    write_transformer(tmp_path / "model")
    assert open_encoder(str(tmp_path / "model")).fingerprint == fingerprint_folder(tmp_path / "model")


@pytest.mark.parametrize("name", ["./nothing", "/no/such/folder", "~/no-such-model", "a/b/c", ""])
def test_missing_folder_is_reported_with_what_to_give(name: str) -> None:
    with pytest.raises(ModelMissing, match="Give the folder"):
        open_encoder(name)


@pytest.mark.usefixtures("no_network")
def test_folder_without_a_model_is_reported(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no model")
    with pytest.raises(ModelMissing, match="holds no model"):
        open_encoder(str(tmp_path))


@pytest.mark.parametrize(
    ("folder", "name"), [("STATIC_FOLDER", "static"), ("STATIC_FOLDER", "bundled"), ("CONTEXTUAL_FOLDER", "bundled")]
)
def test_missing_bundled_weights_are_reported(
    folder: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embed, folder, tmp_path)
    with pytest.raises(ModelMissing, match="bundled encoder is not at"):
        open_encoder(name)


@pytest.mark.usefixtures("offline", "no_network")
def test_hub_model_that_cannot_be_fetched_offline_says_what_to_do() -> None:
    with pytest.raises(ModelMissing, match=r"HF_HUB_OFFLINE is set.*hf download nobody/no-such-model.*bundled"):
        open_encoder("nobody/no-such-model")


@pytest.mark.usefixtures("offline")
def test_hub_that_cannot_be_reached_is_asked_only_once(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    import httpx

    asked = []

    def fail(_: object, name: str, **__: object) -> None:
        asked.append(name)
        raise httpx.ConnectError("Name or service not known")

    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr("huggingface_hub.HfApi.model_info", fail)
    with pytest.raises(ModelMissing, match=r"could not be fetched: Name or service not known\. Fetch it once"):
        open_encoder("nobody/no-such-model")
    assert asked == ["nobody/no-such-model"]
    assert capfd.readouterr() == ("", "")


def cache_hub_model(cache: Path, name: str, commit: str) -> Path:
    """An empty snapshot folder as the hub's cache lays it out."""
    entry = cache / f"models--{name.replace('/', '--')}"
    (entry / "refs").mkdir(parents=True)
    (entry / "refs" / "main").write_text(commit)
    return entry / "snapshots" / commit


@pytest.mark.usefixtures("offline", "no_network")
def test_cached_static_hub_model_takes_the_fast_path(tmp_path: Path) -> None:
    write_static(cache_hub_model(tmp_path / "cache", "someone/static", "c0ffee"))
    assert isinstance(open_encoder("someone/static"), StaticEncoder)


@pytest.mark.usefixtures("offline", "no_network")
def test_cached_hub_model_is_identified_by_its_commit(tmp_path: Path) -> None:
    write_transformer(cache_hub_model(tmp_path / "cache", "someone/model", "c0ffee"))
    encoder = open_encoder("someone/model")
    assert encoder.name == "someone/model"
    assert encoder.fingerprint == "hub:someone/model@c0ffee"
    np.testing.assert_allclose(np.linalg.norm(encoder.embed_queries(TEXTS), axis=1), 1, atol=1e-5)


@pytest.mark.usefixtures("offline", "no_network")
def test_hub_model_whose_download_broke_off_is_missing(tmp_path: Path) -> None:
    snapshot = cache_hub_model(tmp_path / "cache", "someone/model", "c0ffee")
    write_transformer(snapshot)
    (snapshot / "model.safetensors").unlink()
    with pytest.raises(ModelMissing, match="hf download someone/model"):
        open_encoder("someone/model")


def test_declared_prompts_may_be_null(tmp_path: Path) -> None:
    write_static(tmp_path / "model")
    config = tmp_path / "model" / "config_sentence_transformers.json"
    config.write_text(json.dumps({"prompts": None}))
    encoder = open_encoder(str(tmp_path / "model"))
    assert isinstance(encoder, StaticEncoder)
    assert encoder.prompts == ("", "")
