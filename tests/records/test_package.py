"""The package: what is in it, that it is the same each time, and that tools which are not ours accept it."""

import csv
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import bagit
import jsonschema
import pytest
from approved_minutes import MEETING, VERSION, approved, description, document
from docx import Document
from pdfa_clauses import broken_clauses
from test_own_form import FORM, form

from minutes.document import MinutesDocument, ReadingNotice
from minutes.edits import edit_sentence
from minutes.errors import InputError, PolicyError
from minutes.profiles import load_profile
from records.metadata.description import Description
from records.package import LIMIT, Edition, Package, make_package, verify_package
from records.package.ai_use import DECISIONS, AiUse
from records.package.audit_chain import AuditLine
from records.package.editions import Encoding
from records.package.metadata_file import IndexRow, MetadataRow, PackageMetadata
from records.package.names import Naming
from service.audit import AuditEventName

SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"
CLOSED = ("丸角商事", "7億2,600万円", "七億二千六百万円", "調達先の個別事情")


@pytest.fixture(scope="module")
def package() -> Package:
    return make_package(approved(), load_profile(), description(), form=form(*FORM))


@pytest.fixture(scope="module")
def payload(package: Package) -> dict[str, bytes]:
    return contents(package)


def contents(package: Package) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
        assert archive.testzip() is None
        return {name.partition("/data/")[2]: archive.read(name) for name in archive.namelist() if "/data/" in name}


