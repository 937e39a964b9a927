"""The service beside an identity provider on the loopback, which does right, or wrong in a way a test names."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import yaml
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Engine, select

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

from provider_double import CLIENT_ID, CLIENT_SECRET, Double

from service.app import create_app
from service.audit import AuditEventName, verify
from service.auth import Role
from service.auth.accounts import create_account, find_account, find_or_create_department
from service.auth.administration import held_by
from service.db.engine import reading, writing
from service.db.tables import AuditEvent
from service.settings import Settings

PASSWORD = "Mikan-no-ki-27-hon"
HERE = "http://testserver"
MAPPING = [
    {"group": "総務課-登録", "department": "総務課", "role": "登録者"},
    {"group": "総務課-確認", "department": "総務課", "role": "確認者"},
    {"group": "総務課-確認", "department": "企画課", "role": "確認者"},
]


PLAIN = httpx2.Client(trust_env=False)
"""Another browser's worth of HTTP; one for all, because each would read the machine's certificates."""


@dataclass
class Town:
    """The service with the provider beside local accounts."""

    app: FastAPI
    engine: Engine
    double: Double

    def browser(self) -> TestClient:
        client = TestClient(self.app, base_url=HERE, follow_redirects=False, raise_server_exceptions=False)
        client.headers["Accept"] = "text/html"
        return client

    def go(self, client: TestClient, target: str = "/") -> str:
        """Over to the provider and back to the address it sends the browser to, which is not opened yet."""
        away = client.get("/login/provider", params={"next": target})
        assert away.status_code == 303, away.text
        answer = PLAIN.get(away.headers["location"])
        assert answer.status_code == 303
        return answer.headers["location"]

    def sign_in(self, client: TestClient | None = None, target: str = "/") -> httpx2.Response:
        client = client or self.browser()
        return client.get(self.go(client, target))

    def reasons(self) -> list[str]:
        query = select(AuditEvent.detail).where(AuditEvent.event == AuditEventName.PROVIDER_REFUSED)
        with reading(self.engine) as session:
            assert verify(session).ok
            return [each["reason"] for each in session.scalars(query.order_by(AuditEvent.seq))]

    def held(self, login: str) -> tuple[set[str], set[str]]:
        """By hand and by claims, as 所属：役割 without the department's id."""
        with reading(self.engine) as session:
            held = held_by(session, find_account(session, login).id)
        return {role.value for _, role in held.by_hand}, {role.value for _, role in held.claimed}


def settings_for(url: str, folder: Path, double: Double, **values: Any) -> Settings:
    mapping = folder / "roles.yaml"
    if not mapping.exists():
        mapping.write_text(yaml.safe_dump(MAPPING, allow_unicode=True), "utf-8")
    return Settings.model_validate(
        {
            "data_dir": folder,
            "database_url": SecretStr(url),
            "public_url": HERE,
            "oidc_issuer": double.issuer,
            "oidc_client_id": CLIENT_ID,
            "oidc_client_secret": SecretStr(CLIENT_SECRET),
            "oidc_roles_file": mapping,
            "oidc_timeout_seconds": 10,
            **values,
        }
    )


def running_town(engine: Engine, url: str, tmp_path: Path, double: Double, **values: Any) -> Iterator[Town]:
    with writing(engine) as session:
        place = find_or_create_department(session, "総務課")
        find_or_create_department(session, "企画課")
        create_account(
            session,
            login="taro",
            display_name="太郎",
            password=PASSWORD,
            grants=[(place.id, Role.ADMINISTRATOR)],
            actor="test",
            must_change_password=False,
        )
    app = create_app(settings_for(url, tmp_path, double, **values))
    yield Town(app, engine, double)
    app.state.provider.close()
    app.state.engine.dispose()
