"""Asking for a delivery: one for each destination and package, however often somebody asks."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from minutes.errors import PolicyError
from records.package.editions import Edition
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require
from service.db.base import new_id, now
from service.db.delivery_tables import Delivery
from service.db.record_tables import Destination, RecordPackage
from service.db.tables import MeetingRow
from service.errors import Conflict, Gone, NotFound
from service.meetings.drafting import SYSTEM, subject
from service.meetings.queries import get_meeting, lock_meeting, plain


def request_delivery(session: Session, principal: Principal, package_id: str, destination_id: str) -> Delivery:
    """The delivery of this package to that destination, in the caller's transaction; the one there is where there is
    one, however it stands.

    Raises NotFound, Forbidden (引渡し, and 保存版の出力 for a package that holds one), Gone for a package whose content has
    been disposed of, Conflict for a destination no longer in use, PolicyError for one that takes other packages.
    """
    package = session.get(RecordPackage, plain(package_id))
    if package is None:
        raise _no_package()
    lock_meeting(session, package.meeting_id)
    row = get_meeting(session, principal, package.meeting_id)
    require(principal, Action.hand_over, row.department_id)
    if Edition.FULL in package.editions:
        require(principal, Action.export_full, row.department_id)
    destination = session.get(Destination, plain(destination_id))
    if destination is None or destination.department_id != row.department_id:
        raise NotFound("引渡し先が見つかりません。", where="destination_id", remedy="番号を確かめてください。")
    if emptied(session, package.id):
        raise Gone(
            "このパッケージの中身は、廃棄されています。",
            where="package_id",
            remedy="必要なら、残す版だけのパッケージを作り直してください。",
        )
    if not destination.active:
        raise Conflict(
            f"引渡し先「{destination.name}」は、使用を終了しています。",
            where="destination_id",
            remedy="ほかの引渡し先を選んでください。",
        )
    _fits(package, destination)
    return _one(session, package, destination, principal)


def request_automatic(session: Session, package: RecordPackage) -> tuple[Delivery, ...]:
    """Deliveries to the destinations of the meeting's department that take just such packages without asking."""
    row = session.get_one(MeetingRow, package.meeting_id)
    query = select(Destination).where(
        Destination.department_id == row.department_id, Destination.automatic, Destination.active
    )
    return tuple(
        _one(session, package, destination, None)
        for destination in session.scalars(query.order_by(Destination.id))
        if set(package.editions) == set(destination.editions)
        and (package.encoding, package.naming) == (destination.encoding, destination.naming)
    )


def package_of(session: Session, principal: Principal, meeting_id: str, package_id: str) -> RecordPackage:
    """A package of that meeting. Raises NotFound, and Forbidden without the right to hand it over."""
    row = get_meeting(session, principal, meeting_id)
    require(principal, Action.hand_over, row.department_id)
    package = session.get(RecordPackage, plain(package_id))
    if package is None or package.meeting_id != row.id:
        raise _no_package()
    return package


def _no_package() -> NotFound:
    return NotFound("パッケージが見つかりません。", where="package_id", remedy="番号を確かめてください。")


def emptied(session: Session, package_id: str) -> bool:
    """Whether the content of a package has been disposed of."""
    return session.scalar(select(RecordPackage.content.is_(None)).where(RecordPackage.id == package_id)) or False


def _fits(package: RecordPackage, destination: Destination) -> None:
    """The destination says which editions may go there and what its system can read."""
    if extra := [each for each in package.editions if each not in destination.editions]:
        raise PolicyError(
            f"引渡し先「{destination.name}」へは、{'・'.join(extra)}を引き渡さない決まりです。",
            where="package_id",
            remedy=f"{'・'.join(destination.editions)}だけのパッケージを作ってください。",
        )
    if (package.encoding, package.naming) != (destination.encoding, destination.naming):
        raise PolicyError(
            f"引渡し先「{destination.name}」のシステムが読める形と違います。",
            where="package_id",
            remedy=f"文字コード {destination.encoding}、ファイル名 {destination.naming} のパッケージを作ってください。",
        )


def _one(session: Session, package: RecordPackage, destination: Destination, asked_by: Principal | None) -> Delivery:
    """Whoever asks first makes it; the unique key decides between two at the same moment."""
    values: dict[str, Any] = {
        "id": new_id(),
        "way": "package",
        "payload": {},
        "meeting_id": package.meeting_id,
        "destination_id": destination.id,
        "package_id": package.id,
        "asked_by": asked_by.account_id if asked_by else None,
        "created_at": now(),
    }
    insert = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
    made = session.scalar(insert(Delivery).values(values).on_conflict_do_nothing().returning(Delivery.id))
    if made is not None:
        record(
            session,
            actor=asked_by.login if asked_by else SYSTEM,
            event=AuditEventName.DELIVERY_REQUESTED if asked_by else AuditEventName.DELIVERY_AUTOMATIC,
            subject=subject(package.meeting_id),
            detail={
                "delivery": made,
                "destination": destination.id,
                "name": destination.name,
                "package": package.id,
                "package_sha256": package.sha256,
            },
        )
    found = select(Delivery).where(Delivery.destination_id == destination.id, Delivery.package_id == package.id)
    return session.scalars(found).one()
