"""What holds for every transcript, whatever was said."""

from hypothesis import given, settings
from hypothesis import strategies as st

from minutes.corrected import put_right
from minutes.meeting import Meeting
from minutes.profiles import load_profile, profile_ids
from minutes.speakers import attribute
from minutes.structure import analyse
from minutes.transcript.model import Transcript, TranscriptFormat, Utterance
from minutes.units import build_units

LABELS = st.sampled_from(
    [None, "", "座長", "石田 学", "石田", "A市", "A市 林", "第1会議室", "SPEAKER_01", "話者2", "部長", "（）", "林"]
)
PHRASES = st.sampled_from(
    [
        "はい。",
        "石田部長、お願いします。",
        "林様、ありがとうございました。",
        "A市の林です。",
        "林です。",
        "石田から説明します。",
        "次に議題の2、報告に移ります。",
        "議題の3に入ります。",
        "ここからは非公開とします。",
        "ここからは公開します。",
        "料金はいくらでしょうか。",
        "要望です。",
        "[聴取不能]",
        "聞こえますか。",
        "異議なしと認めます。",
        "補足します。",
        "先ほどの林様のご質問ですが、",
        "私どもA市では",
        "以上です",
        "",
        "　",
        "？",
        "資料1をご覧ください。",
        "参加は12団体です。",
        "失礼しました、21団体です。",
        "12団体、失礼しました、21団体です。",
        "先ほど12団体と申しましたが、正しくは21団体です。",
        "2点伺います。",
        "1点目、台数はいくつですか。",
        "2点目は費用です。",
        "確認して後ほどお答えします。",
        "なるほど、12団体ですね。",
    ]
)
TEXTS = st.one_of(st.lists(PHRASES, min_size=1, max_size=4).map("".join), st.text(max_size=40))
DISCLOSURES = st.sampled_from(["public", "closed", "partial"])


@st.composite
def meetings(draw: st.DrawFn) -> Meeting:
    kinds = st.sampled_from(["greeting", "report", "discussion", "other"])
    titles = st.sampled_from(["挨拶", "報告", "料金の協議", "その他", "(", "A"])
    people = [
        ("ishida", "石田 学", "", "部長", "own"),
        ("hayashi", "林 薫", "A市", "CIO", "guest"),
        ("hayashi2", "林 順", "B市", "", "guest"),
    ]
    count = draw(st.integers(1, 4))
    return Meeting.model_validate(
        {
            "title": "会議",
            "starts_at": "2026-05-20T10:00:00+09:00",
            "ends_at": "2026-05-20T11:00:00+09:00",
            "agenda": [
                {
                    "no": n,
                    "title": draw(titles),
                    "kind": draw(kinds),
                    "disclosure": draw(DISCLOSURES),
                    "presenter_ids": draw(st.sampled_from([[], ["ishida"], ["hayashi"]])),
                }
                for n in range(1, count + 1)
            ],
            "roster": [
                {"id": i, "name": n, "org": o, "post": p, "side": s}
                for i, n, o, p, s in people[: draw(st.integers(0, 3))]
            ]
            if not draw(st.booleans())
            else [{"id": i, "name": n, "org": o, "post": p, "side": s} for i, n, o, p, s in people],
        }
    )


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    lines = draw(st.lists(st.tuples(LABELS, TEXTS), max_size=14))
    return Transcript(
        format=TranscriptFormat.WEBVTT,
        encoding="utf-8",
        sha256="0" * 64,
        utterances=tuple(Utterance(id=f"u{n:04d}", label=b, text=t, line=n) for n, (b, t) in enumerate(lines, 1)),
    )


@settings(max_examples=150)
@given(transcripts(), meetings(), st.sampled_from(profile_ids()))
def test_every_utterance_ends_in_exactly_one_place_in_order(text: Transcript, held: Meeting, house: str) -> None:
    ids = [u.id for u in text.utterances]
    known = {a.id for a in held.roster}
    attributions = attribute(text, held)
    assert [a.utterance_id for a in attributions] == ids
    for a in attributions:
        assert a.attendee_id is None or a.attendee_id in known
        assert 0 <= a.confidence <= 1
        assert a.reason
        assert set(a.evidence) <= set(ids)

    found = analyse(text, attributions, held)
    assert sorted(i for t in found.turns for i in t.utterance_ids) == sorted(ids)
    assert [t.utterance_ids[0] for t in found.turns] == sorted(t.utterance_ids[0] for t in found.turns)
    assert all(list(t.utterance_ids) == sorted(t.utterance_ids) for t in found.turns)
    numbers = [t.agenda_no for t in found.turns]
    assert numbers == sorted(numbers)
    kinds = {i.no: i.disclosure.value for i in held.agenda}
    assert all(t.closed for t in found.turns if kinds[t.agenda_no or 1] == "closed")
    by_id = {t.id: n for n, t in enumerate(found.turns)}
    for e in found.exchanges:
        assert e.question_turn_ids and e.answer_turn_ids
        assert 0 <= e.confidence <= 1
        assert max(by_id[q] for q in e.question_turn_ids) < min(by_id[a] for a in e.answer_turn_ids)
        assert len({found.turns[by_id[t]].closed for t in (*e.question_turn_ids, *e.answer_turn_ids)}) == 1

    length = {u.id: len(u.text) for u in text.utterances}
    owner = {i: t.id for t in found.turns for i in t.utterance_ids}
    for point in found.points:
        assert all(0 <= p.start < p.end <= length[p.utterance_id] for p in point.pieces)
        assert {owner[p.utterance_id] for p in point.pieces} == {point.turn_id}
    assert len({p.id for p in found.points}) == len(found.points)
    assert {i for a in found.answers for i in (a.question_point_id, a.answer_point_id)} <= {p.id for p in found.points}
    for c in found.corrections:
        assert len({found.turns[by_id[owner[p.utterance_id]]].closed for p in (c.slip, c.corrected)}) == 1

    plan = build_units(text, found, held, load_profile(house))
    placed = [u.id for unit in plan.units for u in unit.utterances] + [i for i, _ in plan.left_out]
    assert sorted(placed) == ids
    firsts = [t.utterance_ids[0] for unit in plan.units for t in found.turns if t.id == unit.id]
    assert firsts == sorted(firsts)
    closed = {i for t in found.turns if t.closed for i in t.utterance_ids}
    assert all(unit.closed == (u.id in closed) for unit in plan.units for u in unit.utterances)
    reading = put_right(text, found)
    public_text = {u.text for t in found.turns if not t.closed for u in reading.turns[t.id]}
    for unit in plan.units:
        assert unit.budget > 0
        if not unit.closed:
            assert all(any(t in c for t in public_text) for c in unit.context)
