"""Kills a process that takes files in, once at each of its steps, and says what the next process made of it.

One process that forks: the parent has no threads, and the program is loaded once. Usage: killed_inbox.py FOLDER KIND, where
FOLDER holds a database `empty.sqlite3` with accounts and no meeting and KIND is `good` or `bad`. Prints one JSON object per step.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select

from service.db.engine import make_engine, reading
from service.db.tables import AuditEvent, MeetingRow
from service.settings import Settings
from workers.inbox import Inbox
from workers.inbox import loop as inbox_loop

STEPS = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "sqlite3.connect"}
SAMPLES = Path(__file__).parents[2] / "samples"


def stage(folder: Path, kind: str) -> Settings:
    """A fresh installation with one pair in its inbox."""
    inbox = folder / "inbox"
    inbox.mkdir(parents=True)
    shutil.copy(folder.parent / "empty.sqlite3", folder / "gijiyoshi.sqlite3")
    settings = Settings(data_dir=folder, inbox_dir=inbox, inbox_login="toroku")
    (inbox / "第3回.json").write_bytes((SAMPLES / "meeting.json").read_bytes() if kind == "good" else b"{}")
    (inbox / "第3回.vtt").write_bytes((SAMPLES / "meeting.vtt").read_bytes())
    return settings


def take(settings: Settings) -> None:
    """As a newly started process: it knows nothing of the one before."""
    engine = make_engine(settings.database())
    inbox = Inbox(engine, settings)
    for _ in range(2):
        inbox.round()
    engine.dispose()


def killed_at(step: int, work: Callable[[], None]) -> bool:
    """Whether the child was killed; False: it came to its end before that step."""
    child = os.fork()
    if child == 0:
        seen = 0

        def hook(event: str, _arguments: object) -> None:
            nonlocal seen
            if event in STEPS:
                seen += 1
                if seen == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def outcome(settings: Settings) -> dict[str, object]:
    assert settings.inbox_dir is not None
    engine = make_engine(settings.database())
    with reading(engine) as session:
        meetings = session.scalars(select(MeetingRow.id)).all()
        refusals = session.scalar(select(func.count()).where(AuditEvent.subject == "inbox:refused"))
    engine.dispose()
    # The journal is the last thing to go; where a process is killed just before, it stays and nobody reads it again.
    files = sorted(
        str(each.relative_to(settings.inbox_dir))
        for each in settings.inbox_dir.rglob("*")
        if (each.is_file() and each.name != ".gijiyoshi.json") or each.parent.name == "取込中"
    )
    receipts = [each for each in files if each.endswith("受付.txt")]
    return {
        "meetings": len(meetings),
        "refusals": refusals,
        "files": files,
        "receipt": all(meetings[0] in (settings.inbox_dir / each).read_text("utf-8-sig") for each in receipts),
    }


def main() -> None:
    inbox_loop.STILL_ROUNDS = 1  # each round more is as many steps more at which nothing is under way
    folder, kind = Path(sys.argv[1]), sys.argv[2]
    step = 1
    while True:
        settings = stage(folder / f"{kind}{step}", kind)
        killed = killed_at(step, lambda: take(settings))  # noqa: B023
        if killed:
            take(settings)
        print(json.dumps(outcome(settings)))
        if not killed:
            return
        step += 1


if __name__ == "__main__":
    main()
