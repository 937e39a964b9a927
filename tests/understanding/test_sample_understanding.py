"""The sample meeting: every speaker right, closed items closed, the late answer found."""

from pathlib import Path

import pytest

from minutes.meeting_input import parse_meeting
from minutes.speakers import attribute
from minutes.structure import analyse
from minutes.transcript import read_transcript

SAMPLES = Path(__file__).parents[2] / "samples"
CHAIR, ROOM = "楠本 誠一", "第1会議室"


@pytest.fixture(scope="module")
def meeting():
    return parse_meeting((SAMPLES / "meeting.json").read_bytes())


@pytest.fixture(scope="module")
def written():
    """The clerk's own transcription names every speaker: the truth for the recording."""
    found = read_transcript((SAMPLES / "meeting.txt").read_bytes(), "meeting.txt")
    return [u.label or "" for u in found.utterances]


@pytest.mark.parametrize("name", ["meeting.vtt", "meeting.txt", "meeting.cp932.txt"])
def test_all_speakers_of_the_sample_are_right(meeting, written, name):
    transcript = read_transcript((SAMPLES / name).read_bytes(), name)
    found = attribute(transcript, meeting)
    names = [meeting.attendee(a.attendee_id).name if a.attendee_id else None for a in found]
    wrong = [(a.utterance_id, n, w) for a, n, w in zip(found, names, written, strict=True) if n is None or n not in w]
    assert wrong == []


def test_the_structure_of_the_sample(meeting):
    transcript = read_transcript((SAMPLES / "meeting.vtt").read_bytes(), "meeting.vtt")
    found = analyse(transcript, attribute(transcript, meeting), meeting)
    assert all(s.located for s in found.spans)
    closed_items = {t.agenda_no for t in found.turns if t.closed}
    assert closed_items == {4, 5}
    assert not any(t.closed for t in found.turns if t.agenda_no not in closed_items)
    of = {t.id: t for t in found.turns}
    late = next(e for e in found.exchanges if of[e.question_turn_ids[0]].attendee_id == "hiraoka")
    answers = [of[a].attendee_id for a in late.answer_turn_ids]
    assert answers == ["saotome", "yamazaki", "yamazaki"]


def relabelled(transcript, label):
    changed = tuple(u.model_copy(update={"label": label(u.label)}) for u in transcript.utterances)
    return transcript.model_copy(update={"utterances": changed})


@pytest.mark.parametrize(
    "label",
    [
        lambda _: None,
        lambda _: ROOM,
        lambda _: "SPEAKER_00",
        lambda name: ROOM if name in (ROOM, CHAIR, "早乙女 遥") else name,
        lambda name: f"SPEAKER_{sum(map(ord, name)) % 3}",
    ],
    ids=["none", "one room", "one voice", "room with the chair", "voices merged"],
)
def test_poor_labels_leave_speakers_open_but_never_wrong_and_nothing_closed_leaks(meeting, written, label):
    transcript = relabelled(read_transcript((SAMPLES / "meeting.vtt").read_bytes(), "meeting.vtt"), label)
    attributions = attribute(transcript, meeting)
    for a, truth in zip(attributions, written, strict=True):
        assert a.attendee_id is None or meeting.attendee(a.attendee_id).name in truth, a
    assert any(a.attendee_id for a in attributions)
    closed = {i for t in analyse(transcript, attributions, meeting).turns if t.closed for i in t.utterance_ids}
    assert {f"u{n:04d}" for n in range(69, 79)} <= closed


def test_voices_without_names_are_all_recognised(meeting, written):
    transcript = read_transcript((SAMPLES / "meeting.vtt").read_bytes(), "meeting.vtt")
    voices = {name: f"SPEAKER_{n:02d}" for n, name in enumerate(dict.fromkeys(u.label for u in transcript.utterances))}
    found = attribute(relabelled(transcript, voices.__getitem__), meeting)
    assert all(a.attendee_id and meeting.attendee(a.attendee_id).name in w for a, w in zip(found, written, strict=True))
