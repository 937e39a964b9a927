"""Rosters as offices keep them: what the cells say becomes attendees, what is in doubt is told with its place."""

import re
import zipfile
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutes.errors import GijiyoshiError, InputError, PolicyError
from minutes.meeting import Side
from minutes.roster_file import ROSTER_MAX_BYTES, read_roster


def book(*sheets: tuple[str, list[list[object]], list[str]]) -> bytes:
    """Title, rows and merged ranges of each sheet."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows, merges in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for merged in merges:
            sheet.merge_cells(merged)
    file = BytesIO()
    made.save(file)
    return file.getvalue()


PLAIN = "番号,氏名,ふりがな,所属,役職,区分,出欠,備考\n1,髙峰　玲子,たかみね れいこ,デジタル推進局,局長,会長,○,\n2,宇佐見 亘,ｳｻﾐ ﾜﾀﾙ,霧原町,総務課長,委員,出席,\n3,根本 徹,ねもと とおる,青葉市,課長,委員,欠席,所用\n4,早乙女 遥,,デジタル推進局,主事,事務局,○,\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t"])
def test_a_csv_becomes_attendees(encoding: str, separator: str) -> None:
    found = read_roster(PLAIN.replace(",", separator).encode(encoding))
    assert [each.model_dump(exclude_defaults=True) for each in found.draft.roster] == [
        {
            "id": "p1",
            "name": "髙峰 玲子",
            "kana": "たかみね れいこ",
            "org": "デジタル推進局",
            "post": "局長",
            "aliases": ("会長",),
        },
        {"id": "p2", "name": "宇佐見 亘", "kana": "ウサミ ワタル", "org": "霧原町", "post": "総務課長"},
        {"id": "p3", "name": "早乙女 遥", "org": "デジタル推進局", "post": "主事", "side": Side.OWN},
    ]
    assert [note.what for note in found.notes] == ["欠席の1人は入れていません（根本 徹）。"]


def test_a_sheet_is_read_wherever_its_heading_stands() -> None:
    rows: list[list[object]] = [
        ["青嶺県・市町村デジタル推進協議会　委員名簿"],
        [],
        ["", "令和8年5月20日現在"],
        ["団体", "部署", "職名", "委員名", "役割", "No."],
        ["青葉市", "総務課", "課長", "森 健一", "副会長", 1],
        [None, "企画課", "主査", "林 太", "", 2],
        [],
        ["【事務局】"],
        ["青嶺県", None, "主事", "小野 美咲", "事務局", 3],
        ["団体", "部署", "職名", "委員名", "役割", "No."],
        ["県警本部", "警備課", "課長", "大槻 健", "オブザーバー", 4],
    ]
    found = read_roster(book(("表紙", [["名簿"]], []), ("名簿", rows, ["A1:F1", "A5:A6", "A8:F8"])))
    assert [(each.name, each.org, each.post, each.aliases, each.side.value) for each in found.draft.roster] == [
        ("森 健一", "青葉市 総務課", "課長", ("副会長",), "guest"),
        ("林 太", "青葉市 企画課", "主査", (), "guest"),  # one merged cell says it for both rows
        ("小野 美咲", "青嶺県", "主事", (), "own"),
        ("大槻 健", "県警本部 警備課", "課長", (), "guest"),
    ]
    assert [(note.where, note.what[:9]) for note in found.notes] == [
        ("シート「名簿」8行目「委員名」（D列）", "氏名が空です。この"),
        ("シート「名簿」11行目「役割」（E列）", "「オブザーバー」は"),
    ]


def test_cells_that_are_merged_across_hold_a_name_or_a_heading() -> None:
    rows: list[list[object]] = [
        ["氏名", None, "役職"],
        ["事務局"],
        ["小野 美咲", None, "主事"],
    ]
    found = read_roster(book(("名簿", rows, ["A1:B1", "A2:C2", "A3:B3"])))
    assert [each.name for each in found.draft.roster] == ["小野 美咲"]
    assert [note.where for note in found.notes] == ["シート「名簿」2行目「氏名」（A列）"]


def test_family_and_given_name_in_columns_of_their_own() -> None:
    found = read_roster("姓,名,役職\n山田,太郎,課長\n東海林,,係長\n".encode())
    assert [each.name for each in found.draft.roster] == ["山田 太郎", "東海林"]
    assert [note.where for note in found.notes] == ["3行目「姓」（1列目）"]


@pytest.mark.parametrize(
    ("row", "place", "what"),
    [
        ("山田太郎,課長,,", "2行目「氏名」（1列目）", "姓と名の区切り"),
        ("山田 太郎様,課長,,", "2行目「氏名」（1列目）", "敬称"),
        ("山田 太郎（代理）,課長,,", "2行目「氏名」（1列目）", "括弧書き"),
        ("山田 太郎,課長,,未定", "2行目「出欠」（4列目）", "「未定」"),
        ("山田 太郎,課長,公募委員,", "2行目「区分」（3列目）", "「公募委員」"),
        (",課長,,", "2行目「氏名」（1列目）", "氏名が空"),
        ("※敬称略,,,", "2行目「氏名」（1列目）", "氏名ではない"),
    ],
)
def test_a_doubt_is_told_by_row_and_column(row: str, place: str, what: str) -> None:
    found = read_roster(f"氏名,役職,区分,出欠\n{row}\n佐藤 花子,係長,委員,出席\n".encode())
    assert found.draft.roster[-1].name == "佐藤 花子"
    noted = [note for note in found.notes if what in note.what]
    assert [note.where for note in noted] == [place] and noted[0].remedy
    if not row.startswith((",", "※")):  # what is in doubt is kept as it stands
        assert found.draft.roster[0].name == row.partition(",")[0]


def test_what_is_not_taken_over_is_told() -> None:
    found = read_roster("氏名,所属・役職,電話,備考\n山田 太郎,青葉市 課長,03-0000-0000,代理で出席\n".encode())
    said = "".join(note.what for note in found.notes)
    assert "「電話」" in said and "代理で出席" in said and "所属と役職が1つの列" in said
    assert "03-" not in said and found.draft.roster[0].org == "青葉市 課長"


def test_somebody_who_is_named_twice() -> None:
    found = read_roster("氏名,役職\n髙橋 一郎,課長\n高橋 一郎,部長\n".encode())
    assert len(found.draft.roster) == 2 and "2行目にもいます" in found.notes[0].what


def damaged(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook with one part changed, as somebody who means harm would write it."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            assert name != part or old in content
            target.writestr(name, content.replace(old, new) if name == part else content)
    return file.getvalue()


def test_a_merged_cell_of_the_whole_sheet_costs_nothing() -> None:
    data = book(("名簿", [["氏名", "役職"], ["山田 太郎", "課長"]], ["C1:D1"]))
    huge = damaged(data, "xl/worksheets/sheet1.xml", b"C1:D1", b"C1:XFD1048576")
    assert [each.name for each in read_roster(huge).draft.roster] == ["山田 太郎"]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "空"),
        (b"%PDF-1.7", "読めません"),
        ("出席者\n山田 太郎\n".encode(), "見出しの行"),
        ("氏名,役職,氏名,役職\n山田 太郎,課長,佐藤 花子,係長\n".encode(), "同じ意味の見出し"),
        ("氏名,役職\n".encode(), "1人もいません"),
        ("氏名,出欠\n山田 太郎,欠席\n".encode(), "1人もいません"),
        ('氏名,役職\n"山田 太郎,課長\n'.encode(), "CSV として読めません"),
        (book(("甲", [["氏名", "役職"]], []), ("乙", [["氏名", "役職"]], [])), "シートが2つ"),
        (b"PK\x03\x04" + b"x" * 50, "壊れている"),
        (b"x" * (ROSTER_MAX_BYTES + 1), "大きすぎます"),
        ("氏名,役職\n".encode() + "山田 太郎,課長\n".encode() * 1001, "多すぎます"),
        ("氏名,役職\n".encode() + b"a,b\n" * 6000, "行が多すぎます"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_remedy(data: bytes, what: str) -> None:
    with pytest.raises(InputError, match=what) as caught:
        read_roster(data)
    assert all(problem.where and problem.remedy for problem in caught.value.problems)


def test_a_workbook_with_macros_is_refused() -> None:
    data = book(("名簿", [["氏名", "役職"], ["山田 太郎", "課長"]], []))
    file = BytesIO(data)
    with zipfile.ZipFile(file, "a") as package:
        package.writestr("xl/vbaProject.bin", b"x")
    with pytest.raises(PolicyError, match="マクロ"):
        read_roster(file.getvalue())


_CELLS = st.sampled_from(
    ["氏名", "役職", "区分", "出欠", "姓", "名", "山田 太郎", "欠席", "○", "※", '"', "", "\n", "=1+1", "計"]
)


@given(
    st.lists(st.lists(_CELLS, max_size=5).map(",".join), max_size=8).map("\n".join), st.sampled_from(["utf-8", "cp932"])
)
def test_any_table_is_read_or_refused(text: str, encoding: str) -> None:
    try:
        found = read_roster(text.encode(encoding))
    except GijiyoshiError as error:
        assert all(problem.what and problem.remedy for problem in error.problems)
    else:
        written = re.sub(r"\s+", "", text)
        assert all(each.name.replace(" ", "") in written.replace(",", "") for each in found.draft.roster)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(GijiyoshiError):
        read_roster(data)
