"""記録にする: the pages between the approval and 登録済, as a clerk, an auditor and an administrator use them."""

import io
import re
import zipfile
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from administrator import add_administrator
from docx import Document
from recorded_meeting import CLASSES, DESCRIPTION, NUMBER, PERIODS, PRESETS, recorded_meeting

from minutes.era import JST
from records.package import verify_package
from service.db.engine import writing

SECRET = "まだ公表していない金額"
"""Of the closed talk."""


@pytest.fixture
def people(site: Any) -> dict[str, Any]:
    with writing(site.engine) as session:
        add_administrator(session, site)
    return {login: site.client(login) for login in ("tanaka", "suzuki", "kato", "ito", "kanri", "yoso")}


@pytest.fixture
def recorded(site: Any, people: dict[str, Any], draft: Any) -> dict[str, str]:
    return recorded_meeting(site, people, site.meeting_id, draft)


@pytest.fixture
def meeting(site: Any, people: dict[str, Any]) -> str:
    """Approved, without a body."""
    here = f"/meetings/{site.meeting_id}"
    for who, address, fields in (
        ("tanaka", "speakers", {"version": 1, "label": "話者3", "attendee_id": "a3"}),
        (
            "tanaka",
            "sentences/s0004",
            {"version": 2, "text": "小さな町では職員が2人しかいないため、研修をお願いしたい。"},
        ),
        ("suzuki", "submit", {"version": 3}),
        ("kato", "approve", {"version": 3}),
    ):
        answer = people[who].post(f"{here}/{address}", data=fields)
        assert answer.status_code == 303, answer.text
    # The decision on paper follows the approval, whatever day it is today.
    from service.db.base import now
    from service.db.tables import MeetingRow

    with writing(site.engine) as session:
        row = session.get_one(MeetingRow, site.meeting_id)
        row.starts_at, row.approved_at = now() - timedelta(days=9), now() - timedelta(days=3)
    return str(site.meeting_id)


def day(back: int = 0) -> str:
    return (datetime.now(JST).date() - timedelta(days=back)).isoformat()


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def table_file(text: str, encoding: str = "cp932") -> dict[str, Any]:
    return {"table": ("表.csv", text.encode(encoding), "text/csv")}


# --- the description


def test_a_clerk_writes_piece_by_piece_and_is_told_what_is_missing(people: dict[str, Any], meeting: str) -> None:
    clerk, here = people["suzuki"], f"/meetings/{meeting}/record"
    assert "あと14項目が要ります" in clerk.get(here).text
    begun = clerk.post(here, data={"version": "0", "file.creator": "情報政策課長", "file.fiscal_year": "R7"})
    assert (begun.status_code, begun.headers["location"]) == (303, f"{here}#description")
    page = clerk.get(here).text
    assert "あと12項目が要ります" in page and 'value="情報政策課長"' in page and "suzuki 様が保存" in page
    plain = {key: value for key, value in DESCRIPTION.items() if key not in {"file.classification", "file.record_kind"}}
    fields = plain | {
        "file.class_large": "総務",
        "file.class_mid": "会議",
        "file.file_title": "情報化連絡会",
        "file.retention_period": "５年",
        "file.disposal": "廃棄",
    }
    assert clerk.post(here, data={"version": "1", **fields}).status_code == 303
    told = text_of(clerk.get(here))
    assert "起算日 令和8年4月1日 保存期間満了日 令和13年3月31日" in told and "項目が要ります" not in told
    assert "公開区分 部分公開（契約に関する情報）" in told


