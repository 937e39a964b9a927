"""What the API answers. Names are English; values that people read (states, changes) are Japanese."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import Field, model_validator

from minutes.dispositions import sentences_of
from minutes.document import Finding, Fix, MinutesDocument
from minutes.edits import SentenceEdit
from minutes.value import Value
from service.db.tables import AuditEvent, Body, DraftVersion, Job, MeetingRow
from service.jobs.requests import JobKind
from service.jobs.states import JobState
from service.meetings.chains import STANDARD
from service.meetings.states import MeetingState, TransitionName
from service.search.passages import Part

ID_EXAMPLE = "0199a0c2-7b1e-7c3a-9f00-5d2f1c3b4a5e"


class AcceptedOut(Value):
    """A meeting that was taken in; drafting has been queued."""

    id: str = Field(examples=[ID_EXAMPLE])
    job_id: str = Field(examples=[ID_EXAMPLE])
    state: MeetingState
    replayed: bool = Field(description="同じ Idempotency-Key の要求をすでに受け付けていた")


class JobOut(Value):
    """Background work, with its progress."""

    id: str = Field(examples=[ID_EXAMPLE])
    kind: JobKind
    meeting_id: str = Field(examples=[ID_EXAMPLE])
    state: JobState
    attempt: int = Field(description="何回目の実行か")
    max_attempts: int
    stage: str | None = Field(description="read attribute structure condense check compose", examples=["condense"])
    done: int = Field(description="段階の中で終わった数", examples=[7])
    total: int = Field(description="段階の中の総数。0 は数えられない", examples=[24])
    cancel_requested_at: datetime | None
    error_category: str | None
    error: str | None = Field(description="失敗の説明（日本語）")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    row_version: int

    @classmethod
    def of(cls, job: Job, meeting_id: str, error: str | None) -> "JobOut":
        """``error``: why it failed, as the person who asks may read it."""
        return cls(
            id=job.id,
            kind=JobKind(job.kind),
            meeting_id=meeting_id,
            state=JobState(job.state),
            attempt=job.attempt,
            max_attempts=job.max_attempts,
            stage=job.stage,
            done=job.done,
            total=job.total,
            cancel_requested_at=job.cancel_requested_at,
            error_category=job.error_category,
            error=error,
            created_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
            row_version=job.row_version,
        )


class MeetingSummary(Value):
    """A meeting as a row of the list."""

    id: str = Field(examples=[ID_EXAMPLE])
    department_id: str = Field(examples=[ID_EXAMPLE])
    title: str = Field(examples=["区市町村ＤＸ推進協議会"])
    starts_at: datetime
    state: MeetingState
    profile: str = Field(description="書式。作った書式は 識別名@改訂", examples=["tokyo_cio", "soumu_kaigi@3"])
    model: str = Field(examples=["extractive"])
    current_version: int = Field(description="最新の版。0 は素案がまだない")
    body_id: str | None = Field(description="会議体")
    assignee_id: str | None = Field(description="担当")
    draft_due: date | None = Field(description="素案期限：確かめた素案の承認を依頼する期限")
    publication_due: date | None = Field(description="公表期限")
    due_on: date | None = Field(description="いまの状態で効く期限。依頼までは素案期限、承認待ちは公表期限")
    row_version: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: MeetingRow) -> "MeetingSummary":
        return cls(**_summary(row))


class Approval(Value):
    """The frozen result: this version with this hash was approved."""

    version: int
    sha256: str = Field(description="承認した版の MinutesDocument（JSON）の SHA-256")
    approved_by: str
    approved_at: datetime


class MeetingOut(MeetingSummary):
    """One meeting with what may be done next."""

    meeting: dict[str, Any] = Field(description="会議情報（Meeting）")
    transcript_name: str
    transcript_sha256: str
    transcript_columns: str | None = Field(description="表の列の指定。null は見出しから見つけた、または表でない")
    created_by: str
    last_editor_id: str | None
    submitted_by: str | None
    return_reason: str | None = Field(description="差戻しの理由")
    approval: Approval | None
    chain: str = Field(description="承認の流れの名前。段階は `/meetings/{id}/chain`", examples=["standard"])
    step_due_at: datetime | None = Field(description="いまの段階の期限")
    corrects: str | None = Field(description="正誤のもとの会議")
    correction_reason: str | None = Field(description="正誤の理由")
    superseded_by: str | None = Field(description="この議事要旨に代わる会議（差替済）")
    job: JobOut | None = Field(description="最新の作成ジョブ")
    allowed_actions: tuple[TransitionName, ...] = Field(description="要求した人がいまできる操作")
    blocking: int = Field(description="承認依頼・承認を止めている指摘の数")


class MeetingPage(Value):
    """Newest first. ``next_cursor`` is null on the last page."""

    items: tuple[MeetingSummary, ...]
    next_cursor: str | None


class BodyOut(Value):
    """会議体: the defaults and deadlines of its meetings."""

    id: str = Field(examples=[ID_EXAMPLE])
    department_id: str = Field(examples=[ID_EXAMPLE])
    name: str = Field(examples=["区市町村ＤＸ推進協議会"])
    profile: str = Field(examples=["tokyo_cio"])
    model: str | None = Field(description="null は設定の値")
    draft_days: int | None = Field(description="会議の終了日から素案期限までの暦日数")
    publication_days: int | None = Field(description="会議の終了日から公表期限までの暦日数")
    chain: str | None = Field(description="承認の流れ。null は設定の値", examples=["council"])
    keep_days: int | None = Field(description="文字起こしと中間データを、承認から残す日数。null は決まりなし")
    active: bool = Field(description="新しい会議で選べる")

    @classmethod
    def of(cls, body: Body) -> "BodyOut":
        return cls(**{name: getattr(body, name) for name in cls.model_fields})


class TextPiece(Value):
    """A stretch of a text; ``marked`` where a word that was looked for stands."""

    text: str
    marked: bool


class HitOut(Value):
    part: Part = Field(description="draft 議事要旨、transcript 文字起こし")
    place: str = Field(description="文・段落・発言・議事の番号。画面の #番号 と同じ", examples=["s0003"])
    speaker: str | None
    closed: bool = Field(description="非公開の内容を読める人だけに見える")
    text: tuple[TextPiece, ...] = Field(description="見つかった所の前後")


class FoundOut(Value):
    meeting_id: str = Field(examples=[ID_EXAMPLE])
    department_id: str = Field(examples=[ID_EXAMPLE])
    starts_at: datetime
    state: MeetingState
    title: tuple[TextPiece, ...]
    hits: tuple[HitOut, ...] = Field(description="主な所。件名だけで見つかったときは空")
    more: bool = Field(description="ほかにも見つかった所がある")


class SearchPage(Value):
    """``next_before`` is null on the last page."""

    items: tuple[FoundOut, ...]
    next_before: int | None


class VersionOut(Value):
    """One saved version of a draft."""

    version: int
    sha256: str
    change: str = Field(examples=["文の修正（s0003）"])
    created_by: str | None = Field(description="null は作成ジョブ")
    created_at: datetime

    @classmethod
    def of(cls, saved: DraftVersion, change: str) -> "VersionOut":
        """``change``: what it changed, as the person who asks may read it."""
        return cls(
            version=saved.version,
            sha256=saved.sha256,
            change=change,
            created_by=saved.created_by,
            created_at=saved.created_at,
        )


class FindingOut(Finding):
    """A finding, with what a safe change would make of the sentence."""

    fix: Fix | None = Field(None, description="安全に直せるときの修正案。null はないことを示す")
    fixed_text: str | None = Field(None, description="修正案を採用したときの文。修正案がなければ null")


class EditedOut(VersionOut):
    """The new version and what the checks, run again, say of it."""

    findings: tuple[FindingOut, ...]


class FindingsOut(Value):
    version: int
    findings: tuple[FindingOut, ...]


def findings_out(document: MinutesDocument) -> tuple[FindingOut, ...]:
    texts = {each.id: each.text for each in sentences_of(document.sections)}
    return tuple(
        FindingOut(
            **dict(finding), fixed_text=finding.fix.applied_to(texts[finding.fix.sentence_id]) if finding.fix else None
        )
        for finding in document.findings
    )


class Sent(Value):
    """Base of request bodies: JSON can spell half of a surrogate pair, which no file and no database can hold."""

    @model_validator(mode="before")
    @classmethod
    def _encodable(cls, value: Any) -> Any:
        if not encodable(value):
            raise ValueError("lone surrogate")
        return value


def encodable(value: Any) -> bool:
    """Whether all text in a JSON value can be written as UTF-8 and is free of NUL, which PostgreSQL refuses."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, dict):
        return all(encodable(key) and encodable(item) for key, item in value.items())
    return not isinstance(value, list) or all(encodable(item) for item in value)


