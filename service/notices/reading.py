"""A person's own notices, and their choice about e-mail."""

import re
from collections.abc import Sequence

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from minutes.errors import InputError
from service.auth import Principal
from service.db.approval_tables import MailChoice, Notice
from service.db.base import now
from service.db.engine import writing
from service.db.tables import MeetingRow
from service.errors import NotFound

MOST = 200

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


def unread(session: Session, principal: Principal) -> int:
    query = select(func.count()).select_from(Notice)
    return session.scalar(query.where(Notice.account_id == principal.account_id, Notice.read_at.is_(None))) or 0


def notices(session: Session, principal: Principal) -> Sequence[tuple[Notice, str]]:
    """The newest, each with the title of its meeting."""
    query = (
        select(Notice, MeetingRow.title)
        .join(MeetingRow, MeetingRow.id == Notice.meeting_id)
        .where(Notice.account_id == principal.account_id)
        .order_by(Notice.id.desc())
        .limit(MOST)
    )
    return [(notice, title) for notice, title in session.execute(query)]


def open_notice(engine: Engine, principal: Principal, notice_id: str) -> Notice:
    """Mark it as read. NotFound unless it is one's own."""
    with writing(engine) as session:
        notice = session.get(Notice, notice_id)
        if notice is None or notice.account_id != principal.account_id:
            raise NotFound("そのお知らせはありません。", remedy="一覧を読み込み直してください。")
        notice.read_at = notice.read_at or now()
        return notice


def read_all(engine: Engine, principal: Principal) -> None:
    with writing(engine) as session:
        session.execute(
            update(Notice)
            .where(Notice.account_id == principal.account_id, Notice.read_at.is_(None))
            .values(read_at=now())
        )


def mail_choice(session: Session, principal: Principal) -> MailChoice | None:
    return session.get(MailChoice, principal.account_id)


def choose_mail(engine: Engine, principal: Principal, *, address: str, wanted: bool) -> None:
    """Raises InputError for what is no address; an empty one is fine while none is wanted."""
    clean = address.strip()
    if (wanted or clean) and (len(clean) > 254 or not _ADDRESS.fullmatch(clean)):
        raise InputError(
            "メールアドレスの形が正しくありません。",
            where="address",
            remedy="name@example.lg.jp の形で、半角で入力してください。",
        )
    with writing(engine) as session:
        session.merge(MailChoice(account_id=principal.account_id, address=clean, wanted=wanted))
