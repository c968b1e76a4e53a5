from itertools import pairwise

import pytest

from qa_bot.analysis import analyse_article
from qa_bot.language.keys import keys
from qa_bot.records import Article, Lang
from qa_bot.terms import find_terms


def find_speakers(text: str, lang: Lang = "kk") -> list[str | None]:
    """Who is said to say each sentence."""
    return [speaker.text if speaker else None for speaker in analyse_article(Article("made", "", text, lang)).speakers]


def test_every_sentence_is_its_stretch_of_the_article(visit: Article) -> None:
    sentences = analyse_article(visit).sentences
    assert all(sentence.text == visit.text[sentence.start : sentence.end] for sentence in sentences)
    assert [sentence.position for sentence in sentences] == list(range(len(sentences)))
    assert all(before.end <= after.start for before, after in pairwise(sentences))
    assert "".join("".join(sentence.text.split()) for sentence in sentences) == "".join(visit.text.split())


def test_words_amounts_and_names_carry_offsets_in_their_sentence(visit: Article) -> None:
    for sentence in analyse_article(visit).sentences:
        assert len(sentence.words) == len(sentence.stems)
        for word in sentence.words:
            assert sentence.text[word.start : word.end] == word.text
        for entity in sentence.entities:
            assert sentence.text[entity.start : entity.end] == entity.text
        for quantity in sentence.quantities:
            assert 0 <= quantity.start < quantity.end <= len(sentence.text)


def test_direct_speech_is_said_by_who_is_named_at_its_end(visit: Article) -> None:
    analysis = analyse_article(visit)
    said = {
        sentence.text.split()[0] + " " + sentence.text.split()[1]: speaker.text if speaker else None
        for sentence, speaker in zip(analysis.sentences, analysis.speakers, strict=True)
    }
    assert said["Сол заманда,"] == "Иран президенті"
    assert said["— ЕАЭО,"] == "Масуд Пезешкиан"
    assert said["Біз өткен"] == "Иран президенті"
    assert said["Мәртебелі мейман"] is None
    assert said["Қазіргі уақытта"] is None


def test_a_speaker_is_a_stretch_of_the_article(visit: Article) -> None:
    speakers = [speaker for speaker in analyse_article(visit).speakers if speaker]
    assert speakers
    assert all(visit.text[speaker.start : speaker.end] == speaker.text for speaker in speakers)


def test_a_post_and_the_name_beside_it_are_one_person(visit: Article) -> None:
    speakers = {speaker.text: speaker.stems for speaker in analyse_article(visit).speakers if speaker}
    (name,) = keys("Пезешкиан", "kk")
    (post,) = keys("президент", "kk")
    assert {name, post} <= speakers["Иран президенті"]
    assert {name, post} <= speakers["Масуд Пезешкиан"]
    assert not any(keys("Тоқаев", "kk")[0] in stems for stems in speakers.values())


def test_two_speakers_are_told_apart() -> None:
    text = "— Жол салынады, - деді министр Асқар Омаров.\n— Көпір салынады, - деді елші Иван Петров."
    assert find_speakers(text) == ["министр Асқар Омаров", "елші Иван Петров"]


def test_speech_does_not_reach_into_the_paragraph_before() -> None:
    text = "Қалада қар жауды.\n— Жол ашық. Көпір ашық, - деді министр Асқар Омаров."
    assert find_speakers(text) == [None, "министр Асқар Омаров", "министр Асқар Омаров"]


def test_english_speech_is_attributed_too() -> None:
    text = "It snowed in the city.\nThe road is open, said Minister Askar Omarov."
    nobody, minister = find_speakers(text, "en")
    assert nobody is None
    assert minister is not None
    assert minister.endswith("Askar Omarov")


@pytest.mark.parametrize(
    "text",
    [
        "Форум Алматыда ашылды. Қонақтар кешікті. «Үш стансы саламыз», — деді әкім Дархан Сатыбалды.",
        "Форум Алматыда ашылды. Қонақтар кешікті. Үш стансы саламыз», — деді әкім Дархан Сатыбалды.",
    ],
)
def test_what_stands_before_the_quotation_mark_is_nobodys_speech(text: str) -> None:
    assert find_speakers(text) == [None, None, "әкім Дархан Сатыбалды"]


def test_what_stands_before_an_english_quotation_mark_is_nobodys_speech() -> None:
    text = 'The forum opened in Almaty. "We will build three. It is time," said Mayor Darkhan Satybaldy.'
    assert [bool(name) for name in find_speakers(text, "en")] == [False, True, True]


def test_speech_begins_where_its_quotation_mark_opens() -> None:
    text = "Форум ашылды. «Стансы саламыз. Ол «Таң» деп аталады. Уақыты келді», — деді әкім Дархан Сатыбалды."
    assert [bool(name) for name in find_speakers(text)] == [False, True, True, True]


def test_speech_that_a_dash_opens_begins_there() -> None:
    text = "Форум ашылды. — Стансы саламыз. Уақыты келді, — деді әкім Дархан Сатыбалды."
    assert [bool(name) for name in find_speakers(text)] == [False, True, True]


def test_who_is_only_spoken_of_does_not_speak() -> None:
    assert find_speakers("Министр Асқар Омаров елші Иван Петровты қабылдады.") == [None]


def test_the_dateline_is_found_and_says_that_an_agency_reports_from_a_place(visit: Article) -> None:
    first, *others = analyse_article(visit).sentences
    assert first.text[: first.dateline_end] == "АСТАНА. KAZINFORM — "
    assert set(keys("хабарлау", "kk")) <= set(first.implied_stems)
    assert all(other.dateline_end == 0 and not other.implied_stems for other in others)


def test_an_article_without_a_dateline_has_none() -> None:
    (sentence,) = analyse_article(Article("made", "", "Таразда жаңа зауыт ашылды.", "kk")).sentences
    assert sentence.dateline_end == 0


def test_the_title_and_the_speakers_are_looked_up_beside_the_sentences(visit: Article) -> None:
    analysis = analyse_article(visit)
    (term,) = find_terms("Pezeshkian", "en")
    values = analysis.units.match(term)
    count = len(analysis.sentences)
    assert len(values) == 2 * count + 1
    speaks = [speaker is not None for speaker in analysis.speakers]
    assert [value > 0.5 for value in values[count : 2 * count]] == speaks


def test_the_vocabulary_holds_each_content_word_once(visit: Article) -> None:
    analysis = analyse_article(visit)
    assert len(set(analysis.vocabulary)) == len(analysis.vocabulary)
    assert "айналымын" in analysis.vocabulary
    assert "және" not in analysis.vocabulary
    for sentence, places in zip(analysis.sentences, analysis.words_of_sentences, strict=True):
        assert {analysis.vocabulary[place] for place in places} <= {word.text.lower() for word in sentence.words}


def test_an_article_is_analysed_once(visit: Article) -> None:
    assert analyse_article(visit) is analyse_article(visit)
