"""Indexing and searching many passages: qa-bot against LangChain with Chroma and the same encoder.

    python tests/benchmarks/search_at_scale.py [--passages 10000] [--articles PATH …] [--rounds 3] [--encoder static]

The passages are made by joining sentences of the given articles at random and changing their numbers and names, with
a fixed seed. Both sides get the same ones, as qa-bot splits them, and the same questions; each indexes and searches
in processes of its own, so that the memory told is that of one side. The searches take turns, A B A B. The other side
is `Chroma.add_documents` and `similarity_search` for ten passages, all as they come: with `HuggingFaceEmbeddings` for
the static encoder, and for the default one, which sentence-transformers cannot open, with the least that LangChain
wants around it.
"""

import argparse
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from qa_bot.records import Article
from qa_bot.settings import Settings

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

ROOT = Path(__file__).parents[2]
ENCODER = ROOT / "index" / "models" / "static"
ARTICLES = [ROOT / "seeds", *sorted((ROOT / "tests" / "questions").glob("news_*/articles.jsonl"))]
QUESTIONS = sorted((ROOT / "tests" / "questions").glob("news_*/questions.jsonl"))
SIDES = ("qa_bot", "langchain")
MOST = 100_000
FOUND = 10  # passages
ASKED = 200  # questions
SENTENCES = 8  # in an article; qa-bot makes one or two passages of so many

_NUMBER = re.compile(r"\d+")
_NAME = re.compile(r"(?<=[^\W\d_] )[A-ZА-ЯӘҒҚҢӨҰҮҺІ][a-zа-яәғқңөұүһі]{3,}")
"""A word with a capital that does not begin its sentence."""
_SYLLABLES = ("ба", "бек", "да", "ер", "жан", "қай", "ла", "мұр", "нұр", "рах", "са", "тай", "тө", "ғұ", "ша", "ілі")


def main() -> int:
    """Make the passages, run both sides, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, default=10_000, help=f"at most {MOST:,} (default: 10,000)")
    parser.add_argument("--articles", type=Path, nargs="+", default=ARTICLES)
    parser.add_argument("--rounds", type=int, default=3, help="times that each side searches (default: 3)")
    parser.add_argument("--encoder", choices=["bundled", "static"], default="bundled", help="of both sides")
    given = parser.parse_args()
    if not 1 <= given.passages <= MOST:
        parser.error(f"--passages is a number from 1 to {MOST:,}")
    os.environ["QA_BOT_EMBEDDING_MODEL"] = given.encoder
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = write_corpus(given.articles, given.passages, folder)
        print(f"{made:,} passages, {len(read_lines(folder / 'queries.jsonl'))} questions", flush=True)
        built = {side: _start(f"index_{side}", folder) for side in SIDES}
        searched = [{side: _start(f"search_{side}", folder) for side in SIDES} for _ in range(given.rounds)]
    print(f"\n{'':30}{'qa-bot':>10}{'LangChain':>12}{'ratio':>8}")
    _tell("passages indexed a second", *(made / built[side]["seconds"] for side in SIDES))
    _tell("peak memory indexing, MB", *(built[side]["memory"] for side in SIDES))
    _tell("memory searching, MB", *(median(turn[side]["memory"] for turn in searched) for side in SIDES))
    for figure in ("p50", "p95"):
        pairs = [(turn["qa_bot"][figure], turn["langchain"][figure]) for turn in searched]
        told = [median(side) for side in zip(*pairs, strict=True)]
        _tell(f"search {figure}, ms", *told, median(ours / theirs for ours, theirs in pairs))
    return 0


def write_corpus(paths: Sequence[Path], passages: int, folder: Path) -> int:
    """Write articles.jsonl, passages.jsonl with the passages that they are split into, and queries.jsonl.

    Returns: the number of passages, the least that is not below `passages`.
    """
    from index.articles import read_articles
    from index.split import split_article

    made = 0
    with (folder / "articles.jsonl").open("w") as whole, (folder / "passages.jsonl").open("w") as parts:
        for article in _make_articles(read_articles(paths)):
            whole.write(json.dumps({"id": article.id, "title": article.title, "text": article.text}) + "\n")
            for passage in split_article(article):
                parts.write(json.dumps(f"{article.title}\n{passage.text}") + "\n")  # a title is embedded by qa-bot, too
                made += 1
            if made >= passages:
                break
    questions = [row["question"] for path in QUESTIONS for row in read_lines(path)]
    questions = random.Random(0).sample(questions, ASKED)
    (folder / "queries.jsonl").write_text("".join(json.dumps(question) + "\n" for question in questions))
    return made


def _make_articles(articles: Sequence[Article]) -> Iterator[Article]:
    """Articles without end, each of sentences of one language."""
    from qa_bot.language.sentences import split_sentences

    draw = random.Random(0)
    by_lang: dict[str, list[str]] = {}
    for article in articles:
        spans = split_sentences(article.text)
        by_lang.setdefault(article.lang, []).extend(article.text[start:end] for start, end in spans)
    langs = [article.lang for article in articles]
    for number in count(1):
        lang = draw.choice(langs)
        said = [_alter(sentence, draw) for sentence in draw.choices(by_lang[lang], k=SENTENCES)]
        halves = (" ".join(said[: SENTENCES // 2]), " ".join(said[SENTENCES // 2 :]))
        yield Article(f"made-{number}", said[0][:80], "\n".join(halves), lang)


def _alter(sentence: str, draw: random.Random) -> str:
    """Other numbers of the same length, and a made-up name for half of the names."""
    sentence = _NUMBER.sub(lambda found: "".join(draw.choices("123456789", k=len(found[0]))), sentence)
    return _NAME.sub(
        lambda found: "".join(draw.choices(_SYLLABLES, k=3)).capitalize() if draw.random() < 0.5 else found[0], sentence
    )


def index_qa_bot(folder: Path) -> dict[str, float]:
    """Index by `build_index`."""
    from index.build import build_index

    started = time.perf_counter()
    build_index([folder / "articles.jsonl"], Settings(data=folder / "ours"))
    return {"seconds": time.perf_counter() - started}


def index_langchain(folder: Path) -> dict[str, float]:
    """Index by `Chroma.add_documents`, in batches of the most that Chroma takes at once."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document

    started = time.perf_counter()
    store = Chroma(persist_directory=str(folder / "theirs"), embedding_function=_open_embeddings())
    documents = [Document(text) for text in read_lines(folder / "passages.jsonl")]
    size = store._client.get_max_batch_size()
    for first in range(0, len(documents), size):
        store.add_documents(documents[first : first + size])
    return {"seconds": time.perf_counter() - started}


