"""Who does the work until when, for programs."""

from typing import Annotated

from fastapi import APIRouter, Path

from service.api.problems import problems
from service.api.schemas import AssignedOut, AssignIn, DuesIn, MeetingSummary, RefusalOut
from service.auth.dependencies import EngineDep, PrincipalDep
from service.db.engine import reading
from service.meetings.assigning import assign
from service.meetings.dues import change_dues
from service.meetings.queries import get_meeting

router = APIRouter(prefix="/meetings", tags=["meetings"])


@router.post(
    "/assignments",
    response_model=AssignedOut,
    summary="担当を決める",
    description="会議の担当を一人にします（null は担当なし）。できない会議は `refused` に理由とともに返し、ほかは変えます。"
    "担当になれるのは、その会議の所属に役割がある人です。",
    responses=problems(422),
)
def assign_meetings(engine: EngineDep, principal: PrincipalDep, body: AssignIn) -> AssignedOut:
    made = assign(engine, principal, body.meeting_ids, body.assignee_id)
    refused = tuple(RefusalOut(meeting_id=each.meeting_id, why=each.why) for each in made.refused)
    return AssignedOut(done=made.done, refused=refused)


@router.put(
    "/{meeting_id}/dues",
    response_model=MeetingSummary,
    summary="期限を変える",
    description="素案期限と公表期限を、送った値にします（null は期限なし）。承認された会議と取り消された会議では 409 です。",
    responses=problems(403, 404, 409, 422),
)
def put_dues(
    engine: EngineDep,
    principal: PrincipalDep,
    meeting_id: Annotated[str, Path(description="会議の番号", max_length=36)],
    body: DuesIn,
) -> MeetingSummary:
    change_dues(engine, principal, meeting_id, draft_due=body.draft_due, publication_due=body.publication_due)
    with reading(engine) as session:
        return MeetingSummary.of(get_meeting(session, principal, meeting_id))
