"""Every word of the interface, in Kazakh and in English.

An answer speaks the language of its question; everything around it speaks the language chosen on the page.
Kazakh keeps a noun in the singular after a number, so only English needs plural forms.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from qa_bot.errors import QaBotError, QuestionInvalid
from qa_bot.records import Lang, RefusalReason

LANGUAGES: Final[Mapping[Lang, str]] = {"kk": "Қазақша", "en": "English"}

DEFAULT_LANGUAGE: Final[Lang] = "kk"


@dataclass(frozen=True, slots=True)
class Words:
    """The interface in one language; names in braces are filled in by the functions below."""

    lang: Lang
    title: str
    language: str
    welcome: str
    newest: str
    no_articles: str
    ask_label: str
    ask_hint: str
    ask: str
    keys: str
    searching: str
    question: str
    show_in_article: str
    copy: str
    copied: str
    back: str
    original: str
    article: str
    conversation: str
    nearest: str
    can_ask: str
    refusals: Mapping[RefusalReason, str]
    question_empty: str
    question_long: str
    question_wordless: str
    failed: str
    offline: str
    months: tuple[str, ...]
    date: str
    gradio: Mapping[str, str]


KAZAKH: Final = Words(
    lang="kk",
    title="Мақаладан сұраңыз",
    language="Тіл",
    welcome=(
        "{articles} бойынша қазақша немесе ағылшынша сұрақ қойыңыз: "
        "әр жауап мақаладан алынған дәл дәйексөзбен бірге көрсетіледі."
    ),
    newest="Ең соңғы мақала:",
    no_articles="Әзірге мақала жоқ. Қосу үшін мына пәрменді іске қосыңыз: qa-bot index ҚАЛТА",
    ask_label="Сұрағыңыз",
    ask_hint="Мақала туралы сұраңыз…",
    ask="Сұрау",
    keys="Enter — жіберу, Shift+Enter — жаңа жол",
    searching="{articles} ішінен ізделуде…",
    question="Сұрақ",
    show_in_article="Мақаладан көру",
    copy="Көшіру",
    copied="Көшірілді",
    back="Артқа",
    original="Түпнұсқасын ашу",
    article="Мақала",
    conversation="Сұхбат",
    nearest="Бұған ең жақын айтылғаны:",
    can_ask="Мынаны сұрауға болады:",
    refusals={
        "not_in_articles": "Мақалаларда бұл туралы айтылмаған.",
        "no_articles": "Жауап іздейтін мақала әзірге жоқ.",
        "not_a_question": "Бұл сұраққа ұқсамайды.",
        "unsupported_claim": "Мақалаларда мұны растайтын сөз жоқ.",
    },
    question_empty="Алдымен сұрағыңызды жазыңыз.",
    question_long="Сұрақ {limit} таңбадан аспауы керек, ал мұнда {length} таңба бар.",
    question_wordless="Сұрақты сөзбен жазыңыз: мұнда бірде-бір әріп не сан жоқ.",
    failed="Бұл жолы жауап алу мүмкін болмады. Қайта сұрап көріңіз.",
    offline="Сервер жауап бермей тұр. Байланысты қалпына келтіріп жатырмыз…",
    months=(
        "қаңтар",
        "ақпан",
        "наурыз",
        "сәуір",
        "мамыр",
        "маусым",
        "шілде",
        "тамыз",
        "қыркүйек",
        "қазан",
        "қараша",
        "желтоқсан",
    ),
    date="{year} жылғы {day} {month}",
    gradio={
        "common.clear": "Тазарту",
        "common.complete": "Аяқталды",
        "common.error": "Қате",
        "common.loading": "Жүктелуде",
        "common.progress": "Барысы",
        "common.submit": "Жіберу",
        "status.queue_position": "Кезекте: {position}/{size}",
        "blocks.connection_can_break": "Бұл бет ашық тұрмаса, байланыс үзіліп, кезектегі орныңыз жоғалуы мүмкін.",
        "blocks.long_requests_queue": "Кезек ұзақ. Біраздан соң қайта көріңіз.",
        "blocks.lost_connection": "Байланыс үзілді. Кезекке қайта тұрып жатырмыз…",
        "blocks.waiting_for_inputs": "Файлдар жүктеліп біткен соң қайталап көріңіз.",
    },
)

ENGLISH: Final = Words(
    lang="en",
    title="Ask the articles",
    language="Language",
    welcome=(
        "Ask about {articles} in Kazakh or in English: "
        "every answer comes with the exact words of the article it rests on."
    ),
    newest="Newest article:",
    no_articles="There are no articles yet. To add some, run: qa-bot index FOLDER",
    ask_label="Your question",
    ask_hint="Ask about the articles…",
    ask="Ask",
    keys="Enter sends, Shift+Enter starts a new line",
    searching="Searching {articles}…",
    question="Question",
    show_in_article="Show in the article",
    copy="Copy",
    copied="Copied",
    back="Back",
    original="Open the original",
    article="Article",
    conversation="Conversation",
    nearest="The nearest thing they do say:",
    can_ask="You can ask:",
    refusals={
        "not_in_articles": "The articles don’t say.",
        "no_articles": "There are no articles to answer from yet.",
        "not_a_question": "That does not look like a question.",
        "unsupported_claim": "Nothing in the articles confirms that.",
    },
    question_empty="Type a question first.",
    question_long="A question can have at most {limit} characters; this one has {length}.",
    question_wordless="Please ask in words: there is no letter or number in this.",
    failed="That did not work this time. Please ask again.",
    offline="The server does not answer. Trying to reach it again…",
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    date="{day} {month} {year}",
    gradio={},
)

_BY_LANGUAGE: Final[Mapping[str, Words]] = {"kk": KAZAKH, "en": ENGLISH}


def words_in(lang: object) -> Words:
    """The interface in a language; what is no language of ours (it may come from a browser) gives the default."""
    return _BY_LANGUAGE.get(lang if isinstance(lang, str) else "", _BY_LANGUAGE[DEFAULT_LANGUAGE])


def count_articles(count: int, words: Words) -> str:
    """`1 article`, `12 articles`, `12 мақала`."""
    if words.lang == "kk":
        return f"{count} мақала"
    return f"{count} article" if count == 1 else f"{count} articles"


def say_date(published: str, words: Words) -> str:
    """An ISO date as a reader writes it; anything else stays as the article gives it."""
    try:
        day = datetime.date.fromisoformat(published[:10])
    except ValueError:
        return published
    return words.date.format(year=day.year, month=words.months[day.month - 1], day=day.day)


def explain_error(error: QaBotError, question: str, limit: int, words: Words) -> str:
    """What to tell the asker when a question could not be answered; the error's own text is for the log."""
    if not isinstance(error, QuestionInvalid):
        return words.failed
    if not question.strip():
        return words.question_empty
    if len(question) > limit:
        return words.question_long.format(limit=limit, length=len(question))
    return words.question_wordless


def choose_language(accept_language: str) -> Lang:
    """The first of our languages among those a browser prefers (RFC 9110 section 12.5.4), else the default."""
    wanted: list[tuple[float, int, Lang]] = []
    for place, item in enumerate(accept_language.split(",")):
        tag, _, parameters = item.partition(";")
        main = tag.strip().lower().partition("-")[0]
        weight = parameters.strip().removeprefix("q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        for lang in LANGUAGES:
            if main == lang and quality > 0:
                wanted.append((-quality, place, lang))
    return min(wanted)[2] if wanted else DEFAULT_LANGUAGE
