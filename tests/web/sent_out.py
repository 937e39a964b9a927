"""What has left a department: a package in every state that the page of deliveries can show, and a webhook."""

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from service.db.account_tables import Account
from service.db.base import now
from service.db.delivery_tables import Delivery, DeliveryAttempt
from service.db.engine import writing
from service.db.record_tables import Destination, RecordPackage
from service.db.tables import Job, MeetingRow

SAID = "フォルダーに届きません（通信が切れました）。"


def sent_out(site: Any, administrator: Any, meeting_id: str) -> dict[str, str]:
    """``destination_id`` and ``delivery_id`` of one that failed."""
    form = {"name": "共有フォルダー（一括取込）", "config.folder": "/srv/hikiwatashi", "editions": "公開版"}
    form |= {"encoding": "utf-8", "naming": "ja", "contents": "zip"}
    answer = administrator.post("/admin/destinations/new?kind=folder", data=form)
    assert answer.status_code == 303, answer.text
    failed = ""
    with writing(site.engine) as session:
        destination = session.scalars(select(Destination)).one()
        destination.checked_at, destination.check_ok, destination.check_said = now(), False, SAID
        session.add(_ended(destination))
        clerk = session.scalars(select(Account).where(Account.login == "suzuki")).one()
        title = session.get_one(MeetingRow, meeting_id).title
        for number, state in enumerate(("waiting", "paused", "delivered", "failed", "cancelled", "cut_off")):
            package = _package(meeting_id, clerk.id, number)
            session.add(package)
            session.flush()
            delivery = Delivery(
                way="package",
                payload={},
                meeting_id=meeting_id,
                destination_id=destination.id,
                package_id=package.id,
                asked_by=clerk.id,
                queued_at=now(),
                paused_at=now() if state == "paused" else None,
                delivered_at=now() if state == "delivered" else None,
                failed_at=now() if state == "failed" else None,
                cancelled_at=now() if state == "cancelled" else None,
                receipt={
                    "places": [f"/srv/hikiwatashi/{package.name}"],
                    "already": False,
                    "notes": ["写しは作っていません。"],
                }
                if state == "delivered"
                else None,
            )
            session.add(delivery)
            session.flush()
            if state in {"waiting", "cut_off"}:
                when = now() + timedelta(minutes=40)
                session.add(Job(subject_id=delivery.id, kind="package", max_attempts=9, attempt=1, not_before=when))
            if state != "paused":
                session.add(_attempt(delivery.id, state))
            failed = delivery.id if state == "failed" else failed
        session.add(
            Delivery(
                way="webhook",
                meeting_id=meeting_id,
                delivered_at=now(),
                queued_at=now(),
                payload={"type": "meeting.approved", "data": {"meeting_id": meeting_id, "title": title}},
            )
        )
        return {"destination_id": destination.id, "delivery_id": failed}


def _package(meeting_id: str, by: str, number: int) -> RecordPackage:
    return RecordPackage(
        meeting_id=meeting_id,
        version=number + 1,
        editions=["公開版"],
        encoding="utf-8",
        naming="ja",
        name=f"{meeting_id}_v{number + 1}.zip",
        size=512_000,
        sha256=hashlib.sha256(str(number).encode()).hexdigest(),
        fingerprint="0" * 64,
        content=b"PK",
        made_by=by,
    )


def _attempt(delivery_id: str, state: str) -> DeliveryAttempt:
    outcome = {"delivered": "delivered", "cut_off": None}.get(state, "failed")
    return DeliveryAttempt(
        delivery_id=delivery_id,
        number=1,
        ended_at=now() if outcome else None,
        outcome=outcome,
        category="unreachable" if outcome == "failed" else None,
        said=SAID if outcome == "failed" else None,
    )


def _ended(like: Destination) -> Destination:
    return Destination(
        department_id=like.department_id,
        name="旧 文書管理システム",
        kind="folder",
        config=like.config,
        editions=["公開版", "保存版"],
        encoding="cp932",
        naming="ascii",
        contents="files",
        automatic=True,
        active=False,
        created_by=like.created_by,
    )
