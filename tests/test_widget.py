import gzip
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

import ui.widget
from qa_bot.records import Article
from qa_bot.settings import Settings
from ui.widget.routes import route_widget
from ui.widget.words import BUTTON, PANEL, write_button_words, write_panel_words
from ui.words import ENGLISH, KAZAKH

FILES = Path(ui.widget.__file__).parent
SITE = "https://intranet.example"
PATHS = ("/embed.js", "/widget?lang=kk", "/widget/panel.js", "/widget/panel.css")

MOST = 20_000
"""Bytes that the whole widget may take over the wire."""


def open_client(articles: Sequence[Article], **settings: object) -> TestClient:
    app = FastAPI()
    app.include_router(route_widget(lambda: articles, Settings(**settings)))  # type: ignore[arg-type]
    return TestClient(app)


@pytest.fixture(scope="module")
def client(visit: Article) -> TestClient:
    return open_client([visit], embed_origins=(SITE,))


def fetch_plain(client: TestClient, path: str) -> bytes:
    return client.get(path, headers={"accept-encoding": "identity"}).content


def read_data(page: str) -> dict[str, object]:
    found = re.search(r'<script id="data" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, object] = json.loads(found[1])
    return data


def test_the_whole_widget_stays_below_twenty_kilobytes_on_the_wire(client: TestClient) -> None:
    sent = {
        path: int(client.get(path, headers={"accept-encoding": "gzip"}).headers["content-length"]) for path in PATHS
    }
    assert sum(sent.values()) <= MOST, sent


@pytest.mark.parametrize("path", [*PATHS, "/widget/here", "/widget/here.js"])
def test_each_file_is_the_same_compressed_or_not(path: str, client: TestClient) -> None:
    with client.stream("GET", path, headers={"accept-encoding": "br, gzip"}) as packed:
        assert packed.headers["content-encoding"] == "gzip"
        raw = b"".join(packed.iter_raw())
    plain = client.get(path, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(raw) == plain.content
    assert "Accept-Encoding" in plain.headers["vary"]


@pytest.mark.parametrize("path", PATHS)
def test_what_a_browser_has_already_is_not_sent_again(path: str, client: TestClient) -> None:
    tag = client.get(path).headers["etag"]
    again = client.get(path, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200


def test_what_the_panel_names_is_served_and_lasts(client: TestClient) -> None:
    page = client.get("/widget").text
    named = re.findall(r'(?:src|href)="(widget/[^"]+)"', page)
    assert {name.partition("?")[0] for name in named} == {"widget/panel.js", "widget/panel.css"}
    for name in named:
        got = client.get(f"/{name}")
        assert got.status_code == 200
        assert "immutable" in got.headers["cache-control"]


@pytest.mark.parametrize(
    ("asked", "accepted", "shown"),
    [("kk", "en", "kk"), ("en", "kk", "en"), ("", "en-GB", "en"), ("fr", "de", "kk"), ('"><b>', "en", "en")],
)
def test_the_panel_speaks_the_language_asked_for_or_the_browsers(
    asked: str, accepted: str, shown: str, client: TestClient
) -> None:
    page = client.get("/widget", params={"lang": asked}, headers={"accept-language": accepted}).text
    assert f'<html lang="{shown}">' in page
    assert f"<title>{(KAZAKH if shown == 'kk' else ENGLISH).title}</title>" in page


def test_no_text_of_the_panel_comes_from_its_address(client: TestClient) -> None:
    page = client.get("/widget?lang=kk&color=c0ffee&title=Zebra&greeting=Zebra&question=Zebra").text
    assert page == client.get("/widget?lang=kk").text


@pytest.mark.parametrize(
    ("origins", "allowed"), [((), "'self'"), ((SITE, "http://b.example:8080"), f"'self' {SITE} http://b.example:8080")]
)
def test_only_listed_sites_may_show_the_panel(origins: tuple[str, ...], allowed: str, visit: Article) -> None:
    got = open_client([visit], embed_origins=origins).get("/widget")
    assert got.headers["content-security-policy"].endswith(f"frame-ancestors {allowed}")
    assert read_data(got.text)["origins"] == list(origins)


def test_anybody_may_show_the_empty_page_that_tells_a_refusal_from_a_failure(client: TestClient) -> None:
    got = client.get("/widget/here")
    assert got.headers["content-security-policy"].endswith("frame-ancestors *")
    assert re.sub(r"<title>.*?</title>|<[^>]*>", "", got.text).strip() == ""


@pytest.mark.parametrize("path", ["/widget", "/widget/here"])
def test_the_frames_run_nothing_but_our_own_files(path: str, client: TestClient) -> None:
    got = client.get(path)
    policy = got.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:", got.text)
    inline = [tag for tag in re.findall(r"<script[^>]*>", got.text) if "src=" not in tag]
    assert all('type="application/json"' in tag for tag in inline)


@pytest.mark.parametrize("path", [*PATHS, "/widget/here", "/widget/here.js"])
def test_no_cookie_is_set_and_no_address_outside_named(path: str, client: TestClient) -> None:
    got = client.get(path)
    assert "set-cookie" not in got.headers
    assert not re.findall(
        r"(?:https?:)?//[a-z][\w-]*\.[\w.-]+", got.text.replace("//www.w3.org/2000/svg", "").replace(SITE, "")
    )


@pytest.mark.parametrize("name", ["embed.js", "panel.js"])
def test_texts_are_never_put_in_as_markup_nor_kept_beyond_the_tab(name: str) -> None:
    source = (FILES / name).read_text(encoding="utf-8")
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|localStorage|\.cookie"
    assert not re.search(forbidden, source)
    assert not re.search(r"history\.|location\s*=|pushState", source)


def test_comments_and_indentation_are_not_sent(client: TestClient) -> None:
    for path in ("/embed.js", "/widget/panel.js", "/widget/panel.css"):
        text = client.get(path).text
        assert not re.search(r"^\s|^//|/\*|\n\n", text, re.MULTILINE), path


def test_the_script_brings_its_words_along(client: TestClient) -> None:
    script = client.get("/embed.js").text
    line = next(line for line in script.splitlines() if line.startswith("const words = "))
    assert json.loads(line.removeprefix("const words = ").removesuffix(";")) == write_button_words()


@given(title=st.text(min_size=1))
def test_no_title_of_an_article_ends_the_element_it_stands_in(title: str, visit: Article) -> None:
    hostile = replace(visit, title=f"</script><b>{title}<!--")
    page = open_client([hostile]).get("/widget").text
    newest = read_data(page)["newest"]
    assert newest == {"id": visit.id, "title": hostile.title, "lang": visit.lang}
    assert page.count("<b>") == 0


def test_the_panel_tells_how_many_articles_there_are_at_the_moment(visit: Article) -> None:
    articles: list[Article] = []
    client = open_client(articles)
    empty = read_data(client.get("/widget").text)
    assert empty["newest"] is None
    assert KAZAKH.refusals["no_articles"] in json.dumps(empty["words"], ensure_ascii=False)
    articles.append(visit)
    known = json.dumps(read_data(client.get("/widget").text)["words"], ensure_ascii=False)
    assert "1 мақала" in known
    assert "1 article " in known


def test_the_input_takes_no_more_than_the_server_does(visit: Article) -> None:
    assert 'maxlength="77"' in open_client([visit], max_question=77).get("/widget").text


def words_of_panel() -> dict[str, dict[str, str]]:
    return write_panel_words([])


@pytest.mark.parametrize("write", [write_button_words, words_of_panel])
def test_everything_is_said_in_both_languages_and_differently(
    write: Callable[[], dict[str, dict[str, str]]],
) -> None:
    kazakh, english = write()["kk"], write()["en"]
    assert kazakh.keys() == english.keys()
    for name in kazakh:
        assert kazakh[name].strip()
        assert kazakh[name] != english[name], name
        assert re.findall(r"\{\w+\}", kazakh[name]) == re.findall(r"\{\w+\}", english[name])


def test_the_kazakh_words_are_cyrillic_and_the_english_ones_are_not() -> None:
    for said in (PANEL, BUTTON):
        for lang in ("kk", "en"):
            words = [getattr(said[lang], name) for name in said[lang].__slots__]  # type: ignore[index]
            left = re.sub(r"\{site\}|QA_BOT_EMBED_ORIGINS", "", " ".join(words))
            assert not re.search("[A-Za-z]" if lang == "kk" else "[А-яӘ-ӿ]", left)


def test_the_panels_script_uses_only_words_that_it_is_given() -> None:
    source = (FILES / "panel.js").read_text(encoding="utf-8")
    used = set(re.findall(r"\b(?:words|theirs)\.([a-z_]+)", source)) | {"name"}
    assert used == words_of_panel()["kk"].keys()


def test_the_hosts_script_uses_only_words_that_it_is_given() -> None:
    source = (FILES / "embed.js").read_text(encoding="utf-8")
    assert set(re.findall(r"\bsaid\.([a-z]+)", source)) == write_button_words()["kk"].keys()
