"""One frozen Settings, read once at the edge from the environment and passed in from there."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from qa_bot.errors import SettingInvalid
from qa_bot.setting_checks import (
    check_header,
    check_networks,
    check_not_negative,
    check_one_of,
    check_origins,
    check_password,
    check_port,
    check_positive,
    check_prefix,
    check_rate,
)

PREFIX = "QA_BOT_"
BROWSER = "QA_BOT_BROWSER"  # names the browser that the tests drive; no setting of the bot


def _setting(default: Any, help_text: str, check: Callable[[Any], Any] | None = None, *, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"help": help_text, "check": check})


@dataclass(frozen=True, slots=True)
class Settings:
    """Each field is also an environment variable: `data` is QA_BOT_DATA."""

    data: Path = _setting(Path("data"), "Folder that holds the index. Created when needed.")
    embedding_model: str = _setting(
        "bundled",
        "Encoder: `bundled` (ships with the project), `static` (the faster half of it, for large collections), "
        "or the name or path of any sentence-transformers model.",
    )
    language_model: str = _setting(
        "",
        "Chat model that words the answers, as LangChain names it (`openai:gpt-…`, `ollama:…`). Empty: none is used.",
    )
    chroma_url: str = _setting("", "Chroma server for the vectors, such as http://127.0.0.1:8000. Empty: embedded.")
    host: str = _setting("127.0.0.1", "Address the web page is served on.")
    port: int = _setting(7860, "Port the web page is served on.", check_port)
    passages: int = _setting(10, "Passages read for one question.", check_positive)
    max_question: int = _setting(1000, "Longest question accepted, in characters.", check_positive)
    log_level: str = _setting(
        "warning",
        "What is logged to stderr: debug, info, warning or error.",
        check_one_of("debug", "info", "warning", "error"),
    )
    log_format: str = _setting(
        "text", "How the server logs: text, or json with one object per line.", check_one_of("text", "json")
    )
    log_questions: bool = _setting(False, "Whether the log and the feedback file hold what was asked.")
    root_path: str = _setting(
        "", "Path prefix under which a reverse proxy serves this, such as /bot. Empty: none.", check_prefix
    )
    hosts: tuple[str, ...] = _setting(
        (), "Host names this is reached by, such as bot.example; requests for others are refused. Empty: any."
    )
    trusted_proxies: tuple[str, ...] = _setting(
        (), "Addresses or networks of the reverse proxies whose X-Forwarded-* headers are believed.", check_networks
    )
    embed_origins: tuple[str, ...] = _setting(
        (),
        "Sites that may embed the bot and call its API, such as https://intranet.example. Empty: none.",
        check_origins,
    )
    password_file: str = _setting(
        "", "File of names and bcrypt hashes (`htpasswd -B`); visitors have to sign in. Empty: nobody has to."
    )
    auth_header: str = _setting(
        "", "Header in which a trusted proxy names who signed in, such as Remote-User. Empty: none.", check_header
    )
    admin_password: str = _setting(
        "", "Password of the user `admin` for the admin part. Empty: there is none.", check_password, secret=True
    )
    public_metrics: bool = _setting(False, "Whether anybody may read /metrics, or only this machine and the admin.")
    max_body: int = _setting(65536, "Largest request accepted, in bytes.", check_positive)
    rate_address: str = _setting(
        "300/minute", "Requests one address may make that cost work, such as 300/minute. Empty: any.", check_rate
    )
    rate_conversation: str = _setting("30/minute", "Questions of one conversation. Empty: any number.", check_rate)
    concurrent: int = _setting(4, "Questions answered at the same time.", check_positive)
    waiting: int = _setting(
        64, "Questions that may wait for that; more are told that the bot is busy.", check_not_negative
    )
    conversations: int = _setting(
        10_000, "Conversations remembered; the one idle longest is forgotten first.", check_positive
    )
    conversation_minutes: int = _setting(60, "Minutes after which an idle conversation is forgotten.", check_positive)


def read_settings(environment: Mapping[str, str], **given: object) -> Settings:
    """Settings from `QA_BOT_*` variables; `given` values that are not None win over them.

    Raises: SettingInvalid for an unknown QA_BOT_ variable, a value that cannot be used, or two that do not go together.
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
    for name, value in values.items():
        if check := known[name].metadata["check"]:
            try:
                values[name] = check(value)
            except ValueError as error:
                raise SettingInvalid(f"{PREFIX}{name.upper()}: {error}") from None
    settings = Settings(**values)
    if settings.auth_header and not settings.trusted_proxies:
        raise SettingInvalid(
            f"{PREFIX}AUTH_HEADER: '{settings.auth_header}' could be sent by anybody. "
            f"Name the proxies that send it in {PREFIX}TRUSTED_PROXIES."
        )
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
    if isinstance(default, tuple):
        return tuple(item for item in re.split(r"[\s,]+", text) if item)
    return Path(text) if isinstance(default, Path) else text
