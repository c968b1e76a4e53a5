"""index/build.py: the data folder comes in line with the files, or stays as it was."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import index.build
import index.generation
from index.build import BuildReport, build_index, remove_article
from index.embed import StaticEncoder, Vectors
from index.generation import CHROMA, find_current, is_finished, list_generations, read_manifest
from index.retriever import open_index
from index.store import VectorStore
from qa_bot.errors import (
    ArticleUnknown,
    ArticleUnreadable,
    DataFolderUnusable,
    IndexDamaged,
    IndexLocked,
    IndexMissing,
    ModelMissing,
)
from qa_bot.settings import Settings
from tests.chroma_server import serve_chroma
from tests.tiny_model import write_tiny_model

SENTENCES = "Иран президенті Астанаға келді. Тараптар сауда туралы айтты. Тауар айналымы {} пайызға өсті."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", embedding_model=write_tiny_model(tmp_path / "model"))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(3):
        write(folder, f"news-{number}", SENTENCES.format(number + 10))
    return folder


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passages and sentences that were embedded since."""
    texts: list[str] = []
    embed: Callable[[StaticEncoder, Sequence[str]], Vectors] = StaticEncoder.embed_passages

    def note(self: StaticEncoder, given: Sequence[str]) -> Vectors:
        texts.extend(given)
        return embed(self, given)

    monkeypatch.setattr(StaticEncoder, "embed_passages", note)
    return texts


def write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.md").write_text(f"# Тақырып {name}\n\n{text}\n", encoding="utf-8")


def counts(report: BuildReport) -> tuple[int, int, int, int, bool]:
    return report.added, report.changed, report.removed, report.unchanged, report.built


def current(settings: Settings) -> Path:
    folder = find_current(settings.data)
    assert folder is not None
    return folder


def test_first_build_adds_every_article(settings: Settings, files: Path) -> None:
    report = build_index([files], settings)
    assert counts(report) == (3, 0, 0, 0, True)
    manifest = read_manifest(current(settings))
    assert list(manifest.articles) == ["news-0", "news-1", "news-2"]
    assert (report.passages, manifest.passages, manifest.sentences) == (3, 3, 9)
    assert (manifest.encoder, manifest.dim) == (settings.embedding_model, 16)


def test_nothing_is_built_when_nothing_changed(settings: Settings, files: Path, embedded: list[str]) -> None:
    build_index([files], settings)
    before = current(settings)
    embedded.clear()
    report = build_index([files], settings)
    assert counts(report) == (0, 0, 0, 3, False)
    assert report.passages == 3
    assert current(settings) == before
    assert embedded == []


def test_added_changed_and_removed_articles_are_counted(settings: Settings, files: Path) -> None:
    build_index([files], settings)
    (files / "news-0.md").unlink()
    write(files, "news-1", "Мүлдем басқа мәтін.")
    write(files, "news-9", "Жаңа мақала.")
    assert counts(build_index([files], settings)) == (1, 1, 1, 1, True)
    assert list(read_manifest(current(settings)).articles) == ["news-1", "news-2", "news-9"]


def test_another_order_is_a_change_of_the_index(settings: Settings, files: Path) -> None:
    paths = [files / f"news-{number}.md" for number in range(3)]
    build_index(paths, settings)
    assert counts(build_index(paths[::-1], settings)) == (0, 0, 0, 3, True)
    assert list(read_manifest(current(settings)).articles) == ["news-2", "news-1", "news-0"]


def test_unchanged_articles_keep_their_vectors_without_being_embedded(
    settings: Settings, files: Path, embedded: list[str]
) -> None:
    build_index([files], settings)
    before = vectors(settings)
    write(files, "news-00", "Алдында тұратын мақала.")
    embedded.clear()
    build_index([files], settings)
    assert embedded == ["Тақырып news-00\nАлдында тұратын мақала."] * 2
    after = vectors(settings)
    for number, name in enumerate(["0", "2", "3"]):
        assert after["passage", name] == pytest.approx(before["passage", str(number)], abs=1e-6)
        assert after["sentence", f"{name}.2"] == pytest.approx(before["sentence", f"{number}.2"], abs=1e-6)


def vectors(settings: Settings) -> dict[tuple[str, str], Vectors]:
    folder = current(settings)
    with VectorStore.open(folder / CHROMA, "", folder.name) as store:
        found = {("passage", name): row for name, row in store.get("passage", [str(n) for n in range(9)]).items()}
        names = [f"{number}.{count}" for number in range(9) for count in range(9)]
        return found | {("sentence", name): row for name, row in store.get("sentence", names).items()}


