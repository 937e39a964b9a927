"""代理 over HTTP: who may stand in for whom, and what is written of it."""

from datetime import datetime, timedelta

import pytest
from api_office import Office
from test_api_chain import as_person, assert_turns_are_told, with_person
from test_api_review import base_of, cleared, decide

from minutes.era import JST
from minutes.errors import InputError
from service.auth import Role
from service.db.account_tables import RoleGrant
from service.db.engine import writing
from service.meetings.delegations import delegate, revoke


def test_a_deputy_signs_for_the_approver_and_it_is_written(office: Office) -> None:
    with_person(office, "clerk", Role.REGISTRAR)
    # What the approver has signed elsewhere keeps no deputy from this one.
    other = cleared(office)
    decide(office, "maker", other, "submit")
    assert decide(office, "approver", other, "approve").status_code == 200
    meeting_id = cleared(office)
    decide(office, "maker", meeting_id, "submit")
    assert decide(office, "clerk", meeting_id, "approve").status_code == 403
    today = datetime.now(JST).date()
    made = delegate(
        office.engine,
        as_person(office, "approver"),
        department_id=office.department_id,
        deputy_id=office.accounts["clerk"],
        first=today,
        last=today,
    )
    revoke(office.engine, as_person(office, "approver"), made)
    assert decide(office, "clerk", meeting_id, "approve").status_code == 403
    for deputy in ("clerk", "maker"):
        delegate(
            office.engine,
            as_person(office, "approver"),
            department_id=office.department_id,
            deputy_id=office.accounts[deputy],
            first=today,
            last=today,
        )
    assert_turns_are_told(office, meeting_id)
    refused = decide(office, "maker", meeting_id, "approve")
    assert refused.status_code == 403 and refused.json()["category"] == "separation_of_duties"
    approved = decide(office, "clerk", meeting_id, "approve")
    assert approved.status_code == 200 and approved.json()["state"] == "承認済"
    mark = office["auditor"].get(f"{base_of(meeting_id)}/chain").json()["history"][-1]
    assert (mark["by"], mark["on_behalf_of"]) == ("clerk", "approver")


def test_a_deputy_does_not_stand_in_for_a_hand_in_the_text(office: Office) -> None:
    with_person(office, "clerk", Role.REGISTRAR)
    today = datetime.now(JST).date()
    delegate(
        office.engine,
        as_person(office, "everything"),
        department_id=office.department_id,
        deputy_id=office.accounts["clerk"],
        first=today,
        last=today + timedelta(days=3),
    )
    meeting_id = office.drafted()
    office["everything"].post(
        f"{base_of(meeting_id)}/speakers", json={"label": "話者３", "attendee_id": "mori"}, headers={"If-Match": "1"}
    )
    decide(office, "maker", meeting_id, "submit")
    refused = decide(office, "clerk", meeting_id, "approve")
    assert refused.status_code == 403 and "代理される人は最後に修正した本人" in refused.json()["detail"]
    assert "approve" not in office["clerk"].get(base_of(meeting_id)).json()["allowed_actions"]


def test_who_does_not_see_closed_talk_stands_in_for_nobody(office: Office) -> None:
    with_person(office, "keeper", Role.ADMINISTRATOR)
    with_person(office, "moved", Role.REGISTRAR)
    today = datetime.now(JST).date()
    span = {"department_id": office.department_id, "first": today, "last": today}
    approver = as_person(office, "approver")
    with pytest.raises(InputError):
        delegate(office.engine, approver, deputy_id=office.accounts["keeper"], **span)  # type: ignore[arg-type]
    delegate(office.engine, approver, deputy_id=office.accounts["moved"], **span)  # type: ignore[arg-type]
    meeting_id = cleared(office)
    decide(office, "maker", meeting_id, "submit")
    with writing(office.engine) as session:
        grant = session.query(RoleGrant).filter_by(account_id=office.accounts["moved"]).one()
        grant.role = Role.ADMINISTRATOR
    assert_turns_are_told(office, meeting_id)
    assert decide(office, "moved", meeting_id, "approve").status_code == 403
