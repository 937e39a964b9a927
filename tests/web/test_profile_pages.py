"""書式: the pages an administrator works with, without JavaScript."""

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from sqlalchemy import func, select

from minutes.meeting_input import parse_meeting
from minutes.profiles import load_profile, profile_yaml
from models.pipeline import Inputs, MemoryStore, make_draft
from models.registry import load_model
from service.auth import Role
from service.auth.accounts import create_account, find_account, find_or_create_department
from service.db.engine import reading, writing
from service.db.profile_tables import ProfileRevision
from service.db.tables import AuditEvent, Job, MeetingRow
from service.profiles.sample import sample_draft

PASSWORD = "Mikan-no-ki-27-hon"
SAMPLES = Path(__file__).parents[2] / "samples"


class Fields(HTMLParser):
    """What a browser would send of the form with that id if nothing were touched."""

    def __init__(self, page, form="profile-form"):
        super().__init__()
        self.wanted, self.inside, self.select, self.pairs = form, False, None, []
        self.feed(page)

    def handle_starttag(self, tag, given):
        given = dict(given)
        if tag == "form":
            self.inside = given.get("id") == self.wanted
        if not (self.inside or given.get("form") == self.wanted or self.select):
            return
        if tag == "input" and given.get("type") != "file":
            if given.get("type") not in {"radio", "checkbox"} or "checked" in given:
                self.pairs.append((given["name"], given.get("value", "")))
        elif tag == "select":
            self.select = given["name"]
            self.pairs.append((self.select, None))
        elif tag == "option" and self.select and (self.pairs[-1][1] is None or "selected" in given):
            self.pairs[-1] = (self.select, given["value"])

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        if tag == "select":
            self.select = None

    def sent(self, **changed):
        """As form data for the client, with some fields typed over."""
        data = {}
        for name, value in self.pairs:
            data.setdefault(name, []).append(value)
        return data | {name: [value] if isinstance(value, str) else value for name, value in changed.items()}


@pytest.fixture
def office(site):
    """``kanri`` administers 情報政策課 only, ``soukan`` both departments."""
    with writing(site.engine) as session:
        here = find_or_create_department(session, "情報政策課").id
        there = find_or_create_department(session, "福祉課").id
        for login, places in {"kanri": [here], "soukan": [here, there]}.items():
            create_account(
                session,
                login=login,
                display_name=f"{login} 様",
                password=PASSWORD,
                grants=[(place, Role.ADMINISTRATOR) for place in places],
                actor="test",
                must_change_password=False,
            )
            site.logins[login] = PASSWORD
    site.here, site.there = here, there
    return site


def make(client, **changed):
    fields = Fields(client.get("/admin/profiles/new").text)
    given = {"id": "chonai", "name": "庁内会議", "do": "save"} | changed
    return client.post("/admin/profiles/new", data=fields.sent(**given))


def revise(client, **changed):
    fields = Fields(client.get("/admin/profiles/chonai").text)
    return client.post("/admin/profiles/chonai", data=fields.sent(**({"do": "save", "reason": "手引"} | changed)))


def sheet(page):
    """The lines of the preview, changed ones marked with a star."""
    found = re.findall(r'<p class="sheet-\w+([^"]*)">(.*?)</p>', page)
    return [("★" if "is-changed" in classes else "") + html.unescape(text) for classes, text in found]


def rows(site):
    with reading(site.engine) as session:
        return session.scalars(select(ProfileRevision).order_by(ProfileRevision.id)).all()


def test_a_copy_is_made_saved_and_chosen_for_a_meeting(office):
    client = office.client("kanri")
    assert "書式" in client.get("/admin/people").text
    answer = make(client, **{"layout.title": "{series}{title} 議事録", "attribution": "role"})
    assert answer.headers["location"] == "/admin/profiles/chonai?saved=1"
    page = client.get(answer.headers["location"]).text
    assert "第1改訂を保存しました" in page
    (row,) = rows(office)
    expected = load_profile().model_dump(mode="json") | {"id": "chonai@1", "name": "庁内会議", "attribution": "role"}
    expected["layout"]["title"] = "{series}{title} 議事録"
    assert json.loads(row.content) == expected and row.department_id == office.here
    listed = client.get("/admin/profiles").text
    assert "庁内会議" in listed and "第1改訂" in listed and "kanri 様" in listed
    upload = office.client("tanaka").get("/meetings/new").text
    assert '<option value="chonai">庁内会議</option>' in upload
    assert "chonai" not in office.client("yoso").get("/meetings/new").text


