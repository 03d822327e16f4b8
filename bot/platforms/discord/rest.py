"""One request to Discord's REST API, and what is surely known of it afterwards.

Sends and edits do not go through discord.py's own HTTP client: that one repeats by itself, sleeps
inside a call, and gives raw errors, so that "surely not sent" and "may have arrived" cannot be told
apart. Here one call is one request at most. Rate limits follow "Rate Limits" of Discord's API
documentation: buckets are learnt from the headers, never assumed.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp

from bot.ports import Clock

API = "https://discord.com/api/v10"
# The documentation asks for "DiscordBot ($url, $versionNumber)".
AGENT = "DiscordBot (sahelwatch, 0.1)"
TOTAL_SECONDS = 30.0
CONNECT_SECONDS = 10.0
# A bucket that refills this soon is waited for; a longer wait goes back to the queue.
SHORT_WAIT = 5.0
# 50 requests a second for a bot; what is left over is for answers to commands.
SPACING = 1 / 45
# 10,000 answers of 401, 403 or 429 in 10 minutes get the address banned; stop well before.
INVALID_SECONDS = 600.0
MOST_INVALID = 1_000
BAN_SECONDS = 600.0
MOST_BUCKETS = 2_000
NOT_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.ConnectionTimeoutError)


@dataclass(frozen=True, slots=True)
class Answer:
    """Discord (or something before it) answered. `body` is the decoded JSON, None where there is
    none. `retry_after` in seconds, 0 where not said. `banned`: a 429 that Discord's own servers
    did not give. `everywhere`: the limit holds for the whole bot."""

    status: int
    body: object = None
    retry_after: float = 0.0
    banned: bool = False
    everywhere: bool = False

    @property
    def code(self) -> int:
        """Discord's JSON error code, 0 where it gives none."""
        code = self.body.get("code", 0) if isinstance(self.body, Mapping) else 0
        return code if isinstance(code, int) else 0

    @property
    def said(self) -> str:
        """What Discord said, short."""
        message = self.body.get("message", "") if isinstance(self.body, Mapping) else ""
        return f"{self.status} {message}".strip()[:200] if isinstance(message, str) else str(self.status)

    @property
    def unfit(self) -> bool:
        """The message itself was refused, not the channel or the bot."""
        return self.status in (400, 413)

    @property
    def from_discord(self) -> bool:
        return isinstance(self.body, (Mapping, list))


@dataclass(frozen=True, slots=True)
class Held:
    """Not sent: a limit known beforehand would be broken. `seconds` to wait."""

    seconds: float
    everywhere: bool
    why: str


@dataclass(frozen=True, slots=True)
class Unreached:
    """Not sent: no connection came about."""

    why: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The request went out, or may have, and no answer came back."""

    why: str


Result = Answer | Held | Unreached | Lost


@dataclass(slots=True)
class Bucket:
    """One of Discord's rate limit buckets: `remaining` requests until `reset_at` (monotonic s)."""

    limit: int = 1
    remaining: int = 1
    reset_at: float = 0.0


@dataclass(slots=True)
class Limits:
    """What Discord has said of its limits so far. Times are monotonic seconds."""

    hashes: dict[str, str] = field(default_factory=dict)
    buckets: dict[str, Bucket] = field(default_factory=dict)
    invalid: deque[float] = field(default_factory=deque)
    halted_until: float = 0.0
    next_slot: float = 0.0

    def key(self, route: str, channel: str) -> str:
        return f"{self.hashes.get(route, route)}:{channel}"

    def held(self, now: float) -> Held | None:
        """Why nothing at all may go out now."""
        while self.invalid and now - self.invalid[0] >= INVALID_SECONDS:
            self.invalid.popleft()
        if len(self.invalid) >= MOST_INVALID:
            wait = self.invalid[0] + INVALID_SECONDS - now
            return Held(wait, True, "too many refused requests; waiting before Discord bans this address")
        if self.halted_until > now:
            return Held(self.halted_until - now, True, "Discord asked the whole bot to wait")
        return None

    def wait(self, route: str, channel: str, now: float) -> float:
        """Seconds until the route's bucket refills; 0 where a request may go out, which is then
        counted."""
        bucket = self.buckets.get(self.key(route, channel))
        if bucket is None:
            return 0.0
        if now >= bucket.reset_at:
            bucket.remaining = bucket.limit
        if bucket.remaining <= 0:
            return bucket.reset_at - now
        bucket.remaining -= 1
        return 0.0

    def learn(self, route: str, channel: str, headers: Mapping[str, str], now: float) -> None:
        try:
            limit = int(headers["X-RateLimit-Limit"])
            remaining = int(headers["X-RateLimit-Remaining"])
            reset_at = now + float(headers["X-RateLimit-Reset-After"])
        except (KeyError, ValueError):
            return
        self.hashes[route] = headers.get("X-RateLimit-Bucket", route)
        if len(self.buckets) >= MOST_BUCKETS:
            self.buckets = {key: bucket for key, bucket in self.buckets.items() if bucket.reset_at > now}
        self.buckets[self.key(route, channel)] = Bucket(limit, remaining, reset_at)

    def count(self, answer: Answer, scope: str, now: float) -> None:
        if answer.status in (401, 403) or (answer.status == 429 and scope != "shared"):
            self.invalid.append(now)
        if answer.status == 429 and (answer.banned or answer.everywhere):
            self.halted_until = max(self.halted_until, now + answer.retry_after)


