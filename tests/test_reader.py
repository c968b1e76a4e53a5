import gc
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from weakref import ref

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

import qa_bot
from qa_bot.analysis import analyse_article
from qa_bot.features import FEATURES, SIGNS
from qa_bot.question import understand
from qa_bot.reader import (
    ANSWER_FEATURES,
    ANSWER_SIGNS,
    CHOICE_FEATURES,
    CHOICE_SIGNS,
    DOUBT,
    JUDGED,
    SURE,
    ExtractiveReader,
    Ranked,
    Weights,
    answer_features,
    bundled_weights,
    count_judged,
    find_candidates,
    logistic,
)
from qa_bot.records import Article, Mark, Passage, Retrieved

WEIGHTS = Path(qa_bot.__file__).with_name("reader_weights.json")
NEUTRAL = 0.5  # the threshold of hand-made weights


class Shelf:
    """Articles without an encoder: no two texts and no two words are alike to it. `odds` are its judge's."""

    def __init__(self, *articles: Article) -> None:
        self.odds: dict[str, float] = {}
        self.marked: Mark | None = None
        self._articles = {article.id: article for article in articles}

    def article(self, article_id: str) -> Article:
        return self._articles[article_id]

    def sentence_similarity(self, text: str, article_id: str) -> dict[int, float]:
        return {
            sentence.start: float(text == sentence.text)
            for sentence in analyse_article(self.article(article_id)).sentences
        }

    def embed_words(self, words: Sequence[str]) -> npt.NDArray[np.float32]:
        return np.zeros((len(words), 4), dtype=np.float32)

    def judge(self, question: str, sentences: Sequence[str]) -> list[float]:
        assert question
        return [self.odds.get(shown.split(" | ")[0], 0.0) for shown in sentences]

    def mark(self, question: str, text: str, end: int) -> Mark | None:
        assert question
        assert end <= len(text)
        return self.marked

    def find(self) -> list[Retrieved]:
        """Every article as one passage."""
        return [Retrieved(Passage(a.id, 0, len(a.text), a.text), 1.0) for a in self._articles.values()]


@pytest.fixture
def shelf(visit: Article) -> Iterator[Shelf]:
    # The words of an analysed article keep the vectors of the encoder that read it first; other tests use another.
    analyse_article.cache_clear()
    yield Shelf(visit)
    analyse_article.cache_clear()


def weigh_by(bias: float = 0.0, judge: float = 0.0, **rank: float) -> Weights:
    """Weights that rank by a few features and the judge; the bias alone decides whether anything is answered."""
    ranking = (*(rank.get(name, 0.0) for name in FEATURES), 0.0)
    return Weights(ranking, (1.0, judge, 0.0, 0.0), (*(0.0 for _ in ANSWER_FEATURES), bias), NEUTRAL)


@pytest.mark.parametrize(
    ("model", "names"), [("rank", FEATURES), ("choose", CHOICE_FEATURES), ("answer", ANSWER_FEATURES)]
)
def test_there_is_a_weight_for_every_feature_and_no_other_in_their_order(model: str, names: tuple[str, ...]) -> None:
    held = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert list(held) == ["rank", "choose", "answer", "threshold"]
    assert list(held[model]) == [*names, "bias"]


@pytest.mark.parametrize(("model", "signs"), [("rank", SIGNS), ("choose", CHOICE_SIGNS), ("answer", ANSWER_SIGNS)])
def test_no_weight_speaks_against_its_sign(model: str, signs: dict[str, int]) -> None:
    held = json.loads(WEIGHTS.read_text(encoding="utf-8"))[model]
    assert [name for name, sign in signs.items() if held[name] * sign < 0] == []


def test_the_bundled_weights_are_in_the_order_of_the_features() -> None:
    held = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    weights = bundled_weights()
    assert weights.rank == (*(held["rank"][name] for name in FEATURES), held["rank"]["bias"])
    assert weights.choose == (*(held["choose"][name] for name in CHOICE_FEATURES), held["choose"]["bias"])
    assert weights.answer == (*(held["answer"][name] for name in ANSWER_FEATURES), held["answer"]["bias"])
    assert 0.0 < weights.threshold < 1.0


@pytest.mark.parametrize("asked", ["What is the trade target?", "Тауар айналымы қанша пайызға өсті?"])
def test_every_sentence_is_weighed_and_the_best_comes_first(asked: str, shelf: Shelf, visit: Article) -> None:
    question = understand(asked)
    reading = ExtractiveReader(shelf).weigh(question, shelf.find())
    sentences = [ranked.candidate.sentence for ranked in reading.ranked]
    assert len({sentence.position for sentence in sentences}) == len(sentences)
    assert sum(len("".join(sentence.text.split())) for sentence in sentences) == len("".join(visit.text.split()))
    assert all(before.score >= after.score for before, after in pairwise(reading.ranked))
    assert all(len(ranked.candidate.features) == len(FEATURES) for ranked in reading.ranked)
    assert 0.0 <= reading.confidence <= 1.0


