"""Lists of meetings: filters, orders, pages and counts, held against a plain filter in Python, on both databases."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from api_office import MEETING, Office, files
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, update
from sqlalchemy.orm import Session

from minutes.folding import fold_key
from service.auth import Principal, Role
from service.db.account_tables import Account, Department
from service.db.engine import writing
from service.db.tables import Body, MeetingRow
from service.meetings.queue import (
    SOON_DAYS,
    Due,
    Filters,
    Order,
    count_by_state_and_due,
    count_meetings,
    list_meetings,
    today_in_japan,
)
from service.meetings.states import MeetingState

TODAY = today_in_japan()
STATES = [state.value for state in MeetingState]
TITLES = ("第1回 予算委員会", "防災会議", "ﾃﾞｼﾞﾀﾙ 予算", "100%の_会", "")


class Undone(Exception):
    """Ends a transaction of which nothing is to be kept."""


@dataclass(frozen=True)
class World:
    session: Session
    principal: Principal
    departments: tuple[str, ...]
    """Read by the person, the last one not."""
    bodies: tuple[str, ...]
    people: tuple[str, ...]
    """The first is the person."""

    def add(self, **values: Any) -> MeetingRow:
        row = MeetingRow(
            meeting_json="{}",
            profile="tokyo_cio",
            model="extractive",
            transcript_name="k",
            transcript_sha256="0" * 64,
            transcript=b"",
            **{"title": "", "state": "確認待ち", "starts_at": datetime(2026, 5, 1, tzinfo=UTC)},
            **{"department_id": self.departments[0], "created_by": self.people[1]},
        )
        for name, value in values.items():
            setattr(row, name, value)
        row.title_key = fold_key(row.title)[:400]
        self.session.add(row)
        self.session.flush()
        return row


@contextmanager
def world(engine: Engine) -> Iterator[World]:
    """Rolled back at the end."""
    with pytest.raises(Undone), writing(engine) as session:
        departments = [Department(name=f"並べる課{n}") for n in range(3)]
        people = [Account(login=f"naraberu{n}", display_name=f"並{n}", password_hash="!") for n in range(3)]
        session.add_all([*departments, *people])
        session.flush()
        bodies = [Body(department_id=departments[0].id, name=f"体{n}", profile="tokyo_cio") for n in range(2)]
        session.add_all(bodies)
        session.flush()
        ids = tuple(each.id for each in departments)
        grants = frozenset({(ids[0], Role.REGISTRAR), (ids[0], Role.APPROVER), (ids[1], Role.CHECKER)})
        person = Principal(people[0].id, "naraberu0", "並0", grants)
        yield World(session, person, ids, tuple(b.id for b in bodies), tuple(p.id for p in people))
        raise Undone


def due_of(row: MeetingRow) -> date | None:
    """As the documentation says it."""
    if row.state in {"承認済", "登録済", "差替済", "取消"}:
        return None
    if row.state == "承認待ち":
        return row.publication_due
    return row.draft_due or row.publication_due


def is_actionable(where: World, row: MeetingRow) -> bool:
    me = where.people[0]
    free = row.assignee_id in {None, me}
    first, second, _ = where.departments
    if row.state == "失敗":
        return free and row.department_id == first
    if row.state in {"確認待ち", "発言者確認"}:
        return free and row.department_id in {first, second}
    if row.state == "承認待ち":
        role = {first: "承認者", second: "確認者"}.get(row.department_id, "役割なし")
        hands = {row.created_by, row.last_editor_id, row.submitted_by}
        return role in (row.waits_for or "").split() and me not in hands
    return False


def fits(where: World, row: MeetingRow, filters: Filters) -> bool:
    due = due_of(row)
    bucket = None
    if due is not None and due < TODAY:
        bucket = Due.OVERDUE
    elif due is not None and due <= TODAY + timedelta(days=SOON_DAYS):
        bucket = Due.SOON
    body = {None: True, "none": row.body_id is None}.get(filters.body, row.body_id == filters.body)
    me = where.people[0]
    who = me if filters.assignee == "me" else filters.assignee
    assignee = {None: True, "none": row.assignee_id is None}.get(who, row.assignee_id == who)
    return (
        row.department_id in where.departments[:2]
        and filters.state in {None, row.state}
        and filters.department_id in {None, row.department_id}
        and body
        and assignee
        and filters.due in {None, bucket}
        and all(fold_key(word) in fold_key(row.title) for word in (filters.q or "").split())
        and (not filters.mine or is_actionable(where, row))
    )


KEYS = {
    "due": lambda row: due_of(row) or date.max,
    "held": lambda row: row.starts_at,
    "updated": lambda row: row.updated_at,
}


def sorted_rows(rows: Sequence[MeetingRow], order: Order) -> list[str]:
    name = order.removeprefix("-")
    backwards = order.startswith("-") or order is Order.NEWEST
    found = sorted(rows, key=lambda row: (KEYS[name](row) if name in KEYS else 0, row.id), reverse=backwards)
    return [row.id for row in found]


def all_pages(where: World, filters: Filters, order: Order, limit: int) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        page = list_meetings(where.session, where.principal, filters, order=order, cursor=cursor, limit=limit)
        found += [row.id for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            return found


DAYS = st.none() | st.integers(-3, 10).map(lambda n: TODAY + timedelta(days=n))
MEETINGS = st.lists(
    st.fixed_dictionaries(
        {
            "state": st.sampled_from(STATES),
            "department": st.integers(0, 2),
            "body": st.none() | st.integers(0, 1),
            "assignee": st.none() | st.integers(0, 2),
            "title": st.sampled_from(TITLES),
            "draft_due": DAYS,
            "publication_due": DAYS,
            "held": st.integers(0, 3),
            "updated": st.integers(0, 3),
            "waits_for": st.sampled_from(["承認者", "確認者", "確認者 承認者"]),
            "hands": st.tuples(st.integers(0, 2), st.none() | st.integers(0, 2), st.none() | st.integers(0, 2)),
        }
    ),
    max_size=9,
)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "state": st.sampled_from(STATES),
        "department": st.integers(0, 2),
        "body": st.sampled_from(["none", 0, 1]),
        "assignee": st.sampled_from(["none", "me", 1]),
        "due": st.sampled_from(list(Due)),
        "q": st.sampled_from(["予算", "デジタル", "委員会 第1", "%", "_", "防災", "　"]),
        "mine": st.booleans(),
    },
)


def chosen(where: World, given: Mapping[str, Any]) -> Filters:
    found = dict(given)
    if "department" in found:
        found["department_id"] = where.departments[found.pop("department")]
    for name, ids in (("body", where.bodies), ("assignee", where.people)):
        if isinstance(found.get(name), int):
            found[name] = ids[found[name]]
    return Filters(**found)


@given(meetings=MEETINGS, wanted=FILTERS, order=st.sampled_from(list(Order)), limit=st.integers(1, 4))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_page_and_count_is_right_under_any_filters(
    engine: Engine, meetings: list[dict[str, Any]], wanted: dict[str, Any], order: Order, limit: int
) -> None:
    with world(engine) as where:
        rows = [
            where.add(
                state=each["state"],
                department_id=where.departments[each["department"]],
                body_id=None if each["body"] is None else where.bodies[each["body"]],
                assignee_id=None if each["assignee"] is None else where.people[each["assignee"]],
                title=each["title"],
                draft_due=each["draft_due"],
                publication_due=each["publication_due"],
                starts_at=datetime(2026, 5, 1 + each["held"], tzinfo=UTC),
                updated_at=datetime(2026, 6, 1 + each["updated"], tzinfo=UTC),
                created_by=where.people[each["hands"][0]],
                last_editor_id=None if each["hands"][1] is None else where.people[each["hands"][1]],
                submitted_by=None if each["hands"][2] is None else where.people[each["hands"][2]],
                waits_for=each["waits_for"] if each["state"] == "承認待ち" else None,
            )
            for each in meetings
        ]
        filters = chosen(where, wanted)
        expected = [row for row in rows if fits(where, row, filters)]
        assert all_pages(where, filters, order, limit) == sorted_rows(expected, order)
        assert count_meetings(where.session, where.principal, filters) == len(expected)
        assert [row.due_on for row in rows] == [due_of(row) for row in rows]
        table = count_by_state_and_due(where.session, where.principal, filters)
        for due in (None, *Due):
            under = replace(filters, state=None, due=due)
            states = Counter(row.state for row in rows if fits(where, row, under))
            assert {s: table.get((s, due), 0) for s in STATES} == {s: states.get(s, 0) for s in STATES}


@pytest.mark.parametrize("order", [Order.UPDATED_LAST, Order.DUE])
def test_pages_stay_right_while_rows_change(engine: Engine, order: Order) -> None:
    with world(engine) as where:
        rows = [
            where.add(draft_due=TODAY + timedelta(days=n), updated_at=datetime(2026, 6, 1, n, tzinfo=UTC))
            for n in range(12)
        ]
        ids = sorted_rows(rows, order)
        first = list_meetings(where.session, where.principal, order=order, limit=4)
        seen = [row.id for row in first.rows]
        # One of what was seen is settled, one that is still to come moves to the front, and a new one arrives there.
        gone, moved = ids[1], ids[9]
        front = {"updated_at": datetime(2026, 7, 1, tzinfo=UTC), "draft_due": TODAY - timedelta(days=9)}
        where.session.execute(update(MeetingRow).where(MeetingRow.id == gone).values(state="承認済"))
        where.session.execute(update(MeetingRow).where(MeetingRow.id == moved).values(**front))
        where.add(**front)
        cursor = first.next_cursor
        filters = Filters(state="確認待ち")
        while cursor is not None:
            page = list_meetings(where.session, where.principal, filters, order=order, cursor=cursor, limit=4)
            seen += [row.id for row in page.rows]
            cursor = page.next_cursor
        assert seen == [each for each in ids if each != moved]


def test_sqlite_walks_an_index_and_sorts_nothing(engine: Engine) -> None:
    """What makes the pages quick with 100,000 meetings: rows come in the order of the index, and the page ends it."""
    asked: list[tuple[str, Any]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "INDEXED BY" in statement:
            asked.append((statement, parameters))

    with world(engine) as where:
        every = Filters("確認待ち", where.departments[0], where.bodies[0], "me", "soon", "予算", mine=True)
        for n in range(3):
            where.add(title=f"予算{n}")
        for order in Order:
            first = list_meetings(where.session, where.principal, order=order, limit=1)
            list_meetings(where.session, where.principal, every, order=order, cursor=first.next_cursor)
        noted = list(asked)
        connection = where.session.connection()
        for statement, parameters in noted:
            plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            assert not any("TEMP B-TREE" in each for each in plan), (statement, plan)
    event.remove(engine, "before_cursor_execute", note)
    # PostgreSQL chooses by its statistics.
    assert len(noted) == (2 * len(Order) if engine.dialect.name == "sqlite" else 0)


def test_a_cursor_belongs_to_its_order(office: Office) -> None:
    for _ in range(2):
        office.upload()
    first = office["maker"].get("/api/v1/meetings", params={"limit": 1, "sort": "due"}).json()
    other = office["maker"].get("/api/v1/meetings", params={"limit": 1, "sort": "held", "cursor": first["next_cursor"]})
    assert other.status_code == 422 and other.json()["problems"][0]["where"] == "cursor"


def body_of(office: Office, **fields: Any) -> str:
    with writing(office.engine) as session:
        body = Body(department_id=office.department_id, name="推進会議", profile="ward_forum", **fields)
        session.add(body)
        session.flush()
        return body.id


def test_a_body_gives_profile_and_deadlines(office: Office) -> None:
    body = body_of(office, draft_days=10, publication_days=30)
    # Half past midnight in Japan is the day before in UTC; days are counted in Japan.
    late = MEETING | {"ends_at": "2026-05-20T00:30:00+09:00", "starts_at": "2026-05-19T22:30:00+09:00", "weekday": None}
    for named in (body, "推進会議", "推進会議 "):
        answer = office["maker"].post("/api/v1/meetings", files=files(meeting=late), data={"body": named})
        assert answer.status_code == 202, answer.text
        made = office["maker"].get(answer.headers["location"]).json()
        assert (made["body_id"], made["profile"]) == (body, "ward_forum")
        assert (made["draft_due"], made["publication_due"]) == ("2026-05-30", "2026-06-19")
        assert made["due_on"] == "2026-05-30"
    own = office["maker"].post("/api/v1/meetings", files=files(), data={"body": body, "profile": "tokyo_cio"})
    assert office["maker"].get(own.headers["location"]).json()["profile"] == "tokyo_cio"
    listed = office["maker"].get("/api/v1/bodies").json()
    assert [(each["id"], each["draft_days"]) for each in listed] == [(body, 10)]


def test_a_body_that_cannot_be_chosen_is_refused(office: Office, other_office: Office) -> None:
    ended, elsewhere = body_of(office, active=False), body_of(other_office)
    before = office.counts()
    for named in (ended, elsewhere, "ない会議体"):
        answer = office["maker"].post("/api/v1/meetings", files=files(), data={"body": named})
        assert answer.status_code == 422 and answer.json()["problems"][0]["where"] == "body"
    assert office.counts() == before
    assert other_office["maker"].get("/api/v1/bodies").json()[0]["id"] == elsewhere
    assert [each["id"] for each in office["maker"].get("/api/v1/bodies").json()] == [ended]


def test_the_rest_list_takes_the_same_filters(office: Office) -> None:
    body = body_of(office, draft_days=1)
    sent = office["maker"].post("/api/v1/meetings", files=files(), data={"body": body}).json()["id"]
    plain = office.upload().json()["id"]

    def listed(who: str = "maker", **given: Any) -> list[str]:
        answer = office[who].get("/api/v1/meetings", params=given)
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["items"]]

    assert listed() == [plain, sent]
    assert listed(body=body) == listed(due="overdue") == [sent] and listed(body="none") == [plain]
    assert listed(sort="due") == [sent, plain] and listed(assignee="me") == []
    assert listed(q="ﾃﾞｼﾞﾀﾙ 会議") == [plain, sent] and listed(mine=True) == []
    job = office["maker"].get(f"/api/v1/meetings/{plain}").json()["job"]["id"]
    office.run(job)
    assert listed(mine=True) == listed("checker", mine=True) == [plain]
    assert listed("approver", mine=True) == listed("auditor", mine=True) == []
    for name, value in (("due", "later"), ("sort", "title"), ("state", "未定")):
        assert office["maker"].get("/api/v1/meetings", params={name: value}).status_code == 422


def test_charge_and_deadlines_are_set_by_rest(office: Office, other_office: Office) -> None:
    mine, theirs = office.upload().json()["id"], other_office.upload().json()["id"]
    sent = {"meeting_ids": [mine, theirs], "assignee_id": office.accounts["checker"]}
    answer = office["maker"].post("/api/v1/meetings/assignments", json=sent)
    assert answer.status_code == 200 and answer.json()["done"] == [mine]
    assert [each["meeting_id"] for each in answer.json()["refused"]] == [theirs]
    listed = office["checker"].get("/api/v1/meetings", params={"assignee": "me"}).json()["items"]
    assert [each["id"] for each in listed] == [mine]
    dues = {"draft_due": "2026-06-03", "publication_due": None}
    path = f"/api/v1/meetings/{mine}/dues"
    assert office["maker"].put(path, json=dues).json()["due_on"] == "2026-06-03"
    assert office["auditor"].put(path, json=dues).status_code == 403
    assert other_office["maker"].put(path, json=dues).status_code == 404
    for wrong in ({"draft_due": "x", "publication_due": None}, {"draft_due": "2026-06-03"}):
        assert office["maker"].put(path, json=wrong).status_code == 422
    assert office.audited(mine)[-2:] == ["user:meeting:assigned", "user:meeting:dues-changed"]
