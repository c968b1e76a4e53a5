"""English questions about a sentence: from a template for a Kazakh one, from its own words for an English one.

Only what the glossary knows is named, so that no half-translated phrase is asked about.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from qa_bot.analysis import Sentence
from qa_bot.language.glossary import Match, translate
from qa_bot.language.quantities import Quantity
from qa_bot.language.words import find_words, is_stop_word
from qa_bot.proposal import Proposal, Sort
from qa_bot.question_rules import see_letters

# Of a Kazakh sentence, in folded letters: the kind of its amount, how the word before it ends (its case), what comes
# after it, and the question.
_BARE: Final = re.compile(r"(?<!д[ае])(?<!т[ае])(?<!н[ае]н)(?<!д[ае]н)(?<!т[ае]н)(?<![гк][ае])$")
_DATIVE: Final = re.compile(r"[гк][ае]$|ин[ае]$")
_OBJECT: Final = re.compile(r"(?:[дтн]и|ин)$")
_OF_AMOUNT: Final = (
    ("percent", _BARE, re.compile(r"^\W*(?:ос|арт|кобей|улгай|молай)"), "By what percent did {topic} grow?"),
    ("percent", _BARE, re.compile(r"^\W*(?:томенде|азай|кеми|кискар)"), "By what percent did {topic} fall?"),
    ("money", _OBJECT, re.compile(r"^\W*(?:дейин )?жеткиз[уи]"), "What is the target for {topic}?"),
    ("money", _BARE, re.compile(r"^\W*(?:жет|кура)"), "What did {topic} reach?"),
    ("money", _DATIVE, re.compile(r"^\W*жумса"), "How much was spent on {topic}?"),
    ("money", _DATIVE, re.compile(r"^\W*болин"), "How much money was set aside for {topic}?"),
    ("money", _BARE, re.compile(r"^\W*(?:несие|карыз) бер"), "How much did {topic} lend?"),
)
_EVENTS: Final = {  # what an English speaker says takes place
    "negotiations": "the talks", "talks": "the talks", "meeting": "the meeting", "forum": "the forum",
    "summit": "the summit", "tournament": "the tournament", "exhibition": "the exhibition",
    "conference": "the conference", "championship": "the championship", "festival": "the festival",
}  # fmt: skip
_WHOLE: Final = re.compile(r"(?:[^s]s|tion|ment|ing|turnover|trade|energy|gas|oil|grain|wheat|transport|logistics)$")
"""How nouns end that need no article: plurals and stuffs."""
_INSTITUTION: Final = re.compile(r".*\b(?:Bank|Union|Organi[sz]ation|River|Sea|Fund)$")
_NO_TOPICS: Final = frozenset(
    [
        "years",
        "months",
        "days",
        "times",
        "countries",
        "sides",
        "people",
        "thousand",
        "million",
        "billion",
        "forthcoming",
    ]
)


def ask_of_kazakh(sentence: Sentence) -> Iterator[Proposal]:
    """Ask in English for the amounts of a Kazakh sentence and for the place of what it tells of."""
    for quantity in sentence.quantities:
        after = see_letters(sentence.text[quantity.end :], "kk")
        for kind, case, verb, question in _OF_AMOUNT:
            topic = _topic_before(sentence, quantity, case)
            if topic and quantity.kind == kind and verb.match(after):
                yield Proposal(question.format(topic=topic), "amount", sentence.start)
                break
        if quantity.kind == "count" and quantity.unit == "document" and "кол кой" in after:
            yield Proposal("How many documents were signed?", "amount", sentence.start)
    places = [entity for entity in sentence.entities if entity.kind == "place" and entity.start > sentence.dateline_end]
    if any(re.search(r"[дт][ае]$", place.text) for place in places):
        event = next((found for match in _matches(sentence) if (found := _EVENTS.get(match.senses[0].text))), None)
        if event:
            yield Proposal(f"Where {'were' if event.endswith('s') else 'was'} {event} held?", "place", sentence.start)


def name_topics(sentence: Sentence) -> Iterator[str]:
    """What a Kazakh sentence is about, in English: nouns of two words and more that the glossary knows."""
    for match in _matches(sentence):
        topic = _as_topic(sentence, match)
        if topic and " " in topic and match.end - match.start > 1:
            yield topic


def _matches(sentence: Sentence) -> list[Match]:
    found = translate([word.text for word in sentence.words], sentence.lang)
    return sorted((match for match in found if match.senses), key=lambda match: (match.end, match.end - match.start))


def _topic_before(sentence: Sentence, quantity: Quantity, case: re.Pattern[str]) -> str | None:
    """The nearest thing named before an amount, in the case that its question wants."""
    topics = []
    for match in _matches(sentence):
        last = sentence.words[match.end - 1]
        if last.end <= quantity.start and case.search(see_letters(last.text, "kk")):
            topics.append(_as_topic(sentence, match))
    return next((topic for topic in reversed(topics) if topic), None)


def _as_topic(sentence: Sentence, match: Match) -> str | None:
    """A noun as it is asked about; None for what is none, or would need an article."""
    said, sense = sentence.words[match.end - 1].text.lower(), match.senses[0].text
    if sense[0].isupper():
        return f"the {sense}" if _INSTITUTION.match(sense) else None
    words = sense.split()
    whole = next((found for found in translate(words, "en") if found.end - found.start == len(words)), None)
    kazakh = whole.senses[0].text if whole and whole.senses else ""
    if not kazakh or kazakh.endswith(("у", "ю")) or re.search(r"(?:[ыі]п|[дт][ыі]|ған|ген|қан|кен)$", said):
        return None
    if not _WHOLE.search(sense) or any(is_stop_word(word, "en") or word in _NO_TOPICS for word in words):
        return None
    return sense


# Of an English sentence: its own words, turned round.
_VERB: Final = r"(?:will|can|was|were|is|are|has|had|and|that|which|who|starts|opens|begins|said)\b"
_SUBJECT: Final = rf"^(?P<subject>[A-Z“][\w’'”\-]*(?: (?!{_VERB})[\w’'”\-]+){{0,5}})"
_NUMBER: Final = r"(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_DATE: Final = r"(?:in|on) (?:[A-Z]\w+ )?\d"
_PERSON: Final = r"(?:the )?(?:[\w’-]+ )*[A-Z]\w+ [A-Z]\w+"
_HOW_MANY: Final = rf"(?P<will>will|can) (?P<verb>\w+) {_NUMBER} (?P<noun>[a-z]+s|people)\b"
_TURNS: Final[Sequence[tuple[str, Sort, str]]] = (
    ("How many {noun} {will} {subject} {verb}?", "amount", _HOW_MANY),
    ("When will {subject} {verb}?", "date", rf"will (?P<verb>open|start|begin|close|end|arrive) (?:[\w’' ]+ )?{_DATE}"),
    ("When does {subject} {verb}?", "date", rf"(?P<verb>start|begin|open|end)s {_DATE}"),
    ("Who {verb} {subject}?", "person", rf"was (?P<verb>\w+ed|built|won|made|led) by {_PERSON}"),
    ("How much did {subject} cost?", "amount", rf"costs? {_NUMBER}"),
    ("Where was {subject} {verb}?", "place", r"was (?P<verb>\w+ed|held|shot|built) in (?:the )?[A-Z]"),
    ("How much is {subject} lending?", "amount", rf"(?:is|are) lending {_NUMBER}"),
)
_POINTS: Final = frozenset(["it", "he", "she", "they", "this", "that", "these", "those", "its", "his", "her", "we"])


def ask_of_english(sentence: Sentence) -> Iterator[Proposal]:
    """Ask an English sentence for what it says, in its own words."""
    text = sentence.text[sentence.dateline_end :]
    for template, sort, predicate in _TURNS:
        found = re.match(f"{_SUBJECT} {predicate}", text)
        if found is None or not _POINTS.isdisjoint(word.text.lower() for word in find_words(found["subject"])):
            continue
        named = any(entity.start == sentence.dateline_end for entity in sentence.entities) or text[0] == "“"
        subject = found["subject"] if named else found["subject"][0].lower() + found["subject"][1:]
        yield Proposal(template.format(**(found.groupdict() | {"subject": subject})), sort, sentence.start)
