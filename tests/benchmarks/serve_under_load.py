"""How many answers a second the API gives, and how long each takes, with many asking at once.

Beside it, in the same run, the same for a route that only says back what it was sent, by the same server software: what
remains between the two is the bot's own. Questions are put from a file, first each once, then over and over, as people
do who ask what others asked; `remembered` is the second. Run:

    python tests/benchmarks/serve_under_load.py [--seconds 20] [--clients 8 32] [--conversations]
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
QUESTIONS = ROOT / "tests/questions/visit.jsonl"

ECHO = """
import sys
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

class Body(BaseModel):
    question: str

app = FastAPI()

@app.post("/api/v1/ask")
async def echo(body: Body) -> Body:
    return body

server = uvicorn.Server(uvicorn.Config(app, port=int(sys.argv[1]), log_level="error"))
print("Open http://127.0.0.1:" + sys.argv[1], flush=True)
server.run()
"""


@dataclass
class Tally:
    """What came of one load."""

    times: list[float] = field(default_factory=list)
    errors: int = 0
    seconds: float = 0.0

    def quantile(self, part: float) -> float:
        """In milliseconds."""
        return 1000 * sorted(self.times)[min(len(self.times) - 1, int(part * len(self.times)))]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds


async def ask_on(port: int, questions: Iterator[str], until: float, tally: Tally, *, talk: bool) -> None:
    """Ask over one connection, one question after the other; with `talk`, in one conversation."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    conversation = ""
    for question in questions:
        if time.monotonic() > until:
            break
        asked = {"question": question} | ({"conversation": conversation} if conversation else {})
        body = json.dumps(asked).encode()
        head = (
            f"POST /api/v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        started = time.monotonic()
        writer.write(head.encode() + body)
        answered = await reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", answered)[1])  # type: ignore[index]
        told = await reader.readexactly(length)
        tally.times.append(time.monotonic() - started)
        tally.errors += not answered.startswith(b"HTTP/1.1 200 ")
        if talk and not conversation:
            conversation = json.loads(told).get("conversation", "")
    writer.close()


async def load(port: int, questions: Iterator[str], clients: int, seconds: float, *, talk: bool = False) -> Tally:
    """Let so many clients ask at once. All take from the same questions."""
    tally = Tally()
    started = time.monotonic()
    asking = (ask_on(port, questions, started + seconds, tally, talk=talk) for _ in range(clients))
    await asyncio.gather(*asking)
    tally.seconds = time.monotonic() - started
    return tally


@contextlib.contextmanager
def run_server(command: list[str]) -> Iterator[tuple[int, int]]:
    """Run a server in a process of its own. Yields: its port and the process's id."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QA_BOT_")}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield int(server.stdout.readline().rpartition(":")[2]), server.pid
    finally:
        server.terminate()
        server.wait(40)
        if server.stdout:
            server.stdout.close()


def measure_memory(process: int) -> float:
    """Megabytes that a process has in memory, or 0 where the system does not tell."""
    status = Path(f"/proc/{process}/status")
    found = re.search(r"VmRSS:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else 0.0


def tell(what: str, clients: int, tally: Tally, echo: Tally | None = None) -> None:
    """Print one row."""
    ratio = f"{tally.quantile(0.5) / echo.quantile(0.5):6.1f}×" if echo else ""
    print(
        f"{what:12}{clients:8}{tally.rate:10.1f}{tally.quantile(0.5):10.1f}{tally.quantile(0.95):10.1f}"
        f"{tally.errors:8} {ratio}",
        flush=True,
    )


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20, help="for each row (default: 20)")
    parser.add_argument("--clients", type=int, nargs="+", default=[8, 32])
    parser.add_argument("--conversations", action="store_true", help="each client stays in one conversation")
    given = parser.parse_args()
    questions = [json.loads(line)["question"] for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    bot = [sys.executable, "-m", "ui.cli"]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*bot, "index", str(ROOT / "seeds"), "--data", folder], cwd=ROOT, check=True)
        print(f"{'':12}{'clients':>8}{'per s':>10}{'p50 ms':>10}{'p95 ms':>10}{'errors':>8}  to echo")
        with (
            run_server([*bot, "serve", "--data", folder, "--port", "0"]) as (port, process),
            run_server([sys.executable, "-c", ECHO, "7898"]) as (echo_port, _),
        ):
            first = asyncio.run(load(port, iter(questions), given.clients[0], 600))
            tell("first time", given.clients[0], first)
            before = measure_memory(process)
            for clients in given.clients:
                echo = asyncio.run(load(echo_port, itertools.cycle(questions), clients, given.seconds / 4))
                tell("echo", clients, echo)
                again = load(port, itertools.cycle(questions), clients, given.seconds, talk=given.conversations)
                tell("remembered", clients, asyncio.run(again), echo)
            print(f"memory: {before:.0f} MB before, {measure_memory(process):.0f} MB after")


if __name__ == "__main__":
    main()
