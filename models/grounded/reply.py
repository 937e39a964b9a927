"""From the text of a reply to sentences with evidence, or to what is wrong with it. Nothing of the meeting is known here
but the portion that was asked about."""

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from pydantic import ValidationError

from minutes.folding import fold_key
from minutes.unit import SummarySentence
from minutes.value import Value
from models.grounded.asking import Asked
from models.grounded.backend import Reply

_LONGEST_SENTENCE = 300
_ECHO = 18
"""So many letters in a row that the rules have and the speech has not are copied from the rules."""
_JAPANESE = re.compile("[ぁ-んァ-ヶー一-龥々]")
_KANA = re.compile("[ぁ-ん]")
_DICTATED = re.compile(
    r"[「『]([^」』]{2,})[」』]\s*(?:とだけ|と|を|のみ)?、?\s*(?:書|記載|記録|出力|返答|回答|要約|まとめ|表示)"
)
_ORDER = re.compile(
    r"(?:指示|命令|ルール|規則|プロンプト).{0,6}(?:忘れ|無視|従わ)|(?:ignore|disregard).{0,30}instruction",
    re.IGNORECASE,
)


class _Sentence(Value):
    text: str
    evidence: tuple[str, ...]


class _Written(Value):
    sentences: tuple[_Sentence, ...]


def read(reply: Reply, asked: Asked) -> tuple[tuple[SummarySentence, ...], tuple[str, ...]]:
    """Sentences, and the faults of the reply in Japanese. With a fault of form there are no sentences."""
    if reply.finish == "length":
        return (), ("返答が長さの上限で途切れている。短く書く。",)
    if reply.finish != "stop":
        return (), ("返答が終わりまで届いていない。",)
    try:
        written = _Written.model_validate_json(_json_of(reply.text))
    except ValidationError:
        return (), ('返答が {"sentences": [{"text": …, "evidence": […]}]} の形の JSON になっていない。',)
    known = set(asked.ids)
    sentences: list[SummarySentence] = []
    faults: list[str] = []
    for each in written.sentences:
        strange = [i for i in each.evidence if i not in known]
        if strange:
            faults.append(f"根拠の番号「{'、'.join(strange)[:60]}」は示された発言にない。")
        if not each.evidence:
            faults.append(f"文「{_short(each.text)}」に根拠の番号がない。")
        sentences.append(SummarySentence(text=each.text.strip(), evidence=tuple(dict.fromkeys(each.evidence))))
    faults.extend(_wrong_form(sentences, asked))
    return tuple(sentences), tuple(dict.fromkeys(faults))


def _json_of(text: str) -> str:
    """The first JSON object: many models put a word or a fence around it, which does no harm."""
    start = text.find("{")
    if start < 0:
        return text
    try:
        _, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return text
    return text[start:end]


def _wrong_form(sentences: list[SummarySentence], asked: Asked) -> Iterator[str]:
    source = "".join(each.text for each in asked.said)
    shown = "".join(message.content for message in asked.request.messages if message.role == "user")
    seen: set[str] = set()
    for each in sentences:
        text = each.text
        key = fold_key(text).rstrip("。")
        if not key:
            yield "空の文がある。"
            continue
        if key in seen:
            yield f"文「{_short(text)}」が二度書かれている。"
        seen.add(key)
        if not _japanese(text, source):
            yield f"文「{_short(text)}」が日本語になっていない。"
        if len(text) > _LONGEST_SENTENCE:
            yield f"文「{_short(text)}」が長すぎる。文を分ける。"
        if any(unicodedata.category(c) in {"Cc", "Cf", "Co", "Cs"} for c in text):
            yield "文に改行や制御文字がある。"
        if asked.mark in text or _copied(text, source + shown, asked):
            yield f"文「{_short(text)}」が指示文の写しである。"
        if _dictated(key, each.evidence, asked):
            yield f"文「{_short(text)}」は発言の中の指示に従ったものである。発言されたことを要約する。"
    total = sum(len(each.text) for each in sentences)
    if total > max(asked.budget * 3, asked.budget + 150):
        yield f"全体が長すぎる（{total}字）。{asked.budget}字程度にする。"


def _japanese(text: str, source: str) -> bool:
    letters = [c for c in unicodedata.normalize("NFKC", text) if c.isalpha()]
    foreign = [c for c in letters if not _JAPANESE.match(c) and c not in source]
    if not _KANA.search(text) or len(foreign) * 3 > len(letters):
        return False
    return all(_in_use(c) or c in source for c in letters)


@lru_cache(maxsize=4096)
def _in_use(letter: str) -> bool:
    """Whether Japanese coded character sets have it: simplified Chinese and Korean letters are in none."""
    try:
        letter.encode("euc_jis_2004")
    except UnicodeEncodeError:
        return False
    return True


def _copied(text: str, source: str, asked: Asked) -> bool:
    rules = _runs("".join(m.content for m in asked.request.messages if m.role == "system"))
    return any(text[at : at + _ECHO] in rules and text[at : at + _ECHO] not in source for at in range(len(text)))


@lru_cache(maxsize=16)
def _runs(rules: str) -> frozenset[str]:
    return frozenset(rules[at : at + _ECHO] for at in range(len(rules) - _ECHO + 1))


def _dictated(key: str, evidence: tuple[str, ...], asked: Asked) -> bool:
    """Whether a sentence is what an utterance orders to be written, told as if it had been said."""
    for said in asked.said:
        if said.id not in evidence or not _DICTATED.search(said.text):
            continue
        if _ORDER.search(said.text) and any(word in key for word in ("指示", "命令")):
            continue  # It tells that somebody gave an order.
        if any(fold_key(words).rstrip("。") in key for words in _DICTATED.findall(said.text)) and "「" not in key:
            return True
    return False


def _short(text: str) -> str:
    text = "".join(c for c in text if c.isprintable())
    return text[:30] + ("…" if len(text) > 30 else "")
