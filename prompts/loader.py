"""Prompt templates as data: a YAML head between two lines of ``---``, then a Jinja2 body.

The hash of the whole file is kept in provenance, so that a draft names the very wording that made it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import ValidationError

from minutes.document import PromptRef
from minutes.errors import InputError
from minutes.value import Value

_SUFFIX = ".md.j2"


class PromptHead(Value):
    id: str
    version: str
    task: str
    """What the prompt is for, in Japanese, e.g. 質問の要約."""
    language: str
    schema_: dict[str, Any]
    """JSON schema of the reply the prompt asks for."""


@dataclass(frozen=True)
class Prompt:
    head: PromptHead
    body: str
    sha256: str
    """Of the file as stored, head and body."""

    def ref(self) -> PromptRef:
        return PromptRef(id=self.head.id, version=self.head.version, sha256=self.sha256)

    def render(self, values: Mapping[str, object]) -> str:
        """The prompt filled in; InputError where the template names a value that is not given."""
        # The text is for a model, not for a browser, so nothing is escaped; the sandbox bars templates from code.
        environment = ImmutableSandboxedEnvironment(
            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
        )
        try:
            return environment.from_string(self.body).render(dict(values)).strip() + "\n"
        except TemplateError as error:
            raise InputError(
                f"プロンプト「{self.head.id}」を組み立てられません（{error}）。",
                where=f"prompts/templates/{self.head.id}{_SUFFIX}",
                remedy="テンプレートの変数名と渡す値を確認してください。",
            ) from error


def parse_prompt(data: bytes, where: str) -> Prompt:
    """A prompt from the bytes of its file; InputError says what of the head is missing or wrong."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("UTF-8 で読めません。", where=where, remedy="UTF-8 で保存し直してください。") from error
    opening, _, rest = text.partition("---\n")
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
    return Prompt(found, body, hashlib.sha256(data).hexdigest())


def prompt_ids() -> tuple[str, ...]:
    """Ids of the templates that come with the program, sorted."""
    folder = resources.files("prompts") / "templates"
    return tuple(sorted(item.name.removesuffix(_SUFFIX) for item in folder.iterdir() if item.name.endswith(_SUFFIX)))


@lru_cache(maxsize=32)
def load_prompt(prompt_id: str) -> Prompt:
    """The template called ``prompt_id``; InputError lists the ids there are."""
    if prompt_id not in prompt_ids():
        raise InputError(
            f"プロンプト「{prompt_id}」はありません。",
            where="prompts/templates",
            remedy=f"次のいずれかを指定してください: {'、'.join(prompt_ids())}",
        )
    name = prompt_id + _SUFFIX
    prompt = parse_prompt((resources.files("prompts") / "templates" / name).read_bytes(), name)
    if prompt.head.id != prompt_id:
        raise InputError(
            f"見出しの id「{prompt.head.id}」がファイル名と違います。", where=name, remedy="どちらかに揃えてください。"
        )
    return prompt
