"""The records office's own tables and the clerk's description: read without guessing, refused with place and remedy."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutes.errors import InputError
from records.metadata import FileMetadata, ItemDescription, read_classification, read_retention_table
from records.metadata.description import Description, read_description
from records.metadata.table_csv import read_table

CLASSES = """分類記号,大分類,中分類,小分類,備考
A-1,総務,会議,CIO協議会,
A-2,総務,会議,"庁議（定例,臨時）",髙﨑
"""
PERIODS = """文書の類型,保存期間,満了時の措置,根拠
審議会等の会議録,10年,移管,文書管理規則別表2
懇談会の記録,５年,廃棄,
例規の原本,永年,移管,
"""
DESCRIPTION = """
file:
  fiscal_year: 令和7年度
  class_large: 総務
  class_mid: 会議
  file_title: CIO協議会
  creator: 戦略部戦略課長
  location: 文書管理システム
  manager: 戦略部戦略課長
  record_kind: 懇談会の記録
item:
  drafted_on: 令和8年2月20日
  decided_on: R8.2.25
  drafter: {organisation: 戦略部戦略課, post: 主任, name: 平岡 修}
  decision: 課長専決
  openness: 部分公開
  openness_reason: 事務事業情報
  personal_information: false
"""
FIELDS = ["file", "item", *FileMetadata.model_fields, *ItemDescription.model_fields]


def problems(error: InputError) -> list[tuple[str, str]]:
    return [(each.where, each.what + each.remedy) for each in error.problems]


def described(text: str = DESCRIPTION, *, tables: str = "yes") -> Description:
    return read_description(
        text.encode(),
        classification=read_classification(CLASSES.encode()) if tables else None,
        retention=read_retention_table(PERIODS.encode()) if tables else None,
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_reads_the_same_in_every_encoding(encoding: str, end: str):
    table = read_classification(CLASSES.replace("\n", end).encode(encoding))
    assert [each.small for each in table.entries] == ["CIO協議会", "庁議（定例,臨時）"]
    assert table.entries[1].remarks == "髙﨑"


def test_a_date_follows_from_the_table_and_the_year():
    made = described()
    assert made.file.class_code == "A-1"
    assert made.file.retention_period == "5年"
    assert (made.file.retention_start, made.file.retention_end) == (date(2026, 4, 1), date(2031, 3, 31))
    assert made.item.decided_on == date(2026, 2, 25)


@pytest.mark.parametrize(
    ("table", "where", "told"),
    [
        ("文書の類型,保存期間,満了時の措置\n会議録,永久,移管\n", "2行目「保存期間」", "永年"),
        ("文書の類型,保存期間,満了時の措置\n\n会議録,5年,捨てる\n", "3行目「満了時の措置」", "廃棄"),
        ("文書の類型,保存期間,満了時の措置\n会議録,,廃棄\n", "2行目「保存期間」", "空欄"),
        ('文書の類型,保存期間,満了時の措置\n"会議\n録",5年,廃棄\n会議録,5年\n', "4行目", "列の数が2"),
        ("文書の類型,保存期間\n会議録,5年\n", "1行目", "「満了時の措置」の列がありません"),
        ("文書の類型,保存期間,満了時の措置,色\n会議録,5年,廃棄,赤\n", "1行目", "「色」という列は使いません"),
        ("文書の類型,保存期間,保存期間,満了時の措置\nあ,5年,5年,廃棄\n", "1行目", "2つあります"),
        (
            "文書の類型,保存期間,満了時の措置\n会議録,5年,廃棄\n会議録,3年,廃棄\n",
            "3行目「文書の類型」",
            "2行目にもあります",
        ),
        ('文書の類型,保存期間,満了時の措置\n会議録,5年,廃棄\n"会議,3年,廃棄\n', "3行目", "引用符"),
        ("文書の類型,保存期間,満了時の措置\n", "1行目の次", "内容の行がありません"),
        ("", "1行目", "表が空です"),
    ],
)
def test_a_mistake_in_a_table_has_its_line_its_column_and_what_to_do(table: str, where: str, told: str):
    with pytest.raises(InputError) as caught:
        read_retention_table(table.encode())
    ((place, text),) = problems(caught.value)
    assert place == where and told in text


def test_bytes_of_no_encoding_are_named_by_line():
    with pytest.raises(InputError) as caught:
        read_classification("大分類,中分類,小分類\n総務,会議,".encode() + b"\xff\xff\n")
    assert problems(caught.value)[0][0] == "2行目"


def test_the_same_file_twice_is_told_with_both_lines():
    with pytest.raises(InputError) as caught:
        read_classification((CLASSES + "A-1,総務,会議,CIO協議会,\n").encode())
    assert {where for where, _ in problems(caught.value)} == {"4行目「小分類」", "4行目「分類記号」"}


CELL = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"), min_size=1).filter(
    lambda text: bool(text.strip())
)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8))
def test_whatever_a_spreadsheet_writes_is_read_back(rows: list[tuple[str, str]]):
    import csv
    import io

    out = io.StringIO(newline="")
    csv.writer(out).writerows([("甲", "乙"), *rows])
    read = read_table(out.getvalue().encode("utf-8-sig"), required=("乙", "甲"))
    assert [(row.cells["甲"], row.cells["乙"]) for row in read] == [(a.strip(), b.strip()) for a, b in rows]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_a_sentence(data: bytes):
    try:
        read_table(data, required=("甲",), optional=("乙",))
    except InputError as error:
        assert all(each.what and each.where and each.remedy for each in error.problems)


@pytest.mark.parametrize(
    ("old", "new", "where", "told"),
    [
        ("令和7年度", "平成37年度", "file.fiscal_year", "令和7年度と書いてください"),
        ("R8.2.25", "R8.2.30", "item.decided_on", "暦にない日"),
        ("R8.2.25", "令和8年2月1日", "item.decided_on", "決裁日（令和8年2月1日）が起案日（令和8年2月20日）より前"),
        ("部分公開", "公開", "item.openness_reason", "理由を消してください"),
        ("  openness_reason: 事務事業情報\n", "", "item.openness_reason", "理由がありません"),
        ("部分公開", "一部", "item.openness", "部分公開"),
        ("懇談会の記録", "議会の記録", "file.record_kind", "審議会等の会議録"),
        ("file_title: CIO協議会", "file_title: CIO協議", "file.file_title", "CIO協議会"),
        ("manager: 戦略部戦略課長", "manger: 戦略部戦略課長", "file.manager", "必要な項目"),
        (
            "record_kind: 懇談会の記録",
            "record_kind: 懇談会の記録\n  retention_period: 3年",
            "file.retention_period",
            "「5年」",
        ),
        (
            "record_kind: 懇談会の記録",
            "record_kind: 懇談会の記録\n  retention_end: 令和13年4月1日",
            "file.retention_end",
            "令和13年3月31日です",
        ),
        ("item:\n", "items:\n", "item", "項目の組がありません"),
        ("令和8年2月20日", "20260220", "item.drafted_on", "日付として読めません"),
        ("令和8年2月20日", "[令和8年2月20日]", "item.drafted_on", "日付として読めません"),
        ("令和7年度", "true", "file.fiscal_year", "年度として読めません"),
        ("  record_kind: 懇談会の記録\n", "", "file.record_kind", "文書の類型がありません"),
    ],
)
def test_a_mistake_in_a_description_is_named_by_its_field(old: str, new: str, where: str, told: str):
    with pytest.raises(InputError) as caught:
        described(DESCRIPTION.replace(old, new))
    assert any(place == where and told in text for place, text in problems(caught.value)), problems(caught.value)


def test_a_kind_of_record_without_a_table_is_not_guessed():
    with pytest.raises(InputError, match="保存期間表が指定されていません"):
        described(tables="")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*FIELDS, "x"]), inner, max_size=12)
        ),
        max_leaves=20,
    )
)
def test_any_structure_is_a_description_or_a_list_of_mistakes(value: object):
    try:
        read_description(json.dumps(value).encode())
    except InputError as error:
        assert all(each.what and each.where for each in error.problems)
