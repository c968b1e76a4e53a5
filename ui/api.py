"""The API, version 1: ask, read the articles, say what an answer was worth."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel

from qa_bot.question import tidy_question
from qa_bot.records import Lang
from qa_bot.settings import Settings
from qa_bot.steps import Ask
from ui.answering import Answered, Answering, Errand
from ui.api_records import (
    AnswerBody,
    ArticleBody,
    ArticlesBody,
    AskBody,
    ConversationId,
    FeedbackBody,
    ProblemBody,
    SuggestionsBody,
    answer_body,
    article_body,
    article_line,
)
from ui.approach import caller_of
from ui.conversations import Conversations, hash_conversation, turn_of
from ui.feedback import Feedback, keep_feedback
from ui.limits import Rates
from ui.metrics import Metrics
from ui.problems import KINDS, Problem, problem_of
from ui.streaming import stream_answer, watch

JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the doors of one server share."""

    settings: Settings
    answering: Answering
    conversations: Conversations
    rates: Rates
    metrics: Metrics


def problems(*names: str) -> dict[int | str, dict[str, Any]]:
    """The problems that a route may end with, for the OpenAPI document, besides those of every route."""
    told: dict[int | str, dict[str, Any]] = {}
    for name in ("origin", "sign-in", "too-many", "host", "failed", *names):
        kind = KINDS[name]
        known = told.setdefault(kind.status, {"model": ProblemBody, "description": ""})
        known["description"] = " ".join(filter(None, (known["description"], f"{kind.title} (`{kind.name}`).")))
    return told


_BODY: Final = ("not-json", "too-large", "slow", "unsupported-media-type", "invalid")

_EVENTS: Final = {
    "description": "Server-sent events: `status`, `token`, `quote`, then `done` or `error`.",
    "content": {
        "text/event-stream": {
            "schema": {
                "type": "object",
                "properties": {
                    "event": {"enum": ["status", "token", "quote", "done", "error"]},
                    "data": {"type": "string", "contentMediaType": JSON},
                },
                "required": ["event", "data"],
            }
        }
    },
}


def route_api(rooms: Rooms) -> APIRouter:
    """The routes of the API."""
    router = APIRouter(prefix="/api/v1", tags=["api"])
    shelf = rooms.answering.shelf

    def _ask(body: AskBody, request: Request) -> tuple[Ask, str]:
        tidy_question(body.question, rooms.settings.max_question)  # before a stream is begun, and a turn is waited for
        caller = caller_of(request.scope)
        rooms.rates.count_question(caller, body.conversation)
        return Ask(body.question, body.lang, rooms.conversations.history(body.conversation)), caller.address

    def _finish(answered: Answered, body: AskBody) -> AnswerBody:
        turn = turn_of(body.question, answered.answer)
        return answer_body(answered, rooms.conversations.remember(body.conversation, answered.id, turn))

    @router.post("/ask", responses=problems(*_BODY, "question-invalid", "busy"), response_model=AnswerBody)
    async def ask(body: AskBody, request: Request) -> Response:
        """Answer a question with exact quotes, or say that the articles do not tell."""
        asked, asker = _ask(body, request)
        answered = await rooms.answering.answer(asked, "api", asker)
        return send(_finish(answered, body))

    @router.post(
        "/ask/stream",
        responses={**problems(*_BODY, "question-invalid", "busy"), 200: _EVENTS},
        response_class=Response,
    )
    async def ask_stream(body: AskBody, request: Request) -> Response:
        """Answer a question as server-sent events; nothing is told before it is verified."""
        asked, asker = _ask(body, request)
        root = request.scope.get("root_path", "")
        return await stream_answer(
            watch(rooms.answering, Errand(asked, "stream"), asker),
            lambda answered: _finish(answered, body),
            lambda error: ProblemBody(**problem_of(error).describe(root)),
        )

    @router.get("/articles", responses=problems(), response_model=ArticlesBody)
    async def list_articles() -> Response:
        """List the articles, in the order in which they were given."""
        edition = shelf.edition
        lines = [article_line(article) for article in edition.articles.values()]
        return send(ArticlesBody(generation=edition.generation, articles=lines))

    @router.get("/articles/{id:path}", responses=problems("not-found", "invalid"), response_model=ArticleBody)
    async def show_article(id: Annotated[str, Path(examples=["harvest"])]) -> Response:
        """Show one article with its text."""
        article = shelf.edition.articles.get(id)
        if article is None:
            raise Problem("not-found", "There is no article of that id. See /api/v1/articles.")
        return send(article_body(article))

    @router.get("/suggestions", responses=problems("invalid"), response_model=SuggestionsBody)
    async def suggest(lang: Annotated[Lang, Query()] = "kk") -> Response:
        """Questions that the bot answers itself."""
        return send(SuggestionsBody(lang=lang, questions=list(shelf.edition.suggestions.get(lang, ()))))

    @router.post("/feedback", responses=problems(*_BODY, "not-found"), status_code=204)
    async def give_feedback(body: FeedbackBody) -> None:
        """Say what an answer was worth."""
        turn = rooms.conversations.find_turn(body.conversation, body.id)
        if turn is None:
            raise Problem("not-found", "That answer is not remembered any more.")
        said = Feedback(
            conversation=hash_conversation(body.conversation),
            id=body.id,
            vote=body.vote,
            comment=body.comment or "",
            question=turn.question,
            answer=turn.answer,
        )
        await asyncio.to_thread(keep_feedback, rooms.settings, said)
        rooms.metrics.votes.labels(body.vote).inc()

    @router.delete("/conversations/{id}", responses=problems("invalid"), status_code=204)
    async def forget_conversation(id: ConversationId) -> None:
        """Forget a conversation at once, whether it was there or not."""
        rooms.conversations.forget(id)

    return router


def send(body: BaseModel) -> Response:
    """A body that is right by its type and need not be checked again."""
    return Response(body.model_dump_json(), media_type=JSON)
