"""The form of a destination's configuration, made of the fields of its kind: a new kind needs no page of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import MaxLen
from pydantic.fields import FieldInfo

from minutes.value import Value

PREFIX = "config."

_ONE_LINE = 1000
"""Characters; what may be longer is written on several lines."""


@dataclass(frozen=True)
class ConfigField:
    name: str
    """In the form and in a Problem: ``config.`` and the name of the field."""
    label: str
    hint: str
    control: Literal["text", "number", "check", "choice", "lines"]
    """lines: a text of several lines, or a list with one entry a line."""
    choices: tuple[str, ...]
    required: bool
    value: str
    """As it stands in the form; for a check ``1`` or empty."""


def fields_of(config: type[Value], typed: Mapping[str, str] | None = None) -> tuple[ConfigField, ...]:
    """The fields with what was typed, or with the defaults where nothing has been typed yet."""
    return tuple(_field(name, info, typed) for name, info in config.model_fields.items())


def typed_of(config: type[Value], stored: Mapping[str, Any]) -> dict[str, str]:
    """A stored configuration as it stands in the form."""
    return {PREFIX + name: _written(stored.get(name, _default(info))) for name, info in config.model_fields.items()}


def config_of(config: type[Value], typed: Mapping[str, str]) -> dict[str, Any]:
    """What the kind's model is asked to take. What is left empty is empty where that may be, else not given at all."""
    made: dict[str, Any] = {}
    for name, info in config.model_fields.items():
        kind, text = _type(info), typed.get(PREFIX + name)
        if kind is bool:
            made[name] = bool(text)
        elif text is None or (not text.strip() and (info.is_required() or info.annotation is not str)):
            continue
        else:
            lines = [each.strip() for each in text.strip().splitlines()]
            made[name] = [each for each in lines if each] if _is_list(kind) else "\n".join(lines)
    return made


def _field(name: str, info: FieldInfo, typed: Mapping[str, str] | None) -> ConfigField:
    kind = _type(info)
    value = typed.get(PREFIX + name, "") if typed is not None else _written(_default(info))
    return ConfigField(
        PREFIX + name,
        info.title or name,
        _hint(info),
        _control(kind, info),
        _choices(kind),
        info.is_required(),
        value,
    )


def _hint(info: FieldInfo) -> str:
    examples = "、".join(str(each).replace("\n", "　") for each in info.examples or ())
    said = (info.description or "").removesuffix("。")
    return "。".join(each for each in (said, f"例：{examples}" if examples else "") if each)


def _control(kind: Any, info: FieldInfo) -> Literal["text", "number", "check", "choice", "lines"]:
    most = next((each.max_length for each in info.metadata if isinstance(each, MaxLen)), 0)
    if kind is bool:
        return "check"
    if _choices(kind):
        return "choice"
    if _is_list(kind) or most > _ONE_LINE:
        return "lines"
    return "number" if kind is int else "text"


def _type(info: FieldInfo) -> Any:
    """Without ``None``."""
    if get_origin(info.annotation) in {Union, UnionType}:
        (kind,) = (each for each in get_args(info.annotation) if each is not type(None))
        return kind
    return info.annotation


def _is_list(kind: Any) -> bool:
    return get_origin(kind) in {tuple, list}


def _choices(kind: Any) -> tuple[str, ...]:
    if get_origin(kind) is Literal:
        return tuple(str(each) for each in get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(str(each.value) for each in kind)
    return ()


def _default(info: FieldInfo) -> Any:
    return None if info.is_required() else info.get_default(call_default_factory=True, validated_data={})


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "\n".join(_written(each) for each in value)
    return str(value)
