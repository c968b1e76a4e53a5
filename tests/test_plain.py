"""ui/plain.py: what a person reads in a terminal, whole and with its source."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.build import build_index
from index.retriever import Index, open_index
from qa_bot.question import understand
from qa_bot.quotes import quote_span, verify
from qa_bot.records import Answer, Article, Citation, Draft, Lang, Passage, Refusal, Retrieved
from qa_bot.settings import Settings
from qa_bot.steps import Ask, Steps, Trace
from tests.tiny_model import write_tiny_model
from ui.plain import print_answer, print_hits, print_trace

ROOT = Path(__file__).parents[1]
TARGET = "сауда айналымын 3 млрд долларға жеткізуге келіскенбіз"
GROWTH = "Сонымен қатар Иран президенті Қазақстанмен арадағы тауар айналымы биыл 40 пайызға өскенін атап өтті."
Lookup = Callable[[str], Article]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("plain")
    made = Settings(data=folder / "data", embedding_model=write_tiny_model(folder / "model"))
    build_index([ROOT / "seeds"], made)
    return made


@pytest.fixture(scope="module")
def shelf(settings: Settings) -> Iterator[Index]:
    with open_index(settings) as opened:
        yield opened


def answer(article_of: Lookup, *quotes: str) -> Answer:
    citations = tuple(Citation("iran-president-visit", quote) for quote in quotes)
    draft = Draft("3 billion dollars", "3 billion dollars\nAccording to the President of Iran.", citations, 0.9)
    return verify(draft, "What is the target?", "en", article_of, Refusal("not_in_articles"))


def refuse(refusal: Refusal, lang: Lang, article_of: Lookup) -> Answer:
    return verify(None, "?", lang, article_of, refusal)


def test_an_answer_is_told_with_each_quote_and_its_place(
    visit: Article, article_of: Lookup, capsys: pytest.CaptureFixture[str]
) -> None:
    print_answer(answer(article_of, TARGET, GROWTH), article_of)
    at, after = visit.text.index(TARGET), visit.text.index(GROWTH)
    assert capsys.readouterr().out == (
        "3 billion dollars\n"
        "According to the President of Iran.\n"
        f"\n  «{TARGET}»\n  — {visit.title} [{visit.id}:{at}–{at + len(TARGET)}]\n"
        f"\n  «{GROWTH}»\n  — {visit.title} [{visit.id}:{after}–{after + len(GROWTH)}]\n"
    )


@pytest.mark.parametrize(
    ("lang", "refused", "nearest", "ask"),
    [
        ("en", "The articles don't say.", "The nearest they come:", "You can ask:"),
        ("kk", "Мақалаларда бұл туралы айтылмаған.", "Мақалаларда бұған ең жақыны:", "Мынаны сұрауға болады:"),
    ],
)
def test_a_refusal_tells_what_comes_nearest_and_what_can_be_asked(
    lang: Lang,
    refused: str,
    nearest: str,
    ask: str,
    visit: Article,
    article_of: Lookup,
    capsys: pytest.CaptureFixture[str],
) -> None:
    refusal = Refusal("not_in_articles", quote_span(visit, 0, 16), ("Кім?", "Қанша?"))
    print_answer(refuse(refusal, lang, article_of), article_of)
    assert capsys.readouterr().out == (
        f"{refused}\n\n{nearest}\n\n  «{visit.text[:16]}»\n  — {visit.title} [{visit.id}:0–16]\n"
        f"\n{ask}\n  Кім?\n  Қанша?\n"
    )


def test_a_refusal_with_nothing_near_is_one_line(article_of: Lookup, capsys: pytest.CaptureFixture[str]) -> None:
    print_answer(refuse(Refusal("no_articles"), "en", article_of), article_of)
    assert capsys.readouterr().out == "The articles don't say.\n"


def test_a_ranking_is_numbered_with_scores_ranks_and_places(
    visit: Article, article_of: Lookup, capsys: pytest.CaptureFixture[str]
) -> None:
    hits = [
        Retrieved(Passage(visit.id, 0, 6, visit.text[:6]), 0.51239, {"lexical": 1, "passage": 3}),
        Retrieved(Passage(visit.id, 8, 16, visit.text[8:16]), 0.25, {"sentence": 2}),
    ]
    print_hits(hits, article_of)
    assert capsys.readouterr().out == (
        f"1. 0.512  lexical#1 passage#3  {visit.title} [{visit.id}:0–6]\n   {visit.text[:6]}\n\n"
        f"2. 0.250  sentence#2  {visit.title} [{visit.id}:8–16]\n   {visit.text[8:16]}\n\n"
    )


def test_no_hits_are_no_lines(article_of: Lookup, capsys: pytest.CaptureFixture[str]) -> None:
    print_hits([], article_of)
    assert capsys.readouterr().out == ""


def test_a_trace_tells_how_the_question_was_understood(capsys: pytest.CaptureFixture[str]) -> None:
    print_trace(Trace(understand("What is the trade target?")))
    said = capsys.readouterr().out
    assert said.startswith("asked for: ")
    assert "language en" in said.splitlines()[0]
    assert "trade" in said


@pytest.mark.parametrize("question", ["What is the trade target?", "Сауда айналымын қанша долларға жеткізбек?"])
def test_a_trace_tells_why_the_best_candidates_are_the_best(
    question: str, visit: Article, shelf: Index, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = Steps(shelf, settings).trace(Ask(question))
    print_trace(trace, most=3)
    said = capsys.readouterr().out
    assert trace.reading is not None
    assert f"confidence {trace.reading.confidence:.3f}, threshold {trace.reading.threshold:.3f}" in said
    assert ("\nanswers: " in said) is trace.reading.answers
    assert said.count("   spans: ") == 3
    scores = [item.score for item in trace.reading.ranked]
    assert scores == sorted(scores, reverse=True)
    for item in trace.reading.ranked[:3]:
        assert f"{item.score:.3f}  judge {item.judged:+.2f}  {item.candidate.sentence.text}" in said
        assert item.candidate.sentence.text in visit.text


def test_a_courtesy_is_told_with_what_it_offers(article_of: Lookup, capsys: pytest.CaptureFixture[str]) -> None:
    offered = Answer("?", "en", "Hello!\nI know one article.", "Hello!", (), None, 1.0, "about", ("Who won?",))
    print_answer(offered, article_of)
    assert capsys.readouterr().out == "Hello!\nI know one article.\n\nYou can ask:\n  Who won?\n"
    print_answer(replace(offered, text="For example:", short="For example:", reply="questions"), article_of)
    assert capsys.readouterr().out == "For example:\n\n  Who won?\n"


def test_a_refusal_is_told_in_the_asker_s_letters_with_the_note(
    article_of: Lookup, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = refuse(Refusal("unclear", None, ("Кім жеңді?",)), "kk", article_of)
    print_answer(replace(refused, script="Latn", note="Belgi."), article_of)
    assert capsys.readouterr().out == (
        "Ne turaly sūrap tūrğanyñyzdy tüsınbedım. Sūraqty tolyq jazyñyz.\nBelgi.\n\n"
        "Mynany sūrauğa bolady:\n  Кім жеңді?\n"
    )


@pytest.mark.parametrize(("lang", "said"), [("kk", "бұдан артық ештеңе айтылмаған"), ("en", "say no more about this")])
def test_that_nothing_more_is_said_is_told(
    lang: Lang, said: str, article_of: Lookup, capsys: pytest.CaptureFixture[str]
) -> None:
    print_answer(refuse(Refusal("nothing_more"), lang, article_of), article_of)
    assert said in capsys.readouterr().out
