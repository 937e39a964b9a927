"""The forms a model may come in: folder, GGUF file, hub cache, adapter, kinds of numbers."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from asking import ask, ask_together, request, valid

from models.grounded import Reply
from models.manifest import digest_of

ASKED = [request(f"予算の説明{n}。", max_tokens=80) for n in range(4)]


def test_a_card_names_the_weights_and_all_that_changes_the_words(tiny, opened) -> None:
    plain = opened(tiny.llama).card
    assert (plain.name, plain.revision) == ("transformers", digest_of(tiny.llama))
    assert plain.note.startswith("生成型") and str(tiny.llama.parent) not in plain.model_dump_json()
    others = [
        opened(tiny.gemma).card,
        opened(tiny.gguf).card,
        opened(tiny.llama, adapter=str(tiny.adapter)).card,
        opened(tiny.llama, dtype="bfloat16").card,
        opened(tiny.llama, template="plain").card,
        opened(tiny.llama, context_tokens=4096).card,
    ]
    assert len({each.model_dump_json() for each in [plain, *others]}) == 7
    # How many are written together is no part of what is written.
    assert opened(tiny.llama, batch_size=2).card == plain
    assert plain.parameters["constrained"] is True and plain.parameters["dtype"] == "float32"


def test_a_gguf_file_writes_what_its_folder_writes(tiny, opened) -> None:
    file, folder = opened(tiny.gguf), opened(tiny.llama, dtype="float16")
    assert file.card.parameters["model"] == "llama.gguf"
    assert [file.prompt_tokens(each.messages) for each in ASKED] == [
        folder.prompt_tokens(each.messages) for each in ASKED
    ]
    written = [valid(ask(file, each)) for each in ASKED]
    # The file holds 16 bits of each number: words may part where two were nearly alike.
    same = sum(a == valid(ask(folder, b)) for a, b in zip(written, ASKED, strict=True))
    assert same >= 2


def test_an_adapter_changes_what_is_written(tiny, opened) -> None:
    adapted = ask_together(opened(tiny.llama, adapter=str(tiny.adapter)), ASKED)
    plain = ask_together(opened(tiny.llama), ASKED)
    assert all(isinstance(each, Reply) for each in [*adapted, *plain])
    assert adapted != plain


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_other_kinds_of_numbers(dtype: str, tiny, opened) -> None:
    backend = opened(tiny.llama, dtype=dtype)
    valid(ask(backend, ASKED[0]))
    assert backend.card.parameters["dtype"] == dtype


def test_sixteen_bit_floats_become_longer_on_a_processor(tiny, opened, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny.llama, tmp_path / "m"))
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "dtype": "float16"}))
    assert opened(folder).card.parameters["dtype"] == "float32"


def test_a_quantization_of_transformers_is_applied(tiny, opened) -> None:
    pytest.importorskip("torchao", reason="torchao is no part of the extra")
    from torchao.quantization import Int8WeightOnlyConfig
    from transformers import TorchAoConfig

    told = json.dumps(TorchAoConfig(Int8WeightOnlyConfig()).to_dict())
    quantized, plain = opened(tiny.llama, quantization=told), opened(tiny.llama)
    valid(ask(quantized, ASKED[0]))
    assert ask_together(quantized, ASKED) != ask_together(plain, ASKED)


IN_CACHE = """
import sys
from asking import ask, request
from models.transformers_local import LocalModel, TransformersBackend
backend = TransformersBackend(LocalModel("naibu/tiny-llama", revision="main", threads=1))
print(backend.card.parameters["model"], backend.card.revision, ask(backend, request("はい。", max_tokens=40)).finish)
backend.close()
"""


def test_a_hub_id_is_read_from_the_local_cache_and_nothing_is_asked_of_a_network(tiny, tmp_path: Path) -> None:
    repository = tmp_path / "hub" / "models--naibu--tiny-llama"
    shutil.copytree(tiny.llama, repository / "snapshots" / ("a" * 40))
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("a" * 40)
    here = Path(__file__)
    path = ":".join(map(str, (here.parent, here.parents[2])))
    # No HF_HUB_OFFLINE: the backend itself sees to it.
    done = subprocess.run(
        [sys.executable, "-c", IN_CACHE], capture_output=True, text=True, check=False, timeout=100,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": path, "HF_HOME": str(tmp_path), "HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    name, revision, finish = done.stdout.split()
    assert (name, revision) == ("naibu/tiny-llama", digest_of(tiny.llama)) and finish in {"stop", "length"}
