"""From messages to the model's tokens, exactly as they will be generated from."""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from typing import Any

from jinja2 import TemplateError

from models.base import ModelUnready
from models.transformers_local.local_model import Template
from models.transformers_local.source import MODEL_SETTING, Source
from prompts import Message

_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_OPEN_THOUGHT = re.compile(r"<think>\s*\Z")
_MARKUP = re.compile(r"<[^<>\s]+>")
_PROBE = (Message("system", "規則\n"), Message("user", "発言\n"))
_REMEDY = "モデルを取り込み直すか、別のモデルを使ってください。"


def read_tokenizer(source: Source) -> Any:
    """Raises ModelUnready."""
    from transformers import AutoTokenizer

    file = {"gguf_file": source.gguf} if source.gguf is not None else {}
    try:
        return AutoTokenizer.from_pretrained(source.folder, local_files_only=True, trust_remote_code=False, **file)
    except Exception as error:
        # Tokenizers are read by a dozen libraries, each with errors of its own.
        raise ModelUnready(
            f"モデル「{source.name}」のトークナイザーを読めません（{type(error).__name__}）。",
            where=MODEL_SETTING,
            remedy=_REMEDY,
        ) from error


@dataclass(frozen=True)
class Wording:
    tokenizer: Any
    chat: bool
    """Whether the tokenizer's chat template is used."""
    folds_system: bool
    """The template knows no system role (Gemma): the rules stand at the head of the first user message."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)
    """A tokenizer of the Rust library is borrowed mutably while it works."""

    def count(self, text: str) -> int:
        """Tokens of ``text`` alone."""
        return len(self._ids(self._spoken(text), special=False))

    def ids(self, messages: Sequence[Message]) -> list[int]:
        """The whole prompt, with all that the template puts around the messages."""
        said = _alternating([Message(each.role, self._spoken(each.content)) for each in messages])
        if not self.chat:
            # What a base model goes on writing after.
            return self._ids("\n".join(each.content for each in said), special=True)
        text = _rendered(self.tokenizer, _folded(said) if self.folds_system else said)
        if _OPEN_THOUGHT.search(text):
            text += "\n</think>\n\n"
        return self._ids(text, special=False)

    def shared(self, messages: Sequence[Message], ids: Sequence[int]) -> tuple[int, ...]:
        """The beginning of ``ids`` that every prompt with the same rules has; empty where there are no rules.

        It always leaves at least one token.
        """
        if not messages or messages[0].role != "system":
            return ()
        others = (self.ids((messages[0], Message("user", text))) for text in ("一", "2"))
        same = takewhile(lambda each: len(set(each)) == 1, zip(ids[:-1], *others, strict=False))
        return tuple(each[0] for each in same)

    def text(self, ids: Sequence[int]) -> str:
        """Of a reply, without the thinking that some models write before it."""
        with self._lock:
            text = self.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return _THOUGHT.sub("", str(text))

    def _ids(self, text: str, *, special: bool) -> list[int]:
        with self._lock:
            return list(self.tokenizer(text, add_special_tokens=special, verbose=False)["input_ids"])

    def _spoken(self, text: str) -> str:
        """Speech that reads like a mark of the template must not end its message: the mark is broken by a space."""
        return self._marks.sub(lambda found: f"{found[0][0]} {found[0][1:]}", text)

    @cached_property
    def _marks(self) -> re.Pattern[str]:
        added = self.tokenizer.added_tokens_decoder.values()
        marks = {str(each) for each in added if each.special or _MARKUP.fullmatch(str(each))}
        longest_first = sorted((mark for mark in marks if len(mark) > 1 and mark.strip()), key=len, reverse=True)
        # (?!) matches nothing: a tokenizer without any mark.
        return re.compile("|".join(map(re.escape, longest_first)) or "(?!)")


def wording_of(tokenizer: Any, template: Template, source: Source) -> Wording:
    """Raises ModelUnready where the template is missing or of no use."""
    has_template = bool(getattr(tokenizer, "chat_template", None))
    if template == "plain" or (template == "auto" and not has_template):
        return Wording(tokenizer, chat=False, folds_system=False)
    if not has_template:
        raise ModelUnready(
            f"モデル「{source.name}」にチャットテンプレートがありません。",
            where="GIJIYOSHI_TRANSFORMERS_TEMPLATE",
            remedy="対話用に調整したモデルを使うか、auto 又は plain にしてください。",
        )
    for folds in (False, True):
        try:
            if "規則" in _rendered(tokenizer, _folded(_PROBE) if folds else _PROBE):
                return Wording(tokenizer, chat=True, folds_system=folds)
        except (TemplateError, TypeError, ValueError, KeyError):
            continue
    raise ModelUnready(
        f"モデル「{source.name}」のチャットテンプレートで文を組み立てられません。",
        where="GIJIYOSHI_TRANSFORMERS_TEMPLATE",
        remedy="plain にするか、別のモデルを使ってください。",
    )


def _rendered(tokenizer: Any, messages: Sequence[Message]) -> str:
    told = [{"role": each.role, "content": each.content} for each in messages]
    # Templates that cannot think ignore the word.
    text = tokenizer.apply_chat_template(told, tokenize=False, add_generation_prompt=True, enable_thinking=False)
    return str(text)


def _alternating(messages: Sequence[Message]) -> Sequence[Message]:
    """Two of one role in a row as one: many templates refuse them."""
    found: list[Message] = []
    for each in messages:
        if found and found[-1].role == each.role:
            each = Message(each.role, f"{found.pop().content}\n{each.content}")
        found.append(each)
    return found


def _folded(messages: Sequence[Message]) -> Sequence[Message]:
    if len(messages) < 2 or messages[0].role != "system":
        return messages
    rules, first, *rest = messages
    return (Message(first.role, f"{rules.content}\n{first.content}"), *rest)
