"""Training the tagger of names: reading the corpus and counting what is right."""

from pathlib import Path

import pytest

from index.training.entities import LABELS, measure, read_sentences, tag_words, train
from qa_bot.language.tagger import TaggedName

CORPUS = """Айжан B-PERSON
Бекетова I-PERSON
« O
Хабар B-ORGANISATION
» O
2 B-CARDINAL
, I-CARDINAL
5 I-CARDINAL
дейді O
. O

Ол O
Павлодарға B-GPE
барды O
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.txt"
    path.write_text(CORPUS * 3, encoding="utf-8")
    return path


def test_sentences_get_their_usual_spaces_and_names_their_places(corpus: Path) -> None:
    text, names = next(read_sentences(corpus))
    assert text == "Айжан Бекетова «Хабар» 2,5 дейді."
    assert names == [TaggedName("PERSON", 0, 14), TaggedName("ORGANISATION", 16, 21)]


def test_words_get_the_tags_of_the_names_that_they_lie_in(corpus: Path) -> None:
    text, names = next(read_sentences(corpus))
    assert tag_words(text, names)[:5] == ["B-PERSON", "I-PERSON", "O", "B-ORGANISATION", "O"]


def test_trained_weights_know_the_corpus_they_come_from(corpus: Path, tmp_path: Path) -> None:
    weights = tmp_path / "weights.crfsuite"
    train(corpus, weights)
    scores = measure(corpus, weights)
    assert set(scores) == {*LABELS, "micro"}
    assert scores["PERSON"] == (1.0, 1.0, 1.0, 3)
    assert scores["FACILITY"] == (0.0, 0.0, 0.0, 0)
