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
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_wrong_setting_is_named_with_its_value(environment: dict[str, str], said: str) -> None:
    with pytest.raises(SettingInvalid, match=said.replace(".", r"\.")):
        read_settings(environment)


def test_every_setting_has_help_and_is_documented() -> None:
    readme = README.read_text(encoding="utf-8")
    for setting in fields(Settings):
        assert setting.metadata["help"], setting.name
        assert f"`{PREFIX}{setting.name.upper()}`" in readme, setting.name
