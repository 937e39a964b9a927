"""The review desk over HTTP with plain forms: the filter, what opens in place, versions, the dictionary, conflicts."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutes.phrases import merged, phrases, replaced_word


@pytest.fixture
def address(site):
    return f"/meetings/{site.meeting_id}"


@pytest.fixture
def client(site):
    return site.client("suzuki")


def change(client, address, do, *, version, json_answer=False, **fields):
    edit = json.dumps({"do": do, **{k: v for k, v in fields.items() if k != "text"}}, ensure_ascii=False)
    sent = {"version": str(version), "edit": edit} | {k: v for k, v in fields.items() if k == "text"}
    headers = {"Accept": "application/json"} if json_answer else {}
    return client.post(f"{address}/changes", data=sent, headers=headers)


def shown(page: str) -> list[str]:
    return re.findall(r'<article class="utterance[^>]*id="(u\d+)"', page)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("use=left_out", ["u0001", "u0006"]),
        ("speaker=a1&use=cited", ["u0002", "u0004"]),
        ("speaker=-", ["u0005"]),
        ("agenda=3", ["u0007"]),
        ("kind=質問", ["u0003"]),
        ("kind=質問&speaker=a1", []),
        ("use=nonsense&agenda=x", []),
    ],
)
def test_the_transcript_is_filtered_by_the_address(client, address, query, ids):
    page = client.get(f"{address}?{query}").text
    assert shown(page) == ids
    assert ids or "この条件に合う発言はありません" in page


def test_what_opens_in_place_is_the_same_with_and_without_script(client, address):
    for place in ("s0002", "b0003", "u0005", "agenda-2"):
        part = client.get(f"{address}/tools/{place}")
        assert part.status_code == 200 and f'data-tools="{place}"' in part.text
        assert f'data-tools="{place}"' in client.get(f"{address}?open={place}").text
    assert "data-tools" not in client.get(address).text
    for wrong in ("s9999", "agenda-3", "x", "b0002"):
        assert client.get(f"{address}/tools/{wrong}").status_code == 404


def test_only_those_who_may_edit_get_the_tools(site, address):
    approver = site.client("kato")
    page = approver.get(f"{address}?open=s0002").text
    assert "data-open" not in page and 'id="act"' not in page and "data-tools" not in page
    assert approver.get(f"{address}/tools/s0002").status_code == 403
    assert change(approver, address, "pull_in", version=1, utterance="u0001").status_code == 403
    assert approver.post(f"{address}/undo", data={"version": "1"}).status_code == 403
    assert change(site.client("yoso"), address, "pull_in", version=1, utterance="u0001").status_code == 404
    assert site.client("yoso").get(f"{address}/versions").status_code == 404


def test_a_script_is_told_only_what_changed(client, address):
    answer = change(
        client, address, "edit_sentence", version=1, json_answer=True, sentence="s0002", text="費用はどうなるのか。"
    ).json()
    assert (answer["version"], answer["base"], answer["reload"]) == (2, 1, False)
    assert (
        "s0002" in [each["id"] for each in answer["sentences"]]
        and "費用はどうなるのか。" in answer["sentences"][0]["html"]
    )
    assert "点検結果" in answer["findings"] and "第2版" in answer["history"]
    moved = change(client, address, "shift_statement", version=2, json_answer=True, block="b0004", direction="up")
    assert moved.json()["reload"] is True and moved.json()["place"] == "b0004"
    stale = change(client, address, "edit_sentence", version=1, json_answer=True, sentence="s0002", text="別の直し。")
    assert stale.status_code == 412 and stale.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("edit", ["", "{", "[]", '{"do": "none"}', '{"do": "pull_in"}', "[" * 5000])
def test_what_is_no_change_is_refused_in_words(client, address, site, edit):
    before = site.draft_now()
    answer = client.post(f"{address}/changes", data={"version": "1", "edit": edit})
    assert answer.status_code == 422 and "送られた操作を読み取れません" in answer.text
    assert (
        client.post(f"{address}/changes", data={"edit": '{"do": "pull_in", "utterance": "u0001"}'}).status_code == 422
    )
    assert site.draft_now() == before


def test_notes_are_on_the_page_and_in_no_file(client, address):
    assert change(client, address, "add_note", version=1, place_id="s0002", text="年度を確認").status_code == 303
    assert "年度を確認" in client.get(address).text
    for edition in ("public/txt", "full/txt", "full/html"):
        assert "年度を確認" not in client.get(f"{address}/download/{edition}").content.decode()
    assert change(client, address, "remove_note", version=2, note="n0001").status_code == 303
    assert 'class="remark-note"' not in client.get(address).text


def test_versions_are_compared_and_one_is_restored(site, client, address):
    client.post(f"{address}/sentences/s0002", data={"version": "1", "text": "窓口予約の費用は県が持つのか。"})
    client.post(f"{address}/sentences/s0003/delete", data={"version": "2", "block": "b0004"})
    page = client.get(f"{address}/versions?from=1&to=3").text
    assert "変わった所（2か所）" in page and "<del>" in page and "<ins>" in page
    assert "変わった所（0か所）" in client.get(f"{address}/versions?from=2&to=2").text
    assert "今年度は、窓口の予約を" in client.get(f"{address}/versions?from=1&to=3&whole=yes").text
    assert client.get(f"{address}/versions?from=9").status_code == 404
    before = site.draft_now()
    answer = client.post(f"{address}/restore/1", data={"version": "3"})
    assert answer.status_code == 303 and site.draft_now() != before
    assert "版の復元（第1版の内容）" in client.get(address).text
    assert client.post(f"{address}/undo", data={"version": "4"}).status_code == 303
    assert site.draft_now() == before


def test_changes_of_two_people_that_do_not_meet_are_offered_together(site, client, address):
    old = "窓口予約の費用は県と市のどちらが持つのか。"
    site.client("tanaka").post(
        f"{address}/sentences/s0002", data={"version": "1", "text": old.replace("窓口予約", "来庁予約")}
    )
    answer = client.post(
        f"{address}/sentences/s0002", data={"version": "1", "text": old.replace("持つのか", "負うのか")}
    )
    assert answer.status_code == 412 and "二人の変更が重ならないので、合わせました" in answer.text
    assert ">来庁予約の費用は県と市のどちらが負うのか。</textarea>" in answer.text


def test_the_dictionary_page(site, client):
    address = f"/departments/{site.department_id}/dictionary"
    word = {"wrong": "市町", "right": "市町村", "kind": "用字用語"}
    assert client.post(address, data=word).headers["location"] == address
    page = client.get(address).text
    assert "市町村" in page and "suzuki 様" in page
    again = client.post(address, data=word)
    assert again.status_code == 409 and 'value="市町村"' in again.text
    assert (
        client.post(address, data=word | {"wrong": "県", "back": "https://elsewhere.example/"}).headers["location"]
        == "/"
    )
    reader = site.client("kato").get(address).text
    assert "市町村" in reader and "辞書から削除する" not in reader
    assert site.client("yoso").get(address).status_code == 404
    for identifier in re.findall(r"/dictionary/([^/]+)/delete", client.get(address).text):
        assert client.post(f"{address}/{identifier}/delete").status_code == 303
    assert ">市町村<" not in client.get(address).text


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("予算は都市整備局が持つ。", "予算は都市計画局が持つ。", ("都市整備局", "都市計画局")),
        ("子ども食堂を開く。", "こども食堂を開く。", None),
        ("費用は県が持つのか。", "費用の負担はどうなるのか。", None),
        ("斉藤課長が説明した。", "齋藤課長が説明した。", ("斉藤課長", "齋藤課長")),
        ("同じ。", "同じ。", None),
        ("", "足した文。", None),
    ],
)
def test_the_word_that_was_replaced(before, after, found):
    assert replaced_word(before, after) == found


TEXT = st.text("県市が費用を持つ、。出す", max_size=24)


@given(base=TEXT, mine=TEXT, theirs=TEXT)
def test_merging_takes_every_change_or_none(base, mine, theirs):
    assert "".join(phrases(base)) == base
    assert merged(base, mine, base) == mine and merged(base, base, theirs) == theirs
    assert merged(base, mine, mine) == mine
    both = merged(base, mine, theirs)
    assert both == merged(base, theirs, mine)


@given(before=TEXT, after=TEXT)
def test_a_replaced_word_is_in_both_texts(before, after):
    found = replaced_word(before, after)
    if found is not None:
        assert found[0] in before and found[1] in after and found[0] != found[1]
