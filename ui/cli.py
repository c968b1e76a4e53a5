"""The `qa-bot` command: its verbs, and the composition of the parts.

Results go to stdout, everything else to stderr. Exit codes: 0 done or answered, 3 refused, 1 an error, 2 a
command that was typed wrong.
"""

import argparse
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from qa_bot.errors import QaBotError
from qa_bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from index.retriever import Index
    from langchain_core.runnables import Runnable

    from qa_bot.chain import Ask
    from qa_bot.records import Answer, Retrieved

ANSWERED, FAILED, REFUSED = 0, 1, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb. Returns: the exit code."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        settings = read_settings(
            os.environ,
            data=given.data,
            host=getattr(given, "host", None),
            port=getattr(given, "port", None),
        )
        logging.basicConfig(
            stream=sys.stderr, level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s"
        )
        _stay_offline(settings)
        run: Callable[[argparse.Namespace, Settings], int] = given.run
        return run(given, settings)
    except QaBotError as error:
        print(f"qa-bot: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # The reader of a pipe went away (`qa-bot search … | head -1`): nothing is left to say.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123
        return FAILED
    except KeyboardInterrupt:
        return 130


def _stay_offline(settings: Settings) -> None:
    """Nothing leaves this machine unless a hub model or a language model is asked for."""
    os.environ.setdefault("LANGSMITH_TRACING", "false")
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    if settings.embedding_model == "bundled" or Path(settings.embedding_model).exists():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="qa-bot", description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    def verb(name: str, run: Callable[[argparse.Namespace, Settings], int], about: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=about, description=about)
        made.add_argument("--data", type=Path, help="folder that holds the index (default: QA_BOT_DATA or ./data)")
        made.set_defaults(run=run)
        return made

    indexing = verb("index", _index, "Bring the index in line with exactly these files, folders or .jsonl.")
    indexing.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    indexing.add_argument("--rebuild", action="store_true", help="build anew even if nothing changed")
    indexing.add_argument("--json", action="store_true", help="print the report as JSON")

    asking = verb("ask", _ask, "Answer a question from the indexed articles.")
    asking.add_argument("question", nargs="?")
    asking.add_argument("--lang", choices=("kk", "en"), help="answer in this language (default: the question's)")
    asking.add_argument(
        "--batch", metavar="FILE", help="JSONL {id?,question,lang?,history?} in, one answer per line out; - is stdin"
    )
    asking.add_argument("--json", action="store_true", help="print the answer as JSON")
    asking.add_argument("--explain", action="store_true", help="print the candidates and their features, too")

    searching = verb("search", _search, "Rank passages for a question or phrase.")
    searching.add_argument("query", nargs="?")
    searching.add_argument("-k", type=_positive, default=10, help="how many passages (default: 10)")
    searching.add_argument("--lang", choices=("kk", "en"))
    searching.add_argument(
        "--batch", metavar="FILE", help="JSONL {id?,query,lang?} in, one ranking per line out; - is stdin"
    )
    searching.add_argument("--json", action="store_true", help="print the ranking as JSON")

    listing = verb("articles", _articles, "List the indexed articles, or remove one.")
    listing.add_argument("action", nargs="?", choices=("list", "remove"), default="list")
    listing.add_argument("id", nargs="?")
    listing.add_argument("--json", action="store_true", help="print the articles as JSON lines")

    serving = verb("serve", _serve, "Serve the web page.")
    serving.add_argument("--host")
    serving.add_argument("--port", type=int)

    measuring = verb("measure", _measure, "Count right answers and right refusals over a question set.")
    measuring.add_argument("set", type=Path)
    measuring.add_argument("--wrong", action="store_true", help="list every question that went wrong, too")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("give a number of 1 or more")
    return number


def _index(given: argparse.Namespace, settings: Settings) -> int:
    from index.build import build_index

    with _progress() as progress:
        report = build_index(given.paths, settings, progress, rebuild=given.rebuild)
    if given.json:
        _print_json({name: getattr(report, name) for name in type(report).__dataclass_fields__})
    elif report.built:
        print(
            f"Indexed {report.passages} passages in {report.seconds:.1f} s: {report.added} articles added, "
            f"{report.changed} changed, {report.removed} removed, {report.unchanged} unchanged."
        )
    else:
        print(f"Nothing changed: {report.unchanged} articles, {report.passages} passages.")
    return ANSWERED


class _progress:  # noqa: N801  # used as a with-block's word
    """Draws a bar on stderr where a person watches, and nothing elsewhere."""

    def __enter__(self) -> Callable[[str, int, int], None]:
        self._bar: Any = None
        return self._advance

    def _advance(self, step: str, done: int, total: int) -> None:
        if not sys.stderr.isatty():
            return
        from tqdm import tqdm

        if self._bar is None or self._bar.desc != step:
            self.__exit__()
            self._bar = tqdm(total=total, desc=step, file=sys.stderr, leave=False)
        self._bar.update(done - self._bar.n)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()


def _open(settings: Settings) -> "tuple[Index, Runnable[Ask, Answer]]":
    from index.retriever import open_index

    from qa_bot.chain import build_chain

    retriever = open_index(settings)
    return retriever, build_chain(retriever, settings)


def _ask(given: argparse.Namespace, settings: Settings) -> int:
    from qa_bot.chain import Ask

    if (given.question is None) == (given.batch is None):
        _fail_usage("ask", "give one question, or --batch FILE")
    retriever, chain = _open(settings)
    if given.batch is not None:
        for number, row in enumerate(_read_batch(given.batch), 1):
            _print_json(_answer_row(row, number, chain, retriever))
        return ANSWERED
    started = time.perf_counter()
    answer = chain.invoke(Ask(given.question, given.lang))
    milliseconds = 1000 * (time.perf_counter() - started)
    if given.explain:
        _explain(Ask(given.question, given.lang), retriever, settings)
    if given.json:
        _print_json(_answer_json(answer, None, milliseconds, retriever))
    else:
        from ui.plain import print_answer

        print_answer(answer, retriever.article)
    return REFUSED if answer.refusal else ANSWERED


def _explain(ask: "Ask", retriever: "Index", settings: Settings) -> None:
    from qa_bot.chain import trace_chain
    from ui.plain import print_trace

    print_trace(trace_chain(retriever, settings).invoke(ask))


def _answer_row(row: dict[str, Any], number: int, chain: "Runnable[Ask, Answer]", retriever: "Index") -> dict[str, Any]:
    from qa_bot.chain import Ask
    from qa_bot.records import Turn

    name = row.get("id", number)
    started = time.perf_counter()
    try:
        history = tuple(Turn(str(turn["question"]), str(turn.get("answer", ""))) for turn in row.get("history") or ())
        answer = chain.invoke(Ask(str(row["question"]), row.get("lang"), history))
    except (QaBotError, KeyError, TypeError) as error:
        # One bad line must not lose the answers to the others.
        reason = str(error) if isinstance(error, QaBotError) else f"not a question: {type(error).__name__} {error}"
        return {"id": name, "question": row.get("question"), "status": "error", "error": reason}
    return _answer_json(answer, name, 1000 * (time.perf_counter() - started), retriever)


def _answer_json(answer: "Answer", name: object, milliseconds: float, retriever: "Index") -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": name,
        "question": answer.question,
        "language": answer.language,
        "status": "refused" if answer.refusal else "answered",
        "answer": answer.text,
        "short": answer.short,
        "confidence": round(answer.confidence, 4),
        "quotes": [
            {
                "article_id": quote.article_id,
                "title": retriever.article(quote.article_id).title,
                "start": quote.start,
                "end": quote.end,
                "text": quote.text,
            }
            for quote in answer.quotes
        ],
        "ms": round(milliseconds, 1),
    }
    if answer.refusal:
        row["reason"] = answer.refusal.reason
        row["suggestions"] = list(answer.refusal.suggestions)
    return row


