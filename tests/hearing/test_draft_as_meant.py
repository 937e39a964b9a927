"""From bytes to the draft: the record keeps what was heard, the draft says what was meant, the reviewer sees both."""

import json
from functools import cache
from pathlib import Path

import pytest
from heard_meeting import attributed, meeting_about, transcript_of

from minutes.checks.source import Source
from minutes.document import MinutesDocument, Severity
from minutes.draft import with_findings
from minutes.edits import edit_sentence
from minutes.hearing import find_mishearings
from minutes.profile import ApplyMishearings
from minutes.profiles import load_profile, parse_profile
from minutes.public import ClosedWords, public_view
from minutes.turn import TurnKind
from minutes.unit import LeftOut
from models.pipeline import Inputs, MemoryStore, make_draft
from workers.works import load_registered

MEETING = meeting_about(
    "遊休地の利活用について",
    "用地の交渉",
    agenda=[
        {"no": 1, "title": "遊休地の利活用について", "kind": "discussion"},
        {"no": 2, "title": "用地の交渉", "kind": "discussion", "disclosure": "closed", "reason": "交渉中のため"},
    ],
)
SPOKEN = """WEBVTT

00:00.000 --> 00:05.000
<v 水上座長>それでは、次第の1、遊休地の利活用について、ご質問をお願いします。柏原委員。

00:06.000 --> 00:14.000
<v 柏原 翼>柏原です。えー、旧庁舎の跡にある有給地は、いつまでに

00:14.000 --> 00:20.000
<v 柏原 翼>売却する予定なのか、それとも市の記載の償還を見てから決めるのか、お聞かせください。

00:21.000 --> 00:24.000
ご視聴ありがとうございました。

00:25.000 --> 00:26.000
<v 水上座長>では、川井部長。

00:27.000 --> 00:36.000
<v 河合 静>はい、財務部長の河合です。有給地につきましては、来年の3月までに売却の方針を決めることとしております。

00:37.000 --> 00:41.000
<v 水上座長>では、次第の2、用地の交渉に入ります。ここからは非公開とします。

00:42.000 --> 00:50.000
<v 河合 静>地権者は、隣の有給地との交換であれば、年内に契約に応じる意向でございます。
"""


@cache
def draft() -> MinutesDocument:
    inputs = Inputs(SPOKEN.encode(), "会議.vtt", MEETING, load_profile("tokyo_cio"), "extractive")
    return make_draft(inputs, load_registered, MemoryStore())


def body(document: MinutesDocument) -> str:
    return "".join(s.text for section in document.sections for b in section.blocks for s in b.sentences)


def test_draft_says_what_was_meant_and_the_record_what_was_heard() -> None:
    document = draft()
    assert "遊休地" in body(document)
    assert "有給地" not in body(document)
    assert [u.text for u in document.utterances if "有給地" in u.text] == [
        "柏原です。えー、旧庁舎の跡にある有給地は、いつまでに",
        "はい、財務部長の河合です。有給地につきましては、来年の3月までに売却の方針を決めることとしております。",
        "地権者は、隣の有給地との交換であれば、年内に契約に応じる意向でございます。",
    ]
    spoken = {u.id: u.text for u in document.utterances}
    for each in document.mishearings:
        assert spoken[each.utterance_id][each.start : each.end] == each.heard
    assert {(m.heard, m.meant, m.applied) for m in document.mishearings} == {
        ("有給地", "遊休地", True),
        ("記載", "起債", False),
        ("川井", "河合", True),
    }


def test_reviewer_sees_what_was_changed_and_what_may_be_wrong() -> None:
    document = draft()
    told = [f for f in document.findings if f.rule == "H1"]
    of_sentence = {s.id: s.text for sec in document.sections for b in sec.blocks for s in b.sentences}
    doubted = [f for f in told if f.severity is Severity.WARN]
    assert len(doubted) == 1
    assert "「記載」は「起債」" in doubted[0].message
    assert "記載" in of_sentence[doubted[0].place.sentence_id]
    changed = [f for f in told if f.place.sentence_id and f.severity is Severity.INFO]
    assert changed
    assert all("「有給地」を「遊休地」" in f.message and "遊休地" in of_sentence[f.place.sentence_id] for f in changed)
    # 川井 is in no sentence, so its place is that of the utterance.
    assert [f.place.utterance_id for f in told if "「川井」" in f.message] == ["u0005"]


