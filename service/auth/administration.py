"""What an administrator does to accounts: roles department by department, and the account as a whole.

A role of 管理者 ends at its department. Whoever could reset the password of somebody who also works elsewhere would
have that department's rights too, so what concerns the whole account needs 管理者 in every department of it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from minutes.errors import InputError
from service.audit import AuditEventName, record
from service.auth import secrets
from service.auth.accounts import create_account, fit_name, reset_password
from service.auth.rights import Action, Principal, Role
from service.auth.sessions import end_sessions
from service.auth.throttle import forgive
from service.db.account_tables import Account, ClaimedGrant, Department, RoleGrant
from service.errors import Conflict, Forbidden, NotFound

Grant = tuple[str, Role]
"""Department id and role."""


@dataclass(frozen=True)
class Held:
    """The roles of one account, by where they come from."""

    by_hand: frozenset[Grant]
    claimed: frozenset[Grant]

    @property
    def all(self) -> frozenset[Grant]:
        return self.by_hand | self.claimed

    @property
    def departments(self) -> frozenset[str]:
        return frozenset(department for department, _ in self.all)


def held_by(session: Session, account_id: str) -> Held:
    by_hand, claimed = (
        frozenset(
            (row.department_id, Role(row.role))
            for row in session.execute(select(table.department_id, table.role).where(table.account_id == account_id))
        )
        for table in (RoleGrant, ClaimedGrant)
    )
    return Held(by_hand, claimed)


def visible_accounts(
    session: Session, principal: Principal, *, q: str = "", after: str = "", limit: int = 100
) -> tuple[Account, ...]:
    """Accounts by login: those with a role in a department that the person administers, and those without any role.

    ``q`` is looked for in login and name; ``after`` is the last login of the page before.
    """
    mine = _administered(principal)
    tables = (RoleGrant, ClaimedGrant)
    here = or_(*(exists().where(t.account_id == Account.id, t.department_id.in_(mine)) for t in tables))
    nowhere = ~or_(*(exists().where(t.account_id == Account.id) for t in tables))
    query = select(Account).where(or_(here, nowhere)).order_by(Account.login).limit(limit)
    if q:
        plain = q.replace("\x00", "")
        query = query.where(
            or_(
                Account.login.contains(plain.lower(), autoescape=True),
                Account.display_name.contains(plain, autoescape=True),
            )
        )
    if after:
        query = query.where(Account.login > after.replace("\x00", ""))
    return tuple(session.scalars(query))


def visible_account(session: Session, principal: Principal, account_id: str) -> tuple[Account, Held]:
    """One of them; NotFound for any other, so that people of other departments are not even named."""
    mine = _administered(principal)
    account = session.get(Account, account_id.replace("\x00", ""))
    held = held_by(session, account.id) if account is not None else None
    if account is None or held is None or not (held.departments & mine or not held.departments):
        raise NotFound("その利用者は見つかりません。", remedy="利用者の一覧から選んでください。")
    return account, held


def may_manage(principal: Principal, held: Held) -> bool:
    """Whether all of the account is this administrator's business."""
    return held.departments <= principal.departments(Action.administer)


def require_whole(principal: Principal, held: Held) -> None:
    """Forbidden unless all of the account is this administrator's business."""
    if not may_manage(principal, held):
        raise Forbidden(
            "ほかの所属の役割も持つ利用者なので、この操作はできません。",
            remedy="その人のすべての所属の管理者に依頼してください。",
        )


def new_account(
    session: Session, principal: Principal, *, login: str, display_name: str, grants: Collection[Grant]
) -> tuple[Account, str]:
    """An account with roles in the administrator's departments, and its one-time password, which is not kept."""
    _own_departments(principal, grants)
    if not grants:
        raise InputError("役割が選ばれていません。", where="roles", remedy="一つ以上の役割を選んでください。")
    password = secrets.one_time_password()
    account = create_account(
        session, login=login, display_name=display_name, password=password, grants=grants, actor=principal.login
    )
    return account, password


def change_account(
    session: Session, principal: Principal, account_id: str, *, display_name: str, grants: Collection[Grant]
) -> None:
    """The name to show and the roles given by hand in the administrator's departments; what stays out of the form of
    other departments, and what the identity provider says, is left as it is."""
    account, held = visible_account(session, principal, account_id)
    mine = _administered(principal)
    _own_departments(principal, grants)
    name = fit_name(display_name)
    if not name:
        raise InputError("表示名がありません。", where="display_name", remedy="氏名を書いてください。")
    if name != account.display_name:
        require_whole(principal, held)
        _audit(
            session,
            principal,
            AuditEventName.ACCOUNT_RENAMED,
            account,
            {"before": account.display_name, "after": name},
        )
        account.display_name = name
    before = held.by_hand
    after = frozenset(grants) | {grant for grant in before if grant[0] not in mine}
    if after == before:
        return
    _lock(session, {department for department, _ in before ^ after})
    for department, role in before - after:
        session.execute(
            delete(RoleGrant).where(
                RoleGrant.account_id == account.id, RoleGrant.department_id == department, RoleGrant.role == str(role)
            )
        )
    session.add_all(RoleGrant(account_id=account.id, department_id=d, role=str(r)) for d, r in sorted(after - before))
    session.flush()
    _keep_administrators(session, {d for d, role in before - after if role is Role.ADMINISTRATOR})
    _audit(
        session,
        principal,
        AuditEventName.ROLES_CHANGED,
        account,
        {"before": _words(session, before), "after": _words(session, after)},
    )


