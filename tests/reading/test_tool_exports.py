"""What meeting systems and recognisers export, read as one cue or one named paragraph an utterance."""

import json
from typing import Any

import pytest

from minutes.transcript import Transcript, TranscriptFormat, as_json, read_transcript

Rows = list[tuple[str | None, str, float | None, float | None]]


def read(document: object) -> Transcript:
    text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
    return read_transcript(text.encode())


def rows(transcript: Transcript) -> Rows:
    return [(u.label, u.text, u.start, u.end) for u in transcript.utterances]


def test_teams_webvtt():
    transcript = read(
        "WEBVTT\n\n5a1f0c9e-0001/10-0\n00:00:03.120 --> 00:00:05.500\n<v 平林 浩>本日は&amp;ありがとう\nございます。</v>\n\n"
        "5a1f0c9e-0001/14-0\n00:00:06.000 --> 00:00:07.000\n<v 第1会議室>はい。\n"
    )
    assert rows(transcript) == [
        ("平林 浩", "本日は&ありがとうございます。", 3.12, 5.5),
        ("第1会議室", "はい。", 6.0, 7.0),
    ]


def test_zoom_webvtt_names_by_colon_but_not_a_date_line():
    transcript = read(
        "WEBVTT\r\n\r\n1\r\n00:00:01.000 --> 00:00:02.000\r\n霧原市 平林: 始めます。\r\n\r\n"
        "2\r\n00:00:02.000 --> 00:00:03.000\r\n日時: 5月20日です。\r\n\r\n"
        "3\r\n00:00:03.000 --> 00:00:04.000\r\niPhone: はい。\r\n"
    )
    assert [row[:2] for row in rows(transcript)] == [
        ("霧原市 平林", "始めます。"),
        (None, "日時: 5月20日です。"),
        ("iPhone", "はい。"),
    ]


def test_srt_with_missing_indexes_points_and_broken_times():
    transcript = read(
        "1\n00:00:00,000 --> 00:00:01,500\n[SPEAKER_00]: はい。\n\n"
        "00:00:02.000 --> 00:00:03.000\n[SPEAKER_01]: 二行の\n発言です。\n3\n00:00:04,5 -> 00:00:05,000\n[SPEAKER_00]: 時刻が変。\n\n\n"
        "4\n00:00:09,000 --> 00:00:08,000\n[SPEAKER_01]: 逆。\n"
    )
    assert transcript.format is TranscriptFormat.SRT
    assert rows(transcript) == [
        ("SPEAKER_00", "はい。", 0.0, 1.5),
        ("SPEAKER_01", "二行の発言です。", 2.0, 3.0),
        ("SPEAKER_00", "時刻が変。", None, None),
        ("SPEAKER_01", "逆。", 9.0, None),
    ]
    assert [(n.line, bool(n.what and n.remedy)) for n in transcript.notices] == [(9, True), (14, True)]


@pytest.mark.parametrize("head", ["", "webvtt\n\n", "WEBVTTX\n\n", "会議の字幕\n\n"])
def test_cues_without_a_signature(head: str):
    transcript = read(head + "00:00.000 --> 00:01.000\n<v 平岡>はい。</v>\n")
    assert rows(transcript) == [("平岡", "はい。", 0.0, 1.0)]
    assert [n.line for n in transcript.notices] == ([1] if head else [])


def test_webvtt_written_with_commas_throughout():
    transcript = read("WEBVTT\n\n1\n00:00:01,000 --> 00:00:02,000\n<v 平岡>はい。</v>\n")
    assert rows(transcript) == [("平岡", "はい。", 1.0, 2.0)]
    assert [n.line for n in transcript.notices] == [1]


def test_older_teams_with_the_name_on_its_own_line():
    transcript = read(
        "0:0:0.0 --> 0:0:2.340\n平岡 修\n始めます。\n\n0:0:3.10 --> 0:0:4.0\n大庭 直美\nはい。\n続けます。\n\n"
        "0:1:0.500 --> 0:1:4.0\n平岡 修\nでは。\n"
    )
    assert rows(transcript) == [
        ("平岡 修", "始めます。", 0.0, 2.34),
        ("大庭 直美", "はい。続けます。", 3.1, 4.0),
        ("平岡 修", "では。", 60.5, 64.0),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("平岡 修   0:03", "大庭 直美   1:02:05"),  # Teams, Otter
        ("平岡 修\t00:00:03", "大庭 直美\t01:02:05"),  # Zoom text
        ("[平岡 修] 00:00:03", "[大庭 直美] 01:02:05"),  # Zoom saved captions
        ("00:00:03 平岡 修", "01:02:05 大庭 直美"),  # Word
        ("平岡 修 (00:03)", "大庭 直美 (01:02:05)"),
        ("[00:03] 平岡 修", "[01:02:05] 大庭 直美"),
        ("平岡 修 00:03 - 00:09", "大庭 直美 01:02:05 - 01:02:09"),
    ],
)
def test_a_line_with_name_and_time_above_the_words(first: str, second: str):
    transcript = read(f"定例会の記録\n\n{first}\n始めます。\n次は 10:30 です。\n\n続きの段落。\n\n{second}\n\nはい。\n")
    assert transcript.format is TranscriptFormat.TIMED_NAMES
    assert rows(transcript) == [
        ("平岡 修", "始めます。次は 10:30 です。", 3.0, None),
        ("平岡 修", "続きの段落。", None, None),
        ("大庭 直美", "はい。", 3725.0, None),
    ]
    assert [n.line for n in transcript.notices] == [1]


