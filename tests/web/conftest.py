"""A small fictional draft with everything the review page has to show."""

import re
import socket
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import uvicorn
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from minutes.document import (
    Block,
    BlockType,
    Disposition,
    DraftTurn,
    DraftUtterance,
    Finding,
    MinutesDocument,
    ModelCard,
    Place,
    Provenance,
    Section,
    Sentence,
    Severity,
)
from minutes.meeting import AgendaItem, AgendaKind, Attendee, Disclosure, Meeting, Side
from minutes.turn import TurnKind
from minutes.unit import LeftOut
from service.app import create_app
from service.auth import Role, secrets
from service.auth.accounts import create_account, find_account, find_or_create_department
from service.db.engine import reading, writing
from service.db.migrate import migrate
from service.db.tables import MeetingRow
from service.meetings.drafting import save_first_draft
from service.meetings.queries import current_draft
from service.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))

from browser import ARGS, CHROMIUM, PATIENCE

JST = timezone(timedelta(hours=9))
REFUSED = re.compile(r"status of (412|422) \(")
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def _utterance(
    number: int, label: str | None, who: str | None, item: int, kind: TurnKind, text: str, closed: bool = False
) -> DraftUtterance:
    return DraftUtterance(
        id=f"u{number:04}",
        label=label,
        attendee_id=who,
        confidence=0.9 if who else 0.0,
        reason="名簿の氏名と一致" if who else "名簿に合う手がかりがありません",
        agenda_no=item,
        kind=kind,
        closed=closed,
        text=text,
        start=number * 11.0,
        end=number * 11.0 + 9,
    )


