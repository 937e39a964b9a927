"""A department's own dictionary: words as they are found, and as the department writes them."""

import unicodedata

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from minutes.errors import InputError
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require
from service.db.base import new_id
from service.db.engine import writing
from service.db.tables import HouseWord
from service.errors import Conflict, NotFound
from service.meetings.house_style import NAME

KINDS = ("用字用語", "表記", NAME)
LONGEST = 100


def list_words(session: Session, principal: Principal, department_id: str) -> tuple[HouseWord, ...]:
    """All entries, by the wrong form. Raises NotFound outside one's departments."""
    require(principal, Action.read, department_id)
    query = select(HouseWord).where(HouseWord.department_id == department_id).order_by(HouseWord.wrong)
    return tuple(session.scalars(query))


def add_word(
    engine: Engine, principal: Principal, department_id: str, *, wrong: str, right: str, kind: str
) -> HouseWord:
    """Add an entry. Raises InputError for what is no word, Conflict for one that is there already."""
    require(principal, Action.edit, department_id)
    bad, good = _word(wrong, "wrong"), _word(right, "right")
    if kind not in KINDS:
        raise InputError("種類が正しくありません。", where="kind", remedy=f"{'、'.join(KINDS)}から選んでください。")
    if bad == good:
        raise InputError("誤と正が同じです。", where="right", remedy="直した後の語を入力してください。")
    try:
        with writing(engine) as session:
            if session.scalar(
                select(HouseWord.id).where(HouseWord.department_id == department_id, HouseWord.wrong == good)
            ):
                raise Conflict(
                    f"「{good}」を別の語に直す登録があるため、直し合いになります。",
                    where="right",
                    remedy="先にその登録を削除してください。",
                )
            word = HouseWord(
                id=new_id(),
                department_id=department_id,
                wrong=bad,
                right=good,
                kind=kind,
                created_by=principal.account_id,
            )
            session.add(word)
            session.flush()
            _audit(session, principal, AuditEventName.WORD_ADDED, word)
            return word
    except IntegrityError:
        raise Conflict(
            f"「{bad}」は、すでに辞書にあります。", where="wrong", remedy="直すときは、削除してから加えてください。"
        ) from None


def remove_word(engine: Engine, principal: Principal, department_id: str, word_id: str) -> None:
    """Take an entry out. Raises NotFound for an unknown one."""
    with writing(engine) as session:
        require(principal, Action.edit, department_id)
        word = session.get(HouseWord, word_id.replace("\x00", ""))
        if word is None or word.department_id != department_id:
            raise NotFound("辞書にその語はありません。", where="word_id", remedy="一覧を読み込み直してください。")
        _audit(session, principal, AuditEventName.WORD_REMOVED, word)
        session.delete(word)


def _word(text: str, where: str) -> str:
    clean = text.strip()
    if not clean or len(clean) > LONGEST:
        raise InputError("語がないか、長すぎます。", where=where, remedy=f"{LONGEST} 文字以内で入力してください。")
    if any(unicodedata.category(each) in {"Cc", "Cs"} for each in clean):
        raise InputError("使えない文字（制御文字）があります。", where=where, remedy="その文字を取り除いてください。")
    return clean


def _audit(session: Session, principal: Principal, event: AuditEventName, word: HouseWord) -> None:
    detail = {"wrong": word.wrong, "right": word.right, "kind": word.kind}
    record(session, actor=principal.login, event=event, subject=f"department:{word.department_id}", detail=detail)
