"""An Excel file opened for its cells."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import openpyxl

from minutes.errors import InputError


@contextmanager
def opened_workbook(data: bytes) -> Iterator[openpyxl.Workbook]:
    """``data`` has passed ``office.open_office``. Rows are read within the context, in which a damaged file raises
    InputError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of charts and styles that it leaves out
        try:
            yield openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
        except InputError:
            raise
        except Exception as error:  # what a damaged file makes openpyxl raise is not documented
            raise InputError(
                "Excel ファイルが壊れているため読めません。",
                where="ファイル全体",
                remedy="Excel で開いて保存し直すか、CSV で書き出してください。",
            ) from error
