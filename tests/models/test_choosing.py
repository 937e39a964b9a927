"""Which model a deployment uses: settings, the command line, and what is refused before any work is done."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from sample_meeting import PLAIN, SAMPLES, texts
from scripted_server import MODEL, Asked, right, serving
from starlette.responses import Response

from minutes.errors import InputError
from models.grounded import GroundedModel
from models.registry import load_model
from service.settings import Settings
from workers.model_options import options_of

ROOT = Path(__file__).parents[2]


def command(output: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    words = ["draft", SAMPLES / "meeting.vtt", "--meeting", SAMPLES / "meeting.json", "-o", output, "--model", "openai"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIJIYOSHI_")}
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *map(str, words)],
        check=False, capture_output=True, text=True, timeout=100, cwd=ROOT, env=kept | environment,
    )  # fmt: skip


def test_a_draft_from_the_command_line_is_written_by_the_server(tmp_path: Path) -> None:
    async def script(asked: Asked) -> Response:
        return right(asked)

    with serving(script) as server:
        told = {
            "GIJIYOSHI_OPENAI_BASE_URL": server.url,
            "GIJIYOSHI_OPENAI_MODEL": MODEL,
            "GIJIYOSHI_OPENAI_API_KEY": "kagi-9",
        }
        done = command(tmp_path / "draft.json", **told)
    assert done.returncode == 0, done.stderr
    assert "生成型" in done.stderr and "Traceback" not in done.stderr and "kagi-9" not in done.stderr
    written = json.loads((tmp_path / "draft.json").read_text(encoding="utf-8"))
    assert (written["provenance"]["model"]["name"], written["provenance"]["model"]["revision"]) == ("openai", MODEL)
    assert [s["text"] for section in written["sections"] for b in section["blocks"] for s in b["sentences"]] == texts(
        PLAIN
    )
    assert {each.headers["authorization"] for each in server.asked} == {"Bearer kagi-9"}


def test_without_a_server_the_command_says_which_setting_is_missing(tmp_path: Path) -> None:
    done = command(tmp_path / "draft.json")
    assert done.returncode != 0 and "GIJIYOSHI_OPENAI_BASE_URL" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "draft.json").exists()


def test_a_field_that_must_not_be_added_is_named_by_the_command(tmp_path: Path) -> None:
    told = {
        "GIJIYOSHI_OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
        "GIJIYOSHI_OPENAI_MODEL": MODEL,
        "GIJIYOSHI_OPENAI_EXTRA_BODY": '{"messages": []}',
    }
    done = command(tmp_path / "draft.json", **told)
    assert done.returncode != 0 and "GIJIYOSHI_OPENAI_EXTRA_BODY" in done.stderr and "Traceback" not in done.stderr
    assert "messages" in done.stderr and not (tmp_path / "draft.json").exists()


def test_settings_that_do_not_fit_stop_the_start() -> None:
    with pytest.raises(ValidationError, match="GIJIYOSHI_OPENAI_BASE_URL"):
        Settings(model="openai")
    with pytest.raises(ValidationError, match="GIJIYOSHI_OPENAI_BASE_URL"):
        Settings(openai_base_url="model-server:8000", openai_model="m")
    with pytest.raises(ValidationError):
        Settings(openai_context_tokens=100)


def test_a_deployment_offers_the_models_it_can_use() -> None:
    assert Settings().models() == ("extractive",)
    assert Settings(openai_base_url="http://model:8000/v1", openai_model="m").models() == ("extractive", "openai")


def test_settings_reach_the_backend_and_the_key_is_shown_nowhere() -> None:
    settings = Settings(
        openai_base_url="http://model:8000/v1/",
        openai_model="m-7b",
        openai_api_key=SecretStr("kagi-77"),
        openai_slots=3,
        openai_context_tokens=4096,
    )
    options = options_of(settings)
    model = load_model("openai", options)
    assert isinstance(model, GroundedModel)
    assert (model.backend.slots, model.backend.context_tokens) == (3, 4096)
    assert options.endpoint is not None and options.endpoint.url == "http://model:8000/v1/chat/completions"
    assert "kagi-77" not in f"{options!r}{settings!r}{model!r}{model.describe()!r}"
    assert options.endpoint.api_key == "kagi-77"


def test_a_faulty_prompt_of_the_operator_is_told_before_any_work(tmp_path: Path) -> None:
    server = {"openai_base_url": "http://model:8000/v1", "openai_model": "m"}
    (tmp_path / "answer.md.j2").write_text("---\n", encoding="utf-8")
    with pytest.raises(InputError, match="YAML"):
        load_model("openai", options_of(Settings(prompts_dir=tmp_path, **server)))
