"""The HTTP protocol of uvicorn, which hangs up on whoever never gets to the end of a request's head.

Otherwise a caller could keep as many connections as the process may have open with a byte now and then, or send a head
without end.
"""

import asyncio
from typing import TYPE_CHECKING, Final

from uvicorn.protocols.http.auto import AutoHTTPProtocol

if TYPE_CHECKING:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol as Protocol
else:
    Protocol = AutoHTTPProtocol

HEAD_SECONDS: Final = 15
"""Seconds in which a request's head has to arrive."""

HEAD_BYTES: Final = 65536
"""Bytes that a head may have."""

_TOO_LARGE: Final = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class PatientProtocol(Protocol):
    """Waits so long for a head, and for one of so many bytes."""

    _late: asyncio.TimerHandle | None = None
    _bytes: int = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        waited = self._awaits_head()
        super().data_received(data)
        if not self._awaits_head():
            self._stop_waiting()
            return
        self._bytes += len(data)
        if waited and self._bytes > HEAD_BYTES:
            self.transport.write(_TOO_LARGE)
            self.transport.close()
        elif self._late is None:
            self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _awaits_head(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _wait_for_head(self) -> None:
        self._late = self.loop.call_later(HEAD_SECONDS, self._hang_up)

    def _stop_waiting(self) -> None:
        self._bytes = 0
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _hang_up(self) -> None:
        self._late = None
        if self._awaits_head():
            self.transport.close()
