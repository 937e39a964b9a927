"""Two versions of a draft side by side: the whole text, line by line, with what changed phrase by phrase."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

from minutes.document import MinutesDocument
from minutes.phrases import Stretch, compared
from minutes.value import Value


class ComparedLine(Value):
    """One line of the record. ``before`` and ``after`` are empty where only the other version has it."""

    kind: Literal["heading", "label", "sentence"]
    id: str
    """``agenda-2``, ``b0004`` or ``s0006``."""
    change: Literal["same", "changed", "added", "removed"]
    before: tuple[Stretch, ...] = ()
    after: tuple[Stretch, ...] = ()


class _Line(Value):
    kind: Literal["heading", "label", "sentence"]
    id: str
    text: str

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.id


def compare(before: MinutesDocument, after: MinutesDocument) -> tuple[ComparedLine, ...]:
    """In the order of the later version; what only the earlier one had stands where it stood. A line that was moved is
    removed in one place and added in the other."""
    old, new = list(_lines(before)), list(_lines(after))
    matcher = SequenceMatcher(None, [each.key for each in old], [each.key for each in new], autojunk=False)
    found: list[ComparedLine] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            found += [_pair(one, other) for one, other in zip(old[a:b], new[c:d], strict=True)]
            continue
        found += [_alone(each, "removed") for each in old[a:b]]
        found += [_alone(each, "added") for each in new[c:d]]
    return tuple(found)


def _lines(document: MinutesDocument) -> Iterator[_Line]:
    for section in document.sections:
        yield _Line(kind="heading", id=f"agenda-{section.agenda_no}", text=section.heading)
        for block in section.blocks:
            label = block.title or (f"（{block.label}）" if block.label else "")
            if label:
                yield _Line(kind="label", id=block.id, text=label)
            for sentence in block.sentences:
                yield _Line(kind="sentence", id=sentence.id, text=sentence.text)


def _pair(one: _Line, other: _Line) -> ComparedLine:
    if one.text == other.text:
        same = (Stretch(text=one.text, changed=False),)
        return ComparedLine(kind=one.kind, id=one.id, change="same", before=same, after=same)
    (before,), (after,) = compared([one.text], [other.text])
    return ComparedLine(kind=one.kind, id=one.id, change="changed", before=before, after=after)


def _alone(line: _Line, change: Literal["added", "removed"]) -> ComparedLine:
    whole = (Stretch(text=line.text, changed=True),)
    return ComparedLine(
        kind=line.kind,
        id=line.id,
        change=change,
        before=whole if change == "removed" else (),
        after=whole if change == "added" else (),
    )
