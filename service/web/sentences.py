"""Changing, taking out and adding sentences on the review page and accepting fixes, all of it with plain forms."""

import re
import unicodedata
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from minutes.dispositions import sentences_of
from minutes.document import Fix, MinutesDocument
from minutes.errors import GijiyoshiError
from minutes.phrases import compared, merged
from service.auth import Principal
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.errors import Forbidden, NotFound, PreconditionFailed, Unauthenticated
from service.meetings.editing import add_sentence, apply_fixes, delete_sentence, edit_sentence, leave_out
from service.meetings.queries import current_draft, draft_version, get_meeting
from service.web.desk_answer import done, wants_json
from service.web.people import account_names, person_of
from service.web.review import Typed, back, refused
from service.web.templating import page

router = APIRouter()


@router.post("/meetings/{meeting_id}/sentences/{sentence_id}")
def save(
    request: Request,
    *,
    meeting_id: str,
    sentence_id: str,
    principal: WebPrincipalDep,
    version: Annotated[int, Form()],
    text: Annotated[str, Form()] = "",
) -> Response:
    try:
        saved = edit_sentence(
            request.app.state.engine, principal, meeting_id, sentence_id, text.strip(), if_match=version
        )
    except PreconditionFailed as error:
        if wants_json(request):
            raise
        return _conflict(
            request,
            principal,
            meeting_id=meeting_id,
            sentence_id=sentence_id,
            opened=version,
            mine=text,
            error=error,
        )
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except GijiyoshiError as error:
        return refused(request, principal, meeting_id, error, typed=Typed(sentence_id, text))
    return done(request, principal, meeting_id, saved, sentence_id)


@router.post("/meetings/{meeting_id}/sentences/{sentence_id}/delete")
def delete(
    request: Request,
    *,
    meeting_id: str,
    sentence_id: str,
    principal: WebPrincipalDep,
    version: Annotated[int, Form()],
    block: Annotated[str, Form()] = "",
) -> Response:
    """``block`` is where the page comes back to, as the sentence is gone."""
    try:
        delete_sentence(request.app.state.engine, principal, meeting_id, sentence_id, if_match=version)
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except GijiyoshiError as error:
        return refused(request, principal, meeting_id, error)
    return back(meeting_id, block if re.fullmatch(r"b\d{4,}", block) else "")


@router.post("/meetings/{meeting_id}/blocks/{block_id}/sentences")
def add(
    request: Request,
    *,
    meeting_id: str,
    block_id: str,
    principal: WebPrincipalDep,
    version: Annotated[int, Form()],
    text: Annotated[str, Form()] = "",
    after: Annotated[str, Form()] = "",
    evidence: Annotated[tuple[str, ...], Form()] = (),
    more: Annotated[str, Form()] = "",
) -> Response:
    """``evidence`` are the ticked utterances of the block, ``more`` numbers of others."""
    numbers = [each for each in re.split(r"[\s、,]+", unicodedata.normalize("NFKC", more).lower()) if each]
    cited = tuple(dict.fromkeys([*evidence, *numbers]))
    try:
        _, added = add_sentence(
            request.app.state.engine,
            principal,
            meeting_id,
            block_id,
            text=text.strip(),
            evidence=cited,
            after=after or None,
            if_match=version,
        )
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except GijiyoshiError as error:
        return refused(request, principal, meeting_id, error, typed=Typed(block_id, text, after, evidence, more))
    return back(meeting_id, added)


@router.post("/meetings/{meeting_id}/fixes")
def fix(
    request: Request,
    *,
    meeting_id: str,
    principal: WebPrincipalDep,
    version: Annotated[int, Form()],
    sentence_id: Annotated[str, Form()] = "",
    start: Annotated[int, Form(ge=0)] = 0,
    replaced: Annotated[str, Form()] = "",
    replacement: Annotated[str, Form()] = "",
) -> Response:
    """Accept the change that one finding offers."""
    accepted = Fix(sentence_id=sentence_id, start=start, replaced=replaced, replacement=replacement)
    try:
        saved = apply_fixes(request.app.state.engine, principal, meeting_id, [accepted], if_match=version)
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except GijiyoshiError as error:
        return refused(request, principal, meeting_id, error)
    return done(request, principal, meeting_id, saved, "findings")


@router.post("/meetings/{meeting_id}/blocks/{block_id}/leave-out")
def omit(
    request: Request,
    meeting_id: str,
    block_id: str,
    principal: WebPrincipalDep,
    version: Annotated[int, Form()],
) -> Response:
    """Nothing of this statement is to be in the record."""
    try:
        leave_out(request.app.state.engine, principal, meeting_id, block_id, if_match=version)
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except GijiyoshiError as error:
        return refused(request, principal, meeting_id, error)
    return back(meeting_id, block_id)


def _conflict(
    request: Request,
    principal: Principal,
    *,
    meeting_id: str,
    sentence_id: str,
    opened: int,
    mine: str,
    error: PreconditionFailed,
) -> Response:
    """Both texts side by side with what each changed: what the person typed is never thrown away."""
    with reading(request.app.state.engine) as session:
        row = get_meeting(session, principal, meeting_id)
        draft = current_draft(session, row)
        if draft is None:
            raise error
        saved, document = draft
        theirs = _text(document, sentence_id)
        base = None
        if 0 < opened <= row.current_version:
            base = _text(draft_version(session, row, opened)[1], sentence_id)
        return page(
            "conflict.html",
            status=error.status,
            person=person_of(session, principal),
            here="review",
            meeting_id=meeting_id,
            sentence_id=sentence_id,
            mine=mine,
            marked=compared([theirs or ""], [mine]),
            both=merged(base, mine.strip(), theirs) if base is not None and theirs is not None else None,
            theirs={
                "text": theirs,
                "version": saved.version,
                "opened": opened,
                "by": account_names(session, [saved.created_by]).get(saved.created_by, ""),
                "change": saved.change,
            },
        )


def _text(document: MinutesDocument, sentence_id: str) -> str | None:
    return next((each.text for each in sentences_of(document.sections) if each.id == sentence_id), None)
