"""The two ways to send a new meeting, as one value: multipart for files, JSON for programs."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError, model_validator
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from minutes.errors import InputError
from minutes.value import Value

_FIELDS = ("meeting", "transcript", "columns", "body", "department_id", "profile", "model")

_COLUMNS = (
    "表（CSV、Excel、Word の表）の列。役割（話者・発言・開始・終了）=列の見出しか番号。省略すると見出しから見つける"
)

_BODY = "会議体の番号か名前。所属・書式・要約モデルの既定と期限が決まる"


class TranscriptIn(Value):
    """Exactly one of ``text`` and ``base64``."""

    filename: str = Field("", max_length=1000, description="元のファイル名。書類と誤りの表示に使う")
    text: str | None = Field(None, description="文字起こしの本文（文字列）")
    base64: str | None = Field(None, description="文字起こしのファイルそのもの（Base64）。文字コードは自動で見分ける")

    @model_validator(mode="after")
    def _one(self) -> "TranscriptIn":
        if (self.text is None) == (self.base64 is None):
            raise ValueError("exactly one of text and base64")
        return self


class MeetingIn(Value):
    """A new meeting as JSON."""

    meeting: dict[str, Any] = Field(description="会議情報。形は docs/schema の meeting.schema.json")
    transcript: TranscriptIn
    columns: str | None = Field(None, description=_COLUMNS, examples=["話者=氏名,発言=発言内容,開始=時刻"])
    body: str | None = Field(None, max_length=200, description=_BODY, examples=["区市町村ＤＸ推進協議会"])
    department_id: str | None = Field(None, max_length=36, description="所属。登録できる所属が一つなら省略できる")
    profile: str | None = Field(
        None, max_length=100, description="書式の識別名（`/profiles` の id）。省略すると会議体又は設定の値"
    )
    model: str | None = Field(None, max_length=100, description="要約モデル。省略すると会議体又は設定の値")


@dataclass(frozen=True)
class Upload:
    meeting: bytes
    transcript: bytes
    filename: str
    columns: str | None
    body: str | None
    department_id: str | None
    profile: str | None
    model: str | None


async def upload_body(request: Request) -> Upload:
    """Read either form. Raises InputError naming the field; HTTPException 415 for any other kind of body."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return _from_json(await request.body())
    if kind == "multipart/form-data":
        return await _from_form(request)
    raise HTTPException(415)


UploadDep = Annotated[Upload, Depends(upload_body)]


def _from_json(body: bytes) -> Upload:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise InputError("JSON として読めません。", where="body", remedy="JSON の文法を確かめてください。") from None
    try:
        sent = MeetingIn.model_validate(value)
    except ValidationError as error:
        if any(detail["loc"] == ("transcript",) and detail["type"] == "value_error" for detail in error.errors()):
            raise InputError(
                "文字起こしは text と base64 のどちらか一つで渡します。",
                where="transcript",
                remedy="text か base64 の一方だけを入れてください。",
            ) from None
        raise RequestValidationError(
            [{**detail, "loc": ("body", *detail["loc"])} for detail in error.errors(include_url=False)]
        ) from None
    return Upload(
        meeting=json.dumps(sent.meeting, ensure_ascii=True).encode(),
        transcript=_bytes(sent.transcript),
        filename=sent.transcript.filename,
        columns=sent.columns,
        body=sent.body,
        department_id=sent.department_id,
        profile=sent.profile,
        model=sent.model,
    )


def _bytes(transcript: TranscriptIn) -> bytes:
    if transcript.text is not None:
        try:
            return transcript.text.encode()
        except UnicodeEncodeError:
            raise InputError(
                "文字として成り立たない部分（対になっていないサロゲート）があります。",
                where="transcript.text",
                remedy="その部分を取り除くか、ファイルを base64 で送ってください。",
            ) from None
    try:
        return base64.b64decode(transcript.base64 or "", validate=True)
    except (binascii.Error, ValueError):
        raise InputError(
            "Base64 として読めません。",
            where="transcript.base64",
            remedy="改行を入れない標準の Base64 にしてください。",
        ) from None


async def _from_form(request: Request) -> Upload:
    async with request.form(max_files=2, max_fields=len(_FIELDS), max_part_size=1_000_000) as form:
        unknown = sorted(set(form.keys()) - set(_FIELDS))
        if unknown:
            raise InputError(
                "知らない項目があります。", where=unknown[0][:100], remedy=f"送れる項目は {'、'.join(_FIELDS)} です。"
            )
        meeting, _ = await _file(form.get("meeting"), "meeting")
        transcript, filename = await _file(form.get("transcript"), "transcript")
        texts = {name: _text(form.get(name), name) for name in _FIELDS[2:]}
    return Upload(meeting=meeting, transcript=transcript, filename=filename, **texts)


async def _file(part: UploadFile | str | None, where: Literal["meeting", "transcript"]) -> tuple[bytes, str]:
    if part is None:
        raise InputError(
            "ファイルがありません。", where=where, remedy=f"multipart の項目 {where} にファイルを付けてください。"
        )
    if isinstance(part, str):
        return part.encode(), ""
    return await part.read(), part.filename or ""


def _text(part: UploadFile | str | None, where: str) -> str | None:
    if isinstance(part, UploadFile):
        raise InputError("ファイルではなく文字で渡す項目です。", where=where, remedy="値を文字で入れてください。")
    return part or None


def _schema_of_multipart() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "required": ["meeting", "transcript"],
        "additionalProperties": False,
        "properties": {
            "meeting": {
                "type": "string",
                "contentMediaType": "application/json",
                "description": "会議情報（JSON か YAML）",
            },
            "transcript": {
                "type": "string",
                "contentMediaType": "application/octet-stream",
                "description": "文字起こし（WebVTT、SRT、Word、テキスト、CSV、Excel、JSON。形式は中身で見分ける）",
            },
            "columns": {**text, "description": _COLUMNS},
            "body": {**text, "description": _BODY},
            "department_id": {**text, "description": "所属。登録できる所属が一つなら省略できる"},
            "profile": {**text, "description": "書式の識別名（`/profiles` の id）"},
            "model": {**text, "description": "要約モデル"},
        },
    }


EXAMPLE: dict[str, Any] = {
    "meeting": {
        "title": "区市町村ＤＸ推進協議会",
        "series_no": 3,
        "starts_at": "2026-05-20T13:30:00+09:00",
        "ends_at": "2026-05-20T14:30:00+09:00",
        "agenda": [{"no": 1, "title": "今年度の取組", "kind": "discussion"}],
        "roster": [{"id": "tanaka", "name": "田中 一郎", "org": "総務局", "post": "課長", "side": "own"}],
    },
    "transcript": {"filename": "kaigi.txt", "text": "田中課長：本日はありがとうございます。\n"},
    "profile": "tokyo_cio",
}

REQUEST_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": _schema_of_multipart()},
            "application/json": {"schema": {"$ref": "#/components/schemas/MeetingIn"}, "example": EXAMPLE},
        },
    }
}


def upload_schemas() -> dict[str, Any]:
    """The component schemas that ``REQUEST_BODY`` refers to."""
    schema = MeetingIn.model_json_schema(ref_template="#/components/schemas/{model}")
    nested = schema.pop("$defs", {})
    return {**nested, "MeetingIn": schema}
