r"""Tunes the transformer student for search: questions near the passages that answer them, and news near its English.

    python -m index.training.tuning --start build/student/taught.pt --tokenizer build/student/words.json \
        --pairs pairs.tsv --own index/training/pairs --reading index/training/reading --out index/models/contextual

Only the layers are tuned; the token vectors stay as they are, for the judge shares them.
"""

import argparse
import json
import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn import functional

from index.training.examples import read_rendered_questions
from index.training.export import Layers, autocast, save_layers, save_tokens
from index.training.pairs import Pair, read_lines, read_pairs
from index.training.teacher import load_teacher
from index.training.transformer import OWN_WEIGHT, Reader, batch_texts, begin_empty, read_own
from qa_bot.language.sentences import split_sentences

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run of tuning is made of."""

    steps: int = 220
    questions: int = 48  # in a step
    of_article: int = 3  # of one article among them: what else it says is the hardest to tell apart
    news: int = 80  # pairs in a step
    others: int = 32
    longest: int = 96  # word pieces
    rate: float = 5e-5
    scale: float = 20.0
    matrix: float = 50.0
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in both languages, a passage that answers it, and the passage's English rendering if there is one."""

    kazakh: str
    english: str
    passage: str
    translation: str | None
    article: str


def read_asked(path: Path) -> list[Asked]:
    """Read lines of JSON with kk, en, passage and translation."""
    rows = map(json.loads, read_lines([path]))
    return [Asked(row["kk"], row["en"], row["passage"], row["translation"], row["passage"]) for row in rows]


def read_reading(folder: Path, chance: random.Random) -> tuple[list[Asked], list[Pair]]:
    """Read a set that the judge learns from: its questions that have a rendering and an answer, and its sentences.

    A question's passage is what search knows: the title and a sentence, or a few around it, as chance has it.
    """
    articles = {row["id"]: row for row in map(json.loads, read_lines([folder / "articles.jsonl"]))}
    others = read_rendered_questions(folder)
    spans = {name: split_sentences(article["text"]) for name, article in articles.items()}
    renderings: dict[str, list[str]] = {
        name: article["translation"] if len(article["translation"]) == len(spans[name]) else [""] * len(spans[name])
        for name, article in articles.items()
    }
    asked = []
    for row in map(json.loads, read_lines([folder / "questions.jsonl"])):
        if not row["answerable"] or row["id"] not in others:
            continue
        article = articles[row["article_id"]]
        sentences, english = spans[article["id"]], renderings[article["id"]]
        begin = article["text"].index(row["quote"])
        place = max(number for number, (start, _) in enumerate(sentences) if start <= begin)
        first, last = max(0, place - chance.randrange(3)), min(len(sentences) - 1, place + chance.randrange(3))
        if chance.random() < 0.4:
            first = last = place
        text = article["text"][sentences[first][0] : sentences[last][1]]
        told = english[first : last + 1]
        both = {row["lang"]: row["question"], "en" if row["lang"] == "kk" else "kk": others[row["id"]]}
        translation = " ".join(told) if all(told) else None
        asked.append(Asked(both["kk"], both["en"], f"{article['title']}\n{text}", translation, article["id"]))
    pairs = [
        Pair(articles[name]["text"][start:end], told, OWN_WEIGHT)
        for name, english in renderings.items()
        for (start, end), told in zip(spans[name], english, strict=True)
        if told
    ]
    return asked, pairs


def draw_questions(asked: Sequence[Asked], count: int, of_article: int, generator: np.random.Generator) -> list[int]:
    """The places of questions for a step: some of each article drawn, no two with the same passage."""
    of: dict[str, list[int]] = {}
    for place, it in enumerate(asked):
        of.setdefault(it.article, []).append(place)
    names = list(of)
    drawn: list[int] = []
    for at in generator.permutation(len(names)):
        passages: set[str] = set()
        for place in generator.permutation(of[names[at]])[:of_article]:
            if asked[place].passage not in passages:
                passages.add(asked[place].passage)
                drawn.append(int(place))
        if len(drawn) >= count:
            break
    return drawn[:count]