class DiscordRest:
    """The API as one bot. `api_base` ends in the version (".../api/v10"); `proxy` is an HTTP(S) URL.

    Nothing connects before the first request. No error text holds the token or the proxy.
    """

    def __init__(self, token: str, clock: Clock, *, api_base: str = "", proxy: str = "") -> None:
        self._token = token.strip()
        self._clock = clock
        self._base = (api_base or API).rstrip("/")
        self._proxy = proxy or None
        self._session: aiohttp.ClientSession | None = None
        self.limits = Limits()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
        self._session = None

    async def request(
        self,
        method: str,
        route: str,
        path: str,
        *,
        channel: str = "",
        body: object = None,
        query: Mapping[str, str] | None = None,
    ) -> Result:
        """One request. `route` names the endpoint without ids and `channel` its major parameter:
        together they find the rate limit bucket."""
        held = await self._pace(f"{method} {route}", channel)
        if held is not None:
            return held
        return await self._exchange(method, path, body, query, f"{method} {route}", channel)

    async def _pace(self, route: str, channel: str) -> Held | None:
        while True:
            now = self._clock.monotonic()
            if (held := self.limits.held(now)) is not None:
                return held
            wait = self.limits.wait(route, channel, now)
            if wait <= 0:
                break
            if wait > SHORT_WAIT:
                return Held(wait, False, "this channel's rate limit is used up")
            await self._clock.sleep(wait)
        slot = max(now, self.limits.next_slot)
        self.limits.next_slot = slot + SPACING
        if slot > now:
            await self._clock.sleep(slot - now)
        return None

    async def _exchange(
        self,
        method: str,
        path: str,
        body: object,
        query: Mapping[str, str] | None,
        route: str,
        channel: str,
    ) -> Result:
        try:
            async with self._open().request(
                method,
                self._base + path,
                data=None if body is None else json.dumps(body).encode(),
                params=query,
                headers=self._headers(body is not None),
                proxy=self._proxy,
                allow_redirects=False,
            ) as response:
                now = self._clock.monotonic()
                self.limits.learn(route, channel, response.headers, now)
                answer = _read(response, await response.read())
                self.limits.count(answer, response.headers.get("X-RateLimit-Scope", ""), now)
                return answer
        except NOT_CONNECTED as error:
            return Unreached(f"no connection to Discord ({type(error).__name__})")
        except TimeoutError:
            return Lost("no answer from Discord in time")
        except (aiohttp.ClientError, OSError) as error:
            return Lost(f"the connection to Discord broke ({type(error).__name__})")
        except ValueError:
            # A header or address that cannot be written: nothing was sent.
            return Unreached("the Discord token or address cannot be used as it is set")

    def _headers(self, with_body: bool) -> dict[str, str]:
        headers = {"Authorization": f"Bot {self._token}", "User-Agent": AGENT}
        if with_body:
            headers["Content-Type"] = "application/json"
        return headers

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            timeout = aiohttp.ClientTimeout(
                total=TOTAL_SECONDS, connect=CONNECT_SECONDS, sock_connect=CONNECT_SECONDS
            )
            self._session = aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())
        return self._session


def _read(response: aiohttp.ClientResponse, raw: bytes) -> Answer:
    body: object = None
    if response.headers.get("Content-Type", "").startswith("application/json"):
        try:
            body = json.loads(raw)
        except ValueError:
            body = None
    if response.status != 429:
        return Answer(response.status, body)
    said = body if isinstance(body, Mapping) else {}
    # Discord's own servers answer through a proxy that names itself; a ban is answered before it.
    banned = "Via" not in response.headers or not said
    wait = max(_number(said.get("retry_after")), _number(response.headers.get("Retry-After")))
    everywhere = bool(said.get("global")) or response.headers.get("X-RateLimit-Scope") == "global"
    return Answer(429, body, max(wait, BAN_SECONDS) if banned else wait, banned, everywhere)


def _number(value: object) -> float:
    try:
        number = float(value) if isinstance(value, (int, float, str)) else 0.0
    except ValueError:
        return 0.0
    return number if 0 <= number < 1e7 else 0.0
