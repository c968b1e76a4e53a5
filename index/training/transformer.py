r"""Trains the bundled transformer: the English teacher's own layers, taught to read Kazakh.

    python -m index.training.transformer --pairs pairs.tsv --own index/training/pairs \
        --glossary qa_bot/language/glossary --text news.txt --work build/student

The layers and English tokens are the teacher's. Kazakh tokens are added, each begun as a mixture of the English tokens
nearest to it in the static student (after Minixhofer et al. 2022, WECHSEL), and the teacher's vector of a pair's
English side is the target of both sides, as for the static student. `--work` keeps the teacher's vectors, the
tokenizer and a checkpoint; the same command given again goes on from there. What it ends with, taught.pt and
words.json, `index.training.tuning` and `index.training.judge` begin with.
"""

import argparse
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Regex, Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import NFKC, Lowercase, Replace
from tokenizers.normalizers import Sequence as Normalizers
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing
from tokenizers.trainers import WordPieceTrainer
from torch.nn import functional

from index.embed import STATIC, Encoder, open_encoder
from index.training.export import DIM, autocast
from index.training.pairs import Pair, read_glossary, read_lines, read_pairs
from index.training.student import draw, find_beginnings, number_texts
from index.training.teacher import load_teacher, teach
from index.training.vocabulary import INVISIBLE

log = logging.getLogger(__name__)

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
OWN_WEIGHT = 6.0  # news is what the bot reads, and there is little of it
CHECKPOINT, TAUGHT = "transformer.pt", "taught.pt"  # while it learns from pairs; and at the end of that
NEIGHBOURS = 8  # English tokens that a Kazakh one is begun from


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run of training is made of."""

    passes: float = 1.7
    vocabulary: int = 22_000  # Kazakh word pieces
    batch: int = 256
    longest: int = 72  # word pieces
    english: float = 0.25  # share of a batch whose English side is read too: the layers know English already
    joined: float = 0.1  # share of batches whose texts are read together with the next one, for longer texts
    rate: float = 1.5e-4  # of the layers; AdamW's, falling to zero along a half cosine
    token_rate: float = 1e-3  # of the token vectors
    warm_up: int = 100  # steps
    scale: float = 20.0
    matrix: float = 50.0
    seed: int = 7


def read_own(folder: Path) -> list[Pair]:
    """The project's own pairs: files of lines `kazakh<TAB>english`."""
    lines = [line.split("\t") for line in read_lines(sorted(folder.glob("*.tsv")))]
    return [Pair(kazakh, english, OWN_WEIGHT) for kazakh, english in lines]


