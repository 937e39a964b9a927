"""`gijiyoshi destination`: 引渡し先 as far as they concern whoever runs the service; they are managed on a page."""

import typer

destination = typer.Typer(help="引渡し先を並べる、秘密の値を封じ直す", no_args_is_help=True)


@destination.command("list")
def list_destinations() -> None:
    """引渡し先を、種類、状態とともに並べる。秘密の値は表示しない。"""
    from sqlalchemy import select

    from cli.open_database import open_database
    from service.db.account_tables import Department
    from service.db.engine import reading
    from service.db.record_tables import Destination

    query = select(Destination, Department.name).join(Department, Department.id == Destination.department_id)
    with open_database() as engine, reading(engine) as session:
        for each, place in session.execute(query.order_by(Department.name, Destination.name)):
            state = "使用中" if each.active else "使用を終了"
            if each.active and each.paused_at is not None:
                state = "一時停止中"
            secret = "秘密の値あり" if each.secret is not None else "-"
            typer.echo(f"{each.id}\t{place}\t{each.name}\t{each.kind}\t{state}\t{secret}")


@destination.command("reseal")
def reseal() -> None:
    """秘密の値を、GIJIYOSHI_SECRET_KEY の先頭の鍵で封じ直す。鍵を替えるときに、古い鍵を除く前に行う。"""
    from cli.accounts import ACTOR
    from cli.open_database import open_database
    from cli.settings import settings
    from service.db.engine import writing
    from service.deliveries.resealing import reseal_all

    with open_database() as engine, writing(engine) as session:
        done, lost = reseal_all(session, settings(), actor=ACTOR)
    typer.echo(f"{done} 件を封じ直しました。")
    if lost:
        typer.echo("次の引渡し先の秘密の値は、いまの鍵では開けませんでした。画面で入力し直してください。", err=True)
        for name in lost:
            typer.echo(f"  {name}", err=True)
        raise typer.Exit(1)