def deactivate(session: Session, principal: Principal, account_id: str) -> None:
    """No way in any more: sessions end, tokens and passwords open nothing. What the person did stays recorded."""
    account, held = visible_account(session, principal, account_id)
    require_whole(principal, held)
    if account.id == principal.account_id:
        raise Conflict("自分の利用は停止できません。", remedy="ほかの管理者に依頼してください。")
    if not account.active:
        return
    administered = {d for d, role in held.all if role is Role.ADMINISTRATOR}
    _lock(session, administered)
    account.active = False
    session.flush()
    _keep_administrators(session, administered)
    end_sessions(session, account.id, actor=principal.login)
    _audit(session, principal, AuditEventName.ACCOUNT_DEACTIVATED, account, {"before": "active", "after": "inactive"})


def reactivate(session: Session, principal: Principal, account_id: str) -> None:
    account, held = visible_account(session, principal, account_id)
    require_whole(principal, held)
    if account.active:
        return
    account.active = True
    _audit(session, principal, AuditEventName.ACCOUNT_REACTIVATED, account, {"before": "inactive", "after": "active"})


def new_password(session: Session, principal: Principal, account_id: str) -> str:
    """A one-time password, returned once; every session of the account ends."""
    account, held = visible_account(session, principal, account_id)
    require_whole(principal, held)
    return reset_password(session, account.login, actor=principal.login)


def unlock(session: Session, principal: Principal, account_id: str) -> None:
    """Forget failed sign-ins, so that the person need not wait."""
    account, held = visible_account(session, principal, account_id)
    require_whole(principal, held)
    forgiven = forgive(session, account.id)
    if forgiven:
        _audit(session, principal, AuditEventName.ACCOUNT_UNLOCKED, account, {"before": forgiven, "after": 0})


def grants_by_name(session: Session, grants: Iterable[Grant]) -> list[tuple[str, str]]:
    """Name of the department and role, in the order of the roles."""
    held = list(grants)
    query = select(Department.id, Department.name).where(Department.id.in_({d for d, _ in held}))
    names = {row.id: row.name for row in session.execute(query)}
    order = list(Role)
    return [
        (name, str(role))
        for name, role in sorted(((names[d], r) for d, r in held), key=lambda g: (g[0], order.index(g[1])))
    ]


def _words(session: Session, grants: Iterable[Grant]) -> list[str]:
    return [f"{department}：{role}" for department, role in grants_by_name(session, grants)]


def _administered(principal: Principal) -> frozenset[str]:
    mine = principal.departments(Action.administer)
    if not mine:
        raise Forbidden("利用者を管理する権限がありません。", remedy="管理者に依頼してください。")
    return mine


def _own_departments(principal: Principal, grants: Iterable[Grant]) -> None:
    if not {department for department, _ in grants} <= _administered(principal):
        raise NotFound("その所属は見つかりません。", remedy="画面を読み込み直してください。")


def _lock(session: Session, departments: Collection[str]) -> None:
    # Two administrators who remove each other at once would both see one left. SQLite has one writer anyway.
    rows = select(Department.id).where(Department.id.in_(departments)).order_by(Department.id).with_for_update()
    session.execute(rows).all()


def _keep_administrators(session: Session, departments: Iterable[str]) -> None:
    for department in sorted(departments):
        left = (
            select(table.account_id)
            .join(Account, Account.id == table.account_id)
            .where(
                table.department_id == department,
                table.role == str(Role.ADMINISTRATOR),
                Account.active.is_(True),
            )
            .limit(1)
            for table in (RoleGrant, ClaimedGrant)
        )
        if not any(session.scalar(query) for query in left):
            name = session.get_one(Department, department).name
            raise Conflict(
                f"「{name}」の管理者が一人もいなくなります。",
                where="roles",
                remedy="先に、ほかの人を管理者にしてください。",
            )


def _audit(
    session: Session, principal: Principal, event: AuditEventName, account: Account, detail: dict[str, object]
) -> None:
    record(
        session,
        actor=principal.login,
        event=event,
        subject=f"account:{account.id}",
        detail={"login": account.login, **detail},
    )
