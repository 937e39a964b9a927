"""Secrets that come as files: Docker and Kubernetes mount them, and no environment of a process shows them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_MOST_BYTES = 10_000
"""Far above any key or URL; a file that is larger is another file."""
_WHY = (
    (FileNotFoundError, "ファイルがありません"),
    (PermissionError, "読む権限がありません"),
    (IsADirectoryError, "フォルダーです"),
)


def read_secret_files(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """``values`` with each named secret read from the file of ``<name>_file`` where that is given.

    Raises ValueError that names the variable and the file, never anything of what the file holds.
    """
    read = dict(values)
    for name in names:
        path = values.get(f"{name}_file")
        if not path:
            continue
        variable = f"GIJIYOSHI_{name.upper()}"
        if values.get(name):
            raise ValueError(f"{variable} と {variable}_FILE の両方が設定されています。一方だけにしてください。")
        read[name] = _secret(Path(path), f"{variable}_FILE")
    return read


def _secret(path: Path, variable: str) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        why = next((words for kind, words in _WHY if isinstance(error, kind)), error.strerror or "読み取りの失敗")
        raise ValueError(
            f"{variable} のファイル「{path}」を読めません（{why}）。場所と権限を確かめてください。"
        ) from None
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        text = "\n"
    if not text:
        raise ValueError(f"{variable} のファイル「{path}」が空です。値を1行で書いてください。")
    if len(data) > _MOST_BYTES or not (text.isascii() and text.isprintable()):
        raise ValueError(f"{variable} のファイル「{path}」の内容を使えません。値だけを、半角で1行に書いてください。")
    return text
