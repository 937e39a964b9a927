"""``python -m bench.queue``: server time of the queue and of text search with 100,000 meetings in SQLite.

Not part of ``python -m bench``: filling the database takes minutes and 2 GB. ``--keep FILE`` keeps it, and measures it
again when it is there.
"""

import argparse
import itertools
import os
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Engine, insert, select

from bench.meeting import ANSWER, PLACES, QUESTION, TOPICS
from minutes.folding import fold_key
from service.app import create_app
from service.auth.sessions import cookie_name, start_session
from service.db.account_tables import Account, Department, RoleGrant
from service.db.base import new_id, now
from service.db.engine import make_engine, reading, writing
from service.db.migrate import migrate
from service.db.tables import Body, IndexedMeeting, Job, MeetingRow, Passage
from service.search.backend import Entry, backend_of
from service.search.passages import SHIFT
from service.settings import Settings

_BATCH = 2000
_SHARES = {
    "承認済": 55,
    "登録済": 22,
    "取消": 5,
    "確認待ち": 9,
    "発言者確認": 2,
    "承認待ち": 4,
    "失敗": 2,
    "受付": 1,
}
_TRANSCRIPT_BYTES = 6000
"""Less than a real one, enough to push what follows it in the row to another page."""
_ROUNDS = 5


def _fill(engine: Engine, meetings: int, passages: int) -> None:
    """20 departments with 3 bodies each, 100 people of whom the first has roles everywhere and the second in one."""
    pick = random.Random(8)
    departments = [Department(id=new_id(), name=f"第{n}課") for n in range(20)]
    people = [Account(id=new_id(), login=f"u{n}", display_name=f"職員{n}", password_hash="!") for n in range(100)]
    bodies = [
        Body(id=new_id(), department_id=departments[n % 20].id, name=f"第{n}協議会", profile="tokyo_cio")
        for n in range(60)
    ]
    with writing(engine) as session:
        session.add_all([*departments, *people])
        session.flush()
        session.add_all(bodies)
        for role, department in itertools.product(("登録者", "承認者"), departments):
            session.add(RoleGrant(account_id=people[0].id, department_id=department.id, role=role))
        for role in ("確認者", "承認者"):
            session.add(RoleGrant(account_id=people[1].id, department_id=departments[0].id, role=role))
    numbers = itertools.count(1)
    for start in range(0, meetings, _BATCH):
        rows = [_meeting(pick, bodies, people) for _ in range(min(_BATCH, meetings - start))]
        numbered = [(next(numbers), row) for row in rows]
        said = [each for no, row in numbered for each in _passages(pick, no, row, passages)]
        with writing(engine) as session:
            session.execute(insert(MeetingRow), rows)
            session.execute(insert(IndexedMeeting), [{"no": no, "meeting_id": row["id"]} for no, row in numbered])
            session.execute(insert(Job), [_job(row) for row in rows])
            session.execute(insert(Passage), [each for _, each in said])
            entries = [Entry(each["id"], place, each["closed"], fold_key(each["text"])) for place, each in said]
            backend_of(session).add(session, entries)


def _meeting(pick: random.Random, bodies: list[Body], people: list[Account]) -> dict[str, Any]:
    body = pick.choice(bodies)
    state = pick.choices(list(_SHARES), list(_SHARES.values()))[0]
    settled = state in {"承認済", "登録済", "取消"}
    starts = now() - timedelta(days=pick.randrange(3650 if settled else 60), minutes=pick.randrange(600))
    maker = pick.choice(people).id
    return {
        "id": new_id(),
        "department_id": body.department_id,
        "body_id": body.id,
        "title": f"第{pick.randrange(1, 40)}回{pick.choice(TOPICS)}{pick.choice(('協議会', '委員会', '連絡会'))}",
        "starts_at": starts,
        "meeting_json": "{}",
        "profile": "tokyo_cio",
        "model": "extractive",
        "state": state,
        "transcript_name": "kaigi.vtt",
        "transcript_sha256": "0" * 64,
        "transcript": os.urandom(_TRANSCRIPT_BYTES),
        "current_version": 0 if state in {"受付", "失敗"} else 1,
        "created_by": maker,
        "last_editor_id": pick.choice(people).id,
        "submitted_by": maker if state == "承認待ち" else None,
        "waits_for": "承認者" if state == "承認待ち" else None,
        "assignee_id": pick.choice([None, pick.choice(people).id]),
        "draft_due": (starts + timedelta(days=14)).date(),
        "publication_due": (starts + timedelta(days=45)).date(),
        "created_at": starts,
        "updated_at": starts + timedelta(seconds=pick.randrange(1_000_000)),
    }


