"""An approved version as the service would hand it over, and the clerk's description of it."""

import hashlib
from datetime import UTC, datetime

from meeting_builder import canonical
from test_tables_and_descriptions import described

from minutes.document import MinutesDocument, Waiver
from minutes.draft import with_findings
from minutes.edits import edit_sentence
from minutes.profiles import load_profile
from records.approved import Approval, ApprovedVersion, AuditEntry
from records.metadata.description import Description
from records.package.audit_chain import entry_hash

MEETING = "01990000-0000-7000-8000-000000000001"
VERSION = "01990000-0000-7000-8000-000000000002"
APPROVED_AT = datetime(2026, 2, 24, 1, 30, 15, tzinfo=UTC)


def document() -> MinutesDocument:
    worded = edit_sentence(
        canonical().document(), "s0001", "令和8年度予算を始め、区市町村協働事業の取組について説明する事とする。"
    )
    made = with_findings(worded, load_profile())
    finding = next(each for each in made.findings if each.severity != "error")
    text = next(
        (s.text for sec in made.sections for b in sec.blocks for s in b.sentences if s.id == finding.place.sentence_id),
        None,
    )
    waiver = Waiver(
        rule=finding.rule,
        message=finding.message,
        place=finding.place,
        text=text,
        reason="発言のとおり",
        by="佐藤 花子",
        at=APPROVED_AT,
    )
    return made.model_copy(update={"waivers": (waiver,)})


def approved(of: MinutesDocument | None = None) -> ApprovedVersion:
    text = (of or document()).model_dump_json()
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return ApprovedVersion(
        approval=Approval(
            meeting_id=MEETING,
            version_id=VERSION,
            version=3,
            department="デジタルサービス局",
            approved_by="山本 課長",
            approved_at=APPROVED_AT,
            sha256=sha256,
        ),
        text=text,
        entries=(
            entry(11, "tanaka", "user:meeting:accepted", {}),
            entry(12, "system", "system:draft:created", {"version": 1}),
            entry(15, "sato", "user:draft:edited", {"version": 2, "sentence": "s0002"}),
            entry(19, "yamamoto", "user:meeting:approved", {"version": 3, "sha256": sha256}),
        ),
    )


def entry(seq: int, actor: str, event: str, detail: dict[str, str | int]) -> AuditEntry:
    made = AuditEntry(
        seq=seq,
        at=APPROVED_AT,
        actor=actor,
        event=event,
        subject=f"meeting:{MEETING}",
        detail=detail,
        previous_hash=f"{seq - 1:064x}",
        hash="",
    )
    return made.model_copy(update={"hash": entry_hash(made)})


def description() -> Description:
    return described()
