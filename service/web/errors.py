"""Error pages for people. The API answers the same errors with problem+json."""

from fastapi import Request, Response

from service.errors import ProblemDetail
from service.web.templating import page

_HEADINGS = {
    401: "サインインが必要です",
    403: "この操作はできません",
    404: "ページが見つかりません",
    409: "今の状態ではできません",
    412: "ほかの人が先に変更しました",
    413: "ファイルが大きすぎます",
    429: "しばらく待ってください",
}


def error_page(request: Request, problem: ProblemDetail) -> Response:
    """The page for one problem; installed as the ``page`` of ``service.errors.install``."""
    items = [{"what": p.what, "where": p.where, "remedy": p.remedy, "href": None} for p in problem.problems]
    heading = _HEADINGS.get(
        problem.status, "処理できませんでした" if problem.status >= 500 else "入力を確かめてください"
    )
    single = len(items) <= 1
    return page(
        "error.html",
        status=problem.status,
        person=None,
        here="",
        status_code=problem.status,
        heading=heading,
        message=problem.detail,
        problems=[] if single else items,
    )
