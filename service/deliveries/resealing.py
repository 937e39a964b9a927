"""Changing the key: every secret is opened with one of the keys at hand and sealed with the first."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit import AuditEventName, record
from service.db.record_tables import Destination
from service.sealing import Sealed, sealer_to_open
from service.settings import Settings


def reseal_all(session: Session, settings: Settings, *, actor: str) -> tuple[int, tuple[str, ...]]:
    """How many were sealed anew, and the names of those that no key opens, which stay as they are.

    Raises Sealed where there is no key at all.
    """
    query = select(Destination).where(Destination.secret.is_not(None)).order_by(Destination.id).with_for_update()
    found = session.scalars(query).all()
    if not found:
        return 0, ()
    sealer, lost = sealer_to_open(settings), []
    for each in found:
        assert each.secret is not None
        try:
            each.secret = sealer.reseal(each.secret)
        except Sealed:
            lost.append(each.name)
            continue
        subject = f"destination:{each.id}"
        record(session, actor=actor, event=AuditEventName.DESTINATION_RESEALED, subject=subject, detail={})
    return len(found) - len(lost), tuple(lost)
