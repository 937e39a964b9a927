"""``python -m bench.desk``: the review page of a long meeting over real HTTP handlers, and an edit on it.

1,500 utterances in one SQLite database: first byte and size of the page, one edited sentence as the page saves it, and,
where Chromium is installed, the time from opening to the first interaction.
"""

import contextlib
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bench.checking import draft_of
from minutes.dispositions import sentences_of
from minutes.document import MinutesDocument
from minutes.draft import with_findings
from minutes.profiles import load_profile
from service.app import create_app
from service.auth import Role
from service.auth.accounts import create_account, find_or_create_department
from service.db.engine import writing
from service.db.migrate import migrate
from service.db.tables import MeetingRow
from service.meetings.drafting import save_first_draft
from service.settings import Settings

_UTTERANCES = 1_500
_ROUNDS = 15
_LOGIN, _PASSWORD = "bench", "Keisoku-no-tame-2026"
_PORT = 8765


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app, meeting_id, draft = _office(Path(folder))
        client = TestClient(app, base_url="http://testserver", follow_redirects=False)
        client.headers["Accept"] = "text/html"
        client.post("/login", data={"login": _LOGIN, "password": _PASSWORD})
        page = f"/meetings/{meeting_id}"
        first = client.get(page)
        print(f"utterances {len(draft.utterances)}, sentences {len(sentences_of(draft.sections))}")
        print(f"findings {len(draft.findings)}, page {len(first.content) / 1e6:.2f} MB")
        print(f"page, whole                {_median(lambda: client.get(page)):7.1f} ms")
        edit = _editing(client, page, draft)
        edit()
        print(f"one sentence saved         {_median(edit):7.1f} ms")
        speaker = _speaking(client, page, draft)
        print(f"one speaker changed        {_median(speaker):7.1f} ms")
        _in_chromium(app, page)


def _office(folder: Path) -> tuple[FastAPI, str, MinutesDocument]:
    settings = Settings(data_dir=folder)
    migrate(settings.database())
    app = create_app(settings)
    draft = with_findings(draft_of(_UTTERANCES * 52), load_profile())
    with writing(app.state.engine) as session:
        department = find_or_create_department(session, "計測課")
        account = create_account(
            session,
            login=_LOGIN,
            display_name="計測",
            password=_PASSWORD,
            grants=[(department.id, Role.CHECKER)],
            actor="system",
            must_change_password=False,
        )
        row = MeetingRow(
            department_id=department.id,
            title=draft.meeting.title,
            starts_at=draft.meeting.starts_at,
            meeting_json=draft.meeting.model_dump_json(),
            profile=draft.profile,
            model="extractive",
            state="受付",
            transcript_name="kaigi.vtt",
            transcript_sha256="0" * 64,
            transcript=b"",
            created_by=account.id,
        )
        session.add(row)
        session.flush()
        save_first_draft(session, row.id, draft)
        return app, row.id, draft


def _editing(client: TestClient, page: str, draft: MinutesDocument) -> Callable[[], object]:
    sentence = sentences_of(draft.sections)[200]
    state = {"version": 1}

    def edit() -> object:
        number = state["version"]
        sent = {
            "version": number,
            "edit": f'{{"do": "edit_sentence", "sentence": "{sentence.id}"}}',
            "text": f"{sentence.text.rstrip('。')}、{number}回目の修正とした。",
        }
        answer = client.post(f"{page}/changes", data=sent, headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.text
        state["version"] = answer.json()["version"]
        return answer

    return edit


def _speaking(client: TestClient, page: str, draft: MinutesDocument) -> Callable[[], object]:
    utterance = draft.utterances[700].id
    turns = iter(range(10_000))

    def change() -> object:
        who = "a1" if next(turns) % 2 else ""
        edit = f'{{"do": "change_speaker", "utterance": "{utterance}", "scope": "one"}}'
        now = client.get(f"/api/v1{page}").json()["current_version"]
        sent = {"version": now, "edit": edit, "attendee": who}
        answer = client.post(f"{page}/changes", data=sent, headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.text
        return answer

    return change


def _median(work: Callable[[], object]) -> float:
    times = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def _in_chromium(app: FastAPI, page: str) -> None:
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        print("playwright is not installed: no time to first interaction")
        return
    with _served(app), sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        except Error:
            print("no Chromium: no time to first interaction")
            return
        tab = browser.new_page(viewport={"width": 1400, "height": 900})
        tab.goto(f"http://127.0.0.1:{_PORT}/login")
        tab.get_by_label("ログイン名").fill(_LOGIN)
        tab.get_by_label("パスワード").fill(_PASSWORD)
        tab.get_by_role("button", name="サインイン").click()
        tab.get_by_role("heading", name="会議の一覧").wait_for()
        times = []
        for _ in range(5):
            start = time.perf_counter()
            tab.goto(f"http://127.0.0.1:{_PORT}{page}", wait_until="commit")
            tab.locator(".bench.scripted").wait_for()
            # A key that the script has to answer: the page is usable, not only painted.
            tab.keyboard.press("j")
            tab.locator("[data-sentence].is-current").wait_for()
            times.append(time.perf_counter() - start)
        print(f"opened and used            {statistics.median(times) * 1000:7.1f} ms")
        browser.close()


@contextlib.contextmanager
def _served(app: FastAPI) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, port=_PORT, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


if __name__ == "__main__":
    main()
