"""Comments as one person may read them: withheld where the talk they are about is, or where they quote closed talk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from minutes.dispositions import blocks_of, sentences_of
from minutes.document import MinutesDocument
from minutes.public import closed_ids
from minutes.withheld import WITHHELD, withheld_texts
from service.auth import Action, Principal
from service.db.account_tables import Account
from service.db.comment_table import Comment
from service.db.tables import MeetingRow
from service.meetings.closed import shown_document
from service.meetings.comments.mentions import Colleague, parts, people_of
from service.meetings.comments.places import quoted, reading_order, spots
from service.meetings.states import EDITABLE, MeetingState

OPEN_STATES = EDITABLE | {MeetingState.APPROVAL}
"""While people still work on the text; afterwards comments are read only."""


@dataclass(frozen=True)
class RemarkView:
    """What one person wrote. ``text``: None once deleted."""

    id: str
    by: str
    at: datetime
    text: str | None
    parts: tuple[tuple[str, bool], ...]
    """The text in stretches; True for the name of somebody who was told."""
    mentions: tuple[str, ...]
    """Display names of those who were told."""
    mine: bool
    deleted_at: datetime | None


@dataclass(frozen=True)
class ThreadView:
    """A comment with its replies, oldest first."""

    remark: RemarkView
    place: str | None
    version: int
    quote: str | None
    gone: bool
    """The newest version has no such place."""
    changed: bool
    """The place reads otherwise now."""
    withheld: bool
    replies: tuple[RemarkView, ...]
    resolved_by: str | None
    resolved_at: datetime | None

    @property
    def id(self) -> str:
        return self.remark.id

    @property
    def open(self) -> bool:
        """Whether somebody still has to deal with it."""
        alive = any(each.deleted_at is None for each in (self.remark, *self.replies))
        return self.resolved_at is None and alive


@dataclass(frozen=True)
class CommentsView:
    """All comments of a meeting in the order in which a reader of the draft comes across them."""

    threads: tuple[ThreadView, ...] = ()
    people: tuple[Colleague, ...] = ()
    """Who may be named, but for the person who asks."""
    may_comment: bool = False

    @property
    def open(self) -> tuple[ThreadView, ...]:
        return tuple(each for each in self.threads if each.open)

    @property
    def settled(self) -> tuple[ThreadView, ...]:
        return tuple(each for each in self.threads if not each.open)

    @property
    def at(self) -> Mapping[str, tuple[ThreadView, ...]]:
        """Open ones by place."""
        found: dict[str, tuple[ThreadView, ...]] = {}
        for each in self.open:
            if each.place is not None:
                found[each.place] = (*found.get(each.place, ()), each)
        return found


def comments_of(
    session: Session, principal: Principal, row: MeetingRow, document: MinutesDocument | None
) -> CommentsView:
    """``document``: the newest draft, whole. Without one there is nothing to talk about."""
    if document is None:
        return CommentsView()
    rows = session.scalars(select(Comment).where(Comment.meeting_id == row.id).order_by(Comment.id)).all()
    people = people_of(session, row)
    others = tuple(each for each in people if each.id != principal.account_id)
    may_comment = row.state in OPEN_STATES and principal.may(Action.comment, row.department_id)
    if not rows:
        # Each saved sentence asks; a long draft without comments is not to be walked for them.
        return CommentsView(people=others, may_comment=may_comment)
    roots = [each for each in rows if each.parent_id is None]
    names = _names(session, rows)
    sight = Sight(principal, row, document, rows)
    order, there = reading_order(document), spots(document)
    threads = []
    for root in roots:
        hidden = sight.hides(root)
        below = [] if hidden else [each for each in rows if each.parent_id == root.id]
        now_there = there.get(root.place or "")
        thread = ThreadView(
            remark=_remark(root, principal, names, people, hidden=hidden),
            place=root.place if sight.names(root.place) else None,
            version=root.version,
            quote=WITHHELD if hidden and root.quote is not None else root.quote,
            gone=root.place is not None and now_there is None,
            changed=now_there is not None and quoted(now_there.quote) != root.quote,
            withheld=hidden,
            replies=tuple(_remark(each, principal, names, people, hidden=sight.hides_words(each)) for each in below),
            resolved_by=names.get(root.resolved_by or ""),
            resolved_at=root.resolved_at,
        )
        threads.append((_rank(root, order), thread))
    in_order = sorted(threads, key=lambda each: (each[0], each[1].id))
    return CommentsView(tuple(thread for _, thread in in_order), others, may_comment)


class Sight:
    """What of these comments a person may read. Whoever reads closed talk reads all of them."""

    def __init__(
        self, principal: Principal, row: MeetingRow, document: MinutesDocument, rows: Sequence[Comment]
    ) -> None:
        shown = shown_document(principal, row, document)
        self._whole = shown is document
        self._named = _ids(shown)
        if self._whole:
            return
        self._there, self._closed = _ids(document), closed_ids(document)
        self._readable = _ids(shown, readable=True)
        # One's own words are no news to oneself, and to hide them would tell whether closed talk has them.
        foreign = [(each.id, each.text) for each in rows if each.created_by != principal.account_id]
        texts = [*foreign, *((each.id, each.quote) for each in rows)]
        found = withheld_texts(document, [text for _, text in texts])
        self._quoting = {key for (key, text), kept in zip(texts, found, strict=True) if kept != text}

    def names(self, place: str | None) -> bool:
        """Whether the person is told of the place at all."""
        return place is None or self._whole or place in self._named or place not in self._there

    def hides(self, root: Comment) -> bool:
        """Whether the place of a comment, what it rested on or its own words are closed to the person."""
        if self._whole:
            return False
        moved_away = root.place in self._there and root.place not in self._readable
        return moved_away or not self._closed.isdisjoint(root.evidence) or self.hides_words(root)

    def hides_words(self, row: Comment) -> bool:
        return not self._whole and row.id in self._quoting


def _ids(document: MinutesDocument, *, readable: bool = False) -> frozenset[str]:
    """Of sentences, blocks and utterances; ``readable``: only those whose words are shown."""
    named: list[tuple[str, str | None]] = [(each.id, each.text) for each in document.utterances]
    named += [(each.id, each.title) for each in blocks_of(document.sections)]
    named += [(each.id, each.text) for each in sentences_of(document.sections)]
    return frozenset(key for key, words in named if not readable or words != WITHHELD)


def _rank(root: Comment, order: Mapping[str, int]) -> int:
    """Of a place that is gone: where what it rested on is told now."""
    if root.place is None:
        return -2
    return next((order[each] for each in (root.place, *root.evidence) if each in order), len(order))


def _names(session: Session, rows: Iterable[Comment]) -> Mapping[str, str]:
    wanted = {who for each in rows for who in (each.created_by, each.resolved_by, *each.mentions) if who}
    found = session.execute(select(Account.id, Account.display_name).where(Account.id.in_(wanted)))
    return {row.id: row.display_name for row in found}


def _remark(
    row: Comment, principal: Principal, names: Mapping[str, str], people: Sequence[Colleague], *, hidden: bool
) -> RemarkView:
    told = {each for each in row.mentions if not hidden}
    text = WITHHELD if hidden and row.text is not None else row.text
    view = RemarkView(
        id=row.id,
        by=names[row.created_by],
        at=row.created_at,
        text=text,
        parts=(),
        mentions=tuple(names[each] for each in row.mentions if each in told),
        mine=row.created_by == principal.account_id,
        deleted_at=row.deleted_at,
    )
    return replace(view, parts=tuple(parts([each for each in people if each.id in told], text or "")))
