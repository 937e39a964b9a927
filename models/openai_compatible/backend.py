"""OpenAIBackend: one request, its retries and its limits."""

import asyncio
import math
from collections.abc import Callable, Sequence

import httpx2

from minutes.document import ModelCard
from models.grounded import Reply, Request, Unanswered
from models.grounded.backend import NOTE
from models.openai_compatible.endpoint import Endpoint
from models.openai_compatible.loop import LoopThread
from models.openai_compatible.waiting import wait_seconds
from models.openai_compatible.wire import FORMS, body_of, reply_of
from prompts import Message

_REFUSED = {
    401: "モデルのサーバーが API キーを受け付けない",
    403: "モデルのサーバーが利用を許していない",
    404: "モデルのサーバーに、設定した名前のモデルがない",
}
_TOO_LONG = ("context length", "context_length", "maximum context", "too long", "exceeds")


class _Again(Exception):
    """Worth another attempt."""

    def __init__(self, reason: str, headers: httpx2.Headers | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.headers = headers


class _FormatRefused(Exception):
    """The server does not know the response format it was asked for."""


class OpenAIBackend:
    """Meets ``Backend``. Opens no connection before the first request; ``close`` ends those it has."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._thread = LoopThread()
        self._client: httpx2.AsyncClient | None = None
        self._form = 0

    @property
    def card(self) -> ModelCard:
        return ModelCard(
            name="openai",
            revision=self._endpoint.model,
            parameters={"temperature": 0, "context_tokens": self._endpoint.context_tokens},
            note=NOTE,
        )

    @property
    def slots(self) -> int:
        return self._endpoint.slots

    @property
    def context_tokens(self) -> int:
        return self._endpoint.context_tokens

    def tokens(self, text: str) -> int:
        """The server's tokenizer is not at hand. A letter of ASCII is never more than one token, and running Japanese
        stays below one and a half a character even with tokenizers made for English."""
        plain = sum(each.isascii() for each in text)
        return plain + math.ceil((len(text) - plain) * 1.5)

    def prompt_tokens(self, messages: Sequence[Message]) -> int:
        # Chat templates put a few tokens around each message.
        return sum(self.tokens(each.content) + 16 for each in messages)

    def generate(self, request: Request, *, halted: Callable[[], bool]) -> Reply:
        return self._thread.run(lambda: self._within_limit(request), halted=halted)

    def close(self) -> None:
        self._thread.close(self._disconnect)

    async def _disconnect(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _connected(self) -> httpx2.AsyncClient:
        if self._client is None:
            each = self._endpoint
            key = {"authorization": f"Bearer {each.api_key}", "api-key": each.api_key} if each.api_key else {}
            self._client = httpx2.AsyncClient(
                headers=key,
                timeout=httpx2.Timeout(each.token_seconds, connect=each.connect_seconds, pool=None),
                limits=httpx2.Limits(max_connections=each.slots),
                trust_env=False,
            )
        return self._client

    async def _within_limit(self, request: Request) -> Reply:
        try:
            async with asyncio.timeout(self._endpoint.total_seconds):
                return await self._persisting(request)
        except TimeoutError:
            raise Unanswered(f"{self._endpoint.total_seconds:g}秒以内に返答が終わらない", unreachable=True) from None

    async def _persisting(self, request: Request) -> Reply:
        attempt, form = 0, self._form
        while True:
            try:
                reply = await self._once(request, form)
            except _FormatRefused:
                form += 1
            except _Again as again:
                attempt += 1
                if attempt >= self._endpoint.attempts:
                    raise Unanswered(again.reason, unreachable=True) from None
                await asyncio.sleep(wait_seconds(attempt - 1, self._endpoint.backoff_seconds, again.headers))
            else:
                # Only what was accepted is remembered: a request may be refused for another reason.
                self._form = max(self._form, form)
                return self._of_this_model(reply)

    async def _once(self, request: Request, form: int) -> Reply:
        body = body_of(request, self._endpoint.model, form)
        try:
            async with self._connected().stream("POST", self._endpoint.url, json=body) as response:
                if response.status_code != httpx2.codes.OK:
                    raise await _refusal(response, form)
                return await reply_of(response, request)
        except httpx2.ConnectTimeout:
            raise _Again("モデルのサーバーに接続できない") from None
        except httpx2.TimeoutException:
            seconds = self._endpoint.token_seconds
            raise Unanswered(f"モデルのサーバーから{seconds:g}秒間返答がない", unreachable=True) from None
        except (httpx2.NetworkError, httpx2.RemoteProtocolError):
            raise _Again("モデルのサーバーとの接続が切れた") from None
        except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL):
            raise Unanswered("モデルのサーバーの返答を読み取れない") from None

    def _of_this_model(self, reply: Reply) -> Reply:
        wanted = self._endpoint.answers_as or self._endpoint.model
        if reply.model and reply.model != wanted:
            # Words of a model nobody chose and no record names must not get into a draft.
            raise Unanswered(f"設定と違うモデル「{reply.model[:60]}」が答えた")
        return reply


async def _refusal(response: httpx2.Response, form: int) -> Exception:
    status = response.status_code
    if status == httpx2.codes.TOO_MANY_REQUESTS or status >= 500:
        return _Again(f"モデルのサーバーが受け付けない（HTTP {status}）", response.headers)
    told = await _beginning(response)
    if status in (400, 422):
        if any(each in told for each in _TOO_LONG):
            return Unanswered("発言がモデルの文脈長に収まらない")
        if form + 1 < FORMS:
            return _FormatRefused()
    return Unanswered(
        _REFUSED.get(status, f"モデルのサーバーが断った（HTTP {status}）"), unreachable=status in _REFUSED
    )


async def _beginning(response: httpx2.Response) -> str:
    found = b""
    async for part in response.aiter_bytes():
        found += part
        if len(found) > 4096:
            break
    return found[:4096].decode("utf-8", "replace").lower()