def test_a_revision_needs_a_reason_and_shows_what_changed(office):
    client = office.client("kanri")
    make(client)
    answer = revise(client, reason="", **{"layout.closing": "以上"})
    assert answer.status_code == 422 and "変更の理由がありません" in answer.text
    assert dict(Fields(answer.text).pairs)["layout.closing"] == "以上"
    answer = revise(client, reason="手引に合わせる", **{"layout.closing": "以上", "attribution": "org"})
    assert answer.status_code == 303
    page = client.get("/admin/profiles/chonai/revisions").text
    assert "第1改訂から第2改訂で変わったところ（2か所）" in page and "手引に合わせる" in page
    assert "<del>団体・役職・氏名</del>" in page and "<ins>団体だけ（主催者は役職）</ins>" in page
    assert "<ins>以上</ins>" in page
    assert client.get("/admin/profiles/chonai/revisions?from=1&to=9").status_code == 404
    assert "違いはありません" in client.get("/admin/profiles/chonai/revisions?from=2&to=2").text


def test_a_refused_save_loses_nothing_and_saves_nothing(office):
    client = office.client("kanri")
    typed = {
        "id": "",
        "name": "庁内会議<b>",
        "layout.title": "{title",
        "budgets.質問.least": "千",
        "term.word": ["市債", "", "起債"],
        "term.reading": ["しさい", "", "KISAI"],
        "term.near": ["起債、償還", "", ""],
        "term.never_meant": ["司祭", "", ""],
        "rules": ["K01"],
        "header.materials": "6",
        "wording.comma": "，",
    }
    answer = make(client, **typed)
    assert answer.status_code == 422 and not rows(office)
    for words in ("識別名", "対応が正しくありません", "整数で書く", "読みはかなだけで", "長さの目安（質問）の最短"):
        assert words in answer.text
    for place in ("id", "layout.title", "budgets.質問.least", "term.1.reading"):
        assert f'id="{place}-fault"' in answer.text and f'href="#{place}"' in answer.text
        assert re.search(rf'id="{re.escape(place)}"[^>]*aria-invalid="true"', answer.text)
    again = Fields(answer.text).sent()
    assert again["name"] == ["庁内会議<b>"] and again["rules"] == ["K01"] and again["budgets.質問.least"] == ["千"]
    assert again["term.word"][:3] == ["市債", "起債", ""] and again["term.near"][0] == "起債、償還"
    assert again["header.materials"] == ["6"] and again["wording.comma"] == ["，"]
    assert "<b>" not in answer.text
    fixed = again | {"id": ["chonai"], "layout.title": ["{title}"], "do": ["save"]}
    fixed |= {"budgets.質問.least": ["90"], "term.reading": ["しさい", "きさい"]}
    assert client.post("/admin/profiles/new", data=fixed).status_code == 303
    assert [term["word"] for term in json.loads(rows(office)[0].content)["glossary"]] == ["市債", "起債"]


def test_the_button_shows_the_preview_and_more_rows_without_saving(office):
    client = office.client("kanri")
    page = client.get("/admin/profiles/new").text
    before = sheet(page)
    assert before[0] == "第3回青嶺県・市町村デジタル推進協議会 議事要旨" and "・質疑応答" in before
    assert "（狛山市 CIO 平岡 修 様）" in before and not any(line.startswith("★") for line in before)
    fields = Fields(page)
    asked = fields.sent(do="preview", attribution="org", guest_honorific="", **{"layout.title": "{title}の概要"})
    answer = client.post("/admin/profiles/new", data=asked)
    assert answer.status_code == 200 and not rows(office)
    shown = sheet(answer.text)
    assert shown[0] == "★青嶺県・市町村デジタル推進協議会の概要" and "★（狛山市）" in shown
    assert "日時：令和8年5月20日（水） 13時30分から14時05分まで" in shown
    assert dict(Fields(answer.text).pairs)["layout.title"] == "{title}の概要"
    filled = fields.sent(
        do="rows", **{"term.word": ["市債", "起債", "歳計"], "term.reading": ["しさい", "きさい", "さいけい"]}
    )
    answer = client.post("/admin/profiles/new", data=filled)
    assert answer.status_code == 200 and Fields(answer.text).sent()["term.word"] == ["市債", "起債", "歳計", "", "", ""]


