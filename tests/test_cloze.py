"""qa_bot/cloze.py: a Kazakh sentence with a question word in the place of what answers it."""

import pytest

from qa_bot.analysis import analyse_article
from qa_bot.cloze import ask_of_sentence
from qa_bot.records import Article


def ask(text: str) -> list[tuple[str, str]]:
    """(sort, question) for the sentences of a text."""
    analysis = analyse_article(Article("a", "Мақала", text, "kk"))
    return [
        (proposal.sort, proposal.question)
        for sentence, speaker in zip(analysis.sentences, analysis.speakers, strict=True)
        for proposal in ask_of_sentence(sentence, speaker)
    ]


@pytest.mark.parametrize(
    ("text", "sort", "question"),
    [
        ("Құрылысқа 4,5 млрд теңге жұмсалды.", "amount", "Құрылысқа қанша теңге жұмсалды?"),
        ("Автобус келді. Бір автобустың бағасы — 95 млн теңге.", "amount", "Бір автобустың бағасы қанша?"),
        ("Жарысқа 96 шахматшы қатысты.", "amount", "Жарысқа неше шахматшы қатысты?"),
        ("Алғашқы аптада кітапханаға 12 мың бала келді.", "amount", "Алғашқы аптада кітапханаға қанша бала келді?"),
        ("Көпірдің ұзындығы 900 метр болады.", "amount", "Көпірдің ұзындығы қанша метр болады?"),
        ("Автобус бір күнде 300 шақырым жүреді.", "amount", "Автобус бір күнде қанша шақырым жүреді?"),
        ("Егінге арналған судың 40 пайызы жоғалады.", "amount", "Егінге арналған судың қанша пайызы жоғалады?"),
        ("Саммит 2027 жылы Ашғабатта өтеді.", "date", "Саммит қай жылы Ашғабатта өтеді?"),
        ("Алғашқы кеме порттан 5 мамырда шығады.", "date", "Алғашқы кеме порттан қашан шығады?"),
        ("Комиссияның келесі отырысы Астанада өтеді.", "place", "Комиссияның келесі отырысы қайда өтеді?"),
        ("Делегация ертең Алматыға барады.", "place", "Делегация ертең қайда барады?"),
        ("Мейманды әуежайда министр Ерлан Сағынтаев қарсы алды.", "person", "Мейманды әуежайда кім қарсы алды?"),
        (
            "Министр Ерлан Сағынтаев жүк тасымалы биыл 7 пайызға артқанын айтты.",
            "amount",
            "Жүк тасымалы биыл қанша пайызға артқан?",
        ),
        (
            "Сонымен қатар Ерлан Сағынтаев құрылысқа 5 млрд теңге бөлінетінін хабарлады.",
            "amount",
            "Құрылысқа қанша теңге бөлінеді?",
        ),
        (
            "Министрдің айтуынша, құрылысқа 5 млрд теңге жұмсалды.",
            "amount",
            "Құрылысқа қанша теңге жұмсалды?",
        ),
        (
            "Біз сауда айналымын 3 млрд долларға жеткізуге келіскенбіз.",
            "amount",
            "Сауда айналымын қанша долларға жеткізбек?",
        ),
        ("АСТАНА. ДАЛА — Форумға 90 адам қатысты.", "amount", "Форумға неше адам қатысты?"),
        ("Жол ашылды, оған 90 адам қатысты. Құрылысқа 5 млрд теңге жұмсалды, ол биыл бітеді.", "amount",
         "Құрылысқа қанша теңге жұмсалды?"),
    ],
)  # fmt: skip
def test_a_sentence_is_asked_for_what_it_tells(text: str, sort: str, question: str) -> None:
    assert (sort, question) in ask(text)


@pytest.mark.parametrize(
    "text",
    [
        "Оған 19 млрд теңге жұмсалады.",
        "Бұл көрсеткіш 18 пайызға өскен.",
        "Біз 90 адам шақырдық.",
        "Алаңға 90 адам жинадық, қуанып қалдымыз.",
        "Жолға 2 млрд теңге жұмсап, көпір салынып жатыр.",
        "Форумға 100-ден астам адам қатысты.",
        "Қатысушылар 40 минуттан 10 минутқа дейін күтті.",
        "90 адам келді.",
        "Бірінші орынды 16 жастағы қазақстандық Мирас Әлібек алды.",
        "Тұрғын Сәуле Оразбаева жолдың тар екенін айтты.",
        "«Алтын» қоры 90 адамға көмектесті.",
        "Алғашқы 40 автобус жолға шықты.",
        "Кездесу жылы өтті.",
        "Жылына 3–5 млн теңге бөлінеді.",
        "Жолаушылар 5 сағаттан соң ғана келді.",
        "Келістік. Біз оны 3 млрд долларға жеткізуге келістік.",
    ],
    ids=[
        "a pronoun", "a pointing word", "we", "we, at the end", "a converb", "more than", "two of a kind",
        "nothing before it", "an age that belongs to a name", "whoever speaks", "quoted words", "counted off",
        "nothing to ask for", "a range", "a limiting word", "an intention for a pronoun",
    ],
)  # fmt: skip
def test_what_would_be_an_odd_question_is_not_asked(text: str) -> None:
    assert ask(text) == []


@pytest.mark.parametrize(
    ("verb", "asked"),
    [("жеткізуге", "жеткізбек"), ("арттыруға", "арттырмақ"), ("көтеруді", "көтермек"), ("ұлғайтуға", "ұлғайтпақ")],
)
def test_an_intention_is_asked_after_in_its_own_form(verb: str, asked: str) -> None:
    assert ask(f"Сауда көлемін 3 млрд долларға {verb} келістік.") == [
        ("amount", f"Сауда көлемін қанша долларға {asked}?")
    ]
