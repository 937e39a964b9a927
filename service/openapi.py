"""The OpenAPI document, so that a program made from it can be used: plain names, files as files, no keyword of a later version."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from service.api.problems import problem_schemas
from service.api.schemas import ProgressOut
from service.api.upload_body import upload_schemas

TAGS = [
    {"name": "meetings", "description": "会議：登録、一覧、状態を進める、進み具合"},
    {"name": "drafts", "description": "素案：読む、直す、版、点検、取り出す"},
    {"name": "comments", "description": "コメント"},
    {"name": "confirmations", "description": "発言者確認"},
    {"name": "delegations", "description": "代理"},
    {"name": "records", "description": "記録：記載事項、保存用パッケージ、文書番号の登録"},
    {"name": "deliveries", "description": "引渡し：パッケージの引渡し、Webhook とメール、引渡し先"},
    {"name": "profiles", "description": "書式"},
    {"name": "jobs", "description": "ジョブ：作成の進み具合、取消、やり直し"},
    {"name": "audit", "description": "監査：監査記録、モデルの実行"},
    {"name": "me", "description": "利用者：自分の役割"},
    {"name": "health", "description": "状態：監視のための応答"},
]
"""A generator makes a module or a class of each name, so the names are identifiers."""


def operation_id(route: APIRoute) -> str:
    """The function's own name: it becomes the name that callers of a generated client write."""
    return route.name


def openapi(app: FastAPI) -> dict[str, Any]:
    """The whole document, valid as OpenAPI 3.1."""
    made = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags
    )
    parts = made.setdefault("components", {}).setdefault("schemas", {})
    progress = ProgressOut.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    nested = progress.pop("$defs", {})
    for name, part in {**problem_schemas(), **upload_schemas(), **nested, "ProgressOut": progress}.items():
        parts.setdefault(name, part)
    _settle(made)
    return made


def _settle(value: Any) -> None:
    """``itemSchema`` is of OpenAPI 3.2, which validators of 3.1 refuse. ``contentMediaType`` alone is taken for text by
    generators that know a file only by its format, and a Word file sent as text arrives broken."""
    if isinstance(value, list):
        for each in value:
            _settle(each)
    if not isinstance(value, dict):
        return
    if "itemSchema" in value:
        del value["itemSchema"]
        value["schema"] = {"type": "string"}
    if value.get("type") == "string" and "contentMediaType" in value:
        value["format"] = "binary"
    for each in value.values():
        _settle(each)
