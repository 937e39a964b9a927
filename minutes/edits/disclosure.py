"""Marking talk 非公開 after the draft was made, and taking the mark back.

Only what a reviewer closed here can be opened again: what the input or the words of the meeting closed stays closed.
"""

from collections.abc import Sequence
from datetime import datetime

from minutes.document import Closing, ItemDisclosure, MinutesDocument
from minutes.edits.accounting import RELOAD, fresh_ids, one_line, utterances_named
from minutes.edits.regrouping import regrouped
from minutes.errors import InputError
from minutes.headings import section_heading
from minutes.meeting import AgendaItem, Disclosure
from minutes.profile import Profile


def close_item(
    document: MinutesDocument, profile: Profile, agenda_no: int, *, reason: str, by: str, at: datetime
) -> MinutesDocument:
    """Mark a whole agenda item 非公開. Raises InputError for an unknown or closed item and without a reason."""
    item = next((each for each in document.meeting.agenda if each.no == agenda_no), None)
    if item is None:
        raise InputError(f"議事{agenda_no}はありません。", where="agenda_no", remedy=RELOAD)
    if item.disclosure is Disclosure.CLOSED:
        raise InputError(f"議事{agenda_no}は、すでに非公開です。", where="agenda_no", remedy=RELOAD)
    spoken = tuple(each.id for each in document.utterances if each.agenda_no == agenda_no)
    return _closed(document, profile, agenda_no, spoken, reason=reason, by=by, at=at)


def close_utterances(
    document: MinutesDocument, profile: Profile, utterance_ids: Sequence[str], *, reason: str, by: str, at: datetime
) -> MinutesDocument:
    """Mark a stretch of talk 非公開; an open item around it becomes 一部非公開.

    Raises InputError for an unknown utterance, where all of them are closed already, and without a reason.
    """
    found = utterances_named(document, utterance_ids)
    if all(each.closed for each in found):
        raise InputError("選んだ発言は、すでに非公開です。", where="utterance_ids", remedy=RELOAD)
    return _closed(document, profile, None, tuple(each.id for each in found), reason=reason, by=by, at=at)


def reopen(document: MinutesDocument, profile: Profile, closing_id: str) -> MinutesDocument:
    """Take a mark back. Raises InputError for an unknown one."""
    closing = next((each for each in document.closings if each.id == closing_id), None)
    if closing is None:
        raise InputError(f"非公開の指定「{closing_id}」はありません。", where="closing_id", remedy=RELOAD)
    others = tuple(each for each in document.closings if each.id != closing_id)
    still = {each for other in others for each in other.utterance_ids}
    still |= {each for other in (closing, *others) for each in other.closed_before}
    opened = {each for each in closing.utterance_ids if each not in still}
    utterances = tuple(
        each.model_copy(update={"closed": False}) if each.id in opened else each for each in document.utterances
    )
    reverted = document.model_copy(update={"utterances": utterances, "closings": others})
    return regrouped(_with_items(reverted, profile, closing.items), profile, closing.utterance_ids)


def _closed(
    document: MinutesDocument,
    profile: Profile,
    agenda_no: int | None,
    spoken: tuple[str, ...],
    *,
    reason: str,
    by: str,
    at: datetime,
) -> MinutesDocument:
    why = one_line(reason, where="reason", empty="非公開とする理由がありません。", remedy="理由を入力してください。")
    wanted = set(spoken)
    by_hand = {each for closing in document.closings for each in closing.utterance_ids}
    known = {each for closing in document.closings for each in closing.closed_before}
    numbers = {agenda_no} | {each.agenda_no for each in document.utterances if each.id in wanted}
    recorded = {each.agenda_no: each for closing in document.closings for each in closing.items}
    closing = Closing(
        id=next(fresh_ids("c", (each.id for each in document.closings))),
        agenda_no=agenda_no,
        utterance_ids=spoken,
        closed_before=tuple(
            each.id
            for each in document.utterances
            if each.id in wanted and each.closed and (each.id not in by_hand or each.id in known)
        ),
        items=tuple(
            recorded.get(item.no, ItemDisclosure(agenda_no=item.no, disclosure=item.disclosure, reason=item.reason))
            for item in document.meeting.agenda
            if item.no in numbers
        ),
        reason=why,
        by=by,
        at=at,
    )
    utterances = tuple(
        each.model_copy(update={"closed": True}) if each.id in wanted else each for each in document.utterances
    )
    marked = document.model_copy(update={"utterances": utterances, "closings": (*document.closings, closing)})
    return regrouped(_with_items(marked, profile, closing.items), profile, spoken)


def _with_items(document: MinutesDocument, profile: Profile, items: Sequence[ItemDisclosure]) -> MinutesDocument:
    """Agenda and headings of these items as the remaining marks make them; ``items`` is how they were without any."""
    given = {each.agenda_no: each for each in items}
    agenda = tuple(
        _item(document, item, given[item.no]) if item.no in given else item for item in document.meeting.agenda
    )
    meeting = document.meeting.model_copy(update={"agenda": agenda})
    sections = tuple(
        section.model_copy(
            update={
                "disclosure": meeting.item(section.agenda_no).disclosure,
                "heading": section_heading(meeting.item(section.agenda_no), meeting, profile),
            }
        )
        if section.agenda_no in given
        else section
        for section in document.sections
    )
    return document.model_copy(update={"meeting": meeting, "sections": sections})


def _item(document: MinutesDocument, item: AgendaItem, given: ItemDisclosure) -> AgendaItem:
    own = {each.id for each in document.utterances if each.agenda_no == item.no}
    whole = [each for each in document.closings if each.agenda_no == item.no]
    partly = [each for each in document.closings if not own.isdisjoint(each.utterance_ids)]
    disclosure, reason = given.disclosure, given.reason
    if whole:
        disclosure, reason = Disclosure.CLOSED, whole[-1].reason
    elif partly and given.disclosure is Disclosure.PUBLIC:
        disclosure, reason = Disclosure.PARTIAL, partly[-1].reason
    return item.model_copy(update={"disclosure": disclosure, "reason": reason})
