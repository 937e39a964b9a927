"""What was understood is measured against gold: perfect where they agree, less by exactly what differs."""

from pathlib import Path

import pytest
import yaml

from evaluation.counting import Counts
from evaluation.drafting import draft
from evaluation.gold import Gold, GoldExchange, GoldUtterance, MustInclude, MustWarn, read_gold_meetings
from evaluation.understanding import public_text, stands_in, understanding
from minutes.document import Finding, Place, Severity
from minutes.errors import InputError
from minutes.turn import TurnKind

MEETINGS = Path(__file__).parents[2] / "evaluation" / "meetings"


@pytest.fixture(scope="module")
def document():
    meeting = next(each for each in read_gold_meetings(MEETINGS) if each.name == "partly_closed")
    return draft(meeting.transcript, meeting.filename, meeting.meeting)


@pytest.fixture(scope="module")
def own_gold(document):
    """Gold that says what the document says."""
    first = {turn.id: turn.utterance_ids[0] for turn in document.turns}
    return Gold(
        utterances={
            each.id: GoldUtterance(speaker=each.attendee_id, kind=each.kind, agenda=each.agenda_no, closed=each.closed)
            for each in document.utterances
        },
        exchanges=tuple(
            GoldExchange(
                questions=tuple(first[q] for q in each.question_turn_ids),
                answers=tuple(first[a] for a in each.answer_turn_ids),
            )
            for each in document.exchanges
        ),
    )


def changed(gold, identity, **fields):
    utterance = gold.utterances[identity].model_copy(update=fields)
    return gold.model_copy(update={"utterances": {**gold.utterances, identity: utterance}})


def test_agreement_is_perfect(document, own_gold):
    found = understanding(document, own_gold, "x")
    assert (found.speakers.precision, found.speakers.recall) == (1.0, 1.0)
    assert found.exchanges.f1 == found.agenda.recall == 1.0
    assert all(gold == given for gold, given in found.kinds)
    assert (found.leaked, found.missing, found.forbidden, found.unwarned) == (0, (), (), ())


def test_a_wrong_name_costs_precision_and_recall(document, own_gold):
    named = next(each for each in document.utterances if each.attendee_id)
    before = understanding(document, own_gold, "x").speakers
    after = understanding(document, changed(own_gold, named.id, speaker="other"), "x").speakers
    assert after == Counts(right=before.right - 1, wrong=1, missed=1)


def test_a_name_that_nobody_can_know_is_wrong_but_missing_nothing(document, own_gold):
    named = next(each for each in document.utterances if each.attendee_id)
    found = understanding(document, changed(own_gold, named.id, speaker=None), "x").speakers
    assert (found.wrong, found.missed) == (1, 0)


def test_closed_talk_taken_for_public_is_counted(document, own_gold):
    public = next(each for each in document.utterances if not each.closed)
    assert understanding(document, changed(own_gold, public.id, closed=True), "x").leaked == 1


def test_kind_and_agenda_are_counted_per_utterance(document, own_gold):
    asked = next(each for each in document.utterances if each.kind is TurnKind.QUESTION)
    found = understanding(document, changed(own_gold, asked.id, kind=TurnKind.REQUEST, agenda=99), "x")
    assert ("要望", "質問") in found.kinds
    assert found.agenda.missed == 1


def test_a_lost_exchange_and_an_invented_one_are_counted(document, own_gold):
    fewer = own_gold.model_copy(update={"exchanges": own_gold.exchanges[1:]})
    first = own_gold.exchanges[0]
    found = understanding(document, fewer, "x").exchanges
    assert found.wrong == len(first.questions) * len(first.answers)
    assert found.missed == 0


def test_facts_are_sought_in_the_public_text_only(document, own_gold):
    closed = "".join(each.text for each in document.utterances if each.closed)
    said = public_text(document).split("\n")[0]
    gold = own_gold.model_copy(
        update={
            "must_include": (MustInclude(any=("決して言わない", said)), MustInclude(any=(closed[:20],))),
            "must_not_include": (said[:5],),
        }
    )
    found = understanding(document, gold, "x")
    assert found.missing == (closed[:20],)
    assert found.forbidden == (said[:5],)


def test_a_doubtful_word_needs_its_warning(document, own_gold):
    gold = own_gold.model_copy(update={"must_warn": (MustWarn(heard="救急", meant="休校"),)})
    assert understanding(document, gold, "x").unwarned == ("救急",)
    told = [
        Finding(rule="H1", severity=Severity.WARN, message="「救急」は「休校」か", place=Place(sentence_id=each.id))
        for sec in document.sections
        for b in sec.blocks
        for each in b.sentences
        if "救急" in each.text
    ]
    warned = document.model_copy(update={"findings": (*document.findings, *told)})
    assert understanding(warned, gold, "x").unwarned == ()
    shy = [each.model_copy(update={"severity": Severity.INFO}) for each in told]
    unsaid = document.model_copy(update={"findings": (*document.findings, *shy)})
    assert understanding(unsaid, gold, "x").unwarned == ("救急",)


@pytest.mark.parametrize(
    ("words", "text", "stands"),
    [
        ("2,490人", "約２４９０人である。", True),
        ("490人", "2,490人である。", False),
        ("12", "2012年", False),
        ("12", "2012年の12月", True),
        ("3月まで", "令和8年3月 までに決める。", True),
        ("前後", "前\n後", False),
        ("", "何か", False),
    ],
)
def test_words_stand_in_a_text(words, text, stands):
    assert stands_in(words, text) is stands


def test_gold_of_another_transcript_is_refused(document, own_gold):
    short = own_gold.model_copy(update={"utterances": dict(list(own_gold.utterances.items())[1:]), "exchanges": ()})
    with pytest.raises(InputError, match="u0001"):
        understanding(document, short, "x")


def test_broken_gold_is_named(tmp_path):
    folder = tmp_path / "meeting"
    folder.mkdir()
    (folder / "gold.yaml").write_text(
        yaml.safe_dump({"utterances": {}, "exchanges": [{"questions": ["u9"], "answers": []}]}), encoding="utf-8"
    )
    with pytest.raises(InputError, match="0個"):
        read_gold_meetings(tmp_path)
    (folder / "transcript.txt").write_text("○議長　開会する。", encoding="utf-8")
    with pytest.raises(InputError, match="u9"):
        read_gold_meetings(tmp_path)
