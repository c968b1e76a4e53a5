"""index/split.py: passages follow the text, and nothing of it is lost."""

from hypothesis import given
from hypothesis import strategies as st

from index.split import MAX_PARAGRAPH, MAX_SENTENCE, MAX_SENTENCES, TARGET, passage_sentences, split_article
from qa_bot.records import Article, Passage

SENTENCE = "Тараптар сауда, көлік және мәдениет салаларындағы ынтымақтастықты талқылады."

texts = st.lists(
    st.one_of(
        st.sampled_from(
            ["Ол айтты. ", "— Иә, - деді ол. ", "3,5 млрд. доллар ", "\n", "\n\n", "  ", "«Жақсы!» ", "a" * 1300]
        ),
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30),
        st.just(SENTENCE + " "),
    ),
    max_size=60,
).map("".join)


def split(text: str) -> list[Passage]:
    return split_article(Article("a", "т", text))


@given(texts)
def test_passages_are_spans_in_order_and_leave_only_white_space_out(text: str) -> None:
    place = 0
    for passage in split(text):
        assert passage.text == text[passage.start : passage.end]
        assert passage.text == passage.text.strip() != ""
        assert text[place : passage.start].strip() == ""
        assert passage.start >= place
        place = passage.end
    assert text[place:].strip() == ""


@given(texts)
def test_sentences_of_a_passage_are_spans_of_the_article_and_cover_it(text: str) -> None:
    for passage in split(text):
        sentences = passage_sentences(passage)
        place = passage.start
        for sentence in sentences:
            assert sentence.text == text[sentence.start : sentence.end]
            assert text[place : sentence.start].strip() == ""
            place = sentence.end
        assert place == passage.end


@given(texts)
def test_no_passage_is_longer_than_the_limits_allow(text: str) -> None:
    assert all(len(passage.text) <= max(MAX_SENTENCE, MAX_PARAGRAPH) + TARGET for passage in split(text))


def test_short_article_is_one_passage() -> None:
    text = f"{SENTENCE}\n{SENTENCE}"
    assert [passage.text for passage in split(text)] == [text]


def test_article_without_text_has_no_passages() -> None:
    assert split(" \n ") == []


def test_passages_end_where_paragraphs_do() -> None:
    paragraphs = [" ".join([SENTENCE] * 6) for _ in range(6)]
    assert [passage.text for passage in split("\n".join(paragraphs))] == paragraphs


def test_direct_speech_longer_than_the_target_stays_with_its_speaker() -> None:
    said = f"{SENTENCE[:-1]} және бұл жұмысты алдағы жылдары да жалғастыруға келісті"
    speech = "— " + ". ".join([said] * 6) + ", - деді министр."
    assert TARGET < len(speech) <= MAX_PARAGRAPH
    assert speech in [passage.text for passage in split(f"{SENTENCE}\n{speech}\n{SENTENCE}")]


def test_long_paragraph_is_cut_between_sentences_into_parts_of_like_length() -> None:
    text = " ".join([SENTENCE] * 30)
    passages = split(text)
    assert len(passages) > 3
    assert all(passage.text.endswith("талқылады.") for passage in passages)
    assert all(len(passage_sentences(passage)) <= MAX_SENTENCES for passage in passages)
    lengths = [len(passage.text) for passage in passages]
    assert min(lengths) > max(lengths) / 2


def test_list_of_short_lines_is_gathered() -> None:
    lines = [f"{number}-бап." for number in range(2 * MAX_SENTENCES)]
    assert [passage.text.count("\n") for passage in split("\n".join(lines))] == [MAX_SENTENCES - 1] * 2


def test_long_sentence_stays_whole() -> None:
    text = "Сөз " * (MAX_SENTENCE // 4 - 2) + "соңы."
    assert [passage.text for passage in split(text)] == [text]


def test_sentence_beyond_the_limit_is_cut_at_a_word_bound() -> None:
    passages = split("сөз " * 1000)
    assert len(passages) > 1
    assert all(passage.text.startswith("сөз") and passage.text.endswith("сөз") for passage in passages)


def test_unbroken_run_of_letters_is_cut_at_the_limit() -> None:
    assert [len(passage.text) for passage in split("а" * (MAX_SENTENCE + 5))] == [MAX_SENTENCE, 5]
