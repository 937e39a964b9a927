"""Models of some ten thousand random numbers with a tokenizer trained here: every path of real ones, no download."""

import json
import warnings
from collections.abc import Iterator
from pathlib import Path

import gguf
import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import (
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)

ROOT = Path(__file__).parents[2]
CHAT = (
    "{{ bos_token }}{% for m in messages %}<|{{ m.role }}|>\n{{ m.content | trim }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)
WITHOUT_SYSTEM = (
    "{{ bos_token }}{% for m in messages %}"
    "{% if m.role == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
    "<|{{ m.role }}|>\n{{ m.content }}<|end|>\n{% endfor %}{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)
THINKING = (
    CHAT + "{% if add_generation_prompt %}<think>\n{% if not enable_thinking %}\n</think>\n\n{% endif %}{% endif %}"
)
ALWAYS_THINKING = CHAT + "{% if add_generation_prompt %}<think>\n{% endif %}"
_SPECIAL = ["<pad>", "<s>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]


def texts() -> Iterator[str]:
    for file in sorted([*(ROOT / "samples").glob("*.vtt"), *(ROOT / "prompts" / "templates").iterdir()]):
        yield file.read_text(encoding="utf-8")


def tokenizer(template: str | None = CHAT) -> PreTrainedTokenizerFast:
    """Byte-level BPE, as most of today's models have."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    bpe.train_from_iterator(
        texts(),
        trainers.BpeTrainer(vocab_size=1500, special_tokens=_SPECIAL, initial_alphabet=alphabet, show_progress=False),
    )
    made = PreTrainedTokenizerFast(
        tokenizer_object=bpe, pad_token="<pad>", bos_token="<s>", eos_token="<|end|>", extra_special_tokens=_SPECIAL[3:]
    )
    made.chat_template = template
    return made


def pieces(template: str | None = CHAT) -> PreTrainedTokenizerFast:
    """Unigram with bytes to fall back on, as models of the SentencePiece kind have."""
    unigram = Tokenizer(models.Unigram())
    unigram.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    unigram.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    bytes_of_all = [f"<0x{n:02X}>" for n in range(256)]
    trainer = trainers.UnigramTrainer(
        vocab_size=1500, special_tokens=["<unk>", *_SPECIAL], unk_token="<unk>", show_progress=False
    )
    unigram.train_from_iterator((line for text in texts() for line in text.splitlines()), trainer)
    told = json.loads(unigram.to_str())
    told["model"]["vocab"] += [[each, -20.0] for each in bytes_of_all]
    told["model"]["byte_fallback"] = True
    made = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(json.dumps(told)), unk_token="<unk>", pad_token="<pad>", bos_token="<s>",
        eos_token="<|end|>", extra_special_tokens=_SPECIAL[3:],
    )  # fmt: skip
    made.chat_template = template
    return made


_SIZES = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 8192,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}


def llama(folder: Path, *, seed: int = 0, words: PreTrainedTokenizerFast | None = None) -> Path:
    """With numbers spread wider than at the beginning of a training, where all words are alike to a model."""
    words = words or tokenizer()
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(words),
        initializer_range=0.4,
        tie_word_embeddings=False,
        **{**_SIZES, "eos_token_id": words.eos_token_id},
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    words.save_pretrained(folder)
    return folder


def outspoken(model: Path, folder: Path, loudness: float) -> Path:
    """The same Llama with marks that close JSON spoken ``loudness`` times as loud: with 0 a string that it begins has no
    end, with 8 replies are short."""
    made = LlamaForCausalLM.from_pretrained(model)
    words = PreTrainedTokenizerFast.from_pretrained(model)
    with torch.no_grad():
        for at in range(len(words)):
            if {'"', "]"} & set(words.decode([at])):
                made.lm_head.weight[at] *= loudness
    made.save_pretrained(folder)
    words.save_pretrained(folder)
    return folder


def gemma(folder: Path) -> Path:
    """One layer sees a window of 16 tokens only, and the template has no system role."""
    words = tokenizer(WITHOUT_SYSTEM)
    torch.manual_seed(1)
    config = Gemma3TextConfig(
        vocab_size=len(words) + 20,
        head_dim=8,
        sliding_window=16,
        layer_types=["sliding_attention", "full_attention"],
        initializer_range=0.4,
        **_SIZES,
    )
    Gemma3ForCausalLM(config).save_pretrained(folder)
    words.save_pretrained(folder)
    return folder


def adapter(model: Path, folder: Path) -> Path:
    base = LlamaForCausalLM.from_pretrained(model)
    torch.manual_seed(2)
    lora = LoraConfig(r=2, target_modules=["q_proj", "v_proj"], init_lora_weights=False, task_type="CAUSAL_LM")
    with warnings.catch_warnings():
        # peft 0.21 asks transformers by a name that is going to go.
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing`", FutureWarning)
        get_peft_model(base, lora).save_pretrained(folder)
    return folder


def as_gguf(model: Path, file: Path) -> Path:
    """The same Llama as one file, in 16 bits."""
    made = LlamaForCausalLM.from_pretrained(model)
    words = PreTrainedTokenizerFast.from_pretrained(model)
    config = made.config
    writer = gguf.GGUFWriter(file, "llama")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_rope_dimension_count(config.hidden_size // config.num_attention_heads)
    writer.add_rope_freq_base(10_000.0)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_vocab_size(config.vocab_size)
    known = dict(enumerate(words.convert_ids_to_tokens(range(len(words)))))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([known.get(at, f"[PAD{at}]") for at in range(config.vocab_size)])
    kinds = gguf.TokenType
    writer.add_token_types(
        [
            kinds.CONTROL if at < len(_SPECIAL) else kinds.NORMAL if at in known else kinds.UNUSED
            for at in range(config.vocab_size)
        ]
    )
    merges = json.loads(words.backend_tokenizer.to_str())["model"]["merges"]
    writer.add_token_merges([" ".join(pair) for pair in merges])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_pad_token_id(0)
    writer.add_chat_template(words.chat_template)
    heads = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}
    for name, tensor in made.state_dict().items():
        numbers = tensor.numpy()
        for part, count in heads.items():
            if part in name:
                halves = numbers.reshape(count, 2, -1, numbers.shape[1])
                numbers = halves.swapaxes(1, 2).reshape(numbers.shape)
        norm = numbers.ndim == 1
        writer.add_tensor(_gguf_name(name), numbers.astype(np.float32 if norm else np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def _gguf_name(name: str) -> str:
    parts = {
        "model.embed_tokens": "token_embd",
        "model.norm": "output_norm",
        "lm_head": "output",
        "model.layers.": "blk.",
        "self_attn.q_proj": "attn_q",
        "self_attn.k_proj": "attn_k",
        "self_attn.v_proj": "attn_v",
        "self_attn.o_proj": "attn_output",
        "input_layernorm": "attn_norm",
        "post_attention_layernorm": "ffn_norm",
        "mlp.gate_proj": "ffn_gate",
        "mlp.up_proj": "ffn_up",
        "mlp.down_proj": "ffn_down",
    }
    for theirs, ours in parts.items():
        name = name.replace(theirs, ours)
    return name
