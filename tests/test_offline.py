"""Nothing leaves the machine: every address that the serving process looks up or connects to is recorded."""

import subprocess
import sys
import threading
from pathlib import Path
from queue import Queue

import httpx
import pytest

from ui.words import LANGUAGES

ROOT = Path(__file__).parents[1]

# An audit hook sees what any library does, and cannot be taken off again (PEP 578).
RECORDING = """
import sys

def record(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}:
        place = arguments[0] if event.startswith("socket.get") else arguments[1]
        print("REACHED", event, place, file=sys.stderr, flush=True)
    if event in {"subprocess.Popen", "os.system"}:
        print("REACHED", event, arguments[0], file=sys.stderr, flush=True)

sys.addaudithook(record)
from ui.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def reached(small_data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a server reached from its start to its end, with every door used in between."""
    log = tmp_path_factory.mktemp("log") / "stderr"
    with log.open("wb") as said:
        command = [sys.executable, "-c", RECORDING, "serve", "--data", str(small_data), "--port", "0"]
        server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=said, text=True)
    lines: Queue[str] = Queue()
    assert server.stdout is not None
    threading.Thread(target=lambda out: lines.put(out.readline()), args=(server.stdout,), daemon=True).start()
    address = lines.get(timeout=180).removeprefix("Open ").strip()
    with httpx.Client(base_url=address, timeout=60) as client:
        for lang in LANGUAGES:
            client.get("/", headers={"accept-language": lang}).raise_for_status()
            client.post("/api/v1/ask", json={"question": "What is the trade target?", "lang": lang}).raise_for_status()
        for path in ("/api/docs", "/api/openapi.json", "/embed.js", "/widget", "/metrics", "/theme.css"):
            client.get(path).raise_for_status()
        messages = [{"role": "user", "content": "Who is the President of Iran?"}]
        client.post("/v1/chat/completions", json={"messages": messages}).raise_for_status()
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
        asked = {**call, "params": {"name": "search", "arguments": {"query": "сауда"}}}
        headers = {"Accept": "application/json, text/event-stream"}
        assert "error" not in client.post("/mcp", json=asked, headers=headers).json()
    server.terminate()
    server.wait(60)
    server.stdout.close()
    return [line for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("REACHED")]


def test_the_server_reaches_nothing_outside(reached: list[str]) -> None:
    assert [line for line in reached if "127.0.0.1" not in line and "::1" not in line] == []


def test_the_recording_would_have_seen_it() -> None:
    attempt = "import socket\nwith socket.socket() as s:\n s.settimeout(0.01)\n s.connect_ex(('192.0.2.1', 9))\n"
    code = RECORDING.partition("from ui.cli")[0] + attempt
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "REACHED socket.connect ('192.0.2.1', 9)" in ran.stderr
