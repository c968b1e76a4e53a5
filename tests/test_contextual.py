"""The bundled transformers: an encoder that knows both languages, and a judge of questions and sentences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.contextual import CONTEXTUAL_FOLDER, LONGEST, ContextualEncoder, Judge, open_tokens

KAZAKH = ["Екі ел арасындағы сауда көлемі артты.", "Кеше қатты жаңбыр жауды.", "Оқушылар мектепке барды."]
ENGLISH = ["Trade between the two countries has grown.", "It rained heavily yesterday.", "Pupils went to school."]


@pytest.fixture(scope="module")
def encoder() -> ContextualEncoder:
    return ContextualEncoder()


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


def test_a_translation_is_nearest(encoder: ContextualEncoder) -> None:
    scores = encoder.embed(ENGLISH) @ encoder.embed(KAZAKH).T
    assert scores.argmax(axis=1).tolist() == [0, 1, 2]
    assert scores.argmax(axis=0).tolist() == [0, 1, 2]


def test_the_order_of_the_words_counts(encoder: ContextualEncoder) -> None:
    one, other = encoder.embed(["Иран Қазақстанға мұнай сатты", "Қазақстан Иранға мұнай сатты"])
    assert 0.5 < one @ other < 0.9999


@settings(deadline=None, max_examples=25)
@given(texts=st.lists(st.text(max_size=80), max_size=3))
def test_rows_are_unit_or_zero_whatever_stands_beside_them(encoder: ContextualEncoder, texts: list[str]) -> None:
    together = encoder.embed(texts)
    assert together.shape == (len(texts), encoder.dim)
    norms = np.linalg.norm(together, axis=1)
    assert np.all((np.abs(norms - 1) < 1e-5) | (norms == 0))
    for row, text in enumerate(texts):
        np.testing.assert_array_equal(together[row], encoder.embed([text])[0])


@pytest.mark.parametrize("text", ["", " ", "\u1200\u1201"])
def test_a_text_without_a_known_token_has_no_vector(encoder: ContextualEncoder, text: str) -> None:
    assert not encoder.embed([text]).any()


def test_a_text_is_read_up_to_its_limit(encoder: ContextualEncoder) -> None:
    tokens = open_tokens(CONTEXTUAL_FOLDER)
    long = "сауда " * 2 * LONGEST
    assert len(tokens.tokenizer.encode(long).ids) == LONGEST
    np.testing.assert_array_equal(encoder.embed([long]), encoder.embed([long + "мектеп"]))


def test_the_encoder_and_the_judge_share_one_table() -> None:
    assert open_tokens(CONTEXTUAL_FOLDER) is open_tokens(CONTEXTUAL_FOLDER)


@pytest.mark.parametrize(
    ("question", "answers", "does_not"),
    [
        (
            "Өткен жылы қанша бидай жиналды?",
            "Былтыр диқандар 16 миллион тонна астық бастырды.",
            "Диқандар жаңбырға риза болды.",
        ),
        (
            "Who opened the exhibition?",
            "Көрмені мәдениет министрі Айдос Сапаров ашты.",
            "Көрме бір айға созылады.",
        ),
    ],
)
def test_the_judge_prefers_the_sentence_that_answers(judge: Judge, question: str, answers: str, does_not: str) -> None:
    right, wrong = judge.judge(question, [answers, does_not])
    assert right > wrong


def test_the_judge_reads_each_sentence_for_itself(judge: Judge) -> None:
    question = "Who came?"
    together = judge.judge(question, KAZAKH)
    assert together == [judge.judge(question, [sentence])[0] for sentence in KAZAKH]
    assert judge.judge(question, []) == []


@pytest.mark.parametrize(
    ("question", "answer"),
    [("Көрмені кім ашты?", "Айдос Сапаров"), ("Where did the exhibition open?", "Семейде")],
)
def test_the_judge_points_at_whole_words_of_the_sentence(judge: Judge, question: str, answer: str) -> None:
    sentence = "Көрмені мәдениет министрі Айдос Сапаров Семейде ашты."
    mark = judge.mark(question, f"{sentence} | Мұражай | Ол Алматыда тұрады.", len(sentence))
    assert mark is not None
    assert answer in sentence[mark.start : mark.end]
    assert sentence[mark.start - 1 : mark.start] in {"", " "}
    assert sentence[mark.end] in " ."
    assert 0 < mark.probability <= 1


@settings(deadline=None, max_examples=25)
@given(question=st.text(max_size=40), text=st.text(max_size=80), data=st.data())
def test_a_mark_stands_before_the_end_it_was_given(judge: Judge, question: str, text: str, data: st.DataObject) -> None:
    end = data.draw(st.integers(0, len(text)))
    mark = judge.mark(question, text, end)
    assert mark is None or 0 <= mark.start < mark.end <= end
