"""index/retriever.py: the search over one generation."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from index import retriever
from index.build import build_index, remove_article
from index.embed import open_encoder
from index.generation import list_generations
from index.retriever import Index, current_generation_id, open_index
from qa_bot.analysis import analyse_article
from qa_bot.errors import ArticleUnknown, IndexDamaged, IndexMismatch, IndexMissing, ModelMissing
from qa_bot.ports import Retriever
from qa_bot.records import Lang
from qa_bot.settings import Settings
from tests.tiny_model import write_tiny_model

TEXTS = {
    "trade": "Иран Қазақстанмен сауда саласындағы ынтымақтастықты дамытуға мүдделі. Тауар айналымы 40 пайызға өсті.",
    "sport": "Шымкентте бокстан халықаралық турнир өтті. Жеңімпаздарға жүлде берілді.",
    "snow": "Алматы маңындағы тауларда қар жауды. Жолдар жабылды.",
    "grid": "The two ministers signed an agreement on the power grid in Dushanbe. The line will open next year.",
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("index")
    (folder / "files").mkdir()
    for name, text in TEXTS.items():
        (folder / "files" / f"{name}.txt").write_text(f"{name.title()}\n{text}\n\n{text}", encoding="utf-8")
    settings = Settings(data=folder / "data", embedding_model=write_tiny_model(folder / "model"))
    build_index([folder / "files" / f"{name}.txt" for name in TEXTS], settings)
    return settings


@pytest.fixture
def opened(settings: Settings) -> Iterator[Index]:
    with open_index(settings) as index:
        yield index


def test_index_is_what_the_conversation_asks_for(opened: Index) -> None:
    retriever: Retriever = opened
    assert retriever.articles()


@pytest.mark.parametrize(
    ("question", "lang", "found"),
    [
        ("Сауда туралы не айтылды?", "kk", "trade"),
        ("Кім турнирде жүлде алды?", "kk", "sport"),
        ("Where did it snow?", "en", "snow"),
        ("What did the ministers sign?", "en", "grid"),
        ("Душанбеде кімдер келісімге қол қойды?", "kk", "grid"),
    ],
)
def test_best_passage_is_of_the_article_that_tells(opened: Index, question: str, lang: Lang, found: str) -> None:
    best = opened.search(question, lang, 1)[0]
    assert best.passage.article_id == found
    assert best.ranks["lexical"] == 1


def test_passages_are_spans_of_their_articles(opened: Index) -> None:
    for hit in opened.search("сауда", "kk", 9):
        passage = hit.passage
        assert passage.text == opened.article(passage.article_id).text[passage.start : passage.end] != ""


@pytest.mark.parametrize(("k", "count"), [(0, 0), (1, 1), (3, 3), (4, 4), (100, 4)])
def test_as_many_passages_as_asked_for_or_all(opened: Index, k: int, count: int) -> None:
    hits = opened.search("сауда", "kk", k)
    assert len(hits) == count
    assert len({(hit.passage.article_id, hit.passage.start) for hit in hits}) == count
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize("text", ["", "   ", "?", "🙂", "ъ" * 5000])
def test_question_that_says_nothing_still_gives_passages(opened: Index, text: str) -> None:
    assert len(opened.search(text, "kk", 3)) == 3


def test_every_channel_that_found_a_passage_gives_its_rank(opened: Index) -> None:
    hits = opened.search("сауда", "kk", 4)
    assert [hit.ranks.get("lexical") for hit in hits] == [1, None, None, None]
    for channel in ("passage", "sentence"):
        assert sorted(hit.ranks[channel] for hit in hits) == [1, 2, 3, 4]


def test_a_channel_alone_ranks_what_it_found(opened: Index) -> None:
    alone = opened.search_by_channel("сауда", "kk", 4)
    together = opened.search("сауда", "kk", 4)
    assert {name: len(hits) for name, hits in alone.items()} == {"lexical": 1, "passage": 4, "sentence": 4}
    for name, hits in alone.items():
        assert [hit.ranks for hit in hits] == [{name: rank} for rank in range(1, len(hits) + 1)]
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        ranks = {hit.passage: hit.ranks[name] for hit in together if name in hit.ranks}
        assert ranks == {hit.passage: hit.ranks[name] for hit in hits}


def test_a_channel_alone_gives_no_more_than_asked_for(opened: Index) -> None:
    assert opened.search_by_channel("сауда", "kk", 0) == {}
    alone = opened.search_by_channel("сауда", "kk", 2)
    assert {name: len(hits) for name, hits in alone.items()} == {"lexical": 1, "passage": 2, "sentence": 2}
    assert opened.search_by_channel("🙂", "kk", 2).keys() >= {"lexical"}
    assert opened.search_by_channel("🙂", "kk", 2)["lexical"] == []


def test_articles_come_in_the_order_given(opened: Index) -> None:
    assert [article.id for article in opened.articles()] == list(TEXTS)
    assert [article.lang for article in opened.articles()] == ["kk", "kk", "kk", "en"]


def test_unknown_article_is_told(opened: Index) -> None:
    with pytest.raises(ArticleUnknown, match="'weather'"):
        opened.article("weather")


def test_similarity_is_the_cosine_of_the_encoder(opened: Index) -> None:
    same, other, nothing = opened.similarity("сауда", ["сауда", "турнир", ""])
    assert same == pytest.approx(1.0, abs=1e-6)
    assert -1 <= other < 0.99
    assert nothing == 0.0
    assert opened.similarity("сауда", []) == []


def test_sentences_of_an_article_are_near_a_question_as_they_are_indexed(opened: Index, settings: Settings) -> None:
    article = opened.article("sport")
    near = opened.sentence_similarity("бокс турнирі", "sport")
    sentences = analyse_article(article).sentences
    assert list(near) == [sentence.start for sentence in sentences]
    encoder = open_encoder(settings.embedding_model)
    rows = encoder.embed_passages([f"{article.title}\n{sentence.text}" for sentence in sentences])
    expected = rows @ encoder.embed_queries(["бокс турнирі"])[0]
    assert list(near.values()) == pytest.approx(expected.tolist(), abs=1e-5)
    with pytest.raises(ArticleUnknown, match="'weather'"):
        opened.sentence_similarity("бокс", "weather")


def test_sentences_are_remembered_but_not_without_end(opened: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retriever, "KNOWN", 3)
    texts = [f"сауда {number}" for number in range(5)]
    first = opened.similarity("сауда", texts)
    assert list(opened._known) == texts[-3:]
    assert opened.similarity("сауда", texts) == pytest.approx(first, abs=1e-6)
    assert opened.similarity("сауда", texts[::-1]) == pytest.approx(first[::-1], abs=1e-6)


def test_the_judge_prefers_the_sentence_that_answers(opened: Index) -> None:
    right, wrong = opened.judge("Кім келді?", ["Астанаға Швеция премьер-министрі келді.", "Кеше жаңбыр жауды."])
    assert right > wrong


def test_the_judge_points_into_the_sentence(opened: Index) -> None:
    sentence = "Астанаға Швеция премьер-министрі келді."
    mark = opened.mark("Кім келді?", sentence, len(sentence))
    assert mark is not None
    assert "премьер-министрі" in sentence[mark.start : mark.end]


def test_what_is_prepared_is_ready_for_the_first_question(settings: Settings) -> None:
    with open_index(settings) as index:
        index.prepare()
        (thread,) = [thread for thread in threading.enumerate() if thread.name == "prepare"]
        thread.join()
        assert index._encoder.made()
        assert index._judge.made()


def test_what_cannot_be_prepared_is_told_when_it_is_asked_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(settings) as index:
        monkeypatch.setattr(retriever, "open_encoder", fail)
        index.prepare()
        for thread in threading.enumerate():
            if thread.name == "prepare":
                thread.join()
        with pytest.raises(ModelMissing, match="gone"):
            index.search("сауда", "kk", 1)


def fail(name: str) -> None:
    raise ModelMissing(f"{name} is gone")


def test_many_threads_share_an_index_from_its_first_question(settings: Settings) -> None:
    questions: list[tuple[str, Lang]] = [("сауда", "kk"), ("турнир", "kk"), ("snow", "en"), ("agreement", "en")] * 8
    with open_index(settings) as index, ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda question: index.search(*question, 2), questions))
        assert found == [index.search(*question, 2) for question in questions]


def test_opening_loads_neither_chroma_nor_torch(settings: Settings) -> None:
    script = (
        "import sys; from pathlib import Path; from qa_bot.settings import Settings\n"
        "from index.retriever import open_index\n"
        "index = open_index(Settings(data=Path(sys.argv[1]), embedding_model=sys.argv[2]))\n"
        "assert len(index.articles()) == 4\n"
        "print([name for name in ('chromadb', 'torch', 'sentence_transformers', 'bm25s') if name in sys.modules])"
    )
    command = [sys.executable, "-c", script, str(settings.data), settings.embedding_model]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    assert ran.stdout.strip() == "[]"


def test_nothing_indexed_is_told(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        open_index(Settings(data=tmp_path))
    assert current_generation_id(Settings(data=tmp_path)) is None


def test_another_encoder_in_the_settings_is_told_with_both_names(settings: Settings) -> None:
    with pytest.raises(IndexMismatch) as caught:
        open_index(replace(settings, embedding_model="owner/model-b"))
    message = str(caught.value)
    assert f"{settings.embedding_model} (16)" in message
    assert "owner/model-b" in message
    assert "Run: qa-bot index --rebuild PATH" in message


def test_vectors_sought_elsewhere_than_they_are_is_told(settings: Settings) -> None:
    with pytest.raises(IndexMismatch, match=r"in the folder.*on the server http://127\.0\.0\.1:1.*--rebuild"):
        open_index(replace(settings, chroma_url="http://127.0.0.1:1"))


def test_new_weights_under_the_same_name_are_told(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", embedding_model=write_tiny_model(tmp_path / "model"))
    (tmp_path / "a.txt").write_text("Сауда\nСауда өсті.", encoding="utf-8")
    build_index([tmp_path / "a.txt"], settings)
    write_tiny_model(tmp_path / "new", seed=2)
    for file in (tmp_path / "new").iterdir():
        file.replace(tmp_path / "model" / file.name)
    with open_index(settings) as index, pytest.raises(IndexMismatch, match="another state of the encoder"):
        index.search("сауда", "kk", 1)


def test_lexical_file_that_is_none_is_damage(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", embedding_model=write_tiny_model(tmp_path / "model"))
    (tmp_path / "a.txt").write_text("Сауда\nСауда өсті.", encoding="utf-8")
    build_index([tmp_path / "a.txt"], settings)
    path = list_generations(settings.data)[0] / "lexical" / "scores.npy"
    path.write_bytes(b"x" * path.stat().st_size)
    with open_index(settings) as index, pytest.raises(IndexDamaged, match="lexical"):
        index.search("сауда", "kk", 1)


def test_index_of_another_version_is_served_with_a_warning(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("index.retriever.recipe", lambda: "another")
    open_index(settings).close()
    assert "Run: qa-bot index PATH" in caplog.text


def test_index_without_articles_finds_nothing(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", embedding_model=write_tiny_model(tmp_path / "model"))
    (tmp_path / "a.txt").write_text("Сауда\nСауда өсті.", encoding="utf-8")
    build_index([tmp_path / "a.txt"], settings)
    remove_article("a", settings)
    with open_index(settings) as index:
        assert index.search("сауда", "kk", 5) == []
        assert list(index.articles()) == []


def test_reader_keeps_its_generation_while_newer_ones_are_built(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", embedding_model=write_tiny_model(tmp_path / "model"))
    path = tmp_path / "a.txt"
    path.write_text("Сауда\nСауда 1 пайызға өсті.", encoding="utf-8")
    build_index([path], settings)
    with open_index(settings) as index:
        for number in range(2, 5):
            path.write_text(f"Сауда\nСауда {number} пайызға өсті.", encoding="utf-8")
            build_index([path], settings)
        # Nothing was loaded yet: even so the reader finds all of its generation, three builds later.
        assert index.search("сауда", "kk", 1)[0].passage.text == "Сауда 1 пайызға өсті."
        assert current_generation_id(settings) != index.generation_id
        with open_index(settings) as newer:
            assert newer.generation_id == current_generation_id(settings)
            assert newer.search("сауда", "kk", 1)[0].passage.text == "Сауда 4 пайызға өсті."
    path.write_text("Сауда\nСауда 5 пайызға өсті.", encoding="utf-8")
    build_index([path], settings)
    assert index.generation_id not in [folder.name for folder in list_generations(settings.data)]


def test_reader_process_keeps_its_generation_while_a_newer_one_is_built(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", embedding_model=write_tiny_model(tmp_path / "model"))
    path = tmp_path / "a.txt"
    path.write_text("Сауда\nСауда 1 пайызға өсті.", encoding="utf-8")
    build_index([path], settings)
    script = (
        "import sys; from pathlib import Path; from qa_bot.settings import Settings\n"
        "from index.retriever import open_index\n"
        "index = open_index(Settings(data=Path(sys.argv[1]), embedding_model=sys.argv[2]))\n"
        "for line in sys.stdin: print(index.search('сауда', 'kk', 1)[0].passage.text, flush=True)"
    )
    command = [sys.executable, "-c", script, str(settings.data), settings.embedding_model]
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        answers = []
        for number in range(2, 5):
            reader.stdin.write("\n")
            reader.stdin.flush()
            answers.append(reader.stdout.readline().strip())
            path.write_text(f"Сауда\nСауда {number} пайызға өсті.", encoding="utf-8")
            build_index([path], settings)
        reader.stdin.close()
    assert reader.returncode == 0
    assert answers == ["Сауда 1 пайызға өсті."] * 3
