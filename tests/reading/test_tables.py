"""CSV and Excel: columns by their headings, by the caller's map, and rows that are broken."""

from datetime import time, timedelta
from io import BytesIO

import openpyxl
import pytest

from minutes.errors import InputError
from minutes.transcript import ColumnMap, Transcript, TranscriptFormat, parse_columns, read_transcript


def rows(transcript: Transcript) -> list[tuple[str | None, str, float | None, float | None, int]]:
    return [(u.label, u.text, u.start, u.end, u.line) for u in transcript.utterances]


def book(*sheets: list[list[object]]) -> bytes:
    made = openpyxl.Workbook()
    assert made.active
    made.remove(made.active)
    for sheet in sheets:
        page = made.create_sheet()
        for row in sheet:
            page.append(row)
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("head", "delimiter"),
    [
        ("時刻,話者,発言", ","),
        ("開始時刻\t発言者\t発言内容", "\t"),
        ("Start Time;Speaker;Text", ";"),
        ("開始（秒）,話者名,テキスト", ","),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_headings(head: str, delimiter: str, encoding: str):
    lines = [head, delimiter.join(("00:00:03", "平岡", "はい。")), delimiter.join(("93.5", "", '"二行の\n発言"'))]
    transcript = read_transcript("\r\n".join(lines).encode(encoding))
    assert (transcript.format, transcript.encoding) == (TranscriptFormat.CSV, encoding)
    assert rows(transcript) == [("平岡", "はい。", 3.0, None, 2), (None, "二行の発言", 93.5, None, 3)]
    assert transcript.notices == ()


def test_title_above_the_head_and_broken_rows():
    transcript = read_transcript(
        (
            "定例会\n開催日,令和8年5月20日\n開始,終了,話者,発言\n0:01,0:02,平岡,はい。\n朝,,大庭,どうぞ。\n"
            '0:09,0:08,平岡,"閉じない\n0:10,0:11,大庭,では。\n0:12,0:13,平岡,\n'
        ).encode()
    )
    assert rows(transcript) == [
        ("平岡", "はい。", 1.0, 2.0, 4),
        ("大庭", "どうぞ。", None, None, 5),
        ("平岡", "閉じない", 9.0, None, 6),
        ("大庭", "では。", 10.0, 11.0, 7),
    ]
    assert [n.line for n in transcript.notices] == [5, 6, 6, 8]


def test_the_caller_names_the_columns():
    text = "番号,だれ,なに,いつ\n1,平岡,はい。,0:03\n"
    assert rows(read_transcript(text.encode(), columns=parse_columns("話者=だれ,発言=なに,開始=いつ"))) == [
        ("平岡", "はい。", 3.0, None, 2)
    ]
    headless = text.split("\n", 1)[1]
    assert rows(read_transcript(headless.encode(), columns=ColumnMap(text="3", speaker="2"))) == [
        ("平岡", "はい。", None, None, 1)
    ]
    with pytest.raises(InputError) as caught:
        read_transcript(text.encode(), columns=ColumnMap(text="発話"))
    assert "発話" in caught.value.what and "「なに」" in caught.value.remedy


@pytest.mark.parametrize("written", ["", "話者=氏名", "発言", "発言=", "発言=a,内容=b", "声=a,発言=b"])
def test_a_bad_column_map_is_refused(written: str):
    with pytest.raises(InputError) as caught:
        parse_columns(written)
    assert caught.value.what and caught.value.where and caught.value.remedy


def test_excel_times_numbers_and_other_sheets():
    data = book(
        [["表紙"], ["令和8年度"]],
        [["第1回"], [None], ["時刻", "話者", "発言"], [time(0, 1, 5), "平岡", "はい。"], [timedelta(hours=25), 7, 30]],
    )
    transcript = read_transcript(data, "記録.xlsx")
    assert (transcript.format, transcript.encoding) == (TranscriptFormat.XLSX, "ooxml")
    assert rows(transcript) == [("平岡", "はい。", 65.0, None, 4), ("7", "30", 90000.0, None, 5)]
    assert [n.line for n in transcript.notices] == [1]
    assert read_transcript(data, columns=parse_columns("話者=話者,発言=発言")).utterances[0].start is None


def test_excel_without_headings_is_refused_with_a_remedy():
    with pytest.raises(InputError) as caught:
        read_transcript(book([["平岡", "はい。"]]))
    assert "見出し" in caught.value.what and "話者=氏名,発言=発言内容" in caught.value.remedy


def test_a_sheet_that_claims_a_million_rows_is_read_at_once():
    made = openpyxl.Workbook()
    page = made.active
    assert page
    page.append(["話者", "発言"])
    page.append(["平岡", "はい。"])
    page["XFD1048576"] = "遠く"
    stream = BytesIO()
    made.save(stream)
    assert [row[1] for row in rows(read_transcript(stream.getvalue()))] == ["はい。"]
