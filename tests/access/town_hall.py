"""A meeting with closed talk in one department, and a person for each role there, elsewhere, and for none at all."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select

from minutes.profiles import load_profile
from minutes.proposal import rewritable
from minutes.public import closed_ids
from records.package.stored_zip import write_zip
from service.app import create_app
from service.auth import Principal, Role, secrets
from service.auth.accounts import principal_of
from service.auth.sessions import cookie_name, end_session, start_session
from service.auth.tokens import create_token, revoke_token
from service.db.account_tables import Account, Department, RoleGrant, SignIn
from service.db.engine import reading, writing
from service.db.migrate import migrate
from service.db.record_tables import RecordPackage
from service.db.tables import Job, MeetingRow
from service.meetings.drafting import mark_cancelled, mark_failed
from service.meetings.intake import accept_meeting
from service.meetings.proposals import ask, discard_proposal
from service.meetings.queries import current_draft, latest_job
from service.profiles.saving import make_profile
from service.settings import Settings
from workers.runner import Outcome, run_job
from workers.works import works

OWN, OTHER = "総務課", "福祉課"
TITLE = "庁舎整備検討会"
PROFILE = "soumu_kaigi"
"""An own profile of the own department."""

MEETING: dict[str, Any] = {
    "title": TITLE,
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
            "presenter_ids": ["mori"],
            "subitems": [{"title": "辰巳製作所との随意契約", "presenter_ids": ["mori"]}],
        },
    ],
    "roster": [
        {"id": "ono", "name": "小野 美咲", "org": "企画部", "post": "部長", "side": "own"},
        {"id": "mori", "name": "森 健一", "org": "青葉市", "post": "課長", "side": "guest"},
    ],
}

OPEN_TALK = (
    "○小野部長　それでは議題の１、窓口の予約制についてに入ります。",
    "○森課長　予約制にすると、高齢の方が窓口に来られなくなるおそれはないでしょうか。",
    "○小野部長　電話での予約も受け付けます。来年度から、平日の午前に予約なしの枠を二十件設けます。",
    "○小野部長　次に議題の２、庁内システムの更改に移ります。ここからは非公開といたします。",
)
CLOSED_TALK = (
    "○小野部長　落札の見込みは三社で、金額は一億二千万円程度と聞いております。",
    "○密偵係　白鷺電算の見積りは、ほかより三割も安いのでしょうか。",
    "○小野部長　白鷺電算には、瑕疵の疑いで戒告した経緯があります。",
)
CLOSED_WORDS = (
    "落札",
    "三社",
    "一億二千万円",
    "1億2",
    "白鷺",
    "電算",
    "密偵",
    "三割",
    "3割",
    "見積",
    "瑕疵",
    "戒告",
    "経緯",
    "辰巳製作所",
    "随意契約",
)
"""What only closed talk and the closed item's own lines have, and no page of the service."""


@dataclass(frozen=True)
class Who:
    """A person, or a program with a token of that person: ``scopes`` is None for the person's own session."""

    role: Role | None
    department: str
    scopes: frozenset[str] | None = None

    def __str__(self) -> str:
        via = "session" if self.scopes is None else "token " + "+".join(sorted(self.scopes))
        return f"{self.role or '役割なし'}＠{self.department} by {via}"


@dataclass
class TownHall:
    app: FastAPI
    engine: Engine
    meeting_id: str
    job_id: str
    failed_id: str
    failed_job_id: str
    cancelled_id: str
    """Before there was a draft."""
    open_turn_id: str
    proposal_id: str
    """Ready to be taken, of closed talk."""
    discarded_id: str
    """A proposal of open talk."""
    departments: Mapping[str, str]
    accounts: Mapping[tuple[Role | None, str], str]
    federated_id: str
    """An account of the own department that has no password."""
    ended_session_id: str
    revoked_token_id: str
    package_id: str
    """A package of the 公開版 alone."""
    whole_package_id: str
    """One with the 保存版."""

    def client(self, who: Who) -> TestClient:
        """A browser, or a program with a token."""
        account_id = self.accounts[who.role, who.department]
        client = TestClient(
            self.app, base_url="http://testserver", follow_redirects=False, raise_server_exceptions=False
        )
        with writing(self.engine) as session:
            account = session.get_one(Account, account_id)
            if who.scopes is None:
                token = start_session(session, account, hours=1)
                client.cookies.set(cookie_name(self.app.state.settings), token)
                client.headers["Accept"] = "text/html"
            else:
                token, _ = create_token(session, login=account.login, name="t", scopes=sorted(who.scopes), actor="test")
                client.headers["Authorization"] = f"Bearer {token}"
        return client

    def principal(self, role: Role, department: str = OWN) -> Principal:
        with reading(self.engine) as session:
            return principal_of(session, session.get_one(Account, self.accounts[role, department]))


