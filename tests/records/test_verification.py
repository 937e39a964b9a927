"""Verification: whatever was changed is found, and what was not is said to be in order."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from approved_minutes import APPROVED_AT, approved, description
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minutes.era import JST
from minutes.errors import InputError
from minutes.profiles import load_profile
from records.package import Package, Report, make_package, verify_package
from records.package.audit_chain import AuditLine, breaks, chained, read_jsonl, to_jsonl
from records.package.bag import bag
from records.package.names import MOST_BYTES, MOST_CHARACTERS, FileKind, Naming, file_name, kind_of, safe, unsafe
from records.package.stored_zip import write_zip

AT = APPROVED_AT.astimezone(JST)


@pytest.fixture(scope="module")
def package() -> Package:
    return make_package(approved(), load_profile(), description())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("packages") / "a.zip"


def verified(content: bytes, place: Path, noted: str | None = None) -> Report:
    place.write_bytes(content)
    return verify_package(place, fingerprint_noted=noted)


def files_of(package: Package) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(package.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def payload_of(package: Package) -> dict[str, bytes]:
    return {name.partition("/data/")[2]: data for name, data in files_of(package).items() if "/data/" in name}


def made_anew(package: Package, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """A package with all manifests right, around a payload that somebody changed."""
    payload = payload_of(package)
    change(payload)
    (info,) = (data for name, data in files_of(package).items() if name.endswith("/bag-info.txt"))
    pairs = [tuple(line.split(": ", 1)) for line in info.decode().splitlines() if not line.startswith("Payload-Oxum")]
    files = bag(payload, [(label, value) for label, value in pairs])
    return write_zip({f"{package.name[:-4]}/{path}": data for path, data in files.items()}, AT)


def faults(report: Report) -> str:
    return "".join(fault for check in report.checks for fault in check.faults)


def test_what_was_made_is_in_order(package: Package, place: Path) -> None:
    report = verified(package.content, place, package.fingerprint)
    assert report.ok, str(report)
    assert report.title == "第8回都・区市町村CIO協議会 議事要旨"
    assert "結果：適合" in str(report) and "［否］" not in str(report) and "［－］" not in str(report)
    assert report.fingerprint == package.fingerprint


def test_a_full_edition_that_prints_closed_talk_leaves_the_public_one_clean(place: Path) -> None:
    made = make_package(approved(), load_profile("ward_forum"), description())
    report = verified(made.content, place, made.fingerprint)
    assert report.ok, str(report)


def test_so_is_the_folder_that_it_was_unpacked_to(package: Package, tmp_path: Path) -> None:
    with zipfile.ZipFile(BytesIO(package.content)) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / package.name.removesuffix(".zip")
    assert verify_package(folder, fingerprint_noted=package.fingerprint).ok
    (folder / "data" / "Thumbs.db").write_bytes(b"x")
    assert "Thumbs.db が" in faults(verify_package(folder))
    (folder / "data" / "Thumbs.db").unlink()
    (folder / "data" / "index.csv").unlink()
    (folder / "data" / "index.csv").symlink_to("/etc/hostname")
    assert "リンク" in faults(verify_package(folder))


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 1, exclude_max=True), to=st.integers(1, 255))
def test_any_changed_byte_anywhere_is_found(package: Package, place: Path, at: float, to: int) -> None:
    changed = bytearray(package.content)
    changed[int(at * len(changed))] ^= to
    try:
        assert not verified(bytes(changed), place).ok
    except InputError as error:
        assert error.remedy


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_byte_of_the_wrapping_counts(package: Package, place: Path, data: st.DataObject) -> None:
    """The zip's own records and the tag files are small beside the payload, so chance rarely falls on them."""
    content = package.content
    payload = content.index(b"/data/") - 80
    directory = content.index(b"PK\x01\x02")
    position = data.draw(st.integers(0, payload) | st.integers(directory, len(content) - 1))
    changed = bytearray(content)
    changed[position] ^= data.draw(st.integers(1, 255))
    try:
        assert not verified(bytes(changed), place).ok
    except InputError as error:
        assert error.remedy


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(1, 5000), added=st.binary(min_size=1, max_size=50))
def test_cutting_off_and_adding_on_are_found(package: Package, place: Path, cut: int, added: bytes) -> None:
    for content in (package.content[:-cut], package.content + added, added + package.content):
        try:
            assert not verified(content, place).ok
        except InputError as error:
            assert error.remedy


