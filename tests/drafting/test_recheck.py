"""After any edit the checks say what they would say of the draft as if they had never seen it before."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from meeting_builder import Said, meeting, stages
from reviewing import Edit, any_edit

from minutes import edits
from minutes.checks import DOCUMENT_IDS, GROUPS, check, recheck
from minutes.document import BlockType, Finding, MinutesDocument
from minutes.draft import with_findings, with_findings_since
from minutes.errors import InputError
from minutes.mishearing import MeantFrom, Mishearing
from minutes.profiles import load_profile
from minutes.turn import Exchange, TurnKind
from minutes.unit import LeftOut

TOKYO = load_profile()


def doubtful() -> MinutesDocument:
    """A draft on which every rule on single sentences has something to say: each sentence depends on something else
    that may change: its turn, the question it answers, its speaker's body, the agenda, the roster, other talk."""
    said = [
        Said(
            "amemiya",
            ["青葉市の窓口はどうなりますか。", "来年度は21件です。", "サーバーも止まると聞いております。"],
            [("青葉市の窓口はどうなるのか。", [0]), ("来年度は21件である。", [0]), ("サーバーは止まる。", [2])],
            TurnKind.QUESTION,
            label="話者1",
        ),
        Said(
            "hirabayashi",
            ["えー、その窓口は続けます。", "費用は七億円以上です。", "東京ポイントの原資は都がもちます。"],
            [
                ("青葉市の窓口は続ける。", [0]),
                ("えー、費用は8億円であった。", [1]),
                ("狛江市は東京ポイントの原資をもたない。", [2]),
                ("ネットワークの更新を実施し、議会に報告し、区民に周知した。", [0]),
            ],
            TurnKind.ANSWER,
            label="話者2",
        ),
        Said(
            "sawamura",
            ["東京アプリについてご説明します。", "デジタル事業は進んでおりません。", "三田さんは賛成でした。"],
            [
                ("デジタル事業は進んでいるのだ。", [1]),
                ("新田さんは反対して下さい。", [2]),
                ("東京アプリは電話して下さいます。", [0, 1]),
            ],
            TurnKind.REPORT,
            label="話者3",
        ),
        Said(
            None,
            ["課長の新田です。", "昨日の件はアオバ市で検討します。"],
            [("本日の件は実施する。", [1])],
            label="話者9",
        ),
        Said("takano", ["それでは、次に進みます。"], (), TurnKind.CHAIRING, reason=LeftOut.CHAIRING, label="話者1"),
        Said(
            "amemiya",
            ["落札した株式会社丸角商事の見積額は七億円でした。"],
            [("落札額は7億円であった。", [0])],
            TurnKind.REPORT,
            3,
            closed=True,
            label="話者1",
        ),
    ]
    linked = [Exchange(question_turn_ids=("t0001",), answer_turn_ids=("t0002", "t0003"), confidence=0.9)]
    heard = Mishearing(
        utterance_id="u0009",
        start=0,
        end=2,
        heard="三田",
        meant="新田",
        source=MeantFrom.ROSTER,
        confidence=0.9,
        reason="",
        name=True,
        certain=True,
        applied=True,
    )
    draft = stages(said, exchanges=linked).document().model_copy(update={"mishearings": (heard,)})
    return with_findings(draft, TOKYO)


def test_every_rule_on_single_sentences_has_something_to_say_of_the_draft() -> None:
    draft = with_findings(edits.cite(doubtful(), "s0003", []), TOKYO)
    found = {each.rule for each in draft.findings}
    assert all(group.ids & found for group in GROUPS)
    told = Counter(rule for group in GROUPS for rule in group.ids)
    assert set(told.values()) == {1} and DOCUMENT_IDS.isdisjoint(told)


def talk(*said: Said, exchanges: Sequence[Exchange] = ()) -> MinutesDocument:
    return stages([*said, ELSEWHERE], exchanges=exchanges).document()


ELSEWHERE = Said("takano", ["それでは、次に進みます。"], (), TurnKind.CHAIRING, reason=LeftOut.CHAIRING)
ASKED = Said("hirabayashi", ["サーバーは止まりますか。"], [("サーバーは止まるのか。", [0])], TurnKind.QUESTION)
ANSWERED = Said("amemiya", ["はい、年末に止まります。"], [("サーバーは年末に止まる。", [0])], TurnKind.ANSWER)
LINKED = (Exchange(question_turn_ids=("t0001",), answer_turn_ids=("t0002",), confidence=0.9),)


def said(spoken: str, written: str, who: str | None = "hirabayashi", label: str | None = None) -> Said:
    return Said(who, [spoken], [(written, [0])], label=label)


def with_block(document: MinutesDocument, **changes: object) -> MinutesDocument:
    """The statement that has the first sentence, changed."""
    return edits.rebuilt(
        document,
        lambda block: (
            block.model_copy(update=changes) if any(each.id == "s0001" for each in block.sentences) else block
        ),
    )


