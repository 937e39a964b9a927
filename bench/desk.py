"""``python -m bench.desk``: the review page of a long meeting over real HTTP handlers, and every kind of edit on it.

1,500 utterances in one SQLite database: first byte and size of the page, each edit as the page saves it (best and
median of 15), and, where Chromium is installed, the time from opening to the first interaction.
"""

import contextlib
import json
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
from minutes.dispositions import blocks_of, sentences_of
from minutes.document import MinutesDocument, Severity
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
        print("                              best  median")
        for name, edit in _edits(_Desk(client, page), draft):
            times = [_timed(lambda n=n, edit=edit: edit(n)) for n in range(_ROUNDS)]  # type: ignore[misc]
            print(f"{name:27}{min(times):7.1f} {statistics.median(times):7.1f} ms")
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


class _Desk:
    """Somebody who edits the draft, always the newest version of it."""

    def __init__(self, client: TestClient, page: str) -> None:
        self._client = client
        self._page = page
        self._version = 1

    def change(self, **edit: object) -> None:
        self._post("changes", edit=json.dumps(edit, ensure_ascii=False))

    def step(self, way: str) -> None:
        self._post(way)

    def _post(self, path: str, **fields: str) -> None:
        sent = {"version": str(self._version), **fields}
        answer = self._client.post(f"{self._page}/{path}", data=sent, headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.text
        self._version = answer.json()["version"]


def _edits(desk: _Desk, draft: MinutesDocument) -> Iterator[tuple[str, Callable[[int], None]]]:
    """Name of an edit, and the edit for the n-th time: what can be done only once is undone the next time."""
    sentences = sentences_of(draft.sections)
    blocks = [block for block in blocks_of(draft.sections) if len(block.sentences) > 2]
    doubts = [
        each
        for each in draft.findings
        if each.severity is not Severity.ERROR and each.place.sentence_id not in (None, sentences[200].id)
    ]
    said = draft.utterances[700].id

    def sentence(n: int) -> None:
        text = f"{sentences[200].text.rstrip('。')}、{n}回目の修正とした。"
        desk.change(do="edit_sentence", sentence=sentences[200].id, text=text)

    def evidence(n: int) -> None:
        do = ("add_evidence", "remove_evidence")[n % 2]
        desk.change(do=do, sentence=sentences[300].id, utterance=said)

    def speaker(scope: str) -> Callable[[int], None]:
        return lambda n: desk.change(do="change_speaker", utterance=said, scope=scope, attendee=("added1", "a1")[n % 2])

    def moved(n: int) -> None:
        desk.change(do="shift_statement", block=blocks[100].id, direction=("up", "down")[n % 2])

    def parted(n: int) -> None:
        desk.change(do="split_statement", block=blocks[n].id, sentence=blocks[n].sentences[1].id)

    def waived(n: int) -> None:
        each = doubts[n]
        where = {"sentence": each.place.sentence_id, "block": each.place.block_id, "agenda_no": each.place.agenda_no}
        desk.change(do="waive", rule=each.rule, message=each.message, reason="発言のとおりのため", **where)

    def closed(n: int) -> None:
        if n % 2:
            desk.change(do="reopen", closing="c0001")
        else:
            desk.change(do="close_talk", utterance=said, scope="turn", reason="個人情報のため")

    yield "one sentence saved", sentence
    yield "evidence added, removed", evidence
    yield "finding waived", waived
    yield "person added", lambda n: desk.change(do="add_attendee", name=f"計測 {n}", org="計測市")
    yield "one speaker changed", speaker("one")
    yield "speaker of a turn", speaker("turn")
    yield "speaker of a whole label", speaker("label")
    yield "statement moved", moved
    yield "statement parted", parted
    yield "note added", lambda n: desk.change(do="add_note", place_id=sentences[n].id, text="要確認")
    yield "undo, redo", lambda n: desk.step(("undo", "redo")[n % 2])
    yield "talk closed, reopened", closed
    # An odd number of rounds leaves it closed: from here on the sentences are held against closed talk.
    yield "sentence beside closed talk", sentence


def _median(work: Callable[[], object]) -> float:
    return statistics.median(_timed(work) for _ in range(_ROUNDS))


def _timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


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