@pytest.fixture
def draft() -> MinutesDocument:
    meeting = Meeting(
        title="北原県・市町情報化連絡会",
        series_no=3,
        starts_at=datetime(2026, 5, 20, 10, 0, tzinfo=JST),
        ends_at=datetime(2026, 5, 20, 11, 30, tzinfo=JST),
        venue="北原県庁 第二会議室",
        agenda=(
            AgendaItem(no=1, title="挨拶", kind=AgendaKind.GREETING, presenter_ids=("a1",)),
            AgendaItem(no=2, title="報告事項", kind=AgendaKind.REPORT),
            AgendaItem(no=3, title="契約の状況", disclosure=Disclosure.CLOSED, reason="個別の契約に関する情報のため"),
        ),
        roster=(
            Attendee(id="a1", name="沢井 修", org="北原県", post="情報政策課長", side=Side.OWN),
            Attendee(id="a2", name="森下 春香", org="青葉市", post="デジタル推進課長"),
            Attendee(id="a3", name="大槻 健", org="南浜町", post="総務課長"),
        ),
    )
    u = _utterance
    utterances = (
        u(1, "沢井", "a1", 1, TurnKind.GREETING, "えー、本日はお集まりいただきまして、ありがとうございます。"),
        u(
            2,
            "沢井",
            "a1",
            1,
            TurnKind.GREETING,
            "今年度は、えー、窓口の予約を、県と市町が一緒に進めていきたいと思っております。",
        ),
        u(
            3,
            "森下",
            "a2",
            2,
            TurnKind.QUESTION,
            "窓口予約の費用なんですけれども、これは県と市のどちらが持つことになるんでしょうか。",
        ),
        u(
            4,
            "沢井",
            "a1",
            2,
            TurnKind.ANSWER,
            "令和8年度は県が全額を負担しまして、9年度からは半分ずつということで考えております。",
        ),
        u(
            5,
            "話者3",
            None,
            2,
            TurnKind.OPINION,
            f"小さな町では職員が2人しかいませんので、研修をお願いしたいです。{HOSTILE}",
        ),
        u(6, "沢井", "a1", 2, TurnKind.CHAIRING, "それでは次に参ります。"),
        u(7, "大槻", "a3", 3, TurnKind.REPORT, "契約先からの見積りは、まだ公表していない金額でして。", closed=True),
    )
    s = lambda n, text, *ids: Sentence(id=f"s{n:04}", text=text, evidence=ids)  # noqa: E731
    statement = BlockType.STATEMENT
    sections = (
        Section(
            agenda_no=1,
            heading="1. 挨拶（北原県 情報政策課長 沢井 修）",
            disclosure=Disclosure.PUBLIC,
            blocks=(
                Block(
                    id="b0001",
                    type=BlockType.BULLET,
                    label="北原県 情報政策課長 沢井 修",
                    attendee_id="a1",
                    turn_ids=("t0002",),
                    sentences=(s(1, "今年度は、窓口の予約を県と市町が一緒に進めていきたい。", "u0002"),),
                ),
            ),
        ),
        Section(
            agenda_no=2,
            heading="2. 報告事項",
            disclosure=Disclosure.PUBLIC,
            blocks=(
                Block(id="b0002", type=BlockType.NOTE, label=None, attendee_id=None, title="質疑応答"),
                Block(
                    id="b0003",
                    type=statement,
                    label="青葉市 デジタル推進課長 森下 春香 様",
                    attendee_id="a2",
                    turn_ids=("t0003",),
                    sentences=(s(2, "窓口予約の費用は県と市のどちらが持つのか。", "u0003"),),
                ),
                Block(
                    id="b0004",
                    type=statement,
                    label="北原県 情報政策課長 沢井 修",
                    attendee_id="a1",
                    turn_ids=("t0004",),
                    sentences=(s(3, "令和8年度は県が全額を負担し、9年度からは半分ずつとする考えである。", "u0004"),),
                ),
                Block(
                    id="b0005",
                    type=statement,
                    label="発言者確認中：話者3",
                    attendee_id=None,
                    turn_ids=("t0005",),
                    sentences=(s(4, f"小さな町では職員が2人しかいないため、研修をお願いしたい。{HOSTILE}", "u0005"),),
                ),
            ),
        ),
        Section(
            agenda_no=3,
            heading="3. 契約の状況（非公開）",
            disclosure=Disclosure.CLOSED,
            blocks=(
                Block(
                    id="b0006",
                    type=statement,
                    label="南浜町 総務課長 大槻 健 様",
                    attendee_id="a3",
                    turn_ids=("t0007",),
                    sentences=(s(5, "契約先の見積りは公表していない金額である。", "u0007"),),
                ),
            ),
        ),
    )
    cited = {"u0002": "s0001", "u0003": "s0002", "u0004": "s0003", "u0005": "s0004", "u0007": "s0005"}
    left = {"u0001": LeftOut.CONDENSED, "u0006": LeftOut.CHAIRING}
    return MinutesDocument(
        meeting=meeting,
        profile="tokyo_cio",
        provenance=Provenance(
            model=ModelCard(name="extractive", revision="1", parameters={}, note="抽出型（文章を生成しない）"),
            program_version="0.1.0",
            input_sha256="0" * 64,
        ),
        utterances=utterances,
        turns=tuple(
            DraftTurn(id=f"t{n:04}", utterance_ids=(x.id,), attendee_id=x.attendee_id, kind=x.kind)
            for n, x in enumerate(utterances, 1)
        ),
        exchanges=(),
        sections=sections,
        dispositions=tuple(
            Disposition(utterance_id=x.id, kind="cited", sentence_ids=(cited[x.id],))
            if x.id in cited
            else Disposition(utterance_id=x.id, kind="left_out", reason=left[x.id])
            for x in utterances
        ),
        findings=(
            Finding(
                rule="G3",
                severity=Severity.WARN,
                message="文末の言い方が発言より強くなっています。",
                place=Place(sentence_id="s0003"),
            ),
            Finding(rule="G2", severity=Severity.ERROR, message="発言者が確認中です。", place=Place(block_id="b0005")),
            Finding(
                rule="G1", severity=Severity.INFO, message="傍聴者数がありません。", place=Place(field="observers")
            ),
        ),
    )


