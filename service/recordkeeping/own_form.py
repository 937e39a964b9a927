"""A body's own Word form, tried before it is kept: a mistake in it must not wait for the day of the first package."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from minutes.document import MinutesDocument
from minutes.errors import InputError
from minutes.public import public_view
from records.form_values import form_values
from records.metadata.description import Description, description_of
from records.own_form import fill_form
from service.db.base import now
from service.db.tables import MeetingRow
from service.meetings.queries import draft_version
from service.profiles.revisions import profile_named
from service.profiles.sample import sample_draft

LIMIT = 5_000_000
"""Bytes."""

_SPECIMEN = {
    "file": {
        "fiscal_year": "令和7年度",
        "class_code": "A-1",
        "class_large": "総務",
        "class_mid": "会議",
        "file_title": "見本の簿冊",
        "creator": "見本課長",
        "location": "文書管理システム",
        "manager": "見本課長",
        "retention_period": "5年",
        "disposal": "廃棄",
    },
    "item": {
        "number": "7見本第1号",
        "drafted_on": "令和8年2月20日",
        "decided_on": "令和8年2月25日",
        "enforced_on": "令和8年2月25日",
        "drafter": {"organisation": "見本課", "post": "主任", "name": "見本 太郎"},
        "decision": "課長専決",
        "openness": "部分公開",
        "openness_reason": "見本の理由",
        "personal_information": False,
        "remarks": "見本の備考",
    },
}


def specimen() -> Description:
    """A description with something in every field."""
    return description_of(_SPECIMEN)


def checked_form(session: Session, body_id: str, form: bytes) -> bytes:
    """The form filled in once: with the minutes of the body that were approved last, or with those of the sample
    meeting. Raises InputError that names what cannot be filled in."""
    if len(form) > LIMIT:
        raise InputError(
            f"様式が大きすぎます（{len(form):,} バイト）。",
            where="様式",
            remedy=f"{LIMIT:,} バイトまでにしてください。図の大きさを確かめてください。",
        )
    document = _last_approved(session, body_id) or sample_draft()
    profile = profile_named(session, document.profile)
    return fill_form(form, form_values(public_view(document), profile, specimen()), written_at=now())


def _last_approved(session: Session, body_id: str) -> MinutesDocument | None:
    row = session.scalar(
        select(MeetingRow)
        .where(MeetingRow.body_id == body_id, MeetingRow.approved_version.is_not(None))
        .order_by(MeetingRow.approved_at.desc())
        .limit(1)
    )
    return draft_version(session, row, row.approved_version)[1] if row is not None and row.approved_version else None
