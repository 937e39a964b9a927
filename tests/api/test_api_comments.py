"""Comments over HTTP, on both databases: what is said beside a draft, who is told of it, who may read it."""

from typing import Any

import pytest
from api_office import Office
from fastapi.testclient import TestClient
from sqlalchemy import select
from test_api_chain import with_person
from test_api_review import base_of, cleared, decide

from minutes.withheld import WITHHELD
from service.audit import verify
from service.auth import Role
from service.db.account_tables import Account, ClaimedGrant, RoleGrant
from service.db.approval_tables import Notice
from service.db.comment_table import Comment
from service.db.delivery_tables import Delivery
from service.db.engine import reading, writing
from service.db.tables import AuditEvent

SECRET = "金額は一億二千万円程度と聞いております"


@pytest.fixture
def meeting_id(office: Office) -> str:
    return office.drafted()


def talk(office: Office, who: str, meeting_id: str, text: str, **more: Any) -> Any:
    return office[who].post(f"{base_of(meeting_id)}/comments", json={"text": text, **more})


def said(client: TestClient, meeting_id: str) -> Any:
    return client.get(f"{base_of(meeting_id)}/comments").json()


def sentences(office: Office, meeting_id: str) -> dict[str, dict[str, Any]]:
    """Those of the draft by id, each with its block."""
    draft = office["checker"].get(f"{base_of(meeting_id)}/draft").json()
    return {
        s["id"]: {**s, "block": b["id"], "agenda": section["agenda_no"]}
        for section in draft["sections"]
        for b in section["blocks"]
        for s in b["sentences"]
    }


def notices(office: Office, who: str) -> list[tuple[str, str]]:
    with reading(office.engine) as session:
        query = select(Notice).where(Notice.account_id == office.accounts[who]).order_by(Notice.id)
        return [(each.kind, each.key) for each in session.scalars(query) if each.kind in {"mentioned", "replied"}]


def with_names(office: Office, **names: str) -> None:
    """More checkers, by login and display name."""
    for login, name in names.items():
        with_person(office, login, Role.CHECKER)
        with writing(office.engine) as session:
            session.get_one(Account, office.accounts[login]).display_name = name


def closed_sentence(office: Office, meeting_id: str) -> dict[str, Any]:
    """The draft leaves the closed talk out; somebody wants it in the 保存版."""
    edit(office, meeting_id, do="pull_in", utterance="u0006")
    return next(each for each in sentences(office, meeting_id).values() if each["agenda"] == 2)


def edit(office: Office, meeting_id: str, **change: Any) -> None:
    client = office["checker"]
    version = client.get(f"{base_of(meeting_id)}/draft").headers["etag"]
    answer = client.post(f"{base_of(meeting_id)}/draft/changes", json=change, headers={"If-Match": version})
    assert answer.status_code == 200, answer.text


def test_one_asks_another_answers_and_settles(office: Office, meeting_id: str) -> None:
    (first, *_) = sentences(office, meeting_id).values()
    made = talk(office, "approver", meeting_id, "@checker　年度を確かめてください。", place=first["id"])
    assert made.status_code == 201, made.text
    comment = made.json()
    assert (comment["place"], comment["quote"], comment["version"]) == (first["id"], first["text"], 1)
    assert (comment["by"], comment["mentions"], comment["open"]) == ("approver", ["checker"], True)
    address = f"{base_of(meeting_id)}/comments/{comment['id']}"
    assert notices(office, "checker") == [("mentioned", f"mentioned:{comment['id']}")]
    answered = office["checker"].post(f"{address}/replies", json={"text": "録音のとおりです。"})
    assert answered.status_code == 201
    (reply,) = answered.json()["replies"]
    assert (reply["by"], reply["text"]) == ("checker", "録音のとおりです。")
    assert notices(office, "approver") == [("replied", f"replied:{reply['id']}")]
    assert (
        office["checker"].post(f"{base_of(meeting_id)}/comments/{reply['id']}/replies", json={"text": "x"}).status_code
        == 409
    )
    settled = office["checker"].post(f"{address}/resolve").json()
    assert (settled["open"], settled["resolved_by"]) == (False, "checker")
    assert office["checker"].post(f"{address}/resolve").status_code == 200
    assert said(office["maker"], meeting_id)["open"] == 0
    assert office["maker"].post(f"{address}/replies", json={"text": "あとから"}).status_code == 409
    assert office["maker"].post(f"{address}/reopen").json()["open"] is True
    assert office.audited(meeting_id)[-4:] == [
        "user:comment:made", "user:comment:replied", "user:comment:resolved", "user:comment:reopened",
    ]  # fmt: skip