def test_doubt_goes_when_the_reviewer_has_mended_the_sentence() -> None:
    document = draft()
    place = next(f.place for f in document.findings if f.rule == "H1" and f.severity is Severity.WARN)
    mended = with_findings(
        edit_sentence(document, place.sentence_id, "起債の償還を見てから決めるのか。"), load_profile()
    )
    assert not [f for f in mended.findings if f.rule == "H1" and f.severity is Severity.WARN]
    assert mended.mishearings == document.mishearings


def test_checks_compare_with_what_was_meant() -> None:
    document = draft()
    source = Source(document, load_profile())
    assert "有給地" in next(u.text for u in document.utterances if u.id == "u0006")
    assert "遊休地につきましては" in source.utterances["u0006"].text
    assert "記載の償還" in source.utterances["u0003"].text
    assert source.utterances["u0001"] == document.utterances[0]


def test_made_up_line_is_left_out_by_name_and_told() -> None:
    document = draft()
    (left,) = [d for d in document.dispositions if d.reason is LeftOut.MISHEARD]
    assert left.utterance_id == "u0004"
    (told,) = [f for f in document.findings if f.rule == "H2"]
    assert "ご視聴ありがとうございました" in told.message
    assert told.place.utterance_id == "u0004"
    # An opinion would wait for an answer.
    assert next(u.kind for u in document.utterances if u.id == "u0004") is TurnKind.SMALL_TALK


def test_sentence_cut_by_the_recogniser_is_read_as_one() -> None:
    asked = [s for sec in draft().sections for b in sec.blocks for s in b.sentences if "u0002" in s.evidence]
    assert any("u0003" in s.evidence and "いつまでに売却する予定" in s.text for s in asked)


def test_closed_talk_stays_closed_as_it_was_heard_and_as_it_was_meant() -> None:
    document = draft()
    shown = public_view(document).model_dump_json()
    assert {m.utterance_id for m in document.mishearings} >= {"u0008"}
    assert "u0008" not in shown
    words = ClosedWords(document)
    assert words.found_in("隣の有給地との交換")
    assert words.found_in("隣の遊休地との交換")
    assert not words.found_in("旧庁舎の跡にある遊休地")


@pytest.mark.parametrize(
    ("policy", "applied"),
    [
        (ApplyMishearings.NONE, set()),
        (ApplyMishearings.NAMES, {"川井"}),
        (ApplyMishearings.CERTAIN, {"川井", "有給地"}),
    ],
)
def test_profile_decides_what_is_applied(policy, applied) -> None:
    transcript = transcript_of("川井部長、有給地と記載の償還をお願いします。")
    profile = load_profile().model_copy(update={"apply_mishearings": policy})
    found = find_mishearings(transcript, attributed(transcript, None), MEETING, profile)
    assert {m.heard for m in found} == {"川井", "有給地", "記載"}
    assert {m.heard for m in found if m.applied} == applied


def test_profile_without_a_word_about_it_changes_nothing() -> None:
    import yaml

    data = json.loads(load_profile().model_dump_json())
    del data["apply_mishearings"]
    assert parse_profile(yaml.safe_dump(data)).apply_mishearings is ApplyMishearings.NONE


def test_written_meeting_full_of_mishearings() -> None:
    """The proposals a reader of the gold meeting expects, and no others."""
    folder = Path(__file__).parents[2] / "evaluation/meetings/misheard_words"
    from minutes.meeting_input import parse_meeting
    from minutes.speakers import attribute
    from minutes.transcript import read_transcript

    meeting = parse_meeting((folder / "meeting.json").read_bytes())
    transcript = read_transcript((folder / "transcript.vtt").read_bytes(), "transcript.vtt")
    found = find_mishearings(transcript, attribute(transcript, meeting), meeting, load_profile())
    wanted = {
        "保正予算": "補正予算",
        "保正": "補正",
        "地球交付税": "地方交付税",
        "有給地": "遊休地",
        "川邊": "河辺",
    } | {"司祭": "市債"}
    sure = {m.heard: m.meant for m in found if m.certain}
    assert {heard: sure.get(heard) for heard in wanted} == wanted
    assert set(sure) - set(wanted) <= {"あいだ", "かわべ", "そのべ"}
    assert {(m.heard, m.meant) for m in found if not m.certain} == {("記載", "起債")}
    for heard in wanted:
        places = sum(
            u.text.replace("保正予算", "").count(heard) if heard == "保正" else u.text.count(heard)
            for u in transcript.utterances
        )
        assert sum(m.heard == heard for m in found) == places
