"""qa_bot/writer.py: what a chat model drafts is shown only as far as the articles bear it out.

The model is a fake one of LangChain's; everything behind it is real.
"""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.messages import BaseMessage

from index.build import build_index
from index.retriever import Index, open_index
from qa_bot.chain import Ask, build_chain
from qa_bot.errors import ModelMissing, WriterFailed
from qa_bot.question import understand
from qa_bot.records import Answer, Article, Draft, Retrieved
from qa_bot.settings import Settings
from qa_bot.writer import Writer, open_model
from tests.tiny_model import write_tiny_model

ROOT = Path(__file__).parents[1]
QUESTION = "What is the trade target?"
TARGET = "сауда айналымын 3 млрд долларға жеткізуге келіскенбіз"
GROWTH = "Сонымен қатар Иран президенті Қазақстанмен арадағы тауар айналымы биыл 40 пайызға өскенін атап өтті."


class BrokenModel(FakeListChatModel):
    """A model whose server is away."""

    def _call(self, *_: Any, **__: Any) -> str:
        raise ConnectionError("connection refused")


class ListeningModel(FakeListChatModel):
    """A model that keeps what it was told."""

    heard: list[str] = []  # noqa: RUF012  # pydantic copies it for each model

    def _call(self, messages: list[BaseMessage], *given: Any, **named: Any) -> str:
        self.heard.extend(message.text for message in messages)
        return super()._call(messages, *given, **named)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("writer")
    made = Settings(data=folder / "data", embedding_model=write_tiny_model(folder / "model"), language_model="fake:it")
    build_index([ROOT / "seeds"], made)
    return made


