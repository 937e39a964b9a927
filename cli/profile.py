"""`gijiyoshi profile`: a house style as a file, to be changed by hand and read into the form of the service."""

from pathlib import Path
from typing import Annotated

import typer

profile = typer.Typer(help="書式（YAML）を取り出す、確かめる", no_args_is_help=True)


@profile.command("export")
def export(
    id: Annotated[str, typer.Argument(help="付属の書式の識別名（tokyo_cio ward_forum）")],
) -> None:
    """付属の書式を YAML で出力する。作った書式は画面から取り出す。"""
    from minutes.profiles import load_profile, profile_yaml

    typer.echo(profile_yaml(load_profile(id)), nl=False)


@profile.command("check")
def check(file: Annotated[Path, typer.Argument(help="書式の YAML")]) -> None:
    """書式の YAML に誤りがないかを調べる（誤りがあれば、項目ごとに示して終了状態 2）。"""
    from cli.files import read_bytes
    from minutes.errors import InputError
    from minutes.profiles import parse_profile

    try:
        text = read_bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            "文字コードが UTF-8 ではありません。", where=str(file), remedy="UTF-8 で保存し直してください。"
        ) from None
    typer.echo(f"「{parse_profile(text, where=file.name).name}」に誤りはありません。")
