"""What holds for every store of files, with a real server on the other side of each."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from parcels import ID, package, real_parcel, small_parcel
from peers import small_disk
from ways import Way

from records.connectors.protocol import ParcelFile, Refused, Unreachable
from records.connectors.reach import Reach
from records.package import verify_package
from records.package.editions import Encoding

HERE = Path(__file__).parent


def test_a_package_arrives_whole_with_its_index(way: Way, tmp_path: Path) -> None:
    parcel = real_parcel()
    receipt = way.open().deliver(parcel)
    assert not receipt.already
    assert receipt.notes == ()
    assert way.held() == {file.path: file.content for file in parcel.files}
    assert [place.rpartition("/")[2] for place in receipt.places] == [file.path for file in parcel.files]
    (row,) = csv.DictReader(io.StringIO(parcel.files[-1].content.decode("utf-8-sig")))
    assert verify_package(way.folder / row["ファイル名"]).ok
    assert (row["大きさ"], row["保存期間"], row["形式"]) == (str(len(package().content)), "5年", "application/zip")


def test_each_file_by_itself(way: Way) -> None:
    parcel = real_parcel("files", Encoding.CP932)
    way.open().deliver(parcel)
    assert way.held() == {file.path: file.content for file in parcel.files}
    rows = list(csv.DictReader(io.StringIO(parcel.files[-1].content.decode("cp932"))))
    with zipfile.ZipFile(io.BytesIO(package().content)) as archive:
        inside = {each.partition("/data/")[2]: archive.read(each) for each in archive.namelist() if "/data/" in each}
    assert {row["ファイル名"] for row in rows} == {f"{parcel.name}/{name}" for name in inside}
    assert all(row["SHA-256"] == ParcelFile("", inside[row["ファイル名"].partition("/")[2]], "").sha256 for row in rows)
    assert all(row["内容"] and row["名称（小分類）"] == "CIO協議会" for row in rows)


def test_the_same_delivery_again_is_the_same_delivery(way: Way) -> None:
    parcel = small_parcel(b"one", b"two")
    first = way.open().deliver(parcel)
    before = _times(way)
    second = way.open().deliver(parcel)
    assert (first.already, second.already) == (False, True)
    assert second.places == first.places
    assert _times(way) == before
    assert way.held() == {file.path: file.content for file in parcel.files}


def test_the_same_name_with_other_bytes_is_refused_and_left(way: Way) -> None:
    way.open().deliver(small_parcel(b"one", b"two"))
    before = way.held()
    with pytest.raises(Refused, match="内容の違うファイル") as refused:
        way.open().deliver(small_parcel(b"one", b"oth", id="another"))
    assert refused.value.where.endswith(".pdf")
    assert way.held() == before


def test_a_huge_file_of_the_same_name_is_not_read(way: Way) -> None:
    parcel = real_parcel()
    with (way.folder / parcel.files[0].path).open("wb") as theirs:
        theirs.truncate(10**12)
    with pytest.raises(Refused, match="内容の違うファイル"):
        way.open().deliver(parcel)


def test_a_part_that_is_there_is_taken_up(way: Way) -> None:
    parcel = small_parcel(b"one", b"two")
    (way.folder / parcel.name).mkdir()
    (way.folder / parcel.files[0].path).write_bytes(b"one")
    assert not way.open().deliver(parcel).already
    assert way.held() == {file.path: file.content for file in parcel.files}


@pytest.mark.parametrize("made", ["folder for file", "file for folder"])
def test_another_thing_in_the_way_is_refused(way: Way, made: str) -> None:
    parcel = small_parcel(b"one")
    if made == "folder for file":
        (way.folder / parcel.files[0].path).mkdir(parents=True)
    else:
        (way.folder / parcel.name).write_bytes(b"")
    before = way.held()
    with pytest.raises(Refused):
        way.open().deliver(parcel)
    assert way.held() == before


def test_checking_leaves_nothing_behind(way: Way) -> None:
    assert "置けます。試しのファイルは消しました。" in way.open().check()
    assert list(way.folder.iterdir()) == []


def test_a_folder_that_is_not_there_is_not_made(way: Way) -> None:
    way.folder.rmdir()
    for act in (way.open().check, lambda: way.open().deliver(small_parcel(b"one"))):
        with pytest.raises((Refused, Unreachable), match="フォルダーが") as failed:
            act()
        assert failed.value.remedy
    assert not way.folder.exists()


def test_what_the_operator_does_not_list_is_not_reached(way: Way) -> None:
    for reach in (Reach(), Reach(hosts=("10.0.0.0/8",), folders=(Path("/srv"),))):
        with pytest.raises(Refused, match=r"許されていません|使ってよい場所"):
            way.open(reach=reach).deliver(small_parcel(b"one"))
    assert way.held() == {}


# WsgiDAV leaves its file open where the disk is full; test_webdav.py has a server that answers as the standard says.
@pytest.mark.parametrize("way", ["folder", "sftp"], indirect=True)
def test_a_full_disk_is_said_and_nothing_half_written_stays(way: Way) -> None:
    with small_disk(way.folder):
        parcel = small_parcel(b"1" * 20_000, b"2" * 60_000)
        with pytest.raises(Unreachable, match="容量"):
            way.open().deliver(parcel)
        assert list(way.held()) == [parcel.files[0].path]
        subprocess.run(["mount", "-o", "remount,size=1m", str(way.folder)], check=True)
        assert not way.open().deliver(parcel).already
        assert way.held() == {file.path: file.content for file in parcel.files}


def test_a_sender_that_is_killed_in_the_middle_is_completed_by_the_next(way: Way, tmp_path: Path) -> None:
    parcel = small_parcel(b"1" * 50_000, b"2" * 4_000_000, b"3")
    fatal = parcel.files[1].path
    order = {
        "kind": way.kind,
        "config": way.config,
        "secret": way.secret,
        "hosts": way.reach.hosts,
        "folders": [str(each) for each in way.reach.folders],
        "id": ID,
        "name": parcel.name,
        "files": [(file.path, file.content.decode()) for file in parcel.files],
        "metadata": parcel.metadata.model_dump(mode="json"),
        "fatal": fatal,
    }
    (tmp_path / "order.json").write_text(json.dumps(order))
    command = [sys.executable, str(HERE / "killed_sender.py"), str(tmp_path / "order.json")]
    env = {**os.environ, "PYTHONPATH": str(HERE.parents[1])}
    sender = subprocess.run(command, env=env, check=False, timeout=60)
    assert sender.returncode == -signal.SIGKILL
    assert parcel.files[0].path in way.held()
    assert not {file.path for file in parcel.files[2:]} & set(way.held())
    assert not way.open().deliver(parcel).already
    assert way.held() == {file.path: file.content for file in parcel.files}
    assert way.open().deliver(parcel).already


def _times(way: Way) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in way.folder.rglob("*")}
