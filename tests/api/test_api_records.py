"""From the approval into the records over HTTP: description, packages, and what the 文書管理 system gives back."""

import hashlib
import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from api_office import Office
from recording import APPROVED, BY_HAND, FILE, ITEM, approved, described, registering, rules
from sqlalchemy import select, update
from test_api_deliveries import destination_in

from records.package import verify_package
from service.db.delivery_tables import Delivery
from service.db.engine import reading, writing
from service.db.record_tables import RecordPackage
from service.db.tables import MeetingRow


@pytest.fixture
def meeting(office: Office) -> str:
    return approved(office)


def record(office: Office, meeting_id: str, who: str = "maker") -> Any:
    answer = office[who].get(f"/api/v1/meetings/{meeting_id}/record")
    assert answer.status_code == 200, answer.text
    return answer.json()


def put(office: Office, meeting_id: str, version: int, body: Any, who: str = "maker") -> Any:
    return office[who].put(f"/api/v1/meetings/{meeting_id}/record", json=body, headers={"If-Match": f'"{version}"'})


def package(office: Office, meeting_id: str, who: str = "checker", **wanted: Any) -> Any:
    return office[who].post(f"/api/v1/meetings/{meeting_id}/packages", json={"editions": ["public"], **wanted})


def places(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [each["where"] for each in answer.json()["problems"]]


def test_before_anybody_wrote_anything_all_is_missing_and_nothing_guessed(office: Office, meeting: str) -> None:
    found = record(office, meeting)
    assert (found["row_version"], found["file"], found["item"], found["complete"]) == (0, {}, {}, None)
    assert {"file.fiscal_year", "file.class_large", "file.creator", "item.drafter.name", "item.openness"} <= {
        each["where"] for each in found["missing"]
    }
    assert set(places(package(office, meeting))) == {each["where"] for each in found["missing"]}


def test_a_description_is_kept_unfinished_then_finished_and_its_dates_follow(office: Office, meeting: str) -> None:
    begun = put(office, meeting, 0, {"file": {"creator": " 企画部長 ", "remarks": ""}, "item": {}})
    assert begun.headers["ETag"] == '"1"'
    assert begun.json()["file"] == {"creator": "企画部長"} and begun.json()["complete"] is None
    done = put(office, meeting, 1, BY_HAND).json()
    assert (done["missing"], done["problems"]) == ([], [])
    assert done["complete"]["file"]["retention_start"] == "2026-04-01"
    assert done["complete"]["file"]["retention_end"] == "2031-03-31"
    assert done["item"]["drafted_on"] == "R7.5.21", "as it was written"
    assert record(office, meeting, "auditor") == record(office, meeting) == done
    assert office.audited(meeting)[-2:] == ["user:record:described"] * 2


WRONG: tuple[tuple[str, str, Any, str], ...] = (
    ("file", "fiscal_year", "平成50年度", "file.fiscal_year"),
    ("file", "retention_period", "ながく", "file.retention_period"),
    ("file", "retention_end", "令和13年4月1日", "file.retention_end"),
    ("item", "drafted_on", "R7.2.30", "item.drafted_on"),
    ("item", "enforced_on", "令和7年5月1日", "item.enforced_on"),
    ("item", "openness", "一部", "item.openness"),
    ("item", "colour", "赤", "item.colour"),
    ("item", "drafter", {"name": "小野", "rank": 1}, "item.drafter.rank"),
    ("file", "location", ["棚"], "file.location"),
    ("file", "creator", "あ" * 2001, "file.creator"),
    ("file", "creator", "あ" * 301, "file.creator"),
)


def test_a_mistake_is_told_at_its_field_and_nothing_is_kept(office: Office, meeting: str) -> None:
    for part, field, value, where in WRONG:
        wrong = {**BY_HAND, part: {**BY_HAND[part], field: value}}
        assert where in places(put(office, meeting, 0, wrong)), (field, value)
    assert record(office, meeting)["row_version"] == 0


def test_of_two_people_who_save_at_once_one_is_told(office: Office, meeting: str) -> None:
    assert put(office, meeting, 7, BY_HAND).status_code == 412
    without = office["maker"].put(f"/api/v1/meetings/{meeting}/record", json=BY_HAND)
    assert without.status_code == 428

    def save(number: int) -> int:
        who = ("maker", "checker")[number % 2]
        return int(put(office, meeting, 0, {"file": {"creator": f"課長{number}"}, "item": {}}, who).status_code)

    with ThreadPoolExecutor(4) as pool:
        codes = sorted(pool.map(save, range(4)))
    assert codes == [200, 412, 412, 412]
    assert record(office, meeting)["row_version"] == 1


def test_who_may_not_hand_over_reads_only(office: Office, other_office: Office, meeting: str) -> None:
    for who in ("approver", "auditor", "admin"):
        record(office, meeting, who)
        assert put(office, meeting, 0, BY_HAND, who).status_code == 403
        assert registering(office, meeting, who=who).status_code == 403
        assert package(office, meeting, who).status_code == 403
    for address in ("record", "packages"):
        assert other_office["checker"].get(f"/api/v1/meetings/{meeting}/{address}").status_code == 404
    assert registering(other_office, meeting).status_code == 404


def test_the_rules_of_the_body_hold(office: Office) -> None:
    meeting = approved(office)
    rules(office, meeting)
    found = record(office, meeting)
    assert found["file"]["creator"] == "企画部長" and found["item"]["decision"] == "部長専決"
    assert "file.record_kind" in {each["where"] for each in found["missing"]}
    wrong = {"file": {**FILE, "class_mid": "会合", "record_kind": "議会の記録"}, "item": ITEM}
    assert set(places(put(office, meeting, 0, wrong))) == {"file.file_title", "file.record_kind"}
    right = put(office, meeting, 0, {"file": {**FILE, "record_kind": "会議の記録"}, "item": ITEM}).json()
    assert right["complete"]["file"]["class_code"] == "A-1"
    assert (right["complete"]["file"]["retention_period"], right["complete"]["file"]["disposal"]) == ("5年", "廃棄")


def test_a_description_that_says_open_of_closed_minutes_makes_no_package(office: Office, meeting: str) -> None:
    item = {name: value for name, value in ITEM.items() if name != "openness_reason"} | {"openness": "公開"}
    saved = put(office, meeting, 0, {"file": BY_HAND["file"], "item": item})
    assert saved.status_code == 200
    assert [each["where"] for each in saved.json()["problems"]] == ["item.openness"]
    assert places(package(office, meeting)) == ["item.openness"]


def test_a_package_is_made_kept_and_taken_away(office: Office, meeting: str, tmp_path: Path) -> None:
    described(office, meeting)
    made = package(office, meeting, editions=["public", "full"])
    assert made.status_code == 201, made.text
    told = made.json()
    assert made.headers["Location"] == f"/api/v1/packages/{told['id']}"
    assert (told["new"], told["version"], told["made_by"]) == (True, 2, "checker")
    again = package(office, meeting, editions=["full", "public"]).json()
    assert (again["id"], again["new"]) == (told["id"], False)
    listed = office["auditor"].get(f"/api/v1/meetings/{meeting}/packages").json()
    assert [each["id"] for each in listed] == [told["id"]]
    taken = office["auditor"].get(f"/api/v1/packages/{told['id']}/content")
    assert taken.headers["Content-Type"] == "application/zip" and len(taken.content) == told["size"]
    assert hashlib.sha256(taken.content).hexdigest() == told["sha256"]
    file = tmp_path / told["name"]
    file.write_bytes(taken.content)
    assert verify_package(file, fingerprint_noted=told["fingerprint"]).ok
    contents = office["maker"].get(f"/api/v1/packages/{told['id']}")
    assert contents.status_code == 403
    whole = office["auditor"].get(f"/api/v1/packages/{told['id']}").json()["contents"]
    with zipfile.ZipFile(io.BytesIO(taken.content)) as archive:
        inside = {name.partition("/")[2] for name in archive.namelist()}
    assert {each["path"] for each in whole} == inside and "data/minutes.json" in inside
    assert office.audited(meeting)[-2:] == ["user:export:package", "user:export:full"]


def test_a_package_goes_by_itself_where_a_destination_wants_it(office: Office, meeting: str) -> None:
    described(office, meeting)
    wanted = destination_in(office, name="自動", automatic=True, editions=["公開版"])
    destination_in(office, name="手動", editions=["公開版"])
    made = package(office, meeting).json()
    again = package(office, meeting).json()
    assert (again["id"], again["new"]) == (made["id"], False)
    sent = office["maker"].get("/api/v1/deliveries", params={"meeting_id": meeting, "way": "package"}).json()["items"]
    assert [(each["destination_id"], each["state"]) for each in sent] == [(wanted, "waiting")]
    assert office.audited(meeting)[-2:] == ["user:export:package", "system:delivery:requested"]


def test_who_may_not_take_the_whole_gets_only_what_is_public(office: Office, meeting: str) -> None:
    """A 登録者 hands over, but never has a byte of a 保存版, nor knows of it."""
    described(office, meeting)
    assert package(office, meeting, "maker", editions=["full"]).status_code == 403
    whole = package(office, meeting, editions=["public", "full"]).json()
    public = package(office, meeting, "maker").json()
    assert public["new"]
    listed = office["maker"].get(f"/api/v1/meetings/{meeting}/packages").json()
    assert [each["id"] for each in listed] == [public["id"]]
    assert whole["fingerprint"] not in str(listed)
    for address in (f"packages/{whole['id']}", f"packages/{whole['id']}/content"):
        answer = office["maker"].get(f"/api/v1/{address}")
        assert answer.status_code == 403 and "一億二千万円".encode() not in answer.content
    content = office["maker"].get(f"/api/v1/packages/{public['id']}/content").content
    assert "一億二千万円".encode() not in content and "平日の午前".encode() in content
    assert office.audited(meeting)[-1] == "user:export:public"
    assert office["admin"].get(f"/api/v1/meetings/{meeting}/packages").json() == []
    assert office["admin"].get(f"/api/v1/packages/{public['id']}/content").status_code == 403


def test_two_who_make_the_same_package_at_once_have_one(office: Office, meeting: str) -> None:
    described(office, meeting)
    with ThreadPoolExecutor(3) as pool:
        made = [each.json() for each in pool.map(lambda _: package(office, meeting), range(3))]
    assert len({each["id"] for each in made}) == 1 and sum(each["new"] for each in made) == 1


def test_before_the_approval_there_is_neither_package_nor_number(office: Office) -> None:
    made = office.drafted()
    assert put(office, made, 0, BY_HAND).status_code == 200, "the 起案 may be written before"
    assert package(office, made).status_code == 409
    assert registering(office, made).status_code == 409


def test_a_number_comes_back_and_goes_into_the_next_package(office: Office, meeting: str) -> None:
    described(office, meeting)
    before = package(office, meeting).json()
    done = registering(office, meeting)
    assert done.status_code == 200, done.text
    assert (done.json()["state"], done.json()["effect"], done.json()["warnings"]) == ("登録済", "登録", [])
    again = registering(office, meeting, decided_on="令和７年５月２６日")
    assert again.json()["effect"] == "変更なし" and again.json()["registration"]["no"] == 1
    found = record(office, meeting)
    assert (found["item"]["number"], found["item"]["decided_on"]) == ("8企第130号", "2025-05-26")
    assert found["complete"]["item"]["number"] == "8企第130号"
    after = package(office, meeting).json()
    assert after["new"] and after["fingerprint"] != before["fingerprint"]
    content = office["maker"].get(f"/api/v1/packages/{after['id']}/content").content
    assert "8企第130号".encode() in content
    assert office.audited(meeting).count("user:meeting:registered") == 1
    with reading(office.engine) as session:
        types = [each.payload["type"] for each in session.scalars(select(Delivery)) if each.payload]
        assert "meeting.registered" in types


def test_something_else_is_a_correction_with_a_reason(office: Office, meeting: str) -> None:
    registering(office, meeting)
    assert places(registering(office, meeting, document_number="8企第131号")) == ["remarks"]
    done = registering(office, meeting, document_number="8企第131号", remarks="番号の誤記のため").json()
    assert (done["effect"], done["registration"]["no"]) == ("訂正", 2)
    told = record(office, meeting)["registrations"]
    assert [(each["no"], each["document_number"]) for each in told] == [(2, "8企第131号"), (1, "8企第130号")]
    assert office.audited(meeting)[-1] == "user:meeting:registration-corrected"
    other = put(office, meeting, 0, {"file": BY_HAND["file"], "item": {**ITEM, "number": "8企第999号"}})
    assert places(other) == ["item.number"]
    assert (
        put(office, meeting, 0, {"file": BY_HAND["file"], "item": {**ITEM, "number": "8企第131号"}}).status_code == 200
    )


UNTRUE: tuple[tuple[dict[str, str], str], ...] = (
    ({"document_number": " "}, "document_number"),
    ({"document_number": "=1+1"}, "document_number"),
    ({"decided_on": "きのう"}, "decided_on"),
    ({"decided_on": "2999-01-01"}, "decided_on"),
    ({"decided_on": "令和7年5月19日"}, "decided_on"),
    ({"decided_by": "課\n長"}, "decided_by"),
    ({"decided_by": ""}, "decided_by"),
)


def test_what_cannot_be_true_is_refused(office: Office, meeting: str) -> None:
    for changed, where in UNTRUE:
        assert places(registering(office, meeting, **changed)) == [where], changed
    assert record(office, meeting)["registrations"] == []


def test_the_decision_lies_between_the_days_that_are_known(office: Office, meeting: str) -> None:
    described(office, meeting, drafted_on="令和7年5月22日", enforced_on="令和7年5月28日")
    for day in ("令和7年5月21日", "令和7年5月29日"):
        assert places(registering(office, meeting, decided_on=day)) == ["decided_on"]
    assert registering(office, meeting, decided_on="令和7年5月28日").status_code == 200


def test_what_is_unusual_is_told_and_done(office: Office, meeting: str) -> None:
    with writing(office.engine) as session:
        session.execute(
            update(MeetingRow)
            .where(MeetingRow.id == meeting)
            .values(title="先の会議", updated_at=MeetingRow.updated_at)
        )
    registering(office, meeting)
    second = approved(office)
    shared = registering(office, second, document_number="８企第 130 号").json()
    assert len(shared["warnings"]) == 1 and "「先の会議」にも" in shared["warnings"][0]
    branch = registering(office, approved(office), document_number="8企第130号の2").json()
    assert branch["warnings"] == []


def test_a_correction_of_the_minutes_starts_from_what_is_registered(office: Office, meeting: str) -> None:
    described(office, meeting)
    registering(office, meeting)
    started = office["maker"].post(f"/api/v1/meetings/{meeting}/corrections", json={"reason": "日付の誤り"})
    assert started.status_code == 201, started.text
    new = started.json()["id"]
    begun = record(office, new)
    assert (begun["row_version"], begun["file"]) == (0, BY_HAND["file"])
    assert begun["item"] == {name: value for name, value in ITEM.items() if name != "drafted_on"}
    for who, action in (("maker", "submit"), ("approver", "approve")):
        answer = office[who].post(f"/api/v1/meetings/{new}/transitions", json={"action": action})
        assert answer.status_code == 200, answer.text
    assert registering(office, meeting, document_number="x", remarks="y").status_code == 409
    same = registering(office, new).json()
    assert same["effect"] == "登録"
    (early,) = same["warnings"]
    assert "承認（" in early and "より前です" in early, "done all the same, and a correction may keep the number"


def test_the_bare_transition_does_not_register(office: Office, meeting: str) -> None:
    assert "register" in office["maker"].get(f"/api/v1/meetings/{meeting}").json()["allowed_actions"]
    answer = office["maker"].post(f"/api/v1/meetings/{meeting}/transitions", json={"action": "register"})
    assert answer.status_code == 422 and "registration" in answer.json()["detail"]
    assert office["maker"].get(f"/api/v1/meetings/{meeting}").json()["state"] == "承認済"


def test_at_once_one_registers_and_the_other_is_told(office: Office, meeting: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        numbers = ["8企第1号", "8企第1号", "8企第2号", "8企第2号"]
        answers = list(pool.map(lambda number: registering(office, meeting, document_number=number), numbers))
    assert sorted(each.status_code for each in answers) == [200, 200, 422, 422]
    assert len(record(office, meeting)["registrations"]) == 1


def test_a_package_that_was_disposed_of_is_known_by_its_hashes(office: Office, meeting: str) -> None:
    described(office, meeting)
    made = package(office, meeting).json()
    with writing(office.engine) as session:
        session.execute(update(RecordPackage).where(RecordPackage.id == made["id"]).values(content=None))
        session.get_one(MeetingRow, meeting).disposed_at = APPROVED
    assert office["checker"].get(f"/api/v1/packages/{made['id']}/content").status_code == 410
    left = office["checker"].get(f"/api/v1/packages/{made['id']}").json()
    assert (left["available"], left["contents"], left["fingerprint"]) == (False, [], made["fingerprint"])
    refused = package(office, meeting)
    assert refused.status_code == 409 and "廃棄されている" in refused.json()["detail"]
