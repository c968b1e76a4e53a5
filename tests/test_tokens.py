"""Tokens: where numbers, words and signs are cut."""

from hypothesis import given
from hypothesis import strategies as st

from qa_bot.language.tokens import find_tokens, is_hyphenated, is_tight, join_tokens


def texts(text: str) -> list[str]:
    return [token.text for token in find_tokens(text)]


def test_thousands_parted_by_spaces_are_one_number() -> None:
    assert texts("15 000 000 теңге") == ["15 000 000", "теңге"]


def test_year_before_a_number_of_three_digits_stays_apart() -> None:
    assert texts("2025 100 адам") == ["2025", "100", "адам"]


def test_decimal_and_date_keep_their_points() -> None:
    assert texts("3,5; 12.12.2025.") == ["3,5", ";", "12.12.2025", "."]


def test_hyphen_is_a_sign_of_its_own() -> None:
    tokens = find_tokens("40-қа - он")
    assert [token.text for token in tokens] == ["40", "-", "қа", "-", "он"]
    assert is_hyphenated(tokens, 1)
    assert not is_hyphenated(tokens, 3)
    assert is_tight(tokens, 1)
    assert not is_tight(tokens, 3)


@given(st.text(alphabet="абв12 ,.-%«»\n", max_size=40))
def test_tokens_are_the_text_at_their_offsets_and_lose_only_white_space(text: str) -> None:
    tokens = find_tokens(text)
    assert all(text[token.start : token.end] == token.text for token in tokens)
    assert "".join(token.text for token in tokens).replace(" ", "") == "".join(text.split())


def test_joined_tokens_read_as_the_text_with_single_spaces() -> None:
    tokens = find_tokens("3  млрд\nдоллар")
    assert join_tokens(tokens, 0, 3) == "3 млрд доллар"
