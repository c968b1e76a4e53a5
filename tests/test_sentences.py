"""Sentences: marks that end them, marks that do not, and the promise that nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_bot.language.sentences import split_sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        pytest.param(["Ол келді.", "Бұл жақсы!", "Солай ма?", "Иә…", "Жарайды."], id="every mark ends one"),
        pytest.param(["1991 ж. Қазақстан тәуелсіз болды.", "Ол кең."], id="year before a name"),
        pytest.param(["Ол 1938 ж.", "Содан бері көп жыл өтті."], id="year before a function word"),
        pytest.param(["XIX ғ. басында салынған.", "1920–1930 жж. Алматыда тұрды."], id="centuries and decades"),
        pytest.param(["Алма, өрік, т.б.", "Жемістер базарда сатылады."], id="list closed by т.б."),
        pytest.param(["Алма, өрік, т. б. жемістер бар."], id="т. б. inside a sentence"),
        pytest.param(["Б.з.б. V ғасырда сақтар өмір сүрді."], id="before our era"),
        pytest.param(["Құны 3 млрд. АҚШ доллары.", "Бюджет 5 млн.", "Бұл аз."], id="millions and milliards"),
        pytest.param(["Алматы обл. Қарасай ауд. тұрғыны келді."], id="region and district"),
        pytest.param(["Кездесу қ. Астана, көш. Абай, 5 мекенжайында өтті."], id="town and street"),
        pytest.param(["Проф. Әуезов пен акад. Сәтбаев келді."], id="titles"),
        pytest.param(["Қ.К. Тоқаев келді.", "Қ. Тоқаев айтты.", "Ж.-К. Юнкер тыңдады."], id="initials"),
        pytest.param(["Дж. Байден келді.", "Жарлыққа Қ. Тоқаев қол қойды."], id="two letters for one"),
        pytest.param(["Мұнда С витамині аз, дәрумені С.", "Бұл маңызды."], id="a letter that is no initial"),
        pytest.param(["Өсім 3.5 пайыз болды.", "Баға 1.200.000 теңге."], id="decimals"),
        pytest.param(["Ол 2025 жылғы 12.05.2025 күні болды.", "Сайты www.example.kz деп аталады."], id="dates"),
        pytest.param(["Саны – 200.", "Келесі жылы өседі."], id="a number ends a sentence"),
        pytest.param(["1. Сауда дамыды.", "2. Мұнай өсті.", "3.1. Газ арзандады."], id="list numbers"),
        pytest.param(["Қалай?!", "Білмеймін...", "Кейін айтам."], id="several marks"),
        pytest.param(["Ол тынды... сосын кетті."], id="ellipsis inside"),
        pytest.param(["(Жақша ішінде.)", "«Тырнақша ішінде.»", "Соңы."], id="closing marks belong to the sentence"),
        pytest.param(["«Алға!» деп айқайлады.", "Олар «Неге?» деді."], id="quoted cry inside a sentence"),
        pytest.param(["Халық саны 5 млн.[1]", "Аумағы кең.[2][3]", "Соңы."], id="footnote marks"),
        pytest.param(["Mr. Smith met Dr. Li of the U.S. State Department.", "He left."], id="English titles"),
        pytest.param(["He left at 5 p.m.", "The talks went on, e.g. Thursday’s."], id="English hours"),
        pytest.param(["See No. 5 here.", "He said no.", "Prices rose 3.5%."], id="No. and no"),
        pytest.param(["“We won.”", "He smiled.", "“Is it?” she asked."], id="English quotation marks"),
    ],
)  # fmt: skip
def test_paragraph_splits_into_its_sentences(sentences: list[str]) -> None:
    assert split(" ".join(sentences)) == sentences


@pytest.mark.parametrize(
    "sentence",
    [
        "АСТАНА. KAZINFORM — Тараптар келіссөз жүргізді.",
        "АЛМАТЫ. ҚазАқпарат – Тараптар келіссөз жүргізді.",
        "АСТАНА. 11 желтоқсан. ҚазАқпарат – Тараптар келіссөз жүргізді.",
        "НҰР-СҰЛТАН, 3 мамыр. KAZINFORM - Тараптар келіссөз жүргізді.",
        "ASTANA. KAZINFORM. The sides held talks.",
    ],
)
def test_dateline_stays_with_the_first_sentence(sentence: str) -> None:
    assert split(f"{sentence} Бұл туралы хабарланды.") == [sentence, "Бұл туралы хабарланды."]


def test_dateline_is_only_at_the_beginning_of_a_line() -> None:
    assert split("Ол БҰҰ. Бұл ұйым.")[0] == "Ол БҰҰ."


@pytest.mark.parametrize("dash", ["-", "–", "—"])
def test_attribution_stays_with_the_last_sentence_of_the_speech(dash: str) -> None:
    text = f"{dash} Біз дамытып келеміз. Қазақстан біз үшін маңызды мемлекет, {dash} деді президент. Кездесу аяқталды."
    assert split(text) == [
        f"{dash} Біз дамытып келеміз.",
        f"Қазақстан біз үшін маңызды мемлекет, {dash} деді президент.",
        "Кездесу аяқталды.",
    ]


@pytest.mark.parametrize("mark", [".", "!", "?", "…", "!»"])
def test_attribution_after_a_full_stop_goes_on_with_the_sentence(mark: str) -> None:
    assert split(f"— Келеміз{mark} – деді ол. – Содан соң көреміз.") == [
        f"— Келеміз{mark} – деді ол.",
        "– Содан соң көреміз.",
    ]


def test_line_break_always_ends_a_sentence() -> None:
    assert split("Тақырып сөзі\nжалғасы\r\n\n  келесі.") == ["Тақырып сөзі", "жалғасы", "келесі."]


def test_forgotten_blank_after_a_full_stop_ends_a_sentence() -> None:
    assert split("Бұл туралы айтты.Сосын кетті.") == ["Бұл туралы айтты.", "Сосын кетті."]


@pytest.mark.parametrize("text", ["", " \n\t ", "\u00a0"])
def test_blank_text_has_no_sentences(text: str) -> None:
    assert split_sentences(text) == []


PIECES = st.sampled_from(
    [
        "Ол",
        "келді",
        ".",
        "!",
        "?",
        "…",
        " ",
        "\n",
        "\r\n",
        "«",
        "»",
        "- ",
        "— ",
        "т.б.",
        "Қ.",
        "ж.",
        "АСТАНА.",
        "3.5",
        "[1]",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_spans_are_ordered_trimmed_and_lose_nothing(text: str) -> None:
    spans = split_sentences(text)
    position = 0
    for start, end in spans:
        assert position <= start < end <= len(text)
        assert not text[position:start].strip()
        piece = text[start:end]
        assert piece == piece.strip()
        assert len(piece.splitlines()) == 1
        position = end
    assert not text[position:].strip()


def test_long_line_is_split_in_linear_time() -> None:
    text = "Бұл өте қысқа сөйлем. " * 20_000
    assert len(split_sentences(text)) == 20_000
