"""`gijiyoshi user`, `department`, `token` and `audit`: who may use the service, and whether its log is whole.

What they need is imported when they run: every other command reads this page for its help.
"""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, TypeVar

import typer

from minutes.errors import InputError

user = typer.Typer(help="アカウントを作る、並べる、パスワードを出し直す", no_args_is_help=True)
token = typer.Typer(help="API トークンを作る、並べる、取り消す", no_args_is_help=True)
department = typer.Typer(help="所属を作る、並べる", no_args_is_help=True)
audit = typer.Typer(help="監査記録を確かめる", no_args_is_help=True)

ACTOR = "cli"
"""In the audit log: someone with access to the server itself."""


@user.command("add")
def add(
    login: Annotated[str, typer.Argument(help="ログイン名（半角英数字と . _ -）")],
    name: Annotated[str, typer.Option("--name", help="表示する名前")],
    role: Annotated[
        list[str], typer.Option("--role", help="役割: 登録者 確認者 承認者 監査者 管理者。繰り返して複数を与えられる")
    ],
    department: Annotated[
        str | None, typer.Option("--department", help="所属。まだないものは作る（既定: 最初の所属）")
    ] = None,
) -> None:
    """アカウントを作り、一回限りのパスワードを一度だけ表示する。"""
    from cli.open_database import open_database
    from service.auth.accounts import FIRST_DEPARTMENT, create_account, find_or_create_department
    from service.auth.rights import Role
    from service.auth.secrets import one_time_password
    from service.db.engine import writing

    password = one_time_password()
    with open_database() as engine, writing(engine) as session:
        roles = named(Role, role, "--role")
        place = find_or_create_department(session, department or FIRST_DEPARTMENT, actor=ACTOR)
        account = create_account(
            session,
            login=login,
            display_name=name,
            password=password,
            grants=[(place.id, r) for r in roles],
            actor=ACTOR,
        )
        made = account.login
    typer.echo(f"アカウント {made} を作りました。一回限りのパスワード: {password}")
    typer.echo("最初のサインインで変更します。このパスワードは二度と表示しません。")


@user.command("list")
def list_users() -> None:
    """アカウントと役割を並べる。"""
    from sqlalchemy import select

    from cli.open_database import open_database
    from service.db.account_tables import Account, ClaimedGrant, Department, RoleGrant
    from service.db.engine import reading

    with open_database() as engine, reading(engine) as session:
        held: dict[str, list[str]] = {}
        for table, mark in ((RoleGrant, ""), (ClaimedGrant, "（所属グループによる）")):
            grants = select(table.account_id, Department.name, table.role).join(
                Department, Department.id == table.department_id
            )
            for account_id, place, role in session.execute(grants.order_by(Department.name, table.role)):
                held.setdefault(account_id, []).append(f"{place}/{role}{mark}")
        for account in session.scalars(select(Account).order_by(Account.login)):
            state = "" if account.active else "（停止中）"
            typer.echo(f"{account.login}\t{account.display_name}{state}\t{' '.join(held.get(account.id, []))}")


@user.command("password")
def password(login: Annotated[str, typer.Argument(help="ログイン名")]) -> None:
    """一回限りのパスワードを出し直す。そのアカウントのサインインはすべて終わる。"""
    from cli.open_database import open_database
    from service.auth.accounts import reset_password
    from service.db.engine import writing

    with open_database() as engine, writing(engine) as session:
        fresh = reset_password(session, login, actor=ACTOR)
    typer.echo(f"一回限りのパスワード: {fresh}")
    typer.echo("次のサインインで変更します。このパスワードは二度と表示しません。")


@department.command("add")
def add_department(name: Annotated[str, typer.Argument(help="所属の名称")]) -> None:
    """所属を作る。すでにあるときは何もしない。"""
    from cli.open_database import open_database
    from service.auth.accounts import find_or_create_department
    from service.db.engine import writing

    with open_database() as engine, writing(engine) as session:
        made = find_or_create_department(session, name, actor=ACTOR)
    typer.echo(f"所属「{made.name}」があります。")


@department.command("list")
def list_departments() -> None:
    """所属の名称を並べる。"""
    from sqlalchemy import select

    from cli.open_database import open_database
    from service.db.account_tables import Department
    from service.db.engine import reading

    with open_database() as engine, reading(engine) as session:
        for name in session.scalars(select(Department.name).order_by(Department.name)):
            typer.echo(name)


