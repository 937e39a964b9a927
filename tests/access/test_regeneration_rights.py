"""Who may have a statement written again, decide on it, and read what models wrote: each role, allowed and refused."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Engine

from service.app import create_app
from service.auth.tokens import create_token
from service.db.account_tables import Account
from service.db.engine import writing
from service.settings import Settings

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))

from api_office import Office, make_office

MAY = {
    # asks, discards: who may edit. reads a proposal: who may read. reads the runs: who audits and may read closed talk.
    "maker": (202, 200, 200, 403),
    "checker": (202, 200, 200, 403),
    "approver": (403, 403, 200, 403),
    "auditor": (403, 403, 200, 200),
    "admin": (403, 403, 200, 403),
    "everything": (202, 200, 200, 200),
}
TURN = "t0002"


@pytest.fixture
def office(url: str) -> Iterator[Office]:
    app = create_app(Settings(database_url=SecretStr(url)))
    made = make_office(app)
    yield made
    for client in made.clients.values():
        client.close()
    engine: Engine = app.state.engine
    engine.dispose()


def test_each_role_may_exactly_what_the_table_says(office: Office) -> None:
    meeting_id = office.drafted()
    base = f"/api/v1/meetings/{meeting_id}"
    ask = f"{base}/draft/turns/{TURN}/regenerate"
    for who, (asks, discards, reads, audits) in MAY.items():
        asked = office[who].post(ask, json={"model": "extractive"})
        assert asked.status_code == asks, (who, asked.text)
        if asked.status_code != 202:
            asked = office["maker"].post(ask, json={"model": "extractive"})
        office.run(asked.json()["job"]["id"])
        address = f"{base}/proposals/{asked.json()['id']}"
        assert office[who].get(address).status_code == office[who].get(f"{base}/proposals").status_code == reads, who
        assert office[who].get(f"{base}/model-calls").status_code == audits, who
        taken = office[who].post(f"{address}/take", headers={"If-Match": '"9"'})
        assert taken.status_code == (412 if discards == 200 else 403), who
        gone = office[who].post(f"{address}/discard")
        assert gone.status_code == discards, (who, gone.text)
        if gone.status_code != 200:
            assert office["maker"].post(f"{address}/discard").status_code == 200
    assert office["maker"].get(f"{base}/versions").json()[0]["version"] == 1


def test_only_who_may_edit_stops_a_job(office: Office) -> None:
    meeting_id = office.drafted()
    for who, (asks, *_) in MAY.items():
        asked = office["maker"].post(f"/api/v1/meetings/{meeting_id}/draft/turns/{TURN}/regenerate", json={})
        path = f"/api/v1/jobs/{asked.json()['job']['id']}/cancel"
        stopped = office[who].post(path)
        assert stopped.status_code == (202 if asks == 202 else 403), (who, stopped.text)
        if stopped.status_code != 202:
            assert office["maker"].post(path).status_code == 202


@pytest.mark.parametrize(
    ("scopes", "asks", "reads", "audits"),
    [
        (["read"], 403, 200, 200),
        (["write"], 403, 403, 403),
        (["approve"], 403, 403, 403),
        (["read", "write"], 202, 200, 200),
    ],
)
def test_a_token_does_no_more_than_its_scopes(
    office: Office, scopes: list[str], asks: int, reads: int, audits: int
) -> None:
    base = f"/api/v1/meetings/{office.drafted()}"
    with writing(office.engine) as session:
        account = session.get_one(Account, office.accounts["everything"])
        token, _ = create_token(session, login=account.login, name="one", scopes=scopes, actor="test")
    with TestClient(office.app, headers={"Authorization": f"Bearer {token}"}) as client:
        assert client.get(f"{base}/proposals").status_code == reads
        assert client.get(f"{base}/model-calls").status_code == audits
        assert client.post(f"{base}/draft/turns/{TURN}/regenerate", json={}).status_code == asks
