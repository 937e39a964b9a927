"""A statement written again on the review page, by plain forms over HTTP; and the record of the runs."""

import re
import sys
from html import unescape
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from drafted_meeting import KEY, drafted_meeting, invents, terse

from service.db.engine import writing
from service.db.tables import MeetingRow
from service.settings import Settings
from workers.runner import Outcome

TURN, BLOCK = "t0015", "b0012"
CLOSED_TURN = "t0057"


@pytest.fixture
def meeting(site):
    with drafted_meeting(site) as found:
        yield found


@pytest.fixture
def client(site):
    return site.client("suzuki")


def proposal_of(page: str, turn: str = TURN) -> str:
    """The box of a proposal as HTML; empty where the page has none."""
    found = re.search(rf'<section class="proposal" id="proposal-{turn}".*?</section>', page, re.DOTALL)
    return found.group() if found else ""


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def forms(html: str) -> dict[str, dict[str, str]]:
    """Where each form goes, with its hidden fields."""
    return {
        action: dict(re.findall(r'name="(\w+)" value="([^"]*)"', body))
        for action, body in re.findall(r'<form [^>]*action="([^"]*)">(.*?)</form>', html, re.DOTALL)
    }


def ask(client, meeting, turn=TURN, model="openai", version="1"):
    return client.post(f"{meeting.address}/turns/{turn}/regenerate", data={"version": version, "model": model})


def decide(client, meeting, decision):
    """Press the button of the proposal."""
    (action,) = [a for a in forms(proposal_of(client.get(meeting.address).text)) if a.endswith(f"/{decision}")]
    return client.post(action, data=forms(client.get(meeting.address).text)[action])


def test_from_the_button_to_the_history(meeting, client):
    page = client.get(meeting.address).text
    action = f"{meeting.address}/turns/{TURN}/regenerate"
    assert forms(page)[action]["version"] == "1"
    asked = ask(client, meeting)
    assert (asked.status_code, asked.headers["location"]) == (303, f"{meeting.address}#proposal-{TURN}")
    waiting = client.get(meeting.address).text
    assert "順番を待っています" in proposal_of(waiting) and action not in forms(waiting)
    box = re.search(r'data-progress="([^"]*)"', proposal_of(waiting)).group(1)
    assert "data-final" not in client.get(box).text
    before = meeting.sentences()
    assert meeting.run() is Outcome.SUCCEEDED
    ready = client.get(box).text
    assert "data-final" in ready and "案ができました" in ready
    shown = client.get(re.search(r'href="([^"]*)"', ready).group(1))
    assert shown.headers["location"] == f"{meeting.address}#proposal-{TURN}"

    box = proposal_of(client.get(meeting.address).text)
    assert "<del>費用については</del>" in box
    assert "<ins>" in box and "根拠" in box and "生成型" in box and "suzuki 様" in box
    assert "試算では、人口5万人の団体で年間およそ90万円である。" in text_of(box)
    assert meeting.sentences() == before, "nothing has changed yet"
    taken = decide(client, meeting, "take")
    assert (taken.status_code, taken.headers["location"]) == (303, f"{meeting.address}#{BLOCK}")
    after = meeting.sentences()
    assert after == {each: terse(text) for each, text in before.items()}, "reworded sentences keep their ids"
    page = client.get(meeting.address).text
    assert proposal_of(page) == "" and action in forms(page)
    assert f"モデルの案の採用（{TURN}、openai）" in page and "あとから作り直した案を採用" in page


def test_edits_made_meanwhile_stay_and_are_what_the_proposal_is_compared_with(meeting, client):
    ask(client, meeting)
    meeting.run()
    seen = forms(client.get(meeting.address).text)
    other = {"version": "1", "text": "運用の費用は、2年目から参加団体の人口に応じて決める。"}
    assert meeting.site.client("tanaka").post(f"{meeting.address}/sentences/s0009", data=other).status_code == 303
    (action,) = [a for a in seen if a.endswith("/take")]
    late = client.post(action, data=seen[action])
    assert late.status_code == 412 and "ほかの人が先に直しました" in late.text
    assert "2年目から参加団体の人口に応じて決める" in text_of(proposal_of(late.text)).replace("\n", "")
    assert meeting.sentences()["s0009"] == other["text"]
    assert decide(client, meeting, "take").status_code == 303
    assert meeting.sentences()["s0009"] != other["text"] and meeting.sentences()["s0007"].startswith("まず、")


def test_words_of_no_use_are_shown_as_what_they_are(meeting, client):
    meeting.server.script = invents
    before = meeting.sentences()
    ask(client, meeting)
    meeting.run()
    box = proposal_of(client.get(meeting.address).text)
    note, _, wordings = box.partition('<div class="versus">')
    assert "モデルの文ではない" in note and "点検を通らない" in note and "9,876" in note
    assert "9,876" not in wordings and "今の文と同じです" in note
    assert decide(client, meeting, "discard").status_code == 303
    assert proposal_of(client.get(meeting.address).text) == "" and meeting.sentences() == before


def test_a_run_that_fails_says_why_until_it_is_put_away_or_tried_again(meeting, client):
    before = meeting.sentences()
    ask(client, meeting)
    assert meeting.run(Settings()) is Outcome.FAILED, "the worker has no server set up"
    page = client.get(meeting.address).text
    box = proposal_of(page)
    assert "失敗" in box and "サーバーが設定されていません" in box and "素案は変わっていません" in box
    assert f"{meeting.address}/turns/{TURN}/regenerate" in forms(page), "it can be tried again at once"
    ask(client, meeting)
    assert "順番を待っています" in proposal_of(client.get(meeting.address).text)
    meeting.run()
    decide(client, meeting, "discard")
    assert proposal_of(client.get(meeting.address).text) == "", "the older failure does not come back"
    ask(client, meeting, "t0022")
    meeting.run(Settings())
    (action,) = [a for a in forms(proposal_of(client.get(meeting.address).text, "t0022")) if a.endswith("/discard")]
    assert client.post(action, data={"version": "1", "block": "b0015"}).status_code == 303
    assert proposal_of(client.get(meeting.address).text, "t0022") == "" and meeting.sentences() == before


