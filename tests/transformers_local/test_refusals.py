"""What is wrong with an installation is said in one sentence, with the setting and what to do."""

import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import tiny_models
import torch
from asking import ask, request
from sample_meeting import draft
from transformers import BertConfig, BertForMaskedLM

from minutes.errors import InputError
from models.base import ModelUnready
from models.grounded import GroundedModel
from models.transformers_local.memory import free_bytes
from prompts import load_prompts
from workers.retries import classify, retry_delay


def refused(backend, setting: str, *words: str) -> None:
    with pytest.raises(ModelUnready) as caught:
        assert backend.card
        ask(backend, request("はい。"))
    category, public = classify(caught.value)
    assert caught.value.where == setting and caught.value.remedy.endswith("。")
    assert all(word in public for word in words), public
    assert retry_delay(category, 1, 5) is None


def test_no_folder(opened, tmp_path: Path) -> None:
    refused(opened(tmp_path / "nothing"), "GIJIYOSHI_TRANSFORMERS_MODEL", "フォルダーがありません")
    refused(opened(tmp_path / "nothing.gguf"), "GIJIYOSHI_TRANSFORMERS_MODEL", "GGUFファイルがありません")


def test_a_hub_id_that_is_not_in_the_cache(opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    refused(opened("naibu/nothing-here"), "GIJIYOSHI_TRANSFORMERS_MODEL", "キャッシュ", "禁止")


def without(model: Path, folder: Path, *names: str) -> Path:
    shutil.copytree(model, folder, ignore=shutil.ignore_patterns(*names))
    return folder


def test_weights_that_only_a_program_can_read_are_not_read(tiny, opened, tmp_path: Path) -> None:
    folder = without(tiny.llama, tmp_path / "m", "*.safetensors")
    torch.save({}, folder / "pytorch_model.bin")
    refused(opened(folder), "GIJIYOSHI_TRANSFORMERS_MODEL", "pickle", "safetensors")
    (folder / "pytorch_model.bin").unlink()
    refused(opened(folder), "GIJIYOSHI_TRANSFORMERS_MODEL", "重み（.safetensors）がありません")


def test_a_folder_of_a_gguf_file(tiny, opened, tmp_path: Path) -> None:
    shutil.copy(tiny.gguf, tmp_path / "m.gguf")
    refused(opened(tmp_path), "GIJIYOSHI_TRANSFORMERS_MODEL", ".gguf のファイル")


def no_type(config: dict[str, object]) -> None:
    config["model_type"] = "nobody-knows"


def own_program(config: dict[str, object]) -> None:
    config.update(model_type="own", auto_map={"AutoConfig": "own.Own", "AutoModelForCausalLM": "own.OwnLM"})


@pytest.mark.parametrize(("change", "said"), [(no_type, "config.json"), (own_program, "独自のプログラム")])
def test_a_config_nobody_can_read(
    change: Callable[[dict[str, object]], None], said: str, tiny, opened, tmp_path: Path
) -> None:
    folder = without(tiny.llama, tmp_path / "m")
    config = json.loads((folder / "config.json").read_text())
    change(config)
    (folder / "config.json").write_text(json.dumps(config))
    refused(opened(folder), "GIJIYOSHI_TRANSFORMERS_MODEL", said)


def test_broken_files(tiny, opened, tmp_path: Path) -> None:
    folder = without(tiny.llama, tmp_path / "a", "tokenizer.json")
    (folder / "tokenizer.json").write_text("{")
    refused(opened(folder), "GIJIYOSHI_TRANSFORMERS_MODEL", "トークナイザー")
    folder = without(tiny.llama, tmp_path / "b")
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    refused(opened(folder), "GIJIYOSHI_TRANSFORMERS_MODEL", "重みを読めません")
    broken = tmp_path / "m.gguf"
    broken.write_bytes(tiny.gguf.read_bytes()[:3000])
    refused(opened(broken), "GIJIYOSHI_TRANSFORMERS_MODEL", "m.gguf")


def test_weights_that_are_not_all_there_are_not_made_up(tiny, opened, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = without(tiny.llama, tmp_path / "m")
    numbers = load_file(folder / "model.safetensors")
    del numbers["model.layers.1.mlp.up_proj.weight"]
    save_file(numbers, folder / "model.safetensors", metadata={"format": "pt"})
    refused(opened(folder), "GIJIYOSHI_TRANSFORMERS_MODEL", "一部がない")


def test_a_model_that_does_not_go_on_writing(tiny, opened, tmp_path: Path) -> None:
    words = tiny_models.tokenizer()
    config = BertConfig(vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2)
    BertForMaskedLM(config).save_pretrained(tmp_path)
    words.save_pretrained(tmp_path)
    folder = tmp_path
    told = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**told, "model_type": "distilbert"}))
    refused(opened(folder), "GIJIYOSHI_TRANSFORMERS_MODEL", "CausalLM")


