"""What each operation may answer besides success, for the OpenAPI document."""

from typing import Any

from service.errors import MEDIA_TYPE, ProblemDetail

_MEANINGS = {
    400: "要求を読み取れない",
    401: "サインインまたは API トークンが必要",
    403: "権限がない、または職務の分離により拒否",
    404: "見つからない（ほかの所属のものも同じ答え）",
    409: "いまの状態ではできない、または解決していない指摘がある",
    410: "文字起こしは廃棄された",
    412: "`If-Match` の版が最新ではない",
    413: "大きすぎる",
    415: "Content-Type に対応していない",
    422: "入力の誤り。`problems` に項目・原因・直し方",
    428: "`If-Match` がない",
    500: "予期しない誤り。`instance` の番号で記録と照合できる",
    503: "まだ要求を受けられない",
}

_EXAMPLE = {
    "type": "urn:gijiyoshi:problem:input",
    "title": "入力の誤り",
    "status": 422,
    "detail": "終了時刻が開始時刻より前です。時刻を確かめてください。",
    "category": "input",
    "instance": "/api/v1/meetings",
    "problems": [{"what": "終了時刻が開始時刻より前です。", "where": "ends_at", "remedy": "時刻を確かめてください。"}],
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries for these statuses, and for 401 and 500 which every operation may answer."""
    return {status: _entry(status) for status in sorted({401, 500, *statuses})}


def _entry(status: int) -> dict[str, Any]:
    media: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/ProblemDetail"}}
    if status == 422:
        media["example"] = _EXAMPLE
    return {"description": _MEANINGS[status], "content": {MEDIA_TYPE: media}}


def problem_schemas() -> dict[str, Any]:
    """The component schemas that ``problems`` refers to."""
    schema = ProblemDetail.model_json_schema(ref_template="#/components/schemas/{model}")
    nested = schema.pop("$defs", {})
    return {**nested, "ProblemDetail": schema}