def _search(given: argparse.Namespace, settings: Settings) -> int:
    from index.retriever import open_index

    if (given.query is None) == (given.batch is None):
        _fail_usage("search", "give one query, or --batch FILE")
    retriever = open_index(settings)
    if given.batch is not None:
        for number, row in enumerate(_read_batch(given.batch), 1):
            query = str(row.get("query") or row.get("question") or "")
            _print_json(_hits_json(row.get("id", number), query, _find(retriever, query, row.get("lang"), given.k)))
        return ANSWERED
    found = _find(retriever, given.query, given.lang, given.k)
    if given.json:
        _print_json(_hits_json(None, given.query, found))
        return ANSWERED
    from ui.plain import print_hits

    print_hits(found, retriever.article)
    return ANSWERED


def _find(retriever: "Index", query: str, lang: Any, k: int) -> "list[Retrieved]":
    from qa_bot.question import read_query

    text, language = read_query(query, lang)
    return retriever.search(text, language, k)


def _hits_json(name: object, query: str, found: "list[Retrieved]") -> dict[str, Any]:
    hits = [
        {
            "article_id": hit.passage.article_id,
            "start": hit.passage.start,
            "end": hit.passage.end,
            "text": hit.passage.text,
            "score": round(hit.score, 6),
            "ranks": hit.ranks,
        }
        for hit in found
    ]
    return {"id": name, "query": query, "hits": hits}


