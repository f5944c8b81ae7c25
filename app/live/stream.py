"""The live process: an ASGI application that tells open pages what is true now, and then what changes.

`gunicorn -c app/server.py -k asgi -w 1 --threads 1 -b 127.0.0.1:8001 app.live.stream:app`. Not Flask: a stream
waits most of its life, and here that costs no thread.
"""

import asyncio
import json
import random
import resource
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app import config
from app.live.hub import Hub
from app.live.inbox import Inbox
from app.live.shares import Seat, Shares, address_of
from app.live.tokens import session_of
from app.live.topics import Topic

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

RETRY_SECONDS = 10
"""When to come back to a house that is full or not well."""

OTHER_DESCRIPTORS = 64
"""Kept for the database, for pages that ask how we are, and for saying no."""


@dataclass(frozen=True)
class Live:
    """The application. Its streams end by themselves, each at a moment of its own: so a stopped process is left
    without a crowd at the door of the next one, and an official who has signed out is no longer told."""

    beat_seconds: float = 10
    """How often a stream says that nothing is new, and as of when."""
    life_seconds: float = 300
    """How long a stream lives, give or take a fifth."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        state: dict[str, Any] = scope["state"]
        hub: Hub = state["hub"]
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        asked = {name: values[0] for name, values in parse_qs(scope["query_string"].decode("latin-1")).items()}
        topic = hub.topics.get(asked.get("topic", ""))
        origin = headers.get("origin", "")
        path = scope["path"].rstrip("/")
        session_id = session_of(state["secret"], asked.get("token", ""), topic.name) if topic else None
        if scope["method"] != "GET":
            await _say(send, 405, "wrong_method", allow="GET")
        elif path == "/healthz":
            await _say(send, 200 if hub.well else 503, "up" if hub.well else "database_away", listening=hub.listening)
        elif path != "/stream" or topic is None:
            await _say(send, 404, "not_found")
        elif origin and not _is_ours(origin, headers.get("host", "")):
            await _say(send, 403, "not_allowed")
        elif topic.name != "public" and not await self._may_hear(hub, session_id):
            await _say(send, 403, "not_allowed", origin)
        elif (seat := _seat(state, scope, headers, topic)) is None:
            await _say(send, 503, "busy", origin)
        else:
            try:
                await self._stream(hub, topic, seat, session_id, receive, send, origin)
            finally:
                state["shares"].give_back(seat)

    @staticmethod
    async def _may_hear(hub: Hub, session_id: int | None) -> bool:
        """Whether the session of this pass still lives: asked at the start and at every beat."""
        return session_id is not None and await hub.session_lives(session_id)

    async def _stream(
        self, hub: Hub, topic: Topic, seat: Seat, session_id: int | None, receive: Receive, send: Send, origin: str
    ) -> None:
        """The state now, then the news, then a word that it ends."""
        ends_at = time.monotonic() + self.life_seconds * random.uniform(0.8, 1.2)  # noqa: S311  # no secret
        start = {"content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no"}
        await send({"type": "http.response.start", "status": 200, "headers": _headers(start, origin)})
        with hub.listener(topic) as inbox:
            seat.inbox = inbox
            watch = asyncio.create_task(_until_gone(receive, inbox))
            try:
                # A listener that takes nothing for a whole life must not be waited for any longer.
                async with asyncio.timeout(self.life_seconds * 1.5) as seat.limit:
                    await _tell(send, topic.state() + _beat(hub, topic))
                    while not inbox.closed and (left := ends_at - time.monotonic()) > 0:
                        came = await inbox.wait(min(left, self.beat_seconds))
                        if topic.name != "public" and not came and not await self._may_hear(hub, session_id):
                            break
                        await _tell(send, inbox.take(topic.state) if came else _beat(hub, topic))
                    await send({"type": "http.response.body", "body": b"event: bye\ndata: {}\n\n", "more_body": False})
            except TimeoutError:
                pass
            finally:
                watch.cancel()


async def _live(scope: Scope, receive: Receive, send: Send) -> None:
    """The life of the process: the hub runs from its start to its end."""
    from app import create_app  # the factory imports every door; only the process that runs needs it

    await receive()
    try:
        flask = create_app()
    except (SystemExit, ValueError) as fault:
        await send({"type": "lifespan.startup.failed", "message": str(fault)})
        return
    hub = Hub(flask.app_context)
    scope["state"].update(hub=hub, shares=Shares(), secret=str(flask.config["SECRET_KEY"]))
    running = asyncio.create_task(hub.run())
    await send({"type": "lifespan.startup.complete"})
    try:
        await receive()
    finally:
        running.cancel()
        hub.close()
    await send({"type": "lifespan.shutdown.complete"})


def _seat(state: dict[str, Any], scope: Scope, headers: dict[str, str], topic: Topic) -> Seat | None:
    """Room for this listener; None where there is nothing to tell yet or no room."""
    if state["hub"].as_of is None:
        return None
    shares: Shares = state["shares"]
    address = address_of(scope, headers.get("x-forwarded-for", ""))
    return shares.take(address, signed_in=topic.name != "public", most=_most())


def _most() -> int:
    """How many may listen: as many as the settings say, and as there are descriptors for."""
    descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return min(config.current().live_listeners, descriptors - OTHER_DESCRIPTORS)


async def _until_gone(receive: Receive, inbox: Inbox) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    inbox.close()


def _is_ours(origin: str, host: str) -> bool:
    """Whether a page of this house asks: same host, whatever the port (see `live_url` in app/web/words/pages.py)."""
    try:
        return urlsplit(origin).hostname == urlsplit(f"//{host}").hostname
    except ValueError:
        return False


def _beat(hub: Hub, topic: Topic) -> bytes:
    # A topic loaded for the first time can be younger than the last look: a page's time never goes back.
    as_of = max((moment for moment in (hub.as_of, topic.as_of) if moment), default=None)
    told = {"as_of": as_of and as_of.isoformat(), "well": hub.well}
    return f"event: beat\ndata: {json.dumps(told)}\n\n".encode()


async def _tell(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _say(send: Send, status: int, code: str, origin: str = "", **more: Any) -> None:
    """A short answer in JSON; whoever is turned away for now is told when to come back."""
    allow = more.pop("allow", "")
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    if status == 503:
        headers["retry-after"] = str(RETRY_SECONDS)
    if allow:
        headers["allow"] = allow
    body = json.dumps({"code": code, **more}).encode()
    headers["content-length"] = str(len(body))
    await send({"type": "http.response.start", "status": status, "headers": _headers(headers, origin)})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _headers(headers: dict[str, str], origin: str) -> list[tuple[bytes, bytes]]:
    allowed = {"access-control-allow-origin": origin} if origin else {}
    told = {**headers, **allowed, "vary": "origin", "x-content-type-options": "nosniff"}
    return [(name.encode(), value.encode("latin-1")) for name, value in told.items()]


app = Live()
