"""Names of the roster in other letters of the same sound: 川邊部長 for 河辺, かわべ委員 for 河辺."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from minutes.hearing.mishearing import MeantFrom, Mishearing
from minutes.hearing.mora import katakana, moras
from minutes.hearing.readings import entries, spelt_readings, words
from minutes.meeting import Attendee, Meeting
from minutes.speakers.roster import ANY_TITLE, HONORIFICS, TITLES
from minutes.transcript.model import Utterance
from minutes.turn import Attribution

_KANJI = re.compile(r"[一-鿿々ヶ]+")
_HONORIFIC = re.compile(rf"(?:{HONORIFICS})(?!会)")
_TITLE = re.compile(rf"(?:{TITLES})(?!会|室|席)")
_INTRODUCES = re.compile(r"(?:です|でございます|と申します|ですが|でございますが|ですけれども)")
_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_LONGEST = 5
# What a title or an honorific has, and what follows a bare name: without either nobody is named.
_TITLE_LETTERS = frozenset("長員監事授生問任表士記総者代様氏君殿博知")
_NAME_AFTER = ("さん", "さま", "くん", "です", "でございます", "と申します")
# 各委員, 両部長: no name stands there.
_NO_NAME = frozenset("各両全他同前元現新旧副正当本該諸")


@dataclass(frozen=True)
class _Person:
    attendee: Attendee
    reading: str
    told: bool
    """The clerk gave the reading; else it is the dictionary's."""


@dataclass(frozen=True)
class _Roll:
    people: Mapping[tuple[str, ...], Sequence[_Person]]
    """By the moras of their surname."""
    right: frozenset[str]
    """Names as the clerk wrote them."""
    firsts: frozenset[str]
    """The kana with which a surname begins: most words of a meeting go no further."""

    @staticmethod
    def of(meeting: Meeting) -> "_Roll":
        found: dict[tuple[str, ...], list[_Person]] = {}
        for attendee in meeting.roster:
            kana = (attendee.kana or "").split()
            reading = kana[0] if kana else "".join(w.reading for w in words(attendee.surname))
            if reading:
                person = _Person(attendee, katakana(reading), bool(kana))
                found.setdefault(moras(person.reading), []).append(person)
        right = frozenset(part for a in meeting.roster for part in (*a.name.split(), *a.aliases))
        return _Roll(found, right, frozenset(p.reading[0] for each in found.values() for p in each))

    def sounding(self, *readings: str) -> _Person | None:
        """The only attendee whose surname sounds so."""
        found = [
            person
            for reading in readings
            if katakana(reading[:1]) in self.firsts
            for person in self.people.get(moras(reading), ())
        ]
        return found[0] if len({p.attendee.id for p in found}) == 1 else None

    def spelt_out(self) -> re.Pattern[str]:
        """Surnames in kana, of three letters or more: shorter ones are too often other words (もり, あべ)."""
        told = {p.reading for each in self.people.values() for p in each if p.told and len(p.reading) >= 3}
        spelt = sorted((form for r in told for form in (r, r.translate(_TO_HIRAGANA))), key=len, reverse=True)
        return re.compile(rf"(?:(?<![ぁ-ゖァ-ヺー])|(?<=の))(?:{'|'.join(spelt)})" if spelt else r"(?!)")


def misheard_names(
    utterances: Sequence[Utterance], attributions: Sequence[Attribution], meeting: Meeting
) -> list[Mishearing]:
    """Proposals for surnames. Certain: one attendee alone sounds so, and title or speaker agree."""
    roll = _Roll.of(meeting)
    kana = roll.spelt_out()
    speaker = {a.utterance_id: a.attendee_id for a in attributions}
    # The same few thousand words come again and again.
    heads: dict[str, tuple[str, _Person | None]] = {}
    found: list[Mishearing] = []
    for utterance in utterances:
        by = speaker.get(utterance.id)
        for match in _KANJI.finditer(utterance.text):
            run = match.group()
            if _TITLE_LETTERS.isdisjoint(run[1:]) and not utterance.text.startswith(_NAME_AFTER, match.end()):
                continue
            heard, who = heads[run] if run in heads else heads.setdefault(run, _head(run, roll))
            if who is not None:
                found.extend(_proposed(utterance, match.start(), match.start() + len(heard), who, by))
        for match in kana.finditer(utterance.text):
            who = roll.sounding(match.group())
            if who is not None and match.group() not in roll.right:
                found.extend(_proposed(utterance, match.start(), match.end(), who, by))
    return found


def _head(run: str, roll: _Roll) -> tuple[str, _Person | None]:
    """The beginning of a run of kanji that sounds like somebody's surname, and whose."""
    heads = [run[:length] for length in range(min(len(run), _LONGEST), 0, -1)]
    if run[0] not in _NO_NAME and not roll.right.intersection(heads):
        for heard in heads:
            who = roll.sounding(*_surname_readings(heard))
            if who is not None:
                return heard, who
    return "", None


def _proposed(utterance: Utterance, start: int, end: int, who: _Person, speaker: str | None) -> Iterator[Mishearing]:
    judged = _judged(utterance.text, start, end, who, speaker)
    if judged is not None:
        confidence, reason, certain = judged
        yield Mishearing(
            utterance_id=utterance.id,
            start=start,
            end=end,
            heard=utterance.text[start:end],
            meant=who.attendee.surname,
            source=MeantFrom.ROSTER,
            confidence=confidence,
            reason=reason,
            name=True,
            certain=certain,
        )


@lru_cache(maxsize=8192)
def _surname_readings(heard: str) -> tuple[str, ...]:
    known = entries(heard)
    as_name = tuple(dict.fromkeys(e.reading for e in known if e.name or e.pos[2] == "地名"))
    if known or len(heard) == 1:
        return as_name
    return spelt_readings(heard)


def _judged(text: str, start: int, end: int, who: _Person, speaker: str | None) -> tuple[float, str, bool] | None:
    reading = f"名簿の「{who.attendee.surname}」と読みが同じで、"
    title = _title_after(text, end, who.attendee)
    if title is not None and (fits := _holds(title, who.attendee)) is not None:
        return (0.95 if who.told else 0.7, f"{reading}後の「{title}」が名簿と合います。", who.told and fits)
    introduced = _INTRODUCES.match(text, end)
    if (
        introduced
        and speaker == who.attendee.id
        and text[max(0, start - 1) : start] in ("", "の", "、", "。", " ", "　")
    ):
        return (0.95 if who.told else 0.7, f"{reading}本人の名乗りです。", who.told)
    if _HONORIFIC.match(text, end):
        before = text[max(0, start - 16) : start]
        near = [w for w in (who.attendee.post, who.attendee.org) if len(w) >= 2 and before.endswith((w, w + "の"))]
        if near:
            return (0.95 if who.told else 0.7, f"{reading}前の「{near[0]}」が名簿と合います。", who.told)
        if _KANJI.match(text[start:end]):
            return (0.6, f"{reading}人の名前として使われています。", False)
    return None


def _title_after(text: str, end: int, attendee: Attendee) -> str | None:
    if attendee.post and text.startswith(attendee.post, end):
        return attendee.post
    found = _TITLE.match(text, end)
    return found.group() if found else None


def _holds(title: str, attendee: Attendee) -> bool | None:
    """Whether the post of the attendee may be called so; None where it may not."""
    if attendee.post.endswith(title) or title in attendee.aliases:
        return True
    return False if title in ANY_TITLE else None