def test_the_judge_can_prefer_another_sentence_but_only_of_those_it_was_shown(shelf: Shelf) -> None:
    question = understand("What is the trade target?")
    before = ExtractiveReader(shelf, weigh_by(covered=5.0)).weigh(question, shelf.find()).ranked
    shown, unseen = before[JUDGED - 1].candidate.sentence, before[JUDGED].candidate.sentence
    shelf.odds = {shown.text: 2 * SURE, unseen.text: 2 * SURE}
    after = ExtractiveReader(shelf, weigh_by(covered=5.0, judge=20.0)).weigh(question, shelf.find()).ranked
    assert after[0].candidate.sentence == shown
    assert [item.judged for item in after[:2]] == [1.0, 0.0]
    assert after[JUDGED].candidate.sentence == unseen
    assert after[JUDGED].judged == -1.0
    assert all(one.score >= other.score for one, other in pairwise(after))
    assert answer_features(after)[-2:] == (1.0, 1.0)


@pytest.mark.parametrize(
    ("chances", "count"), [((0.9, 0.88, 0.2), 3), ((0.99, 0.5, 0.4), 1), ((0.5,) * 9, JUDGED), ((), 0)]
)
def test_the_judge_is_spared_what_would_hardly_win(chances: tuple[float, ...], count: int, visit: Article) -> None:
    candidate = find_candidates(understand("What is the trade target?"), Shelf(visit).find(), Shelf(visit))[0]
    assert count_judged([Ranked(candidate, chance) for chance in chances]) == count


def test_an_index_that_is_no_longer_used_is_let_go(visit: Article) -> None:
    shelf = Shelf(visit)
    find_candidates(understand("What is the trade target?"), shelf.find(), shelf)
    gone = ref(shelf)
    del shelf
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize(("asked", "doubted"), [("What is Iran's target?", False), ("What is Chile's target?", True)])
def test_what_the_article_names_nowhere_is_not_outweighed(asked: str, doubted: bool, shelf: Shelf) -> None:
    reading = ExtractiveReader(shelf, weigh_by(bias=9.0)).weigh(understand(asked), shelf.find())
    assert reading.answers is not doubted
    assert reading.confidence == pytest.approx(DOUBT if doubted else 1.0, abs=0.001)


def test_reading_twice_reads_the_same(shelf: Shelf) -> None:
    question = understand("What is the trade target?")
    once = ExtractiveReader(shelf).weigh(question, shelf.find())
    again = ExtractiveReader(shelf).weigh(question, shelf.find())
    assert once == again
    assert ExtractiveReader(shelf).read(question, shelf.find()) == ExtractiveReader(shelf).read(question, shelf.find())


@pytest.mark.parametrize("asked", ["What is it?", "Бұл не?"])
def test_a_question_that_rests_on_no_word_is_not_answered(asked: str, shelf: Shelf) -> None:
    question = understand(asked)
    assert question.terms == ()
    reader = ExtractiveReader(shelf, weigh_by(bias=9.0, covered=1.0))
    assert reader.read(question, shelf.find()) is None


def test_nothing_found_is_nothing_answered(shelf: Shelf) -> None:
    reader = ExtractiveReader(shelf, weigh_by(bias=9.0, covered=1.0))
    assert reader.read(understand("What is the trade target?"), []) is None


@pytest.mark.parametrize(("bias", "answers"), [(1.0, True), (0.0, True), (-1.0, False)])
def test_only_what_reaches_the_threshold_is_said(bias: float, answers: bool, shelf: Shelf) -> None:
    question = understand("What is the trade target?")
    reader = ExtractiveReader(shelf, weigh_by(bias=bias, covered=1.0))
    reading = reader.weigh(question, shelf.find())
    assert reading.answers is answers
    assert (reader.draft(question, reading) is not None) is answers


def test_the_sentence_that_the_weights_prefer_is_cited_word_for_word(shelf: Shelf, visit: Article) -> None:
    draft = ExtractiveReader(shelf, weigh_by(1.0, covered=9.0)).read(
        understand("Банк саласына қатысты мәселе бар ма?"), shelf.find()
    )
    assert draft is not None
    best = draft.citations[0]
    assert "банк саласына қатысты мәселе бар" in best.text
    assert best.start is not None
    assert visit.text[best.start : best.start + len(best.text)] == best.text


def test_the_better_of_two_articles_is_read() -> None:
    snow = Article("snow", "Қар", "Қалада қар жауды. Жолдар жабылды.", "kk")
    other = Article("road", "Жол", "Таразда жаңа көпір ашылды. Оған 5 млрд теңге жұмсалды.", "kk")
    shelf = Shelf(snow, other)
    draft = ExtractiveReader(shelf, weigh_by(1.0, covered=9.0)).read(understand("Көпір қайда ашылды?"), shelf.find())
    assert draft is not None
    assert (draft.short, draft.citations[0].article_id) == ("Тараз", "road")


