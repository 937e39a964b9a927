"""`gijiyoshi model`: weights come in whole or not at all, from a hub over real HTTP or from a medium."""

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hub_double import COMMIT, Hub, serving

from minutes.errors import InputError
from models.fetching import Offered
from models.fetching.hub import OnHub
from models.manifest import digest_of, read_manifest
from models.model_files import MANIFEST_NAME

ROOT = Path(__file__).parents[2]
MODEL = "office/minutes-1b"
FILES = {
    "README.md": b"---\nlicense: apache-2.0\n---\n# minutes\n",
    "LICENSE": b"Apache License",
    "config.json": b'{"model_type": "llama"}',
    "tokenizer.json": b"{}",
    "chat_template.jinja": b"{{ messages }}",
    "model-00001-of-00002.safetensors": b"first" * 40_000,
    "model-00002-of-00002.safetensors": b"second" * 40_000,
    "model.safetensors.index.json": b"{}",
    "pytorch_model.bin": b"\x80\x04pickled",
    "modeling_minutes.py": b"import os",
    "assets/figure.png": b"\x89PNG",
    ".gitattributes": b"",
}
TAKEN = set(FILES) - {"pytorch_model.bin", "modeling_minutes.py", "assets/figure.png", ".gitattributes"}

needs_the_extra = pytest.mark.skipif(
    importlib.util.find_spec("huggingface_hub") is None,
    reason="追加の部品（make transformers）が入っていない: ハブから取り込めない",
)


