"""Names for ids, and what the page head shows of the person who is signed in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.auth import Action, Principal, Role
from service.db.account_tables import Account, Department
from service.db.tables import Body
from service.deliveries.steering import SEEING
from service.notices.reading import unread

SYSTEM = "自動作成"


@dataclass(frozen=True)
class Person:
    display_name: str
    grants: tuple[str, ...]
    """``総務課：登録者・確認者``, one per department."""
    may_upload: bool
    may_audit: bool
    may_administer: bool
    may_approve: bool
    may_see_deliveries: bool
    may_hand_over: bool
    unread: int
    """Notices."""


def department_names(session: Session, ids: Iterable[str]) -> Mapping[str, str]:
    rows = session.execute(select(Department.id, Department.name).where(Department.id.in_(set(ids))))
    return {row.id: row.name for row in rows}


def account_names(session: Session, ids: Iterable[str | None]) -> Mapping[str | None, str]:
    """Display names by account id; None, the drafting job, is 自動作成."""
    wanted = {i for i in ids if i is not None}
    rows = session.execute(select(Account.id, Account.display_name).where(Account.id.in_(wanted)))
    return {None: SYSTEM, **{row.id: row.display_name for row in rows}}


def body_names(session: Session, ids: Iterable[str | None]) -> Mapping[str | None, str]:
    wanted = {i for i in ids if i is not None}
    rows = session.execute(select(Body.id, Body.name).where(Body.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def person_of(session: Session, principal: Principal) -> Person:
    names = department_names(session, (department for department, _ in principal.grants))
    grants = tuple(
        f"{name}：{'・'.join(role for role in Role if role in principal.roles(department))}"
        for department, name in sorted(names.items(), key=lambda pair: pair[1])
    )
    return Person(
        principal.display_name,
        grants,
        bool(principal.departments(Action.upload)),
        bool(principal.departments(Action.audit)),
        bool(principal.departments(Action.administer)),
        bool(principal.departments(Action.approve)),
        any(principal.departments(action) for action in SEEING),
        bool(principal.departments(Action.hand_over)),
        unread(session, principal),
    )
