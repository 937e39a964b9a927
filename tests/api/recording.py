"""An approved meeting and the words of those who bring it into the records."""

from datetime import UTC, datetime
from typing import Any

from api_office import Office

from service.auth.accounts import principal_of
from service.db.account_tables import Account
from service.db.engine import reading, writing
from service.db.tables import Body, MeetingRow
from service.recordkeeping.rules import save_presets, save_table

HELD = datetime(2025, 5, 20, 4, 30, tzinfo=UTC)
APPROVED = datetime(2025, 5, 23, 1, 0, tzinfo=UTC)

FILE = {
    "fiscal_year": "令和7年度",
    "class_large": "企画",
    "class_mid": "会議",
    "file_title": "デジタル推進会議",
    "creator": "企画部長",
    "location": "文書管理システム",
    "manager": "企画部長",
}
ITEM = {
    "drafted_on": "R7.5.21",
    "drafter": {"organisation": "企画部", "name": "小野 美咲"},
    "decision": "部長専決",
    "openness": "部分公開",
    "openness_reason": "契約前のため",
    "personal_information": False,
}
BY_HAND: dict[str, Any] = {"file": {**FILE, "retention_period": "5年", "disposal": "廃棄"}, "item": ITEM}
"""A description for a body without tables."""

CLASSES = "分類記号,大分類,中分類,小分類\nA-1,企画,会議,デジタル推進会議\nA-2,企画,会議,庁議\n"
PERIODS = "文書の類型,保存期間,満了時の措置\n会議の記録,5年,廃棄\n審議会等の記録,10年,移管\n"
PRESETS = {
    "file": {"creator": "企画部長", "manager": "企画部長", "location": "文書管理システム"},
    "item": {"decision": "部長専決", "openness": "部分公開"},
}


def approved(office: Office) -> str:
    """A drafted meeting, its speaker named, on its way to the end."""
    made = office.drafted()
    answer = office["checker"].post(
        f"/api/v1/meetings/{made}/speakers",
        json={"label": "話者３", "attendee_id": "mori"},
        headers={"If-Match": '"1"'},
    )
    assert answer.status_code == 200, answer.text
    for name, action in (("maker", "submit"), ("approver", "approve")):
        answer = office[name].post(f"/api/v1/meetings/{made}/transitions", json={"action": action})
        assert answer.status_code == 200, answer.text
    with writing(office.engine) as session:
        # Whatever day it is today, the decision on paper has followed.
        row = session.get_one(MeetingRow, made)
        row.starts_at, row.approved_at = HELD, APPROVED
    return made


def described(office: Office, meeting_id: str, **item: Any) -> None:
    answer = office["maker"].put(
        f"/api/v1/meetings/{meeting_id}/record",
        json={"file": BY_HAND["file"], "item": {**ITEM, **item}},
        headers={"If-Match": '"0"'},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["complete"] is not None, answer.text


def registering(office: Office, meeting_id: str, who: str = "maker", **changed: str) -> Any:
    body = {"document_number": "8企第130号", "decided_on": "2025-05-26", "decided_by": "企画部長 小野 美咲"}
    return office[who].post(f"/api/v1/meetings/{meeting_id}/registration", json={**body, **changed})


def rules(office: Office, meeting_id: str) -> str:
    """Put the meeting into a body with tables and presets; the id of the body."""
    with reading(office.engine) as session:
        admin = principal_of(session, session.get_one(Account, office.accounts["admin"]))
    with writing(office.engine) as session:
        body = Body(department_id=office.department_id, name=f"推進会議 {meeting_id[-6:]}", profile="tokyo_cio")
        session.add(body)
        session.flush()
        session.get_one(MeetingRow, meeting_id).body_id = body.id
        save_table(session, admin, body.id, "classification", CLASSES, seen=0)
        save_table(session, admin, body.id, "retention", PERIODS, seen=1)
        save_presets(session, admin, body.id, PRESETS, seen=2)
        return body.id
