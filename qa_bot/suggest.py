"""Questions worth asking of an article, made from what it says, and tried out before they are shown."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from qa_bot.analysis import Analysis, analyse_article
from qa_bot.cloze import ask_of_sentence
from qa_bot.english_questions import ask_of_english, ask_of_kazakh, name_topics
from qa_bot.language.glossary import translate
from qa_bot.language.words import find_words, is_stop_word
from qa_bot.proposal import Proposal, Sort
from qa_bot.records import Article, Lang
from qa_bot.terms import find_terms
from qa_bot.wording import capitalise, render_name

_TRIED: Final = 10  # proposals tried of one article before it is given up on
_SORTS: Final[tuple[Sort, ...]] = ("amount", "person", "statement", "place", "date")
_SAID: Final = 0.8  # how well a title has to say a word of a question for the question to tell whose it is
_OF_STATE: Final = re.compile(r"(?<=of )(?=(?:Islamic |Czech |Arab )?Republic|Kingdom|United|Russian F|Netherlands)")

Answers = Callable[[Proposal, Article], bool]
"""Whether the bot answers a proposed question, with the sentence of the article that it was made from."""


def suggest_questions(articles: Sequence[Article], lang: Lang, answers: Answers, limit: int = 4) -> list[str]:
    """Questions in `lang` that the articles answer: of the newest articles, and of as many sorts as there are.

    Of several articles, those questions come first that say which of them they are about.
    """
    newest = sorted(articles, key=lambda article: article.published or "", reverse=True)[:limit]
    each = -(-limit // len(newest)) if newest else 0
    kept: list[str] = []
    ordered = []
    for place, article in enumerate(newest):
        proposals = mix_sorts(propose_questions(article, lang), place)
        if len(newest) > 1:
            proposals.sort(key=lambda proposal: not _tells_article(proposal.question, lang, article))
        ordered.append(proposals)
    for most in (each, limit):
        for article, proposals in zip(newest, ordered, strict=True):
            kept += choose_questions(proposals, article, answers, min(most, limit - len(kept)), kept)
    return kept


def _tells_article(question: str, lang: Lang, article: Article) -> bool:
    """Whether a question names something that the article's title does."""
    units = analyse_article(article).units
    return any(
        units.match(term)[-1] >= _SAID for term in find_terms(question, lang) if term.role in {"name", "content"}
    )


def choose_questions(
    proposals: Iterable[Proposal], article: Article, answers: Answers, limit: int, known: Sequence[str] = ()
) -> list[str]:
    """The first of the proposals that the bot answers. Few are tried: most of what is proposed, it does."""
    kept: list[str] = []
    for tried, proposal in enumerate(proposals):
        if len(kept) >= limit or tried >= _TRIED:
            break
        if proposal.question not in (*kept, *known) and answers(proposal, article):
            kept.append(proposal.question)
    return kept


def mix_sorts(proposals: Iterable[Proposal], first: int = 0) -> list[Proposal]:
    """One question of each sort, then a second of each, and so on; none twice. Bare topics come last.

    `first` is the number of the sort to begin with, so that several articles do not all begin with the same.
    """
    sorts = (*_SORTS[first % len(_SORTS) :], *_SORTS[: first % len(_SORTS)])
    of_sort: dict[Sort, list[Proposal]] = {sort: [] for sort in (*_SORTS, "topic")}
    seen: set[str] = set()
    for proposal in proposals:
        if proposal.question not in seen:
            seen.add(proposal.question)
            of_sort[proposal.sort].append(proposal)
    longest = max(map(len, of_sort.values()))
    mixed = [of_sort[sort][place] for place in range(longest) for sort in sorts if place < len(of_sort[sort])]
    return mixed + of_sort["topic"]


@lru_cache(maxsize=512)
def propose_questions(article: Article, lang: Lang) -> tuple[Proposal, ...]:
    """Questions that the article may answer, in the order of its sentences. Every refusal asks for them again."""
    return tuple(_propose(analyse_article(article), lang))


def _propose(analysis: Analysis, lang: Lang) -> Iterator[Proposal]:
    article = analysis.article
    for sentence, speaker in zip(analysis.sentences, analysis.speakers, strict=True):
        if lang == "kk" and article.lang == "kk":
            yield from ask_of_sentence(sentence, speaker)
        elif lang == "en":
            yield from ask_of_english(sentence) if article.lang == "en" else ask_of_kazakh(sentence)
    yield from _ask_posts(analysis, lang)
    yield from _ask_speakers(analysis, lang)
    if article.lang == "kk" and lang == "en":
        for sentence in analysis.sentences:
            for topic in name_topics(sentence):
                yield Proposal(f"What is said about {topic}?", "topic", sentence.start)


def _ask_posts(analysis: Analysis, lang: Lang) -> Iterator[Proposal]:
    """Who holds a post, if the post tells of what: the minister of transport, the head of state."""
    for sentence in analysis.sentences:
        for post, person in pairwise(sentence.entities):
            if post.kind != "post" or person.kind != "person" or sentence.text[post.end : person.start] != " ":
                continue
            country = next(
                (e for e in sentence.entities if e.kind == "country" and sentence.text[e.end : post.start] == " "), None
            )
            start = country.start if country else post.start
            name = _name_post(sentence.text[start : post.end], sentence.lang, lang)
            if name is not None:
                yield Proposal(
                    f"{capitalise(name)} кім?" if lang == "kk" else f"Who is the {name}?", "person", sentence.start
                )


def _name_post(post: str, source: Lang, target: Lang) -> str | None:
    """A post in a language. None if it says too little (the director), or has words that the glossary does not know."""
    words = find_words(post)
    if len(words) < 2 or "," in post or is_stop_word(words[0].text, source):
        return None
    name = render_name(post, source, target)
    return _OF_STATE.sub("the ", name) if source == target or _is_known(name, target) else None


def _is_known(name: str, lang: Lang) -> bool:
    """Whether the glossary has every word of a name: otherwise some were only spelled in other letters."""
    words = [word.text for word in find_words(name)]
    known = {place for match in translate(words, lang) if match.senses for place in range(match.start, match.end)}
    return all(place in known or is_stop_word(word, lang) for place, word in enumerate(words))


def _ask_speakers(analysis: Analysis, lang: Lang) -> Iterator[Proposal]:
    """What somebody said of something: of a country that is not the speaker's own."""
    article = analysis.article
    for sentence, speaker in zip(analysis.sentences, analysis.speakers, strict=True):
        if speaker is None or len(speaker.text.split()) > 3:
            continue
        name = _name_speaker(speaker.text, article.lang, lang)
        countries = [
            entity
            for entity in sentence.entities
            if entity.kind == "country"
            and entity.text.lower() not in speaker.text.lower()
            and not speaker.start <= sentence.start + entity.start < speaker.end
        ]
        if name is None or len(countries) != 1:
            continue
        country = render_name(countries[0].text, article.lang, lang)
        if lang == "kk":
            yield Proposal(f"{capitalise(name)} {country} туралы не деді?", "statement", sentence.start)
        else:
            country = _OF_STATE.sub("the ", f"of {country}").removeprefix("of ")
            yield Proposal(f"What did {name} say about {country}?", "statement", sentence.start)


def _name_speaker(text: str, source: Lang, target: Lang) -> str | None:
    name = render_name(text, source, target)
    if target == "en" and re.match(r"(?:\w+ )?(?:President|Minister|Head|Chair|Prime)", name):
        return f"the {_OF_STATE.sub('the ', name)}"
    return name if " " in name else None
