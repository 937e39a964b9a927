"""A new meeting: everything is read and checked first, then stored together with its job in one transaction."""

import hashlib
import unicodedata
from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from minutes.errors import InputError
from minutes.meeting import Meeting
from minutes.meeting_input import parse_meeting
from minutes.transcript import read_transcript
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require
from service.db.account_tables import Department
from service.db.base import new_id
from service.db.engine import reading, writing
from service.db.tables import Body, IdempotencyKey, Job, MeetingRow
from service.errors import Forbidden, PayloadTooLarge
from service.jobs import requests
from service.jobs.requests import JobKind
from service.meetings.bodies import choose_body
from service.meetings.chains import find_chain
from service.meetings.columns import column_map, written_columns
from service.meetings.drafting import subject
from service.meetings.dues import dues_of
from service.meetings.model_choice import ready_model
from service.meetings.states import MeetingState
from service.notices.telling import announce
from service.profiles.offered import chosen_profile
from service.search import index_title
from service.settings import Settings

MEETING_MAX_BYTES = 1_000_000
"""A roster of several thousand people fits."""

TITLE_LIMIT = 300
KEY_LIMIT = 200


@dataclass(frozen=True)
class Accepted:
    """``replayed``: the same request had been accepted before under its idempotency key; nothing new was stored."""

    meeting_id: str
    job_id: str
    replayed: bool


def accept_meeting(
    engine: Engine,
    settings: Settings,
    principal: Principal,
    *,
    meeting: bytes,
    transcript: bytes,
    filename: str,
    department_id: str | None,
    profile: str | None,
    model: str | None,
    columns: str | None = None,
    body: str | None = None,
    idempotency_key: str | None = None,
) -> Accepted:
    """Store a meeting with its transcript and its drafting job; publishes nothing (the dispatcher finds the job).

    ``columns`` are those of a table, e.g. ``話者=氏名,発言=内容``. ``body`` is the id or name of a 会議体: it gives
    department, profile and model where none are named, the chain of approval, and the deadlines.
    Raises InputError, PayloadTooLarge, Forbidden or NotFound before anything is stored.
    """
    of_body = _body(engine, principal, body, department_id)
    department = of_body.department_id if of_body else _department(engine, principal, department_id)
    key = _key(idempotency_key)
    _sizes(settings, meeting, transcript)
    wanted_profile = profile or (of_body.profile if of_body else None) or settings.profile
    chosen_model = ready_model(settings, model or (of_body.model if of_body else None))
    chosen_columns = written_columns(columns)
    chain = find_chain((of_body.chain if of_body else None) or settings.chain, settings.chains_dir)
    # What was asked for: the same request must be known again when the profile has a newer revision.
    names = (filename, department, wanted_profile, chosen_model, chosen_columns or "", of_body.id if of_body else "")
    digest = _digest(meeting, transcript, *names)
    if key and (earlier := _replay(engine, principal, key, digest)):
        return earlier
    with reading(engine) as session:
        kept_profile = chosen_profile(session, wanted_profile, department)
    parsed = _storable(parse_meeting(meeting))
    read_transcript(transcript, filename or None, columns=column_map(chosen_columns))
    meeting_id = new_id()
    row = MeetingRow(
        id=meeting_id,
        department_id=department,
        title=parsed.title,
        starts_at=parsed.starts_at,
        meeting_json=parsed.model_dump_json(),
        profile=kept_profile,
        model=chosen_model,
        state=MeetingState.RECEIVED,
        transcript_name=_file_name(filename),
        transcript_sha256=hashlib.sha256(transcript).hexdigest(),
        transcript_columns=chosen_columns,
        transcript=transcript,
        chain=chain.id,
        chain_json=chain.model_dump_json(),
        created_by=principal.account_id,
        body_id=of_body.id if of_body else None,
        **dues_of(of_body, parsed.ends_at),
    )
    try:
        with writing(engine) as session:
            job_id = _store(session, settings=settings, principal=principal, row=row, key=key, digest=digest)
    except IntegrityError:
        # The same key arrived twice at once; the other request won.
        earlier = _replay(engine, principal, key, digest) if key else None
        if earlier is None:
            raise
        return earlier
    return Accepted(meeting_id, job_id, replayed=False)


def require_upload(principal: Principal) -> frozenset[str]:
    """The departments for which this person may register meetings; Forbidden where there is none."""
    own = principal.departments(Action.upload)
    if not own:
        raise Forbidden("会議を登録する権限がありません。", remedy="登録者の役割を管理者に確かめてください。")
    return own


