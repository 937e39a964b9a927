"""`gijiyoshi body` and `gijiyoshi search`: 会議体, and the index of text search."""

from typing import Annotated

import typer

from cli.accounts import ACTOR

body = typer.Typer(help="会議体を登録する、並べる", no_args_is_help=True)
search = typer.Typer(help="検索の索引", no_args_is_help=True)

Days = Annotated[int | None, typer.Option(min=0, help="会議の終了日からの暦日数。なければ期限なし")]


@body.command("add")
def add(
    name: Annotated[str, typer.Argument(help="会議体の名前")],
    *,
    department: Annotated[str | None, typer.Option(help="所属（既定: 最初の所属）")] = None,
    profile: Annotated[str | None, typer.Option(help="書式（既定: GIJIYOSHI_PROFILE）")] = None,
    model: Annotated[str | None, typer.Option(help="要約モデル（既定: GIJIYOSHI_MODEL）")] = None,
    draft_days: Days = None,
    publication_days: Days = None,
    chain: Annotated[str | None, typer.Option(help="承認の流れ（既定: GIJIYOSHI_CHAIN）")] = None,
    keep_days: Annotated[
        int | None, typer.Option(min=0, help="原データを承認から残す日数。なければ決まりなし（残す）")
    ] = None,
) -> None:
    """会議体を登録する。"""
    from cli.open_database import open_database
    from cli.settings import settings
    from service.auth.accounts import FIRST_DEPARTMENT, find_or_create_department
    from service.db.engine import writing
    from service.meetings.bodies import BodyFields, Offered, add_body

    fields = BodyFields(name, profile or settings().profile, model, draft_days, publication_days, chain, keep_days)
    with open_database() as engine, writing(engine) as session:
        place = find_or_create_department(session, department or FIRST_DEPARTMENT)
        made = add_body(session, place.id, fields, offered=Offered.by(settings()), actor=ACTOR)
        number = made.id
    typer.echo(f"会議体「{fields.name}」を登録しました。番号: {number}")


@body.command("list")
def list_bodies() -> None:
    """会議体を所属と期限とともに並べる。"""
    from sqlalchemy import select

    from cli.open_database import open_database
    from service.db.account_tables import Department
    from service.db.engine import reading
    from service.db.tables import Body

    query = select(Body, Department.name).join(Department, Department.id == Body.department_id)
    with open_database() as engine, reading(engine) as session:
        for each, place in session.execute(query.order_by(Department.name, Body.name)):
            days = "\t".join(
                "-" if value is None else f"{value}日" for value in (each.draft_days, each.publication_days)
            )
            state = "" if each.active else "（使用を終了）"
            typer.echo(f"{each.id}\t{place}\t{each.name}{state}\t{each.profile}\t{days}")


@search.command("rebuild")
def rebuild_index() -> None:
    """検索の索引を作り直す。その間もサービスは使えるが、作り直した会議だけが見つかる。"""
    from cli.open_database import open_database
    from service.search import rebuild

    def told(done: int, total: int) -> None:
        typer.echo(f"{done}／{total}", err=True)

    with open_database() as engine:
        count = rebuild(engine, told)
    typer.echo(f"{count} 件の会議の索引を作り直しました。")
