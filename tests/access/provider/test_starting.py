"""Settings of the identity provider: what does not fit does not start."""

import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient
from sqlalchemy import Engine

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

from provider_double import CLIENT_SECRET, Double
from provider_town import HERE, MAPPING, PASSWORD, Town, settings_for

from minutes.errors import InputError
from service.app import create_app
from service.auth import Role
from service.auth.accounts import create_account, find_or_create_department
from service.db.engine import make_engine, writing
from service.db.migrate import migrate
from service.settings import Settings


def test_local_sign_in_can_be_shut_but_for_one_account(
    engine: Engine, url: str, tmp_path: Path, double: Double
) -> None:
    with writing(engine) as session:
        place = find_or_create_department(session, "総務課")
        find_or_create_department(session, "企画課")
        for login in ("hijo", "taro"):
            create_account(
                session,
                login=login,
                display_name=login,
                password=PASSWORD,
                grants=[(place.id, Role.ADMINISTRATOR)],
                actor="test",
                must_change_password=False,
            )
    values = settings_for(url, tmp_path, double, local_sign_in=False, emergency_login="hijo")
    app = create_app(values)
    with TestClient(app, base_url=HERE, follow_redirects=False) as client:
        assert "非常用のアカウント" in client.get("/login").text
        refused = client.post("/login", data={"login": "taro", "password": PASSWORD})
        unknown = client.post("/login", data={"login": "nobody", "password": PASSWORD})
        assert refused.status_code == unknown.status_code == 401
        assert refused.text.replace("taro", "") == unknown.text.replace("nobody", "")
        assert client.post("/login", data={"login": "Hijo", "password": PASSWORD}).status_code == 303
    closed = create_app(settings_for(url, tmp_path, double, local_sign_in=False))
    with TestClient(closed, base_url=HERE, follow_redirects=False) as client:
        assert 'name="password"' not in client.get("/login").text
        assert client.post("/login", data={"login": "", "password": ""}).status_code == 401
        assert client.post("/login", data={"login": "hijo", "password": PASSWORD}).status_code == 401


@pytest.mark.parametrize(
    ("content", "complaints"),
    [
        ([{"group": "g", "department": "総務課", "role": "部長"}], ["「部長」", "1番目"]),
        ([MAPPING[0], {"group": "g", "department": "水道課", "role": "登録者"}], ["「水道課」", "2番目"]),
        (
            [{"group": "g", "department": "水道課", "role": "部長"}, {"group": "h"}],
            ["「水道課」", "「部長」", "2番目の項目：department", "role がない"],
        ),
        ([{"group": "g", "department": "総務課", "role": "登録者", "rolle": "x"}], ["「rolle」"]),
        ([{"group": 5, "department": "総務課", "role": "登録者"}], ["group がない"]),
        (["総務課"], ["項目の形"]),
        ({"group": "g"}, ["並びになっていません"]),
        ([], ["空か"]),
        ("[1: {", ["読めません"]),
        (b"\xff\xfe\x00", ["読めません"]),
        (None, ["読めません"]),
    ],
)
def test_a_faulty_file_of_roles_stops_the_start_and_names_the_fault(
    engine: Engine, url: str, tmp_path: Path, double: Double, content: Any, complaints: list[str]
) -> None:
    with writing(engine) as session:
        find_or_create_department(session, "総務課")
    path = tmp_path / "roles.yaml"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, str):
        path.write_text(content, "utf-8")
    elif content is not None:
        path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    missing = tmp_path / "none.yaml"
    with pytest.raises(InputError) as caught:
        create_app(settings_for(url, tmp_path, double, oidc_roles_file=path if content is not None else missing))
    told = str(caught.value) + "".join(f"{p.where}：{p.what}{p.remedy}" for p in caught.value.problems)
    assert all(complaint in told for complaint in complaints), told


def test_the_file_may_be_json_and_one_group_may_hold_several_roles(
    engine: Engine, url: str, tmp_path: Path, double: Double
) -> None:
    import json

    with writing(engine) as session:
        for name in ("総務課", "企画課"):
            find_or_create_department(session, name)
    path = tmp_path / "roles.json"
    path.write_text(json.dumps(MAPPING), "utf-8")
    app = create_app(settings_for(url, tmp_path, double, oidc_roles_file=path))
    assert len(app.state.group_roles.of(["総務課-確認"])) == 2
    app.state.provider.close()
    app.state.engine.dispose()


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"oidc_issuer": "https://idp.example"}, "CLIENT_ID"),
        ({"local_sign_in": False}, "OIDC_ISSUER"),
        ({"oidc_issuer": "http://idp.example"}, "https"),
        ({"oidc_issuer": "http://127.0.0.1:1", "environment": "production"}, "https"),
        ({"oidc_scopes": "profile"}, "openid"),
        ({"oidc_client_secret_file": "x"}, "両方"),
        ({"oidc_roles_file": None}, "ROLES_FILE"),
        ({"public_url": None}, "PUBLIC_URL"),
    ],
)
def test_settings_that_do_not_fit_do_not_start(values: dict[str, Any], complaint: str) -> None:
    whole = {
        "oidc_issuer": "https://idp.example",
        "oidc_client_id": "g",
        "oidc_client_secret": "geheim",
        "oidc_roles_file": "roles.yaml",
        "public_url": "https://gijiyoshi.example",
        "secure_cookies": True,
    }
    given = (
        values
        if set(values) <= {"local_sign_in"} or values == {"oidc_issuer": "https://idp.example"}
        else whole | values
    )
    with pytest.raises(ValueError, match=complaint) as caught:
        Settings.model_validate(given)
    assert "geheim" not in str(caught.value)


def test_the_secret_may_be_in_a_file(engine: Engine, url: str, tmp_path: Path, double: Double) -> None:
    with writing(engine) as session:
        for name in ("総務課", "企画課"):
            find_or_create_department(session, name)
    secret = tmp_path / "secret"
    secret.write_text(CLIENT_SECRET + "\n", "utf-8")
    values = {"oidc_client_secret": None, "oidc_client_secret_file": secret}
    app = create_app(settings_for(url, tmp_path, double, **values))
    assert Town(app, engine, double).sign_in().status_code == 303
    app.state.provider.close()
    app.state.engine.dispose()
    secret.write_text("", "utf-8")
    with pytest.raises(ValueError, match="OIDC_CLIENT_SECRET_FILE"):
        settings_for(url, tmp_path, double, **values)


def test_without_a_provider_there_is_no_way_there(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    migrate(settings.database())
    engine = make_engine(settings.database())
    with TestClient(create_app(settings), follow_redirects=False) as client:
        assert client.get("/login/provider").status_code == 404
        assert client.get("/login/provider/callback").status_code == 404
        assert "/login/provider" not in client.get("/login").text
    engine.dispose()
