r"""Trains the judge: the encoder's layers, taught to tell whether a sentence answers a question, and where.

    python -m index.training.judge --resume index/models/judge/layers.onnx \
        --set index/training/reading/visits --set index/training/reading/affairs … --out build/judge

A set is a folder with articles.jsonl and questions.jsonl; given twice, it is shown twice as often. Each question is
shown with the sentence that answers it, if one does, and with those that the reader ranks highest among the rest, each
in its context (`qa_bot.context`); some, too, with a sentence of another article, for people ask what no article is
about. Where the set has renderings.tsv, a question is put in the other language every other
time; half of the English ones are shown with the English renderings of the sentences, for the layers have read more
English than Kazakh. Questions over a collection (--passages) are shown with sentences of all that a search finds, once
with the passage that answers and once without. The token vectors stay as they are: the encoder shares them.
"""

import argparse
import json
import logging
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from tokenizers import Encoding, Tokenizer
from torch.nn import functional

from index.contextual import CONTEXTUAL_FOLDER, LAYERS, open_tokens
from index.training.examples import (
    FOLDS,
    Example,
    rank_candidates,
    read_passages,
    read_rendered_questions,
    read_rows,
    read_set,
)
from index.training.export import DIM, autocast, begin_layers, read_layers, save_layers
from qa_bot.analysis import Sentence
from qa_bot.context import put_in_context
from qa_bot.question import Question, understand

log = logging.getLogger(__name__)

PARTS = 4  # that the pairs of a step are read in
DRAWS = 8  # until a sentence of another article is found; sets of many articles need one or two

Mark = tuple[int, int]
"""Where an answer stands in a sentence, in characters."""

Renderings = Mapping[tuple[str, int], str]
"""English renderings of sentences, by article id and start."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question as it was asked and, if there is one, its rendering in the other language."""

    example: Example
    ranked: tuple[int, ...]  # places of the candidates in the order of the shipped reader
    asked: tuple[Question, ...]
    marks: Mapping[int, Mark] = field(default_factory=dict)  # the answer in the candidate's sentence, where it is known


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run of training is made of."""

    passes: float = 1.0
    shown: int = 4  # sentences shown with a question
    hardest: int = 3  # of those that do not answer: the reader's first choices; the others are drawn
    batch: int = 12  # questions
    strays: int = 4  # more pairs: a question, and what answers a question of another article
    pointed: int = 8  # more of them, each with the sentence that answers alone, to learn where in it
    longest: int = 112  # tokens
    rate: float = 9e-5
    head_rate: float = 5.4e-4
    warm_up: int = 60
    right: float = 1.5  # what a sentence that answers counts in the loss, and one that does not
    wrong: float = 0.6
    choice: float = 0.5  # weight of choosing the right one among those shown
    marking: float = 0.3  # weight of finding the first and the last word piece of the answer
    seed: int = 3


class JudgeLayers(torch.nn.Module):
    """The layers; on the first state and the mean of all a small network that gives one number, and on each state one
    that gives two: how likely the answer begins there, and ends."""

    def __init__(self, layers: torch.nn.Module) -> None:
        super().__init__()
        self.layers = layers
        self.head = torch.nn.Sequential(torch.nn.Linear(2 * DIM, 128), torch.nn.GELU(), torch.nn.Linear(128, 1))
        self.ends = torch.nn.Linear(DIM, 2)

    def forward(
        self, inputs: torch.Tensor, types: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Log-odds that the second text answers the first, and logits of where.

        Returns: float32 (pairs,) and (pairs, tokens, 2).
        """
        out = self.layers(inputs_embeds=inputs, token_type_ids=types, attention_mask=mask)
        states, weights = out.last_hidden_state.float(), mask[..., None].float()
        mean = (states * weights).sum(1) / weights.sum(1)
        odds: torch.Tensor = self.head(torch.cat([states[:, 0], mean], dim=1))[:, 0]
        return odds, self.ends(states)


