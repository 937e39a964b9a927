"""What a parcel is made of: the package's own bytes and a table that a 文書管理 system imports."""

import csv
import io
import re

import pytest
from approved_minutes import approved, description
from parcels import ID, package, real_parcel

from minutes.errors import InputError
from minutes.profiles import load_profile
from records.connectors.parcel import DeliveredRow, parcel_of
from records.connectors.protocol import Parcel
from records.package import make_package
from records.package.editions import Encoding
from records.package.metadata_file import MetadataRow
from records.package.names import Naming, unsafe


def rows(parcel: Parcel, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(parcel.files[-1].content.decode(encoding), newline="")))


def test_the_package_goes_as_it_is_and_the_index_says_what_it_is() -> None:
    parcel = real_parcel()
    assert [file.path for file in parcel.files] == [f"{parcel.name}.zip", f"{parcel.name}.csv"]
    assert parcel.files[0].content == package().content
    assert parcel.files[-1].content.startswith(b"\xef\xbb\xbf")
    (row,) = rows(parcel)
    assert row["件名"] == "第8回都・区市町村CIO協議会 議事要旨"
    assert row["SHA-256"] == parcel.files[0].sha256
    assert row["保存期間満了日"] == "令和13年3月31日"
    assert row["識別子"] == parcel.metadata.identifier


def test_the_columns_are_those_of_the_metadata_and_then_those_of_the_file() -> None:
    columns = [field.alias for field in DeliveredRow.model_fields.values()]
    assert list(rows(real_parcel("files"))[0]) == columns
    assert columns[:-5] == [field.alias for field in MetadataRow.model_fields.values()]
    assert columns[-5:] == ["ファイル名", "内容", "形式", "大きさ", "SHA-256"]


def test_each_file_has_a_name_that_every_share_keeps_and_a_line() -> None:
    parcel = real_parcel("files")
    assert all(unsafe(part) is None for file in parcel.files for part in file.path.split("/"))
    listed = {row["ファイル名"]: row for row in rows(parcel)}
    assert list(listed) == [file.path for file in parcel.files[:-1]]
    for file in parcel.files[:-1]:
        row = listed[file.path]
        assert (row["大きさ"], row["SHA-256"]) == (str(len(file.content)), file.sha256)
        assert row["内容"]
        assert row["形式"] == file.media_type


def test_the_same_package_gives_the_same_bytes() -> None:
    again = parcel_of(package().content, id=ID, contents="files", encoding=Encoding.UTF8)
    assert again == real_parcel("files")


def test_names_in_ascii_stay_so() -> None:
    made = make_package(approved(), load_profile(), description(), naming=Naming.ASCII)
    parcel = parcel_of(made.content, id=ID, contents="files", encoding=Encoding.CP932)
    assert all(file.path.isascii() for file in parcel.files)


def test_what_cp932_lacks_is_named_and_not_replaced() -> None:
    item = description().item.model_copy(update={"title": "𠮷野川流域会議"})
    made = make_package(approved(), load_profile(), description().model_copy(update={"item": item}))
    assert rows(parcel_of(made.content, id=ID, contents="zip", encoding=Encoding.UTF8))[0]["件名"] == "𠮷野川流域会議"
    with pytest.raises(InputError) as wrong:
        parcel_of(made.content, id=ID, contents="zip", encoding=Encoding.CP932)
    assert "𠮷" in wrong.value.problems[0].what
    assert re.match(r"[0-9a-f-]{36}_v3_[0-9a-f]{8}\.csv 2行目", wrong.value.problems[0].where)
    # Made anew with another description it is another package, which finds room beside the first.
    again = parcel_of(made.content, id=ID, contents="zip", encoding=Encoding.UTF8)
    assert again.name[:-8] == real_parcel().name[:-8] and again.name != real_parcel().name


@pytest.mark.parametrize("broken", ["nothing", "no zip", "cut off", "changed"])
def test_what_is_no_whole_package_is_not_sent(broken: str) -> None:
    whole = package().content
    made = {"nothing": b"", "no zip": b"no zip", "cut off": whole[:-1], "changed": whole.replace(b"CIO", b"CIA", 1)}
    with pytest.raises(InputError):
        parcel_of(made[broken], id=ID, contents="zip", encoding=Encoding.UTF8)
