"""How an answer is worded: the short answer in the asker's language, then who said it."""

import re

from qa_bot.analysis import Analysis, Speaker
from qa_bot.features import Candidate
from qa_bot.language.entities import find_entities
from qa_bot.language.gloss import gloss
from qa_bot.language.glossary import render
from qa_bot.language.names import romanise
from qa_bot.language.quantities import render_quantity
from qa_bot.language.suffix import attach
from qa_bot.question import Question, is_negated
from qa_bot.records import Citation, Draft, Lang
from qa_bot.spans import Span

_YES_NO: dict[Lang, tuple[str, str]] = {"en": ("Yes", "No"), "kk": ("Иә", "Жоқ")}
_LITERALLY: dict[Lang, str] = {"en": "Word for word:", "kk": "Сөзбе-сөз:"}
_CASE_ENDING = re.compile(
    r"(?:ның|нің|дың|дің|тың|тің|мен|бен|пен|ға|ге|қа|ке|да|де|та|те|дан|ден|тан|тен|нан|нен|ды|ді|ты|ті|ны|ні)$"
)


def word_answer(question: Question, candidate: Candidate, confidence: float) -> Draft:
    """Word the claim that a candidate answers a question."""
    sentence, analysis = candidate.sentence, candidate.analysis
    span = candidate.spans[0] if candidate.spans else None
    short = _short(question, candidate, span)
    mark = (sentence.start + span.start, sentence.start + span.end) if span else None
    citations = [Citation(sentence.article_id, sentence.text, sentence.start, mark)]
    lines = [short]
    if short.startswith("«") and question.language != sentence.lang:
        literal = gloss(_clause(sentence.text), sentence.lang, question.language)
        if literal:
            lines.append(f"{_LITERALLY[question.language]} {literal}.")
    speaker = analysis.speakers[sentence.position]
    if speaker is not None and question.wants_speaker:
        if not sentence.start <= speaker.start < sentence.end:
            citations.append(_cite_speaker(analysis, speaker))
    elif speaker is not None and not (span and span.start <= speaker.start - sentence.start < span.end):
        said = _attribute(speaker, analysis.article.lang, question.language)
        if said:
            lines.append(said)
            if not sentence.start <= speaker.start < sentence.end:
                citations.append(_cite_speaker(analysis, speaker))
    return Draft(short=short, text="\n".join(lines), citations=tuple(citations), confidence=confidence)


def _short(question: Question, candidate: Candidate, span: Span | None) -> str:
    sentence = candidate.sentence
    if question.kinds[0] == "yes_no":
        agrees = question.negated == is_negated(sentence.text, sentence.lang)
        return _YES_NO[question.language][0 if agrees else 1]
    if span is None:
        return f"«{_clause(sentence.text)}»"
    if span.quantity is not None:
        return render_quantity(span.quantity, question.language)
    if not span.entities:
        return _phrase(span.text, sentence.lang, question.language)
    return ", ".join(render_name(entity.text, sentence.lang, question.language) for entity in span.entities)


def _phrase(text: str, source: Lang, target: Lang) -> str:
    if source == target:
        return _nominative(text) if source == "kk" else text
    return gloss(text, source, target) or f"«{text}»"


def _clause(text: str) -> str:
    """The sentence without the dash that opens direct speech and the words that attribute it."""
    text = text.strip().lstrip("—–- ").strip()
    return re.sub(r",?\s*[—–-]\s*(?:деп|деді|дейді)\b.*$", "", text).rstrip(" .,;:")


def render_name(text: str, source: Lang, target: Lang) -> str:
    """A name or post in the target language; in its own language, without its case ending."""
    if source == target:
        return _nominative(text) if source == "kk" else text
    known = render(text, target)
    if known is not None:
        return known
    parts = sorted(find_entities(text, source), key=lambda entity: entity.start)
    if source == "kk" and len(parts) > 1:
        rendered = {entity.kind: render_name(entity.text, source, target) for entity in parts}
        if set(rendered) == {"country", "post"}:
            return f"{_capital(rendered['post'])} of {rendered['country']}"
        if set(rendered) == {"country", "post", "person"}:
            return f"{rendered['person']}, {_capital(rendered['post'])} of {rendered['country']}"
        if set(rendered) == {"post", "person"}:
            return f"{rendered['person']}, {_capital(rendered['post'])}"
    return romanise(_nominative(text)) if source == "kk" else text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _nominative(text: str) -> str:
    """Strip the case ending of the last word of a name: Пезешкианды → Пезешкиан."""
    head, _, last = text.rpartition(" ")
    bare = _CASE_ENDING.sub("", last)
    if bare == last or len(bare) < 3:
        return text
    return f"{head} {bare}" if head else bare


def _attribute(speaker: Speaker, source: Lang, target: Lang) -> str:
    name = render_name(speaker.text, source, target)
    if target == "en":
        article = (
            "the "
            if re.match(r"(?:President|Prime|Foreign|Minister|Chair|Head|Deputy|Ambassador|Speaker)", name)
            else ""
        )
        return f"According to {article}{name}."
    return f"{attach(name, 'genitive')} айтуынша."


def _cite_speaker(analysis: Analysis, speaker: Speaker) -> Citation:
    text = analysis.article.text[speaker.start : speaker.end]
    return Citation(analysis.article.id, text, speaker.start)
