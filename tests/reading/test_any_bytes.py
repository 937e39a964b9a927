"""Properties: any bytes give a Transcript or a typed error; what was written in a format is read back unchanged."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minutes.errors import GijiyoshiError, InputError
from minutes.meeting_input import parse_meeting
from minutes.transcript import as_json, read_transcript

ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp932", "euc_jp", "iso2022_jp"])
NEWLINES = st.sampled_from(["\n", "\r\n", "\r"])
# Words that every one of the encodings can write, without the marks and spaces that begin or separate utterances.
_WORDS = [
    "えー、",
    "予算は",
    "3億円です。",
    "検討いたします。",
    "平岡様の",
    "ご質問",
    "システム",
    "ありがとうございます。",
]
SPEECH = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6).map("".join)
NAMES = st.sampled_from(["平岡委員", "楠本座長", "大庭部長", "山﨑課長", "第1会議室さん"])
CONVERSATION = st.lists(st.tuples(NAMES, SPEECH), min_size=1, max_size=8)
_TOKENS = (
    "WEBVTT|\n|\r\n|\n\n|00:00.000 --> 00:01.000|-->|<v |>|<|&#|9999999999999999999999|&amp;|○|（|）"
    "|：|:|議長|〔|〕|　| |"
    '[|]|{|}|"text"|"segments"|: |"\\ud800\\u0000"|,|1e999|NaN|SPEAKER_00|\x00|title|agenda|- |*a|&a |roster|10:30 '
    '|00:00:01,000 --> |話者,発言,時刻\n|,|"|\t|平岡 0:03\n|Transcript\n|"results"|"utterances"|"speechRecord"|"transcripts"|"channels"|"items"'
)
_PIECES = [token.encode() for token in _TOKENS.split("|")]
_PIECES += [b"\x80", b"\xff", "議長　はい".encode("cp932"), "議長　はい".encode("euc_jp")]
SOUP = st.lists(st.sampled_from(_PIECES), max_size=30).map(b"".join)
HEADS = st.sampled_from(
    [
        b"",
        b"WEBVTT\n\n",
        b"[{",
        b'{"',
        "○議長　".encode(),
        b"\xff\xfe",
        b"\xfe\xff",
        b"\x1b$B",
        b"PK\x03\x04",
        "話者,発言\n".encode(),
    ]
)
BYTES = st.binary(max_size=200) | st.builds(bytes.__add__, HEADS, SOUP)


def encodable(conversation: list[tuple[str, str]], encoding: str) -> list[tuple[str, str]]:
    """EUC-JP and JIS have no 﨑; the clerk's editor would have refused it."""
    return [
        (name.replace("﨑", "崎") if encoding in ("euc_jp", "iso2022_jp") else name, text)
        for name, text in conversation
    ]


@given(BYTES)
def test_any_bytes_give_a_transcript_or_a_typed_error(data: bytes):
    try:
        transcript = read_transcript(data)
    except GijiyoshiError as error:
        assert error.problems and all(p.what and p.where and p.remedy for p in error.problems)
    else:
        ids = [u.id for u in transcript.utterances]
        assert ids == [f"u{n:04d}" for n in range(1, len(ids) + 1)] and ids
        assert all(u.text.strip() for u in transcript.utterances)
        as_json(transcript).encode()


@given(BYTES)
def test_any_bytes_give_a_meeting_or_an_input_error(data: bytes):
    with pytest.raises(InputError) as caught:
        parse_meeting(data)
    assert all(p.what and p.where and p.remedy for p in caught.value.problems)


@given(CONVERSATION, ENCODINGS, NEWLINES)
def test_marked_text_round_trip(conversation: list[tuple[str, str]], encoding: str, newline: str):
    conversation = encodable(conversation, encoding)
    text = (newline * 2).join(f"○{name}　{speech}" for name, speech in conversation)
    transcript = read_transcript(text.encode(encoding))
    assert [(u.label, u.text) for u in transcript.utterances] == conversation
    assert transcript.encoding == encoding and transcript.notices == ()


@given(CONVERSATION, ENCODINGS)
def test_colon_text_round_trip(conversation: list[tuple[str, str]], encoding: str):
    conversation = encodable(conversation, encoding)
    transcript = read_transcript("\n".join(f"{name}：{speech}" for name, speech in conversation).encode(encoding))
    assert [(u.label, u.text) for u in transcript.utterances] == conversation


@given(CONVERSATION, ENCODINGS, NEWLINES, st.booleans())
def test_webvtt_round_trip(conversation: list[tuple[str, str]], encoding: str, newline: str, voice_tags: bool):
    conversation = encodable(conversation, encoding)
    lines = ["WEBVTT"]
    for n, (name, speech) in enumerate(conversation):
        spoken = f"<v {name}>{speech}</v>" if voice_tags else f"{name}: {speech}"
        lines += ["", f"00:0{n}:00.000 --> 00:0{n}:30.250", spoken]
    transcript = read_transcript(newline.join(lines).encode(encoding))
    assert [(u.label, u.text, u.start, u.end) for u in transcript.utterances] == [
        (name, speech, n * 60.0, n * 60 + 30.25) for n, (name, speech) in enumerate(conversation)
    ]
    assert transcript.encoding == encoding and transcript.notices == ()


@given(CONVERSATION, ENCODINGS, st.booleans())
def test_json_round_trip(conversation: list[tuple[str, str]], encoding: str, whisperx: bool):
    conversation = encodable(conversation, encoding)
    segments = [
        {"speaker": name, "start": n, "end": n + 0.5, "text": text} for n, (name, text) in enumerate(conversation)
    ]
    document = {"segments": segments} if whisperx else segments
    transcript = read_transcript(json.dumps(document, ensure_ascii=False).encode(encoding))
    assert [(u.label, u.text) for u in transcript.utterances] == conversation


_LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["0.5", "はい。"])
)
_KEYS = st.sampled_from(
    [
        "segments",
        "transcription",
        "text",
        "speaker",
        "start",
        "end",
        "offsets",
        "from",
        "to",
        "results",
        "transcripts",
        "items",
        "speaker_labels",
        "audio_segments",
        "alternatives",
        "content",
        "type",
        "channels",
        "utterances",
        "paragraphs",
        "sentences",
        "words",
        "word",
        "transcript",
        "status",
        "speechRecord",
        "meetingRecord",
        "speech",
        "speechOrder",
        "house",
        "format",
        "encoding",
        "sha256",
        "label",
    ]
)
DOCUMENTS = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=5), max_leaves=20
)


@settings(max_examples=60)
@given(DOCUMENTS)
def test_any_json_gives_a_transcript_or_an_input_error(document: object):
    try:
        transcript = read_transcript(json.dumps(document).encode())
    except InputError as error:
        assert error.what and error.where and error.remedy
    else:
        assert transcript.utterances
        as_json(transcript).encode()
