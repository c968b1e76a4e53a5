"""How an answer is worded: the short answer in the asker's language, then who said it."""

import re
from collections.abc import Sequence
from functools import cache

from qa_bot.analysis import Analysis, Speaker
from qa_bot.features import Candidate
from qa_bot.language.capitals import entity_words
from qa_bot.language.entities import find_entities
from qa_bot.language.gloss import gloss
from qa_bot.language.glossary import gazetteer, render
from qa_bot.language.listed_names import KINDS
from qa_bot.language.names import romanise
from qa_bot.language.quantities import render_quantity
from qa_bot.language.stem import is_listed_stem, stem
from qa_bot.language.suffix import VERBAL_NAMES, attach, noun_endings, noun_forms
from qa_bot.language.words import find_words
from qa_bot.question import Question, is_negated
from qa_bot.records import Citation, Draft, Lang
from qa_bot.span import Span

_SAID_ENOUGH = 0.35  # of a term's weight that may be missing before "yes" says more than the sentence does
_LONGEST_GLOSS = 4  # words; a longer phrase said word for word reads as none
_YES_NO: dict[Lang, tuple[str, str]] = {"en": ("Yes", "No"), "kk": ("Иә", "Жоқ")}
# Case endings (Kazakh: A Comprehensive Grammar, R. Muhamedowa 2016, ch. 5). A possessed noun, as a post or office is
# («президенті»), takes others than a bare name does.
_BARE_CASE = re.compile(r"(?:[ндт][ыі]ң|[мбп]ен|[ғгқк][ае]|[ндт][ае]н|[ндт][ыі]|[дт][ае](?:ғы|гі)?)$")
_POSSESSED_CASE = re.compile(r"(?<=[ыі])(?:н[ыі]ң|мен|н[ае]н|н[ае]|нд[ае](?:ғ[ыі]|г[ыі])?|н)$")
_CASELIKE = (*VERBAL_NAMES, "сұлтан", "сүлеймен", "стан")  # how names end that are in no case: Сатыбалды, Бексұлтан
_DOUBTFUL = re.compile(r"(?:[дт][ае]н?|мен)$")  # an ending that short names have of themselves: Дас-тан, Хон-да
_VOWEL = re.compile("[аәеёиоөуұүыіэюя]")


def word_answer(question: Question, candidate: Candidate, close: Sequence[Candidate], confidence: float) -> Draft:
    """Word the claim that a candidate answers a question; candidates that come close are quoted beside it."""
    sentence, analysis = candidate.sentence, candidate.analysis
    span = candidate.spans[0] if candidate.spans else None
    short = _short(question, candidate, span)
    mark = (sentence.start + span.start, sentence.start + span.end) if span else None
    citations = [Citation(sentence.article_id, sentence.text, sentence.start, mark)]
    citations += [Citation(other.sentence.article_id, other.sentence.text, other.sentence.start) for other in close]
    lines = [short]
    speaker = analysis.speakers[sentence.position]
    if speaker is not None and question.wants_speaker:
        if not sentence.start <= speaker.start < sentence.end:
            citations.append(_cite_speaker(analysis, speaker))
    elif speaker is not None and not (span and _overlaps(span, speaker, sentence.start)):
        said = _attribute(speaker, analysis.article.lang, question.answer_in)
        if said:
            lines.append(said)
            if not sentence.start <= speaker.start < sentence.end:
                citations.append(_cite_speaker(analysis, speaker))
    return Draft(short=short, text="\n".join(lines), citations=tuple(citations), confidence=confidence)


def _overlaps(span: Span, speaker: Speaker, start: int) -> bool:
    """Whether the answer is the speaker, or a part of how the speaker is called."""
    return start + span.start < speaker.end and speaker.start < start + span.end


