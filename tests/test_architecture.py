"""The house keeps its order: imports point one way, everything public is explained, everything needed is packed."""

import ast
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("qa_bot", "index", "ui")
LONGEST = 450
"""Lines; a longer module is two."""

MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def setuptools_settings() -> dict[str, Any]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    tool: dict[str, Any] = settings["tool"]["setuptools"]
    return tool


def test_every_import_contract_is_kept() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()"]
    ran = subprocess.run(
        [*command, "--config", "pyproject.toml", "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "0 broken" in ran.stdout


def test_there_are_modules_in_every_room() -> None:
    assert {name(path).split("/")[0] for path in MODULES} == set(ROOMS)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_everything_public_is_explained(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if path.stat().st_size:
        assert ast.get_docstring(tree), "the module"
    undocumented = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert undocumented == []


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_module_is_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_no_module_is_named_after_nothing_in_particular() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
    assert [name(path) for path in MODULES if path.stem in vague] == []


def packages_on_disk() -> Iterator[str]:
    for module in MODULES:
        if module.name == "__init__.py":
            yield module.parent.relative_to(ROOT).as_posix().replace("/", ".")


def test_every_package_is_packed(setuptools_settings: dict[str, Any]) -> None:
    assert sorted(setuptools_settings["packages"]) == sorted(packages_on_disk())


def test_every_module_is_in_a_package() -> None:
    assert [name(path) for path in MODULES if not (path.parent / "__init__.py").exists()] == []


def test_every_file_beside_the_modules_is_packed(setuptools_settings: dict[str, Any]) -> None:
    packed = {
        file
        for package, patterns in setuptools_settings["package-data"].items()
        for pattern in patterns
        for file in (ROOT / package.replace(".", "/")).glob(pattern)
    }
    beside = {
        path
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"} and not path.name.startswith(".")
    }
    assert sorted(name(path) for path in beside - packed) == []
    assert beside


def test_the_seeds_are_data_and_never_named_in_code() -> None:
    for path in MODULES:
        assert "iran-president-visit" not in path.read_text(encoding="utf-8"), name(path)
