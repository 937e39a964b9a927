"""Everything a reviewer does to a draft, by REST, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from api_office import TRANSCRIPT, Office, files

from minutes.document import MinutesDocument


@pytest.fixture
def meeting_id(office: Office) -> str:
    return office.drafted()


def base_of(meeting_id: str) -> str:
    return f"/api/v1/meetings/{meeting_id}"


def draft_of(office: Office, meeting_id: str) -> MinutesDocument:
    return MinutesDocument.model_validate(office["maker"].get(f"{base_of(meeting_id)}/draft").json())


def change(office: Office, meeting_id: str, do: str, *, version: int, who: str = "maker", **fields: Any) -> Any:
    return office[who].post(
        f"{base_of(meeting_id)}/draft/changes", json={"do": do, **fields}, headers={"If-Match": f'"{version}"'}
    )


def sentences(document: MinutesDocument) -> dict[str, str]:
    return {s.id: s.text for section in document.sections for b in section.blocks for s in b.sentences}


def test_edits_of_two_people_meet_where_they_touch_different_sentences(office: Office, meeting_id: str) -> None:
    first, second, *_ = sentences(draft_of(office, meeting_id))
    mine = change(office, meeting_id, "edit_sentence", version=1, sentence=first, text="一人目の文である。")
    assert (mine.status_code, mine.json()["version"]) == (200, 2)
    theirs = change(
        office, meeting_id, "edit_sentence", version=1, who="checker", sentence=second, text="二人目の文である。"
    )
    assert (theirs.status_code, theirs.headers["etag"]) == (200, '"3"')
    now = sentences(draft_of(office, meeting_id))
    assert (now[first], now[second]) == ("一人目の文である。", "二人目の文である。")
    late = change(office, meeting_id, "edit_sentence", version=1, who="checker", sentence=first, text="遅い。")
    assert late.status_code == 412 and sentences(draft_of(office, meeting_id))[first] == "一人目の文である。"
    beyond = change(office, meeting_id, "edit_sentence", version=99, sentence=first, text="未来の版。")
    assert beyond.status_code == 412


def test_people_who_save_in_the_same_moment_all_keep_their_edits(office: Office, meeting_id: str) -> None:
    before = sentences(draft_of(office, meeting_id))
    wanted = {key: f"{n}人目の文である。" for n, key in enumerate(list(before)[:3], 1)}
    with ThreadPoolExecutor(len(wanted)) as pool:
        answers = list(
            pool.map(
                lambda pair: change(office, meeting_id, "edit_sentence", version=1, sentence=pair[0], text=pair[1]),
                wanted.items(),
            )
        )
    assert [each.status_code for each in answers] == [200] * len(wanted), [each.text for each in answers]
    assert sentences(draft_of(office, meeting_id)) == before | wanted
    assert sorted(each.json()["version"] for each in answers) == [2, 3, 4][: len(wanted)]


def test_undo_and_redo_make_versions_equal_to_earlier_ones(office: Office, meeting_id: str) -> None:
    sentence = next(iter(sentences(draft_of(office, meeting_id))))
    drafts = [office["maker"].get(f"{base_of(meeting_id)}/draft").json()]
    for number, text in enumerate(("一回目の文である。", "二回目の文である。"), 1):
        assert change(office, meeting_id, "edit_sentence", version=number, sentence=sentence, text=text).is_success
        drafts.append(office["maker"].get(f"{base_of(meeting_id)}/draft").json())

    def step(name: str, version: int) -> Any:
        return office["maker"].post(f"{base_of(meeting_id)}/draft/{name}", headers={"If-Match": f'"{version}"'})

    for name, version, same_as in (("undo", 3, 1), ("undo", 4, 0), ("redo", 5, 1), ("redo", 6, 2)):
        answer = step(name, version)
        assert answer.status_code == 200, answer.text
        assert office["maker"].get(f"{base_of(meeting_id)}/draft").json() == drafts[same_as]
    assert step("redo", 7).status_code == 409
    assert step("undo", 3).status_code == 412
    assert step("undo", 7).status_code == 200
    assert change(office, meeting_id, "edit_sentence", version=8, sentence=sentence, text="別の文である。").is_success
    assert step("redo", 9).status_code == 409, "another change leaves nothing to do again"
    back = office["maker"].post(f"{base_of(meeting_id)}/versions/1/restore", headers={"If-Match": '"9"'})
    assert back.status_code == 200 and office["maker"].get(f"{base_of(meeting_id)}/draft").json() == drafts[0]
    assert len(office["maker"].get(f"{base_of(meeting_id)}/versions").json()) == 10


def test_a_finding_is_waived_with_who_and_why_and_comes_back(office: Office, meeting_id: str) -> None:
    sentence = next(iter(sentences(draft_of(office, meeting_id))))
    flawed = change(
        office, meeting_id, "edit_sentence", version=1, sentence=sentence, text="電話での予約も、利用して下さい。"
    ).json()
    (finding,) = [each for each in flawed["findings"] if each["rule"] == "K12"]
    place = finding["place"]
    let = change(
        office,
        meeting_id,
        "waive",
        version=2,
        rule="K12",
        message=finding["message"],
        sentence=sentence,
        block=place["block_id"],
        agenda_no=place["agenda_no"],
        reason="発言のとおり",
    )
    assert let.status_code == 200, let.text
    (waiver,) = office["checker"].get(f"{base_of(meeting_id)}/waivers").json()["waivers"]
    assert (waiver["reason"], waiver["by"]) == ("発言のとおり", "maker")
    again = change(
        office, meeting_id, "edit_sentence", version=3, sentence=sentence, text="予約を電話で利用して下さい。"
    )
    assert again.is_success and office["maker"].get(f"{base_of(meeting_id)}/waivers").json()["waivers"] == []
    fixed = change(office, meeting_id, "fix_rule", version=4, rule="K12")
    assert fixed.is_success and sentences(draft_of(office, meeting_id))[sentence] == "予約を電話で利用してください。"


def test_what_was_closed_by_hand_is_in_no_public_file(office: Office, meeting_id: str) -> None:
    draft = draft_of(office, meeting_id)
    said = next(each for each in draft.utterances if "高齢の方" in each.text)
    public = f"{base_of(meeting_id)}/exports/public.txt"
    assert "高齢" in office["maker"].get(public).text
    closed = change(
        office, meeting_id, "close_talk", version=1, utterance=said.id, scope="one", reason="個人に関するため"
    )
    assert closed.status_code == 200, closed.text
    assert "高齢" not in office["maker"].get(public).text
    for edition in ("txt", "html"):
        assert "個人に関するため" not in office["maker"].get(f"{base_of(meeting_id)}/exports/public.{edition}").text
    assert change(office, meeting_id, "reopen", version=2, closing="c0001").is_success
    assert "高齢" in office["maker"].get(public).text


def test_versions_are_compared_phrase_by_phrase(office: Office, meeting_id: str) -> None:
    sentence, other, *_ = sentences(draft_of(office, meeting_id))
    before = sentences(draft_of(office, meeting_id))[sentence]
    change(office, meeting_id, "edit_sentence", version=1, sentence=sentence, text=before.rstrip("。") + "とのこと。")
    change(office, meeting_id, "delete_sentence", version=2, sentence=other)
    lines = office["maker"].get(f"{base_of(meeting_id)}/versions/3/changes?since=1").json()["lines"]
    assert {(each["id"], each["change"]) for each in lines} == {(sentence, "changed"), (other, "removed")}
    whole = office["maker"].get(f"{base_of(meeting_id)}/versions/3/changes?whole=true").json()["lines"]
    assert len(whole) > len(lines) and {each["kind"] for each in whole} == {"heading", "label", "sentence"}


def test_a_word_of_the_dictionary_is_found_in_this_draft_and_heard_in_the_next(office: Office, meeting_id: str) -> None:
    address = f"/api/v1/departments/{office.department_id}/dictionary"
    word = {"wrong": "電話での予約", "right": "電話予約", "kind": "用字用語"}
    made = office["maker"].post(address, json=word)
    assert made.status_code == 201, made.text
    assert [each["right"] for each in office["approver"].get(address).json()] == ["電話予約"]
    sentence = next(iter(sentences(draft_of(office, meeting_id))))
    change(office, meeting_id, "edit_sentence", version=1, sentence=sentence, text="電話での予約も受け付ける。")
    any_edit = change(office, meeting_id, "add_note", version=2, place_id=sentence, text="表記")
    (finding,) = [each for each in any_edit.json()["findings"] if each["rule"] == "K30"]
    assert finding["fix"]["replacement"] == "電話予約"
    later = office["maker"].post("/api/v1/meetings", files=files(transcript=TRANSCRIPT.replace("二十件", "三十件")))
    office.run(later.json()["job_id"])
    draft = draft_of(office, later.json()["id"])
    (heard,) = [each for each in draft.mishearings if each.heard == "電話での予約"]
    assert heard.source.value == "所属の辞書" and "電話での予約" in "".join(u.text for u in draft.utterances)
    if heard.applied:
        assert "電話での予約" not in "".join(sentences(draft).values())
    assert office["maker"].post(address, json=word).status_code == 409
    assert office["maker"].post(address, json=word | {"wrong": "電話予約", "right": "x"}).status_code in {201, 409}
    for wrong in ({"wrong": " "}, {"kind": "その他"}, {"right": "電話での予約"}, {"wrong": "a\u0000"}):
        assert office["maker"].post(address, json=word | wrong).status_code == 422
    assert office["approver"].post(address, json=word).status_code == 403
    assert office["maker"].delete(f"{address}/{made.json()['id']}").status_code == 200
    assert office["maker"].delete(f"{address}/{made.json()['id']}").status_code == 404


def test_a_dictionary_ends_at_its_department(office: Office, other_office: Office) -> None:
    address = f"/api/v1/departments/{office.department_id}/dictionary"
    word = {"wrong": "ほかの課", "right": "他課", "kind": "表記"}
    assert other_office["maker"].get(address).status_code == 404
    assert other_office["maker"].post(address, json=word).status_code == 404
    made = office["maker"].post(address, json=word).json()
    own = f"/api/v1/departments/{other_office.department_id}/dictionary"
    assert other_office["maker"].delete(f"{own}/{made['id']}").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("checker", 200), ("approver", 403), ("auditor", 403), ("admin", 403), ("everything", 200)]
)
def test_who_may_change_a_draft(office: Office, meeting_id: str, who: str, status: int) -> None:
    said = draft_of(office, meeting_id).utterances[0].id
    for do, fields in (
        ("add_attendee", {"name": f"{who} 花子"}),
        ("change_speaker", {"utterance": said, "attendee": "mori", "scope": "one"}),
    ):
        version = office["maker"].get(base_of(meeting_id)).json()["current_version"]
        assert change(office, meeting_id, do, version=version, who=who, **fields).status_code == status
    for path in ("draft/undo", "versions/1/restore"):
        version = office["maker"].get(base_of(meeting_id)).json()["current_version"]
        answer = office[who].post(f"{base_of(meeting_id)}/{path}", headers={"If-Match": f'"{version}"'})
        assert answer.status_code == status, path


def test_refused_changes_change_nothing(office: Office, other_office: Office, meeting_id: str) -> None:
    before = office.counts()
    for do, fields, status in (
        ("edit_sentence", {"sentence": "s9999", "text": "x"}, 422),
        ("edit_sentence", {"sentence": "s0001", "text": "長" * 4001}, 422),
        ("edit_sentence", {"sentence": "s0001", "text": "a\u0007"}, 422),
        ("pull_in", {"utterance": "u9999"}, 422),
        ("close_item", {"agenda_no": 1, "reason": " "}, 422),
        ("no_such_thing", {}, 422),
        ("edit_sentence", {"sentence": "s0001", "text": "x", "more": 1}, 422),
    ):
        assert change(office, meeting_id, do, version=1, **fields).status_code == status, do
    assert other_office["maker"].post(f"{base_of(meeting_id)}/draft/changes", json={}).status_code in {404, 422, 428}
    assert office.counts() == before
