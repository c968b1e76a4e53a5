"""The bot as a model of OpenAI's chat completions, so that the front ends made for those can talk to it."""

import json
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from qa_bot.records import Turn
from qa_bot.steps import Ask
from ui.api import Rooms, problems
from ui.api_records import AnswerBody, answer_body
from ui.approach import caller_of
from ui.conversations import HISTORY
from ui.problems import Fault, Problem
from ui.streaming import split_text

MODEL: Final = "qa-bot"

REMEMBERED: Final = 2000
"""Characters of an earlier message that are heeded: enough to tell what a follow-up refers to."""


class Part(BaseModel):
    """A part of a message; only text is read."""

    type: str
    text: str = ""


class Message(BaseModel):
    """One message of the conversation so far."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None


class CompletionBody(BaseModel):
    """What of a chat completion's request is heeded; the rest (temperature, tools, …) is not."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"model": MODEL, "messages": [{"role": "user", "content": "How much grain was harvested?"}]}]
        }
    )

    model: str = MODEL
    messages: Annotated[list[Message], Field(min_length=1, max_length=200)]
    stream: bool = False


class CompletionMessage(BaseModel):
    """What the bot says."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class Choice(BaseModel):
    """The one answer."""

    index: int = 0
    message: CompletionMessage
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class Usage(BaseModel):
    """Tokens of a language model: none is used, or nobody counted."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class Completion(BaseModel):
    """A chat completion; `qa_bot` is the answer as the bot's own API gives it, quotes with offsets included."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    usage: Usage = Field(default_factory=Usage)
    qa_bot: AnswerBody


def route_openai(rooms: Rooms) -> APIRouter:
    """The routes `/v1/models` and `/v1/chat/completions`."""
    router = APIRouter(prefix="/v1", tags=["openai"])

    @router.get("/models", responses=problems())
    async def list_models() -> dict[str, Any]:
        """List the one model there is."""
        created = int(rooms.answering.shelf.edition.created)
        return {
            "object": "list",
            "data": [{"id": MODEL, "object": "model", "created": created, "owned_by": MODEL}],
        }

    @router.post(
        "/chat/completions",
        response_model=Completion,
        responses=problems(
            "not-json",
            "too-large",
            "slow",
            "unsupported-media-type",
            "invalid",
            "question-invalid",
            "busy",
            "not-found",
        ),
    )
    async def complete(body: CompletionBody, request: Request) -> Response:
        """Answer the last message of the user; the exchanges before it tell what it refers to."""
        if body.model != MODEL:
            raise Problem("not-found", f"There is no such model. Ask for {MODEL}.")
        caller = caller_of(request.scope)
        answered = await rooms.answering.answer(read_messages(body.messages), "openai", caller.address)
        told = answer_body(answered, "")
        text = write_text(told)
        completion = Completion(
            id=f"chatcmpl-{answered.id}",
            created=int(time.time()),
            choices=[Choice(message=CompletionMessage(content=text))],
            qa_bot=told,
        )
        if body.stream:
            return StreamingResponse(
                _stream(completion, text), media_type="text/event-stream", headers={"cache-control": "no-store"}
            )
        return Response(completion.model_dump_json(), media_type="application/json")

    return router


def read_messages(messages: list[Message]) -> Ask:
    """The last message of the user as a question, with the exchanges before it. Raises: Problem if there is none."""
    turns: list[Turn] = []
    question: str | None = None
    for message in messages:
        text = _read_text(message)
        if message.role == "user":
            question = text
        elif message.role == "assistant" and question is not None:
            turns.append(Turn(question[:REMEMBERED], text[:REMEMBERED]))
            question = None
    if question is None:
        raise Problem(
            "invalid", "The last message is not the user's.", errors=(Fault("messages", "end with a user message"),)
        )
    return Ask(question, None, tuple(turns[-HISTORY:]))


def write_text(answer: AnswerBody) -> str:
    """An answer with its quotes and their sources as plain text: what Markdown means something by is not added."""
    quotes = list(answer.quotes)
    if answer.refusal and answer.refusal.nearest:
        quotes.append(answer.refusal.nearest)
    sources = [f"«{quote.text}»\n— " + " — ".join(filter(None, (quote.agency, quote.title))) for quote in quotes]
    return "\n\n".join([answer.answer, *sources])


async def _stream(completion: Completion, text: str) -> AsyncIterator[str]:
    def _chunk(delta: dict[str, str], end: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": end, "logprobs": None}
        row = {
            "id": completion.id,
            "object": "chat.completion.chunk",
            "created": completion.created,
            "model": MODEL,
            "choices": [choice],
            **more,
        }
        return f"data: {json.dumps(row, ensure_ascii=False)}\n\n"

    yield _chunk({"role": "assistant", "content": ""})
    for piece in split_text(text):
        yield _chunk({"content": piece})
    yield _chunk({}, "stop", qa_bot=completion.qa_bot.model_dump(mode="json"))
    yield "data: [DONE]\n\n"


def _read_text(message: Message) -> str:
    if isinstance(message.content, str):
        return message.content
    return "\n".join(part.text for part in message.content or () if part.type == "text")