def test_a_mistake_stands_at_its_field_and_nothing_typed_is_lost(people: dict[str, Any], meeting: str) -> None:
    clerk, here = people["suzuki"], f"/meetings/{meeting}/record"
    typed = {"file.fiscal_year": "令和七十年度", "file.location": "書庫<2>", "item.drafted_on": "R8.2.30"}
    refused = clerk.post(here, data={"version": "0", **typed})
    assert refused.status_code == 422
    assert 'href="#file-fiscal-year"' in refused.text and 'href="#item-drafted-on"' in refused.text
    assert re.search(r'id="file-fiscal-year"[^>]*value="令和七十年度"[^>]*aria-invalid="true"', refused.text)
    assert 'value="書庫&lt;2&gt;"' in refused.text and "暦にない日" in refused.text
    assert 'name="version" value="0"' in clerk.get(here).text, "nothing was kept"


def test_who_saves_second_sees_what_the_first_wrote_and_keeps_the_own_words(
    people: dict[str, Any], meeting: str
) -> None:
    here = f"/meetings/{meeting}/record"
    people["suzuki"].post(here, data={"version": "0", "file.creator": "総務課長"})
    late = people["tanaka"].post(here, data={"version": "0", "file.creator": "情報課長", "file.location": "書庫"})
    assert late.status_code == 412
    assert 'value="情報課長"' in late.text and "総務課長" in late.text and 'name="version" value="1"' in late.text
    again = people["tanaka"].post(here, data={"version": "1", "file.creator": "情報課長", "file.location": "書庫"})
    assert again.status_code == 303 and 'value="情報課長"' in people["suzuki"].get(here).text


def test_readers_see_the_record_and_no_form(people: dict[str, Any], recorded: dict[str, str]) -> None:
    for who in ("kato", "ito", "kanri"):
        page = people[who].get(f"/meetings/{recorded['recorded']}/record")
        assert page.status_code == 200 and "<textarea" not in page.text and "登録する" not in page.text
        assert NUMBER in page.text and "A-1　総務 ＞ 会議 ＞ 情報化連絡会" in page.text
    assert people["yoso"].get(f"/meetings/{recorded['recorded']}/record").status_code == 404


def test_before_the_approval_the_description_may_be_written_and_nothing_else(site: Any, people: dict[str, Any]) -> None:
    page = people["suzuki"].get(f"/meetings/{site.meeting_id}/record")
    assert "承認を受けると、パッケージを作れます" in page.text and "承認を受けると、登録できます" in page.text
    assert "起案の記載事項を書く" in people["suzuki"].get(f"/meetings/{site.meeting_id}").text


# --- packages


def packages_on(page: Any) -> list[str]:
    return re.findall(r'id="package-([0-9a-f-]{36})"', page.text)


def test_a_package_is_made_listed_and_downloaded(
    site: Any, people: dict[str, Any], recorded: dict[str, str], tmp_path: Any
) -> None:
    here = f"/meetings/{recorded['recorded']}"
    page = people["suzuki"].get(f"{here}/record")
    assert len(packages_on(page)) == 2 and "番号の入ったパッケージが要るとき" in page.text
    made = people["suzuki"].post(f"{here}/packages", data={"editions": ["公開版", "保存版"]})
    newest = made.headers["location"].rpartition("package-")[2]
    page = people["suzuki"].get(f"{here}/record")
    assert packages_on(page)[0] == newest and "番号の入ったパッケージが要るとき" not in page.text
    assert (
        people["suzuki"].post(f"{here}/packages", data={"editions": ["公開版", "保存版"]}).headers["location"]
        == (made.headers["location"])
    )
    file = tmp_path / "p.zip"
    file.write_bytes(people["suzuki"].get(f"/packages/{newest}/content").content)
    fingerprint = re.search(r'class="hash">([0-9a-f]{64})', page.text)
    assert fingerprint is not None and verify_package(file, fingerprint_noted=fingerprint[1]).ok
    with zipfile.ZipFile(file) as archive:
        metadata = archive.read(next(name for name in archive.namelist() if name.endswith("metadata.csv")))
    assert NUMBER in metadata.decode("utf-8-sig") and "A-1,総務,会議,情報化連絡会" in metadata.decode("utf-8-sig")
    assert "data/議事要旨_保存版.pdf" in people["suzuki"].get(f"/packages/{newest}").text