class SentenceIn(Sent):
    text: str = Field(examples=["都は、来年度に研修を拡充する。"])


class BlockIn(Sent):
    """All sentences of the block, in order. A sentence with ``id`` keeps its evidence unless new evidence is given."""

    sentences: tuple[SentenceEdit, ...]


class FixesIn(Sent):
    """Fixes as the findings of the newest version offer them."""

    fixes: tuple[Fix, ...] = Field(
        examples=[[{"sentence_id": "s0003", "start": 12, "replaced": "下さい", "replacement": "ください"}]]
    )


class SpeakerIn(Sent):
    label: str | None = Field(description="文字起こしの話者ラベル。null はラベルなし", examples=["話者3"])
    attendee_id: str = Field(examples=["tanaka"])


class TransitionIn(Sent):
    action: TransitionName
    reason: str | None = Field(None, description="差戻しでは必須", examples=["問２の答弁の年度を確かめてください。"])
    to: str | None = Field(None, description="差戻しで戻す段階。なければ最初の段階", examples=["check"], max_length=40)
    skip: tuple[str, ...] = Field((), description="承認依頼で省く段階（省ける段階だけ）", max_length=20)
    model: str | None = Field(
        None, max_length=100, description="run_again で、前と違う要約モデルにするとき", examples=["extractive"]
    )


