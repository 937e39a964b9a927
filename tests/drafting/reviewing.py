"""What a reviewer does to a draft, drawn at random: every edit of ``minutes.edits``."""

from collections.abc import Callable
from datetime import UTC, datetime

from hypothesis import strategies as st

from minutes import edits
from minutes.dispositions import blocks_of, sentences_of
from minutes.document import MinutesDocument
from minutes.profile import Profile
from minutes.waivers import open_findings

WHO = {"by": "鈴木", "at": datetime(2026, 3, 1, 9, tzinfo=UTC)}

Edit = Callable[[MinutesDocument], MinutesDocument]


def statement(document: MinutesDocument, sentence_id: str) -> str:
    return next(b.id for b in blocks_of(document.sections) if any(s.id == sentence_id for s in b.sentences))


@st.composite
def any_edit(draw: st.DrawFn, document: MinutesDocument, profile: Profile) -> Edit:
    """One thing a reviewer may try; many of them are refused."""
    pick = lambda values: draw(st.sampled_from(sorted(values) or ["x0000"]))  # noqa: E731
    block = pick(b.id for b in blocks_of(document.sections))
    sentence = pick(s.id for s in sentences_of(document.sections))
    said = pick(u.id for u in document.utterances)
    other = pick(u.id for u in document.utterances)
    item = draw(st.sampled_from([s.agenda_no for s in document.sections]))
    who = draw(st.sampled_from([None, *(each.id for each in document.meeting.roster)]))
    person = draw(st.sampled_from(["狛江 アプリ", "新田 一", "平林 二郎"]))
    typed = draw(st.text("予算額七億円でした。 ", max_size=12)) + draw(
        st.sampled_from([u.text for u in document.utterances])
    )
    found = [each for each in open_findings(document) if each.place.sentence_id]
    finding = draw(st.sampled_from(found)) if found else None
    raw = draw(st.sampled_from([u.label for u in document.utterances]))
    return draw(
        st.sampled_from(
            [
                lambda d: edits.edit_sentence(d, sentence, typed),
                lambda d: edits.edit_block(d, block, [typed]),
                lambda d: edits.edit_block(d, statement(d, sentence), []),
                lambda d: edits.apply_fixes(d, [finding.fix] if finding and finding.fix else []),
                lambda d: edits.split_statement(d, block, sentence),
                lambda d: edits.split_statement(d, statement(d, sentence), sentence),
                lambda d: edits.merge_statement(d, block),
                lambda d: edits.move_statement(d, block, item, None),
                lambda d: edits.shift_statement(d, block, "up"),
                lambda d: edits.shift_statement(d, block, "down"),
                lambda d: edits.delete_statement(d, block),
                lambda d: edits.leave_out(d, block),
                lambda d: edits.pull_in(d, profile, said),
                lambda d: edits.cite(d, sentence, [said, other]),
                lambda d: edits.cite(d, sentence, []),
                lambda d: edits.change_speaker(d, profile, [said], who),
                lambda d: edits.change_speaker(d, profile, edits.stretch(d, said, other), who),
                lambda d: edits.change_speaker(d, profile, edits.labelled(d, said), who),
                lambda d: edits.assign_speaker(d, profile, raw, who or "x"),
                lambda d: edits.add_attendee(d, name=person, org="アオバ市", post="課長"),
                lambda d: edits.close_item(d, profile, item, reason="個別の契約", **WHO),
                lambda d: edits.close_utterances(d, profile, edits.stretch(d, said, other), reason="個人情報", **WHO),
                lambda d: edits.reopen(d, profile, pick(c.id for c in d.closings)),
                lambda d: edits.add_note(d, block, "確認", **WHO),
                lambda d: edits.waive_rule(d, "K18", reason="確認済み", **WHO),
            ]
        )
    )
