"""What the models wrote for a meeting, unit by unit, for auditors: every run, also those that were not used.

Raw output may hold closed talk, so besides the right to audit it takes the right to that; and reading it is itself
audited, as taking the 保存版 is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select, tuple_
from sqlalchemy.orm import Session

from minutes.document import Provenance
from minutes.errors import InputError
from minutes.unit_record import STAGE, UnitRecord
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require
from service.db.engine import writing
from service.db.tables import Job, MeetingRow, ProposalRow, StageResult
from service.meetings.drafting import subject
from service.meetings.queries import decode_cursor, draft_version, encode_cursor, get_meeting
from service.retention.rules import require_kept


@dataclass(frozen=True)
class UnitRun:
    """One run of a model over one turn. ``proposal``: what it was asked for besides the first draft."""

    result: StageResult
    record: UnitRecord
    proposal: ProposalRow | None
    version: int | None
    """The version of the draft in which its sentences first stand; None: in none."""


@dataclass(frozen=True)
class RunPage:
    """In the order of the turns, the runs of one turn in the order of time. ``next_cursor`` is None on the last page."""

    meeting: MeetingRow
    runs: tuple[UnitRun, ...]
    next_cursor: str | None


def may_read_runs(principal: Principal, department_id: str) -> bool:
    return principal.may(Action.audit, department_id) and principal.may(Action.read_closed, department_id)


def read_runs(
    engine: Engine, principal: Principal, meeting_id: str, *, cursor: str | None = None, limit: int = 50
) -> RunPage:
    """One page of the record. Raises NotFound, Forbidden, and InputError for a cursor this function did not make."""
    with writing(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        require(principal, Action.audit, row.department_id)
        require(principal, Action.read_closed, row.department_id)
        require_kept(row)
        results = _results(session, row, cursor, limit + 1)
        runs = _runs(session, row, results[:limit])
        parts = [run.result.part for run in runs]
        detail = {"runs": len(runs), "turns": "–".join(dict.fromkeys([*parts[:1], *parts[-1:]]))}
        record(
            session, actor=principal.login, event=AuditEventName.MODEL_RUNS_READ, subject=subject(row.id), detail=detail
        )
        return RunPage(row, runs, encode_cursor(results[limit - 1].id) if len(results) > limit else None)


def _results(session: Session, row: MeetingRow, cursor: str | None, limit: int) -> Sequence[StageResult]:
    query = select(StageResult).where(StageResult.subject_id == row.id, StageResult.stage == STAGE)
    if cursor:
        last = session.get(StageResult, decode_cursor(cursor))
        if last is None or last.subject_id != row.id:
            raise InputError(
                "続きの位置（cursor）がこの会議のものではありません。",
                where="cursor",
                remedy="前の応答の next_cursor をそのまま渡してください。",
            )
        query = query.where(tuple_(StageResult.part, StageResult.id) > (last.part, last.id))
    return session.scalars(query.order_by(StageResult.part, StageResult.id).limit(limit)).all()


def _runs(session: Session, row: MeetingRow, results: Sequence[StageResult]) -> tuple[UnitRun, ...]:
    by_job = (
        select(Job.id, ProposalRow)
        .join(ProposalRow, ProposalRow.id == Job.subject_id)
        .where(Job.id.in_([each.job_id for each in results]))
    )
    proposals = dict(session.execute(by_job).all())
    first = draft_version(session, row, 1)[1].provenance if row.current_version else None
    found = []
    for result in results:
        kept = UnitRecord.model_validate_json(result.payload)
        proposal = proposals.get(result.job_id)
        version = proposal.taken_version if proposal is not None else _in_first(kept, first)
        found.append(UnitRun(result, kept, proposal, version))
    return tuple(found)


def _in_first(kept: UnitRecord, first: Provenance | None) -> int | None:
    """1 for the runs that the first draft was made from: an earlier attempt may have had another model or prompt."""
    made = first is not None and (kept.card, kept.prompts, kept.program_version) == (
        first.model,
        first.prompts,
        first.program_version,
    )
    return 1 if made else None
