"""利用者と所属: what an administrator may do and what not, by the pages alone."""

import re

import pytest
from sqlalchemy import select

from service.audit import AuditEventName, verify
from service.auth import Role
from service.auth.accounts import create_account, find_account, find_or_create_department
from service.auth.tokens import create_token
from service.db.account_tables import Account, Department, RoleGrant
from service.db.engine import reading, writing
from service.db.tables import AuditEvent

PASSWORD = "Mikan-no-ki-27-hon"


@pytest.fixture
def office(site):
    """``kanri`` administers 情報政策課 only, ``soukan`` that and 福祉課; ``ryoho`` works in both."""
    with writing(site.engine) as session:
        here = find_or_create_department(session, "情報政策課").id
        there = find_or_create_department(session, "福祉課").id
        for login, grants in {
            "kanri": [(here, Role.ADMINISTRATOR)],
            "soukan": [(here, Role.ADMINISTRATOR), (there, Role.ADMINISTRATOR)],
            "ryoho": [(here, Role.REGISTRAR), (there, Role.APPROVER)],
        }.items():
            create_account(
                session,
                login=login,
                display_name=f"{login} 様",
                password=PASSWORD,
                grants=grants,
                actor="test",
                must_change_password=False,
            )
            site.logins[login] = PASSWORD
        create_account(session, login="mada", display_name="まだ 役割なし", password=PASSWORD, grants=[], actor="test")
    site.here, site.there = here, there
    return site


def id_of(site, login):
    with reading(site.engine) as session:
        return find_account(session, login).id


def roles_of(site, login):
    query = select(RoleGrant.department_id, RoleGrant.role).where(RoleGrant.account_id == id_of(site, login))
    with reading(site.engine) as session:
        return {tuple(row) for row in session.execute(query)}


def newest(site, event):
    query = select(AuditEvent).where(AuditEvent.event == event).order_by(AuditEvent.seq.desc()).limit(1)
    with reading(site.engine) as session:
        assert verify(session).ok
        return session.scalars(query).one()


def save(client, site, login, *roles, name=None):
    data = {"display_name": name or f"{login} 様", "roles": [f"{place}:{role}" for place, role in roles]}
    return client.post(f"/admin/people/{id_of(site, login)}", data=data)


# --- who is seen


def test_the_list_has_the_people_of_ones_departments_and_those_without_any(office):
    page = office.client("kanri").get("/admin/people").text
    assert all(name in page for name in ("tanaka", "ryoho", "mada", "kanri", "役割なし", "初回サインイン待ち"))
    assert "yoso" not in page
    assert "yoso" in office.client("soukan").get("/admin/people").text
    found = office.client("kanri").get("/admin/people", params={"q": "TANA"}).text
    assert "tanaka" in found and "suzuki" not in found
    assert "いません" in office.client("kanri").get("/admin/people", params={"q": "%"}).text


def test_a_long_list_goes_on_and_misses_nobody(office, monkeypatch):
    from service.web import admin_people

    monkeypatch.setattr(admin_people, "PAGE", 4)
    client, seen, href = office.client("kanri"), [], "/admin/people"
    while href:
        page = client.get(href).text
        seen += re.findall(r'<span class="sub">([a-z]+)</span></th>', page)
        following = re.search(r'href="(/admin/people\?after=[^"]+)"', page)
        href = following.group(1) if following else None
    assert seen == sorted(seen) and set(seen) >= {"tanaka", "ryoho", "mada", "kanri", "soukan"} and len(seen) == 10


def test_people_elsewhere_are_not_even_named(office):
    client = office.client("kanri")
    for path in ("", "/deactivate", "/password", "/sessions/end"):
        answer = client.request("POST" if path else "GET", f"/admin/people/{id_of(office, 'yoso')}{path}")
        assert answer.status_code == 404 and "他課" not in answer.text
    assert client.post(f"/admin/departments/{office.there}", data={"name": "x"}).status_code == 404


@pytest.mark.parametrize("login", ["tanaka", "suzuki", "kato", "ito"])
def test_nobody_else_sees_these_pages(office, login):
    client = office.client(login)
    for path in ("/admin/people", "/admin/people/new", "/admin/departments", f"/admin/people/{id_of(office, 'kanri')}"):
        assert client.get(path).status_code == 403
    assert "利用者と所属" not in client.get("/").text


# --- accounts


def create(client, site, **data):
    return client.post(
        "/admin/people/new",
        data={"login": "shinjin2", "display_name": "新人 二郎", "roles": [f"{site.here}:登録者"]} | data,
    )


