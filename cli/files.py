"""Reading and writing the files that a command names."""

from pathlib import Path

from minutes.errors import InputError
from minutes.os_errors import reason


def read_bytes(path: Path) -> bytes:
    """Raises InputError with the path."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError("ファイルがありません。", where=str(path), remedy="名前と場所を確かめてください。") from error
    except IsADirectoryError as error:
        raise InputError("これはフォルダーです。", where=str(path), remedy="ファイルを指定してください。") from error
    except OSError as error:
        raise InputError(
            f"ファイルを読めません（{reason(error)}）。", where=str(path), remedy="読取りの権限を確かめてください。"
        ) from error


def check_writable(path: Path) -> None:
    """Before the long work: raises InputError when ``path`` could not be written afterwards."""
    if path.is_dir():
        raise InputError("これはフォルダーです。", where=str(path), remedy="ファイル名を指定してください。")
    if not path.parent.is_dir():
        raise InputError(
            "書き出し先のフォルダーがありません。", where=str(path.parent), remedy="先にフォルダーを作ってください。"
        )


def write_bytes(path: Path, content: bytes) -> None:
    """Whole or not at all: a reader never sees half a file."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise InputError(
            f"ファイルを書けません（{reason(error)}）。", where=str(path), remedy="空き容量と権限を確かめてください。"
        ) from error
