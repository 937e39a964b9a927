"""Settings for a command: a wrong one is named as its environment variable."""

from pydantic import ValidationError

from minutes.errors import InputError, Problem
from service.settings import Settings, get_settings


def settings() -> Settings:
    """Raises InputError naming the environment variable."""
    try:
        return get_settings()
    except ValidationError as error:
        raise InputError(
            "設定に誤りがあります。",
            problems=[
                Problem(
                    f"設定の値が使えません（{item['msg']}）。",
                    # A rule about several settings names them itself.
                    "".join(f"GIJIYOSHI_{part}".upper() for part in item["loc"][:1]),
                    "docs/settings.md を見て直してください。",
                )
                for item in error.errors(include_input=False, include_url=False)
            ],
        ) from error
