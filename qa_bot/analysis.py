"""What the reader knows of an article before anything is asked: its sentences, who speaks, who is who."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from qa_bot.language.entities import Entity, find_entities
from qa_bot.language.keys import key, keys
from qa_bot.language.quantities import Quantity, find_quantities
from qa_bot.language.sentences import split_sentences
from qa_bot.language.words import Word, find_words, is_stop_word
from qa_bot.matching import Units
from qa_bot.records import Article, Lang

_DATELINE = re.compile(r"^[^\W\d_a-zа-яәғқңөұүһі][^—–\n]{1,60}[—–] ")
_REPORTING: dict[Lang, str] = {
    "kk": "хабар хабарлау жариялау тарату ақпарат агенттік жаңалық жазу мақала",
    "en": "report news publish agency article write release story",
}


@dataclass(frozen=True)
class Sentence:
    """A sentence of an article: `text == article.text[start:end]`; `stems[i]` is the folded stem of `words[i]`.

    `words`, `quantities` and `entities` carry offsets into `text`, not into the article.
    """

    article_id: str
    lang: Lang
    start: int
    end: int
    text: str
    position: int
    paragraph: int

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return tuple(find_words(self.text))

    @cached_property
    def stems(self) -> tuple[str, ...]:
        return tuple(key(word.text, self.lang) for word in self.words)

    @cached_property
    def dateline_end(self) -> int:
        """Where the dateline of the article's first sentence ends; 0 if there is none."""
        found = _DATELINE.match(self.text) if self.position == 0 else None
        return found.end() if found else 0

    @property
    def implied_stems(self) -> tuple[str, ...]:
        """What the sentence says without the words: a dateline, that this agency reports from this place."""
        if self.dateline_end:
            return keys(_REPORTING[self.lang], self.lang)
        return ()

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        return tuple(find_quantities(self.text, self.lang))

    @cached_property
    def entities(self) -> tuple[Entity, ...]:
        return tuple(find_entities(self.text, self.lang))


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who is said to have said something: the words that say so, as offsets in the article, and all stems of
    the names and posts by which the article calls that person."""

    start: int
    end: int
    text: str
    stems: frozenset[str]


@dataclass(frozen=True, eq=False)
class Analysis:
    """An article read once: `speakers[i]` is who says `sentences[i]`, if anybody is said to."""

    article: Article
    sentences: tuple[Sentence, ...]
    speakers: tuple[Speaker | None, ...]

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """The content words of the sentences in lower case, each once."""
        return tuple(
            dict.fromkeys(
                word.text.lower()
                for sentence in self.sentences
                for word in sentence.words
                if not is_stop_word(word.text, sentence.lang) and not word.text[0].isdigit()
            )
        )

    @cached_property
    def words_of_sentences(self) -> tuple[tuple[int, ...], ...]:
        """For each sentence, the places of its words in `vocabulary`."""
        number = {word: i for i, word in enumerate(self.vocabulary)}
        return tuple(
            tuple(number[lowered] for word in sentence.words if (lowered := word.text.lower()) in number)
            for sentence in self.sentences
        )

    @cached_property
    def units(self) -> Units:
        """What terms are looked up in: the n sentences, then the n speakers (empty for none), then the title."""
        title = find_words(self.article.title)
        lang = self.article.lang
        said = [speaker.stems if speaker else frozenset[str]() for speaker in self.speakers]
        return Units(
            lang,
            [*((*s.stems, *s.implied_stems) for s in self.sentences), *said, [key(word.text, lang) for word in title]],
            [
                *([word.text for word in s.words if word.text[0].isupper()] for s in self.sentences),
                # The stems of a speaker hold every name that the article calls that person by.
                *([stem.title() for stem in stems] for stems in said),
                [word.text for word in title if word.text[0].isupper()],
            ],
            [*(s.quantities for s in self.sentences), *([()] * len(said)), ()],
        )

    @cached_property
    def speakers_in_full(self) -> tuple[str, ...]:
        """Who says each sentence, as the article calls that person most fully; "" where nobody is said to."""
        mentions = [
            (frozenset(key(word.text, sentence.lang) for word in find_words(name)), name)
            for sentence in self.sentences
            for start, end in _person_mentions(sentence)
            if _is_subject(sentence, (start, end)) and (name := sentence.text[start:end])
        ]
        full: dict[Speaker | None, str] = {None: ""}
        for speaker in self.speakers:
            if speaker is not None and speaker not in full:
                of_person = [mention for mention in mentions if mention[0] <= speaker.stems]
                fullest = max(of_person, key=lambda mention: len(mention[0]), default=(speaker.stems, speaker.text))
                full[speaker] = fullest[1]
        return tuple(full[speaker] for speaker in self.speakers)


_SAID: dict[Lang, re.Pattern[str]] = {
    "kk": re.compile(
        r"\b(?:деп\s+)?(?:деді|дейді|деген болатын|айтты|айтқан|айтып өтті|атап өтті|атап көрсетті|мәлімдеді"
        r"|хабарлады|қосты|жеткізді|білдірді|сендірді|баяндады|түсіндірді|ескертті|жауап берді|сөйледі|тоқталды"
        r"|шақырды|уәде берді|растады|жазды)\b"
    ),
    "en": re.compile(
        r"\b(?:said|says|told|stated|noted|added|stressed|emphasi[sz]ed|announced|explained|declared|underlined"
        r"|remarked|mentioned|recalled|confirmed|reported|warned|pointed out|assured)\b"
    ),
}
_DASH = "—–-"
_OPENING = {"»": "«", "”": "“", '"': '"'}
"""What opens direct speech, by what closes it."""


@lru_cache(maxsize=512)
def analyse_article(article: Article) -> Analysis:
    """Analyse an article; the last 512 are kept, so a served article is analysed once."""
    breaks = [match.start() for match in re.finditer(r"\n+", article.text)]
    sentences = tuple(
        Sentence(article.id, article.lang, start, end, article.text[start:end], position, bisect_right(breaks, start))
        for position, (start, end) in enumerate(split_sentences(article.text))
    )
    return Analysis(article, sentences, _find_speakers(sentences, _find_aliases(sentences)))


# What stands side by side for one person: «Иран президенті Масуд Пезешкиан», "Iranian President Masoud Pezeshkian".
_ADJOINING = frozenset(
    {("country", "post"), ("post", "person"), ("country", "person"), ("post", "post"), ("person", "post")}
)


def _person_mentions(sentence: Sentence) -> list[tuple[int, int]]:
    """Spans of persons and posts, a post joined to the name beside it, and a country to the post after it."""
    groups: list[list[Entity]] = []
    for entity in sorted(sentence.entities, key=lambda found: found.start):
        if entity.kind not in {"person", "post", "country"}:
            continue
        last = groups[-1][-1] if groups else None
        gap = sentence.text[last.end : entity.start] if last else "."
        if last and gap.strip(" ,") == "" and len(gap) <= 2 and (last.kind, entity.kind) in _ADJOINING:
            groups[-1].append(entity)
        else:
            groups.append([entity])
    return [
        (group[0].start, group[-1].end)
        for group in groups
        if any(entity.kind in {"person", "post"} for entity in group)
    ]


def _find_aliases(sentences: tuple[Sentence, ...]) -> tuple[frozenset[str], ...]:
    """Groups of stems that the article uses for one person: a post and the name that stands beside it."""
    groups: list[set[str]] = []
    for sentence in sentences:
        for start, end in _person_mentions(sentence):
            inside = [entity for entity in sentence.entities if start <= entity.start and entity.end <= end]
            names = [entity for entity in inside if entity.kind == "person"]
            if not names:
                continue
            stems = {key(word.text, sentence.lang) for word in find_words(sentence.text[start:end])}
            name = {key(word.text, sentence.lang) for word in find_words(names[-1].text)}
            group = next((known for known in groups if known & name), None)
            if group is None:
                groups.append(stems)
            else:
                group |= stems
    return tuple(frozenset(group) for group in groups)


def _find_speakers(sentences: tuple[Sentence, ...], aliases: tuple[frozenset[str], ...]) -> tuple[Speaker | None, ...]:
    speakers = [_attribution(sentence, aliases) for sentence in sentences]
    for i, sentence in enumerate(sentences):
        speaker = speakers[i]
        if speaker is None or not _ends_speech(sentence):
            continue
        for j in range(_speech_begins(sentences, i), i):
            speakers[j] = speaker
    return tuple(speakers)


def _speech_begins(sentences: Sequence[Sentence], last: int) -> int:
    """Which sentence opens the direct speech that sentence `last` closes; both are of one paragraph.

    Quotation marks tell it, and so does a dash that begins a sentence. Speech that ends in a dash alone, opened by
    nothing, takes in all sentences since the last speech before it.
    """
    closing = sentences[last]
    said = _SAID[closing.lang].search(closing.text)
    spoken = closing.text[: said.start() if said else None].rstrip(" ,—–-")
    mark = spoken[-1:]
    opening = _OPENING.get(mark)
    opened = opening in spoken[:-1] if opening else closing.text.startswith(tuple(_DASH))
    begins = last
    while not opened and begins > 0:
        before = sentences[begins - 1]
        if before.paragraph != closing.paragraph or _ends_speech(before):
            break
        begins -= 1
        if not opening:
            opened = before.text.startswith(tuple(_DASH))
        elif opening == mark:
            opened = before.text.count(mark) % 2 == 1
        else:
            opened = opening in before.text.rpartition(mark)[2]
    return last if opening and not opened else begins


def _ends_speech(sentence: Sentence) -> bool:
    """Whether the sentence closes direct speech: «…», — деді X. / "…," said X."""
    said = _SAID[sentence.lang].search(sentence.text)
    if said is None:
        return False
    before = sentence.text[: said.start()].rstrip()
    return before.endswith(tuple(_DASH)) or before.endswith(("»", "”", '"', "»,", '",', ",”", ',"'))


def _attribution(sentence: Sentence, aliases: tuple[frozenset[str], ...]) -> Speaker | None:
    said = list(_SAID[sentence.lang].finditer(sentence.text))
    if not said:
        return None
    verb = said[-1]
    mentions = _person_mentions(sentence)
    after = [span for span in mentions if span[0] >= verb.end() and span[0] - verb.end() <= 25]
    before = [span for span in mentions if span[1] <= verb.start() and _is_subject(sentence, span)]
    if after:
        start, end = after[0]
    elif before:
        adjacent = verb.start() - before[-1][1] <= 2
        start, end = before[-1] if adjacent else before[0]
    else:
        return None
    stems = frozenset(key(word.text, sentence.lang) for word in find_words(sentence.text[start:end]))
    for alias in aliases:
        if stems <= alias or len(stems & alias) >= 2:
            stems |= alias
    return Speaker(sentence.start + start, sentence.start + end, sentence.text[start:end], stems)


# Case endings of Kazakh nouns after a person's name or post; the subject has none (Kazakh: A Comprehensive
# Grammar, R. Muhamedowa 2016, ch. 5).
_CASE = re.compile(
    r"(?:[ндт][ыі]ң|(?:н|д|т)[аеыі]|[ғгқк][аеә]|[ндт][ае]н|[мбп]ен|[ғгқк]а|(?<=і)не|(?<=ы)на|(?<=[іы])н(?:да|де|ан|ен)?|дағы|дегі)$"
)


def _is_subject(sentence: Sentence, span: tuple[int, int]) -> bool:
    if sentence.lang == "en":
        return True
    last = sentence.text[span[0] : span[1]].rstrip().rsplit(" ", 1)[-1]
    return _CASE.search(last) is None or last.lower().endswith(("президенті", "министрі", "басшысы", "төрағасы"))