def train_word_pieces(kazakh: Sequence[str], size: int) -> list[str]:
    """Kazakh word pieces, without special tokens; those inside a word begin with ##."""
    tokenizer = Tokenizer(WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer(), BertPreTokenizer()
    trainer = WordPieceTrainer(vocab_size=size, min_frequency=2, show_progress=False, special_tokens=list(SPECIAL))
    tokenizer.train_from_iterator(kazakh, trainer)
    found = tokenizer.get_vocab()
    return [token for token in sorted(found, key=lambda token: found[token]) if token not in SPECIAL]


def normalizer() -> Normalizers:
    """Lower case without invisible marks. The teacher's own strips accents, which would make й an и."""
    return Normalizers([NFKC(), Replace(Regex(INVISIBLE), ""), Lowercase()])


def join_vocabularies(english: dict[str, int], kazakh: Sequence[str]) -> Tokenizer:
    """A word-piece tokenizer over the teacher's tokens in Latin letters, digits and signs, and the Kazakh ones."""
    kept = [
        token
        for token in sorted(english, key=lambda token: english[token])
        if token in SPECIAL or (token.isascii() and not token.startswith("["))
    ]
    known = set(kept)
    tokens = kept + [token for token in kazakh if token not in known]
    tokenizer = Tokenizer(WordPiece({token: number for number, token in enumerate(tokens)}, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer(), BertPreTokenizer()
    begin, end = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", begin), ("[SEP]", end)]
    )
    return tokenizer


def begin_tokens(tokenizer: Tokenizer, english: dict[str, int], table: torch.Tensor, static: Encoder) -> torch.Tensor:
    """The first vectors of all tokens: the teacher's, or a mixture of the nearest English words' for a Kazakh one.

    `table` (teacher's tokens, dim) are the teacher's. Returns: float32 (size of the vocabulary, dim).
    """
    tokens = [tokenizer.id_to_token(number) or "" for number in range(tokenizer.get_vocab_size())]
    words = [token for token in tokens if token in english and token.isalpha() and len(token) > 1]
    of_words = static.embed_passages(words)
    rows = table[[english[word] for word in words]]
    vectors = torch.empty(len(tokens), table.shape[1])
    ours = []
    for number, token in enumerate(tokens):
        if token in english:
            vectors[number] = table[english[token]]
        else:
            ours.append(number)
    near = static.embed_passages([tokens[number].removeprefix("##") for number in ours]) @ of_words.T
    best = np.argpartition(-near, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
    weights = torch.from_numpy(np.take_along_axis(near, best, axis=1)).mul(10).softmax(dim=1)
    vectors[ours] = (weights[..., None] * rows[torch.from_numpy(best)]).sum(dim=1)
    return vectors


class Reader(torch.nn.Module):
    """The teacher's layers over our tokens; a text's vector is the mean of its tokens' last states, made unit length.

    A token's input vector is its own plus the mean of its beginnings', which all inflected forms share.
    """

    layers: Any  # a BertModel; transformers does not say what its attributes are

    def __init__(self, tokenizer: Tokenizer, first: torch.Tensor) -> None:
        super().__init__()
        numbers, self.starts, count = find_beginnings(tokenizer, 3, 6)
        self.numbers = torch.from_numpy(numbers)
        self.own = torch.nn.Embedding(len(first), first.shape[1], _weight=first.clone(), sparse=True)
        self.shared = torch.nn.EmbeddingBag.from_pretrained(
            torch.zeros(count + 1, first.shape[1]), freeze=False, sparse=True, mode="mean"
        )
        teacher: Any = load_teacher()[0]
        self.layers = teacher.auto_model
        self.layers.pooler = None
        # Fused attention is the slower one on a CPU when it has to be learnt through.
        self.layers.set_attn_implementation("eager")
        self.layers.set_input_embeddings(torch.nn.Embedding(1, first.shape[1]))

    def compose(self, tokens: torch.Tensor) -> torch.Tensor:
        """Input vectors of these token numbers. Returns: (len(tokens), dim)."""
        begins = self.starts[tokens.numpy()]
        sizes = self.starts[tokens.numpy() + 1] - begins
        offsets = np.cumsum(sizes) - sizes
        places = np.repeat(begins - offsets, sizes) + np.arange(int(sizes.sum()))
        shared: torch.Tensor = self.shared(self.numbers[places], torch.from_numpy(offsets))
        own: torch.Tensor = self.own(tokens)
        return own + shared

    def states(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Last states of the tokens. Returns: (texts, tokens, dim)."""
        tokens, places = map(torch.from_numpy, np.unique(ids.numpy(), return_inverse=True))
        inputs = self.compose(tokens)[places.reshape(ids.shape)]
        found: torch.Tensor = self.layers(inputs_embeds=inputs, attention_mask=mask).last_hidden_state
        return found

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Unit vectors of texts. Returns: float32 (texts, dim)."""
        states = self.states(ids, mask).float()
        weights = mask[..., None].float()
        return functional.normalize((states * weights).sum(1) / weights.sum(1), dim=-1)


def begin_empty(tokenizer: Tokenizer) -> Reader:
    """A reader whose token vectors wait for a checkpoint's."""
    return Reader(tokenizer, torch.zeros(tokenizer.get_vocab_size(), DIM))


def batch_texts(tokenizer: Tokenizer, texts: Sequence[str], longest: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Token numbers and mask, padded to the longest text. Returns: two (texts, tokens)."""
    rows = [encoding.ids for encoding in tokenizer.encode_batch_fast(list(texts))]
    rows = [row if len(row) <= longest else [*row[: longest - 1], row[-1]] for row in rows]
    width = max(map(len, rows))
    ids, mask = torch.zeros(len(rows), width, dtype=torch.long), torch.zeros(len(rows), width, dtype=torch.long)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = torch.tensor(row)
        mask[place, : len(row)] = 1
    return ids, mask


def group_by_length(
    order: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], batch: int, seed: int
) -> list[npt.NDArray[np.int64]]:
    """Batches of texts of like length, in a mixed order, so that little is spent on padding."""
    generator = np.random.default_rng(seed)
    groups: list[npt.NDArray[np.int64]] = []
    for start in range(0, len(order), batch * 40):
        piece = order[start : start + batch * 40]
        piece = piece[np.argsort(lengths[piece] + generator.random(len(piece)), kind="stable")]
        groups += [piece[at : at + batch] for at in range(0, len(piece) - batch + 1, batch)]
    return [groups[place] for place in generator.permutation(len(groups))]


def loss_of(
    kazakh: torch.Tensor,
    english: torch.Tensor,
    read: torch.Tensor,
    target: torch.Tensor,
    same: torch.Tensor,
    recipe: Recipe,
) -> torch.Tensor:
    """The training loss of a batch: `kazakh` and `target` (batch, dim), `english` (len(read), dim) for the rows `read`.

    `same` (batch, batch) marks, off the diagonal, pairs that share a text: they are nobody's wrong answers.
    """
    everyone = torch.arange(len(kazakh))

    def pick(queries: torch.Tensor, answers: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        return functional.cross_entropy((recipe.scale * queries @ answers.T).masked_fill(same[rows], -1e4), rows)

    picked = pick(kazakh, target, everyone) + pick(english, target, read) + pick(english, kazakh, read)
    wanted = target @ target.T
    matched = functional.mse_loss(kazakh @ kazakh.T, wanted) + functional.mse_loss(english @ kazakh.T, wanted[read])
    near = (1 - (kazakh * target).sum(1)).mean() + (1 - (english * target[read]).sum(1)).mean()
    return picked + recipe.matrix * matched + 2 * near


def plan_batches(pairs: Sequence[Pair], tokenizer: Tokenizer, recipe: Recipe) -> list[npt.NDArray[np.int64]]:
    """The places of the pairs that each step learns from, over all passes."""
    weights = np.array([pair.weight for pair in pairs])
    lengths = np.array([len(encoding.ids) for encoding in tokenizer.encode_batch_fast([pair.kazakh for pair in pairs])])
    batches: list[npt.NDArray[np.int64]] = []
    for number in range(int(np.ceil(recipe.passes))):
        order = draw(weights, recipe.seed, number)
        order = order[: int(len(order) * min(1.0, recipe.passes - number))]
        batches += group_by_length(order, lengths, recipe.batch, recipe.seed + number)
    return batches


def train(
    pairs: Sequence[Pair],
    targets: npt.NDArray[np.float16],
    tokenizer: Tokenizer,
    reader: Reader,
    recipe: Recipe,
    work: Path,
) -> None:
    """Teach the reader in place; a checkpoint is written every few hundred steps and gone on from."""
    kazakh, english = [pair.kazakh for pair in pairs], [pair.english for pair in pairs]
    keys = [number_texts(kazakh), number_texts(english)]
    batches = plan_batches(pairs, tokenizer, recipe)
    tokens = torch.optim.SparseAdam([*reader.own.parameters(), *reader.shared.parameters()], lr=recipe.token_rate)
    layers = torch.optim.AdamW(reader.layers.parameters(), lr=recipe.rate, weight_decay=0.01)
    generator = np.random.default_rng(recipe.seed)
    checkpoint, done = work / CHECKPOINT, 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        if state["recipe"] == str(recipe):
            reader.load_state_dict(state["reader"])
            tokens.load_state_dict(state["tokens"])
            layers.load_state_dict(state["layers"])
            done = state["steps"]
            log.info("going on after step %d of %d", done, len(batches))
    running = 0.0
    for step in range(done, len(batches)):
        rows = batches[step]
        share = min(1.0, (step + 1) / recipe.warm_up) * (1 + np.cos(np.pi * step / len(batches))) / 2
        for optimizer, rate in ((tokens, recipe.token_rate), (layers, recipe.rate)):
            for group in optimizer.param_groups:
                group["lr"] = rate * share
        ours, theirs = [kazakh[row] for row in rows], [english[row] for row in rows]
        target = targets[rows].astype(np.float32)
        # Whole batches at once: one long text among short ones would only pad the others.
        for place in range(len(rows)) if generator.random() < recipe.joined else ():
            row = rows[place] + 1
            if row < len(pairs) and len(kazakh[row]) > 20 and len(ours[place]) > 20:
                ours[place] += " " + kazakh[row]
                theirs[place] += " " + english[row]
                sizes = len(english[row - 1]), len(english[row])
                target[place] = target[place] * sizes[0] + targets[row].astype(np.float32) * sizes[1]
        # English texts of like length, again for the padding.
        count = int(len(rows) * recipe.english)
        first = generator.integers(len(rows) - count + 1)
        read = torch.from_numpy(np.argsort([len(text) for text in theirs], kind="stable")[first : first + count].copy())
        wanted = functional.normalize(torch.from_numpy(target), dim=-1)
        same = torch.stack([torch.from_numpy(key[rows][:, None] == key[rows]) for key in keys]).any(0)
        with autocast():
            of_ours = reader(*batch_texts(tokenizer, ours, recipe.longest))
            of_theirs = reader(*batch_texts(tokenizer, [theirs[place] for place in read], recipe.longest))
        loss = loss_of(of_ours, of_theirs, read, wanted, same.fill_diagonal_(False), recipe)
        for optimizer in (tokens, layers):
            optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own omission
        torch.nn.utils.clip_grad_norm_(reader.layers.parameters(), 1.0)
        tokens.step()  # type: ignore[no-untyped-call]  # torch's own omission
        layers.step()
        running = 0.95 * running + 0.05 * loss.item() if step > done else loss.item()
        if step % 50 == 0:
            log.info("step %d of %d, loss %.3f", step, len(batches), running)
        if step % 300 == 299 or step == len(batches) - 1:
            note = {
                "recipe": str(recipe),
                "steps": step + 1,
                "reader": reader.state_dict(),
                "tokens": tokens.state_dict(),
                "layers": layers.state_dict(),
            }
            torch.save(note, checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)


def main(arguments: list[str] | None = None) -> None:
    """Read, teach, train, tune and save, as the command line says."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    usual = Recipe()
    parser = argparse.ArgumentParser(prog="python -m index.training.transformer", description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=Path, required=True, help="tab-separated pairs with columns kk, en, set")
    parser.add_argument("--own", type=Path, required=True, help="folder of the project's own pairs and questions")
    parser.add_argument("--glossary", type=Path, required=True, help="folder of the project's glossary")
    parser.add_argument("--text", type=Path, action="append", default=[], help="more Kazakh text for the tokenizer")
    parser.add_argument("--work", type=Path, required=True, help="folder for the teacher's vectors and checkpoints")
    parser.add_argument("--passes", type=float, default=usual.passes)
    given = parser.parse_args(arguments)
    recipe = Recipe(passes=given.passes)
    news = read_own(given.own)
    sources = [read_pairs(given.pairs), read_glossary(given.glossary), news]
    targets = []
    for source in sources:
        texts = sorted({pair.english for pair in source})
        row_of = {text: row for row, text in enumerate(texts)}
        targets.append(teach(texts, given.work)[[row_of[pair.english] for pair in source]])
    pairs = [pair for source in sources for pair in source]
    teacher: Any = load_teacher()[0]
    english = teacher.tokenizer.get_vocab()
    file = given.work / "words.json"
    if not file.exists():
        kazakh = [*(pair.kazakh for pair in pairs), *read_lines(given.text)]
        join_vocabularies(english, train_word_pieces(kazakh, recipe.vocabulary)).save(str(file))
    tokenizer = Tokenizer.from_file(str(file))
    table = teacher.auto_model.get_input_embeddings().weight.detach().clone()
    reader = Reader(tokenizer, begin_tokens(tokenizer, english, table, open_encoder(STATIC)))
    train(pairs, np.concatenate(targets), tokenizer, reader, recipe, given.work)
    torch.save(reader.state_dict(), given.work / TAUGHT)


if __name__ == "__main__":
    main()
