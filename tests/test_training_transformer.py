"""The training of the transformer and of the judge: what is read, grouped, shown and written, without training."""

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from torch.nn import functional

from index.contextual import CONTEXTUAL_FOLDER, JUDGE_FOLDER, LAYERS, Judge, open_tokens
from index.training.examples import STRAY, STRAYS, Example, place_of, read_set
from index.training.export import DIM, read_layers, save_layers
from index.training.judge import (
    Lesson,
    begin_judge,
    find_marks,
    find_stray,
    keep,
    read_lessons,
    read_passage_lessons,
    show,
)
from index.training.judge import Recipe as JudgeRecipe
from index.training.pairs import Pair
from index.training.reader import HARD, _set_weight
from index.training.transformer import (
    SPECIAL,
    Recipe,
    batch_texts,
    group_by_length,
    join_vocabularies,
    loss_of,
    plan_batches,
    read_own,
    train_word_pieces,
)
from index.training.tuning import Asked, draw_questions, read_asked, read_reading
from qa_bot.analysis import analyse_article
from qa_bot.features import FEATURES, Candidate
from qa_bot.question import understand
from qa_bot.records import Article

ENGLISH = {token: number for number, token in enumerate([*SPECIAL, "trade", "##s", "5", "%", "é", "я", "[unused1]"])}
ASKED = "What is the trade target?"
SAID = ["Биыл сауда айналымын 3 млрд долларға жеткізуге келіскенбіз.", "Алматыда алма бағасы 500 теңге болды."]
KAZAKH = ["сауда саудада саудалар", "ел елдер елде", "сауда елде"]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return join_vocabularies(ENGLISH, train_word_pieces(KAZAKH, 60))


