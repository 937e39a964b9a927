"""`gijiyoshi register`: what the 文書管理 system gave back, from a table.

What it needs is imported when it runs: every other command reads this page for its help.
"""

from pathlib import Path
from typing import Annotated

import typer


def register(
    file: Annotated[Path, typer.Argument(help="文書番号の一覧（CSV。列は docs/records.md）")],
    preview: Annotated[bool, typer.Option("--preview", help="登録せずに、変わる内容だけを示す")] = False,
) -> None:
    """文書番号、決裁日、決裁者を、表からまとめて登録する。誤りが一つでもあれば、何も登録しない。"""
    from cli.files import read_bytes
    from cli.open_database import open_database
    from service.db.engine import reading
    from service.recordkeeping.registering_many import outcomes, plan, register_all
    from service.recordkeeping.registration import Source

    data = read_bytes(file)
    with open_database() as engine:
        if preview:
            with reading(engine) as session:
                done = outcomes(plan(session, None, data))
        else:
            done = register_all(engine, None, data, Source.CLI)
    for each in done:
        typer.echo(f"{each.line}行目　{each.effect}　{each.document_number}　{each.title}")
        for warning in each.warnings:
            typer.echo(f"　　注意：{warning}", err=True)
    if preview:
        typer.echo("登録していません（--preview）。", err=True)
