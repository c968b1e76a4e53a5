"""A sentence is judged with its article's title and the beginning of the sentence before."""

from qa_bot.analysis import analyse_article
from qa_bot.context import BEFORE_WORDS, NAME_WORDS, TITLE_WORDS, put_in_context
from qa_bot.records import Article

LONG = "Қонақ " + " ".join(f"сөз{number}" for number in range(2 * BEFORE_WORDS)) + "."
VISIT = analyse_article(Article("a", " ".join(["Сапар"] * 2 * TITLE_WORDS), f"{LONG} Ол ертең қайтады."))


def test_what_he_did_stands_beside_who_he_is() -> None:
    sentence, title, before = put_in_context(VISIT, VISIT.sentences[1]).split(" | ")
    assert sentence == "Ол ертең қайтады."
    assert title == " ".join(["Сапар"] * TITLE_WORDS)
    assert before.split() == LONG.split()[:BEFORE_WORDS]


def test_nothing_stands_before_the_first_sentence() -> None:
    assert put_in_context(VISIT, VISIT.sentences[0]).split(" | ")[2] == ""


def test_sentences_may_be_said_in_other_words() -> None:
    shown = put_in_context(VISIT, VISIT.sentences[1], lambda sentence: f"said {sentence.position}")
    assert shown.startswith("said 1 | Сапар")
    assert shown.endswith(" | said 0")


def test_who_says_it_is_named_as_fully_as_the_article_does() -> None:
    text = "Иран президенті Масуд Пезешкиан Астанаға келді. — Мәселе бар. Оны шешеміз, - деді Иран президенті."
    talk = analyse_article(Article("b", "Сапар", text))
    assert put_in_context(talk, talk.sentences[1]).split(" | ")[1] == "— Иран президенті Масуд Пезешкиан"
    assert put_in_context(talk, talk.sentences[2]).split(" | ")[1] == "— Иран президенті Масуд Пезешкиан"
    assert "—" not in put_in_context(talk, talk.sentences[0])


def test_who_is_named_in_the_sentence_is_not_named_twice() -> None:
    talk = analyse_article(Article("c", "Сапар", "Мәселе бар, - деді Иран президенті Масуд Пезешкиан."))
    assert put_in_context(talk, talk.sentences[0]).count("Пезешкиан") == 1


def test_a_long_post_is_cut_before_the_name() -> None:
    post = "Қазақстан Республикасы Премьер-министрінің бірінші орынбасары Роман Скляр"
    talk = analyse_article(Article("d", "Жиын", f"Жиында {post} сөйледі. — Жоба дайын, - деді Роман Скляр."))
    shown = put_in_context(talk, talk.sentences[1])
    assert all(len(part.split()) <= NAME_WORDS + 1 for part in shown.split(" | ")[1:2])
