"""The training program, on data small enough for a second: reading, teaching, learning, going on, measuring."""

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tqdm import tqdm

from index.embed import open_encoder
from index.training import student, teacher
from index.training.evaluate import main as evaluate
from index.training.evaluate import measure_questions, rank_gains
from index.training.pairs import Pair, read_glossary, read_lines, read_pairs, weigh
from index.training.student import Recipe, draw, find_beginnings, loss_of, save_student, tokenize, train
from index.training.vocabulary import train_tokenizer

WORDS = {
    "ел": "country",
    "су": "water",
    "тау": "mountain",
    "жол": "road",
    "кітап": "book",
    "қала": "city",
    "үй": "house",
    "күн": "sun",
    "түн": "night",
    "нан": "bread",
    "ат": "horse",
    "ай": "moon",
}
SMALL = Recipe(passes=4, vocabulary=120, dim=16, batch=16, rate=0.05)


def small_pairs() -> list[Pair]:
    """Every two words side by side, in both languages."""
    return [
        Pair(f"{one} {other}", f"{WORDS[one]} {WORDS[other]}", 1.0) for one in WORDS for other in WORDS if one != other
    ]


def small_targets(pairs: list[Pair]) -> np.ndarray:
    """A teacher for which each English word is a direction of its own."""
    order = list(WORDS.values())
    targets = np.zeros((len(pairs), SMALL.dim), dtype=np.float16)
    for row, pair in enumerate(pairs):
        for word in pair.english.split():
            targets[row, order.index(word)] = 1
    return targets


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer([text for pair in small_pairs() for text in (pair.kazakh, pair.english)], SMALL.vocabulary)


class CountingTeacher:
    """Stands in for the teacher; gives up after `patience` texts."""

    def __init__(self, patience: int = 1000) -> None:
        self.patience = patience
        self.encoded: list[str] = []

    def get_embedding_dimension(self) -> int:
        return 3

    def encode(self, texts: Sequence[str], **_: object) -> np.ndarray:
        if len(self.encoded) + len(texts) > self.patience:
            raise KeyboardInterrupt
        self.encoded += texts
        return np.array([[len(text), text.count("a"), 1] for text in texts], dtype=np.float32)


def test_equal_pairs_are_read_once_and_blank_sides_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "pairs.tsv"
    file.write_text('kk\ten\tset\nсу\twater\tudhr\nсу\twater\tudhr\n\tnothing\tudhr\n"ел\t"country\tgnome_ui\n')
    assert read_pairs(file) == [Pair("су", "water", 1.0), Pair('"ел', '"country', 0.4)]


def test_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "pairs.tsv"
    file.write_text("kazakh\ten\nсу\twater\n")
    with pytest.raises(ValueError, match="no column kk"):
        read_pairs(file)


def test_sentences_count_more_and_interface_strings_less() -> None:
    assert weigh("Save the file now", "udhr") > weigh("Save", "udhr") > weigh("Save", "gnome_ui")
    assert weigh("Save the file now", "udhr") > weigh("Save the file now", "gnome_ui")


def test_lines_are_read_without_blank_ones(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("бір\n\n  екі \n")
    (tmp_path / "b.txt").write_text("үш")
    assert read_lines([tmp_path / "a.txt", tmp_path / "b.txt"]) == ["бір", "екі", "үш"]


def test_teaching_that_broke_off_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teacher, "BLOCK", 2)
    texts = ["banana", "a", "cab", "aa", "dddd"]
    first, second = CountingTeacher(patience=3), CountingTeacher()
    with pytest.raises(KeyboardInterrupt):
        teacher.teach(texts, tmp_path, first)
    taught = teacher.teach(texts, tmp_path, second)
    assert (first.encoded, second.encoded) == (["a", "aa"], ["cab", "dddd", "banana"])
    np.testing.assert_array_equal(taught, [[len(text), text.count("a"), 1] for text in texts])


def test_taught_vectors_of_other_texts_are_not_taken(tmp_path: Path) -> None:
    teacher.teach(["a", "b"], tmp_path, CountingTeacher())
    again, other = CountingTeacher(), CountingTeacher()
    teacher.teach(["a", "b"], tmp_path, again)
    teacher.teach(["a", "c"], tmp_path, other)
    assert (again.encoded, other.encoded) == ([], ["a", "c"])


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("ЕЛ", "ел"),
        ("ел, су!", "ел су"),
        ("«ел» – су", "ел су"),
        ("e\u00adл", "eл"),
    ],
    ids=["capitals", "punctuation", "quotes and dash", "soft hyphen"],
)
def test_tokenizer_looks_past(tokenizer: Tokenizer, text: str, same_as: str) -> None:
    assert tokenizer.encode(text).ids == tokenizer.encode(same_as).ids


def test_tokenizer_keeps_percent_and_currency_signs() -> None:
    tokenizer = train_tokenizer(["40 % $3 5 ₸"] * 20, 60)
    tokens = "".join(tokenizer.encode("40%, $3 (5 ₸)").tokens)
    assert [sign for sign in tokens if not sign.isalnum() and sign != "▁"] == ["%", "$", "₸"]


def test_tokens_of_chosen_texts_come_as_one_row_with_their_begins(tokenizer: Tokenizer) -> None:
    texts = ["ел су", "тау", "жол"]
    ids, begins = tokenize(tokenizer, texts).bags(np.array([2, 0]))
    first, second = tokenizer.encode("жол").ids, tokenizer.encode("ел су").ids
    assert ids.tolist() == [*first, *second]
    assert begins.tolist() == [0, len(first)]