@given(st.binary(max_size=300))
def test_any_other_file_gets_a_sentence(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "other.zip"
    path.write_bytes(data)
    with pytest.raises(InputError, match="ZIP として読めません"):
        verify_package(path)


def test_a_repacked_zip_is_told_from_a_changed_file(package: Package, place: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files_of(package).items():
            archive.writestr(name, data)
    report = verified(out.getvalue(), place, package.fingerprint)
    assert not report.ok
    assert [check.asked for check in report.checks if check.faults] == ["梱包が作成時のまま"]


def test_with_the_noted_fingerprint_not_even_a_whole_new_package_passes(package: Package, place: Path) -> None:
    def other(payload: dict[str, bytes]) -> None:
        payload["metadata.csv"] = payload["metadata.csv"].replace("総務".encode(), "財務".encode())

    content = made_anew(package, other)
    assert verified(content, place).ok
    assert "控えは" in faults(verified(content, place, package.fingerprint))


def edit_json(name: str, edit: Callable[[dict[str, object]], None]) -> Callable[[dict[str, bytes]], None]:
    def change(payload: dict[str, bytes]) -> None:
        value = json.loads(payload[name])
        edit(value)
        payload[name] = json.dumps(value, ensure_ascii=False).encode()

    return change


def edit_lines(edit: Callable[[list[AuditLine]], list[AuditLine]]) -> Callable[[dict[str, bytes]], None]:
    def change(payload: dict[str, bytes]) -> None:
        payload["audit.jsonl"] = to_jsonl(edit(list(read_jsonl(payload["audit.jsonl"]))))

    return change


def replaced(name: str, old: str, new: str) -> Callable[[dict[str, bytes]], None]:
    def change(payload: dict[str, bytes]) -> None:
        assert old.encode() in payload[name]
        payload[name] = payload[name].replace(old.encode(), new.encode())

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            replaced("議事要旨_公開版.txt", "21の自治体", "22の自治体"),
            "議事要旨_公開版.txt が、記載事項にある添付と違います",
        ),
        (replaced("minutes.json", "21の自治体", "22の自治体"), "minutes.json が承認された本文ではありません"),
        (replaced("metadata.json", "2031-03-31", "2036-03-31"), "metadata.json が決められた形ではありません（file）"),
        (replaced("metadata.json", '"version": 3', '"version": 4'), "経緯にある承認の版"),
        (replaced("index.csv", "議事要旨_保存版.pdf", "議事要旨.pdf"), "index.csv が、記載事項にある添付と違います"),
        (replaced("audit.jsonl", '"sato"', '"suzuki"'), "3行目の内容が記録時のものではありません"),
        (edit_lines(lambda lines: [*lines[:1], *lines[2:]]), "2行目が前の行とつながっていません"),
        (edit_lines(lambda lines: lines[:-1]), "経緯の最後が、この会議の承認ではありません"),
        (
            edit_lines(
                lambda lines: list(
                    chained([lines[0].entry.model_copy(update={"actor": "x"}), *(each.entry for each in lines[1:])])
                )
            ),
            "1行目の事象が、サービスの監査記録のハッシュと一致しません",
        ),
        (
            edit_json("ai_use.json", lambda value: value.pop("statement")),
            "ai_use.json が決められた形ではありません（statement）",
        ),
        (lambda payload: payload.pop("ai_use.json"), "ai_use.json がありません"),
        (lambda payload: payload.update({"メモ.txt": b"x"}), "メモ.txt が記載事項の添付にありません"),
        (lambda payload: payload.update({"CON.txt": b"x"}), "Windows の装置の名前"),
        (replaced("議事要旨_公開版.txt", "21の自治体", "落札した株式会社丸角商事"), "非公開の発言の語句があります"),
        (lambda payload: payload.update({"audit.jsonl": b"\xff\n"}), "UTF-8 ではありません"),
        (lambda payload: payload.update({"audit.jsonl": b"{}\n"}), "1行目が決められた形ではありません"),
    ],
)
def test_a_forger_who_makes_the_manifests_anew_is_found_out(
    package: Package, place: Path, change: Callable[[dict[str, bytes]], None], told: str
) -> None:
    report = verified(made_anew(package, change), place)
    assert not report.ok
    assert told in faults(report)


def test_a_zip_that_expands_without_end_is_refused(place: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("a/data/x", bytes(201_000_000))
    with pytest.raises(InputError, match="大きすぎます"):
        verified(out.getvalue(), place)


EARLIEST, LATEST = datetime.fromisoformat("1980-01-01"), datetime.fromisoformat("2107-01-01")
"""What a zip can say of a time."""
NAMES = st.text(st.characters(exclude_categories=("Cs",)), max_size=120)


@given(NAMES)
def test_a_name_is_kept_by_a_share_or_refused_with_the_reason(name: str) -> None:
    if unsafe(name) is None:
        assert safe(name) == name
        assert not set(name) & set('\\/:*?"<>|') and name == name.rstrip(". ")
        assert len(name) <= MOST_CHARACTERS and len(name.encode()) <= MOST_BYTES
    else:
        with pytest.raises(InputError):
            safe(name)


@pytest.mark.parametrize(
    "name", ["", "..", "a/b", "nul", "COM1.txt", "か\u3099.txt", "a.", " a", "x" * 101, "あ" * 90, "a\x00"]
)
def test_names_that_windows_or_a_share_would_change(name: str) -> None:
    assert unsafe(name)


@pytest.mark.parametrize("naming", list(Naming))
def test_every_file_has_a_safe_name_of_its_own(naming: Naming) -> None:
    names = [file_name(kind, naming) for kind in FileKind]
    assert len(set(names)) == len(names) and not [name for name in names if unsafe(name)]
    assert [kind_of(name) for name in names] == list(FileKind)


@given(
    st.dictionaries(NAMES.filter(bool), st.binary(max_size=100), min_size=1, max_size=5),
    st.datetimes(EARLIEST, LATEST),
)
def test_the_stored_zip_is_read_by_the_standard_library(files: dict[str, bytes], at: datetime) -> None:
    with zipfile.ZipFile(BytesIO(write_zip(files, at))) as archive:
        assert archive.testzip() is None
        assert [each.orig_filename for each in archive.infolist()] == list(files)
        assert [archive.read(each) for each in archive.infolist()] == list(files.values())
        assert {each.date_time for each in archive.infolist()} == {(*at.timetuple()[:5], at.second // 2 * 2)}


def test_a_chain_without_a_break_has_none() -> None:
    lines = chained(approved().entries)
    assert list(breaks(lines)) == []
    assert read_jsonl(to_jsonl(lines)) == lines
    assert (
        hashlib.sha256(to_jsonl(lines)).hexdigest() == hashlib.sha256(to_jsonl(chained(approved().entries))).hexdigest()
    )