def test_while_it_waits_it_can_be_taken_back(meeting, client):
    ask(client, meeting)
    assert decide(client, meeting, "cancel").status_code == 303
    page = client.get(meeting.address).text
    assert proposal_of(page) == "" and f"{meeting.address}/turns/{TURN}/regenerate" in forms(page)


def test_closed_talk_is_offered_only_the_models_that_it_may_be_shown_to(meeting, client):
    page = client.get(meeting.address).text
    field = forms(page)[f"{meeting.address}/turns/{CLOSED_TURN}/regenerate"]
    assert field["model"] == "extractive"
    assert 'id="model-t0015"' in page and f'id="model-{CLOSED_TURN}"' not in page
    assert "モデルのサーバーへは送りません" in page
    refused = ask(client, meeting, CLOSED_TURN)
    assert refused.status_code == 403 and "送らない設定" in refused.text
    assert proposal_of(refused.text, CLOSED_TURN) == ""
    assert ask(client, meeting, CLOSED_TURN, model="extractive").status_code == 303
    meeting.run()
    assert meeting.server.asked == []
    assert "今の文と同じです" in proposal_of(client.get(meeting.address).text, CLOSED_TURN)


def test_a_greeting_of_many_bullets_is_asked_for_once(meeting, client):
    page = client.get(meeting.address).text
    assert page.count(f"{meeting.address}/turns/t0002/regenerate") == 1
    assert page.index("turns/t0002/regenerate") > page.index('id="b0006"')
    assert "turns/t0005/regenerate" not in page, "a report that stands by its title was never asked for"


def test_only_those_who_may_edit_get_the_controls(meeting, client, site):
    ask(client, meeting)
    meeting.run()
    approver = site.client("kato")
    page = approver.get(meeting.address).text
    box = proposal_of(page)
    assert box and forms(box) == {} and "regenerate" not in page
    seen = forms(proposal_of(client.get(meeting.address).text))
    for action, data in seen.items():
        assert approver.post(action, data=data).status_code == 403
        assert site.client("yoso").post(action, data=data).status_code == 404
    assert ask(approver, meeting, "t0022").status_code == 403
    strange = ask(client, meeting, "t0022", model="gpt-9")
    assert strange.status_code == 422 and "ここでは使えません" in strange.text


def test_who_approves_sees_the_text_that_was_handed_in_and_no_other(meeting, client, site):
    ask(client, meeting)
    meeting.run()
    with writing(site.engine) as session:
        session.get_one(MeetingRow, meeting.meeting_id).state = "承認待ち"
    for login in ("suzuki", "kato"):
        page = site.client(login).get(meeting.address).text
        assert proposal_of(page) == "" and "regenerate" not in page
    with writing(site.engine) as session:
        session.get_one(MeetingRow, meeting.meeting_id).state = "確認待ち"
    assert proposal_of(client.get(meeting.address).text), "returned, it can still be decided on"


def test_a_meeting_says_which_model_made_it_and_a_new_one_offers_the_choice(meeting, client, site):
    assert "要約モデル：抽出型" in client.get(meeting.address).text
    assert "抽出型" in client.get("/").text
    form = site.client("tanaka").get("/meetings/new").text
    assert '<select id="model" name="model"' in form and '<option value="openai">' in form
    refused = site.client("tanaka").post(
        "/meetings/new",
        data={"model": "gpt-9"},
        files={"transcript": ("k.txt", "○議長　始めます。".encode()), "meeting": ("m.json", b"{}")},
    )
    assert refused.status_code == 422 and "ここでは使えません" in refused.text and 'href="#model"' in refused.text


def test_one_model_is_no_choice(site):
    assert 'name="model"' not in site.client("tanaka").get("/meetings/new").text


# --- the record of the runs


def test_auditors_read_what_was_asked_and_answered(meeting, client, site):
    for script in (meeting.server.script, invents):
        meeting.server.script = script
        ask(client, meeting)
        meeting.run()
        assert decide(client, meeting, "discard").status_code == 303
    auditor = site.client("ito")
    assert f'href="{meeting.address}/provenance"' in auditor.get(meeting.address).text
    page = auditor.get(f"{meeting.address}/provenance")
    assert page.status_code == 200
    part = re.search(rf'aria-labelledby="turn-{TURN}".*?</section>', page.text, re.DOTALL).group()
    assert text_of(part).count("第1版で使用") == 1 and text_of(part).count("案：破棄") == 2
    assert part.count('<pre class="reply"') == 3, "one good reply, and a bad one twice"
    assert "9,876万円" in part and "不採用" in part and "入力 9,000・出力 80 トークン" in part
    assert KEY not in page.text and "早乙女 遥" in part
    assert re.search(rf'id="turn-{CLOSED_TURN}".*?非公開', page.text, re.DOTALL)
    assert "生成の記録の閲覧" in auditor.get("/audit").text


@pytest.mark.parametrize("login", ["tanaka", "suzuki", "kato"])
def test_nobody_else_reads_them(meeting, site, login):
    other = site.client(login)
    assert "/provenance" not in other.get(meeting.address).text
    assert other.get(f"{meeting.address}/provenance").status_code == 403
    assert site.client("yoso").get(f"{meeting.address}/provenance").status_code == 404