def test_too_little_memory_is_known_before_the_weights_are_read(tiny, opened, tmp_path: Path) -> None:
    folder = without(tiny.llama, tmp_path / "m", "*.safetensors")
    # The head of a file of 200 TB: only heads are looked at.
    head = json.dumps({"a": {"dtype": "F32", "shape": [50_000, 1_000_000_000], "data_offsets": [0, 4]}}).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(head)) + head + b"0000")
    refused(opened(folder), "GIJIYOSHI_TRANSFORMERS_MODEL", "メモリが足りません", "GiB")


def test_the_limit_of_a_container_counts(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 900 kB\nMemAvailable: 800 kB\n")
    assert free_bytes(tmp_path / "meminfo", tmp_path) == 800 * 1024
    for name, told in {"max": "5000", "current": "3000", "stat": "inactive_file 500\nactive_file 100\n"}.items():
        (tmp_path / f"memory.{name}").write_text(told)
    assert free_bytes(tmp_path / "meminfo", tmp_path) == 2600
    (tmp_path / "memory.max").write_text("max\n")
    assert free_bytes(tmp_path / "meminfo", tmp_path) == 800 * 1024
    assert free_bytes(tmp_path / "absent", tmp_path) is None


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ('{"quant_method": "by-magic"}', "知らない"),
        ('{"bits": 4}', "知らない"),
        ('{"quant_method": "aqlm"}', "使えません"),
    ],
)
def test_a_quantization_that_cannot_be(told: str, said: str, tiny, opened) -> None:
    refused(opened(tiny.llama, quantization=told), "GIJIYOSHI_TRANSFORMERS_QUANTIZATION", said)


def test_adapters_that_do_not_fit(tiny, opened, tmp_path: Path) -> None:
    refused(opened(tiny.llama, adapter=str(tmp_path)), "GIJIYOSHI_TRANSFORMERS_ADAPTER", "adapter_config.json")
    folder = without(tiny.adapter, tmp_path / "other")
    told = json.loads((folder / "adapter_config.json").read_text())
    (folder / "adapter_config.json").write_text(json.dumps({**told, "r": 3}))
    refused(opened(tiny.llama, adapter=str(folder)), "GIJIYOSHI_TRANSFORMERS_ADAPTER", "other", "llama")
    shutil.copy(tiny.adapter / "adapter_model.safetensors", tmp_path / "adapter_model.bin")
    shutil.copy(tiny.adapter / "adapter_config.json", tmp_path)
    refused(opened(tiny.llama, adapter=str(tmp_path)), "GIJIYOSHI_TRANSFORMERS_ADAPTER", "safetensors")


def test_a_device_that_is_not_there(tiny, opened) -> None:
    refused(opened(tiny.llama, device="cuda:61"), "GIJIYOSHI_TRANSFORMERS_DEVICE", "cuda:61")


def test_a_template_that_is_not_there(opened, tmp_path: Path) -> None:
    folder = tiny_models.llama(tmp_path / "base", words=tiny_models.tokenizer(None))
    refused(opened(folder, template="chat"), "GIJIYOSHI_TRANSFORMERS_TEMPLATE", "テンプレート")
    assert opened(folder).card.parameters["template"] == "plain"


def test_a_context_the_model_does_not_have(tiny, opened) -> None:
    refused(opened(tiny.llama, context_tokens=10_000), "GIJIYOSHI_TRANSFORMERS_CONTEXT_TOKENS", "8192")


def test_a_broken_model_fails_the_meeting_and_is_not_covered_up(tiny, opened, tmp_path: Path) -> None:
    folder = without(tiny.llama, tmp_path / "m")
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelUnready, match="重みを読めません"):
        draft(GroundedModel(opened(folder), load_prompts()))


def test_a_model_is_named_where_it_has_to_be_set() -> None:
    from models.registry import load_model

    with pytest.raises(InputError, match="設定されていません") as caught:
        load_model("transformers")
    assert caught.value.where == "GIJIYOSHI_TRANSFORMERS_MODEL"
