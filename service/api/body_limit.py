"""A limit on request bodies, counted while they arrive, so that no one has to hold what will be refused."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import PayloadTooLarge, problem_response

ALLOWANCE = 1_500_000
"""Bytes beside the transcript: meeting file, form fields, multipart borders."""


def body_limit(upload_max_bytes: int) -> int:
    """Largest request body. JSON may write each byte of Japanese text as two (``\\uXXXX``), Base64 adds a third."""
    return upload_max_bytes * 2 + ALLOWANCE


class BodyLimit:
    """Refuses by Content-Length before reading, and by counting where that header is missing or too small."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared[:20]) > self.most:
            await self._refuse(scope, receive, send)
            return
        seen, exceeded, started = 0, False, False

        async def counted() -> Message:
            nonlocal seen, exceeded
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.most:
                exceeded = True
                raise HTTPException(413)
            return message

        async def watched(message: Message) -> None:
            nonlocal started
            if exceeded and not started:
                return  # whatever the application made of the broken body; the answer is given below
            started = True
            await send(message)

        try:
            await self.app(scope, counted, watched)
        except HTTPException:
            if not exceeded or started:
                raise
        if exceeded and not started:
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        error = PayloadTooLarge(
            f"送られたデータが大きすぎます（上限 {self.most:,} バイト）。",
            where="body",
            remedy="会議ごとに分けるか、文字だけのファイルにしてください。",
        )
        await problem_response(error, scope["path"])(scope, receive, send)
