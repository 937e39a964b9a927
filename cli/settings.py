"""Settings for a command: a wrong one is named as its environment variable."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from minutes.errors import InputError, Problem
from service.settings import Settings, get_settings


def settings() -> Settings:
    """Raises InputError naming the environment variable."""
    try:
        return get_settings()
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        raise InputError("設定に誤りがあります。", problems=[_problem(item) for item in found]) from error


def _problem(item: ErrorDetails) -> Problem:
    if item["type"] == "value_error":
        # A rule of ours: it names the settings concerned and says what to do.
        return Problem(str(item["ctx"]["error"]), "", "")
    where = "".join(f"GIJIYOSHI_{part}".upper() for part in item["loc"][:1])
    return Problem(f"設定の値が使えません（{item['msg']}）。", where, "docs/settings.md を見て直してください。")
