"""Own profiles: who makes them, that saved ones stay, and that a meeting keeps the revision it was made with."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from minutes.errors import InputError
from minutes.profile import Profile
from minutes.profiles import load_profile, profile_ids
from service.audit import AuditEventName, verify
from service.auth import Principal, Role, secrets
from service.auth.accounts import principal_of
from service.db.account_tables import Account, Department, RoleGrant
from service.db.engine import reading, writing
from service.db.profile_tables import ProfileRevision
from service.db.tables import AuditEvent, MeetingRow
from service.errors import Conflict, Forbidden, NotFound, PreconditionFailed
from service.meetings.editing import edit_sentence
from service.meetings.exports import take
from service.meetings.history import undo
from service.meetings.intake import accept_meeting
from service.meetings.queries import current_draft
from service.meetings.restyling import restyle
from service.profiles.offered import chosen_profile, offered_profiles
from service.profiles.revisions import history_of, profile_named
from service.profiles.saving import make_profile, may_change, save_profile, withdraw_profile
from service.settings import Settings
from workers.runner import Outcome, run_job
from workers.works import works

SAMPLES = Path(__file__).parents[2] / "samples"
TOKYO = load_profile("tokyo_cio")


@dataclass
class Hall:
    engine: Engine
    here: str
    there: str

    def person(self, *grants: tuple[str, Role]) -> Principal:
        with writing(self.engine) as session:
            login = f"p{len(session.scalars(select(Account.id)).all())}"
            account = Account(login=login, display_name=login, password_hash=secrets.NO_PASSWORD)
            session.add(account)
            session.flush()
            session.add_all(RoleGrant(account_id=account.id, department_id=d, role=str(r)) for d, r in grants)
            session.flush()
            return principal_of(session, account)

    def make(self, principal: Principal, name: str = "kaigi", profile: Profile = TOKYO, **place: str | None) -> None:
        with writing(self.engine) as session:
            department = place.get("department_id", self.here)
            make_profile(session, principal, name, profile, department_id=department)

    def save(
        self, principal: Principal, *, based_on: int, name: str = "kaigi", reason: str = "手引", **change: object
    ) -> None:
        with writing(self.engine) as session:
            profile = profile_named(session, name).model_copy(update=change)
            save_profile(session, principal, name, profile, based_on=based_on, reason=reason)

    def offered(self, department: str) -> list[str]:
        with reading(self.engine) as session:
            return [each.reference for each in offered_profiles(session, [department])]

    def drafted(self, maker: Principal, profile: str = "kaigi") -> str:
        settings = Settings()
        made = accept_meeting(
            self.engine,
            settings,
            maker,
            meeting=(SAMPLES / "meeting.json").read_bytes(),
            transcript=(SAMPLES / "meeting.vtt").read_bytes(),
            filename="meeting.vtt",
            department_id=self.here,
            profile=profile,
            model=None,
        )
        assert run_job(self.engine, settings, made.job_id, works()) is Outcome.SUCCEEDED
        return made.meeting_id

    def printed(self, reader: Principal, meeting_id: str) -> str:
        return take(self.engine, reader, meeting_id, "txt").content.decode()

    def profile_of(self, meeting_id: str) -> tuple[str, str]:
        """Of the row and of its newest draft."""
        with reading(self.engine) as session:
            row = session.get_one(MeetingRow, meeting_id)
            draft = current_draft(session, row)
        assert draft is not None
        return row.profile, draft[1].profile


@pytest.fixture
def hall(engine: Engine) -> Hall:
    with writing(engine) as session:
        places = [Department(name=name) for name in ("総務課", "福祉課")]
        session.add_all(places)
        session.flush()
    return Hall(engine, places[0].id, places[1].id)


def test_a_department_has_its_profiles_to_itself(hall: Hall) -> None:
    kanri, yoso = hall.person((hall.here, Role.ADMINISTRATOR)), hall.person((hall.there, Role.ADMINISTRATOR))
    hall.make(kanri)
    assert hall.offered(hall.here) == [*profile_ids(), "kaigi@1"]
    assert hall.offered(hall.there) == [*profile_ids()]
    with pytest.raises(NotFound):
        hall.save(yoso, based_on=1, closing="x")
    with pytest.raises(NotFound):
        hall.make(yoso, "mine", department_id=hall.here)
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(Forbidden):
            hall.make(hall.person((hall.here, role)), "other")


def test_a_profile_for_all_is_made_by_who_administers_all(hall: Hall) -> None:
    one = hall.person((hall.here, Role.ADMINISTRATOR))
    both = hall.person((hall.here, Role.ADMINISTRATOR), (hall.there, Role.ADMINISTRATOR))
    with pytest.raises(Forbidden):
        hall.make(one, department_id=None)
    hall.make(both, department_id=None)
    assert "kaigi@1" in hall.offered(hall.here) and "kaigi@1" in hall.offered(hall.there)
    with pytest.raises(Forbidden):
        hall.save(one, based_on=1, guest_honorific="殿")
    with reading(hall.engine) as session:
        assert may_change(session, both, None) and not may_change(session, one, None)
    with writing(hall.engine) as session:
        session.add(Department(name="税務課"))
    with pytest.raises(Forbidden):
        hall.save(both, based_on=1, guest_honorific="殿")


@pytest.mark.parametrize("name", ["", "K", "Kaigi", "a@1", "1kai", "会議", "a" * 41, "tokyo_cio", "kaigi", "new"])
def test_an_id_that_cannot_be_or_is_taken(hall: Hall, name: str) -> None:
    kanri = hall.person((hall.here, Role.ADMINISTRATOR))
    hall.make(kanri)
    with pytest.raises(InputError) as caught:
        hall.make(kanri, name)
    assert caught.value.where == "id"


def test_every_save_is_a_new_revision_and_none_can_be_changed(hall: Hall) -> None:
    kanri = hall.person((hall.here, Role.ADMINISTRATOR))
    hall.make(kanri)
    hall.save(kanri, based_on=1, guest_honorific="殿")
    with pytest.raises(PreconditionFailed, match="第2改訂"):
        hall.save(kanri, based_on=1, guest_honorific="氏")
    with pytest.raises(InputError, match="変えた所がありません"):
        hall.save(kanri, based_on=2)
    with pytest.raises(InputError, match="理由"):
        hall.save(kanri, based_on=2, reason=" ", guest_honorific="氏")
    with reading(hall.engine) as session:
        rows = history_of(session, "kaigi")
        assert [(row.revision, row.reason) for row in rows] == [(2, "手引"), (1, "新規作成")]
        assert [profile_named(session, f"kaigi@{n}").guest_honorific for n in (1, 2)] == ["様", "殿"]
        assert profile_named(session, "kaigi").id == "kaigi@2"
        events = session.scalars(select(AuditEvent).where(AuditEvent.event == AuditEventName.PROFILE_SAVED)).all()
        assert [(each.subject, each.detail["sha256"]) for each in events] == [
            ("profile:kaigi", row.sha256) for row in reversed(rows)
        ]
        assert verify(session).ok
    for statement in ("UPDATE profile_revision SET reason = 'x'", "DELETE FROM profile_revision"):
        with pytest.raises(DBAPIError, match="append-only"), hall.engine.begin() as connection:
            connection.execute(text(statement))


def test_a_meeting_keeps_the_revision_it_was_drafted_with(hall: Hall) -> None:
    kanri, maker = hall.person((hall.here, Role.ADMINISTRATOR)), hall.person((hall.here, Role.REGISTRAR))
    hall.make(kanri, profile=TOKYO.model_copy(update={"guest_honorific": "殿"}))
    meeting = hall.drafted(maker)
    assert hall.profile_of(meeting) == ("kaigi@1", "kaigi@1")
    before = hall.printed(maker, meeting)
    assert "平岡 修 殿" in before
    layout = TOKYO.layout.model_copy(update={"closing": "以上"})
    hall.save(kanri, based_on=1, guest_honorific="氏", layout=layout)
    assert hall.printed(maker, meeting) == before
    edit_sentence(hall.engine, maker, meeting, "s0001", "本年は移行を終える。", if_match=1)
    assert "平岡 修 殿" in hall.printed(maker, meeting) and hall.profile_of(meeting) == ("kaigi@1", "kaigi@1")
    assert hall.profile_of(hall.drafted(maker)) == ("kaigi@2", "kaigi@2")

    restyle(hall.engine, maker, meeting, "kaigi", if_match=2)
    assert hall.profile_of(meeting) == ("kaigi@2", "kaigi@2")
    after = hall.printed(maker, meeting)
    assert "平岡 修 氏" in after and after.endswith("以上\n") and "本年は移行を終える。" in after
    with pytest.raises(Conflict):
        restyle(hall.engine, maker, meeting, "kaigi", if_match=3)
    undo(hall.engine, maker, meeting, if_match=3)
    assert hall.profile_of(meeting) == ("kaigi@1", "kaigi@1")
    assert "平岡 修 殿" in hall.printed(maker, meeting)


def test_another_profile_changes_what_the_checks_say(hall: Hall) -> None:
    kanri, maker = hall.person((hall.here, Role.ADMINISTRATOR)), hall.person((hall.here, Role.REGISTRAR))
    wording = TOKYO.wording.model_copy(update={"digits": "full"})
    hall.make(kanri, profile=TOKYO.model_copy(update={"wording": wording}))
    meeting = hall.drafted(maker, "tokyo_cio")
    restyle(hall.engine, maker, meeting, "kaigi", if_match=1)
    with reading(hall.engine) as session:
        draft = current_draft(session, session.get_one(MeetingRow, meeting))
    assert draft is not None and any(each.rule == "K03" for each in draft[1].findings)


def test_a_withdrawn_profile_is_kept_where_it_is_used_and_offered_nowhere(hall: Hall) -> None:
    kanri, maker = hall.person((hall.here, Role.ADMINISTRATOR)), hall.person((hall.here, Role.REGISTRAR))
    hall.make(kanri)
    meeting = hall.drafted(maker)
    with writing(hall.engine) as session:
        withdraw_profile(session, kanri, "kaigi", based_on=1, reason="統合のため")
    assert hall.offered(hall.here) == [*profile_ids()]
    assert "第3回" in hall.printed(maker, meeting)
    with pytest.raises(InputError, match="選べません"):
        hall.drafted(maker)
    with pytest.raises(Conflict), writing(hall.engine) as session:
        withdraw_profile(session, kanri, "kaigi", based_on=2, reason="再び")
    hall.save(kanri, based_on=2, reason="やはり使う")
    assert hall.offered(hall.here)[-1] == "kaigi@3"


@pytest.mark.parametrize(
    "wanted", ["kaigi@9", "kaigi@0", "tokyo_cio@1", "../x", "nothing", "kaigi@1 ", "x" * 500, "a\x00b"]
)
def test_an_unknown_profile_is_refused_with_those_there_are(hall: Hall, wanted: str) -> None:
    hall.make(hall.person((hall.here, Role.ADMINISTRATOR)))
    with reading(hall.engine) as session, pytest.raises(InputError) as caught:
        chosen_profile(session, wanted, hall.here)
    assert all(each in caught.value.remedy for each in (*profile_ids(), "kaigi（"))


def test_an_earlier_revision_can_be_asked_for_by_name(hall: Hall) -> None:
    kanri = hall.person((hall.here, Role.ADMINISTRATOR))
    hall.make(kanri)
    hall.save(kanri, based_on=1, guest_honorific="殿")
    with reading(hall.engine) as session:
        assert chosen_profile(session, "kaigi@1", hall.here) == "kaigi@1"
        assert chosen_profile(session, "kaigi", hall.here) == "kaigi@2"
        with pytest.raises(InputError):
            chosen_profile(session, "kaigi@1", hall.there)


def test_a_repeated_request_is_known_again_after_a_newer_revision(hall: Hall) -> None:
    kanri, maker = hall.person((hall.here, Role.ADMINISTRATOR)), hall.person((hall.here, Role.REGISTRAR))
    hall.make(kanri)
    request = {
        "meeting": json.dumps(json.loads((SAMPLES / "meeting.json").read_text("utf-8"))).encode(),
        "transcript": (SAMPLES / "meeting.vtt").read_bytes(),
        "filename": "meeting.vtt",
        "department_id": None,
        "profile": "kaigi",
        "model": None,
        "idempotency_key": "k1",
    }
    first = accept_meeting(hall.engine, Settings(), maker, **request)
    hall.save(kanri, based_on=1, guest_honorific="殿")
    again = accept_meeting(hall.engine, Settings(), maker, **request)
    assert again.replayed and again.meeting_id == first.meeting_id


def test_the_revision_holds_all_that_a_profile_says(hall: Hall) -> None:
    kanri = hall.person((hall.here, Role.ADMINISTRATOR))
    hall.make(kanri, profile=load_profile("ward_forum"))
    with reading(hall.engine) as session:
        row = session.scalars(select(ProfileRevision)).one()
        kept = profile_named(session, "kaigi@1")
    assert kept == load_profile("ward_forum").model_copy(update={"id": "kaigi@1"})
    assert Profile.model_validate_json(row.content) == kept
