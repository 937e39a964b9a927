"""Prompt templates as data: a YAML head between two lines of ``---``, then the messages as Jinja2.

A line ``=== system`` or ``=== user`` begins a message. Files whose name begins with ``_`` are parts that templates
include. The hash of a template covers the parts it includes, so that a draft names the very wording that made it.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, cast

import yaml
from jinja2 import DictLoader, StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import ValidationError

from minutes.document import PromptRef
from minutes.errors import InputError
from minutes.value import Value

SUFFIX = ".md.j2"
_MESSAGE = re.compile(r"^=== (system|user)\n", re.MULTILINE)


class PromptHead(Value):
    id: str
    version: str
    task: str
    """What the prompt is for, in Japanese, e.g. 質問の要約."""
    language: str
    schema_: dict[str, Any]
    """JSON schema of the reply the prompt asks for."""


Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True)
class Message:
    role: Role
    content: str


@dataclass(frozen=True)
class Prompt:
    head: PromptHead
    messages: tuple[tuple[Role, str], ...]
    """Role and Jinja2 source of each message. Parted before anything is filled in: speech cannot begin a message."""
    parts: Mapping[str, str]
    """What the messages include, by file name."""
    where: str
    sha256: str
    """Of the file as stored and of the parts it includes."""

    def ref(self) -> PromptRef:
        return PromptRef(id=self.head.id, version=self.head.version, sha256=self.sha256)

    def render(self, values: Mapping[str, object]) -> tuple[Message, ...]:
        """The messages filled in; InputError where the template names a value that is not given."""
        try:
            return tuple(
                Message(role, template.render(dict(values)).strip() + "\n") for role, template in self._compiled
            )
        except TemplateError as error:
            raise InputError(
                f"プロンプト「{self.head.id}」を組み立てられません（{error}）。",
                where=self.where,
                remedy="テンプレートの書き方と、変数名、取り込む部品の名前を確認してください。",
            ) from error

    @cached_property
    def _compiled(self) -> tuple[tuple[Role, Template], ...]:
        # To compile a template takes longer than all else that is done for a unit.
        environment = _environment(self.parts)
        return tuple((role, environment.from_string(source)) for role, source in self.messages)


def _environment(parts: Mapping[str, str]) -> ImmutableSandboxedEnvironment:
    # The text is for a model, not for a browser, so nothing is escaped; the sandbox bars templates from code.
    return ImmutableSandboxedEnvironment(
        loader=DictLoader(parts), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )


def parse_prompt(data: bytes, where: str, parts: Mapping[str, bytes] | None = None) -> Prompt:
    """A prompt from the bytes of its file; InputError says what of it is missing or wrong.

    ``parts`` are the files it may include, by name.
    """
    opening, _, rest = _text(data, where).partition("---\n")
    head, closing, body = rest.partition("\n---\n")
    if opening or not closing:
        raise InputError(
            "YAML の見出しがありません。", where=where, remedy="先頭を --- の行で囲んだ YAML にしてください。"
        )
    try:
        fields = yaml.safe_load(head)
        if isinstance(fields, dict) and "schema" in fields:
            fields["schema_"] = fields.pop("schema")
        found = PromptHead.model_validate(fields)
    except (yaml.YAMLError, ValidationError) as error:
        raise InputError(
            "YAML の見出しが正しくありません。",
            where=where,
            remedy="id, version, task, language（文字列）と schema（JSON Schema）だけを書いてください。",
        ) from error
    before, *pieces = _MESSAGE.split(body)
    roles, sources = pieces[::2], pieces[1::2]
    if before.strip() or "user" not in roles or len(set(roles)) < len(roles):
        raise InputError(
            "本文の区切りが正しくありません。",
            where=where,
            remedy="本文を「=== system」「=== user」の行で一度ずつ区切ってください（system は省けます）。",
        )
    included = _included(sources, where)
    unknown = sorted(included - (parts or {}).keys())
    if unknown:
        raise InputError(
            f"取り込む部品「{'、'.join(unknown)}」がありません。",
            where=where,
            remedy="_ で始まるファイルを同じフォルダに置いてください。",
        )
    kept = {name: (parts or {})[name] for name in sorted(included)}
    digest = hashlib.sha256(data)
    for name, part in kept.items():
        digest.update(b"\0" + name.encode() + b"\0" + part)
    return Prompt(
        head=found,
        messages=tuple((cast("Role", role), source) for role, source in zip(roles, sources, strict=True)),
        parts={name: _text(part, name) for name, part in kept.items()},
        where=where,
        sha256=digest.hexdigest(),
    )


def _text(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise InputError("UTF-8 で読めません。", where=where, remedy="UTF-8 で保存し直してください。") from error


def _included(sources: list[str], where: str) -> set[str]:
    environment = _environment({})
    found: set[str] = set()
    for source in sources:
        try:
            found.update(name or "" for name in meta.find_referenced_templates(environment.parse(source)))
        except TemplateError as error:
            raise InputError(
                f"テンプレートの書き方に誤りがあります（{error}）。",
                where=where,
                remedy="Jinja2 の {{ }} と {% %} の対応を確認してください。",
            ) from error
    return found
