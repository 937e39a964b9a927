import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutes.errors import InputError
from service.web.header_form import HeaderForm, meeting_from_form, place_in_form

FORM = HeaderForm(
    title="情報化連絡会",
    series_no="３",
    starts_at="2026-05-20T10:00",
    ends_at="2026-05-20T11:30",
    venue="第二会議室",
    roster="沢井　修｜北原県｜情報政策課長｜主催\n\n森下 春香 | 青葉市 | 課長 | 外部 | もりした はるか | CIO",
    agenda="""挨拶｜挨拶｜沢井 修
報告事項｜報告
・窓口予約｜沢井修、森下 春香
契約｜その他｜｜非公開｜契約の情報のため""",
)


def test_lines_become_the_meeting() -> None:
    meeting = meeting_from_form(FORM)
    assert meeting["series_no"] == 3
    assert meeting["starts_at"] == "2026-05-20T10:00:00+09:00"
    assert [(p["id"], p["name"], p["side"], p["proxy_for"]) for p in meeting["roster"]] == [
        ("p1", "沢井 修", "own", None),
        ("p2", "森下 春香", "guest", "CIO"),
    ]
    assert [(a["no"], a["title"], a["kind"], a["disclosure"]) for a in meeting["agenda"]] == [
        (1, "挨拶", "greeting", "public"),
        (2, "報告事項", "report", "public"),
        (3, "契約", "other", "closed"),
    ]
    assert meeting["agenda"][1]["subitems"] == [{"title": "窓口予約", "presenter_ids": ["p1", "p2"]}]
    assert meeting["agenda"][2]["reason"] == "契約の情報のため"


def test_every_fault_is_told_at_once_with_its_line() -> None:
    form = HeaderForm(
        title="",
        series_no="三",
        starts_at="2026-05-20T10:00",
        ends_at="",
        roster="沢井 修｜県｜課長｜味方",
        agenda="・先頭\n挨拶｜祝辞\n報告｜報告｜山本 太郎",
    )
    with pytest.raises(InputError) as caught:
        meeting_from_form(form)
    places = [p.where for p in caught.value.problems]
    assert places == [
        "会議の名称",
        "出席者 1行目",
        "議事 1行目",
        "議事 2行目",
        "議事 3行目",
        "回",
        "終了日時",
    ]
    assert all(p.what and p.remedy for p in caught.value.problems)


@given(st.text(), st.text())
def test_any_text_is_read_or_refused_in_words(agenda: str, roster: str) -> None:
    form = HeaderForm("会", "", "2026-05-20T10:00", "2026-05-20T11:00", "", "", "", agenda, roster)
    try:
        meeting = meeting_from_form(form)
    except InputError as error:
        assert all(p.where and p.remedy for p in error.problems)
    else:
        assert [a["no"] for a in meeting["agenda"]] == list(range(1, len(meeting["agenda"]) + 1))


@pytest.mark.parametrize(
    ("where", "words", "field"),
    [
        ("agenda[2].presenter_ids[0]", "議事（3件目）", "agenda"),
        ("starts_at", "開始日時", "starts_at"),
        ("議事 3行目", "議事 3行目", "agenda"),
        ("会議情報のファイル", "会議情報のファイル", "meeting"),
        ("行 4", "行 4", None),
    ],
)
def test_a_complaint_points_to_its_field(where: str, words: str, field: str | None) -> None:
    assert place_in_form(where) == (words, field)