def test_pairs_are_drawn_as_often_as_they_weigh() -> None:
    weights = np.array([2.0, 0.4, 0.0] * 500)
    drawn = draw(weights, 1, 0)
    times = np.bincount(drawn, minlength=len(weights)).reshape(-1, 3)
    assert set(times[:, 0]) == {2}
    assert 0.3 < times[:, 1].mean() < 0.5
    assert not times[:, 2].any()
    np.testing.assert_array_equal(drawn, draw(weights, 1, 0))
    assert drawn.tolist() != draw(weights, 1, 1).tolist()


def test_perfect_student_has_the_least_loss() -> None:
    import torch

    target = torch.eye(4)
    none = torch.zeros(4, 4, dtype=torch.bool)
    perfect = loss_of(target, target, target, none, SMALL)
    swapped = loss_of(target.flip(0), target, target, none, SMALL)
    assert perfect < 1e-4 < swapped


def test_pairs_with_the_same_text_are_not_wrong_answers() -> None:
    import torch

    target = torch.eye(3)[[0, 0, 1]]
    same = torch.tensor([[0, 1, 0], [1, 0, 0], [0, 0, 0]], dtype=torch.bool)
    assert loss_of(target, target, target, same, SMALL) < 1e-4 < loss_of(target, target, target, same & False, SMALL)


def test_beginnings_are_those_that_two_tokens_share() -> None:
    words = {"<unk>": 0, "▁ел": 1, "▁елі": 2, "▁елдер": 3, "▁су": 4}
    numbers, starts, count = find_beginnings(Tokenizer(WordLevel(words, unk_token="<unk>")), 3, 5)
    rows = [numbers[begin:end].tolist() for begin, end in pairwise(starts)]
    assert rows == [[], [0], [0], [0], []]
    assert count == 1


def test_glossary_rows_are_pairs_and_lesser_senses_count_less(tmp_path: Path) -> None:
    (tmp_path / "nouns.tsv").write_text("# nouns\n\nroad\tжол; соқпақ\nlone\n")
    (tmp_path / "irregular.tsv").write_text("went\tgo\n")
    assert read_glossary(tmp_path) == [Pair("жол", "road", 1.0), Pair("соқпақ", "road", 0.5)]


def test_student_learns_both_languages(tmp_path: Path, tokenizer: Tokenizer) -> None:
    pairs = small_pairs()
    save_student(train(pairs, small_targets(pairs), tokenizer, SMALL, tmp_path), tokenizer, tmp_path / "model")
    encoder = open_encoder(str(tmp_path / "model"))
    scores = encoder.embed_queries(list(WORDS)) @ encoder.embed_passages(list(WORDS.values())).T
    assert (scores.argmax(axis=1) == np.arange(len(WORDS))).mean() > 0.9


def test_training_that_broke_off_ends_as_if_it_had_not(
    tmp_path: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs, whole, broken = small_pairs(), tmp_path / "whole", tmp_path / "broken"
    whole.mkdir()
    broken.mkdir()
    wanted = train(pairs, small_targets(pairs), tokenizer, SMALL, whole)
    begun: list[str] = []

    def break_off(steps: range, desc: str) -> tqdm:
        begun.append(desc)
        if len(begun) == 3:
            raise KeyboardInterrupt
        return tqdm(steps, desc=desc, disable=True)

    monkeypatch.setattr(student, "tqdm", break_off)
    with pytest.raises(KeyboardInterrupt):
        train(pairs, small_targets(pairs), tokenizer, SMALL, broken)
    np.testing.assert_array_equal(train(pairs, small_targets(pairs), tokenizer, SMALL, broken), wanted)
    assert begun == [f"member 1 pass {number}" for number in (1, 2, 3, 3, 4)]


@pytest.mark.parametrize(
    ("ranking", "gold", "gain", "share"),
    [
        ([3, 1, 2], {3}, 1.0, 1.0),
        ([1, 3, 2], {3}, 1 / np.log2(3), 1.0),
        ([1, 2, 3], {1, 3}, 1.5 / (1 + 1 / np.log2(3)), 1.0),
        ([*range(1, 11), 0], {0, 1}, 1 / (1 + 1 / np.log2(3)), 0.5),
    ],
    ids=["first", "second", "two wanted", "eleventh is too late"],
)
def test_gain_of_a_ranking(ranking: list[int], gold: set[int], gain: float, share: float) -> None:
    scores = np.zeros(len(ranking) + 1, dtype=np.float32)
    scores[ranking] = np.arange(len(ranking), 0, -1)
    assert rank_gains(scores, gold) == pytest.approx((gain, share))


def test_table_has_a_line_for_each_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pairs.tsv").write_text("kk\ten\nсу\twater\nкітап\tbook\n")
    passages = [{"id": "a", "text": "Су ішті. Нан жеді."}, {"id": "b", "text": "Кітап оқыды."}]
    questions = [{"question": "Кім кітап оқыды?", "answers": [{"passage_id": "b"}]}]
    (tmp_path / "passages.jsonl").write_text("\n".join(map(json.dumps, passages)))
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, questions)))
    figures = measure_questions(open_encoder("bundled"), tmp_path)
    assert {figure.measure for figure in figures if figure.value == 1} >= {"nDCG@10, passage", "recall@10, passage"}
    evaluate(["bundled", "--translations", str(tmp_path / "pairs.tsv"), "--questions", str(tmp_path)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "| measure | set | bundled |"
    assert lines[2] == "| right translation first | pairs | 1.000 |"
    assert len(lines) == 2 + 1 + len(figures)
