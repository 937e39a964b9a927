"""Chains of approval: those of the program as package data, and those of a folder of the body's own.

Read and checked when the API starts. A meeting keeps the chain with which it began, so a changed file is for meetings
that come after it.
"""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import yaml
from pydantic import ValidationError

from minutes.errors import InputError, Problem
from service.meetings.chain import Chain

STANDARD = "standard"

_SUFFIX = ".yaml"


@cache
def load_chains(folder: Path | None = None) -> dict[str, Chain]:
    """By id. A file of ``folder`` takes the place of the program's of the same name, or adds one. Raises InputError."""
    sources: dict[str, Traversable] = {
        entry.name: entry for entry in files(__name__).iterdir() if entry.name.endswith(_SUFFIX)
    }
    if folder is not None:
        if not folder.is_dir():
            raise InputError(
                "承認の流れのフォルダーがありません。",
                where="GIJIYOSHI_CHAINS_DIR",
                remedy="フォルダーのある場所を書いてください。",
            )
        sources |= {entry.name: entry for entry in sorted(folder.glob(f"*{_SUFFIX}"))}
    return {
        name.removesuffix(_SUFFIX): parse_chain(source.read_bytes(), where=name) for name, source in sources.items()
    }


def find_chain(name: str, folder: Path | None = None) -> Chain:
    """Raises InputError for a name that no file has."""
    known = load_chains(folder)
    if name not in known:
        raise InputError(
            f"承認の流れ「{name[:60]}」はありません。",
            where="chain",
            remedy=f"次から選んでください：{'、'.join(sorted(known))}。",
        )
    return known[name]


def standard() -> Chain:
    """確認 → (発言者確認) → 承認: that of meetings which name none."""
    return load_chains()[STANDARD]


def parse_chain(content: bytes, *, where: str) -> Chain:
    """A chain from YAML; ``where`` is its file name, which must agree with its id. Raises InputError."""
    try:
        data = yaml.safe_load(content.decode("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f"{where} の{mark.line + 1}行目" if mark else where
        raise InputError(
            "承認の流れの定義を YAML として読めません。",
            where=line,
            remedy="UTF-8 で、字下げとコロンを確かめてください。",
        ) from None
    try:
        chain = Chain.model_validate(data)
    except ValidationError as error:
        problems = [
            Problem(
                f"{_reason(detail['type'], detail['msg'])}。",
                f"{where}: {'.'.join(str(part) for part in detail['loc'])}",
                "承認の流れの定義を直してください。",
            )
            for detail in error.errors(include_url=False)
        ]
        raise InputError("承認の流れの定義に誤りがあります。", where=where, problems=problems) from None
    if f"{chain.id}{_SUFFIX}" != where:
        raise InputError(
            f"id「{chain.id}」がファイル名と合いません。",
            where=where,
            remedy=f"ファイル名を {chain.id}{_SUFFIX} にするか、id を直してください。",
        )
    return chain


def _reason(type: str, message: str) -> str:
    known = {
        "missing": "必須の項目がありません",
        "extra_forbidden": "知らない項目です",
        "enum": "選べない値です",
        "model_type": "項目名: 値 の形で書いてください",
        "bool_parsing": "true か false で書いてください",
        "string_type": "文字列で書いてください",
        "tuple_type": "値の並びで書いてください",
    }
    return known.get(type, message.removeprefix("Value error, "))
