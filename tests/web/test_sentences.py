"""Taking out and adding sentences on the review page, by plain forms over HTTP."""

import pytest


def blocks(site):
    return {block.id: block for section in site.draft_now().sections for block in section.blocks}


def texts(site, block_id):
    return [sentence.text for sentence in blocks(site)[block_id].sentences]


@pytest.fixture
def address(site):
    return f"/meetings/{site.meeting_id}"


@pytest.fixture
def client(site):
    return site.client("suzuki")


def adding(block_id="b0004", **data):
    return f"/blocks/{block_id}/sentences", {
        "version": "1",
        "text": "財源は国の交付金である。",
        "after": "s0003",
    } | data


def test_a_deleted_sentence_is_gone_and_what_it_cited_is_accounted_for(site, client, address):
    answer = client.post(f"{address}/sentences/s0002/delete", data={"version": "1", "block": "b0003"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{address}#b0003")
    draft = site.draft_now()
    assert texts(site, "b0003") == []
    (left,) = [d for d in draft.dispositions if d.utterance_id == "u0003"]
    assert (left.kind, left.reason.value) == ("left_out", "要約")
    page = client.get(address).text
    assert "文の削除（s0002）" in page and "文がないため、この発言は議事要旨に載りません" in page
    public = client.get(f"{address}/download/public/txt")
    assert public.status_code == 200 and "どちらが持つのか" not in public.content.decode()


def test_an_added_sentence_stands_where_it_was_put_with_its_evidence(site, client, address):
    path, data = adding(evidence=["u0004"], more="ｕ０００３、u0004")
    answer = client.post(address + path, data=data)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{address}#s0006")
    added = blocks(site)["b0004"].sentences[1]
    assert (added.id, added.text, added.evidence) == ("s0006", "財源は国の交付金である。", ("u0004", "u0003"))
    path, data = adding(version="2", after="", text="初めの文である。", evidence=["u0004"])
    client.post(address + path, data=data)
    assert texts(site, "b0004")[0] == "初めの文である。"
    assert "文の追加（b0004）" in client.get(address).text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "根拠の発言が選ばれていません"),
        ({"more": "u9999"}, "根拠の発言「u9999」はありません"),
        ({"evidence": ["u0004"], "text": "  "}, "文が空です"),
        ({"evidence": ["u0004"], "text": "長い" * 2001}, "文が長すぎます"),
        ({"evidence": ["u0004"], "after": "s0001"}, "文「s0001」はこの発言にありません"),
    ],
)
def test_a_refused_sentence_is_kept_in_its_form(site, client, address, data, words):
    before = site.draft_now()
    path, sent = adding(**data)
    answer = client.post(address + path, data=sent)
    assert answer.status_code == 422 and words in answer.text
    assert '<details class="add" open>' in answer.text
    if sent["text"].strip():
        assert f">{sent['text']}</textarea>" in answer.text
    if "evidence" in data:
        assert 'name="evidence" value="u0004" checked' in answer.text
    assert site.draft_now() == before


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/sentences/s0003/delete", {"version": "1", "block": "b0004"}),
        adding(evidence=["u0004"]),
    ],
)
def test_whoever_comes_second_sees_what_the_first_did_and_changes_nothing(site, client, address, path, data):
    first = {"version": "1", "text": "先に直した文である。"}
    site.client("tanaka").post(f"{address}/sentences/s0003", data=first)
    before = site.draft_now()
    answer = client.post(address + path, data=data)
    assert answer.status_code == 412
    assert "ほかの人が先に直しました" in answer.text and "今の版を表示しています" in answer.text
    assert "先に直した文である。" in answer.text and "If-Match" not in answer.text
    assert site.draft_now() == before
    if "text" in data:
        assert f">{data['text']}</textarea>" in answer.text
    assert 'name="version" value="2"' in answer.text
    assert client.post(address + path, data=data | {"version": "2"}).status_code == 303


def test_an_edit_of_a_sentence_that_was_deleted_meanwhile_is_not_lost(site, client, address):
    site.client("tanaka").post(f"{address}/sentences/s0003/delete", data={"version": "1"})
    answer = client.post(f"{address}/sentences/s0003", data={"version": "1", "text": "私の文である。"})
    assert answer.status_code == 412
    assert "この文は削除されました" in answer.text and "私の文である。" in answer.text
    assert 'action="/meetings' not in answer.text


def test_a_refused_edit_keeps_what_was_typed(client, address):
    typed = "長い" * 2001
    answer = client.post(f"{address}/sentences/s0002", data={"version": "1", "text": typed})
    assert answer.status_code == 422 and f">{typed}</textarea>" in answer.text


def test_only_those_who_may_edit_are_offered_it_and_only_while_it_may_change(site, client, address):
    assert "文を加える" in client.get(f"{address}?open=all").text
    approver = site.client("kato")
    assert "文を加える" not in approver.get(address).text
    path, data = adding(evidence=["u0004"])
    assert approver.post(address + path, data=data).status_code == 403
    assert approver.post(f"{address}/sentences/s0002/delete", data={"version": "1"}).status_code == 403
    client.post(f"{address}/speakers", data={"version": "1", "label": "話者3", "attendee_id": "a3"})
    client.post(f"{address}/submit", data={"version": "2"})
    refused = client.post(address + path, data=data | {"version": "2"})
    assert refused.status_code == 409 and "文を加える" not in refused.text


def test_nothing_is_added_to_a_line_of_the_form_itself(client, address):
    page = client.get(f"{address}?open=all").text
    assert f"{address}/blocks/b0003/sentences" in page and f"{address}/blocks/b0002/sentences" not in page
