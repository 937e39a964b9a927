"""`gijiyoshi evaluate`: measure the drafts of this program and write the report."""

import os
from collections.abc import Sequence
from pathlib import Path

from cli.files import check_writable, write_bytes
from evaluation.measures import evaluate
from minutes.errors import InputError

DATA = "GIJIYOSHI_DATA"


def evaluate_to(output: Path, *, data: Path | None, only: Sequence[str]) -> str:
    """Write the report; a sentence for the terminal. Raises InputError."""
    check_writable(output)
    folder = data_folder(data)
    earlier = output.read_text(encoding="utf-8") if output.is_file() else ""
    write_bytes(output, evaluate(folder, only, earlier).encode())
    without = (
        "" if folder else f"（評価データがないため、データを使う測定は省きました。--data か {DATA} で指定できます）"
    )
    return f"測定の結果を {output} に書きました{without}。"


def data_folder(named: Path | None) -> Path | None:
    """The folder of records: as named, else as the environment has it; None where there is none."""
    return named or (Path(os.environ[DATA]) if os.environ.get(DATA) else None)


def refuse_without_model(**given: object) -> None:
    """Raises InputError where an option was given that says nothing without --model."""
    named = [f"--{name.replace('_', '-')}" for name, value in given.items() if value is not None]
    if named:
        raise InputError(
            f"{'、'.join(named)} は、--model と一緒に使います。",
            where="gijiyoshi evaluate",
            remedy="--model に要約モデルの名前を指定してください。",
        )