def test_rebuild_embeds_everything_anew(settings: Settings, files: Path, embedded: list[str]) -> None:
    build_index([files], settings)
    embedded.clear()
    assert counts(build_index([files], settings, rebuild=True)) == (0, 0, 0, 3, True)
    assert len(embedded) == 12


def test_another_encoder_builds_anew(settings: Settings, files: Path, tmp_path: Path, embedded: list[str]) -> None:
    build_index([files], settings)
    embedded.clear()
    other = Settings(data=settings.data, embedding_model=write_tiny_model(tmp_path / "other", seed=1, dim=8))
    assert build_index([files], other).built
    assert len(embedded) == 12
    assert read_manifest(current(settings)).dim == 8


def test_new_weights_under_the_same_name_build_anew(settings: Settings, files: Path, tmp_path: Path) -> None:
    build_index([files], settings)
    write_tiny_model(tmp_path / "new", seed=2)
    for file in (tmp_path / "new").iterdir():
        file.replace(Path(settings.embedding_model) / file.name)
    assert build_index([files], settings).built


def test_another_version_of_the_text_tools_builds_anew(
    settings: Settings, files: Path, monkeypatch: pytest.MonkeyPatch, embedded: list[str]
) -> None:
    build_index([files], settings)
    embedded.clear()
    monkeypatch.setattr(index.build, "recipe", lambda: "another")
    assert build_index([files], settings).built
    assert len(embedded) == 12


def test_damaged_generation_is_built_anew(
    settings: Settings, files: Path, caplog: pytest.LogCaptureFixture, embedded: list[str]
) -> None:
    build_index([files], settings)
    (current(settings) / "lexical" / "scores.npy").unlink()
    embedded.clear()
    assert counts(build_index([files], settings)) == (3, 0, 0, 0, True)
    assert len(embedded) == 12
    assert "scores.npy is missing" in caplog.text


def test_only_the_current_and_the_previous_generation_are_kept(settings: Settings, files: Path) -> None:
    folders = []
    for number in range(4):
        write(files, "news-0", f"Мәтін {number}.")
        build_index([files], settings)
        folders.append(current(settings))
    assert list_generations(settings.data) == sorted(folders[-2:])


def test_half_built_folders_of_killed_builds_are_removed(settings: Settings, files: Path) -> None:
    (settings.data / "generations" / "20200101T000000-dead00").mkdir(parents=True)
    build_index([files], settings)
    assert list_generations(settings.data) == [current(settings)]