def test_a_close_second_is_cited_beside_the_best(shelf: Shelf) -> None:
    question = understand("What is the trade target?")
    ranked_alike = ExtractiveReader(shelf, weigh_by(1.0)).read(question, shelf.find())
    told_apart = ExtractiveReader(shelf, weigh_by(1.0, covered_lead=60.0)).read(question, shelf.find())
    assert ranked_alike is not None
    assert told_apart is not None
    cited = {citation.text for citation in ranked_alike.citations}
    assert sum(len(text) > 30 for text in cited) == 2
    assert sum(len(citation.text) > 30 for citation in told_apart.citations) == 1


@pytest.mark.parametrize(
    ("text", "asked", "feature", "better"),
    [
        ("Таразда көпір ашылды. Қалада қар жауды.", "Көпір қайда ашылды?", "covered", 0),
        ("Қалада қар жауды. Таразда көпір ашылды.", "Көпір қайда ашылды?", "kind_and_covered", 1),
        ("Жарысқа 350 спортшы келді. Залға 40 орындық қойылды.", "Қанша спортшы келді?", "counted_found", 0),
        ("Көпір жабылды, өйткені су тасыды. Көпір жаңа.", "Көпір неге жабылды?", "reason_found", 0),
    ],
)
def test_a_feature_is_higher_where_there_is_more_of_it(text: str, asked: str, feature: str, better: int) -> None:
    shelf = Shelf(Article("made", "", text, "kk"))
    reading = ExtractiveReader(shelf, weigh_by()).weigh(understand(asked), shelf.find())
    values = {r.candidate.sentence.position: r.candidate.feature(feature) for r in reading.ranked}
    assert values[better] > values[1 - better]


def test_a_sentence_about_another_time_is_known() -> None:
    shelf = Shelf(Article("made", "", "Экспорт 2024 жылы екі есе өсті.", "kk"))
    reader = ExtractiveReader(shelf, weigh_by())
    (other,) = reader.weigh(understand("Экспорт 2019 жылы қанша есе өсті?"), shelf.find()).ranked
    (same,) = reader.weigh(understand("Экспорт 2024 жылы қанша есе өсті?"), shelf.find()).ranked
    assert other.candidate.feature("time_differs") == 1.0
    assert same.candidate.feature("time_differs") == 0.0
    assert other.candidate.feature("constraint_unmet") > same.candidate.feature("constraint_unmet") == 0.0


def test_an_empty_article_has_nothing_to_weigh() -> None:
    shelf = Shelf(Article("empty", "Бос", "", "kk"))
    reading = ExtractiveReader(shelf).weigh(understand("What is the trade target?"), shelf.find())
    assert (reading.ranked, reading.answers) == ((), False)


def test_the_title_may_say_what_the_sentence_leaves_out() -> None:
    bare = Article("made", "", "Құны 5 млрд теңге.", "kk")
    question = understand("Тараз көпіріне қанша теңге жұмсалды?")
    values = []
    for article in (bare, replace(bare, title="Тараз көпірі")):
        shelf = Shelf(article)
        (ranked,) = ExtractiveReader(shelf, weigh_by()).weigh(question, shelf.find()).ranked
        values.append(ranked.candidate.feature("covered_in_context"))
    assert values[1] > values[0]


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=5), st.lists(st.floats(-5, 5), min_size=5, max_size=5))
def test_a_probability_is_from_nought_to_one(weights: list[float], features: list[float]) -> None:
    assert 0.0 <= logistic(weights, features[: len(weights) - 1]) <= 1.0


def test_a_probability_grows_with_the_evidence() -> None:
    assert logistic((2.0, 0.0), (0.0,)) == 0.5
    assert logistic((2.0, 0.0), (1.0,)) > 0.8
    assert logistic((2.0, -9.0), (1.0,)) < 0.01


def test_a_sentence_is_as_near_as_the_best_of_its_parts_that_were_indexed() -> None:
    class Parts(Shelf):
        def sentence_similarity(self, text: str, article_id: str) -> dict[int, float]:
            assert text
            second = self.article(article_id).text.index("Екінші")
            return {0: 0.25, 7: 0.75, second: -0.5}

    shelf = Parts(Article("a", "Тақырып", "Бірінші сөйлем ұзақ болды. Екінші сөйлем қысқа. Үшіншісі жоқ."))
    candidates = find_candidates(understand("Бірінші сөйлем қандай?"), shelf.find(), shelf)
    assert [candidate.feature("cosine") for candidate in candidates] == [0.75, 0.0, 0.0]