def search_qa_bot(folder: Path) -> dict[str, float]:
    """Search by `Index.search`, which understands a question's language first, as `qa-bot search` does."""
    from index.retriever import open_index
    from qa_bot.question import read_query

    with open_index(Settings(data=folder / "ours")) as index:
        return _time_searches(folder, lambda query: index.search(*read_query(query), FOUND))


def search_langchain(folder: Path) -> dict[str, float]:
    """Search by `similarity_search`."""
    from langchain_chroma import Chroma

    store = Chroma(persist_directory=str(folder / "theirs"), embedding_function=_open_embeddings())
    return _time_searches(folder, lambda query: store.similarity_search(query, k=FOUND))


def _time_searches(folder: Path, search: Callable[[str], Sequence[object]]) -> dict[str, float]:
    queries = read_lines(folder / "queries.jsonl")
    assert len(search(queries[0])) > 0  # loads what is loaded once
    took = []
    for query in queries:
        started = time.perf_counter()
        search(query)
        took.append(1000 * (time.perf_counter() - started))
    cuts = quantiles(took, n=20, method="inclusive")
    return {"p50": median(took), "p95": cuts[-1]}


def _open_embeddings() -> "Embeddings":
    from langchain_core.embeddings import Embeddings
    from langchain_huggingface import HuggingFaceEmbeddings

    from index.embed import open_encoder

    name = Settings().embedding_model
    if name == "static":
        return HuggingFaceEmbeddings(model_name=str(ENCODER))
    encoder = open_encoder(name)

    class Bundled(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [vector.tolist() for vector in encoder.embed_passages(texts)]

        def embed_query(self, text: str) -> list[float]:
            vector: list[float] = encoder.embed_queries([text])[0].tolist()
            return vector

    return Bundled()


def read_lines(path: Path) -> list[Any]:
    """The values of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _start(worker: str, folder: Path) -> dict[str, float]:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT), "ANONYMIZED_TELEMETRY": "False"}
    command = [sys.executable, __file__, worker, str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment, check=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def _tell(name: str, ours: float, theirs: float, ratio: float | None = None) -> None:
    print(f"{name:30}{ours:10.1f}{theirs:12.1f}{ratio or ours / theirs:8.2f}")


WORKERS = {worker.__name__: worker for worker in (index_qa_bot, index_langchain, search_qa_bot, search_langchain)}


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in WORKERS:
        told = WORKERS[sys.argv[1]](Path(sys.argv[2]))
        print(json.dumps({**told, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000}))
    else:
        sys.exit(main())
