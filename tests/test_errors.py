import inspect
import re

from qa_bot import errors

DEFINED = {name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)}


def test_every_error_is_drawn_in_the_tree() -> None:
    drawing = (errors.__doc__ or "").split("A message")[0]
    assert {word for word in re.findall(r"[A-Z]\w+", drawing) if word in vars(errors)} == DEFINED


def test_every_error_can_be_caught_as_one_of_the_project() -> None:
    for name in DEFINED:
        error = getattr(errors, name)
        assert issubclass(error, errors.QaBotError), name
        assert error.__doc__, name
