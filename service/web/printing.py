"""The draft as a department circulates it on paper for checking: A4, with version, hash and state on every sheet."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from minutes.dispositions import sentences_of
from minutes.document import MinutesDocument
from minutes.profiles import load_profile
from minutes.render.page import ParagraphKind, page_header
from service.auth.dependencies import WebPrincipalDep
from service.db.base import now
from service.db.engine import reading
from service.db.tables import MeetingRow
from service.errors import Conflict
from service.meetings.closed import shown_document
from service.meetings.exports import SUPERSEDED_NOTICE
from service.meetings.queries import draft_version, get_meeting
from service.meetings.states import MeetingState
from service.web.review_view import FindingView, findings_view, review_view
from service.web.templating import page

router = APIRouter()


@dataclass(frozen=True)
class Standing:
    """What the sheet is. ``name`` chooses what the margin of every page says."""

    name: str
    words: str
    notice: str | None = None


@dataclass(frozen=True)
class Footnote:
    number: int
    finding: FindingView


@router.get("/meetings/{meeting_id}/print")
def show(
    request: Request, meeting_id: str, principal: WebPrincipalDep, evidence: str = "", findings: str = ""
) -> Response:
    """The approved text, else the newest draft, as this person may see it. ``evidence``: with the utterances that each
    sentence rests on; ``findings``: with what the checks say, as notes."""
    with reading(request.app.state.engine) as session:
        row = get_meeting(session, principal, meeting_id)
        version = row.approved_version or row.current_version
        if not version:
            raise Conflict("素案がまだありません。", where="state", remedy="作成が終わるのを待ってください。")
        saved, whole = draft_version(session, row, version)
    document = shown_document(principal, row, whole)
    view = review_view(document)
    header = page_header(document.meeting, load_profile(document.profile))
    notes = footnotes(document) if findings else ()
    return page(
        "print.html",
        row=row,
        title=next(each.text for each in header if each.kind is ParagraphKind.TITLE),
        header=[each for each in header if each.kind is not ParagraphKind.TITLE],
        standing=standing_of(row),
        saved=saved,
        withheld=document is not whole,
        sections=view.sections,
        said={each.id: each for each in view.utterances},
        evidence=bool(evidence),
        findings=bool(findings),
        footnotes=notes,
        marks=_marks(notes),
        printed_by=principal.display_name,
        printed_at=now(),
    )


def standing_of(row: MeetingRow) -> Standing:
    """Nothing that is not approved may pass for it on paper."""
    if row.state == MeetingState.SUPERSEDED:
        return Standing("superseded", "差替前", SUPERSEDED_NOTICE)
    if row.approved_version:
        return Standing("approved", "承認済")
    return Standing("draft", "案（未承認）", "これは案です。承認された議事要旨ではありません。")


def footnotes(document: MinutesDocument) -> tuple[Footnote, ...]:
    """The open findings, numbered down the draft; those about no sentence come last."""
    order = {each.id: n for n, each in enumerate(sentences_of(document.sections))}
    found = findings_view(document).findings
    down = sorted(found, key=lambda each: order.get(each.place.sentence_id or "", len(order)))
    return tuple(Footnote(n, each) for n, each in enumerate(down, 1))


def _marks(notes: tuple[Footnote, ...]) -> Mapping[str, tuple[int, ...]]:
    """The numbers of the notes at each sentence."""
    found: dict[str, tuple[int, ...]] = {}
    for each in notes:
        key = each.finding.place.sentence_id
        if key is not None:
            found[key] = (*found.get(key, ()), each.number)
    return found