def _passages(pick: random.Random, no: int, row: dict[str, Any], count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    place = row["department_id"]
    for n in range(count + 1):
        line = pick.choice(QUESTION + ANSWER)
        text = line.format(topic=pick.choice(TOPICS), place=pick.choice(PLACES), n=pick.randrange(10_000))
        part, where = ("title", "") if n == 0 else ("draft" if n % 4 == 0 else "transcript", f"u{n:04}")
        yield (
            place,
            {
                "id": (no << SHIFT) + n,
                "part": part,
                "place": where,
                "speaker": None,
                "closed": n % 10 == 9,
                "text": row["title"] if n == 0 else text,
            },
        )


def _job(row: dict[str, Any]) -> dict[str, Any]:
    state = {"受付": "queued", "失敗": "failed"}.get(row["state"], "succeeded")
    return {"id": new_id(), "kind": "draft", "subject_id": row["id"], "state": state, "max_attempts": 5}


def _measure(name: str, client: TestClient, path: str) -> str:
    """The fastest of some rounds, the one least disturbed by others on the machine; prints it and returns the page."""
    times, used = [], []
    for _ in range(_ROUNDS):
        start, spent = time.perf_counter(), time.process_time()
        answer = client.get(path)
        times.append(time.perf_counter() - start)
        used.append(time.process_time() - spent)
        assert answer.status_code == 200, (path, answer.status_code)
    print(f"{name:44} {min(times) * 1000:7.1f} ms {min(used) * 1000:7.1f} ms of processor")
    return answer.text


def _next_cursor(client: TestClient, pages: int) -> str:
    cursor = None
    for _ in range(pages):
        given = {"cursor": cursor} if cursor else {}
        cursor = client.get("/api/v1/meetings", params={"sort": "-updated", "limit": 200, **given}).json()[
            "next_cursor"
        ]
    assert cursor is not None
    return str(cursor)


def _pages(client: TestClient, who: str, body: str) -> None:
    deep = _next_cursor(client, 15)
    for name, path in (
        ("自分の仕事", "/"),
        ("すべての会議", "/meetings"),
        ("deep by cursor", f"/meetings?cursor={deep}"),
        ("by due date", "/meetings?sort=due"),
        ("by meeting date, oldest first", "/meetings?sort=held"),
        ("state 承認済", "/meetings?state=承認済"),
        ("state 失敗", "/meetings?state=失敗"),
        ("overdue", "/meetings?due=overdue&sort=due"),
        ("within 7 days", "/meetings?due=soon&sort=due"),
        ("one body", f"/meetings?body={body}"),
        ("in my charge", "/meetings?assignee=me"),
        ("words in the title", "/meetings?q=防災 協議会"),
        ("all filters, nothing left", f"/meetings?state=失敗&due=soon&body={body}&assignee=me&q=存在しない"),
        ("REST, newest first", "/api/v1/meetings"),
        ("REST, state and due", "/api/v1/meetings?state=確認待ち&due=overdue&sort=due"),
    ):
        _measure(f"{who}: {name}", client, path)
    for query in ("予算", "防災", "市", "の", "通学路 予算", "国の補助金も活用", "生成ai", "存在しない"):
        _measure(f"{who}: search {query}", client, f"/search?q={query}")


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--meetings", type=int, default=100_000)
    given.add_argument("--passages", type=int, default=10, help="of each meeting, beside its title")
    given.add_argument("--keep", type=Path)
    chosen = given.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = chosen.keep or Path(folder) / "bench.sqlite3"
        settings = Settings(data_dir=Path(folder), database_url=SecretStr(f"sqlite:///{file.resolve()}"))
        if not file.exists():
            migrate(settings.database())
            engine = make_engine(settings.database())
            start = time.perf_counter()
            _fill(engine, chosen.meetings, chosen.passages)
            print(f"filled in {time.perf_counter() - start:.0f} s, {file.stat().st_size / 1e6:.0f} MB")
            engine.dispose()
        app = create_app(settings)
        with reading(app.state.engine) as session:
            body = session.scalars(select(Body.id).order_by(Body.id)).first()
        for login, who in (("u0", "20 departments"), ("u1", "1 department")):
            with writing(app.state.engine) as session:
                account = session.scalars(select(Account).where(Account.login == login)).one()
                token = start_session(session, account, hours=1)
            with TestClient(app, headers={"Accept": "text/html"}) as client:
                client.cookies.set(cookie_name(settings), token)
                _pages(client, who, str(body))


if __name__ == "__main__":
    main()
