"""How a change on the review page is answered: the page again, or what of it changed for a page that asks for it."""

from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from minutes.dispositions import sentences_of
from minutes.document import MinutesDocument
from minutes.phrases import replaced_word
from service.auth import Principal
from service.db.engine import reading
from service.db.tables import DraftVersion, MeetingRow
from service.meetings.documents import document_of
from service.meetings.history import position_of
from service.meetings.queries import draft_version, draft_versions, get_meeting
from service.web.people import account_names
from service.web.review import FINDINGS_SHOWN, HISTORY_SHOWN, back, decision_of, history_of, with_unheard
from service.web.review_view import SentenceView, findings_view, gravest
from service.web.templating import fragment


def wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def done(request: Request, principal: Principal, meeting_id: str, saved: DraftVersion, place: str) -> Response:
    """After a change: back to its ``place`` on the page, or JSON for the page's script."""
    with reading(request.app.state.engine) as session:
        row = get_meeting(session, principal, meeting_id)
        after = document_of(saved)
        _, before = draft_version(session, row, saved.version - 1)
        learn = _learned(before, after)
        if not wants_json(request):
            return back(meeting_id, place, {"word": learn[0], "as": learn[1]} if learn else None)
        answer: dict[str, Any] = {
            "base": saved.version - 1,
            "version": saved.version,
            "place": place,
            "reload": _shape(before) != _shape(after),
        }
        if not answer["reload"]:
            shared = {
                **decision_of(session, request.app.state.settings, principal, row, after),
                "version": saved.version,
                "editable": True,
                "opened": "",
                "commenting": "",
                "typed": None,
            }
            answer |= _parts(session, principal, row, before=before, after=after, shared=shared)
            answer["offer"] = fragment("learn.html", learn=learn, **shared) if learn else ""
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def _parts(
    session: Session,
    principal: Principal,
    row: MeetingRow,
    *,
    before: MinutesDocument,
    after: MinutesDocument,
    shared: dict[str, Any],
) -> dict[str, Any]:
    """What of the page reads otherwise now, as HTML."""
    versions = draft_versions(session, row)
    history = history_of(principal, row, versions, account_names(session, [each.created_by for each in versions]))
    return {
        "sentences": [
            {"id": each.id, "html": fragment("sentence_alone.html", sentence=each, **shared)}
            for each in _changed(before, after)
        ],
        "findings": fragment(
            "findings.html",
            view=findings_view(with_unheard(session, row, after)),
            findings_shown=FINDINGS_SHOWN,
            **shared,
        ),
        "undo": fragment("undo.html", history_at=position_of(versions), **shared),
        "decide": fragment("decide.html", **shared),
        "history": fragment("history.html", history=history, history_shown=HISTORY_SHOWN, **shared),
    }


def _shape(document: MinutesDocument) -> tuple[object, ...]:
    """All that the page shows but for the wording of sentences and the findings."""
    sections = [
        [(b.id, b.label, b.turn_ids, [(s.id, s.evidence) for s in b.sentences]) for b in section.blocks]
        for section in document.sections
    ]
    return document.meeting, document.utterances, document.turns, document.notes, document.closings, sections


def _changed(before: MinutesDocument, after: MinutesDocument) -> list[SentenceView]:
    old, new = gravest(before), gravest(after)
    texts = {each.id: each.text for each in sentences_of(before.sections)}
    notes = {each.sentence_id for each in after.notes}
    return [
        SentenceView(
            each.id,
            each.text,
            each.evidence,
            new.get(each.id),
            tuple(n for n in after.notes if n.sentence_id == each.id) if each.id in notes else (),
        )
        for each in sentences_of(after.sections)
        if texts.get(each.id) != each.text or old.get(each.id) != new.get(each.id)
    ]


def _learned(before: MinutesDocument, after: MinutesDocument) -> tuple[str, str] | None:
    """The word that a person replaced in one sentence."""
    texts = {each.id: each.text for each in sentences_of(before.sections)}
    changed = [e for e in sentences_of(after.sections) if texts.get(e.id, e.text) != e.text]
    return replaced_word(texts[changed[0].id], changed[0].text) if len(changed) == 1 else None