@pytest.fixture(scope="module")
def shelf(settings: Settings) -> Iterator[Index]:
    with open_index(settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def found(shelf: Index) -> list[Retrieved]:
    return shelf.search(QUESTION, "en", 10)


def reply(short: object, answer: object, *quotes: object) -> str:
    return json.dumps({"short": short, "answer": answer, "quotes": list(quotes)}, ensure_ascii=False)


def read(said: str, shelf: Index, found: list[Retrieved]) -> Draft | None:
    return Writer(FakeListChatModel(responses=[said]), shelf.article).read(understand(QUESTION), found)


def ask(model: BaseChatModel, shelf: Index, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Ask the whole chain, with a model in the place of the one that the settings name."""
    monkeypatch.setattr("langchain.chat_models.init_chat_model", lambda *_, **__: model)
    return build_chain(shelf, settings).invoke(Ask(QUESTION))


def test_a_true_draft_becomes_the_answer(
    visit: Article, shelf: Index, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = reply("3 billion dollars", "Trade is to reach 3 billion dollars.", TARGET)
    answer = ask(FakeListChatModel(responses=[said]), shelf, settings, monkeypatch)
    assert answer.refusal is None
    assert answer.short == "3 billion dollars"
    assert answer.text == "Trade is to reach 3 billion dollars."
    (quote,) = answer.quotes
    assert quote.text == TARGET == visit.text[quote.start : quote.end]


@pytest.mark.parametrize(
    "said",
    [
        reply("3 billion dollars", "It is so.", "сауда айналымын 3 млрд долларға жеткіземіз деп шештік"),
        reply("3 billion dollars", "It is so.", TARGET.replace("3", "5")),
        reply("3 billion dollars", "It is so.", TARGET.upper()),
        reply("5 billion dollars", "It is 5 billion dollars.", TARGET),
        reply("40 percent", "It is 40 percent.", TARGET),
        reply("Vladimir Putin", "He said so.", TARGET),
    ],
    ids=[
        "quote made up",
        "number in quote altered",
        "quote in capitals",
        "number made up",
        "number of elsewhere",
        "name",
    ],
)
def test_what_the_articles_do_not_bear_out_is_refused(
    said: str, shelf: Index, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = ask(FakeListChatModel(responses=[said]), shelf, settings, monkeypatch)
    assert answer.refusal is not None
    assert answer.refusal.reason == "not_in_articles"
    assert (answer.short, answer.text, answer.quotes) == ("", "", ())


def test_only_the_true_one_of_two_quotes_is_shown(
    shelf: Index, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = reply("3 billion dollars", "3 billion dollars.", "Ойдан шығарылған сөйлем.", TARGET)
    answer = ask(FakeListChatModel(responses=[said]), shelf, settings, monkeypatch)
    assert [quote.text for quote in answer.quotes] == [TARGET]


def test_a_model_that_finds_nothing_is_a_refusal(
    shelf: Index, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = ask(FakeListChatModel(responses=[reply("", "")]), shelf, settings, monkeypatch)
    assert answer.refusal is not None


@pytest.mark.parametrize(
    "model",
    [BrokenModel(responses=[]), FakeListChatModel(responses=["I think it is about 3 billion."])],
    ids=["away", "no JSON"],
)
def test_without_a_draft_the_extractive_reader_answers(
    model: BaseChatModel,
    shelf: Index,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, logger="qa_bot.steps"):
        answer = ask(model, shelf, settings, monkeypatch)
    unaided = build_chain(shelf, Settings(data=settings.data, embedding_model=settings.embedding_model))
    assert answer == unaided.invoke(Ask(QUESTION))
    assert "The extractive reader answers." in caplog.text


@pytest.mark.parametrize(
    "said",
    [
        "",
        "The target is 3 billion dollars.",
        '{"short": "3 billion dollars"',
        '{"short": "3 billion dollars"}',
        reply(None, "It is so.", TARGET),
        reply("3 billion dollars", None, TARGET),
        reply("3 billion dollars", "It is so.", 3),
        json.dumps({"short": "3 billion dollars", "answer": "It is so.", "quotes": TARGET}),
        "{" * 100_000 + "}" * 100_000,
    ],
    ids=["empty", "prose", "cut off", "keys missing", "short null", "answer null", "quote a number", "quotes a text",
         "endlessly nested"],
)  # fmt: skip
def test_a_reply_of_another_form_is_told(said: str, shelf: Index, found: list[Retrieved]) -> None:
    with pytest.raises(WriterFailed, match="not the JSON asked for") as raised:
        read(said, shelf, found)
    # Of what the model said, nothing is for the log.
    assert f"reply of {len(said):,} characters" in str(raised.value)
    assert "3 billion" not in str(raised.value)


def test_a_model_that_fails_is_told_by_the_kind_of_its_error(shelf: Index, found: list[Retrieved]) -> None:
    with pytest.raises(WriterFailed, match=r"did not reply: [A-Za-z]*Error\."):
        Writer(BrokenModel(responses=[]), shelf.article).read(understand(QUESTION), found)


def test_json_is_found_between_other_words(shelf: Index, found: list[Retrieved]) -> None:
    draft = read(f"Here it is:\n```json\n{reply('3', 'It is so.', TARGET)}\n```", shelf, found)
    assert draft is not None
    assert draft.text == "It is so."


@pytest.mark.parametrize("said", [reply("", "", TARGET), reply("  ", "x", TARGET), reply("3 billion dollars", "x")])
def test_a_claim_without_a_fact_or_a_quote_is_none(said: str, shelf: Index, found: list[Retrieved]) -> None:
    assert read(said, shelf, found) is None


def test_a_draft_cites_the_place_it_was_copied_from(visit: Article, shelf: Index, found: list[Retrieved]) -> None:
    draft = read(reply("3 billion dollars", "", f" {TARGET}\n", "Ойдан шығарылған."), shelf, found)
    assert draft is not None
    assert draft.text == draft.short == "3 billion dollars"
    (citation,) = draft.citations
    assert citation.start is not None
    assert visit.text[citation.start :].startswith(citation.text)
    assert citation.text == TARGET
    assert 0 < draft.confidence < 1


@pytest.mark.parametrize(("question", "named"), [(QUESTION, "English"), ("Сауда мақсаты қандай?", "Kazakh")])
def test_the_model_is_told_passages_question_and_language(
    question: str, named: str, visit: Article, shelf: Index, found: list[Retrieved]
) -> None:
    model = ListeningModel(responses=[reply("", "")])
    Writer(model, shelf.article).read(understand(question), found)
    rules, material = model.heard
    assert f'"answer" are in {named}.' in rules
    assert "LANGUAGE" not in rules
    assert material.endswith(f"Question: {question}")
    assert material.count(visit.title) == len(found)
    assert all(hit.passage.text in material for hit in found)


@pytest.mark.parametrize("model", ["nobody:nothing", "nothing-known"])
def test_a_model_that_cannot_be_opened_is_told_with_its_name(model: str) -> None:
    # No dot matches a new line: what LangChain adds below its first line is left out.
    with pytest.raises(ModelMissing, match=rf"^Language model '{model}' cannot be opened: .*QA_BOT_LANGUAGE_MODEL"):
        open_model(model)


def test_a_model_without_a_name_is_told() -> None:
    with pytest.raises(ModelMissing, match="Name one as provider:model"):
        open_model("")


def test_a_chain_with_an_unknown_model_does_not_open(shelf: Index) -> None:
    with pytest.raises(ModelMissing, match="nobody:nothing"):
        build_chain(shelf, Settings(language_model="nobody:nothing"))


def test_whatever_a_provider_raises_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("no key was given")

    monkeypatch.setattr("langchain.chat_models.init_chat_model", refuse)
    with pytest.raises(ModelMissing, match="no key was given"):
        open_model("keyed:model")