def test_a_new_account_gets_a_password_that_works_once(office):
    client = office.client("kanri")
    made = create(client, office)
    password = re.findall(r"<code>([^<]+)</code>", made.text)[1]
    assert made.status_code == 200 and "新人 二郎さんに渡すもの" in made.text
    assert password not in client.get(f"/admin/people/{id_of(office, 'shinjin2')}").text
    fresh = office.client()
    assert fresh.post("/login", data={"login": "shinjin2", "password": password}).headers["location"] == "/password"
    event = newest(office, AuditEventName.ACCOUNT_CREATED)
    assert event.actor == "kanri" and event.detail["grants"] == [[office.here, "登録者"]]


@pytest.mark.parametrize(
    ("data", "status", "complaints"),
    [
        ({"login": ""}, 422, ["ログイン名"]),
        ({"login": "山田"}, 422, ["使えない文字"]),
        ({"login": "TANAKA"}, 409, ["すでに使われています"]),
        ({"display_name": "  "}, 422, ["氏名"]),
        ({"roles": []}, 422, ["役割"]),
        ({"login": "", "display_name": "", "roles": []}, 422, ["ログイン名", "氏名", "役割"]),
    ],
)
def test_a_refused_form_keeps_what_was_typed(office, data, status, complaints):
    answer = create(office.client("kanri"), office, **data)
    assert answer.status_code == status and all(each in answer.text for each in complaints)
    typed = {"login": "shinjin2", "display_name": "新人 二郎"} | data
    for name in ("login", "display_name"):
        assert f'name="{name}" value="{typed[name]}"' in answer.text
    assert (f'value="{office.here}:登録者" checked' in answer.text) is ("roles" not in data)
    with reading(office.engine) as session:
        assert session.scalars(select(Account.id).where(Account.login == "shinjin2")).all() == []


def test_roles_are_given_in_ones_own_departments_only(office):
    client = office.client("kanri")
    assert create(client, office, roles=[f"{office.there}:登録者"]).status_code == 404
    assert save(client, office, "tanaka", (office.there, "承認者")).status_code == 404
    assert save(client, office, "tanaka", (office.here, "部長")).status_code == 303
    assert roles_of(office, "tanaka") == set(), "what is no role is no role"


def test_changing_roles_takes_effect_at_once_and_is_recorded_before_and_after(office):
    worker = office.client("tanaka")
    assert worker.get("/meetings/new").status_code == 200
    assert save(office.client("kanri"), office, "tanaka", (office.here, "監査者")).status_code == 303
    assert worker.get("/meetings/new").status_code == 403 and worker.get("/audit").status_code == 200
    event = newest(office, AuditEventName.ROLES_CHANGED)
    assert event.detail == {"login": "tanaka", "before": ["情報政策課：登録者"], "after": ["情報政策課：監査者"]}
    count = office.client("kanri").get(f"/admin/people/{id_of(office, 'tanaka')}")
    assert count.status_code == 200 and f'value="{office.here}:監査者" checked' in count.text


def test_roles_of_another_department_stay_when_this_one_saves(office):
    assert save(office.client("kanri"), office, "ryoho", (office.here, "確認者")).status_code == 303
    assert roles_of(office, "ryoho") == {(office.here, "確認者"), (office.there, "承認者")}


def test_what_concerns_the_whole_account_needs_all_of_its_departments(office):
    """Else a new password would open another department's meetings to this one's administrator."""
    client, target = office.client("kanri"), id_of(office, "ryoho")
    for path in ("password", "deactivate", "reactivate", "unlock"):
        assert client.post(f"/admin/people/{target}/{path}").status_code == 403, path
    assert save(client, office, "ryoho", (office.here, "登録者"), name="別の名").status_code == 403
    assert office.client("ryoho").get("/").status_code == 200
    assert office.client("soukan").post(f"/admin/people/{target}/password").status_code == 200


def test_a_stopped_account_has_no_way_in_and_comes_back(office):
    with writing(office.engine) as session:
        token, _ = create_token(session, login="tanaka", name="x", scopes=["read"], actor="tanaka")
    worker, admin, target = office.client("tanaka"), office.client("kanri"), id_of(office, "tanaka")
    assert admin.post(f"/admin/people/{target}/deactivate").status_code == 303
    assert worker.get("/").headers["location"].startswith("/login")
    assert worker.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert office.client().post("/login", data={"login": "tanaka", "password": PASSWORD}).status_code == 401
    assert "停止中" in admin.get("/admin/people").text
    assert newest(office, AuditEventName.ACCOUNT_DEACTIVATED).detail["after"] == "inactive"
    assert admin.post(f"/admin/people/{target}/reactivate").status_code == 303
    assert worker.get("/").headers["location"].startswith("/login"), "what had ended stays ended"
    assert office.client("tanaka").get("/").status_code == 200


