"""Word files, and office files that are damaged, locked or meant to harm."""

import zipfile
from io import BytesIO

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutes.errors import GijiyoshiError, InputError, PolicyError
from minutes.transcript import TranscriptFormat, read_transcript
from minutes.transcript.office import MOST_XML

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def types(content_type: str = MAIN) -> str:
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{content_type}"/></Types>'
    )


def package(parts: dict[str, str | bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return stream.getvalue()


def word(body: str, **parts: str | bytes) -> bytes:
    return package(
        {
            "[Content_Types].xml": types(),
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
            **parts,
        }
    )


def paragraphs(*texts: str) -> str:
    return "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)


def spoken(data: bytes) -> list[tuple[str | None, str, int]]:
    return [(u.label, u.text, u.line) for u in read_transcript(data).utterances]


def test_teams_transcript_in_word():
    made = docx.Document()
    made.add_heading("定例会-20260520_133000-会議の記録")
    for name, clock, text in (("平岡 修", "0:03", "始めます。"), ("大庭 直美", "1:02:05", "はい。")):
        paragraph = made.add_paragraph()
        paragraph.add_run(name).bold = True
        paragraph.add_run(f"   {clock}")
        paragraph.add_run().add_break()
        paragraph.add_run(text)
    stream = BytesIO()
    made.save(stream)
    transcript = read_transcript(stream.getvalue(), "記録.docx")
    assert (transcript.format, transcript.encoding) == (TranscriptFormat.DOCX, "ooxml")
    assert [(u.label, u.text, u.start, u.line) for u in transcript.utterances] == [
        ("平岡 修", "始めます。", 3.0, 2),
        ("大庭 直美", "はい。", 3725.0, 3),
    ]
    assert [(n.line, transcript.place(n.line)) for n in transcript.notices] == [(1, "1段落目")]


def test_marked_text_in_word_one_paragraph_is_one_utterance():
    body = paragraphs(
        "第3回協議会", "○議長（楠本 誠一）　始めます。", "続きの段落です。", "○平岡委員", "本文は次の段落。"
    )
    assert spoken(word(body)) == [
        ("議長（楠本 誠一）", "始めます。", 2),
        ("議長（楠本 誠一）", "続きの段落です。", 3),
        ("平岡委員", "本文は次の段落。", 4),
    ]


def test_cues_pasted_into_word():
    body = paragraphs("WEBVTT", "", "00:01.000 --&gt; 00:02.000", "&lt;v 平岡&gt;はい。&lt;/v&gt;")
    assert spoken(word(body)) == [("平岡", "はい。", 3)]


def test_table_in_word():
    made = docx.Document()
    made.add_paragraph("会議の記録")
    table = made.add_table(rows=0, cols=3)
    for cells in (("時刻", "話者", "発言"), ("0:01", "平岡", "はい。"), ("0:05", "大庭", "どうぞ。")):
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    stream = BytesIO()
    made.save(stream)
    transcript = read_transcript(stream.getvalue())
    assert [(u.label, u.text, u.start) for u in transcript.utterances] == [
        ("平岡", "はい。", 1.0),
        ("大庭", "どうぞ。", 5.0),
    ]
    assert [n.line for n in transcript.notices] == [1]


def test_words_that_were_deleted_moved_or_stand_above_others_are_not_spoken():
    body = (
        "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>○議長　</w:t></w:r>"
        "<w:del><w:r><w:delText>消した</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>移した</w:t></w:r></w:moveFrom>"
        "<w:r><w:ruby><w:rt><w:r><w:t>くすもと</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>楠本</w:t></w:r></w:rubyBase></w:ruby></w:r>"
        "<w:r><w:t>です。</w:t></w:r></w:p>"
    )
    assert spoken(word(body)) == [("議長", "楠本です。", 1)]


BOMB = (
    b"<!DOCTYPE a ["
    + b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10 if n else b"ha") for n in range(10))
    + b"]><a>&e9;</a>"
)
XXE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
HARMFUL = [
    ("entities", {"[Content_Types].xml": types(), "word/document.xml": BOMB}, "実体"),
    ("outside reference", {"[Content_Types].xml": types(), "word/document.xml": XXE}, "外部"),
    ("entities in the list of parts", {"[Content_Types].xml": XXE, "word/document.xml": b"<a/>"}, "外部"),
    ("macros", {"[Content_Types].xml": types(), "word/document.xml": b"<a/>", "word/vbaProject.bin": b"x"}, "マクロ"),
    (
        "macros by type",
        {
            "[Content_Types].xml": types("application/vnd.ms-word.document.macroEnabled.main+xml"),
            "word/document.xml": b"<a/>",
        },
        "マクロ",
    ),
    ("zip bomb", {"[Content_Types].xml": types(), "word/document.xml": b" " * (MOST_XML + 1)}, "大きすぎ"),
    ("many parts", {"[Content_Types].xml": types()} | {f"{n}.xml": b"" for n in range(5_001)}, "大きすぎ"),
]


@pytest.mark.parametrize(("parts", "what"), [case[1:] for case in HARMFUL], ids=[case[0] for case in HARMFUL])
def test_harmful_files_are_refused(parts: dict[str, str | bytes], what: str):
    with pytest.raises(PolicyError) as caught:
        read_transcript(package(parts), "罠.docx")
    assert what in caught.value.what and caught.value.remedy and "罠.docx" in caught.value.where


def test_entities_in_an_excel_file_are_refused():
    main = MAIN.replace("wordprocessingml.document", "spreadsheetml.sheet")
    parts = {"[Content_Types].xml": types(main).replace("word/document", "xl/workbook"), "xl/workbook.xml": XXE}
    with pytest.raises(InputError):
        read_transcript(package(parts))


def test_locked_and_old_files_are_refused():
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    with pytest.raises(InputError, match="旧形式"):
        read_transcript(old)
    with pytest.raises(PolicyError, match="パスワード"):
        read_transcript(old + "EncryptedPackage".encode("utf-16-le"))
    locked = bytearray(word(paragraphs("○議長　はい。")))
    locked[6] |= 1
    central = locked.index(b"PK\x01\x02")
    locked[central + 8] |= 1
    with pytest.raises(PolicyError, match="パスワード"):
        read_transcript(bytes(locked))


def test_other_zips_are_refused():
    with pytest.raises(InputError, match="zip"):
        read_transcript(package({"a.txt": "○議長　はい。"}))


WHOLE = word(paragraphs("○議長　はい。", "○平岡委員　どうぞ。"))


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), st.integers(0, len(WHOLE)))
def test_a_damaged_file_is_read_or_refused(at: int, value: int, end: int):
    data = bytearray(WHOLE)
    data[at] = value
    for damaged in (bytes(data), WHOLE[:end]):
        try:
            read_transcript(damaged)
        except GijiyoshiError as error:
            assert error.what and error.where and error.remedy
