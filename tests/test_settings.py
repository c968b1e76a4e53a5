from dataclasses import fields
from pathlib import Path

import pytest

from qa_bot.errors import SettingInvalid
from qa_bot.settings import PREFIX, Settings, read_settings

README = Path(__file__).parents[1] / "README.md"


def test_defaults_hold_when_nothing_is_set() -> None:
    assert read_settings({}) == Settings()


def test_a_variable_sets_a_field_of_its_type() -> None:
    settings = read_settings({"QA_BOT_DATA": "/srv/news", "QA_BOT_PORT": "8080", "HOME": "/root"})
    assert settings.data == Path("/srv/news")
    assert settings.port == 8080


def test_a_given_value_wins_over_the_environment_and_none_does_not() -> None:
    settings = read_settings({"QA_BOT_PORT": "8080", "QA_BOT_HOST": "0.0.0.0"}, port=9000, host=None)
    assert (settings.port, settings.host) == (9000, "0.0.0.0")


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"QA_BOT_PROT": "1"}, "QA_BOT_PROT: no such setting"),
        ({"QA_BOT_PORT": "eighty"}, "QA_BOT_PORT: 'eighty' is not a whole number"),
        ({"QA_BOT_PORT": "70000"}, "70000 is not a port"),
        ({"QA_BOT_PASSAGES": "0"}, "QA_BOT_PASSAGES: 0 is less than 1"),
        ({"QA_BOT_MAX_QUESTION": "0"}, "QA_BOT_MAX_QUESTION: 0 is less than 1"),
        ({"QA_BOT_LOG_LEVEL": "loud"}, "'loud' is none of debug, info, warning, error"),
        ({"QA_BOT_LOG_FORMAT": "xml"}, "'xml' is none of text, json"),
        ({"QA_BOT_WAITING": "-1"}, "QA_BOT_WAITING: -1 is less than 0"),
        ({"QA_BOT_ROOT_PATH": "bot"}, "'bot' is no path prefix"),
        ({"QA_BOT_RATE_ADDRESS": "many"}, "'many' is no rate"),
        ({"QA_BOT_AUTH_HEADER": "a b", "QA_BOT_TRUSTED_PROXIES": "::1"}, "'a b' is no header name"),
        ({"QA_BOT_ADMIN_PASSWORD": "short"}, "the password has 5 characters"),
        ({"QA_BOT_TRUSTED_PROXIES": "10.0.0.5/8"}, "10.0.0.5/8 has host bits set"),
        ({"QA_BOT_AUTH_HEADER": "Remote-User"}, "could be sent by anybody. Name the proxies"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_wrong_setting_is_named_with_its_value(environment: dict[str, str], said: str) -> None:
    with pytest.raises(SettingInvalid, match=said.replace(".", r"\.")):
        read_settings(environment)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ()),
        ("https://intranet.example", ("https://intranet.example",)),
        ("https://Intranet.Example:443/", ("https://intranet.example",)),
        ("http://a.example:8080, https://b.example\nhttps://b.example", ("http://a.example:8080", "https://b.example")),
        ("http://[::1]:80 http://[::1]:8080", ("http://[::1]", "http://[::1]:8080")),
    ],
)
def test_origins_are_kept_as_browsers_write_them(given: str, kept: tuple[str, ...]) -> None:
    assert read_settings({"QA_BOT_EMBED_ORIGINS": given}).embed_origins == kept


@pytest.mark.parametrize(
    "given",
    [
        "*",
        "null",
        "intranet.example",
        "//intranet.example",
        "https://",
        "https://*.example",
        "https://a.example/page",
        "https://a.example//",
        "https://a.example?x",
        "https://a.example#x",
        "https://user@a.example",
        "https://a.example:",
        "https://a.example:99999",
        "https://a.example;script-src",
        "https://қазақ.example",
        "javascript:alert(1)",
    ],
)
def test_what_is_more_or_less_than_an_origin_is_refused(given: str) -> None:
    with pytest.raises(SettingInvalid, match=r"is no origin\. Give scheme, host and port only"):
        read_settings({"QA_BOT_EMBED_ORIGINS": given})


def test_a_prefix_is_kept_without_its_last_slash_and_networks_as_written() -> None:
    settings = read_settings({"QA_BOT_ROOT_PATH": "/bot/", "QA_BOT_TRUSTED_PROXIES": "10.0.0.5 fd00::/8"})
    assert (settings.root_path, settings.trusted_proxies) == ("/bot", ("10.0.0.5/32", "fd00::/8"))


def test_a_password_is_not_shown_with_the_settings() -> None:
    settings = read_settings({"QA_BOT_ADMIN_PASSWORD": "correct horse battery"})
    assert "correct horse" not in repr(settings)


def test_every_setting_has_help_and_is_documented() -> None:
    readme = README.read_text(encoding="utf-8")
    for setting in fields(Settings):
        assert setting.metadata["help"], setting.name
        assert f"`{PREFIX}{setting.name.upper()}`" in readme, setting.name
