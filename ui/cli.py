"""The `qa-bot` command: its verbs, and the composition of the parts.

Results go to stdout, everything else to stderr. Exit codes: 0 done or answered, 3 refused, 1 an error, 2 a
command that was typed wrong.
"""

import argparse
import contextlib
import gc
import io
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa_bot.errors import QaBotError
from qa_bot.records import Lang
from qa_bot.settings import Settings, read_settings
from ui.lines import (
    Row,
    answer_error,
    answer_row,
    hits_error,
    hits_row,
    print_json,
    read_ask,
    read_search,
    read_text,
    run_batch,
)
from ui.offline import stay_inside

if TYPE_CHECKING:
    from index.retriever import Index
    from qa_bot.records import Retrieved
    from qa_bot.steps import Steps

ANSWERED, FAILED, REFUSED = 0, 1, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb. Returns: the exit code."""
    _speak_utf8()
    given = _parser().parse_args(arguments)
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
        stay_inside(settings)
        run: Callable[[argparse.Namespace, Settings], int] = given.run
        code = run(given, settings)
        sys.stdout.flush()
    except QaBotError as error:
        print(f"qa-bot: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # The reader of a pipe went away (`qa-bot search … | head -1`): nothing is left to say, nor to flush at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        return 130
    return code


def _speak_utf8() -> None:
    """Kazakh in any locale; half a character, as a JSON escape may give, is written as that escape again."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


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

    measuring = verb(
        "measure", _measure, "Measure answers over a question set, or search or reading over a retrieval set."
    )
    measuring.add_argument(
        "set", type=Path, help="JSONL of questions; or a folder of passages.jsonl and questions.jsonl, for the search"
    )
    measuring.add_argument(
        "--reading",
        action="store_true",
        help="measure the folder's reading, not its search: its questions say where the answers stand",
    )
    measuring.add_argument("--wrong", action="store_true", help="list every question that went wrong, too")
    measuring.add_argument(
        "--questions",
        type=Path,
        metavar="FILE",
        help="other wordings of the folder's questions: .jsonl, or id TAB text",
    )
    measuring.add_argument("--script", choices=("latin", "russian"), help="spell Kazakh questions with these letters")
    measuring.add_argument("--plot", type=Path, metavar="FILE", help="draw the figures, too: .png, .svg or .pdf")
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
        print_json({name: getattr(report, name) for name in type(report).__dataclass_fields__})
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


def _open(settings: Settings) -> "tuple[Index, Steps]":
    # The steps without the Runnable around them: importing LangChain takes as long as answering one question.
    from index.retriever import open_index
    from qa_bot.steps import Steps

    retriever = open_index(settings)
    retriever.prepare()
    return retriever, Steps(retriever, settings)


def _ask(given: argparse.Namespace, settings: Settings) -> int:
    from qa_bot.steps import Ask

    if (given.question is None) == (given.batch is None):
        _fail_usage("ask", "give one question, or --batch FILE")
    if given.batch is not None:
        retriever, steps = _open(settings)

        def _answer(row: Row, name: object) -> Row:
            ask = read_ask(row)
            started = time.perf_counter()
            answer = steps.answer(ask)
            return answer_row(answer, name, 1000 * (time.perf_counter() - started), retriever.article)

        return ANSWERED if run_batch(given.batch, _answer, answer_error) else FAILED
    ask = Ask(read_text(given.question), given.lang)
    with _no_collection():
        retriever, steps = _open(settings)
        started = time.perf_counter()
        answer = steps.answer(ask)
        milliseconds = 1000 * (time.perf_counter() - started)
    if given.explain:
        # With --json, stdout holds one line and nothing else.
        with contextlib.redirect_stdout(sys.stderr if given.json else sys.stdout):
            from ui.plain import print_trace

            print_trace(steps.trace(ask))
    if given.json:
        print_json(answer_row(answer, None, milliseconds, retriever.article))
    else:
        from ui.plain import print_answer

        print_answer(answer, retriever.article)
    return REFUSED if answer.refusal else ANSWERED


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Leave garbage where it is: what one question loads is kept to the end, and looking it over took time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _search(given: argparse.Namespace, settings: Settings) -> int:
    from index.retriever import open_index

    if (given.query is None) == (given.batch is None):
        _fail_usage("search", "give one query, or --batch FILE")
    retriever = open_index(settings)
    if given.batch is not None:

        def _rank(row: Row, name: object) -> Row:
            query, lang = read_search(row)
            return hits_row(name, query, _find(retriever, query, lang, given.k, settings))

        return ANSWERED if run_batch(given.batch, _rank, hits_error) else FAILED
    found = _find(retriever, read_text(given.query), given.lang, given.k, settings)
    if given.json:
        print_json(hits_row(None, given.query, found))
        return ANSWERED
    from ui.plain import print_hits

    print_hits(found, retriever.article)
    return ANSWERED


def _find(retriever: "Index", query: str, lang: Lang | None, k: int, settings: Settings) -> "list[Retrieved]":
    """Rank as the chain does, which looks up the question as it was understood."""
    from qa_bot.question import understand

    question = understand(query, lang, limit=settings.max_question)
    return retriever.search(question.text, question.language, k)


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
            print_json({name: getattr(article, name) for name in type(article).__dataclass_fields__})
        else:
            print(f"{article.id}\t{article.lang}\t{article.published or '-'}\t{article.title}")
    return ANSWERED


def _serve(given: argparse.Namespace, settings: Settings) -> int:  # noqa: ARG001
    from ui.server import serve

    serve(settings)
    return ANSWERED


def _measure(given: argparse.Namespace, settings: Settings) -> int:
    from ui.measuring import measure_answers, measure_search
    from ui.measuring_reading import measure_reading

    how = {"wrong": given.wrong, "script": given.script, "plot": given.plot}
    if given.set.is_dir():
        measure = measure_reading if given.reading else measure_search
        with _progress() as progress:
            measure(given.set, settings, progress, indexed=given.data is not None, renderings=given.questions, **how)
    elif given.questions or given.reading:
        name = "--questions" if given.questions else "--reading"
        _fail_usage("measure", f"{name} goes with a folder of passages and questions")
    else:
        measure_answers(given.set, settings, **how)
    return ANSWERED


def _fail_usage(verb: str, what: str) -> None:
    print(f"qa-bot {verb}: {what}. See: qa-bot {verb} --help", file=sys.stderr)
    raise SystemExit(2)


if __name__ == "__main__":
    sys.exit(main())
