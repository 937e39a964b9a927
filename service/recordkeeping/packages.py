"""Packages of a meeting's approved minutes: made once, kept as they are, taken away by whoever may have all that is in
them."""

import hashlib
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zipfile import ZipFile

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, undefer

from minutes.errors import InputError
from minutes.profile import Profile
from records.approved import ApprovedVersion
from records.metadata.description import Description
from records.metadata.table_csv import refuse
from records.package import Edition, Package, make_package
from records.package.editions import Encoding
from records.package.names import Naming
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require
from service.db.engine import reading, writing
from service.db.record_tables import RecordPackage
from service.db.tables import MeetingRow
from service.deliveries.requesting import request_automatic
from service.errors import Conflict, Gone, NotFound
from service.meetings.approved import approved_version
from service.meetings.drafting import subject
from service.meetings.queries import get_meeting, lock_meeting, plain
from service.profiles.revisions import profile_named
from service.recordkeeping.description import record_of
from service.recordkeeping.rules import form_of
from service.recordkeeping.whose import account_of, actor_of, meeting_for

_ACTIONS = {Edition.PUBLIC: Action.export_public, Edition.FULL: Action.export_full}
MEDIA_TYPE = "application/zip"


@dataclass(frozen=True)
class Wanted:
    """What is to be in a package, and how."""

    editions: tuple[Edition, ...]
    encoding: Encoding = Encoding.UTF8
    naming: Naming = Naming.JAPANESE
    own_form: bool = False
    """With the body's own Word form filled in."""


@dataclass(frozen=True)
class Given:
    """What the command line gives instead of what the service has; None: what the service has."""

    description: Description | None = None
    form: bytes | None = None


@dataclass(frozen=True)
class Made:
    """``new``: there was none of the same bytes. ``superseded``: a correction has taken the place of these minutes."""

    id: str
    package: Package
    version: int
    new: bool
    superseded: bool


@dataclass(frozen=True)
class Content:
    """One file in a package."""

    path: str
    size: int


@dataclass(frozen=True)
class Taken:
    name: str
    content: bytes


def make(
    engine: Engine, principal: Principal | None, meeting_id: str, wanted: Wanted, given: Given | None = None
) -> Made:
    """Make a package and keep it; the same bytes again are the package that is there.

    Made between two transactions: its PDF takes a while and must not hold up other writers. Raises Conflict before the
    approval and after the talk was disposed of, InputError for an incomplete description and whatever
    ``records.package.make_package`` refuses.
    """
    if not wanted.editions:
        raise InputError("含める版が選ばれていません。", where="editions", remedy="公開版か保存版を選んでください。")
    with reading(engine) as session:
        actions = [Action.hand_over, *(_ACTIONS[each] for each in wanted.editions)]
        row = meeting_for(session, principal, meeting_id, *actions)
        approved, profile = _approved(session, row)
        description = (given and given.description) or _described(session, row)
        form = (given and given.form) or (_own_form(session, row) if wanted.own_form else None)
    package = make_package(
        approved,
        profile,
        description,
        editions=wanted.editions,
        encoding=wanted.encoding,
        naming=wanted.naming,
        form=form,
    )
    with writing(engine) as session:
        lock_meeting(session, row.id)
        row = meeting_for(session, principal, row.id, *actions)
        _refuse_disposed(row)
        kept, new = _keep(session, principal, approved, package, wanted)
        if principal is None and not new:
            # The command line writes the file out at once.
            note_taken(session, None, row.id, kept)
        return Made(kept.id, package, approved.approval.version, new, row.superseded_by is not None)


def packages_of(session: Session, principal: Principal, row: MeetingRow) -> Sequence[RecordPackage]:
    """Those of a meeting that this person may take away, the newest first."""
    query = select(RecordPackage).where(RecordPackage.meeting_id == row.id).order_by(RecordPackage.id.desc())
    return [each for each in session.scalars(query) if may_take(principal, row, each.editions)]


def get_package(session: Session, principal: Principal, package_id: str) -> tuple[RecordPackage, MeetingRow]:
    """NotFound for one that there is none of, and for what this person may not know of; Forbidden where it has an
    edition that they may not take."""
    kept = session.get(RecordPackage, plain(package_id))
    if kept is None:
        raise NotFound(
            "パッケージが見つかりません。", where="package_id", remedy="会議の「記録」の画面で確かめてください。"
        )
    row = get_meeting(session, principal, kept.meeting_id)
    require(principal, _to_take(kept.editions), row.department_id)
    return kept, row


