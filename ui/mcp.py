"""The bot for assistants: the tools `ask` and `search` of the Model Context Protocol, over streamable HTTP."""

from typing import Annotated, Any, Final

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ToolAnnotations
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.routing import Route

from qa_bot.errors import QaBotError
from qa_bot.records import Lang
from qa_bot.steps import Ask
from ui.api import Rooms
from ui.api_records import AnswerBody, ConversationId, HitBody, answer_body, hit_body
from ui.approach import Caller, caller_of
from ui.conversations import turn_of
from ui.problems import Problem

PATH: Final = "/mcp"

_INSTRUCTIONS: Final = (
    "Answers questions about a set of news articles, in Kazakh or English. Every quote is exactly a stretch of an "
    "article. When `status` is `refused`, the articles do not tell: say so, and do not make anything up."
)

_READS: Final = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


class HitsBody(BaseModel):
    """Passages found, the best first."""

    hits: list[HitBody]


def create_mcp(rooms: Rooms) -> tuple[MCPServer[object], Route]:
    """The protocol's server and its one route; the server's session manager has to be run.

    Every call stands by itself: no session is kept, and there is no stream to listen on.
    """
    server: MCPServer[object] = MCPServer("qa-bot", instructions=_INSTRUCTIONS, subscriptions=False)

    @server.tool(annotations=_READS)
    async def ask(
        question: Annotated[str, Field(description="What is asked, in Kazakh or English.", min_length=1)],
        context: Context[object, Request],
        lang: Annotated[Lang | None, Field(description="The language to answer in, if not the question's.")] = None,
        conversation: Annotated[
            ConversationId | None, Field(description="Of the answer before, to ask on from there.")
        ] = None,
    ) -> AnswerBody:
        """Answer a question from the articles, with exact quotes; or tell that they do not say."""
        caller = _caller(context)
        try:
            rooms.rates.count_question(caller, conversation)
            history = rooms.conversations.history(conversation)
            answered = await rooms.answering.answer(Ask(question, lang, history), "mcp", caller.address)
        except (QaBotError, Problem) as error:
            raise ToolError(str(error)) from error
        turn = turn_of(question, answered.answer)
        return answer_body(answered, rooms.conversations.remember(conversation, answered.id, turn))

    @server.tool(annotations=_READS)
    async def search(
        query: Annotated[str, Field(description="A question or phrase, in Kazakh or English.", min_length=1)],
        context: Context[object, Request],
        k: Annotated[int, Field(description="How many passages.", ge=1, le=50)] = 10,
        lang: Annotated[Lang | None, Field(description="The language of the query, if it is known.")] = None,
    ) -> HitsBody:
        """Find the passages of the articles that are nearest to a query, the best first."""
        caller = _caller(context)
        try:
            edition, found = await rooms.answering.search(query, lang, k, caller.address)
        except QaBotError as error:
            raise ToolError(str(error)) from error
        return HitsBody(hits=[hit_body(hit, edition.articles) for hit in found])

    app = server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=rooms.settings.max_body,
        # Hosts and origins are checked for all routes alike; see `ui.security`.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    spoken: Any = next(route for route in app.routes if isinstance(route, Route)).endpoint
    return server, Route(PATH, spoken, methods=["POST"])


def _caller(context: Context[object, Request]) -> Caller:
    request: Any = context.request_context.request  # never None: there is no other way here than HTTP
    return caller_of(request.scope)
