"""`gijiyoshi package`: hand an approved record over to the records office, and check what was handed over.

What they need is imported when they run: every other command reads this page for its help.
"""

from pathlib import Path
from typing import Annotated

import typer

package = typer.Typer(help="承認された議事要旨を、保存用のパッケージにする、確かめる", no_args_is_help=True)


@package.command("make")
def make(
    meeting: Annotated[str, typer.Argument(help="会議の番号（画面のアドレスの末尾）")],
    *,
    metadata: Annotated[
        Path | None, typer.Option(help="文書の記載事項（JSON または YAML。既定: 画面で保存したもの）")
    ] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="書き出すファイルかフォルダー")],
    classification: Annotated[Path | None, typer.Option(help="文書分類表（CSV。既定: 会議体のもの）")] = None,
    retention: Annotated[Path | None, typer.Option(help="保存期間表（CSV。既定: 会議体のもの）")] = None,
    edition: Annotated[list[str] | None, typer.Option(help="含める版: 公開版 保存版。繰り返せる（既定: 両方）")] = None,
    form: Annotated[Path | None, typer.Option(help="差込みに使う所定の様式（.docx。既定: 会議体のもの）")] = None,
    encoding: Annotated[str, typer.Option(help="テキストと CSV の文字コード: utf-8 cp932")] = "utf-8",
    names: Annotated[str, typer.Option(help="ファイル名: ja（日本語）ascii（英数字）")] = "ja",
) -> None:
    """承認された版から、30 MB までの ZIP を作る。同じ版からは同じものができる。"""
    from cli.accounts import named
    from cli.files import check_writable, read_bytes, write_bytes
    from cli.open_database import open_database
    from records.metadata import read_classification, read_retention_table
    from records.metadata.description import description_of, load_description
    from records.package import Edition
    from records.package.editions import Encoding
    from records.package.names import Naming
    from service.db.engine import reading
    from service.recordkeeping.description import record_of, with_presets
    from service.recordkeeping.packages import Given, Wanted
    from service.recordkeeping.packages import make as make_for
    from service.recordkeeping.whose import meeting_for

    editions = tuple(named(Edition, edition or list(Edition), "--edition"))
    (chosen_encoding,) = named(Encoding, [encoding], "--encoding")
    (naming,) = named(Naming, [names], "--names")
    if not output.is_dir():
        check_writable(output)
    written = load_description(read_bytes(metadata)) if metadata else None
    classes = read_classification(read_bytes(classification)) if classification else None
    periods = read_retention_table(read_bytes(retention)) if retention else None
    own_form = read_bytes(form) if form else None
    with open_database() as engine:
        with reading(engine) as session:
            record = record_of(session, meeting_for(session, None, meeting))
        rules = record.rules
        description = description_of(
            record.content if written is None else with_presets(record.presets, written),
            classification=classes or rules.classification,
            retention=periods or rules.retention,
        )
        wanted = Wanted(editions, chosen_encoding, naming, own_form=rules.form_name is not None)
        made = make_for(engine, None, meeting, wanted, Given(description, own_form))
    content = made.package.content
    path = output / made.package.name if output.is_dir() else output
    write_bytes(path, content)
    typer.echo(f"第{made.version}版のパッケージを {path} に書きました（{len(content):,} バイト）。", err=True)
    typer.echo("指紋（起案に控えておくと、後で改ざんがないことを確かめられます）：", err=True)
    typer.echo(made.package.fingerprint)
    if not made.new:
        typer.echo("前に作ったものと同じです。", err=True)
    if made.superseded:
        typer.echo("この議事要旨は、正誤により差し替えられています。差替え後のものも引き渡してください。", err=True)


@package.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="パッケージ（ZIP）又は展開したフォルダー")],
    fingerprint: Annotated[str | None, typer.Option(help="作ったときに控えた指紋")] = None,
) -> None:
    """パッケージが作ったときのままかを、サービスなしで確かめる。問題があれば終了状態 1。"""
    from records.package import verify_package

    report = verify_package(file, fingerprint_noted=fingerprint)
    typer.echo(str(report))
    raise typer.Exit(0 if report.ok else 1)
