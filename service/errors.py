"""Public errors over HTTP: RFC 9457 problem details in Japanese.

A ``GijiyoshiError`` says what it says. Everything else gets a fixed sentence: exception texts and rejected values may
hold pieces of a transcript, so neither reaches a response or the log.
"""

import traceback
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from minutes.errors import GijiyoshiError, Problem
from minutes.value import Value

MEDIA_TYPE = "application/problem+json"
UNKNOWN_SENTENCE = (
    "処理中に予期しない誤りが起きました。時間をおいてやり直し、直らないときは次の番号を管理者に伝えてください。"
)

_log = structlog.get_logger(__name__)


class NotFound(GijiyoshiError):
    """There is no such thing, or the reader may not know that there is."""

    status = 404
    category = "not_found"


class Forbidden(GijiyoshiError):
    """The person is known and lacks the right."""

    status = 403
    category = "forbidden"


class PasswordChangeRequired(Forbidden):
    """Signed in with a one-time password that has not been changed yet."""

    category = "password_change_required"


class Unauthenticated(GijiyoshiError):
    """Nobody is signed in, or the proof of identity does not hold."""

    status = 401
    category = "unauthenticated"


class Conflict(GijiyoshiError):
    """The thing is in a state that does not allow this."""

    status = 409
    category = "conflict"


class Gone(GijiyoshiError):
    """It was there and has been disposed of."""

    status = 410
    category = "gone"


class PreconditionFailed(GijiyoshiError):
    """``If-Match`` names a version that is no longer the newest."""

    status = 412
    category = "precondition_failed"


class PreconditionRequired(GijiyoshiError):
    """``If-Match`` is missing where it is needed."""

    status = 428
    category = "precondition_required"


class PayloadTooLarge(GijiyoshiError):
    """More bytes than the settings allow."""

    status = 413
    category = "too_large"


class TooMany(GijiyoshiError):
    """Too many tries; ``retry_after`` is in whole seconds."""

    status = 429
    category = "too_many"

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        remedy: str = "",
        problems: Sequence[Problem] = (),
        retry_after: int | None = None,
    ) -> None:
        super().__init__(what, where=where, remedy=remedy, problems=problems)
        self.retry_after = retry_after


class ProblemItem(Value):
    """One thing wrong: what, where (field or line) and what to do."""

    what: str
    where: str
    remedy: str


class ProblemDetail(Value):
    """The body of every error response (RFC 9457), ``application/problem+json``."""

    media_type: ClassVar[str] = MEDIA_TYPE
    type: str = Field(description="誤りの種類を表す URI。category と一対一に対応する")
    title: str = Field(description="種類の短い名前")
    status: int = Field(description="HTTP の状態番号")
    detail: str = Field(description="何が悪く、どうすればよいか")
    category: str = Field(description="プログラムが見分けるための名前")
    instance: str = Field(description="要求の場所、または予期しない誤りの番号（urn:uuid:…）")
    problems: tuple[ProblemItem, ...] = Field(description="個々の問題。入力の誤りでは項目ごとに一つ")


type_prefix = "urn:gijiyoshi:problem:"

_TITLES: Mapping[str, str] = {
    "input": "入力の誤り",
    "policy": "規則による拒否",
    "not_found": "見つかりません",
    "forbidden": "権限がありません",
    "password_change_required": "パスワードの変更が必要です",
    "unauthenticated": "サインインが必要です",
    "conflict": "いまの状態ではできません",
    "gone": "廃棄されました",
    "precondition_failed": "ほかの変更と重なりました",
    "precondition_required": "版の指定がありません",
    "too_large": "大きすぎます",
    "too_many": "回数の上限を超えました",
    "internal": "内部の誤り",
}

# The house raises GijiyoshiError; an HTTPException comes from the framework, in English, so only its status is used.
_HTTP: Mapping[int, tuple[str, str, str]] = {
    400: ("input", "要求を読み取れません。", "送る形式を確かめてください。"),
    401: ("unauthenticated", "サインインが必要です。", "サインインするか、API トークンを付けてください。"),
    403: ("forbidden", "この操作の権限がありません。", "管理者に権限を確かめてください。"),
    404: ("not_found", "ページまたはデータが見つかりません。", "アドレスを確かめてください。"),
    405: ("input", "このアドレスではその操作はできません。", "HTTP のメソッドを確かめてください。"),
    413: ("too_large", "送られたデータが大きすぎます。", "小さくするか、分けて送ってください。"),
    415: ("input", "送られたデータの形式に対応していません。", "Content-Type を確かめてください。"),
    422: ("input", "入力に誤りがあります。", "入力を確かめてください。"),
}

