"""What batches and shared beginnings are worth to a model in the worker's own process: ratios of one run.

The model has random weights, some millions of them: its words mean nothing, but it computes as a real one does.
"""

import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.meeting import units
from minutes.profiles import load_profile
from models.grounded import Request
from models.grounded.asking import Asking
from models.transformers_local import LocalModel, TransformersBackend
from models.transformers_local.libraries import prepare_libraries
from prompts import Message, load_prompts

_REQUESTS = 16
_BATCH = 8
_REPLY_TOKENS = 48
_ROUNDS = 3


def main() -> None:
    if find_spec("torch") is None or find_spec("transformers") is None:
        print("generation: not measured, the extra [transformers] is not installed")
        return
    prepare_libraries()
    with tempfile.TemporaryDirectory() as folder:
        numbers = _make_model(Path(folder))
        many, one = (TransformersBackend(LocalModel(folder, batch_size=size)) for size in (_BATCH, 1))
        try:
            _print(numbers, many, one)
        finally:
            many.close()
            one.close()


def _print(numbers: int, many: TransformersBackend, one: TransformersBackend) -> None:
    requests = _requests(many)
    apart = [_without_rules_of_its_own(each) for each in requests]
    prompts = [many.prompt_tokens(each.messages) for each in requests]
    print(
        f"generation: random Llama of {numbers / 1e6:.1f} million numbers, {len(requests)} requests of "
        f"{min(prompts)}-{max(prompts)} tokens, replies of at most {_REPLY_TOKENS}, batches of {_BATCH}"
    )
    batched = _best(many, requests)
    sequential = _best(one, requests)
    unshared = _best(many, apart)
    print(f"batched                    {batched:7.3f} s")
    print(f"one at a time              {sequential:7.3f} s")
    print(f"batched, nothing shared    {unshared:7.3f} s")
    print(f"ratio one at a time/batched {sequential / batched:6.2f}")
    print(f"ratio unshared/shared      {unshared / batched:7.2f}")


def _best(backend: TransformersBackend, requests: Sequence[Request]) -> float:
    """Seconds of the fastest of some rounds; the weights and the shared beginnings are there from the one before."""
    times = []
    for _ in range(_ROUNDS + 1):
        start = time.perf_counter()
        with ThreadPoolExecutor(backend.slots) as pool:
            list(pool.map(lambda each: backend.generate(each, halted=lambda: False), requests))
        times.append(time.perf_counter() - start)
    return min(times[1:])


def _requests(backend: TransformersBackend) -> list[Request]:
    """As the prompts make them, with short replies: reading the prompt is what most of the time goes into."""
    asking = Asking(load_prompts(), load_profile(), backend)
    asked = [each.request for unit in units(4_000) for each in asking.requests(unit)]
    return [replace(each, max_tokens=_REPLY_TOKENS) for each in asked[:_REQUESTS]]


def _without_rules_of_its_own(request: Request) -> Request:
    """The same words, but no system message that could be shared."""
    rules, said = request.messages
    return replace(request, messages=(Message("user", f"{rules.content}\n{said.content}"),))


def _make_model(folder: Path) -> int:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    words = _tokenizer()
    config = LlamaConfig(
        vocab_size=len(words),
        hidden_size=256,
        intermediate_size=768,
        num_hidden_layers=6,
        num_attention_heads=8,
        num_key_value_heads=4,
        max_position_embeddings=8192,
        bos_token_id=None,
        eos_token_id=words.eos_token_id,
        pad_token_id=words.pad_token_id,
    )
    model = LlamaForCausalLM(config)
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    return sum(each.numel() for each in model.parameters())


def _tokenizer() -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    spoken = [each.text for unit in units(20_000) for each in unit.utterances]
    rules = [text for each in load_prompts().ids() for _, text in load_prompts()[each].messages]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=4000, special_tokens=["<pad>", "<|end|>"], initial_alphabet=alphabet, show_progress=False
    )
    bpe.train_from_iterator([*spoken, *rules], trainer)
    made = PreTrainedTokenizerFast(tokenizer_object=bpe, pad_token="<pad>", eos_token="<|end|>")
    made.chat_template = (
        "{% for m in messages %}{{ m.role }}\n{{ m.content }}<|end|>\n{% endfor %}"
        "{% if add_generation_prompt %}assistant\n{% endif %}"
    )
    return made


if __name__ == "__main__":
    main()
