"""Text search for programs."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.problems import problems
from service.api.schemas import FoundOut, HitOut, SearchPage, TextPiece
from service.auth.dependencies import EngineDep, PrincipalDep
from service.db.engine import reading
from service.meetings.states import MeetingState
from service.search import Found, search
from service.search.marking import Piece

router = APIRouter(prefix="/search", tags=["meetings"])


@router.get(
    "",
    response_model=SearchPage,
    summary="会議を文から探す",
    description="件名、議事要旨の最新の版、文字起こしに、すべての語がある会議を新しく登録した順に返します。語は1文字からで、"
    "全角・半角、ひらがな・カタカナ、異体字を区別しません。非公開の発言と文は、非公開の内容を読める人だけが見つけられます。"
    "続きは `next_before` を `before` に渡して得ます。",
    responses=problems(422),
)
def search_meetings(
    *,
    engine: EngineDep,
    principal: PrincipalDep,
    q: Annotated[str, Query(description="探す語。空白で区切る。200 文字、10 語まで", examples=["予算 防災"])],
    before: Annotated[int | None, Query(ge=0, le=2**38, description="前の応答の next_before")] = None,
    limit: Annotated[int, Query(ge=1, le=50, description="一度に返す会議の数")] = 20,
) -> SearchPage:
    with reading(engine) as session:
        found = search(session, principal, q, before=before, limit=limit)
    return SearchPage(items=tuple(_out(each) for each in found.items), next_before=found.next_before)


def _out(found: Found) -> FoundOut:
    return FoundOut(
        meeting_id=found.meeting_id,
        department_id=found.department_id,
        starts_at=found.starts_at,
        state=MeetingState(found.state),
        title=_pieces(found.title),
        hits=tuple(
            HitOut(part=hit.part, place=hit.place, speaker=hit.speaker, closed=hit.closed, text=_pieces(hit.pieces))
            for hit in found.hits
        ),
        more=found.more,
    )


def _pieces(pieces: tuple[Piece, ...]) -> tuple[TextPiece, ...]:
    return tuple(TextPiece(text=each.text, marked=each.marked) for each in pieces)
