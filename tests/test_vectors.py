"""index/vectors.py: how much cosines vary, which decides what they count."""

from pathlib import Path

import numpy as np
import pytest

from index.embed import StaticEncoder, open_encoder
from index.split import split_article
from index.store import VectorStore
from index.vectors import SPREADS, Placed, add_vectors, measure_spread
from qa_bot.records import Article
from tests.tiny_model import write_tiny_model


@pytest.fixture
def encoder(tmp_path: Path) -> StaticEncoder:
    encoder = open_encoder(write_tiny_model(tmp_path / "model"))
    assert isinstance(encoder, StaticEncoder)
    return encoder


def place(*texts: str) -> list[Placed]:
    articles = [Article(f"a{number}", "Тақырып", text) for number, text in enumerate(texts)]
    return [(article, count, it) for article in articles for count, it in enumerate(split_article(article))]


def fill(folder: Path, placed: list[Placed], encoder: StaticEncoder) -> VectorStore:
    store = VectorStore.create(folder, "", "gen-1")
    add_vectors(store, 0, placed, {article.id: "" for article, _, _ in placed}, encoder, None)
    return store


def test_passages_and_sentences_are_embedded_under_their_title(tmp_path: Path, encoder: StaticEncoder) -> None:
    with fill(tmp_path / "c", place("Сауда өсті. Келіссөз өтті."), encoder) as store:
        texts = ["Сауда өсті. Келіссөз өтті.", "Сауда өсті.", "Келіссөз өтті."]
        expected = encoder.embed_passages([f"Тақырып\n{text}" for text in texts])
        found = store.get("passage", ["0"]) | store.get("sentence", ["0.0", "0.1"])
        assert np.stack([found[name] for name in ("0", "0.0", "0.1")]) == pytest.approx(expected, abs=1e-6)


def test_spread_is_that_of_sentences_of_different_articles(tmp_path: Path, encoder: StaticEncoder) -> None:
    texts = ["Сауда өсті. Сауда өсті.", "Mongolia.", "12 345 67 89.", "Қар жауды. Жел соқты."]
    with fill(tmp_path / "c", place(*texts), encoder) as store:
        sentences = ["Сауда өсті.", "Сауда өсті.", "Mongolia.", "12 345 67 89.", "Қар жауды.", "Жел соқты."]
        owners = np.array([0, 0, 1, 2, 3, 3])
        rows = encoder.embed_passages([f"Тақырып\n{sentence}" for sentence in sentences])
        expected = (rows @ rows.T)[np.triu(owners[:, None] != owners, 1)].std()
        assert measure_spread(store, place(*texts)) == pytest.approx(float(expected), abs=1e-4)


def test_spread_of_one_article_is_that_of_all_its_sentences(tmp_path: Path, encoder: StaticEncoder) -> None:
    text = "Сауда өсті. Mongolia. 12 345 67 89."
    with fill(tmp_path / "c", place(text), encoder) as store:
        rows = encoder.embed_passages([f"Тақырып\n{text}" for text in ("Сауда өсті.", "Mongolia.", "12 345 67 89.")])
        expected = (rows @ rows.T)[np.triu(np.ones((3, 3), dtype=bool), 1)].std()
        assert measure_spread(store, place(text)) == pytest.approx(float(expected), abs=1e-4)


@pytest.mark.parametrize("texts", [(), ("Сауда өсті.",), ("Сауда өсті. Сауда өсті.",)])
def test_spread_of_too_little_is_the_least(tmp_path: Path, encoder: StaticEncoder, texts: tuple[str, ...]) -> None:
    placed = place(*texts)
    store = fill(tmp_path / "c", placed, encoder) if placed else VectorStore.create(tmp_path / "c", "", "gen-1")
    with store:
        assert measure_spread(store, placed) == SPREADS[0]


def test_spread_of_many_passages_is_taken_from_a_sample(
    tmp_path: Path, encoder: StaticEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = place(*(f"Сауда {number} пайызға өсті. Қар жауды." for number in range(60)))
    with fill(tmp_path / "c", placed, encoder) as store:
        asked: list[int] = []
        get = store.get
        monkeypatch.setattr(store, "get", lambda channel, ids: asked.append(len(ids)) or get(channel, ids))
        monkeypatch.setattr("index.vectors.SAMPLE", 10)
        assert SPREADS[0] <= measure_spread(store, placed) <= SPREADS[1]
        assert asked[0] <= 20
