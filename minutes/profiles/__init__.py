"""House styles as package data: one YAML file per profile, named after its id."""

from functools import cache
from importlib.resources import files

import yaml
from pydantic import ValidationError

from minutes.errors import InputError, Problem
from minutes.profile import Profile

DEFAULT_PROFILE = "tokyo_cio"

_SUFFIX = ".yaml"


def profile_ids() -> tuple[str, ...]:
    """Ids of the profiles that come with the program, the default first."""
    found = {entry.name.removesuffix(_SUFFIX) for entry in files(__name__).iterdir() if entry.name.endswith(_SUFFIX)}
    return tuple(sorted(found, key=lambda name: (name != DEFAULT_PROFILE, name)))


@cache
def load_profile(id: str = DEFAULT_PROFILE) -> Profile:
    """The profile of that id. Raises InputError when there is none (only listed names ever become a file name)."""
    if id not in profile_ids():
        raise InputError(
            f"書式「{id}」はありません。",
            where="profile",
            remedy=f"次から選んでください：{'、'.join(profile_ids())}。",
        )
    return parse_profile((files(__name__) / f"{id}{_SUFFIX}").read_text(encoding="utf-8"), where=f"{id}{_SUFFIX}")


def parse_profile(text: str, *, where: str = "profile") -> Profile:
    """A profile from YAML text. Raises InputError with one Problem per faulty field; ``where`` names the file."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"{where} の{mark.line + 1}行目" if mark else where
        raise InputError(
            "書式の定義をYAMLとして読めません。", where=line, remedy="字下げとコロンを確認してください。"
        ) from None
    if not isinstance(data, dict):
        raise InputError(
            "書式の定義が空か、項目の一覧になっていません。", where=where, remedy="項目名: 値 の形で書いてください。"
        )
    try:
        return Profile.model_validate(data)
    except ValidationError as error:
        problems = [
            Problem(
                f"{_reason(detail['type'], detail['msg'])}。",
                f"{where}: {'.'.join(str(part) for part in detail['loc'])}",
                "書式の定義を直してください。",
            )
            for detail in error.errors(include_url=False)
        ]
        raise InputError("書式の定義に誤りがあります。", where=where, problems=problems) from None


def _reason(type: str, message: str) -> str:
    known = {
        "missing": "必須の項目がありません",
        "extra_forbidden": "知らない項目です",
        "enum": "選べない値です",
        "literal_error": "選べない値です",
        "bool_parsing": "true か false で書いてください",
        "string_type": "文字列で書いてください",
    }
    return known.get(type, message.removeprefix("Value error, "))