# Message per pydantic error type; the rejected value itself is never repeated.
_VALIDATION: Mapping[str, tuple[str, str]] = {
    "missing": ("必要な項目がありません。", "この項目を加えてください。"),
    "extra_forbidden": ("知らない項目です。", "項目名のつづりを確かめるか、取り除いてください。"),
    "json_invalid": ("JSON として読めません。", "JSON の文法を確かめてください。"),
    "string_too_short": ("短すぎます。", "空でない値を入れてください。"),
    "string_too_long": ("長すぎます。", "短くしてください。"),
    "string_pattern_mismatch": ("決められた形になっていません。", "使える文字と形を確かめてください。"),
    "string_type": ("文字列ではありません。", "文字列を入れてください。"),
    "enum": ("選べる値ではありません。", "選べる値を説明書で確かめてください。"),
    "literal_error": ("選べる値ではありません。", "選べる値を説明書で確かめてください。"),
}
_VALIDATION_GROUPS: tuple[tuple[str, tuple[str, str]], ...] = (
    ("int_", ("整数ではありません。", "整数を入れてください。")),
    ("float_", ("数ではありません。", "数を入れてください。")),
    ("bool_", ("真偽値ではありません。", "true か false を入れてください。")),
    ("datetime_", ("日時として読めません。", "2026-04-01T10:00:00+09:00 の形で書いてください。")),
    ("date_", ("日付として読めません。", "2026-04-01 の形で書いてください。")),
    ("list_", ("並びではありません。", "値の並びを入れてください。")),
    ("greater_than", ("値が小さすぎます。", "範囲を確かめてください。")),
    ("less_than", ("値が大きすぎます。", "範囲を確かめてください。")),
)

ErrorPage = Callable[[Request, ProblemDetail], Response]
"""Renders a problem as an HTML page for people; the API always answers with JSON."""


def detail_of(error: GijiyoshiError, instance: str) -> ProblemDetail:
    """The public body of ``error``."""
    first = error.problems[0]
    detail = f"{error.what}{error.remedy}" if error.remedy else f"{error.what}{first.remedy}"
    if len(error.problems) > 1:
        detail = error.what
    items = tuple(ProblemItem(what=p.what, where=p.where, remedy=p.remedy) for p in error.problems)
    return _problem(error.status, error.category, detail, instance, items)


def problem_response(error: GijiyoshiError, instance: str) -> Response:
    """The JSON response for ``error``, for code outside the framework's handlers (middleware)."""
    return _json(detail_of(error, instance), _headers(error))


def validation_problems(error: RequestValidationError) -> tuple[Problem, ...]:
    """One problem per rejected field, without the rejected value."""
    return tuple(_validation_problem(e) for e in error.errors())


def install(app: FastAPI, *, page: ErrorPage | None = None) -> None:
    """Answer every error of ``app`` with a problem.

    ``page`` renders problems for browsers outside ``/api``; without it they get JSON too. Call before
    ``service.auth.install`` so that unexpected errors also carry the security headers.
    """

    def respond(request: Request, problem: ProblemDetail, headers: Mapping[str, str]) -> Response:
        wants_page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api")
        if page is None or not wants_page:
            return _json(problem, headers)
        response = page(request, problem)
        response.status_code = problem.status
        response.headers.update(headers)
        return response

    async def on_public(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, GijiyoshiError)
        return respond(request, detail_of(exc, request.url.path), _headers(exc))

    async def on_validation(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, RequestValidationError)
        problems = validation_problems(exc)
        items = tuple(ProblemItem(what=p.what, where=p.where, remedy=p.remedy) for p in problems)
        return respond(request, _problem(422, "input", "入力に誤りがあります。", request.url.path, items), {})

    async def on_http(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, HTTPException)
        if exc.status_code < 400:
            return Response(status_code=exc.status_code, headers=exc.headers)
        fallback = ("input" if exc.status_code < 500 else "internal", "要求を処理できません。", "")
        category, what, remedy = _HTTP.get(exc.status_code, fallback)
        items = (ProblemItem(what=what, where="", remedy=remedy),)
        problem = _problem(exc.status_code, category, what + remedy, request.url.path, items)
        return respond(request, problem, exc.headers or {})

    app.add_exception_handler(GijiyoshiError, on_public)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(HTTPException, on_http)
    app.add_middleware(_UnknownErrors, respond=respond)


