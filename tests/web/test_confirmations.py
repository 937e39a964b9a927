"""発言者確認: what a speaker's link shows and does not show, answers on three ways, and what the office does with them."""

import re
from datetime import datetime, timedelta
from io import BytesIO
from urllib.parse import quote

import pytest
from docx import Document
from sqlalchemy import select, update

from minutes.confirmation import statements_of, with_statement
from minutes.confirmation_sheet import read_sheet
from minutes.document import DraftExchange
from minutes.era import JST
from minutes.profiles import load_profile
from service.db.account_tables import Account
from service.db.approval_tables import Delegation, SpeakerAnswer, SpeakerCheck
from service.db.base import now
from service.db.engine import reading, writing
from service.db.tables import AuditEvent, DraftVersion, MeetingRow


def day(days: int) -> str:
    return (datetime.now(JST).date() + timedelta(days=days)).isoformat()


@pytest.fixture
def asking(site):
    """The meeting in 発言者確認, without errors, and the clerk's browser."""
    client = site.client("suzuki")
    base = f"/meetings/{site.meeting_id}"
    client.post(f"{base}/speakers", data={"version": 1, "label": "話者3", "attendee_id": "a3"})
    document = site.draft_now()
    hostile = next(s for sec in document.sections for b in sec.blocks for s in b.sentences if s.id == "s0004")
    client.post(
        f"{base}/sentences/{hostile.id}",
        data={"version": 2, "text": "小さな町では職員が2人しかいないので、研修をお願いしたい。"},
    )
    answer = client.post(f"{base}/check_speakers", data={"version": 3})
    assert answer.status_code == 303, answer.text
    return client


def link_for(client, site, attendee_id: str, last: str | None = None) -> str:
    made = client.post(f"/meetings/{site.meeting_id}/confirmations/{attendee_id}/link", data={"last": last or day(7)})
    assert made.status_code == 200, made.text
    found = re.search(r'value="http://testserver(/confirm/[^"]+)"', made.text)
    assert found is not None
    return found[1]


def state_in(site, client, name: str) -> str:
    page = client.get(f"/meetings/{site.meeting_id}/confirmations").text
    row = next(part for part in page.split("<tr>") if name in part)
    return re.search(r'<span class="chip [a-z]+">([^<]+)</span>', row)[1]


def seen(page: str, block: str) -> str:
    return re.search(rf'name="seen-{block}" value="([0-9a-f]{{64}})"', page)[1]


def test_a_link_shows_ones_own_words_and_nothing_else(site, asking):
    stranger = site.client()
    page = stranger.get(link_for(asking, site, "a2"))
    assert page.status_code == 200
    own = {b.id for s in site.draft_now().sections for b in s.blocks if b.attendee_id == "a2"}
    for section in site.draft_now().sections:
        for block in section.blocks:
            for sentence in block.sentences:
                assert (sentence.text in page.text) == (block.id in own), sentence.text
    assert "noindex" in page.headers["x-robots-tag"] and page.headers["cache-control"] == "no-store"
    assert "見積り" not in page.text and "契約の状況" not in page.text
    closed = stranger.get(link_for(asking, site, "a3")).text
    assert "見積り" in closed and "非公開" in closed


