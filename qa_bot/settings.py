"""One frozen Settings, read once at the edge from the environment and passed in from there."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from qa_bot.errors import SettingInvalid

PREFIX = "QA_BOT_"
BROWSER = "QA_BOT_BROWSER"  # names the browser that the tests drive; no setting of the bot


def _setting(default: Any, help_text: str) -> Any:
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True, slots=True)
class Settings:
    """Each field is also an environment variable: `data` is QA_BOT_DATA."""

    data: Path = _setting(Path("data"), "Folder that holds the index. Created when needed.")
    embedding_model: str = _setting(
        "bundled",
        "Encoder: `bundled` (ships with the project), or the name or path of any sentence-transformers model.",
    )
    language_model: str = _setting(
        "",
        "Chat model that words the answers, as LangChain names it (`openai:gpt-…`, `ollama:…`). Empty: none is used.",
    )
    chroma_url: str = _setting("", "Chroma server for the vectors, such as http://127.0.0.1:8000. Empty: embedded.")
    host: str = _setting("127.0.0.1", "Address the web page is served on.")
    port: int = _setting(7860, "Port the web page is served on.")
    passages: int = _setting(10, "Passages read for one question.")
    max_question: int = _setting(1000, "Longest question accepted, in characters.")
    log_level: str = _setting("warning", "What is logged to stderr: debug, info, warning or error.")


def read_settings(environment: Mapping[str, str], **given: object) -> Settings:
    """Settings from `QA_BOT_*` variables; `given` values that are not None win over them.

    Raises: SettingInvalid for an unknown QA_BOT_ variable or a value of the wrong type.
    """
    known = {setting.name: setting for setting in fields(Settings)}
    values: dict[str, Any] = {}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or variable == BROWSER:
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in known:
            raise SettingInvalid(f"{variable}: no such setting. Known: {', '.join(PREFIX + n.upper() for n in known)}")
        values[name] = _parse(variable, text, known[name].default)
    values.update({name: value for name, value in given.items() if value is not None})
    settings = Settings(**values)
    if not 0 <= settings.port <= 65535:
        raise SettingInvalid(f"{PREFIX}PORT: {settings.port} is not a port. Give a number from 0 to 65535.")
    for name in ("passages", "max_question"):
        if getattr(settings, name) < 1:
            raise SettingInvalid(f"{PREFIX}{name.upper()}: {getattr(settings, name)} is less than 1.")
    if settings.log_level not in {"debug", "info", "warning", "error"}:
        raise SettingInvalid(f"{PREFIX}LOG_LEVEL: '{settings.log_level}' is none of debug, info, warning, error.")
    return settings


def _parse(variable: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        if text.lower() in {"1", "true", "yes"}:
            return True
        if text.lower() in {"0", "false", "no", ""}:
            return False
        raise SettingInvalid(f"{variable}: '{text}' is neither true nor false.")
    if isinstance(default, int):
        try:
            return int(text)
        except ValueError:
            raise SettingInvalid(f"{variable}: '{text}' is not a whole number.") from None
    return Path(text) if isinstance(default, Path) else text
