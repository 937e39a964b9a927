"""Whole drafts by a model of random weights: everything is replaced, nothing is lost."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError
from sample_meeting import PLAIN, SAMPLES, accounted, draft, texts

from models.base import ModelUnready
from models.grounded import GroundedModel
from models.registry import load_model
from prompts import load_prompts
from service.settings import Settings
from workers.model_options import options_of

ROOT = Path(__file__).parents[2]


def test_a_model_that_writes_nonsense_loses_nothing(tiny, opened) -> None:
    document = draft(GroundedModel(opened(tiny.llama, batch_size=40), load_prompts()))
    accounted(document)
    assert texts(document) == texts(PLAIN)
    replaced = [finding for finding in document.findings if finding.rule == "M1"]
    assert replaced and all(finding.message for finding in replaced)
    assert document.provenance.model.name == "transformers"


def test_warming_reads_the_weights_or_says_why_not(tiny, opened, tmp_path: Path) -> None:
    GroundedModel(opened(tiny.llama), load_prompts()).warm()
    with pytest.raises(ModelUnready, match="フォルダーがありません"):
        GroundedModel(opened(tmp_path / "nothing"), load_prompts()).warm()


def test_a_draft_from_the_command_line_is_written_in_its_own_process(tiny, tmp_path: Path) -> None:
    output = tmp_path / "draft.json"
    words = ["draft", SAMPLES / "meeting.vtt", "--meeting", SAMPLES / "meeting.json", "-o", output]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIJIYOSHI_", "HF_"))}
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", *map(str, words), "--model", "transformers"],
        check=False, capture_output=True, text=True, timeout=100, cwd=ROOT,
        env=kept | {"GIJIYOSHI_TRANSFORMERS_MODEL": str(tiny.brief), "GIJIYOSHI_TRANSFORMERS_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "生成型" in done.stderr and "Traceback" not in done.stderr
    model = json.loads(output.read_text(encoding="utf-8"))["provenance"]["model"]
    assert (model["name"], model["parameters"]["model"]) == ("transformers", "brief")


def test_settings_reach_the_backend() -> None:
    settings = Settings(
        transformers_model="/models/current",
        transformers_adapter=Path("/models/lora"),
        transformers_quantization='{"quant_method": "torchao"}',
        transformers_batch_size=3,
        transformers_total_seconds=90,
    )
    options = options_of(settings)
    assert options.local_model is not None
    assert (options.local_model.model, options.local_model.adapter) == ("/models/current", "/models/lora")
    assert (options.local_model.total_seconds, options.local_model.dtype) == (90, "auto")
    model = load_model("transformers", options)
    assert isinstance(model, GroundedModel) and model.backend.slots == 6
    assert settings.models() == ("extractive", "transformers")


def test_settings_that_do_not_fit_stop_the_start() -> None:
    assert "transformers" not in Settings().models()
    with pytest.raises(ValidationError, match="GIJIYOSHI_TRANSFORMERS_MODEL"):
        Settings(model="transformers")
    for told in ("int8", "[]", '"int8"'):
        with pytest.raises(ValidationError, match="GIJIYOSHI_TRANSFORMERS_QUANTIZATION"):
            Settings(transformers_quantization=told)
    with pytest.raises(ValidationError):
        Settings(transformers_device="gpu")