def test_a_link_opens_nothing_else(site, asking):
    path = link_for(asking, site, "a2")
    stranger = site.client()
    stranger.get(path)
    token = path.rsplit("/", 1)[1]
    for address in ("/", f"/meetings/{site.meeting_id}", f"/meetings/{site.meeting_id}/confirmations"):
        assert stranger.get(address).status_code == 303
    answer = stranger.get(f"/api/v1/meetings/{site.meeting_id}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    foreign = {"answer-b0006": "accept", "seen-b0006": "0" * 64}
    assert stranger.post(path, data=foreign).status_code == 422
    with reading(site.engine) as session:
        assert session.scalars(select(SpeakerAnswer)).all() == []
        kept = session.scalars(select(SpeakerCheck)).one()
        assert token not in str(vars(kept))


def test_links_end(site, asking):
    stranger = site.client()
    first = link_for(asking, site, "a2")
    second = link_for(asking, site, "a2")
    assert stranger.get(first).status_code == 404
    assert stranger.get(second).status_code == 200
    asking.post(f"/meetings/{site.meeting_id}/confirmations/a2/revoke")
    assert stranger.get(second).status_code == 404
    third = link_for(asking, site, "a2")
    with writing(site.engine) as session:
        session.execute(update(SpeakerCheck).values(due_at=now() - timedelta(minutes=1)))
    assert stranger.get(third).status_code == stranger.post(third, data={}).status_code == 404
    assert state_in(site, asking, "森下 春香") == "期限経過"
    fourth = link_for(asking, site, "a2")
    assert asking.post(f"/meetings/{site.meeting_id}/submit", data={"version": 3}).status_code == 303
    assert stranger.get(fourth).status_code == 404


def test_guessing_links_is_stopped(site, asking):
    path = link_for(asking, site, "a2")
    stranger = site.client()
    codes = [stranger.get(f"/confirm/{n}").status_code for n in range(61)]
    assert codes[:60] == [404] * 60 and codes[60] == 429
    assert stranger.get(path).status_code == 200


def test_only_the_office_asks(site, asking):
    for login, code in (("kato", 403), ("ito", 403), ("yoso", 404)):
        other = site.client(login)
        assert other.get(f"/meetings/{site.meeting_id}/confirmations").status_code == code, login
        assert (
            other.post(f"/meetings/{site.meeting_id}/confirmations/a2/link", data={"last": day(3)}).status_code == code
        )
    bad = asking.post(f"/meetings/{site.meeting_id}/confirmations/a2/link", data={"last": "昨日"})
    assert bad.status_code == 422 and "回答期限が正しくありません" in bad.text
    assert asking.get(f"/meetings/{site.meeting_id}/confirmations/nobody").status_code == 404


def test_accepted_then_edited_is_asked_again(site, asking):
    assert state_in(site, asking, "森下 春香") == "未送付"
    path = link_for(asking, site, "a2")
    assert state_in(site, asking, "森下 春香") == "照会中"
    stranger = site.client()
    page = stranger.get(path).text
    answered = stranger.post(path, data={"answer-b0003": "accept", "seen-b0003": seen(page, "b0003")})
    assert answered.status_code == 303 and answered.headers["location"].endswith("?done=1")
    assert "回答済み" in stranger.get(path).text
    assert state_in(site, asking, "森下 春香") == "了承"
    changed = {"version": 3, "text": "窓口予約の費用は、県と市町のどちらが負担するのか。"}
    asking.post(f"/meetings/{site.meeting_id}/sentences/s0002", data=changed)
    assert state_in(site, asking, "森下 春香") == "未送付"
    assert "再確認" in asking.get(f"/meetings/{site.meeting_id}/confirmations").text
    again = stranger.get(path).text
    assert "もう一度確かめてください" in again
    stale = stranger.post(path, data={"answer-b0003": "accept", "seen-b0003": seen(page, "b0003")})
    assert stale.status_code == 409 and "文が直されています" in stale.text


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"answer-b0003": "accept", "proposed-b0003": "別の文。"}, "文が書き換えられています"),
        ({"answer-b0003": "change", "proposed-b0003": " "}, "直した後の文が空です"),
        ({"answer-b0003": "change", "proposed-b0003": None}, "文が元のままです"),
        ({"proposed-b0003": "別の文。"}, "回答が選ばれていません"),
        ({}, "回答がありません"),
        ({"answer-b0003": "change", "proposed-b0003": "制御\x07文字。"}, "使えない文字"),
    ],
)
def test_an_answer_that_contradicts_itself_is_told_and_kept_on_the_page(site, asking, fields, what):
    path = link_for(asking, site, "a2")
    stranger = site.client()
    page = stranger.get(path).text
    text = next(s for sec in site.draft_now().sections for b in sec.blocks for s in b.sentences if s.id == "s0002").text
    sent = {key: text if value is None else value for key, value in fields.items()}
    answer = stranger.post(path, data={"seen-b0003": seen(page, "b0003"), **sent})
    assert answer.status_code == 422 and what in answer.text
    assert sent.get("proposed-b0003", "").strip() in answer.text
    with reading(site.engine) as session:
        assert session.scalars(select(SpeakerAnswer)).all() == []


def propose(site, client, attendee_id: str, block: str, text: str) -> str:
    path = link_for(client, site, attendee_id)
    stranger = site.client()
    page = stranger.get(path).text
    fields = {
        f"answer-{block}": "change",
        f"seen-{block}": seen(page, block),
        f"proposed-{block}": text,
        f"remark-{block}": "年度が違います",
    }
    assert stranger.post(path, data=fields).status_code == 303
    with reading(site.engine) as session:
        return session.scalars(select(SpeakerAnswer).order_by(SpeakerAnswer.id.desc())).first().id


