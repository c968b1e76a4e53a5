"""The words of the widget's button and panel that the page does not have, in Kazakh and in English."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from qa_bot.records import Article, Lang
from ui.words import LANGUAGES, count_articles, words_in


@dataclass(frozen=True, slots=True)
class PanelWords:
    """What only the panel says, in one language."""

    close: str
    stopped: str
    again: str
    silent: str
    busy: str
    often: str


@dataclass(frozen=True, slots=True)
class ButtonWords:
    """What the button says on somebody else's page, in one language; `{site}` is that page's origin."""

    unread: str
    unlisted: str
    owner: str
    silent: str
    apart: str
    close: str


PANEL: Final[Mapping[Lang, PanelWords]] = {
    "kk": PanelWords(
        close="Жабу",
        stopped="Жауап беру тоқтатылды.",
        again="Қайта сұрау",
        silent="Сервер жауап бермей тұр. Байланысты тексеріп, қайта сұрап көріңіз.",
        busy="Қазір сұрақ көп түсіп жатыр. Біраздан соң қайта сұраңыз.",
        often="Сұрақтар тым жиі қойылды. Бір минуттан соң қайта сұраңыз.",
    ),
    "en": PanelWords(
        close="Close",
        stopped="The answer was stopped.",
        again="Ask again",
        silent="The server does not answer. Check the connection and ask again.",
        busy="Many questions are coming in right now. Ask again in a moment.",
        often="That was too many questions at once. Ask again in a minute.",
    ),
}

BUTTON: Final[Mapping[Lang, ButtonWords]] = {
    "kk": ButtonWords(
        unread="жаңа жауап бар",
        unlisted="Бұл сайт көмекшіні көрсете алатын сайттардың тізімінде жоқ.",
        owner="Сайт иесіне: {site} мекенжайын QA_BOT_EMBED_ORIGINS баптауына қостырыңыз.",
        silent="Көмекші қазір жауап бермей тұр. Біраздан соң қайта ашып көріңіз.",
        apart="Көмекшіні жеке бетте ашу",
        close="Жабу",
    ),
    "en": ButtonWords(
        unread="new answer",
        unlisted="This site is not on the list of sites that may show the assistant.",
        owner="For the owner of this site: have {site} added to QA_BOT_EMBED_ORIGINS.",
        silent="The assistant does not answer at the moment. Try opening it again in a little while.",
        apart="Open the assistant on its own page",
        close="Close",
    ),
}


def write_button_words() -> dict[str, dict[str, str]]:
    """What the script on the host page says, by language."""
    return {lang: {"title": words_in(lang).title, **asdict(BUTTON[lang])} for lang in LANGUAGES}


def write_panel_words(articles: Sequence[Article]) -> dict[str, dict[str, str]]:
    """What the panel says, by language; it says how many articles there are."""
    written: dict[str, dict[str, str]] = {}
    for lang, name in LANGUAGES.items():
        words = words_in(lang)
        known = count_articles(len(articles), words)
        written[lang] = {
            "name": name,
            "title": words.title,
            "welcome": words.welcome.format(articles=known) if articles else words.refusals["no_articles"],
            "newest": words.newest,
            "ask_label": words.ask_label,
            "ask_hint": words.ask_hint,
            "ask": words.ask,
            "question": words.question,
            "searching": words.searching.format(articles=known),
            "show": words.show_in_article,
            "copy": words.copy,
            "copied": words.copied,
            "back": words.back,
            "original": words.original,
            "article": words.article,
            "conversation": words.conversation,
            "nearest": words.nearest,
            "can_ask": words.can_ask,
            "go_on": words.go_on,
            "fresh": words.renew,
            "stop": words.stop,
            "useful": words.useful,
            "useless": words.useless,
            "thanks": words.thanks,
            "lost": words.lost,
            "failed": words.failed,
            "wordless": words.question_wordless,
            **asdict(PANEL[lang]),
        }
    return written
