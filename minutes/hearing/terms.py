"""Terms that were written otherwise than they were meant: found by sound, judged by the words around."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from minutes.folding import fold_key
from minutes.hearing.lexicon import LEAST_ENDING, RUN, Known, Lexicon
from minutes.hearing.mora import distance, moras, sound_class
from minutes.hearing.readings import Word, entries, nearest, possible_readings, words
from minutes.hearing.sound_alikes import both_real
from minutes.mishearing import MeantFrom, Mishearing
from minutes.transcript.model import Utterance

# One voiced mora: what rendaku and the dictionary differ in (ひなんしょ／ひなんじょ). More is another word.
_SAME_SOUND = 0.25
# A third of the letters before an ending: 地球 for 地方 is 1 in 3 moras, 小 for 中 is more.
_NEAR_PART = 0.35
# A shorter compound of everyday words may be one that the speaker made.
_COMPOUND_HERE, _COMPOUND = 3, 4
_WINDOW = 40
_MARK = re.compile(r"[。？！?!\n]")
_PERSON_AFTER = re.compile(r"さん|様|氏|君|くん|先生|委員|議員|[^、。]{0,6}(?:長|監)")
_NUMERAL = re.compile(r"[一二三四五六七八九十百千万億兆第]")

_Runs: TypeAlias = dict[str, list[tuple[Utterance, int]]]


@dataclass(frozen=True)
class _Place:
    """Where a term may have been meant, in one spelling of one run of letters."""

    start: int
    end: int
    term: Known
    near: float
    """0 for the same sound, else how far the part before the ending is off."""


@dataclass(frozen=True)
class _Spot:
    utterance: Utterance
    start: int
    end: int

    @property
    def heard(self) -> str:
        return self.utterance.text[self.start : self.end]

    def around(self) -> tuple[str, int]:
        """The sentence, or what is near of it, and where it begins."""
        text = self.utterance.text
        begin, stop = max(0, self.start - _WINDOW), min(len(text), self.end + _WINDOW)
        for mark in _MARK.finditer(text, begin, self.start):
            begin = mark.end()
        after = _MARK.search(text, self.end, stop)
        return text[begin : after.start() if after else stop], begin

    def words(self) -> tuple[Word, ...]:
        """The words that make up the place; empty where it begins or ends inside a word."""
        text, begin = self.around()
        start, end = self.start - begin, self.end - begin
        inside = tuple(w for w in words(text) if w.start < end and w.end > start)
        return inside if inside and inside[0].start == start and inside[-1].end == end else ()

    def proposal(self, term: Known, confidence: float, reason: str, certain: bool) -> Mishearing:
        return Mishearing(
            utterance_id=self.utterance.id,
            start=self.start,
            end=self.end,
            heard=self.heard,
            meant=term.word,
            source=term.source,
            confidence=confidence,
            reason=reason,
            name=False,
            certain=certain,
        )


def misheard_terms(utterances: Sequence[Utterance], lexicon: Lexicon) -> list[Mishearing]:
    """All proposals for terms, in order; of several for one place the surest, then the longest."""
    runs: _Runs = defaultdict(list)
    for utterance in utterances:
        for match in RUN.finditer(utterance.text):
            runs[match.group()].append((utterance, match.start()))
    found: list[Mishearing] = []
    for run, spots in runs.items():
        for place in _places(run, lexicon):
            for utterance, at in spots:
                judged = _judged(_Spot(utterance, at + place.start, at + place.end), place, lexicon)
                if judged is not None:
                    found.append(judged)
    found.extend(_alone(found, runs, lexicon))
    return _one_per_place(found, {u.id: n for n, u in enumerate(utterances)})


def _places(run: str, lexicon: Lexicon) -> Iterator[_Place]:
    if run in lexicon.known:
        return
    for table in lexicon.tables:
        for start in range(len(run) - 1):
            for end, term in table.sounding(run, start):
                if end - start >= 2 and _other_word(run[start:end], term, lexicon):
                    yield _Place(start, end, term, 0.0)
    yield from _by_ending(run, lexicon)


def _by_ending(run: str, lexicon: Lexicon) -> Iterator[_Place]:
    for start in range(2, len(run) - LEAST_ENDING + 1):
        for end in range(start + LEAST_ENDING, len(run) + 1):
            for ending in lexicon.endings(run[start:end]):
                begin = start - len(ending.before)
                before, heard = run[max(0, begin) : start], run[max(0, begin) : end]
                if begin < 0 or before in lexicon.known or not _other_word(heard, ending.term, lexicon):
                    continue
                reading = "".join(w.reading for w in words(before))
                near = distance(reading, ending.before_reading) / len(moras(ending.before_reading))
                if 0 < near <= _NEAR_PART and not _NUMERAL.search(before):
                    yield _Place(begin, end, ending.term, near)


def _other_word(heard: str, term: Known, lexicon: Lexicon) -> bool:
    return heard != term.word and heard not in lexicon.known and fold_key(heard) != fold_key(term.word)


def _judged(spot: _Spot, place: _Place, lexicon: Lexicon) -> Mishearing | None:
    group = spot.words()
    if not group or "".join(w.normal for w in group) == "".join(w.normal for w in words(place.term.word)):
        return None
    if place.near:
        return _nearly(spot, place, group, lexicon)
    far = nearest(possible_readings(group), place.term.reading)
    if far > _SAME_SOUND:
        return None
    if len(group) == 1 and not (group[0].unknown and len(spot.heard) >= _COMPOUND):
        return _one_word(spot, place.term, group[0]) if far == 0 else None
    sound = "読みが同じ" if far == 0 else "読みがほぼ同じ"
    reason = f"{place.term.source.value}の「{place.term.word}」と{sound}"
    if both_real(spot.heard, place.term.word):
        return spot.proposal(place.term, 0.4, f"{reason}です。どちらの語も使われます。", False)
    part, _ = _difference(spot.heard, place.term.word)
    changed = _changed(group, spot.heard, place.term.word)
    if not (all(each.noun for each in changed) or _everyday(part)):
        if _freely_made(group, changed):
            return None
        if _PERSON_AFTER.match(spot.utterance.text, spot.end) and any(w.proper for w in changed):
            return None
        shown = "".join(each.surface for each in changed)
        return spot.proposal(place.term, 0.95, f"{reason}で、「{shown}」は語として通りません。", True)
    # Everyday words, but no compound the dictionary has: 有給地, 後方委員会.
    here = place.term.source is not MeantFrom.GLOSSARY
    long = len(spot.heard) >= (_COMPOUND_HERE if here else _COMPOUND)
    return spot.proposal(place.term, 0.9 if long else 0.6, f"{reason}です。", long and far == 0)


def _freely_made(group: Sequence[Word], changed: Sequence[Word]) -> bool:
    """Begun or ended with an affix that goes with any word (保健師等, 接種済証), or of two letters only."""
    first, last = group[0], group[-1]
    return (
        (first in changed and first.pos[0] == "接頭辞")
        or (last in changed and last.pos[0] == "接尾辞")
        or last.end - first.start <= 2
    )


def _nearly(spot: _Spot, place: _Place, group: Sequence[Word], lexicon: Lexicon) -> Mishearing | None:
    if len(group) == 1:
        return None
    # The agenda shows that it is spoken of, the glossary that few words go before this ending.
    sure = place.term.source is not MeantFrom.GLOSSARY and place.term.word in lexicon.tables[-1].words
    confidence = round((1 if sure else 0.7) - place.near / 2, 2)
    reason = f"{place.term.source.value}の「{place.term.word}」と読みが近く、語の終わりが同じです。"
    return spot.proposal(place.term, confidence, reason, sure)


def _one_word(spot: _Spot, term: Known, word: Word) -> Mishearing | None:
    if not word.noun:
        # A name in the place of a term: 保正 (ヤスマサ). People and places are named far more often.
        if len(spot.heard) < 2 or word.pos[0] != "名詞" or _PERSON_AFTER.match(spot.utterance.text, spot.end):
            return None
        if term.near and not _beside(spot, term):
            return None
        if sound_class(word.reading) != sound_class(term.reading) and len(entries(word.surface)) > 1:
            return None
    elif not term.near or not _beside(spot, term):
        return None
    text, _ = spot.around()
    shown = next((n for n in term.near if n in text), "")
    with_word = f"、同じ文に「{shown}」があります" if shown else ""
    sure = spot.heard in term.never_meant and not _PERSON_AFTER.match(spot.utterance.text, spot.end)
    reason = f"{term.source.value}の「{term.word}」と読みが同じで{with_word}。"
    return spot.proposal(term, 0.9 if sure else 0.5, reason, sure)


def _beside(spot: _Spot, term: Known) -> bool:
    text, begin = spot.around()
    rest = text[: spot.start - begin] + "\n" + text[spot.end - begin :]
    return any(each in rest for each in term.near)


def _difference(heard: str, meant: str) -> tuple[str, str]:
    """The parts in which two spellings differ, without their common beginning and end."""
    start, stop = _common(heard, meant)
    return heard[start : len(heard) - stop], meant[start : len(meant) - stop]


def _common(heard: str, meant: str) -> tuple[int, int]:
    most = min(len(heard), len(meant))
    start = next((n for n in range(most) if heard[n] != meant[n]), most)
    stop = next((n for n in range(most - start) if heard[-1 - n] != meant[-1 - n]), most - start)
    return start, stop


def _changed(group: Sequence[Word], heard: str, meant: str) -> tuple[Word, ...]:
    """The words of ``heard`` in which it differs from ``meant``."""
    start, stop = _common(heard, meant)
    base = group[0].start
    return tuple(w for w in group if w.start - base < len(heard) - stop and w.end - base > start)


def _everyday(part: str) -> bool:
    # In running text the dictionary may cut it otherwise: 有｜給地.
    return len(part) > 1 and any(e.pos[0] == "名詞" and e.pos[1] != "固有名詞" for e in entries(part))


def _alone(found: Sequence[Mishearing], runs: _Runs, lexicon: Lexicon) -> Iterator[Mishearing]:
    """The misheard part of a compound, standing alone elsewhere: 保正 after 保正予算."""
    parts: dict[str, tuple[str, Mishearing]] = {}
    for each in found:
        changed = _changed(words(each.heard), each.heard, each.meant)
        if not each.certain or not changed:
            continue
        heard = "".join(w.surface for w in changed)
        rest = len(each.heard) - changed[-1].end
        meant = each.meant[changed[0].start : len(each.meant) - rest]
        if min(len(heard), len(meant)) >= 2 and heard not in lexicon.known and not _everyday(heard):
            parts[heard] = (meant, each)
    for heard, (meant, whole) in parts.items():
        for utterance, at in runs.get(heard, ()):
            if _PERSON_AFTER.match(utterance.text, at + len(heard)):
                continue
            yield whole.model_copy(
                update={
                    "utterance_id": utterance.id,
                    "start": at,
                    "end": at + len(heard),
                    "heard": heard,
                    "meant": meant,
                    "confidence": 0.85,
                    "reason": f"この会議の「{whole.heard}」（{whole.meant}）と同じ誤りです。",
                }
            )


def _one_per_place(found: Sequence[Mishearing], order: dict[str, int]) -> list[Mishearing]:
    kept: list[Mishearing] = []
    taken: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for each in sorted(found, key=lambda m: (not m.certain, -m.confidence, m.start - m.end, m.start)):
        spans = taken[each.utterance_id]
        if all(each.end <= start or end <= each.start for start, end in spans):
            spans.append((each.start, each.end))
            kept.append(each)
    return sorted(kept, key=lambda m: (order[m.utterance_id], m.start))