def test_a_proposal_is_taken_changed_or_declined(site, asking):
    before = next(b for s in site.draft_now().sections for b in s.blocks if b.id == "b0003")
    wanted = "窓口予約の費用は、県と市のどちらが持つことになるのか。"
    answer_id = propose(site, asking, "a2", "b0003", wanted)
    assert state_in(site, asking, "森下 春香") == "修正あり"
    base = f"/meetings/{site.meeting_id}/confirmations/a2"
    page = asking.get(base).text
    assert "<del>" in page and "年度が違います" in page
    to = f"{base}/proposals/{answer_id}"
    refused = asking.post(to, data={"version": 3, "decision": "declined"})
    assert refused.status_code == 422 and "理由がありません" in refused.text
    assert asking.post(to, data={"version": 2, "decision": "taken"}).status_code == 412
    assert asking.post(to, data={"version": 3, "decision": "taken"}).status_code == 303
    after = next(b for s in site.draft_now().sections for b in s.blocks if b.id == "b0003")
    assert "".join(s.text for s in after.sentences) == wanted
    assert {e for s in after.sentences for e in s.evidence} == {e for s in before.sentences for e in s.evidence}
    assert "採用" in asking.get(base).text and "再確認" not in asking.get(base).text
    assert asking.post(to, data={"version": 4, "decision": "declined", "reason": "x"}).status_code == 409


def test_words_of_the_office_in_place_of_the_speakers_are_asked_again(site, asking):
    answer_id = propose(site, asking, "a2", "b0003", "費用はどちらが持つのか。")
    base = f"/meetings/{site.meeting_id}/confirmations/a2"
    taken = {
        "version": 3,
        "decision": "changed",
        "text": "費用は県と市のどちらが持つのか。",
        "reason": "主語を補うため",
    }
    assert asking.post(f"{base}/proposals/{answer_id}", data=taken).status_code == 303
    assert "再確認" in asking.get(base).text
    second = propose(site, asking, "a2", "b0003", "別の案。")
    declined = {"version": 4, "decision": "declined", "reason": "録音と異なるため"}
    assert asking.post(f"{base}/proposals/{second}", data=declined).status_code == 303
    assert "不採用" in asking.get(base).text and site.draft_now().sections[1].blocks[1].sentences[0].text.startswith(
        "費用は県"
    )


def sheet_of(site, client, attendee_id: str) -> Document:
    made = client.post(f"/meetings/{site.meeting_id}/confirmations/{attendee_id}/sheet", data={"last": day(7)})
    assert made.status_code == 200 and quote("確認票") in made.headers["content-disposition"]
    return Document(BytesIO(made.content))


def saved(document) -> bytes:
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def send_back(site, client, attendee_id: str, document):
    files = {"sheet": ("kakunin.docx", saved(document))}
    return client.post(f"/meetings/{site.meeting_id}/confirmations/{attendee_id}/sheet/answers", files=files)


def test_a_sheet_goes_out_and_comes_back(site, asking):
    document = sheet_of(site, asking, "a3")
    table = document.tables[0]
    assert [row.cells[0].text for row in table.rows[1:]] == ["b0005", "b0006"]
    assert "県が全額" not in "".join(cell.text for row in table.rows for cell in row.cells)
    table.rows[1].cells[3].text = "○"
    table.rows[2].cells[4].text = "契約先の見積りは公表前の金額である。"
    answer = send_back(site, asking, "a3", document)
    assert answer.status_code == 200 and "2件の回答を取り込みました" in answer.text
    assert state_in(site, asking, "大槻 健") == "修正あり"


def test_what_of_a_sheet_cannot_be_used_is_told_by_row(site, asking):
    document = sheet_of(site, asking, "a3")
    rows = document.tables[0].rows
    rows[1].cells[3].text = "ＯＫ"
    rows[2]._tr.getparent().remove(rows[2]._tr)
    added = document.tables[0].add_row()
    added.cells[0].text = "b0099"
    answer = send_back(site, asking, "a3", document)
    assert "1件の回答を取り込みました" in answer.text
    assert "番号 b0006" in answer.text and "行がありません" in answer.text and "番号 b0099" in answer.text
    document = sheet_of(site, asking, "a3")
    document.tables[0].rows[2].cells[2].text = "勝手に書き換えた文。"
    answer = send_back(site, asking, "a3", document)
    assert answer.status_code == 422 and "いまの素案と違います" in answer.text
    other = sheet_of(site, asking, "a2")
    answer = send_back(site, asking, "a3", other)
    assert answer.status_code == 422 and "ほかの人の確認票" in answer.text
    files = {"sheet": ("x.docx", b"PK\x03\x04 no")}
    broken = asking.post(f"/meetings/{site.meeting_id}/confirmations/a3/sheet/answers", files=files)
    assert broken.status_code == 422


def test_a_sheet_reads_back_what_was_written(site, asking):
    document = sheet_of(site, asking, "a2")
    sheet = read_sheet(saved(document))
    assert [(row.block_id, row.accepted, row.proposed) for row in sheet.rows] == [("b0003", False, None)]


