"""Every word of the interface, in Kazakh and in English.

An answer speaks the language of its question; everything around it speaks the language chosen on the page.
Kazakh keeps a noun in the singular after a number, so only English needs plural forms.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from qa_bot.errors import QaBotError, QuestionInvalid, ServerBusy
from qa_bot.language.scripts import write_latin
from qa_bot.records import Lang, RefusalReason, Script

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
    add_articles: str
    ask_label: str
    ask_hint: str
    ask: str
    keys: str
    searching: str
    stop: str
    stopped: str
    question: str
    show_in_article: str
    changed: str
    copy: str
    copied: str
    share: str
    shared: str
    useful: str
    useless: str
    word: str
    word_send: str
    thanks: str
    menu: str
    articles: str
    renew: str
    save: str
    print: str
    dark: str
    seek: str
    seek_hint: str
    found: str
    found_none: str
    found_more: str
    quotes: str
    quote_before: str
    quote_after: str
    sources: str
    back: str
    original: str
    article: str
    conversation: str
    nearest: str
    can_ask: str
    go_on: str
    asked_before: str
    refusals: Mapping[RefusalReason, str]
    question_empty: str
    question_long: str
    question_wordless: str
    failed: str
    busy: str
    unkept: str
    offline: str
    lost: str
    months: tuple[str, ...]
    date: str
    gradio: Mapping[str, str]


KAZAKH: Final = Words(
    lang="kk",
    title="Мақалалардан сұраңыз",
    language="Тіл",
    welcome=(
        "{articles} бойынша қазақша немесе ағылшынша сұрақ қойыңыз: әр жауап мақаладан алынған дәйексөзбен дәлелденеді."
    ),
    newest="Ең соңғы мақала:",
    no_articles="Әзірге бірде-бір мақала жоқ. Мақаланы мына пәрменмен қосуға болады:",
    add_articles="qa-bot index ҚАЛТА",
    ask_label="Сұрағыңыз",
    ask_hint="Мақалалар бойынша сұраңыз…",
    ask="Сұрау",
    keys="Enter — жіберу, Shift+Enter — жаңа жол",
    searching="{articles} ішінен іздеп жатырмыз…",
    stop="Тоқтату",
    stopped="Іздеу тоқтатылды. Сұрағыңыз төменде тұр.",
    question="Сұрақ",
    show_in_article="Мақаладан көру",
    changed="Бұл мақала содан бері өзгерген не алынып тасталған.",
    copy="Көшіру",
    copied="Көшірілді",
    share="Сілтеме алу",
    shared="Сілтеме көшірілді",
    useful="Пайдалы жауап",
    useless="Пайдасыз жауап",
    word="Қаласаңыз, себебін жазыңыз",
    word_send="Жіберу",
    thanks="Пікіріңізге рақмет.",
    menu="Мәзір",
    articles="Мақалалар",
    renew="Жаңа әңгіме",
    save="Сақтау",
    print="Басып шығару",
    dark="Қараңғы режим",
    seek="Мақала іздеу",
    seek_hint="Тақырыбы, агенттігі немесе күні",
    found="{articles} табылды",
    found_none="Ондай мақала табылмады.",
    found_more="Тағы {count} мақала бар. Іздеуді нақтылаңыз.",
    quotes="Дәйексөздер",
    quote_before="Алдыңғы дәйексөз",
    quote_after="Келесі дәйексөз",
    sources="Дереккөздер",
    back="Артқа",
    original="Түпнұсқасын ашу",
    article="Мақала",
    conversation="Әңгіме",
    nearest="Мақалаларда бұған ең жақыны:",
    can_ask="Мынаны сұрауға болады:",
    go_on="Енді мынаны сұрауға болады:",
    asked_before="Бұрын сұрағандарыңыз:",
    refusals={
        "not_in_articles": "Мақалаларда бұл туралы айтылмаған.",
        "no_articles": "Әзірге мақала жоқ, сондықтан жауап бере алмаймын.",
        "not_a_question": "Бұл сұраққа ұқсамайды.",
        "unsupported_claim": "Мақалаларда мұны растайтын сөз жоқ.",
        "unclear": "Не туралы сұрап тұрғаныңызды түсінбедім. Сұрақты толық жазыңыз.",
        "nothing_more": "Мақалаларда бұл туралы бұдан артық ештеңе айтылмаған.",
    },
    question_empty="Алдымен сұрағыңызды жазыңыз.",
    question_long="Сұрақ {limit} таңбадан аспауы керек, ал мұнда {length} таңба бар.",
    question_wordless="Сұрақты сөзбен жазыңыз: мұнда бірде-бір әріп не сан жоқ.",
    failed="Бұл жолы жауап алу мүмкін болмады. Қайта сұрап көріңіз.",
    busy="Қазір сұрақ көп түсіп жатыр. Біраздан соң қайта сұраңыз.",
    unkept="Пікіріңіз сақталмай қалды. Кейінірек қайталап көріңіз.",
    offline="Сервер жауап бермей тұр. Байланысты қалпына келтіріп жатырмыз…",
    lost="Бұрынғы әңгіме серверде сақталмаған, сондықтан жаңасы басталды.",
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
        "blocks.long_requests_queue": "Кезек ұзын. Біраздан соң қайта көріңіз.",
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
    no_articles="There are no articles yet. They can be added with:",
    add_articles="qa-bot index FOLDER",
    ask_label="Your question",
    ask_hint="Ask about the articles…",
    ask="Ask",
    keys="Enter sends, Shift+Enter starts a new line",
    searching="Searching {articles}…",
    stop="Stop",
    stopped="Stopped. Your question is below.",
    question="Question",
    show_in_article="Show in the article",
    changed="This article has been changed or taken out since.",
    copy="Copy",
    copied="Copied",
    share="Get a link",
    shared="Link copied",
    useful="Helpful answer",
    useless="Unhelpful answer",
    word="If you like, say why",
    word_send="Send",
    thanks="Thank you for telling us.",
    menu="Menu",
    articles="Articles",
    renew="New conversation",
    save="Save",
    print="Print",
    dark="Dark colours",
    seek="Find an article",
    seek_hint="Title, agency or date",
    found="{articles} found",
    found_none="There is no such article.",
    found_more="{count} more. Narrow the search down.",
    quotes="Quotes",
    quote_before="Previous quote",
    quote_after="Next quote",
    sources="Sources",
    back="Back",
    original="Open the original",
    article="Article",
    conversation="Conversation",
    nearest="The nearest thing they do say:",
    can_ask="You can ask:",
    go_on="You can go on with:",
    asked_before="You asked before:",
    refusals={
        "not_in_articles": "The articles don’t say.",
        "no_articles": "There are no articles to answer from yet.",
        "not_a_question": "That does not look like a question.",
        "unsupported_claim": "Nothing in the articles confirms that.",
        "unclear": "I can’t tell what that refers to. Please ask the whole question.",
        "nothing_more": "The articles say no more about this.",
    },
    question_empty="Type a question first.",
    question_long="A question can have at most {limit} characters; this one has {length}.",
    question_wordless="Please ask in words: there is no letter or number in this.",
    failed="That did not work this time. Please ask again.",
    busy="Many questions are coming in right now. Please ask again in a moment.",
    unkept="What you said could not be kept. Please try again later.",
    offline="The server does not answer. Trying to reach it again…",
    lost="The server no longer has the earlier conversation, so this is a new one.",
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


def write_in(script: Script, text: str) -> str:
    """Words of the interface in the letters in which somebody is answered."""
    return write_latin(text) if script == "Latn" else text


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
    if isinstance(error, ServerBusy):
        return words.busy
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
