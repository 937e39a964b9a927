"""The draft on paper: what the sheet says, and how it is chosen."""

import re

import pytest
from browser import expect

from minutes.dispositions import sentences_of


@pytest.fixture
def address(site):
    return f"/meetings/{site.meeting_id}"


def test_a_draft_says_that_it_is_one(site, address):
    client = site.client("suzuki")
    version = client.get(f"/api/v1{address}/versions").json()[0]
    page = client.get(f"{address}/print").text
    assert page.count("案（未承認）") >= 3 and "承認された議事要旨ではありません" in page
    assert page.count(version["sha256"][:12]) == 2 and "第1版" in page and "suzuki 様" in page
    assert "日時：令和8年5月20日（水）" in page and "場所：北原県庁 第二会議室" in page
    for sentence in sentences_of(site.draft_now().sections):
        assert f'<span class="line-id">{sentence.id}</span>' in page
    assert "<script>alert" not in page and "<img src=x" not in page
    assert "line-evidence" not in page and "点検結果の注" not in page
    assert f'href="{address}/print"' in client.get(address).text


def test_an_approved_text_says_so(site, address):
    maker, checker, approver = (site.client(each) for each in ("tanaka", "suzuki", "kato"))
    maker.post(f"{address}/speakers", data={"version": 1, "label": "話者3", "attendee_id": "a3"})
    checker.post(f"{address}/submit", data={"version": 2})
    assert "案（未承認）" in checker.get(f"{address}/print").text
    approver.post(f"{address}/approve", data={"version": 2})
    page = checker.get(f"{address}/print").text
    assert '<body class="is-approved">' in page and "案（未承認）" not in page and "承認済" in page
    correction = maker.post(f"{address}/corrections", data={"reason": "年度の誤り"}).headers["location"]
    assert "案（未承認）" in maker.get(f"{correction}/print").text


def test_evidence_stands_beside_the_sentence_it_is_for(site, address):
    page = site.client("suzuki").get(f"{address}/print?evidence=1").text
    rows = dict(
        re.findall(r'<div class="line">\s*<span class="line-id">(\w+)</span>(.*?)</div>\s*</div>', page, re.DOTALL)
    )
    assert "令和8年度は県が全額を負担しまして" in rows["s0003"] and "u0004" in rows["s0003"]
    assert "どちらが持つことに" not in rows["s0003"] and "どちらが持つことに" in rows["s0002"]


def test_findings_are_notes_at_their_sentences(site, address):
    page = site.client("suzuki").get(f"{address}/print?findings=1").text
    assert '<sup><a href="#note-1">注1</a></sup>' in page and 'id="note-1"' in page
    first = re.search(r'<li id="note-1">.*?</li>', page, re.DOTALL)[0]
    assert "文 s0003、G3" in first and "文末の言い方が発言より強くなっています。" in first
    assert page.count("<sup>") == 1 and 'id="note-3"' in page


def test_before_the_draft_there_is_nothing_to_print(site):
    client = site.client("tanaka")
    assert client.get("/meetings/none/print").status_code == 404
    assert site.client("yoso").get(f"/meetings/{site.meeting_id}/print").status_code == 404


@pytest.mark.browser
def test_what_is_printed_is_chosen_without_a_script(open_page, site, address):
    page = open_page("suzuki", scripts=False)
    page.goto(address)
    page.get_by_role("link", name="印刷用の表示").click()
    page.get_by_label("根拠の発言を載せる").check()
    page.get_by_role("button", name="表示を変える").click()
    expect(page.get_by_text("令和8年度は県が全額を負担しまして")).to_be_visible()
    expect(page.get_by_role("button", name="印刷する")).to_have_count(0)
    page.get_by_role("link", name="会議の画面に戻る").click()
    expect(page.locator(".bench")).to_be_visible()
