"""`gijiyoshi model`: bring weights in, check them, list them, get the model ready.

What they need is imported when they run: every other command reads this page for its help.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minutes.errors import InputError
from minutes.os_errors import reason

if TYPE_CHECKING:
    from models.fetching import Brought, Origin

model = typer.Typer(help="モデルの重みを取り込む、検証する、並べる、準備させる", no_args_is_help=True)

_OUTWARD = {"HF_HUB_OFFLINE": "0", "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_VERBOSITY": "error"}
"""For the hub's client, which reads them once, when it is imported. Without the second it would ask the hub for more
than the model and tell it what is installed here."""
_PLAIN = ("HF_HUB_DISABLE_XET", "1")
"""Plain HTTP unless told otherwise: the hub's own transfer leads past HF_ENDPOINT to servers a firewall may not know."""


@model.command("fetch")
def fetch(
    source: Annotated[str, typer.Argument(help="ハブの「組織名/モデル名」、又はいまあるフォルダーかファイル")],
    *,
    revision: Annotated[str | None, typer.Option("--revision", "-R", help="ハブでの版（枝、札、コミット）")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="作るフォルダー（既定: GIJIYOSHI_MODELS_DIR の下、元の名前）")
    ] = None,
    only: Annotated[
        str | None, typer.Option("--only", help="この名前の重みだけを取り込む（* を使える。例: *Q4_K_M*）")
    ] = None,
) -> None:
    """モデルをハブ又は媒体から取り込む。ハブへ出ていくのはこのコマンドだけ。"""
    from cli.settings import settings
    from models.fetching import bring

    with _disk_errors():
        origin = _origin(source, revision)
        target = output or settings().models_dir / _name(source)
        try:
            brought = bring(origin, target, only=only, say=_say)
        except KeyboardInterrupt:
            _say("中断しました。同じコマンドをもう一度実行すると、続きから取り込みます。")
            raise typer.Exit(130) from None
    _report(brought)


@model.command("verify")
def verify(folder: Annotated[Path, typer.Argument(help="モデルのフォルダー、又は model list の名前")]) -> None:
    """フォルダーの全てのファイルを読み、目録と照らす（違いがあれば終了状態 1）。"""
    from cli.settings import settings
    from models.manifest import read_manifest
    from models.manifest import verify as compare

    place = folder if folder.exists() else settings().models_dir / folder
    manifest = read_manifest(place)
    found = compare(place, manifest, seen=lambda file: _say(file.path))
    for label, paths in (("ない", found.missing), ("変わっている", found.changed), ("目録にない", found.extra)):
        for path in paths:
            typer.echo(f"{label}\t{path}")
    if not found.none:
        _say(f"{place} は目録と違います。取り込み直してください。")
        raise typer.Exit(1)
    typer.echo(f"目録のとおりです（{len(manifest.files)} ファイル、ハッシュ値 {manifest.digest}）。")


@model.command("list")
def list_models() -> None:
    """モデルのフォルダーにあるものを並べる：名前、大きさ、元、版、利用許諾、ハッシュ値。"""
    from cli.settings import settings
    from models.sizes import in_words
    from models.stock import stocked

    place = settings().models_dir
    with _disk_errors():
        there = stocked(place)
    if not there:
        _say(f"{place} にモデルはまだありません。gijiyoshi model fetch で取り込みます。")
    for each in there:
        noted = each.manifest
        told = (noted.source, noted.revision, noted.licence, noted.digest) if noted else ("目録なし", None, None, None)
        typer.echo("\t".join((each.name, in_words(each.size), *(word or "-" for word in told))))


@model.command("warm")
def warm() -> None:
    """モデルを前もって読み込ませる仕事を待ち行列に入れる。結果は /readyz と worker の記録に出る。"""
    from cli.open_database import open_database
    from cli.settings import settings
    from service.db.engine import writing
    from service.jobs.warming import request_warm_up

    name = settings().model
    with open_database() as engine, writing(engine) as session:
        job = request_warm_up(session, name)
        number = None if job is None else job.id
    if number is None:
        typer.echo(f"モデル {name} を準備する仕事は、すでに待っています。")
    else:
        typer.echo(f"モデル {name} を準備する仕事を待ち行列に入れました（{number}）。")


def _origin(source: str, revision: str | None) -> "Origin":
    path = Path(source).expanduser()
    if path.exists():
        if revision is not None:
            raise InputError(
                "手元のフォルダーに版はありません。",
                where="--revision",
                remedy="--revision を付けずに実行してください。",
            )
        from models.fetching.medium import on_medium

        return on_medium(path)
    if source.startswith(("/", ".", "~")) or source.count("/") != 1:
        raise InputError(
            "そのようなフォルダーもファイルもありません。",
            where=source,
            remedy="場所を確かめてください。ハブのモデルは「組織名/モデル名」と書きます。",
        )
    os.environ.update(_OUTWARD)
    os.environ.setdefault(*_PLAIN)
    try:
        from models.fetching.hub import on_hub

        return on_hub(source, revision)
    except ImportError as error:
        raise InputError(
            "ハブから取り込むための部品が入っていません。",
            where=error.name or "",
            remedy="make transformers で追加の部品を入れてください。手元のフォルダーからの取込みには要りません。",
        ) from error


def _name(source: str) -> str:
    path = Path(source).expanduser()
    return path.stem if path.is_file() else path.resolve().name if path.exists() else source.rpartition("/")[2]


def _report(brought: "Brought") -> None:
    from models.sizes import in_words

    manifest, left = brought.manifest, brought.selection
    if left.may_hold_code:
        _say(f"プログラムを含み得るため取り込みませんでした：{'、'.join(left.may_hold_code)}")
    if left.unneeded:
        _say(f"モデルを動かすのに要らないため取り込みませんでした：{'、'.join(left.unneeded)}")
    _say(f"利用許諾：{manifest.licence or '示されていません。モデルの配布元で確かめてください'}")
    typer.echo(
        f"{brought.folder} に取り込みました"
        f"（{len(manifest.files)} ファイル、{in_words(manifest.size)}、ハッシュ値 {manifest.digest}）。"
    )


@contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(
            f"モデルのファイルを扱えません（{reason(error)}）。",
            where=str(error.filename or ""),
            remedy="空き容量、場所及び権限を確かめてください。",
        ) from error


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