def test_what_is_deleted_leaves_who_and_when(office: Office, meeting_id: str) -> None:
    comment = talk(office, "maker", meeting_id, "@checker 取り消したい一文です。").json()
    address = f"{base_of(meeting_id)}/comments/{comment['id']}"
    reply = office["checker"].post(f"{address}/replies", json={"text": "承知しました。"}).json()["replies"][0]
    assert office["checker"].delete(address).status_code == 403
    gone = office["maker"].delete(address).json()
    assert (gone["text"], gone["mentions"], gone["by"]) == (None, [], "maker") and gone["deleted_at"]
    assert gone["open"] is True, "somebody's answer still stands"
    thread = office["checker"].delete(f"{base_of(meeting_id)}/comments/{reply['id']}").json()
    assert (thread["id"], thread["open"]) == (comment["id"], False)
    with reading(office.engine) as session:
        assert all(
            each.text is None for each in session.scalars(select(Comment).where(Comment.meeting_id == meeting_id))
        )
        rows = session.scalars(select(AuditEvent).where(AuditEvent.event == "user:comment:deleted")).all()
        assert {each.actor.partition("-")[0] for each in rows if each.subject == f"meeting:{meeting_id}"} == {
            "maker",
            "checker",
        }
        assert not [each for each in session.scalars(select(AuditEvent)) if "取り消したい" in str(each.detail)]
        assert verify(session).ok


def test_people_of_the_department_are_named_by_list_or_by_name(
    office: Office, other_office: Office, meeting_id: str
) -> None:
    with_names(office, sato="佐藤", ken="佐藤 健")
    with writing(office.engine) as session:
        held = session.query(RoleGrant).filter_by(account_id=office.accounts["ken"]).one()
        session.delete(held)
        session.add(
            ClaimedGrant(account_id=office.accounts["ken"], department_id=office.department_id, role=Role.CHECKER)
        )
        session.get_one(Account, office.accounts["auditor"]).active = False
    people = {each["name"]: each["id"] for each in said(office["maker"], meeting_id)["people"]}
    assert {"佐藤", "佐藤 健", "checker"} <= set(people) and "auditor" not in people and "maker" not in people
    text = "＠佐藤 健さんと @approver さん、@auditor と mail@checker.example へ。"
    made = talk(office, "maker", meeting_id, text, mentions=[people["admin"]]).json()
    assert made["mentions"] == ["admin", "佐藤 健", "approver", "checker"]
    assert notices(office, "sato") == [] and len(notices(office, "ken")) == 1
    stranger = other_office.accounts["checker"]
    refused = talk(office, "maker", meeting_id, "よその人へ", mentions=[stranger])
    assert refused.status_code == 422 and refused.json()["problems"][0]["where"] == "mentions"
    assert notices(other_office, "checker") == []


def test_two_of_one_name_are_told_apart_by_the_list(office: Office, meeting_id: str) -> None:
    with_names(office, one="田中 愛", two="田中 愛")
    assert "複数います" in talk(office, "maker", meeting_id, "@田中 愛 お願いします。").json()["detail"]
    chosen = office.accounts["two"]
    assert talk(office, "maker", meeting_id, "@田中 愛 お願いします。", mentions=[chosen]).status_code == 201
    assert (len(notices(office, "one")), len(notices(office, "two"))) == (0, 1)


def test_no_words_leave_by_a_notice(office: Office, meeting_id: str) -> None:
    talk(office, "approver", meeting_id, "@checker 秘密の問い合わせ", place="u0002")
    with reading(office.engine) as session:
        rows = [str(vars(each)) for table in (Notice, Delivery) for each in session.scalars(select(table))]
        hooks = [
            each.payload
            for each in session.scalars(select(Delivery))
            if each.payload.get("type") == "meeting.mentioned" and each.payload["data"]["meeting_id"] == meeting_id
        ]
    assert len(hooks) == 1
    assert not [each for each in rows if "秘密の問い合わせ" in each or "高齢の方" in each]


