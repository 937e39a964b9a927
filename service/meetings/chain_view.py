"""The chain of one meeting as people and programs read it: each step with who, when and until when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.auth import Principal
from service.db.account_tables import Account
from service.db.approval_tables import SignOff
from service.db.tables import MeetingRow
from service.meetings.chain import Step, StepKind
from service.meetings.closed import shown_words
from service.meetings.queries import current_draft
from service.meetings.signing import line_of, sign_offs
from service.meetings.standing import Outcome


@dataclass(frozen=True)
class MarkView:
    """One row of the chain's history. ``on_behalf_of``: whose deputy ``by`` was."""

    step: str
    step_name: str
    outcome: str
    by: str
    on_behalf_of: str | None
    at: datetime
    version: int
    sha256: str
    to_step: str | None
    reason: str | None


@dataclass(frozen=True)
class StepView:
    """``position``: done, left_out, due (the one that somebody has to do now) or waiting."""

    step: Step
    position: str
    due_at: datetime | None
    mark: MarkView | None


@dataclass(frozen=True)
class ChainView:
    id: str
    name: str
    steps: tuple[StepView, ...]
    history: tuple[MarkView, ...]
    """Oldest first; what was returned or withdrawn is still in it."""

    @property
    def due(self) -> StepView | None:
        return next((each for each in self.steps if each.position == "due"), None)

    @property
    def may_be_left_out(self) -> tuple[Step, ...]:
        """Approvals that whoever submits may leave out."""
        return tuple(each.step for each in self.steps if each.step.optional and each.step.kind is StepKind.APPROVAL)

    @property
    def earlier(self) -> tuple[Step, ...]:
        """Where a return may lead to, the nearest first."""
        before: list[Step] = []
        for each in self.steps:
            if each.position == "due":
                return tuple(reversed(before))
            if each.position == "done":
                before.append(each.step)
        return ()


def chain_view(session: Session, principal: Principal, row: MeetingRow) -> ChainView:
    """The chain as this person may see it: reasons that quote closed talk are withheld as the talk itself is."""
    line = line_of(session, row)
    rows = sign_offs(session, row.id)
    names = _names(session, rows)
    draft = current_draft(session, row)
    document = draft[1] if draft is not None else None
    marks = {
        each.id: _mark(each, names, shown_words(principal, row, document, each.reason) if each.reason else None)
        for each in rows
    }
    steps = []
    for step in line.chain.steps:
        mark = line.counts.get(step.id)
        due = step == line.step
        if due:
            position = "due"
        elif mark is None:
            position = "waiting"
        else:
            position = "left_out" if mark.outcome == Outcome.LEFT_OUT else "done"
        shown = marks[mark.id] if mark is not None and not due else None
        steps.append(StepView(step, position, row.step_due_at if due else None, shown))
    return ChainView(line.chain.id, line.chain.name, tuple(steps), tuple(marks.values()))


def _mark(mark: SignOff, names: Mapping[str, str], reason: str | None) -> MarkView:
    return MarkView(
        mark.step,
        mark.step_name,
        mark.outcome,
        names[mark.account_id],
        names[mark.on_behalf_of] if mark.on_behalf_of else None,
        mark.at,
        mark.version,
        mark.sha256,
        mark.to_step,
        reason,
    )


def _names(session: Session, rows: Iterable[SignOff]) -> Mapping[str, str]:
    ids = {who for each in rows for who in (each.account_id, each.on_behalf_of) if who is not None}
    found = session.execute(select(Account.id, Account.display_name).where(Account.id.in_(ids)))
    return {row.id: row.display_name for row in found}
