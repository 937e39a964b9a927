"""A department in the middle of its work: something of everything that the pages can show."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from administrator import add_administrator
from recorded_meeting import recorded_meeting
from sent_out import sent_out
from sqlalchemy import select, update

from minutes.document import MinutesDocument, Place
from minutes.era import JST
from minutes.profiles import load_profile
from minutes.proposal import Proposal
from minutes.unit import SummarySentence
from service.auth.accounts import find_account, principal_of
from service.db.account_tables import Account
from service.db.base import now
from service.db.engine import writing
from service.db.tables import Body, Job, MeetingRow, ProposalRow
from service.meetings.chains import find_chain
from service.meetings.drafting import save_first_draft
from service.profiles.saving import make_profile

PLAIN_TEXT = "小さな町では職員が2人しかいないため、研修をお願いしたい。"


@dataclass(frozen=True)
class BusyOffice:
    site: Any
    people: dict[str, Any]
    """Login → a signed-in client; "" is nobody."""
    values: dict[str, str]
    """What stands in the routes for ``{department_id}`` and the like, and the ids of the meetings by their stage."""


def busy_office(site: Any, draft: MinutesDocument) -> BusyOffice:
    with writing(site.engine) as session:
        add_administrator(session, site)
        make_profile(
            session,
            principal_of(session, find_account(session, "kanri")),
            "chonai",
            load_profile(),
            department_id=site.department_id,
        )
        meetings = {"open": site.meeting_id}
        model = session.get_one(MeetingRow, site.meeting_id)
        for stage in ("queued", "asking", "handed", "approved", "passed", "held", "disposed"):
            row = MeetingRow(
                department_id=model.department_id,
                title=f"{model.title}（{stage}）",
                starts_at=model.starts_at,
                meeting_json=model.meeting_json,
                profile=model.profile,
                model=model.model,
                state="受付",
                transcript_name=model.transcript_name,
                transcript_sha256=model.transcript_sha256,
                transcript=b"WEBVTT\n",
                created_by=model.created_by,
            )
            session.add(row)
            session.flush()
            if stage == "asking":
                row.chain, row.chain_json = "council", find_chain("council").model_dump_json()
            if stage == "queued":
                session.add(Job(subject_id=row.id, kind="draft", state="queued", max_attempts=3))
            else:
                save_first_draft(session, row.id, draft)
            meetings[stage] = row.id
        accounts = {row.login: row.id for row in session.scalars(select(Account))}
    people = {login: site.client(login) for login in ("tanaka", "suzuki", "kato", "ito", "kanri", "shinjin")}
    clerk, approver = people["suzuki"], people["kato"]

    def send(client: Any, address: str, status: int = 303, **fields: Any) -> str:
        answer = client.post(address, data=fields)
        assert answer.status_code == status, (address, answer.status_code, answer.text)
        return str(answer.text)

    here = f"/meetings/{meetings['open']}"
    send(clerk, f"{here}/comments", place="s0003", text="年度は合っていますか。", mention=[accounts["kato"]])
    send(approver, f"{here}/comments", place="b0004", text="担当課に確かめてください。", mention=[accounts["suzuki"]])
    send(clerk, f"{here}/comments", text="全体に簡潔です。")
    send(clerk, f"{here}/turns/t0003/regenerate", version=1, model="extractive")
    with writing(site.engine) as session:
        asked = session.scalars(select(ProposalRow)).one()
        asked.state, asked.content = "ready", _proposal(draft).model_dump_json()
        session.execute(update(Job).where(Job.subject_id == asked.id).values(state="succeeded"))
    send(clerk, f"/departments/{site.department_id}/dictionary", wrong="県域", right="圏域", kind="表記")
    send(
        people["kanri"],
        "/bodies",
        name="北原県・市町情報化連絡会",
        department=site.department_id,
        profile="chonai",
        draft_days="7",
        publication_days="30",
    )
    for stage in ("asking", "handed", "approved"):
        there = f"/meetings/{meetings[stage]}"
        send(people["tanaka"], f"{there}/speakers", version=1, label="話者3", attendee_id="a3")
        send(people["tanaka"], f"{there}/sentences/s0004", version=2, text=PLAIN_TEXT)
    day = datetime.now(JST).date()
    there = f"/meetings/{meetings['asking']}"
    send(clerk, f"{there}/check_speakers", version=3)
    shown = send(clerk, f"{there}/confirmations/a2/link", 200, last=str(day + timedelta(days=7)))
    token = re.search(r"/confirm/([^\"<]+)", shown)
    assert token is not None
    send(clerk, f"/meetings/{meetings['handed']}/submit", version=3)
    send(clerk, f"/meetings/{meetings['approved']}/submit", version=3)
    send(approver, f"/meetings/{meetings['approved']}/approve", version=3)
    with writing(site.engine) as session:
        body = session.scalars(select(Body)).one()
        body.keep_days = 30
        for stage in ("passed", "held", "disposed"):
            row = session.get_one(MeetingRow, meetings[stage])
            row.body_id, row.state, row.approved_version = body.id, "承認済", 1
            row.approved_at = now() - timedelta(days=31)
    send(people["kanri"], f"/admin/retention/{meetings['held']}/hold", reason="開示請求の対象のため")
    send(people["kanri"], "/admin/retention/dispose", meeting=meetings["disposed"], sure="1")
    sent = sent_out(site, people["kanri"], meetings["approved"])
    recorded = recorded_meeting(site, people, meetings["handed"], draft)
    return BusyOffice(
        site,
        people | {"": site.client()},
        meetings
        | {
            "department_id": site.department_id,
            "account_id": accounts["tanaka"],
            "attendee_id": "a2",
            "profile_id": "chonai",
            "token": token[1],
            **sent,
            **recorded,
        },
    )


def _proposal(draft: MinutesDocument) -> Proposal:
    return Proposal(
        turn_id="t0003",
        attendee_id="a2",
        card=draft.provenance.model,
        prompts=(),
        program_version="0.1.0",
        sentences=(SummarySentence(text="窓口予約の費用を県と市のどちらが負担するのか。", evidence=("u0003",)),),
        left_out=(),
        replaced="",
        findings=(draft.findings[0].model_copy(update={"place": Place(sentence_id="s0002")}),),
    )
