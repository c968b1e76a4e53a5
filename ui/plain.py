"""Answers, rankings and traces as plain text for a terminal."""

from collections.abc import Callable, Sequence

from qa_bot.features import FEATURES
from qa_bot.records import Answer, Article, Lang, Quote, Retrieved
from qa_bot.steps import Trace
from ui.words import write_in

_SAID: dict[Lang, dict[str, str]] = {
    "en": {
        "not_in_articles": "The articles don't say.",
        "unclear": "I can't tell what that refers to. Please ask the whole question.",
        "nothing_more": "The articles say no more about this.",
        "nearest": "The nearest they come:",
        "ask": "You can ask:",
    },
    "kk": {
        "not_in_articles": "Мақалаларда бұл туралы айтылмаған.",
        "unclear": "Не туралы сұрап тұрғаныңызды түсінбедім. Сұрақты толық жазыңыз.",
        "nothing_more": "Мақалаларда бұл туралы бұдан артық ештеңе айтылмаған.",
        "nearest": "Мақалаларда бұған ең жақыны:",
        "ask": "Мынаны сұрауға болады:",
    },
}


def print_answer(answer: Answer, article: Callable[[str], Article]) -> None:
    """Print an answer: the short answer, who said it, each quote with its source; or a refusal, or a courtesy."""
    said = {key: write_in(answer.script, text) for key, text in _SAID[answer.language].items()}
    refusal = answer.refusal
    print(answer.text if refusal is None else said.get(refusal.reason, said["not_in_articles"]))
    if answer.note:
        print(answer.note)
    for quote in answer.quotes:
        _print_quote(quote, article)
    if refusal is not None and refusal.nearest is not None:
        print(f"\n{said['nearest']}")
        _print_quote(refusal.nearest, article)
    suggestions = refusal.suggestions if refusal else answer.suggestions
    if suggestions:
        print("" if answer.reply == "questions" else f"\n{said['ask']}")
        for suggestion in suggestions:
            print(f"  {suggestion}")


def _print_quote(quote: Quote, article: Callable[[str], Article]) -> None:
    source = article(quote.article_id)
    print(f"\n  «{quote.text}»\n  — {source.title} [{source.id}:{quote.start}–{quote.end}]")


def print_hits(found: Sequence[Retrieved], article: Callable[[str], Article]) -> None:
    """Print a ranking: score, ranks by channel, source, text."""
    for place, hit in enumerate(found, 1):
        ranks = " ".join(f"{channel}#{rank}" for channel, rank in hit.ranks.items())
        source = article(hit.passage.article_id)
        print(f"{place}. {hit.score:.3f}  {ranks}  {source.title} [{source.id}:{hit.passage.start}–{hit.passage.end}]")
        print(f"   {hit.passage.text}\n")


def print_trace(trace: Trace, most: int = 5) -> None:
    """Print how the question was understood and why the best candidate won, or nobody did."""
    question, reading = trace.question, trace.reading
    print(f"asked for: {', '.join(question.kinds)}; language {question.language}; follows up: {question.follows_up}")
    for term in question.terms:
        forms = {
            lang: ["+".join(form.stems) + f"*{form.weight:.2f}" for form in forms] for lang, forms in term.forms.items()
        }
        print(f"  {term.role:8} {term.text}: {forms}")
    if reading is None:
        return
    verdict = "answers" if reading.answers else "refuses"
    print(f"{verdict}: confidence {reading.confidence:.3f}, threshold {reading.threshold:.3f}")
    for item in reading.ranked[:most]:
        candidate = item.candidate
        print(f"\n{item.score:.3f}  judge {item.judged:+.2f}  {candidate.sentence.text}")
        print("   spans: " + " | ".join(span.text for span in candidate.spans))
        print(
            "   "
            + " ".join(f"{name}={value:.2f}" for name, value in zip(FEATURES, candidate.features, strict=True) if value)
        )
    print()