def _short(question: Question, candidate: Candidate, span: Span | None) -> str:
    sentence = candidate.sentence
    if question.kinds[0] == "yes_no" and candidate.feature("heaviest_uncovered") <= _SAID_ENOUGH:
        agrees = question.negated == is_negated(sentence.text, sentence.lang)
        return _YES_NO[question.answer_in][0 if agrees else 1]
    if span is None:
        return f"«{clause(sentence.text)}»"
    if span.quantity is not None:
        return render_quantity(span.quantity, question.answer_in)
    if span.kind in {"date", "statement"} and question.answer_in == sentence.lang:
        return span.text
    if not span.entities:
        return _phrase(span.text, sentence.lang, question.answer_in)
    return ", ".join(render_name(entity.text, sentence.lang, question.answer_in) for entity in span.entities)


def _phrase(text: str, source: Lang, target: Lang) -> str:
    if source == target:
        return _nominative(text) if source == "kk" else text
    known = gloss(text, source, target) if len(find_words(text)) <= _LONGEST_GLOSS else None
    return known or f"«{text}»"


def clause(text: str) -> str:
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
            return f"{capitalise(rendered['post'])} of {rendered['country']}"
        if set(rendered) == {"country", "post", "person"}:
            return f"{rendered['person']}, {capitalise(rendered['post'])} of {rendered['country']}"
        if set(rendered) == {"post", "person"}:
            return f"{rendered['person']}, {capitalise(rendered['post'])}"
    return romanise(_nominative(text)) if source == "kk" else text


def capitalise(text: str) -> str:
    """The text with its first letter in upper case, the others as they are."""
    return text[:1].upper() + text[1:]


def _nominative(text: str) -> str:
    """A Kazakh name or phrase without the case ending of its last word: Пезешкианды → Пезешкиан."""
    head, space, last = text.rpartition(" ")
    if _is_known(text) or _is_known(last) or is_listed_stem(last.lower()):
        return text
    base, hyphen, ending = last.rpartition("-")
    if hyphen and ending in noun_endings():
        return head + space + base
    bare = _strip_possessed(last)
    if bare == last and not _is_possessed(last):
        bare = _strip_bare(last)
    return head + space + bare if len(bare) >= (2 if head else 3) else text  # Пак Чжи Ун


def _strip_possessed(word: str) -> str:
    """Басшысының → басшысы. The -н of a name is its own unless it follows a possessive: облысын, Серікқызын, Жарқын."""
    bare = _POSSESSED_CASE.sub("", word)
    own = len(bare) == len(word) - 1 and word[0].isupper() and not bare.endswith(("сы", "сі", "ұлы", "қызы"))
    return word if own and not is_listed_stem(stem(bare.rpartition("-")[2], "kk")) else bare


def _strip_bare(word: str) -> str:
    """Пезешкианды → Пезешкиан: only an ending that the word without it would take. Америка is no dative."""
    bare = _BARE_CASE.sub("", word)
    lowered, ending = bare.lower(), word[len(bare) :]
    known = is_listed_stem(lowered) or lowered in _listed_words()
    surname = lowered.endswith(tuple(entity_words("surname", "kk")))
    plain = ending.endswith(("ң", "ғы", "гі"))  # no word ends so of itself
    short = len(_VOWEL.findall(lowered)) < 2 and _DOUBTFUL.fullmatch(ending)
    if not known and (short or word.lower().endswith(_CASELIKE)):
        return word
    if word.lower() in noun_forms(lowered) or ((known or surname or plain) and ending in noun_endings()):
        return bare  # in either harmony: the press is not agreed on that of names
    return word


@cache
def _listed_words() -> frozenset[str]:
    """The words of all listed names, in lower case."""
    return frozenset(word for kind in KINDS for name in gazetteer(kind, "kk") for word in name.lower().split())


def _is_known(text: str) -> bool:
    """Whether a name is listed as it stands: Қазақстан ends as an ablative does, and is none."""
    return any(text in gazetteer(kind, "kk") for kind in ("country", "place", "organisation", "person", "post"))


def _is_possessed(word: str) -> bool:
    """Whether a word ends as «басшысы» and «президенті» do, which is no accusative."""
    posts = gazetteer("post", "kk")
    lowered = word.lower()
    return lowered.endswith(("сы", "сі")) or any(lowered[: -len(e)] in posts for e in ("і", "ы") if lowered.endswith(e))


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
