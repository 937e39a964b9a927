"""代理: an approver names who signs for them in one department for a span of time. The deputy needs no role of an
approver, but has to belong to the department and to see its drafts whole; what separates duties holds for both."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from minutes.era import JST
from minutes.errors import InputError
from service.audit import AuditEventName, record
from service.auth import Principal, Role, require_role
from service.auth.accounts import holding
from service.auth.rights import ROLE_ACTIONS, Action
from service.db.account_tables import Account, Department
from service.db.approval_tables import Delegation
from service.db.base import now
from service.db.engine import writing
from service.errors import NotFound

LONGEST_DAYS = 366


@dataclass(frozen=True)
class DelegationView:
    id: str
    of: str
    deputy: str
    department: str
    starts_at: datetime
    ends_at: datetime
    revoked_at: datetime | None
    mine: bool
    """Whether the person who asks is the one who is absent."""

    @property
    def last(self) -> datetime:
        """A moment of the last day."""
        return self.ends_at - timedelta(minutes=1)

    def state(self, at: datetime) -> Literal["予定", "有効", "終了", "取消済"]:
        if self.revoked_at is not None:
            return "取消済"
        return "予定" if at < self.starts_at else "有効" if at < self.ends_at else "終了"


def delegate(
    engine: Engine, principal: Principal, *, department_id: str, deputy_id: str, first: date, last: date
) -> str:
    """From the beginning of ``first`` to the end of ``last``, in Japan. Returns the id.

    Raises Forbidden unless the person approves in that department, InputError for the span or the deputy.
    """
    require_role(principal, (Role.APPROVER,), Action.approve, department_id, step="代理の指定")
    if last < first or (last - first).days > LONGEST_DAYS or last < now().astimezone(JST).date():
        raise InputError(
            "代理の期間が正しくありません。",
            where="last",
            remedy="今日以後に終わる、1年以内の期間にしてください。",
        )
    with writing(engine) as session:
        if deputy_id == principal.account_id or deputy_id not in dict(colleagues(session, department_id)):
            raise InputError(
                "その人は代理にできません。", where="deputy_id", remedy="同じ所属の、ほかの人を選んでください。"
            )
        made = Delegation(
            account_id=principal.account_id,
            deputy_id=deputy_id,
            department_id=department_id,
            starts_at=datetime.combine(first, time.min, JST),
            ends_at=datetime.combine(last + timedelta(days=1), time.min, JST),
        )
        session.add(made)
        session.flush()
        detail = {
            "account": principal.account_id,
            "deputy": deputy_id,
            "department": department_id,
            "from": first.isoformat(),
            "to": last.isoformat(),
        }
        _audit(session, principal, AuditEventName.DELEGATION_MADE, made.id, detail)
        return made.id


def revoke(engine: Engine, principal: Principal, delegation_id: str) -> None:
    """End it now. NotFound unless it is one's own."""
    with writing(engine) as session:
        ended = session.execute(
            update(Delegation)
            .where(
                Delegation.id == delegation_id,
                Delegation.account_id == principal.account_id,
                Delegation.revoked_at.is_(None),
            )
            .values(revoked_at=now())
            .returning(Delegation.id)
            .execution_options(synchronize_session=False)
        ).first()
        if ended is None:
            raise NotFound("その代理の指定はありません。", remedy="一覧を読み込み直してください。")
        _audit(session, principal, AuditEventName.DELEGATION_REVOKED, delegation_id, {})


def delegations(session: Session, principal: Principal) -> tuple[DelegationView, ...]:
    """Those that the person made and those that name them, newest first."""
    query = (
        select(Delegation, Department.name)
        .join(Department, Department.id == Delegation.department_id)
        .where((Delegation.account_id == principal.account_id) | (Delegation.deputy_id == principal.account_id))
        .order_by(Delegation.id.desc())
    )
    rows = session.execute(query).all()
    ids = {who for each, _ in rows for who in (each.account_id, each.deputy_id)}
    names = {
        row.id: row.display_name
        for row in session.execute(select(Account.id, Account.display_name).where(Account.id.in_(ids)))
    }
    return tuple(
        DelegationView(
            each.id,
            names[each.account_id],
            names[each.deputy_id],
            department,
            each.starts_at,
            each.ends_at,
            each.revoked_at,
            each.account_id == principal.account_id,
        )
        for each, department in rows
    )


def colleagues(session: Session, department_id: str) -> tuple[tuple[str, str], ...]:
    """Id and name of the active people of a department who may read a draft whole, by name."""
    reading = [role for role, actions in ROLE_ACTIONS.items() if Action.read_closed in actions]
    query = (
        select(Account.id, Account.display_name)
        .where(Account.id.in_(holding(department_id, reading)), Account.active)
        .order_by(Account.display_name, Account.id)
    )
    return tuple((row.id, row.display_name) for row in session.execute(query))


def _audit(session: Session, principal: Principal, event: AuditEventName, id: str, detail: dict[str, str]) -> None:
    record(session, actor=principal.login, event=event, subject=f"delegation:{id}", detail=detail)
