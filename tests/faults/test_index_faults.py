"""Kills, full disks and lost files: the index answers as before or says what is wrong, and never half of either."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.build import build_index
from index.generation import find_current, list_generations
from index.retriever import open_index
from qa_bot.errors import IndexDamaged, IndexLocked
from qa_bot.settings import Settings
from tests.tiny_model import write_tiny_model

ROOT = Path(__file__).parents[2]
KILLS = 5
BUILD = """
import sys
from pathlib import Path
from index.build import build_index
from qa_bot.settings import Settings
build_index([Path(sys.argv[1])], Settings(data=Path(sys.argv[2]), embedding_model=sys.argv[3]))
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", embedding_model=write_tiny_model(tmp_path / "model"))


def write(path: Path, edition: int, count: int = 40) -> Path:
    """Articles that all tell which edition they are of."""
    sentences = "Тараптар сауда туралы айтты. Тауар айналымы өсті. Келіссөз Астанада өтті. "
    lines = [
        {"id": f"a{number}", "title": f"Мақала {number}", "text": sentences * 5 + f"{edition} басылым.", "lang": "kk"}
        for number in range(count)
    ]
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return path


def start_build(articles: Path, settings: Settings) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", BUILD, str(articles), str(settings.data), settings.embedding_model]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)


def find_edition(settings: Settings) -> int:
    """Search the current generation and check that everything in it is of one edition. Returns: which."""
    with open_index(settings) as index:
        hits = index.search("сауда туралы басылым", "kk", 1000)
        assert {hit.passage.article_id for hit in hits} == {article.id for article in index.articles()}
        for hit in hits:
            article = index.article(hit.passage.article_id)
            assert hit.passage.text == article.text[hit.passage.start : hit.passage.end]
        (edition,) = {article.text.split()[-2] for article in index.articles()}
        return int(edition)


def test_killed_build_leaves_the_old_or_the_new_generation_whole(tmp_path: Path, settings: Settings) -> None:
    articles = write(tmp_path / "articles.jsonl", 0)
    started = time.monotonic()
    with start_build(articles, settings) as build:
        build.communicate()
    seconds = time.monotonic() - started
    assert find_edition(settings) == 0

    moments = random.Random(7)
    edition = 0
    for kill in range(1, KILLS + 1):
        write(articles, kill)
        with start_build(articles, settings) as build:
            # Not before the imports are through: nothing is at stake until then.
            time.sleep(seconds * moments.uniform(0.3, 1.0))
            build.kill()
            build.communicate()
        found = find_edition(settings)
        assert found in {edition, kill}
        edition = found

    write(articles, KILLS + 1)
    assert build_index([articles], settings).built
    assert find_edition(settings) == KILLS + 1
    assert len(list_generations(settings.data)) <= 2


@pytest.mark.parametrize(
    "moment", ["write_texts", "add_vectors", "build_lexical", "_check", "write_manifest", "switch_generation"]
)
def test_build_killed_right_after_a_step_can_be_run_again(tmp_path: Path, settings: Settings, moment: str) -> None:
    articles = write(tmp_path / "articles.jsonl", 0, count=3)
    build_index([articles], settings)
    write(articles, 1, count=3)
    kill = (
        "import os, index.build as build\n"
        f"step = build.{moment}\n"
        f"build.{moment} = lambda *given, **named: (step(*given, **named), os.kill(os.getpid(), 9))\n"
    )
    command = [sys.executable, "-c", kill + BUILD, str(articles), str(settings.data), settings.embedding_model]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    assert find_edition(settings) == (1 if moment == "switch_generation" else 0)
    build_index([articles], settings)
    assert find_edition(settings) == 1
    assert len(list_generations(settings.data)) <= 2


def test_two_builds_at_once_leave_one_whole_generation(tmp_path: Path, settings: Settings) -> None:
    first = write(tmp_path / "first.jsonl", 1)
    second = write(tmp_path / "second.jsonl", 2)
    builds = [start_build(path, settings) for path in (first, second)]
    complaints = [build.communicate()[1].decode() for build in builds]
    codes = [build.returncode for build in builds]
    assert 0 in codes
    for code, complaint in zip(codes, complaints, strict=True):
        assert code == 0 or IndexLocked.__name__ in complaint
    assert find_edition(settings) in {number for number, code in enumerate(codes, 1) if code == 0}


def test_disk_that_fills_up_leaves_the_old_generation(tmp_path: Path, settings: Settings) -> None:
    articles = write(tmp_path / "articles.jsonl", 0)
    build_index([articles], settings)
    before = find_current(settings.data)
    write(articles, 1)
    limit = max(path.stat().st_size for path in settings.data.rglob("*")) // 2
    command = [sys.executable, "-c", BUILD, str(articles), str(settings.data), settings.embedding_model]
    ran = subprocess.run(
        command,
        cwd=ROOT,
        check=False,
        capture_output=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert ran.returncode != 0
    assert find_current(settings.data) == before
    assert list_generations(settings.data) == [before]
    assert find_edition(settings) == 0


def test_loss_of_any_file_is_told_and_mended_by_the_next_build(tmp_path: Path, settings: Settings) -> None:
    articles = write(tmp_path / "articles.jsonl", 0, count=120)
    build_index([articles], settings)
    folder = find_current(settings.data)
    assert folder is not None
    files = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]
    assert len(files) > 10
    for path in files:
        kept = path.read_bytes()
        for harm in (path.unlink, lambda: os.truncate(path, len(kept) // 2)):  # noqa: B023
            harm()
            with pytest.raises(IndexDamaged, match="Run: qa-bot index --rebuild PATH"):
                open_index(settings)
            path.write_bytes(kept)
    find_edition(settings)

    files[0].unlink()
    assert build_index([articles], settings).built
    assert find_edition(settings) == 0
