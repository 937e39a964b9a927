"""People in a real browser: in at the identity provider, out again, and an administrator's day without JavaScript."""

import json
import socket
import sys
import threading
from pathlib import Path

import pytest
import uvicorn
from argon2 import PasswordHasher

sys.path.insert(0, str(Path(__file__).parents[1] / "access"))
sys.path.insert(0, str(Path(__file__).parent))

from browser import PATIENCE
from provider_double import CLIENT_ID, CLIENT_SECRET, running_provider

from service.app import create_app
from service.auth import Role, secrets
from service.auth.accounts import create_account, find_or_create_department
from service.db.engine import make_engine, writing
from service.db.migrate import migrate
from service.settings import Settings

pytestmark = pytest.mark.browser

PASSWORD = "Mikan-no-ki-27-hon"


@pytest.fixture
def office(tmp_path, monkeypatch):
    """The service and an identity provider, both on the loopback."""
    monkeypatch.setattr(secrets, "PASSWORD_COST", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    mapping = tmp_path / "roles.json"
    mapping.write_text(json.dumps([{"group": "総務課-登録", "department": "総務課", "role": "登録者"}]), "utf-8")
    plain = Settings(data_dir=tmp_path)
    migrate(plain.database())
    engine = make_engine(plain.database())
    with writing(engine) as session:
        place = find_or_create_department(session, "総務課")
        create_account(
            session,
            login="kanri",
            display_name="管理 太郎",
            password=PASSWORD,
            grants=[(place.id, Role.ADMINISTRATOR)],
            actor="test",
            must_change_password=False,
        )
    engine.dispose()
    with running_provider() as double:
        listening = socket.create_server(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = Settings.model_validate(
            {
                "data_dir": tmp_path,
                "public_url": address,
                "oidc_issuer": double.issuer,
                "oidc_client_id": CLIENT_ID,
                "oidc_client_secret": CLIENT_SECRET,
                "oidc_roles_file": mapping,
                # Tells the double to show a page with a link, as a person would meet it.
                "oidc_scopes": "openid playwright",
            }
        )
        app = create_app(settings)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield address
        server.should_exit = True
        thread.join()
        listening.close()
        app.state.provider.close()
        app.state.engine.dispose()


@pytest.fixture
def open_page(chromium, office):
    """A page without JavaScript; any message of the console (a blocked form, a missing file) fails the test."""
    contexts, complaints = [], []

    def note(message):
        # The double has no icon, which is none of our business, and a refused form is a 409 on purpose.
        if message.type == "error" and office in message.location["url"] and "409" not in message.text:
            complaints.append(message.text)

    def open_one():
        context = chromium.new_context(base_url=office, java_script_enabled=False, locale="ja-JP")
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


def sign_in(page, login="kanri", password=PASSWORD):
    page.goto("/login")
    page.get_by_label("ログイン名").fill(login)
    page.get_by_label("パスワード").fill(password)
    page.get_by_role("button", name="サインイン").click()


def test_in_at_the_identity_provider_and_out_of_both(open_page, office):
    page = open_page()
    page.goto("/meetings/new")
    page.get_by_role("link", name="組織のアカウントでサインイン").click()
    page.get_by_role("link", name="東 花子として進む").click()
    page.get_by_role("heading", name="文字起こし").first.wait_for()
    assert page.url == f"{office}/meetings/new"
    page.get_by_role("link", name="東 花子").click()
    page.get_by_text("組織のアカウントの所属グループによる").wait_for()
    page.get_by_text("Linux の Chrome").wait_for()
    page.get_by_role("button", name="サインアウト", exact=True).click()
    page.get_by_role("heading", name="庁内認証を終わりました").wait_for()
    page.get_by_role("link", name="戻る").click()
    page.get_by_role("heading", name="サインイン").wait_for()
    page.goto("/me")
    assert "/login" in page.url


def test_an_administrator_takes_a_person_in_and_out_with_the_keyboard(open_page):
    page = open_page()
    sign_in(page)
    page.get_by_role("link", name="利用者と所属").click()
    page.get_by_role("link", name="利用者を登録する").click()
    page.get_by_label("氏名").focus()
    page.keyboard.type("新人 二郎")
    page.keyboard.press("Tab")
    page.keyboard.type("kanri")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_text("すでに使われています").wait_for()
    assert page.get_by_label("氏名").input_value() == "新人 二郎" and page.get_by_label("登録者").is_checked()
    page.get_by_label("ログイン名").fill("jiro")
    page.keyboard.press("Enter")
    password = page.locator(".secret code").nth(1).text_content()

    other = open_page()
    sign_in(other, "jiro", password)
    other.get_by_role("heading", name="パスワードの変更").wait_for()
    other.get_by_label("今のパスワード").fill(password)
    for label in ("新しいパスワード", "新しいパスワード（もう一度）"):
        other.get_by_label(label, exact=True).fill("Sakura-no-shita-9")
    other.get_by_role("button", name="変更する").click()
    other.get_by_role("heading", name="会議の一覧").wait_for()

    page.get_by_role("link", name="この人の設定を見る").click()
    page.get_by_text("利用を停止する…").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="停止する").click()
    page.get_by_text("利用を停止しています").wait_for()
    other.reload()
    other.get_by_role("heading", name="サインイン").wait_for()


@pytest.mark.parametrize("path", ["/me", "/admin/people", "/admin/people/new", "/admin/departments"])
def test_no_page_is_wider_than_a_telephone(open_page, path):
    page = open_page()
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page)
    # Left too soon, the answer with the cookie is lost, and the page for signing in is measured instead.
    page.get_by_role("heading", name="会議の一覧").wait_for()
    page.goto(path)
    assert page.url.endswith(path)
    widest = page.locator("body").evaluate(
        "body => Math.max(...[...body.querySelectorAll('*')].map(e => e.getBoundingClientRect().right))"
    )
    assert widest <= 390
