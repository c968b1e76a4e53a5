"""The retrieval chain, understand → retrieve → read → verify, as a LangChain Runnable."""

from langchain_core.runnables import Runnable, RunnableLambda

from qa_bot.ports import Retriever
from qa_bot.records import Answer
from qa_bot.settings import Settings
from qa_bot.steps import Ask, Steps, Trace

__all__ = ["Ask", "Trace", "build_chain", "chain_steps"]


def build_chain(retriever: Retriever, settings: Settings) -> Runnable[Ask, Answer]:
    """Compose the chain over a retriever. Raises on invoke: QuestionInvalid."""
    return chain_steps(Steps(retriever, settings))


def chain_steps(steps: Steps) -> Runnable[Ask, Answer]:
    """The four steps as a Runnable, each a step of its own to LangChain's callbacks and streams."""
    return (
        RunnableLambda(steps.understand, name="understand")
        | RunnableLambda(steps.retrieve, name="retrieve")
        | RunnableLambda(steps.read, name="read")
        | RunnableLambda(steps.verify, name="verify")
    )
