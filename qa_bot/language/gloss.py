"""A phrase said word for word in the other language, if every word of it is known."""

from functools import lru_cache

from qa_bot.language.glossary import Match, render, translate
from qa_bot.language.quantities import find_quantities, render_quantity
from qa_bot.language.words import Word, find_words, is_stop_word
from qa_bot.records import Lang

_JOINING: dict[Lang, dict[str, str]] = {
    "kk": {
        "және": "and",
        "мен": "and",
        "пен": "and",
        "бен": "and",
        "үшін": "for",
        "туралы": "about",
        "арқылы": "through",
    }
    | {"кейін": "after", "дейін": "until", "бірақ": "but", "емес": "not", "жоқ": "no", "біз": "we", "бізге": "to us"}
    | {"көп": "many", "өте": "very", "барлық": "all", "бойынша": "on", "ретінде": "as", "сияқты": "like"},
    "en": {"and": "және", "for": "үшін", "about": "туралы", "through": "арқылы", "after": "кейін", "not": "емес"}
    | {"very": "өте", "all": "барлық", "but": "бірақ"},
}
"""Function words that carry sense in a phrase; the others are left out of the gloss."""


@lru_cache(maxsize=1024)
def gloss(text: str, source: Lang, target: Lang) -> str | None:
    """Say a phrase word for word. Returns: None if a content word is not in the glossary."""
    words = find_words(text)
    said: list[str] = []
    spans = _cover(words, text, source, target)
    at = 0
    while at < len(words):
        end, rendering = spans.get(at, (at + 1, None))
        if rendering is None:
            lowered = words[at].text.lower()
            rendering = _JOINING[source].get(lowered, "" if is_stop_word(lowered, source) else None)
        if rendering is None:
            return None
        if rendering:
            comma = bool(said) and "," in text[words[at - 1].end : words[at].start]
            said.append((", " if comma else " " if said else "") + rendering)
        at = end
    return "".join(said) or None


def _cover(words: list[Word], text: str, source: Lang, target: Lang) -> dict[int, tuple[int, str]]:
    """Word index → (end, rendering) of the longest known phrases, amounts first."""
    spans: dict[int, tuple[int, str]] = {}
    taken: set[int] = set()
    for quantity in find_quantities(text, source):
        inside = [i for i, word in enumerate(words) if quantity.start <= word.start < quantity.end]
        if inside:
            spans[inside[0]] = (inside[-1] + 1, render_quantity(quantity, target))
            taken.update(inside)
    matches = translate([word.text for word in words], source)
    for match in matches:
        span = range(match.start, match.end)
        function_word = len(span) == 1 and is_stop_word(words[match.start].text, source)
        if match.senses and not function_word and taken.isdisjoint(span):
            spans[match.start] = (match.end, _say(match, words, text, target))
            taken.update(span)
    return spans


def _say(match: Match, words: list[Word], text: str, target: Lang) -> str:
    phrase = text[words[match.start].start : words[match.end - 1].end]
    return render(phrase, target) or match.senses[0].text
