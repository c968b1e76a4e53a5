"""The questions that the reader and the judge are fitted on, with the sentences that may answer them."""

import json
import random
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from index.build import build_index
from index.retriever import Index, open_index
from qa_bot.context import put_in_context
from qa_bot.features import Candidate
from qa_bot.measure_reading import place_references
from qa_bot.question import Question, understand
from qa_bot.reader import JUDGED, bundled_weights, find_candidates, logistic
from qa_bot.records import Lang, Retrieved, Turn
from qa_bot.retrieval_set import Reference
from qa_bot.settings import Settings

FOLDS = 5
SEED = 20
STRAY = "stray"
STRAYS = 6  # questions about something else put to each article

Row = dict[str, Any]
"""A question as it is written in a set."""

Place = tuple[str, int]
"""A sentence: the article's id and the sentence's start."""


@dataclass(frozen=True, slots=True)
class Example:
    """The candidates of one question; `gold[i]` tells whether candidate `i` answers."""

    set: str
    fold: int
    lang: Lang
    question: Question
    candidates: list[Candidate]
    gold: list[bool]
    answerable: bool
    odds: Mapping[Place, float]  # of the judge, for the candidates that the shipped ranking puts first


def place_of(candidate: Candidate) -> Place:
    """Where a candidate stands."""
    return candidate.sentence.article_id, candidate.sentence.start


def _open(articles: Path, folder: str) -> Index:
    settings = Settings(data=Path(folder))
    build_index([articles], settings, None)
    return open_index(settings)


def _fold(article_id: str, folds: int = FOLDS) -> int:
    return random.Random(f"{SEED}{article_id}").randrange(folds)


class _Alone:
    """An index as if one article were all of it."""

    def __init__(self, index: Index, article_id: str) -> None:
        self._index = index
        self._id = article_id
        self.article, self.sentence_similarity = index.article, index.sentence_similarity
        self.embed_words, self.judge, self.mark = index.embed_words, index.judge, index.mark

    def search(self, text: str, lang: Lang, k: int) -> list[Retrieved]:
        """The passages of the one article."""
        return [hit for hit in self._index.search(text, lang, 1000) if hit.passage.article_id == self._id][:k]


def read_set(
    articles: Path,
    questions: Path,
    *,
    alone: bool = False,
    judged: bool = True,
    rendered: bool = False,
    strays: Sequence[Row] = (),
) -> list[Example]:
    """Put the questions to an index of the articles, or each to its own article alone.

    `rendered`: put their renderings in the other language, too, if there are any beside them. `strays`: questions of
    which some are put to each article, though it does not answer them.
    """
    rows = read_rows(questions)
    chance = random.Random(SEED)
    stray = [
        row | {"article_id": article_id, "answerable": False, "quote": "", "quotes": []}
        for article_id in dict.fromkeys(row["article_id"] for row in rows if strays)
        for row in chance.sample(strays, STRAYS)
    ]
    if rendered:
        others = read_rendered_questions(questions.parent)
        rows += [
            row | {"question": others[row["id"]], "lang": "en" if row["lang"] == "kk" else "kk"}
            for row in rows
            if row["id"] in others
        ]
    with tempfile.TemporaryDirectory() as folder:
        index = _open(articles, folder)
        name = questions.parent.name + "/" + questions.stem
        return [
            _example(_Alone(index, str(row["article_id"])) if alone else index, row, of, judged=judged)
            for of, some in ((name, rows), (STRAY, stray))
            for row in _watch(some)
        ]


def read_rows(questions: Path) -> list[Row]:
    """Read a set of questions."""
    return [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines() if line.strip()]


def read_rendered_questions(folder: Path) -> dict[str, str]:
    """The questions of a set in the other language, by id: lines `id<TAB>question` of its renderings.tsv."""
    path = folder / "renderings.tsv"
    return dict(line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()) if path.exists() else {}


def _watch(rows: Sequence[Row]) -> Iterator[Row]:
    yield from tqdm(rows, file=sys.stderr, disable=not sys.stderr.isatty())


SHOWN = 2 * JUDGED  # sentences judged for one question: any that a ranking may put among those that are shown


def rank_candidates(candidates: Sequence[Candidate]) -> list[int]:
    """Places of the candidates in the order in which the shipped reader ranks them."""
    weights = bundled_weights().rank
    scores = [logistic(weights, candidate.features) for candidate in candidates]
    return sorted(range(len(scores)), key=lambda place: -scores[place])


def judge_candidates(
    question: Question, candidates: Sequence[Candidate], index: "Index | _Alone"
) -> dict[Place, float]:
    """The judge's log-odds for the candidates that the shipped weights rank first."""
    best = [candidates[place] for place in rank_candidates(candidates)[:SHOWN]]
    odds = index.judge(question.text, [put_in_context(candidate.analysis, candidate.sentence) for candidate in best])
    return dict(zip(map(place_of, best), odds, strict=True))


def _example(index: Index | _Alone, row: Row, name: str, *, judged: bool) -> Example:
    history = tuple(Turn(turn["question"], turn["answer"]) for turn in row.get("history", ()))
    question = understand(row["question"], None, history)
    candidates = find_candidates(question, index.search(question.text, question.language, 10), index)
    quotes = [*([row["quote"]] if row.get("quote") else []), *row.get("quotes", [])]
    gold = [_is_gold(candidate, row.get("article_id"), quotes) for candidate in candidates]
    odds = judge_candidates(question, candidates, index) if judged else {}
    by = row.get("article_id") or row["id"]
    return Example(name, _fold(str(by)), row["lang"], question, candidates, gold, row["answerable"], odds)


def _is_gold(candidate: Candidate, article_id: str | None, quotes: Sequence[str]) -> bool:
    sentence, text = candidate.sentence, candidate.analysis.article.text
    if article_id is not None and sentence.article_id != article_id:
        return False
    return any(
        sentence.start < at.start() + len(quote) and at.start() < sentence.end
        for quote in quotes
        for at in re.finditer(re.escape(quote), text)
    )


def read_passages(
    passages: Path, questions: Path, limit: int = 0, *, judged: bool = True
) -> list[tuple[Example, list[str]]]:
    """KazQAD-like: each question twice, once as it is and once with its own passages taken away, and its answers."""
    rows = read_rows(questions)
    if limit:
        rows = random.Random(SEED).sample(rows, min(limit, len(rows)))
    examples = []
    with tempfile.TemporaryDirectory() as folder:
        index = _open(passages, folder)
        for row in _watch(rows):
            question = understand(str(row["question"]))
            hits = index.search(question.text, question.language, 14)
            given = [Reference(a["passage_id"], a["start"], a["text"]) for a in row["answers"]]
            answers = place_references(given, index.article)
            own = {answer.article_id for answer in answers}
            fold = _fold(str(row["question"]))
            for there in (True, False):
                found = [hit for hit in hits if there or hit.passage.article_id not in own][:10]
                candidates = find_candidates(question, found, index)
                odds = judge_candidates(question, candidates, index) if judged else {}
                gold = [
                    any(
                        c.sentence.article_id == answer.article_id and c.sentence.start <= answer.start < c.sentence.end
                        for answer in answers
                    )
                    for c in candidates
                ]
                example = Example("passages", fold, "kk", question, candidates, gold, there, odds)
                examples.append((example, [answer.text for answer in given]))
    return examples
