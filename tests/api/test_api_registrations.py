"""文書番号 as a CSV table over HTTP: any order and encoding, every mistake with its place, all or nothing."""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from api_office import Office
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recording import approved, registering
from sqlalchemy import select

from minutes.errors import InputError
from records.registration_csv import RegistrationRow, read_registrations
from service.db.engine import reading
from service.db.record_tables import Registration
from service.db.tables import DraftVersion, MeetingRow

ADDRESS = "/api/v1/registrations"
COLUMNS = ("会議の番号", "文書番号", "決裁日", "決裁者", "備考")


def table(rows: Iterable[dict[str, str]], columns: Iterable[str] = COLUMNS, encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(columns), restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def line(meeting_id: str, number: str = "8企第130号", **more: str) -> dict[str, str]:
    return {"会議の番号": meeting_id, "文書番号": number, "決裁日": "R7.5.26", "決裁者": "企画部長 髙﨑 修", **more}


def send(office: Office, data: bytes, who: str = "checker", *, preview: bool = False) -> Any:
    return office[who].post(
        ADDRESS, params={"preview": str(preview).lower()}, content=data, headers={"Content-Type": "text/csv"}
    )


def problems(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(each["where"], each["what"]) for each in answer.json()["problems"]]


def identifier(office: Office, meeting_id: str, version: int = 2) -> str:
    with reading(office.engine) as session:
        found = session.scalar(
            select(DraftVersion.id).where(DraftVersion.meeting_id == meeting_id, DraftVersion.version == version)
        )
    return f"urn:uuid:{found}"


def states(office: Office, *meeting_ids: str) -> list[str]:
    with reading(office.engine) as session:
        return [session.get_one(MeetingRow, each).state for each in meeting_ids]


@pytest.fixture
def pair(office: Office) -> tuple[str, str]:
    return approved(office), approved(office)


def test_a_table_registers_by_number_or_by_identifier(office: Office, pair: tuple[str, str]) -> None:
    first, second = pair
    columns = ("備考", "決裁者", "識別子", "決裁日", "会議の番号", "件名", "文書番号")
    rows = [line(first), {**line("", "8企第131号"), "識別子": identifier(office, second), "件名": "何でもよい"}]
    data = table(rows, columns, "cp932")
    seen = send(office, data, preview=True).json()
    assert (seen["registered"], [each["effect"] for each in seen["lines"]]) == (False, ["登録", "登録"])
    assert states(office, *pair) == ["承認済", "承認済"]
    done = send(office, data).json()
    assert done["registered"] and [each["line"] for each in done["lines"]] == [2, 3]
    assert {each["decided_on"] for each in done["lines"]} == {"2025-05-26"}
    assert states(office, *pair) == ["登録済", "登録済"]
    again = send(office, data).json()
    assert [each["effect"] for each in again["lines"]] == ["変更なし", "変更なし"]
    told = office["maker"].get(f"/api/v1/meetings/{first}/record").json()["registrations"]
    assert [(each["source"], each["decided_by"]) for each in told] == [("csv", "企画部長 髙﨑 修")]


def test_one_mistake_and_nothing_is_registered(office: Office, other_office: Office, pair: tuple[str, str]) -> None:
    first, second = pair
    unapproved, elsewhere = office.drafted(), approved(other_office)
    rows = [
        line(first),
        line(second, 決裁日="令和7年2月30日"),
        line(unapproved),
        line(elsewhere),
        line("none"),
        {**line(""), "識別子": "urn:uuid:x"},
        line(""),
        line(second, "=cmd"),
    ]
    found = problems(send(office, table(rows, ("識別子", *COLUMNS))))
    assert [where for where, _ in found] == ["3行目「決裁日」", "8行目「識別子」", "9行目「文書番号」"]
    right = [row for number, row in enumerate(rows) if number not in {1, 6, 7}]
    found = problems(send(office, table(right, ("識別子", *COLUMNS))))
    assert [where for where, _ in found] == [
        "4行目「会議の番号」",
        "5行目「会議の番号」",
        "6行目「識別子」",
        "3行目「会議の番号」",
    ]
    assert len({what for where, what in found[:3]}) == 1, "another department's meeting is told like none"
    assert states(office, *pair) == ["承認済", "承認済"]


def test_a_meeting_twice_a_wrong_version_and_two_that_differ(office: Office, pair: tuple[str, str]) -> None:
    first, second = pair
    columns = ("識別子", *COLUMNS)
    found = problems(send(office, table([line(first), {**line(""), "識別子": identifier(office, first)}], columns)))
    assert found == [("3行目", f"「{_title(office, first)}」が2行目にもあります。")]
    old = problems(send(office, table([{**line(""), "識別子": identifier(office, first, 1)}], columns)))
    assert old == [("2行目「識別子」", "この識別子は第1版のものです（承認された版は第2版です）。")]
    both = problems(send(office, table([{**line(second), "識別子": identifier(office, first)}], columns)))
    assert both == [("2行目「識別子」", "識別子と会議の番号が、別の会議です。")]


def _title(office: Office, meeting_id: str) -> str:
    with reading(office.engine) as session:
        return session.get_one(MeetingRow, meeting_id).title


def test_a_correction_by_table_needs_its_reason(office: Office, pair: tuple[str, str]) -> None:
    registering(office, pair[0])
    rows = [line(pair[0], "8企第200号"), line(pair[1], "8企第201号")]
    assert problems(send(office, table(rows)))[0][0] == "2行目「備考」"
    assert states(office, *pair) == ["登録済", "承認済"]
    done = send(office, table([{**rows[0], "備考": "誤記のため"}, rows[1]])).json()
    assert [each["effect"] for each in done["lines"]] == ["訂正", "登録"]


def test_one_number_for_two_meetings_is_told(office: Office, pair: tuple[str, str]) -> None:
    done = send(office, table([line(pair[0]), line(pair[1], "８企第130号")])).json()
    assert ["3行目にもあります" in "".join(each["warnings"]) for each in done["lines"]] == [True, False]
    assert "2行目にもあります" in "".join(done["lines"][1]["warnings"])


def test_who_may_not_hand_over_is_told_so_by_line(office: Office, pair: tuple[str, str]) -> None:
    for who in ("approver", "auditor", "admin"):
        found = problems(send(office, table([line(pair[0])]), who))
        assert found[0][0] == "2行目「会議の番号」" and "権限がありません" in found[0][1]


@pytest.mark.parametrize(
    ("data", "status"),
    [(b"", 422), (b"\xff\xfe\x00", 422), (b"a,b\n1,2\n", 422), (b"x" * 1_000_001, 422), ("文書番号\n".encode(), 422)],
)
def test_what_is_no_such_table_is_refused(office: Office, data: bytes, status: int) -> None:
    assert send(office, data).status_code == status


def test_too_many_lines_are_parted(office: Office) -> None:
    (found,) = problems(send(office, table([line(f"m{number}") for number in range(501)])))
    assert "501行" in found[1]


def test_another_kind_of_body_is_refused(office: Office) -> None:
    assert office["checker"].post(ADDRESS, json={}).status_code == 415


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations(COLUMNS),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp932"]),
    rows=st.lists(
        st.tuples(
            st.sampled_from(["first", "second", "none", ""]),
            st.sampled_from(["8企第1号", "8企第2号", "", "@x"]),
            st.sampled_from(["令和7年5月26日", "2025/5/27", "R7.5.1", "きょう", "2999-1-1"]),
            st.sampled_from(["課長", "部長", ""]),
            st.sampled_from(["", "訂正のため"]),
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_any_table_is_done_whole_or_not_at_all(
    office: Office, order: list[str], encoding: str, rows: list[tuple[str, ...]]
) -> None:
    pair = _pair_of(office)
    ids = dict(zip(("first", "second"), pair, strict=True))
    data = table(
        [dict(zip(COLUMNS, (ids.get(row[0], row[0]), *row[1:]), strict=True)) for row in rows], order, encoding
    )
    before = _registered(office, pair)
    seen = send(office, data, preview=True)
    assert _registered(office, pair) == before
    answer = send(office, data)
    assert answer.status_code == seen.status_code
    after = _registered(office, pair)
    if answer.status_code == 422:
        assert after == before and all(where and what for where, what in problems(answer))
        return
    assert answer.json()["lines"] == seen.json()["lines"]
    changed = [each for each in answer.json()["lines"] if each["effect"] != "変更なし"]
    assert len(after) == len(before) + len(changed)
    newest = {meeting_id: (number, day) for meeting_id, number, day in after}
    for each in answer.json()["lines"]:
        assert newest[each["meeting_id"]] == (each["document_number"], each["decided_on"])


_PAIRS: dict[str, tuple[str, str]] = {}


def _pair_of(office: Office) -> tuple[str, str]:
    return _PAIRS.setdefault(office.department_id, (approved(office), approved(office)))


def _registered(office: Office, pair: tuple[str, str]) -> list[tuple[str, str, str]]:
    query = select(Registration).where(Registration.meeting_id.in_(pair)).order_by(Registration.id)
    with reading(office.engine) as session:
        return [(r.meeting_id, r.document_number, r.decided_on.isoformat()) for r in session.scalars(query)]


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_no_bytes_are_more_than_a_sentence(data: bytes) -> None:
    try:
        read_registrations(table([line("x")]) + data)
    except InputError as error:
        assert all(each.what and each.where and each.remedy for each in error.problems)


def test_the_columns_are_those_of_the_schema() -> None:
    schema = Path(__file__).parents[2] / "docs/schema/registrations.schema.json"
    assert json.loads(schema.read_text("utf-8")) == RegistrationRow.model_json_schema(by_alias=True)
    row = RegistrationRow(number="1", decided_on="R7.5.26", decided_by="課長", meeting="m")
    data = table([row.model_dump()], row.model_dump())
    assert read_registrations(data)[0].decision.decided_by == "課長"
