"""Approval in several steps: who may sign what, deputies, returning, withdrawing, correcting, and the proof of it all."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from api_office import Office, make_office
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from test_api_review import base_of, cleared, decide

from minutes.era import JST
from service.app import create_app
from service.audit import verify
from service.auth import Role
from service.auth.accounts import principal_of
from service.auth.tokens import create_token
from service.db.account_tables import Account, ClaimedGrant, RoleGrant
from service.db.approval_tables import Notice, SignOff
from service.db.engine import reading, writing
from service.db.tables import DraftVersion, MeetingRow
from service.meetings.delegations import delegate
from service.meetings.proof import prove_meeting, prove_sign_offs
from service.meetings.states import TRANSITIONS


def with_person(office: Office, name: str, *roles: Role) -> None:
    """Another account of the department, reached by ``office[name]``."""
    login = f"{name}-{office.department_id[-12:]}"
    with writing(office.engine) as session:
        account = Account(login=login, display_name=name, password_hash="!")
        session.add(account)
        session.flush()
        session.add_all(RoleGrant(account_id=account.id, department_id=office.department_id, role=r) for r in roles)
        session.flush()
        token, _ = create_token(session, login=login, name="test", scopes=["read", "write", "approve"], actor="test")
        office.accounts[name] = account.id  # type: ignore[index]
    office.clients[name] = TestClient(  # type: ignore[index]
        office.app, headers={"Authorization": f"Bearer {token}"}, raise_server_exceptions=False
    )


@pytest.fixture
def council(app: FastAPI) -> Iterator[Office]:
    """An office whose meetings go through 事務局内確認 by another person, two approvals, and perhaps the speakers."""
    made = create_app(app.state.settings.model_copy(update={"chain": "council"}))
    office = make_office(made)
    with_person(office, "chair", Role.APPROVER)
    yield office
    for client in office.clients.values():
        client.close()
    made.state.engine.dispose()


def line(office: Office, meeting_id: str) -> dict[str, str]:
    chain = office["auditor"].get(f"{base_of(meeting_id)}/chain").json()
    return {step["id"]: step["position"] for step in chain["steps"]}


def assert_turns_are_told(office: Office, meeting_id: str) -> None:
    """While a meeting waits for approval, it is the work of exactly those who may sign it now."""
    meeting = office["auditor"].get(base_of(meeting_id)).json()
    assert meeting["state"] == "承認待ち"
    told, may = set(), set()
    for name in office.clients:
        mine = office[name].get("/api/v1/meetings", params={"mine": True, "limit": 200}).json()["items"]
        told |= {name} if meeting_id in {each["id"] for each in mine} else set()
        allowed = office[name].get(base_of(meeting_id)).json().get("allowed_actions", ())
        may |= {name} if "approve" in allowed else set()
    assert told == may != set()


def as_person(office: Office, name: str) -> Any:
    with reading(office.engine) as session:
        return principal_of(session, session.get_one(Account, office.accounts[name]))


def submitted(office: Office) -> str:
    """``everything`` edited last, so that the checker may check."""
    meeting_id = office.drafted()
    answer = office["maker"].post(
        f"{base_of(meeting_id)}/speakers", json={"label": "話者３", "attendee_id": "mori"}, headers={"If-Match": "1"}
    )
    assert answer.status_code == 200
    answer = decide(office, "checker", meeting_id, "submit")
    assert answer.status_code == 200, answer.text
    return meeting_id


def test_two_approvals_of_two_people_freeze_the_text(council: Office) -> None:
    meeting_id = submitted(council)
    assert line(council, meeting_id) == {
        "check": "done", "speakers": "left_out", "section_head": "due", "chair": "waiting",
    }  # fmt: skip
    assert_turns_are_told(council, meeting_id)
    first = decide(council, "approver", meeting_id, "approve")
    assert_turns_are_told(council, meeting_id)
    assert first.json()["state"] == "承認待ち" and first.json()["approval"] is None
    assert "approve" not in council["approver"].get(base_of(meeting_id)).json()["allowed_actions"]
    same = decide(council, "approver", meeting_id, "approve")
    assert same.status_code == 403 and same.json()["category"] == "separation_of_duties"
    assert "課長承認" in same.json()["detail"]
    assert decide(council, "checker", meeting_id, "approve").status_code == 403
    last = decide(council, "chair", meeting_id, "approve").json()
    assert last["state"] == "承認済"
    chain = council["maker"].get(f"{base_of(meeting_id)}/chain").json()
    signed = [mark for mark in chain["history"] if mark["outcome"] == "signed"]
    assert [mark["by"] for mark in signed] == ["checker", "approver", "chair"]
    assert {mark["sha256"] for mark in signed} == {last["approval"]["sha256"]}
    with reading(council.engine) as session:
        assert prove_meeting(session, meeting_id).ok
    assert chain["steps"][2]["sign_off"]["by"] == "approver"


def test_what_was_sent_back_elsewhere_does_not_count_here(council: Office) -> None:
    other = submitted(council)
    assert decide(council, "approver", other, "approve").status_code == 200
    assert decide(council, "chair", other, "return", reason="年度の確認", to="check").status_code == 200
    meeting_id = submitted(council)
    assert decide(council, "approver", meeting_id, "approve").status_code == 200
    assert_turns_are_told(council, meeting_id)


def test_maker_and_last_editor_do_not_check_where_the_chain_says_so(council: Office) -> None:
    meeting_id = cleared(council)  # the checker edited last
    refused = decide(council, "checker", meeting_id, "submit")
    assert refused.status_code == 403 and "最後に修正した本人" in refused.json()["detail"]
    maker = decide(council, "maker", meeting_id, "submit")
    assert maker.status_code == 403 and "確認者が行う段階" in maker.json()["detail"]
    assert decide(council, "everything", meeting_id, "submit").status_code == 200


def test_each_step_has_its_due_date(council: Office) -> None:
    meeting_id = submitted(council)
    due = datetime.fromisoformat(council["maker"].get(base_of(meeting_id)).json()["step_due_at"])
    assert due.astimezone(JST).date() == datetime.now(JST).date() + timedelta(days=5)


def test_return_to_the_step_that_is_named(council: Office) -> None:
    meeting_id = submitted(council)
    decide(council, "approver", meeting_id, "approve")
    wrong = decide(council, "chair", meeting_id, "return", reason="理由", to="chair")
    assert wrong.status_code == 422 and wrong.json()["problems"][0]["where"] == "to"
    back = decide(council, "chair", meeting_id, "return", reason="課長へ", to="section_head").json()
    assert back["state"] == "承認待ち" and back["return_reason"] == "課長へ"
    assert line(council, meeting_id)["section_head"] == "due"
    assert_turns_are_told(council, meeting_id)
    decide(council, "approver", meeting_id, "approve")
    again = decide(council, "chair", meeting_id, "return", reason="発言者に", to="speakers").json()
    assert again["state"] == "発言者確認"
    assert line(council, meeting_id) == {
        "check": "done", "speakers": "due", "section_head": "waiting", "chair": "waiting",
    }  # fmt: skip
    assert decide(council, "maker", meeting_id, "submit").json()["state"] == "承認待ち"
    assert_turns_are_told(council, meeting_id)
    first = decide(council, "approver", meeting_id, "return", reason="初めから").json()
    assert first["state"] == "確認待ち" and set(line(council, meeting_id).values()) == {"due", "waiting"}
    with reading(council.engine) as session:
        assert prove_meeting(session, meeting_id).ok


def test_only_the_submitter_withdraws_and_only_before_the_first_approval(council: Office) -> None:
    meeting_id = submitted(council)
    assert decide(council, "maker", meeting_id, "withdraw").status_code == 403
    assert decide(council, "approver", meeting_id, "withdraw").status_code == 403
    assert decide(council, "checker", meeting_id, "withdraw").json()["state"] == "確認待ち"
    decide(council, "checker", meeting_id, "submit")
    decide(council, "approver", meeting_id, "approve")
    late = decide(council, "checker", meeting_id, "withdraw")
    assert (
        late.status_code == 409
        and "withdraw" not in council["checker"].get(base_of(meeting_id)).json()["allowed_actions"]
    )


def test_a_step_that_may_be_left_out(app: FastAPI) -> None:
    made = create_app(app.state.settings.model_copy(update={"chain": "two_checks"}))
    office = make_office(made)
    meeting_id = cleared(office)
    base = f"{base_of(meeting_id)}/transitions"
    wrong = office["maker"].post(base, json={"action": "submit", "skip": ["section_head"]})
    assert wrong.status_code == 422 and wrong.json()["problems"][0]["where"] == "skip"
    assert office["maker"].post(base, json={"action": "submit", "skip": ["deputy_head"]}).status_code == 200
    assert line(office, meeting_id)["deputy_head"] == "left_out"
    assert decide(office, "approver", meeting_id, "approve").json()["state"] == "承認済"
    second = cleared(office)
    decide(office, "maker", second, "submit")
    assert_turns_are_told(office, second)
    # Of the same role as who checks, and the last editor: not by the same hand.
    assert decide(office, "checker", second, "approve").status_code == 403
    with_person(office, "deputy_head", Role.CHECKER)
    assert decide(office, "deputy_head", second, "approve").json()["state"] == "承認待ち"
    assert decide(office, "deputy_head", second, "approve").status_code == 403
    assert decide(office, "approver", second, "approve").json()["state"] == "承認済"
    for client in office.clients.values():
        client.close()
    made.state.engine.dispose()


def test_roles_from_an_identity_provider_count_on_the_chain_too(office: Office) -> None:
    for name in ("chief", "aide"):
        with_person(office, name)
    with writing(office.engine) as session:
        for name, role in (("chief", Role.APPROVER), ("aide", Role.REGISTRAR)):
            session.add(ClaimedGrant(account_id=office.accounts[name], department_id=office.department_id, role=role))
    today = datetime.now(JST).date()
    delegate(
        office.engine,
        as_person(office, "chief"),
        department_id=office.department_id,
        deputy_id=office.accounts["aide"],
        first=today,
        last=today,
    )
    meeting_id = cleared(office)
    decide(office, "maker", meeting_id, "submit")
    with reading(office.engine) as session:
        told = set(session.scalars(select(Notice.account_id).where(Notice.meeting_id == meeting_id)))
    assert {office.accounts["chief"], office.accounts["aide"]} <= told
    assert_turns_are_told(office, meeting_id)
    assert decide(office, "aide", meeting_id, "approve").json()["state"] == "承認済"
    mark = office["auditor"].get(f"{base_of(meeting_id)}/chain").json()["history"][-1]
    assert (mark["by"], mark["on_behalf_of"]) == ("aide", "chief")


def approved(office: Office) -> str:
    meeting_id = cleared(office)
    decide(office, "maker", meeting_id, "submit")
    assert decide(office, "approver", meeting_id, "approve").json()["state"] == "承認済"
    return meeting_id


def test_a_correction_takes_the_place_of_the_approved_text_when_it_is_approved(office: Office) -> None:
    old_id = approved(office)
    old = office["maker"].get(base_of(old_id)).json()
    address = f"{base_of(old_id)}/corrections"
    assert office["maker"].post(address, json={"reason": " "}).status_code == 422
    assert office["approver"].post(address, json={"reason": "年度の誤り"}).status_code == 403
    made = office["maker"].post(address, json={"reason": "年度の誤り"})
    assert made.status_code == 201 and made.json()["state"] == "確認待ち" and made.json()["corrects"] == old_id
    assert office["checker"].post(address, json={"reason": "別の誤り"}).status_code == 409
    new_id = made.json()["id"]
    draft = office["maker"].get(f"{base_of(new_id)}/draft").json()
    assert draft["sections"] == office["maker"].get(f"{base_of(old_id)}/draft").json()["sections"]
    assert office["maker"].get(base_of(old_id)).json()["state"] == "承認済"
    assert decide(office, "checker", new_id, "submit").status_code == 200
    assert decide(office, "maker", new_id, "approve").status_code == 403
    assert decide(office, "approver", new_id, "approve").json()["state"] == "承認済"
    after = office["maker"].get(base_of(old_id)).json()
    assert after["state"] == "差替済" and after["superseded_by"] == new_id
    assert after["approval"] == old["approval"]
    taken = office["checker"].get(f"{base_of(old_id)}/exports/full.txt")
    assert "差替前" in taken.text and "%E5%B7%AE%E6%9B%BF%E5%89%8D" in taken.headers["content-disposition"]
    assert "差替前" not in office["checker"].get(f"{base_of(new_id)}/exports/full.txt").text
    assert office["maker"].post(address, json={"reason": "もう一度"}).status_code == 409
    assert office["maker"].post(f"{base_of(new_id)}/corrections", json={"reason": "さらに"}).status_code == 201
    assert "user:meeting:superseded" in office.audited(old_id)
    assert decide(office, "everything", old_id, "return", reason="x").status_code == 409


def test_a_cancelled_correction_leaves_the_old_one_in_force(office: Office) -> None:
    old_id = approved(office)
    new_id = office["maker"].post(f"{base_of(old_id)}/corrections", json={"reason": "誤り"}).json()["id"]
    assert decide(office, "maker", new_id, "cancel").json()["state"] == "取消"
    assert office["maker"].get(base_of(old_id)).json()["state"] == "承認済"
    assert office["maker"].post(f"{base_of(old_id)}/corrections", json={"reason": "誤り"}).status_code == 201


def test_rights_to_chain_and_correction(office: Office, other_office: Office) -> None:
    meeting_id = approved(office)
    for name in ("maker", "checker", "approver", "auditor", "admin"):
        assert office[name].get(f"{base_of(meeting_id)}/chain").status_code == 200
    assert other_office["everything"].get(f"{base_of(meeting_id)}/chain").status_code == 404
    asked = office["checker"].get(f"{base_of(meeting_id)}/confirmations").json()
    assert [(each["attendee_id"], each["state"], each["statements"]) for each in asked] == [("mori", "未送付", 2)]
    for name in ("approver", "auditor", "admin"):
        assert office[name].get(f"{base_of(meeting_id)}/confirmations").status_code == 403
    assert other_office["everything"].get(f"{base_of(meeting_id)}/confirmations").status_code == 404
    for name in ("approver", "auditor", "admin"):
        assert office[name].post(f"{base_of(meeting_id)}/corrections", json={"reason": "x"}).status_code == 403
    assert (
        other_office["everything"].post(f"{base_of(meeting_id)}/corrections", json={"reason": "x"}).status_code == 404
    )


def approved_text(session: Session, meeting_id: str) -> DraftVersion:
    return session.scalars(
        select(DraftVersion).where(DraftVersion.meeting_id == meeting_id, DraftVersion.version == 2)
    ).one()


def test_sign_offs_cannot_be_changed_and_tampering_is_told(office: Office) -> None:
    meeting_id = approved(office)
    for statement in ("UPDATE sign_off SET sha256 = 'x'", "DELETE FROM sign_off"):
        with pytest.raises(DBAPIError, match="append-only"), office.engine.begin() as connection:
            connection.execute(text(statement))
    with reading(office.engine) as session:
        assert prove_meeting(session, meeting_id).ok and verify(session).ok
    with writing(office.engine) as session:
        saved = approved_text(session, meeting_id)
        saved.document += " "
    with reading(office.engine) as session:
        told = prove_meeting(session, meeting_id)
        assert not told.ok and any("承認された文が" in fault for fault in told.faults)
        assert set(told.faults) <= set(prove_sign_offs(session).faults)
        session.rollback()
    with writing(office.engine) as session:
        saved = approved_text(session, meeting_id)
        saved.document = saved.document.rstrip()
        session.add(
            SignOff(
                meeting_id=meeting_id,
                number=99,
                step="approval",
                step_name="承認",
                outcome="signed",
                account_id=office.accounts["maker"],
                version=2,
                sha256="0" * 64,
            )
        )
    with reading(office.engine) as session:
        told = prove_meeting(session, meeting_id)
        assert any("監査記録にありません" in fault for fault in told.faults)


def test_signing_at_once_signs_each_step_once(council: Office) -> None:
    meeting_id = submitted(council)
    with ThreadPoolExecutor(6) as pool:
        people = ("approver", "chair", "everything") * 2
        answers = list(pool.map(lambda who: decide(council, who, meeting_id, "approve").status_code, people))
    assert set(answers) <= {200, 403, 409} and answers.count(200) == 2
    with reading(council.engine) as session:
        assert prove_meeting(session, meeting_id).ok
        marks = session.scalars(select(SignOff).where(SignOff.meeting_id == meeting_id).order_by(SignOff.number)).all()
    assert [mark.step for mark in marks] == ["check", "speakers", "section_head", "chair"]
    assert marks[2].account_id != marks[3].account_id


ACTIONS = ("check_speakers", "submit", "approve", "return", "withdraw", "edit")
COURSES = st.lists(st.tuples(st.sampled_from(("maker", "checker", "approver", "chair")), st.sampled_from(ACTIONS), st.sampled_from((None, "check", "speakers", "section_head"))), max_size=12)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(course=COURSES)
def test_any_course_keeps_duties_apart_and_the_signed_text_still(
    council: Office, course: list[tuple[str, str, str | None]]
) -> None:
    """What is allowed is what happens; nobody signs twice or what they wrote; the text under signatures is one text."""
    meeting_id = cleared(council)
    table = {
        (s.value, t.name.value): {t.target.value, t.meanwhile and t.meanwhile.value}
        for t in TRANSITIONS
        for s in t.sources
    }
    for who, action, to in course:
        seen = council[who].get(base_of(meeting_id)).json()
        if action == "edit":
            draft = council[who].get(f"{base_of(meeting_id)}/draft").json()
            sentence = next(s for section in draft["sections"] for b in section["blocks"] for s in b["sentences"])
            council[who].patch(
                f"{base_of(meeting_id)}/draft/sentences/{sentence['id']}",
                json={"text": sentence["text"]},
                headers={"If-Match": str(seen["current_version"])},
            )
            continue
        extra = {"to": to} if action == "return" and to else {}
        answer = decide(council, who, meeting_id, action, reason="理由", **extra)
        if answer.status_code == 200:
            state = answer.json()["state"]
            assert action in seen["allowed_actions"]
            assert state in table[seen["state"], action] or (action == "return" and state in {"発言者確認", "承認待ち"})
        elif answer.status_code != 422:
            assert action not in seen["allowed_actions"]
    with reading(council.engine) as session:
        row = session.get_one(MeetingRow, meeting_id)
        marks = session.scalars(select(SignOff).where(SignOff.meeting_id == meeting_id).order_by(SignOff.number)).all()
        assert [mark.number for mark in marks] == list(range(1, len(marks) + 1))
        assert prove_meeting(session, meeting_id).ok
        if row.state == "承認済":
            last = list(itertools.islice(reversed([m for m in marks if m.outcome == "signed"]), 2))
            assert [m.step for m in last] == ["chair", "section_head"]
            assert {m.sha256 for m in last} == {row.approved_sha256}
            hands = [m.account_id for m in last] + [row.created_by, row.last_editor_id]
            assert len({m.account_id for m in last}) == 2
            assert not {row.created_by, row.last_editor_id} & {m.account_id for m in last}, hands
