"""The columns of a transcript that is a table, as a person named them: checked, stored and used again as written."""

import unicodedata

from minutes.errors import InputError
from minutes.transcript import ColumnMap, parse_columns
from minutes.transcript.columns import COLUMNS
from service.db.tables import MeetingRow

COLUMNS_LIMIT = 500


def written_columns(text: str | None) -> str | None:
    """What is stored of the text of a form; None where nothing was written. Raises InputError."""
    written = (text or "").strip()
    if not written:
        return None
    if len(written) > COLUMNS_LIMIT or any(unicodedata.category(each) in {"Cc", "Cs"} for each in written):
        raise InputError(
            "列の指定を読めません。",
            where=COLUMNS,
            remedy=f"1行、{COLUMNS_LIMIT} 文字以内で、制御文字を含めずに書いてください。",
        )
    parse_columns(written)
    return written


def column_map(written: str | None) -> ColumnMap | None:
    """The columns that were stored, for the reader."""
    return parse_columns(written) if written else None


def columns_of(row: MeetingRow) -> ColumnMap | None:
    """The columns of the transcript of a meeting."""
    return column_map(row.transcript_columns)
