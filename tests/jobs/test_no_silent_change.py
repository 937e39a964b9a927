"""Every change of a meeting's state is told to other systems: the database itself notes each, and none may lack its webhook."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import get_args

import pytest
from message_office import ROOT, Office, new_office
from sqlalchemy import Engine, select, text, update

from minutes.document import MinutesDocument
from minutes.era import JST
from records.registration_csv import Decision
from service.db.base import now
from service.db.delivery_tables import Delivery
from service.db.engine import reading, writing
from service.db.tables import Job, MeetingRow
from service.jobs import requests
from service.meetings.corrections import correct
from service.meetings.drafting import mark_cancelled, mark_drafting, mark_failed, save_first_draft
from service.meetings.intake import accept_meeting
from service.meetings.queries import current_draft
from service.meetings.states import BEING_DRAFTED, TRANSITIONS, MeetingState, TransitionName
from service.notices.payload import WebhookPayload, WebhookType
from service.recordkeeping.registration import Source, register
from service.settings import Settings
from service.web.delivery_words import EVENT


@pytest.fixture
def office(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr("service.meetings.transitions.check", lambda *_: ())
    made = new_office(sqlite_engine)
    with writing(sqlite_engine) as session:
        session.execute(text("CREATE TABLE noted (meeting_id TEXT, state TEXT)"))
        for when in ("INSERT", "UPDATE OF state"):
            note = "BEGIN INSERT INTO noted VALUES (NEW.id, NEW.state); END"
            session.execute(text(f"CREATE TRIGGER note_{when.split()[0]} AFTER {when} ON meeting {note}"))
    return made


@dataclass
class Told:
    """What the database noted and what was told, since the last look."""

    office: Office
    seen: set[str] = field(default_factory=set)

    def of(self, change: Callable[[], object]) -> tuple[list[tuple[str, str]], list[tuple[str, str, str]]]:
        """Changes as (meeting, state), and webhooks as (meeting, state, type)."""
        with writing(self.office.engine) as session:
            session.execute(text("DELETE FROM noted"))
            self.seen = set(session.scalars(select(Delivery.id)))
        change()
        with reading(self.office.engine) as session:
            noted = [(row.meeting_id, row.state) for row in session.execute(text("SELECT * FROM noted"))]
            rows = session.scalars(select(Delivery).where(Delivery.way == "webhook").order_by(Delivery.id))
            hooks = [WebhookPayload.model_validate(each.payload) for each in rows if each.id not in self.seen]
            meetings = {each.meeting_id for each in session.scalars(select(Delivery))}
        assert None not in meetings
        return noted, [(each.data.meeting_id, each.data.state, each.type) for each in hooks]


def set_state(office: Office, meeting_id: str, state: str) -> None:
    with writing(office.engine) as session:
        session.execute(update(MeetingRow).where(MeetingRow.id == meeting_id).values(state=state))


EXPECTED: dict[TransitionName, WebhookType] = {
    TransitionName.CHECK_SPEAKERS: "meeting.speaker_check",
    TransitionName.SUBMIT: "meeting.submitted",
    TransitionName.APPROVE: "meeting.approved",
    TransitionName.RETURN: "meeting.returned",
    TransitionName.WITHDRAW: "meeting.withdrawn",
    TransitionName.CANCEL: "meeting.cancelled",
    TransitionName.RUN_AGAIN: "meeting.run_again",
    TransitionName.REGISTER: "meeting.registered",
}


@pytest.mark.parametrize(
    ("name", "source"), [(each.name, source) for each in TRANSITIONS for source in sorted(each.sources)], ids=str
)
def test_no_transition_of_the_state_machine_is_silent(office: Office, name: TransitionName, source: str) -> None:
    meeting = office.meeting_id
    people = {"approve": "approver", "return": "approver", "cancel": "maker", "run_again": "maker"}
    if source == MeetingState.APPROVAL:
        office.decide("checker", "submit")
    if name is TransitionName.CHECK_SPEAKERS:
        _with_speakers(office)
    with writing(office.engine) as session:
        row = session.get_one(MeetingRow, meeting)
        if source in BEING_DRAFTED | {MeetingState.FAILED}:
            row.current_version = 0
            requests.create(session, kind="draft", subject_id=meeting, created_by=None, max_attempts=3)
            if source == MeetingState.FAILED:
                session.execute(update(Job).values(state="failed"))
    set_state(office, meeting, source)
    if name is TransitionName.REGISTER:
        with writing(office.engine) as session:
            session.get_one(MeetingRow, meeting).approved_at = now()

    def decide() -> None:
        if name is TransitionName.REGISTER:
            decision = Decision(document_number="8情第12号", decided_on=now().astimezone(JST).date(), decided_by="課長")
            register(office.engine, office.people["checker"], meeting, decision, Source.FORM)
            return
        office.decide(
            people.get(name, "checker"), name, **({"reason": "理由"} if name is TransitionName.RETURN else {})
        )

    noted, hooks = Told(office).of(decide)
    assert hooks == [(meeting, noted[-1][1], EXPECTED[name])]
    assert noted == [(meeting, noted[0][1])]


def _with_speakers(office: Office) -> None:
    from service.meetings.chains import find_chain

    with writing(office.engine) as session:
        row = session.get_one(MeetingRow, office.meeting_id)
        row.chain, row.chain_json = "council", find_chain("council").model_dump_json()


def test_jobs_uploads_corrections_and_steps_of_a_chain_are_not_silent_either(office: Office) -> None:
    told = Told(office)
    meeting_json = (ROOT / "samples/meeting.json").read_bytes()
    transcript = (ROOT / "samples/meeting.vtt").read_bytes()
    made: list[str] = []

    def upload() -> None:
        accepted = accept_meeting(
            office.engine,
            Settings(),
            office.people["maker"],
            meeting=meeting_json,
            transcript=transcript,
            filename="m.vtt",
            department_id=None,
            profile=None,
            model=None,
        )
        made.append(accepted.meeting_id)

    noted, hooks = told.of(upload)
    assert noted == [(made[0], "受付")] and hooks == [(made[0], "受付", "meeting.received")]

    def begin() -> None:
        with writing(office.engine) as session:
            assert mark_drafting(session, made[0])

    noted, hooks = told.of(begin)
    assert hooks == [(made[0], "作成中", "meeting.drafting")]
    assert told.of(begin)[1] == []  # another attempt of the same job

    with reading(office.engine) as session:
        found = current_draft(session, session.get_one(MeetingRow, office.meeting_id))
        assert found is not None
        document: MinutesDocument = found[1]

    for end, what in (
        (lambda session: mark_failed(session, made[0], "internal"), "meeting.failed"),
        (lambda session: mark_cancelled(session, made[0]), "meeting.cancelled"),
        (lambda session: save_first_draft(session, made[0], document), "meeting.drafted"),
    ):

        def finish(end: Callable[..., object] = end) -> None:
            with writing(office.engine) as session:
                assert end(session)

        set_state(office, made[0], "作成中")
        noted, hooks = told.of(finish)
        assert noted == [(meeting, state) for meeting, state, _ in hooks]
        assert [each for _, _, each in hooks] == [what]

    office.decide("checker", "submit")
    office.decide("approver", "approve")
    noted, hooks = told.of(
        lambda: made.append(correct(office.engine, office.people["checker"], office.meeting_id, "誤り").id)
    )
    correction = made[-1]
    assert (correction, "確認待ち") in noted and hooks == [(correction, "確認待ち", "meeting.correction_started")]

    _sign_off_correction(office, correction)
    noted, hooks = told.of(lambda: _approve(office, correction))
    assert set(noted) == {(correction, "承認済"), (office.meeting_id, "差替済")}
    assert {each[2] for each in hooks} == {"meeting.approved", "meeting.superseded"}
    assert {(meeting, state) for meeting, state, _ in hooks} == set(noted)


def _sign_off_correction(office: Office, correction: str) -> None:
    from service.meetings.transitions import transition

    transition(office.engine, office.people["maker"], correction, "submit")


def _approve(office: Office, correction: str) -> None:
    from service.meetings.transitions import transition

    transition(office.engine, office.people["second"], correction, "approve")


def test_every_type_has_words_and_stands_in_the_schema() -> None:
    schema = json.loads((ROOT / "docs/schema/webhook.schema.json").read_text(encoding="utf-8"))
    types = set(get_args(WebhookType))
    assert set(schema["properties"]["type"]["enum"]) == types == set(EVENT)
    assert set(EXPECTED) == set(TransitionName)
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    assert [each for each in types if f"`{each}`" not in text] == []
