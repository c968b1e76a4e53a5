import unicodedata

import pytest

from qa_bot.errors import QuestionInvalid
from qa_bot.question import find_kinds, is_negated, tidy_question, understand
from qa_bot.records import Lang, Turn


@pytest.mark.parametrize(
    ("text", "lang", "kind"),
    [
        ("Why did the talks fail?", "en", "reason"),
        ("By how much did exports grow?", "en", "percent"),
        ("What percentage of the budget is spent on roads?", "en", "percent"),
        ("How many dollars will be invested?", "en", "money"),
        ("How much money was lent?", "en", "money"),
        ("How many students came?", "en", "count"),
        ("How long did the flight last?", "en", "duration"),
        ("When was the embassy opened?", "en", "date"),
        ("In what year was the bridge built?", "en", "date"),
        ("Did the number of schools grow?", "en", "yes_no"),
        ("Did the population of the town reach a million?", "en", "yes_no"),
        ("Is it known how many students came?", "en", "count"),
        ("Which countries signed the treaty?", "en", "place"),
        ("Where was the forum held?", "en", "place"),
        ("Which international organisations took part?", "en", "organisation"),
        ("Who opened the exhibition?", "en", "person"),
        ("What is the name of the ambassador?", "en", "person"),
        ("Is the border open?", "en", "yes_no"),
        ("What is the price of wheat?", "en", "money"),
        ("What is a caravanserai?", "en", "definition"),
        ("Which sectors were discussed?", "en", "list"),
        ("What did the minister propose?", "en", "statement"),
        ("Неге келіссөз тоқтады?", "kk", "reason"),
        ("Экспорт қаншаға артты?", "kk", "percent"),
        ("Бюджеттің неше пайызы жолға жұмсалады?", "kk", "percent"),
        ("Қанша доллар инвестиция құйылады?", "kk", "money"),
        ("Форумға қанша адам қатысты?", "kk", "count"),
        ("Елшілік қашан ашылды?", "kk", "date"),
        ("Көпір қай жылы салынды?", "kk", "date"),
        ("Қанша айыппұл төленді?", "kk", "quantity"),
        ("Қанша жылқы сатылды?", "kk", "quantity"),
        ("Сапар қанша айға созылды?", "kk", "duration"),
        ("Қай аймақта өрт шықты?", "kk", "place"),
        ("Пойыз қандай жылдамдықпен жүреді?", "kk", "statement"),
        ("Қай айда қол қойылды?", "kk", "date"),
        ("Келісімге қай елдер қол қойды?", "kk", "place"),
        ("Көрме қайда өтті?", "kk", "place"),
        ("Жиынға қандай халықаралық ұйымдар қатысты?", "kk", "organisation"),
        ("Көрмені кім ашты?", "kk", "person"),
        ("Елшінің аты-жөні кім?", "kk", "person"),
        ("Шекара ашық па?", "kk", "yes_no"),
        ("Керуен сарай дегеніміз не?", "kk", "definition"),
        ("Қандай салалар талқыланды?", "kk", "list"),
        ("Министр не ұсынды?", "kk", "statement"),
    ],
)
def test_the_kind_of_answer_is_told_by_the_question(text: str, lang: Lang, kind: str) -> None:
    assert find_kinds(text, lang)[0] == kind


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", "empty"),
        ("  \n\t ", "empty"),
        ("?!… —", "no letter and no digit"),
        ("😀🎉", "no letter and no digit"),
        ("а" * 100_000, "100,000 characters; at most 1,000"),
    ],
    ids=["nothing", "blank", "punctuation", "emoji", "far too long"],
)
def test_what_is_no_question_is_told_so(asked: str, said: str) -> None:
    with pytest.raises(QuestionInvalid, match=said):
        understand(asked)


def test_a_bridge_may_be_long_as_well_as_a_flight() -> None:
    assert find_kinds("How long is the bridge?", "en") == ("duration", "quantity")


def test_letters_typed_in_two_parts_are_one() -> None:
    typed = unicodedata.normalize("NFD", "Қай елмен келісім жасалды?")
    assert typed != "Қай елмен келісім жасалды?"
    assert understand(typed).kinds == ("place",)
    assert tidy_question(typed, 1000) == "Қай елмен келісім жасалды?"


def test_the_language_follows_the_question() -> None:
    assert understand("Where was the forum held?").language == "en"
    assert understand("Форум қайда өтті?").language == "kk"
    assert understand("Forum qaida otti?").language == "kk"


def test_an_answer_may_be_wanted_in_the_other_language() -> None:
    question = understand("Форум қайда өтті?", lang="en")
    assert (question.language, question.answer_in) == ("kk", "en")
    assert understand("Форум қайда өтті?").answer_in == "kk"


def test_latin_script_kazakh_is_read_as_cyrillic() -> None:
    assert understand("Sauda ainalymy qansha?").text.startswith("Сауда")


def test_a_slip_in_an_english_word_is_put_right_and_the_question_kept_as_asked() -> None:
    question = understand("What did the presedent say?")
    assert "president" in question.text
    assert question.asked == "What did the presedent say?"


def test_a_follow_up_takes_over_what_it_does_not_say_itself() -> None:
    before = Turn("How much did exports to Uzbekistan grow this year?", "12 percent")
    question = understand("And last year?", history=[before])
    texts = [term.text.lower() for term in question.terms]
    assert question.follows_up
    assert "last year" in texts
    assert "this year" not in texts
    assert any("export" in text for text in texts)


def test_a_new_topic_after_an_answer_starts_fresh() -> None:
    before = Turn("How much did exports grow?", "12 percent")
    question = understand("Which cities will the new railway connect?", history=[before])
    assert not question.follows_up
    assert not any("export" in term.text.lower() for term in question.terms)


def test_it_is_noticed_whether_somebody_is_asked_for_or_what_they_said() -> None:
    assert understand("Who said that exports grew?").wants_speaker
    assert understand("What did the minister say about exports?").by_speaker
    assert not understand("Where was the forum held?").by_speaker


@pytest.mark.parametrize(
    ("text", "lang", "negated"),
    [
        ("The border was not closed.", "en", True),
        ("The border was closed.", "en", False),
        ("Байланыс үзілген емес.", "kk", True),
        ("Байланыс үзілді.", "kk", False),
        ("Келісімге қол қойылмады.", "kk", True),
        ("The plant makes not only cars.", "en", False),
        ("The forum ended without a statement.", "en", False),
        ("School No. 5 was opened.", "en", False),
        ("There is no road.", "en", True),
        ("Мектеп саны көбейді.", "kk", False),
        ("Жауын кемеді.", "kk", False),
        ("Жұртты Қабанбай мен Алмас қарсы алды.", "kk", False),
        ("Министр келмеді.", "kk", True),
    ],
)
def test_a_denial_is_noticed(text: str, lang: Lang, negated: bool) -> None:
    assert is_negated(text, lang) is negated
