r"""Trains the bundled encoder: a static student of an English teacher, for Kazakh and English.

    python -m index.training.student --pairs pairs.tsv --glossary qa_bot/language/glossary --text news.txt \
        --out index/models/static --work build/student

The teacher's vector of a pair's English side is the target of both sides (Reimers & Gurevych 2020, "Making Monolingual
Sentence Embeddings Multilingual using Knowledge Distillation"), learnt by three terms over each batch: cross-entropy of
picking one's own target among the batch's, the same between the two languages, and the squared difference of the
batch's similarity matrix from the teacher's. Several students that begin alike and see the pairs in different orders
are averaged: a text's vector is linear in the table (but for its length), so that averages what they say, at no cost.
`--work` keeps the teacher's vectors, the tokenizer and a checkpoint after every pass; the same command given again
goes on from there.
"""

import argparse
import logging
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from tokenizers import Tokenizer
from torch.nn import functional
from tqdm import tqdm

from index.training.pairs import Pair, read_glossary, read_lines, read_pairs
from index.training.teacher import teach
from index.training.vocabulary import UNKNOWN, train_tokenizer

log = logging.getLogger(__name__)

RARITY = 1e-3  # a of SIF, a / (a + p): how much common tokens count at the start (Arora et al. 2017)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run of training is made of; the defaults trained the shipped model."""

    members: int = 3  # students trained on the pairs in different orders, whose tables are averaged
    passes: int = 2  # a third fits the pairs better and unseen news worse
    vocabulary: int = 28_000
    dim: int = 384
    batch: int = 512
    rate: float = 5e-3  # Adam's, falling to zero along a half cosine
    scale: float = 20.0  # inverse temperature of the cross-entropies
    matrix: float = 100.0  # weight of the similarity matrix's term
    shortest: int = 3  # characters in the beginnings that tokens share
    longest: int = 6
    own: float = 0.3  # size of a token's own part at the start, beside the groups'
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Tokens:
    """Token numbers of many texts in one row; text i is ids[starts[i]:starts[i + 1]]."""

    ids: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]

    def bags(self, rows: npt.NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
        """The chosen texts as an EmbeddingBag takes them: token numbers in one row, and where each text begins."""
        pieces = [self.ids[self.starts[row] : self.starts[row + 1]] for row in rows]
        begins = np.cumsum([0] + [len(piece) for piece in pieces[:-1]])
        return torch.from_numpy(np.concatenate(pieces)), torch.from_numpy(begins)


def tokenize(tokenizer: Tokenizer, texts: list[str]) -> Tokens:
    """Token numbers of the texts, without special tokens."""
    encodings = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    starts = np.cumsum([0] + [len(encoding.ids) for encoding in encodings])
    ids = np.fromiter((number for encoding in encodings for number in encoding.ids), np.int64, int(starts[-1]))
    return Tokens(ids, starts)


def rarity(tokens: list[Tokens], size: int) -> torch.Tensor:
    """SIF weight of every token number, from its share of the training texts. Returns: float32 (size,)."""
    counts = np.bincount(np.concatenate([part.ids for part in tokens]), minlength=size)
    share = counts / counts.sum()
    return torch.from_numpy((RARITY / (RARITY + share)).astype(np.float32))


def draw(weights: npt.NDArray[np.float64], *seed: int) -> npt.NDArray[np.int64]:
    """The order of pairs in one pass; a pair of weight 2.4 comes twice or three times. Depends on nothing else."""
    generator = np.random.default_rng(seed)
    times = np.floor(weights + generator.random(len(weights))).astype(np.int64)
    return generator.permutation(np.repeat(np.arange(len(weights)), times))


def loss_of(
    kazakh: torch.Tensor, english: torch.Tensor, target: torch.Tensor, same: torch.Tensor, recipe: Recipe
) -> torch.Tensor:
    """The training loss of one batch of unit vectors, each (batch, dim).

    `same` (batch, batch) marks, off the diagonal, pairs that share a text: they are nobody's wrong answers.
    """

    def pick(queries: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
        scores = (recipe.scale * queries @ answers.T).masked_fill(same, -1e4)
        return functional.cross_entropy(scores, torch.arange(len(queries)))

    picked = pick(kazakh, target) + pick(english, target) + (pick(kazakh, english) + pick(english, kazakh)) / 2
    wanted = target @ target.T
    matched = sum(
        functional.mse_loss(a @ b.T, wanted) for a, b in ((kazakh, kazakh), (english, english), (kazakh, english))
    )
    return picked + recipe.matrix / 3 * matched


class Student(torch.nn.Module):
    """Token vectors whose plain mean is a text's vector.

    A token's vector is its own plus the mean of its beginnings' (after Bojanowski et al. 2017, who take all runs of
    letters; Kazakh only adds endings), times its SIF weight, so that a rare inflected form starts from its relatives.
    `bake` multiplies all that out: what is shipped is a plain table.
    """

    def __init__(self, tokenizer: Tokenizer, weights: torch.Tensor, recipe: Recipe) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(recipe.seed)
        numbers, self.starts, count = find_beginnings(tokenizer, recipe.shortest, recipe.longest)
        self.numbers, self.weights = torch.from_numpy(numbers), weights
        start = torch.randn(len(weights) + count, recipe.dim, generator=generator) * recipe.dim**-0.5
        self.own = torch.nn.Parameter(start[: len(weights)] * recipe.own)
        self.shared = torch.nn.Parameter(start[len(weights) :])

    def compose(self, tokens: torch.Tensor) -> torch.Tensor:
        """Vectors of these token numbers. Returns: (len(tokens), dim)."""
        begins = self.starts[tokens.numpy()]
        sizes = self.starts[tokens.numpy() + 1] - begins
        offsets = np.cumsum(sizes) - sizes
        places = np.repeat(begins - offsets, sizes) + np.arange(int(sizes.sum()))
        shared = functional.embedding_bag(self.numbers[places], self.shared, torch.from_numpy(offsets), mode="mean")
        return self.weights[tokens, None] * (self.own[tokens] + shared)

    def forward(self, ids: torch.Tensor, begins: torch.Tensor) -> torch.Tensor:
        """Unit vectors of texts as `Tokens.bags` gives them. Returns: (texts, dim)."""
        tokens, places = map(torch.from_numpy, np.unique(ids.numpy(), return_inverse=True))
        means = functional.embedding_bag(places, self.compose(tokens), begins, mode="mean")
        return functional.normalize(means, dim=-1)

    @torch.no_grad()
    def bake(self) -> npt.NDArray[np.float32]:
        """The vectors of all tokens. Returns: float32 (tokens, dim)."""
        table: npt.NDArray[np.float32] = self.compose(torch.arange(len(self.weights))).numpy()
        return table


def find_beginnings(
    tokenizer: Tokenizer, shortest: int, longest: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int]:
    """Numbers of each token's first `shortest` to `longest` characters, the word mark counting as one.

    Only beginnings that two tokens share are numbered. Returns: the numbers of all tokens in one row; where each token
    begins in it (one place more than there are tokens); how many different numbers there are.
    """
    tokens = [tokenizer.id_to_token(number) or "" for number in range(tokenizer.get_vocab_size())]
    every = [[token[:size] for size in range(shortest, min(longest, len(token)) + 1)] for token in tokens]
    held = Counter(beginning for some in every for beginning in some)
    number_of = {text: number for number, text in enumerate(sorted(text for text, times in held.items() if times > 1))}
    rows = [[number_of[text] for text in some if text in number_of] for some in every]
    starts = np.cumsum([0] + [len(row) for row in rows])
    return np.fromiter((number for row in rows for number in row), np.int64), starts, len(number_of)


def train(
    pairs: list[Pair],
    targets: npt.NDArray[np.float16],
    tokenizer: Tokenizer,
    recipe: Recipe,
    work: Path,
    member: int = 0,
) -> npt.NDArray[np.float32]:
    """Learn one member's token vectors; `targets` (len(pairs), dim) are the teacher's vectors of the English sides.

    Goes on after the last pass noted in `work`. Returns: float32 (size of the vocabulary, dim).
    """
    torch.manual_seed(recipe.seed)
    kazakh = tokenize(tokenizer, [pair.kazakh for pair in pairs])
    english = tokenize(tokenizer, [pair.english for pair in pairs])
    kazakh_key, english_key = number_texts([p.kazakh for p in pairs]), number_texts([p.english for p in pairs])
    # A text without a token (a lone "…") has no vector and can teach nothing.
    usable = (np.diff(kazakh.starts) > 0) & (np.diff(english.starts) > 0)
    weights = np.array([pair.weight for pair in pairs]) * usable
    size = tokenizer.get_vocab_size()
    student = Student(tokenizer, rarity([kazakh, english], size), recipe)
    optimizer = torch.optim.Adam(student.parameters(), lr=recipe.rate)
    steps = sum(len(draw(weights, recipe.seed, member, n)) // recipe.batch for n in range(recipe.passes))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    checkpoint, done = work / f"checkpoint-{member}.pt", 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        if state["recipe"] == str(recipe):
            student.load_state_dict(state["student"])
            optimizer.load_state_dict(state["optimizer"])
            schedule.load_state_dict(state["schedule"])
            done = state["passes"]
            log.info("going on after pass %d of %d", done, recipe.passes)
    for which_pass in range(done, recipe.passes):
        order = draw(weights, recipe.seed, member, which_pass)
        with tqdm(range(len(order) // recipe.batch), desc=f"member {member + 1} pass {which_pass + 1}") as bar:
            for step in bar:
                rows = order[step * recipe.batch : (step + 1) * recipe.batch]
                keys = [torch.from_numpy(key[rows]) for key in (kazakh_key, english_key)]
                same = torch.stack([key[:, None] == key for key in keys]).any(0).fill_diagonal_(False)
                target = functional.normalize(torch.from_numpy(targets[rows].astype(np.float32)), dim=-1)
                loss = loss_of(student(*kazakh.bags(rows)), student(*english.bags(rows)), target, same, recipe)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]  # torch's own omission
                optimizer.step()
                schedule.step()
                if step % 20 == 0:
                    bar.set_postfix(loss=f"{loss.item():.3f}")
        note = {
            "recipe": str(recipe),
            "passes": which_pass + 1,
            "student": student.state_dict(),
            "optimizer": optimizer.state_dict(),
            "schedule": schedule.state_dict(),
        }
        torch.save(note, checkpoint.with_suffix(".new"))
        checkpoint.with_suffix(".new").replace(checkpoint)
    table = student.bake()
    table[tokenizer.token_to_id(UNKNOWN)] = 0  # says nothing about a text
    return table


def number_texts(texts: list[str]) -> npt.NDArray[np.int64]:
    """A number for each text, the same for equal texts."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(text, len(numbers)) for text in texts])


def save_student(vectors: npt.NDArray[np.float32], tokenizer: Tokenizer, folder: Path) -> None:
    """Write the model as sentence-transformers reads it, the vectors as float16."""
    static = StaticEmbedding(tokenizer, embedding_weights=vectors.astype(np.float16))
    model = SentenceTransformer(modules=[static, Normalize()], device="cpu")
    model.save(str(folder), create_model_card=False)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line; each recipe value that is not given is the usual one."""
    usual = Recipe()
    parser = argparse.ArgumentParser(prog="python -m index.training.student", description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=Path, required=True, help="tab-separated pairs with columns kk, en, set")
    parser.add_argument(
        "--glossary", type=Path, action="append", default=[], help="folder of the project's glossary; repeatable"
    )
    parser.add_argument(
        "--text", type=Path, action="append", default=[], help="more text for the tokenizer; repeatable"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the model")
    parser.add_argument("--work", type=Path, required=True, help="folder for the teacher's vectors and checkpoints")
    parser.add_argument("--members", type=int, default=usual.members, help="students to average")
    parser.add_argument("--passes", type=int, default=usual.passes)
    parser.add_argument("--vocabulary", type=int, default=usual.vocabulary)
    parser.add_argument("--batch", type=int, default=usual.batch)
    parser.add_argument("--seed", type=int, default=usual.seed)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Read, teach, train and save, as the command line says."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    given = parse(arguments)
    chosen = ("members", "passes", "vocabulary", "batch", "seed")
    recipe = Recipe(**{name: getattr(given, name) for name in chosen})
    pairs: list[Pair] = []
    targets = []
    for source in [read_pairs(given.pairs), *map(read_glossary, given.glossary)]:
        texts = sorted({pair.english for pair in source})
        log.info("%d pairs, %d English texts", len(source), len(texts))
        row_of = {text: row for row, text in enumerate(texts)}
        targets.append(teach(texts, given.work)[[row_of[pair.english] for pair in source]])
        pairs += source
    tokenizer_file = given.work / f"tokenizer-{recipe.vocabulary}.json"
    if not tokenizer_file.exists():
        log.info("training the tokenizer")
        sides = {pair.kazakh for pair in pairs} | {pair.english for pair in pairs}
        every = [*sorted(sides), *read_lines(given.text)]
        train_tokenizer(every, recipe.vocabulary).save(str(tokenizer_file))
    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    wanted = np.concatenate(targets)
    tables = [train(pairs, wanted, tokenizer, recipe, given.work, member) for member in range(recipe.members)]
    save_student(np.mean(tables, axis=0), tokenizer, given.out)
    log.info("saved to %s", given.out)


if __name__ == "__main__":
    main()