@pytest.mark.parametrize(
    ("changed", "there", "gone"),
    [
        ({"layout.qa_heading": "意見交換"}, "★・意見交換", "・質疑応答"),
        ({"layout.qa_heading": ""}, None, "・質疑応答"),
        ({"layout.heading": "【{title}】"}, "★【報告事項】", "2. 報告事項"),
        ({"layout.closing": "以上"}, "★以上", None),
        ({"layout.agenda_marks": "dot"}, "★・報告事項", "2 報告事項"),
        ({"header.observers": "4"}, "★傍聴者：4名", None),
        ({"header.date": ""}, None, "日時：令和8年5月20日（水） 13時30分から14時05分まで"),
        ({"layout.label": "inline"}, None, "（狛山市 CIO 平岡 修 様）"),
    ],
)
def test_every_choice_of_layout_is_seen_at_once(office, changed, there, gone):
    client = office.client("kanri")
    fields = Fields(client.get("/admin/profiles/new").text)
    shown = sheet(client.post("/admin/profiles/preview", data=fields.sent(**changed)).text)
    assert there is None or there in shown
    assert gone is None or gone not in shown


def test_the_preview_says_what_the_rules_on_wording_find_and_how_long_summaries_get(office):
    client = office.client("kanri")
    fields = Fields(client.get("/admin/profiles/new").text)
    changed = {"wording.digits": "full", "budgets.質問.percent": "50", "budgets.質問.most": "120"}
    shown = client.post("/admin/profiles/preview", data=fields.sent(**changed)).text
    assert "K03" in shown and "「19」は「１９」と書きます" in shown
    assert re.search(r"質問</th>\s*<td[^>]*>100字</td><td[^>]*>120字</td><td[^>]*>120字", shown)
    fewer = fields.sent(**changed, rules=["K01"])
    assert "K03" not in client.post("/admin/profiles/preview", data=fewer).text


def test_the_preview_neither_saves_nor_asks_a_model(office):
    def counts():
        with reading(office.engine) as session:
            return [session.scalar(select(func.count()).select_from(t)) for t in (ProfileRevision, Job, AuditEvent)]

    client = office.client("kanri")
    fields = Fields(client.get("/admin/profiles/new").text)
    before = counts()
    for meeting in ("", office.meeting_id):
        assert client.post("/admin/profiles/preview", data=fields.sent(meeting=meeting)).status_code == 200
    assert client.post("/admin/profiles/preview", data=fields.sent(name="")).status_code == 200
    assert counts() == before


def test_a_meeting_of_ones_own_can_be_the_sample_and_no_other(office):
    client = office.client("kanri")
    page = client.get("/admin/profiles/new").text
    assert f'<option value="{office.meeting_id}">第3回 北原県・市町情報化連絡会</option>' in page
    asked = Fields(page).sent(meeting=office.meeting_id, guest_honorific="殿")
    answer = client.post("/admin/profiles/preview", data=asked).text
    assert "★（青葉市 デジタル推進課長 森下 春香 殿）" in sheet(answer)
    # An administrator does not read closed talk, whatever the profile prints.
    bodies = client.post("/admin/profiles/preview", data=asked | {"layout.closed_bodies": ["true"]}).text
    assert "・（非公開）" in [line.lstrip("★") for line in sheet(bodies)]
    assert all(words not in bodies for words in ("契約先", "大槻", "<script>"))
    assert client.post("/admin/profiles/preview", data=asked | {"meeting": ["none"]}).status_code == 404
    other = office.client("yoso")
    assert other.post("/admin/profiles/preview", data=asked).status_code == 403


def test_a_save_that_came_too_late_is_told_and_nothing_is_lost(office):
    client = office.client("kanri")
    make(client)
    stale = Fields(client.get("/admin/profiles/chonai").text)
    revise(client, guest_honorific="殿")
    answer = client.post("/admin/profiles/chonai", data=stale.sent(do="save", reason="別の理由", guest_honorific="氏"))
    assert answer.status_code == 412 and "ほかの人が第2改訂を保存しました" in answer.text
    again = Fields(answer.text)
    assert dict(again.pairs)["guest_honorific"] == "氏" and dict(again.pairs)["base"] == "chonai@1"
    # Pressing the button once more does not overwrite what the other one saved.
    assert client.post("/admin/profiles/chonai", data=again.sent(do="save")).status_code == 412
    assert len(rows(office)) == 2


