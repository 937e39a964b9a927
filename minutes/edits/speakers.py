"""Saying who spoke: for one utterance, a stretch, or everything under one raw label."""

from collections.abc import Sequence

from minutes.document import MinutesDocument
from minutes.edits.accounting import RELOAD, utterances_named
from minutes.edits.regrouping import regrouped
from minutes.errors import InputError
from minutes.labels import NO_LABEL
from minutes.meeting import Attendee, Side
from minutes.profile import Profile

_SAID = "確認者が指定した。"
_TAKEN_BACK = "確認者が、だれの発言か確かめ直すことにした。"


def assign_speaker(document: MinutesDocument, profile: Profile, label: str | None, attendee_id: str) -> MinutesDocument:
    """Bind every unresolved utterance of one raw label to an attendee, with turns, blocks and printed labels.

    Raises InputError when the attendee is not in the roster or no unresolved utterance has that label.
    """
    _require_listed(document, attendee_id)
    bound = [
        each.id for each in document.utterances if each.attendee_id is None and (each.label or "") == (label or "")
    ]
    if not bound:
        raise InputError(
            f"発言者「{label or NO_LABEL}」の未確認の発言はありません。",
            where="label",
            remedy="すでに割り当てられていないか確認してください。",
        )
    return change_speaker(document, profile, bound, attendee_id)


def change_speaker(
    document: MinutesDocument, profile: Profile, utterance_ids: Sequence[str], attendee_id: str | None
) -> MinutesDocument:
    """Say who spoke these utterances; None: not known after all. Turns, statements and labels follow.

    Raises InputError for an unknown utterance and for somebody who is not in the roster.
    """
    if attendee_id is not None:
        _require_listed(document, attendee_id)
    bound = {each.id for each in utterances_named(document, utterance_ids)}
    told = (
        {"attendee_id": None, "confidence": 0.0, "reason": _TAKEN_BACK}
        if attendee_id is None
        else {"attendee_id": attendee_id, "confidence": 1.0, "reason": _SAID}
    )
    utterances = tuple(each.model_copy(update=told) if each.id in bound else each for each in document.utterances)
    return regrouped(document.model_copy(update={"utterances": utterances}), profile, bound)


def labelled(document: MinutesDocument, utterance_id: str) -> tuple[str, ...]:
    """All utterances that the transcript gives to the same raw label as this one. Raises InputError for an unknown id."""
    (utterance,) = utterances_named(document, [utterance_id])
    return tuple(each.id for each in document.utterances if (each.label or "") == (utterance.label or ""))


def stretch(document: MinutesDocument, first: str, last: str) -> tuple[str, ...]:
    """The utterances from one to the other, both included, in whichever order they are named."""
    utterances_named(document, [first, last])
    ids = [each.id for each in document.utterances]
    begin, end = sorted((ids.index(first), ids.index(last)))
    return tuple(ids[begin : end + 1])


def add_attendee(
    document: MinutesDocument, *, name: str, org: str = "", post: str = "", side: Side = Side.GUEST
) -> MinutesDocument:
    """A person who was there and is missing in the roster. Raises InputError without a name and for somebody listed."""
    clean = " ".join(name.split())
    if not clean:
        raise InputError("氏名がありません。", where="name", remedy="姓と名の間を空けて入力してください。")
    roster = document.meeting.roster
    if any((each.name, each.org) == (clean, org.strip()) for each in roster):
        raise InputError(f"「{clean}」は、すでに出席者にいます。", where="name", remedy="出席者から選んでください。")
    used = {each.id for each in roster}
    fresh = next(each for n in range(1, len(roster) + 2) if (each := f"added{n}") not in used)
    person = Attendee(id=fresh, name=clean, org=org.strip(), post=post.strip(), side=side)
    meeting = document.meeting.model_copy(update={"roster": (*roster, person)})
    return document.model_copy(update={"meeting": meeting, "findings": ()})


def _require_listed(document: MinutesDocument, attendee_id: str) -> None:
    if all(each.id != attendee_id for each in document.meeting.roster):
        raise InputError(
            f"名簿に「{attendee_id}」はありません。",
            where="attendee_id",
            remedy=f"名簿にある出席者から選んでください。選択肢にないときは、{RELOAD}",
        )
