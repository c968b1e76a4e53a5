"""Keeps the libraries from calling home."""

import os
from pathlib import Path

from qa_bot.settings import Settings


def stay_inside(settings: Settings) -> None:
    """Switch off what leaves this machine. To be called before gradio, langchain or the encoder is imported."""
    quiet = {
        "GRADIO_ANALYTICS_ENABLED": "False",
        # Else Gradio sums up all events so far, in pandas, at the end of each: a cost that grows with every answer.
        "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(10**12),
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "LANGSMITH_TRACING": "false",
    }
    if settings.embedding_model in {"bundled", "static"} or Path(settings.embedding_model).exists():
        # A model named by its owner may have to be fetched once; one that is on disk never.
        quiet |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    for variable, value in quiet.items():
        os.environ.setdefault(variable, value)
