"""Whose words each label of the transcript was taken for, as the review page lists it."""

from collections import defaultdict
from dataclasses import dataclass

from minutes.document import DraftUtterance, MinutesDocument
from minutes.meeting import Meeting
from minutes.withheld import WITHHELD

_QUOTED = 120
"""Characters of the longest utterance: enough to recognise somebody by."""


@dataclass(frozen=True)
class LabelView:
    """A raw label with the person that it was taken for. A label may stand for several people."""

    label: str | None
    attendee_id: str | None
    """None: no attendee could be found."""
    name: str
    count: int
    first_id: str
    quote: str
    reason: str
    """Why the quoted words are this person's, or nobody's."""


def labels_of(document: MinutesDocument) -> tuple[LabelView, ...]:
    """In the order in which they first speak; without what is withheld."""
    groups: dict[tuple[str | None, str | None], list[DraftUtterance]] = defaultdict(list)
    for each in document.utterances:
        if each.text != WITHHELD:
            groups[each.label, each.attendee_id].append(each)
    return tuple(_label(document.meeting, *key, said) for key, said in groups.items())


def _label(meeting: Meeting, label: str | None, attendee_id: str | None, said: list[DraftUtterance]) -> LabelView:
    longest = max(said, key=lambda each: len(each.text))
    name = attendee_name(meeting, attendee_id) if attendee_id is not None else ""
    quote = shortened(longest.text, _QUOTED)
    return LabelView(label, attendee_id, name, len(said), said[0].id, quote, longest.reason)


def attendee_name(meeting: Meeting, attendee_id: str) -> str:
    """``狛江市 CIO 平林 浩一``: for a reviewer, so without honorifics and whatever the profile prints."""
    person = next((a for a in meeting.roster if a.id == attendee_id), None)
    if person is None:
        return attendee_id
    return " ".join(part for part in (person.org, person.post, person.name) if part)


def shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
