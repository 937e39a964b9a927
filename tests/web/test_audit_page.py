"""The audit page: cheap to open, thorough when asked."""

import pytest
from sqlalchemy import event, text

from service.audit import AuditEventName, record, verify
from service.db.engine import reading, writing
from service.web import wording

INTACT, BROKEN = "記録は改変されていません", "記録のつながりが切れています"


def grow(site, count):
    with writing(site.engine) as session:
        for n in range(count):
            record(session, actor="tanaka", event=AuditEventName.DRAFT_EDITED, subject=f"meeting:{n}")


def tamper(site, statement):
    """As someone with the database in their hands does it."""
    with writing(site.engine) as session:
        for trigger in ("audit_event_no_update", "audit_event_no_delete"):
            session.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
        session.execute(text(statement))


def test_the_audit_log_is_for_auditors(site):
    other = site.client("tanaka")
    assert other.get("/audit").status_code == other.post("/audit").status_code == 403
    page = site.client("ito").get("/audit")
    assert page.status_code == 200 and "user:session:signed-in" in page.text and "サインイン" in page.text
    assert INTACT not in page.text and BROKEN not in page.text


def test_opening_a_page_reads_only_its_own_rows(site):
    grow(site, 450)
    client = site.client("ito")
    fetched = []

    @event.listens_for(site.engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, parameters, *_):
        if "FROM audit_event" in statement:
            fetched.append((statement, parameters))

    assert client.get("/audit").status_code == 200
    assert fetched and all("LIMIT" in s or "BETWEEN" in s or "seq = ?" in s for s, _ in fetched), fetched
    between = [p for s, p in fetched if "BETWEEN" in s]
    assert [last - first for first, last in between] == [99]


def test_the_button_checks_what_no_page_has_shown(site):
    grow(site, 150)
    tamper(site, "UPDATE audit_event SET actor = 'suzuki' WHERE seq = 20")
    client = site.client("ito")
    assert BROKEN not in client.get("/audit").text
    assert BROKEN in client.get("/audit", params={"before": 60}).text
    whole = client.post("/audit").text
    assert BROKEN in whole and "20番の記録" in whole


def test_a_row_missing_between_two_pages_is_seen_on_the_newer_one(site):
    grow(site, 150)
    client = site.client("ito")
    newest = len_of(site)
    tamper(site, f"DELETE FROM audit_event WHERE seq = {newest - 100}")
    text_of_page = client.get("/audit").text
    assert BROKEN in text_of_page and f"{newest - 100}番の記録" in text_of_page


def len_of(site):
    with reading(site.engine) as session:
        return verify(session).count


def test_a_noted_head_is_looked_for(site):
    client = site.client("ito")
    with reading(site.engine) as session:
        noted = verify(session).head_hash
    grow(site, 3)
    whole = client.post("/audit", data={"head": f" {noted.upper()} "}).text
    assert INTACT in whole and "控えのハッシュ値も記録の中にあります" in whole
    lost = client.post("/audit", data={"head": "a" * 64}).text
    assert INTACT not in lost and "控えのハッシュ値が見つかりません" in lost and "None" not in lost


@pytest.mark.parametrize("name", list(AuditEventName))
def test_every_event_has_words(name):
    assert wording.AUDIT_EVENT[name.value]