@pytest.fixture
def unpacked(package: Package, tmp_path: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
        archive.extractall(tmp_path)
    return tmp_path / package.name.removesuffix(".zip")


def test_it_holds_every_form_of_the_same_version(payload: dict[str, bytes]) -> None:
    assert set(payload) == {
        "議事要旨_公開版.pdf",
        "議事要旨_公開版.docx",
        "議事要旨_公開版.html",
        "議事要旨_公開版.txt",
        "議事要旨_保存版.pdf",
        "議事要旨_保存版.docx",
        "様式.docx",
        "minutes.json",
        "metadata.json",
        "metadata.csv",
        "audit.jsonl",
        "ai_use.json",
        "index.csv",
    }
    assert broken_clauses(payload["議事要旨_公開版.pdf"]) == broken_clauses(payload["議事要旨_保存版.pdf"]) == []
    shown = [each.text for each in Document(io.BytesIO(payload["議事要旨_公開版.docx"])).paragraphs]
    assert shown == [line for line in payload["議事要旨_公開版.txt"].decode().splitlines() if line]


def test_the_same_version_gives_the_same_bytes(package: Package) -> None:
    assert make_package(approved(), load_profile(), description(), form=form(*FORM)) == package


def test_nothing_closed_is_in_any_public_file(payload: dict[str, bytes]) -> None:
    assert CLOSED[2] in payload["minutes.json"].decode()
    for name in ("議事要旨_公開版.txt", "議事要旨_公開版.html"):
        assert not [word for word in CLOSED if word in payload[name].decode()]


def test_a_package_of_the_public_edition_has_nothing_closed_anywhere() -> None:
    package = make_package(approved(), load_profile("ward_forum"), description(), editions=[Edition.PUBLIC])
    files = contents(package)
    assert "議事要旨_保存版.pdf" not in files
    for content in files.values():
        text = content.decode("utf-8", "replace")
        assert not [word for word in CLOSED if word in text or json.dumps(word)[1:-1] in text]


def test_bagit_validates_it(unpacked: Path) -> None:
    bag = bagit.Bag(str(unpacked))
    assert bag.is_valid()
    assert bag.version_info == (1, 0)
    assert bag.info["External-Identifier"] == f"urn:uuid:{VERSION}"
    assert bag.info["Bag-Group-Identifier"] == f"urn:uuid:{MEETING}"
    command = [sys.executable, "-m", "bagit", "--validate", str(unpacked)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    (unpacked / "data" / "minutes.json").write_bytes(b"{}")
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize("tool", ["sha256sum", "sha512sum"])
def test_the_manifests_are_checked_by_coreutils(unpacked: Path, tool: str) -> None:
    for manifest in (f"manifest-{tool[:6]}.txt", f"tagmanifest-{tool[:6]}.txt"):
        command = [tool, "--strict", "-c", manifest]
        assert subprocess.run(command, cwd=unpacked, capture_output=True, check=False).returncode == 0
    (unpacked / "data" / "議事要旨_公開版.txt").write_bytes(b"")
    assert subprocess.run(command, cwd=unpacked, capture_output=True, check=False).returncode == 0
    command[-1] = f"manifest-{tool[:6]}.txt"
    assert subprocess.run(command, cwd=unpacked, capture_output=True, check=False).returncode == 1


def test_unzip_keeps_the_names(package: Package, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(package.content)
    listed = subprocess.run(
        [sys.executable, "-m", "zipfile", "-l", str(tmp_path / "a.zip")], check=True, capture_output=True, text=True
    )
    assert f"{MEETING}_v3/data/議事要旨_公開版.pdf" in listed.stdout


@pytest.mark.parametrize(
    ("file", "model"),
    [
        ("metadata.json", PackageMetadata),
        ("ai_use.json", AiUse),
        ("audit.jsonl", AuditLine),
        ("index.csv", IndexRow),
        ("metadata.csv", MetadataRow),
        ("minutes.json", MinutesDocument),
    ],
)
def test_published_schemas_are_in_step_and_describe_the_files(
    payload: dict[str, bytes], file: str, model: type[PackageMetadata]
) -> None:
    name = "metadata_csv" if file == "metadata.csv" else file.partition(".")[0]
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    assert schema == model.model_json_schema(mode="serialization" if model is not MinutesDocument else "validation")
    content = payload[file].decode("utf-8-sig")
    if file.endswith(".csv"):
        values = list(csv.DictReader(io.StringIO(content, newline="")))
    else:
        values = [json.loads(line) for line in (content.splitlines() if file.endswith("l") else [content])]
    assert values
    for value in values:
        jsonschema.validate(value, schema)


def test_the_approved_text_is_in_it_byte_for_byte(payload: dict[str, bytes]) -> None:
    metadata = json.loads(payload["metadata.json"])
    assert hashlib.sha256(payload["minutes.json"]).hexdigest() == metadata["approval"]["sha256"]
    assert metadata["file"]["retention_end"] == "2031-03-31"
    assert metadata["item"]["title"] == "第8回都・区市町村CIO協議会 議事要旨"


def test_the_use_of_ai_is_told_with_checks_and_with_who_decided(payload: dict[str, bytes]) -> None:
    told = json.loads(payload["ai_use.json"])
    assert "extractive" in told["statement"] and "令和8年2月24日に山本 課長が承認した" in told["statement"]
    assert [(each["by"], each["what"]) for each in told["decisions"]] == [("sato", "本文の修正"), ("yamamoto", "承認")]
    assert [each["reason"] for each in told["let_stand"]] == ["発言のとおり"]
    assert sum(each["let_stand"] for each in told["checks"]) == 1
    assert [each["rule"] for each in told["checks"]][:3] == ["G1", "G2", "G3"]


def test_every_decision_that_is_told_is_an_event_of_the_service() -> None:
    assert set(DECISIONS) <= set(AuditEventName)


def test_the_tables_are_read_by_spreadsheets(payload: dict[str, bytes]) -> None:
    assert payload["metadata.csv"].startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(payload["metadata.csv"].decode("utf-8-sig"), newline=""))
    assert (row["作成・取得年度等"], row["起算日"], row["保存期間満了日"]) == (
        "令和7年度",
        "令和8年4月1日",
        "令和13年3月31日",
    )
    index = list(csv.DictReader(io.StringIO(payload["index.csv"].decode("utf-8-sig"), newline="")))
    assert {each["ファイル名"] for each in index} == set(payload) - {"metadata.json", "metadata.csv", "index.csv"}


def test_for_old_systems_names_are_ascii_and_text_is_cp932(tmp_path: Path) -> None:
    package = make_package(
        approved(),
        load_profile(),
        description(),
        naming=Naming.ASCII,
        encoding=Encoding.CP932,
        editions=[Edition.PUBLIC],
    )
    files = contents(package)
    assert all(name.isascii() for name in files)
    assert files["minutes_public.txt"].decode("cp932").startswith("第8回都・区市町村CIO協議会 議事要旨\r\n")
    assert "令和7年度" in files["metadata.csv"].decode("cp932")
    (tmp_path / "a.zip").write_bytes(package.content)
    assert verify_package(tmp_path / "a.zip").ok


def test_cp932_refuses_what_it_lacks_and_says_where() -> None:
    with pytest.raises(InputError) as caught:
        make_package(
            approved(edit_sentence(document(), "s0002", "𠮷田の質問か。")),
            load_profile(),
            description(),
            encoding=Encoding.CP932,
        )
    (problem,) = caught.value.problems
    assert problem.where.startswith("議事要旨_公開版.txt 24行目1文字目") and "𠮷" in problem.what


@pytest.mark.parametrize(
    ("part", "change", "told"),
    [
        ("item", {"openness": "公開", "openness_reason": None}, "非公開の部分があります"),
        ("item", {"remarks": "=HYPERLINK(0)"}, "式として扱います"),
        (
            "file",
            {"fiscal_year": 2026, "retention_start": "2027-04-01", "retention_end": "2032-03-31"},
            "令和8年度ですが、承認は令和8年2月24日",
        ),
    ],
)
def test_a_description_that_contradicts_the_minutes_is_refused(part: str, change: dict[str, object], told: str) -> None:
    raw = description().model_dump(mode="json")
    raw[part] |= change
    with pytest.raises(InputError, match=told):
        make_package(approved(), load_profile(), Description.model_validate(raw))


def test_a_text_that_is_not_the_approved_one_is_refused() -> None:
    good = approved()
    with pytest.raises(InputError, match="ハッシュ"):
        type(good)(approval=good.approval, text=good.text.replace("令和8年度", "令和9年度"), entries=good.entries)


def test_a_package_too_large_for_one_case_is_refused(package: Package) -> None:
    assert len(package.content) < LIMIT == 30_000_000
    notice = ReadingNotice(place="1行目", what="あ" * (LIMIT // 3), remedy="")
    with pytest.raises(PolicyError, match="30 MB を超えます"):
        make_package(approved(document().model_copy(update={"notices": (notice,)})), load_profile(), description())
