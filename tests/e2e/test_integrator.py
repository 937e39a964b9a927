"""The guide for integrators is followed: its recipes are typed, its programs run, at a live service and a real worker."""

import http.client
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from cookbook import recipes
from live_service import BIN, ROOT, Service, started, wait_for
from outside import EXAMPLES, SECRET, Receiver, busy_front, receiving
from sqlalchemy import select
from standardwebhooks import Webhook

from minutes.era import JST
from records.connectors.registry import KINDS
from service.auth.accounts import principal_of
from service.auth.tokens import create_token
from service.db.account_tables import Account, Department
from service.db.engine import make_engine, writing
from service.deliveries.destinations import DestinationFields, Keeping
from service.meetings.states import MeetingState
from service.settings import Settings

# Each wait has a limit of its own, which says what was waited for.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

BETWEEN = "\x1e"


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    with receiving(tmp_path_factory.mktemp("receiver")) as made:
        yield made


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("integrator")
    (folder / "samples").symlink_to(ROOT / "samples")
    counter, inbox = folder / "counter", folder / "inbox"
    counter.mkdir()
    inbox.mkdir()
    more = {
        "GIJIYOSHI_INBOX_DIR": str(inbox),
        "GIJIYOSHI_INBOX_LOGIN": "toroku",
        "GIJIYOSHI_INBOX_SECONDS": "0.2",
        "GIJIYOSHI_DELIVERY_FOLDERS": str(counter),
        "GIJIYOSHI_WEBHOOK_URL": receiver.url,
        "GIJIYOSHI_WEBHOOK_SECRET": SECRET,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    }
    with started(folder, [str(BIN / "gijiyoshi"), "up"], signal.SIGTERM, more) as running:
        _destination(running, counter)
        yield running


def _destination(service: Service, folder: Path) -> None:
    """As an administrator makes it on the page: no token does."""
    settings = Settings(data_dir=service.data, delivery_folders=str(folder))
    engine = make_engine(settings.database())
    fields = DestinationFields(
        name="文書管理の受付",
        config={"folder": str(folder)},
        editions=("公開版",),
        encoding="utf-8",
        naming="ja",
        contents="zip",
        automatic=False,
    )
    with writing(engine) as session:
        administrator = principal_of(session, session.scalars(select(Account).where(Account.login == "kanri")).one())
        department = session.scalars(select(Department.id)).one()
        Keeping(session, settings, administrator, KINDS).add(department, "folder", fields)
    engine.dispose()


@dataclass(frozen=True)
class Tokens:
    maker: str
    checker: str
    approver: str


@pytest.fixture(scope="module")
def tokens(service: Service) -> Tokens:
    engine = make_engine(Settings(data_dir=service.data).database())

    def made(login: str, scope: str) -> str:
        with writing(engine) as session:
            return create_token(session, login=login, name="試験", scopes=["read", scope], actor="test")[0]

    three = Tokens(made("toroku", "write"), made("kakunin", "write"), made("shonin", "approve"))
    engine.dispose()
    return three