@token.command("create")
def create(
    login: Annotated[str, typer.Argument(help="どのアカウントとして働くか")],
    name: Annotated[str, typer.Option("--name", help="何に使うか")],
    scope: Annotated[list[str], typer.Option("--scope", help="範囲: read write approve。繰り返せる")],
    days: Annotated[
        int | None, typer.Option("--days", min=1, max=3650, help="何日で切れるか。なければ切れない")
    ] = None,
) -> None:
    """API トークンを作り、一度だけ表示する。標準出力にはトークンだけを書く。"""
    from cli.open_database import open_database
    from service.auth.rights import Scope
    from service.auth.tokens import create_token
    from service.db.base import now
    from service.db.engine import writing

    until = now() + timedelta(days=days) if days is not None else None
    with open_database() as engine, writing(engine) as session:
        scopes = named(Scope, scope, "--scope")
        secret, row = create_token(
            session, login=login, name=name, scopes=[s.value for s in scopes], actor=ACTOR, expires_at=until
        )
        number = row.id
    typer.echo(f"トークン番号 {number}（取り消すときに使います）。次のトークンは二度と表示しません。", err=True)
    typer.echo(secret)


@token.command("list")
def list_tokens(login: Annotated[str, typer.Argument(help="ログイン名")]) -> None:
    """アカウントのトークンを並べる（トークンそのものは表示できない）。"""
    from sqlalchemy import select

    from cli.open_database import open_database
    from service.auth.accounts import find_account
    from service.db.account_tables import ApiToken
    from service.db.base import now
    from service.db.engine import reading

    with open_database() as engine, reading(engine) as session:
        account = find_account(session, login)
        rows = session.scalars(select(ApiToken).where(ApiToken.account_id == account.id).order_by(ApiToken.id))
        for row in rows:
            expired = row.expires_at is not None and row.expires_at <= now()
            state = "取消済" if row.revoked_at else "期限切れ" if expired else "有効"
            typer.echo(f"{row.id}\t{row.name}\t{','.join(row.scopes)}\t{state}")


@token.command("revoke")
def revoke(number: Annotated[str, typer.Argument(help="作ったときに表示されたトークン番号")]) -> None:
    """API トークンを取り消す。"""
    from cli.open_database import open_database
    from service.auth.tokens import revoke_token
    from service.db.engine import writing

    with open_database() as engine, writing(engine) as session:
        revoke_token(session, number, actor=ACTOR)
    typer.echo("取り消しました。")


@audit.command("verify")
def verify_chain(
    head: Annotated[
        str | None, typer.Option("--head", help="前に控えた先頭のハッシュ。記録に残っているかも確かめる")
    ] = None,
) -> None:
    """監査記録の鎖を初めから計算し直し、承認の記録と署名された文を照らし合わせる。合わなければ終了状態 1。"""
    from cli.open_database import open_database
    from service.audit import verify
    from service.db.engine import reading
    from service.meetings.proof import prove_sign_offs

    with open_database() as engine, reading(engine) as session:
        verdict = verify(session, known_head=head)
        proof = prove_sign_offs(session)
    for fault in proof.faults:
        typer.echo(fault, err=True)
    if verdict.ok and proof.ok:
        typer.echo(f"監査記録 {verdict.count} 件に矛盾はありません。先頭のハッシュ: {verdict.head_hash}")
        typer.echo(
            f"承認の記録 {proof.sign_offs} 件は監査記録と一致し、署名された文 {proof.texts} 版も変わっていません。"
        )
        if head is None:
            typer.echo(
                "末尾の削除は鎖だけではわかりません。このハッシュを別の場所に控え、次回 --head で渡してください。"
            )
        return
    if verdict.ok:
        raise typer.Exit(1)
    if verdict.first_bad_seq is not None:
        typer.echo(f"監査記録が {verdict.first_bad_seq} 番から正しくありません（全 {verdict.count} 件）。", err=True)
    else:
        typer.echo("控えたハッシュが監査記録にありません。末尾が削除されたか、書き換えられています。", err=True)
    raise typer.Exit(1)


Name = TypeVar("Name", bound=StrEnum)


def named(kind: type[Name], given: Sequence[str], option: str) -> list[Name]:
    """The members of those values. Raises InputError with the names there are."""
    names = [member.value for member in kind]
    for name in given:
        if name not in names:
            raise InputError(
                f"「{name}」はありません。", where=option, remedy=f"次から選んでください：{'、'.join(names)}。"
            )
    return [kind(name) for name in given]
