"""What a 文書管理 system gave back, as a CSV table: one line for each record, with its 文書番号 and its decision."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from minutes.era import read_date
from minutes.errors import InputError, Problem
from records.metadata.table_csv import Row, read_table, refuse
from records.package.metadata_file import Row as ModelRow
from records.package.metadata_file import runs_as_formula

IDENTIFIER, MEETING, TITLE = "識別子", "会議の番号", "件名"
NUMBER, DECIDED_ON, DECIDED_BY, REMARKS = "文書番号", "決裁日", "決裁者", "備考"
LONGEST, LONGEST_REMARKS = 300, 2000


class RegistrationRow(ModelRow):
    """One line; the names of its columns are the aliases. A line has 識別子 or 会議の番号, or both."""

    identifier: Annotated[
        str, Field(alias=IDENTIFIER, description="承認された版の識別子。パッケージの metadata.csv にあるもの")
    ] = ""
    meeting: Annotated[str, Field(alias=MEETING, description="画面のアドレスの末尾")] = ""
    title: Annotated[str, Field(alias=TITLE, description="読む人のための列。取り込まない")] = ""
    number: Annotated[str, Field(alias=NUMBER, min_length=1, max_length=LONGEST, examples=["7デ戦戦第130号"])]
    decided_on: Annotated[str, Field(alias=DECIDED_ON, min_length=1, examples=["令和8年2月25日"])]
    decided_by: Annotated[str, Field(alias=DECIDED_BY, min_length=1, max_length=LONGEST, examples=["戦略課長 平岡 修"])]
    remarks: Annotated[
        str, Field(alias=REMARKS, max_length=LONGEST_REMARKS, description="登録済みのものを訂正するときは、その理由")
    ] = ""


@dataclass(frozen=True)
class Decision:
    """What is registered of one record."""

    document_number: str
    decided_on: date
    decided_by: str
    remarks: str = ""


@dataclass(frozen=True)
class Line:
    """``row`` says where in the file a mistake lies. ``version_id``, ``meeting_id``: at least one of them."""

    row: Row
    version_id: str | None
    meeting_id: str | None
    decision: Decision


def read_registrations(data: bytes) -> tuple[Line, ...]:
    """The lines, each checked by itself. Raises InputError with the place of every mistake."""
    rows = read_table(data, required=(NUMBER, DECIDED_ON, DECIDED_BY), optional=(IDENTIFIER, MEETING, TITLE, REMARKS))
    problems: list[Problem] = []
    lines = []
    for row in rows:
        version_id = row.cells[IDENTIFIER].lower().removeprefix("urn:uuid:") or None
        meeting_id = row.cells[MEETING].lower() or None
        if version_id is None and meeting_id is None:
            problems.append(
                Problem(
                    "どの会議のものか分かりません。",
                    row.place(IDENTIFIER),
                    "識別子（パッケージの metadata.csv にあります）か会議の番号を書いてください。",
                )
            )
            continue
        try:
            decision = decision_of(*(row.cells[name] for name in (NUMBER, DECIDED_ON, DECIDED_BY, REMARKS)))
        except InputError as error:
            problems += [Problem(each.what, row.place(_COLUMNS[each.where]), each.remedy) for each in error.problems]
            continue
        lines.append(Line(row, version_id, meeting_id, decision))
    refuse(problems)
    return tuple(lines)


_COLUMNS = {"document_number": NUMBER, "decided_on": DECIDED_ON, "decided_by": DECIDED_BY, "remarks": REMARKS}


def decision_of(number: str, decided_on: str, decided_by: str, remarks: str = "") -> Decision:
    """As people write it. Raises InputError with one Problem for each field, named as those of Decision."""
    problems: list[Problem] = []
    words = {
        "document_number": _words(number, "document_number", "文書番号", problems),
        "decided_by": _words(decided_by, "decided_by", "決裁者", problems),
    }
    day = date.min
    if not decided_on.strip():
        problems.append(Problem("決裁日がありません。", "decided_on", "決裁日を書いてください。"))
    else:
        try:
            day = read_date(decided_on)
        except ValueError as error:
            what, _, remedy = str(error).partition("。")
            problems.append(Problem(f"{what}。", "decided_on", remedy))
    noted = remarks.strip()
    if len(noted) > LONGEST_REMARKS or _unprintable(noted.replace("\r", "").replace("\n", "")):
        remedy = f"{LONGEST_REMARKS}文字以内の文で書いてください。"
        problems.append(Problem("備考が長すぎるか、使えない文字があります。", "remarks", remedy))
    refuse(problems)
    return Decision(words["document_number"], day, words["decided_by"], noted)


def _words(text: str, where: str, name: str, problems: list[Problem]) -> str:
    written = unicodedata.normalize("NFC", text).strip()
    if not written:
        problems.append(Problem(f"{name}がありません。", where, f"{name}を書いてください。"))
    elif len(written) > LONGEST or _unprintable(written):
        remedy = f"{LONGEST}文字以内の1行で書いてください。"
        problems.append(Problem(f"{name}が長すぎるか、使えない文字があります。", where, remedy))
    elif runs_as_formula(written):
        what = f"「{written[:20]}」は、表計算ソフトが式として扱います。"
        problems.append(Problem(what, where, f"先頭の「{written[0]}」を全角にするか、書き方を変えてください。"))
    return written


def _unprintable(text: str) -> bool:
    return any(unicodedata.category(each) in {"Cc", "Cs"} for each in text)
