"""Writing, answering, settling and deleting comments. The audit log keeps who, when and where, never the words."""

import unicodedata
from collections.abc import Collection
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from minutes.document import MinutesDocument
from minutes.errors import InputError
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require
from service.db.base import new_id, now
from service.db.comment_table import Comment
from service.db.engine import writing
from service.db.tables import MeetingRow
from service.errors import Conflict, Forbidden, NotFound
from service.meetings.comments.mentions import named, people_of
from service.meetings.comments.places import quoted, spots
from service.meetings.comments.shown import OPEN_STATES, Sight
from service.meetings.drafting import subject
from service.meetings.queries import current_draft, get_meeting, lock_meeting, plain
from service.notices.telling import tell_mentioned, tell_replied

TEXT_LIMIT = 2000
"""Characters of one comment: what is longer is a document of its own."""

COMMENTS_LIMIT = 1000
"""Comments and replies of one meeting: the page shows them all."""

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of writing, by which a text can look other than it is."""


def comment(
    engine: Engine,
    principal: Principal,
    meeting_id: str,
    *,
    text: str,
    place: str | None = None,
    mentions: Collection[str] = (),
) -> str:
    """Write a comment about ``place`` (id of a sentence, block or utterance; None: the meeting); its id.

    ``mentions``: account ids beside those whom the text names. Raises NotFound for a place that the draft has not or
    the person may not know of, Forbidden for one whose words are closed to them, Conflict where nothing can be said
    any more, InputError for the text and the people named.
    """
    with writing(engine) as session:
        row, document = _to_talk(session, principal, meeting_id)
        made = _row(row, principal, _fit(text))
        if place is not None:
            about = spots(document).get(place)
            made.place = place[:40]
            made.evidence = list(about.evidence) if about is not None else []
            sight = Sight(principal, row, document, [made])
            if about is None or not sight.names(place):
                raise NotFound(
                    "その文又は発言はありません。", where="place", remedy="素案を読み込み直し、番号を確かめてください。"
                )
            if sight.hides(made):
                raise _closed()
            made.quote = quoted(about.quote)
        _save(session, principal, row, made, event=AuditEventName.COMMENT_MADE, mentions=mentions)
        return made.id


def reply(
    engine: Engine,
    principal: Principal,
    meeting_id: str,
    comment_id: str,
    *,
    text: str,
    mentions: Collection[str] = (),
) -> str:
    """Answer a comment; its author is told too. Errors as for ``comment``, Conflict for one that is settled."""
    with writing(engine) as session:
        row, document = _to_talk(session, principal, meeting_id)
        root = _root(session, principal, row, document, comment_id)
        if root.resolved_at is not None:
            raise Conflict("このコメントは解決済みです。", where="comment_id", remedy="再開してから返信してください。")
        made = _row(row, principal, _fit(text), parent_id=root.id)
        told = _save(session, principal, row, made, event=AuditEventName.COMMENT_REPLIED, mentions=mentions)
        if root.created_by not in {principal.account_id, *told}:
            tell_replied(session, row, made.id, root.created_by)
        return made.id


def resolve(engine: Engine, principal: Principal, meeting_id: str, comment_id: str) -> None:
    """Nobody has to deal with it any more. A comment that is settled already stays as it is."""
    _settle(engine, principal, meeting_id, comment_id, settled=True)


def reopen(engine: Engine, principal: Principal, meeting_id: str, comment_id: str) -> None:
    _settle(engine, principal, meeting_id, comment_id, settled=False)


def delete(engine: Engine, principal: Principal, meeting_id: str, comment_id: str) -> str:
    """Take the words of one's own comment or reply away; that there was one stays. Returns the id of its thread.

    Raises Forbidden for another person's.
    """
    with writing(engine) as session:
        row, _ = _to_talk(session, principal, meeting_id)
        own = _found(session, row, comment_id)
        if own.created_by != principal.account_id:
            raise Forbidden(
                "ほかの人のコメントは削除できません。", where="comment_id", remedy="書いた人に頼んでください。"
            )
        if own.deleted_at is None:
            own.text, own.mentions, own.deleted_at = None, [], now()
            _audit(session, principal, row, AuditEventName.COMMENT_DELETED, own)
        return own.parent_id or own.id


def _settle(engine: Engine, principal: Principal, meeting_id: str, comment_id: str, *, settled: bool) -> None:
    with writing(engine) as session:
        row, document = _to_talk(session, principal, meeting_id)
        root = _root(session, principal, row, document, comment_id)
        if (root.resolved_at is not None) is settled:
            return
        root.resolved_by, root.resolved_at = (principal.account_id, now()) if settled else (None, None)
        event = AuditEventName.COMMENT_RESOLVED if settled else AuditEventName.COMMENT_REOPENED
        _audit(session, principal, row, event, root)


def _to_talk(session: Session, principal: Principal, meeting_id: str) -> tuple[MeetingRow, MinutesDocument]:
    # Whoever approves at this moment is waited for: an approved meeting gets no comments.
    lock_meeting(session, meeting_id)
    row = get_meeting(session, principal, meeting_id)
    require(principal, Action.comment, row.department_id)
    draft = current_draft(session, row)
    if draft is None or row.state not in OPEN_STATES:
        raise Conflict(
            f"状態が「{row.state}」のため、コメントできません。",
            where="state",
            remedy="コメントできるのは、確認待ち、発言者確認、承認待ちの間です。",
        )
    return row, draft[1]


def _root(
    session: Session, principal: Principal, row: MeetingRow, document: MinutesDocument, comment_id: str
) -> Comment:
    root = _found(session, row, comment_id)
    if root.parent_id is not None:
        raise Conflict("これは返信です。", where="comment_id", remedy="もとのコメントの番号を使ってください。")
    if Sight(principal, row, document, [root]).hides(root):
        raise _closed()
    return root


def _found(session: Session, row: MeetingRow, comment_id: str) -> Comment:
    found = session.get(Comment, plain(comment_id))
    if found is None or found.meeting_id != row.id:
        raise NotFound("コメントが見つかりません。", where="comment_id", remedy="画面を読み込み直してください。")
    return found


def _closed() -> Forbidden:
    return Forbidden(
        "非公開の議事の内容についてのコメントは、扱えません。", remedy="確認者又は承認者に頼んでください。"
    )


def _row(row: MeetingRow, principal: Principal, text: str, parent_id: str | None = None) -> Comment:
    return Comment(
        id=new_id(),
        meeting_id=row.id,
        parent_id=parent_id,
        place=None,
        version=row.current_version,
        quote=None,
        evidence=[],
        text=text,
        mentions=[],
        created_by=principal.account_id,
        created_at=now(),
    )


def _save(
    session: Session,
    principal: Principal,
    row: MeetingRow,
    made: Comment,
    *,
    event: AuditEventName,
    mentions: Collection[str],
) -> tuple[str, ...]:
    """Adds it and tells those whom it names; their ids."""
    there = session.scalar(select(func.count()).select_from(Comment).where(Comment.meeting_id == row.id)) or 0
    if there >= COMMENTS_LIMIT:
        raise Conflict(
            f"この会議のコメントが{COMMENTS_LIMIT}件に達しました。",
            where="text",
            remedy="これ以上は、ほかの手段で伝えてください。",
        )
    told = named(people_of(session, row), made.text or "", mentions)
    made.mentions = list(told)
    session.add(made)
    session.flush()
    _audit(session, principal, row, event, made, mentions=list(told))
    tell_mentioned(session, row, made.id, [each for each in told if each != principal.account_id])
    return told


def _audit(
    session: Session, principal: Principal, row: MeetingRow, event: AuditEventName, about: Comment, **more: Any
) -> None:
    detail = {"comment": about.id, "reply_to": about.parent_id, "place": about.place, **more}
    record(
        session,
        actor=principal.login,
        event=event,
        subject=subject(row.id),
        detail={key: value for key, value in detail.items() if value is not None},
    )


def _fit(text: str) -> str:
    words = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not words:
        raise InputError("コメントが空です。", where="text", remedy="コメントを入力してください。")
    if len(words) > TEXT_LIMIT:
        raise InputError(
            f"コメントが長すぎます（{len(words)}字）。", where="text", remedy=f"{TEXT_LIMIT}字以内にしてください。"
        )
    if any((unicodedata.category(c) in {"Cc", "Cs"} and c not in "\t\n") or c in _TURNING for c in words):
        raise InputError("使えない文字（制御文字）があります。", where="text", remedy="その文字を取り除いてください。")
    return words