def with_utterance(document: MinutesDocument, utterance_id: str, **changes: object) -> MinutesDocument:
    return document.model_copy(
        update={
            "utterances": tuple(
                each.model_copy(update=changes) if each.id == utterance_id else each for each in document.utterances
            )
        }
    )


def with_person(document: MinutesDocument, **person: str) -> MinutesDocument:
    return edits.add_attendee(document, **({"name": "新田 一"} | person))


def twin(document: MinutesDocument) -> MinutesDocument:
    """Somebody of the same body and post as the speaker."""
    (own,) = [each for each in document.meeting.roster if each.id == "hirabayashi"]
    return with_person(document, name="平林 二郎", org=own.org, post=own.post)


@pytest.mark.parametrize(
    ("before", "change"),
    [
        (talk(said("窓口の統合です。", "窓口の統合。")), lambda d: with_block(d, type=BlockType.BULLET)),
        (
            talk(said("行政手続き課が行います。", "行政手続き課が行う。")),
            lambda d: with_person(d, org="", post="行政手続き課"),
        ),
        (talk(said("窓口です。", "窓口である。", None, "話者9")), lambda d: with_block(d, label="発言者確認中：話者8")),
        (twin(talk(said("窓口です。", "窓口である。"))), lambda d: with_block(d, attendee_id="added1")),
        (talk(said("窓口です。", "窓口である。")), lambda d: with_utterance(d, "u0001", attendee_id="amemiya")),
        (talk(ASKED, ANSWERED, exchanges=LINKED), lambda d: d.model_copy(update={"exchanges": ()})),
        (talk(said("窓口です。", "仙台の窓口である。")), lambda d: with_person(d, org="", post="仙台支所長")),
        (talk(said("窓口です。", "仙台の窓口である。")), lambda d: with_utterance(d, "u0002", text="仙台です。")),
        (talk(said("窓口です。", "研修の窓口である。")), lambda d: with_person(d, org="研修")),
    ],
    ids=["form", "spelling", "label", "speaker", "said by", "question", "header", "other talk", "roster"],
)
def test_what_a_rule_reads_makes_it_run_again(before: MinutesDocument, change: Edit) -> None:
    before = with_findings(before, TOKYO)
    after = change(before)

    def of_sentences(document: MinutesDocument) -> list[Finding]:
        return [each for each in check(document, TOKYO) if each.place.sentence_id and each.rule not in DOCUMENT_IDS]

    assert of_sentences(after) != of_sentences(before)
    assert recheck(after, TOKYO, before) == check(after, TOKYO)


def test_what_is_found_goes_with_its_statement_to_another_item_of_the_same_title() -> None:
    items = [{"no": 1, "title": "協議"}, {"no": 2, "title": "協議"}]
    spoken = [said("窓口です。", "仙台の窓口である。"), ELSEWHERE]
    before = with_findings(stages(spoken, of=meeting(agenda=items)).document(), TOKYO)
    (block,) = [each.id for section in before.sections for each in section.blocks if each.sentences]
    after = edits.move_statement(before, block, 1, None)
    assert recheck(after, TOKYO, before) == check(after, TOKYO)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_a_recheck_after_any_edits_says_what_a_check_says(data: st.DataObject) -> None:
    history = [doubtful()]
    for _ in range(data.draw(st.integers(1, 8))):
        newest = history[-1]
        if data.draw(st.integers(0, 9)) == 0:
            # Undone, or an earlier version restored.
            edited = data.draw(st.sampled_from(history))
        else:
            try:
                edited = data.draw(any_edit(newest, TOKYO))(newest)
            except InputError:
                continue
        history.append(with_findings_since(newest, edited, TOKYO))
        assert history[-1].findings == check(edited, TOKYO)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_what_no_edit_changes_is_seen_as_well(data: st.DataObject) -> None:
    """Talk, titles and links are not edited on the review page, but drafts of two runs may differ in them."""
    before = doubtful()
    texts = [each.text for each in before.utterances]
    utterances = tuple(
        each.model_copy(update={"text": data.draw(st.sampled_from([each.text, *texts[:2]]))})
        for each in before.utterances
    )
    titles = st.sampled_from(["報告事項", "ネットワークと議会"])
    items = tuple(each.model_copy(update={"title": data.draw(titles)}) for each in before.meeting.agenda)
    other = before.model_copy(
        update={
            "utterances": utterances,
            "meeting": before.meeting.model_copy(update={"agenda": items}),
            "exchanges": data.draw(st.sampled_from([before.exchanges, ()])),
            "mishearings": data.draw(st.sampled_from([before.mishearings, ()])),
        }
    )
    assert recheck(other, TOKYO, before) == check(other, TOKYO)
