"""docs/settings.md lists every setting with its default and its meaning, and no other."""

from pathlib import Path

from service.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def rows() -> list[str]:
    made = []
    for name, field in Settings.model_fields.items():
        default = "(unset)" if field.default is None else str(field.default)
        made.append(f"| `GIJIYOSHI_{name.upper()}` | `{default}` | {field.description} |")
    return made


def test_page_is_in_step() -> None:
    listed = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `GIJIYOSHI_")]
    assert listed == rows()
