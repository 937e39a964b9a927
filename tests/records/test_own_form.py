"""A form of the body's own: filled with what the meeting and the description say, and nothing else."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from meeting_builder import canonical
from test_tables_and_descriptions import described

from minutes.errors import InputError, PolicyError
from minutes.profiles import load_profile
from minutes.public import public_view
from records.form_values import form_values
from records.own_form import fill_form

AT = datetime(2026, 2, 9, 2, 30, tzinfo=UTC)
FORM = [
    "{{ 文書.番号 }}　{{ 文書.起案日 }}起案　{{ 簿冊.保存期間 }}（{{ 簿冊.満了日 }}まで）",
    "{{ 表題 }}",
    "{{ 日時 }}",
    "{%p for 節 in 本文 %}",
    "{{ 節.見出し }}",
    "{%p for 発言 in 節.発言 %}",
    "{%p if 発言.種類 == '発言' %}",
    "【{{ 発言.発言者 }}】{{ 発言.文 }}",
    "{%p endif %}",
    "{%p endfor %}",
    "{%p endfor %}",
]


def form(*lines: str, header: str = "") -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    document.sections[0].header.paragraphs[0].text = header
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def values() -> dict[str, Any]:
    return form_values(public_view(canonical().document()), load_profile(), described())


def filled(*lines: str, header: str = "") -> list[str]:
    made = Document(BytesIO(fill_form(form(*lines, header=header), values(), written_at=AT)))
    return [each.text for each in (*made.sections[0].header.paragraphs, *made.paragraphs)]


def test_placeholders_and_loops_are_filled() -> None:
    assert filled(*FORM, header="{{ 会議名 }}") == [
        "都・区市町村CIO協議会",
        "　令和8年2月20日起案　5年（令和13年3月31日まで）",
        "第8回都・区市町村CIO協議会 議事要旨",
        "令和8年2月9日（月） 10時00分から11時30分まで",
        "1. 挨拶（デジタルサービス局長 高野 克己）",
        "2. 報告事項",
        "【狛江市 CIO 平林 浩一 様】東京アプリの東京ポイントの原資は都と区市町村のどちらがもつのか。",
        "【デジタルサービス局 デジタル事業担当部長 澤村 航】各事業と東京アプリを連携して、21の自治体と事業を進めていきたい。",
    ]


def test_a_greeter_is_named_once() -> None:
    greeting, reports = values()["本文"]
    assert [(each["種類"], each["発言者"]) for each in greeting["発言"]] == [("挨拶", "")]
    assert greeting["見出し"] == "1. 挨拶（デジタルサービス局長 高野 克己）"
    assert [each["発言者"] for each in reports["発言"] if each["種類"] == "発言"] == [
        "狛江市 CIO 平林 浩一 様",
        "デジタルサービス局 デジタル事業担当部長 澤村 航",
    ]


def test_the_same_form_gives_the_same_bytes() -> None:
    given = form(*FORM)
    assert fill_form(given, values(), written_at=AT) == fill_form(given, values(), written_at=AT)


def test_what_was_said_is_text_and_no_placeholder() -> None:
    said = {"文": "{{ 表題 }} <w:br/> & {% for x in y %}", "表題": "漏れた"}
    made = Document(BytesIO(fill_form(form("{{ 文 }}"), said, written_at=AT)))
    assert [each.text for each in made.paragraphs] == [said["文"]]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["{{ 会義名 }}"], "差込み「会義名」という値はありません。近い名前：会議名"),
        (
            ["{%p for 節 in 本文 %}", "{{ 節.見だし }}", "{%p endfor %}"],
            "「見だし」という値はありません。近い名前：見出し",
        ),
        (["{%p if 傍聴者 %}", "{{ 傍聴人 }}", "{%p endif %}"], "「傍聴人」"),
        (["{{ 会議名 }", "あ"], "対応を確かめてください"),
        (["{%p for 節 in 本文 %}", "{{ 節.見出し }}"], "endfor"),
        (["{{ range(3) }}"], "「range」"),
    ],
)
def test_a_mistake_in_the_form_is_named_by_its_placeholder(lines: list[str], told: str) -> None:
    with pytest.raises(InputError) as caught:
        filled(*lines)
    assert any(told in each.what + each.remedy for each in caught.value.problems)


def test_a_mistake_in_the_header_is_found_too() -> None:
    with pytest.raises(InputError, match="「会議」"):
        filled("あ", header="{{ 会議 }}")


@pytest.mark.parametrize(
    "expression",
    [
        "{{ 表題.__class__.__mro__[1].__subclasses__() }}",
        "{{ ''.__class__ }}",
        "{{ 表題 * 1000000000 }}",
        "{{ 本文.clear() }}",
        "{{ '%999999999s' % 表題 }}",
        "{% include '/etc/passwd' %}",
        "{{ 表題() }}",
    ],
)
def test_a_form_cannot_do_anything_but_print(expression: str) -> None:
    with pytest.raises(InputError):
        filled(expression)


def test_other_files_are_no_forms() -> None:
    with pytest.raises((InputError, PolicyError)):
        fill_form(b"PK\x03\x04 nothing", values(), written_at=AT)
