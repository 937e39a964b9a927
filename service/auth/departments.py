"""Departments: an administrator makes and names them; they are never deleted, for their records stay."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from minutes.errors import InputError
from service.audit import AuditEventName, record
from service.auth.rights import Action, Principal, Role, require
from service.db.account_tables import Department, RoleGrant
from service.errors import Conflict, Forbidden


def administered_departments(session: Session, principal: Principal) -> tuple[Department, ...]:
    """By name; Forbidden for whoever administers none."""
    mine = principal.departments(Action.administer)
    if not mine:
        raise Forbidden("所属を管理する権限がありません。", remedy="管理者に依頼してください。")
    return tuple(session.scalars(select(Department).where(Department.id.in_(mine)).order_by(Department.name)))


def create_department(session: Session, principal: Principal, name: str) -> Department:
    """A new department. Its maker is its first 管理者: without one nobody could give roles in it."""
    administered_departments(session, principal)
    made = Department(name=_free_name(session, name))
    session.add(made)
    session.flush()
    session.add(RoleGrant(account_id=principal.account_id, department_id=made.id, role=str(Role.ADMINISTRATOR)))
    record(
        session,
        actor=principal.login,
        event=AuditEventName.DEPARTMENT_CREATED,
        subject=f"department:{made.id}",
        detail={"before": None, "after": made.name, "administrator": principal.login},
    )
    return made


def rename_department(session: Session, principal: Principal, department_id: str, name: str) -> Department:
    """Another name for the same department; its meetings and roles stay."""
    require(principal, Action.administer, department_id)
    department = session.get_one(Department, department_id)
    if name.strip() == department.name:
        return department
    before, department.name = department.name, _free_name(session, name)
    record(
        session,
        actor=principal.login,
        event=AuditEventName.DEPARTMENT_RENAMED,
        subject=f"department:{department.id}",
        detail={"before": before, "after": department.name},
    )
    return department


def _free_name(session: Session, name: str) -> str:
    clean = " ".join(name.split())
    if not 1 <= len(clean) <= 200 or not clean.isprintable():
        raise InputError("所属の名称が空か、長すぎます。", where="name", remedy="1 文字から 200 文字で書いてください。")
    if session.scalar(select(Department.id).where(Department.name == clean)):
        raise Conflict(f"所属「{clean}」はすでにあります。", where="name", remedy="別の名称にしてください。")
    return clean