def _articles(given: argparse.Namespace, settings: Settings) -> int:
    from index.retriever import open_index

    if given.action == "remove":
        if given.id is None:
            _fail_usage("articles", "remove needs the ID of an article")
        from index.build import remove_article

        report = remove_article(given.id, settings)
        print(f"Removed {given.id}; {report.unchanged} articles are left.")
        return ANSWERED
    for article in open_index(settings).articles():
        if given.json:
            _print_json({name: getattr(article, name) for name in type(article).__dataclass_fields__})
        else:
            print(f"{article.id}\t{article.lang}\t{article.published or '-'}\t{article.title}")
    return ANSWERED


def _serve(given: argparse.Namespace, settings: Settings) -> int:  # noqa: ARG001
    from ui.server import serve

    serve(settings)
    return ANSWERED


def _measure(given: argparse.Namespace, settings: Settings) -> int:
    from qa_bot.chain import Ask
    from qa_bot.measure import judge, read_questions, tabulate

    asked = read_questions(given.set)
    retriever, chain = _open(settings)
    outcomes = []
    for question in asked:
        answer = chain.invoke(Ask(question.question, None, question.history))
        outcome = judge(question, answer, retriever.article)
        outcomes.append(outcome)
        wrong = not (outcome.answer_right and outcome.quote_right) if question.answerable else outcome.answered
        if given.wrong and wrong:
            said = answer.short if outcome.answered else "(refused)"
            print(f"{question.id}\t{question.question}\t{said}\t{answer.confidence:.2f}")
    print("\n".join(tabulate(outcomes)))
    return ANSWERED


def _read_batch(name: str) -> Iterator[dict[str, Any]]:
    if name == "-":
        yield from _read_lines(sys.stdin, "stdin")
        return
    try:
        with Path(name).open(encoding="utf-8") as file:
            yield from _read_lines(file, name)
    except (OSError, UnicodeDecodeError) as error:
        raise QaBotError(
            f"{name}: cannot be read ({error}). Give a UTF-8 file of JSON lines, or - for stdin."
        ) from error


def _read_lines(file: IO[str], name: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise QaBotError(f"{name}:{number}: not JSON ({error}). Give one JSON object per line.") from error
        if not isinstance(row, dict):
            raise QaBotError(f"{name}:{number}: not a JSON object. Give one JSON object per line.")
        yield row


def _print_json(row: object) -> None:
    print(json.dumps(row, ensure_ascii=False), flush=True)


def _fail_usage(verb: str, what: str) -> None:
    print(f"qa-bot {verb}: {what}. See: qa-bot {verb} --help", file=sys.stderr)
    raise SystemExit(2)


if __name__ == "__main__":
    sys.exit(main())
