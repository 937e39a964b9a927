"""The guide for the records office: what it shows works, and what it lists is all there is."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

from approved_minutes import APPROVED_AT, approved
from docx import Document
from test_own_form import form

from minutes.profiles import load_profile
from records.form_values import form_values
from records.metadata import read_classification, read_retention_table
from records.metadata.description import Description, read_description
from records.own_form import fill_form
from records.package import make_package
from records.package.names import FileKind, Naming, file_name
from records.registration_csv import RegistrationRow, read_registrations

GUIDE = (Path(__file__).parents[2] / "docs" / "records.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    (found,) = re.findall(rf"```{kind}\n(.+?)```", GUIDE, re.DOTALL)
    return str(found)


def described() -> Description:
    return read_description(
        block("yaml record").encode(),
        classification=read_classification(block("csv classification").encode()),
        retention=read_retention_table(block("csv retention").encode()),
    )


def test_the_example_makes_a_package() -> None:
    package = make_package(approved(), load_profile(), described(), form=form(*block("form").splitlines()))
    assert package.name.endswith("_v3.zip")


def test_the_example_of_a_form_is_filled() -> None:
    values = form_values(approved().document, load_profile(), described())
    made = Document(BytesIO(fill_form(form(*block("form").splitlines()), values, written_at=APPROVED_AT)))
    shown = [each.text for each in made.paragraphs]
    assert shown[0] == "7デ戦戦第130号　　令和8年2月20日"
    assert "（狛江市 CIO 平林 浩一 様）" in shown


def test_every_name_that_a_form_may_use_is_listed() -> None:
    def names(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(names, value.values()))
        return set().union(*map(names, value)) if isinstance(value, list) else set()

    listed = set(re.findall(r"`([^`{%]+)`", GUIDE.partition("| 名前 | 中身 |")[2].partition("差し込むのは")[0]))
    assert names(form_values(approved().document, load_profile(), described())) == listed


def test_the_example_of_a_table_is_read() -> None:
    (line,) = read_registrations(block("csv registrations").encode())
    assert (line.decision.document_number, line.decision.decided_on.isoformat()) == ("7デ戦戦第130号", "2026-02-25")
    listed = set(re.findall(r"^\| (.+?) \|", GUIDE.partition("| 列 | 中身 |")[2].partition("UTF-8")[0], re.MULTILINE))
    columns = {field.alias for field in RegistrationRow.model_fields.values()}
    assert {name for cell in listed for name in cell.split("、")} - {"---"} == columns


def test_every_file_is_listed() -> None:
    tree = GUIDE.partition("  data/\n")[2].partition("```")[0]
    assert all(
        Path(name).suffix in tree and Path(name).stem in tree
        for name in (file_name(kind, Naming.JAPANESE) for kind in FileKind)
    )
