"""A folder, and a share that is mounted there, or not."""

import errno
import os
import resource
import stat
import subprocess
from pathlib import Path

import pytest
from parcels import small_parcel
from peers import small_disk
from pydantic import ValidationError
from ways import Way, to_folder

from records.connectors.folder import FolderConfig
from records.connectors.protocol import Refused, Unreachable
from records.connectors.reach import Reach

PARCEL = small_parcel(b"one")


@pytest.fixture
def share(tmp_path: Path) -> Way:
    (tmp_path / "share").mkdir()
    return to_folder(tmp_path / "share")


def test_a_share_that_is_not_mounted_is_known_by_its_mark(share: Way) -> None:
    for act in (share.open(marker="目印.txt").check, lambda: share.open(marker="目印.txt").deliver(PARCEL)):
        with pytest.raises(Unreachable, match=r"目印のファイル.*が見えません"):
            act()
    assert share.held() == {}
    (share.folder / "目印.txt").touch()
    assert not share.open(marker="目印.txt").deliver(PARCEL).already


def test_a_mark_is_a_name_and_no_way_out() -> None:
    with pytest.raises(ValidationError, match="ファイルの名前として使えません"):
        FolderConfig(folder="/srv", marker="../etc/passwd")


def test_a_link_that_somebody_laid_there_leads_nowhere(share: Way, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (share.folder / PARCEL.name).symlink_to(outside)
    reach = Reach(folders=(share.folder,))
    with pytest.raises(Refused, match="リンク"):
        share.open(reach=reach).deliver(PARCEL)
    (share.folder / PARCEL.name).unlink()
    (share.folder / f"{PARCEL.name}.csv").symlink_to(outside / "index.csv")
    with pytest.raises(Refused, match="リンク"):
        share.open(reach=reach).deliver(PARCEL)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize(("folder", "file"), [(0o2770, 0o660), (0o755, 0o644), (0o777, 0o664)])
def test_whoever_may_work_in_the_folder_may_take_the_files(share: Way, folder: int, file: int) -> None:
    share.folder.chmod(folder)
    before = os.umask(0o077)  # as `gijiyoshi up` runs
    try:
        share.open().deliver(PARCEL)
    finally:
        os.umask(before)
    laid = [each for each in share.folder.rglob("*") if each.is_file()]
    assert {stat.S_IMODE(each.stat().st_mode) for each in laid} == {file}
    below = {stat.S_IMODE(each.stat().st_mode) for each in share.folder.iterdir() if each.is_dir()}
    assert below == {folder & 0o2775}


def test_a_place_that_may_only_be_read(share: Way) -> None:
    with small_disk(share.folder):
        subprocess.run(["mount", "-o", "remount,ro", str(share.folder)], check=True)
        for act in (share.open().check, lambda: share.open().deliver(PARCEL)):
            with pytest.raises(Refused, match="読取り専用") as refused:
                act()
            assert "権限" in refused.value.remedy


def test_a_file_larger_than_the_medium_takes_leaves_nothing(share: Way) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(Refused, match="大きさを超えています"):
            share.open().deliver(small_parcel(b"1" * 2000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert share.held() == {}


def test_a_share_without_hard_links_does_as_well(share: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(*_: object) -> None:
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr(os, "link", link)
    assert "置けます。試しのファイルは消しました。" in share.open().check()
    assert not share.open().deliver(PARCEL).already
    assert share.held() == {file.path: file.content for file in PARCEL.files}
    with pytest.raises(Refused, match="内容の違うファイル"):
        share.open().deliver(small_parcel(b"two"))


def test_a_share_that_vanishes_may_come_back(share: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    def fsync(_: int) -> None:
        raise OSError(errno.EHOSTDOWN, "Host is down")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fsync)
        with pytest.raises(Unreachable, match="フォルダーに届きません"):
            share.open().deliver(PARCEL)
    assert share.held() == {}
    assert not share.open().deliver(PARCEL).already


def test_every_file_is_there_before_the_index(share: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a program sees it that watches the folder."""
    seen: list[list[str]] = []
    link = os.link

    def watched(source: Path, target: Path) -> None:
        link(source, target)
        seen.append(sorted(name for name in share.held() if not name.rpartition("/")[2].startswith(".")))

    monkeypatch.setattr(os, "link", watched)
    share.open().deliver(small_parcel(b"one", b"two"))
    assert [len(each) for each in seen] == [1, 2, 3]
    assert [f"{PARCEL.name}.csv" in each for each in seen] == [False, False, True]
