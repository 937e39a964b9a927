"""The hash that names a model's weights, and the manifest that spares reading them again."""

import hashlib
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutes.errors import InputError
from models.manifest import Differences, Manifest, digest_of, make_manifest, read_manifest, verify, write_manifest
from models.model_files import MANIFEST_NAME

FILES = {
    "config.json": b"{}",
    "model-00001-of-00002.safetensors": b"first",
    "model-00002-of-00002.safetensors": b"second",
    "model.safetensors.index.json": b"{}",
    "tokenizer.json": b'{"version": "1.0"}',
    "additional_chat_templates/minutes.jinja": b"{{ messages }}",
}
BESIDE = ("README.md", "LICENSE", ".cache/huggingface/config.json", "pytorch_model.bin", "modeling.py", ".DS_Store")


def filled(folder: Path, files: dict[str, bytes]) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def with_manifest(folder: Path) -> Manifest:
    made = make_manifest(
        folder, source="office/model", revision="a" * 40, licence="apache-2.0", fetched_at=datetime.now(UTC)
    )
    write_manifest(folder, made)
    return made


def replace_unseen(file: Path, content: bytes) -> None:
    """As many bytes, and the time it had."""
    before = file.stat()
    file.write_bytes(content)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_the_hash_of_a_folder_is_what_sha256sum_makes_of_its_model_files(tmp_path: Path) -> None:
    filled(tmp_path, FILES)
    lines = subprocess.run(
        ["sha256sum", *sorted(FILES)], cwd=tmp_path, capture_output=True, check=True, timeout=20
    ).stdout
    assert digest_of(tmp_path) == hashlib.sha256(lines).hexdigest()


def test_the_hash_of_a_file_is_that_of_its_content(tmp_path: Path) -> None:
    filled(tmp_path, {"small.gguf": b"GGUF"})
    assert digest_of(tmp_path / "small.gguf") == hashlib.sha256(b"GGUF").hexdigest()
    with_manifest(tmp_path)
    assert digest_of(tmp_path / "small.gguf") == hashlib.sha256(b"GGUF").hexdigest()


@pytest.mark.parametrize("name", BESIDE)
def test_what_is_not_the_model_leaves_its_hash_as_it_is(tmp_path: Path, name: str) -> None:
    before = digest_of(filled(tmp_path, FILES))
    filled(tmp_path, {name: b"anything"})
    assert digest_of(tmp_path) == before


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("noted", [False, True])
def test_any_change_of_a_model_file_is_another_hash(tmp_path: Path, name: str, noted: bool) -> None:
    filled(tmp_path, FILES)
    if noted:
        with_manifest(tmp_path)
    before = digest_of(tmp_path)
    (tmp_path / name).write_bytes(FILES[name] + b"x")
    assert digest_of(tmp_path) != before


def test_a_manifest_spares_reading_the_weights_and_never_hides_a_change(tmp_path: Path) -> None:
    filled(tmp_path, FILES)
    computed = digest_of(tmp_path)
    assert with_manifest(tmp_path).digest == computed == digest_of(tmp_path)
    # Not read again: only so could a change with the same size and time stay unseen. `verify` reads.
    replace_unseen(tmp_path / "model-00001-of-00002.safetensors", b"FIRST")
    assert digest_of(tmp_path) == computed
    assert verify(tmp_path, read_manifest(tmp_path)) == Differences(changed=("model-00001-of-00002.safetensors",))
    # A copy to another medium has other times.
    os.utime(tmp_path / "config.json")
    assert digest_of(tmp_path) != computed
    filled(tmp_path, FILES)
    assert digest_of(tmp_path) == computed
    filled(tmp_path, {"adapter_model.safetensors": b"more"})
    assert digest_of(tmp_path) != computed


def test_a_broken_manifest_only_means_that_the_files_are_read(tmp_path: Path) -> None:
    computed = digest_of(filled(tmp_path, FILES))
    (tmp_path / MANIFEST_NAME).write_text("{")
    assert digest_of(tmp_path) == computed


def test_verify_names_what_is_missing_changed_and_extra(tmp_path: Path) -> None:
    manifest = with_manifest(filled(tmp_path, FILES | {"LICENSE": b"Apache"}))
    assert verify(tmp_path, manifest).none
    (tmp_path / "tokenizer.json").unlink()
    (tmp_path / "LICENSE").write_bytes(b"Other")
    filled(tmp_path, {"pytorch_model.bin": b"\x80"})
    assert verify(tmp_path, manifest) == Differences(("tokenizer.json",), ("LICENSE",), ("pytorch_model.bin",))


def test_what_was_written_is_what_is_read(tmp_path: Path) -> None:
    made = with_manifest(filled(tmp_path, FILES))
    assert read_manifest(tmp_path) == made
    assert made.size == sum(map(len, FILES.values()))
    assert {each.path for each in made.files} == set(FILES)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "目録がありません"),
        ("", "目録が壊れています"),
        ("[]", "目録が壊れています"),
        ('{"form": 2, "source": "a", "revision": null, "licence": null, "files": []}', "目録が壊れています"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_one_sentence(tmp_path: Path, content: str | None, said: str) -> None:
    if content is not None:
        (tmp_path / MANIFEST_NAME).write_text(content)
    with pytest.raises(InputError, match=said) as caught:
        read_manifest(tmp_path)
    assert caught.value.where.endswith(MANIFEST_NAME) and caught.value.remedy


@pytest.mark.parametrize("path", ["../elsewhere", "/etc/passwd", "a/../../b", "", "a\\b", "./config.json"])
def test_a_manifest_cannot_name_a_file_outside_its_folder(tmp_path: Path, path: str) -> None:
    written = with_manifest(filled(tmp_path, FILES)).model_dump_json()
    with pytest.raises(ValueError, match="path"):
        Manifest.model_validate_json(written.replace('"config.json"', f'"{path}"'.replace("\\", "\\\\")))


def test_where_there_is_no_model_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="読めません"):
        digest_of(tmp_path / "absent")
    filled(tmp_path, {"config.json": b"{}"})
    with pytest.raises(InputError, match="重みがありません"):
        digest_of(tmp_path)


@given(st.dictionaries(st.sampled_from(sorted(FILES)), st.binary(max_size=8)), st.binary(max_size=8))
def test_a_hash_knows_names_from_contents(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes], weights: bytes
) -> None:
    """Whatever the files hold: moved contents are another model, the same contents are the same one."""
    first, second = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("other")
    filled(first, files | {"model.safetensors": weights})
    filled(second, files | {"model.safetensors": weights})
    assert digest_of(first) == digest_of(second)
    (second / "model.safetensors").rename(second / "weights.safetensors")
    assert digest_of(first) != digest_of(second)