def test_edits_do_not_lose_what_was_said(office: Office, meeting_id: str) -> None:
    found = list(sentences(office, meeting_id).values())
    changed, deleted = found[0], found[1]
    for each in (changed, deleted):
        assert talk(office, "maker", meeting_id, "ここです。", place=each["id"]).status_code == 201
    edit(office, meeting_id, do="edit_sentence", sentence=changed["id"], text="窓口を予約制とする。")
    edit(office, meeting_id, do="delete_sentence", sentence=deleted["id"])
    shown = {each["place"]: each for each in said(office["checker"], meeting_id)["comments"]}
    first, second = shown[changed["id"]], shown[deleted["id"]]
    assert (first["changed"], first["gone"], first["quote"]) == (True, False, changed["text"])
    assert (second["gone"], second["quote"]) == (True, deleted["text"])
    office["checker"].post(f"{base_of(meeting_id)}/draft/undo", headers={"If-Match": '"3"'})
    again = {each["place"]: each for each in said(office["checker"], meeting_id)["comments"]}
    assert again[deleted["id"]]["gone"] is False


def test_they_are_listed_in_reading_order(office: Office, meeting_id: str) -> None:
    ids = list(sentences(office, meeting_id))
    cited = sentences(office, meeting_id)[ids[0]]["evidence"][0]
    for place in (ids[-1], None, ids[0], cited):
        talk(office, "maker", meeting_id, "x", place=place)
    assert [each["place"] for each in said(office["maker"], meeting_id)["comments"]] == [None, ids[0], cited, ids[-1]]


def test_draft_hash_and_files_know_nothing_of_them(office: Office, meeting_id: str) -> None:
    client, base = office["checker"], base_of(meeting_id)
    before = client.get(f"{base}/draft").content, client.get(f"{base}/versions").json()
    files = ("full.txt", "full.html", "full.json", "public.txt")
    exported = {name: client.get(f"{base}/exports/{name}").content for name in files}
    talk(office, "maker", meeting_id, "まったく別の言葉", place="s0001")
    assert (client.get(f"{base}/draft").content, client.get(f"{base}/versions").json()) == before
    assert {name: client.get(f"{base}/exports/{name}").content for name in files} == exported


def test_they_do_not_hold_up_approval_and_are_only_read_afterwards(office: Office) -> None:
    meeting_id = cleared(office)
    comment = talk(office, "checker", meeting_id, "まだ気になります。").json()
    address = f"{base_of(meeting_id)}/comments/{comment['id']}"
    assert decide(office, "checker", meeting_id, "submit").status_code == 200
    assert office["approver"].post(f"{address}/replies", json={"text": "承認の際に見ます。"}).status_code == 201
    assert decide(office, "approver", meeting_id, "approve").json()["state"] == "承認済"
    shown = said(office["maker"], meeting_id)
    assert shown["open"] == 1 and len(shown["comments"][0]["replies"]) == 1
    refused = [
        talk(office, "maker", meeting_id, "遅かった"),
        office["maker"].post(f"{address}/replies", json={"text": "x"}),
        office["maker"].post(f"{address}/resolve"),
        office["checker"].delete(address),
    ]
    assert {each.status_code for each in refused} == {409} and "承認済" in refused[0].json()["detail"]


@pytest.mark.parametrize("kind", ["s", "b", "u"])
def test_about_closed_talk_they_are_withheld_as_it_is(office: Office, meeting_id: str, kind: str) -> None:
    """A 管理者 may talk about the draft, but not read its closed talk."""
    closed = closed_sentence(office, meeting_id)
    place = {"s": closed["id"], "b": closed["block"], "u": closed["evidence"][0]}[kind]
    made = talk(office, "checker", meeting_id, "@admin この額は伏せてください。", place=place)
    assert made.status_code == 201
    address = f"{base_of(meeting_id)}/comments/{made.json()['id']}"
    office["approver"].post(f"{address}/replies", json={"text": "伏せました。"})
    (seen,) = said(office["admin"], meeting_id)["comments"]
    assert (seen["text"], seen["quote"], seen["withheld"]) == (WITHHELD, WITHHELD, True)
    assert (seen["replies"], seen["mentions"]) == ([], []) and seen["place"] in {None, place}
    assert "この額" not in office["admin"].get(f"{base_of(meeting_id)}/comments").text
    for answer in (
        talk(office, "admin", meeting_id, "見えません。", place=place),
        office["admin"].post(f"{address}/replies", json={"text": "x"}),
        office["admin"].post(f"{address}/resolve"),
    ):
        assert answer.status_code in {403, 404}
        assert "二千万" not in answer.text and "落札" not in answer.text
    whole = said(office["auditor"], meeting_id)["comments"][0]
    assert whole["text"] == "@admin この額は伏せてください。" and whole["replies"][0]["text"] == "伏せました。"
    with reading(office.engine) as session:
        told = session.scalars(select(Notice).where(Notice.key == f"mentioned:{made.json()['id']}")).one()
        assert (told.account_id, "額" in str(vars(told))) == (office.accounts["admin"], False)