def started(folder: Path, *arguments: str, kilobytes: str = "unlimited", **environment: str) -> subprocess.Popen[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIJIYOSHI_", "HF_"))}
    outward = {"HF_HOME": str(folder / "home"), "NO_PROXY": "127.0.0.1,localhost", "HF_HUB_OFFLINE": "1"}
    return subprocess.Popen(
        ["bash", "-c", f'ulimit -f {kilobytes}; exec "$@"', "-", sys.executable, "-m", "cli.main", "model", *arguments],
        env={**kept, **outward, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environment},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    try:
        out, error = process.communicate(timeout=90)
    finally:
        process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, out, error)


def model(
    folder: Path, *arguments: str, kilobytes: str = "unlimited", **environment: str
) -> subprocess.CompletedProcess[str]:
    """``kilobytes``: of the largest file that may be written."""
    return ended(started(folder, *arguments, kilobytes=kilobytes, **environment))


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The last line of what was said, where the command could not do what it was asked."""
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving(Hub(MODEL, dict(FILES), {"license": "apache-2.0"})) as running:
        yield running


def folders(place: Path) -> set[str]:
    return {each.name for each in place.iterdir()} if place.exists() else set()


@needs_the_extra
def test_a_model_comes_from_the_hub_whole_with_its_manifest(hub: Hub, tmp_path: Path) -> None:
    done = model(tmp_path, "fetch", MODEL, HF_ENDPOINT=hub.url)
    assert done.returncode == 0, done.stderr
    made = tmp_path / "model-weights" / "minutes-1b"
    assert {p.relative_to(made).as_posix() for p in made.rglob("*") if p.is_file()} == TAKEN | {MANIFEST_NAME}
    assert all((made / path).read_bytes() == FILES[path] for path in TAKEN)
    manifest = read_manifest(made)
    assert (manifest.source, manifest.revision, manifest.licence) == (MODEL, COMMIT, "apache-2.0")
    assert manifest.digest == digest_of(made) and manifest.digest in done.stdout
    for left in set(FILES) - TAKEN:
        assert left in done.stderr
    # The hub learns nothing but which files are wanted.
    assert {path.split("/")[1] for _, path in hub.asked} == {"api", "office", "cdn"}
    assert {path for _, path in hub.asked if path.startswith("/api/")} == {f"/api/models/{MODEL}"}
    assert not any("torch" in agent for agent in hub.agents)
    assert folders(tmp_path / "model-weights") == {"minutes-1b"}


@needs_the_extra
def test_a_connection_that_breaks_is_taken_up_where_it_broke(hub: Hub, tmp_path: Path) -> None:
    hub.faults["model-00001-of-00002.safetensors"] = "cut"
    assert model(tmp_path, "fetch", MODEL, "-o", "m", HF_ENDPOINT=hub.url).returncode == 0
    assert (tmp_path / "m" / "model-00001-of-00002.safetensors").read_bytes() == b"first" * 40_000


@needs_the_extra
def test_what_is_there_is_not_fetched_again_and_a_part_is_never_a_model(hub: Hub, tmp_path: Path) -> None:
    hub.faults["model-00002-of-00002.safetensors"] = "403"
    done = model(tmp_path, "fetch", MODEL, "-o", "m", HF_ENDPOINT=hub.url)
    assert "HTTP 403" in one_line(done)
    assert folders(tmp_path) & {"m", ".m.part"} == {".m.part"}
    assert "m" not in model(tmp_path, "list", GIJIYOSHI_MODELS_DIR=".").stdout
    hub.faults.clear()
    assert model(tmp_path, "fetch", MODEL, "-o", "m", HF_ENDPOINT=hub.url).returncode == 0
    assert hub.got("model-00001-of-00002.safetensors") == hub.got("model-00002-of-00002.safetensors") == 1
    assert folders(tmp_path) & {"m", ".m.part"} == {"m"}
    assert model(tmp_path, "verify", "m").returncode == 0


@needs_the_extra
def test_other_bytes_than_the_hub_names_are_refused_and_fetched_anew(hub: Hub, tmp_path: Path) -> None:
    hub.faults["model-00002-of-00002.safetensors"] = "swap"
    assert "元のものと違います" in one_line(model(tmp_path, "fetch", MODEL, "-o", "m", HF_ENDPOINT=hub.url))
    assert "m" not in folders(tmp_path)
    hub.faults.clear()
    assert model(tmp_path, "fetch", MODEL, "-o", "m", HF_ENDPOINT=hub.url).returncode == 0
    assert read_manifest(tmp_path / "m").digest == digest_of(tmp_path / "m")


@needs_the_extra
@pytest.mark.parametrize(
    ("arguments", "faults", "said"),
    [
        (["office/absent"], {}, "この名前のモデルがない"),
        (["office/secret"], {}, "HF_TOKEN に"),
        ([MODEL], {"listing": "403"}, "同意が要る"),
        ([MODEL], {"listing": "429"}, "HTTP 429"),
        ([MODEL], {"listing": "page"}, "HF_ENDPOINT"),
        ([MODEL, "--revision", "v9"], {}, "版「v9」はありません"),
        ([MODEL, "--only", "*Q4*"], {}, "model-00001-of-00002.safetensors"),
        ([MODEL], {"config.json": "401"}, "HTTP 401"),
        ([MODEL], {"model-00001-of-00002.safetensors": "huge"}, "空き容量が足りません"),
        ([MODEL], {"tokenizer.json": "short"}, "元のものと違います"),
        (["office/mi nutes"], {}, "形が正しくありません"),
        (["./absent"], {}, "ありません"),
    ],
)
def test_what_cannot_be_had_is_one_sentence_and_leaves_no_model(
    hub: Hub, tmp_path: Path, arguments: list[str], faults: dict[str, str], said: str
) -> None:
    hub.faults.update(faults)
    assert said in one_line(model(tmp_path, "fetch", *arguments, "-o", "m", HF_ENDPOINT=hub.url))
    assert "m" not in folders(tmp_path)


@needs_the_extra
def test_a_token_opens_a_limited_model_and_is_shown_to_the_hub_alone(hub: Hub, tmp_path: Path) -> None:
    hub.token = "hf_kagi"
    assert "HF_TOKEN" in one_line(model(tmp_path, "fetch", MODEL, "-o", "m", HF_ENDPOINT=hub.url))
    done = model(tmp_path, "fetch", MODEL, "-o", "m", HF_ENDPOINT=hub.url, HF_TOKEN=hub.token)
    assert done.returncode == 0, done.stderr
    assert hub.shown_elsewhere == []
    assert "hf_kagi" not in done.stdout + done.stderr + (tmp_path / "m" / MANIFEST_NAME).read_text(encoding="utf-8")


@needs_the_extra
def test_what_plain_http_does_not_give_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)
    origin = OnHub(MODEL, COMMIT, None, datetime.now(UTC), ())
    with pytest.raises(InputError, match="ふつうの HTTP") as caught:
        origin.put(Offered("m.gguf", 60 * 10**9, None), tmp_path)
    assert "HF_HUB_DISABLE_XET=0" in caught.value.remedy


@needs_the_extra
def test_a_disk_that_does_not_take_a_file_is_said_and_can_be_tried_again(hub: Hub, tmp_path: Path) -> None:
    filled(tmp_path / "mine")
    for source, made in ((MODEL, "from-hub"), ("mine", "from-medium")):
        done = model(tmp_path, "fetch", source, "-o", made, kilobytes="100", HF_ENDPOINT=hub.url)
        assert "大きさを超えています" in one_line(done)
        assert made not in folders(tmp_path)
        assert model(tmp_path, "fetch", source, "-o", made, HF_ENDPOINT=hub.url).returncode == 0
        assert model(tmp_path, "verify", made).returncode == 0


@needs_the_extra
def test_where_there_is_no_way_out_it_says_so(tmp_path: Path) -> None:
    assert "つながらない" in one_line(model(tmp_path, "fetch", MODEL, HF_ENDPOINT="http://127.0.0.1:9"))


@needs_the_extra
def test_only_pickles_are_no_weights(tmp_path: Path) -> None:
    with serving(Hub(MODEL, {"config.json": b"{}", "pytorch_model.bin": b"\x80"}, {})) as hub:
        assert "pickle" in one_line(model(tmp_path, "fetch", MODEL, HF_ENDPOINT=hub.url))


@needs_the_extra
def test_of_several_gguf_files_one_is_chosen(tmp_path: Path) -> None:
    files = {
        "m-Q4_K_M.gguf": b"GGUF4",
        "m-Q8_0-00001-of-00002.gguf": b"GGUF8a",
        "m-Q8_0-00002-of-00002.gguf": b"GGUF8b",
    }
    with serving(Hub(MODEL, files, {})) as hub:
        assert "m-Q4_K_M.gguf、m-Q8_0.gguf" in one_line(model(tmp_path, "fetch", MODEL, HF_ENDPOINT=hub.url))
        done = model(tmp_path, "fetch", MODEL, "--only", "*Q8_0*", "-o", "m", HF_ENDPOINT=hub.url)
    assert done.returncode == 0, done.stderr
    assert folders(tmp_path / "m") == {"m-Q8_0-00001-of-00002.gguf", "m-Q8_0-00002-of-00002.gguf", MANIFEST_NAME}


def filled(folder: Path) -> Path:
    for path, content in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def test_a_model_is_carried_from_machine_to_machine(tmp_path: Path) -> None:
    """A folder without a manifest, then the folder that this made, as a medium would carry it."""
    assert model(tmp_path, "fetch", str(filled(tmp_path / "mine")), "-o", "first").returncode == 0
    first = read_manifest(tmp_path / "first")
    assert (first.source, first.revision, first.licence) == ("mine", None, "apache-2.0")
    assert {each.path for each in first.files} == TAKEN
    shutil.copytree(tmp_path / "first", tmp_path / "medium", copy_function=shutil.copyfile)
    done = model(tmp_path, "fetch", "medium", "-o", "there/second")
    assert done.returncode == 0, done.stderr
    second = read_manifest(tmp_path / "there" / "second")
    assert (second.source, second.fetched_at, second.digest) == ("mine", first.fetched_at, first.digest)
    assert model(tmp_path, "verify", "second", GIJIYOSHI_MODELS_DIR="there").returncode == 0


def test_a_medium_that_damaged_a_file_is_found_out(tmp_path: Path) -> None:
    assert model(tmp_path, "fetch", str(filled(tmp_path / "mine")), "-o", "medium").returncode == 0
    (tmp_path / "medium" / "tokenizer.json").write_bytes(b"[]")
    assert "tokenizer.json" in one_line(model(tmp_path, "fetch", "medium", "-o", "m"))
    (tmp_path / "medium" / "tokenizer.json").unlink()
    assert "目録にあるファイルがありません" in one_line(model(tmp_path, "fetch", "medium", "-o", "m"))
    assert "m" not in folders(tmp_path)


def test_verify_lists_the_differences(tmp_path: Path) -> None:
    assert model(tmp_path, "fetch", str(filled(tmp_path / "mine")), "-o", "m").returncode == 0
    (tmp_path / "m" / "config.json").unlink()
    (tmp_path / "m" / "tokenizer.json").write_bytes(b"[]")
    (tmp_path / "m" / "extra.bin").write_bytes(b"\x80")
    done = model(tmp_path, "verify", "m")
    assert done.returncode == 1
    assert done.stdout.splitlines() == ["ない\tconfig.json", "変わっている\ttokenizer.json", "目録にない\textra.bin"]
    assert MANIFEST_NAME in one_line(model(tmp_path, "verify", "mine"))


def test_list_shows_what_is_in_the_folder_of_models(tmp_path: Path) -> None:
    assert "まだありません" in model(tmp_path, "list").stderr
    (tmp_path / "one.gguf").write_bytes(b"GGUF")
    for source, made in ((str(filled(tmp_path / "mine")), "stock/a"), ("one.gguf", "stock/b")):
        assert model(tmp_path, "fetch", source, "-o", made).returncode == 0
    shutil.copytree(tmp_path / "mine", tmp_path / "stock" / "by-hand")
    (tmp_path / "stock" / ".c.part").mkdir()
    rows = [line.split("\t") for line in model(tmp_path, "list", GIJIYOSHI_MODELS_DIR="stock").stdout.splitlines()]
    assert [row[0] for row in rows] == ["a", "b", "by-hand"]
    assert rows[0][2:] == ["mine", "-", "apache-2.0", digest_of(tmp_path / "stock" / "a")]
    assert rows[1][1:3] == ["4 バイト", "one.gguf"]
    assert rows[2][2:] == ["目録なし", "-", "-", "-"]


def test_a_folder_that_is_there_is_not_touched(tmp_path: Path) -> None:
    filled(tmp_path / "mine")
    (tmp_path / "m").mkdir()
    assert "すでにあります" in one_line(model(tmp_path, "fetch", "mine", "-o", "m"))
    assert list((tmp_path / "m").iterdir()) == []


@needs_the_extra
def test_stopped_by_ctrl_c_it_says_how_to_go_on(hub: Hub, tmp_path: Path) -> None:
    hub.faults["model-00002-of-00002.safetensors"] = "cut always"
    process = started(tmp_path, "fetch", MODEL, "-o", "m", HF_ENDPOINT=hub.url)
    while not hub.got("model-00002-of-00002.safetensors"):
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    done = ended(process)
    assert done.returncode == 130, done.stderr
    assert "続きから取り込みます" in done.stderr and "Traceback" not in done.stderr
    assert "m" not in folders(tmp_path)


def test_the_manifest_is_json_that_other_tools_can_read(tmp_path: Path) -> None:
    assert model(tmp_path, "fetch", str(filled(tmp_path / "mine")), "-o", "m").returncode == 0
    told = json.loads((tmp_path / "m" / MANIFEST_NAME).read_text(encoding="utf-8"))
    assert {"source", "revision", "licence", "fetched_at", "files"} <= set(told)
