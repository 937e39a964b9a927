"""The CSV tables of a package, opened by LibreOffice Calc as an office would open them: every cell as it was written."""

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pytest
from approved_minutes import approved, description
from openpyxl import load_workbook
from test_package import contents

from minutes.profiles import load_profile
from records.package import make_package
from records.package.editions import Encoding

OFFICE = shutil.which("soffice")
CALC = OFFICE is not None and (Path(OFFICE).resolve().parent / "libsclo.so").exists()

# The character set a spreadsheet of a Japanese office takes for a file without a mark: 64 is Windows-932, 76 UTF-8.
FILTER = "Text - txt - csv (StarCalc):44,34,{charset},1"


@pytest.mark.skipif(not CALC, reason="LibreOffice Calc (libreoffice-calc-nogui) is not installed")
@pytest.mark.parametrize(("encoding", "charset"), [(Encoding.UTF8, 76), (Encoding.CP932, 64)])
def test_every_cell_is_shown_as_it_was_written(tmp_path: Path, encoding: Encoding, charset: int) -> None:
    files = contents(make_package(approved(), load_profile(), description(), encoding=encoding))
    for name in ("metadata", "index"):
        content = files[f"{name}.csv"]
        (tmp_path / f"{name}.csv").write_bytes(content)
        shown = opened(tmp_path, name, charset)
        codec = "utf-8-sig" if encoding is Encoding.UTF8 else "cp932"
        written = list(csv.reader(io.StringIO(content.decode(codec), newline="")))
        assert shown == written
        assert all(len(row) == len(written[0]) for row in written)


def opened(folder: Path, name: str, charset: int) -> list[list[str]]:
    assert OFFICE is not None
    subprocess.run(
        [
            OFFICE,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            f"--infilter={FILTER.format(charset=charset)}",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(folder),
            str(folder / f"{name}.csv"),
        ],
        check=True,
        capture_output=True,
        timeout=100,
    )
    sheet = load_workbook(folder / f"{name}.xlsx").active
    assert sheet is not None
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