def test_answers_by_hand_and_who_did_not_answer(site, asking):
    base = f"/meetings/{site.meeting_id}/confirmations"
    page = asking.get(f"{base}/a2").text
    entered = asking.post(f"{base}/a2/answers", data={"answer-b0003": "accept", "seen-b0003": seen(page, "b0003")})
    assert entered.status_code == 303 and state_in(site, asking, "森下 春香") == "了承"
    assert asking.post(f"{base}/a2/answers", data={}).status_code == 422
    assert asking.post(f"/meetings/{site.meeting_id}/submit", data={"version": 3}).status_code == 303
    approver = site.client("kato")
    review = approver.get(f"/meetings/{site.meeting_id}").text
    assert "発言者未確認：" in review and "大槻 健" in review and "発言者未確認：青葉市" not in review
    assert approver.post(f"/meetings/{site.meeting_id}/approve", data={"version": 3}).status_code == 303
    for form in ("txt", "json", "html"):
        taken = approver.get(f"/meetings/{site.meeting_id}/download/full/{form}").text
        assert "未確認：" not in taken and '"S1"' not in taken
    with reading(site.engine) as session:
        submitted = session.scalars(select(AuditEvent).where(AuditEvent.event == "user:meeting:submitted")).one()
        assert submitted.detail["not_heard"] == ["a1", "a3"]
        assert session.get_one(MeetingRow, site.meeting_id).state == "承認済"


def test_the_question_is_shown_only_where_the_profile_says_so_and_never_from_a_closed_item(draft):
    answered = DraftExchange(question_turn_ids=("t0003",), answer_turn_ids=("t0004",), confidence=1.0)
    closed = DraftExchange(question_turn_ids=("t0007",), answer_turn_ids=("t0004",), confidence=1.0)
    usual = load_profile(draft.profile)
    asking = usual.model_copy(update={"speaker_sees_question": True})

    def questions(profile, *exchanges):
        document = draft.model_copy(update={"exchanges": exchanges})
        return {each.block_id: each.question for each in statements_of(document, "a1", profile)}

    assert set(questions(usual, answered).values()) == {None}
    shown = [each for each in questions(asking, answered).values() if each is not None]
    assert len(shown) == 1 and "窓口予約の費用" in shown[0]
    assert set(questions(asking, closed).values()) == {None}


def test_a_new_sentence_of_the_speaker_rests_on_what_the_statement_rests_on(draft):
    before = next(b for s in draft.sections for b in s.blocks if b.id == "b0003")
    text = before.sentences[0].text + "あわせて、来年度の日程を教えてほしい。"
    changed = with_statement(draft, "b0003", text)
    after = next(b for s in changed.sections for b in s.blocks if b.id == "b0003")
    assert [each.text for each in after.sentences] == [
        before.sentences[0].text,
        "あわせて、来年度の日程を教えてほしい。",
    ]
    assert after.sentences[0] == before.sentences[0]
    assert after.sentences[1].evidence == before.sentences[0].evidence


def test_the_audit_page_of_a_meeting_is_for_auditors_of_its_department(site, asking):
    address = f"/meetings/{site.meeting_id}/audit"
    for login, code in (("tanaka", 403), ("suzuki", 403), ("kato", 403), ("yoso", 404), ("ito", 200)):
        assert site.client(login).get(address).status_code == code, login
    assert "矛盾はありません" in site.client("ito").get(address).text
    with writing(site.engine) as session:
        for saved in session.scalars(select(DraftVersion)):
            saved.document += " "
    told = site.client("ito").get(address).text
    assert "記録が食い違っています" in told and "保存されている第3版の文と合いません" in told


def test_only_approvers_name_deputies_and_only_their_own(site):
    kato = site.client("kato")
    with reading(site.engine) as session:
        ito = session.scalars(select(Account.id).where(Account.login == "ito")).one()
    whom = {"whom": f"{site.department_id}:{ito}", "first": day(0), "last": day(2)}
    for login, code in (("tanaka", 403), ("suzuki", 403), ("ito", 403), ("yoso", 404), ("kato", 303)):
        assert site.client(login).post("/delegations", data=whom).status_code == code, login
    for wrong in (
        {"first": day(2), "last": day(0)},
        {"last": day(-3), "first": day(-3)},
        {"first": "x"},
        {"whom": f"{site.department_id}:x"},
    ):
        assert kato.post("/delegations", data=whom | wrong).status_code == 422, wrong
    with reading(site.engine) as session:
        made = session.scalars(select(Delegation.id)).one()
    assert site.client("ito").post(f"/delegations/{made}/revoke").status_code == 404
    assert kato.post(f"/delegations/{made}/revoke").status_code == 303
