"""The file (簿冊) that a record lies in: the columns of the 行政文書ファイル管理簿."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from minutes.era import format_day
from minutes.value import Value
from records.metadata.contradiction import Contradictions
from records.metadata.fiscal_year import FIRST, LAST, label
from records.metadata.retention import PERMANENT, STANDING, WITHIN_A_YEAR, Period, counted_from, expires_on

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Remark = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class Medium(StrEnum):
    ELECTRONIC = "電子"
    PAPER = "紙"


class Disposal(StrEnum):
    """満了時の措置."""

    TRANSFER = "移管"
    DESTROY = "廃棄"
    EXTEND = "延長"
    UNDECIDED = "未定"


class FileMetadata(Value):
    """One line of the 管理簿. What does not fit together is refused: see ``contradictions``."""

    fiscal_year: Annotated[int, Field(ge=FIRST, le=LAST, title="作成・取得年度等", examples=[2025])]
    class_code: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), Field(title="分類記号")] = ""
    class_large: Annotated[Words, Field(title="大分類")]
    class_mid: Annotated[Words, Field(title="中分類")]
    file_title: Annotated[Words, Field(title="名称（小分類）")]
    creator: Annotated[Words, Field(title="作成・取得者", examples=["デジタルサービス局戦略部戦略課長"])]
    retention_start: Annotated[date | None, Field(title="起算日")] = None
    retention_period: Annotated[Period, Field(title="保存期間")]
    retention_end: Annotated[date | None, Field(title="保存期間満了日")] = None
    medium: Annotated[Medium, Field(title="媒体の種別")] = Medium.ELECTRONIC
    location: Annotated[Words, Field(title="保存場所")]
    manager: Annotated[Words, Field(title="管理者")]
    disposal: Annotated[Disposal, Field(title="保存期間満了時の措置")]
    remarks: Annotated[Remark, Field(title="備考")] = ""

    @model_validator(mode="after")
    def _consistent(self) -> "FileMetadata":
        if found := list(contradictions(self)):
            raise Contradictions(found)
        return self


def contradictions(file: FileMetadata) -> Iterator[tuple[str, str]]:
    """Field and sentence for each date or measure that does not follow from the fiscal year and the period."""
    period, start, end = file.retention_period, file.retention_start, file.retention_end
    if period == WITHIN_A_YEAR:
        yield from _within_a_year(start, end)
    else:
        yield from _differs("retention_start", "起算日", start, counted_from(period, file.fiscal_year), file)
        yield from _differs("retention_end", "保存期間満了日", end, expires_on(period, file.fiscal_year), file)
    if period == PERMANENT and file.disposal is Disposal.DESTROY:
        yield "disposal", "永年保存の簿冊の措置が「廃棄」です。移管か未定にするか、保存期間を直してください。"


def _differs(
    field: str, name: str, given: date | None, follows: date | None, file: FileMetadata
) -> Iterator[tuple[str, str]]:
    if given == follows:
        return
    of = f"{label(file.fiscal_year)}・保存期間{file.retention_period}"
    if follows is None:
        why = "廃止後に数え始める" if file.retention_period == STANDING else "期限のない"
        yield field, f"{name}が書かれています（{of}は{why}ため空欄です）。{name}を消してください。"
    else:
        said = "空欄" if given is None else format_day(given)
        yield (
            field,
            f"{name}が{said}です（{of}では{format_day(follows)}です）。{name}か年度か保存期間を直してください。",
        )


def _within_a_year(start: date | None, end: date | None) -> Iterator[tuple[str, str]]:
    if start is None or end is None:
        if start or end:
            field = "retention_end" if end is None else "retention_start"
            yield field, "1年未満の保存では、起算日と保存期間満了日の両方を書くか、両方を空欄にしてください。"
        return
    if not start <= end < _a_year_after(start):
        yield "retention_end", "保存期間満了日が起算日から1年未満の日ではありません。どちらかの日付を直してください。"


def _a_year_after(day: date) -> date:
    """The day before its anniversary, on which a whole year is over; 29 February has its on 1 March."""
    try:
        return day.replace(year=day.year + 1) - timedelta(days=1)
    except ValueError:
        return date(day.year + 1, 2, 28)