def test_a_registrar_has_no_way_to_closed_talk(people: dict[str, Any], recorded: dict[str, str]) -> None:
    """Not by a list, a page, a download, or by making one."""
    here, registrar = f"/meetings/{recorded['recorded']}", people["tanaka"]
    whole = packages_on(people["suzuki"].get(f"{here}/record"))
    page = registrar.get(f"{here}/record")
    (public,) = packages_on(page)
    (full,) = set(whole) - {public}
    assert "保存版" not in page.text
    for address in (f"/packages/{full}", f"/packages/{full}/content"):
        answer = registrar.get(address)
        assert answer.status_code == 403 and SECRET.encode() not in answer.content
    refused = registrar.post(f"{here}/packages", data={"editions": ["保存版"]})
    assert refused.status_code == 403
    assert SECRET.encode() not in registrar.get(f"/packages/{public}/content").content
    assert SECRET.encode() in people["suzuki"].get(f"/packages/{full}/content").content


def test_what_keeps_a_package_from_being_made_is_told(people: dict[str, Any], meeting: str) -> None:
    here = f"/meetings/{meeting}"
    refused = people["suzuki"].post(f"{here}/packages", data={"editions": ["公開版"]})
    assert refused.status_code == 422 and "パッケージを作れませんでした" in refused.text
    assert 'href="#file-creator">作成・取得者</a>' in refused.text
    nothing = people["suzuki"].post(f"{here}/packages", data={})
    assert nothing.status_code == 422 and "公開版か保存版を選んでください" in nothing.text
    strange = people["suzuki"].post(f"{here}/packages", data={"editions": ["公開版"], "encoding": "euc"})
    assert strange.status_code == 422


# --- the way back


def test_what_is_unusual_is_asked_once(people: dict[str, Any], meeting: str) -> None:
    clerk, here = people["suzuki"], f"/meetings/{meeting}"
    fields = {"document_number": "8情第1号", "decided_on": day(5), "decided_by": "課長"}
    asked = clerk.post(f"{here}/registration", data=fields)
    assert (
        asked.status_code == 422 and "登録する前に、確かめてください" in asked.text and 'value="8情第1号"' in asked.text
    )
    assert "承認済" in clerk.get(here).text
    assert clerk.post(f"{here}/registration", data={**fields, "sure": "1"}).status_code == 303
    page = clerk.get(f"{here}/record").text
    assert "登録済" in page and "8情第1号" in page
    assert "文書番号：8情第1号" in clerk.get(here).text


def test_a_wrong_number_is_corrected_with_its_reason_and_stays_to_be_seen(people: dict[str, Any], meeting: str) -> None:
    clerk, here = people["suzuki"], f"/meetings/{meeting}"
    fields = {"document_number": "8情第1号", "decided_on": day(), "decided_by": "課長"}
    assert clerk.post(f"{here}/registration", data=fields).status_code == 303
    without = clerk.post(f"{here}/registration", data={**fields, "document_number": "8情第2号"})
    assert without.status_code == 422 and "備考に理由を" in without.text and 'value="8情第2号"' in without.text
    done = clerk.post(f"{here}/registration", data={**fields, "document_number": "8情第2号", "remarks": "誤記のため"})
    assert done.status_code == 303
    told = text_of(clerk.get(f"{here}/record"))
    assert "これまでの登録（2件）" in told and "8情第1号" in told and "誤記のため" in told
    found = clerk.get("/search", params={"q": "８情第2号"})
    assert "文書番号「８情第2号」" in found.text and f'href="{here}/record"' in found.text
    assert f'href="{here}/record"' not in clerk.get("/search", params={"q": "8情第1号"}).text
    assert f'href="{here}/record"' not in people["yoso"].get("/search", params={"q": "8情第2号"}).text


