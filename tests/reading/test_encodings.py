"""Encodings told by content, lost bytes, control codes, and characters written in two ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutes.errors import InputError
from minutes.meeting_input import parse_meeting
from minutes.transcript import read_transcript
from minutes.transcript.encoding import decode

TEXT = "○議長（楠本 誠一）　ただいまから会議を開きます。\r\n\r\n○平岡委員　予算は３億円です。\r\n"
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp932", "euc_jp", "iso2022_jp"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_each_encoding_whatever_the_name_says(encoding: str):
    transcript = read_transcript(TEXT.encode(encoding), "会議.pdf")
    assert transcript.encoding == encoding and transcript.notices == ()
    assert [(u.label, u.line) for u in transcript.utterances] == [("議長（楠本 誠一）", 1), ("平岡委員", 3)]


@pytest.mark.parametrize("bom", ["utf-16-be", "utf-32-be"])
def test_big_endian_marks(bom: str):
    assert read_transcript(("\ufeff" + TEXT).encode(bom)).encoding == bom.removesuffix("-be")


@pytest.mark.parametrize("characters", ["髙﨑", "①㈱", "Ⅳ№", "ｶﾅ"])
def test_characters_of_vendors_in_jis_and_euc(characters: str):
    """Rows 13, 89 and up of JIS, which mail and old servers hold and Python's codecs refuse."""
    pairs = b""
    for character in characters:
        lead, *trail = character.encode("cp932")
        if not trail:
            pairs += bytes((lead,))
            continue
        first = (lead - (0x70 if lead < 0xA0 else 0xB0)) * 2 - (trail[0] < 0x9F)
        second = trail[0] - (0x7E if trail[0] >= 0x9F else 0x20 if trail[0] >= 0x80 else 0x1F)
        pairs += bytes((first, second))
    half = characters == "ｶﾅ"
    shifted = b"\x1b(I" + bytes(b & 0x7F for b in pairs) if half else b"\x1b$B" + pairs
    jis = TEXT.encode("iso2022_jp") + b"\x1b$B!~\x1b(B" + "議長　".encode("iso2022_jp") + shifted + b"\x1b(B\r\n"
    euc_pairs = b"".join(b"\x8e" + bytes((b,)) for b in pairs) if half else bytes(b | 0x80 for b in pairs)
    euc = TEXT.encode("euc_jp") + "◆議長　".encode("euc_jp") + euc_pairs + b"\r\n"
    # The fourth row of the compatible kanji is where 髙 and 﨑 lie twice; both read as the same character.
    assert read_transcript(euc).utterances[-1].text.endswith(characters)
    assert read_transcript(jis).utterances[-1].text.endswith(characters)


def test_a_lost_byte_costs_its_letter_and_is_told_by_line():
    good = "WEBVTT\n\n" + "".join(
        f"00:0{n}.000 --> 00:0{n}.500\n<v 平岡>予算案の説明をいたします。</v>\n\n" for n in range(6)
    )
    for encoding in ("utf-8", "utf-8-sig", "cp932", "euc_jp"):
        data = good.encode(encoding)
        broken = data.replace("説明".encode(encoding.removesuffix("-sig")), b"\xff\xff", 1)
        transcript = read_transcript(broken)
        assert (transcript.encoding, len(transcript.utterances)) == (encoding, 6)
        assert [u.text for u in transcript.utterances[1:]] == ["予算案の説明をいたします。"] * 5
        assert transcript.utterances[0].text.endswith("いたします。")
        assert [n.line for n in transcript.notices] == [4] and transcript.notices[0].remedy


def test_control_codes_are_told_and_do_not_cost_the_rest():
    transcript = read_transcript("○議長　は\0い、始め\x08ます。\n\n○平岡委員　では。\n".encode())
    assert [u.text for u in transcript.utterances] == ["は\ufffdい、始め\ufffdます。", "では。"]
    assert [n.line for n in transcript.notices] == [1]


def test_a_meeting_file_is_taken_whole_or_not_at_all():
    for data in (b'{"title": "a\x00"}', '{"title": "会議の名前は長い"}'.encode() + b"\xff"):
        with pytest.raises(InputError):
            parse_meeting(data)


def test_composed_characters_but_the_forms_of_names_kept():
    transcript = read_transcript("○平岡委員　か\u3099いよう、\ufa19谷さん、\ufa11。\n".encode())
    assert transcript.utterances[0].text == "がいよう、\ufa19谷さん、\ufa11。"
    escaped = read_transcript(b'[{"speaker": "\\u30c6\\u3099", "text": "\\u304b\\u3099"}]')
    assert (escaped.utterances[0].label, escaped.utterances[0].text) == ("デ", "が")


@pytest.mark.parametrize("data", [b"\xff\xfe", b"\xff\xfe\0\0", b"\xfe\xff\0 \0\n", b"\xef\xbb\xbf  ", "　\n".encode()])
def test_nothing_but_marks_and_spaces_is_empty(data: bytes):
    with pytest.raises(InputError, match="空"):
        read_transcript(data)


@given(
    st.text(alphabet="あいうえおかきくけこ予算委員会議長○　、。\nabc012", min_size=30, max_size=200),
    st.sampled_from(ENCODINGS),
)
def test_decoding_gives_back_what_was_written(text: str, encoding: str):
    text = "○議長　はい、そうです。\n" + text
    assert decode(text.encode(encoding)).text == text