class _UnknownErrors:
    """Turns an unexpected exception into a 500 problem.

    A middleware and not an ``Exception`` handler, because Starlette raises again after that handler and the server
    would log the exception's text.
    """

    def __init__(self, app: ASGIApp, respond: Callable[[Request, ProblemDetail, Mapping[str, str]], Response]) -> None:
        self.app = app
        self.respond = respond

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except GijiyoshiError as exc:
            # Raised by another middleware, outside the framework's handlers.
            if started:
                raise BrokenResponse(exc.category) from None
            request = Request(scope)
            await self.respond(request, detail_of(exc, scope["path"]), _headers(exc))(scope, receive, send)
        except Exception as exc:
            error_id = log_unknown(exc, method=scope["method"])
            if started:
                # The server must break the connection off: a body that merely ends would look whole.
                raise BrokenResponse(error_id) from None
            request = Request(scope)
            instance = f"urn:uuid:{error_id}"
            detail = f"{UNKNOWN_SENTENCE}（{error_id}）"
            items = (ProblemItem(what=detail, where="", remedy=""),)
            await self.respond(request, _problem(500, "internal", detail, instance, items), {})(scope, receive, send)


class BrokenResponse(Exception):
    """A response that had begun cannot be finished. Its text is the error id only."""


def log_unknown(exc: BaseException, **context: str) -> str:
    """Log an unexpected exception without its text and return its new id.

    The text of an exception may quote a transcript (a decoder's input, a database parameter); its type and the places
    in our code do not.
    """
    error_id = str(uuid.uuid4())
    frames = [f"{f.filename.rpartition('site-packages/')[2]}:{f.lineno} {f.name}" for f in _frames(exc)]
    _log.error("unexpected_error", error_id=error_id, kind=_kinds(exc), frames=frames[-20:], **context)
    return error_id


def _frames(exc: BaseException) -> list[traceback.FrameSummary]:
    return list(traceback.extract_tb(exc.__traceback__, limit=-20))


def _kinds(exc: BaseException) -> list[str]:
    kinds: list[str] = []
    current: BaseException | None = exc
    while current is not None and len(kinds) < 5:
        kinds.append(f"{type(current).__module__}.{type(current).__qualname__}")
        current = current.__cause__ or current.__context__
    return kinds


def _validation_problem(error: Mapping[str, Any]) -> Problem:
    kind = str(error["type"])
    found = _VALIDATION.get(kind) or next(
        (text for prefix, text in _VALIDATION_GROUPS if kind.startswith(prefix)), None
    )
    what, remedy = found or ("値が正しくありません。", "この項目の説明を確かめてください。")
    # A name that the sender invented could be anything, document text too.
    loc = error["loc"][:-1] if kind == "extra_forbidden" else error["loc"]
    return Problem(what, _place(loc), remedy)


def _place(loc: Sequence[str | int]) -> str:
    text = ""
    for part in loc[1:] if loc and loc[0] in {"body", "query", "path", "header", "cookie"} else loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)[:100]
    return text or str(loc[0] if loc else "")


def _headers(error: GijiyoshiError) -> dict[str, str]:
    if isinstance(error, Unauthenticated):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, TooMany) and error.retry_after is not None:
        return {"Retry-After": str(error.retry_after)}
    return {}


def _problem(status: int, category: str, detail: str, instance: str, items: tuple[ProblemItem, ...]) -> ProblemDetail:
    return ProblemDetail(
        type=type_prefix + category,
        title=_TITLES.get(category, "要求を処理できません"),
        status=status,
        detail=detail,
        category=category,
        instance=instance,
        problems=items,
    )


def _json(problem: ProblemDetail, headers: Mapping[str, str]) -> Response:
    body = problem.model_dump(mode="json")
    return JSONResponse(body, status_code=problem.status, headers=dict(headers), media_type=MEDIA_TYPE)
