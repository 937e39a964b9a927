"""A draft and its baselines are compared at equal length, on a small written debate."""

import pytest

from evaluation.baselines import BASELINES
from evaluation.datasets.record import Record, Speech, made_meeting
from evaluation.drafting import length
from evaluation.salience import DRAFT, WHOLE, points_recall, shortened, standings, sub_question_recall
from minutes.meeting import Attendee, Side

ROSTER = (
    Attendee(id="a", name="北野 光", post="議員", side=Side.GUEST),
    Attendee(id="b", name="南原 要", post="総務部長", side=Side.OWN),
    Attendee(id="c", name="東 悟", post="議長", side=Side.OWN),
)
DEBATE = (
    ("議長（東悟）", "次に、北野光議員の質問を許します。", False),
    (
        "議員（北野光）",
        "よろしくお願いいたします。先日、地域の行事に伺いましたところ、多くの方とお話しできました。暑い日が続いております。"
        "防災無線の更新の時期について、どのようにお考えでしょうか。",
        True,
    ),
    (
        "総務部長（南原要）",
        "お答えいたします。ご質問は、地域の皆様にとっても大変関心の高い事柄であると受け止めております。"
        "防災無線の更新につきましては、令和九年度に実施する予定でございます。今後も皆様のご意見を伺ってまいります。",
        True,
    ),
)


@pytest.fixture(scope="module")
def record():
    return Record(
        name="small",
        meeting=made_meeting("定例会", "2026-05-20", ROSTER),
        speeches=tuple(Speech(label=label, text=text, debated=debated) for label, text, debated in DEBATE),
        references=("防災無線の更新の時期",),
    )


def test_no_system_is_longer_than_the_limit(record):
    size = sum(map(length, record.debate()))
    found = standings([record], 0.5, (sub_question_recall, points_recall))
    assert [each.system for each in found] == [DRAFT, *BASELINES, WHOLE]
    assert all(each.over == 0 and 0 < each.share <= round(size * 0.5) / size for each in found[:-1])


def test_the_draft_holds_the_question_that_was_notified_and_the_opening_does_not(record):
    ours, lead, *_ = standings([record], 0.33, (sub_question_recall,))
    assert ours.scores[0] == 1.0
    assert lead.scores[0] < 0.5


def test_the_whole_debate_stands_for_what_can_be_reached_at_all(record):
    assert standings([record], 0.5, (sub_question_recall,))[-1].scores == (1.0,)


def test_words_of_the_chair_are_no_part_of_the_debate(record):
    assert len(record.debate()) == 2


def test_a_draft_is_shortened_down_to_nothing(record):
    """A limit that no sentence fits is kept with an empty draft, never exceeded."""
    assert shortened(record, 1) == ""
