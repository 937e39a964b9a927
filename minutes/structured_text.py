"""JSON or YAML text to plain data, without the surprises of either.

YAML 1.1 would turn the key ``no`` into False, 10:30 into a number and a date into an object: here only null, true,
false and decimal integers are anything but text. A key given twice is an error in both, not a silent loss.
"""

import json
import re
from functools import partial
from typing import Any

import yaml

from minutes.errors import InputError

_REMEDY = "書き方を確かめてください。"


def load_structured(text: str, subject: str = "会議の情報") -> Any:
    """Plain data of a JSON text (it begins with ``{`` or ``[``) or a YAML text. Raises InputError with its place.

    ``subject``: what the text is, for the messages.
    """
    try:
        return _json(text, subject) if text.lstrip()[:1] in ("{", "[") else _yaml(text, subject)
    except (RecursionError, ValueError) as error:
        what = "入れ子が深すぎるか、数値が長すぎて読めません。"
        raise InputError(what, where=subject, remedy=_REMEDY) from error


def _json(text: str, subject: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=partial(_refuse_constant, subject))
    except json.JSONDecodeError as error:
        place = f"{error.lineno}行目{error.colno}文字目"
        raise InputError(f"{subject}を JSON として読めません。", where=place, remedy=_REMEDY) from error


def _refuse_constant(subject: str, name: str) -> Any:
    what = f"「{name}」は JSON の値ではありません。"
    raise InputError(what, where=subject, remedy="数値か文字列にしてください。")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key, value in pairs:
        if key in data:
            raise InputError("同じ項目が2回書かれています。", where=key, remedy="どちらか1つにしてください。")
        data[key] = value
    return data


class _PlainLoader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            # An alias of an alias of … grows without bound, and no meeting needs one.
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "別名（*）は使えません", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in seen:
                what = "項目名が重複しているか正しくありません"
                raise yaml.constructor.ConstructorError(None, None, what, key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|)$"), ["~", "n", ""])
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)$"), ["t", "f"])
_PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"-?(?:0|[1-9][0-9]{0,18})$"), list("-0123456789")
)


def _yaml(text: str, subject: str) -> Any:
    try:
        return yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a SafeLoader, made stricter
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise InputError(f"{subject}に使えない文字があります。", where=f"{line}行目", remedy=_REMEDY) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{mark.line + 1}行目{mark.column + 1}文字目" if mark else subject
        detail = f"（{error.problem}）" if error.problem and not error.problem.isascii() else ""
        raise InputError(f"{subject}を YAML として読めません{detail}。", where=place, remedy=_REMEDY) from error