def test_once_it_stood_on_closed_talk_it_stays_withheld(office: Office, meeting_id: str) -> None:
    closed = closed_sentence(office, meeting_id)
    talk(office, "checker", meeting_id, "この文は要りません。", place=closed["id"])
    edit(office, meeting_id, do="delete_sentence", sentence=closed["id"])
    (seen,) = said(office["admin"], meeting_id)["comments"]
    assert (seen["text"], seen["quote"], seen["gone"]) == (WITHHELD, WITHHELD, True)


def test_what_is_closed_later_takes_its_comments_with_it(office: Office, meeting_id: str) -> None:
    open_one = next(each for each in sentences(office, meeting_id).values() if each["agenda"] == 1)
    mine = talk(office, "admin", meeting_id, "読みやすい文です。", place=open_one["id"]).json()
    assert mine["text"] == "読みやすい文です。" and mine["withheld"] is False
    edit(office, meeting_id, do="close_talk", utterance=open_one["evidence"][0], scope="turn", reason="個人情報のため")
    (seen,) = said(office["admin"], meeting_id)["comments"]
    assert (seen["text"], seen["withheld"]) == (WITHHELD, True)
    assert office["admin"].delete(f"{base_of(meeting_id)}/comments/{mine['id']}").json()["deleted_at"]


def test_words_of_closed_talk_are_withheld_wherever_they_are_quoted(office: Office, meeting_id: str) -> None:
    talk(office, "checker", meeting_id, f"議題2に「{SECRET}」とあります。")
    other = talk(office, "checker", meeting_id, "こちらは差し支えありません。").json()
    office["checker"].post(f"{base_of(meeting_id)}/comments/{other['id']}/replies", json={"text": SECRET})
    first, second = said(office["admin"], meeting_id)["comments"]
    assert (first["text"], first["withheld"]) == (WITHHELD, True)
    assert (second["text"], second["replies"][0]["text"]) == ("こちらは差し支えありません。", WITHHELD)
    # Whoever guesses is not told by the answer whether the guess was right.
    guessed = talk(office, "admin", meeting_id, SECRET).json()
    assert (guessed["text"], guessed["withheld"]) == (SECRET, False)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "空です"),
        (" \n　", "空です"),
        ("あ" * 2001, "長すぎます"),
        ("鐘\x07", "制御文字"),
        ("逆\u202e向き", "制御文字"),
    ],
)
def test_what_does_not_fit_is_refused(office: Office, meeting_id: str, text: str, what: str) -> None:
    refused = talk(office, "maker", meeting_id, text)
    assert refused.status_code == 422 and what in refused.json()["detail"]
    assert said(office["maker"], meeting_id)["comments"] == []


def test_places_that_are_not_there(office: Office, other_office: Office, meeting_id: str) -> None:
    for place in ("s9999", "agenda-1", "x" * 300, "日本"):
        assert talk(office, "maker", meeting_id, "x", place=place).status_code == 404
    comment = talk(office, "maker", meeting_id, "x").json()
    elsewhere = other_office.drafted()
    assert other_office["maker"].post(f"{base_of(elsewhere)}/comments/{comment['id']}/resolve").status_code == 404
    assert other_office["maker"].get(f"{base_of(meeting_id)}/comments").status_code == 404


def test_before_the_draft_there_is_nothing_to_talk_about(office: Office) -> None:
    meeting_id = office.upload().json()["id"]
    assert said(office["maker"], meeting_id)["comments"] == []
    assert talk(office, "maker", meeting_id, "早すぎる").status_code == 409


def test_there_is_an_end_to_it(office: Office, meeting_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.meetings.comments.making.COMMENTS_LIMIT", 2)
    monkeypatch.setattr("service.meetings.comments.mentions.MOST", 2)
    everybody = [each["id"] for each in said(office["maker"], meeting_id)["people"]]
    assert talk(office, "maker", meeting_id, "みなさん", mentions=everybody).status_code == 422
    assert [talk(office, "maker", meeting_id, "x").status_code for _ in range(3)] == [201, 201, 409]
