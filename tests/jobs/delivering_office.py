"""An office with a package and places to bring it to: a real folder, and a shelf that does what a test tells it."""

import hashlib
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from message_office import Office, new_office, person
from sqlalchemy import Engine, select

from minutes.value import Value
from records.connectors.protocol import Connector, Parcel, Receipt, Refused, Unreachable
from records.connectors.reach import Reach
from records.connectors.registry import KINDS, Kind
from records.package import Edition, make_package
from service.auth import Principal, Role
from service.auth.accounts import principal_of
from service.db.base import new_id, now
from service.db.delivery_tables import Delivery, DeliveryAttempt
from service.db.engine import reading, writing
from service.db.record_tables import Destination, RecordPackage
from service.db.tables import Job, MeetingRow
from service.deliveries.destinations import DestinationFields, Keeping
from service.deliveries.requesting import request_delivery
from service.deliveries.states import DeliveryState, state_of
from service.jobs.requests import JobKind
from service.notices.outbox import queue_messages
from service.settings import Settings
from workers.dispatcher import sweep_once
from workers.runner import Outcome, run_job
from workers.works import works

sys.path[:0] = [str(Path(__file__).parents[1] / each) for each in ("records", "drafting", "api")]


class ShelfConfig(Value):
    shelf: str = "1"


@dataclass
class Shelves:
    """What stands on the shelves. ``before`` are done first, one for each try: they raise, or kill."""

    folder: Path | None = None
    """Where the parcels lie, so that they outlast a process; None: in ``held``."""
    held: dict[str, int] = field(default_factory=dict)
    """How many times each parcel was put down; a second time would be a second delivery."""
    before: list[Callable[[], None]] = field(default_factory=list)
    after: list[Callable[[], None]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)

    def kind(self) -> Kind:
        def open_(config: Any, secret: str | None, _reach: Reach) -> Connector:
            self.secrets.append(secret)
            return Shelf(self)

        return Kind("shelf", "試験用の棚", ShelfConfig, "合言葉", open_)


@dataclass
class Shelf:
    shelves: Shelves

    def deliver(self, parcel: Parcel) -> Receipt:
        if self.shelves.before:
            self.shelves.before.pop(0)()
        already = self._has(parcel)
        if not already:
            self._put(parcel)
        if self.shelves.after:
            self.shelves.after.pop(0)()
        return Receipt(tuple(f"棚/{each.path}" for each in parcel.files), already=already)

    def check(self) -> str:
        if self.shelves.before:
            self.shelves.before.pop(0)()
        return "棚に置けます。"

    def _has(self, parcel: Parcel) -> bool:
        if self.shelves.folder is not None:
            return (self.shelves.folder / parcel.id).exists()
        return parcel.id in self.shelves.held

    def _put(self, parcel: Parcel) -> None:
        self.shelves.held[parcel.id] = self.shelves.held.get(parcel.id, 0) + 1
        if self.shelves.folder is not None:
            (self.shelves.folder / parcel.id).write_bytes(parcel.files[0].content)


def away() -> None:
    raise Unreachable("棚に届きません。", where="棚")


def unfit() -> None:
    raise Refused("棚が受け取りません。", where="棚")


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@lru_cache(maxsize=2)
def package_bytes(public_only: bool) -> bytes:
    from approved_minutes import approved, description

    from minutes.profiles import load_profile

    editions = (Edition.PUBLIC,) if public_only else (Edition.PUBLIC, Edition.FULL)
    return make_package(approved(), load_profile(), description(), editions=editions).content