def tune(
    pairs: Sequence[Pair],
    news: Sequence[Pair],
    asked: Sequence[Asked],
    tokenizer: Tokenizer,
    reader: Reader,
    recipe: Recipe,
) -> None:
    """Tune the layers in place, turn about on questions with their passages and on news with some other pairs."""
    teacher = load_teacher()

    def teach_texts(texts: Sequence[str]) -> torch.Tensor:
        return torch.from_numpy(teacher.encode(list(texts), normalize_embeddings=True, show_progress_bar=False))

    of_news = teach_texts([pair.english for pair in news])
    of_questions = teach_texts([it.english for it in asked])
    of_passages = teach_texts([it.translation or "" for it in asked])
    sentences = [pair for pair in pairs if pair.weight >= 1.5 and len(pair.kazakh) > 25]
    reader.own.weight.requires_grad_(False)
    reader.shared.weight.requires_grad_(False)
    optimizer = torch.optim.AdamW(reader.layers.parameters(), lr=recipe.rate, weight_decay=0.01)
    generator = np.random.default_rng(recipe.seed)
    running = 0.0

    def embed(texts: Sequence[str]) -> torch.Tensor:
        with autocast():
            found: torch.Tensor = reader(*batch_texts(tokenizer, texts, recipe.longest))
        return found

    def pick(queries: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
        return functional.cross_entropy(recipe.scale * queries @ answers.T, torch.arange(len(queries)))

    def near(ours: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        return 2 * (1 - (ours * wanted).sum(1)).mean()

    for step in range(recipe.steps):
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * min(1.0, (step + 1) / 20) * (1 - step / recipe.steps)
        if step % 2 == 0:
            rows = draw_questions(asked, recipe.questions, recipe.of_article, generator)
            some = [asked[row] for row in rows]
            kazakh, english = embed([it.kazakh for it in some]), embed([it.english for it in some])
            passages, questions = embed([it.passage for it in some]), of_questions[rows]
            loss = pick(kazakh, passages) + pick(english, passages) + pick(passages, kazakh) / 2
            loss = loss + pick(passages, english) / 2 + pick(kazakh, questions)
            loss = loss + near(kazakh, questions) + near(english, questions)
            if told := [place for place, it in enumerate(some) if it.translation]:
                wanted = of_passages[[rows[place] for place in told]]
                loss = loss + pick(passages[told], wanted) + near(passages[told], wanted)
        else:
            lines = generator.choice(len(news), recipe.news, replace=False)
            wanted = of_news[lines]
            kazakh = embed([news[row].kazakh for row in lines])
            english = embed([news[row].english for row in lines[:32]])
            others = [sentences[row] for row in generator.choice(len(sentences), recipe.others, replace=False)]
            theirs, ours = embed([pair.english for pair in others]), embed([pair.kazakh for pair in others])
            loss = pick(kazakh, wanted) + pick(english, kazakh) + pick(theirs, ours) + pick(ours, theirs)
            loss = loss + near(kazakh, wanted) + near(english, wanted[:32])
            loss = loss + recipe.matrix * functional.mse_loss(kazakh @ kazakh.T, wanted @ wanted.T)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own omission
        torch.nn.utils.clip_grad_norm_(reader.layers.parameters(), 1.0)
        optimizer.step()
        running = 0.95 * running + 0.05 * loss.item() if step else loss.item()
        if step % 20 == 0:
            log.info("tuning step %d of %d, loss %.3f", step, recipe.steps, running)


def main(arguments: list[str] | None = None) -> None:
    """Read, tune and save, as the command line says."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    usual = Recipe()
    parser = argparse.ArgumentParser(prog="python -m index.training.tuning", description=__doc__.splitlines()[0])
    parser.add_argument("--start", type=Path, required=True, help="the transformer student's checkpoint")
    parser.add_argument("--tokenizer", type=Path, required=True, help="its tokenizer")
    parser.add_argument("--pairs", type=Path, required=True, help="tab-separated pairs with columns kk, en, set")
    parser.add_argument("--own", type=Path, required=True, help="folder of the project's own pairs and questions")
    parser.add_argument("--reading", type=Path, required=True, help="folder of the judge's sets")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model")
    parser.add_argument("--steps", type=int, default=usual.steps)
    given = parser.parse_args(arguments)
    recipe = Recipe(steps=given.steps)
    asked, news = read_asked(given.own / "encyclopaedia.jsonl"), read_own(given.own)
    chance = random.Random(recipe.seed)
    for path in sorted(given.reading.glob("*/renderings.tsv")):
        of_set, sentences = read_reading(path.parent, chance)
        asked, news = asked + of_set, news + sentences
    log.info("%d questions, %d pairs of news", len(asked), len(news))
    tokenizer = Tokenizer.from_file(str(given.tokenizer))
    reader = begin_empty(tokenizer)
    reader.load_state_dict(torch.load(given.start))
    tune(read_pairs(given.pairs), news, asked, tokenizer, reader, recipe)
    with torch.no_grad():
        table = reader.compose(torch.arange(tokenizer.get_vocab_size())).numpy()
    save_tokens(table, tokenizer, given.out)
    save_layers(Layers(reader.layers), given.out)


if __name__ == "__main__":
    main()
