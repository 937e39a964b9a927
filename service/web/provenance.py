"""What the models wrote for a meeting, unit by unit, for auditors."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from minutes.document import MinutesDocument
from minutes.public import closed_ids
from minutes.unit import ModelCall
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.meetings.provenance import UnitRun, read_runs
from service.meetings.queries import current_draft
from service.web import wording
from service.web.label_view import attendee_name
from service.web.people import account_names, person_of
from service.web.templating import page

router = APIRouter()

PAGE = 50


@dataclass(frozen=True)
class RunView:
    run: UnitRun
    use: str
    tone: str
    asked_by: str
    tokens: str
    seconds: float


@dataclass(frozen=True)
class TurnRuns:
    turn_id: str
    speaker: str
    kind: str
    closed: bool
    runs: tuple[RunView, ...]


@router.get("/meetings/{meeting_id}/provenance")
def provenance(
    request: Request,
    meeting_id: str,
    principal: WebPrincipalDep,
    cursor: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    engine = request.app.state.engine
    found = read_runs(engine, principal, meeting_id, cursor=cursor or None, limit=PAGE)
    with reading(engine) as session:
        draft = current_draft(session, found.meeting)
        askers = account_names(session, [run.proposal.asked_by for run in found.runs if run.proposal])
        person = person_of(session, principal)
    return page(
        "provenance.html",
        person=person,
        here="review",
        row=found.meeting,
        turns=tuple(_turns(found.runs, draft[1] if draft else None, askers)),
        next_href=f"/meetings/{meeting_id}/provenance?cursor={found.next_cursor}" if found.next_cursor else None,
        first_href=f"/meetings/{meeting_id}/provenance" if cursor else None,
    )


def _turns(
    runs: tuple[UnitRun, ...], document: MinutesDocument | None, askers: Mapping[str | None, str]
) -> Iterator[TurnRuns]:
    known = {turn.id: turn for turn in document.turns} if document else {}
    closed = closed_ids(document) if document else frozenset()
    for turn_id, own in groupby(runs, key=lambda run: run.result.part):
        turn = known.get(turn_id)
        speaker = attendee_name(document.meeting, turn.attendee_id) if document and turn and turn.attendee_id else ""
        yield TurnRuns(
            turn_id,
            speaker,
            turn.kind.value if turn else "",
            turn is not None and not closed.isdisjoint(turn.utterance_ids),
            tuple(_run(run, askers) for run in own),
        )


def _run(run: UnitRun, askers: Mapping[str | None, str]) -> RunView:
    calls = run.record.summary.calls
    asked_by = askers.get(run.proposal.asked_by, "") if run.proposal else ""
    if run.version is not None:
        use, tone = f"第{run.version}版で使用", "done"
    elif run.proposal is not None:
        use, tone = f"案：{wording.PROPOSAL[run.proposal.state]}", "quiet"
    else:
        use, tone = "不使用", "quiet"
    seconds = sum(call.seconds or 0.0 for call in calls) if calls else run.result.seconds
    return RunView(run, use, tone, asked_by, _tokens(calls), seconds)


def _tokens(calls: tuple[ModelCall, ...]) -> str:
    """What the server counted; nothing where it counted nothing."""
    asked = [call.prompt_tokens for call in calls if call.prompt_tokens is not None]
    told = [call.completion_tokens for call in calls if call.completion_tokens is not None]
    return f"入力 {sum(asked):,}・出力 {sum(told):,}" if asked or told else ""
