"""Registrations as a CSV table: what it would change, and the change, all of it or nothing."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from minutes.errors import GijiyoshiError, InputError, Problem
from records.metadata.table_csv import refuse
from records.registration_csv import (
    DECIDED_BY,
    DECIDED_ON,
    IDENTIFIER,
    MEETING,
    NUMBER,
    REMARKS,
    Line,
    read_registrations,
)
from service.auth import Action, Principal
from service.db.engine import writing
from service.db.tables import DraftVersion, MeetingRow
from service.errors import Forbidden, NotFound, PreconditionFailed
from service.meetings.queries import lock_meeting
from service.recordkeeping.registered import number_key
from service.recordkeeping.registration import Effect, Judgement, Source, enter, judge
from service.recordkeeping.whose import meeting_for

LIMIT = 1_000_000
"""Bytes."""
MOST_LINES = 500
"""All are written in one transaction, which takes some 8 ms a line; other writers of SQLite wait for 10 seconds."""

_COLUMNS = {
    "document_number": NUMBER,
    "decided_on": DECIDED_ON,
    "decided_by": DECIDED_BY,
    "remarks": REMARKS,
    "state": MEETING,
}


@dataclass(frozen=True)
class Planned:
    """One line of the table, and what it does to its meeting."""

    line: Line
    row: MeetingRow
    judgement: Judgement


@dataclass(frozen=True)
class Plan:
    lines: tuple[Planned, ...]

    @property
    def digest(self) -> str:
        """The same as long as the table does the same: a person confirms what they have seen."""
        parts = [
            (each.row.id, each.row.row_version, each.judgement.effect.value, str(each.line.decision))
            for each in self.lines
        ]
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def count(self, effect: Effect) -> int:
        return sum(each.judgement.effect is effect for each in self.lines)


@dataclass(frozen=True)
class Done:
    """``effect`` and ``warnings`` as for one registration."""

    line: int
    meeting_id: str
    title: str
    document_number: str
    decided_on: date
    effect: Effect
    warnings: tuple[str, ...]


def plan(session: Session, principal: Principal | None, data: bytes) -> Plan:
    """What the table would change. Raises InputError with the row and column of everything that is wrong in it."""
    if len(data) > LIMIT:
        raise InputError(
            f"ファイルが大きすぎます（{len(data):,} バイト）。",
            where="file",
            remedy=f"{LIMIT:,} バイトまでに分けてください。",
        )
    problems: list[Problem] = []
    found: list[tuple[Line, MeetingRow]] = []
    seen: dict[str, Line] = {}
    given = read_registrations(data)
    if len(given) > MOST_LINES:
        raise InputError(
            f"行が多すぎます（{len(given)}行）。", where="file", remedy=f"{MOST_LINES}行までの表に分けてください。"
        )
    for line in given:
        row = _meeting(session, principal, line, problems)
        if row is None:
            continue
        if row.id in seen:
            what = f"「{row.title}」が{seen[row.id].row.place()}にもあります。"
            problems.append(Problem(what, line.row.place(), "どちらかを削除してください。"))
            continue
        seen[row.id] = line
        found.append((line, row))
    lines = []
    for line, row in found:
        try:
            judgement = judge(session, row, line.decision)
        except GijiyoshiError as error:
            problems += _placed(line, error)
            continue
        lines.append(Planned(line, row, judgement))
    refuse(problems)
    return Plan(tuple(_with_shared_numbers(lines)))


def register_all(
    engine: Engine, principal: Principal | None, data: bytes, source: Source, *, seen: str | None = None
) -> tuple[Done, ...]:
    """Register every line, or none. ``seen``: the digest of the plan that a person confirmed; PreconditionFailed where
    the table would do something else by now. Raises as ``plan`` besides."""
    with writing(engine) as session:
        # In one order for all: two tables at once must not wait for each other.
        for meeting_id in sorted(each.row.id for each in plan(session, principal, data).lines):
            lock_meeting(session, meeting_id)
        session.expire_all()
        made = plan(session, principal, data)
        if seen is not None and seen != made.digest:
            raise PreconditionFailed(
                "確かめたあとに、会議の状態が変わりました。",
                where="seen",
                remedy="変わる内容をもう一度確かめてください。",
            )
        for each in made.lines:
            enter(session, principal, each.row, each.line.decision, source)
        return outcomes(made)


def outcomes(made: Plan) -> tuple[Done, ...]:
    return tuple(
        Done(
            each.line.row.line,
            each.row.id,
            each.row.title,
            each.line.decision.document_number,
            each.line.decision.decided_on,
            each.judgement.effect,
            each.judgement.warnings,
        )
        for each in made.lines
    )


def _meeting(session: Session, principal: Principal | None, line: Line, problems: list[Problem]) -> MeetingRow | None:
    """The meeting of a line that this person may register."""
    column = IDENTIFIER if line.version_id is not None else MEETING
    place = line.row.place(column)
    meeting_id, version = line.meeting_id, None
    if line.version_id is not None:
        saved = session.execute(
            select(DraftVersion.meeting_id, DraftVersion.version).where(DraftVersion.id == line.version_id)
        ).one_or_none()
        if saved is None:
            problems.append(_unknown(place))
            return None
        if meeting_id is not None and meeting_id != saved.meeting_id:
            problems.append(Problem("識別子と会議の番号が、別の会議です。", place, "どちらかを直してください。"))
            return None
        meeting_id, version = saved.meeting_id, saved.version
    assert meeting_id is not None
    try:
        row = meeting_for(session, principal, meeting_id, Action.hand_over)
    except (NotFound, InputError):
        problems.append(_unknown(place))
        return None
    except Forbidden as error:
        problems.append(Problem(error.what, place, error.remedy))
        return None
    if version is not None and row.approved_version is not None and version != row.approved_version:
        what = f"この識別子は第{version}版のものです（承認された版は第{row.approved_version}版です）。"
        problems.append(Problem(what, place, "承認された版のパッケージの識別子を書いてください。"))
        return None
    return row


def _unknown(place: str) -> Problem:
    """What belongs to another department is told like what does not exist."""
    return Problem("会議が見つかりません。", place, "識別子又は番号と、会議の所属を確かめてください。")


def _placed(line: Line, error: GijiyoshiError) -> Iterable[Problem]:
    """The same problems, with the row and the column of the table."""
    for each in error.problems:
        column = _COLUMNS.get(each.where, "")
        if column == MEETING and line.meeting_id is None:
            column = IDENTIFIER
        yield Problem(each.what, line.row.place(column), each.remedy)


def _with_shared_numbers(lines: list[Planned]) -> Iterable[Planned]:
    """The lines, warned where two of them have one number."""
    by_number: dict[str, list[Planned]] = {}
    for each in lines:
        by_number.setdefault(number_key(each.line.decision.document_number), []).append(each)
    for each in lines:
        others = [o for o in by_number[number_key(each.line.decision.document_number)] if o is not each]
        if not others or each.judgement.effect is Effect.NOTHING:
            yield each
            continue
        places = "、".join(other.line.row.place() for other in others)
        warning = f"文書番号「{each.line.decision.document_number}」は、{places}にもあります。一つの起案に両方を添付したときは、このままで構いません。"
        known = each.judgement
        yield Planned(each.line, each.row, Judgement(known.effect, (*known.warnings, warning), known.before))
