"""One pair of files to a meeting, by the same intake as uploads; and what the clerk finds beside the files afterwards."""

import hashlib
import json

from pydantic import Field, ValidationError
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from minutes.errors import InputError, Problem
from minutes.structured_text import load_structured
from minutes.transcript.encoding import decode
from minutes.value import Value
from service.auth.rights import Action, Principal
from service.db.account_tables import Department
from service.db.engine import reading
from service.meetings.intake import MEETING_MAX_BYTES, Accepted, accept_meeting, accepted_before
from service.settings import Settings
from workers.inbox.folder import opened, read
from workers.inbox.moving import Note
from workers.inbox.pairs import OPTIONS, Group, Pair, pair_of, shown

_OPTIONS_MAX_BYTES = 100_000
_OF_OPTIONS = {"body", "department_id", "profile", "model", "columns"}


class Options(Value):
    """What 取込設定 says for all meetings of its folder."""

    body: str | None = Field(None, max_length=200)
    department: str | None = Field(None, max_length=200)
    """Name or number."""
    profile: str | None = Field(None, max_length=100)
    model: str | None = Field(None, max_length=100)
    columns: str | None = Field(None, max_length=1000)


def take_in(engine: Engine, settings: Settings, principal: Principal, group: Group, pair: Pair) -> Accepted:
    """Raises GijiyoshiError for what the intake refuses, Changed, and OSError while a file cannot be read."""
    assert settings.inbox_dir is not None
    with opened(settings.inbox_dir / group.folder) as folder:
        meeting = read(folder, pair.meeting, MEETING_MAX_BYTES)
        transcript = read(folder, pair.transcript, settings.upload_max_bytes)
        written = b"" if group.options is None else read(folder, group.options, _OPTIONS_MAX_BYTES)
    options = _options(written) if group.options is not None else Options()
    # By the bytes and not by name or place: after a crash, and when the same is put in again, it is the same meeting.
    key = "inbox-" + _digest(meeting, transcript, json.dumps(options.model_dump()).encode())
    if known := accepted_before(engine, principal, key):
        return known
    with reading(engine) as session:
        department = _department(session, principal, options.department)
    return accept_meeting(
        engine,
        settings,
        principal,
        meeting=meeting,
        transcript=transcript,
        filename=shown(pair.transcript.name),
        department_id=department,
        profile=options.profile,
        model=options.model,
        columns=options.columns,
        body=options.body,
        idempotency_key=key,
    )


def receipt(accepted: Accepted, group: Group, public_url: str | None) -> Note:
    lines = ["受け付けました。", "", f"会議の番号：{accepted.meeting_id}"]
    if public_url is not None:
        lines.append(f"会議のページ：{public_url.rstrip('/')}/meetings/{accepted.meeting_id}")
    if accepted.replayed:
        lines.append("同じ内容のファイルは受付済みのため、会議は増えていません。")
    return Note("受付.txt", "\n".join([*lines, "", "ファイル：", *_names(group)]) + "\n")


def refusal(problems: tuple[Problem, ...], group: Group) -> Note:
    lines = ["受け付けられませんでした。何も登録していません。", ""]
    for number, problem in enumerate(problems, 1):
        lines.append(f"{number}. {problem.what}")
        if problem.where:
            lines.append(f"   どこ：{_where(problem.where, group)}")
        if problem.remedy:
            lines.append(f"   直し方：{problem.remedy}")
    again = "直したら、会議の情報と文字起こしの両方を、取込みフォルダーに置き直してください。"
    return Note("理由.txt", "\n".join([*lines, "", again, "", "ファイル：", *_names(group)]) + "\n")


def _options(data: bytes) -> Options:
    if len(data) > _OPTIONS_MAX_BYTES:
        raise InputError("取込設定のファイルが大きすぎます。", where="取込設定", remedy="設定だけを書いてください。")
    try:
        text = decode(data).text
    except InputError as error:
        raise InputError(
            "取込設定のファイルを読めません。", where="取込設定", remedy="UTF-8 の JSON か YAML で書いてください。"
        ) from error
    try:
        return Options.model_validate(load_structured(text, "取込設定"))
    except InputError as error:
        raise InputError(error.what, where=f"取込設定の{error.where}", remedy=error.remedy) from error
    except ValidationError as error:
        names = "、".join(dict.fromkeys(str(each["loc"][0]) if each["loc"] else "全体" for each in error.errors()))
        raise InputError(
            f"取込設定に使えない項目か値があります（{names[:200]}）。",
            where="取込設定",
            remedy="使える項目は body、department、profile、model、columns で、値は文字列です。",
        ) from None


def _department(session: Session, principal: Principal, given: str | None) -> str | None:
    """Only among the departments that this account registers for: others are not even named."""
    if given is None:
        return None
    own = principal.departments(Action.upload)
    rows = session.scalars(select(Department).where(Department.id.in_(own))).all()
    for row in rows:
        if given in (row.id, row.name):
            return row.id
    names = "、".join(sorted(row.name for row in rows))
    raise InputError(
        f"所属「{given}」には登録できません。", where="取込設定", remedy=f"登録できる所属：{names or 'ありません'}。"
    )


def _where(where: str, group: Group) -> str:
    """The place with the file it is in; the intake knows the files by the names that programs give them."""
    pair = pair_of(group)
    if not isinstance(pair, Pair):
        return where
    meeting, transcript = shown(pair.meeting.name), shown(pair.transcript.name)
    if where in _OF_OPTIONS:
        return f"{shown(group.options.name) if group.options else '取込設定'} の {where}"
    if where.startswith((transcript, OPTIONS)):
        return where
    return {"meeting": meeting, "transcript": transcript}.get(where, f"{meeting} の {where}")


def _names(group: Group) -> list[str]:
    return [f"  {shown(each.name)}" for each in group.files]


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
