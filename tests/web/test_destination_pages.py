"""引渡し先 on the pages of an administrator: made, changed, checked, paused and ended, and nothing of it lost on the way."""

import re
from typing import Annotated, Literal

import pytest
from pydantic import Field
from sqlalchemy import select

from minutes.value import Value
from service.audit import verify
from service.auth import Role
from service.auth.accounts import create_account, find_or_create_department
from service.db.engine import reading, writing
from service.db.record_tables import Destination
from service.db.tables import AuditEvent, Job
from service.web.config_form import config_of, fields_of, typed_of
from workers.runner import Outcome, run_job
from workers.works import works

PASSWORD = "Mikan-no-ki-27-hon"
NEW = "/admin/destinations/new?kind="
PLACE = {"name": "文書管理", "editions": "公開版", "encoding": "utf-8", "naming": "ja", "contents": "zip"}


@pytest.fixture
def kanri(site):
    with writing(site.engine) as session:
        elsewhere = find_or_create_department(session, "福祉課").id
        for login, department in (("kanri", site.department_id), ("fukushi", elsewhere)):
            create_account(
                session,
                login=login,
                display_name=login,
                password=PASSWORD,
                grants=[(department, Role.ADMINISTRATOR)],
                actor="test",
                must_change_password=False,
            )
            site.logins[login] = PASSWORD
    return site.client("kanri")


def stored(site):
    with reading(site.engine) as session:
        return session.scalars(select(Destination)).one()


def made(kanri, **more):
    answer = kanri.post(NEW + "folder", data=PLACE | {"config.folder": "/srv/hikiwatashi"} | more)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


def test_the_form_of_every_kind_is_made_of_its_fields(site, kanri):
    page = kanri.get("/admin/destinations").text
    kinds = re.findall(r'href="/admin/destinations/new\?kind=([a-z]+)"', page)
    assert {"folder", "sftp", "webdav"} <= set(kinds)
    for each in kinds:
        kind = site.app.state.kinds[each]
        form = kanri.get(NEW + each).text
        assert set(re.findall(r'name="config\.([a-z_]+)"', form)) == set(kind.config.model_fields)
        assert ('name="secret"' in form) == (kind.secret is not None)
        for field in kind.config.model_fields.values():
            assert field.title in form
    assert kanri.get(NEW + "nothing").status_code == 422


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(site, kanri):
    typed = {"name": "", "config.host": "", "config.port": "たくさん", "config.user": "gijiyoshi", "secret": "himitsu"}
    refused = kanri.post(NEW + "sftp", data=typed)
    assert refused.status_code == 422
    for field in ("name", "config.host", "config.port", "editions"):
        assert f'id="{field}-fault-1"' in refused.text, field
        assert f'href="#{field}"' in refused.text, field
    assert 'value="gijiyoshi"' in refused.text and 'value="たくさん"' in refused.text
    assert "himitsu" not in refused.text and "もう一度入力してください" in refused.text
    with reading(site.engine) as session:
        assert session.scalars(select(Destination)).all() == []


class Several(Value):
    """One field of each sort."""

    words: str
    note: Annotated[str, Field(max_length=5000)] = ""
    header: str = "X-Token"
    port: int = 22
    way: Literal["a", "b"] = "a"
    plain: bool = True
    maybe: str | None = None
    names: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ({"words": " w "}, {"words": "w", "plain": False}),
        ({"words": "w", "plain": "1", "port": "", "header": ""}, {"words": "w", "plain": True, "header": ""}),
        ({"words": "", "way": "b", "port": "80"}, {"plain": False, "way": "b", "port": "80"}),
        ({"words": "w", "note": "一\r\n二 \r\n"}, {"words": "w", "plain": False, "note": "一\n二"}),
        ({"words": "w", "names": "x\r\n\r\n y"}, {"words": "w", "plain": False, "names": ["x", "y"]}),
    ],
)
def test_a_form_is_read_as_its_fields_are(typed, read):
    given = {f"config.{name}": value for name, value in typed.items()}
    assert config_of(Several, given) == read
    if "words" in read:
        made = Several.model_validate(read)
        again = config_of(Several, typed_of(Several, made.model_dump(mode="json")))
        assert Several.model_validate(again) == made
    controls = {each.name.removeprefix("config."): each.control for each in fields_of(Several)}
    assert controls == {
        "words": "text",
        "note": "lines",
        "header": "text",
        "port": "number",
        "way": "choice",
        "plain": "check",
        "maybe": "text",
        "names": "lines",
    }


