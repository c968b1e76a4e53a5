"""What the examples for putting the bot into service have to keep to; none of them can be run here."""

import dataclasses
import fnmatch
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml

from qa_bot.settings import PREFIX, Settings, read_settings

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
FILES = (ROOT / "Dockerfile", *sorted(path for path in DEPLOY.iterdir() if path.is_file()))

Instruction = tuple[str, str]


def read_instructions() -> list[Instruction]:
    """The Dockerfile as (instruction, argument); continued lines are joined, comments left out."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    pairs = [line.partition(" ") for line in lines if line.strip()]
    return [(name, argument.strip()) for name, _, argument in pairs]


@pytest.fixture(scope="module")
def stages() -> list[list[Instruction]]:
    stages: list[list[Instruction]] = []
    for name, argument in read_instructions():
        if name == "FROM":
            stages.append([])
        stages[-1].append((name, argument))
    return stages


@pytest.fixture(scope="module")
def service() -> dict[str, Any]:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    only: dict[str, Any] = compose["services"]["qa-bot"]
    return only


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_setting_named_is_one(path: Path) -> None:
    known = {PREFIX + field.name.upper() for field in dataclasses.fields(Settings)}
    assert set(re.findall(r"\bQA_BOT_[A-Z_]+", path.read_text(encoding="utf-8"))) <= known


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_secret_is_written_down(path: Path) -> None:
    assert not re.search(r"(?i)(password|secret|token|api_?key)\s*[=:]\s*\S", path.read_text(encoding="utf-8"))


def test_the_image_is_built_in_one_stage_and_run_in_another(stages: list[list[Instruction]]) -> None:
    assert len(stages) == 2
    bases = [stage[0][1].partition(" ")[0] for stage in stages]
    # Scripts of the environment name the interpreter that they were installed by.
    assert bases[0] == bases[1]
    assert re.fullmatch(r"python:3\.\d+-slim-[a-z]+", bases[0])
    assert not any(name == "RUN" and "pip" in argument for name, argument in stages[1])


def test_the_container_runs_as_nobody_and_tells_its_health(stages: list[list[Instruction]]) -> None:
    final = [name for name, _ in stages[-1]]
    arguments = dict(stages[-1])
    user, group = arguments["USER"].split(":")
    assert int(user) > 0 < int(group)
    assert final.index("USER") > max(place for place, name in enumerate(final) if name in {"RUN", "COPY"})
    check = json.loads(arguments["HEALTHCHECK"].partition("CMD ")[2])
    # The port is whichever the settings name.
    with mock.patch.dict(os.environ, QA_BOT_PORT="8123"), mock.patch("urllib.request.urlopen") as opened:
        exec(check[-1], {})
        asked = [call.args[0] for call in opened.call_args_list]
    assert asked == ["http://127.0.0.1:8123/healthz"]
    assert arguments["CMD"].startswith("[")
    # The shell makes way for the server, which then hears when it is to end.
    assert "exec qa-bot serve" in arguments["CMD"]


def test_what_is_written_goes_to_the_volume_or_to_tmp(stages: list[list[Instruction]], service: dict[str, Any]) -> None:
    final = dict(stages[-1])
    assert final["VOLUME"] == "/data"
    assert "QA_BOT_DATA=/data" in final["ENV"]
    assert "HOME=/tmp" in final["ENV"]
    assert final["WORKDIR"] == "/tmp"
    assert service["read_only"] is True
    assert "/tmp" in service["tmpfs"]
    assert [place.split(":")[1] for place in service["volumes"]] == ["/data", "/articles"]
    assert service["volumes"][1].endswith(":ro")


def test_the_container_is_given_no_more_rights_than_it_needs(service: dict[str, Any]) -> None:
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    read_settings({name: str(value) for name, value in service["environment"].items()})


def copied_from_here() -> Iterator[str]:
    for name, argument in read_instructions():
        assert name != "ADD"
        if name == "COPY" and "--from" not in argument:
            yield from argument.split()[:-1]


def test_everything_copied_exists_and_is_not_left_out() -> None:
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert rules[1] == "*"
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}
    assert set(copied_from_here()) == let_in
    assert all((ROOT / name).exists() for name in let_in)


def test_what_the_program_needs_is_not_left_out_of_the_image() -> None:
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    left_out = [rule for rule in rules[2:] if rule and not rule.startswith(("!", "#"))]
    for room in ("qa_bot", "index", "ui"):
        for path in (ROOT / room).rglob("*"):
            name = path.relative_to(ROOT).as_posix()
            if name.startswith("index/training/") or "__pycache__" in name:
                continue
            assert not any(fnmatch.fnmatch(name, rule) or name.startswith(f"{rule}/") for rule in left_out), name


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_systemd_understands_the_unit_and_finds_it_well_fenced_in(tmp_path: Path) -> None:
    unit = (DEPLOY / "qa-bot.service").read_text(encoding="utf-8")
    # The unit is for a machine on which the program is installed.
    here = tmp_path / "qa-bot.service"
    here.write_text(unit.replace("/opt/qa-bot/bin/qa-bot", "/bin/true"), encoding="utf-8")
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(here)], capture_output=True, text=True, check=False, timeout=60
    )
    assert (verified.returncode, verified.stderr) == (0, "")
    # From 0, nothing to fear, to 10; in tenths.
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(here)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert judged.returncode == 0, judged.stdout


def test_the_service_writes_nowhere_but_to_its_own_folder() -> None:
    unit = (DEPLOY / "qa-bot.service").read_text(encoding="utf-8")
    for line in ("DynamicUser=yes", "ProtectSystem=strict", "StateDirectory=qa-bot", "NoNewPrivileges=yes"):
        assert f"\n{line}\n" in unit
    assert "QA_BOT_DATA=/var/lib/qa-bot" in unit


def test_the_folder_of_the_articles_is_made_before_they_are_copied_there() -> None:
    told = re.findall(r"^#   (.*?)(?:  +#.*)?$", (DEPLOY / "qa-bot.service").read_text(encoding="utf-8"), re.MULTILINE)
    assert "mkdir -p /etc/qa-bot && cp -r seeds /etc/qa-bot/articles" in told


def strip_comments(name: str) -> str:
    return re.sub(r"^\s*#.*$", "", (DEPLOY / name).read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_every_line_of_nginx_is_a_directive_or_a_block() -> None:
    text = strip_comments("nginx.conf")
    depth = 0
    for line in filter(None, map(str.strip, text.splitlines())):
        assert line.endswith((";", "{", "}")), line
        depth += line.count("{") - line.count("}")
        assert depth >= 0, line
    assert depth == 0


def test_nginx_passes_on_who_asks_and_lets_answers_stream() -> None:
    blocks = re.findall(r"location (/\S*) \{(.*?)\n    \}", strip_comments("nginx.conf"), re.DOTALL)
    passing = {path: block for path, block in blocks if "proxy_pass" in block}
    assert set(passing) == {"/", "/bot/"}
    for block in passing.values():
        for header in (
            "Host $http_host",
            "X-Forwarded-Host $http_host",
            "X-Forwarded-For $remote_addr",
            "X-Forwarded-Proto $scheme",
        ):
            assert f"proxy_set_header {header};" in block
        assert "proxy_buffering off;" in block
    assert passing["/bot/"].count("proxy_pass http://qa_bot/;") == 1


def test_caddy_is_given_two_sites_and_closes_what_it_opens() -> None:
    text = strip_comments("Caddyfile")
    assert text.count("{") == text.count("}")
    assert re.findall(r"^(\S+) \{", text, re.MULTILINE) == ["(qa_bot)", "bot.example", "intranet.example"]
    assert text.count("import qa_bot") == 2
    assert "flush_interval -1" in text
    assert "handle_path /bot/*" in text


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_proxies_hold_back_the_figures_and_bodies_that_are_too_large(name: str) -> None:
    text = strip_comments(name)
    assert len(re.findall(r"metrics(?: \{\s*return| ) ?404", text)) == 2
    sizes = re.findall(r"(?:client_max_body_size |max_size )(\d+)(?:k;|KiB)", text)
    # The bot itself has to see what is a little too large, to say so.
    assert [1 < int(size) * 1024 / Settings().max_body <= 2 for size in sizes] == [True] * len(sizes)
    assert sizes
