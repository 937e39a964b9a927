"""A worker drafts with a profile that people made: the revision that the meeting names, whatever came after it."""

from pathlib import Path

from sqlalchemy import Engine, select

from minutes.profiles import load_profile
from service.auth import Role
from service.auth.accounts import first_start, principal_of
from service.db.account_tables import Account, RoleGrant
from service.db.engine import reading, writing
from service.db.tables import MeetingRow
from service.meetings.intake import accept_meeting
from service.meetings.queries import current_draft
from service.profiles.saving import make_profile, save_profile
from service.settings import Settings
from workers.runner import Outcome, run_job
from workers.works import works

SAMPLES = Path(__file__).parents[2] / "samples"


def test_a_worker_drafts_with_the_revision_that_the_meeting_names(engine: Engine) -> None:
    first_start(engine)
    settings = Settings()
    with writing(engine) as session:
        account = session.scalars(select(Account).where(Account.login == "toroku")).one()
        ((department, _),) = principal_of(session, account).grants
        session.add(RoleGrant(account_id=account.id, department_id=department, role=str(Role.ADMINISTRATOR)))
        session.flush()
        principal = principal_of(session, account)
        first = load_profile().model_copy(update={"guest_honorific": "殿", "summarise_reports": True})
        make_profile(session, principal, "kaigi", first, department_id=department)
    made = accept_meeting(
        engine,
        settings,
        principal,
        meeting=(SAMPLES / "meeting.json").read_bytes(),
        transcript=(SAMPLES / "meeting.vtt").read_bytes(),
        filename="meeting.vtt",
        department_id=department,
        profile="kaigi",
        model=None,
    )
    with writing(engine) as session:
        later = first.model_copy(update={"guest_honorific": "氏", "summarise_reports": False})
        save_profile(session, principal, "kaigi", later, based_on=1, reason="試験")
    assert run_job(engine, settings, made.job_id, works()) is Outcome.SUCCEEDED
    with reading(engine) as session:
        draft = current_draft(session, session.get_one(MeetingRow, made.meeting_id))
    assert draft is not None
    document = draft[1]
    assert document.profile == "kaigi@1"
    blocks = [block for section in document.sections for block in section.blocks]
    assert any((block.label or "").endswith("平岡 修 殿") for block in blocks)
    assert any(block.type == "report" and block.sentences for block in blocks)