class AssignIn(Sent):
    meeting_ids: tuple[str, ...] = Field(description="200 件まで", examples=[[ID_EXAMPLE]])
    assignee_id: str | None = Field(description="利用者の番号。null は担当なし", examples=[ID_EXAMPLE])


class RefusalOut(Value):
    meeting_id: str
    why: str


class AssignedOut(Value):
    done: tuple[str, ...]
    refused: tuple[RefusalOut, ...]


class DuesIn(Sent):
    draft_due: date | None = Field(examples=["2026-06-03"])
    publication_due: date | None = Field(examples=["2026-07-04"])


class AuditEventOut(Value):
    seq: int
    at: datetime
    actor: str
    event: str = Field(examples=["user:meeting:approved"])
    subject: str = Field(examples=[f"meeting:{ID_EXAMPLE}"])
    detail: dict[str, Any]
    previous_hash: str
    hash: str

    @classmethod
    def of(cls, row: AuditEvent) -> "AuditEventOut":
        names = ("seq", "at", "actor", "event", "subject", "detail", "previous_hash", "hash")
        return cls(**{name: getattr(row, name) for name in names})


class AuditPage(Value):
    """Oldest first; ``next_after`` is null on the last page."""

    items: tuple[AuditEventOut, ...]
    next_after: int | None


class GrantOut(Value):
    department_id: str
    department: str
    role: str = Field(examples=["登録者"])


class MeOut(Value):
    login: str
    display_name: str
    grants: tuple[GrantOut, ...]
    scopes: tuple[str, ...] | None = Field(description="null は画面からのサインイン")


class ProgressOut(Value):
    """One event of the progress stream."""

    meeting_id: str
    state: MeetingState
    row_version: int
    current_version: int
    job: JobOut | None


def meeting_out(
    row: MeetingRow,
    job: JobOut | None,
    *,
    meeting: Mapping[str, Any],
    return_reason: str | None,
    correction_reason: str | None,
    actions: tuple[str, ...],
    blocking: int,
) -> MeetingOut:
    approval = None
    if row.approved_version and row.approved_sha256 and row.approved_by and row.approved_at:
        approval = Approval(
            version=row.approved_version,
            sha256=row.approved_sha256,
            approved_by=row.approved_by,
            approved_at=row.approved_at,
        )
    return MeetingOut(
        **_summary(row),
        meeting=dict(meeting),
        transcript_name=row.transcript_name,
        transcript_sha256=row.transcript_sha256,
        transcript_columns=row.transcript_columns,
        created_by=row.created_by,
        last_editor_id=row.last_editor_id,
        submitted_by=row.submitted_by,
        return_reason=return_reason,
        approval=approval,
        chain=row.chain or STANDARD,
        step_due_at=row.step_due_at,
        corrects=row.corrects,
        correction_reason=correction_reason,
        superseded_by=row.superseded_by,
        job=job,
        allowed_actions=tuple(TransitionName(name) for name in actions),
        blocking=blocking,
    )


def _summary(row: MeetingRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in MeetingSummary.model_fields if name != "state"} | {
        "state": MeetingState(row.state)
    }
