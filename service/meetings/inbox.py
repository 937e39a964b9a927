"""The folder from which meetings are taken in, as far as the service knows of it: it never looks into it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.audit import AuditEventName, record
from service.auth import Action, Principal
from service.auth.accounts import normal_login, principal_of
from service.db.account_tables import Account
from service.db.base import now
from service.db.engine import reading, writing
from service.db.tables import AuditEvent
from service.settings import Settings

SUBJECT = "inbox:refused"
SHOWN_FOR = timedelta(days=7)
_MOST = 20


@dataclass(frozen=True)
class RefusedFiles:
    """``name``: the folder in 取込不可 that holds the files and the reason. The reason may quote them and stays there."""

    name: str
    at: datetime


def inbox_principal(engine: Engine, settings: Settings) -> Principal | None:
    """The account of the settings with its rights of now; None where there is none that is in use."""
    with reading(engine) as session:
        return _principal(session, settings)


def note_refused(engine: Engine, principal: Principal, *, name: str, group_id: str) -> None:
    """Once for the same files, also when they are refused again after a crash or by two at once."""
    with writing(engine) as session:
        if any(row.detail.get("files") == group_id for row in _newest(session)):
            return
        record(
            session,
            actor=principal.login,
            event=AuditEventName.INBOX_REFUSED,
            subject=SUBJECT,
            detail={"files": group_id, "name": name},
        )


def refused_lately(session: Session, settings: Settings, principal: Principal) -> tuple[RefusedFiles, ...]:
    """For whoever registers meetings in a department that the inbox registers for; the newest first."""
    if settings.inbox_login is None:
        return ()
    own = principal.departments(Action.upload)
    account = _principal(session, settings) if own else None
    if account is None or own.isdisjoint(account.departments(Action.upload)):
        return ()
    since = now() - SHOWN_FOR
    return tuple(RefusedFiles(str(row.detail["name"]), row.at) for row in _newest(session) if row.at >= since)


def _newest(session: Session) -> list[AuditEvent]:
    rows = select(AuditEvent).where(AuditEvent.subject == SUBJECT).order_by(AuditEvent.seq.desc()).limit(_MOST)
    return list(session.scalars(rows))


def _principal(session: Session, settings: Settings) -> Principal | None:
    login = normal_login(settings.inbox_login or "")
    account = session.scalar(select(Account).where(Account.login == login, Account.active))
    return None if account is None else principal_of(session, account)
