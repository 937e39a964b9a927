from minutes.document import MinutesDocument, Severity
from service.web.review_view import review_view


def test_every_utterance_shows_where_it_ended(draft: MinutesDocument) -> None:
    view = review_view(draft)
    assert [(u.id, u.cited_by, u.left_out) for u in view.utterances][:3] == [
        ("u0001", (), "要約"),
        ("u0002", ("s0001",), None),
        ("u0003", ("s0002",), None),
    ]
    assert all(bool(u.cited_by) != bool(u.left_out) for u in view.utterances)
    assert view.cited + sum(view.left_out.values()) == len(draft.utterances)


def test_an_utterance_that_nothing_accounts_for_is_said_to_be_so(draft: MinutesDocument) -> None:
    without = draft.model_copy(update={"dispositions": draft.dispositions[1:]})
    assert review_view(without).utterances[0].left_out == "扱い未定"


def test_findings_come_gravest_first_and_lead_to_their_place(draft: MinutesDocument) -> None:
    findings = review_view(draft).findings
    assert [f.severity for f in findings] == [Severity.ERROR, Severity.WARN, Severity.INFO]
    assert [f.href for f in findings] == ["#b0005", "#s0003", "#header"]


def test_unknown_speakers_are_grouped_by_label(draft: MinutesDocument) -> None:
    (speaker,) = review_view(draft).unknown
    assert (speaker.label, speaker.count, speaker.first_id) == ("話者3", 1, "u0005")
