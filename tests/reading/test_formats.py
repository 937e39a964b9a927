"""What each format yields: labels, text, times, problems; and that bad files are refused with a place and a remedy."""

import json
from pathlib import Path

import pytest

from minutes.errors import InputError
from minutes.transcript import Transcript, TranscriptFormat, as_json, read_transcript

SAMPLES = Path(__file__).parents[2] / "samples"


def read(text: str) -> Transcript:
    return read_transcript(text.encode())


def spoken(text: str) -> list[tuple[str | None, str]]:
    return [(u.label, u.text) for u in read(text).utterances]


def refused(data: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        read_transcript(data)
    for problem in caught.value.problems:
        assert problem.what and problem.where and problem.remedy
    return caught.value


def test_sample_meeting_is_the_same_in_every_form():
    vtt, txt, cp932 = (
        read_transcript((SAMPLES / name).read_bytes()) for name in ("meeting.vtt", "meeting.txt", "meeting.cp932.txt")
    )
    assert [u.text for u in vtt.utterances] == [u.text for u in txt.utterances] == [u.text for u in cp932.utterances]
    assert (vtt.format, txt.format) == (TranscriptFormat.WEBVTT, TranscriptFormat.MARKED_TEXT)
    assert (txt.encoding, cp932.encoding) == ("utf-8", "cp932")
    assert vtt.notices == txt.notices == cp932.notices == ()
    assert vtt.utterances[0].id == "u0001" and len(vtt.utterances) > 60
    assert all(u.start is not None and u.end is not None and u.start < u.end for u in vtt.utterances)
    assert {u.label for u in txt.utterances} >= {"座長（楠本 誠一）", "狛山市CIO（平岡 修）"}


def test_webvtt_voice_tags_entities_settings_and_other_blocks():
    transcript = read(
        "WEBVTT - 会議\nKind: captions\n\nNOTE\n控え --- >\n\nSTYLE\n::cue { color: red }\n\n"
        "id-1\n00:01.500 --> 01:00:02.250 align:start position:10%\n"
        "<v.loud 山田 &amp; 佐藤>予算は<b>3割</b>\n&lt;以下&gt; です</v>\n"
    )
    (utterance,) = transcript.utterances
    assert (utterance.label, utterance.text) == ("山田 & 佐藤", "予算は3割<以下> です")
    assert (utterance.start, utterance.end, utterance.line) == (1.5, 3602.25, 11)
    assert transcript.notices == ()


def test_webvtt_words_after_an_angle_bracket_that_is_no_tag_are_kept():
    assert spoken("WEBVTT\n\n00:00.000 --> 00:01.000\n費用は<100円で、<別紙>のとおり<c>です</c>") == [
        (None, "費用は<100円で、<別紙>のとおりです")
    ]


def test_webvtt_broken_cue_costs_only_itself():
    transcript = read(
        "WEBVTT\n\n00:00.000 --> 00:01.000\n<v A>一\n\n00:61.000 --> 00:02.000\n<v A>二\n\n題だけの塊\n\n"
        "00:03.000 --> 00:02.000\n<v A>三\n00:04.000 --> 00:05.000\n<v B>四\n"
    )
    assert [(u.id, u.label, u.text, u.end) for u in transcript.utterances] == [
        ("u0001", "A", "一", 1.0),
        ("u0002", "A", "三", None),
        ("u0003", "B", "四", 5.0),
    ]
    assert [p.line for p in transcript.notices] == [6, 9, 11]


def test_webvtt_cue_with_two_voices_is_attributed_to_neither():
    transcript = read("WEBVTT\n\n00:00.000 --> 00:01.000\n<v A>はい</v>\n<v B>どうぞ</v>\n")
    assert [(u.label, u.text) for u in transcript.utterances] == [(None, "A：はい　B：どうぞ")]
    assert [p.line for p in transcript.notices] == [3]


def test_webvtt_names_before_a_colon():
    cues = ["平岡 修: はい", "大庭: 日時：未定です", "平岡 修: 次は10：30から"]
    text = "WEBVTT\n\n" + "\n\n".join(f"{n}\n00:0{n}.000 --> 00:0{n + 1}.000\n{cue}" for n, cue in enumerate(cues, 1))
    assert spoken(text) == [("平岡 修", "はい"), ("大庭", "日時：未定です"), ("平岡 修", "次は10：30から")]


@pytest.mark.parametrize(
    ("label", "name"),
    [("[SPEAKER_03]: ", "SPEAKER_03"), ("SPEAKER_03:", "SPEAKER_03"), ("話者1：", "話者1"), ("会議室2：", "会議室2")],
)
def test_speech_that_starts_with_a_figure_is_still_the_speakers(label: str, name: str):
    said = ["はい、久保田です。", "21万食から27万食に増やします。", "30人です。", "1点目は、備蓄です。"]
    cues = "\n\n".join(f"00:0{n}.000 --> 00:0{n + 1}.000\n{label}{text}" for n, text in enumerate(said))
    assert spoken(f"WEBVTT\n\n{cues}") == [(name, text) for text in said]
    assert spoken("\n\n".join(label + text for text in said)) == [(name, text) for text in said]


def test_a_time_of_day_is_no_speaker_however_often_it_stands_there():
    lines = ["平岡：はい", "午後1：30に再開します", "平岡：では", "午後1：30まで休憩します"]
    assert {label for label, _ in spoken("\n\n".join(lines))} == {"平岡"}


@pytest.mark.parametrize(
    ("line", "label", "text"),
    [
        ("○礒野委員長\nただいまから", "礒野委員長", "ただいまから"),
        ("○中村 委員長  それでは", "中村 委員長", "それでは"),
        ("◎山川委員長 傍聴の申し出が", "山川委員長", "傍聴の申し出が"),
        ("○委員長（佐々木克敏） ただいまから", "委員長（佐々木克敏）", "ただいまから"),
        ("◆12番（山田太郎君）　伺います", "12番（山田太郎君）", "伺います"),
        ("◎総務部長（田中一郎）　はい", "総務部長（田中一郎）", "はい"),
        ("◆問　なぜか", "問", "なぜか"),
        ("◎答\nこうです", "答", "こうです"),
        ("委員長(相馬君):ただいまより", "委員長(相馬君)", "ただいまより"),
        ("勝村委員長)ただ今から", "勝村委員長", "ただ今から"),
        ("〔増田分科会長代理〕 おはよう", "増田分科会長代理", "おはよう"),
        ("(委員)質問です", "委員", "質問です"),
        ("（事務局）答えます", "事務局", "答えます"),
        ("話者1：はい", "話者1", "はい"),
        ("SPEAKER_00: はい", "SPEAKER_00", "はい"),
        ("[SPEAKER_01]: はい", "SPEAKER_01", "はい"),
        ("○山田太郎君　お答え", "山田太郎君", "お答え"),
        ("○平岡　修　はい", "平岡　修", "はい"),
        ("○狛山市CIO（平岡 修）　はい", "狛山市CIO（平岡 修）", "はい"),
        ("○髙橋（一）委員　はい", "髙橋（一）委員", "はい"),
        ("◎髙橋（一）委員長\nはい", "髙橋（一）委員長", "はい"),
        ("○座長（楠本 誠一）えー、始めます", "座長（楠本 誠一）", "えー、始めます"),
        ("座長　はい\n座長　では", "座長", "はい"),
        ("[平岡] はい\n[平岡] では", "平岡", "はい"),
        ("○議題1　報告\n○議長　はい", "議長", "はい"),
    ],
)
def test_marks_seen_in_real_records(line: str, label: str, text: str):
    assert spoken(line)[0] == (label, text)


@pytest.mark.parametrize(
    "word", ["日時", "場所", "議題", "議事", "出席者", "欠席者", "資料", "次第", "傍聴者", "配布資料"]
)
def test_a_line_of_the_form_is_no_speaker_even_where_it_recurs(word: str):
    lines = ["平岡：はい、説明します。", f"{word}：次のとおりです。", "平岡：以上です。", f"{word}：変更はありません。"]
    assert {label for label, _ in spoken("\n\n".join(lines))} == {"平岡"}
    cues = "\n\n".join(f"00:0{n}.000 --> 00:0{n + 1}.000\n{line}" for n, line in enumerate(lines))
    assert {label for label, _ in spoken(f"WEBVTT\n\n{cues}")} <= {"平岡", None}


def test_marked_paragraphs():
    transcript = read(
        "第3回協議会 会議録\n日時：令和8年5月20日\n場所：庁舎\n\n"
        "○議長（楠本 誠一）　開会します。\n続けて\n話します。\n\n"
        "同じ人の次の段落です。\n\n○平岡委員　伺います。予算額：3億円です。\n"
    )
    assert [(u.id, u.label, u.text, u.line) for u in transcript.utterances] == [
        ("u0001", "議長（楠本 誠一）", "開会します。続けて話します。", 5),
        ("u0002", "議長（楠本 誠一）", "同じ人の次の段落です。", 9),
        ("u0003", "平岡委員", "伺います。予算額：3億円です。", 11),
    ]
    assert [p.line for p in transcript.notices] == [1]


def test_header_words_and_single_names_before_a_colon_are_no_speakers():
    transcript = read(
        "日時：今日\n場所：庁舎\n"
        "平岡：はい\n大庭：どうぞ\n平岡：では\n予算額：3億円\n大庭：なるほど\n楠本 誠一：一度だけ\n"
    )
    assert [(u.label, u.text) for u in transcript.utterances] == [
        ("平岡", "はい"),
        ("大庭", "どうぞ"),
        ("平岡", "では"),
        (None, "予算額：3億円"),
        ("大庭", "なるほど"),
        ("楠本 誠一", "一度だけ"),
    ]
    assert [p.line for p in transcript.notices] == [1, 6]


def test_attendee_list_is_not_speech_where_symbols_mark_the_speakers():
    text = "会長：楠本誠一\n委員：平岡修\n\n○会長　始めます。\n○平岡委員　はい。\n"
    assert spoken(text) == [("会長", "始めます。"), ("平岡委員", "はい。")]


def test_times_before_the_speaker_are_read_and_times_in_speech_are_kept():
    transcript = read("[00:12:05] 平岡委員：次回は\n10:30 から始めます。\n(13:00) 大庭部長：はい。\n")
    assert [(u.label, u.text, u.start) for u in transcript.utterances] == [
        ("平岡委員", "次回は10:30 から始めます。", 725.0),
        ("大庭部長", "はい。", 780.0),
    ]


def test_names_after_times_need_no_recurrence():
    transcript = read("00:00:05\t平岡 修:\tはい。\n00:00:09\t大庭:\t日時：未定です。\n")
    assert [(u.label, u.text, u.start) for u in transcript.utterances] == [
        ("平岡 修", "はい。", 5.0),
        ("大庭", "日時：未定です。", 9.0),
    ]


def test_reading_time_grows_with_length_only():
    # Quadratic matching would take hours on any of these; the test's timeout is the only clock.
    heads = (
        "○議長　はい。\n",
        "WEBVTT\n\n00:00.000 --> 00:01.000\nはい。",
        "平岡委員：はい。",
        "1\n00:00:00,000 --> 00:00:01,000\nはい。",
        "話者,発言\nA,はい。",
        "A  0:01\nはい。",
    )
    units = (
        "○",
        "（",
        "〔",
        "<",
        "<v ",
        "<あ",
        "&",
        "：",
        "議長　",
        "委員(",
        "あ",
        "[{",
        "\n",
        " ",
        "　",
        "1:",
        "00:01 ",
        '"',
        "9-",
    )
    for unit in units:
        for head in heads:
            assert read(head + unit * 20_000).utterances[0].text.startswith("はい。")


def test_stage_direction_is_kept_without_a_speaker():
    text = "○議長　休憩します。\n\n（休憩）\n\n○議長　再開します。\n"
    assert spoken(text) == [("議長", "休憩します。"), (None, "（休憩）"), ("議長", "再開します。")]


def test_json_segments_and_whisperx():
    segments = [
        {"speaker": "SPEAKER_00", "start": 0.5, "end": 2, "text": " はい ", "words": [{"word": "はい"}]},
        {"start": 2, "end": 3, "text": "話者なし"},
        {"speaker": "A", "text": ""},
        {"speaker": "A", "start": "一", "end": 3, "text": "時刻が文字"},
        {"speaker": "A", "text": 3},
    ]
    for document in (segments, {"segments": segments, "language": "ja"}):
        transcript = read(json.dumps(document, ensure_ascii=False))
        assert [(u.id, u.label, u.text, u.start, u.end, u.line) for u in transcript.utterances] == [
            ("u0001", "SPEAKER_00", "はい", 0.5, 2.0, 1),
            ("u0002", None, "話者なし", 2.0, 3.0, 2),
            ("u0003", "A", "時刻が文字", None, 3.0, 4),
        ]
        assert [p.line for p in transcript.notices] == [4, 5]


def test_as_json_is_the_whole_transcript():
    transcript = read("○議長　はい。\n")
    assert Transcript.model_validate_json(as_json(transcript)) == transcript


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "空"),
        ("\ufeff\r\n　".encode().replace("　".encode(), b" "), "空"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"PK\x03\x04rest", "壊れている"),
        (b"\x00\x01\x02abc", "制御コード"),
        (b"abc\n\xff\xfe\xfd\x80", "読めない"),
        ("<!DOCTYPE html><meta charset=utf-8>\n○議長　はい\n".encode(), "HTML"),
        (b'<?xml version="1.0"?><tt/>', "XML"),
        (b"WEBVTT\n", "発言が1つもありません"),
        (b"[]", "発言が1つもありません"),
        (b'{"title": "x"}', "JSON の形"),
        (b'[{"text": "a"', "JSON として"),
        (b"[{" + b"[" * 100_000, "JSON として"),
        ("これは話者のない文章です。\n次の文です。".encode(), "形式が分かりません"),
        ("日時：今日\n場所：庁舎\n".encode(), "形式が分かりません"),
    ],
)
def test_bad_files_are_refused(data: bytes, what: str):
    assert what in refused(data).what


def test_half_width_katakana_do_not_hide_cp932():
    transcript = read_transcript("○議長　ｼｽﾃﾑ ｺｽﾄ ﾍﾞﾝﾀﾞ".encode("cp932"))
    assert (transcript.encoding, transcript.utterances[0].text) == ("cp932", "ｼｽﾃﾑ ｺｽﾄ ﾍﾞﾝﾀﾞ")


def test_undecodable_byte_is_placed():
    error = refused("○議長　はい\r\n".encode() + b"ab\xff\xffcd")
    assert "2行目" in error.where and "23バイト目" in error.where


def test_file_name_appears_in_the_message():
    with pytest.raises(InputError) as caught:
        read_transcript(b"", "記録.vtt")
    assert "記録.vtt" in caught.value.where