def contents_of(session: Session, kept: RecordPackage) -> tuple[Content, ...]:
    """The files in it; none once it has been disposed of."""
    content = session.scalar(select(RecordPackage.content).where(RecordPackage.id == kept.id))
    if content is None:
        return ()
    with ZipFile(io.BytesIO(content)) as archive:
        return tuple(Content(each.filename.partition("/")[2], each.file_size) for each in archive.infolist())


def take_package(engine: Engine, principal: Principal, package_id: str) -> Taken:
    """The package itself; the log says who took it, before it is handed out. Raises Gone where it was disposed of."""
    with writing(engine) as session:
        kept, row = get_package(session, principal, package_id)
        content = (
            session.scalars(
                select(RecordPackage).options(undefer(RecordPackage.content)).where(RecordPackage.id == kept.id)
            )
            .one()
            .content
        )
        if content is None:
            raise Gone(
                "このパッケージは、原データとともに廃棄されました。",
                where="package_id",
                remedy="引き渡した先のものを使ってください。指紋で照らせます。",
            )
        note_taken(session, principal, row.id, kept)
        return Taken(kept.name, content)


def note_taken(session: Session, principal: Principal | None, meeting_id: str, kept: RecordPackage) -> None:
    full = Edition.FULL.value in kept.editions
    record(
        session,
        actor=actor_of(principal),
        event=AuditEventName.EXPORTED_FULL if full else AuditEventName.EXPORTED_PUBLIC,
        subject=subject(meeting_id),
        detail={"version": kept.version, "package": kept.id, "fingerprint": kept.fingerprint, "sha256": kept.sha256},
    )


def may_take(principal: Principal, row: MeetingRow, editions: Collection[str]) -> bool:
    return principal.may(_to_take(editions), row.department_id)


def _to_take(editions: Collection[str]) -> Action:
    """Whoever may have the 保存版 may have all that is in a package."""
    return _ACTIONS[Edition.FULL if Edition.FULL.value in editions else Edition.PUBLIC]


def editions_for(principal: Principal, row: MeetingRow) -> tuple[Edition, ...]:
    """Those that this person may put into a package."""
    if not principal.may(Action.hand_over, row.department_id):
        return ()
    return tuple(each for each in Edition if principal.may(_ACTIONS[each], row.department_id))


def _approved(session: Session, row: MeetingRow) -> tuple[ApprovedVersion, Profile]:
    _refuse_disposed(row)
    approved = approved_version(session, row)
    return approved, profile_named(session, approved.document.profile)


def _refuse_disposed(row: MeetingRow) -> None:
    """A package has the approved text byte for byte, and that text had the talk in it."""
    if row.disposed_at is not None:
        raise Conflict(
            f"「{row.title}」の文字起こしは廃棄されているので、パッケージを作れません。",
            where="state",
            remedy="廃棄の前に引き渡したパッケージを使ってください。",
        )


def _described(session: Session, row: MeetingRow) -> Description:
    now = record_of(session, row)
    refuse([*now.faults, *now.missing])
    assert now.description is not None
    return now.description


def _own_form(session: Session, row: MeetingRow) -> bytes:
    form = form_of(session, row.body_id)
    if form is None:
        raise InputError(
            "所定の様式がありません。", where="own_form", remedy="管理者が会議体に様式を登録すると、選べます。"
        )
    return form


def _keep(
    session: Session, principal: Principal | None, approved: ApprovedVersion, package: Package, wanted: Wanted
) -> tuple[RecordPackage, bool]:
    approval, sha256 = approved.approval, hashlib.sha256(package.content).hexdigest()
    kept = session.scalar(
        select(RecordPackage).where(RecordPackage.meeting_id == approval.meeting_id, RecordPackage.sha256 == sha256)
    )
    if kept is not None:
        return kept, False
    kept = RecordPackage(
        meeting_id=approval.meeting_id,
        version=approval.version,
        editions=[each.value for each in Edition if each in wanted.editions],
        encoding=wanted.encoding.value,
        naming=wanted.naming.value,
        name=package.name,
        size=len(package.content),
        sha256=sha256,
        fingerprint=package.fingerprint,
        content=package.content,
        made_by=account_of(principal),
    )
    session.add(kept)
    record(
        session,
        actor=actor_of(principal),
        event=AuditEventName.PACKAGE_MADE,
        subject=subject(approval.meeting_id),
        detail={"version": kept.version, "editions": kept.editions, "fingerprint": kept.fingerprint},
    )
    session.flush()
    request_automatic(session, kept)
    return kept, True
