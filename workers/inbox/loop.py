"""Round after round over the inbox, until the process is told to stop."""

import logging
import threading
import time
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from minutes.errors import GijiyoshiError, Problem
from minutes.os_errors import reason
from service.auth.rights import Action, Principal
from service.errors import UNKNOWN_SENTENCE, log_unknown
from service.meetings.inbox import inbox_principal, note_refused
from service.settings import Settings
from workers.inbox.folder import REFUSED, TAKEN, Changed, prepare, scan
from workers.inbox.moving import move, resume
from workers.inbox.pairs import Group, pair_of, partner_missing, shown
from workers.inbox.taking import receipt, refusal, take_in
from workers.presence import mark_seen, process_id

LOG = logging.getLogger(__name__)

STILL_ROUNDS = 3
"""Looks at which size and time of every file of a group must be the same: a copy over a slow line pauses now and then."""
PARTNER_SECONDS = 3600.0
"""How long a file waits for the other one of its pair."""


class _Seen(NamedTuple):
    group: Group
    rounds: int
    """Rounds in which it looked the same."""
    since: float
    """When it first looked so, by the monotonic clock."""


class Inbox:
    """What was seen in the rounds before. Nothing in it has to survive: a new process looks again."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        assert settings.inbox_dir is not None
        self._engine = engine
        # The operator may name a link; from there on none is followed.
        self._root: Path = settings.inbox_dir.resolve()
        self._settings = settings.model_copy(update={"inbox_dir": self._root})
        self._seen: dict[tuple[str, str], _Seen] = {}
        self._held: dict[tuple[str, str], str] = {}
        """Groups that could not be read or moved, and why: they are tried again, but not in every round."""
        self._faults: tuple[str, ...] = ()

    def round(self) -> tuple[str, ...]:
        """Take in what is complete. What stands in the way, in words for the log and empty where nothing does."""
        mark_seen(self._engine, process_id(), "inbox")
        faults: list[str] = []
        try:
            prepare(self._root)
            faults += [_fault(name, error) for name, error in resume(self._root)]
            groups, unread = scan(self._root)
            faults += [_fault(name, error) for name, error in unread]
            faults += self._take(self._still(groups))
            faults += self._held.values()
        except OSError as error:
            faults.append(_fault(str(self._root), error))
        if not faults:
            mark_seen(self._engine, f"{process_id()}/folder", "inbox-folder")
        self._say(tuple(faults))
        return tuple(faults)

    def _still(self, groups: list[Group]) -> list[Group]:
        """Those that looked the same for some rounds."""
        moment = time.monotonic()
        seen = {}
        for group in groups:
            key = (group.folder, group.stem)
            before = self._seen.get(key)
            same = before is not None and before.group == group
            seen[key] = before._replace(rounds=before.rounds + 1) if before and same else _Seen(group, 1, moment)
        self._seen = seen
        self._held = {key: fault for key, fault in self._held.items() if key in seen}
        return [each.group for each in seen.values() if each.rounds >= STILL_ROUNDS]

    def _take(self, groups: list[Group]) -> list[str]:
        principal = inbox_principal(self._engine, self._settings)
        if principal is None or not principal.departments(Action.upload):
            login = self._settings.inbox_login
            return [f"GIJIYOSHI_INBOX_LOGIN の利用者「{login}」が、いないか、会議を登録できません。"]
        for group in groups:
            key = (group.folder, group.stem)
            try:
                self._one(principal, group)
            except (Changed, FileNotFoundError):
                continue  # somebody is at it; the next round sees what came of it
            except OSError as error:
                self._held[key] = _fault("/".join(filter(None, (group.folder, shown(group.stem)))), error)
                self._seen[key] = self._seen[key]._replace(rounds=0)  # not at once again: it may be large
            else:
                self._held.pop(key, None)
            mark_seen(self._engine, process_id(), "inbox")
        return []

    def _one(self, principal: Principal, group: Group) -> None:
        pair = pair_of(group)
        if pair is None:
            if time.monotonic() - self._seen[(group.folder, group.stem)].since >= PARTNER_SECONDS:
                self._refuse(principal, group, (partner_missing(group),))
            return
        if isinstance(pair, Problem):
            self._refuse(principal, group, (pair,))
            return
        try:
            accepted = take_in(self._engine, self._settings, principal, group, pair)
        except GijiyoshiError as error:
            self._refuse(principal, group, error.problems)
        except (Changed, OSError, SQLAlchemyError):
            raise
        except Exception as error:
            # A file that always fails must not be tried for ever; its text may quote what was said, the number does not.
            number = log_unknown(error, inbox=group.id)
            self._refuse(principal, group, (Problem(f"{UNKNOWN_SENTENCE}（{number}）", "", ""),))
        else:
            LOG.info("meeting %s taken in from the inbox", accepted.meeting_id)
            move(self._root, group, receipt(accepted, group, self._settings.public_url), TAKEN)

    def _refuse(self, principal: Principal, group: Group, problems: tuple[Problem, ...]) -> None:
        LOG.warning("files %s of the inbox refused: %d problems", group.id, len(problems))
        note_refused(self._engine, principal, name=shown(group.stem), group_id=group.id)
        move(self._root, group, refusal(problems, group), REFUSED)

    def _say(self, faults: tuple[str, ...]) -> None:
        """Once for each change: a share that is away for a night is one line and not ten thousand."""
        if faults == self._faults:
            return
        self._faults = faults
        for fault in faults:
            LOG.warning("inbox: %s", fault)
        if not faults:
            LOG.info("inbox: all can be read again")


def run_inbox(engine: Engine, settings: Settings, stop: threading.Event) -> None:
    """Until ``stop``. A round that meets a database error is logged and tried again."""
    inbox = Inbox(engine, settings)
    while not stop.is_set():
        try:
            inbox.round()
        except SQLAlchemyError as error:
            LOG.warning("inbox round failed: %s", type(error).__name__)
        stop.wait(settings.inbox_seconds)


def _fault(place: str, error: OSError) -> str:
    return f"「{shown(place)}」を扱えません（{reason(error)}）。"