def test_otter_note_is_no_speech():
    transcript = read("Unknown Speaker  0:03  \nはい。\n\n平岡  0:09  \nどうも。\n\nTranscribed by https://otter.ai\n")
    assert [row[:2] for row in rows(transcript)] == [("Unknown Speaker", "はい。"), ("平岡", "どうも。")]
    assert [n.line for n in transcript.notices] == [7]


def test_google_meet():
    transcript = read(
        "定例会 (2026-05-20 13:30 GMT+9) - Transcript\nAttendees\n平岡 修, 大庭 直美, 第1会議室\n\nTranscript\n\n"
        "00:00:00\n\n平岡 修: 始めます。\n大庭 直美: はい。\n\n00:05:00\n\n第1会議室: 質問です。\n\n"
        "Transcription ended after 00:45:00\n\nThis editable transcript was computer generated and might contain errors.\n"
    )
    assert transcript.format is TranscriptFormat.GOOGLE_MEET
    assert rows(transcript) == [
        ("平岡 修", "始めます。", 0.0, None),
        ("大庭 直美", "はい。", None, None),
        ("第1会議室", "質問です。", 300.0, None),
    ]
    assert [n.line for n in transcript.notices] == [1, 2, 3, 5, 16, 18]


SEGMENT = {"start": 0.5, "end": 2.0, "text": " はい。", "speaker": "SPEAKER_00"}


@pytest.mark.parametrize(
    "document",
    [
        {
            "segments": [{**SEGMENT, "words": [{"word": "はい", "start": 0.5, "end": 1, "score": 0.9}]}],
            "language": "ja",
        },
        {"text": "はい。", "segments": [{"id": 0, "seek": 0, "tokens": [1], **SEGMENT}]},
        [SEGMENT],
        {
            "result": {"language": "ja"},
            "transcription": [
                {
                    "timestamps": {"from": "00:00:00,500", "to": "00:00:02,000"},
                    "offsets": {"from": 500, "to": 2000},
                    "text": " はい。",
                    "speaker": "SPEAKER_00",
                }
            ],
        },
        json.dumps(SEGMENT, ensure_ascii=False) + "\n",
        [{"speaker_label": "SPEAKER_00", "start_time": "0.5", "end_time": "00:00:02", "transcript": "はい。"}],
    ],
)
def test_whisper_and_its_kin(document: Any):
    if isinstance(document, str):
        document = document + document
    transcript = read(document)
    assert transcript.format is TranscriptFormat.JSON
    assert rows(transcript)[0] == ("SPEAKER_00", "はい。", 0.5, 2.0)


def test_a_broken_line_of_json_lines_costs_itself_only():
    transcript = read('{"speaker": "A", "text": "一"}\n{"speaker": "B", "te\n{"speaker": "C", "text": "三"}\n')
    assert [row[:2] for row in rows(transcript)] == [("A", "一"), ("C", "三")]
    assert [n.line for n in transcript.notices] == [2]


def _aws_item(content: str, start: str | None = None, label: str | None = None) -> dict[str, Any]:
    item: dict[str, Any] = {"type": "pronunciation" if start else "punctuation", "alternatives": [{"content": content}]}
    if start:
        item |= {"start_time": start, "end_time": str(float(start) + 0.4)}
    if label:
        item["speaker_label"] = label
    return item


AWS_ITEMS = [
    ("本日", "0.0", "spk_0"),
    ("は", "0.5", "spk_0"),
    ("。", None, None),
    ("AI", "1.0", "spk_0"),
    ("DX", "1.5", "spk_0"),
    ("はい", "3.0", "spk_1"),
    ("。", None, None),
]
AWS_SEGMENTS = [
    {"start_time": "0.0", "end_time": "2.0", "speaker_label": "spk_0", "items": []},
    {"start_time": "3.0", "end_time": "3.5", "speaker_label": "spk_1", "items": []},
]


def _aws(results: dict[str, Any]) -> dict[str, Any]:
    return {"jobName": "j", "status": "COMPLETED", "results": {"transcripts": [{"transcript": "…"}], **results}}


