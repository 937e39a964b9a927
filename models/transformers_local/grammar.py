"""A reply's JSON schema as a grammar over the model's tokens, so that the model can write nothing else."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import torch
import xgrammar

_CACHE_BYTES = 256 * 2**20
_SLACK = 8
_STRUCTURE = re.compile(rb'["{}\[\]:,]')
_PLAIN_STRING = r'^[^"\\\x00-\x1f\x7f-\x9f]*$'
"""Without escapes: minutes need none. ``maxLength`` and a bounded pattern are of no use here: in xgrammar 0.2.8 the one
lets control characters through and the other, from some hundred characters, does not compile."""


class Grammar:
    """One schema, compiled; shared by all replies that follow it."""

    def __init__(self, compiled: Any, closing: int) -> None:
        self._compiled = compiled
        self.closing = closing
        """Tokens that surely suffice to end a reply properly, wherever it is broken off."""

    def follow(self) -> Any:
        """A matcher for one reply."""
        return xgrammar.GrammarMatcher(self._compiled)


class Grammars:
    def __init__(self, tokenizer: Any, vocabulary: int, stops: Sequence[int]) -> None:
        """Raises ValueError where xgrammar does not know this kind of tokenizer."""
        info = xgrammar.TokenizerInfo.from_huggingface(tokenizer, vocab_size=vocabulary, stop_token_ids=list(stops))
        self._compiler = xgrammar.GrammarCompiler(info, cache_limit_bytes=_CACHE_BYTES)
        self.vocabulary = vocabulary
        # A template's marks read like text to a grammar.
        self._plain = _plain_tokens(tokenizer, vocabulary, stops)
        self._in_text, self._between = (_haste(info.decoded_vocab, stops, marks) for marks in (b'"', b'}]"'))
        self.structural = frozenset(at for at, token in enumerate(info.decoded_vocab) if _STRUCTURE.search(token))
        """Tokens without which the end of a reply comes no further away, but for a character begun."""
        self._brackets = [at for at, token in enumerate(info.decoded_vocab) if token in {b"}", b"]"}]

    def of(self, schema: Mapping[str, Any]) -> Grammar:
        """Called from several threads; what was compiled once is found again."""
        written = json.dumps(generation_schema(schema), ensure_ascii=False)
        compiled = self._compiler.compile_json_schema(written, any_whitespace=False)
        return Grammar(compiled, _longest_close(schema) + _SLACK)

    def allowed(self, matcher: Any, bits: torch.Tensor, at: int) -> None:
        """Write into row ``at`` of ``bits`` what may come next."""
        matcher.fill_next_token_bitmask(bits, at)
        bits[at] &= self._plain

    def soonest(self, bits: torch.Tensor) -> int:
        """Of the tokens in a row of bits, the one that leads to the end of the reply."""
        allowed = _unpacked(bits)[: self.vocabulary]
        # Both brackets may come next only where they are text.
        in_text = all(bool(allowed[at]) for at in self._brackets)
        haste = self._in_text if in_text else self._between
        return int(torch.where(allowed, haste, 2**30).argmin())

    def to_end(self, matcher: Any, token: int, limit: int) -> int | None:
        """How many tokens end the reply properly after ``token``; None where they are more than ``limit``."""
        ahead = matcher.fork()
        bits = xgrammar.allocate_token_bitmask(1, self.vocabulary)
        for count in range(limit + 1):
            if not ahead.accept_token(token):
                return None
            if ahead.is_terminated():
                return count
            self.allowed(ahead, bits, 0)
            token = self.soonest(bits[0])
        return None


def generation_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """As ``schema``, with strings that need no escape, and no list longer than the values it may hold."""
    made = {key: value for key, value in schema.items() if key not in {"minLength", "maxLength"}}
    if schema.get("type") == "string" and not {"enum", "const", "pattern"} & schema.keys():
        made["pattern"] = _PLAIN_STRING
    if "properties" in schema:
        made["properties"] = {name: generation_schema(each) for name, each in schema["properties"].items()}
    if "items" in schema:
        made["items"] = generation_schema(schema["items"])
        if "enum" in schema["items"]:
            made.setdefault("maxItems", len(schema["items"]["enum"]))
    return made


def _longest_close(schema: Mapping[str, Any]) -> int:
    """Bytes, and so tokens at most, of the shortest value when none of it is written yet."""
    if "enum" in schema or "const" in schema:
        return max(
            len(json.dumps(each, ensure_ascii=False).encode()) for each in schema.get("enum", [schema.get("const")])
        )
    if "properties" in schema:
        return 2 + sum(
            len(json.dumps(name).encode()) + 4 + _longest_close(each) for name, each in schema["properties"].items()
        )
    if "items" in schema:
        # Of an item that is begun; then as many more as there must be.
        return 2 + (2 + _longest_close(schema["items"])) * max(1, int(schema.get("minItems", 0)))
    return _SLACK


def _plain_tokens(tokenizer: Any, vocabulary: int, stops: Sequence[int]) -> torch.Tensor:
    allowed = torch.ones(-(-vocabulary // 32) * 32, dtype=torch.bool)
    special = {at for at, token in tokenizer.added_tokens_decoder.items() if token.special}
    allowed[[at for at in {*special, *tokenizer.all_special_ids} - set(stops) if at < vocabulary]] = False
    return _packed(allowed)


def _packed(bits: torch.Tensor) -> torch.Tensor:
    weights = torch.ones(32, dtype=torch.int64) << torch.arange(32)
    words = (bits.view(-1, 32).to(torch.int64) * weights).sum(dim=1)
    return torch.where(words >= 2**31, words - 2**32, words).to(torch.int32)


def _unpacked(words: torch.Tensor) -> torch.Tensor:
    return ((words.unsqueeze(-1) >> torch.arange(32, dtype=torch.int32)) & 1).bool().flatten()


def _haste(vocabulary: Sequence[bytes], stops: Sequence[int], marks: bytes) -> torch.Tensor:
    """By token, how soon it leads to the end of a reply: the smaller the sooner. ``marks`` are what closes, best first."""
    # What stands between them are names of the schema: the longest piece of a name first.
    ranks = [
        1 + marks.index(token) if len(token) == 1 and token in marks else 2**20 - len(token) for token in vocabulary
    ]
    for stop in stops:
        ranks[stop] = 0
    return torch.tensor(ranks, dtype=torch.int32)
