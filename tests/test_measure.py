"""qa_bot/measure.py: what counts as right, and what a question set has to look like."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.errors import QuestionSetUnreadable
from qa_bot.measure import Asked, Outcome, RefusalCurve, draw_refusal_curves, judge, read_questions, tabulate, tally
from qa_bot.quotes import verify
from qa_bot.records import Answer, Article, Citation, Draft, Lang, Refusal, Turn

ROOT = Path(__file__).parents[1]
VISIT = "iran-president-visit"
TARGET = "Біз өткен кездесуімізде сауда айналымын 3 млрд долларға жеткізуге келіскенбіз"
GROWTH = "Сонымен қатар Иран президенті Қазақстанмен арадағы тауар айналымы биыл 40 пайызға өскенін атап өтті."
Lookup = Callable[[str], Article]

ROW: dict[str, Any] = {"id": "en-1", "lang": "en", "question": "What is the target?", "answerable": True}


def write(folder: Path, *lines: object) -> Path:
    path = folder / "set.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def ask(answers: tuple[str, ...] = (), quotes: tuple[str, ...] = (), lang: Lang = "en", article: str = VISIT) -> Asked:
    return Asked("1", "What is the trade target?", lang, True, answers, quotes, article)


def say(short: str, quote: str | None, article_of: Lookup, lang: Lang = "en") -> Answer:
    """An answer that rests on one quote, or on both that this module knows."""
    quotes = (TARGET, GROWTH) if quote is None else (quote,)
    draft = Draft(short, short, tuple(Citation(VISIT, text) for text in quotes), 0.9)
    answer = verify(draft, "?", lang, article_of, Refusal("not_in_articles"))
    assert answer.refusal is None
    return answer


def refuse(article_of: Lookup) -> Answer:
    return verify(None, "?", "en", article_of, Refusal("not_in_articles"))


def test_every_field_of_a_question_is_read(tmp_path: Path) -> None:
    row = {
        **ROW,
        "answers": ["3 billion", "three billion"],
        "quote": TARGET,
        "quotes": [GROWTH],
        "article_id": VISIT,
        "history": [{"question": "Who came?", "answer": "The president."}],
    }
    (asked,) = read_questions(write(tmp_path, row))
    assert asked == Asked(
        id="en-1",
        question="What is the target?",
        lang="en",
        answerable=True,
        answers=("3 billion", "three billion"),
        quotes=(TARGET, GROWTH),
        article_id=VISIT,
        history=(Turn("Who came?", "The president."),),
    )


def test_a_question_needs_no_more_than_four_fields(tmp_path: Path) -> None:
    (asked,) = read_questions(write(tmp_path, "", {**ROW, "answers": None, "quote": None}, "   "))
    assert (asked.answers, asked.quotes, asked.article_id, asked.history) == ((), (), None, ())


def test_a_line_separator_within_a_question_is_no_new_line(tmp_path: Path) -> None:
    (asked,) = read_questions(write(tmp_path, {**ROW, "question": "What\u2028now?\u0085"}))
    assert asked.question == "What\u2028now?\u0085"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("not json", "JSONDecodeError"),
        ("[]", "TypeError"),
        ('"text"', "TypeError"),
        ({"id": "1"}, "KeyError: 'lang'"),
        ({**ROW, "lang": "fr"}, "lang is 'fr', none of kk, en"),
        ({**ROW, "question": None}, "question is no text"),
        ({**ROW, "answerable": "no"}, "answerable neither true nor false"),
        ({**ROW, "answers": "3 billion"}, "answers is no list of texts"),
        ({**ROW, "answers": [3]}, "answers is no list of texts"),
        ({**ROW, "quotes": [""]}, "quotes is no list of texts"),
        ({**ROW, "history": ["Who came?"]}, "TypeError"),
    ],
    ids=[
        "no JSON", "list", "text", "no language", "unknown language", "no question", "answerable as text",
        "answers as text", "answer as number", "empty quote", "history of texts",
    ],
)  # fmt: skip
def test_a_wrong_line_is_named(tmp_path: Path, line: object, said: str) -> None:
    path = write(tmp_path, ROW, "", line)
    with pytest.raises(QuestionSetUnreadable) as caught:
        read_questions(path)
    assert str(caught.value).startswith(f"{path}:3: not a question")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "holds no question"), (b"\n \n", "holds no question"), ("Вопрос".encode("cp1251"), "cannot be read")],
    ids=["empty", "blank", "mis-encoded"],
)
def test_a_set_without_questions_is_told(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(content)
    with pytest.raises(QuestionSetUnreadable, match=said):
        read_questions(path)


def test_a_missing_set_is_told(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetUnreadable, match=r"nowhere\.jsonl: cannot be read"):
        read_questions(tmp_path / "nowhere.jsonl")


@pytest.mark.parametrize("path", sorted(ROOT.glob("tests/questions/**/*questions.jsonl")), ids=lambda p: p.parent.name)
def test_the_projects_own_sets_are_readable(path: Path) -> None:
    asked = read_questions(path)
    assert len({question.id for question in asked}) == len(asked)
    assert all(question.quotes or question.answers for question in asked if question.answerable)


@pytest.mark.parametrize(
    ("wanted", "lang", "short", "right"),
    [
        ("3 billion dollars", "en", "3 billion dollars", True),
        ("3 Billion", "en", "3 billion dollars", True),
        ("three billion dollars", "en", "3 billion dollars", True),
        ("$3 billion", "en", "3 billion dollars", True),
        ("3 млрд", "kk", "3 млрд доллар", True),
        ("3 млрд доллар", "kk", "3 млрд долларға", True),
        ("40 пайыз", "kk", "40 пайызға", True),
        ("40%", "kk", "40 пайыз", True),
        ("40", "en", "40 percent", True),
        ("presidents of Iran", "en", "President of Iran", True),
        ("Иран президентінен", "kk", "Иран президенті", True),
        ("30 percent", "en", "40 percent", False),
        ("0 percent", "en", "40 percent", False),
        ("4", "en", "40 percent", False),
        ("0 пайыз", "kk", "40 пайызға", False),
        ("4", "kk", "40 пайызға", False),
        ("no", "en", "trade, now", False),
        ("ran", "en", "Iran", False),
        ("2 billion dollars", "en", "3 billion dollars", False),
        ("40 dollars", "en", "40 percent", False),
    ],
)
def test_a_right_answer_says_what_is_wanted(
    wanted: str, lang: Lang, short: str, right: bool, article_of: Lookup
) -> None:
    outcome = judge(ask((wanted,), lang=lang), say(short, None, article_of, lang), article_of)
    assert outcome.answered
    assert outcome.answer_right is right


def test_one_of_several_right_answers_will_do(article_of: Lookup) -> None:
    outcome = judge(ask(("5 billion", "3 billion")), say("3 billion dollars", TARGET, article_of), article_of)
    assert outcome.answer_right


def test_without_a_wanted_answer_only_the_quote_counts(article_of: Lookup) -> None:
    answer = say("3 billion dollars", TARGET, article_of)
    assert judge(ask(quotes=(TARGET,)), answer, article_of) == Outcome(ask(quotes=(TARGET,)), True, True, True)
    assert judge(ask(quotes=(GROWTH,)), answer, article_of).quote_right is False


@pytest.mark.parametrize(
    ("wanted", "right"),
    [
        ("3 млрд долларға", True),
        ("келіскенбіз және осы жолда", True),
        ("және осы жолда", False),
        ("мұнан да жоғары жетістіктерге жете аламыз. ", False),
        ("бұл мақалада жоқ сөз", False),
    ],
    ids=["within", "overlapping", "right after", "right before", "absent"],
)
def test_a_right_quote_overlaps_the_wanted_one(wanted: str, right: bool, article_of: Lookup) -> None:
    outcome = judge(ask(quotes=(wanted,)), say("3 billion dollars", TARGET, article_of), article_of)
    assert outcome.quote_right is right


def test_words_that_occur_twice_are_right_at_either_place(visit: Article, article_of: Lookup) -> None:
    wanted = "деді Иран президенті"
    assert visit.text.count(wanted) == 2
    second = visit.text[visit.text.rindex("Иран ЕАЭО арқылы") :].split("\n")[0]
    assert judge(ask(quotes=(wanted,)), say("Иран", second, article_of, "kk"), article_of).quote_right


def test_a_quote_of_another_article_is_not_right(article_of: Lookup) -> None:
    asked = ask(quotes=("сауда",), article="another")
    assert not judge(asked, say("3 billion dollars", TARGET, article_of), article_of).quote_right


def test_a_refusal_is_neither_right_nor_quoted(article_of: Lookup) -> None:
    asked = ask(("3 billion",), (TARGET,))
    assert judge(asked, refuse(article_of), article_of) == Outcome(asked, False, False, False)


def test_an_answer_to_what_cannot_be_answered_is_never_right(article_of: Lookup) -> None:
    asked = Asked("1", "Who won?", "en", False)
    outcome = judge(asked, say("3 billion dollars", TARGET, article_of), article_of)
    assert outcome == Outcome(asked, True, False, False)


def outcomes() -> list[Outcome]:
    def asked(lang: Lang, answerable: bool) -> Asked:
        return Asked("1", "?", lang, answerable)

    return [
        Outcome(asked("kk", True), True, True, True),
        Outcome(asked("kk", True), True, False, True),
        Outcome(asked("kk", True), False, False, False),
        Outcome(asked("kk", False), False, False, False),
        Outcome(asked("en", True), True, True, False),
        Outcome(asked("en", False), True, False, False),
        Outcome(asked("en", False), False, False, False),
    ]


def test_each_outcome_is_counted_once() -> None:
    counts = tally(outcomes())
    assert (counts.answerable, counts.answered_right, counts.quote_right, counts.wrongly_refused) == (4, 2, 2, 1)
    assert (counts.unanswerable, counts.refused_rightly, counts.wrongly_answered) == (3, 2, 1)


def test_nothing_is_counted_of_nothing() -> None:
    assert tally([]) == tally(iter(()))
    assert tally([]).answerable == tally([]).unanswerable == 0


def test_the_table_has_a_row_for_each_language_and_for_all() -> None:
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in tabulate(outcomes())]
    assert header == [
        "language", "answered right", "quote right", "wrongly refused", "refused rightly", "wrongly answered",
    ]  # fmt: skip
    assert rows == [
        ["kk", "1/3  33.3%", "2/3  66.7%", "1/3  33.3%", "1/1 100.0%", "0/1   0.0%"],
        ["en", "1/1 100.0%", "0/1   0.0%", "0/1   0.0%", "1/2  50.0%", "1/2  50.0%"],
        ["all", "2/4  50.0%", "2/4  50.0%", "1/4  25.0%", "2/3  66.7%", "1/3  33.3%"],
    ]


def test_the_columns_stand_below_each_other() -> None:
    lines = list(tabulate(outcomes()))
    assert len({tuple(at for at, char in enumerate(line) if char == "|") for line in lines}) == 1


def test_a_language_or_a_sort_that_was_not_asked_has_no_share() -> None:
    only = [outcome for outcome in outcomes() if outcome.asked.lang == "en" and outcome.asked.answerable]
    rows = [[cell.strip() for cell in line.split("|")] for line in tabulate(only)][1:]
    assert [row[0] for row in rows] == ["en", "all"]
    assert all(row[4:] == ["-", "-"] for row in rows)


def believe(lang: Lang, answerable: bool, right: bool, sure: float, answered: bool = True) -> tuple[Outcome, float]:
    return Outcome(Asked("1", "?", lang, answerable), answered, right, right and answerable), sure


def test_a_higher_threshold_refuses_more_and_answers_less() -> None:
    (curve,) = draw_refusal_curves(
        [
            believe("en", True, True, 0.9),
            believe("en", True, True, 0.4),
            believe("en", True, False, 0.6),
            believe("en", False, False, 0.4),
            believe("en", False, False, 0.2),
        ]
    )
    assert curve == RefusalCurve(
        lang="en",
        thresholds=(0.0, 0.2, 0.4, 0.6, 0.9, 1.0),
        refused_rightly=(0.0, 0.0, 0.5, 1.0, 1.0, 1.0),
        quote_right=(2 / 3, 2 / 3, 2 / 3, 1 / 3, 1 / 3, 0.0),
    )


def test_what_cannot_be_supported_is_refused_at_any_threshold() -> None:
    (curve,) = draw_refusal_curves([believe("kk", False, False, 0.5, answered=False)])
    assert curve.refused_rightly == (1.0, 1.0, 1.0)


def test_each_language_has_its_curve_and_a_sort_not_asked_has_none() -> None:
    kazakh, english = draw_refusal_curves([believe("en", False, False, 0.5), believe("kk", True, True, 0.5)])
    assert (kazakh.lang, kazakh.refused_rightly, kazakh.quote_right) == ("kk", (), (1.0, 1.0, 0.0))
    assert (english.lang, english.refused_rightly, english.quote_right) == ("en", (0.0, 0.0, 1.0), ())
    assert draw_refusal_curves([]) == []


@given(st.lists(st.builds(believe, st.just("kk"), st.booleans(), st.booleans(), st.floats(0, 1), st.booleans())))
def test_a_curve_only_ever_goes_one_way(believed: list[tuple[Outcome, float]]) -> None:
    for curve in draw_refusal_curves(believed):
        assert list(curve.thresholds) == sorted(set(curve.thresholds))
        assert list(curve.refused_rightly) == sorted(curve.refused_rightly)
        assert list(curve.quote_right) == sorted(curve.quote_right, reverse=True)