def test_both_languages_have_their_tokens_and_no_token_twice(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("Trades 5%").tokens == ["[CLS]", "trade", "##s", "5", "%", "[SEP]"]
    kazakh = tokenizer.encode("САУДАДА").tokens
    assert "[UNK]" not in kazakh
    assert "".join(token.removeprefix("##") for token in kazakh[1:-1]) == "саудада"
    known = {tokenizer.id_to_token(number) for number in range(tokenizer.get_vocab_size())}
    assert len(known) == tokenizer.get_vocab_size()
    assert {"é", "я", "[unused1]"} & known <= {"я"}


def test_a_pair_of_texts_is_told_apart(tokenizer: Tokenizer) -> None:
    encoding = tokenizer.encode("ел", "trade")
    assert encoding.type_ids == [0] * (len(encoding.ids) - 2) + [1, 1]


def test_texts_are_padded_and_cut_with_their_end_mark(tokenizer: Tokenizer) -> None:
    ids, mask = batch_texts(tokenizer, ["trade", "trade trade trade trade trade"], 4)
    end = tokenizer.token_to_id("[SEP]")
    assert ids.shape == (2, 4)
    assert mask.tolist() == [[1, 1, 1, 0], [1, 1, 1, 1]]
    assert (int(ids[0, 2]), int(ids[1, 3])) == (end, end)


def test_batches_hold_texts_of_like_length_and_each_at_most_once() -> None:
    lengths = np.arange(400) % 40
    groups = group_by_length(np.arange(400), lengths, 10, seed=1)
    rows = np.concatenate(groups)
    assert len(rows) == len(set(rows.tolist())) == 400
    assert max(int(np.ptp(lengths[group])) for group in groups) <= 1


def test_a_part_of_a_pass_is_a_part_of_the_pairs(tokenizer: Tokenizer) -> None:
    pairs = [Pair(f"сауда {number}", f"trade {number}", 1.0) for number in range(100)]
    whole = plan_batches(pairs, tokenizer, Recipe(passes=2, batch=10))
    part = plan_batches(pairs, tokenizer, Recipe(passes=1.5, batch=10))
    assert (len(whole), len(part)) == (20, 15)


def test_the_loss_is_least_where_the_vectors_are_the_teachers() -> None:
    torch.manual_seed(1)
    target = functional.normalize(torch.randn(6, 8), dim=-1)
    read, same = torch.tensor([1, 4]), torch.zeros(6, 6, dtype=torch.bool)
    right = loss_of(target, target[read], read, target, same, Recipe())
    swapped = loss_of(target.flip(0), target[read], read, target, same, Recipe())
    assert right < swapped


def test_pairs_that_share_a_text_are_nobodys_wrong_answers() -> None:
    target = functional.normalize(torch.tensor([[1.0, 0.1], [1.0, 0.1], [0.0, 1.0]]), dim=-1)
    read, same = torch.tensor([0]), torch.zeros(3, 3, dtype=torch.bool)
    apart = loss_of(target, target[read], read, target, same, Recipe())
    same[0, 1] = same[1, 0] = True
    assert loss_of(target, target[read], read, target, same, Recipe()) < apart


def test_own_pairs_and_questions_are_read(tmp_path: Path) -> None:
    (tmp_path / "news.tsv").write_text("сауда өсті\ttrade grew\n\n", encoding="utf-8")
    row = {"kk": "Не өсті?", "en": "What grew?", "passage": "Сауда өсті.", "translation": "Trade grew."}
    (tmp_path / "asked.jsonl").write_text(json.dumps(row), encoding="utf-8")
    assert [(pair.kazakh, pair.english) for pair in read_own(tmp_path)] == [("сауда өсті", "trade grew")]
    assert read_asked(tmp_path / "asked.jsonl")[0].english == "What grew?"


def test_what_is_written_for_the_training_is_in_the_package() -> None:
    folder = Path(__file__).parent.parent / "index" / "training"
    assert len(read_own(folder / "pairs")) > 3500
    assert len(read_asked(folder / "pairs" / "encyclopaedia.jsonl")) == 900


def example(answerable: bool) -> Example:
    text = "Екі ел сауданы арттырмақ. Кездесу Астанада өтті. Делегация келді. Қонақтар аттанды. Ертең жаңбыр жауады."
    analysis = analyse_article(Article("a", "Кездесу", text))
    features = tuple(0.0 for _ in FEATURES)
    candidates = [Candidate(analysis, sentence, (), features) for sentence in analysis.sentences]
    gold = [answerable and place == 1 for place in range(len(candidates))]
    return Example("any", 0, "en", understand("Where did they meet?"), candidates, gold, answerable, {})


def lesson(answerable: bool) -> Lesson:
    it = example(answerable)
    return Lesson(it, (0, 1, 2, 3, 4), (it.question,), find_marks(it, ["Astana", "Астанада", "Астана"]))


@pytest.mark.parametrize("answerable", [True, False])
def test_a_question_is_shown_with_what_answers_it_and_with_what_does_not(answerable: bool) -> None:
    shown = JudgeRecipe(shown=4, hardest=2)
    it = lesson(answerable)
    pairs, right, marks = show(it, {}, shown, random.Random(1))
    assert len({text for _, text in pairs}) == len(pairs) == 4
    assert sum(right) == answerable
    if answerable:
        expected = "Кездесу Астанада өтті. | Кездесу | Екі ел сауданы арттырмақ."
        assert pairs[right.index(1.0)] == ("Where did they meet?", expected)
        assert [mark for mark in marks if mark] == [(8, 16)]
        assert expected[8:16] == "Астанада"
    else:
        assert not any(marks)


def test_some_are_asked_of_an_article_that_is_about_something_else() -> None:
    analysis = analyse_article(Article("b", "Алма", "Алма бағасы өсті. Базар жабылды."))
    others = tuple(Candidate(analysis, sentence, (), tuple(0.0 for _ in FEATURES)) for sentence in analysis.sentences)
    asked = understand("Алма ше?")
    apples = Lesson(Example("any", 0, "kk", asked, list(others), [True, False], True, {}), (0, 1), (asked,))
    talks = lesson(True)
    assert find_stray(talks, [talks, apples], random.Random(1)) == (
        "Where did they meet?",
        "Алма бағасы өсті. | Алма | ",
    )
    assert find_stray(talks, [talks], random.Random(1)) is None


def test_renderings_stand_in_for_sentences_of_english_questions_at_times() -> None:
    it = lesson(True)
    renderings = {place_of(candidate): f"rendering {place}" for place, candidate in enumerate(it.example.candidates)}
    texts = [show(it, renderings, JudgeRecipe(), random.Random(seed))[0][0][1] for seed in range(20)]
    assert 0 < sum(text.startswith("rendering 1") for text in texts) < 20


def test_a_question_is_asked_in_either_language_at_times() -> None:
    it = replace(lesson(True), asked=(understand("Where did they meet?"), understand("Олар қайда кездесті?")))
    asked = {show(it, {}, JudgeRecipe(), random.Random(seed))[0][0][0] for seed in range(20)}
    assert asked == {"Where did they meet?", "Олар қайда кездесті?"}


def test_lessons_join_questions_with_their_renderings(tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_text('{"id": "1"}\n{"id": "2"}\n', encoding="utf-8")
    (tmp_path / "renderings.tsv").write_text("2\tОлар қайда кездесті?\n", encoding="utf-8")
    first, second = read_lessons(tmp_path, [example(True), example(False)])
    assert [question.language for question in first.asked] == ["en"]
    assert [question.language for question in second.asked] == ["en", "kk"]
    assert sorted(first.ranked) == [0, 1, 2, 3, 4]


def test_a_reading_set_gives_questions_with_passages_and_sentences_with_renderings(tmp_path: Path) -> None:
    article = {
        "id": "a",
        "title": "Кездесу",
        "text": "Олар келді. Кездесу Астанада өтті.",
        "translation": ["They came.", "They met."],
    }
    rows = [
        {
            "id": "1",
            "lang": "kk",
            "question": "Қайда өтті?",
            "answerable": True,
            "quote": "Астанада өтті",
            "article_id": "a",
        },
        {"id": "2", "lang": "en", "question": "Who paid?", "answerable": False, "quote": "", "article_id": "a"},
    ]
    (tmp_path / "articles.jsonl").write_text(json.dumps(article), encoding="utf-8")
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (tmp_path / "renderings.tsv").write_text("1\tWhere was it?\n2\tКім төледі?\n", encoding="utf-8")
    for seed in range(9):
        asked, pairs = read_reading(tmp_path, random.Random(seed))
        assert [(it.kazakh, it.english) for it in asked] == [("Қайда өтті?", "Where was it?")]
        assert asked[0].passage.startswith("Кездесу\n")
        assert asked[0].passage.endswith("Кездесу Астанада өтті.")
        assert (asked[0].translation == "They came. They met.") == ("Олар келді." in asked[0].passage)
        assert [(pair.kazakh, pair.english) for pair in pairs][1] == ("Кездесу Астанада өтті.", "They met.")


def test_questions_drawn_together_have_passages_of_their_own() -> None:
    asked = [Asked(str(n), str(n), f"passage {n // 2}", None, f"article {n // 8}") for n in range(64)]
    drawn = draw_questions(asked, 12, 3, np.random.default_rng(1))
    assert len(drawn) == 12
    assert len({asked[place].passage for place in drawn}) == 12
    assert len({asked[place].article for place in drawn}) <= 8


def test_each_article_is_asked_some_questions_about_something_else(tmp_path: Path) -> None:
    articles = [{"id": name, "title": "Кездесу", "text": f"{name} келді. Кездесу өтті."} for name in ("Али", "Бек")]
    rows = [
        {
            "id": "1",
            "lang": "kk",
            "question": "Кім келді?",
            "answerable": True,
            "quote": f"{name} келді.",
            "article_id": name,
        }
        for name in ("Али", "Бек")
    ]
    (tmp_path / "articles.jsonl").write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    other = [
        {"id": str(n), "lang": "kk", "question": f"{n} кездесу қашан?", "answerable": True, "quote": "Кездесу өтті."}
        for n in range(2000, 2000 + 2 * STRAYS)
    ]
    read = read_set(tmp_path / "articles.jsonl", tmp_path / "questions.jsonl", alone=True, judged=False, strays=other)
    strays = [example for example in read if example.set == STRAY]
    assert len(read) - len(strays) == len(rows)
    assert len(strays) == len(articles) * STRAYS
    assert not any(example.answerable or any(example.gold) for example in strays)
    assert all(example.candidates for example in strays)
    assert {example.candidates[0].sentence.article_id for example in strays} == {"Али", "Бек"}


def test_questions_written_to_mislead_count_less() -> None:
    it = example(True)
    hard = Example(HARD, 0, it.lang, it.question, it.candidates, it.gold, True, {})
    assert _set_weight(hard) < _set_weight(it) == 1.0


def test_a_judge_goes_on_from_the_layers_that_ship() -> None:
    pytest.importorskip("onnx")
    judge, tokens = begin_judge(JUDGE_FOLDER / LAYERS).eval(), open_tokens(CONTEXTUAL_FOLDER)
    odds = []
    for text in SAID:
        encoding = tokens.tokenizer.encode(ASKED, text)
        inputs = torch.from_numpy(tokens.look_up(np.array([encoding.ids])))
        with torch.no_grad():
            found, ends = judge(inputs, torch.tensor([encoding.type_ids]), torch.ones(1, len(encoding.ids)))
        assert ends.shape == (1, len(encoding.ids), 2)
        odds.append(float(found))
    # The shipped layers round what they are given as well.
    assert odds == pytest.approx(Judge().judge(ASKED, SAID), abs=2.0)
    assert odds.index(max(odds)) == 0


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's, of the exporter that the 8-bit tools can read
def test_a_new_judge_begins_with_the_encoders_layers_and_no_others(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    encoders = read_layers(CONTEXTUAL_FOLDER / LAYERS)
    begun = begin_judge(None).state_dict()
    assert {name for name in begun if name.startswith("layers.")} - encoders.keys() <= {
        "layers.embeddings.word_embeddings.weight"
    }
    for name, values in encoders.items():
        if name.startswith("layers."):
            torch.testing.assert_close(begun[name], values)

    class Other(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.ends = torch.nn.Linear(DIM, 2)

        def forward(self, inputs: torch.Tensor, types: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            out: torch.Tensor = self.ends(inputs) + (types + mask)[..., None]
            return out

    save_layers(Other(), tmp_path)
    with pytest.raises(ValueError, match=r"holds no layers\."):
        begin_judge(tmp_path / LAYERS)


@pytest.mark.parametrize(("share", "left"), [(0.0, 3.0), (0.25, 2.5), (1.0, 1.0)])
def test_what_was_learnt_before_may_be_kept_in_part(share: float, left: float) -> None:
    judge = begin_judge(None)
    begun = {name: torch.full_like(value, 1) for name, value in judge.state_dict().items()}
    with torch.no_grad():
        for value in judge.state_dict().values():
            value.fill_(3)
    keep(judge, begun, share)
    assert {round(value.mean().item(), 4) for value in judge.state_dict().values() if value.is_floating_point()} == {
        left
    }


def test_questions_over_a_collection_are_shown_with_and_without_their_passage(tmp_path: Path) -> None:
    passages, questions = tmp_path / "passages.jsonl", tmp_path / "questions.jsonl"
    rows = [
        {"id": "a", "title": "Көл", "lang": "kk", "text": "Балқаш көлінің суы жартылай ащы. Ол шығыста орналасқан."},
        {"id": "b", "title": "Суы ащы", "lang": "kk", "text": "Каспий теңізінің суы ащы. Балқаш көлі одан кіші."},
    ]
    passages.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    asked = {
        "question": "Балқаш көлінің суы қандай?",
        "answers": [{"passage_id": "a", "start": 17, "text": "жартылай ащы"}],
    }
    questions.write_text(json.dumps(asked, ensure_ascii=False), encoding="utf-8")
    with_it, without = read_passage_lessons(passages, questions)
    assert (with_it.example.answerable, without.example.answerable) == (True, False)
    marked = {
        with_it.example.candidates[place].sentence.text[start:end] for place, (start, end) in with_it.marks.items()
    }
    assert marked == {"жартылай ащы"}
    assert {candidate.sentence.article_id for candidate in without.example.candidates} == {"b"}
    assert read_passage_lessons(passages, questions, leave_out=with_it.example.fold) == []