def test_amazon_transcribe():
    items = [_aws_item(content, start) for content, start, _ in AWS_ITEMS]
    by_segment = read(_aws({"items": items, "speaker_labels": {"speakers": 2, "segments": AWS_SEGMENTS}}))
    assert by_segment.format is TranscriptFormat.AMAZON_TRANSCRIBE
    assert rows(by_segment) == [("spk_0", "本日は。AI DX", 0.0, 1.9), ("spk_1", "はい。", 3.0, 3.4)]
    labelled = read(_aws({"items": [_aws_item(*item) for item in AWS_ITEMS]}))
    assert rows(labelled) == [
        ("spk_0", "本日は。", 0.0, 0.9),
        ("spk_0", "AI DX", 1.0, 1.9),
        ("spk_1", "はい。", 3.0, 3.4),
    ]
    cut = [
        {
            "id": 0,
            "transcript": "はい。",
            "start_time": "3.0",
            "end_time": "3.5",
            "speaker_label": "spk_1",
            "items": [5],
        }
    ]
    assert rows(read(_aws({"items": items, "audio_segments": cut}))) == [("spk_1", "はい。", 3.0, 3.5)]
    assert rows(read(_aws({"items": []}))) == [(None, "…", None, None)]


def test_deepgram():
    words = [
        {"word": "はい", "punctuated_word": "はい。", "start": 0.1, "end": 0.4, "speaker": 0},
        {"word": "どうぞ", "punctuated_word": "どうぞ。", "start": 1.0, "end": 1.5, "speaker": 1},
    ]
    paragraph = {"sentences": [{"text": "はい。"}, {"text": "では。"}], "speaker": 0, "start": 0.1, "end": 0.9}
    channel = {"alternatives": [{"transcript": "はい。どうぞ。", "words": words}]}
    paragraphs = {"alternatives": [{"paragraphs": {"transcript": "", "paragraphs": [paragraph]}, "words": words}]}
    utterance = {"start": 0.1, "end": 0.4, "transcript": "はい。", "speaker": 0, "words": []}
    by_utterance = read({"metadata": {}, "results": {"channels": [channel], "utterances": [utterance]}})
    assert by_utterance.format is TranscriptFormat.DEEPGRAM
    assert rows(by_utterance) == [("0", "はい。", 0.1, 0.4)]
    assert rows(read({"results": {"channels": [paragraphs]}})) == [("0", "はい。では。", 0.1, 0.9)]
    assert rows(read({"results": {"channels": [channel]}})) == [("0", "はい。", 0.1, 0.4), ("1", "どうぞ。", 1.0, 1.5)]


def test_assemblyai():
    words = [{"text": "はい。", "start": 250, "end": 650, "speaker": "A"}]
    document = {"id": "x", "status": "completed", "audio_duration": 3, "text": "はい。", "words": words}
    by_utterance = read({**document, "utterances": [{"speaker": "A", "text": "はい。", "start": 250, "end": 1650}]})
    assert by_utterance.format is TranscriptFormat.ASSEMBLYAI
    assert rows(by_utterance) == [("A", "はい。", 0.25, 1.65)]
    assert rows(read({**document, "utterances": None})) == [("A", "はい。", 0.25, 0.65)]


def test_own_output_is_an_input():
    first = read("WEBVTT\n\n00:00.000 --> 00:01.000\n<v 平岡>はい。</v>\n")
    assert rows(read(as_json(first))) == rows(first)


def test_diet_api_by_speech_and_by_meeting():
    speeches = [
        {"speechOrder": 0, "speaker": "会議録情報", "speech": "令和八年五月二十日\r\n　出席委員"},
        {
            "speechOrder": 1,
            "speaker": "鷺沢みどり",
            "speech": "○鷺沢委員長　これより会議を開きます。\r\n　────◇─────\r\n　次に、",
        },
        {"speechOrder": 2, "speaker": "鳩山台次郎", "speech": "○国務大臣（鳩山台次郎君）　お答えします。"},
        {"speechOrder": 3, "speaker": "烏丸和", "speech": "○烏丸（和）委員会議の件です。"},
        {"speechOrder": 4, "speaker": "鴨下三郎", "speech": "○鴨下三郎君 伺います。"},
        {"speechOrder": 5, "speaker": None, "speech": "〔異議なしと呼ぶ者あり〕"},
    ]
    expected = [
        ("委員長（鷺沢みどり）", "これより会議を開きます。次に、"),
        ("国務大臣（鳩山台次郎君）", "お答えします。"),
        ("委員（烏丸和）", "会議の件です。"),
        ("鴨下三郎君", "伺います。"),
        (None, "〔異議なしと呼ぶ者あり〕"),
    ]
    for document in (
        {"speechRecord": speeches},
        {"meetingRecord": [{"issueID": "1", "speechRecord": speeches}]},
        speeches,
    ):
        transcript = read(document)
        assert transcript.format is TranscriptFormat.DIET
        assert [row[:2] for row in rows(transcript)] == expected
        assert [n.line for n in transcript.notices] == [1]
