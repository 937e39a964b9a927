"""Who finds what, who plans the work and who sees it as theirs: allowed and refused side by side, on both databases."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import Engine, select

from minutes.errors import InputError
from service.auth import Principal, Role
from service.db.account_tables import Account, ClaimedGrant, Department, RoleGrant
from service.db.base import now
from service.db.engine import reading, writing
from service.db.tables import AuditEvent, MeetingRow
from service.errors import Conflict, Forbidden, NotFound
from service.meetings.assigning import assign, candidates
from service.meetings.bodies import BodyFields, Offered, add_body, change_body
from service.meetings.dues import change_dues
from service.meetings.queue import Filters, list_meetings
from service.meetings.states import MeetingState
from service.search import search
from service.search.index import make_equal
from service.search.passages import Part, Wanted


@dataclass(frozen=True)
class Place:
    engine: Engine
    department: str
    elsewhere: str
    accounts: dict[str, str]
    """By role; 他課 has a role elsewhere only."""

    def person(self, role: str, *, scopes: frozenset[str] | None = None) -> Principal:
        where, held = (self.elsewhere, Role.CHECKER) if role == "他課" else (self.department, Role(role))
        return Principal(self.accounts[role], role, role, frozenset({(where, held)}), scopes)

    def meeting(
        self,
        state: str = "確認待ち",
        *,
        maker: str = "登録者",
        department: str | None = None,
        waits_for: str | None = None,
    ) -> str:
        with writing(self.engine) as session:
            row = MeetingRow(
                department_id=department or self.department,
                title="権限の会議",
                starts_at=now(),
                meeting_json="{}",
                profile="tokyo_cio",
                model="extractive",
                state=state,
                transcript_name="k",
                transcript_sha256="0" * 64,
                transcript=b"",
                waits_for=waits_for or ("承認者" if state == "承認待ち" else None),
                created_by=self.accounts[maker],
            )
            session.add(row)
            session.flush()
            return row.id

    def assignee(self, meeting_id: str) -> str | None:
        with reading(self.engine) as session:
            return session.get_one(MeetingRow, meeting_id).assignee_id

    def events(self, subject: str) -> list[tuple[str, str, object]]:
        with reading(self.engine) as session:
            rows = session.scalars(select(AuditEvent).where(AuditEvent.subject == subject).order_by(AuditEvent.seq))
            return [(row.event, row.actor, row.detail) for row in rows]


@pytest.fixture
def place(engine: Engine) -> Iterator[Place]:
    with writing(engine) as session:
        here, there = Department(name="情報政策課"), Department(name="福祉課")
        session.add_all([here, there])
        session.flush()
        accounts = {}
        for number, role in enumerate([*Role, "他課"]):
            account = Account(login=f"u{number}", display_name=str(role), password_hash="!")
            session.add(account)
            session.flush()
            where, held = (there.id, Role.CHECKER) if role == "他課" else (here.id, role)
            session.add(RoleGrant(account_id=account.id, department_id=where, role=str(held)))
            accounts[str(role)] = account.id
        made = Place(engine, here.id, there.id, accounts)
    yield made


OFFERED = Offered(["extractive"], ["standard", "council"])
EVERYONE = [*(role.value for role in Role), "他課"]

# Role: finds public talk, finds closed talk, may plan the work.
TABLE = {
    "登録者": "o o o",
    "確認者": "o o o",
    "承認者": "o o o",
    "監査者": "o o .",
    "管理者": "o . o",
    "他課": ". . .",
}


def cells(role: str) -> list[bool]:
    return [cell == "o" for cell in TABLE[role].split()]


def test_the_table_covers_everyone() -> None:
    assert list(TABLE) == EVERYONE


def test_closed_talk_is_found_with_the_right_to_read_it(place: Place) -> None:
    meeting_id = place.meeting()
    said = [
        Wanted(Part.TRANSCRIPT, "u0001", "窓口の予約を始めます。"),
        Wanted(Part.TRANSCRIPT, "u0002", "落札の見込みは三社です。", closed=True),
        Wanted(Part.DRAFT, "s0001", "見積りは三社である。", closed=True),
    ]
    with writing(place.engine) as session:
        make_equal(session, meeting_id, place.department, said)
    with reading(place.engine) as session:

        def found(role: str, query: str, *, scopes: frozenset[str] | None = None) -> list[str]:
            items = search(session, place.person(role, scopes=scopes), query).items
            return [hit.place for each in items for hit in each.hits]

        for role in EVERYONE:
            public, closed, _ = cells(role)
            assert found(role, "予約") == (["u0001"] if public else []), role
            assert found(role, "三社") == (["s0001", "u0002"] if closed else []), role
            assert found(role, "落") == (["u0002"] if closed else []), role
            # Public and closed words together are found by who finds both.
            assert bool(found(role, "予約 見積り")) is closed, role
            # A token finds what its scopes read, never more than its account.
            assert found(role, "落札", scopes=frozenset({"read"})) == (["u0002"] if closed else []), role
            assert found(role, "予約", scopes=frozenset({"write", "approve"})) == [], role


def test_who_may_put_somebody_in_charge_and_move_deadlines(place: Place) -> None:
    for role in EVERYONE:
        meeting_id = place.meeting()
        who = place.person(role)
        made = assign(place.engine, who, [meeting_id], place.accounts["確認者"])
        days = {"draft_due": date(2026, 6, 1), "publication_due": None}
        if cells(role)[2]:
            change_dues(place.engine, who, meeting_id, **days)
            assert made.done == (meeting_id,) and place.assignee(meeting_id) == place.accounts["確認者"]
            assert place.events(f"meeting:{meeting_id}") == [
                ("user:meeting:assigned", role, {"assignee": [None, place.accounts["確認者"]]}),
                ("user:meeting:dues-changed", role, {"draft_due": [None, "2026-06-01"]}),
            ]
        else:
            with pytest.raises((Forbidden, NotFound)):
                change_dues(place.engine, who, meeting_id, **days)
            assert made.done == () and place.assignee(meeting_id) is None
            # Who may not know of the meeting does not learn its name.
            assert made.refused[0].title == ("" if role == "他課" else "権限の会議")
            assert place.events(f"meeting:{meeting_id}") == []


def test_only_people_of_the_department_are_put_in_charge(place: Place) -> None:
    here, there = place.meeting(), place.meeting(department=place.elsewhere)
    who = place.person("確認者")
    made = assign(place.engine, who, [here], place.accounts["他課"])
    assert made.done == () and "役割がない" in made.refused[0].why and place.assignee(here) is None
    assert assign(place.engine, who, [here], "nobody").done == ()
    done, settled = place.meeting(), place.meeting("承認済")
    many = assign(place.engine, who, [done, there, settled, done], place.accounts["監査者"])
    assert many.done == (done,) and [each.meeting_id for each in many.refused] == [there, settled]
    assert place.assignee(done) == place.accounts["監査者"] and place.assignee(there) is None
    for none in ([], [done] * 3 + [str(n) for n in range(200)]):
        with pytest.raises(InputError):
            assign(place.engine, who, none, None)


def test_a_role_from_the_identity_provider_is_a_role(place: Place) -> None:
    with writing(place.engine) as session:
        newcomer = Account(login="federated", display_name="転入者", password_hash="!")
        session.add(newcomer)
        session.flush()
        session.add(ClaimedGrant(account_id=newcomer.id, department_id=place.department, role="確認者"))
        account_id = newcomer.id
    with reading(place.engine) as session:
        assert candidates(session, [place.department])[account_id] == "転入者"
        assert account_id not in candidates(session, [place.elsewhere])
    here, there = place.meeting(), place.meeting(department=place.elsewhere)
    assert assign(place.engine, place.person("確認者"), [here], account_id).done == (here,)
    assert assign(place.engine, place.person("他課"), [there], account_id).done == ()


def test_a_settled_meeting_keeps_its_dates(place: Place) -> None:
    with pytest.raises(Conflict):
        change_dues(place.engine, place.person("確認者"), place.meeting("取消"), draft_due=None, publication_due=None)
    with pytest.raises(InputError):
        change_dues(
            place.engine,
            place.person("確認者"),
            place.meeting(),
            draft_due=date(2026, 6, 2),
            publication_due=date(2026, 6, 1),
        )


MINE = {
    "失敗": {"登録者"},
    "確認待ち": {"登録者", "確認者"},
    "発言者確認": {"登録者", "確認者"},
    "承認待ち": {"承認者"},
}


def test_my_work_is_what_i_can_do_the_next_step_of(place: Place) -> None:
    for state in MeetingState:
        place.meeting(state)
    with reading(place.engine) as session:
        for role in EVERYONE:
            mine = {row.state for row in list_meetings(session, place.person(role), Filters(mine=True)).rows}
            assert mine == {state for state, roles in MINE.items() if role in roles}, role


@pytest.mark.parametrize(("waits_for", "turn"), [("確認者", {"確認者"}), ("確認者 承認者", {"確認者", "承認者"})])
def test_a_step_is_for_the_roles_that_it_names(place: Place, waits_for: str, turn: set[str]) -> None:
    place.meeting("承認待ち", waits_for=waits_for)
    with reading(place.engine) as session:
        found = {
            role for role in EVERYONE if list_meetings(session, place.person(role), Filters(mine=True)).rows
        }  # fmt: skip
        token = place.person("承認者", scopes=frozenset({"read", "write"}))
        assert list_meetings(session, token, Filters(mine=True)).rows == ()
    assert found == turn


def test_nobody_is_offered_to_approve_what_they_made(place: Place) -> None:
    place.meeting("承認待ち", maker="承認者")
    with reading(place.engine) as session:
        assert list_meetings(session, place.person("承認者"), Filters(mine=True)).rows == ()


def test_work_in_somebody_elses_charge_is_not_mine(place: Place) -> None:
    meeting_id = place.meeting()
    assign(place.engine, place.person("登録者"), [meeting_id], place.accounts["登録者"])
    with reading(place.engine) as session:
        mine = {
            role: bool(list_meetings(session, place.person(role), Filters(mine=True)).rows)
            for role in ("登録者", "確認者")
        }
    assert mine == {"登録者": True, "確認者": False}


def test_bodies_are_changed_by_administrators_of_their_department(place: Place) -> None:
    fields = BodyFields("連絡会", "tokyo_cio", None, 14, 45)
    with writing(place.engine) as session:
        body = add_body(session, place.department, fields, offered=OFFERED, actor="kanri")
    for role in EVERYONE:
        changed = BodyFields("連絡会", "tokyo_cio", None, 10, 45)
        if role == "管理者":
            with writing(place.engine) as session:
                change_body(session, place.person(role), body.id, changed, offered=OFFERED)
        else:
            with pytest.raises((Forbidden, NotFound)), writing(place.engine) as session:
                change_body(session, place.person(role), body.id, changed, offered=OFFERED)
    events = place.events(f"body:{body.id}")
    assert [(event, actor) for event, actor, _ in events] == [
        ("admin:body:added", "kanri"),
        ("admin:body:changed", "管理者"),
    ]
    assert events[1][2] == {"draft_days": [14, 10]}


def test_a_body_that_makes_no_sense_is_refused(place: Place) -> None:
    for fields, where in (
        (BodyFields(" ", "tokyo_cio"), "name"),
        (BodyFields("会\n議", "tokyo_cio"), "name"),
        (BodyFields("会議", "無い様式"), "profile"),
        (BodyFields("会議", "tokyo_cio", "無いモデル"), "model"),
        (BodyFields("会議", "tokyo_cio", None, -1), "draft_days"),
        (BodyFields("会議", "tokyo_cio", None, 30, 14), "draft_days"),
    ):
        with pytest.raises(InputError) as caught, writing(place.engine) as session:
            add_body(session, place.department, fields, offered=OFFERED, actor="kanri")
        assert caught.value.where == where


def test_two_bodies_of_a_department_have_two_names(place: Place) -> None:
    fields = BodyFields("連絡会", "tokyo_cio")
    with writing(place.engine) as session:
        add_body(session, place.department, fields, offered=OFFERED, actor="kanri")
        add_body(session, place.elsewhere, fields, offered=OFFERED, actor="kanri")
    with pytest.raises(Conflict), writing(place.engine) as session:
        add_body(session, place.department, fields, offered=OFFERED, actor="kanri")
