"""How a follow-up is read whose words are mostly those of a question before it: "Why?", «Ал былтыр ше?»."""

from collections.abc import Sequence
from dataclasses import replace

from qa_bot.question import Question
from qa_bot.reader import Ranked, Reading
from qa_bot.records import Kind, Lang
from qa_bot.terms import Term

_LEFT_OPEN: frozenset[Kind] = frozenset({"statement", "list", "definition", "yes_no"})
"""Kinds of answer that no sentence can be seen to lack."""
_AMOUNTS: frozenset[Kind] = frozenset({"percent", "money", "count", "quantity", "duration", "date"})
SAID = 0.5  # how well a term has to be said, from 0 to 1
NEAR = 0.5  # of the best sentence's score that one which gives what is asked for has to reach


def read_follow_up(question: Question, reading: Reading, before: tuple[str, int] | None) -> Reading:
    """Read a question as what it follows up asks for. `before` is where the last answer stood: article and offset."""
    if question.follows_up == "bare":
        return read_same(question, reading, before)
    if question.anew:
        return read_other(question, reading)
    if question.follows_up == "on" and question.kinds[0] in _AMOUNTS:
        # What it says is taken from an earlier question, so it is the amount that tells whether it is answered.
        return _keep(reading, [item for item in reading.ranked if _gives(item, question.kinds[0])])
    return reading


def read_other(question: Question, reading: Reading) -> Reading:
    """Read a swap ("And in Aktau?"). Whatever answered the question before it says all of this one but what is new, so
    only sentences count that say this.
    """
    new = question.anew
    return _keep(
        reading, [item for item in reading.ranked if all(_says(item, term, question.language) for term in new)]
    )


def _says(item: Ranked, term: Term, language: Lang) -> bool:
    """Whether a sentence says a term itself, through its speaker, the sentence before it or the title.

    In the other language, a thing may be said in words that the glossary does not know.
    """
    sentence, analysis = item.candidate.sentence, item.candidate.analysis
    if term.role in {"content", "action"} and language != sentence.lang:
        return True
    values, count, at = analysis.units.match(term), len(analysis.sentences), sentence.position
    before = values[at - 1] if at and analysis.sentences[at - 1].paragraph == sentence.paragraph else 0.0
    return max(values[at], values[count + at], values[2 * count], before) >= SAID


def read_same(question: Question, reading: Reading, before: tuple[str, int] | None) -> Reading:
    """Read a bare question. `before` is the article and offset of the sentence that the last answer stood in.

    Whatever said something of the question before it says as much of this one, so only sentences count that give what
    is asked for now; where the one that the last answer stood in does, it is meant. Who said it is told by that one
    alone, and why by that one or one beside it.
    """
    kind = question.kinds[0]
    if question.wants_speaker:
        return _read_speaker(reading, before)
    if kind in _LEFT_OPEN:
        return reading
    gives = [item for item in reading.ranked if _gives(item, kind)]
    if kind == "reason" and before is not None:
        gives = [item for item in gives if _stands_beside(item, before)]
    meant = [item for item in gives if before is not None and _stands_at(item, before)]
    if meant:
        return _prefer(meant[0], reading)
    return _keep(reading, gives)


def _keep(reading: Reading, items: Sequence[Ranked]) -> Reading:
    """A reading of some of its sentences; it does not answer if the best of them is far from the best of all."""
    near = bool(items) and items[0].score >= NEAR * reading.ranked[0].score
    return replace(reading, ranked=tuple(items), confidence=reading.confidence if near else 0.0)


def _read_speaker(reading: Reading, before: tuple[str, int] | None) -> Reading:
    meant = next((item for item in reading.ranked if before is not None and _stands_at(item, before)), None)
    if meant is None:
        return reading
    if meant.candidate.analysis.speakers[meant.candidate.sentence.position] is None:
        return replace(reading, confidence=0.0)
    return _prefer(meant, reading)


def _prefer(meant: Ranked, reading: Reading) -> Reading:
    rest = (item for item in reading.ranked if item is not meant)
    return replace(reading, ranked=(meant, *rest), confidence=max(reading.confidence, reading.threshold))


def _gives(item: Ranked, kind: Kind) -> bool:
    return item.candidate.feature("reason_found" if kind == "reason" else "kind_found") > 0


def _stands_at(item: Ranked, place: tuple[str, int]) -> bool:
    sentence = item.candidate.sentence
    return sentence.article_id == place[0] and sentence.start <= place[1] < sentence.end


def _stands_beside(item: Ranked, place: tuple[str, int]) -> bool:
    """Whether a sentence is the one at a place, the one before it or the one after it."""
    sentences = item.candidate.analysis.sentences
    position = item.candidate.sentence.position
    around = sentences[max(0, position - 1) : position + 2]
    same = item.candidate.sentence.article_id == place[0]
    return same and any(sentence.start <= place[1] < sentence.end for sentence in around)