def test_a_table_is_looked_at_before_it_is_registered(people: dict[str, Any], meeting: str) -> None:
    clerk = people["suzuki"]
    waiting = clerk.get("/registrations/waiting.csv").content.decode("utf-8-sig")
    heading, row = waiting.splitlines()
    assert heading == "識別子,会議の番号,件名,文書番号,決裁日,決裁者,備考" and meeting in row
    filled = f"{heading}\n{row.removesuffix(',,,,')},8情第7号,{day()},課長,\n"
    seen = clerk.post("/registrations/preview", files=table_file(filled))
    assert seen.status_code == 200 and "8情第7号" in seen.text and "承認済" in clerk.get(f"/meetings/{meeting}").text
    sent = {name: unescape(value) for name, value in re.findall(r'name="(text|seen)" value="([^"]*)"', seen.text)}
    done = clerk.post("/registrations", data=sent)
    assert done.status_code == 200 and "登録しました" in done.text
    assert "登録済" in clerk.get(f"/meetings/{meeting}").text
    again = clerk.post("/registrations", data=sent)
    assert again.status_code == 412 and "変更なし" in again.text, "what was confirmed is not what it would do now"
    assert clerk.get("/registrations/waiting.csv").content.decode("utf-8-sig").splitlines() == [heading]


def test_a_table_with_mistakes_is_told_by_row_and_column(people: dict[str, Any], meeting: str) -> None:
    rows = f"会議の番号,文書番号,決裁日,決裁者\n{meeting},8情第7号,2999-1-1,課長\nx,8情第8号,R7.5.26,課長\n"
    refused = people["suzuki"].post("/registrations/preview", files=table_file(rows))
    assert refused.status_code == 422
    assert "3行目「会議の番号」" in refused.text and "2行目「決裁日」" in refused.text
    assert people["suzuki"].post("/registrations/preview", data={}).status_code == 422
    assert people["kato"].get("/registrations").status_code == 403


# --- rules of a body


@pytest.fixture
def body(site: Any, people: dict[str, Any]) -> str:
    made = people["kanri"].post(
        "/bodies", data={"name": "情報化連絡会", "department": site.department_id, "profile": "tokyo_cio"}
    )
    assert made.status_code == 303, made.text
    return str(made.headers["location"].rpartition("body-")[2])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_table_is_read_shown_kept_and_given_back(people: dict[str, Any], body: str, encoding: str) -> None:
    admin, here = people["kanri"], f"/bodies/{body}/records"
    seen = admin.post(f"{here}/classification/read", files=table_file(CLASSES.replace("\n", "\r\n"), encoding))
    assert seen.status_code == 200 and "まだ保存していません" in seen.text and "庁議" in seen.text
    assert "CSVでダウンロード" not in admin.get(here).text
    sent = {name: unescape(value) for name, value in re.findall(r'name="(text|version)" value="([^"]*)"', seen.text)}
    assert admin.post(f"{here}/classification", data=sent).status_code == 303
    given = admin.get(f"{here}/classification.csv").content
    assert given.startswith(b"\xef\xbb\xbf") and given.decode("utf-8-sig").replace("\r\n", "\n") == CLASSES
    assert admin.post(f"{here}/classification", data={"version": "0"}).status_code == 412
    assert admin.post(f"{here}/classification", data={"version": "1"}).status_code == 303
    assert admin.get(f"{here}/classification.csv").status_code == 404


def test_every_mistake_of_a_table_is_told_and_none_of_it_kept(people: dict[str, Any], body: str) -> None:
    admin, here = people["kanri"], f"/bodies/{body}/records"
    wrong = "文書の類型,保存期間,満了時の措置\n会議の記録,五年,廃棄\n会議の記録,5年,捨てる\n,3年,廃棄\n"
    refused = admin.post(f"{here}/retention/read", files=table_file(wrong))
    assert refused.status_code == 422 and "4行目「文書の類型」" in refused.text
    refused = admin.post(f"{here}/retention/read", files=table_file(wrong.replace("\n,3年,廃棄", "")))
    for place in ("2行目「保存期間」", "3行目「満了時の措置」", "3行目「文書の類型」"):
        assert place in refused.text
    assert admin.post(f"{here}/retention", data={"text": wrong, "version": "0"}).status_code == 422
    assert admin.post(f"{here}/retention/read", data={}).status_code == 422


