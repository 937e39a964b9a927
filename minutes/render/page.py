"""The page: a draft as typed paragraphs in reading order. Every text format prints this list and nothing else."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from minutes.document import Block, BlockType, MinutesDocument, Section
from minutes.era import JST, format_date, series_label
from minutes.headings import disclosed_title, heading_presenter_id
from minutes.labels import attendee_label, full_name
from minutes.meeting import AgendaItem, Disclosure, Meeting
from minutes.profile import Profile
from minutes.public import public_view


class ParagraphKind(StrEnum):
    TITLE = "title"
    FIELD = "field"
    AGENDA_ITEM = "agenda_item"
    LIST_ITEM = "list_item"
    """A child of the agenda, an attendee, a material."""
    HEADING = "heading"
    BULLET = "bullet"
    LABEL = "label"
    BODY = "body"
    CLOSING = "closing"


class Paragraph(NamedTuple):
    kind: ParagraphKind
    text: str
    """One line; bullets carry their ・, labels their parentheses."""
    apart: bool
    """True where an empty line stands before it."""


def page_of(document: MinutesDocument, profile: Profile) -> list[Paragraph]:
    """The whole page. What of closed items is on it is decided by the document, and by ``closed_bodies``."""
    shown = printed(document, profile)
    items = {item.no: item for item in shown.meeting.agenda}
    paragraphs = page_header(shown.meeting, profile)
    for section in shown.sections:
        paragraphs.append(Paragraph(ParagraphKind.HEADING, one_line(section.heading), True))
        paragraphs.extend(_body(section, items[section.agenda_no], profile))
    if profile.layout.closing:
        paragraphs.append(Paragraph(ParagraphKind.CLOSING, profile.layout.closing, True))
    return paragraphs


def printed(document: MinutesDocument, profile: Profile) -> MinutesDocument:
    """What of the document text forms show: its sections without those of closed items that have nothing to show."""
    shown = document if profile.layout.closed_bodies else public_view(document)
    sections = [each for each in shown.sections if each.disclosure is not Disclosure.CLOSED or each.blocks]
    return shown.model_copy(update={"sections": tuple(sections)})


def kept_with_next(page: Sequence[Paragraph]) -> list[bool]:
    """For each paragraph whether it must not stand alone at the foot of a sheet: a heading, the label of a speech, and
    the line that introduces a label (質疑応答, a report's title)."""
    following = [*(each.kind for each in page[1:]), None]
    return [_leads(each, after) for each, after in zip(page, following, strict=True)]


def _leads(paragraph: Paragraph, after: ParagraphKind | None) -> bool:
    match paragraph.kind:
        case ParagraphKind.TITLE | ParagraphKind.HEADING:
            return True
        case ParagraphKind.LABEL:
            # Without a line apart it names who gave a report, and ends what its title began.
            return paragraph.apart or after is ParagraphKind.BODY
        case _:
            return paragraph.kind is ParagraphKind.BULLET and after is ParagraphKind.LABEL


def page_title(meeting: Meeting, profile: Profile) -> str:
    """The first line, e.g. 第8回都・区市町村CIO協議会 議事要旨."""
    return one_line(profile.layout.title.format(series=series_label(meeting), title=meeting.title))


def page_header(meeting: Meeting, profile: Profile) -> list[Paragraph]:
    """Title, fields and agenda: from the structured input alone."""
    paragraphs = [Paragraph(ParagraphKind.TITLE, page_title(meeting, profile), False)]
    for field in profile.layout.header:
        match field:
            case "date":
                paragraphs.append(_field(f"日時：{when_held(meeting, profile)}"))
            case "venue":
                held = f"（{meeting.format}）" if meeting.format else ""
                if meeting.venue or held:
                    paragraphs.append(_field(f"場所：{meeting.venue}{held}"))
            case "attendees":
                paragraphs.extend(_listed("出席者（敬称略）：", [full_name(each) for each in meeting.roster]))
            case "observers":
                if meeting.observers is not None:
                    paragraphs.append(_field(f"傍聴者：{meeting.observers}名"))
            case "materials":
                paragraphs.extend(_listed("配布資料：", list(meeting.materials)))
            case "agenda":
                paragraphs.append(_field("議事："))
                for item in meeting.agenda:
                    paragraphs.extend(_agenda(item, meeting, profile))
    return paragraphs


def _agenda(item: AgendaItem, meeting: Meeting, profile: Profile) -> Iterator[Paragraph]:
    mark = f"{item.no} " if profile.layout.agenda_marks == "number" else "・"
    yield Paragraph(ParagraphKind.AGENDA_ITEM, one_line(f"{mark}{disclosed_title(item)}"), False)
    if not profile.layout.agenda_children or item.disclosure is Disclosure.CLOSED:
        return
    children = [subitem.title for subitem in item.subitems] or [
        attendee_label(meeting.attendee(each), profile) for each in item.presenter_ids
    ]
    for child in children:
        yield Paragraph(ParagraphKind.LIST_ITEM, one_line(f"・{child}"), False)


def _body(section: Section, item: AgendaItem, profile: Profile) -> Iterator[Paragraph]:
    # The heading has named this speaker already.
    named = heading_presenter_id(item)
    speaker = named
    previous: BlockType | None = None
    bullets: list[str] = []
    for block in section.blocks:
        if bullets and (block.type is not BlockType.BULLET or block.attendee_id != speaker):
            yield Paragraph(ParagraphKind.BODY, "".join(bullets), False)
            bullets = []
        if block.type is BlockType.BULLET:
            if block.attendee_id != speaker or block.attendee_id is None:
                if block.label and not (previous is BlockType.BULLET and block.attendee_id == speaker):
                    yield Paragraph(ParagraphKind.LABEL, _label(block), True)
                speaker = block.attendee_id
            if profile.layout.greeting == "paragraph":
                bullets.append(block_text(block))
            elif text := block_text(block):
                yield Paragraph(ParagraphKind.BULLET, f"・{text}", False)
        else:
            yield from _other(block, profile, apart=previous not in {None, BlockType.REPORT})
            speaker = None
        previous = block.type
    if bullets:
        yield Paragraph(ParagraphKind.BODY, "".join(bullets), False)


def _other(block: Block, profile: Profile, *, apart: bool) -> Iterator[Paragraph]:
    match block.type:
        case BlockType.REPORT:
            yield Paragraph(ParagraphKind.BULLET, one_line(f"・{block.title or ''}"), apart)
            if block.label:
                yield Paragraph(ParagraphKind.LABEL, _label(block), False)
            if text := block_text(block):
                yield Paragraph(ParagraphKind.BODY, text, False)
        case BlockType.NOTE:
            yield Paragraph(ParagraphKind.BULLET, one_line(f"・{block.title or ''}"), True)
        case _:
            text = block_text(block)
            if not text:
                return
            if profile.layout.label == "inline":
                yield Paragraph(ParagraphKind.BODY, f"{_label(block)}{text}", True)
                return
            yield Paragraph(ParagraphKind.LABEL, _label(block), True)
            yield Paragraph(ParagraphKind.BODY, text, False)


def _label(block: Block) -> str:
    return one_line(f"（{block.label or ''}）")


def block_text(block: Block) -> str:
    """The sentences of a block as one paragraph."""
    return "".join(one_line(each.text) for each in block.sentences)


def _field(text: str) -> Paragraph:
    return Paragraph(ParagraphKind.FIELD, one_line(text), True)


def _listed(name: str, lines: list[str]) -> Iterator[Paragraph]:
    if lines:
        yield _field(name)
        yield from (Paragraph(ParagraphKind.LIST_ITEM, one_line(f"・{line}"), False) for line in lines)


def when_held(meeting: Meeting, profile: Profile) -> str:
    """``令和8年2月9日（月） 10時00分から11時30分まで``, as the profile writes full hours."""
    start, end = meeting.starts_at.astimezone(JST), meeting.ends_at.astimezone(JST)
    last = "" if start.date() == end.date() else f"{format_date(end)} "
    return f"{format_date(start)} {_time(start, profile)}から{last}{_time(end, profile)}まで"


def _time(at: datetime, profile: Profile) -> str:
    if at.minute == 0 and not profile.layout.minutes_when_zero:
        return f"{at.hour}時"
    return f"{at.hour}時{at.minute:02}分"


def one_line(text: str) -> str:
    """One line without characters that XML and PDF cannot hold; a line break or tab becomes a space."""
    spaced = "".join(" " if each in "\t\n\r\x0b\x0c\x85\u2028\u2029" else each for each in text)
    return "".join(each for each in spaced if _printable(ord(each)))


def _printable(code: int) -> bool:
    control = code < 0x20 or 0x7F <= code <= 0x9F
    surrogate = 0xD800 <= code <= 0xDFFF
    return not control and not surrogate and code & 0xFFFE != 0xFFFE