def begin_judge(resume: Path | None) -> JudgeLayers:
    """A judge that goes on from layers or a checkpoint, or begins with the encoder's layers and new heads."""
    judge = JudgeLayers(begin_layers())
    if resume and resume.suffix != ".onnx":
        judge.load_state_dict(torch.load(resume))
        return judge
    held = read_layers(resume or CONTEXTUAL_FOLDER / LAYERS)
    missing, _ = judge.load_state_dict(held, strict=False)
    unknown = [name for name in missing if name.startswith("layers.") and "word_embeddings" not in name]
    if unknown:
        raise ValueError(f"{resume} holds no {unknown[0]}")
    return judge


def read_renderings(folder: Path, examples: Sequence[Example]) -> Renderings:
    """Match an article's renderings with its sentences; articles that are split otherwise are passed over."""
    rows = map(json.loads, (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines())
    translations = {row["id"]: row.get("translation", []) for row in rows}
    analyses = {c.analysis.article.id: c.analysis for example in examples for c in example.candidates}
    return {
        (name, sentence.start): text
        for name, analysis in analyses.items()
        if len(analysis.sentences) == len(translations.get(name, []))
        for sentence, text in zip(analysis.sentences, translations[name], strict=True)
    }


def read_lessons(folder: Path, examples: Sequence[Example]) -> list[Lesson]:
    """Join the questions of a set, in its order, with their renderings."""
    rows = read_rows(folder / "questions.jsonl")
    others = read_rendered_questions(folder)
    return [
        Lesson(
            example,
            tuple(rank_candidates(example.candidates)),
            (example.question, *([understand(others[row["id"]])] if row["id"] in others else [])),
            find_marks(example, row.get("answers", ())),
        )
        for row, example in zip(rows, examples, strict=True)
        if example.candidates
    ]


def read_passage_lessons(passages: Path, questions: Path, leave_out: int | None = None) -> list[Lesson]:
    """Questions over a collection. Other sentences that hold the answer's words may answer too: they are not shown."""
    lessons = []
    for example, answers in read_passages(passages, questions, judged=False):
        if example.fold == leave_out:
            continue
        ranked = [
            place
            for place in rank_candidates(example.candidates)
            if example.gold[place] or not any(it in example.candidates[place].sentence.text for it in answers)
        ]
        if ranked:
            lessons.append(Lesson(example, tuple(ranked), (example.question,), find_marks(example, answers)))
    return lessons


def find_marks(example: Example, answers: Sequence[str]) -> dict[int, Mark]:
    """Where the first of the accepted answers that a right sentence holds stands in it."""
    marks = {}
    for place, candidate in enumerate(example.candidates):
        held = [answer for answer in answers if answer in candidate.sentence.text]
        if example.gold[place] and held:
            start = candidate.sentence.text.index(held[0])
            marks[place] = start, start + len(held[0])
    return marks


def show(
    lesson: Lesson, renderings: Renderings, recipe: Recipe, chance: random.Random
) -> tuple[list[tuple[str, str]], list[float], list[Mark | None]]:
    """The pairs that one question is shown in, which of them are right (1.0), and where the answer stands in those."""
    example, ranked, question = lesson.example, lesson.ranked, chance.choice(lesson.asked)
    right = [place for place in ranked if example.gold[place]] if example.answerable else []
    wrong = [place for place in ranked if not example.gold[place]]
    rest = wrong[recipe.hardest :]
    wrong = wrong[: recipe.hardest] + chance.sample(rest, min(len(rest), recipe.shown - recipe.hardest))
    places = [*right[:1], *wrong][: recipe.shown]
    rendered = question.language == "en" and chance.random() < 0.5

    def say(sentence: Sentence) -> str:
        text = renderings.get((sentence.article_id, sentence.start)) if rendered else None
        return text or sentence.text

    shown = [example.candidates[place] for place in places]
    pairs = [(question.text, put_in_context(candidate.analysis, candidate.sentence, say)) for candidate in shown]
    told = [say(candidate.sentence) == candidate.sentence.text for candidate in shown]
    marks = [lesson.marks.get(place) if as_written else None for place, as_written in zip(places, told, strict=True)]
    return pairs, [float(place in right) for place in places], marks


def find_stray(lesson: Lesson, lessons: Sequence[Lesson], chance: random.Random) -> tuple[str, str] | None:
    """A question with the first choice for one of another article. Returns: None if no other was drawn."""
    own = {candidate.sentence.article_id for candidate in lesson.example.candidates}
    for other in chance.choices(lessons, k=DRAWS):
        candidate = other.example.candidates[other.ranked[0]]
        if candidate.sentence.article_id not in own:
            return chance.choice(lesson.asked).text, put_in_context(candidate.analysis, candidate.sentence)
    return None


def train(
    judge: JudgeLayers,
    table: torch.Tensor,
    lessons: Sequence[Lesson],
    renderings: Renderings,
    tokenizer: Tokenizer,
    recipe: Recipe,
) -> None:
    """Teach the layers to judge. `table`: float32 (tokens, DIM), the token vectors, which stay as they are."""
    chance = random.Random(recipe.seed)
    torch.manual_seed(recipe.seed)
    judge.eval()  # no dropout: hardly any question is seen twice
    groups = [
        {"params": list(judge.layers.parameters()), "lr": recipe.rate},
        {"params": [*judge.head.parameters(), *judge.ends.parameters()], "lr": recipe.head_rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    tokenizer.enable_truncation(recipe.longest, strategy="longest_first")
    steps = int(recipe.passes * len(lessons) / recipe.batch)
    order: list[Lesson] = []
    markable = [lesson for lesson in lessons if lesson.marks]
    running = 0.0
    for step in range(steps):
        if len(order) < recipe.batch:
            order = chance.sample(lessons, len(lessons))
        share = min(1.0, (step + 1) / recipe.warm_up) * (1 - step / steps)
        for group, rate in zip(optimizer.param_groups, (recipe.rate, recipe.head_rate), strict=True):
            group["lr"] = rate * share
        pairs: list[tuple[str, str]] = []
        labels: list[float] = []
        marks: list[Mark | None] = []
        bounds = [0]
        taken = [order.pop() for _ in range(recipe.batch)]
        for lesson in taken:
            shown, right, where = show(lesson, renderings, recipe, chance)
            pairs, labels, marks = pairs + shown, labels + right, marks + where
            bounds.append(len(pairs))
        put_elsewhere = chance.sample(taken, min(recipe.strays, len(taken)))
        strays = [stray for lesson in put_elsewhere if (stray := find_stray(lesson, lessons, chance))]
        pairs += strays
        labels += [0.0] * len(strays)
        marks += [None] * len(strays)
        wanted = torch.tensor(labels)
        for lesson in chance.sample(markable, min(recipe.pointed, len(markable))):
            place, mark = chance.choice(list(lesson.marks.items()))
            candidate = lesson.example.candidates[place]
            pairs.append((chance.choice(lesson.asked).text, put_in_context(candidate.analysis, candidate.sentence)))
            marks.append(mark)
        with autocast():
            odds, missed = _judge(judge, tokenizer, table, pairs, marks)
        odds = odds[: len(wanted)]
        weights = torch.where(wanted > 0, recipe.right, recipe.wrong)
        loss = functional.binary_cross_entropy_with_logits(odds, wanted, weight=weights)
        for begin, end in pairwise(bounds):
            if wanted[begin:end].any():
                chosen = functional.cross_entropy(odds[None, begin:end], wanted[begin:end].argmax()[None])
                loss = loss + recipe.choice / recipe.batch * chosen
        loss = loss + recipe.marking * missed
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own omission
        torch.nn.utils.clip_grad_norm_(judge.parameters(), 1.0)
        optimizer.step()
        running = 0.97 * running + 0.03 * loss.item() if step else loss.item()
        if step % 20 == 0:
            log.info("step %d of %d, loss %.3f", step, steps, running)


def keep(judge: JudgeLayers, begun: Mapping[str, torch.Tensor], share: float) -> None:
    """Move the weights back towards those that they began from, by a share from 0 to 1: new texts overwrite old ones.

    Source: Wortsman et al. 2022, "Robust fine-tuning of zero-shot models".
    """
    with torch.no_grad():
        for name, value in judge.state_dict().items():
            if value.is_floating_point():
                value.lerp_(begun[name], share)


def _judge(
    judge: JudgeLayers,
    tokenizer: Tokenizer,
    table: torch.Tensor,
    pairs: Sequence[tuple[str, str]],
    marks: Sequence[Mark | None],
) -> tuple[torch.Tensor, torch.Tensor]:
    """Log-odds of each pair, and the mean loss of finding the marked answers.

    Pairs of like length go together, so that little is spent on padding.
    """
    encodings = tokenizer.encode_batch(list(pairs))
    order = sorted(range(len(encodings)), key=lambda place: len(encodings[place].ids))
    size = -(-len(order) // PARTS)
    odds, losses = [], []
    for first in range(0, len(order), size):
        part = order[first : first + size]
        inputs, types, mask = _pad([encodings[place] for place in part], table)
        of_part, ends = judge(inputs, types, mask)
        odds.append(of_part.float())
        ends = ends.float().masked_fill((types == 0)[..., None], -1e4)
        for row, place in enumerate(part):
            mark = marks[place]
            wanted = [encodings[place].char_to_token(at, 1) for at in (mark[0], mark[1] - 1)] if mark else [None]
            if None not in wanted:
                losses.append(functional.cross_entropy(ends[row].T, torch.tensor(wanted)))
    missed = torch.stack(losses).mean() if losses else torch.zeros(())
    return torch.cat(odds)[torch.tensor(order).argsort()], missed


def _pad(encodings: Sequence[Encoding], table: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    width = max(len(encoding.ids) for encoding in encodings)
    ids, types, mask = (torch.zeros(len(encodings), width, dtype=torch.long) for _ in range(3))
    for row, encoding in enumerate(encodings):
        length = len(encoding.ids)
        ids[row, :length], types[row, :length] = torch.tensor(encoding.ids), torch.tensor(encoding.type_ids)
        mask[row, :length] = 1
    return table[ids], types, mask


def main(arguments: list[str] | None = None) -> None:
    """Read, train and save, as the command line says."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    usual = Recipe()
    parser = argparse.ArgumentParser(prog="python -m index.training.judge", description=__doc__.splitlines()[0])
    parser.add_argument("--set", type=Path, action="append", default=[], help="folder of a set; repeatable")
    parser.add_argument(
        "--passages", nargs=2, type=Path, action="append", default=[], metavar=("PASSAGES", "QUESTIONS")
    )
    parser.add_argument("--leave-out", type=int, help=f"the fold of each --passages, of {FOLDS}, that is not shown")
    parser.add_argument("--out", type=Path, required=True, help="folder for the layers")
    parser.add_argument("--resume", type=Path, help="layers or a checkpoint to go on from; default: the encoder's")
    parser.add_argument("--keep", type=float, default=0.0, help="share of the weights begun with in those saved")
    parser.add_argument("--checkpoint", type=Path, help="file for what a later run may go on from, not rounded")
    parser.add_argument("--passes", type=float, default=usual.passes)
    parser.add_argument("--rate", type=float, default=usual.rate)
    parser.add_argument("--seed", type=int, default=usual.seed)
    given = parser.parse_args(arguments)
    lessons: list[Lesson] = []
    renderings: dict[tuple[str, int], str] = {}
    for folder in given.set:
        of_set = read_set(folder / "articles.jsonl", folder / "questions.jsonl", alone=True, judged=False)
        lessons += read_lessons(folder, of_set)
        renderings |= read_renderings(folder, of_set)
    for passages, questions in given.passages:
        lessons += read_passage_lessons(passages, questions, given.leave_out)
    tokens = open_tokens(CONTEXTUAL_FOLDER)
    table = torch.from_numpy(tokens.look_up(np.arange(len(tokens.scale))))
    tokenizer = Tokenizer.from_str(tokens.tokenizer.to_str())
    judge = begin_judge(given.resume)
    recipe = Recipe(passes=given.passes, rate=given.rate, seed=given.seed)
    begun = {name: value.clone() for name, value in judge.state_dict().items()}
    train(judge, table, lessons, renderings, tokenizer, recipe)
    keep(judge, begun, given.keep)
    if given.checkpoint:
        torch.save(judge.state_dict(), given.checkpoint)
    save_layers(judge, given.out, outputs=("odds", "ends"))


if __name__ == "__main__":
    main()
