"""One click for what a rule can mend safely, and leaving a statement out: plain forms over HTTP."""

import re
from html import unescape

import pytest

from minutes.document import MinutesDocument
from minutes.draft import with_findings
from minutes.edits import edit_sentence
from minutes.profiles import load_profile

TEXT = "令和8年度は県が全額(上限なし)を負担し、9年度からは半分ずつとする考えであるので、確認して下さい。"
FORM = re.compile(r'<form method="post" action="(?P<action>[^"]*/fixes)">(?P<body>.*?)</form>', re.DOTALL)
FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@pytest.fixture
def draft(draft: MinutesDocument) -> MinutesDocument:
    """With a sentence that has two things to mend, and the findings that the checks make of it."""
    return with_findings(edit_sentence(draft, "s0003", TEXT), load_profile(draft.profile))


@pytest.fixture
def address(site):
    return f"/meetings/{site.meeting_id}"


@pytest.fixture
def client(site):
    return site.client("suzuki")


def offers(page: str) -> dict[str, tuple[str, dict[str, str]]]:
    """What the buttons of the page would send, by what they replace."""
    found = [(m["action"], {k: unescape(v) for k, v in FIELD.findall(m["body"])}) for m in FORM.finditer(page)]
    return {fields["replaced"]: (action, fields) for action, fields in found}


def rows(page: str) -> list[str]:
    listed = page[page.index('id="findings"') : page.index("data-bench")]
    return re.findall(r"<li\b[^>]*>(.*?)</li>", listed, re.DOTALL)


def text_of(site, sentence_id="s0003"):
    blocks = (block for section in site.draft_now().sections for block in section.blocks)
    return next(s.text for block in blocks for s in block.sentences if s.id == sentence_id)


def test_a_finding_shows_the_change_and_one_click_makes_it(site, client, address):
    page = client.get(address).text
    (row,) = [each for each in rows(page) if "補助動詞は平仮名" in each]
    change = re.sub(r"<span class=\"visually-hidden\">.*?</span>", "", row)
    assert "確認して<del>下さい</del><ins>ください</ins>。" in change
    assert 'aria-label="s0003の「下さい」を「ください」に直す">直す</button>' in row
    action, fields = offers(page)["下さい"]
    answer = client.post(action, data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{address}#findings")
    assert text_of(site) == TEXT.replace("下さい", "ください")
    after = client.get(address).text
    assert "修正案の採用（s0003）" in after
    assert set(offers(after)) == {"(上限なし)"}, "the checks ran again"


def test_the_places_of_later_changes_stay_right(site, client, address):
    for mended in ("(上限なし)", "下さい"):
        action, fields = offers(client.get(address).text)[mended]
        assert client.post(action, data=fields).status_code == 303
    assert text_of(site) == TEXT.replace("(上限なし)", "（上限なし）").replace("下さい", "ください")
    assert offers(client.get(address).text) == {}
    evidence = [d for d in site.draft_now().dispositions if d.utterance_id == "u0004"]
    assert evidence[0].sentence_ids == ("s0003",)


def test_whoever_comes_second_changes_nothing(site, client, address):
    action, fields = offers(client.get(address).text)["下さい"]
    site.client("tanaka").post(f"{address}/sentences/s0003", data={"version": "1", "text": "先に直した。"})
    answer = client.post(action, data=fields)
    assert answer.status_code == 412 and "ほかの人が先に直しました" in answer.text
    assert text_of(site) == "先に直した。"


@pytest.mark.parametrize(
    "other",
    [{"replacement": "くださいませ"}, {"start": "0"}, {"sentence_id": "s0002"}, {"replaced": "、確認して下さい"}],
)
def test_only_what_a_finding_offers_is_a_fix(site, client, address, other):
    action, fields = offers(client.get(address).text)["下さい"]
    before = site.draft_now()
    answer = client.post(action, data=fields | other)
    assert answer.status_code == 422 and "今の点検結果にありません" in answer.text
    assert site.draft_now() == before


def test_only_those_who_may_edit_get_the_button(site, client, address):
    approver = site.client("kato")
    page = approver.get(address).text
    assert offers(page) == {} and "<del>" in page, "the change is shown, the button is not"
    action, fields = offers(client.get(address).text)["下さい"]
    assert approver.post(action, data=fields).status_code == 403
    outside = site.client("yoso").post(action, data=fields)
    assert outside.status_code == 404


def test_a_statement_is_left_out_for_a_named_reason(site, client, address):
    page = client.get(f"{address}?open=all").text
    assert f'action="{address}/blocks/b0003/leave-out"' in page
    assert f"{address}/blocks/b0001/leave-out" not in page, "a bullet is one topic of a turn: it is deleted"
    answer = client.post(f"{address}/blocks/b0003/leave-out", data={"version": "1"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{address}#b0003")
    (left,) = [d for d in site.draft_now().dispositions if d.utterance_id == "u0003"]
    assert (left.kind, left.reason.value) == ("left_out", "省略")
    after = client.get(f"{address}?open=all").text
    assert "確認した人が、この発言を載せないことにしました" in after and "発言の省略（b0003）" in after
    assert f"{address}/blocks/b0003/leave-out" not in after
    assert client.post(f"{address}/blocks/b0003/leave-out", data={"version": "1"}).status_code == 412
    assert client.post(f"{address}/blocks/b9999/leave-out", data={"version": "2"}).status_code == 422
    assert site.client("kato").post(f"{address}/blocks/b0004/leave-out", data={"version": "2"}).status_code == 403