@dataclass
class DeliveringOffice:
    office: Office
    settings: Settings
    shelves: Shelves
    kinds: dict[str, Kind]

    @property
    def engine(self) -> Engine:
        return self.office.engine

    def person(self, name: str) -> Principal:
        return self.office.people[name]

    def package(self, *, public_only: bool = True) -> str:
        """Another one each time it is called: ``name`` tells them apart."""
        content = package_bytes(public_only)
        with writing(self.engine) as session:
            # The bytes are those of one package; the meeting of each row is its own, as the key (meeting, hash) wants.
            row = session.get_one(MeetingRow, self.office.meeting_id)
            meeting = MeetingRow(
                id=new_id(),
                department_id=row.department_id,
                title=row.title,
                starts_at=row.starts_at,
                meeting_json=row.meeting_json,
                profile=row.profile,
                model=row.model,
                state="承認済",
                transcript_name="m.vtt",
                transcript_sha256="0" * 64,
                transcript=b"WEBVTT\n",
                created_by=row.created_by,
            )
            session.add(meeting)
            session.flush()
            made = RecordPackage(
                meeting_id=meeting.id,
                version=3,
                editions=["公開版"] if public_only else ["公開版", "保存版"],
                encoding="utf-8",
                naming="ja",
                name=f"{meeting.id}_v3.zip",
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                fingerprint="0" * 64,
                content=content,
                made_by=row.created_by,
            )
            session.add(made)
            session.flush()
            return made.id

    def destination(self, kind: str = "shelf", **more: Any) -> str:
        given: dict[str, Any] = {
            "name": f"{kind}-{new_id()}",
            "config": {},
            "editions": ("公開版",),
            "encoding": "utf-8",
            "naming": "ja",
            "contents": "zip",
            "automatic": False,
        }
        fields = DestinationFields(**given | more)
        with writing(self.engine) as session:
            return self.keeping(session).add(self.department, kind, fields).id

    def keeping(self, session: Any) -> Keeping:
        return Keeping(session, self.settings, self.person("admin"), self.kinds)

    @property
    def department(self) -> str:
        ((place, _),) = self.person("admin").grants
        return place

    def ask(self, package_id: str, destination_id: str, who: str = "checker") -> str:
        with writing(self.engine) as session:
            return request_delivery(session, self.person(who), package_id, destination_id).id

    def asked(self, **more: Any) -> str:
        """A new package on its way to a new destination."""
        return self.ask(self.package(), self.destination(**more))

    def round(self) -> None:
        """What the dispatcher does, but for waking workers."""
        sweep_once(self.engine, works(kinds=self.kinds))
        queue_messages(self.engine, self.settings)

    def jobs(self, delivery_id: str) -> list[Job]:
        with reading(self.engine) as session:
            query = select(Job).where(Job.subject_id == delivery_id, Job.kind == JobKind.PACKAGE)
            return list(session.scalars(query.order_by(Job.id)))

    def open_jobs(self, delivery_id: str) -> list[Job]:
        return [each for each in self.jobs(delivery_id) if each.state in {"queued", "running"}]

    def work(self, delivery_id: str, *, early: bool = True) -> Outcome | None:
        """A round, then the worker. ``early``: without waiting out the pause between two tries."""
        self.round()
        (job,) = self.open_jobs(delivery_id) or (None,)
        if job is None:
            return None
        if early:
            with writing(self.engine) as session:
                session.get_one(Job, job.id).not_before = now() - timedelta(seconds=1)
        return self.run(job.id)

    def run(self, job_id: str) -> Outcome:
        return run_job(self.engine, self.settings, job_id, works(kinds=self.kinds))

    def state(self, delivery_id: str) -> DeliveryState:
        with reading(self.engine) as session:
            return state_of(session, delivery_id)

    def delivery(self, delivery_id: str) -> Delivery:
        with reading(self.engine) as session:
            return session.get_one(Delivery, delivery_id)

    def tries(self, delivery_id: str) -> list[str | None]:
        with reading(self.engine) as session:
            query = select(DeliveryAttempt.outcome).where(DeliveryAttempt.delivery_id == delivery_id)
            return list(session.scalars(query.order_by(DeliveryAttempt.number)))

    def events(self) -> list[str]:
        """Types of the webhooks so far."""
        with reading(self.engine) as session:
            rows = session.scalars(select(Delivery).where(Delivery.way == "webhook").order_by(Delivery.id))
            return [each.payload["type"] for each in rows]

    def change(self, destination_id: str, **values: Any) -> None:
        with writing(self.engine) as session:
            destination = session.get_one(Destination, destination_id)
            for name, value in values.items():
                setattr(destination, name, value)


def delivering_office(engine: Engine, folder: Path) -> DeliveringOffice:
    office = new_office(engine)
    ((place, _),) = office.people["maker"].grants
    with writing(engine) as session:
        for login, role in (("admin", Role.ADMINISTRATOR), ("auditor", Role.AUDITOR)):
            account = person(session, login, (place, role))
            office.people[login] = principal_of(session, account)
    with suppress(FileExistsError):
        (folder / "share").mkdir()
    # An address that nothing listens on: webhooks are kept, as they are where one is set up.
    settings = Settings(
        data_dir=folder,
        delivery_folders=str(folder / "share"),
        webhook_url="http://127.0.0.1:9/hook",
        webhook_secret="whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=",  # type: ignore[arg-type]
    )
    shelves = Shelves()
    return DeliveringOffice(office, settings, shelves, {**KINDS, "shelf": shelves.kind()})