def test_withdrawing_and_offering_again(office):
    client = office.client("kanri")
    make(client)
    refused = client.post("/admin/profiles/chonai/withdraw", data={"based_on": 1, "reason": ""})
    assert refused.status_code == 422 and 'id="withdraw-fault"' in refused.text
    assert client.post("/admin/profiles/chonai/withdraw", data={"based_on": 1, "reason": "統合"}).status_code == 303
    assert "取下げ" in client.get("/admin/profiles").text
    assert "chonai" not in office.client("tanaka").get("/meetings/new").text
    assert "取り下げた書式です（統合）" in client.get("/admin/profiles/chonai").text
    assert revise(client).status_code == 303
    assert "chonai" in office.client("tanaka").get("/meetings/new").text


def test_yaml_goes_out_and_comes_back_into_the_form(office):
    client = office.client("kanri")
    make(client, **{"layout.closing": "以上"})
    taken = client.get("/admin/profiles/chonai/yaml")
    assert "chonai-1.yaml" in taken.headers["content-disposition"]
    data = yaml.safe_load(taken.text)
    assert data["id"] == "chonai" and data["layout"]["closing"] == "以上"
    changed = taken.text.replace("closing: 以上", "closing: 終わり")
    read = client.post("/admin/profiles/read", data={"profile": "chonai"}, files={"yaml": ("k.yaml", changed.encode())})
    assert read.status_code == 200 and "まだ保存していません" in read.text and len(rows(office)) == 1
    assert "★終わり" in sheet(read.text)
    saved = client.post("/admin/profiles/chonai", data=Fields(read.text).sent(do="save", reason="ファイルから"))
    assert saved.status_code == 303 and json.loads(rows(office)[1].content)["layout"]["closing"] == "終わり"
    new = client.post(
        "/admin/profiles/read", files={"yaml": ("w.yaml", profile_yaml(load_profile("ward_forum")).encode())}
    )
    assert dict(Fields(new.text).pairs)["id"] == "ward_forum" and "区市町村フォーラム" in new.text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"id: [", "YAML として読めません"),
        (b"", "空か"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"id: x\nname: a\nlayout: {title: '{title}'}\n", "layout.header"),
        (b"a: &a [1]\nb: *a\n", "別名"),
        (b"id: " + b"x" * 500_001, "大きすぎます"),
    ],
)
def test_a_faulty_file_is_told_with_its_place(office, content, says):
    answer = office.client("kanri").post("/admin/profiles/read", files={"yaml": ("k.yaml", content)})
    assert answer.status_code == 422 and says in answer.text and "見本" in answer.text


def test_a_profile_for_all_departments_is_for_who_administers_all(office):
    one, both = office.client("kanri"), office.client("soukan")
    assert 'value="all"' not in one.get("/admin/profiles/new").text
    assert make(one, department="all").status_code == 403
    refused = make(both, id="", name="")
    assert refused.status_code == 422
    assert all(f'href="#{place}"' in refused.text for place in ("id", "department", "name"))
    assert make(both, department="all").status_code == 303
    page = one.get("/admin/profiles/chonai").text
    assert "すべての所属の管理者を兼ねる人だけ" in page and "変更の理由" not in page
    assert revise(one, guest_honorific="殿").status_code == 403
    assert "chonai" in office.client("yoso").get("/meetings/new").text
    assert revise(both, guest_honorific="殿").status_code == 303


