"""House styles as package data: one YAML file per profile, named after its id."""

from functools import cache
from importlib.resources import files

import yaml
from pydantic import ValidationError

from minutes.errors import InputError, Problem
from minutes.profile import Profile
from minutes.profiles.faults import faults_of
from minutes.structured_text import load_structured

DEFAULT_PROFILE = "tokyo_cio"

_SUFFIX = ".yaml"


def profile_ids() -> tuple[str, ...]:
    """Ids of the profiles that come with the program, the default first."""
    found = {entry.name.removesuffix(_SUFFIX) for entry in files(__name__).iterdir() if entry.name.endswith(_SUFFIX)}
    return tuple(sorted(found, key=lambda name: (name != DEFAULT_PROFILE, name)))


@cache
def load_profile(id: str = DEFAULT_PROFILE) -> Profile:
    """The profile of the program with that id. Raises InputError when there is none (only listed names ever become a file name)."""
    if id not in profile_ids():
        raise InputError(
            f"書式「{id}」はありません。",
            where="profile",
            remedy=f"次から選んでください：{'、'.join(profile_ids())}。",
        )
    return parse_profile((files(__name__) / f"{id}{_SUFFIX}").read_text(encoding="utf-8"), where=f"{id}{_SUFFIX}")


def parse_profile(text: str, *, where: str = "profile") -> Profile:
    """A profile from YAML or JSON text. Raises InputError with one Problem per faulty field; ``where`` names the file."""
    try:
        data = load_structured(text, "書式の定義")
    except InputError as error:
        place = f"{where} の{error.where}" if error.where else where
        raise InputError(error.what, where=place, remedy="字下げとコロンを確認してください。") from None
    if not isinstance(data, dict):
        raise InputError(
            "書式の定義が空か、項目の一覧になっていません。", where=where, remedy="項目名: 値 の形で書いてください。"
        )
    try:
        return Profile.model_validate(data)
    except ValidationError as error:
        problems = [
            Problem(fault.what, f"{where}: {'.'.join(str(part) for part in fault.path)}", fault.remedy)
            for fault in faults_of(error)
        ]
        raise InputError("書式の定義に誤りがあります。", where=where, problems=problems) from None


def profile_yaml(profile: Profile) -> str:
    """The profile as ``parse_profile`` reads it, for people: what it leaves as usual is not in it."""
    data = profile.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120)