def client(url: str, who: str, *command: str) -> subprocess.CompletedProcess[str]:
    """docs/examples/client.py as its own process."""
    return subprocess.run(
        [sys.executable, str(EXAMPLES / "client.py"), *command],
        env=os.environ | {"GIJIYOSHI_URL": url, "GIJIYOSHI_TOKEN": who, "PYTHONUTF8": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_both_languages_have_the_same_recipes() -> None:
    def typed(page: str) -> list[tuple[str, str | None]]:
        found = recipes(ROOT / page)
        assert found
        return [(re.sub(r"(^|  )#.*\n", "\n", each.typed, flags=re.MULTILINE), each.back) for each in found]

    assert typed("docs/integrator.md") == typed("docs/integrator.ja.md")


@pytest.mark.parametrize("page", ["docs/integrator.md", "docs/integrator.ja.md"])
def test_each_state_is_named(page: str) -> None:
    (row,) = re.findall(r"^\| (?:States|状態) \| (.+) \|$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert [state for state in MeetingState if state not in row] == []


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="curl 又は jq が入っていない")
def test_the_cookbook(service: Service) -> None:
    found = recipes(ROOT / "docs/integrator.md")
    script = f"\nprintf '{BETWEEN}'\n".join(each.typed for each in found)
    script = script.replace("127.0.0.1:8000", f"127.0.0.1:{service.port}")
    done = service.run("bash", "-euo", "pipefail", "-c", script, cwd=service.data.parent)
    printed = done.stdout.split(BETWEEN)
    for recipe, said in zip(found, printed, strict=False):
        assert recipe.says(said), (recipe.heading, said, done.stderr)
    assert done.returncode == 0 and len(printed) == len(found), done.stderr


UPLOAD = ("upload", "samples/meeting.json", "samples/meeting.txt")


@pytest.fixture(scope="module")
def uploaded(service: Service, tokens: Tokens) -> list[str]:
    """What the client printed when the first request was refused and the answer of the second was lost."""
    with busy_front(service.url) as front:
        ran = client(front.url, tokens.maker, *UPLOAD)
    assert ran.returncode == 0, ran.stderr
    assert front.seen["POST"] == 3
    return ran.stdout.splitlines()


def test_the_client_bears_a_busy_network_and_makes_nothing_twice(
    service: Service, tokens: Tokens, uploaded: list[str]
) -> None:
    *lines, meeting_id = uploaded
    assert len(lines) > 20
    assert [line for line in lines if not re.fullmatch(r".+　.+［u\d+( u\d+)*］", line)] == []
    assert client(service.url, tokens.maker, *UPLOAD).stdout.splitlines()[-1] == meeting_id


def test_the_client_passes_on_what_the_service_says(service: Service, tokens: Tokens) -> None:
    refused = client(service.url, tokens.maker, "upload", "samples/README.md", "samples/meeting.txt")
    assert (refused.returncode, refused.stderr[:4]) == (1, "422 ")
    unknown = client(service.url, "gjy_unknown", *UPLOAD)
    assert (unknown.returncode, unknown.stderr[:4]) == (1, "401 ")


@pytest.fixture(scope="module")
def approved(service: Service, tokens: Tokens, uploaded: list[str]) -> dict[str, Any]:
    """The meeting that the client uploaded, after two people's decisions."""
    for who, action in ((tokens.checker, "submit"), (tokens.approver, "approve")):
        answer = httpx2.post(
            f"{service.url}/api/v1/meetings/{uploaded[-1]}/transitions",
            json={"action": action},
            headers={"Authorization": f"Bearer {who}"},
            timeout=30,
            trust_env=False,
        )
        assert answer.status_code == 200, answer.text
    meeting: dict[str, Any] = answer.json()
    return meeting


def test_the_client_takes_a_package_and_registers(
    service: Service, tokens: Tokens, approved: dict[str, Any], tmp_path: Path
) -> None:
    today = datetime.now(JST).date().isoformat()
    record = tmp_path / "record.json"
    record.write_text(json.dumps(_described(today), ensure_ascii=False), encoding="utf-8")
    taken = client(service.url, tokens.maker, "package", approved["id"], str(record), str(tmp_path))
    assert taken.returncode == 0, taken.stderr
    package = Path(taken.stdout.strip())
    assert service.run(str(BIN / "gijiyoshi"), "package", "verify", str(package)).returncode == 0

    table = tmp_path / "numbers.csv"
    columns = "会議の番号,文書番号,決裁日,決裁者,備考"
    table.write_text(f"{columns}\n{approved['id']},,{today},企画課長,\n", encoding="cp932")
    refused = client(service.url, tokens.maker, "register", str(table))
    assert (refused.returncode, refused.stderr[:4]) == (1, "422 ")
    assert "文書番号" in refused.stderr
    table.write_text(f"{columns}\n{approved['id']},8デ企第132号,{today},企画課長,\n", encoding="cp932")
    for effect in ("登録", "変更なし"):
        done = client(service.url, tokens.maker, "register", str(table))
        assert done.stdout.split()[:3] == ["2", effect, "8デ企第132号"], done.stderr


def _described(today: str) -> dict[str, Any]:
    file = {
        "fiscal_year": "令和8年度",
        "class_large": "総務",
        "class_mid": "会議",
        "file_title": "デジタル推進協議会",
        "creator": "企画課長",
        "location": "文書管理システム",
        "manager": "企画課長",
        "retention_period": "5年",
        "disposal": "廃棄",
    }
    item = {
        "drafted_on": today,
        "drafter": {"organisation": "企画課", "name": "早乙女 遥"},
        "decision": "課長専決",
        "openness": "部分公開",
        "openness_reason": "契約前の情報",
        "personal_information": False,
    }
    return {"file": file, "item": item}


def test_the_receiver_handles_each_event_once(receiver: Receiver, approved: dict[str, Any]) -> None:
    line = f"approved {approved['id']} {approved['approval']['sha256']} {approved['title']}"
    wait_for(lambda: line in receiver.handled(), seconds=60, what="the approval arrives")
    query = "SELECT id, body FROM events WHERE body LIKE '%meeting.approved%' || ? || '%'"
    with closing(sqlite3.connect(receiver.inbox)) as kept:
        event_id, body = kept.execute(query, (approved["id"],)).fetchone()
    later = json.dumps({**json.loads(body), "type": "meeting.not_known_yet"})
    assert sent(receiver, event_id, body) == 204
    assert sent(receiver, "later", later) == 204
    last = f"seen meeting.not_known_yet {approved['id']} 承認済"
    wait_for(lambda: last in receiver.handled(), seconds=20, what="the last event is handled")
    assert receiver.handled().count(line) == 1


def test_the_receiver_keeps_nothing_that_it_cannot_believe_or_read(receiver: Receiver) -> None:
    body = '{"version": "1", "type": "meeting.approved", "data": {"meeting_id": "m", "state": "承認済", "sha256": "", "title": ""}}'
    assert sent(receiver, "forged", body.replace("承認済", "登録済"), signature=_signed("forged", body)) == 401
    assert sent(receiver, "old", body, age=timedelta(hours=1)) == 401
    assert sent(receiver, "no-base64", body, signature="v1,*") == 401
    assert sent(receiver, "no-signature", body, signature="") == 401
    assert sent(receiver, "of-later", body.replace('"1"', '"2"')) == 422
    connection = http.client.HTTPConnection(urlsplit(receiver.url).netloc, timeout=10)
    with closing(connection):
        connection.putrequest("POST", "/")
        connection.putheader("Content-Length", "200000")
        connection.endheaders()
        assert connection.getresponse().status == 413
    with closing(sqlite3.connect(receiver.inbox)) as kept:
        assert kept.execute("SELECT id FROM events WHERE body LIKE '%\"m\"%'").fetchall() == []


def _signed(id: str, text: str, at: datetime | None = None) -> str:
    return Webhook(SECRET).sign(id, at or datetime.now(UTC), text)


def sent(receiver: Receiver, id: str, text: str, *, signature: str | None = None, age: timedelta = timedelta()) -> int:
    moment = datetime.now(UTC) - age
    headers = {
        "webhook-id": id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": _signed(id, text, moment) if signature is None else signature,
    }
    return httpx2.post(receiver.url, content=text.encode(), headers=headers, trust_env=False).status_code
