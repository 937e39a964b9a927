"""Whatever is done to the stored rows, verify finds it; and what is recorded is kept exactly when the change is."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, delete, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from service.audit import GENESIS, AuditEventName, record, verify, verify_span
from service.db.account_tables import Department
from service.db.base import Base
from service.db.engine import reading, writing
from service.db.tables import AuditEvent

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def filled(count: int) -> Engine:
    """A database in memory without the triggers: whoever tampers can drop those first."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        for n in range(count):
            record(
                session,
                actor=f"person{n % 3}",
                event=AuditEventName.DRAFT_EDITED,
                subject=f"meeting:{n}",
                detail={"version": n, "sentence": f"s{n:04}"},
            )
    return engine


@given(details=st.lists(st.dictionaries(st.text(max_size=5), JSON, max_size=3), max_size=5))
@settings(max_examples=40)
def test_any_json_detail_verifies(details: list[dict[str, Any]]) -> None:
    engine = filled(0)
    with Session(engine) as session, session.begin():
        for detail in details:
            record(session, actor="a", event=AuditEventName.DRAFT_EDITED, subject="meeting:1", detail=detail)
    with Session(engine) as session:
        verdict = verify(session)
    assert verdict.ok and verdict.count == len(details) and verdict.first_bad_seq is None


@dataclass(frozen=True)
class Tampering:
    first_bad: Callable[[int], int]
    apply: Callable[[Session, int], None]


def _set(**values: Any) -> Callable[[Session, int], None]:
    return lambda s, n: s.execute(update(AuditEvent).where(AuditEvent.seq == n).values(**values)) and None


def _swap(session: Session, seq: int) -> None:
    for old, new in ((seq, -1), (seq + 1, seq), (-1, seq + 1)):
        session.execute(update(AuditEvent).where(AuditEvent.seq == old).values(seq=new))


def _insert_copy(session: Session, seq: int) -> None:
    row = session.execute(select(AuditEvent.__table__).where(AuditEvent.seq == seq)).mappings().one()
    values = {**row, "hash": "f" * 64, "seq": 0}
    session.execute(insert(AuditEvent).values(values))


TAMPERINGS = {
    "actor": Tampering(lambda n: n, _set(actor="someone")),
    "event": Tampering(lambda n: n, _set(event="user:meeting:approved")),
    "subject": Tampering(lambda n: n, _set(subject="meeting:other")),
    "detail": Tampering(lambda n: n, _set(detail={"version": 99})),
    "hash": Tampering(lambda n: n, _set(hash="0" * 64)),
    "previous hash": Tampering(lambda n: n, _set(previous_hash="1" * 64)),
    "deletion": Tampering(lambda n: n, lambda s, n: s.execute(delete(AuditEvent).where(AuditEvent.seq == n)) and None),
    "reordering": Tampering(lambda n: n, _swap),
    "insertion": Tampering(lambda n: 0, _insert_copy),
}


@pytest.mark.parametrize("kind", TAMPERINGS)
@given(data=st.data())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_tampering_is_found_where_it_is(kind: str, data: st.DataObject) -> None:
    count = data.draw(st.integers(2, 8))
    seq = data.draw(st.integers(1, count - 1))
    engine = filled(count)
    tampering = TAMPERINGS[kind]
    with Session(engine) as session, session.begin():
        assert verify(session).ok
        tampering.apply(session, seq)
    with Session(engine) as session:
        verdict = verify(session)
    assert not verdict.ok
    assert verdict.first_bad_seq == tampering.first_bad(seq)


@given(data=st.data())
@settings(max_examples=30)
def test_a_span_answers_for_its_own_rows(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 8))
    first = data.draw(st.integers(1, count))
    last = data.draw(st.integers(first, count))
    changed = data.draw(st.integers(1, count))
    engine = filled(count)
    with Session(engine) as session, session.begin():
        whole = verify_span(session, first, last)
        assert whole.ok and whole.count == last - first + 1
        session.execute(update(AuditEvent).where(AuditEvent.seq == changed).values(actor="someone"))
    with Session(engine) as session:
        verdict = verify_span(session, first, last)
    assert verdict.first_bad_seq == (changed if first <= changed <= last else None)


def test_a_cut_tail_is_found_by_a_head_noted_earlier() -> None:
    engine = filled(5)
    with Session(engine) as session, session.begin():
        noted = verify(session).head_hash
        session.execute(delete(AuditEvent).where(AuditEvent.seq == 5))
    with Session(engine) as session:
        assert verify(session).ok
        verdict = verify(session, known_head=noted)
    assert not verdict.ok and verdict.first_bad_seq is None and verdict.count == 4


def test_a_noted_head_stays_valid_while_the_log_grows(engine: Engine) -> None:
    with writing(engine) as session:
        record(session, actor="a", event=AuditEventName.SIGNED_IN, subject="account:1")
        noted = verify(session).head_hash
        record(
            session, actor="a", event=AuditEventName.SIGNED_OUT, subject="account:1", detail={"k": ("会", 1.5, None)}
        )
    with reading(engine) as session:
        verdict = verify(session, known_head=noted)
    assert verdict.ok and verdict.count == 2 and verdict.head_hash != noted


def test_an_empty_log_is_whole(engine: Engine) -> None:
    with reading(engine) as session:
        verdict = verify(session)
    assert (verdict.ok, verdict.count, verdict.head_hash) == (True, 0, GENESIS)


def test_event_and_change_are_kept_or_lost_together(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), writing(engine) as session:
        session.add(Department(name="消える課"))
        record(session, actor="a", event=AuditEventName.DRAFT_EDITED, subject="meeting:1")
        _ = 1 // 0
    with reading(engine) as session:
        assert session.scalars(select(Department)).all() == []
        assert verify(session).count == 0


def test_writers_at_the_same_time_make_one_chain(engine: Engine) -> None:
    failures: list[BaseException] = []

    def write(worker: int) -> None:
        try:
            for n in range(5):
                with writing(engine) as session:
                    record(session, actor=f"w{worker}", event=AuditEventName.DRAFT_EDITED, subject=f"meeting:{n}")
        except BaseException as exc:
            failures.append(exc)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with reading(engine) as session:
        verdict = verify(session)
    assert verdict.ok and verdict.count == 20
