"""Names by their sound: a recogniser writes 平囃子 or 飴宮 for 平林 and 雨宮, so readings are compared.

A surface has every reading that its pieces have in the dictionary, with 連濁 (はやし → ばやし) where a piece is not the
first. Only readings equal to a roster's kana count; a likeness does not.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from minutes.folding import fold_key
from minutes.style.morphology import entries

PIECES = 3
LONGEST = 5
_VOICED = str.maketrans("かきくけこさしすせそたちつてとはひふへほ", "がぎぐげござじずぜぞだぢづでどばびぶべぼ")
_SAME = str.maketrans("ぢづゐゑを", "じずいえお")
_KANA = re.compile(r"[ぁ-んー]+")
_LONG = {"あ": "あかがさざただなはばぱまやらわ", "う": "うくぐすずつぬふぶむゆるおこごそぞとどのほぼもよろょゅ"}


def kana_key(kana: str) -> str:
    """One spelling for kana that sound the same."""
    return _lengthened(fold_key(kana)).translate(_SAME)


@lru_cache(maxsize=8192)
def sounds(surface: str) -> frozenset[str]:
    """All readings of a folded surface, as ``kana_key``; empty where the dictionary does not know its pieces."""
    # A surface that is itself a surname is read as such: 平林 is no たいらりん.
    whole = surname_sounds(surface, "")
    return whole or frozenset(kana_key(r) for r in _joined(surface, PIECES, first=True))


@dataclass(frozen=True)
class Sounds:
    """Whose name sounds so: the kana of a roster, looked for in any characters."""

    ids: Mapping[str, tuple[str, ...]]
    first: frozenset[str]
    last: frozenset[str]

    @staticmethod
    def of(told: Iterable[tuple[str, str]]) -> "Sounds":
        """``told``: pairs of kana and attendee."""
        ids: dict[str, dict[str, None]] = defaultdict(dict)
        for kana, identity in told:
            ids[kana][identity] = None
        return Sounds(
            {k: tuple(v) for k, v in ids.items()}, frozenset(k[0] for k in ids), frozenset(k[-1] for k in ids)
        )

    def whose(self, surface: str) -> tuple[str, ...]:
        readings = surname_sounds(surface, "")
        # Nearly every word is ruled out by its first and last letter, without taking it to pieces.
        if not readings and _edges(surface[0])[0] & self.first and _edges(surface[-1])[1] & self.last:
            readings = sounds(surface)
        return tuple(dict.fromkeys(i for r in sorted(readings) for i in self.ids.get(r, ())))


@lru_cache(maxsize=4096)
def _edges(letter: str) -> tuple[frozenset[str], frozenset[str]]:
    """First and last kana of a letter's readings, voiced or not."""
    readings = {k for r in _readings(letter) if (k := kana_key(r))}
    first = {r[0] for r in readings} | {r[0].translate(_VOICED) for r in readings}
    return frozenset(first), frozenset(r[-1] for r in readings)


@lru_cache(maxsize=8192)
def is_common_word(surface: str) -> bool:
    """Whether the dictionary has it as an ordinary word, so that 「可能です」 does not introduce a 加納."""
    found = entries(surface)
    return any(pos[1] != "固有名詞" for _, pos in found) or (not found and len(surface) == 1)


@lru_cache(maxsize=8192)
def surname_sounds(surname: str, kana: str) -> frozenset[str]:
    """The readings of an attendee's surname: the roster's, else those the dictionary has for surnames."""
    if kana:
        return frozenset({kana_key(kana)})
    return frozenset(kana_key(reading) for reading, pos in entries(surname) if pos[3] == "姓")


def _joined(surface: str, pieces: int, *, first: bool) -> frozenset[str]:
    whole = _readings(surface)
    found = set(whole)
    if not first:
        found |= {r[0].translate(_VOICED) + r[1:] for r in whole}
    if pieces > 1:
        for cut in range(1, len(surface)):
            heads = _joined(surface[:cut], 1, first=first)
            if heads and (tails := _joined(surface[cut:], pieces - 1, first=False)):
                found |= {h + t for h in heads for t in tails}
    return frozenset(found)


def _readings(piece: str) -> frozenset[str]:
    if _KANA.fullmatch(piece):
        return frozenset({piece})
    # Readings of given names (佐: たすく) are left out: they only make chance likenesses.
    return frozenset(fold_key(reading) for reading, pos in entries(piece) if reading and pos[3] != "名")


def _lengthened(kana: str) -> str:
    # 「こーの」 and 「こうの」, 「おーば」 and 「おおば」: the bar takes the vowel that spelling gives it.
    out: list[str] = []
    for ch in kana:
        if ch != "ー":
            out.append(ch)
        elif out:
            out.append(next((long for long, before in _LONG.items() if out[-1] in before), ""))
    return "".join(out)
