"""What whoever runs the server asks of it: does it live, can it answer, what has it done, what do people think."""

import asyncio
import json
from typing import Any

from fastapi import APIRouter, Request, Response

from ui.api import Rooms
from ui.approach import caller_of
from ui.feedback import FILE
from ui.metrics import CONTENT_TYPE
from ui.problems import Problem
from ui.sign_in import Doorkeeper

LATEST = 1000
"""Votes shown at once, the newest."""


def route_operating(rooms: Rooms, doorkeeper: Doorkeeper) -> APIRouter:
    """The routes `/healthz`, `/readyz`, `/metrics` and the admin's; none is in the OpenAPI document."""
    router = APIRouter(include_in_schema=False)
    shelf = rooms.answering.shelf

    @router.get("/healthz")
    async def tell_health() -> dict[str, str | int]:
        return {"status": "ok", "articles": len(shelf.edition.articles)}

    @router.get("/readyz")
    async def tell_readiness() -> dict[str, str]:
        if rooms.answering.closing:
            raise Problem("not-ready", "The server is being stopped.")
        return {"status": "ready", "generation": shelf.edition.generation}

    @router.get("/metrics")
    async def tell_metrics(request: Request) -> Response:
        if not rooms.settings.public_metrics and not caller_of(request.scope).here:
            if not doorkeeper.has_admin:
                raise Problem("forbidden", "Metrics are for this machine only.")
            await doorkeeper.admit_admin(request.scope)
        return Response(rooms.metrics.write(), media_type=CONTENT_TYPE)

    @router.get("/api/v1/admin/state")
    async def tell_state(request: Request) -> dict[str, Any]:
        await doorkeeper.admit_admin(request.scope)
        edition = shelf.edition
        return {
            "generation": edition.generation,
            "created": edition.created,
            "articles": len(edition.articles),
            "conversations": len(rooms.conversations),
            "running": rooms.answering.running,
            "waiting": rooms.answering.waiting,
        }

    @router.get("/api/v1/admin/feedback")
    async def tell_feedback(request: Request) -> dict[str, Any]:
        await doorkeeper.admit_admin(request.scope)
        rows = await asyncio.to_thread(_read_votes, rooms)
        return {"votes": rows[-LATEST:], "total": len(rows)}

    return router


def _read_votes(rooms: Rooms) -> list[Any]:
    path = rooms.settings.data / FILE
    if not path.exists():
        return []
    return [row for line in path.read_bytes().splitlines() if (row := _read_vote(line))]


def _read_vote(line: bytes) -> dict[str, Any] | None:
    """A line of the file; None if it is torn, or holds what cannot be sent."""
    try:
        row = json.loads(line)
        json.dumps(row, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None
