"""Where a meeting stands on its way to a draft, in words."""

from dataclasses import dataclass

from service.auth import Principal
from service.db.tables import Job, MeetingRow
from service.meetings.closed import shown_failure
from service.web import wording


@dataclass(frozen=True)
class Progress:
    meeting_id: str
    state: str
    words: str
    done: int
    total: int
    """0 where there is nothing to count."""
    final: bool
    """True: nothing moves by itself any more, so a page stops asking."""


def progress_of(row: MeetingRow, job: Job | None, principal: Principal) -> Progress:
    """``job`` is the newest drafting job of the meeting; ``principal`` is who looks at it."""
    if row.state not in wording.UNDER_WAY:
        return Progress(row.id, row.state, _at_rest(row, job, principal), 0, 0, final=True)
    if job is None or job.state == "queued":
        words = "作成の順番を待っています" if job is None or job.attempt == 0 else "中断したため、まもなく再開します"
        return Progress(row.id, row.state, words, 0, 0, final=False)
    stage = wording.STAGE.get(job.stage or "", job.stage or "準備")
    words = f"{stage}（{job.done}／{job.total}）" if job.total else stage
    if job.cancel_requested_at is not None:
        words = "取り消しています"
    return Progress(row.id, row.state, words, job.done, job.total, final=False)


def _at_rest(row: MeetingRow, job: Job | None, principal: Principal) -> str:
    if row.state == "失敗":
        return (shown_failure(principal, row, job) if job is not None else None) or "素案を作成できませんでした。"
    if row.state == "取消":
        return "取り消しました"
    if row.state == "確認待ち" and row.return_reason:
        return f"差し戻し（第{row.current_version}版）"
    return f"第{row.current_version}版" if row.current_version else "—"
