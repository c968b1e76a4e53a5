"""From process start to an answer: `qa-bot ask` against the path that LangChain's tutorials take.

    python tests/benchmarks/ask_from_cold.py [--runs 5]

Both start a new Python process, open an index of the same articles on disk, embed the same question with the
same encoder, and print what they found. The tutorial's path is `HuggingFaceEmbeddings` with
`langchain_chroma.Chroma`, and prints the passage that is nearest. They run in turn, A B A B, after one run of
each that is not counted; the table gives the medians and the ratio of each pair.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
QUESTION = "What is the trade target?"
ENCODER = ROOT / "index" / "models" / "static"

BUILD = """
import sys
from pathlib import Path
from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
encoder, folder, seeds = sys.argv[1:4]
texts = [path.read_text(encoding="utf-8") for path in sorted(Path(seeds).glob("*.md")) if path.name != "SOURCES.md"]
splitter = RecursiveCharacterTextSplitter(chunk_size=600, chunk_overlap=0)
chunks = splitter.split_documents([Document(text) for text in texts])
Chroma.from_documents(chunks, HuggingFaceEmbeddings(model_name=encoder), persist_directory=folder)
"""

TUTORIAL = """
import sys
from langchain_chroma import Chroma
from langchain_huggingface import HuggingFaceEmbeddings
encoder, folder, question = sys.argv[1:4]
store = Chroma(persist_directory=folder, embedding_function=HuggingFaceEmbeddings(model_name=encoder))
print(store.as_retriever(search_kwargs={"k": 1}).invoke(question)[0].page_content)
"""


def main() -> int:
    """Build both indexes, time both, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = f"{folder}/ours", f"{folder}/theirs"
        qa_bot = [sys.executable, "-m", "ui.cli"]
        _run([*qa_bot, "index", "--data", ours, str(ROOT / "seeds")])
        _run([sys.executable, "-c", BUILD, str(ENCODER), theirs, str(ROOT / "seeds")])
        ask = [*qa_bot, "ask", "--data", ours, QUESTION]
        tutorial = [sys.executable, "-c", TUTORIAL, str(ENCODER), theirs, QUESTION]
        print(f"qa-bot ask says: {_run(ask)[1].splitlines()[0]}")
        print(f"the tutorial's path says: {_run(tutorial)[1].splitlines()[0][:100]}…")
        pairs = [(_run(ask)[0], _run(tutorial)[0]) for _ in range(runs)]
    mine, other = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    ratios = [slow / fast for fast, slow in pairs]
    print(f"\n{'':28}{'min':>8}{'median':>8}{'max':>8}")
    for name, values in (("qa-bot ask, s", mine), ("tutorial's path, s", other), ("tutorial / qa-bot ask", ratios)):
        print(f"{name:28}{min(values):8.2f}{statistics.median(values):8.2f}{max(values):8.2f}")
    return 0


def _run(command: list[str]) -> tuple[float, str]:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT), "ANONYMIZED_TELEMETRY": "False"}
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=True)
    return time.perf_counter() - started, done.stdout


if __name__ == "__main__":
    sys.exit(main())
