"""What files say about a meeting before a person has completed it: the known fields of MEETING.json and no others."""

import re
from dataclasses import dataclass
from typing import Any

from pydantic import AwareDatetime

from minutes.errors import Problem
from minutes.folding import fold_key
from minutes.meeting import AgendaItem, Attendee
from minutes.value import Value

OF_INVITED = "予定表の参加者"


class MeetingDraft(Value):
    """Like ``Meeting``, but what no file says is empty. ``parse_meeting`` says what is still missing."""

    title: str = ""
    series_no: int | None = None
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    venue: str = ""
    format: str = ""
    agenda: tuple[AgendaItem, ...] = ()
    roster: tuple[Attendee, ...] = ()

    def as_meeting_file(self) -> dict[str, Any]:
        """MEETING.json as far as it is known: a field that is not known is not there."""
        return self.model_dump(mode="json", exclude_defaults=True)


@dataclass(frozen=True)
class FromFile:
    """``notes``: what was in the file and is not in the draft, or is there as written and has to be looked at."""

    draft: MeetingDraft
    notes: tuple[Problem, ...]


def with_roster(calendar: FromFile, roster: FromFile) -> FromFile:
    """The calendar's draft with the people of the roster: it says who came, an invitation only who was asked."""
    present = {fold_key(person.name) for person in roster.draft.roster}
    others = [person.name for person in calendar.draft.roster if fold_key(person.name) not in present]
    notes = [note for note in calendar.notes if note.where != OF_INVITED]
    if others:
        shown = "、".join(others[:10]) + ("など" if len(others) > 10 else "")
        what = f"予定表にいて名簿にいない人は入れていません（{shown}）。"
        notes.append(Problem(what, OF_INVITED, "出席していれば加えてください。"))
    draft = calendar.draft.model_copy(update={"roster": roster.draft.roster})
    return FromFile(draft, (*notes, *roster.notes))


def one_line(text: str) -> str:
    """The words of a cell or a property: runs of space and line ends are one space, control codes are gone."""
    return re.sub(r"[\x00-\x20\x7f-\x9f\s\ud800-\udfff]+", " ", text).strip()


def is_full_name(name: str) -> bool:
    """Whether family and given name stand apart, as MEETING.json wants them; nobody can part 東海林太郎 by rule."""
    return re.fullmatch(r"\S+ \S+", name) is not None


def numbered_people(people: list[Attendee]) -> tuple[Attendee, ...]:
    """With the ids ``p1``, ``p2`` … in the order given."""
    return tuple(person.model_copy(update={"id": f"p{n}"}) for n, person in enumerate(people, 1))
