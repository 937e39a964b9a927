"""Keeping the index equal to what it indexes, in the transaction that changes it."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from minutes.document import MinutesDocument
from minutes.folding import fold_key
from service.db.engine import reading, writing
from service.db.tables import DraftVersion, IndexedMeeting, MeetingRow, Passage
from service.search.backend import Entry, backend_of
from service.search.passages import SHIFT, Wanted, passages_of, title_passage

_BATCH = 50
"""Meetings of one transaction of a rebuild: short enough that nobody waits long for the write lock."""


def index_title(session: Session, meeting_id: str) -> None:
    """For a meeting that has no draft yet."""
    department_id, title = _head(session, meeting_id)
    make_equal(session, meeting_id, department_id, [title_passage(title)])


def index_document(session: Session, meeting_id: str, document: MinutesDocument) -> None:
    """For a new version of the draft: only passages that differ from the version before are written."""
    department_id, title = _head(session, meeting_id)
    make_equal(session, meeting_id, department_id, [title_passage(title), *passages_of(document)])


def rebuild(engine: Engine, progress: Callable[[int, int], None]) -> int:
    """Throw the index away and make it anew from titles and current drafts; how many meetings it has then.

    May run beside the service: until it is done, not everything is found.
    """
    with writing(engine) as session:
        backend_of(session).clear(session)
        session.execute(delete(Passage))
        session.execute(delete(IndexedMeeting))
    with reading(engine) as session:
        ids = list(session.scalars(select(MeetingRow.id).order_by(MeetingRow.id)))
    for start in range(0, len(ids), _BATCH):
        with writing(engine) as session:
            for meeting_id in ids[start : start + _BATCH]:
                _index_again(session, meeting_id)
        progress(min(start + _BATCH, len(ids)), len(ids))
    return len(ids)


def _index_again(session: Session, meeting_id: str) -> None:
    # Whoever saves a version at this moment waits, or has saved it already: every version changes this row first.
    version = session.scalar(select(MeetingRow.current_version).where(MeetingRow.id == meeting_id).with_for_update())
    document = session.scalar(
        select(DraftVersion.document).where(DraftVersion.meeting_id == meeting_id, DraftVersion.version == version)
    )
    if document is None:
        index_title(session, meeting_id)
    else:
        index_document(session, meeting_id, MinutesDocument.model_validate_json(document))


def _head(session: Session, meeting_id: str) -> tuple[str, str]:
    row = session.execute(select(MeetingRow.department_id, MeetingRow.title).where(MeetingRow.id == meeting_id)).one()
    return row.department_id, row.title


def make_equal(session: Session, meeting_id: str, department_id: str, wanted: Iterable[Wanted]) -> None:
    """The passages of this meeting become ``wanted``; what is there already and equal is not written again."""
    first = _number(session, meeting_id) << SHIFT
    last = first + (1 << SHIFT) - 1
    query = select(Passage.id, Passage.part, Passage.place, Passage.speaker, Passage.closed, Passage.text)
    present = {(row.part, row.place): row for row in session.execute(query.where(Passage.id.between(first, last)))}
    free = max((row.id for row in present.values()), default=first - 1) + 1
    fresh: list[dict[str, Any]] = []
    gone = []
    for each in wanted:
        text = each.text.replace("\x00", "")  # PostgreSQL holds none
        speaker = (each.speaker or "").replace("\x00", "")[:500] or None
        was = present.pop((each.part.value, each.place), None)
        if was is not None and (was.text, was.closed) == (text, each.closed):
            if was.speaker != speaker:
                session.execute(update(Passage).where(Passage.id == was.id).values(speaker=speaker))
            continue
        if was is not None:
            gone.append(was)
        row = {"id": free, "part": each.part.value, "place": each.place, "speaker": speaker}
        fresh.append(row | {"closed": each.closed, "text": text})
        free += 1
    gone += present.values()
    backend = backend_of(session)
    if gone:
        backend.remove(session, [_entry(department_id, row.id, row.closed, row.text) for row in gone])
        session.execute(delete(Passage).where(Passage.id.in_([row.id for row in gone])))
    if fresh:
        session.execute(insert(Passage), fresh)
        backend.add(session, [_entry(department_id, row["id"], row["closed"], row["text"]) for row in fresh])


def _entry(department_id: str, id: int, closed: bool, text: str) -> Entry:
    return Entry(id, department_id, closed, fold_key(text))


def _number(session: Session, meeting_id: str) -> int:
    known = session.scalar(select(IndexedMeeting.no).where(IndexedMeeting.meeting_id == meeting_id))
    if known is not None:
        return known
    made = IndexedMeeting(meeting_id=meeting_id)
    session.add(made)
    session.flush()
    return made.no