def test_presets_stand_in_the_form_and_must_fit_the_tables(people: dict[str, Any], body: str, site: Any) -> None:
    admin, here = people["kanri"], f"/bodies/{body}/records"
    admin.post(f"{here}/retention", data={"text": PERIODS, "version": "0"})
    wrong = admin.post(f"{here}/presets", data={"version": "1", **PRESETS, "file.record_kind": "議会の記録"})
    assert (
        wrong.status_code == 422
        and "保存期間表にありません" in wrong.text
        and "議会の記録（表にありません）" in wrong.text
    )
    assert admin.post(f"{here}/presets", data={"version": "1", **PRESETS}).status_code == 303
    from service.db.tables import MeetingRow

    with writing(site.engine) as session:
        session.get_one(MeetingRow, site.meeting_id).body_id = body
    page = people["suzuki"].get(f"/meetings/{site.meeting_id}/record").text
    assert "会議体に決めてある値を入れてあります" in page and 'value="情報政策課長"' in page
    assert '<option value="会議の記録" selected>会議の記録（5年・廃棄）' in page
    assert re.search(r'id="item-drafter-name"[^>]*value=""', page), "an empty preset stays empty"


def docx(*lines: str) -> bytes:
    document = Document()
    for each in lines:
        document.add_paragraph(each)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_form_is_tried_before_it_is_kept(people: dict[str, Any], body: str) -> None:
    admin, here = people["kanri"], f"/bodies/{body}/records"

    def send(data: bytes, version: str = "0") -> Any:
        return admin.post(f"{here}/form", data={"version": version}, files={"form": ("用紙.docx", data)})

    wrong = send(docx("{{ 文書.番 号 }}", "{{ 表題 }}"))
    assert wrong.status_code == 422
    unknown = send(docx("{{ 標題 }}", "{{ 文書.番地 }}"))
    assert unknown.status_code == 422 and "「標題」" in unknown.text and "表題" in unknown.text
    assert send(b"x").status_code == 422 and send(b"").status_code == 422
    good = docx("{{ 文書.番号 }}　{{ 表題 }}")
    assert send(good).status_code == 303
    assert admin.get(f"{here}/form.docx").content == good
    assert "用紙.docx" in admin.get(here).text
    assert admin.post(f"{here}/form", data={"version": "1", "remove": "1"}).status_code == 303
    assert admin.get(f"{here}/form.docx").status_code == 404


def test_the_form_of_the_body_goes_into_the_package(people: dict[str, Any], recorded: dict[str, str]) -> None:
    rules = f"/bodies/{recorded['body_id']}/records"
    sent = people["kanri"].post(
        f"{rules}/form", data={"version": "3"}, files={"form": ("用紙.docx", docx("{{ 文書.番号 }}　{{ 表題 }}"))}
    )
    assert sent.status_code == 303, sent.text
    here = f"/meetings/{recorded['recorded']}"
    assert "所定の様式（用紙.docx）" in people["tanaka"].get(f"{here}/record").text
    made = people["tanaka"].post(f"{here}/packages", data={"editions": ["公開版"], "own_form": "1"})
    package = made.headers["location"].rpartition("package-")[2]
    content = people["tanaka"].get(f"/packages/{package}/content").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        filled = archive.read(next(name for name in archive.namelist() if name.endswith("様式.docx")))
    assert f"{NUMBER}　" in Document(io.BytesIO(filled)).paragraphs[0].text


def test_only_administrators_set_rules(people: dict[str, Any], body: str) -> None:
    for who in ("tanaka", "suzuki", "kato", "ito", "yoso"):
        assert people[who].get(f"/bodies/{body}/records").status_code == 403
        assert people[who].post(f"/bodies/{body}/records/presets", data={"version": "0"}).status_code == 403
