"""What files say about a meeting, put into the form: into what is empty, so that nothing typed is lost."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from minutes.calendar_file import CalendarEvent
from minutes.era import JST
from minutes.errors import Problem
from minutes.folding import fold_key
from minutes.meeting import AgendaItem, Attendee
from minutes.meeting_draft import MeetingDraft
from service.web.header_form import DISCLOSURES, FIELDS, KINDS, SIDES, HeaderForm

_BAR = re.compile(r"[|｜]")
_KIND_WORDS = {value: word for word, value in KINDS.items()}
_DISCLOSURE_WORDS = {value: word for word, value in DISCLOSURES.items()}
_SIDE_WORDS = {value: word for word, value in SIDES.items()}


@dataclass(frozen=True)
class Imported:
    """What came of reading the files. ``origins``: field → where its words come from. ``kept``: field and what the file
    says, where something else was typed."""

    origins: dict[str, str] = field(default_factory=dict)
    kept: tuple[tuple[str, str], ...] = ()
    notes: tuple[Problem, ...] = ()
    choices: tuple[CalendarEvent, ...] = ()
    problems: tuple[Problem, ...] = ()
    held_on: str = ""
    """The day that was typed to choose among events."""

    @property
    def filled(self) -> list[str]:
        """The labels of the fields that were filled, in the order of the page."""
        return [FIELDS[name] for name in FIELDS if name in self.origins]


def fill(form: HeaderForm, draft: MeetingDraft, *, by_calendar: str, by_roster: str) -> tuple[HeaderForm, Imported]:
    """The form with the draft in its empty fields. ``by_…``: the words that say where a field came from."""
    said = {
        "title": draft.title,
        "series_no": "" if draft.series_no is None else str(draft.series_no),
        "starts_at": "" if draft.starts_at is None else draft.starts_at.astimezone(JST).strftime("%Y-%m-%dT%H:%M"),
        "ends_at": "" if draft.ends_at is None else draft.ends_at.astimezone(JST).strftime("%Y-%m-%dT%H:%M"),
        "venue": draft.venue,
        "format": draft.format,
        "agenda": "\n".join(line for item in draft.agenda for line in _agenda_lines(item)),
    }
    values, origins, kept = {}, {}, []
    for name, value in said.items():
        typed = str(getattr(form, name)).strip()
        if value and not typed:
            values[name], origins[name] = value, by_calendar
        elif value and value != typed:
            kept.append(
                (FIELDS[name], "" if "\n" in value else value.replace("T", " ") if name.endswith("_at") else value)
            )
    present = {fold_key(_BAR.split(line)[0]) for line in form.roster.splitlines()}
    lines = [_roster_line(each) for each in draft.roster if fold_key(each.name) not in present]
    if lines:
        values["roster"] = "\n".join([*form.roster.rstrip().splitlines(), *lines])
        origins["roster"] = by_roster
    return replace(form, **values), Imported(origins=origins, kept=tuple(kept))


def _agenda_lines(item: AgendaItem) -> Iterator[str]:
    cells = [
        item.title.lstrip("・ "),
        _KIND_WORDS[item.kind.value],
        "",
        _DISCLOSURE_WORDS[item.disclosure.value],
        item.reason or "",
    ]
    yield _line(cells, ("", "その他", "", "公開", ""))
    yield from (f"・{_cell(each.title)}" for each in item.subitems)


def _roster_line(person: Attendee) -> str:
    side = _SIDE_WORDS[person.side.value]
    cells = [
        person.name,
        person.org,
        person.post,
        side,
        person.kana or "",
        person.proxy_for or "",
        "、".join(person.aliases),
    ]
    return _line(cells, ("", "", "", "外部", "", "", ""))


def _line(cells: list[str], usual: tuple[str, ...]) -> str:
    """Without the cells at the end that say what an empty one says."""
    kept = [_cell(each) for each in cells]
    while len(kept) > 1 and kept[-1] in ("", usual[len(kept) - 1]):
        kept.pop()
    return "｜".join(kept)


def _cell(words: str) -> str:
    """The bar parts the cells of a line."""
    return _BAR.sub("／", words)
