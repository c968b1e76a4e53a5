import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from ui import patience

ENOUGH = 20


@pytest.fixture
def address(serve_app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.3)
    app = FastAPI()
    app.add_api_route("/", lambda: "here")
    app.add_api_route("/slow", lambda: time.sleep(0.8))
    with serve_app(lambda: app) as told:
        host, port = told.removeprefix("http://").split(":")
        yield host, int(port)


def read_on(opened: socket.socket) -> bytes:
    """What comes until the server hangs up."""
    opened.settimeout(ENOUGH)
    return b"".join(iter(lambda: opened.recv(65536), b""))


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n"], ids=["nothing", "half a head"])
def test_who_never_comes_to_the_end_of_a_head_is_hung_up_on(sent: bytes, address: tuple[str, int]) -> None:
    with socket.create_connection(address, ENOUGH) as opened:
        opened.sendall(sent)
        assert read_on(opened) == b""


def test_a_byte_now_and_then_does_not_help(address: tuple[str, int]) -> None:
    with socket.create_connection(address, ENOUGH) as opened:
        opened.sendall(b"GET / HTTP/1.1\r\nX: ")
        stop = threading.Event()

        def _drip() -> None:
            while not stop.wait(0.05):
                try:
                    opened.sendall(b"x")
                except OSError:
                    return

        dripping = threading.Thread(target=_drip)
        dripping.start()
        try:
            said = read_on(opened)
        except ConnectionResetError:
            said = b""
        stop.set()
        dripping.join()
        assert said == b""


def test_the_second_request_of_a_connection_has_no_more_time(address: tuple[str, int]) -> None:
    with socket.create_connection(address, ENOUGH) as opened:
        opened.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200 OK" in opened.recv(65536)
        opened.sendall(b"GET / HTTP/1.1\r\n")
        assert b"HTTP/1.1" not in read_on(opened)


def test_an_answer_may_take_longer_than_a_head(address: tuple[str, int]) -> None:
    with socket.create_connection(address, ENOUGH) as opened:
        opened.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b"200 OK" in read_on(opened)


def test_a_head_without_end_is_cut_off(address: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEAD_SECONDS", ENOUGH)
    monkeypatch.setattr(patience, "HEAD_BYTES", 1000)
    with socket.create_connection(address, ENOUGH) as opened:
        opened.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 500)
        time.sleep(0.1)
        opened.sendall(b"x" * 600)
        assert read_on(opened).startswith(b"HTTP/1.1 431 ")
