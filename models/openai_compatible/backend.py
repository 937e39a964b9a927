"""OpenAIBackend: one request, its retries and its limits."""

import asyncio
import json
import math
from collections.abc import Callable, Sequence

import httpx2

from minutes.document import ModelCard
from models.grounded import Reply, Request, Unanswered
from models.grounded.backend import NOTE
from models.openai_compatible.dialect import Dialect
from models.openai_compatible.endpoint import Endpoint
from models.openai_compatible.loop import LoopThread
from models.openai_compatible.waiting import wait_seconds
from models.openai_compatible.wire import body_of, reply_of
from prompts import Message

_REFUSED = {
    401: "モデルのサーバーが API キーを受け付けない",
    403: "モデルのサーバーが利用を許していない",
    404: "モデルのサーバーに、設定した名前のモデルがない",
}
_TOO_LONG = ("context length", "context_length", "context size", "maximum context", "too long", "exceeds")
_FILTERED = ("content_filter", "content management policy")
_LETTERS_PER_TOKEN = 2.5
"""More Japanese letters than this make no token on an average of a whole prompt: a vocabulary of 262,000 came to 1.25.
A server that drops half a prompt comes to twice its own figure."""


class _Again(Exception):
    """Worth another attempt."""

    def __init__(self, reason: str, headers: httpx2.Headers | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.headers = headers


class _NotUnderstood(Exception):
    """The server does not know something of the request; ``dialect`` does without it."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__()
        self.dialect = dialect


class OpenAIBackend:
    """Meets ``Backend``. Opens no connection before the first request; ``close`` ends those it has."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._thread = LoopThread()
        self._client: httpx2.AsyncClient | None = None
        self._dialect = Dialect()

    @property
    def card(self) -> ModelCard:
        each = self._endpoint
        parameters: dict[str, str | int | float | bool] = {"temperature": 0, "context_tokens": each.context_tokens}
        if each.thinking_tokens:
            parameters["thinking_tokens"] = each.thinking_tokens
        if each.extra_body:
            # Whole, as it takes precedence over what stands beside it.
            parameters["extra_body"] = json.dumps(each.extra_body, ensure_ascii=False, sort_keys=True)
        return ModelCard(name="openai", revision=each.model, parameters=parameters, note=NOTE)

    @property
    def slots(self) -> int:
        return self._endpoint.slots

    @property
    def context_tokens(self) -> int:
        return self._endpoint.context_tokens - self._endpoint.thinking_tokens

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
        attempt, dialect = 0, self._dialect
        while True:
            try:
                reply = await self._once(request, dialect)
            except _NotUnderstood as refused:
                dialect = refused.dialect
            except _Again as again:
                attempt += 1
                if attempt >= self._endpoint.attempts:
                    raise Unanswered(again.reason, unreachable=True) from None
                await asyncio.sleep(wait_seconds(attempt - 1, self._endpoint.backoff_seconds, again.headers))
            else:
                # Only what was accepted is remembered: a request may be refused for another reason.
                self._dialect = self._dialect.joined(dialect)
                _prove_read(reply, request)
                return self._of_this_model(reply)

    async def _once(self, request: Request, dialect: Dialect) -> Reply:
        body = body_of(request, self._endpoint, dialect)
        try:
            async with self._connected().stream("POST", self._endpoint.url, json=body) as response:
                if response.status_code != httpx2.codes.OK:
                    raise await _refusal(response, dialect)
                return await reply_of(response, request.max_tokens + self._endpoint.thinking_tokens)
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


def _prove_read(reply: Reply, request: Request) -> None:
    """Refuse a reply to half a prompt: some servers cut what does not fit their context and say nothing of it."""
    letters = sum(not each.isascii() for message in request.messages for each in message.content)
    if reply.prompt_tokens is not None and reply.prompt_tokens * _LETTERS_PER_TOKEN < letters:
        raise Unanswered(
            f"サーバーが指示と発言の一部しか読んでいない（{letters}字を超える文に対して{reply.prompt_tokens}トークン）。"
            "サーバーの文脈長とチャットテンプレートの設定を確かめる必要がある"
        )


async def _refusal(response: httpx2.Response, dialect: Dialect) -> Exception:
    status = response.status_code
    told = await _beginning(response)
    # llama.cpp has said with 500, too, that its context is full.
    if status == httpx2.codes.TOO_MANY_REQUESTS or (status >= 500 and "context size" not in told):
        return _Again(f"モデルのサーバーが受け付けない（HTTP {status}）", response.headers)
    if status in (400, 422, 500):
        if any(each in told for each in _FILTERED):
            return Unanswered("サーバーの内容フィルターが発言を受け付けない")
        if any(each in told for each in _TOO_LONG):
            return Unanswered("発言がモデルの文脈長に収まらない")
        simpler = dialect.after(told)
        if simpler is not None:
            return _NotUnderstood(simpler)
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
