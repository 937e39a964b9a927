"""What a draft looks like in a profile that is still being written. Nothing is saved and no model runs: the sentences
are those of the stored draft, set out anew and checked anew."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from minutes.checks import check
from minutes.document import MinutesDocument
from minutes.lint.table import BY_ID
from minutes.profile import Profile
from minutes.redressed import pared, redressed
from minutes.render.page import Paragraph, ParagraphKind, page_of

OPENING = 70
"""Paragraphs shown: header, greeting, reports and the first questions of most meetings."""

SAID = (200, 600, 1500)
"""Characters of a short, a usual and a long turn, as examples for the length of its summary."""
KINDS = ("質問", "回答", "意見", "挨拶", "報告")

REMARKS = 5


@dataclass(frozen=True)
class PreviewLine:
    paragraph: Paragraph
    changed: bool
    """Otherwise than in the profile that the form began with."""


@dataclass(frozen=True)
class Remark:
    """One rule on wording and how often it speaks up in this draft."""

    rule: str
    title: str
    count: int
    example: str


@dataclass(frozen=True)
class Preview:
    lines: tuple[PreviewLine, ...]
    more: int
    """Paragraphs that are not shown."""
    closing: PreviewLine | None
    """The last line, where it stands behind those that are not shown."""
    remarks: tuple[Remark, ...]
    remarks_more: int
    """Findings of rules that are not among ``remarks``."""
    lengths: tuple[tuple[str, tuple[int, ...]], ...]
    """Kind of turn, and characters of its summary for each of ``SAID``; empty where no summary is to be made."""


def preview(document: MinutesDocument, profile: Profile, begun_with: Profile) -> Preview:
    """The opening of a new draft of this meeting in ``profile``, as far as the stored one has its sentences.

    ``begun_with``: the profile before what is being changed.
    """
    shown = redressed(pared(document, profile), profile)
    before = redressed(pared(document, begun_with), begun_with)
    lengths = tuple((kind, tuple(profile.budget(kind).target(said) for said in SAID)) for kind in KINDS)
    return _preview(shown, profile, page_of(before, begun_with), lengths)


def preview_of_draft(document: MinutesDocument, profile: Profile, now: Profile) -> Preview:
    """The opening of this very draft set out in ``profile`` instead of ``now``: every sentence stays."""
    return _preview(redressed(document, profile), profile, page_of(document, now), ())


def _preview(
    shown: MinutesDocument,
    profile: Profile,
    before: Sequence[Paragraph],
    lengths: tuple[tuple[str, tuple[int, ...]], ...],
) -> Preview:
    page = page_of(shown, profile)
    lines = tuple(_lines(before, page))
    last = lines[-1] if len(lines) > OPENING and page[-1].kind is ParagraphKind.CLOSING else None
    remarks = _remarks(shown, profile)
    return Preview(
        lines[:OPENING],
        len(lines[OPENING:]) - (last is not None),
        last,
        remarks[:REMARKS],
        sum(each.count for each in remarks[REMARKS:]),
        lengths,
    )


def _lines(before: Sequence[Paragraph], page: Sequence[Paragraph]) -> Iterator[PreviewLine]:
    matcher = SequenceMatcher(None, before, page, autojunk=False)
    for tag, _, _, start, end in matcher.get_opcodes():
        for paragraph in page[start:end]:
            yield PreviewLine(paragraph, tag != "equal")


def _remarks(document: MinutesDocument, profile: Profile) -> tuple[Remark, ...]:
    """Most frequent first."""
    found = [each for each in check(document, profile) if each.rule in BY_ID or _is_title(each.rule, each.place.field)]
    examples = {each.rule: each.message for each in reversed(found)}
    counts = Counter(each.rule for each in found)
    return tuple(
        Remark(rule, BY_ID[rule].title if rule in BY_ID else "表題に会議の名称と回次がある", count, examples[rule])
        for rule, count in counts.most_common()
    )


def _is_title(rule: str, field: str | None) -> bool:
    # What the profile's own title can break; the rest of G1 is about the meeting.
    return rule == "G1" and field == "title"