def _store(
    session: Session, *, settings: Settings, principal: Principal, row: MeetingRow, key: str | None, digest: str
) -> str:
    session.add(row)
    session.flush()
    index_title(session, row.id)
    announce(session, row, "meeting.received", None)
    if key:
        session.add(IdempotencyKey(account_id=principal.account_id, key=key, request_sha256=digest, meeting_id=row.id))
        session.flush()
    job = requests.create(
        session,
        kind=JobKind.DRAFT,
        subject_id=row.id,
        created_by=principal.account_id,
        max_attempts=settings.job_max_attempts,
    )
    record(
        session,
        actor=principal.login,
        event=AuditEventName.MEETING_ACCEPTED,
        subject=subject(row.id),
        detail={
            "job": job.id,
            "department": row.department_id,
            "profile": row.profile,
            "model": row.model,
            "chain": row.chain,
            "transcript_sha256": row.transcript_sha256,
            **({"body": row.body_id} if row.body_id else {}),
        },
    )
    return job.id


def accepted_before(engine: Engine, principal: Principal, key: str) -> Accepted | None:
    """What this account got under the key; None where nothing was taken in under it."""
    with reading(engine) as session:
        known = session.get(IdempotencyKey, (principal.account_id, key))
        return None if known is None else _accepted(session, known)


def _accepted(session: Session, known: IdempotencyKey) -> Accepted:
    job_id = session.scalars(select(Job.id).where(Job.subject_id == known.meeting_id).order_by(Job.id)).first()
    assert job_id is not None  # stored in the same transaction as the key
    return Accepted(known.meeting_id, job_id, replayed=True)


def _replay(engine: Engine, principal: Principal, key: str, digest: str) -> Accepted | None:
    with reading(engine) as session:
        known = session.get(IdempotencyKey, (principal.account_id, key))
        if known is None:
            return None
        if known.request_sha256 != digest:
            raise InputError(
                "この Idempotency-Key は、内容の異なる要求にすでに使われています。",
                where="Idempotency-Key",
                remedy="新しい要求には新しい値を付けてください。",
            )
        return _accepted(session, known)


def _body(engine: Engine, principal: Principal, given: str | None, department_id: str | None) -> Body | None:
    if not given:
        return None
    with reading(engine) as session:
        return choose_body(session, principal, given, department_id)


def _department(engine: Engine, principal: Principal, department_id: str | None) -> str:
    if department_id:
        require(principal, Action.upload, department_id)
        return department_id
    own = require_upload(principal)
    if len(own) == 1:
        return next(iter(own))
    with reading(engine) as session:
        names = [row.name for row in (session.get(Department, each) for each in sorted(own)) if row]
    raise InputError(
        "どの所属の会議か分かりません。",
        where="department_id",
        remedy=f"所属の番号を指定してください（登録できる所属：{'、'.join(names)}）。",
    )


def _sizes(settings: Settings, meeting: bytes, transcript: bytes) -> None:
    if len(transcript) > settings.upload_max_bytes:
        raise PayloadTooLarge(
            f"文字起こしのファイルが大きすぎます（上限 {settings.upload_max_bytes:,} バイト）。",
            where="transcript",
            remedy="会議ごとに分けるか、文字だけのファイルにしてください。",
        )
    if len(meeting) > MEETING_MAX_BYTES:
        raise PayloadTooLarge(
            f"会議情報が大きすぎます（上限 {MEETING_MAX_BYTES:,} バイト）。",
            where="meeting",
            remedy="会議情報のファイルを取り違えていないか確かめてください。",
        )


def _key(value: str | None) -> str | None:
    if value is None:
        return None
    if not (0 < len(value) <= KEY_LIMIT and value.isascii() and value.isprintable()):
        raise InputError(
            "Idempotency-Key の形が正しくありません。",
            where="Idempotency-Key",
            remedy=f"半角英数字 1〜{KEY_LIMIT} 文字（UUID など）にしてください。",
        )
    return value


def _storable(meeting: Meeting) -> Meeting:
    if len(meeting.title) > TITLE_LIMIT:
        raise InputError("会議名が長すぎます。", where="title", remedy=f"{TITLE_LIMIT} 文字以内にしてください。")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in meeting.title):
        raise InputError(
            "会議名に使えない文字があります。", where="title", remedy="制御文字や改行を取り除いてください。"
        )
    return meeting


def _file_name(filename: str) -> str:
    # Browsers of old sent whole paths; a folder name may say more than the sender meant to.
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(character for character in name if unicodedata.category(character) not in {"Cc", "Cs"}).strip()
    return kept[-200:] or "transcript"


def _digest(meeting: bytes, transcript: bytes, *names: str) -> str:
    """Over each part's own hash, so that no shift of bytes from one part to the next goes unseen."""
    parts = (meeting, transcript, *(name.encode("utf-8", "surrogatepass") for name in names))
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