def test_the_last_administrator_stays(office):
    client = office.client("soukan")
    assert save(client, office, "kanri").status_code == 303, "another one is left"
    for answer in (
        save(client, office, "soukan", (office.here, "登録者"), (office.there, "管理者")),
        save(client, office, "soukan"),
        client.post(f"/admin/people/{id_of(office, 'soukan')}/deactivate"),
    ):
        assert answer.status_code == 409
    assert "管理者が一人もいなくなります" in save(client, office, "soukan").text
    with writing(office.engine) as session:
        session.add(RoleGrant(account_id=id_of(office, "kanri"), department_id=office.here, role="管理者"))
        session.get_one(Account, id_of(office, "kanri")).active = False
    assert save(client, office, "soukan", (office.there, "管理者")).status_code == 409, "a stopped one does not count"


def test_a_new_password_ends_the_sessions_and_is_shown_once(office):
    worker, admin, target = office.client("tanaka"), office.client("kanri"), id_of(office, "tanaka")
    page = admin.post(f"/admin/people/{target}/password")
    password = re.search(r'class="secret"><code>([^<]+)</code>', page.text).group(1)
    assert worker.get("/").headers["location"].startswith("/login")
    assert office.client().post("/login", data={"login": "tanaka", "password": PASSWORD}).status_code == 401
    again = office.client().post("/login", data={"login": "tanaka", "password": password})
    assert again.headers["location"] == "/password"
    assert password not in admin.get(f"/admin/people/{target}").text


def test_a_locked_person_need_not_wait(office):
    admin, target = office.client("kanri"), id_of(office, "tanaka")
    limit = office.app.state.settings.sign_in_attempts
    tries = [office.client().post("/login", data={"login": "tanaka", "password": "x"}) for _ in range(limit + 1)]
    assert tries[-1].status_code == 429
    assert "一時制限中" in admin.get("/admin/people").text
    assert "制限を解除する" in admin.get(f"/admin/people/{target}").text
    assert admin.post(f"/admin/people/{target}/unlock").status_code == 303
    assert office.client("tanaka").get("/").status_code == 200
    assert "一時制限中" not in admin.get("/admin/people").text
    assert newest(office, AuditEventName.ACCOUNT_UNLOCKED).detail == {"login": "tanaka", "before": limit, "after": 0}


def test_an_administrator_ends_sessions_and_tokens_of_the_department(office):
    with writing(office.engine) as session:
        token, row = create_token(session, login="ryoho", name="連携", scopes=["read"], actor="ryoho")
    first, second = office.client("ryoho"), office.client("ryoho")
    admin, target = office.client("kanri"), id_of(office, "ryoho")
    page = admin.get(f"/admin/people/{target}").text
    assert "連携" in page and page.count("サインアウトさせる</button>") == 3
    one = re.search(rf'action="(/admin/people/{target}/sessions/[^"]+/end)"', page).group(1)
    assert admin.post(one).status_code == 303
    assert sorted(c.get("/").status_code for c in (first, second)) == [200, 303]
    assert admin.post(f"/admin/people/{target}/sessions/end").status_code == 303
    assert [c.get("/").status_code for c in (first, second)] == [303, 303]
    assert newest(office, AuditEventName.SESSION_ENDED_BY_ADMIN).actor == "kanri"
    assert admin.post(f"/admin/people/{target}/tokens/{row.id}/revoke").status_code == 303
    assert first.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    other = id_of(office, "tanaka")
    assert admin.post(f"/admin/people/{other}/tokens/{row.id}/revoke").status_code == 404, "not that person's"


# --- departments


def test_a_department_is_made_and_named_and_its_maker_administers_it(office):
    client = office.client("kanri")
    made = client.post("/admin/departments", data={"name": "  水道　課 "})
    assert made.status_code == 303 and made.headers["location"].startswith("/admin/departments#d-")
    with reading(office.engine) as session:
        place = session.scalars(select(Department.id).where(Department.name == "水道 課")).one()
    assert (place, "管理者") in roles_of(office, "kanri")
    assert client.post(f"/admin/departments/{place}", data={"name": "上下水道課"}).status_code == 303
    assert "上下水道課" in client.get("/admin/departments").text
    assert newest(office, AuditEventName.DEPARTMENT_RENAMED).detail == {"before": "水道 課", "after": "上下水道課"}
    assert newest(office, AuditEventName.DEPARTMENT_CREATED).detail["after"] == "水道 課"
    assert "上下水道課" not in office.client("soukan").get("/admin/departments").text


@pytest.mark.parametrize("name", ["", "  ", "福祉課", "x" * 201, "a\x07b"])
def test_a_name_that_cannot_be_one_is_refused_and_kept_in_its_field(office, name):
    client = office.client("kanri")
    shown = f'value="{name}"'
    answer = client.post("/admin/departments", data={"name": name})
    assert answer.status_code in {409, 422} and shown in answer.text
    renamed = client.post(f"/admin/departments/{office.here}", data={"name": name})
    assert renamed.status_code in {409, 422} and shown in renamed.text and " open>" in renamed.text
    with reading(office.engine) as session:
        assert set(session.scalars(select(Department.name))) == {"情報政策課", "福祉課"}
