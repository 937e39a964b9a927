"""A meeting of the busy office on its way into the records: described, packed, registered and corrected once."""

from datetime import datetime, timedelta
from typing import Any

from minutes.document import MinutesDocument
from minutes.era import JST
from service.db.engine import reading, writing
from service.db.record_tables import RecordPackage
from service.db.tables import Body, DraftVersion, MeetingRow
from service.meetings.drafting import save_first_draft

NUMBER = "8情第12号"
CLASSES = "分類記号,大分類,中分類,小分類\nA-1,総務,会議,情報化連絡会\nA-2,総務,会議,庁議\n"
PERIODS = "文書の類型,保存期間,満了時の措置,根拠\n会議の記録,5年,廃棄,文書管理規則別表第2\n審議会の記録,10年,移管,\n"
PRESETS = {
    "file.creator": "情報政策課長",
    "file.manager": "情報政策課長",
    "file.location": "文書管理システム",
    "file.record_kind": "会議の記録",
    "item.decision": "課長専決",
    "item.openness": "部分公開",
}
DESCRIPTION = PRESETS | {
    "file.fiscal_year": "令和7年度",
    "file.classification": "総務 ＞ 会議 ＞ 情報化連絡会",
    "file.medium": "電子",
    "item.drafter.organisation": "情報政策課",
    "item.drafter.post": "主任",
    "item.drafter.name": "田中 一",
    "item.openness_reason": "契約に関する情報",
    "item.personal_information": "false",
}


def recorded_meeting(site: Any, people: dict[str, Any], like: str, draft: MinutesDocument) -> dict[str, str]:
    """What stands in routes: ``recorded`` is the meeting, ``body_id`` its body with all rules, ``package_id`` its newest
    package, ``number`` its 文書番号, ``table`` a table that registers what is there."""
    with writing(site.engine) as session:
        model = session.get_one(MeetingRow, like)
        body = Body(department_id=site.department_id, name="情報化連絡会（記録あり）", profile=draft.profile)
        session.add(body)
        session.flush()
        row = MeetingRow(
            department_id=model.department_id,
            title=f"{model.title}（recorded）",
            # Whatever day it is today, it lies after the meeting.
            starts_at=model.starts_at - timedelta(days=365),
            meeting_json=model.meeting_json,
            profile=model.profile,
            model=model.model,
            state="受付",
            transcript_name=model.transcript_name,
            transcript_sha256=model.transcript_sha256,
            transcript=b"WEBVTT\n",
            created_by=model.created_by,
            body_id=body.id,
        )
        session.add(row)
        session.flush()
        save_first_draft(session, row.id, draft)
        meeting_id, body_id = row.id, body.id

    def send(who: str, address: str, **fields: Any) -> None:
        answer = people[who].post(address, data=fields)
        assert answer.status_code == 303, (address, answer.status_code, answer.text)

    here, rules = f"/meetings/{meeting_id}", f"/bodies/{body_id}/records"
    send("kanri", f"{rules}/classification", text=CLASSES, version="0")
    send("kanri", f"{rules}/retention", text=PERIODS, version="1")
    send("kanri", f"{rules}/presets", version="2", **PRESETS)
    send("tanaka", f"{here}/speakers", version=1, label="話者3", attendee_id="a3")
    send(
        "tanaka", f"{here}/sentences/s0004", version=2, text="小さな町では職員が2人しかいないため、研修をお願いしたい。"
    )
    send("suzuki", f"{here}/submit", version=3)
    send("kato", f"{here}/approve", version=3)
    send("suzuki", f"{here}/record", version="0", **DESCRIPTION)
    send("suzuki", f"{here}/packages", editions=["公開版", "保存版"])
    send("suzuki", f"{here}/packages", editions=["公開版"], encoding="cp932", naming="ascii")
    today = datetime.now(JST).date().isoformat()
    number = {"decided_on": today, "decided_by": "情報政策課長 沢井 修"}
    send("suzuki", f"{here}/registration", document_number="8情第11号", **number)
    send("suzuki", f"{here}/registration", document_number=NUMBER, remarks="番号の誤記のため", **number)
    with reading(site.engine) as session:
        package_id = session.query(RecordPackage.id).order_by(RecordPackage.id.desc()).limit(1).scalar()
        version = session.query(DraftVersion).filter_by(meeting_id=meeting_id, version=3).one()
        table = f"識別子,文書番号,決裁日,決裁者,備考\nurn:uuid:{version.id},8情第13号,{today},課長,番号の誤記のため\n"
    return {
        "recorded": meeting_id,
        "body_id": body_id,
        "package_id": package_id,
        "number": NUMBER,
        "today": today,
        "table": table,
    }
