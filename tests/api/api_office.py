"""A department with its people, and the meeting they upload."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, select

from service.auth import Role
from service.auth.tokens import create_token
from service.db.account_tables import Account, Department, RoleGrant
from service.db.base import Base, new_id
from service.db.engine import reading, writing
from service.db.tables import AuditEvent
from workers.runner import Outcome, run_job
from workers.works import works

UPLOAD_MAX = 60_000

MEETING: dict[str, Any] = {
    "title": "デジタル推進会議",
    "series_no": 4,
    "starts_at": "2026-05-20T13:30:00+09:00",
    "ends_at": "2026-05-20T14:30:00+09:00",
    "weekday": "水",
    "venue": "第一会議室",
    "format": "対面開催",
    "agenda": [
        {"no": 1, "title": "窓口の予約制について", "kind": "discussion", "presenter_ids": ["ono"]},
        {
            "no": 2,
            "title": "庁内システムの更改",
            "kind": "discussion",
            "disclosure": "closed",
            "reason": "契約前のため",
        },
    ],
    "roster": [
        {"id": "ono", "name": "小野 美咲", "org": "企画部", "post": "部長", "side": "own"},
        {"id": "mori", "name": "森 健一", "org": "青葉市", "post": "課長", "side": "guest"},
    ],
}

TRANSCRIPT = """○小野部長　それでは議題の１、窓口の予約制についてに入ります。
○森課長　予約制にすると、高齢の方が窓口に来られなくなるおそれはないでしょうか。
○小野部長　電話での予約も受け付けます。来年度から、平日の午前に予約なしの枠を二十件設けます。
○話者３　市民センターでも同じ運用にしてほしいと考えております。
○小野部長　次に議題の２、庁内システムの更改に移ります。ここからは非公開といたします。
○小野部長　落札の見込みは三社で、金額は一億二千万円程度と聞いております。
"""


@dataclass(frozen=True)
class Office:
    """One department with an account per role, each reached through an API token."""

    app: FastAPI
    engine: Engine
    department_id: str
    accounts: Mapping[str, str]
    clients: Mapping[str, TestClient]

    def __getitem__(self, name: str) -> TestClient:
        return self.clients[name]

    def upload(self, **headers: str) -> httpx2.Response:
        return self["maker"].post("/api/v1/meetings", files=files(), headers=headers)

    def drafted(self) -> str:
        """The id of a meeting whose draft a real run of the job has made."""
        answer = self.upload()
        assert answer.status_code == 202, answer.text
        self.run(answer.json()["job_id"])
        return str(answer.json()["id"])

    def run(self, job_id: str) -> None:
        outcome = run_job(self.engine, self.app.state.settings, job_id, works())
        assert outcome is Outcome.SUCCEEDED

    def counts(self) -> dict[str, int]:
        """Rows of every table."""
        with reading(self.engine) as session:
            tables = Base.metadata.sorted_tables
            return {t.name: session.scalar(select(func.count()).select_from(t)) or 0 for t in tables}

    def audited(self, meeting_id: str) -> list[str]:
        query = select(AuditEvent.event).where(AuditEvent.subject == f"meeting:{meeting_id}").order_by(AuditEvent.seq)
        with reading(self.engine) as session:
            return list(session.scalars(query))


ROLES: dict[str, tuple[Role, ...]] = {
    "maker": (Role.REGISTRAR,),
    "checker": (Role.CHECKER,),
    "approver": (Role.APPROVER,),
    "auditor": (Role.AUDITOR,),
    "admin": (Role.ADMINISTRATOR,),
    "everything": tuple(Role),
}


def make_office(app: FastAPI) -> Office:
    engine: Engine = app.state.engine
    accounts: dict[str, str] = {}
    clients: dict[str, TestClient] = {}
    suffix = new_id()[-12:]
    with writing(engine) as session:
        department = Department(name=f"総務課{suffix}")
        session.add(department)
        session.flush()
        for name, roles in ROLES.items():
            login = f"{name}-{suffix}"
            # No one signs in with a password here; the API tokens are real.
            account = Account(login=login, display_name=name, password_hash="!")
            session.add(account)
            session.flush()
            session.add_all(RoleGrant(account_id=account.id, department_id=department.id, role=r) for r in roles)
            session.flush()
            token, _ = create_token(
                session, login=login, name="test", scopes=["read", "write", "approve"], actor="test"
            )
            accounts[name] = account.id
            clients[name] = TestClient(app, headers={"Authorization": f"Bearer {token}"}, raise_server_exceptions=False)
    return Office(app, engine, department.id, accounts, clients)


def files(
    *, meeting: dict[str, Any] | bytes = MEETING, transcript: bytes | str = TRANSCRIPT, filename: str = "会議.txt"
) -> dict[str, tuple[str, bytes]]:
    header = meeting if isinstance(meeting, bytes) else json.dumps(meeting, ensure_ascii=False).encode()
    body = transcript.encode() if isinstance(transcript, str) else transcript
    return {"meeting": ("meeting.json", header), "transcript": (filename, body)}