def build(folder: Path) -> TownHall:
    """On SQLite; the draft is made by the real job."""
    mapping = folder / "roles.json"
    mapping.write_text(json.dumps([{"group": "g", "department": OWN, "role": "登録者"}]), "utf-8")
    plain = Settings(data_dir=folder)
    migrate(plain.database())
    first = create_app(plain)
    with writing(first.state.engine) as session:
        places = {name: Department(name=name) for name in (OWN, OTHER)}
        session.add_all(places.values())
        session.flush()
        departments = {name: place.id for name, place in places.items()}
    first.state.engine.dispose()
    settings = Settings.model_validate(
        {
            "data_dir": folder,
            "public_url": "http://testserver",
            # Never asked: nobody signs in there.
            "oidc_issuer": "http://127.0.0.1:9",
            "oidc_client_id": "g",
            "oidc_roles_file": mapping,
        }
    )
    app = create_app(settings)
    engine: Engine = app.state.engine
    accounts: dict[tuple[Role | None, str], str] = {}
    with writing(engine) as session:

        def person(login: str, role: Role | None, place: str) -> Account:
            account = Account(login=login, display_name=f"{place} {role or '無役'}", password_hash=secrets.NO_PASSWORD)
            session.add(account)
            session.flush()
            if role is not None:
                session.add(RoleGrant(account_id=account.id, department_id=departments[place], role=role))
            return account

        for number, role in enumerate(Role):
            for place in (OWN, OTHER):
                accounts[role, place] = person(f"p{number}-{'own' if place == OWN else 'other'}", role, place).id
        accounts[None, "どこにも"] = person("nobody", None, "どこにも").id
        federated = person("federated", Role.REGISTRAR, OWN)
        ended = start_session(session, federated, hours=1)
        end_session(session, ended)
        _, revoked = create_token(session, login="federated", name="old", scopes=["read"], actor="test")
        revoke_token(session, revoked.id, actor="test")
        ended_id = session.scalars(select(SignIn.id).where(SignIn.account_id == federated.id)).one()
        maker = principal_of(session, session.get_one(Account, accounts[Role.REGISTRAR, OWN]))
        administrator = principal_of(session, session.get_one(Account, accounts[Role.ADMINISTRATOR, OWN]))
        make_profile(session, administrator, PROFILE, load_profile(), department_id=departments[OWN])
    ids = []
    for end in ("", "\n", "\n\n"):
        transcript = "\n".join(OPEN_TALK + CLOSED_TALK) + end
        made = accept_meeting(
            engine,
            settings,
            maker,
            meeting=json.dumps(MEETING, ensure_ascii=False).encode(),
            transcript=transcript.encode(),
            filename="会議.txt",
            department_id=departments[OWN],
            profile=None,
            model=None,
        )
        ids.append((made.meeting_id, made.job_id))
    (meeting_id, job_id), (failed_id, failed_job_id), (cancelled_id, _) = ids
    assert run_job(engine, settings, job_id, works()) is Outcome.SUCCEEDED
    with writing(engine) as session:
        fail(session.get_one(Job, failed_job_id))
        assert mark_failed(session, failed_id, "input") and mark_cancelled(session, cancelled_id)
    with reading(engine) as session:
        draft = current_draft(session, session.get_one(MeetingRow, meeting_id))
        checker = principal_of(session, session.get_one(Account, accounts[Role.CHECKER, OWN]))
    assert draft is not None
    closed = closed_ids(draft[1])
    turns = [turn for turn in draft[1].turns if turn.id in rewritable(draft[1])]
    open_turn_id = next(turn.id for turn in turns if closed.isdisjoint(turn.utterance_ids))
    closed_turn_id = next(turn.id for turn in turns if closed.issuperset(turn.utterance_ids))
    discarded_id = propose(engine, settings, checker, meeting_id, open_turn_id)
    discard_proposal(engine, checker, meeting_id, discarded_id)
    return TownHall(
        app=app,
        engine=engine,
        meeting_id=meeting_id,
        job_id=job_id,
        failed_id=failed_id,
        failed_job_id=failed_job_id,
        cancelled_id=cancelled_id,
        open_turn_id=open_turn_id,
        proposal_id=propose(engine, settings, checker, meeting_id, closed_turn_id),
        discarded_id=discarded_id,
        departments=departments,
        accounts=accounts,
        federated_id=federated.id,
        ended_session_id=ended_id,
        revoked_token_id=revoked.id,
        package_id=keep_package(engine, meeting_id, "公開版", {"data/public.txt": OPEN_TALK[1]}),
        whole_package_id=keep_package(
            engine, meeting_id, "保存版", {"data/public.txt": OPEN_TALK[1], "data/full.txt": CLOSED_TALK[0]}
        ),
    )


def keep_package(engine: Engine, meeting_id: str, edition: str, files: Mapping[str, str]) -> str:
    """As one that was made, though this meeting is not approved."""
    packed = {f"p/{path}": text.encode() for path, text in files.items()}
    content = write_zip(packed, datetime(2026, 5, 26, tzinfo=UTC))
    with writing(engine) as session:
        kept = RecordPackage(
            meeting_id=meeting_id,
            version=1,
            editions=[edition],
            encoding="utf-8",
            naming="ja",
            name="p.zip",
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            fingerprint="0" * 64,
            content=content,
        )
        session.add(kept)
        session.flush()
        return kept.id


def propose(engine: Engine, settings: Settings, principal: Principal, meeting_id: str, turn_id: str) -> str:
    """Have a turn written again by the real job."""
    proposal = ask(engine, settings, principal, meeting_id, turn_id, model=None)
    with reading(engine) as session:
        job = latest_job(session, proposal.id)
    assert job is not None and run_job(engine, settings, job.id, works()) is Outcome.SUCCEEDED
    return proposal.id


def fail(job: Job) -> None:
    """As a reader that stumbles over a line would leave it, with a piece of that line."""
    job.state, job.error_category = "failed", "input"
    job.error_public = "5行目「落札の見込みは三社」を読めません。"
    job.finished_at = job.created_at