@dataclass
class Site:
    """The application on a fresh database with one account per role and one meeting that waits for review."""

    app: FastAPI
    engine: Engine
    meeting_id: str
    department_id: str
    logins: Mapping[str, str]
    """Login → password, none of them one-time."""

    def client(self, login: str | None = None) -> TestClient:
        """A browser without redirects; signed in when ``login`` is given."""
        client = TestClient(self.app, base_url="http://testserver", follow_redirects=False)
        client.headers["Accept"] = "text/html"
        if login is not None:
            answer = client.post("/login", data={"login": login, "password": self.logins[login]})
            assert answer.status_code == 303, answer.text
        return client

    def finish(self, meeting_id: str, draft: MinutesDocument) -> None:
        """What the drafting job writes at its end."""
        with writing(self.engine) as session:
            assert save_first_draft(session, meeting_id, draft) is not None

    def draft_now(self) -> MinutesDocument:
        with reading(self.engine) as session:
            found = current_draft(session, session.get_one(MeetingRow, self.meeting_id))
        assert found is not None
        return found[1]


PASSWORD = "Mikan-no-ki-27-hon"
ROLES = {
    "tanaka": (Role.REGISTRAR,),
    "suzuki": (Role.CHECKER,),
    "kato": (Role.APPROVER,),
    "ito": (Role.AUDITOR,),
    "futari": (Role.REGISTRAR, Role.APPROVER),
}


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same algorithm with less work: every test makes seven accounts and signs in several times."""
    monkeypatch.setattr(secrets, "PASSWORD_COST", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    secrets._dummy_hash.cache_clear()


@pytest.fixture
def site(tmp_path: Path, draft: MinutesDocument) -> Site:
    settings = Settings(data_dir=tmp_path)
    migrate(settings.database())
    app = create_app(settings)
    engine: Engine = app.state.engine
    with writing(engine) as session:
        department = find_or_create_department(session, "情報政策課")
        elsewhere = find_or_create_department(session, "福祉課")
        for login, roles in ROLES.items():
            create_account(
                session,
                login=login,
                display_name=f"{login} 様",
                password=PASSWORD,
                grants=[(department.id, role) for role in roles],
                actor="system",
                must_change_password=False,
            )
        create_account(
            session,
            login="yoso",
            display_name="他課",
            password=PASSWORD,
            grants=[(elsewhere.id, Role.REGISTRAR)],
            actor="system",
            must_change_password=False,
        )
        create_account(
            session,
            login="shinjin",
            display_name="新人",
            password=PASSWORD,
            grants=[(department.id, Role.REGISTRAR)],
            actor="system",
        )
        maker = find_account(session, "tanaka")
        row = MeetingRow(
            department_id=department.id,
            title="第3回 " + draft.meeting.title,
            starts_at=draft.meeting.starts_at,
            meeting_json=draft.meeting.model_dump_json(),
            profile=draft.profile,
            model="extractive",
            state="受付",
            transcript_name="kaigi.vtt",
            transcript_sha256=draft.provenance.input_sha256,
            transcript=b"WEBVTT\n",
            created_by=maker.id,
        )
        session.add(row)
        session.flush()
        save_first_draft(session, row.id, draft)
        meeting_id, department_id = row.id, department.id
    return Site(app, engine, meeting_id, department_id, dict.fromkeys([*ROLES, "yoso", "shinjin"], PASSWORD))


@pytest.fixture(scope="module")
def chromium():
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: no program `chromium` on the PATH")
    playwright = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def served(site):
    # Listens at once: a browser that is faster than the server waits instead of being refused.
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(site.app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture
def open_page(chromium, served, site):
    """Opens a page as one person; any message of the console (a blocked script, a missing file) fails the test."""
    contexts = []
    complaints: list[str] = []

    def open_as(login: str, *, scripts: bool = True):
        context = chromium.new_context(
            base_url=served, java_script_enabled=scripts, locale="ja-JP", viewport={"width": 1440, "height": 960}
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        # A conflict is answered 412 and bad input 422, which the browser always notes; the page shows what is wrong.
        page.on("console", lambda m: REFUSED.search(m.text) or complaints.append(m.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/")
        page.get_by_label("ログイン名").fill(login)
        page.get_by_label("パスワード").fill(site.logins[login])
        page.get_by_role("button", name="サインイン").click()
        page.get_by_role("heading", name="会議の一覧").wait_for()
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert complaints == []