@pytest.mark.parametrize(
    "step", ["write_texts", "add_vectors", "build_lexical", "_check", "write_manifest", "switch_generation"]
)
def test_failed_build_leaves_the_current_generation_and_nothing_else(
    settings: Settings, files: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    build_index([files], settings)
    before = current(settings)
    write(files, "news-0", "Басқа мәтін.")

    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(index.build, step, fail)
        with pytest.raises(KeyboardInterrupt):
            build_index([files], settings)
    assert current(settings) == before
    assert list_generations(settings.data) == [before]
    assert build_index([files], settings).built


@pytest.mark.parametrize(
    ("method", "answer", "told"),
    [
        ("find_nearest", [], "does not find 3 of 3 passage vectors"),
        ("find_nearest", [("7", 0.5)], "does not find 3 of 3 passage vectors"),
        ("count", 2, "holds (2, 2) vectors of (3, 9)"),
    ],
    ids=["nothing found", "another found", "some lost"],
)
def test_vectors_that_chroma_has_lost_are_noticed_before_the_switch(
    settings: Settings, files: Path, monkeypatch: pytest.MonkeyPatch, method: str, answer: object, told: str
) -> None:
    monkeypatch.setattr(VectorStore, method, lambda *_: answer)
    with pytest.raises(IndexDamaged, match=re.escape(told)):
        build_index([files], settings)
    assert find_current(settings.data) is None


def test_full_disk_is_told_and_leaves_the_current_generation(
    settings: Settings, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index([files], settings)
    before = current(settings)
    write(files, "news-0", "Басқа мәтін.")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(index.build, "build_lexical", fail)
    with pytest.raises(DataFolderUnusable, match=r"No space left on device.*--data"):
        build_index([files], settings)
    assert list_generations(settings.data) == [before]


def test_unreadable_articles_leave_everything_as_it_was(settings: Settings, files: Path) -> None:
    build_index([files], settings)
    before = current(settings)
    (files / "bad.md").write_bytes(b"\xff")
    with pytest.raises(ArticleUnreadable):
        build_index([files], settings)
    assert current(settings) == before


def test_missing_encoder_leaves_everything_as_it_was(settings: Settings, files: Path) -> None:
    with pytest.raises(ModelMissing):
        build_index([files], Settings(data=settings.data, embedding_model=str(files / "none")))
    assert list_generations(settings.data) == []


def test_build_while_another_builds_is_refused(settings: Settings, files: Path) -> None:
    with index.generation.lock_data(settings.data), pytest.raises(IndexLocked):
        build_index([files], settings)


def test_file_in_place_of_the_data_folder_is_told(settings: Settings, files: Path) -> None:
    settings.data.write_text("")
    with pytest.raises(DataFolderUnusable):
        build_index([files], settings)


def test_progress_runs_up_to_the_total_of_every_step(settings: Settings, files: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    build_index([files], settings, lambda step, done, total: seen.append((step, done, total)))
    assert list(dict.fromkeys(step for step, _, _ in seen)) == ["vectors", "terms", "check"]
    for step in ("vectors", "terms", "check"):
        done = [place for name, place, _ in seen if name == step]
        assert done == sorted(done)
        assert done[-1] == 3
    assert {total for _, _, total in seen} == {3}


def test_removed_article_is_gone_and_the_rest_stays(settings: Settings, files: Path, embedded: list[str]) -> None:
    build_index([files], settings)
    embedded.clear()
    assert counts(remove_article("news-1", settings)) == (0, 0, 1, 2, True)
    assert list(read_manifest(current(settings)).articles) == ["news-0", "news-2"]
    assert embedded == []


def test_last_article_can_be_removed(settings: Settings, files: Path) -> None:
    build_index([files / "news-0.md"], settings)
    assert remove_article("news-0", settings).passages == 0
    assert read_manifest(current(settings)).articles == {}
    assert counts(build_index([files], settings)) == (3, 0, 0, 0, True)


def test_removing_an_unknown_article_is_told(settings: Settings, files: Path) -> None:
    build_index([files], settings)
    before = current(settings)
    with pytest.raises(ArticleUnknown, match="'news-7'"):
        remove_article("news-7", settings)
    assert current(settings) == before


def test_removing_from_nothing_is_told_and_makes_no_folder(settings: Settings) -> None:
    with pytest.raises(IndexMissing):
        remove_article("a", settings)
    assert not settings.data.exists()


def test_articles_without_words_can_be_indexed(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text(json.dumps({"id": "odd", "title": "…", "text": "— — —", "lang": "kk"}), encoding="utf-8")
    assert build_index([path], settings).passages == 1
    assert is_finished(current(settings))


def test_vectors_on_a_server_come_and_go_with_their_generation(settings: Settings, files: Path, tmp_path: Path) -> None:
    with serve_chroma(tmp_path / "server") as address:
        remote = replace(settings, chroma_url=address)
        made = []
        for number in range(3):
            write(files, "news-0", f"Сауда {number} пайызға өсті.")
            build_index([files], remote)
            made.append(current(remote).name)
            with open_index(remote) as index:
                assert index.search(f"{number} пайыз", "kk", 1)[0].passage.text == f"Сауда {number} пайызға өсті."
            assert not (current(remote) / CHROMA).exists()
        assert build_index([files], settings).built
        with VectorStore.open(current(settings) / CHROMA, "", current(settings).name) as store:
            assert store.count("passage") == 3
        for generation in made[:2]:
            with pytest.raises(IndexDamaged):
                VectorStore.open(tmp_path, address, generation)
        VectorStore.open(tmp_path, address, made[2]).close()


def test_server_that_is_gone_when_old_vectors_go_is_only_warned_of(
    settings: Settings, files: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serve_chroma(tmp_path / "server") as address:
        build_index([files], replace(settings, chroma_url=address))
    for number in range(2):
        write(files, "news-0", f"Сауда {number} пайызға өсті.")
        build_index([files], settings)
    assert "stay on the server" in caplog.text
    assert len(list_generations(settings.data)) == 2


def test_generation_that_is_read_is_deleted_by_a_later_build(settings: Settings, files: Path) -> None:
    build_index([files], settings)
    with open_index(settings) as index:
        for number in range(2):
            write(files, "news-0", f"Сауда {number} пайызға өсті.")
            build_index([files], settings)
        assert index.generation_id in [folder.name for folder in list_generations(settings.data)]
    write(files, "news-0", "Сауда төмендеді.")
    build_index([files], settings)
    assert len(list_generations(settings.data)) == 2
