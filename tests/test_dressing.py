import asyncio
import base64
import hashlib
from typing import Any

import pytest

from ui.dressing import DressPage, dress_html, write_policy


def dress(kind: bytes, *bodies: bytes, method: str = "GET") -> list[dict[str, Any]]:
    """What is sent of a page that comes in several pieces."""
    sent: list[dict[str, Any]] = []

    async def _page(scope: Any, _: Any, send: Any) -> None:
        assert method != "GET" or b"accept-encoding" not in dict(scope["headers"])
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
        await send({"type": "http.response.debug", "info": {}})
        for body in bodies:
            await send({"type": "http.response.body", "body": body, "more_body": body is not bodies[-1]})

    async def _send(message: Any) -> None:
        sent.append(message)

    headers = [(b"accept-encoding", b"br"), (b"accept-language", b"en")]
    scope = {"type": "http", "method": method, "path": "/", "root_path": "", "headers": headers}
    receive: Any = None
    asyncio.run(DressPage(_page)(scope, receive, _send))
    return sent


def test_a_page_that_comes_in_pieces_is_dressed_as_a_whole() -> None:
    _, start, body = dress(b"text/html; charset=utf-8", b'<html lang="x"><he', b"ad></head></html>")
    assert body["body"].startswith(b'<html lang="en"><head><title>')
    headers = dict(start["headers"])
    assert headers[b"content-length"] == str(len(body["body"])).encode()
    assert headers[b"vary"] == b"Accept-Language"


@pytest.mark.parametrize(("kind", "method"), [(b"application/json", "GET"), (b"text/html", "HEAD")])
def test_what_is_no_page_stays_as_it_is(kind: bytes, method: str) -> None:
    sent = dress(kind, b"<html><head>", b"</head>", method=method)
    assert b"".join(message.get("body", b"") for message in sent) == b"<html><head></head>"
    assert b"content-security-policy" not in {name for message in sent for name, _ in message.get("headers", ())}


def test_a_page_of_another_make_is_left_readable() -> None:
    assert dress_html("<p>hello</p>", "en") == "<p>hello</p>"
    assert "<title>" in dress_html("<html><head></head></html>", "en")


def test_scripts_of_the_page_itself_run_and_no_other() -> None:
    page = (
        '<script>a()</script><script data-x type="module">b()</script>'
        '<script src="/c.js"></script><script defer src=d>x</script>'
    )
    policy = write_policy(page)
    scripts = policy.partition("script-src ")[2].partition(";")[0].split()
    assert scripts == [
        "'self'",
        *(f"'sha256-{base64.b64encode(hashlib.sha256(s).digest()).decode()}'" for s in (b"a()", b"b()")),
    ]
    assert "unsafe-inline" not in " ".join(scripts)