def test_a_draft_is_set_out_in_another_profile_by_who_edits_it(office):
    make(office.client("kanri"), guest_honorific="殿")
    client = office.client("tanaka")
    address = f"/meetings/{office.meeting_id}/profile"
    assert address in client.get(f"/meetings/{office.meeting_id}").text
    page = client.get(address, params={"profile": "chonai"}).text
    assert "★（青葉市 デジタル推進課長 森下 春香 殿）" in sheet(page)
    form = re.search(r'name="version" value="(\d+)">.*?name="profile" value="([^"]+)"', page)
    data = {"version": form[1], "profile": form[2]}
    assert data == {"version": "1", "profile": "chonai@1"}
    refused = client.post(address, data=data | {"profile": "nothing"})
    assert refused.status_code == 422 and "次から選んでください" in refused.text
    assert client.post(address, data=data).status_code == 303
    assert office.draft_now().profile == "chonai@1"
    assert "書式：庁内会議（第1改訂）" in client.get(f"/meetings/{office.meeting_id}").text
    assert "森下 春香 殿" in client.get(f"/meetings/{office.meeting_id}/download/public/txt").text
    assert client.post(address, data=data | {"profile": "ward_forum"}).status_code == 412
    assert "書式の変更（chonai@1）" in client.get(f"/meetings/{office.meeting_id}").text


def test_what_a_draft_would_look_like_is_what_it_then_looks_like(office):
    """Reports that the other profile would leave out stand in this draft already, and stay."""
    with writing(office.engine) as session:
        row = MeetingRow(
            department_id=office.here,
            title="見本",
            starts_at=sample_draft().meeting.starts_at,
            meeting_json=sample_draft().meeting.model_dump_json(),
            profile="ward_forum",
            model="extractive",
            state="受付",
            transcript_name="k.vtt",
            transcript_sha256="0" * 64,
            transcript=b"WEBVTT\n",
            created_by=find_account(session, "tanaka").id,
        )
        session.add(row)
        session.flush()
        meeting_id = row.id
    office.finish(meeting_id, sample_draft())
    client = office.client("tanaka")
    address = f"/meetings/{meeting_id}"
    shown = [each.lstrip("★") for each in sheet(client.get(f"{address}/profile?profile=tokyo_cio").text)]
    assert client.post(f"{address}/profile", data={"version": 1, "profile": "tokyo_cio"}).status_code == 303
    printed = [line for line in client.get(f"{address}/download/public/txt").text.splitlines() if line]
    # The last line says how many more there are.
    assert len(shown) > 40 and shown[:-1] == printed[: len(shown) - 1]
    assert any("初期費用については県が全額を負担" in line for line in printed)


def test_the_api_names_profiles_and_takes_own_ones(office):
    make(office.client("kanri"))
    client = office.client("tanaka")
    listed = client.get("/api/v1/profiles").json()
    assert [each["reference"] for each in listed] == ["tokyo_cio", "ward_forum", "chonai@1"]
    one = client.get("/api/v1/profiles/chonai").json()
    assert one["reference"] == "chonai@1" and one["profile"]["name"] == "庁内会議" and one["offered"]
    assert yaml.safe_load(client.get("/api/v1/profiles/chonai@1?format=yaml").text)["id"] == "chonai"
    other = office.client("yoso")
    assert [each["id"] for each in other.get("/api/v1/profiles").json()] == ["tokyo_cio", "ward_forum"]
    assert other.get("/api/v1/profiles/chonai").status_code == 404
    assert client.get("/api/v1/profiles/chonai@7").status_code == 404
    body = {
        "meeting": json.loads((SAMPLES / "meeting.json").read_text("utf-8")),
        "transcript": {"filename": "k.vtt", "text": (SAMPLES / "meeting.vtt").read_text("utf-8")},
    }
    made = client.post("/api/v1/meetings", json=body | {"profile": "chonai"})
    assert made.status_code == 202
    assert client.get(f"/api/v1/meetings/{made.json()['id']}").json()["profile"] == "chonai@1"
    refused = client.post("/api/v1/meetings", json=body | {"profile": "nothing"}).json()
    assert refused["problems"][0]["where"] == "profile"
    assert all(each in refused["problems"][0]["remedy"] for each in ("tokyo_cio", "ward_forum", "chonai（庁内会議）"))


def test_the_sample_that_the_service_keeps_is_the_draft_of_today():
    inputs = Inputs(
        transcript=(SAMPLES / "meeting.vtt").read_bytes(),
        filename="meeting.vtt",
        meeting=parse_meeting((SAMPLES / "meeting.json").read_bytes()),
        profile=load_profile("ward_forum"),
        model_name="extractive",
    )
    fresh = make_draft(inputs, load_model, MemoryStore())
    assert sample_draft() == fresh, (
        "gijiyoshi draft samples/meeting.vtt --meeting samples/meeting.json --profile ward_forum"
        " -o service/profiles/sample.json"
    )
