"""`gijiyoshi user`, `token` and `audit`: who may use the service, and whether its log is whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine, select

from minutes.errors import GijiyoshiError, InputError
from service.audit import verify
from service.auth.accounts import (
    FIRST_DEPARTMENT,
    create_account,
    find_account,
    find_or_create_department,
    reset_password,
)
from service.auth.rights import Role, Scope
from service.auth.secrets import one_time_password
from service.auth.tokens import create_token, revoke_token
from service.db.engine import make_engine, reading, writing
from service.db.migrate import is_at_head
from service.db.tables import Account, ApiToken, Department, RoleGrant, now
from service.settings import get_settings

user = typer.Typer(help="アカウントを作る、並べる、パスワードを出し直す", no_args_is_help=True)
token = typer.Typer(help="API トークンを作る、並べる、取り消す", no_args_is_help=True)
audit = typer.Typer(help="監査記録を確かめる", no_args_is_help=True)

ACTOR = "cli"
"""In the audit log: someone with access to the server itself."""


@user.command("add")
def add(
    login: Annotated[str, typer.Argument(help="ログイン名（半角英数字と . _ -）")],
    name: Annotated[str, typer.Option("--name", help="表示する名前")],
    role: Annotated[list[Role], typer.Option("--role", help="役割。繰り返して複数を与えられる")],
    department: Annotated[str, typer.Option("--department", help="所属。なければ作る")] = FIRST_DEPARTMENT,
) -> None:
    """アカウントを作り、一回限りのパスワードを一度だけ表示する。"""
    password = one_time_password()
    with _database() as engine, writing(engine) as session:
        place = find_or_create_department(session, department)
        account = create_account(
            session,
            login=login,
            display_name=name,
            password=password,
            grants=[(place.id, r) for r in role],
            actor=ACTOR,
        )
        made = account.login
    typer.echo(f"アカウント {made} を作りました。一回限りのパスワード: {password}")
    typer.echo("最初のサインインで変更します。このパスワードは二度と表示しません。")


@user.command("list")
def list_users() -> None:
    """アカウントと役割を並べる。"""
    with _database() as engine, reading(engine) as session:
        held: dict[str, list[str]] = {}
        grants = select(RoleGrant.account_id, Department.name, RoleGrant.role).join(
            Department, Department.id == RoleGrant.department_id
        )
        for account_id, place, role in session.execute(grants.order_by(Department.name, RoleGrant.role)):
            held.setdefault(account_id, []).append(f"{place}/{role}")
        for account in session.scalars(select(Account).order_by(Account.login)):
            state = "" if account.active else "（停止中）"
            typer.echo(f"{account.login}\t{account.display_name}{state}\t{' '.join(held.get(account.id, []))}")


@user.command("password")
def password(login: Annotated[str, typer.Argument(help="ログイン名")]) -> None:
    """一回限りのパスワードを出し直す。そのアカウントのサインインはすべて終わる。"""
    with _database() as engine, writing(engine) as session:
        fresh = reset_password(session, login, actor=ACTOR)
    typer.echo(f"一回限りのパスワード: {fresh}")
    typer.echo("次のサインインで変更します。このパスワードは二度と表示しません。")


@token.command("create")
def create(
    login: Annotated[str, typer.Argument(help="どのアカウントとして働くか")],
    name: Annotated[str, typer.Option("--name", help="何に使うか")],
    scope: Annotated[list[Scope], typer.Option("--scope", help="範囲: read write approve。繰り返せる")],
    days: Annotated[
        int | None, typer.Option("--days", min=1, max=3650, help="何日で切れるか。なければ切れない")
    ] = None,
) -> None:
    """API トークンを作り、一度だけ表示する。標準出力にはトークンだけを書く。"""
    until = now() + timedelta(days=days) if days is not None else None
    with _database() as engine, writing(engine) as session:
        secret, row = create_token(
            session, login=login, name=name, scopes=[s.value for s in scope], actor=ACTOR, expires_at=until
        )
        number = row.id
    typer.echo(f"トークン番号 {number}（取り消すときに使います）。次のトークンは二度と表示しません。", err=True)
    typer.echo(secret)


@token.command("list")
def list_tokens(login: Annotated[str, typer.Argument(help="ログイン名")]) -> None:
    """アカウントのトークンを並べる（トークンそのものは表示できない）。"""
    with _database() as engine, reading(engine) as session:
        account = find_account(session, login)
        rows = session.scalars(select(ApiToken).where(ApiToken.account_id == account.id).order_by(ApiToken.id))
        for row in rows:
            expired = row.expires_at is not None and row.expires_at <= now()
            state = "取消済" if row.revoked_at else "期限切れ" if expired else "有効"
            typer.echo(f"{row.id}\t{row.name}\t{','.join(row.scopes)}\t{state}")


@token.command("revoke")
def revoke(number: Annotated[str, typer.Argument(help="作ったときに表示されたトークン番号")]) -> None:
    """API トークンを取り消す。"""
    with _database() as engine, writing(engine) as session:
        revoke_token(session, number, actor=ACTOR)
    typer.echo("取り消しました。")


@audit.command("verify")
def verify_chain(
    head: Annotated[
        str | None, typer.Option("--head", help="前に控えた先頭のハッシュ。記録に残っているかも確かめる")
    ] = None,
) -> None:
    """監査記録の鎖を初めから計算し直す。壊れていれば終了状態 1。"""
    with _database() as engine, reading(engine) as session:
        verdict = verify(session, known_head=head)
    if verdict.ok:
        typer.echo(f"監査記録 {verdict.count} 件に矛盾はありません。先頭のハッシュ: {verdict.head_hash}")
        if head is None:
            typer.echo(
                "末尾の削除は鎖だけではわかりません。このハッシュを別の場所に控え、次回 --head で渡してください。"
            )
        return
    if verdict.first_bad_seq is not None:
        typer.echo(f"監査記録が {verdict.first_bad_seq} 番から正しくありません（全 {verdict.count} 件）。", err=True)
    else:
        typer.echo("控えたハッシュが監査記録にありません。末尾が削除されたか、書き換えられています。", err=True)
    raise typer.Exit(1)


@contextmanager
def _database() -> Iterator[Engine]:
    """The configured database, which must be migrated. Public errors become one line and exit status 2."""
    engine = make_engine(get_settings().database())
    try:
        if not _exists(engine) or not is_at_head(engine):
            raise InputError(
                "データベースがまだないか、古い形のままです。",
                remedy="先に gijiyoshi up を実行するか、移行を行ってください。",
            )
        yield engine
    except GijiyoshiError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    finally:
        engine.dispose()


def _exists(engine: Engine) -> bool:
    """Connecting to SQLite would make an empty file."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path:
        return True
    return Path(path).is_file()
