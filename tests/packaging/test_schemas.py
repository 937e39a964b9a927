"""The index of schemas: complete, and in step with the program."""

import csv
import io
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from minutes.errors import InputError
from minutes.profile import Profile
from minutes.profiles import load_profile, profile_ids, profile_yaml
from minutes.render import MEDIA_TYPES
from records.metadata.classification import read_classification
from records.metadata.file import Disposal
from records.metadata.retention_table import read_retention_table
from records.package.names import FileKind
from service.app import create_app
from service.settings import Settings

SCHEMAS = Path(__file__).parents[2] / "docs" / "schema"
INDEX = (SCHEMAS / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (.+?) \| .+? \| \[(\w+)\]\((\w+)\.schema\.json\) \| (\S+) \|$", INDEX, re.MULTILINE)
NAMES = sorted(path.name.removesuffix(".schema.json") for path in SCHEMAS.glob("*.json"))


@cache
def schema(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return read


def test_the_index_has_each_schema_once() -> None:
    assert sorted(name for _, name, _, _ in ROWS) == NAMES
    assert [name for _, name, target, _ in ROWS if name != target] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize("kind", FileKind)
def test_each_file_of_a_package_has_a_schema_or_a_standard(kind: FileKind) -> None:
    with_schema = {file.strip("`") for file, *_ in ROWS}
    is_data = kind.value.rpartition(".")[2] in {"json", "jsonl", "csv", "yaml", "xml"}
    assert kind.value in with_schema if is_data else f"`{kind.value}`" in INDEX


def test_each_kind_of_answer_is_named(tmp_path: Path) -> None:
    document = create_app(Settings(data_dir=tmp_path)).openapi()
    answers = {
        media
        for path in document["paths"].values()
        for operation in path.values()
        for status, response in operation["responses"].items()
        if status.startswith("2")
        for media in response.get("content", ())
    }
    kinds = {media.partition(";")[0] for media in answers | set(MEDIA_TYPES.values())} - {"application/json"}
    assert [kind for kind in sorted(kinds) if f"`{kind}`" not in INDEX] == []


@pytest.mark.parametrize(("name", "version"), [(name, version) for _, name, _, version in ROWS])
def test_the_index_says_the_version_that_is_written(name: str, version: str) -> None:
    properties = schema(name)["properties"]
    written = properties.get("schema_version") or properties.get("version") or {}
    assert written.get("const", "–") == version


def test_the_schema_of_a_profile_is_the_programs() -> None:
    assert schema("profile") == Profile.model_json_schema()
    for each in profile_ids():
        jsonschema.validate(yaml.safe_load(profile_yaml(load_profile(each))), schema("profile"))


TABLES: dict[str, tuple[Callable[[bytes], Any], dict[str, str]]] = {
    "classification": (
        read_classification,
        {"分類記号": "A-1", "大分類": "総務", "中分類": "会議", "小分類": "庁議", "備考": "－"},
    ),
    "retention": (
        read_retention_table,
        {"文書の類型": "庁議の記録", "保存期間": "5年", "満了時の措置": "廃棄", "根拠": "規則", "備考": "－"},
    ),
}


def written(row: dict[str, str]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(row))
    writer.writeheader()
    writer.writerow(row)
    return out.getvalue().encode()


@pytest.mark.parametrize("name", TABLES)
def test_the_schema_of_a_table_names_the_columns_that_are_read(name: str) -> None:
    read, row = TABLES[name]
    assert set(schema(name)["properties"]) == set(row)
    for column in row:
        less = {key: value for key, value in row.items() if key != column}
        if column in schema(name)["required"]:
            with pytest.raises(InputError):
                read(written(less))
        else:
            read(written(less))
    with pytest.raises(InputError):
        read(written({**row, "別の列": "x"}))
    jsonschema.validate(row, schema(name))


def test_the_schema_of_retention_has_each_disposal() -> None:
    assert set(schema("retention")["properties"]["満了時の措置"]["enum"]) == set(Disposal)