def test_made_changed_and_told_in_the_log(site, kanri):
    address = made(kanri)
    page = kanri.get(address).text
    assert 'value="文書管理"' in page and 'value="/srv/hikiwatashi"' in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    changed = PLACE | {"config.folder": "/srv/hikiwatashi", "editions": ["公開版", "保存版"], "automatic": "1"}
    assert kanri.post(address, data=changed | {"version": version}).status_code == 303
    row = stored(site)
    assert (row.editions, row.automatic, row.config["folder"]) == (["公開版", "保存版"], True, "/srv/hikiwatashi")
    late = kanri.post(address, data=PLACE | {"config.folder": "/srv/other", "version": version})
    assert late.status_code == 409 and "先に変更しました" in late.text and 'value="/srv/other"' in late.text
    same = kanri.post(NEW + "folder", data=PLACE | {"config.folder": "/srv/x"})
    assert same.status_code == 422 and "同じ名前" in same.text
    with reading(site.engine) as session:
        query = select(AuditEvent).where(AuditEvent.subject == f"destination:{row.id}").order_by(AuditEvent.seq)
        added, change = session.scalars(query).all()
        assert verify(session).ok
    assert (added.event, added.detail["config"]["folder"]) == ("admin:destination:added", "/srv/hikiwatashi")
    assert change.detail["changed"] == {
        "editions": [["公開版"], ["公開版", "保存版"]],
        "automatic": [False, True],
    }


def test_paused_resumed_ended_and_taken_into_use_again(site, kanri):
    address = made(kanri)
    for step, words in (
        ("pause", "一時停止中"),
        ("pause", "一時停止中"),
        ("resume", "使用中"),
        ("end", "使用を終了"),
        ("reopen", "使用中"),
    ):
        assert kanri.post(f"{address}/{step}").status_code == 303
        assert words in kanri.get("/admin/destinations").text
    assert kanri.post(f"{address}/delete").status_code == 422
    with reading(site.engine) as session:
        events = session.scalars(select(AuditEvent.event).where(AuditEvent.event.startswith("admin:destination")))
        assert len(list(events)) == 5  # what is as it was wished already is no change


def test_a_worker_tries_the_connection_and_the_page_shows_what_it_found(site, kanri, tmp_path):
    address = made(kanri, **{"config.folder": str(tmp_path)})
    for allowed, words in (("", "接続できない"), (str(tmp_path), "接続できた")):
        settings = site.app.state.settings.model_copy(update={"delivery_folders": allowed})
        assert kanri.post(f"{address}/check").status_code == 303
        assert kanri.post(f"{address}/check").status_code == 303  # one at a time
        assert "確認中" in kanri.get(address).text
        with reading(site.engine) as session:
            (job,) = session.scalars(select(Job).where(Job.kind == "check", Job.state == "queued"))
        assert run_job(site.engine, settings, job.id, works()) is Outcome.SUCCEEDED
        page = kanri.get(address).text
        assert words in page and "確認中" not in page
    assert list(tmp_path.glob("*.part")) == []
    # What was found holds for the configuration that was tried.
    kanri.post(address, data=PLACE | {"config.folder": str(tmp_path / "other")})
    assert "まだ確かめていません" in kanri.get(address).text


def test_others_have_no_part_in_it(site, kanri):
    address = made(kanri)
    other = site.client("fukushi")
    assert other.get(address).status_code == 404 and other.post(f"{address}/pause").status_code == 404
    assert address not in other.get("/admin/destinations").text
    for login in ("tanaka", "suzuki", "kato", "ito"):
        assert site.client(login).get("/admin/destinations").status_code == 403
    assert stored(site).paused_at is None
